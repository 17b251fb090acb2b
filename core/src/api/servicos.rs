use crate::api::{Gettable, Operation, ResourceModel};
use crate::model::{Servico, ServicosFilter};

impl ResourceModel for Servico {
    type Filter = ServicosFilter;
    const LISTAR: Operation = Operation::ServicosListar;
}

impl Gettable for Servico {
    const OBTER: Operation = Operation::ServicosObter;
}
