//! Brazilian documents: one file for each kind, and the same methods for all kinds.
//!
//! `parse(text, mode)` returns the document or the [`Reason`] why the text is not one. `as_str` is the canonical text,
//! and `format` the text with its mask. `Display` and `Debug` show only the masked form. `strip` removes the punctuation
//! of any text. [`DocumentKind`] has the same functions for callers that choose the kind at run time.
//!
//! The other modules are the basis of all crates: texts, decimals, dates, languages and messages. The crate depends on
//! no other crate of this project, and knows nothing of Smartbill.

pub mod catalogue;
pub mod dates;
pub mod decimal;
pub mod find;
pub mod language;
pub mod names;
pub mod system;
pub mod text;

mod boleto;
mod brcode;
mod brcode_builder;
mod cep;
mod chave_dfe;
mod checked;
mod cnpj;
mod competencia;
mod cpf;
mod cpf_cnpj;
mod email;
mod ie_table;
mod inscricao_estadual;
mod kind;
mod municipio;
mod notice;
mod pix_chave;
#[cfg(feature = "qr")]
mod qr;
mod reason;
mod scan;
mod telefone;
mod uf;
mod uf_table;

pub use boleto::{Boleto, Segmento};
pub use brcode::{BrCode, valid_cobranca_txid, valid_static_txid};
pub use brcode_builder::BrCodeBuilder;
pub use cep::Cep;
pub use chave_dfe::{ChaveDfe, KeyParts};
pub use checked::{Checked, FieldValue};
pub use cnpj::Cnpj;
pub use competencia::{Competencia, CompetenciaError};
pub use cpf::Cpf;
pub use cpf_cnpj::CpfCnpj;
pub use dates::parse_date;
pub use email::Email;
pub use inscricao_estadual::InscricaoEstadual;
pub use kind::DocumentKind;
pub use language::{Language, Message, Mode};
pub use municipio::Municipio;
pub use names::Names;
pub use notice::Notice;
pub use pix_chave::{Evp, InternationalNumber, PixChave};
pub use reason::{CATALOGUE, Reason};
pub use system::refusal;
pub use telefone::{Ddd, Telefone, TelefoneClass};
pub use uf_table::Uf;
