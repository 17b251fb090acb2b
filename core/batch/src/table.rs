//! Rows of a database or a data frame. Their names may be headers, and are then read in the way of a sheet, with the
//! same names and formats.

use std::borrow::Cow;

use jiff::tz::{Offset, TimeZone};
use rust_decimal::Decimal;
use smartbill_documents::decimal;
use smartbill_model::{Error, Model, Value};
use smartbill_sheets::{Cell, Empty, Number, ReadOptions, Row};

use super::identity::RowsDigest;
use super::resource::Importable;

/// Rows that a caller in any language produces one by one.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Value<'static>, Error>> + Send + 'a>;

/// A named value.
pub(crate) type Field = (Cow<'static, str>, Value<'static>);

/// The rows of a caller, hashed as they are read.
pub(crate) struct TableRows<'a> {
    rows: Rows<'a>,
    /// The first row, which is read before the others to find the names.
    first: Option<Value<'static>>,
    names: Vec<String>,
    number: u64,
    hash: RowsDigest,
    /// The error that ended the rows, if there was one.
    fault: Option<Error>,
    /// The values of the last row that cannot be in a cell.
    beside: Beside,
}

/// The values of a row that cannot be in a cell of a sheet.
#[derive(Default, Clone)]
pub(crate) struct Beside {
    /// Fields of the model under their own names: those that no sheet has, objects and lists.
    pub(crate) fields: Vec<Field>,
    /// Objects, lists and values of unknown types under headers, by column.
    pub(crate) odd: Vec<(usize, Value<'static>)>,
}

impl<'a> TableRows<'a> {
    pub(crate) fn new(rows: Rows<'a>, names: Vec<String>) -> Self {
        let mut new = Self {
            rows,
            first: None,
            names,
            number: 0,
            hash: RowsDigest::default(),
            fault: None,
            beside: Beside::default(),
        };
        new.first = new.pull();
        if let (true, Some(Value::Object(fields))) = (new.names.is_empty(), &new.first) {
            new.names = fields.iter().map(|(name, _)| name.clone().into_owned()).collect();
        }
        new
    }

    /// Whether the names are headers. They are if the caller's options say how to read columns or cells, or if a name
    /// is not a field's name but a known header.
    pub(crate) fn is_table<M: Importable>(&self, options: &ReadOptions) -> bool {
        let known = M::FLOW.by_headers(&self.names, options);
        let header = |(name, known): (&String, Option<_>)| known.is_some() && !is_field::<M>(name);
        let said = options.months.is_some()
            || !options.columns.is_empty()
            || !options.values.is_empty()
            || !options.defaults.is_empty()
            || options.empty == Empty::Clear;
        said || options.ddd.is_some() || options.dialect.is_some() || self.names.iter().zip(known).any(header)
    }

    /// The headers of the columns. Fields without a column are stored in `beside`.
    pub(crate) fn headers<M: Importable>(&mut self, options: &ReadOptions) -> Vec<String> {
        let known = M::FLOW.by_headers(&self.names, options);
        let columns = self.names.iter().zip(known).filter(|(name, known)| known.is_some() || !is_field::<M>(name));
        self.names = columns.map(|(name, _)| name.clone()).collect();
        self.names.clone()
    }

    /// The next row where columns are of months: what no cell can hold is an error in its cell, which makes a record.
    pub(crate) fn next_row_of_months<M: Importable>(&mut self, decimal_point: bool) -> Option<Row> {
        let mut row = self.next_row::<M>(decimal_point)?;
        for (place, _) in self.beside.odd.drain(..) {
            if let Some(cell) = row.cells.get_mut(place) {
                *cell = Cell::Missing;
            }
        }
        Some(row)
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
        if self.fault.is_some() {
            return None;
        }
        match self.rows.next()? {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    /// The next row as a row of a sheet.
    pub(crate) fn next_row<M: Importable>(&mut self, decimal_point: bool) -> Option<Row> {
        let value = self.next_value()?;
        let number = u32::try_from(self.number).unwrap_or(u32::MAX);
        let mut cells = vec![Cell::Empty; self.names.len()];
        self.beside = Beside::default();
        let Value::Object(fields) = value else {
            // This row has nothing that could be read, and gets an error.
            return Some(Row::new(number, vec![Cell::Missing]));
        };
        for (name, value) in fields {
            let place = self.names.iter().position(|known| *known == name);
            match (place, cell(&value, decimal_point)) {
                (Some(place), Some(cell)) => {
                    if let Some(empty) = cells.get_mut(place) {
                        *empty = cell;
                    }
                }
                (_, None) | (None, _) if is_field::<M>(&name) => self.beside.fields.push((name, value)),
                (Some(place), None) => self.beside.odd.push((place, value)),
                // A cell without a header, which is reported.
                (None, cell) => cells.push(cell.unwrap_or(Cell::Missing)),
            }
        }
        Some(Row::new(number, cells))
    }

    /// Takes the values of the last row that cannot be in a cell.
    pub(crate) fn take_beside(&mut self) -> Beside {
        std::mem::take(&mut self.beside)
    }

    /// The hash of all rows, after they were read.
    ///
    /// # Errors
    /// The error that ended the rows.
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

/// Converts a value to a cell. Returns `None` if no cell can hold it. A number is exact, or keeps its digits.
fn cell(value: &Value<'static>, decimal_point: bool) -> Option<Cell> {
    let exact = |value: Decimal| match f64::try_from(value).map(Number::new) {
        Ok(number) if number.decimal() == Some(value) => Cell::Number(number),
        _ if decimal_point => Cell::Text(value.to_string()),
        _ => Cell::Text(value.to_string().replace('.', ",")),
    };
    Some(match value {
        Value::Null => Cell::Empty,
        Value::Text(text) => Cell::Text(text.clone().into_owned()),
        Value::Boolean(value) => Cell::Boolean(*value),
        Value::Integer(value) => exact((*value).into()),
        Value::Float(value) => Cell::Number(Number::new(*value)),
        Value::Decimal(value) => exact(*value),
        Value::Number(digits) => decimal::read(digits).map_or_else(|| Cell::Text(digits.clone().into_owned()), exact),
        Value::Date(date) => Cell::Date(date.at(0, 0, 0, 0)),
        // Brazilian time, which has been UTC-3 all year since 2019.
        Value::DateTime(at) => Cell::Date(at.to_zoned(TimeZone::fixed(Offset::constant(-3))).datetime()),
        Value::Competencia(month) => Cell::Text(month.to_string()),
        Value::List(_) | Value::Object(_) | Value::Row(_) | Value::Foreign(_) => return None,
    })
}

/// Converts an object with dotted names (`endereco.cep`) to nested objects.
pub(crate) fn nested(value: Value<'static>) -> Value<'static> {
    let Value::Object(fields) = value else { return value };
    if !fields.iter().any(|(name, _)| name.contains('.')) {
        return Value::Object(fields);
    }
    let mut object = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        Value::insert(&mut object, name, value);
    }
    Value::Object(object)
}

/// Returns the object with additional fields.
pub(crate) fn with<'a>(value: Value<'a>, beside: &'a [Field]) -> Value<'a> {
    let Value::Object(mut object) = value else { return value };
    for (name, value) in beside {
        Value::insert(&mut object, Cow::Borrowed(name), value.borrowed());
    }
    Value::Object(object)
}
