use smartbill_model::Error;

use super::journal::Journal;
use super::row::Counts;
use super::send::Stopped;

/// The result of a batch: the outcome of every row.
#[non_exhaustive]
pub struct ImportResult {
    /// The journal, which has the outcome of every row.
    pub journal: Journal,
    /// The number of rows in each state.
    pub counts: Counts,
    /// The reason why the run stopped early, if it did.
    pub stopped: Option<Stopped>,
    /// Whether an earlier run began the batch. Its rows are counted too.
    pub resumed: bool,
    /// The number of rows that this run sent, or settled after an earlier run had sent them. Zero if the batch was
    /// finished before.
    pub sent: u64,
}

impl ImportResult {
    pub(crate) fn new(journal: Journal, stopped: Option<Stopped>, sent: u64) -> Result<Self, Error> {
        Ok(Self { counts: journal.count()?, resumed: journal.resumed(), journal, stopped, sent })
    }
}
