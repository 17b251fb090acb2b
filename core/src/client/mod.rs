//! The client: the only place that awaits. What to send, how to read it and whether to send it again are pure
//! functions elsewhere.

mod operations;
mod options;
mod pager;

use std::fmt::{self, Write as _};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz;

pub use operations::ItemLote;
pub use options::{CallOptions, ClientOptions, Limit};
pub use pager::Pager;

use crate::api::{self, Operation, Regime, Request, Response};
use crate::error::{Error, ErrorKind, Outcome};
use crate::profile::{Credential, Profile, Promise, percent_encode};
use crate::retry::{Decision, Failure, RetryPolicy, RetryQuota, Safety, decide};
use crate::transport::{Host, TransportError, TransportFailure};
use crate::{Idioma, Message};

/// Talks to the platform: checks, sends, tries again where that is safe, and reads.
pub struct Client<H> {
    host: H,
    base: options::Base,
    options: ClientOptions,
    quota: RetryQuota,
}

impl<H> fmt::Debug for Client<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<H: Host> Client<H> {
    /// A client that travels by `host`.
    ///
    /// # Errors
    /// Of kind `Configuration`, when an option is wrong.
    pub fn new(options: ClientOptions, host: H) -> Result<Self, Error> {
        let base = options::Base::parse(&options)?;
        let printable = |text: &str| !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b));
        let wrong = |pt: &str, en: &str| Err(configuration(&options, pt, en));
        if options.token.as_deref().is_some_and(|t| !printable(t) || t.trim() != t) {
            return wrong(
                "token vazio ou com espaços ou caracteres inválidos",
                "the token is empty, or has spaces around it or invalid characters",
            );
        }
        if !printable(&options.user_agent) {
            return wrong("`user_agent` inválido", "invalid `user_agent`");
        }
        if options.retry.max_attempts == 0 || options.max_paginas == 0 {
            return wrong("tentativas e páginas devem ser ao menos 1", "attempts and pages must be at least 1");
        }
        Ok(Self { host, base, options, quota: RetryQuota::new() })
    }

    /// The wire format.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.options.profile
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &ClientOptions {
        &self.options
    }

    /// What the client travels by.
    #[must_use]
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Today in São Paulo, which has been three hours behind UTC all year since Decreto 9.772/2019.
    #[must_use]
    pub fn hoje(&self) -> Date {
        tz::Offset::constant(-3).to_datetime(self.host.now()).date()
    }

    fn regime(&self, call: &CallOptions) -> Regime {
        Regime {
            modo: call.modo.unwrap_or(self.options.modo),
            idioma: call.idioma.unwrap_or(self.options.idioma),
            hoje: Some(self.hoje()),
        }
    }

    fn begin<'c>(&self, call: &'c CallOptions, safety: Safety) -> Call<'c> {
        let total = call.total.unwrap_or(self.options.total).duration();
        Call {
            attempt_limit: call.attempt.unwrap_or(self.options.attempt).duration(),
            deadline: total.map(|total| self.host.monotonic().saturating_add(total)),
            idioma: call.idioma.unwrap_or(self.options.idioma),
            // An empty one would protect nothing.
            key: call.idempotency_key.as_deref().filter(|key| !key.is_empty()),
            retry: call.retry.unwrap_or(self.options.retry),
            safety,
            attempts: 0,
            maybe_done: false,
        }
    }

    /// Sends `request`, and again where that is safe, until `read` accepts the answer.
    async fn run<T>(
        &self,
        mut call: Call<'_>,
        request: Request,
        read: impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<T, Failed> {
        let request = self.authorized(request);
        loop {
            match self.attempt(&mut call, &request, &read).await {
                Ok(read) => return Ok(read),
                Err(failed) if self.pause(&call, &failed).await => {}
                Err(failed) => return Err(failed),
            }
        }
    }

    /// One attempt.
    async fn attempt<T>(
        &self,
        call: &mut Call<'_>,
        request: &Request,
        read: &impl Fn(&Response) -> Result<T, Error>,
    ) -> Result<T, Failed> {
        call.attempts += 1;
        let begun = self.host.monotonic();
        let left = call.deadline.map(|deadline| deadline.saturating_sub(begun));
        let limit = call.attempt_limit.into_iter().chain(left).min();
        let answer = self.within(limit, self.host.send(&self.base.url, request)).await;
        let took = self.host.monotonic().saturating_sub(begun);
        log_attempt(call.attempts, request.operation, &answer, took);
        let failed = match answer {
            Ok(response) => match read(&response) {
                Ok(read) => {
                    self.quota.refund();
                    return Ok(read);
                }
                Err(error) => Failed {
                    failure: failure_of(&error),
                    retry_after: api::retry_after(&response, self.host.now()),
                    error,
                    maybe_done: call.maybe_done,
                },
            },
            Err(error) => self.transport_failed(call, request.operation, limit, error),
        };
        Err(self.described(call, request.operation, failed))
    }

    /// Waits before the next attempt; false when there is to be none.
    async fn pause(&self, call: &Call<'_>, failed: &Failed) -> bool {
        let jitter = self.host.random();
        let decision = decide(&call.retry, call.safety, call.attempts, failed.failure, failed.retry_after, jitter);
        let Decision::Wait(wait) = decision else {
            return false;
        };
        let in_time = call.deadline.is_none_or(|deadline| self.host.monotonic().saturating_add(wait) < deadline);
        // A stale connection says nothing about the server's health.
        if !in_time || (failed.failure != Failure::Stale && !self.quota.take()) {
            return false;
        }
        if !wait.is_zero() {
            self.host.sleep(wait).await;
        }
        true
    }

    /// The future's output, unless the limit passes first.
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
        call: &Call<'_>,
        operation: Operation,
        limit: Option<Duration>,
        error: TransportError,
    ) -> Failed {
        use TransportFailure::{Broken, Connect, ConnectTimeout, Stale, Timeout, Unusable};
        let host = &self.base.host;
        let n = call.attempts;
        let why = if error.message.is_empty() { String::new() } else { format!(": {}", error.message) };
        let (kind, failure, pt, en) = match error.failure {
            Connect => (ErrorKind::Connection, Failure::NotSent, "não foi possível conectar a", "cannot connect to"),
            ConnectTimeout => {
                (ErrorKind::Timeout, Failure::NotSent, "tempo esgotado ao conectar a", "timed out connecting to")
            }
            Timeout => (ErrorKind::Timeout, Failure::Lost, "tempo esgotado à espera de", "timed out waiting for"),
            Stale => (ErrorKind::Connection, Failure::Stale, "conexão encerrada por", "connection closed by"),
            Broken => (ErrorKind::Connection, Failure::Lost, "conexão interrompida com", "connection broken with"),
            Unusable => (ErrorKind::Configuration, Failure::Final, "não foi possível enviar a", "cannot send to"),
        };
        let limit = match (error.failure, limit) {
            (Timeout, Some(limit)) if why.is_empty() => format!(" ({limit:?})"),
            _ => String::new(),
        };
        let message = Message::new(
            format!("{pt} `{host}`{limit}{why} (tentativas: {n})"),
            format!("{en} `{host}`{limit}{why} (attempts: {n})"),
        );
        let outcome = match failure {
            Failure::NotSent | Failure::Final => Outcome::NotSent,
            _ => Outcome::Unknown,
        };
        let error = Error::new(kind, message).caused_by(error).with(|d| {
            d.outcome = operation.is_write().then_some(outcome);
        });
        Failed { failure, retry_after: None, error, maybe_done: call.maybe_done }
    }

    /// Adds what the call knows to an error.
    fn described(&self, call: &mut Call<'_>, operation: Operation, failed: Failed) -> Failed {
        let Failed { failure, retry_after, error, .. } = failed;
        let kind = error.kind();
        let before = call.maybe_done;
        let promise = self.profile().endpoint(operation).promise;
        let error = error.with(|d| {
            d.idioma = call.idioma;
            d.operation = Some(operation.name());
            d.attempts = call.attempts;
            d.retry_after = retry_after;
            // An attempt that got lost may have been done, whatever became of the ones after it; unless the
            // platform, asked again under the same key, says no to the request itself.
            let says_no = match kind {
                ErrorKind::Rejected | ErrorKind::NotFound => true,
                ErrorKind::Conflict => promise == Promise::IdempotencyKey,
                _ => false,
            };
            if before && d.outcome.is_some() && !says_no {
                d.outcome = Some(Outcome::Unknown);
            }
            call.maybe_done |= d.outcome == Some(Outcome::Unknown);
        });
        Failed { failure, retry_after, error, maybe_done: before }
    }

    /// The request with the client's own headers and credential.
    fn authorized(&self, mut request: Request) -> Request {
        request.headers.push(("user-agent".to_owned(), self.options.user_agent.clone()));
        match self.options.token.as_deref().map(|token| self.profile().credential(token)) {
            Some(Credential::Header(name, value)) => request.headers.push((name, value)),
            Some(Credential::Query(name, value)) => {
                request.target.push(if request.target.contains('?') { '&' } else { '?' });
                percent_encode(&name, &mut request.target);
                request.target.push('=');
                percent_encode(&value, &mut request.target);
            }
            None => {}
        }
        request
    }

    /// The request with its idempotency key, where the profile reads one: the caller's, or `identity` of the
    /// operation, or one that nobody used before.
    fn keyed(&self, mut request: Request, call: &Call<'_>, identity: Option<&str>) -> Request {
        let operation = request.operation;
        if !operation.is_write() || self.profile().endpoint(operation).promise != Promise::IdempotencyKey {
            return request;
        }
        let key = match (call.key, identity) {
            (Some(given), _) => header_safe(given),
            (None, Some(identity)) => header_safe(&format!("{operation}:{identity}")),
            (None, None) => format!("{operation}:{:016x}{:016x}", self.host.random(), self.host.random()),
        };
        request.headers.push((self.profile().idempotency_header().to_owned(), key));
        request
    }
}

/// A call on its way.
struct Call<'c> {
    attempt_limit: Option<Duration>,
    deadline: Option<Duration>,
    idioma: Idioma,
    key: Option<&'c str>,
    retry: RetryPolicy,
    safety: Safety,
    attempts: u32,
    /// Whether an attempt so far may have been done though no answer said so.
    maybe_done: bool,
}

/// An attempt that failed.
struct Failed {
    failure: Failure,
    retry_after: Option<Duration>,
    error: Error,
    /// Whether an attempt before this one may have been done.
    maybe_done: bool,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

/// How an answer that was no success failed.
fn failure_of(error: &Error) -> Failure {
    let status = error.details().status.unwrap_or(0);
    let cut_short = std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<serde_json::Error>);
    match error.kind() {
        // A fault may come with status 200; it is the kind that tells.
        ErrorKind::Server if status < 500 => Failure::Status(500),
        ErrorKind::Rejected if status >= 500 => Failure::Final,
        ErrorKind::Response if cut_short => Failure::Lost,
        ErrorKind::Response => Failure::Final,
        _ => Failure::Status(status),
    }
}

fn configuration(options: &ClientOptions, pt: &str, en: &str) -> Error {
    Error::new(ErrorKind::Configuration, Message::new(pt, en)).with(|d| d.idioma = options.idioma)
}

/// Logs what may be known of an attempt: never an identifier, a query, a header or a body.
fn log_attempt(attempt: u32, operation: Operation, answer: &Result<Response, TransportError>, took: Duration) {
    let ms = took.as_millis();
    match answer {
        Ok(response) => {
            log::debug!(target: "smartbill", "{operation} status={} attempt={attempt} duration={ms}ms", response.status);
        }
        Err(error) => {
            log::debug!(target: "smartbill", "{operation} failure={:?} attempt={attempt} duration={ms}ms", error.failure);
        }
    }
}

/// `key` with what a header cannot hold percent-encoded.
fn header_safe(key: &str) -> String {
    let mut safe = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' {
            safe.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    safe
}

#[cfg(test)]
mod tests;
