//! Which stretches of time a run bills, and how much of each a contract was active.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{MomentoCobranca, Periodicidade};

use crate::contratos::StoredContrato;

/// One billing period of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// Counted from the contract's first, which is 0.
    pub(crate) index: i32,
    pub(crate) start: Date,
    pub(crate) end: Date,
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Days(i32),
    Months(i32),
}

/// How much of a period is billed: for each of its months (or for the period itself, if it is counted in days) the
/// active days and all days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fraction(Vec<(i32, i32)>);

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

fn antecipado(contrato: &StoredContrato) -> bool {
    contrato.model.momento_cobranca == Some(MomentoCobranca::Antecipado)
}

/// How many months from `from` to `until`.
fn months(from: Competencia, until: Competencia) -> i32 {
    (i32::from(until.year()) - i32::from(from.year())) * 12 + i32::from(until.month()) - i32::from(from.month())
}

/// How many days from `from` to `until`.
fn days(from: Date, until: Date) -> i32 {
    i32::try_from(from.duration_until(until).as_hours() / 24).unwrap_or(i32::MAX)
}

fn plus_days(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

/// The first and last day of the cycle in which `date` falls.
pub(crate) fn cycle_of(contrato: &StoredContrato, date: Date) -> (Date, Date) {
    let p = period(contrato, index_of(contrato, date));
    (p.start, p.end)
}

fn index_of(contrato: &StoredContrato, date: Date) -> i32 {
    let start = contrato.start();
    match step(contrato.model.periodicidade.as_ref()) {
        Step::Days(n) => days(start, date).div_euclid(n),
        Step::Months(n) => months(Competencia::of(start), Competencia::of(date)).div_euclid(n),
    }
}

/// The period at `index`. Periods in months follow the calendar: the first begins on the first of the month in
/// which the contract does, so that every later one is whole.
fn period(contrato: &StoredContrato, index: i32) -> Period {
    let start = contrato.start();
    match step(contrato.model.periodicidade.as_ref()) {
        Step::Days(n) => {
            let from = plus_days(start, index.saturating_mul(n));
            Period { index, start: from, end: plus_days(from, n - 1) }
        }
        Step::Months(n) => {
            let from = Competencia::of(start).add_months(index.saturating_mul(n));
            Period { index, start: from.first_day(), end: from.add_months(n - 1).last_day() }
        }
    }
}

/// The periods that fall due in the month `competencia`.
pub(crate) fn due_periods(contrato: &StoredContrato, competencia: Competencia) -> Vec<Period> {
    let antecipado = antecipado(contrato);
    let ends = contrato.ended_on().is_some_and(|d| Competencia::of(d) == competencia);
    let (first, last) = (competencia.first_day(), competencia.last_day());
    (index_of(contrato, first)..=index_of(contrato, last))
        .filter(|index| *index >= 0)
        .map(|index| period(contrato, index))
        .filter(|p| {
            let day = if antecipado { p.start } else { p.end };
            // A contract that ends in the middle of a period billed afterwards is billed at its end.
            (first..=last).contains(&day) || (ends && !antecipado)
        })
        .collect()
}

impl Fraction {
    /// How much of `period` the contract is active.
    pub(crate) fn of(contrato: &StoredContrato, period: &Period) -> Self {
        let parts = match step(contrato.model.periodicidade.as_ref()) {
            Step::Days(_) => vec![(period.start, period.end)],
            Step::Months(n) => {
                let from = Competencia::of(period.start);
                (0..n).map(|i| from.add_months(i)).map(|c| (c.first_day(), c.last_day())).collect()
            }
        };
        let spans = contrato.active_spans();
        let active = |start: Date, end: Date| -> i32 {
            spans
                .iter()
                // Cut short inside this period, by a change that asked for the part used not to be billed.
                .filter(|(_, until, pro_rata)| *pro_rata || *until >= period.end)
                .map(|(from, until, _)| (start.max(*from), end.min(*until)))
                .filter(|(from, until)| from <= until)
                .map(|(from, until)| days(from, until) + 1)
                .sum()
        };
        Self(parts.into_iter().map(|(from, until)| (active(from, until), days(from, until) + 1)).collect())
    }

    pub(crate) fn nothing(&self) -> bool {
        self.0.iter().all(|(active, _)| *active == 0)
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.0.iter().all(|(active, days)| active == days)
    }

    /// `value` times the fraction, not rounded.
    pub(crate) fn apply(&self, value: Decimal) -> Decimal {
        if self.is_whole() {
            return value;
        }
        let parts = Decimal::from(self.0.len().max(1));
        self.0
            .iter()
            // Multiplied before it is divided, so that only the last digit can be in doubt.
            .filter_map(|(active, days)| {
                value.checked_mul(Decimal::from(*active))?.checked_div(Decimal::from(*days).checked_mul(parts)?)
            })
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// How the fraction is explained: `15/31 dias`.
    pub(crate) fn explain(&self) -> String {
        let (active, days) = self.0.iter().fold((0, 0), |(a, d), (active, days)| (a + active, d + days));
        format!("{active}/{days} dias")
    }
}
