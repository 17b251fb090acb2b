use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{Cliente, Cobranca, Id, SituacaoCobranca};

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
    let vence = vencimento(&contrato.modelo, competencia);
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

impl Plataforma {
    /// The charge at `indice`, as it is answered today.
    pub(crate) fn cobranca_em(&self, indice: u32) -> Option<Cobranca> {
        let mut cobranca = self.store.cobrancas.get(indice)?.clone();
        cobranca.situacao = Some(situacao(&cobranca, self.hoje));
        Some(cobranca)
    }

    /// Records a payment: the whole of what is owed, or a part of it.
    pub(crate) fn cobranca_pagar(
        &mut self,
        id: &str,
        valor: Option<Decimal>,
        data: Option<Date>,
    ) -> Result<Cobranca, Erro> {
        let (hoje, agora) = (self.hoje, self.agora);
        let nao_existe = || Erro::nao_encontrado("a cobrança", "charge");
        let indice = self.store.cobrancas.por_id(id).ok_or_else(nao_existe)?;
        let cobranca = self.store.cobrancas.get_mut(indice).ok_or_else(nao_existe)?;
        let saldo = cobranca.saldo.unwrap_or_default();
        if saldo.is_zero() {
            return Err(Erro::new(409, "cobranca_paga", "a cobrança já está paga", "the charge is paid already"));
        }
        let valor = valor.unwrap_or(saldo);
        if valor <= Decimal::ZERO || valor > saldo || valor != centavos(valor) {
            return Err(Erro::new(
                422,
                "valor_invalido",
                format!("o valor deve ser positivo, em centavos inteiros, e no máximo `{saldo}`"),
                format!("the amount must be positive, in whole cents, and at most `{saldo}`"),
            ));
        }
        let saldo = centavos(saldo.saturating_sub(valor));
        cobranca.saldo = Some(saldo);
        cobranca.valor_pago = Some(centavos(cobranca.valor_pago.unwrap_or_default().saturating_add(valor)));
        cobranca.data_pagamento = Some(data.unwrap_or(hoje));
        cobranca.data_credito = cobranca.data_pagamento;
        cobranca.situacao = Some(if saldo.is_zero() { SituacaoCobranca::Paga } else { SituacaoCobranca::PagaParcial });
        cobranca.alterado_em = Some(agora);
        self.cobranca_em(indice).ok_or_else(nao_existe)
    }
}
