//! What the platform knows, in memory. Nothing is ever dropped: removing marks, so that an identifier stays an index.

use smartbill_core::model::{Cliente, Cobranca, Servico};

use crate::collection::Collection;
use crate::consumos::Consumos;
use crate::contratos::StoredContrato;

/// Everything, by resource.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) clientes: Collection<Cliente>,
    pub(crate) servicos: Collection<Servico>,
    pub(crate) contratos: Collection<StoredContrato>,
    pub(crate) consumos: Consumos,
    pub(crate) cobrancas: Collection<Cobranca>,
}
