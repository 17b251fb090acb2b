use super::texto::{Ascii, DIGITOS, ESPACO, modulo10, numero, sem};
use super::{Motivo, Uf};
use crate::Modo;

/// The nine municipalities whose code does not follow the check digit (domain 3.3; all 5,571 were compared).
const EXCECOES: [u32; 9] =
    [2_201_919, 2_201_988, 2_202_251, 2_611_533, 3_117_836, 3_152_131, 4_305_871, 5_203_939, 5_203_962];

/// The code that fiscal documents use for abroad.
const EXTERIOR: &[u8] = b"9999999";

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
        let bytes = digitos.as_bytes();
        let codigo = numero(bytes.get(..2).unwrap_or_default());
        let uf = u8::try_from(codigo).ok().and_then(Uf::from_codigo).ok_or(Motivo::Regiao)?;
        if bytes == EXTERIOR {
            return Ok(Self { digitos, uf });
        }
        if uf == Uf::EX {
            return Err(Motivo::Regiao);
        }
        let (dv, base) = bytes.split_last().unwrap_or((&0, &[]));
        if base.ends_with(b"0000") {
            return Err(Motivo::Faixa);
        }
        if modulo10([base, &[]]) != *dv && !EXCECOES.contains(&numero(bytes)) {
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
