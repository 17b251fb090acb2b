use serde::{Deserialize, Serialize};
use smartbill_documents::Language;
use smartbill_model::validate::{Finding, Place};
use smartbill_sheets::{column_letter, place_of};

/// The state of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowState {
    /// The row waits.
    Pending,
    /// The row may have been sent. This is recorded before its first byte is sent.
    Sending,
    /// The platform has the row.
    Done,
    /// The row breaks a rule, and was never sent.
    Rejected,
    /// The platform refused the row.
    Refused,
    /// The row was sent, and nothing tells its effect.
    Unknown,
}

impl RowState {
    /// All states.
    pub const ALL: [Self; 6] = [Self::Pending, Self::Sending, Self::Done, Self::Rejected, Self::Refused, Self::Unknown];

    /// The stable name of the state.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// The state called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.name() == name)
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Sending => 1,
            Self::Done => 2,
            Self::Rejected => 3,
            Self::Refused => 4,
            Self::Unknown => 5,
        }
    }

    pub(super) fn from_number(n: i64) -> Self {
        Self::ALL.into_iter().find(|e| e.number() == n).unwrap_or(Self::Unknown)
    }
}

/// The action for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowAction {
    /// The action is not decided yet.
    Undecided,
    /// Include a record.
    Incluir,
    /// Change the platform's record.
    Alterar,
    /// Remove the platform's record.
    Remover,
}

impl RowAction {
    /// The stable name of the action.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Incluir => "incluir",
            Self::Alterar => "alterar",
            Self::Remover => "remover",
        }
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Undecided => 0,
            Self::Incluir => 1,
            Self::Alterar => 2,
            Self::Remover => 3,
        }
    }

    pub(super) fn from_number(n: i64) -> Self {
        [Self::Incluir, Self::Alterar, Self::Remover].into_iter().find(|a| a.number() == n).unwrap_or(Self::Undecided)
    }
}

/// The effect of a finished row on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowEffect {
    /// A record was created.
    Created,
    /// A record was changed.
    Updated,
    /// The platform had the same record already.
    Unchanged,
    /// An earlier attempt had done the work.
    AlreadyDone,
    /// A record was removed.
    Removed,
}

impl RowEffect {
    /// All effects.
    pub const ALL: [Self; 5] = [Self::Created, Self::Updated, Self::Unchanged, Self::AlreadyDone, Self::Removed];

    /// The stable name of the effect.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::AlreadyDone => "already_done",
            Self::Removed => "removed",
        }
    }
}

/// Warnings of one kind: the same code about the same field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warnings {
    /// The first warning.
    pub first: Finding,
    /// The number of warnings.
    pub count: u64,
    /// The row numbers of the first warnings.
    pub rows: Vec<u64>,
}

impl Warnings {
    /// The greatest number of row numbers.
    const MOST_ROWS: usize = 20;

    pub(crate) fn new(first: Finding, row: u64) -> Self {
        Self { first, count: 1, rows: vec![row] }
    }

    pub(crate) fn is(&self, finding: &Finding) -> bool {
        (self.first.code(), &self.first.path, self.first.column()) == (finding.code(), &finding.path, finding.column())
    }

    pub(crate) fn add(&mut self, row: u64) {
        self.count += 1;
        if self.rows.len() < Self::MOST_ROWS && self.rows.last() != Some(&row) {
            self.rows.push(row);
        }
    }
}

/// A row that was read from the source, to be stored in the journal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewRow {
    pub(crate) number: u64,
    /// The business identity, if the row has one.
    pub(crate) key: Option<String>,
    /// The content. Rejected rows have none.
    pub(crate) body: Option<Body>,
    pub(crate) findings: Vec<Finding>,
    /// The likeness by which rows without an identity are found.
    pub(crate) likeness: Option<String>,
}

/// The content of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Body {
    /// The model as JSON.
    pub(crate) data: String,
    /// The fields to be emptied.
    pub(crate) clear: Vec<String>,
    /// The fields that an include would need, if the row is valid only as a change.
    pub(crate) change_only: Vec<Finding>,
    /// The document of the customer to whom the contract must belong, if the source gives it.
    pub(crate) owner: Option<String>,
}

/// A row found by its key.
#[derive(Debug, Clone)]
pub(crate) struct FoundRow {
    pub(crate) number: u64,
    /// The record with which the row is already matched.
    pub(crate) id: Option<String>,
    pub(crate) body: Body,
}

/// A row taken for sending.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) number: u64,
    pub(crate) key: Option<String>,
    pub(crate) action: RowAction,
    pub(crate) id: Option<String>,
    pub(crate) data: String,
    pub(crate) clear: Vec<String>,
    pub(crate) generation: u32,
    /// Whether an earlier attempt may have reached the platform.
    pub(crate) doubt: bool,
    /// Whether that attempt was sent with another key than the row has now.
    pub(crate) under_old_key: bool,
    /// The time when it was last sent, or about to be sent, in seconds.
    pub(crate) sent_at: Option<i64>,
    /// The number of its failures in this run.
    pub(crate) failures: u32,
    /// How often the platform asked for a pause in this run.
    pub(crate) pauses: u32,
}

/// The outcome of a row that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) number: u64,
    pub(crate) attempts: u32,
    pub(crate) outcome: RowOutcome,
    /// Whether an attempt of a refused row may still arrive.
    pub(crate) doubt: bool,
    /// The time of the attempt that may still arrive, if that is not the time when the row was taken.
    pub(crate) sent_at: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) enum RowOutcome {
    Done {
        effect: RowEffect,
        id: Option<String>,
    },
    Refused(Vec<Finding>),
    Unknown(Vec<Finding>),
    /// The row returns to the queue. It gets a new key if the old one is known to be used.
    Back {
        doubt: bool,
        new_key: bool,
    },
    /// The row returns to the queue with another operation, decided by the platform's record.
    Other {
        action: RowAction,
        id: Option<String>,
        data: Option<String>,
    },
}

/// The outcome of one row, as recorded in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowResult {
    /// The row, as a spreadsheet program numbers it; counted from 1 where the source is no spreadsheet. One that was made of
    /// a column of a month says both, see [`RowResult::place`].
    pub number: u64,
    /// The record's code in the company's own system.
    pub key: Option<String>,
    /// The state of the row.
    pub state: RowState,
    /// The action that was, or will be, done.
    pub action: RowAction,
    /// The effect of a finished row: `created`, `updated`, `unchanged`, `already_done` or `removed`. Otherwise the code
    /// of the first error.
    pub code: Option<String>,
    /// The platform's identifier of the record.
    pub id: Option<String>,
    /// The number of requests.
    pub attempts: u32,
    /// The findings about the row, including warnings.
    pub findings: Vec<Finding>,
}

impl RowResult {
    /// The row of the sheet, and the letter of the column of its month where it was made of one.
    #[must_use]
    pub fn place(&self) -> (u64, Option<String>) {
        let (row, column) = place_of(self.number);
        (row, column.map(column_letter))
    }

    /// All findings in one line, with errors before warnings.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let (errors, warnings): (Vec<_>, Vec<_>) = self.findings.iter().partition(|finding| finding.is_error());
        errors.into_iter().chain(warnings).map(|finding| finding.line(language)).collect::<Vec<_>>().join("; ")
    }
}

/// The columns of the sheet and their fields, so that a finding about a field names the column that a person has to
/// correct.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Columns(pub(crate) Vec<ColumnRead>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ColumnRead {
    pub(crate) field: String,
    pub(crate) ch: String,
    pub(crate) header: String,
    /// The name of the sheet, which earlier versions did not note.
    #[serde(default)]
    pub(crate) sheet: String,
}

impl Columns {
    /// Names the column of a finding that names a field alone; `itens[0].quantidade` comes from the column of `itens`.
    pub(crate) fn locate(&self, finding: &mut Finding, row: u64) {
        let field = finding.path.split('[').next();
        let found = self.0.iter().find(|column| finding.column().is_none() && Some(column.field.as_str()) == field);
        if let Some(column) = found {
            let place = Place {
                sheet: column.sheet.clone(),
                row: place_of(row).0.try_into().unwrap_or(u32::MAX),
                column: Some(column.ch.clone()),
                header: Some(column.header.clone()),
                value: finding.value().unwrap_or_default().to_owned(),
            };
            finding.place = Some(Box::new(place));
        }
    }
}

/// A row of a sheet that is not a record: a total, a footer, or a repeated header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SkippedRow {
    /// The row, as a spreadsheet program numbers it; that of a month's cell says both, see
    /// [`place_of`](smartbill_sheets::place_of).
    pub row: u64,
    /// `total`, `rodape`, `grupo`, `cabecalho_repetido`, `preenchimento`, `exemplo` or `excluido`; of columns of months
    /// `sem_leitura` and `sem_consumo`.
    pub reason: String,
    /// The beginning of the row's text.
    pub text: String,
}

impl SkippedRow {
    /// The reason why it is not a record, for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> &'static str {
        let (pt, en) = match self.reason.as_str() {
            "total" => ("linha de total, não um registro", "a total, not a record"),
            "preenchimento" => {
                ("marca do fim de um modelo, não um registro", "the mark of a template's end, not a record")
            }
            "exemplo" => ("a linha de exemplo do modelo", "the example row of the template"),
            "excluido" => ("excluído no sistema de origem", "deleted in the system that it comes from"),
            "sem_leitura" => ("sem nada em nenhum mês", "nothing in any month"),
            "sem_consumo" => ("sem consumo no mês", "nothing used in the month"),
            "rodape" => ("rodapé, não um registro", "a footer, not a record"),
            "grupo" => ("título de um grupo, não um registro", "the heading of a group, not a record"),
            _ => ("o cabeçalho repetido, não um registro", "the header again, not a record"),
        };
        if language == Language::En { en } else { pt }
    }
}

/// The number of rows in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// All rows.
    pub total: u64,
    /// Created on the platform.
    pub created: u64,
    /// Changed on the platform.
    pub updated: u64,
    /// Rows that the platform had already, with the same values.
    pub unchanged: u64,
    /// Done by an earlier attempt.
    pub already_done: u64,
    /// Removed from the platform.
    pub removed: u64,
    /// Rows that break a rule and were never sent.
    pub rejected: u64,
    /// Refused by the platform.
    pub refused: u64,
    /// Rows that were sent, with no answer that tells their effect.
    pub unknown: u64,
    /// Not sent yet.
    pub pending: u64,
    /// Totals, footers and repeated headers of the sheet. They are not records, and not in `total`.
    pub skipped: u64,
    /// The pending rows, after a check, that are valid only as a change because a new record would need more fields.
    pub change_only: u64,
    /// Rows with neither a code nor a document. Whatever their outcome, another import of the same rows cannot
    /// recognize them.
    pub unidentified: u64,
}

impl Counts {
    /// The rows whose values the platform has.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.already_done + self.removed
    }
}

/// The decision after comparing a row with the platform's record.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) number: u64,
    pub(crate) id: Option<String>,
    pub(crate) outcome: Decided,
}

#[derive(Debug, Clone)]
pub(crate) enum Decided {
    Unchanged,
    /// The body to send.
    Alterar(String),
    Remover,
    Rejected(Vec<Finding>),
}

#[cfg(test)]
mod tests {
    use smartbill_sheets::number_of;

    use super::*;
    use crate::messages::row_error;

    #[test]
    fn a_finding_about_a_month_is_in_the_row_of_the_sheet() {
        let read =
            ColumnRead { field: "quantidade".into(), ch: "D".into(), header: "Fev".into(), sheet: "Leituras".into() };
        let mut finding = row_error("desconhecido").at("quantidade");
        Columns(vec![read]).locate(&mut finding, number_of(7, Some(3)));
        let place = finding.place.as_deref().unwrap();
        assert_eq!((place.row, place.column.as_deref(), place.header.as_deref()), (7, Some("D"), Some("Fev")));
        assert_eq!(place.sheet, "Leituras");
    }
}
