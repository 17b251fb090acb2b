//! The schemas of the input and of the answer of an operation.

use smartbill_model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, Schema, Servico, ServicosFilter,
};

use crate::api::{Operation, Resource};

impl Operation {
    /// The schema of the answer.
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

    /// The schema of the input: a filter, the parameters of an action, or a record.
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
