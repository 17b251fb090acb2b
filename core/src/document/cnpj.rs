use super::Motivo;
use super::texto::{
    Alfabeto, Ascii, aplicar, casa, coletar, modulo11, mostra_mascarado, pontuacao, repetido, sem, soma,
};
use crate::Modo;

const SEM_MASCARA: &str = "AAAAAAAAAAAA00";
const MASCARA: &str = "AA.AAA.AAA/AAAA-00";

/// Weights of the second check digit; the first one uses them from the second position (domain 3.2).
const PESOS: [u8; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

/// A company's taxpayer number, numeric or alphanumeric (IN RFB 2.229/2024).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cnpj(Ascii<14>);

impl Cnpj {
    /// Reads a CNPJ: bare or as `AA.AAA.AAA/AAAA-00`; lenient mode removes any `.`, `-`, `/` and spaces and
    /// takes lower case.
    ///
    /// # Errors
    /// The reason why the text is no CNPJ.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let coleta = coletar::<14>(texto, Alfabeto::Alfanumerico, &[14], pontuacao)?;
        let cnpj = Self(coleta.texto);
        let bytes = cnpj.0.as_bytes();
        let (base, dv) = bytes.split_at(12);
        if !dv.iter().all(u8::is_ascii_digit) {
            // The position among the fourteen characters, so that it does not depend on the mask.
            let posicao = 13 + usize::from(dv.first().is_some_and(u8::is_ascii_digit));
            return Err(Motivo::Alfabeto { posicao });
        }
        if modo == Modo::Estrito {
            if coleta.minusculas {
                return Err(Motivo::Minuscula);
            }
            if !casa(texto, SEM_MASCARA) && !casa(texto, MASCARA) {
                return Err(Motivo::Mascara);
            }
        }
        if repetido(bytes) {
            return Err(Motivo::Sequencia);
        }
        if Self::digitos(base).as_slice() != dv {
            return Err(Motivo::DigitoVerificador);
        }
        Ok(cnpj)
    }

    /// Makes a CNPJ of its first twelve characters (digits and capitals), computing the check digits.
    #[must_use]
    pub fn gerar(base: &str) -> Option<Self> {
        if !casa(base, "AAAAAAAAAAAA") {
            return None;
        }
        let mut texto = Ascii::from_bytes(base.as_bytes());
        texto.extend(&Self::digitos(base.as_bytes()));
        (!repetido(texto.as_bytes())).then_some(Self(texto))
    }

    /// The fourteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The full number with its mask, `00.000.000/0000-00`.
    #[must_use]
    pub fn formatar(&self) -> String {
        aplicar(MASCARA, self.as_str())
    }

    /// The number as it may be shown to people, `**.345.678/0001-**`.
    #[must_use]
    pub fn mascarado(&self) -> String {
        format!("**.{}-**", self.formatar().get(3..15).unwrap_or_default())
    }

    /// The text without mask characters.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        sem(texto, pontuacao)
    }

    /// Whether it has letters, as numbers given since July 2026 may.
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
    pub fn ordem(&self) -> &str {
        self.as_str().get(8..12).unwrap_or_default()
    }

    /// Whether it is the head office (branch `0001`).
    #[must_use]
    pub fn matriz(&self) -> bool {
        self.ordem() == "0001"
    }

    fn digitos(base: &[u8]) -> [u8; 2] {
        let primeiro = modulo11(soma(base, PESOS.get(1..).unwrap_or_default()));
        let segundo = modulo11(soma(base, &PESOS) + u32::from(primeiro) * 2);
        [primeiro + b'0', segundo + b'0']
    }
}

mostra_mascarado!(Cnpj);
