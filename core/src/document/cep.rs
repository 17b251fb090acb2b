use super::texto::{Ascii, DIGITOS, ESPACO, PONTO, TRACO, aplicar, casa, mostra_mascarado, numero, sem};
use super::{Motivo, Uf};
use crate::Modo;

const MASCARA: &str = "00000-000";

/// A `/` is not passed over as it is in the tax documents: no form of a CEP has one.
const IGNORA: u8 = ESPACO | PONTO | TRACO;

/// The first three digits with which each state's range begins; it ends where the next one begins (domain 3.4;
/// Correios). `00xxx` and `789xx` are not assigned.
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
    digitos: Ascii<8>,
    uf: Uf,
}

impl Cep {
    /// Reads a CEP: bare or as `00000-000`; lenient mode removes any `.`, `-` and spaces.
    ///
    /// # Errors
    /// The reason why the text is no CEP.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let mut digitos = Ascii::VAZIO;
        digitos.colher(texto, DIGITOS, &[8], IGNORA)?;
        if modo == Modo::Estrito && texto.len() != 8 && !casa(texto, MASCARA) {
            return Err(Motivo::Mascara);
        }
        let tres = numero(digitos.as_bytes().get(..3).unwrap_or_default());
        let faixa = FAIXAS.iter().rev().find(|faixa| u32::from(faixa.0) <= tres);
        let uf = faixa.and_then(|faixa| faixa.1).ok_or(Motivo::Faixa)?;
        Ok(Self { digitos, uf })
    }

    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.digitos.as_str()
    }

    /// The code with its mask, `00000-000`.
    #[must_use]
    pub fn formatar(&self) -> String {
        aplicar(MASCARA, self.as_str())
    }

    /// The code as it may be shown to people, `01001-***`.
    #[must_use]
    pub fn mascarado(&self) -> String {
        format!("{}-***", self.as_str().get(..5).unwrap_or_default())
    }

    /// The text without mask characters.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        sem(texto, IGNORA)
    }

    /// The state whose range it is in.
    #[must_use]
    pub fn uf(&self) -> Uf {
        self.uf
    }
}

mostra_mascarado!(Cep);
