//! Batch import that neither loses a row nor sends it twice.
//!
//! [`importar`] reads the rows of a [`Source`], checks them, compares them with the platform's records and sends the
//! differences. [`sincronizar`] makes a [`Plan`] of inclusions, changes and removals, and [`apply`] carries it out. The
//! [`Journal`], an SQLite file, records each row before it is sent, so a run that was killed can be resumed.
//! [`report()`] writes the outcomes back into a sheet.
//!
//! The crate depends on `smartbill-client` for sending and on `smartbill-sheets` for reading. It never reads a clock or
//! a random source: the host gives both.

mod compare;
mod deadline;
mod difference;
mod identity;
mod import;
mod journal;
mod listing;
mod lookup;
mod messages;
mod owners;
mod plan;
mod report;
mod resource;
mod result;
mod row;
mod send;
mod sheet_read;
mod source;
mod stored;
mod stored_finding;
mod sync;
mod table;

pub use identity::Identity;
pub use import::{ImportOptions, Observer, Progress, importar, validar};
pub use journal::{Journal, OpenMode, Phase, default_path};
pub use plan::{Alteration, Ceiling, Inclusion, Plan, PlanChange, PlanValue, Rejection, Removal};
pub use report::{counts, report, situacao};
pub use resource::Importable;
pub use result::ImportResult;
pub use row::{Counts, RowAction, RowEffect, RowResult, RowState, SkippedRow, Warnings};
pub use send::{Pace, Stopped};
pub use sheet_read::{SheetColumn, SheetRead};
pub use source::{CLEAR_MARK, Source};
pub use sync::{apply, sincronizar};
pub use table::Rows;
