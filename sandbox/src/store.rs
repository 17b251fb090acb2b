//! What the platform knows, in memory. Nothing is ever dropped: removing marks, so that an identifier stays an index.

use std::collections::HashMap;
use std::sync::Arc;

use smartbill_core::model::{Cliente, Cobranca, Servico};

use crate::consumos::Consumos;
use crate::contratos::ContratoGuardado;

/// Everything, by resource.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) clientes: Colecao<Cliente>,
    pub(crate) servicos: Colecao<Servico>,
    pub(crate) contratos: Colecao<ContratoGuardado>,
    pub(crate) consumos: Consumos,
    pub(crate) cobrancas: Colecao<Cobranca>,
}

/// Records by identifier (their position, counted from 1) and by external code.
pub(crate) struct Colecao<T> {
    itens: Vec<T>,
    externos: HashMap<Arc<str>, u32>,
    versao: u64,
}

impl<T> Default for Colecao<T> {
    fn default() -> Self {
        Self { itens: Vec::new(), externos: HashMap::new(), versao: 0 }
    }
}

impl<T> Colecao<T> {
    /// Adds a record; its index.
    pub(crate) fn push(&mut self, item: T) -> u32 {
        self.versao += 1;
        let indice = self.proximo();
        self.itens.push(item);
        indice
    }

    /// The index that the next record will have.
    pub(crate) fn proximo(&self) -> u32 {
        u32::try_from(self.itens.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn get(&self, indice: u32) -> Option<&T> {
        self.itens.get(indice as usize)
    }

    /// For changing; counts as a change of the collection.
    pub(crate) fn get_mut(&mut self, indice: u32) -> Option<&mut T> {
        self.versao += 1;
        self.itens.get_mut(indice as usize)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0_u32..).zip(&self.itens)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.versao += 1;
        self.itens.iter_mut()
    }

    /// Grows with every change; tells a remembered listing from a stale one.
    pub(crate) fn versao(&self) -> u64 {
        self.versao
    }

    pub(crate) fn por_externo(&self, codigo: &str) -> Option<u32> {
        self.externos.get(codigo).copied()
    }

    /// Names the record at `indice` by `codigo`.
    pub(crate) fn nomear(&mut self, codigo: &str, indice: u32) {
        self.externos.insert(codigo.into(), indice);
    }

    pub(crate) fn esquecer_nome(&mut self, codigo: &str) {
        self.externos.remove(codigo);
    }

    /// The record that the identifier `id` names.
    pub(crate) fn por_id(&self, id: &str) -> Option<u32> {
        indice(id).filter(|i| (*i as usize) < self.itens.len())
    }
}

/// The index behind an identifier. An identifier has one spelling: `01` and `+1` are not `1`.
pub(crate) fn indice(id: &str) -> Option<u32> {
    if id.starts_with('0') || !id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    id.parse::<u32>().ok()?.checked_sub(1)
}

/// The identifier of the record at `indice`.
pub(crate) fn id(indice: u32) -> String {
    (u64::from(indice) + 1).to_string()
}
