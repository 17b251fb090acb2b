use crate::api::{Alteravel, Incluivel, Obtivel, Operation, Recurso};
use crate::model::{Cliente, FiltroClientes};

impl Recurso for Cliente {
    type Filtro = FiltroClientes;
    const LISTAR: Operation = Operation::ClientesListar;
}

impl Obtivel for Cliente {
    const OBTER: Operation = Operation::ClientesObter;
}

impl Incluivel for Cliente {
    const INCLUIR: Operation = Operation::ClientesIncluir;
    const CHAVE: &'static str = "codigoExterno";

    fn chave(&self) -> Option<&str> {
        self.codigo_externo.as_deref()
    }
}

impl Alteravel for Cliente {
    const ALTERAR: Operation = Operation::ClientesAlterar;
    const REMOVER: Operation = Operation::ClientesRemover;
}
