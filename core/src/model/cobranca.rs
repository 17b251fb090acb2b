use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::Competencia;
use crate::document::Tipo as Doc;
use crate::model::Minimo::{Livre, Zero};
use crate::model::{FormaPagamento, Id, Regra as R};

// Who only reads charges from the platform, as the client of the npm package does, checks none of their documents.
#[cfg(feature = "pagamentos")]
const BOLETO: R = R::documento(Doc::Boleto);
#[cfg(feature = "pagamentos")]
const BRCODE: R = R::documento(Doc::Brcode);
#[cfg(feature = "pagamentos")]
const CHAVE_DFE: R = R::documento(Doc::ChaveDfe);
#[cfg(not(feature = "pagamentos"))]
const BOLETO: R = R::texto(44, 48);
#[cfg(not(feature = "pagamentos"))]
const BRCODE: R = R::texto(1, 512);
#[cfg(not(feature = "pagamentos"))]
const CHAVE_DFE: R = R::texto(44, 44);

opcoes! {
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

opcoes! {
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

modelo! {
    /// What one item adds to a charge.
    ItemCobranca {
        /// The service.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service's code.
        servico_codigo "servicoCodigo": Option<String> => R::texto(1, 60);
        /// Description.
        descricao "descricao": Option<String> => R::texto(1, 500);
        /// How many.
        quantidade "quantidade": Option<Decimal> => R::decimal(6, Livre);
        /// Price of a unit, in reais.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Discount, in reais.
        desconto "desconto": Option<Decimal> => R::decimal(2, Zero);
        /// Total, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Livre);
    }
}

modelo! {
    /// One tax of a charge.
    Retencao {
        /// How much, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Zero);
        /// Whether the customer withholds it.
        retido "retido": Option<bool> => R::booleano();
    }
}

modelo! {
    /// The taxes of a charge.
    RetencoesCobranca {
        /// Imposto de Renda.
        ir "ir": Option<Retencao> => R::objeto(Retencao::ESQUEMA);
        /// PIS.
        pis "pis": Option<Retencao> => R::objeto(Retencao::ESQUEMA);
        /// COFINS.
        cofins "cofins": Option<Retencao> => R::objeto(Retencao::ESQUEMA);
        /// CSLL.
        csll "csll": Option<Retencao> => R::objeto(Retencao::ESQUEMA);
        /// INSS.
        inss "inss": Option<Retencao> => R::objeto(Retencao::ESQUEMA);
        /// ISS.
        iss "iss": Option<Retencao> => R::objeto(Retencao::ESQUEMA);
    }
}

modelo! {
    /// The bank slip of a charge.
    Boleto {
        /// The bank's own number.
        nosso_numero "nossoNumero": Option<String> => R::texto(1, 30);
        /// Typeable line, 47 or 48 digits.
        linha_digitavel "linhaDigitavel": Option<String> => BOLETO;
        /// Barcode, 44 digits.
        codigo_barras "codigoBarras": Option<String> => BOLETO;
        /// The bank, by its 3-digit code.
        banco "banco": Option<String> => R::texto(3, 3);
        /// Where it can be seen.
        url "url": Option<String> => R::url();
        /// Where it can be had as a PDF.
        pdf "pdf": Option<String> => R::url();
        /// Due date.
        vencimento "vencimento": Option<Date> => R::data();
        /// Amount, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Zero);
    }
}

modelo! {
    /// The PIX of a charge.
    Pix {
        /// The BR Code to copy and paste, up to 512 characters.
        copia_e_cola "copiaECola": Option<String> => BRCODE;
        /// Transaction identifier.
        txid "txid": Option<String> => R::texto(1, 35);
        /// Where the QR image is.
        qr_code_url "qrCodeUrl": Option<String> => R::url();
        /// When it expires.
        expira_em "expiraEm": Option<Timestamp> => R::data_hora();
        /// Identifier of the payment.
        end_to_end_id "endToEndId": Option<String> => R::texto(1, 32);
    }
}

modelo! {
    /// The service invoice of a charge.
    Nfse {
        /// Number.
        numero "numero": Option<String> => R::texto(1, 20);
        /// Series of the RPS.
        serie_rps "serieRps": Option<String> => R::texto(1, 10);
        /// Number of the RPS.
        numero_rps "numeroRps": Option<String> => R::texto(1, 20);
        /// Verification code.
        codigo_verificacao "codigoVerificacao": Option<String> => R::texto(1, 60);
        /// Where it is in its life.
        situacao "situacao": Option<SituacaoNfse> => R::opcao(SituacaoNfse::NOMES);
        /// Where it can be had as a PDF.
        url_pdf "urlPdf": Option<String> => R::url();
        /// Where it can be had as XML.
        url_xml "urlXml": Option<String> => R::url();
        /// Date of issue.
        data_emissao "dataEmissao": Option<Date> => R::data();
        /// Amount, in reais.
        valor "valor": Option<Decimal> => R::decimal(2, Zero);
        /// Deductions, in reais.
        deducoes "deducoes": Option<Decimal> => R::decimal(2, Zero);
    }
}

modelo! {
    /// The goods invoice of a charge.
    Nfe {
        /// Access key, 44 characters.
        chave "chave": Option<String> => CHAVE_DFE;
        /// Number.
        numero "numero": Option<String> => R::texto(1, 9);
        /// Series.
        serie "serie": Option<String> => R::texto(1, 3);
    }
}

modelo! {
    /// A charge (conta a receber). Read-only: the platform's billing makes it.
    Cobranca {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().resposta();
        /// Number that people see.
        numero "numero": Option<String> => R::texto(1, 35);
        /// Document number.
        numero_documento "numeroDocumento": Option<String> => R::texto(1, 35);
        /// The charge's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::texto(1, 60);
        /// Instalment, `001/012`.
        parcela "parcela": Option<String> => R::texto(1, 7);
        /// The customer.
        cliente_id "clienteId": Option<Id> => R::id();
        /// The customer's name, as billed.
        cliente_nome "clienteNome": Option<String> => R::texto(1, 225).pessoal();
        /// The customer's CPF or CNPJ, as billed.
        cliente_cpf_cnpj "clienteCpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).pessoal();
        /// The contract.
        contrato_id "contratoId": Option<Id> => R::id();
        /// The contract's number.
        contrato_numero "contratoNumero": Option<String> => R::texto(1, 35);
        /// What it is made of.
        itens "itens": Vec<ItemCobranca> => R::lista(&R::objeto(ItemCobranca::ESQUEMA));
        /// The month billed.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// Date of issue.
        data_emissao "dataEmissao": Option<Date> => R::data();
        /// Due date.
        data_vencimento "dataVencimento": Option<Date> => R::data();
        /// The first due date, where it was moved.
        vencimento_original "vencimentoOriginal": Option<Date> => R::data();
        /// Date of payment.
        data_pagamento "dataPagamento": Option<Date> => R::data();
        /// Date on which the money arrived.
        data_credito "dataCredito": Option<Date> => R::data();
        /// Date of cancelling.
        data_cancelamento "dataCancelamento": Option<Date> => R::data();
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
        retencoes "retencoes": Option<RetencoesCobranca> => R::objeto(RetencoesCobranca::ESQUEMA);
        /// How it is paid.
        forma_pagamento "formaPagamento": Option<FormaPagamento> => R::opcao(FormaPagamento::NOMES);
        /// Where it is in its life.
        situacao "situacao": Option<SituacaoCobranca> => R::opcao(SituacaoCobranca::NOMES);
        /// Bank slip.
        boleto "boleto": Option<Boleto> => R::objeto(Boleto::ESQUEMA);
        /// PIX.
        pix "pix": Option<Pix> => R::objeto(Pix::ESQUEMA);
        /// Service invoice.
        nfse "nfse": Option<Nfse> => R::objeto(Nfse::ESQUEMA);
        /// Goods invoice.
        nfe "nfe": Option<Nfe> => R::objeto(Nfe::ESQUEMA);
        /// Where it can be paid.
        link_pagamento "linkPagamento": Option<String> => R::url();
        /// Further addresses.
        links "links": Vec<String> => R::lista(&R::url());
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::data_hora().resposta();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::data_hora().resposta();
    }
    regras = crate::validate::regras::cobranca
}
