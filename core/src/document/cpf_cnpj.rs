use super::texto::{ALFANUMERICO, Ascii, PONTUACAO, mostra_mascarado};
use super::{Cnpj, Cpf, Motivo};
use crate::Modo;

/// A taxpayer number of either kind, told apart by length and alphabet.
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
    /// The reason why the text is neither.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let mut caracteres = Ascii::<14>::VAZIO;
        caracteres.colher(texto, ALFANUMERICO, &[11, 14], PONTUACAO)?;
        if caracteres.as_bytes().len() == 11 {
            Cpf::parse(texto, modo).map(Self::Cpf)
        } else {
            Cnpj::parse(texto, modo).map(Self::Cnpj)
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
    pub fn formatar(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.formatar(),
            Self::Cnpj(cnpj) => cnpj.formatar(),
        }
    }

    /// The number as it may be shown to people.
    #[must_use]
    pub fn mascarado(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.mascarado(),
            Self::Cnpj(cnpj) => cnpj.mascarado(),
        }
    }

    /// The text without mask characters.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        Cnpj::limpar(texto)
    }
}

mostra_mascarado!(CpfCnpj);
