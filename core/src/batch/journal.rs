use std::path::{Path, PathBuf};
use std::time::Duration;

use super::identidade::{Identidade, hexadecimal};
use super::linha::{
    Acao, Achada, Como, Contagem, Corpo, Decidido, Decisao, Desfecho, Estado, NovaLinha, ProblemaDaLinha,
    ResultadoDaLinha, Tarefa,
};
use super::recurso::codigo_publico;
use crate::{Error, ErrorKind, Message};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// What `PRAGMA application_id` says of a journal: `SBJL`.
const APPLICATION_ID: i64 = 0x5342_4A4C;

/// The statements that bring a journal from one version to the next; the version is how many have run.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE meta (nome TEXT PRIMARY KEY, valor TEXT NOT NULL) WITHOUT ROWID;
    -- What changes as rows are sent is apart from what they hold, so that an outcome rewrites few bytes.
    CREATE TABLE linha (
        numero INTEGER PRIMARY KEY,
        chave TEXT,
        estado INTEGER NOT NULL,
        operacao INTEGER NOT NULL DEFAULT 0,
        geracao INTEGER NOT NULL DEFAULT 0,
        tentativas INTEGER NOT NULL DEFAULT 0,
        duvida INTEGER NOT NULL DEFAULT 0,
        id TEXT,
        codigo TEXT,
        problemas TEXT
    );
    CREATE TABLE corpo (numero INTEGER PRIMARY KEY, dados TEXT NOT NULL, limpar TEXT, so_alterar TEXT);
",
    "
    ALTER TABLE corpo ADD COLUMN dono TEXT;
",
];

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

    fn preparar(mut conn: Connection, caminho: Option<PathBuf>) -> Result<Self, Error> {
        let onde = caminho.as_deref();
        let (application, versao, tabelas) = (|| -> rusqlite::Result<(i64, u32, i64)> {
            conn.busy_timeout(Duration::from_millis(500))?;
            // Locked for as long as the process lives, by the operating system: a second run is told so, and a dead
            // one leaves nothing behind to clean. It also keeps the wal-index in memory.
            conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            Ok((
                conn.query_row("PRAGMA application_id", [], |r| r.get(0))?,
                conn.query_row("PRAGMA user_version", [], |r| r.get(0))?,
                conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?,
            ))
        })()
        .map_err(|e| sql(&e, onde))?;
        let versao = usize::try_from(versao).unwrap_or(usize::MAX);
        let novo = application == 0 && versao == 0 && tabelas == 0;
        // Asked before anything is written: a database of something else is left as it is.
        if application != APPLICATION_ID && !novo {
            return Err(nao_e_journal(onde));
        }
        if versao > MIGRATIONS.len() {
            let (pt, en) = (
                format!("o journal {} foi escrito por uma versão mais nova deste programa", nomear(onde)),
                format!("the journal {} was written by a newer version of this program", nomear(onde)),
            );
            return Err(Error::new(ErrorKind::Journal, Message::new(pt, en)));
        }
        (|| -> rusqlite::Result<()> {
            conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            // Rows of the first pass can be read again; `durar` raises this before anything is sent.
            conn.pragma_update(None, "synchronous", "NORMAL")?;
            conn.pragma_update(None, "cache_size", -16_384)?;
            conn.execute_batch("BEGIN EXCLUSIVE; COMMIT")
        })()
        .map_err(|e| sql(&e, onde))?;
        for (indice, sentencas) in MIGRATIONS.iter().enumerate().skip(versao) {
            (|| {
                let tx = conn.transaction()?;
                tx.execute_batch(sentencas)?;
                tx.pragma_update(None, "user_version", i64::try_from(indice + 1).unwrap_or(i64::MAX))?;
                tx.pragma_update(None, "application_id", APPLICATION_ID)?;
                tx.commit()
            })()
            .map_err(|e| sql(&e, onde))?;
        }
        Ok(Self { conn, caminho, execucao: String::new(), fase: Fase::Leitura, retomado: false })
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
                return self.comecar(identidade, execucao);
            }
            return Err(self.alheio(parte, &gravado, &atual, em_aberto));
        }
        self.retomado = true;
        self.durar(true)?;
        self.transacao(|tx| {
            // What was being sent when the last run ended is in doubt; what was refused is known not to be done, and
            // is offered again, under a key of its own.
            tx.execute("UPDATE linha SET estado = 0, duvida = 1 WHERE estado IN (1, 5)", [])?;
            tx.execute(
                "UPDATE linha SET estado = 0, geracao = geracao + 1, codigo = NULL, problemas = NULL WHERE estado = 4",
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
                    "o journal {onde} é de {que_pt}; {resto_pt}; para comecar de novo, apague o arquivo, indique outro em `journal`, ou peça `recomecar`"
                ),
                format!(
                    "the journal {onde} belongs to {que_en}; {resto_en}; to start anew, delete the file, name another in `journal`, or ask for `recomecar`"
                ),
            ),
        )
    }

    /// Empties the journal and writes down whose it is now.
    fn comecar(&mut self, identidade: &Identidade, execucao: u64) -> Result<(), Error> {
        self.execucao = hexadecimal(&execucao.to_be_bytes());
        self.fase = Fase::Leitura;
        self.retomado = false;
        let execucao = self.execucao.clone();
        let partes = identidade.partes();
        self.transacao(|tx| {
            tx.execute_batch(
                "DELETE FROM linha; DELETE FROM corpo; DELETE FROM meta; DROP INDEX IF EXISTS linha_chave;",
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

    /// The random name of the batch, the same after a restart: what tells one change of a record from the next.
    #[must_use]
    pub fn execucao(&self) -> &str {
        &self.execucao
    }

    /// Writes rows that were read.
    pub(crate) fn inserir(&mut self, linhas: &[NovaLinha]) -> Result<(), Error> {
        self.transacao(|tx| {
            let mut linha = tx.prepare_cached(
                "INSERT INTO linha (numero, chave, estado, codigo, problemas) VALUES (?, ?, ?, ?, ?)",
            )?;
            let mut corpo = tx
                .prepare_cached("INSERT INTO corpo (numero, dados, limpar, so_alterar, dono) VALUES (?, ?, ?, ?, ?)")?;
            for l in linhas {
                let numero = inteiro(l.numero);
                let estado = if l.corpo.is_some() { Estado::Pendente } else { Estado::Rejeitado };
                let codigo = if l.corpo.is_some() { None } else { primeiro_codigo(&l.problemas) };
                linha.execute(params![numero, l.chave, estado.number(), codigo, em_json(&l.problemas)])?;
                if let Some(c) = &l.corpo {
                    let limpar = (!c.limpar.is_empty()).then(|| c.limpar.join(","));
                    corpo.execute(params![numero, c.dados, limpar, em_json(&c.so_alterar), c.dono])?;
                }
            }
            Ok(())
        })
    }

    /// Rejects rows that were accepted when they were read, as the first of two that share a key is.
    pub(crate) fn rejeitar(&mut self, numeros: &[(u64, ProblemaDaLinha)]) -> Result<(), Error> {
        self.transacao(|tx| {
            for (numero, problema) in numeros {
                rejeitar(tx, inteiro(*numero), std::slice::from_ref(problema))?;
            }
            Ok(())
        })
    }

    /// Ends the first pass: keys are indexed, and rows that share one are rejected, all of them. From here on the
    /// journal belongs to `fonte`, and survives a power failure.
    pub(crate) fn concluir_leitura(
        &mut self,
        fonte: &str,
        duplicada: impl Fn(u64) -> ProblemaDaLinha,
    ) -> Result<(), Error> {
        self.durar(true)?;
        let fonte = fonte.to_owned();
        self.transacao(|tx| {
            tx.execute_batch("CREATE INDEX IF NOT EXISTS linha_chave ON linha (chave)")?;
            let mut repetidas = tx.prepare(
                "SELECT numero, chave FROM linha WHERE chave IN
                   (SELECT chave FROM linha WHERE chave IS NOT NULL AND estado = 0 GROUP BY chave HAVING count(*) > 1)
                 AND estado = 0 ORDER BY chave, numero",
            )?;
            let mut grupos: Vec<(i64, String)> = Vec::new();
            let mut rows = repetidas.query([])?;
            while let Some(row) = rows.next()? {
                grupos.push((row.get(0)?, row.get(1)?));
            }
            for grupo in grupos.chunk_by(|a, b| a.1 == b.1) {
                for (i, (numero, _)) in grupo.iter().enumerate() {
                    let outra = grupo.get(usize::from(i == 0)).map_or(*numero, |(n, _)| *n);
                    rejeitar(tx, *numero, &[duplicada(natural(outra))])?;
                }
            }
            gravar_meta(tx, "fonte", &fonte)?;
            gravar_meta(tx, "fase", Fase::Comparacao.name())
        })?;
        self.fase = Fase::Comparacao;
        Ok(())
    }

    /// Whether what is committed from here on, with all that was before, survives a power failure. What does not
    /// survives the end of the process all the same.
    fn durar(&mut self, durar: bool) -> Result<(), Error> {
        let modo = if durar { "FULL" } else { "NORMAL" };
        self.conn.pragma_update(None, "synchronous", modo).map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// The row under `chave` that nothing was sent of, if there is one.
    pub(crate) fn por_chave(&self, chave: &str) -> Result<Option<Achada>, Error> {
        let mut stmt = self.stmt(
            "SELECT l.numero, l.id, c.dados, c.limpar, c.so_alterar FROM linha l JOIN corpo c USING (numero)
             WHERE l.chave = ? AND (l.estado = 0 OR l.estado = 2 AND l.codigo = 'unchanged')",
        )?;
        stmt.query_row([chave], |r| {
            let corpo =
                Corpo { dados: r.get(2)?, limpar: lista(r.get(3)?), so_alterar: de_json(r.get(4)?), dono: None };
            Ok(Achada { numero: natural(r.get(0)?), id: r.get(1)?, corpo })
        })
        .optional()
        .map_err(|e| sql(&e, self.caminho.as_deref()))
    }

    /// Up to `quantas` of the rows that wait after `depois_de` and say whose they are: number, body and document.
    pub(crate) fn com_dono(&self, depois_de: u64, quantas: usize) -> Result<Vec<(u64, String, String)>, Error> {
        let onde = self.caminho.as_deref();
        let mut stmt = self.stmt(
            "SELECT c.numero, c.dados, c.dono FROM corpo c JOIN linha l USING (numero)
             WHERE c.numero > ? AND c.dono IS NOT NULL AND l.estado = 0 ORDER BY c.numero LIMIT ?",
        )?;
        let quantas = i64::try_from(quantas).unwrap_or(i64::MAX);
        let linhas =
            stmt.query_map(params![inteiro(depois_de), quantas], |r| Ok((natural(r.get(0)?), r.get(1)?, r.get(2)?)));
        linhas.and_then(Iterator::collect).map_err(|e| sql(&e, onde))
    }

    /// Up to `quantas` keys of the rows that wait undecided after `depois_de`, and the last row looked at.
    pub(crate) fn chaves_em_espera(&self, depois_de: u64, quantas: usize) -> Result<Vec<(u64, String)>, Error> {
        let onde = self.caminho.as_deref();
        let mut stmt = self.stmt(
            "SELECT numero, chave FROM linha WHERE numero > ? AND estado = 0 AND operacao = 0 AND chave IS NOT NULL
             ORDER BY numero LIMIT ?",
        )?;
        let quantas = i64::try_from(quantas).unwrap_or(i64::MAX);
        let chaves = stmt.query_map(params![inteiro(depois_de), quantas], |r| Ok((natural(r.get(0)?), r.get(1)?)));
        chaves.and_then(Iterator::collect).map_err(|e| sql(&e, onde))
    }

    /// Writes what comparing rows with the platform's records decided.
    pub(crate) fn decidir(&mut self, decisoes: &[Decisao]) -> Result<(), Error> {
        self.transacao(|tx| {
            for d in decisoes {
                let numero = inteiro(d.numero);
                match &d.como {
                    Decidido::Inalterado => {
                        tx.prepare_cached(
                            "UPDATE linha SET estado = 2, codigo = 'unchanged', id = ? WHERE numero = ?",
                        )?
                        .execute(params![d.id, numero])?;
                    }
                    Decidido::Alterar(dados) => {
                        tx.prepare_cached("UPDATE linha SET operacao = 2, id = ? WHERE numero = ?")?
                            .execute(params![d.id, numero])?;
                        tx.prepare_cached("UPDATE corpo SET dados = ? WHERE numero = ?")?
                            .execute(params![dados, numero])?;
                    }
                    Decidido::Remover => {
                        tx.prepare_cached("UPDATE linha SET operacao = 3, id = ? WHERE numero = ?")?
                            .execute(params![d.id, numero])?;
                    }
                    Decidido::Rejeitado(problemas) => rejeitar(tx, numero, problemas)?,
                }
            }
            Ok(())
        })
    }

    /// Ends the comparison: what the platform does not have is to be included, and what is good for a change only is
    /// rejected for what an include would lack.
    pub(crate) fn concluir_comparacao(&mut self) -> Result<(), Error> {
        self.transacao(|tx| {
            let mut stmt = tx.prepare(
                "SELECT numero, so_alterar FROM corpo WHERE so_alterar IS NOT NULL
                 AND numero IN (SELECT numero FROM linha WHERE estado = 0 AND operacao = 0)",
            )?;
            let mut rows = stmt.query([])?;
            while let Some(row) = rows.next()? {
                rejeitar(tx, row.get(0)?, &de_json(row.get(1)?))?;
            }
            tx.execute("UPDATE linha SET operacao = 1 WHERE estado = 0 AND operacao = 0", [])?;
            gravar_meta(tx, "fase", Fase::Envio.name())
        })?;
        self.fase = Fase::Envio;
        Ok(())
    }

    /// Records outcomes, and takes up to `quantas` of the rows that wait after `depois_de`: in one transaction, on
    /// disk when it returns, so that a row is known to be on its way before it is. Outcomes alone need not reach the
    /// disk: one that is lost to a power failure leaves its row in doubt, which is settled when the batch is resumed.
    pub(crate) fn trocar(
        &mut self,
        desfechos: &[Desfecho],
        depois_de: u64,
        quantas: usize,
    ) -> Result<Vec<Tarefa>, Error> {
        self.durar(quantas > 0)?;
        let depois_de = inteiro(depois_de);
        let quantas = i64::try_from(quantas).unwrap_or(i64::MAX);
        self.transacao(|tx| {
            for d in desfechos {
                registrar(tx, d)?;
            }
            if quantas == 0 {
                return Ok(Vec::new());
            }
            let mut stmt = tx.prepare_cached(
                "SELECT l.numero, l.chave, l.operacao, l.id, c.dados, c.limpar, l.geracao, l.duvida
                 FROM linha l JOIN corpo c USING (numero)
                 WHERE l.estado = 0 AND l.numero > ? ORDER BY l.numero LIMIT ?",
            )?;
            let tarefas: Vec<Tarefa> = stmt
                .query_map(params![depois_de, quantas], |r| {
                    Ok(Tarefa {
                        numero: natural(r.get(0)?),
                        chave: r.get(1)?,
                        acao: Acao::from_number(r.get(2)?),
                        id: r.get(3)?,
                        dados: r.get(4)?,
                        limpar: lista(r.get(5)?),
                        geracao: r.get(6)?,
                        duvida: r.get(7)?,
                        falhas: 0,
                        pausas: 0,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let mut marcar = tx.prepare_cached("UPDATE linha SET estado = 1 WHERE numero = ?")?;
            for t in &tarefas {
                marcar.execute([inteiro(t.numero)])?;
            }
            Ok(tarefas)
        })
    }

    /// How many rows are in each state.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn contar(&self) -> Result<Contagem, Error> {
        let mut stmt = self
            .stmt("SELECT estado, codigo, count(*) FROM linha GROUP BY estado, CASE WHEN estado = 2 THEN codigo END")?;
        let mut contagem = Contagem::default();
        let linhas =
            stmt.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Option<String>>(1)?, r.get::<_, i64>(2)?)));
        for linha in linhas.map_err(|e| sql(&e, self.caminho.as_deref()))? {
            let (estado, codigo, n) = linha.map_err(|e| sql(&e, self.caminho.as_deref()))?;
            let n = natural(n);
            contagem.total += n;
            let campo = match (Estado::from_number(estado), codigo.as_deref()) {
                (Estado::Pendente, _) => &mut contagem.pendentes,
                (Estado::Rejeitado, _) => &mut contagem.rejeitados,
                (Estado::Recusado, _) => &mut contagem.recusados,
                (Estado::Enviando | Estado::Desconhecido, _) => &mut contagem.desconhecidos,
                (Estado::Feito, Some("created")) => &mut contagem.incluidos,
                (Estado::Feito, Some("updated")) => &mut contagem.alterados,
                (Estado::Feito, Some("unchanged")) => &mut contagem.inalterados,
                (Estado::Feito, Some("removed")) => &mut contagem.removidos,
                (Estado::Feito, _) => &mut contagem.ja_feitos,
            };
            *campo += n;
        }
        Ok(contagem)
    }

    /// Hands the outcome of every row to `f`, in order, until it says to stop; `estados` limits which, none means all.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn percorrer(
        &self,
        estados: &[Estado],
        depois_de: u64,
        mut f: impl FnMut(ResultadoDaLinha) -> bool,
    ) -> Result<(), Error> {
        let onde = self.caminho.as_deref();
        let mut stmt = self.stmt(
            "SELECT numero, chave, estado, operacao, codigo, id, tentativas, problemas FROM linha WHERE numero > ? ORDER BY numero",
        )?;
        let mut rows = stmt.query([inteiro(depois_de)]).map_err(|e| sql(&e, onde))?;
        while let Some(row) = rows.next().map_err(|e| sql(&e, onde))? {
            let resultado = resultado(row).map_err(|e| sql(&e, onde))?;
            if (estados.is_empty() || estados.contains(&resultado.estado)) && !f(resultado) {
                break;
            }
        }
        Ok(())
    }

    /// Up to `quantas` outcomes of the rows after `depois_de`: what an iterator in another language reads by pages.
    ///
    /// # Errors
    /// When the file cannot be read, or was begun anew by another run after [`Journal::soltar`].
    pub fn pagina(&self, estados: &[Estado], depois_de: u64, quantas: usize) -> Result<Vec<ResultadoDaLinha>, Error> {
        if self.meta("execucao")?.as_ref() != Some(&self.execucao) {
            let onde = nomear(self.caminho.as_deref());
            return Err(Error::new(
                ErrorKind::Journal,
                Message::new(
                    format!("o journal {onde} foi recomeçado por outra execução"),
                    format!("the journal {onde} was begun anew by another run"),
                ),
            ));
        }
        let mut pagina = Vec::new();
        self.percorrer(estados, depois_de, |r| {
            pagina.push(r);
            pagina.len() < quantas
        })?;
        Ok(pagina)
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

/// Makes the file with access for its owner alone, before SQLite makes it for everybody.
fn criar_privado(caminho: &Path) -> Result<(), Error> {
    let mut opcoes = std::fs::OpenOptions::new();
    opcoes.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        opcoes.mode(0o600);
    }
    opcoes.open(caminho).map(drop).map_err(|e| {
        let onde = nomear(Some(caminho));
        Error::new(
            ErrorKind::Io,
            Message::new(
                format!("o journal {onde} não pode ser aberto: {e}"),
                format!("the journal {onde} cannot be opened: {e}"),
            ),
        )
        .caused_by(e)
    })
}

fn nomear(caminho: Option<&Path>) -> String {
    caminho.map_or_else(|| "temporário".to_owned(), |c| format!("`{}`", c.display()))
}

fn nao_e_journal(caminho: Option<&Path>) -> Error {
    let onde = caminho.map(|c| c.display().to_string()).unwrap_or_default();
    Error::new(
        ErrorKind::Journal,
        Message::new(
            format!("`{onde}` não é um journal deste programa; indique outro arquivo em `journal`"),
            format!("`{onde}` is not a journal of this program; name another file in `journal`"),
        ),
    )
}

fn sql(erro: &rusqlite::Error, caminho: Option<&Path>) -> Error {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, NotADatabase};
    let onde = nomear(caminho);
    match erro.sqlite_error_code() {
        Some(NotADatabase) => nao_e_journal(caminho),
        Some(DatabaseBusy | DatabaseLocked) => Error::new(
            ErrorKind::Journal,
            Message::new(
                format!("o journal {onde} está em uso por outra execução; espere que ela termine"),
                format!("the journal {onde} is in use by another run; wait for it to end"),
            ),
        ),
        _ => Error::new(
            ErrorKind::Journal,
            Message::new(format!("o journal {onde} falhou: {erro}"), format!("the journal {onde} failed: {erro}")),
        ),
    }
}

fn registrar(tx: &Transaction<'_>, d: &Desfecho) -> rusqlite::Result<()> {
    let numero = inteiro(d.numero);
    let fim = |estado: Estado, codigo: Option<&str>, id: Option<&str>, problemas: Option<String>| {
        tx.prepare_cached(
            "UPDATE linha SET estado = ?, codigo = ?, id = coalesce(?, id), problemas = coalesce(?, problemas),
             tentativas = tentativas + ? WHERE numero = ?",
        )?
        .execute(params![estado.number(), codigo, id, problemas, d.tentativas, numero])
    };
    match &d.como {
        Como::Feito { efeito, id } => fim(Estado::Feito, Some(efeito.name()), id.as_deref(), None)?,
        Como::Recusado(p) => fim(Estado::Recusado, primeiro_codigo(p), None, em_json(p))?,
        Como::Desconhecido(p) => fim(Estado::Desconhecido, primeiro_codigo(p), None, em_json(p))?,
        Como::DeVolta { duvida, nova_chave } => tx
            .prepare_cached(
                "UPDATE linha SET estado = 0, duvida = ?, geracao = geracao + ?, tentativas = tentativas + ? WHERE numero = ?",
            )?
            .execute(params![duvida, i64::from(*nova_chave), d.tentativas, numero])?,
        Como::Outra { acao, id, dados } => {
            if let Some(dados) = dados {
                tx.prepare_cached("UPDATE corpo SET dados = ? WHERE numero = ?")?.execute(params![dados, numero])?;
            }
            tx.prepare_cached(
                "UPDATE linha SET estado = 0, duvida = 0, geracao = geracao + 1, operacao = ?, id = ?, tentativas = tentativas + ?
                 WHERE numero = ?",
            )?
            .execute(params![acao.number(), id, d.tentativas, numero])?
        }
    };
    Ok(())
}

fn rejeitar(tx: &Transaction<'_>, numero: i64, problemas: &[ProblemaDaLinha]) -> rusqlite::Result<()> {
    let anteriores: Option<String> =
        tx.prepare_cached("SELECT problemas FROM linha WHERE numero = ?")?.query_row([numero], |r| r.get(0))?;
    let mut todos: Vec<ProblemaDaLinha> = de_json(anteriores);
    todos.extend_from_slice(problemas);
    tx.prepare_cached("UPDATE linha SET estado = 3, codigo = ?, problemas = ? WHERE numero = ?")?.execute(params![
        primeiro_codigo(&todos),
        em_json(&todos),
        numero
    ])?;
    Ok(())
}

fn resultado(row: &Row<'_>) -> rusqlite::Result<ResultadoDaLinha> {
    Ok(ResultadoDaLinha {
        numero: natural(row.get(0)?),
        chave: row.get::<_, Option<String>>(1)?.as_deref().and_then(codigo_publico),
        estado: Estado::from_number(row.get(2)?),
        acao: Acao::from_number(row.get(3)?),
        codigo: row.get(4)?,
        id: row.get(5)?,
        tentativas: row.get(6)?,
        problemas: de_json(row.get(7)?),
    })
}

fn gravar_meta(tx: &Transaction<'_>, nome: &str, valor: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO meta (nome, valor) VALUES (?, ?)")?.execute([nome, valor])?;
    Ok(())
}

fn primeiro_codigo(problemas: &[ProblemaDaLinha]) -> Option<&str> {
    problemas.iter().find(|p| !p.aviso).or(problemas.first()).map(|p| p.codigo.as_str())
}

fn em_json(problemas: &[ProblemaDaLinha]) -> Option<String> {
    (!problemas.is_empty()).then(|| serde_json::to_string(problemas).unwrap_or_default())
}

fn de_json(texto: Option<String>) -> Vec<ProblemaDaLinha> {
    texto.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default()
}

fn lista(texto: Option<String>) -> Vec<String> {
    texto.map(|t| t.split(',').map(str::to_owned).collect()).unwrap_or_default()
}

/// Row numbers never come near the limit of a signed integer; what does is held there.
fn inteiro(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn natural(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::linha::Efeito;

    fn identidade() -> Identidade {
        Identidade {
            recurso: "consumos.importar".into(),
            fonte: Some("f1".into()),
            base_url: "http://127.0.0.1:1".into(),
            conta: Some("c1".into()),
            opcoes: String::new(),
        }
    }

    fn linha(numero: u64, chave: &str) -> NovaLinha {
        let corpo =
            Corpo { dados: format!("{{\"n\":{numero}}}"), limpar: Vec::new(), so_alterar: Vec::new(), dono: None };
        NovaLinha { numero, chave: Some(chave.into()), corpo: Some(corpo), problemas: Vec::new() }
    }

    fn problema(codigo: &str) -> ProblemaDaLinha {
        ProblemaDaLinha {
            campo: None,
            coluna: None,
            cabecalho: None,
            codigo: codigo.into(),
            pt: codigo.into(),
            en: codigo.into(),
            aviso: false,
        }
    }

    fn lido(caminho: &Path) -> Journal {
        let mut j = Journal::abrir(caminho, &identidade(), 7, Abertura::Continuar).unwrap();
        j.inserir(&(1..=10).map(|n| linha(n, &format!("k{n}"))).collect::<Vec<_>>()).unwrap();
        j.concluir_leitura("f1", |_| problema("duplicada")).unwrap();
        j.concluir_comparacao().unwrap();
        j
    }

    fn pasta() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn what_was_being_sent_is_in_doubt_after_a_restart_and_what_is_done_stays_done() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        let mut j = lido(&caminho);
        let tarefas = j.trocar(&[], 0, 4).unwrap();
        assert_eq!(tarefas.iter().map(|t| t.numero).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let feito =
            Desfecho { numero: 1, tentativas: 1, como: Como::Feito { efeito: Efeito::Created, id: Some("a".into()) } };
        let recusado = Desfecho { numero: 2, tentativas: 1, como: Como::Recusado(vec![problema("rejected")]) };
        assert_eq!(j.trocar(&[feito, recusado], 4, 2).unwrap().len(), 2);
        let execucao = j.execucao().to_owned();
        drop(j);

        let mut j = Journal::abrir(&caminho, &identidade(), 99, Abertura::Continuar).unwrap();
        assert!(j.retomado());
        assert_eq!((j.fase(), j.execucao()), (Fase::Envio, execucao.as_str()));
        let tarefas = j.trocar(&[], 0, 100).unwrap();
        let vistas: Vec<_> = tarefas.iter().map(|t| (t.numero, t.duvida, t.geracao)).collect();
        assert_eq!(vistas[..6], [(2, false, 1), (3, true, 0), (4, true, 0), (5, true, 0), (6, true, 0), (7, false, 0)]);
        assert_eq!(j.contar().unwrap().incluidos, 1);
    }

    #[test]
    fn a_journal_of_another_source_account_or_address_is_refused_and_says_how_to_start_anew() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        drop(lido(&caminho));
        let base = identidade();
        for (outra, palavra) in [
            (Identidade { fonte: Some("f2".into()), ..base.clone() }, "fonte"),
            (Identidade { conta: Some("c2".into()), ..base.clone() }, "conta"),
            (Identidade { base_url: "http://127.0.0.1:2".into(), ..base.clone() }, "endereço"),
            (Identidade { recurso: "clientes.importar".into(), ..base.clone() }, "operação"),
        ] {
            let erro = Journal::abrir(&caminho, &outra, 1, Abertura::SubstituirConcluido).err().unwrap();
            assert_eq!(erro.kind(), ErrorKind::Journal);
            let texto = erro.to_string();
            assert!(texto.contains(palavra) && texto.contains("recomecar") && texto.contains("10 linha(s)"), "{texto}");
        }
        let vouched = Identidade { conta: None, ..base };
        assert!(Journal::abrir(&caminho, &vouched, 1, Abertura::Continuar).unwrap().retomado());
    }

    #[test]
    fn a_finished_journal_gives_way_to_other_content_only_where_asked() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        let mut j = lido(&caminho);
        let tarefas = j.trocar(&[], 0, 100).unwrap();
        let feitos: Vec<_> = tarefas
            .iter()
            .map(|t| Desfecho {
                numero: t.numero,
                tentativas: 1,
                como: Como::Feito { efeito: Efeito::Created, id: None },
            })
            .collect();
        j.trocar(&feitos, 0, 0).unwrap();
        drop(j);
        let outra = Identidade { fonte: Some("f2".into()), ..identidade() };
        assert!(Journal::abrir(&caminho, &outra, 1, Abertura::Continuar).is_err());
        let j = Journal::abrir(&caminho, &outra, 1, Abertura::SubstituirConcluido).unwrap();
        assert_eq!((j.retomado(), j.contar().unwrap().total), (false, 0));
    }

    #[test]
    fn two_runs_never_share_a_journal() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        let _primeira = lido(&caminho);
        let erro = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).err().unwrap();
        assert_eq!(erro.kind(), ErrorKind::Journal);
        assert!(erro.to_string().contains("em uso"), "{erro}");
    }

    #[test]
    fn once_let_go_another_run_may_have_it() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        let primeiro = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).unwrap();
        primeiro.soltar().unwrap();
        assert!(primeiro.pagina(&[], 0, 10).unwrap().is_empty());
        let segundo = Journal::abrir(&caminho, &identidade(), 2, Abertura::Recomecar).unwrap();
        assert!(primeiro.pagina(&[], 0, 10).unwrap_err().to_string().contains("em uso"));
        segundo.soltar().unwrap();
        assert!(primeiro.pagina(&[], 0, 10).unwrap_err().to_string().contains("recomeçado"));
    }

    #[test]
    fn a_file_that_is_no_journal_is_left_alone() {
        let pasta = pasta();
        let caminho = pasta.path().join("clientes.csv");
        std::fs::write(
            &caminho,
            "codigo;nome\n1;Padaria Aurora de Vila Nova Ltda e outras coisas mais que enchem o arquivo",
        )
        .unwrap();
        let antes = std::fs::read(&caminho).unwrap();
        let erro = Journal::abrir(&caminho, &identidade(), 1, Abertura::SubstituirConcluido).err().unwrap();
        assert!(erro.to_string().contains("não é um journal"), "{erro}");
        assert_eq!(std::fs::read(&caminho).unwrap(), antes);
        let alheio = pasta.path().join("outro.db");
        Connection::open(&alheio).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(Journal::abrir(&alheio, &identidade(), 1, Abertura::SubstituirConcluido).is_err());
    }

    #[test]
    fn a_journal_of_a_newer_version_is_refused() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        drop(lido(&caminho));
        Connection::open(&caminho).unwrap().pragma_update(None, "user_version", 999).unwrap();
        let erro = Journal::abrir(&caminho, &identidade(), 1, Abertura::SubstituirConcluido).err().unwrap();
        assert!(erro.to_string().contains("versão mais nova"), "{erro}");
    }

    #[test]
    fn rows_that_share_a_key_are_all_rejected_and_name_each_other() {
        let mut j = Journal::temporario(&identidade(), 1).unwrap();
        j.inserir(&[linha(1, "a"), linha(2, "b"), linha(3, "a"), linha(4, "a")]).unwrap();
        j.concluir_leitura("f1", |outra| problema(&format!("duplicada_{outra}"))).unwrap();
        let pagina = j.pagina(&[Estado::Rejeitado], 0, 100).unwrap();
        let codigos: Vec<_> = pagina.iter().map(|r| (r.numero, r.codigo.as_deref().unwrap())).collect();
        assert_eq!(codigos, [(1, "duplicada_3"), (3, "duplicada_1"), (4, "duplicada_1")]);
    }

    #[test]
    fn a_half_read_journal_starts_again() {
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        let mut j = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).unwrap();
        j.inserir(&[linha(1, "a")]).unwrap();
        drop(j);
        let j =
            Journal::abrir(&caminho, &Identidade { fonte: Some("f2".into()), ..identidade() }, 2, Abertura::Continuar)
                .unwrap();
        assert_eq!((j.retomado(), j.contar().unwrap().total), (false, 0));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let pasta = pasta();
        let caminho = pasta.path().join("j");
        let _j = lido(&caminho);
        for entrada in std::fs::read_dir(pasta.path()).unwrap() {
            let modo = entrada.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(modo & 0o077, 0);
        }
    }
}
