use rust_decimal::Decimal;

use super::scan::{Ascii, number, space, trim};
use super::{Notice, PixChave, Reason};
use crate::text::{chars, divide, eq_ignore_case, join, trim_start};
use crate::{Mode, decimal};

/// The longest BR Code (BACEN's manual).
const MAX: usize = 512;
const MAX_NAME: usize = 25;
const MAX_CIDADE: usize = 15;
const MAX_TXID: usize = 25;
pub(super) const MAX_VALUE: usize = 13;
pub(super) const PIX_SCHEME: &str = "br.gov.bcb.pix";
pub(super) const NO_TXID: &str = "***";
pub(super) const REAL: &str = "986";

/// A BR Code: the text of a PIX QR ("copia e cola").
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrCode(String);

/// The fields of a BR Code, borrowed from its text.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields<'t> {
    pub(super) unico_uso: bool,
    pub(super) pix_scheme: bool,
    pub(super) key: Option<&'t str>,
    pub(super) url: Option<&'t str>,
    pub(super) info: Option<&'t str>,
    pub(super) recorrencia: Option<&'t str>,
    pub(super) categoria: &'t str,
    pub(super) value: Option<&'t str>,
    pub(super) name: &'t str,
    pub(super) cidade: &'t str,
    pub(super) cep: Option<&'t str>,
    pub(super) txid: Option<&'t str>,
}

impl BrCode {
    /// Reads a BR Code: checks its structure, its mandatory fields and its CRC. Strict mode also enforces the length
    /// limits of names. Lenient mode removes surrounding spaces and accepts a CRC in lower case.
    ///
    /// # Errors
    /// The reason why the text is not a BR Code.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let useful = check(text, mode)?;
        let (body, crc) = useful.split_at_checked(useful.len().saturating_sub(4)).unwrap_or_default();
        Ok(Self(join(&[body, &crc.to_ascii_uppercase()], "")))
    }

    /// The text, ready to be shown as a QR or copied.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text: a BR Code has no mask.
    #[must_use]
    pub fn format(&self) -> String {
        self.0.clone()
    }

    /// The BR Code in a form that may be shown to people: its beginning and its CRC.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("000201***{}", self.crc())
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn strip(text: &str) -> String {
        trim(text).to_owned()
    }

    /// Whether the BR Code holds an address rather than a key.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.fields().url.is_some()
    }

    /// Whether the BR Code says that it may be paid only once.
    #[must_use]
    pub fn unico_uso(&self) -> bool {
        self.fields().unico_uso
    }

    /// The PIX key of a static BR Code, as written.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.fields().key
    }

    /// The address of a dynamic BR Code.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.fields().url
    }

    /// The address of a recurring payment (Pix Automático).
    #[must_use]
    pub fn recorrencia(&self) -> Option<&str> {
        self.fields().recorrencia
    }

    /// The text for the payer in a static BR Code.
    #[must_use]
    pub fn info(&self) -> Option<&str> {
        self.fields().info
    }

    /// The value in reais, if the payer does not choose it.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        self.fields().value()
    }

    /// The receiver's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.fields().name
    }

    /// The receiver's city.
    #[must_use]
    pub fn cidade(&self) -> &str {
        self.fields().cidade
    }

    /// The receiver's CEP.
    #[must_use]
    pub fn cep(&self) -> Option<&str> {
        self.fields().cep
    }

    /// The transaction id. `None` if it is absent or `***`.
    #[must_use]
    pub fn txid(&self) -> Option<&str> {
        self.fields().txid()
    }

    /// The merchant category, four digits.
    #[must_use]
    pub fn categoria(&self) -> &str {
        self.fields().categoria
    }

    /// The four hexadecimal digits at the end.
    #[must_use]
    pub fn crc(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default()
    }

    /// Reads all fields in one pass over the text.
    pub(super) fn fields(&self) -> Fields<'_> {
        // The constructor has already checked the text.
        read(&self.0).unwrap_or_default()
    }
}

impl<'t> Fields<'t> {
    /// The value in reais.
    pub(super) fn value(&self) -> Option<Decimal> {
        self.value.and_then(decimal::read)
    }

    /// The transaction id, unless it is `***`.
    pub(super) fn txid(&self) -> Option<&'t str> {
        self.txid.filter(|&txid| txid != NO_TXID)
    }

    /// Returns the notices about a valid BR Code.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        if !self.pix_scheme {
            notices.push(Notice::NoPixScheme);
        }
        if self.key.is_some_and(|key| PixChave::parse(key, Mode::Strict).is_err()) {
            notices.push(Notice::InvalidKey);
        }
        if self.txid().is_some_and(|txid| !alfanumerico(txid)) {
            notices.push(Notice::NonStandardTxid);
        }
        for field in long_fields(self).into_iter().flatten() {
            notices.push(Notice::LongField { field });
        }
        notices
    }
}

/// Whether a text may be the transaction id of a static BR Code: 1 to 25 letters and digits.
#[must_use]
pub fn valid_static_txid(txid: &str) -> bool {
    (1..=MAX_TXID).contains(&txid.len()) && alfanumerico(txid)
}

/// Whether a text may be the transaction id of a charge in the PIX API: 26 to 35 letters and digits.
#[must_use]
pub fn valid_cobranca_txid(txid: &str) -> bool {
    (26..=35).contains(&txid.len()) && alfanumerico(txid)
}

/// Checks a BR Code without allocating and returns it without surrounding spaces.
pub(super) fn check(text: &str, mode: Mode) -> Result<&str, Reason> {
    // Allows four bytes a character, and as much again for spaces.
    if text.len() > 8 * MAX {
        return Err(Reason::Long { max: MAX });
    }
    let useful = trim(text);
    if useful.is_empty() {
        return Err(Reason::Empty);
    }
    if let Some(index) = useful.chars().position(char::is_control) {
        let before = text.len() - trim_start(text, space).len();
        return Err(Reason::Alphabet { position: before + index + 1 });
    }
    if mode == Mode::Strict && useful.len() != text.len() {
        return Err(Reason::Mask);
    }
    if chars(useful) > MAX {
        return Err(Reason::Long { max: MAX });
    }
    let fields = read(useful)?;
    let (body, crc) = useful.split_at_checked(useful.len() - 4).ok_or(Reason::Crc)?;
    let expected = write_hex(crc16(body.as_bytes()));
    if !eq_ignore_case(crc, expected.as_str()) {
        return Err(Reason::Crc);
    }
    if mode == Mode::Strict {
        if crc != expected.as_str() {
            return Err(Reason::Lowercase);
        }
        if let Some(field) = long_fields(&fields).into_iter().flatten().next() {
            return Err(Reason::InvalidField { field });
        }
        if fields.url.is_some_and(|url| url.as_bytes().windows(3).any(|part| part == b"://")) {
            return Err(Reason::InvalidField { field: "url" });
        }
    }
    Ok(useful)
}

/// Reads the fields in order and checks that the mandatory ones are there.
fn read(text: &str) -> Result<Fields<'_>, Reason> {
    let mut fields = Fields::default();
    let mut seen_ids = [false; 100];
    let mut previous = None;
    for element in Elements::of(text, 1) {
        let Element { id, value, position } = element?;
        if previous.is_none() && id != 0 {
            return Err(Reason::MissingField { field: "00" });
        }
        match seen_ids.get_mut(id) {
            Some(seen @ false) if previous != Some(CRC) => *seen = true,
            _ => return Err(Reason::Structure { position }),
        }
        previous = Some(id);
        if !read_field(&mut fields, id, value, position)? {
            let field = DEMANDING.into_iter().find(|field| number(field.as_bytes()) as usize == id);
            return Err(Reason::InvalidField { field: field.unwrap_or_default() });
        }
    }
    for field in REQUIRED {
        if !seen_ids.get(number(field.as_bytes()) as usize).copied().unwrap_or_default() {
            return Err(Reason::MissingField { field });
        }
    }
    match (fields.key, fields.url) {
        (Some(_), Some(_)) => Err(Reason::InvalidField { field: "chave" }),
        (None, None) if fields.pix_scheme && fields.recorrencia.is_none() => {
            Err(Reason::MissingField { field: "chave" })
        }
        _ => Ok(fields),
    }
}

/// The id of the CRC, which is the last field of a BR Code.
const CRC: usize = 63;
/// The ids of the mandatory fields, with the CRC last.
const REQUIRED: [&str; 6] = ["52", "53", "58", "59", "60", "63"];
/// The ids of the fields whose content is restricted.
const DEMANDING: [&str; 9] = ["00", "01", "52", "53", "54", "58", "59", "60", "63"];

/// Stores one field. Returns false if its content is not allowed.
fn read_field<'t>(fields: &mut Fields<'t>, id: usize, value: &'t str, position: usize) -> Result<bool, Reason> {
    Ok(match id {
        0 => value == "01",
        1 => {
            fields.unico_uso = value == "12";
            fields.unico_uso || value == "11"
        }
        26..=51 | 80 => {
            read_scheme(fields, id, value, position)?;
            true
        }
        52 => {
            fields.categoria = value;
            value.len() == 4 && only_digits(value)
        }
        53 => value == REAL,
        54 => {
            fields.value = Some(value);
            well_written_value(value)
        }
        58 => value == "BR",
        59 => {
            fields.name = value;
            !only_spaces(value)
        }
        60 => {
            fields.cidade = value;
            !only_spaces(value)
        }
        61 => {
            fields.cep = Some(value);
            true
        }
        62 => {
            for element in Elements::of(value, position + 4) {
                let element = element?;
                if element.id == 5 {
                    fields.txid = Some(element.value);
                }
            }
            true
        }
        CRC => value.len() == 4,
        _ => true,
    })
}

/// Reads a template of a payment arrangement. A template that is not of PIX belongs to another arrangement and is
/// skipped.
fn read_scheme<'t>(fields: &mut Fields<'t>, number: usize, value: &'t str, position: usize) -> Result<(), Reason> {
    let mut parts = Elements::of(value, position + 4);
    match parts.next() {
        Some(Ok(gui)) if gui.id == 0 && eq_ignore_case(gui.value, PIX_SCHEME) => {}
        _ => return Ok(()),
    }
    fields.pix_scheme |= number != 80;
    for part in parts {
        let part = part?;
        match (number, part.id) {
            (80, 25) => fields.recorrencia = Some(part.value),
            (80, _) => {}
            (_, 1) => fields.key = Some(part.value).filter(|key| !key.is_empty()),
            (_, 2) => fields.info = Some(part.value),
            (_, 25) => fields.url = Some(part.value).filter(|url| !url.is_empty()),
            _ => {}
        }
    }
    Ok(())
}

/// One field: two digits of id, two of length, the value.
struct Element<'t> {
    id: usize,
    value: &'t str,
    /// The field's position in the whole text, in characters, from 1.
    position: usize,
}

/// Splits a text into fields. The length counts characters, not bytes: so do the codes that banks issue.
struct Elements<'t> {
    rest: &'t str,
    position: usize,
}

impl<'t> Elements<'t> {
    fn of(text: &'t str, position: usize) -> Self {
        Self { rest: text, position }
    }

    fn next_element(&mut self) -> Option<Element<'t>> {
        let id = self.two()?;
        let size = self.two()?;
        let mut chars = self.rest.chars();
        for _ in 0..size {
            chars.next()?;
        }
        let rest = chars.as_str();
        let value = self.rest.get(..self.rest.len() - rest.len())?;
        let position = self.position;
        self.rest = rest;
        self.position += 4 + size;
        Some(Element { id, value, position })
    }

    /// Reads the next two digits as a number.
    fn two(&mut self) -> Option<usize> {
        let (digits, rest) = self.rest.split_at_checked(2).filter(|(digits, _)| only_digits(digits))?;
        self.rest = rest;
        Some(number(digits.as_bytes()) as usize)
    }
}

impl<'t> Iterator for Elements<'t> {
    type Item = Result<Element<'t>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let element = self.next_element().ok_or(Reason::Structure { position: self.position });
        if element.is_err() {
            self.rest = "";
        }
        Some(element)
    }
}

/// The names of the fields that are longer than they may be.
fn long_fields(fields: &Fields<'_>) -> [Option<&'static str>; 3] {
    let long = |field, text, max| Some(field).filter(|_| chars(text) > max);
    [
        long("59", fields.name, MAX_NAME),
        long("60", fields.cidade, MAX_CIDADE),
        long("62", fields.txid.unwrap_or_default(), MAX_TXID),
    ]
}

/// `10`, `10.5` or `10.50`: digits, and a point with one or two decimal places.
fn well_written_value(value: &str) -> bool {
    let (integer, decimals) = divide(value, b'.').unwrap_or((value, "0"));
    value.len() <= MAX_VALUE
        && !integer.is_empty()
        && only_digits(integer)
        && (1..=2).contains(&decimals.len())
        && only_digits(decimals)
}

fn alfanumerico(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn only_spaces(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn only_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021 (whose terms are the shifts 12, 5 and 0), initial 0xFFFF, nothing reflected.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, &byte| {
        let x = (crc >> 8) ^ u16::from(byte);
        let x = x ^ (x >> 4);
        (crc << 8) ^ (x << 12) ^ (x << 5) ^ x
    })
}

pub(super) fn write_hex(crc: u16) -> Ascii<4> {
    let mut text = Ascii::EMPTY;
    for shift in [12, 8, 4, 0] {
        let digit = b"0123456789ABCDEF".get(usize::from(crc >> shift & 0xF));
        text.push(digit.copied().unwrap_or(b'0'));
    }
    text
}

super::scan::masked_debug!(BrCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_is_the_one_of_the_standard() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(write_hex(0x0AB).as_str(), "00AB");
    }
}
