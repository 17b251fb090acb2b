use super::scan::{
    ALPHANUMERIC, Ascii, PUNCTUATION, apply, from_the_start, masked_debug, matches, modulo11, number, sum_from_2_to_9,
    trim, without,
};
use super::{Cnpj, Cpf, CpfCnpj, Reason, Uf};
use crate::Mode;
use crate::text::join;

/// Six digits, the issuer's twelve characters, twenty-six digits.
const MASK: &str = "0000 00AA AAAA AAAA AA00 0000 0000 0000 0000 0000 0000";

/// The prefixes that the XML puts before the key, one for each kind of document.
const PREFIXES: [&str; 7] = ["NFe", "CTe", "MDFe", "CFe", "BPe", "NF3e", "NFCom"];

/// Document models.
const MODELS: &[(&str, &str)] = &[
    ("55", "NF-e"),
    ("57", "CT-e"),
    ("58", "MDF-e"),
    ("59", "CF-e SAT"),
    ("62", "NFCom"),
    ("63", "BP-e"),
    ("64", "GTV-e"),
    ("65", "NFC-e"),
    ("66", "NF3e"),
    ("67", "CT-e OS"),
];

/// The access key of an electronic fiscal document (NF-e, NFC-e, CT-e, MDF-e, CF-e, …).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChaveDfe(Ascii<44>);

/// The parts that [`ChaveDfe::generate`] puts together.
#[derive(Clone, Debug)]
pub struct KeyParts {
    /// The issuer's state.
    pub uf: Uf,
    /// Year of issue; its last two digits go into the key.
    pub year: i16,
    /// Month of issue.
    pub month: i8,
    /// The issuer. A CPF is filled up with zeros.
    pub emitente: CpfCnpj,
    /// Model, such as 55.
    pub model: u8,
    /// Series, 0 to 999.
    pub serie: u16,
    /// Number, 1 to 999,999,999.
    pub number: u32,
    /// Kind of issue, 1 to 9.
    pub tipo_emissao: u8,
    /// The issuer's own number, up to 99,999,999.
    pub code: u32,
}

impl ChaveDfe {
    /// Reads a key: bare or in groups of four, with the XML's prefix (`NFe`) or without; lenient mode removes any
    /// `.`, `-`, `/` and spaces, and takes models that are not in the table.
    ///
    /// # Errors
    /// The reason why the text is not an access key.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let useful = without_prefix(text);
        let mut key = Self(Ascii::EMPTY);
        let lowercase = key
            .0
            .collect(useful, ALPHANUMERIC, &[44], PUNCTUATION)
            .map_err(|reason| from_the_start(reason, text, useful))?;
        let ch = key
            .0
            .as_bytes()
            .iter()
            .enumerate()
            .position(|(index, b)| b.is_ascii_alphabetic() && !(6..18).contains(&index));
        if let Some(index) = ch {
            return Err(Reason::Alphabet { position: index + 1 });
        }
        if mode == Mode::Strict {
            if lowercase {
                return Err(Reason::Lowercase);
            }
            if useful.len() != 44 && !matches(useful, MASK) {
                return Err(Reason::Mask);
            }
        }
        let bytes = key.0.as_bytes();
        let (dv, base) = bytes.split_last().unwrap_or((&0, &[]));
        if *dv != digit_of(base) {
            return Err(Reason::CheckDigit);
        }
        if key.uf_code().is_none() {
            return Err(Reason::Region);
        }
        if !matches!(number(key.slice(4, 6).as_bytes()), 1..=12) {
            return Err(Reason::InvalidField { field: "mes" });
        }
        if mode == Mode::Strict && key.modelo_name().is_none() {
            return Err(Reason::InvalidField { field: "modelo" });
        }
        Ok(key)
    }

    /// Makes a key from its parts and computes the check digit.
    ///
    /// # Errors
    /// The part that does not fit.
    pub fn generate(parts: &KeyParts) -> Result<Self, Reason> {
        let fits = |field: &'static str, fits: bool| {
            if fits { Ok(()) } else { Err(Reason::InvalidField { field }) }
        };
        fits("uf", parts.uf != Uf::EX)?;
        fits("ano", (2000..2100).contains(&parts.year))?;
        fits("mes", (1..=12).contains(&parts.month))?;
        fits("modelo", MODELS.iter().any(|row| row.0.parse() == Ok(parts.model)))?;
        fits("serie", parts.serie <= 999)?;
        fits("numero", (1..=999_999_999).contains(&parts.number))?;
        fits("tipo_emissao", (1..=9).contains(&parts.tipo_emissao))?;
        fits("codigo", parts.code <= 99_999_999)?;
        let base = format!(
            "{:02}{:02}{:02}{:0>14}{:02}{:03}{:09}{}{:08}",
            parts.uf.codigo_ibge(),
            parts.year % 100,
            parts.month,
            parts.emitente.as_str(),
            parts.model,
            parts.serie,
            parts.number,
            parts.tipo_emissao,
            parts.code,
        );
        let mut key = Ascii::from_bytes(base.as_bytes());
        key.push(digit_of(base.as_bytes()));
        Ok(Self(key))
    }

    /// The forty-four characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The key in groups of four, as printed.
    #[must_use]
    pub fn format(&self) -> String {
        apply(MASK, self.as_str())
    }

    /// The key in a form that may be shown to people: without its issuer and the issuer's own number.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}{}{}{}", self.slice(0, 6), "*".repeat(14), self.slice(20, 34), "*".repeat(10))
    }

    /// The text without mask characters and prefix.
    #[must_use]
    pub fn strip(text: &str) -> String {
        let clean = without(without_prefix(text), PUNCTUATION);
        // Without its punctuation, `NF-e` is a prefix.
        without_prefix(&clean).to_owned()
    }

    /// The issuer's state.
    #[must_use]
    pub fn uf(&self) -> Uf {
        // The key was checked when it was read, so the state exists.
        self.uf_code().unwrap_or(Uf::EX)
    }

    /// Year and month of issue, `AAAA-MM`.
    #[must_use]
    pub fn ano_mes(&self) -> String {
        join(&["20", self.slice(2, 4), "-", self.slice(4, 6)], "")
    }

    /// The issuer, if its check digits agree: a CNPJ, or a CPF after three zeros.
    #[must_use]
    pub fn emitente(&self) -> Option<CpfCnpj> {
        let text = self.slice(6, 20);
        if let Ok(cnpj) = Cnpj::parse(text, Mode::Strict) {
            return Some(CpfCnpj::Cnpj(cnpj));
        }
        let cpf = text.strip_prefix("000")?;
        Cpf::parse(cpf, Mode::Strict).ok().map(CpfCnpj::Cpf)
    }

    /// The two digits of the model, such as `55`.
    #[must_use]
    pub fn model(&self) -> &str {
        self.slice(20, 22)
    }

    /// The name of the model, such as `NF-e`. `None` if the table does not have the model.
    #[must_use]
    pub fn modelo_name(&self) -> Option<&'static str> {
        MODELS.iter().find(|row| row.0 == self.model()).map(|row| row.1)
    }

    /// The series; for CF-e SAT, the serial number of the device.
    #[must_use]
    pub fn serie(&self) -> &str {
        if self.sat() { self.slice(22, 31) } else { self.slice(22, 25) }
    }

    /// The document's number.
    #[must_use]
    pub fn number(&self) -> &str {
        if self.sat() { self.slice(31, 37) } else { self.slice(25, 34) }
    }

    /// The kind of issue. `None` for CF-e SAT.
    #[must_use]
    pub fn tipo_emissao(&self) -> Option<&str> {
        (!self.sat()).then(|| self.slice(34, 35))
    }

    fn uf_code(&self) -> Option<Uf> {
        let code = u8::try_from(number(self.slice(0, 2).as_bytes())).ok()?;
        Uf::from_code(code).filter(|&uf| uf != Uf::EX)
    }

    fn sat(&self) -> bool {
        self.model() == "59"
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.as_str().get(start..end).unwrap_or_default()
    }
}

fn without_prefix(text: &str) -> &str {
    let useful = trim(text);
    PREFIXES
        .iter()
        .find_map(|prefix| useful.strip_prefix(prefix))
        // A key begins with a digit, so no part of the key is taken for a prefix.
        .filter(|rest| rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit()))
        .unwrap_or(text)
}

/// Computes the check digit: weights 2 to 9 from the right over the characters' values.
fn digit_of(base: &[u8]) -> u8 {
    b'0' + modulo11(sum_from_2_to_9([base, &[]]))
}

masked_debug!(ChaveDfe);
