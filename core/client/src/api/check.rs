use std::borrow::Cow;

use jiff::civil::Date;
use smartbill_documents::{Language, Mode};
use smartbill_model::error::Error;
use smartbill_model::validate::{Intent, Options, Report};
use smartbill_model::{FieldType, Model, REFERENCES, Schema, Value};

use crate::api::Operation;

/// What an operation is given: a model or a value in any language, checked before anything is sent.
#[derive(Debug)]
pub enum Input<'a, M> {
    /// A model. What only the platform fills is left out, so a record that was read can be sent back.
    Model(&'a M),
    /// A value; a name that the model does not know is a violation.
    Value(Value<'a>),
    /// A model that [`Model::validar`] made just now; it is not checked again.
    Validated(&'a M),
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
    /// The model, checked.
    ///
    /// # Errors
    /// Of kind `Validation`, with every violation.
    pub fn validar(
        self,
        operation: Operation,
        intent: Intent,
        check_options: CheckOptions,
    ) -> Result<Cow<'a, M>, Error> {
        let value = match self {
            Self::Validated(model) => return Ok(Cow::Borrowed(model)),
            Self::Model(model) => {
                let value = model.value();
                let read = value.field("id").is_some();
                let mut value = writable(M::SCHEMA, value);
                if read {
                    keep_identifiers(&mut value);
                }
                value
            }
            Self::Value(value) => value,
        };
        let options = Options { mode: check_options.mode, intent, today: check_options.today };
        match M::validar(value, options) {
            Ok((model, _)) => Ok(Cow::Owned(model)),
            Err(report) => Err(refused(operation, report, check_options)),
        }
    }
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
