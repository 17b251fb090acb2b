//! The core for JavaScript: conversions only. Each feature is one module of the npm package.

#![cfg_attr(
    any(feature = "client", feature = "planilha", feature = "sandbox"),
    expect(clippy::missing_errors_doc, reason = "what is exported is documented in npm/src/*.d.ts")
)]

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "opcoes")]
mod opcoes;
#[cfg(feature = "planilha")]
pub mod planilha;
mod ponte;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "validation")]
pub mod validation;

/// A tenth of the size of the default allocator, and constant time.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
