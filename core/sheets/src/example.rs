//! Recognizes the example row of the template, which is not a record.

use smartbill_model::Value;

use super::cell::{Cell, Row};
use super::convert::{self, Context};
use super::flows::{Column, Conversion, Flow};
use super::mapping::Mapping;

/// The value of a column in the example row.
pub(super) fn value(column: &Column) -> Option<Value<'static>> {
    let text = Cell::Text(column.example.to_owned());
    convert::cell(&text, column.conversion, Context::default(), &mut Vec::new()).ok().flatten()
}

/// The example row in the columns of a file.
pub(super) struct Example {
    cells: Vec<(usize, Conversion, Value<'static>)>,
    /// The columns that the import itself adds to a report. They say nothing about the row.
    of_report: Vec<usize>,
}

impl Example {
    /// `None` if the file does not have all columns that the example fills. Its row then could be anybody's.
    pub(super) fn of(flow: &Flow, mapping: &Mapping) -> Option<Self> {
        let filled = flow.filled().filter_map(|column| Some((column, value(column)?)));
        let cells = filled.map(|(column, value)| {
            let (index, _) = mapping.columns.iter().find(|(_, mapped)| mapped.field == column.field)?;
            Some((*index, column.conversion, value))
        });
        let cells = cells.collect::<Option<Vec<_>>>().filter(|cells| !cells.is_empty())?;
        let known = |index: usize| {
            mapping.columns.iter().any(|(mapped, _)| *mapped == index)
                || mapping.extras.iter().any(|extra| extra.index == index)
        };
        let headers = mapping.headers.iter().enumerate();
        let of_report = headers.filter(|(index, header)| !header.is_empty() && !known(*index)).map(|(index, _)| index);
        Some(Self { cells, of_report: of_report.collect() })
    }

    /// Whether `row` is the example, unchanged.
    pub(super) fn is(&self, row: &Row, context: Context) -> bool {
        let same = |(index, conversion, value): &(usize, Conversion, Value<'static>)| matches!(convert::cell(row.cell(*index), *conversion, context, &mut Vec::new()), Ok(Some(cell)) if cell == *value);
        let of_example = |index| self.cells.iter().any(|(filled, ..)| *filled == index);
        let further =
            |(index, cell): (usize, &Cell)| !cell.empty() && !of_example(index) && !self.of_report.contains(&index);
        self.cells.iter().all(same) && !row.cells.iter().enumerate().any(further)
    }
}
