//! The core for JavaScript: conversions only. Each feature is one module of the npm package.

mod ponte;
#[cfg(feature = "validation")]
mod validation;
