//! What cost rows or billed them twice on a platform that is not kind, each as a test of its own.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use smartbill_core::batch::{ImportOptions, ImportResult, Importable, Progress, Source, importar};
use smartbill_core::client::{CallOptions, Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, Consumo};
use smartbill_core::profile::Profile;
use smartbill_core::retry::RetryPolicy;
use smartbill_core::sheets::ReadOptions;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, ErrorKind, Outcome};
use smartbill_tests::platform::{Change, Keys, Plan, Platform, Record, Rule, TOKEN, Truth};
use smartbill_tests::promise::{PROMISES, profile_with};

/// How long an attempt may take where the platform is to be too late. Everything else has a minute.
const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(60);

fn client(platform: &Platform, profile: Profile, attempt: Duration) -> Client<ReqwestHost> {
    let options = ClientOptions {
        token: Some(TOKEN.into()),
        profile,
        attempt: Limit::After(attempt),
        total: Limit::After(LONG),
        retry: RetryPolicy {
            base: Duration::from_millis(10),
            cap: Duration::from_millis(50),
            ..RetryPolicy::default()
        },
        ..ClientOptions::new(platform.url())
    };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap()
}

/// A platform that does what `promise` says of it, and nothing more.
fn plan(promise: &str) -> Plan {
    let keys = if promise == "idempotency_key" { Keys::Kept } else { Keys::Ignored };
    Plan { keys, unique: promise == "natural_key", ..Plan::default() }
}

fn start(plan: Plan) -> Platform {
    Platform::start(plan).unwrap()
}

async fn import<M: Importable>(
    client: &Client<ReqwestHost>,
    source: Source<'_>,
    journal: Option<&Path>,
) -> Result<ImportResult, Error> {
    let options = ImportOptions { journal: journal.map(Path::to_owned), ..ImportOptions::default() };
    importar::<M, _>(client, source, &options, &mut |_: Progress<'_>| Ok(())).await
}

fn bytes(text: &str) -> Source<'static> {
    Source::Bytes { bytes: text.as_bytes().to_vec(), name: "rows.csv".into(), options: ReadOptions::default() }
}

/// Usage with codes `K-0`, `K-1`, …
fn usage(rows: usize) -> String {
    let mut sheet = String::from("ID Externo;Contrato;Serviço;Competência;Quantidade\n");
    for n in 0..rows {
        sheet.push_str(&format!("K-{n};CT;S;10/2026;{},5\n", n + 1));
    }
    sheet
}

/// Each of the rows is there once, and no other.
fn assert_once(truth: &Truth, rows: usize, what: &str) {
    let count = truth.count("consumos");
    let expected = (0..rows).map(|n| (format!("K-{n}"), 1)).collect();
    assert_eq!(count, expected, "{what}");
}

fn customer() -> Cliente {
    Cliente {
        codigo_externo: Some("C".into()),
        nome: Some("Padaria Aurora".into()),
        cpf_cnpj: Some("12345678909".into()),
        ..Cliente::default()
    }
}

fn value(value: &Value) -> smartbill_core::Value<'static> {
    smartbill_core::Value::from_json(value.to_string().as_bytes()).unwrap().into_owned()
}

#[tokio::test]
async fn rows_whose_answers_come_late_are_there_once_after_another_run() {
    for promise in ["idempotency_key", "natural_key"] {
        let platform = start(Plan { work: (500, 500), ..plan(promise) });
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let hasty = client(&platform, profile_with(promise), SHORT);
        let first = import::<Consumo>(&hasty, bytes(&usage(6)), Some(&journal)).await.unwrap().counts;
        assert_eq!((first.refused, first.rejected), (0, 0), "{promise}: {first:?}");
        let truth = platform.truth("").await;
        assert_eq!(truth.effects.len(), truth.count("consumos").len(), "{promise}");
        let patient = client(&platform, profile_with(promise), LONG);
        let second = import::<Consumo>(&patient, bytes(&usage(6)), Some(&journal)).await.unwrap().counts;
        assert_eq!(second.done(), 6, "{promise}: {second:?}");
        assert_once(&platform.truth("").await, 6, promise);
    }
}

#[tokio::test]
async fn a_row_whose_answer_was_lost_is_not_refused_by_what_a_gateway_says_next() {
    for promise in PROMISES {
        for second in ["http_400", "http_404", "http_409", "http_413", "http_422", "http_422_problem"] {
            let what = format!("{promise}, {second}");
            // With one row, the second request to the operation is the second of that row.
            let rules =
                vec![Rule::once("rst_after_commit", "consumos.incluir"), Rule::once(second, "consumos.incluir")];
            let platform = start(Plan { rules, ..plan(promise) });
            let folder = tempfile::tempdir().unwrap();
            let journal = folder.path().join("journal");
            let client = client(&platform, profile_with(promise), LONG);
            let first = import::<Consumo>(&client, bytes(&usage(1)), Some(&journal)).await.unwrap().counts;
            assert_eq!(first.refused, 0, "{what}: {first:?}");
            let second = import::<Consumo>(&client, bytes(&usage(1)), Some(&journal)).await.unwrap().counts;
            assert_eq!(second.done(), 1, "{what}: {second:?}");
            assert_once(&platform.truth("").await, 1, &what);
        }
    }
}

#[tokio::test]
async fn rows_that_were_removed_and_are_imported_again_are_there() {
    for promise in ["idempotency_key", "natural_key"] {
        for fault in ["rst_before_commit", "rst_after_commit", "http_503_done"] {
            for marks_replays in [true, false] {
                let what = format!("{promise}, {fault}, replays marked: {marks_replays}");
                let platform = start(Plan { marks_replays, ..plan(promise) });
                let client = client(&platform, profile_with(promise), LONG);
                let first = import::<Consumo>(&client, bytes(&usage(5)), None).await.unwrap().counts;
                assert_eq!(first.created, 5, "{what}");
                for record in platform.truth("").await.records["consumos"].clone() {
                    let id = record["id"].as_str().unwrap();
                    client.remover::<Consumo>(id, &CallOptions::default()).await.unwrap();
                }
                // The first attempt of each row is lost.
                let rule = Rule { times: Some(5), ..Rule::always(fault, "consumos.incluir") };
                platform.go_on("", Plan { rules: vec![rule], marks_replays, ..plan(promise) });
                let second = import::<Consumo>(&client, bytes(&usage(5)), None).await.unwrap().counts;
                assert_eq!(second.done(), 5, "{what}: {second:?}");
                assert_once(&platform.truth("").await, 5, &what);
            }
        }
    }
}

#[tokio::test]
async fn a_customer_who_was_removed_or_changed_and_is_included_again_is_told_as_the_platform_has_him() {
    for (promise, unique) in [
        ("idempotency_key", false),
        ("idempotency_key", true),
        ("natural_key", true),
        ("default", true),
        ("default", false),
    ] {
        for changed in [false, true] {
            let what = format!("{promise}, unique: {unique}, changed: {changed}");
            let (plan, profile) = match promise {
                "default" => (Plan { unique, ..Plan::default() }, Profile::built_in()),
                promise => (Plan { unique, ..plan(promise) }, profile_with(promise)),
            };
            let platform = start(plan);
            let client = client(&platform, profile, LONG);
            let call = CallOptions::default();
            let first = client.incluir(&customer(), &call).await.unwrap().record;
            let id = first.id.unwrap();
            if changed {
                let other = value(&json!({"nome": "Padaria Nova Aurora"}));
                client.alterar::<Cliente>(id.as_str(), other, &[], &call).await.unwrap();
            } else {
                client.remover::<Cliente>(id.as_str(), &call).await.unwrap();
            }
            match client.incluir(&customer(), &call).await {
                Ok(said) => {
                    let has = platform.truth("").await.records["clientes"].clone();
                    let id = said.record.id.as_ref().unwrap().as_str();
                    let record = has.iter().find(|record| record["id"] == id).unwrap();
                    assert_eq!(record["nome"].as_str(), said.record.nome.as_deref(), "{what}");
                    assert_eq!(record["nome"], "Padaria Aurora", "{what}");
                    assert_eq!(record["situacao"], "ATIVO", "{what}");
                }
                Err(error) => {
                    assert!(unique, "{what}: {error}");
                    assert_eq!(error.kind(), ErrorKind::Conflict, "{what}: {error}");
                    assert_eq!(error.details().outcome, Some(Outcome::Rejected), "{what}: {error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_default_profile_doubles_nothing_on_a_platform_that_ignores_keys_and_keeps_nothing_unique() {
    for unique in [false, true] {
        let lost = Rule::sometimes("rst_after_commit", "write", 0.1);
        let plan = Plan { keys: Keys::Ignored, unique, rules: vec![lost], ..Plan::default() };
        let platform = start(plan.clone());
        let client = client(&platform, Profile::built_in(), LONG);
        let c = import::<Consumo>(&client, bytes(&usage(200)), None).await.unwrap().counts;
        assert_eq!(c.done(), 200, "unique: {unique}: {c:?}");
        assert!(c.already_done > 5, "answers were lost: {c:?}");
        assert_once(&platform.truth("").await, 200, &format!("unique: {unique}"));

        platform.begin("", Plan { rules: vec![Rule::once("rst_after_commit", "write")], ..plan });
        let said = client.incluir(&customer(), &CallOptions::default()).await.unwrap();
        assert_eq!(said.outcome.name(), "already_done", "unique: {unique}");
        assert_eq!(platform.truth("").await.count("clientes")["C"], 1, "unique: {unique}");
    }
}

#[tokio::test]
async fn a_record_that_slides_over_the_edge_of_a_page_is_not_included_again() {
    let record = |n: usize| -> Record {
        let said = json!({"idExterno": format!("K-{n}"), "contratoCodigoExterno": "CT", "servicoCodigo": "S",
            "competencia": "2026-10", "quantidade": format!("{}.5", n + 1), "situacao": "PENDENTE"});
        said.as_object().unwrap().clone()
    };
    let stranger = |n: usize| {
        let mut record = record(n);
        record.insert("idExterno".into(), format!("X-{n}").into());
        record
    };
    for promise in PROMISES {
        for (name, changes, totals) in [
            ("one goes", vec![Change { remove: vec!["K-3".into()], ..change(2) }], vec![]),
            (
                "one goes and one comes",
                vec![Change { remove: vec!["K-3".into()], add: vec![stranger(1)], ..change(2) }],
                vec![],
            ),
            (
                "two go, one after the other",
                vec![
                    Change { remove: vec!["K-3".into()], ..change(2) },
                    Change { remove: vec!["K-4".into()], ..change(3) },
                ],
                vec![],
            ),
            ("the total changes and nothing else", vec![], vec![0, 1]),
            ("the total is never the same", vec![], (0..200).collect()),
        ] {
            let what = format!("{promise}, {name}");
            let records = json!({"consumos": (0..250).map(record).collect::<Vec<_>>()});
            let records = records.as_object().unwrap().clone();
            let platform = start(Plan { records, changes, totals, unique: false, ..plan(promise) });
            let client = client(&platform, profile_with(promise), LONG);
            let c = import::<Consumo>(&client, bytes(&usage(250)), None).await.unwrap().counts;
            let truth = platform.truth("").await;
            let doubled: Vec<_> = truth.count("consumos").into_iter().filter(|(_, times)| *times > 1).collect();
            assert!(doubled.is_empty(), "{what}: {doubled:?}");
            // What somebody removed meanwhile may have been seen before: it was there when the row was compared.
            let gone = (0..250).filter(|n| !truth.count("consumos").contains_key(&format!("K-{n}"))).count();
            assert!(gone <= 2, "{what}: {gone} rows are not there");
            assert_eq!(c.done() + c.unknown, 250, "{what}: {c:?}");
        }
    }
}

fn change(before_page: u32) -> Change {
    Change { resource: "consumos".into(), before_page, ..Change::default() }
}
