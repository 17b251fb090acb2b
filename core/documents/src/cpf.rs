use super::scan::{
    Ascii, DIGITS, PUNCTUATION, apply, digit, masked_debug, matches, modulo11, repeated, sum_up_to_two, without,
};
use super::{Reason, Uf};
use crate::Mode;

const MASK: &str = "000.000.000-00";

/// The states of each fiscal region. The ninth digit is the region.
const REGIONS: [&[Uf]; 10] = [
    &[Uf::RS],
    &[Uf::DF, Uf::GO, Uf::MS, Uf::MT, Uf::TO],
    &[Uf::AC, Uf::AM, Uf::AP, Uf::PA, Uf::RO, Uf::RR],
    &[Uf::CE, Uf::MA, Uf::PI],
    &[Uf::AL, Uf::PB, Uf::PE, Uf::RN],
    &[Uf::BA, Uf::SE],
    &[Uf::MG],
    &[Uf::ES, Uf::RJ],
    &[Uf::SP],
    &[Uf::PR, Uf::SC],
];

/// A person's taxpayer number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cpf(Ascii<11>);

impl Cpf {
    /// Reads a CPF, bare or as `000.000.000-00`. Lenient mode removes any `.`, `-`, `/` and spaces.
    ///
    /// # Errors
    /// The reason why the text is not a CPF.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let mut cpf = Self(Ascii::EMPTY);
        cpf.0.collect(text, DIGITS, &[11], PUNCTUATION)?;
        if mode == Mode::Strict && text.len() != 11 && !matches(text, MASK) {
            return Err(Reason::Mask);
        }
        let bytes = cpf.0.as_bytes();
        if repeated(bytes) {
            return Err(Reason::Sequence);
        }
        let (base, dv) = bytes.split_at_checked(9).unwrap_or_default();
        if digits_of(base) != dv {
            return Err(Reason::CheckDigit);
        }
        Ok(cpf)
    }

    /// Makes a CPF from its nine digits and computes the check digits. Returns `None` if the digits are all the same.
    #[must_use]
    pub fn generate(base: [u8; 9]) -> Option<Self> {
        if base.iter().any(|&d| d > 9) {
            return None;
        }
        let mut text = Ascii::EMPTY;
        text.extend(&base.map(|d| d + b'0'));
        text.extend(&digits_of(text.as_bytes()));
        (!repeated(text.as_bytes())).then_some(Self(text))
    }

    /// The eleven digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The full number with its mask, `000.000.000-00`.
    #[must_use]
    pub fn format(&self) -> String {
        apply(MASK, self.as_str())
    }

    /// The number in a form that may be shown to people: `***.456.789-**`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("***.{}-**", self.format().get(4..11).unwrap_or_default())
    }

    /// The text without mask characters.
    #[must_use]
    pub fn strip(text: &str) -> String {
        without(text, PUNCTUATION)
    }

    /// The fiscal region, the ninth digit.
    #[must_use]
    pub fn regiao_fiscal(&self) -> u8 {
        self.0.as_bytes().get(8).copied().map_or(0, digit)
    }

    /// The states of the fiscal region.
    #[must_use]
    pub fn ufs(&self) -> &'static [Uf] {
        REGIONS.get(usize::from(self.regiao_fiscal())).copied().unwrap_or_default()
    }
}

/// The check digits of nine digits: weights 10 to 2, then 11 to 2 with the first check digit included.
fn digits_of(base: &[u8]) -> [u8; 2] {
    let [sum, weighted] = sum_up_to_two(base);
    let first = modulo11(weighted);
    let second = modulo11(weighted + sum + 2 * u32::from(first));
    [b'0' + first, b'0' + second]
}

masked_debug!(Cpf);
