//! Batch import that can neither lose a row nor send it twice.

mod identidade;
mod journal;
mod linha;

pub use identidade::Identidade;
pub use journal::{Fase, Journal, caminho_padrao};
pub use linha::{Acao, Contagem, Efeito, Estado, ProblemaDaLinha, ResultadoDaLinha};
