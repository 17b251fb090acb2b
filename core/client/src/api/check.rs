use jiff::civil::Date;
use smartbill_documents::{Language, Mode};
use smartbill_model::error::Error;
use smartbill_model::validate::Report;
use smartbill_model::{FieldType, Model, REFERENCES, Schema, Value};

use crate::api::Operation;

/// What an operation is given: a model or a value in any language, checked before anything is sent.
#[derive(Debug)]
pub enum Input<'a, M> {
    /// A model. What only the platform fills is left out, so a record that was read can be sent back.
    Model(&'a M),
    /// A value; a name that the model does not know is a finding.
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

/// What checking an input needs to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckOptions {
    /// Strict or lenient.
    pub mode: Mode,
    /// The language of errors.
    pub language: Language,
    /// Today in the company's time zone; rules about the present are skipped without it.
    pub today: Option<Date>,
}

impl<'a, M: Model> Input<'a, M> {
    /// What was given, as a value that can be sent.
    pub(crate) fn value(self) -> Value<'a> {
        match self {
            Self::Model(model) => given_back(M::SCHEMA, model.value()),
            Self::Value(value) => value,
        }
    }
}

/// A record as it can be sent back: without what only the platform fills. Of one that was read, the identifiers of what
/// it refers to count.
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

/// The value without what only the platform fills.
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

/// The platform answers both the identifier and the code of what a record refers to, and takes one of them.
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
