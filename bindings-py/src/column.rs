//! A column of texts: from Arrow without a Python object for each item, or from a list.

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::{Array, ArrayReader, ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyList, PyString, PyTuple};
use pyo3::{ffi, intern};

use crate::stream;
use crate::value::is_missing;

/// A column without Python objects, so that it can be read without the GIL.
pub(crate) struct Column(Vec<ArrayRef>);

impl Column {
    /// Reads a column of any library with the Arrow interface (pandas, polars, pyarrow, …), or a list of texts.
    pub(crate) fn read(column: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = column.py();
        if column.is_instance_of::<PyString>() || column.is_instance_of::<PyBytes>() {
            return Err(PyTypeError::new_err("one text is no column: give a list of texts"));
        }
        if column.is_instance_of::<PyList>() || column.is_instance_of::<PyTuple>() {
            return Self::from_items(column);
        }
        if let Some(method) = column.getattr_opt(intern!(py, "__arrow_c_stream__"))? {
            return Self::from_stream(method.call0()?.cast::<PyCapsule>()?);
        }
        if let Some(method) = column.getattr_opt(intern!(py, "__arrow_c_array__"))? {
            let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = method.call0()?.extract()?;
            return Ok(Self(vec![from_array(&schema, &array)?]));
        }
        // This is an older pandas, or numpy.
        match column.getattr_opt(intern!(py, "tolist"))? {
            Some(method) => Self::from_items(&method.call0()?),
            None => Self::from_items(column),
        }
    }

    /// The texts in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().flat_map(texts)
    }

    fn from_items(items: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut texts = arrow_array::builder::LargeStringBuilder::new();
        for (i, item) in items.try_iter()?.enumerate() {
            let item = item?;
            if let Ok(text) = item.cast::<PyString>() {
                with_text(text, |text| texts.append_value(text));
            } else if item.is_none() || is_missing(&item) {
                texts.append_null();
            } else {
                let kind = item.get_type().name()?;
                return Err(PyTypeError::new_err(format!("item {i} is `{kind}`, not text")));
            }
        }
        Ok(Self(vec![std::sync::Arc::new(texts.finish())]))
    }

    fn from_stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Self> {
        let reader = stream::open(capsule)?.map_err(unreadable)?;
        check(reader.field().data_type())?;
        reader.collect::<Result<_, _>>().map(Self).map_err(unreadable)
    }
}

/// Passes a text to `use_it`. A lone surrogate becomes U+FFFD, which no document contains either. The stable ABI of
/// Python 3.9 gives UTF-8 only as a new bytes object, so the characters of a short ASCII text are read instead.
pub(crate) fn with_text<R>(text: &Bound<'_, PyString>, use_it: impl FnOnce(&str) -> R) -> R {
    let (mut chars, mut bytes) = ([0; 64], [0; 64]);
    let short = read_chars(text, &mut chars).and_then(|chars| {
        let bytes = bytes.get_mut(..chars.len())?;
        for (byte, &ch) in bytes.iter_mut().zip(chars) {
            *byte = u8::try_from(ch).ok().filter(u8::is_ascii)?;
        }
        std::str::from_utf8(bytes).ok()
    });
    match short {
        Some(text) => use_it(text),
        None => use_it(&text.to_string_lossy()),
    }
}

/// The characters of a text, if they fit into `place`.
#[expect(unsafe_code, reason = "PyO3 has no safe call for it")]
fn read_chars<'l>(text: &Bound<'_, PyString>, place: &'l mut [u32]) -> Option<&'l [u32]> {
    // SAFETY: the object is a str, and the GIL that is held keeps it alive.
    let size = unsafe { ffi::PyUnicode_GetLength(text.as_ptr()) };
    let chars = place.get_mut(..usize::try_from(size).ok()?)?;
    // SAFETY: as above, and there is room for all the characters without a NUL after them.
    let read_so_far = unsafe { ffi::PyUnicode_AsUCS4(text.as_ptr(), chars.as_mut_ptr(), size, 0) };
    // The only possible failure is a lack of room.
    (!read_so_far.is_null()).then_some(&*chars)
}

#[expect(unsafe_code, reason = "the Arrow C data interface is structures in capsules")]
fn from_array(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<ArrayRef> {
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?;
    let array = array.pointer_checked(Some(c"arrow_array"))?;
    // SAFETY: capsules with these names contain these structures. `from_raw` moves them out, and leaves released ones
    // behind.
    let (schema, array) =
        unsafe { (FFI_ArrowSchema::from_raw(schema.cast().as_ptr()), FFI_ArrowArray::from_raw(array.cast().as_ptr())) };
    check(&DataType::try_from(&schema).map_err(unreadable)?)?;
    // SAFETY: the two capsules came together, so the type is the array's.
    unsafe { from_ffi(array, &schema) }.map(make_array).map_err(unreadable)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn unreadable(fault: ArrowError) -> PyErr {
    PyValueError::new_err(format!("the Arrow column cannot be read: {fault}"))
}

fn check(kind: &DataType) -> PyResult<()> {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Ok(()),
        DataType::Dictionary(_, values) => check(values),
        other => Err(PyTypeError::new_err(format!("the Arrow column is `{other}`, not text"))),
    }
}

fn texts(array: &ArrayRef) -> Box<dyn Iterator<Item = Option<&str>> + '_> {
    match array.data_type() {
        DataType::Utf8 => Box::new(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => Box::new(array.as_string::<i64>().iter()),
        DataType::Utf8View => Box::new(array.as_string_view().iter()),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let values: Vec<_> = texts(dictionary.values()).collect();
            let keys = dictionary.normalized_keys();
            let item = move |(i, key): (usize, usize)| values.get(key).copied().flatten().filter(|_| array.is_valid(i));
            Box::new(keys.into_iter().enumerate().map(item))
        }
        _ => Box::new(std::iter::repeat_n(None, array.len())),
    }
}
