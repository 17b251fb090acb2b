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

    /// No request starts for this long.
    pub fn pause(&mut self, now: Duration, wait: Duration) {
        self.paused_until = self.paused_until.max(now.saturating_add(wait));
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

/// What a platform says of its own rate limit, with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateStatus {
    /// How many requests a window allows, if it says.
    pub limit: Option<u64>,
    /// How many of them are left.
    pub remaining: u64,
    /// How long it is until the next window begins.
    pub reset: Duration,
}

/// How far two answers of one window may differ about its end, which platforms tell in whole seconds.
const SECOND: Duration = Duration::from_secs(1);

/// What is left of a rate limit that the platform states, so that a request waits for the next window where the platform
/// would refuse it.
///
/// Times are counted from any instant that stays the same.
#[derive(Debug, Clone, Default)]
pub struct RateQuota {
    /// `None` where nothing is known.
    left: Option<u64>,
    until: Duration,
    limit: Option<u64>,
    window: Duration,
}

impl RateQuota {
    /// The platform said so in an answer.
    pub fn told(&mut self, now: Duration, status: RateStatus) {
        let until = now.saturating_add(status.reset);
        let same = now < self.until && until <= self.until.saturating_add(SECOND);
        let earlier = until.saturating_add(SECOND) < self.until;
        // Requests that are under way are counted here already, and there not yet.
        self.left = Some(self.left.filter(|_| same).map_or(status.remaining, |left| left.min(status.remaining)));
        if !same || earlier {
            self.until = until;
        } else if status.remaining == 0 {
            self.until = self.until.max(until);
        }
        self.limit = status.limit.filter(|limit| *limit > 0);
        self.window = self.window.max(status.reset);
    }

    /// Takes a request, if one may go; how long to wait before asking again, if not.
    pub fn take(&mut self, now: Duration) -> Duration {
        if now >= self.until {
            // Of a window that nothing was said of yet, the size may be known.
            self.left = self.limit;
            self.until = self.limit.map_or(self.until, |_| now.saturating_add(self.window));
        }
        match &mut self.left {
            Some(0) => self.until.saturating_sub(now),
            Some(left) => {
                *left -= 1;
                Duration::ZERO
            }
            None => Duration::ZERO,
        }
    }

    /// How long the next request has to wait; takes none.
    #[must_use]
    pub fn wait(&self, now: Duration) -> Duration {
        if self.left == Some(0) { self.until.saturating_sub(now) } else { Duration::ZERO }
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

    fn status(remaining: u64, reset: u64) -> RateStatus {
        RateStatus { limit: None, remaining, reset: ms(reset) }
    }

    #[test]
    fn what_the_platform_would_refuse_waits_for_the_next_window() {
        let mut a = RateQuota::default();
        assert_eq!((a.take(ms(0)), a.wait(ms(0))), (ms(0), ms(0)));
        a.told(ms(10), status(2, 5000));
        // Two are left; the answer to the first does not give it back.
        assert_eq!(a.take(ms(20)), ms(0));
        assert_eq!(a.take(ms(20)), ms(0));
        a.told(ms(40), status(1, 5000));
        assert_eq!((a.take(ms(60)), a.wait(ms(60))), (ms(4950), ms(4950)));
        // Another client took the rest, and the second of the reset has changed.
        a.told(ms(1060), status(0, 4500));
        assert_eq!(a.take(ms(1060)), ms(4500));
        // In the next window nothing is known until it is said.
        assert_eq!((a.take(ms(5560)), a.take(ms(5560)), a.wait(ms(5560))), (ms(0), ms(0), ms(0)));
        a.told(ms(5600), status(90, 5000));
        a.told(ms(5601), status(95, 5000));
        assert_eq!((0..90).filter(|_| a.take(ms(5700)).is_zero()).count(), 90);
        assert_eq!(a.take(ms(5700)), ms(4900));
    }

    #[test]
    fn the_size_of_a_window_bounds_the_next_ones() {
        let mut a = RateQuota::default();
        a.told(ms(0), RateStatus { limit: Some(3), remaining: 0, reset: ms(1000) });
        assert_eq!(a.take(ms(0)), ms(1000));
        let waits: Vec<_> = (0..5).map(|_| a.take(ms(1000))).collect();
        assert_eq!(waits, [ms(0), ms(0), ms(0), ms(1000), ms(1000)]);
        assert_eq!(a.take(ms(2000)), ms(0));
        // It ends earlier than the first one lasted.
        a.told(ms(2001), RateStatus { limit: Some(3), remaining: 0, reset: ms(400) });
        assert_eq!(a.wait(ms(2001)), ms(999));
        a.told(ms(3100), RateStatus { limit: Some(3), remaining: 0, reset: ms(9000) });
        a.told(ms(3200), RateStatus { limit: Some(3), remaining: 0, reset: ms(500) });
        assert_eq!(a.wait(ms(3200)), ms(500));
        a.told(ms(4001), RateStatus { limit: Some(0), remaining: 5, reset: ms(u64::MAX) });
        assert_eq!(a.take(ms(4002)), ms(0));
    }

    #[test]
    fn a_limit_that_recovers_all_the_time_is_never_waited_for_long() {
        let mut a = RateQuota::default();
        let mut now = ms(0);
        for _ in 0..100 {
            let wait = a.take(now);
            assert!(wait <= ms(2000), "{wait:?}");
            now += wait.max(ms(10));
            a.told(now, status(1, 2000));
        }
        let mut l = Limiter::new(4, None);
        l.pause(ms(5), ms(700));
        assert_eq!((l.wait(ms(5)), l.wait(ms(705))), (ms(700), ms(0)));
    }
}
