//! The properties of a class's fields.
//!
//! They are C descriptors, like those of Python's own types. Reading one costs a tenth of a function call, and each
//! record of a listing has dozens of fields.

#![expect(unsafe_code, reason = "the descriptor is a structure of C")]

use std::ffi::{CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use pyo3::{Borrowed, ffi};
use smartbill_core::Value;
use smartbill_core::api::PageRecord;
use smartbill_core::model::{Field, FieldType, Row, Schema};

use crate::classes::{Class, instance};
use crate::value;

/// A property of `class` that reads the field at `index` of its schema.
pub(crate) fn property<'py, C: Class>(
    class: &Bound<'py, PyType>,
    index: usize,
    field: &Field,
) -> PyResult<Bound<'py, PyAny>> {
    // These live as long as the class, which lives as long as the process.
    let name = CString::new(field.snake)?.into_raw();
    let doc = CString::new(field.doc.trim())?.into_raw();
    let definition =
        ffi::PyGetSetDef { name, get: Some(get::<C>), set: None, doc, closure: ptr::without_provenance_mut(index) };
    let definition = Box::into_raw(Box::new(definition));
    // SAFETY: the class is a type, and the definition is never freed.
    unsafe {
        let descriptor = ffi::PyDescr_NewGetSet(class.as_type_ptr(), definition);
        Bound::from_owned_ptr_or_err(class.py(), descriptor)
    }
}

/// # Safety
/// Python calls it, with an object that the descriptor has found to be an instance of its class.
unsafe extern "C" fn get<C: Class>(slf: *mut ffi::PyObject, closure: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: the caller of a descriptor is attached to the interpreter.
    let py = unsafe { Python::assume_attached() };
    let read = || {
        // SAFETY: the object lives as long as the call.
        let instance = unsafe { Borrowed::from_ptr(py, slf) };
        let record = instance.cast::<C>()?.get().record();
        let index = closure.addr();
        let kind = C::SCHEMA.fields.get(index).map(|field| field.rule.kind);
        kind.map_or_else(|| Ok(py.None().into_bound(py)), |kind| read_field(py, kind, record.row().value(index)))
    };
    let read = catch_unwind(AssertUnwindSafe(read));
    match read.unwrap_or_else(|_| Err(PyRuntimeError::new_err("the field cannot be read"))) {
        Ok(value) => value.into_ptr(),
        Err(error) => {
            error.restore(py);
            ptr::null_mut()
        }
    }
}

/// The Python value of a field of this type.
fn read_field<'py>(py: Python<'py>, kind: FieldType, v: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    match (kind, v) {
        (FieldType::Object(schema), Value::Row(row)) => inside(py, schema, row),
        (FieldType::List(item), Value::List(items)) => {
            let items = items.iter().map(|v| read_field(py, item.kind, v));
            Ok(PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
        }
        (FieldType::List(_), _) => Ok(PyTuple::empty(py).into_any()),
        (FieldType::Map, Value::Null) => Ok(PyDict::new(py).into_any()),
        (_, v) => value::to_python(py, v),
    }
}

/// Makes an instance for a record inside another one.
fn inside<'py>(py: Python<'py>, schema: &'static Schema, row: &Row<'_>) -> PyResult<Bound<'py, PyAny>> {
    instance(py, PageRecord::of(schema, row.clone().into_owned()), None)
}
