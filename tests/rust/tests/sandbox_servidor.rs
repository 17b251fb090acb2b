//! The sandbox on its socket: connections kept, faults that really happen, an end that comes when asked for.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

use std::io::{ErrorKind as Io, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use smartbill_core::api::Resultado;
use smartbill_core::client::{CallOptions, Client, ClientOptions, Limit};
use smartbill_core::model::{AcaoContrato, Cliente, Cobranca, Consumo, Contrato, Id};
use smartbill_core::profile::Profile;
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_core::{ErrorKind, Outcome, Valor};
use smartbill_sandbox::server::{Options, Sandbox};

fn ligar() -> (Sandbox, Client<ReqwestHost>) {
    ligar_com(Profile::padrao())
}

fn ligar_com(perfil: Profile) -> (Sandbox, Client<ReqwestHost>) {
    let sandbox = Sandbox::start(Options { perfil: perfil.clone(), ..Options::default() }).unwrap();
    let options = ClientOptions { token: Some("sandbox".into()), profile: perfil, ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    (sandbox, client)
}

fn valor(json: &str) -> Valor<'_> {
    Valor::from_json(json.as_bytes()).unwrap()
}

async fn com_contrato(client: &Client<ReqwestHost>) {
    let call = CallOptions::default();
    client
        .incluir::<Cliente>(valor(r#"{"codigoExterno":"C1","nome":"Ana","cpfCnpj":"12345678909"}"#), &call)
        .await
        .unwrap();
    let contrato = r#"{"codigoExterno":"CT1","clienteCodigoExterno":"C1","dataInicio":"2026-01-01",
        "periodicidade":"MENSAL","diaVencimento":10,"itens":[{"servicoCodigo":"SMS","quantidade":"1"}]}"#;
    client.incluir::<Contrato>(valor(contrato), &call).await.unwrap();
    client.ativar(&[Id::from("1")], &AcaoContrato::default(), &call).await.unwrap().remove(0).resultado.unwrap();
}

fn consumo(i: usize) -> String {
    format!(
        r#"{{"idExterno":"U{i}","contratoCodigoExterno":"CT1","servicoCodigo":"SMS","competencia":"2026-01","quantidade":"{}"}}"#,
        i + 1
    )
}

/// One request on a connection of its own; what came back before the connection ended, and how it ended.
fn cru(sandbox: &Sandbox, pedido: &str) -> (String, Option<Io>) {
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(pedido.as_bytes()).unwrap();
    let (mut lido, mut pedaco) = (Vec::new(), [0; 4096]);
    let fim = loop {
        match stream.read(&mut pedaco) {
            Ok(0) => break None,
            Ok(n) => lido.extend_from_slice(&pedaco[..n]),
            Err(erro) => break Some(erro.kind()),
        }
    };
    (String::from_utf8_lossy(&lido).into_owned(), fim)
}

const LISTAR: &str =
    "GET /api/v1/servicos HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sandbox\r\nconnection: close\r\n\r\n";

fn plano(tipo: &str) -> String {
    format!(r#"{{"regras": [{{"tipo": "{tipo}", "ms": 20}}]}}"#)
}

#[test]
fn faults_are_what_they_are_called() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let (inteira, fim) = cru(&sandbox, LISTAR);
    assert!(inteira.starts_with("HTTP/1.1 200") && inteira.ends_with('}') && fim.is_none(), "{inteira}");
    let corpo = |resposta: &str| resposta.split_once("\r\n\r\n").map(|(_, c)| c.to_owned()).unwrap_or_default();
    let tamanho = corpo(&inteira).len();

    for tipo in ["queda_antes", "queda_depois"] {
        sandbox.service().falhas(&plano(tipo)).unwrap();
        let (resposta, fim) = cru(&sandbox, LISTAR);
        assert_eq!((resposta.as_str(), fim), ("", Some(Io::ConnectionReset)), "{tipo}");
    }
    sandbox.service().falhas(&plano("truncado")).unwrap();
    let (resposta, _) = cru(&sandbox, LISTAR);
    assert!(resposta.contains(&format!("content-length: {tamanho}\r\n")), "{resposta}");
    assert_eq!(corpo(&resposta).len(), tamanho / 2);

    sandbox.service().falhas(&plano("gotejamento")).unwrap();
    let comeco = Instant::now();
    let (resposta, _) = cru(&sandbox, LISTAR);
    assert_eq!(corpo(&resposta), corpo(&inteira));
    assert!(comeco.elapsed() >= Duration::from_millis(7 * 20));

    sandbox.service().falhas(&plano("latencia")).unwrap();
    let comeco = Instant::now();
    assert_eq!(corpo(&cru(&sandbox, LISTAR).0), corpo(&inteira));
    assert!(comeco.elapsed() >= Duration::from_millis(20));

    sandbox.service().falhas(&plano("malformado")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&corpo(&cru(&sandbox, LISTAR).0)).is_err());
}

/// With every fault at once, each row is there once, and the client knows it.
#[tokio::test]
async fn a_client_gets_every_row_through_once() {
    let keys = "[operations]\n\"consumos.incluir\" = { promise = \"idempotency_key\" }";
    let (sandbox, client) = ligar_com(Profile::from_toml(keys, "keys.toml").unwrap());
    com_contrato(&client).await;
    let plano = r#"{"semente": 42, "regras": [
        {"tipo": "queda_antes", "operacao": "consumos.incluir", "chance": 0.1},
        {"tipo": "queda_depois", "operacao": "consumos.incluir", "chance": 0.1},
        {"tipo": "truncado", "operacao": "consumos.incluir", "chance": 0.1},
        {"tipo": "malformado", "operacao": "consumos.incluir", "chance": 0.05},
        {"tipo": "gotejamento", "operacao": "consumos.incluir", "chance": 0.05, "ms": 1},
        {"tipo": "limite", "operacao": "consumos.incluir", "chance": 0.05, "retryAfter": 0}]}"#;
    sandbox.service().falhas(plano).unwrap();
    for i in 0..60 {
        let texto = consumo(i);
        let call = CallOptions { idempotency_key: Some(format!("usage {i}")), ..CallOptions::default() };
        // The client gives up after some attempts; the next call goes on under the same key.
        for volta in 0.. {
            match client.incluir::<Consumo>(valor(&texto), &call).await {
                Ok(gravado) => {
                    assert!(matches!(gravado.resultado, Resultado::Created | Resultado::AlreadyDone));
                    break;
                }
                Err(erro) => assert!(volta < 20, "{erro}"),
            }
        }
    }
    let estado = sandbox.service().estado();
    assert_eq!((estado.consumos.total, estado.consumos.repetidos), (60, 0));
    assert!(estado.falhas > 10 && estado.repeticoes > 0, "{estado:?}");
}

#[tokio::test]
async fn the_plan_ends_with_its_rules() {
    let (sandbox, client) = ligar();
    com_contrato(&client).await;
    let um = CallOptions { total: Some(Limit::After(Duration::from_millis(300))), ..CallOptions::default() };
    // What was added cannot be read back either.
    sandbox.service().falhas(r#"{"regras": [{"tipo": "queda_depois"}]}"#).unwrap();
    let erro = client.incluir::<Consumo>(valor(&consumo(0)), &um).await.unwrap_err();
    assert_eq!(erro.details().outcome, Some(Outcome::Unknown), "{erro}");
    sandbox.service().falhas("{}").unwrap();
    let gravado = client.incluir::<Consumo>(valor(&consumo(0)), &um).await.unwrap();
    assert_eq!(gravado.resultado, Resultado::AlreadyDone);
    assert_eq!(sandbox.service().estado().consumos.total, 1);
}

#[tokio::test]
async fn a_wrong_token_is_an_authentication_error() {
    let sandbox = Sandbox::start(Options { token: "certo".into(), ..Options::default() }).unwrap();
    let options = ClientOptions { token: Some("errado".into()), ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    let erro = client.obter::<Cliente>("1", &CallOptions::default()).await.unwrap_err();
    assert_eq!((erro.kind(), erro.details().attempts), (ErrorKind::Authentication, 1));
}

#[test]
fn connections_are_kept_and_stopping_closes_them() {
    let mut sandbox = Sandbox::start(Options::default()).unwrap();
    let endereco = sandbox.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&endereco).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET /sandbox/relogio HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut pedaco = [0; 1024];
        let n = stream.read(&mut pedaco).unwrap();
        assert!(String::from_utf8_lossy(&pedaco[..n]).starts_with("HTTP/1.1 200"));
    }
    let comeco = Instant::now();
    sandbox.stop();
    assert!(comeco.elapsed() < Duration::from_secs(4));
    assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(TcpStream::connect(&endereco).is_err());
    // Again does nothing; what it holds can still be read.
    sandbox.stop();
    assert_eq!(sandbox.service().estado().servicos.total, 6);
}

#[tokio::test]
async fn a_charge_has_its_qr_image() {
    let (sandbox, client) = ligar();
    com_contrato(&client).await;
    sandbox.service().faturar("2026-01".parse().unwrap(), Timestamp::now());
    let pedir =
        |alvo: &str| cru(&sandbox, &format!("GET {alvo} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).0;
    let (svg, png) = (pedir("/sandbox/cobrancas/1/qr.svg"), pedir("/sandbox/cobrancas/1/qr.png"));
    assert!(svg.contains("content-type: image/svg+xml") && svg.contains("<svg"), "{svg}");
    assert!(png.contains("content-type: image/png") && png.contains("PNG"));
    assert!(pedir("/sandbox/cobrancas/2/qr.svg").starts_with("HTTP/1.1 404"));
    let filtro = smartbill_core::model::FiltroCobrancas::default();
    let mut pager = client.listar::<Cobranca>(&filtro, &CallOptions::default()).unwrap();
    let cobranca = pager.next(&client).await.unwrap().unwrap().remove(0);
    let url = cobranca.pix.unwrap().qr_code_url.unwrap();
    assert_eq!(url, format!("{}/sandbox/cobrancas/1/qr.svg", sandbox.url()));
}

#[test]
fn the_clock_is_the_real_one_until_it_is_moved() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let agora = Timestamp::now();
    let relogio = sandbox.service().relogio(agora);
    assert!(relogio.duration_since(agora).abs() < jiff::SignedDuration::from_secs(5));
}

#[test]
fn a_body_too_long_is_refused_in_the_profiles_own_shape() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let length = (8 << 20) + 1;
    let head = format!(
        "POST /api/v1/clientes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sandbox\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let (answer, _) = cru(&sandbox, &(head + &" ".repeat(length)));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("content-type: application/json") && answer.contains("x-request-id: "), "{answer}");
    assert!(answer.contains(r#""title":"corpo_grande","status":413"#), "{answer}");
}

#[test]
fn only_this_machine_controls_it() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let status = |headers: &str| {
        let (answer, _) = cru(&sandbox, &format!("GET /sandbox/estado HTTP/1.1\r\n{headers}connection: close\r\n\r\n"));
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.9.9.9", "[::ffff:127.0.0.1]"] {
        assert_eq!(status(&format!("host: {host}\r\n")), "200", "{host}");
    }
    for host in
        ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"]
    {
        assert_eq!(status(&format!("host: {host}\r\n")), "403", "{host}");
    }
    assert_eq!(status("host: localhost\r\norigin: http://localhost:5173\r\n"), "200");
    for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
        assert_eq!(status(&format!("host: localhost\r\norigin: {origin}\r\n")), "403", "{origin}");
    }
}

#[test]
fn a_token_of_ones_own_guards_the_control_endpoints_too() {
    let sandbox = Sandbox::start(Options { token: "certo-123".into(), ..Options::default() }).unwrap();
    let status = |target: &str, headers: &str| {
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n{headers}connection: close\r\n\r\n");
        cru(&sandbox, &request).0.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status("/sandbox/estado", ""), "401");
    assert_eq!(status("/sandbox/estado", "authorization: Bearer sandbox\r\n"), "401");
    assert_eq!(status("/sandbox/estado", "authorization: Bearer certo-123\r\n"), "200");
    // It stays so after a reset.
    sandbox.service().reiniciar(Timestamp::now());
    assert_eq!(status("/sandbox/estado", ""), "401");
}
