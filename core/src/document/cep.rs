use super::texto::{Ascii, DIGITOS, ESPACO, PONTO, TRACO, aplicar, casa, digito, mostra_mascarado, sem};
use super::{Motivo, Uf};
use crate::Modo;

const MASCARA: &str = "00000-000";

/// A `/` is not passed over as it is in the tax documents: no form of a CEP has one.
const IGNORA: u8 = ESPACO | PONTO | TRACO;

/// First and last five digits of each state's ranges, in order (domain 3.4; Correios).
/// `00xxx` and `789xx` are not assigned.
const FAIXAS: &[(u32, u32, Uf)] = &[
    (1000, 19999, Uf::SP),
    (20000, 28999, Uf::RJ),
    (29000, 29999, Uf::ES),
    (30000, 39999, Uf::MG),
    (40000, 48999, Uf::BA),
    (49000, 49999, Uf::SE),
    (50000, 56999, Uf::PE),
    (57000, 57999, Uf::AL),
    (58000, 58999, Uf::PB),
    (59000, 59999, Uf::RN),
    (60000, 63999, Uf::CE),
    (64000, 64999, Uf::PI),
    (65000, 65999, Uf::MA),
    (66000, 68899, Uf::PA),
    (68900, 68999, Uf::AP),
    (69000, 69299, Uf::AM),
    (69300, 69399, Uf::RR),
    (69400, 69899, Uf::AM),
    (69900, 69999, Uf::AC),
    (70000, 72799, Uf::DF),
    (72800, 72999, Uf::GO),
    (73000, 73699, Uf::DF),
    (73700, 76799, Uf::GO),
    (76800, 76999, Uf::RO),
    (77000, 77999, Uf::TO),
    (78000, 78899, Uf::MT),
    (79000, 79999, Uf::MS),
    (80000, 87999, Uf::PR),
    (88000, 89999, Uf::SC),
    (90000, 99999, Uf::RS),
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
        let cinco = digitos.as_bytes().iter().take(5).fold(0, |total, &b| total * 10 + u32::from(digito(b)));
        let indice = FAIXAS.partition_point(|&(_, fim, _)| fim < cinco);
        match FAIXAS.get(indice) {
            Some(&(inicio, _, uf)) if inicio <= cinco => Ok(Self { digitos, uf }),
            _ => Err(Motivo::Faixa),
        }
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
