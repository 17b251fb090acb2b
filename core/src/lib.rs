//! The core of `smartbill-automation`: models, validation, API calls, spreadsheets and batch import.

pub mod document;
mod modo;

pub use modo::{Idioma, Modo};
