//! The sandbox in this process; `smartbill/sandbox.py` gives it its Python shape.

use std::sync::Mutex;

use jiff::Timestamp;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use smartbill_core::profile::Profile;
use smartbill_core::{Competencia, Valor};
use smartbill_sandbox::server::{Options, Sandbox};
use smartbill_sandbox::{Contagem, Resumo, TOKEN};

use crate::{erro, gate, valor};

/// A sandbox that answers on a port of the loopback interface.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct NucleoSandbox {
    url: String,
    token: String,
    sandbox: Mutex<Option<Sandbox>>,
}

#[pymethods]
impl NucleoSandbox {
    #[new]
    #[pyo3(signature = (porta, token, semear, profile))]
    fn new(
        py: Python<'_>,
        porta: u16,
        token: Option<String>,
        semear: bool,
        profile: Option<(String, String)>,
    ) -> PyResult<Self> {
        let perfil = match profile {
            Some((texto, arquivo)) => Profile::from_toml(&texto, &arquivo).map_err(|e| erro::excecao(py, &e))?,
            None => Profile::padrao(),
        };
        let token = token.unwrap_or_else(|| TOKEN.to_owned());
        let sandbox = Sandbox::start(Options { porta, perfil, token: token.clone(), semear })?;
        Ok(Self { url: sandbox.url().to_owned(), token, sandbox: Mutex::new(Some(sandbox)) })
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
        let resumo = self.com(py, |sandbox| sandbox.service().faturar(competencia, Timestamp::now()))?;
        em_dict(py, resumo)
    }

    /// Moves the clock to `destino`, or by a number of days.
    fn avancar<'py>(&self, destino: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = destino.py();
        let resumo = if let Ok(dias) = destino.extract::<i32>() {
            self.com(py, |sandbox| {
                let mut service = sandbox.service();
                let agora = Timestamp::now();
                let ate = service.relogio(agora).checked_add(jiff::SignedDuration::from_hours(24 * i64::from(dias)));
                ate.ok().and_then(|ate| service.avancar(ate, agora))
            })?
        } else {
            let instante: Timestamp = destino.extract()?;
            self.com(py, |sandbox| sandbox.service().avancar(instante, Timestamp::now()))?
        };
        let passado = || PyValueError::new_err("the clock moves forward only, ten years at a time at most");
        em_dict(py, resumo.ok_or_else(passado)?)
    }

    fn relogio<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let agora = self.com(py, |sandbox| sandbox.service().relogio(Timestamp::now()))?;
        valor::para_python(py, &Valor::DataHora(agora))
    }

    fn reiniciar(&self, py: Python<'_>) -> PyResult<()> {
        self.com(py, |sandbox| sandbox.service().reiniciar(Timestamp::now()))
    }

    fn falhas(&self, py: Python<'_>, plano: &str) -> PyResult<()> {
        self.com(py, |sandbox| sandbox.service().falhas(plano))?
            .map_err(|lugar| PyValueError::new_err(format!("the fault plan is wrong at `{lugar}`")))
    }

    fn pagar(&self, py: Python<'_>, id: &str, quanto: &Bound<'_, PyAny>) -> PyResult<bool> {
        let quanto = if quanto.is_none() { None } else { Some(quanto.extract()?) };
        Ok(self.com(py, |sandbox| sandbox.service().pagar(id, quanto, Timestamp::now()))?.is_some())
    }

    fn estado<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let estado = self.com(py, |sandbox| sandbox.service().estado())?;
        let dict = PyDict::new(py);
        for (nome, contagem) in [
            ("clientes", estado.clientes),
            ("servicos", estado.servicos),
            ("contratos", estado.contratos),
            ("consumos", estado.consumos),
            ("cobrancas", estado.cobrancas),
        ] {
            dict.set_item(nome, em_contagem(py, contagem)?)?;
        }
        dict.set_item("consumos_faturados", estado.consumos_faturados)?;
        dict.set_item("pedidos", estado.pedidos)?;
        dict.set_item("repeticoes", estado.repeticoes)?;
        dict.set_item("inclusoes_repetidas", estado.inclusoes_repetidas)?;
        dict.set_item("falhas", estado.falhas)?;
        Ok(dict)
    }

    fn parar(&self, py: Python<'_>) {
        // Taken out first: nothing is locked while the server's thread comes to its end.
        let sandbox = self.sandbox.lock().ok().and_then(|mut sandbox| sandbox.take());
        gate::detach(py, || drop(sandbox));
    }
}

impl NucleoSandbox {
    fn com<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&Sandbox) -> R + Send) -> PyResult<R> {
        // The service answers requests of other threads meanwhile: never wait for it with the GIL held.
        gate::detach(py, || {
            let sandbox = self.sandbox.lock().ok();
            sandbox.as_ref().and_then(|sandbox| sandbox.as_ref()).map(f)
        })
        .ok_or_else(|| PyRuntimeError::new_err("the sandbox is closed"))
    }
}

fn em_dict(py: Python<'_>, resumo: Resumo) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("cobrancas", resumo.cobrancas)?;
    dict.set_item("consumos", resumo.consumos)?;
    dict.set_item("valor", valor::para_python(py, &Valor::Decimal(resumo.valor))?)?;
    Ok(dict)
}

fn em_contagem(py: Python<'_>, contagem: Contagem) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("total", contagem.total)?;
    dict.set_item("removidos", contagem.removidos)?;
    dict.set_item("repetidos", contagem.repetidos)?;
    Ok(dict)
}
