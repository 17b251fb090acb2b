use super::Motivo;
use super::texto::{
    ALFANUMERICO, Ascii, PONTUACAO, aplicar, casa, modulo11, mostra_mascarado, repetido, sem, soma_ate_dois,
};
use crate::Modo;

const MASCARA: &str = "AA.AAA.AAA/AAAA-00";

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
        let mut cnpj = Self(Ascii::VAZIO);
        let minusculas = cnpj.0.colher(texto, ALFANUMERICO, &[14], PONTUACAO)?;
        let bytes = cnpj.0.as_bytes();
        if let Some(indice) = bytes.iter().skip(12).position(|b| !b.is_ascii_digit()) {
            // The position among the fourteen characters, so that it does not depend on the mask.
            return Err(Motivo::Alfabeto { posicao: 13 + indice });
        }
        if modo == Modo::Estrito {
            if minusculas {
                return Err(Motivo::Minuscula);
            }
            if texto.len() != 14 && !casa(texto, MASCARA) {
                return Err(Motivo::Mascara);
            }
        }
        if repetido(bytes) {
            return Err(Motivo::Sequencia);
        }
        for base in [12, 13] {
            if bytes.get(base) != Some(&digito_de(bytes.get(..base).unwrap_or_default())) {
                return Err(Motivo::DigitoVerificador);
            }
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
        texto.push(digito_de(texto.as_bytes()));
        texto.push(digito_de(texto.as_bytes()));
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
        sem(texto, PONTUACAO)
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
}

/// The check digit that follows twelve characters, or thirteen: weights 5 to 2 (6 to 2), then 9 to 2 (domain 3.2).
fn digito_de(base: &[u8]) -> u8 {
    let (inicio, fim) = base.split_at_checked(base.len().saturating_sub(8)).unwrap_or_default();
    let ([_, inicio], [_, fim]) = (soma_ate_dois(inicio), soma_ate_dois(fim));
    b'0' + modulo11(inicio + fim)
}

mostra_mascarado!(Cnpj);
