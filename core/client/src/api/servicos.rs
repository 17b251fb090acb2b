use smartbill_model::{Servico, ServicosFilter};

use crate::api::{Gettable, Operation, ResourceModel};

impl ResourceModel for Servico {
    type Filter = ServicosFilter;
    const LISTAR: Operation = Operation::ServicosListar;
}

impl Gettable for Servico {
    const OBTER: Operation = Operation::ServicosObter;
}
