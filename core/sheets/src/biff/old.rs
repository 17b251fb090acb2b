//! Reads the bare streams of BIFF2, BIFF3 and BIFF4: one sheet, with its formats and cells in one sequence of records.

use encoding_rs::WINDOWS_1252;

use super::records::{
    EOF, FormulaResult, RawCell, Records, Stored, Strings, TextEncoding, corrupt, encoding, f64_at, outcome, rk,
};
use super::workbook::{XlsSheet, XlsWorkbook};
use crate::cfb::{u16_at, u32_at};
use crate::finding::SheetError;
use crate::formats::{NumberFormat, Shown};
use crate::shared::{Budget, SharedTexts};

pub(super) fn read(bytes: Vec<u8>, budget: Budget) -> Result<XlsWorkbook, SheetError> {
    let mut records = Records { bytes: &bytes, place: 0 };
    records.next_record().ok_or_else(corrupt)?;
    let mut leaf = Leaf::default();
    let mut stored = Stored(Vec::new(), budget);
    loop {
        let start = u32::try_from(records.place).map_err(|_| corrupt())?;
        let Some((kind, data)) = records.next_record().filter(|(kind, _)| *kind != EOF) else {
            break;
        };
        if let Some((place, raw)) = leaf.record(kind, data, start).ok_or_else(corrupt)? {
            stored.push(place, raw)?;
        }
    }
    // Old exporters write the cells column by column or in any other order.
    stored.0.sort_by_key(|(place, _)| *place);
    Ok(leaf.workbook(bytes, stored))
}

type Cell = Option<((u16, u16), RawCell)>;

#[derive(Default)]
struct Leaf {
    encoding: Option<TextEncoding>,
    system_1904: bool,
    formats: Vec<NumberFormat>,
    /// The format of each style, by its index in `formats`.
    styles: Vec<u16>,
    /// The cell of a formula whose text is in the next record.
    formula: Option<(u16, u16)>,
    /// The style of the next cell, if six bits are not enough for it.
    long_style: Option<u16>,
}

impl Leaf {
    fn strings(&self) -> Strings {
        Strings { biff8: false, encoding: self.encoding.unwrap_or(TextEncoding::Windows(WINDOWS_1252)) }
    }

    /// Reads a record that begins at `start`, and returns its cell if it has one. Returns `None` if the record is
    /// damaged.
    fn record(&mut self, kind: u16, data: &[u8], start: u32) -> Option<Cell> {
        match kind {
            // The stream is encrypted, with a key that only the user has.
            0x002F => return None,
            0x0022 => self.system_1904 = u16_at(data, 0) == Some(1),
            0x0042 => self.encoding = u16_at(data, 0).map(encoding),
            0x001E => self.formats.push(NumberFormat::new(&self.strings().short(data)?)),
            0x041E => self.formats.push(NumberFormat::new(&self.strings().short(data.get(2..)?)?)),
            0x0043 => self.styles.push(u16::from(data.get(2)? & 0x3F)),
            0x0243 | 0x0443 => self.styles.push(u16::from(*data.get(1)?)),
            0x0044 => self.long_style = u16_at(data, 0),
            0x0007 | 0x0207 => return Some(self.formula.take().map(|place| (place, RawCell::Text(start)))),
            0x0002..=0x0006 | 0x0203..=0x0206 | 0x0406 | 0x027E => return self.cell(kind, data, start),
            _ => {}
        }
        Some(None)
    }

    fn cell(&mut self, kind: u16, data: &[u8], start: u32) -> Option<Cell> {
        let place = (u16_at(data, 0)?, u16_at(data, 2)?);
        // BIFF2 has three bytes of attributes in place of the others' style number.
        let biff2 = kind < 0x0200;
        let body = data.get(if biff2 { 7 } else { 6 }..)?;
        let format = match (biff2, data.get(4)? & 0x3F, self.long_style.take()) {
            (true, 63, Some(long)) => self.of_style(long),
            (true, ..) => u16::from(data.get(5)? & 0x3F),
            (false, ..) => self.of_style(u16_at(data, 4)?),
        };
        let raw = match kind {
            0x0002 => RawCell::Number(f64::from(u16_at(body, 0)?), format),
            0x0003 | 0x0203 => RawCell::Number(f64_at(body)?, format),
            0x0004 | 0x0204 => RawCell::Text(start),
            0x0005 | 0x0205 if *body.get(1)? == 0 => RawCell::Boolean(*body.first()? != 0),
            0x0005 | 0x0205 => RawCell::Error(*body.first()?),
            0x027E => RawCell::Number(rk(u32_at(body, 0)?), format),
            _ => match outcome(body, format)? {
                FormulaResult::Value(raw) => raw,
                FormulaResult::TextFollows => {
                    self.formula = Some(place);
                    return Some(None);
                }
                FormulaResult::Nothing => return Some(None),
            },
        };
        Some(Some((place, raw)))
    }

    fn of_style(&self, style: u16) -> u16 {
        self.styles.get(usize::from(style)).copied().unwrap_or(0)
    }

    fn workbook(mut self, bytes: Vec<u8>, stored: Stored) -> XlsWorkbook {
        let strings = self.strings();
        // A writer that leaves the formats out uses the first 21, which never change. Some of them are dates.
        for index in self.formats.len()..21 {
            let shown = match index {
                12..=15 | 20 => Shown::Date,
                16..=19 => Shown::Clock,
                _ => Shown::Number,
            };
            self.formats.push(NumberFormat { shown, zeros: 0 });
        }
        XlsWorkbook {
            bytes,
            sheets: vec![XlsSheet { name: "Plan1".to_owned(), hidden: false, worksheet: true, start: 0 }],
            texts: SharedTexts::default(),
            formats: self.formats,
            system_1904: self.system_1904,
            strings,
            budget: stored.1,
            loose: Some(stored.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::biff;
    use crate::cell::{Cell, CellSource};
    use crate::detect::{FileFormat, without_archive};

    fn record(flow: &mut Vec<u8>, kind: u16, data: &[u8]) {
        flow.extend(kind.to_le_bytes());
        flow.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        flow.extend(data);
    }

    fn place(row: u16, column: u16) -> Vec<u8> {
        [row.to_le_bytes(), column.to_le_bytes()].concat()
    }

    fn cells(flow: &[u8]) -> Vec<((u32, u32), String)> {
        let workbook = biff::open(flow, 1 << 20).unwrap();
        let mut cells = workbook.cells(0, BTreeSet::new()).unwrap();
        let cells = std::iter::from_fn(|| cells.next().unwrap());
        cells.map(|(place, cell): (_, Cell)| (place, cell.show())).collect()
    }

    #[test]
    fn biff2_as_clipper_writes_it() {
        let mut flow = Vec::new();
        record(&mut flow, 0x0009, &[2, 0, 0x10, 0]);
        record(&mut flow, 0x0042, &850_u16.to_le_bytes());
        for format in ["Geral", "0", "00000000000000", "dd/mm/yyyy"] {
            record(&mut flow, 0x001E, &[&[u8::try_from(format.len()).unwrap()], format.as_bytes()].concat());
        }
        let number = |column, format: u8, value: f64| {
            [place(1, column), vec![0, format, 0], value.to_le_bytes().to_vec()].concat()
        };
        // The cells are written column by column, and the rows are still in order.
        record(&mut flow, 0x0004, &[place(0, 0), vec![0, 0, 0, 4], b"Nome".to_vec()].concat());
        record(&mut flow, 0x0004, &[place(1, 0), vec![0, 0, 0, 4], b"Jo\xC6o".to_vec()].concat());
        record(&mut flow, 0x0004, &[place(0, 1), vec![0, 0, 0, 4], b"CNPJ".to_vec()].concat());
        record(&mut flow, 0x0003, &number(1, 2, 191.0));
        record(&mut flow, 0x0003, &number(2, 3, 45_658.0));
        record(&mut flow, 0x0002, &[place(1, 3), vec![0, 1, 0], 7_u16.to_le_bytes().to_vec()].concat());
        record(&mut flow, 0x0005, &[place(1, 4), vec![0, 0, 0, 0x2A, 1]].concat());
        record(&mut flow, 0x000A, &[]);
        assert_eq!(
            cells(&flow),
            [
                ((0, 0), "Nome".to_owned()),
                ((0, 1), "CNPJ".to_owned()),
                ((1, 0), "João".to_owned()),
                ((1, 1), "00000000000191".to_owned()),
                ((1, 2), "01/01/2025".to_owned()),
                ((1, 3), "7".to_owned()),
                ((1, 4), "#N/D".to_owned()),
            ]
        );
    }

    #[test]
    fn d1_a_biff2_whose_first_record_says_another_type_is_read() {
        let sheet = |kind: u8| {
            let mut flow = Vec::new();
            record(&mut flow, 0x0009, &[2, 0, kind, 0]);
            record(&mut flow, 0x0004, &[place(0, 0), vec![0, 0, 0, 3], b"Ana".to_vec()].concat());
            record(&mut flow, 0x000A, &[]);
            flow
        };
        for kind in [0x10, 0x0A] {
            assert!(matches!(without_archive(&sheet(kind)), Ok(FileFormat::Xls)), "{kind:#x}");
            assert_eq!(cells(&sheet(kind)), [((0, 0), "Ana".to_owned())]);
        }
    }

    #[test]
    fn rows_of_biff2_without_height_are_hidden() {
        let mut flow = Vec::new();
        record(&mut flow, 0x0009, &[2, 0, 0x10, 0]);
        // Of the height, the highest bit says that it is the usual one.
        for (row, height) in [(0_u16, 0x80FF_u16), (1, 0), (2, 300), (3, 0x8000), (4, 0)] {
            let rest = [[0, 0, 1, 0].as_slice(), &height.to_le_bytes(), &[0; 5]].concat();
            record(&mut flow, 0x0008, &[row.to_le_bytes().as_slice(), &rest].concat()[..]);
        }
        record(&mut flow, 0x0004, &[place(1, 0), vec![0, 0, 0, 3], b"Ana".to_vec()].concat());
        record(&mut flow, 0x0008, &[9, 0, 0]);
        record(&mut flow, 0x000A, &[]);
        let workbook = biff::open(&flow, 1 << 20).unwrap();
        let (_, hidden) = workbook.merged_and_hidden(0).unwrap();
        assert_eq!(hidden, BTreeSet::from([1, 4]));
        let mut cells = workbook.cells(0, hidden).unwrap();
        assert!(cells.next().unwrap().is_some() && cells.hidden());
    }

    #[test]
    fn biff4_styles_name_their_formats() {
        let mut flow = Vec::new();
        record(&mut flow, 0x0409, &[0, 4, 0x10, 0, 0, 0]);
        for format in ["General", "dd/mm/yyyy"] {
            record(&mut flow, 0x041E, &[&[0, 0, u8::try_from(format.len()).unwrap()], format.as_bytes()].concat());
        }
        record(&mut flow, 0x0443, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        record(&mut flow, 0x0443, &[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        record(&mut flow, 0x0203, &[place(0, 0), vec![1, 0], 45_658_f64.to_le_bytes().to_vec()].concat());
        record(&mut flow, 0x0204, &[place(0, 1), vec![0, 0, 2, 0], b"\xE1b".to_vec()].concat());
        record(&mut flow, 0x0406, &[place(0, 2), vec![0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]].concat());
        record(&mut flow, 0x0207, &[1, 0, b'x']);
        assert_eq!(
            cells(&flow),
            [((0, 0), "01/01/2025".to_owned()), ((0, 1), "áb".to_owned()), ((0, 2), "x".to_owned())]
        );
    }
}
