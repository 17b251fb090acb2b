//! The records of one resource, in memory.

use std::collections::HashMap;
use std::sync::Arc;

/// Records by identifier (their position, counted from 1) and by external code.
pub(crate) struct Collection<T> {
    items: Vec<T>,
    external_ids: HashMap<Arc<str>, u32>,
    version: u64,
}

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self { items: Vec::new(), external_ids: HashMap::new(), version: 0 }
    }
}

impl<T> Collection<T> {
    /// Adds a record, and returns its index.
    pub(crate) fn push(&mut self, item: T) -> u32 {
        self.version += 1;
        let index = self.next();
        self.items.push(item);
        index
    }

    /// The index that the next record will have.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        self.items.get(index as usize)
    }

    /// Gives a record for changing. This counts as a change of the collection.
    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.version += 1;
        self.items.get_mut(index as usize)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0_u32..).zip(&self.items)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.version += 1;
        self.items.iter_mut()
    }

    /// A number that grows with every change. It distinguishes a current listing in the cache from a stale one.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn by_external(&self, code: &str) -> Option<u32> {
        self.external_ids.get(code).copied()
    }

    /// Gives the record at `index` the external code `code`.
    pub(crate) fn display_name(&mut self, code: &str, index: u32) {
        self.external_ids.insert(code.into(), index);
    }

    pub(crate) fn forget_name(&mut self, code: &str) {
        self.external_ids.remove(code);
    }

    /// The index of the record with the identifier `id`.
    pub(crate) fn by_id(&self, id: &str) -> Option<u32> {
        index(id).filter(|i| (*i as usize) < self.items.len())
    }
}

/// The index of an identifier. An identifier has only one spelling: `01` and `+1` are not `1`.
pub(crate) fn index(id: &str) -> Option<u32> {
    if id.starts_with('0') || !id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    id.parse::<u32>().ok()?.checked_sub(1)
}

/// The identifier of the record at `index`.
pub(crate) fn id(index: u32) -> String {
    (u64::from(index) + 1).to_string()
}
