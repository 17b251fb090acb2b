//! Sends one row: reads its record back if the row is in doubt, and decides what the answer means.

use std::borrow::Cow;
use std::time::Duration;

use smartbill_client::api::{Answer, Call, Effect, PageRecord};
use smartbill_client::client::answer::{AnswerKind, Found, NextStep, Subject, Write};
use smartbill_client::client::{CallOptions, Client};
use smartbill_client::limiter::Signal;
use smartbill_client::profile::Promise;
use smartbill_client::retry::RetryPolicy;
use smartbill_client::transport::Host;
use smartbill_documents::Language;
use smartbill_documents::catalogue::{MESSAGE, MESSAGE_EN};
use smartbill_model::error::Outcome;
use smartbill_model::validate::{Finding, Severity};
use smartbill_model::{Error, ErrorKind, Value};

use crate::difference::compare;
use crate::identity::{idempotency_key, positional_identity};
use crate::lookup::{Lookup, look_up};
use crate::messages::{CATALOGUE, row_error};
use crate::resource::{Importable, documento_of_key, key_by_id};
use crate::row::{RowAction, RowEffect, RowOutcome, Task};
use crate::stored::{change, read, record};

/// The result of sending one row.
pub(super) struct Output {
    pub(super) task: Task,
    pub(super) start: Duration,
    pub(super) step: Step,
    pub(super) signal: Signal,
    /// A failure that the next row would have too, and whether one such failure is enough to stop the run.
    pub(super) fatal: Option<(Error, bool)>,
}

pub(super) enum Step {
    End(RowOutcome),
    /// Send the row again, after the pause that the platform asked for or after a normal wait.
    Again {
        doubt: bool,
        pause: bool,
        reason: Vec<Finding>,
    },
}

pub(super) struct Dispatch<'c, H> {
    pub(super) client: &'c Client<H>,
    pub(super) source: &'c str,
    pub(super) run: &'c str,
    pub(super) include_intent: &'c str,
}

/// The result of reading a row's record back.
enum Settled {
    As(RowOutcome),
    /// Send the row.
    Send,
    /// Ask for it again with the same key.
    Ask,
}

/// The record that was read back, if it exists, and its relation to the row.
struct Reading<M> {
    found: Found,
    record: Option<Box<M>>,
}

impl<H: Host> Dispatch<'_, H> {
    pub(super) async fn send<M: Importable>(&self, task: Task, start: Duration) -> Output {
        match self.attempt::<M>(&task).await {
            Ok(step) => Output { task, start, step, signal: Signal::Answered, fatal: None },
            Err(error) => self.failed::<M>(task, start, error).await,
        }
    }

    async fn attempt<M: Importable>(&self, t: &Task) -> Result<Step, Error> {
        let write = self.write::<M>(t);
        if t.doubt {
            let step = match write.next(true, AnswerKind::Interrupted) {
                // The platform knows the earlier attempt by a key that the row no longer has, so the record must be
                // read back. A row whose record cannot be found got its new key only because the platform had refused
                // the old one.
                NextStep::SendAgain if t.under_old_key && write.subject != Subject::Anonymous => NextStep::ReadBack,
                step => step,
            };
            if step == NextStep::ReadBack {
                match self.settle::<M>(t, write, AnswerKind::Interrupted, None, || vec![no_answer()]).await? {
                    Settled::As(outcome) => return Ok(Step::End(outcome)),
                    Settled::Send | Settled::Ask => {}
                }
            } else if step == NextStep::Unknown {
                return Ok(Step::End(RowOutcome::Unknown(vec![without_key()])));
            }
        }
        let (parsed, record) = self.submit::<M>(t).await?;
        // The platform answered a request that this run did not make, or said that it had the record already. The
        // answer does not tell what happened to the record since.
        let foreign = t.action != RowAction::Remover && parsed.outcome == Effect::AlreadyDone && !t.doubt;
        if foreign {
            let id = record.field("id").and_then(Value::text);
            return self.read_back::<M>(t, write, AnswerKind::Replayed, id, || vec![no_answer()]).await;
        }
        let (effect, id) = match (t.action, parsed.outcome) {
            (RowAction::Remover, _) => (RowEffect::Removed, t.id.clone()),
            (_, Effect::Unchanged) => (RowEffect::Unchanged, parsed.id),
            (_, Effect::AlreadyDone) if t.doubt => (RowEffect::AlreadyDone, parsed.id),
            (RowAction::Alterar, _) => (RowEffect::Updated, t.id.clone()),
            _ => (RowEffect::Created, parsed.id),
        };
        Ok(Step::End(RowOutcome::Done { effect, id }))
    }

    async fn submit<M: Importable>(&self, t: &Task) -> Result<(Answer, PageRecord), Error> {
        let id = t.id.as_deref().unwrap_or_default();
        let options = self.options::<M>(t);
        match t.action {
            RowAction::Incluir | RowAction::Undecided => {
                let body = record::<M>(&t.data)?.into_object();
                self.client.attempt_once(Call::new(M::INCLUIR, None, Some(&body)), &options).await
            }
            RowAction::Alterar => {
                let (body, clear) = change::<M>(&t.data)?;
                let (body, clear) = (body.into_object(), clear.iter().map(|name| &**name).collect::<Vec<_>>());
                let request = Call { clear: &clear, ..Call::new(M::ALTERAR, Some(id), Some(&body)) };
                self.client.attempt_once(request, &options).await
            }
            RowAction::Remover => self.client.attempt_once(Call::new(M::REMOVER, Some(id), None), &options).await,
        }
    }

    async fn failed<M: Importable>(&self, mut task: Task, start: Duration, error: Error) -> Output {
        let kind = error.kind();
        let details = error.details();
        let silent = matches!(kind, ErrorKind::Connection | ErrorKind::Timeout);
        let full = kind == ErrorKind::RateLimited || details.status == Some(503);
        let signal = match (silent, full) {
            (true, _) => Signal::Failed,
            (_, true) => Signal::Throttled(details.retry_after),
            _ => Signal::Answered,
        };
        let credentials = matches!(
            kind,
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Configuration | ErrorKind::Profile
        );
        let step = if credentials {
            Step::End(RowOutcome::Back { doubt: task.doubt, new_key: false })
        } else if details.outcome.is_none() {
            reading_failed(&task, &error)
        } else {
            if details.outcome == Some(Outcome::Unknown) {
                task.sent_at = Some(self.client.host().now().as_second());
            }
            let judged = self.judge::<M>(&task, &error).await;
            // The answer was a stored one, or much time has passed: no attempt can still arrive.
            if matches!(judged, Ok(Step::End(RowOutcome::Refused(_)))) && (details.replayed || self.long_ago(&task)) {
                task.doubt = false;
            }
            // Reading back failed, so the row is tried again later.
            judged.unwrap_or_else(|_| Step::Again { doubt: true, pause: false, reason: findings(&error) })
        };
        Output { task, start, step, signal, fatal: (credentials || silent).then_some((error, !silent)) }
    }

    /// Decides about a write that was answered by `error`, or not answered.
    async fn judge<M: Importable>(&self, t: &Task, error: &Error) -> Result<Step, Error> {
        let write = self.write::<M>(t);
        let before = t.doubt || error.details().replayed;
        let answer = AnswerKind::of(error, before, write.promise != Promise::None);
        let doubt = before || answer.leaves_doubt();
        let reason = || findings(error);
        let step = match write.next(before, answer) {
            // The record to be removed may be gone already.
            NextStep::Refused if answer == AnswerKind::NotFound && t.action == RowAction::Remover => NextStep::ReadBack,
            step => step,
        };
        Ok(match (answer, step) {
            (AnswerKind::NotSent, _) if error.kind() == ErrorKind::Validation => {
                Step::End(if doubt { RowOutcome::Unknown(reason()) } else { RowOutcome::Refused(reason()) })
            }
            (AnswerKind::Throttled, _) => {
                Step::Again { doubt, pause: error.kind() == ErrorKind::RateLimited, reason: reason() }
            }
            // The row was never sent, or a proxy wants credentials. Neither is the row's fault.
            (AnswerKind::NotSent | AnswerKind::Unauthorized, _) => {
                Step::Again { doubt, pause: false, reason: reason() }
            }
            // Other rows go first. Then the record is read back, or the row is sent again.
            (AnswerKind::Lost | AnswerKind::Failed, NextStep::ReadBack | NextStep::SendAgain)
            | (_, NextStep::AskAgain) => Step::Again { doubt: true, pause: false, reason: reason() },
            (_, NextStep::ReadBack) => return self.read_back::<M>(t, write, answer, None, reason).await,
            (AnswerKind::KeyReused, NextStep::Refused) => Step::End(RowOutcome::Back { doubt, new_key: true }),
            (_, NextStep::Refused) => Step::End(RowOutcome::Refused(reason())),
            _ if write.subject == Subject::Anonymous => Step::End(RowOutcome::Unknown(vec![without_key()])),
            _ if matches!(answer, AnswerKind::Lost | AnswerKind::Failed) => {
                Step::End(RowOutcome::Unknown(vec![no_answer()]))
            }
            _ => Step::End(RowOutcome::Unknown(reason())),
        })
    }

    async fn read_back<M: Importable>(
        &self,
        t: &Task,
        write: Write,
        answer: AnswerKind,
        id: Option<&str>,
        reason: impl Fn() -> Vec<Finding>,
    ) -> Result<Step, Error> {
        Ok(match self.settle::<M>(t, write, answer, id, &reason).await? {
            Settled::As(outcome) => Step::End(outcome),
            Settled::Send | Settled::Ask => Step::Again { doubt: true, pause: false, reason: reason() },
        })
    }

    /// Reads the row's record back because of `answer`, and decides. `id` is the record's identifier, if the answer has
    /// it.
    async fn settle<M: Importable>(
        &self,
        t: &Task,
        write: Write,
        answer: AnswerKind,
        id: Option<&str>,
        reason: impl Fn() -> Vec<Finding>,
    ) -> Result<Settled, Error> {
        let Reading { found, record } = self.look::<M>(t, id).await?;
        let adds = matches!(t.action, RowAction::Incluir | RowAction::Undecided);
        if let Some(record) = record.as_deref()
            && adds
            && found == Found::Different
            && answer != AnswerKind::KeyInFlight
        {
            // Whoever created the record, the row says what it should be.
            return Ok(Settled::As(present(record, &read::<M>(&t.data)?, &t.clear)));
        }
        Ok(match write.after_reading(t.doubt, answer, found) {
            NextStep::Done => {
                let effect = match t.action {
                    RowAction::Remover => RowEffect::Removed,
                    _ if answer == AnswerKind::Conflict && !t.doubt => RowEffect::Unchanged,
                    _ => RowEffect::AlreadyDone,
                };
                let id = record.and_then(|record| record.id().map(ToString::to_string)).or_else(|| t.id.clone());
                Settled::As(RowOutcome::Done { effect, id })
            }
            NextStep::SendAgain => Settled::Send,
            NextStep::AskAgain => Settled::Ask,
            // The key is used up for something other than this row.
            NextStep::Refused if matches!(answer, AnswerKind::KeyReused | AnswerKind::Replayed) => {
                Settled::As(RowOutcome::Back { doubt: t.doubt, new_key: true })
            }
            NextStep::Refused => Settled::As(RowOutcome::Refused(reason())),
            NextStep::Unknown | NextStep::ReadBack => Settled::As(RowOutcome::Unknown(reason())),
        })
    }

    async fn look<M: Importable>(&self, t: &Task, id: Option<&str>) -> Result<Reading<M>, Error> {
        let by_id = id.or(t.id.as_deref()).map(key_by_id);
        let lookup = look_up::<M, H>(self.client, by_id.as_deref().or(t.key.as_deref())).await?;
        let absent = if self.long_ago(t) { Found::LongAbsent } else { Found::Absent };
        let (found, record): (_, Option<Box<M>>) = match (t.action, lookup) {
            (_, Lookup::NoKey) => (Found::Unclear, None),
            (RowAction::Remover, Lookup::Absent) => (Found::Same, None),
            (RowAction::Remover, Lookup::Present(record)) => {
                (if record.out_of_use().is_some() { Found::Same } else { absent }, Some(record))
            }
            (_, Lookup::Absent) => (absent, None),
            (RowAction::Alterar, Lookup::Present(record)) => {
                let (new, clear) = change::<M>(&t.data)?;
                let clear: Vec<_> = clear.into_iter().map(Cow::into_owned).collect();
                let there = compare(&*record, &M::from_row(new.into_row()), &clear).is_none();
                (if there { Found::Same } else { absent }, Some(record))
            }
            (RowAction::Incluir | RowAction::Undecided, Lookup::Present(record)) => {
                let there = compare(&*record, &read::<M>(&t.data)?, &t.clear).is_none();
                (if there { Found::Same } else { Found::Different }, Some(record))
            }
        };
        // The part of the record that could not be read may be the wanted change.
        let damaged = record.as_ref().is_some_and(|record| !record.findings().is_empty());
        let found = if damaged && found == absent { Found::Unclear } else { found };
        Ok(Reading { found, record })
    }

    /// Whether the row was sent so long ago that the request can no longer arrive: more than twice the time limit of an
    /// attempt, and at least a minute, because a short time limit does not make the platform faster.
    fn long_ago(&self, t: &Task) -> bool {
        const WITHOUT_LIMIT: Duration = Duration::from_secs(300);
        const AT_LEAST: Duration = Duration::from_secs(60);
        let limit = self.client.options().attempt.duration().unwrap_or(WITHOUT_LIMIT).saturating_mul(2).max(AT_LEAST);
        let since = |sent_at: i64| u64::try_from(self.client.host().now().as_second().saturating_sub(sent_at));
        t.sent_at.and_then(|sent_at| since(sent_at).ok()).is_some_and(|seconds| seconds > limit.as_secs())
    }

    fn write<M: Importable>(&self, t: &Task) -> Write {
        let (operation, subject) = match t.action {
            RowAction::Alterar => (M::ALTERAR, Subject::Named),
            RowAction::Remover => (M::REMOVER, Subject::Named),
            RowAction::Incluir | RowAction::Undecided => (M::INCLUIR, subject_of(t.key.as_deref())),
        };
        Write { promise: self.client.profile().endpoint(operation).promise, subject }
    }

    fn options<M: Importable>(&self, t: &Task) -> CallOptions {
        let position = || positional_identity(self.source, t.number);
        let identity = t.key.clone().unwrap_or_else(position);
        let resource = M::INCLUIR.resource().name();
        let intent = if t.action == RowAction::Incluir { self.include_intent } else { self.run };
        let key = idempotency_key(resource, t.action, &identity, intent, t.generation);
        // The run itself repeats failed rows, so that it sees every sign of load and no slot is blocked by a wait.
        CallOptions { idempotency_key: Some(key), retry: Some(RetryPolicy::NEVER), ..CallOptions::default() }
    }
}

/// How the record of an included row can be found.
fn subject_of(key: Option<&str>) -> Subject {
    match key {
        None => Subject::Anonymous,
        Some(key) if documento_of_key(key).is_some() => Subject::Document,
        Some(_) => Subject::Code,
    }
}

/// Decides about a read-back that failed before anything was sent.
fn reading_failed(t: &Task, error: &Error) -> Step {
    let reason = findings(error);
    match error.kind() {
        ErrorKind::RateLimited
        | ErrorKind::Server
        | ErrorKind::Connection
        | ErrorKind::Timeout
        | ErrorKind::Response => Step::Again { doubt: t.doubt, pause: error.kind() == ErrorKind::RateLimited, reason },
        _ if t.doubt => Step::End(RowOutcome::Unknown(reason)),
        _ => Step::End(RowOutcome::Refused(reason)),
    }
}

/// The outcome for a row whose record differs on the platform: change the record.
fn present<M: Importable>(current: &M, model: &M, clear: &[String]) -> RowOutcome {
    let id = current.id().map(ToString::to_string);
    match compare(current, model, clear) {
        None => RowOutcome::Done { effect: RowEffect::AlreadyDone, id },
        Some(d) => RowOutcome::Other { action: RowAction::Alterar, id, data: Some(d.body.to_json()) },
    }
}

fn findings(error: &Error) -> Vec<Finding> {
    let details = error.details();
    let code = details.server_code.clone().unwrap_or_else(|| error.code().to_owned());
    let said = |code: &str, pt: &str, en: &str| {
        let finding = Finding::of(&CATALOGUE, code.to_owned(), Severity::Error).with(MESSAGE, pt);
        if pt == en { finding } else { finding.with(MESSAGE_EN, en) }
    };
    let general = said(&code, error.message(Language::PtBr), error.message(Language::En));
    let fields = details.fields.iter().map(|field| {
        said(field.code.as_deref().unwrap_or(&code), &field.message, &field.message).at(field.path.clone())
    });
    let fields: Vec<_> = fields.collect();
    if fields.is_empty() { vec![general] } else { fields }
}

fn no_answer() -> Finding {
    row_error("desconhecido")
}

fn without_key() -> Finding {
    row_error("desconhecido_sem_codigo")
}
