//! `smartbill-automation/validation`: checks models and documents. Nothing is sent.

mod rows;

use std::sync::OnceLock;

use smartbill_core::api::{FromPage, Page, PageRecord};
use smartbill_core::document::{DocumentKind, FieldValue, Reason};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, ListItem, Record, Row, Schema, Servico};
use smartbill_core::validate::{Finding, Intent, Options, Problem, Report, Severity};
use smartbill_core::{Error, ErrorKind, JsonObject, Language, Message, Mode, Value, parse_date};
use wasm_bindgen::prelude::*;

use crate::bridge::{Reader, error, findings, malformed, option, record};

/// The names of all fields. Packed values refer to a field by its position in this list, from 1.
#[wasm_bindgen]
#[must_use]
pub fn field_names() -> Vec<String> {
    names().iter().map(|name| (*name).to_owned()).collect()
}

fn names() -> &'static [&'static str] {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Vec::new();
        for schema in MODELS {
            collect_names(schema, &mut names);
        }
        names
    })
}

fn collect_names(schema: &'static Schema, names: &mut Vec<&'static str>) {
    for field in schema.fields {
        if !names.contains(&field.name) {
            names.push(field.name);
        }
        if let Some(inside) = field.rule.kind.inside() {
            collect_names(inside, names);
        }
    }
}

const MODELS: [&Schema; 5] = [Cliente::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, Servico::SCHEMA, Cobranca::SCHEMA];

/// Validates what is packed: the name of a model, options, and a record. The outcome as JSON.
#[wasm_bindgen]
pub fn validar(input: &[u8]) -> Result<String, JsValue> {
    let (parsed, language) = check(input)?;
    Ok(outcome(parsed, language))
}

/// Validates in the same way, and returns only the verdict.
#[wasm_bindgen]
pub fn valido(input: &[u8]) -> Result<bool, JsValue> {
    check(input).map(|(parsed, _)| parsed.is_ok())
}

type Answer<'a> = Result<(Record<'a>, Report), Report>;

fn check(input: &[u8]) -> Result<(Answer<'_>, Language), JsValue> {
    let (mut reader, schema, given) = begin(input)?;
    let parsed = reader.check(schema, given.options()).ok_or_else(malformed)?;
    Ok((parsed, given.language))
}

/// Reads the beginning of every validation: the name of the model, and the options.
fn begin(input: &[u8]) -> Result<(Reader<'_>, &'static Schema, ValidationOptions), JsValue> {
    let mut reader = Reader::new(input, names());
    let Some(Value::Text(model)) = reader.value() else { return Err(malformed()) };
    let schema = MODELS.into_iter().find(|schema| schema.name == model).ok_or_else(malformed)?;
    let given = ValidationOptions::read(&mut reader)?;
    Ok((reader, schema, given))
}

/// Checks what is packed: the name of a model, options, then records. Returns as JSON the findings of each record that has
/// any, with its position in the list; `first` is the position of the first record. Returns nothing without findings.
#[wasm_bindgen]
pub fn check_all(input: &[u8], first: u32) -> Result<Option<String>, JsValue> {
    let (mut reader, schema, given) = begin(input)?;
    let mut found = Found { json: String::new(), next: first, language: given.language };
    while !reader.is_at_end() {
        match reader.check(schema, given.options()).ok_or_else(malformed)? {
            Ok((_, report)) | Err(report) => found.push(&report),
        }
    }
    Ok(found.end())
}

/// Returns the records that [`check_all`] checks, as they would be sent: a JSON list, with `null` for each record that has
/// an error.
#[wasm_bindgen]
pub fn records(input: &[u8]) -> Result<String, JsValue> {
    let (mut reader, schema, given) = begin(input)?;
    let mut list = RecordList { schema, json: String::new() };
    while !reader.is_at_end() {
        let checked = reader.check(schema, given.options()).ok_or_else(malformed)?;
        list.push(checked.ok().as_ref().map(|(record, _)| record.row()));
    }
    Ok(list.end())
}

/// Checks JSON as [`check_all`] checks packed records. The JSON is a list, or an object with a list under `data`.
#[wasm_bindgen]
pub fn check_json(input: &[u8], json: &[u8]) -> Result<Option<String>, JsValue> {
    let (_, schema, given) = begin(input)?;
    let mut found = Found { json: String::new(), next: 0, language: given.language };
    read_json(schema, json, &given, &mut |item| found.push(&item.report))?;
    Ok(found.end())
}

/// Returns the records of JSON as [`records`] does.
#[wasm_bindgen]
pub fn records_of_json(input: &[u8], json: &[u8]) -> Result<String, JsValue> {
    let (_, schema, given) = begin(input)?;
    let mut list = RecordList { schema, json: String::new() };
    read_json(schema, json, &given, &mut |item| list.push(item.row.as_ref()))?;
    Ok(list.end())
}

fn read_json(
    schema: &'static Schema,
    json: &[u8],
    given: &ValidationOptions,
    take: &mut dyn FnMut(ListItem<'_>),
) -> Result<(), JsValue> {
    let memory = json.len().saturating_mul(8).max(MEMORY);
    let read = schema.read_items(json, MEMBER, given.options(), memory, take);
    let (is_list, _) = read.map_err(|e| refused(e.message(), given.language))?;
    if is_list { Ok(()) } else { Err(no_list(given.language)) }
}

/// Whether texts in this JSON may not be in NFC: it has a character from U+0300 on, or an escape.
#[wasm_bindgen]
#[must_use]
pub fn needs_composed(json: &[u8]) -> bool {
    let mut previous = 0;
    json.iter().any(|byte| {
        let found = *byte >= 0xCC || previous == b'\\' && *byte == b'u';
        previous = *byte;
        found
    })
}

/// Reads the records of a stored answer, as JSON in the form that [`check_json`] takes. Returns a JSON list.
#[wasm_bindgen]
pub fn list_from_json(input: &[u8], json: Vec<u8>) -> Result<String, JsValue> {
    let (_, schema, given) = begin(input)?;
    let options = Options { intent: Intent::Response, ..given.options() };
    let read =
        Page::from_json(schema, json.into(), MEMBER, options).map_err(|e| refused(e.message(), given.language))?;
    let (page, _) = read.ok_or_else(|| no_list(given.language))?;
    let records: Vec<_> = PageRecord::all(page).iter().map(|r| record(r, given.language).end()).collect();
    Ok(["[", &records.join(","), "]"].concat())
}

/// The member with the list of an answer.
const MEMBER: &str = "data";

/// The least limit for the bytes that the values of JSON may take. Long JSON may take eight times its length.
const MEMORY: usize = 128 << 20;

/// The findings of a list, as JSON.
struct Found {
    json: String,
    /// The position of the next record.
    next: u32,
    language: Language,
}

impl Found {
    fn push(&mut self, report: &Report) {
        if !report.findings.is_empty() {
            let mut json = JsonObject::default();
            json.field("index", &Value::Integer(self.next.into()));
            add_report(&mut json, report, self.language);
            self.json.push(if self.json.is_empty() { '[' } else { ',' });
            self.json.push_str(&json.end());
        }
        self.next = self.next.saturating_add(1);
    }

    fn end(mut self) -> Option<String> {
        self.json.push(']');
        (self.json.len() > 1).then_some(self.json)
    }
}

/// Checked records, as JSON.
struct RecordList {
    schema: &'static Schema,
    json: String,
}

impl RecordList {
    fn push(&mut self, row: Option<&Row<'_>>) {
        self.json.push(if self.json.is_empty() { '[' } else { ',' });
        match row {
            Some(row) => self.schema.write_json(row, &mut self.json),
            None => self.json.push_str("null"),
        }
    }

    fn end(mut self) -> String {
        self.json.push_str(if self.json.is_empty() { "[]" } else { "]" });
        self.json
    }
}

fn no_list(language: Language) -> JsValue {
    let pt = "o JSON não é uma lista nem um objeto com uma lista em `data`";
    let en = "the JSON is neither a list nor an object with a list under `data`";
    refused(Message::new(pt, en), language)
}

fn refused(message: Message, language: Language) -> JsValue {
    error(&Error::new(ErrorKind::Configuration, message).with(|d| d.language = language))
}

/// The outcome for a packed value that is not a text but should be, with packed options.
#[wasm_bindgen]
pub fn expected_text(input: &[u8]) -> Result<String, JsValue> {
    let mut reader = Reader::new(input, names());
    let found = reader.value().ok_or_else(malformed)?.kind().to_owned();
    let options = ValidationOptions::read(&mut reader)?;
    let problem = Problem::WrongType { expected: "string", found };
    let finding = Finding::new("", Severity::Error, problem);
    Ok(outcome(Err(Report { findings: vec![finding] }), options.language))
}

fn outcome(parsed: Answer<'_>, language: Language) -> String {
    let (record, report) = match parsed {
        Ok((record, report)) => (Some(record), report),
        Err(report) => (None, report),
    };
    let mut response = JsonObject::default();
    response.field("valid", &Value::Boolean(record.is_some()));
    if let Some(record) = &record {
        response.json("value", &record.to_json());
    }
    add_report(&mut response, &report, language);
    response.end()
}

fn add_report(json: &mut JsonObject, report: &Report, language: Language) {
    json.field("errors", &findings(report.errors(), language));
    json.field("warnings", &findings(report.warnings(), language));
}

/// The codes of the reasons. [`column`] returns their positions in this list, from 1.
#[wasm_bindgen]
#[must_use]
pub fn reasons() -> Vec<String> {
    Reason::CODES.iter().map(str::to_owned).collect()
}

/// The number of the document called `name`, for the functions below.
#[wasm_bindgen]
pub fn kind(name: &str) -> Result<usize, JsValue> {
    let number = DocumentKind::ALL.iter().position(|kind| kind.name() == name);
    number.ok_or_else(|| option("tipo", "`cpf`, `cnpj`…"))
}

/// Validates a document by packed options, and returns everything known about it as JSON.
#[wasm_bindgen]
pub fn documento(kind: usize, text: &str, options: &[u8]) -> Result<Option<String>, JsValue> {
    let options = ValidationOptions::read(&mut Reader::new(options, names()))?;
    Ok(DocumentKind::ALL.get(kind).map(|kind| describe(*kind, text, &options)))
}

/// Whether a text is a valid document in strict mode.
#[wasm_bindgen]
#[must_use]
pub fn documento_valido(kind: usize, text: &str) -> bool {
    DocumentKind::ALL.get(kind).is_some_and(|kind| kind.valid(text))
}

/// Validates a column by packed options. The column is one text of all items, and the length of each. Returns for each
/// item 0, or the position of its reason from 1. Returns nothing if there are non-ASCII characters, because JavaScript
/// counts those differently.
#[wasm_bindgen]
pub fn column(kind: usize, texts: &str, sizes: &[u32], options: &[u8]) -> Result<Option<Vec<u8>>, JsValue> {
    let options = ValidationOptions::read(&mut Reader::new(options, names()))?;
    if !texts.is_ascii() {
        return Ok(None);
    }
    let mut rest = texts;
    let items = sizes.iter().map(|size| {
        let (text, after) = rest.split_at_checked(*size as usize)?;
        rest = after;
        Some(text)
    });
    Ok(DocumentKind::ALL.get(kind).map(|kind| kind.number_column(items, options.mode, options.uf.as_deref())))
}

/// The text with its official mask, if it is valid in lenient mode.
#[wasm_bindgen]
#[must_use]
pub fn formatar(kind: usize, text: &str) -> Option<String> {
    DocumentKind::ALL.get(kind)?.format(text)
}

/// The text without mask characters, whether it is valid or not.
#[wasm_bindgen]
#[must_use]
pub fn limpar(kind: usize, text: &str) -> Option<String> {
    DocumentKind::ALL.get(kind).map(|kind| kind.strip(text))
}

fn describe(kind: DocumentKind, text: &str, options: &ValidationOptions) -> String {
    let parsed = kind.validar(text, options.mode, options.uf.as_deref());
    let mut notices = (Vec::new(), Vec::new());
    for notice in &parsed.notices {
        notices.0.push(notice.code().to_owned());
        notices.1.push(notice.message(options.language));
    }
    let mut response = JsonObject::default();
    response.field("valido", &Value::Boolean(parsed.valid));
    response.text("motivo", parsed.reason.as_ref().map(Reason::code));
    response.text("valor", parsed.value.as_deref());
    response.text("mensagem", parsed.reason.as_ref().map(|reason| reason.message(options.language)).as_deref());
    response.text("removido", parsed.removed.as_deref());
    response.texts("avisos", &notices.0);
    response.texts("mensagensAvisos", &notices.1);
    let mut fields = JsonObject::default();
    for (name, value) in &parsed.fields {
        match value {
            FieldValue::Text(text) => fields.text(name, Some(text)),
            FieldValue::List(texts) => fields.texts(name, texts),
            FieldValue::Boolean(value) => fields.field(name, &Value::Boolean(*value)),
            FieldValue::Decimal(value) => fields.field(name, &Value::Decimal(*value)),
            FieldValue::Date(date) => fields.field(name, &Value::Date(*date)),
        }
    }
    response.json("campos", &fields.end());
    response.end()
}

/// The options that every validation has.
#[derive(Default)]
struct ValidationOptions {
    mode: Mode,
    intent: Intent,
    today: Option<jiff::civil::Date>,
    language: Language,
    uf: Option<String>,
}

impl ValidationOptions {
    fn options(&self) -> Options {
        Options { mode: self.mode, intent: self.intent, today: self.today }
    }

    /// Reads the option bag.
    ///
    /// # Errors
    /// An option that is unknown or has an invalid value.
    fn read(reader: &mut Reader<'_>) -> Result<Self, JsValue> {
        let mut options = Self::default();
        let fields = match reader.value() {
            Some(Value::Null) => return Ok(options),
            Some(Value::Object(fields)) => fields,
            _ => return Err(option("options", "{ mode, intent, today, language, uf }")),
        };
        for (name, value) in &fields {
            if matches!(value, Value::Null) {
                continue;
            }
            if value.text().and_then(|text| options.set_option(name, text)).is_none() {
                let use_it = USES.iter().find(|(option, _)| option == name);
                let use_it = use_it.map_or("`mode`, `intent`, `today`, `language`, `uf`", |(_, use_it)| use_it);
                return Err(option(name, use_it));
            }
        }
        Ok(options)
    }

    /// Sets one option. Returns `None` if its name or its value is invalid.
    fn set_option(&mut self, name: &str, text: &str) -> Option<()> {
        match name {
            "mode" => self.mode = Mode::from_name(text)?,
            "intent" => {
                self.intent = match text {
                    "incluir" => Intent::Incluir,
                    "alterar" => Intent::Alterar,
                    _ => return None,
                }
            }
            "today" => self.today = Some(parse_date(text)?),
            "language" => self.language = Language::from_name(text)?,
            "uf" => self.uf = Some(text.to_owned()),
            _ => return None,
        }
        Some(())
    }
}

/// The valid values of each option.
const USES: [(&str, &str); 5] = [
    ("mode", "`strict`, `lenient`"),
    ("intent", "`incluir`, `alterar`"),
    ("today", "`AAAA-MM-DD`"),
    ("language", "`pt-BR`, `en`"),
    ("uf", "`SP`"),
];
