//! Reads a sheet without fields, for callers that only want its cells.

use std::path::PathBuf;

use jiff::civil::DateTime;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString, PyTuple};
use smartbill_core::sheets::{Cell, CellValue, Password, ReadOptions, SheetFile, Table, in_file, open_path};
use smartbill_core::{Error, Value};

use crate::error;
use crate::gate;
use crate::imports::limit;
use crate::options::read_language;
use crate::value::to_python;

/// The sheet, the sheets of the file, the rows, and their texts.
type TableFields<'py> = (String, Vec<String>, Bound<'py, PyList>, Bound<'py, PyList>);

/// Reads a sheet of a path or of bytes. `name` is the name of the bytes.
#[pyfunction]
#[pyo3(signature = (source, name, sheet, password, limits, language, /))]
pub(crate) fn _read_table<'py>(
    py: Python<'py>,
    source: &Bound<'py, PyAny>,
    name: &str,
    sheet: Option<String>,
    password: Option<String>,
    limits: Option<&Bound<'py, PyDict>>,
    language: &str,
) -> PyResult<TableFields<'py>> {
    let language = read_language(language)?;
    let mut options = ReadOptions { sheet, password: password.map(Password::new), ..ReadOptions::default() };
    if let Some(limits) = limits {
        limit(&mut options.limits, limits, language)?;
    }
    let table = if let Ok(bytes) = source.cast::<PyBytes>() {
        let bytes = bytes.as_bytes().to_vec();
        gate::detach(py, || read(SheetFile::from_bytes(bytes, name, &options), name))
    } else {
        let path: PathBuf = source.extract()?;
        gate::detach(py, || {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let file = open_path(&path)?;
            read(SheetFile::from_source(Box::new(file), &name, &options), &name)
        })
    };
    let Table { sheet, sheets, rows } = table.map_err(|e| error::exception_in(py, &e, language))?;
    let (values, texts) = (PyList::empty(py), PyList::empty(py));
    for row in rows {
        let cells = row.iter().map(|cell| value(py, cell)).collect::<PyResult<Vec<_>>>()?;
        values.append(PyTuple::new(py, cells)?)?;
        texts.append(PyTuple::new(py, row.iter().map(|cell| PyString::new(py, &cell.show())))?)?;
    }
    Ok((sheet, sheets, values, texts))
}

fn read(file: Result<SheetFile, smartbill_core::sheets::SheetError>, name: &str) -> Result<Table, Error> {
    file.and_then(|mut file| file.table()).map_err(|fault| in_file(name, fault.into()))
}

fn value<'py>(py: Python<'py>, cell: &Cell) -> PyResult<Bound<'py, PyAny>> {
    Ok(match cell.value() {
        CellValue::Empty => py.None().into_bound(py),
        CellValue::Text(text) => PyString::new(py, &text).into_any(),
        CellValue::Decimal(number) => to_python(py, &Value::Decimal(number))?,
        CellValue::Date(day) => day.into_pyobject(py)?.into_any(),
        CellValue::DateTime(at) => datetime(py, at)?,
        CellValue::Boolean(value) => PyBool::new(py, value).to_owned().into_any(),
    })
}

fn datetime(py: Python<'_>, at: DateTime) -> PyResult<Bound<'_, PyAny>> {
    Ok(at.into_pyobject(py)?.into_any())
}
