//! The parts of streams of all versions: records, strings and stored cells.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254};

use crate::cfb::{u16_at, u32_at};
use crate::cp850;
use crate::finding::SheetError;
use crate::shared::{Budget, SharedTexts};

pub(super) const BOF: u16 = 0x0809;
pub(super) const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// The encoding of strings.
#[derive(Clone, Copy)]
pub(super) struct Strings {
    pub(super) biff8: bool,
    pub(super) encoding: TextEncoding,
}

/// The code page of strings that are not Unicode.
#[derive(Clone, Copy)]
pub(super) enum TextEncoding {
    Windows(&'static Encoding),
    /// Code page 850, that of DOS in Western Europe and Brazil.
    Cp850,
}

/// The stored cells of a sheet.
pub(super) struct Stored(pub(super) Vec<((u16, u16), RawCell)>, pub(super) Budget);

impl Stored {
    pub(super) fn push(&mut self, place: (u16, u16), raw: RawCell) -> Result<(), SheetError> {
        self.1.take(size_of::<((u16, u16), RawCell)>())?;
        if self.0.len() == self.0.capacity() {
            // The memory grows by a quarter, not by doubling, because the budget counts only the stored bytes.
            self.0.reserve_exact(self.0.len() / 4 + 1024);
        }
        self.0.push((place, raw));
        Ok(())
    }

    /// Stores the numbers of adjacent cells, which are in one record.
    pub(super) fn packed(&mut self, data: &[u8]) -> Result<(), SheetError> {
        let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else {
            return Err(corrupt());
        };
        let pairs = data.len().checked_sub(2).and_then(|end| data.get(4..end)).ok_or_else(corrupt)?;
        for (column, pair) in (first..=u16::MAX).zip(pairs.chunks_exact(6)) {
            if let (Some(style), Some(number)) = (u16_at(pair, 0), u32_at(pair, 2)) {
                self.push((row, column), RawCell::Number(rk(number), style))?;
            }
        }
        Ok(())
    }
}

/// The result of a formula.
pub(super) enum FormulaResult {
    Value(RawCell),
    /// Text, which is in the next record.
    TextFollows,
    Nothing,
}

pub(super) fn outcome(body: &[u8], style: u16) -> Option<FormulaResult> {
    Some(match body.get(..8)? {
        [0, _, _, _, _, _, 0xFF, 0xFF] => FormulaResult::TextFollows,
        [1, _, value, _, _, _, 0xFF, 0xFF] => FormulaResult::Value(RawCell::Boolean(*value != 0)),
        [2, _, error, _, _, _, 0xFF, 0xFF] => FormulaResult::Value(RawCell::Error(*error)),
        [3, _, _, _, _, _, 0xFF, 0xFF] => FormulaResult::Nothing,
        number => FormulaResult::Value(RawCell::Number(f64_at(number)?, style)),
    })
}

/// A stored cell, small enough to keep the cells of a whole sheet.
#[derive(Clone, Copy)]
pub(super) enum RawCell {
    /// The position of the record with the text.
    Text(u32),
    Shared(u32),
    Number(f64, u16),
    Boolean(bool),
    Error(u8),
}

/// The records of a stream. Each has a type, a length, and that many bytes.
pub(super) struct Records<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) place: usize,
}

impl<'a> Records<'a> {
    pub(super) fn next_record(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.bytes, self.place)?;
        let size = usize::from(u16_at(self.bytes, self.place + 2)?);
        let data = self.bytes.get(self.place + 4..self.place + 4 + size)?;
        self.place += 4 + size;
        Some((kind, data))
    }

    /// The next record, if it continues the one before.
    fn continuation(&mut self) -> Option<&'a [u8]> {
        if u16_at(self.bytes, self.place)? != CONTINUE {
            return None;
        }
        self.next_record().map(|(_, data)| data)
    }
}

impl Strings {
    /// A string with one byte of length.
    pub(super) fn short(self, data: &[u8]) -> Option<String> {
        let size = usize::from(*data.first()?);
        if self.biff8 {
            let wide = data.get(1)? & 1 != 0;
            Some(unicode(data.get(2..)?, size, wide))
        } else {
            Some(self.bytes(data.get(1..)?, size))
        }
    }

    /// A string with two bytes of length.
    pub(super) fn long(self, data: &[u8]) -> Option<String> {
        let size = usize::from(u16_at(data, 0)?);
        if self.biff8 {
            let wide = data.get(2)? & 1 != 0;
            Some(unicode(data.get(3..)?, size, wide))
        } else {
            Some(self.bytes(data.get(2..)?, size))
        }
    }

    /// A string with two bytes of length, which may continue in the next records.
    pub(super) fn long_continued<'a>(self, data: &'a [u8], records: &mut Records<'a>) -> Option<String> {
        if !self.biff8 {
            return self.long(data);
        }
        let mut parts = Parts { current: data, records };
        let size = usize::from(parts.u16()?);
        parts.text(size, None)
    }

    fn bytes(self, data: &[u8], size: usize) -> String {
        let data = data.get(..size.min(data.len())).unwrap_or_default();
        match self.encoding {
            TextEncoding::Windows(encoding) => encoding.decode_without_bom_handling(data).0.into_owned(),
            TextEncoding::Cp850 => data.iter().map(|b| cp850::ch(*b)).collect(),
        }
    }
}

/// The bytes of a record and of the records that continue it.
struct Parts<'r, 'a> {
    current: &'a [u8],
    records: &'r mut Records<'a>,
}

impl Parts<'_, '_> {
    fn byte(&mut self) -> Option<u8> {
        while self.current.is_empty() {
            self.current = self.records.continuation()?;
        }
        let (first, rest) = self.current.split_first()?;
        self.current = rest;
        Some(*first)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if self.current.is_empty() {
                self.current = self.records.continuation()?;
            }
            let now = count.min(self.current.len());
            self.current = self.current.get(now..)?;
            count -= now;
        }
        Some(())
    }

    /// Reads `size` characters. Where a string crosses into a new record, the record begins with the width of the
    /// characters.
    fn text(&mut self, size: usize, width: Option<bool>) -> Option<String> {
        let mut wide = match width {
            Some(wide) => wide,
            None => self.byte()? & 1 != 0,
        };
        // Most strings are in one record, and all their characters are ASCII.
        if let Some(text) = ascii(self.current, size, wide) {
            self.current = self.current.get(size..)?;
            return Some(text.to_owned());
        }
        let mut units: Vec<u16> = Vec::with_capacity(size.min(64));
        while units.len() < size {
            if self.current.is_empty() {
                self.current = self.records.continuation()?;
                wide = self.byte()? & 1 != 0;
                continue;
            }
            units.push(if wide { self.u16()? } else { u16::from(self.byte()?) });
        }
        Some(String::from_utf16_lossy(&units))
    }
}

/// Reads the table of strings that cells share.
pub(super) fn sst<'a>(
    data: &'a [u8],
    records: &mut Records<'a>,
    budget: &mut Budget,
) -> Result<SharedTexts, SheetError> {
    let limit = u32_at(data, 4).ok_or_else(corrupt)?;
    let mut parts = Parts { current: data.get(8..).ok_or_else(corrupt)?, records };
    let mut texts = SharedTexts::default();
    for _ in 0..limit {
        // Some writers announce more strings than they write.
        let Some(size) = parts.u16() else {
            break;
        };
        let (text, whole) = sst_text(&mut parts, usize::from(size)).ok_or_else(corrupt)?;
        texts.push(&text, budget)?;
        if !whole {
            break;
        }
    }
    Ok(texts)
}

/// Reads one string of the table. Returns false with the last string if the file ends without the string's formatting.
fn sst_text(parts: &mut Parts<'_, '_>, size: usize) -> Option<(String, bool)> {
    let options = parts.byte()?;
    let spans = if options & 8 != 0 { usize::from(parts.u16()?) } else { 0 };
    let extension = if options & 4 != 0 { usize::try_from(parts.u32()?).ok()? } else { 0 };
    let text = parts.text(size, Some(options & 1 != 0))?;
    Some((text, parts.skip(4 * spans).and_then(|()| parts.skip(extension)).is_some()))
}

/// The first `size` characters, if they are of one byte each and all are ASCII.
fn ascii(data: &[u8], size: usize, wide: bool) -> Option<&str> {
    let bytes = data.get(..size).filter(|bytes| !wide && bytes.is_ascii())?;
    std::str::from_utf8(bytes).ok()
}

fn unicode(data: &[u8], size: usize, wide: bool) -> String {
    if let Some(text) = ascii(data, size, wide) {
        return text.to_owned();
    }
    let units: Vec<u16> = if wide {
        data.chunks_exact(2).take(size).filter_map(|pair| u16_at(pair, 0)).collect()
    } else {
        data.iter().take(size).map(|b| u16::from(*b)).collect()
    };
    String::from_utf16_lossy(&units)
}

pub(super) fn f64_at(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))
}

/// Reads a number packed in 30 bits: an integer or the upper half of a float, possibly in hundredths.
pub(crate) fn rk(rk: u32) -> f64 {
    let value = if rk & 2 != 0 {
        f64::from(i32::from_le_bytes(rk.to_le_bytes()) >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { value / 100.0 } else { value }
}

pub(super) fn encoding(page: u16) -> TextEncoding {
    TextEncoding::Windows(match page {
        850 => return TextEncoding::Cp850,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        10_000 | 0x8000 => MACINTOSH,
        _ => WINDOWS_1252,
    })
}

pub(super) fn corrupt() -> SheetError {
    SheetError::new("arquivo_corrompido", vec![("format", ".xls".to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "the packed forms are exact")]
    fn packed_numbers() {
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk(0x004B_5646), 1_234_321.0);
        assert_eq!(rk(0x3FF0_0001), 0.01);
        assert_eq!(rk(0x004B_5647), 12_343.21);
        assert_eq!(rk(0xFFFF_FFFE), -1.0);
    }
}
