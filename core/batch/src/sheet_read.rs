//! What was read of a sheet, column by column, so that nobody has to guess what became of one.

use serde::{Deserialize, Serialize};
use smartbill_model::validate::{Finding, Spared};
use smartbill_sheets::{Records, Row, SavedMapping, column_letter};

/// What was read of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SheetRead {
    /// Its name; the file's, when that is text, and none where the rows come from no file.
    pub name: String,
    /// The other sheets of the file that hold anything.
    pub others: Vec<String>,
    /// The system whose names its columns have, where one is known.
    pub dialect: Option<String>,
    /// Its columns, in their order.
    pub columns: Vec<SheetColumn>,
    /// How many rows hold nothing.
    pub empty: u64,
    /// What was understood, to be given to another run.
    pub mapping: SavedMapping,
}

/// What became of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SheetColumn {
    /// Its letter.
    pub letter: String,
    /// Its header, as written.
    pub header: String,
    /// The field that it was taken for, such as `endereco.cep`; none where it was not read.
    pub field: Option<String>,
    /// How many cells hold something.
    pub filled: u64,
    /// How many of them could not be read: their rows are rejected, or go without the field.
    pub failed: u64,
    /// How many were mended.
    pub mended: u64,
}

impl SheetRead {
    /// The columns of a sheet whose rows come next.
    pub(crate) fn begin(records: &Records<'_>) -> Self {
        let mapping = records.mapping();
        let field =
            |index: usize| mapping.columns.iter().find(|(place, _)| *place == index).map(|(_, column)| column.field);
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
    pub(crate) fn count(&mut self, raw: &Row, findings: &[Finding]) {
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.filled += u64::from(!raw.cell(index).empty());
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
    // A cell that holds nothing fails its row, and is no cell that could not be read.
    let filled = finding.place.as_ref().is_some_and(|place| !place.value.is_empty());
    finding.is_error() && filled || finding.spared.as_deref() == Some(&Spared::LeftOut)
}

fn mended(finding: &Finding) -> bool {
    matches!(finding.spared.as_deref(), Some(Spared::ReadAs(_))) || MENDED.contains(&finding.code())
}

/// What is said of a cell whose value is not quite what it holds.
const MENDED: [&str; 6] = [
    "ano_de_dois_digitos",
    "data_de_serial",
    "data_sem_separador",
    "hora_ignorada",
    "mojibake_desfeito",
    "zeros_restaurados",
];
