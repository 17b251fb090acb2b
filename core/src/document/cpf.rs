use super::texto::{
    Ascii, DIGITOS, PONTUACAO, aplicar, casa, digito, modulo11, mostra_mascarado, repetido, sem, soma_ate_dois,
};
use super::{Motivo, Uf};
use crate::Modo;

const MASCARA: &str = "000.000.000-00";

/// States by fiscal region, the ninth digit (domain 3.1).
const REGIOES: [&[Uf]; 10] = [
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
    /// Reads a CPF: bare or as `000.000.000-00`; lenient mode removes any `.`, `-`, `/` and spaces.
    ///
    /// # Errors
    /// The reason why the text is no CPF.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let mut cpf = Self(Ascii::VAZIO);
        cpf.0.colher(texto, DIGITOS, &[11], PONTUACAO)?;
        if modo == Modo::Estrito && texto.len() != 11 && !casa(texto, MASCARA) {
            return Err(Motivo::Mascara);
        }
        let bytes = cpf.0.as_bytes();
        if repetido(bytes) {
            return Err(Motivo::Sequencia);
        }
        let (base, dv) = bytes.split_at_checked(9).unwrap_or_default();
        if digitos_de(base) != dv {
            return Err(Motivo::DigitoVerificador);
        }
        Ok(cpf)
    }

    /// Makes a CPF of its nine digits, computing the check digits; `None` if they are all the same.
    #[must_use]
    pub fn gerar(base: [u8; 9]) -> Option<Self> {
        if base.iter().any(|&d| d > 9) {
            return None;
        }
        let mut texto = Ascii::VAZIO;
        texto.extend(&base.map(|d| d + b'0'));
        texto.extend(&digitos_de(texto.as_bytes()));
        (!repetido(texto.as_bytes())).then_some(Self(texto))
    }

    /// The eleven digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The full number with its mask, `000.000.000-00`.
    #[must_use]
    pub fn formatar(&self) -> String {
        aplicar(MASCARA, self.as_str())
    }

    /// The number as it may be shown to people, `***.456.789-**`.
    #[must_use]
    pub fn mascarado(&self) -> String {
        format!("***.{}-**", self.formatar().get(4..11).unwrap_or_default())
    }

    /// The text without mask characters.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        sem(texto, PONTUACAO)
    }

    /// The fiscal region, the ninth digit.
    #[must_use]
    pub fn regiao_fiscal(&self) -> u8 {
        self.0.as_bytes().get(8).copied().map_or(0, digito)
    }

    /// The states of the fiscal region.
    #[must_use]
    pub fn ufs(&self) -> &'static [Uf] {
        REGIOES.get(usize::from(self.regiao_fiscal())).copied().unwrap_or_default()
    }
}

/// The check digits of nine digits: weights 10 to 2, then 11 to 2 over the first check digit too (domain 3.1).
fn digitos_de(base: &[u8]) -> [u8; 2] {
    let [soma, pesada] = soma_ate_dois(base);
    let primeiro = modulo11(pesada);
    let segundo = modulo11(pesada + soma + 2 * u32::from(primeiro));
    [b'0' + primeiro, b'0' + segundo]
}

mostra_mascarado!(Cpf);
