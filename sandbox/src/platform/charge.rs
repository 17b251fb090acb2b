//! A charge: when it is made, and its state on a later day.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Cliente, Cobranca, Contrato, Id, SituacaoCobranca};

use crate::billing::{Fatura, vencimento};
use crate::contratos::StoredContrato;
use crate::price::cents;
use crate::{collection, payment};

/// Makes the charge that will be stored at `index`.
pub(super) fn new(
    index: u32,
    contrato_index: u32,
    contrato: &StoredContrato,
    cliente: &Cliente,
    fatura: Fatura,
    competencia: Competencia,
    (now, today): (Timestamp, Date),
) -> Cobranca {
    let id = collection::id(index);
    let number = format!("{id:0>8}");
    let falls_due = vencimento(&contrato.model, competencia, today);
    let settled = fatura.net.is_zero();
    let positive = |v: Decimal| Some(v).filter(|v| !v.is_zero());
    Cobranca {
        id: Some(Id(id.clone())),
        numero: Some(number.clone()),
        numero_documento: Some(format!("FAT-{number}")),
        cliente_id: Some(Id(collection::id(contrato.cliente))),
        cliente_nome: cliente.nome.clone(),
        cliente_cpf_cnpj: cliente.cpf_cnpj.clone(),
        contrato_id: Some(Id(collection::id(contrato_index))),
        // People must be able to recognize the contract. Without a number, the company's own code is shown.
        contrato_numero: contrato.model.numero.clone().or_else(|| contrato.model.codigo_externo.clone()),
        itens: fatura.items,
        competencia: Some(competencia),
        data_emissao: Some(today),
        data_vencimento: Some(falls_due),
        data_pagamento: settled.then_some(today),
        valor_original: Some(fatura.original),
        valor_desconto: positive(fatura.desconto),
        valor_abatimento: positive(fatura.deduction),
        valor_liquido: Some(fatura.net),
        valor_pago: Some(cents(Decimal::ZERO)),
        saldo: Some(fatura.net),
        forma_pagamento: contrato.model.forma_pagamento.clone(),
        // A charge of zero is settled when it is made.
        situacao: Some(if settled { SituacaoCobranca::Paga } else { SituacaoCobranca::EmAberto }),
        boleto: payment::boleto(index, falls_due, fatura.net),
        pix: payment::pix(index, fatura.net),
        criado_em: Some(now),
        alterado_em: Some(now),
        ..Cobranca::default()
    }
}

/// The state of a charge on the day `today`. If an amount is owed after the due date, the charge is overdue.
pub(super) fn situacao(cobranca: &Cobranca, today: Date) -> SituacaoCobranca {
    match &cobranca.situacao {
        Some(SituacaoCobranca::EmAberto) if cobranca.data_vencimento.is_some_and(|d| d < today) => {
            SituacaoCobranca::Vencida
        }
        Some(situacao) => situacao.clone(),
        None => SituacaoCobranca::EmAberto,
    }
}

/// The charge as of the day `today`. An overdue charge owes the contract's fine, once, and its interest, which is
/// simple and counted by days of a month of thirty days. Both are computed from the original amount and rounded half up
/// to cents. A partial payment stops their growth: the charge owes no more than on the day of that payment.
pub(super) fn as_of(mut cobranca: Cobranca, contrato: &Contrato, today: Date) -> Cobranca {
    let situacao = situacao(&cobranca, today);
    if let (SituacaoCobranca::Vencida, Some(vencimento)) = (&situacao, cobranca.data_vencimento) {
        let value = cobranca.valor_liquido.unwrap_or_default();
        let multa = percent_of(value, contrato.multa_percentual, Decimal::ONE_HUNDRED);
        let days = Decimal::from(vencimento.duration_until(today).as_hours() / 24);
        let thirtieths = Decimal::from(30 * 100);
        let juros = percent_of(value.saturating_mul(days), contrato.juros_mes_percentual, thirtieths);
        let positive = |v: Decimal| Some(v).filter(|v| !v.is_zero());
        (cobranca.valor_multa, cobranca.valor_juros) = (positive(multa), positive(juros));
        cobranca.saldo = cobranca.saldo.map(|saldo| saldo.saturating_add(multa).saturating_add(juros));
    }
    cobranca.situacao = Some(situacao);
    cobranca
}

/// `percent` of `value` in cents. `whole` is the number that stands for a hundred percent.
pub(super) fn percent_of(value: Decimal, percent: Option<Decimal>, whole: Decimal) -> Decimal {
    cents(value.saturating_mul(percent.unwrap_or_default()).checked_div(whole).unwrap_or_default())
}
