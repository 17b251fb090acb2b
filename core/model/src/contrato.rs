use std::cmp::Ordering::Greater;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::decimal;
use smartbill_documents::decimal::{compare, greater, product_in_cents};

use crate::Minimum::{Positive, Zero};
use crate::record::field;
use crate::validate::rules::{one_of, reference};
use crate::validate::{Context, Problem};
use crate::value::Row;
use crate::{Id, Rule as R};

open_enum! {
    /// How often a contract is billed.
    Periodicidade {
        /// Every week.
        Semanal = "SEMANAL",
        /// Every fortnight.
        Quinzenal = "QUINZENAL",
        /// Every month.
        Mensal = "MENSAL",
        /// Every two months.
        Bimestral = "BIMESTRAL",
        /// Every three months.
        Trimestral = "TRIMESTRAL",
        /// Every four months.
        Quadrimestral = "QUADRIMESTRAL",
        /// Every six months.
        Semestral = "SEMESTRAL",
        /// Every year.
        Anual = "ANUAL",
        /// Every two years.
        Bienal = "BIENAL",
        /// Every three years.
        Trienal = "TRIENAL",
    }
}

open_enum! {
    /// The month of the due date, counted from the month billed.
    MesVencimento {
        /// The same month.
        Corrente = "CORRENTE",
        /// The next month.
        Seguinte = "SEGUINTE",
        /// Two months later.
        DoisMeses = "DOIS_MESES",
    }
}

open_enum! {
    /// Whether a period is billed before or after it runs.
    MomentoCobranca {
        /// Before.
        Antecipado = "ANTECIPADO",
        /// After.
        Postecipado = "POSTECIPADO",
    }
}

open_enum! {
    /// How a charge is paid.
    FormaPagamento {
        /// Bank slip.
        Boleto = "BOLETO",
        /// PIX.
        Pix = "PIX",
        /// Card.
        Cartao = "CARTAO",
        /// Direct debit.
        Debito = "DEBITO",
        /// Bank transfer.
        Transferencia = "TRANSFERENCIA",
        /// The customer chooses.
        Indefinido = "INDEFINIDO",
    }
}

open_enum! {
    /// Where a contract is in its life.
    SituacaoContrato {
        /// Not billing yet, or switched off.
        Inativo = "INATIVO",
        /// Billing.
        Ativo = "ATIVO",
        /// Suspended; activating it again resumes it.
        Suspenso = "SUSPENSO",
        /// Ended for good.
        Cancelado = "CANCELADO",
        /// Past its end date.
        Expirado = "EXPIRADO",
    }
}

open_enum! {
    /// How a discount is counted.
    TipoDesconto {
        /// In percent of the item.
        Percentual = "PERCENTUAL",
        /// In reais.
        Valor = "VALOR",
    }
}

model! {
    /// A discount on an item.
    Desconto {
        /// In percent or in reais.
        tipo "tipo": Option<TipoDesconto> => R::option(TipoDesconto::NAMES).required();
        /// How much.
        valor "valor": Option<Decimal> => R::decimal(4, Zero).required();
        /// Last day on which it applies.
        ate "ate": Option<Date> => R::date();
    }
}

model! {
    /// One service of a contract.
    ItemContrato {
        /// The service, by the platform's identifier.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service, by its code.
        servico_codigo "servicoCodigo": Option<String> => R::text(1, 60);
        /// How many.
        quantidade "quantidade": Option<Decimal> => R::decimal(6, Positive).required();
        /// Price of a unit in reais; the service's own where it is left out.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Discount.
        desconto "desconto": Option<Desconto> => R::object(Desconto::SCHEMA);
        /// Description.
        descricao "descricao": Option<String> => R::text(1, 500);
    }
}

model! {
    /// One step of a contract's life.
    Historico {
        /// What it became.
        situacao "situacao": Option<SituacaoContrato> => R::option(SituacaoContrato::NAMES).response();
        /// From when.
        data "data": Option<Date> => R::date().response();
        /// Why.
        motivo "motivo": Option<String> => R::text(1, 255).response();
        /// By whom.
        usuario "usuario": Option<String> => R::text(1, 255).response().personal();
    }
}

model! {
    /// A contract: which services a customer has, and how they are billed.
    Contrato {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// Number that people see.
        numero "numero": Option<String> => R::text(1, 35);
        /// The contract's code in the company's own system; unique.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// The customer, by the platform's identifier.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The customer, by the company's own code.
        cliente_codigo_externo "clienteCodigoExterno": Option<String> => R::text(1, 60);
        /// The services, at least one.
        itens "itens": Vec<ItemContrato> => R::list(&R::object(ItemContrato::SCHEMA)).required();
        /// Description.
        descricao "descricao": Option<String> => R::text(1, 500);
        /// First day.
        data_inicio "dataInicio": Option<Date> => R::date().required();
        /// Last day; open where it is left out.
        data_fim "dataFim": Option<Date> => R::date();
        /// When it was agreed.
        data_contratacao "dataContratacao": Option<Date> => R::date().response();
        /// When it was activated.
        data_ativacao "dataAtivacao": Option<Date> => R::date().response();
        /// When it was suspended.
        data_suspensao "dataSuspensao": Option<Date> => R::date().response();
        /// When it was cancelled.
        data_cancelamento "dataCancelamento": Option<Date> => R::date().response();
        /// How often it is billed.
        periodicidade "periodicidade": Option<Periodicidade> => R::option(Periodicidade::NAMES).required();
        /// Due day, 1 to 31; a month without that day is due on its last.
        dia_vencimento "diaVencimento": Option<i64> => R::integer(1, 31).required();
        /// Month of the due date.
        mes_vencimento "mesVencimento": Option<MesVencimento> => R::option(MesVencimento::NAMES);
        /// Billed before or after the period.
        momento_cobranca "momentoCobranca": Option<MomentoCobranca> => R::option(MomentoCobranca::NAMES);
        /// How the charges are paid.
        forma_pagamento "formaPagamento": Option<FormaPagamento> => R::option(FormaPagamento::NAMES);
        /// Index of the yearly adjustment, such as `IPCA`.
        indice_reajuste "indiceReajuste": Option<String> => R::text(1, 20);
        /// Date of the next adjustment.
        data_proximo_reajuste "dataProximoReajuste": Option<Date> => R::date();
        /// Fine for late payment, in percent; the law caps it at 2.
        multa_percentual "multaPercentual": Option<Decimal> => R::percent();
        /// Interest for late payment, in percent a month.
        juros_mes_percentual "jurosMesPercentual": Option<Decimal> => R::percent();
        /// Discount for early payment, in percent.
        desconto_antecipacao "descontoAntecipacao": Option<Decimal> => R::percent();
        /// Whether a service invoice (NFS-e) is issued.
        emitir_nfse "emitirNfse": Option<bool> => R::boolean();
        /// Notes printed on the invoice.
        observacoes_nota "observacoesNota": Option<String> => R::text(1, 500);
        /// How many periods are billed; without end where it is left out.
        ciclos "ciclos": Option<i64> => R::integer(1, 9999);
        /// Where it is in its life.
        situacao "situacao": Option<crate::SituacaoContrato> => R::option(SituacaoContrato::NAMES).response();
        /// What happened to it.
        historico "historico": Vec<Historico> => R::list(&R::object(Historico::SCHEMA)).response();
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::datetime().response();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::datetime().response();
    }
    rules = rules
}

fn rules(c: &Row<'_>, ctx: &mut Context) {
    let given = [c.has(field!(Contrato."clienteId")), c.has(field!(Contrato."clienteCodigoExterno"))];
    reference(given, ["clienteId", "clienteCodigoExterno"], ctx);
    let items = ctx.enter("itens");
    for (i, item) in c.list(field!(Contrato."itens")).iter().enumerate() {
        let Some(item) = item.row() else { continue };
        let len = ctx.enter_index(i);
        contract_item(item, ctx);
        ctx.leave(len);
    }
    ctx.leave(items);
    if let (Some(start), Some(end)) = (c.date(field!(Contrato."dataInicio")), c.date(field!(Contrato."dataFim")))
        && end < start
    {
        ctx.error_at("dataFim", Problem::Before { other: "dataInicio" });
    }
    // Código de Defesa do Consumidor, art. 52 § 1: a fine of at most 2 %.
    if c.decimal(field!(Contrato."multaPercentual")).is_some_and(|m| greater(m, 2)) {
        ctx.warn_at("multaPercentual", Problem::AboveLegal { max: "2%" });
    }
    if c.decimal(field!(Contrato."jurosMesPercentual")).is_some_and(|j| greater(j, 1)) {
        ctx.warn_at("jurosMesPercentual", Problem::AboveLegal { max: "1%" });
    }
}

fn contract_item(item: &Row<'_>, ctx: &mut Context) {
    let given = [item.has(field!(ItemContrato."servicoId")), item.has(field!(ItemContrato."servicoCodigo"))];
    one_of(given, ["servicoId", "servicoCodigo"], ctx);
    let Some(desconto) = item.row(field!(ItemContrato."desconto")) else {
        return;
    };
    let Some(value) = desconto.decimal(field!(Desconto."valor")) else {
        return;
    };
    let kind = desconto.text(field!(Desconto."tipo"));
    let problem = if kind == Some(const { TipoDesconto::Percentual.as_str() }) {
        greater(value, 100).then_some(Problem::TooLarge { max: 100 })
    } else if kind != Some(const { TipoDesconto::Valor.as_str() }) {
        None
    } else if decimal::places(value) > 2 {
        Some(Problem::TooManyPlaces { max: 2 })
    } else {
        let factors =
            (item.decimal(field!(ItemContrato."valorUnitario")), item.decimal(field!(ItemContrato."quantidade")));
        let gross = factors.0.zip(factors.1).and_then(|(v, q)| product_in_cents(v, q));
        let above = gross.is_some_and(|gross| compare(value, gross) == Greater);
        above.then_some(Problem::Mismatch { other: "valorUnitario", expected: None })
    };
    if let Some(problem) = problem {
        let len = ctx.enter("desconto");
        ctx.error_at("valor", problem);
        ctx.leave(len);
    }
}
