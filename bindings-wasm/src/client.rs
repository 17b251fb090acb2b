//! `smartbill-automation`: the client. JavaScript lends `fetch`, timers, a clock and chance.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use jiff::Timestamp;
use js_sys::Promise;
use smartbill_core::api::{Acao, Entrada, Gravado, Operation, Request, Resource, Response, Transicao, transicao};
use smartbill_core::client::{CallOptions, Client, ClientOptions, ItemLote, Limit, Pager};
use smartbill_core::model::{
    AcaoContrato, Cliente, Cobranca, Consumo, Contrato, Id, Modelo, Servico, SituacaoContrato,
};
use smartbill_core::profile::Profile;
use smartbill_core::transport::{Host, TransportError, TransportFailure};
use smartbill_core::{Error, ErrorKind, Idioma, Message, Modo, Outcome, Valor};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::ponte::{desempacotar, erro, erro_valor, opcao};

#[wasm_bindgen]
extern "C" {
    /// What JavaScript lends: `npm/src/mundo.js`. None of its functions throws.
    pub type Mundo;
    #[wasm_bindgen(method)]
    fn enviar(this: &Mundo, metodo: &str, url: &str, cabecalhos: Vec<String>, corpo: Option<Vec<u8>>) -> Andamento;
    #[wasm_bindgen(method)]
    fn esperar(this: &Mundo, ms: f64) -> Andamento;
    #[wasm_bindgen(method)]
    fn monotonico(this: &Mundo) -> f64;
    #[wasm_bindgen(method)]
    fn agora(this: &Mundo) -> f64;
    #[wasm_bindgen(method)]
    fn acaso(this: &Mundo) -> u32;

    /// Something under way in JavaScript, which can be given up.
    type Andamento;
    #[wasm_bindgen(method, getter)]
    fn fim(this: &Andamento) -> Promise;
    #[wasm_bindgen(method)]
    fn desistir(this: &Andamento);

    type Chegada;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Chegada) -> u16;
    #[wasm_bindgen(method, getter)]
    fn cabecalhos(this: &Chegada) -> Vec<String>;
    #[wasm_bindgen(method, getter)]
    fn corpo(this: &Chegada) -> Vec<u8>;
    /// Why no answer came, if none did.
    #[wasm_bindgen(method, getter)]
    fn falha(this: &Chegada) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn mensagem(this: &Chegada) -> String;
}

/// Given up when the future that holds it is dropped; after its end that does nothing.
struct Guarda(Andamento);

impl Drop for Guarda {
    fn drop(&mut self) {
        self.0.desistir();
    }
}

impl Host for Mundo {
    async fn send(&self, base_url: &str, request: &Request) -> Result<Response, TransportError> {
        let cabecalhos = request.headers.iter().flat_map(|(nome, valor)| [nome.clone(), valor.clone()]).collect();
        let corpo = request.body.as_ref().map(|corpo| corpo.to_vec());
        let url = format!("{base_url}{}", request.target);
        let guarda = Guarda(self.enviar(request.method.as_str(), &url, cabecalhos, corpo));
        let chegada = JsFuture::from(guarda.0.fim()).await;
        let Ok(chegada) = chegada.map(JsCast::unchecked_into::<Chegada>) else {
            return Err(TransportError::new(TransportFailure::Broken, ""));
        };
        if let Some(falha) = chegada.falha() {
            let failure = match falha.as_str() {
                "connect" => TransportFailure::Connect,
                "connect_timeout" => TransportFailure::ConnectTimeout,
                "unusable" => TransportFailure::Unusable,
                _ => TransportFailure::Broken,
            };
            return Err(TransportError::new(failure, chegada.mensagem()));
        }
        let mut nomes_e_valores = chegada.cabecalhos().into_iter();
        let mut headers = Vec::new();
        while let (Some(nome), Some(valor)) = (nomes_e_valores.next(), nomes_e_valores.next()) {
            headers.push((nome, valor));
        }
        Ok(Response { status: chegada.status(), headers, body: chegada.corpo().into() })
    }

    async fn sleep(&self, duration: Duration) {
        let guarda = Guarda(self.esperar(duration.as_secs_f64() * 1000.0));
        // A timer has no way to fail.
        let _ = JsFuture::from(guarda.0.fim()).await;
    }

    fn monotonic(&self) -> Duration {
        Duration::try_from_secs_f64(self.monotonico() / 1000.0).unwrap_or_default()
    }

    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole, and the cast saturates")]
        Timestamp::from_millisecond(self.agora() as i64).unwrap_or_default()
    }

    fn random(&self) -> u64 {
        u64::from(self.acaso()) << 32 | u64::from(self.acaso())
    }
}

/// The core's client; `npm/src/index.js` gives it its JavaScript shape.
#[wasm_bindgen]
pub struct Nucleo(Rc<Client<Mundo>>);

#[wasm_bindgen]
impl Nucleo {
    /// A client with packed options.
    #[wasm_bindgen(constructor)]
    pub fn new(opcoes: &[u8], mundo: Mundo) -> Result<Nucleo, JsValue> {
        let [opcoes] = desempacotar(opcoes)?;
        let client = Client::new(ler_opcoes(&opcoes)?, mundo).map_err(|e| erro(&e))?;
        Ok(Self(Rc::new(client)))
    }

    /// Starts the operation called `nome` on packed `[input, options]`; the promise gives JSON. `cancelado`, if given,
    /// is a promise that is fulfilled when the caller gives up; `ja` says that this happened before.
    pub fn chamar(
        &self,
        nome: &str,
        ids: Vec<String>,
        entrada: &[u8],
        cancelado: Option<Promise>,
        ja: bool,
    ) -> Result<Promise, JsValue> {
        let [dados, opcoes] = desempacotar(entrada)?;
        let chamada = ler_chamada(&opcoes, self.0.options())?;
        let operacao = Operation::from_name(nome).ok_or_else(|| opcao("operation", "a known operation"))?;
        let (client, dados) = (Rc::clone(&self.0), dados.into_owned());
        let idioma = chamada.idioma.unwrap_or(client.options().idioma);
        if ja {
            return Err(erro(&cancelamento(operacao, idioma, Outcome::NotSent)));
        }
        let futuro = async move { executar(&client, operacao, &ids, dados, &chamada).await };
        Ok(prometer(operacao, idioma, cancelado, futuro))
    }

    /// Begins the listing called `nome` with a packed `[filter, options]`, or takes it up at `cursor`.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen makes the text")]
    pub fn listar(&self, nome: &str, entrada: &[u8], cursor: Option<String>) -> Result<Listagem, JsValue> {
        let [filtro, opcoes] = desempacotar(entrada)?;
        let chamada = ler_chamada(&opcoes, self.0.options())?;
        let operacao = Operation::from_name(nome).ok_or_else(|| opcao("operation", "a known operation"))?;
        let paginas = Paginas::nova(&self.0, operacao, filtro, cursor.as_deref(), &chamada).map_err(|e| erro(&e))?;
        let idioma = chamada.idioma.unwrap_or(self.0.options().idioma);
        let paginas = Rc::new(RefCell::new(Some(paginas)));
        Ok(Listagem { client: Rc::clone(&self.0), operacao, idioma, paginas })
    }
}

/// A listing on its way.
#[wasm_bindgen]
pub struct Listagem {
    client: Rc<Client<Mundo>>,
    operacao: Operation,
    idioma: Idioma,
    /// Taken out while a page is read, and put back whatever comes of it.
    paginas: Rc<RefCell<Option<Paginas>>>,
}

#[wasm_bindgen]
impl Listagem {
    /// Reads the next page: a promise of JSON, `null` after the last.
    pub fn proxima(&self, cancelado: Option<Promise>, ja: bool) -> Result<Promise, JsValue> {
        if ja {
            return Err(erro(&cancelamento(self.operacao, self.idioma, Outcome::NotSent)));
        }
        let (client, lugar) = (Rc::clone(&self.client), Rc::clone(&self.paginas));
        let Some(paginas) = lugar.borrow_mut().take() else {
            return Err(opcao("listar", "one page at a time"));
        };
        let mut emprestadas = Emprestadas { paginas: Some(paginas), lugar };
        let futuro = async move {
            match &mut emprestadas.paginas {
                Some(paginas) => paginas.proxima(&client).await,
                None => Ok(Valor::Nulo),
            }
        };
        Ok(prometer(self.operacao, self.idioma, cancelado, futuro))
    }
}

/// Goes back to its place when the future that reads a page ends or is given up.
struct Emprestadas {
    paginas: Option<Paginas>,
    lugar: Rc<RefCell<Option<Paginas>>>,
}

impl Drop for Emprestadas {
    fn drop(&mut self) {
        *self.lugar.borrow_mut() = self.paginas.take();
    }
}

enum Paginas {
    Clientes(Pager<Cliente>),
    Servicos(Pager<Servico>),
    Contratos(Pager<Contrato>),
    Consumos(Pager<Consumo>),
    Cobrancas(Pager<Cobranca>),
}

impl Paginas {
    fn nova(
        client: &Client<Mundo>,
        operacao: Operation,
        filtro: Valor<'_>,
        cursor: Option<&str>,
        chamada: &CallOptions,
    ) -> Result<Self, Error> {
        macro_rules! pager {
            ($modelo:ty) => {
                match cursor {
                    Some(cursor) => client.retomar::<$modelo>(cursor, chamada),
                    None => client.listar::<$modelo>(objeto(filtro), chamada),
                }
            };
        }
        Ok(match operacao.resource() {
            Resource::Clientes => Self::Clientes(pager!(Cliente)?),
            Resource::Servicos => Self::Servicos(pager!(Servico)?),
            Resource::Contratos => Self::Contratos(pager!(Contrato)?),
            Resource::Consumos => Self::Consumos(pager!(Consumo)?),
            Resource::Cobrancas => Self::Cobrancas(pager!(Cobranca)?),
        })
    }

    async fn proxima(&mut self, client: &Client<Mundo>) -> Result<Valor<'static>, Error> {
        macro_rules! pagina {
            ($pager:expr) => {{
                let itens = $pager.next(client).await?;
                let Some(itens) = itens else { return Ok(Valor::Nulo) };
                let itens = itens.iter().map(|m| m.valor().into_owned()).collect();
                (itens, $pager.total(), $pager.cursor())
            }};
        }
        let (itens, total, cursor) = match self {
            Self::Clientes(pager) => pagina!(pager),
            Self::Servicos(pager) => pagina!(pager),
            Self::Contratos(pager) => pagina!(pager),
            Self::Consumos(pager) => pagina!(pager),
            Self::Cobrancas(pager) => pagina!(pager),
        };
        let mut campos = vec![("itens".into(), Valor::Lista(itens))];
        campos.extend(total.map(|n| ("total".into(), Valor::Numero(n.to_string().into()))));
        campos.extend(cursor.map(|c| ("cursor".into(), Valor::Texto(c.into()))));
        Ok(Valor::Objeto(campos))
    }
}

async fn executar(
    client: &Client<Mundo>,
    operacao: Operation,
    ids: &[String],
    dados: Valor<'static>,
    chamada: &CallOptions,
) -> Result<Valor<'static>, Error> {
    use Operation as O;
    let id = ids.first().map(String::as_str).unwrap_or_default();
    // What is emptied comes after the identifier: names, as the identifier is one.
    let limpar: Vec<&str> = ids.iter().skip(1).map(String::as_str).collect();
    Ok(match operacao {
        O::ClientesIncluir => gravado(client.incluir::<Cliente>(dados, chamada).await?),
        O::ContratosIncluir => gravado(client.incluir::<Contrato>(dados, chamada).await?),
        O::ConsumosIncluir => gravado(client.incluir::<Consumo>(dados, chamada).await?),
        O::ClientesAlterar => gravado(client.alterar::<Cliente>(id, dados, &limpar, chamada).await?),
        O::ConsumosAlterar => gravado(client.alterar::<Consumo>(id, dados, &limpar, chamada).await?),
        O::ClientesRemover => gravado(client.remover::<Cliente>(id, chamada).await?),
        O::ConsumosRemover => gravado(client.remover::<Consumo>(id, chamada).await?),
        O::ClientesObter => client.obter::<Cliente>(id, chamada).await?.valor().into_owned(),
        O::ServicosObter => client.obter::<Servico>(id, chamada).await?.valor().into_owned(),
        O::ContratosObter => client.obter::<Contrato>(id, chamada).await?.valor().into_owned(),
        O::ConsumosObter => client.obter::<Consumo>(id, chamada).await?.valor().into_owned(),
        O::ContratosAtivar => agir(client, Acao::Ativar, ids, dados, chamada).await?,
        O::ContratosDesativar => agir(client, Acao::Desativar, ids, dados, chamada).await?,
        O::ContratosSuspender => agir(client, Acao::Suspender, ids, dados, chamada).await?,
        O::ContratosCancelar => agir(client, Acao::Cancelar, ids, dados, chamada).await?,
        O::ClientesListar | O::ServicosListar | O::ContratosListar | O::ConsumosListar | O::CobrancasListar => {
            Valor::Nulo
        }
    })
}

async fn agir(
    client: &Client<Mundo>,
    acao: Acao,
    ids: &[String],
    dados: Valor<'static>,
    chamada: &CallOptions,
) -> Result<Valor<'static>, Error> {
    let acao_de = Entrada::<AcaoContrato>::Valor(objeto(dados));
    let ids: Vec<Id> = ids.iter().map(|id| Id(id.clone())).collect();
    let itens = match (acao, ids.as_slice()) {
        (Acao::Ativar, ids) => client.ativar(ids, acao_de, chamada).await?,
        (Acao::Desativar, ids) => client.desativar(ids, acao_de, chamada).await?,
        (Acao::Suspender | Acao::Cancelar, ids) => {
            let id = ids.first().cloned().unwrap_or(Id(String::new()));
            let resultado = Ok(client.agir(acao, id.as_str(), acao_de, chamada).await?);
            vec![ItemLote { id, resultado }]
        }
    };
    let item = |ItemLote { id, resultado }| {
        let (nome, valor) = match resultado {
            Ok(feito) => ("gravado", gravado(feito)),
            Err(e) => ("erro", erro_valor(&e)),
        };
        Valor::Objeto(vec![("id".into(), Valor::Texto(id.0.into())), (nome.into(), valor)])
    };
    Ok(Valor::Lista(itens.into_iter().map(item).collect()))
}

/// What is left out is an empty object.
fn objeto(valor: Valor<'_>) -> Valor<'_> {
    if valor == Valor::Nulo { Valor::Objeto(Vec::new()) } else { valor }
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use of it")]
fn gravado<M: Modelo>(gravado: Gravado<M>) -> Valor<'static> {
    Valor::Objeto(vec![
        ("resultado".into(), Valor::Texto(gravado.resultado.name().into())),
        ("registro".into(), gravado.registro.valor().into_owned()),
    ])
}

/// The promise of what `futuro` gives, as JSON; it is dropped, and what it has under way given up, when `cancelado` is
/// fulfilled.
fn prometer(
    operacao: Operation,
    idioma: Idioma,
    cancelado: Option<Promise>,
    futuro: impl Future<Output = Result<Valor<'static>, Error>> + 'static,
) -> Promise {
    let mut futuro: Pin<Box<dyn Future<Output = Result<Valor<'static>, Error>>>> = Box::pin(futuro);
    future_to_promise(async move {
        let resultado = match cancelado {
            None => futuro.await,
            Some(cancelado) => {
                let mut sinal = pin!(JsFuture::from(cancelado));
                poll_fn(|cx| match sinal.as_mut().poll(cx) {
                    Poll::Ready(_) => Poll::Ready(Err(cancelamento(operacao, idioma, Outcome::Unknown))),
                    Poll::Pending => futuro.as_mut().poll(cx),
                })
                .await
            }
        };
        resultado.map(|valor| JsValue::from_str(&valor.to_json())).map_err(|e| erro(&e))
    })
}

/// The first request of a call leaves with its first step, so whether it arrived is not known once it was begun.
fn cancelamento(operacao: Operation, idioma: Idioma, outcome: Outcome) -> Error {
    let message = Message::new("a chamada foi cancelada", "the call was cancelled");
    Error::new(ErrorKind::Cancelled, message).with(|d| {
        d.idioma = idioma;
        d.operation = Some(operacao.name());
        d.outcome = operacao.is_write().then_some(outcome);
    })
}

fn ler_opcoes(valor: &Valor<'_>) -> Result<ClientOptions, JsValue> {
    let base = valor.campo("baseUrl").and_then(Valor::texto).ok_or_else(|| opcao("baseUrl", "`https://…`"))?;
    let mut opcoes = ClientOptions::new(base);
    for (nome, valor) in campos(valor) {
        match nome {
            "baseUrl" => {}
            "token" => opcoes.token = Some(texto(nome, valor)?.to_owned()),
            "profile" => {
                opcoes.profile = Profile::from_toml(texto(nome, valor)?, "profile").map_err(|e| erro(&e))?;
            }
            "retry" => ler_retry(valor, &mut opcoes.retry)?,
            "timeoutMs" => opcoes.total = limite(nome, valor)?,
            "attemptTimeoutMs" => opcoes.attempt = limite(nome, valor)?,
            "modo" => opcoes.modo = modo(nome, valor)?,
            "idioma" => opcoes.idioma = idioma(nome, valor)?,
            "maxPaginas" => opcoes.max_paginas = inteiro(nome, valor)?,
            "permitirHttp" => opcoes.permitir_http = booleano(nome, valor)?,
            _ => return Err(opcao(nome, "`baseUrl`, `token`, `fetch`, `profile`, `retry`, `timeoutMs`…")),
        }
    }
    Ok(opcoes)
}

fn ler_chamada(valor: &Valor<'_>, client: &ClientOptions) -> Result<CallOptions, JsValue> {
    let mut opcoes = CallOptions::default();
    for (nome, valor) in campos(valor) {
        match nome {
            "timeoutMs" => opcoes.total = Some(limite(nome, valor)?),
            "attemptTimeoutMs" => opcoes.attempt = Some(limite(nome, valor)?),
            "idempotencyKey" => opcoes.idempotency_key = Some(texto(nome, valor)?.to_owned()),
            "modo" => opcoes.modo = Some(modo(nome, valor)?),
            "idioma" => opcoes.idioma = Some(idioma(nome, valor)?),
            "estrito" => opcoes.estrito = booleano(nome, valor)?,
            "tamanhoPagina" => opcoes.tamanho_pagina = Some(inteiro(nome, valor)?),
            "maxPaginas" => opcoes.max_paginas = Some(inteiro(nome, valor)?),
            "retry" => {
                let mut retry = client.retry;
                ler_retry(valor, &mut retry)?;
                opcoes.retry = Some(retry);
            }
            _ => return Err(opcao(nome, "`signal`, `timeoutMs`, `idempotencyKey`, `retry`…")),
        }
    }
    Ok(opcoes)
}

fn ler_retry(valor: &Valor<'_>, retry: &mut smartbill_core::retry::RetryPolicy) -> Result<(), JsValue> {
    if !matches!(valor, Valor::Objeto(_)) {
        return Err(opcao("retry", "`{ maxAttempts: 3 }`"));
    }
    for (nome, valor) in campos(valor) {
        match nome {
            "maxAttempts" => retry.max_attempts = inteiro(nome, valor)?,
            "baseMs" => retry.base = duracao(nome, valor)?,
            "capMs" => retry.cap = duracao(nome, valor)?,
            "maxRetryAfterMs" => retry.max_retry_after = duracao(nome, valor)?,
            _ => return Err(opcao(&format!("retry.{nome}"), "`maxAttempts`, `baseMs`, `capMs`, `maxRetryAfterMs`")),
        }
    }
    Ok(())
}

/// The options that were given.
fn campos<'v>(valor: &'v Valor<'_>) -> impl Iterator<Item = (&'v str, &'v Valor<'v>)> {
    let campos = match valor {
        Valor::Objeto(campos) => campos.as_slice(),
        _ => &[],
    };
    campos.iter().filter(|(_, v)| *v != Valor::Nulo).map(|(nome, v)| (&**nome, v))
}

fn texto<'v>(nome: &str, valor: &'v Valor<'_>) -> Result<&'v str, JsValue> {
    valor.texto().ok_or_else(|| opcao(nome, "`\"…\"`"))
}

fn booleano(nome: &str, valor: &Valor<'_>) -> Result<bool, JsValue> {
    if let Valor::Booleano(valor) = valor { Ok(*valor) } else { Err(opcao(nome, "`true`, `false`")) }
}

fn modo(nome: &str, valor: &Valor<'_>) -> Result<Modo, JsValue> {
    Modo::from_name(texto(nome, valor)?).ok_or_else(|| opcao(nome, "`estrito`, `leniente`"))
}

fn idioma(nome: &str, valor: &Valor<'_>) -> Result<Idioma, JsValue> {
    Idioma::from_name(texto(nome, valor)?).ok_or_else(|| opcao(nome, "`pt-BR`, `en`"))
}

fn inteiro(nome: &str, valor: &Valor<'_>) -> Result<u32, JsValue> {
    match valor {
        Valor::Inteiro(n) => u32::try_from(*n).map_err(|_| opcao(nome, "`1`, `2`, `3`…")),
        _ => Err(opcao(nome, "`1`, `2`, `3`…")),
    }
}

fn duracao(nome: &str, valor: &Valor<'_>) -> Result<Duration, JsValue> {
    match limite(nome, valor)? {
        Limit::After(duracao) => Ok(duracao),
        Limit::Infinite => Ok(Duration::MAX),
    }
}

fn limite(nome: &str, valor: &Valor<'_>) -> Result<Limit, JsValue> {
    match valor {
        Valor::Inteiro(ms) => u64::try_from(*ms).ok().map(|ms| Limit::After(Duration::from_millis(ms))),
        Valor::Flutuante(ms) if *ms == f64::INFINITY => Some(Limit::Infinite),
        Valor::Flutuante(ms) => Duration::try_from_secs_f64(ms / 1000.0).ok().map(Limit::After),
        _ => None,
    }
    .ok_or_else(|| opcao(nome, "`1500`, `Infinity`"))
}

/// The actions that a contract in this state allows, joined by commas.
#[wasm_bindgen]
#[must_use]
pub fn acoes_permitidas(situacao: &str) -> String {
    let situacao = SituacaoContrato::from_name(situacao);
    let acoes = [
        ("ativar", Acao::Ativar),
        ("desativar", Acao::Desativar),
        ("suspender", Acao::Suspender),
        ("cancelar", Acao::Cancelar),
    ];
    let permitidas = acoes.into_iter().filter(|(_, acao)| matches!(transicao(&situacao, *acao), Transicao::Para(_)));
    permitidas.map(|(nome, _)| nome).collect::<Vec<_>>().join(",")
}
