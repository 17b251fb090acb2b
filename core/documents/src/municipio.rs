use super::scan::{Ascii, DIGITS, SPACE, modulo10, number, without};
use super::{Reason, Uf};
use crate::Mode;

/// The nine municipalities whose code does not follow the check digit (all 5,571 were compared).
const EXCEPTIONS: [u32; 9] =
    [2_201_919, 2_201_988, 2_202_251, 2_611_533, 3_117_836, 3_152_131, 4_305_871, 5_203_939, 5_203_962];

/// The code that fiscal documents use for abroad.
const EXTERIOR: &[u8] = b"9999999";

/// The IBGE code of a municipality.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Municipio {
    digits: Ascii<7>,
    uf: Uf,
}

impl Municipio {
    /// Reads a seven-digit code; lenient mode removes spaces.
    ///
    /// # Errors
    /// The reason why the text is not a municipality code.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let mut digits = Ascii::EMPTY;
        digits.collect(text, DIGITS, &[7], SPACE)?;
        if mode == Mode::Strict && text.len() != 7 {
            return Err(Reason::Mask);
        }
        let bytes = digits.as_bytes();
        let code = number(bytes.get(..2).unwrap_or_default());
        let uf = u8::try_from(code).ok().and_then(Uf::from_code).ok_or(Reason::Region)?;
        if bytes == EXTERIOR {
            return Ok(Self { digits, uf });
        }
        if uf == Uf::EX {
            return Err(Reason::Region);
        }
        let (dv, base) = bytes.split_last().unwrap_or((&0, &[]));
        if base.ends_with(b"0000") {
            return Err(Reason::Faixa);
        }
        if modulo10([base, &[]]) != *dv && !EXCEPTIONS.contains(&number(bytes)) {
            return Err(Reason::CheckDigit);
        }
        Ok(Self { digits, uf })
    }

    /// The seven digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.digits.as_str()
    }

    /// The seven digits: the code has no mask.
    #[must_use]
    pub fn format(&self) -> String {
        self.as_str().to_owned()
    }

    /// The text without spaces.
    #[must_use]
    pub fn strip(text: &str) -> String {
        without(text, SPACE)
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
