//! Builds a row cell by cell, within the limits.

use super::cell::{Cell, Row};
use super::finding::SheetError;
use super::options::Limits;

pub(super) struct RowBuilder {
    row: Row,
    /// The number of bytes of text so far.
    bytes: usize,
}

impl RowBuilder {
    pub(super) fn new(number: u32) -> Self {
        Self { row: Row::new(number, Vec::new()), bytes: 0 }
    }

    pub(super) fn number(&self) -> u32 {
        self.row.number
    }

    /// Notes that the row is not shown.
    pub(super) fn hide(&mut self) {
        self.row.hidden = true;
    }

    /// Stores a cell in its column. An empty cell takes no room.
    pub(super) fn put(&mut self, column: u32, cell: Cell, limits: &Limits) -> Result<(), SheetError> {
        if matches!(cell, Cell::Empty) {
            return Ok(());
        }
        let row = || ("row", self.row.number.to_string());
        if column >= limits.columns {
            return Err(SheetError::new("colunas_demais", vec![row(), ("limit", limits.columns.to_string())]));
        }
        self.bytes = self.bytes.saturating_add(text_len(&cell));
        if u64::try_from(self.bytes).unwrap_or(u64::MAX) > limits.bytes_per_row {
            return Err(SheetError::new("linha_longa_demais", vec![row()]));
        }
        let index = usize::try_from(column).unwrap_or(usize::MAX);
        if self.row.cells.len() <= index {
            self.row.cells.resize(index + 1, Cell::Empty);
        }
        if let Some(place) = self.row.cells.get_mut(index) {
            *place = cell;
        }
        Ok(())
    }

    pub(super) fn build(self) -> Row {
        self.row
    }
}

/// The number of bytes of text in a cell.
pub(super) fn text_len(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) | Cell::Error(text) => text.len(),
        _ => 0,
    }
}
