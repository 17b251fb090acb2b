//! A simulation of the Smartbill platform for development and tests.
//!
//! [`Service`] is the platform's API, state machine and billing run as a pure function: it takes a request and an
//! instant, and returns an answer. It runs natively and in wasm. With the feature `server`, [`server::Sandbox`] serves
//! it on a socket.
//!
//! The vendor's own behaviour is not public. The sandbox enforces this project's assumptions about it, and is not a
//! reference.
//!
//! The parts: `service` translates between the wire and the models by the profile, `platform` executes the operations,
//! `billing` computes charges, `control` has the endpoints for tests, and `faults` the fault plans. The crate depends
//! on `smartbill-core`; the bindings and the tests depend on it.

mod account;
mod billing;
mod calendar;
mod collection;
mod consumos;
mod contratos;
mod control;
mod faults;
mod handle;
mod idempotency;
mod naming;
mod payment;
mod platform;
mod price;
#[cfg(feature = "qr")]
mod qr;
mod refusal;
mod seed;
#[cfg(feature = "server")]
pub mod server;
mod service;
mod store;

pub use control::{Counts, State};
pub use faults::{ConnectionFault, Fault};
pub use platform::BillingSummary;
pub use service::{Answer, RawRequest, Service, TOKEN};
