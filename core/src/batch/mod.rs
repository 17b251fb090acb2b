//! Batch import that can neither lose a row nor send it twice.

mod comparacao;
mod comparar;
mod consulta;
mod donos;
mod envio;
mod fonte;
mod identidade;
mod importar;
mod journal;
mod linha;
mod listing;
mod plano;
mod recurso;
mod relatorio;
mod sincronizar;

pub use envio::{Parada, Ritmo};
pub use fonte::{Fonte, LIMPAR, Linhas};
pub use identidade::Identidade;
pub use importar::{Evento, Importacao, Observador, OpcoesDeImportacao, importar, validar};
pub use journal::{Abertura, Fase, Journal, caminho_padrao};
pub use linha::{Acao, Contagem, Efeito, Estado, Ignorada, ProblemaDaLinha, ResultadoDaLinha};
pub use plano::{Alteracao, Dado, Inclusao, MudancaDoPlano, Plano, Rejeicao, Remocao, Teto};
pub use recurso::Importavel;
pub use relatorio::{contagens, relatorio, situacao};
pub use sincronizar::{aplicar, sincronizar};
