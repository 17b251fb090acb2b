//! Native HTTP connections, by reqwest.

use std::error::Error as _;
use std::future::Future;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use jiff::Timestamp;
use reqwest::header::{HeaderName, HeaderValue};
use smartbill_documents::Message;
use smartbill_model::error::{Error, ErrorKind};

use crate::api::{Request, Response};
use crate::transport::{Host, MAX_BODY_BYTES, MAX_FAILURE_BODY_BYTES, TransportError, TransportFailure};

/// The options of native HTTP connections.
#[derive(Clone)]
pub struct HttpOptions {
    /// The time limit for making a connection. Ten seconds by default.
    pub connect: Option<Duration>,
    /// The longest silence of the server. No limit by default, because an attempt has its own limit.
    pub read: Option<Duration>,
    /// Certificates of authorities in PEM (the contents of `SSL_CERT_FILE` or `REQUESTS_CA_BUNDLE`), trusted besides
    /// those of the operating system.
    pub ca_pem: Vec<Vec<u8>>,
    /// The client's certificate and private key in PEM.
    pub client_pem: Option<Vec<u8>>,
    /// The address of a proxy. Without it, the system's proxy is used (`HTTPS_PROXY`, `NO_PROXY`). Plain http to this
    /// machine uses no proxy.
    pub proxy: Option<String>,
    /// Whether to ignore the system's proxy.
    pub no_proxy: bool,
    /// The greatest size of an answer in bytes, decompressed. 16 MiB by default.
    pub max_body_bytes: usize,
    /// The time for which an unused connection is kept. 30 seconds by default, which is below the usual limits of
    /// firewalls.
    pub idle: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            read: None,
            ca_pem: Vec::new(),
            client_pem: None,
            proxy: None,
            no_proxy: false,
            max_body_bytes: MAX_BODY_BYTES,
            idle: Duration::from_secs(30),
        }
    }
}

/// The native host: HTTP/1.1 and 2 over a pool of kept connections. Its futures must run inside a tokio runtime.
pub struct ReqwestHost {
    client: reqwest::Client,
    /// The client for plain http to this machine, without a proxy: a proxy would read the token, and could not reach
    /// this machine.
    direct: reqwest::Client,
    max_body_bytes: usize,
    begun: Instant,
    /// Whether an answer ever came. Only then can a kept connection exist.
    served: AtomicBool,
}

impl ReqwestHost {
    /// Makes a host with its own pool of connections.
    ///
    /// # Errors
    /// Of kind `Configuration` if a certificate or the proxy's address cannot be used.
    pub fn new(options: &HttpOptions) -> Result<Self, Error> {
        // Another library of the process may have installed a provider already. That one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut roots = Vec::new();
        for pem in &options.ca_pem {
            let read = reqwest::Certificate::from_pem_bundle(pem);
            let read = read.ok().filter(|certificates| !certificates.is_empty());
            roots.extend(read.ok_or_else(|| {
                wrong(
                    "certificados de autoridade inválidos; esperado PEM",
                    "invalid authority certificates; expected PEM",
                )
            })?);
        }
        let plain = || {
            let mut builder = reqwest::Client::builder()
                // A redirect would send the token elsewhere. The client reports it.
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .tcp_keepalive(Duration::from_secs(30))
                .pool_idle_timeout(options.idle);
            if let Some(connect) = options.connect {
                builder = builder.connect_timeout(connect);
            }
            if let Some(read) = options.read {
                builder = builder.read_timeout(read);
            }
            builder
        };
        let builder = || -> Result<reqwest::ClientBuilder, Error> {
            let mut builder = plain();
            if let Some(pem) = &options.client_pem {
                let identity = reqwest::Identity::from_pem(pem).map_err(|_| {
                    wrong(
                        "certificado de cliente inválido; esperados certificado e chave em PEM",
                        "invalid client certificate; expected certificate and key in PEM",
                    )
                })?;
                builder = builder.identity(identity);
            }
            if options.no_proxy {
                builder = builder.no_proxy();
            } else if let Some(proxy) = &options.proxy {
                let proxy = reqwest::Proxy::all(proxy)
                    .map_err(|_| wrong("endereço de proxy inválido", "invalid proxy address"))?;
                builder = builder.proxy(proxy);
            }
            Ok(builder)
        };
        let unusable = |error: &reqwest::Error| {
            let why = chain(error);
            wrong(&format!("TLS não pôde ser configurado: {why}"), &format!("TLS cannot be set up: {why}"))
        };
        // Plain http needs no certificates.
        let direct = plain().no_proxy().tls_certs_only([]).build().map_err(|e| unusable(&e))?;
        let built = builder()?.tls_certs_merge(roots.clone()).build();
        let client = match built {
            Ok(client) => client,
            Err(error) => {
                // A machine without a trust store can still reach a sandbox, or a server with one of the given
                // certificates.
                log::warn!(target: "smartbill", "no system trust store: {}", chain(&error));
                builder()?.tls_certs_only(roots).build().map_err(|e| unusable(&e))?
            }
        };
        #[expect(clippy::disallowed_methods, reason = "the native host is where the core gets its clock")]
        let begun = Instant::now();
        Ok(Self { client, direct, max_body_bytes: options.max_body_bytes, begun, served: AtomicBool::new(false) })
    }

    async fn exchange(&self, base_url: &str, request: &Request) -> Result<Response, TransportError> {
        let url = reqwest::Url::parse(&format!("{base_url}{}", request.target)).map_err(|_| unusable("address"))?;
        let method = match request.method {
            crate::api::Method::Get => reqwest::Method::GET,
            crate::api::Method::Post => reqwest::Method::POST,
            crate::api::Method::Put => reqwest::Method::PUT,
            crate::api::Method::Patch => reqwest::Method::PATCH,
            crate::api::Method::Delete => reqwest::Method::DELETE,
        };
        let mut wire = reqwest::Request::new(method, url);
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable("header"))?;
            let value = HeaderValue::from_str(value).map_err(|_| unusable("header"))?;
            wire.headers_mut().append(name, value);
        }
        *wire.body_mut() = request.body.clone().map(Into::into);
        let client = if is_plain_loopback(wire.url()) { &self.direct } else { &self.client };
        let mut answer = client.execute(wire).await.map_err(|e| self.classified(&e))?;
        let status = answer.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let success = answer.status().is_success();
        let limit = if success { self.max_body_bytes } else { self.max_body_bytes.min(MAX_FAILURE_BODY_BYTES) };
        let mut body = BytesMut::new();
        while let Some(part) = answer.chunk().await.map_err(|e| {
            let failure = if e.is_timeout() { TransportFailure::Timeout } else { TransportFailure::Broken };
            TransportError::new(failure, chain(&e))
        })? {
            let room = limit - body.len();
            if part.len() > room {
                if success {
                    return Err(TransportError::new(TransportFailure::TooLarge, ""));
                }
                // The part that was read tells the platform's reason. The rest is left unread.
                body.extend_from_slice(part.get(..room).unwrap_or_default());
                break;
            }
            body.extend_from_slice(&part);
            // A few compressed bytes may give many parts at once, so the task must yield from time to time to check the
            // deadline.
            tokio::task::coop::consume_budget().await;
        }
        self.served.store(true, Ordering::Relaxed);
        Ok(Response { status, headers, body: body.freeze() })
    }

    fn classified(&self, error: &reqwest::Error) -> TransportError {
        let failure = match () {
            () if error.is_builder() => TransportFailure::Unusable,
            () if error.is_connect() && error.is_timeout() => TransportFailure::ConnectTimeout,
            () if error.is_connect() && refused_tls(error) => TransportFailure::Tls,
            () if error.is_connect() && lacks_address(error) => TransportFailure::UnknownHost,
            () if error.is_connect() => TransportFailure::Connect,
            () if error.is_timeout() => TransportFailure::Timeout,
            () if self.served.load(Ordering::Relaxed) && closed_unanswered(error) => TransportFailure::Stale,
            () => TransportFailure::Broken,
        };
        TransportError { system: number_of_system(error), ..TransportError::new(failure, chain(error)) }
    }
}

impl Host for ReqwestHost {
    fn send(&self, base_url: &str, request: &Request) -> impl Future<Output = Result<Response, TransportError>> {
        self.exchange(base_url, request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        tokio::time::sleep(duration)
    }

    fn monotonic(&self) -> Duration {
        self.begun.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "the native host is where the core gets its clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn random(&self) -> u64 {
        // The standard library keys every new hasher from the system's random source.
        RandomState::new().build_hasher().finish()
    }
}

/// Whether `url` is plain http to this machine.
fn is_plain_loopback(url: &reqwest::Url) -> bool {
    // The host's address, without the brackets of IPv6.
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let local = host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    url.scheme() == "http" && (local || host.eq_ignore_ascii_case("localhost"))
}

/// Whether the TLS handshake failed because one side rejects the other. It would fail again.
fn refused_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    // The source of an `io::Error` that wraps another error is that error's source, not the wrapped error itself.
    let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || held.is_some_and(|e| refused_tls(e)) || error.source().is_some_and(refused_tls)
}

/// Whether a name has no address. The type that says so is private to hyper, but for its text.
fn lacks_address(error: &reqwest::Error) -> bool {
    std::iter::successors(error.source(), |cause| (*cause).source()).any(|cause| cause.to_string() == "dns error")
}

/// Whether the connection was closed before any part of the answer came.
fn closed_unanswered(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(e) = source {
        if let Some(e) = e.downcast_ref::<hyper::Error>()
            && (e.is_incomplete_message() || e.is_canceled())
        {
            return true;
        }
        if let Some(e) = e.downcast_ref::<io::Error>() {
            use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
            return matches!(e.kind(), BrokenPipe | ConnectionAborted | ConnectionReset);
        }
        source = e.source();
    }
    false
}

/// The operating system's number of the error beneath `error`.
fn number_of_system(error: &reqwest::Error) -> Option<i32> {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).find_map(io::Error::raw_os_error)
}

/// The causes of an error in one line, from the outside in. The outermost is left out, because it names the address.
fn chain(error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(e) = source {
        let text = e.to_string();
        if causes.last().is_none_or(|last| !last.contains(&text)) {
            causes.push(text);
        }
        source = e.source();
    }
    causes.join(": ").lines().collect::<Vec<_>>().join(" ")
}

fn unusable(what: &str) -> TransportError {
    TransportError::new(TransportFailure::Unusable, format!("invalid {what}"))
}

fn wrong(pt: &str, en: &str) -> Error {
    Error::new(ErrorKind::Configuration, Message::new(pt, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_in_every_spelling() {
        let local = |url: &str| is_plain_loopback(&reqwest::Url::parse(url).unwrap());
        for url in
            ["http://localhost:1/x", "http://LOCALHOST", "http://127.0.0.1:80", "http://127.9.8.7", "http://127.1"]
        {
            assert!(local(url), "{url}");
        }
        for url in ["http://[::1]:8080/x", "http://[::ffff:127.0.0.1]", "http://0x7f000001"] {
            assert!(local(url), "{url}");
        }
        for url in [
            "https://localhost",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "http://[::2]",
            "http://127.0.0.1.nip.io",
        ] {
            assert!(!local(url), "{url}");
        }
    }
}
