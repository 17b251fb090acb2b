//! The one error type of all crates.

use std::fmt;
use std::time::Duration;

use smartbill_documents::{Language, Message};

use crate::validate::Report;

/// The kind of a failure, by what the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input breaks the model's rules; nothing was sent. See [`Details::report`].
    Validation,
    /// An option of the client is wrong or contradicts another.
    Configuration,
    /// The wire profile is wrong; the message names its line.
    Profile,
    /// The platform does not accept the credentials (401).
    Authentication,
    /// The credentials are valid but do not allow this operation (403).
    Permission,
    /// There is no such resource (404).
    NotFound,
    /// The resource is in another state than the operation needs, or already exists (409).
    Conflict,
    /// The platform refused the request (400, 422 and other 4xx). See [`Details::fields`].
    Rejected,
    /// Too many requests (429). [`Details::retry_after`] says how long to wait.
    RateLimited,
    /// The platform failed (5xx).
    Server,
    /// There is no connection, or it broke.
    Connection,
    /// A deadline passed.
    Timeout,
    /// The platform's answer is not what the profile describes.
    Response,
    /// The caller cancelled the operation.
    Cancelled,
    /// The file is not a readable spreadsheet, or lacks something that it must have.
    Spreadsheet,
    /// The journal of a batch belongs to something else, or is in use.
    Journal,
    /// The plan was made from a state that the platform no longer has.
    StalePlan,
    /// A file cannot be opened or written.
    Io,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Validation,
        Self::Configuration,
        Self::Profile,
        Self::Authentication,
        Self::Permission,
        Self::NotFound,
        Self::Conflict,
        Self::Rejected,
        Self::RateLimited,
        Self::Server,
        Self::Connection,
        Self::Timeout,
        Self::Response,
        Self::Cancelled,
        Self::Spreadsheet,
        Self::Journal,
        Self::StalePlan,
        Self::Io,
    ];

    /// The stable code, the same in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Configuration => "configuration",
            Self::Profile => "profile",
            Self::Authentication => "authentication",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::Response => "response",
            Self::Cancelled => "cancelled",
            Self::Spreadsheet => "spreadsheet",
            Self::Journal => "journal",
            Self::StalePlan => "stale_plan",
            Self::Io => "io",
        }
    }
}

/// The effect of a failed write on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The request was never sent: nothing happened.
    NotSent,
    /// The platform refused the request: nothing happened.
    Rejected,
    /// The request was sent, and no answer says what became of it.
    Unknown,
}

impl Outcome {
    /// The stable name of the outcome, the same in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }
}

/// The platform's message about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field, in the model's own names.
    pub path: String,
    /// The platform's code, if it gave one.
    pub code: Option<String>,
    /// The platform's words.
    pub message: String,
}

/// A failure: its kind, one sentence, and everything known about it as data.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Message,
    details: Details,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Everything known about a failure besides its kind and message. It never holds a token or personal data.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Details {
    /// The language of `Display`.
    pub language: Language,
    /// The operation, such as `clientes.incluir`.
    pub operation: Option<&'static str>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The platform's own code.
    pub server_code: Option<String>,
    /// The platform's messages about single fields.
    pub fields: Vec<FieldError>,
    /// The findings of the input.
    pub report: Option<Report>,
    /// The platform's identifier of the request, for its support.
    pub request_id: Option<String>,
    /// The number of attempts.
    pub attempts: u32,
    /// The effect of a write. `None` for reads.
    pub outcome: Option<Outcome>,
    /// How long the platform asks to wait.
    pub retry_after: Option<Duration>,
    /// The beginning of the platform's answer, with personal data masked.
    pub body: Option<String>,
    /// Whether the platform marked its answer as a repetition of the answer to an earlier request with the same key.
    pub replayed: bool,
}

impl Error {
    /// Makes an error of `kind` with `message`.
    #[must_use]
    pub fn new(kind: ErrorKind, message: Message) -> Self {
        Self(Box::new(Inner { kind, message, details: Details::default(), source: None }))
    }

    /// Makes the error for an input that breaks the rules in `report`.
    #[must_use]
    pub fn validation(report: Report) -> Self {
        let message = Message::new(report.summary(Language::PtBr), report.summary(Language::En));
        Self::new(ErrorKind::Validation, message).with(|d| {
            d.report = Some(report);
            d.outcome = Some(Outcome::NotSent);
        })
    }

    /// Returns the error with more details.
    #[must_use]
    pub fn with(mut self, f: impl FnOnce(&mut Details)) -> Self {
        f(&mut self.0.details);
        self
    }

    /// Returns the error with its cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of the failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code of the kind.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The sentence in the given language.
    #[must_use]
    pub fn message(&self, language: Language) -> &str {
        self.0.message.get(language)
    }

    /// The sentence in the given language, with the operation before it.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self.0.details.operation {
            Some(operation) => [operation, ": ", self.message(language)].concat(),
            None => self.message(language).to_owned(),
        }
    }

    /// Everything else that is known about the failure.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.0.details
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(self.0.details.language))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message.en)
            .field("details", &self.0.details)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}
