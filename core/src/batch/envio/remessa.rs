//! One row on its way: sent, read back where it is in doubt, and what its answer means.

use std::time::Duration;

use crate::api::{Lido, Pedido, Resultado};
use crate::batch::comparar::comparar;
use crate::batch::consulta::{Consulta, consultar};
use crate::batch::fonte::identidade_da_posicao;
use crate::batch::identidade::chave_de_idempotencia;
use crate::batch::linha::{Acao, Como, Efeito, ProblemaDaLinha, Tarefa};
use crate::batch::recurso::{Importavel, chave_por_id, documento_da_chave};
use crate::client::answer::{Answer, Found, Step, Subject, Write};
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
    pub(super) include_intent: &'c str,
}

/// What reading a row's record back came to.
enum Settled {
    As(Como),
    /// It is to be sent.
    Send,
    /// It is to be asked for again under the same key.
    Ask,
}

/// The record that was read back, if there is one, and how it stands to the row.
struct Reading<M> {
    found: Found,
    record: Option<Box<M>>,
}

impl<H: Host> Remessa<'_, H> {
    pub(super) async fn enviar<M: Importavel>(&self, tarefa: Tarefa, inicio: Duration) -> Saida {
        match self.tentar::<M>(&tarefa).await {
            Ok(passo) => Saida { tarefa, inicio, passo, sinal: Signal::Answered, fatal: None },
            Err(erro) => self.falhou::<M>(tarefa, inicio, erro).await,
        }
    }

    async fn tentar<M: Importavel>(&self, t: &Tarefa) -> Result<Passo, Error> {
        let write = self.write::<M>(t);
        if t.duvida {
            let step = match write.next(true, Answer::Interrupted) {
                // The platform knows the earlier attempt by a key that is not this row's any more. What cannot be looked
                // up got a new one only because the platform said that it had refused the old one.
                Step::SendAgain if t.under_old_key && write.subject != Subject::Anonymous => Step::ReadBack,
                step => step,
            };
            if step == Step::ReadBack {
                match self.settle::<M>(t, write, Answer::Interrupted, None, || vec![sem_resposta()]).await? {
                    Settled::As(como) => return Ok(Passo::Fim(como)),
                    Settled::Send | Settled::Ask => {}
                }
            } else if step == Step::Unknown {
                return Ok(Passo::Fim(Como::Desconhecido(vec![sem_chave()])));
            }
        }
        let (lido, registro) = self.send::<M>(t).await?;
        // An answer to a request that this batch did not make, or the word of the platform that it had the record:
        // what became of it since is not in the answer.
        let foreign = t.acao == Acao::Incluir && lido.resultado == Resultado::AlreadyDone && !t.duvida;
        if foreign {
            let id = registro.id().map(ToString::to_string);
            return self.read_back::<M>(t, write, Answer::Replayed, id.as_deref(), || vec![sem_resposta()]).await;
        }
        let (efeito, id) = match (t.acao, lido.resultado) {
            (Acao::Remover, _) => (Efeito::Removed, t.id.clone()),
            (_, Resultado::Unchanged) => (Efeito::Unchanged, lido.id),
            (_, Resultado::AlreadyDone) if t.duvida => (Efeito::AlreadyDone, lido.id),
            (Acao::Alterar, _) => (Efeito::Updated, t.id.clone()),
            _ => (Efeito::Created, lido.id),
        };
        Ok(Passo::Fim(Como::Feito { efeito, id }))
    }

    async fn send<M: Importavel>(&self, t: &Tarefa) -> Result<(Lido, M), Error> {
        let id = t.id.as_deref().unwrap_or_default();
        let opcoes = self.opcoes::<M>(t);
        match t.acao {
            Acao::Incluir | Acao::Indefinida => {
                let modelo: M = ler(&t.dados)?;
                let corpo = modelo.valor();
                self.client.attempt_once(Pedido::novo(M::INCLUIR, None, Some(&corpo)), &opcoes).await
            }
            Acao::Alterar => {
                let (modelo, limpar) = separar::<M>(&t.dados)?;
                let limpar: Vec<&str> = limpar.iter().map(String::as_str).collect();
                let corpo = modelo.valor();
                let pedido = Pedido { limpar: &limpar, ..Pedido::novo(M::ALTERAR, Some(id), Some(&corpo)) };
                self.client.attempt_once(pedido, &opcoes).await
            }
            Acao::Remover => self.client.attempt_once(Pedido::novo(M::REMOVER, Some(id), None), &opcoes).await,
        }
    }

    async fn falhou<M: Importavel>(&self, mut tarefa: Tarefa, inicio: Duration, erro: Error) -> Saida {
        let kind = erro.kind();
        let detalhes = erro.details();
        let calada = matches!(kind, ErrorKind::Connection | ErrorKind::Timeout);
        let cheia = kind == ErrorKind::RateLimited || detalhes.status == Some(503);
        let sinal = match (calada, cheia) {
            (true, _) => Signal::Failed,
            (_, true) => Signal::Throttled(detalhes.retry_after),
            _ => Signal::Answered,
        };
        let credenciais = matches!(
            kind,
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Configuration | ErrorKind::Profile
        );
        let passo = if credenciais {
            Passo::Fim(Como::DeVolta { duvida: tarefa.duvida, nova_chave: false })
        } else if detalhes.outcome.is_none() {
            reading_failed(&tarefa, &erro)
        } else {
            if detalhes.outcome == Some(Outcome::Unknown) {
                tarefa.sent_at = Some(self.client.host().now().as_second());
            }
            let judged = self.judge::<M>(&tarefa, &erro).await;
            // A stored answer, or a long silence: no attempt is still on its way.
            if matches!(judged, Ok(Passo::Fim(Como::Recusado(_)))) && (detalhes.replayed || self.long_ago(&tarefa)) {
                tarefa.duvida = false;
            }
            // Reading back failed: the row is looked at again later.
            judged.unwrap_or_else(|_| Passo::DeNovo { duvida: true, pausa: false, motivo: problemas(&erro) })
        };
        Saida { tarefa, inicio, passo, sinal, fatal: (credenciais || calada).then_some((erro, !calada)) }
    }

    /// What a write that was answered by `erro`, or by nothing, comes to.
    async fn judge<M: Importavel>(&self, t: &Tarefa, erro: &Error) -> Result<Passo, Error> {
        let write = self.write::<M>(t);
        let before = t.duvida || erro.details().replayed;
        let answer = Answer::of(erro, before, write.promise != Promise::None);
        let duvida = before || answer.leaves_doubt();
        let motivo = || problemas(erro);
        let step = match write.next(before, answer) {
            // What is to be removed may be gone already.
            Step::Refused if answer == Answer::NotFound && t.acao == Acao::Remover => Step::ReadBack,
            step => step,
        };
        Ok(match (answer, step) {
            (Answer::NotSent, _) if erro.kind() == ErrorKind::Validation => Passo::Fim(Como::Recusado(motivo())),
            (Answer::Throttled, _) => {
                Passo::DeNovo { duvida, pausa: erro.kind() == ErrorKind::RateLimited, motivo: motivo() }
            }
            // It never left; or a proxy wants credentials, which is no fault of the row's.
            (Answer::NotSent | Answer::Unauthorized, _) => Passo::DeNovo { duvida, pausa: false, motivo: motivo() },
            // Others go first; then it is read back, or sent again.
            (Answer::Lost | Answer::Failed, Step::ReadBack | Step::SendAgain) | (_, Step::AskAgain) => {
                Passo::DeNovo { duvida: true, pausa: false, motivo: motivo() }
            }
            (_, Step::ReadBack) => return self.read_back::<M>(t, write, answer, None, motivo).await,
            (Answer::KeyReused, Step::Refused) => Passo::Fim(Como::DeVolta { duvida, nova_chave: true }),
            (_, Step::Refused) => Passo::Fim(Como::Recusado(motivo())),
            _ if write.subject == Subject::Anonymous => Passo::Fim(Como::Desconhecido(vec![sem_chave()])),
            _ if matches!(answer, Answer::Lost | Answer::Failed) => {
                Passo::Fim(Como::Desconhecido(vec![sem_resposta()]))
            }
            _ => Passo::Fim(Como::Desconhecido(motivo())),
        })
    }

    async fn read_back<M: Importavel>(
        &self,
        t: &Tarefa,
        write: Write,
        answer: Answer,
        id: Option<&str>,
        motivo: impl Fn() -> Vec<ProblemaDaLinha>,
    ) -> Result<Passo, Error> {
        Ok(match self.settle::<M>(t, write, answer, id, &motivo).await? {
            Settled::As(como) => Passo::Fim(como),
            Settled::Send | Settled::Ask => Passo::DeNovo { duvida: true, pausa: false, motivo: motivo() },
        })
    }

    /// Reads the row's record back because of `answer`, and decides; `id` is the record's identifier where the answer
    /// told it.
    async fn settle<M: Importavel>(
        &self,
        t: &Tarefa,
        write: Write,
        answer: Answer,
        id: Option<&str>,
        motivo: impl Fn() -> Vec<ProblemaDaLinha>,
    ) -> Result<Settled, Error> {
        let Reading { found, record } = self.look::<M>(t, id).await?;
        let adds = matches!(t.acao, Acao::Incluir | Acao::Indefinida);
        if let Some(record) = record.as_deref()
            && adds
            && found == Found::Different
            && answer != Answer::KeyInFlight
        {
            // Whoever made it, a row says what the record is to be.
            return Ok(Settled::As(presente(record, &ler::<M>(&t.dados)?, &t.limpar)));
        }
        Ok(match write.after_reading(t.duvida, answer, found) {
            Step::Done => {
                let efeito = match t.acao {
                    Acao::Remover => Efeito::Removed,
                    _ if answer == Answer::Conflict && !t.duvida => Efeito::Unchanged,
                    _ => Efeito::AlreadyDone,
                };
                let id = record.and_then(|record| record.id().map(ToString::to_string)).or_else(|| t.id.clone());
                Settled::As(Como::Feito { efeito, id })
            }
            Step::SendAgain => Settled::Send,
            Step::AskAgain => Settled::Ask,
            // The key is spent on something else than this row.
            Step::Refused if matches!(answer, Answer::KeyReused | Answer::Replayed) => {
                Settled::As(Como::DeVolta { duvida: t.duvida, nova_chave: true })
            }
            Step::Refused => Settled::As(Como::Recusado(motivo())),
            Step::Unknown | Step::ReadBack => Settled::As(Como::Desconhecido(motivo())),
        })
    }

    async fn look<M: Importavel>(&self, t: &Tarefa, id: Option<&str>) -> Result<Reading<M>, Error> {
        let by_id = id.or(t.id.as_deref()).map(chave_por_id);
        let consulta = consultar::<M, H>(self.client, by_id.as_deref().or(t.chave.as_deref())).await?;
        let absent = if self.long_ago(t) { Found::LongAbsent } else { Found::Absent };
        let (found, record): (_, Option<Box<M>>) = match (t.acao, consulta) {
            (_, Consulta::SemChave) => (Found::Unclear, None),
            (Acao::Remover, Consulta::Ausente) => (Found::Same, None),
            (Acao::Remover, Consulta::Presente(record)) => {
                (if record.fora_de_uso().is_some() { Found::Same } else { absent }, Some(record))
            }
            (_, Consulta::Ausente) => (absent, None),
            (Acao::Alterar, Consulta::Presente(record)) => {
                let (modelo, limpar) = separar::<M>(&t.dados)?;
                let there = comparar(&*record, &modelo, &limpar).is_none();
                (if there { Found::Same } else { absent }, Some(record))
            }
            (Acao::Incluir | Acao::Indefinida, Consulta::Presente(record)) => {
                let there = comparar(&*record, &ler::<M>(&t.dados)?, &t.limpar).is_none();
                (if there { Found::Same } else { Found::Different }, Some(record))
            }
        };
        // What could not be read of it may be just what was asked for.
        let damaged = record.as_ref().is_some_and(|record| !record.findings().is_empty());
        let found = if damaged && found == absent { Found::Unclear } else { found };
        Ok(Reading { found, record })
    }

    /// Whether the row was sent so long ago that it can no longer arrive: longer than an attempt may take, twice over,
    /// and at least a minute, since how patient the caller is says nothing of how slow the platform is.
    fn long_ago(&self, t: &Tarefa) -> bool {
        const WITHOUT_LIMIT: Duration = Duration::from_secs(300);
        const AT_LEAST: Duration = Duration::from_secs(60);
        let limit = self.client.options().attempt.duration().unwrap_or(WITHOUT_LIMIT).saturating_mul(2).max(AT_LEAST);
        let since = |sent_at: i64| u64::try_from(self.client.host().now().as_second().saturating_sub(sent_at));
        t.sent_at.and_then(|sent_at| since(sent_at).ok()).is_some_and(|seconds| seconds > limit.as_secs())
    }

    fn write<M: Importavel>(&self, t: &Tarefa) -> Write {
        let (operacao, subject) = match t.acao {
            Acao::Alterar => (M::ALTERAR, Subject::Named),
            Acao::Remover => (M::REMOVER, Subject::Named),
            Acao::Incluir | Acao::Indefinida => (M::INCLUIR, subject_of(t.chave.as_deref())),
        };
        Write { promise: self.client.profile().endpoint(operacao).promise, subject }
    }

    fn opcoes<M: Importavel>(&self, t: &Tarefa) -> CallOptions {
        let posicao = || identidade_da_posicao(self.fonte, t.numero);
        let identidade = t.chave.clone().unwrap_or_else(posicao);
        let recurso = M::INCLUIR.resource().name();
        let intencao = if t.acao == Acao::Incluir { self.include_intent } else { self.execucao };
        let chave = chave_de_idempotencia(recurso, t.acao, &identidade, intencao, t.geracao);
        // The run itself sends again what failed, so that it sees every sign of load and no slot waits.
        CallOptions { idempotency_key: Some(chave), retry: Some(RetryPolicy::NEVER), ..CallOptions::default() }
    }
}

/// By what a row that adds a record can be recognised.
fn subject_of(chave: Option<&str>) -> Subject {
    match chave {
        None => Subject::Anonymous,
        Some(chave) if documento_da_chave(chave).is_some() => Subject::Document,
        Some(_) => Subject::Code,
    }
}

/// What a failure to read back, before anything was sent, comes to.
fn reading_failed(t: &Tarefa, erro: &Error) -> Passo {
    let motivo = problemas(erro);
    match erro.kind() {
        ErrorKind::RateLimited
        | ErrorKind::Server
        | ErrorKind::Connection
        | ErrorKind::Timeout
        | ErrorKind::Response => {
            Passo::DeNovo { duvida: t.duvida, pausa: erro.kind() == ErrorKind::RateLimited, motivo }
        }
        _ if t.duvida => Passo::Fim(Como::Desconhecido(motivo)),
        _ => Passo::Fim(Como::Recusado(motivo)),
    }
}

/// A row whose record the platform has otherwise: to be changed.
fn presente<M: Importavel>(atual: &M, modelo: &M, limpar: &[String]) -> Como {
    let id = atual.id().map(ToString::to_string);
    match comparar(atual, modelo, limpar) {
        None => Como::Feito { efeito: Efeito::AlreadyDone, id },
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
