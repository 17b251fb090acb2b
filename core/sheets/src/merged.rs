use std::collections::HashSet;

use super::cell::{Cell, Row};
use super::finding::SheetError;
use super::flows::Conversion;
use super::mapping::Mapping;
use super::options::Limits;
use super::row::text_len;

/// The greatest number of regions over one row. No table made by a person has more.
const MAX_OPEN: usize = 1_024;

/// Cells merged over several rows. The file stores only the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// The first row, from 1.
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) column: usize,
    /// The last column, where the format is one whose look is kept.
    pub(super) last_column: usize,
}

/// Gives every row of a merged region the value that people see in it.
///
/// A quantity or an amount is not repeated: it may be the total of the rows or the value of each, and a customer might
/// be billed twice. Such a cell becomes [`Cell::Merged`].
#[derive(Debug, Default)]
pub(super) struct MergedCells {
    /// The regions that have not begun yet, with the first ones last.
    regions: Vec<Region>,
    open: Vec<(Region, Cell)>,
    values: HashSet<usize>,
}

impl MergedCells {
    /// Takes the regions that begin below the header. Those in the header name columns.
    pub(super) fn new(mut regions: Vec<Region>, mapping: &Mapping) -> Self {
        regions.retain(|r| r.first > mapping.header_row && r.last > r.first);
        regions.sort_unstable_by_key(|r| std::cmp::Reverse((r.first, r.column)));
        let value = |conversion| matches!(conversion, Conversion::Decimal | Conversion::Money);
        let values = mapping.columns.iter().filter(|(_, c)| value(c.conversion)).map(|(i, _)| *i);
        let months = mapping.months.iter().flat_map(|months| months.columns.iter().map(|(i, _)| *i));
        let values = values.chain(months).collect();
        Self { regions, open: Vec::new(), values }
    }

    /// Adds a region that was found while its first row was read. That row comes next.
    pub(super) fn open(&mut self, region: Region) {
        if region.last > region.first {
            self.regions.push(region);
        }
    }

    /// Completes a row. Rows must come in order.
    ///
    /// # Errors
    /// If the completed row is longer than a row may be.
    pub(super) fn complete(&mut self, row: &mut Row, limits: &Limits) -> Result<(), SheetError> {
        if self.regions.is_empty() && self.open.is_empty() {
            return Ok(());
        }
        let limit = usize::try_from(limits.bytes_per_row).unwrap_or(usize::MAX);
        let mut bytes: usize = row.cells.iter().map(text_len).sum();
        self.open.retain(|(region, _)| region.last >= row.number);
        for (region, value) in &self.open {
            let cell = if self.values.contains(&region.column) { &Cell::Merged } else { value };
            if matches!(value, Cell::Empty) || !row.cell(region.column).empty() {
                continue;
            }
            bytes = bytes.saturating_add(text_len(cell));
            if bytes > limit {
                return Err(SheetError::new("linha_longa_demais", vec![("row", row.number.to_string())]));
            }
            if row.cells.len() <= region.column {
                row.cells.resize(region.column + 1, Cell::Empty);
            }
            if let Some(place) = row.cells.get_mut(region.column) {
                place.clone_from(cell);
            }
        }
        while let Some(region) = self.regions.pop_if(|r| r.first <= row.number) {
            if region.last > row.number && self.open.len() < MAX_OPEN {
                // The first row of this region is not among the rows, so the region is empty.
                let first = region.first == row.number;
                let value = if first { row.cell(region.column).clone() } else { Cell::Empty };
                // The stored values will be in the next row, so they must fit in a row.
                if self.open.iter().map(|(_, held)| text_len(held)).sum::<usize>() + text_len(&value) > limit {
                    return Err(SheetError::new("linha_longa_demais", vec![("row", row.number.to_string())]));
                }
                self.open.push((region, value));
            }
        }
        Ok(())
    }
}
