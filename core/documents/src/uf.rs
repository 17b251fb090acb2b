use super::scan::trim;
use super::{Reason, Uf};
use crate::Mode;

impl Uf {
    /// Reads an abbreviation; lenient mode takes lower case and surrounding spaces.
    ///
    /// # Errors
    /// The reason why the text is not an abbreviation.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let useful = trim(text);
        if useful.is_empty() {
            return Err(Reason::Empty);
        }
        if useful.len() > 64 {
            return Err(Reason::Long { max: 2 });
        }
        if let Some(index) = useful.chars().position(|ch| !ch.is_ascii_alphabetic()) {
            return Err(Reason::Alphabet { position: index + 1 });
        }
        let &[first, second] = useful.as_bytes() else {
            return Err(Reason::Length { expected: &[2], received: useful.len() });
        };
        let sigla = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        let uf = Self::from_letters(&sigla).ok_or(Reason::Region)?;
        if mode == Mode::Strict && useful != uf.sigla() {
            return Err(Reason::Lowercase);
        }
        if mode == Mode::Strict && useful.len() != text.len() {
            return Err(Reason::Mask);
        }
        Ok(uf)
    }

    /// The abbreviation, such as `SP`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.sigla()
    }

    /// The abbreviation: a state has no other written form.
    #[must_use]
    pub fn format(&self) -> String {
        self.sigla().to_owned()
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn strip(text: &str) -> String {
        trim(text).to_owned()
    }
}
