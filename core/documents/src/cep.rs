use super::scan::{Ascii, DASH, DIGITS, DOT, SPACE, apply, masked_debug, matches, number, without};
use super::{Reason, Uf};
use crate::Mode;

const MASK: &str = "00000-000";

/// A CEP has no form with a `/`, so lenient mode does not remove one as it does from tax documents.
const IGNORES: u8 = SPACE | DOT | DASH;

/// The first three digits of each state's range. A range ends where the next one begins (Correios). `00xxx` and `789xx`
/// are not assigned.
const FAIXAS: &[(u16, Option<Uf>)] = &[
    (0, None),
    (10, Some(Uf::SP)),
    (200, Some(Uf::RJ)),
    (290, Some(Uf::ES)),
    (300, Some(Uf::MG)),
    (400, Some(Uf::BA)),
    (490, Some(Uf::SE)),
    (500, Some(Uf::PE)),
    (570, Some(Uf::AL)),
    (580, Some(Uf::PB)),
    (590, Some(Uf::RN)),
    (600, Some(Uf::CE)),
    (640, Some(Uf::PI)),
    (650, Some(Uf::MA)),
    (660, Some(Uf::PA)),
    (689, Some(Uf::AP)),
    (690, Some(Uf::AM)),
    (693, Some(Uf::RR)),
    (694, Some(Uf::AM)),
    (699, Some(Uf::AC)),
    (700, Some(Uf::DF)),
    (728, Some(Uf::GO)),
    (730, Some(Uf::DF)),
    (737, Some(Uf::GO)),
    (768, Some(Uf::RO)),
    (770, Some(Uf::TO)),
    (780, Some(Uf::MT)),
    (789, None),
    (790, Some(Uf::MS)),
    (800, Some(Uf::PR)),
    (880, Some(Uf::SC)),
    (900, Some(Uf::RS)),
];

/// A postal code inside one of the states' ranges.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cep {
    digits: Ascii<8>,
    uf: Uf,
}

impl Cep {
    /// Reads a CEP: bare or as `00000-000`; lenient mode removes any `.`, `-` and spaces.
    ///
    /// # Errors
    /// The reason why the text is not a CEP.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let mut digits = Ascii::EMPTY;
        digits.collect(text, DIGITS, &[8], IGNORES)?;
        if mode == Mode::Strict && text.len() != 8 && !matches(text, MASK) {
            return Err(Reason::Mask);
        }
        let three = number(digits.as_bytes().get(..3).unwrap_or_default());
        let faixa = FAIXAS.iter().rev().find(|faixa| u32::from(faixa.0) <= three);
        let uf = faixa.and_then(|faixa| faixa.1).ok_or(Reason::Faixa)?;
        Ok(Self { digits, uf })
    }

    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.digits.as_str()
    }

    /// The code with its mask, `00000-000`.
    #[must_use]
    pub fn format(&self) -> String {
        apply(MASK, self.as_str())
    }

    /// The code in a form that may be shown to people: `01001-***`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}-***", self.as_str().get(..5).unwrap_or_default())
    }

    /// The text without mask characters.
    #[must_use]
    pub fn strip(text: &str) -> String {
        without(text, IGNORES)
    }

    /// The state in whose range the code is.
    #[must_use]
    pub fn uf(&self) -> Uf {
        self.uf
    }
}

masked_debug!(Cep);
