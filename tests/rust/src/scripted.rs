//! A server that answers each request as a test's own function says, where a plan would say less.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

pub use crate::wire::Received;
use crate::wire::{Answer, Handler, Step, listen, serve};

/// What the server does with a request.
pub enum Reply {
    /// Answers well.
    Answer(Answer),
    /// Closes the connection.
    Close,
    /// Promises a longer body than it sends.
    Truncated,
    /// Says nothing.
    Hang,
}

impl Reply {
    /// An answer with a text for its body.
    #[must_use]
    pub fn http(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        Self::bytes(status, headers, body.as_bytes())
    }

    /// An answer.
    #[must_use]
    pub fn bytes(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::Answer(Answer { status, headers, body: body.to_vec() })
    }

    fn steps(self) -> Vec<Step> {
        match self {
            Self::Answer(answer) => vec![Step::Send(answer.bytes())],
            Self::Close => vec![Step::Close],
            Self::Hang => vec![Step::Hang],
            Self::Truncated => {
                let half = b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
                vec![Step::Send(half), Step::Close]
            }
        }
    }
}

struct Script<F> {
    answer: F,
    received: Arc<Mutex<Vec<Received>>>,
}

impl<F: Fn(usize, &Received) -> Reply + Send + Sync + 'static> Handler for Script<F> {
    fn handle(&self, request: Received) -> impl Future<Output = Vec<Step>> + Send {
        let number = {
            let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
            received.push(request.clone());
            received.len() - 1
        };
        std::future::ready((self.answer)(number, &request).steps())
    }
}

/// A server in a thread of its own, until it is dropped.
pub struct Server {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// A server that answers the nth request, counted from 0, as `answer` says.
    ///
    /// # Panics
    /// When the system gives it no port.
    pub fn new(answer: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, answer)
    }

    /// The same over TLS.
    ///
    /// # Panics
    /// When the system gives it no port.
    pub fn tls(config: Arc<ServerConfig>, answer: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Some(config.into()), answer)
    }

    fn start(tls: Option<TlsAcceptor>, answer: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = listen(0).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Script { answer, received: Arc::clone(&received) });
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::spawn(serve(TcpListener::from_std(listener).unwrap(), tls, script));
                // An error means that the server itself is gone: then too it is over.
                let _ = stopped.await;
            });
        });
        Self { url, received, stop: Some(stop), thread: Some(thread) }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The requests so far.
    ///
    /// # Panics
    /// When the script panicked.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // On return the port is closed. A panic in there has been reported by the thread.
            let _ = thread.join();
        }
    }
}
