//! Synchronisation plans, and the templates of spreadsheets.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use smartbill_core::batch::Plano;
use smartbill_core::planilha::{Fluxo, modelo};

use crate::client::ler_idioma;
use crate::erro;

/// A plan of what it takes for the platform to have what a source says.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct NucleoPlano(pub(crate) Plano);

#[pymethods]
impl NucleoPlano {
    /// Reads what `json` wrote.
    #[staticmethod]
    fn ler(py: Python<'_>, texto: &str) -> PyResult<Self> {
        Plano::from_json(texto).map(Self).map_err(|e| erro::excecao(py, &e))
    }

    fn json(&self) -> String {
        self.0.to_json()
    }

    fn texto(&self, idioma: &str, maximo: usize, show_personal: bool) -> PyResult<String> {
        Ok(self.0.texto(ler_idioma(idioma)?, maximo, show_personal))
    }

    /// The resource, and how many records to include, to change, to remove, unchanged and rejected.
    fn contagem(&self) -> (&str, usize, usize, usize, u64, usize) {
        let p = &self.0;
        (&p.recurso, p.incluir.len(), p.alterar.len(), p.remover.len(), p.inalterados, p.rejeitados.len())
    }
}

/// The template of a resource's spreadsheet, as the bytes of a workbook.
#[pyfunction]
#[pyo3(signature = (recurso, /))]
pub(crate) fn _modelo<'py>(py: Python<'py>, recurso: &str) -> PyResult<Bound<'py, PyBytes>> {
    let sem_planilha = || PyValueError::new_err(format!("there is no spreadsheet of `{recurso}`"));
    let fluxo = Fluxo::por_nome(recurso).ok_or_else(sem_planilha)?;
    let bytes = modelo(fluxo, Vec::new()).map_err(|e| erro::excecao(py, &e.into()))?;
    Ok(PyBytes::new(py, &bytes))
}
