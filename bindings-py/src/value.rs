//! Converts Python objects to [`Value`] and back. This is the only place for such conversions.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::civil::Date;
use pyo3::class::basic::CompareOp;
use pyo3::exceptions::{PyException, PyMemoryError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDate, PyDateAccess, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString,
    PyTimeAccess, PyTuple, PyTzInfoAccess,
};
use rust_decimal::Decimal;
use smartbill_core::model::Row;
use smartbill_core::{JsonError, Value};

use crate::classes::record_of;
use crate::fields::fields;
use crate::types;

/// The greatest nesting depth, deeper than any model. The field with a deeper value refuses it.
const DEPTH: usize = 32;

/// The greatest number of parts of a value, more than any record has. Without it, a few lists that share their items
/// would expand without end.
pub(crate) const PARTS: usize = 1_000_000;

/// The name in messages of a text with a lone surrogate.
pub(crate) const NOT_UNICODE: &str = "text that is not valid Unicode";

/// Converts an object to a value. An object that no field can hold becomes [`Value::Foreign`], so that the model
/// reports its place.
pub(crate) fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
    Reader::default().read(object)
}

/// As [`from_python`], of a row among many: what raises an error while it is read is odd, and its row is told so.
pub(crate) fn from_row(object: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
    Reader { among_many: true, ..Reader::default() }.read(object)
}

/// A row of a cursor, whose columns have these names.
pub(crate) fn from_columns(names: &Bound<'_, PyTuple>, row: &Bound<'_, PyTuple>) -> PyResult<Value<'static>> {
    let mut reader = Reader { among_many: true, ..Reader::default() };
    reader.object(names.iter().zip(row.iter()))
}

/// How a message calls an object that raises an error while it is read.
const UNREADABLE: &str = "object that cannot be read";

#[derive(Default)]
struct Reader {
    depth: usize,
    parts: usize,
    among_many: bool,
}

impl Reader {
    fn read(&mut self, o: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
        match self.value(o) {
            Err(raised) if self.among_many && is_of_the_object(o.py(), &raised) => {
                Ok(Value::Foreign(UNREADABLE.into()))
            }
            read => read,
        }
    }

    fn value(&mut self, o: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
        self.parts += 1;
        if o.is_none() {
            return Ok(Value::Null);
        }
        if let Ok(text) = o.cast::<PyString>() {
            return Ok(read_text(text));
        }
        // `bool` is a subclass of `int`, and `datetime` of `date`, so the narrower type comes first.
        if let Ok(v) = o.cast::<PyBool>() {
            return Ok(Value::Boolean(v.is_true()));
        }
        if o.is_instance_of::<PyInt>() {
            return read_integer(o);
        }
        if let Ok(v) = o.cast::<PyFloat>() {
            return Ok(if v.value().is_nan() { Value::Null } else { Value::Float(v.value()) });
        }
        if let Ok(v) = o.cast::<PyDateTime>() {
            // `pandas.NaT` is an instance of datetime, with the year 1.
            return Ok(if is_missing(o) { Value::Null } else { read_datetime(v) });
        }
        if let Ok(v) = o.cast::<PyDate>() {
            return Ok(read_date(v));
        }
        if o.is_instance(types::decimal(o.py())?)? {
            if is_missing(o) {
                return Ok(Value::Null);
            }
            // The digits stay unchanged. The core refuses a decimal that is too long; it is never rounded here.
            return Ok(Value::Number(Cow::Owned(o.str()?.to_cow()?.into_owned())));
        }
        if let Ok(list) = o.cast::<PyList>() {
            return self
                .inside(|reader| list.iter().map(|item| reader.read(&item)).collect::<PyResult<_>>(), Value::List);
        }
        if let Ok(list) = o.cast_exact::<PyTuple>() {
            return self
                .inside(|reader| list.iter().map(|item| reader.read(&item)).collect::<PyResult<_>>(), Value::List);
        }
        if let Ok(fields) = o.cast::<PyDict>() {
            // This is a copy, because reading a value may run Python code that changes the mapping.
            return self.object(fields.copy()?.iter());
        }
        if let Some(record) = record_of(o) {
            return Ok(record.object().into_owned());
        }
        if let Ok(fields) = o.cast::<PyMapping>() {
            let pairs = fields.items()?.iter().map(|pair| pair.extract()).collect::<PyResult<Vec<_>>>()?;
            return self.object(pairs.into_iter());
        }
        if is_missing(o) {
            return Ok(Value::Null);
        }
        if let Some(fields) = fields(o)? {
            return self.object(fields.into_iter());
        }
        if let Ok(list) = o.cast::<PyTuple>() {
            return self
                .inside(|reader| list.iter().map(|item| reader.read(&item)).collect::<PyResult<_>>(), Value::List);
        }
        if let Some(scalar) = read_scalar(o)? {
            return Ok(scalar);
        }
        if o.is_instance(types::uuid(o.py())?)? {
            return Ok(Value::Text(Cow::Owned(o.str()?.to_cow()?.into_owned())));
        }
        if o.is_instance(types::enumeration(o.py())?)? {
            return self.inside(|reader| reader.read(&o.getattr(intern!(o.py(), "value"))?), |value| value);
        }
        // Integers of database drivers. An array has the method too, and raises an error.
        match o.call_method0(intern!(o.py(), "__index__")) {
            Ok(integer) => read_integer(&integer),
            Err(_) => foreign(o),
        }
    }

    fn object<'py>(
        &mut self,
        fields: impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<Value<'static>> {
        self.inside(
            |reader| fields.map(|(k, v)| Ok((read_key(&k)?, reader.read(&v)?))).collect::<PyResult<_>>(),
            Value::Object,
        )
    }

    fn inside<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> PyResult<T>,
        value: impl FnOnce(T) -> Value<'static>,
    ) -> PyResult<Value<'static>> {
        if self.depth == DEPTH || self.parts > PARTS {
            return Ok(Value::Foreign("nested too deeply".into()));
        }
        self.depth += 1;
        let parsed = read(self);
        self.depth -= 1;
        Ok(value(parsed?))
    }
}

/// Whether an object raised this of its own, and not Ctrl-C or a machine without memory.
fn is_of_the_object(py: Python<'_>, raised: &PyErr) -> bool {
    raised.is_instance_of::<PyException>(py) && !raised.is_instance_of::<PyMemoryError>(py)
}

/// Whether an object stands for a missing value. NaN and NaT of any library differ from themselves, and `pandas.NA`
/// returns itself from every comparison.
pub(crate) fn is_missing(o: &Bound<'_, PyAny>) -> bool {
    // A signalling NaN raises an error in comparisons.
    if types::decimal(o.py()).is_ok_and(|decimal| o.is_instance(decimal).unwrap_or(false)) {
        return o.call_method0(intern!(o.py(), "is_nan")).is_ok_and(|is_nan| is_nan.is_truthy().unwrap_or(false));
    }
    // An object that cannot be compared, or compares item by item, is a value.
    o.rich_compare(o, CompareOp::Ne).is_ok_and(|differs| differs.is(o) || differs.extract().unwrap_or(false))
}

/// The bytes of JSON given as `str` or `bytes`.
pub(crate) fn json_bytes<'o>(text: &'o Bound<'_, PyAny>) -> PyResult<Cow<'o, [u8]>> {
    if let Ok(text) = text.cast::<PyString>() {
        return Ok(match text.to_cow()? {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        });
    }
    if let Ok(bytes) = text.cast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.as_bytes()));
    }
    text.extract().map_err(|_| PyTypeError::new_err("JSON must be str or bytes"))
}

pub(crate) fn invalid_json(e: JsonError) -> PyErr {
    PyValueError::new_err(e.to_string())
}

/// Reads the date of an optional argument. `pandas.NaT` means none.
pub(crate) fn optional_date(o: &Bound<'_, PyAny>) -> PyResult<Option<Date>> {
    if o.is_none() || is_missing(o) { Ok(None) } else { o.extract().map(Some) }
}

/// Reads the date of a required argument.
pub(crate) fn required_date(o: &Bound<'_, PyAny>) -> PyResult<Date> {
    optional_date(o)?.ok_or_else(|| PyTypeError::new_err("a date is needed, and there is none"))
}

pub(crate) fn read_text(text: &Bound<'_, PyString>) -> Value<'static> {
    match text.to_cow() {
        Ok(text) => Value::Text(Cow::Owned(text.into_owned())),
        // A lone surrogate: `os.fsdecode` and broken drivers make it of bytes that are not text.
        Err(_) => Value::Foreign(NOT_UNICODE.into()),
    }
}

pub(crate) fn read_key(key: &Bound<'_, PyAny>) -> PyResult<Cow<'static, str>> {
    Ok(Cow::Owned(match key.cast::<PyString>() {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(_) => format!("<{}>", key.get_type().name()?),
    }))
}

fn read_integer(o: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
    if let Ok(v) = o.extract::<i64>() {
        return Ok(Value::Integer(v));
    }
    // Python refuses to print integers with more than some thousand digits. No field holds so many.
    Ok(match o.call_method0(intern!(o.py(), "bit_length"))?.extract::<u64>()? {
        ..=1024 => Value::Number(Cow::Owned(o.call_method0(intern!(o.py(), "__repr__"))?.extract()?)),
        _ => Value::Foreign("number of more than 300 digits".into()),
    })
}

/// A scalar of numpy as the value that it is; none where it is another object, or of a kind that no field can hold.
fn read_scalar(o: &Bound<'_, PyAny>) -> PyResult<Option<Value<'static>>> {
    let py = o.py();
    let Some(dtype) = o.getattr_opt(intern!(py, "dtype"))? else { return Ok(None) };
    let Some(ndim) = o.getattr_opt(intern!(py, "ndim"))? else { return Ok(None) };
    let kind = dtype.getattr_opt(intern!(py, "kind"))?.and_then(|kind| kind.extract::<char>().ok());
    if !ndim.extract::<usize>().is_ok_and(|ndim| ndim == 0) {
        return Ok(None);
    }
    Ok(match kind {
        Some('b') => Some(Value::Boolean(o.is_truthy()?)),
        Some('i' | 'u') => Some(read_integer(&o.call_method0(intern!(py, "__index__"))?)?),
        // Its shortest digits, not what a number of single precision widens to.
        Some('f') => o.str()?.to_cow()?.parse().ok().map(Value::Float),
        Some('M') => {
            let short = o.call_method1(intern!(py, "astype"), ("datetime64[us]",))?;
            if !short.eq(o)? {
                return Ok(Some(Value::Foreign("datetime without time zone".into())));
            }
            let short = short.call_method0(intern!(py, "item"))?;
            Some(match (short.cast::<PyDateTime>(), short.cast::<PyDate>()) {
                (Ok(instant), _) => read_datetime(instant),
                (_, Ok(date)) => read_date(date),
                _ => Value::Foreign("date out of range".into()),
            })
        }
        _ => None,
    })
}

fn read_date(v: &impl PyDateAccess) -> Value<'static> {
    match i16::try_from(v.get_year())
        .ok()
        .zip(i8::try_from(v.get_month()).ok())
        .zip(i8::try_from(v.get_day()).ok())
        .and_then(|((year, month), day)| Date::new(year, month, day).ok())
    {
        Some(date) => Value::Date(date),
        None => Value::Foreign("date out of range".into()),
    }
}

fn read_datetime(v: &Bound<'_, PyDateTime>) -> Value<'static> {
    if v.get_tzinfo().is_some() {
        return match v.extract::<Timestamp>().or_else(|_| instant(v)) {
            Ok(instant) => Value::DateTime(instant),
            Err(_) => Value::Foreign("datetime out of range".into()),
        };
    }
    // pandas and ERPs write a day as its midnight. Any other time without a zone is not an instant.
    if (v.get_hour(), v.get_minute(), v.get_second(), v.get_microsecond()) == (0, 0, 0, 0) {
        return read_date(v);
    }
    Value::Foreign("datetime without time zone".into())
}

/// Handles any `tzinfo`, by Python's own arithmetic.
fn instant(v: &Bound<'_, PyDateTime>) -> PyResult<Timestamp> {
    let utc = v.py().import(intern!(v.py(), "datetime"))?.getattr("timezone")?.getattr("utc")?;
    v.call_method1(intern!(v.py(), "astimezone"), (utc,))?.extract()
}

fn foreign(o: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
    Ok(Value::Foreign(Cow::Owned(o.get_type().name()?.to_string_lossy().into_owned())))
}

/// Converts a value to a Python object: exact decimals, dates, and text for types that Python does not have.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null | Value::Foreign(_) => py.None().into_bound(py),
        Value::Boolean(v) => PyBool::new(py, *v).to_owned().into_any(),
        Value::Integer(v) => v.into_pyobject(py)?.into_any(),
        Value::Decimal(v) => decimal(py, v)?,
        Value::Number(digits) if digits.bytes().all(|b| b.is_ascii_digit() || b == b'-') && digits.len() < 1000 => {
            py.get_type::<PyInt>().call1((digits.as_ref(),))?
        }
        Value::Number(digits) => types::decimal(py)?.call1((digits.as_ref(),))?,
        Value::Float(v) => PyFloat::new(py, *v).into_any(),
        Value::Text(v) => PyString::new(py, v).into_any(),
        Value::Date(v) => v.into_pyobject(py)?.into_any(),
        Value::DateTime(v) => v.into_pyobject(py)?.into_any(),
        Value::Competencia(v) => PyString::new(py, &v.to_string()).into_any(),
        Value::List(items) => list(py, items)?,
        Value::Row(row) => list(py, row.values())?,
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (name, value) in fields {
                dict.set_item(name.as_ref(), to_python(py, value)?)?;
            }
            dict.into_any()
        }
    })
}

fn list<'py>(py: Python<'py>, items: &[Value<'_>]) -> PyResult<Bound<'py, PyAny>> {
    let items = items.iter().map(|v| to_python(py, v)).collect::<PyResult<Vec<_>>>()?;
    Ok(PyList::new(py, items)?.into_any())
}

fn decimal<'py>(py: Python<'py>, v: &Decimal) -> PyResult<Bound<'py, PyAny>> {
    types::decimal(py)?.call1((v.to_string(),))
}

/// Whether two records have the same content, in any order of their free names.
pub(crate) fn equal_rows(a: &Row<'_>, b: &Row<'_>) -> bool {
    a.values().len() == b.values().len() && a.iter().zip(b.iter()).all(|((i, a), (j, b))| i == j && equal(a, b))
}

fn equal(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Row(a), Value::Row(b)) => equal_rows(a, b),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (by_name(a), by_name(b));
            a.len() == b.len() && a.iter().zip(&b).all(|((n, a), (m, b))| n == m && equal(a, b))
        }
        (a, b) => a == b,
    }
}

/// Of equal names, the last one counts.
fn by_name<'v, 'a>(fields: &'v [(Cow<'a, str>, Value<'a>)]) -> BTreeMap<&'v str, &'v Value<'a>> {
    fields.iter().map(|(name, value)| (name.as_ref(), value)).collect()
}

/// Equal records get equal hashes: `10.5` and `10.50` are the same amount.
pub(crate) fn hash_row(row: &Row<'_>, h: &mut impl Hasher) {
    for (field, value) in row.iter() {
        field.hash(h);
        hash(value, h);
    }
}

fn hash(value: &Value<'_>, h: &mut impl Hasher) {
    std::mem::discriminant(value).hash(h);
    match value {
        Value::Null => {}
        Value::Boolean(v) => v.hash(h),
        Value::Integer(v) => v.hash(h),
        Value::Decimal(v) => v.normalize().hash(h),
        Value::Number(v) | Value::Text(v) | Value::Foreign(v) => v.hash(h),
        // NaN never equals itself, so its hash does not matter.
        Value::Float(v) => (if *v == 0.0 { 0.0 } else { *v }).to_bits().hash(h),
        Value::Date(v) => v.hash(h),
        Value::DateTime(v) => v.hash(h),
        Value::Competencia(v) => v.hash(h),
        Value::List(items) => items.iter().for_each(|v| hash(v, h)),
        Value::Row(row) => hash_row(row, h),
        Value::Object(fields) => {
            for (name, value) in by_name(fields) {
                name.hash(h);
                hash(value, h);
            }
        }
    }
}
