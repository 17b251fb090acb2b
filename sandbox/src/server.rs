//! Serves the sandbox on a socket of the loopback interface.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::connect_info::Connected;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use jiff::Timestamp;
use smartbill_core::profile::Profile;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use crate::refusal::Refusal;
use crate::service::default_token;
use crate::{Answer, ConnectionFault, Fault, RawRequest, Service, TOKEN};

/// The greatest size of a request's body, in bytes.
const MAX_BODY: usize = 8 << 20;

/// How long `stop` waits for answers in progress.
const PATIENCE: Duration = Duration::from_secs(2);

/// The options of a sandbox.
#[derive(Clone)]
pub struct Options {
    /// The port on 127.0.0.1. With 0 the system chooses a free one.
    pub port: u16,
    /// The wire profile.
    pub profile: Profile,
    /// The token that requests must have. If it is not the default token, the endpoints under `/sandbox/` require it
    /// too.
    pub token: String,
    /// Whether to begin with the sample services.
    pub seed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, profile: Profile::built_in(), token: TOKEN.to_owned(), seed: true }
    }
}

/// A sandbox that answers on a socket, in its own thread, until it is stopped or dropped.
pub struct Sandbox {
    url: String,
    service: Arc<Mutex<Service>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts the sandbox. When this returns, the port is open.
    ///
    /// # Errors
    /// If the port is not available or the system gives no thread. Of kind `InvalidInput`, with the profile's own error
    /// inside, if the sandbox cannot serve the profile.
    pub fn start(options: Options) -> io::Result<Self> {
        options.profile.servable().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let guarded = ![TOKEN, &default_token(&options.profile)].contains(&options.token.as_str());
        let mut service = Service::new(&options.profile, options.token, Timestamp::now());
        service.guarded = guarded;
        if options.seed {
            service.seed();
        }
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        service.answer_at(&url);
        let service = Arc::new(Mutex::new(service));
        // One thread is enough: requests are handled one at a time, and take microseconds.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _guard = runtime.enter();
            Listening(TcpListener::from_std(listener)?)
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let app = Router::new()
            .fallback(handle)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(Arc::clone(&service))
            .into_make_service_with_connect_info::<Cut>();
        let thread = std::thread::Builder::new().name("smartbill-sandbox".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let (end, mut finished) = oneshot::channel::<()>();
                let waiting = async move {
                    // An error means that the sandbox was dropped. Then the server ends as well.
                    let _ = stopped.await;
                    let _ = end.send(());
                };
                let serve = axum::serve(listener, app).with_graceful_shutdown(waiting).into_future();
                let limit = async {
                    if (&mut finished).await.is_ok() {
                        tokio::time::sleep(PATIENCE).await;
                    } else {
                        std::future::pending::<()>().await;
                    }
                };
                tokio::select! {
                    _ = serve => {}
                    () = limit => {}
                }
            });
        })?;
        Ok(Self { url, service, stop: Some(stop), thread: Some(thread) })
    }

    /// The address, without the profile's base path.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token that requests must have.
    #[must_use]
    pub fn token(&self) -> String {
        self.service().token().to_owned()
    }

    /// The service itself, for uses without HTTP. Requests wait while the lock is held.
    pub fn service(&self) -> MutexGuard<'_, Service> {
        lock(&self.service)
    }

    /// Stops the sandbox. Waits a moment for answers in progress.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // If the thread has ended already, nobody receives this.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // The thread has already reported its panic.
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Locks the service, even if a holder of the lock panicked: the service has then answered a request completely or not
/// at all.
fn lock(service: &Mutex<Service>) -> MutexGuard<'_, Service> {
    service.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn handle(
    State(service): State<Arc<Mutex<Service>>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let header_pairs: Vec<(String, String)> =
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let target = uri.path_and_query().map_or(uri.path(), |target| target.as_str());
    let received_body = body.as_deref().unwrap_or_default();
    let request = RawRequest { method: method.as_str(), target, headers: &header_pairs, body: received_body };
    let turned_away = match &body {
        Err(rejection) => Some(unread(rejection)),
        Ok(_) if uri.path().starts_with("/sandbox/") && !from_this_machine(&headers) => Some(Refusal::new(
            403,
            "origem_recusada",
            "o controle da sandbox atende só esta máquina; use `127.0.0.1` ou `localhost` no endereço",
            "the sandbox is controlled from this machine only; use `127.0.0.1` or `localhost` in the address",
        )),
        Ok(_) => None,
    };
    let answer = match turned_away {
        Some(error) => lock(&service).turn_away(&error, &request),
        None => lock(&service).handle(&request, Timestamp::now()),
    };
    send(answer, &cut).await
}

impl Service {
    /// Refuses a request that may not reach the service.
    fn turn_away(&mut self, error: &Refusal, request: &RawRequest<'_>) -> Answer {
        self.requests += 1;
        // A request without the token learns only that.
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let known = path.starts_with("/sandbox/") || self.authenticated(request, query);
        let stranger = Refusal::not_authenticated();
        let answer = self.refuse(if known { error } else { &stranger }, request.language());
        self.identified(answer, request)
    }
}

fn unread(rejection: &BytesRejection) -> Refusal {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let (pt, en) =
            ("o corpo passa de 8 MiB; envie menos por vez", "the body is longer than 8 MiB; send less at once");
        return Refusal::new(413, "corpo_grande", pt, en);
    }
    Refusal::new(400, "corpo_incompleto", "o corpo não chegou inteiro", "the body did not come whole")
}

/// Whether a request is addressed to this machine, and does not come from a page of another host. A page whose name was
/// rebound to 127.0.0.1 sends its own name as `Host`. A page that sends cross-origin requests sends its `Origin`.
fn from_this_machine(headers: &HeaderMap) -> bool {
    let all = |name, read: fn(&str) -> Option<&str>| {
        headers.get_all(name).iter().all(|value| value.to_str().ok().and_then(read).is_some_and(is_loopback))
    };
    headers.contains_key(header::HOST)
        && all(header::HOST, |host| Some(host))
        && all(header::ORIGIN, |origin| origin.split_once("://").map(|(_, host)| host))
}

/// Whether `authority` is `host` or `host:port` of this machine.
fn is_loopback(authority: &str) -> bool {
    let port =
        authority.rfind(':').filter(|at| authority.get(at + 1..).is_some_and(|port| port.parse::<u16>().is_ok()));
    let host = authority.get(..port.unwrap_or(authority.len())).unwrap_or_default();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let loopback = address.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    loopback || host.eq_ignore_ascii_case("localhost")
}

/// Sends the answer, with the faults of the fault plan.
async fn send(reply: Answer, cut: &Cut) -> Response {
    let Answer { status, headers, body: payload, fault } = reply;
    let connection = match fault {
        Some(Fault { delay, connection }) => {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            connection
        }
        None => ConnectionFault::Normal,
    };
    let size = payload.len();
    let body = match connection {
        ConnectionFault::Normal => Body::from(payload),
        ConnectionFault::Drop => {
            cut.cut();
            Body::empty()
        }
        ConnectionFault::Truncate(bytes) => {
            Body::new(InPieces::new(payload.slice(..bytes.min(size)), bytes, MOMENT, true))
        }
        ConnectionFault::Drip { bytes, pause } => Body::new(InPieces::new(payload, bytes, pause, false)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        let name = header::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    // A truncated body still announces its full length.
    if connection != ConnectionFault::Normal {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    response
}

/// The time for written data to leave before the connection breaks.
const MOMENT: Duration = Duration::from_millis(10);

/// A body that is sent in pieces, with a pause before each except the first. It may break off at its end.
struct InPieces {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    breaks: bool,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl InPieces {
    fn new(rest: Bytes, piece: usize, pause: Duration, breaks: bool) -> Self {
        Self { rest, piece: piece.max(1), pause, breaks, waiting: None }
    }
}

impl HttpBody for InPieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(waiting) = &mut self.waiting
            && waiting.as_mut().poll(cx).is_pending()
        {
            return Poll::Pending;
        }
        if self.rest.is_empty() {
            let breaks = self.breaks.then(|| Err(io::Error::from(io::ErrorKind::ConnectionAborted)));
            return Poll::Ready(breaks);
        }
        let size = self.piece.min(self.rest.len());
        let piece = self.rest.split_to(size);
        self.waiting = Some(Box::pin(tokio::time::sleep(self.pause)));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && !self.breaks
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// Whether to break the connection. An answer sets it, and the next write obeys it.
#[derive(Clone, Default)]
struct Cut(Arc<AtomicBool>);

impl Cut {
    fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn truncated(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Connected<IncomingStream<'_, Listening>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Listening>) -> Self {
        stream.io().cut.clone()
    }
}

/// A listener whose connections can be broken.
struct Listening(TcpListener);

impl Listener for Listening {
    type Io = Breakable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Breakable, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, addr)) => {
                    // Small answers must not wait for an acknowledgement. If this fails, they are only slower.
                    let _ = stream.set_nodelay(true);
                    return (Breakable { stream, cut: Cut::default() }, addr);
                }
                // No descriptors are left, or the client is gone already. The next attempt may succeed.
                Err(_) => tokio::time::sleep(MOMENT).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that can be reset.
struct Breakable {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for Breakable {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Breakable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.cut.truncated() {
            // If unsent data is dropped on closing, the peer sees a reset.
            let _ = self.stream.set_zero_linger();
            return Poll::Ready(Err(io::Error::from(io::ErrorKind::ConnectionReset)));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
