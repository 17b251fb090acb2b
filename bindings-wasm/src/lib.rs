//! The core for JavaScript: conversions only. Each feature is one module of the npm package.
//!
//! `bridge` reads packed values and writes JSON, and `options` reads option bags. `client`, `validation`, `sheets` and
//! `sandbox` are the functions of the entries. The TypeScript in `npm/src` has the public interface.

#![cfg_attr(
    any(feature = "client", feature = "sandbox", feature = "sheets", feature = "validation"),
    expect(clippy::missing_errors_doc, reason = "what is exported is documented in npm/src/*.ts")
)]

mod bridge;
#[cfg(feature = "client")]
pub mod client;
mod options;
#[cfg(feature = "profile")]
pub mod profile;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "sheets")]
pub mod sheets;
#[cfg(feature = "validation")]
pub mod validation;
