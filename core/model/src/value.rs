use std::borrow::Cow;

use arrayvec::ArrayVec;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::Competencia;

/// The entries of an object.
pub(crate) type Entries<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A value on its way into or out of a model.
///
/// JSON, Python objects, JavaScript objects and spreadsheet rows all become a `Value`. Every model is read from one and
/// written to one, so input from every language is checked at one place.
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
    /// The digits of a JSON number, unchanged.
    Number(Cow<'a, str>),
    /// A binary floating point number of the host language. It is accepted as a decimal only if no digit is in doubt.
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
    /// A record inside a record. The schema of the field that holds it names its values.
    Row(Row<'a>),
    /// A value that no field can hold, with the name of its type in the host language.
    Foreign(Cow<'a, str>),
}

/// The values of the present fields of a record, in the order of the schema and without names.
///
/// Extras, for which the schema has no field, are an object at the index after the last field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row<'a> {
    /// One bit for each present field; the lowest bit is the first field.
    present: u64,
    values: Box<[Value<'a>]>,
}

impl<'a> Row<'a> {
    /// The value of the field at this index of the schema. `Null` if absent.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn value(&self, field: usize) -> &Value<'a> {
        if self.present >> field & 1 == 0 {
            return &Value::Null;
        }
        self.values.get(before(self.present, field)).unwrap_or(&Value::Null)
    }

    /// The values that are present.
    #[must_use]
    pub fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// Iterates over the present values, with the indices of their fields in the schema.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Value<'a>)> {
        places(self.present).zip(&self.values)
    }

    /// Iterates over the present values, with the indices of their fields in the schema.
    pub fn into_values(self) -> impl Iterator<Item = (usize, Value<'a>)> {
        places(self.present).zip(self.values)
    }

    /// This row with another value of a field.
    #[must_use]
    pub fn with(self, field: usize, value: Value<'a>) -> Self {
        let mut values = RowValues::default();
        for (other, old) in self.into_values().filter(|(other, _)| *other != field) {
            values.set(other, old);
        }
        values.set(field, value);
        values.end()
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Row<'static> {
        Row { present: self.present, values: self.values.into_iter().map(Value::into_owned).collect() }
    }

    /// Removes the items of lists that turned out to be unusable.
    pub(crate) fn drop_absent_items(&mut self) {
        self.values.iter_mut().for_each(Value::drop_absent_items);
    }

    pub(crate) fn has(&self, field: usize) -> bool {
        !matches!(self.value(field), Value::Null)
    }

    pub(crate) fn text(&self, field: usize) -> Option<&str> {
        self.value(field).text()
    }

    pub(crate) fn decimal(&self, field: usize) -> Option<Decimal> {
        match self.value(field) {
            Value::Decimal(v) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn date(&self, field: usize) -> Option<Date> {
        match self.value(field) {
            Value::Date(v) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn row(&self, field: usize) -> Option<&Self> {
        self.value(field).row()
    }

    pub(crate) fn list(&self, field: usize) -> &[Value<'a>] {
        match self.value(field) {
            Value::List(items) => items,
            _ => &[],
        }
    }
}

/// The number of present fields before `field`.
fn before(present: u64, field: usize) -> usize {
    (present & ((1 << field) - 1)).count_ones() as usize
}

/// The indices of the present fields.
fn places(mut present: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = present.trailing_zeros();
        present &= present.wrapping_sub(1);
        (place < u64::BITS).then_some(place as usize)
    })
}

/// A row while it is being filled. It is filled on the stack, so that the row is allocated once, as long as it is.
#[derive(Default)]
pub(crate) struct RowValues<'a> {
    present: u64,
    values: ArrayVec<Value<'a>, { u64::BITS as usize }>,
}

impl<'a> RowValues<'a> {
    /// Sets the value of a field that has none yet. `Null` leaves the field absent.
    pub(crate) fn set(&mut self, field: usize, value: Value<'a>) {
        if !matches!(value, Value::Null) && self.values.try_insert(before(self.present, field), value).is_ok() {
            self.present |= 1 << field;
        }
    }

    pub(crate) fn has(&self, field: usize) -> bool {
        self.present >> field & 1 == 1
    }

    /// Takes the row. The values are not moved as a whole, because the room for them is large.
    pub(crate) fn end(&mut self) -> Row<'a> {
        // As long as it is: a vector of few values that is collected has room for four.
        let mut values = Vec::with_capacity(self.values.len());
        values.extend(self.values.drain(..));
        Row { present: std::mem::take(&mut self.present), values: values.into_boxed_slice() }
    }
}

impl<'a> Value<'a> {
    /// Stores `value` at a path of an object, such as `endereco.cep`.
    pub fn insert(object: &mut Vec<(Cow<'a, str>, Value<'a>)>, path: Cow<'a, str>, value: Value<'a>) {
        let parts: Option<(Cow<'a, str>, Cow<'a, str>)> = match &path {
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
    /// The value under `name`, if this is an object that has this name.
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

    /// The values, if this is a record inside a record.
    #[must_use]
    pub fn row(&self) -> Option<&Row<'a>> {
        match self {
            Self::Row(row) => Some(row),
            _ => None,
        }
    }

    pub(crate) fn into_row(self) -> Option<Row<'a>> {
        match self {
            Self::Row(row) => Some(row),
            _ => None,
        }
    }

    fn drop_absent_items(&mut self) {
        match self {
            Self::Row(row) => row.drop_absent_items(),
            Self::List(items) => {
                items.retain(|item| !matches!(item, Self::Null));
                items.iter_mut().for_each(Self::drop_absent_items);
            }
            _ => {}
        }
    }

    /// A copy whose texts are this one's.
    #[must_use]
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Number(v) => Value::Number(Cow::Borrowed(v)),
            Self::Text(v) => Value::Text(Cow::Borrowed(v)),
            Self::List(items) => Value::List(items.iter().map(Value::borrowed).collect()),
            Self::Object(fields) => {
                Value::Object(fields.iter().map(|(name, value)| (Cow::Borrowed(&**name), value.borrowed())).collect())
            }
            Self::Foreign(v) => Value::Foreign(Cow::Borrowed(v)),
            other => other.clone(),
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
            Self::Row(row) => Value::Row(row.into_owned()),
            Self::Foreign(v) => Value::Foreign(Cow::Owned(v.into_owned())),
        }
    }

    /// The name of this value's type for messages. The names are stable and the same in every language.
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
            Self::Object(_) | Self::Row(_) => "object",
            Self::Foreign(kind) => kind,
        }
    }
}
