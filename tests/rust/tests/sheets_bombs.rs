//! Small files that would take the memory of a machine end in an error, and in little memory. Alone in its file, and
//! one test, since it measures the whole process.

mod workbook;

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use smartbill_core::sheets::{ReadOptions, SheetFile, flows};
use smartbill_tests::peak_kib;
use workbook::{ODS_END, Part, Piece, archive, cell, many, ods_row, ods_text, once, record, row_header, wide};

/// So much memory may a file take beside itself; what a process takes anyway stands in it.
const MOST_KIB: u64 = 200 * 1024;

fn write(folder: &Path, name: &str, parts: &[Part<'_>]) -> PathBuf {
    let path = folder.join(name);
    archive(BufWriter::new(File::create(&path).unwrap()), parts).flush().unwrap();
    path
}

fn xlsx(folder: &Path, name: &str, rows: Vec<Piece>, texts: Vec<Piece>) -> PathBuf {
    let header = once("<row><c t='str'><v>Nome</v></c><c t='str'><v>CPF</v></c></row>");
    write(folder, name, &workbook::xlsx(std::iter::once(header).chain(rows).collect(), texts, ""))
}

fn ods(folder: &Path, name: &str, rows: Vec<Piece>, ends: &str) -> PathBuf {
    let header = once(&ods_row(&[&ods_text("Nome"), &ods_text("CPF")]));
    write(folder, name, &workbook::ods("", std::iter::once(header).chain(rows).collect(), ends))
}

fn row(attributes: &str, cell: &str, text: &str) -> String {
    format!(
        "<table:table-row {attributes}><table:table-cell {cell} office:value-type='string'><text:p>{text}</text:p>\
         </table:table-cell></table:table-row>"
    )
}

fn xlsb(folder: &Path, name: &str, data: Vec<Piece>, texts: Vec<Piece>) -> PathBuf {
    let header = [row_header(0), cell(6, 0, 0, &wide("Nome")), cell(6, 1, 0, &wide("CPF"))].concat();
    write(folder, name, &workbook::xlsb([vec![(header, 1)], data].concat(), Vec::new(), texts, Vec::new()))
}

/// A text file that is not there until it is read: a line, and then the same bytes over and over.
struct Endless {
    head: &'static [u8],
    byte: u8,
    length: u64,
    at: u64,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() && self.at < self.length {
            into[filled] = usize::try_from(self.at).ok().and_then(|at| self.head.get(at)).copied().unwrap_or(self.byte);
            self.at += 1;
            filled += 1;
        }
        Ok(filled)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(delta) => self.length.saturating_add_signed(delta),
            SeekFrom::Current(delta) => self.at.saturating_add_signed(delta),
        };
        Ok(self.at)
    }
}

/// What ends the reading of a file, and how many rows came before.
fn outcome(file: Result<SheetFile, smartbill_core::sheets::SheetError>) -> (&'static str, usize) {
    let mut file = match file {
        Ok(file) => file,
        Err(failure) => return (failure.code, 0),
    };
    let records = match file.records(&flows::CLIENTES) {
        Ok(records) => records,
        Err(failure) => return (failure.code, 0),
    };
    let mut rows = 0;
    for record in records {
        match record {
            Ok(_) => rows += 1,
            Err(failure) => return (failure.code, rows),
        }
    }
    ("none", rows)
}

fn read(path: &Path, options: &ReadOptions) -> (&'static str, usize) {
    outcome(SheetFile::from_source(Box::new(File::open(path).unwrap()), "bomba", options))
}

/// An archive of so many empty members.
fn members_of_nothing(members: u32) -> Vec<u8> {
    let mut zip = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0x".to_vec();
    let start = zip.len() as u64;
    for member in 0..members {
        zip.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07\0");
        zip.extend([0; 16]);
        zip.extend(format!("{member:07}").bytes());
    }
    let end = zip.len() as u64;
    let wide = |bytes: &mut Vec<u8>, numbers: &[u64]| numbers.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
    zip.extend(b"PK\x06\x06");
    wide(&mut zip, &[44]);
    zip.extend(b"\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
    wide(&mut zip, &[members.into(), members.into(), end - start, start]);
    zip.extend(b"PK\x06\x07\0\0\0\0");
    wide(&mut zip, &[end]);
    zip.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0");
    zip.extend([0xFF; 12]);
    zip.extend([0; 2]);
    zip
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list of files and how each ends")]
fn b1_every_bomb_ends_typed_and_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let default = ReadOptions::default();
    // Where it takes a gigabyte to come to the limits, they are lowered, so that the test stays short.
    let mut low = ReadOptions::default();
    low.limits.memory = 4 << 20;
    low.limits.unpacked = 64 << 20;
    let megabyte = "x".repeat(1 << 20);
    let shared_cell = "<c t='s'><v>0</v></c>";

    let one_inline = vec![once("<row><c t='inlineStr'><is><t>"), many(&megabyte, 220), once("</t></is></c></row>")];
    let attribute = vec![once("<row><c r='"), many(&megabyte, 8), once("'/></row>")];
    let nested = vec![once("<row>"), many("<a>", 1_000_000)];
    let one_shared = vec![once("<si><t>"), many(&megabyte, 20), once("</t></si>")];
    let text = "x".repeat(32_000);
    let large_shared = vec![once(&format!("<si><t>{text}</t></si>"))];
    let merged = vec![once("</sheetData>"), many("<mergeCell ref='A2:A9'/>", 400_000)];
    let cells = |cell: &str, times| many(&format!("<row>{}</row>", cell.repeat(30)), times);
    let huge_record = record(6, &vec![0; 2 << 20]);
    let repeated = "table:number-rows-repeated";
    let columns = "table:number-columns-repeated='1000'";

    let files: Vec<(PathBuf, &ReadOptions, &str)> = vec![
        (xlsx(at, "one inline text.xlsx", one_inline, vec![]), &default, "texto_longo_demais"),
        (xlsx(at, "one attribute.xlsx", attribute, vec![]), &default, "texto_longo_demais"),
        (xlsx(at, "nested.xlsx", nested, vec![]), &default, "arquivo_corrompido"),
        (xlsx(at, "one shared text.xlsx", vec![once(shared_cell)], one_shared), &default, "texto_longo_demais"),
        (xlsx(at, "shared texts.xlsx", vec![], vec![many("<si><t>a</t></si>", 1_000_000)]), &low, "memoria_demais"),
        (
            xlsx(at, "a text often.xlsx", vec![cells(shared_cell, 100)], large_shared),
            &low,
            "descompactado_grande_demais",
        ),
        (xlsx(at, "regions.xlsx", merged, vec![]), &low, "memoria_demais"),
        (xlsx(at, "too large.xlsx", vec![many(&megabyte, 80)], vec![]), &low, "descompactado_grande_demais"),
        (
            ods(at, "spaces.ods", vec![once(&row("", "", "<text:s text:c='1000000000'/>"))], ODS_END),
            &default,
            "texto_longo_demais",
        ),
        (
            ods(
                at,
                "a text.ods",
                vec![once("<table:table-row><table:table-cell><text:p>"), many(&megabyte, 20)],
                ODS_END,
            ),
            &default,
            "texto_longo_demais",
        ),
        (
            ods(at, "rows.ods", vec![once(&row(&format!("{repeated}='1000000'"), columns, "x"))], ODS_END),
            &default,
            "linha_repetida_demais",
        ),
        (
            ods(at, "columns.ods", vec![once(&row("", "table:number-columns-repeated='2000000000'", "x"))], ODS_END),
            &default,
            "colunas_demais",
        ),
        (
            ods(at, "cells.ods", vec![many(&row(&format!("{repeated}='60000'"), columns, "x"), 80)], ODS_END),
            &low,
            "descompactado_grande_demais",
        ),
        (ods(at, "no end.ods", vec![], ""), &default, "arquivo_corrompido"),
        (ods(at, "another end.ods", vec![], "</office:spreadsheet>"), &default, "arquivo_corrompido"),
        (
            ods(
                at,
                "names.ods",
                vec![once("</table:table>"), many("<table:table table:name='x'></table:table>", 200_000)],
                &ODS_END.replace("</table:table>", ""),
            ),
            &low,
            "memoria_demais",
        ),
        (xlsb(at, "one text.xlsb", vec![(huge_record, 1)], vec![]), &default, "texto_longo_demais"),
        (
            xlsb(
                at,
                "shared texts.xlsb",
                vec![],
                vec![(record(19, &[vec![0], wide("a")].concat()).repeat(1000), 1000)],
            ),
            &low,
            "memoria_demais",
        ),
    ];
    // What takes less than the limit is opened, and found to hold no workbook.
    for (options, code) in [(&default, "nao_e_planilha"), (&low, "memoria_demais")] {
        assert_eq!(outcome(SheetFile::from_bytes(members_of_nothing(50_000), "members.zip", options)).0, code);
    }
    let before = peak_kib();
    // A million members are no small file, but one that compresses to very little.
    let members = folder.path().join("members.zip");
    File::create(&members).unwrap().write_all(&members_of_nothing(1_000_000)).unwrap();
    let files =
        files.into_iter().chain([(members.clone(), &default, "memoria_demais"), (members, &low, "memoria_demais")]);
    for (path, options, code) in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(path.metadata().unwrap().len() < 3 << 20 || name == "members.zip", "{name} is no small file");
        assert_eq!(read(&path, options).0, code, "{name}");
        if let (Some(before), Some(now)) = (before, peak_kib()) {
            assert!(now - before < MOST_KIB, "{name}: {} KiB", now - before);
        }
    }
    let texts: [(&'static [u8], u8, &str); 5] = [
        (b"Nome;CPF\na;", b'x', "linha_longa_demais"),
        (b"Nome;CPF\na;\"", b'\n', "aspas_abertas"),
        (b"Nome;CPF\n", b';', "linha_longa_demais"),
        (b"Nome;CPF\n", b'\n', "linhas_demais"),
        (b"<table><tr><td>Nome<td>CPF<tr><td>", b'x', "linha_longa_demais"),
    ];
    for (head, byte, code) in texts {
        let source = Endless { head, byte, length: 20 << 20, at: 0 };
        assert_eq!(outcome(SheetFile::from_source(Box::new(source), "bomba", &default)).0, code, "{head:?}");
        if let (Some(before), Some(now)) = (before, peak_kib()) {
            assert!(now - before < MOST_KIB, "{head:?}: {} KiB", now - before);
        }
    }
}
