//! The Python module `smartbill._smartbill`: conversions between Python and the core, and no decisions.

mod arrow;
mod awaitable;
mod client;
mod coluna;
mod documento;
mod erro;
mod gate;
mod geracao;
mod importacao;
mod model;
mod plano;
mod registro;
mod run;
mod sandbox;
mod stream;
mod tabela;
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
    use crate::arrow::Tabela;

    #[pymodule_export]
    use crate::client::{Listagem, Nucleo};

    #[pymodule_export]
    use crate::importacao::NucleoImportacao;

    #[pymodule_export]
    use crate::plano::{_modelo, NucleoPlano};

    #[pymodule_export]
    use crate::sandbox::NucleoSandbox;

    #[pymodule_export]
    use crate::documento::{Documento, ResultadoDocumento};

    #[pymodule_export]
    use crate::geracao::{_gerar_arrecadacao, _gerar_boleto, _gerar_brcode, _qr_png, _qr_svg, _vencimento};

    #[pymodule_export]
    use crate::model::_esquemas;

    #[pymodule_init]
    fn init(modulo: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = modulo.py();
        crate::gate::install(py, modulo)?;
        crate::registro::instalar();
        modulo.add("__version__", env!("CARGO_PKG_VERSION"))?;
        crate::documento::completar(py)?;
        crate::model::completar(py)
    }
}
