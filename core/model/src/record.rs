//! A record: a schema and a row of values.

use std::borrow::Cow;
use std::fmt;

use crate::macros::masked;
use crate::value::{Entries, Row};
use crate::{FieldType, Schema, Value};

/// A schema, the value of each of its fields in a row, and the fields that the schema does not have.
///
/// A field is known by its index in the schema, so a record holds no names. The values are canonical: they come from
/// [`Schema::read`] or [`Schema::validar`].
#[derive(Clone)]
pub struct Record<'a> {
    schema: &'static Schema,
    row: Row<'a>,
}

/// The index of a field in its model's table. A name that the table does not have does not compile.
macro_rules! field {
    ($model:ident . $name:literal) => {
        const { <$crate::$model>::SCHEMA.names.position($name) }
    };
}
pub(crate) use field;

impl<'a> Record<'a> {
    /// Makes a record of `row`, which was read by `schema`.
    #[must_use]
    pub fn new(schema: &'static Schema, row: Row<'a>) -> Self {
        Self { schema, row }
    }

    /// The description of the fields.
    #[must_use]
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// The fields' values.
    #[must_use]
    pub fn row(&self) -> &Row<'a> {
        &self.row
    }

    /// The fields' values.
    #[must_use]
    pub fn into_row(self) -> Row<'a> {
        self.row
    }

    /// The value of the field called `name`, in camelCase or snake_case. `None` if absent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value<'a>> {
        self.schema.value(&self.row, name)
    }

    /// The fields that came with the record and that the schema does not have, unchanged.
    #[must_use]
    pub fn extras(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        self.schema.extras(&self.row)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Record<'static> {
        Record { schema: self.schema, row: self.row.into_owned() }
    }

    /// The record as JSON. Decimals and dates are strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        /// The usual length of a field with its name.
        const FIELD: usize = 40;
        let mut out = String::with_capacity(FIELD * (self.row.values().len() + 1));
        self.schema.write_json(&self.row, &mut out);
        out
    }

    /// The record as an object with the names of its fields, without absent fields.
    #[must_use]
    pub fn into_object(self) -> Value<'a> {
        self.schema.object(self.row)
    }
}

impl PartialEq for Record<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.schema.name == other.schema.name && self.row == other.row
    }
}

/// Personal data is masked.
impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        masked(self.schema, &self.clone().into_object(), f)
    }
}

impl Schema {
    /// The value in `row` of the field called `name`, in camelCase or snake_case. `None` if absent.
    #[must_use]
    pub fn value<'r, 'a>(&self, row: &'r Row<'a>, name: &str) -> Option<&'r Value<'a>> {
        let value = row.value(self.index(name)?);
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// The fields of `row`, which was read by this schema, that the schema does not have.
    #[must_use]
    pub fn extras<'r, 'a>(&self, row: &'r Row<'a>) -> &'r [(Cow<'a, str>, Value<'a>)] {
        match row.value(self.fields.len()) {
            Value::Object(extras) => extras,
            _ => &[],
        }
    }

    /// Iterates over the present fields of `row` and their values.
    pub fn present<'r, 'a>(
        &self,
        row: &'r Row<'a>,
    ) -> impl Iterator<Item = (&'static crate::Field, &'r Value<'a>)> + use<'r, 'a> {
        let fields = self.fields;
        row.iter().filter_map(|(place, value)| Some((fields.get(place)?, value)))
    }

    /// Converts `row` to an object with the names of its fields, without absent fields.
    #[must_use]
    pub fn object<'a>(&self, row: Row<'a>) -> Value<'a> {
        let mut entries: Entries<'a> = Vec::with_capacity(row.values().len());
        for (place, value) in row.into_values() {
            match (self.fields.get(place), value) {
                (Some(field), value) => entries.push((Cow::Borrowed(field.name), named(field.rule.kind, value))),
                (None, Value::Object(extras)) => entries.extend(extras),
                (None, _) => {}
            }
        }
        Value::Object(entries)
    }
}

/// Converts the rows inside a value to objects.
fn named(kind: FieldType, value: Value<'_>) -> Value<'_> {
    match (kind, value) {
        (FieldType::Object(schema), Value::Row(row)) => schema.object(row),
        (FieldType::List(item), Value::List(items)) => {
            Value::List(items.into_iter().map(|value| named(item.kind, value)).collect())
        }
        (_, value) => value,
    }
}
