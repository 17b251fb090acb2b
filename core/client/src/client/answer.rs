//! What an answer to a write means, and what to do next: pure, and one for single calls and for batches.
//!
//! A write is in doubt once an attempt of it may have reached the platform and nothing told what became of it. In doubt,
//! nothing counts as refused unless the platform says it of this very request, or the record was read back and lacks
//! what was asked for.

use smartbill_documents::find::find;
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::{JsonError, JsonProblem};

use crate::api::Operation;
use crate::profile::{Profile, Promise};

/// By what a write can be recognised on the platform, when its answer does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// It names a record that exists: a change, a removal, an action.
    Named,
    /// It adds a record under the company's own code.
    Code,
    /// It adds a record that has a document and no code; two records may bear one document.
    Document,
    /// It adds a record that nothing tells from others.
    Anonymous,
}

/// A write, as far as sending it again is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// What the profile promises of its operation.
    pub promise: Promise,
    /// What it writes.
    pub subject: Subject,
}

/// The kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKind {
    /// A success that proves itself.
    Success,
    /// The same, marked as given before, to a request that was not this call's.
    Replayed,
    /// A success that proves nothing: no identifier, an error in a 2xx, a redirect.
    Unproven,
    /// A clear no: 400, 413, 422 and their like.
    Refused,
    /// A no that is marked as given before: this very request was judged.
    RefusedAgain,
    /// 409 or 412: such a record exists, or its state does not allow it.
    Conflict,
    /// 404 or 410.
    NotFound,
    /// A request under this key is still being worked on.
    KeyInFlight,
    /// This key was used for another request.
    KeyReused,
    /// 401, 403, 407: the credentials.
    Unauthorized,
    /// 425, 429: come back later.
    Throttled,
    /// 408, 5xx.
    Failed,
    /// It left, and no whole answer came.
    Lost,
    /// It never left.
    NotSent,
    /// The process that sent it ended before the answer came; known when a batch is resumed.
    Interrupted,
}

/// What reading the record back showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The platform has what was asked for.
    Same,
    /// It has another record under this code.
    Different,
    /// It has no such record, or the change is not in it.
    Absent,
    /// As above, and so long after it was sent that it can no longer arrive.
    LongAbsent,
    /// That could not be told.
    Unclear,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// It is done.
    Done,
    /// It is known not to be done, and is not sent again.
    Refused,
    /// Nothing tells what became of it.
    Unknown,
    /// Read the record back; [`Write::after_reading`] goes on from there.
    ReadBack,
    /// Wait, and ask again under the same key.
    AskAgain,
    /// Wait, and send it again under the same key.
    SendAgain,
}

impl Write {
    /// `operation` as `profile` promises it; `has_code` says whether what it adds has the company's own code.
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

    /// Whether, once it was found not to be there, it may be sent again at once: an earlier attempt that arrives late
    /// makes no second record.
    fn repeatable_once_absent(self) -> bool {
        match self.promise {
            Promise::IdempotencyKey => true,
            Promise::NaturalKey => matches!(self.subject, Subject::Named | Subject::Code),
            Promise::None => false,
        }
    }

    /// What to do after `answer`; `doubt` says whether an attempt before it may have been done.
    #[must_use]
    pub fn next(self, doubt: bool, answer: AnswerKind) -> NextStep {
        match (answer, doubt) {
            (AnswerKind::Success, _) | (AnswerKind::Replayed, true) => NextStep::Done,
            // It has an identifier to look for.
            (AnswerKind::Replayed, false) => NextStep::ReadBack,
            (AnswerKind::RefusedAgain, _) | (AnswerKind::Unauthorized, false) => NextStep::Refused,
            (AnswerKind::Unauthorized, true) => NextStep::Unknown,
            (AnswerKind::Refused | AnswerKind::Conflict | AnswerKind::NotFound | AnswerKind::KeyReused, _) => {
                self.refused(doubt, answer)
            }
            (AnswerKind::Unproven | AnswerKind::KeyInFlight | AnswerKind::Interrupted, _) => self.unsaid(answer),
            (AnswerKind::NotSent, false) => NextStep::SendAgain,
            // What promises nothing is not sent twice by itself, though it is known not to be done.
            (AnswerKind::Throttled, false) => match self.again() {
                NextStep::Unknown => NextStep::Refused,
                _ => NextStep::SendAgain,
            },
            (AnswerKind::Throttled | AnswerKind::NotSent, true) | (AnswerKind::Failed | AnswerKind::Lost, _) => {
                self.again()
            }
        }
    }

    /// What to do once the record was read back because of `answer`.
    #[must_use]
    pub fn after_reading(self, doubt: bool, answer: AnswerKind, found: Found) -> NextStep {
        let said_no =
            matches!(answer, AnswerKind::Refused | AnswerKind::Conflict | AnswerKind::NotFound | AnswerKind::KeyReused);
        match found {
            Found::Same => NextStep::Done,
            _ if answer == AnswerKind::KeyInFlight => NextStep::AskAgain,
            // Made before under this key, and changed since.
            Found::Different if answer == AnswerKind::Replayed => NextStep::Done,
            Found::Different | Found::Unclear => {
                if said_no && !doubt {
                    NextStep::Refused
                } else {
                    NextStep::Unknown
                }
            }
            // What the platform did under this key was undone since.
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

    /// After a no that was not marked as the answer to this very request.
    fn refused(self, doubt: bool, answer: AnswerKind) -> NextStep {
        let exists = matches!(answer, AnswerKind::Conflict | AnswerKind::KeyReused);
        match (doubt, self.subject) {
            (true, _) => self.look(),
            // Such a record exists, or the key was used: perhaps by the very same request, made before by another.
            (false, Subject::Code | Subject::Document) if exists => NextStep::ReadBack,
            (false, _) => NextStep::Refused,
        }
    }

    /// After an answer, or the want of one, that says neither yes nor no.
    fn unsaid(self, answer: AnswerKind) -> NextStep {
        match (answer, self.promise) {
            (AnswerKind::Unproven, Promise::None) => NextStep::Unknown,
            (AnswerKind::Interrupted, Promise::IdempotencyKey) => NextStep::SendAgain,
            (AnswerKind::KeyInFlight, Promise::IdempotencyKey) if !self.findable() => NextStep::AskAgain,
            _ => self.look(),
        }
    }

    /// Whoever has no way to look must not guess.
    fn look(self) -> NextStep {
        if self.findable() { NextStep::ReadBack } else { NextStep::Unknown }
    }

    /// How an attempt is repeated that may have been done.
    fn again(self) -> NextStep {
        match (self.promise, self.subject) {
            (Promise::IdempotencyKey, _) | (Promise::NaturalKey, Subject::Named) => NextStep::SendAgain,
            (Promise::NaturalKey, Subject::Code | Subject::Document) => NextStep::ReadBack,
            (Promise::NaturalKey, Subject::Anonymous) | (Promise::None, _) => NextStep::Unknown,
        }
    }
}

/// What platforms call a key whose first request is still being worked on. Stripe: `idempotency_key_in_use`; BlueSnap:
/// `REQUEST_WITH_SAME_IDEMPOTENCY_KEY_ALREADY_IN_PROGRESS`; PayPal: `PREVIOUS_REQUEST_IN_PROGRESS`; Iceberg:
/// `RequestInProgressException`; Akamai: `duplicate.request.in.progress`; Echo: `operation_in_progress`.
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

/// The same in the sentence of a 409: the IETF's draft, Zuora, Sinch and Gravity have no code of their own for it.
const IN_FLIGHT_SENTENCES: [&str; 7] = [
    "in progress",
    "is outstanding",
    "being processed",
    "in use by another request",
    "em andamento",
    "em processamento",
    "sendo processad",
];

/// What platforms call a key that was used for another request. Stripe: `idempotency_error`; Square:
/// `IDEMPOTENCY_KEY_REUSED`; BlueSnap: `SAME_IDEMPOTENCY_KEY_WAS_ALREADY_IN_USE_WITH_PREVIOUS_DIFFERENT_REQUEST`; this
/// project's sandbox: `chave_reutilizada`.
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
    /// The kind of a success; `own` says whether nobody but this call, or this batch, can have used its key before.
    pub(crate) fn of_success(replayed: bool, own: bool) -> Self {
        if replayed && !own { Self::Replayed } else { Self::Success }
    }

    /// The kind of an answer, or of its absence, that became `error`; `doubt` says whether a request before it may have
    /// been done, as it may where the answer is marked as given before, and `key_sent` whether it went out under a key.
    pub fn of(error: &Error, doubt: bool, key_sent: bool) -> Self {
        let details = error.details();
        let Some(status) = details.status else {
            // What this side refuses, it refuses again.
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
            // 409 to a key that went out before, and not a word why.
            ErrorKind::Conflict if status == 409 && doubt && key_sent && code.is_none() => Self::KeyInFlight,
            ErrorKind::Rejected | ErrorKind::NotFound | ErrorKind::Conflict if details.replayed => Self::RefusedAgain,
            // The first answer failed, and will be the answer for as long as the key lives.
            ErrorKind::Server | ErrorKind::Timeout if details.replayed => Self::Refused,
            ErrorKind::Rejected if status == 425 => Self::Throttled,
            ErrorKind::Rejected => Self::Refused,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::NotFound => Self::NotFound,
            // 407 is the proxy's.
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Connection => Self::Unauthorized,
            ErrorKind::RateLimited => Self::Throttled,
            ErrorKind::Server | ErrorKind::Timeout => Self::Failed,
            // A 2xx that is no JSON, or not all of it.
            _ if is_malformed(error) => Self::Lost,
            _ => Self::Unproven,
        }
    }

    /// Whether the attempt that came to this may have been done all the same.
    #[must_use]
    pub fn leaves_doubt(self) -> bool {
        matches!(self, Self::Unproven | Self::KeyInFlight | Self::Failed | Self::Lost | Self::Interrupted)
    }

    /// What is known of the write if nothing more is done about it.
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

/// A code in lower case with `_` between its words, however it was written.
fn words(code: &str) -> String {
    code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests;
