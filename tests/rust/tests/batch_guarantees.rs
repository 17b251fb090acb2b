//! Tests the guarantees of an import on unkind platforms, in process, so that every answer is on purpose. The tables
//! are in docs/guarantees.md.

mod common;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Answer, Platform, consumos_csv, contratos, csv, profile_with, run_import};
use smartbill_core::api::{Method, Operation, Request, Response};
use smartbill_core::batch::{Counts, ImportOptions, Progress, RowState, Source, importar};
use smartbill_core::client::{CallOptions, Client};
use smartbill_core::model::{Cliente, Consumo, ConsumosFilter};
use smartbill_core::profile::Profile;
use smartbill_core::sheets::ReadOptions;
use smartbill_core::transport::{Host, TransportError, TransportFailure};
use smartbill_core::{Error, ErrorKind, Language, Message, Value};

const EARLY: &str = "2026-10-15T12:00:00Z";
const LATER: &str = "2026-10-15T13:00:00Z";

const CODES: &str = "ID Externo;Contrato;Serviço;Competência;Quantidade\n";
const NO_CODES: &str = "Contrato;Serviço;Competência;Quantidade\n";

fn lost() -> Answer {
    Err(TransportError::new(TransportFailure::Broken, "reset"))
}

#[expect(clippy::unnecessary_wraps, reason = "reads as one of several answers")]
fn answer(status: u16, body: &str) -> Answer {
    Ok(Response { status, headers: Vec::new(), body: bytes(body) })
}

fn bytes<T: From<Vec<u8>>>(body: &str) -> T {
    body.as_bytes().to_vec().into()
}

fn options() -> ImportOptions {
    ImportOptions::default()
}

fn allowing() -> ImportOptions {
    ImportOptions { allow_unidentified: true, ..options() }
}

fn sheet(header: &str, rows: impl Iterator<Item = String>) -> String {
    header.to_owned() + &rows.collect::<Vec<_>>().join("\n") + "\n"
}

fn with_codes(n: usize) -> String {
    sheet(CODES, (0..n).map(|i| format!("K{i};CT-0;API-CHAMADAS;10/2026;{}", i + 1)))
}

fn without_codes(n: usize) -> String {
    sheet(NO_CODES, (0..n).map(|i| format!("CT-0;API-CHAMADAS;10/2026;{}", i + 1)))
}

async fn platform(promise: &str) -> (Platform, Profile) {
    let profile = profile_with(promise);
    let platform = Platform::new(&profile);
    contratos(&platform.client(profile.clone()), 1).await;
    (platform, profile)
}

fn total(platform: &Platform) -> usize {
    platform.service().state().consumos.total
}

/// The number of this include, from 0. `None` for any other request.
fn include(request: &Request, count: &AtomicUsize) -> Option<usize> {
    (request.operation == Operation::ConsumosIncluir).then(|| count.fetch_add(1, Ordering::SeqCst))
}

#[tokio::test]
async fn a_row_that_is_refused_after_its_answer_got_lost_is_not_sent_under_another_key() {
    for no in [400, 401, 403, 404, 409, 410, 412, 413, 422] {
        for promise in ["idempotency_key", "natural_key"] {
            let (platform, profile) = platform(promise).await;
            let folder = tempfile::tempdir().unwrap();
            let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
            let count = AtomicUsize::new(0);
            // The first attempt of each row is executed, and its answer lost. A gateway refuses everything after that.
            let client =
                platform.client_through(profile.clone(), EARLY, |request, platform| match include(request, &count) {
                    Some(n) if n < 4 => platform().and_then(|_| lost()),
                    Some(_) => answer(no, ""),
                    None => platform(),
                });
            if let Ok(first) = run_import::<Consumo, _>(&client, csv(with_codes(4)), &options).await {
                assert_eq!(first.counts.refused, 0, "{promise} {no}");
            }
            let second =
                run_import::<Consumo, _>(&platform.client(profile), csv(with_codes(4)), &options).await.unwrap();
            assert_eq!((second.counts.done(), total(&platform)), (4, 4), "{promise} {no}: {:?}", second.counts);
        }
    }
}

#[tokio::test]
async fn rows_without_codes_that_are_refused_in_doubt_are_unknown_until_the_same_key_is_answered() {
    let (platform, profile) = platform("idempotency_key").await;
    let folder = tempfile::tempdir().unwrap();
    let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
    let count = AtomicUsize::new(0);
    let client = platform.client_through(profile.clone(), EARLY, |request, platform| match include(request, &count) {
        Some(n) if n < 4 => platform().and_then(|_| lost()),
        Some(_) => answer(422, r#"{"message":"gateway"}"#),
        None => platform(),
    });
    let first = run_import::<Consumo, _>(&client, csv(without_codes(4)), &options).await.unwrap();
    assert_eq!((first.counts.unknown, first.counts.refused), (4, 0));
    drop(first);
    let second = run_import::<Consumo, _>(&platform.client(profile), csv(without_codes(4)), &options).await.unwrap();
    assert_eq!((second.counts.already_done, total(&platform)), (4, 4));
    assert!(second.resumed && second.sent == 4);
}

fn named() -> ImportOptions {
    ImportOptions { batch: Some("2026-10".to_owned()), ..options() }
}

#[tokio::test]
async fn two_programs_that_import_a_named_batch_at_once_include_each_row_once() {
    let (platform, profile) = platform("idempotency_key").await;
    let first =
        run_import::<Consumo, _>(&platform.client(profile.clone()), csv(with_codes(4)), &named()).await.unwrap();
    // The second program read the listing before the first one wrote anything, and has a row more.
    let count = AtomicUsize::new(0);
    let client = platform.client_through(profile.clone(), EARLY, |request, platform| {
        let early = request.operation == Operation::ConsumosListar && count.fetch_add(1, Ordering::SeqCst) == 0;
        if early { answer(200, r#"{"data":[],"hasMore":false}"#) } else { platform() }
    });
    let second = run_import::<Consumo, _>(&client, csv(with_codes(5)), &named()).await.unwrap();
    let state = platform.service().state();
    assert_eq!((first.counts.created, second.counts.already_done, second.counts.created), (4, 4, 1));
    assert_eq!((state.consumos.total, state.replays), (5, 4));
}

#[tokio::test]
async fn a_batch_whose_name_was_used_before_still_says_what_is_there() {
    let (platform, profile) = platform("idempotency_key").await;
    let client = platform.client(profile);
    // The fourth import changes the same record in the same way as the second.
    for (round, quantity) in [1, 2, 1, 2].into_iter().enumerate() {
        let rows = sheet(CODES, std::iter::once(format!("K0;CT-0;API-CHAMADAS;10/2026;{quantity}")));
        let import = run_import::<Consumo, _>(&client, csv(rows), &named()).await.unwrap();
        assert_eq!((import.counts.created, import.counts.updated), if round == 0 { (1, 0) } else { (0, 1) });
        let mut pages = client.listar::<Consumo>(&ConsumosFilter::default(), &CallOptions::default()).unwrap();
        let page = pages.next(&client).await.unwrap().unwrap();
        assert_eq!(page[0].quantidade, Some(quantity.into()), "round {round}");
    }
}

#[tokio::test]
async fn a_row_of_a_named_batch_needs_a_code() {
    let (platform, profile) = platform("idempotency_key").await;
    let options = ImportOptions { allow_unidentified: true, ..named() };
    let import = run_import::<Consumo, _>(&platform.client(profile), csv(without_codes(2)), &options).await.unwrap();
    assert_eq!((import.counts.rejected, total(&platform)), (2, 0));
    let rows = import.journal.page(&[], 0, 10).unwrap();
    assert_eq!(
        rows[0].findings.last().unwrap().message(Language::En),
        "without an external code the batch `2026-10` could include it twice; give the code"
    );
}

#[tokio::test]
async fn a_named_batch_is_refused_where_the_profile_promises_no_keys() {
    for promise in ["natural_key", "none"] {
        let (platform, profile) = platform(promise).await;
        let client = platform.client(profile);
        let before = platform.service().state().requests;
        let error = run_import::<Consumo, _>(&client, csv(with_codes(1)), &named()).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message(Language::En).contains("`idempotency_key` for `consumos.incluir`"), "{error}");
        assert_eq!(platform.service().state().requests, before);
    }
}

#[tokio::test]
async fn a_key_in_use_is_waited_for() {
    let (platform, profile) = platform("idempotency_key").await;
    let count = AtomicUsize::new(0);
    // The platform is slow. It executes the first request, whose answer comes too late, and says for a while that it is
    // busy.
    let busy = r#"{"error":{"code":"idempotency_key_in_use","message":"try again"}}"#;
    let client = platform.client_through(profile, EARLY, |request, platform| match include(request, &count) {
        Some(0) => platform().and_then(|_| Err(TransportError::new(TransportFailure::Timeout, ""))),
        Some(1..=4) => answer(409, busy),
        _ => platform(),
    });
    let import = run_import::<Consumo, _>(&client, csv(without_codes(1)), &allowing()).await.unwrap();
    assert_eq!(import.counts, Counts { total: 1, already_done: 1, unidentified: 1, ..Counts::default() });
    assert_eq!((count.load(Ordering::SeqCst), total(&platform)), (6, 1));
}

#[tokio::test]
async fn a_success_that_says_no_or_nothing_counts_as_nothing() {
    for (body, refused) in [
        (r#"{"success":false,"message":"Saldo insuficiente"}"#, 3),
        (r#"{"status":"error","errors":[{"code":"x"}]}"#, 3),
        (r#"{"error":{"message":"x"}}"#, 0),
        ("{}", 0),
        ("null", 0),
        ("", 0),
        (r#"{"data":null}"#, 0),
        (r#"{"codigo":"500","mensagem":"ERRO"}"#, 0),
    ] {
        for promise in ["idempotency_key", "natural_key", "none"] {
            let (platform, profile) = platform(promise).await;
            let client = platform.client_through(profile.clone(), EARLY, |request, platform| {
                if request.operation == Operation::ConsumosIncluir { answer(200, body) } else { platform() }
            });
            let import = run_import::<Consumo, _>(&client, csv(with_codes(3)), &options()).await.unwrap();
            let c = import.counts;
            assert_eq!((c.done(), c.refused, c.unknown), (0, refused, 3 - refused), "{promise} {body}: {c:?}");
        }
    }
}

#[tokio::test]
async fn what_was_removed_is_included_again_though_the_platform_keeps_its_keys() {
    for promise in ["idempotency_key", "natural_key"] {
        let (platform, profile) = platform(promise).await;
        let plain = platform.client(profile.clone());
        run_import::<Consumo, _>(&plain, csv(with_codes(5)), &options()).await.unwrap();
        let filter = ConsumosFilter::default();
        let mut pages = plain.listar::<Consumo>(&filter, &CallOptions::default()).unwrap();
        for usage in pages.next(&plain).await.unwrap().unwrap() {
            plain.remover::<Consumo>(usage.id.unwrap().as_str(), &CallOptions::default()).await.unwrap();
        }
        assert_eq!(total(&platform), 0);
        // The first attempt of each row gets lost, before or after it is executed.
        for lost_before in [true, false] {
            let count = AtomicUsize::new(0);
            let client =
                platform.client_through(profile.clone(), EARLY, |request, platform| match include(request, &count) {
                    Some(n) if n < 5 && lost_before => lost(),
                    Some(n) if n < 5 => platform().and_then(|_| lost()),
                    _ => platform(),
                });
            let again = run_import::<Consumo, _>(&client, csv(with_codes(5)), &options()).await.unwrap();
            assert_eq!((again.counts.done(), total(&platform)), (5, 5), "{promise}: {:?}", again.counts);
        }
    }
}

/// The same rows in other forms: from another path, as bytes, as objects, in another order, with one more row, in
/// another encoding, and with the journal deleted.
#[tokio::test]
async fn rows_without_codes_are_not_included_twice_however_they_come() {
    let text = without_codes(40);
    let reversed = sheet(NO_CODES, text.lines().rev().take(40).map(str::to_owned));
    let one_more = text.clone() + "CT-0;API-CHAMADAS;10/2026;99\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let bytes = |bytes: Vec<u8>| Source::Bytes { bytes, name: "outra.csv".into(), options: ReadOptions::default() };
    let objects = || {
        Source::rows(Box::new((1..=40).map(|i| {
            let json = format!(
                r#"{{"contratoCodigoExterno":"CT-0","servicoCodigo":"API-CHAMADAS","competencia":"2026-10","quantidade":"{i}.00"}}"#
            );
            Ok(Value::from_json(json.as_bytes()).unwrap().into_owned())
        })))
    };
    for promise in ["idempotency_key", "natural_key", "none"] {
        let (platform, profile) = platform(promise).await;
        let client = platform.client(profile);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("consumos.csv");
        std::fs::write(&path, &text).unwrap();
        let file = || Source::SheetFile { path: path.clone(), options: ReadOptions::default() };
        let protected = promise == "idempotency_key";
        let at_first = if protected { options() } else { allowing() };
        let first = run_import::<Consumo, _>(&client, file(), &at_first).await.unwrap();
        assert_eq!((first.counts.created, first.counts.unidentified), (40, 40));
        let warnings = first.journal.page(&[], 0, 99).unwrap();
        assert!(
            warnings.iter().all(|row| row.findings.iter().any(|p| !p.is_error() && p.code() == "sem_codigo_externo"))
        );
        drop(first);
        let anew = ImportOptions { restart: true, ..options() };
        let code = if protected { "parece_repetida" } else { "sem_codigo_externo" };
        for (source, options, fresh) in [
            (bytes(text.clone().into_bytes()), &options(), 0),
            (bytes(reversed.clone().into_bytes()), &options(), 0),
            (bytes(one_more.clone().into_bytes()), &options(), usize::from(protected)),
            (bytes(latin.clone()), &options(), 0),
            (objects(), &options(), 0),
            (file(), &anew, 0),
        ] {
            let before = total(&platform);
            let again = run_import::<Consumo, _>(&client, source, options).await.unwrap();
            assert_eq!(total(&platform) - before, fresh, "{promise}");
            let refused = again.journal.page(&[RowState::Rejected], 0, 99).unwrap();
            assert!(refused.len() >= 40, "{promise}: {:?}", again.counts);
            assert!(refused.iter().all(|row| row.code.as_deref() == Some(code)), "{promise}");
        }
        // Included explicitly, the rows are new records.
        let before = total(&platform);
        run_import::<Consumo, _>(&client, bytes(text.clone().into_bytes()), &allowing()).await.unwrap();
        assert_eq!(total(&platform) - before, 40, "{promise}");
    }
}

#[tokio::test]
async fn rows_that_were_refused_for_want_of_a_code_are_sent_when_that_is_allowed() {
    let (platform, profile) = platform("natural_key").await;
    let client = platform.client(profile);
    let folder = tempfile::tempdir().unwrap();
    let options = |allow| ImportOptions {
        journal: Some(folder.path().join("j")),
        allow_unidentified: allow,
        ..ImportOptions::default()
    };
    let text = CODES.to_owned() + "K1;CT-0;API-CHAMADAS;10/2026;1\n;CT-0;API-CHAMADAS;10/2026;2\n";
    let first = run_import::<Consumo, _>(&client, csv(text.clone()), &options(false)).await.unwrap();
    assert_eq!((first.counts.created, first.counts.rejected, first.counts.unidentified), (1, 1, 1));
    let row = first.journal.page(&[RowState::Rejected], 0, 9).unwrap().remove(0);
    assert!(row.message(Language::En).contains("`allow_unidentified`"), "{row:?}");
    drop(first);
    let second = run_import::<Consumo, _>(&client, csv(text), &options(true)).await.unwrap();
    assert_eq!((second.counts.created, second.counts.rejected, total(&platform)), (2, 0, 2));
    assert!(second.resumed && second.sent == 1);
}

#[tokio::test]
async fn identical_rows_without_codes_name_each_other() {
    let (platform, profile) = platform("idempotency_key").await;
    let text = NO_CODES.to_owned() + &"CT-0;API-CHAMADAS;10/2026;5\n".repeat(3) + "CT-0;API-CHAMADAS;10/2026;6\n";
    let import = run_import::<Consumo, _>(&platform.client(profile), csv(text), &options()).await.unwrap();
    assert_eq!(import.counts.created, 4);
    let rows = import.journal.page(&[], 0, 9).unwrap();
    let told: Vec<_> = rows.iter().map(|row| row.message(Language::En)).collect();
    for (i, other) in [(0, Some(3)), (1, Some(2)), (2, Some(2)), (3, None)] {
        let expected =
            other.map(|n| format!("the same as row {n}, and without an external code: they are two records"));
        assert_eq!(told[i].contains("the same as"), expected.is_some(), "{told:?}");
        assert!(expected.is_none_or(|text| told[i].contains(&text)), "{told:?}");
    }
}

/// If others remove records while the pages are read, later records move to the page before and are not seen.
#[tokio::test]
async fn pages_that_shift_while_they_are_read_hide_no_record() {
    for shifts in [1, 2, usize::MAX] {
        let (platform, profile) = platform("idempotency_key").await;
        let plain = platform.client(profile.clone());
        run_import::<Consumo, _>(&plain, csv(consumos_csv(250, 1)), &options()).await.unwrap();
        let removed = Mutex::new(0);
        let same = platform.clone();
        let remove = move |id: usize| {
            let headers = [("authorization".to_owned(), "Bearer sandbox".to_owned())];
            let target = format!("/api/v1/consumos/{id}");
            let request =
                smartbill_sandbox::RawRequest { method: "DELETE", target: &target, headers: &headers, body: &[] };
            assert_eq!(same.service().handle(&request, EARLY.parse().unwrap()).status, 200);
        };
        let client = platform.client_through(profile, EARLY, |request, platform| {
            let second_page = request.method == Method::Get && request.target.contains("pagina=2");
            let mut removed = removed.lock().unwrap();
            if second_page && *removed < shifts {
                *removed += 1;
                remove(*removed);
            }
            platform()
        });
        let gone = || *removed.lock().unwrap();
        let import = run_import::<Consumo, _>(&client, csv(consumos_csv(250, 1)), &options()).await.unwrap();
        let state = platform.service().state();
        assert_eq!(state.repeated_inclusions, 0, "no record was included again: {:?}", import.counts);
        assert_eq!((import.counts.done(), state.consumos.duplicates), (250, 0));
        // A reading that shows every row is the last one.
        assert!(gone() >= shifts.min(2), "{} records were removed", gone());
    }
}

#[tokio::test]
async fn a_record_on_two_pages_is_one_record() {
    let (platform, profile) = platform("natural_key").await;
    run_import::<Consumo, _>(&platform.client(profile.clone()), csv(consumos_csv(150, 1)), &options()).await.unwrap();
    let pages = AtomicUsize::new(0);
    // The first answer with the second page begins with the first page's last record, and has a larger total.
    let client = platform.client_through(profile, EARLY, |request, platform| {
        let second = request.operation == Operation::ConsumosListar && request.target.contains("pagina=2");
        let answer = platform();
        if !second || pages.fetch_add(1, Ordering::SeqCst) > 0 {
            return answer;
        }
        let answer = answer.unwrap();
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        let twice = text.replace("\"total_count\":150", "\"total_count\":151").replacen(
            r#"{"data":["#,
            r#"{"data":[{"id":"100","idExterno":"K-100","quantidade":"4.5","competencia":"2026-10"},"#,
            1,
        );
        Ok(Response { body: twice.into(), ..answer })
    });
    let import = run_import::<Consumo, _>(&client, csv(consumos_csv(150, 1)), &options()).await.unwrap();
    assert_eq!(import.counts.unchanged, 150, "{:?}", import.counts);
    assert_eq!(pages.load(Ordering::SeqCst), 1, "every row was found, so nothing is read again");
}

#[tokio::test]
async fn a_batch_that_was_finished_says_that_nothing_was_sent() {
    let (platform, profile) = platform("natural_key").await;
    let client = platform.client(profile);
    let folder = tempfile::tempdir().unwrap();
    let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
    let first = run_import::<Consumo, _>(&client, csv(with_codes(40)), &options).await.unwrap();
    assert_eq!((first.resumed, first.sent, first.counts.created), (false, 40, 40));
    drop(first);
    let again = run_import::<Consumo, _>(&client, csv(with_codes(40)), &options).await.unwrap();
    assert_eq!((again.resumed, again.sent, again.counts.created), (true, 0, 40));
}

/// Stops the run, as a crash would, after `after` finished rows. The rows that were taken stay as they were recorded.
async fn crash<H: Host>(client: &Client<H>, text: String, options: &ImportOptions, after: u64) {
    let mut done = 0;
    let mut observer = |event: Progress<'_>| {
        done += u64::from(event.row.is_some());
        let crashed = || Error::new(ErrorKind::Cancelled, Message::new("caiu", "crashed"));
        if done < after { Ok(()) } else { Err(crashed()) }
    };
    let error = importar::<Consumo, H>(client, csv(text), options, &mut observer).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn where_nothing_would_settle_them_rows_are_in_doubt_only_once_they_were_sent() {
    for (promise, text, options) in [
        ("none", with_codes(300), options()),
        ("natural_key", without_codes(300), allowing()),
        ("none", without_codes(300), allowing()),
    ] {
        let (platform, profile) = platform(promise).await;
        let folder = tempfile::tempdir().unwrap();
        let options = ImportOptions { journal: Some(folder.path().join("j")), ..options };
        crash(&platform.client(profile.clone()), text.clone(), &options, 50).await;
        let client = platform.client_through(profile, LATER, |_, platform| platform());
        let second = run_import::<Consumo, _>(&client, csv(text.clone()), &options).await.unwrap();
        let c = second.counts;
        assert_eq!(c.done() + c.unknown, 300);
        assert_eq!(platform.service().state().repeated_inclusions, 0);
        if c.unidentified == 0 {
            assert_eq!((c.unknown, total(&platform)), (0, 300), "{promise}: every row was found, or sent");
        } else {
            // Outcomes are recorded a few dozen at a time, and one row may be recorded and not sent yet.
            assert!(c.unknown <= 48, "{promise}: {c:?}");
            assert!(total(&platform) >= 299, "{promise}: what is unknown was there");
        }
    }
}

#[tokio::test]
async fn a_row_in_doubt_that_is_not_there_is_sent_once_it_can_no_longer_arrive() {
    let (platform, profile) = platform("none").await;
    let folder = tempfile::tempdir().unwrap();
    let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
    let count = AtomicUsize::new(0);
    let client = platform.client_through(profile.clone(), EARLY, |request, platform| match include(request, &count) {
        Some(n) if n < 3 => lost(),
        _ => platform(),
    });
    let first = run_import::<Consumo, _>(&client, csv(with_codes(10)), &options).await.unwrap();
    assert_eq!((first.counts.created, first.counts.unknown), (7, 3));
    drop(first);
    // Soon after the request, it may still arrive.
    let soon = platform.client_through(profile.clone(), EARLY, |_, platform| platform());
    let second = run_import::<Consumo, _>(&soon, csv(with_codes(10)), &options).await.unwrap();
    assert_eq!((second.counts.created, second.counts.unknown), (7, 3));
    drop(second);
    let later = platform.client_through(profile, LATER, |_, platform| platform());
    let third = run_import::<Consumo, _>(&later, csv(with_codes(10)), &options).await.unwrap();
    assert_eq!((third.counts.created, total(&platform)), (10, 10), "{:?}", third.counts);
}

/// Two customers may have the same document, so a late request would create a second record.
#[tokio::test]
async fn customers_with_a_document_and_no_code_are_found_by_it_and_not_doubled() {
    let text = "Razão Social;CPF\nAna Lima;529.982.247-25\nBia Melo;111.444.777-35\nCao Reis;123.456.789-09\n";
    let (platform, profile) = platform("natural_key").await;
    let before = platform.service().state().clientes.total;
    let folder = tempfile::tempdir().unwrap();
    let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
    let count = AtomicUsize::new(0);
    // The first request is executed and its answer lost. The second request is lost before that.
    let client = platform.client_through(profile.clone(), EARLY, |request, platform| {
        let adds = request.operation == Operation::ClientesIncluir;
        match adds.then(|| count.fetch_add(1, Ordering::SeqCst)) {
            Some(0) => platform().and_then(|_| lost()),
            Some(1) => lost(),
            _ => platform(),
        }
    });
    let first = run_import::<Cliente, _>(&client, csv(text), &options).await.unwrap();
    let c = first.counts;
    assert_eq!((c.unidentified, c.already_done, c.created, c.unknown), (0, 1, 1, 1), "{c:?}");
    drop(first);
    let later = platform.client_through(profile, LATER, |_, platform| platform());
    let second = run_import::<Cliente, _>(&later, csv(text), &options).await.unwrap();
    assert_eq!(second.counts.done(), 3);
    assert_eq!(platform.service().state().clientes.total - before, 3);
}

/// A change and a removal that were executed, and refused when they were sent again.
#[tokio::test]
async fn changes_and_removals_in_doubt_are_read_back() {
    use smartbill_core::Mode;
    use smartbill_core::batch::{Ceiling, Pace, apply, sincronizar};
    for promise in ["idempotency_key", "natural_key"] {
        for no in [404, 409, 422] {
            let (platform, profile) = platform(promise).await;
            let plain = platform.client(profile.clone());
            run_import::<Consumo, _>(&plain, csv(with_codes(3)), &options()).await.unwrap();
            let wanted = CODES.to_owned() + "K0;CT-0;API-CHAMADAS;10/2026;7\nK1;CT-0;API-CHAMADAS;10/2026;2\n";
            let mut quiet = |_: Progress<'_>| Ok(());
            let ceiling = Some(Ceiling::Quantidade(9));
            let wanted = sincronizar::<Consumo, _>(&plain, csv(wanted), ceiling, Mode::Strict, None, &mut quiet);
            let wanted = wanted.await.unwrap();
            assert_eq!((wanted.alterar.len(), wanted.remover.len()), (1, 1));
            let count = AtomicUsize::new(0);
            let client = platform.client_through(profile, EARLY, |request, platform| {
                let writes = matches!(request.operation, Operation::ConsumosAlterar | Operation::ConsumosRemover);
                match writes.then(|| count.fetch_add(1, Ordering::SeqCst)) {
                    Some(n) if n < 2 => platform().and_then(|_| lost()),
                    Some(_) => answer(no, ""),
                    None => platform(),
                }
            });
            let done = apply::<Consumo, _>(&client, &wanted, None, false, Pace::default(), &mut quiet).await.unwrap();
            let c = done.counts;
            assert_eq!((c.done(), c.refused, c.unknown), (2, 0, 0), "{promise} {no}: {c:?}");
            assert_eq!(total(&platform), 2);
        }
    }
}

/// A journal is kept for years, but the contents of a row are useful only until the row is done.
#[tokio::test]
async fn what_is_done_is_erased_from_the_journal_and_what_is_not_stays() {
    let profile = profile_with("natural_key");
    let platform = Platform::new(&profile);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let options = ImportOptions { journal: Some(path.clone()), ..options() };
    let rows = "Código;Nome;CPF\nA1;Ana Souza;529.982.247-25\n;Bia Lima;111.444.777-35\nC3;Caio Reis;\nD4;Davi Melo;123.456.789-09\n";
    let held = |text: &str| {
        let mut content = std::fs::read(&path).unwrap();
        content.extend(std::fs::read(folder.path().join("j-wal")).unwrap_or_default());
        content.windows(text.len()).any(|part| part == text.as_bytes())
    };
    let refuses = platform.client_through(profile.clone(), EARLY, |request, platform| {
        let body = request.body.as_deref().unwrap_or_default();
        if body.windows(4).any(|part| part == b"Davi") { answer(422, r#"{"message":"no"}"#) } else { platform() }
    });
    let first = run_import::<Cliente, _>(&refuses, csv(rows), &options).await.unwrap();
    assert_eq!((first.counts.created, first.counts.rejected, first.counts.refused), (2, 1, 1));
    first.journal.release().unwrap();
    for erased in ["Ana Souza", "52998224725", "Bia Lima", "11144477735"] {
        assert!(!held(erased), "{erased}");
    }
    assert!(held("Davi Melo"), "it is to be sent again");
    let plain = platform.client_through(profile.clone(), LATER, |_, platform| platform());
    let second = run_import::<Cliente, _>(&plain, csv(rows), &options).await.unwrap();
    assert_eq!((second.counts.created, second.counts.rejected, second.counts.total), (3, 1, 4));
    second.journal.release().unwrap();
    assert!(!held("Davi Melo"));
    assert_eq!(platform.service().state().clientes.total, 3);
}

#[tokio::test]
async fn a_batch_waits_where_the_platform_says_that_it_would_refuse() {
    let named = "\n[rate_limit]\nremaining = \"x-remaining\"\nreset = \"x-reset\"\n";
    let operations = "[operations]\n\"consumos.incluir\" = { promise = \"natural_key\" }\n";
    let profile = Profile::from_toml(&[operations, named].concat(), "x").unwrap();
    let platform = Platform::new(&profile);
    contratos(&platform.client(profile.clone()), 1).await;
    let count = AtomicUsize::new(0);
    // Five requests in each ten seconds.
    let client = platform.client_through(profile, EARLY, |request, platform| {
        let n = include(request, &count);
        platform().map(|mut response| {
            if let Some(n) = n {
                let said = |name: &str, value: usize| (name.to_owned(), value.to_string());
                response.headers.extend([said("x-remaining", 4 - n % 5), said("x-reset", 10)]);
            }
            response
        })
    });
    let begun = client.host().monotonic();
    let import = run_import::<Consumo, _>(&client, csv(with_codes(20)), &options()).await.unwrap();
    assert_eq!((import.counts.created, total(&platform)), (20, 20));
    let took = client.host().monotonic().checked_sub(begun).unwrap().as_secs();
    assert!((30..40).contains(&took), "{took}");
}
