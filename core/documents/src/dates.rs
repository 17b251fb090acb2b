//! Dates and instants as text, in the one form that this project reads and writes.
//!
//! jiff's own parser and printer accept many more forms. Using either links all of them, with their error messages,
//! which costs 80 kB of wasm.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::text::push_digits;

/// Reads a date written `AAAA-MM-DD`. Every other form is `None`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let (month, day) = text.split_at_checked(7)?;
    let (year, month) = parse_month(month)?;
    let [b'-', d1, d2] = *day.as_bytes() else { return None };
    let day = i8::try_from(digits(&[d1, d2])?).ok()?;
    civil(year, month, day)
}

/// Reads a year and a month written `AAAA-MM`. The month may be none of the twelve.
pub(crate) fn parse_month(text: &str) -> Option<(i16, i8)> {
    let [a1, a2, a3, a4, b'-', m1, m2] = *text.as_bytes() else { return None };
    Some((i16::try_from(digits(&[a1, a2, a3, a4])?).ok()?, i8::try_from(digits(&[m1, m2])?).ok()?))
}

/// Makes the date of a year, month and day, if it exists. jiff's constructor would add error messages that nobody
/// reads: 2 kB of wasm.
fn civil(year: i16, month: i8, day: i8) -> Option<Date> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let exists = (1..=last).contains(&day) && (-9999..=9999).contains(&year);
    if exists { Some(Date::constant(year, month, day)) } else { None }
}

/// Reads an instant in the form of RFC 3339, with `Z` or an offset.
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let date = parse_date(text.get(..10)?)?;
    let (hour, rest) = text.get(10..)?.split_at_checked(9)?;
    let [b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *hour.as_bytes() else {
        return None;
    };
    let (h, m, s) = (digits(&[h1, h2])?, digits(&[m1, m2])?, digits(&[s1, s2])?);
    // RFC 3339 allows a 60th second, for leap seconds. This reads it as the 59th, as is usual.
    if h > 23 || m > 59 || s > 60 {
        return None;
    }
    let (nanos, rest) = match rest.strip_prefix(['.', ',']) {
        None => (0, rest),
        Some(rest) => {
            let len = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, rest) = rest.split_at_checked(len).filter(|_| (1..=9).contains(&len))?;
            (digits(fraction.as_bytes())? * 10_i32.pow(u32::try_from(9 - len).ok()?), rest)
        }
    };
    let offset = match *rest.as_bytes() {
        [b'Z' | b'z'] => 0,
        [signal @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (h, m) = (digits(&[h1, h2])?, digits(&[m1, m2])?);
            let seconds = if h <= 23 && m <= 59 { h * 3600 + m * 60 } else { return None };
            if signal == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let seconds = days_from_epoch(date) * 86_400 + i64::from(h * 3600 + m * 60 + s.min(59) - offset);
    timestamp(seconds, nanos)
}

/// The instant `seconds`, and `nanos` of the same sign, after 1970-01-01T00:00:00Z. `None` if jiff has no such instant.
#[must_use]
pub fn timestamp(seconds: i64, nanos: i32) -> Option<Timestamp> {
    let exists = (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()).contains(&seconds);
    if exists { Some(Timestamp::constant(seconds, nanos)) } else { None }
}

/// Reads ASCII digits as a number. Any other character gives `None`.
fn digits(bytes: &[u8]) -> Option<i32> {
    bytes.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

/// A date for people and JSON: `AAAA-MM-DD`.
#[must_use]
pub fn date_text(date: Date) -> String {
    let mut out = String::with_capacity(10);
    push_date(&mut out, date.year().into(), date.month().into(), date.day().into());
    out
}

/// An instant for people and JSON: RFC 3339 in UTC, fractions only where there are some.
#[must_use]
pub fn timestamp_text(instant: Timestamp) -> String {
    let nanos = instant.subsec_nanosecond().rem_euclid(1_000_000_000);
    let seconds = instant.as_second() - i64::from(instant.subsec_nanosecond() < 0);
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    let s = seconds.rem_euclid(86_400);
    let mut out = String::with_capacity(30);
    push_date(&mut out, year, month, day);
    for (before, n) in [('T', s / 3600), (':', s / 60 % 60), (':', s % 60)] {
        out.push(before);
        push_digits(&mut out, n.unsigned_abs(), 2);
    }
    if nanos != 0 {
        out.push('.');
        push_digits(&mut out, nanos.unsigned_abs().into(), 9);
        while out.ends_with('0') {
            out.pop();
        }
    }
    out.push('Z');
    out
}

fn push_date(out: &mut String, year: i64, month: i64, day: i64) {
    if year < 0 {
        out.push('-');
    }
    // The width counts a minus sign, as `{:04}` does.
    for (before, n, width) in [("", year, 4 - usize::from(year < 0)), ("-", month, 2), ("-", day, 2)] {
        out.push_str(before);
        push_digits(out, n.unsigned_abs(), width);
    }
}

/// The date `days` after `date` (before it, when negative).
#[must_use]
pub fn add_days(date: Date, days: i32) -> Option<Date> {
    let (year, month, day) = civil_from_days(days_from_epoch(date) + i64::from(days));
    civil(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
}

/// The number of days since 1970-01-01. The years of this calculation begin in March, so that the leap day is the last
/// day.
#[must_use]
pub fn days_from_epoch(date: Date) -> i64 {
    let month = i64::from(date.month());
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(date.day()) - 1;
    let of_era = year.rem_euclid(400);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of [`days_from_epoch`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_jiff_on_every_day() {
        let mut date = Date::new(-400, 1, 1).unwrap();
        while date.year() < 4000 {
            let jiff = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
            assert_eq!(days_from_epoch(date) * 86_400, jiff.as_second());
            if date.year() > 0 {
                assert_eq!(date_text(date), date.to_string());
                assert_eq!(parse_date(&date.to_string()), Some(date));
            }
            let day = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
            assert_eq!(civil_from_days(days_from_epoch(date)), day);
            assert_eq!(add_days(date, 1), date.tomorrow().ok());
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn instants_are_read_and_written_as_jiff_does() {
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31t12:00:00.5z",
            "1969-12-31T23:59:59.123456789Z",
            "2026-01-31 12:00:00-03:00",
            "2024-02-29T23:59:60Z",
            "0001-01-01T00:00:00Z",
        ] {
            let parsed: Timestamp = text.parse().unwrap();
            assert_eq!(parse_timestamp(text), Some(parsed), "{text}");
            assert_eq!(timestamp_text(parsed), parsed.to_string(), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-02-31T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00.1234567890Z",
            "2026-01-31T12:00:00+0300",
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00Zé",
            "2026-01-é",
            "２026-01-31T12:00:00Z",
        ] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
        for text in ["-9999-01-01", "9999-12-31"] {
            assert_eq!(parse_timestamp(&format!("{text}T23:59:59Z")), None, "{text}");
        }
        for text in [
            "2026-00-10",
            "2026-04-31",
            "2100-02-29",
            "2026-01-00",
            "2026-1-01",
            "2026/01/01",
            "2026-13-01",
            "2025-02-29",
            "+026-01-01",
            "2026-01-01 ",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
