//! The file of a journal: made, opened, locked, and brought to the form of this version.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::{Fase, Journal};
use crate::{Error, ErrorKind, Message};

/// What `PRAGMA application_id` says of a journal: `SBJL`.
const APPLICATION_ID: i64 = 0x5342_4A4C;

/// The statements that bring a journal from one version to the next; the version is how many have run.
pub(super) const MIGRATIONS: &[&str] = &[
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
    "
    CREATE TABLE ignorada (numero INTEGER PRIMARY KEY, motivo TEXT NOT NULL, texto TEXT NOT NULL);
",
    "
    ALTER TABLE linha ADD COLUMN sent_at INTEGER;
    ALTER TABLE linha ADD COLUMN likeness TEXT;
    -- The keys of includes that an older version sent do not have the batch in them.
    INSERT INTO meta (nome, valor) SELECT 'include_intent', '' WHERE EXISTS (SELECT 1 FROM meta WHERE nome = 'execucao');
",
];

impl Journal {
    pub(super) fn preparar(mut conn: Connection, caminho: Option<PathBuf>) -> Result<Self, Error> {
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
        Ok(Self {
            conn,
            caminho,
            execucao: String::new(),
            fase: Fase::Leitura,
            retomado: false,
            colunas: Arc::default(),
            com_ids: false,
        })
    }
}

/// Makes the file with access for its owner alone, before SQLite makes it for everybody.
pub(super) fn criar_privado(caminho: &Path) -> Result<(), Error> {
    let mut opcoes = std::fs::OpenOptions::new();
    opcoes.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        opcoes.mode(0o600);
    }
    opcoes.open(caminho).map(drop).map_err(|e| {
        let (onde, why) = (nomear(Some(caminho)), crate::refusal(&e));
        Error::new(
            ErrorKind::Io,
            Message::new(
                format!("o journal {onde} não pode ser aberto: {}; indique outro lugar em `journal`", why.pt),
                format!("the journal {onde} cannot be opened: {}; name another place in `journal`", why.en),
            ),
        )
        .caused_by(e)
    })
}

pub(super) fn nomear(caminho: Option<&Path>) -> String {
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

pub(super) fn sql(erro: &rusqlite::Error, caminho: Option<&Path>) -> Error {
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
