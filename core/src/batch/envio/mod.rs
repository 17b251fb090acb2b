//! The sending: which row goes when, and what is recorded of it.

mod remessa;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};

use self::remessa::{Passo, Remessa, Saida};
use super::journal::Journal;
use super::linha::{Colunas, Como, Desfecho, Estado, ProblemaDaLinha, ResultadoDaLinha, Tarefa};
use super::recurso::{Importavel, codigo_publico};
use crate::client::Client;
use crate::limiter::{Limiter, Signal};
use crate::profile::Promise;
use crate::retry::{self, Decision, Failure, RetryPolicy};
use crate::transport::Host;
use crate::{Error, Idioma};

pub(super) use self::remessa::ler;

/// How fast rows are sent, and when to give up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ritmo {
    /// The most requests at once; fewer where the platform slows down or asks for fewer.
    pub concorrencia: usize,
    /// The most requests in a second.
    pub por_segundo: Option<f64>,
    /// The time that the whole run may take.
    pub prazo: Option<Duration>,
    /// How many rows may fail before the run stops, those that break a rule and are never sent among them.
    pub max_falhas: Option<u64>,
}

impl Default for Ritmo {
    fn default() -> Self {
        Self { concorrencia: 16, por_segundo: None, prazo: None, max_falhas: None }
    }
}

/// Why a run stopped before every row was sent. What was not sent waits in the journal.
#[derive(Debug)]
pub enum Parada {
    /// The time given to the run is over.
    Prazo(Duration),
    /// More rows failed than were allowed to: rejected, refused or unknown.
    Falhas(u64),
    /// The platform does not accept the credentials, or cannot be reached: no row would do better.
    Erro(Error),
}

impl Parada {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Prazo(_) => "prazo",
            Self::Falhas(_) => "max_falhas",
            Self::Erro(e) => e.code(),
        }
    }

    /// Why, for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        match (self, idioma) {
            (Self::Prazo(d), Idioma::PtBr) => format!("parou: passou o prazo total de {} s", d.as_secs_f64()),
            (Self::Prazo(d), Idioma::En) => format!("stopped: the total deadline of {} s passed", d.as_secs_f64()),
            (Self::Falhas(n), Idioma::PtBr) => format!("parou: {n} linhas falharam, mais do que o máximo permitido"),
            (Self::Falhas(n), Idioma::En) => format!("stopped: {n} rows failed, more than the most allowed"),
            (Self::Erro(e), idioma) => e.message(idioma).to_owned(),
        }
    }
}

/// How many rows are taken from the journal at once: each time costs a write to the disk, and after a crash each row
/// taken is in doubt. Where the platform may not be able to tell what became of a row, one is taken only as it is sent.
const LOTE: usize = 256;

/// Outcomes are written down as soon as there are so many, or after so long: whatever is not would be sent again by a
/// run that follows a crash.
const GRAVAR: (usize, Duration) = (32, Duration::from_millis(100));

/// How many requests in a row, and for how long, may go unanswered before the platform counts as out of reach.
const SEM_RESPOSTA: (u32, Duration) = (10, Duration::from_secs(5));

/// How often a row is sent in one run for every attempt that the client's own policy allows: rows that fail wait
/// while others go, so patience costs little here.
const PACIENCIA: u32 = 2;

/// How often one run decides anew what to do with a row.
const VOLTAS: u8 = 3;

/// How often the platform may ask for a pause before a row counts as refused.
const PAUSAS: u32 = 50;

/// What the sending tells as it goes.
pub(crate) type Avisar<'f> = &'f mut (dyn FnMut(&ResultadoDaLinha) -> Result<(), Error> + Send);

/// Sends every row that waits, and records what became of it.
pub(crate) async fn enviar<M: Importavel, H: Host>(
    client: &Client<H>,
    journal: &mut Journal,
    ritmo: Ritmo,
    ate: Option<Duration>,
    avisar: Avisar<'_>,
) -> Result<Option<Parada>, Error> {
    let fonte = journal.meta("fonte")?.unwrap_or_default();
    let (execucao, include_intent) = (journal.execucao().to_owned(), journal.include_intent()?);
    let remessa = Remessa { client, fonte: &fonte, execucao: &execucao, include_intent: &include_intent };
    let mut envio = Envio {
        limiter: Limiter::new(ritmo.concorrencia, ritmo.por_segundo),
        fila: VecDeque::new(),
        em_espera: Vec::new(),
        desfechos: Vec::new(),
        avisos: Vec::new(),
        cursor: 0,
        esgotado: false,
        de_volta: false,
        one_by_one: one_by_one::<M, H>(client, journal)?,
        voltas: HashMap::new(),
        colunas: journal.colunas(),
        falhas: journal.contar()?.rejeitados,
        sem_resposta: 0,
        respondeu_em: client.host().monotonic(),
        gravado_em: client.host().monotonic(),
        politica: RetryPolicy {
            max_attempts: client.options().retry.max_attempts * PACIENCIA,
            ..client.options().retry
        },
        parada: None,
    };
    let mut em_voo = FuturesUnordered::new();
    loop {
        let agora = client.host().monotonic();
        envio.conferir_limites(ritmo, ate, agora);
        envio.acordar(agora);
        let now = client.host().now().as_second();
        envio.abastecer(journal, em_voo.len(), agora, now, avisar)?;
        while envio.parada.is_none()
            && em_voo.len() < envio.limiter.concurrency()
            && envio.limiter.wait(agora).is_zero()
        {
            let Some(tarefa) = envio.fila.pop_front() else {
                break;
            };
            envio.limiter.started(agora);
            em_voo.push(remessa.enviar::<M>(tarefa, agora));
        }
        // A deadline waits for nothing: what is under way stays written down as being sent, that is, in doubt.
        let acabou = em_voo.is_empty() && envio.vazio();
        if acabou || matches!(envio.parada, Some(Parada::Prazo(_))) || (envio.parada.is_some() && em_voo.is_empty()) {
            break;
        }
        let sono = client.host().sleep(envio.pausa(em_voo.len(), ate, agora));
        if em_voo.is_empty() {
            sono.await;
        } else if let Either::Left((Some(saida), _)) = select(em_voo.next(), std::pin::pin!(sono)).await {
            envio.receber(saida, client.host().monotonic(), client.host().random());
        }
    }
    drop(em_voo);
    envio.encerrar(journal, avisar)?;
    Ok(envio.parada)
}

/// Whether a row that was taken and not sent must not be in doubt after a crash, since nothing would settle it.
fn one_by_one<M: Importavel, H: Host>(client: &Client<H>, journal: &Journal) -> Result<bool, Error> {
    let promises = [M::INCLUIR, M::ALTERAR, M::REMOVER].map(|op| client.profile().endpoint(op).promise);
    if promises.contains(&Promise::None) {
        return Ok(true);
    }
    Ok(promises.contains(&Promise::NaturalKey) && journal.waits_without_code()?)
}

struct Envio {
    limiter: Limiter,
    fila: VecDeque<Tarefa>,
    /// Rows that failed and are sent again, each not before its time.
    em_espera: Vec<(Duration, Tarefa)>,
    desfechos: Vec<Desfecho>,
    avisos: Vec<ResultadoDaLinha>,
    cursor: u64,
    /// Nothing waits behind the cursor.
    esgotado: bool,
    /// Something went back to the journal, before the cursor.
    de_volta: bool,
    /// A row is taken from the journal only when it is sent at once.
    one_by_one: bool,
    /// How often a row went back to the journal in this run; only rows in trouble are here.
    voltas: HashMap<u64, u8>,
    colunas: Arc<Colunas>,
    falhas: u64,
    sem_resposta: u32,
    respondeu_em: Duration,
    gravado_em: Duration,
    politica: RetryPolicy,
    parada: Option<Parada>,
}

impl Envio {
    fn conferir_limites(&mut self, ritmo: Ritmo, ate: Option<Duration>, agora: Duration) {
        if self.parada.is_some() {
            return;
        }
        if ate.is_some_and(|ate| agora >= ate) {
            self.parada = Some(Parada::Prazo(ritmo.prazo.unwrap_or_default()));
        } else if ritmo.max_falhas.is_some_and(|max| self.falhas > max) {
            self.parada = Some(Parada::Falhas(self.falhas));
        }
    }

    fn vazio(&self) -> bool {
        self.fila.is_empty() && self.em_espera.is_empty() && self.esgotado && !self.de_volta
    }

    fn acordar(&mut self, agora: Duration) {
        let mut indice = 0;
        while let Some((quando, _)) = self.em_espera.get(indice) {
            if *quando <= agora {
                self.fila.push_front(self.em_espera.swap_remove(indice).1);
            } else {
                indice += 1;
            }
        }
    }

    fn abastecer(
        &mut self,
        journal: &mut Journal,
        em_voo: usize,
        agora: Duration,
        now: i64,
        avisar: Avisar<'_>,
    ) -> Result<(), Error> {
        if self.esgotado && self.de_volta {
            (self.esgotado, self.de_volta, self.cursor) = (false, false, 0);
        }
        let quantas = self.quantas(em_voo, agora);
        let atrasado = agora.saturating_sub(self.gravado_em) >= GRAVAR.1 || self.desfechos.len() >= GRAVAR.0;
        if quantas == 0 && (self.desfechos.is_empty() || !atrasado) {
            return Ok(());
        }
        let novas = journal.trocar(&self.desfechos, self.cursor, quantas, now)?;
        self.desfechos.clear();
        self.gravado_em = agora;
        if quantas > 0 {
            self.esgotado = novas.len() < quantas;
            self.cursor = novas.last().map_or(self.cursor, |t| t.numero);
            self.fila.extend(novas);
        }
        // Told only now that they are on disk.
        for aviso in self.avisos.drain(..) {
            avisar(&aviso)?;
        }
        Ok(())
    }

    /// Whether more rows of the journal are wanted.
    fn takes_more(&self) -> bool {
        let na_mao = self.fila.len() + self.em_espera.len();
        self.parada.is_none() && !self.esgotado && na_mao < self.limiter.concurrency()
    }

    /// How many rows to take from the journal now.
    fn quantas(&self, em_voo: usize, agora: Duration) -> usize {
        match (self.takes_more(), self.one_by_one) {
            (false, _) => 0,
            (true, false) => LOTE,
            (true, true) => {
                let free = em_voo < self.limiter.concurrency() && self.limiter.wait(agora).is_zero();
                usize::from(free && self.fila.is_empty())
            }
        }
    }

    fn pausa(&self, em_voo: usize, ate: Option<Duration>, agora: Duration) -> Duration {
        let mut pausa = if self.desfechos.is_empty() { Duration::from_secs(1) } else { GRAVAR.1 };
        if em_voo < self.limiter.concurrency() {
            if !self.fila.is_empty() || (self.one_by_one && self.takes_more()) {
                pausa = self.limiter.wait(agora).min(pausa);
            }
            let proxima = self.em_espera.iter().map(|(quando, _)| quando.saturating_sub(agora)).min();
            pausa = proxima.map_or(pausa, |proxima| proxima.min(pausa));
        }
        ate.map_or(pausa, |ate| ate.saturating_sub(agora).min(pausa))
    }

    fn receber(&mut self, saida: Saida, agora: Duration, sorte: u64) {
        let Saida { mut tarefa, inicio, passo, sinal, fatal } = saida;
        self.limiter.finished(inicio, agora, sinal);
        if sinal == Signal::Failed {
            self.sem_resposta += 1;
        } else {
            (self.sem_resposta, self.respondeu_em) = (0, agora);
        }
        let fora_do_ar =
            self.sem_resposta >= SEM_RESPOSTA.0 && agora.saturating_sub(self.respondeu_em) >= SEM_RESPOSTA.1;
        if let Some((erro, sempre)) = fatal
            && self.parada.is_none()
            && (sempre || fora_do_ar)
        {
            self.parada = Some(Parada::Erro(erro));
        }
        let como = match passo {
            Passo::Fim(como) => como,
            Passo::DeNovo { duvida, pausa, motivo } => {
                tarefa.duvida = duvida;
                if pausa {
                    tarefa.pausas += 1;
                } else {
                    tarefa.falhas += 1;
                }
                // What the platform asked for is already a pause of the whole run.
                let espera = if pausa { Decision::Wait(Duration::ZERO) } else { self.recuo(tarefa.falhas, sorte) };
                match espera {
                    Decision::Wait(espera) if tarefa.pausas <= PAUSAS => {
                        self.em_espera.push((agora + espera, tarefa));
                        return;
                    }
                    _ if self.parada.is_some() => Como::DeVolta { duvida, nova_chave: false },
                    _ if duvida => Como::Desconhecido(motivo),
                    _ => Como::Recusado(motivo),
                }
            }
        };
        let mut como = self.limitar_voltas(tarefa.numero, como);
        if let Como::Recusado(problemas) | Como::Desconhecido(problemas) = &mut como {
            for problema in problemas {
                self.colunas.situar(problema);
            }
        }
        match &como {
            Como::Feito { efeito, id } => {
                self.avisos.push(aviso(&tarefa, Estado::Feito, efeito.name(), id.as_deref(), &[]));
            }
            Como::Recusado(p) | Como::Desconhecido(p) => {
                self.falhas += 1;
                let estado = if matches!(como, Como::Recusado(_)) { Estado::Recusado } else { Estado::Desconhecido };
                self.avisos.push(aviso(&tarefa, estado, p.first().map_or("", |p| &p.codigo), None, p));
            }
            Como::DeVolta { .. } | Como::Outra { .. } => self.de_volta = true,
        }
        let tentativas = 1 + tarefa.falhas + tarefa.pausas;
        self.desfechos.push(Desfecho { numero: tarefa.numero, tentativas, como, doubt: tarefa.duvida });
    }

    /// A row whose operation changes with every answer, as others change its record, does not go round for ever.
    fn limitar_voltas(&mut self, numero: u64, como: Como) -> Como {
        if self.parada.is_some() || !matches!(como, Como::DeVolta { .. } | Como::Outra { .. }) {
            return como;
        }
        let voltas = self.voltas.entry(numero).or_default();
        *voltas += 1;
        match como {
            como if *voltas <= VOLTAS => como,
            Como::DeVolta { duvida: true, .. } => Como::Desconhecido(vec![nao_convergiu()]),
            _ => Como::Recusado(vec![nao_convergiu()]),
        }
    }

    fn recuo(&self, falhas: u32, sorte: u64) -> Decision {
        retry::decide(&self.politica, falhas, Failure::Lost, None, sorte)
    }

    /// What was taken and not sent goes back as it was.
    fn encerrar(&mut self, journal: &mut Journal, avisar: Avisar<'_>) -> Result<(), Error> {
        let na_mao = self.fila.drain(..).chain(self.em_espera.drain(..).map(|(_, t)| t));
        self.desfechos.extend(na_mao.map(|t| Desfecho {
            numero: t.numero,
            tentativas: t.falhas + t.pausas,
            como: Como::DeVolta { duvida: t.duvida, nova_chave: false },
            doubt: t.duvida,
        }));
        journal.trocar(&self.desfechos, 0, 0, 0)?;
        for aviso in self.avisos.drain(..) {
            avisar(&aviso)?;
        }
        Ok(())
    }
}

fn aviso(
    tarefa: &Tarefa,
    estado: Estado,
    codigo: &str,
    id: Option<&str>,
    problemas: &[ProblemaDaLinha],
) -> ResultadoDaLinha {
    ResultadoDaLinha {
        numero: tarefa.numero,
        chave: tarefa.chave.as_deref().and_then(codigo_publico),
        estado,
        acao: tarefa.acao,
        codigo: Some(codigo.to_owned()),
        id: id.or(tarefa.id.as_deref()).map(str::to_owned),
        tentativas: 1 + tarefa.falhas + tarefa.pausas,
        problemas: problemas.to_vec(),
    }
}

fn nao_convergiu() -> ProblemaDaLinha {
    let pt = "o registro muda na plataforma enquanto a linha é enviada; tente de novo";
    let en = "the record changes on the platform while the row is being sent; try again";
    ProblemaDaLinha::novo(None, "tentativas_esgotadas", pt, en)
}
