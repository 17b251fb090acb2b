//! Writing: one row at a time, in memory that does not grow with the number of rows.

mod csv;
mod xlsx;

use std::io::Write;

use rust_decimal::Decimal;

pub(super) use csv::Text;
pub(super) use xlsx::{Styles, propriedades, text_that_fits, width, write_cell, xlsx_error};

use super::finding::SheetError;
use super::flows::{Conversion, Flow};
use crate::Value;

/// What kind of file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// An Excel workbook, with typed cells.
    #[default]
    Xlsx,
    /// Text separated by `;` with decimal commas, in UTF-8 with a mark so that Excel sees the accents.
    CsvUtf8,
    /// The same in Windows-1252, for systems that know nothing else.
    CsvWindows1252,
}

impl Output {
    /// Tells by the extension of a file name; anything but `.csv` and `.txt` is a workbook.
    #[must_use]
    pub fn by_extension(name: &str) -> Self {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(extension.as_str(), "csv" | "txt") { Self::CsvUtf8 } else { Self::Xlsx }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows, the header not counted.
    pub rows: u64,
    /// Characters that Windows-1252 does not have, written as the nearest letter or as `?`.
    pub replaced: u64,
}

/// Writes the records of a flow, each a [`Value`] object as the models give it.
pub struct Writer<W: Write + Send> {
    body: Body<W>,
    flow: &'static Flow,
}

enum Body<W: Write + Send> {
    Xlsx(Box<xlsx::XlsxWriter>, W),
    Csv(Box<Text<W>>),
}

impl<W: Write + Send> Writer<W> {
    /// Begins the file with its header row.
    ///
    /// # Errors
    /// When the output refuses it.
    pub fn new(flow: &'static Flow, out: Output, target: W) -> Result<Self, SheetError> {
        let body = match out {
            Output::Xlsx => Body::Xlsx(Box::new(xlsx::XlsxWriter::new(flow)?), target),
            Output::CsvUtf8 => Body::Csv(Box::new(Text::new(target, false)?)),
            Output::CsvWindows1252 => Body::Csv(Box::new(Text::new(target, true)?)),
        };
        let mut writer = Self { body, flow };
        if let Body::Csv(text) = &mut writer.body {
            text.row(flow.written().map(|c| c.label.to_owned()))?;
        }
        Ok(writer)
    }

    /// Writes one record.
    ///
    /// # Errors
    /// When the output refuses it, or a sheet is full.
    pub fn record(&mut self, record: &Value<'_>) -> Result<(), SheetError> {
        match &mut self.body {
            Body::Xlsx(workbook, _) => workbook.record(record),
            Body::Csv(text) => text.row(self.flow.written().map(|c| as_text(read(record, c.field), c.conversion))),
        }
    }

    /// Ends the file and gives back the output.
    ///
    /// # Errors
    /// When the output refuses it.
    pub fn finish(self) -> Result<(W, Written), SheetError> {
        match self.body {
            Body::Xlsx(workbook, target) => workbook.finish(target),
            Body::Csv(text) => text.finish(),
        }
    }
}

/// The value at a path such as `endereco.cep`.
pub(super) fn read<'v, 'a>(value: &'v Value<'a>, path: &str) -> Option<&'v Value<'a>> {
    match path.split_once('.') {
        Some((first, rest)) => read(value.field(first)?, rest),
        None => value.field(path),
    }
}

/// The exact decimal in a value.
pub(super) fn decimal(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Decimal(value) => Some(*value),
        Value::Integer(value) => Some(Decimal::from(*value)),
        Value::Number(text) | Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// The date in a value.
pub(super) fn date(value: &Value<'_>) -> Option<jiff::civil::Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// The month in a value.
pub(super) fn month(value: &Value<'_>) -> Option<crate::Competencia> {
    match value {
        Value::Competencia(month) => Some(*month),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// A value as a person in Brazil writes it, and as our own importer reads it.
pub(super) fn as_text(value: Option<&Value<'_>>, conversion: Conversion) -> String {
    let Some(value) = value else {
        return String::new();
    };
    match conversion {
        Conversion::Decimal | Conversion::Money => {
            if let Some(decimal) = decimal(value) {
                return with_decimal_comma(decimal, conversion);
            }
        }
        Conversion::Date => {
            if let Some(date) = date(value) {
                return date.strftime("%d/%m/%Y").to_string();
            }
        }
        Conversion::Competencia => {
            if let Some(month) = month(value) {
                return format!("{:02}/{:04}", month.month(), month.year());
            }
        }
        _ => {}
    }
    // Text that a spreadsheet would run as a formula is made harmless; numbers above never come here.
    neutral_text(&plain_text(value))
}

/// Any value as plain text.
pub(super) fn plain_text(value: &Value<'_>) -> String {
    match value {
        Value::Null | Value::Foreign(_) => String::new(),
        Value::Boolean(true) => "Sim".to_owned(),
        Value::Boolean(false) => "Não".to_owned(),
        Value::Integer(v) => v.to_string(),
        Value::Decimal(v) => v.to_string().replace('.', ","),
        Value::Float(v) => v.to_string().replace('.', ","),
        Value::Number(v) | Value::Text(v) => v.to_string(),
        Value::Date(v) => v.strftime("%d/%m/%Y").to_string(),
        Value::DateTime(v) => v.to_string(),
        Value::Competencia(v) => format!("{:02}/{:04}", v.month(), v.year()),
        Value::List(items) => items.iter().map(plain_text).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_json(),
    }
}

fn with_decimal_comma(value: Decimal, conversion: Conversion) -> String {
    let mut value = value.normalize();
    if conversion == Conversion::Money && value.scale() < 2 {
        value.rescale(2);
    }
    value.to_string().replace('.', ",")
}

/// Text beginning as a formula gets an apostrophe before it, which the importer takes off again; a plain negative
/// number is left alone.
pub(super) fn neutral_text(text: &str) -> String {
    // Excel takes signs of full width for plain ones, and looks for them after line breaks.
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let number = text.strip_prefix('-').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    });
    if dangerous && !number { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_negatives_are_not_touched() {
        for (text, neutral) in [
            ("=1+1", "'=1+1"),
            ("+5511987654321", "'+5511987654321"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("-10,50", "-10,50"),
            ("-", "'-"),
            ("\tx", "'\tx"),
            ("Padaria = Pão", "Padaria = Pão"),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("\n=1+1", "'\n=1+1"),
            ("\r\n=1+1", "'\r\n=1+1"),
        ] {
            assert_eq!(neutral_text(text), neutral);
        }
    }
}
