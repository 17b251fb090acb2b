//! The one door out of Python while the network is waited for. Blocking, the GIL is released, Ctrl-C works at once and
//! a forked process gets connections of its own; asynchronous, an awaitable of the running loop is handed out, and a
//! forked process is told. Failures become exceptions.

use std::future::Future;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use smartbill_core::client::{Client, ClientOptions};
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, Idioma};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

use crate::awaitable::{self, awaitable};
use crate::registro::checar_sinais;
use crate::{erro, gate};

/// How long Ctrl-C may go unnoticed.
const SINAIS: Duration = Duration::from_millis(50);

/// The process whose threads drive the asynchronous clients.
static PROCESSO_ASSINCRONO: OnceLock<u32> = OnceLock::new();

/// A client and what its connections live on, in the process that made them.
pub(crate) struct Conexao {
    processo: u32,
    /// The runtime of a blocking client, driven by the thread that waits; asynchronous ones share theirs.
    runtime: Option<Runtime>,
    idioma: Idioma,
    pub(crate) client: Arc<Client<ReqwestHost>>,
}

impl Drop for Conexao {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A lookup of a name cannot be broken off; nobody waits for one that hangs.
            runtime.shutdown_background();
        }
    }
}

impl Conexao {
    /// Runs `futuro` to its end, unless Ctrl-C comes first.
    pub(crate) fn esperar<T: Send>(
        &self,
        py: Python<'_>,
        futuro: impl Future<Output = Result<T, Error>> + Send,
    ) -> PyResult<T> {
        let Some(runtime) = &self.runtime else {
            return Err(PyRuntimeError::new_err("this blocks, and the client is asynchronous"));
        };
        let resultado = gate::detach(py, || bloquear(runtime, futuro));
        // What came out of the log on the way goes first: nothing may run with Ctrl-C half noticed.
        checar_sinais(py)?;
        resultado?.map_err(|e| erro::exception_in(py, &e, self.idioma))
    }
}

fn bloquear<T: Send>(runtime: &Runtime, futuro: impl Future<Output = T> + Send) -> PyResult<T> {
    if Handle::try_current().is_ok() {
        return bloquear_ao_lado(runtime, futuro);
    }
    runtime.block_on(async {
        tokio::select! {
            resultado = futuro => Ok(resultado),
            interrompido = sinais() => Err(interrompido),
        }
    })
}

/// What a batch reads from or tells to may call the client again; this thread drives the batch, so another one drives
/// that call, and this one goes on asking for Ctrl-C.
fn bloquear_ao_lado<T: Send>(runtime: &Runtime, futuro: impl Future<Output = T> + Send) -> PyResult<T> {
    std::thread::scope(|escopo| {
        let (parar, parado) = oneshot::channel::<()>();
        let (terminar, terminado) = mpsc::channel();
        escopo.spawn(move || {
            let resultado = runtime.block_on(async {
                tokio::select! {
                    resultado = futuro => Some(resultado),
                    _ = parado => None,
                }
            });
            // Nobody hears it once Ctrl-C was.
            let _ = terminar.send(resultado);
        });
        loop {
            match terminado.recv_timeout(SINAIS) {
                Ok(Some(resultado)) => return Ok(resultado),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(interrompido) = gate::attach(checar_sinais) {
                        drop(parar);
                        return Err(interrompido);
                    }
                }
                _ => return Err(PyRuntimeError::new_err("the call broke off")),
            }
        }
    })
}

async fn sinais() -> PyErr {
    loop {
        tokio::time::sleep(SINAIS).await;
        if let Err(interrompido) = gate::attach(checar_sinais) {
            return interrompido;
        }
    }
}

/// A client's connections, made again where a fork has left them in the parent.
pub(crate) struct Conexoes {
    client: ClientOptions,
    http: HttpOptions,
    assincrono: bool,
    /// Only ever locked with the GIL held and for no time, so that no fork can find it locked.
    atual: Mutex<Option<Arc<Conexao>>>,
}

impl Conexoes {
    /// Connects nothing yet, but checks the options.
    pub(crate) fn new(py: Python<'_>, client: ClientOptions, http: HttpOptions, assincrono: bool) -> PyResult<Self> {
        let primeira = conectar(py, &client, &http, assincrono)?;
        Ok(Self { client, http, assincrono, atual: Mutex::new(Some(Arc::new(primeira))) })
    }

    /// Makes one call and gives what `converter` makes of its answer: the thing itself from a blocking client, an
    /// awaitable of it from an asynchronous one. An awaitable that is cancelled drops the call where it stands.
    pub(crate) fn chamar<'py, T, F>(
        &self,
        py: Python<'py>,
        chamada: impl FnOnce(Arc<Client<ReqwestHost>>) -> F,
        converter: impl FnOnce(Python<'_>, T) -> PyResult<Bound<'_, PyAny>> + Send + 'static,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let _inside = gate::enter_call(py);
        let conexao = self.obter(py)?;
        let futuro = chamada(Arc::clone(&conexao.client));
        if !self.assincrono {
            return converter(py, conexao.esperar(py, futuro)?);
        }
        awaitable(py, self.client.idioma, futuro, converter)
    }

    pub(crate) fn opcoes(&self) -> &ClientOptions {
        &self.client
    }

    /// The connections of this process.
    pub(crate) fn obter(&self, py: Python<'_>) -> PyResult<Arc<Conexao>> {
        let mut atual = self.atual.lock().map_err(|_| PyRuntimeError::new_err("the client broke off"))?;
        let conexao = atual.as_ref().ok_or_else(|| PyRuntimeError::new_err("the client is closed"))?;
        if conexao.processo == std::process::id() {
            return Ok(Arc::clone(conexao));
        }
        let nova = Arc::new(conectar(py, &self.client, &self.http, self.assincrono)?);
        // The parent's runtime is not taken down here: its threads and sockets are not this process's.
        std::mem::forget(atual.replace(Arc::clone(&nova)));
        Ok(nova)
    }

    /// Connections of its own for a batch, which holds on to them while it reads rows and calls back: another thread's
    /// call, or one made by the callback, does not wait for it.
    pub(crate) fn proprias(&self, py: Python<'_>) -> PyResult<Conexao> {
        self.obter(py)?;
        conectar(py, &self.client, &self.http, false)
    }

    /// Closes the connections; a call under way ends first.
    pub(crate) fn fechar(&self) {
        if let Ok(mut atual) = self.atual.lock() {
            match atual.take() {
                Some(conexao) if conexao.processo != std::process::id() => std::mem::forget(conexao),
                _ => {}
            }
        }
    }
}

fn conectar(py: Python<'_>, client: &ClientOptions, http: &HttpOptions, assincrono: bool) -> PyResult<Conexao> {
    let processo = std::process::id();
    if assincrono && *PROCESSO_ASSINCRONO.get_or_init(|| processo) != processo {
        // The threads that would drive the call stayed in the parent: it would wait for ever.
        return Err(PyRuntimeError::new_err(
            "this process was forked from one that used AsyncSmartbill: use Smartbill here, or start processes by `spawn`",
        ));
    }
    let runtime = (!assincrono).then(|| {
        // A thread pool would not survive a fork; the thread that waits drives its own call.
        Builder::new_current_thread().enable_all().build()
    });
    let runtime = runtime.transpose()?;
    let idioma = client.idioma;
    let client = {
        let _dentro = match &runtime {
            Some(runtime) => runtime.enter(),
            None => awaitable::runtime()?.enter(),
        };
        ReqwestHost::new(http)
            .and_then(|host| Client::new(client.clone(), host))
            .map_err(|e| erro::exception_in(py, &e, idioma))?
    };
    Ok(Conexao { processo, runtime, idioma, client: Arc::new(client) })
}
