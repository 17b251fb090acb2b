//! The core of `smartbill-automation`: models, validation, API calls, spreadsheets and batch import.

pub mod api;
#[cfg(feature = "batch")]
pub mod batch;
pub mod client;
mod competencia;
pub mod document;
pub mod error;
pub mod limiter;
pub mod model;
mod modo;
#[cfg(feature = "planilha")]
pub mod planilha;
pub mod profile;
pub mod retry;
mod tempo;
pub mod transport;
pub mod validate;
mod valor;

pub use competencia::{Competencia, CompetenciaError};
pub use error::{Error, ErrorKind, Outcome};
pub use modo::{Idioma, Message, Modo};
pub use tempo::parse_date;
pub use valor::Valor;
