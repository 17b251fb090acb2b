use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use smartbill_client::client::Client;
use smartbill_client::transport::Host;
use smartbill_documents::Mode;
use smartbill_model::Error;
use smartbill_model::validate::Options;

use super::compare::compare_with_platform;
use super::deadline::Deadline;
use super::identity::{Identity, account, plain_address};
use super::journal::{Journal, OpenMode, Phase, default_path};
use super::resource::Importable;
use super::result::ImportResult;
use super::row::RowResult;
use super::send::{Pace, Stopped, send};
use super::source::{Source, digest_of_rows, read_into_journal};
use crate::messages::{LOOKS_REPEATED, WITHOUT_IDENTITY};

/// How a batch is imported.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Where the journal is; next to the source where it is left out, or nowhere when the source is no file.
    pub journal: Option<PathBuf>,
    /// Forgets what the journal says and starts anew.
    pub restart: bool,
    /// Vouches that the account is the one that the journal was begun with, though the token is another.
    pub same_account: bool,
    /// Strict or lenient, for sources that are no spreadsheet.
    pub mode: Mode,
    /// Today in the company's time zone.
    pub today: Option<Date>,
    /// How fast, and when to give up.
    pub pace: Pace,
    /// Includes rows that nothing tells from others, neither a code nor a document, though another import of them would
    /// include them again unnoticed.
    pub allow_unidentified: bool,
}

/// How far a batch has come.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'e> {
    /// Reading, comparing with the platform, or sending.
    pub phase: Phase,
    /// Rows read, records compared, or rows done so far.
    pub done: u64,
    /// Out of how many, where that is known.
    pub total: Option<u64>,
    /// The row whose outcome was just recorded, while sending.
    pub row: Option<&'e RowResult>,
}

/// What hears how far a batch has come, and may stop it by an error.
pub type Observer<'f> = &'f mut (dyn FnMut(Progress<'_>) -> Result<(), Error> + Send);

/// Imports every row of `source`: checks all of them, finds out which the platform has, and sends what differs.
///
/// Killed at any instant and called again with the same source and journal, it goes on where it was.
///
/// # Errors
/// When the source cannot be read, the journal belongs to something else, or the platform refuses or does not answer
/// before anything was sent. Rows that fail are no error: they are in the result.
pub async fn importar<M: Importable, H: Host>(
    client: &Client<H>,
    source: Source<'_>,
    options: &ImportOptions,
    observe: Observer<'_>,
) -> Result<ImportResult, Error> {
    let deadline = Deadline::new(client, options.pace);
    let mut journal = open_journal::<M, H>(client, &source, options)?;
    if journal.phase() == Phase::Reading {
        let rule_options = Options { mode: options.mode, today: options.today, ..Options::default() };
        let parsed = read_into_journal::<M>(source, &mut journal, rule_options, &mut |read_so_far| {
            observe(reading(read_so_far))?;
            deadline.check()
        });
        if deadline.passed(&parsed) {
            return deadline.stop(journal);
        }
        parsed?;
    } else if let Source::Rows { rows, .. } = source {
        journal.check_source(&digest_of_rows(rows)?)?;
    }
    if options.allow_unidentified {
        journal.readmit_unidentified([WITHOUT_IDENTITY, LOOKS_REPEATED])?;
    }
    if journal.phase() == Phase::Comparing {
        let mut advance = |done, total| observe(Progress { phase: Phase::Comparing, done, total, row: None });
        let compare =
            compare_with_platform::<M, H>(client, &deadline, &mut journal, options.allow_unidentified, &mut advance);
        let compared = deadline.limit(compare).await;
        if deadline.passed(&compared) {
            return deadline.stop(journal);
        }
        compared?;
    }
    dispatch::<M, H>(client, journal, options.pace, deadline.until, observe).await
}

/// Sends what waits in the journal and sums up.
pub(crate) async fn dispatch<M: Importable, H: Host>(
    client: &Client<H>,
    mut journal: Journal,
    pace: Pace,
    until: Option<Duration>,
    observe: Observer<'_>,
) -> Result<ImportResult, Error> {
    let counts = journal.count()?;
    let (total, before) = (counts.total, counts.total - counts.pending);
    observe(Progress { phase: Phase::Sending, done: before, total: Some(total), row: None })?;
    let mut done = before;
    let mut tell = |row: &RowResult| {
        done += 1;
        observe(Progress { phase: Phase::Sending, done, total: Some(total), row: Some(row) })
    };
    let stopped = send::<M, H>(client, &mut journal, pace, until, &mut tell).await?;
    // What became of the rows is written down, and counts, whether or not this works.
    if let Err(error) = journal.forget_done() {
        log::warn!(target: "smartbill", "{error}");
    }
    match stopped {
        Some(Stopped::Error(error)) if done == before => Err(error),
        stopped => ImportResult::new(journal, stopped, done - before),
    }
}

/// Checks every row of `source` and sends nothing.
///
/// # Errors
/// When the source cannot be read.
pub fn validar<M: Importable>(
    source: Source<'_>,
    mode: Mode,
    today: Option<Date>,
    observe: &mut dyn FnMut(Progress<'_>) -> Result<(), Error>,
) -> Result<ImportResult, Error> {
    let mut journal = Journal::temporary(&Identity::default(), 0)?;
    let options = Options { mode, today, ..Options::default() };
    read_into_journal::<M>(source, &mut journal, options, &mut |read_so_far| observe(reading(read_so_far)))?;
    journal.warn_of_missing()?;
    ImportResult::new(journal, None, 0)
}

fn reading(read_so_far: u64) -> Progress<'static> {
    Progress { phase: Phase::Reading, done: read_so_far, total: None, row: None }
}

fn open_journal<M: Importable, H: Host>(
    client: &Client<H>,
    source: &Source<'_>,
    options: &ImportOptions,
) -> Result<Journal, Error> {
    let identity = Identity {
        resource: format!("{}.importar", M::INCLUIR.resource().name()),
        source: source.digest()?,
        base_url: plain_address(&client.options().base_url),
        account: (!options.same_account).then(|| account(client.options().token.as_deref())),
        options: format!("{};{}", options.mode.name(), source.options()),
    };
    let run = client.host().random();
    let default = match source {
        Source::SheetFile { path, .. } => Some(default_path(path)),
        _ => None,
    };
    let (path, open_mode) = match (&options.journal, default) {
        (Some(path), _) => (path.clone(), OpenMode::Continue),
        // Nobody named it, so a finished one of the file's former content is in nobody's way.
        (None, Some(path)) => (path, OpenMode::ReplaceFinished),
        (None, None) => return Journal::temporary(&identity, run),
    };
    let open_mode = if options.restart { OpenMode::Restart } else { open_mode };
    Journal::open(&path, &identity, run, open_mode)
}
