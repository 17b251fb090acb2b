//! The core's log, into `logging.getLogger("smartbill")`.
//!
//! Written here because an exception that comes out of a logging call, Ctrl-C above all, must not stay set behind the
//! back of what goes on: it is kept, and raised at the next place that can.

use std::sync::{Mutex, PoisonError};

use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::gate;

struct PythonLogger;

/// What a logging call raised, until somebody can raise it.
static PENDING: Mutex<Option<PyErr>> = Mutex::new(None);

/// Makes Python's `logging` the log of this module, unless another has been installed.
pub(crate) fn install() {
    if log::set_logger(&PythonLogger).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}

/// Ctrl-C, or whatever else a signal handler raises, wherever it has struck.
pub(crate) fn check_signals(py: Python<'_>) -> PyResult<()> {
    match pending() {
        Some(pending) => Err(pending),
        None => py.check_signals(),
    }
}

/// What a logging call raised, if nobody has raised it since.
pub(crate) fn pending() -> Option<PyErr> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Log for PythonLogger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("smartbill")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            // There is nobody left to tell while the interpreter ends.
            gate::try_attach(|py| {
                if let Err(exception) = write(py, record) {
                    *PENDING.lock().unwrap_or_else(PoisonError::into_inner) = Some(exception);
                }
            });
        }
    }

    fn flush(&self) {}
}

/// A library says nothing until it is asked to.
fn logger(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let logging = py.import("logging")?;
    let logger = logging.call_method1("getLogger", ("smartbill",))?;
    logger.call_method1("addHandler", (logging.call_method0("NullHandler")?,))?;
    Ok(logger)
}

fn write(py: Python<'_>, record: &Record<'_>) -> PyResult<()> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let logger = LOGGER.get_or_try_init(py, || logger(py).map(Bound::unbind))?.bind(py);
    let level = match record.level() {
        Level::Error => 40,
        Level::Warn => 30,
        Level::Info => 20,
        Level::Debug | Level::Trace => 10,
    };
    if logger.call_method1(intern!(py, "isEnabledFor"), (level,))?.is_truthy()? {
        logger.call_method1(intern!(py, "log"), (level, "%s", record.args().to_string()))?;
    }
    Ok(())
}
