//! A text file of any length takes little memory. Alone in its file, since it measures the whole process.

use std::io::{self, Read, Seek, SeekFrom};

use smartbill_core::sheets::{ReadOptions, SheetFile, flows};
use smartbill_tests::peak_kib;

const ROWS: u64 = 100_000;
const HEADER: &str = "ID Externo;Contrato;Serviço;Competência;Quantidade;Valor Unitário;Descrição____________\n";

/// A file that exists only as it is read: every line is as long as the first.
struct Generated {
    place: u64,
}

impl Generated {
    fn size() -> u64 {
        HEADER.len() as u64 * (ROWS + 1)
    }

    fn row(number: u64) -> String {
        if number == 0 {
            return HEADER.to_owned();
        }
        let mut row = format!("U-{number:08};CT-{:05};API;01/2025;1.{:03},50;R$ 0,10;", number % 5000, number % 1000);
        while row.len() < HEADER.len() - 1 {
            row.push('x');
        }
        row.push('\n');
        row
    }
}

impl Read for Generated {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let width = HEADER.len() as u64;
        let mut written = 0;
        while written < target.len() && self.place < Self::size() {
            let row = Self::row(self.place / width);
            let rest = &row.as_bytes()[usize::try_from(self.place % width).unwrap()..];
            let count = rest.len().min(target.len() - written);
            target[written..written + count].copy_from_slice(&rest[..count]);
            written += count;
            self.place += count as u64;
        }
        Ok(written)
    }
}

impl Seek for Generated {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.place = match to {
            SeekFrom::Start(place) => place,
            SeekFrom::End(delta) => Self::size().saturating_add_signed(delta),
            SeekFrom::Current(delta) => self.place.saturating_add_signed(delta),
        };
        Ok(self.place)
    }
}

#[test]
fn memory_stays_flat_as_rows_grow() {
    let before = peak_kib();
    let mut file =
        SheetFile::from_source(Box::new(Generated { place: 0 }), "consumos.csv", &ReadOptions::default()).unwrap();
    let mut imported = 0;
    for record in file.records(&flows::CONSUMOS).unwrap() {
        let record = record.unwrap();
        assert!(record.accepted(), "{:?}", record.findings);
        imported += 1;
        assert_eq!(u64::from(record.row), imported + 1);
    }
    assert_eq!(imported, ROWS);
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        // The keys seen so far, at some 40 bytes a row, are all that may stay; the file has 9 MB.
        assert!(after - before < 20 * 1024, "{} KiB for {ROWS} rows", after - before);
    }
}
