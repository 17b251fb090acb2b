//! The platform itself: executes operations on models, and the effects of time.

mod charge;
mod clientes;
mod cobrancas;
mod consumos;
mod contratos;
mod listings;
mod memos;

use std::borrow::Cow;

pub(crate) use consumos::missing_field;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use memos::Memos;
use rust_decimal::Decimal;
use smartbill_core::api::Resource;
use smartbill_core::model::{Id, Model, MomentoCobranca, Servico, SituacaoCliente};
use smartbill_core::validate::{Intent, Options};
use smartbill_core::{Competencia, Value};

use crate::billing::{self, Run};
use crate::collection;
use crate::refusal::Refusal;
use crate::store::Store;

/// America/Sao_Paulo has had this offset all year since daylight saving time ended in 2019.
const SAO_PAULO: Offset = Offset::constant(-3);

/// The effect of a write, by the names of the result header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Created,
    Changed,
    Equal,
    AlreadyDone,
}

impl Effect {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "updated",
            Self::Equal => "unchanged",
            Self::AlreadyDone => "already_done",
        }
    }
}

/// The result of a billing run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BillingSummary {
    /// The number of charges made.
    pub cobrancas: u64,
    /// The number of records of usage billed.
    pub consumos: u64,
    /// The sum of the charges, in reais.
    pub value: Decimal,
}

/// The platform: its records and its present day.
pub(crate) struct Platform {
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
    pub(crate) today: Date,
    /// The number of attempts to include a record whose external code existed already, whatever the answer.
    pub(crate) duplicates: u64,
    /// The address of the sandbox, if it has one. Charges then give the address of their QR image.
    pub(crate) address: Option<String>,
    memos: Memos,
}

/// The date in São Paulo.
fn day(instant: Timestamp) -> Date {
    SAO_PAULO.to_datetime(instant).date()
}

impl Platform {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { store: Store::default(), now, today: day(now), duplicates: 0, address: None, memos: Memos::default() }
    }

    /// Advances the time to `now`: scheduled changes take effect on their days, and contracts are billed on the first
    /// day of each month. Time never goes back.
    pub(crate) fn advance(&mut self, now: Timestamp) -> BillingSummary {
        let mut summary = BillingSummary::default();
        let target = day(now);
        while self.today < target {
            let next_month = self.today.last_of_month().tomorrow().unwrap_or(target);
            let scheduled = self.next_scheduled().filter(|d| *d > self.today).unwrap_or(target);
            self.today = next_month.min(scheduled).min(target);
            self.now = SAO_PAULO.to_timestamp(self.today.at(0, 0, 0, 0)).unwrap_or(now).min(now);
            self.take_effect();
            if self.today.day() == 1 {
                summary += self.faturar_due();
            }
        }
        self.now = self.now.max(now);
        summary
    }

    fn next_scheduled(&self) -> Option<Date> {
        self.store.contratos.iter().filter_map(|(_, c)| c.next_scheduled()).min()
    }

    /// Applies the changes scheduled up to today.
    fn take_effect(&mut self) {
        let (today, now) = (self.today, self.now);
        for contrato in self.store.contratos.iter_mut() {
            if contrato.advance(today) {
                contrato.model.alterado_em = Some(now);
            }
        }
    }

    /// The clock's own run, on the first day of a month. It bills the month that has ended and, for contracts billed
    /// before their period, the month that begins.
    fn faturar_due(&mut self) -> BillingSummary {
        let month = Competencia::of(self.today);
        let mut summary = BillingSummary::default();
        for index in 0..self.store.contratos.next() {
            summary += self.faturar_contrato(index, month.add_months(-1), Run::Automatic);
            let momento = self.store.contratos.get(index).and_then(|c| c.model.momento_cobranca.clone());
            if momento == Some(MomentoCobranca::Antecipado) {
                summary += self.faturar_contrato(index, month, Run::Automatic);
            }
        }
        summary
    }

    /// Bills every contract for one month. A second run for the same month finds nothing to do.
    pub(crate) fn faturar(&mut self, competencia: Competencia) -> BillingSummary {
        let mut summary = BillingSummary::default();
        for index in 0..self.store.contratos.next() {
            summary += self.faturar_contrato(index, competencia, Run::Asked);
        }
        summary
    }

    fn faturar_contrato(&mut self, index: u32, competencia: Competencia, run: Run) -> BillingSummary {
        let Store { clientes, servicos, contratos, consumos, cobrancas } = &mut self.store;
        let Some(contrato) = contratos.get_mut(index) else { return BillingSummary::default() };
        let Some(cliente) = clientes.get(contrato.cliente) else { return BillingSummary::default() };
        // A removed customer is not billed.
        if cliente.situacao == Some(SituacaoCliente::Inativo) {
            return BillingSummary::default();
        }
        let Some(fatura) = billing::faturar(contrato, servicos, consumos, competencia, run) else {
            return BillingSummary::default();
        };
        let number = cobrancas.next();
        for consumo in &fatura.consumos {
            consumos.faturar(*consumo, number, self.now);
        }
        let summary = BillingSummary {
            cobrancas: 1,
            consumos: u64::try_from(fatura.consumos.len()).unwrap_or(u64::MAX),
            value: fatura.net,
        };
        let mut cobranca = charge::new(number, index, contrato, cliente, fatura, competencia, (self.now, self.today));
        if let (Some(pix), Some(address)) = (&mut cobranca.pix, &self.address) {
            pix.qr_code_url = Some(format!("{address}/sandbox/cobrancas/{}/qr.svg", collection::id(number)));
        }
        cobrancas.push(cobranca);
        summary
    }

    /// Adds a service. Services come from the seed, because the API has no operation for them.
    pub(crate) fn servico(&mut self, mut servico: Servico) {
        let index = self.store.servicos.next();
        servico.id = Some(Id(collection::id(index)));
        if let Some(code) = &servico.codigo {
            self.store.servicos.display_name(code, index);
        }
        self.store.servicos.push(servico);
    }

    /// The index of the service with this identifier or code.
    fn servico_by(&self, id: Option<&Id>, code: Option<&str>) -> Option<u32> {
        match (id, code) {
            (Some(id), _) => self.store.servicos.by_id(id.as_str()),
            (None, Some(code)) => self.store.servicos.by_external(code),
            (None, None) => None,
        }
    }

    /// Whether there is a record of `resource` with the identifier `id`.
    pub(crate) fn has(&self, resource: Resource, id: &str) -> bool {
        let Store { clientes, servicos, contratos, consumos, cobrancas } = &self.store;
        let index = match resource {
            Resource::Clientes => clientes.by_id(id),
            Resource::Servicos => servicos.by_id(id),
            Resource::Contratos => contratos.by_id(id),
            Resource::Consumos => consumos.by_id(id),
            Resource::Cobrancas => cobrancas.by_id(id),
        };
        index.is_some()
    }

    fn options(&self, intent: Intent) -> Options {
        Options { intent, today: Some(self.today), ..Options::default() }
    }

    /// Reads and checks a client's input.
    pub(crate) fn read<M: Model>(&self, value: Value<'_>, intent: Intent) -> Result<M, Refusal> {
        M::validar(value, self.options(intent)).map(|(model, _)| model).map_err(|r| Refusal::invalid(M::SCHEMA, &r))
    }

    /// Returns `current` with the values of `change`. A field that `change` sets to null is cleared. The result is
    /// checked completely, so that a change cannot lead to a state that an include would refuse.
    fn merged<M: Model>(&self, current: &M, change: &Value<'_>) -> Result<M, Refusal> {
        let change = M::SCHEMA.fields.iter().fold(change.clone(), |m, field| as_camel(m, field.snake, field.name));
        self.read(merge(current.value(), change), Intent::Incluir)
    }
}

impl std::ops::AddAssign for BillingSummary {
    fn add_assign(&mut self, other: Self) {
        self.cobrancas += other.cobrancas;
        self.consumos += other.consumos;
        self.value = self.value.saturating_add(other.value);
    }
}

/// Renames the field `snake` to its JSON name, because models accept both.
fn as_camel<'a>(value: Value<'a>, snake: &'static str, name: &'static str) -> Value<'a> {
    match value {
        Value::Object(mut fields) => {
            if let Some(field) = fields.iter_mut().find(|(n, _)| n == snake) {
                field.0 = Cow::Borrowed(name);
            }
            Value::Object(fields)
        }
        other => other,
    }
}

fn merge<'a>(current: Value<'a>, change: Value<'a>) -> Value<'a> {
    match (current, change) {
        (Value::Object(mut fields), Value::Object(new_fields)) => {
            for (name, new_value) in new_fields {
                match fields.iter_mut().find(|(n, _)| *n == name) {
                    Some((_, current)) => *current = merge(std::mem::replace(current, Value::Null), new_value),
                    None => fields.push((name, new_value)),
                }
            }
            Value::Object(fields)
        }
        (_, new_value) => new_value,
    }
}

/// `now`, moved by whole `days`.
pub(crate) fn plus_days(now: Timestamp, days: i64) -> Option<Timestamp> {
    let seconds = days.checked_mul(24 * 60 * 60)?;
    now.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// The first instant of `date` in São Paulo.
pub(crate) fn start_of_day(date: Date) -> Option<Timestamp> {
    SAO_PAULO.to_timestamp(date.at(0, 0, 0, 0)).ok()
}
