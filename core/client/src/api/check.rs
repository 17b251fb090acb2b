use jiff::civil::Date;
use smartbill_documents::{Language, Mode};
use smartbill_model::error::Error;
use smartbill_model::validate::Report;
use smartbill_model::{FieldType, Model, REFERENCES, Schema, Value};

use crate::api::Operation;

/// The input of an operation: a model or a value, checked before anything is sent.
#[derive(Debug)]
pub enum Input<'a, M> {
    /// A model. Fields that only the platform fills are left out, so a record that was read can be sent back.
    Model(&'a M),
    /// A value. A name that the model does not know is a finding.
    Value(Value<'a>),
}

impl<'a, M> From<&'a M> for Input<'a, M> {
    fn from(model: &'a M) -> Self {
        Self::Model(model)
    }
}

impl<'a, M> From<Value<'a>> for Input<'a, M> {
    fn from(value: Value<'a>) -> Self {
        Self::Value(value)
    }
}

/// The options of checking an input.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckOptions {
    /// How forgiving the check is: strict or lenient.
    pub mode: Mode,
    /// The language of errors.
    pub language: Language,
    /// Today in the company's time zone. Without it, rules about the present are skipped.
    pub today: Option<Date>,
}

impl<'a, M: Model> Input<'a, M> {
    /// The input as a value that can be sent.
    pub(crate) fn value(self) -> Value<'a> {
        match self {
            Self::Model(model) => given_back(M::SCHEMA, model.value()),
            Self::Value(value) => value,
        }
    }
}

/// Returns a record in the form in which it can be sent back, without the fields that only the platform fills. If the
/// record refers to another one by identifier and by code, the identifier counts.
pub(crate) fn given_back<'a>(schema: &Schema, record: Value<'a>) -> Value<'a> {
    let read = record.field("id").is_some();
    let mut value = writable(schema, record);
    if read {
        keep_identifiers(&mut value);
    }
    value
}

pub(super) fn refused(operation: Operation, report: Report, check_options: CheckOptions) -> Error {
    Error::validation(report).with(|d| {
        d.language = check_options.language;
        d.operation = Some(operation.name());
    })
}

/// Removes the fields that only the platform fills.
pub(crate) fn writable<'a>(schema: &Schema, value: Value<'a>) -> Value<'a> {
    let Value::Object(fields) = value else {
        return value;
    };
    let kept = fields.into_iter().filter_map(|(name, value)| {
        let rule = schema.field(&name)?.rule;
        (!rule.response).then(|| (name, writable_inside(rule.kind, value)))
    });
    Value::Object(kept.collect())
}

fn writable_inside(kind: FieldType, value: Value<'_>) -> Value<'_> {
    match (kind, value) {
        (FieldType::Object(schema), value) => writable(schema, value),
        (FieldType::List(item), Value::List(items)) => {
            Value::List(items.into_iter().map(|v| writable_inside(item.kind, v)).collect())
        }
        (_, value) => value,
    }
}

/// Removes the code of a reference that also has an identifier: the platform answers both, and accepts only one.
fn keep_identifiers(value: &mut Value<'_>) {
    match value {
        Value::Object(fields) => {
            for (id, code) in REFERENCES {
                if fields.iter().any(|(name, _)| name == id) {
                    fields.retain(|(name, _)| name != code);
                }
            }
            for (_, value) in fields {
                keep_identifiers(value);
            }
        }
        Value::List(items) => items.iter_mut().for_each(keep_identifiers),
        _ => {}
    }
}
