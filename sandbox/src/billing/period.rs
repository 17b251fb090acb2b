//! Selects the periods that a run bills, and the part of each in which the contract was active.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::MomentoCobranca;

use crate::calendar::{Period, Step, days};
use crate::contratos::StoredContrato;

/// The part of a period that is billed: the active days and all days of each of its months, or of the period itself if
/// it is counted in days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fraction(Vec<(i32, i32)>);

fn antecipado(contrato: &StoredContrato) -> bool {
    contrato.model.momento_cobranca == Some(MomentoCobranca::Antecipado)
}

/// The periods that fall due in the month `competencia`.
pub(crate) fn due_periods(contrato: &StoredContrato, competencia: Competencia) -> Vec<Period> {
    let antecipado = antecipado(contrato);
    let ends = contrato.ended_on().is_some_and(|d| Competencia::of(d) == competencia);
    let (first, last) = (competencia.first_day(), competencia.last_day());
    let calendar = contrato.calendar();
    (calendar.index_of(first)..=calendar.index_of(last))
        .filter(|index| *index >= 0)
        .map(|index| calendar.period(index))
        .filter(|p| {
            let day = if antecipado { p.start } else { p.end };
            // If a contract ends inside a period that is billed afterwards, the period is billed at the contract's end.
            (first..=last).contains(&day) || (ends && !antecipado)
        })
        .collect()
}

impl Fraction {
    /// The part of `period` in which the contract is active.
    pub(crate) fn of(contrato: &StoredContrato, period: &Period) -> Self {
        let parts = match contrato.calendar().step() {
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
                // A change cut this period short, and asked that the used part not be billed.
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
            // Multiplying before dividing leaves only the last digit in doubt.
            .filter_map(|(active, days)| {
                value.checked_mul(Decimal::from(*active))?.checked_div(Decimal::from(*days).checked_mul(parts)?)
            })
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// The explanation of the fraction: `15/31 dias`.
    pub(crate) fn explain(&self) -> String {
        let (active, days) = self.0.iter().fold((0, 0), |(a, d), (active, days)| (a + active, d + days));
        format!("{active}/{days} dias")
    }
}
