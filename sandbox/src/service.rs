//! The wire around the platform: takes a request and an instant, and returns an answer. Nothing here waits, reads a
//! clock or opens a socket.

use std::fmt::Write as _;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use smartbill_core::api::{Action, Operation};
use smartbill_core::error::FieldError;
use smartbill_core::model::{
    Cliente, ClientesFilter, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction, ContratosFilter,
    Model, Servico, ServicosFilter,
};
use smartbill_core::profile::{ErrorBody, OAuth2, PageRequest, Profile, Promise};
use smartbill_core::validate::{Finding, Intent, Problem, Report, Severity};
use smartbill_core::{Competencia, Language, Value};

use crate::faults::{ConnectionFault, Fault, Hit, Plan};
use crate::idempotency::{Fingerprint, Keys, Known, StoredAnswer};
use crate::platform::{BillingSummary, Effect, Platform};
use crate::refusal::Refusal;
use crate::seed;

/// The default token.
pub const TOKEN: &str = "sandbox";

/// The token that every client gets if the profile has OAuth2.
const ACCESS_TOKEN: &str = "sandbox-access-token";

/// The greatest length of a key or a request identifier, in bytes.
const MAX_KEY: usize = 255;

/// A request as it was received.
#[derive(Debug, Clone, Copy)]
pub struct RawRequest<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Path and query string, as on the request line.
    pub target: &'a str,
    /// Header names in lower case, and values.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The fault that the transport must carry out, if a fault plan says so.
    pub fault: Option<Fault>,
}

/// The sandbox: the platform's API without network, clock or account.
pub struct Service {
    pub(crate) profile: Profile,
    token: String,
    pub(crate) platform: Platform,
    keys: Keys,
    pub(crate) plan: Plan,
    /// The difference between the sandbox's clock and the caller's.
    pub(crate) ahead: SignedDuration,
    pub(crate) requests: u64,
    pub(crate) replays: u64,
    /// Whether it began with the sample services. A reset restores them.
    seeded: bool,
    /// Whether the control endpoints require the token too.
    pub(crate) guarded: bool,
}

/// The result of an operation: status, result header and body.
struct Done {
    status: u16,
    outcome: Option<Effect>,
    body: Bytes,
}

impl<'a> RawRequest<'a> {
    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub(crate) fn language(&self) -> Language {
        let english = self.header("accept-language").is_some_and(|v| v.trim_start().starts_with("en"));
        if english { Language::En } else { Language::PtBr }
    }
}

impl Service {
    /// Makes an empty platform with `profile` and `token`. `now` is its first instant.
    #[must_use]
    pub fn new(profile: Profile, token: impl Into<String>, now: Timestamp) -> Self {
        Self {
            profile,
            token: token.into(),
            platform: Platform::new(now),
            keys: Keys::default(),
            plan: Plan::default(),
            ahead: SignedDuration::ZERO,
            requests: 0,
            replays: 0,
            seeded: false,
            guarded: false,
        }
    }

    /// Drops everything: records, keys, faults, and the clock's offset. If the sandbox began with the sample services,
    /// they are added again.
    pub fn reset(&mut self, now: Timestamp) {
        let (seeded, guarded, address) = (self.seeded, self.guarded, self.platform.address.take());
        *self = Self::new(self.profile.clone(), std::mem::take(&mut self.token), now);
        self.guarded = guarded;
        self.platform.address = address;
        if seeded {
            self.seed();
        }
    }

    /// Adds the sample services `INTERNET-100`, `SUPORTE`, `INSTALACAO`, `API-CHAMADAS`, `ARMAZENAMENTO` and `SMS`.
    /// Existing ones are kept.
    pub fn seed(&mut self) {
        self.seeded = true;
        seed::seed(&mut self.platform);
    }

    /// Adds a service of the caller's own.
    pub fn servico(&mut self, servico: Servico) {
        self.platform.servico(servico);
    }

    /// Bills every contract for `competencia`. Nothing is billed twice.
    pub fn faturar(&mut self, competencia: Competencia, now: Timestamp) -> BillingSummary {
        self.follow_clock(now);
        self.platform.faturar(competencia)
    }

    /// The sandbox's time.
    pub fn clock(&mut self, now: Timestamp) -> Timestamp {
        self.follow_clock(now);
        self.platform.now
    }

    /// Moves the sandbox's clock forward to `target`, and bills the contracts that fall due on the way. Returns `None`
    /// if `target` is in the past or more than ten years ahead.
    pub fn advance(&mut self, target: Timestamp, now: Timestamp) -> Option<BillingSummary> {
        const TEN_YEARS: SignedDuration = SignedDuration::from_hours(24 * 3653);
        self.follow_clock(now);
        let step = self.platform.now.duration_until(target);
        if step.is_negative() || step > TEN_YEARS {
            return None;
        }
        self.ahead = now.duration_until(target);
        Some(self.platform.advance(target))
    }

    /// Advances the platform to the sandbox's clock.
    pub(crate) fn follow_clock(&mut self, now: Timestamp) {
        // Answers show instants to the millisecond.
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let now = now.checked_add(self.ahead).unwrap_or(now);
        self.platform.advance(now);
    }

    /// Adds the identifier of the request to the answer: the caller's own if there is one.
    pub(crate) fn identified(&self, mut answer: Answer, request: &RawRequest<'_>) -> Answer {
        let id = request.header("x-request-id").filter(|id| !id.is_empty() && id.len() <= MAX_KEY);
        let id = id.map_or_else(|| format!("req-{:08x}", self.requests), str::to_owned);
        answer.headers.push(("x-request-id".to_owned(), id));
        answer
    }

    /// Answers a request to the API.
    pub(crate) fn serve(&mut self, request: &RawRequest<'_>, path: &str, query: &str) -> Answer {
        let language = request.language();
        if let Some(oauth2) = self.profile.oauth2().filter(|oauth2| oauth2.token_path == path) {
            return access_token(oauth2, &self.token, request);
        }
        if !self.authenticated(request, query) {
            return self.refuse(&Refusal::not_authenticated(), language);
        }
        let Some((operation, id)) = self.profile.match_route(request.method, path) else {
            return self.refuse(&Refusal::no_route(&self.profile.methods_at(path)), language);
        };
        let decision = self.plan.decide(operation);
        let fault = |connection| Some(Fault { delay: decision.delay, connection });
        let before = match decision.hit {
            Some(Hit::RateLimit { retry_after }) => {
                let error = Refusal::new(429, "muitos_pedidos", "pedidos demais; espere", "too many requests; wait")
                    .with_header("retry-after", retry_after.to_string());
                Some((self.refuse(&error, language), ConnectionFault::Normal))
            }
            Some(Hit::Error { status }) => {
                let error = Refusal::new(status, "erro_interno", "falha do servidor", "the server failed");
                Some((self.refuse(&error, language), ConnectionFault::Normal))
            }
            Some(Hit::DropBefore) => Some((json_answer(503, Bytes::new()), ConnectionFault::Drop)),
            _ => None,
        };
        if let Some((answer, connection)) = before {
            return Answer { fault: fault(connection), ..answer };
        }
        let mut answer = self.execute(operation, id.as_deref(), request, query);
        let size = answer.body.len();
        let connection = match decision.hit {
            Some(Hit::DropAfter) => ConnectionFault::Drop,
            Some(Hit::Truncated) => ConnectionFault::Truncate(size / 2),
            Some(Hit::Drip { pause }) => ConnectionFault::Drip { bytes: size.div_ceil(8).max(1), pause },
            Some(Hit::Malformed) => {
                let half = answer.body.slice(..size / 2);
                answer.body = [half.as_ref(), b"<!-- "].concat().into();
                ConnectionFault::Normal
            }
            _ => ConnectionFault::Normal,
        };
        if decision.delay.is_zero() && connection == ConnectionFault::Normal {
            return answer;
        }
        Answer { fault: fault(connection), ..answer }
    }

    /// Whether the request has the token.
    pub(crate) fn authenticated(&self, request: &RawRequest<'_>, query: &str) -> bool {
        let token = if self.profile.oauth2().is_some() { ACCESS_TOKEN } else { &self.token };
        self.profile.authenticates(token, |name| request.header(name), query)
    }

    /// Executes a request once per idempotency key, if the profile uses keys.
    fn execute(&mut self, operation: Operation, id: Option<&str>, request: &RawRequest<'_>, query: &str) -> Answer {
        let language = request.language();
        let reads_key = operation.is_write() && self.profile.endpoint(operation).promise != Promise::None;
        let key = request.header(self.profile.idempotency_header()).filter(|_| reads_key);
        let fingerprint =
            Fingerprint::of([operation.name().as_bytes(), id.unwrap_or_default().as_bytes(), request.body]);
        if let Some(key) = key {
            if key.is_empty() || key.len() > MAX_KEY {
                let pt = "a chave de idempotência deve ter de 1 a 255 caracteres";
                let en = "the idempotency key must have 1 to 255 characters";
                return self.refuse(&Refusal::new(422, "chave_invalida", pt, en), language);
            }
            match self.keys.look_up(key, fingerprint, self.platform.now) {
                Known::New => {}
                Known::Equal(stored) => {
                    self.replays += 1;
                    let mut answer = self.respond(&stored);
                    answer.headers.push((self.profile.replayed_header().to_owned(), "true".to_owned()));
                    return answer;
                }
                Known::Other => {
                    let pt = "a chave de idempotência já foi usada com outro conteúdo";
                    let en = "the idempotency key was used before with another body";
                    return self.refuse(&Refusal::new(422, "chave_reutilizada", pt, en), language);
                }
            }
        }
        let body = match self.unwrapped(operation, request.body) {
            Ok(body) => body,
            Err(error) => return self.refuse(&error, language),
        };
        let inner = RawRequest { body: body.as_deref().unwrap_or(request.body), ..*request };
        match self.operate(operation, id.unwrap_or_default(), &inner, query) {
            Ok(done) => {
                let outcome = done.outcome.map(Effect::name);
                let body = self.in_envelope(operation, done.body);
                let stored = StoredAnswer { status: done.status, outcome, body };
                if let Some(key) = key {
                    self.keys.store_answer(key, fingerprint, stored.clone(), self.platform.now);
                }
                self.respond(&stored)
            }
            Err(error) => self.refuse(&error, language),
        }
    }

    fn operate(&mut self, op: Operation, id: &str, request: &RawRequest<'_>, query: &str) -> Result<Done, Refusal> {
        match op {
            Operation::ClientesIncluir => {
                let (_, cliente) = self.body::<Cliente>(request, Intent::Incluir)?;
                let done = self.platform.cliente_incluir(cliente)?;
                Ok(self.written(&done))
            }
            Operation::ClientesAlterar => {
                let (change, _) = self.body::<Cliente>(request, Intent::Alterar)?;
                let done = self.platform.cliente_alterar(id, &change)?;
                Ok(self.written(&done))
            }
            Operation::ClientesRemover => {
                let done = self.platform.cliente_remover(id)?;
                Ok(self.written(&done))
            }
            Operation::ClientesObter => Ok(self.parsed(self.platform.cliente(id)?.1)),
            Operation::ClientesListar => {
                let (filter, page_request) = self.filter::<ClientesFilter>(query)?;
                let indices = self.platform.clientes_listar(&filter);
                Ok(self.list(&indices, page_request, |p, i| p.store.clientes.get(i).cloned()))
            }
            Operation::ServicosObter => {
                let servicos = &self.platform.store.servicos;
                let servico = servicos.by_id(id).and_then(|i| servicos.get(i));
                Ok(self.parsed(servico.ok_or_else(|| Refusal::not_found("o serviço", "service"))?))
            }
            Operation::ServicosListar => {
                let (filter, page_request) = self.filter::<ServicosFilter>(query)?;
                let indices = self.platform.servicos_listar(&filter);
                Ok(self.list(&indices, page_request, |p, i| p.store.servicos.get(i).cloned()))
            }
            Operation::ContratosIncluir => {
                let (_, contrato) = self.body::<Contrato>(request, Intent::Incluir)?;
                let done = self.platform.contrato_incluir(contrato)?;
                Ok(self.written(&done))
            }
            Operation::ContratosAtivar => self.act(id, Action::Ativar, request),
            Operation::ContratosDesativar => self.act(id, Action::Desativar, request),
            Operation::ContratosSuspender => self.act(id, Action::Suspender, request),
            Operation::ContratosCancelar => self.act(id, Action::Cancelar, request),
            Operation::ContratosObter => {
                let index = self.platform.contrato(id)?;
                Ok(self.parsed(&self.platform.contrato_at(index)?))
            }
            Operation::ContratosListar => {
                let (filter, page_request) = self.filter::<ContratosFilter>(query)?;
                let indices = self.platform.contratos_listar(&filter);
                Ok(self.list(&indices, page_request, |p, i| p.contrato_at(i).ok()))
            }
            Operation::ConsumosIncluir => {
                let (_, consumo) = self.body::<Consumo>(request, Intent::Incluir)?;
                let done = self.platform.consumo_incluir(&consumo)?;
                Ok(self.written(&done))
            }
            Operation::ConsumosAlterar => {
                let (change, _) = self.body::<Consumo>(request, Intent::Alterar)?;
                let done = self.platform.consumo_alterar(id, &change)?;
                Ok(self.written(&done))
            }
            Operation::ConsumosRemover => {
                let done = self.platform.consumo_remover(id)?;
                Ok(self.written(&done))
            }
            Operation::ConsumosObter => Ok(self.parsed(&self.platform.consumo(id)?)),
            Operation::ConsumosListar => {
                let (filter, page_request) = self.filter::<ConsumosFilter>(query)?;
                let indices = self.platform.consumos_listar(&filter);
                Ok(self.list(&indices, page_request, |p, i| p.consumo_at(i).ok()))
            }
            Operation::CobrancasListar => {
                let (filter, page_request) = self.filter::<CobrancasFilter>(query)?;
                let indices = self.platform.cobrancas_listar(&filter);
                Ok(self.list(&indices, page_request, Platform::cobranca_at))
            }
        }
    }

    /// The record of a request, out of what the profile puts around it; `None` where that is nothing.
    fn unwrapped(&self, operation: Operation, body: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
        if body.iter().all(u8::is_ascii_whitespace) || !self.profile.wraps(operation) {
            return Ok(None);
        }
        let record = self.profile.unwrapped(operation, json(body)?);
        let record = record.ok_or_else(|| {
            let (pt, en) = ("o registro não está onde deveria", "the record is not where it should be");
            Refusal::new(422, "corpo_invalido", pt, en)
        })?;
        Ok(Some(record.to_json().into_bytes()))
    }

    /// An answer with what the profile puts around it.
    fn in_envelope(&self, operation: Operation, body: Bytes) -> Bytes {
        if !self.profile.has_envelope(operation) {
            return body;
        }
        match Value::from_json(&body) {
            Ok(value) => self.profile.in_envelope(operation, value).to_json().into(),
            Err(_) => body,
        }
    }

    fn act(&mut self, id: &str, action: Action, request: &RawRequest<'_>) -> Result<Done, Refusal> {
        let (_, params) = self.body::<ContratoAction>(request, Intent::Incluir)?;
        let done = self.platform.contrato_act(id, action, &params)?;
        Ok(self.written(&done))
    }

    /// Returns the body in the model's own names, and as the model. An empty body has no fields. A change is checked by
    /// itself, so that its findings are those of the input.
    fn body<'p, M: Model>(&self, request: &RawRequest<'p>, intent: Intent) -> Result<(Value<'p>, M), Refusal> {
        let blank = request.body.iter().all(u8::is_ascii_whitespace);
        let sent = if blank { Value::Object(Vec::new()) } else { json(request.body)? };
        let value = self.profile.decode(M::SCHEMA, sent.clone());
        let model = self.platform.read::<M>(value.clone(), intent)?;
        let mut differences = Report::default();
        wire_types(&sent, &self.profile.encode(M::SCHEMA, model.value()), &mut String::new(), &mut differences);
        if differences.is_valid() {
            return Ok((value, model));
        }
        for finding in &mut differences.findings {
            finding.path = self.profile.model_path(M::SCHEMA, &finding.path);
        }
        Err(Refusal::invalid(M::SCHEMA, &differences))
    }

    fn filter<F: Model>(&self, query: &str) -> Result<(F, PageRequest), Refusal> {
        let (value, page_request) = self.profile.decode_query(F::SCHEMA, query).map_err(|name| {
            Refusal::new(
                422,
                "parametro_invalido",
                format!("o parâmetro `{name}` não pode ser lido"),
                format!("the parameter `{name}` cannot be read"),
            )
        })?;
        Ok((self.platform.read(value, Intent::Incluir)?, page_request))
    }

    fn written<M: Model>(&self, (model, outcome): &(M, Effect)) -> Done {
        let status = if *outcome == Effect::Created { 201 } else { 200 };
        Done { status, outcome: Some(*outcome), ..self.parsed(model) }
    }

    fn parsed<M: Model>(&self, model: &M) -> Done {
        let body = self.profile.encode(M::SCHEMA, model.value()).to_json().into();
        Done { status: 200, outcome: None, body }
    }

    fn list<M: Model>(
        &self,
        indices: &[u32],
        page_request: PageRequest,
        obter: impl Fn(&Platform, u32) -> Option<M>,
    ) -> Done {
        let total = indices.len();
        let start = usize::try_from(page_request.start).unwrap_or(usize::MAX).min(total);
        let end = start.saturating_add(page_request.size as usize).min(total);
        let page = indices.get(start..end).unwrap_or_default();
        let models: Vec<M> = page.iter().filter_map(|i| obter(&self.platform, *i)).collect();
        let items = models.iter().map(|m| self.profile.encode(M::SCHEMA, m.value())).collect();
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let body = self.profile.encode_list(items, page_request, total).to_json().into();
        Done { status: 200, outcome: None, body }
    }

    fn respond(&self, stored: &StoredAnswer) -> Answer {
        let mut answer = json_answer(stored.status, stored.body.clone());
        let name = || self.profile.result_header().to_owned();
        answer.headers.extend(stored.outcome.map(|r| (name(), r.to_owned())));
        answer
    }

    /// A refusal in the profile's own form.
    pub(crate) fn refuse(&self, error: &Refusal, language: Language) -> Answer {
        let fields: Vec<FieldError> = error
            .fields
            .iter()
            .map(|c| FieldError {
                path: c.path.clone(),
                code: Some(c.code.to_string()),
                message: c.message.get(language).to_owned(),
            })
            .collect();
        let body =
            ErrorBody { status: error.status, code: error.code, message: error.message.get(language), fields: &fields };
        let body = self.profile.encode_error(error.schema, body).to_json();
        let mut answer = json_answer(error.status, body.into());
        if let Some(header) = &error.header {
            let (name, value) = header.as_ref();
            answer.headers.push(((*name).to_owned(), value.clone()));
        }
        answer
    }
}

/// Gives the access token to whoever has `token` as identifier and secret (RFC 6749, section 4.4).
fn access_token(oauth2: &OAuth2, token: &str, request: &RawRequest<'_>) -> Answer {
    let refused = if request.method == "POST" {
        oauth2.check(token, |name| request.header(name), request.body).err()
    } else {
        Some("invalid_request")
    };
    let (status, body) = match refused {
        None => (200, format!(r#"{{"access_token":"{ACCESS_TOKEN}","token_type":"Bearer","expires_in":3600}}"#)),
        Some(code) => (if code == "invalid_client" { 401 } else { 400 }, format!(r#"{{"error":"{code}"}}"#)),
    };
    json_answer(status, body.into())
}

/// An answer with a JSON body.
pub(crate) fn json_answer(status: u16, body: Bytes) -> Answer {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Answer { status, headers, body, fault: None }
}

/// Reads `body` as a JSON value.
pub(crate) fn json(body: &[u8]) -> Result<Value<'_>, Refusal> {
    Value::from_json(body)
        .map_err(|_| Refusal::new(400, "json_invalido", "o corpo não é JSON válido", "the body is not valid JSON"))
}

/// Compares the input with the values that the profile would send for it. Models are read leniently, for the sake of
/// spreadsheets. But a platform accepts only the types of its API description, and no empty text for an absent field.
fn wire_types(sent: &Value<'_>, canonical: &Value<'_>, path: &mut String, differences: &mut Report) {
    let mut differs = |problem| {
        differences.findings.push(Finding::new(path.clone(), Severity::Error, problem));
    };
    match (sent, canonical) {
        (Value::Text(text), Value::Null) if text.trim().is_empty() => differs(Problem::TooShort { min: 1 }),
        (Value::Object(fields), Value::Object(_) | Value::Null) => {
            let len = path.len();
            for (name, value) in fields {
                if len > 0 {
                    path.push('.');
                }
                path.push_str(name);
                wire_types(value, canonical.field(name).unwrap_or(&Value::Null), path, differences);
                path.truncate(len);
            }
        }
        (Value::List(items), Value::List(_) | Value::Null) => {
            let read = if let Value::List(read) = canonical { read.as_slice() } else { &[] };
            let len = path.len();
            for (i, item) in items.iter().enumerate() {
                // Empty items are dropped when a list is read, and the later items move up.
                let canonical = if read.len() == items.len() { read.get(i) } else { None };
                let _ = write!(path, "[{i}]");
                wire_types(item, canonical.unwrap_or(&Value::Null), path, differences);
                path.truncate(len);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        (sent, canonical) if sent.kind() != wire_type(canonical) => {
            differs(Problem::WrongType { expected: wire_type(canonical), found: sent.kind().to_owned() });
        }
        _ => {}
    }
}

/// The JSON type that a value has on the wire.
fn wire_type(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Boolean(_) => "boolean",
        Value::Integer(_) | Value::Number(_) | Value::Float(_) => "number",
        Value::List(_) => "array",
        Value::Object(_) => "object",
        _ => "string",
    }
}
