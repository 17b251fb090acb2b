//! The models as Python classes: what an instance holds. `model.rs` gives them their methods.

use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use smartbill_core::Value;
use smartbill_core::api::Effect;
use smartbill_core::model::{self as core, Model};

/// A Python class that holds one of the core's models.
pub(crate) trait Class: pyo3::PyClass<Frozen = True> + Sync {
    /// The model that it holds.
    type Model: Model;

    fn model(&self) -> &Self::Model;

    /// An instance that holds `model`, the answer to a write where `outcome` says what that did.
    fn instance(py: Python<'_>, model: Self::Model, outcome: Option<Effect>) -> PyResult<Bound<'_, PyAny>>;
}

macro_rules! classes {
    ($($name:ident)*) => {
        $(
            /// Documented by the core's table.
            #[pyclass(frozen, module = "smartbill", weakref)]
            pub(crate) struct $name(pub(crate) core::$name, pub(crate) Option<Effect>);

            impl Class for $name {
                type Model = core::$name;

                fn model(&self) -> &core::$name {
                    &self.0
                }

                fn instance(
                    py: Python<'_>,
                    model: core::$name,
                    outcome: Option<Effect>,
                ) -> PyResult<Bound<'_, PyAny>> {
                    Ok(Bound::new(py, Self(model, outcome))?.into_any())
                }
            }

            impl $name {
                pub(crate) fn of_model(model: core::$name) -> Self {
                    Self(model, None)
                }
            }
        )*

        /// The model that a Python object holds, if it is an instance of one of these classes.
        pub(crate) fn instance_value(o: &Bound<'_, PyAny>) -> Option<Value<'static>> {
            $( if let Ok(instance) = o.cast::<$name>() {
                return Some(instance.get().0.value().into_owned());
            } )*
            None
        }

        /// How many classes there are.
        pub(crate) const COUNT: usize = [$(stringify!($name)),*].len();
    };
}

classes! {
    Cliente Endereco Servico Faixa Retencoes Contrato ItemContrato Desconto Historico Consumo
    Cobranca ItemCobranca Retencao RetencoesCobranca Boleto Pix Nfse Nfe
}
