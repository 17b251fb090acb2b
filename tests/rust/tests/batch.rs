//! Tests the import with the sandbox in process: no network, no clock, and every fault on purpose.

mod common;

use common::{Platform, consumos_csv, contratos, csv, profile_with, run_import};
use smartbill_core::ErrorKind;
use smartbill_core::batch::{Counts, ImportOptions, Pace, Phase, RowEffect, RowState, Source, Stopped};
use smartbill_core::client::CallOptions;
use smartbill_core::model::{Cliente, Consumo, ConsumosFilter};

fn options() -> ImportOptions {
    ImportOptions::default()
}

#[tokio::test]
async fn every_row_reaches_the_platform_once_and_again_changes_nothing() {
    let (platform, client) = Platform::default();
    contratos(&client, 3).await;
    let first = run_import::<Consumo, _>(&client, csv(consumos_csv(500, 3)), &options()).await.unwrap();
    assert_eq!(first.counts, Counts { total: 500, created: 500, ..Counts::default() });
    let before = platform.service().state().requests;
    let second = run_import::<Consumo, _>(&client, csv(consumos_csv(500, 3)), &options()).await.unwrap();
    assert_eq!(second.counts, Counts { total: 500, unchanged: 500, ..Counts::default() });
    let state = platform.service().state();
    assert_eq!((state.consumos.total, state.consumos.duplicates, state.repeated_inclusions), (500, 0, 0));
    assert_eq!(state.requests - before, 5, "500 rows are compared by five pages of a hundred");
}

#[tokio::test]
async fn a_few_rows_among_many_records_are_looked_up_one_by_one() {
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    run_import::<Consumo, _>(&client, csv(consumos_csv(1000, 1)), &options()).await.unwrap();
    let before = platform.service().state().requests;
    let two = "ID Externo;Contrato;Serviço;Competência;Quantidade\nK-7;CT-0;API-CHAMADAS;10/2026;8,5\nNOVO;CT-0;API-CHAMADAS;10/2026;1\n";
    let import = run_import::<Consumo, _>(&client, csv(two), &options()).await.unwrap();
    assert_eq!((import.counts.unchanged, import.counts.created), (1, 1));
    assert_eq!(platform.service().state().requests - before, 4, "a page, two lookups, one include");
}

#[tokio::test]
async fn upsert_tells_new_changed_and_unchanged_apart_and_empties_what_is_marked() {
    let (platform, client) = Platform::default();
    let header = "Código;Razão Social;CNPJ;E-mail;CEP;Logradouro;Número;Observações\n";
    let before = format!(
        "{header}A;Padaria Aurora;00.000.000/0001-91;a@example.com;01310-100;Avenida Paulista;1000;velho\n\
         B;Mercado Bom Dia;11.222.333/0001-81;b@example.com;;;;\n"
    );
    run_import::<Cliente, _>(&client, csv(before), &options()).await.unwrap();
    let after = format!(
        "{header}A;Padaria Aurora;00.000.000/0001-91;;;Alameda Santos;;[limpar]\n\
         B;Mercado Bom Dia;11.222.333/0001-81;b@example.com;;;;\nC;Casa Nova;529.982.247-25;c@example.com;;;;\n\
         D;Oficina Dois;11.222.333/0001-80;;;;;\n"
    );
    let import = run_import::<Cliente, _>(&client, csv(after), &options()).await.unwrap();
    let rows = import.journal.page(&[], 0, 10).unwrap();
    let seen: Vec<_> = rows.iter().map(|l| (l.number, l.state, l.code.as_deref().unwrap_or_default())).collect();
    assert_eq!(seen[0], (2, RowState::Done, RowEffect::Updated.name()));
    assert_eq!(seen[1], (3, RowState::Done, RowEffect::Unchanged.name()));
    assert_eq!(seen[2], (4, RowState::Done, RowEffect::Created.name()));
    assert_eq!(seen[3].1, RowState::Rejected);
    let a = client.locate::<Cliente>("A", &CallOptions::default()).await.unwrap().unwrap();
    assert_eq!((a.email.as_deref(), a.observacoes.as_deref()), (Some("a@example.com"), None));
    let endereco = a.endereco.unwrap();
    assert_eq!((endereco.logradouro.as_deref(), endereco.cep.as_deref()), (Some("Alameda Santos"), Some("01310100")));
    assert_eq!(platform.service().state().clientes.total, 3);
}

#[tokio::test]
async fn faults_of_every_kind_neither_lose_nor_double_a_row() {
    for promise in ["idempotency_key", "natural_key"] {
        let profile = profile_with(promise);
        let platform = Platform::new(&profile);
        let client = platform.client(profile);
        contratos(&client, 4).await;
        platform
            .service()
            .faults(
                r#"{"seed": 3, "rules": [
                    {"kind": "drop_before", "chance": 0.05}, {"kind": "drop_after", "chance": 0.08},
                    {"kind": "truncated", "chance": 0.05}, {"kind": "malformed", "chance": 0.05},
                    {"kind": "error", "status": 500, "chance": 0.05}, {"kind": "error", "status": 503, "chance": 0.03},
                    {"kind": "rate_limit", "retryAfter": 1, "chance": 0.03}]}"#,
            )
            .unwrap();
        let import = run_import::<Consumo, _>(&client, csv(consumos_csv(2000, 4)), &options()).await.unwrap();
        let counts = import.counts;
        let mut errors = import.journal.page(&[RowState::Refused, RowState::Unknown], 0, 5).unwrap();
        assert_eq!(counts.done(), 2000, "{promise}: {counts:?} {:?}", errors.pop());
        let state = platform.service().state();
        assert!(state.faults > 300);
        assert_eq!((state.consumos.total, state.consumos.duplicates), (2000, 0), "{promise}");
    }
}

#[tokio::test]
async fn what_promises_nothing_is_never_sent_twice() {
    let profile = profile_with("none");
    let platform = Platform::new(&profile);
    let client = platform.client(profile);
    contratos(&client, 1).await;
    platform
        .service()
        .faults(r#"{"rules": [{"kind": "drop_after", "operation": "consumos.incluir", "times": 3}]}"#)
        .unwrap();
    let import = run_import::<Consumo, _>(&client, csv(consumos_csv(50, 1)), &options()).await.unwrap();
    assert_eq!((import.counts.created, import.counts.unknown), (47, 3));
    assert_eq!(platform.service().state().repeated_inclusions, 0);
}

#[tokio::test]
async fn a_refused_row_carries_the_platforms_own_words_and_is_offered_again() {
    let (_platform, client) = Platform::default();
    contratos(&client, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
    let rows = "ID Externo;Contrato;Serviço;Competência;Quantidade\nK1;CT-0;API-CHAMADAS;10/2026;1\nK2;CT-1;API-CHAMADAS;10/2026;1\n";
    let import = run_import::<Consumo, _>(&client, csv(rows), &options).await.unwrap();
    assert_eq!((import.counts.created, import.counts.refused), (1, 1));
    let refused = import.journal.page(&[RowState::Refused], 0, 1).unwrap().remove(0);
    assert_eq!(refused.number, 3);
    let finding = &refused.findings[0];
    assert_eq!(finding.path, "contratoCodigoExterno", "{finding:?}");
    assert_eq!((finding.column(), finding.header()), (Some("B"), Some("Contrato")));
    assert!(refused.message(smartbill_core::Language::PtBr).starts_with("Contrato: "), "{refused:?}");
    drop(import);
    let other = run_import::<Consumo, _>(&client, csv(rows), &options).await.unwrap();
    assert_eq!((other.counts.created, other.counts.refused), (1, 1));
}

#[tokio::test]
async fn a_run_stops_at_too_many_failures_and_says_so() {
    let (_platform, client) = Platform::default();
    let pace = Pace { max_failures: Some(10), ..Pace::default() };
    let options = ImportOptions { pace, ..options() };
    let import = run_import::<Consumo, _>(&client, csv(consumos_csv(400, 2)), &options).await.unwrap();
    assert!(matches!(import.stopped, Some(Stopped::Failures(_))));
    assert!(import.counts.refused < 60 && import.counts.pending > 300, "{:?}", import.counts);
}

#[tokio::test]
async fn a_sheet_with_more_bad_rows_than_are_allowed_is_not_sent_at_all() {
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    let rows = "ID Externo;Contrato;Serviço;Competência;Quantidade\nK1;CT-0;API-CHAMADAS;10/2026;1\n\
                  K2;CT-0;API-CHAMADAS;13/2026;1\nK3;CT-0;API-CHAMADAS;10/2026;0\n";
    let pace = Pace { max_failures: Some(1), ..Pace::default() };
    let import = run_import::<Consumo, _>(&client, csv(rows), &ImportOptions { pace, ..options() }).await.unwrap();
    assert!(matches!(import.stopped, Some(Stopped::Failures(2))));
    assert_eq!((import.counts.rejected, import.counts.pending), (2, 1));
    assert_eq!(platform.service().state().consumos.total, 0);
}

#[tokio::test]
async fn a_deadline_that_passes_while_the_platform_is_compared_leaves_everything_for_the_next_run() {
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    run_import::<Consumo, _>(&client, csv(consumos_csv(300, 1)), &options()).await.unwrap();
    let slow = r#"{"rules": [{"kind": "rate_limit", "operation": "consumos.listar", "retryAfter": 2, "times": 2}]}"#;
    platform.service().faults(slow).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pace = Pace { deadline: Some(3 * common::ONE_SECOND), ..Pace::default() };
    let options = ImportOptions { pace, journal: Some(folder.path().join("j")), ..options() };
    let truncated = run_import::<Consumo, _>(&client, csv(consumos_csv(320, 1)), &options).await.unwrap();
    assert!(matches!(truncated.stopped, Some(Stopped::Deadline(_))));
    assert_eq!((truncated.journal.phase(), truncated.counts.pending > 0), (Phase::Comparing, true));
    assert_eq!((truncated.counts.total, truncated.counts.created), (320, 0));
    drop(truncated);
    platform.service().faults("{}").unwrap();
    let resumed = run_import::<Consumo, _>(&client, csv(consumos_csv(320, 1)), &options).await.unwrap();
    assert_eq!((resumed.counts.unchanged, resumed.counts.created), (300, 20));
}

#[tokio::test]
async fn rows_that_are_no_records_are_told_as_well() {
    use smartbill_core::batch::report;
    use smartbill_core::sheets::Output;
    let (_platform, client) = Platform::default();
    let text = "Código;Razão Social;CPF\nA;Ana;529.982.247-25\n;Total;\nEmitido em 01/10/2026;;\n";
    let import = run_import::<Cliente, _>(&client, csv(text), &options()).await.unwrap();
    assert_eq!((import.counts.total, import.counts.skipped), (1, 2));
    let skipped = import.journal.skipped().unwrap();
    let seen: Vec<_> = skipped.iter().map(|i| (i.row, i.reason.as_str(), i.text.as_str())).collect();
    assert_eq!(seen, [(3, "total", "Total"), (4, "rodape", "Emitido em 01/10/2026")]);
    let language = smartbill_core::Language::PtBr;
    let bytes = report::<Cliente, _>(&import.journal, &csv(text), Output::CsvUtf8, Vec::new(), language).unwrap();
    let parsed = String::from_utf8(bytes).unwrap();
    assert!(parsed.contains(";Total;;ignorada;total;linha de total, não um registro;"), "{parsed}");
}

/// Two rows are equal and have no code to distinguish them. The platform has two records, and keeps two.
#[tokio::test]
async fn usage_without_codes_is_known_again_by_the_id_that_reports_and_exports_carry() {
    use smartbill_core::batch::report;
    use smartbill_core::model::Model;
    use smartbill_core::sheets::{Output, ReadOptions, Writer, flows};
    let (platform, client) = Platform::default();
    contratos(&client, 2).await;
    let options = || ImportOptions { allow_unidentified: true, ..ImportOptions::default() };
    let text = "Contrato;Serviço;Competência;Quantidade\nCT-0;API-CHAMADAS;10/2026;5\nCT-0;API-CHAMADAS;10/2026;5\n\
                 CT-0;API-CHAMADAS;13/2026;7\n";
    let first = run_import::<Consumo, _>(&client, csv(text), &options()).await.unwrap();
    assert_eq!((first.counts.created, first.counts.rejected), (2, 1));
    let language = smartbill_core::Language::PtBr;
    let bytes = report::<Consumo, _>(&first.journal, &csv(text), Output::CsvUtf8, Vec::new(), language).unwrap();
    let corrected = String::from_utf8(bytes).unwrap().replace("13/2026", "11/2026");
    let second = run_import::<Consumo, _>(&client, csv(corrected.clone()), &options()).await.unwrap();
    let c = second.counts;
    assert_eq!((c.unchanged, c.created, c.total), (2, 1, 3), "{:?}", second.journal.page(&[], 0, 9).unwrap());
    assert_eq!(platform.service().state().consumos.total, 3);

    let mut writer = Writer::new(&flows::CONSUMOS, Output::CsvUtf8, Vec::new()).unwrap();
    let mut pages = client.listar::<Consumo>(&ConsumosFilter::default(), &CallOptions::default()).unwrap();
    while let Some(page) = pages.next(&client).await.unwrap() {
        for consumo in &page {
            writer.record(&consumo.value()).unwrap();
        }
    }
    let exported = writer.finish().unwrap().0;
    let source = || Source::Bytes { bytes: exported.clone(), name: "e.csv".into(), options: ReadOptions::default() };
    let c = run_import::<Consumo, _>(&client, source(), &options()).await.unwrap().counts;
    assert_eq!((c.unchanged, c.total), (3, 3));

    // An identifier that means another record, or none, on this platform changes no record and adds none.
    let foreign = corrected.replacen("CT-0", "CT-1", 1);
    let imported = run_import::<Consumo, _>(&client, csv(foreign), &options()).await.unwrap();
    let rejected = imported.journal.page(&[RowState::Rejected], 0, 9).unwrap().remove(0);
    assert_eq!((rejected.number, rejected.code.as_deref()), (2, Some("id_de_outro_registro")));
    let (other, client_of_other) = Platform::default();
    contratos(&client_of_other, 2).await;
    let c = run_import::<Consumo, _>(&client_of_other, source(), &options()).await.unwrap().counts;
    assert_eq!((c.rejected, c.total, other.service().state().consumos.total), (3, 3, 0));
}

#[tokio::test]
async fn a_deadline_and_a_rate_hold() {
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    let pace = Pace { rate: Some(20.0), deadline: Some(5 * common::ONE_SECOND), ..Pace::default() };
    let options = ImportOptions { pace, ..options() };
    let import = run_import::<Consumo, _>(&client, csv(consumos_csv(400, 1)), &options).await.unwrap();
    assert!(matches!(import.stopped, Some(Stopped::Deadline(_))));
    assert!((90..=105).contains(&import.counts.created), "{:?}", import.counts);
    assert_eq!(u64::try_from(platform.service().state().consumos.total).unwrap(), import.counts.created);
}

#[tokio::test]
async fn a_wrong_token_stops_everything_at_once() {
    let platform = Platform::new(&smartbill_core::profile::Profile::built_in());
    let profile =
        smartbill_core::profile::Profile::from_toml("[auth]\nscheme = \"header\"\nname = \"x-token\"\n", "p.toml");
    let client = platform.client(profile.unwrap());
    let error = run_import::<Consumo, _>(&client, csv(consumos_csv(5, 1)), &options()).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn the_same_ids_can_be_imported_again_after_they_were_removed() {
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    run_import::<Consumo, _>(&client, csv(consumos_csv(20, 1)), &options()).await.unwrap();
    let filter = ConsumosFilter::default();
    let mut pages = client.listar::<Consumo>(&filter, &CallOptions::default()).unwrap();
    let all = pages.next(&client).await.unwrap().unwrap();
    for consumo in &all {
        client.remover::<Consumo>(consumo.id.as_ref().unwrap().as_str(), &CallOptions::default()).await.unwrap();
    }
    assert_eq!(platform.service().state().consumos.total, 0);
    let again = run_import::<Consumo, _>(&client, csv(consumos_csv(20, 1)), &options()).await.unwrap();
    assert_eq!(again.counts.done(), 20, "{:?}", again.counts);
    assert_eq!(platform.service().state().consumos.total, 20);
}

#[tokio::test]
async fn rows_made_one_by_one_are_imported_like_a_file() {
    use smartbill_core::Value;
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    let rows = || -> Source<'static> {
        Source::rows(Box::new((0..300).map(|i| {
            let json = format!(r#"{{"id_externo":"L{i}","contratoCodigoExterno":"CT-0","servicoCodigo":"API-CHAMADAS","competencia":"2026-10","quantidade":{i}.5}}"#);
            Ok(Value::from_json(json.as_bytes()).unwrap().into_owned())
        })))
    };
    let folder = tempfile::tempdir().unwrap();
    let options = ImportOptions { journal: Some(folder.path().join("j")), ..options() };
    let import = run_import::<Consumo, _>(&client, rows(), &options).await.unwrap();
    assert_eq!(import.counts.created, 300);
    drop(import);
    let requests = platform.service().state().requests;
    assert_eq!(run_import::<Consumo, _>(&client, rows(), &options).await.unwrap().counts.created, 300);
    assert_eq!(platform.service().state().requests, requests, "all is known to be done: nothing is asked");
    let others = Source::rows(Box::new(std::iter::empty()));
    let error = run_import::<Consumo, _>(&client, others, &options).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Journal);
}

#[tokio::test]
async fn the_sheet_comes_back_with_what_became_of_each_row_and_mended_it_changes_only_what_was_mended() {
    use smartbill_core::batch::report;
    use smartbill_core::sheets::{Output, ReadOptions};
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    let text = "Relatório de consumo;;;;\n;;;;\nID Externo;Contrato;Serviço;Competência;Quantidade;Obs.\n\
                 K1;CT-0;API-CHAMADAS;10/2026;1,5;\nK2;CT-9;API-CHAMADAS;10/2026;2;\nK3;CT-0;API-CHAMADAS;13/2026;3;\n";
    for out in [Output::Xlsx, Output::CsvUtf8] {
        platform.service().reset("2026-10-15T12:00:00Z".parse().unwrap());
        contratos(&client, 1).await;
        let import = run_import::<Consumo, _>(&client, csv(text), &options()).await.unwrap();
        let c = import.counts;
        assert_eq!((c.created, c.refused, c.rejected), (1, 1, 1));
        let language = smartbill_core::Language::PtBr;
        let bytes = report::<Consumo, _>(&import.journal, &csv(text), out, Vec::new(), language).unwrap();
        let name = if out == Output::Xlsx { "relatorio.xlsx" } else { "relatorio.csv" };
        if out == Output::CsvUtf8 {
            let parsed = String::from_utf8(bytes.clone()).unwrap();
            assert!(parsed.contains("rejeitado;competencia_invalida;"), "{parsed}");
            assert!(parsed.contains("incluído;;"), "{parsed}");
            let mended = parsed.replace("13/2026", "11/2026");
            let source =
                Source::Bytes { bytes: mended.into_bytes(), name: name.into(), options: ReadOptions::default() };
            let c = run_import::<Consumo, _>(&client, source, &options()).await.unwrap().counts;
            assert_eq!((c.created, c.unchanged, c.refused, c.rejected), (1, 1, 1, 0));
        } else {
            let source = Source::Bytes { bytes, name: name.into(), options: ReadOptions::default() };
            let c = run_import::<Consumo, _>(&client, source, &options()).await.unwrap().counts;
            assert_eq!((c.unchanged, c.refused, c.rejected), (1, 1, 1));
        }
    }
}

#[tokio::test]
async fn rows_that_came_from_no_sheet_are_listed() {
    use smartbill_core::batch::report;
    use smartbill_core::sheets::Output;
    let (_platform, client) = Platform::default();
    let rows = || Source::rows(Box::new(std::iter::once(Ok(smartbill_core::Value::Object(Vec::new())))));
    let import = run_import::<Consumo, _>(&client, rows(), &options()).await.unwrap();
    let language = smartbill_core::Language::En;
    let bytes = report::<Consumo, _>(&import.journal, &rows(), Output::CsvUtf8, Vec::new(), language).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("rejected"));
}

#[tokio::test]
async fn usage_is_never_billed_to_another_customer_than_the_sheet_names() {
    let (platform, client) = Platform::default();
    contratos(&client, 1).await;
    let rows = "ID Externo;Contrato;CPF / CNPJ do Cliente;Serviço;Competência;Quantidade\n\
                  K1;CT-0;00.000.000/0001-91;API-CHAMADAS;10/2026;1\nK2;CT-0;11.222.333/0001-81;API-CHAMADAS;10/2026;1\n\
                  K3;CT-0;;API-CHAMADAS;10/2026;1\n";
    let import = run_import::<Consumo, _>(&client, csv(rows), &options()).await.unwrap();
    assert_eq!((import.counts.created, import.counts.rejected), (2, 1));
    let rejected = import.journal.page(&[RowState::Rejected], 0, 9).unwrap().remove(0);
    assert_eq!((rejected.number, rejected.code.as_deref()), (3, Some("contrato_de_outro_cliente")));
    assert_eq!(platform.service().state().consumos.total, 2);
}
