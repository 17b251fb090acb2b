use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::model::{Cobranca, Contrato, SituacaoCobranca};

use crate::platform::Platform;
use crate::platform::charge::{as_of, percent_of};
use crate::price::cents;
use crate::refusal::Refusal;

impl Platform {
    /// The charge at `index` as of today.
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

    /// The discount for a charge that is paid in full before its due date.
    fn early_discount(&self, cobranca: &Cobranca, day: Date) -> Decimal {
        let early = cobranca.situacao == Some(SituacaoCobranca::EmAberto)
            && cobranca.data_vencimento.is_some_and(|vencimento| day < vencimento);
        let percent = self.contract_of(cobranca).and_then(|c| c.desconto_antecipacao).filter(|_| early);
        percent_of(cobranca.valor_liquido.unwrap_or_default(), percent, Decimal::ONE_HUNDRED)
    }

    /// Records a payment of the full amount owed on its day, or of a part.
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
