use crate::api::{Alteravel, Incluivel, Obtivel, Operation, Recurso};
use crate::model::{Consumo, FiltroConsumos};

impl Recurso for Consumo {
    type Filtro = FiltroConsumos;
    const LISTAR: Operation = Operation::ConsumosListar;
}

impl Obtivel for Consumo {
    const OBTER: Operation = Operation::ConsumosObter;
}

impl Incluivel for Consumo {
    const INCLUIR: Operation = Operation::ConsumosIncluir;
    const CHAVE: &'static str = "idExterno";

    fn chave(&self) -> Option<&str> {
        self.id_externo.as_deref()
    }
}

impl Alteravel for Consumo {
    const ALTERAR: Operation = Operation::ConsumosAlterar;
    const REMOVER: Operation = Operation::ConsumosRemover;
}
