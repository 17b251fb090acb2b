use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smartbill_documents::Competencia;
use smartbill_model::validate::{Context, Finding, Intent, Options, Report, Spared};
use smartbill_model::{Error, FieldType, Model, Row as Fields, Value};
use smartbill_sheets::{
    Column, Empty, Optional, ReadOptions, Record, Records, SheetFile, column_letter, in_file, number_of, open_path,
    path_error, place_of, spared,
};

use super::identity::digest_of_content;
use super::journal::Journal;
use super::resource::{Importable, key_by_code, key_by_id, key_of_record, or_document};
use super::row::{Body, ColumnRead, Columns, NewRow, SkippedRow};
use super::sheet_read::SheetRead;
use super::table::{Beside, Field, Rows, TableRows, nested, with};
use crate::messages::{WITHOUT_IDENTITY, row_error};

/// The source of a batch's rows.
pub enum Source<'a> {
    /// A spreadsheet or text file, which is read piece by piece.
    SheetFile {
        /// The path of the file.
        path: PathBuf,
        /// The options for reading it.
        options: ReadOptions,
    },
    /// A spreadsheet or text file in memory.
    Bytes {
        /// The content of the file.
        bytes: Vec<u8>,
        /// The name shown in messages.
        name: String,
        /// The options for reading it.
        options: ReadOptions,
    },
    /// Objects, one for each row. They can be read only once.
    Rows {
        /// The rows.
        rows: Rows<'a>,
        /// The names of the columns, if known beforehand. If empty, the names of the first row.
        names: Vec<String>,
        /// The options for reading them.
        options: ReadOptions,
    },
}

impl<'a> Source<'a> {
    /// Makes a source of objects, one for each row, with the default options.
    #[must_use]
    pub fn rows(rows: Rows<'a>) -> Self {
        Self::Rows { rows, names: Vec::new(), options: ReadOptions::default() }
    }
}

impl Source<'_> {
    /// The hash of the content. `None` for rows that can be read only once.
    ///
    /// # Errors
    /// `io`, if the file cannot be read.
    pub(crate) fn digest(&self) -> Result<Option<String>, Error> {
        match self {
            Self::SheetFile { path, .. } => {
                let file = open_path(path)?;
                digest_of_content(file).map(Some).map_err(|e| path_error(path, e))
            }
            Self::Bytes { bytes, .. } => Ok(digest_of_content(bytes.as_slice()).ok()),
            Self::Rows { .. } => Ok(None),
        }
    }

    /// The options that change the meaning of the rows, as text.
    pub(crate) fn options(&self) -> String {
        let (Self::SheetFile { options, .. } | Self::Bytes { options, .. } | Self::Rows { options, .. }) = self;
        let mut text = String::new();
        if !matches!(self, Self::Rows { .. }) || !options.columns.is_empty() {
            text = format!(
                "{};aba={};mapa={:?};ponto={};vazio={:?}",
                options.mode.name(),
                options.sheet.as_deref().unwrap_or_default(),
                options.columns,
                options.decimal_point,
                options.empty
            );
        }
        // Journals from before these options existed do not name them.
        text.extend(options.values.iter().map(|(field, words)| format!(";valores.{field}={words:?}")));
        text.extend(options.defaults.iter().map(|(field, default)| format!(";padrao.{field}={default}")));
        text.extend(options.joined.iter().map(|(field, joined)| format!(";joined.{field}={joined:?}")));
        text.extend(options.deleted.iter().map(|deleted| format!(";deleted={deleted:?}")));
        text.extend(options.months.iter().map(|months| format!(";months={months:?}")));
        text.extend(options.layout.iter().map(|layout| format!(";layout={layout:?}")));
        text.extend(options.dialect.iter().map(|dialect| format!(";dialect={dialect:?}")));
        if let Some(ddd) = options.ddd {
            text.push_str(";ddd=");
            text.push_str(ddd.as_str());
        }
        if let Some(optional) = options.optional {
            text.push_str(";optional=");
            text.push_str(optional.name());
        }
        text
    }
}

/// Opens the spreadsheet of a source that has one.
pub(crate) fn open_file(source: &Source<'_>) -> Result<Option<SheetFile>, Error> {
    let (name, file) = match source {
        Source::SheetFile { path, options } => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            (name.clone(), SheetFile::from_source(Box::new(open_path(path)?), &name, options))
        }
        Source::Bytes { bytes, name, options } => (name.into(), SheetFile::from_bytes(bytes.clone(), name, options)),
        Source::Rows { .. } => return Ok(None),
    };
    file.map(Some).map_err(|fault| in_file(&name, fault.into()))
}

/// The number of rows stored in the journal at once.
const BATCH: usize = 2_000;

/// The name in `meta` of the months of the rows.
pub(crate) const COMPETENCIAS: &str = "competencias";

/// With more months than this, a listing is not narrowed by them.
const MONTHS: usize = 12;

/// Reads the whole source into the journal, checks each row, and returns the hash of the content. `advance` receives
/// the number of rows read, and can stop the reading.
pub(crate) fn read_into_journal<M: Importable>(
    source: Source<'_>,
    journal: &mut Journal,
    options: Options,
    advance: &mut dyn FnMut(u64) -> Result<(), Error>,
) -> Result<String, Error> {
    let digest = source.digest()?;
    let mut target =
        Sink { journal, batch: Vec::with_capacity(BATCH), read_so_far: 0, months: Some(BTreeSet::new()), advance };
    if let Some(file) = open_file(&source)? {
        let name = file.name().to_owned();
        read_sheet::<M>(file, options, &mut target).map_err(|error| in_file(&name, error))?;
    }
    let digest = match source {
        Source::SheetFile { .. } | Source::Bytes { .. } => digest.unwrap_or_default(),
        Source::Rows { rows, names, options: reading } => {
            let mut rows = TableRows::new(rows, names);
            if rows.is_table::<M>(&reading) {
                read_table::<M>(&mut rows, &reading, options, &mut target)?;
            } else {
                while let Some(value) = rows.next_value() {
                    target.accept(read_row::<M>(rows.number(), nested(value), reading.optional, options))?;
                }
            }
            rows.finish()?
        }
    };
    target.reset()?;
    let months = target.months.unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    journal.write(COMPETENCIAS, &months)?;
    journal.warn_of_identical(|other| or_document::<M>(identical(other)))?;
    journal.finish_reading(&digest, duplicated_row)?;
    Ok(digest)
}

/// The hash that [`read_into_journal`] would return, for rows that can be read only once.
pub(crate) fn digest_of_rows(rows: Rows<'_>) -> Result<String, Error> {
    let mut rows = TableRows::new(rows, Vec::new());
    while rows.next_value().is_some() {}
    rows.finish()
}

struct Sink<'j, 'f> {
    journal: &'j mut Journal,
    batch: Vec<NewRow>,
    read_so_far: u64,
    /// The months of the rows, as long as all rows have one and they are few.
    months: Option<BTreeSet<Competencia>>,
    advance: &'f mut dyn FnMut(u64) -> Result<(), Error>,
}

impl Sink<'_, '_> {
    fn accept(&mut self, (row, month): (NewRow, Option<Competencia>)) -> Result<(), Error> {
        if row.body.is_some() {
            self.note(month);
        }
        self.batch.push(row);
        self.read_so_far += 1;
        if self.batch.len() >= BATCH { self.reset() } else { Ok(()) }
    }

    fn note(&mut self, month: Option<Competencia>) {
        match (month, &mut self.months) {
            (Some(month), Some(months)) if months.contains(&month) || months.len() < MONTHS => {
                months.insert(month);
            }
            (_, months) => *months = None,
        }
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.journal.insert(&self.batch)?;
        self.batch.clear();
        (self.advance)(self.read_so_far)
    }
}

fn read_sheet<M: Importable>(mut file: SheetFile, options: Options, target: &mut Sink<'_, '_>) -> Result<(), Error> {
    let records = file.records(M::FLOW)?;
    target.journal.note_columns(columns::<M>(&records))?;
    let mut read = SheetRead::begin(&records);
    records.ahead(|records| {
        while let Some(record) = records.next() {
            let mut record = record?;
            let row = read_record::<M>(&mut record, &[], records, options);
            read.count(&record, &row.0.findings);
            target.accept(row)?;
        }
        finish(records, &mut read, target)
    })?;
    read.others = file.others(&read.name);
    target.journal.note_sheet(&read)
}

/// Reads rows whose names are headers, in the way of a sheet.
fn read_table<M: Importable>(
    rows: &mut TableRows<'_>,
    reading: &ReadOptions,
    options: Options,
    target: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    let headers = rows.headers::<M>(reading);
    let rows = Mutex::new(rows);
    let decimal_point = reading.decimal_point;
    let of_months = reading.months.is_some();
    let next = Box::new(|| {
        let mut rows = lock(&rows);
        if of_months { rows.next_row_of_months::<M>(decimal_point) } else { rows.next_row::<M>(decimal_point) }
    });
    let mut records = Records::of_rows(headers, next, M::FLOW, reading)?;
    target.journal.note_columns(columns::<M>(&records))?;
    let mut read = SheetRead::begin(&records);
    let (mut beside, mut last) = (Beside::default(), None);
    while let Some(record) = records.next() {
        let mut record = record?;
        // Of a row with columns of months several records are made, and what stands beside them is of all.
        if record.column.is_none() || last != Some(record.row) {
            beside = lock(&rows).take_beside();
            last = Some(record.row);
        }
        let Beside { mut fields, odd } =
            if record.column.is_some() { beside.clone() } else { std::mem::take(&mut beside) };
        // The model knows the types of these fields, and checks them.
        let field = |index| records.mapping().columns.iter().find(|(place, _)| *place == index).map(|(_, c)| c.field);
        fields.extend(odd.into_iter().filter_map(|(index, value)| Some((field(index)?.into(), value))));
        if reading.empty == Empty::Clear {
            let empty = fields.iter().filter(|(_, value)| *value == Value::Null);
            let empty = empty.filter_map(|(name, _)| M::SCHEMA.field(name)).filter(|field| {
                !field.rule.required && !field.rule.response && !matches!(field.rule.kind, FieldType::Id)
            });
            record.clear.extend(empty.map(|field| field.name));
        }
        let row = read_record::<M>(&mut record, &fields, &records, options);
        read.count(&record, &row.0.findings);
        target.accept(row)?;
    }
    finish(&records, &mut read, target)?;
    target.journal.note_sheet(&read)
}

/// Stores the data of a sheet that is known only after all rows were read.
fn finish(records: &Records<'_>, read: &mut SheetRead, target: &mut Sink<'_, '_>) -> Result<(), Error> {
    read.empty = records.skipped().empty;
    read.hidden = records.hidden().to_vec();
    // The reader marks the second row of each pair of duplicates. The first was returned before, and is just as
    // uncertain.
    target.reset()?;
    let first: Vec<_> = records.duplicates().iter().map(|d| (d.first, duplicated(d.field, d.second))).collect();
    target.journal.reject(&first)?;
    target.journal.skip(records.skipped().rows.iter().map(|l| SkippedRow {
        row: number_of(l.row, l.column),
        reason: l.reason.to_owned(),
        text: l.text.clone(),
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The columns and their fields. A column of a code also stands for the platform's identifier, because both are
/// corrected there.
fn columns<M: Importable>(records: &Records<'_>) -> Columns {
    let mapping = records.mapping();
    let parsed = |field: &str, index: usize| ColumnRead {
        field: field.to_owned(),
        ch: column_letter(index),
        header: mapping.headers.get(index).cloned().unwrap_or_default(),
        sheet: records.sheet().to_owned(),
    };
    let from = |(index, column): &(usize, &Column)| {
        let (index, field) = (*index, column.field);
        let reference = M::REFERENCES.iter().find(|(code, _)| *code == field).map(|(_, id)| parsed(id, index));
        [Some(parsed(field, index)), reference].into_iter().flatten()
    };
    Columns(mapping.columns.iter().flat_map(from).collect())
}

/// Reads one record. `beside` has the fields of the model that no sheet has as columns.
fn read_record<M: Importable>(
    record: &mut Record,
    beside: &[Field],
    records: &Records<'_>,
    options: Options,
) -> (NewRow, Option<Competencia>) {
    let number = record.number();
    let clear: Vec<String> = record.clear.iter().map(|c| (*c).to_owned()).collect();
    let accepted = record.accepted();
    let parsed = loop {
        let read = |ctx: &mut Context| match beside {
            [] => Some(records.read(record, M::SCHEMA, ctx)),
            beside => M::SCHEMA.read(with(record.value(M::FLOW), beside), ctx),
        };
        match read_model::<M>(&read, options) {
            Checked::Invalid(report) if records.spare(record, &report) => {}
            Checked::OnlyToAlterar(_, _, report) if records.spare(record, &report) => {}
            parsed => break parsed,
        }
    };
    let (model, change_only) = match parsed {
        Checked::Whole(model, report) => {
            records.append(record, &report);
            (Some(model), Vec::new())
        }
        Checked::OnlyToAlterar(model, warnings, missing) if accepted => {
            records.append(record, &warnings);
            let missing = missing.findings.iter().map(|finding| records.finding(record, finding)).collect();
            (Some(model), missing)
        }
        Checked::OnlyToAlterar(_, _, report) | Checked::Invalid(report) => {
            records.append(record, &report);
            (None, Vec::new())
        }
    };
    let model = model.filter(|_| record.accepted());
    let findings = std::mem::take(&mut record.findings);
    // This is not a field of the model, so its punctuation is still there.
    let alphanumerics =
        |t: &str| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let owner = record.field(OWNER).and_then(Value::text).map(alphanumerics);
    let id = record.field("id").and_then(Value::text).map(str::to_owned);
    let code = record.field(M::KEY).and_then(Value::text);
    let (mut row, month) = new_row::<M>(number, code, model, id, clear, change_only, findings);
    if let Some(body) = &mut row.body {
        body.owner = owner;
    }
    (row, month)
}

fn read_row<M: Importable>(
    number: u64,
    value: Value<'static>,
    optional: Option<Optional>,
    options: Options,
) -> (NewRow, Option<Competencia>) {
    /// Leaving a field out may reveal the next error. Each round reads the row again, so there are few.
    const ROUNDS: usize = 8;
    let mut marked = Vec::new();
    let mut value = split_markers(one_reference::<M>(value), "", &mut marked);
    let mut clear = Vec::new();
    let mut not_clearable = Vec::new();
    for field in marked {
        match clearable_field::<M>(&field) {
            Some(field) => clear.push(field),
            None => not_clearable.push(clears_required(&field)),
        }
    }
    let mut spared = Vec::new();
    let mut rounds = if optional == Some(Optional::LeaveOut) { ROUNDS } else { 0 };
    let parsed = loop {
        let parsed = read_model::<M>(&|ctx| M::SCHEMA.read(value.borrowed(), ctx), options);
        let (Checked::Invalid(report) | Checked::OnlyToAlterar(_, _, report)) = &parsed else { break parsed };
        let new = if rounds > 0 { spare::<M>(&mut value, report) } else { Vec::new() };
        if new.is_empty() {
            break parsed;
        }
        spared.extend(new);
        rounds -= 1;
    };
    let (model, change_only, report) = match parsed {
        Checked::Whole(model, report) => (Some(model), Vec::new(), report),
        Checked::OnlyToAlterar(model, warnings, missing) => (Some(model), missing.findings, warnings),
        Checked::Invalid(report) => (None, Vec::new(), report),
    };
    let mut findings = spared;
    findings.extend(report.findings);
    let model = model.filter(|_| not_clearable.is_empty());
    findings.extend(not_clearable);
    new_row::<M>(number, code::<M>(&value), model, None, clear, change_only, findings)
}

/// Corrects or removes the invalid parts of a row that are optional, and returns findings about them.
fn spare<M: Importable>(value: &mut Value<'_>, report: &Report) -> Vec<Finding> {
    let uf = at::<M>(value, "endereco.uf").and_then(|uf| uf.text().map(str::to_owned));
    let mut findings = Vec::new();
    // In reverse order, so that the indices of a list stay valid until its items are removed.
    for finding in report.errors().collect::<Vec<_>>().into_iter().rev() {
        // An unknown name may be a misspelt name of an important field, so it is not removed.
        let unknown = matches!(finding.code(), "campo_desconhecido" | "campo_repetido");
        let (path, index) = finding.path.split_once('[').unwrap_or((&finding.path, ""));
        let Some(value) = at::<M>(value, path).filter(|value| !unknown && **value != Value::Null) else { continue };
        if !M::FLOW.spares(path) {
            continue;
        }
        let became = spared(finding, value, uf.as_deref());
        let mut told = finding.clone().as_warning();
        told.spared = Some(became.clone().into());
        findings.push(told);
        match (became, index.trim_end_matches(']').parse::<usize>(), &mut *value) {
            (Spared::ReadAs(text), ..) => *value = Value::Text(text.into()),
            (_, Ok(index), Value::List(items)) if index < items.len() => drop(items.remove(index)),
            _ => *value = Value::Null,
        }
    }
    findings.reverse();
    findings
}

/// The value of the field at `path` of an object, with names in any of the spellings.
fn at<'v, 'a, M: Model>(value: &'v mut Value<'a>, path: &str) -> Option<&'v mut Value<'a>> {
    let (mut schema, mut value) = (Some(M::SCHEMA), value);
    for part in path.split('.') {
        let field = schema?.field(part)?;
        let Value::Object(fields) = value else { return None };
        let own = |name: &str| name == field.name || name == field.snake;
        value = &mut fields.iter_mut().find(|(name, _)| own(name))?.1;
        schema = match field.rule.kind {
            FieldType::Object(inside) => Some(inside),
            _ => None,
        };
    }
    Some(value)
}

/// Removes the second reference to a contract: the platform's records name it by code and by identifier, and a row only
/// by the code.
fn one_reference<M: Importable>(value: Value<'static>) -> Value<'static> {
    let Value::Object(mut fields) = value else {
        return value;
    };
    let name = |datum: &str| M::SCHEMA.field(datum).map_or("", |field| field.name);
    let has = |fields: &[(Cow<'static, str>, Value<'static>)], sought: &str| {
        fields.iter().any(|(datum, value)| name(datum) == sought && *value != Value::Null)
    };
    if has(&fields, "id") {
        for (code, id) in M::REFERENCES {
            if has(&fields, code) {
                fields.retain(|(datum, _)| name(datum) != *id);
            }
        }
    }
    Value::Object(fields)
}

/// The code of a row, under any spelling of the field's name, whether or not it is valid.
fn code<'v, M: Importable>(value: &'v Value<'_>) -> Option<&'v str> {
    let Value::Object(fields) = value else {
        return None;
    };
    let key = |name: &str| M::SCHEMA.field(name).is_some_and(|c| c.name == M::KEY);
    fields.iter().find(|(name, _)| key(name)).and_then(|(_, value)| value.text())
}

/// Makes a row. A row that names a record of the platform never includes another one: it changes that record, or is an
/// error.
fn new_row<M: Importable>(
    number: u64,
    code: Option<&str>,
    good: Option<Good>,
    id: Option<String>,
    clear: Vec<String>,
    mut change_only: Vec<Finding>,
    mut findings: Vec<Finding>,
) -> (NewRow, Option<Competencia>) {
    let Some(good) = good else {
        // Nothing is searched by this key. It only shows people the code of a rejected row.
        let key = code.map(key_by_code).or_else(|| id.as_deref().map(key_by_id));
        return (NewRow { number, key, body: None, findings, likeness: None }, None);
    };
    let id = id.or(good.id);
    if let Some(id) = &id {
        change_only.insert(0, unknown_id(id));
    }
    let key = good.key.or_else(|| id.as_deref().map(key_by_id));
    let unidentified = key.is_none();
    findings.extend(unidentified.then(|| or_document::<M>(without_identity())));
    let likeness = good.likeness.filter(|_| unidentified);
    let body = Some(Body { data: good.json, clear, change_only, owner: None });
    (NewRow { number, key, body, findings, likeness }, good.month)
}

enum Checked {
    /// Valid as an include, with its warnings.
    Whole(Good, Report),
    /// Valid as a change, with its warnings. The second report has the fields that an include would need.
    OnlyToAlterar(Good, Report, Report),
    Invalid(Report),
}

/// A row that breaks no rule, as the journal holds it.
struct Good {
    json: String,
    /// The code or the document.
    key: Option<String>,
    /// The platform's identifier, if there is no key. A row with a key may be meant for another account than the one that
    /// issued its identifier.
    id: Option<String>,
    month: Option<Competencia>,
    /// Only of a row that nothing identifies.
    likeness: Option<String>,
}

impl Good {
    fn new<M: Importable>(record: smartbill_model::Record<'_>) -> Self {
        let (json, key, month) = (record.to_json(), key_of_record::<M>(&record), M::competencia(&record));
        if key.is_some() {
            return Self { json, key, id: None, month, likeness: None };
        }
        let model = M::from_row(record.into_row());
        let id = model.id().map(ToString::to_string);
        let likeness = if id.is_none() { model.likeness() } else { None };
        Self { json, key, id, month, likeness }
    }
}

/// Checks a row that `read` reads: as an include, and where it is none as a change.
fn read_model<'v, M: Importable>(read: &dyn Fn(&mut Context) -> Option<Fields<'v>>, options: Options) -> Checked {
    let check = |intent| {
        let mut ctx = Context::new(Options { intent, ..options });
        let row = read(&mut ctx);
        M::SCHEMA.judge(row, ctx)
    };
    let missing = match check(Intent::Incluir) {
        Ok((record, report)) => return Checked::Whole(Good::new::<M>(record), report),
        Err(report) => report,
    };
    match check(Intent::Alterar) {
        Ok((record, report)) => Checked::OnlyToAlterar(Good::new::<M>(record), report, missing),
        Err(_) => Checked::Invalid(missing),
    }
}

/// Removes the fields with the value `[limpar]` from an object, and collects their paths.
fn split_markers(value: Value<'static>, path: &str, clear: &mut Vec<String>) -> Value<'static> {
    let Value::Object(fields) = value else {
        return value;
    };
    let mut remaining = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let here = if path.is_empty() { name.clone().into_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Text(t) if t.trim().eq_ignore_ascii_case(CLEAR_MARK) => clear.push(here),
            Value::Object(_) => remaining.push((name, split_markers(value, &here, clear))),
            other => remaining.push((name, other)),
        }
    }
    Value::Object(remaining)
}

/// The column of usage with the customer to whom the contract must belong.
const OWNER: &str = "clienteCpfCnpj";

/// The text in a row that empties a field.
pub const CLEAR_MARK: &str = "[limpar]";

/// The field at `path` in the model's own names, if it may be emptied.
fn clearable_field<M: Model>(path: &str) -> Option<String> {
    let mut schema = Some(M::SCHEMA);
    let mut names = Vec::new();
    for part in path.split('.') {
        let field = schema?.field(part).filter(|c| !c.rule.required && !c.rule.response)?;
        names.push(field.name);
        schema = match field.rule.kind {
            FieldType::Object(inside) => Some(inside),
            _ => None,
        };
    }
    Some(names.join("."))
}

fn clears_required(field: &str) -> Finding {
    row_error("limpar_obrigatorio").with("field", field).at(field)
}

pub(crate) fn duplicated_row(other: u64) -> Finding {
    duplicated("", other)
}

/// The warning about a row without an identity.
fn without_identity() -> Finding {
    row_error(WITHOUT_IDENTITY).as_warning()
}

/// The finding for a row whose identifier the platform does not have.
fn unknown_id(id: &str) -> Finding {
    row_error("id_inexistente").with("id", id)
}

/// The warning about a row without an identity that has the same content as another row.
fn identical(other: u64) -> Finding {
    row_error("linha_identica").with("other_row", place_of(other).0.to_string()).as_warning()
}

fn duplicated(field: &str, other: u64) -> Finding {
    row_error("linha_duplicada").with("other_row", place_of(other).0.to_string()).at(field)
}

#[cfg(test)]
mod tests {
    use smartbill_documents::Language;
    use smartbill_model::{Cliente, Consumo, ErrorKind};

    use super::*;
    use crate::row::FoundRow;
    use crate::{Identity, RowState};

    fn read<M: Importable>(source: Source<'_>) -> Journal {
        let mut journal = Journal::temporary(&Identity::default(), 1).unwrap();
        read_into_journal::<M>(source, &mut journal, Options::default(), &mut |_| Ok(())).unwrap();
        journal
    }

    fn objects(json: &'static str) -> Source<'static> {
        let Value::List(rows) = Value::from_json(json.as_bytes()).unwrap() else { panic!() };
        let rows: Vec<Value<'static>> = rows.into_iter().map(Value::into_owned).collect();
        Source::rows(Box::new(rows.into_iter().map(Ok)))
    }

    #[test]
    fn every_row_of_a_file_is_accepted_or_rejected_with_its_reasons() {
        let csv = "ID Externo;Contrato;Serviço;Competência;Quantidade\n\
                   K1;CT;S;01/2026;1,5\nK2;CT;S;13/2026;1\nK1;CT;S;01/2026;2\nK4;CT;S;01/2026;0\n";
        let source = Source::Bytes { bytes: csv.into(), name: "c.csv".into(), options: ReadOptions::default() };
        let journal = read::<Consumo>(source);
        let seen: Vec<_> = journal.page(&[], 0, 10).unwrap();
        let seen: Vec<_> = seen.iter().map(|r| (r.number, r.state, r.code.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (2, RowState::Rejected, Some("linha_duplicada")),
                (3, RowState::Rejected, Some("competencia_invalida")),
                (4, RowState::Rejected, Some("linha_duplicada")),
                (5, RowState::Rejected, Some("nao_positivo")),
            ]
        );
    }

    #[test]
    fn a_file_that_cannot_be_had_is_told_of_in_both_languages() {
        let folder = tempfile::tempdir().unwrap();
        let source = |path: PathBuf| Source::SheetFile { path, options: ReadOptions::default() }.digest().unwrap_err();
        let missing = source(folder.path().join("x.csv"));
        assert_eq!(missing.kind(), ErrorKind::Io);
        let said = [missing.message(Language::PtBr), missing.message(Language::En)];
        assert!(said[0].ends_with("x.csv` não pode ser lido: não existe esse arquivo ou pasta"), "{}", said[0]);
        assert!(said[1].ends_with("x.csv` cannot be read: there is no such file or folder"), "{}", said[1]);
        let of_folder = source(folder.path().to_owned()).message(Language::En).to_owned();
        assert!(of_folder.ends_with("it is a folder, not a file"), "{of_folder}");
    }

    #[test]
    fn a_value_that_fills_a_column_is_told_once_to_each_row() {
        let csv = "Cód. Externo;Nome;CPF\n".to_owned() + &"A;Ana;52998224725\n".repeat(500);
        let source = Source::Bytes { bytes: csv.into(), name: "c.csv".into(), options: ReadOptions::default() };
        let journal = read::<Cliente>(source);
        assert_eq!(journal.count().unwrap().rejected, 500);
        for row in journal.page(&[], 0, 500).unwrap() {
            assert_eq!(row.findings.len(), 2, "the code and the document, in row {}", row.number);
        }
    }

    #[test]
    fn a_row_without_what_an_include_needs_may_still_change_a_record() {
        let mut journal = read::<Cliente>(objects(
            r#"[{"codigoExterno":"A","email":"a@example.com","endereco":{"codigo_ibge":"[limpar]"}},
                {"codigoExterno":"B","nome":"[LIMPAR]"},{"codigoExterno":"C","naoExiste":1}]"#,
        ));
        let FoundRow { number, body, .. } = journal.by_key("c:A").unwrap().unwrap();
        assert_eq!((number, body.clear), (1, vec!["endereco.codigoIbge".to_owned()]));
        assert!(body.change_only.iter().any(|p| p.path == "nome"));
        let rejected = journal.page(&[RowState::Rejected], 0, 10).unwrap();
        let codes: Vec<_> = rejected.iter().map(|r| (r.number, r.code.as_deref().unwrap())).collect();
        assert_eq!(codes, [(2, "limpar_obrigatorio"), (3, "campo_desconhecido")]);
        journal.finish_comparing().unwrap();
        assert_eq!(journal.count().unwrap().rejected, 3, "the platform has no `A` to change");
    }

    #[test]
    fn a_row_without_an_identity_is_told_what_would_serve() {
        let source =
            |csv: &str| Source::Bytes { bytes: csv.into(), name: "c.csv".into(), options: ReadOptions::default() };
        let told = |journal: &Journal, language| -> Vec<String> {
            journal.page(&[], 0, 9).unwrap().iter().map(|row| row.message(language)).collect()
        };
        // A customer is known by its code, or else by its document.
        let journal = read::<Cliente>(source(
            "Código;Nome;CPF;Tipo\n;Ana;;ESTRANGEIRO\n;Bia;52998224725;\nC;Caio;11144477735;\n",
        ));
        let [pt, en] = [Language::PtBr, Language::En].map(|language| told(&journal, language));
        assert!(pt[0].contains("sem código externo e sem CPF/CNPJ, dos quais um basta"), "{pt:?}");
        assert!(en[0].contains("no external code and no CPF/CNPJ, either of which serves"), "{en:?}");
        assert_eq!(
            (&pt[1..], &en[1..]),
            ([const { String::new() }; 2].as_slice(), [const { String::new() }; 2].as_slice())
        );
        // Usage is known by its code only.
        let journal = read::<Consumo>(source("ID Externo;Contrato;Serviço;Competência;Quantidade\n;CT;S;01/2026;1\n"));
        assert!(told(&journal, Language::En)[0].contains("no external code; imported again"));
    }

    #[test]
    fn an_optional_field_that_is_wrong_does_not_cost_the_row_of_any_source() {
        let json = r#"[
            {"codigo_externo":"A","nome":"Ana","cpf_cnpj":"52998224725","celular":"(11) 8765-4321","endereco":{"uf":"sp","cep":"1"},
             "emailsAdicionais":["x@example.com","y","z@example.com"],"data_nascimento":"0000-00-00"},
            {"codigoExterno":"B","nome":"Bia","cpfCnpj":"11144477736","email":"x"},
            {"codigoExterno":"C","nome":"Caio","cpfCnpj":"12345678909","telefonee":"1"}]"#;
        let Source::Rows { rows, names, .. } = objects(json) else { panic!() };
        let options = ReadOptions { optional: Some(Optional::LeaveOut), ..ReadOptions::default() };
        let journal = read::<Cliente>(Source::Rows { rows, names, options });
        let rows = journal.page(&[], 0, 9).unwrap();
        let states: Vec<_> = rows.iter().map(|row| (row.number, row.state)).collect();
        assert_eq!(states, [(1, RowState::Pending), (2, RowState::Rejected), (3, RowState::Rejected)]);
        let told: Vec<_> = rows[0].findings.iter().map(|f| (f.path.as_str(), !f.is_error())).collect();
        let fields = ["celular", "emailsAdicionais[1]", "endereco.cep", "endereco.uf", "dataNascimento"];
        assert!(fields.iter().all(|field| told.contains(&(field, true))), "{told:?}");
        let FoundRow { body, .. } = journal.by_key("c:A").unwrap().unwrap();
        let model: Cliente = crate::stored::read(&body.data).unwrap();
        assert_eq!(model.emails_adicionais, ["x@example.com", "z@example.com"]);
        assert_eq!(model.celular.as_deref(), Some("+5511987654321"));
        assert_eq!(read::<Cliente>(objects(json)).count().unwrap().rejected, 3, "a program is told of its mistakes");
    }

    #[test]
    fn rows_of_a_database_are_read_by_their_headers_as_a_sheet_is() {
        let json = r#"[
            {"A1_COD":"000001","A1_NOME":"Ana Souza","A1_CGC":"529.982.247-25","A1_DDD":"011","A1_TEL":"33334444",
             "A1_DTNASC":"31/12/1980","A1_XPTO":"x","grupo":"ouro","A1_EST":"SP"},
            {"A1_COD":"000002","A1_NOME":"Bia Lima","A1_CGC":11144477735,"A1_DDD":null,"A1_TEL":"","A1_DTNASC":null,"A1_EST":null},
            {"A1_COD":"000003","A1_NOME":"","A1_CGC":"12345678909"},
            {"A1_COD":"000001","A1_NOME":"Caio Reis","A1_CGC":"11222333000181","A1_OUTRA":"y"}]"#;
        let journal = read::<Cliente>(objects(json));
        let rows = journal.page(&[], 0, 9).unwrap();
        let states: Vec<_> = rows.iter().map(|row| (row.number, row.state, row.code.as_deref())).collect();
        assert_eq!(
            states,
            [
                (1, RowState::Rejected, Some("linha_duplicada")),
                (2, RowState::Pending, None),
                (3, RowState::Pending, None),
                (4, RowState::Rejected, Some("celulas_demais")),
            ]
        );
        let FoundRow { body, .. } = journal.by_key("c:000002").unwrap().unwrap();
        let bia: Cliente = crate::stored::read(&body.data).unwrap();
        assert_eq!((bia.cpf_cnpj.as_deref(), bia.nome.as_deref()), (Some("11144477735"), Some("Bia Lima")));
        let ana = r#"[{"A1_COD":"1","A1_NOME":"Ana Souza","A1_CGC":"529.982.247-25","A1_DDD":"011","A1_TEL":"33334444",
             "A1_DTNASC":"31/12/1980","grupo":"ouro","A1_EST":"SP","endereco.numero":"12"}]"#;
        let FoundRow { body, .. } = read::<Cliente>(objects(ana)).by_key("c:1").unwrap().unwrap();
        let ana: Cliente = crate::stored::read(&body.data).unwrap();
        assert_eq!((ana.telefone.as_deref(), ana.grupo.as_deref()), (Some("+551133334444"), Some("ouro")));
        assert_eq!(ana.data_nascimento, Some(jiff::civil::date(1980, 12, 31)));
        let endereco = ana.endereco.unwrap();
        assert_eq!((endereco.uf.as_deref(), endereco.numero.as_deref()), (Some("SP"), Some("12")));
    }

    #[test]
    fn the_columns_that_a_caller_names_mean_the_same_for_rows_as_for_a_file() {
        let rows = || {
            let Source::Rows { rows, names, .. } =
                objects(r#"[{"COL1":"7","COL2":"Ana","COL3":"52998224725","COL4":"1"}]"#)
            else {
                panic!()
            };
            (rows, names)
        };
        let read = |columns: &[(&str, &str)]| {
            let columns = columns.iter().map(|(header, field)| ((*header).to_owned(), (*field).to_owned())).collect();
            let (rows, names) = rows();
            let options = ReadOptions { columns, ..ReadOptions::default() };
            let mut journal = Journal::temporary(&Identity::default(), 1).unwrap();
            let source = Source::Rows { rows, names, options };
            read_into_journal::<Cliente>(source, &mut journal, Options::default(), &mut |_| Ok(())).map(|_| journal)
        };
        let named = [("COL1", "codigoExterno"), ("COL2", "nome"), ("COL3", "cpfCnpj")];
        assert!(read(&named).unwrap().by_key("c:7").unwrap().is_some());
        let wrong = read(&[("COL9", "nome")]).err().unwrap().to_string();
        assert!(wrong.contains("`COL1`, `COL2`"), "{wrong}");
        let wrong = read(&[("COL2", "nomee")]).err().unwrap().to_string();
        assert!(wrong.contains("nomee") && wrong.contains("nome"), "{wrong}");
    }

    #[test]
    fn of_usage_nothing_is_left_out() {
        let csv =
            "ID Externo;Contrato;Serviço;Competência;Quantidade;Valor Unitário;Descrição\nK1;CT;S;01/2026;1;abc;x\n";
        let source = Source::Bytes { bytes: csv.into(), name: "c.csv".into(), options: ReadOptions::default() };
        assert_eq!(read::<Consumo>(source).count().unwrap().rejected, 1);
    }
}
