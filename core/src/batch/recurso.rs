use crate::api::Operation;
use crate::model::{Cliente, Consumo, Id, Modelo, SituacaoConsumo};
use crate::planilha::{Fluxo, fluxo};

/// A model that spreadsheets bring in, row by row.
pub trait Importavel: Modelo {
    /// The columns of its spreadsheets.
    const FLUXO: &'static Fluxo;
    /// The operation that adds one.
    const INCLUIR: Operation;
    /// The operation that changes one.
    const ALTERAR: Operation;
    /// The operation that removes one.
    const REMOVER: Operation;
    /// The operation that lists them.
    const LISTAR: Operation;
    /// Fields that name the same thing as another: the code, and the platform's identifier.
    const REFERENCIAS: &'static [(&'static str, &'static str)];

    /// The platform's identifier.
    fn id(&self) -> Option<&Id>;

    /// The code in the company's own system.
    fn codigo(&self) -> Option<&str>;

    /// What else tells one record from all others, where there is no code.
    fn documento(&self) -> Option<&str>;

    /// Whether the platform keeps it only for the record.
    fn removido(&self) -> bool;
}

impl Importavel for Cliente {
    const FLUXO: &'static Fluxo = &fluxo::CLIENTES;
    const INCLUIR: Operation = Operation::ClientesIncluir;
    const ALTERAR: Operation = Operation::ClientesAlterar;
    const REMOVER: Operation = Operation::ClientesRemover;
    const LISTAR: Operation = Operation::ClientesListar;
    const REFERENCIAS: &'static [(&'static str, &'static str)] = &[];

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn codigo(&self) -> Option<&str> {
        self.codigo_externo.as_deref()
    }

    fn documento(&self) -> Option<&str> {
        self.cpf_cnpj.as_deref()
    }

    /// A customer that is out of use keeps its code, so it is still the one that a row with that code means.
    fn removido(&self) -> bool {
        false
    }
}

impl Importavel for Consumo {
    const FLUXO: &'static Fluxo = &fluxo::CONSUMOS;
    const INCLUIR: Operation = Operation::ConsumosIncluir;
    const ALTERAR: Operation = Operation::ConsumosAlterar;
    const REMOVER: Operation = Operation::ConsumosRemover;
    const LISTAR: Operation = Operation::ConsumosListar;
    const REFERENCIAS: &'static [(&'static str, &'static str)] =
        &[("contratoCodigoExterno", "contratoId"), ("servicoCodigo", "servicoId")];

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn codigo(&self) -> Option<&str> {
        self.id_externo.as_deref()
    }

    fn documento(&self) -> Option<&str> {
        None
    }

    fn removido(&self) -> bool {
        self.situacao == Some(SituacaoConsumo::Removido)
    }
}

/// The business identity of a row: its code, or its document where it has no code.
pub(crate) fn chave<M: Importavel>(modelo: &M) -> Option<String> {
    chaves(modelo).into_iter().flatten().next()
}

/// Every identity under which a row may mean this record.
pub(crate) fn chaves<M: Importavel>(modelo: &M) -> [Option<String>; 2] {
    [modelo.codigo().map(|c| format!("{CODIGO}{c}")), modelo.documento().map(|d| format!("{DOCUMENTO}{d}"))]
}

/// The code inside an identity, if it is one.
pub(crate) fn codigo_da_chave(chave: &str) -> Option<&str> {
    chave.strip_prefix(CODIGO)
}

/// The document inside an identity, if it is one.
pub(crate) fn documento_da_chave(chave: &str) -> Option<&str> {
    chave.strip_prefix(DOCUMENTO)
}

const CODIGO: &str = "c:";
const DOCUMENTO: &str = "d:";
