//! Listings: selects the records of a filter, in a stable order.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use smartbill_core::Competencia;
use smartbill_core::api::Operation;
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, ConsumosFilter, ContratosFilter, Ordem, OrdenarCobrancas,
    Servico, ServicosFilter, SituacaoConsumo, TipoData,
};

use crate::collection;
use crate::consumos::{Row, State};
use crate::contratos::StoredContrato;
use crate::platform::{Platform, charge};

/// Iterates over all records, or over the one record (or none) that an index allows.
#[expect(clippy::option_option, reason = "no index to ask, and an index that knows nothing, are two things")]
fn candidates<'a, T>(
    single: Option<Option<u32>>,
    all: impl Iterator<Item = (u32, &'a T)> + 'a,
    obter: impl Fn(u32) -> Option<&'a T>,
) -> Box<dyn Iterator<Item = (u32, &'a T)> + 'a> {
    match single {
        None => Box::new(all),
        Some(index) => {
            let hit: Vec<_> = index.and_then(|i| Some((i, obter(i)?))).into_iter().collect();
            Box::new(hit.into_iter())
        }
    }
}

fn equal<T: PartialEq>(wanted: Option<&T>, has: Option<&T>) -> bool {
    wanted.is_none_or(|wanted| has == Some(wanted))
}

fn since(wanted: Option<Timestamp>, has: Option<Timestamp>) -> bool {
    wanted.is_none_or(|wanted| has.is_some_and(|has| has >= wanted))
}

fn one_of<T: PartialEq>(wanted: &[T], has: &T) -> bool {
    wanted.is_empty() || wanted.contains(has)
}

impl Platform {
    pub(crate) fn clientes_listar(&mut self, f: &ClientesFilter) -> Arc<Vec<u32>> {
        let clientes = &self.store.clientes;
        let name = f.nome.as_ref().map(|n| n.to_lowercase());
        let serve = |c: &Cliente| {
            equal(f.codigo_externo.as_ref(), c.codigo_externo.as_ref())
                && equal(f.cpf_cnpj.as_ref(), c.cpf_cnpj.as_ref())
                && equal(f.email.as_ref(), c.email.as_ref())
                && equal(f.grupo.as_ref(), c.grupo.as_ref())
                && name.as_ref().is_none_or(|n| c.nome.as_ref().is_some_and(|has| has.to_lowercase().contains(n)))
                && c.situacao.as_ref().is_some_and(|s| one_of(&f.situacao, s))
                && since(f.alterado_desde, c.alterado_em)
        };
        let single = f.codigo_externo.as_deref().map(|c| clientes.by_external(c));
        let when = (clientes.version(), self.today);
        self.memos.obter(Operation::ClientesListar, f, when, || {
            let all = candidates(single, clientes.iter(), |i| clientes.get(i));
            all.filter(|(_, c)| serve(c)).map(|(i, _)| i).collect()
        })
    }

    pub(crate) fn servicos_listar(&mut self, f: &ServicosFilter) -> Arc<Vec<u32>> {
        let servicos = &self.store.servicos;
        let serve = |s: &Servico| {
            equal(f.codigo.as_ref(), s.codigo.as_ref())
                && equal(f.codigo_externo.as_ref(), s.codigo_externo.as_ref())
                && equal(f.tipo_cobranca.as_ref(), s.tipo_cobranca.as_ref())
                && s.situacao.as_ref().is_some_and(|has| one_of(&f.situacao, has))
        };
        let when = (servicos.version(), self.today);
        self.memos.obter(Operation::ServicosListar, f, when, || {
            servicos.iter().filter(|(_, s)| serve(s)).map(|(i, _)| i).collect()
        })
    }

    pub(crate) fn contratos_listar(&mut self, f: &ContratosFilter) -> Arc<Vec<u32>> {
        let (contratos, today) = (&self.store.contratos, self.today);
        let by_code = f.cliente_codigo_externo.as_deref().map(|c| self.store.clientes.by_external(c));
        let by_id = f.cliente_id.as_ref().map(|id| self.store.clientes.by_id(id.as_str()));
        let serve = |c: &StoredContrato| {
            by_code.is_none_or(|wanted| wanted == Some(c.cliente))
                && by_id.is_none_or(|wanted| wanted == Some(c.cliente))
                && equal(f.codigo_externo.as_ref(), c.model.codigo_externo.as_ref())
                && equal(f.numero.as_ref(), c.model.numero.as_ref())
                && one_of(&f.situacao, &c.situacao(today))
                && since(f.alterado_desde, c.model.alterado_em)
        };
        let single = f.codigo_externo.as_deref().map(|c| contratos.by_external(c));
        // The filter depends on the customers' codes too.
        let when = (contratos.version() + self.store.clientes.version(), today);
        self.memos.obter(Operation::ContratosListar, f, when, || {
            let all = candidates(single, contratos.iter(), |i| contratos.get(i));
            all.filter(|(_, c)| serve(c)).map(|(i, _)| i).collect()
        })
    }

    /// Removed usage is listed only if the filter asks for it.
    pub(crate) fn consumos_listar(&mut self, f: &ConsumosFilter) -> Arc<Vec<u32>> {
        let store = &self.store;
        let consumos = &store.consumos;
        let referred = |id: Option<Option<u32>>, code: Option<Option<u32>>| match (id, code) {
            (Some(a), Some(b)) if a != b => Some(None),
            (a, b) => a.or(b),
        };
        let contrato = referred(
            f.contrato_id.as_ref().map(|id| store.contratos.by_id(id.as_str())),
            f.contrato_codigo_externo.as_deref().map(|c| store.contratos.by_external(c)),
        );
        let servico = referred(
            f.servico_id.as_ref().map(|id| store.servicos.by_id(id.as_str())),
            f.servico_codigo.as_deref().map(|c| store.servicos.by_external(c)),
        );
        let serve = |l: &Row| {
            contrato.is_none_or(|wanted| wanted == Some(l.contrato))
                && servico.is_none_or(|wanted| wanted == Some(l.servico))
                && f.competencia.is_none_or(|wanted| wanted == l.competencia)
                && f.id_externo.as_deref().is_none_or(|wanted| l.id_externo.as_deref() == Some(wanted))
                && (l.state != State::Removed || !f.situacao.is_empty())
                && one_of(&f.situacao, &l.state.situacao())
                && f.alterado_desde.is_none_or(|wanted| l.alterado_desde(wanted))
        };
        // The index of external identifiers has only records that are not removed.
        let removed = f.situacao.contains(&SituacaoConsumo::Removido);
        let single = f.id_externo.as_deref().filter(|_| !removed).map(|c| consumos.by_external(c));
        if let Some(index) = single {
            let serve = |i: &u32| consumos.get(*i).is_some_and(serve);
            return Arc::new(index.filter(serve).into_iter().collect());
        }
        let when = (consumos.version(), self.today);
        self.memos.obter(Operation::ConsumosListar, f, when, || match contrato {
            Some(contrato) => {
                let of_contrato = contrato.and_then(|i| store.contratos.get(i)).map(|c| c.consumos.as_slice());
                let serve = |i: &&u32| consumos.get(**i).is_some_and(serve);
                let mut indices: Vec<u32> = of_contrato.unwrap_or_default().iter().filter(serve).copied().collect();
                // A record that changed its contract is at the end of the contract's list.
                indices.sort_unstable();
                indices
            }
            None => consumos.iter().filter(|(_, l)| serve(l)).map(|(i, _)| i).collect(),
        })
    }

    pub(crate) fn cobrancas_listar(&mut self, f: &CobrancasFilter) -> Arc<Vec<u32>> {
        let (cobrancas, today) = (&self.store.cobrancas, self.today);
        let when = (cobrancas.version(), today);
        self.memos.obter(Operation::CobrancasListar, f, when, || {
            let mut found_rows: Vec<(u32, &Cobranca)> =
                cobrancas.iter().filter(|(_, c)| cobranca_serve(f, c, today)).collect();
            if let Some(set_option) = &f.ordenar_por {
                let reversed = f.ordem == Some(Ordem::Decrescente);
                // The sort is stable, so equal charges stay in the order of their creation.
                found_rows.sort_by(|(_, a), (_, b)| {
                    let order = compare(set_option, a, b);
                    if reversed { order.reverse() } else { order }
                });
            } else if f.ordem == Some(Ordem::Decrescente) {
                found_rows.reverse();
            }
            found_rows.into_iter().map(|(i, _)| i).collect()
        })
    }
}

fn cobranca_serve(f: &CobrancasFilter, c: &Cobranca, today: Date) -> bool {
    let in_range = || {
        if f.de.is_none() && f.ate.is_none() {
            return true;
        }
        let between = |date: Date| f.de.is_none_or(|from| date >= from) && f.ate.is_none_or(|until| date <= until);
        match &f.tipo_data {
            Some(TipoData::Emissao) => c.data_emissao.is_some_and(between),
            Some(TipoData::Pagamento) => c.data_pagamento.is_some_and(between),
            Some(TipoData::Competencia) => c.competencia.is_some_and(|month| {
                f.de.is_none_or(|from| month >= Competencia::of(from))
                    && f.ate.is_none_or(|until| month <= Competencia::of(until))
            }),
            _ => c.data_vencimento.is_some_and(between),
        }
    };
    let value = c.valor_liquido.unwrap_or_default();
    let nosso_numero = c.boleto.as_ref().and_then(|b| b.nosso_numero.as_ref());
    equal(f.cliente_id.as_ref(), c.cliente_id.as_ref())
        && equal(f.contrato_id.as_ref(), c.contrato_id.as_ref())
        && one_of(&f.situacao, &charge::situacao(c, today))
        && equal(f.competencia.as_ref(), c.competencia.as_ref())
        && equal(f.forma_pagamento.as_ref(), c.forma_pagamento.as_ref())
        && equal(f.nosso_numero.as_ref(), nosso_numero)
        && equal(f.numero_documento.as_ref(), c.numero_documento.as_ref())
        && f.valor_min.is_none_or(|min| value >= min)
        && f.valor_max.is_none_or(|max| value <= max)
        && in_range()
}

fn compare(set_option: &OrdenarCobrancas, a: &Cobranca, b: &Cobranca) -> Ordering {
    match set_option {
        OrdenarCobrancas::Emissao => a.data_emissao.cmp(&b.data_emissao),
        OrdenarCobrancas::Vencimento => a.data_vencimento.cmp(&b.data_vencimento),
        OrdenarCobrancas::Pagamento => a.data_pagamento.cmp(&b.data_pagamento),
        OrdenarCobrancas::Valor => a.valor_liquido.cmp(&b.valor_liquido),
        _ => {
            let number = |c: &Cobranca| c.id.as_ref().and_then(|id| collection::index(id.as_str()));
            number(a).cmp(&number(b))
        }
    }
}
