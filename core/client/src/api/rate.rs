//! Reads a platform's rate limit from the headers that the profile names.

use std::time::Duration;

use jiff::Timestamp;

use crate::api::Response;
use crate::api::failure::{http_date, thousandths};
use crate::limiter::RateStatus;
use crate::profile::{Profile, Reset};

/// The names of the parts in a header that has all of them: `limit=100, remaining=50, reset=30`, or
/// `"default";q=100;r=50;t=30`.
const LIMIT: [&str; 2] = ["limit", "q"];
const REMAINING: [&str; 2] = ["remaining", "r"];
const RESET: [&str; 2] = ["reset", "t"];

/// The rate limit in `response`. `None` if the profile names no headers, or if they are absent.
pub(crate) fn rate_status(profile: &Profile, response: &Response, now: Timestamp) -> Option<RateStatus> {
    let rate_limit = profile.rate_limit()?;
    let read = |header: &str, names| number(response.header(header)?, names);
    let remaining = read(&rate_limit.remaining, REMAINING)? / 1000;
    let reset = Duration::from_millis(read(&rate_limit.reset, RESET)?);
    let reset = match rate_limit.reset_as {
        Reset::Seconds => reset,
        // The platform's own clock counts, if the response has it.
        Reset::Unix => {
            let now = response.header("date").and_then(|date| http_date(date.trim())).unwrap_or(now);
            reset.saturating_sub(Duration::from_millis(now.as_millisecond().try_into().unwrap_or(0)))
        }
    };
    let limit = rate_limit.limit.as_ref().and_then(|limit| read(limit, LIMIT)).map(|limit| limit / 1000);
    Some(RateStatus { limit, remaining, reset })
}

/// Reads a number in thousandths: the first one in the header, or the one under one of `names`.
fn number(header: &str, names: [&str; 2]) -> Option<u64> {
    let mut parts = header.split([',', ';']).map(str::trim);
    let own = parts.clone().find_map(|part| {
        let (name, value) = part.split_once('=')?;
        names.iter().any(|known| name.trim().eq_ignore_ascii_case(known)).then(|| thousandths(value))?
    });
    own.or_else(|| thousandths(parts.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(settings: &str, headers: &[(&str, &str)]) -> Option<(Option<u64>, u64, u64)> {
        let profile = Profile::from_toml(&["[rate_limit]\n", settings].concat(), "x").unwrap();
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response { status: 200, headers, body: "".into() };
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let status = rate_status(&profile, &response, now)?;
        Some((status.limit, status.remaining, status.reset.as_millis().try_into().unwrap()))
    }

    #[test]
    fn the_shapes_that_platforms_use() {
        let three = "limit = 'RateLimit-Limit'\nremaining = 'RateLimit-Remaining'\nreset = 'RateLimit-Reset'";
        let said = |limit, remaining, reset| {
            [("ratelimit-limit", limit), ("ratelimit-remaining", remaining), ("ratelimit-reset", reset)]
        };
        // https://docs.asaas.com/docs/api-limits-1
        assert_eq!(told(three, &said("100", "50", "30")), Some((Some(100), 50, 30_000)));
        assert_eq!(told(three, &said("100, 100;w=60", " 0", "0.25")), Some((Some(100), 0, 250)));
        assert_eq!(told(three, &said("many", "3", "1")), Some((None, 3, 1000)));
        for (remaining, reset) in [("", "30"), ("-1", "30"), ("x", "30"), ("5", "soon"), ("5", "")] {
            assert_eq!(told(three, &said("100", remaining, reset)), None, "{remaining} {reset}");
        }
        assert_eq!(told(three, &[("ratelimit-remaining", "5")]), None);
        let huge = "9".repeat(400);
        assert!(told(three, &said(&huge, &huge, "1")).is_some());

        // 2026-11-28T12:00:45Z, by the clock here and by the platform's, which is ten seconds ahead.
        let unix = "remaining = 'rate-limit-remaining'\nreset = 'rate-limit-reset'\nreset_as = 'unix'";
        let both = [("rate-limit-remaining", "7"), ("rate-limit-reset", "1795867245")];
        assert_eq!(told(unix, &both), Some((None, 7, 45_000)));
        let dated = [both.as_slice(), &[("date", "Sat, 28 Nov 2026 12:00:10 GMT")]].concat();
        assert_eq!(told(unix, &dated), Some((None, 7, 35_000)));
        let passed = [("rate-limit-remaining", "7"), ("rate-limit-reset", "1795867199")];
        assert_eq!(told(unix, &passed), Some((None, 7, 0)));

        let one = "limit = 'ratelimit'\nremaining = 'ratelimit'\nreset = 'ratelimit'";
        assert_eq!(told(one, &[("ratelimit", "limit=100, remaining=50, reset=30")]), Some((Some(100), 50, 30_000)));
        assert_eq!(told(one, &[("ratelimit", r#""default";r=50;t=30"#)]), Some((None, 50, 30_000)));
    }

    #[test]
    fn mistakes_are_told() {
        for (settings, reason) in [
            ("remaining = 'x'", "needs `remaining` and `reset`"),
            ("reset = 'x'", "needs `remaining` and `reset`"),
            ("remaining = 'a b'\nreset = 'x'", "is not the name of an HTTP header"),
            ("remaining = 'x'\nreset = 'y'\nreset_as = 'date'", "`date`"),
            ("remainin = 'x'", "did you mean `remaining`?"),
            ("remaining = 'x'\nreset = 'y'\nscope = 'user'", "`user`"),
        ] {
            let error = Profile::from_toml(&["[rate_limit]\n", settings].concat(), "x").unwrap_err();
            let message = error.message(smartbill_documents::Language::En);
            assert!(message.contains(reason), "{settings}: {message}");
        }
    }
}
