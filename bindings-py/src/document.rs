//! `smartbill.documentos`: one object for each kind of Brazilian document.

use std::borrow::Cow;

use pyo3::exceptions::{PyAttributeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use smartbill_core::Language;
use smartbill_core::document::{Checked, DocumentKind, FieldValue, Reason};

use crate::column::{Column, with_text};
use crate::model::read_mode;
use crate::{gate, value};

/// A kind of Brazilian document: validates, formats and strips its text.
#[pyclass(frozen, subclass, module = "smartbill.documentos")]
pub(crate) struct Documento(DocumentKind);

#[pymethods]
impl Documento {
    #[new]
    fn new(kind: &str) -> PyResult<Self> {
        DocumentKind::from_name(kind)
            .map(Self)
            .ok_or_else(|| PyValueError::new_err(format!("no document is called `{kind}`")))
    }

    /// The name, such as `cpf`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.name()
    }

    /// Validates a text. Returns the reason why it is not valid, or the canonical text and the fields in it.
    #[pyo3(signature = (text, mode = "strict", uf = None))]
    fn validar(&self, text: &Bound<'_, PyString>, mode: &str, uf: Option<&str>) -> PyResult<DocumentoResult> {
        let mode = read_mode(mode)?;
        let outcome = with_text(text, |text| self.0.validar(text, mode, uf));
        Ok(DocumentoResult { kind: self.0, outcome })
    }

    /// Whether a text is valid in strict mode. This is the fastest check.
    fn valido(&self, text: &Bound<'_, PyString>) -> bool {
        with_text(text, |text| self.0.valid(text))
    }

    /// The text with its official mask, or None if it is not valid even in lenient mode.
    fn formatar(&self, text: &Bound<'_, PyString>) -> Option<String> {
        self.0.format(&text.to_string_lossy())
    }

    /// The text without its mask, whether it is valid or not.
    fn limpar(&self, text: &Bound<'_, PyString>) -> String {
        self.0.strip(&text.to_string_lossy())
    }

    /// Validates a whole column in one call. Returns None for each valid item, and the code of the reason for each
    /// other item.
    #[pyo3(signature = (column, mode = "strict", uf = None))]
    fn validar_coluna<'py>(
        &self,
        column: &Bound<'py, PyAny>,
        mode: &str,
        uf: Option<&str>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = column.py();
        let column = Column::read(column)?;
        let (kind, mode) = (self.0, read_mode(mode)?);
        let numbers = gate::detach(py, || kind.number_column(column.texts(), mode, uf));
        let codes = codes(py);
        PyList::new(py, numbers.into_iter().map(|number| codes.get(usize::from(number)).and_then(Option::as_ref)))
    }

    fn __repr__(&self) -> String {
        format!("<smartbill.documentos.{}>", self.0.name())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, pyo3::types::PyType>, (&'static str,)) {
        (slf.get_type(), (slf.get().0.name(),))
    }
}

/// The code for each number of a column; 0 has none. The same code is always the same `str` object, so a long column
/// creates none.
fn codes(py: Python<'_>) -> &[Option<Py<PyString>>] {
    static CODES: PyOnceLock<Vec<Option<Py<PyString>>>> = PyOnceLock::new();
    CODES.get_or_init(py, || {
        let texts = Reason::CODES.iter().map(|code| Some(PyString::intern(py, code).unbind()));
        std::iter::once(None).chain(texts).collect()
    })
}

/// The result of validating a document. The document's own fields are attributes: `r.uf`, `r.vencimento`, `r.raiz`.
#[pyclass(frozen, module = "smartbill.documentos")]
pub(crate) struct DocumentoResult {
    kind: DocumentKind,
    outcome: Checked,
}

#[pymethods]
impl DocumentoResult {
    /// Whether the text is a valid document.
    #[getter]
    fn valido(&self) -> bool {
        self.outcome.valid
    }

    /// The stable code of the reason why the text is not valid, or None.
    #[getter]
    fn motivo(&self) -> Option<&'static str> {
        self.outcome.reason.map(|m| m.code())
    }

    /// The canonical text, or None.
    #[getter]
    fn valor(&self) -> Option<&str> {
        self.outcome.value.as_deref()
    }

    /// The characters that lenient mode removed or changed, or None.
    #[getter]
    fn removido(&self) -> Option<&str> {
        self.outcome.removed.as_deref()
    }

    /// The reason in one line for a person, or None.
    #[getter]
    fn mensagem(&self) -> Option<String> {
        self.outcome.reason.map(|m| m.message(Language::PtBr))
    }

    /// The reason in English.
    #[getter]
    fn mensagem_en(&self) -> Option<String> {
        self.outcome.reason.map(|m| m.message(Language::En))
    }

    /// The codes of the notices about a valid text.
    #[getter]
    fn avisos<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.outcome.notices.iter().map(smartbill_core::document::Notice::code))
    }

    /// The document's own fields.
    #[getter]
    fn campos<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        for (name, v) in &self.outcome.fields {
            fields.set_item(snake(name).as_ref(), field(py, v)?)?;
        }
        Ok(fields)
    }

    fn _field<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        if let Some((_, v)) = self.outcome.fields.iter().find(|(field, _)| snake(field) == name) {
            return field(py, v);
        }
        if self.kind.fields().iter().any(|field| snake(field) == name) {
            return Ok(py.None().into_bound(py));
        }
        Err(PyAttributeError::new_err(format!("a result of `{}` has no attribute `{name}`", self.kind.name())))
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let py = slf.py();
        let mut names: Vec<_> = slf.get_type().dir()?.iter().collect();
        for field in slf.get().kind.fields() {
            names.push(PyString::new(py, &snake(field)).into_any());
        }
        Ok(names)
    }

    fn __bool__(&self) -> bool {
        self.outcome.valid
    }

    fn __repr__(&self) -> String {
        let kind = self.kind.name();
        match self.motivo() {
            // The document itself is personal data, and is never shown.
            None => format!("<{kind}: valido>"),
            Some(reason) => format!("<{kind}: {reason}>"),
        }
    }
}

/// Makes attributes of the document's own fields. They are set here because a `__getattr__` of PyO3 hides them from
/// introspection.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<DocumentoResult>();
    class.setattr("__getattr__", class.getattr("_field")?)
}

fn field<'py>(py: Python<'py>, v: &FieldValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match v {
        FieldValue::Text(v) => PyString::new(py, v).into_any(),
        FieldValue::List(v) => PyTuple::new(py, v)?.into_any(),
        FieldValue::Boolean(v) => pyo3::types::PyBool::new(py, *v).to_owned().into_any(),
        FieldValue::Decimal(v) => value::to_python(py, &smartbill_core::Value::Decimal(*v))?,
        FieldValue::Date(v) => v.into_pyobject(py)?.into_any(),
    })
}

/// Converts a name such as `codigoIbge` to Python's spelling.
fn snake(name: &str) -> Cow<'_, str> {
    if !name.contains(|c: char| c.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    Cow::Owned(out)
}
