//! The platform's records, in memory. Nothing is ever dropped: a removed record is only marked, so that identifiers
//! stay indices.

use smartbill_core::model::{Cliente, Cobranca, Servico};

use crate::collection::Collection;
use crate::consumos::Consumos;
use crate::contratos::StoredContrato;

/// The records of all resources.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) clientes: Collection<Cliente>,
    pub(crate) servicos: Collection<Servico>,
    pub(crate) contratos: Collection<StoredContrato>,
    pub(crate) consumos: Consumos,
    pub(crate) cobrancas: Collection<Cobranca>,
}
