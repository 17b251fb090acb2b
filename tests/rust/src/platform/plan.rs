//! The plan of a platform: its behaviour.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::faults;

/// The behaviour of a platform. By default it keeps every possible promise and never fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// The seed of the random numbers. The same plan with the same seed treats the same requests alike, in any order.
    pub seed: u64,
    /// The treatment of idempotency keys.
    pub keys: Keys,
    /// Whether a header marks an answer that repeats an earlier one.
    pub marks_replays: bool,
    /// Whether refusals are stored under their key too, and repeated for ever.
    pub keeps_refusals: bool,
    /// Whether the company's own codes are unique. A second record with the same code is then answered by 409.
    pub unique: bool,
    /// The shortest and the longest time of a write's work, in milliseconds. The work is done at the end of this time,
    /// whether the client still waits or not.
    pub work: (u64, u64),
    /// A time that is longer than clients wait for an answer, in milliseconds, for faults that answer too late.
    pub late: u64,
    /// The faults, each with the requests that get it. The first rule that fits applies.
    pub rules: Vec<Rule>,
    /// The changes that others make to the records while a client reads pages.
    pub changes: Vec<Change>,
    /// Numbers that are added to the totals of successive pages.
    pub totals: Vec<i64>,
    /// The initial records, by resource.
    pub records: Map<String, Value>,
}

/// The treatment of idempotency keys by a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keys {
    /// Keys are ignored.
    Ignored,
    /// The work of one key is done once. Its answer is stored for ever. While the work is in progress, the key is
    /// answered by 409. With another body, it is answered by 422.
    Kept,
}

/// The requests that get a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// The name of the fault.
    pub fault: String,
    /// Operations such as `clientes.incluir`, or `write` or `read`. Empty means all.
    pub operations: Vec<String>,
    /// The probability of the fault.
    pub chance: f64,
    /// The number of fitting requests that pass before the first one gets the fault.
    pub after: u32,
    /// The greatest number of requests that get the fault.
    pub times: Option<u32>,
    /// Whether only requests that are not the first of their connection get the fault.
    pub on_kept_connection: bool,
}

/// A change that others make to a resource, just before a page of it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The resource.
    pub resource: String,
    /// The number of the page, from 1, before which the change is made.
    pub before_page: u32,
    /// The codes of the records to remove.
    pub remove: Vec<String>,
    /// The records to add.
    pub add: Vec<Map<String, Value>>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            keys: Keys::Kept,
            marks_replays: true,
            keeps_refusals: false,
            unique: true,
            work: (0, 0),
            late: 1000,
            rules: Vec::new(),
            changes: Vec::new(),
            totals: Vec::new(),
            records: Map::new(),
        }
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            fault: String::new(),
            operations: Vec::new(),
            chance: 1.0,
            after: 0,
            times: None,
            on_kept_connection: false,
        }
    }
}

impl Default for Change {
    fn default() -> Self {
        Self { resource: String::new(), before_page: 1, remove: Vec::new(), add: Vec::new() }
    }
}

impl Rule {
    /// A rule for every request to `operation`, which may be `write` or `read`.
    #[must_use]
    pub fn always(fault: &str, operation: &str) -> Self {
        Self { fault: fault.to_owned(), operations: vec![operation.to_owned()], ..Self::default() }
    }

    /// A rule for the first request to `operation`.
    #[must_use]
    pub fn once(fault: &str, operation: &str) -> Self {
        Self { times: Some(1), ..Self::always(fault, operation) }
    }

    /// A rule for a part of the requests to `operation`.
    #[must_use]
    pub fn sometimes(fault: &str, operation: &str, chance: f64) -> Self {
        Self { chance, ..Self::always(fault, operation) }
    }

    /// Whether the rule fits a request to `operation`.
    #[must_use]
    pub fn fits(&self, operation: &str, kept_connection: bool) -> bool {
        let kind = if is_write(operation) { "write" } else { "read" };
        let named = self.operations.is_empty() || self.operations.iter().any(|o| o == operation || o == kind);
        named && (kept_connection || !self.on_kept_connection)
    }
}

impl Plan {
    /// Checks the plan.
    ///
    /// # Errors
    /// The mistake, in words.
    pub fn check(&self) -> Result<(), String> {
        match self.rules.iter().find(|rule| faults::when(&rule.fault).is_none()) {
            Some(rule) => Err(format!("no fault is called `{}`", rule.fault)),
            None => Ok(()),
        }
    }
}

/// Whether an operation changes anything.
pub(super) fn is_write(operation: &str) -> bool {
    !matches!(operation.split_once('.'), Some((_, "obter" | "listar")))
}

/// A number between 0 and 1, from `seed` and its purpose `what`. It is the same in every process.
#[must_use]
pub fn chance(seed: u64, what: &str) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in what.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The last bytes have hardly affected the high bits yet.
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^= hash >> 32;
    let part = u32::try_from(hash >> 32).unwrap_or(u32::MAX);
    f64::from(part) / (f64::from(u32::MAX) + 1.0)
}
