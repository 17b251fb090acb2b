//! Due dates, and the days on which banks do not work.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use smartbill_core::Competencia;
use smartbill_core::model::{Contrato, MesVencimento, MomentoCobranca};

/// National holidays on fixed days, as month, day and first year.
const FIXED: &[(i8, i8, i16)] = &[
    (1, 1, 0),
    (4, 21, 0),
    (5, 1, 0),
    (9, 7, 0),
    (10, 12, 1980),
    (11, 2, 0),
    (11, 15, 0),
    // Lei 14.759/2023.
    (11, 20, 2024),
    (12, 25, 0),
];

/// Days without banking, as offsets from Easter: Carnival Monday and Tuesday, Good Friday, Corpus Christi.
const MOVABLE: &[i32] = &[-48, -47, -2, 60];

/// Returns the due date of the charge of `competencia`, issued on the day `emissao`. It is the contract's day (or the
/// last day of a shorter month), moved to the next banking day. A new charge is never overdue. If that day is before
/// the issue, the charge is due on the next such day after it. This happens when a month is billed late, and always
/// when a charge is billed after its month but due within it.
pub(crate) fn vencimento(contrato: &Contrato, competencia: Competencia, emissao: Date) -> Date {
    let months = match (&contrato.mes_vencimento, &contrato.momento_cobranca) {
        (Some(MesVencimento::DoisMeses), _) => 2,
        (Some(MesVencimento::Seguinte), _) => 1,
        (Some(_), _) | (None, Some(MomentoCobranca::Antecipado)) => 0,
        // A charge that is billed after its month cannot be due within it.
        (None, _) => 1,
    };
    let at = |month: Competencia| {
        let last = month.last_day().day();
        let day = contrato.dia_vencimento.and_then(|d| i8::try_from(d).ok()).unwrap_or(last).clamp(1, last);
        business_day(Date::new(month.year(), month.month(), day).unwrap_or_else(|_| month.last_day()))
    };
    let month = competencia.add_months(months);
    let current = month.max(Competencia::of(emissao));
    // Moved over a weekend, a due date of last month may still be in the future.
    let dates = [at(month), at(current), at(current.add_months(1))];
    dates.into_iter().find(|date| *date >= emissao).unwrap_or(emissao)
}

/// Returns `date`, or the next banking day.
pub(crate) fn business_day(mut date: Date) -> Date {
    while matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) || holiday(date) {
        match date.tomorrow() {
            Ok(tomorrow) => date = tomorrow,
            Err(_) => break,
        }
    }
    date
}

fn holiday(date: Date) -> bool {
    let fixed =
        FIXED.iter().any(|(month, day, since)| (date.month(), date.day()) == (*month, *day) && date.year() >= *since);
    let easter = easter(date.year());
    fixed || MOVABLE.iter().any(|days| easter.saturating_add(days.days()) == date)
}

/// Easter Sunday by the Gregorian computus of Meeus, Jones and Butcher.
#[expect(clippy::many_single_char_names, reason = "the names under which the computus is published")]
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    let part = |n: i32| i8::try_from(n).unwrap_or(1);
    Date::new(i16::try_from(year).unwrap_or(1), part(sum / 31), part(sum % 31 + 1)).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn contrato(day: i64, month: Option<MesVencimento>) -> Contrato {
        Contrato { dia_vencimento: Some(day), mes_vencimento: month, ..Contrato::default() }
    }

    #[test]
    fn easter_and_the_days_counted_from_it() {
        for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)] {
            assert_eq!(easter(year), date(year, month, day));
        }
        // Carnival Tuesday, Good Friday and Corpus Christi of 2026.
        for day in [date(2026, 2, 17), date(2026, 4, 3), date(2026, 6, 4)] {
            assert!(holiday(day), "{day}");
        }
        assert!(!holiday(date(2023, 11, 20)) && holiday(date(2024, 11, 20)));
    }

    #[test]
    fn due_dates_by_rule() {
        let month = |text: &str| text.parse::<Competencia>().unwrap();
        let due = |day, rule, c: &str| vencimento(&contrato(day, rule), month(c), month(c).first_day());
        // A Thursday.
        assert_eq!(due(10, Some(MesVencimento::Corrente), "2026-09"), date(2026, 9, 10));
        assert_eq!(due(10, Some(MesVencimento::Seguinte), "2026-08"), date(2026, 9, 10));
        assert_eq!(due(10, Some(MesVencimento::DoisMeses), "2026-07"), date(2026, 9, 10));
        // 31 in February is the 28th, a Saturday, so Monday the 2nd of March.
        assert_eq!(due(31, Some(MesVencimento::Corrente), "2026-02"), date(2026, 3, 2));
        // 31 in April is the 30th, a Thursday.
        assert_eq!(due(31, Some(MesVencimento::Corrente), "2026-04"), date(2026, 4, 30));
        // 2026-01-01 is a holiday; the 2nd is a Friday.
        assert_eq!(due(1, Some(MesVencimento::Corrente), "2026-01"), date(2026, 1, 2));
        // By default: after the month if it is billed afterwards, within the month if it is billed before.
        assert_eq!(due(10, None, "2026-08"), date(2026, 9, 10));
        let before = Contrato { momento_cobranca: Some(MomentoCobranca::Antecipado), ..contrato(10, None) };
        assert_eq!(vencimento(&before, month("2026-09"), date(2026, 9, 1)), date(2026, 9, 10));
    }

    #[test]
    fn no_charge_is_born_overdue() {
        let due = |day, rule, c: &str, emissao| {
            vencimento(&contrato(day, Some(rule)), c.parse::<Competencia>().unwrap(), emissao)
        };
        // Billed after November, and due within November: the next 10th, a Thursday.
        assert_eq!(due(10, MesVencimento::Corrente, "2026-11", date(2026, 12, 1)), date(2026, 12, 10));
        // Issued on the day itself, and on the day after.
        assert_eq!(due(10, MesVencimento::Seguinte, "2026-11", date(2026, 12, 10)), date(2026, 12, 10));
        // 2027-01-10 is a Sunday.
        assert_eq!(due(10, MesVencimento::Seguinte, "2026-11", date(2026, 12, 11)), date(2027, 1, 11));
        // 2026-05-30 is a Saturday, so Monday the 1st of June is still the due date of May.
        assert_eq!(due(30, MesVencimento::Corrente, "2026-05", date(2026, 6, 1)), date(2026, 6, 1));
        // Billed four years late.
        assert_eq!(due(31, MesVencimento::Corrente, "2022-01", date(2026, 2, 27)), date(2026, 3, 2));
        for year in [1, 2000, 2026, 9999] {
            for (month, day) in [(1, 1), (2, 28), (12, 31)] {
                let emissao = date(year, month, day);
                for rule in [MesVencimento::Corrente, MesVencimento::Seguinte, MesVencimento::DoisMeses] {
                    assert!(due(31, rule, "2026-01", emissao) >= emissao);
                }
            }
        }
    }
}
