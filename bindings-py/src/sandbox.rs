//! The sandbox in this process. `smartbill/sandbox.py` has the Python interface.

use std::sync::Mutex;

use jiff::Timestamp;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use smartbill_core::profile::Profile;
use smartbill_core::{Competencia, Error, ErrorKind, Message, Value};
use smartbill_sandbox::server::{Options, Sandbox};
use smartbill_sandbox::{BillingSummary, Counts, TOKEN};

use crate::option::Given;
use crate::options::read_language;
use crate::{error, gate, value};

/// A sandbox that answers on a port of the loopback interface.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct CoreSandbox {
    url: String,
    token: String,
    sandbox: Mutex<Option<Sandbox>>,
}

#[pymethods]
impl CoreSandbox {
    #[new]
    #[pyo3(signature = (port, token, seed, profile, language))]
    fn new(
        py: Python<'_>,
        port: &Bound<'_, PyAny>,
        token: Option<String>,
        seed: bool,
        profile: Option<&Bound<'_, PyAny>>,
        language: &str,
    ) -> PyResult<Self> {
        let language = read_language(language)?;
        let port = Given { name: "port", value: port, language }.whole(0..=65_535)?;
        let loaded = match profile {
            Some(profile) => {
                let (text, file) = Given { name: "profile", value: profile, language }.file()?;
                Profile::from_toml(&text, &file).map_err(|e| error::exception_in(py, &e, language))?
            }
            None => Profile::built_in(),
        };
        loaded.servable().map_err(|e| error::exception_in(py, &e, language))?;
        let token = token.unwrap_or_else(|| TOKEN.to_owned());
        // With its number, which the command line tells in its language.
        let sandbox =
            Sandbox::start(Options { port, profile: loaded, token, seed }).map_err(|e| match e.raw_os_error() {
                Some(number) => PyOSError::new_err((number, e.to_string())),
                None => e.into(),
            })?;
        Ok(Self { url: sandbox.url().to_owned(), token: sandbox.token(), sandbox: Mutex::new(Some(sandbox)) })
    }

    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    #[getter]
    fn token(&self) -> &str {
        &self.token
    }

    fn faturar<'py>(&self, py: Python<'py>, competencia: &str) -> PyResult<Bound<'py, PyDict>> {
        let competencia: Competencia = competencia
            .parse()
            .map_err(|_| PyValueError::new_err(format!("`{competencia}` is not a month written AAAA-MM")))?;
        let summary = self.with(py, |sandbox| sandbox.service().faturar(competencia, Timestamp::now()))?;
        to_dict(py, summary)
    }

    /// Moves the clock to `target`, or by a number of days.
    fn advance<'py>(&self, target: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = target.py();
        let summary = if let Ok(days) = target.extract::<i32>() {
            self.with(py, |sandbox| {
                let mut service = sandbox.service();
                let now = Timestamp::now();
                let until = service.clock(now).checked_add(jiff::SignedDuration::from_hours(24 * i64::from(days)));
                until.ok().and_then(|until| service.advance(until, now))
            })?
        } else {
            let instant: Timestamp = target.extract()?;
            self.with(py, |sandbox| sandbox.service().advance(instant, Timestamp::now()))?
        };
        let in_the_past = || PyValueError::new_err("the clock moves forward only, ten years at a time at most");
        to_dict(py, summary.ok_or_else(in_the_past)?)
    }

    fn clock<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let now = self.with(py, |sandbox| sandbox.service().clock(Timestamp::now()))?;
        value::to_python(py, &Value::DateTime(now))
    }

    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |sandbox| sandbox.service().reset(Timestamp::now()))
    }

    fn faults(&self, py: Python<'_>, plan: &str) -> PyResult<()> {
        self.with(py, |sandbox| sandbox.service().faults(plan))?.map_err(|place| {
            let (pt, en) = (
                format!("o plano de falhas está errado em `{place}`"),
                format!("the fault plan is wrong at `{place}`"),
            );
            error::exception(py, &Error::new(ErrorKind::Configuration, Message::new(pt, en)))
        })
    }

    fn pay(&self, py: Python<'_>, id: &str, amount: &Bound<'_, PyAny>) -> PyResult<bool> {
        let amount = if amount.is_none() { None } else { Some(amount.extract()?) };
        Ok(self.with(py, |sandbox| sandbox.service().pay(id, amount, Timestamp::now()))?.is_some())
    }

    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let state = self.with(py, |sandbox| sandbox.service().state())?;
        let dict = PyDict::new(py);
        for (name, counts) in [
            ("clientes", state.clientes),
            ("servicos", state.servicos),
            ("contratos", state.contratos),
            ("consumos", state.consumos),
            ("cobrancas", state.cobrancas),
        ] {
            dict.set_item(name, counts_dict(py, counts)?)?;
        }
        dict.set_item("billed_consumos", state.billed_consumos)?;
        dict.set_item("requests", state.requests)?;
        dict.set_item("replays", state.replays)?;
        dict.set_item("repeated_inclusions", state.repeated_inclusions)?;
        dict.set_item("faults", state.faults)?;
        Ok(dict)
    }

    fn stop(&self, py: Python<'_>) {
        // The sandbox is taken out first, so that nothing is locked while the server's thread ends.
        let sandbox = self.sandbox.lock().ok().and_then(|mut sandbox| sandbox.take());
        gate::detach(py, || drop(sandbox));
    }
}

impl CoreSandbox {
    fn with<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&Sandbox) -> R + Send) -> PyResult<R> {
        // The service may be answering another thread's request, so this must not wait for it while it holds the GIL.
        gate::detach(py, || {
            let sandbox = self.sandbox.lock().ok();
            sandbox.as_ref().and_then(|sandbox| sandbox.as_ref()).map(f)
        })
        .ok_or_else(|| PyRuntimeError::new_err("the sandbox is closed"))
    }
}

fn to_dict(py: Python<'_>, summary: BillingSummary) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("cobrancas", summary.cobrancas)?;
    dict.set_item("consumos", summary.consumos)?;
    dict.set_item("amount", value::to_python(py, &Value::Decimal(summary.value))?)?;
    Ok(dict)
}

fn counts_dict(py: Python<'_>, counts: Counts) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("total", counts.total)?;
    dict.set_item("removed", counts.removed)?;
    dict.set_item("duplicates", counts.duplicates)?;
    Ok(dict)
}
