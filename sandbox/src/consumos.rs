//! Metered usage, kept compactly: an import brings millions of these.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Consumo, Id, SituacaoConsumo};

use crate::store;

/// All usage, by identifier and by external identifier.
#[derive(Default)]
pub(crate) struct Consumos {
    linhas: Vec<Linha>,
    /// Only what is not removed: a removed record gives its external identifier back.
    externos: HashMap<Arc<str>, u32>,
    versao: u64,
}

/// One record of usage, without what the contract and the service say already.
#[derive(Clone)]
pub(crate) struct Linha {
    pub(crate) id_externo: Option<Arc<str>>,
    pub(crate) contrato: u32,
    pub(crate) servico: u32,
    pub(crate) competencia: Competencia,
    pub(crate) data: Option<Date>,
    pub(crate) quantidade: Decimal,
    pub(crate) estorno: Option<bool>,
    pub(crate) valor_unitario: Option<Decimal>,
    pub(crate) valor: Option<Decimal>,
    pub(crate) estado: Estado,
    criado: i64,
    alterado: i64,
    resto: Option<Box<Resto>>,
}

/// What few records have.
#[derive(Clone, Default, PartialEq)]
struct Resto {
    descricao: Option<String>,
    complemento: Option<String>,
    grupo: Option<String>,
    propriedades: BTreeMap<String, String>,
}

/// Where a record is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Estado {
    Pendente,
    /// By the charge at this index.
    Faturado(u32),
    Removido,
}

impl Linha {
    /// The record that `modelo` describes; `None` when it has no quantity or no month.
    pub(crate) fn nova(modelo: &Consumo, contrato: u32, servico: u32, agora: Timestamp) -> Option<Self> {
        let resto = Resto {
            descricao: modelo.descricao.clone(),
            complemento: modelo.complemento.clone(),
            grupo: modelo.grupo.clone(),
            propriedades: modelo.propriedades.clone(),
        };
        Some(Self {
            id_externo: modelo.id_externo.as_deref().map(Arc::from),
            contrato,
            servico,
            competencia: modelo.competencia.or_else(|| modelo.data_consumo.map(Competencia::of))?,
            data: modelo.data_consumo,
            quantidade: modelo.quantidade?,
            estorno: modelo.estorno,
            valor_unitario: modelo.valor_unitario,
            valor: modelo.valor,
            estado: Estado::Pendente,
            criado: agora.as_microsecond(),
            alterado: agora.as_microsecond(),
            resto: (resto != Resto::default()).then(|| Box::new(resto)),
        })
    }

    /// The record as the platform answers it.
    pub(crate) fn modelo(&self, indice: u32, contrato_codigo: Option<&str>, servico_codigo: Option<&str>) -> Consumo {
        let resto = self.resto.as_deref();
        Consumo {
            id: Some(Id(store::id(indice))),
            id_externo: self.id_externo.as_deref().map(str::to_owned),
            contrato_id: Some(Id(store::id(self.contrato))),
            contrato_codigo_externo: contrato_codigo.map(str::to_owned),
            servico_id: Some(Id(store::id(self.servico))),
            servico_codigo: servico_codigo.map(str::to_owned),
            competencia: Some(self.competencia),
            data_consumo: self.data,
            quantidade: Some(self.quantidade),
            estorno: self.estorno,
            valor_unitario: self.valor_unitario,
            valor: self.valor,
            descricao: resto.and_then(|r| r.descricao.clone()),
            complemento: resto.and_then(|r| r.complemento.clone()),
            grupo: resto.and_then(|r| r.grupo.clone()),
            propriedades: resto.map(|r| r.propriedades.clone()).unwrap_or_default(),
            faturado: Some(matches!(self.estado, Estado::Faturado(_))),
            cobranca_id: match self.estado {
                Estado::Faturado(cobranca) => Some(Id(store::id(cobranca))),
                _ => None,
            },
            situacao: Some(self.estado.situacao()),
            criado_em: Timestamp::from_microsecond(self.criado).ok(),
            alterado_em: Timestamp::from_microsecond(self.alterado).ok(),
            ..Consumo::default()
        }
    }

    pub(crate) fn grupo(&self) -> Option<&str> {
        self.resto.as_deref()?.grupo.as_deref()
    }

    /// Whether somebody changed it at `instante` or later.
    pub(crate) fn alterado_desde(&self, instante: Timestamp) -> bool {
        self.alterado >= instante.as_microsecond()
    }

    /// Whether this says the same as `outra`, whatever became of either.
    pub(crate) fn mesmo_conteudo(&self, outra: &Self) -> bool {
        self.id_externo == outra.id_externo
            && self.contrato == outra.contrato
            && self.servico == outra.servico
            && self.competencia == outra.competencia
            && self.data == outra.data
            && self.quantidade == outra.quantidade
            && self.estorno == outra.estorno
            && self.valor_unitario == outra.valor_unitario
            && self.valor == outra.valor
            && self.resto == outra.resto
    }
}

impl Estado {
    pub(crate) fn situacao(self) -> SituacaoConsumo {
        match self {
            Self::Pendente => SituacaoConsumo::Pendente,
            Self::Faturado(_) => SituacaoConsumo::Faturado,
            Self::Removido => SituacaoConsumo::Removido,
        }
    }
}

impl Consumos {
    pub(crate) fn push(&mut self, linha: Linha) -> u32 {
        self.versao += 1;
        let indice = u32::try_from(self.linhas.len()).unwrap_or(u32::MAX);
        if let Some(externo) = &linha.id_externo {
            self.externos.insert(externo.clone(), indice);
        }
        self.linhas.push(linha);
        indice
    }

    pub(crate) fn get(&self, indice: u32) -> Option<&Linha> {
        self.linhas.get(indice as usize)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Linha)> {
        (0_u32..).zip(&self.linhas)
    }

    pub(crate) fn versao(&self) -> u64 {
        self.versao
    }

    pub(crate) fn por_externo(&self, id_externo: &str) -> Option<u32> {
        self.externos.get(id_externo).copied()
    }

    pub(crate) fn por_id(&self, id: &str) -> Option<u32> {
        store::indice(id).filter(|i| (*i as usize) < self.linhas.len())
    }

    /// Puts `nova` in the place of the record at `indice`, which keeps its age and its state.
    pub(crate) fn substituir(&mut self, indice: u32, mut nova: Linha) {
        self.versao += 1;
        let Some(atual) = self.linhas.get_mut(indice as usize) else { return };
        if atual.id_externo != nova.id_externo {
            if let Some(antigo) = &atual.id_externo {
                self.externos.remove(antigo);
            }
            if let Some(novo) = &nova.id_externo {
                self.externos.insert(novo.clone(), indice);
            }
        }
        nova.criado = atual.criado;
        nova.estado = atual.estado;
        *atual = nova;
    }

    pub(crate) fn remover(&mut self, indice: u32, agora: Timestamp) {
        self.versao += 1;
        let Some(linha) = self.linhas.get_mut(indice as usize) else { return };
        linha.estado = Estado::Removido;
        linha.alterado = agora.as_microsecond();
        if let Some(externo) = &linha.id_externo
            && self.externos.get(externo) == Some(&indice)
        {
            self.externos.remove(externo);
        }
    }

    /// Marks the record at `indice` as billed by the charge at `cobranca`.
    pub(crate) fn faturar(&mut self, indice: u32, cobranca: u32, agora: Timestamp) {
        self.versao += 1;
        if let Some(linha) = self.linhas.get_mut(indice as usize) {
            linha.estado = Estado::Faturado(cobranca);
            linha.alterado = agora.as_microsecond();
        }
    }
}
