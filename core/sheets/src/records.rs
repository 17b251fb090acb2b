use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use smartbill_documents::{DocumentKind, Mode, Uf};
use smartbill_model::validate::{Finding, Options, Place, Spared, clip};
use smartbill_model::{Model, Row as Fields, Schema, Value, validate};

use super::ahead::{Reader, Supply};
use super::beside;
use super::cell::{Cell, Row, column_letter};
use super::compound;
use super::convert::{self, Context, DecimalPoint};
use super::defaults::{self, Defaults};
use super::detect::FileFormat;
use super::example::Example;
use super::finding::{SheetError, cell_error, cell_warning};
use super::flows::{Column, Conversion, Flow, Role};
use super::header::{self, Located};
use super::mapping::{Mapping, Together};
use super::messages::CATALOGUE;
use super::months::{Made, number_of, place_of};
use super::names::words;
use super::options::{Empty, Optional, ReadOptions};
use super::rows::{Skipped, SkippedRow, reason_to_skip};
use super::saved::SavedMapping;
use super::sheet::{Body, Found, Given, Rows};
use super::spared::spared;

/// One row, converted.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The row's number in a spreadsheet program, from 1.
    pub row: u32,
    /// The column of the month of whose cell it was made, from 0; none where the row is one record.
    pub column: Option<usize>,
    /// The fields that have a value, by path (`endereco.cep`).
    pub fields: Vec<(&'static str, Value<'static>)>,
    /// The fields to be emptied: their cell has `[limpar]`, or is empty and the options say that this empties the
    /// field.
    pub clear: Vec<&'static str>,
    /// The cells under headers without a field, as shown.
    pub extras: Vec<(String, String)>,
    /// All findings about the row.
    pub findings: Vec<Finding>,
    /// The row as it was read.
    pub raw: Row,
}

impl Record {
    /// What tells it from all others of the file; see [`place_of`].
    #[must_use]
    pub fn number(&self) -> u64 {
        number_of(self.row, self.column)
    }

    /// Whether no finding prevents the row from being sent.
    #[must_use]
    pub fn accepted(&self) -> bool {
        !self.findings.iter().any(Finding::is_error)
    }

    /// The value of the field at `path`.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<&Value<'static>> {
        self.fields.iter().find(|(field, _)| *field == path).map(|(_, value)| value)
    }

    /// The fields as one object, nested by their paths. Columns that only serve the import are left out.
    #[must_use]
    pub fn value(&self, flow: &Flow) -> Value<'_> {
        let mut object = Vec::new();
        for (path, value) in &self.fields {
            if !flow.column(path).is_some_and(|c| c.role != Role::Field) {
                Value::insert(&mut object, (*path).into(), value.borrowed());
            }
        }
        Value::Object(object)
    }
}

/// The first two rows with the same value in a field that must be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The number of the record that came first, which was handed out before the second was seen.
    pub first: u64,
    /// The number of the one that repeats it, and carries the problem.
    pub second: u64,
    /// The field.
    pub field: &'static str,
}

/// The records of a sheet, one row at a time.
pub struct Records<'a> {
    supply: Supply<'a, Rows<'a>>,
    /// The records, if another thread makes them.
    made: Option<Supply<'a, Self>>,
    sheet: String,
    format: FileFormat,
    system_1904: bool,
    mapping: Mapping,
    columns: Vec<SourceColumn>,
    /// The columns of the header row without a header.
    untitled: Vec<usize>,
    flow: &'static Flow,
    /// The fields of the columns that only serve the import.
    beside: Vec<&'static str>,
    options: ReadOptions,
    skipped: Skipped,
    hidden: Vec<u32>,
    previous: u32,
    /// For each 128-bit hash of field and value, the row and whether another row repeats it. This keeps a million keys
    /// small, and a collision is practically impossible.
    seen: HashMap<[u64; 2], (u64, bool)>,
    duplicates: Vec<Duplicate>,
    /// The columns that were left out, until the first row reports them.
    left_out: Vec<(usize, &'static Column, &'static str)>,
    /// The columns that another says better, likewise.
    passed_over: Vec<(usize, &'static Column)>,
    /// The columns that are read where another is empty, likewise.
    reserves: Vec<usize>,
    /// The column that is the state registration of companies and the identity card of people.
    identity: Option<SourceColumn>,
    /// Whether a row reported it.
    identity_told: bool,
    /// The column that is read as code and name, until the first row reports it.
    code_and_name: Option<usize>,
    /// The columns of numbers with a decimal point, likewise.
    with_point: Vec<usize>,
    /// The column that has the document among other words, likewise.
    document_within: Option<usize>,
    /// The default values of the fields.
    defaults: Defaults,
    /// The example row of the template.
    example: Option<Example>,
    /// The row of whose months records are being made.
    pending: Option<Pending>,
}

/// A row with columns of months, of which not all records were handed out.
struct Pending {
    row: Row,
    made: VecDeque<Made>,
    found: Vec<(usize, Found)>,
}

/// A column of the file that feeds a field, with the properties that its header gives for all rows.
#[derive(Clone, Copy)]
struct SourceColumn {
    index: usize,
    column: &'static Column,
    documento: Option<DocumentKind>,
    /// The position among the columns that are joined into the field.
    part: Option<usize>,
    /// Whether it is read only where the other column of its field is empty.
    reserve: bool,
    /// Whether it is the company of a person.
    of_company: bool,
    /// Whether its e-mails are additional ones where another column has the first.
    additional: bool,
    /// The column with which it says the field together.
    together: Option<Together>,
}

impl<'a> Records<'a> {
    pub(super) fn new(
        rows: Rows<'a>,
        mapping: Mapping,
        flow: &'static Flow,
        options: ReadOptions,
    ) -> Result<Self, SheetError> {
        let defaults = defaults::read(flow, &options)?;
        let previous = mapping.header_row;
        let documento = |index: usize| mapping.headers.get(index).and_then(|c| documento_of_header(c));
        let part =
            |index: usize| mapping.joined.iter().find_map(|joined| joined.parts.iter().position(|part| *part == index));
        let column = |(index, column): &(usize, &'static Column)| {
            let index = *index;
            let header = mapping.headers.get(index).map_or("", String::as_str);
            let first =
                || mapping.columns.iter().find(|(i, c)| c.field == column.field && !mapping.reserves.contains(i));
            let first = first().and_then(|(i, _)| mapping.headers.get(*i)).map_or("", String::as_str);
            SourceColumn {
                index,
                column,
                documento: documento(index),
                part: part(index),
                reserve: mapping.reserves.contains(&index),
                of_company: beside::of_company(header) && beside::rank(first) > 0,
                additional: beside::additional(column, header),
                together: mapping.together.iter().find(|pair| pair.main == index).copied(),
            }
        };
        let beside = |index: &usize| mapping.together.iter().any(|pair| pair.other == *index);
        let alone = mapping.columns.iter().filter(|(index, _)| !beside(index));
        let mut columns: Vec<SourceColumn> = alone.map(column).collect();
        // Parts are read in the order in which they are joined, and reserves after the columns that they are for.
        columns.sort_by_key(|column| (column.reserve, column.part.unwrap_or(0)));
        let headers = mapping.headers.iter().enumerate();
        let untitled = headers.filter(|(_, header)| header.is_empty()).map(|(index, _)| index).collect();
        Ok(Self {
            defaults,
            example: Example::of(flow, &mapping),
            pending: None,
            left_out: mapping.left_out.clone(),
            passed_over: mapping.passed_over.clone(),
            reserves: mapping.reserves.clone(),
            identity: columns.iter().find(|source| says_identity(&mapping, source)).copied(),
            identity_told: false,
            code_and_name: mapping.code_and_name,
            with_point: if options.decimal_point { Vec::new() } else { mapping.decimal_point.clone() },
            document_within: mapping.document_within,
            sheet: rows.sheet().to_owned(),
            format: rows.format(),
            system_1904: rows.system_1904(),
            supply: Supply::new(rows),
            made: None,
            mapping,
            columns,
            untitled,
            beside: flow.columns.iter().filter(|c| c.role != Role::Field).map(|c| c.field).collect(),
            flow,
            options,
            skipped: Skipped::default(),
            hidden: Vec::new(),
            previous,
            seen: HashMap::new(),
            duplicates: Vec::new(),
        })
    }

    /// The records of rows that do not come from a file, with the headers of their columns.
    ///
    /// # Errors
    /// If the columns that the flow requires are missing.
    pub fn of_rows(
        headers: Vec<String>,
        rows: Given<'a>,
        flow: &'static Flow,
        options: &ReadOptions,
    ) -> Result<Self, SheetError> {
        let Located { mapping, options } = header::given(headers, flow, options)?;
        let body = Body::Given(rows);
        let rows = Rows::new("", body, FileFormat::Text, options.limits, false, Vec::new());
        Self::new(rows, mapping, flow, options)
    }

    /// Runs `work` with the records. For a long sheet, one thread reads the rows and another makes the records while `work`
    /// runs. The records are the same, in the same order, and the threads end when `work` ends.
    /// [`Records::skipped`], [`Records::hidden`] and [`Records::duplicates`] are complete only after the last record. In a
    /// browser no thread is started.
    pub fn ahead<R>(mut self, work: impl FnOnce(&mut Self) -> R) -> R {
        let rows = std::mem::replace(&mut self.supply, Supply::none());
        rows.ahead(move |rows| {
            let mut checked = self.checked();
            self.supply = rows;
            Supply::new(self).ahead(move |made| {
                checked.made = Some(made);
                work(&mut checked)
            })
        })
    }

    /// A copy with the same columns and options and without rows. It checks records that another thread makes.
    fn checked(&self) -> Self {
        Self {
            supply: Supply::none(),
            made: None,
            sheet: self.sheet.clone(),
            format: self.format,
            system_1904: self.system_1904,
            mapping: self.mapping.clone(),
            columns: self.columns.clone(),
            untitled: self.untitled.clone(),
            flow: self.flow,
            beside: self.beside.clone(),
            options: self.options.clone(),
            skipped: Skipped::default(),
            hidden: Vec::new(),
            previous: self.previous,
            seen: HashMap::new(),
            duplicates: Vec::new(),
            left_out: Vec::new(),
            passed_over: Vec::new(),
            reserves: Vec::new(),
            identity: None,
            identity_told: false,
            code_and_name: None,
            with_point: Vec::new(),
            document_within: None,
            defaults: Vec::new(),
            example: None,
            pending: None,
        }
    }

    /// Returns the next record that another thread makes. After the last one, takes over what is known of all rows.
    fn next_of_thread(&mut self) -> Option<Result<Record, SheetError>> {
        let made = self.made.as_mut()?;
        let next = made.next();
        if let Some(reader) = made.ended().filter(|_| !matches!(next, Some(Ok(_)))) {
            self.skipped = std::mem::take(&mut reader.skipped);
            self.hidden = std::mem::take(&mut reader.hidden);
            self.duplicates = std::mem::take(&mut reader.duplicates);
            self.made = Some(Supply::none());
        }
        next
    }

    /// The name of the sheet.
    #[must_use]
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// The columns and their fields.
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The mapping of this file, which can be given to another run.
    #[must_use]
    pub fn saved(&self) -> SavedMapping {
        SavedMapping::of(&self.mapping, &self.options)
    }

    /// The rows skipped so far.
    #[must_use]
    pub fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    /// The records so far that a spreadsheet program does not show, by their rows: a person hid them, or a filter does.
    /// They are read as all others are, for nobody can tell whether they were meant to stay behind.
    #[must_use]
    pub fn hidden(&self) -> &[u32] {
        &self.hidden
    }

    /// The repeated keys found so far, each once. The first row of each was returned without a finding.
    #[must_use]
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// Reads the fields of the record by `schema`, as it reads [`Record::value`], without that object.
    pub fn read<'r>(&self, record: &'r Record, schema: &'static Schema, ctx: &mut validate::Context) -> Fields<'r> {
        schema.read_paths(&record.fields, &|path| !self.beside.contains(&path), ctx)
    }

    /// Reads the record as a model, and adds the model's findings to the record's findings.
    pub fn validar<M: Model>(&self, record: &mut Record, options: Options) -> Option<M> {
        loop {
            let mut ctx = validate::Context::new(options);
            let row = self.read(record, M::SCHEMA, &mut ctx);
            match M::SCHEMA.judge(Some(row), ctx).map(|(read, report)| (M::from_row(read.into_row()), report)) {
                Err(report) if self.spare(record, &report) => {}
                Ok((model, report)) => {
                    self.append(record, &report);
                    return Some(model).filter(|_| record.accepted());
                }
                Err(report) => {
                    self.append(record, &report);
                    return None;
                }
            }
        }
    }

    /// Corrects or leaves out the invalid fields of the record that are optional, with a warning for each. Returns
    /// false if there are none.
    pub fn spare(&self, record: &mut Record, report: &validate::Report) -> bool {
        let mut any = false;
        let uf = record.field("endereco.uf").and_then(Value::text).map(str::to_owned);
        for finding in report.errors().filter(|finding| self.spares(&finding.path)) {
            let path = finding.path.split('[').next().unwrap_or_default();
            let Some(index) = record.fields.iter().position(|(field, _)| *field == path) else { continue };
            let (field, value) = record.fields.remove(index);
            let became = spared(finding, &value, uf.as_deref());
            if let Spared::ReadAs(text) = &became {
                record.fields.insert(index, (field, Value::Text(text.clone().into())));
            }
            let mut finding = self.finding(record, finding).as_warning();
            finding.spared = Some(became.into());
            record.findings.push(finding);
            any = true;
        }
        any
    }

    /// Whether a row is accepted without its field at `path` if that field is invalid.
    fn spares(&self, path: &str) -> bool {
        self.options.optional != Some(Optional::Refuse) && self.flow.spares(path)
    }

    /// Adds the findings of a model to the findings of its row.
    pub fn append(&self, record: &mut Record, report: &validate::Report) {
        // What is said of the record's cells comes before what is said of its fields.
        let of_cells = record.findings.len();
        for finding in &report.findings {
            if !already_said(record.findings.get(..of_cells).unwrap_or_default(), finding) {
                let finding = self.finding(record, finding);
                record.findings.push(finding);
            }
        }
    }

    /// The finding of a finding of the model, at the cell of its field.
    #[must_use]
    pub fn finding(&self, record: &Record, finding: &Finding) -> Finding {
        // `tags[0]` comes from the column of `tags`.
        let path = finding.path.split('[').next().unwrap_or_default();
        finding.clone().placed(self.place(record, self.column_of(path, record)), &CATALOGUE)
    }

    fn place(&self, record: &Record, column: Option<usize>) -> Place {
        Place {
            sheet: self.sheet().to_owned(),
            row: record.row,
            column: column.map(column_letter),
            header: column.and_then(|index| self.mapping.headers.get(index)).cloned(),
            value: column.map(|index| record.raw.cell(index).show()).unwrap_or_default(),
        }
    }

    /// The column that feeds `field`. If there are several, the one that is filled in this row.
    fn column_of(&self, field: &str, record: &Record) -> Option<usize> {
        if record.column.is_some() && matches!(field, "quantidade" | "competencia") {
            return record.column;
        }
        let row = &record.raw;
        let mut indices: Vec<usize> =
            self.mapping.columns.iter().filter(|(_, c)| c.field == field).map(|(i, _)| *i).collect();
        indices.sort_by_key(|index| self.mapping.reserves.contains(index));
        let mut indices = indices.into_iter();
        let first = indices.next()?;
        if row.cell(first).empty() { indices.find(|i| !row.cell(*i).empty()).or(Some(first)) } else { Some(first) }
    }

    /// The next record that a month of the row at hand makes.
    fn next_made(&mut self) -> Option<Record> {
        let pending = self.pending.as_mut()?;
        while let Some(made) = pending.made.pop_front() {
            if made.nothing() {
                let header = self.mapping.headers.get(made.column).cloned().unwrap_or_default();
                let (row, column) = (pending.row.number, Some(made.column));
                self.skipped.rows.push(SkippedRow { row, column, reason: "sem_consumo", text: clip(&header) });
                continue;
            }
            let (row, found) = (pending.row.clone(), pending.found.clone());
            return Some(self.convert(row, found, Some(made)));
        }
        self.pending = None;
        None
    }

    /// Says the month and the quantity of a record, and makes its code and the month one code.
    fn add_month(&self, record: &mut Record, made: Made) {
        record.fields.push(("competencia", Value::Competencia(made.month)));
        record.fields.extend(made.quantity.map(|quantity| ("quantidade", Value::Decimal(quantity))));
        if let Some(column) = self.flow.column("quantidade") {
            for found in made.findings {
                let finding = self.finding_at(record, made.column, column, found);
                record.findings.push(finding);
            }
        }
        // The identifier in a report is that of one record, and the row is many.
        record.fields.retain(|(field, _)| *field != "id");
        let code = record.fields.iter_mut().find(|(field, _)| *field == "idExterno");
        if let Some((_, Value::Text(code))) = code {
            *code = format!("{code}-{}", made.month).into();
        }
    }

    fn convert(&mut self, raw: Row, found: Vec<(usize, Found)>, made: Option<Made>) -> Record {
        let mut record = Record {
            row: raw.number,
            column: made.as_ref().map(|made| made.column),
            fields: Vec::with_capacity(self.mapping.columns.len()),
            clear: Vec::new(),
            extras: Vec::new(),
            findings: Vec::new(),
            raw,
        };
        let context = Context { uf: self.uf_of_row(&record.raw), ..self.context() };
        let of_kind = self.documento_of_kind(&record.raw);
        let mut warnings = Vec::new();
        for source in &self.columns {
            let SourceColumn { index, column, documento, part, .. } = source;
            let cell = record.raw.cell(*index);
            if matches!(cell, Cell::Empty)
                || source.reserve && !stands_in(&mut record.fields, &record.clear, &record.findings, source, cell)
            {
                continue;
            }
            let both = source.together.and_then(|pair| {
                let other = record.raw.cell(pair.other);
                if pair.before { beside::together(other, cell) } else { beside::together(cell, other) }
            });
            let cell = both.as_ref().unwrap_or(cell);
            let of_cell = if self.mapping.document_within == Some(*index) { within(column, cell) } else { None };
            let cell = of_cell.as_ref().unwrap_or(cell);
            if is_clear_mark(cell) {
                if column.required {
                    let finding = self.finding_at(&record, *index, column, cell_error("limpar_obrigatorio"));
                    record.findings.push(finding);
                } else if column.role == Role::Field {
                    record.clear.push(column.field);
                }
                continue;
            }
            let month_first = self.mapping.month_first.contains(index);
            let mut context = Context { documento: documento.or(of_kind), month_first, ..context };
            if context.decimal_point == DecimalPoint::None && self.mapping.decimal_point.contains(index) {
                context.decimal_point = DecimalPoint::Shown;
            }
            // Where the system keeps a day for the month, nothing is unusual about one.
            let of_day = column.conversion == Conversion::Competencia && self.mapping.of_dialect.contains(index);
            if of_day {
                context.mode = Mode::Lenient;
            }
            let meaning = defaults::meaning(column, cell, &self.options);
            match convert::cell(meaning.as_ref().unwrap_or(cell), column.conversion, context, &mut warnings) {
                Ok(Some(value)) if part.is_some() => self.put_part(&mut record, column.field, value),
                Ok(Some(value)) => {
                    match record.fields.iter().find(|(field, _)| column.several && *field == column.field) {
                        None => record.fields.push((column.field, value)),
                        Some((_, other)) if *other == value => {}
                        Some(_) => warnings.push(cell_error("duas_colunas_preenchidas")),
                    }
                }
                Ok(None) => {}
                Err(found) => warnings.push(found),
            }
            warnings.retain(|found| !of_day || found.code() != "competencia_com_dia");
            for found in warnings.drain(..) {
                let mut finding = self.finding_at(&record, *index, column, found);
                if finding.is_error() && self.spares(column.field) {
                    finding = finding.as_warning();
                    finding.spared = Some(Spared::LeftOut.into());
                }
                record.findings.push(finding);
            }
        }
        if let Some(made) = made {
            self.add_month(&mut record, made);
        }
        if self.mapping.code_and_name.is_some() {
            compound::split_code_and_name(&mut record.fields);
        }
        self.check_parts(&mut record);
        self.say_otherwise(&mut record);
        self.add_defaults(&mut record);
        self.divide(&mut record);
        self.add_emails(&mut record);
        if self.options.empty == Empty::Clear {
            self.clear_empty_cells(&mut record);
        }
        for extra in &self.mapping.extras {
            let cell = record.raw.cell(extra.index);
            if !cell.empty() {
                record.extras.push((extra.header.clone(), cell.show()));
            }
        }
        self.tell_left_out(&mut record);
        self.tell_found(&mut record, found);
        self.tell_beyond_header(&mut record);
        self.check_duplicates(&mut record);
        self.warn_of_example(&mut record);
        record
    }

    /// Joins what belongs together of the fields of a record, and divides the cells that hold more than theirs.
    fn divide(&mut self, record: &mut Record) {
        let (ddd, optional) = (self.options.ddd, self.options.optional);
        for (field, found) in compound::split_telephones(&mut record.fields, ddd, optional) {
            self.tell_of_field(record, field, found);
        }
        compound::join_ddd(&mut record.fields, self.options.ddd);
        if compound::split_address(&mut record.fields) {
            self.tell_of_field(record, "endereco.logradouro", cell_warning("endereco_dividido"));
        }
        compound::town_without_state(&mut record.fields);
        self.without_identity(record);
        // If the system stores codes without the state's digits, a code without them is normal.
        let own = self.mapping.columns.iter().find(|(_, column)| column.field == "endereco.codigoIbge");
        let of_dialect = own.is_some_and(|(index, _)| self.mapping.of_dialect.contains(index));
        if compound::complete_ibge(&mut record.fields) && !of_dialect {
            self.tell_of_field(record, "endereco.codigoIbge", cell_warning("ibge_completado"));
        }
        for found in compound::split_emails(&mut record.fields, self.options.optional) {
            self.tell_of_field(record, "email", found);
        }
    }

    /// Adds the e-mails of the columns beside the first one to which bills go.
    fn add_emails(&self, record: &mut Record) {
        for source in self.columns.iter().filter(|source| source.reserve && source.additional) {
            let cell = record.raw.cell(source.index).show();
            for found in compound::add_emails(&mut record.fields, &cell) {
                let finding = self.finding_at(record, source.index, source.column, found);
                record.findings.push(finding);
            }
        }
    }

    /// Appends the value of a cell to the values of the earlier cells of the field.
    fn put_part(&self, record: &mut Record, field: &'static str, value: Value<'static>) {
        let joined = self.mapping.joined.iter().find(|joined| joined.field == field);
        let Some((_, before)) = record.fields.iter_mut().find(|(path, _)| *path == field) else {
            record.fields.push((field, value));
            return;
        };
        if let (Some(joined), Some(first), Some(next)) = (joined, before.text(), value.text()) {
            *before = Value::Text(format!("{first}{}{next}", joined.separator).into());
        }
    }

    /// Removes a joined field without its main part, or with a part that cannot be read, because the rest would name
    /// another record.
    fn check_parts(&self, record: &mut Record) {
        for joined in &self.mapping.joined {
            let told = record
                .findings
                .iter()
                .any(|finding| finding.path == joined.field && (finding.is_error() || finding.spared.is_some()));
            let main = record.raw.cell(joined.main);
            if told || main.empty() || is_clear_mark(main) {
                record.fields.retain(|(field, _)| *field != joined.field);
            }
        }
    }

    /// Removes the identity card of a person from a column that has the state registration of companies too.
    fn without_identity(&mut self, record: &mut Record) {
        let Some(source) = self.identity else { return };
        let field = source.column.field;
        let number = record.field(field).and_then(Value::text).is_some_and(|text| text.contains(char::is_numeric));
        if !number || document_length(&record.fields) != Some(11) {
            return;
        }
        record.fields.retain(|(path, _)| *path != field);
        record.findings.retain(|finding| finding.path != field);
        if !std::mem::replace(&mut self.identity_told, true) {
            let finding = self.finding_at(record, source.index, source.column, cell_warning("rg_de_pessoa"));
            record.findings.push(finding);
        }
    }

    /// Takes the value of another field where no cell says one's own.
    fn say_otherwise(&self, record: &mut Record) {
        for (field, other) in &self.mapping.otherwise {
            let told = record.findings.iter().any(|finding| finding.path == *field);
            if told || record.field(field).is_some() || record.clear.contains(field) {
                continue;
            }
            if let Some((name, _)) = record.fields.iter_mut().find(|(name, _)| name == other) {
                *name = field;
            }
        }
    }

    /// Adds the default values of fields that no cell gives. A field with a finding gets no default.
    fn add_defaults(&self, record: &mut Record) {
        for (field, value) in &self.defaults {
            let said = record.field(field).is_some()
                || record.clear.contains(field)
                || record.findings.iter().any(|finding| finding.path == *field);
            if !said {
                record.fields.push((field, value.clone()));
            }
        }
    }

    /// The document that belongs to the row's kind of person.
    fn documento_of_kind(&self, row: &Row) -> Option<DocumentKind> {
        let (index, column) = self.mapping.columns.iter().find(|(_, c)| c.field == "tipoPessoa")?;
        let cell = row.cell(*index);
        let meaning = defaults::meaning(column, cell, &self.options);
        let cell = meaning.as_ref().unwrap_or(cell);
        match convert::cell(cell, column.conversion, Context::default(), &mut Vec::new()) {
            Ok(Some(Value::Text(kind))) if kind == "FISICA" => Some(DocumentKind::Cpf),
            Ok(Some(Value::Text(kind))) if kind == "JURIDICA" => Some(DocumentKind::Cnpj),
            _ => None,
        }
    }

    fn context(&self) -> Context {
        Context {
            mode: self.options.mode,
            decimal_point: self.options.decimal_point.into(),
            system_1904: self.system_1904,
            ..Context::default()
        }
    }

    fn uf_of_row(&self, row: &Row) -> Option<Uf> {
        let column = self.columns.iter().find(|source| source.column.field == "endereco.uf")?;
        match row.cell(column.index) {
            Cell::Text(text) => convert::state(text),
            _ => None,
        }
    }

    fn tell_of_field(&self, record: &mut Record, field: &str, found: Finding) {
        let column = self.flow.column(field);
        if let Some((index, column)) = self.column_of(field, record).zip(column) {
            let finding = self.finding_at(record, index, column, found);
            record.findings.push(finding);
        }
    }

    fn clear_empty_cells(&self, record: &mut Record) {
        for (index, column) in &self.mapping.columns {
            let field = column.field;
            // A cell that holds only a name says nothing about the code.
            let of_person = self.identity.is_some_and(|source| source.index == *index)
                && document_length(&record.fields) == Some(11);
            let untouched = record.field(field).is_none()
                && !of_person
                && self.mapping.code_and_name != Some(*index)
                && !record.clear.contains(&field)
                && !record.findings.iter().any(|finding| finding.path == field);
            if untouched && !column.required && column.role == Role::Field {
                record.clear.push(field);
            }
        }
    }

    /// Reports text that was corrected, because it may have been meant as it was, and stray quotes, which may have
    /// moved cells.
    fn tell_found(&self, record: &mut Record, found: Vec<(usize, Found)>) {
        for (index, found) in found {
            let column = self.mapping.columns.iter().find(|(i, _)| *i == index).map(|(_, column)| *column);
            let finding = match found {
                Found::Mended if column.is_none() => continue,
                Found::Mended => cell_warning("mojibake_desfeito"),
                Found::StrayQuote if self.options.mode == Mode::Lenient => cell_warning("aspas_soltas"),
                Found::StrayQuote => cell_error("aspas_soltas"),
            };
            record.findings.push(self.problem_at(record, index, column, finding));
        }
    }

    /// Reports cells without a header, which are not read. In a text file, a separator inside a text may have moved
    /// every cell after it to the wrong column.
    fn tell_beyond_header(&self, record: &mut Record) {
        let width = self.mapping.headers.len();
        let filled = |index: &usize| !record.raw.cell(*index).empty();
        let beyond = (width..record.raw.cells.len()).rev().find(filled);
        let Some(index) = beyond.or_else(|| self.untitled.iter().copied().rev().find(filled)) else {
            return;
        };
        let moved = self.format == FileFormat::Text && index >= width;
        let finding = if moved { cell_error("celulas_demais") } else { cell_warning("celula_sem_cabecalho") };
        record.findings.push(self.problem_at(record, index, None, finding));
    }

    /// Reports, once and in the first row, the columns that were left out and the column that was read as two fields.
    fn tell_left_out(&mut self, record: &mut Record) {
        for index in std::mem::take(&mut self.reserves) {
            let Some(source) = self.columns.iter().find(|source| source.index == index) else { continue };
            let field = source.column.field;
            let first = self.columns.iter().find(|other| other.column.field == field && !other.reserve);
            let other = first.and_then(|first| self.mapping.headers.get(first.index)).cloned().unwrap_or_default();
            let code = match source {
                SourceColumn { of_company: true, .. } => "coluna_da_empresa",
                SourceColumn { additional: true, .. } => "coluna_de_emails",
                _ => "coluna_de_reserva",
            };
            let found = cell_warning(code).with("other", clip(&other)).with("field", source.column.label);
            record.findings.push(self.problem_at(record, index, None, found));
        }
        for (index, column) in std::mem::take(&mut self.passed_over) {
            let read = self.mapping.columns.iter().find(|(_, other)| other.field == column.field).map(|(i, _)| *i);
            let other = read.and_then(|index| self.mapping.headers.get(index)).cloned().unwrap_or_default();
            let found = cell_warning("coluna_preterida").with("other", clip(&other)).with("field", column.label);
            record.findings.push(self.problem_at(record, index, None, found));
        }
        if let Some(index) = self.code_and_name.take() {
            let found = cell_warning("coluna_com_codigo_e_nome");
            record.findings.push(self.problem_at(record, index, None, found));
        }
        for index in std::mem::take(&mut self.with_point) {
            let column = self.mapping.columns.iter().find(|(i, _)| *i == index).map(|(_, column)| *column);
            record.findings.push(self.problem_at(record, index, column, cell_warning("coluna_com_ponto")));
        }
        if let Some(index) = self.document_within.take() {
            let found = cell_warning("coluna_com_documento");
            record.findings.push(self.problem_at(record, index, None, found));
        }
        for (index, column, code) in std::mem::take(&mut self.left_out) {
            let found = cell_warning(code).with("field", column.label);
            record.findings.push(self.problem_at(record, index, None, found));
        }
    }

    /// Warns about a row with the code of the template's example. Somebody wrote over the example, and may have
    /// forgotten the code.
    fn warn_of_example(&self, record: &mut Record) {
        let Some(field) = self.flow.unique.first() else {
            return;
        };
        let Some((index, column)) = self.mapping.columns.iter().find(|(_, c)| c.field == *field).copied() else {
            return;
        };
        if matches!(record.field(field), Some(Value::Text(text)) if text == column.example) {
            let finding = self.finding_at(record, index, column, cell_warning("linha_de_exemplo"));
            record.findings.push(finding);
        }
    }

    fn check_duplicates(&mut self, record: &mut Record) {
        for field in self.flow.unique {
            let Some(Value::Text(text)) = record.field(field) else {
                continue;
            };
            // Codes may differ only in punctuation. Documents may not.
            let documento = self.flow.column(field).is_some_and(|c| c.conversion == Conversion::CpfCnpj);
            // A placeholder (`000.000.000-00`) is nobody's document, and the model rejects each of its rows.
            if documento && !DocumentKind::CpfCnpj.valid(text) {
                continue;
            }
            let key = if documento {
                let chars = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase);
                scatter(field, &chars.collect::<String>())
            } else {
                scatter(field, text)
            };
            let number = record.number();
            let (first, repeated) = self.seen.entry(key).or_insert((number, false));
            let first = *first;
            if first == number {
                continue;
            }
            // Each value is reported only once. Otherwise a value that fills a column would be reported to its first
            // row a thousand times.
            if !std::mem::replace(repeated, true) {
                self.duplicates.push(Duplicate { first, second: number, field });
            }
            self.accuse(record, field, first);
        }
    }

    /// Adds the finding about a repeated value to the first row too, because nobody but the user can know which row is
    /// meant.
    pub fn accuse_first(&self, first: &mut Record, duplicate: &Duplicate) {
        self.accuse(first, duplicate.field, duplicate.second);
    }

    fn accuse(&self, record: &mut Record, field: &'static str, other: u64) {
        let Some((index, column)) = self.mapping.columns.iter().find(|(_, c)| c.field == field).copied() else {
            return;
        };
        let index = self.column_of(field, record).unwrap_or(index);
        let found = cell_error("linha_duplicada").with("other_row", place_of(other).0.to_string());
        let finding = self.finding_at(record, index, column, found);
        record.findings.push(finding);
    }

    fn finding_at(&self, record: &Record, index: usize, column: &Column, finding: Finding) -> Finding {
        self.problem_at(record, index, Some(column), finding)
    }

    fn problem_at(&self, record: &Record, index: usize, column: Option<&Column>, finding: Finding) -> Finding {
        let finding = finding.at(column.map_or("", |column| column.field));
        finding.placed(self.place(record, Some(index)), &CATALOGUE)
    }
}

impl Reader for Records<'_> {
    type Item = Record;

    fn read(&mut self) -> Option<Result<Record, SheetError>> {
        self.next()
    }

    fn row(record: &Record) -> &Row {
        &record.raw
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.made.is_some() {
            return self.next_of_thread();
        }
        loop {
            if let Some(record) = self.next_made() {
                return Some(Ok(record));
            }
            let (row, found) = match self.supply.next()? {
                Ok(row) => row,
                Err(fault) => return Some(Err(fault)),
            };
            let gap = row.number.saturating_sub(self.previous).saturating_sub(1);
            self.previous = row.number;
            if row.empty() {
                self.skipped.empty += u64::from(gap) + 1;
                continue;
            }
            self.skipped.empty += u64::from(gap);
            if let Some(skipped) = reason_to_skip(&row, &self.mapping) {
                self.skipped.rows.push(skipped);
                continue;
            }
            if self.example.as_ref().is_some_and(|example| example.is(&row, self.context())) {
                let text = row.cells.iter().find(|cell| !cell.empty()).map(Cell::show).unwrap_or_default();
                self.skipped.rows.push(SkippedRow {
                    row: row.number,
                    column: None,
                    reason: "exemplo",
                    text: clip(&text),
                });
                continue;
            }
            let Some(months) = &self.mapping.months else {
                self.hidden.extend(row.hidden.then_some(row.number));
                return Some(Ok(self.convert(row, found, None)));
            };
            let context = Context {
                mode: self.options.mode,
                decimal_point: self.options.decimal_point.into(),
                ..Context::default()
            };
            let made = months.make(&row, context);
            if made.is_empty() {
                let text = row.cells.iter().find(|cell| !cell.empty()).map(Cell::show).unwrap_or_default();
                let text = clip(text.trim());
                self.skipped.rows.push(SkippedRow { row: row.number, column: None, reason: "sem_leitura", text });
                continue;
            }
            self.hidden.extend(row.hidden.then_some(row.number));
            self.pending = Some(Pending { row, made, found });
        }
    }
}

/// Whether what is said of the cells says already what is wrong with the field that the finding misses.
fn already_said(of_cells: &[Finding], finding: &Finding) -> bool {
    let has_error = |field: &str| of_cells.iter().any(|finding| finding.is_error() && finding.path == field);
    match (finding.param("one"), finding.param("other")) {
        (Some(one), Some(other)) => has_error(one) || has_error(other),
        _ => has_error(&finding.path),
    }
}

/// Whether a column is the state registration of companies and the identity card of people.
fn says_identity(mapping: &Mapping, source: &SourceColumn) -> bool {
    let header = mapping.headers.get(source.index).map_or("", String::as_str);
    let said = |word: &String| matches!(word.as_str(), "rg" | "ierg" | "rgie");
    source.column.field == "inscricaoEstadual" && words(header).iter().any(said)
}

/// The part of a cell with a document among other words that is the field of `column`.
fn within(column: &Column, cell: &Cell) -> Option<Cell> {
    let shown = cell.show();
    let (document, rest) = compound::document_within(&shown)?;
    Some(Cell::Text(if column.field == "cpfCnpj" { document.to_owned() } else { rest }))
}

/// The number of letters and digits of the document.
fn document_length(fields: &compound::Fields) -> Option<usize> {
    compound::text(fields, "cpfCnpj").map(|text| text.chars().filter(|c| c.is_alphanumeric()).count())
}

/// Whether a column in reserve is read: where its field has no value, and the company of a person where the document is a
/// CNPJ.
fn stands_in(
    fields: &mut compound::Fields,
    clear: &[&'static str],
    findings: &[Finding],
    source: &SourceColumn,
    cell: &Cell,
) -> bool {
    let field = source.column.field;
    let told = findings.iter().any(|finding| finding.path == field);
    if told || clear.contains(&field) || !beside::stands_in(source.column, cell) {
        return false;
    }
    let company = source.of_company && document_length(fields) == Some(14);
    if company {
        fields.retain(|(path, _)| *path != field);
    }
    !fields.iter().any(|(path, _)| *path == field)
}

/// The document that a header such as `CNPJ` asks for. A header with both names asks for neither, nor does `CGC`, under which
/// old systems keep the documents of people too.
fn documento_of_header(header: &str) -> Option<DocumentKind> {
    let header = header.to_uppercase();
    match (header.contains("CPF"), header.contains("CNPJ")) {
        (true, false) => Some(DocumentKind::Cpf),
        (false, true) => Some(DocumentKind::Cnpj),
        _ => None,
    }
}

fn is_clear_mark(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.trim().eq_ignore_ascii_case("[limpar]"))
}

fn scatter(field: &str, value: &str) -> [u64; 2] {
    [0_u8, 1].map(|salt| {
        let mut hasher = DefaultHasher::new();
        (salt, field, value).hash(&mut hasher);
        hasher.finish()
    })
}
