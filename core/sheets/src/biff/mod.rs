//! Reads the records of .xls workbooks (MS-XLS): BIFF8 of Excel 97-2003, BIFF5 of Excel 5 and 95, and the bare streams
//! of BIFF2 to BIFF4, which Clipper and Delphi programs still write.
//!
//! calamine is not used, for three reasons. Leading zeros are in the number formats, which calamine does not give for
//! this container. A damaged or hostile file must end in an error, never in a panic or in unbounded memory. And a
//! string that a million cells share must not be copied a million times.

mod old;
mod records;
mod workbook;

pub(super) use records::rk;
pub(super) use workbook::XlsWorkbook;

use self::records::corrupt;
use super::cfb::{self, Cfb};
use super::finding::SheetError;
use super::shared::Budget;

/// Opens a workbook of any of these versions. It may take at most `memory` bytes.
pub(super) fn open(bytes: &[u8], memory: u64) -> Result<XlsWorkbook, SheetError> {
    let budget = Budget::new(memory);
    if !cfb::recognizes(bytes) {
        return old::read(bytes.to_vec(), budget);
    }
    let cfb = Cfb::open(bytes)?;
    let flow = cfb.flow("Workbook").or_else(|| cfb.flow("Book")).ok_or_else(corrupt)?;
    XlsWorkbook::read(flow, budget)
}
