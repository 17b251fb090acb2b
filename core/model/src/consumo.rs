use std::cmp::Ordering::Equal;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::decimal::{compare, greater, product_in_cents};
use smartbill_documents::{Competencia, decimal};

use crate::Minimum::{Any, Zero};
use crate::record::field;
use crate::validate::rules::{mismatch, reference};
use crate::validate::{Context, Intent, Problem};
use crate::value::Row;
use crate::{Id, Rule as R, Value};

open_enum! {
    /// Whether usage was billed.
    SituacaoConsumo {
        /// Not billed yet; it can be changed.
        Pendente = "PENDENTE",
        /// Billed; it can no longer be changed.
        Faturado = "FATURADO",
        /// Removed.
        Removido = "REMOVIDO",
    }
}

model! {
    /// Metered usage of one service of one contract.
    Consumo {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// The record's identifier in the company's own system; unique, and what makes sending it twice harmless.
        id_externo "idExterno": Option<String> => R::text(1, 100);
        /// The contract, by the platform's identifier.
        contrato_id "contratoId": Option<Id> => R::id();
        /// The contract, by the company's own code.
        contrato_codigo_externo "contratoCodigoExterno": Option<String> => R::text(1, 60);
        /// The service, by the platform's identifier.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service, by its code.
        servico_codigo "servicoCodigo": Option<String> => R::text(1, 60);
        /// The month it belongs to; taken from `dataConsumo` where it is left out.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// The day it happened.
        data_consumo "dataConsumo": Option<Date> => R::date();
        /// How much, with up to 6 decimal places; zero or less only when `estorno` is true.
        quantidade "quantidade": Option<Decimal> => R::decimal(6, Any).required();
        /// Whether this takes back earlier usage.
        estorno "estorno": Option<bool> => R::boolean();
        /// Price of a unit in reais; the contract's own where it is left out.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Total in reais; must be quantity × price where both are given.
        valor "valor": Option<Decimal> => R::decimal(2, Any);
        /// Description.
        descricao "descricao": Option<String> => R::text(1, 255);
        /// Complement of the description.
        complemento "complemento": Option<String> => R::text(1, 255);
        /// Group, for the aggregation by distinct groups.
        grupo "grupo": Option<String> => R::text(1, 60);
        /// Free properties.
        propriedades "propriedades": BTreeMap<String, String> => R::columns();
        /// Whether it was billed.
        faturado "faturado": Option<bool> => R::boolean().response();
        /// The charge that billed it.
        cobranca_id "cobrancaId": Option<Id> => R::id().response();
        /// Pending, billed or removed.
        situacao "situacao": Option<SituacaoConsumo> => R::option(SituacaoConsumo::NAMES).response();
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::datetime().response();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::datetime().response();
    }
    rules = rules
}

fn rules(c: &Row<'_>, ctx: &mut Context) {
    let contrato = [c.has(field!(Consumo."contratoId")), c.has(field!(Consumo."contratoCodigoExterno"))];
    reference(contrato, ["contratoId", "contratoCodigoExterno"], ctx);
    let servico = [c.has(field!(Consumo."servicoId")), c.has(field!(Consumo."servicoCodigo"))];
    reference(servico, ["servicoId", "servicoCodigo"], ctx);
    let competencia = match c.value(field!(Consumo."competencia")) {
        Value::Competencia(competencia) => Some(*competencia),
        _ => None,
    };
    let day = c.date(field!(Consumo."dataConsumo"));
    if ctx.options.intent == Intent::Incluir
        && competencia.is_none()
        && day.is_none()
        && !ctx.was_said(field!(Consumo."competencia"))
        && !ctx.was_said(field!(Consumo."dataConsumo"))
    {
        ctx.error_at("competencia", Problem::OneOf { fields: ["competencia", "dataConsumo"] });
    }
    let quantidade = c.decimal(field!(Consumo."quantidade"));
    let refund = matches!(c.value(field!(Consumo."estorno")), Value::Boolean(true));
    if quantidade.is_some_and(|q| !greater(q, 0)) && !refund {
        ctx.error_at("quantidade", Problem::NotPositive);
    }
    let value = c.decimal(field!(Consumo."valor"));
    if let (Some(quantidade), Some(unit_price), Some(value)) =
        (quantidade, c.decimal(field!(Consumo."valorUnitario")), value)
    {
        let expected = product_in_cents(quantidade, unit_price);
        if expected.is_none_or(|expected| compare(expected, value) != Equal) {
            let expected = expected.map(|e| decimal::text(e, Some(2)));
            ctx.error_at("valor", Problem::Mismatch { other: "valorUnitario", expected });
        }
    }
    let Some(day) = day else { return };
    if ctx.options.today.is_some_and(|today| day > today) {
        ctx.warn_at("dataConsumo", Problem::InFuture);
    }
    let month = Competencia::of(day);
    if competencia.is_some_and(|competencia| competencia != month) {
        ctx.warn_at("competencia", mismatch("dataConsumo", &month.text()));
    }
}
