use std::sync::Arc;

use jiff::civil::Date;
use smartbill_core::api::Operation;
use smartbill_core::model::Model;

/// How many listings are remembered at once.
const MEMOS: usize = 8;

/// Listings already made, so that turning the pages of a long one does not search it again for each.
#[derive(Default)]
pub(crate) struct Memos(Vec<Memo>);

struct Memo {
    operation: Operation,
    filter: String,
    /// The collection's version and the day: what was found holds as long as both do.
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
