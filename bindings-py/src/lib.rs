//! The Python module `smartbill._smartbill`: conversions between Python and the core, and no decisions.

mod client;
mod coluna;
mod documento;
mod erro;
mod importacao;
mod model;
mod run;
mod sandbox;
mod tipos;
mod valor;

#[pyo3::pymodule]
mod _smartbill {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::model::{
        Boleto, Cliente, Cobranca, Consumo, Contrato, Desconto, Endereco, Faixa, Historico, ItemCobranca, ItemContrato,
        Nfe, Nfse, Pix, Retencao, Retencoes, RetencoesCobranca, Servico,
    };

    #[pymodule_export]
    use crate::client::{Listagem, Nucleo};

    #[pymodule_export]
    use crate::importacao::NucleoImportacao;

    #[pymodule_export]
    use crate::sandbox::NucleoSandbox;

    #[pymodule_export]
    use crate::documento::{Documento, ResultadoDocumento};

    #[pymodule_export]
    use crate::model::_esquemas;

    #[pymodule_init]
    fn init(modulo: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = modulo.py();
        // Levels are asked for each time: a script may set them after its first call.
        let logger = pyo3_log::Logger::new(py, pyo3_log::Caching::Loggers)?
            .filter(log::LevelFilter::Off)
            .filter_target("smartbill".to_owned(), log::LevelFilter::Debug);
        // Another module of the process may have installed one already; that one stays.
        let _ = logger.install();
        modulo.add("__version__", env!("CARGO_PKG_VERSION"))?;
        crate::documento::completar(py)?;
        crate::model::completar(py)
    }
}
