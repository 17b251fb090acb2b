//! A client of Smartbill billing: what an operation sends and reads, the profile of the wire, retries, transports.

pub mod api;
pub mod client;
pub mod limiter;
pub mod profile;
pub mod retry;
pub mod transport;
