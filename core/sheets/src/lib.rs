//! Spreadsheets: detect, read, map columns, convert Brazilian formats, report every bad cell, write.
//!
//! The parts: [`SheetFile`] detects and reads files of all formats; `header` and `dialect` map columns to the fields of
//! a [`Flow`], which is data; [`convert`] converts cells; [`Records`] returns the rows with their findings; [`Writer`]
//! and [`report()`] write. The crate depends on `smartbill-model` and `smartbill-documents`, and knows nothing of the
//! platform.
//!
//! ```
//! use smartbill_sheets::{SheetFile, ReadOptions, flows};
//!
//! let csv = "Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Padaria Aurora;00.000.000/0001-91\n";
//! let mut file = SheetFile::from_bytes(csv, "clientes.csv", &ReadOptions::default()).unwrap();
//! let mut records = file.records(&flows::CLIENTES).unwrap();
//! let first = records.next().unwrap().unwrap();
//! assert_eq!(first.row, 2);
//! assert!(first.findings.is_empty());
//! ```

pub mod convert;
pub mod flows;

mod ahead;
mod beside;
mod biff;
mod cell;
mod cfb;
mod compound;
mod cp850;
mod csv;
mod damage;
mod dbf;
mod defaults;
mod detect;
mod dialect;
mod encryption;
mod example;
mod finding;
mod formats;
mod guess;
mod header;
mod html;
mod layout;
mod look;
mod mapping;
mod merged;
mod messages;
mod months;
mod names;
mod ods;
mod options;
mod package;
mod records;
mod report;
mod row;
mod rows;
mod saved;
mod shared;
mod sheet;
mod source;
mod spared;
mod table;
mod template;
mod text;
mod toml_file;
mod value;
mod workbook;
mod write;
mod xlsb;
mod xlsx;
mod xml;
mod xml2003;

pub use cell::{Cell, Number, Row, column_letter};
pub use detect::{FileFormat, detect};
pub use finding::{SheetError, in_file};
pub use flows::{Column, Conversion, Flow, Role};
pub use mapping::{Extra, JoinedColumns, Mapping, Together};
pub use messages::CATALOGUE;
pub use months::{MonthColumns, number_of, place_of};
pub use options::{
    Deleted, Delimiter, DialectOption, Empty, Joined, LayoutOption, Limits, Months, Optional, Password, ReadOptions,
};
pub use records::{Duplicate, Record, Records};
pub use report::{MarkedCell, RowResult, report};
pub use rows::{Skipped, SkippedRow};
pub use saved::SavedMapping;
pub use sheet::{Given, Rows};
pub use source::{Source, open_path, path_error};
pub use spared::spared;
pub use table::{CellValue, Table};
pub use template::template;
pub use workbook::{SheetFile, SheetInfo};
pub use write::{Output, Writer, Written};
