//! Divides the time of a contract into periods.

use jiff::ToSpan;
use jiff::civil::Date;
use smartbill_core::Competencia;
use smartbill_core::model::Periodicidade;

/// One billing period of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// The index. The contract's first period is 0.
    pub(crate) index: i32,
    pub(crate) start: Date,
    pub(crate) end: Date,
}

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Days(i32),
    Months(i32),
}

/// The periods of a contract, from its first day on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    start: Date,
    step: Step,
}

impl Calendar {
    pub(crate) fn new(start: Date, periodicidade: Option<&Periodicidade>) -> Self {
        Self { start, step: step(periodicidade) }
    }

    pub(crate) fn step(self) -> Step {
        self.step
    }

    /// The first and last day of the cycle in which `date` falls.
    pub(crate) fn cycle_of(self, date: Date) -> (Date, Date) {
        let p = self.period(self.index_of(date));
        (p.start, p.end)
    }

    pub(crate) fn index_of(self, date: Date) -> i32 {
        match self.step {
            Step::Days(n) => days(self.start, date).div_euclid(n),
            Step::Months(n) => months(Competencia::of(self.start), Competencia::of(date)).div_euclid(n),
        }
    }

    /// The period at `index`. Periods in months follow the calendar: the first one begins on the first day of the month
    /// in which the contract begins, so that every later period is complete.
    pub(crate) fn period(self, index: i32) -> Period {
        match self.step {
            Step::Days(n) => {
                let from = plus_days(self.start, index.saturating_mul(n));
                Period { index, start: from, end: plus_days(from, n - 1) }
            }
            Step::Months(n) => {
                let from = Competencia::of(self.start).add_months(index.saturating_mul(n));
                Period { index, start: from.first_day(), end: from.add_months(n - 1).last_day() }
            }
        }
    }
}

fn step(periodicidade: Option<&Periodicidade>) -> Step {
    match periodicidade {
        Some(Periodicidade::Semanal) => Step::Days(7),
        Some(Periodicidade::Quinzenal) => Step::Days(15),
        Some(Periodicidade::Bimestral) => Step::Months(2),
        Some(Periodicidade::Trimestral) => Step::Months(3),
        Some(Periodicidade::Quadrimestral) => Step::Months(4),
        Some(Periodicidade::Semestral) => Step::Months(6),
        Some(Periodicidade::Anual) => Step::Months(12),
        Some(Periodicidade::Bienal) => Step::Months(24),
        Some(Periodicidade::Trienal) => Step::Months(36),
        _ => Step::Months(1),
    }
}

/// The number of months from `from` to `until`.
fn months(from: Competencia, until: Competencia) -> i32 {
    (i32::from(until.year()) - i32::from(from.year())) * 12 + i32::from(until.month()) - i32::from(from.month())
}

/// The number of days from `from` to `until`.
pub(crate) fn days(from: Date, until: Date) -> i32 {
    i32::try_from(from.duration_until(until).as_hours() / 24).unwrap_or(i32::MAX)
}

fn plus_days(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}
