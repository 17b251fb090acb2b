use smartbill_model::{Consumo, ConsumosFilter};

use crate::api::{Changeable, Gettable, Includable, Operation, ResourceModel};

impl ResourceModel for Consumo {
    type Filter = ConsumosFilter;
    const LISTAR: Operation = Operation::ConsumosListar;
}

impl Gettable for Consumo {
    const OBTER: Operation = Operation::ConsumosObter;
}

impl Includable for Consumo {
    const INCLUIR: Operation = Operation::ConsumosIncluir;
    const KEY: &'static str = "idExterno";

    fn key(&self) -> Option<&str> {
        self.id_externo.as_deref()
    }
}

impl Changeable for Consumo {
    const ALTERAR: Operation = Operation::ConsumosAlterar;
    const REMOVER: Operation = Operation::ConsumosRemover;
}
