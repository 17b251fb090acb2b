use std::io::{Cursor, Read, SeekFrom};

use smartbill_model::validate::clip;

use super::biff::XlsWorkbook;
use super::csv::TextRows;
use super::dbf::{self, Dbf};
use super::detect::{self, Archive, FileFormat};
use super::finding::SheetError;
use super::flows::Flow;
use super::header::{Located, TITLE_ROWS};
use super::html::HtmlRows;
use super::layout::Layout;
use super::look::Look;
use super::ods::Ods;
use super::options::{Limits, ReadOptions};
use super::package::{Package, Sheet};
use super::records::Records;
use super::sheet::{Body, Grouper, Rows};
use super::source::{Source, reading};
use super::table::Table;
use super::xlsb::Xlsb;
use super::xlsx::Xlsx;
use super::xml2003::Xml2003;
use super::{biff, encryption, header};

/// An open spreadsheet file of a recognized format.
pub struct SheetFile {
    name: String,
    format: FileFormat,
    options: ReadOptions,
    /// The positions of the columns in a text with fixed columns.
    layout: Option<Layout>,
    content: Content,
}

/// The greatest number of sheets in which a header is searched. A sheet that is named in the options is read in any
/// case.
const MOST_SHEETS: usize = 256;

/// A sheet of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetInfo {
    /// The name on its tab. For a text file, the name of the file.
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
    Xml(Box<Xml2003>),
    Dbf(Box<Dbf>),
}

impl SheetFile {
    /// Opens a file in memory. `name` is shown in messages.
    ///
    /// # Errors
    /// If the bytes are not a readable spreadsheet. The error says what they are.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>, name: &str, options: &ReadOptions) -> Result<Self, SheetError> {
        Self::from_source(Box::new(Cursor::new(bytes.into())), name, options)
    }

    /// Opens a file that is read on demand. A text file of any length takes little memory.
    ///
    /// # Errors
    /// If the file cannot be read or is not a spreadsheet. The error says what it is.
    pub fn from_source(source: Box<dyn Source>, name: &str, options: &ReadOptions) -> Result<Self, SheetError> {
        Self::open(source, name, options, false)
    }

    /// With `inside`, the file comes from an archive, and is not treated as an archive again.
    fn open(mut source: Box<dyn Source>, name: &str, options: &ReadOptions, inside: bool) -> Result<Self, SheetError> {
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
            let format = match detect::archive(&mut package)? {
                Archive::Workbook(format) => format,
                Archive::Around(..) if inside => detect::workbook(&mut package)?,
                Archive::Around(place, inner) => {
                    let bytes = package.file(place, &inner)?;
                    let name = inner.rsplit(['/', '\\']).next().unwrap_or(name);
                    return Self::open(Box::new(Cursor::new(bytes)), name, options, true);
                }
            };
            let content = match format {
                FileFormat::Xlsb => Content::Xlsb(Box::new(Xlsb::open(package, limits)?)),
                FileFormat::Ods => Content::Ods(Box::new(Ods::open(package, limits)?)),
                _ => Content::Xlsx(Box::new(Xlsx::open(package, limits)?)),
            };
            (format, content)
        } else if !dbf::recognizes(&bytes) && detect::looks_like_text(&bytes) {
            let format = detect::without_archive(&bytes)?;
            let content = match format {
                FileFormat::Fods => Content::Ods(Box::new(Ods::open_flat(source, limits)?)),
                FileFormat::Xml => Content::Xml(Box::new(Xml2003::open(source, limits)?)),
                FileFormat::Html => Content::Html(with_table(source, limits)?),
                _ => Content::Text(source),
            };
            (format, content)
        } else {
            // The sectors of the container may be in any order, so the whole file must be in memory.
            if size > limits.memory {
                let limit = limits.memory.to_string();
                return Err(SheetError::new("memoria_demais", vec![("limit", limit)]));
            }
            source.read_to_end(&mut bytes).map_err(|e| reading(&e))?;
            if let Some(archive) = encryption::decrypted(&bytes, options.password.as_ref(), limits)? {
                drop(bytes);
                return Self::open(Box::new(Cursor::new(archive)), name, options, true);
            }
            let format = detect::without_archive(&bytes)?;
            let content = match format {
                FileFormat::Dbf => Content::Dbf(Box::new(Dbf::open(bytes)?)),
                _ => Content::Xls(Box::new(biff::open(&bytes, limits.memory)?)),
            };
            (format, content)
        };
        let layout = options.layout.as_ref().map(|layout| {
            if format != FileFormat::Text {
                let params = vec![("file", clip(&layout.name)), ("format", format!(".{}", format.extension()))];
                return Err(SheetError::new("layout_sem_texto", params));
            }
            Layout::read(layout, limits)
        });
        Ok(Self { name: name.to_owned(), format, options: options.clone(), layout: layout.transpose()?, content })
    }

    /// The format of the file.
    #[must_use]
    pub fn format(&self) -> FileFormat {
        self.format
    }

    /// The name given on opening.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The options given on opening.
    #[must_use]
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// The sheets with cells, in the order of their tabs.
    #[must_use]
    pub fn sheets(&self) -> Vec<SheetInfo> {
        match &self.content {
            Content::Text(_) | Content::Html(_) | Content::Dbf(_) => {
                vec![SheetInfo { name: self.name.clone(), hidden: false }]
            }
            Content::Xls(workbook) => {
                let sheets = workbook.sheets().iter().filter(|sheet| sheet.worksheet);
                sheets.map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.hidden }).collect()
            }
            Content::Xlsx(workbook) => tabs(workbook.sheets()),
            Content::Xlsb(workbook) => tabs(workbook.sheets()),
            Content::Ods(workbook) => tabs(workbook.sheets()),
            Content::Xml(workbook) => {
                let sheets = workbook.sheets().iter();
                sheets.map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.hidden }).collect()
            }
        }
    }

    /// The rows of the sheet called `sheet`, as they are stored.
    ///
    /// # Errors
    /// If the sheet does not exist or is damaged.
    pub fn rows(&mut self, sheet: &str) -> Result<Rows<'_>, SheetError> {
        let limits = self.options.limits;
        let format = self.format;
        let mut system_1904 = false;
        let mut regions = Vec::new();
        let body = match &mut self.content {
            Content::Text(source) => {
                Body::Text(Box::new(TextRows::open(Box::new(&mut **source), &limits, self.layout.as_ref())?))
            }
            Content::Html(source) => Body::Html(Box::new(HtmlRows::open(Box::new(&mut **source), &limits)?)),
            Content::Dbf(table) => Body::Cells(Grouper::new(Box::new(table.cells()))),
            Content::Xml(workbook) => {
                let index = workbook.sheets().iter().position(|a| a.name == sheet).ok_or_else(|| nonexistent(sheet))?;
                system_1904 = workbook.system_1904();
                regions = workbook.regions(index);
                Body::Cells(Grouper::new(Box::new(workbook.cells(index, &limits)?)))
            }
            Content::Xls(workbook) => {
                system_1904 = workbook.system_1904();
                let index = workbook.sheets().iter().position(|a| a.name == sheet).ok_or_else(|| nonexistent(sheet))?;
                let hidden;
                (regions, hidden) = workbook.merged_and_hidden(index)?;
                Body::Cells(Grouper::new(Box::new(workbook.cells(index, hidden)?)))
            }
            Content::Ods(workbook) => {
                let index = place(workbook.sheets(), sheet)?;
                Body::Ods(Box::new(workbook.rows(index)?))
            }
            Content::Xlsx(workbook) => {
                system_1904 = workbook.system_1904();
                let index = place(workbook.sheets(), sheet)?;
                regions = workbook.regions(index)?;
                Body::Cells(Grouper::new(Box::new(workbook.cells(index)?)))
            }
            Content::Xlsb(workbook) => {
                system_1904 = workbook.system_1904();
                let index = place(workbook.sheets(), sheet)?;
                regions = workbook.regions(index)?;
                Body::Cells(Grouper::new(Box::new(workbook.cells(index)?)))
            }
        };
        Ok(Rows::new(sheet, body, format, limits, system_1904, regions))
    }

    /// The look of the sheet called `sheet`. Text, pages and tables of dBase have none that is kept.
    pub(super) fn look(&mut self, sheet: &str) -> Result<Look, SheetError> {
        match &mut self.content {
            Content::Xls(workbook) => match workbook.sheets().iter().position(|known| known.name == sheet) {
                Some(index) => workbook.look(index),
                None => Err(nonexistent(sheet)),
            },
            Content::Xlsx(workbook) => workbook.look(place(workbook.sheets(), sheet)?),
            Content::Xlsb(workbook) => workbook.look(place(workbook.sheets(), sheet)?),
            Content::Ods(workbook) => workbook.look(place(workbook.sheets(), sheet)?),
            Content::Text(_) | Content::Html(_) | Content::Xml(_) | Content::Dbf(_) => Ok(Look::default()),
        }
    }

    /// The records of `flow`, from the sheet in the options or else from the first sheet with a recognizable header.
    ///
    /// # Errors
    /// If no sheet has the columns that the flow requires. The error says what was found instead.
    pub fn records(&mut self, flow: &'static Flow) -> Result<Records<'_>, SheetError> {
        let options = self.options.clone();
        let sheet = self.choose_sheet(flow, &options)?;
        let mut rows = self.rows(&sheet)?;
        let Located { mapping, options } = header::locate(&mut rows, flow, &options)?;
        rows.inherit(&mapping);
        Records::new(rows, mapping, flow, options)
    }

    /// The sheets other than `name` that have any content.
    #[must_use]
    pub fn others(&mut self, name: &str) -> Vec<String> {
        let others = self.sheets().into_iter().map(|sheet| sheet.name).filter(|other| other != name);
        let others: Vec<_> = others.take(MOST_SHEETS).collect();
        let filled = |name: &String| match self.rows(name) {
            Ok(rows) => rows.take(TITLE_ROWS).any(|row| row.is_ok_and(|row| !row.empty())),
            Err(_) => false,
        };
        others.into_iter().filter(filled).collect()
    }

    /// The cells of the sheet in the options, or else of the first sheet with any content. Hidden sheets come last.
    ///
    /// # Errors
    /// If the sheet cannot be read, or takes more memory than the limits allow.
    pub fn table(&mut self) -> Result<Table, SheetError> {
        let limits = self.options.limits;
        let sheets = self.sheets();
        let names = sheets.iter().map(|sheet| sheet.name.clone()).collect();
        let sheet = match self.asked_sheet(&sheets)? {
            Some(sheet) => sheet,
            None => self.first_filled(sheets)?,
        };
        Table::read(&mut self.rows(&sheet)?, names, &limits)
    }

    /// The first sheet with any content, or the first sheet if all are empty.
    fn first_filled(&mut self, sheets: Vec<SheetInfo>) -> Result<String, SheetError> {
        let (visible, hidden): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|sheet| !sheet.hidden);
        let names: Vec<String> = visible.into_iter().chain(hidden).map(|sheet| sheet.name).take(MOST_SHEETS).collect();
        for name in &names {
            // A damaged sheet is an error, and is not skipped.
            if self.rows(name)?.next().transpose()?.is_some() {
                return Ok(name.clone());
            }
        }
        let empty = || SheetError::new("planilha_vazia", vec![("sheet", self.name.clone())]);
        names.into_iter().next().ok_or_else(empty)
    }

    /// The sheet in the options. A file without sheets has the one name that a spreadsheet program shows for it.
    fn asked_sheet(&self, sheets: &[SheetInfo]) -> Result<Option<String>, SheetError> {
        let Some(asked) = self.options.sheet.as_deref() else {
            return Ok(None);
        };
        if matches!(self.format, FileFormat::Text | FileFormat::Html | FileFormat::Dbf) {
            let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
            let own = [self.name.as_str(), stem].into_iter().any(|own| own.trim().eq_ignore_ascii_case(asked.trim()));
            let params = || vec![("sheet", clip(asked)), ("format", format!(".{}", self.format.extension()))];
            return if own { Ok(None) } else { Err(SheetError::new("arquivo_sem_abas", params())) };
        }
        if let Some(sheet) = sheets.iter().find(|a| a.name.trim().eq_ignore_ascii_case(asked.trim())) {
            return Ok(Some(sheet.name.clone()));
        }
        let existing = sheets.iter().map(|a| format!("`{}`", a.name)).collect::<Vec<_>>().join(", ");
        Err(SheetError::new("aba_inexistente", vec![("sheet", clip(asked)), ("existing", existing)]))
    }

    fn choose_sheet(&mut self, flow: &'static Flow, options: &ReadOptions) -> Result<String, SheetError> {
        let sheets = self.sheets();
        if let Some(sheet) = self.asked_sheet(&sheets)? {
            return Ok(sheet);
        }
        if let [only] = sheets.as_slice() {
            return Ok(only.name.clone());
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
        // The error of the best sheet is the most useful: that of a sheet that lacks a column, rather than that of a
        // cover page or an empty sheet.
        let distance = |fault: &SheetError| match fault.code {
            "planilha_vazia" => 2,
            "cabecalho_nao_encontrado" => 1,
            _ => 0,
        };
        let first_error = failures.into_iter().min_by_key(distance);
        Err(first_error.unwrap_or_else(|| SheetError::new("planilha_vazia", vec![("sheet", self.name.clone())])))
    }
}

fn tabs(sheets: &[Sheet]) -> Vec<SheetInfo> {
    sheets.iter().map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.hidden }).collect()
}

/// The index of the sheet called `name`.
fn place(sheets: &[Sheet], name: &str) -> Result<usize, SheetError> {
    sheets.iter().position(|sheet| sheet.name == name).ok_or_else(|| nonexistent(name))
}

fn nonexistent(sheet: &str) -> SheetError {
    SheetError::new("aba_inexistente", vec![("sheet", sheet.to_owned()), ("existing", String::new())])
}

/// Checks that a page has at least one row, and returns it rewound to its beginning.
fn with_table(mut source: Box<dyn Source>, limits: &Limits) -> Result<Box<dyn Source>, SheetError> {
    let first = HtmlRows::open(Box::new(&mut *source), limits)?.read()?;
    if first.is_some() { Ok(source) } else { Err(SheetError::new("html_sem_tabela", Vec::new())) }
}
