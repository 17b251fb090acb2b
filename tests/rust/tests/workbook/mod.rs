//! Workbooks written by hand, down to the element and the record: what writers of files do not write.
#![allow(dead_code, reason = "each test uses some of it")]

use std::io::{Cursor, Seek, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A piece of a part, and how often it stands in it.
pub type Piece = (Vec<u8>, usize);

/// A part of an archive: its name and its pieces.
pub type Part<'a> = (&'a str, Vec<Piece>);

/// Writes an archive; nothing of it is kept in memory.
pub fn archive<W: Write + Seek>(to: W, parts: &[Part<'_>]) -> W {
    let mut zip = ZipWriter::new(to);
    for (name, pieces) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        for (piece, times) in pieces {
            for _ in 0..*times {
                zip.write_all(piece).unwrap();
            }
        }
    }
    zip.finish().unwrap()
}

/// The same in memory.
pub fn bytes(parts: &[Part<'_>]) -> Vec<u8> {
    archive(Cursor::new(Vec::new()), parts).into_inner()
}

pub fn once(text: &str) -> Piece {
    (text.as_bytes().to_vec(), 1)
}

pub fn many(text: &str, times: usize) -> Piece {
    // In large pieces, for the writer's sake.
    let per_piece = (64 * 1024 / text.len()).clamp(1, times);
    (text.repeat(per_piece).into_bytes(), times / per_piece)
}

const RELATIONSHIPS: &str = r#"<Relationships>
    <Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="b" Type="x/sharedStrings" Target="sharedStrings.xml"/>
    <Relationship Id="c" Type="x/styles" Target="styles.xml"/></Relationships>"#;

/// The parts of an .xlsx: the rows of its sheet with all that follows them, its shared texts, its styles.
pub fn xlsx(rows: Vec<Piece>, texts: Vec<Piece>, styles: &str) -> Vec<Part<'static>> {
    let around = |before: &str, pieces: Vec<Piece>, after: &str| {
        std::iter::once(once(before)).chain(pieces).chain([once(after)]).collect()
    };
    vec![
        (
            "xl/workbook.xml",
            vec![once(r#"<workbook><sheets><sheet name="P" sheetId="1" r:id="a"/></sheets></workbook>"#)],
        ),
        ("xl/_rels/workbook.xml.rels", vec![once(RELATIONSHIPS)]),
        ("xl/worksheets/sheet1.xml", around("<worksheet><sheetData>", rows, "</worksheet>")),
        ("xl/sharedStrings.xml", around("<sst>", texts, "</sst>")),
        ("xl/styles.xml", vec![once(&format!("<styleSheet>{styles}</styleSheet>"))]),
    ]
}

/// The parts of an .ods: its automatic styles, the rows of its sheet, and how the document ends.
pub fn ods(styles: &str, rows: Vec<Piece>, ends: &str) -> Vec<Part<'static>> {
    let before = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:spreadsheet><table:table table:name='P'>"
    );
    let content = std::iter::once(once(&before)).chain(rows).chain([once(ends)]).collect();
    vec![("mimetype", vec![once("application/vnd.oasis.opendocument.spreadsheet")]), ("content.xml", content)]
}

/// How the document of an .ods ends.
pub const ODS_END: &str = "</table:table></office:spreadsheet></office:body></office:document-content>";

/// A row of an .ods.
pub fn ods_row(cells: &[&str]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

/// A cell of text of an .ods.
pub fn ods_text(text: &str) -> String {
    format!("<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>")
}

/// The parts of an .xlsb: the records of its sheet's data, those that follow it, its shared texts, its styles.
pub fn xlsb(data: Vec<Piece>, after: Vec<u8>, texts: Vec<Piece>, styles: Vec<u8>) -> Vec<Part<'static>> {
    let book = record(156, &[vec![0; 8], wide("a"), wide("P")].concat());
    let end = [record(146, &[]), after].concat();
    let sheet = std::iter::once((record(145, &[]), 1)).chain(data).chain([(end, 1)]).collect();
    vec![
        ("xl/workbook.bin", vec![(book, 1)]),
        ("xl/_rels/workbook.bin.rels", vec![once(&RELATIONSHIPS.replace(".xml", ".bin"))]),
        ("xl/worksheets/sheet1.bin", sheet),
        ("xl/sharedStrings.bin", texts),
        ("xl/styles.bin", vec![(styles, 1)]),
    ]
}

/// A record of an .xlsb.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let (low, high) = (u8::try_from(kind & 0x7F).unwrap(), u8::try_from(kind >> 7).unwrap());
    let mut bytes = if high == 0 { vec![low] } else { vec![low | 0x80, high] };
    let mut length = data.len();
    loop {
        let more = length > 0x7F;
        bytes.push(u8::try_from(length & 0x7F).unwrap() | u8::from(more) << 7);
        length >>= 7;
        if !more {
            bytes.extend(data);
            return bytes;
        }
    }
}

/// The record that begins a row of an .xlsb.
pub fn row_header(row: u32) -> Vec<u8> {
    record(0, &[row.to_le_bytes().to_vec(), vec![0; 13]].concat())
}

/// The record of a cell of an .xlsb.
pub fn cell(kind: u16, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&column.to_le_bytes(), &style.to_le_bytes()[..], value].concat())
}

/// A text of an .xlsb, with its length.
pub fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u32::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
    bytes
}
