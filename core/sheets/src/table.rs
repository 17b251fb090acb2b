//! A sheet without fields: only its cells, for callers that just read them.

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::cell::{Cell, Number};
use super::finding::SheetError;
use super::options::Limits;
use super::row::text_len;
use super::sheet::Rows;

/// The cells of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The name of the sheet.
    pub sheet: String,
    /// The names of all sheets of the file.
    pub sheets: Vec<String>,
    /// The rows from the first one, including empty ones: the index of a row is its number minus one. Empty cells at
    /// the end of a row are left out.
    pub rows: Vec<Vec<Cell>>,
}

/// The value of a cell for a program: the value that a person sees in it.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// Nothing.
    Empty,
    /// Text. This includes a number that its format fills with zeros (`000123`), a time (`36:00`), and the word of an
    /// error.
    Text(String),
    /// A number, with the digits that a spreadsheet program shows.
    Decimal(Decimal),
    /// A day.
    Date(Date),
    /// A day and a time.
    DateTime(DateTime),
    /// A truth value.
    Boolean(bool),
}

impl Cell {
    /// The value of the cell for a program.
    #[must_use]
    pub fn value(&self) -> CellValue {
        match self {
            Self::Empty | Self::Merged => CellValue::Empty,
            Self::Boolean(value) => CellValue::Boolean(*value),
            Self::Date(at) if at.time() == Time::midnight() => CellValue::Date(at.date()),
            Self::Date(at) => CellValue::DateTime(*at),
            Self::Number(number) => {
                let shown = self.show();
                // The number is not filled with zeros, and fits.
                let plain = Self::Number(Number::new(number.value)).show() == shown;
                number.decimal().filter(|_| plain).map_or(CellValue::Text(shown), CellValue::Decimal)
            }
            _ => CellValue::Text(self.show()),
        }
    }
}

impl Table {
    /// # Errors
    /// If the rows cannot be read, or take more memory than the limits allow.
    pub(super) fn read(rows: &mut Rows<'_>, sheets: Vec<String>, limits: &Limits) -> Result<Self, SheetError> {
        let mut table = Self { sheet: rows.sheet().to_owned(), sheets, rows: Vec::new() };
        let mut bytes = 0_usize;
        while let Some(row) = rows.next() {
            let mut row = row?;
            // Findings about cells are only for callers that check records.
            rows.found(row.number);
            while row.cells.last().is_some_and(|cell| matches!(cell, Cell::Empty)) {
                row.cells.pop();
            }
            // The names of fixed columns are not a line of the file.
            if row.cells.is_empty() || row.number == 0 {
                continue;
            }
            let place = usize::try_from(row.number).unwrap_or(usize::MAX).saturating_sub(1);
            let gap = place.saturating_sub(table.rows.len()).saturating_add(1);
            let cells: usize = row.cells.iter().map(|cell| size_of::<Cell>() + text_len(cell)).sum();
            bytes = bytes.saturating_add(cells).saturating_add(gap.saturating_mul(size_of::<Vec<Cell>>()));
            if u64::try_from(bytes).unwrap_or(u64::MAX) > limits.memory {
                return Err(SheetError::new("tabela_grande_demais", vec![("limit", limits.memory.to_string())]));
            }
            row.cells.shrink_to_fit();
            table.rows.resize(place, Vec::new());
            table.rows.push(row.cells);
        }
        Ok(table)
    }
}
