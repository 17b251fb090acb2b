use std::time::Duration;

use futures_util::future::{Either, select};
use smartbill_client::client::Client;
use smartbill_client::transport::Host;
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};

use super::journal::Journal;
use super::result::ImportResult;
use super::send::{Pace, Stopped};

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
