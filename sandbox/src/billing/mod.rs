//! The billing run: computes what one contract owes for one month, and never bills anything twice.
//!
//! A contract has at most one charge per month. A period, an item charged only once, and a record of usage are each
//! billed by one charge. Usage that arrives after its month was billed goes into the next charge, at the amount that it
//! adds to that month: the month is priced again with all its usage, and the amount already charged is subtracted. So
//! franchise, tiers and minimum hold for the month, whenever its records arrive.
//!
//! Fixed items are billed by the days on which the contract was active. Usage is not, because it is measured, not
//! timed. The franchise and the minimum of a month therefore hold in full for a contract that was active on any day of
//! it.

mod period;
mod vencimento;

use std::collections::{BTreeMap, BTreeSet};

use period::{Fraction, due_periods};
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Id, ItemCobranca, ItemContrato, MomentoCobranca, Servico, TipoCobranca};
pub(crate) use vencimento::vencimento;

use crate::account::{Account, Charged};
use crate::calendar::Period;
use crate::collection::{self, Collection};
use crate::consumos::{Consumos, State};
use crate::contratos::StoredContrato;
use crate::price::{Price, Usage, cents, unit_price};

/// The amount that one contract owes for one month.
pub(crate) struct Fatura {
    pub(crate) items: Vec<ItemCobranca>,
    /// The usage that the charge bills.
    pub(crate) consumos: Vec<u32>,
    pub(crate) original: Decimal,
    pub(crate) desconto: Decimal,
    pub(crate) deduction: Decimal,
    pub(crate) net: Decimal,
}

/// The cause of a billing run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    /// A person asked for this month, with all its usage so far.
    Asked,
    /// The clock reached the first day of a month.
    Automatic,
}

/// Bills `contrato` for `competencia`, if it owes anything and was not billed for that month before.
pub(crate) fn faturar(
    contrato: &mut StoredContrato,
    servicos: &Collection<Servico>,
    consumos: &Consumos,
    competencia: Competencia,
    run: Run,
) -> Option<Fatura> {
    if contrato.account.competencias.contains(&competencia) {
        return None;
    }
    let mut account = std::mem::take(&mut contrato.account);
    let fatura = calculate(contrato, &mut account, servicos, consumos, competencia, run);
    if fatura.is_some() {
        account.competencias.insert(competencia);
    }
    contrato.account = account;
    fatura
}

fn calculate(
    contrato: &StoredContrato,
    account: &mut Account,
    servicos: &Collection<Servico>,
    consumos: &Consumos,
    competencia: Competencia,
    run: Run,
) -> Option<Fatura> {
    let periods = due_periods(contrato, competencia);
    let new: Vec<(Period, Fraction)> = periods
        .iter()
        .filter(|p| !account.periods.contains(&p.index))
        .filter(|p| contrato.model.ciclos.is_none_or(|ciclos| i64::from(p.index) < ciclos))
        .map(|p| (*p, Fraction::of(contrato, p)))
        .filter(|(_, fraction)| !fraction.nothing())
        .collect();
    // A contract is billed only in months in which a period falls due. Until then its usage waits.
    if periods.is_empty() {
        return None;
    }
    let antecipado = contrato.model.momento_cobranca == Some(MomentoCobranca::Antecipado);
    // If the clock bills a month at its beginning, that month's own usage is still to come.
    let last_use = if antecipado && run == Run::Automatic { competencia.add_months(-1) } else { competencia };
    let items: Vec<(usize, &ItemContrato, u32, &Servico)> = contrato
        .model
        .itens
        .iter()
        .zip(&contrato.servicos)
        .enumerate()
        .filter_map(|(i, (item, servico))| Some((i, item, *servico, servicos.get(*servico)?)))
        .collect();

    let mut rows = Vec::new();
    for (i, item, index, servico) in &items {
        match servico.tipo_cobranca {
            Some(TipoCobranca::Unico) if !new.is_empty() && account.unique.insert(*i) => {
                let value = total(item, servico);
                let price = Price::with_desconto(value, item.desconto.as_ref(), competencia.first_day());
                rows.push(fixed(item, *index, servico, price, None));
            }
            Some(TipoCobranca::Unico | TipoCobranca::Consumo) => {}
            _ => rows.extend(new.iter().map(|(period, fraction)| {
                let value = fraction.apply(total(item, servico));
                let price = Price::with_desconto(value, item.desconto.as_ref(), period.start);
                fixed(item, *index, servico, price, (!fraction.is_whole()).then_some(fraction))
            })),
        }
    }
    let months = months_with_minimum(&new, last_use);
    let (usage, consumos) = usages(contrato, account, &items, consumos, last_use, &months);
    rows.extend(usage);
    account.periods.extend(new.iter().map(|(p, _)| p.index));
    if rows.is_empty() && consumos.is_empty() {
        return None;
    }
    Some(close(rows, consumos, &mut account.credit))
}

/// Quantity × price of a fixed item, not rounded.
fn total(item: &ItemContrato, servico: &Servico) -> Decimal {
    unit_price(item, servico).saturating_mul(item.quantidade.unwrap_or(Decimal::ONE))
}

/// The months whose minimum is owed even without usage: the months of the billed periods.
fn months_with_minimum(new: &[(Period, Fraction)], last: Competencia) -> BTreeSet<Competencia> {
    let mut months = BTreeSet::new();
    for (period, _) in new {
        let mut month = Competencia::of(period.start);
        while month <= Competencia::of(period.end).min(last) {
            months.insert(month);
            month = month.add_months(1);
        }
    }
    months
}

/// Makes one line per item and month that has unbilled usage or owes a minimum. Also returns the usage billed by these
/// lines.
fn usages(
    contrato: &StoredContrato,
    account: &mut Account,
    items: &[(usize, &ItemContrato, u32, &Servico)],
    consumos: &Consumos,
    last: Competencia,
    minimums: &BTreeSet<Competencia>,
) -> (Vec<ItemCobranca>, Vec<u32>) {
    let metered: Vec<_> = items.iter().filter(|(_, _, _, s)| s.tipo_cobranca == Some(TipoCobranca::Consumo)).collect();
    let mut groups: BTreeMap<(usize, Competencia), (Usage<'_>, bool)> = BTreeMap::new();
    for (i, _, _, servico) in &metered {
        if servico.valor_minimo.is_some_and(|m| !m.is_zero()) {
            for month in minimums {
                groups.entry((*i, *month)).or_default().1 = true;
            }
        }
    }
    let mut pending = Vec::new();
    for index in &contrato.consumos {
        let Some(row) = consumos.get(*index) else { continue };
        if row.competencia > last || row.state == State::Removed {
            continue;
        }
        let Some((i, ..)) = metered.iter().find(|(_, _, servico, _)| *servico == row.servico) else { continue };
        let (usage, charges) = groups.entry((*i, row.competencia)).or_default();
        usage.add(row);
        if row.state == State::Pending {
            *charges = true;
            pending.push(*index);
        }
    }
    let mut rows = Vec::new();
    for ((i, month), (usage, _)) in groups.into_iter().filter(|(_, (_, charges))| *charges) {
        let Some((_, item, index, servico)) = metered.iter().find(|(position, ..)| *position == i) else { continue };
        let price = Price::with_desconto(usage.gross(item, servico), item.desconto.as_ref(), month.first_day());
        let quantidade = usage.quantidade(servico.agregacao.as_ref()).saturating_add(usage.own_quantidade);
        let before = account.usage.insert((i, month), Charged { price, quantidade }).unwrap_or_default();
        let price = price.minus(&before.price);
        let quantidade = quantidade.saturating_sub(before.quantidade);
        let name = item.descricao.as_deref().or(servico.nome.as_deref()).unwrap_or_default();
        rows.push(ItemCobranca {
            servico_id: Some(Id(collection::id(*index))),
            servico_codigo: servico.codigo.clone(),
            descricao: Some(format!("{name} {:02}/{}", month.month(), month.year())),
            quantidade: Some(quantidade),
            desconto: Some(price.desconto).filter(|d| !d.is_zero()),
            valor: Some(price.net()),
            ..ItemCobranca::default()
        });
    }
    (rows, pending)
}

fn fixed(item: &ItemContrato, index: u32, servico: &Servico, price: Price, part: Option<&Fraction>) -> ItemCobranca {
    let name = item.descricao.as_deref().or(servico.nome.as_deref()).unwrap_or_default();
    ItemCobranca {
        servico_id: Some(Id(collection::id(index))),
        servico_codigo: servico.codigo.clone(),
        descricao: Some(match part {
            Some(fraction) => format!("{name} (proporcional a {})", fraction.explain()),
            None => name.to_owned(),
        }),
        quantidade: item.quantidade,
        valor_unitario: Some(unit_price(item, servico)),
        desconto: Some(price.desconto).filter(|d| !d.is_zero()),
        valor: Some(price.net()),
        ..ItemCobranca::default()
    }
}

/// Adds the lines. If corrections exceed the amount owed, the charge is zero and the rest is a credit for the next
/// charge.
fn close(mut items: Vec<ItemCobranca>, consumos: Vec<u32>, credit: &mut Decimal) -> Fatura {
    let sum = |field: fn(&ItemCobranca) -> Option<Decimal>| {
        items.iter().filter_map(field).fold(Decimal::ZERO, Decimal::saturating_add)
    };
    let mut desconto = sum(|i| i.desconto);
    let mut due = sum(|i| i.valor);
    if due < Decimal::ZERO {
        let excess = -due;
        *credit = credit.saturating_add(excess);
        items.push(ItemCobranca {
            descricao: Some("Crédito para a próxima cobrança".to_owned()),
            valor: Some(excess),
            ..ItemCobranca::default()
        });
        due = Decimal::ZERO;
    }
    // A correction may return more discount than the other lines give. The amount owed stays the same.
    desconto = desconto.max(Decimal::ZERO);
    let deduction = due.min(*credit);
    *credit = credit.saturating_sub(deduction);
    Fatura {
        items,
        consumos,
        original: cents(due.saturating_add(desconto)),
        desconto: cents(desconto),
        deduction: cents(deduction),
        net: cents(due.saturating_sub(deduction)),
    }
}

#[cfg(test)]
mod tests;
