//! `smartbill-automation/planilha`: reads, checks and writes spreadsheets. Nothing is sent.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use smartbill_core::document::Ddd;
use smartbill_core::model::{Cliente, Cobranca, Consumo, Model};
use smartbill_core::sheets::{
    Cell, CellValue, DialectOption, Empty, Flow, LayoutOption, MarkedCell, Optional, Output, Password,
    ReadOptions as SheetReadOptions, Record, Records, RowResult, SavedMapping, SheetError, SheetFile, Writer,
    column_letter, flows, in_file, report as write_report, template as write_template,
};
use smartbill_core::validate::{Context, Intent, Options, Problem, Severity};
use smartbill_core::{Error, Language, Mode, Value, parse_date};
use wasm_bindgen::prelude::*;

use crate::bridge::{error, findings, option, unpack};
use crate::options::{OptionBag, Shapes};

/// Reads a spreadsheet. Returns rows and findings as JSON.
#[wasm_bindgen]
pub fn read(name: &str, bytes: Vec<u8>, options: JsValue) -> Result<String, JsValue> {
    let reading = Reading::read(options)?;
    let flow = flow_named(name)?;
    let parsed = match name {
        "clientes" => read_as::<Cliente>(flow, bytes, &reading),
        "consumos" => read_as::<Consumo>(flow, bytes, &reading),
        _ => read_as::<Cobranca>(flow, bytes, &reading),
    };
    parsed.map(|value| value.to_json()).map_err(|fault| failed_in(fault, &reading))
}

/// Reads a sheet without fields. Returns its cells as JSON.
#[wasm_bindgen]
pub fn read_table(bytes: Vec<u8>, options: JsValue) -> Result<String, JsValue> {
    let reading = Reading::read(options)?;
    let file = SheetFile::from_bytes(bytes, &reading.name, &reading.sheet);
    let read = file.and_then(|mut file| Ok((file.format(), file.table()?)));
    let (format, table) = read.map_err(|fault| failed_in(fault, &reading))?;
    let rows = |of: fn(&Cell) -> Value<'static>| {
        Value::List(table.rows.iter().map(|row| Value::List(row.iter().map(of).collect())).collect())
    };
    let read = object([
        ("format", text(format.extension())),
        ("sheet", text(&table.sheet)),
        ("sheets", Value::List(table.sheets.iter().map(|name| text(name)).collect())),
        ("rows", rows(cell_value)),
        ("texts", rows(|cell| text(&cell.show()))),
    ]);
    Ok(read.to_json())
}

/// Numbers stay numbers, with all their digits. Dates become text.
fn cell_value(cell: &Cell) -> Value<'static> {
    match cell.value() {
        CellValue::Empty => Value::Null,
        CellValue::Text(t) => text(&t),
        CellValue::Decimal(number) => Value::Number(number.to_string().into()),
        CellValue::Date(day) => text(&day.to_string()),
        CellValue::DateTime(at) => text(&at.to_string()),
        CellValue::Boolean(value) => Value::Boolean(value),
    }
}

fn read_as<M: Model>(flow: &'static Flow, bytes: Vec<u8>, reading: &Reading) -> Result<Value<'static>, SheetError> {
    let mut file = SheetFile::from_bytes(bytes, &reading.name, &reading.sheet)?;
    let format = file.format().extension();
    let mut records = file.records(flow)?;
    let mut rows_read = Vec::new();
    while let Some(record) = records.next() {
        let mut record = record?;
        let model = records.validar::<M>(&mut record, reading.rules);
        rows_read.push((record, model));
    }
    for duplicate in records.duplicates() {
        let first = rows_read.binary_search_by_key(&duplicate.first, |(record, _)| record.number());
        if let Some((record, model)) = first.ok().and_then(|index| rows_read.get_mut(index)) {
            records.accuse_first(record, duplicate);
            *model = None;
        }
    }
    let count = |wanted| rows_read.iter().filter(|(_, model)| model.is_some() == wanted).count();
    let count = |wanted| Value::Integer(i64::try_from(count(wanted)).unwrap_or(i64::MAX));
    let (accepted, rejected) = (count(true), count(false));
    let rows = rows_read
        .into_iter()
        .map(|(record, model)| row(&record, model.as_ref().map(|model| model.value().into_owned()), reading.language));
    let skipped = records
        .skipped()
        .rows
        .iter()
        .map(|l| object([("number", number(l.row)), ("reason", text(l.reason)), ("text", text(&l.text))]));
    Ok(object([
        ("format", text(format)),
        ("sheet", text(records.sheet())),
        ("dialect", records.mapping().dialect.as_deref().map_or(Value::Null, text)),
        ("columns", columns(&records)),
        ("mapping", text(&records.saved().to_toml())),
        ("accepted", accepted),
        ("rejected", rejected),
        ("skipped", Value::List(skipped.collect())),
        ("hidden", Value::List(records.hidden().iter().copied().map(number).collect())),
        ("rows", Value::List(rows.collect())),
    ]))
}

fn columns(records: &Records<'_>) -> Value<'static> {
    let columns = records.mapping();
    let column = |(index, header): (usize, &String)| {
        let field = columns.columns.iter().find(|(i, _)| *i == index).map(|(_, c)| c.field);
        object([("header", text(header)), ("field", field.map_or(Value::Null, text))])
    };
    Value::List(columns.headers.iter().enumerate().map(column).collect())
}

fn row(record: &Record, model: Option<Value<'static>>, language: Language) -> Value<'static> {
    let fields = record.fields.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone()));
    let mut row = vec![
        ("number".into(), number(record.row)),
        ("accepted".into(), Value::Boolean(model.is_some())),
        ("fields".into(), Value::Object(fields.collect())),
        ("findings".into(), findings(&record.findings, language).into_owned()),
    ];
    row.extend(record.column.map(|column| ("column".into(), text(&column_letter(column)))));
    row.extend(model.map(|model| ("record".into(), model)));
    Value::Object(row)
}

/// A file that is being written record by record, so that no list of all records is needed.
#[wasm_bindgen]
pub struct SheetWriter {
    writer: Writer<Vec<u8>>,
    records: usize,
}

const WRITE: Shapes = &[("format", "`xlsx`, `csv`")];

#[wasm_bindgen]
impl SheetWriter {
    /// Begins a file.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, options: JsValue) -> Result<SheetWriter, JsValue> {
        let out = OptionBag::options(options, WRITE)?.choose("format", |format| match format {
            "xlsx" => Some(Output::Xlsx),
            "csv" => Some(Output::CsvUtf8),
            _ => None,
        })?;
        let writer = Writer::new(flow_named(name)?, out.unwrap_or_default(), Vec::new());
        Ok(Self { writer: writer.map_err(|fault| failed(fault, Language::default()))?, records: 0 })
    }

    /// Writes one packed record.
    pub fn record(&mut self, record: &[u8]) -> Result<(), JsValue> {
        let [record] = unpack(record)?;
        let mut ctx = Context::new(Options::default());
        ctx.at("records", |ctx| ctx.at_index(self.records, |ctx| check(&record, true, ctx)));
        if !ctx.report.is_valid() {
            return Err(error(&Error::validation(ctx.report)));
        }
        self.records += 1;
        self.writer.record(&record).map_err(|fault| failed(fault, Language::default()))
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Vec<u8>, JsValue> {
        self.writer.finish().map(|(bytes, _)| bytes).map_err(|fault| failed(fault, Language::default()))
    }
}

/// Checks for values that a cell cannot hold, which would be lost as empty cells.
fn check(value: &Value<'_>, at_root: bool, ctx: &mut Context) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, v)| ctx.at_name(name, |ctx| check(v, false, ctx))),
        Value::List(items) if !at_root => {
            items.iter().enumerate().for_each(|(i, v)| ctx.at_index(i, |ctx| check(v, false, ctx)));
        }
        Value::Float(n) if !n.is_finite() => ctx.error(Problem::InvalidNumber),
        _ if at_root => ctx.error(Problem::WrongType { expected: "object", found: value.kind().to_owned() }),
        Value::Foreign(kind) => ctx.error(Problem::WrongType { expected: "string", found: kind.to_string() }),
        _ => {}
    }
}

const ROW: Shapes = &[
    ("number", "`2`"),
    ("state", "`created`"),
    ("code", "`digito_verificador`"),
    ("message", "`\"…\"`"),
    ("id", "`17`"),
    ("cells", "`[{ column, severity, message }]`"),
];

const CELL: Shapes = &[("column", "`A`"), ("severity", "`error`, `warning`"), ("message", "`\"…\"`")];

/// Returns the workbook in `bytes` with the outcome of each row.
#[wasm_bindgen]
pub fn report(name: &str, bytes: Vec<u8>, rows: &JsValue, options: JsValue) -> Result<Vec<u8>, JsValue> {
    let flow = flow_named(name)?;
    let reading = Reading::read(options)?;
    // A row of columns of months makes several records.
    let mut results: HashMap<u32, Vec<RowResult>> = HashMap::new();
    let mut counts: Vec<(String, u64)> = Vec::new();
    for row in OptionBag::list("rows", rows, ROW)? {
        let number: u32 = row.read("number")?.ok_or_else(|| row.refuse("number"))?;
        let outcome = outcome(&row)?;
        match counts.iter_mut().find(|(situacao, _)| *situacao == outcome.situacao) {
            Some((_, times)) => *times += 1,
            None => counts.push((outcome.situacao.clone(), 1)),
        }
        results.entry(number).or_default().push(outcome);
    }
    let write = || {
        let mut file = SheetFile::from_bytes(bytes, &reading.name, &reading.sheet)?;
        let from = |row| RowResult::of_all(results.remove(&row)?);
        write_report(&mut file, flow, Output::Xlsx, Vec::new(), from, &counts)
    };
    write().map(|(bytes, _)| bytes).map_err(|fault| failed_in(fault, &reading))
}

fn outcome(row: &OptionBag) -> Result<RowResult, JsValue> {
    let cell = |cell: &OptionBag| {
        let severity = cell.choose("severity", |severity| match severity {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            _ => None,
        })?;
        Ok(MarkedCell {
            column: cell.read("column")?.ok_or_else(|| cell.refuse("column"))?,
            severity: severity.unwrap_or(Severity::Error),
            message: cell.read("message")?.ok_or_else(|| cell.refuse("message"))?,
        })
    };
    Ok(RowResult {
        situacao: row.read("state")?.ok_or_else(|| row.refuse("state"))?,
        code: row.read("code")?.unwrap_or_default(),
        message: row.read("message")?.unwrap_or_default(),
        id: row.read("id")?.unwrap_or_default(),
        cells: row.objects("cells", CELL)?.iter().map(cell).collect::<Result<_, JsValue>>()?,
    })
}

/// An empty workbook for a person to fill in.
#[wasm_bindgen]
pub fn template(name: &str) -> Result<Vec<u8>, JsValue> {
    write_template(flow_named(name)?, Vec::new()).map_err(|fault| failed(fault, Language::default()))
}

fn flow_named(name: &str) -> Result<&'static Flow, JsValue> {
    match name {
        "clientes" => Ok(&flows::CLIENTES),
        "consumos" => Ok(&flows::CONSUMOS),
        "cobrancas" => Ok(&flows::CONTAS_A_RECEBER),
        _ => Err(option("flow", "`clientes`, `consumos`, `cobrancas`")),
    }
}

fn failed(fault: SheetError, language: Language) -> JsValue {
    error(&Error::from(fault).with(|d| d.language = language))
}

/// The error of the file that was read.
fn failed_in(fault: SheetError, reading: &Reading) -> JsValue {
    error(&in_file(&reading.name, fault.into()).with(|d| d.language = reading.language))
}

const READ: Shapes = &[
    ("name", "`clientes.xls`"),
    ("mode", "`strict`, `lenient`"),
    ("sheet", "`Planilha1`"),
    ("password", "`\"…\"`"),
    ("mapping", "`[columns] …`"),
    ("dialect", "`protheus`, `name = …`"),
    ("layout", "`[[column]] …`"),
    ("columns", "`{ \"Cód.\": \"codigoExterno\" }`"),
    ("values", "`{ tipoPessoa: { \"1\": \"FISICA\" } }`"),
    ("defaults", "`{ \"endereco.uf\": \"SC\" }`"),
    ("decimalPoint", "`true`, `false`"),
    ("clearEmpty", "`true`, `false`"),
    ("optional", "`leave_out`, `refuse`"),
    ("ddd", "`48`"),
    ("limits", "`{ bytes, unpacked, rows, columns, bytesPerRow, memory }`"),
    ("today", "`AAAA-MM-DD`"),
    ("intent", "`incluir`, `alterar`"),
    ("language", "`pt-BR`, `en`"),
];

/// The options for reading a file, and the rules for checking its rows.
struct Reading {
    name: String,
    sheet: SheetReadOptions,
    rules: Options,
    language: Language,
}

impl Reading {
    fn read(options: JsValue) -> Result<Self, JsValue> {
        let options = OptionBag::options(options, READ)?;
        let mode = options.choose("mode", Mode::from_name)?.unwrap_or(Mode::Lenient);
        let intent = options.choose("intent", |intent| match intent {
            "incluir" => Some(Intent::Incluir),
            "alterar" => Some(Intent::Alterar),
            _ => None,
        })?;
        let columns: BTreeMap<String, String> = options.read("columns")?.unwrap_or_default();
        let values: BTreeMap<String, BTreeMap<String, String>> = options.read("values")?.unwrap_or_default();
        let defaults: BTreeMap<String, String> = options.read("defaults")?.unwrap_or_default();
        let empty = if options.read("clearEmpty")?.unwrap_or(false) { Empty::Clear } else { Empty::Keep };
        let mut sheet = SheetReadOptions {
            mode,
            sheet: options.read("sheet")?,
            password: options.read::<String>("password")?.map(Password::new),
            columns: columns.into_iter().collect(),
            values: values.into_iter().map(|(field, words)| (field, words.into_iter().collect())).collect(),
            defaults: defaults.into_iter().collect(),
            decimal_point: options.read("decimalPoint")?.unwrap_or_default(),
            empty,
            optional: options.choose("optional", Optional::from_name)?,
            ddd: options.choose("ddd", Ddd::parse)?,
            dialect: options.read::<String>("dialect")?.map(|text| DialectOption::of_text(&text)),
            layout: options.read("layout")?.map(|text| LayoutOption { name: "layout".to_owned(), text }),
            ..SheetReadOptions::default()
        };
        if let Some(mapping) = options.read::<String>("mapping")? {
            let saved = SavedMapping::from_toml(&mapping).map_err(|_| options.refuse("mapping"))?;
            // Settings by name have priority.
            saved.apply(&mut sheet);
        }
        let limits: BTreeMap<String, u64> = options.read("limits")?.unwrap_or_default();
        for (name, value) in limits {
            if !sheet.limits.set(&name, value) {
                return Err(options.refuse("limits"));
            }
        }
        Ok(Self {
            name: options.read("name")?.unwrap_or_default(),
            sheet,
            rules: Options { mode, intent: intent.unwrap_or_default(), today: options.choose("today", parse_date)? },
            language: options.choose("language", Language::from_name)?.unwrap_or_default(),
        })
    }
}

fn object<const N: usize>(fields: [(&'static str, Value<'static>); N]) -> Value<'static> {
    Value::Object(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}

fn number(n: u32) -> Value<'static> {
    Value::Integer(n.into())
}
