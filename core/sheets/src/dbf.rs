//! Reads tables of dBase, Clipper, FoxPro and Visual FoxPro (.dbf): records of fixed length, with each field at a fixed
//! place.
//!
//! Records that the program marked as deleted are skipped. Long texts (memos) are in a separate file, which is not
//! available here. A field that refers to one is reported as missing its text.

use encoding_rs::WINDOWS_1252;
use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use smartbill_documents::dates::add_days;

use super::cell::{Cell, Number, Positioned};
use super::cfb::{u16_at, u32_at};
use super::cp850::{self, Guess};
use super::damage::damaged;
use super::finding::SheetError;
use super::value;

/// The size of the header before its fields, and of the description of each field, in bytes.
const BLOCK: usize = 32;
/// The julian day of 1970-01-01.
const EPOCH: i32 = 2_440_588;

/// A table, whole.
pub(super) struct Dbf {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    first: usize,
    size: usize,
    letters: Letters,
}

/// The encoding of the bytes that are not ASCII.
enum Letters {
    /// Code page 850.
    Dos,
    /// Windows-1252.
    Windows,
    /// A code page that is not supported. Its letters count as lost, and each cell with one gets a finding.
    Foreign,
}

struct Field {
    name: String,
    kind: u8,
    at: usize,
    size: usize,
}

/// Whether the first bytes are the beginning of a table: the version, a date, and sizes that are consistent.
pub(super) fn recognizes(bytes: &[u8]) -> bool {
    let version =
        matches!(bytes.first(), Some(0x03 | 0x04 | 0x30..=0x32 | 0x43 | 0x83 | 0x8B | 0x8E | 0xCB | 0xF5 | 0xFB));
    let day = matches!(bytes.get(2..4), Some([0..=12, 0..=31]));
    version && day && layout(bytes).is_some_and(|(fields, first, size)| !fields.is_empty() && size > 1 && first > BLOCK)
}

/// The fields, the position of the first record, and the length of each record.
fn layout(bytes: &[u8]) -> Option<(Vec<Field>, usize, usize)> {
    let (first, size) = (usize::from(u16_at(bytes, 8)?), usize::from(u16_at(bytes, 10)?));
    let mut fields = Vec::new();
    // The first byte of a record says whether the record is deleted.
    let mut at = 1;
    let mut start = BLOCK;
    while start + BLOCK <= first && bytes.get(start).is_some_and(|byte| *byte != 0x0D) {
        let block = bytes.get(start..start + BLOCK)?;
        let name = block.get(..11)?.split(|byte| *byte == 0).next()?;
        let kind = *block.get(11)?;
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) || !kind.is_ascii_alphanumeric() {
            return None;
        }
        // A text may be longer than one byte can express. Clipper stores the upper byte of the length in place of the
        // decimal places.
        let places = if kind == b'C' { usize::from(*block.get(17)?) } else { 0 };
        let length = usize::from(*block.get(16)?) + (places << 8);
        fields.push(Field { name: String::from_utf8_lossy(name).into_owned(), kind, at, size: length });
        at += length;
        start += BLOCK;
    }
    (at <= size && start < first && bytes.get(start) == Some(&0x0D)).then_some((fields, first, size))
}

impl Dbf {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, SheetError> {
        let (fields, first, size) = layout(&bytes).ok_or_else(|| damaged(".dbf"))?;
        let letters = match bytes.get(29) {
            Some(0x03 | 0x57..=0x59) => Letters::Windows,
            Some(0x01 | 0x02) => Letters::Dos,
            // The file names no code page, as is usual with Clipper, so the letters decide.
            None | Some(0) => {
                let mut guess = Guess::default();
                guess.read(bytes.get(first..).unwrap_or_default());
                if guess.cp850() { Letters::Dos } else { Letters::Windows }
            }
            _ => Letters::Foreign,
        };
        Ok(Self { bytes, fields, first, size, letters })
    }

    /// The cells of the field names and then of the records that are not deleted. Deleted records keep their row
    /// numbers.
    pub(super) fn cells(&self) -> impl FnMut() -> Result<Option<Positioned>, SheetError> + Send + '_ {
        let (mut row, mut column) = (0_u32, 0_usize);
        move || {
            loop {
                let Some(field) = self.fields.get(column) else {
                    (row, column) = (row + 1, 0);
                    continue;
                };
                let place = (row, u32::try_from(column).unwrap_or(u32::MAX));
                if row == 0 {
                    column += 1;
                    return Ok(Some((place, Cell::Text(field.name.clone()))));
                }
                let start = (row as usize - 1).saturating_mul(self.size).saturating_add(self.first);
                let Some(record) = self.bytes.get(start..start.saturating_add(self.size)) else {
                    return self.end(start);
                };
                match record.first() {
                    // The file ends here, before the number of records in its header.
                    Some(0x1A) => return self.end(start),
                    Some(b'*') => {
                        (row, column) = (row + 1, 0);
                        continue;
                    }
                    _ => {}
                }
                column += 1;
                let bytes = record.get(field.at..field.at + field.size).ok_or_else(|| damaged(".dbf"))?;
                return Ok(Some((place, self.cell(field.kind, bytes))));
            }
        }
    }

    /// Checks the end of the table. At most an end mark may follow the last record. A part of a record means that the
    /// file was cut.
    fn end(&self, start: usize) -> Result<Option<Positioned>, SheetError> {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let cut = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'*'));
        if cut { Err(damaged(".dbf")) } else { Ok(None) }
    }

    fn cell(&self, kind: u8, bytes: &[u8]) -> Cell {
        let number = |v: Option<f64>| v.map_or(Cell::Missing, |v| Cell::Number(Number::new(v)));
        let ascii = || std::str::from_utf8(bytes).unwrap_or_default().trim_matches(['\0', ' ']);
        match kind {
            b'N' | b'F' => match ascii() {
                "" => Cell::Empty,
                // A number that did not fit in its field is stored as asterisks.
                text if text.bytes().all(|byte| byte == b'*') => Cell::Error("#####".to_owned()),
                text => text.parse().map_or_else(|_| value::text(text), |v| Cell::Number(Number::new(v))),
            },
            b'D' => match ascii() {
                "" | "00000000" => Cell::Empty,
                text => value::iso_date(&dashed(text)),
            },
            b'L' => match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y' | b'S' | b's') => Cell::Boolean(true),
                Some(b'F' | b'f' | b'N' | b'n') => Cell::Boolean(false),
                _ => Cell::Empty,
            },
            b'I' => number(exactly(bytes).map(|b| i32::from_le_bytes(b).into())),
            // In other versions, a field of this type refers to another file.
            b'B' if bytes.len() == 8 => number(exactly(bytes).map(f64::from_le_bytes)),
            #[expect(clippy::cast_precision_loss, reason = "no program shows more than 15 digits of a currency")]
            b'Y' => number(exactly(bytes).map(|b| i64::from_le_bytes(b) as f64 / 10_000.0)),
            b'M' | b'G' | b'P' | b'B' => {
                let nothing =
                    if bytes.len() == 4 { bytes == [0; 4] } else { ascii().trim_start_matches('0').is_empty() };
                if nothing { Cell::Empty } else { Cell::Missing }
            }
            // The length of this field is in a field without a name.
            b'V' | b'Q' if bytes.iter().all(|byte| matches!(byte, 0 | b' ')) => Cell::Empty,
            b'V' | b'Q' => Cell::Missing,
            b'T' | b'@' => instant(bytes),
            b'0' => Cell::Empty,
            _ => value::text(self.text(bytes).trim_matches(['\0', ' '])),
        }
    }

    fn text(&self, bytes: &[u8]) -> String {
        match self.letters {
            Letters::Windows => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            Letters::Dos => bytes.iter().map(|byte| cp850::ch(*byte)).collect(),
            Letters::Foreign => {
                let letter = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER };
                bytes.iter().map(letter).collect()
            }
        }
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

/// Converts `20261128` to `2026-11-28`. Any other text stays unchanged.
fn dashed(text: &str) -> String {
    match (text.get(..4), text.get(4..6), text.get(6..)) {
        (Some(year), Some(month), Some(day)) if text.len() == 8 => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}

/// Reads a julian day and the milliseconds of that day.
fn instant(bytes: &[u8]) -> Cell {
    let part = |at: usize| u32_at(bytes, at).map(u32::cast_signed);
    match (part(0), part(4)) {
        (Some(0), _) => Cell::Empty,
        (Some(day), Some(milliseconds)) => {
            let date = day.checked_sub(EPOCH).and_then(|days| add_days(Date::constant(1970, 1, 1), days));
            let at = date.map(|date| date.to_datetime(Time::midnight()));
            let at = at.and_then(|at| at.checked_add(SignedDuration::from_millis(milliseconds.into())).ok());
            at.map_or(Cell::Missing, value::instant)
        }
        _ => Cell::Missing,
    }
}
