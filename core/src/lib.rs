//! The core of `smartbill-automation`: models, validation, API calls, spreadsheets and batch import.

#[cfg(feature = "api")]
pub mod api;
#[cfg(feature = "batch")]
pub mod batch;
#[cfg(feature = "api")]
mod busca;
#[cfg(feature = "api")]
pub mod client;
mod competencia;
mod decimal;
pub mod document;
pub mod error;
mod escrita;
#[cfg(feature = "api")]
mod json;
#[cfg(feature = "api")]
pub mod limiter;
pub mod model;
mod modo;
mod nomes;
#[cfg(feature = "planilha")]
pub mod planilha;
#[cfg(feature = "api")]
pub mod profile;
#[cfg(feature = "api")]
pub mod retry;
#[cfg(feature = "planilha")]
mod system;
mod tempo;
#[cfg(feature = "api")]
pub mod transport;
pub mod validate;
mod valor;

pub use competencia::{Competencia, CompetenciaError};
pub use error::{Error, ErrorKind, Outcome};
#[cfg(feature = "api")]
pub use json::{JsonError, JsonProblem};
pub use modo::{Idioma, Message, Modo};
pub use nomes::Nomes;
#[cfg(feature = "planilha")]
pub use system::refusal;
pub use tempo::parse_date;
pub use valor::{ObjetoJson, Valor};
