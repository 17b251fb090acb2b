//! Calls that Python awaits. They run on threads that never enter Python. One more thread tells the event loops that a
//! result has arrived, and each loop takes it on its own thread.

use std::future::Future;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use smartbill_core::{Error, Language};
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

use crate::logging::pending;
use crate::{error, gate};

/// The runtime of all asynchronous clients of this process. It does not survive a fork.
struct Driver {
    runtime: Runtime,
    deliveries: Sender<Delivery>,
}

static DRIVER: Mutex<Option<&'static Driver>> = Mutex::new(None);

fn driver() -> PyResult<&'static Driver> {
    let mut driver = DRIVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(driver) = *driver {
        return Ok(driver);
    }
    let runtime = Builder::new_multi_thread().thread_name("smartbill-async").enable_all().build()?;
    let (deliveries, receiver) = mpsc::channel();
    std::thread::Builder::new().name("smartbill-deliver".to_owned()).spawn(move || deliver(&receiver))?;
    // It lives as long as the process, because its threads do.
    Ok(driver.insert(Box::leak(Box::new(Driver { runtime, deliveries }))))
}

/// The runtime on which the calls run.
pub(crate) fn runtime() -> PyResult<&'static Runtime> {
    Ok(&driver()?.runtime)
}

/// Makes a future of the running event loop, which gets the call's answer converted by `convert`. If the future is
/// cancelled, the call is dropped at once.
pub(crate) fn awaitable<T: Send + 'static>(
    py: Python<'_>,
    language: Language,
    call: impl Future<Output = Result<T, Error>> + Send + 'static,
    convert: impl FnOnce(Python<'_>, T) -> PyResult<Bound<'_, PyAny>> + Send + 'static,
) -> PyResult<Bound<'_, PyAny>> {
    // In an `atexit` function that runs after the gate's, no result would be delivered any more.
    if gate::is_closed() {
        return Err(PyRuntimeError::new_err("the interpreter is ending: only a blocking client can make a call now"));
    }
    let driver = driver()?;
    let event_loop = py.import(intern!(py, "asyncio"))?.call_method0(intern!(py, "get_running_loop"))?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let broke_off: Answer = Box::new(|_| Err(PyRuntimeError::new_err("the call broke off")));
    let delivery = Delivery { event_loop: event_loop.unbind(), future: future.clone().unbind(), answer: broke_off };
    let mut promise = Promise { delivery: Some(delivery), deliveries: driver.deliveries.clone() };
    let task = driver.runtime.spawn(async move {
        let result = call.await;
        promise.keep(Box::new(move |py| match result {
            Ok(answer) => convert(py, answer).map(Bound::unbind),
            Err(e) => Err(error::exception_in(py, &e, language)),
        }));
    });
    future.call_method1(intern!(py, "add_done_callback"), (DropCall(task.abort_handle()),))?;
    Ok(future)
}

type Answer = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// A result for an event loop: its future, and the outcome.
struct Delivery {
    event_loop: Py<PyAny>,
    future: Py<PyAny>,
    answer: Answer,
}

/// A delivery that is made whatever happens to the call, so that nobody waits for ever.
struct Promise {
    delivery: Option<Delivery>,
    deliveries: Sender<Delivery>,
}

impl Promise {
    fn keep(&mut self, answer: Answer) {
        if let Some(delivery) = &mut self.delivery {
            delivery.answer = answer;
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some(delivery) = self.delivery.take() {
            // The receiver is dropped only when the interpreter ends.
            let _ = self.deliveries.send(delivery);
        }
    }
}

fn deliver(receiver: &Receiver<Delivery>) {
    while let Ok(first) = receiver.recv() {
        let mut deliveries = vec![first];
        deliveries.extend(receiver.try_iter());
        if gate::try_attach(|py| tell(py, deliveries)).is_none() {
            return;
        }
    }
}

fn tell(py: Python<'_>, deliveries: Vec<Delivery>) {
    let mut per_loop: Vec<(Py<PyAny>, Vec<Delivery>)> = Vec::new();
    for delivery in deliveries {
        match per_loop.iter_mut().find(|(event_loop, _)| event_loop.is(&delivery.event_loop)) {
            Some((_, deliveries)) => deliveries.push(delivery),
            None => per_loop.push((delivery.event_loop.clone_ref(py), vec![delivery])),
        }
    }
    for (event_loop, deliveries) in per_loop {
        let settle = Settle(Mutex::new(deliveries));
        // Nobody waits on a closed loop.
        let _ = event_loop.call_method1(py, intern!(py, "call_soon_threadsafe"), (settle,));
    }
}

/// The function that the event loop runs when results have arrived.
#[pyclass(frozen)]
struct Settle(Mutex<Vec<Delivery>>);

#[pymethods]
impl Settle {
    fn __call__(&self, py: Python<'_>) {
        let deliveries = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(_inside) = gate::enter() else { return };
        for delivery in deliveries {
            let future = delivery.future.bind(py);
            if let Err(failure) = settle(future, delivery.answer) {
                failure.write_unraisable(py, Some(future));
            }
        }
    }
}

fn settle(future: &Bound<'_, PyAny>, answer: Answer) -> PyResult<()> {
    let py = future.py();
    if future.call_method0(intern!(py, "done"))?.is_truthy()? {
        return Ok(());
    }
    let answer = match pending() {
        Some(raised) => Err(raised),
        None => answer(py),
    };
    match answer {
        Ok(answer) => future.call_method1(intern!(py, "set_result"), (answer,)),
        Err(failure) => future.call_method1(intern!(py, "set_exception"), (failure.into_value(py),)),
    }?;
    Ok(())
}

/// Drops the call when its future is cancelled.
#[pyclass(frozen)]
struct DropCall(AbortHandle);

#[pymethods]
impl DropCall {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        if future.call_method0(intern!(future.py(), "cancelled"))?.is_truthy()? {
            self.0.abort();
        }
        Ok(())
    }
}
