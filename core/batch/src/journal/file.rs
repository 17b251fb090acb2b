//! The journal's file: creates, opens and locks it, and migrates it to this version.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};

/// The `PRAGMA application_id` of a journal: `SBJ2`.
const APPLICATION_ID: i64 = 0x5342_4A32;

/// The statements that migrate a journal from one version to the next. The version is the number of statements that
/// have run.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    -- What changes as rows are sent is apart from what they hold, so that an outcome rewrites few bytes.
    CREATE TABLE row (
        number INTEGER PRIMARY KEY,
        key TEXT,
        state INTEGER NOT NULL,
        action INTEGER NOT NULL DEFAULT 0,
        generation INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        doubt INTEGER NOT NULL DEFAULT 0,
        id TEXT,
        code TEXT,
        findings TEXT
    );
    CREATE TABLE body (number INTEGER PRIMARY KEY, data TEXT NOT NULL, clear TEXT, change_only TEXT);
",
    "
    ALTER TABLE body ADD COLUMN owner TEXT;
",
    "
    CREATE TABLE skipped (number INTEGER PRIMARY KEY, reason TEXT NOT NULL, text TEXT NOT NULL);
",
    "
    ALTER TABLE row ADD COLUMN sent_at INTEGER;
    ALTER TABLE row ADD COLUMN likeness TEXT;
    -- The keys of includes that an older version sent do not have the batch in them.
    INSERT INTO meta (name, value) SELECT 'include_intent', '' WHERE EXISTS (SELECT 1 FROM meta WHERE name = 'run');
",
];

/// Locks an open database and migrates it to this version.
pub(super) fn prepare(mut conn: Connection, place: Option<&Path>) -> Result<Connection, Error> {
    let (application, version, tables) = (|| -> rusqlite::Result<(i64, u32, i64)> {
        conn.busy_timeout(Duration::from_millis(500))?;
        // The operating system holds the lock for as long as the process lives. A second run gets an error, and a dead
        // process leaves nothing to clean up. The lock also keeps the wal-index in memory.
        conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        Ok((
            conn.query_row("PRAGMA application_id", [], |r| r.get(0))?,
            conn.query_row("PRAGMA user_version", [], |r| r.get(0))?,
            conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?,
        ))
    })()
    .map_err(|e| sql(&e, place))?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    let new = application == 0 && version == 0 && tables == 0;
    // This is checked before anything is written, so that the database of another program stays unchanged.
    if application != APPLICATION_ID && !new {
        return Err(not_a_journal(place));
    }
    if version > MIGRATIONS.len() {
        let (pt, en) = (
            format!("o journal {} foi escrito por uma versão mais nova deste programa", display_name(place)),
            format!("the journal {} was written by a newer version of this program", display_name(place)),
        );
        return Err(Error::new(ErrorKind::Journal, Message::new(pt, en)));
    }
    (|| -> rusqlite::Result<()> {
        conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        // The rows of the first pass can be read again. `make_durable` raises this before anything is sent.
        conn.pragma_update(None, "synchronous", "NORMAL")?;
        conn.pragma_update(None, "cache_size", -16_384)?;
        conn.execute_batch("BEGIN EXCLUSIVE; COMMIT")
    })()
    .map_err(|e| sql(&e, place))?;
    for (index, statements) in MIGRATIONS.iter().enumerate().skip(version) {
        (|| {
            let tx = conn.transaction()?;
            tx.execute_batch(statements)?;
            tx.pragma_update(None, "user_version", i64::try_from(index + 1).unwrap_or(i64::MAX))?;
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.commit()
        })()
        .map_err(|e| sql(&e, place))?;
    }
    Ok(conn)
}

/// Creates the file with access for its owner only, because SQLite would create it with access for everybody.
pub(super) fn create_private(path: &Path) -> Result<(), Error> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(|e| {
        let (place, why) = (display_name(Some(path)), smartbill_documents::refusal(&e));
        Error::new(
            ErrorKind::Io,
            Message::new(
                format!("o journal {place} não pode ser aberto: {}; indique outro lugar em `journal`", why.pt),
                format!("the journal {place} cannot be opened: {}; name another place in `journal`", why.en),
            ),
        )
        .caused_by(e)
    })
}

pub(super) fn display_name(path: Option<&Path>) -> String {
    path.map_or_else(|| "temporário".to_owned(), |c| format!("`{}`", c.display()))
}

fn not_a_journal(path: Option<&Path>) -> Error {
    let place = path.map(|c| c.display().to_string()).unwrap_or_default();
    Error::new(
        ErrorKind::Journal,
        Message::new(
            format!("`{place}` não é um journal deste programa; indique outro arquivo em `journal`"),
            format!("`{place}` is not a journal of this program; name another file in `journal`"),
        ),
    )
}

pub(super) fn sql(error: &rusqlite::Error, path: Option<&Path>) -> Error {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, NotADatabase};
    let place = display_name(path);
    match error.sqlite_error_code() {
        Some(NotADatabase) => not_a_journal(path),
        Some(DatabaseBusy | DatabaseLocked) => Error::new(
            ErrorKind::Journal,
            Message::new(
                format!("o journal {place} está em uso por outra execução; espere que ela termine"),
                format!("the journal {place} is in use by another run; wait for it to end"),
            ),
        ),
        _ => Error::new(
            ErrorKind::Journal,
            Message::new(format!("o journal {place} falhou: {error}"), format!("the journal {place} failed: {error}")),
        ),
    }
}
