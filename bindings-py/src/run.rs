//! The one door out of Python while the network is waited for: the GIL is released, Ctrl-C works at once, a forked
//! process gets connections of its own, and failures become exceptions.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use smartbill_core::Error;
use smartbill_core::client::{Client, ClientOptions};
use smartbill_core::error::ErrorKind;
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use tokio::runtime::{Builder, Runtime};

use crate::erro;
use crate::registro::checar_sinais;

/// How long Ctrl-C may go unnoticed.
const SINAIS: Duration = Duration::from_millis(50);

/// A client and what its connections live on, in the process that made them.
pub(crate) struct Conexao {
    processo: u32,
    runtime: Runtime,
    pub(crate) client: Client<ReqwestHost>,
}

impl Conexao {
    /// Runs `futuro` to its end, unless Ctrl-C comes first.
    pub(crate) fn esperar<T: Send>(
        &self,
        py: Python<'_>,
        futuro: impl Future<Output = Result<T, Error>> + Send,
    ) -> PyResult<T> {
        let resultado = py.detach(|| {
            self.runtime.block_on(async {
                tokio::select! {
                    resultado = futuro => Ok(resultado),
                    interrompido = sinais() => Err(interrompido),
                }
            })
        });
        // What came out of the log on the way goes first: nothing may run with Ctrl-C half noticed.
        checar_sinais(py)?;
        resultado?.map_err(|e| erro::excecao(py, &e))
    }
}

async fn sinais() -> PyErr {
    loop {
        tokio::time::sleep(SINAIS).await;
        if let Err(interrompido) = Python::attach(checar_sinais) {
            return interrompido;
        }
    }
}

/// A client's connections, made again where a fork has left them in the parent.
pub(crate) struct Conexoes {
    client: ClientOptions,
    http: HttpOptions,
    /// Only ever locked with the GIL held and for no time, so that no fork can find it locked.
    atual: Mutex<Option<Arc<Conexao>>>,
}

impl Conexoes {
    /// Connects nothing yet, but checks the options.
    pub(crate) fn new(client: ClientOptions, http: HttpOptions) -> Result<Self, Error> {
        let primeira = conectar(&client, &http)?;
        Ok(Self { client, http, atual: Mutex::new(Some(Arc::new(primeira))) })
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
        let nova = Arc::new(conectar(&self.client, &self.http).map_err(|e| erro::excecao(py, &e))?);
        // The parent's runtime is not taken down here: its threads and sockets are not this process's.
        std::mem::forget(atual.replace(Arc::clone(&nova)));
        Ok(nova)
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

fn conectar(client: &ClientOptions, http: &HttpOptions) -> Result<Conexao, Error> {
    // A thread pool would not survive a fork; the thread that waits drives its own call.
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|e| {
        let message =
            smartbill_core::Message::new("o sistema recusou abrir conexões", "the system refused to open sockets");
        Error::new(ErrorKind::Io, message).caused_by(e)
    })?;
    let client = {
        let _dentro = runtime.enter();
        Client::new(client.clone(), ReqwestHost::new(http)?)?
    };
    Ok(Conexao { processo: std::process::id(), runtime, client })
}
