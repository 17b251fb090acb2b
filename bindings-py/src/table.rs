//! Reads tables of any library with the Arrow C stream interface, row by row.

use std::borrow::Cow;
use std::collections::HashSet;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::ArrayStreamReader;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayReader, ArrayRef, RunArray, StructArray};
use arrow_buffer::i256;
use arrow_schema::{ArrowError, DataType, TimeUnit};
use jiff::{SignedDuration, Timestamp, civil, tz};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rust_decimal::Decimal;
use smartbill_core::error::ErrorKind;
use smartbill_core::{Error, Language, Message, Value};

use crate::error::{self, refusal};
use crate::extras::spread;
use crate::stream;

/// The rows of a table.
pub(crate) struct Table {
    reader: ArrayStreamReader,
    names: Vec<String>,
    batch: Option<StructArray>,
    row: usize,
}

impl Table {
    /// The table in `object`, if it is one.
    pub(crate) fn read(object: &Bound<'_, PyAny>, language: Language) -> PyResult<Option<Self>> {
        let py = object.py();
        let Some(method) = object.getattr_opt(intern!(py, "__arrow_c_stream__"))? else {
            return Ok(None);
        };
        let unreadable = |e: ArrowError| {
            let message = Message::new("a tabela não pode ser lida", "the table cannot be read");
            error::exception_in(py, &Error::new(ErrorKind::Spreadsheet, message).caused_by(e), language)
        };
        let reader = stream::open(method.call0()?.cast::<PyCapsule>()?)?.map_err(unreadable)?;
        let field = reader.field();
        let DataType::Struct(fields) = field.data_type() else {
            let pt = "uma coluna só não é uma tabela: passe a tabela inteira";
            return Err(refusal(language, pt, "a column alone is no table: give the whole table"));
        };
        let names: Vec<_> = fields.iter().map(|field| field.name().clone()).collect();
        unique(names.iter().cloned().map(Ok), language)?;
        Ok(Some(Self { reader, names, batch: None, row: 0 }))
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    fn record(&self, batch: &StructArray) -> Value<'static> {
        let cells = self.names.iter().zip(batch.columns());
        let fields = cells.map(|(name, column)| (Cow::Owned(name.clone()), cell(column, self.row)));
        Value::Object(spread(fields.filter(|(_, value)| *value != Value::Null).collect()))
    }
}

impl Iterator for Table {
    type Item = Result<Value<'static>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = &self.batch
                && self.row < batch.len()
            {
                let record = self.record(batch);
                self.row += 1;
                return Some(Ok(record));
            }
            match self.reader.next()? {
                Ok(batch) => (self.batch, self.row) = (batch.as_struct_opt().cloned(), 0),
                Err(e) => {
                    let message =
                        Message::new("a tabela não pode ser lida até o fim", "the table cannot be read to its end");
                    return Some(Err(Error::new(ErrorKind::Spreadsheet, message).caused_by(e)));
                }
            }
        }
    }
}

/// Refuses two columns of one name, one of which would get lost.
pub(crate) fn unique(names: impl Iterator<Item = PyResult<String>>, language: Language) -> PyResult<()> {
    let mut seen = HashSet::new();
    for name in names {
        let name = name?;
        if seen.contains(&name) {
            let pt = format!("há duas colunas `{name}`: dê outro nome a uma delas");
            return Err(refusal(language, &pt, &format!("there are two columns `{name}`: rename one of them")));
        }
        seen.insert(name);
    }
    Ok(())
}

/// The value of a cell: of a nested type a list or an object, and of one that no field can hold the name of the type.
fn cell(column: &dyn Array, i: usize) -> Value<'static> {
    use DataType as T;
    if column.is_null(i) {
        return Value::Null;
    }
    match column.data_type() {
        T::Null => Value::Null,
        T::Boolean => Value::Boolean(column.as_boolean().value(i)),
        T::Int8 => integer::<Int8Type>(column, i),
        T::Int16 => integer::<Int16Type>(column, i),
        T::Int32 => integer::<Int32Type>(column, i),
        T::Int64 => integer::<Int64Type>(column, i),
        T::UInt8 => integer::<UInt8Type>(column, i),
        T::UInt16 => integer::<UInt16Type>(column, i),
        T::UInt32 => integer::<UInt32Type>(column, i),
        T::UInt64 => Value::Number(Cow::Owned(column.as_primitive::<UInt64Type>().value(i).to_string())),
        // A number of less precision says what its shortest digits say, not what they widen to.
        T::Float16 => float(shortest(&column.as_primitive::<Float16Type>().value(i).to_string())),
        T::Float32 => float(shortest(&column.as_primitive::<Float32Type>().value(i).to_string())),
        T::Float64 => float(column.as_primitive::<Float64Type>().value(i)),
        T::Decimal32(_, places) => decimal(column.as_primitive::<Decimal32Type>().value(i).into(), *places),
        T::Decimal64(_, places) => decimal(column.as_primitive::<Decimal64Type>().value(i).into(), *places),
        T::Decimal128(_, places) => decimal(column.as_primitive::<Decimal128Type>().value(i), *places),
        T::Decimal256(_, places) => long_decimal(column.as_primitive::<Decimal256Type>().value(i), *places),
        T::Date32 => date(i64::from(column.as_primitive::<Date32Type>().value(i))),
        T::Date64 => date(column.as_primitive::<Date64Type>().value(i).div_euclid(86_400_000)),
        T::Timestamp(unit, zone) => instant(since(*unit, column, i), zone.is_some()),
        T::Utf8 => text(column.as_string::<i32>().value(i)),
        T::LargeUtf8 => text(column.as_string::<i64>().value(i)),
        T::Utf8View => text(column.as_string_view().value(i)),
        T::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            index(&cell(dictionary.keys(), i)).map_or(Value::Null, |key| cell(dictionary.values(), key))
        }
        T::RunEndEncoded(ends, _) => match ends.data_type() {
            T::Int16 => run::<Int16Type>(column, i),
            T::Int32 => run::<Int32Type>(column, i),
            _ => run::<Int64Type>(column, i),
        },
        T::Struct(_) => object(column.as_struct(), i),
        T::Map(..) => pairs(&column.as_map().value(i)),
        T::List(_) => list(&column.as_list::<i32>().value(i)),
        T::LargeList(_) => list(&column.as_list::<i64>().value(i)),
        T::ListView(_) => list(&column.as_list_view::<i32>().value(i)),
        T::LargeListView(_) => list(&column.as_list_view::<i64>().value(i)),
        T::FixedSizeList(..) => list(&column.as_fixed_size_list().value(i)),
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => Value::Foreign("bytes".into()),
        T::Time32(_) | T::Time64(_) => Value::Foreign("time".into()),
        T::Duration(_) | T::Interval(_) => Value::Foreign("duration".into()),
        T::Union(..) => Value::Foreign("union".into()),
    }
}

fn list(items: &ArrayRef) -> Value<'static> {
    Value::List((0..items.len()).map(|i| cell(items, i)).collect())
}

/// What is missing is no field of the object.
fn object(column: &StructArray, i: usize) -> Value<'static> {
    let fields = column.fields().iter().zip(column.columns());
    let fields = fields.map(|(field, column)| (Cow::Owned(field.name().clone()), cell(column, i)));
    Value::Object(fields.filter(|(_, value)| *value != Value::Null).collect())
}

/// A map, whose keys are texts.
fn pairs(entries: &StructArray) -> Value<'static> {
    let [keys, values] = entries.columns() else { return Value::Object(Vec::new()) };
    let pair = |i| match cell(keys, i) {
        Value::Text(name) => Some((name, cell(values, i))),
        _ => None,
    };
    Value::Object((0..entries.len()).filter_map(pair).collect())
}

fn run<R: RunEndIndexType>(column: &dyn Array, i: usize) -> Value<'static> {
    match column.as_any().downcast_ref::<RunArray<R>>() {
        Some(runs) => cell(runs.values(), runs.get_physical_index(i)),
        None => Value::Null,
    }
}

fn index(key: &Value<'_>) -> Option<usize> {
    match key {
        Value::Integer(key) => usize::try_from(*key).ok(),
        Value::Number(key) => key.parse().ok(),
        _ => None,
    }
}

fn since(unit: TimeUnit, column: &dyn Array, i: usize) -> SignedDuration {
    match unit {
        TimeUnit::Second => SignedDuration::from_secs(column.as_primitive::<TimestampSecondType>().value(i)),
        TimeUnit::Millisecond => {
            SignedDuration::from_millis(column.as_primitive::<TimestampMillisecondType>().value(i))
        }
        TimeUnit::Microsecond => {
            SignedDuration::from_micros(column.as_primitive::<TimestampMicrosecondType>().value(i))
        }
        TimeUnit::Nanosecond => SignedDuration::from_nanos(column.as_primitive::<TimestampNanosecondType>().value(i)),
    }
}

fn integer<T: ArrowPrimitiveType>(column: &dyn Array, i: usize) -> Value<'static>
where
    T::Native: Into<i64>,
{
    Value::Integer(column.as_primitive::<T>().value(i).into())
}

/// pandas writes missing values as NaN, and converts a column of integers with gaps to floats.
fn float(v: f64) -> Value<'static> {
    if v.is_nan() { Value::Null } else { Value::Float(v) }
}

fn shortest(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

fn decimal(mut v: i128, places: i8) -> Value<'static> {
    let mut places = i32::from(places);
    // The zeros that fill up the column's places are none of the number's own.
    while places > 0 && v % 10 == 0 {
        (v, places) = (v / 10, places - 1);
    }
    let exact = match u32::try_from(places) {
        Ok(places) => Decimal::try_from_i128_with_scale(v, places).ok(),
        Err(_) => 10_i128
            .checked_pow(places.unsigned_abs())
            .and_then(|factor| v.checked_mul(factor))
            .and_then(|v| Decimal::try_from_i128_with_scale(v, 0).ok()),
    };
    // Too long for the core: refused by the field, with its digits.
    exact.map_or_else(|| Value::Number(Cow::Owned(format!("{v}e{}", -places))), Value::Decimal)
}

fn long_decimal(mut v: i256, mut places: i8) -> Value<'static> {
    let ten = i256::from_i128(10);
    while places > 0 && v.to_i128().is_none() && v.checked_rem(ten) == Some(i256::ZERO) {
        (v, places) = (v.checked_div(ten).unwrap_or(v), places - 1);
    }
    match v.to_i128() {
        Some(v) => decimal(v, places),
        None => Value::Number(Cow::Owned(format!("{v}e{}", -i32::from(places)))),
    }
}

fn date(days: i64) -> Value<'static> {
    let date = jiff::Span::new().try_days(days).and_then(|days| civil::date(1970, 1, 1).checked_add(days));
    date.map_or(Value::Foreign("date out of range".into()), Value::Date)
}

/// Without a time zone, midnight means a day, as data-frame libraries write it. Any other time is not an instant.
fn instant(since: SignedDuration, zone: bool) -> Value<'static> {
    let Ok(instant) = Timestamp::UNIX_EPOCH.checked_add(since) else {
        return Value::Foreign("datetime out of range".into());
    };
    if zone {
        return Value::DateTime(instant);
    }
    let local = tz::Offset::UTC.to_datetime(instant);
    if local.time() == civil::Time::midnight() {
        Value::Date(local.date())
    } else {
        Value::Foreign("datetime without time zone".into())
    }
}

fn text(text: &str) -> Value<'static> {
    Value::Text(Cow::Owned(text.to_owned()))
}
