//! The Python module `smartbill._smartbill`: conversions between Python and the core, and no decisions.
//!
//! `value`, `rows` and `table` read Python's objects; `model` and `classes` are the models; `client`, `imports` and
//! `sandbox` run operations through `run`, which waits outside the GIL; `gate` guards the way back into Python. The
//! package in `python/smartbill` has the public interface.

mod arrow;
mod awaitable;
mod classes;
mod client;
mod column;
mod document;
mod error;
mod extras;
mod fields;
mod gate;
mod generate;
mod getter;
mod hooks;
mod imports;
mod logging;
mod model;
mod option;
mod options;
mod plan;
mod read_table;
mod rows;
mod run;
mod sandbox;
mod source;
mod stop;
mod stream;
mod table;
mod types;
mod value;

/// A row of a sheet is read on one thread and freed on another. The system's allocator makes both wait for one lock: a
/// sixth of the time of an import on Linux.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pyo3::pymodule]
mod _smartbill {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::arrow::Table;
    #[pymodule_export]
    use crate::classes::{
        Boleto, Cliente, Cobranca, Consumo, Contrato, Desconto, Endereco, Faixa, Historico, ItemCobranca, ItemContrato,
        Nfe, Nfse, Pix, Retencao, Retencoes, RetencoesCobranca, Servico,
    };
    #[pymodule_export]
    use crate::client::{Core, Listing};
    #[pymodule_export]
    use crate::document::{Documento, DocumentoResult};
    #[pymodule_export]
    use crate::generate::{_gerar_arrecadacao, _gerar_boleto, _gerar_brcode, _qr_png, _qr_svg, _vencimento};
    #[pymodule_export]
    use crate::imports::{_check_output, CoreImport};
    #[pymodule_export]
    use crate::model::_schemas;
    #[pymodule_export]
    use crate::options::_refusal;
    #[pymodule_export]
    use crate::plan::{_template, CorePlan, default_profile};
    #[pymodule_export]
    use crate::read_table::_read_table;
    #[pymodule_export]
    use crate::sandbox::CoreSandbox;
    #[pymodule_export]
    use crate::stop::CoreStop;

    #[pymodule_init]
    fn init(modulus: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = modulus.py();
        crate::gate::install(py, modulus)?;
        crate::logging::install();
        modulus.add("__version__", env!("CARGO_PKG_VERSION"))?;
        crate::document::complete(py)?;
        crate::model::complete(py)
    }
}
