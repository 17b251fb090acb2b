use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{HashMap, VecDeque};
use std::io::Write;

use smartbill_documents::Language;
use smartbill_model::validate::Finding;
use smartbill_model::{Error, Value};
use smartbill_sheets as sheets;
use smartbill_sheets::{Column, Conversion, Flow, MarkedCell, Output, Role, Writer, column_letter, place_of};

use super::journal::Journal;
use super::resource::Importable;
use super::row::{Counts, RowAction, RowEffect, RowResult, RowState, SkippedRow};
use super::source::{Source, open_file};

/// The number of outcomes read from the journal at once.
const PAGE: usize = 1_000;

/// Writes the outcome of every row. If the rows come from a sheet, it writes that sheet with three more columns, marks
/// the bad cells, and writes the counts on a second sheet. Otherwise it writes a list of the rows. The output can be
/// corrected and imported again: the import then sends only what changed.
///
/// # Errors
/// If the source cannot be read again, if it has changed since the import, or if the output cannot be written.
pub fn report<M: Importable, W: Write + Send>(
    journal: &Journal,
    source: &Source<'_>,
    out: Output,
    target: W,
    language: Language,
) -> Result<W, Error> {
    let Some(mut file) = open_file(source)? else {
        return list(journal, out, target, language);
    };
    // For a file that changed since, the outcomes would belong to other rows.
    if let Some(digest) = source.digest()? {
        journal.check_source(&digest)?;
    }
    let columns: HashMap<&str, String> = {
        let records = file.records(M::FLOW)?;
        let columns = records.mapping().columns.iter().rev();
        columns.map(|(index, column)| (column.field, column_letter(*index))).collect()
    };
    let counts = counts(&journal.count()?, language);
    let mut skipped: HashMap<u64, Vec<SkippedRow>> = HashMap::new();
    for row in journal.skipped()? {
        skipped.entry(place_of(row.row).0).or_default().push(row);
    }
    let fault = RefCell::new(None);
    let mut page = VecDeque::new();
    let mut cursor = 0;
    let outcome = |number: u32| {
        let number = u64::from(number);
        // Both are in ascending order of row number, so one pass over the journal is enough.
        let mut outcomes: Vec<sheets::RowResult> = Vec::new();
        loop {
            if page.is_empty() {
                match journal.page(&[], cursor, PAGE) {
                    Ok(new) => page.extend(new),
                    Err(e) => *fault.borrow_mut() = Some(e),
                }
                cursor = page.back().map_or(cursor, |last: &RowResult| last.number);
            }
            match page.front().map(|row| place_of(row.number).0.cmp(&number)) {
                Some(Ordering::Less) => drop(page.pop_front()),
                Some(Ordering::Equal) => {
                    outcomes.extend(page.pop_front().map(|row| in_sheet(&row, &columns, language)));
                }
                Some(Ordering::Greater) | None => break,
            }
        }
        let passed_over = skipped.get(&number).into_iter().flatten();
        outcomes.extend(passed_over.map(|row| skipped_outcome(row, language)));
        sheets::RowResult::of_all(outcomes)
    };
    let (target, _) = sheets::report(&mut file, M::FLOW, out, target, outcome, &counts)?;
    match fault.into_inner() {
        Some(e) => Err(e),
        None => Ok(target),
    }
}

fn in_sheet(row: &RowResult, columns: &HashMap<&str, String>, language: Language) -> sheets::RowResult {
    let cell = |p: &Finding| {
        let for_field = || columns.get(p.path.as_str()).cloned();
        Some(MarkedCell {
            column: p.column().map(str::to_owned).or_else(for_field)?,
            severity: p.severity,
            message: p.message(language),
        })
    };
    let done = row.state == RowState::Done;
    sheets::RowResult {
        situacao: situacao(row, language).to_owned(),
        code: if done { String::new() } else { row.code.clone().unwrap_or_default() },
        message: row.message(language),
        id: row.id.clone().unwrap_or_default(),
        cells: row.findings.iter().filter_map(cell).collect(),
    }
}

fn skipped_outcome(row: &SkippedRow, language: Language) -> sheets::RowResult {
    sheets::RowResult {
        situacao: if language == Language::En { "passed over" } else { "ignorada" }.to_owned(),
        code: row.reason.clone(),
        message: row.message(language).to_owned(),
        ..sheets::RowResult::default()
    }
}

/// The outcome of a row, in a few words for a person.
#[must_use]
pub fn situacao(row: &RowResult, language: Language) -> &'static str {
    let effect = || RowEffect::ALL.into_iter().find(|e| row.code.as_deref() == Some(e.name()));
    let (pt, en) = match (row.state, effect()) {
        (RowState::Pending, _) => ("pendente", "pending"),
        (RowState::Rejected, _) => ("rejeitado", "rejected"),
        (RowState::Refused, _) => ("recusado", "refused"),
        (RowState::Sending | RowState::Unknown, _) => ("desconhecido", "unknown"),
        (RowState::Done, Some(RowEffect::Created)) => ("incluído", "created"),
        (RowState::Done, Some(RowEffect::Updated)) => ("alterado", "updated"),
        (RowState::Done, Some(RowEffect::Unchanged)) => ("inalterado", "unchanged"),
        (RowState::Done, Some(RowEffect::Removed)) => ("removido", "removed"),
        (RowState::Done, _) => ("já feito", "already done"),
    };
    if language == Language::En { en } else { pt }
}

/// The counts to show, each with its name.
#[must_use]
pub fn counts(c: &Counts, language: Language) -> Vec<(String, u64)> {
    let pt = language == Language::PtBr;
    [
        ("linhas", "rows", c.total, true),
        ("incluídos", "created", c.created, true),
        ("alterados", "updated", c.updated, true),
        ("inalterados", "unchanged", c.unchanged, true),
        ("já feitos", "already done", c.already_done, false),
        ("removidos", "removed", c.removed, false),
        ("rejeitados", "rejected", c.rejected, true),
        ("recusados", "refused", c.refused, true),
        ("desconhecidos", "unknown", c.unknown, false),
        ("pendentes", "pending", c.pending, false),
        ("só para alterar", "for a change only", c.change_only, false),
        ("sem código nem documento", "without a code or document", c.unidentified, false),
        ("ignoradas (totais, rodapés)", "passed over (totals, footers)", c.skipped, false),
    ]
    .into_iter()
    .filter(|(_, _, n, always)| *always || *n > 0)
    .map(|(in_pt, in_en, n, _)| ((if pt { in_pt } else { in_en }).to_owned(), n))
    .collect()
}

const fn column(field: &'static str, label: &'static str) -> Column {
    Column {
        field,
        label,
        synonyms: &[],
        vague: &[],
        conversion: Conversion::Text,
        required: false,
        several: false,
        role: Role::Field,
        note: "",
        example: "",
    }
}

static LIST: Flow = Flow {
    name: "result",
    title: "Resultado",
    unique: &[],
    one_of: &[],
    lenient: false,
    decisive: &[],
    columns: &[
        column("row", "Linha"),
        column("key", "Código externo"),
        column("action", "Operação"),
        column("state", "Situação"),
        column("codigo", "Código"),
        column("message", "Mensagem"),
        column("id", "ID na plataforma"),
    ],
};

fn list<W: Write + Send>(journal: &Journal, out: Output, target: W, language: Language) -> Result<W, Error> {
    let mut writer = Writer::new(&LIST, out, target)?;
    let mut fault = None;
    journal.walk(&[], 0, |row| {
        let text = |t: &str| Value::Text(t.to_owned().into());
        let done = row.state == RowState::Done;
        let code = row.code.as_deref().filter(|_| !done).unwrap_or_default();
        let action = if row.action == RowAction::Undecided { "" } else { row.action.name() };
        let record = Value::Object(vec![
            ("row".into(), text(&place_of(row.number).0.to_string())),
            ("key".into(), text(row.key.as_deref().unwrap_or_default())),
            ("action".into(), text(action)),
            ("state".into(), text(situacao(&row, language))),
            ("codigo".into(), text(code)),
            ("message".into(), text(&row.message(language))),
            ("id".into(), text(row.id.as_deref().unwrap_or_default())),
        ]);
        fault = writer.record(&record).err();
        fault.is_none()
    })?;
    match fault {
        Some(f) => Err(f.into()),
        None => Ok(writer.finish()?.0),
    }
}
