use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
#[cfg(feature = "serde")]
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::dates::{date_text, timestamp_text};
#[cfg(feature = "api")]
use crate::json::{self, JsonError};
use crate::{Competencia, decimal, text};

/// A value on its way into or out of a model.
///
/// JSON, a Python object, a JavaScript object and a spreadsheet row all become a `Value`, and every model is read
/// from one and written to one. So there is a single place where input is checked, whatever language it came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Absent: JSON `null`, Python `None`, JavaScript `undefined`, an empty cell.
    Null,
    /// A truth value.
    Boolean(bool),
    /// An integer of the host language.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// The digits of a JSON number, as written; what only validates reads no JSON.
    #[cfg(feature = "api")]
    Number(Cow<'a, str>),
    /// A binary floating point number of the host language; accepted as a decimal only where no digit is in doubt.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// A civil date.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
    /// A month.
    Competencia(Competencia),
    /// A list.
    List(Vec<Value<'a>>),
    /// Named values, in their order.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// Something that no field can hold, by the name of its type in the host language.
    Foreign(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// Parses JSON, keeping every digit of its numbers. The value takes 128 MiB at most.
    ///
    /// # Errors
    /// When the bytes are not one JSON value, or it would take more.
    #[cfg(feature = "api")]
    pub fn from_json(bytes: &'a [u8]) -> Result<Self, JsonError> {
        json::read(bytes, json::MEMORY)
    }

    /// The same of a platform's answer, which takes at most `memory` bytes.
    ///
    /// # Errors
    /// As [`Value::from_json`].
    #[cfg(feature = "api")]
    pub(crate) fn from_json_within(bytes: &'a [u8], memory: usize) -> Result<Self, JsonError> {
        json::read_answer(bytes, memory)
    }

    /// Writes JSON; decimals and dates become strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// Appends what [`Value::to_json`] gives.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Null | Self::Foreign(_) => out.push_str("null"),
            Self::Boolean(v) => out.push_str(if *v { "true" } else { "false" }),
            Self::Integer(v) => out.push_str(&text::integer(*v)),
            Self::Float(v) => out.push_str(&float(*v)),
            #[cfg(feature = "api")]
            Self::Number(digits) if json::number(digits) => out.push_str(digits),
            // Digits that are no JSON number came from elsewhere; as a string they are kept, not lost.
            #[cfg(feature = "api")]
            Self::Number(digits) => text::json_text(digits, out),
            Self::Text(text) => text::json_text(text, out),
            Self::Decimal(_) | Self::Date(_) | Self::DateTime(_) | Self::Competencia(_) => {
                out.push('"');
                out.push_str(&self.written());
                out.push('"');
            }
            Self::List(items) => {
                let mut before = '[';
                for item in items {
                    out.push(before);
                    item.write_json(out);
                    before = ',';
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(fields) => {
                let mut before = '{';
                for (name, value) in fields {
                    out.push(before);
                    text::json_text(name, out);
                    out.push(':');
                    value.write_json(out);
                    before = ',';
                }
                out.push_str(if fields.is_empty() { "{}" } else { "}" });
            }
        }
    }

    /// A decimal, date, instant or month as the text that JSON has for it; nothing for the rest.
    fn written(&self) -> String {
        match self {
            Self::Decimal(v) => decimal::text(*v, None),
            Self::Date(v) => date_text(*v),
            Self::DateTime(v) => timestamp_text(*v),
            Self::Competencia(v) => v.text(),
            _ => String::new(),
        }
    }

    /// The value under `name`, if this is an object that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Self::Object(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if this is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(v) => Value::Boolean(v),
            Self::Integer(v) => Value::Integer(v),
            Self::Decimal(v) => Value::Decimal(v),
            #[cfg(feature = "api")]
            Self::Number(v) => Value::Number(Cow::Owned(v.into_owned())),
            Self::Float(v) => Value::Float(v),
            Self::Text(v) => Value::Text(Cow::Owned(v.into_owned())),
            Self::Date(v) => Value::Date(v),
            Self::DateTime(v) => Value::DateTime(v),
            Self::Competencia(v) => Value::Competencia(v),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Object(fields) => Value::Object(
                fields.into_iter().map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned())).collect(),
            ),
            Self::Foreign(v) => Value::Foreign(Cow::Owned(v.into_owned())),
        }
    }

    /// What a person would call this value's type, for messages; stable names, the same in every language.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) | Self::Decimal(_) | Self::Float(_) => "number",
            #[cfg(feature = "api")]
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Date(_) => "date",
            Self::DateTime(_) => "datetime",
            Self::Competencia(_) => "month",
            Self::List(_) => "array",
            Self::Object(_) => "object",
            Self::Foreign(kind) => kind,
        }
    }
}

/// A JSON object being written, for whoever would make a [`Value`] only to write it.
#[derive(Default)]
pub struct JsonObject(String);

impl JsonObject {
    /// A field that is JSON already.
    pub fn json(&mut self, name: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        text::json_text(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
    }

    /// A field of any kind.
    pub fn field(&mut self, key: &str, value: &Value<'_>) {
        self.json(key, "");
        value.write_json(&mut self.0);
    }

    /// A text, or `null`.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.json(name, if text.is_some() { "" } else { "null" });
        if let Some(text) = text {
            text::json_text(text, &mut self.0);
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str, texts: &[String]) {
        self.field(name, &Value::List(texts.iter().map(|text| Value::Text(text.into())).collect()));
    }

    /// A list of objects.
    pub fn objects(&mut self, name: &str, objects: &[Self]) {
        self.json(name, "[");
        for (i, object) in objects.iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            self.0.push_str(&object.end());
        }
        self.0.push(']');
    }

    /// The object, whole.
    #[must_use]
    pub fn end(&self) -> String {
        text::join(&[if self.0.is_empty() { "{" } else { &self.0 }, "}"], "")
    }
}

/// The shortest digits of a double; JSON has no infinity.
#[cfg(feature = "serde")]
fn float(v: f64) -> String {
    serde_json::Number::from_f64(v).map_or_else(|| "null".to_owned(), |number| number.to_string())
}

/// What a model has read holds no double, so a module that only moves records does without their digits.
#[cfg(not(feature = "serde"))]
fn float(_: f64) -> String {
    "null".to_owned()
}

#[cfg(feature = "serde")]
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Foreign(_) => serializer.serialize_unit(),
            Self::Boolean(v) => serializer.serialize_bool(*v),
            Self::Integer(v) => serializer.serialize_i64(*v),
            Self::Float(v) => serializer.serialize_f64(*v),
            #[cfg(feature = "api")]
            Self::Number(digits) => match digits.parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_str(digits),
            },
            Self::Text(v) => serializer.serialize_str(v),
            Self::Decimal(_) | Self::Date(_) | Self::DateTime(_) | Self::Competencia(_) => {
                serializer.serialize_str(&self.written())
            }
            Self::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive_json() {
        let text = r#"{"a":0.10000000000000000055,"b":[1,null,true,"é"],"c":12345678901234567890}"#;
        let value = Value::from_json(text.as_bytes()).unwrap();
        assert_eq!(value.field("a"), Some(&Value::Number("0.10000000000000000055".into())));
        assert_eq!(value.to_json(), text);
    }
}
