//! The schemas of what an operation is given and of what it answers with.

use smartbill_model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, Schema, Servico, ServicosFilter,
};

use crate::api::{Operation, Resource};

impl Operation {
    /// The table of what it answers with.
    #[must_use]
    pub fn model(self) -> &'static Schema {
        match self.resource() {
            Resource::Clientes => Cliente::SCHEMA,
            Resource::Servicos => Servico::SCHEMA,
            Resource::Contratos => Contrato::SCHEMA,
            Resource::Consumos => Consumo::SCHEMA,
            Resource::Cobrancas => Cobranca::SCHEMA,
        }
    }

    /// The table of what it is given: a filter, the parameters of an action, or a record.
    #[must_use]
    pub fn input(self) -> &'static Schema {
        match self.resource() {
            _ if self.action().is_some() => ContratoAction::SCHEMA,
            _ if !self.is_listing() => self.model(),
            Resource::Clientes => ClientesFilter::SCHEMA,
            Resource::Servicos => ServicosFilter::SCHEMA,
            Resource::Contratos => ContratosFilter::SCHEMA,
            Resource::Consumos => ConsumosFilter::SCHEMA,
            Resource::Cobrancas => CobrancasFilter::SCHEMA,
        }
    }
}
