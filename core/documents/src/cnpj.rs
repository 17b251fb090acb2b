use super::Reason;
use super::scan::{
    ALPHANUMERIC, Ascii, PUNCTUATION, apply, masked_debug, matches, modulo11, repeated, sum_up_to_two, without,
};
use crate::Mode;

const MASK: &str = "AA.AAA.AAA/AAAA-00";

/// A company's taxpayer number, numeric or alphanumeric (IN RFB 2.229/2024).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cnpj(Ascii<14>);

impl Cnpj {
    /// Reads a CNPJ, bare or as `AA.AAA.AAA/AAAA-00`. Lenient mode removes any `.`, `-`, `/` and spaces, and accepts
    /// lower case.
    ///
    /// # Errors
    /// The reason why the text is not a CNPJ.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let mut cnpj = Self(Ascii::EMPTY);
        let lowercase = cnpj.0.collect(text, ALPHANUMERIC, &[14], PUNCTUATION)?;
        let bytes = cnpj.0.as_bytes();
        if let Some(index) = bytes.iter().skip(12).position(|b| !b.is_ascii_digit()) {
            // The position counts the fourteen characters, so that it does not depend on the mask.
            return Err(Reason::Alphabet { position: 13 + index });
        }
        if mode == Mode::Strict {
            if lowercase {
                return Err(Reason::Lowercase);
            }
            if text.len() != 14 && !matches(text, MASK) {
                return Err(Reason::Mask);
            }
        }
        if repeated(bytes) {
            return Err(Reason::Sequence);
        }
        for base in [12, 13] {
            if bytes.get(base) != Some(&digit_of(bytes.get(..base).unwrap_or_default())) {
                return Err(Reason::CheckDigit);
            }
        }
        Ok(cnpj)
    }

    /// Makes a CNPJ from its first twelve characters (digits and capitals) and computes the check digits.
    #[must_use]
    pub fn generate(base: &str) -> Option<Self> {
        if !matches(base, "AAAAAAAAAAAA") {
            return None;
        }
        let mut text = Ascii::from_bytes(base.as_bytes());
        text.push(digit_of(text.as_bytes()));
        text.push(digit_of(text.as_bytes()));
        (!repeated(text.as_bytes())).then_some(Self(text))
    }

    /// The fourteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The full number with its mask, `00.000.000/0000-00`.
    #[must_use]
    pub fn format(&self) -> String {
        apply(MASK, self.as_str())
    }

    /// The number in a form that may be shown to people: `**.345.678/0001-**`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("**.{}-**", self.format().get(3..15).unwrap_or_default())
    }

    /// The text without mask characters.
    #[must_use]
    pub fn strip(text: &str) -> String {
        without(text, PUNCTUATION)
    }

    /// Whether the number has letters, as numbers issued since July 2026 may.
    #[must_use]
    pub fn alfanumerico(&self) -> bool {
        !self.0.as_bytes().iter().all(u8::is_ascii_digit)
    }

    /// The company's root: the first eight characters.
    #[must_use]
    pub fn raiz(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }

    /// The branch: the four characters after the root.
    #[must_use]
    pub fn order(&self) -> &str {
        self.as_str().get(8..12).unwrap_or_default()
    }

    /// Whether this is the head office (branch `0001`).
    #[must_use]
    pub fn matriz(&self) -> bool {
        self.order() == "0001"
    }
}

/// The check digit that follows twelve or thirteen characters: weights 5 to 2 (or 6 to 2), then 9 to 2.
fn digit_of(base: &[u8]) -> u8 {
    let (start, end) = base.split_at_checked(base.len().saturating_sub(8)).unwrap_or_default();
    let ([_, start], [_, end]) = (sum_up_to_two(start), sum_up_to_two(end));
    b'0' + modulo11(start + end)
}

masked_debug!(Cnpj);
