//! A small HTTP server that misbehaves on demand.

use std::fmt::Write as _;
use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// What the server does with a request.
pub(crate) enum Reply {
    /// Sends these bytes.
    Http(Vec<u8>),
    /// Closes the connection.
    Close,
    /// Promises a longer body than it sends.
    Truncated,
    /// Says nothing.
    Hang,
}

impl Reply {
    pub(crate) fn http(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        Self::bytes(status, headers, body.as_bytes())
    }

    pub(crate) fn bytes(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        head.push_str("\r\n");
        Self::Http([head.as_bytes(), body].concat())
    }
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The number of its connection.
    pub(crate) connection: usize,
    /// How many came before it on that connection.
    pub(crate) on_connection: usize,
    pub(crate) client_certificate: bool,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

type Script = dyn Fn(usize, &Received) -> Reply + Send + Sync;

pub(crate) struct Server {
    address: SocketAddr,
    scheme: &'static str,
    received: Arc<Mutex<Vec<Received>>>,
    closing: Arc<AtomicBool>,
}

impl Server {
    /// A server that answers the nth request as `script` says.
    pub(crate) fn new(script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, script)
    }

    /// The same over TLS.
    pub(crate) fn tls(tls: &Tls, script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Some(tls.config.clone()), script)
    }

    fn start(
        tls: Option<Arc<ServerConfig>>,
        script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            scheme: if tls.is_some() { "https" } else { "http" },
            received: Arc::default(),
            closing: Arc::default(),
        };
        let (received, closing, script): (_, _, Arc<Script>) =
            (server.received.clone(), server.closing.clone(), Arc::new(script));
        thread::spawn(move || {
            let connections = AtomicUsize::new(0);
            for stream in listener.incoming() {
                if closing.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let connection = connections.fetch_add(1, Ordering::SeqCst);
                let (received, script, tls) = (received.clone(), script.clone(), tls.clone());
                thread::spawn(move || match tls {
                    None => serve(stream, connection, &received, &*script, |_| false),
                    Some(config) => {
                        let stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                        serve(stream, connection, &received, &*script, |s| s.conn.peer_certificates().is_some());
                    }
                });
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees the flag and closes; returns once the port answers no more.
        while TcpStream::connect(self.address).is_ok() {
            thread::yield_now();
        }
    }
}

fn serve<S: Read + Write>(
    stream: S,
    connection: usize,
    received: &Mutex<Vec<Received>>,
    script: &Script,
    certified: impl Fn(&S) -> bool,
) {
    let mut stream = BufReader::new(stream);
    for on_connection in 0.. {
        let Some((line, headers)) = read_head(&mut stream) else { return };
        let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).is_err() {
            return;
        }
        let body = String::from_utf8(body).unwrap();
        let client_certificate = certified(stream.get_ref());
        let request = Received { line, headers, body, connection, on_connection, client_certificate };
        let n = {
            let mut all = received.lock().unwrap();
            all.push(request.clone());
            all.len() - 1
        };
        let bytes = match script(n, &request) {
            Reply::Http(bytes) => bytes,
            Reply::Close => return,
            Reply::Hang => {
                // Until the client goes away.
                let _ = stream.read(&mut [0]);
                return;
            }
            Reply::Truncated => {
                let _ = stream.get_mut().write_all(b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{\"id\":");
                return;
            }
        };
        if stream.get_mut().write_all(&bytes).and_then(|()| stream.get_mut().flush()).is_err() {
            return;
        }
    }
}

fn read_head(stream: &mut impl std::io::BufRead) -> Option<(String, Vec<(String, String)>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        lines.push(line.to_owned());
    }
    let mut lines = lines.into_iter();
    let first = lines.next()?;
    let headers = lines.filter_map(|l| l.split_once(": ").map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())));
    Some((first, headers.collect()))
}

/// An authority of its own, a server certificate for loopback, and a client's certificate with its key.
pub(crate) struct Tls {
    pub(crate) authority: String,
    pub(crate) client: String,
    config: Arc<ServerConfig>,
}

impl Tls {
    pub(crate) fn new() -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let signed = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
            (certificate.pem(), key.serialize_pem())
        };
        let (server, server_key) = signed("127.0.0.1");
        let (client, client_key) = signed("client.example");
        let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(der(&authority)).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let verifier = verifier.allow_unauthenticated().build().unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![der(&server)], PrivateKeyDer::from_pem_slice(server_key.as_bytes()).unwrap())
            .unwrap();
        Self { authority, client: format!("{client}{client_key}"), config: Arc::new(config) }
    }
}
