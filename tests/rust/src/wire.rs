//! HTTP/1.1 by hand, because the important answers here are those that no HTTP library would send.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The greatest size of a head and of a body, in bytes.
const MOST: usize = 8 << 20;

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The method, in upper case.
    pub method: String,
    /// The path and the query, unchanged.
    pub target: String,
    /// The path without the query, still percent-encoded.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The number of its connection.
    pub connection: usize,
    /// The number of requests before it on that connection.
    pub on_connection: usize,
    /// Whether the client showed a certificate.
    pub certified: bool,
}

impl Received {
    /// The first value of the header `name`, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The first line of the request, without the version.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first value of the query parameter `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// A step on a connection after a request was read. After the last step the connection is kept.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes one by one, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes again and again until the client goes away.
    Repeat(Vec<u8>),
    /// Waits.
    Pause(Duration),
    /// Closes the connection in order.
    Close,
    /// Resets the connection; what was sent may be lost with it.
    Reset,
    /// Says nothing more until the client goes away.
    Hang,
}

/// A whole answer that is well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, without `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    /// An answer with a body of any type.
    #[must_use]
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.as_bytes().to_vec() }.with("content-type", content_type)
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first line and the headers, without the empty line that ends them.
    #[must_use]
    pub fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} x\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head
    }

    /// All of it, as it is sent.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let head = format!("{}content-length: {}\r\n\r\n", self.head(), self.body.len());
        [head.as_bytes(), &self.body].concat()
    }
}

/// What answers the requests of a server.
pub trait Handler: Send + Sync + 'static {
    /// Decides what is done after `request`.
    fn handle(&self, request: Received) -> impl Future<Output = Vec<Step>> + Send;

    /// Hears that all steps were taken.
    fn answered(&self) {}
}

/// A listener on loopback; on any port, when it is 0.
///
/// # Errors
/// When the port is taken.
pub fn listen(port: u16) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers every connection of `listener` until the runtime ends.
pub async fn serve<H: Handler>(listener: TcpListener, tls: Option<TlsAcceptor>, handler: Arc<H>) {
    let connections = AtomicUsize::new(0);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: others will be given back.
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        // A small answer must not wait for an acknowledgement.
        let _ = stream.set_nodelay(true);
        let number = connections.fetch_add(1, Ordering::Relaxed);
        let (tls, handler) = (tls.clone(), Arc::clone(&handler));
        tokio::spawn(async move {
            match tls {
                None => converse(stream, number, &*handler).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(stream, number, &*handler).await;
                    }
                }
            }
        });
    }
}

/// A connection, in clear or over TLS.
trait Connection: AsyncRead + AsyncWrite + Unpin + Send {
    /// Whether the client showed a certificate.
    fn certified(&self) -> bool {
        false
    }

    fn reset(self);
}

impl Connection for TcpStream {
    fn reset(self) {
        // Closed with no time to linger, the peer sees a reset.
        let _ = self.set_zero_linger();
    }
}

impl Connection for TlsStream<TcpStream> {
    fn certified(&self) -> bool {
        self.get_ref().1.peer_certificates().is_some()
    }

    fn reset(self) {
        self.into_inner().0.reset();
    }
}

async fn converse<C: Connection, H: Handler>(mut stream: C, connection: usize, handler: &H) {
    let mut pending = Vec::new();
    for on_connection in 0.. {
        let Some(mut request) = read_request(&mut stream, &mut pending).await else { return };
        (request.connection, request.on_connection) = (connection, on_connection);
        request.certified = stream.certified();
        for step in handler.handle(request).await {
            let sent = match step {
                Step::Send(bytes) => stream.write_all(&bytes).await,
                Step::Drip(bytes, pause) => drip(&mut stream, &bytes, pause).await,
                Step::Repeat(bytes) => loop {
                    if let Err(gone) = stream.write_all(&bytes).await {
                        break Err(gone);
                    }
                },
                Step::Pause(pause) => {
                    tokio::time::sleep(pause).await;
                    Ok(())
                }
                Step::Close => {
                    let _ = stream.shutdown().await;
                    return handler.answered();
                }
                Step::Reset => {
                    let _ = stream.flush().await;
                    stream.reset();
                    return handler.answered();
                }
                Step::Hang => {
                    while stream.read(&mut [0; 1024]).await.is_ok_and(|n| n > 0) {}
                    return handler.answered();
                }
            };
            if sent.is_err() {
                return handler.answered();
            }
        }
        if stream.flush().await.is_err() {
            return handler.answered();
        }
        handler.answered();
    }
}

async fn drip<C: Connection>(stream: &mut C, bytes: &[u8], pause: Duration) -> io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// The next request; `None` when the connection ends, or what comes is no HTTP.
async fn read_request<C: Connection>(stream: &mut C, pending: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some((mut request, head, length)) = parse(pending)? {
            while pending.len() < head + length {
                more(stream, pending).await?;
            }
            request.body = pending.get(head..head + length)?.to_vec();
            pending.drain(..head + length);
            return Some(request);
        }
        more(stream, pending).await?;
    }
}

async fn more<C: Connection>(stream: &mut C, pending: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(pending).await.ok()?;
    (read > 0 && pending.len() <= MOST).then_some(())
}

/// A request without its body, the length of its head and of its body; `Some(None)` when the head is not whole yet.
#[expect(clippy::option_option, reason = "no HTTP at all is something else than not yet all of it")]
fn parse(bytes: &[u8]) -> Option<Option<(Received, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(head) = request.parse(bytes).ok()? else {
        return Some(None);
    };
    let target = request.path?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers: Vec<_> = request.headers.iter().map(|h| (h.name.to_ascii_lowercase(), text(h.value))).collect();
    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(Some(0), |(_, v)| v.parse().ok())?;
    let query = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (decoded(n), decoded(v)));
    let request = Received {
        method: request.method?.to_owned(),
        target: target.to_owned(),
        path: path.to_owned(),
        query: query.collect(),
        headers,
        body: Vec::new(),
        connection: 0,
        on_connection: 0,
        certified: false,
    };
    Some(Some((request, head, length)))
}

/// `text` with its percent-encoding undone.
#[must_use]
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match byte {
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => bytes.push(high * 16 + low),
                _ => bytes.push(b'%'),
            },
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
