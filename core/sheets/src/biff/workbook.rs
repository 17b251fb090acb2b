use std::borrow::Cow;
use std::collections::BTreeSet;

use encoding_rs::WINDOWS_1252;

use super::records::{
    BOF, EOF, FormulaResult, RawCell, Records, Stored, Strings, TextEncoding, corrupt, encoding, f64_at, outcome, rk,
    sst,
};
use crate::cell::{Cell, CellSource, Positioned};
use crate::cfb::{u16_at, u32_at};
use crate::finding::SheetError;
use crate::formats::NumberFormat;
use crate::look::{ColumnRun, Look, pixels_of_digits};
use crate::merged::Region;
use crate::shared::{Budget, SharedTexts};
use crate::value;

/// A workbook whose globals have been read.
pub(crate) struct XlsWorkbook {
    pub(super) bytes: Vec<u8>,
    pub(super) sheets: Vec<XlsSheet>,
    pub(super) texts: SharedTexts,
    pub(super) formats: Vec<NumberFormat>,
    pub(super) system_1904: bool,
    pub(super) strings: Strings,
    pub(super) budget: Budget,
    /// The cells of a stream that is itself a sheet. They were read together with its formats.
    pub(super) loose: Option<Vec<((u16, u16), RawCell)>>,
}

/// A sheet of the workbook.
pub(crate) struct XlsSheet {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    pub(crate) worksheet: bool,
    pub(super) start: usize,
}

impl XlsWorkbook {
    pub(crate) fn sheets(&self) -> &[XlsSheet] {
        &self.sheets
    }

    pub(crate) fn system_1904(&self) -> bool {
        self.system_1904
    }

    pub(super) fn read(bytes: Vec<u8>, mut budget: Budget) -> Result<Self, SheetError> {
        let mut sheets = Vec::new();
        let mut texts = SharedTexts::default();
        let mut codes = std::collections::BTreeMap::new();
        let mut styles = Vec::new();
        let mut system_1904 = false;
        let mut strings = Strings { biff8: true, encoding: TextEncoding::Windows(WINDOWS_1252) };
        let mut records = Records { bytes: &bytes, place: 0 };
        while let Some((kind, data)) = records.next_record() {
            match kind {
                BOF => strings.biff8 = u16_at(data, 0) != Some(0x0500),
                0x002F if data.iter().any(|byte| *byte != 0) || !strings.biff8 => {
                    return Err(SheetError::new("protecao_nao_lida", vec![("found", ".xls".to_owned())]));
                }
                0x0042 => strings.encoding = encoding(u16_at(data, 0).unwrap_or(1252)),
                0x0022 => system_1904 = u16_at(data, 0) == Some(1),
                0x041E => {
                    let code =
                        data.get(2..).and_then(|d| if strings.biff8 { strings.long(d) } else { strings.short(d) });
                    if let (Some(id), Some(code)) = (u16_at(data, 0), code) {
                        codes.insert(id, NumberFormat::new(&code));
                    }
                }
                0x00E0 => styles.push(u16_at(data, 2).ok_or_else(corrupt)?),
                0x0085 => sheets.push(sheet(data, strings).ok_or_else(corrupt)?),
                0x00FC => texts = sst(data, &mut records, &mut budget)?,
                EOF => break,
                _ => {}
            }
        }
        let formats = styles
            .into_iter()
            .map(|id| codes.get(&id).copied().unwrap_or_else(|| NumberFormat::built_in(id)))
            .collect();
        Ok(Self { bytes, sheets, texts, formats, system_1904, strings, budget, loose: None })
    }

    /// The cells of the sheet at `index`, by row and column.
    pub(crate) fn cells(&self, index: usize, hidden: BTreeSet<u16>) -> Result<Cells<'_>, SheetError> {
        let sheet = self.sheets.get(index).ok_or_else(corrupt)?;
        let stored = if let Some(stored) = &self.loose {
            Cow::Borrowed(stored.as_slice())
        } else {
            let mut stored = self.raw_cells(sheet)?.0;
            // Excel writes the cells row by row, but old exporters write them in any order.
            stored.sort_by_key(|(place, _)| *place);
            Cow::Owned(stored)
        };
        Ok(Cells { workbook: self, stored, next: 0, hidden, row: 0 })
    }

    /// The merged regions of the sheet at `index`, and its hidden rows, from 0.
    pub(crate) fn merged_and_hidden(&self, index: usize) -> Result<(Vec<Region>, BTreeSet<u16>), SheetError> {
        let (mut regions, mut hidden) = (Vec::new(), BTreeSet::new());
        let mut budget = self.budget;
        let Some(sheet) = self.sheets.get(index) else {
            return Ok((regions, hidden));
        };
        let mut records = Records { bytes: &self.bytes, place: sheet.start };
        let mut depth = 0_u32;
        while let Some((kind, data)) = records.next_record() {
            match kind {
                BOF => depth = depth.saturating_add(1),
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                // The streams of BIFF2 to BIFF4 have a beginning of their own.
                0x0008 | 0x0208 if depth <= u32::from(kind == 0x0208) => {
                    // In BIFF2 a hidden row is one without height. The others have a bit for that.
                    let without_height = match kind {
                        0x0008 => u16_at(data, 6) == Some(0),
                        _ => u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0),
                    };
                    if let Some(row) = u16_at(data, 0).filter(|_| without_height)
                        && hidden.insert(row)
                    {
                        // An entry of a tree.
                        budget.take(8)?;
                    }
                }
                0x00E5 if depth == 1 => {
                    let region = |r: &[u8]| {
                        let (first, last) = (u32::from(u16_at(r, 0)?) + 1, u32::from(u16_at(r, 2)?) + 1);
                        let (column, last_column) = (usize::from(u16_at(r, 4)?), usize::from(u16_at(r, 6)?));
                        Some(Region { first, last, column, last_column })
                    };
                    budget.take(data.len() / 8 * size_of::<Region>())?;
                    regions.extend(data.get(2..).unwrap_or_default().chunks_exact(8).filter_map(region));
                }
                _ => {}
            }
        }
        Ok((regions, hidden))
    }

    /// The look of the sheet at `index`.
    pub(crate) fn look(&self, index: usize) -> Result<Look, SheetError> {
        let mut look = Look { merged: self.merged_and_hidden(index)?.0, ..Look::default() };
        let start = self.sheets.get(index).map_or(self.bytes.len(), |sheet| sheet.start);
        let mut records = Records { bytes: &self.bytes, place: start };
        while let Some((kind, data)) = records.next_record() {
            match kind {
                EOF => break,
                0x007D => {
                    if let (Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2)) {
                        let width = u16_at(data, 4).and_then(|width| pixels_of_digits(f64::from(width) / 256.0));
                        let hidden = u16_at(data, 8).is_some_and(|flags| flags & 1 != 0);
                        look.push(ColumnRun { first: first.into(), last: last.into(), width, hidden });
                    }
                }
                _ => {}
            }
        }
        Ok(look)
    }

    fn raw_cells(&self, sheet: &XlsSheet) -> Result<Stored, SheetError> {
        let mut stored = Stored(Vec::new(), self.budget);
        let mut records = Records { bytes: &self.bytes, place: sheet.start };
        if !matches!(records.next_record(), Some((BOF, _))) {
            return Err(corrupt());
        }
        let mut formula = None;
        // Charts in the sheet are nested streams, with records that look like cells.
        let mut depth = 0_u32;
        loop {
            let start = u32::try_from(records.place).map_err(|_| corrupt())?;
            let Some((kind, data)) = records.next_record() else {
                break;
            };
            match kind {
                BOF => depth = depth.saturating_add(1),
                EOF if depth == 0 => break,
                EOF => depth -= 1,
                _ if depth > 0 => {}
                // If the result of a formula is text, it is in a later record.
                0x0207 => {
                    if let Some(place) = formula.take() {
                        stored.push(place, RawCell::Text(start))?;
                    }
                }
                0x00BD => stored.packed(data)?,
                _ => match cell(kind, data, start).ok_or_else(corrupt)? {
                    Some((place, FormulaResult::Value(raw))) => stored.push(place, raw)?,
                    Some((place, FormulaResult::TextFollows)) => formula = Some(place),
                    Some((_, FormulaResult::Nothing)) | None => {}
                },
            }
        }
        Ok(stored)
    }

    /// Returns `None` if the text of the cell is damaged.
    fn cell(&self, raw: RawCell) -> Option<Cell> {
        Some(match raw {
            RawCell::Text(place) => value::text(&self.text_at(place)?),
            RawCell::Shared(index) => {
                let shared = usize::try_from(index).ok().and_then(|i| self.texts.get(i));
                match shared {
                    None => Cell::Missing,
                    Some("") => Cell::Empty,
                    Some(shared) => Cell::Text(shared.to_owned()),
                }
            }
            RawCell::Boolean(value) => Cell::Boolean(value),
            RawCell::Error(code) => value::error(code),
            RawCell::Number(value, style) => {
                let format = self.formats.get(usize::from(style)).copied().unwrap_or_default();
                value::number(value, format, self.system_1904)
            }
        })
    }

    /// The text in the record at `place`.
    fn text_at(&self, place: u32) -> Option<String> {
        let mut records = Records { bytes: &self.bytes, place: usize::try_from(place).ok()? };
        let (kind, data) = records.next_record()?;
        match kind {
            // Strings have one byte of length in BIFF2, and two bytes in the other versions.
            0x0004 => self.strings.short(data.get(7..)?),
            0x0007 => self.strings.short(data),
            0x0207 => self.strings.long_continued(data, &mut records),
            _ => self.strings.long_continued(data.get(6..)?, &mut records),
        }
    }
}

/// The cells of one sheet, by row and column.
pub(crate) struct Cells<'a> {
    workbook: &'a XlsWorkbook,
    stored: Cow<'a, [((u16, u16), RawCell)]>,
    next: usize,
    hidden: BTreeSet<u16>,
    row: u16,
}

impl CellSource for Cells<'_> {
    fn next(&mut self) -> Result<Option<Positioned>, SheetError> {
        let Some(((row, column), raw)) = self.stored.get(self.next).copied() else {
            return Ok(None);
        };
        self.next += 1;
        self.row = row;
        let cell = self.workbook.cell(raw).ok_or_else(corrupt)?;
        Ok(Some(((u32::from(row), u32::from(column)), cell)))
    }

    fn hidden(&self) -> bool {
        self.hidden.contains(&self.row)
    }
}

/// Reads the cell in a record that begins at `start`, if it is a record of a cell. Returns `None` if the record is
/// damaged.
#[expect(clippy::option_option, reason = "a record that is no cell is not damage")]
fn cell(kind: u16, data: &[u8], start: u32) -> Option<Option<((u16, u16), FormulaResult)>> {
    // Apple Numbers and other programs write formulas of BIFF3 and BIFF4 into BIFF8.
    if !matches!(kind, 0x0203 | 0x0204 | 0x00D6 | 0x00FD | 0x027E | 0x0205 | 0x0006 | 0x0206 | 0x0406) {
        return Some(None);
    }
    let place = (u16_at(data, 0)?, u16_at(data, 2)?);
    let style = u16_at(data, 4)?;
    let body = data.get(6..)?;
    let raw = match kind {
        0x0203 => RawCell::Number(f64_at(body)?, style),
        0x0204 | 0x00D6 => RawCell::Text(start),
        0x00FD => RawCell::Shared(u32_at(body, 0)?),
        0x027E => RawCell::Number(rk(u32_at(body, 0)?), style),
        0x0205 if *body.get(1)? == 0 => RawCell::Boolean(*body.first()? != 0),
        0x0205 => RawCell::Error(*body.first()?),
        _ => return Some(Some((place, outcome(body, style)?))),
    };
    Some(Some((place, FormulaResult::Value(raw))))
}

fn sheet(data: &[u8], strings: Strings) -> Option<XlsSheet> {
    let name = strings.short(data.get(6..)?)?;
    Some(XlsSheet {
        name: name.chars().filter(|c| *c != '\0').collect(),
        hidden: data.get(4)? & 0x3F != 0,
        worksheet: *data.get(5)? == 0,
        start: usize::try_from(u32_at(data, 0)?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(flow: &mut Vec<u8>, kind: u16, data: &[u8]) {
        flow.extend(kind.to_le_bytes());
        flow.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        flow.extend(data);
    }

    #[test]
    fn biff5_strings_are_bytes_of_a_code_page() {
        let mut flow = Vec::new();
        record(&mut flow, BOF, &[0, 5, 5, 0]);
        record(&mut flow, 0x0042, &1252_u16.to_le_bytes());
        let date = b"dd/mm/yy";
        record(&mut flow, 0x041E, &[&[164, 0, 8], date.as_slice()].concat());
        record(&mut flow, 0x00E0, &[0, 0, 164, 0]);
        let start = u32::try_from(flow.len() + 4 + 11 + 4).unwrap();
        record(&mut flow, 0x0085, &[&start.to_le_bytes(), [0, 0, 4].as_slice(), b"M\xEAs1"].concat());
        record(&mut flow, EOF, &[]);
        record(&mut flow, BOF, &[0, 5, 0x10, 0]);
        record(&mut flow, 0x0204, &[0, 0, 0, 0, 0, 0, 4, 0, b'J', b'o', 0xE3, b'o']);
        record(&mut flow, 0x00BD, &[1, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0x40, 1, 0]);
        record(&mut flow, EOF, &[]);
        let workbook = XlsWorkbook::read(flow, Budget::new(1 << 20)).unwrap();
        assert_eq!(workbook.sheets().first().map(|a| a.name.as_str()), Some("Mês1"));
        let mut cells = workbook.cells(0, BTreeSet::new()).unwrap();
        let cells = std::iter::from_fn(|| cells.next().unwrap());
        let cells: Vec<_> = cells.map(|(place, c)| (place, c.show())).collect();
        let expected = [((0, 0), "João"), ((1, 0), "01/01/1900"), ((1, 1), "02/01/1900")];
        assert_eq!(cells, expected.map(|(place, text)| (place, text.to_owned())));
    }

    /// A workbook of BIFF8 with one sheet: the records of its globals, and those of the sheet.
    fn biff8(globals: &[(u16, Vec<u8>)], sheet: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut flow = Vec::new();
        record(&mut flow, BOF, &[0, 6, 5, 0]);
        for (kind, data) in globals {
            record(&mut flow, *kind, data);
        }
        let start = u32::try_from(flow.len() + 4 + 9 + 4).unwrap();
        record(&mut flow, 0x0085, &[&start.to_le_bytes(), [0, 0, 1, 0].as_slice(), b"P"].concat());
        record(&mut flow, EOF, &[]);
        record(&mut flow, BOF, &[0, 6, 0x10, 0]);
        for (kind, data) in sheet {
            record(&mut flow, *kind, data);
        }
        record(&mut flow, EOF, &[]);
        flow
    }

    fn cells(flow: Vec<u8>, memory: u64) -> Result<Vec<Cell>, SheetError> {
        let workbook = XlsWorkbook::read(flow, Budget::new(memory))?;
        let mut cells = workbook.cells(0, BTreeSet::new())?;
        let cells: Result<Vec<_>, _> = std::iter::from_fn(|| cells.next().transpose()).collect();
        Ok(cells?.into_iter().map(|(_, cell)| cell).collect())
    }

    #[test]
    fn a_text_past_the_table_is_told_and_old_formulas_are_read() {
        let sst = [1_u32.to_le_bytes().as_slice(), &1_u32.to_le_bytes(), &[2, 0, 0, b'o', b'i']].concat();
        let shared =
            |column: u8, index: u32| (0x00FD, [[0, 0, column, 0, 0, 0].as_slice(), &index.to_le_bytes()].concat());
        let formula =
            |kind, column: u8| (kind, [[0, 0, column, 0, 0, 0].as_slice(), &2.5_f64.to_le_bytes(), &[0; 8]].concat());
        let sheet = [shared(0, 0), shared(1, 1), formula(0x0206, 2), formula(0x0406, 3), formula(0x0006, 4)];
        let number = Cell::Number(crate::cell::Number::new(2.5));
        assert_eq!(
            cells(biff8(&[(0x00FC, sst)], &sheet), 1 << 20).unwrap(),
            [Cell::Text("oi".into()), Cell::Missing, number.clone(), number.clone(), number]
        );
    }

    #[test]
    fn memory_is_bounded_before_it_is_taken() {
        let texts = 1_000_u32;
        let sst = [[0; 4].as_slice(), &texts.to_le_bytes(), &[1, 0, 0, b'x'].repeat(1_000)].concat();
        let row = (0x00BD, [[0; 4].as_slice(), &[0; 6 * 250], &[249, 0]].concat());
        let code = |flow, memory| cells(flow, memory).map(|_| ()).unwrap_err().code;
        assert_eq!(code(biff8(&[(0x00FC, sst)], &[]), 4_000), "memoria_demais");
        assert_eq!(code(biff8(&[], &vec![row; 4]), 20_000), "memoria_demais");
    }
}
