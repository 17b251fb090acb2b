//! Reads text with columns of a fixed width, by a layout.

use jiff::civil::{Date, Time};
use serde::Deserialize;
use toml::Spanned;

use super::cell::{Cell, Number};
use super::finding::SheetError;
use super::options::{LayoutOption, Limits};
use super::toml_file::TomlFile;
use super::value;

/// The positions of the columns in a line.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// The number of characters before the column.
    before: usize,
    length: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Text,
    /// Digits, of which this many are decimals without a decimal mark.
    Number(u32),
    /// A date in this form, such as `DDMMAAAA`.
    Date(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    column: Vec<WrittenColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenColumn {
    name: String,
    start: Spanned<usize>,
    length: Spanned<usize>,
    r#type: Option<Spanned<String>>,
    #[serde(default)]
    decimals: u32,
    format: Option<Spanned<String>>,
}

const KEYS: [&str; 7] = ["column", "name", "start", "length", "type", "decimals", "format"];

/// The form of a date if the layout gives none.
const USUAL: &str = "AAAAMMDD";

/// The possible forms of a date.
const FORMATS: [&str; 8] =
    [USUAL, "DDMMAAAA", "AAMMDD", "DDMMAA", "DD/MM/AAAA", "DD/MM/AA", "AAAA-MM-DD", "DD.MM.AAAA"];

impl Layout {
    /// # Errors
    /// The mistake in the layout, with file, line and closest name.
    pub(super) fn read(option: &LayoutOption, limits: &Limits) -> Result<Self, SheetError> {
        let file = TomlFile { name: &option.name, text: &option.text };
        let written: Written = file.read(&KEYS)?;
        let longest = usize::try_from(limits.bytes_per_row).unwrap_or(usize::MAX);
        let columns = written.column.into_iter().map(|column| {
            let (start, length) = (*column.start.as_ref(), *column.length.as_ref());
            for (number, at) in [(start, &column.start), (length, &column.length)] {
                if !(1..=longest).contains(&number) {
                    return Err(file.wrong("layout_posicao", at, vec![("limit", longest.to_string())]));
                }
            }
            let kind = match (column.r#type.as_ref(), column.format) {
                (None, _) => Kind::Text,
                (Some(kind), format) => match (kind.as_ref().as_str(), format) {
                    ("text", _) => Kind::Text,
                    ("number", _) => Kind::Number(column.decimals),
                    ("date", None) => Kind::Date(USUAL.to_owned()),
                    ("date", Some(format)) if FORMATS.contains(&format.as_ref().as_str()) => {
                        Kind::Date(format.into_inner())
                    }
                    ("date", Some(format)) => return Err(file.unknown(&format, FORMATS.into_iter())),
                    _ => return Err(file.unknown(kind, ["text", "number", "date"].into_iter())),
                },
            };
            Ok(Column { name: column.name, before: start - 1, length, kind })
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        if columns.len() > usize::try_from(limits.columns).unwrap_or(usize::MAX) {
            let params = vec![("row", "0".to_owned()), ("limit", limits.columns.to_string())];
            return Err(SheetError::new("colunas_demais", params));
        }
        Ok(Self { columns })
    }

    /// The names of the columns, as a header.
    pub(super) fn header(&self) -> Vec<Cell> {
        self.columns.iter().map(|column| value::text(&column.name)).collect()
    }

    /// The cells of a line.
    pub(super) fn cells(&self, line: &str) -> Vec<Cell> {
        self.columns.iter().map(|column| column.cell(line)).collect()
    }
}

impl Column {
    fn cell(&self, line: &str) -> Cell {
        // In ASCII each character takes one byte.
        let text = if line.is_ascii() {
            let end = self.before.saturating_add(self.length).min(line.len());
            line.get(self.before..end).unwrap_or_default().trim().to_owned()
        } else {
            line.chars().skip(self.before).take(self.length).collect::<String>().trim().to_owned()
        };
        let read = match &self.kind {
            Kind::Text => None,
            Kind::Number(decimals) => number(&text, *decimals),
            Kind::Date(format) => date(&text, format),
        };
        // A text that is not of this type stays unchanged, and its field judges it.
        read.unwrap_or_else(|| value::text(&text))
    }
}

/// Reads digits with a sign before or after them.
fn number(text: &str, decimals: u32) -> Option<Cell> {
    let (negative, digits) = match (text.strip_prefix('-').or_else(|| text.strip_suffix('-')), text) {
        (Some(digits), _) => (true, digits),
        (None, text) => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    let places = usize::try_from(decimals).ok().filter(|places| *places <= 20)?;
    let filled = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = filled.split_at_checked(filled.len() - places)?;
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    // A number in a cell has at most fifteen digits.
    if whole.len() + fraction.len() > 15 {
        let comma = if fraction.is_empty() { "" } else { "," };
        return Some(Cell::Text(format!("{sign}{whole}{comma}{fraction}")));
    }
    format!("{sign}{whole}{point}{fraction}").parse().ok().map(|value| Cell::Number(Number::new(value)))
}

/// Reads a date in the layout's form. A date of zeros is empty.
fn date(text: &str, format: &str) -> Option<Cell> {
    if text.len() != format.len() || !text.is_ascii() {
        return None;
    }
    let fits = format
        .bytes()
        .zip(text.bytes())
        .all(|(form, b)| if form.is_ascii_alphabetic() { b.is_ascii_digit() } else { b == form });
    if !fits {
        return None;
    }
    if text.bytes().all(|b| !b.is_ascii_digit() || b == b'0') {
        return Some(Cell::Empty);
    }
    let part = |letter: char| {
        let digits: String =
            format.chars().zip(text.chars()).filter(|(form, _)| *form == letter).map(|(_, c)| c).collect();
        let number: i16 = digits.parse().ok()?;
        Some((number, digits.len()))
    };
    let year = match part('A')? {
        // Follows Excel's own rule.
        (year, 2) => {
            if year <= 29 {
                2000 + year
            } else {
                1900 + year
            }
        }
        (year, _) => year,
    };
    let (month, day) = (i8::try_from(part('M')?.0).ok()?, i8::try_from(part('D')?.0).ok()?);
    let date = Date::new(year, month, day).ok().filter(|date| date.year() >= 1900)?;
    Some(Cell::Date(date.to_datetime(Time::midnight())))
}
