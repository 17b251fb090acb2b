use std::time::Duration;

use futures_util::future::{Either, select};
use smartbill_client::client::Client;
use smartbill_client::transport::Host;
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};

use super::journal::Journal;
use super::result::ImportResult;
use super::send::{Pace, Stopped};

/// The time limit of a whole run. It can end the run during any step.
pub(crate) struct Deadline<'c, H> {
    client: &'c Client<H>,
    total: Duration,
    /// The end of the run, by the host's clock.
    pub(crate) until: Option<Duration>,
}

impl<'c, H: Host> Deadline<'c, H> {
    pub(crate) fn new(client: &'c Client<H>, pace: Pace) -> Self {
        let until = pace.deadline.map(|deadline| client.host().monotonic() + deadline);
        Self { client, total: pace.deadline.unwrap_or_default(), until }
    }

    /// Returns an error after the deadline. Long work calls this from time to time.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.until {
            Some(until) if self.client.host().monotonic() >= until => Err(overdue()),
            _ => Ok(()),
        }
    }

    /// The result of `work`, or an error if the deadline passes first. The work must be safe to abandon at any point.
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

    /// Whether the deadline ended the work.
    pub(crate) fn passed<T>(&self, outcome: &Result<T, Error>) -> bool {
        matches!(outcome, Err(e) if e.kind() == ErrorKind::Cancelled) && self.check().is_err()
    }

    /// Ends the run here. The next run continues from the journal.
    pub(crate) fn stop(&self, journal: Journal) -> Result<ImportResult, Error> {
        ImportResult::new(journal, Some(Stopped::Deadline(self.total)), 0)
    }
}

fn overdue() -> Error {
    Error::new(ErrorKind::Cancelled, Message::new("passou o prazo", "the deadline passed"))
}
