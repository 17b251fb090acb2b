//! Prices of items. Every amount is rounded once, half up, to two places.

use std::collections::HashSet;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use smartbill_core::model::{Agregacao, Desconto, ItemContrato, Servico, TipoDesconto};

use crate::consumos::Row;

/// Rounds half up to whole cents.
pub(crate) fn cents(v: Decimal) -> Decimal {
    let mut v = v.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    v.rescale(2);
    v
}

/// An amount and the discount on it, both in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Price {
    pub(crate) gross: Decimal,
    pub(crate) desconto: Decimal,
}

impl Price {
    /// `gross` with the item's discount on the day `day`.
    pub(crate) fn with_desconto(gross: Decimal, desconto: Option<&Desconto>, day: Date) -> Self {
        let gross = cents(gross);
        let applies = desconto.filter(|d| d.ate.is_none_or(|until| day <= until));
        let value = applies.and_then(|d| d.valor).unwrap_or_default();
        let desconto = match applies.and_then(|d| d.tipo.as_ref()) {
            Some(TipoDesconto::Percentual) => {
                cents(gross.saturating_mul(value).checked_div(Decimal::ONE_HUNDRED).unwrap_or_default())
            }
            Some(TipoDesconto::Valor) => cents(value),
            _ => Decimal::ZERO,
        };
        Self { gross, desconto: desconto.min(gross).max(Decimal::ZERO) }
    }

    pub(crate) fn net(&self) -> Decimal {
        self.gross.saturating_sub(self.desconto)
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self { gross: self.gross.saturating_sub(other.gross), desconto: self.desconto.saturating_sub(other.desconto) }
    }
}

/// The price of a unit: the contract's own, or the service's.
pub(crate) fn unit_price(item: &ItemContrato, servico: &Servico) -> Decimal {
    item.valor_unitario.or(servico.valor_unitario).unwrap_or_default()
}

/// The total usage of one month of one item.
#[derive(Debug, Default)]
pub(crate) struct Usage<'a> {
    sum: Decimal,
    records: i64,
    max: Decimal,
    groups: HashSet<&'a str>,
    last: Option<(Option<Date>, Decimal)>,
    /// The total of the records with their own price. They are outside aggregation and tiers.
    pub(crate) own_prices: Decimal,
    pub(crate) own_quantidade: Decimal,
}

impl<'a> Usage<'a> {
    pub(crate) fn add(&mut self, row: &'a Row) {
        let quantidade = row.quantidade;
        if let Some(value) = row.value.or_else(|| row.valor_unitario.map(|v| cents(v.saturating_mul(quantidade)))) {
            self.own_prices = self.own_prices.saturating_add(value);
            self.own_quantidade = self.own_quantidade.saturating_add(quantidade);
            return;
        }
        self.sum = self.sum.saturating_add(quantidade);
        if row.estorno == Some(true) {
            // The record takes an earlier record back. It does not count itself, and has no peak.
            self.records -= 1;
            return;
        }
        self.records += 1;
        self.max = self.max.max(quantidade);
        self.groups.insert(row.group().unwrap_or_default());
        // Records come in the order of their inclusion, and on equal days the later one counts.
        if self.last.is_none_or(|(date, _)| row.date >= date) {
            self.last = Some((row.date, quantidade));
        }
    }

    /// The quantity of the month, by the item's aggregation.
    pub(crate) fn quantidade(&self, agregacao: Option<&Agregacao>) -> Decimal {
        let quantidade = match agregacao {
            Some(Agregacao::Contagem) => Decimal::from(self.records),
            Some(Agregacao::Maximo) => self.max,
            Some(Agregacao::Unico) => Decimal::from(self.groups.len()),
            Some(Agregacao::Ultimo) => self.last.map(|(_, q)| q).unwrap_or_default(),
            _ => self.sum,
        };
        quantidade.max(Decimal::ZERO)
    }

    /// The price of the month: the quantity without the franchise at the tiers' prices, raised to the minimum, plus the
    /// records with their own price.
    pub(crate) fn gross(&self, item: &ItemContrato, servico: &Servico) -> Decimal {
        let included = servico.quantidade_incluida.unwrap_or_default();
        let excess = self.quantidade(servico.agregacao.as_ref()).saturating_sub(included).max(Decimal::ZERO);
        let value = match item.valor_unitario {
            None if !servico.faixas.is_empty() => by_faixas(servico, excess),
            _ => unit_price(item, servico).saturating_mul(excess),
        };
        let minimum = servico.valor_minimo.unwrap_or_default();
        cents(value).max(minimum).saturating_add(self.own_prices)
    }
}

/// Prices each unit by the tier in which it falls, and adds a tier's fixed amount once the tier is reached.
fn by_faixas(servico: &Servico, quantidade: Decimal) -> Decimal {
    let mut total = Decimal::ZERO;
    for faixa in &servico.faixas {
        let from = faixa.de.unwrap_or_default();
        if quantidade <= from {
            break;
        }
        let inside = faixa.ate.map_or(quantidade, |until| until.min(quantidade)).saturating_sub(from);
        let value = inside.saturating_mul(faixa.valor_unitario.unwrap_or_default());
        total = total.saturating_add(value).saturating_add(faixa.valor_fixo.unwrap_or_default());
    }
    total
}
