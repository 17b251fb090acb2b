use std::borrow::Cow;
use std::fmt;

use smartbill_documents::Language;
use smartbill_documents::catalogue::{Catalogue, Params};
use smartbill_documents::text::natural;

use super::problem::{CATALOGUE, Problem};

/// How much a [`Finding`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The value cannot be sent.
    Error,
    /// The value can be sent, but somebody should look at it.
    Warning,
}

impl Severity {
    /// `"error"` or `"warning"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong with an input, or worth a look: what, where, and how much it matters.
///
/// A finding is data. Its sentence is made in the language of the person who reads it, by [`Finding::message`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Finding {
    code: Cow<'static, str>,
    /// Error or warning.
    pub severity: Severity,
    /// The field: JSON names and indices, such as `endereco.cep` or `itens[0].quantidade`; empty for the record as a whole.
    pub path: String,
    /// What the sentence quotes, such as `max`.
    pub params: Params,
    /// A value that would be accepted, if one is known.
    pub suggestion: Option<Box<str>>,
    /// The place in the table, if the input came from one.
    pub place: Option<Box<Place>>,
    /// What was done with an invalid optional field, so that the record can be sent without it.
    pub spared: Option<Box<Spared>>,
    /// The catalogue with the sentences of the code.
    catalogue: &'static Catalogue,
}

/// A place in a table.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The name of the sheet, or of the file if it is text. Empty if the table has no name.
    pub sheet: String,
    /// The row as a spreadsheet program numbers it, from 1.
    pub row: u32,
    /// The letter of the column, if the finding is about one cell.
    pub column: Option<String>,
    /// The header of the column, as written.
    pub header: Option<String>,
    /// The content of the cell as a person sees it. It may be personal data, so `Debug` leaves it out.
    pub value: String,
}

impl Place {
    /// The place as text for a person: sheet, row, column and header.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let row = language.choose("linha", "row");
        let mut text = [&self.sheet, ", ", row, " ", &natural(self.row.into())].concat();
        if let Some(column) = &self.column {
            text.extend([", ", language.choose("coluna", "column"), " ", column]);
        }
        if let Some(header) = &self.header {
            text.extend([" (", header, ")"]);
        }
        text
    }
}

/// What was done with an invalid optional field, so that the rest of the record can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spared {
    /// The field was left out.
    LeftOut,
    /// The field was read as this value, because there is no doubt about what was meant.
    ReadAs(String),
}

impl Spared {
    /// The note that follows the sentence of the finding.
    #[must_use]
    pub fn note(&self, language: Language) -> String {
        match self {
            Self::LeftOut => language.choose("; campo deixado de fora", "; field left out").to_owned(),
            Self::ReadAs(text) => [language.choose("; lido como `", "; read as `"), text, "`"].concat(),
        }
    }
}

impl Finding {
    /// The finding about a value at `path` that breaks a rule.
    #[must_use]
    pub fn new(path: impl Into<String>, severity: Severity, problem: Problem) -> Self {
        let finding = Self::of(&CATALOGUE, problem.code(), severity).at(path);
        Self { params: problem.params(), ..finding }
    }

    /// A finding about a whole record, with a code of `catalogue`.
    #[must_use]
    pub fn of(catalogue: &'static Catalogue, code: impl Into<Cow<'static, str>>, severity: Severity) -> Self {
        let (path, params) = (String::new(), Vec::new());
        Self { code: code.into(), severity, path, params, suggestion: None, place: None, spared: None, catalogue }
    }

    /// The same finding at `path`.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same finding as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same finding with one more parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// The same finding with a value that would be accepted.
    #[must_use]
    pub fn suggesting(mut self, suggestion: impl Into<Box<str>>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The same finding at a place of a table, with its sentence from `catalogue`.
    #[must_use]
    pub fn placed(mut self, place: Place, catalogue: &'static Catalogue) -> Self {
        (self.place, self.catalogue) = (Some(Box::new(place)), catalogue);
        self
    }

    /// The stable code, the same in every language.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether it forbids sending.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The value of a parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The letter of its column.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.place.as_ref()?.column.as_deref()
    }

    /// The header of its column.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.place.as_ref()?.header.as_deref()
    }

    /// The content of its cell as a person sees it. It may be personal data.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.value.as_str()).filter(|value| !value.is_empty())
    }

    /// The sentence, in one line, without the path and the place.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let mut text = match self.value() {
            Some(value) => {
                let mut params = self.params.clone();
                params.push(("value".into(), clip(value)));
                self.catalogue.message(&self.code, &params, language)
            }
            None => self.catalogue.message(&self.code, &self.params, language),
        };
        if let Some(spared) = &self.spared {
            text.push_str(&spared.note(language));
        }
        if let Some(suggestion) = &self.suggestion {
            text.push_str(language.choose("; sugestão: `", "; suggestion: `"));
            text.push_str(suggestion);
            text.push('`');
        }
        text
    }

    /// The sentence with its place in front: the header of the column, or else the path.
    #[must_use]
    pub fn line(&self, language: Language) -> String {
        match self.header().unwrap_or(&self.path) {
            "" => self.message(language),
            place => [place, ": ", &self.message(language)].concat(),
        }
    }
}

/// Compares the data. The catalogue does not count.
impl PartialEq for Finding {
    fn eq(&self, other: &Self) -> bool {
        (&self.code, self.severity, &self.path, &self.params, &self.suggestion, &self.place, &self.spared)
            == (&other.code, other.severity, &other.path, &other.params, &other.suggestion, &other.place, &other.spared)
    }
}

impl Eq for Finding {}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Finding");
        fields.field("code", &self.code).field("severity", &self.severity).field("path", &self.path);
        fields.field("place", &self.place).finish_non_exhaustive()
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Place");
        fields.field("sheet", &self.sheet).field("row", &self.row).field("column", &self.column);
        fields.field("header", &self.header).finish_non_exhaustive()
    }
}

/// The beginning of a value, short enough for a sentence, in one line.
#[must_use]
pub fn clip(value: &str) -> String {
    const MAX: usize = 80;
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match one_line.char_indices().nth(MAX) {
        Some((cut, _)) => [one_line.get(..cut).unwrap_or_default(), "…"].concat(),
        None => one_line,
    }
}
