//! Tells Python functions of each request: `on_request` and `on_response`.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use smartbill_core::client::{Observer, RequestEvent, ResponseEvent};

use crate::logging::keep;
use crate::{gate, types};

/// The functions of a client.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) on_request: Option<Py<PyAny>>,
    pub(crate) on_response: Option<Py<PyAny>>,
}

impl Observer for Hooks {
    fn on_request(&self, event: &RequestEvent) {
        if let Some(hook) = &self.on_request {
            tell(hook, |py| request_event(py, event));
        }
    }

    fn on_response(&self, event: &ResponseEvent) {
        if let Some(hook) = &self.on_response {
            tell(hook, |py| response_event(py, event));
        }
    }
}

/// Calls `hook`. What it raises must not hide what became of a request, so it goes to `sys.unraisablehook`; Ctrl-C and
/// the like are raised as soon as that is safe.
fn tell(hook: &Py<PyAny>, event: impl FnOnce(Python<'_>) -> PyResult<Bound<'_, PyAny>>) {
    // While the interpreter ends, there is nobody left to tell.
    gate::try_attach(|py| {
        let hook = hook.bind(py);
        match event(py).and_then(|event| hook.call1((event,))) {
            Ok(_) => {}
            Err(raised) if raised.is_instance_of::<PyException>(py) => raised.write_unraisable(py, Some(hook)),
            Err(raised) => keep(raised),
        }
    });
}

fn request_event<'py>(py: Python<'py>, event: &RequestEvent) -> PyResult<Bound<'py, PyAny>> {
    let fields = (event.operation.name(), event.method, event.path.as_str(), event.attempt);
    types::request_event(py)?.call1(fields)
}

fn response_event<'py>(py: Python<'py>, event: &ResponseEvent) -> PyResult<Bound<'py, PyAny>> {
    let ResponseEvent { request, status, failure, duration, request_id, body_bytes, .. } = event;
    let request = request_event(py, request)?;
    let fields = (request, *status, *failure, duration.as_secs_f64(), request_id.as_deref(), *body_bytes);
    types::response_event(py)?.call1(fields)
}
