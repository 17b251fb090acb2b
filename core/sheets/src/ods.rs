//! Reads spreadsheets of LibreOffice and other programs (.ods, .fods), row by row and within limits.
//!
//! calamine is not used, because it builds every sheet completely, however often a cell or a row is repeated. It never
//! finishes on a document that was cut short, refuses an indented one, and gives no number formats.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, SeekFrom};

use memchr::memmem::Finder;
use quick_xml::events::{BytesStart, Event};

use super::cell::{Cell, Number, Row};
use super::damage::{damaged, unreadable};
use super::finding::SheetError;
use super::look::{ColumnRun, Look, pixels_of_length};
use super::merged::Region;
use super::options::Limits;
use super::package::{Package, Part, Sheet};
use super::row::RowBuilder;
use super::shared::Budget;
use super::source::{Source, reading};
use super::value;
use super::xml::{Xml, add_text, attributes, unescaped};

/// The greatest repetition of a row with values. More means that it was filled down to the end of the sheet by mistake.
const MOST_REPEATED: u32 = 65_536;

/// A document whose list of sheets and formats has been read.
pub(super) struct Ods {
    document: Document,
    sheets: Vec<Sheet>,
    formats: Formats,
    /// The width in pixels of each style of columns.
    widths: BTreeMap<String, u32>,
    limits: Limits,
}

/// The number of digits that each style of cells fills with zeros, if it does.
type Formats = BTreeMap<String, u8>;

const CONTENT: &str = "content.xml";

/// The name of a single-file document in messages about damage.
const FLAT: &str = ".fods";

/// The place of the sheets: a part of an archive, or the file itself, which then contains its styles too.
enum Document {
    Package(Package),
    Flat(Box<dyn Source>),
}

impl Document {
    fn part(&self) -> &'static str {
        match self {
            Self::Package(_) => CONTENT,
            Self::Flat(_) => FLAT,
        }
    }

    /// Opens the part with the sheets, at its beginning.
    fn content(&mut self) -> Result<Content<'_>, SheetError> {
        match self {
            Self::Package(package) => package.part(CONTENT)?.map(Content::Part).ok_or_else(|| damaged(CONTENT)),
            Self::Flat(source) => {
                source.seek(SeekFrom::Start(0)).map_err(|e| reading(&e))?;
                Ok(Content::Flat(&mut **source))
            }
        }
    }

    fn xml(&mut self, limits: &Limits) -> Result<Xml<Content<'_>>, SheetError> {
        let part = self.part();
        Ok(Xml::new(self.content()?, part, limits))
    }
}

/// The content of a document while it is read.
pub(super) enum Content<'a> {
    Part(Part<'a>),
    Flat(&'a mut dyn Source),
}

impl Read for Content<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Part(part) => part.read(into),
            Self::Flat(source) => source.read(into),
        }
    }
}

impl Ods {
    pub(super) fn open(mut package: Package, limits: &Limits) -> Result<Self, SheetError> {
        if encrypted(&mut package)? {
            return Err(SheetError::new("protecao_nao_lida", vec![("found", ".ods".to_owned())]));
        }
        let mut styles = Styles { budget: Budget::new(limits.memory), ..Styles::default() };
        if let Some(mut xml) = package.xml("styles.xml")? {
            styles.read(&mut xml)?;
        }
        Self::read(Document::Package(package), styles, limits)
    }

    /// Opens a document that is a single XML file.
    pub(super) fn open_flat(mut source: Box<dyn Source>, limits: &Limits) -> Result<Self, SheetError> {
        if !is_whole(&mut *source).map_err(|e| reading(&e))? {
            return Err(damaged(FLAT));
        }
        let styles = Styles { budget: Budget::new(limits.memory), ..Styles::default() };
        Self::read(Document::Flat(source), styles, limits)
    }

    fn read(mut document: Document, mut styles: Styles, limits: &Limits) -> Result<Self, SheetError> {
        styles.read(&mut document.xml(limits)?)?;
        let part = document.part();
        let sheets = find_sheets(document.content()?, part, &mut styles)?;
        Ok(Self { sheets, formats: styles.formats(), widths: styles.widths, limits: *limits, document })
    }

    pub(super) fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The document after the start of a sheet.
    fn sheet<'d>(document: &'d mut Document, limits: &Limits, index: usize) -> Result<Xml<Content<'d>>, SheetError> {
        let mut xml = document.xml(limits)?;
        let (mut tables, mut parent) = (0, 0);
        loop {
            match xml.next_at()? {
                (Event::Start(tag), depth) => match tag.name().as_ref() {
                    "office:spreadsheet" => parent = depth,
                    "table:dde-links" => xml.skip()?,
                    "table:table" if parent > 0 && depth == parent + 1 => {
                        tables += 1;
                        if tables > index {
                            return Ok(xml);
                        }
                    }
                    _ => {}
                },
                (Event::Eof, _) => return Err(xml.cut_short()),
                _ => {}
            }
        }
    }

    /// The look of a sheet.
    pub(super) fn look(&mut self, index: usize) -> Result<Look, SheetError> {
        let mut xml = Self::sheet(&mut self.document, &self.limits, index)?;
        let (mut look, mut first) = (Look::default(), 0_u32);
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.name().as_ref() {
                    "table:table-column" => {
                        let end = first.saturating_add(count(&tag, "table:number-columns-repeated"));
                        let width = attribute(&tag, "table:style-name").and_then(|style| self.widths.get(&*style));
                        let visibility = attribute(&tag, "table:visibility");
                        let hidden = visibility.is_some_and(|how| matches!(&*how, "collapse" | "filter"));
                        look.push(ColumnRun { first, last: end - 1, width: width.copied(), hidden });
                        first = end;
                    }
                    "table:table-columns" | "table:table-column-group" | "table:table-header-columns" => {}
                    "table:table-row" | "table:table-rows" | "table:table-row-group" | "table:table-header-rows" => {
                        return Ok(look);
                    }
                    _ => xml.skip()?,
                },
                Event::End(tag) if tag.name().as_ref() == "table:table" => return Ok(look),
                Event::Eof => return Err(xml.cut_short()),
                _ => {}
            }
        }
    }

    /// The rows of a sheet that have any content.
    pub(super) fn rows(&mut self, index: usize) -> Result<Rows<'_>, SheetError> {
        let xml = Self::sheet(&mut self.document, &self.limits, index)?;
        let inside = xml.depth();
        Ok(Rows {
            xml,
            inside,
            formats: &self.formats,
            limits: self.limits,
            columns: Vec::new(),
            row: 0,
            repeated: None,
            regions: Vec::new(),
            cell: CellText::default(),
        })
    }
}

/// Whether a flat document has its end. A document cut between two sheets would otherwise only have fewer sheets.
fn is_whole(source: &mut dyn Source) -> io::Result<bool> {
    /// White space may follow the end, up to this many bytes.
    const LAST: u64 = 1024;
    let size = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(size.saturating_sub(LAST)))?;
    let mut end = Vec::new();
    source.take(LAST).read_to_end(&mut end)?;
    Ok(Finder::new("</office:document>").find(&end).is_some())
}

fn encrypted(package: &mut Package) -> Result<bool, SheetError> {
    let Some(mut xml) = package.xml("META-INF/manifest.xml")? else {
        return Ok(false);
    };
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// The value of an attribute with this full name. Some names differ only in their prefix.
fn attribute<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<std::borrow::Cow<'t, str>> {
    attributes(tag).find(|(found, _)| *found == name).map(|(_, value)| unescaped(value))
}

/// The styles of a document.
#[derive(Default)]
struct Styles {
    /// The zeros of number formats by their names.
    numbers: BTreeMap<String, u8>,
    /// The number format and the parent of each style of cells.
    cells: BTreeMap<String, (Option<String>, Option<String>)>,
    hidden: BTreeSet<String>,
    widths: BTreeMap<String, u32>,
    budget: Budget,
}

impl Styles {
    /// Reads the styles of a document up to its body.
    fn read<R: Read>(&mut self, xml: &mut Xml<R>) -> Result<(), SheetError> {
        // The open styles: that of a number, that of a sheet, and that of a column.
        let (mut number, mut sheet, mut column) = (None, None, None);
        loop {
            match xml.next_at()? {
                (Event::Start(tag), _) => match tag.name().as_ref() {
                    "number:number-style" => number = attribute(&tag, "style:name").map(Into::into),
                    "number:number" => {
                        if let Some(zeros) = zeros(&tag)
                            && let Some(name) = &number
                        {
                            self.keep(tag.attributes_raw().len())?;
                            self.numbers.insert(String::clone(name), zeros);
                        }
                    }
                    "style:style" => {
                        let name = attribute(&tag, "style:name").map(std::borrow::Cow::into_owned);
                        match attribute(&tag, "style:family").as_deref() {
                            Some("table") => sheet = name,
                            Some("table-column") => column = name,
                            Some("table-cell") => {
                                let text = |name| attribute(&tag, name).map(std::borrow::Cow::into_owned);
                                let of = (text("style:data-style-name"), text("style:parent-style-name"));
                                self.keep(tag.attributes_raw().len())?;
                                self.cells.extend(name.map(|name| (name, of)));
                            }
                            _ => {}
                        }
                    }
                    "style:table-properties" => {
                        if attribute(&tag, "table:display").as_deref() == Some("false")
                            && let Some(name) = &sheet
                        {
                            self.keep(tag.attributes_raw().len())?;
                            self.hidden.insert(String::clone(name));
                        }
                    }
                    "style:table-column-properties" => {
                        let width = attribute(&tag, "style:column-width").and_then(|width| pixels_of_length(&width));
                        if let Some((name, width)) = column.take().zip(width) {
                            self.keep(name.len())?;
                            self.widths.insert(name, width);
                        }
                    }
                    "office:body" => return Ok(()),
                    _ => {}
                },
                (Event::End(tag), _) => match tag.name().as_ref() {
                    "number:number-style" => number = None,
                    "style:style" => (sheet, column) = (None, None),
                    _ => {}
                },
                (Event::Eof, 1..) => return Err(xml.cut_short()),
                (Event::Eof, _) => return Ok(()),
                _ => {}
            }
        }
    }

    /// The sheet whose tag has these attributes.
    fn sheet(&self, attributes: &str) -> Sheet {
        let tag = BytesStart::from_content(attributes, 0);
        Sheet {
            name: attribute(&tag, "table:name").unwrap_or_default().into_owned(),
            hidden: attribute(&tag, "table:style-name").is_some_and(|style| self.hidden.contains(&*style)),
            part: String::new(),
        }
    }

    fn keep(&mut self, bytes: usize) -> Result<(), SheetError> {
        // The text, and an entry of the tree.
        self.budget.take(bytes + 128)
    }

    /// The zeros of each style of cells: its own, or those of its parent style.
    fn formats(&self) -> Formats {
        let zeros = |name: &String| {
            let mut at = Some(name);
            // A chain of parents may be a circle.
            for _ in 0..16 {
                let (number, parent) = self.cells.get(at?)?;
                if let Some(number) = number {
                    return self.numbers.get(number).copied();
                }
                at = parent.as_ref();
            }
            None
        };
        self.cells.keys().filter_map(|name| Some((name.clone(), zeros(name)?))).collect()
    }
}

/// Finds the sheets of a document by their start and end tags. Parsing all cells for this would take as long as reading
/// them.
fn find_sheets(mut content: impl Read, part: &str, styles: &mut Styles) -> Result<Vec<Sheet>, SheetError> {
    /// The greatest length of a sheet's tag, in bytes.
    const LONGEST: usize = 4096;
    let finder = Finder::new("table:");
    let mut sheets = Vec::new();
    let mut block = vec![0; 64 * 1024];
    // The number of bytes in the block, the position up to which nothing was found, and the number of open tables.
    let (mut filled, mut fresh, mut open) = (0, 0, 0_u32);
    loop {
        let read = content.read(block.get_mut(filled..).unwrap_or_default()).map_err(|e| unreadable(&e, part))?;
        filled += read;
        // A tag that may continue in the next block is left for that block.
        let whole = if read == 0 { filled } else { filled.saturating_sub(LONGEST) };
        while let Some(at) = block.get(fresh..filled).and_then(|bytes| finder.find(bytes)).map(|i| fresh + i) {
            if at >= whole {
                break;
            }
            fresh = at + finder.needle().len();
            let before = block.get(at.saturating_sub(2)..at).unwrap_or_default();
            let after = block.get(fresh..filled.min(fresh + LONGEST)).unwrap_or_default();
            match (before, table_tag(after)) {
                // Tables that are linked from another document are not sheets.
                ([.., b'<'], Some(Tag::Links)) => open += 1,
                ([b'<', b'/'], Some(Tag::Links | Tag::Table(_))) => open = open.saturating_sub(1),
                ([.., b'<'], Some(Tag::Table(attributes))) => {
                    if open == 0 {
                        styles.keep(attributes.len())?;
                        sheets.push(styles.sheet(attributes));
                    }
                    open += u32::from(!attributes.ends_with('/'));
                }
                _ => {}
            }
        }
        if read == 0 {
            return if open == 0 { Ok(sheets) } else { Err(damaged(part)) };
        }
        fresh = fresh.max(whole);
        let keep = fresh.saturating_sub(2);
        block.copy_within(keep..filled, 0);
        (filled, fresh) = (filled - keep, fresh - keep);
    }
}

/// The kind of a tag in the namespace of tables.
enum Tag<'t> {
    /// A table, with its attributes.
    Table(&'t str),
    Links,
}

fn table_tag(bytes: &[u8]) -> Option<Tag<'_>> {
    let name = bytes.iter().position(|b| !b.is_ascii_alphabetic() && *b != b'-')?;
    let (name, rest) = bytes.split_at_checked(name)?;
    match name {
        b"dde-links" => Some(Tag::Links),
        b"table" => {
            let end = rest.iter().position(|b| *b == b'>')?;
            Some(Tag::Table(std::str::from_utf8(rest.get(..end)?).ok()?))
        }
        _ => None,
    }
}

/// The number of digits that `number:number` fills with zeros, if it shows whole numbers unscaled.
fn zeros(tag: &BytesStart<'_>) -> Option<u8> {
    let number = |name| attribute(tag, name).and_then(|n| n.parse::<u8>().ok());
    let grouped = attribute(tag, "number:grouping").as_deref() == Some("true");
    let decimals = number("number:decimal-places").unwrap_or(0);
    number("number:min-integer-digits").filter(|digits| *digits > 1 && decimals == 0 && !grouped)
}

/// The rows of one sheet.
pub(super) struct Rows<'a> {
    xml: Xml<Content<'a>>,
    /// The depth inside the sheet's element.
    inside: usize,
    formats: &'a Formats,
    limits: Limits,
    /// The zeros of the columns. Each entry applies up to its column.
    columns: Vec<(u32, u8)>,
    /// The number of the last row.
    row: u32,
    /// A repeated row, and the number of the last row that equals it.
    repeated: Option<(Row, u32)>,
    regions: Vec<Region>,
    cell: CellText,
}

/// The text of a cell. Its memory is reused for the next cell.
#[derive(Default)]
struct CellText {
    kind: Kind,
    value: String,
    /// `office:string-value`, which has priority over the shown text.
    exact: Option<String>,
    text: String,
    formula: bool,
    zeros: Option<u8>,
    repeated: u32,
    rows: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Unsaid,
    Number,
    Date,
    Time,
    Boolean,
    Text,
    Error,
}

impl Rows<'_> {
    /// The cells that span several rows, found since the last call.
    pub(super) fn regions(&mut self) -> Vec<Region> {
        std::mem::take(&mut self.regions)
    }

    pub(super) fn next(&mut self) -> Result<Option<Row>, SheetError> {
        if let Some((row, last)) = &mut self.repeated {
            row.number += 1;
            let row = row.clone();
            if row.number >= *last {
                self.repeated = None;
            }
            return Ok(Some(row));
        }
        loop {
            match self.xml.next_at()? {
                (Event::Start(tag), _) => match tag.name().as_ref() {
                    "table:table-row" => {
                        let count = count(&tag, "table:number-rows-repeated");
                        let zeros = attribute(&tag, "table:default-cell-style-name");
                        let zeros = zeros.and_then(|style| self.formats.get(&*style).copied());
                        let first = self.row.saturating_add(1);
                        self.row = self.row.saturating_add(count);
                        let visibility = attribute(&tag, "table:visibility");
                        let hidden = visibility.is_some_and(|how| matches!(&*how, "collapse" | "filter"));
                        let mut row = self.read_row(first, count, zeros)?;
                        row.hidden = hidden;
                        if row.cells.is_empty() {
                            continue;
                        }
                        if count > MOST_REPEATED {
                            let numbers = vec![("row", first.to_string()), ("times", count.to_string())];
                            return Err(SheetError::new("linha_repetida_demais", numbers));
                        }
                        if count > 1 {
                            self.repeated = Some((row.clone(), self.row));
                        }
                        return Ok(Some(row));
                    }
                    "table:table-column" => {
                        let style = attribute(&tag, "table:default-cell-style-name");
                        let zeros = style.and_then(|style| self.formats.get(&*style).copied()).unwrap_or(0);
                        let before = self.columns.last().map_or(0, |(end, _)| *end);
                        let end = before.saturating_add(count(&tag, "table:number-columns-repeated"));
                        if before < self.limits.columns {
                            self.columns.push((end, zeros));
                        }
                    }
                    "table:table-rows"
                    | "table:table-row-group"
                    | "table:table-header-rows"
                    | "table:table-columns"
                    | "table:table-column-group"
                    | "table:table-header-columns" => {}
                    // Shapes, forms and similar elements may contain tables of their own.
                    _ => self.xml.skip()?,
                },
                (Event::End(_), depth) if depth < self.inside => return Ok(None),
                (Event::Eof, _) => return Err(self.xml.cut_short()),
                _ => {}
            }
        }
    }

    fn read_row(&mut self, first: u32, count: u32, row_zeros: Option<u8>) -> Result<Row, SheetError> {
        let outside = self.xml.depth().saturating_sub(1);
        let mut row = RowBuilder::new(first);
        let mut column = 0_u32;
        loop {
            match self.xml.next_at()? {
                (Event::Start(tag), _) => {
                    let covered = match tag.name().as_ref() {
                        "table:table-cell" => false,
                        // This cell is covered by a merged cell. Its own content is not shown.
                        "table:covered-table-cell" => true,
                        _ => {
                            self.xml.skip()?;
                            continue;
                        }
                    };
                    self.cell.begin(&tag, self.formats);
                    self.read_text()?;
                    let repeated = self.cell.repeated;
                    let next = column.saturating_add(repeated);
                    if !covered {
                        if self.cell.rows > 1 && count == 1 {
                            let last = first.saturating_add(self.cell.rows - 1);
                            let column = usize::try_from(column).unwrap_or(usize::MAX);
                            self.regions.push(Region { first, last, column, last_column: column });
                        }
                        let cell = self.cell.value();
                        if !matches!(cell, Cell::Empty) {
                            for at in column + 1..next {
                                row.put(at, self.with_zeros(cell.clone(), at, row_zeros), &self.limits)?;
                            }
                            row.put(column, self.with_zeros(cell, column, row_zeros), &self.limits)?;
                        }
                    }
                    column = next;
                }
                (Event::End(_), depth) if depth <= outside => return Ok(row.build()),
                (Event::Eof, _) => return Err(self.xml.cut_short()),
                _ => {}
            }
        }
    }

    /// Applies the zeros of the style. The style of a cell has priority over that of its row, and that one over that of
    /// its column.
    fn with_zeros(&self, mut cell: Cell, column: u32, of_row: Option<u8>) -> Cell {
        if let Cell::Number(number) = &mut cell {
            let of_column = || self.columns.iter().find(|(end, _)| column < *end).map(|(_, zeros)| *zeros);
            number.zeros = self.cell.zeros.or(of_row).or_else(of_column).unwrap_or(0);
        }
        cell
    }

    /// Reads the text of the current cell: its paragraphs, without notes and drawings.
    fn read_text(&mut self) -> Result<(), SheetError> {
        let outside = self.xml.depth().saturating_sub(1);
        let text = &mut self.cell.text;
        // The depth of the open paragraph. `None` between paragraphs.
        let mut paragraph: Option<usize> = None;
        let mut paragraphs = 0;
        let mut after_space = true;
        loop {
            match self.xml.next_at()? {
                (Event::Start(tag), depth) => match tag.name().as_ref() {
                    "office:annotation" | "table:detective" => self.xml.skip()?,
                    name if name.starts_with("draw:") => self.xml.skip()?,
                    "text:p" | "text:h" if paragraph.is_none() => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        after_space = true;
                        paragraph = Some(depth);
                    }
                    "text:s" if paragraph.is_some() => {
                        let spaces = usize::try_from(count(&tag, "text:c")).unwrap_or(usize::MAX);
                        self.xml.check_room(text, spaces)?;
                        text.extend(std::iter::repeat_n(' ', spaces));
                        after_space = false;
                    }
                    "text:tab" if paragraph.is_some() => text.push('\t'),
                    "text:line-break" if paragraph.is_some() => text.push('\n'),
                    _ => {}
                },
                (Event::End(_), depth) => {
                    if paragraph.is_some_and(|paragraph| depth < paragraph) {
                        paragraph = None;
                    }
                    if depth <= outside {
                        return Ok(());
                    }
                }
                (Event::Eof, _) => return Err(self.xml.cut_short()),
                (event, _) if paragraph.is_some() => {
                    let from = text.len();
                    add_text(&event, text);
                    collapse_spaces(text, from, &mut after_space);
                    self.xml.check_room(text, 0)?;
                }
                _ => {}
            }
        }
    }
}

/// Replaces every run of spaces and line breaks by one space, because documents may be indented.
fn collapse_spaces(text: &mut String, from: usize, after_space: &mut bool) {
    let added = text.get(from..).unwrap_or_default();
    let breaks = added.bytes().any(|b| matches!(b, b'\t' | b'\r' | b'\n'));
    let to_collapse = breaks || added.contains("  ") || (*after_space && added.starts_with(' '));
    if !to_collapse {
        *after_space = added.ends_with(' ');
        return;
    }
    let added = text.split_off(from);
    for letter in added.chars() {
        let space = matches!(letter, ' ' | '\t' | '\r' | '\n');
        if !space {
            text.push(letter);
        } else if !*after_space {
            text.push(' ');
        }
        *after_space = space;
    }
}

impl CellText {
    fn begin(&mut self, tag: &BytesStart<'_>, formats: &Formats) {
        self.value.clear();
        self.text.clear();
        (self.kind, self.exact, self.formula, self.zeros) = (Kind::Unsaid, None, false, None);
        (self.repeated, self.rows) = (1, 1);
        let mut error = false;
        for (name, value) in attributes(tag) {
            match name {
                "office:value-type" => {
                    self.kind = match value {
                        "float" | "percentage" | "currency" => Kind::Number,
                        "date" => Kind::Date,
                        "time" => Kind::Time,
                        "boolean" => Kind::Boolean,
                        "string" => Kind::Text,
                        "error" => Kind::Error,
                        _ => Kind::Unsaid,
                    }
                }
                // `office:value-type` has no value for an error.
                "calcext:value-type" => error = value == "error",
                "office:value" | "office:date-value" | "office:time-value" | "office:boolean-value" => {
                    self.value.push_str(value);
                }
                "office:string-value" => self.exact = Some(unescaped(value).into_owned()),
                "table:formula" => self.formula = true,
                "table:style-name" => {
                    self.zeros = Some(formats.get(&*unescaped(value)).copied().unwrap_or(0));
                }
                "table:number-columns-repeated" => self.repeated = parse_count(value),
                "table:number-rows-spanned" => self.rows = parse_count(value),
                _ => {}
            }
        }
        if error {
            self.kind = Kind::Error;
        }
    }

    fn value(&self) -> Cell {
        let shown = || match self.exact.as_deref() {
            Some(exact) if !exact.is_empty() || self.text.is_empty() => value::text(exact),
            _ => value::text(&self.text),
        };
        match self.kind {
            Kind::Number => match self.value.trim().parse() {
                Ok(number) => Cell::Number(Number::new(number)),
                Err(_) => shown(),
            },
            Kind::Date => match value::iso_date(&self.value) {
                Cell::Empty => shown(),
                date => date,
            },
            Kind::Time => duration(&self.value).map_or_else(shown, Cell::Time),
            Kind::Boolean if self.value == "true" => Cell::Boolean(true),
            Kind::Boolean if self.value == "false" => Cell::Boolean(false),
            Kind::Error => match shown() {
                Cell::Text(text) => value::error_named(&text),
                _ => value::error_named("#N/A"),
            },
            Kind::Unsaid if self.formula && self.text.is_empty() && self.exact.is_none() => Cell::FormulaWithoutValue,
            Kind::Boolean | Kind::Text | Kind::Unsaid => shown(),
        }
    }
}

/// Reads `PT36H00M05.5S` as days.
fn duration(iso: &str) -> Option<f64> {
    let (sign, iso) = iso.strip_prefix('-').map_or((1.0, iso), |rest| (-1.0, rest));
    let (days, time) = iso.strip_prefix('P')?.split_once('T')?;
    let mut seconds = 0.0;
    let mut rest = time;
    if let Some(days) = days.strip_suffix('D') {
        seconds += days.parse::<f64>().ok()? * 86_400.0;
    } else if !days.is_empty() {
        return None;
    }
    while let Some(end) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let (number, unit) = rest.split_at(end);
        let number: f64 = number.replace(',', ".").parse().ok()?;
        seconds += number
            * match unit.as_bytes().first()? {
                b'H' => 3600.0,
                b'M' => 60.0,
                b'S' => 1.0,
                _ => return None,
            };
        rest = unit.get(1..)?;
    }
    rest.is_empty().then_some(sign * seconds / 86_400.0)
}

fn count(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).map_or(1, |count| parse_count(&count))
}

/// Reads a repetition count, which is 1 by default.
fn parse_count(count: &str) -> u32 {
    match count.trim().parse::<u64>() {
        Ok(count) => u32::try_from(count.max(1)).unwrap_or(u32::MAX),
        // A count with too many digits is a very large number. Any other text is not a number.
        Err(_) if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) => u32::MAX,
        Err(_) => 1,
    }
}
