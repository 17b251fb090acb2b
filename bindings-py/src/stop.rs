//! A batch that is told to stop by another thread.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Instant;

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use smartbill_core::error::ErrorKind;
use smartbill_core::{Error, Message};
use tokio::sync::watch;

use crate::gate;
use crate::logging::SIGNALS;

/// Tells one batch to stop, from any thread; what was not sent waits in its journal.
#[pyclass(frozen, module = "smartbill._smartbill")]
#[derive(Clone)]
pub(crate) struct CoreStop(Arc<State>);

struct State {
    stopped: watch::Sender<bool>,
    /// The main thread, if the batch runs in another one, and when it was last looked at.
    main_thread: OnceLock<(MainThread, Mutex<Instant>)>,
}

#[pymethods]
impl CoreStop {
    #[new]
    pub(crate) fn new() -> Self {
        Self(Arc::new(State { stopped: watch::Sender::new(false), main_thread: OnceLock::new() }))
    }

    /// Stops the batch, or keeps it from beginning.
    fn set(&self) {
        self.0.stopped.send_replace(true);
    }
}

impl CoreStop {
    /// Has the batch stopped by Ctrl-C too, if this is not the main thread.
    pub(crate) fn follow_main_thread(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(main_thread) = MainThread::other_than_this(py)? {
            // A batch begins once.
            let _ = self.0.main_thread.set((main_thread, Mutex::new(Instant::now())));
        }
        Ok(())
    }

    /// An error once it was told, for work that asks now and then.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if *self.0.stopped.borrow() || self.interrupted() { Err(stopped()) } else { Ok(()) }
    }

    /// Whether Ctrl-C reached the main thread. Looks at it now and then only.
    fn interrupted(&self) -> bool {
        let Some((main_thread, looked)) = self.0.main_thread.get() else { return false };
        {
            let mut looked = looked.lock().unwrap_or_else(PoisonError::into_inner);
            if looked.elapsed() < SIGNALS {
                return false;
            }
            *looked = Instant::now();
        }
        // Without an answer the batch goes on.
        let interrupted = gate::attach(|py| main_thread.is_interrupted(py)).unwrap_or_default();
        if interrupted {
            self.set();
        }
        interrupted
    }

    /// The result of `work`, unless the batch is stopped first. It must be safe to drop `work` at any await.
    pub(crate) async fn limit<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut told = self.0.stopped.subscribe();
        let interrupted = async {
            if self.0.main_thread.get().is_none() {
                std::future::pending::<()>().await;
            }
            while !self.interrupted() {
                tokio::time::sleep(SIGNALS).await;
            }
        };
        tokio::select! {
            biased;
            _ = told.wait_for(|told| *told) => Err(stopped()),
            () = interrupted => Err(stopped()),
            done = work => done,
        }
    }
}

/// The main thread, as seen by a batch in another one. Python raises Ctrl-C in the main thread only, and then waits for the
/// others: at the end of the program, or at the end of a `with` block.
struct MainThread {
    id: u64,
    /// The exception that ended the main thread's last program, before the batch began.
    last: Option<Py<PyAny>>,
}

impl MainThread {
    /// The main thread, unless this is it.
    fn other_than_this(py: Python<'_>) -> PyResult<Option<Self>> {
        let threading = py.import("threading")?;
        let id = threading.call_method0("main_thread")?.getattr("ident")?.extract()?;
        if threading.call_method0("get_ident")?.extract::<u64>()? == id {
            return Ok(None);
        }
        Ok(Some(Self { id, last: last_exception(py)?.map(Bound::unbind) }))
    }

    /// Whether the main thread handles `KeyboardInterrupt`, or has ended with it since the batch began.
    fn is_interrupted(&self, py: Python<'_>) -> PyResult<bool> {
        let is_interrupt = |exception: &Bound<'_, PyAny>| exception.is_instance_of::<PyKeyboardInterrupt>();
        let last = last_exception(py)?.filter(|last| self.last.as_ref().is_none_or(|before| !before.is(last)));
        if last.is_some_and(|last| is_interrupt(&last)) {
            return Ok(true);
        }
        // Python 3.9 does not tell.
        let Some(current) = py.import("sys")?.getattr_opt("_current_exceptions")? else { return Ok(false) };
        let current = current.call0()?.cast_into::<PyDict>()?.get_item(self.id)?;
        Ok(current.is_some_and(|current| match current.cast::<PyTuple>() {
            // Before Python 3.12 it is what `sys.exc_info` gives.
            Ok(info) => info.get_item(1).is_ok_and(|exception| is_interrupt(&exception)),
            Err(_) => is_interrupt(&current),
        }))
    }
}

/// The exception that ended the program of the main thread, while the interpreter waits for the other threads.
fn last_exception(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    py.import("sys")?.getattr_opt("last_value")
}

fn stopped() -> Error {
    let message = Message::new(
        "interrompido; a mesma chamada continua de onde esta parou",
        "interrupted; the same call goes on where this one was",
    );
    Error::new(ErrorKind::Cancelled, message)
}

/// The batches that run on a client's connections.
#[derive(Default)]
pub(crate) struct Batches(Mutex<Vec<Weak<State>>>);

impl Batches {
    /// Has the batch stopped when the client is closed.
    pub(crate) fn add(&self, stop: &CoreStop) {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        batches.retain(|batch| batch.strong_count() > 0);
        batches.push(Arc::downgrade(&stop.0));
    }

    /// Stops them all.
    pub(crate) fn stop(&self) {
        let batches = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for batch in batches.iter().filter_map(Weak::upgrade) {
            batch.stopped.send_replace(true);
        }
    }
}
