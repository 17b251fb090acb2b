//! Python types for the conversions, each imported once.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// `decimal.Decimal`.
pub(crate) fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "decimal", "Decimal")
}

/// `uuid.UUID`.
pub(crate) fn uuid(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "uuid", "UUID")
}

/// `enum.Enum`.
pub(crate) fn enumeration(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "enum", "Enum")
}

/// `Listing`, of this module.
pub(crate) fn listing(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill._smartbill", "Listing")
}

/// `dataclasses.fields`.
pub(crate) fn dataclass_fields(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FUNCTION.import(py, "dataclasses", "fields")
}

/// `smartbill.validation.Finding`.
pub(crate) fn finding(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.validation", "Finding")
}

/// `smartbill.hooks.RequestEvent`.
pub(crate) fn request_event(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.hooks", "RequestEvent")
}

/// `smartbill.hooks.ResponseEvent`.
pub(crate) fn response_event(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.hooks", "ResponseEvent")
}

/// `smartbill.validation.Place`.
pub(crate) fn place(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.validation", "Place")
}

/// `smartbill.validation.Report`.
pub(crate) fn report(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.validation", "Report")
}

/// `smartbill.validation.Checked`.
pub(crate) fn checked(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.validation", "Checked")
}

/// `smartbill.client.BatchItem`.
pub(crate) fn batch_item(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static KIND: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    KIND.import(py, "smartbill.client", "BatchItem")
}
