use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::{Competencia, DocumentKind as Doc};

use crate::Minimum::Zero;
use crate::record::field;
use crate::validate::{Context, Problem};
use crate::value::Row;
use crate::{
    FormaPagamento, Id, Rule as R, SituacaoCliente, SituacaoCobranca, SituacaoConsumo, SituacaoContrato,
    SituacaoServico, TipoCobranca,
};

open_enum! {
    /// When a change of a contract takes effect.
    ActionMomento {
        /// At once.
        Imediato = "IMEDIATO",
        /// At the end of the period being billed.
        FimDoCiclo = "FIM_DO_CICLO",
    }
}

open_enum! {
    /// Which date of a charge a filter looks at.
    TipoData {
        /// Date of issue.
        Emissao = "EMISSAO",
        /// Due date.
        Vencimento = "VENCIMENTO",
        /// Date of payment.
        Pagamento = "PAGAMENTO",
        /// The month billed.
        Competencia = "COMPETENCIA",
    }
}

open_enum! {
    /// The direction of a sort.
    Ordem {
        /// Ascending.
        Crescente = "CRESCENTE",
        /// Descending.
        Decrescente = "DECRESCENTE",
    }
}

open_enum! {
    /// What charges are sorted by.
    OrdenarCobrancas {
        /// Date of issue.
        Emissao = "EMISSAO",
        /// Due date.
        Vencimento = "VENCIMENTO",
        /// Date of payment.
        Pagamento = "PAGAMENTO",
        /// Amount.
        Valor = "VALOR",
        /// Number.
        Numero = "NUMERO",
    }
}

model! {
    /// How and when a contract is activated, deactivated, suspended or cancelled.
    ContratoAction {
        /// Why; required when cancelling.
        motivo "motivo": Option<String> => R::text(1, 255);
        /// The day from which it holds; today where it is left out.
        data "data": Option<Date> => R::date();
        /// At once, or at the end of the period.
        momento "momento": Option<ActionMomento> => R::option(ActionMomento::NAMES);
        /// Whether the part of the period already used is billed.
        cobrar_proporcional "cobrarProporcional": Option<bool> => R::boolean();
        /// The day on which a suspension ends by itself.
        suspender_ate "suspenderAte": Option<Date> => R::date();
    }
    rules = action
}

model! {
    /// Which customers to list.
    ClientesFilter {
        /// The customer's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// CPF or CNPJ.
        cpf_cnpj "cpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).personal();
        /// Name, or a part of it.
        nome "nome": Option<String> => R::text(2, 225).personal();
        /// Main e-mail address.
        email "email": Option<String> => R::documento(Doc::Email).personal();
        /// Group.
        grupo "grupo": Option<String> => R::text(1, 60);
        /// In use or removed.
        situacao "situacao": Vec<SituacaoCliente> => R::list(&R::option(SituacaoCliente::NAMES));
        /// Changed at this instant or later.
        alterado_desde "alteradoDesde": Option<Timestamp> => R::datetime();
    }
}

model! {
    /// Which services to list.
    ServicosFilter {
        /// The service's code.
        codigo "codigo": Option<String> => R::text(1, 60);
        /// The service's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// Fixed, by usage, or once.
        tipo_cobranca "tipoCobranca": Option<TipoCobranca> => R::option(TipoCobranca::NAMES);
        /// In use or no longer sold.
        situacao "situacao": Vec<SituacaoServico> => R::list(&R::option(SituacaoServico::NAMES));
    }
}

model! {
    /// Which contracts to list.
    ContratosFilter {
        /// The customer, by the platform's identifier.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The customer, by the company's own code.
        cliente_codigo_externo "clienteCodigoExterno": Option<String> => R::text(1, 60);
        /// The contract's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// Number that people see.
        numero "numero": Option<String> => R::text(1, 35);
        /// Where they are in their life.
        situacao "situacao": Vec<SituacaoContrato> => R::list(&R::option(SituacaoContrato::NAMES));
        /// Changed at this instant or later.
        alterado_desde "alteradoDesde": Option<Timestamp> => R::datetime();
    }
}

model! {
    /// Which usage to list.
    ConsumosFilter {
        /// The record's identifier in the company's own system.
        id_externo "idExterno": Option<String> => R::text(1, 100);
        /// The contract, by the platform's identifier.
        contrato_id "contratoId": Option<Id> => R::id();
        /// The contract, by the company's own code.
        contrato_codigo_externo "contratoCodigoExterno": Option<String> => R::text(1, 60);
        /// The service, by the platform's identifier.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service, by its code.
        servico_codigo "servicoCodigo": Option<String> => R::text(1, 60);
        /// The month it belongs to.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// Pending, billed or removed.
        situacao "situacao": Vec<SituacaoConsumo> => R::list(&R::option(SituacaoConsumo::NAMES));
        /// Changed at this instant or later.
        alterado_desde "alteradoDesde": Option<Timestamp> => R::datetime();
    }
}

model! {
    /// Which charges to list.
    CobrancasFilter {
        /// The customer.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The contract.
        contrato_id "contratoId": Option<Id> => R::id();
        /// Where they are in their life.
        situacao "situacao": Vec<SituacaoCobranca> => R::list(&R::option(SituacaoCobranca::NAMES));
        /// Which date `de` and `ate` look at; the due date where it is left out.
        tipo_data "tipoData": Option<TipoData> => R::option(TipoData::NAMES);
        /// First day.
        de "de": Option<Date> => R::date().any_date();
        /// Last day, included.
        ate "ate": Option<Date> => R::date().any_date();
        /// The month billed.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// The least amount, in reais.
        valor_min "valorMin": Option<Decimal> => R::decimal(2, Zero);
        /// The greatest amount, in reais.
        valor_max "valorMax": Option<Decimal> => R::decimal(2, Zero);
        /// How they are paid.
        forma_pagamento "formaPagamento": Option<FormaPagamento> => R::option(FormaPagamento::NAMES);
        /// The bank's own number of the boleto.
        nosso_numero "nossoNumero": Option<String> => R::text(1, 30);
        /// Document number.
        numero_documento "numeroDocumento": Option<String> => R::text(1, 35);
        /// What they are sorted by.
        ordenar_por "ordenarPor": Option<OrdenarCobrancas> => R::option(OrdenarCobrancas::NAMES);
        /// The direction of the sort.
        ordem "ordem": Option<Ordem> => R::option(Ordem::NAMES);
    }
    rules = cobrancas
}

fn action(a: &Row<'_>, ctx: &mut Context) {
    if let (Some(date), Some(until)) =
        (a.date(field!(ContratoAction."data")), a.date(field!(ContratoAction."suspenderAte")))
        && until < date
    {
        ctx.error_at("suspenderAte", Problem::Before { other: "data" });
    }
}

fn cobrancas(f: &Row<'_>, ctx: &mut Context) {
    if let (Some(from), Some(until)) = (f.date(field!(CobrancasFilter."de")), f.date(field!(CobrancasFilter."ate")))
        && until < from
    {
        ctx.error_at("ate", Problem::Before { other: "de" });
    }
    let limits = (f.decimal(field!(CobrancasFilter."valorMin")), f.decimal(field!(CobrancasFilter."valorMax")));
    if let (Some(min), Some(max)) = limits
        && max < min
    {
        ctx.error_at("valorMax", Problem::Mismatch { other: "valorMin", expected: None });
    }
}
