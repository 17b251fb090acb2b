//! The core of `smartbill-automation`: models, validation, documents, API calls, spreadsheets and batch import for
//! Smartbill, the Brazilian platform for recurring billing.
//!
//! This crate has no code of its own. It re-exports the crates below it, each of which can be used by itself: `documents`
//! ← `model` ← `client` and `sheets` ← `batch`.
//!
//! A record is checked completely, and all findings are returned at once:
//!
//! ```
//! use smartbill_core::model::{Cliente, Model};
//! use smartbill_core::validate::Options;
//! use smartbill_core::{Language, Value};
//!
//! let form = Value::from_json(br#"{"nome": "Ana", "cpfCnpj": "529.982.247-26", "emial": "x"}"#)?;
//! let report = Cliente::SCHEMA.validar(form, Options::default()).unwrap_err();
//! for finding in &report.findings {
//!     println!("{}: {}", finding.path, finding.message(Language::En));
//! }
//! # assert_eq!(report.findings.len(), 2);
//! # Ok::<(), smartbill_core::JsonError>(())
//! ```
//!
//! A spreadsheet is read by its headers, whatever system wrote it (feature `sheets`):
//!
//! ```
//! use smartbill_core::sheets::{ReadOptions, SheetFile, flows};
//!
//! let csv = "Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Padaria Aurora;00.000.000/0001-91\n";
//! let mut file = SheetFile::from_bytes(csv, "clientes.csv", &ReadOptions::default()).unwrap();
//! for record in file.records(&flows::CLIENTES).unwrap() {
//!     let record = record.unwrap();
//!     println!("row {}: {} findings", record.row, record.findings.len());
//! }
//! ```
//!
//! A client checks input, sends requests, retries where that is safe, and says what is unknown (feature `http`):
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use smartbill_core::client::{CallOptions, Client};
//! use smartbill_core::model::Cliente;
//! use smartbill_sandbox::server::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default())?;
//! let client = Client::builder(sandbox.url()).token(smartbill_sandbox::TOKEN).build()?;
//! let ana = Cliente { nome: Some("Ana".into()), cpf_cnpj: Some("52998224725".into()), ..Cliente::default() };
//! let written = client.incluir(&ana, &CallOptions::default()).await?;
//! assert_eq!(written.outcome.name(), "created");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/rust` is a whole program, which runs on the sandbox.

#[cfg(feature = "batch")]
pub use smartbill_batch as batch;
pub use smartbill_client::{api, client, limiter, profile, retry, transport};
pub use smartbill_documents as document;
pub use smartbill_documents::{Competencia, CompetenciaError, Language, Message, Mode, Names, parse_date, refusal};
pub use smartbill_model as model;
pub use smartbill_model::{Error, ErrorKind, JsonError, JsonObject, JsonProblem, Outcome, Value, error, validate};
#[cfg(feature = "sheets")]
pub use smartbill_sheets as sheets;

/// Runs the program of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
