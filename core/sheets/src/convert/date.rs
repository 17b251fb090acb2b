use jiff::civil::{Date, DateTime, Time, date};
use smartbill_documents::{Competencia, Mode};
use smartbill_model::validate::Finding;

use super::Context;
use super::text::{trim, without_apostrophe};
use crate::cell::{Cell, Number};
use crate::finding::{cell_error, cell_warning};

const MONTHS: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "marco",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

/// Converts a serial number of spreadsheets to a date and time, in the 1900 or the 1904 system.
///
/// In the 1900 system, day 60 is 29/02/1900, which never existed, so it has no date. The days before it are counted
/// from one day earlier than those after it.
#[must_use]
pub fn date_of_serial(serial: f64, system_1904: bool) -> Option<DateTime> {
    if !(0.0..=2_958_466.0).contains(&serial) {
        return None;
    }
    let days = serial.floor();
    // The time is rounded to milliseconds first. The fraction of a day is never exact, and a second must not become
    // 59.999.
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked above")]
    let (mut day, mut milis) = (days as i64, ((serial - days) * 86_400_000.0).round() as i64);
    if milis >= 86_400_000 {
        (day, milis) = (day + 1, 0);
    }
    let base = match (system_1904, day) {
        (true, _) => date(1904, 1, 1),
        (false, 1..=59) => date(1899, 12, 31),
        (false, 61..) => date(1899, 12, 30),
        (false, _) => return None,
    };
    let seconds = (milis + 500) / 1000;
    base.to_datetime(Time::midnight())
        .checked_add(jiff::Span::new().try_days(day).ok()?.try_seconds(seconds).ok()?)
        .ok()
        .filter(|d| d.year() <= 9999)
}

/// Reads a date in the forms usual in Brazil, or an ISO date. A time after the date is ignored.
///
/// # Errors
/// The reason why the text is not a date, with a stable code.
///
/// ```
/// use smartbill_sheets::convert::ptbr_date;
///
/// assert_eq!(ptbr_date("31/01/2025").unwrap().to_string(), "2025-01-31");
/// assert_eq!(ptbr_date("31/02/2025").unwrap_err().code(), "data_inexistente");
/// ```
pub fn ptbr_date(text: &str) -> Result<Date, Finding> {
    read(text, Context::default(), &mut Vec::new())
}

/// Reads a month: `01/2025`, `jan/2025`, `janeiro de 2025`, `202501`, `2025-01`.
///
/// # Errors
/// The reason why the text is not a month, with a stable code.
///
/// ```
/// use smartbill_sheets::convert::competencia;
///
/// assert_eq!(competencia("jan/25").unwrap().to_string(), "2025-01");
/// ```
pub fn competencia(text: &str) -> Result<Competencia, Finding> {
    read_competencia(text, Context::default(), &mut Vec::new())
}

pub(super) fn convert(cell: &Cell, context: Context, warnings: &mut Vec<Finding>) -> Result<Date, Finding> {
    match cell {
        Cell::Date(date) => Ok(date.date()),
        Cell::Number(number) => from_number(*number, context.system_1904, warnings),
        Cell::Text(text) => {
            let clean = trim(text);
            // A serial number that was saved in a text file. Strict mode does not guess.
            if context.mode == Mode::Lenient && clean.len() == 5 && clean.bytes().all(|b| b.is_ascii_digit()) {
                let serial: f64 = clean.parse().map_err(|_| cell_error("data_invalida"))?;
                warnings.push(cell_warning("data_de_serial"));
                return from_number(Number::new(serial), context.system_1904, warnings);
            }
            read(text, context, warnings)
        }
        _ => Err(cell_error("data_invalida")),
    }
}

pub(super) fn convert_competencia(
    cell: &Cell,
    context: Context,
    warnings: &mut Vec<Finding>,
) -> Result<Competencia, Finding> {
    match cell {
        Cell::Date(date) => month_of_date(date.date(), context.mode, warnings),
        Cell::Number(number) => {
            let digits = number.digits().unwrap_or_default();
            if let Some(competencia) = six_digits(&digits) {
                return Ok(competencia);
            }
            // In a numeric cell `012025` loses its zero and then looks like a serial number. A serial number of the
            // first day of a month is more likely.
            let serial = date_of_serial(number.value, context.system_1904).map(DateTime::date).filter(|d| d.day() == 1);
            if let Some(date) = serial.filter(|d| (1990..2100).contains(&d.year())) {
                warnings.push(cell_warning("data_de_serial"));
                return Ok(Competencia::of(date));
            }
            six_digits(&format!("0{digits}")).ok_or_else(|| cell_error("competencia_invalida"))
        }
        Cell::Text(text) => read_competencia(text, context, warnings),
        _ => Err(cell_error("competencia_invalida")),
    }
}

fn from_number(number: Number, system_1904: bool, warnings: &mut Vec<Finding>) -> Result<Date, Finding> {
    let digits = number.digits().unwrap_or_default();
    if digits.len() == 8 || digits.len() == 7 {
        return eight_digits(&format!("{digits:0>8}"), warnings);
    }
    if !system_1904 && (60.0..61.0).contains(&number.value) {
        return Err(cell_error("data_inexistente").with("date", "29/02/1900"));
    }
    date_of_serial(number.value, system_1904)
        .map(DateTime::date)
        .filter(|d| d.year() >= 1900)
        .ok_or_else(|| cell_error("data_invalida"))
}

/// The order of the day and the month in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayFirst,
    MonthFirst,
    /// Both are possible, and they are different dates.
    Ambiguous,
}

/// The order of the day and the month in a text that has both as numbers before the year.
pub(crate) fn date_order(cell: &Cell) -> Option<DateOrder> {
    let Cell::Text(text) = cell else { return None };
    let clean = trim(text);
    let day = without_apostrophe(&clean).split([' ', 'T']).next()?;
    let mut parts = day.split(['/', '-', '.']).map(|part| part.parse::<u8>().ok().filter(|_| part.len() <= 2));
    match (parts.next()??, parts.next()??, parts.count()) {
        (13..=31, 1..=12, 1) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31, 1) => Some(DateOrder::MonthFirst),
        (first @ 1..=12, second @ 1..=12, 1) if first != second => Some(DateOrder::Ambiguous),
        _ => None,
    }
}

fn read(text: &str, context: Context, warnings: &mut Vec<Finding>) -> Result<Date, Finding> {
    let clean = trim(text);
    let clean = without_apostrophe(&clean);
    let invalid = || cell_error("data_invalida");
    let (day, hour) = match clean.split_once([' ', 'T']) {
        Some((day, hour)) if day.contains(['/', '-', '.']) => (day, hour.trim()),
        _ => (clean, ""),
    };
    if !hour.is_empty() {
        if !looks_like_time(hour) {
            return Err(invalid());
        }
        if hour.bytes().any(|b| matches!(b, b'1'..=b'9')) {
            warnings.push(cell_warning("hora_ignorada"));
        }
    }
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return eight_digits(day, warnings);
    }
    let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
    let delimiters: Vec<char> = day.chars().filter(|c| matches!(c, '/' | '-' | '.')).collect();
    let ([a, b, c], [first, second]) = (parts.as_slice(), delimiters.as_slice()) else {
        return Err(invalid());
    };
    if first != second {
        return Err(invalid());
    }
    if a.len() == 4 {
        return checked_date(number(a)?, month(b).ok_or_else(invalid)?, number(c)?);
    }
    let year = match c.len() {
        4 => number(c)?,
        2 => {
            let year = two_digit_year(number(c)?);
            warnings.push(cell_warning("ano_de_dois_digitos").with("year", year.to_string()));
            year
        }
        _ => return Err(invalid()),
    };
    if a.len() > 2 {
        return Err(invalid());
    }
    let (day, month) = (number(a)?, month(b).ok_or_else(invalid)?);
    // 12/31/2025 can only be the American order. The other dates of such a column are in that order too.
    let in_numbers = b.bytes().all(|byte| byte.is_ascii_digit());
    let american =
        in_numbers && (context.month_first || month > 12) && day != month && checked_date(year, day, month).is_ok();
    if !american {
        let date = checked_date(year, month, day)?;
        let other = context.month_first && in_numbers && day > 12;
        return if other { Err(cell_error("data_em_outra_ordem")) } else { Ok(date) };
    }
    let shown = format!("{month:02}/{day:02}/{year}");
    if !context.month_first || context.mode == Mode::Strict {
        return Err(cell_error("data_formato_americano").suggesting(shown));
    }
    warnings.push(cell_warning("data_mes_primeiro").with("date", shown));
    checked_date(year, day, month)
}

/// Follows Excel's own rule, so that a file means the same day in both programs.
fn two_digit_year(year: i64) -> i64 {
    if year <= 29 { 2000 + year } else { 1900 + year }
}

fn number(text: &str) -> Result<i64, Finding> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(cell_error("data_invalida"));
    }
    text.parse().map_err(|_| cell_error("data_invalida"))
}

/// Reads a month as a number, as its Portuguese name, or as the first three letters of that name.
fn month(text: &str) -> Option<i64> {
    if text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let name = text.to_lowercase().replace('ç', "c");
    let name = name.trim_end_matches('.');
    (name.len() >= 3)
        .then(|| MONTHS.iter().position(|m| *m == name || (name.len() == 3 && m.starts_with(name))))
        .flatten()
        .and_then(|i| i64::try_from(i + 1).ok())
}

/// The month that a word names by itself: `Fev`, `fevereiro`.
pub(crate) fn month_named(text: &str) -> Option<i8> {
    let name = !text.bytes().any(|b| b.is_ascii_digit());
    month(text).filter(|_| name).and_then(|month| i8::try_from(month).ok())
}

fn checked_date(year: i64, month: i64, day: i64) -> Result<Date, Finding> {
    let nonexistent = || cell_error("data_inexistente").with("date", format!("{day:02}/{month:02}/{year}"));
    let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return Err(nonexistent());
    };
    if year < 1900 {
        return Err(nonexistent());
    }
    Date::new(year, month, day).map_err(|_| nonexistent())
}

/// Reads `20250131` or `31012025`. In the years 1900 to 2199 no date can be read in both ways.
fn eight_digits(digits: &str, warnings: &mut Vec<Finding>) -> Result<Date, Finding> {
    let part = |from: usize, until: usize| number(digits.get(from..until).unwrap_or_default());
    let plausible = |date: Result<Date, Finding>| date.ok().filter(|d| (1900..2200).contains(&d.year()));
    let iso = plausible(checked_date(part(0, 4)?, part(4, 6)?, part(6, 8)?));
    let brazilian = plausible(checked_date(part(4, 8)?, part(2, 4)?, part(0, 2)?));
    let parsed = iso.or(brazilian).ok_or_else(|| cell_error("data_invalida"))?;
    warnings.push(cell_warning("data_sem_separador").with("date", parsed.strftime("%d/%m/%Y").to_string()));
    Ok(parsed)
}

fn looks_like_time(text: &str) -> bool {
    let text = text.trim_end_matches(['Z', 'z']);
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains(':')
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b',' | b'+' | b'-'))
}

fn month_of_date(date: Date, mode: Mode, warnings: &mut Vec<Finding>) -> Result<Competencia, Finding> {
    if date.day() != 1 {
        let finding = cell_error("competencia_com_dia").suggesting(date.strftime("%m/%Y").to_string());
        if mode == Mode::Strict {
            return Err(finding);
        }
        warnings.push(finding.as_warning());
    }
    Ok(Competencia::of(date))
}

fn read_competencia(text: &str, context: Context, warnings: &mut Vec<Finding>) -> Result<Competencia, Finding> {
    let invalid = || cell_error("competencia_invalida");
    let clean = trim(text);
    let clean = without_apostrophe(&clean);
    if let Some((month, year)) = clean.split_once('/').filter(|(month, year)| year.len() == 4 && month.len() <= 2)
        && let Some(competencia) = month_and_year(month, year)
    {
        return Ok(competencia);
    }
    let clean = clean.to_lowercase().replace(" de ", "/").replace(" / ", "/").replace(" - ", "/");
    if let Some(competencia) = six_digits(&clean) {
        return Ok(competencia);
    }
    let parts: Vec<&str> = clean.split(['/', '-', '.', ' ']).filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [a, b] if a.len() == 4 && a.bytes().all(|c| c.is_ascii_digit()) => month_and_year(b, a),
        [a, b] if b.len() == 4 || b.len() == 2 => month_and_year(a, b),
        [_, _, _, ..] => {
            return read(&clean, context, warnings).and_then(|date| month_of_date(date, context.mode, warnings));
        }
        _ => None,
    }
    .ok_or_else(invalid)
}

fn month_and_year(name: &str, year: &str) -> Option<Competencia> {
    let value = number(year).ok()?;
    let year = if year.len() == 2 { two_digit_year(value) } else { value };
    Competencia::new(i16::try_from(year).ok()?, i8::try_from(month(name)?).ok()?)
}

/// Reads `202501` or `012025`. No month can be read in both ways.
fn six_digits(digits: &str) -> Option<Competencia> {
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (a, b) = (digits.get(..4)?, digits.get(4..)?);
    let (c, d) = (digits.get(..2)?, digits.get(2..)?);
    let plausible = |competencia: &Competencia| (1900..2200).contains(&competencia.year());
    month_and_year(b, a).filter(plausible).or_else(|| month_and_year(c, d).filter(plausible))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        for (text, iso) in [
            ("31/01/2025", "2025-01-31"),
            ("1/2/2025", "2025-02-01"),
            ("31-01-2025", "2025-01-31"),
            ("31.01.2025", "2025-01-31"),
            ("2025-01-31", "2025-01-31"),
            ("2025/01/31", "2025-01-31"),
            ("31/01/25", "2025-01-31"),
            ("31/01/85", "1985-01-31"),
            ("31/01/2025 23:59:59", "2025-01-31"),
            ("2025-01-31T00:00:00-03:00", "2025-01-31"),
            ("31/jan/2025", "2025-01-31"),
            ("01-mar-25", "2025-03-01"),
            ("20250131", "2025-01-31"),
            ("31012025", "2025-01-31"),
            ("20112012", "2012-11-20"),
            ("29/02/2024", "2024-02-29"),
            ("'31/01/2025", "2025-01-31"),
        ] {
            assert_eq!(ptbr_date(text).map(|d| d.to_string()), Ok(iso.to_owned()), "{text}");
        }
        for (text, code) in [
            ("31/02/2025", "data_inexistente"),
            ("29/02/2025", "data_inexistente"),
            ("00/01/2025", "data_inexistente"),
            ("12/31/2025", "data_formato_americano"),
            ("32", "data_invalida"),
            ("", "data_invalida"),
            ("31/01", "data_invalida"),
            ("31/01-2025", "data_invalida"),
            ("31/01/2025 hoje", "data_invalida"),
            ("31/01/20255", "data_invalida"),
            ("ontem", "data_invalida"),
        ] {
            assert_eq!(ptbr_date(text).map_err(|a| a.code().to_owned()), Err(code.to_owned()), "{text}");
        }
    }

    #[test]
    fn serial_numbers_of_both_systems() {
        let day = |serial, system| date_of_serial(serial, system).map(|d| d.to_string());
        assert_eq!(day(1.0, false).as_deref(), Some("1900-01-01T00:00:00"));
        assert_eq!(day(59.0, false).as_deref(), Some("1900-02-28T00:00:00"));
        assert_eq!(day(60.0, false), None);
        assert_eq!(day(61.0, false).as_deref(), Some("1900-03-01T00:00:00"));
        assert_eq!(day(45_658.0, false).as_deref(), Some("2025-01-01T00:00:00"));
        assert_eq!(day(45_658.75, false).as_deref(), Some("2025-01-01T18:00:00"));
        assert_eq!(day(44_196.0, true).as_deref(), Some("2025-01-01T00:00:00"));
        assert_eq!(day(0.0, true).as_deref(), Some("1904-01-01T00:00:00"));
        assert_eq!(day(-1.0, false), None);
        assert_eq!(day(f64::NAN, false), None);
        assert_eq!(day(1e10, false), None);
        assert_eq!(day(2_958_465.999_999_999, false).as_deref(), None);
    }

    #[test]
    fn months() {
        for text in [
            "01/2025",
            "1/2025",
            "01-2025",
            "2025-01",
            "2025/01",
            "jan/2025",
            "JAN/25",
            "jan-25",
            "janeiro/2025",
            "Janeiro de 2025",
            "202501",
            "012025",
            "01/01/2025",
            "2025-01-01",
            "janeiro 2025",
            "01/25",
            "jan./2025",
        ] {
            assert_eq!(competencia(text).map(|c| c.to_string()), Ok("2025-01".to_owned()), "{text}");
        }
        assert_eq!(competencia("março/2025").unwrap().to_string(), "2025-03");
        for text in ["13/2025", "00/2025", "2025", "jan", "", "abc/2025", "202513", "ja/2025"] {
            assert_eq!(
                competencia(text).map_err(|a| a.code().to_owned()),
                Err("competencia_invalida".to_owned()),
                "{text}"
            );
        }
        assert_eq!(competencia("31/01/2025").unwrap_err().code(), "competencia_com_dia");
    }

    #[test]
    fn months_in_numeric_cells() {
        let read = |v: f64| {
            convert_competencia(&Cell::Number(Number::new(v)), Context::default(), &mut Vec::new())
                .map(|c| c.to_string())
                .map_err(|a| a.code().to_owned())
        };
        assert_eq!(read(202_501.0).unwrap(), "2025-01");
        assert_eq!(read(122_025.0).unwrap(), "2025-12");
        assert_eq!(read(12_025.0).unwrap(), "2025-01");
        assert_eq!(read(45_658.0).unwrap(), "2025-01");
        assert_eq!(read(45_659.0).unwrap_err(), "competencia_invalida");
    }
}
