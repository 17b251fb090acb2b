//! Imports a CSV of usage into a sandbox in another process, over HTTP, and prints rows per second and the memory that
//! the importing process took at most: `cargo bench -p smartbill-tests --bench batch -- 1000000`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use smartbill_core::Value;
use smartbill_core::batch::{ImportOptions, Pace, Phase, Progress, Source, importar};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{Cliente, Consumo, Contrato, Id};
use smartbill_core::sheets::ReadOptions;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_sandbox::TOKEN;
use smartbill_sandbox::server::{Options, Sandbox};
use smartbill_tests::peak_kib;

const CONTRATOS: usize = 200;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.iter().any(|a| a == "--sandbox") {
        return serve();
    }
    let rows = args.iter().find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let mut server = Command::new(std::env::current_exe().unwrap())
        .arg("--sandbox")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(url.trim(), rows));
    server.kill().unwrap();
    server.wait().unwrap();
}

/// A sandbox that lives as long as this process.
fn serve() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    println!("{}", sandbox.url());
    std::io::stdout().flush().unwrap();
    // Until the other process goes away.
    let _ = std::io::stdin().lines().count();
}

async fn measure(url: &str, rows: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("consumos.csv");
    write(&path, rows);
    let options = ClientOptions { token: Some(TOKEN.into()), ..ClientOptions::new(url) };
    let client = Client::new(options, ReqwestHost::new(&HttpOptions::default()).unwrap()).unwrap();
    contract(&client).await;

    let concurrency = 64;
    let import_options = ImportOptions { pace: Pace { concurrency, ..Pace::default() }, ..ImportOptions::default() };
    let start = Instant::now();
    let mut imported = None;
    let mut milestone = 0;
    let source = Source::SheetFile { path: path.clone(), options: ReadOptions::default() };
    let mut observe = |event: Progress<'_>| {
        if event.phase != Phase::Reading && imported.is_none() {
            imported = Some(start.elapsed());
        }
        if event.phase == Phase::Sending && event.done >= milestone {
            let (done, mib) = (event.done, peak_kib().unwrap_or(0) / 1024);
            println!("{done:>9} rows  {:>7.1} s  peak {mib} MiB", start.elapsed().as_secs_f64());
            milestone += rows as u64 / 10;
        }
        Ok(())
    };
    let import = importar::<Consumo, _>(&client, source, &import_options, &mut observe).await.unwrap();
    let counts = import.counts;
    let (all, imported) = (start.elapsed().as_secs_f64(), imported.unwrap_or_default().as_secs_f64());
    assert_eq!(counts.created, rows as u64, "{counts:?}");
    #[expect(clippy::cast_precision_loss, reason = "a rate to be read by people")]
    let rate = |seconds: f64| rows as f64 / seconds;
    println!("read, checked and written down: {:.0} rows/s", rate(imported));
    println!("sent, answered and written down: {:.0} rows/s", rate(all - imported));
    println!(
        "all: {rows} rows in {all:.1} s, {:.0} rows/s, peak memory {} MiB",
        rate(all),
        peak_kib().unwrap_or(0) / 1024
    );
}

fn write(path: &std::path::Path, rows: usize) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(file, "ID Externo;Contrato;Serviço;Competência;Quantidade;Data do Consumo;Descrição").unwrap();
    let mut row = String::new();
    for i in 0..rows {
        row.clear();
        writeln!(
            row,
            "LANC-{i:07};CT-{};API-CHAMADAS;10/2026;{},{:02};15/10/2026;leitura do medidor {i}",
            i % CONTRATOS,
            i % 977 + 1,
            i % 100
        )
        .unwrap();
        file.write_all(row.as_bytes()).unwrap();
    }
    file.flush().unwrap();
}

async fn contract(client: &Client<ReqwestHost>) {
    let options = CallOptions::default();
    let value = |json: &str| Value::from_json(json.as_bytes()).unwrap().into_owned();
    let owner = r#"{"codigoExterno":"DONO","nome":"Padaria Aurora","cpfCnpj":"12ABC34501DE35"}"#;
    client.incluir::<Cliente>(value(owner), &options).await.unwrap();
    for i in 0..CONTRATOS {
        let json = format!(
            r#"{{"codigoExterno":"CT-{i}","clienteCodigoExterno":"DONO","dataInicio":"2026-01-01",
                "periodicidade":"MENSAL","diaVencimento":10,
                "itens":[{{"servicoCodigo":"API-CHAMADAS","quantidade":"1"}}]}}"#
        );
        let written = client.incluir::<Contrato>(value(&json), &options).await.unwrap();
        let ids: Vec<Id> = written.record.id.into_iter().collect();
        client.ativar(&ids, value("{}"), &options).await.unwrap();
    }
}
