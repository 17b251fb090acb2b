//! Decides how many requests may run at once, and when the next may start. It is pure: the time is an argument.

use std::time::Duration;

/// What the end of a request tells about the platform's load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The platform answered.
    Answered,
    /// The platform asked for fewer requests (429, 503), and perhaps for a pause.
    Throttled(Option<Duration>),
    /// The platform did not answer.
    Failed,
}

/// The smallest rise of latency, in seconds, that counts as the platform slowing down. Less is noise.
const NOISE: f64 = 0.025;

/// The time, in seconds, for which the best latency seen is valid.
const MEMORY: f64 = 120.0;

/// Adapts the number of requests to the platform's capacity. It adds one request at a time while the platform answers
/// as fast as it can, halves the number when the platform says that there are too many, and removes a tenth when
/// answers take twice as long.
///
/// Times are durations since any fixed instant.
#[derive(Debug, Clone)]
pub struct Limiter {
    limit: f64,
    max: f64,
    interval: Option<Duration>,
    next_start: Duration,
    paused_until: Duration,
    reduced_at: Duration,
    best_latency: Option<(f64, Duration)>,
}

impl Limiter {
    /// Allows at most `max` requests at once, and starts at most `per_second` of them in a second if that is given.
    #[must_use]
    pub fn new(max: usize, per_second: Option<f64>) -> Self {
        let max = f64::from(u32::try_from(max.max(1)).unwrap_or(u32::MAX));
        let interval =
            per_second.filter(|r| r.is_finite() && *r > 0.0).map(|r| Duration::from_secs_f64((1.0 / r).min(3600.0)));
        Self {
            limit: max.min(4.0),
            max,
            interval,
            next_start: Duration::ZERO,
            paused_until: Duration::ZERO,
            reduced_at: Duration::ZERO,
            best_latency: None,
        }
    }

    /// The number of requests that may run at once.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 1 and a u32")]
        let limit = self.limit.max(1.0) as usize;
        limit
    }

    /// The time to wait before the next request may start. Zero means that it may start now.
    #[must_use]
    pub fn wait(&self, now: Duration) -> Duration {
        self.next_start.max(self.paused_until).saturating_sub(now)
    }

    /// Records the start of a request.
    pub fn started(&mut self, now: Duration) {
        if let Some(interval) = self.interval {
            // Unused slots are not saved up, so a pause is not followed by a burst.
            self.next_start = self.next_start.max(now) + interval;
        }
    }

    /// Records the end of a request that started at `started_at`.
    pub fn finished(&mut self, started_at: Duration, now: Duration, signal: Signal) {
        match signal {
            Signal::Answered => self.answered(started_at, now),
            Signal::Throttled(pause) => {
                if let Some(pause) = pause {
                    self.paused_until = self.paused_until.max(now + pause);
                }
                self.reduce(started_at, now, 0.5);
            }
            Signal::Failed => self.reduce(started_at, now, 0.5),
        }
    }

    fn answered(&mut self, started_at: Duration, now: Duration) {
        let latency = now.saturating_sub(started_at).as_secs_f64();
        // The best latency rises slowly, within minutes, so that a platform which became slower for good is not slowed
        // down further.
        let best = match self.best_latency {
            Some((best, since)) => {
                latency.min(best + (latency - best) * (now.saturating_sub(since).as_secs_f64() / MEMORY).min(1.0))
            }
            None => latency,
        };
        self.best_latency = Some((best, now));
        if latency > 2.0 * best + NOISE {
            self.reduce(started_at, now, 0.9);
        } else {
            self.limit = (self.limit + 1.0 / self.limit).min(self.max);
        }
    }

    /// Lowers the number of requests. Requests that were running before the last reduction do not count, because they
    /// say nothing about the new number.
    fn reduce(&mut self, started_at: Duration, now: Duration, factor: f64) {
        if started_at >= self.reduced_at {
            self.limit = (self.limit * factor).max(1.0);
            self.reduced_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn grows_while_answers_are_quick_and_halves_once_per_round() {
        let mut l = Limiter::new(16, None);
        let mut now = ms(1);
        for _ in 0..400 {
            l.finished(now, now + ms(5), Signal::Answered);
            now += ms(5);
        }
        assert_eq!(l.concurrency(), 16);
        for _ in 0..16 {
            l.finished(now, now + ms(5), Signal::Throttled(Some(ms(700))));
        }
        assert_eq!(l.concurrency(), 8);
        assert_eq!(l.wait(now + ms(5)), ms(700));
        assert_eq!(l.wait(now + ms(705)), Duration::ZERO);
    }

    #[test]
    fn slower_answers_mean_fewer_requests() {
        let mut l = Limiter::new(64, None);
        let mut now = ms(1);
        let mut most = 0;
        // A server that answers ten requests at once in 20 ms, and queues the rest.
        for _ in 0..500 {
            let together = l.concurrency();
            let latency = ms(20 * (1 + together as u64 / 10));
            for _ in 0..together {
                l.finished(now, now + latency, Signal::Answered);
            }
            now += latency;
            most = most.max(l.concurrency());
        }
        assert!((20..50).contains(&most), "{most}");
    }

    #[test]
    fn never_below_one_and_at_the_rate_asked_for() {
        let mut l = Limiter::new(0, Some(4.0));
        for i in 0..20 {
            l.finished(ms(i * 10), ms(i * 10 + 1), Signal::Failed);
        }
        assert_eq!(l.concurrency(), 1);
        let mut now = Duration::ZERO;
        for _ in 0..9 {
            now += l.wait(now);
            l.started(now);
        }
        assert_eq!(now, Duration::from_secs(2));
    }
}
