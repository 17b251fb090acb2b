//! The core of `smartbill-automation`: models, validation, API calls, spreadsheets and batch import.

#[cfg(feature = "api")]
pub mod api;
#[cfg(feature = "batch")]
pub mod batch;
#[cfg(feature = "api")]
pub mod client;
mod competencia;
mod dates;
mod decimal;
pub mod document;
pub mod error;
#[cfg(feature = "api")]
mod find;
#[cfg(feature = "api")]
mod json;
mod language;
#[cfg(feature = "api")]
pub mod limiter;
pub mod model;
mod names;
#[cfg(feature = "api")]
pub mod profile;
#[cfg(feature = "api")]
pub mod retry;
#[cfg(feature = "sheets")]
pub mod sheets;
#[cfg(feature = "sheets")]
mod system;
mod text;
#[cfg(feature = "api")]
pub mod transport;
pub mod validate;
mod value;

pub use competencia::{Competencia, CompetenciaError};
pub use dates::parse_date;
pub use error::{Error, ErrorKind, Outcome};
#[cfg(feature = "api")]
pub use json::{JsonError, JsonProblem};
pub use language::{Language, Message, Mode};
pub use names::Names;
#[cfg(feature = "sheets")]
pub use system::refusal;
pub use value::{JsonObject, Value};
