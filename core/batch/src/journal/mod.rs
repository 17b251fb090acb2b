//! The journal: one SQLite file that is the record of a batch and its queue.

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

/// The journal's note of which column feeds which field.
const COLUMNS: &str = "columns";

/// Under which name `meta` says what was read of a sheet.
const SHEET: &str = "sheet";

/// The journal's note that a row names its record by the platform's identifier alone.
const WITH_IDS: &str = "with_ids";

/// The journal's note of what an older version put into the keys of includes instead of the batch's name.
const INCLUDE_INTENT: &str = "include_intent";

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The source is being read; nothing was sent, and a new run reads it from the start.
    Reading,
    /// Every row is read and checked; what the platform already has is being found out.
    Comparing,
    /// Every row knows its operation; they are being sent.
    Sending,
}

impl Phase {
    /// The stable name.
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

/// What to do with a journal that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Go on with it; refuse it if it belongs to something else.
    Continue,
    /// As above, but take it over if it is finished and only its content is another: it has nothing left to resume.
    ReplaceFinished,
    /// Forget what it says.
    Restart,
}

/// The record of a batch: every row of the source and what became of it, in one SQLite file.
///
/// It is the queue as well, so that memory does not grow with the source. A row is written down as being sent, on
/// disk, before the first byte of it leaves; so whenever the process dies, what it may have sent is known.
/// The file holds what the source holds, personal data included: on Unix only its owner may read it.
pub struct Journal {
    conn: Connection,
    path: Option<PathBuf>,
    run: String,
    phase: Phase,
    resumed: bool,
    columns: Arc<Columns>,
    /// Whether a row names its record by the platform's identifier alone.
    with_ids: bool,
}

impl Journal {
    /// Opens the journal at `path`, or makes it; `run` names the run if it is new, and must be random.
    ///
    /// # Errors
    /// `journal`, when the file belongs to another source or account, is in use, or is no journal; the message says
    /// how to start anew.
    pub fn open(path: &Path, identity: &Identity, run: u64, open_mode: OpenMode) -> Result<Self, Error> {
        create_private(path)?;
        let conn = Connection::open(path).map_err(|e| sql(&e, Some(path)))?;
        let mut journal = Self::new(prepare(conn, Some(path))?, Some(path.to_owned()));
        journal.identify(identity, run, open_mode)?;
        Ok(journal)
    }

    /// A journal that vanishes with the process, for a run that sends nothing or cannot be resumed.
    ///
    /// # Errors
    /// When the temporary file cannot be made.
    pub fn temporary(identity: &Identity, run: u64) -> Result<Self, Error> {
        // An empty name is SQLite's private database: on disk, so that memory stays flat, and removed when closed.
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
        // Nothing was sent while the source was still being read: whatever is there can go.
        if self.phase == Phase::Reading || open_mode == OpenMode::Restart {
            return self.begin(identity, run);
        }
        if let Some((part, written, current)) = self.divergence(identity)? {
            let counts = self.count()?;
            let open = counts.pending + counts.unknown;
            if open_mode == OpenMode::ReplaceFinished && open == 0 && matches!(part, "source" | "options") {
                return match self.done_without_code()? {
                    0 => self.begin(identity, run),
                    done => Err(self.would_include_again(done)),
                };
            }
            return Err(self.foreign(part, &written, &current, open));
        }
        self.resumed = true;
        let columns: Columns = serde_json::from_str(&self.meta(COLUMNS)?.unwrap_or_default()).unwrap_or_default();
        self.columns = Arc::new(columns);
        self.with_ids = self.meta(WITH_IDS)?.is_some();
        self.make_durable(true)?;
        self.transaction(|tx| {
            // What was being sent when the last run ended is in doubt; what was refused is offered again, under a key of
            // its own if it is known that no attempt of it is still on its way.
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

    /// Refuses a source that, once read, turned out to be another one.
    pub(crate) fn check_source(&self, source: &str) -> Result<(), Error> {
        match self.meta("source")? {
            Some(written) if written != source => {
                let counts = self.count()?;
                Err(self.foreign("source", &written, source, counts.pending + counts.unknown))
            }
            _ => Ok(()),
        }
    }

    fn foreign(&self, part: &str, written: &str, current: &str, open: u64) -> Error {
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
        Error::new(
            ErrorKind::Journal,
            Message::new(
                format!(
                    "o journal {place} é de {what_pt}; {rest_pt}; para começar de novo, apague o arquivo, indique outro em `journal`, ou peça `restart`"
                ),
                format!(
                    "the journal {place} belongs to {what_en}; {rest_en}; to start anew, delete the file, name another in `journal`, or ask for `restart`"
                ),
            ),
        )
    }

    /// How many rows that nothing but their place in the source tells from others are done.
    fn done_without_code(&self) -> Result<u64, Error> {
        self.stmt("SELECT count(*) FROM row WHERE state = 2 AND key IS NULL AND code <> 'unchanged'")?
            .query_row([], |r| r.get(0).map(natural))
            .map_err(|e| sql(&e, self.path.as_deref()))
    }

    fn would_include_again(&self, done: u64) -> Error {
        let place = display_name(self.path.as_deref());
        Error::new(
            ErrorKind::Journal,
            Message::new(
                format!(
                    "o journal {place} registra {done} linha(s) sem código externo já feitas, que o arquivo, agora outro, faria de novo; corrija e importe o relatório, que traz o ID de cada uma, ou peça `restart` se são linhas novas"
                ),
                format!(
                    "the journal {place} records {done} row(s) without an external code as done, which the file, now another, would do again; mend and import the report, which has the ID of each, or ask for `restart` if the rows are new"
                ),
            ),
        )
    }

    /// Empties the journal and writes down whose it is now.
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

    /// Where the file is; nowhere when it is temporary.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How far the batch has come.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether an earlier run had read the source whole.
    #[must_use]
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// What tells the includes of this batch from those of others.
    pub(crate) fn include_intent(&self) -> Result<String, Error> {
        Ok(self.meta(INCLUDE_INTENT)?.unwrap_or_else(|| self.run.clone()))
    }

    /// The random name of the batch, the same after a restart: what tells one change of a record from the next.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Whether what is committed from here on, with all that was before, survives a power failure. What does not
    /// survives the end of the process all the same.
    fn make_durable(&mut self, make_durable: bool) -> Result<(), Error> {
        let mode = if make_durable { "FULL" } else { "NORMAL" };
        self.conn.pragma_update(None, "synchronous", mode).map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// Which column of the sheet feeds which field; none where the rows come from no sheet.
    pub(crate) fn columns(&self) -> Arc<Columns> {
        Arc::clone(&self.columns)
    }

    /// Notes which column of the sheet feeds which field.
    pub(crate) fn note_columns(&mut self, columns: Columns) -> Result<(), Error> {
        let text = serde_json::to_string(&columns).unwrap_or_default();
        self.columns = Arc::new(columns);
        self.write(COLUMNS, &text)
    }

    /// Notes what was read of a sheet.
    pub(crate) fn note_sheet(&mut self, read: &SheetRead) -> Result<(), Error> {
        let text = serde_json::to_string(read).unwrap_or_default();
        self.write(SHEET, &text)
    }

    /// What was read of the sheet; nothing where the rows came from none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sheet(&self) -> Result<Option<SheetRead>, Error> {
        Ok(self.meta(SHEET)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Erases what the rows that are done held, which nothing needs any more: a journal is kept for years, and personal
    /// data no longer than it serves. Their numbers, codes, identifiers and outcomes stay.
    pub(crate) fn forget_done(&mut self) -> Result<(), Error> {
        if self.path.is_none() {
            return Ok(());
        }
        let erased = self.transaction(|tx| {
            tx.execute("UPDATE row SET key = ?1 WHERE state = 2 AND key LIKE ?1 || '_%'", [DOCUMENTO])?;
            tx.execute("DELETE FROM body WHERE number IN (SELECT number FROM row WHERE state = 2)", [])
        })?;
        if erased > 0 {
            // Until then the pages that are free hold what they held.
            self.conn.execute_batch("VACUUM").map_err(|e| sql(&e, self.path.as_deref()))?;
        }
        Ok(())
    }

    /// Lets another run have the file, when this one is over; what it says can still be read while none does.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn release(&self) -> Result<(), Error> {
        if self.path.is_none() {
            return Ok(());
        }
        (|| {
            // SQLite keeps its exclusive lock for as long as the file is in WAL mode.
            self.conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
            self.conn.query_row("PRAGMA locking_mode = NORMAL", [], |_| Ok(()))?;
            // The lock goes with the first reading in the new mode.
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

/// Where the journal of a file is when nobody says otherwise: next to it.
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

/// Row numbers never come near the limit of a signed integer; what does is held there.
fn integer(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn natural(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}
