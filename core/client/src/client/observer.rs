use std::time::Duration;

use crate::api::Operation;

/// Is told of every request of a client, and of what came of it: for metrics, traces and audits.
///
/// An event holds no credential, identifier, query, header or body, so it may be stored. The functions are called where
/// the call runs, between its waits, so they should return soon.
///
/// ```
/// use std::sync::Arc;
///
/// use smartbill_client::client::{ClientOptions, Observer, ResponseEvent};
///
/// struct Print;
///
/// impl Observer for Print {
///     fn on_response(&self, event: &ResponseEvent) {
///         println!("{} took {:?}", event.request.operation, event.duration);
///     }
/// }
///
/// let mut options = ClientOptions::new("https://api.example.com.br");
/// options.observer = Some(Arc::new(Print));
/// ```
pub trait Observer: Send + Sync {
    /// A request is about to be sent.
    fn on_request(&self, event: &RequestEvent) {
        let _ = event;
    }

    /// A request was answered, or failed.
    fn on_response(&self, event: &ResponseEvent) {
        let _ = event;
    }
}

/// A request that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestEvent {
    /// The operation, such as `clientes.incluir`.
    pub operation: Operation,
    /// The HTTP method.
    pub method: &'static str,
    /// The path as the profile has it, with `{id}` for an identifier and without the query.
    pub path: String,
    /// The number of the attempt within its call, from 1.
    pub attempt: u32,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseEvent {
    /// The request.
    pub request: RequestEvent,
    /// The HTTP status. `None` if no complete answer came.
    pub status: Option<u16>,
    /// The stable name of the failure if no complete answer came, such as `timeout`.
    pub failure: Option<&'static str>,
    /// The time from the sending of the request to the end of the answer.
    pub duration: Duration,
    /// The platform's identifier of the request, if its answer has one.
    pub request_id: Option<String>,
    /// The length of the answer's body in bytes, decompressed.
    pub body_bytes: usize,
}
