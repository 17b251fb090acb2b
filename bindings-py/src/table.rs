//! Reads tables of any library with the Arrow C stream interface, row by row.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::ArrayStreamReader;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayReader, ArrayRef, StructArray};
use arrow_schema::{DataType, TimeUnit};
use jiff::{SignedDuration, Timestamp, civil, tz};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rust_decimal::Decimal;
use smartbill_core::error::ErrorKind;
use smartbill_core::{Error, Message, Value};

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
    pub(crate) fn read(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let py = object.py();
        let Some(method) = object.getattr_opt(intern!(py, "__arrow_c_stream__"))? else {
            return Ok(None);
        };
        let reader = stream::open(method.call0()?.cast::<PyCapsule>()?)?
            .map_err(|e| PyValueError::new_err(format!("the Arrow table cannot be read: {e}")))?;
        let field = reader.field();
        let DataType::Struct(schema_fields) = field.data_type() else {
            return Err(PyTypeError::new_err("the Arrow stream is no table"));
        };
        for field in schema_fields {
            check(field.name(), field.data_type())?;
        }
        let names = schema_fields.iter().map(|field| field.name().clone()).collect();
        Ok(Some(Self { reader, names, batch: None, row: 0 }))
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    fn record(&self, batch: &StructArray) -> Value<'static> {
        let mut fields = Vec::with_capacity(self.names.len());
        for (name, column) in self.names.iter().zip(batch.columns()) {
            if column.is_valid(self.row) {
                let value = cell(column, self.row);
                if value != Value::Null {
                    fields.push((Cow::Owned(name.clone()), value));
                }
            }
        }
        Value::Object(fields)
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
                    let message = Message::new(
                        format!("a tabela não pode ser lida: {e}"),
                        format!("the table cannot be read: {e}"),
                    );
                    return Some(Err(Error::new(ErrorKind::Spreadsheet, message)));
                }
            }
        }
    }
}

fn check(name: &str, kind: &DataType) -> PyResult<()> {
    use DataType as T;
    match kind {
        T::Null
        | T::Boolean
        | T::Int8
        | T::Int16
        | T::Int32
        | T::Int64
        | T::UInt8
        | T::UInt16
        | T::UInt32
        | T::UInt64
        | T::Float32
        | T::Float64
        | T::Decimal128(..)
        | T::Date32
        | T::Date64
        | T::Timestamp(..)
        | T::Utf8
        | T::LargeUtf8
        | T::Utf8View => Ok(()),
        T::Dictionary(_, values) => check(name, values),
        other => Err(PyTypeError::new_err(format!("the column `{name}` is `{other}`, which no field can hold"))),
    }
}

fn cell(column: &ArrayRef, i: usize) -> Value<'static> {
    use DataType as T;
    match column.data_type() {
        T::Boolean => Value::Boolean(column.as_boolean().value(i)),
        T::Int8 => integer::<Int8Type>(column, i),
        T::Int16 => integer::<Int16Type>(column, i),
        T::Int32 => integer::<Int32Type>(column, i),
        T::Int64 => integer::<Int64Type>(column, i),
        T::UInt8 => integer::<UInt8Type>(column, i),
        T::UInt16 => integer::<UInt16Type>(column, i),
        T::UInt32 => integer::<UInt32Type>(column, i),
        T::UInt64 => Value::Number(Cow::Owned(column.as_primitive::<UInt64Type>().value(i).to_string())),
        // A single-precision number means its shortest digits, not those of its widened value.
        T::Float32 => float(column.as_primitive::<Float32Type>().value(i).to_string().parse().unwrap_or(f64::NAN)),
        T::Float64 => float(column.as_primitive::<Float64Type>().value(i)),
        T::Decimal128(_, places) => decimal(column.as_primitive::<Decimal128Type>().value(i), *places),
        T::Date32 => date(i64::from(column.as_primitive::<Date32Type>().value(i))),
        T::Date64 => date(column.as_primitive::<Date64Type>().value(i).div_euclid(86_400_000)),
        T::Timestamp(unidade, zone) => {
            let since = match unidade {
                TimeUnit::Second => SignedDuration::from_secs(column.as_primitive::<TimestampSecondType>().value(i)),
                TimeUnit::Millisecond => {
                    SignedDuration::from_millis(column.as_primitive::<TimestampMillisecondType>().value(i))
                }
                TimeUnit::Microsecond => {
                    SignedDuration::from_micros(column.as_primitive::<TimestampMicrosecondType>().value(i))
                }
                TimeUnit::Nanosecond => {
                    SignedDuration::from_nanos(column.as_primitive::<TimestampNanosecondType>().value(i))
                }
            };
            instant(since, zone.is_some())
        }
        T::Utf8 => text(column.as_string::<i32>().value(i)),
        T::LargeUtf8 => text(column.as_string::<i64>().value(i)),
        T::Utf8View => text(column.as_string_view().value(i)),
        T::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            match dictionary.normalized_keys().get(i) {
                Some(key) if dictionary.values().is_valid(*key) => cell(dictionary.values(), *key),
                _ => Value::Null,
            }
        }
        _ => Value::Null,
    }
}

fn integer<T: ArrowPrimitiveType>(column: &ArrayRef, i: usize) -> Value<'static>
where
    T::Native: Into<i64>,
{
    Value::Integer(column.as_primitive::<T>().value(i).into())
}

/// pandas writes missing values as NaN, and converts a column of integers with gaps to floats.
fn float(v: f64) -> Value<'static> {
    if v.is_nan() { Value::Null } else { Value::Float(v) }
}

fn decimal(v: i128, places: i8) -> Value<'static> {
    match u32::try_from(places).ok().and_then(|places| Decimal::try_from_i128_with_scale(v, places).ok()) {
        Some(v) => Value::Decimal(v),
        // The number is too long for the core, or scaled upwards. The field refuses it, with its digits.
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
