//! Metered usage, stored compactly, because an import brings millions of records.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Consumo, Id, SituacaoConsumo};

use crate::collection;

/// All usage, by identifier and by external identifier.
#[derive(Default)]
pub(crate) struct Consumos {
    rows: Vec<Row>,
    /// Only records that are not removed. A removed record releases its external identifier.
    external_ids: HashMap<Arc<str>, u32>,
    version: u64,
}

/// One record of usage, without the data that the contract and the service have already.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) id_externo: Option<Arc<str>>,
    pub(crate) contrato: u32,
    pub(crate) servico: u32,
    pub(crate) competencia: Competencia,
    pub(crate) date: Option<Date>,
    pub(crate) quantidade: Decimal,
    pub(crate) estorno: Option<bool>,
    pub(crate) valor_unitario: Option<Decimal>,
    pub(crate) value: Option<Decimal>,
    pub(crate) state: State,
    created: i64,
    changed: i64,
    rest: Option<Box<Rest>>,
}

/// The data that only few records have.
#[derive(Clone, Default, PartialEq)]
struct Rest {
    descricao: Option<String>,
    complemento: Option<String>,
    group: Option<String>,
    propriedades: BTreeMap<String, String>,
}

/// The state of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    /// Billed by the charge at this index.
    Faturado(u32),
    Removed,
}

impl Row {
    /// Makes the record of `model`. Returns `None` if it has no quantity or no month.
    pub(crate) fn new(model: &Consumo, contrato: u32, servico: u32, now: Timestamp) -> Option<Self> {
        let rest = Rest {
            descricao: model.descricao.clone(),
            complemento: model.complemento.clone(),
            group: model.grupo.clone(),
            propriedades: model.propriedades.clone(),
        };
        Some(Self {
            id_externo: model.id_externo.as_deref().map(Arc::from),
            contrato,
            servico,
            competencia: model.competencia.or_else(|| model.data_consumo.map(Competencia::of))?,
            date: model.data_consumo,
            quantidade: model.quantidade?,
            estorno: model.estorno,
            valor_unitario: model.valor_unitario,
            value: model.valor,
            state: State::Pending,
            created: now.as_microsecond(),
            changed: now.as_microsecond(),
            rest: (rest != Rest::default()).then(|| Box::new(rest)),
        })
    }

    /// The record as the platform answers it.
    pub(crate) fn model(&self, index: u32, contrato_code: Option<&str>, servico_codigo: Option<&str>) -> Consumo {
        let rest = self.rest.as_deref();
        Consumo {
            id: Some(Id(collection::id(index))),
            id_externo: self.id_externo.as_deref().map(str::to_owned),
            contrato_id: Some(Id(collection::id(self.contrato))),
            contrato_codigo_externo: contrato_code.map(str::to_owned),
            servico_id: Some(Id(collection::id(self.servico))),
            servico_codigo: servico_codigo.map(str::to_owned),
            competencia: Some(self.competencia),
            data_consumo: self.date,
            quantidade: Some(self.quantidade),
            estorno: self.estorno,
            valor_unitario: self.valor_unitario,
            valor: self.value,
            descricao: rest.and_then(|r| r.descricao.clone()),
            complemento: rest.and_then(|r| r.complemento.clone()),
            grupo: rest.and_then(|r| r.group.clone()),
            propriedades: rest.map(|r| r.propriedades.clone()).unwrap_or_default(),
            faturado: Some(matches!(self.state, State::Faturado(_))),
            cobranca_id: match self.state {
                State::Faturado(cobranca) => Some(Id(collection::id(cobranca))),
                _ => None,
            },
            situacao: Some(self.state.situacao()),
            criado_em: Timestamp::from_microsecond(self.created).ok(),
            alterado_em: Timestamp::from_microsecond(self.changed).ok(),
            ..Consumo::default()
        }
    }

    pub(crate) fn group(&self) -> Option<&str> {
        self.rest.as_deref()?.group.as_deref()
    }

    /// Whether the record was changed at `instant` or later.
    pub(crate) fn alterado_desde(&self, instant: Timestamp) -> bool {
        self.changed >= instant.as_microsecond()
    }

    /// Whether this record has the same content as `other`, whatever their states.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.id_externo == other.id_externo
            && self.contrato == other.contrato
            && self.servico == other.servico
            && self.competencia == other.competencia
            && self.date == other.date
            && self.quantidade == other.quantidade
            && self.estorno == other.estorno
            && self.valor_unitario == other.valor_unitario
            && self.value == other.value
            && self.rest == other.rest
    }
}

impl State {
    pub(crate) fn situacao(self) -> SituacaoConsumo {
        match self {
            Self::Pending => SituacaoConsumo::Pendente,
            Self::Faturado(_) => SituacaoConsumo::Faturado,
            Self::Removed => SituacaoConsumo::Removido,
        }
    }
}

impl Consumos {
    pub(crate) fn push(&mut self, row: Row) -> u32 {
        self.version += 1;
        let index = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if let Some(external) = &row.id_externo {
            self.external_ids.insert(external.clone(), index);
        }
        self.rows.push(row);
        index
    }

    pub(crate) fn get(&self, index: u32) -> Option<&Row> {
        self.rows.get(index as usize)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Row)> {
        (0_u32..).zip(&self.rows)
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn by_external(&self, id_externo: &str) -> Option<u32> {
        self.external_ids.get(id_externo).copied()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<u32> {
        collection::index(id).filter(|i| (*i as usize) < self.rows.len())
    }

    /// Replaces the record at `index` by `new`. The creation time and the state stay.
    pub(crate) fn replace(&mut self, index: u32, mut new: Row) {
        self.version += 1;
        let Some(current) = self.rows.get_mut(index as usize) else { return };
        if current.id_externo != new.id_externo {
            if let Some(old) = &current.id_externo {
                self.external_ids.remove(old);
            }
            if let Some(new_id) = &new.id_externo {
                self.external_ids.insert(new_id.clone(), index);
            }
        }
        new.created = current.created;
        new.state = current.state;
        *current = new;
    }

    pub(crate) fn remover(&mut self, index: u32, now: Timestamp) {
        self.version += 1;
        let Some(row) = self.rows.get_mut(index as usize) else { return };
        row.state = State::Removed;
        row.changed = now.as_microsecond();
        if let Some(external) = &row.id_externo
            && self.external_ids.get(external) == Some(&index)
        {
            self.external_ids.remove(external);
        }
    }

    /// Marks the record at `index` as billed by the charge at `cobranca`.
    pub(crate) fn faturar(&mut self, index: u32, cobranca: u32, now: Timestamp) {
        self.version += 1;
        if let Some(row) = self.rows.get_mut(index as usize) {
            row.state = State::Faturado(cobranca);
            row.changed = now.as_microsecond();
        }
    }
}
