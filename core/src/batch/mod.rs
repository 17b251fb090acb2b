//! Batch import that can neither lose a row nor send it twice.

mod comparar;
mod fonte;
mod identidade;
mod journal;
mod linha;
mod recurso;

pub use fonte::{Fonte, LIMPAR, Linhas};
pub use identidade::Identidade;
pub use journal::{Fase, Journal, caminho_padrao};
pub use linha::{Acao, Contagem, Efeito, Estado, ProblemaDaLinha, ResultadoDaLinha};
pub use recurso::Importavel;
