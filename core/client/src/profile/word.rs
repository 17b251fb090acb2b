use std::borrow::Cow;

use smartbill_documents::text;
use smartbill_model::Value;

/// A word of the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Word {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

impl Word {
    /// Whether `value` is this word. Numbers and truth values may be written as texts.
    pub(crate) fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Boolean(word), Value::Boolean(value)) => word == value,
            (_, Value::Text(text) | Value::Number(text)) => self.text() == text.as_ref(),
            (Self::Integer(word), Value::Integer(value)) => word == value,
            _ => false,
        }
    }

    /// The word in the form of a query.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::Integer(n) => text::integer(*n).into(),
            Self::Boolean(b) => if *b { "true" } else { "false" }.into(),
        }
    }

    /// The word in the form of JSON.
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text.into()),
            Self::Integer(n) => Value::Integer(*n),
            Self::Boolean(b) => Value::Boolean(*b),
        }
    }
}
