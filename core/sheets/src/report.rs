//! Writes the input sheet again with the outcome of each row.

use std::io::Write;

use jiff::civil::DateTime;
use rust_xlsxwriter::{Color, ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};
use smartbill_model::validate::Severity;

use super::cell::{Cell, Row};
use super::finding::SheetError;
use super::flows::{Conversion, Flow};
use super::header::{REPORT_COLUMNS, locate};
use super::look::{ColumnRun, Look};
use super::mapping::Mapping;
use super::names::normalize;
use super::workbook::SheetFile;
use super::write::{Output, Styles, Text, Written, neutral_text, propriedades, text_that_fits, width, xlsx_error};

/// The greatest number of comments, before Excel becomes slow. Further cells are only coloured.
const MAX_NOTES: u32 = 5_000;

/// The greatest number of rows of an Excel sheet.
const EXCEL_ROWS: u32 = 1_048_576;
const EXCEL_COLUMNS: u16 = 16_384;

/// The name of the sheet with the counts.
const SUMMARY: &str = "Resultado";

/// The outcome of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowResult {
    /// The outcome in one word for a person, such as `incluído` or `rejeitado`.
    pub situacao: String,
    /// The code of the first finding. Empty if there is none.
    pub code: String,
    /// The messages about the row.
    pub message: String,
    /// The platform's identifier of the row's record, by which the row is recognized when the file is imported again.
    pub id: String,
    /// The cells with findings.
    pub cells: Vec<MarkedCell>,
}

impl RowResult {
    /// What became of a row of which several records were made, of each month one: how often each word holds, all that is
    /// to be said, and no identifier, since none is that of all.
    #[must_use]
    pub fn of_all(results: Vec<Self>) -> Option<Self> {
        let several = results.len() > 1;
        let mut words: Vec<(String, usize)> = Vec::new();
        let mut all: Option<Self> = None;
        for result in results {
            match words.iter_mut().find(|(word, _)| *word == result.situacao) {
                Some((_, times)) => *times += 1,
                None => words.push((result.situacao.clone(), 1)),
            }
            let Some(all) = &mut all else {
                all = Some(result);
                continue;
            };
            if all.code.is_empty() {
                all.code = result.code;
            }
            if !all.message.contains(&result.message) {
                let separator = if all.message.is_empty() { "" } else { "; " };
                all.message.push_str(separator);
                all.message.push_str(&result.message);
            }
            all.cells.extend(result.cells);
        }
        let mut all = all?;
        if several {
            all.id.clear();
            all.situacao = words.iter().map(|(word, times)| format!("{word} ({times})")).collect::<Vec<_>>().join(", ");
        }
        Some(all)
    }
}

/// A cell to be coloured and commented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedCell {
    /// The letter of its column.
    pub column: String,
    /// Red for an error, yellow for a warning.
    pub severity: Severity,
    /// The comment.
    pub message: String,
}

/// Writes the sheet of `flow` in `file` again, with each row at its own place, and adds columns with the outcomes.
///
/// `outcome` is called once for each row that is not empty, with its number. `counts` are written to a second sheet.
/// The output can be corrected and imported again: the importer ignores the added columns.
///
/// # Errors
/// If the source cannot be read again, or the output cannot be written.
pub fn report<W: Write + Send>(
    file: &mut SheetFile,
    flow: &'static Flow,
    out: Output,
    target: W,
    outcome: impl FnMut(u32) -> Option<RowResult>,
    counts: &[(String, u64)],
) -> Result<(W, Written), SheetError> {
    let form = Form::measure(file, flow)?;
    match out {
        Output::Xlsx => as_xlsx(file, &form, target, outcome, counts, flow),
        Output::CsvUtf8 | Output::CsvWindows1252 => {
            as_csv(file, &form, Text::new(target, out == Output::CsvWindows1252)?, outcome)
        }
    }
}

/// The layout of the input sheet.
struct Form {
    sheet: String,
    mapping: Mapping,
    look: Look,
    /// The columns of an earlier report, which are written again.
    earlier: Vec<usize>,
    /// The first column that no row uses.
    width: usize,
}

impl Form {
    fn measure(file: &mut SheetFile, flow: &'static Flow) -> Result<Self, SheetError> {
        let sheet = file.records(flow)?.sheet().to_owned();
        let options = file.options().clone();
        let mapping = locate(&mut file.rows(&sheet)?, flow, &options)?.mapping;
        let ours: Vec<String> = REPORT_COLUMNS.iter().map(|c| normalize(c)).collect();
        let earlier: Vec<usize> = (0..mapping.headers.len())
            .filter(|i| mapping.headers.get(*i).is_some_and(|c| ours.contains(&normalize(c))))
            .collect();
        let look = file.look(&sheet)?;
        let mut form = Self { sheet, mapping, look, earlier, width: 0 };
        for row in file.rows(&form.sheet)? {
            let row = form.without_earlier_report(row?);
            let used = row.cells.iter().rposition(|c| !matches!(c, Cell::Empty)).map_or(0, |i| i + 1);
            form.width = form.width.max(used);
        }
        Ok(form)
    }

    /// The rows of the sheet, completed and without an earlier report.
    fn rows<'a>(
        &'a self,
        file: &'a mut SheetFile,
    ) -> Result<impl Iterator<Item = Result<Row, SheetError>> + use<'a>, SheetError> {
        let mut rows = file.rows(&self.sheet)?;
        rows.inherit(&self.mapping);
        Ok(rows.map(|row| row.map(|row| self.without_earlier_report(row))))
    }

    /// The content of a column, as its header tells.
    fn conversion(&self, index: usize) -> Conversion {
        let column = self.mapping.columns.iter().find(|(i, _)| *i == index);
        column.map_or(Conversion::Text, |(_, column)| column.conversion)
    }

    /// The width of a column of which the source does not say one: that of its values, and at least that of its name.
    fn width_of(&self, index: usize) -> f64 {
        /// The greatest width that a name alone gives.
        const WIDEST: usize = 60;
        let name = self.mapping.headers.get(index).map_or(0, |header| header.chars().count());
        // The button of the filter covers the end of the name.
        let name = u32::try_from((name + 4).clamp(12, WIDEST)).unwrap_or_default();
        let column = self.mapping.columns.iter().find(|(i, _)| *i == index);
        column.map_or(0.0, |(_, column)| width(column)).max(name.into())
    }

    /// The columns that are merged in a row of the header, or of the titles above it, where this hides no cell. Cells
    /// that are merged over several rows are not kept, since rows are written one by one.
    fn merged(&self, row: &Row) -> impl Iterator<Item = (u16, u16)> {
        let in_header = row.number <= self.header();
        let regions =
            self.look.merged.iter().filter(move |r| in_header && r.first == row.number && r.last == row.number);
        let columns = regions.map(|r| (r.column, r.last_column.min(self.width.saturating_sub(1))));
        let hides_none = |first: usize, last: usize| (first + 1..=last).all(|column| row.cell(column).empty());
        let columns = columns.filter(move |(first, last)| first < last && hides_none(*first, *last));
        columns.filter_map(|(first, last)| Some((u16::try_from(first).ok()?, u16::try_from(last).ok()?)))
    }

    fn header(&self) -> u32 {
        self.mapping.header_row
    }

    /// The row's place in the workbook, from 0. The names of fixed columns, which are row 0, are written above the
    /// lines.
    fn place(&self, row: u32) -> u32 {
        if self.header() == 0 { row } else { row.saturating_sub(1) }
    }

    fn without_earlier_report(&self, mut row: Row) -> Row {
        for index in &self.earlier {
            if let Some(cell) = row.cells.get_mut(*index) {
                *cell = Cell::Empty;
            }
        }
        row
    }
}

fn as_csv<W: Write>(
    file: &mut SheetFile,
    form: &Form,
    mut text: Text<W>,
    mut outcome: impl FnMut(u32) -> Option<RowResult>,
) -> Result<(W, Written), SheetError> {
    let mut written = 0;
    for row in form.rows(file)? {
        let row = row?;
        // Blank rows keep the other rows at their places.
        while written + 1 < row.number {
            text.row((0..form.width + REPORT_COLUMNS.len()).map(|_| String::new()))?;
            written += 1;
        }
        let ours = our_columns(form, row.number, &mut outcome);
        let cells = (0..form.width).map(|i| neutral_text(&row.cell(i).show()));
        text.row(cells.chain(ours.0.into_iter().map(|t| neutral_text(&t))))?;
        written = row.number;
    }
    text.finish()
}

fn our_columns(
    form: &Form,
    number: u32,
    outcome: &mut impl FnMut(u32) -> Option<RowResult>,
) -> ([String; 4], Vec<MarkedCell>) {
    if number == form.header() {
        return (REPORT_COLUMNS.map(str::to_owned), Vec::new());
    }
    match (number > form.header()).then(|| outcome(number)).flatten() {
        Some(r) => ([r.situacao, r.code, r.message, r.id], r.cells),
        None => Default::default(),
    }
}

fn as_xlsx<W: Write + Send>(
    file: &mut SheetFile,
    form: &Form,
    mut target: W,
    mut outcome: impl FnMut(u32) -> Option<RowResult>,
    counts: &[(String, u64)],
    flow: &Flow,
) -> Result<(W, Written), SheetError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&propriedades(flow.title));
    let mut leaf = Leaf { styles: Styles::new(), notes: 0 };
    let name = sheet_name(&form.sheet, flow);
    let worksheet = new_sheet(&mut workbook)?;
    let width = u16::try_from(form.width).unwrap_or(u16::MAX);
    (|| {
        worksheet.set_name(&name)?.set_freeze_panes(form.place(form.header()).saturating_add(1), 0)?;
        columns(worksheet, &form.look.by_column(form.width), |index| Some(form.width_of(index)))?;
        for (column, size) in (width..).zip([20, 28, 80, 16]) {
            worksheet.set_column_width(column, size)?;
        }
        Ok(())
    })()
    .map_err(|e| xlsx_error(&e))?;
    let mut written = Written::default();
    let mut last = form.header();
    for row in form.rows(file)? {
        let row = row?;
        if form.place(row.number) >= EXCEL_ROWS {
            return Err(SheetError::new("planilha_cheia", vec![("limit", EXCEL_ROWS.to_string())]));
        }
        let (ours, marked) = our_columns(form, row.number, &mut outcome);
        leaf.row(worksheet, &row, form, &ours, &marked).map_err(|e| xlsx_error(&e))?;
        written.rows += u64::from(row.number > form.header());
        last = row.number;
    }
    let header = form.place(form.header());
    let ours = u16::try_from(REPORT_COLUMNS.len()).unwrap_or_default();
    worksheet
        .autofilter(header, 0, form.place(last).max(header), width.saturating_add(ours).saturating_sub(1))
        .map_err(|e| xlsx_error(&e))?;
    summary(workbook.add_worksheet(), counts, &leaf.styles).map_err(|e| xlsx_error(&e))?;
    other_sheets(&mut workbook, file, &[&form.sheet, &name, SUMMARY], &leaf.styles)?;
    workbook.save_to_writer(&mut target).map_err(|e| xlsx_error(&e))?;
    Ok((target, written))
}

/// Gives the columns the widths of the source, or else those of `otherwise`. Hidden columns stay hidden.
fn columns(
    worksheet: &mut Worksheet,
    runs: &[Option<ColumnRun>],
    otherwise: impl Fn(usize) -> Option<f64>,
) -> Result<(), XlsxError> {
    for (column, (index, run)) in (0_u16..).zip(runs.iter().enumerate()) {
        if let Some(pixels) = run.and_then(|run| run.width) {
            worksheet.set_column_width_pixels(column, pixels)?;
        } else if let Some(width) = otherwise(index) {
            worksheet.set_column_width(column, width)?;
        }
        if run.is_some_and(|run| run.hidden) {
            worksheet.set_column_hidden(column)?;
        }
    }
    Ok(())
}

/// Adds a sheet whose rows leave memory as they are written, if a temporary file is possible.
#[cfg(not(target_arch = "wasm32"))]
fn new_sheet(workbook: &mut Workbook) -> Result<&mut Worksheet, SheetError> {
    workbook.add_worksheet_with_constant_memory().map_err(|e| xlsx_error(&e))
}

#[cfg(target_arch = "wasm32")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there is a file to be made")]
fn new_sheet(workbook: &mut Workbook) -> Result<&mut Worksheet, SheetError> {
    Ok(workbook.add_worksheet())
}

/// Copies the other sheets of the workbook, cell by cell, so that the output has everything the input has.
fn other_sheets(
    workbook: &mut Workbook,
    file: &mut SheetFile,
    written: &[&str],
    styles: &Styles,
) -> Result<(), SheetError> {
    for sheet in file.sheets() {
        if written.iter().any(|text| text.eq_ignore_ascii_case(&sheet.name)) || !accepted_name(&sheet.name) {
            continue;
        }
        let worksheet = new_sheet(workbook)?;
        worksheet.set_name(&sheet.name).map_err(|e| xlsx_error(&e))?.set_hidden(sheet.hidden);
        let most = usize::try_from(file.options().limits.columns).unwrap_or(usize::MAX);
        let look = file.look(&sheet.name).unwrap_or_default();
        columns(worksheet, &look.by_column(most), |_| None).map_err(|e| xlsx_error(&e))?;
        // A damaged sheet that was not imported must not prevent the report.
        let Ok(rows) = file.rows(&sheet.name) else {
            continue;
        };
        for row in rows.map_while(Result::ok).take_while(|l| l.number <= EXCEL_ROWS) {
            for (column, cell) in (0_u16..EXCEL_COLUMNS).zip(&row.cells) {
                let style = Style { header: None, conversion: Conversion::Text, color: None };
                write(worksheet, (row.number.saturating_sub(1), column), cell, &style, styles)
                    .map_err(|e| xlsx_error(&e))?;
            }
        }
    }
    Ok(())
}

struct Leaf {
    styles: Styles,
    notes: u32,
}

impl Leaf {
    fn row(
        &mut self,
        worksheet: &mut Worksheet,
        row: &Row,
        form: &Form,
        ours: &[String; 4],
        marked: &[MarkedCell],
    ) -> Result<(), XlsxError> {
        let number = form.place(row.number);
        for (first, last) in form.merged(row) {
            match worksheet.merge_range(number, first, number, last, "", &Format::new()) {
                // Only a damaged file has cells that are merged twice.
                Ok(_) | Err(XlsxError::MergeRangeOverlaps(..)) => {}
                Err(error) => return Err(error),
            }
        }
        for index in 0..form.width {
            let column = u16::try_from(index).unwrap_or(u16::MAX);
            let marks: Vec<&MarkedCell> = marked.iter().filter(|m| m.column == super::column_letter(index)).collect();
            let color = marks.iter().map(|m| m.severity).fold(None, |worst, s| match (worst, s) {
                (Some(Severity::Error), _) | (_, Severity::Error) => Some(Severity::Error),
                _ => Some(Severity::Warning),
            });
            let header = (row.number == form.header()).then_some(&self.styles.header);
            let style = Style { header, conversion: form.conversion(index), color };
            write(worksheet, (number, column), row.cell(index), &style, &self.styles)?;
            if !marks.is_empty() && self.notes < MAX_NOTES {
                self.notes += 1;
                let text = marks.iter().map(|m| m.message.as_str()).collect::<Vec<_>>().join("\n");
                worksheet.insert_note(number, column, &Note::new(text).add_author_prefix(false))?;
            }
        }
        let width = u16::try_from(form.width).unwrap_or(u16::MAX);
        for (column, text) in (width..).zip(ours) {
            if text.is_empty() {
                continue;
            }
            if row.number == form.header() {
                worksheet.write_string_with_format(number, column, text, &self.styles.header)?;
            } else {
                worksheet.write_string(number, column, text_that_fits(text))?;
            }
        }
        Ok(())
    }
}

/// The appearance of a cell.
struct Style<'e> {
    header: Option<&'e Format>,
    /// The content of its column.
    conversion: Conversion,
    color: Option<Severity>,
}

/// Writes a cell as it was read: a number as a number, a date as a date, and a text never as a formula.
fn write(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    style: &Style<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let paint = |format: Format| match style.color {
        Some(Severity::Error) => format.set_background_color(Color::RGB(0xFF_C7_CE)),
        Some(Severity::Warning) => format.set_background_color(Color::RGB(0xFF_EB_9C)),
        None => format,
    };
    match cell {
        Cell::Empty | Cell::Merged => {
            if style.color.is_some() {
                worksheet.write_blank(row, column, &paint(Format::new()))?;
            }
        }
        Cell::Number(number) if number.value.is_finite() => {
            let format = match (number.zeros, style.conversion) {
                (0, Conversion::Money) => styles.fine_money.clone(),
                (0, Conversion::Decimal) => styles.number.clone(),
                // Above eleven digits, which documents have, Excel would show a number as `1,12223E+13`.
                (0, _) if number.value.abs() >= 1e11 => Format::new().set_num_format("0"),
                (0, _) => Format::new(),
                (zeros, _) => Format::new().set_num_format("0".repeat(usize::from(zeros))),
            };
            worksheet.write_number_with_format(row, column, number.value, &paint(format))?;
        }
        Cell::Date(date) => match excel(*date) {
            Some(momento) => {
                let with_time = date.time() != jiff::civil::Time::midnight();
                let format =
                    if with_time { Format::new().set_num_format("dd/mm/yyyy hh:mm:ss") } else { styles.date.clone() };
                worksheet.write_datetime_with_format(row, column, momento, &paint(format))?;
            }
            None => {
                worksheet.write_string_with_format(row, column, cell.show(), &paint(Format::new()))?;
            }
        },
        Cell::Time(days) if days.is_finite() => {
            let format = Format::new().set_num_format("[hh]:mm:ss");
            worksheet.write_number_with_format(row, column, *days, &paint(format))?;
        }
        Cell::Boolean(value) => {
            worksheet.write_boolean_with_format(row, column, *value, &paint(Format::new()))?;
        }
        _ => {
            let format = style.header.map_or_else(|| paint(styles.text.clone()), |f| paint(f.clone()));
            worksheet.write_string_with_format(row, column, text_that_fits(&cell.show()), &format)?;
        }
    }
    Ok(())
}

fn excel(date: DateTime) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|year| *year >= 1901)?;
    let day = ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()?;
    let (hour, minute) = (u16::try_from(date.hour()).ok()?, u8::try_from(date.minute()).ok()?);
    day.and_hms(hour, minute, f64::from(date.second())).ok()
}

fn summary(worksheet: &mut Worksheet, counts: &[(String, u64)], styles: &Styles) -> Result<(), XlsxError> {
    worksheet.set_name(SUMMARY)?;
    worksheet.set_column_width(0, 40)?;
    worksheet.set_column_width(1, 14)?;
    worksheet.write_string_with_format(0, 0, "Resultado", &styles.header)?;
    worksheet.write_string_with_format(0, 1, "Linhas", &styles.header)?;
    for (row, (name, limit)) in (1_u32..).zip(counts) {
        worksheet.write_string(row, 0, name)?;
        #[expect(clippy::cast_precision_loss, reason = "no sheet has 2^53 rows")]
        worksheet.write_number(row, 1, *limit as f64)?;
    }
    Ok(())
}

/// A sheet name that Excel accepts. For a text file the name is that of the file, which Excel may not accept.
fn sheet_name(sheet: &str, flow: &Flow) -> String {
    if accepted_name(sheet) && !sheet.eq_ignore_ascii_case(SUMMARY) { sheet.to_owned() } else { flow.title.to_owned() }
}

fn accepted_name(sheet: &str) -> bool {
    let forbidden = ['[', ']', ':', '*', '?', '/', '\\'];
    !sheet.trim().is_empty()
        && sheet.encode_utf16().count() <= 31
        && !sheet.contains(forbidden)
        && !sheet.starts_with('\'')
        && !sheet.ends_with('\'')
}
