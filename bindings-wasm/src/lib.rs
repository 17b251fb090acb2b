//! The core for JavaScript: conversions only. Each feature is one module of the npm package.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`, wherever it is")]
#![expect(clippy::missing_errors_doc, reason = "what is exported is documented in npm/src/*.d.ts")]

mod ponte;
#[cfg(feature = "validation")]
mod validation;
