use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::{Either, select};
use jiff::civil::Date;

use super::comparacao::{LOOKS_REPEATED, comparar_com_a_plataforma};
use super::envio::{Parada, Ritmo, enviar};
use super::fonte::{Fonte, WITHOUT_IDENTITY, ler_para_o_journal, resumo_das_linhas};
use super::identidade::{Identidade, conta, endereco};
use super::journal::{Abertura, Fase, Journal, caminho_padrao};
use super::linha::{Contagem, ResultadoDaLinha};
use super::recurso::Importavel;
use crate::client::Client;
use crate::transport::Host;
use crate::validate::Options;
use crate::{Error, ErrorKind, Message, Modo};

/// How a batch is imported.
#[derive(Debug, Clone, Default)]
pub struct OpcoesDeImportacao {
    /// Where the journal is; next to the source where it is left out, or nowhere when the source is no file.
    pub journal: Option<PathBuf>,
    /// Forgets what the journal says and starts anew.
    pub recomecar: bool,
    /// Vouches that the account is the one that the journal was begun with, though the token is another.
    pub mesma_conta: bool,
    /// Strict or lenient, for sources that are no spreadsheet.
    pub modo: Modo,
    /// Today in the company's time zone.
    pub hoje: Option<Date>,
    /// How fast, and when to give up.
    pub ritmo: Ritmo,
    /// Includes rows that nothing tells from others, neither a code nor a document, though another import of them would
    /// include them again unnoticed.
    pub allow_unidentified: bool,
}

/// How far a batch has come.
#[derive(Debug, Clone, Copy)]
pub struct Evento<'e> {
    /// Reading, comparing with the platform, or sending.
    pub fase: Fase,
    /// Rows read, records compared, or rows done so far.
    pub feitas: u64,
    /// Out of how many, where that is known.
    pub total: Option<u64>,
    /// The row whose outcome was just recorded, while sending.
    pub linha: Option<&'e ResultadoDaLinha>,
}

/// What hears how far a batch has come, and may stop it by an error.
pub type Observador<'f> = &'f mut (dyn FnMut(Evento<'_>) -> Result<(), Error> + Send);

/// A batch that ran: what became of every row.
pub struct Importacao {
    /// The outcome of every row.
    pub journal: Journal,
    /// How many rows are in each state.
    pub contagem: Contagem,
    /// Why it stopped early, if it did.
    pub parada: Option<Parada>,
    /// Whether an earlier run had begun it: what that run did counts as well.
    pub resumed: bool,
    /// How many rows this run sent, or settled that an earlier one had sent; none where the batch was finished before.
    pub sent: u64,
}

impl Importacao {
    fn new(journal: Journal, parada: Option<Parada>, sent: u64) -> Result<Self, Error> {
        Ok(Self { contagem: journal.contar()?, resumed: journal.retomado(), journal, parada, sent })
    }
}

/// Imports every row of `fonte`: checks all of them, finds out which the platform has, and sends what differs.
///
/// Killed at any instant and called again with the same source and journal, it goes on where it was.
///
/// # Errors
/// When the source cannot be read, the journal belongs to something else, or the platform refuses or does not answer
/// before anything was sent. Rows that fail are no error: they are in the result.
pub async fn importar<M: Importavel, H: Host>(
    client: &Client<H>,
    fonte: Fonte<'_>,
    opcoes: &OpcoesDeImportacao,
    observar: Observador<'_>,
) -> Result<Importacao, Error> {
    let prazo = Prazo::novo(client, opcoes.ritmo);
    let mut journal = abrir_journal::<M, H>(client, &fonte, opcoes)?;
    if journal.fase() == Fase::Leitura {
        let options = Options { modo: opcoes.modo, hoje: opcoes.hoje, ..Options::default() };
        let lida = ler_para_o_journal::<M>(fonte, &mut journal, options, &mut |lidas| {
            observar(lendo(lidas))?;
            prazo.conferir()
        });
        if prazo.passou(&lida) {
            return prazo.parar(journal);
        }
        lida?;
    } else if let Fonte::Linhas(linhas) = fonte {
        journal.conferir_fonte(&resumo_das_linhas(linhas)?)?;
    }
    if opcoes.allow_unidentified {
        journal.readmit_unidentified([WITHOUT_IDENTITY, LOOKS_REPEATED])?;
    }
    if journal.fase() == Fase::Comparacao {
        let mut avancar = |feitas, total| observar(Evento { fase: Fase::Comparacao, feitas, total, linha: None });
        let comparar =
            comparar_com_a_plataforma::<M, H>(client, &prazo, &mut journal, opcoes.allow_unidentified, &mut avancar);
        let comparada = prazo.limitar(comparar).await;
        if prazo.passou(&comparada) {
            return prazo.parar(journal);
        }
        comparada?;
    }
    despachar::<M, H>(client, journal, opcoes.ritmo, prazo.ate, observar).await
}

/// The time that a whole run may take, whatever it is doing when it is over.
pub(crate) struct Prazo<'c, H> {
    client: &'c Client<H>,
    total: Duration,
    /// When it is over, by the clock of the host.
    pub(crate) ate: Option<Duration>,
}

impl<'c, H: Host> Prazo<'c, H> {
    pub(crate) fn novo(client: &'c Client<H>, ritmo: Ritmo) -> Self {
        let ate = ritmo.prazo.map(|prazo| client.host().monotonic() + prazo);
        Self { client, total: ritmo.prazo.unwrap_or_default(), ate }
    }

    /// An error once the time is over, for work that asks now and then.
    pub(crate) fn conferir(&self) -> Result<(), Error> {
        match self.ate {
            Some(ate) if self.client.host().monotonic() >= ate => Err(vencido()),
            _ => Ok(()),
        }
    }

    /// What `trabalho` comes to, unless the time is over first; it must be of the kind that can be left off anywhere.
    pub(crate) async fn limitar<T>(&self, trabalho: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Some(ate) = self.ate else {
            return trabalho.await;
        };
        let host = self.client.host();
        let sono = host.sleep(ate.saturating_sub(host.monotonic()));
        match select(std::pin::pin!(trabalho), std::pin::pin!(sono)).await {
            Either::Left((feito, _)) => feito,
            Either::Right(_) => Err(vencido()),
        }
    }

    /// Whether it was the deadline that ended the work.
    pub(crate) fn passou<T>(&self, resultado: &Result<T, Error>) -> bool {
        matches!(resultado, Err(e) if e.kind() == ErrorKind::Cancelled) && self.conferir().is_err()
    }

    /// A run that ends here; what the journal says is where the next one begins.
    pub(crate) fn parar(&self, journal: Journal) -> Result<Importacao, Error> {
        Importacao::new(journal, Some(Parada::Prazo(self.total)), 0)
    }
}

fn vencido() -> Error {
    Error::new(ErrorKind::Cancelled, Message::new("passou o prazo", "the deadline passed"))
}

/// Sends what waits in the journal and sums up.
pub(crate) async fn despachar<M: Importavel, H: Host>(
    client: &Client<H>,
    mut journal: Journal,
    ritmo: Ritmo,
    ate: Option<Duration>,
    observar: Observador<'_>,
) -> Result<Importacao, Error> {
    let contagem = journal.contar()?;
    let (total, antes) = (contagem.total, contagem.total - contagem.pendentes);
    observar(Evento { fase: Fase::Envio, feitas: antes, total: Some(total), linha: None })?;
    let mut feitas = antes;
    let mut avisar = |linha: &ResultadoDaLinha| {
        feitas += 1;
        observar(Evento { fase: Fase::Envio, feitas, total: Some(total), linha: Some(linha) })
    };
    let parada = enviar::<M, H>(client, &mut journal, ritmo, ate, &mut avisar).await?;
    match parada {
        Some(Parada::Erro(erro)) if feitas == antes => Err(erro),
        parada => Importacao::new(journal, parada, feitas - antes),
    }
}

/// Checks every row of `fonte` and sends nothing.
///
/// # Errors
/// When the source cannot be read.
pub fn validar<M: Importavel>(
    fonte: Fonte<'_>,
    modo: Modo,
    hoje: Option<Date>,
    observar: &mut dyn FnMut(Evento<'_>) -> Result<(), Error>,
) -> Result<Importacao, Error> {
    let mut journal = Journal::temporario(&Identidade::default(), 0)?;
    let options = Options { modo, hoje, ..Options::default() };
    ler_para_o_journal::<M>(fonte, &mut journal, options, &mut |lidas| observar(lendo(lidas)))?;
    journal.avisar_faltas()?;
    Importacao::new(journal, None, 0)
}

fn lendo(lidas: u64) -> Evento<'static> {
    Evento { fase: Fase::Leitura, feitas: lidas, total: None, linha: None }
}

fn abrir_journal<M: Importavel, H: Host>(
    client: &Client<H>,
    fonte: &Fonte<'_>,
    opcoes: &OpcoesDeImportacao,
) -> Result<Journal, Error> {
    let identidade = Identidade {
        recurso: format!("{}.importar", M::INCLUIR.resource().name()),
        fonte: fonte.resumo()?,
        base_url: endereco(&client.options().base_url),
        conta: (!opcoes.mesma_conta).then(|| conta(client.options().token.as_deref())),
        opcoes: format!("{};{}", opcoes.modo.name(), fonte.opcoes()),
    };
    let execucao = client.host().random();
    let padrao = match fonte {
        Fonte::Arquivo { caminho, .. } => Some(caminho_padrao(caminho)),
        _ => None,
    };
    let (caminho, abertura) = match (&opcoes.journal, padrao) {
        (Some(caminho), _) => (caminho.clone(), Abertura::Continuar),
        // Nobody named it, so a finished one of the file's former content is in nobody's way.
        (None, Some(caminho)) => (caminho, Abertura::SubstituirConcluido),
        (None, None) => return Journal::temporario(&identidade, execucao),
    };
    let abertura = if opcoes.recomecar { Abertura::Recomecar } else { abertura };
    Journal::abrir(&caminho, &identidade, execucao, abertura)
}
