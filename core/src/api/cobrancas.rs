use crate::api::{Operation, ResourceModel};
use crate::model::{Cobranca, CobrancasFilter};

impl ResourceModel for Cobranca {
    type Filter = CobrancasFilter;
    const LISTAR: Operation = Operation::CobrancasListar;
}
