use super::scan::{ALPHANUMERIC, Ascii, PUNCTUATION, masked_debug};
use super::{Cnpj, Cpf, Reason};
use crate::Mode;

/// A taxpayer number of a person or a company. Length and alphabet tell the two apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CpfCnpj {
    /// A person.
    Cpf(Cpf),
    /// A company.
    Cnpj(Cnpj),
}

impl CpfCnpj {
    /// Reads a CPF or a CNPJ.
    ///
    /// # Errors
    /// The reason why the text is neither a CPF nor a CNPJ.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let mut characters = Ascii::<14>::EMPTY;
        characters.collect(text, ALPHANUMERIC, &[11, 14], PUNCTUATION)?;
        if characters.as_bytes().len() == 11 {
            Cpf::parse(text, mode).map(Self::Cpf)
        } else {
            Cnpj::parse(text, mode).map(Self::Cnpj)
        }
    }

    /// The eleven digits or fourteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(cpf) => cpf.as_str(),
            Self::Cnpj(cnpj) => cnpj.as_str(),
        }
    }

    /// The full number with its mask.
    #[must_use]
    pub fn format(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.format(),
            Self::Cnpj(cnpj) => cnpj.format(),
        }
    }

    /// The number in a form that may be shown to people.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.masked(),
            Self::Cnpj(cnpj) => cnpj.masked(),
        }
    }

    /// The text without mask characters.
    #[must_use]
    pub fn strip(text: &str) -> String {
        Cnpj::strip(text)
    }
}

masked_debug!(CpfCnpj);
