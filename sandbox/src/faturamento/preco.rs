//! What items cost. Every amount is rounded once, half up, to two places.

use std::collections::HashSet;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use smartbill_core::model::{Agregacao, Desconto, ItemContrato, Servico, TipoDesconto};

use crate::consumos::Linha;

/// Half up, to whole cents.
pub(crate) fn centavos(v: Decimal) -> Decimal {
    let mut v = v.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    v.rescale(2);
    v
}

/// An amount and the discount on it, both in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Preco {
    pub(crate) bruto: Decimal,
    pub(crate) desconto: Decimal,
}

impl Preco {
    /// `bruto` less the item's discount, as it stands on the day `dia`.
    pub(crate) fn com_desconto(bruto: Decimal, desconto: Option<&Desconto>, dia: Date) -> Self {
        let bruto = centavos(bruto);
        let vale = desconto.filter(|d| d.ate.is_none_or(|ate| dia <= ate));
        let valor = vale.and_then(|d| d.valor).unwrap_or_default();
        let desconto = match vale.and_then(|d| d.tipo.as_ref()) {
            Some(TipoDesconto::Percentual) => {
                centavos(bruto.saturating_mul(valor).checked_div(Decimal::ONE_HUNDRED).unwrap_or_default())
            }
            Some(TipoDesconto::Valor) => centavos(valor),
            _ => Decimal::ZERO,
        };
        Self { bruto, desconto: desconto.min(bruto).max(Decimal::ZERO) }
    }

    pub(crate) fn liquido(&self) -> Decimal {
        self.bruto.saturating_sub(self.desconto)
    }

    pub(crate) fn menos(&self, outro: &Self) -> Self {
        Self { bruto: self.bruto.saturating_sub(outro.bruto), desconto: self.desconto.saturating_sub(outro.desconto) }
    }
}

/// The price of a unit: the contract's own, or the service's.
pub(crate) fn unitario(item: &ItemContrato, servico: &Servico) -> Decimal {
    item.valor_unitario.or(servico.valor_unitario).unwrap_or_default()
}

/// What the usage of one month of one item adds up to.
#[derive(Debug, Default)]
pub(crate) struct Uso<'a> {
    soma: Decimal,
    registros: i64,
    maximo: Decimal,
    grupos: HashSet<&'a str>,
    ultimo: Option<(Option<Date>, Decimal)>,
    /// Records that name their own price stand outside aggregation and tiers.
    pub(crate) precos_proprios: Decimal,
    pub(crate) quantidade_propria: Decimal,
}

impl<'a> Uso<'a> {
    pub(crate) fn somar(&mut self, linha: &'a Linha) {
        let quantidade = linha.quantidade;
        if let Some(valor) =
            linha.valor.or_else(|| linha.valor_unitario.map(|v| centavos(v.saturating_mul(quantidade))))
        {
            self.precos_proprios = self.precos_proprios.saturating_add(valor);
            self.quantidade_propria = self.quantidade_propria.saturating_add(quantidade);
            return;
        }
        self.soma = self.soma.saturating_add(quantidade);
        if linha.estorno == Some(true) {
            // It takes a record back; it is none, and has no peak of its own.
            self.registros -= 1;
            return;
        }
        self.registros += 1;
        self.maximo = self.maximo.max(quantidade);
        self.grupos.insert(linha.grupo().unwrap_or_default());
        // Records come in the order of their inclusion, which decides between equal days.
        if self.ultimo.is_none_or(|(data, _)| linha.data >= data) {
            self.ultimo = Some((linha.data, quantidade));
        }
    }

    /// The month's one quantity.
    pub(crate) fn quantidade(&self, agregacao: Option<&Agregacao>) -> Decimal {
        let quantidade = match agregacao {
            Some(Agregacao::Contagem) => Decimal::from(self.registros),
            Some(Agregacao::Maximo) => self.maximo,
            Some(Agregacao::Unico) => Decimal::from(self.grupos.len()),
            Some(Agregacao::Ultimo) => self.ultimo.map(|(_, q)| q).unwrap_or_default(),
            _ => self.soma,
        };
        quantidade.max(Decimal::ZERO)
    }

    /// What it costs: the quantity less the franchise over the tiers, the minimum observed, and the records that
    /// name their own price.
    pub(crate) fn bruto(&self, item: &ItemContrato, servico: &Servico) -> Decimal {
        let incluida = servico.quantidade_incluida.unwrap_or_default();
        let excedente = self.quantidade(servico.agregacao.as_ref()).saturating_sub(incluida).max(Decimal::ZERO);
        let valor = match item.valor_unitario {
            None if !servico.faixas.is_empty() => por_faixas(servico, excedente),
            _ => unitario(item, servico).saturating_mul(excedente),
        };
        let minimo = servico.valor_minimo.unwrap_or_default();
        centavos(valor).max(minimo).saturating_add(self.precos_proprios)
    }
}

/// Each unit at the price of the tier in which it falls; a tier's fixed amount once it is reached.
fn por_faixas(servico: &Servico, quantidade: Decimal) -> Decimal {
    let mut total = Decimal::ZERO;
    for faixa in &servico.faixas {
        let de = faixa.de.unwrap_or_default();
        if quantidade <= de {
            break;
        }
        let dentro = faixa.ate.map_or(quantidade, |ate| ate.min(quantidade)).saturating_sub(de);
        let valor = dentro.saturating_mul(faixa.valor_unitario.unwrap_or_default());
        total = total.saturating_add(valor).saturating_add(faixa.valor_fixo.unwrap_or_default());
    }
    total
}
