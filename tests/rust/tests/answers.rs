//! Tests answers that are too large or malformed, over real connections.

#![expect(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::io::{BufRead as _, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use smartbill_core::client::{CallOptions, Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, ClientesFilter};
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, ErrorKind, Language, Outcome};

/// A server that writes an answer by hand, on a separate connection for each request.
struct RawServer {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl RawServer {
    /// `answer` writes until it is done or the client is gone.
    fn new(answer: impl Fn(&mut dyn Write) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (requests, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, counted, answer) = (stream.unwrap(), Arc::clone(&counted), Arc::clone(&answer));
                thread::spawn(move || {
                    if read_request(&stream) {
                        counted.fetch_add(1, Ordering::SeqCst);
                        // The client may go away in the middle.
                        let _ = answer(&mut &stream);
                    }
                });
            }
        });
        Self { url, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn client(&self, change: impl FnOnce(&mut ClientOptions, &mut HttpOptions)) -> Client<ReqwestHost> {
        let mut options = ClientOptions {
            token: Some("segredo-123".into()),
            language: Language::En,
            attempt: Limit::Infinite,
            total: Limit::Infinite,
            ..ClientOptions::new(&self.url)
        };
        let mut http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
        change(&mut options, &mut http);
        Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap()
    }
}

/// Reads a request with its body. Returns false if none came.
fn read_request(stream: &TcpStream) -> bool {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if line.is_empty() {
            return std::io::copy(&mut std::io::Read::take(&mut reader, length), &mut std::io::sink()).is_ok();
        }
    }
}

/// The head of an answer whose body ends with the connection.
fn head(status: u16, headers: &str) -> String {
    format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-type: application/json\r\n{headers}\r\n")
}

fn cliente() -> Cliente {
    Cliente {
        codigo_externo: Some("A".into()),
        nome: Some("Maria da Silva".into()),
        cpf_cnpj: Some("12345678909".into()),
        ..Cliente::default()
    }
}

async fn listed(client: &Client<ReqwestHost>) -> Result<usize, Error> {
    let call = CallOptions::default();
    let page = client.listar::<Cliente>(&ClientesFilter::default(), &call)?.next(client).await?;
    Ok(page.map_or(0, |page| page.len()))
}

#[tokio::test]
async fn a_body_without_end_is_left_at_the_limit_and_not_asked_for_again() {
    let server = RawServer::new(|out| {
        out.write_all(head(200, "").as_bytes())?;
        out.write_all(b"[")?;
        loop {
            out.write_all(&[b' '; 8192])?;
        }
    });
    let client = server.client(|_, _| {});
    let error = listed(&client).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Response, 1));
    let host = server.url.replace("http://", "");
    let expected = format!(
        "clientes.listar: answer too long from `{host}`; ask for smaller pages or raise `max_body_bytes` (attempts: 1)"
    );
    assert_eq!(error.to_string(), expected);

    let error = client.incluir(&cliente(), &CallOptions::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Response, Some(Outcome::Unknown)));
    assert_eq!(server.requests(), 3, "the customer is looked for, and not added a second time");
}

#[tokio::test]
async fn a_refusal_without_end_is_a_refusal() {
    let server = RawServer::new(|out| {
        out.write_all(head(422, "").as_bytes())?;
        out.write_all(br#"{"message":"no","more":""#)?;
        loop {
            out.write_all(&[b'x'; 8192])?;
        }
    });
    let error = server.client(|_, _| {}).incluir(&cliente(), &CallOptions::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Rejected, Some(Outcome::Rejected)));
    assert_eq!(server.requests(), 1);
    assert!(error.details().body.as_deref().unwrap().starts_with(r#"{"message":"no""#));
}

#[tokio::test]
async fn a_limit_is_what_the_options_say() {
    let server = RawServer::new(|out| {
        out.write_all(head(200, "").as_bytes())?;
        write!(out, "[{{\"id\":\"1\",\"observacoes\":\"{}\"}}]", "x".repeat(20_000))
    });
    let read = async |of_client: usize, of_host: usize| {
        let client = server.client(|options, http| {
            options.max_body_bytes = of_client;
            http.max_body_bytes = of_host;
        });
        listed(&client).await.map_err(|e| e.kind())
    };
    assert_eq!(read(30_000, 30_000).await, Ok(1));
    assert_eq!(read(10_000, 30_000).await, Err(ErrorKind::Response));
    assert_eq!(read(30_000, 10_000).await, Err(ErrorKind::Response));
}

/// An endless gzip stream of spaces keeps the decoder busy without a pause, so only the decoding itself can let the
/// deadline be checked. Without that, this test does not end.
#[tokio::test]
async fn a_deadline_holds_while_a_body_is_decoded() {
    let server = RawServer::new(|out| {
        out.write_all(head(200, "content-encoding: gzip\r\n").as_bytes())?;
        let mut gzip = GzEncoder::new(out, Compression::best());
        let spaces = vec![b' '; 1 << 20];
        loop {
            gzip.write_all(&spaces)?;
        }
    });
    let client = server.client(|options, http| {
        (options.max_body_bytes, http.max_body_bytes) = (usize::MAX, usize::MAX);
        options.total = Limit::After(Duration::from_millis(300));
    });
    let error = listed(&client).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Timeout, 1));
}

#[tokio::test]
async fn tls_that_is_refused_is_not_tried_again() {
    // A server that speaks plain http where TLS is expected.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut stream = stream.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 x\r\ncontent-length: 0\r\n\r\n");
            // If the connection were closed before the greeting was read, it would be reset instead.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let options = ClientOptions { language: Language::En, ..ClientOptions::new(url) };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    let error = client.incluir(&cliente(), &CallOptions::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Connection, Some(Outcome::NotSent)), "{error}");
    assert_eq!((error.details().attempts, connections.load(Ordering::SeqCst)), (1, 1));
    assert!(error.to_string().contains("TLS refused connecting to"), "{error}");
}

/// The machine of a company has a proxy for everything. The test runs again in a separate process, because tests share
/// an environment.
#[test]
fn plain_http_to_this_machine_goes_to_no_proxy() {
    const AGAIN: &str = "plain_http_to_this_machine_goes_to_no_proxy";
    if std::env::var_os("SMARTBILL_TEST_AGAIN").is_some() {
        return ask_through_the_proxy_of_the_environment();
    }
    let proxy = RawServer::new(|out| out.write_all(head(200, "").as_bytes()));
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args([AGAIN, "--exact", "--nocapture"]).env("SMARTBILL_TEST_AGAIN", &proxy.url);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        again.env(name, &proxy.url);
    }
    again.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = again.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The one request that may use the proxy did, so the proxy was really active.
    assert_eq!(proxy.requests(), 1);
}

fn ask_through_the_proxy_of_the_environment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let proxy = std::env::var("SMARTBILL_TEST_AGAIN").unwrap();
    let server = RawServer::new(|out| {
        out.write_all(head(200, "").as_bytes())?;
        out.write_all(b"[]")
    });
    let port = server.url.rsplit(':').next().unwrap();
    let ask = |url: String, http: &HttpOptions| {
        let options = ClientOptions { allow_http: true, token: Some("t".into()), ..ClientOptions::new(url) };
        let client = Client::new(options, ReqwestHost::new(http).unwrap()).unwrap();
        runtime.block_on(listed(&client))
    };
    let given = HttpOptions { proxy: Some(proxy), ..HttpOptions::default() };
    let mut asked = 0;
    for host in ["127.0.0.1", "LOCALHOST"] {
        for http in [&HttpOptions::default(), &given] {
            assert_eq!(ask(format!("http://{host}:{port}"), http).unwrap(), 0, "{host}");
            asked += 1;
        }
    }
    assert_eq!(server.requests(), asked);
    ask("http://platform.example".into(), &HttpOptions::default()).unwrap_err();
}
