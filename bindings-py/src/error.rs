//! The core's errors and reports, raised and returned as Python's own (`smartbill/errors.py`, `validation.py`).

use std::error::Error as _;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use smartbill_core::validate::{Report, Violation};
use smartbill_core::{Error, Language};

use crate::types;

/// The exception of `error`, in the language that the error has of its own.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    exception_in(py, error, error.details().language)
}

/// The exception of `error` in the language of the client.
pub(crate) fn exception_in(py: Python<'_>, error: &Error, language: Language) -> PyErr {
    create(py, error, language).unwrap_or_else(|fault| fault)
}

fn create(py: Python<'_>, error: &Error, language: Language) -> PyResult<PyErr> {
    let d = error.details();
    let details = PyDict::new(py);
    details.set_item("operation", d.operation)?;
    details.set_item("status", d.status)?;
    details.set_item("server_code", d.server_code.as_deref())?;
    let fields = d.fields.iter().map(|f| (f.path.as_str(), f.code.as_deref(), f.message.as_str()));
    details.set_item("fields", PyTuple::new(py, fields.collect::<Vec<_>>())?)?;
    details.set_item("report", d.report.as_ref().map(|r| report(py, r)).transpose()?)?;
    details.set_item("request_id", d.request_id.as_deref())?;
    details.set_item("attempts", d.attempts)?;
    details.set_item("outcome", d.outcome.map(smartbill_core::Outcome::name))?;
    details.set_item("retry_after", d.retry_after.map(|r| r.as_secs_f64()))?;
    details.set_item("body", d.body.as_deref())?;

    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(this) = cause {
        causes.push(this.to_string());
        cause = this.source();
    }
    let create = py.import("smartbill.errors")?.getattr("_raised")?;
    let exception = create.call1((error.code(), error.text(language), causes, details))?;
    Ok(PyErr::from_value(exception))
}

/// A `ValidationError` of `report`.
pub(crate) fn validation(py: Python<'_>, report: Report) -> PyErr {
    exception(py, &Error::validation(report))
}

/// The report as `smartbill.validation.Report`.
pub(crate) fn report<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyAny>> {
    types::report(py)?.call1((violations(py, &report.violations)?,))
}

/// Violations as `smartbill.validation.Violation`.
pub(crate) fn violations<'py>(py: Python<'py>, violations: &[Violation]) -> PyResult<Bound<'py, PyTuple>> {
    let violations = violations.iter().map(|v| violation(py, v)).collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(py, violations)
}

fn violation<'py>(py: Python<'py>, v: &Violation) -> PyResult<Bound<'py, PyAny>> {
    let params = PyDict::new(py);
    for (name, value) in v.params() {
        params.set_item(name, value)?;
    }
    let texts = (v.message(Language::PtBr), v.message(Language::En));
    types::violation(py)?.call1((&v.path, v.code(), v.severity.name(), texts.0, texts.1, params))
}
