//! The models as Python classes: the data of an instance. `model.rs` has their methods.

use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use smartbill_core::api::{Effect, PageRecord};
use smartbill_core::model::{self as core, Schema};

/// A Python class whose instances hold records of one model.
pub(crate) trait Class: pyo3::PyClass<Frozen = True> + Sync {
    /// The model.
    const SCHEMA: &'static Schema;

    fn record(&self) -> &PageRecord;
}

macro_rules! classes {
    ($($name:ident)*) => {
        $(
            /// Documented by the core's table.
            #[pyclass(frozen, module = "smartbill", weakref)]
            pub(crate) struct $name(pub(crate) PageRecord, pub(crate) Option<Effect>);

            impl Class for $name {
                const SCHEMA: &'static Schema = core::$name::SCHEMA;

                fn record(&self) -> &PageRecord {
                    &self.0
                }
            }
        )*

        /// Makes an instance with `record`. For the answer to a write, `outcome` is its effect.
        pub(crate) fn instance(
            py: Python<'_>,
            record: PageRecord,
            outcome: Option<Effect>,
        ) -> PyResult<Bound<'_, PyAny>> {
            let name = record.schema().name;
            $( if name == stringify!($name) {
                return Ok(Bound::new(py, $name(record, outcome))?.into_any());
            } )*
            Err(pyo3::exceptions::PyTypeError::new_err(format!("`{name}` is no class")))
        }

        /// The record in a Python object, if the object is an instance of one of these classes.
        pub(crate) fn record_of<'o>(o: &'o Bound<'_, PyAny>) -> Option<&'o PageRecord> {
            $( if let Ok(instance) = o.cast::<$name>() {
                return Some(instance.get().record());
            } )*
            None
        }

        /// The number of classes.
        pub(crate) const COUNT: usize = [$(stringify!($name)),*].len();
    };
}

classes! {
    Cliente Endereco Servico Faixa Retencoes Contrato ItemContrato Desconto Historico Consumo
    Cobranca ItemCobranca Retencao RetencoesCobranca Boleto Pix Nfse Nfe
}
