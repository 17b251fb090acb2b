//! The operations, by name; `smartbill/client.py` gives them their Python shape.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use smartbill_core::api::{Acao, Alteravel, Entrada, Gravado, Incluivel, Obtivel, Recurso};
use smartbill_core::client::{CallOptions, ClientOptions, ItemLote, Limit, Pager};
use smartbill_core::model::Id;
use smartbill_core::profile::Profile;
use smartbill_core::retry::RetryPolicy;
use smartbill_core::transport::HttpOptions;
use smartbill_core::{Idioma, Valor};

use crate::importacao::{NucleoImportacao, executar, exportar, importar_fonte, planejar};
use crate::model::{self, Classe, ler_modo};
use crate::plano::NucleoPlano;
use crate::run::{Conexao, Conexoes};
use crate::{erro, valor};

/// The core's client.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct Nucleo(Conexoes);

macro_rules! por_recurso {
    ($recurso:expr, $funcao:ident $argumentos:tt, $($nome:literal => $modelo:ident),+) => {
        match $recurso {
            $( $nome => $funcao::<model::$modelo> $argumentos, )+
            outro => Err(PyValueError::new_err(format!("`{outro}` has no such operation"))),
        }
    };
}

#[pymethods]
impl Nucleo {
    #[new]
    fn new(py: Python<'_>, base_url: &str, opcoes: &Bound<'_, PyDict>) -> PyResult<Self> {
        let (client, http) = ler_opcoes(base_url, opcoes)?;
        Conexoes::new(client, http).map(Self).map_err(|e| erro::excecao(py, &e))
    }

    fn incluir<'py>(
        &self,
        recurso: &str,
        dados: &Bound<'py, PyAny>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, incluir(&self.0, dados, &ler_chamada(chamada)?),
            "clientes" => Cliente, "contratos" => Contrato, "consumos" => Consumo)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the vector")]
    fn alterar<'py>(
        &self,
        recurso: &str,
        id: &str,
        dados: &Bound<'py, PyAny>,
        limpar: Vec<String>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, alterar(&self.0, id, dados, &limpar, &ler_chamada(chamada)?),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    fn remover<'py>(&self, recurso: &str, id: &str, chamada: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, remover(&self.0, chamada.py(), id, &ler_chamada(chamada)?),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    fn obter<'py>(&self, recurso: &str, id: &str, chamada: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, obter(&self.0, chamada.py(), id, &ler_chamada(chamada)?),
            "clientes" => Cliente, "servicos" => Servico, "contratos" => Contrato, "consumos" => Consumo)
    }

    fn listar(
        slf: &Bound<'_, Self>,
        recurso: &str,
        filtro: &Bound<'_, PyDict>,
        cursor: Option<&str>,
        chamada: &Bound<'_, PyDict>,
    ) -> PyResult<Listagem> {
        por_recurso!(recurso, listar(slf, filtro, cursor, &ler_chamada(chamada)?),
            "clientes" => Cliente, "servicos" => Servico, "contratos" => Contrato, "consumos" => Consumo,
            "cobrancas" => Cobranca)
    }

    /// Activates or deactivates contracts, or suspends or cancels one; for each `(id, contract, error)`.
    fn agir<'py>(
        &self,
        acao: &str,
        ids: Vec<String>,
        parametros: &Bound<'py, PyDict>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = chamada.py();
        let acao = match acao {
            "ativar" => Acao::Ativar,
            "desativar" => Acao::Desativar,
            "suspender" => Acao::Suspender,
            "cancelar" => Acao::Cancelar,
            outra => return Err(PyValueError::new_err(format!("`{outra}` is nothing to do to a contract"))),
        };
        let chamada = ler_chamada(chamada)?;
        let entrada = Entrada::Valor(valor::de_python(parametros.as_any())?);
        let conexao = self.0.obter(py)?;
        let ids: Vec<Id> = ids.into_iter().map(Id::from).collect();
        let itens = conexao.esperar(py, async {
            match acao {
                Acao::Ativar => conexao.client.ativar(&ids, entrada, &chamada).await,
                Acao::Desativar => conexao.client.desativar(&ids, entrada, &chamada).await,
                Acao::Suspender | Acao::Cancelar => {
                    let id = ids.first().cloned().unwrap_or(Id(String::new()));
                    let gravado = conexao.client.agir(acao, id.as_str(), entrada, &chamada).await?;
                    Ok(vec![ItemLote { id, resultado: Ok(gravado) }])
                }
            }
        })?;
        let itens = itens.into_iter().map(|item| {
            let (contrato, falha) = match item.resultado {
                Ok(gravado) => (instancia::<model::Contrato>(py, gravado)?, py.None().into_bound(py)),
                Err(e) => (py.None().into_bound(py), erro::excecao(py, &e).into_value(py).into_bound(py).into_any()),
            };
            (item.id.to_string(), contrato, falha).into_pyobject(py)
        });
        PyList::new(py, itens.collect::<PyResult<Vec<_>>>()?)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the reference")]
    fn importar(
        &self,
        recurso: &str,
        fonte: &Bound<'_, PyAny>,
        opcoes: &Bound<'_, PyDict>,
        progresso: Option<Py<PyAny>>,
    ) -> PyResult<NucleoImportacao> {
        por_recurso!(recurso, importar_fonte(&self.0, fonte, opcoes, progresso.as_ref()),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the reference")]
    fn sincronizar(
        &self,
        recurso: &str,
        fonte: &Bound<'_, PyAny>,
        remover: Option<&str>,
        opcoes: &Bound<'_, PyDict>,
        progresso: Option<Py<PyAny>>,
    ) -> PyResult<NucleoPlano> {
        let plano = por_recurso!(recurso, planejar(&self.0, fonte, remover, opcoes, progresso.as_ref()),
            "clientes" => Cliente, "consumos" => Consumo);
        plano.map(NucleoPlano)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the reference")]
    fn aplicar(
        &self,
        plano: &NucleoPlano,
        opcoes: &Bound<'_, PyDict>,
        progresso: Option<Py<PyAny>>,
    ) -> PyResult<NucleoImportacao> {
        por_recurso!(plano.0.recurso.as_str(), executar(&self.0, &plano.0, opcoes, progresso.as_ref()),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the path")]
    fn exportar(
        &self,
        recurso: &str,
        caminho: PathBuf,
        filtro: &Bound<'_, PyDict>,
        chamada: &Bound<'_, PyDict>,
    ) -> PyResult<u64> {
        por_recurso!(recurso, exportar(&self.0, &caminho, filtro, chamada),
            "consumos" => Consumo, "cobrancas" => Cobranca)
    }

    /// The address and the profile, for `repr`.
    fn descricao(&self) -> (String, String) {
        let opcoes = self.0.opcoes();
        (opcoes.base_url.clone(), opcoes.profile.name().to_owned())
    }

    fn fechar(&self) {
        self.0.fechar();
    }
}

fn incluir<'py, C: Classe>(
    conexoes: &Conexoes,
    dados: &Bound<'py, PyAny>,
    chamada: &CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Incluivel,
{
    let py = dados.py();
    let conexao = conexoes.obter(py)?;
    let dados = Dados::<C>::ler(dados)?;
    let gravado = conexao.esperar(py, conexao.client.incluir(dados.entrada(), chamada))?;
    instancia::<C>(py, gravado)
}

fn alterar<'py, C: Classe>(
    conexoes: &Conexoes,
    id: &str,
    dados: &Bound<'py, PyAny>,
    limpar: &[String],
    chamada: &CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Alteravel,
{
    let py = dados.py();
    let conexao = conexoes.obter(py)?;
    let dados = Dados::<C>::ler(dados)?;
    let limpar: Vec<_> = limpar.iter().map(String::as_str).collect();
    let gravado = conexao.esperar(py, conexao.client.alterar(id, dados.entrada(), &limpar, chamada))?;
    instancia::<C>(py, gravado)
}

fn remover<'py, C: Classe>(
    conexoes: &Conexoes,
    py: Python<'py>,
    id: &str,
    chamada: &CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Alteravel,
{
    let conexao = conexoes.obter(py)?;
    let gravado = conexao.esperar(py, conexao.client.remover::<C::Modelo>(id, chamada))?;
    instancia::<C>(py, gravado)
}

fn obter<'py, C: Classe>(
    conexoes: &Conexoes,
    py: Python<'py>,
    id: &str,
    chamada: &CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Obtivel,
{
    let conexao = conexoes.obter(py)?;
    let registro = conexao.esperar(py, conexao.client.obter::<C::Modelo>(id, chamada))?;
    C::instancia(py, registro, None)
}

fn instancia<C: Classe>(py: Python<'_>, gravado: Gravado<C::Modelo>) -> PyResult<Bound<'_, PyAny>> {
    C::instancia(py, gravado.registro, Some(gravado.resultado))
}

/// What an operation is given: a model, or anything to be read as one.
enum Dados<'py, C: Classe> {
    Modelo(Bound<'py, C>),
    Valor(Valor<'static>),
}

impl<'py, C: Classe> Dados<'py, C> {
    fn ler(dados: &Bound<'py, PyAny>) -> PyResult<Self> {
        match dados.cast::<C>() {
            Ok(instancia) => Ok(Self::Modelo(instancia.clone())),
            Err(_) => valor::de_python(dados).map(Self::Valor),
        }
    }

    fn entrada(&self) -> Entrada<'_, C::Modelo> {
        match self {
            Self::Modelo(instancia) => Entrada::Modelo(instancia.get().modelo()),
            Self::Valor(valor) => Entrada::Valor(valor.clone()),
        }
    }
}

fn listar<C: Classe>(
    nucleo: &Bound<'_, Nucleo>,
    filtro: &Bound<'_, PyDict>,
    cursor: Option<&str>,
    chamada: &CallOptions,
) -> PyResult<Listagem>
where
    C::Modelo: Recurso,
{
    let py = nucleo.py();
    let conexao = nucleo.get().0.obter(py)?;
    let pager = match cursor {
        Some(cursor) => conexao.client.retomar::<C::Modelo>(cursor, chamada),
        None => conexao.client.listar::<C::Modelo>(valor::de_python(filtro.as_any())?, chamada),
    };
    let pager = pager.map_err(|e| erro::excecao(py, &e))?;
    let paginador = Paginador::<C> { pager, fila: Vec::new().into_iter(), cursor: None };
    Ok(Listagem { nucleo: nucleo.clone().unbind(), estado: Mutex::new(Some(Box::new(paginador))) })
}

/// The records of a listing, which reads its pages as they are needed.
#[pyclass(frozen, module = "smartbill")]
pub(crate) struct Listagem {
    nucleo: Py<Nucleo>,
    /// Taken out while a page is read, so that no lock is held while waiting.
    estado: Mutex<Option<Box<dyn Paginas>>>,
}

#[pymethods]
impl Listagem {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.com(|estado| match estado.da_fila(py)? {
            Some(registro) => Ok(Some(registro)),
            None => estado.proximo(py, &self.nucleo.get().0.obter(py)?.clone()),
        })
    }

    /// The next page as a list, or None after the last; what a page begun has left comes first.
    fn proxima_pagina<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        self.com(|estado| {
            let Some(primeiro) = (match estado.da_fila(py)? {
                Some(registro) => Some(registro),
                None => estado.proximo(py, &self.nucleo.get().0.obter(py)?.clone())?,
            }) else {
                return Ok(None);
            };
            let pagina = PyList::new(py, [primeiro])?;
            while let Some(registro) = estado.da_fila(py)? {
                pagina.append(registro)?;
            }
            Ok(Some(pagina))
        })
    }

    /// How many records the listing has, if the platform said so; None before the first page.
    #[getter]
    fn total(&self) -> PyResult<Option<u64>> {
        self.com(|estado| Ok(estado.total()))
    }

    /// Where the listing stands, to take it up again in another process: `listar(cursor=…)`. It begins with the page
    /// that is being read, so that nothing is missed; None when everything was read.
    #[getter]
    fn cursor(&self) -> PyResult<Option<String>> {
        self.com(|estado| Ok(estado.cursor()))
    }

    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, pyo3::types::PyType>, _item: &Bound<'_, PyAny>) -> Py<pyo3::types::PyType> {
        cls.clone().unbind()
    }
}

impl Listagem {
    fn com<R>(&self, f: impl FnOnce(&mut dyn Paginas) -> PyResult<R>) -> PyResult<R> {
        let quebrado = || PyRuntimeError::new_err("the listing broke off");
        let tirado = self.estado.lock().map_err(|_| quebrado())?.take();
        let mut estado = tirado.ok_or_else(|| PyValueError::new_err("the listing is being read by another thread"))?;
        let resultado = f(estado.as_mut());
        *self.estado.lock().map_err(|_| quebrado())? = Some(estado);
        resultado
    }
}

/// The pages of any resource.
trait Paginas: Send {
    /// The next record of the page that was read last.
    fn da_fila<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>>;
    /// Reads a page, and gives its first record.
    fn proximo<'py>(&mut self, py: Python<'py>, conexao: &Arc<Conexao>) -> PyResult<Option<Bound<'py, PyAny>>>;
    fn total(&self) -> Option<u64>;
    fn cursor(&self) -> Option<String>;
}

struct Paginador<C: Classe>
where
    C::Modelo: Recurso,
{
    pager: Pager<C::Modelo>,
    fila: std::vec::IntoIter<C::Modelo>,
    /// Where the page in `fila` began.
    cursor: Option<String>,
}

impl<C: Classe> Paginas for Paginador<C>
where
    C::Modelo: Recurso,
{
    fn da_fila<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.fila.next().map(|registro| C::instancia(py, registro, None)).transpose()
    }

    fn proximo<'py>(&mut self, py: Python<'py>, conexao: &Arc<Conexao>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let inicio = self.pager.cursor();
        let pagina = conexao.esperar(py, self.pager.next(&conexao.client))?;
        self.cursor = inicio;
        self.fila = pagina.unwrap_or_default().into_iter();
        self.da_fila(py)
    }

    fn total(&self) -> Option<u64> {
        self.pager.total()
    }

    fn cursor(&self) -> Option<String> {
        if self.fila.len() == 0 { self.pager.cursor() } else { self.cursor.clone() }
    }
}

fn ler_opcoes(base_url: &str, opcoes: &Bound<'_, PyDict>) -> PyResult<(ClientOptions, HttpOptions)> {
    let mut client = ClientOptions::new(base_url);
    let mut http = HttpOptions::default();
    for (nome, v) in opcoes {
        if v.is_none() {
            continue;
        }
        match nome.extract::<String>()?.as_str() {
            "token" => client.token = Some(v.extract()?),
            "profile" => {
                let (texto, arquivo): (String, String) = v.extract()?;
                client.profile = Profile::from_toml(&texto, &arquivo).map_err(|e| erro::excecao(v.py(), &e))?;
            }
            "modo" => client.modo = ler_modo(&v.extract::<String>()?)?,
            "idioma" => client.idioma = ler_idioma(&v.extract::<String>()?)?,
            "timeout" => client.total = ler_limite(&v)?,
            "attempt_timeout" => client.attempt = ler_limite(&v)?,
            "connect_timeout" => http.connect = ler_limite(&v)?.duration(),
            "read_timeout" => http.read = ler_limite(&v)?.duration(),
            "max_attempts" => client.retry = RetryPolicy { max_attempts: v.extract()?, ..client.retry },
            "max_retry_after" => {
                let limite = ler_limite(&v)?.duration().unwrap_or(Duration::MAX);
                client.retry = RetryPolicy { max_retry_after: limite, ..client.retry };
            }
            "max_paginas" => client.max_paginas = v.extract()?,
            "permitir_http" => client.permitir_http = v.extract()?,
            "user_agent" => client.user_agent = v.extract()?,
            "ca_pem" => http.ca_pem = v.extract()?,
            "client_pem" => http.client_pem = Some(v.extract()?),
            "proxy" => http.proxy = Some(v.extract()?),
            "no_proxy" => http.no_proxy = v.extract()?,
            outra => return Err(PyValueError::new_err(format!("`{outra}` is no option"))),
        }
    }
    Ok((client, http))
}

pub(crate) fn ler_chamada(opcoes: &Bound<'_, PyDict>) -> PyResult<CallOptions> {
    let mut chamada = CallOptions::default();
    for (nome, v) in opcoes {
        if v.is_none() {
            continue;
        }
        match nome.extract::<String>()?.as_str() {
            "timeout" => chamada.total = Some(ler_limite(&v)?),
            "attempt_timeout" => chamada.attempt = Some(ler_limite(&v)?),
            "idempotency_key" => chamada.idempotency_key = Some(v.extract()?),
            "modo" => chamada.modo = Some(ler_modo(&v.extract::<String>()?)?),
            "estrito" => chamada.estrito = v.extract()?,
            "tamanho_pagina" => chamada.tamanho_pagina = Some(v.extract()?),
            "max_paginas" => chamada.max_paginas = Some(v.extract()?),
            outra => return Err(PyValueError::new_err(format!("`{outra}` is no option"))),
        }
    }
    Ok(chamada)
}

/// Seconds; infinity is no limit, asked for by name.
pub(crate) fn ler_limite(v: &Bound<'_, PyAny>) -> PyResult<Limit> {
    let segundos: f64 = v.extract()?;
    if segundos == f64::INFINITY {
        return Ok(Limit::Infinite);
    }
    match Duration::try_from_secs_f64(segundos) {
        Ok(duracao) if !duracao.is_zero() => Ok(Limit::After(duracao)),
        _ => Err(PyValueError::new_err(format!("a time limit of {segundos} seconds makes no sense"))),
    }
}

pub(crate) fn ler_idioma(idioma: &str) -> PyResult<Idioma> {
    Idioma::from_name(idioma).ok_or_else(|| PyValueError::new_err(format!("`{idioma}` is neither `pt-BR` nor `en`")))
}
