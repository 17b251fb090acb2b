//! One row on its way: sent, read back where it is in doubt, and what its answer means.

use std::time::Duration;

use crate::api::{Entrada, Gravado, Resultado};
use crate::batch::comparar::comparar;
use crate::batch::consulta::{Consulta, consultar};
use crate::batch::fonte::identidade_da_posicao;
use crate::batch::identidade::chave_de_idempotencia;
use crate::batch::linha::{Acao, Como, Efeito, ProblemaDaLinha, Tarefa};
use crate::batch::recurso::Importavel;
use crate::client::{CallOptions, Client};
use crate::error::Outcome;
use crate::limiter::Signal;
use crate::profile::Promise;
use crate::retry::RetryPolicy;
use crate::transport::Host;
use crate::validate::{Context, Intent, Options};
use crate::{Error, ErrorKind, Idioma, Message, Valor};

/// What sending one row came to.
pub(super) struct Saida {
    pub(super) tarefa: Tarefa,
    pub(super) inicio: Duration,
    pub(super) passo: Passo,
    pub(super) sinal: Signal,
    /// A failure that the next row would meet as well, and whether one is enough to say so.
    pub(super) fatal: Option<(Error, bool)>,
}

pub(super) enum Passo {
    Fim(Como),
    /// Send it again: after the pause that the platform asked for, or after a while.
    DeNovo {
        duvida: bool,
        pausa: bool,
        motivo: Vec<ProblemaDaLinha>,
    },
}

pub(super) struct Remessa<'c, H> {
    pub(super) client: &'c Client<H>,
    pub(super) fonte: &'c str,
    pub(super) execucao: &'c str,
}

impl<H: Host> Remessa<'_, H> {
    pub(super) async fn enviar<M: Importavel>(&self, tarefa: Tarefa, inicio: Duration) -> Saida {
        match self.tentar::<M>(&tarefa).await {
            Ok(como) => Saida { tarefa, inicio, passo: Passo::Fim(como), sinal: Signal::Answered, fatal: None },
            Err(erro) => self.falhou::<M>(tarefa, inicio, erro).await,
        }
    }

    async fn tentar<M: Importavel>(&self, t: &Tarefa) -> Result<Como, Error> {
        let promessa = self.promessa::<M>(t.acao);
        if t.duvida && promessa != Promise::IdempotencyKey {
            match self.ler_de_volta::<M>(t, promessa).await? {
                Some(como) => return Ok(como),
                None if promessa == Promise::NaturalKey => {}
                None => return Ok(Como::Desconhecido(vec![sem_resposta()])),
            }
        }
        let opcoes = self.opcoes::<M>(t);
        match t.acao {
            Acao::Incluir | Acao::Indefinida => {
                let modelo: M = ler(&t.dados)?;
                let gravado = self.client.incluir(Entrada::Validado(&modelo), &opcoes).await?;
                self.incluido(t, &modelo, gravado).await
            }
            Acao::Alterar => {
                let (modelo, limpar) = separar::<M>(&t.dados)?;
                let limpar: Vec<&str> = limpar.iter().map(String::as_str).collect();
                let id = t.id.as_deref().unwrap_or_default();
                let gravado = self.client.alterar(id, Entrada::Validado(&modelo), &limpar, &opcoes).await?;
                let efeito = match gravado.resultado {
                    Resultado::Unchanged => Efeito::Unchanged,
                    Resultado::AlreadyDone if t.duvida => Efeito::AlreadyDone,
                    _ => Efeito::Updated,
                };
                Ok(Como::Feito { efeito, id: t.id.clone() })
            }
            Acao::Remover => {
                let id = t.id.as_deref().unwrap_or_default();
                self.client.remover::<M>(id, &opcoes).await?;
                Ok(Como::Feito { efeito: Efeito::Removed, id: t.id.clone() })
            }
        }
    }

    /// An include that worked. One that answers for an earlier request, which this batch never made, is looked up: if
    /// the record was removed since, it is included under a new key.
    async fn incluido<M: Importavel>(&self, t: &Tarefa, modelo: &M, gravado: Gravado<M>) -> Result<Como, Error> {
        let id = gravado.registro.id().map(ToString::to_string);
        match gravado.resultado {
            Resultado::AlreadyDone if !t.duvida => match consultar::<M, H>(self.client, t.chave.as_deref()).await? {
                Consulta::SemChave => Ok(Como::Feito { efeito: Efeito::AlreadyDone, id }),
                Consulta::Ausente => Ok(Como::DeVolta { duvida: false, nova_chave: true }),
                Consulta::Presente(atual) => Ok(presente(&*atual, modelo, &t.limpar, Efeito::Created)),
            },
            Resultado::AlreadyDone => Ok(Como::Feito { efeito: Efeito::AlreadyDone, id }),
            Resultado::Unchanged => Ok(Como::Feito { efeito: Efeito::Unchanged, id }),
            Resultado::Created | Resultado::Updated => Ok(Como::Feito { efeito: Efeito::Created, id }),
        }
    }

    /// Whether an earlier attempt did it: `None` when it did not, or when that cannot be told.
    async fn ler_de_volta<M: Importavel>(&self, t: &Tarefa, promessa: Promise) -> Result<Option<Como>, Error> {
        let consulta = consultar::<M, H>(self.client, t.chave.as_deref()).await?;
        Ok(match (t.acao, consulta) {
            (Acao::Incluir | Acao::Indefinida, Consulta::Presente(atual)) => {
                let modelo: M = ler(&t.dados)?;
                Some(presente(&*atual, &modelo, &t.limpar, Efeito::AlreadyDone))
            }
            (Acao::Alterar, Consulta::Presente(atual)) => {
                let (modelo, limpar) = separar::<M>(&t.dados)?;
                match comparar(&*atual, &modelo, &limpar) {
                    None => Some(Como::Feito { efeito: Efeito::AlreadyDone, id: t.id.clone() }),
                    // It names its record, so that doing it twice comes to the same.
                    Some(_) => None,
                }
            }
            (Acao::Remover, Consulta::Ausente) => Some(Como::Feito { efeito: Efeito::Removed, id: t.id.clone() }),
            (_, Consulta::SemChave) if promessa == Promise::NaturalKey && t.id.is_none() => {
                Some(Como::Desconhecido(vec![sem_chave()]))
            }
            _ => None,
        })
    }

    async fn falhou<M: Importavel>(&self, tarefa: Tarefa, inicio: Duration, erro: Error) -> Saida {
        let kind = erro.kind();
        let detalhes = erro.details();
        let calada = matches!(kind, ErrorKind::Connection | ErrorKind::Timeout);
        let cheia = kind == ErrorKind::RateLimited || detalhes.status == Some(503);
        let sinal = match (calada, cheia) {
            (true, _) => Signal::Failed,
            (_, true) => Signal::Throttled(detalhes.retry_after),
            _ => Signal::Answered,
        };
        // Reads that fail say nothing of the row.
        let outcome = detalhes.outcome.unwrap_or(Outcome::NotSent);
        let duvida = tarefa.duvida || outcome == Outcome::Unknown;
        let de_novo = || Passo::DeNovo { duvida, pausa: kind == ErrorKind::RateLimited, motivo: problemas(&erro) };
        let mut fatal = calada;
        let passo = match kind {
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Configuration | ErrorKind::Profile => {
                fatal = true;
                Passo::Fim(Como::DeVolta { duvida: tarefa.duvida, nova_chave: false })
            }
            ErrorKind::Conflict if tarefa.acao == Acao::Incluir => self.conflito::<M>(&tarefa, &erro).await,
            ErrorKind::Rejected if tarefa.acao == Acao::Incluir && chave_gasta(&erro) => {
                self.conflito::<M>(&tarefa, &erro).await
            }
            ErrorKind::NotFound if tarefa.acao == Acao::Remover => {
                Passo::Fim(Como::Feito { efeito: Efeito::Removed, id: tarefa.id.clone() })
            }
            ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Connection | ErrorKind::Timeout
                if outcome != Outcome::Unknown =>
            {
                de_novo()
            }
            ErrorKind::Response if detalhes.outcome.is_none() => de_novo(),
            _ if outcome != Outcome::Unknown => Passo::Fim(Como::Recusado(problemas(&erro))),
            _ if self.promessa::<M>(tarefa.acao) == Promise::None => {
                Passo::Fim(Como::Desconhecido(vec![sem_resposta()]))
            }
            _ => de_novo(),
        };
        Saida { tarefa, inicio, passo, sinal, fatal: fatal.then_some((erro, !calada)) }
    }

    /// The platform says that it has such a record: then it is read, and changed where it differs.
    async fn conflito<M: Importavel>(&self, t: &Tarefa, erro: &Error) -> Passo {
        let motivo = problemas(erro);
        Passo::Fim(match (consultar::<M, H>(self.client, t.chave.as_deref()).await, ler::<M>(&t.dados)) {
            (Ok(Consulta::Presente(atual)), Ok(modelo)) => {
                let efeito = if t.duvida { Efeito::AlreadyDone } else { Efeito::Unchanged };
                presente(&*atual, &modelo, &t.limpar, efeito)
            }
            (Ok(Consulta::Ausente), _) if chave_gasta(erro) => Como::DeVolta { duvida: false, nova_chave: true },
            (Ok(_), _) => Como::Recusado(motivo),
            (Err(_), _) => return Passo::DeNovo { duvida: true, pausa: false, motivo },
        })
    }

    fn promessa<M: Importavel>(&self, acao: Acao) -> Promise {
        let operacao = match acao {
            Acao::Incluir | Acao::Indefinida => M::INCLUIR,
            Acao::Alterar => M::ALTERAR,
            Acao::Remover => M::REMOVER,
        };
        self.client.profile().endpoint(operacao).promise
    }

    fn opcoes<M: Importavel>(&self, t: &Tarefa) -> CallOptions {
        let posicao = || identidade_da_posicao(self.fonte, t.numero);
        let identidade = t.chave.clone().unwrap_or_else(posicao);
        let recurso = M::INCLUIR.resource().name();
        let chave = chave_de_idempotencia(recurso, t.acao, &identidade, self.execucao, t.geracao);
        // The run itself sends again what failed, so that it sees every sign of load and no slot waits.
        CallOptions { idempotency_key: Some(chave), retry: Some(RetryPolicy::NEVER), ..CallOptions::default() }
    }
}

/// A row that the platform has: as it should be, or to be changed.
fn presente<M: Importavel>(atual: &M, modelo: &M, limpar: &[String], efeito: Efeito) -> Como {
    let id = atual.id().map(ToString::to_string);
    match comparar(atual, modelo, limpar) {
        None => Como::Feito { efeito, id },
        Some(d) => Como::Outra { acao: Acao::Alterar, id, dados: Some(d.corpo.to_json()) },
    }
}

/// What the journal holds was checked before it was written; it is read as it is.
pub(in crate::batch) fn ler<M: Importavel>(dados: &str) -> Result<M, Error> {
    let ilegivel = || {
        let message =
            Message::new("o journal contém uma linha ilegível", "the journal holds a row that cannot be read");
        Error::new(ErrorKind::Journal, message)
    };
    let valor = Valor::from_json(dados.as_bytes()).map_err(|e| ilegivel().caused_by(e))?;
    let mut ctx = Context::new(Options { intent: Intent::Resposta, ..Options::default() });
    M::ler(valor, &mut ctx).ok_or_else(ilegivel)
}

/// A change as the journal holds it: the model, and the fields that are null, which it empties.
fn separar<M: Importavel>(dados: &str) -> Result<(M, Vec<String>), Error> {
    let modelo = ler::<M>(dados)?;
    let limpar = match Valor::from_json(dados.as_bytes()) {
        Ok(Valor::Objeto(campos)) => {
            campos.into_iter().filter(|(_, valor)| *valor == Valor::Nulo).map(|(nome, _)| nome.into_owned()).collect()
        }
        _ => Vec::new(),
    };
    Ok((modelo, limpar))
}

/// What platforms call a key that was used for another content.
fn chave_gasta(erro: &Error) -> bool {
    const CODIGOS: [&str; 3] = ["chave_reutilizada", "idempotency_key_reused", "idempotency_error"];
    erro.details().server_code.as_deref().is_some_and(|c| CODIGOS.contains(&c))
}

fn problemas(erro: &Error) -> Vec<ProblemaDaLinha> {
    let detalhes = erro.details();
    let codigo = detalhes.server_code.clone().unwrap_or_else(|| erro.code().to_owned());
    let geral = ProblemaDaLinha::novo(None, &codigo, erro.message(Idioma::PtBr), erro.message(Idioma::En));
    let campos = detalhes
        .fields
        .iter()
        .map(|f| ProblemaDaLinha::novo(Some(&f.path), f.code.as_deref().unwrap_or(&codigo), &f.message, &f.message));
    let campos: Vec<_> = campos.collect();
    if campos.is_empty() { vec![geral] } else { campos }
}

fn sem_resposta() -> ProblemaDaLinha {
    let pt = "enviada, e nenhuma resposta diz o que aconteceu; execute de novo com o mesmo journal para saber";
    let en = "sent, and no answer tells what became of it; run again with the same journal to find out";
    ProblemaDaLinha::novo(None, "desconhecido", pt, en)
}

fn sem_chave() -> ProblemaDaLinha {
    let pt =
        "enviada sem resposta, e sem código externo não há como procurá-la; confira na plataforma antes de reenviar";
    let en = "sent without an answer, and without an external code it cannot be looked up; check the platform before sending it again";
    ProblemaDaLinha::novo(None, "desconhecido_sem_codigo", pt, en)
}
