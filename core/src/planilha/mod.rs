//! Spreadsheets: detect, read, map columns, convert Brazilian formats, report every bad cell, write.
//!
//! The layer knows cells, headers and conversions; which columns exist comes in as data (a [`Fluxo`]).
//!
//! ```
//! use smartbill_core::planilha::{Arquivo, Opcoes, fluxo};
//!
//! let csv = "Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Padaria Aurora;00.000.000/0001-91\n";
//! let mut arquivo = Arquivo::de_bytes(csv, "clientes.csv", &Opcoes::default()).unwrap();
//! let mut registros = arquivo.registros(&fluxo::CLIENTES).unwrap();
//! let primeiro = registros.next().unwrap().unwrap();
//! assert_eq!(primeiro.linha, 2);
//! assert!(primeiro.problemas.is_empty());
//! ```

pub mod convert;
pub mod fluxo;

mod biff;
mod cabecalho;
mod celula;
mod cfb;
mod cp850;
mod detect;
mod escrever;
mod formatos;
#[cfg_attr(not(feature = "html"), path = "html_ausente.rs")]
mod html;
mod leitor;
mod limites;
mod linhas;
mod mensagens;
mod mescladas;
mod modelo;
mod ods;
mod package;
mod problema;
mod registros;
mod relatorio;
mod row;
mod shared;
mod texto;
mod value;
mod xlsb;
mod xlsx;
mod xml;

pub use cabecalho::{Extra, Mapeamento};
pub use celula::{Celula, Linha, Numero, letra_da_coluna};
pub use detect::{Formato, detectar};
pub use escrever::{Escrito, Escritor, Saida};
pub use fluxo::{Coluna, Conversao, Fluxo, Papel};
pub use leitor::{Aba, Arquivo, Fonte, Linhas};
pub use limites::{Limites, Opcoes, Separador, Vazio};
pub use linhas::{Ignoradas, LinhaIgnorada};
pub use modelo::modelo;
pub use problema::{Falha, Parametros, Problema, Severidade, no_arquivo};
pub use registros::{Duplicata, Registro, Registros};
pub use relatorio::{CelulaMarcada, ResultadoDaLinha, relatorio};
