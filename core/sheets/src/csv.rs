//! Reads text files: detects encoding, separator and quoting, in one pass and in memory that does not grow with the
//! file.

use std::io::{self, Read, SeekFrom};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::cell::{Cell, Row};
use super::cp850::{self, Guess};
use super::finding::SheetError;
use super::layout::Layout;
use super::options::{Delimiter, Limits};
use super::source::{Source, reading};
use super::text::composed;

const BLOCK: usize = 64 * 1024;

/// The encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextEncoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
    Cp850,
}

/// The rows of a text file.
pub(super) struct TextRows<'a> {
    decoder: RowDecoder<'a>,
    delimiter: u8,
    /// The positions of the columns in a line, if they have a fixed width. Their names are returned first, as row 0.
    layout: Option<&'a Layout>,
    named: bool,
    limits: Limits,
    number: u32,
    /// Complete lines that were read, from the first one that does not belong to a returned row.
    buffer: Vec<u8>,
    /// The number of bytes of the buffer that belong to returned rows.
    taken: usize,
    /// The cells of the row in the buffer, without their outer quotes: start, end, and whether inner quotes are
    /// doubled.
    spans: Vec<(usize, usize, bool)>,
    stray_quotes: Vec<usize>,
}

/// The end of one row in the buffer.
enum RowEnd {
    /// The quotes are correct, and the row ends here.
    Ends(usize),
    /// A quote closes before the end of its cell, or only in another row.
    StrayQuote,
}

impl<'a> TextRows<'a> {
    pub(super) fn open(
        mut source: Box<dyn Source + 'a>,
        limits: &Limits,
        layout: Option<&'a Layout>,
    ) -> Result<Self, SheetError> {
        let (encoding, bom) = encoding(&mut *source).map_err(|e| reading(&e))?;
        source.seek(SeekFrom::Start(bom)).map_err(|e| reading(&e))?;
        let mut decoder = RowDecoder::new(source, encoding);
        let sample = decoder.peek().map_err(|e| reading(&e))?;
        let (delimiter, declared) = delimiter(sample);
        let mut rows = Self {
            decoder,
            delimiter: delimiter.byte(),
            layout,
            named: false,
            limits: *limits,
            number: 0,
            buffer: Vec::new(),
            taken: 0,
            spans: Vec::new(),
            stray_quotes: Vec::new(),
        };
        if declared && layout.is_none() {
            // Excel does not show the `sep=` line, so that line has no row number.
            rows.taken = rows.line(0, false)?.map_or(0, |end| end + 1);
        }
        Ok(rows)
    }

    /// The columns of the last row whose quotes do not close at the end of the cell. A second call returns nothing.
    pub(super) fn stray_quotes(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.stray_quotes)
    }

    pub(super) fn read(&mut self) -> Result<Option<Row>, SheetError> {
        if let Some(layout) = self.layout.filter(|_| !self.named) {
            self.named = true;
            return Ok(Some(Row::new(0, layout.header())));
        }
        let first_end = loop {
            if self.taken >= self.buffer.len() {
                self.buffer.clear();
                self.taken = 0;
            } else if self.taken > BLOCK && self.taken > self.buffer.len() / 2 {
                self.buffer.drain(..self.taken);
                self.taken = 0;
            }
            let Some(end) = self.line(self.taken, false)? else {
                return Ok(None);
            };
            self.number = self.number.saturating_add(1);
            if self.number > self.limits.rows {
                return Err(SheetError::new("linhas_demais", vec![("limit", self.limits.rows.to_string())]));
            }
            if end > self.taken {
                break end;
            }
            // A blank line is a row without cells.
            self.taken = end + 1;
        };
        self.spans.clear();
        let bytes = self.buffer.get(self.taken..first_end).unwrap_or_default();
        if let Some(layout) = self.layout {
            let cells = layout.cells(&String::from_utf8_lossy(bytes));
            self.taken = first_end + 1;
            return Ok(Some(Row::new(self.number, cells)));
        }
        let end = if memchr::memchr(b'"', bytes).is_none() {
            self.split(first_end);
            first_end
        } else {
            match self.quoted(first_end)? {
                RowEnd::Ends(end) => end,
                RowEnd::StrayQuote => {
                    self.split_with_stray_quotes(first_end);
                    first_end
                }
            }
        };
        self.taken = end + 1;
        if self.spans.len() > usize::try_from(self.limits.columns).unwrap_or(usize::MAX) {
            return Err(SheetError::new(
                "colunas_demais",
                vec![("row", self.number.to_string()), ("limit", self.limits.columns.to_string())],
            ));
        }
        let cells = self.spans.iter().map(|(from, to, doubled)| {
            let bytes = self.buffer.get(*from..*to).unwrap_or_default();
            if *doubled { cell(&undouble(bytes)) } else { cell(bytes) }
        });
        Ok(Some(Row::new(self.number, cells.collect())))
    }

    /// The end of the line that begins at `from`, without its line break. `None` at the end of the file.
    fn line(&mut self, from: usize, in_quotes: bool) -> Result<Option<usize>, SheetError> {
        if from < self.buffer.len() {
            let rest = self.buffer.get(from..).unwrap_or_default();
            return Ok(Some(from + memchr::memchr(b'\n', rest).unwrap_or(rest.len())));
        }
        let most = usize::try_from(self.limits.bytes_per_row).unwrap_or(usize::MAX).saturating_add(self.taken);
        let before = self.buffer.len();
        match self.decoder.line(&mut self.buffer, most) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let ends_here = self.buffer.len() > before && self.buffer.last() == Some(&b'\n');
                Ok(Some(self.buffer.len() - usize::from(ends_here)))
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData && in_quotes => Err(open_quotes(self.number)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let row = self.number.saturating_add(1);
                Err(SheetError::new("linha_longa_demais", vec![("row", row.to_string())]))
            }
            Err(error) => Err(reading(&error)),
        }
    }

    /// Splits a line at every separator.
    fn split(&mut self, end: usize) {
        let bytes = self.buffer.get(self.taken..end).unwrap_or_default();
        let mut from = self.taken;
        for at in memchr::memchr_iter(self.delimiter, bytes) {
            self.spans.push((from, self.taken + at, false));
            from = self.taken + at + 1;
        }
        self.spans.push((from, end, false));
    }

    /// Splits a row whose quoted cells may contain separators and line breaks.
    fn quoted(&mut self, first_end: usize) -> Result<RowEnd, SheetError> {
        let mut end = first_end;
        let mut at = self.taken;
        loop {
            let mut next = if self.buffer.get(at) == Some(&b'"') && at < end {
                let (mut from, mut doubled) = (at + 1, false);
                let close = loop {
                    let inside = self.buffer.get(from..end).unwrap_or_default();
                    match memchr::memchr(b'"', inside).map(|i| from + i) {
                        Some(quote) if self.buffer.get(quote + 1) == Some(&b'"') && quote + 1 < end => {
                            (from, doubled) = (quote + 2, true);
                        }
                        Some(quote) => break quote,
                        None => {
                            from = end + 1;
                            end = self.line(from, true)?.ok_or_else(|| open_quotes(self.number))?;
                        }
                    }
                };
                self.spans.push((at + 1, close, doubled));
                close + 1
            } else {
                let rest = self.buffer.get(at..end).unwrap_or_default();
                let next = at + memchr::memchr(self.delimiter, rest).unwrap_or(rest.len());
                self.spans.push((at, next, false));
                next
            };
            while next < end && self.buffer.get(next) == Some(&b' ') {
                next += 1;
            }
            if next >= end {
                break;
            }
            if self.buffer.get(next) != Some(&self.delimiter) {
                return Ok(RowEnd::StrayQuote);
            }
            at = next + 1;
        }
        if self.swallows_rows(first_end, end) { Ok(RowEnd::StrayQuote) } else { Ok(RowEnd::Ends(end)) }
    }

    /// Whether a quoted cell with separators continues over lines that look like rows themselves, with as many cells.
    fn swallows_rows(&self, first_end: usize, end: usize) -> bool {
        let holds_separators = |(from, to, _): &(usize, usize, bool)| {
            let bytes = self.buffer.get(*from..*to).unwrap_or_default();
            *to > first_end && memchr::memchr(self.delimiter, bytes).is_some()
        };
        if !self.spans.iter().any(holds_separators) {
            return false;
        }
        let filled = self.spans.iter().rposition(|(from, to, _)| from < to).map_or(0, |last| last + 1);
        let lines = self.buffer.get(first_end..end).unwrap_or_default().split(|b| *b == b'\n');
        filled > 1
            && lines.skip(1).any(|line| {
                // Empty cells at the end of the line do not count as cells after the quoted one.
                let last = line.iter().rposition(|b| *b != self.delimiter).map_or(0, |last| last + 1);
                memchr::memchr_iter(self.delimiter, line.get(..last).unwrap_or_default()).count() + 1 >= filled
            })
    }

    /// Splits a line with meaningless quotes: a cell that is not properly quoted ends at the next separator.
    fn split_with_stray_quotes(&mut self, end: usize) {
        self.spans.clear();
        let mut at = self.taken;
        loop {
            let rest = self.buffer.get(at..end).unwrap_or_default();
            let plain = memchr::memchr(self.delimiter, rest).unwrap_or(rest.len());
            let next = match (rest.first(), closing_quote(rest, self.delimiter)) {
                (Some(b'"'), Some(close)) => {
                    self.spans.push((at + 1, at + close, true));
                    let after = rest.get(close..).unwrap_or_default();
                    close + memchr::memchr(self.delimiter, after).unwrap_or(after.len())
                }
                (Some(b'"'), None) => {
                    self.stray_quotes.push(self.spans.len());
                    let whole = plain > 1 && rest.get(plain - 1) == Some(&b'"');
                    let (from, to) = if whole { (1, plain - 1) } else { (0, plain) };
                    self.spans.push((at + from, at + to, false));
                    plain
                }
                _ => {
                    self.spans.push((at, at + plain, false));
                    plain
                }
            };
            if at + next >= end {
                return;
            }
            at += next + 1;
        }
    }
}

/// The position at which the quote that opens `bytes` closes, if a separator or the end follows.
fn closing_quote(bytes: &[u8], separator: u8) -> Option<usize> {
    let mut from = 1;
    loop {
        let quote = from + memchr::memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(quote + 1) == Some(&b'"') {
            from = quote + 2;
            continue;
        }
        let after = bytes.get(quote + 1..)?.iter().find(|b| **b != b' ');
        return after.is_none_or(|b| *b == separator).then_some(quote);
    }
}

/// The text of a quoted cell, in which two quotes stand for one.
fn undouble(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut after_quote = false;
    for byte in bytes {
        after_quote = *byte == b'"' && !after_quote;
        if !after_quote {
            text.push(*byte);
        }
    }
    text
}

fn cell(field: &[u8]) -> Cell {
    if field.is_empty() {
        return Cell::Empty;
    }
    // `="000123"` is how a program that writes text for Excel keeps its zeros.
    let inside = field.strip_prefix(b"=\"").and_then(|rest| rest.strip_suffix(b"\""));
    let field = inside.filter(|inside| !inside.contains(&b'"')).unwrap_or(field);
    match std::str::from_utf8(field) {
        Ok(text) if text.is_ascii() => Cell::Text(text.to_owned()),
        Ok(text) => Cell::Text(composed(text).into_owned()),
        Err(_) => Cell::Text(composed(&String::from_utf8_lossy(field)).into_owned()),
    }
}

fn open_quotes(row: u32) -> SheetError {
    SheetError::new("aspas_abertas", vec![("row", row.to_string())])
}

/// Fills a whole block, or reads to the end of the file. Guesses about a block must not depend on how many bytes each
/// read returns.
fn fill(from: &mut (impl Read + ?Sized), block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// The encoding of the whole file, and the length of its byte order mark.
fn encoding(source: &mut dyn Source) -> io::Result<(TextEncoding, u64)> {
    source.seek(SeekFrom::Start(0))?;
    let mut block = vec![0; BLOCK];
    let start = fill(source, &mut block)?;
    let parsed = block.get(..start).unwrap_or_default();
    if parsed.starts_with(&[0xEF, 0xBB, 0xBF]) {
        // The byte order mark decides. Invalid bytes are shown as U+FFFD; no other encoding is guessed.
        return Ok((TextEncoding::Utf8, 3));
    }
    if parsed.starts_with(&[0xFF, 0xFE]) {
        return Ok((TextEncoding::Utf16Le, 2));
    }
    if parsed.starts_with(&[0xFE, 0xFF]) {
        return Ok((TextEncoding::Utf16Be, 2));
    }
    // A file is UTF-8 only if all of it is valid, and otherwise Windows-1252. A sample is not enough, because the first
    // accent may be far down.
    let mut filled = start;
    loop {
        let part = block.get(..filled).unwrap_or_default();
        let valid = match std::str::from_utf8(part) {
            Ok(_) => filled,
            Err(error) if error.error_len().is_some() => return Ok((single_byte(source)?, 0)),
            Err(error) => error.valid_up_to(),
        };
        block.copy_within(valid..filled, 0);
        let surplus = filled - valid;
        let collected = fill(source, block.get_mut(surplus..).unwrap_or_default())?;
        if collected == 0 {
            return Ok((if surplus == 0 { TextEncoding::Utf8 } else { single_byte(source)? }, 0));
        }
        filled = surplus + collected;
    }
}

/// Decides between the one-byte code pages: Windows-1252, unless that of DOS makes more sense as Portuguese.
fn single_byte(source: &mut dyn Source) -> io::Result<TextEncoding> {
    source.seek(SeekFrom::Start(0))?;
    let mut block = vec![0; BLOCK];
    let mut guess = Guess::default();
    loop {
        let collected = fill(source, &mut block)?;
        if collected == 0 || !guess.read(block.get(..collected).unwrap_or_default()) {
            return Ok(if guess.cp850() { TextEncoding::Cp850 } else { TextEncoding::Windows1252 });
        }
    }
}

/// Finds the separator that splits the sample most evenly. Returns true if a `sep=` line declared it.
fn delimiter(sample: &[u8]) -> (Delimiter, bool) {
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', byte, rest @ ..] = sample
        && matches!(rest.first(), None | Some(b'\n'))
        && let Some(declared) = Delimiter::ALL.into_iter().find(|s| s.byte() == *byte)
    {
        return (declared, true);
    }
    let mut best = (0, 0, Delimiter::Semicolon);
    for candidate in Delimiter::ALL {
        let (rows, columns) = regularity(sample, candidate);
        if (rows, columns) > (best.0, best.1) {
            best = (rows, columns, candidate);
        }
    }
    (best.2, false)
}

/// The number of rows of the sample that have the most common number of columns, and that number. Rows with one column
/// do not count.
fn regularity(sample: &[u8], delimiter: Delimiter) -> (usize, usize) {
    const ROWS: usize = 200;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter.byte()).has_headers(false).flexible(true).from_reader(sample);
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    let mut record = csv::ByteRecord::new();
    for _ in 0..ROWS {
        match reader.read_byte_record(&mut record) {
            Ok(true) if record.len() > 1 => *counts.entry(record.len()).or_default() += 1,
            Ok(true) => {}
            _ => break,
        }
    }
    counts.into_iter().map(|(columns, rows)| (rows, columns)).max().unwrap_or_default()
}

/// The conversion from the file's encoding to UTF-8.
enum Decoding {
    Nothing,
    Standard(Decoder),
    Cp850(Vec<char>),
}

/// Converts the file to UTF-8 with `\n` line ends.
pub(super) struct RowDecoder<'a> {
    source: Box<dyn Source + 'a>,
    decoder: Decoding,
    gross: Vec<u8>,
    out: Vec<u8>,
    collected: usize,
    after_cr: bool,
    finished: bool,
}

impl<'a> RowDecoder<'a> {
    fn new(source: Box<dyn Source + 'a>, encoding: TextEncoding) -> Self {
        let decoder = match encoding {
            TextEncoding::Utf8 => Decoding::Nothing,
            TextEncoding::Utf16Le => Decoding::Standard(UTF_16LE.new_decoder_without_bom_handling()),
            TextEncoding::Utf16Be => Decoding::Standard(UTF_16BE.new_decoder_without_bom_handling()),
            TextEncoding::Windows1252 => Decoding::Standard(WINDOWS_1252.new_decoder_without_bom_handling()),
            TextEncoding::Cp850 => Decoding::Cp850(cp850::table()),
        };
        Self {
            source,
            decoder,
            gross: vec![0; BLOCK],
            out: Vec::with_capacity(BLOCK),
            collected: 0,
            after_cr: false,
            finished: false,
        }
    }

    /// Reads the text of an HTML page, which has no rows to which a limit could apply.
    pub(super) fn from_page(mut source: Box<dyn Source + 'a>) -> Result<Self, SheetError> {
        let (encoding, bom) = encoding(&mut *source).map_err(|e| reading(&e))?;
        source.seek(SeekFrom::Start(bom)).map_err(|e| reading(&e))?;
        Ok(Self::new(source, encoding))
    }

    /// Appends the next line with its line break to `line`, which may grow to `most` bytes. Returns false at the end of
    /// the file.
    fn line(&mut self, line: &mut Vec<u8>, most: usize) -> io::Result<bool> {
        let before = line.len();
        loop {
            if self.collected >= self.out.len() {
                self.fill()?;
                if self.out.is_empty() {
                    return Ok(line.len() > before);
                }
            }
            let rest = self.out.get(self.collected..).unwrap_or_default();
            let found = memchr::memchr(b'\n', rest);
            let part = rest.get(..found.map_or(rest.len(), |i| i + 1)).unwrap_or_default();
            if line.len().saturating_add(part.len()) > most {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "line too long"));
            }
            line.extend_from_slice(part);
            self.collected += part.len();
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// The first block, without consuming it.
    fn peek(&mut self) -> io::Result<&[u8]> {
        if self.out.is_empty() {
            self.fill()?;
        }
        Ok(&self.out)
    }

    /// Reads the next block. It is empty at the end of the file.
    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.collected = 0;
        while self.out.is_empty() && !self.finished {
            let count = fill(&mut self.source, &mut self.gross)?;
            let gross = self.gross.get(..count).unwrap_or_default();
            self.finished = count == 0;
            match &mut self.decoder {
                Decoding::Nothing => self.out.extend_from_slice(gross),
                Decoding::Standard(decoder) => decode(decoder, gross, self.finished, &mut self.out),
                Decoding::Cp850(table) => decode_cp850(table, gross, &mut self.out),
            }
            self.normalize();
        }
        Ok(())
    }

    /// Converts `\r\n` and a single `\r` to `\n`, and removes the Ctrl-Z with which DOS ended files.
    fn normalize(&mut self) {
        if !self.after_cr && !self.out.contains(&b'\r') && !self.out.contains(&0x1A) {
            return;
        }
        let mut after_cr = self.after_cr;
        self.out.retain_mut(|byte| {
            let second_of_pair = *byte == b'\n' && after_cr;
            after_cr = *byte == b'\r';
            if after_cr {
                *byte = b'\n';
            }
            !second_of_pair && *byte != 0x1A
        });
        self.after_cr = after_cr;
    }
}

fn decode(decoder: &mut Decoder, mut gross: &[u8], last: bool, out: &mut Vec<u8>) {
    let mut space = vec![0; BLOCK];
    loop {
        let (outcome, collected, written, _) = decoder.decode_to_utf8(gross, &mut space, last);
        out.extend_from_slice(space.get(..written).unwrap_or_default());
        gross = gross.get(collected..).unwrap_or_default();
        if matches!(outcome, CoderResult::InputEmpty) {
            return;
        }
    }
}

fn decode_cp850(table: &[char], gross: &[u8], out: &mut Vec<u8>) {
    let mut space = [0; 4];
    for byte in gross {
        match table.get(usize::from(byte & 0x7F)).filter(|_| !byte.is_ascii()) {
            Some(ch) => out.extend_from_slice(ch.encode_utf8(&mut space).as_bytes()),
            None => out.push(*byte),
        }
    }
}

impl Read for RowDecoder<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.collected >= self.out.len() {
            self.fill()?;
        }
        let rest = self.out.get(self.collected..).unwrap_or_default();
        let count = rest.len().min(target.len());
        if let (Some(to), Some(from)) = (target.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.collected += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn rows(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let mut reader = TextRows::open(Box::new(Cursor::new(bytes.to_vec())), &Limits::default(), None).unwrap();
        let mut all = Vec::new();
        while let Some(row) = reader.read().unwrap() {
            all.push((row.number, row.cells.iter().map(Cell::show).collect()));
        }
        all
    }

    fn one(bytes: &[u8]) -> Vec<String> {
        rows(bytes).remove(0).1
    }

    fn stray(bytes: &[u8]) -> Vec<(u32, Vec<usize>, Vec<String>)> {
        let mut reader = TextRows::open(Box::new(Cursor::new(bytes.to_vec())), &Limits::default(), None).unwrap();
        let mut all = Vec::new();
        while let Some(row) = reader.read().unwrap() {
            let texts = row.cells.iter().map(Cell::show).collect();
            all.push((row.number, reader.stray_quotes(), texts));
        }
        all
    }

    #[test]
    fn encodings() {
        let expected = ["São Paulo", "€ 1"];
        assert_eq!(one("São Paulo;€ 1".as_bytes()), expected);
        assert_eq!(one("\u{FEFF}São Paulo;€ 1\r\n".as_bytes()), expected);
        assert_eq!(one(b"S\xE3o Paulo;\x80 1\r\n"), expected);
        let le: Vec<u8> = "\u{FEFF}São Paulo;€ 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "\u{FEFF}São Paulo;€ 1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(one(&le), expected);
        assert_eq!(one(&be), expected);
        assert_eq!(one("Sa\u{303}o Paulo;€ 1".as_bytes()), expected);
        assert_eq!(one(b"S\xC6o Paulo;N\xA7 1\r\n"), ["São Paulo", "Nº 1"]);
        assert_eq!(one("MAÇÃ;AÇÃO;Â".as_bytes()), ["MAÇÃ", "AÇÃO", "Â"]);
    }

    #[test]
    fn the_first_accent_may_come_late() {
        let mut bytes = "codigo;nome\n".repeat(20_000).into_bytes();
        bytes.extend_from_slice(b"1;Jo\xE3o\n");
        assert_eq!(rows(&bytes).last().unwrap().1, ["1", "João"]);
    }

    #[test]
    fn separators_are_told_from_decimal_commas() {
        assert_eq!(one(b"a;b\n1,5;2,5\n"), ["a", "b"]);
        assert_eq!(one(b"a,b\n1.5,2.5\n"), ["a", "b"]);
        assert_eq!(one(b"a\tb\n1,5\t2,5\n"), ["a", "b"]);
        assert_eq!(one(b"a|b\n1,5|2,5\n"), ["a", "b"]);
        assert_eq!(rows(b"sep=,\r\na,b\r\n"), [(1, vec!["a".into(), "b".into()])]);
        assert_eq!(one(b"Relatorio, de clientes\nnome;cidade;uf\nx;y;z\nx;y;z\n"), ["Relatorio, de clientes"]);
    }

    #[test]
    fn rows_are_counted_as_excel_counts_them() {
        let numbers = |bytes: &[u8]| rows(bytes).into_iter().map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!(numbers(b"a;b\n\n\nc;d\n"), [1, 4]);
        assert_eq!(numbers(b"\r\n\r\na;b\r\n\"x\r\ny\";d\r\n\r\ne;f"), [3, 4, 6]);
        assert_eq!(numbers(b"a;b\rc;d\r\re;f\r"), [1, 2, 4]);
        assert_eq!(numbers(b"a;b\nc;d\x1a"), [1, 2]);
        assert_eq!(rows(b"a;b\n\"x\r\ny\";\"d\"\"e\"\n")[1].1, ["x\ny", "d\"e"]);
    }

    #[test]
    fn a_stray_quote_never_makes_one_row_of_two() {
        let head = "C;Nome;CPF;Cidade;UF\n";
        let rows = |rest: &str| {
            let all = stray(format!("{head}{rest}").as_bytes());
            all.into_iter().skip(1).map(|(n, stray, texts)| (n, stray, texts.join("|"))).collect::<Vec<_>>()
        };
        assert_eq!(
            rows("1;\"Bar do Zé;11222333000181;Rio;RJ\n2;Casa \"Nova\";52998224725;São Paulo;SP\n"),
            [
                (2, vec![1], "1|\"Bar do Zé|11222333000181|Rio|RJ".to_owned()),
                (3, vec![], "2|Casa \"Nova\"|52998224725|São Paulo|SP".to_owned()),
            ]
        );
        // The quote closes at the end of a cell of the next row. Except for the row's end, the cell is well-formed.
        assert_eq!(
            rows("1;\"Bar;1;Rio;RJ\n2;Casa Nova\";2;SP;SP\n3;a;3;b;c\n"),
            [
                (2, vec![1], "1|\"Bar|1|Rio|RJ".to_owned()),
                (3, vec![], "2|Casa Nova\"|2|SP|SP".to_owned()),
                (4, vec![], "3|a|3|b|c".to_owned()),
            ]
        );
        assert_eq!(
            rows("1;\"Bar \"do\" Zé\";3;\"Rio; RJ\";e\n"),
            [(2, vec![1], "1|Bar \"do\" Zé|3|Rio; RJ|e".to_owned())]
        );
        // Correct quotes are kept: line breaks, separators, doubled quotes, a space after the quote.
        assert_eq!(
            rows("1;\"Bar \"\"do\"\" Zé\" ;\"a\nb; c\";\"\";x\n2;b;c;d;e\n"),
            [(2, vec![], "1|Bar \"do\" Zé|a\nb; c||x".to_owned()), (3, vec![], "2|b|c|d|e".to_owned())]
        );
    }

    #[test]
    fn what_is_too_long_is_told_by_its_own_reason() {
        let limits = Limits { rows: 1000, ..Limits::default() };
        let fault = |bytes: Vec<u8>| {
            let mut reader = TextRows::open(Box::new(Cursor::new(bytes)), &limits, None).unwrap();
            loop {
                match reader.read() {
                    Ok(Some(_)) => {}
                    Ok(None) => return "nenhuma",
                    Err(fault) => return fault.code,
                }
            }
        };
        assert_eq!(fault(b"\n".repeat(2_000_000)), "linhas_demais");
        assert_eq!(fault([b"a;b\n".as_slice(), &b";".repeat(2_000_000)].concat()), "linha_longa_demais");
        assert_eq!(fault([b"a;b\n".as_slice(), &b"x".repeat(2_000_000)].concat()), "linha_longa_demais");
        assert_eq!(fault([b"a;b\n".as_slice(), &b";".repeat(2_000)].concat()), "colunas_demais");
    }

    #[test]
    fn an_unclosed_quote_does_not_swallow_the_file() {
        let mut bytes = b"a;b\n1;2\n\"sem fim;3\n".to_vec();
        bytes.extend(std::iter::repeat_n(b"4;5\n", 600_000).flatten());
        let mut reader = TextRows::open(Box::new(Cursor::new(bytes)), &Limits::default(), None).unwrap();
        assert!(reader.read().is_ok());
        assert!(reader.read().is_ok());
        let fault = reader.read().unwrap_err();
        assert_eq!((fault.code, fault.params[0].1.as_str()), ("aspas_abertas", "3"));

        let short = b"a;b\n1;\"sem fim\n3;4\n".to_vec();
        let mut reader = TextRows::open(Box::new(Cursor::new(short)), &Limits::default(), None).unwrap();
        assert!(reader.read().is_ok());
        assert_eq!(reader.read().unwrap_err().code, "aspas_abertas");
    }
}
