//! What becomes of an optional field that is wrong, so that the row can go without the rest being lost.

use smartbill_documents::Language;
use smartbill_model::Value;
use smartbill_model::validate::{Problem, Violation};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spared {
    /// It was left out.
    LeftOut,
    /// It was read as this, which leaves no doubt about what was meant.
    ReadAs(String),
}

impl Spared {
    /// What becomes of `value`, which breaks a rule; `uf` is the state of its record.
    #[must_use]
    pub fn of(violation: &Violation, value: &Value<'_>, uf: Option<&str>) -> Self {
        let mended = match (&violation.problem, value) {
            (Problem::Document { kind, .. }, Value::Text(text)) => {
                kind.mended(text, uf).filter(|mended| mended != text)
            }
            _ => None,
        };
        mended.map_or(Self::LeftOut, Self::ReadAs)
    }

    /// What is said of it, after what is wrong.
    #[must_use]
    pub fn note(&self, language: Language) -> String {
        match (self, language) {
            (Self::LeftOut, Language::PtBr) => "; campo deixado de fora".to_owned(),
            (Self::LeftOut, Language::En) => "; field left out".to_owned(),
            (Self::ReadAs(text), Language::PtBr) => format!("; lido como `{text}`"),
            (Self::ReadAs(text), Language::En) => format!("; read as `{text}`"),
        }
    }
}
