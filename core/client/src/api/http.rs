use std::fmt;

use bytes::Bytes;

use crate::api::{Method, Operation};

/// A request, ready for a transport: everything but the host.
#[derive(Clone)]
pub struct Request {
    /// The operation of the request.
    pub operation: Operation,
    /// HTTP method, from the profile.
    pub method: Method,
    /// Path with the profile's base path, percent-encoded, and the query string if there is one.
    pub target: String,
    /// Header names in lower case, and values. They contain the credentials, and are never printed.
    pub headers: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Bytes>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.split('?').next().unwrap_or_default();
        write!(f, "{} {} {path}", self.operation, self.method.as_str())
    }
}

/// An answer, as the transport received it.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Bytes,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}

impl Response {
    /// The first value of the header `name` (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}
