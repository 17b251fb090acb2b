use smartbill_model::{Cobranca, CobrancasFilter};

use crate::api::{Operation, ResourceModel};

impl ResourceModel for Cobranca {
    type Filter = CobrancasFilter;
    const LISTAR: Operation = Operation::CobrancasListar;
}
