use smartbill_documents::Language;

use crate::finding::SheetSeverity;
use crate::messages::{Params, message};

/// Something to be said about a value: why it cannot be read, or what was done so that it could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// What the message quotes.
    pub params: Params,
    /// Whether the value is rejected.
    pub severity: SheetSeverity,
    /// A value that would be accepted, where one can be told.
    pub suggestion: Option<String>,
}

impl Finding {
    pub(crate) fn error(code: &'static str) -> Self {
        Self { code, params: Vec::new(), severity: SheetSeverity::Error, suggestion: None }
    }

    pub(crate) fn warning(code: &'static str) -> Self {
        Self { severity: SheetSeverity::Warning, ..Self::error(code) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    pub(crate) fn suggesting(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The message for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        message(self.code, &self.params, language)
    }
}
