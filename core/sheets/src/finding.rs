use std::fmt;

use smartbill_documents::{Language, Message};
use smartbill_model::{Error, ErrorKind, validate};

use super::messages;
use super::messages::Params;
use super::spared::Spared;

/// Why a file as a whole cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetError {
    /// A stable code.
    pub code: &'static str,
    /// What the message quotes.
    pub params: Params,
}

impl SheetError {
    pub(super) fn new(code: &'static str, params: Params) -> Self {
        Self { code, params }
    }

    /// The message for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        messages::message(self.code, &self.params, language)
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
        let kind = if fault.code == "leitura_falhou" { ErrorKind::Io } else { ErrorKind::Spreadsheet };
        let message = Message::new(fault.message(Language::PtBr), fault.message(Language::En));
        Self::new(kind, message).caused_by(fault)
    }
}

/// What is wrong with a file as a whole is said with its name before it.
#[must_use]
pub fn in_file(name: &str, error: Error) -> Error {
    if error.kind() != ErrorKind::Spreadsheet || name.is_empty() {
        return error;
    }
    let say = |language| format!("{name}: {}", error.message(language));
    Error::new(ErrorKind::Spreadsheet, Message::new(say(Language::PtBr), say(Language::En))).caused_by(error)
}

/// Whether a problem stops a row from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SheetSeverity {
    /// The row is rejected.
    Error,
    /// The row is accepted, and something about it should be looked at.
    Warning,
}

impl SheetSeverity {
    /// `"error"` or `"warning"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetFinding {
    /// The name of the sheet (of the file, when it is text).
    pub sheet: String,
    /// The row as a spreadsheet program numbers it, from 1.
    pub row: u32,
    /// The letter of the column, if one cell is at fault.
    pub column: Option<String>,
    /// The header of the column, as written in the file.
    pub header: Option<String>,
    /// The field of the model, as a path such as `endereco.cep`.
    pub field: Option<String>,
    /// What the cell holds, as a person sees it.
    pub value: String,
    /// A stable code.
    pub code: &'static str,
    /// What the message quotes.
    pub params: Params,
    /// Whether the row is rejected.
    pub severity: SheetSeverity,
    /// A value that would be accepted, where one can be told.
    pub suggestion: Option<String>,
    /// The rule of the model that is broken, when it is one of those and not the cell itself.
    pub of_model: Option<validate::Problem>,
    /// What became of the field, where it is wrong and the row goes all the same.
    pub spared: Option<Spared>,
}

impl SheetFinding {
    /// What is wrong, for a person, without the place.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let mut text = if let Some(problem) = &self.of_model {
            problem.message(language)
        } else {
            let mut params = self.params.clone();
            params.push(("value", clip(&self.value)));
            messages::message(self.code, &params, language)
        };
        if let Some(spared) = &self.spared {
            text.push_str(&spared.note(language));
        }
        if let Some(suggestion) = &self.suggestion {
            text.push_str(match language {
                Language::PtBr => "; sugestão: `",
                Language::En => "; suggestion: `",
            });
            text.push_str(suggestion);
            text.push('`');
        }
        text
    }

    /// Where it is, for a person: sheet, row, column and header.
    #[must_use]
    pub fn place(&self, language: Language) -> String {
        let row = match language {
            Language::PtBr => "linha",
            Language::En => "row",
        };
        let column = match language {
            Language::PtBr => "coluna",
            Language::En => "column",
        };
        let mut text = format!("{}, {row} {}", self.sheet, self.row);
        if let Some(ch) = &self.column {
            text.push_str(", ");
            text.push_str(column);
            text.push(' ');
            text.push_str(ch);
        }
        if let Some(header) = &self.header {
            text.push_str(" (");
            text.push_str(header);
            text.push(')');
        }
        text
    }
}

/// A value short enough to be quoted, on one line.
pub(super) fn clip(value: &str) -> String {
    const MAX: usize = 80;
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match one_line.char_indices().nth(MAX) {
        Some((cut, _)) => format!("{}…", one_line.get(..cut).unwrap_or_default()),
        None => one_line,
    }
}
