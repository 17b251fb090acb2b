use std::collections::VecDeque;
use std::io::{Cursor, Read, Seek, SeekFrom};

use super::biff::XlsWorkbook;
use super::cell::{Cell, Row};
use super::csv::{TextRows, composed, reading, undo_mojibake};
use super::detect::{self, FileFormat};
use super::finding::{SheetError, clip};
use super::flows::Flow;
use super::header::{self, Mapping};
use super::html::HtmlRows;
use super::merged::{MergedCells, Region};
use super::ods::{self, Ods};
use super::options::{Limits, ReadOptions};
use super::package::{Package, Sheet, too_large};
use super::records::Records;
use super::row::{RowBuilder, text_len};
use super::xlsb::Xlsb;
use super::xlsx::Xlsx;

/// Where the bytes of a file come from: an open file, or a buffer in memory.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// A spreadsheet file, opened and recognised, whose sheets can be read.
pub struct SheetFile {
    name: String,
    format: FileFormat,
    options: ReadOptions,
    content: Content,
}

/// Of more sheets than these none is looked at for a header, unless it is asked for by its name.
const MOST_SHEETS: usize = 256;

/// A sheet of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetInfo {
    /// The name on its tab; the file's name, when the file is text.
    pub name: String,
    /// Whether the user hid it.
    pub hidden: bool,
}

enum Content {
    Text(Box<dyn Source>),
    Html(Box<dyn Source>),
    Xls(Box<XlsWorkbook>),
    Xlsx(Box<Xlsx>),
    Xlsb(Box<Xlsb>),
    Ods(Box<Ods>),
}

impl SheetFile {
    /// Opens a file held in memory; `name` is shown in messages.
    ///
    /// # Errors
    /// When the bytes are not a spreadsheet that can be read, saying what they are.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>, name: &str, options: &ReadOptions) -> Result<Self, SheetError> {
        Self::from_source(Box::new(Cursor::new(bytes.into())), name, options)
    }

    /// Opens a file that is read as it is needed: a text file of any length takes little memory.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a spreadsheet, saying what it is.
    pub fn from_source(mut source: Box<dyn Source>, name: &str, options: &ReadOptions) -> Result<Self, SheetError> {
        let size = source.seek(SeekFrom::End(0)).map_err(|e| reading(&e))?;
        source.seek(SeekFrom::Start(0)).map_err(|e| reading(&e))?;
        if size > options.limits.bytes {
            return Err(SheetError::new(
                "arquivo_grande_demais",
                vec![("size", size.to_string()), ("limit", options.limits.bytes.to_string())],
            ));
        }
        let limits = &options.limits;
        let mut bytes = Vec::new();
        Read::by_ref(&mut source).take(64 * 1024).read_to_end(&mut bytes).map_err(|e| reading(&e))?;
        let (format, content) = if detect::is_archive(&bytes) {
            let mut package = Package::open(source, limits)?;
            let format = detect::archive(&mut package)?;
            let content = match format {
                FileFormat::Xlsb => Content::Xlsb(Box::new(Xlsb::open(package, limits)?)),
                FileFormat::Ods => Content::Ods(Box::new(Ods::open(package, limits)?)),
                _ => Content::Xlsx(Box::new(Xlsx::open(package, limits)?)),
            };
            (format, content)
        } else if detect::looks_like_text(&bytes) {
            let format = detect::without_archive(&bytes)?;
            let content = match format {
                FileFormat::Html => Content::Html(with_table(source, limits)?),
                _ => Content::Text(source),
            };
            (format, content)
        } else {
            // The sectors of the container may stand in any order: it is had whole.
            if size > limits.memory {
                let limit = limits.memory.to_string();
                return Err(SheetError::new("memoria_demais", vec![("limit", limit)]));
            }
            source.read_to_end(&mut bytes).map_err(|e| reading(&e))?;
            let format = detect::without_archive(&bytes)?;
            (format, Content::Xls(Box::new(XlsWorkbook::open(&bytes, limits.memory)?)))
        };
        Ok(Self { name: name.to_owned(), format, options: options.clone(), content })
    }

    /// What kind of file it is.
    #[must_use]
    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// The name given when it was opened.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The options given when it was opened.
    #[must_use]
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// The sheets that hold cells, in the order of their tabs.
    #[must_use]
    pub fn sheets(&self) -> Vec<SheetInfo> {
        match &self.content {
            Content::Text(_) | Content::Html(_) => vec![SheetInfo { name: self.name.clone(), hidden: false }],
            Content::Xls(workbook) => {
                let sheets = workbook.sheets().iter().filter(|sheet| sheet.worksheet);
                sheets.map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.hidden }).collect()
            }
            Content::Xlsx(workbook) => tabs(workbook.sheets()),
            Content::Xlsb(workbook) => tabs(workbook.sheets()),
            Content::Ods(workbook) => tabs(workbook.sheets()),
        }
    }

    /// The rows of the sheet called `sheet`, as they are stored.
    ///
    /// # Errors
    /// When the sheet does not exist or is damaged.
    pub fn rows(&mut self, sheet: &str) -> Result<Rows<'_>, SheetError> {
        let limits = self.options.limits;
        let format = self.format;
        let mut system_1904 = false;
        let mut regions = Vec::new();
        let body = match &mut self.content {
            Content::Text(source) => Body::Text(Box::new(TextRows::open(Box::new(&mut **source), &limits)?)),
            Content::Html(source) => Body::Html(Box::new(HtmlRows::open(Box::new(&mut **source), &limits)?)),
            Content::Xls(workbook) => {
                system_1904 = workbook.system_1904();
                let index = workbook.sheets().iter().position(|a| a.name == sheet).ok_or_else(|| nonexistent(sheet))?;
                regions = workbook.merged(index)?;
                let mut cells = workbook.cells(index)?;
                Body::Cells(Grouper::new(Box::new(move || cells.next().transpose())))
            }
            Content::Ods(workbook) => {
                let index = place(workbook.sheets(), sheet)?;
                Body::Ods(Box::new(workbook.rows(index)?))
            }
            Content::Xlsx(workbook) => {
                system_1904 = workbook.system_1904();
                let index = place(workbook.sheets(), sheet)?;
                regions = workbook.regions(index)?;
                let mut cells = workbook.cells(index)?;
                Body::Cells(Grouper::new(Box::new(move || cells.next())))
            }
            Content::Xlsb(workbook) => {
                system_1904 = workbook.system_1904();
                let index = place(workbook.sheets(), sheet)?;
                regions = workbook.regions(index)?;
                let mut cells = workbook.cells(index)?;
                Body::Cells(Grouper::new(Box::new(move || cells.next())))
            }
        };
        let sheet = sheet.to_owned();
        Ok(Rows {
            sheet,
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
        })
    }

    /// The rows of `flow`, from the sheet named in the options or else the first one with a recognisable header.
    ///
    /// # Errors
    /// When no sheet has the columns that the flow requires, saying what was found instead.
    pub fn records(&mut self, flow: &'static Flow) -> Result<Records<'_>, SheetError> {
        let options = self.options.clone();
        let sheet = self.choose_sheet(flow, &options)?;
        let mut rows = self.rows(&sheet)?;
        let mapping = header::locate(&mut rows, flow, &options)?;
        rows.inherit(&mapping);
        Ok(Records::new(rows, mapping, flow, options))
    }

    fn choose_sheet(&mut self, flow: &'static Flow, options: &ReadOptions) -> Result<String, SheetError> {
        let sheets = self.sheets();
        if let Some(asked) =
            options.sheet.as_deref().filter(|_| !matches!(self.format, FileFormat::Text | FileFormat::Html))
        {
            if let Some(sheet) = sheets.iter().find(|a| a.name.trim().eq_ignore_ascii_case(asked.trim())) {
                return Ok(sheet.name.clone());
            }
            let existing = sheets.iter().map(|a| format!("`{}`", a.name)).collect::<Vec<_>>().join(", ");
            return Err(SheetError::new("aba_inexistente", vec![("sheet", clip(asked)), ("existing", existing)]));
        }
        let (visible, hidden): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|a| !a.hidden);
        let mut failures = Vec::new();
        for sheet in visible.into_iter().chain(hidden).take(MOST_SHEETS) {
            let outcome = match self.rows(&sheet.name) {
                Ok(mut rows) => header::locate(&mut rows, flow, options).map(drop),
                Err(fault) => Err(fault),
            };
            match outcome {
                Ok(()) => return Ok(sheet.name),
                Err(fault) => failures.push(fault),
            }
        }
        // The sheet that came nearest says most: one that lacks a column, rather than a cover page or an empty one.
        let distance = |fault: &SheetError| match fault.code {
            "planilha_vazia" => 2,
            "cabecalho_nao_encontrado" => 1,
            _ => 0,
        };
        let first_error = failures.into_iter().min_by_key(distance);
        Err(first_error.unwrap_or_else(|| SheetError::new("planilha_vazia", vec![("sheet", self.name.clone())])))
    }
}

/// The rows of one sheet, read as they are asked for.
pub struct Rows<'a> {
    sheet: String,
    body: Body<'a>,
    given_back: VecDeque<Row>,
    limits: Limits,
    /// What the rows so far came to, however little of it the file holds.
    expanded: u64,
    format: FileFormat,
    system_1904: bool,
    finished: bool,
    /// The regions of cells merged over several rows, and how they complete the rows below the header.
    regions: Vec<Region>,
    merged: Option<MergedCells>,
    /// What was found in cells as they were read, by row and column, until it is asked for.
    found: VecDeque<(u32, usize, Found)>,
}

/// Something about a cell that only its reader can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The text had been decoded twice (`AÃ§Ã£o`) and was mended.
    Mended,
    /// Quotes that do not close where the cell does.
    StrayQuote,
}

enum Body<'a> {
    Text(Box<TextRows<'a>>),
    Html(Box<HtmlRows<'a>>),
    Ods(Box<ods::Rows<'a>>),
    Cells(Grouper<'a>),
}

impl Rows<'_> {
    /// The name of the sheet.
    #[must_use]
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// What kind of file it comes from.
    #[must_use]
    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// Whether its dates count from 1904, as in workbooks of old Macs.
    #[must_use]
    pub fn system_1904(&self) -> bool {
        self.system_1904
    }

    /// Completes what comes below the header by the regions of merged cells.
    pub(super) fn inherit(&mut self, mapping: &Mapping) {
        self.merged = Some(MergedCells::new(std::mem::take(&mut self.regions), mapping));
    }

    /// What was found in the cells of `row`, and of no row before it; asked for once, as rows go by.
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

    /// Mends text that was decoded twice.
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

    /// Puts rows back, to be read again.
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
        };
        if let Some(row) = &mut row {
            check_limits(row, self.format, &self.limits)?;
            self.mend(row);
        }
        Ok(row)
    }

    /// Regions of merged cells that were found as their first row was read.
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

    /// Refuses a workbook whose rows come to more than it could hold decompressed: a shared text may stand in a million
    /// cells or be merged over as many rows, and a row may say how often it is repeated.
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
        // After a failure there is no telling where the next row begins.
        if !matches!(next, Ok(Some(_))) {
            self.finished = true;
            self.given_back.clear();
        }
        next.transpose()
    }
}

fn tabs(sheets: &[Sheet]) -> Vec<SheetInfo> {
    sheets.iter().map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.hidden }).collect()
}

/// Where the sheet called `name` stands.
fn place(sheets: &[Sheet], name: &str) -> Result<usize, SheetError> {
    sheets.iter().position(|sheet| sheet.name == name).ok_or_else(|| nonexistent(name))
}

fn nonexistent(sheet: &str) -> SheetError {
    SheetError::new("aba_inexistente", vec![("sheet", sheet.to_owned()), ("existing", String::new())])
}

fn check_limits(row: &Row, format: FileFormat, limits: &Limits) -> Result<(), SheetError> {
    // More rows than Excel has do not come out of a spreadsheet.
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

/// A cell with its row and its column, from 0.
pub(super) type Positioned = ((u32, u32), Cell);

/// Gathers cells that come one by one into rows.
struct Grouper<'a> {
    source: Box<dyn FnMut() -> Result<Option<Positioned>, SheetError> + Send + 'a>,
    pending: Option<Positioned>,
    finished: bool,
}

impl<'a> Grouper<'a> {
    fn new(source: Box<dyn FnMut() -> Result<Option<Positioned>, SheetError> + Send + 'a>) -> Self {
        Self { source, pending: None, finished: false }
    }

    fn next_row(&mut self, limits: &Limits) -> Result<Option<Row>, SheetError> {
        let mut at: Option<RowBuilder> = None;
        loop {
            let next = match self.pending.take() {
                Some(cell) => Some(cell),
                None if self.finished => None,
                None => (self.source)()?,
            };
            let Some(((number, column), cell)) = next else {
                self.finished = true;
                return Ok(at.map(RowBuilder::build));
            };
            // A styled cell without a value may stand at the far right of every row; it is nothing.
            if matches!(cell, Cell::Empty) {
                continue;
            }
            let number = number.saturating_add(1);
            if at.as_ref().is_some_and(|at| at.number() != number) {
                self.pending = Some(((number - 1, column), cell));
                return Ok(at.map(RowBuilder::build));
            }
            at.get_or_insert_with(|| RowBuilder::new(number)).put(column, cell, limits)?;
        }
    }
}

/// A page that has a row at least; each reading of it begins at its beginning.
fn with_table(mut source: Box<dyn Source>, limits: &Limits) -> Result<Box<dyn Source>, SheetError> {
    let first = HtmlRows::open(Box::new(&mut *source), limits)?.read()?;
    if first.is_some() { Ok(source) } else { Err(SheetError::new("html_sem_tabela", Vec::new())) }
}
