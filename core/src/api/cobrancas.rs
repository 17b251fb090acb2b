use crate::api::{Operation, Recurso};
use crate::model::{Cobranca, FiltroCobrancas};

impl Recurso for Cobranca {
    type Filtro = FiltroCobrancas;
    const LISTAR: Operation = Operation::CobrancasListar;
}
