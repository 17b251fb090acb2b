//! The journal: one SQLite file that is the record of a batch and its queue.

mod arquivo;
mod fila;
mod resultado;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Transaction};

use self::arquivo::{criar_privado, nomear, sql};
use super::identidade::{Identidade, hexadecimal};
use super::linha::Colunas;
use crate::{Error, ErrorKind, Message};

/// The journal's note of which column feeds which field.
const COLUNAS: &str = "colunas";

/// The journal's note that a row names its record by the platform's identifier alone.
const COM_IDS: &str = "com_ids";

/// The journal's note of what an older version put into the keys of includes instead of the batch's name.
const INCLUDE_INTENT: &str = "include_intent";

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fase {
    /// The source is being read; nothing was sent, and a new run reads it from the start.
    Leitura,
    /// Every row is read and checked; what the platform already has is being found out.
    Comparacao,
    /// Every row knows its operation; they are being sent.
    Envio,
}

impl Fase {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Leitura => "leitura",
            Self::Comparacao => "comparacao",
            Self::Envio => "envio",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "envio" => Self::Envio,
            "comparacao" => Self::Comparacao,
            _ => Self::Leitura,
        }
    }
}

/// What to do with a journal that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abertura {
    /// Go on with it; refuse it if it belongs to something else.
    Continuar,
    /// As above, but take it over if it is finished and only its content is another: it has nothing left to resume.
    SubstituirConcluido,
    /// Forget what it says.
    Recomecar,
}

/// The record of a batch: every row of the source and what became of it, in one SQLite file.
///
/// It is the queue as well, so that memory does not grow with the source. A row is written down as being sent, on
/// disk, before the first byte of it leaves; so whenever the process dies, what it may have sent is known.
/// The file holds what the source holds, personal data included: on Unix only its owner may read it.
pub struct Journal {
    conn: Connection,
    caminho: Option<PathBuf>,
    execucao: String,
    fase: Fase,
    retomado: bool,
    colunas: Arc<Colunas>,
    /// Whether a row names its record by the platform's identifier alone.
    com_ids: bool,
}

impl Journal {
    /// Opens the journal at `caminho`, or makes it; `execucao` names the run if it is new, and must be random.
    ///
    /// # Errors
    /// `journal`, when the file belongs to another source or account, is in use, or is no journal; the message says
    /// how to start anew.
    pub fn abrir(caminho: &Path, identidade: &Identidade, execucao: u64, abertura: Abertura) -> Result<Self, Error> {
        criar_privado(caminho)?;
        let conn = Connection::open(caminho).map_err(|e| sql(&e, Some(caminho)))?;
        let mut journal = Self::preparar(conn, Some(caminho.to_owned()))?;
        journal.identificar(identidade, execucao, abertura)?;
        Ok(journal)
    }

    /// A journal that vanishes with the process, for a run that sends nothing or cannot be resumed.
    ///
    /// # Errors
    /// When the temporary file cannot be made.
    pub fn temporario(identidade: &Identidade, execucao: u64) -> Result<Self, Error> {
        // An empty name is SQLite's private database: on disk, so that memory stays flat, and removed when closed.
        let conn = Connection::open("").map_err(|e| sql(&e, None))?;
        let mut journal = Self::preparar(conn, None)?;
        journal.identificar(identidade, execucao, Abertura::Continuar)?;
        Ok(journal)
    }

    fn identificar(&mut self, identidade: &Identidade, execucao: u64, abertura: Abertura) -> Result<(), Error> {
        let Some(execucao_gravada) = self.meta("execucao")? else {
            return self.comecar(identidade, execucao);
        };
        self.fase = Fase::from_name(&self.meta("fase")?.unwrap_or_default());
        self.execucao = execucao_gravada;
        // Nothing was sent while the source was still being read: whatever is there can go.
        if self.fase == Fase::Leitura || abertura == Abertura::Recomecar {
            return self.comecar(identidade, execucao);
        }
        if let Some((parte, gravado, atual)) = self.divergencia(identidade)? {
            let contagem = self.contar()?;
            let em_aberto = contagem.pendentes + contagem.desconhecidos;
            if abertura == Abertura::SubstituirConcluido && em_aberto == 0 && matches!(parte, "fonte" | "opcoes") {
                return match self.feitas_sem_codigo()? {
                    0 => self.comecar(identidade, execucao),
                    feitas => Err(self.incluiria_de_novo(feitas)),
                };
            }
            return Err(self.alheio(parte, &gravado, &atual, em_aberto));
        }
        self.retomado = true;
        let colunas: Colunas = serde_json::from_str(&self.meta(COLUNAS)?.unwrap_or_default()).unwrap_or_default();
        self.colunas = Arc::new(colunas);
        self.com_ids = self.meta(COM_IDS)?.is_some();
        self.durar(true)?;
        self.transacao(|tx| {
            // What was being sent when the last run ended is in doubt; what was refused is offered again, under a key of
            // its own if it is known that no attempt of it is still on its way.
            fila::forget_errors(tx)?;
            tx.execute("UPDATE linha SET estado = 0, duvida = max(duvida, 1) WHERE estado IN (1, 5)", [])?;
            tx.execute(
                "UPDATE linha SET estado = 0, geracao = geracao + (duvida = 0), codigo = NULL WHERE estado = 4",
                [],
            )?;
            Ok(())
        })
    }

    fn divergencia(&self, identidade: &Identidade) -> Result<Option<(&'static str, String, String)>, Error> {
        for (nome, atual) in identidade.partes() {
            if let (Some(gravado), Some(atual)) = (self.meta(nome)?, atual)
                && gravado != atual
            {
                return Ok(Some((nome, gravado, atual)));
            }
        }
        Ok(None)
    }

    /// Refuses a source that, once read, turned out to be another one.
    pub(crate) fn conferir_fonte(&self, fonte: &str) -> Result<(), Error> {
        match self.meta("fonte")? {
            Some(gravado) if gravado != fonte => {
                let contagem = self.contar()?;
                Err(self.alheio("fonte", &gravado, fonte, contagem.pendentes + contagem.desconhecidos))
            }
            _ => Ok(()),
        }
    }

    fn alheio(&self, parte: &str, gravado: &str, atual: &str, em_aberto: u64) -> Error {
        let (que_pt, que_en) = match parte {
            "fonte" => ("outra fonte (o conteúdo mudou)".to_owned(), "another source (its content changed)".to_owned()),
            "base_url" => (
                format!("outro endereço (`{gravado}`, não `{atual}`)"),
                format!("another address (`{gravado}`, not `{atual}`)"),
            ),
            "conta" => (
                "outra conta (ou a mesma, com outro token: nesse caso informe `mesma_conta`)".to_owned(),
                "another account (or the same under another token: then say `mesma_conta`)".to_owned(),
            ),
            "recurso" => (
                format!("outra operação (`{gravado}`, não `{atual}`)"),
                format!("another operation (`{gravado}`, not `{atual}`)"),
            ),
            _ => ("outras opções de leitura".to_owned(), "other reading options".to_owned()),
        };
        let onde = nomear(self.caminho.as_deref());
        let (resto_pt, resto_en) = if em_aberto == 0 {
            ("ele está concluído".to_owned(), "it is finished".to_owned())
        } else {
            (
                format!("ele tem {em_aberto} linha(s) em aberto, que só a execução original conclui"),
                format!("it has {em_aberto} open row(s), which only the original run can finish"),
            )
        };
        Error::new(
            ErrorKind::Journal,
            Message::new(
                format!(
                    "o journal {onde} é de {que_pt}; {resto_pt}; para começar de novo, apague o arquivo, indique outro em `journal`, ou peça `recomecar`"
                ),
                format!(
                    "the journal {onde} belongs to {que_en}; {resto_en}; to start anew, delete the file, name another in `journal`, or ask for `recomecar`"
                ),
            ),
        )
    }

    /// How many rows that nothing but their place in the source tells from others are done.
    fn feitas_sem_codigo(&self) -> Result<u64, Error> {
        self.stmt("SELECT count(*) FROM linha WHERE estado = 2 AND chave IS NULL AND codigo <> 'unchanged'")?
            .query_row([], |r| r.get(0).map(natural))
            .map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    fn incluiria_de_novo(&self, feitas: u64) -> Error {
        let onde = nomear(self.caminho.as_deref());
        Error::new(
            ErrorKind::Journal,
            Message::new(
                format!(
                    "o journal {onde} registra {feitas} linha(s) sem código externo já feitas, que o arquivo, agora outro, faria de novo; corrija e importe o relatório, que traz o ID de cada uma, ou peça `recomecar` se são linhas novas"
                ),
                format!(
                    "the journal {onde} records {feitas} row(s) without an external code as done, which the file, now another, would do again; mend and import the report, which has the ID of each, or ask for `recomecar` if the rows are new"
                ),
            ),
        )
    }

    /// Empties the journal and writes down whose it is now.
    fn comecar(&mut self, identidade: &Identidade, execucao: u64) -> Result<(), Error> {
        self.execucao = hexadecimal(&execucao.to_be_bytes());
        self.fase = Fase::Leitura;
        self.retomado = false;
        self.colunas = Arc::default();
        self.com_ids = false;
        let execucao = self.execucao.clone();
        let partes = identidade.partes();
        self.transacao(|tx| {
            tx.execute_batch(
                "DELETE FROM linha; DELETE FROM corpo; DELETE FROM ignorada; DELETE FROM meta;
                 DROP INDEX IF EXISTS linha_chave; DROP INDEX IF EXISTS linha_likeness;",
            )?;
            gravar_meta(tx, "execucao", &execucao)?;
            gravar_meta(tx, "fase", Fase::Leitura.name())?;
            for (nome, valor) in partes {
                if let Some(valor) = valor {
                    gravar_meta(tx, nome, &valor)?;
                }
            }
            Ok(())
        })
    }

    /// Where the file is; nowhere when it is temporary.
    #[must_use]
    pub fn caminho(&self) -> Option<&Path> {
        self.caminho.as_deref()
    }

    /// How far the batch has come.
    #[must_use]
    pub fn fase(&self) -> Fase {
        self.fase
    }

    /// Whether an earlier run had read the source whole.
    #[must_use]
    pub fn retomado(&self) -> bool {
        self.retomado
    }

    /// What tells the includes of this batch from those of others.
    pub(crate) fn include_intent(&self) -> Result<String, Error> {
        Ok(self.meta(INCLUDE_INTENT)?.unwrap_or_else(|| self.execucao.clone()))
    }

    /// The random name of the batch, the same after a restart: what tells one change of a record from the next.
    #[must_use]
    pub fn execucao(&self) -> &str {
        &self.execucao
    }

    /// Whether what is committed from here on, with all that was before, survives a power failure. What does not
    /// survives the end of the process all the same.
    fn durar(&mut self, durar: bool) -> Result<(), Error> {
        let modo = if durar { "FULL" } else { "NORMAL" };
        self.conn.pragma_update(None, "synchronous", modo).map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// Which column of the sheet feeds which field; none where the rows come from no sheet.
    pub(crate) fn colunas(&self) -> Arc<Colunas> {
        Arc::clone(&self.colunas)
    }

    /// Notes which column of the sheet feeds which field.
    pub(crate) fn anotar_colunas(&mut self, colunas: Colunas) -> Result<(), Error> {
        let texto = serde_json::to_string(&colunas).unwrap_or_default();
        self.colunas = Arc::new(colunas);
        self.gravar(COLUNAS, &texto)
    }

    /// Lets another run have the file, when this one is over; what it says can still be read while none does.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn soltar(&self) -> Result<(), Error> {
        if self.caminho.is_none() {
            return Ok(());
        }
        (|| {
            // SQLite keeps its exclusive lock for as long as the file is in WAL mode.
            self.conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
            self.conn.query_row("PRAGMA locking_mode = NORMAL", [], |_| Ok(()))?;
            // The lock goes with the first reading in the new mode.
            self.conn.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))
        })()
        .map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    pub(crate) fn meta(&self, nome: &str) -> Result<Option<String>, Error> {
        self.stmt("SELECT valor FROM meta WHERE nome = ?")?
            .query_row([nome], |r| r.get(0))
            .optional()
            .map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    pub(crate) fn gravar(&mut self, nome: &str, valor: &str) -> Result<(), Error> {
        self.transacao(|tx| gravar_meta(tx, nome, valor))
    }

    fn stmt(&self, texto: &str) -> Result<rusqlite::CachedStatement<'_>, Error> {
        self.conn.prepare_cached(texto).map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    fn transacao<T>(&mut self, f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, Error> {
        (|| {
            let tx = self.conn.transaction()?;
            let valor = f(&tx)?;
            tx.commit()?;
            Ok(valor)
        })()
        .map_err(|e| sql(&e, self.caminho.as_deref()))
    }
}

/// Where the journal of a file is when nobody says otherwise: next to it.
#[must_use]
pub fn caminho_padrao(fonte: &Path) -> PathBuf {
    let mut nome = fonte.as_os_str().to_owned();
    nome.push(".smartbill-journal");
    PathBuf::from(nome)
}

fn gravar_meta(tx: &Transaction<'_>, nome: &str, valor: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO meta (nome, valor) VALUES (?, ?)")?.execute([nome, valor])?;
    Ok(())
}

/// Row numbers never come near the limit of a signed integer; what does is held there.
fn inteiro(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn natural(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}
