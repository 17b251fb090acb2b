//! A client of Smartbill billing.
//!
//! [`api`] has the operations: building a request and reading an answer are pure functions. [`profile`] describes the
//! wire format, as data. [`retry`] and [`limiter`] decide when to send, [`client::answer`] decides what an answer means,
//! and all three are pure. Only [`client`] awaits; it sends through a [`transport`].
//!
//! The crate depends on `smartbill-model` and `smartbill-documents`. It reads no clock and no random source: the
//! transport's host gives both.

pub mod api;
pub mod client;
pub mod limiter;
pub mod profile;
pub mod retry;
pub mod transport;
