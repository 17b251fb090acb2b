//! Converts stored values to cells, for all file formats.

use jiff::civil::{Date, DateTime};

use super::cell::{Cell, Number};
use super::convert::date_of_serial;
use super::formats::{NumberFormat, Shown};
use super::text::composed;

/// Converts a number with its format.
pub(super) fn number(value: f64, format: NumberFormat, system_1904: bool) -> Cell {
    let plain = || Cell::Number(Number { value, zeros: format.zeros });
    let date = || date_of_serial(value, system_1904).map(Cell::Date);
    match format.shown {
        Shown::Number => plain(),
        Shown::Duration => Cell::Time(value),
        Shown::Clock if value < 1.0 => Cell::Time(value),
        Shown::Clock => date().unwrap_or_else(plain),
        // A number below one is not a day of the 1900 system, only a time.
        Shown::Date => date().unwrap_or_else(|| if (0.0..1.0).contains(&value) { Cell::Time(value) } else { plain() }),
    }
}

pub(super) fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(composed(text).into_owned()) }
}

/// Reads a date in the form of XML. Any other text stays text.
pub(super) fn iso_date(iso: &str) -> Cell {
    let date: Result<DateTime, _> = iso.parse();
    date.map_or_else(|_| text(iso), Cell::Date)
}

/// Converts an instant. If its day is the one before Excel's calendar begins, it becomes a time: programs without a
/// type for times write it in this way.
pub(super) fn instant(at: DateTime) -> Cell {
    let day = at.date();
    if day == Date::constant(1899, 12, 30) || day == Date::constant(1899, 12, 31) {
        let seconds = f64::from(at.hour()) * 3600.0 + f64::from(at.minute()) * 60.0 + f64::from(at.second());
        return Cell::Time(seconds / 86_400.0);
    }
    Cell::Date(at)
}

/// An error by its name in the file, in the words of the Brazilian Excel.
pub(super) fn error_named(name: &str) -> Cell {
    let known = match name.trim() {
        "#NULL!" => "#NULO!",
        "#VALUE!" => "#VALOR!",
        "#NAME?" => "#NOME?",
        "#NUM!" => "#NÚM!",
        "#N/A" => "#N/D",
        "#GETTING_DATA" => "#OBTENDO_DADOS",
        "" => "#ERRO",
        other => other,
    };
    Cell::Error(known.to_owned())
}

/// An error by its code in the binary formats, in the words of the Brazilian Excel.
pub(super) fn error(code: u8) -> Cell {
    let name = match code {
        0x00 => "#NULO!",
        0x07 => "#DIV/0!",
        0x0F => "#VALOR!",
        0x17 => "#REF!",
        0x1D => "#NOME?",
        0x24 => "#NÚM!",
        0x2A => "#N/D",
        0x2B => "#OBTENDO_DADOS",
        _ => "#ERRO",
    };
    Cell::Error(name.to_owned())
}
