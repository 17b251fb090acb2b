//! Kills the importing process at random instants and starts it again, with faults. Nothing is lost and nothing is
//! doubled, counted at the sandbox.

mod common;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{consumos_csv, contratos, profile_with, run_import};
use smartbill_core::batch::{ImportOptions, Importable, Pace, Source};
use smartbill_core::client::{Client, ClientOptions};
use smartbill_core::model::{Cliente, Consumo};
use smartbill_core::sheets::ReadOptions;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_sandbox::TOKEN;
use smartbill_sandbox::server::{Options, Sandbox};
use smartbill_tests::chance::{Dice, cpf};

const FAULTS: &str = r#"{"seed": 11, "rules": [
    {"kind": "latency", "ms": 15, "chance": 0.2},
    {"kind": "drop_before", "chance": 0.02}, {"kind": "drop_after", "chance": 0.04},
    {"kind": "truncated", "chance": 0.02}, {"kind": "malformed", "chance": 0.02},
    {"kind": "drip", "ms": 2, "chance": 0.02},
    {"kind": "error", "status": 500, "chance": 0.02}, {"kind": "error", "status": 503, "chance": 0.01},
    {"kind": "rate_limit", "retryAfter": 1, "chance": 0.002}]}"#;

#[test]
fn two_hundred_kills_over_five_thousand_rows_lose_and_double_nothing() {
    let sandbox = start("idempotency_key");
    kill(&sandbox, "consumos", "idempotency_key", &consumos_csv(5_000, 20), 200, 50);
    let state = sandbox.service().state();
    assert_eq!((state.consumos.total, state.consumos.duplicates), (5_000, 0));
    assert!(state.faults > 200, "the faults were on: {}", state.faults);
}

#[test]
fn without_keys_every_row_in_doubt_is_read_back() {
    let sandbox = start("natural_key");
    kill(&sandbox, "consumos", "natural_key", &consumos_csv(1_500, 20), 50, 60);
    let state = sandbox.service().state();
    assert_eq!((state.consumos.total, state.consumos.duplicates), (1_500, 0));
}

#[test]
fn an_upsert_that_is_killed_ends_as_one_that_is_not() {
    let sandbox = start("idempotency_key");
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("antes.csv");
    std::fs::write(&before, clientes_csv(400, "antigo")).unwrap();
    assert!(run(&sandbox, "clientes", "idempotency_key", &before, None).wait().unwrap().success());
    // Half of them change, as many are new.
    kill(&sandbox, "clientes", "idempotency_key", &clientes_csv(800, "novo"), 40, 40);
    let state = sandbox.service().state();
    assert_eq!((state.clientes.total, state.clientes.duplicates), (801, 0));
}

fn clientes_csv(count: usize, note: &str) -> String {
    let mut csv = String::from("Código;Razão Social;CPF;Observações\n");
    for i in 0..count {
        csv.push_str(&format!("C-{i};Cliente {i};{};{note}\n", cpf(i)));
    }
    csv
}

fn start(promise: &str) -> Sandbox {
    let profile = profile_with(promise);
    let sandbox = Sandbox::start(Options { profile, ..Options::default() }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { contratos(&client(sandbox.url(), promise), 20).await });
    sandbox.service().faults(FAULTS).unwrap();
    sandbox
}

fn client(url: &str, promise: &str) -> Client<ReqwestHost> {
    let options =
        ClientOptions { token: Some(TOKEN.into()), profile: profile_with(promise), ..ClientOptions::new(url) };
    Client::new(options, ReqwestHost::new(&HttpOptions::default()).unwrap()).unwrap()
}

/// Kills the import `times` times, then lets it finish. One kill in four happens a random time after the start, and the
/// others after a random number of requests, so that a slow machine is killed at work as well.
fn kill(sandbox: &Sandbox, resource: &str, promise: &str, csv: &str, times: u32, requests: u32) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("linhas.csv");
    std::fs::write(&source, csv).unwrap();
    let start = Instant::now();
    let mut dice = Dice(0x9E37_79B9 ^ u64::from(times));
    let mut random = |until: u32| u64::from(dice.roll(until));
    let mut kills = 0;
    while kills < times {
        let before = sandbox.service().state().requests;
        let (target, limit) =
            if random(4) == 0 { (u64::MAX, 20 + random(400)) } else { (before + random(requests), 5_000) };
        let born = Instant::now();
        let mut child = run(sandbox, resource, promise, &source, Some(400.0));
        while born.elapsed() < Duration::from_millis(limit) && sandbox.service().state().requests < target {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_micros(random(8_000)));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        assert!(start.elapsed() < Duration::from_secs(400), "{kills} kills only");
    }
    let state = sandbox.service().state();
    let done = if resource == "clientes" { state.clientes.total } else { state.consumos.total };
    let rows = csv.lines().count() - 1;
    assert!((rows / 4..rows).contains(&done), "the kills must fall while rows are sent: {done} of {rows}");
    let ended = (0..20).any(|_| run(sandbox, resource, promise, &source, None).wait().unwrap().success());
    assert!(ended, "the import never came to its end");
    eprintln!("{resource} ({promise}): {kills} kills, {done} rows before the last run, {:?}", start.elapsed());
}

/// Starts the import in a separate process: this same program, with the argument to run `child`.
fn run(sandbox: &Sandbox, resource: &str, promise: &str, source: &Path, rate: Option<f64>) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env("CHILD_URL", sandbox.url())
        .env("CHILD_RESOURCE", resource)
        .env("CHILD_PROMISE", promise)
        .env("CHILD_SOURCE", source)
        .env("CHILD_PACE", rate.map(|r| r.to_string()).unwrap_or_default())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "the process that is killed; the tests above start it"]
fn child() {
    let Ok(url) = std::env::var("CHILD_URL") else { return };
    let text = |name: &str| std::env::var(name).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = client(&url, &text("CHILD_PROMISE"));
        let pace = Pace { rate: text("CHILD_PACE").parse().ok(), ..Pace::default() };
        let source = Source::SheetFile { path: text("CHILD_SOURCE").into(), options: ReadOptions::default() };
        match text("CHILD_RESOURCE").as_str() {
            "clientes" => finish::<Cliente>(&client, source, pace).await,
            _ => finish::<Consumo>(&client, source, pace).await,
        }
    });
}

async fn finish<M: Importable>(client: &Client<ReqwestHost>, source: Source<'_>, pace: Pace) {
    let options = ImportOptions { pace, ..ImportOptions::default() };
    let import = run_import::<M, _>(client, source, &options).await.unwrap();
    assert_eq!(import.counts.done(), import.counts.total, "{:?}", import.counts);
}
