//! The operations of the platform. Each operation is two pure functions: one builds a request, one reads a response.

mod build;
mod charset;
mod check;
mod clientes;
mod cobrancas;
mod compose;
mod consumos;
mod contratos;
mod failure;
mod http;
mod method;
mod models;
mod operation;
mod page;
pub(crate) mod place;
mod proof;
mod rate;
mod read;
mod schemas;
mod secret;
mod servicos;

pub use build::Call;
pub(crate) use build::{build_request, check, check_id, listar};
pub(crate) use check::writable;
pub use check::{CheckOptions, Input};
pub(crate) use compose::add_to_body;
pub use contratos::{Action, Transition, transition};
pub(crate) use contratos::{check_transition, shows};
pub(crate) use failure::request_id;
pub use failure::{mask, retry_after};
pub use http::{Request, Response};
pub use method::Method;
pub use models::{Changeable, Gettable, Includable, ResourceModel};
pub use operation::{Operation, Resource};
pub use page::{FromPage, Page, PageRecord};
pub(crate) use rate::rate_status;
pub use read::{Answer, Effect, Written};
pub(crate) use read::{Bounds, read};
pub(crate) use secret::Secrets;

#[cfg(test)]
mod tests;
