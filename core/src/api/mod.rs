//! The operations of the platform. Each is two pure functions: build a request, read a response.

mod build;
mod charset;
mod check;
mod clientes;
mod cobrancas;
mod consumos;
mod contratos;
mod failure;
mod operation;
mod read;
mod secret;
mod servicos;
mod sink;

pub(crate) use build::{Call, build_request, check, check_id, listar};
pub(crate) use check::writable;
pub use check::{CheckOptions, Input};
pub use contratos::{Action, Transition, transition};
pub(crate) use contratos::{check_action, check_transition, shows};
#[cfg(feature = "batch")]
pub(crate) use failure::mask;
pub use failure::retry_after;
pub use operation::{Method, Operation, Resource};
pub(crate) use read::{Answer, Bounds, accept, read};
pub use read::{Effect, Written};
pub(crate) use secret::Secrets;
pub use sink::{Record, Sink, ValueRecord, Values};

use std::fmt;

use bytes::Bytes;

use crate::model::Model;

/// A resource that can be listed.
pub trait ResourceModel: Model {
    /// What a listing can be narrowed by.
    type Filter: Model;
    /// The operation that lists it.
    const LISTAR: Operation;
}

/// A resource that can be got by its identifier.
pub trait Gettable: ResourceModel {
    /// The operation that gets it.
    const OBTER: Operation;
}

/// A resource that can be added.
pub trait Includable: ResourceModel {
    /// The operation that adds it.
    const INCLUIR: Operation;
    /// The field, of the model and of its filter, that holds the company's own identifier.
    const KEY: &'static str;

    /// The company's own identifier of it.
    fn key(&self) -> Option<&str>;
}

/// A resource that can be changed and removed.
pub trait Changeable: Includable {
    /// The operation that changes it.
    const ALTERAR: Operation;
    /// The operation that removes it.
    const REMOVER: Operation;
}

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

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.split('?').next().unwrap_or_default();
        write!(f, "{} {} {path}", self.operation, self.method.as_str())
    }
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

#[cfg(test)]
mod tests;
