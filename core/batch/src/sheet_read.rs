//! A report about the columns of a sheet, so that nobody has to guess which columns were read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartbill_model::validate::{Finding, Spared};
use smartbill_sheets::{Record, Records, SavedMapping, column_letter};

/// The report about a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SheetRead {
    /// The sheet's name. For a text file it is the file's name. It is empty if the rows do not come from a file.
    pub name: String,
    /// The other sheets of the file that have any content.
    pub others: Vec<String>,
    /// The system whose column names the sheet has, if it is known.
    pub dialect: Option<String>,
    /// The columns, in their order.
    pub columns: Vec<SheetColumn>,
    /// The number of empty rows.
    pub empty: u64,
    /// The rows that a spreadsheet program does not show, for a person hid them or a filter does; they were read as all
    /// others.
    #[serde(default)]
    pub hidden: Vec<u32>,
    /// The mapping of the columns, which can be given to another run.
    pub mapping: SavedMapping,
    /// The row that was counted last, of which several records may be made.
    #[serde(skip)]
    counted: u32,
}

/// The report about one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SheetColumn {
    /// The column's letter.
    pub letter: String,
    /// The column's header, as written.
    pub header: String,
    /// The field of the column, such as `endereco.cep`. `None` if the column was not read.
    pub field: Option<String>,
    /// The number of cells with content.
    pub filled: u64,
    /// The number of cells that could not be read. Their rows are rejected, or go without the field.
    pub failed: u64,
    /// The number of cells whose value was corrected.
    pub mended: u64,
}

impl SheetRead {
    /// Begins the report, before the rows are read.
    pub(crate) fn begin(records: &Records<'_>) -> Self {
        let mapping = records.mapping();
        let of_months =
            mapping.months.iter().flat_map(|months| &months.columns).map(|(index, _)| (*index, "quantidade"));
        let of_fields = mapping.columns.iter().map(|(index, column)| (*index, column.field));
        let fields: BTreeMap<usize, &str> = of_months.chain(of_fields).collect();
        let field = |index: usize| fields.get(&index).copied();
        let columns = mapping.headers.iter().enumerate().map(|(index, header)| SheetColumn {
            letter: column_letter(index),
            header: header.clone(),
            field: field(index).map(str::to_owned),
            filled: 0,
            failed: 0,
            mended: 0,
        });
        Self {
            name: records.sheet().to_owned(),
            dialect: mapping.dialect.clone(),
            columns: columns.collect(),
            mapping: records.saved(),
            ..Self::default()
        }
    }

    /// Counts the cells of a row that was checked.
    pub(crate) fn count(&mut self, record: &Record, findings: &[Finding]) {
        if std::mem::replace(&mut self.counted, record.row) != record.row {
            for (index, column) in self.columns.iter_mut().enumerate() {
                column.filled += u64::from(!record.raw.cell(index).empty());
            }
        }
        for finding in findings {
            let Some(column) = self.columns.iter_mut().find(|column| Some(column.letter.as_str()) == finding.column())
            else {
                continue;
            };
            column.failed += u64::from(failed(finding));
            column.mended += u64::from(mended(finding));
        }
    }
}

fn failed(finding: &Finding) -> bool {
    // An empty cell can fail its row, but it is not a cell that could not be read.
    finding.is_error() && finding.value().is_some() || finding.spared.as_deref() == Some(&Spared::LeftOut)
}

fn mended(finding: &Finding) -> bool {
    matches!(finding.spared.as_deref(), Some(Spared::ReadAs(_))) || MENDED.contains(&finding.code())
}

/// The codes for cells whose value is not exactly their content.
const MENDED: [&str; 6] = [
    "ano_de_dois_digitos",
    "data_de_serial",
    "data_sem_separador",
    "hora_ignorada",
    "mojibake_desfeito",
    "zeros_restaurados",
];
