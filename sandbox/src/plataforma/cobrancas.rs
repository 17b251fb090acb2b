use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Cliente, Cobranca, Contrato, Id, SituacaoCobranca};

use crate::contratos::ContratoGuardado;
use crate::erro::Erro;
use crate::faturamento::{Fatura, centavos, vencimento};
use crate::pagamento;
use crate::plataforma::Plataforma;
use crate::store;

/// The charge at `indice`, which is to be kept there.
pub(super) fn nova(
    indice: u32,
    indice_contrato: u32,
    contrato: &ContratoGuardado,
    cliente: &Cliente,
    fatura: Fatura,
    competencia: Competencia,
    (agora, hoje): (Timestamp, Date),
) -> Cobranca {
    let id = store::id(indice);
    let numero = format!("{id:0>8}");
    let vence = vencimento(&contrato.modelo, competencia, hoje);
    let paga = fatura.liquido.is_zero();
    let positivo = |v: Decimal| Some(v).filter(|v| !v.is_zero());
    Cobranca {
        id: Some(Id(id.clone())),
        numero: Some(numero.clone()),
        numero_documento: Some(format!("FAT-{numero}")),
        cliente_id: Some(Id(store::id(contrato.cliente))),
        cliente_nome: cliente.nome.clone(),
        cliente_cpf_cnpj: cliente.cpf_cnpj.clone(),
        contrato_id: Some(Id(store::id(indice_contrato))),
        // People must be able to tell the contract; one without a number goes by the company's own code.
        contrato_numero: contrato.modelo.numero.clone().or_else(|| contrato.modelo.codigo_externo.clone()),
        itens: fatura.itens,
        competencia: Some(competencia),
        data_emissao: Some(hoje),
        data_vencimento: Some(vence),
        data_pagamento: paga.then_some(hoje),
        valor_original: Some(fatura.original),
        valor_desconto: positivo(fatura.desconto),
        valor_abatimento: positivo(fatura.abatimento),
        valor_liquido: Some(fatura.liquido),
        valor_pago: Some(centavos(Decimal::ZERO)),
        saldo: Some(fatura.liquido),
        forma_pagamento: contrato.modelo.forma_pagamento.clone(),
        // A charge of nothing is settled when it is made.
        situacao: Some(if paga { SituacaoCobranca::Paga } else { SituacaoCobranca::EmAberto }),
        boleto: pagamento::boleto(indice, vence, fatura.liquido),
        pix: pagamento::pix(indice, fatura.liquido),
        criado_em: Some(agora),
        alterado_em: Some(agora),
        ..Cobranca::default()
    }
}

/// Where a charge is in its life on the day `hoje`: what is owed past its due date is overdue.
pub(crate) fn situacao(cobranca: &Cobranca, hoje: Date) -> SituacaoCobranca {
    match &cobranca.situacao {
        Some(SituacaoCobranca::EmAberto) if cobranca.data_vencimento.is_some_and(|d| d < hoje) => {
            SituacaoCobranca::Vencida
        }
        Some(situacao) => situacao.clone(),
        None => SituacaoCobranca::EmAberto,
    }
}

/// The charge as it stands on the day `hoje`. What is overdue owes the contract's fine, once, and its interest, simple and
/// by days of a month of thirty: both of the amount charged, rounded half up to cents. A charge of which a part was paid
/// owes no more than it did on that day.
fn as_of(mut cobranca: Cobranca, contrato: &Contrato, hoje: Date) -> Cobranca {
    let situacao = situacao(&cobranca, hoje);
    if let (SituacaoCobranca::Vencida, Some(vencimento)) = (&situacao, cobranca.data_vencimento) {
        let valor = cobranca.valor_liquido.unwrap_or_default();
        let multa = percent(valor, contrato.multa_percentual, Decimal::ONE_HUNDRED);
        let dias = Decimal::from(vencimento.duration_until(hoje).as_hours() / 24);
        let thirtieths = Decimal::from(30 * 100);
        let juros = percent(valor.saturating_mul(dias), contrato.juros_mes_percentual, thirtieths);
        let positivo = |v: Decimal| Some(v).filter(|v| !v.is_zero());
        (cobranca.valor_multa, cobranca.valor_juros) = (positivo(multa), positivo(juros));
        cobranca.saldo = cobranca.saldo.map(|saldo| saldo.saturating_add(multa).saturating_add(juros));
    }
    cobranca.situacao = Some(situacao);
    cobranca
}

/// So many percent of `valor`, in cents; `whole` is what a hundred percent stands for.
fn percent(valor: Decimal, percentual: Option<Decimal>, whole: Decimal) -> Decimal {
    centavos(valor.saturating_mul(percentual.unwrap_or_default()).checked_div(whole).unwrap_or_default())
}

impl Plataforma {
    /// The charge at `indice`, as it is answered today.
    pub(crate) fn cobranca_em(&self, indice: u32) -> Option<Cobranca> {
        self.charge_as_of(indice, self.hoje)
    }

    fn charge_as_of(&self, indice: u32, dia: Date) -> Option<Cobranca> {
        let cobranca = self.store.cobrancas.get(indice)?;
        Some(as_of(cobranca.clone(), self.contract_of(cobranca)?, dia))
    }

    fn contract_of(&self, cobranca: &Cobranca) -> Option<&Contrato> {
        let indice = self.store.contratos.por_id(cobranca.contrato_id.as_ref()?.as_str())?;
        self.store.contratos.get(indice).map(|contrato| &contrato.modelo)
    }

    /// What is taken off a charge that is paid whole before the day on which it is due.
    fn early_discount(&self, cobranca: &Cobranca, dia: Date) -> Decimal {
        let early = cobranca.situacao == Some(SituacaoCobranca::EmAberto)
            && cobranca.data_vencimento.is_some_and(|vencimento| dia < vencimento);
        let percentual = self.contract_of(cobranca).and_then(|c| c.desconto_antecipacao).filter(|_| early);
        percent(cobranca.valor_liquido.unwrap_or_default(), percentual, Decimal::ONE_HUNDRED)
    }

    /// Records a payment: the whole of what is owed on its day, or a part of it.
    pub(crate) fn cobranca_pagar(
        &mut self,
        id: &str,
        valor: Option<Decimal>,
        data: Option<Date>,
    ) -> Result<Cobranca, Erro> {
        let (hoje, agora) = (self.hoje, self.agora);
        let nao_existe = || Erro::nao_encontrado("a cobrança", "charge");
        let indice = self.store.cobrancas.por_id(id).ok_or_else(nao_existe)?;
        let dia = data.unwrap_or(hoje);
        let mut cobranca = self.charge_as_of(indice, dia).ok_or_else(nao_existe)?;
        let saldo = cobranca.saldo.unwrap_or_default();
        if saldo.is_zero() {
            return Err(Erro::new(409, "cobranca_paga", "a cobrança já está paga", "the charge is paid already"));
        }
        let desconto = self.early_discount(&cobranca, dia);
        let valor = valor.unwrap_or(saldo.saturating_sub(desconto));
        if valor <= Decimal::ZERO || valor > saldo || valor != centavos(valor) {
            return Err(Erro::new(
                422,
                "valor_invalido",
                format!("o valor deve ser positivo, em centavos inteiros, e no máximo `{saldo}`"),
                format!("the amount must be positive, in whole cents, and at most `{saldo}`"),
            ));
        }
        let mut saldo = centavos(saldo.saturating_sub(valor));
        if saldo == desconto && !saldo.is_zero() {
            saldo = centavos(Decimal::ZERO);
            let antes = cobranca.valor_desconto.unwrap_or_default();
            cobranca.valor_desconto = Some(centavos(antes.saturating_add(desconto)));
        }
        cobranca.saldo = Some(saldo);
        cobranca.valor_pago = Some(centavos(cobranca.valor_pago.unwrap_or_default().saturating_add(valor)));
        cobranca.data_pagamento = Some(dia);
        cobranca.data_credito = cobranca.data_pagamento;
        cobranca.situacao = Some(if saldo.is_zero() { SituacaoCobranca::Paga } else { SituacaoCobranca::PagaParcial });
        cobranca.alterado_em = Some(agora);
        if let Some(kept) = self.store.cobrancas.get_mut(indice) {
            kept.clone_from(&cobranca);
        }
        self.cobranca_em(indice).ok_or_else(nao_existe)
    }
}
