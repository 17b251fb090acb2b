use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::{Either, select};
use jiff::civil::Date;

use super::compare::{LOOKS_REPEATED, compare_with_platform};
use super::identity::{Identity, account, endereco};
use super::journal::{Journal, OpenMode, Phase, default_path};
use super::resource::Importable;
use super::row::{Counts, RowResult};
use super::send::{Pace, Stopped, send};
use super::source::{Source, WITHOUT_IDENTITY, digest_of_rows, read_into_journal};
use crate::client::Client;
use crate::transport::Host;
use crate::validate::Options;
use crate::{Error, ErrorKind, Message, Mode};

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

/// A batch that ran: what became of every row.
pub struct ImportResult {
    /// The outcome of every row.
    pub journal: Journal,
    /// How many rows are in each state.
    pub counts: Counts,
    /// Why it stopped early, if it did.
    pub stopped: Option<Stopped>,
    /// Whether an earlier run had begun it: what that run did counts as well.
    pub resumed: bool,
    /// How many rows this run sent, or settled that an earlier one had sent; none where the batch was finished before.
    pub sent: u64,
}

impl ImportResult {
    fn new(journal: Journal, stopped: Option<Stopped>, sent: u64) -> Result<Self, Error> {
        Ok(Self { counts: journal.count()?, resumed: journal.resumed(), journal, stopped, sent })
    }
}

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
    } else if let Source::Rows(rows) = source {
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

/// The time that a whole run may take, whatever it is doing when it is over.
pub(crate) struct Deadline<'c, H> {
    client: &'c Client<H>,
    total: Duration,
    /// When it is over, by the clock of the host.
    pub(crate) until: Option<Duration>,
}

impl<'c, H: Host> Deadline<'c, H> {
    pub(crate) fn new(client: &'c Client<H>, pace: Pace) -> Self {
        let until = pace.deadline.map(|deadline| client.host().monotonic() + deadline);
        Self { client, total: pace.deadline.unwrap_or_default(), until }
    }

    /// An error once the time is over, for work that asks now and then.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.until {
            Some(until) if self.client.host().monotonic() >= until => Err(overdue()),
            _ => Ok(()),
        }
    }

    /// What `work` comes to, unless the time is over first; it must be of the kind that can be left off anywhere.
    pub(crate) async fn limit<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Some(until) = self.until else {
            return work.await;
        };
        let host = self.client.host();
        let sleep = host.sleep(until.saturating_sub(host.monotonic()));
        match select(std::pin::pin!(work), std::pin::pin!(sleep)).await {
            Either::Left((done, _)) => done,
            Either::Right(_) => Err(overdue()),
        }
    }

    /// Whether it was the deadline that ended the work.
    pub(crate) fn passed<T>(&self, outcome: &Result<T, Error>) -> bool {
        matches!(outcome, Err(e) if e.kind() == ErrorKind::Cancelled) && self.check().is_err()
    }

    /// A run that ends here; what the journal says is where the next one begins.
    pub(crate) fn stop(&self, journal: Journal) -> Result<ImportResult, Error> {
        ImportResult::new(journal, Some(Stopped::Deadline(self.total)), 0)
    }
}

fn overdue() -> Error {
    Error::new(ErrorKind::Cancelled, Message::new("passou o prazo", "the deadline passed"))
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
        source: source.summary()?,
        base_url: endereco(&client.options().base_url),
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
