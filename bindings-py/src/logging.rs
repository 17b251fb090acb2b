//! The core's log, written to `logging.getLogger("smartbill")`.
//!
//! This is not a library, because an exception from a logging call, above all Ctrl-C, must not stay set while other
//! code runs. It is stored here, and raised at the next place that can raise it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::gate;

/// The longest time for which Ctrl-C stays unnoticed while Rust code runs.
pub(crate) const SIGNALS: Duration = Duration::from_millis(50);

struct PythonLogger;

/// The exception of a logging call, until it can be raised.
static PENDING: Mutex<Option<PyErr>> = Mutex::new(None);

/// Makes Python's `logging` the log of this module, unless another log is installed already.
pub(crate) fn install() {
    if log::set_logger(&PythonLogger).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}

/// Raises Ctrl-C, or any other exception of a signal handler, wherever it occurred.
pub(crate) fn check_signals(py: Python<'_>) -> PyResult<()> {
    match pending() {
        Some(pending) => Err(pending),
        None => py.check_signals(),
    }
}

/// The stored exception of a logging call, if there is one.
pub(crate) fn pending() -> Option<PyErr> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Stores an exception that cannot be raised where it occurred.
pub(crate) fn keep(exception: PyErr) {
    *PENDING.lock().unwrap_or_else(PoisonError::into_inner) = Some(exception);
}

impl Log for PythonLogger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("smartbill")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            // While the interpreter ends, there is nobody left to report to.
            gate::try_attach(|py| {
                if let Err(exception) = write(py, record) {
                    keep(exception);
                }
            });
        }
    }

    fn flush(&self) {}
}

/// A library logs nothing until it is asked to.
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
