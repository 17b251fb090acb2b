use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use smartbill_client::api::Operation;
use smartbill_client::client::Client;
use smartbill_client::profile::Promise;
use smartbill_client::transport::Host;
use smartbill_documents::{Message, Mode};
use smartbill_model::validate::Options;
use smartbill_model::{Error, ErrorKind};

use super::compare::compare_with_platform;
use super::deadline::Deadline;
use super::identity::{Identity, account, named_run, plain_address};
use super::journal::{Journal, OpenMode, Phase, default_path};
use super::resource::Importable;
use super::result::ImportResult;
use super::row::RowResult;
use super::send::{Pace, Stopped, send};
use super::source::{Source, digest_of_rows, read_into_journal};
use crate::messages::{LOOKS_REPEATED, WITHOUT_IDENTITY, row_error};

/// The options of an import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The path of the journal. By default it is next to the source. Without a path, a source that is not a file has a
    /// temporary journal.
    pub journal: Option<PathBuf>,
    /// Whether to drop the journal's contents and start again.
    pub restart: bool,
    /// Guarantees that the account is the same as that of the journal, although the token is different.
    pub same_account: bool,
    /// Strict or lenient, for sources that are not spreadsheets.
    pub mode: Mode,
    /// Today in the company's time zone.
    pub today: Option<Date>,
    /// The speed, and the limits at which to stop.
    pub pace: Pace,
    /// Includes rows with neither a code nor a document, although another import of them would include them again
    /// without being noticed.
    pub allow_unidentified: bool,
    /// The name of the batch, for programs that may import the same rows at once, each with a journal of its own or
    /// with none. A row has then the same idempotency key in all of them. Rows without a code are rejected.
    pub batch: Option<String>,
}

/// The progress of a batch.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'e> {
    /// The phase: reading, comparing with the platform, or sending.
    pub phase: Phase,
    /// The number of rows read, records compared, or rows done so far.
    pub done: u64,
    /// The number of rows or records in the whole phase, if known.
    pub total: Option<u64>,
    /// The row whose outcome was just recorded, during sending.
    pub row: Option<&'e RowResult>,
}

/// A function that receives the progress of a batch. It can stop the batch by returning an error.
pub type Observer<'f> = &'f mut (dyn FnMut(Progress<'_>) -> Result<(), Error> + Send);

/// Imports all rows of `source`: checks them, finds out which of them the platform has, and sends the differences.
///
/// If the process is killed at any instant, another call with the same source and journal continues where it stopped.
///
/// # Errors
/// If the source cannot be read, if the journal belongs to another batch, if the batch has a name and the profile
/// promises no idempotency keys, or if the platform refuses or does not answer before anything was sent. Rows that fail
/// are not an error: they are in the result.
pub async fn importar<M: Importable, H: Host>(
    client: &Client<H>,
    source: Source<'_>,
    options: &ImportOptions,
    observe: Observer<'_>,
) -> Result<ImportResult, Error> {
    if options.batch.is_some() {
        check_keys::<M, H>(client)?;
    }
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
    let allow_unidentified = options.allow_unidentified && options.batch.is_none();
    if allow_unidentified {
        journal.readmit_unidentified([WITHOUT_IDENTITY, LOOKS_REPEATED])?;
    }
    if journal.phase() == Phase::Comparing {
        if let Some(batch) = &options.batch {
            journal.refuse_without_code(&row_error(WITHOUT_IDENTITY).with("batch", batch.clone()))?;
        }
        let mut advance = |done, total| observe(Progress { phase: Phase::Comparing, done, total, row: None });
        let compare = compare_with_platform::<M, H>(client, &deadline, &mut journal, allow_unidentified, &mut advance);
        let compared = deadline.limit(compare).await;
        if deadline.passed(&compared) {
            return deadline.stop(journal);
        }
        compared?;
    }
    dispatch::<M, H>(client, journal, options.pace, deadline.until, observe).await
}

/// Sends the waiting rows of the journal, and makes the result.
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
    // The outcomes of the rows are recorded and valid, whether this succeeds or not.
    if let Err(error) = journal.forget_done() {
        log::warn!(target: "smartbill", "{error}");
    }
    match stopped {
        Some(Stopped::Error(error)) if done == before => Err(error),
        stopped => ImportResult::new(journal, stopped, done - before),
    }
}

/// Checks all rows of `source`, and sends nothing.
///
/// # Errors
/// If the source cannot be read.
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

/// Refuses a profile under which two programs that send the same row could make two records of it.
fn check_keys<M: Importable, H: Host>(client: &Client<H>) -> Result<(), Error> {
    let profile = client.profile();
    let promises_key = |op: &Operation| profile.endpoint(*op).promise == Promise::IdempotencyKey;
    let Some(operation) = [M::INCLUIR, M::ALTERAR].into_iter().find(|op| !promises_key(op)) else {
        return Ok(());
    };
    let (name, operation) = (profile.name(), operation.name());
    Err(Error::new(
        ErrorKind::Configuration,
        Message::new(
            format!(
                "o perfil `{name}` não promete `idempotency_key` em `{operation}`, e sem ela um lote que vários programas importam poderia incluir uma linha duas vezes; importe num programa só, sem `batch`"
            ),
            format!(
                "the profile `{name}` does not promise `idempotency_key` for `{operation}`, without which a batch that several programs import could include a row twice; import in one program, without `batch`"
            ),
        ),
    ))
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
    let run = options.batch.as_deref().map_or_else(|| client.host().random(), named_run);
    let default = match source {
        Source::SheetFile { path, .. } => Some(default_path(path)),
        _ => None,
    };
    let (path, open_mode) = match (&options.journal, default) {
        (Some(path), _) => (path.clone(), OpenMode::Continue),
        // The caller did not choose this path, so a finished journal of the file's former content may be replaced.
        (None, Some(path)) => (path, OpenMode::ReplaceFinished),
        (None, None) => return Journal::temporary(&identity, run),
    };
    let open_mode = if options.restart { OpenMode::Restart } else { open_mode };
    Journal::open(&path, &identity, run, open_mode)
}
