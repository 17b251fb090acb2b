//! The operations that each model of the platform offers.

use smartbill_model::{Cliente, Consumo, Contrato, Model};

use crate::api::{Operation, Resource};

/// A resource that can be listed.
pub trait ResourceModel: Model {
    /// The filter of a listing.
    type Filter: Model;
    /// The operation that lists the resource.
    const LISTAR: Operation;
}

/// A resource that can be got by its identifier.
pub trait Gettable: ResourceModel {
    /// The operation that gets one record.
    const OBTER: Operation;
}

/// A resource that can be added.
pub trait Includable: ResourceModel {
    /// The operation that adds a record.
    const INCLUIR: Operation;
    /// The field, of the model and of its filter, that holds the company's own identifier.
    const KEY: &'static str;

    /// The record's identifier in the company's own system.
    fn key(&self) -> Option<&str>;
}

/// A resource that can be changed and removed.
pub trait Changeable: Includable {
    /// The operation that changes a record.
    const ALTERAR: Operation;
    /// The operation that removes a record.
    const REMOVER: Operation;
}

impl Resource {
    /// The field, of the records and of their filter, that holds the company's own identifier.
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
