use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::Competencia;
use crate::document::Tipo as Doc;
use crate::model::Minimo::Zero;
use crate::model::leitura::{Canonico, campo};
use crate::model::{
    FormaPagamento, Id, Regra as R, SituacaoCliente, SituacaoCobranca, SituacaoConsumo, SituacaoContrato,
    SituacaoServico, TipoCobranca,
};
use crate::validate::{Context, Problem};

opcoes! {
    /// When a change of a contract takes effect.
    MomentoAcao {
        /// At once.
        Imediato = "IMEDIATO",
        /// At the end of the period being billed.
        FimDoCiclo = "FIM_DO_CICLO",
    }
}

opcoes! {
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

opcoes! {
    /// The direction of a sort.
    Ordem {
        /// Ascending.
        Crescente = "CRESCENTE",
        /// Descending.
        Decrescente = "DECRESCENTE",
    }
}

opcoes! {
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

modelo! {
    /// How and when a contract is activated, deactivated, suspended or cancelled.
    AcaoContrato {
        /// Why; required when cancelling.
        motivo "motivo": Option<String> => R::texto(1, 255);
        /// The day from which it holds; today where it is left out.
        data "data": Option<Date> => R::data();
        /// At once, or at the end of the period.
        momento "momento": Option<MomentoAcao> => R::opcao(MomentoAcao::NOMES);
        /// Whether the part of the period already used is billed.
        cobrar_proporcional "cobrarProporcional": Option<bool> => R::booleano();
        /// The day on which a suspension ends by itself.
        suspender_ate "suspenderAte": Option<Date> => R::data();
    }
    regras = acao
}

modelo! {
    /// Which customers to list.
    FiltroClientes {
        /// The customer's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::texto(1, 60);
        /// CPF or CNPJ.
        cpf_cnpj "cpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).pessoal();
        /// Name, or a part of it.
        nome "nome": Option<String> => R::texto(2, 225).pessoal();
        /// Main e-mail address.
        email "email": Option<String> => R::documento(Doc::Email).pessoal();
        /// Group.
        grupo "grupo": Option<String> => R::texto(1, 60);
        /// In use or removed.
        situacao "situacao": Vec<SituacaoCliente> => R::lista(&R::opcao(SituacaoCliente::NOMES));
        /// Changed at this instant or later.
        alterado_desde "alteradoDesde": Option<Timestamp> => R::data_hora();
    }
}

modelo! {
    /// Which services to list.
    FiltroServicos {
        /// The service's code.
        codigo "codigo": Option<String> => R::texto(1, 60);
        /// The service's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::texto(1, 60);
        /// Fixed, by usage, or once.
        tipo_cobranca "tipoCobranca": Option<TipoCobranca> => R::opcao(TipoCobranca::NOMES);
        /// In use or no longer sold.
        situacao "situacao": Vec<SituacaoServico> => R::lista(&R::opcao(SituacaoServico::NOMES));
    }
}

modelo! {
    /// Which contracts to list.
    FiltroContratos {
        /// The customer, by the platform's identifier.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The customer, by the company's own code.
        cliente_codigo_externo "clienteCodigoExterno": Option<String> => R::texto(1, 60);
        /// The contract's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::texto(1, 60);
        /// Number that people see.
        numero "numero": Option<String> => R::texto(1, 35);
        /// Where they are in their life.
        situacao "situacao": Vec<SituacaoContrato> => R::lista(&R::opcao(SituacaoContrato::NOMES));
        /// Changed at this instant or later.
        alterado_desde "alteradoDesde": Option<Timestamp> => R::data_hora();
    }
}

modelo! {
    /// Which usage to list.
    FiltroConsumos {
        /// The record's identifier in the company's own system.
        id_externo "idExterno": Option<String> => R::texto(1, 100);
        /// The contract, by the platform's identifier.
        contrato_id "contratoId": Option<Id> => R::id();
        /// The contract, by the company's own code.
        contrato_codigo_externo "contratoCodigoExterno": Option<String> => R::texto(1, 60);
        /// The service, by the platform's identifier.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service, by its code.
        servico_codigo "servicoCodigo": Option<String> => R::texto(1, 60);
        /// The month it belongs to.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// Pending, billed or removed.
        situacao "situacao": Vec<SituacaoConsumo> => R::lista(&R::opcao(SituacaoConsumo::NOMES));
        /// Changed at this instant or later.
        alterado_desde "alteradoDesde": Option<Timestamp> => R::data_hora();
    }
}

modelo! {
    /// Which charges to list.
    FiltroCobrancas {
        /// The customer.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The contract.
        contrato_id "contratoId": Option<Id> => R::id();
        /// Where they are in their life.
        situacao "situacao": Vec<SituacaoCobranca> => R::lista(&R::opcao(SituacaoCobranca::NOMES));
        /// Which date `de` and `ate` look at; the due date where it is left out.
        tipo_data "tipoData": Option<TipoData> => R::opcao(TipoData::NOMES);
        /// First day.
        de "de": Option<Date> => R::data().any_date();
        /// Last day, included.
        ate "ate": Option<Date> => R::data().any_date();
        /// The month billed.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// The least amount, in reais.
        valor_min "valorMin": Option<Decimal> => R::decimal(2, Zero);
        /// The greatest amount, in reais.
        valor_max "valorMax": Option<Decimal> => R::decimal(2, Zero);
        /// How they are paid.
        forma_pagamento "formaPagamento": Option<FormaPagamento> => R::opcao(FormaPagamento::NOMES);
        /// The bank's own number of the boleto.
        nosso_numero "nossoNumero": Option<String> => R::texto(1, 30);
        /// Document number.
        numero_documento "numeroDocumento": Option<String> => R::texto(1, 35);
        /// What they are sorted by.
        ordenar_por "ordenarPor": Option<OrdenarCobrancas> => R::opcao(OrdenarCobrancas::NOMES);
        /// The direction of the sort.
        ordem "ordem": Option<Ordem> => R::opcao(Ordem::NOMES);
    }
    regras = cobrancas
}

fn acao(a: Canonico<'_, '_>, ctx: &mut Context) {
    if let (Some(data), Some(ate)) = (a.data(campo!(AcaoContrato."data")), a.data(campo!(AcaoContrato."suspenderAte")))
        && ate < data
    {
        ctx.error_at("suspenderAte", Problem::Before { other: "data" });
    }
}

fn cobrancas(f: Canonico<'_, '_>, ctx: &mut Context) {
    if let (Some(de), Some(ate)) = (f.data(campo!(FiltroCobrancas."de")), f.data(campo!(FiltroCobrancas."ate")))
        && ate < de
    {
        ctx.error_at("ate", Problem::Before { other: "de" });
    }
    let limites = (f.decimal(campo!(FiltroCobrancas."valorMin")), f.decimal(campo!(FiltroCobrancas."valorMax")));
    if let (Some(min), Some(max)) = limites
        && max < min
    {
        ctx.error_at("valorMax", Problem::Mismatch { other: "valorMin", expected: None });
    }
}
