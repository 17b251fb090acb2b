//! How fast, and how many at a time: a rate limit and an adaptive limit of concurrency, pure functions of a clock.

use std::time::Duration;

/// Lets so many requests through in a second, and a few more at the beginning.
#[derive(Debug, Clone)]
pub struct RateLimiter {
    interval: Duration,
    burst: Duration,
    /// When the next request is due, were all sent evenly.
    due: Duration,
}

impl RateLimiter {
    /// `per_second` requests a second, `burst` of them at once. `None` when the rate is not a positive number.
    #[must_use]
    pub fn new(per_second: f64, burst: u32) -> Option<Self> {
        let interval =
            Duration::try_from_secs_f64(1.0 / per_second).ok().filter(|i| per_second > 0.0 && !i.is_zero())?;
        let burst = interval.saturating_mul(burst.max(1) - 1);
        Some(Self { interval, burst, due: Duration::ZERO })
    }

    /// Takes a place at the time `now` of a clock that never goes back, and says how long to wait before sending.
    pub fn take(&mut self, now: Duration) -> Duration {
        let due = self.due.max(now.saturating_sub(self.burst));
        self.due = due.saturating_add(self.interval);
        due.saturating_sub(now)
    }
}

/// How many requests may be under way together: one more for every round that goes well, half as many as soon as
/// the server says that it is too much.
#[derive(Debug, Clone)]
pub struct Concurrency {
    max: u32,
    limit: u32,
    /// Successes since the limit last moved.
    streak: u32,
    /// When it was last cut.
    cut: Duration,
}

impl Concurrency {
    /// Begins at `max`, and never goes above it nor below one.
    #[must_use]
    pub fn new(max: u32) -> Self {
        let max = max.max(1);
        Self { max, limit: max, streak: 0, cut: Duration::ZERO }
    }

    /// How many requests may be under way now.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// A request went well.
    pub fn succeeded(&mut self) {
        self.streak += 1;
        if self.streak >= self.limit && self.limit < self.max {
            self.limit += 1;
            self.streak = 0;
        }
        self.streak = self.streak.min(self.limit);
    }

    /// The server is overloaded: at `now` it answered 429 or 503 to a request sent at `sent`, or did not answer in
    /// time. What was under way at the last cut tells of the same moment, and counts no more.
    pub fn overloaded(&mut self, sent: Duration, now: Duration) {
        if sent >= self.cut {
            self.limit = (self.limit / 2).max(1);
            self.streak = 0;
            self.cut = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_rate_is_kept() {
        let mut limiter = RateLimiter::new(10.0, 3).unwrap();
        let start = MS(5000);
        let waits: Vec<_> = (0..5).map(|_| limiter.take(start)).collect();
        assert_eq!(waits, [MS(0), MS(0), MS(0), MS(100), MS(200)]);
        assert_eq!(limiter.take(MS(5300)), MS(0));
        assert_eq!(limiter.take(MS(60_000)), MS(0));
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
            assert!(RateLimiter::new(wrong, 1).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_overload_halves_once_and_successes_bring_it_back() {
        let mut c = Concurrency::new(8);
        c.overloaded(MS(10), MS(20));
        c.overloaded(MS(12), MS(21));
        assert_eq!(c.limit(), 4);
        c.overloaded(MS(25), MS(30));
        c.overloaded(MS(35), MS(40));
        c.overloaded(MS(45), MS(50));
        assert_eq!(c.limit(), 1);
        (0..1 + 2 + 3).for_each(|_| c.succeeded());
        assert_eq!(c.limit(), 4);
        (0..100).for_each(|_| c.succeeded());
        assert_eq!(c.limit(), 8);
    }
}
