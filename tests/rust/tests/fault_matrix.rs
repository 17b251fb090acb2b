//! Sixteen operations, all known faults, three promises: the client's result must be true of the platform. The table is
//! written to `target/fault-matrix.md`.
//!
//! A cell is unsound in these cases: something was executed but is reported as refused or not sent; nothing was
//! executed but success is reported; something was executed twice; a record that was read is not the platform's; the
//! error is of an unknown kind, or contains the token; a redirect was followed; or the call continues long after its
//! deadline.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

#[path = "matrix/variants.rs"]
mod variants;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::future::Future;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use smartbill_core::api::{Operation, PageRecord, Request, ResourceModel, Response};
use smartbill_core::client::{CallOptions, Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Id, Servico};
use smartbill_core::retry::RetryPolicy;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::transport::{Host, TransportError};
use smartbill_core::{Error, ErrorKind, Language, Outcome};
use smartbill_tests::platform::{Options, Plan, Platform, TOKEN, Truth};
use smartbill_tests::promise::{PROMISES, profile_with};
use smartbill_tests::tls::{Authority, Flaw};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use variants::{Call, Door, Expect, Faults, Variant, With, variants};

/// The number of cells in progress at once.
const AT_ONCE: usize = 200;

/// Far more than the deadline of any call.
const FAR_TOO_LONG: Duration = Duration::from_secs(120);

#[tokio::test]
async fn what_is_said_is_true_whatever_goes_wrong() {
    tokio::task::LocalSet::new().run_until(play_all()).await;
}

async fn play_all() {
    let place = Rc::new(Place::new().await);
    let turns = Rc::new(Semaphore::new(AT_ONCE));
    let one_by_one = Rc::new(Semaphore::new(1));
    let mut cells = JoinSet::new();
    for (number, cell) in cells_of(&variants(&place.faults)).into_iter().enumerate() {
        let turns = if cell.variant.with == With::Two { &one_by_one } else { &turns };
        let (turns, place) = (Rc::clone(turns), Rc::clone(&place));
        cells.spawn_local(async move {
            let _turn = turns.acquire().await;
            cell.run(&place, number).await
        });
    }
    let mut results = Vec::new();
    while let Some(result) = cells.join_next().await {
        results.push(result.unwrap());
    }
    results.sort_by_key(|result| result.number);
    let unsound: Vec<_> = results.iter().filter_map(|r| r.wrong.as_ref().map(|w| (r, w))).collect();
    let mut list = String::new();
    for (result, wrong) in &unsound {
        writeln!(list, "- {} | {} | {} | {wrong}", result.variant, result.operation, result.promise).unwrap();
    }
    let table = table(&results, unsound.len());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    std::fs::write(target.join("fault-matrix.md"), format!("{table}\n{list}")).unwrap();
    eprintln!("{} cells, {} unsound", results.len(), unsound.len());
    let first: String = list.lines().take(40).flat_map(|line| [line, "\n"]).collect();
    assert!(unsound.is_empty(), "{} of {} cells are unsound:\n{first}", unsound.len(), results.len());
    assert_eq!(place.elsewhere.truth_now("").requests(), 0, "a redirect was followed");
}

/// One operation under one promise, with one fault.
struct Cell {
    operation: Operation,
    promise: &'static str,
    variant: Variant,
}

/// The result of a cell.
struct CellResult {
    number: usize,
    operation: Operation,
    promise: &'static str,
    variant: String,
    /// The result in a few words, for the table.
    said: String,
    requests: u64,
    wrong: Option<String>,
}

fn cells_of(variants: &[Variant]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for variant in variants {
        for operation in Operation::ALL.iter().copied().filter(|o| tried(variant.with, *o)) {
            // Reads promise nothing.
            let all = operation.is_write() && variant.with != With::Two;
            let promises = if all { &PROMISES[..] } else { &PROMISES[..1] };
            for promise in promises {
                cells.push(Cell { operation, promise, variant: variant.clone() });
            }
        }
    }
    cells
}

fn tried(with: With, operation: Operation) -> bool {
    use Operation::{ClientesIncluir, ClientesListar, ClientesObter, ConsumosAlterar};
    match with {
        With::All => true,
        With::IncludesAndReads => !operation.is_write() || !operation.takes_id(),
        With::Two => matches!(operation, ClientesIncluir | ClientesListar),
        With::OneOfEach => matches!(operation, ClientesIncluir | ConsumosAlterar | ClientesObter | ClientesListar),
    }
}

/// The relevant data of a success.
struct Done {
    /// `created`, …. `None` for a read.
    what: Option<&'static str>,
    /// The records that were read.
    records: Vec<Value>,
}

type Answer = Result<Done, Error>;

impl Cell {
    async fn run(self, place: &Place, number: usize) -> CellResult {
        let Self { operation, promise, variant } = self;
        let tenant = number.to_string();
        let plan = Plan { records: place.faults.records.clone(), ..variant.plan(operation.name(), promise) };
        place.platform.begin(&tenant, plan);
        let limit = |ms: u64| Limit::After(Duration::from_millis(ms));
        let (attempt, total) = variant.limits.unwrap_or((60_000, 60_000));
        let options = ClientOptions {
            token: Some(TOKEN.into()),
            language: Language::En,
            profile: profile_with(promise),
            attempt: limit(attempt),
            total: limit(total),
            retry: RetryPolicy {
                max_attempts: if variant.name == "total_timeout" { u32::MAX } else { 3 },
                base: Duration::from_millis(2),
                cap: Duration::from_millis(10),
                max_retry_after: Duration::from_millis(200),
            },
            ..ClientOptions::new(place.url(&tenant, variant.door))
        };
        let client = Client::new(options, place.host(variant.door)).unwrap();
        if variant.door == Door::Kept {
            // This connection serves once, so that it is kept.
            client.obter::<Servico>("000021", &CallOptions::default()).await.unwrap();
        }
        let answer =
            tokio::time::timeout(FAR_TOO_LONG, call(&client, operation, &place.faults.calls[operation.name()])).await;
        let truth = place.platform.truth(&tenant).await;
        let wrong = match &answer {
            Err(_) => Some("it went on long after its deadline".to_owned()),
            Ok(answer) => wrong(operation, promise, &variant, answer, &truth, &place.faults),
        };
        place.platform.forget(&tenant);
        CellResult {
            number,
            operation,
            promise,
            said: answer.as_ref().map_or_else(|_| "no end".to_owned(), |answer| in_words(operation, answer)),
            requests: truth.requests.get(operation.name()).copied().unwrap_or(0),
            variant: variant.name,
            wrong,
        }
    }
}

/// The mistake in a cell, if there is one.
fn wrong(
    operation: Operation,
    promise: &str,
    variant: &Variant,
    answer: &Answer,
    truth: &Truth,
    faults: &Faults,
) -> Option<String> {
    let done = truth.effects.iter().filter(|effect| effect.operation == operation.name()).count();
    let changes = truth.effects.iter().filter(|e| e.operation == operation.name() && e.changed).count();
    if changes > 1 {
        return Some(format!("done {changes} times"));
    }
    if promise == "none" && done > 1 {
        return Some(format!("sent again, and done {done} times"));
    }
    let expect = match variant.expect {
        // Without a promise, nothing is sent again. A platform under `none` ignores keys as well.
        Expect::Recovery if promise == "none" => Expect::Truth,
        expect => expect,
    };
    match answer {
        Ok(said) => {
            if operation.is_write() && done == 0 {
                return Some(format!("said to be {}, but nothing was done", said.what.unwrap_or_default()));
            }
            if variant.faults.first().is_some_and(|(fault, _)| faults.is_lawful(fault, operation.name())) {
                return None;
            }
            if !operation.is_write() && said.records != expected_records(faults, operation) {
                return Some(format!("read {}", Value::from(said.records.clone())));
            }
            match expect {
                Expect::Truth | Expect::Success | Expect::Recovery => None,
                expect => Some(format!("a success where {expect:?} was to be expected")),
            }
        }
        Err(error) => {
            let outcome = error.details().outcome;
            let shown = format!("{error} {error:?}");
            if shown.contains(TOKEN) {
                return Some(format!("the token is in {shown}"));
            }
            if operation.is_write() != outcome.is_some() || !usual(error.kind()) {
                return Some(format!("untyped: {} with outcome {outcome:?}", error.code()));
            }
            if done > 0 && matches!(outcome, Some(Outcome::Rejected | Outcome::NotSent)) {
                return Some(format!("done, but said to be {}: {error}", outcome.map_or("", Outcome::name)));
            }
            let as_expected = match expect {
                Expect::Truth | Expect::Failure => true,
                Expect::Success | Expect::Recovery => false,
                Expect::Refusal => !operation.is_write() || outcome == Some(Outcome::Rejected),
                Expect::NotSent => !operation.is_write() || outcome == Some(Outcome::NotSent),
            };
            (!as_expected).then(|| format!("{expect:?} was to be expected: {}", in_words(operation, answer)))
        }
    }
}

/// The kinds of errors that a platform or a network can cause.
fn usual(kind: ErrorKind) -> bool {
    use ErrorKind::{
        Authentication, Conflict, Connection, NotFound, Permission, RateLimited, Rejected, Response, Server, Timeout,
    };
    matches!(
        kind,
        Authentication
            | Conflict
            | Connection
            | NotFound
            | Permission
            | RateLimited
            | Rejected
            | Response
            | Server
            | Timeout
    )
}

fn in_words(operation: Operation, answer: &Answer) -> String {
    match answer {
        Ok(Done { what: Some(what), .. }) => format!("ok: {what}"),
        Ok(_) => "ok".to_owned(),
        Err(error) if operation.is_write() => {
            format!("{}/{}", error.code(), error.details().outcome.map_or("none", Outcome::name))
        }
        Err(error) => error.code().to_owned(),
    }
}

/// Calls `operation` with records that the platform has, or with a new one.
async fn call(client: &Client<Shared>, operation: Operation, with: &Call) -> Answer {
    let call = CallOptions::default();
    let text = Value::Object(with.body.clone()).to_string();
    let body = smartbill_core::Value::from_json(text.as_bytes()).unwrap();
    let id = with.id.as_deref();
    let listed = |records: Vec<Value>| Done { what: None, records };
    match operation {
        Operation::ClientesListar => list::<Cliente>(client).await.map(listed),
        Operation::ServicosListar => list::<Servico>(client).await.map(listed),
        Operation::ContratosListar => list::<Contrato>(client).await.map(listed),
        Operation::ConsumosListar => list::<Consumo>(client).await.map(listed),
        Operation::CobrancasListar => list::<Cobranca>(client).await.map(listed),
        operation if !operation.is_write() => {
            let record = client.get::<PageRecord>(operation, id.unwrap_or_default(), &call).await?;
            Ok(listed(vec![told(&record.object())]))
        }
        Operation::ContratosAtivar | Operation::ContratosDesativar => {
            let ids = [Id(id.unwrap_or_default().to_owned())];
            let one = client.write_each::<PageRecord>(operation, &ids, body, &call).await?.remove(0);
            Ok(Done { what: Some(one.outcome?.outcome.name()), records: vec![] })
        }
        operation => {
            let done = client.write::<PageRecord>(operation, id, body, &[], &call).await?;
            Ok(Done { what: Some(done.outcome.name()), records: vec![] })
        }
    }
}

async fn list<M: ResourceModel>(client: &Client<Shared>) -> Result<Vec<Value>, Error> {
    let mut pager = client.listar::<M>(&M::Filter::default(), &CallOptions::default())?;
    let mut all = Vec::new();
    while let Some(page) = pager.next(client).await? {
        all.extend(page.iter().map(|record| told(&record.value())));
    }
    Ok(all)
}

/// The part of a record that is compared: its identifier, and a text.
fn told(record: &smartbill_core::Value<'_>) -> Value {
    let text = |name: &str| record.field(name).and_then(smartbill_core::Value::text).map(str::to_owned);
    let said = text("nome").or_else(|| text("descricao")).or_else(|| text("numero"));
    json!([text("id"), said])
}

fn expected_records(faults: &Faults, operation: Operation) -> Vec<Value> {
    let of = faults.records.get(operation.resource().name()).and_then(Value::as_array).cloned().unwrap_or_default();
    let id = faults.calls[operation.name()].id.as_deref();
    let wanted = |record: &&Value| id.is_none() || record["id"].as_str() == id;
    let told = |record: &Value| {
        let said = ["nome", "descricao", "numero"].iter().find_map(|name| record.get(*name));
        json!([record["id"], said])
    };
    of.iter().filter(wanted).map(told).collect()
}

/// A host that several clients share. Each client has its own retries.
#[derive(Clone)]
struct Shared(Arc<ReqwestHost>);

impl Host for Shared {
    fn send(&self, base: &str, request: &Request) -> impl Future<Output = Result<Response, TransportError>> {
        self.0.send(base, request)
    }
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        self.0.sleep(duration)
    }
    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn random(&self) -> u64 {
        self.0.random()
    }
}

/// The servers and hosts of the cells.
struct Place {
    faults: Faults,
    platform: Platform,
    /// The target of redirects. No request may arrive there.
    elsewhere: Platform,
    /// Trusts the authority of the tests, and keeps no connection, so that no cell finds a connection of another.
    trusting: Shared,
    /// Trusts only the authorities of the system.
    strange: Shared,
    /// Stops connecting early.
    hasty: Shared,
    http: HttpOptions,
    ports: BTreeMap<&'static str, u16>,
    /// The connections that keep a port from accepting more.
    _full: (TcpListener, Vec<TcpStream>),
}

impl Place {
    async fn new() -> Self {
        let elsewhere = Platform::start(Plan::default()).unwrap();
        let options = Options { ports: 16, other: elsewhere.url(), ..Options::default() };
        let platform = Platform::with(options).unwrap();
        let authority = Authority::new();
        let mut ports = BTreeMap::new();
        for (name, flaw) in [
            ("good", Flaw::None),
            ("expired", Flaw::Expired),
            ("future", Flaw::Future),
            ("other host", Flaw::OtherHost),
            ("self-signed", Flaw::SelfSigned),
        ] {
            ports.insert(name, platform.listen(Some(authority.server(flaw).into())).unwrap());
        }
        ports.insert("plain", platform.listen(None).unwrap());
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
        ports.insert("refused", nobody.local_addr().unwrap().port());
        drop(nobody);
        let resets = TcpListener::bind("127.0.0.1:0").await.unwrap();
        ports.insert("resets", resets.local_addr().unwrap().port());
        tokio::spawn(async move {
            while let Ok((stream, _)) = resets.accept().await {
                let _ = stream.set_zero_linger();
            }
        });
        let full = full_port().await;
        ports.insert("full", full.0.local_addr().unwrap().port());
        let trusted = vec![authority.pem.clone().into_bytes()];
        let http =
            HttpOptions { no_proxy: true, ca_pem: trusted, idle: Duration::from_nanos(1), ..HttpOptions::default() };
        let host = |http: &HttpOptions| Shared(Arc::new(ReqwestHost::new(http).unwrap()));
        Self {
            faults: Faults::read(),
            platform,
            elsewhere,
            trusting: host(&http),
            strange: host(&HttpOptions { ca_pem: vec![], ..http.clone() }),
            hasty: host(&HttpOptions { connect: Some(Duration::from_millis(150)), ..http.clone() }),
            http,
            ports,
            _full: full,
        }
    }

    /// The base address of a cell.
    fn url(&self, tenant: &str, door: Door) -> String {
        let (scheme, name) = match door {
            Door::Open | Door::Kept => return self.platform.tenant_url(tenant),
            // This is longer than a label of a name may be, so no resolver asks another server.
            Door::NoSuchName => return format!("https://{}.invalid/t/{tenant}", "a".repeat(70)),
            Door::Refused => ("http", "refused"),
            Door::NobodyTakes => ("http", "full"),
            Door::ResetAtOnce => ("http", "resets"),
            Door::Tls(Flaw::None) | Door::UnknownAuthority => ("https", "good"),
            Door::Tls(Flaw::Expired) => ("https", "expired"),
            Door::Tls(Flaw::Future) => ("https", "future"),
            Door::Tls(Flaw::OtherHost) => ("https", "other host"),
            Door::Tls(Flaw::SelfSigned) => ("https", "self-signed"),
            Door::TlsToPlain => ("https", "plain"),
        };
        format!("{scheme}://127.0.0.1:{}/t/{tenant}", self.ports[name])
    }

    fn host(&self, door: Door) -> Shared {
        match door {
            Door::UnknownAuthority => self.strange.clone(),
            Door::NobodyTakes => self.hasty.clone(),
            Door::Kept => {
                let http = HttpOptions { idle: Duration::from_secs(60), ..self.http.clone() };
                Shared(Arc::new(ReqwestHost::new(&http).unwrap()))
            }
            _ => self.trusting.clone(),
        }
    }
}

/// A port whose queue is full, so that no connection to it is ever made.
async fn full_port() -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    // Systems round the length of the queue up, each in its own way.
    while waiting.len() < 64 {
        match tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => waiting.push(stream),
            _ => break,
        }
    }
    (listener, waiting)
}

/// The matrix as a table. Variants with the same results share a line. The number of requests to the operation is in
/// brackets.
fn table(results: &[CellResult], unsound: usize) -> String {
    const COLUMNS: [&str; 7] = [
        "include, key",
        "other write, key",
        "include, natural key",
        "other write, natural key",
        "include, none",
        "other write, none",
        "read",
    ];
    let column = |r: &CellResult| {
        let promise = PROMISES.iter().position(|p| *p == r.promise).unwrap_or(0);
        if r.operation.is_write() { promise * 2 + usize::from(r.operation.takes_id()) } else { 6 }
    };
    let mut lines: Vec<(&str, [BTreeMap<String, usize>; 7])> = Vec::new();
    for result in results {
        if lines.last().is_none_or(|(name, _)| *name != result.variant) {
            lines.push((&result.variant, Default::default()));
        }
        let said = format!("{} ({})", result.said, result.requests);
        let said = if result.wrong.is_some() { format!("**UNSOUND** {said}") } else { said };
        *lines.last_mut().unwrap().1[column(result)].entry(said).or_default() += 1;
    }
    let mut grouped: Vec<(Vec<&str>, String)> = Vec::new();
    for (name, cells) in lines {
        let texts = cells.map(|cell| {
            let mut said: Vec<_> = cell.into_iter().collect();
            said.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            said.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(", ")
        });
        let text = texts.join(" | ");
        match grouped.iter_mut().find(|(_, other)| *other == text) {
            Some((names, _)) => names.push(name),
            None => grouped.push((vec![name], text)),
        }
    }
    let mut table = format!(
        "# Fault matrix\n\n{} cells, {unsound} unsound. In brackets: how many requests to the operation arrived.\n\n",
        results.len()
    );
    writeln!(table, "| faults | {} |\n|{}", COLUMNS.join(" | "), "---|".repeat(8)).unwrap();
    for (names, text) in grouped {
        writeln!(table, "| {} | {text} |", names.join(", ")).unwrap();
    }
    table
}
