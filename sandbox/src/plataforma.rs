//! The platform itself, models in and models out: what each operation does, and what time does by itself.

mod clientes;
mod cobrancas;
mod consumos;
mod contratos;
mod listas;

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use smartbill_core::model::{Id, Modelo, MomentoCobranca, Servico, SituacaoCliente};
use smartbill_core::validate::{Intent, Options};
use smartbill_core::{Competencia, Valor};

use crate::erro::Erro;
use crate::faturamento::{self, Corrida};
use crate::store::{self, Store};
use listas::Lembrancas;

/// America/Sao_Paulo has kept this offset since it gave up summer time in 2019.
const SAO_PAULO: Offset = Offset::constant(-3);

/// What a write did, by the names of the result header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resultado {
    Criado,
    Alterado,
    Igual,
    JaFeito,
}

impl Resultado {
    pub(crate) fn nome(self) -> &'static str {
        match self {
            Self::Criado => "created",
            Self::Alterado => "updated",
            Self::Igual => "unchanged",
            Self::JaFeito => "already_done",
        }
    }
}

/// What a billing run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resumo {
    /// How many charges it made.
    pub cobrancas: u64,
    /// How many records of usage they bill.
    pub consumos: u64,
    /// Their sum, in reais.
    pub valor: Decimal,
}

/// The platform: what it knows, and what day it is there.
pub(crate) struct Plataforma {
    pub(crate) store: Store,
    pub(crate) agora: Timestamp,
    pub(crate) hoje: Date,
    /// Includes that named an external code already known, whatever was answered.
    pub(crate) repetidos: u64,
    /// Where the sandbox answers, if anywhere: charges then say where their QR image is.
    pub(crate) endereco: Option<String>,
    lembrancas: Lembrancas,
}

/// The day in São Paulo.
fn dia(instante: Timestamp) -> Date {
    SAO_PAULO.to_datetime(instante).date()
}

impl Plataforma {
    pub(crate) fn nova(agora: Timestamp) -> Self {
        Self {
            store: Store::default(),
            agora,
            hoje: dia(agora),
            repetidos: 0,
            endereco: None,
            lembrancas: Lembrancas::default(),
        }
    }

    /// Lets time pass until `agora`: scheduled changes take effect on their days, and on the first of each month
    /// contracts are billed. Time does not go back.
    pub(crate) fn avancar(&mut self, agora: Timestamp) -> Resumo {
        let mut resumo = Resumo::default();
        let destino = dia(agora);
        while self.hoje < destino {
            let mes_que_vem = self.hoje.last_of_month().tomorrow().unwrap_or(destino);
            let agendada = self.proxima_agendada().filter(|d| *d > self.hoje).unwrap_or(destino);
            self.hoje = mes_que_vem.min(agendada).min(destino);
            self.agora = SAO_PAULO.to_timestamp(self.hoje.at(0, 0, 0, 0)).unwrap_or(agora).min(agora);
            self.vigorar();
            if self.hoje.day() == 1 {
                resumo += self.faturar_devidos();
            }
        }
        self.agora = self.agora.max(agora);
        resumo
    }

    fn proxima_agendada(&self) -> Option<Date> {
        self.store.contratos.iter().filter_map(|(_, c)| c.proxima_agendada()).min()
    }

    /// Brings into effect what was scheduled up to today.
    fn vigorar(&mut self) {
        let (hoje, agora) = (self.hoje, self.agora);
        for contrato in self.store.contratos.iter_mut() {
            if contrato.avancar(hoje) {
                contrato.modelo.alterado_em = Some(agora);
            }
        }
    }

    /// The clock's own run, on the first of a month: the month that is over, and for what is billed before its
    /// period also the month that begins.
    fn faturar_devidos(&mut self) -> Resumo {
        let mes = Competencia::of(self.hoje);
        let mut resumo = Resumo::default();
        for indice in 0..self.store.contratos.proximo() {
            resumo += self.faturar_contrato(indice, mes.somar(-1), Corrida::Automatica);
            let momento = self.store.contratos.get(indice).and_then(|c| c.modelo.momento_cobranca.clone());
            if momento == Some(MomentoCobranca::Antecipado) {
                resumo += self.faturar_contrato(indice, mes, Corrida::Automatica);
            }
        }
        resumo
    }

    /// Bills every contract for one month; a second run for the same month finds nothing to do.
    pub(crate) fn faturar(&mut self, competencia: Competencia) -> Resumo {
        let mut resumo = Resumo::default();
        for indice in 0..self.store.contratos.proximo() {
            resumo += self.faturar_contrato(indice, competencia, Corrida::Pedida);
        }
        resumo
    }

    fn faturar_contrato(&mut self, indice: u32, competencia: Competencia, corrida: Corrida) -> Resumo {
        let Store { clientes, servicos, contratos, consumos, cobrancas } = &mut self.store;
        let Some(contrato) = contratos.get_mut(indice) else { return Resumo::default() };
        let Some(cliente) = clientes.get(contrato.cliente) else { return Resumo::default() };
        // A customer that was removed is not billed.
        if cliente.situacao == Some(SituacaoCliente::Inativo) {
            return Resumo::default();
        }
        let Some(fatura) = faturamento::faturar(contrato, servicos, consumos, competencia, corrida) else {
            return Resumo::default();
        };
        let numero = cobrancas.proximo();
        for consumo in &fatura.consumos {
            consumos.faturar(*consumo, numero, self.agora);
        }
        let resumo = Resumo {
            cobrancas: 1,
            consumos: u64::try_from(fatura.consumos.len()).unwrap_or(u64::MAX),
            valor: fatura.liquido,
        };
        let mut cobranca =
            cobrancas::nova(numero, indice, contrato, cliente, fatura, competencia, (self.agora, self.hoje));
        if let (Some(pix), Some(endereco)) = (&mut cobranca.pix, &self.endereco) {
            pix.qr_code_url = Some(format!("{endereco}/sandbox/cobrancas/{}/qr.svg", store::id(numero)));
        }
        cobrancas.push(cobranca);
        resumo
    }

    /// Adds a service; services come from the seed, there is no operation for it.
    pub(crate) fn servico(&mut self, mut servico: Servico) {
        let indice = self.store.servicos.proximo();
        servico.id = Some(Id(store::id(indice)));
        if let Some(codigo) = &servico.codigo {
            self.store.servicos.nomear(codigo, indice);
        }
        self.store.servicos.push(servico);
    }

    /// The service that a reference names, by identifier or by code.
    fn servico_por(&self, id: Option<&Id>, codigo: Option<&str>) -> Option<u32> {
        match (id, codigo) {
            (Some(id), _) => self.store.servicos.por_id(id.as_str()),
            (None, Some(codigo)) => self.store.servicos.por_externo(codigo),
            (None, None) => None,
        }
    }

    fn options(&self, intent: Intent) -> Options {
        Options { intent, hoje: Some(self.hoje), ..Options::default() }
    }

    /// Reads and checks what a client sent.
    pub(crate) fn ler<M: Modelo>(&self, valor: Valor<'_>, intent: Intent) -> Result<M, Erro> {
        M::validar(valor, self.options(intent)).map(|(modelo, _)| modelo).map_err(|r| Erro::invalido(M::ESQUEMA, &r))
    }

    /// `atual` with what `mudanca` names; what it names as null is cleared. Checked whole, so that a change cannot
    /// lead to what an include would refuse.
    fn mesclado<M: Modelo>(&self, atual: &M, mudanca: &Valor<'_>) -> Result<M, Erro> {
        let mudanca = M::ESQUEMA.campos.iter().fold(mudanca.clone(), |m, campo| em_camel(m, campo.snake, campo.nome));
        self.ler(mesclar(atual.valor(), mudanca), Intent::Incluir)
    }
}

impl std::ops::AddAssign for Resumo {
    fn add_assign(&mut self, outro: Self) {
        self.cobrancas += outro.cobrancas;
        self.consumos += outro.consumos;
        self.valor = self.valor.saturating_add(outro.valor);
    }
}

/// The field `snake` under its JSON name, as models accept either.
fn em_camel<'a>(valor: Valor<'a>, snake: &'static str, nome: &'static str) -> Valor<'a> {
    match valor {
        Valor::Objeto(mut campos) => {
            if let Some(campo) = campos.iter_mut().find(|(n, _)| n == snake) {
                campo.0 = Cow::Borrowed(nome);
            }
            Valor::Objeto(campos)
        }
        outro => outro,
    }
}

fn mesclar<'a>(atual: Valor<'a>, mudanca: Valor<'a>) -> Valor<'a> {
    match (atual, mudanca) {
        (Valor::Objeto(mut campos), Valor::Objeto(novos)) => {
            for (nome, novo) in novos {
                match campos.iter_mut().find(|(n, _)| *n == nome) {
                    Some((_, atual)) => *atual = mesclar(std::mem::replace(atual, Valor::Nulo), novo),
                    None => campos.push((nome, novo)),
                }
            }
            Valor::Objeto(campos)
        }
        (_, novo) => novo,
    }
}

/// `agora` with the clock moved by whole `dias`.
pub(crate) fn mais_dias(agora: Timestamp, dias: i64) -> Option<Timestamp> {
    let seconds = dias.checked_mul(24 * 60 * 60)?;
    agora.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// The first instant of `data` in São Paulo.
pub(crate) fn inicio_do_dia(data: Date) -> Option<Timestamp> {
    SAO_PAULO.to_timestamp(data.at(0, 0, 0, 0)).ok()
}
