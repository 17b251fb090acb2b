//! `smartbill.documentos`: one object for each kind of Brazilian document.

use std::borrow::Cow;

use pyo3::exceptions::{PyAttributeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use smartbill_core::Idioma;
use smartbill_core::document::{Motivo, Resultado, Tipo, ValorCampo};

use crate::coluna::{Coluna, com_texto};
use crate::model::ler_modo;
use crate::{gate, valor};

/// A kind of Brazilian document: validates, formats and strips its text.
#[pyclass(frozen, subclass, module = "smartbill.documentos")]
pub(crate) struct Documento(Tipo);

#[pymethods]
impl Documento {
    #[new]
    fn new(nome: &str) -> PyResult<Self> {
        Tipo::from_name(nome).map(Self).ok_or_else(|| PyValueError::new_err(format!("no document is called `{nome}`")))
    }

    /// The name, such as `cpf`.
    #[getter]
    fn nome(&self) -> &'static str {
        self.0.name()
    }

    /// Validates a text and says everything that it tells: the reason, or the canonical text and the fields inside.
    #[pyo3(signature = (texto, modo = "estrito", uf = None))]
    fn validar(&self, texto: &Bound<'_, PyString>, modo: &str, uf: Option<&str>) -> PyResult<ResultadoDocumento> {
        let modo = ler_modo(modo)?;
        let resultado = com_texto(texto, |texto| self.0.validar(texto, modo, uf));
        Ok(ResultadoDocumento { tipo: self.0, resultado })
    }

    /// Whether a text is valid in strict mode: the fastest path.
    fn valido(&self, texto: &Bound<'_, PyString>) -> bool {
        com_texto(texto, |texto| self.0.valido(texto))
    }

    /// The text with its official mask, or None if it is not valid even in lenient mode.
    fn formatar(&self, texto: &Bound<'_, PyString>) -> Option<String> {
        self.0.formatar(&texto.to_string_lossy())
    }

    /// The text without its mask, whether it is valid or not.
    fn limpar(&self, texto: &Bound<'_, PyString>) -> String {
        self.0.limpar(&texto.to_string_lossy())
    }

    /// Validates a whole column in one call: for each item None if it is valid, or the code of the reason.
    #[pyo3(signature = (coluna, modo = "estrito", uf = None))]
    fn validar_coluna<'py>(
        &self,
        coluna: &Bound<'py, PyAny>,
        modo: &str,
        uf: Option<&str>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = coluna.py();
        let coluna = Coluna::ler(coluna)?;
        let (tipo, modo) = (self.0, ler_modo(modo)?);
        let numeros = gate::detach(py, || tipo.numerar_coluna(coluna.textos(), modo, uf));
        let codigos = codigos(py);
        PyList::new(py, numeros.into_iter().map(|numero| codigos.get(usize::from(numero)).and_then(Option::as_ref)))
    }

    fn __repr__(&self) -> String {
        format!("<smartbill.documentos.{}>", self.0.name())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, pyo3::types::PyType>, (&'static str,)) {
        (slf.get_type(), (slf.get().0.name(),))
    }
}

/// What a column's numbers mean: nothing for 0. The same `str` object for the same code, so that a long column makes none.
fn codigos(py: Python<'_>) -> &[Option<Py<PyString>>] {
    static CODIGOS: PyOnceLock<Vec<Option<Py<PyString>>>> = PyOnceLock::new();
    CODIGOS.get_or_init(py, || {
        let textos = Motivo::CODIGOS.iter().map(|codigo| Some(PyString::intern(py, codigo).unbind()));
        std::iter::once(None).chain(textos).collect()
    })
}

/// What validating a document found. The document's own fields are attributes: `r.uf`, `r.vencimento`, `r.raiz`.
#[pyclass(frozen, module = "smartbill.documentos")]
pub(crate) struct ResultadoDocumento {
    tipo: Tipo,
    resultado: Resultado,
}

#[pymethods]
impl ResultadoDocumento {
    /// Whether the text is a valid document.
    #[getter]
    fn valido(&self) -> bool {
        self.resultado.valido
    }

    /// The stable code of the reason why not, or None.
    #[getter]
    fn motivo(&self) -> Option<&'static str> {
        self.resultado.motivo.map(|m| m.codigo())
    }

    /// The canonical text, or None.
    #[getter]
    fn valor(&self) -> Option<&str> {
        self.resultado.valor.as_deref()
    }

    /// What lenient mode removed or changed, or None.
    #[getter]
    fn removido(&self) -> Option<&str> {
        self.resultado.removido.as_deref()
    }

    /// The reason in one line for a person, or None.
    #[getter]
    fn mensagem(&self) -> Option<String> {
        self.resultado.motivo.map(|m| m.mensagem(Idioma::PtBr))
    }

    /// The reason in English.
    #[getter]
    fn mensagem_en(&self) -> Option<String> {
        self.resultado.motivo.map(|m| m.mensagem(Idioma::En))
    }

    /// The codes of what is worth telling although the text is valid.
    #[getter]
    fn avisos<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.resultado.avisos.iter().map(smartbill_core::document::Aviso::codigo))
    }

    /// The document's own fields.
    #[getter]
    fn campos<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let campos = PyDict::new(py);
        for (nome, v) in &self.resultado.campos {
            campos.set_item(snake(nome).as_ref(), campo(py, v)?)?;
        }
        Ok(campos)
    }

    fn _campo<'py>(&self, py: Python<'py>, nome: &str) -> PyResult<Bound<'py, PyAny>> {
        if let Some((_, v)) = self.resultado.campos.iter().find(|(campo, _)| snake(campo) == nome) {
            return campo(py, v);
        }
        if self.tipo.campos().iter().any(|campo| snake(campo) == nome) {
            return Ok(py.None().into_bound(py));
        }
        Err(PyAttributeError::new_err(format!("a result of `{}` has no attribute `{nome}`", self.tipo.name())))
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let py = slf.py();
        let mut nomes: Vec<_> = slf.get_type().dir()?.iter().collect();
        for campo in slf.get().tipo.campos() {
            nomes.push(PyString::new(py, &snake(campo)).into_any());
        }
        Ok(nomes)
    }

    fn __bool__(&self) -> bool {
        self.resultado.valido
    }

    fn __repr__(&self) -> String {
        let tipo = self.tipo.name();
        match self.motivo() {
            // Never the document itself: it is personal data.
            None => format!("<{tipo}: valido>"),
            Some(motivo) => format!("<{tipo}: {motivo}>"),
        }
    }
}

/// Makes the document's own fields attributes. Set here because a `__getattr__` of PyO3 hides from introspection.
pub(crate) fn completar(py: Python<'_>) -> PyResult<()> {
    let classe = py.get_type::<ResultadoDocumento>();
    classe.setattr("__getattr__", classe.getattr("_campo")?)
}

fn campo<'py>(py: Python<'py>, v: &ValorCampo) -> PyResult<Bound<'py, PyAny>> {
    Ok(match v {
        ValorCampo::Texto(v) => PyString::new(py, v).into_any(),
        ValorCampo::Lista(v) => PyTuple::new(py, v)?.into_any(),
        ValorCampo::Booleano(v) => pyo3::types::PyBool::new(py, *v).to_owned().into_any(),
        ValorCampo::Decimal(v) => valor::para_python(py, &smartbill_core::Valor::Decimal(*v))?,
        ValorCampo::Data(v) => v.into_pyobject(py)?.into_any(),
    })
}

/// `codigoIbge` as Python writes it.
fn snake(nome: &str) -> Cow<'_, str> {
    if !nome.contains(|c: char| c.is_ascii_uppercase()) {
        return Cow::Borrowed(nome);
    }
    let mut saida = String::with_capacity(nome.len() + 4);
    for c in nome.chars() {
        if c.is_ascii_uppercase() {
            saida.push('_');
        }
        saida.push(c.to_ascii_lowercase());
    }
    Cow::Owned(saida)
}
