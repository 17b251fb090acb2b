use std::collections::VecDeque;

use super::cell::{Cell, CellSource, Positioned, Row};
use super::csv::TextRows;
use super::detect::FileFormat;
use super::finding::SheetError;
use super::html::HtmlRows;
use super::mapping::Mapping;
use super::merged::{MergedCells, Region};
use super::ods;
use super::options::Limits;
use super::package::too_large;
use super::row::{RowBuilder, text_len};
use super::text::{composed, undo_mojibake};

/// The rows of one sheet, read on demand.
pub struct Rows<'a> {
    sheet: String,
    body: Body<'a>,
    given_back: VecDeque<Row>,
    limits: Limits,
    /// The size of all rows so far, however small the file is.
    expanded: u64,
    format: FileFormat,
    system_1904: bool,
    finished: bool,
    /// The regions of cells merged over several rows, and the state that completes the rows below the header.
    regions: Vec<Region>,
    merged: Option<MergedCells>,
    /// The findings of the reader about cells, by row and column, until they are asked for.
    found: VecDeque<(u32, usize, Found)>,
}

/// A finding about a cell that only its reader can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The text had been decoded twice (`AÃ§Ã£o`) and was corrected.
    Mended,
    /// Quotes that do not close at the end of the cell.
    StrayQuote,
}

/// The source of the rows.
pub(super) enum Body<'a> {
    Text(Box<TextRows<'a>>),
    Html(Box<HtmlRows<'a>>),
    Ods(Box<ods::Rows<'a>>),
    Cells(Grouper<'a>),
    Given(Given<'a>),
}

/// Rows that a caller makes one by one.
pub type Given<'a> = Box<dyn FnMut() -> Option<Row> + Send + 'a>;

impl<'a> Rows<'a> {
    pub(super) fn new(
        sheet: &str,
        body: Body<'a>,
        format: FileFormat,
        limits: Limits,
        system_1904: bool,
        regions: Vec<Region>,
    ) -> Self {
        Self {
            sheet: sheet.to_owned(),
            body,
            given_back: VecDeque::new(),
            limits,
            expanded: 0,
            format,
            system_1904,
            finished: false,
            regions,
            merged: None,
            found: VecDeque::new(),
        }
    }
}

impl Rows<'_> {
    /// The name of the sheet.
    #[must_use]
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// The format of the file.
    #[must_use]
    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// Whether its dates count from 1904, as in workbooks of old Macs.
    #[must_use]
    pub fn system_1904(&self) -> bool {
        self.system_1904
    }

    /// Begins to complete the rows below the header by the regions of merged cells.
    pub(super) fn inherit(&mut self, mapping: &Mapping) {
        self.merged = Some(MergedCells::new(std::mem::take(&mut self.regions), mapping));
    }

    /// The findings about the cells of `row`. Earlier findings are dropped, so rows must be asked for in order, and
    /// only once.
    pub(super) fn found(&mut self, wanted: u32) -> Vec<(usize, Found)> {
        let mut cells = Vec::new();
        while let Some((row, column, found)) = self.found.front().copied().filter(|(row, ..)| *row <= wanted) {
            self.found.pop_front();
            if row == wanted {
                cells.push((column, found));
            }
        }
        cells
    }

    /// Corrects text that was decoded twice.
    fn mend(&mut self, row: &mut Row) {
        for (index, cell) in row.cells.iter_mut().enumerate() {
            if let Cell::Text(text) = cell
                && !text.is_ascii()
                && let Some(mended) = undo_mojibake(text)
            {
                *text = composed(&mended).into_owned();
                self.found.push_back((row.number, index, Found::Mended));
            }
        }
    }

    /// Returns rows, to be read again.
    pub(super) fn give_back(&mut self, rows: Vec<Row>) {
        for row in rows.into_iter().rev() {
            self.given_back.push_front(row);
        }
    }

    fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        if let Some(row) = self.given_back.pop_front() {
            return Ok(Some(row));
        }
        let mut row = match &mut self.body {
            Body::Text(text) => {
                let row = text.read()?;
                let at = row.as_ref().map_or(0, |l| l.number);
                self.found.extend(text.stray_quotes().into_iter().map(|column| (at, column, Found::StrayQuote)));
                row
            }
            Body::Html(html) => {
                let row = html.read()?;
                let found = html.regions();
                self.open_regions(found);
                row
            }
            Body::Ods(rows) => {
                let row = rows.next()?;
                let found = rows.regions();
                self.open_regions(found);
                row
            }
            Body::Cells(grouper) => grouper.next_row(&self.limits)?,
            Body::Given(rows) => rows(),
        };
        if let Some(row) = &mut row {
            check_limits(row, self.format, &self.limits)?;
            self.mend(row);
        }
        Ok(row)
    }

    /// Adds regions of merged cells that were found while their first row was read.
    fn open_regions(&mut self, found: Vec<Region>) {
        for region in found {
            match &mut self.merged {
                Some(merged) => merged.open(region),
                None => self.regions.push(region),
            }
        }
    }

    /// Completes a row by the regions of merged cells.
    fn complete(&mut self, row: &mut Row) -> Result<(), SheetError> {
        if let Some(merged) = &mut self.merged {
            merged.complete(row, &self.limits)?;
        }
        self.count(row)
    }

    /// Refuses a workbook whose rows are larger than the limit for decompressed data. A shared text may be in a million
    /// cells or merged over as many rows, and a row may be repeated any number of times.
    fn count(&mut self, row: &Row) -> Result<(), SheetError> {
        if matches!(self.format, FileFormat::Text | FileFormat::Html) {
            return Ok(());
        }
        let bytes: usize = row.cells.iter().map(|cell| size_of::<Cell>() + text_len(cell)).sum();
        self.expanded = self.expanded.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.expanded > self.limits.unpacked { Err(too_large(self.expanded, &self.limits)) } else { Ok(()) }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished && self.given_back.is_empty() {
            return None;
        }
        let mut next = self.next_row();
        if let Ok(Some(row)) = &mut next
            && let Err(fault) = self.complete(row)
        {
            next = Err(fault);
        }
        // After an error, the beginning of the next row is unknown.
        if !matches!(next, Ok(Some(_))) {
            self.finished = true;
            self.given_back.clear();
        }
        next.transpose()
    }
}

fn check_limits(row: &Row, format: FileFormat, limits: &Limits) -> Result<(), SheetError> {
    // A spreadsheet cannot have more rows than Excel.
    let text = matches!(format, FileFormat::Text | FileFormat::Html);
    let most = if text { limits.rows } else { limits.rows.min(1 << 20) };
    if row.number > most {
        return Err(SheetError::new("linhas_demais", vec![("limit", most.to_string())]));
    }
    if row.cells.len() > usize::try_from(limits.columns).unwrap_or(usize::MAX) {
        return Err(SheetError::new(
            "colunas_demais",
            vec![("row", row.number.to_string()), ("limit", limits.columns.to_string())],
        ));
    }
    Ok(())
}

/// Groups cells, which arrive one by one, into rows.
pub(super) struct Grouper<'a> {
    source: Box<dyn CellSource + Send + 'a>,
    /// The first cell of the next row, and whether that is hidden.
    pending: Option<(Positioned, bool)>,
    /// The number of the last row. Row numbers must increase.
    last: u32,
    finished: bool,
}

impl<'a> Grouper<'a> {
    pub(super) fn new(source: Box<dyn CellSource + Send + 'a>) -> Self {
        Self { source, pending: None, last: 0, finished: false }
    }

    fn next_row(&mut self, limits: &Limits) -> Result<Option<Row>, SheetError> {
        let mut at: Option<RowBuilder> = None;
        loop {
            let next = match self.pending.take() {
                Some(cell) => Some(cell),
                None if self.finished => None,
                None => self.source.next()?.map(|cell| (cell, self.source.hidden())),
            };
            let Some((((number, column), cell), hidden)) = next else {
                self.finished = true;
                return Ok(at.map(RowBuilder::build));
            };
            // A formatted cell without a value may be at the far right of every row. It does not count.
            if matches!(cell, Cell::Empty) {
                continue;
            }
            let number = number.saturating_add(1);
            if at.as_ref().is_some_and(|at| at.number() != number) {
                self.pending = Some((((number - 1, column), cell), hidden));
                return Ok(at.map(RowBuilder::build));
            }
            if at.is_none() && number <= self.last {
                let params = vec![("row", number.to_string()), ("last", self.last.to_string())];
                return Err(SheetError::new("linha_fora_de_ordem", params));
            }
            self.last = number;
            let row = at.get_or_insert_with(|| RowBuilder::new(number));
            row.put(column, cell, limits)?;
            if hidden {
                row.hide();
            }
        }
    }
}
