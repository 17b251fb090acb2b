//! Writes a [`Value`] as JSON. Decimals and dates become strings.

use serde::ser::{Serialize, SerializeMap, Serializer};
use smartbill_documents::dates::{date_text, timestamp_text};
use smartbill_documents::{decimal, text};

use crate::{FieldType, Row, Schema, Value, json};

impl Value<'_> {
    /// Returns the value as JSON. Decimals and dates become strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// Appends the value as JSON, in the form of [`Value::to_json`].
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Null | Self::Foreign(_) => out.push_str("null"),
            Self::Boolean(v) => out.push_str(if *v { "true" } else { "false" }),
            Self::Integer(v) => out.push_str(&text::integer(*v)),
            Self::Float(v) => out.push_str(&float(*v)),
            Self::Number(digits) if json::number(digits) => out.push_str(digits),
            // Digits that are not a JSON number come from another source. They are written as a string, so that they
            // are not lost.
            Self::Number(digits) => text::json_text(digits, out),
            Self::Text(text) => text::json_text(text, out),
            Self::Decimal(_) | Self::Date(_) | Self::DateTime(_) | Self::Competencia(_) => {
                out.push('"');
                out.push_str(&self.written());
                out.push('"');
            }
            Self::List(items) => list(items, out, Value::write_json),
            Self::Row(row) => list(row.values(), out, Value::write_json),
            Self::Object(fields) => {
                out.push('{');
                members(fields.iter().map(|(name, value)| (name.as_ref(), value)), out, Value::write_json);
                out.push('}');
            }
        }
    }

    /// The JSON text of a decimal, date, instant or month. Empty for other values.
    fn written(&self) -> String {
        match self {
            Self::Decimal(v) => decimal::text(*v, None),
            Self::Date(v) => date_text(*v),
            Self::DateTime(v) => timestamp_text(*v),
            Self::Competencia(v) => v.text(),
            _ => String::new(),
        }
    }
}

impl Schema {
    /// Appends the JSON of `row`, which was read by this schema: its fields under their names, then the extras.
    pub fn write_json(&self, row: &Row<'_>, out: &mut String) {
        out.push('{');
        self.write_fields(row, out);
        members(self.extras(row).iter().map(|(name, value)| (name.as_ref(), value)), out, Value::write_json);
        out.push('}');
    }

    /// Appends the fields as members of an object that is already open.
    fn write_fields(&self, row: &Row<'_>, out: &mut String) {
        let fields = self.present(row).map(|(field, value)| (field.name, (field.rule.kind, value)));
        members(fields, out, |(kind, value), out| write_as(kind, value, out));
    }
}

/// Appends the value of a field, or of an item of a list, of this type.
fn write_as(kind: FieldType, value: &Value<'_>, out: &mut String) {
    match (kind, value) {
        (FieldType::Object(schema), Value::Row(row)) => schema.write_json(row, out),
        (FieldType::List(item), Value::List(items)) => {
            list(items, out, |value, out| write_as(item.kind, value, out));
        }
        (_, value) => value.write_json(out),
    }
}

fn list<'v, 'a>(items: &'v [Value<'a>], out: &mut String, write: impl Fn(&'v Value<'a>, &mut String)) {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

/// Appends members to an open object, which may already have members.
fn members<'n, V>(members: impl Iterator<Item = (&'n str, V)>, out: &mut String, write: impl Fn(V, &mut String)) {
    for (name, value) in members {
        if !out.ends_with('{') {
            out.push(',');
        }
        text::json_text(name, out);
        out.push(':');
        write(value, out);
    }
}

/// A builder of a JSON object, for callers that would make a [`Value`] only to write it.
#[derive(Default)]
pub struct JsonObject(String);

impl JsonObject {
    /// Starts with the fields of `row`, which was read by `schema`, without the extras.
    #[must_use]
    pub fn of_fields(schema: &Schema, row: &Row<'_>) -> Self {
        let mut out = "{".to_owned();
        schema.write_fields(row, &mut out);
        Self(if out == "{" { String::new() } else { out })
    }

    /// Adds a member whose value is JSON already.
    pub fn json(&mut self, name: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        text::json_text(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
    }

    /// Adds a member with a value of any kind.
    pub fn field(&mut self, key: &str, value: &Value<'_>) {
        self.json(key, "");
        value.write_json(&mut self.0);
    }

    /// Adds a text, or `null`.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.json(name, if text.is_some() { "" } else { "null" });
        if let Some(text) = text {
            text::json_text(text, &mut self.0);
        }
    }

    /// Adds a list of texts.
    pub fn texts(&mut self, name: &str, texts: &[String]) {
        self.field(name, &Value::List(texts.iter().map(|text| Value::Text(text.into())).collect()));
    }

    /// Adds a list of objects.
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

    /// Closes the object and returns its JSON.
    #[must_use]
    pub fn end(&self) -> String {
        text::join(&[if self.0.is_empty() { "{" } else { &self.0 }, "}"], "")
    }
}

/// The shortest digits of a double. JSON has no infinity, so that becomes `null`.
fn float(v: f64) -> String {
    serde_json::Number::from_f64(v).map_or_else(|| "null".to_owned(), |number| number.to_string())
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Foreign(_) => serializer.serialize_unit(),
            Self::Boolean(v) => serializer.serialize_bool(*v),
            Self::Integer(v) => serializer.serialize_i64(*v),
            Self::Float(v) => serializer.serialize_f64(*v),
            Self::Number(digits) => match digits.parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_str(digits),
            },
            Self::Text(v) => serializer.serialize_str(v),
            Self::Decimal(_) | Self::Date(_) | Self::DateTime(_) | Self::Competencia(_) => {
                serializer.serialize_str(&self.written())
            }
            Self::List(items) => items.serialize(serializer),
            Self::Row(row) => row.values().serialize(serializer),
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
