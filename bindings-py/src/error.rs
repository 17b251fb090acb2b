//! Raises and returns the core's errors and reports as Python's own (`smartbill/errors.py`, `validation.py`).

use std::error::Error as _;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use smartbill_core::transport::TransportError;
use smartbill_core::validate::{Finding, Place, Report};
use smartbill_core::{Error, Language};

use crate::types;

/// The exception for `error`, in the error's own language.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    exception_in(py, error, error.details().language)
}

/// The exception for `error`, in the client's language.
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

    let causes: Vec<_> = std::iter::successors(error.source(), |cause| (*cause).source()).collect();
    details.set_item("errno", causes.iter().find_map(|cause| number_of_system(*cause)))?;
    let causes: Vec<_> = causes.iter().map(ToString::to_string).collect();
    let create = py.import("smartbill.errors")?.getattr("_raised")?;
    let exception = create.call1((error.code(), error.text(language), causes, details))?;
    Ok(PyErr::from_value(exception))
}

/// The operating system's number of an error.
fn number_of_system(cause: &(dyn std::error::Error + 'static)) -> Option<i32> {
    let of_transport = cause.downcast_ref::<TransportError>().and_then(|e| e.system);
    of_transport.or_else(|| cause.downcast_ref::<std::io::Error>()?.raw_os_error())
}

/// The `ValidationError` for `report`.
pub(crate) fn validation(py: Python<'_>, report: Report) -> PyErr {
    exception(py, &Error::validation(report))
}

/// The report as `smartbill.validation.Report`.
pub(crate) fn report<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyAny>> {
    types::report(py)?.call1((findings(py, &report.findings)?,))
}

/// Findings as `smartbill.validation.Finding`.
pub(crate) fn findings<'py>(py: Python<'py>, findings: &[Finding]) -> PyResult<Bound<'py, PyTuple>> {
    let findings = findings.iter().map(|v| finding(py, v)).collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(py, findings)
}

/// A finding as `smartbill.validation.Finding`.
pub(crate) fn finding<'py>(py: Python<'py>, finding: &Finding) -> PyResult<Bound<'py, PyAny>> {
    let params = PyDict::new(py);
    for (name, value) in &finding.params {
        params.set_item(&**name, value)?;
    }
    let place = |place: &Place| {
        let Place { sheet, row, column, header, value, .. } = place;
        types::place(py)?.call1((sheet, row, column.as_deref(), header.as_deref(), value))
    };
    types::finding(py)?.call1((
        &finding.path,
        finding.code(),
        finding.severity.name(),
        finding.message(Language::PtBr),
        finding.message(Language::En),
        params,
        finding.suggestion.as_deref(),
        finding.place.as_deref().map(place).transpose()?,
    ))
}

/// A `TypeError` with the sentence in the language.
pub(crate) fn refusal(language: Language, pt: &str, en: &str) -> PyErr {
    PyTypeError::new_err(language.choose(pt, en).to_owned())
}
