//! Tests plans: their contents, when they are refused, and the effect of applying them.

mod common;

use common::{Platform, csv, run_import};
use smartbill_core::batch::{Ceiling, ImportOptions, Pace, Plan, Progress, apply, sincronizar};
use smartbill_core::client::{CallOptions, Client};
use smartbill_core::model::Cliente;
use smartbill_core::transport::Host;
use smartbill_core::{Error, ErrorKind, Language, Mode, Value};

const HEADER: &str = "Código;Razão Social;CPF;E-mail\n";

/// Customers with documents of their own.
fn sheet(rows: &[(&str, &str, &str)]) -> String {
    let row = |(code, cpf, email): &(&str, &str, &str)| format!("{code};Cliente {code};{cpf};{email}\n");
    HEADER.to_owned() + &rows.iter().map(row).collect::<String>()
}

const A: (&str, &str, &str) = ("A", "529.982.247-25", "a@example.com");
const B: (&str, &str, &str) = ("B", "111.444.777-35", "b@example.com");
const C: (&str, &str, &str) = ("C", "123.456.789-09", "c@example.com");

async fn plan<H: Host>(client: &Client<H>, text: String, remover: Option<Ceiling>) -> Result<Plan, Error> {
    sincronizar::<Cliente, H>(client, csv(text), remover, Mode::Strict, None, &mut |_: Progress<'_>| Ok(())).await
}

async fn execute<H: Host>(client: &Client<H>, plan: &Plan) -> Result<smartbill_core::batch::ImportResult, Error> {
    apply::<Cliente, H>(client, plan, None, false, Pace::default(), &mut |_: Progress<'_>| Ok(())).await
}

async fn start<H: Host>(client: &Client<H>) {
    run_import::<Cliente, _>(client, csv(sheet(&[A, B])), &ImportOptions::default()).await.unwrap();
}

#[tokio::test]
async fn a_plan_says_everything_and_applying_it_does_just_that() {
    let (platform, client) = Platform::default();
    start(&client).await;
    let new = sheet(&[("A", A.1, "outro@example.com"), C]);
    let p = plan(&client, new.clone(), Some(Ceiling::Percent(50))).await.unwrap();
    assert_eq!((p.incluir.len(), p.alterar.len(), p.remover.len(), p.unchanged), (1, 1, 1, 0));
    let text = p.text(Language::PtBr, 10, true);
    assert!(text.contains("email: \"a@example.com\" -> \"outro@example.com\""), "{text}");
    assert!(p.text(Language::PtBr, 10, false).contains("email: *** -> ***"));
    assert!(text.contains("- B"), "{text}");
    let before = platform.service().state();
    let p = Plan::from_json(&p.to_json()).unwrap();
    let import = execute(&client, &p).await.unwrap();
    let c = import.counts;
    assert_eq!((c.created, c.updated, c.removed, c.total), (1, 1, 1, 3));
    let after = platform.service().state();
    assert_eq!((before.clientes.total, after.clientes.total, after.clientes.removed), (2, 2, 1));
    let again = plan(&client, new, Some(Ceiling::Percent(50))).await.unwrap();
    assert!(again.empty(), "{}", again.text(Language::En, 10, false));
    assert_eq!(again.unchanged, 2);
}

#[tokio::test]
async fn nothing_is_removed_unless_asked_for_within_the_ceiling_from_a_whole_source() {
    let (_platform, client) = Platform::default();
    start(&client).await;
    assert!(plan(&client, sheet(&[A]), None).await.unwrap().remover.is_empty());
    for (text, ceiling) in [
        (sheet(&[A]), Ceiling::Percent(49)),
        (sheet(&[A]), Ceiling::Quantidade(0)),
        (sheet(&[]), Ceiling::Percent(100)),
        (sheet(&[A, ("B", "111.444.777-00", "")]), Ceiling::Percent(100)),
    ] {
        let error = plan(&client, text, Some(ceiling)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
}

#[tokio::test]
async fn a_plan_gone_stale_is_refused_and_names_what_changed() {
    let (_platform, client) = Platform::default();
    start(&client).await;
    let p = plan(&client, sheet(&[("A", A.1, "outro@example.com"), B, C]), None).await.unwrap();
    let a = client.locate::<Cliente>("A", &CallOptions::default()).await.unwrap().unwrap();
    let change = Value::Object(vec![("email".into(), Value::Text("terceiro@example.com".into()))]);
    client.alterar::<Cliente>(a.id.unwrap().as_str(), change, &[], &CallOptions::default()).await.unwrap();
    let error = execute(&client, &p).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::StalePlan);
    assert!(error.to_string().contains("`A`"), "{error}");
    // A record that a plan would include has been created by others.
    let p = plan(&client, sheet(&[C]), None).await.unwrap();
    run_import::<Cliente, _>(&client, csv(sheet(&[C])), &ImportOptions::default()).await.unwrap();
    let error = execute(&client, &p).await.err().unwrap();
    assert!(error.to_string().contains("`C`"), "{error}");
}

#[tokio::test]
async fn a_row_that_no_plan_could_know_again_is_rejected_by_the_plan() {
    use smartbill_core::model::Consumo;
    let (_platform, client) = Platform::default();
    common::contratos(&client, 1).await;
    let text = "ID Externo;Contrato;Serviço;Competência;Quantidade\n;CT-0;API-CHAMADAS;10/2026;1\n\
                 K2;CT-0;API-CHAMADAS;10/2026;1\nTotal;;;;2\n";
    let mut silent = |_: Progress<'_>| Ok(());
    let p = sincronizar::<Consumo, _>(&client, csv(text), None, Mode::Strict, None, &mut silent).await.unwrap();
    assert_eq!((p.incluir.len(), p.rejected.len(), p.skipped.len()), (1, 1, 1));
    assert_eq!(p.rejected[0].findings[0].code(), "sem_codigo_externo");
    let text = p.text(Language::PtBr, 9, false);
    assert!(text.contains("! linha 2: sem código externo"), "{text}");
    assert!(text.contains("  linha 4: linha de total, não um registro"), "{text}");
}

#[tokio::test]
async fn a_plan_may_take_the_place_of_one_that_is_done() {
    let (_platform, client) = Platform::default();
    start(&client).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = || Some(folder.path().join("plano.json.journal"));
    for email in ["um@example.com", "dois@example.com"] {
        let p = plan(&client, sheet(&[("A", A.1, email), B]), None).await.unwrap();
        let mut silent = |_: Progress<'_>| Ok(());
        let done = apply::<Cliente, _>(&client, &p, journal(), false, Pace::default(), &mut silent).await.unwrap();
        assert_eq!(done.counts.updated, 1);
    }
}

#[tokio::test]
async fn a_removed_customer_that_the_source_has_comes_back() {
    let (platform, client) = Platform::default();
    start(&client).await;
    let b = client.locate::<Cliente>("B", &CallOptions::default()).await.unwrap().unwrap();
    client.remover::<Cliente>(b.id.unwrap().as_str(), &CallOptions::default()).await.unwrap();
    let p = plan(&client, sheet(&[A, B]), None).await.unwrap();
    assert_eq!((p.alterar.len(), p.alterar[0].changes[0].field.as_str()), (1, "situacao"));
    execute(&client, &p).await.unwrap();
    assert_eq!(platform.service().state().clientes.total, 2);
}

#[tokio::test]
async fn a_plan_says_what_it_leaves_out() {
    let (_platform, client) = Platform::default();
    start(&client).await;
    let p = plan(&client, sheet(&[("A", A.1, "sem arroba"), B]), Some(Ceiling::Percent(50))).await.unwrap();
    assert!(p.empty(), "the platform keeps the address that it has");
    let [row] = &p.warnings[..] else { panic!("{:?}", p.warnings) };
    assert_eq!((row.row, row.findings[0].path.as_str()), (2, "email"));
    let text = p.text(Language::En, 10, false);
    assert!(text.contains("row 2: E-mail: ") && text.contains("; field left out"), "{text}");
    assert!(!text.contains("arroba"), "{text}");
    assert_eq!(Plan::from_json(&p.to_json()).unwrap(), p);
}
