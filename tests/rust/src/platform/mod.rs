//! An unkind platform. It uses the default profile, and shows all the faults that public billing APIs, and the networks
//! before them, are known for. Tests compare results with the work that it really did.
//!
//! One platform serves any number of tenants, each with its own plan and records. The base address of the tenant `x` is
//! `http://…/t/x`. Under `/-/`, tests in other languages give a tenant its plan (`PUT /-/plan/x`) and ask for its truth
//! (`GET /-/truth/x`).

mod plan;
mod store;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio_rustls::TlsAcceptor;

use self::plan::is_write;
pub use self::plan::{Change, Keys, Plan, Rule, chance};
pub use self::store::{Effect, Record, Truth, identity};
use self::store::{Kept, Store, Work};
use crate::faults::{self, Surroundings, When};
use crate::wire::{self, Answer, Handler, Received, Step, decoded};

/// The credential that requests must have.
pub const TOKEN: &str = "unkind-7f3a9c51-token";

/// The header of a key, and the one that marks an answer as a repetition.
const KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotent-replayed";

/// An event at a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A request was read.
    Request,
    /// A write was done, and is on disk.
    Commit,
    /// An answer, or the fault instead of it, was sent.
    Answer,
}

impl Event {
    /// The word for the event in the output of the process.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Commit => "commit",
            Self::Answer => "answer",
        }
    }
}

/// A function that receives events.
type Listener = dyn Fn(Event) + Send + Sync;

/// The options of a platform.
#[derive(Default)]
pub struct Options {
    /// The port on 127.0.0.1. `None` means any free port.
    pub port: Option<u16>,
    /// The number of ports. The system limits the connections between two ports, and a test with tens of thousands of
    /// connections needs more than one.
    pub ports: usize,
    /// The log that the platform writes, and continues from.
    pub log: Option<PathBuf>,
    /// The plan of tenants without one.
    pub plan: Plan,
    /// The address of another server, for redirects.
    pub other: String,
    /// The function that receives events.
    pub listener: Option<Box<Listener>>,
}

struct Shared {
    store: Mutex<Store>,
    plan: Plan,
    other: String,
    listener: Option<Box<Listener>>,
    /// Notified whenever a piece of work ends.
    idle: Notify,
}

impl Shared {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: Event) {
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }
}

/// A platform in this process, in its own thread, until it is dropped.
pub struct Platform {
    shared: Arc<Shared>,
    ports: Vec<u16>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Platform {
    /// Starts a platform with one tenant, under `plan`.
    ///
    /// # Errors
    /// If the system gives no port or no thread, or if the plan names an unknown fault.
    pub fn start(plan: Plan) -> io::Result<Self> {
        Self::with(Options { plan, ..Options::default() })
    }

    /// Starts a platform.
    ///
    /// # Errors
    /// The same as those of [`Platform::start`], and if the log cannot be read.
    pub fn with(options: Options) -> io::Result<Self> {
        let (shared, listeners) = prepare(options)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let ports = listeners.iter().filter_map(|l| l.local_addr().ok()).map(|a| a.port()).collect();
        let (stop, stopped) = oneshot::channel::<()>();
        let handler = Arc::new(Front(Arc::clone(&shared)));
        let thread = std::thread::Builder::new().name("platform".to_owned()).spawn(move || {
            runtime.block_on(async move {
                for listener in listeners.into_iter().filter_map(|l| TcpListener::from_std(l).ok()) {
                    tokio::spawn(wire::serve(listener, None, Arc::clone(&handler)));
                }
                // An error means that the platform was dropped. Then the server ends as well.
                let _ = stopped.await;
            });
        })?;
        Ok(Self { shared, ports, stop: Some(stop), thread: Some(thread) })
    }

    /// The base address of the first tenant.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.first().copied().unwrap_or_default())
    }

    /// The base address of the tenant called `name`, on one of the ports.
    #[must_use]
    pub fn tenant_url(&self, name: &str) -> String {
        let sum: usize = name.bytes().map(usize::from).sum();
        let port = self.ports.get(sum % self.ports.len().max(1)).copied().unwrap_or_default();
        format!("http://127.0.0.1:{port}/t/{name}")
    }

    /// Gives the tenant called `name` (the first one has no name) a plan, and drops its records.
    ///
    /// # Panics
    /// If the plan names an unknown fault.
    pub fn begin(&self, name: &str, plan: Plan) {
        if let Err(wrong) = plan.check() {
            panic!("{wrong}");
        }
        self.shared.store().tenant(name).begin(plan);
    }

    /// Gives the tenant called `name` another plan, and keeps its records.
    ///
    /// # Panics
    /// If the plan names an unknown fault.
    pub fn go_on(&self, name: &str, plan: Plan) {
        if let Err(wrong) = plan.check() {
            panic!("{wrong}");
        }
        self.shared.store().tenant(name).go_on(plan);
    }

    /// Drops the tenant called `name`.
    pub fn forget(&self, name: &str) {
        self.shared.store().tenants.remove(name);
    }

    /// The truth about the tenant called `name`, after its work in progress has ended.
    pub async fn truth(&self, name: &str) -> Truth {
        settled(&self.shared, name).await
    }

    /// The truth about the tenant called `name` at this moment.
    #[must_use]
    pub fn truth_now(&self, name: &str) -> Truth {
        self.shared.store().tenant(name).truth()
    }

    /// Answers on one more port, optionally over TLS, and returns the port. It runs in the caller's runtime.
    ///
    /// # Errors
    /// If the system gives no port.
    pub fn listen(&self, tls: Option<TlsAcceptor>) -> io::Result<u16> {
        let listener = wire::listen(0)?;
        let port = listener.local_addr()?.port();
        tokio::spawn(wire::serve(TcpListener::from_std(listener)?, tls, Arc::new(Front(Arc::clone(&self.shared)))));
        Ok(port)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // The thread has already reported its panic.
            let _ = thread.join();
        }
    }
}

/// Answers until the process ends. The binary calls this.
///
/// # Errors
/// The same as those of [`Platform::with`].
pub async fn run(options: Options, ready: impl FnOnce(u16)) -> io::Result<()> {
    let (shared, listeners) = prepare(options)?;
    let mut listeners = listeners.into_iter();
    let Some(listener) = listeners.next() else { return Ok(()) };
    ready(listener.local_addr()?.port());
    wire::serve(TcpListener::from_std(listener)?, None, Arc::new(Front(shared))).await;
    Ok(())
}

/// The truth about a platform that is not running, from its log.
///
/// # Errors
/// If the log cannot be read.
pub fn truth_on_disk(plan: Plan, log: &Path) -> io::Result<Truth> {
    Ok(Store::open(plan, Some(log))?.tenant("").truth())
}

fn prepare(options: Options) -> io::Result<(Arc<Shared>, Vec<std::net::TcpListener>)> {
    options.plan.check().map_err(io::Error::other)?;
    let store = Store::open(options.plan.clone(), options.log.as_deref())?;
    let shared = Shared {
        store: Mutex::new(store),
        plan: options.plan,
        other: options.other,
        listener: options.listener,
        idle: Notify::new(),
    };
    let free = std::iter::repeat_n(0, options.ports.saturating_sub(1));
    let ports = std::iter::once(options.port.unwrap_or(0)).chain(free);
    Ok((Arc::new(shared), ports.map(wire::listen).collect::<io::Result<_>>()?))
}

async fn settled(shared: &Shared, name: &str) -> Truth {
    loop {
        let ended = shared.idle.notified();
        {
            let mut store = shared.store();
            let tenant = store.tenant(name);
            if tenant.working == 0 {
                return tenant.truth();
            }
        }
        ended.await;
    }
}

/// The contents of a request.
struct Asked {
    tenant: String,
    operation: &'static str,
    resource: &'static str,
    id: Option<String>,
}

/// The operation of a request under the default profile, and its tenant.
fn asked(method: &str, path: &str) -> Option<Asked> {
    const RESOURCES: [&str; 5] = ["clientes", "servicos", "contratos", "consumos", "cobrancas"];
    let (tenant, path) = match path.strip_prefix("/t/") {
        Some(rest) => rest.split_once('/').map(|(tenant, rest)| (tenant, format!("/{rest}")))?,
        None => ("", path.to_owned()),
    };
    let mut parts = path.strip_prefix("/api/v1/")?.split('/');
    let (name, id, action, end) = (parts.next()?, parts.next(), parts.next(), parts.next());
    let resource = RESOURCES.into_iter().find(|r| *r == name)?;
    let operation = match (resource, method, id.is_some(), action) {
        ("clientes", "POST", false, None) => "clientes.incluir",
        ("clientes", "POST", true, None) => "clientes.alterar",
        ("clientes", "DELETE", true, None) => "clientes.remover",
        ("clientes", "GET", true, None) => "clientes.obter",
        ("clientes", "GET", false, None) => "clientes.listar",
        ("servicos", "GET", true, None) => "servicos.obter",
        ("servicos", "GET", false, None) => "servicos.listar",
        ("contratos", "POST", false, None) => "contratos.incluir",
        ("contratos", "POST", true, Some("ativar")) => "contratos.ativar",
        ("contratos", "POST", true, Some("desativar")) => "contratos.desativar",
        ("contratos", "POST", true, Some("suspender")) => "contratos.suspender",
        ("contratos", "POST", true, Some("cancelar")) => "contratos.cancelar",
        ("contratos", "GET", true, None) => "contratos.obter",
        ("contratos", "GET", false, None) => "contratos.listar",
        ("consumos", "POST", false, None) => "consumos.incluir",
        ("consumos", "PUT", true, None) => "consumos.alterar",
        ("consumos", "DELETE", true, None) => "consumos.remover",
        ("consumos", "GET", true, None) => "consumos.obter",
        ("consumos", "GET", false, None) => "consumos.listar",
        ("cobrancas", "GET", false, None) => "cobrancas.listar",
        _ => return None,
    };
    let id = id.map(decoded);
    end.is_none().then(|| Asked { tenant: decoded(tenant), operation, resource, id })
}

/// Accepts requests and counts the work in progress.
struct Front(Arc<Shared>);

impl Handler for Front {
    async fn handle(&self, request: Received) -> Vec<Step> {
        let send = |answer: Answer| vec![Step::Send(answer.bytes())];
        if let Some(path) = request.path.strip_prefix("/-/") {
            return send(control(&self.0, &request, path).await);
        }
        self.0.tell(Event::Request);
        let Some(asked) = asked(&request.method, &request.path) else {
            return send(Answer::json(404, &json!({"code": "rota_desconhecida", "message": "nao ha nada aqui"})));
        };
        let token = request.header("authorization").and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
        if token != TOKEN {
            return send(Answer::json(401, &json!({"code": "token_invalido", "message": "token invalido"})));
        }
        let Ok(body) = parse_body(&request) else {
            return send(Answer::json(400, &json!({"code": "json_invalido", "message": "corpo invalido"})));
        };
        let key = request.header(KEY).map(str::to_owned);
        let work = Work { operation: asked.operation, id: asked.id.clone(), body, key };
        let (fault, late) = {
            let mut store = self.0.store();
            let tenant = prepared(&self.0, &mut store, &asked.tenant);
            let fault = meet(tenant, &asked, &work, request.on_connection > 0);
            let before = fault.as_deref().is_some_and(|fault| faults::when(fault) == Some(When::Before));
            if is_write(asked.operation) && !before {
                // This happens together with the count of the request, so a test that sees the count also waits for the
                // work.
                tenant.working += 1;
            }
            (fault, tenant.plan.late)
        };
        let host = request.header("host").unwrap_or_default();
        let place = Surroundings {
            own: format!("http://{host}"),
            other: self.0.other.clone(),
            token: token.to_owned(),
            late: Duration::from_millis(late),
        };
        if let Some(fault) = fault.as_deref().filter(|fault| faults::when(fault) == Some(When::Before)) {
            let status = if asked.operation.ends_with(".incluir") { 201 } else { 200 };
            return faults::steps(fault, &Answer::json(status, &json!({})), &place);
        }
        let answer = match asked.operation {
            operation if is_write(operation) => write(&self.0, &asked.tenant, work, &request.body).await,
            _ => {
                let mut store = self.0.store();
                read(store.tenant(&asked.tenant), &asked, &request)
            }
        };
        match fault {
            Some(fault) => faults::steps(&fault, &answer, &place),
            None => send(answer),
        }
    }

    fn answered(&self) {
        self.0.tell(Event::Answer);
    }
}

/// A tenant without a plan gets the platform's plan.
fn prepared<'s>(shared: &Shared, store: &'s mut Store, name: &str) -> &'s mut store::Tenant {
    if !store.tenants.contains_key(name) {
        store.tenant(name).begin(shared.plan.clone());
    }
    store.tenant(name)
}

fn parse_body(request: &Received) -> Result<Record, serde_json::Error> {
    if request.body.is_empty() { Ok(Record::new()) } else { serde_json::from_slice(&request.body) }
}

/// The fault for a request, if any.
fn meet(tenant: &mut store::Tenant, asked: &Asked, work: &Work, kept_connection: bool) -> Option<String> {
    *tenant.requests.entry(asked.operation.to_owned()).or_default() += 1;
    if let Some(key) = work.key.as_ref().filter(|key| !tenant.keys_seen.contains(key)) {
        tenant.keys_seen.push(key.clone());
    }
    let who = asked.id.clone().unwrap_or_else(|| identity(asked.resource, &work.body));
    let what = format!("{} {who}", asked.operation);
    let seen = tenant.seen.entry(what.clone()).or_default();
    *seen += 1;
    let what = format!("{what} {seen}");
    for (index, rule) in tenant.plan.rules.iter().enumerate() {
        let Some(met) = tenant.met.get_mut(index) else { continue };
        let spent = rule.times.is_some_and(|times| *met >= rule.after.saturating_add(times));
        if !rule.fits(asked.operation, kept_connection) || spent {
            continue;
        }
        if rule.chance < 1.0 && chance(tenant.plan.seed, &format!("{index} {what}")) >= rule.chance {
            continue;
        }
        *met += 1;
        if *met > rule.after {
            return Some(rule.fault.clone());
        }
    }
    None
}

/// Executes a write, whether the client waits for it or not.
async fn write(shared: &Arc<Shared>, name: &str, work: Work, body: &[u8]) -> Answer {
    let request = format!("{} {:?} {}", work.operation, work.id, String::from_utf8_lossy(body));
    let begun = begin(shared.store().tenant(name), &work, &request);
    let time = match begun {
        Ok(time) => time,
        Err(answer) => {
            shared.store().tenant(name).rest();
            shared.idle.notify_waiters();
            return answer;
        }
    };
    let (shared, name) = (Arc::clone(shared), name.to_owned());
    // This is a separate task, because the connection may be gone long before it ends.
    let working = tokio::spawn(async move {
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
        let answer = finish(&shared, &name, &work, request);
        shared.idle.notify_waiters();
        answer
    });
    working.await.unwrap_or_else(|_| Answer::json(500, &json!({"message": "erro interno"})))
}

/// The duration of a write, or its answer if the key says that nothing is to be done.
fn begin(tenant: &mut store::Tenant, work: &Work, request: &str) -> Result<Duration, Answer> {
    let refused =
        |status, code: &str, message: &str| Answer::json(status, &json!({"error": {"code": code, "message": message}}));
    if let (Keys::Kept, Some(key)) = (tenant.plan.keys, &work.key) {
        match tenant.keys.get(key) {
            Some(kept) if kept.request == request => {
                let answer = Answer::json(kept.status, &kept.body);
                let marked = tenant.plan.marks_replays;
                return Err(if marked { answer.with(REPLAYED, "true") } else { answer });
            }
            Some(_) => {
                return Err(refused(422, "idempotency_key_reused", "the key was used for another request"));
            }
            None => {}
        }
        if !tenant.in_flight.insert(key.clone()) {
            let message = "a request with this key is being worked on";
            return Err(refused(409, "idempotency_key_in_use", message));
        }
    }
    let (least, most) = tenant.plan.work;
    let more = Duration::from_millis(most.saturating_sub(least));
    Ok(Duration::from_millis(least) + more.mul_f64(chance(tenant.plan.seed, request)))
}

fn finish(shared: &Shared, name: &str, work: &Work, request: String) -> Answer {
    let mut store = shared.store();
    let tenant = store.tenant(name);
    tenant.rest();
    if let Some(key) = &work.key {
        tenant.in_flight.remove(key);
    }
    let keeps = tenant.plan.keys == Keys::Kept;
    let keeps_refusals = tenant.plan.keeps_refusals;
    let (done, status, body) = match tenant.work(work) {
        Ok((effect, record, status)) => (Some((effect, record.clone())), status, Value::Object(record)),
        Err((status, body)) => (None, status, body),
    };
    let key = work.key.clone().filter(|_| keeps && (done.is_some() || keeps_refusals));
    let kept = key.map(|key| (key, Kept { request, status, body: body.clone() }));
    let changes = done.is_some();
    if (changes || kept.is_some()) && store.commit(name, done, kept).is_err() {
        return Answer::json(500, &json!({"message": "sem espaco"}));
    }
    drop(store);
    if changes {
        shared.tell(Event::Commit);
    }
    Answer::json(status, &body)
}

fn read(tenant: &mut store::Tenant, asked: &Asked, request: &Received) -> Answer {
    if let Some(id) = &asked.id {
        return match tenant.find(asked.resource, id) {
            Some(record) => Answer::json(200, &Value::Object(record.clone())),
            None => Answer::json(404, &json!({"code": "nao_encontrado", "message": "nao encontrado"})),
        };
    }
    let asked_pages = tenant.pages.entry(asked.resource).or_default();
    *asked_pages += 1;
    let asked_pages = *asked_pages;
    tenant.change(asked.resource, asked_pages);
    let number = |name: &str, or: usize| request.parameter(name).and_then(|v| v.parse().ok()).unwrap_or(or);
    let (page, size) = (number("pagina", 1).max(1), number("tamanhoPagina", 50).clamp(1, 100));
    let filters: Vec<_> =
        request.query.iter().filter(|(name, _)| name != "pagina" && name != "tamanhoPagina").collect();
    let fits = |record: &&Record| {
        filters.iter().all(|(name, value)| record.get(name).and_then(Value::as_str) == Some(value.as_str()))
    };
    let found: Vec<&Record> =
        tenant.records.get(asked.resource).into_iter().flatten().map(|(_, r)| r).filter(fits).collect();
    let shown: Vec<&Record> = found.iter().copied().skip((page - 1) * size).take(size).collect();
    let lie = tenant.plan.totals.get(usize::try_from(asked_pages - 1).unwrap_or(usize::MAX)).copied().unwrap_or(0);
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX).saturating_add(lie).max(0);
    let pages = total.unsigned_abs().div_ceil(size as u64);
    Answer::json(
        200,
        &json!({"data": shown, "meta": {"current_page": page, "total_pages": pages, "total_count": total}}),
    )
}

/// Answers the requests of tests in other languages to the platform itself.
async fn control(shared: &Shared, request: &Received, path: &str) -> Answer {
    let (what, name) = path.split_once('/').unwrap_or((path, ""));
    match (request.method.as_str(), what) {
        ("PUT", "plan") => match serde_json::from_slice::<Plan>(&request.body).map_err(|e| e.to_string()) {
            Ok(plan) => match plan.check() {
                Ok(()) => {
                    shared.store().tenant(name).begin(plan);
                    Answer::json(200, &json!({}))
                }
                Err(wrong) => Answer::json(400, &json!({"message": wrong})),
            },
            Err(wrong) => Answer::json(400, &json!({"message": wrong})),
        },
        ("GET", "truth") => {
            let truth = settled(shared, name).await;
            Answer::json(200, &serde_json::to_value(truth).unwrap_or_default())
        }
        _ => Answer::json(404, &json!({"message": "GET /-/truth/{tenant} or PUT /-/plan/{tenant}"})),
    }
}
