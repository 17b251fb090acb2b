//! `smartbill-automation/validation`: checks models and documents. Nothing is sent.

use smartbill_core::document::{DocumentKind, FieldValue, Reason};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Record, Servico};
use smartbill_core::validate::{Finding, Intent, Options, Problem, Report, Severity};
use smartbill_core::{JsonObject, Language, Mode, Value, parse_date};
use wasm_bindgen::prelude::*;

use crate::bridge::{Reader, finding_json, option};

/// Validates a packed record of the model called `model` with its packed options. Returns the outcome as JSON.
#[wasm_bindgen]
pub fn validar(model: &str, input: &[u8]) -> Result<String, JsValue> {
    let (parsed, bag) = check(model, input)?;
    Ok(outcome(parsed, bag.language))
}

/// Validates in the same way, and returns only the verdict.
#[wasm_bindgen]
pub fn valido(model: &str, input: &[u8]) -> Result<bool, JsValue> {
    check(model, input).map(|(parsed, _)| parsed.is_ok())
}

type Answer<'a> = Result<(Record<'a>, Report), Report>;

fn check<'a>(model: &str, input: &'a [u8]) -> Result<(Answer<'a>, ValidationOptions), JsValue> {
    let models = [Cliente::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, Servico::SCHEMA, Cobranca::SCHEMA];
    let schema = models.into_iter().find(|schema| schema.name == model);
    let schema = schema.ok_or_else(|| option("modelo", "`Cliente`, `Contrato`, `Consumo`, `Servico`, `Cobranca`"))?;
    let (value, given) = unpack(input)?;
    let options = Options { mode: given.mode, intent: given.intent, today: given.today };
    Ok((schema.validar(value, options), given))
}

/// The outcome for a packed value that is not a text but should be, with packed options.
#[wasm_bindgen]
pub fn expected_text(input: &[u8]) -> Result<String, JsValue> {
    let (value, options) = unpack(input)?;
    let problem = Problem::WrongType { expected: "string", found: value.kind().to_owned() };
    let finding = Finding::new("", Severity::Error, problem);
    Ok(outcome(Err(Report { findings: vec![finding] }), options.language))
}

fn unpack(input: &[u8]) -> Result<(Value<'_>, ValidationOptions), JsValue> {
    let mut reader = Reader { bytes: input };
    let value = reader.value().unwrap_or(Value::Null);
    Ok((value, ValidationOptions::read(&mut reader)?))
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
    let (mut errors, mut notices) = (Vec::new(), Vec::new());
    for v in &report.findings {
        let list = if v.severity == Severity::Error { &mut errors } else { &mut notices };
        list.push(finding_json(v, language));
    }
    response.objects("errors", &errors);
    response.objects("warnings", &notices);
    response.end()
}

/// The codes of the reasons, separated by `|`. [`column`] returns their positions in this list, from 1.
#[wasm_bindgen]
#[must_use]
pub fn reasons() -> String {
    Reason::CODES.as_str().to_owned()
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
    let options = ValidationOptions::read(&mut Reader { bytes: options })?;
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
    let options = ValidationOptions::read(&mut Reader { bytes: options })?;
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
