use smartbill_model::Error;

use super::journal::Journal;
use super::row::Counts;
use super::send::Stopped;

/// A batch that ran: what became of every row.
#[non_exhaustive]
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
    pub(crate) fn new(journal: Journal, stopped: Option<Stopped>, sent: u64) -> Result<Self, Error> {
        Ok(Self { counts: journal.count()?, resumed: journal.resumed(), journal, stopped, sent })
    }
}
