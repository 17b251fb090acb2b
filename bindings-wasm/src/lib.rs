//! The core for JavaScript: conversions only. Each feature is one module of the npm package.

#![expect(clippy::missing_errors_doc, reason = "what is exported is documented in npm/src/*.d.ts")]

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "opcoes")]
mod opcoes;
#[cfg(feature = "planilha")]
pub mod planilha;
#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox", feature = "validation"))]
mod ponte;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "validation")]
pub mod validation;
