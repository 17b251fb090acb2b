//! Reads binary workbooks of Excel 2007 and later (.xlsb, MS-XLSB): records in the parts of a ZIP archive.
//!
//! calamine is not used, because it skips errors of formulas, rich texts and the short cells that other programs write,
//! gives no number formats, and panics on damaged files.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use encoding_rs::UTF_16LE;

use super::cell::{Cell, CellSource, Positioned};
use super::cfb::{u16_at, u32_at};
use super::damage::{damaged, unreadable};
use super::finding::SheetError;
use super::formats::NumberFormat;
use super::look::{ColumnRun, Look, pixels_of_digits};
use super::merged::Region;
use super::options::Limits;
use super::package::{Package, Part, Relationships, Sheet};
use super::shared::{Budget, SharedTexts};
use super::value;
use super::xml::too_long;

/// A workbook whose list of sheets, formats and shared texts has been read.
pub(super) struct Xlsb {
    package: Package,
    sheets: Vec<Sheet>,
    formats: Vec<NumberFormat>,
    texts: SharedTexts,
    system_1904: bool,
    budget: Budget,
    limits: Limits,
    /// The merged regions of the sheets that were asked for. They are stored after all the cells of a sheet.
    regions: BTreeMap<usize, Vec<Region>>,
}

impl Xlsb {
    pub(super) fn open(mut package: Package, limits: &Limits) -> Result<Self, SheetError> {
        let main = package.main_part().unwrap_or_else(|| "xl/workbook.bin".to_owned());
        let relationships = package.relationships(&main)?;
        let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
        let part_of = |kind: &str, usual: &str| {
            relationships.of_kind(kind).map_or_else(|| format!("{folder}/{usual}"), str::to_owned)
        };
        let (styles, shared) = (part_of("styles", "styles.bin"), part_of("sharedStrings", "sharedStrings.bin"));
        let mut budget = Budget::new(limits.memory);
        let (sheets, system_1904) = read_workbook(&mut package, &main, &relationships, limits, &mut budget)?;
        let formats = read_formats(&mut package, &styles, limits, &mut budget)?;
        let texts = read_texts(&mut package, &shared, limits, &mut budget)?;
        let regions = BTreeMap::new();
        Ok(Self { package, sheets, formats, texts, system_1904, budget, limits: *limits, regions })
    }

    pub(super) fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    pub(super) fn system_1904(&self) -> bool {
        self.system_1904
    }

    /// The merged regions of a sheet.
    pub(super) fn regions(&mut self, index: usize) -> Result<Vec<Region>, SheetError> {
        if let Some(known) = self.regions.get(&index) {
            return Ok(known.clone());
        }
        let part = self.sheets.get(index).map(|sheet| sheet.part.clone()).ok_or_else(|| damaged(".xlsb"))?;
        let mut regions = Vec::new();
        let mut budget = self.budget;
        if let Some(mut records) = records(&mut self.package, &part, &self.limits)? {
            while let Some((kind, data)) = records.next(|kind| kind == MERGE_CELL)? {
                if kind == MERGE_CELL
                    && let Some(region) = region(data)
                {
                    budget.take(size_of::<Region>())?;
                    regions.push(region);
                }
            }
        }
        self.regions.insert(index, regions.clone());
        Ok(regions)
    }

    /// The look of a sheet.
    pub(super) fn look(&mut self, index: usize) -> Result<Look, SheetError> {
        let mut look = Look { merged: self.regions(index)?, ..Look::default() };
        let part = self.sheets.get(index).map(|sheet| sheet.part.clone()).ok_or_else(|| damaged(".xlsb"))?;
        if let Some(mut records) = records(&mut self.package, &part, &self.limits)? {
            while let Some((kind, data)) = records.next(|kind| kind == COLUMNS)? {
                match kind {
                    COLUMNS => {
                        if let (Some(first), Some(last)) = (u32_at(data, 0), u32_at(data, 4)) {
                            let width = u32_at(data, 8).and_then(|width| pixels_of_digits(f64::from(width) / 256.0));
                            let hidden = u16_at(data, 16).is_some_and(|flags| flags & 1 != 0);
                            look.push(ColumnRun { first, last, width, hidden });
                        }
                    }
                    SHEET_DATA_BEGIN => break,
                    _ => {}
                }
            }
        }
        Ok(look)
    }

    /// The cells of a sheet, in the order of the file.
    pub(super) fn cells(&mut self, index: usize) -> Result<Cells<'_>, SheetError> {
        let sheet = self.sheets.get(index).ok_or_else(|| damaged(".xlsb"))?;
        let part = self.package.part(&sheet.part)?.ok_or_else(|| damaged(&sheet.part))?;
        let records = Records::new(part, &sheet.part, &self.limits);
        let (formats, texts, system_1904) = (&self.formats, &self.texts, self.system_1904);
        Ok(Cells { records, formats, texts, system_1904, row: 0, column: 0, hidden: false, in_data: false })
    }
}

fn records<'p>(package: &'p mut Package, part: &str, limits: &Limits) -> Result<Option<Records<Part<'p>>>, SheetError> {
    Ok(package.part(part)?.map(|source| Records::new(source, part, limits)))
}

fn read_workbook(
    package: &mut Package,
    main: &str,
    relationships: &Relationships,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<(Vec<Sheet>, bool), SheetError> {
    let mut records = records(package, main, limits)?.ok_or_else(|| damaged(main))?;
    let (mut sheets, mut system_1904) = (Vec::new(), false);
    while let Some((kind, data)) = records.next(|kind| matches!(kind, WORKBOOK_PROPERTIES | SHEET))? {
        match kind {
            WORKBOOK_PROPERTIES => system_1904 = data.first().is_some_and(|flags| flags & 1 != 0),
            SHEET => {
                budget.take(size_of::<Sheet>() + data.len())?;
                sheets.extend(sheet(data, relationships));
            }
            _ => {}
        }
    }
    Ok((sheets, system_1904))
}

/// The number format of each style of cells.
fn read_formats(
    package: &mut Package,
    part: &str,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Vec<NumberFormat>, SheetError> {
    let (mut own, mut formats, mut of_cells) = (BTreeMap::new(), Vec::new(), false);
    let Some(mut records) = records(package, part, limits)? else {
        return Ok(formats);
    };
    while let Some((kind, data)) = records.next(|kind| matches!(kind, FORMAT | STYLE))? {
        match kind {
            FORMAT => {
                if let (Some(id), Some((code, _))) = (u16_at(data, 0), data.get(2..).and_then(wide_text)) {
                    own.insert(id, NumberFormat::new(&code));
                }
            }
            STYLES_BEGIN | STYLES_END => of_cells = kind == STYLES_BEGIN,
            STYLE if of_cells => {
                budget.take(size_of::<NumberFormat>())?;
                let id = u16_at(data, 2).unwrap_or(0);
                formats.push(own.get(&id).copied().unwrap_or_else(|| NumberFormat::built_in(id)));
            }
            _ => {}
        }
    }
    Ok(formats)
}

fn read_texts(
    package: &mut Package,
    part: &str,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<SharedTexts, SheetError> {
    let mut texts = SharedTexts::default();
    let Some(mut records) = records(package, part, limits)? else {
        return Ok(texts);
    };
    while let Some((kind, data)) = records.next(|kind| kind == SHARED_TEXT)? {
        if kind == SHARED_TEXT {
            let (text, _) = data.get(1..).and_then(wide_text).ok_or_else(|| damaged(part))?;
            texts.push(&text, budget)?;
        }
    }
    Ok(texts)
}

const SHARED_TEXT: u16 = 19;
const FORMAT: u16 = 44;
const STYLE: u16 = 47;
const SHEET_DATA_BEGIN: u16 = 145;
const SHEET_DATA_END: u16 = 146;
const WORKBOOK_PROPERTIES: u16 = 153;
const SHEET: u16 = 156;
const COLUMNS: u16 = 60;
const MERGE_CELL: u16 = 176;
const STYLES_BEGIN: u16 = 617;
const STYLES_END: u16 = 618;

/// Whether a record is a row header or a cell.
fn in_sheet_data(kind: u16) -> bool {
    matches!(kind, 0..=18 | 62)
}

/// The records of a part. Each has a type, a length, and that many bytes.
struct Records<R> {
    source: BufReader<R>,
    buffer: Vec<u8>,
    part: String,
    longest: usize,
}

impl<R: Read> Records<R> {
    fn new(source: R, part: &str, limits: &Limits) -> Self {
        let longest = usize::try_from(limits.bytes_per_row).unwrap_or(usize::MAX);
        let source = BufReader::with_capacity(64 * 1024, source);
        Self { source, buffer: Vec::new(), part: part.to_owned(), longest }
    }

    /// The next record. The bytes of a record that is not `wanted` are skipped.
    fn next(&mut self, wanted: impl Fn(u16) -> bool) -> Result<Option<(u16, &[u8])>, SheetError> {
        let Some(first) = self.byte()? else {
            return Ok(None);
        };
        let mut kind = u16::from(first);
        if first & 0x80 != 0 {
            kind = u16::from(first & 0x7F) | u16::from(self.byte()?.ok_or_else(|| damaged(&self.part))? & 0x7F) << 7;
        }
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?.ok_or_else(|| damaged(&self.part))?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.buffer.clear();
        let here = self.source.buffer();
        if here.len() >= length && length <= self.longest {
            if wanted(kind) {
                self.buffer.extend_from_slice(here.get(..length).unwrap_or_default());
            }
            self.source.consume(length);
            return Ok(Some((kind, &self.buffer)));
        }
        let mut body = self.source.by_ref().take(u64::try_from(length).unwrap_or(u64::MAX));
        let read = if !wanted(kind) {
            std::io::copy(&mut body, &mut std::io::sink())
        } else if length > self.longest {
            return Err(too_long(&self.part, self.longest));
        } else {
            body.read_to_end(&mut self.buffer).map(|read| u64::try_from(read).unwrap_or(0))
        };
        let read = read.map_err(|error| unreadable(&error, &self.part))?;
        if usize::try_from(read) != Ok(length) {
            return Err(damaged(&self.part));
        }
        Ok(Some((kind, &self.buffer)))
    }

    fn byte(&mut self) -> Result<Option<u8>, SheetError> {
        let byte = self.source.fill_buf().map_err(|error| unreadable(&error, &self.part))?.first().copied();
        self.source.consume(usize::from(byte.is_some()));
        Ok(byte)
    }
}

/// The cells of one sheet.
pub(super) struct Cells<'a> {
    records: Records<Part<'a>>,
    formats: &'a [NumberFormat],
    texts: &'a SharedTexts,
    system_1904: bool,
    row: u32,
    /// The column of a short cell: the one after the last cell.
    column: u32,
    hidden: bool,
    in_data: bool,
}

impl CellSource for Cells<'_> {
    fn next(&mut self) -> Result<Option<Positioned>, SheetError> {
        loop {
            let in_data = self.in_data;
            let Some((kind, data)) = self.records.next(|kind| in_data && in_sheet_data(kind))? else {
                return Err(damaged(&self.records.part));
            };
            match kind {
                SHEET_DATA_BEGIN => self.in_data = true,
                SHEET_DATA_END => return Ok(None),
                0 if in_data => {
                    self.row = u32_at(data, 0).filter(|row| *row < 1 << 20).ok_or_else(|| damaged(".xlsb"))?;
                    self.column = 0;
                    // Its height, the format of its cells and how it is outlined stand before.
                    self.hidden = data.get(11).is_some_and(|flags| flags & 0x10 != 0);
                }
                _ if in_data && in_sheet_data(kind) => {
                    let short = matches!(kind, 12..=18);
                    let (place, rest) =
                        data.split_at_checked(if short { 4 } else { 8 }).ok_or_else(|| damaged(".xlsb"))?;
                    let column = if short { Some(self.column) } else { u32_at(place, 0) };
                    let style = u32_at(place, if short { 0 } else { 4 }).map(|style| style & 0x00FF_FFFF);
                    let (Some(column), Some(style)) = (column, style) else {
                        return Err(damaged(".xlsb"));
                    };
                    let cell = Value { formats: self.formats, texts: self.texts, system_1904: self.system_1904 };
                    let cell = cell.read(kind, rest, style).ok_or_else(|| damaged(".xlsb"))?;
                    self.column = column.saturating_add(1);
                    return Ok(Some(((self.row, column), cell)));
                }
                _ => {}
            }
        }
    }

    fn hidden(&self) -> bool {
        self.hidden
    }
}

struct Value<'a> {
    formats: &'a [NumberFormat],
    texts: &'a SharedTexts,
    system_1904: bool,
}

impl Value<'_> {
    /// The value of a cell, by the type of its record. `None` if the cell is damaged.
    fn read(&self, kind: u16, data: &[u8], style: u32) -> Option<Cell> {
        Some(match kind {
            2 | 13 => self.number(super::biff::rk(u32_at(data, 0)?), style),
            // The results of formulas are stored like values, with the formula after them.
            3 | 11 | 14 => value::error(*data.first()?),
            4 | 10 | 15 => Cell::Boolean(*data.first()? != 0),
            5 | 9 | 16 => self.number(f64::from_le_bytes(data.get(..8)?.try_into().ok()?), style),
            6 | 8 | 17 => value::text(&wide_text(data)?.0),
            7 | 18 => {
                let number = usize::try_from(u32_at(data, 0)?).ok()?;
                match self.texts.get(number) {
                    None => Cell::Missing,
                    Some("") => Cell::Empty,
                    Some(shared) => Cell::Text(shared.to_owned()),
                }
            }
            // A rich text: a byte of flags, the text, and then its formatting.
            62 => value::text(&wide_text(data.get(1..)?)?.0),
            _ => Cell::Empty,
        })
    }

    fn number(&self, number: f64, style: u32) -> Cell {
        let format = usize::try_from(style).ok().and_then(|style| self.formats.get(style));
        value::number(number, format.copied().unwrap_or_default(), self.system_1904)
    }
}

/// A text with four bytes of length, and the rest of the data.
fn wide_text(data: &[u8]) -> Option<(String, &[u8])> {
    let length = usize::try_from(u32_at(data, 0)?).ok()?;
    let (bytes, rest) = data.get(4..)?.split_at_checked(length.checked_mul(2)?)?;
    Some((UTF_16LE.decode_without_bom_handling(bytes).0.into_owned(), rest))
}

/// The entry of a sheet with cells. Charts, dialogues and macro sheets have none.
fn sheet(data: &[u8], relationships: &Relationships) -> Option<Sheet> {
    let hidden = u32_at(data, 0)? != 0;
    let (id, rest) = wide_text(data.get(8..)?)?;
    let (name, _) = wide_text(rest)?;
    let part = relationships.part(&id, "worksheet")?.to_owned();
    Some(Sheet { name, hidden, part })
}

fn region(data: &[u8]) -> Option<Region> {
    Some(Region {
        first: u32_at(data, 0)?.saturating_add(1),
        last: u32_at(data, 4)?.saturating_add(1),
        column: usize::try_from(u32_at(data, 8)?).ok()?,
        last_column: usize::try_from(u32_at(data, 12)?).ok()?,
    })
}
