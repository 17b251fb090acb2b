//! The bridge: converts JavaScript values in both directions.
//!
//! Values come in as bytes, which `npm/src/inner/pack.ts` writes in one walk. So many values cross into the module at
//! once, however many fields they have, and their texts are borrowed from these bytes. Values go out as JSON, which the
//! engine parses natively, and in which `__proto__` is a name like any other.

#![allow(dead_code, reason = "each module of the package takes what it needs")]

use smartbill_core::api::PageRecord;
use smartbill_core::validate::Finding;
use smartbill_core::{Error, JsonObject, Language, Outcome, Value};
use wasm_bindgen::JsValue;

/// Reads the values packed in `bytes`. There must be as many as the caller asks for.
pub(crate) fn unpack<const N: usize>(bytes: &[u8]) -> Result<[Value<'_>; N], JsValue> {
    let mut reader = Reader::new(bytes, &[]);
    let mut values = [const { Value::Null }; N];
    for value in &mut values {
        *value = reader.value().ok_or_else(malformed)?;
    }
    Ok(values)
}

/// The error of bytes that are not packed values. Only another build of `npm/src/inner/pack.ts` writes such bytes.
pub(crate) fn malformed() -> JsValue {
    JsValue::from_str("malformed packed value")
}

/// A reader of packed values. Each is a tag, then the data of the tag. Numbers are little-endian.
pub(crate) struct Reader<'a> {
    /// The bytes that are not read yet.
    bytes: &'a [u8],
    /// The names of fields that are packed as their place here, from 1.
    names: &'static [&'static str],
}

const NULL: u8 = 0;
pub(crate) const LIST: u8 = 5;
pub(crate) const OBJECT: u8 = 6;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], names: &'static [&'static str]) -> Self {
        Self { bytes, names }
    }

    /// Whether all bytes are read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the next value is null.
    pub(crate) fn is_null(&self) -> bool {
        self.bytes.first() == Some(&NULL)
    }

    /// The next value. `None` if the bytes are not a packed value.
    pub(crate) fn value(&mut self) -> Option<Value<'a>> {
        if let Some(count) = self.begin(LIST) {
            let mut items = Vec::new();
            for _ in 0..count {
                items.push(self.value()?);
            }
            return Some(Value::List(items));
        }
        if let Some(count) = self.begin(OBJECT) {
            let mut fields = Vec::new();
            for _ in 0..count {
                fields.push((self.name()?.into(), self.value()?));
            }
            return Some(Value::Object(fields));
        }
        let [tag] = self.fixed()?;
        Some(match tag {
            NULL => Value::Null,
            1 => Value::Boolean(false),
            2 => Value::Boolean(true),
            3 => number(f64::from_le_bytes(self.fixed()?)),
            4 => Value::Text(self.text()?.into()),
            7 => Value::Foreign(self.text()?.into()),
            _ => return None,
        })
    }

    /// The name of the field that comes next in an object.
    pub(crate) fn name(&mut self) -> Option<&'a str> {
        match self.fixed().map(u16::from_le_bytes)?.checked_sub(1) {
            None => {
                let [4] = self.fixed()? else { return None };
                self.text()
            }
            Some(place) => self.names.get(usize::from(place)).copied(),
        }
    }

    /// How many parts the list or object that comes next has; `None` where something else comes.
    pub(crate) fn begin(&mut self, tag: u8) -> Option<u32> {
        if self.bytes.first() != Some(&tag) {
            return None;
        }
        let [_] = self.fixed()?;
        self.fixed().map(u32::from_le_bytes)
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (start, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*start)
    }

    fn text(&mut self) -> Option<&'a str> {
        let size = self.fixed().map(u32::from_le_bytes)?.try_into().ok()?;
        let (text, rest) = self.bytes.split_at_checked(size)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }
}

/// Reads a JavaScript number. A whole number up to 2^53 is an integer, and all its digits are certain.
fn number(n: f64) -> Value<'static> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 { Value::Integer(n as i64) } else { Value::Float(n) }
}

/// The error of an option that is unknown or has an invalid value. `npm/src/errors.ts` makes the message.
pub(crate) fn option(name: &str, use_it: &str) -> JsValue {
    let mut json = JsonObject::default();
    json.text("name", Some(name));
    json.text("use", Some(use_it));
    JsValue::from_str(&json.end())
}

/// The data of an error. `npm/src/errors.ts` makes a real `Error` of it.
pub(crate) fn error(error: &Error) -> JsValue {
    JsValue::from_str(&error_json(error))
}

pub(crate) fn error_json(error: &Error) -> String {
    let d = error.details();
    let mut json = JsonObject::default();
    let mut text = |name, text: Option<&str>| {
        if text.is_some() {
            json.text(name, text);
        }
    };
    text("code", Some(error.code()));
    text("message", Some(&error.to_string()));
    text("operation", d.operation);
    text("serverCode", d.server_code.as_deref());
    text("requestId", d.request_id.as_deref());
    text("outcome", d.outcome.map(Outcome::name));
    text("body", d.body.as_deref());
    let waiting = d.retry_after.and_then(|v| i64::try_from(v.as_millis()).ok());
    let numbers =
        [("status", d.status.map(i64::from)), ("attempts", Some(d.attempts.into())), ("retryAfterMs", waiting)];
    for (name, number) in numbers {
        if let Some(number) = number {
            json.field(name, &Value::Integer(number));
        }
    }
    if let Some(report) = &d.report {
        json.field("findings", &findings(&report.findings, d.language));
    }
    let fields = d.fields.iter().map(|field| {
        let mut json = JsonObject::default();
        json.text("path", Some(&field.path));
        json.text("message", Some(&field.message));
        if let Some(code) = &field.code {
            json.text("code", Some(code));
        }
        json
    });
    json.objects("fields", &fields.collect::<Vec<_>>());
    json.end()
}

/// Findings in the form that `npm/src/errors.ts` describes.
pub(crate) fn findings<'f>(findings: impl IntoIterator<Item = &'f Finding>, language: Language) -> Value<'f> {
    Value::List(findings.into_iter().map(|f| finding(f, language)).collect())
}

fn finding(finding: &Finding, language: Language) -> Value<'_> {
    let text = |text: &'_ str| Value::Text(text.to_owned().into());
    let params = finding.params.iter().map(|(name, value)| ((&**name).into(), Value::Text(value.into())));
    let mut fields = vec![
        ("path".into(), Value::Text((&finding.path).into())),
        ("code".into(), Value::Text(finding.code().into())),
        ("message".into(), Value::Text(finding.message(language).into())),
        ("params".into(), Value::Object(params.collect())),
        ("severity".into(), Value::Text(finding.severity.name().into())),
    ];
    fields.extend(finding.suggestion.as_deref().map(|suggestion| ("suggestion".into(), text(suggestion))));
    if let Some(place) = &finding.place {
        let optional = |value: &'_ Option<String>| value.as_deref().map_or(Value::Null, text);
        let place = [
            ("sheet", text(&place.sheet)),
            ("row", Value::Integer(place.row.into())),
            ("column", optional(&place.column)),
            ("header", optional(&place.header)),
            ("value", text(&place.value)),
        ];
        fields.push(("place".into(), Value::Object(place.map(|(name, value)| (name.into(), value)).into())));
    }
    Value::Object(fields)
}

/// A record in its JavaScript form. Findings about fields that could not be read are under `findings`.
pub(crate) fn record(record: &PageRecord, language: Language) -> JsonObject {
    let mut json = JsonObject::of_fields(record.schema(), record.row());
    let found = record.findings();
    for (name, value) in record.extras() {
        // The platform's own field with that name gets another one.
        json.field(if name == FINDINGS && !found.is_empty() { "$findings" } else { name }, value);
    }
    if !found.is_empty() {
        json.field(FINDINGS, &findings(found, language));
    }
    json
}

/// The member of a record that has the findings about it.
pub(crate) const FINDINGS: &str = "findings";
