//! Idempotency keys. The first answer to a key answers every request that repeats the key within a day, whatever
//! happened to the record since. Public platforms treat keys in this way.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

/// The greatest number of stored keys. The oldest are dropped first.
const LIMIT: usize = 100_000;

/// The time for which a key is stored, by the sandbox's clock.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The stored answers, by key.
#[derive(Default)]
pub(crate) struct Keys {
    responses: HashMap<Arc<str>, Record>,
    order: VecDeque<Arc<str>>,
}

struct Record {
    fingerprint: Fingerprint,
    answer: StoredAnswer,
    since: Timestamp,
}

/// The stored part of an answer.
#[derive(Clone)]
pub(crate) struct StoredAnswer {
    pub(crate) status: u16,
    pub(crate) outcome: Option<&'static str>,
    pub(crate) body: Bytes,
}

/// A fingerprint of a request's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64, u64);

impl Fingerprint {
    pub(crate) fn of(parts: [&[u8]; 3]) -> Self {
        let digest = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            for part in parts {
                hasher.write_usize(part.len());
                hasher.write(part);
            }
            hasher.finish()
        };
        Self(digest(0), digest(1))
    }
}

/// The state of a key.
pub(crate) enum Known {
    /// The key is new.
    New,
    /// The key had the same request, and this was the answer.
    Equal(StoredAnswer),
    /// The key had another request.
    Other,
}

impl Keys {
    /// Looks up `key` at `now`.
    pub(crate) fn look_up(&mut self, key: &str, fingerprint: Fingerprint, now: Timestamp) -> Known {
        self.forget(now);
        match self.responses.get(key) {
            None => Known::New,
            Some(r) if r.fingerprint == fingerprint => Known::Equal(r.answer.clone()),
            Some(_) => Known::Other,
        }
    }

    /// Stores the answer to a request that was executed at `now`. A refusal executed nothing, so its key stays free:
    /// the row can be corrected and sent again with it.
    pub(crate) fn store_answer(&mut self, key: &str, fingerprint: Fingerprint, answer: StoredAnswer, now: Timestamp) {
        let key: Arc<str> = key.into();
        let record = Record { fingerprint, answer, since: now };
        if self.responses.insert(Arc::clone(&key), record).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > LIMIT {
            self.forget_oldest();
        }
    }

    fn forget(&mut self, now: Timestamp) {
        let age = |key: &Arc<str>| self.responses.get(key).map(|r| r.since.duration_until(now));
        let expired = self.order.iter().take_while(|key| age(key).is_none_or(|age| age >= LIFETIME)).count();
        for _ in 0..expired {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.responses.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_for_a_day_and_no_longer() {
        let start: Timestamp = "2026-10-15T12:00:00Z".parse().unwrap();
        let hours = |n| start.checked_add(SignedDuration::from_hours(n)).unwrap();
        let content = Fingerprint::of([b"a", b"", b"{}"]);
        let answer = StoredAnswer { status: 201, outcome: None, body: Bytes::new() };
        let mut keys = Keys::default();
        keys.store_answer("a", content, answer.clone(), start);
        keys.store_answer("b", content, answer, hours(1));
        assert!(matches!(keys.look_up("a", content, hours(23)), Known::Equal(_)));
        assert!(matches!(keys.look_up("a", Fingerprint::of([b"a", b"", b"{1}"]), hours(23)), Known::Other));
        assert!(matches!(keys.look_up("a", content, hours(24)), Known::New));
        assert!(matches!(keys.look_up("b", content, hours(24)), Known::Equal(_)));
    }
}
