//! Brazilian documents: one file each, one shape for all.
//!
//! `parse(text, mode)` gives the document or the [`Reason`]; `as_str` is the canonical text, `format` the one with
//! its mask, `Display` and `Debug` show people the masked form only, `strip` takes punctuation off any text.
//! [`DocumentKind`] is the same by name, for callers that choose the document at run time.

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
