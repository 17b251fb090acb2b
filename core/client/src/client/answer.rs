//! Decides what the answer to a write means and what to do next. It is pure, and the same for single calls and batches.
//!
//! A write is in doubt once an attempt may have reached the platform and no answer told its effect. In doubt, a write
//! counts as refused only if the platform says so about this very request, or if the record was read back and lacks the
//! change.

use smartbill_documents::find::find;
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::{JsonError, JsonProblem};

use crate::api::Operation;
use crate::profile::{Profile, Promise};

/// How to find the record of a write on the platform, if its answer does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The write names an existing record: a change, a removal, an action.
    Named,
    /// The write adds a record with the company's own code.
    Code,
    /// The write adds a record with a document and without a code. Two records may have the same document.
    Document,
    /// The write adds a record that cannot be distinguished from others.
    Anonymous,
}

/// The properties of a write that decide whether it may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// The profile's promise for the operation.
    pub promise: Promise,
    /// How to find the record.
    pub subject: Subject,
}

/// The kinds of answers to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKind {
    /// A success with a proof.
    Success,
    /// A success with a proof, marked as a repetition of the answer to a request that was not this call's.
    Replayed,
    /// A success without a proof: no identifier, an error in a 2xx, a redirect.
    Unproven,
    /// A clear refusal: 400, 413, 422 and similar.
    Refused,
    /// A refusal marked as a repetition: the platform judged this very request.
    RefusedAgain,
    /// 409 or 412: the record exists already, or its state does not allow the change.
    Conflict,
    /// 404 or 410.
    NotFound,
    /// The platform is still working on a request with this key.
    KeyInFlight,
    /// This key was used for another request.
    KeyReused,
    /// 401, 403, 407: the credentials are not accepted.
    Unauthorized,
    /// 425, 429: try again later.
    Throttled,
    /// 408, 5xx.
    Failed,
    /// The request was sent, and no complete answer came.
    Lost,
    /// The request was never sent.
    NotSent,
    /// The process that sent the request ended before the answer came. This is known when a batch is resumed.
    Interrupted,
}

/// The result of reading the record back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The platform has the wanted state.
    Same,
    /// The platform has another record with this code.
    Different,
    /// The platform has no such record, or the record does not have the change.
    Absent,
    /// As [`Found::Absent`], and so much time has passed since the request that it can no longer arrive.
    LongAbsent,
    /// The result is unknown.
    Unclear,
}

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// The write is done.
    Done,
    /// The write is known not to be done, and is not sent again.
    Refused,
    /// Nothing tells the write's effect.
    Unknown,
    /// Read the record back, and then ask [`Write::after_reading`].
    ReadBack,
    /// Wait, and ask again with the same key.
    AskAgain,
    /// Wait, and send the request again with the same key.
    SendAgain,
}

impl Write {
    /// The properties of `operation` under `profile`. `has_code` says whether the added record has the company's own
    /// code.
    #[must_use]
    pub fn of(profile: &Profile, operation: Operation, has_code: bool) -> Self {
        let subject = match (operation.takes_id(), has_code) {
            (true, _) => Subject::Named,
            (false, true) => Subject::Code,
            (false, false) => Subject::Anonymous,
        };
        Self { promise: profile.endpoint(operation).promise, subject }
    }

    fn findable(self) -> bool {
        self.subject != Subject::Anonymous
    }

    /// Whether the write may be sent again at once after the record was not found. This is safe only if an earlier
    /// attempt that arrives late does not create a second record.
    fn repeatable_once_absent(self) -> bool {
        match self.promise {
            Promise::IdempotencyKey => true,
            Promise::NaturalKey => matches!(self.subject, Subject::Named | Subject::Code),
            Promise::None => false,
        }
    }

    /// The step after `answer`. `doubt` says whether an earlier attempt may have been executed.
    #[must_use]
    pub fn next(self, doubt: bool, answer: AnswerKind) -> NextStep {
        match (answer, doubt) {
            (AnswerKind::Success, _) | (AnswerKind::Replayed, true) => NextStep::Done,
            // The answer has an identifier by which to read the record back.
            (AnswerKind::Replayed, false) => NextStep::ReadBack,
            (AnswerKind::RefusedAgain, _) | (AnswerKind::Unauthorized, false) => NextStep::Refused,
            (AnswerKind::Unauthorized, true) => NextStep::Unknown,
            (AnswerKind::Refused | AnswerKind::Conflict | AnswerKind::NotFound | AnswerKind::KeyReused, _) => {
                self.refused(doubt, answer)
            }
            (AnswerKind::Unproven | AnswerKind::KeyInFlight | AnswerKind::Interrupted, _) => self.unsaid(answer),
            (AnswerKind::NotSent, false) => NextStep::SendAgain,
            // Without a promise, a write is not sent again automatically, even if it is known not to be done.
            (AnswerKind::Throttled, false) => match self.again() {
                NextStep::Unknown => NextStep::Refused,
                _ => NextStep::SendAgain,
            },
            (AnswerKind::Throttled | AnswerKind::NotSent, true) | (AnswerKind::Failed | AnswerKind::Lost, _) => {
                self.again()
            }
        }
    }

    /// The step after reading the record back because of `answer`.
    #[must_use]
    pub fn after_reading(self, doubt: bool, answer: AnswerKind, found: Found) -> NextStep {
        let said_no =
            matches!(answer, AnswerKind::Refused | AnswerKind::Conflict | AnswerKind::NotFound | AnswerKind::KeyReused);
        match found {
            Found::Same => NextStep::Done,
            _ if answer == AnswerKind::KeyInFlight => NextStep::AskAgain,
            // The record was created with this key, and changed since.
            Found::Different if answer == AnswerKind::Replayed => NextStep::Done,
            Found::Different | Found::Unclear => {
                if said_no && !doubt {
                    NextStep::Refused
                } else {
                    NextStep::Unknown
                }
            }
            // The platform's work for this key was undone since.
            Found::Absent | Found::LongAbsent if said_no || answer == AnswerKind::Replayed => NextStep::Refused,
            Found::Absent | Found::LongAbsent if answer == AnswerKind::Unproven => NextStep::Unknown,
            Found::LongAbsent => NextStep::SendAgain,
            Found::Absent => {
                if self.repeatable_once_absent() {
                    NextStep::SendAgain
                } else {
                    NextStep::Unknown
                }
            }
        }
    }

    /// The step after a refusal that was not marked as the answer to this very request.
    fn refused(self, doubt: bool, answer: AnswerKind) -> NextStep {
        let exists = matches!(answer, AnswerKind::Conflict | AnswerKind::KeyReused);
        match (doubt, self.subject) {
            (true, _) => self.look(),
            // The record exists, or the key was used. Perhaps the same request was sent before by somebody else.
            (false, Subject::Code | Subject::Document) if exists => NextStep::ReadBack,
            (false, _) => NextStep::Refused,
        }
    }

    /// The step after an answer, or its absence, that says neither yes nor no.
    fn unsaid(self, answer: AnswerKind) -> NextStep {
        match (answer, self.promise) {
            (AnswerKind::Unproven, Promise::None) => NextStep::Unknown,
            (AnswerKind::Interrupted, Promise::IdempotencyKey) => NextStep::SendAgain,
            (AnswerKind::KeyInFlight, Promise::IdempotencyKey) if !self.findable() => NextStep::AskAgain,
            _ => self.look(),
        }
    }

    /// Reads the record back if it can be found. Otherwise the effect stays unknown; guessing is not allowed.
    fn look(self) -> NextStep {
        if self.findable() { NextStep::ReadBack } else { NextStep::Unknown }
    }

    /// The way to repeat an attempt that may have been executed.
    fn again(self) -> NextStep {
        match (self.promise, self.subject) {
            (Promise::IdempotencyKey, _) | (Promise::NaturalKey, Subject::Named) => NextStep::SendAgain,
            (Promise::NaturalKey, Subject::Code | Subject::Document) => NextStep::ReadBack,
            (Promise::NaturalKey, Subject::Anonymous) | (Promise::None, _) => NextStep::Unknown,
        }
    }
}

/// Parts of the codes with which platforms say that a request with the same key is still in progress. Stripe:
/// `idempotency_key_in_use`; BlueSnap: `REQUEST_WITH_SAME_IDEMPOTENCY_KEY_ALREADY_IN_PROGRESS`; PayPal:
/// `PREVIOUS_REQUEST_IN_PROGRESS`; Iceberg: `RequestInProgressException`; Akamai: `duplicate.request.in.progress`;
/// Echo: `operation_in_progress`.
const IN_FLIGHT: [&str; 8] = [
    "key_in_use",
    "in_progress",
    "inprogress",
    "in_flight",
    "concurrent_request",
    "being_processed",
    "chave_em_uso",
    "em_andamento",
];

/// Parts of sentences of a 409 with the same meaning. The IETF's draft, Zuora, Sinch and Gravity have no code for it.
const IN_FLIGHT_SENTENCES: [&str; 7] = [
    "in progress",
    "is outstanding",
    "being processed",
    "in use by another request",
    "em andamento",
    "em processamento",
    "sendo processad",
];

/// Parts of the codes with which platforms say that the key was used for another request. Stripe: `idempotency_error`;
/// Square: `IDEMPOTENCY_KEY_REUSED`; BlueSnap:
/// `SAME_IDEMPOTENCY_KEY_WAS_ALREADY_IN_USE_WITH_PREVIOUS_DIFFERENT_REQUEST`; this project's sandbox:
/// `chave_reutilizada`.
const REUSED: [&str; 8] = [
    "idempotency_error",
    "key_reuse",
    "key_conflict",
    "key_mismatch",
    "payload_mismatch",
    "different_request",
    "different_payload",
    "chave_reutilizada",
];

impl AnswerKind {
    /// The kind of a success. `own` says whether only this call, or this batch, can have used its key before.
    pub(crate) fn of_success(replayed: bool, own: bool) -> Self {
        if replayed && !own { Self::Replayed } else { Self::Success }
    }

    /// The kind of an answer, or of its absence, that became `error`. `doubt` says whether an earlier request may have
    /// been executed, as it may be if the answer is marked as a repetition. `key_sent` says whether the request had a
    /// key.
    pub fn of(error: &Error, doubt: bool, key_sent: bool) -> Self {
        let details = error.details();
        let Some(status) = details.status else {
            // A request that this library refuses, it will refuse again.
            if matches!(error.kind(), ErrorKind::Validation | ErrorKind::Profile) {
                return Self::RefusedAgain;
            }
            return match details.outcome {
                Some(Outcome::NotSent) => Self::NotSent,
                _ => Self::Lost,
            };
        };
        let code = details.server_code.as_deref().map(words).filter(|code| !code.bytes().all(|b| b.is_ascii_digit()));
        let says = |names: &[&str]| code.as_deref().is_some_and(|code| names.iter().any(|n| find(code, n).is_some()));
        match error.kind() {
            ErrorKind::Rejected | ErrorKind::Conflict if says(&REUSED) => Self::KeyReused,
            ErrorKind::Rejected | ErrorKind::Conflict if says(&IN_FLIGHT) => Self::KeyInFlight,
            ErrorKind::Conflict if status == 409 && says_in_flight(error) => Self::KeyInFlight,
            // A bare 409 to a key that was sent before.
            ErrorKind::Conflict if status == 409 && doubt && key_sent && code.is_none() => Self::KeyInFlight,
            ErrorKind::Rejected | ErrorKind::NotFound | ErrorKind::Conflict if details.replayed => Self::RefusedAgain,
            // The first answer was a failure, and the platform repeats it for as long as the key lives.
            ErrorKind::Server | ErrorKind::Timeout if details.replayed => Self::Refused,
            ErrorKind::Rejected if status == 425 => Self::Throttled,
            ErrorKind::Rejected => Self::Refused,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::NotFound => Self::NotFound,
            // A proxy answers 407.
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Connection => Self::Unauthorized,
            ErrorKind::RateLimited => Self::Throttled,
            ErrorKind::Server | ErrorKind::Timeout => Self::Failed,
            // A 2xx that is not JSON, or not all of it.
            _ if is_malformed(error) => Self::Lost,
            _ => Self::Unproven,
        }
    }

    /// Whether an attempt with this answer may have been executed in spite of it.
    #[must_use]
    pub fn leaves_doubt(self) -> bool {
        matches!(self, Self::Unproven | Self::KeyInFlight | Self::Failed | Self::Lost | Self::Interrupted)
    }

    /// The known outcome of the write if nothing more is done.
    #[must_use]
    pub fn outcome(self, doubt: bool) -> Outcome {
        match self {
            _ if doubt || self.leaves_doubt() => Outcome::Unknown,
            Self::NotSent => Outcome::NotSent,
            _ => Outcome::Rejected,
        }
    }
}

fn is_malformed(error: &Error) -> bool {
    let json = std::error::Error::source(error).and_then(|e| e.downcast_ref::<JsonError>());
    json.is_some_and(|e| e.problem == JsonProblem::Malformed)
}

fn says_in_flight(error: &Error) -> bool {
    let sentence = error.message(smartbill_documents::Language::En).to_ascii_lowercase();
    IN_FLIGHT_SENTENCES.iter().any(|words| find(&sentence, words).is_some())
}

/// Converts a code in any spelling to lower case with `_` between its words.
fn words(code: &str) -> String {
    code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests;
