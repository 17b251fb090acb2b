//! What can be done with each model of the platform.

use smartbill_model::{Cliente, Consumo, Contrato, Model};

use crate::api::{Operation, Resource};

/// A resource that can be listed.
pub trait ResourceModel: Model {
    /// What a listing can be narrowed by.
    type Filter: Model;
    /// The operation that lists it.
    const LISTAR: Operation;
}

/// A resource that can be got by its identifier.
pub trait Gettable: ResourceModel {
    /// The operation that gets it.
    const OBTER: Operation;
}

/// A resource that can be added.
pub trait Includable: ResourceModel {
    /// The operation that adds it.
    const INCLUIR: Operation;
    /// The field, of the model and of its filter, that holds the company's own identifier.
    const KEY: &'static str;

    /// The company's own identifier of it.
    fn key(&self) -> Option<&str>;
}

/// A resource that can be changed and removed.
pub trait Changeable: Includable {
    /// The operation that changes it.
    const ALTERAR: Operation;
    /// The operation that removes it.
    const REMOVER: Operation;
}

impl Resource {
    /// The field, of its records and of its filter, that holds the company's own identifier.
    #[must_use]
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Clientes => Some(Cliente::KEY),
            Self::Contratos => Some(Contrato::KEY),
            Self::Consumos => Some(Consumo::KEY),
            Self::Servicos | Self::Cobrancas => None,
        }
    }
}
