use std::future::{Future, ready};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use crate::api::{Request, Response};
use crate::transport::{Host, TransportError};

/// A host that answers by a function and has its own clock. Waiting moves the clock and takes no time. It serves the
/// sandbox in the same process, and tests.
pub struct Function<F> {
    answer: F,
    start: Timestamp,
    elapsed_nanos: AtomicU64,
    random: AtomicU64,
}

impl<F: Fn(&Request, Timestamp) -> Result<Response, TransportError>> Function<F> {
    /// Makes a host that answers with `answer`, a function of the request and the time. Its clock begins at `start`.
    /// `seed` determines its random numbers.
    #[must_use]
    pub fn new(start: Timestamp, seed: u64, answer: F) -> Self {
        Self { answer, start, elapsed_nanos: AtomicU64::new(0), random: AtomicU64::new(seed) }
    }
}

impl<F> Function<F> {
    fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.elapsed_nanos.load(Ordering::Relaxed))
    }
}

impl<F: Fn(&Request, Timestamp) -> Result<Response, TransportError>> Host for Function<F> {
    fn send(&self, _: &str, request: &Request) -> impl Future<Output = Result<Response, TransportError>> {
        ready((self.answer)(request, self.now()))
    }

    async fn sleep(&self, duration: Duration) {
        // The time limit of an attempt is a wait as well. It does not move the clock: the answer is polled first and is
        // always ready, so the wait is never polled.
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.elapsed_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn now(&self) -> Timestamp {
        self.start.checked_add(self.elapsed()).unwrap_or(Timestamp::MAX)
    }

    fn random(&self) -> u64 {
        // SplitMix64.
        let state = self.random.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
