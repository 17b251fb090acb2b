//! Sends requests: attempts, waits, and the meaning of a lost answer. Written once for every operation and every type
//! of record.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::Duration;

use smartbill_documents::{Language, Message, refusal, text};
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::{JsonError, JsonProblem, Value};

use crate::api;
use crate::api::{
    Answer, Bounds, Call, Effect, FromPage as _, Operation, Page, PageRecord, Request, Response, Secrets,
};
use crate::client::access::{self, AccessToken, NoAccess};
use crate::client::answer::{AnswerKind, NextStep, Write};
use crate::client::{CallOptions, Client, Limit, RequestEvent, ResponseEvent};
use crate::profile::{Credential, PageRequest, Promise, escape, percent_encode};
use crate::retry::{Decision, Failure, RetryPolicy, decide};
use crate::transport::{Host, TransportError, TransportFailure};

impl<H: Host> Client<H> {
    /// Sends a write until its outcome is known or nothing more can be learnt.
    pub(super) async fn send(&self, call: Call<'_>, options: &CallOptions) -> Result<(Effect, Page), Error> {
        let Call { operation, id, body, .. } = call;
        let request = api::build_request(self.profile(), call, self.check_options(options))?;
        if options.strict {
            self.check_transition(call, options).await?;
        }
        let code = body.filter(|_| id.is_none()).and_then(|body| body.field(operation.resource().key()?)?.text());
        let write = Write::of(self.profile(), operation, code.is_some());
        let mut sending = self.begin(options, 0);
        let request = self.authorized(self.keyed(request, &mut sending));
        loop {
            let attempt = self.attempt(&mut sending, &request, call).await;
            let (answer, before, failed, made, given) = match attempt {
                Ok((accepted, page)) => {
                    match AnswerKind::of_success(accepted.replayed, sending.doubt || sending.key_is_new) {
                        AnswerKind::Success => return Ok((accepted.outcome, page)),
                        // Another call made this request. Its answer does not tell what happened to the record since.
                        answer => (answer, false, undone(&sending, operation), accepted.id, Some(page)),
                    }
                }
                Err(failed) => {
                    // If the key was used before, an earlier request was sent as well.
                    let before = sending.doubt || failed.error.details().replayed;
                    (AnswerKind::of(&failed.error, before, sending.key_sent), before, failed, None, None)
                }
            };
            sending.doubt = before || answer.leaves_doubt();
            let (mut waited, mut there) = (None, None);
            let mut step = write.next(before, answer);
            if step == NextStep::ReadBack {
                // A lost request may still arrive, and a busy platform needs a pause. So the record is not read back at
                // once.
                if matches!(answer, AnswerKind::Lost | AnswerKind::Failed | AnswerKind::Throttled | AnswerKind::NotSent)
                {
                    waited = Some(self.pause(&sending, &failed).await);
                }
                let options = CallOptions { total: Some(self.left(&sending)), ..options.clone() };
                let found;
                (found, there) = self.look(call, made.as_deref().or(id), code, &options).await;
                step = write.after_reading(before, answer, found);
            }
            let again = match step {
                NextStep::Done => match there.or(given) {
                    Some(page) => return Ok((Effect::AlreadyDone, page)),
                    None => false,
                },
                NextStep::SendAgain => match waited {
                    Some(waited) => waited,
                    None => self.pause(&sending, &failed).await,
                },
                NextStep::AskAgain => self.pause_to_ask(&mut sending, &failed).await,
                NextStep::Refused | NextStep::Unknown | NextStep::ReadBack => false,
            };
            if !again {
                let outcome = match step {
                    NextStep::Refused => Outcome::Rejected,
                    NextStep::Unknown => Outcome::Unknown,
                    _ => answer.outcome(before),
                };
                return Err(failed.error.with(|d| d.outcome = Some(outcome)));
            }
        }
    }

    /// Makes one attempt of a write and returns its answer. The caller decides what the answer means.
    ///
    /// # Errors
    /// The failure that the platform answered, or the reason why nothing was sent or answered.
    pub async fn attempt_once<R: api::FromPage>(
        &self,
        call: Call<'_>,
        options: &CallOptions,
    ) -> Result<(Answer, R), Error> {
        let request = api::build_request(self.profile(), call, self.check_options(options))?;
        let mut sending = self.begin(options, 0);
        let request = self.authorized(self.keyed(request, &mut sending));
        match self.attempt(&mut sending, &request, call).await {
            Ok((answer, page)) => Ok((answer, R::one(page))),
            Err(failed) => Err(failed.error),
        }
    }

    /// Reads, with retries where they may help.
    pub(super) async fn read(&self, request: Request, options: &CallOptions) -> Result<Page, Error> {
        self.read_within(request, 0, options).await.map(|(_, page)| page)
    }

    /// Reads a page of at most `page_size` records.
    async fn read_within(
        &self,
        request: Request,
        page_size: u32,
        options: &CallOptions,
    ) -> Result<(Answer, Page), Error> {
        let mut sending = self.begin(options, page_size);
        let request = self.authorized(request);
        let call = Call::new(request.operation, None, None);
        loop {
            match self.attempt(&mut sending, &request, call).await {
                Ok(answer) => return Ok(answer),
                Err(failed) if self.pause(&sending, &failed).await => {}
                Err(failed) => return Err(failed.error),
            }
        }
    }

    /// Reads one page of a listing.
    pub(super) async fn page(
        &self,
        operation: Operation,
        filter: &Value<'_>,
        page_request: PageRequest,
        after: Option<&str>,
        options: &CallOptions,
    ) -> Result<(Answer, Page), Error> {
        let check_options = self.check_options(options);
        let request = api::listar(self.profile(), operation, filter.clone(), page_request, after, check_options)?;
        self.read_within(request, page_request.size, options).await
    }

    /// Reads the contract before an action on it, and refuses the action if the contract's state forbids it.
    async fn check_transition(&self, call: Call<'_>, options: &CallOptions) -> Result<(), Error> {
        let (Some(action), Some(params)) = (call.operation.action(), call.body) else {
            return Ok(());
        };
        let (operation, check_options) = (Operation::ContratosObter, self.check_options(options));
        let request = api::build_request(self.profile(), Call::new(operation, call.id, None), check_options)?;
        let contrato = PageRecord::one(self.read(request, options).await?);
        api::check_transition(action, &contrato, params, check_options)
    }

    fn begin<'c>(&self, sending: &'c CallOptions, page_size: u32) -> Sending<'c> {
        let total = sending.total.unwrap_or(self.options.total).duration();
        Sending {
            attempt_limit: sending.attempt.unwrap_or(self.options.attempt).duration(),
            deadline: total.map(|total| self.host.monotonic().saturating_add(total)),
            language: sending.language.unwrap_or(self.options.language),
            // An empty key would protect nothing.
            key: sending.idempotency_key.as_deref().filter(|key| !key.is_empty()),
            retry: sending.retry.unwrap_or(self.options.retry),
            bounds: Bounds::new(self.options.max_body_bytes, page_size),
            attempts: 0,
            asked: 0,
            doubt: false,
            key_sent: false,
            key_is_new: false,
        }
    }

    /// The time that the call has left.
    fn left(&self, sending: &Sending<'_>) -> Limit {
        let left = sending.deadline.map(|deadline| deadline.saturating_sub(self.host().monotonic()));
        left.map_or(Limit::Infinite, Limit::After)
    }

    /// One attempt at `call`.
    async fn attempt(
        &self,
        sending: &mut Sending<'_>,
        request: &Request,
        call: Call<'_>,
    ) -> Result<(Answer, Page), Failed> {
        let response = self.exchange(sending, request).await?;
        let (profile, secrets) = (self.profile(), &*self.secrets());
        match api::read(profile, call, &response, sending.bounds, secrets) {
            Ok(parsed) => {
                self.quota.refund();
                self.options.drift.count(profile, secrets, request.operation, &parsed.1);
                Ok(parsed)
            }
            Err(error) => {
                let retry_after = api::retry_after(&response, self.host.now());
                let failed = Failed { failure: failure_of(&error), retry_after, error };
                Err(described(sending, request.operation, failed))
            }
        }
    }

    /// Sends `request` once, and gives whatever was answered.
    async fn exchange(&self, sending: &mut Sending<'_>, request: &Request) -> Result<Response, Failed> {
        sending.attempts += 1;
        self.hold_back(sending, request.operation).await;
        let Some(token) = self.access_token(sending, request.operation, None).await? else {
            return self.exchange_as_is(sending, request).await;
        };
        let response = self.exchange_as_is(sending, &token.added_to(request)).await?;
        if response.status != 401 {
            return Ok(response);
        }
        // A token may end before its time. The platform refused the request, so it is safe to send it again.
        match self.access_token(sending, request.operation, Some(&token)).await? {
            Some(token) => self.exchange_as_is(sending, &token.added_to(request)).await,
            None => Ok(response),
        }
    }

    async fn exchange_as_is(&self, sending: &Sending<'_>, request: &Request) -> Result<Response, Failed> {
        let event = self.announce(sending.attempts, request);
        let (begun, limit) = (self.host.monotonic(), self.limit(sending));
        let answer = self.within(limit, self.host.send(&self.base.url, request)).await;
        let took = self.host.monotonic().saturating_sub(begun);
        self.tell_attempt(sending.attempts, request.operation, event, &answer, took);
        match answer {
            Ok(response) => {
                let response = response.in_utf8();
                if let Some(status) = api::rate_status(self.profile(), &response, self.host.now()) {
                    let now = self.host.monotonic();
                    self.rate_quota(request.operation, |rate_quota| rate_quota.told(now, status));
                }
                Ok(response)
            }
            Err(error) => {
                let failed = self.transport_failed(sending, request.operation, limit, error);
                Err(described(sending, request.operation, failed))
            }
        }
    }

    /// The time that one attempt may take now.
    fn limit(&self, sending: &Sending<'_>) -> Option<Duration> {
        let left = sending.deadline.map(|deadline| deadline.saturating_sub(self.host.monotonic()));
        sending.attempt_limit.into_iter().chain(left).min()
    }

    /// The access token for the next request, if the profile has OAuth2. `refused` is one that the platform no longer
    /// accepts.
    async fn access_token(
        &self,
        sending: &Sending<'_>,
        operation: Operation,
        refused: Option<&AccessToken>,
    ) -> Result<Option<AccessToken>, Failed> {
        let (Some(oauth2), Some(credentials)) = (self.profile().oauth2(), self.options.token.as_deref()) else {
            return Ok(None);
        };
        // One call asks for a token, and the others wait for it.
        let mut kept = self.access.lock().await;
        let is_valid = |token: &&AccessToken| token.until > self.host.monotonic() && Some(*token) != refused;
        if let Some(token) = kept.as_ref().filter(is_valid) {
            return Ok(Some(token.clone()));
        }
        // Nothing of the call itself was sent, whatever becomes of this request.
        let not_sent = |failed: Failed| {
            let error = failed.error.with(|d| d.outcome = operation.is_write().then_some(Outcome::NotSent));
            described(sending, operation, Failed { error, ..failed })
        };
        let mut request = access::token_request(self.profile(), oauth2, credentials, operation);
        request.headers.push(("user-agent".to_owned(), self.options.user_agent.clone()));
        let (begun, limit) = (self.host.monotonic(), self.limit(sending));
        let response = match self.within(limit, self.host.send(&self.base.url, &request)).await {
            Ok(response) => response.in_utf8(),
            Err(error) => {
                let failed = self.transport_failed(sending, operation, limit, error);
                let failure = if failed.failure == Failure::Final { Failure::Final } else { Failure::NotSent };
                return Err(not_sent(Failed { failure, ..failed }));
            }
        };
        let token = match access::read_token(&response, begun, &self.secrets()) {
            Ok(token) => token,
            Err(NoAccess { message, temporary }) => {
                let (kind, failure) = if temporary {
                    (ErrorKind::Server, Failure::NotSent)
                } else {
                    (ErrorKind::Authentication, Failure::Final)
                };
                let retry_after = api::retry_after(&response, self.host.now());
                return Err(not_sent(Failed { failure, retry_after, error: Error::new(kind, message) }));
            }
        };
        // An answer that is on its way may still repeat the token before this one.
        let mut secrets = Secrets::of(self.profile(), Some(credentials)).and(&token.value);
        if let Some(before) = &*kept {
            secrets = secrets.and(&before.value);
        }
        *self.secrets.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(secrets);
        log::debug!(target: "smartbill", "access token renewed");
        *kept = Some(token.clone());
        Ok(Some(token))
    }

    /// Tells the observer, if there is one, of a request before it is sent.
    fn announce(&self, attempt: u32, request: &Request) -> Option<RequestEvent> {
        let observer = self.options.observer.as_deref()?;
        let Request { operation, method, .. } = *request;
        let path = self.profile().path(operation, None);
        let event = RequestEvent { operation, method: method.as_str(), path, attempt };
        observer.on_request(&event);
        Some(event)
    }

    /// Writes a line of the log about an attempt, and tells the observer of `event`. Neither gets confidential data: an
    /// identifier, a query, a header or a body.
    fn tell_attempt(
        &self,
        attempt: u32,
        operation: Operation,
        event: Option<RequestEvent>,
        answer: &Result<Response, TransportError>,
        duration: Duration,
    ) {
        if event.is_none() && !log::log_enabled!(target: "smartbill", log::Level::Debug) {
            return;
        }
        let ms = duration.as_millis();
        let (status, failure, request_id, body_bytes) = match answer {
            Ok(response) => {
                let request_id = api::request_id(response, &self.secrets());
                let (id, shown) = match &request_id {
                    Some(id) => (id.as_str(), " request_id="),
                    None => ("", ""),
                };
                let status = response.status;
                log::debug!(target: "smartbill", "{operation} status={status} attempt={attempt} duration={ms}ms{shown}{id}");
                (Some(status), None, request_id, response.body.len())
            }
            Err(error) => {
                let failure = error.failure.name();
                log::debug!(target: "smartbill", "{operation} failure={failure} attempt={attempt} duration={ms}ms");
                (None, Some(failure), None, 0)
            }
        };
        if let (Some(request), Some(observer)) = (event, self.options.observer.as_deref()) {
            observer.on_response(&ResponseEvent { request, status, failure, duration, request_id, body_bytes });
        }
    }

    /// The same for whoever has no call to finish.
    pub(super) async fn send_once(&self, request: &Request, options: &CallOptions) -> Result<Response, Error> {
        let mut sending = self.begin(options, 0);
        self.exchange(&mut sending, request).await.map_err(|failed| failed.error)
    }

    /// Waits while the platform's own count says that it would refuse. Beyond the patience that there is, the platform is
    /// asked all the same.
    async fn hold_back(&self, sending: &Sending<'_>, operation: Operation) {
        let mut patience = self.options.retry.max_retry_after;
        loop {
            let now = self.host.monotonic();
            let wait = self.rate_quota(operation, |rate_quota| rate_quota.take(now)).unwrap_or_default();
            let Some(left) = patience.checked_sub(wait).filter(|_| !wait.is_zero()) else { return };
            if self.time_for(sending, Decision::Wait(wait)).is_none() {
                return;
            }
            patience = left;
            self.wait(wait).await;
        }
    }

    /// Waits before the next attempt. Returns false if there is none.
    async fn pause(&self, sending: &Sending<'_>, failed: &Failed) -> bool {
        let jitter = self.host.random();
        let decision = decide(&sending.retry, sending.attempts, failed.failure, failed.retry_after, jitter);
        let Some(wait) = self.time_for(sending, decision) else {
            return false;
        };
        // A stale connection says nothing about the server's health, so it does not use the quota.
        if failed.failure != Failure::Stale && !self.quota.take() {
            return false;
        }
        self.wait(wait).await;
        true
    }

    /// Waits before asking the platform again about a request that it is still working on. Returns false after the last
    /// question. The platform is answering, so these questions do not use the quota of retries.
    async fn pause_to_ask(&self, sending: &mut Sending<'_>, failed: &Failed) -> bool {
        sending.asked += 1;
        // These waits outlast the longest request: two minutes, by default.
        let patience =
            RetryPolicy { max_attempts: 1 + 4 * sending.retry.max_attempts.saturating_sub(1), ..sending.retry };
        let jitter = self.host.random();
        let decision = decide(&patience, sending.asked, Failure::Lost, failed.retry_after, jitter);
        let Some(wait) = self.time_for(sending, decision) else {
            return false;
        };
        self.wait(wait).await;
        true
    }

    /// The time to wait, if there is another attempt and the call has the time.
    fn time_for(&self, sending: &Sending<'_>, decision: Decision) -> Option<Duration> {
        let Decision::Wait(wait) = decision else {
            return None;
        };
        sending.deadline.is_none_or(|deadline| self.host.monotonic().saturating_add(wait) < deadline).then_some(wait)
    }

    async fn wait(&self, wait: Duration) {
        if !wait.is_zero() {
            self.host.sleep(wait).await;
        }
    }

    /// The future's output, or an error if the limit passes first.
    async fn within(
        &self,
        limit: Option<Duration>,
        send: impl Future<Output = Result<Response, TransportError>>,
    ) -> Result<Response, TransportError> {
        let Some(limit) = limit else {
            return send.await;
        };
        let mut send = pin!(send);
        let mut alarm = pin!(self.host.sleep(limit));
        poll_fn(|cx| {
            if let Poll::Ready(answer) = send.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            alarm.as_mut().poll(cx).map(|()| Err(TransportError::new(TransportFailure::Timeout, "")))
        })
        .await
    }

    fn transport_failed(
        &self,
        sending: &Sending<'_>,
        operation: Operation,
        limit: Option<Duration>,
        mut error: TransportError,
    ) -> Failed {
        use TransportFailure::{Broken, Connect, ConnectTimeout, Stale, Timeout, Tls, TooLarge, UnknownHost, Unusable};
        error.message = self.secrets().hide(&error.message).into_owned();
        let host = &self.base.host;
        let why = match error.system.map(io::Error::from_raw_os_error) {
            Some(system) => refusal(&system),
            None if error.failure == UnknownHost => Message::new(
                "o nome do servidor, ou o do proxy, não foi encontrado (DNS)",
                "the name of the server, or that of the proxy, was not found (DNS)",
            ),
            None => Message::new(error.message.as_str(), error.message.as_str()),
        };
        let after_colon = |why: &str| if why.is_empty() { String::new() } else { [": ", why].concat() };
        let (kind, failure, pt, en) = match error.failure {
            Connect | UnknownHost => {
                (ErrorKind::Connection, Failure::NotSent, "não foi possível conectar a", "cannot connect to")
            }
            Tls => (ErrorKind::Connection, Failure::Final, "TLS recusado ao conectar a", "TLS refused connecting to"),
            ConnectTimeout => {
                (ErrorKind::Timeout, Failure::NotSent, "tempo esgotado ao conectar a", "timed out connecting to")
            }
            Timeout => (ErrorKind::Timeout, Failure::Lost, "tempo esgotado à espera de", "timed out waiting for"),
            Stale => (ErrorKind::Connection, Failure::Stale, "conexão encerrada por", "connection closed by"),
            Broken => (ErrorKind::Connection, Failure::Lost, "conexão interrompida com", "connection broken with"),
            TooLarge => (ErrorKind::Response, Failure::Final, "resposta longa demais de", "answer too long from"),
            Unusable => (ErrorKind::Configuration, Failure::Final, "não foi possível enviar a", "cannot send to"),
        };
        let limit = match (error.failure, limit) {
            (Timeout, Some(limit)) if why.en.is_empty() => [" (", &seconds(limit), ")"].concat(),
            _ => String::new(),
        };
        let middle = [" `", host, "`", &limit].concat();
        let (advice_pt, advice_en) = match error.failure {
            TooLarge => (
                "; peça páginas menores ou aumente `max_body_bytes`",
                "; ask for smaller pages or raise `max_body_bytes`",
            ),
            _ => ("", ""),
        };
        let n = text::natural(sending.attempts.into());
        let message = Message::new(
            [pt, &middle, &after_colon(&why.pt), advice_pt, " (tentativas: ", &n, ")"].concat(),
            [en, &middle, &after_colon(&why.en), advice_en, " (attempts: ", &n, ")"].concat(),
        );
        let outcome = match error.failure {
            Connect | UnknownHost | ConnectTimeout | Tls | Unusable => Outcome::NotSent,
            Stale | Timeout | Broken | TooLarge => Outcome::Unknown,
        };
        let error = Error::new(kind, message).caused_by(error).with(|d| {
            d.outcome = operation.is_write().then_some(outcome);
        });
        Failed { failure, retry_after: None, error }
    }

    /// Adds the client's own headers and credential to the request.
    pub(super) fn authorized(&self, mut request: Request) -> Request {
        request.headers.push(("user-agent".to_owned(), self.options.user_agent.clone()));
        // An access token is added when the request is sent, since it may end before.
        let token = self.options.token.as_deref().filter(|_| self.profile().oauth2().is_none());
        for credential in token.map(|token| self.profile().credentials(token)).unwrap_or_default() {
            match credential {
                Credential::Header(name, value) => request.headers.push((name, value)),
                Credential::Query(name, value) => {
                    request.target.push(if request.target.contains('?') { '&' } else { '?' });
                    percent_encode(&name, &mut request.target);
                    request.target.push('=');
                    percent_encode(&value, &mut request.target);
                }
                Credential::Body(place, value) => api::add_to_body(&mut request, &place, &value),
            }
        }
        request
    }

    /// Adds an idempotency key to the request if the profile uses one: the caller's key, or a new random key, so that
    /// the call never receives another call's answer.
    fn keyed(&self, mut request: Request, sending: &mut Sending<'_>) -> Request {
        let operation = request.operation;
        if !operation.is_write() || self.profile().endpoint(operation).promise == Promise::None {
            return request;
        }
        let random = || [operation.name(), ":", &hex(self.host.random()), &hex(self.host.random())].concat();
        let key = sending.key.map_or_else(random, header_safe);
        (sending.key_sent, sending.key_is_new) = (true, sending.key.is_none());
        request.headers.push((self.profile().idempotency_header().to_owned(), key));
        request
    }
}

/// The error for a platform that has done the work for this key before, but no longer has the record.
fn undone(sending: &Sending<'_>, operation: Operation) -> Failed {
    let message = Message::new(
        "a plataforma já atendeu a esta chave, e o que ela fez então foi desfeito; use outra `idempotency_key`",
        "the platform answered this key before, and what it did then was undone; use another `idempotency_key`",
    );
    let error = Error::new(ErrorKind::Conflict, message);
    described(sending, operation, Failed { failure: Failure::Final, retry_after: None, error })
}

/// Adds the call's data to an error.
fn described(sending: &Sending<'_>, operation: Operation, failed: Failed) -> Failed {
    let Failed { failure, retry_after, error } = failed;
    let error = error.with(|d| {
        d.language = sending.language;
        d.operation = Some(operation.name());
        d.attempts = sending.attempts;
        d.retry_after = retry_after;
    });
    Failed { failure, retry_after, error }
}

/// A call in progress.
struct Sending<'c> {
    attempt_limit: Option<Duration>,
    deadline: Option<Duration>,
    language: Language,
    key: Option<&'c str>,
    retry: RetryPolicy,
    bounds: Bounds,
    attempts: u32,
    /// The number of questions about a request that the platform is still working on.
    asked: u32,
    /// Whether an attempt so far may have been executed, although no answer said so.
    doubt: bool,
    /// Whether the request has an idempotency key.
    key_sent: bool,
    /// Whether that key was made for this call.
    key_is_new: bool,
}

/// An attempt that failed.
struct Failed {
    failure: Failure,
    retry_after: Option<Duration>,
    error: Error,
}

/// Classifies an answer that was not a success.
fn failure_of(error: &Error) -> Failure {
    let status = error.details().status.unwrap_or(0);
    let json = std::error::Error::source(error).and_then(<dyn std::error::Error>::downcast_ref::<JsonError>);
    let cut_short = json.is_some_and(|json| json.problem == JsonProblem::Malformed);
    match error.kind() {
        // A fault may come with status 200, so the kind decides.
        ErrorKind::Server if status < 500 => Failure::Status(500),
        ErrorKind::Rejected if status >= 500 => Failure::Final,
        ErrorKind::Response if cut_short => Failure::Lost,
        ErrorKind::Response => Failure::Final,
        _ => Failure::Status(status),
    }
}

/// Writes a number as sixteen hexadecimal digits.
fn hex(n: u64) -> String {
    let digits = n.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Writes a time limit for a message: `30s`, `1.5s`, `250ms`.
fn seconds(limit: Duration) -> String {
    let (whole, ms) = (limit.as_secs(), limit.subsec_millis());
    if whole == 0 {
        return text::natural(ms.into()) + "ms";
    }
    let mut text = text::natural(whole);
    if ms > 0 {
        text.push('.');
        text::push_digits(&mut text, ms.into(), 3);
        text.truncate(text.trim_end_matches('0').len());
    }
    text + "s"
}

/// Percent-encodes the characters of `key` that a header cannot contain.
fn header_safe(key: &str) -> String {
    let mut safe = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' {
            safe.push(char::from(byte));
        } else {
            escape(byte, &mut safe);
        }
    }
    safe
}
