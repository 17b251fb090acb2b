//! Rows of a database or a data frame, whose names may be headers: read as a sheet is, by the same names and forms.

use std::borrow::Cow;

use jiff::tz::{Offset, TimeZone};
use smartbill_model::{Error, Model, Value};
use smartbill_sheets::{Cell, Number, ReadOptions, Row};

use super::identity::RowsDigest;
use super::resource::Importable;

/// Rows that a caller in any language makes one by one.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Value<'static>, Error>> + Send + 'a>;

/// A named value.
pub(crate) type Field = (Cow<'static, str>, Value<'static>);

/// Rows on their way, hashed as they go by.
pub(crate) struct TableRows<'a> {
    rows: Rows<'a>,
    /// The first row, which is looked at before the others.
    first: Option<Value<'static>>,
    names: Vec<String>,
    number: u64,
    hash: RowsDigest,
    /// Why the rows ended, if not by their end.
    fault: Option<Error>,
    /// What the last row has that no column of a sheet has.
    beside: Vec<Field>,
}

impl<'a> TableRows<'a> {
    pub(crate) fn new(rows: Rows<'a>, names: Vec<String>) -> Self {
        let mut new =
            Self { rows, first: None, names, number: 0, hash: RowsDigest::default(), fault: None, beside: Vec::new() };
        new.first = new.pull();
        if let (true, Some(Value::Object(fields))) = (new.names.is_empty(), &new.first) {
            new.names = fields.iter().map(|(name, _)| name.clone().into_owned()).collect();
        }
        new
    }

    /// Whether its names are headers: the caller says what columns or cells mean, or a name is that of no field and yet
    /// known.
    pub(crate) fn is_table<M: Importable>(&self, options: &ReadOptions) -> bool {
        let header = |name: &String| !is_field::<M>(name) && M::FLOW.by_header(name).is_some();
        let said = !options.columns.is_empty() || !options.values.is_empty() || !options.defaults.is_empty();
        said || options.ddd.is_some() || self.names.iter().any(header)
    }

    /// The headers of the columns; fields that no column has are beside them.
    pub(crate) fn headers<M: Importable>(&mut self) -> Vec<String> {
        self.names.retain(|name| is_column::<M>(name));
        self.names.clone()
    }

    /// The number of the last row.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next row.
    pub(crate) fn next_value(&mut self) -> Option<Value<'static>> {
        let value = self.first.take().or_else(|| self.pull())?;
        self.number += 1;
        self.hash.row(&value.to_json());
        Some(value)
    }

    fn pull(&mut self) -> Option<Value<'static>> {
        match self.rows.next()? {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    /// The next row as one of a sheet.
    pub(crate) fn next_row<M: Importable>(&mut self) -> Option<Row> {
        let value = self.next_value()?;
        let number = u32::try_from(self.number).unwrap_or(u32::MAX);
        let mut cells = vec![Cell::Empty; self.names.len()];
        self.beside.clear();
        let Value::Object(fields) = value else {
            // It says nothing that could be read, and is told so.
            return Some(Row { number, cells: vec![Cell::Missing] });
        };
        for (name, value) in fields {
            let place = self.names.iter().position(|known| *known == name);
            match place.and_then(|place| cells.get_mut(place)) {
                Some(place) => *place = cell(value),
                None if is_field::<M>(&name) => self.beside.push((name, value)),
                // Beyond the header, and told.
                None => cells.push(cell(value)),
            }
        }
        Some(Row { number, cells })
    }

    /// What the last row has that no column of a sheet has.
    pub(crate) fn take_beside(&mut self) -> Vec<Field> {
        std::mem::take(&mut self.beside)
    }

    /// The hash of all rows, once they were read.
    ///
    /// # Errors
    /// What the rows ended by.
    pub(crate) fn finish(self) -> Result<String, Error> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.hash.finish()),
        }
    }
}

fn is_field<M: Model>(name: &str) -> bool {
    M::SCHEMA.field(name.split('.').next().unwrap_or_default()).is_some()
}

/// Whether a name is that of a column, rather than of a field that no sheet has.
fn is_column<M: Importable>(name: &str) -> bool {
    !is_field::<M>(name) || M::FLOW.by_header(name).is_some()
}

/// A value as a cell says it. A number is exact, or stays the digits that it was.
fn cell(value: Value<'static>) -> Cell {
    let text = |value: &Value<'_>| Cell::Text(value.to_json().trim_matches('"').to_owned());
    let number = |value: f64| Cell::Number(Number::new(value));
    match value {
        Value::Null => Cell::Empty,
        Value::Text(text) => Cell::Text(text.into_owned()),
        Value::Boolean(value) => Cell::Boolean(value),
        #[expect(clippy::cast_precision_loss, reason = "within the digits that a cell keeps")]
        Value::Integer(value) if value.unsigned_abs() < 1_000_000_000_000_000 => number(value as f64),
        Value::Integer(value) => Cell::Text(value.to_string()),
        Value::Float(value) => number(value),
        Value::Decimal(value) => match f64::try_from(value).map(Number::new) {
            Ok(exact) if exact.decimal() == Some(value) => Cell::Number(exact),
            _ => Cell::Text(value.to_string()),
        },
        Value::Date(date) => Cell::Date(date.at(0, 0, 0, 0)),
        // The country's time, which has been UTC-3 all year since 2019.
        Value::DateTime(at) => Cell::Date(at.to_zoned(TimeZone::fixed(Offset::constant(-3))).datetime()),
        other => text(&other),
    }
}

/// An object whose dotted names (`endereco.cep`) are those of fields inside others.
pub(crate) fn nested(value: Value<'static>) -> Value<'static> {
    let Value::Object(fields) = value else { return value };
    if !fields.iter().any(|(name, _)| name.contains('.')) {
        return Value::Object(fields);
    }
    let mut object = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        insert(&mut object, &name, value);
    }
    Value::Object(object)
}

/// An object with some fields more.
pub(crate) fn with(value: Value<'static>, beside: &[Field]) -> Value<'static> {
    let Value::Object(mut object) = value else { return value };
    for (name, value) in beside {
        insert(&mut object, name, value.clone());
    }
    Value::Object(object)
}

fn insert(object: &mut Vec<Field>, path: &str, value: Value<'static>) {
    let Some((first, rest)) = path.split_once('.') else {
        object.push((path.to_owned().into(), value));
        return;
    };
    if let Some((_, Value::Object(inside))) = object.iter_mut().find(|(name, _)| name == first) {
        insert(inside, rest, value);
    } else {
        let mut inside = Vec::new();
        insert(&mut inside, rest, value);
        object.push((first.to_owned().into(), Value::Object(inside)));
    }
}
