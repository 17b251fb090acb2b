use std::cmp::Ordering::Equal;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::decimal::compare;
use smartbill_documents::{Competencia, DocumentKind as Doc, Mode, decimal};

use crate::Minimum::{Any, Zero};
use crate::record::field;
use crate::validate::Context;
use crate::validate::rules::mismatch;
use crate::value::Row;
use crate::{FormaPagamento, Id, Rule as R};

// A client that only reads charges, such as that of the npm package, does not check their documents.
const BOLETO: R = R::documento(Doc::Boleto);
const BRCODE: R = R::documento(Doc::Brcode);
const CHAVE_DFE: R = R::documento(Doc::ChaveDfe);

open_enum! {
    /// Where a charge is in its life.
    SituacaoCobranca {
        /// Issued, not due yet.
        EmAberto = "EM_ABERTO",
        /// Paid in full.
        Paga = "PAGA",
        /// Paid in part.
        PagaParcial = "PAGA_PARCIAL",
        /// Past its due date.
        Vencida = "VENCIDA",
        /// Cancelled.
        Cancelada = "CANCELADA",
        /// Paid and given back.
        Estornada = "ESTORNADA",
        /// Replaced by an agreement.
        Renegociada = "RENEGOCIADA",
        /// Written off.
        Perdida = "PERDIDA",
        /// Under review.
        EmAnalise = "EM_ANALISE",
    }
}

open_enum! {
    /// Where a service invoice is in its life.
    SituacaoNfse {
        /// To be issued later.
        Agendada = "AGENDADA",
        /// Sent to the city hall.
        Enviada = "ENVIADA",
        /// Authorised.
        Autorizada = "AUTORIZADA",
        /// Being cancelled.
        Cancelando = "CANCELANDO",
        /// Cancelled.
        Cancelada = "CANCELADA",
        /// The cancelling was refused.
        CancelamentoNegado = "CANCELAMENTO_NEGADO",
        /// Refused.
        Erro = "ERRO",
    }
}

model! {
    /// What one item adds to a charge.
    ItemCobranca {
        /// The service.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service's code.
        servico_codigo "servicoCodigo": Option<String> => R::text(1, 60);
        /// Description.
        descricao "descricao": Option<String> => R::text(1, 500);
        /// How many.
        quantidade "quantidade": Option<Decimal> => R::decimal(6, Any);
        /// Price of a unit, in reais.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Discount, in reais.
        desconto "desconto": Option<Decimal> => R::decimal(2, Zero);
        /// Total, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Any);
    }
}

model! {
    /// One tax of a charge.
    Retencao {
        /// How much, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Zero);
        /// Whether the customer withholds it.
        retido "retido": Option<bool> => R::boolean();
    }
}

model! {
    /// The taxes of a charge.
    RetencoesCobranca {
        /// Imposto de Renda.
        ir "ir": Option<Retencao> => R::object(Retencao::SCHEMA);
        /// PIS.
        pis "pis": Option<Retencao> => R::object(Retencao::SCHEMA);
        /// COFINS.
        cofins "cofins": Option<Retencao> => R::object(Retencao::SCHEMA);
        /// CSLL.
        csll "csll": Option<Retencao> => R::object(Retencao::SCHEMA);
        /// INSS.
        inss "inss": Option<Retencao> => R::object(Retencao::SCHEMA);
        /// ISS.
        iss "iss": Option<Retencao> => R::object(Retencao::SCHEMA);
    }
}

model! {
    /// The bank slip of a charge.
    Boleto {
        /// The bank's own number.
        nosso_numero "nossoNumero": Option<String> => R::text(1, 30);
        /// Typeable line, 47 or 48 digits.
        linha_digitavel "linhaDigitavel": Option<String> => BOLETO;
        /// Barcode, 44 digits.
        codigo_barras "codigoBarras": Option<String> => BOLETO;
        /// The bank, by its 3-digit code.
        banco "banco": Option<String> => R::text(3, 3);
        /// Where it can be seen.
        url "url": Option<String> => R::url();
        /// Where it can be had as a PDF.
        pdf "pdf": Option<String> => R::url();
        /// Due date.
        vencimento "vencimento": Option<Date> => R::date();
        /// Amount, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Zero);
    }
}

model! {
    /// The PIX of a charge.
    Pix {
        /// The BR Code to copy and paste, up to 512 characters.
        copia_e_cola "copiaECola": Option<String> => BRCODE;
        /// Transaction identifier.
        txid "txid": Option<String> => R::text(1, 35);
        /// Where the QR image is.
        qr_code_url "qrCodeUrl": Option<String> => R::url();
        /// When it expires.
        expira_em "expiraEm": Option<Timestamp> => R::datetime();
        /// Identifier of the payment.
        end_to_end_id "endToEndId": Option<String> => R::text(1, 32);
    }
}

model! {
    /// The service invoice of a charge.
    Nfse {
        /// Number.
        numero "numero": Option<String> => R::text(1, 20);
        /// Series of the RPS.
        serie_rps "serieRps": Option<String> => R::text(1, 10);
        /// Number of the RPS.
        numero_rps "numeroRps": Option<String> => R::text(1, 20);
        /// Verification code.
        codigo_verificacao "codigoVerificacao": Option<String> => R::text(1, 60);
        /// Where it is in its life.
        situacao "situacao": Option<SituacaoNfse> => R::option(SituacaoNfse::NAMES);
        /// Where it can be had as a PDF.
        url_pdf "urlPdf": Option<String> => R::url();
        /// Where it can be had as XML.
        url_xml "urlXml": Option<String> => R::url();
        /// Date of issue.
        data_emissao "dataEmissao": Option<Date> => R::date();
        /// Amount, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Zero);
        /// Deductions, in reais.
        deducoes "deducoes": Option<Decimal> => R::decimal(2, Zero);
    }
}

model! {
    /// The goods invoice of a charge.
    Nfe {
        /// Access key, 44 characters.
        chave "chave": Option<String> => CHAVE_DFE;
        /// Number.
        numero "numero": Option<String> => R::text(1, 9);
        /// Series.
        serie "serie": Option<String> => R::text(1, 3);
    }
}

model! {
    /// A charge (conta a receber). Read-only: the platform's billing makes it.
    Cobranca {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// Number that people see.
        numero "numero": Option<String> => R::text(1, 35);
        /// Document number.
        numero_documento "numeroDocumento": Option<String> => R::text(1, 35);
        /// The charge's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// Instalment, `001/012`.
        parcela "parcela": Option<String> => R::text(1, 7);
        /// The customer.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The customer's name, as billed.
        cliente_nome "clienteNome": Option<String> => R::text(1, 225).personal();
        /// The customer's CPF or CNPJ, as billed.
        cliente_cpf_cnpj "clienteCpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).personal();
        /// The contract.
        contrato_id "contratoId": Option<Id> => R::id();
        /// The contract's number.
        contrato_numero "contratoNumero": Option<String> => R::text(1, 35);
        /// What it is made of.
        itens "itens": Vec<ItemCobranca> => R::list(&R::object(ItemCobranca::SCHEMA));
        /// The month billed.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// Date of issue.
        data_emissao "dataEmissao": Option<Date> => R::date();
        /// Due date.
        data_vencimento "dataVencimento": Option<Date> => R::date();
        /// The first due date, where it was moved.
        vencimento_original "vencimentoOriginal": Option<Date> => R::date();
        /// Date of payment.
        data_pagamento "dataPagamento": Option<Date> => R::date();
        /// Date on which the money arrived.
        data_credito "dataCredito": Option<Date> => R::date();
        /// Date of cancelling.
        data_cancelamento "dataCancelamento": Option<Date> => R::date();
        /// Amount before discounts, in reais.
        valor_original "valorOriginal": Option<Decimal> => R::decimal(2, Zero);
        /// Discount, in reais.
        valor_desconto "valorDesconto": Option<Decimal> => R::decimal(2, Zero);
        /// Interest, in reais.
        valor_juros "valorJuros": Option<Decimal> => R::decimal(2, Zero);
        /// Fine, in reais.
        valor_multa "valorMulta": Option<Decimal> => R::decimal(2, Zero);
        /// Rebate, in reais.
        valor_abatimento "valorAbatimento": Option<Decimal> => R::decimal(2, Zero);
        /// Amount to be paid, in reais.
        valor_liquido "valorLiquido": Option<Decimal> => R::decimal(2, Zero);
        /// Amount paid, in reais.
        valor_pago "valorPago": Option<Decimal> => R::decimal(2, Zero);
        /// What is still owed, in reais.
        saldo "saldo": Option<Decimal> => R::decimal(2, Zero);
        /// Taxes.
        retencoes "retencoes": Option<RetencoesCobranca> => R::object(RetencoesCobranca::SCHEMA);
        /// How it is paid.
        forma_pagamento "formaPagamento": Option<FormaPagamento> => R::option(FormaPagamento::NAMES);
        /// Where it is in its life.
        situacao "situacao": Option<SituacaoCobranca> => R::option(SituacaoCobranca::NAMES);
        /// Bank slip.
        boleto "boleto": Option<Boleto> => R::object(Boleto::SCHEMA);
        /// PIX.
        pix "pix": Option<Pix> => R::object(Pix::SCHEMA);
        /// Service invoice.
        nfse "nfse": Option<Nfse> => R::object(Nfse::SCHEMA);
        /// Goods invoice.
        nfe "nfe": Option<Nfe> => R::object(Nfe::SCHEMA);
        /// Where it can be paid.
        link_pagamento "linkPagamento": Option<String> => R::url();
        /// Further addresses.
        links "links": Vec<String> => R::list(&R::url());
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::datetime().response();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::datetime().response();
    }
    rules = rules
}

/// Checks the charge's typeable line against its amount and due date. Differences are warnings, because the bank
/// decides.
fn rules(c: &Row<'_>, ctx: &mut Context) {
    let Some(boleto) = c.row(field!(Cobranca."boleto")) else {
        return;
    };
    let Some(row) = boleto.text(field!(Boleto."linhaDigitavel")) else {
        return;
    };
    let Ok(parsed) = smartbill_documents::Boleto::parse(row, Mode::Lenient) else {
        return;
    };
    let len = ctx.enter("boleto");
    let amount = boleto
        .decimal(field!(Boleto."valor"))
        .or_else(|| c.decimal(field!(Cobranca."saldo")))
        .or_else(|| c.decimal(field!(Cobranca."valorLiquido")));
    if let (Some(written), Some(amount)) = (parsed.value(), amount)
        && compare(written, amount) != Equal
    {
        ctx.warn_at("linhaDigitavel", mismatch("valor", &decimal::text(amount, Some(2))));
    }
    let due = boleto.date(field!(Boleto."vencimento")).or_else(|| c.date(field!(Cobranca."dataVencimento")));
    if let Some(due) = due
        && let Some(written) = parsed.vencimento(due)
        && written != due
    {
        ctx.warn_at("linhaDigitavel", mismatch("vencimento", &smartbill_documents::dates::date_text(due)));
    }
    ctx.leave(len);
}
