//! The wire around the platform: takes a request and an instant, and returns an answer. Nothing here waits, reads a
//! clock or opens a socket.

use std::fmt::Write as _;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use smartbill_core::api::{Action, Operation};
use smartbill_core::error::FieldError;
use smartbill_core::model::{
    Cliente, ClientesFilter, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction, ContratosFilter,
    FieldType, Model, Schema, Servico, ServicosFilter,
};
use smartbill_core::profile::{Asked, Credential, ErrorBody, OAuth2, PageRequest, Profile, Promise, Received, Unread};
use smartbill_core::validate::{Finding, Intent, Problem, Report, Severity};
use smartbill_core::{Competencia, Language, Value};

use crate::faults::{ConnectionFault, Fault, Hit, Plan};
use crate::idempotency::{Fingerprint, Keys, Known, StoredAnswer};
use crate::naming::Naming;
use crate::platform::{BillingSummary, Effect, Platform, missing_field};
use crate::refusal::Refusal;
use crate::seed;

/// The default token. Under a profile whose token has several parts, each part is this.
pub const TOKEN: &str = "sandbox";

/// The token that every client gets if the profile has OAuth2.
const ACCESS_TOKEN: &str = "sandbox-access-token";

/// The default token under `profile`.
pub(crate) fn default_token(profile: &Profile) -> String {
    vec![TOKEN; profile.token_parts()].join(":")
}

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
    /// The form in which answers are written.
    pub(crate) profile: Profile,
    /// The form in which requests are read.
    reading: Profile,
    naming: Naming,
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
    /// The header that leads to the next page of a listing.
    next: Option<(String, String)>,
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
    pub fn new(profile: &Profile, token: impl Into<String>, now: Timestamp) -> Self {
        let token = Some(token.into()).filter(|token| token != TOKEN);
        Self {
            profile: profile.of_answers(),
            reading: profile.of_requests(),
            naming: Naming::of(profile),
            token: token.unwrap_or_else(|| default_token(profile)),
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

    /// The token that requests must have.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Drops everything: records, keys, faults, and the clock's offset. If the sandbox began with the sample services,
    /// they are added again.
    pub fn reset(&mut self, now: Timestamp) {
        let address = self.platform.address.take();
        self.platform = Platform::new(now);
        self.platform.address = address;
        self.keys = Keys::default();
        self.plan = Plan::default();
        self.ahead = SignedDuration::ZERO;
        (self.requests, self.replays) = (0, 0);
        if self.seeded {
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
        let asked = match self.read_request(request, path, query) {
            Ok(asked) => asked,
            Err(Unread::NoRoute) => return self.refuse(&Refusal::no_route(&self.profile.methods_at(path)), language),
            Err(why) => return self.refuse(&Refusal::unread(&why), language),
        };
        let operation = asked.operation;
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
        let mut answer = self.execute(&asked, request, path);
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

    /// Reads what a request asks for. Where it may add a record or change it, it changes one that exists.
    fn read_request<'r>(&self, request: &RawRequest<'r>, path: &'r str, query: &'r str) -> Result<Asked<'r>, Unread> {
        let received = Received { method: request.method, path, query, body: request.body };
        let mut read = self.reading.read_request(received, |name| request.header(name), Some(self.request_token()))?;
        for asked in &mut read {
            let resource = asked.operation.resource();
            asked.id = asked.id.take().map(|id| self.naming.own_id(&self.platform, resource, id));
        }
        let exists =
            |asked: &Asked<'_>| asked.id.as_deref().is_none_or(|id| self.platform.has(asked.operation.resource(), id));
        let at = read.iter().position(exists).unwrap_or_default();
        if at < read.len() { Ok(read.swap_remove(at)) } else { Err(Unread::NoRoute) }
    }

    /// Whether the request has the token, as far as it is not in a body.
    pub(crate) fn authenticated(&self, request: &RawRequest<'_>, query: &str) -> bool {
        self.profile.authenticates(self.request_token(), |name| request.header(name), query)
    }

    /// The token that a request must have.
    fn request_token(&self) -> &str {
        if self.profile.oauth2().is_some() { ACCESS_TOKEN } else { &self.token }
    }

    /// Whether the request has the token, for the endpoints that are not of the profile. Where a profile has a credential
    /// in the body, they take the whole token as `Authorization: Bearer`.
    pub(crate) fn may_control(&self, request: &RawRequest<'_>, query: &str) -> bool {
        let in_body = self.profile.credentials("").iter().any(|part| matches!(part, Credential::Body(..)));
        if in_body {
            return request.header("authorization").and_then(|said| said.strip_prefix("Bearer ")) == Some(&self.token);
        }
        self.authenticated(request, query)
    }

    /// Executes a request once per idempotency key, if the profile uses keys.
    fn execute(&mut self, asked: &Asked<'_>, request: &RawRequest<'_>, path: &str) -> Answer {
        let operation = asked.operation;
        let language = request.language();
        let reads_key = operation.is_write() && self.profile.endpoint(operation).promise != Promise::None;
        let key = request.header(self.profile.idempotency_header()).filter(|_| reads_key);
        // A request that adds a record may mean a change of it when it comes again.
        let fingerprint = Fingerprint::of([request.method.as_bytes(), request.target.as_bytes(), request.body]);
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
        match self.operate(asked, path) {
            Ok(done) => {
                let outcome = done.outcome.map(Effect::name);
                let stored = StoredAnswer { status: done.status, outcome, body: done.body };
                if let Some(key) = key {
                    self.keys.store_answer(key, fingerprint, stored.clone(), self.platform.now);
                }
                let mut answer = self.respond(&stored);
                answer.headers.extend(done.next);
                answer
            }
            Err(error) => self.refuse(&error, language),
        }
    }

    fn operate(&mut self, asked: &Asked<'_>, path: &str) -> Result<Done, Refusal> {
        let op = asked.operation;
        let id = asked.id.as_deref().unwrap_or_default();
        match op {
            Operation::ClientesIncluir => {
                let (_, cliente) = self.body::<Cliente>(asked, Intent::Incluir)?;
                let done = self.platform.cliente_incluir(cliente)?;
                Ok(self.written(op, &done))
            }
            Operation::ClientesAlterar => {
                let (change, _) = self.body::<Cliente>(asked, Intent::Alterar)?;
                let done = self.platform.cliente_alterar(id, &change)?;
                Ok(self.written(op, &done))
            }
            Operation::ClientesRemover => {
                let done = self.platform.cliente_remover(id)?;
                Ok(self.written(op, &done))
            }
            Operation::ClientesObter => Ok(self.parsed(op, self.platform.cliente(id)?.1)),
            Operation::ClientesListar => {
                let (filter, page_request) = self.filter::<ClientesFilter>(asked)?;
                let indices = self.platform.clientes_listar(&filter);
                Ok(self.list((asked, path), &indices, page_request, |p, i| p.store.clientes.get(i).cloned()))
            }
            Operation::ServicosObter => {
                let servicos = &self.platform.store.servicos;
                let servico = servicos.by_id(id).and_then(|i| servicos.get(i));
                Ok(self.parsed(op, servico.ok_or_else(|| Refusal::not_found("o serviço", "service"))?))
            }
            Operation::ServicosListar => {
                let (filter, page_request) = self.filter::<ServicosFilter>(asked)?;
                let indices = self.platform.servicos_listar(&filter);
                Ok(self.list((asked, path), &indices, page_request, |p, i| p.store.servicos.get(i).cloned()))
            }
            Operation::ContratosIncluir => {
                let (_, contrato) = self.body::<Contrato>(asked, Intent::Incluir)?;
                let done = self.platform.contrato_incluir(contrato)?;
                Ok(self.written(op, &done))
            }
            Operation::ContratosAtivar => self.act(id, Action::Ativar, asked),
            Operation::ContratosDesativar => self.act(id, Action::Desativar, asked),
            Operation::ContratosSuspender => self.act(id, Action::Suspender, asked),
            Operation::ContratosCancelar => self.act(id, Action::Cancelar, asked),
            Operation::ContratosObter => {
                let index = self.platform.contrato(id)?;
                Ok(self.parsed(op, &self.platform.contrato_at(index)?))
            }
            Operation::ContratosListar => {
                let (filter, page_request) = self.filter::<ContratosFilter>(asked)?;
                let indices = self.platform.contratos_listar(&filter);
                Ok(self.list((asked, path), &indices, page_request, |p, i| p.contrato_at(i).ok()))
            }
            Operation::ConsumosIncluir => {
                let (_, consumo) = self.body::<Consumo>(asked, Intent::Incluir)?;
                let done = self.platform.consumo_incluir(&consumo)?;
                Ok(self.written(op, &done))
            }
            Operation::ConsumosAlterar => {
                let (change, _) = self.body::<Consumo>(asked, Intent::Alterar)?;
                let done = self.platform.consumo_alterar(id, &change)?;
                Ok(self.written(op, &done))
            }
            Operation::ConsumosRemover => {
                let done = self.platform.consumo_remover(id)?;
                Ok(self.written(op, &done))
            }
            Operation::ConsumosObter => Ok(self.parsed(op, &self.platform.consumo(id)?)),
            Operation::ConsumosListar => {
                let (filter, page_request) = self.filter::<ConsumosFilter>(asked)?;
                let indices = self.platform.consumos_listar(&filter);
                Ok(self.list((asked, path), &indices, page_request, |p, i| p.consumo_at(i).ok()))
            }
            Operation::CobrancasListar => {
                let (filter, page_request) = self.filter::<CobrancasFilter>(asked)?;
                let indices = self.platform.cobrancas_listar(&filter);
                Ok(self.list((asked, path), &indices, page_request, Platform::cobranca_at))
            }
        }
    }

    fn act(&mut self, id: &str, action: Action, asked: &Asked<'_>) -> Result<Done, Refusal> {
        let (_, mut params) = self.body::<ContratoAction>(asked, Intent::Incluir)?;
        // A platform without a place for the reason does not ask for one.
        if params.motivo.is_none()
            && action == Action::Cancelar
            && !self.reading.sends(ContratoAction::SCHEMA, "motivo")
        {
            params.motivo = Some("não informado".to_owned());
        }
        let done = self.platform.contrato_act(id, action, &params)?;
        Ok(self.written(asked.operation, &done))
    }

    /// Returns the body in the model's own names, and as the model. An empty body has no fields. A change is checked by
    /// itself, so that its findings are those of the input.
    fn body<'p, M: Model>(&self, asked: &Asked<'p>, intent: Intent) -> Result<(Value<'p>, M), Refusal> {
        let value = self.given(M::SCHEMA, asked);
        let model = self.platform.read::<M>(value.clone(), intent)?;
        self.check(M::SCHEMA, asked, &value, model.value())?;
        Ok((value, model))
    }

    /// The record of a request, in the model's own names.
    fn given<'p>(&self, schema: &'static Schema, asked: &Asked<'p>) -> Value<'p> {
        let value = self.reading.decode(schema, asked.content.clone());
        let value = if asked.texts { with_booleans(schema, value) } else { value };
        self.naming.read(&self.platform, schema, with_places(value, asked))
    }

    /// Checks what a platform asks of a record beyond the rules of its model: its name, and the types of its values.
    /// `model` is the record as it was read.
    fn check(
        &self,
        schema: &'static Schema,
        asked: &Asked<'_>,
        value: &Value<'_>,
        model: Value<'_>,
    ) -> Result<(), Refusal> {
        if let Some(key) = self.naming.missing_name(asked.operation, value) {
            return Err(missing_field(schema, key));
        }
        let mut differences = Report::default();
        // In a form everything is a text.
        if !asked.texts {
            wire_types(&asked.content, &self.reading.encode(schema, model), &mut String::new(), &mut differences);
        }
        if differences.is_valid() {
            return Ok(());
        }
        for finding in &mut differences.findings {
            finding.path = self.reading.model_path(schema, &finding.path);
        }
        Err(Refusal::invalid(schema, &differences))
    }

    fn filter<F: Model>(&self, asked: &Asked<'_>) -> Result<(F, PageRequest), Refusal> {
        let (value, page_request) = self.given_filter(F::SCHEMA, asked)?;
        Ok((self.platform.read(value, Intent::Incluir)?, page_request))
    }

    fn given_filter(
        &self,
        schema: &'static Schema,
        asked: &Asked<'_>,
    ) -> Result<(Value<'static>, PageRequest), Refusal> {
        let read = self.reading.decode_filter(schema, &asked.query, Some(asked.content.clone()));
        let (value, page_request) = read.map_err(|name| {
            Refusal::new(
                422,
                "parametro_invalido",
                format!("o parâmetro `{name}` não pode ser lido"),
                format!("the parameter `{name}` cannot be read"),
            )
        })?;
        Ok((self.naming.read(&self.platform, schema, with_places(value, asked)), page_request))
    }

    fn written<M: Model>(&self, operation: Operation, (model, outcome): &(M, Effect)) -> Done {
        let status = if *outcome == Effect::Created { 201 } else { 200 };
        Done { status, outcome: Some(*outcome), ..self.parsed(operation, model) }
    }

    fn parsed<M: Model>(&self, operation: Operation, model: &M) -> Done {
        let record = self.wire(M::SCHEMA, model.value());
        let body = self.profile.in_envelope(operation, record).to_json().into();
        Done { status: 200, outcome: None, body, next: None }
    }

    /// A record in its wire form.
    pub(crate) fn wire<'v>(&'v self, schema: &'static Schema, record: Value<'v>) -> Value<'v> {
        self.profile.encode(schema, self.naming.write(&self.platform, schema, record))
    }

    fn list<M: Model>(
        &self,
        (asked, path): (&Asked<'_>, &str),
        indices: &[u32],
        page_request: PageRequest,
        obter: impl Fn(&Platform, u32) -> Option<M>,
    ) -> Done {
        let total = indices.len();
        let start = usize::try_from(page_request.start).unwrap_or(usize::MAX).min(total);
        let end = start.saturating_add(page_request.size as usize).min(total);
        let page = indices.get(start..end).unwrap_or_default();
        let models: Vec<M> = page.iter().filter_map(|i| obter(&self.platform, *i)).collect();
        let items = models.iter().map(|m| self.wire(M::SCHEMA, m.value())).collect();
        self.page((asked, path), items, page_request, (end, total))
    }

    /// A page of a listing, which ends at a position among all its records.
    fn page<'v>(
        &'v self,
        (asked, path): (&Asked<'_>, &str),
        items: Vec<Value<'v>>,
        page_request: PageRequest,
        (end, total): (usize, usize),
    ) -> Done {
        let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let list = self.profile.encode_list(items, page_request, number(total));
        let mut list = self.profile.in_envelope(asked.operation, list);
        let address = |start| self.profile.page_address(path, &asked.query, start);
        let next = self.profile.add_next(&mut list, (end < total).then_some(number(end)), address);
        Done { status: 200, outcome: None, body: list.to_json().into(), next }
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

/// A record or filter with the fields that the path holds.
fn with_places<'v>(value: Value<'v>, asked: &Asked<'_>) -> Value<'v> {
    match value {
        Value::Object(mut fields) => {
            fields.extend(asked.places.iter().map(|(name, text)| ((*name).into(), Value::Text(text.clone().into()))));
            Value::Object(fields)
        }
        value => value,
    }
}

/// A record of a form, in which truth values are texts.
fn with_booleans<'v>(schema: &'static Schema, value: Value<'v>) -> Value<'v> {
    let Value::Object(fields) = value else { return value };
    let read = fields.into_iter().map(|(name, value)| {
        let value = match (schema.field(&name).map(|field| field.rule.kind), value) {
            (Some(FieldType::Boolean), Value::Text(text)) if text == "true" => Value::Boolean(true),
            (Some(FieldType::Boolean), Value::Text(text)) if text == "false" => Value::Boolean(false),
            (Some(kind), value) => match (kind.inside(), value) {
                (Some(inside), Value::List(items)) => {
                    Value::List(items.into_iter().map(|item| with_booleans(inside, item)).collect())
                }
                (Some(inside), value) => with_booleans(inside, value),
                (None, value) => value,
            },
            (None, value) => value,
        };
        (name, value)
    });
    Value::Object(read.collect())
}

/// An answer with a JSON body.
pub(crate) fn json_answer(status: u16, body: Bytes) -> Answer {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Answer { status, headers, body, fault: None }
}

/// Reads `body` as a JSON value.
pub(crate) fn json(body: &[u8]) -> Result<Value<'_>, Refusal> {
    Value::from_json(body).map_err(|_| Refusal::unread(&Unread::Json))
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
