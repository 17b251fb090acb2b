//! Sends the rows: decides when each is sent, and records its outcome.

mod dispatch;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use smartbill_client::client::Client;
use smartbill_client::limiter::{Limiter, Signal};
use smartbill_client::profile::Promise;
use smartbill_client::retry;
use smartbill_client::retry::{Decision, Failure, RetryPolicy};
use smartbill_client::transport::Host;
use smartbill_documents::Language;
use smartbill_model::Error;
use smartbill_model::validate::Finding;

use self::dispatch::{Dispatch, Output, Step};
use super::journal::Journal;
use super::resource::{Importable, public_code};
use super::row::{Columns, RowOutcome, RowResult, RowState, Settled, Task};
use crate::messages::row_error;

/// The speed of sending, and the limits at which to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// The greatest number of requests at once. There are fewer if the platform slows down or asks for fewer.
    pub concurrency: usize,
    /// The greatest number of requests in a second.
    pub rate: Option<f64>,
    /// The time limit of the whole run.
    pub deadline: Option<Duration>,
    /// The number of rows that may fail before the run stops. Rows that break a rule and are never sent count too.
    pub max_failures: Option<u64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { concurrency: 16, rate: None, deadline: None, max_failures: None }
    }
}

/// The reason why a run stopped before all rows were sent. The remaining rows wait in the journal.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stopped {
    /// The time limit of the run has passed.
    Deadline(Duration),
    /// More rows failed than allowed: rejected, refused or unknown.
    Failures(u64),
    /// The platform does not accept the credentials, or cannot be reached. No other row would succeed.
    Error(Error),
}

impl Stopped {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Deadline(_) => "deadline",
            Self::Failures(_) => "max_failures",
            Self::Error(e) => e.code(),
        }
    }

    /// The reason, for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Deadline(d), Language::PtBr) => format!("parou: passou o prazo total de {} s", d.as_secs_f64()),
            (Self::Deadline(d), Language::En) => format!("stopped: the total deadline of {} s passed", d.as_secs_f64()),
            (Self::Failures(n), Language::PtBr) => {
                format!("parou: {n} linhas falharam, mais do que o máximo permitido")
            }
            (Self::Failures(n), Language::En) => format!("stopped: {n} rows failed, more than the most allowed"),
            (Self::Error(e), language) => e.message(language).to_owned(),
        }
    }
}

/// The number of rows taken from the journal at once. Each time costs a write to the disk, and after a crash each taken
/// row is in doubt. If the platform may be unable to tell the effect of a row, a row is taken only when it is sent.
const BATCH: usize = 256;

/// Outcomes are recorded after this many rows, or after this time. After a crash, the next run would send unrecorded
/// rows again.
const WRITE_AFTER: (usize, Duration) = (32, Duration::from_millis(100));

/// The number of successive unanswered requests, and their time, after which the platform counts as unreachable.
const NO_ANSWER: (u32, Duration) = (10, Duration::from_secs(5));

/// How often a row is sent in one run for every attempt that the client's own policy allows. Failed rows wait while
/// others are sent, so patience costs little here.
const PATIENCE: u32 = 2;

/// How often the action of a row is decided again in one run.
const ROUNDS: u8 = 3;

/// How often the platform may ask for a pause before a row counts as refused.
const PAUSES: u32 = 50;

/// The function that receives each recorded outcome.
pub(crate) type Tell<'f> = &'f mut (dyn FnMut(&RowResult) -> Result<(), Error> + Send);

/// Sends all waiting rows, and records their outcomes.
pub(crate) async fn send<M: Importable, H: Host>(
    client: &Client<H>,
    journal: &mut Journal,
    pace: Pace,
    until: Option<Duration>,
    tell: Tell<'_>,
) -> Result<Option<Stopped>, Error> {
    let source = journal.meta("source")?.unwrap_or_default();
    let (run, include_intent) = (journal.run().to_owned(), journal.include_intent()?);
    let dispatch = Dispatch { client, source: &source, run: &run, include_intent: &include_intent };
    let mut sending = Sending {
        limiter: Limiter::new(pace.concurrency, pace.rate),
        queue: VecDeque::new(),
        waiting: Vec::new(),
        settled: Vec::new(),
        to_tell: Vec::new(),
        cursor: 0,
        exhausted: false,
        back: false,
        one_by_one: one_by_one::<M, H>(client, journal)?,
        rounds: HashMap::new(),
        columns: journal.columns(),
        failures: journal.count()?.rejected,
        no_answer: 0,
        answered_at: client.host().monotonic(),
        written_at: client.host().monotonic(),
        policy: RetryPolicy { max_attempts: client.options().retry.max_attempts * PATIENCE, ..client.options().retry },
        stopped: None,
    };
    let mut in_flight = FuturesUnordered::new();
    loop {
        let at = client.host().monotonic();
        sending.check_limits(pace, until, at);
        sending.wake(at);
        let now = client.host().now().as_second();
        sending.refill(journal, in_flight.len(), at, now, tell)?;
        while sending.stopped.is_none()
            && in_flight.len() < sending.limiter.concurrency()
            && sending.limiter.wait(at).is_zero()
        {
            let Some(task) = sending.queue.pop_front() else {
                break;
            };
            sending.limiter.started(at);
            in_flight.push(dispatch.send::<M>(task, at));
        }
        // A deadline waits for nothing. Requests in progress stay recorded as being sent, that is, in doubt.
        let finished = in_flight.is_empty() && sending.empty();
        if finished
            || matches!(sending.stopped, Some(Stopped::Deadline(_)))
            || (sending.stopped.is_some() && in_flight.is_empty())
        {
            break;
        }
        let sleep = client.host().sleep(sending.pause(in_flight.len(), until, at));
        if in_flight.is_empty() {
            sleep.await;
        } else if let Either::Left((Some(out), _)) = select(in_flight.next(), std::pin::pin!(sleep)).await {
            let now = client.host().monotonic();
            sending.accept(out, now, client.host().random());
            let held = [M::INCLUIR, M::ALTERAR, M::REMOVER].map(|operation| client.held_back(operation));
            sending.limiter.pause(now, held.into_iter().max().unwrap_or_default());
        }
    }
    drop(in_flight);
    sending.close(journal, tell)?;
    Ok(sending.stopped)
}

/// Whether a row may be taken only when it is sent: after a crash, nothing could settle a row that was taken and not
/// sent.
fn one_by_one<M: Importable, H: Host>(client: &Client<H>, journal: &Journal) -> Result<bool, Error> {
    let promises = [M::INCLUIR, M::ALTERAR, M::REMOVER].map(|op| client.profile().endpoint(op).promise);
    if promises.contains(&Promise::None) {
        return Ok(true);
    }
    Ok(promises.contains(&Promise::NaturalKey) && journal.waits_without_code()?)
}

struct Sending {
    limiter: Limiter,
    queue: VecDeque<Task>,
    /// Rows that failed and are sent again, each with its earliest time.
    waiting: Vec<(Duration, Task)>,
    settled: Vec<Settled>,
    to_tell: Vec<RowResult>,
    cursor: u64,
    /// Whether no row waits after the cursor.
    exhausted: bool,
    /// Whether a row before the cursor returned to the journal.
    back: bool,
    /// Whether a row is taken from the journal only when it is sent.
    one_by_one: bool,
    /// How often a row returned to the journal in this run. Most rows are not in here.
    rounds: HashMap<u64, u8>,
    columns: Arc<Columns>,
    failures: u64,
    no_answer: u32,
    answered_at: Duration,
    written_at: Duration,
    policy: RetryPolicy,
    stopped: Option<Stopped>,
}

impl Sending {
    fn check_limits(&mut self, pace: Pace, until: Option<Duration>, now: Duration) {
        if self.stopped.is_some() {
            return;
        }
        if until.is_some_and(|until| now >= until) {
            self.stopped = Some(Stopped::Deadline(pace.deadline.unwrap_or_default()));
        } else if pace.max_failures.is_some_and(|max| self.failures > max) {
            self.stopped = Some(Stopped::Failures(self.failures));
        }
    }

    fn empty(&self) -> bool {
        self.queue.is_empty() && self.waiting.is_empty() && self.exhausted && !self.back
    }

    fn wake(&mut self, now: Duration) {
        let mut index = 0;
        while let Some((when, _)) = self.waiting.get(index) {
            if *when <= now {
                self.queue.push_front(self.waiting.swap_remove(index).1);
            } else {
                index += 1;
            }
        }
    }

    fn refill(
        &mut self,
        journal: &mut Journal,
        in_flight: usize,
        at: Duration,
        now: i64,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        if self.exhausted && self.back {
            (self.exhausted, self.back, self.cursor) = (false, false, 0);
        }
        let limit = self.limit(in_flight, at);
        let late = at.saturating_sub(self.written_at) >= WRITE_AFTER.1 || self.settled.len() >= WRITE_AFTER.0;
        if limit == 0 && (self.settled.is_empty() || !late) {
            return Ok(());
        }
        let new = journal.exchange(&self.settled, self.cursor, limit, now)?;
        self.settled.clear();
        self.written_at = at;
        if limit > 0 {
            self.exhausted = new.len() < limit;
            self.cursor = new.last().map_or(self.cursor, |t| t.number);
            self.queue.extend(new);
        }
        // Outcomes are reported only when they are on disk.
        for row in self.to_tell.drain(..) {
            tell(&row)?;
        }
        Ok(())
    }

    /// Whether to take more rows from the journal.
    fn takes_more(&self) -> bool {
        let in_hand = self.queue.len() + self.waiting.len();
        self.stopped.is_none() && !self.exhausted && in_hand < self.limiter.concurrency()
    }

    /// The number of rows to take from the journal now.
    fn limit(&self, in_flight: usize, now: Duration) -> usize {
        match (self.takes_more(), self.one_by_one) {
            (false, _) => 0,
            (true, false) => BATCH,
            (true, true) => {
                let free = in_flight < self.limiter.concurrency() && self.limiter.wait(now).is_zero();
                usize::from(free && self.queue.is_empty())
            }
        }
    }

    fn pause(&self, in_flight: usize, until: Option<Duration>, now: Duration) -> Duration {
        let mut pause = if self.settled.is_empty() { Duration::from_secs(1) } else { WRITE_AFTER.1 };
        if in_flight < self.limiter.concurrency() {
            if !self.queue.is_empty() || (self.one_by_one && self.takes_more()) {
                pause = self.limiter.wait(now).min(pause);
            }
            let next = self.waiting.iter().map(|(when, _)| when.saturating_sub(now)).min();
            pause = next.map_or(pause, |next| next.min(pause));
        }
        until.map_or(pause, |until| until.saturating_sub(now).min(pause))
    }

    fn accept(&mut self, out: Output, now: Duration, random: u64) {
        let Output { mut task, start, step, signal, fatal } = out;
        self.limiter.finished(start, now, signal);
        if signal == Signal::Failed {
            self.no_answer += 1;
        } else {
            (self.no_answer, self.answered_at) = (0, now);
        }
        let unreachable = self.no_answer >= NO_ANSWER.0 && now.saturating_sub(self.answered_at) >= NO_ANSWER.1;
        if let Some((error, always)) = fatal
            && self.stopped.is_none()
            && (always || unreachable)
        {
            self.stopped = Some(Stopped::Error(error));
        }
        let outcome = match step {
            Step::End(outcome) => outcome,
            Step::Again { doubt, pause, reason } => {
                task.doubt = doubt;
                if pause {
                    task.pauses += 1;
                } else {
                    task.failures += 1;
                }
                // The pause that the platform asked for already holds for the whole run.
                let waiting = if pause { Decision::Wait(Duration::ZERO) } else { self.backoff(task.failures, random) };
                match waiting {
                    Decision::Wait(waiting) if task.pauses <= PAUSES => {
                        self.waiting.push((now + waiting, task));
                        return;
                    }
                    _ if self.stopped.is_some() => RowOutcome::Back { doubt, new_key: false },
                    _ if doubt => RowOutcome::Unknown(reason),
                    _ => RowOutcome::Refused(reason),
                }
            }
        };
        let mut outcome = self.limit_rounds(&task, outcome);
        if let RowOutcome::Refused(findings) | RowOutcome::Unknown(findings) = &mut outcome {
            for finding in findings {
                self.columns.locate(finding, task.number);
            }
        }
        match &outcome {
            RowOutcome::Done { effect, id } => {
                self.to_tell.push(row_result(&task, RowState::Done, effect.name(), id.as_deref(), &[]));
            }
            RowOutcome::Refused(p) | RowOutcome::Unknown(p) => {
                self.failures += 1;
                let state =
                    if matches!(outcome, RowOutcome::Refused(_)) { RowState::Refused } else { RowState::Unknown };
                self.to_tell.push(row_result(&task, state, p.first().map_or("", Finding::code), None, p));
            }
            RowOutcome::Back { .. } | RowOutcome::Other { .. } => self.back = true,
        }
        let attempts = 1 + task.failures + task.pauses;
        self.settled.push(Settled { number: task.number, attempts, outcome, doubt: task.doubt, sent_at: task.sent_at });
    }

    /// Stops a row whose operation changes with every answer because others keep changing its record.
    fn limit_rounds(&mut self, task: &Task, outcome: RowOutcome) -> RowOutcome {
        if self.stopped.is_some() || !matches!(outcome, RowOutcome::Back { .. } | RowOutcome::Other { .. }) {
            return outcome;
        }
        let rounds = self.rounds.entry(task.number).or_default();
        *rounds += 1;
        match outcome {
            outcome if *rounds <= ROUNDS => outcome,
            RowOutcome::Back { doubt: true, .. } => RowOutcome::Unknown(vec![did_not_converge()]),
            RowOutcome::Other { .. } if task.doubt => RowOutcome::Unknown(vec![did_not_converge()]),
            _ => RowOutcome::Refused(vec![did_not_converge()]),
        }
    }

    fn backoff(&self, failures: u32, random: u64) -> Decision {
        retry::decide(&self.policy, failures, Failure::Lost, None, random)
    }

    /// Returns the rows that were taken and not sent to the journal, unchanged.
    fn close(&mut self, journal: &mut Journal, tell: Tell<'_>) -> Result<(), Error> {
        let in_hand = self.queue.drain(..).chain(self.waiting.drain(..).map(|(_, t)| t));
        self.settled.extend(in_hand.map(|t| Settled {
            number: t.number,
            attempts: t.failures + t.pauses,
            outcome: RowOutcome::Back { doubt: t.doubt, new_key: false },
            doubt: t.doubt,
            sent_at: t.sent_at,
        }));
        journal.exchange(&self.settled, 0, 0, 0)?;
        for row in self.to_tell.drain(..) {
            tell(&row)?;
        }
        Ok(())
    }
}

fn row_result(task: &Task, state: RowState, code: &str, id: Option<&str>, findings: &[Finding]) -> RowResult {
    RowResult {
        number: task.number,
        key: task.key.as_deref().and_then(public_code),
        state,
        action: task.action,
        code: Some(code.to_owned()),
        id: id.or(task.id.as_deref()).map(str::to_owned),
        attempts: 1 + task.failures + task.pauses,
        findings: findings.to_vec(),
    }
}

fn did_not_converge() -> Finding {
    row_error("tentativas_esgotadas")
}
