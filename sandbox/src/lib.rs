//! A stand-in of the Smartbill platform for development and tests.
//!
//! [`Service`] is the platform's API, state machine and billing run as a pure function: a request and an instant in,
//! an answer out. It runs natively and in wasm. With the feature `server`, [`server::Sandbox`] puts it on a socket.
//!
//! The vendor's own behaviour is not public: this enforces the project's assumptions about it, and is no reference.

mod billing;
mod collection;
mod consumos;
mod contratos;
mod control;
mod faults;
mod handle;
mod idempotency;
mod payment;
mod platform;
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
