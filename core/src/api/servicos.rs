use crate::api::{Obtivel, Operation, Recurso};
use crate::model::{FiltroServicos, Servico};

impl Recurso for Servico {
    type Filtro = FiltroServicos;
    const LISTAR: Operation = Operation::ServicosListar;
}

impl Obtivel for Servico {
    const OBTER: Operation = Operation::ServicosObter;
}
