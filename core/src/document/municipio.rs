use super::texto::{Ascii, DIGITOS, ESPACO, digito, modulo10, sem};
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
        let mut digitos = Ascii::VAZIO;
        digitos.colher(texto, DIGITOS, &[7], ESPACO)?;
        if modo == Modo::Estrito && texto.len() != 7 {
            return Err(Motivo::Mascara);
        }
        if digitos.as_str() == EXTERIOR {
            return Ok(Self { digitos, uf: Uf::EX });
        }
        let codigo = digitos.as_bytes().iter().take(2).fold(0, |codigo, &b| codigo * 10 + digito(b));
        let uf = Uf::from_codigo(codigo).filter(|&uf| uf != Uf::EX).ok_or(Motivo::Regiao)?;
        let (dv, base) = digitos.as_bytes().split_last().unwrap_or((&0, &[]));
        if base.ends_with(b"0000") {
            return Err(Motivo::Faixa);
        }
        if modulo10([base, &[]]) != *dv && !EXCECOES.contains(&digitos.as_str()) {
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
        sem(texto, ESPACO)
    }

    /// The state that the first two digits name.
    #[must_use]
    pub fn uf(&self) -> Uf {
        self.uf
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
