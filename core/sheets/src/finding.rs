use std::fmt;

use smartbill_documents::{Language, Message};
use smartbill_model::validate::{Finding, Severity};
use smartbill_model::{Error, ErrorKind};

use super::messages::CATALOGUE;

/// What a message quotes, by name.
pub(super) type Params = Vec<(&'static str, String)>;

/// The error of a file that cannot be read or written as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetError {
    /// A stable code.
    pub code: &'static str,
    /// The values that the message quotes.
    pub params: Vec<(&'static str, String)>,
}

impl SheetError {
    pub(super) fn new(code: &'static str, params: Params) -> Self {
        Self { code, params }
    }

    /// The message for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let params = self.params.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        CATALOGUE.message(self.code, &params, language)
    }
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::PtBr))
    }
}

impl std::error::Error for SheetError {}

impl From<SheetError> for Error {
    fn from(fault: SheetError) -> Self {
        let kind = match fault.code {
            "leitura_falhou" => ErrorKind::Io,
            "extensao_nao_gravada" => ErrorKind::Configuration,
            _ => ErrorKind::Spreadsheet,
        };
        let message = Message::new(fault.message(Language::PtBr), fault.message(Language::En));
        Self::new(kind, message).caused_by(fault)
    }
}

/// Adds the file's name to an error about the whole file.
#[must_use]
pub fn in_file(name: &str, error: Error) -> Error {
    if error.kind() != ErrorKind::Spreadsheet || name.is_empty() {
        return error;
    }
    let say = |language| format!("{name}: {}", error.message(language));
    Error::new(ErrorKind::Spreadsheet, Message::new(say(Language::PtBr), say(Language::En))).caused_by(error)
}

/// A value that cannot be read.
pub(crate) fn cell_error(code: &'static str) -> Finding {
    Finding::of(&CATALOGUE, code, Severity::Error)
}

/// Something about a value that should be looked at.
pub(crate) fn cell_warning(code: &'static str) -> Finding {
    Finding::of(&CATALOGUE, code, Severity::Warning)
}
