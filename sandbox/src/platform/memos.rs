use std::sync::Arc;

use jiff::civil::Date;
use smartbill_core::api::Operation;
use smartbill_core::model::Model;

/// The greatest number of cached listings.
const MEMOS: usize = 8;

/// A cache of listings, so that the pages of a long listing do not each need a new search.
#[derive(Default)]
pub(crate) struct Memos(Vec<Memo>);

struct Memo {
    operation: Operation,
    filter: String,
    /// The collection's version and the day. The cached result is valid while both stay the same.
    when: (u64, Date),
    indices: Arc<Vec<u32>>,
}

impl Memos {
    pub(super) fn obter(
        &mut self,
        operation: Operation,
        filter: &impl Model,
        when: (u64, Date),
        read: impl FnOnce() -> Vec<u32>,
    ) -> Arc<Vec<u32>> {
        let filter = filter.value().to_json();
        self.0.retain(|l| l.operation != operation || l.when == when);
        if let Some(l) = self.0.iter().find(|l| l.operation == operation && l.filter == filter) {
            return Arc::clone(&l.indices);
        }
        let indices = Arc::new(read());
        if self.0.len() >= MEMOS {
            self.0.remove(0);
        }
        self.0.push(Memo { operation, filter, when, indices: Arc::clone(&indices) });
        indices
    }
}
