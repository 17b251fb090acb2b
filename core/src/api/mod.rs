//! The operations of the platform. Each is two pure functions: build a request, read a response.

mod operation;

pub use operation::{Method, Operation, Resource};

use bytes::Bytes;

/// A request, ready for a transport: everything but the host.
#[derive(Clone)]
pub struct Request {
    /// What it does.
    pub operation: Operation,
    /// HTTP method, from the profile.
    pub method: Method,
    /// Path with the profile's base path, percent-encoded, and the query string if there is one.
    pub target: String,
    /// Header names in lower case, and values. Holds the credentials: never printed.
    pub headers: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Bytes>,
}

/// An answer, as a transport brought it.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Bytes,
}

impl Response {
    /// The first value of the header `name` (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}
