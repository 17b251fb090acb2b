use smartbill_model::{Cliente, ClientesFilter};

use crate::api::{Changeable, Gettable, Includable, Operation, ResourceModel};

impl ResourceModel for Cliente {
    type Filter = ClientesFilter;
    const LISTAR: Operation = Operation::ClientesListar;
}

impl Gettable for Cliente {
    const OBTER: Operation = Operation::ClientesObter;
}

impl Includable for Cliente {
    const INCLUIR: Operation = Operation::ClientesIncluir;
    const KEY: &'static str = "codigoExterno";

    fn key(&self) -> Option<&str> {
        self.codigo_externo.as_deref()
    }
}

impl Changeable for Cliente {
    const ALTERAR: Operation = Operation::ClientesAlterar;
    const REMOVER: Operation = Operation::ClientesRemover;
}
