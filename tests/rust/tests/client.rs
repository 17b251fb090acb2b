//! Tests the client over real connections: its behaviour when servers and networks misbehave.

#![expect(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use smartbill_core::api::{Request, Response};
use smartbill_core::client::{CallOptions, Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, ClientesFilter};
use smartbill_core::profile::Profile;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::transport::{Host, TransportError};
use smartbill_core::{Error, ErrorKind, Language, Outcome, Value};
use smartbill_tests::scripted::{Received, Reply, Server};
use smartbill_tests::tls::{Authority, Flaw};

/// Real connections, and a clock on which waiting takes no time. Use it only with [`Limit::Infinite`], because a limit
/// is a wait too.
struct Quick {
    host: ReqwestHost,
    waits: Mutex<Vec<Duration>>,
}

impl Host for Quick {
    fn send(&self, base: &str, request: &Request) -> impl Future<Output = Result<Response, TransportError>> {
        self.host.send(base, request)
    }
    async fn sleep(&self, duration: Duration) {
        self.waits.lock().unwrap().push(duration);
    }
    fn monotonic(&self) -> Duration {
        self.waits.lock().unwrap().iter().sum()
    }
    fn now(&self) -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }
    fn random(&self) -> u64 {
        u64::MAX
    }
}

fn options(server: &Server, profile: &str) -> ClientOptions {
    ClientOptions {
        token: Some("s3cr3t".into()),
        language: Language::En,
        profile: Profile::from_toml(profile, "test.toml").unwrap(),
        attempt: Limit::Infinite,
        total: Limit::Infinite,
        ..ClientOptions::new(server.url())
    }
}

fn quick(server: &Server, profile: &str) -> Client<Quick> {
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let host = Quick { host: ReqwestHost::new(&http).unwrap(), waits: Mutex::default() };
    Client::new(options(server, profile), host).unwrap()
}

fn waits(client: &Client<Quick>) -> Vec<u128> {
    client.host().waits.lock().unwrap().iter().map(Duration::as_millis).collect()
}

fn real(server: &Server, http: &HttpOptions) -> Client<ReqwestHost> {
    Client::new(options(server, ""), ReqwestHost::new(http).unwrap()).unwrap()
}

fn cliente() -> Cliente {
    Cliente {
        codigo_externo: Some("A".into()),
        nome: Some("Maria da Silva".into()),
        cpf_cnpj: Some("12345678909".into()),
        ..Cliente::default()
    }
}

fn call() -> CallOptions {
    CallOptions::default()
}

fn ok() -> Reply {
    Reply::http(200, &[], r#"{"id":"1"}"#)
}

const KEYS: &str = "[operations]\n\"clientes.incluir\" = { promise = \"idempotency_key\" }";
const NONE: &str = "[operations]\n\"clientes.incluir\" = { promise = \"none\" }";

/// Compiles only if futures over the native host can move between threads.
#[test]
fn native_futures_are_send() {
    fn send<T: Send>(_: &T) {}
    let server = Server::new(|_, _| ok());
    let client = real(&server, &HttpOptions::default());
    let (options, cliente) = (call(), cliente());
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &options).unwrap();
    send(&client.incluir(&cliente, &options));
    send(&client.alterar("1", &cliente, &[], &options));
    send(&client.remover::<Cliente>("1", &options));
    send(&client.obter::<Cliente>("1", &options));
    send(&client.locate::<Cliente>("A", &options));
    send(&pager.next(&client));
}

#[tokio::test]
async fn a_request_is_what_the_profile_says() {
    let server = Server::new(|_, _| Reply::http(201, &[], r#"{"id":"1"}"#));
    quick(&server, "").incluir(&cliente(), &call()).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.line(), "POST /api/v1/clientes");
    assert_eq!(request.header("authorization"), Some("Bearer s3cr3t"));
    // The key is new in each call. The host of these tests knows only one random number.
    let key = request.header("idempotency-key").unwrap();
    assert_eq!(key, format!("clientes.incluir:{}", "f".repeat(32)));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert!(request.header("user-agent").unwrap().starts_with("smartbill-automation/"));
    assert_eq!(request.text(), r#"{"codigoExterno":"A","nome":"Maria da Silva","cpfCnpj":"12345678909"}"#);
}

#[tokio::test]
async fn a_failing_server_is_tried_again_with_growing_waits() {
    let server = Server::new(|n, _| if n < 3 { Reply::http(503, &[], "") } else { ok() });
    let client = quick(&server, "");
    client.obter::<Cliente>("1", &call()).await.unwrap();
    assert_eq!(waits(&client), [250, 500, 1000]);

    let server = Server::new(|_, _| Reply::http(500, &[("x-request-id", "r-9")], ""));
    let client = quick(&server, "");
    let error = client.obter::<Cliente>("1", &call()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().attempts), (ErrorKind::Server, 4));
    assert_eq!(error.details().request_id.as_deref(), Some("r-9"));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn the_server_says_when_to_come_back() {
    for (name, value, wait) in [
        ("retry-after", "7", 7000),
        ("retry-after-ms", "1500", 1500),
        ("retry-after", "Mon, 23 Nov 2026 12:00:09 GMT", 9000),
    ] {
        let server = Server::new(move |n, _| if n == 0 { Reply::http(429, &[(name, value)], "") } else { ok() });
        let client = quick(&server, "");
        client.obter::<Cliente>("1", &call()).await.unwrap();
        assert_eq!(waits(&client), [wait], "{name}: {value}");
    }
    let server = Server::new(|_, _| Reply::http(429, &[("retry-after", "3600")], ""));
    let client = quick(&server, "");
    let error = client.obter::<Cliente>("1", &call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.details().retry_after, Some(Duration::from_secs(3600)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_wrong_token_is_said_at_once() {
    let server = Server::new(|_, _| Reply::http(401, &[], r#"{"message":"token expirado"}"#));
    let error = quick(&server, "").incluir(&cliente(), &call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.details().outcome, Some(Outcome::Rejected));
    assert_eq!(server.requests().len(), 1);
    assert!(!format!("{error:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn a_lost_write_is_sent_again_under_the_same_key_only_where_the_server_reads_keys() {
    let script = |n, _: &Received| if n == 0 { Reply::Close } else { Reply::http(201, &[], r#"{"id":"1"}"#) };
    let server = Server::new(script);
    quick(&server, KEYS).incluir(&cliente(), &call()).await.unwrap();
    let keys: Vec<_> = server.requests().iter().map(|r| r.header("idempotency-key").map(str::to_owned)).collect();
    assert_eq!(keys, vec![keys[0].clone(); 2]);
    assert!(keys[0].as_deref().unwrap().starts_with("clientes.incluir:"));

    let server = Server::new(script);
    let error = quick(&server, NONE).incluir(&cliente(), &call()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Connection, Some(Outcome::Unknown)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn nobody_at_home_is_not_sent() {
    let server = Server::new(|_, _| ok());
    let url = server.url();
    drop(server);
    let host = ReqwestHost::new(&HttpOptions { no_proxy: true, ..HttpOptions::default() }).unwrap();
    let host = Quick { host, waits: Mutex::default() };
    let options = ClientOptions {
        language: Language::En,
        profile: Profile::from_toml(NONE, "x").unwrap(),
        attempt: Limit::Infinite,
        total: Limit::Infinite,
        ..ClientOptions::new(&url)
    };
    let client = Client::new(options, host).unwrap();
    let error: Error = client.incluir(&cliente(), &call()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Connection, Some(Outcome::NotSent)));
    assert_eq!(error.details().attempts, 4);
    let place = url.strip_prefix("http://").unwrap();
    assert!(error.to_string().starts_with(&format!("clientes.incluir: cannot connect to `{place}`: ")), "{error}");
    assert!(error.to_string().ends_with("(attempts: 4)"), "{error}");
}

#[tokio::test]
async fn a_name_without_an_address_is_told_in_the_language() {
    // No name has a part of 64 letters, so nobody is asked for it.
    let url = format!("http://{}.invalid", "a".repeat(64));
    for (language, told) in [
        (Language::PtBr, "o nome do servidor, ou o do proxy, não foi encontrado (DNS) (tentativas: 4)"),
        (Language::En, "the name of the server, or that of the proxy, was not found (DNS) (attempts: 4)"),
    ] {
        let host = ReqwestHost::new(&HttpOptions { no_proxy: true, ..HttpOptions::default() }).unwrap();
        let host = Quick { host, waits: Mutex::default() };
        let options = ClientOptions {
            language,
            allow_http: true,
            attempt: Limit::Infinite,
            total: Limit::Infinite,
            ..ClientOptions::new(&url)
        };
        let client = Client::new(options, host).unwrap();
        let error: Error = client.incluir(&cliente(), &call()).await.unwrap_err();
        assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Connection, Some(Outcome::NotSent)));
        assert!(error.message(language).ends_with(told), "{}", error.message(language));
    }
}

#[tokio::test]
async fn a_body_cut_short_is_no_answer() {
    let server = Server::new(|n, _| if n == 0 { Reply::Truncated } else { ok() });
    let client = quick(&server, "");
    client.obter::<Cliente>("1", &call()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
    let server = Server::new(|_, _| Reply::Truncated);
    let error = quick(&server, NONE).incluir(&cliente(), &call()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Connection, Some(Outcome::Unknown)));
}

#[tokio::test]
async fn an_answer_without_end_is_no_answer() {
    let server = Server::new(|_, _| Reply::bytes(200, &[], &vec![b' '; (16 << 20) + 1]));
    let error = quick(&server, NONE).incluir(&cliente(), &call()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Response, Some(Outcome::Unknown)));
    assert!(error.to_string().contains("answer too long"), "{error}");
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_replaced_at_once() {
    // The second request on the first connection finds it closed.
    let server = Server::new(|n, r| if n == 1 && r.on_connection == 1 { Reply::Close } else { ok() });
    let client = quick(&server, "");
    client.obter::<Cliente>("1", &call()).await.unwrap();
    client.obter::<Cliente>("2", &call()).await.unwrap();
    let requests = server.requests();
    let seen: Vec<_> = requests.iter().map(|r| (r.connection, r.on_connection)).collect();
    assert_eq!(seen, [(0, 0), (0, 1), (1, 0)]);
    assert_eq!(waits(&client), Vec::<u128>::new());
}

#[tokio::test]
async fn connections_are_kept() {
    let server = Server::new(|_, _| ok());
    let client = quick(&server, "");
    for _ in 0..5 {
        client.obter::<Cliente>("1", &call()).await.unwrap();
    }
    assert!(server.requests().iter().all(|r| r.connection == 0));
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = Server::new(|_, _| Reply::Hang);
    let client = real(&server, &HttpOptions { no_proxy: true, ..HttpOptions::default() });
    let short = Duration::from_millis(60);
    let options = CallOptions { attempt: Some(Limit::After(short)), ..call() };
    let error = client.obter::<Cliente>("1", &options).await.unwrap_err();
    assert_eq!((error.kind(), error.details().attempts), (ErrorKind::Timeout, 4));
    assert!(error.to_string().contains("timed out waiting for"), "{error}");
    let options = CallOptions { total: Some(Limit::After(short)), ..call() };
    let error = client.incluir(&cliente(), &options).await.unwrap_err();
    assert_eq!((error.kind(), error.details().attempts), (ErrorKind::Timeout, 1));
    assert_eq!(error.details().outcome, Some(Outcome::Unknown));

    let http = HttpOptions { no_proxy: true, read: Some(short), ..HttpOptions::default() };
    let error = real(&server, &http).obter::<Cliente>("1", &call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_redirect_is_reported_and_the_token_stays_home() {
    let other = Server::new(|_, _| ok());
    let target = format!("{}/elsewhere", other.url());
    let server = Server::new(move |_, _| Reply::http(302, &[("location", &target)], ""));
    let error = quick(&server, "").obter::<Cliente>("1", &call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    let place = other.url().replace("http://", "");
    assert!(error.to_string().contains(&format!("redirect to `{place}` not followed")), "{error}");
    assert_eq!((server.requests().len(), other.requests().len()), (1, 0));
}

#[tokio::test]
async fn compressed_answers_are_read() {
    // `{"id":"zip"}`, by gzip -n.
    let body = [
        31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 86, 202, 76, 81, 178, 82, 170, 202, 44, 80, 170, 5, 0, 0x8d, 0x72, 0x1f,
        0x09, 12, 0, 0, 0,
    ];
    let server = Server::new(move |_, _| Reply::bytes(200, &[("content-encoding", "gzip")], &body));
    let parsed = quick(&server, "").obter::<Cliente>("1", &call()).await.unwrap();
    assert_eq!(parsed.id.unwrap().as_str(), "zip");
}

#[tokio::test]
async fn a_proxy_is_used_when_given() {
    let proxy = Server::new(|_, _| ok());
    let http = HttpOptions { proxy: Some(proxy.url()), ..HttpOptions::default() };
    let options = ClientOptions { allow_http: true, ..ClientOptions::new("http://platform.example") };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    client.obter::<Cliente>("1", &call()).await.unwrap();
    assert_eq!(proxy.requests()[0].line(), "GET http://platform.example/api/v1/clientes/1");
    let wrong = HttpOptions { proxy: Some("::".into()), ..HttpOptions::default() };
    assert_eq!(ReqwestHost::new(&wrong).err().unwrap().kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn certificates_are_checked_and_given() {
    let tls = Authority::new();
    let server = Server::tls(tls.server(Flaw::None), |_, r| if r.certified { ok() } else { Reply::http(403, &[], "") });
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };

    let policy = smartbill_core::retry::RetryPolicy::NEVER;
    let stranger = ClientOptions { retry: policy, ..options(&server, "") };
    let stranger = Client::new(stranger, ReqwestHost::new(&http).unwrap()).unwrap();
    let error = stranger.incluir(&cliente(), &call()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Connection, Some(Outcome::NotSent)));
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    assert!(server.requests().is_empty());

    let http = HttpOptions { ca_pem: vec![tls.pem.clone().into_bytes()], ..http };
    let error = real(&server, &http).obter::<Cliente>("1", &call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);

    let http = HttpOptions { client_pem: Some(tls.client().into_bytes()), ..http };
    real(&server, &http).obter::<Cliente>("1", &call()).await.unwrap();

    for wrong in [
        HttpOptions { ca_pem: vec![b"not PEM".to_vec()], ..HttpOptions::default() },
        HttpOptions { client_pem: Some(b"not PEM".to_vec()), ..HttpOptions::default() },
    ] {
        assert_eq!(ReqwestHost::new(&wrong).err().unwrap().kind(), ErrorKind::Configuration);
    }
}

#[tokio::test]
async fn a_failing_server_is_not_stormed() {
    let server = Server::new(|_, _| Reply::http(503, &[], ""));
    let client = quick(&server, "");
    for _ in 0..60 {
        client.obter::<Cliente>("1", &call()).await.unwrap_err();
    }
    // One hundred retries for all calls together.
    assert_eq!(server.requests().len(), 160);
}

struct Lines(Mutex<Vec<String>>);

static LINES: Lines = Lines(Mutex::new(Vec::new()));

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }
    fn flush(&self) {}
}

#[tokio::test]
async fn the_log_names_operations_and_nobody() {
    log::set_logger(&LINES).unwrap();
    // This logs everything, from all libraries underneath. The other tests of this file log here too, and have secrets
    // of the same kind.
    log::set_max_level(log::LevelFilter::Trace);
    let body = r#"{"message":"CPF 123.456.789-09 de Maria existe"}"#;
    let server = Server::new(move |_, _| Reply::http(409, &[], body));
    let options = ClientOptions { token: Some("s3cr3t-t0ken".into()), ..ClientOptions::new(server.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    let text = |t: &'static str| Value::Text(t.into());
    let value = Value::Object(vec![
        ("nome".into(), text("Maria da Silva")),
        ("cpfCnpj".into(), text("12345678909")),
        ("email".into(), text("maria@example.com")),
    ]);
    let call = CallOptions::default();
    let error = client.incluir::<Cliente>(value, &call).await.unwrap_err();
    let filter = Value::Object(vec![("cpfCnpj".into(), text("12345678909"))]);
    client.listar::<Cliente>(filter, &call).unwrap().next(&client).await.unwrap_err();

    let lines = LINES.0.lock().unwrap().join("\n");
    assert!(lines.contains("smartbill clientes.incluir status=409 attempt=1 duration="), "{lines}");
    assert!(lines.contains("smartbill clientes.listar status=409"), "{lines}");
    let shown = format!("{lines}\n{error}\n{error:?}\n{client:?}");
    for secret in ["s3cr3t", "Maria da Silva", "12345678909", "123.456", "maria@"] {
        assert!(!shown.contains(secret), "`{secret}` in {shown}");
    }
}
