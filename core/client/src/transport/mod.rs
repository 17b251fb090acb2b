//! How requests travel: reqwest natively, a function for the sandbox and tests, `fetch` in the JavaScript package.

mod function;
#[cfg(feature = "http")]
mod reqwest;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

pub use self::function::Function;
#[cfg(feature = "http")]
pub use self::reqwest::{HttpOptions, ReqwestHost};
use crate::api::{Request, Response};

/// How many bytes an answer may have where nobody says otherwise: thousands of records, and far less than the memory of
/// any machine that this runs on. A server gone wrong, or a few kilobytes that unfold into gigabytes, must not take it.
pub const MAX_BODY_BYTES: usize = 16 << 20;

/// How much a host reads of the body of an answer that is no success: an error keeps two kilobytes of it.
pub const MAX_FAILURE_BODY_BYTES: usize = 256 << 10;

/// What a client needs of the world: to send, to wait, to know the time, and chance.
///
/// Its futures need not be `Send`; where a host's are, so are the client's.
pub trait Host {
    /// Sends `request` to `base_url` (which has no `/` at its end), follows no redirect, and answers with the body
    /// decompressed. The client drops the future when an attempt takes too long, so it must not hold the thread while a
    /// body comes. A body beyond the host's own limit is not read to its end: of a success that is the failure
    /// [`TransportFailure::TooLarge`], and of any other answer what was read is enough.
    fn send(&self, base_url: &str, request: &Request) -> impl Future<Output = Result<Response, TransportError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// A clock that never goes back, from any beginning.
    fn monotonic(&self) -> Duration;

    /// The time of day.
    fn now(&self) -> Timestamp;

    /// Any number.
    fn random(&self) -> u64;
}

/// Why no whole answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFailure {
    /// No connection: refused, unreachable, unknown host. Nothing was sent.
    Connect,
    /// No connection, since TLS was refused: a certificate that is not trusted, or a server that speaks no TLS. Nothing
    /// was sent, and trying again does not help.
    Tls,
    /// No connection in time. Nothing was sent.
    ConnectTimeout,
    /// A kept connection had been closed by the server when the request went out.
    Stale,
    /// It was sent, and the answer did not come in time.
    Timeout,
    /// It was sent, and the connection broke before the whole answer came.
    Broken,
    /// It was sent, and the answer is longer than the host reads.
    TooLarge,
    /// The request or the host's own configuration cannot be used. Nothing was sent.
    Unusable,
}

/// A request got no whole answer.
pub struct TransportError {
    /// Why.
    pub failure: TransportFailure,
    /// In the words of the system; holds neither address nor credential.
    pub message: String,
}

impl TransportError {
    /// An error with the system's words.
    pub fn new(failure: TransportFailure, message: impl Into<String>) -> Self {
        Self { failure, message: message.into() }
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
