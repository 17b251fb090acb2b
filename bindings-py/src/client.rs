//! The operations, by name; `smartbill/client.py` gives them their Python shape.

use std::borrow::Cow;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arrow_schema::ArrowError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString};
use smartbill_core::api::{Acao, Alteravel, Entrada, Gravado, Incluivel, Obtivel, Recurso};
use smartbill_core::client::{CallOptions, Client, ClientOptions, ItemLote, Limit, Pager};
use smartbill_core::error::ErrorKind;
use smartbill_core::model::Id;
use smartbill_core::profile::Profile;
use smartbill_core::retry::RetryPolicy;
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_core::validate::{Problem, Report, Severity, Violation};
use smartbill_core::{Error, Idioma, Message, Valor};
use tokio::sync::{Mutex, MutexGuard};

use crate::arrow::{self, Tabela};
use crate::importacao::{NucleoImportacao, executar, exportar, importar_fonte, planejar};
use crate::model::{self, Classe, ler_modo};
use crate::plano::NucleoPlano;
use crate::run::Conexoes;
use crate::valor::NOT_UNICODE;
use crate::{erro, tipos, valor};

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
    #[pyo3(signature = (base_url, opcoes, assincrono = false))]
    fn new(py: Python<'_>, base_url: &str, opcoes: &Bound<'_, PyDict>, assincrono: bool) -> PyResult<Self> {
        let (client, http) = ler_opcoes(base_url, opcoes)?;
        Conexoes::new(py, client, http, assincrono).map(Self)
    }

    fn incluir<'py>(
        &self,
        recurso: &str,
        dados: &Bound<'py, PyAny>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, incluir(&self.0, dados, ler_chamada(chamada, self.idioma())?),
            "clientes" => Cliente, "contratos" => Contrato, "consumos" => Consumo)
    }

    fn alterar<'py>(
        &self,
        recurso: &str,
        id: &Bound<'py, PyAny>,
        dados: &Bound<'py, PyAny>,
        limpar: Vec<String>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, alterar(&self.0, self.id(id)?, dados, limpar, ler_chamada(chamada, self.idioma())?),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    fn remover<'py>(
        &self,
        recurso: &str,
        id: &Bound<'py, PyAny>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, remover(&self.0, chamada.py(), self.id(id)?, ler_chamada(chamada, self.idioma())?),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    fn obter<'py>(
        &self,
        recurso: &str,
        id: &Bound<'py, PyAny>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        por_recurso!(recurso, obter(&self.0, chamada.py(), self.id(id)?, ler_chamada(chamada, self.idioma())?),
            "clientes" => Cliente, "servicos" => Servico, "contratos" => Contrato, "consumos" => Consumo)
    }

    fn listar(
        slf: &Bound<'_, Self>,
        recurso: &str,
        filtro: &Bound<'_, PyDict>,
        cursor: Option<&str>,
        chamada: &Bound<'_, PyDict>,
    ) -> PyResult<Listagem> {
        por_recurso!(recurso, listar(slf, filtro, cursor, &ler_chamada(chamada, slf.get().idioma())?),
            "clientes" => Cliente, "servicos" => Servico, "contratos" => Contrato, "consumos" => Consumo,
            "cobrancas" => Cobranca)
    }

    /// Activates, deactivates, suspends or cancels a contract.
    fn agir<'py>(
        &self,
        acao: &str,
        id: &Bound<'py, PyAny>,
        parametros: &Bound<'py, PyDict>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (acao, id) = (ler_acao(acao)?, self.id(id)?);
        let (parametros, opcoes) = (valor::de_python(parametros.as_any())?, ler_chamada(chamada, self.idioma())?);
        self.0.chamar(
            chamada.py(),
            |client| async move { client.agir(acao, &id, parametros, &opcoes).await },
            instancia::<model::Contrato>,
        )
    }

    /// Activates or deactivates several contracts, each with its own result.
    fn agir_em_varios<'py>(
        &self,
        acao: &str,
        ids: &Bound<'py, PyList>,
        parametros: &Bound<'py, PyDict>,
        chamada: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let acao = ler_acao(acao)?;
        let (parametros, opcoes) = (valor::de_python(parametros.as_any())?, ler_chamada(chamada, self.idioma())?);
        let ids = ids.iter().map(|id| self.id(&id).map(Id::from)).collect::<PyResult<Vec<_>>>()?;
        self.0.chamar(
            chamada.py(),
            |client| async move {
                match acao {
                    Acao::Ativar => client.ativar(&ids, parametros, &opcoes).await,
                    _ => client.desativar(&ids, parametros, &opcoes).await,
                }
            },
            itens_do_lote,
        )
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

impl Nucleo {
    fn idioma(&self) -> Idioma {
        self.0.opcoes().idioma
    }

    fn id(&self, id: &Bound<'_, PyAny>) -> PyResult<String> {
        read_text(id, "id", self.idioma())
    }
}

/// Text that goes into a request. A lone surrogate cannot: what `os.fsdecode` and broken drivers make of bytes that are
/// no text.
fn read_text(texto: &Bound<'_, PyAny>, path: &str, idioma: Idioma) -> PyResult<String> {
    let Ok(texto) = texto.cast::<PyString>() else {
        let tipo = texto.get_type().name()?;
        return Err(PyTypeError::new_err(format!("`{path}` must be text, not `{tipo}`")));
    };
    texto.to_cow().map(Cow::into_owned).map_err(|_| {
        let problem = Problem::WrongType { expected: "string", found: NOT_UNICODE.to_owned() };
        let violation = Violation { path: path.to_owned(), problem, severity: Severity::Error };
        let report = Report { violations: vec![violation] };
        erro::exception_in(texto.py(), &Error::validation(report), idioma)
    })
}

fn ler_acao(acao: &str) -> PyResult<Acao> {
    Ok(match acao {
        "ativar" => Acao::Ativar,
        "desativar" => Acao::Desativar,
        "suspender" => Acao::Suspender,
        "cancelar" => Acao::Cancelar,
        outra => return Err(PyValueError::new_err(format!("`{outra}` is nothing to do to a contract"))),
    })
}

fn incluir<'py, C: Classe>(
    conexoes: &Conexoes,
    dados: &Bound<'py, PyAny>,
    opcoes: CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Incluivel,
{
    let lidos = Dados::<C>::ler(dados)?;
    conexoes.chamar(dados.py(), |client| async move { client.incluir(lidos.entrada(), &opcoes).await }, instancia::<C>)
}

fn alterar<'py, C: Classe>(
    conexoes: &Conexoes,
    id: String,
    dados: &Bound<'py, PyAny>,
    limpar: Vec<String>,
    opcoes: CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Alteravel,
{
    let lidos = Dados::<C>::ler(dados)?;
    conexoes.chamar(
        dados.py(),
        |client| async move {
            let limpar: Vec<_> = limpar.iter().map(String::as_str).collect();
            client.alterar(&id, lidos.entrada(), &limpar, &opcoes).await
        },
        instancia::<C>,
    )
}

fn remover<'py, C: Classe>(
    conexoes: &Conexoes,
    py: Python<'py>,
    id: String,
    opcoes: CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Alteravel,
{
    conexoes.chamar(py, |client| async move { client.remover(&id, &opcoes).await }, instancia::<C>)
}

fn obter<'py, C: Classe>(
    conexoes: &Conexoes,
    py: Python<'py>,
    id: String,
    opcoes: CallOptions,
) -> PyResult<Bound<'py, PyAny>>
where
    C::Modelo: Obtivel,
{
    conexoes.chamar(
        py,
        |client| async move { client.obter(&id, &opcoes).await },
        |py, registro| C::instancia(py, registro, None),
    )
}

fn instancia<C: Classe>(py: Python<'_>, gravado: Gravado<C::Modelo>) -> PyResult<Bound<'_, PyAny>> {
    C::instancia(py, gravado.registro, Some(gravado.resultado))
}

fn itens_do_lote(py: Python<'_>, itens: Vec<ItemLote>) -> PyResult<Bound<'_, PyAny>> {
    let classe = tipos::item_lote(py)?;
    let itens = itens.into_iter().map(|item| {
        let (contrato, falha) = match item.resultado {
            Ok(gravado) => (Some(instancia::<model::Contrato>(py, gravado)?), None),
            Err(e) => (None, Some(erro::excecao(py, &e).into_value(py))),
        };
        classe.call1((item.id.as_str(), contrato, falha))
    });
    Ok(PyList::new(py, itens.collect::<PyResult<Vec<_>>>()?)?.into_any())
}

/// What an operation is given: a model, or anything to be read as one.
enum Dados<C: Classe> {
    Modelo(Py<C>),
    Valor(Valor<'static>),
}

impl<C: Classe> Dados<C> {
    fn ler(dados: &Bound<'_, PyAny>) -> PyResult<Self> {
        match dados.cast::<C>() {
            Ok(instancia) => Ok(Self::Modelo(instancia.clone().unbind())),
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
    opcoes: &CallOptions,
) -> PyResult<Listagem>
where
    C::Modelo: Recurso,
{
    let py = nucleo.py();
    let conexao = nucleo.get().0.obter(py)?;
    let pager = match cursor {
        Some(cursor) => conexao.client.retomar::<C::Modelo>(cursor, opcoes),
        None => conexao.client.listar::<C::Modelo>(valor::de_python(filtro.as_any())?, opcoes),
    };
    let pager = pager.map_err(|e| erro::exception_in(py, &e, nucleo.get().0.opcoes().idioma))?;
    let paginador = Paginador::<C> { pager, fila: Vec::new().into_iter(), cursor: None };
    Ok(Listagem { nucleo: nucleo.clone().unbind(), estado: Arc::new(Mutex::new(Box::new(paginador))) })
}

/// The records of a listing, which reads its pages as they are needed.
#[pyclass(frozen, module = "smartbill")]
pub(crate) struct Listagem {
    nucleo: Py<Nucleo>,
    /// Locked while a page is read; who comes meanwhile is told so, and does not wait.
    estado: Arc<Mutex<Box<dyn Paginas>>>,
}

#[pymethods]
impl Listagem {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.proximo(py)? {
            Some(registro) => Ok(Some(registro)),
            None if self.ler(py)?.is_truthy()? => self.proximo(py),
            None => Ok(None),
        }
    }

    /// The next page as a list, or None after the last; what a page begun has left comes first.
    fn proxima_pagina<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        match self.resto(py)? {
            Some(resto) => Ok(Some(resto)),
            None if self.ler(py)?.is_truthy()? => self.resto(py),
            None => Ok(None),
        }
    }

    /// How many records the listing has, if the platform said so; None before the first page.
    #[getter]
    fn total(&self) -> PyResult<Option<u64>> {
        Ok(self.estado()?.total())
    }

    /// Where the listing stands, to take it up again in another process: `listar(cursor=…)`. It begins with the page
    /// that is being read, so that nothing is missed; None when everything was read.
    #[getter]
    fn cursor(&self) -> PyResult<Option<String>> {
        Ok(self.estado()?.cursor())
    }

    /// The next record of the page that was read last, or None.
    #[pyo3(name = "_proximo")]
    fn proximo<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.estado()?.da_fila(py)
    }

    /// What is left of the page that was read last, or None.
    #[pyo3(name = "_resto")]
    fn resto<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let mut estado = self.estado()?;
        let mut registros = Vec::new();
        while let Some(registro) = estado.da_fila(py)? {
            registros.push(registro);
        }
        (!registros.is_empty()).then(|| PyList::new(py, registros)).transpose()
    }

    /// Reads the next page: whether there was one, or an awaitable of that.
    #[pyo3(name = "_ler")]
    fn ler<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut estado = Arc::clone(&self.estado).try_lock_owned().map_err(|_| em_uso())?;
        self.nucleo.get().0.chamar(
            py,
            |client| async move { estado.ler(&client).await },
            |py, leu| Ok(PyBool::new(py, leu).to_owned().into_any()),
        )
    }

    /// The records that are left, all pages, as a table for any data-frame library; an awaitable of it from an
    /// asynchronous client.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut estado = Arc::clone(&self.estado).try_lock_owned().map_err(|_| em_uso())?;
        self.nucleo.get().0.chamar(
            py,
            |client| async move { estado.ler_tudo(&client).await },
            |py, tabela| {
                let tabela = tabela.map_err(|e| arrow::falha(&e))?;
                Ok(Bound::new(py, tabela)?.into_any())
            },
        )
    }

    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, pyo3::types::PyType>, _item: &Bound<'_, PyAny>) -> Py<pyo3::types::PyType> {
        cls.clone().unbind()
    }
}

impl Listagem {
    fn estado(&self) -> PyResult<MutexGuard<'_, Box<dyn Paginas>>> {
        self.estado.try_lock().map_err(|_| em_uso())
    }
}

fn em_uso() -> PyErr {
    PyValueError::new_err("the listing is being read by another thread or task")
}

/// The pages of any resource.
trait Paginas: Send {
    /// The next record of the page that was read last.
    fn da_fila<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>>;
    /// Reads a page; false after the last.
    fn ler<'a>(&'a mut self, client: &'a Client<ReqwestHost>) -> Leitura<'a, bool>;
    /// Reads all that is left.
    fn ler_tudo<'a>(&'a mut self, client: &'a Client<ReqwestHost>) -> Leitura<'a, Result<Tabela, ArrowError>>;
    fn total(&self) -> Option<u64>;
    fn cursor(&self) -> Option<String>;
}

type Leitura<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

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

    fn ler<'a>(&'a mut self, client: &'a Client<ReqwestHost>) -> Leitura<'a, bool> {
        Box::pin(async move {
            let inicio = self.pager.cursor();
            let pagina = self.pager.next(client).await?;
            let leu = pagina.is_some();
            self.cursor = inicio;
            self.fila = pagina.unwrap_or_default().into_iter();
            Ok(leu)
        })
    }

    fn ler_tudo<'a>(&'a mut self, client: &'a Client<ReqwestHost>) -> Leitura<'a, Result<Tabela, ArrowError>> {
        Box::pin(async move {
            let mut registros: Vec<_> = std::mem::take(&mut self.fila).collect();
            while self.ler(client).await? {
                registros.extend(std::mem::take(&mut self.fila));
            }
            Ok(Tabela::de(&registros))
        })
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
    // Before the rest, whose errors are in this language.
    if let Some(idioma) = opcoes.get_item("idioma")?.filter(|v| !v.is_none()) {
        client.idioma = ler_idioma(&idioma.extract::<String>()?)?;
    }
    for (nome, v) in opcoes {
        if v.is_none() {
            continue;
        }
        match nome.extract::<String>()?.as_str() {
            "token" => client.token = Some(v.extract()?),
            "profile" => {
                let (texto, arquivo): (String, String) = v.extract()?;
                client.profile =
                    Profile::from_toml(&texto, &arquivo).map_err(|e| erro::exception_in(v.py(), &e, client.idioma))?;
            }
            "modo" => client.modo = ler_modo(&v.extract::<String>()?)?,
            "idioma" => {}
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
            "max_body_bytes" => {
                let bytes = v.extract().map_err(|_| {
                    let pt = format!("`max_body_bytes` não pode ser `{v}`; use um número de bytes");
                    let en = format!("`max_body_bytes` cannot be `{v}`; use a number of bytes");
                    let error = Error::new(ErrorKind::Configuration, Message::new(pt, en));
                    erro::exception_in(v.py(), &error, client.idioma)
                })?;
                (client.max_body_bytes, http.max_body_bytes) = (bytes, bytes);
            }
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

pub(crate) fn ler_chamada(opcoes: &Bound<'_, PyDict>, idioma: Idioma) -> PyResult<CallOptions> {
    let mut chamada = CallOptions::default();
    for (nome, v) in opcoes {
        if v.is_none() {
            continue;
        }
        match nome.extract::<String>()?.as_str() {
            "timeout" => chamada.total = Some(ler_limite(&v)?),
            "attempt_timeout" => chamada.attempt = Some(ler_limite(&v)?),
            "idempotency_key" => chamada.idempotency_key = Some(read_text(&v, "idempotency_key", idioma)?),
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
