//! The core's errors and reports, raised and returned as Python's own (`smartbill/errors.py`, `validation.py`).

use std::error::Error as _;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use smartbill_core::validate::{Report, Violation};
use smartbill_core::{Error, Idioma};

use crate::tipos;

/// The exception of `erro`, in the language that the error has of its own.
pub(crate) fn excecao(py: Python<'_>, erro: &Error) -> PyErr {
    exception_in(py, erro, erro.details().idioma)
}

/// The exception of `erro` in the language of the client.
pub(crate) fn exception_in(py: Python<'_>, erro: &Error, idioma: Idioma) -> PyErr {
    criar(py, erro, idioma).unwrap_or_else(|falha| falha)
}

fn criar(py: Python<'_>, erro: &Error, idioma: Idioma) -> PyResult<PyErr> {
    let d = erro.details();
    let detalhes = PyDict::new(py);
    detalhes.set_item("operation", d.operation)?;
    detalhes.set_item("status", d.status)?;
    detalhes.set_item("server_code", d.server_code.as_deref())?;
    let campos = d.fields.iter().map(|f| (f.path.as_str(), f.code.as_deref(), f.message.as_str()));
    detalhes.set_item("fields", PyTuple::new(py, campos.collect::<Vec<_>>())?)?;
    detalhes.set_item("report", d.report.as_ref().map(|r| relatorio(py, r)).transpose()?)?;
    detalhes.set_item("request_id", d.request_id.as_deref())?;
    detalhes.set_item("attempts", d.attempts)?;
    detalhes.set_item("outcome", d.outcome.map(smartbill_core::Outcome::name))?;
    detalhes.set_item("retry_after", d.retry_after.map(|r| r.as_secs_f64()))?;
    detalhes.set_item("body", d.body.as_deref())?;

    let mut causas = Vec::new();
    let mut causa = erro.source();
    while let Some(esta) = causa {
        causas.push(esta.to_string());
        causa = esta.source();
    }
    let criar = py.import("smartbill.errors")?.getattr("_raised")?;
    let excecao = criar.call1((erro.code(), erro.text(idioma), causas, detalhes))?;
    Ok(PyErr::from_value(excecao))
}

/// A `ValidationError` of `report`.
pub(crate) fn validacao(py: Python<'_>, report: Report) -> PyErr {
    excecao(py, &Error::validation(report))
}

/// The report as `smartbill.validation.Report`.
pub(crate) fn relatorio<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyAny>> {
    tipos::report(py)?.call1((violacoes(py, &report.violations)?,))
}

/// Violations as `smartbill.validation.Violation`.
pub(crate) fn violacoes<'py>(py: Python<'py>, violacoes: &[Violation]) -> PyResult<Bound<'py, PyTuple>> {
    let violacoes = violacoes.iter().map(|v| violacao(py, v)).collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(py, violacoes)
}

fn violacao<'py>(py: Python<'py>, v: &Violation) -> PyResult<Bound<'py, PyAny>> {
    let params = PyDict::new(py);
    for (nome, valor) in v.params() {
        params.set_item(nome, valor)?;
    }
    let textos = (v.message(Idioma::PtBr), v.message(Idioma::En));
    tipos::violation(py)?.call1((&v.path, v.code(), v.severity.name(), textos.0, textos.1, params))
}
