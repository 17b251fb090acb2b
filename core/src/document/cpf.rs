use super::texto::{
    Alfabeto, Ascii, aplicar, casa, coletar, digito, modulo11, mostra_mascarado, pontuacao, repetido, sem, soma,
};
use super::{Motivo, Uf};
use crate::Modo;

const MASCARA: &str = "000.000.000-00";

/// Weights of the second check digit; the first one uses them from the second position (domain 3.1).
const PESOS: [u8; 10] = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];

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
        let coleta = coletar::<11>(texto, Alfabeto::Digitos, &[11], pontuacao)?;
        if modo == Modo::Estrito && texto.len() != 11 && !casa(texto, MASCARA) {
            return Err(Motivo::Mascara);
        }
        let cpf = Self(coleta.texto);
        let bytes = cpf.0.as_bytes();
        if repetido(bytes) {
            return Err(Motivo::Sequencia);
        }
        if Self::digitos(bytes).as_slice() != bytes.get(9..).unwrap_or_default() {
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
        texto.extend(&Self::digitos(texto.as_bytes()));
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
        sem(texto, pontuacao)
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

    fn digitos(bytes: &[u8]) -> [u8; 2] {
        let base = bytes.get(..9).unwrap_or_default();
        let primeiro = modulo11(soma(base, PESOS.get(1..).unwrap_or_default()));
        let segundo = modulo11(soma(base, &PESOS) + u32::from(primeiro) * 2);
        [primeiro + b'0', segundo + b'0']
    }
}

mostra_mascarado!(Cpf);
