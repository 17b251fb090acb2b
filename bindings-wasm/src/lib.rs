//! The core for JavaScript: conversions only. Each feature is one module of the npm package.

#![cfg_attr(
    any(feature = "client", feature = "planilha", feature = "sandbox"),
    expect(clippy::missing_errors_doc, reason = "what is exported is documented in npm/src/*.d.ts")
)]

#[cfg(feature = "client")]
pub mod client;
#[cfg(all(feature = "validation", target_arch = "wasm32"))]
mod memoria;
#[cfg(feature = "opcoes")]
mod opcoes;
#[cfg(feature = "planilha")]
pub mod planilha;
mod ponte;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(all(feature = "validation", target_arch = "wasm32"))]
pub mod validation;

/// Everything is freed at once, between one call and the next.
#[cfg(all(feature = "validation", target_arch = "wasm32"))]
#[cfg_attr(not(any(feature = "client", feature = "planilha", feature = "sandbox")), global_allocator)]
static MEMORIA: memoria::Memoria = memoria::Memoria::new();

/// A tenth of the size of the default allocator, and constant time.
#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
