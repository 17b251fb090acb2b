use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::Competencia;

/// The entries of an object.
pub(crate) type Entries<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

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

impl Value<'static> {
    /// Puts `value` at a path of an object, such as `endereco.cep`.
    pub fn insert(
        object: &mut Vec<(Cow<'static, str>, Value<'static>)>,
        path: Cow<'static, str>,
        value: Value<'static>,
    ) {
        let parts: Option<(Cow<'static, str>, Cow<'static, str>)> = match &path {
            Cow::Borrowed(path) => path.split_once('.').map(|(first, rest)| (first.into(), rest.into())),
            Cow::Owned(path) => {
                path.split_once('.').map(|(first, rest)| (first.to_owned().into(), rest.to_owned().into()))
            }
        };
        let Some((first, rest)) = parts else {
            object.push((path, value));
            return;
        };
        if let Some((_, Value::Object(inside))) = object.iter_mut().find(|(name, _)| *name == first) {
            Self::insert(inside, rest, value);
        } else {
            let mut inside = Vec::new();
            Self::insert(&mut inside, rest, value);
            object.push((first, Value::Object(inside)));
        }
    }
}

impl<'a> Value<'a> {
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
            Self::Integer(_) | Self::Decimal(_) | Self::Number(_) | Self::Float(_) => "number",
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
