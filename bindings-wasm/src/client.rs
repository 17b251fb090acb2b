//! `smartbill-automation`: the client. JavaScript provides `fetch`, timers, a clock and random numbers, and advances
//! every call: `npm/src/inner/host.ts` tells the module when a result has arrived.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;
use smartbill_core::api::{Action, Operation, PageRecord, Request, Response, Transition, Written, transition};
use smartbill_core::client::{BatchItem, CallOptions, Client, ClientOptions, Limit, Pager};
use smartbill_core::model::{Id, SituacaoContrato};
use smartbill_core::transport::{Host, MAX_FAILURE_BODY_BYTES, TransportError, TransportFailure};
use smartbill_core::{Error, ErrorKind, JsonObject, Language, Message, Mode, Outcome, Value};
use wasm_bindgen::prelude::*;

use crate::bridge::{FINDINGS, error, error_json, option, record, unpack};

#[wasm_bindgen]
extern "C" {
    /// The functions that JavaScript provides, in `npm/src/inner/host.ts`. None of them throws.
    pub type HostFunctions;
    #[wasm_bindgen(method)]
    fn send(
        this: &HostFunctions,
        id: u32,
        method: &str,
        url: &str,
        headers: &str,
        body: Option<&str>,
        max_body_bytes: usize,
        max_failure_body_bytes: usize,
    );
    #[wasm_bindgen(method)]
    fn wait(this: &HostFunctions, id: u32, ms: f64);
    /// Abandons the action with the number `id`. It gives no result any more.
    #[wasm_bindgen(method)]
    fn abandon(this: &HostFunctions, id: u32);
    #[wasm_bindgen(method)]
    fn monotonic(this: &HostFunctions) -> f64;
    #[wasm_bindgen(method)]
    fn now(this: &HostFunctions) -> f64;
    #[wasm_bindgen(method)]
    fn random(this: &HostFunctions) -> u32;
}

/// The result of an action in JavaScript. For a wait, it means that the time has passed.
type Arrival = Result<Response, TransportError>;

/// The functions of JavaScript, and the results that no call has read yet.
pub struct JsHost {
    functions: HostFunctions,
    max_body_bytes: usize,
    last: Cell<u32>,
    arrivals: Cell<Vec<(u32, Arrival)>>,
}

impl JsHost {
    fn begin(&self, begin: impl FnOnce(&HostFunctions, u32)) -> InProgress<'_> {
        let id = self.last.get().wrapping_add(1);
        self.last.set(id);
        begin(&self.functions, id);
        InProgress { host: self, id }
    }

    fn take(&self, id: u32) -> Option<Arrival> {
        let mut arrivals = self.arrivals.take();
        let place = arrivals.iter().position(|(from, _)| *from == id);
        let arrival = place.map(|place| arrivals.swap_remove(place).1);
        self.arrivals.set(arrivals);
        arrival
    }
}

/// An action in progress in JavaScript. It is abandoned when this is dropped.
struct InProgress<'h> {
    host: &'h JsHost,
    id: u32,
}

impl Future for InProgress<'_> {
    type Output = Arrival;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Arrival> {
        // JavaScript advances the call after each result, so no waker is needed.
        self.host.take(self.id).map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        self.host.take(self.id);
        self.host.functions.abandon(self.id);
    }
}

impl Host for JsHost {
    async fn send(&self, base_url: &str, request: &Request) -> Result<Response, TransportError> {
        let mut headers = String::new();
        for (name, value) in &request.headers {
            headers.extend([name, "\n", value, "\n"]);
        }
        let body = request.body.as_deref().and_then(|body| std::str::from_utf8(body).ok());
        let url = [base_url, &request.target].concat();
        let (max, max_failure) = (self.max_body_bytes, self.max_body_bytes.min(MAX_FAILURE_BODY_BYTES));
        self.begin(|functions, id| {
            functions.send(id, request.method.as_str(), &url, &headers, body, max, max_failure);
        })
        .await
    }

    async fn sleep(&self, duration: Duration) {
        let _ = self.begin(|functions, id| functions.wait(id, duration.as_secs_f64() * 1000.0)).await;
    }

    fn monotonic(&self) -> Duration {
        milliseconds(self.functions.monotonic()).unwrap_or_default()
    }

    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole, and the cast saturates")]
        Timestamp::from_millisecond(self.functions.now() as i64).unwrap_or_default()
    }

    fn random(&self) -> u64 {
        u64::from(self.functions.random()) << 32 | u64::from(self.functions.random())
    }
}

/// The core's client. `npm/src/index.ts` has its JavaScript interface.
#[wasm_bindgen]
pub struct Core(Rc<Client<JsHost>>);

#[wasm_bindgen]
impl Core {
    /// Makes a client with packed options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &[u8], functions: HostFunctions) -> Result<Core, JsValue> {
        let [options] = unpack(options)?;
        let options = read_options(&options)?;
        let max_body_bytes = options.max_body_bytes;
        let host = JsHost { functions, max_body_bytes, last: Cell::new(0), arrivals: Cell::default() };
        let client = Client::new(options, host).map_err(|e| error(&e))?;
        Ok(Self(Rc::new(client)))
    }

    /// Begins the operation called `name` on packed `[identifiers, input, options]`.
    pub fn call(&self, name: &str, input: &[u8]) -> Result<Call, JsValue> {
        let [ids, data, options] = unpack(input)?;
        let (operation, options) = self.read(name, &options)?;
        let ids = texts(&ids);
        let (client, data) = (Rc::clone(&self.0), without_findings(data.into_owned()));
        let language = options.language.unwrap_or(client.options().language);
        let future = async move { execute(&client, operation, ids, data, &options, language).await };
        Ok(Call { operation, language, begun: false, future: Some(Box::pin(future)) })
    }

    /// Begins the listing called `name` with a packed `[filter, options]`, or resumes it at `cursor`.
    pub fn listar(&self, name: &str, input: &[u8], cursor: Option<String>) -> Result<Listing, JsValue> {
        let [filter, options] = unpack(input)?;
        let (operation, options) = self.read(name, &options)?;
        let pager = match cursor {
            Some(cursor) => self.0.resume_list(operation, &cursor, &options),
            None => self.0.list(operation, filter, &options),
        };
        let language = options.language.unwrap_or(self.0.options().language);
        let pager = Rc::new(Cell::new(Some(pager.map_err(|e| error(&e))?)));
        Ok(Listing { client: Rc::clone(&self.0), operation, language, pager })
    }

    /// What answers held that nothing knows: JSON.
    #[must_use]
    pub fn drift(&self) -> String {
        let drift = self.0.drift();
        let number = |n: u64| Value::Integer(n.try_into().unwrap_or(i64::MAX));
        let entries = drift.entries.iter().map(|entry| {
            let mut json = JsonObject::default();
            json.text("operation", Some(entry.operation));
            json.text("kind", Some(entry.kind.name()));
            json.text("path", Some(&entry.path));
            if entry.word.is_some() {
                json.text("word", entry.word.as_deref());
            }
            json.field("total", &number(entry.total));
            json
        });
        let mut json = JsonObject::default();
        json.objects("entries", &entries.collect::<Vec<_>>());
        json.field("more", &number(drift.more));
        json.end()
    }

    /// Takes the answer for the action `id`. `headers` has names and values, one on each line.
    pub fn arrived(&self, id: u32, status: u16, header_lines: &str, body: Vec<u8>) {
        let mut rows = header_lines.split('\n').map(str::to_owned);
        let mut headers = Vec::new();
        while let (Some(name), Some(value)) = (rows.next(), rows.next()) {
            headers.push((name, value));
        }
        self.accept(id, Ok(Response { status, headers, body: body.into() }));
    }

    /// Records that no answer came for the action `id`, or that the time of a wait has passed.
    pub fn failed(&self, id: u32, fault: &str, message: String) {
        let failure = match fault {
            "connect" => TransportFailure::Connect,
            "tls" => TransportFailure::Tls,
            "too_large" => TransportFailure::TooLarge,
            "unknown_host" => TransportFailure::UnknownHost,
            "connect_timeout" => TransportFailure::ConnectTimeout,
            "unusable" => TransportFailure::Unusable,
            "timeout" => TransportFailure::Timeout,
            _ => TransportFailure::Broken,
        };
        self.accept(id, Err(TransportError::new(failure, message)));
    }
}

impl Core {
    fn read(&self, name: &str, options: &Value<'_>) -> Result<(Operation, CallOptions), JsValue> {
        let operation = Operation::from_name(name).ok_or_else(|| option("operation", "a known operation"))?;
        Ok((operation, read_call(options, self.0.options())?))
    }

    fn accept(&self, id: u32, arrival: Arrival) {
        let arrivals = &self.0.host().arrivals;
        let mut all = arrivals.take();
        all.push((id, arrival));
        arrivals.set(all);
    }
}

/// A call in progress.
#[wasm_bindgen]
pub struct Call {
    operation: Operation,
    language: Language,
    begun: bool,
    /// The call's future. `None` when it has ended or was cancelled.
    future: Option<CallFuture>,
}

type CallFuture = Pin<Box<dyn Future<Output = Result<String, Error>>>>;

#[wasm_bindgen]
impl Call {
    /// Advances the call as far as possible. Returns JSON at the end.
    pub fn advance(&mut self) -> Result<Option<String>, JsValue> {
        let Some(future) = &mut self.future else { return Ok(None) };
        self.begun = true;
        let Poll::Ready(outcome) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            return Ok(None);
        };
        self.future = None;
        outcome.map(Some).map_err(|e| error(&e))
    }

    /// Cancels the call with all its actions. Returns the error for that.
    pub fn cancel(&mut self) -> JsValue {
        self.future = None;
        let message = Message::new("a chamada foi cancelada", "the call was cancelled");
        let cancelled_on = Error::new(ErrorKind::Cancelled, message).with(|d| {
            d.language = self.language;
            d.operation = Some(self.operation.name());
            // The first request is sent with the first step. From then on it is unknown whether the request arrived.
            let outcome = if self.begun { Outcome::Unknown } else { Outcome::NotSent };
            d.outcome = self.operation.is_write().then_some(outcome);
        });
        error(&cancelled_on)
    }
}

/// A listing in progress.
#[wasm_bindgen]
pub struct Listing {
    client: Rc<Client<JsHost>>,
    operation: Operation,
    language: Language,
    /// The pager. It is taken out while a page is read, and always put back.
    pager: Slot,
}

type Slot = Rc<Cell<Option<Pager<PageRecord>>>>;

#[wasm_bindgen]
impl Listing {
    /// Reads the next page. Returns JSON, or `null` after the last page.
    pub fn next(&self) -> Result<Call, JsValue> {
        let (client, place) = (Rc::clone(&self.client), Rc::clone(&self.pager));
        let Some(pager) = place.take() else {
            return Err(option("listar", "one page at a time"));
        };
        let mut borrowed = Borrowed { pager: Some(pager), place };
        let (operation, language) = (self.operation, self.language);
        let future = async move {
            let Some(pager) = &mut borrowed.pager else { return Ok(NULL.to_owned()) };
            let Some(items) = pager.next(&client).await? else { return Ok(NULL.to_owned()) };
            let items: Vec<_> = items.iter().map(|item| record(item, language)).collect();
            let mut page = JsonObject::default();
            page.objects("items", &items);
            if let Some(total) = pager.total() {
                page.field("total", &Value::Integer(total.try_into().unwrap_or(i64::MAX)));
            }
            if let Some(cursor) = pager.cursor() {
                page.text("cursor", Some(&cursor));
            }
            Ok(page.end())
        };
        Ok(Call { operation, language, begun: false, future: Some(Box::pin(future)) })
    }
}

/// A pager that returns to its place when the future that reads a page ends or is dropped.
struct Borrowed {
    pager: Option<Pager<PageRecord>>,
    place: Slot,
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        self.place.set(self.pager.take());
    }
}

async fn execute(
    client: &Client<JsHost>,
    operation: Operation,
    ids: Vec<String>,
    data: Value<'static>,
    options: &CallOptions,
    language: Language,
) -> Result<String, Error> {
    if operation.action().is_some() {
        let ids: Vec<Id> = ids.into_iter().map(Id).collect();
        let items = client.write_each(operation, &ids, data, options).await?;
        let items: Vec<_> = items.iter().map(|i| item(i, language).end()).collect();
        return Ok(["[", &items.join(","), "]"].concat());
    }
    // The names of the fields to be emptied come after the identifier.
    let mut names = ids.iter().map(String::as_str);
    let id = names.next();
    if operation.is_write() {
        let clear: Vec<&str> = names.collect();
        return Ok(written(&client.write(operation, id, data, &clear, options).await?, language).end());
    }
    Ok(record(&client.get(operation, id.unwrap_or_default(), options).await?, language).end())
}

fn item(BatchItem { id, outcome }: &BatchItem<PageRecord>, language: Language) -> JsonObject {
    let mut json = JsonObject::default();
    json.text("id", Some(id.as_str()));
    match outcome {
        Ok(done) => json.json("written", &written(done, language).end()),
        Err(e) => json.text("error", Some(&error_json(e))),
    }
    json
}

fn written(Written { outcome, record: written }: &Written<PageRecord>, language: Language) -> JsonObject {
    let mut json = JsonObject::default();
    json.text("outcome", Some(outcome.name()));
    json.json("record", &record(written, language).end());
    json
}

const NULL: &str = "null";

/// Removes the findings from a record that was read and is sent back.
fn without_findings(mut data: Value<'static>) -> Value<'static> {
    if let Value::Object(fields) = &mut data {
        fields.retain(|(name, _)| name != FINDINGS);
    }
    data
}

fn texts(value: &Value<'_>) -> Vec<String> {
    let Value::List(items) = value else { return Vec::new() };
    items.iter().filter_map(|v| v.text().map(str::to_owned)).collect()
}

fn read_options(value: &Value<'_>) -> Result<ClientOptions, JsValue> {
    let base = value.field("baseUrl").and_then(Value::text).ok_or_else(|| option("baseUrl", "`https://…`"))?;
    let mut options = ClientOptions::new(base);
    for (name, value) in fields(value) {
        match name {
            "baseUrl" => {}
            "token" => options.token = Some(text(name, value)?.to_owned()),
            // The module without profiles never gets this option: `npm/src/index.ts` chooses the module that reads
            // profiles.
            #[cfg(feature = "profile")]
            "profile" => {
                let profile = smartbill_core::profile::Profile::from_toml(text(name, value)?, "profile");
                options.profile = profile.map_err(|e| error(&e))?;
            }
            "retry" => read_retry(value, &mut options.retry)?,
            "timeoutMs" => options.total = limit(name, value)?,
            "attemptTimeoutMs" => options.attempt = limit(name, value)?,
            "mode" => options.mode = mode(name, value)?,
            "language" => options.language = language(name, value)?,
            "maxPages" => options.max_pages = integer(name, value)?,
            "maxBodyBytes" => match integer(name, value)?.try_into() {
                Ok(bytes) if bytes > 0 => options.max_body_bytes = bytes,
                _ => return Err(option(name, "`16777216`")),
            },
            "allowHttp" => options.allow_http = boolean(name, value)?,
            _ => return Err(option(name, "`baseUrl`, `token`, `fetch`, `profile`, `retry`, `timeoutMs`…")),
        }
    }
    Ok(options)
}

fn read_call(value: &Value<'_>, client: &ClientOptions) -> Result<CallOptions, JsValue> {
    let mut options = CallOptions::default();
    for (name, value) in fields(value) {
        match name {
            "timeoutMs" => options.total = Some(limit(name, value)?),
            "attemptTimeoutMs" => options.attempt = Some(limit(name, value)?),
            "idempotencyKey" => options.idempotency_key = Some(text(name, value)?.to_owned()),
            "mode" => options.mode = Some(mode(name, value)?),
            "language" => options.language = Some(language(name, value)?),
            "checkState" => options.strict = boolean(name, value)?,
            "pageSize" => options.page_size = Some(integer(name, value)?),
            "maxPages" => options.max_pages = Some(integer(name, value)?),
            "retry" => {
                let mut retry = client.retry;
                read_retry(value, &mut retry)?;
                options.retry = Some(retry);
            }
            _ => return Err(option(name, "`signal`, `timeoutMs`, `idempotencyKey`, `retry`…")),
        }
    }
    Ok(options)
}

fn read_retry(value: &Value<'_>, retry: &mut smartbill_core::retry::RetryPolicy) -> Result<(), JsValue> {
    if !matches!(value, Value::Object(_)) {
        return Err(option("retry", "`{ maxAttempts: 3 }`"));
    }
    for (name, value) in fields(value) {
        let path = &["retry.", name].concat();
        match name {
            "maxAttempts" => retry.max_attempts = integer(path, value)?,
            "baseMs" => retry.base = duration(path, value)?,
            "capMs" => retry.cap = duration(path, value)?,
            "maxRetryAfterMs" => retry.max_retry_after = duration(path, value)?,
            _ => return Err(option(path, "`maxAttempts`, `baseMs`, `capMs`, `maxRetryAfterMs`")),
        }
    }
    Ok(())
}

/// Iterates over the options that were given.
fn fields<'v>(value: &'v Value<'_>) -> impl Iterator<Item = (&'v str, &'v Value<'v>)> {
    let fields = match value {
        Value::Object(fields) => fields.as_slice(),
        _ => &[],
    };
    fields.iter().filter(|(_, v)| *v != Value::Null).map(|(name, v)| (&**name, v))
}

fn text<'v>(name: &str, value: &'v Value<'_>) -> Result<&'v str, JsValue> {
    value.text().ok_or_else(|| option(name, "`\"…\"`"))
}

fn boolean(name: &str, value: &Value<'_>) -> Result<bool, JsValue> {
    if let Value::Boolean(value) = value { Ok(*value) } else { Err(option(name, "`true`, `false`")) }
}

fn mode(name: &str, value: &Value<'_>) -> Result<Mode, JsValue> {
    Mode::from_name(text(name, value)?).ok_or_else(|| option(name, "`strict`, `lenient`"))
}

fn language(name: &str, value: &Value<'_>) -> Result<Language, JsValue> {
    Language::from_name(text(name, value)?).ok_or_else(|| option(name, "`pt-BR`, `en`"))
}

fn integer(name: &str, value: &Value<'_>) -> Result<u32, JsValue> {
    match value {
        Value::Integer(n) => u32::try_from(*n).map_err(|_| option(name, "`1`, `2`, `3`…")),
        _ => Err(option(name, "`1`, `2`, `3`…")),
    }
}

fn duration(name: &str, value: &Value<'_>) -> Result<Duration, JsValue> {
    match limit(name, value)? {
        Limit::After(duration) => Ok(duration),
        Limit::Infinite => Ok(Duration::MAX),
    }
}

fn limit(name: &str, value: &Value<'_>) -> Result<Limit, JsValue> {
    match value {
        Value::Integer(ms) => u64::try_from(*ms).ok().map(|ms| Limit::After(Duration::from_millis(ms))),
        Value::Float(ms) if *ms == f64::INFINITY => Some(Limit::Infinite),
        Value::Float(ms) => milliseconds(*ms).map(Limit::After),
        _ => None,
    }
    .ok_or_else(|| option(name, "`1500`, `Infinity`"))
}

fn milliseconds(ms: f64) -> Option<Duration> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and the cast saturates")]
    (ms >= 0.0).then(|| Duration::from_micros((ms * 1000.0) as u64))
}

/// The actions that a contract in this state allows, separated by commas.
#[wasm_bindgen]
#[must_use]
pub fn allowed_actions(situacao: &str) -> String {
    let situacao = SituacaoContrato::from_name(situacao);
    let allowed = |action: &Action| matches!(transition(&situacao, *action), Transition::To(_));
    Action::ALL.into_iter().filter(allowed).map(Action::name).collect::<Vec<_>>().join(",")
}
