//! A server that answers each request by a function of the test, for cases that a plan cannot describe.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

pub use crate::wire::Received;
use crate::wire::{Answer, Handler, Step, listen, serve};

/// The server's reaction to a request.
pub enum Reply {
    /// Sends the answer.
    Answer(Answer),
    /// Closes the connection.
    Close,
    /// Announces a longer body than it sends.
    Truncated,
    /// Sends nothing.
    Hang,
}

impl Reply {
    /// Makes an answer with a text as its body.
    #[must_use]
    pub fn http(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        Self::bytes(status, headers, body.as_bytes())
    }

    /// Makes an answer.
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

/// A server in its own thread, until it is dropped.
pub struct Server {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// Starts a server that answers request number n, from 0, by `answer`.
    ///
    /// # Panics
    /// If the system gives no port.
    pub fn new(answer: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, answer)
    }

    /// Starts a server over TLS.
    ///
    /// # Panics
    /// If the system gives no port.
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
                // An error means that the server was dropped. Then it ends as well.
                let _ = stopped.await;
            });
        });
        Self { url, received, stop: Some(stop), thread: Some(thread) }
    }

    /// The address of the server.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The requests received so far.
    ///
    /// # Panics
    /// If the function panicked.
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
            // On return the port is closed. The thread has already reported its panic.
            let _ = thread.join();
        }
    }
}
