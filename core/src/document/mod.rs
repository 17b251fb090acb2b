//! Brazilian documents: one file each, one shape for all.
//!
//! `parse(texto, modo)` gives the document or the [`Motivo`]; `as_str` is the canonical text, `formatar` the one with
//! its mask, `Display` and `Debug` show people the masked form only, `limpar` takes punctuation off any text.
//! [`Tipo`] is the same by name, for callers that choose the document at run time.

mod aviso;
mod boleto;
mod brcode;
mod brcode_novo;
mod cep;
mod chave_dfe;
mod cnpj;
mod cpf;
mod cpf_cnpj;
mod email;
mod ie_tabela;
mod inscricao_estadual;
mod motivo;
mod municipio;
mod pix_chave;
#[cfg(feature = "qr")]
mod qr;
mod resultado;
mod telefone;
mod texto;
mod tipo;
mod uf;

pub use aviso::Aviso;
pub use boleto::{Boleto, Segmento};
pub use brcode::{BrCode, txid_cobranca_valido, txid_estatico_valido};
pub use brcode_novo::NovoBrCode;
pub use cep::Cep;
pub use chave_dfe::{ChaveDfe, PartesDaChave};
pub use cnpj::Cnpj;
pub use cpf::Cpf;
pub use cpf_cnpj::CpfCnpj;
pub use email::Email;
pub use inscricao_estadual::InscricaoEstadual;
pub use motivo::Motivo;
pub use municipio::Municipio;
pub use pix_chave::{Evp, NumeroInternacional, PixChave};
pub use resultado::{Resultado, ValorCampo};
pub use telefone::{ClasseTelefone, Telefone};
pub use tipo::Tipo;
pub use uf::Uf;
