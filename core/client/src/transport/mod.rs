//! How requests travel: reqwest natively, a function for the sandbox and tests, `fetch` in the JavaScript package.

mod function;
#[cfg(feature = "http")]
pub mod http;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

pub use self::function::Function;
use crate::api::{Request, Response};

/// The greatest size of an answer in bytes, if the caller gives no limit. It allows thousands of records, and is far
/// below the memory of any machine. A faulty server, or a few kilobytes that decompress to gigabytes, must not exhaust
/// the memory.
pub const MAX_BODY_BYTES: usize = 16 << 20;

/// The greatest number of bytes that a host reads of the body of a failure. An error keeps two kilobytes of it.
pub const MAX_FAILURE_BODY_BYTES: usize = 256 << 10;

/// The services that a client needs from its environment: sending, waiting, clocks and random numbers.
///
/// Its futures need not be `Send`. If they are, so are the client's futures.
pub trait Host {
    /// Sends `request` to `base_url` (which has no `/` at its end), follows no redirect, and returns the answer with
    /// its body decompressed. The client drops the future when an attempt takes too long, so the future must yield
    /// while a body is arriving. A body beyond the host's own limit is not read to its end. For a success that is the
    /// failure [`TransportFailure::TooLarge`]; for any other answer the part that was read is enough.
    fn send(&self, base_url: &str, request: &Request) -> impl Future<Output = Result<Response, TransportError>>;

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// The time of a clock that never goes back, since any fixed instant.
    fn monotonic(&self) -> Duration;

    /// The time of day.
    fn now(&self) -> Timestamp;

    /// A random number.
    fn random(&self) -> u64;
}

/// The reason why no complete answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFailure {
    /// There was no connection: refused, unreachable. Nothing was sent.
    Connect,
    /// There was no connection, because the name of the server or of the proxy has no address. Nothing was sent.
    UnknownHost,
    /// There was no connection, because TLS failed: a certificate that is not trusted, or a server without TLS. Nothing
    /// was sent, and trying again does not help.
    Tls,
    /// There was no connection in time. Nothing was sent.
    ConnectTimeout,
    /// The server had closed a kept connection before the request was sent.
    Stale,
    /// The request was sent, and the answer did not come in time.
    Timeout,
    /// The request was sent, and the connection broke before the complete answer came.
    Broken,
    /// The request was sent, and the answer is longer than the host reads.
    TooLarge,
    /// The request or the host's own configuration cannot be used. Nothing was sent.
    Unusable,
}

impl TransportFailure {
    /// The stable name, for logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::UnknownHost => "unknown_host",
            Self::Tls => "tls",
            Self::ConnectTimeout => "connect_timeout",
            Self::Stale => "stale",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::Unusable => "unusable",
        }
    }
}

/// The error of a request without a complete answer.
pub struct TransportError {
    /// The reason.
    pub failure: TransportFailure,
    /// The system's own message. It has neither the address nor the credential.
    pub message: String,
    /// The operating system's number of the error, where it has one.
    pub system: Option<i32>,
}

impl TransportError {
    /// Makes an error with the system's message.
    pub fn new(failure: TransportFailure, message: impl Into<String>) -> Self {
        Self { failure, message: message.into(), system: None }
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}
