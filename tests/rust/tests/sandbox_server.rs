//! The sandbox on its socket: connections kept, faults that really happen, an end that comes when asked for.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

use std::io::{ErrorKind as Io, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use smartbill_core::api::Effect;
use smartbill_core::client::{CallOptions, Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, ContratoAction, Id};
use smartbill_core::profile::Profile;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{ErrorKind, Outcome, Value};
use smartbill_sandbox::server::{Options, Sandbox};

fn start_sandbox() -> (Sandbox, Client<ReqwestHost>) {
    connect_with(Profile::built_in())
}

fn connect_with(profile: Profile) -> (Sandbox, Client<ReqwestHost>) {
    let sandbox = Sandbox::start(Options { profile: profile.clone(), ..Options::default() }).unwrap();
    let options = ClientOptions { token: Some("sandbox".into()), profile, ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    (sandbox, client)
}

fn value(json: &str) -> Value<'_> {
    Value::from_json(json.as_bytes()).unwrap()
}

async fn with_contrato(client: &Client<ReqwestHost>) {
    let call = CallOptions::default();
    client
        .incluir::<Cliente>(value(r#"{"codigoExterno":"C1","nome":"Ana","cpfCnpj":"12345678909"}"#), &call)
        .await
        .unwrap();
    let contrato = r#"{"codigoExterno":"CT1","clienteCodigoExterno":"C1","dataInicio":"2026-01-01",
        "periodicidade":"MENSAL","diaVencimento":10,"itens":[{"servicoCodigo":"SMS","quantidade":"1"}]}"#;
    client.incluir::<Contrato>(value(contrato), &call).await.unwrap();
    client.ativar(&[Id::from("1")], &ContratoAction::default(), &call).await.unwrap().remove(0).outcome.unwrap();
}

fn consumo(i: usize) -> String {
    format!(
        r#"{{"idExterno":"U{i}","contratoCodigoExterno":"CT1","servicoCodigo":"SMS","competencia":"2026-01","quantidade":"{}"}}"#,
        i + 1
    )
}

/// One request on a connection of its own; what came back before the connection ended, and how it ended.
fn raw(sandbox: &Sandbox, request: &str) -> (String, Option<Io>) {
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let (mut parsed, mut piece) = (Vec::new(), [0; 4096]);
    let end = loop {
        match stream.read(&mut piece) {
            Ok(0) => break None,
            Ok(n) => parsed.extend_from_slice(&piece[..n]),
            Err(error) => break Some(error.kind()),
        }
    };
    (String::from_utf8_lossy(&parsed).into_owned(), end)
}

const LISTAR: &str =
    "GET /api/v1/servicos HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sandbox\r\nconnection: close\r\n\r\n";

fn plan(kind: &str) -> String {
    format!(r#"{{"rules": [{{"kind": "{kind}", "ms": 20}}]}}"#)
}

#[test]
fn faults_are_what_they_are_called() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let (whole, end) = raw(&sandbox, LISTAR);
    assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with('}') && end.is_none(), "{whole}");
    let body = |answer: &str| answer.split_once("\r\n\r\n").map(|(_, c)| c.to_owned()).unwrap_or_default();
    let size = body(&whole).len();

    for kind in ["drop_before", "drop_after"] {
        sandbox.service().faults(&plan(kind)).unwrap();
        let (answer, end) = raw(&sandbox, LISTAR);
        assert_eq!((answer.as_str(), end), ("", Some(Io::ConnectionReset)), "{kind}");
    }
    sandbox.service().faults(&plan("truncated")).unwrap();
    let (answer, _) = raw(&sandbox, LISTAR);
    assert!(answer.contains(&format!("content-length: {size}\r\n")), "{answer}");
    assert_eq!(body(&answer).len(), size / 2);

    sandbox.service().faults(&plan("drip")).unwrap();
    let started = Instant::now();
    let (answer, _) = raw(&sandbox, LISTAR);
    assert_eq!(body(&answer), body(&whole));
    assert!(started.elapsed() >= Duration::from_millis(7 * 20));

    sandbox.service().faults(&plan("latency")).unwrap();
    let started = Instant::now();
    assert_eq!(body(&raw(&sandbox, LISTAR).0), body(&whole));
    assert!(started.elapsed() >= Duration::from_millis(20));

    sandbox.service().faults(&plan("malformed")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&body(&raw(&sandbox, LISTAR).0)).is_err());
}

/// With every fault at once, each row is there once, and the client knows it.
#[tokio::test]
async fn a_client_gets_every_row_through_once() {
    let keys = "[operations]\n\"consumos.incluir\" = { promise = \"idempotency_key\" }";
    let (sandbox, client) = connect_with(Profile::from_toml(keys, "keys.toml").unwrap());
    with_contrato(&client).await;
    let plan = r#"{"seed": 42, "rules": [
        {"kind": "drop_before", "operation": "consumos.incluir", "chance": 0.1},
        {"kind": "drop_after", "operation": "consumos.incluir", "chance": 0.1},
        {"kind": "truncated", "operation": "consumos.incluir", "chance": 0.1},
        {"kind": "malformed", "operation": "consumos.incluir", "chance": 0.05},
        {"kind": "drip", "operation": "consumos.incluir", "chance": 0.05, "ms": 1},
        {"kind": "rate_limit", "operation": "consumos.incluir", "chance": 0.05, "retryAfter": 0}]}"#;
    sandbox.service().faults(plan).unwrap();
    for i in 0..60 {
        let text = consumo(i);
        let call = CallOptions { idempotency_key: Some(format!("usage {i}")), ..CallOptions::default() };
        // The client gives up after some attempts; the next call goes on under the same key.
        for back in 0.. {
            match client.incluir::<Consumo>(value(&text), &call).await {
                Ok(written) => {
                    assert!(matches!(written.outcome, Effect::Created | Effect::AlreadyDone));
                    break;
                }
                Err(error) => assert!(back < 20, "{error}"),
            }
        }
    }
    let state = sandbox.service().state();
    assert_eq!((state.consumos.total, state.consumos.duplicates), (60, 0));
    assert!(state.faults > 10 && state.replays > 0, "{state:?}");
}

#[tokio::test]
async fn the_plan_ends_with_its_rules() {
    let (sandbox, client) = start_sandbox();
    with_contrato(&client).await;
    let one = CallOptions { total: Some(Limit::After(Duration::from_millis(300))), ..CallOptions::default() };
    // What was added cannot be read back either.
    sandbox.service().faults(r#"{"rules": [{"kind": "drop_after"}]}"#).unwrap();
    let error = client.incluir::<Consumo>(value(&consumo(0)), &one).await.unwrap_err();
    assert_eq!(error.details().outcome, Some(Outcome::Unknown), "{error}");
    sandbox.service().faults("{}").unwrap();
    let written = client.incluir::<Consumo>(value(&consumo(0)), &one).await.unwrap();
    assert_eq!(written.outcome, Effect::AlreadyDone);
    assert_eq!(sandbox.service().state().consumos.total, 1);
}

#[tokio::test]
async fn a_wrong_token_is_an_authentication_error() {
    let sandbox = Sandbox::start(Options { token: "certo".into(), ..Options::default() }).unwrap();
    let options = ClientOptions { token: Some("errado".into()), ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    let error = client.obter::<Cliente>("1", &CallOptions::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().attempts), (ErrorKind::Authentication, 1));
}

#[test]
fn connections_are_kept_and_stopping_closes_them() {
    let mut sandbox = Sandbox::start(Options::default()).unwrap();
    let endereco = sandbox.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&endereco).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET /sandbox/clock HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut piece = [0; 1024];
        let n = stream.read(&mut piece).unwrap();
        assert!(String::from_utf8_lossy(&piece[..n]).starts_with("HTTP/1.1 200"));
    }
    let started = Instant::now();
    sandbox.stop();
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(TcpStream::connect(&endereco).is_err());
    // Again does nothing; what it holds can still be read.
    sandbox.stop();
    assert_eq!(sandbox.service().state().servicos.total, 6);
}

#[tokio::test]
async fn a_charge_has_its_qr_image() {
    let (sandbox, client) = start_sandbox();
    with_contrato(&client).await;
    sandbox.service().faturar("2026-01".parse().unwrap(), Timestamp::now());
    let send_request = |target: &str| {
        raw(&sandbox, &format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).0
    };
    let (svg, png) = (send_request("/sandbox/cobrancas/1/qr.svg"), send_request("/sandbox/cobrancas/1/qr.png"));
    assert!(svg.contains("content-type: image/svg+xml") && svg.contains("<svg"), "{svg}");
    assert!(png.contains("content-type: image/png") && png.contains("PNG"));
    assert!(send_request("/sandbox/cobrancas/2/qr.svg").starts_with("HTTP/1.1 404"));
    let filter = smartbill_core::model::CobrancasFilter::default();
    let mut pager = client.listar::<Cobranca>(&filter, &CallOptions::default()).unwrap();
    let cobranca = pager.next(&client).await.unwrap().unwrap().remove(0);
    let url = cobranca.pix.unwrap().qr_code_url.unwrap();
    assert_eq!(url, format!("{}/sandbox/cobrancas/1/qr.svg", sandbox.url()));
}

#[test]
fn the_clock_is_the_real_one_until_it_is_moved() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let now = Timestamp::now();
    let clock = sandbox.service().clock(now);
    assert!(clock.duration_since(now).abs() < jiff::SignedDuration::from_secs(5));
}

#[test]
fn a_body_too_long_is_refused_in_the_profiles_own_shape() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let length = (8 << 20) + 1;
    let send = |token: &str| {
        let head = format!(
            "POST /api/v1/clientes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        raw(&sandbox, &(head + &" ".repeat(length))).0
    };
    let answer = send("sandbox");
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("content-type: application/json") && answer.contains("x-request-id: "), "{answer}");
    assert!(answer.contains(r#""title":"corpo_grande","status":413"#), "{answer}");
    // The token is judged before the body.
    let answer = send("another");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains(r#""title":"nao_autenticado""#), "{answer}");
}

#[test]
fn only_this_machine_controls_it() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let status = |headers: &str| {
        let (answer, _) = raw(&sandbox, &format!("GET /sandbox/state HTTP/1.1\r\n{headers}connection: close\r\n\r\n"));
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
        raw(&sandbox, &request).0.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status("/sandbox/state", ""), "401");
    assert_eq!(status("/sandbox/state", "authorization: Bearer sandbox\r\n"), "401");
    assert_eq!(status("/sandbox/state", "authorization: Bearer certo-123\r\n"), "200");
    // It stays so after a reset.
    sandbox.service().reset(Timestamp::now());
    assert_eq!(status("/sandbox/state", ""), "401");
}
