use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::dates::parse_month;
use crate::text::push_digits;

/// A month of reference (competência), written `AAAA-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Competencia {
    year: i16,
    month: i8,
}

impl Competencia {
    /// The month `month` (1 to 12) of the year `year` (1900 to 9999).
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1900..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month in which `date` falls.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.month
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::MIN)
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The month `months` after this one (before it, when negative), limited to the years 1900 to 9999.
    #[must_use]
    pub fn add_months(self, months: i32) -> Self {
        let total = (i32::from(self.year) * 12 + i32::from(self.month) - 1 + months).clamp(1900 * 12, 9999 * 12 + 11);
        let year = i16::try_from(total.div_euclid(12)).unwrap_or(self.year);
        let month = i8::try_from(total.rem_euclid(12) + 1).unwrap_or(self.month);
        Self { year, month }
    }
}

impl Competencia {
    /// The month as `AAAA-MM`.
    #[must_use]
    pub fn text(self) -> String {
        let mut out = String::with_capacity(7);
        push_digits(&mut out, self.year.unsigned_abs().into(), 4);
        out.push('-');
        push_digits(&mut out, self.month.unsigned_abs().into(), 2);
        out
    }
}

impl fmt::Display for Competencia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The error for a text that is not a month written `AAAA-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a month written YYYY-MM")]
pub struct CompetenciaError;

impl FromStr for Competencia {
    type Err = CompetenciaError;

    fn from_str(text: &str) -> Result<Self, CompetenciaError> {
        let (year, month) = parse_month(text).ok_or(CompetenciaError)?;
        Self::new(year, month).ok_or(CompetenciaError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prints_and_counts_months() {
        let c: Competencia = "2025-11".parse().unwrap();
        assert_eq!(c.add_months(2).to_string(), "2026-01");
        assert_eq!(c.add_months(-11).to_string(), "2024-12");
        assert_eq!(c.last_day().to_string(), "2025-11-30");
        for bad in ["2025-13", "2025-00", "25-01", "2025/01", "2025-1", "", "+025-01"] {
            assert!(bad.parse::<Competencia>().is_err(), "{bad}");
        }
    }
}
