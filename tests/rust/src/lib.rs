//! The helpers of the crates' tests: an unkind platform, and processes that can be killed. The tests are in `tests/`.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "all of it is part of tests")]

pub mod chance;
pub mod faults;
pub mod platform;
pub mod process;
#[cfg(feature = "core")]
pub mod promise;
pub mod scripted;
pub mod tls;
pub mod wire;

/// The peak memory of this process in KiB, if the system tells it.
#[must_use]
pub fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let row = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    row.split_whitespace().nth(1)?.parse().ok()
}
