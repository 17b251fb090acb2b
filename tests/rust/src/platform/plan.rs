//! What a platform is told to be like.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::faults;

/// How a platform behaves. The default is one that keeps every promise that can be made, and never fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// What chance is made of. The same plan with the same seed treats the same requests alike, in whatever order.
    pub seed: u64,
    /// What idempotency keys are to it.
    pub keys: Keys,
    /// Whether an answer that repeats an earlier one says so in a header.
    pub marks_replays: bool,
    /// Whether refusals are kept under their key as well, and repeated for ever.
    pub keeps_refusals: bool,
    /// Whether the company's own codes are unique: a second record under one is answered 409.
    pub unique: bool,
    /// From how long to how long the work of a write takes, in milliseconds. It is done at the end of that time, whether
    /// the client still waits or not.
    pub work: (u64, u64),
    /// Longer than its clients wait for an answer, in milliseconds: for the faults that answer too late.
    pub late: u64,
    /// The faults, each with the requests that meet it. The first that fits is met.
    pub rules: Vec<Rule>,
    /// What others do to the records while a client reads pages.
    pub changes: Vec<Change>,
    /// Added to the total that each page tells, in turn.
    pub totals: Vec<i64>,
    /// Records that are there from the beginning, by resource.
    pub records: Map<String, Value>,
}

/// What idempotency keys are to a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keys {
    /// Nothing.
    Ignored,
    /// The work of one key is done once. Its answer is kept for ever; while it is under way, the key is answered 409, and
    /// with another body 422.
    Kept,
}

/// Which requests meet a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// The name of the fault.
    pub fault: String,
    /// Operations such as `clientes.incluir`, or `write` or `read`; all of them when there is none.
    pub operations: Vec<String>,
    /// How likely it is.
    pub chance: f64,
    /// How many requests that fit pass before one meets it.
    pub after: u32,
    /// How many requests meet it at most.
    pub times: Option<u32>,
    /// Met only by requests that are not the first of their connection.
    pub on_kept_connection: bool,
}

/// Something that others do to a resource, just before a page of it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The resource.
    pub resource: String,
    /// Before which page that is asked for, counted from 1.
    pub before_page: u32,
    /// The codes of the records that go.
    pub remove: Vec<String>,
    /// The records that come.
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
    /// Met by every request to `operation`, which may be `write` or `read`.
    #[must_use]
    pub fn always(fault: &str, operation: &str) -> Self {
        Self { fault: fault.to_owned(), operations: vec![operation.to_owned()], ..Self::default() }
    }

    /// Met by the first request to `operation`.
    #[must_use]
    pub fn once(fault: &str, operation: &str) -> Self {
        Self { times: Some(1), ..Self::always(fault, operation) }
    }

    /// Met by a part of the requests to `operation`.
    #[must_use]
    pub fn sometimes(fault: &str, operation: &str, chance: f64) -> Self {
        Self { chance, ..Self::always(fault, operation) }
    }

    /// Whether a request to `operation` is of those that may meet it.
    #[must_use]
    pub fn fits(&self, operation: &str, kept_connection: bool) -> bool {
        let kind = if is_write(operation) { "write" } else { "read" };
        let named = self.operations.is_empty() || self.operations.iter().any(|o| o == operation || o == kind);
        named && (kept_connection || !self.on_kept_connection)
    }
}

impl Plan {
    /// What is wrong with the plan, if anything is.
    ///
    /// # Errors
    /// In words.
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

/// A number between 0 and 1 out of `seed` and what it is for; the same in every process.
#[must_use]
pub fn chance(seed: u64, what: &str) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in what.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The last bytes have hardly reached the high bits yet.
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^= hash >> 32;
    let part = u32::try_from(hash >> 32).unwrap_or(u32::MAX);
    f64::from(part) / (f64::from(u32::MAX) + 1.0)
}
