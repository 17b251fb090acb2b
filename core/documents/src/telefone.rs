use super::scan::{Ascii, DIGITS, PARENTHESIS, PUNCTUATION, apply, e, from_the_start, masked_debug, without};
use super::{Reason, Uf};
use crate::Mode;
use crate::text::{join, trim_start};

/// The state of each of the 67 area codes, by first and second digit. EX stands for a code that does not exist
/// (Anatel). 61 also serves the towns of Goiás around the Federal District.
const DDDS: [[Uf; 9]; 9] = {
    use Uf::{
        AC, AL, AM, AP, BA, CE, DF, ES, EX, GO, MA, MG, MS, MT, PA, PB, PE, PI, PR, RJ, RN, RO, RR, RS, SC, SE, SP, TO,
    };
    [
        [SP, SP, SP, SP, SP, SP, SP, SP, SP],
        [RJ, RJ, EX, RJ, EX, EX, ES, ES, EX],
        [MG, MG, MG, MG, MG, EX, MG, MG, EX],
        [PR, PR, PR, PR, PR, PR, SC, SC, SC],
        [RS, EX, RS, RS, RS, EX, EX, EX, EX],
        [DF, GO, TO, GO, MT, MT, MS, AC, RO],
        [BA, EX, BA, BA, BA, EX, BA, EX, SE],
        [PE, AL, PB, RN, CE, PI, PE, CE, PI],
        [PA, AM, PA, PA, RR, AP, AM, MA, MA],
    ]
};

const IGNORES: u8 = PUNCTUATION | PARENTHESIS;

/// The kind of line of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TelefoneClass {
    /// Mobile: area code, 9 and eight digits.
    Celular,
    /// Fixed: area code and eight digits that begin with 2 to 5.
    Landline,
    /// Trunking: area code and eight digits that begin with 7.
    Sme,
    /// A mobile number from before the ninth digit.
    Legacy,
    /// A service without area code, such as 0800 or 4004.
    NonGeographic,
}

impl TelefoneClass {
    /// The name used in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Celular => "celular",
            Self::Landline => "fixo",
            Self::Sme => "sme",
            Self::Legacy => "legado",
            Self::NonGeographic => "nao_geografico",
        }
    }
}

/// A Brazilian telephone number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Telefone {
    /// E.164, except for `400x` and `300x` services, which cannot be called from abroad.
    canonical: Ascii<16>,
    class: TelefoneClass,
}

impl Telefone {
    /// Reads a number with its area code, or a service number. No authority prescribes a mask for telephones. Strict
    /// mode therefore accepts `+55`, parentheses around the area code and single separators. Lenient mode also accepts
    /// any punctuation, the prefixes `0055`, `55`, `0` and `0` with a carrier or with `xx` for it, and mobile numbers from
    /// before the ninth digit.
    ///
    /// # Errors
    /// The reason why the text is not a telephone number.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let (international, rest) = match trim_start(text, |ch| e(ch, PUNCTUATION)).strip_prefix('+') {
            Some(rest) => (true, rest),
            None if mode == Mode::Lenient => (false, after_carrier(text).unwrap_or(text)),
            None => (false, text),
        };
        let mut digits = Ascii::<20>::EMPTY;
        digits.collect(rest, DIGITS, &[8, 10, 11, 12, 13, 14, 15, 16, 17], IGNORES).map_err(|reason| match reason {
            Reason::Length { received, .. } => Reason::Length { expected: &[10, 11], received },
            other => from_the_start(other, text, rest),
        })?;
        let (number, dialled) = national(digits.as_str(), international)?;
        let telefone = Self::from_national(number)?;
        if mode == Mode::Strict {
            if telefone.class() == TelefoneClass::Legacy {
                return Err(Reason::Legacy);
            }
            let only_digits = text.len() == digits.as_bytes().len();
            if dialled || !(only_digits || usual_form(text)) {
                return Err(Reason::Mask);
            }
        }
        Ok(telefone)
    }

    /// The number in E.164, such as `+5511999999999`. For `400x` and `300x` services, the bare eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.canonical.as_str()
    }

    /// The number with its mask, such as `(11) 99999-9999`, `0800 123 4567` or `4004-1234`.
    #[must_use]
    pub fn format(&self) -> String {
        let national = self.national();
        let (prefix, pattern) = match (self.class(), national.len()) {
            (TelefoneClass::NonGeographic, 8) => ("", "0000-0000"),
            (TelefoneClass::NonGeographic, 9) => ("0", "0000 000000"),
            (TelefoneClass::NonGeographic, _) => ("0", "0000 000 0000"),
            (_, 11) => ("", "(00) 00000-0000"),
            _ => ("", "(00) 0000-0000"),
        };
        apply(pattern, &join(&[prefix, national], ""))
    }

    /// The number in a form that may be shown to people: `(11) *****-1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        if self.class() == TelefoneClass::NonGeographic {
            return self.format();
        }
        let (ddd, number) = self.national().split_at(2);
        let (start, end) = number.split_at(number.len() - 4);
        format!("({ddd}) {}-{end}", "*".repeat(start.len()))
    }

    /// The digits of the text, with its leading `+` if it has one.
    #[must_use]
    pub fn strip(text: &str) -> String {
        without(text, IGNORES)
    }

    /// The kind of line.
    #[must_use]
    pub fn class(&self) -> TelefoneClass {
        self.class
    }

    /// The area code. `None` for a service number.
    #[must_use]
    pub fn ddd(&self) -> Option<&str> {
        match self.class() {
            TelefoneClass::NonGeographic => None,
            _ => self.national().get(..2),
        }
    }

    /// The state of the area code. `None` for a service number.
    #[must_use]
    pub fn uf(&self) -> Option<Uf> {
        self.ddd().and_then(uf_of_ddd)
    }

    /// The number as dialled from abroad. `None` for `400x` and `300x` services.
    #[must_use]
    pub fn e164(&self) -> Option<&str> {
        self.as_str().starts_with('+').then(|| self.as_str())
    }

    /// The mobile number with its ninth digit, if this number may lack it.
    #[must_use]
    pub fn suggestion(&self) -> Option<Self> {
        if !matches!(self.class(), TelefoneClass::Legacy | TelefoneClass::Sme) {
            return None;
        }
        let (ddd, number) = self.national().split_at_checked(2)?;
        Self::from_national(&join(&[ddd, "9", number], "")).ok()
    }

    /// The number without `+55`: area code and number, a service number without its 0, or the eight digits of `400x`.
    pub(super) fn national(&self) -> &str {
        self.as_str().strip_prefix("+55").unwrap_or(self.as_str())
    }

    fn from_national(number: &str) -> Result<Self, Reason> {
        let class = classify(number)?;
        let mut canonical = Ascii::EMPTY;
        if number.len() > 8 {
            canonical.extend(b"+55");
        }
        canonical.extend(number.as_bytes());
        Ok(Self { canonical, class })
    }
}

/// Returns the kind of line of a number without its dialling prefix.
fn classify(number: &str) -> Result<TelefoneClass, Reason> {
    let received = number.len();
    if servico(number) || matches!(number.as_bytes(), [b'3' | b'4', b'0', b'0', _, _, _, _, _]) {
        return Ok(TelefoneClass::NonGeographic);
    }
    if !matches!(received, 10 | 11) {
        return Err(Reason::Length { expected: &[10, 11], received });
    }
    if number.get(..2).and_then(uf_of_ddd).is_none() {
        return Err(Reason::Region);
    }
    match (received, number.as_bytes().get(2)) {
        (11, Some(b'9')) => Ok(TelefoneClass::Celular),
        (10, Some(b'2'..=b'5')) => Ok(TelefoneClass::Landline),
        (10, Some(b'7')) => Ok(TelefoneClass::Sme),
        (10, Some(b'6' | b'8' | b'9')) => Ok(TelefoneClass::Legacy),
        _ => Err(Reason::Faixa),
    }
}

/// Removes the dialling prefix. Returns whether there was a prefix other than `+55`.
fn national(digits: &str, international: bool) -> Result<(&str, bool), Reason> {
    if international {
        return digits.strip_prefix("55").map(|number| (number, false)).ok_or(Reason::Prefix);
    }
    if let Some(number) = digits.strip_prefix("0055") {
        return Ok((number, true));
    }
    let without_zero = digits.strip_prefix('0');
    if let Some(number) = without_zero.filter(|number| servico(number)) {
        return Ok((number, false));
    }
    let without_prefix = match (digits.len(), without_zero) {
        (11 | 12, Some(number)) => Some(number),
        // A carrier's two digits follow the 0.
        (13 | 14, Some(number)) => number.get(2..),
        (12 | 13, None) => digits.strip_prefix("55"),
        _ => None,
    };
    Ok(without_prefix.map_or((digits, false), |number| (number, true)))
}

/// What follows `0xx` or `0**`, by which old lists leave the choice of a carrier open: `(0xx11) 3333-4444`.
fn after_carrier(text: &str) -> Option<&str> {
    let rest = trim_start(text, |ch| e(ch, IGNORES)).strip_prefix('0')?;
    ["xx", "XX", "**"].iter().find_map(|mark| rest.strip_prefix(mark))
}

/// Whether a number without its leading 0 is a service like `0800`: three digits and six or seven more. These services
/// and `400x` and `300x` have no area code.
fn servico(number: &str) -> bool {
    matches!(number.len(), 9 | 10) && matches!(number.as_bytes(), [b'3' | b'5' | b'8' | b'9', b'0', b'0', ..])
}

/// Whether a text has the form `[+55] (DD) digits`, with single spaces, hyphens or dots between the digits.
fn usual_form(text: &str) -> bool {
    let mut rest = text.as_bytes();
    if let Some(after) = rest.strip_prefix(b"+55") {
        rest = without_separator(after);
    }
    if let [b'(', b'0'..=b'9', b'0'..=b'9', b')', after @ ..] = rest {
        rest = without_separator(after);
    }
    // Every separator must stand between two digits.
    let mut separated = true;
    let only_digits = rest.iter().all(|&byte| {
        let fits = byte.is_ascii_digit() || (delimiter(byte) && !separated);
        separated = delimiter(byte);
        fits
    });
    only_digits && !separated
}

fn delimiter(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.')
}

fn without_separator(bytes: &[u8]) -> &[u8] {
    match bytes {
        [first, rest @ ..] if delimiter(*first) => rest,
        _ => bytes,
    }
}

/// An area code that is in use, such as `48`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ddd([u8; 2]);

impl Ddd {
    /// Reads an area code in any form: `48`, `048`, `(48)`. Returns `None` if the area code is not in use.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0');
        let ddd = Self([digits.next()?, digits.next()?]);
        uf_of_ddd(ddd.as_str()).filter(|_| digits.next().is_none()).map(|_| ddd)
    }

    /// The two digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn uf_of_ddd(ddd: &str) -> Option<Uf> {
    let &[first, second] = ddd.as_bytes() else { return None };
    let place = |byte: u8| usize::from(byte.wrapping_sub(b'1'));
    let uf = *DDDS.get(place(first))?.get(place(second))?;
    (uf != Uf::EX).then_some(uf)
}

masked_debug!(Telefone);
