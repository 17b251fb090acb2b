//! The sandbox on a socket of the loopback interface.

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

use crate::erro::Erro;
use crate::{Conexao, Falha, Pedido, Resposta, Service, TOKEN};

/// The largest body that is read.
const MAIOR_CORPO: usize = 8 << 20;

/// How long stopping waits for answers under way.
const PACIENCIA: Duration = Duration::from_secs(2);

/// How a sandbox is started.
#[derive(Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub porta: u16,
    /// The wire profile that it speaks.
    pub perfil: Profile,
    /// The token that it takes. One of the caller's own is wanted under `/sandbox/` as well.
    pub token: String,
    /// Whether it begins with the sample services.
    pub semear: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { porta: 0, perfil: Profile::padrao(), token: TOKEN.to_owned(), semear: true }
    }
}

/// A sandbox that answers on a socket, in a thread of its own, until it is stopped or dropped.
pub struct Sandbox {
    url: String,
    service: Arc<Mutex<Service>>,
    parar: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts answering; on return the port is open.
    ///
    /// # Errors
    /// When the port cannot be had, or the system gives no thread.
    pub fn start(options: Options) -> io::Result<Self> {
        let guarded = options.token != TOKEN;
        let mut service = Service::new(options.perfil, options.token, Timestamp::now());
        service.guarded = guarded;
        if options.semear {
            service.semear();
        }
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.porta))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        service.responder_em(&url);
        let service = Arc::new(Mutex::new(service));
        // One thread: requests are handled one at a time anyway, and take microseconds.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _guard = runtime.enter();
            Escuta(TcpListener::from_std(listener)?)
        };
        let (parar, parada) = oneshot::channel::<()>();
        let app = Router::new()
            .fallback(atender)
            .layer(DefaultBodyLimit::max(MAIOR_CORPO))
            .with_state(Arc::clone(&service))
            .into_make_service_with_connect_info::<Corte>();
        let thread = std::thread::Builder::new().name("smartbill-sandbox".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let (fim, mut acabou) = oneshot::channel::<()>();
                let espera = async move {
                    // An error means that the sandbox itself is gone: then too it is over.
                    let _ = parada.await;
                    let _ = fim.send(());
                };
                let serve = axum::serve(listener, app).with_graceful_shutdown(espera).into_future();
                let limite = async {
                    if (&mut acabou).await.is_ok() {
                        tokio::time::sleep(PACIENCIA).await;
                    } else {
                        std::future::pending::<()>().await;
                    }
                };
                tokio::select! {
                    _ = serve => {}
                    () = limite => {}
                }
            });
        })?;
        Ok(Self { url, service, parar: Some(parar), thread: Some(thread) })
    }

    /// Its address, without the profile's base path.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The service itself, for what needs no HTTP; requests wait while it is held.
    pub fn service(&self) -> MutexGuard<'_, Service> {
        trancar(&self.service)
    }

    /// Stops answering; waits a moment for answers under way.
    pub fn stop(&mut self) {
        if let Some(parar) = self.parar.take() {
            // Nobody listens when the thread has ended by itself.
            let _ = parar.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic in there has been reported by the thread.
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A lock whose holder panicked is as good as any: the service answers whole requests or nothing.
fn trancar(service: &Mutex<Service>) -> MutexGuard<'_, Service> {
    service.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn atender(
    State(service): State<Arc<Mutex<Service>>>,
    ConnectInfo(corte): ConnectInfo<Corte>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    corpo: Result<Bytes, BytesRejection>,
) -> Response {
    let texto = |valor: &HeaderValue| String::from_utf8_lossy(valor.as_bytes()).into_owned();
    let cabecalhos: Vec<(String, String)> =
        headers.iter().map(|(nome, valor)| (nome.as_str().to_owned(), texto(valor))).collect();
    let alvo = uri.path_and_query().map_or(uri.path(), |alvo| alvo.as_str());
    let corpo_lido = corpo.as_deref().unwrap_or_default();
    let pedido = Pedido { metodo: method.as_str(), alvo, cabecalhos: &cabecalhos, corpo: corpo_lido };
    let turned_away = match &corpo {
        Err(rejection) => Some(unread(rejection)),
        Ok(_) if uri.path().starts_with("/sandbox/") && !from_this_machine(&headers) => Some(Erro::new(
            403,
            "origem_recusada",
            "o controle da sandbox atende só esta máquina; use `127.0.0.1` ou `localhost` no endereço",
            "the sandbox is controlled from this machine only; use `127.0.0.1` or `localhost` in the address",
        )),
        Ok(_) => None,
    };
    let resposta = match turned_away {
        Some(erro) => trancar(&service).turn_away(&erro, &pedido),
        None => trancar(&service).handle(&pedido, Timestamp::now()),
    };
    enviar(resposta, &corte).await
}

fn unread(rejection: &BytesRejection) -> Erro {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let (pt, en) =
            ("o corpo passa de 8 MiB; envie menos por vez", "the body is longer than 8 MiB; send less at once");
        return Erro::new(413, "corpo_grande", pt, en);
    }
    Erro::new(400, "corpo_incompleto", "o corpo não chegou inteiro", "the body did not come whole")
}

/// Whether a request is addressed to this machine, and comes from no page of another. A page whose name was bound anew to
/// 127.0.0.1 sends its own name as `Host`; one that sends requests across sends its `Origin`.
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

/// The answer on its way out, with what a fault plan does to it.
async fn enviar(resposta: Resposta, corte: &Corte) -> Response {
    let Resposta { status, cabecalhos, corpo, falha } = resposta;
    let conexao = match falha {
        Some(Falha { atraso, conexao }) => {
            if !atraso.is_zero() {
                tokio::time::sleep(atraso).await;
            }
            conexao
        }
        None => Conexao::Normal,
    };
    let tamanho = corpo.len();
    let body = match conexao {
        Conexao::Normal => Body::from(corpo),
        Conexao::Cair => {
            corte.cortar();
            Body::empty()
        }
        Conexao::Truncar(bytes) => Body::new(EmPedacos::new(corpo.slice(..bytes.min(tamanho)), bytes, MOMENTO, true)),
        Conexao::Gotejar { bytes, pausa } => Body::new(EmPedacos::new(corpo, bytes, pausa, false)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (nome, valor) in cabecalhos {
        let nome = header::HeaderName::try_from(nome);
        if let (Ok(nome), Ok(valor)) = (nome, HeaderValue::try_from(valor)) {
            response.headers_mut().insert(nome, valor);
        }
    }
    // A body cut short still promises its whole length.
    if conexao != Conexao::Normal {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(tamanho));
    }
    response
}

/// Long enough for what was written to leave before the connection breaks.
const MOMENTO: Duration = Duration::from_millis(10);

/// A body that comes in pieces, with a pause before each but the first, and may break off at its end.
struct EmPedacos {
    resto: Bytes,
    pedaco: usize,
    pausa: Duration,
    quebra: bool,
    espera: Option<Pin<Box<Sleep>>>,
}

impl EmPedacos {
    fn new(resto: Bytes, pedaco: usize, pausa: Duration, quebra: bool) -> Self {
        Self { resto, pedaco: pedaco.max(1), pausa, quebra, espera: None }
    }
}

impl HttpBody for EmPedacos {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(espera) = &mut self.espera
            && espera.as_mut().poll(cx).is_pending()
        {
            return Poll::Pending;
        }
        if self.resto.is_empty() {
            let quebra = self.quebra.then(|| Err(io::Error::from(io::ErrorKind::ConnectionAborted)));
            return Poll::Ready(quebra);
        }
        let tamanho = self.pedaco.min(self.resto.len());
        let pedaco = self.resto.split_to(tamanho);
        self.espera = Some(Box::pin(tokio::time::sleep(self.pausa)));
        Poll::Ready(Some(Ok(Frame::data(pedaco))))
    }

    fn is_end_stream(&self) -> bool {
        self.resto.is_empty() && !self.quebra
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// Whether the connection is to break: set by an answer, obeyed by the next write.
#[derive(Clone, Default)]
struct Corte(Arc<AtomicBool>);

impl Corte {
    fn cortar(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn cortada(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Connected<IncomingStream<'_, Escuta>> for Corte {
    fn connect_info(stream: IncomingStream<'_, Escuta>) -> Self {
        stream.io().corte.clone()
    }
}

/// A listener whose connections can be broken.
struct Escuta(TcpListener);

impl Listener for Escuta {
    type Io = Quebravel;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Quebravel, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, addr)) => {
                    // Small answers must not wait for an acknowledgement; without it they are only slower.
                    let _ = stream.set_nodelay(true);
                    return (Quebravel { stream, corte: Corte::default() }, addr);
                }
                // Out of descriptors, or a client gone already: the next may do better.
                Err(_) => tokio::time::sleep(MOMENTO).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that resets when told to.
struct Quebravel {
    stream: TcpStream,
    corte: Corte,
}

impl AsyncRead for Quebravel {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Quebravel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.corte.cortada() {
            // Closed with unsent data dropped, the peer sees a reset.
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
