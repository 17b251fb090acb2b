//! Objects that name their fields and are no mappings: rows of databases, dataclasses, models of other libraries.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple, PyType};

use crate::types;

/// A name and a value, as the object gives them.
type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The fields of `o` in its order, if it is such an object: a named tuple, a dataclass, a model of attrs, msgspec or
/// pydantic, a row of sqlite3, SQLAlchemy, asyncpg or pyodbc, a row of a pandas or numpy table.
pub(crate) fn fields<'py>(o: &Bound<'py, PyAny>) -> PyResult<Option<Vec<Pair<'py>>>> {
    let (py, class) = (o.py(), o.get_type());
    // A class has the marks of its instances.
    if o.is_instance_of::<PyType>() {
        return Ok(None);
    }
    if let Some(names) = names_in(o, intern!(py, "_fields"))? {
        return zip(&names, o).map(Some);
    }
    if class.hasattr(intern!(py, "__dataclass_fields__"))? {
        let fields = types::dataclass_fields(py)?.call1((o,))?;
        return named(o, fields.try_iter()?.map(|field| field?.getattr(intern!(py, "name")))).map(Some);
    }
    if let Some(names) = names_in(class.as_any(), intern!(py, "__struct_fields__"))? {
        return named(o, names.iter().map(Ok)).map(Some);
    }
    if let Some(fields) = class.getattr_opt(intern!(py, "__attrs_attrs__"))? {
        return named(o, fields.try_iter()?.map(|field| field?.getattr(intern!(py, "name")))).map(Some);
    }
    if class.hasattr(intern!(py, "model_fields"))? || class.hasattr(intern!(py, "__fields__"))? {
        return o.try_iter()?.map(|pair| pair?.extract()).collect::<PyResult<_>>().map(Some);
    }
    if let Some(names) = structured(o)? {
        let pair = |name: Bound<'py, PyAny>| o.get_item(&name).map(|value| (name, value));
        return names.iter().map(pair).collect::<PyResult<_>>().map(Some);
    }
    if let Some(columns) = o.getattr_opt(intern!(py, "cursor_description"))? {
        let names = columns.try_iter()?.map(|column| column?.get_item(0)).collect::<PyResult<Vec<_>>>()?;
        return zip(&PyTuple::new(py, names)?, o).map(Some);
    }
    if o.hasattr(intern!(py, "__getitem__"))?
        && let Some(keys) = o.getattr_opt(intern!(py, "keys"))?.filter(Bound::is_callable)
        && let Ok(keys) = keys.call0()?.try_iter()
    {
        let pair = |name: PyResult<Bound<'py, PyAny>>| name.and_then(|name| Ok((name.clone(), o.get_item(&name)?)));
        return keys.map(pair).collect::<PyResult<_>>().map(Some);
    }
    Ok(None)
}

/// The names of the columns of a cursor that ran a query.
pub(crate) fn described<'py>(cursor: &Bound<'py, PyAny>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    match cursor.getattr_opt(intern!(cursor.py(), "description"))? {
        Some(columns) if columns.is_instance_of::<PyTuple>() || columns.is_instance_of::<pyo3::types::PyList>() => {
            columns.try_iter()?.map(|column| column?.get_item(0)).collect::<PyResult<_>>().map(Some)
        }
        _ => Ok(None),
    }
}

/// The attribute, if it is a tuple of texts.
fn names_in<'py>(o: &Bound<'py, PyAny>, attribute: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyTuple>>> {
    let names = o.getattr_opt(attribute)?.and_then(|names| names.cast_into::<PyTuple>().ok());
    Ok(names.filter(|names| names.iter().all(|name| name.is_instance_of::<PyString>())))
}

fn zip<'py>(names: &Bound<'py, PyTuple>, values: &Bound<'py, PyAny>) -> PyResult<Vec<Pair<'py>>> {
    names.iter().zip(values.try_iter()?).map(|(name, value)| Ok((name, value?))).collect()
}

fn named<'py>(
    o: &Bound<'py, PyAny>,
    names: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Vec<Pair<'py>>> {
    names.map(|name| name.and_then(|name| Ok((name.clone(), o.getattr(name.cast::<PyString>()?)?)))).collect()
}

/// The names of a numpy record's fields.
fn structured<'py>(o: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyTuple>>> {
    let py = o.py();
    let Some(dtype) = o.getattr_opt(intern!(py, "dtype"))? else { return Ok(None) };
    // Of an array each name is a column.
    if o.getattr_opt(intern!(py, "ndim"))?.is_none_or(|ndim| !ndim.extract::<usize>().is_ok_and(|ndim| ndim == 0)) {
        return Ok(None);
    }
    names_in(&dtype, intern!(py, "names"))
}
