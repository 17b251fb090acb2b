//! Imports a CSV of usage into a sandbox in another process, over HTTP, and prints rows per second and the memory that
//! the importing process took at most: `cargo bench -p smartbill-tests --bench lote -- 1000000`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use smartbill_core::Valor;
use smartbill_core::batch::{Evento, Fase, Fonte, OpcoesDeImportacao, Ritmo, importar};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{Cliente, Consumo, Contrato, Id};
use smartbill_core::planilha::Opcoes;
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_sandbox::TOKEN;
use smartbill_sandbox::server::{Options, Sandbox};
use smartbill_tests::pico_kib;

const CONTRATOS: usize = 200;

fn main() {
    let argumentos: Vec<String> = std::env::args().collect();
    if argumentos.iter().any(|a| a == "--sandbox") {
        return servir();
    }
    let linhas = argumentos.iter().find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let mut servidor = Command::new(std::env::current_exe().unwrap())
        .arg("--sandbox")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(servidor.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(medir(url.trim(), linhas));
    servidor.kill().unwrap();
    servidor.wait().unwrap();
}

/// A sandbox that lives as long as this process.
fn servir() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    println!("{}", sandbox.url());
    std::io::stdout().flush().unwrap();
    // Until the other process goes away.
    let _ = std::io::stdin().lines().count();
}

async fn medir(url: &str, linhas: usize) {
    let pasta = tempfile::tempdir().unwrap();
    let caminho = pasta.path().join("consumos.csv");
    escrever(&caminho, linhas);
    let options = ClientOptions { token: Some(TOKEN.into()), ..ClientOptions::new(url) };
    let client = Client::new(options, ReqwestHost::new(&HttpOptions::default()).unwrap()).unwrap();
    contratar(&client).await;

    let concorrencia = 64;
    let opcoes =
        OpcoesDeImportacao { ritmo: Ritmo { concorrencia, ..Ritmo::default() }, ..OpcoesDeImportacao::default() };
    let inicio = Instant::now();
    let mut lidas = None;
    let mut marco = 0;
    let fonte = Fonte::Arquivo { caminho: caminho.clone(), opcoes: Opcoes::default() };
    let mut observar = |evento: Evento<'_>| {
        if evento.fase != Fase::Leitura && lidas.is_none() {
            lidas = Some(inicio.elapsed());
        }
        if evento.fase == Fase::Envio && evento.feitas >= marco {
            let (feitas, mib) = (evento.feitas, pico_kib().unwrap_or(0) / 1024);
            println!("{feitas:>9} rows  {:>7.1} s  peak {mib} MiB", inicio.elapsed().as_secs_f64());
            marco += linhas as u64 / 10;
        }
        Ok(())
    };
    let importacao = importar::<Consumo, _>(&client, fonte, &opcoes, &mut observar).await.unwrap();
    let contagem = importacao.contagem;
    let (tudo, lidas) = (inicio.elapsed().as_secs_f64(), lidas.unwrap_or_default().as_secs_f64());
    assert_eq!(contagem.incluidos, linhas as u64, "{contagem:?}");
    #[expect(clippy::cast_precision_loss, reason = "a rate to be read by people")]
    let por_segundo = |segundos: f64| linhas as f64 / segundos;
    println!("read, checked and written down: {:.0} rows/s", por_segundo(lidas));
    println!("sent, answered and written down: {:.0} rows/s", por_segundo(tudo - lidas));
    println!(
        "all: {linhas} rows in {tudo:.1} s, {:.0} rows/s, peak memory {} MiB",
        por_segundo(tudo),
        pico_kib().unwrap_or(0) / 1024
    );
}

fn escrever(caminho: &std::path::Path, linhas: usize) {
    let mut arquivo = std::io::BufWriter::new(std::fs::File::create(caminho).unwrap());
    writeln!(arquivo, "ID Externo;Contrato;Serviço;Competência;Quantidade;Data do Consumo;Descrição").unwrap();
    let mut linha = String::new();
    for i in 0..linhas {
        linha.clear();
        writeln!(
            linha,
            "LANC-{i:07};CT-{};API-CHAMADAS;10/2026;{},{:02};15/10/2026;leitura do medidor {i}",
            i % CONTRATOS,
            i % 977 + 1,
            i % 100
        )
        .unwrap();
        arquivo.write_all(linha.as_bytes()).unwrap();
    }
    arquivo.flush().unwrap();
}

async fn contratar(client: &Client<ReqwestHost>) {
    let opcoes = CallOptions::default();
    let valor = |json: &str| Valor::from_json(json.as_bytes()).unwrap().into_owned();
    let dono = r#"{"codigoExterno":"DONO","nome":"Padaria Aurora","cpfCnpj":"12ABC34501DE35"}"#;
    client.incluir::<Cliente>(valor(dono), &opcoes).await.unwrap();
    for i in 0..CONTRATOS {
        let json = format!(
            r#"{{"codigoExterno":"CT-{i}","clienteCodigoExterno":"DONO","dataInicio":"2026-01-01",
                "periodicidade":"MENSAL","diaVencimento":10,
                "itens":[{{"servicoCodigo":"API-CHAMADAS","quantidade":"1"}}]}}"#
        );
        let gravado = client.incluir::<Contrato>(valor(&json), &opcoes).await.unwrap();
        let ids: Vec<Id> = gravado.registro.id.into_iter().collect();
        client.ativar(&ids, valor("{}"), &opcoes).await.unwrap();
    }
}
