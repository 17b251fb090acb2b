//! Plans of a synchronization, and the files to begin with: the templates of spreadsheets and the default profile.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use smartbill_core::batch::Plan;
use smartbill_core::profile::Profile;
use smartbill_core::sheets::{Flow, template};

use crate::error;
use crate::options::read_language;

/// A plan of the changes that make the platform agree with a source.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct CorePlan(pub(crate) Plan);

#[pymethods]
impl CorePlan {
    /// Reads the output of `json`.
    #[staticmethod]
    fn read(py: Python<'_>, text: &str, language: &str) -> PyResult<Self> {
        let language = read_language(language)?;
        Plan::from_json(text).map(Self).map_err(|e| error::exception_in(py, &e, language))
    }

    fn json(&self) -> String {
        self.0.to_json()
    }

    fn text(&self, language: &str, limit: usize, show_personal: bool) -> PyResult<String> {
        Ok(self.0.text(read_language(language)?, limit, show_personal))
    }

    /// The resource, and the numbers of records to include, to change and to remove, unchanged and rejected.
    fn counts(&self) -> (&str, usize, usize, usize, u64, usize) {
        let p = &self.0;
        (&p.resource, p.incluir.len(), p.alterar.len(), p.remover.len(), p.unchanged, p.rejected.len())
    }
}

/// The template of a resource's spreadsheet, as the bytes of a workbook.
#[pyfunction]
#[pyo3(signature = (resource, /))]
pub(crate) fn _template<'py>(py: Python<'py>, resource: &str) -> PyResult<Bound<'py, PyBytes>> {
    let no_sheet = || PyValueError::new_err(format!("there is no spreadsheet of `{resource}`"));
    let flow = Flow::by_name(resource).ok_or_else(no_sheet)?;
    let bytes = template(flow, Vec::new()).map_err(|e| error::exception(py, &e.into()))?;
    Ok(PyBytes::new(py, &bytes))
}

/// The default wire profile as TOML, with a comment on every setting. Copy it to begin a profile of your own. It is
/// this project's own assumption, not the platform's documented format.
#[pyfunction]
pub(crate) fn default_profile() -> &'static str {
    Profile::DEFAULT
}
