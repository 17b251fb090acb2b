//! The journal: one SQLite file that is both the record of a batch and its queue.

mod file;
mod findings;
mod outcome;
mod queue;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Transaction};
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};

use self::file::{create_private, display_name, prepare, sql};
use self::findings::forget_errors;
use super::identity::{Identity, hex};
use super::resource::DOCUMENTO;
use super::row::Columns;
use super::sheet_read::SheetRead;

/// The name in `meta` of the columns and their fields.
const COLUMNS: &str = "columns";

/// The name in `meta` of the report about the sheet.
const SHEET: &str = "sheet";

/// The name in `meta` of the note that a row names its record only by the platform's identifier.
const WITH_IDS: &str = "with_ids";

/// The name in `meta` of the text that an older version put into the keys of includes instead of the batch's name.
const INCLUDE_INTENT: &str = "include_intent";

/// The phase of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The source is being read. Nothing was sent, and a new run reads the source from the start.
    Reading,
    /// All rows are read and checked. They are being compared with the platform's records.
    Comparing,
    /// The operation of every row is decided. The rows are being sent.
    Sending,
}

impl Phase {
    /// The stable name of the phase.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Comparing => "comparing",
            Self::Sending => "sending",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "sending" => Self::Sending,
            "comparing" => Self::Comparing,
            _ => Self::Reading,
        }
    }
}

/// The treatment of an existing journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Continue it. Refuse it if it belongs to another batch.
    Continue,
    /// Continue it, but replace it if it is finished and differs only in the source's content: then there is nothing to
    /// resume.
    ReplaceFinished,
    /// Drop its contents.
    Restart,
}

/// The record of a batch: all rows of the source and their outcomes, in one SQLite file.
///
/// It is also the queue, so memory does not grow with the source. Before the first byte of a row is sent, the row is
/// recorded on disk as being sent. So whenever the process dies, it is known which rows it may have sent. The file has
/// the contents of the source, including personal data, so on Unix only its owner may read it.
pub struct Journal {
    conn: Connection,
    path: Option<PathBuf>,
    run: String,
    phase: Phase,
    resumed: bool,
    columns: Arc<Columns>,
    /// Whether a row names its record only by the platform's identifier.
    with_ids: bool,
}

impl Journal {
    /// Opens the journal at `path`, or creates it. `run` names a new batch, and must be random.
    ///
    /// # Errors
    /// `journal`, if the file belongs to another source or account, is in use, or is not a journal. The message says
    /// how to start again.
    pub fn open(path: &Path, identity: &Identity, run: u64, open_mode: OpenMode) -> Result<Self, Error> {
        create_private(path)?;
        let conn = Connection::open(path).map_err(|e| sql(&e, Some(path)))?;
        let mut journal = Self::new(prepare(conn, Some(path))?, Some(path.to_owned()));
        journal.identify(identity, run, open_mode)?;
        Ok(journal)
    }

    /// Makes a journal that disappears with the process, for a run that sends nothing or cannot be resumed.
    ///
    /// # Errors
    /// If the temporary file cannot be created.
    pub fn temporary(identity: &Identity, run: u64) -> Result<Self, Error> {
        // An empty name is a private database of SQLite: on disk, so that memory stays flat, and removed when closed.
        let conn = Connection::open("").map_err(|e| sql(&e, None))?;
        let mut journal = Self::new(prepare(conn, None)?, None);
        journal.identify(identity, run, OpenMode::Continue)?;
        Ok(journal)
    }

    fn new(conn: Connection, path: Option<PathBuf>) -> Self {
        Self {
            conn,
            path,
            run: String::new(),
            phase: Phase::Reading,
            resumed: false,
            columns: Arc::default(),
            with_ids: false,
        }
    }

    fn identify(&mut self, identity: &Identity, run: u64, open_mode: OpenMode) -> Result<(), Error> {
        let Some(recorded_run) = self.meta("run")? else {
            return self.begin(identity, run);
        };
        self.phase = Phase::from_name(&self.meta("phase")?.unwrap_or_default());
        self.run = recorded_run;
        // Nothing was sent while the source was being read, so the contents can be dropped.
        if self.phase == Phase::Reading || open_mode == OpenMode::Restart {
            return self.begin(identity, run);
        }
        if let Some((part, written, current)) = self.divergence(identity)? {
            let counts = self.count()?;
            let open = counts.pending + counts.unknown;
            if open_mode == OpenMode::ReplaceFinished && open == 0 && matches!(part, "source" | "options") {
                return match self.done_without_code()? {
                    0 => self.begin(identity, run),
                    done => Err(self.would_include_again(done, identity.can_restart())),
                };
            }
            return Err(self.foreign(part, (&written, &current), open, identity.can_restart()));
        }
        self.resumed = true;
        let columns: Columns = serde_json::from_str(&self.meta(COLUMNS)?.unwrap_or_default()).unwrap_or_default();
        self.columns = Arc::new(columns);
        self.with_ids = self.meta(WITH_IDS)?.is_some();
        self.make_durable(true)?;
        self.transaction(|tx| {
            // A row that was being sent when the last run ended is in doubt. A refused row is offered again. It gets a
            // new key if it is known that no attempt of it can still arrive.
            forget_errors(tx)?;
            tx.execute("UPDATE row SET state = 0, doubt = max(doubt, 1) WHERE state IN (1, 5)", [])?;
            tx.execute(
                "UPDATE row SET state = 0, generation = generation + (doubt = 0), code = NULL WHERE state = 4",
                [],
            )?;
            Ok(())
        })
    }

    fn divergence(&self, identity: &Identity) -> Result<Option<(&'static str, String, String)>, Error> {
        for (name, current) in identity.parts() {
            if let (Some(written), Some(current)) = (self.meta(name)?, current)
                && written != current
            {
                return Ok(Some((name, written, current)));
            }
        }
        Ok(None)
    }

    /// Refuses a source whose content turned out to be different after it was read.
    pub(crate) fn check_source(&self, source: &str) -> Result<(), Error> {
        match self.meta("source")? {
            Some(written) if written != source => {
                let counts = self.count()?;
                Err(self.foreign("source", (&written, source), counts.pending + counts.unknown, true))
            }
            _ => Ok(()),
        }
    }

    fn foreign(&self, part: &str, (written, current): (&str, &str), open: u64, can_restart: bool) -> Error {
        let (what_pt, what_en) = match part {
            "source" => {
                ("outra fonte (o conteúdo mudou)".to_owned(), "another source (its content changed)".to_owned())
            }
            "base_url" => (
                format!("outro endereço (`{written}`, não `{current}`)"),
                format!("another address (`{written}`, not `{current}`)"),
            ),
            "account" => (
                "outra conta (ou a mesma, com outro token: nesse caso informe `same_account`)".to_owned(),
                "another account (or the same under another token: then say `same_account`)".to_owned(),
            ),
            "resource" => (
                format!("outra operação (`{written}`, não `{current}`)"),
                format!("another operation (`{written}`, not `{current}`)"),
            ),
            _ => ("outras opções de leitura".to_owned(), "other reading options".to_owned()),
        };
        let place = display_name(self.path.as_deref());
        let (rest_pt, rest_en) = if open == 0 {
            ("ele está concluído".to_owned(), "it is finished".to_owned())
        } else {
            (
                format!("ele tem {open} linha(s) em aberto, que só a execução original conclui"),
                format!("it has {open} open row(s), which only the original run can finish"),
            )
        };
        let (anew_pt, anew_en) = if can_restart {
            (
                "apague o arquivo, indique outro em `journal`, ou peça `restart`",
                "delete the file, name another in `journal`, or ask for `restart`",
            )
        } else {
            ("apague o arquivo, ou indique outro em `journal`", "delete the file, or name another in `journal`")
        };
        Error::new(
            ErrorKind::Journal,
            Message::new(
                format!("o journal {place} é de {what_pt}; {rest_pt}; para começar de novo, {anew_pt}"),
                format!("the journal {place} belongs to {what_en}; {rest_en}; to start anew, {anew_en}"),
            ),
        )
    }

    /// The number of finished rows that only their place in the source identifies.
    fn done_without_code(&self) -> Result<u64, Error> {
        self.stmt("SELECT count(*) FROM row WHERE state = 2 AND key IS NULL AND code <> 'unchanged'")?
            .query_row([], |r| r.get(0).map(natural))
            .map_err(|e| sql(&e, self.path.as_deref()))
    }

    fn would_include_again(&self, done: u64, can_restart: bool) -> Error {
        let place = display_name(self.path.as_deref());
        let (or_pt, or_en) = if can_restart {
            ("peça `restart`", "ask for `restart`")
        } else {
            ("apague o journal", "delete the journal")
        };
        Error::new(
            ErrorKind::Journal,
            Message::new(
                format!(
                    "o journal {place} registra {done} linha(s) sem código externo já feitas, que o arquivo, agora outro, faria de novo; corrija e importe o relatório, que traz o ID de cada uma, ou {or_pt} se são linhas novas"
                ),
                format!(
                    "the journal {place} records {done} row(s) without an external code as done, which the file, now another, would do again; mend and import the report, which has the ID of each, or {or_en} if the rows are new"
                ),
            ),
        )
    }

    /// Empties the journal, and records its new identity.
    fn begin(&mut self, identity: &Identity, run: u64) -> Result<(), Error> {
        self.run = hex(&run.to_be_bytes());
        self.phase = Phase::Reading;
        self.resumed = false;
        self.columns = Arc::default();
        self.with_ids = false;
        let run = self.run.clone();
        let parts = identity.parts();
        self.transaction(|tx| {
            tx.execute_batch(
                "DELETE FROM row; DELETE FROM body; DELETE FROM skipped; DELETE FROM meta;
                 DROP INDEX IF EXISTS row_key; DROP INDEX IF EXISTS row_likeness;",
            )?;
            set_meta(tx, "run", &run)?;
            set_meta(tx, "phase", Phase::Reading.name())?;
            for (name, value) in parts {
                if let Some(value) = value {
                    set_meta(tx, name, &value)?;
                }
            }
            Ok(())
        })
    }

    /// The path of the file. `None` if the journal is temporary.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The phase of the batch.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether an earlier run had read the whole source.
    #[must_use]
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// The text in the keys that distinguishes the includes of this batch from those of others.
    pub(crate) fn include_intent(&self) -> Result<String, Error> {
        Ok(self.meta(INCLUDE_INTENT)?.unwrap_or_else(|| self.run.clone()))
    }

    /// The random name of the batch. It stays the same after a restart, and distinguishes one change of a record from
    /// the next.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Sets whether each commit, with all earlier ones, survives a power failure. Without this, a commit still survives
    /// the end of the process.
    fn make_durable(&mut self, make_durable: bool) -> Result<(), Error> {
        let mode = if make_durable { "FULL" } else { "NORMAL" };
        self.conn.pragma_update(None, "synchronous", mode).map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// The columns of the sheet and their fields. Empty if the rows do not come from a sheet.
    pub(crate) fn columns(&self) -> Arc<Columns> {
        Arc::clone(&self.columns)
    }

    /// Records the columns of the sheet and their fields.
    pub(crate) fn note_columns(&mut self, columns: Columns) -> Result<(), Error> {
        let text = serde_json::to_string(&columns).unwrap_or_default();
        self.columns = Arc::new(columns);
        self.write(COLUMNS, &text)
    }

    /// Records the report about the sheet.
    pub(crate) fn note_sheet(&mut self, read: &SheetRead) -> Result<(), Error> {
        let text = serde_json::to_string(read).unwrap_or_default();
        self.write(SHEET, &text)
    }

    /// The report about the sheet. `None` if the rows do not come from a sheet.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn sheet(&self) -> Result<Option<SheetRead>, Error> {
        Ok(self.meta(SHEET)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Erases the contents of the rows that are done, which are no longer needed. A journal is kept for years, and
    /// personal data only for as long as it is useful. The rows' numbers, codes, identifiers and outcomes stay.
    pub(crate) fn forget_done(&mut self) -> Result<(), Error> {
        if self.path.is_none() {
            return Ok(());
        }
        let erased = self.transaction(|tx| {
            tx.execute("UPDATE row SET key = ?1 WHERE state = 2 AND key LIKE ?1 || '_%'", [DOCUMENTO])?;
            tx.execute("DELETE FROM body WHERE number IN (SELECT number FROM row WHERE state = 2)", [])
        })?;
        if erased > 0 {
            // Without this, the free pages would still hold the old contents.
            self.conn.execute_batch("VACUUM").map_err(|e| sql(&e, self.path.as_deref()))?;
        }
        Ok(())
    }

    /// Unlocks the file after the run, so that another run can use it. The journal can still be read while no other run
    /// does.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn release(&self) -> Result<(), Error> {
        if self.path.is_none() {
            return Ok(());
        }
        (|| {
            // In WAL mode SQLite never gives up its exclusive lock.
            self.conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
            self.conn.query_row("PRAGMA locking_mode = NORMAL", [], |_| Ok(()))?;
            // The first read in the new mode releases the lock.
            self.conn.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))
        })()
        .map_err(|e| sql(&e, self.path.as_deref()))
    }

    pub(crate) fn meta(&self, name: &str) -> Result<Option<String>, Error> {
        self.stmt("SELECT value FROM meta WHERE name = ?")?
            .query_row([name], |r| r.get(0))
            .optional()
            .map_err(|e| sql(&e, self.path.as_deref()))
    }

    pub(crate) fn write(&mut self, name: &str, value: &str) -> Result<(), Error> {
        self.transaction(|tx| set_meta(tx, name, value))
    }

    fn stmt(&self, text: &str) -> Result<rusqlite::CachedStatement<'_>, Error> {
        self.conn.prepare_cached(text).map_err(|e| sql(&e, self.path.as_deref()))
    }

    fn transaction<T>(&mut self, f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, Error> {
        (|| {
            let tx = self.conn.transaction()?;
            let value = f(&tx)?;
            tx.commit()?;
            Ok(value)
        })()
        .map_err(|e| sql(&e, self.path.as_deref()))
    }
}

/// The default path of a file's journal: next to the file.
#[must_use]
pub fn default_path(source: &Path) -> PathBuf {
    let mut name = source.as_os_str().to_owned();
    name.push(".smartbill-journal");
    PathBuf::from(name)
}

fn set_meta(tx: &Transaction<'_>, name: &str, value: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")?.execute([name, value])?;
    Ok(())
}

/// Converts a row number. Row numbers never reach the limit of a signed integer; a greater number becomes the limit.
fn integer(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn natural(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}
