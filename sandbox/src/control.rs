//! The endpoints under `/sandbox/`: actions of a test or a person on the platform from outside its API.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::model::{Cobranca, Model};
use smartbill_core::{Competencia, Value};

use crate::consumos::State as ConsumoState;
use crate::faults::Plan;
use crate::platform::{BillingSummary, plus_days, start_of_day};
use crate::refusal::Refusal;
use crate::service::{Answer, RawRequest, Service, json, json_answer};

/// The numbers of records of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records, without those removed.
    pub total: usize,
    /// Records removed.
    pub removed: usize,
    /// Records with the external code of an earlier record. There must be none.
    pub duplicates: usize,
}

/// The contents of the sandbox, and its counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// Customers.
    pub clientes: Counts,
    /// Services.
    pub servicos: Counts,
    /// Contracts.
    pub contratos: Counts,
    /// Usage.
    pub consumos: Counts,
    /// Usage that is billed.
    pub billed_consumos: usize,
    /// Charges.
    pub cobrancas: Counts,
    /// Requests answered.
    pub requests: u64,
    /// Repeated answers to an idempotency key.
    pub replays: u64,
    /// Attempts to include a record whose external code existed already.
    pub repeated_inclusions: u64,
    /// Faults that occurred.
    pub faults: u64,
}

impl Counts {
    /// Counts records. Each item has the external code, if any, and whether the record is removed.
    fn of<'a>(records: impl Iterator<Item = (Option<&'a str>, bool)>) -> Self {
        let mut counts = Self::default();
        let mut seen: HashSet<&str> = HashSet::new();
        for (code, removed) in records {
            if removed {
                counts.removed += 1;
                continue;
            }
            counts.total += 1;
            counts.duplicates += usize::from(code.is_some_and(|c| !seen.insert(c)));
        }
        counts
    }

    fn value(self) -> Value<'static> {
        object([
            ("total", number(self.total)),
            ("removed", number(self.removed)),
            ("duplicates", number(self.duplicates)),
        ])
    }
}

impl Service {
    /// Counts the contents. Duplicates are counted record by record, not by the index that is meant to prevent them.
    #[must_use]
    pub fn state(&self) -> State {
        use smartbill_core::model::SituacaoCliente::Inativo;
        let store = &self.platform.store;
        let clientes = store.clientes.iter();
        let consumos = || store.consumos.iter().map(|(_, l)| l);
        State {
            clientes: Counts::of(clientes.map(|(_, c)| (c.codigo_externo.as_deref(), c.situacao == Some(Inativo)))),
            servicos: Counts::of(store.servicos.iter().map(|(_, s)| (s.codigo.as_deref(), false))),
            contratos: Counts::of(store.contratos.iter().map(|(_, c)| (c.model.codigo_externo.as_deref(), false))),
            consumos: Counts::of(consumos().map(|l| (l.id_externo.as_deref(), l.state == ConsumoState::Removed))),
            billed_consumos: consumos().filter(|l| matches!(l.state, ConsumoState::Faturado(_))).count(),
            cobrancas: Counts::of(store.cobrancas.iter().map(|(_, c)| (c.codigo_externo.as_deref(), false))),
            requests: self.requests,
            replays: self.replays,
            repeated_inclusions: self.platform.duplicates,
            faults: self.plan.hits,
        }
    }

    /// Replaces the fault plan; `{}` ends all faults. The text is JSON, as `POST /sandbox/faults` takes it:
    /// `{"semente": 1, "regras": [{"tipo": "queda_depois", "operacao": "consumos.incluir", "chance": 0.1}]}`.
    ///
    /// # Errors
    /// The place in the plan that cannot be read.
    pub fn faults(&mut self, plan: &str) -> Result<(), String> {
        let plan = Value::from_json(plan.as_bytes()).map_err(|_| "plan".to_owned())?;
        self.plan = Plan::read(&plan)?;
        Ok(())
    }

    /// Records a payment of the charge `id`, in full or of `value`. Returns the charge if the payment was accepted.
    pub fn pay(&mut self, id: &str, value: Option<Decimal>, now: Timestamp) -> Option<Cobranca> {
        self.clock(now);
        self.platform.cobranca_pay(id, value, None).ok()
    }
}

pub(crate) fn serve(
    service: &mut Service,
    request: &RawRequest<'_>,
    (path, query): (&str, &str),
    now: Timestamp,
) -> Answer {
    // A page shows a charge's image by its address alone, without a token.
    #[cfg(feature = "qr")]
    if let Some(image) = crate::qr::image(service, request, path) {
        return image;
    }
    if service.guarded && !service.may_control(request, query) {
        return service.refuse(&Refusal::not_authenticated(), request.language());
    }
    match control(service, request, path, now) {
        Ok(value) => json_answer(200, value.to_json().into()),
        Err(error) => service.refuse(&error, request.language()),
    }
}

fn control(
    service: &mut Service,
    request: &RawRequest<'_>,
    path: &str,
    now: Timestamp,
) -> Result<Value<'static>, Refusal> {
    let endpoint = path.strip_prefix("/sandbox/").unwrap_or_default();
    let allowed = methods(endpoint);
    if !allowed.contains(&request.method) {
        return Err(Refusal::no_route(allowed));
    }
    let empty = request.body.iter().all(u8::is_ascii_whitespace);
    let body = if empty { Value::Object(Vec::new()) } else { json(request.body)? };
    match (request.method, endpoint) {
        ("POST", "reset") => {
            service.reset(now);
            Ok(state(service))
        }
        ("POST", "seed") => {
            service.seed();
            Ok(state(service))
        }
        ("GET", "state") => Ok(state(service)),
        ("GET", "clock") => Ok(clock(service, None)),
        ("POST", "clock") => {
            let target = target(&body, service.platform.now)?;
            let in_the_past = || {
                invalid(
                    "now",
                    "o relógio só anda para a frente, até dez anos por vez",
                    "the clock moves forward only, ten years at a time at most",
                )
            };
            let summary = service.advance(target, now).ok_or_else(in_the_past)?;
            Ok(clock(service, Some(summary)))
        }
        ("POST", "faturar") => {
            let competencia = text(&body, "competencia").and_then(|t| t.parse::<Competencia>().ok());
            let competencia = competencia
                .ok_or_else(|| invalid("competencia", "competência inválida; use AAAA-MM", "expected YYYY-MM"))?;
            let summary = service.faturar(competencia, now);
            let mut fields = vec![("competencia".into(), Value::Competencia(competencia))];
            fields.extend(of_summary(summary));
            Ok(Value::Object(fields))
        }
        ("POST", "faults") => {
            service.plan = Plan::read(&body).map_err(|field| {
                invalid(&field, "o plano de falhas não pode ser lido", "the fault plan cannot be read")
            })?;
            Ok(object([("faults", number(0_usize))]))
        }
        ("GET", "faults") => Ok(object([("faults", Value::Number(service.plan.hits.to_string().into()))])),
        (_, rest) => match rest.strip_prefix("cobrancas/").and_then(|r| r.strip_suffix("/pay")) {
            Some(id) => pay(service, id, &body),
            None => Err(Refusal::no_route(&[])),
        },
    }
}

/// The methods of an endpoint. Empty if there is no such endpoint. Images were answered earlier.
fn methods(endpoint: &str) -> &'static [&'static str] {
    match endpoint {
        "reset" | "seed" | "faturar" => &["POST"],
        "clock" | "faults" => &["GET", "POST"],
        "state" => &["GET"],
        _ if endpoint.starts_with("cobrancas/") && endpoint.ends_with("/pay") => &["POST"],
        _ => &[],
    }
}

fn pay(service: &mut Service, id: &str, body: &Value<'_>) -> Result<Value<'static>, Refusal> {
    let value = match body.field("amount") {
        None | Some(Value::Null) => None,
        Some(Value::Text(t) | Value::Number(t)) => {
            Some(Decimal::from_str_exact(t).map_err(|_| invalid("amount", "número inválido", "invalid number"))?)
        }
        Some(_) => return Err(invalid("amount", "número inválido", "invalid number")),
    };
    let date = match text(body, "date") {
        None => None,
        Some(t) => Some(t.parse::<Date>().map_err(|_| invalid("date", "data inválida", "invalid date"))?),
    };
    let cobranca = service.platform.cobranca_pay(id, value, date)?;
    Ok(service.wire(Cobranca::SCHEMA, cobranca.value()).into_owned())
}

/// The target of the clock: an instant (`now`), the beginning of a day (`date`), or a number of days ahead (`days`).
fn target(body: &Value<'_>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let target = if let Some(text) = text(body, "now") {
        text.parse().ok()
    } else if let Some(text) = text(body, "date") {
        text.parse().ok().and_then(start_of_day)
    } else {
        match body.field("days") {
            Some(Value::Number(n)) => n.parse().ok().and_then(|days| plus_days(now, days)),
            Some(Value::Integer(days)) => plus_days(now, *days),
            _ => None,
        }
    };
    target.ok_or_else(|| {
        invalid(
            "now",
            "informe `now` (RFC 3339), `date` (AAAA-MM-DD) ou `days`",
            "give `now` (RFC 3339), `date` (YYYY-MM-DD) or `days`",
        )
    })
}

fn clock(service: &Service, summary: Option<BillingSummary>) -> Value<'static> {
    let p = &service.platform;
    let mut fields = vec![("now".into(), Value::DateTime(p.now)), ("today".into(), Value::Date(p.today))];
    fields.extend(summary.into_iter().flat_map(of_summary));
    Value::Object(fields)
}

fn of_summary(summary: BillingSummary) -> [(std::borrow::Cow<'static, str>, Value<'static>); 3] {
    let total = crate::price::cents(summary.value);
    [
        ("cobrancas".into(), Value::Number(summary.cobrancas.to_string().into())),
        ("consumos".into(), Value::Number(summary.consumos.to_string().into())),
        ("totalAmount".into(), Value::Decimal(total)),
    ]
}

fn state(service: &Service) -> Value<'static> {
    let e = service.state();
    let counter = |n: u64| Value::Number(n.to_string().into());
    object([
        ("clientes", e.clientes.value()),
        ("servicos", e.servicos.value()),
        ("contratos", e.contratos.value()),
        ("consumos", e.consumos.value()),
        ("billedConsumos", number(e.billed_consumos)),
        ("cobrancas", e.cobrancas.value()),
        ("requests", counter(e.requests)),
        ("replays", counter(e.replays)),
        ("repeatedInclusions", counter(e.repeated_inclusions)),
        ("faults", counter(e.faults)),
    ])
}

fn text<'a>(body: &'a Value<'_>, name: &str) -> Option<&'a str> {
    body.field(name).and_then(Value::text)
}

fn number(n: usize) -> Value<'static> {
    Value::Number(n.to_string().into())
}

fn object<const N: usize>(fields: [(&'static str, Value<'static>); N]) -> Value<'static> {
    Value::Object(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn invalid(field: &str, pt: &str, en: &str) -> Refusal {
    Refusal::new(422, "pedido_invalido", format!("`{field}`: {pt}"), format!("`{field}`: {en}"))
}
