//! The Python module `smartbill._smartbill`: conversions between Python and the core, and no decisions.

mod coluna;
mod documento;
mod erro;
mod model;
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
    use crate::documento::{Documento, ResultadoDocumento};

    #[pymodule_export]
    use crate::model::_esquemas;

    #[pymodule_init]
    fn init(modulo: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::documento::completar(modulo.py())?;
        crate::model::completar(modulo.py())
    }
}
