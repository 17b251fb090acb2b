//! Waits for the network outside Python. A blocking call releases the GIL, reacts to Ctrl-C at once, and gets its own
//! connections after a fork. An asynchronous call returns an awaitable of the running loop, and fails with an error
//! after a fork. Failures become exceptions.

use std::future::Future;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use smartbill_core::client::{Client, ClientOptions, DriftCounts};
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, Language};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Semaphore, oneshot};

use crate::awaitable::{self, awaitable};
use crate::logging::{SIGNALS, check_signals};
use crate::stop::{Batches, CoreStop};
use crate::{error, gate};

/// The process whose threads run the asynchronous clients.
static ASYNC_PROCESS: OnceLock<u32> = OnceLock::new();

/// A client, its runtime and connections, and the process that made them.
pub(crate) struct Connection {
    process: u32,
    /// The runtime of a blocking client, which runs on the waiting thread. Asynchronous clients share one.
    runtime: Option<Runtime>,
    language: Language,
    pub(crate) client: Arc<Client<ReqwestHost>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A name lookup cannot be interrupted, so nobody waits for one that hangs.
            runtime.shutdown_background();
        }
    }
}

impl Connection {
    /// Runs a batch to its end, unless it is told to stop. Ctrl-C stops it in any thread.
    pub(crate) fn wait_for_batch<T: Send>(
        &self,
        py: Python<'_>,
        stop: &CoreStop,
        batch: impl Future<Output = Result<T, Error>> + Send,
    ) -> PyResult<T> {
        stop.follow_main_thread(py)?;
        self.wait(py, stop.limit(batch))
    }

    /// Runs `future` to its end, unless Ctrl-C comes first.
    pub(crate) fn wait<T: Send>(
        &self,
        py: Python<'_>,
        future: impl Future<Output = Result<T, Error>> + Send,
    ) -> PyResult<T> {
        let Some(runtime) = &self.runtime else {
            return Err(PyRuntimeError::new_err("this blocks, and the client is asynchronous"));
        };
        let outcome = gate::detach(py, || block_on(runtime, future));
        // Exceptions from the log are raised first, because nothing may run while Ctrl-C is pending.
        check_signals(py)?;
        outcome?.map_err(|e| error::exception_in(py, &e, self.language))
    }
}

fn block_on<T: Send>(runtime: &Runtime, future: impl Future<Output = T> + Send) -> PyResult<T> {
    if Handle::try_current().is_ok() {
        return block_on_aside(runtime, future);
    }
    runtime.block_on(async {
        tokio::select! {
            outcome = future => Ok(outcome),
            interrupted = signals() => Err(interrupted),
        }
    })
}

/// Runs `future` on another thread. This thread already runs a batch, whose source or callback called the client. It
/// continues to check for Ctrl-C.
fn block_on_aside<T: Send>(runtime: &Runtime, future: impl Future<Output = T> + Send) -> PyResult<T> {
    std::thread::scope(|scope| {
        let (stop, stopped) = oneshot::channel::<()>();
        let (finish, finished) = mpsc::channel();
        scope.spawn(move || {
            let outcome = runtime.block_on(async {
                tokio::select! {
                    outcome = future => Some(outcome),
                    _ = stopped => None,
                }
            });
            // After Ctrl-C nobody receives this.
            let _ = finish.send(outcome);
        });
        loop {
            match finished.recv_timeout(SIGNALS) {
                Ok(Some(outcome)) => return Ok(outcome),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(interrupted) = gate::attach(check_signals) {
                        drop(stop);
                        return Err(interrupted);
                    }
                }
                _ => return Err(PyRuntimeError::new_err("the call broke off")),
            }
        }
    })
}

async fn signals() -> PyErr {
    loop {
        tokio::time::sleep(SIGNALS).await;
        if let Err(interrupted) = gate::attach(check_signals) {
            return interrupted;
        }
    }
}

/// A client's connections. They are made again in the child of a fork.
pub(crate) struct Connections {
    client: ClientOptions,
    http: HttpOptions,
    asynchronous: bool,
    /// This is locked only while the GIL is held, and only for an instant, so no fork can find it locked.
    current: Mutex<Option<Arc<Connection>>>,
    /// What all its connections count; a forked process, which may find it locked, begins anew.
    drift: Mutex<(u32, DriftCounts)>,
    batches: Batches,
    /// How many calls may be awaited at once; others wait for their turn before they open a connection.
    places: Arc<Semaphore>,
}

impl Connections {
    /// Checks the options, and connects nothing yet.
    pub(crate) fn new(
        py: Python<'_>,
        client: ClientOptions,
        http: HttpOptions,
        asynchronous: bool,
        max_connections: usize,
    ) -> PyResult<Self> {
        let first = connect(py, client.clone(), &http, asynchronous)?;
        let drift = Mutex::new((first.process, client.drift.clone()));
        let places = Arc::new(Semaphore::new(max_connections));
        Ok(Self {
            client,
            http,
            asynchronous,
            current: Mutex::new(Some(Arc::new(first))),
            drift,
            batches: Batches::default(),
            places,
        })
    }

    /// Makes one call and converts its answer by `convert`. A blocking client returns the result, and an asynchronous
    /// client returns an awaitable of it. If the awaitable is cancelled, the call is dropped at once.
    pub(crate) fn call<'py, T, F>(
        &self,
        py: Python<'py>,
        call: impl FnOnce(Arc<Client<ReqwestHost>>) -> F,
        convert: impl FnOnce(Python<'_>, T) -> PyResult<Bound<'_, PyAny>> + Send + 'static,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let _inside = gate::enter_call(py);
        let connection = self.obter(py)?;
        let future = call(Arc::clone(&connection.client));
        if !self.asynchronous {
            return convert(py, connection.wait(py, future)?);
        }
        let places = Arc::clone(&self.places);
        let future = async move {
            // Nobody closes them.
            let _place = places.acquire_owned().await.ok();
            future.await
        };
        awaitable(py, self.client.language, future, convert)
    }

    /// Makes one call of a blocking client.
    pub(crate) fn wait<T: Send, F>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(Arc<Client<ReqwestHost>>) -> F,
    ) -> PyResult<T>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let _inside = gate::enter_call(py);
        let connection = self.obter(py)?;
        connection.wait(py, call(Arc::clone(&connection.client)))
    }

    /// Whether the calls are awaited.
    pub(crate) fn is_asynchronous(&self) -> bool {
        self.asynchronous
    }

    pub(crate) fn options(&self) -> &ClientOptions {
        &self.client
    }

    /// Where the clients of this process count drift, those that are closed included.
    pub(crate) fn drift(&self) -> PyResult<DriftCounts> {
        let mut current = self.drift.lock().map_err(|_| PyRuntimeError::new_err("the client broke off"))?;
        if current.0 != std::process::id() {
            *current = (std::process::id(), DriftCounts::default());
        }
        Ok(current.1.clone())
    }

    fn counting(&self) -> PyResult<ClientOptions> {
        Ok(ClientOptions { drift: self.drift()?, ..self.client.clone() })
    }

    /// The connections of this process.
    pub(crate) fn obter(&self, py: Python<'_>) -> PyResult<Arc<Connection>> {
        let mut current = self.current.lock().map_err(|_| PyRuntimeError::new_err("the client broke off"))?;
        let connection = current.as_ref().ok_or_else(|| PyRuntimeError::new_err("the client is closed"))?;
        if connection.process == std::process::id() {
            return Ok(Arc::clone(connection));
        }
        let new = Arc::new(connect(py, self.counting()?, &self.http, self.asynchronous)?);
        // The parent's runtime is not shut down here, because its threads and sockets do not belong to this process.
        std::mem::forget(current.replace(Arc::clone(&new)));
        Ok(new)
    }

    /// Makes separate connections for a batch, which keeps them while it reads rows and calls back. A call from another
    /// thread or from the callback does not wait for the batch. Closing the client stops it.
    pub(crate) fn own(&self, py: Python<'_>, stop: &CoreStop) -> PyResult<Connection> {
        self.obter(py)?;
        self.batches.add(stop);
        connect(py, self.counting()?, &self.http, false)
    }

    /// Closes the connections; a call under way ends first, and a batch stops where it stands.
    pub(crate) fn close(&self) {
        self.batches.stop();
        if let Ok(mut current) = self.current.lock() {
            match current.take() {
                Some(connection) if connection.process != std::process::id() => std::mem::forget(connection),
                _ => {}
            }
        }
    }
}

fn connect(py: Python<'_>, client: ClientOptions, http: &HttpOptions, asynchronous: bool) -> PyResult<Connection> {
    let process = std::process::id();
    if asynchronous && *ASYNC_PROCESS.get_or_init(|| process) != process {
        // The threads that would run the call stayed in the parent, so the call would wait for ever.
        return Err(PyRuntimeError::new_err(
            "this process was forked from one that used AsyncSmartbill: use Smartbill here, or start processes by `spawn`",
        ));
    }
    let runtime = (!asynchronous).then(|| {
        // A thread pool would not survive a fork, so the waiting thread runs its own call.
        Builder::new_current_thread().enable_all().build()
    });
    let runtime = runtime.transpose()?;
    let language = client.language;
    let client = {
        let _entered = match &runtime {
            Some(runtime) => runtime.enter(),
            None => awaitable::runtime()?.enter(),
        };
        ReqwestHost::new(http)
            .and_then(|host| Client::new(client, host))
            .map_err(|e| error::exception_in(py, &e, language))?
    };
    Ok(Connection { process, runtime, language, client: Arc::new(client) })
}
