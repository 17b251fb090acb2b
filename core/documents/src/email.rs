use super::Reason;
use super::scan::{masked_debug, trim};
use crate::Mode;
use crate::text::{divide, eq_ignore_case, join};

/// The greatest length of an address, and below that of the part before the `@` (RFC 5321).
const MAX: usize = 254;
const MAX_LOCAL_PART: usize = 64;
const MAX_LABEL: usize = 63;

/// The greatest length of an address in NF-e and PIX.
pub(super) const MAX_NOTA_FISCAL: usize = 60;
pub(super) const MAX_PIX: usize = 77;

/// An e-mail address: the part before the `@` as written, the domain in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// Reads an address; lenient mode removes surrounding spaces.
    ///
    /// # Errors
    /// The reason why the text is not an e-mail address.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let (local, dominio) = check(text, mode)?;
        let mut address = join(&[local, "@", dominio], "");
        if let Some(dominio) = address.get_mut(local.len()..) {
            dominio.make_ascii_lowercase();
        }
        Ok(Self(address))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address: it has no mask.
    #[must_use]
    pub fn format(&self) -> String {
        self.0.clone()
    }

    /// The address in a form that may be shown to people: `j***@example.com`.
    #[must_use]
    pub fn masked(&self) -> String {
        let initial = self.0.get(..1).unwrap_or_default();
        format!("{initial}***@{}", self.dominio())
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn strip(text: &str) -> String {
        trim(text).to_owned()
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        divide(&self.0, b'@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn dominio(&self) -> &str {
        divide(&self.0, b'@').map_or("", |(_, dominio)| dominio)
    }
}

/// Splits a valid address without allocating.
pub(super) fn check(text: &str, mode: Mode) -> Result<(&str, &str), Reason> {
    // Leaves room for the spaces that lenient mode removes. A longer text is refused unread.
    if text.len() > 4 * MAX {
        return Err(Reason::Long { max: MAX });
    }
    let useful = trim(text);
    if useful.is_empty() {
        return Err(Reason::Empty);
    }
    let parsed = read(useful);
    if parsed.is_err()
        && let Some(position) = strange(text, useful)
    {
        return Err(Reason::Alphabet { position });
    }
    if mode == Mode::Strict && useful.len() != text.len() {
        return Err(Reason::Mask);
    }
    parsed
}

fn read(endereco: &str) -> Result<(&str, &str), Reason> {
    if endereco.len() > MAX {
        return Err(Reason::Long { max: MAX });
    }
    let (local, dominio) = divide(endereco, b'@').ok_or(Reason::MissingField { field: "@" })?;
    if local.len() > MAX_LOCAL_PART {
        return Err(Reason::Long { max: MAX_LOCAL_PART });
    }
    if !valid_local_part(local) {
        return Err(Reason::Local);
    }
    if !valid_domain(dominio) {
        return Err(Reason::Domain);
    }
    Ok((local, dominio))
}

/// The position of the first character that no address has. If every character is allowed, surrounding spaces do not
/// count.
fn strange(text: &str, useful: &str) -> Option<usize> {
    if useful.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    // Everything before this character is ASCII, so bytes are characters.
    text.bytes().position(|byte| !byte.is_ascii_graphic()).map(|index| index + 1)
}

/// Characters of an unquoted local part (RFC 5322 `atext`), single dots between them.
fn valid_local_part(local: &str) -> bool {
    let mut previous = b'.';
    let fit = local.bytes().all(|byte| {
        let fits = match byte {
            b'.' => previous != b'.',
            _ => byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte),
        };
        previous = byte;
        fits
    });
    fit && previous != b'.'
}

/// Labels of letters, digits and inner hyphens, the last one of letters.
fn valid_domain(dominio: &str) -> bool {
    let (mut size, mut previous) = (0, b'.');
    let fit = dominio.bytes().all(|byte| {
        let fits = match byte {
            b'.' => size > 0 && previous != b'-',
            b'-' => size > 0,
            _ => byte.is_ascii_alphanumeric(),
        };
        size = if byte == b'.' { 0 } else { size + 1 };
        previous = byte;
        fits && size <= MAX_LABEL
    });
    let tld = dominio.get(dominio.len().saturating_sub(size)..).unwrap_or_default();
    fit && previous != b'-'
        && (2..dominio.len()).contains(&size)
        && (tld.bytes().all(|b| b.is_ascii_alphabetic())
            || tld.get(..4).is_some_and(|start| eq_ignore_case(start, "xn--")))
}

masked_debug!(Email);
