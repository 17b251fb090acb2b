use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Cliente, Cobranca, Contrato, Id, SituacaoCobranca};

use crate::billing::{Fatura, cents, vencimento};
use crate::contratos::StoredContrato;
use crate::payment;
use crate::platform::Platform;
use crate::refusal::Refusal;
use crate::store;

/// The charge at `index`, which is to be kept there.
pub(super) fn new(
    index: u32,
    contrato_index: u32,
    contrato: &StoredContrato,
    cliente: &Cliente,
    fatura: Fatura,
    competencia: Competencia,
    (now, today): (Timestamp, Date),
) -> Cobranca {
    let id = store::id(index);
    let number = format!("{id:0>8}");
    let falls_due = vencimento(&contrato.model, competencia, today);
    let settled = fatura.net.is_zero();
    let positive = |v: Decimal| Some(v).filter(|v| !v.is_zero());
    Cobranca {
        id: Some(Id(id.clone())),
        numero: Some(number.clone()),
        numero_documento: Some(format!("FAT-{number}")),
        cliente_id: Some(Id(store::id(contrato.cliente))),
        cliente_nome: cliente.nome.clone(),
        cliente_cpf_cnpj: cliente.cpf_cnpj.clone(),
        contrato_id: Some(Id(store::id(contrato_index))),
        // People must be able to tell the contract; one without a number goes by the company's own code.
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
        // A charge of nothing is settled when it is made.
        situacao: Some(if settled { SituacaoCobranca::Paga } else { SituacaoCobranca::EmAberto }),
        boleto: payment::boleto(index, falls_due, fatura.net),
        pix: payment::pix(index, fatura.net),
        criado_em: Some(now),
        alterado_em: Some(now),
        ..Cobranca::default()
    }
}

/// Where a charge is in its life on the day `today`: what is owed past its due date is overdue.
pub(crate) fn situacao(cobranca: &Cobranca, today: Date) -> SituacaoCobranca {
    match &cobranca.situacao {
        Some(SituacaoCobranca::EmAberto) if cobranca.data_vencimento.is_some_and(|d| d < today) => {
            SituacaoCobranca::Vencida
        }
        Some(situacao) => situacao.clone(),
        None => SituacaoCobranca::EmAberto,
    }
}

/// The charge as it stands on the day `today`. What is overdue owes the contract's fine, once, and its interest, simple and
/// by days of a month of thirty: both of the amount charged, rounded half up to cents. A charge of which a part was paid
/// owes no more than it did on that day.
fn as_of(mut cobranca: Cobranca, contrato: &Contrato, today: Date) -> Cobranca {
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

/// So many percent of `value`, in cents; `whole` is what a hundred percent stands for.
fn percent_of(value: Decimal, percent: Option<Decimal>, whole: Decimal) -> Decimal {
    cents(value.saturating_mul(percent.unwrap_or_default()).checked_div(whole).unwrap_or_default())
}

impl Platform {
    /// The charge at `index`, as it is answered today.
    pub(crate) fn cobranca_at(&self, index: u32) -> Option<Cobranca> {
        self.charge_as_of(index, self.today)
    }

    fn charge_as_of(&self, index: u32, day: Date) -> Option<Cobranca> {
        let cobranca = self.store.cobrancas.get(index)?;
        Some(as_of(cobranca.clone(), self.contract_of(cobranca)?, day))
    }

    fn contract_of(&self, cobranca: &Cobranca) -> Option<&Contrato> {
        let index = self.store.contratos.by_id(cobranca.contrato_id.as_ref()?.as_str())?;
        self.store.contratos.get(index).map(|contrato| &contrato.model)
    }

    /// What is taken off a charge that is paid whole before the day on which it is due.
    fn early_discount(&self, cobranca: &Cobranca, day: Date) -> Decimal {
        let early = cobranca.situacao == Some(SituacaoCobranca::EmAberto)
            && cobranca.data_vencimento.is_some_and(|vencimento| day < vencimento);
        let percent = self.contract_of(cobranca).and_then(|c| c.desconto_antecipacao).filter(|_| early);
        percent_of(cobranca.valor_liquido.unwrap_or_default(), percent, Decimal::ONE_HUNDRED)
    }

    /// Records a payment: the whole of what is owed on its day, or a part of it.
    pub(crate) fn cobranca_pay(
        &mut self,
        id: &str,
        value: Option<Decimal>,
        date: Option<Date>,
    ) -> Result<Cobranca, Refusal> {
        let (today, now) = (self.today, self.now);
        let does_not_exist = || Refusal::not_found("a cobrança", "charge");
        let index = self.store.cobrancas.by_id(id).ok_or_else(does_not_exist)?;
        let day = date.unwrap_or(today);
        let mut cobranca = self.charge_as_of(index, day).ok_or_else(does_not_exist)?;
        let saldo = cobranca.saldo.unwrap_or_default();
        if saldo.is_zero() {
            return Err(Refusal::new(409, "cobranca_paga", "a cobrança já está paga", "the charge is paid already"));
        }
        let desconto = self.early_discount(&cobranca, day);
        let value = value.unwrap_or(saldo.saturating_sub(desconto));
        if value <= Decimal::ZERO || value > saldo || value != cents(value) {
            return Err(Refusal::new(
                422,
                "valor_invalido",
                format!("o valor deve ser positivo, em centavos inteiros, e no máximo `{saldo}`"),
                format!("the amount must be positive, in whole cents, and at most `{saldo}`"),
            ));
        }
        let mut saldo = cents(saldo.saturating_sub(value));
        if saldo == desconto && !saldo.is_zero() {
            saldo = cents(Decimal::ZERO);
            let before = cobranca.valor_desconto.unwrap_or_default();
            cobranca.valor_desconto = Some(cents(before.saturating_add(desconto)));
        }
        cobranca.saldo = Some(saldo);
        cobranca.valor_pago = Some(cents(cobranca.valor_pago.unwrap_or_default().saturating_add(value)));
        cobranca.data_pagamento = Some(day);
        cobranca.data_credito = cobranca.data_pagamento;
        cobranca.situacao = Some(if saldo.is_zero() { SituacaoCobranca::Paga } else { SituacaoCobranca::PagaParcial });
        cobranca.alterado_em = Some(now);
        if let Some(kept) = self.store.cobrancas.get_mut(index) {
            kept.clone_from(&cobranca);
        }
        self.cobranca_at(index).ok_or_else(does_not_exist)
    }
}
