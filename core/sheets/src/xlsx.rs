//! Reads workbooks of Excel 2007 and later (.xlsx, .xlsm), cell by cell and within limits.
//!
//! calamine is not used, because it holds shared texts and inline texts in memory however long they are, reads a
//! formula without a value as an empty cell, and stops the whole file at an unknown kind of cell.

use std::collections::BTreeMap;
use std::io::Read;

use memchr::memmem::Finder;
use quick_xml::events::{BytesStart, Event};

use super::cell::{Cell, CellSource, Positioned};
use super::damage::{damaged, unreadable};
use super::finding::SheetError;
use super::formats::NumberFormat;
use super::look::{ColumnRun, Look, pixels_of_digits};
use super::merged::Region;
use super::options::Limits;
use super::package::{Package, Part, Relationships, Sheet};
use super::shared::{Budget, SharedTexts};
use super::value;
use super::xml::{Xml, attribute, attributes, local, unescaped};

/// A workbook whose list of sheets, formats and shared texts has been read.
pub(super) struct Xlsx {
    package: Package,
    sheets: Vec<Sheet>,
    formats: Vec<NumberFormat>,
    texts: SharedTexts,
    system_1904: bool,
    budget: Budget,
    /// The merged regions of the sheets that were asked for. They are stored after all the cells of a sheet.
    regions: BTreeMap<usize, Vec<Region>>,
}

impl Xlsx {
    pub(super) fn open(mut package: Package, limits: &Limits) -> Result<Self, SheetError> {
        let main = package.main_part().unwrap_or_else(|| "xl/workbook.xml".to_owned());
        let relationships = package.relationships(&main)?;
        let mut budget = Budget::new(limits.memory);
        let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
        let part_of = |kind: &str, usual: &str| {
            relationships.of_kind(kind).map_or_else(|| format!("{folder}/{usual}"), str::to_owned)
        };
        let (styles, texts) = (part_of("styles", "styles.xml"), part_of("sharedStrings", "sharedStrings.xml"));
        let (sheets, system_1904) = read_workbook(&mut package, &main, &relationships, &mut budget)?;
        let formats = read_formats(&mut package, &styles, &mut budget)?;
        let texts = read_texts(&mut package, &texts, &mut budget)?;
        Ok(Self { package, sheets, formats, texts, system_1904, budget, regions: BTreeMap::new() })
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
        let sheet = self.sheets.get(index).ok_or_else(|| damaged(".xlsx"))?;
        let mut budget = self.budget;
        let regions = match self.package.part(&sheet.part)? {
            Some(part) => find_regions(part, &sheet.part, &mut budget)?,
            None => Vec::new(),
        };
        self.regions.insert(index, regions.clone());
        Ok(regions)
    }

    /// The look of a sheet.
    pub(super) fn look(&mut self, index: usize) -> Result<Look, SheetError> {
        let mut look = Look { merged: self.regions(index)?, ..Look::default() };
        let sheet = self.sheets.get(index).ok_or_else(|| damaged(".xlsx"))?;
        let mut xml = self.package.xml(&sheet.part)?.ok_or_else(|| damaged(&sheet.part))?;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "col" => look_of_columns(&tag).into_iter().for_each(|run| look.push(run)),
                    "sheetData" => return Ok(look),
                    _ => {}
                },
                Event::Eof => return Err(xml.cut_short()),
                _ => {}
            }
        }
    }

    /// The cells of a sheet, in the order of the file.
    pub(super) fn cells(&mut self, index: usize) -> Result<Cells<'_>, SheetError> {
        let sheet = self.sheets.get(index).ok_or_else(|| damaged(".xlsx"))?;
        let mut xml = self.package.xml(&sheet.part)?.ok_or_else(|| damaged(&sheet.part))?;
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "sheetData" => break,
                Event::Eof => return Err(xml.cut_short()),
                _ => {}
            }
        }
        Ok(Cells {
            xml,
            formats: &self.formats,
            texts: &self.texts,
            system_1904: self.system_1904,
            row: 0,
            column: 0,
            hidden: false,
            done: false,
            value: String::new(),
        })
    }
}

/// The cells of one sheet.
pub(super) struct Cells<'a> {
    xml: Xml<Part<'a>>,
    formats: &'a [NumberFormat],
    texts: &'a SharedTexts,
    system_1904: bool,
    /// The place of a cell without a reference.
    row: u32,
    column: u32,
    hidden: bool,
    done: bool,
    value: String,
}

/// The kind of a cell's value, by its attribute `t`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// No attribute: usually a number.
    Unsaid,
    Shared,
    Text,
    Boolean,
    Error,
    Date,
}

impl CellSource for Cells<'_> {
    fn next(&mut self) -> Result<Option<Positioned>, SheetError> {
        while !self.done {
            match self.xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "c" => {
                        let (place, style, kind) = cell_attributes(&tag);
                        let (row, column) = place.unwrap_or((self.row, self.column));
                        self.column = column.saturating_add(1);
                        return Ok(Some(((row, column), self.cell(style, kind)?)));
                    }
                    "row" => {
                        self.hidden = false;
                        for (name, value) in attributes(&tag) {
                            match name {
                                "r" => self.row = value.parse::<u32>().map_or(self.row, |row| row.saturating_sub(1)),
                                "hidden" => self.hidden = matches!(value, "1" | "true"),
                                _ => {}
                            }
                        }
                        self.column = 0;
                    }
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "row" => self.row = self.row.saturating_add(1),
                    "sheetData" => self.done = true,
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
    fn cell(&mut self, style: usize, kind: Kind) -> Result<Cell, SheetError> {
        let outside = self.xml.depth().saturating_sub(1);
        self.value.clear();
        let (mut inline, mut formula) = (false, false);
        loop {
            match self.xml.next_at()? {
                (Event::Start(tag), _) => match tag.local_name().as_ref() {
                    "v" if !inline => self.xml.text(&mut self.value)?,
                    "f" => {
                        formula = true;
                        self.xml.skip()?;
                    }
                    "is" => {
                        // The same text may be in `v` too.
                        self.value.clear();
                        rich_text(&mut self.xml, &mut self.value)?;
                        inline = true;
                    }
                    _ => self.xml.skip()?,
                },
                (Event::End(_), depth) if depth <= outside => break,
                (Event::Eof, _) => return Err(self.xml.cut_short()),
                _ => {}
            }
        }
        if inline {
            return Ok(value::text(&unescape(&self.value)));
        }
        if self.value.is_empty() {
            // The result of a formula may be an empty text. But a formula for a number has no value only if nobody
            // computed it.
            return Ok(if formula && kind != Kind::Text { Cell::FormulaWithoutValue } else { Cell::Empty });
        }
        Ok(self.value_of(style, kind))
    }

    fn value_of(&self, style: usize, kind: Kind) -> Cell {
        let raw = self.value.as_str();
        match kind {
            Kind::Shared => match raw.trim().parse().ok().and_then(|number| self.texts.get(number)) {
                None => Cell::Missing,
                Some("") => Cell::Empty,
                Some(shared) => Cell::Text(shared.to_owned()),
            },
            Kind::Text => value::text(&unescape(raw)),
            Kind::Error => value::error_named(raw),
            Kind::Date => value::iso_date(raw),
            Kind::Boolean => match raw.trim() {
                "1" | "true" | "TRUE" | "True" => Cell::Boolean(true),
                "0" | "false" | "FALSE" | "False" => Cell::Boolean(false),
                _ => value::text(raw),
            },
            Kind::Unsaid => match raw.trim().parse::<f64>() {
                Ok(number) => {
                    let format = self.formats.get(style).copied().unwrap_or_default();
                    value::number(number, format, self.system_1904)
                }
                Err(_) => value::text(raw),
            },
        }
    }
}

type Place = Option<(u32, u32)>;

fn cell_attributes(tag: &BytesStart<'_>) -> (Place, usize, Kind) {
    let (mut place, mut style, mut kind) = (None, 0, Kind::Unsaid);
    for (name, value) in attributes(tag) {
        match name {
            "r" => place = position(value),
            "s" => style = value.parse().unwrap_or(0),
            "t" => {
                kind = match value {
                    "s" => Kind::Shared,
                    "b" => Kind::Boolean,
                    "e" => Kind::Error,
                    "d" => Kind::Date,
                    "n" => Kind::Unsaid,
                    _ => Kind::Text,
                }
            }
            _ => {}
        }
    }
    (place, style, kind)
}

/// Reads `B7` as row 6, column 1.
fn position(reference: &str) -> Option<(u32, u32)> {
    let (column, row) = split_reference(reference)?;
    Some((row?, column?))
}

/// The column and the row of `B7`, of `B` or of `7`, from 0.
fn split_reference(reference: &str) -> Option<(Option<u32>, Option<u32>)> {
    let reference = reference.as_bytes();
    let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (letters, digits) = reference.split_at_checked(letters)?;
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |sum, b| {
            let digit = b.is_ascii_digit().then(|| u32::from(b - b'0'))?;
            sum.checked_mul(10)?.checked_add(digit)
        })
    };
    let column = letters
        .iter()
        .try_fold(0_u32, |sum, b| sum.checked_mul(26)?.checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1))?;
    let row = number(digits)?;
    Some((column.checked_sub(1), row.checked_sub(1)))
}

/// Appends the text of a shared or inline text, up to its end tag.
fn rich_text<R: Read>(xml: &mut Xml<R>, text: &mut String) -> Result<(), SheetError> {
    let outside = xml.depth().saturating_sub(1);
    loop {
        match xml.next_at()? {
            (Event::Start(tag), _) => match tag.local_name().as_ref() {
                "t" => xml.text(text)?,
                // The pronunciation of the text.
                "rPh" => xml.skip()?,
                _ => {}
            },
            (Event::End(_), depth) if depth <= outside => return Ok(()),
            (Event::Eof, _) => return Err(xml.cut_short()),
            _ => {}
        }
        xml.check_room(text, 0)?;
    }
}

/// Replaces `_x000D_` by the character with that number, which XML cannot contain.
fn unescape(text: &str) -> std::borrow::Cow<'_, str> {
    if memchr::memchr(b'_', text.as_bytes()).is_none() {
        return text.into();
    }
    let (mut units, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("_x") {
        units.extend(before.encode_utf16());
        let unit = after
            .split_at_checked(4)
            .filter(|(hex, end)| end.starts_with('_') && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some((unit, end)) = unit.and_then(|(hex, end)| Some((u16::from_str_radix(hex, 16).ok()?, end))) {
            units.push(unit);
            rest = end.get(1..).unwrap_or_default();
        } else {
            units.extend("_x".encode_utf16());
            rest = after;
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units).into()
}

fn read_workbook(
    package: &mut Package,
    main: &str,
    relationships: &Relationships,
    budget: &mut Budget,
) -> Result<(Vec<Sheet>, bool), SheetError> {
    let (mut sheets, mut system_1904) = (Vec::new(), false);
    let mut xml = package.xml(main)?.ok_or_else(|| damaged(main))?;
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "sheet" => {
                    budget.take(size_of::<Sheet>() + tag.attributes_raw().len())?;
                    sheets.extend(sheet(&tag, relationships));
                }
                "workbookPr" => {
                    if let Some(value) = attribute(&tag, "date1904") {
                        system_1904 = value == "1" || value == "true";
                    }
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "workbook" => break,
            Event::Eof => return Err(xml.cut_short()),
            _ => {}
        }
    }
    Ok((sheets, system_1904))
}

/// The entry of a sheet with cells. Charts, dialogues and macro sheets have none.
fn sheet(tag: &BytesStart<'_>, relationships: &Relationships) -> Option<Sheet> {
    let (mut name, mut hidden, mut id) = (String::new(), false, String::new());
    for (attribute, value) in attributes(tag) {
        match local(attribute) {
            "name" => name = unescaped(value).into_owned(),
            "state" => hidden = matches!(value, "hidden" | "veryHidden"),
            "id" => id = unescaped(value).into_owned(),
            _ => {}
        }
    }
    let part = relationships.part(&id, "worksheet")?.to_owned();
    Some(Sheet { name, hidden, part })
}

fn look_of_columns(tag: &BytesStart<'_>) -> Option<ColumnRun> {
    let (mut first, mut last, mut width, mut hidden) = (None, None, None, false);
    for (name, value) in attributes(tag) {
        match name {
            "min" => first = value.parse::<u32>().ok()?.checked_sub(1),
            "max" => last = value.parse::<u32>().ok()?.checked_sub(1),
            "width" => width = value.parse().ok().and_then(pixels_of_digits),
            "hidden" => hidden = matches!(value, "1" | "true"),
            _ => {}
        }
    }
    Some(ColumnRun { first: first?, last: last?, width, hidden })
}

/// The number format of each style of cells.
fn read_formats(package: &mut Package, part: &str, budget: &mut Budget) -> Result<Vec<NumberFormat>, SheetError> {
    let (mut own, mut formats) = (BTreeMap::new(), Vec::new());
    let Some(mut xml) = package.xml(part)? else {
        return Ok(formats);
    };
    let mut of_cells = false;
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&tag, "numFmtId").and_then(|id| id.parse::<u16>().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&tag, "formatCode")) {
                        own.insert(id, NumberFormat::new(&code));
                    }
                }
                "cellXfs" => of_cells = true,
                "xf" if of_cells => {
                    budget.take(size_of::<NumberFormat>())?;
                    let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    formats.push(own.get(&id).copied().unwrap_or_else(|| NumberFormat::built_in(id)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => break,
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(formats)
}

fn read_texts(package: &mut Package, part: &str, budget: &mut Budget) -> Result<SharedTexts, SheetError> {
    let mut texts = SharedTexts::default();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(texts);
    };
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "si" => {
                text.clear();
                rich_text(&mut xml, &mut text)?;
                texts.push(&unescape(&text), budget)?;
            }
            Event::End(tag) if tag.local_name().as_ref() == "sst" => return Ok(texts),
            Event::Eof => return Err(xml.cut_short()),
            _ => {}
        }
    }
}

/// Finds the merged regions of a sheet. They come after all the cells, and most sheets have none, so the bytes are
/// searched. This takes a fraction of the time of parsing them.
fn find_regions(mut part: impl Read, name: &str, budget: &mut Budget) -> Result<Vec<Region>, SheetError> {
    /// The greatest length of the tag of a merged region, in bytes.
    const LONGEST: usize = 256;
    /// The greatest distance from the beginning of the tag to its name, with a prefix.
    const PREFIX: usize = 32;
    let finder = Finder::new("mergeCell ");
    let mut regions = Vec::new();
    let mut block = vec![0; 64 * 1024];
    // The number of bytes in the block, and the position up to which nothing was found.
    let (mut filled, mut fresh) = (0, 0);
    loop {
        let read = part.read(block.get_mut(filled..).unwrap_or_default()).map_err(|e| unreadable(&e, name))?;
        filled += read;
        // A tag that may continue in the next block is left for that block.
        let whole = if read == 0 { filled } else { filled.saturating_sub(LONGEST) };
        while let Some(at) = block.get(fresh..filled).and_then(|bytes| finder.find(bytes)).map(|i| fresh + i) {
            if at >= whole {
                break;
            }
            let before = block.get(at.saturating_sub(PREFIX)..at).unwrap_or_default();
            let tag = block.get(at..filled.min(at + LONGEST)).unwrap_or_default();
            if in_tag(before)
                && let Some(region) = region(tag)
            {
                budget.take(size_of::<Region>())?;
                regions.push(region);
            }
            fresh = at + finder.needle().len();
        }
        if read == 0 {
            return Ok(regions);
        }
        fresh = fresh.max(whole);
        let keep = fresh.saturating_sub(PREFIX);
        block.copy_within(keep..filled, 0);
        (filled, fresh) = (filled - keep, fresh - keep);
    }
}

/// Whether a name after these bytes is that of an element, with or without a prefix.
fn in_tag(before: &[u8]) -> bool {
    match before.iter().rposition(|b| *b == b'<') {
        Some(open) => {
            let prefix = before.get(open + 1..).unwrap_or_default();
            prefix.is_empty()
                || prefix
                    .split_last()
                    .is_some_and(|(colon, name)| *colon == b':' && name.iter().all(u8::is_ascii_alphanumeric))
        }
        None => false,
    }
}

/// The region in `mergeCell ref="A1:B2"`. A region of whole columns ends at the last possible row.
fn region(tag: &[u8]) -> Option<Region> {
    let tag = tag.split(|b| *b == b'>').next()?;
    let tag = std::str::from_utf8(tag).ok()?;
    let (_, value) = tag.split_once("ref=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let reference = value.get(1..)?.split(quote).next()?;
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    let ((column, top), (last_column, bottom)) = (split_reference(first)?, split_reference(last)?);
    let column = usize::try_from(column.unwrap_or(0)).ok()?;
    Some(Region {
        first: top.unwrap_or(0).saturating_add(1),
        last: bottom.map_or(u32::MAX, |row| row.saturating_add(1)),
        column,
        last_column: last_column.and_then(|column| usize::try_from(column).ok()).unwrap_or(column),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(position("A1"), Some((0, 0)));
        assert_eq!(position("xfd1048576"), Some((1_048_575, 16_383)));
        for bad in ["", "A", "1", "A0", "1A", "ZZZZZZZZZZZ1", "A99999999999", "A1B"] {
            assert_eq!(position(bad), None, "{bad}");
        }
    }

    #[test]
    fn characters_that_xml_cannot_hold() {
        for (text, meant) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00zz_ _x12", "_x00zz_ _x12"),
            ("caf_xE9_", "caf_xE9_"),
            ("_xD83D__xDE00_", "😀"),
        ] {
            assert_eq!(unescape(text), meant, "{text}");
        }
    }

    /// A reader that gives a fixed number of bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let some = into.len().min(self.1);
            self.0.read(into.get_mut(..some).unwrap())
        }
    }

    #[test]
    fn merged_regions_are_found_wherever_blocks_end() {
        let filler = "<c><v>mergeCell ref=\"A1:A9\"</v></c>".repeat(3_000);
        let sheet = format!(
            "{filler}<mergeCells count='3'><mergeCell ref=\"A2:A4\"/><x:mergeCell a='b' ref='B3:C3'/>\
             <mergeCell ref=\"D:D\"/><mergeCell/><mergeCell ref=\"?\"/></mergeCells>"
        );
        let expected = [(2, 4, 0), (3, 3, 1), (1, u32::MAX, 3)];
        for step in [1, 7, 255, 1000, 65_536] {
            let found = find_regions(Slow(sheet.as_bytes(), step), "x", &mut Budget::new(1000)).unwrap();
            let found: Vec<_> = found.iter().map(|r| (r.first, r.last, r.column)).collect();
            assert_eq!(found, expected, "{step}");
        }
        let many = "<mergeCell ref=\"A2:A4\"/>".repeat(100);
        assert_eq!(find_regions(many.as_bytes(), "x", &mut Budget::new(1000)).unwrap_err().code, "memoria_demais");
    }
}
