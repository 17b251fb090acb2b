//! Tests that the unkind platform follows its plan, because other tests rely on it. It uses plain sockets, without a
//! client of ours.

#![expect(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};
use smartbill_tests::platform::{Keys, Plan, Platform, Rule, TOKEN};
use smartbill_tests::process::{Lines, PlatformProcess, Source};

/// A complete answer.
#[derive(Debug)]
struct Said {
    status: u16,
    replayed: bool,
    body: Value,
}

/// Sends a request on a separate connection.
fn send(url: &str, method: &str, path: &str, key: Option<&str>, body: &Value) -> BufReader<TcpStream> {
    let (host, prefix) = url.strip_prefix("http://").unwrap().split_once('/').unwrap_or((&url[7..], ""));
    let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
    let mut stream = TcpStream::connect(host).unwrap();
    let key = key.map(|key| format!("idempotency-key: {key}\r\n")).unwrap_or_default();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let head = format!("{method} {prefix}/api/v1/{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {TOKEN}\r\n");
    write!(stream, "{head}{key}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    BufReader::new(stream)
}

/// The answer on a connection. `None` if the connection ends before there is one.
fn answer(mut stream: BufReader<TcpStream>) -> Option<Said> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let status = head.first()?.split(' ').nth(1)?.parse().ok()?;
    let replayed = head.iter().any(|line| line == "idempotent-replayed: true");
    Some(Said { status, replayed, body: serde_json::from_slice(&body).ok()? })
}

fn ask(url: &str, method: &str, path: &str, key: Option<&str>, body: &Value) -> Option<Said> {
    answer(send(url, method, path, key, body))
}

fn usage(code: &str) -> Value {
    json!({"idExterno": code, "contratoCodigoExterno": "CT", "servicoCodigo": "S", "competencia": "2026-10", "quantidade": "1"})
}

#[tokio::test]
async fn a_key_is_worked_on_once_and_kept_for_ever() {
    let platform = Platform::start(Plan { work: (1, 1), ..Plan::default() }).unwrap();
    let url = platform.url();
    let first = ask(&url, "POST", "consumos", Some("k"), &usage("A")).unwrap();
    assert_eq!((first.status, first.replayed), (201, false));
    let again = ask(&url, "POST", "consumos", Some("k"), &usage("A")).unwrap();
    assert_eq!((again.status, again.replayed, &again.body), (201, true, &first.body));
    let other = ask(&url, "POST", "consumos", Some("k"), &usage("B")).unwrap();
    assert_eq!((other.status, other.body["error"]["code"].as_str()), (422, Some("idempotency_key_reused")));
    // Removing the record does not free the key.
    let id = first.body["id"].as_str().unwrap().to_owned();
    assert_eq!(ask(&url, "DELETE", &format!("consumos/{id}"), None, &Value::Null).unwrap().status, 200);
    assert_eq!(ask(&url, "POST", "consumos", Some("k"), &usage("A")).unwrap().body, first.body);
    let truth = platform.truth("").await;
    assert_eq!((truth.done("consumos.incluir")["A"], truth.count("consumos").len()), (1, 0));
}

#[tokio::test]
async fn a_key_in_flight_is_answered_409_and_a_client_that_left_is_worked_for_all_the_same() {
    let hour = 3_600_000;
    let platform = Platform::start(Plan { work: (hour, hour), ..Plan::default() }).unwrap();
    let waiting = send(&platform.url(), "POST", "consumos", Some("k"), &usage("A"));
    while platform.truth_now("").requests() == 0 {
        tokio::task::yield_now().await;
    }
    let second = ask(&platform.url(), "POST", "consumos", Some("k"), &usage("A")).unwrap();
    assert_eq!((second.status, second.body["error"]["code"].as_str()), (409, Some("idempotency_key_in_use")));
    drop(waiting);

    platform.begin("left", Plan { work: (30, 30), marks_replays: false, ..Plan::default() });
    let url = platform.tenant_url("left");
    let waiting = send(&url, "POST", "consumos", Some("k"), &usage("A"));
    while platform.truth_now("left").requests() == 0 {
        tokio::task::yield_now().await;
    }
    drop(waiting);
    assert_eq!(platform.truth("left").await.done("consumos.incluir")["A"], 1);
    let again = ask(&url, "POST", "consumos", Some("k"), &usage("A")).unwrap();
    assert_eq!((again.status, again.replayed), (201, false), "a replay that is not marked");
}

#[tokio::test]
async fn codes_are_unique_or_not_and_keys_ignored_as_the_plan_says() {
    let platform = Platform::start(Plan::default()).unwrap();
    for (name, unique, second, records) in [("unique", true, 409, 1), ("free", false, 201, 2)] {
        platform.begin(name, Plan { keys: Keys::Ignored, unique, ..Plan::default() });
        let url = platform.tenant_url(name);
        assert_eq!(ask(&url, "POST", "consumos", Some("k"), &usage("A")).unwrap().status, 201);
        assert_eq!(ask(&url, "POST", "consumos", Some("k"), &usage("A")).unwrap().status, second);
        assert_eq!(platform.truth(name).await.count("consumos")["A"], records);
    }
    assert_eq!(platform.truth("").await.effects, [], "tenants have nothing to do with each other");
}

#[tokio::test]
async fn an_answer_is_lost_before_or_after_the_work() {
    let platform = Platform::start(Plan::default()).unwrap();
    for (fault, done) in
        [("rst_before_commit", 0), ("rst_after_commit", 1), ("truncated_length", 1), ("http_503_done", 1)]
    {
        platform.begin(fault, Plan { rules: vec![Rule::once(fault, "write")], ..Plan::default() });
        let said = ask(&platform.tenant_url(fault), "POST", "consumos", Some("k"), &usage("A"));
        assert!(said.is_none_or(|said| said.status == 503), "{fault}");
        assert_eq!(platform.truth(fault).await.effects.len(), done, "{fault}");
        let said = ask(&platform.tenant_url(fault), "POST", "consumos", Some("k"), &usage("A")).unwrap();
        assert_eq!((said.status, said.replayed), (201, done == 1), "{fault}");
    }
}

#[tokio::test]
async fn pages_shift_and_totals_lie() {
    let records: Vec<_> = (0..120).map(|n| usage(&format!("K-{n}"))).collect();
    let change = json!({"resource": "consumos", "before_page": 2, "remove": ["K-3"], "add": [usage("NEW")]});
    let plan = json!({"records": {"consumos": records}, "changes": [change], "totals": [0, 5]});
    let platform = Platform::start(serde_json::from_value(plan).unwrap()).unwrap();
    let page = |n: u32| {
        ask(&platform.url(), "GET", &format!("consumos?pagina={n}&tamanhoPagina=100"), None, &Value::Null).unwrap().body
    };
    let first = page(1);
    let second = page(2);
    assert_eq!((first["meta"]["total_count"].as_u64(), second["meta"]["total_count"].as_u64()), (Some(120), Some(125)));
    // The record that moved over the edge of the page is on neither page.
    let both = format!("{first}{second}");
    assert!(!both.contains("\"K-100\"") && both.contains("\"K-99\"") && both.contains("\"NEW\""));
}

#[test]
fn what_was_answered_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let lines = Lines::new();
    let records = json!({"clientes": [{"codigoExterno": "C", "nome": "Ana", "situacao": "ATIVO"}]});
    let plan = Plan { records: records.as_object().unwrap().clone(), ..Plan::default() };
    let program = Path::new(env!("CARGO_BIN_EXE_unkind-platform"));
    let mut platform = PlatformProcess::start(program, folder.path(), plan, &lines);
    let first = ask(&platform.url(), "POST", "consumos", Some("k"), &usage("A")).unwrap();
    let change = ask(&platform.url(), "POST", "clientes/000001", Some("l"), &json!({"nome": "Bia"})).unwrap();
    assert_eq!((change.status, change.body["codigoExterno"].as_str()), (200, Some("C")));
    // A platform that was killed in the middle of a line loses only that line.
    let log = folder.path().join("platform.log");
    let mut text = std::fs::read(&log).unwrap();
    text.extend_from_slice(b"{\"tenant\":\"\",\"effe");
    platform.kill_and_restart(&lines);
    std::fs::write(&log, text).unwrap();
    platform.kill_and_restart(&lines);
    let again = ask(&platform.url(), "POST", "consumos", Some("k"), &usage("A")).unwrap();
    assert_eq!((again.replayed, &again.body), (true, &first.body));
    assert_eq!(ask(&platform.url(), "POST", "consumos", Some("m"), &usage("B")).unwrap().status, 201);
    let truth = platform.truth();
    assert_eq!(truth.count("consumos").len(), 2);
    assert_eq!(truth.count("clientes").len(), 1);
    assert_eq!(truth.changed("clientes.alterar")["C"], 1);
    let said: Vec<_> = std::iter::from_fn(|| Some(lines.next()))
        .filter(|said| said.source == Source::Platform && said.run == 3)
        .filter_map(|said| said.line)
        .take(5)
        .collect();
    assert_eq!(said, ["request", "answer", "request", "commit", "answer"]);
}
