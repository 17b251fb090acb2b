//! Batch import that can neither lose a row nor send it twice.

mod comparar;
mod fonte;
mod identidade;
mod journal;
mod linha;
mod plano;
mod recurso;

pub use fonte::{Fonte, LIMPAR, Linhas};
pub use identidade::Identidade;
pub use journal::{Fase, Journal, caminho_padrao};
pub use linha::{Acao, Contagem, Efeito, Estado, ProblemaDaLinha, ResultadoDaLinha};
pub use plano::{Alteracao, Dado, Inalterados, Inclusao, MudancaDoPlano, Plano, Rejeicao, Remocao, Teto};
pub use recurso::Importavel;
