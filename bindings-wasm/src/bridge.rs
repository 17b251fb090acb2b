//! The bridge: converts JavaScript values in both directions.
//!
//! A value comes in as bytes, which `npm/src/inner/pack.ts` writes in one walk. So an object crosses into the module
//! once, not once per field, and its texts are borrowed from these bytes. A value goes out as JSON, which the engine
//! parses natively, and in which `__proto__` is a name like any other.

#![allow(dead_code, reason = "each module of the package takes what it needs")]

use smartbill_core::validate::Finding;
use smartbill_core::{Error, JsonObject, Language, Outcome, Value};
use wasm_bindgen::JsValue;

/// Reads the values packed in `bytes`. There must be as many as the caller asks for.
pub(crate) fn unpack<const N: usize>(bytes: &[u8]) -> Result<[Value<'_>; N], JsValue> {
    let mut reader = Reader { bytes };
    let mut values = [const { Value::Null }; N];
    for value in &mut values {
        *value = reader.value().ok_or_else(|| JsValue::from_str("malformed packed value"))?;
    }
    Ok(values)
}

/// A reader of the packed format: a tag, then the data of the tag. Numbers are little-endian.
pub(crate) struct Reader<'a> {
    /// The bytes that are not read yet.
    pub(crate) bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next value. `None` if the bytes are not a packed value.
    pub(crate) fn value(&mut self) -> Option<Value<'a>> {
        let [tag] = self.fixed()?;
        Some(match tag {
            0 => Value::Null,
            1 => Value::Boolean(false),
            2 => Value::Boolean(true),
            3 => number(f64::from_le_bytes(self.fixed()?)),
            4 => Value::Text(self.text()?.into()),
            5 => {
                let mut items = Vec::new();
                for _ in 0..self.size()? {
                    items.push(self.value()?);
                }
                Value::List(items)
            }
            6 => {
                let mut fields = Vec::new();
                for _ in 0..self.size()? {
                    fields.push((self.text()?.into(), self.value()?));
                }
                Value::Object(fields)
            }
            7 => Value::Foreign(self.text()?.into()),
            _ => return None,
        })
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (start, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*start)
    }

    fn size(&mut self) -> Option<usize> {
        self.fixed().map(u32::from_le_bytes).and_then(|n| n.try_into().ok())
    }

    fn text(&mut self) -> Option<&'a str> {
        let size = self.size()?;
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
        let findings: Vec<_> = report.findings.iter().map(|v| finding_json(v, d.language)).collect();
        json.objects("findings", &findings);
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

/// A finding in the form that `npm/src/errors.ts` describes.
pub(crate) fn finding_json(v: &Finding, language: Language) -> JsonObject {
    let mut json = JsonObject::default();
    json.text("path", Some(&v.path));
    json.text("code", Some(v.code()));
    json.text("message", Some(&v.message(language)));
    let mut params = JsonObject::default();
    for (name, value) in &v.params {
        params.text(name, Some(value));
    }
    json.json("params", &params.end());
    json.text("severity", Some(v.severity.name()));
    json
}
