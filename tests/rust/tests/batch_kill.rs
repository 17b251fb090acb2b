//! The importing process is killed at random instants and started again, with faults on: nothing is lost, nothing is
//! doubled. Counted at the sandbox.

mod comum;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use comum::{contratos, csv_de_consumos, perfil_com, trazer};
use smartbill_core::batch::{Fonte, Importavel, OpcoesDeImportacao, Ritmo};
use smartbill_core::client::{Client, ClientOptions};
use smartbill_core::model::{Cliente, Consumo};
use smartbill_core::planilha::Opcoes;
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_sandbox::TOKEN;
use smartbill_sandbox::server::{Options, Sandbox};
use smartbill_tests::chance::{Dice, cpf};

const FALHAS: &str = r#"{"semente": 11, "regras": [
    {"tipo": "latencia", "ms": 15, "chance": 0.2},
    {"tipo": "queda_antes", "chance": 0.02}, {"tipo": "queda_depois", "chance": 0.04},
    {"tipo": "truncado", "chance": 0.02}, {"tipo": "malformado", "chance": 0.02},
    {"tipo": "gotejamento", "ms": 2, "chance": 0.02},
    {"tipo": "erro", "status": 500, "chance": 0.02}, {"tipo": "erro", "status": 503, "chance": 0.01},
    {"tipo": "limite", "retryAfter": 1, "chance": 0.002}]}"#;

#[test]
fn two_hundred_kills_over_five_thousand_rows_lose_and_double_nothing() {
    let sandbox = iniciar("idempotency_key");
    matar(&sandbox, "consumos", "idempotency_key", &csv_de_consumos(5_000, 20), 200, 50);
    let estado = sandbox.service().estado();
    assert_eq!((estado.consumos.total, estado.consumos.repetidos), (5_000, 0));
    assert!(estado.falhas > 200, "the faults were on: {}", estado.falhas);
}

#[test]
fn without_keys_every_row_in_doubt_is_read_back() {
    let sandbox = iniciar("natural_key");
    matar(&sandbox, "consumos", "natural_key", &csv_de_consumos(1_500, 20), 50, 60);
    let estado = sandbox.service().estado();
    assert_eq!((estado.consumos.total, estado.consumos.repetidos), (1_500, 0));
}

#[test]
fn an_upsert_that_is_killed_ends_as_one_that_is_not() {
    let sandbox = iniciar("idempotency_key");
    let pasta = tempfile::tempdir().unwrap();
    let antes = pasta.path().join("antes.csv");
    std::fs::write(&antes, csv_de_clientes(400, "antigo")).unwrap();
    assert!(rodar(&sandbox, "clientes", "idempotency_key", &antes, None).wait().unwrap().success());
    // Half of them change, as many are new.
    matar(&sandbox, "clientes", "idempotency_key", &csv_de_clientes(800, "novo"), 40, 40);
    let estado = sandbox.service().estado();
    assert_eq!((estado.clientes.total, estado.clientes.repetidos), (801, 0));
}

fn csv_de_clientes(quantos: usize, nota: &str) -> String {
    let mut csv = String::from("Código;Razão Social;CPF;Observações\n");
    for i in 0..quantos {
        csv.push_str(&format!("C-{i};Cliente {i};{};{nota}\n", cpf(i)));
    }
    csv
}

fn iniciar(promessa: &str) -> Sandbox {
    let perfil = perfil_com(promessa);
    let sandbox = Sandbox::start(Options { perfil, ..Options::default() }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { contratos(&client(sandbox.url(), promessa), 20).await });
    sandbox.service().falhas(FALHAS).unwrap();
    sandbox
}

fn client(url: &str, promessa: &str) -> Client<ReqwestHost> {
    let options = ClientOptions { token: Some(TOKEN.into()), profile: perfil_com(promessa), ..ClientOptions::new(url) };
    Client::new(options, ReqwestHost::new(&HttpOptions::default()).unwrap()).unwrap()
}

/// Kills the import `vezes` times, then lets it finish. One kill in four comes a random time after the start, wherever
/// that falls; the others after a random number of requests, so that a slow machine is killed at work as well.
fn matar(sandbox: &Sandbox, recurso: &str, promessa: &str, csv: &str, vezes: u32, pedidos: u32) {
    let pasta = tempfile::tempdir().unwrap();
    let fonte = pasta.path().join("linhas.csv");
    std::fs::write(&fonte, csv).unwrap();
    let inicio = Instant::now();
    let mut dice = Dice(0x9E37_79B9 ^ u64::from(vezes));
    let mut sorte = |ate: u32| u64::from(dice.roll(ate));
    let mut mortes = 0;
    while mortes < vezes {
        let antes = sandbox.service().estado().pedidos;
        let (alvo, limite) = if sorte(4) == 0 { (u64::MAX, 20 + sorte(400)) } else { (antes + sorte(pedidos), 5_000) };
        let nascimento = Instant::now();
        let mut filho = rodar(sandbox, recurso, promessa, &fonte, Some(400.0));
        while nascimento.elapsed() < Duration::from_millis(limite) && sandbox.service().estado().pedidos < alvo {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_micros(sorte(8_000)));
        if filho.try_wait().unwrap().is_none() {
            filho.kill().unwrap();
            mortes += 1;
        }
        filho.wait().unwrap();
        assert!(inicio.elapsed() < Duration::from_secs(400), "{mortes} kills only");
    }
    let estado = sandbox.service().estado();
    let feitos = if recurso == "clientes" { estado.clientes.total } else { estado.consumos.total };
    let linhas = csv.lines().count() - 1;
    assert!((linhas / 4..linhas).contains(&feitos), "the kills must fall while rows are sent: {feitos} of {linhas}");
    let terminou = (0..20).any(|_| rodar(sandbox, recurso, promessa, &fonte, None).wait().unwrap().success());
    assert!(terminou, "the import never came to its end");
    eprintln!("{recurso} ({promessa}): {mortes} kills, {feitos} rows before the last run, {:?}", inicio.elapsed());
}

/// Starts the import in a process of its own: this very program, told to run `filho`.
fn rodar(
    sandbox: &Sandbox,
    recurso: &str,
    promessa: &str,
    fonte: &Path,
    por_segundo: Option<f64>,
) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "filho", "--ignored", "--nocapture"])
        .env("FILHO_URL", sandbox.url())
        .env("FILHO_RECURSO", recurso)
        .env("FILHO_PROMESSA", promessa)
        .env("FILHO_FONTE", fonte)
        .env("FILHO_RITMO", por_segundo.map(|r| r.to_string()).unwrap_or_default())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "the process that is killed; the tests above start it"]
fn filho() {
    let Ok(url) = std::env::var("FILHO_URL") else { return };
    let texto = |nome: &str| std::env::var(nome).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = client(&url, &texto("FILHO_PROMESSA"));
        let ritmo = Ritmo { por_segundo: texto("FILHO_RITMO").parse().ok(), ..Ritmo::default() };
        let fonte = Fonte::Arquivo { caminho: texto("FILHO_FONTE").into(), opcoes: Opcoes::default() };
        match texto("FILHO_RECURSO").as_str() {
            "clientes" => concluir::<Cliente>(&client, fonte, ritmo).await,
            _ => concluir::<Consumo>(&client, fonte, ritmo).await,
        }
    });
}

async fn concluir<M: Importavel>(client: &Client<ReqwestHost>, fonte: Fonte<'_>, ritmo: Ritmo) {
    let opcoes = OpcoesDeImportacao { ritmo, ..OpcoesDeImportacao::default() };
    let importacao = trazer::<M, _>(client, fonte, &opcoes).await.unwrap();
    assert_eq!(importacao.contagem.feitos(), importacao.contagem.total, "{:?}", importacao.contagem);
}
