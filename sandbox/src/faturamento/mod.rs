//! The billing run: what one contract owes for one month, and never twice.
//!
//! A contract has at most one charge per month. A period, an item charged once, and a record of usage are each billed
//! by one charge. Usage that arrives after its month was billed goes into the next charge at what it adds to that
//! month: the month is priced again with all its usage, and what was charged for it already is taken off. So
//! franchise, tiers and minimum hold for the month, whenever its records came.
//!
//! Fixed items are billed by the days on which the contract was active. Usage is not: it is measured, not timed, so that the
//! franchise and the minimum of a month hold whole for a contract that was active on any day of it.

mod periodo;
mod preco;
mod vencimento;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Id, ItemCobranca, ItemContrato, MomentoCobranca, Servico, TipoCobranca};

pub(crate) use periodo::ciclo_de;
use periodo::{Fracao, Periodo, devidos};
pub(crate) use preco::centavos;
use preco::{Preco, Uso, unitario};
pub(crate) use vencimento::vencimento;

use crate::consumos::{Consumos, Estado};
use crate::contratos::ContratoGuardado;
use crate::store::{self, Colecao};

/// What billing remembers of a contract, so that nothing is billed twice.
#[derive(Default)]
pub(crate) struct Conta {
    competencias: BTreeSet<Competencia>,
    periodos: BTreeSet<i32>,
    /// Items charged once that were charged, by position.
    unicos: BTreeSet<usize>,
    /// What was charged for the usage of an item, by position, and month.
    uso: BTreeMap<(usize, Competencia), Cobrado>,
    /// What corrections took off beyond the charges they met; taken off the next.
    credito: Decimal,
}

#[derive(Default, Clone, Copy)]
struct Cobrado {
    preco: Preco,
    quantidade: Decimal,
}

/// What one contract owes for one month.
pub(crate) struct Fatura {
    pub(crate) itens: Vec<ItemCobranca>,
    /// The usage that it bills.
    pub(crate) consumos: Vec<u32>,
    pub(crate) original: Decimal,
    pub(crate) desconto: Decimal,
    pub(crate) abatimento: Decimal,
    pub(crate) liquido: Decimal,
}

/// Who asks for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Corrida {
    /// A person, for this month with all its usage so far.
    Pedida,
    /// The clock, on the first day of a month.
    Automatica,
}

/// Bills `contrato` for `competencia`, if it owes anything and was not billed for it before.
pub(crate) fn faturar(
    contrato: &mut ContratoGuardado,
    servicos: &Colecao<Servico>,
    consumos: &Consumos,
    competencia: Competencia,
    corrida: Corrida,
) -> Option<Fatura> {
    if contrato.conta.competencias.contains(&competencia) {
        return None;
    }
    let mut conta = std::mem::take(&mut contrato.conta);
    let fatura = calcular(contrato, &mut conta, servicos, consumos, competencia, corrida);
    if fatura.is_some() {
        conta.competencias.insert(competencia);
    }
    contrato.conta = conta;
    fatura
}

fn calcular(
    contrato: &ContratoGuardado,
    conta: &mut Conta,
    servicos: &Colecao<Servico>,
    consumos: &Consumos,
    competencia: Competencia,
    corrida: Corrida,
) -> Option<Fatura> {
    let periodos = devidos(contrato, competencia);
    let novos: Vec<(Periodo, Fracao)> = periodos
        .iter()
        .filter(|p| !conta.periodos.contains(&p.indice))
        .filter(|p| contrato.modelo.ciclos.is_none_or(|ciclos| i64::from(p.indice) < ciclos))
        .map(|p| (*p, Fracao::de(contrato, p)))
        .filter(|(_, fracao)| !fracao.nada())
        .collect();
    // Outside the months in which its periods fall due, a contract is not billed: its usage waits.
    if periodos.is_empty() {
        return None;
    }
    let antecipado = contrato.modelo.momento_cobranca == Some(MomentoCobranca::Antecipado);
    // Billed by the clock at the beginning of a month, the month's own usage is still to come.
    let ultimo_uso = if antecipado && corrida == Corrida::Automatica { competencia.somar(-1) } else { competencia };
    let itens: Vec<(usize, &ItemContrato, u32, &Servico)> = contrato
        .modelo
        .itens
        .iter()
        .zip(&contrato.servicos)
        .enumerate()
        .filter_map(|(i, (item, servico))| Some((i, item, *servico, servicos.get(*servico)?)))
        .collect();

    let mut linhas = Vec::new();
    for (i, item, indice, servico) in &itens {
        match servico.tipo_cobranca {
            Some(TipoCobranca::Unico) if !novos.is_empty() && conta.unicos.insert(*i) => {
                let valor = total(item, servico);
                let preco = Preco::com_desconto(valor, item.desconto.as_ref(), competencia.primeiro_dia());
                linhas.push(fixo(item, *indice, servico, preco, None));
            }
            Some(TipoCobranca::Unico | TipoCobranca::Consumo) => {}
            _ => linhas.extend(novos.iter().map(|(periodo, fracao)| {
                let valor = fracao.aplicar(total(item, servico));
                let preco = Preco::com_desconto(valor, item.desconto.as_ref(), periodo.inicio);
                fixo(item, *indice, servico, preco, (!fracao.inteiro()).then_some(fracao))
            })),
        }
    }
    let meses = meses_com_minimo(&novos, ultimo_uso);
    let (uso, consumos) = usos(contrato, conta, &itens, consumos, ultimo_uso, &meses);
    linhas.extend(uso);
    conta.periodos.extend(novos.iter().map(|(p, _)| p.indice));
    if linhas.is_empty() && consumos.is_empty() {
        return None;
    }
    Some(fechar(linhas, consumos, &mut conta.credito))
}

/// Quantity × price of a fixed item, not rounded.
fn total(item: &ItemContrato, servico: &Servico) -> Decimal {
    unitario(item, servico).saturating_mul(item.quantidade.unwrap_or(Decimal::ONE))
}

/// The months whose minimum is owed even without usage: those of the periods billed.
fn meses_com_minimo(novos: &[(Periodo, Fracao)], ultimo: Competencia) -> BTreeSet<Competencia> {
    let mut meses = BTreeSet::new();
    for (periodo, _) in novos {
        let mut mes = Competencia::of(periodo.inicio);
        while mes <= Competencia::of(periodo.fim).min(ultimo) {
            meses.insert(mes);
            mes = mes.somar(1);
        }
    }
    meses
}

/// One line per item and month with usage not billed yet, or with a minimum owed; and the usage they bill.
fn usos(
    contrato: &ContratoGuardado,
    conta: &mut Conta,
    itens: &[(usize, &ItemContrato, u32, &Servico)],
    consumos: &Consumos,
    ultimo: Competencia,
    minimos: &BTreeSet<Competencia>,
) -> (Vec<ItemCobranca>, Vec<u32>) {
    let medidos: Vec<_> = itens.iter().filter(|(_, _, _, s)| s.tipo_cobranca == Some(TipoCobranca::Consumo)).collect();
    let mut grupos: BTreeMap<(usize, Competencia), (Uso<'_>, bool)> = BTreeMap::new();
    for (i, _, _, servico) in &medidos {
        if servico.valor_minimo.is_some_and(|m| !m.is_zero()) {
            for mes in minimos {
                grupos.entry((*i, *mes)).or_default().1 = true;
            }
        }
    }
    let mut pendentes = Vec::new();
    for indice in &contrato.consumos {
        let Some(linha) = consumos.get(*indice) else { continue };
        if linha.competencia > ultimo || linha.estado == Estado::Removido {
            continue;
        }
        let Some((i, ..)) = medidos.iter().find(|(_, _, servico, _)| *servico == linha.servico) else { continue };
        let (uso, cobra) = grupos.entry((*i, linha.competencia)).or_default();
        uso.somar(linha);
        if linha.estado == Estado::Pendente {
            *cobra = true;
            pendentes.push(*indice);
        }
    }
    let mut linhas = Vec::new();
    for ((i, mes), (uso, _)) in grupos.into_iter().filter(|(_, (_, cobra))| *cobra) {
        let Some((_, item, indice, servico)) = medidos.iter().find(|(posicao, ..)| *posicao == i) else { continue };
        let preco = Preco::com_desconto(uso.bruto(item, servico), item.desconto.as_ref(), mes.primeiro_dia());
        let quantidade = uso.quantidade(servico.agregacao.as_ref()).saturating_add(uso.quantidade_propria);
        let antes = conta.uso.insert((i, mes), Cobrado { preco, quantidade }).unwrap_or_default();
        let preco = preco.menos(&antes.preco);
        let quantidade = quantidade.saturating_sub(antes.quantidade);
        let nome = item.descricao.as_deref().or(servico.nome.as_deref()).unwrap_or_default();
        linhas.push(ItemCobranca {
            servico_id: Some(Id(store::id(*indice))),
            servico_codigo: servico.codigo.clone(),
            descricao: Some(format!("{nome} {:02}/{}", mes.mes(), mes.ano())),
            quantidade: Some(quantidade),
            desconto: Some(preco.desconto).filter(|d| !d.is_zero()),
            valor: Some(preco.liquido()),
            ..ItemCobranca::default()
        });
    }
    (linhas, pendentes)
}

fn fixo(item: &ItemContrato, indice: u32, servico: &Servico, preco: Preco, parte: Option<&Fracao>) -> ItemCobranca {
    let nome = item.descricao.as_deref().or(servico.nome.as_deref()).unwrap_or_default();
    ItemCobranca {
        servico_id: Some(Id(store::id(indice))),
        servico_codigo: servico.codigo.clone(),
        descricao: Some(match parte {
            Some(fracao) => format!("{nome} (proporcional a {})", fracao.explicar()),
            None => nome.to_owned(),
        }),
        quantidade: item.quantidade,
        valor_unitario: Some(unitario(item, servico)),
        desconto: Some(preco.desconto).filter(|d| !d.is_zero()),
        valor: Some(preco.liquido()),
        ..ItemCobranca::default()
    }
}

/// Adds the lines up. Corrections above what is owed leave a charge of zero and a credit for the next.
fn fechar(mut itens: Vec<ItemCobranca>, consumos: Vec<u32>, credito: &mut Decimal) -> Fatura {
    let soma = |campo: fn(&ItemCobranca) -> Option<Decimal>| {
        itens.iter().filter_map(campo).fold(Decimal::ZERO, Decimal::saturating_add)
    };
    let mut desconto = soma(|i| i.desconto);
    let mut devido = soma(|i| i.valor);
    if devido < Decimal::ZERO {
        let excesso = -devido;
        *credito = credito.saturating_add(excesso);
        itens.push(ItemCobranca {
            descricao: Some("Crédito para a próxima cobrança".to_owned()),
            valor: Some(excesso),
            ..ItemCobranca::default()
        });
        devido = Decimal::ZERO;
    }
    // A correction may take more discount back than the other lines give; what is owed stays the same.
    desconto = desconto.max(Decimal::ZERO);
    let abatimento = devido.min(*credito);
    *credito = credito.saturating_sub(abatimento);
    Fatura {
        itens,
        consumos,
        original: centavos(devido.saturating_add(desconto)),
        desconto: centavos(desconto),
        abatimento: centavos(abatimento),
        liquido: centavos(devido.saturating_sub(abatimento)),
    }
}

#[cfg(test)]
mod tests;
