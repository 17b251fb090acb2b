//! Reads the XML of Excel 2003 (`SpreadsheetML`), which Protheus' `FWMsExcel` writes and many systems call `.xls`.

use std::collections::BTreeMap;
use std::io::SeekFrom;

use quick_xml::events::{BytesStart, Event};

use super::cell::{Cell, CellSource, Positioned};
use super::finding::SheetError;
use super::formats::NumberFormat;
use super::merged::Region;
use super::options::Limits;
use super::shared::Budget;
use super::source::{Source, reading};
use super::value;
use super::xml::{Xml, attribute};

/// The name of a damaged file in messages.
const PART: &str = ".xml (Excel 2003)";

/// A workbook whose sheets are read from the file each time.
pub(super) struct Xml2003 {
    source: Box<dyn Source>,
    sheets: Vec<Sheet>,
    formats: BTreeMap<String, NumberFormat>,
    system_1904: bool,
}

/// A sheet, with the data that must be known before its rows are read.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// The position in the file at which it begins.
    start: u64,
    regions: Vec<Region>,
}

impl Xml2003 {
    /// Searches the file once, for its sheets, the formats of its styles and its merged cells.
    pub(super) fn open(mut source: Box<dyn Source>, limits: &Limits) -> Result<Self, SheetError> {
        let (mut sheets, mut formats) = (Vec::<Sheet>::new(), BTreeMap::new());
        let mut budget = Budget::new(limits.memory);
        let (mut style, mut system_1904) = (String::new(), false);
        let mut place = Place::default();
        source.seek(SeekFrom::Start(0)).map_err(|e| reading(&e))?;
        let mut xml = Xml::new(&mut *source, PART, limits);
        loop {
            let start = xml.position();
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "Style" => {
                        style = attribute(&tag, "ID").unwrap_or_default().into_owned();
                        budget.take(style.len() + size_of::<NumberFormat>())?;
                        let parent = attribute(&tag, "Parent").and_then(|parent| formats.get(parent.as_ref()).copied());
                        formats.insert(style.clone(), parent.unwrap_or_default());
                    }
                    "NumberFormat" => {
                        if let Some(format) = attribute(&tag, "Format") {
                            formats.insert(style.clone(), number_format(&format));
                        }
                    }
                    "Date1904" => system_1904 = true,
                    "Worksheet" => {
                        let name = attribute(&tag, "Name").unwrap_or_default().into_owned();
                        budget.take(name.len() + size_of::<Sheet>())?;
                        sheets.push(Sheet { name, hidden: false, start, regions: Vec::new() });
                        place = Place::default();
                    }
                    "Visible" => {
                        let mut visible = String::new();
                        xml.text(&mut visible)?;
                        if let Some(sheet) = sheets.last_mut() {
                            sheet.hidden = matches!(visible.trim(), "SheetHidden" | "SheetVeryHidden");
                        }
                    }
                    "Row" => place.row(&tag),
                    "Cell" => {
                        let (row, column) = place.cell(&tag);
                        let down = number(&tag, "MergeDown").unwrap_or(0);
                        if let (true, Some(sheet)) = (down > 0, sheets.last_mut()) {
                            budget.take(size_of::<Region>())?;
                            let first = row.saturating_add(1);
                            let (last, column) = (first.saturating_add(down), column as usize);
                            sheet.regions.push(Region { first, last, column, last_column: column });
                        }
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "Row" => place.next_row(),
                Event::Eof => break,
                _ => {}
            }
        }
        drop(xml);
        Ok(Self { source, sheets, formats, system_1904 })
    }

    pub(super) fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    pub(super) fn system_1904(&self) -> bool {
        self.system_1904
    }

    pub(super) fn regions(&self, sheet: usize) -> Vec<Region> {
        self.sheets.get(sheet).map(|sheet| sheet.regions.clone()).unwrap_or_default()
    }

    pub(super) fn cells(&mut self, sheet: usize, limits: &Limits) -> Result<Cells<'_>, SheetError> {
        let start = self.sheets.get(sheet).map_or(0, |sheet| sheet.start);
        self.source.seek(SeekFrom::Start(start)).map_err(|e| reading(&e))?;
        let source: Box<dyn Source + '_> = Box::new(&mut *self.source);
        let xml = Xml::new(source, PART, limits);
        let (formats, system_1904) = (&self.formats, self.system_1904);
        Ok(Cells { xml, formats, system_1904, place: Place::default(), hidden: false, done: false })
    }
}

/// The place of the next cell, from 0. A tag without a position continues after the one before.
#[derive(Default)]
struct Place {
    row: u32,
    column: u32,
    /// The number of rows after this one that the file leaves out because they equal it.
    span: u32,
}

impl Place {
    fn row(&mut self, tag: &BytesStart<'_>) {
        if let Some(index) = number(tag, "Index") {
            self.row = index.saturating_sub(1);
        }
        self.span = number(tag, "Span").unwrap_or(0);
        self.column = 0;
    }

    fn next_row(&mut self) {
        self.row = self.row.saturating_add(1).saturating_add(self.span);
    }

    /// The row and the column of a cell. The next cell comes after the columns over which this one is merged.
    fn cell(&mut self, tag: &BytesStart<'_>) -> (u32, u32) {
        if let Some(index) = number(tag, "Index") {
            self.column = index.saturating_sub(1);
        }
        let (column, across) = (self.column, number(tag, "MergeAcross").unwrap_or(0));
        self.column = column.saturating_add(1).saturating_add(across);
        (self.row, column)
    }
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

/// A format by its code, or by the name that this file format gives to a usual one.
fn number_format(format: &str) -> NumberFormat {
    let code = match format {
        "General Date" | "Long Date" | "Medium Date" | "Short Date" => "dd/mm/yyyy",
        "Long Time" | "Medium Time" | "Short Time" => "hh:mm:ss",
        "General" | "General Number" | "Currency" | "Euro Currency" | "Fixed" | "Standard" | "Percent"
        | "Scientific" => "General",
        code => code,
    };
    NumberFormat::new(code)
}

/// The cells of a sheet.
pub(super) struct Cells<'a> {
    xml: Xml<Box<dyn Source + 'a>>,
    formats: &'a BTreeMap<String, NumberFormat>,
    system_1904: bool,
    place: Place,
    hidden: bool,
    done: bool,
}

impl CellSource for Cells<'_> {
    fn next(&mut self) -> Result<Option<Positioned>, SheetError> {
        while !self.done {
            match self.xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "Row" => {
                        self.place.row(&tag);
                        self.hidden = attribute(&tag, "Hidden").is_some_and(|hidden| hidden.trim() == "1");
                    }
                    "Cell" => {
                        let (row, column) = self.place.cell(&tag);
                        let style = attribute(&tag, "StyleID");
                        let format =
                            style.and_then(|style| self.formats.get(style.as_ref()).copied()).unwrap_or_default();
                        let formula = attribute(&tag, "Formula").is_some();
                        return Ok(Some(((row, column), self.cell(format, formula)?)));
                    }
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "Row" => self.place.next_row(),
                    "Worksheet" => self.done = true,
                    _ => {}
                },
                Event::Eof => return Err(self.xml.cut_short()),
                _ => {}
            }
        }
        Ok(None)
    }

    fn hidden(&self) -> bool {
        self.hidden
    }
}

impl Cells<'_> {
    fn cell(&mut self, format: NumberFormat, formula: bool) -> Result<Cell, SheetError> {
        let outside = self.xml.depth().saturating_sub(1);
        let mut cell = if formula { Cell::FormulaWithoutValue } else { Cell::Empty };
        let mut text = String::new();
        loop {
            match self.xml.next_at()? {
                (Event::Start(tag), _) if tag.local_name().as_ref() == "Data" => {
                    let kind = attribute(&tag, "Type").unwrap_or_default().into_owned();
                    text.clear();
                    self.xml.text(&mut text)?;
                    cell = self.value(&kind, &text, format);
                }
                (Event::Start(_), _) => self.xml.skip()?,
                (Event::End(_), depth) if depth <= outside => return Ok(cell),
                (Event::Eof, _) => return Err(self.xml.cut_short()),
                _ => {}
            }
        }
    }

    fn value(&self, kind: &str, text: &str, format: NumberFormat) -> Cell {
        match kind {
            "Number" => match text.trim().parse() {
                Ok(number) => value::number(number, format, self.system_1904),
                Err(_) => value::text(text),
            },
            "DateTime" => text.trim().parse().map_or_else(|_| value::text(text), value::instant),
            "Boolean" => match text.trim() {
                "1" => Cell::Boolean(true),
                "0" => Cell::Boolean(false),
                _ => value::text(text),
            },
            "Error" => value::error_named(text),
            _ => value::text(text),
        }
    }
}
