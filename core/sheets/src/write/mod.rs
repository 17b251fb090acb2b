//! Writes files row by row, in memory that does not grow with the number of rows.

mod csv;
mod output;
mod value;
mod xlsx;

use std::io::Write;

pub(super) use csv::Text;
pub use output::{Output, Written};
use smartbill_model::Value;
pub(super) use value::neutral_text;
pub(super) use xlsx::{Styles, propriedades, text_that_fits, width, write_cell, xlsx_error};

use self::value::{as_text, read};
use super::finding::SheetError;
use super::flows::Flow;

/// A writer for the records of a flow. Each record is a [`Value`] object in the form of the models.
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
    /// If the output cannot be written.
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
    /// If the output cannot be written, or a sheet is full.
    pub fn record(&mut self, record: &Value<'_>) -> Result<(), SheetError> {
        match &mut self.body {
            Body::Xlsx(workbook, _) => workbook.record(record),
            Body::Csv(text) => text.row(self.flow.written().map(|c| as_text(read(record, c.field), c.conversion))),
        }
    }

    /// Ends the file and returns the output.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(self) -> Result<(W, Written), SheetError> {
        match self.body {
            Body::Xlsx(workbook, target) => workbook.finish(target),
            Body::Csv(text) => text.finish(),
        }
    }
}
