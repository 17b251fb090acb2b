use super::scan::{Ascii, PARENTHESIS, PUNCTUATION, e, masked_debug, trim, without};
use super::{Cnpj, Cpf, CpfCnpj, Email, Reason, Telefone, email};
use crate::Mode;
use crate::text::join;

const IGNORES: u8 = PUNCTUATION | PARENTHESIS;

/// A PIX key. Its form tells its kind (DICT).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PixChave {
    /// A person's taxpayer number.
    Cpf(Cpf),
    /// A company's taxpayer number.
    Cnpj(Cnpj),
    /// A telephone number in E.164.
    Telefone(InternationalNumber),
    /// An e-mail address in lower case.
    Email(Email),
    /// A random key: a UUID in lower case.
    Evp(Evp),
}

/// A telephone number of any country in E.164, as PIX keys have it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InternationalNumber(Ascii<17>);

/// A random PIX key: a UUID in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Evp(Ascii<36>);

impl PixChave {
    /// Reads a key: a CPF or CNPJ without mask, a `+` and a telephone, an e-mail in lower case, or a UUID in lower
    /// case. Lenient mode removes masks and converts capitals. Eleven digits are read as a CPF, so a telephone needs
    /// its `+55`.
    ///
    /// # Errors
    /// The reason why the text is not a key.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let useful = check(text, mode)?;
        if useful.starts_with('+') {
            let digits = useful.bytes().filter(u8::is_ascii_digit);
            let mut number = Ascii::from_bytes(b"+");
            digits.for_each(|b| number.push(b));
            return Ok(Self::Telefone(InternationalNumber(number)));
        }
        if useful.bytes().any(|byte| byte == b'@') {
            return Email::parse(&useful.to_ascii_lowercase(), Mode::Lenient).map(Self::Email);
        }
        if uuid(useful) {
            let lowercase = useful.to_ascii_lowercase();
            return Ok(Self::Evp(Evp(Ascii::from_bytes(lowercase.as_bytes()))));
        }
        match CpfCnpj::parse(useful, Mode::Lenient)? {
            CpfCnpj::Cpf(cpf) => Ok(Self::Cpf(cpf)),
            CpfCnpj::Cnpj(cnpj) => Ok(Self::Cnpj(cnpj)),
        }
    }

    /// The key as the DICT stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(cpf) => cpf.as_str(),
            Self::Cnpj(cnpj) => cnpj.as_str(),
            Self::Telefone(number) => number.0.as_str(),
            Self::Email(email) => email.as_str(),
            Self::Evp(evp) => evp.0.as_str(),
        }
    }

    /// The kind of key: `cpf`, `cnpj`, `telefone`, `email` or `evp`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cpf(_) => "cpf",
            Self::Cnpj(_) => "cnpj",
            Self::Telefone(_) => "telefone",
            Self::Email(_) => "email",
            Self::Evp(_) => "evp",
        }
    }

    /// The key as a person reads it: documents and Brazilian telephones with their masks.
    #[must_use]
    pub fn format(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.format(),
            Self::Cnpj(cnpj) => cnpj.format(),
            Self::Telefone(_) => match self.telefone() {
                Some(telefone) => {
                    let national = telefone.format();
                    // The zero of `0300` is dialled only inside Brazil.
                    join(&["+55 ", national.strip_prefix('0').unwrap_or(&national)], "")
                }
                None => self.as_str().to_owned(),
            },
            Self::Email(_) | Self::Evp(_) => self.as_str().to_owned(),
        }
    }

    /// The key in a form that may be shown to people.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.masked(),
            Self::Cnpj(cnpj) => cnpj.masked(),
            Self::Email(email) => email.masked(),
            Self::Telefone(number) => ends(number.0.as_str(), 3),
            Self::Evp(evp) => ends(evp.0.as_str(), 8),
        }
    }

    /// The text without mask characters if it is a document or telephone, otherwise without surrounding spaces.
    #[must_use]
    pub fn strip(text: &str) -> String {
        let useful = trim(text);
        if useful.bytes().any(|byte| byte == b'@') || uuid(useful) {
            return useful.to_owned();
        }
        without(useful, IGNORES)
    }

    /// The telephone, if the key is a Brazilian telephone of the numbering plan.
    #[must_use]
    pub fn telefone(&self) -> Option<Telefone> {
        match self {
            Self::Telefone(number) => Telefone::parse(number.0.as_str(), Mode::Lenient).ok(),
            _ => None,
        }
    }

    /// Whether the key is a telephone with `+55` that is not in the numbering plan.
    pub(super) fn outside_plan(&self) -> bool {
        self.as_str().starts_with("+55") && self.telefone().is_none()
    }
}

/// Checks a key without allocating and returns it without surrounding spaces.
pub(super) fn check(text: &str, mode: Mode) -> Result<&str, Reason> {
    if text.len() > 4 * email::MAX_PIX {
        return Err(Reason::Long { max: email::MAX_PIX });
    }
    let useful = trim(text);
    if useful.is_empty() {
        return Err(Reason::Empty);
    }
    let strict = mode == Mode::Strict;
    if strict && useful.len() != text.len() {
        return Err(Reason::Mask);
    }
    if let Some(number) = useful.strip_prefix('+') {
        check_telefone(number, strict)?;
    } else if useful.bytes().any(|byte| byte == b'@') {
        email::check(useful, mode)?;
        if useful.len() > email::MAX_PIX {
            return Err(Reason::Long { max: email::MAX_PIX });
        }
        if strict && useful.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(Reason::Uppercase);
        }
    } else if uuid(useful) {
        if strict && useful.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(Reason::Uppercase);
        }
    } else {
        match CpfCnpj::parse(useful, mode) {
            Ok(documento) if strict && documento.as_str().len() != useful.len() => {
                return Err(Reason::Mask);
            }
            Ok(_) => {}
            Err(Reason::Length { .. } | Reason::Alphabet { .. } | Reason::Empty | Reason::Long { .. }) => {
                return Err(Reason::UnknownKind);
            }
            Err(reason) => return Err(reason),
        }
    }
    Ok(useful)
}

/// `^\+[1-9][0-9]\d{1,14}$`, after the `+`.
fn check_telefone(number: &str, strict: bool) -> Result<(), Reason> {
    let mut received = 0;
    for (index, ch) in number.chars().enumerate() {
        match ch {
            '0' if received == 0 => return Err(Reason::Prefix),
            '0'..='9' => received += 1,
            _ if !e(ch, IGNORES) => {
                return Err(Reason::Alphabet { position: index + 2 });
            }
            _ if strict => return Err(Reason::Mask),
            _ => {}
        }
    }
    if (3..=16).contains(&received) {
        Ok(())
    } else {
        Err(Reason::Length { expected: &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], received })
    }
}

fn uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, b)| match index {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// The first `start` characters and the last four.
fn ends(text: &str, start: usize) -> String {
    let end = text.len().saturating_sub(4).max(start);
    format!("{}***{}", text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default())
}

masked_debug!(PixChave);

impl std::fmt::Debug for InternationalNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NumeroInternacional({})", ends(self.0.as_str(), 3))
    }
}

impl std::fmt::Debug for Evp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evp({})", ends(self.0.as_str(), 8))
    }
}
