//! Decides whether and when to try again. It is a pure function of the attempt's result.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often and how patiently a call is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The number of attempts, including the first.
    pub max_attempts: u32,
    /// The longest wait before the first retry. It doubles with each retry.
    pub base: Duration,
    /// The greatest length of any wait.
    pub cap: Duration,
    /// The longest wait that a server may ask for. If it asks for more, there is no retry.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Only one attempt.
    pub const NEVER: Self =
        Self { max_attempts: 1, base: Duration::ZERO, cap: Duration::ZERO, max_retry_after: Duration::ZERO };
}

/// The way in which an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The request was not sent, because there was no connection.
    NotSent,
    /// The server had closed a kept connection before the request was sent.
    Stale,
    /// The request was sent, and no complete answer came.
    Lost,
    /// The server answered with this status.
    Status(u16),
    /// Trying again cannot help.
    Final,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Give up.
    Stop,
    /// Try again after this long.
    Wait(Duration),
}

/// Decides after the failed attempt number `attempt` (from 1) of a request that may be sent again. `jitter` is a random
/// number.
#[must_use]
pub fn decide(
    policy: &RetryPolicy,
    attempt: u32,
    failure: Failure,
    retry_after: Option<Duration>,
    jitter: u64,
) -> Decision {
    let worth = match failure {
        Failure::NotSent | Failure::Stale | Failure::Lost => true,
        Failure::Status(status) => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
        Failure::Final => false,
    };
    if attempt >= policy.max_attempts || !worth {
        return Decision::Stop;
    }
    if failure == Failure::Stale && attempt == 1 {
        return Decision::Wait(Duration::ZERO);
    }
    match retry_after {
        Some(asked) if asked > policy.max_retry_after => Decision::Stop,
        Some(asked) => Decision::Wait(asked.max(backoff(policy, attempt, jitter))),
        None => Decision::Wait(backoff(policy, attempt, jitter)),
    }
}

/// Full jitter: a random time between zero and a limit that doubles with each attempt.
fn backoff(policy: &RetryPolicy, attempt: u32, jitter: u64) -> Duration {
    let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
    let limit = policy.base.saturating_mul(factor).min(policy.cap);
    let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
    // The high 64 bits of the product spread the random number evenly over the limit.
    let part = (u128::from(jitter) * (u128::from(nanos) + 1)) >> 64;
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}

/// The number of retries that all calls of a client may still make, so that they do not overload a failing server. Each
/// retry uses some of it, and each success restores a little.
#[derive(Debug)]
pub struct RetryQuota(AtomicU32);

impl RetryQuota {
    const FULL: u32 = 500;
    const COST: u32 = 5;

    /// Makes a full quota: one hundred retries.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    /// Takes one retry. Returns false if there is none left.
    pub fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(Self::COST)).is_ok()
    }

    /// Restores a little after a success.
    pub fn refund(&self) {
        let more = |left: u32| (left < Self::FULL).then(|| left + 1);
        // An error means that the quota is full already.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

impl Default for RetryQuota {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_table_of_decisions() {
        use Decision::{Stop, Wait};
        use Failure::{Final, Lost, NotSent, Stale, Status};
        let policy = RetryPolicy::default();
        let half = 1 << 63;
        for (attempt, failure, after, expected) in [
            (1, Lost, None, Wait(MS(125))),
            (1, NotSent, None, Wait(MS(125))),
            (2, Lost, None, Wait(MS(250))),
            (3, Lost, None, Wait(MS(500))),
            (4, Lost, None, Stop),
            (1, Stale, None, Wait(MS(0))),
            (2, Stale, None, Wait(MS(250))),
            (1, Status(500), None, Wait(MS(125))),
            (1, Status(503), Some(MS(10)), Wait(MS(125))),
            (1, Status(429), Some(MS(9000)), Wait(MS(9000))),
            (1, Status(429), Some(MS(61_000)), Stop),
            (1, Status(408), None, Wait(MS(125))),
            (1, Status(501), None, Stop),
            (1, Status(400), None, Stop),
            (1, Status(401), None, Stop),
            (1, Status(404), None, Stop),
            (1, Status(409), None, Stop),
            (1, Status(422), None, Stop),
            (1, Final, None, Stop),
        ] {
            let found = decide(&policy, attempt, failure, after, half);
            assert_eq!(found, expected, "{attempt} {failure:?} {after:?}");
        }
        assert_eq!(decide(&RetryPolicy::NEVER, 1, Stale, None, 0), Stop);
    }

    #[test]
    fn waits_stay_below_the_cap() {
        let policy = RetryPolicy { max_attempts: u32::MAX, ..RetryPolicy::default() };
        for attempt in [1, 2, 10, 40, 1000] {
            assert!(backoff(&policy, attempt, u64::MAX) <= policy.cap);
            assert_eq!(backoff(&policy, attempt, 0), Duration::ZERO);
        }
    }

    #[test]
    fn the_quota_runs_dry_and_recovers() {
        let quota = RetryQuota::new();
        quota.refund();
        assert_eq!((0..200).filter(|_| quota.take()).count(), 100);
        for _ in 0..5 {
            quota.refund();
        }
        assert_eq!((0..200).filter(|_| quota.take()).count(), 1);
    }
}
