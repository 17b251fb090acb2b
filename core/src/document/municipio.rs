use super::texto::{Alfabeto, Ascii, coletar, digito, espaco, sem};
use super::{Motivo, Uf};
use crate::Modo;

/// The nine municipalities whose code does not follow the check digit (domain 3.3; all 5,571 were compared).
const EXCECOES: [&str; 9] =
    ["2201919", "2201988", "2202251", "2611533", "3117836", "3152131", "4305871", "5203939", "5203962"];

/// The code that fiscal documents use for abroad.
const EXTERIOR: &str = "9999999";

/// The IBGE code of a municipality.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Municipio {
    digitos: Ascii<7>,
    uf: Uf,
}

impl Municipio {
    /// Reads a seven-digit code; lenient mode removes spaces.
    ///
    /// # Errors
    /// The reason why the text is no municipality code.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let coleta = coletar::<7>(texto, Alfabeto::Digitos, &[7], espaco)?;
        if modo == Modo::Estrito && texto.len() != 7 {
            return Err(Motivo::Mascara);
        }
        let digitos = coleta.texto;
        if digitos.as_str() == EXTERIOR {
            return Ok(Self { digitos, uf: Uf::EX });
        }
        let codigo: u8 = digitos.as_str().get(..2).and_then(|uf| uf.parse().ok()).unwrap_or_default();
        let uf = Uf::from_codigo(codigo).filter(|&uf| uf != Uf::EX).ok_or(Motivo::Regiao)?;
        let (base, dv) = digitos.as_bytes().split_at(6);
        if base.ends_with(b"0000") {
            return Err(Motivo::Faixa);
        }
        if [Self::digito_de(base)] != dv && !EXCECOES.contains(&digitos.as_str()) {
            return Err(Motivo::DigitoVerificador);
        }
        Ok(Self { digitos, uf })
    }

    /// The seven digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.digitos.as_str()
    }

    /// The seven digits: the code has no mask.
    #[must_use]
    pub fn formatar(&self) -> String {
        self.as_str().to_owned()
    }

    /// The text without spaces.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        sem(texto, espaco)
    }

    /// The state that the first two digits name.
    #[must_use]
    pub fn uf(&self) -> Uf {
        self.uf
    }

    /// Weights 1, 2 from the left, the digits of each product added, complement to the next ten.
    fn digito_de(base: &[u8]) -> u8 {
        let soma: u32 = base
            .iter()
            .zip([1, 2].into_iter().cycle())
            .map(|(&b, peso)| {
                let produto = u32::from(digito(b)) * peso;
                produto / 10 + produto % 10
            })
            .sum();
        b'0' + u8::try_from((10 - soma % 10) % 10).unwrap_or_default()
    }
}

impl std::fmt::Display for Municipio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Municipio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Municipio({})", self.as_str())
    }
}
