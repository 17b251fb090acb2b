//! A column of texts from a list, or from anything that lists itself.

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

/// Texts one after another in one buffer, so that no Python object is kept and the GIL can be released.
pub(crate) struct Textos {
    buffer: String,
    /// Where each text ends, with its length; none where it is missing.
    limites: Vec<Option<(usize, usize)>>,
}

impl Textos {
    /// Reads a column.
    pub(crate) fn ler(coluna: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(lista) = coluna.cast::<PyList>() {
            return Self::de_itens(lista.len(), lista.iter().map(Ok));
        }
        let py = coluna.py();
        // pandas, polars, pyarrow and numpy, by the name that each gives it.
        for nome in [intern!(py, "to_list"), intern!(py, "to_pylist"), intern!(py, "tolist")] {
            if let Some(metodo) = coluna.getattr_opt(nome)? {
                let lista = metodo.call0()?.cast_into::<PyList>()?;
                return Self::de_itens(lista.len(), lista.iter().map(Ok));
            }
        }
        Self::de_itens(0, coluna.try_iter()?)
    }

    fn de_itens<'py>(quantos: usize, itens: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>) -> PyResult<Self> {
        let mut textos = Self { buffer: String::with_capacity(quantos * 16), limites: Vec::with_capacity(quantos) };
        for item in itens {
            textos.incluir(&item?)?;
        }
        Ok(textos)
    }

    fn incluir(&mut self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(texto) = item.cast::<PyString>() {
            let inicio = self.buffer.len();
            self.buffer.push_str(&texto.to_string_lossy());
            self.limites.push(Some((inicio, self.buffer.len())));
            return Ok(());
        }
        // pandas writes a missing text as NaN, and as `NA`.
        let ausente = item.is_none()
            || item.extract::<f64>().is_ok_and(f64::is_nan)
            || matches!(item.get_type().name()?.to_string_lossy().as_ref(), "NAType" | "NaTType");
        if !ausente {
            let tipo = item.get_type().name()?;
            return Err(PyTypeError::new_err(format!("item {} is `{tipo}`, not text", self.limites.len())));
        }
        self.limites.push(None);
        Ok(())
    }

    /// The texts in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.limites.iter().map(|limites| limites.map(|(inicio, fim)| self.buffer.get(inicio..fim).unwrap_or_default()))
    }
}
