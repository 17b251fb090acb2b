//! `smartbill-automation`: the client. JavaScript lends `fetch`, timers, a clock and chance, and moves every call on:
//! `npm/src/mundo.js` says when what a call waits for has come.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;
use smartbill_core::api::{Acao, Gravado, Operation, Request, Response, Transicao, ValueRecord, transicao};
use smartbill_core::client::{CallOptions, Client, ClientOptions, ItemLote, Limit, Pager};
use smartbill_core::model::{Id, SituacaoContrato};
use smartbill_core::transport::{Host, MAX_FAILURE_BODY_BYTES, TransportError, TransportFailure};
use smartbill_core::validate::Violation;
use smartbill_core::{Error, ErrorKind, Idioma, Message, Modo, Outcome, Valor};
use wasm_bindgen::prelude::*;

use crate::ponte::{desempacotar, erro, erro_json, opcao};

#[wasm_bindgen]
extern "C" {
    /// What JavaScript lends: `npm/src/mundo.js`. None of its functions throws.
    pub type Mundo;
    #[wasm_bindgen(method)]
    fn enviar(
        this: &Mundo,
        id: u32,
        metodo: &str,
        url: &str,
        cabecalhos: &str,
        corpo: Option<&str>,
        max_body_bytes: usize,
        max_failure_body_bytes: usize,
    );
    #[wasm_bindgen(method)]
    fn esperar(this: &Mundo, id: u32, ms: f64);
    /// Gives up what was begun under `id`; nothing comes of it any more.
    #[wasm_bindgen(method)]
    fn desistir(this: &Mundo, id: u32);
    #[wasm_bindgen(method)]
    fn monotonico(this: &Mundo) -> f64;
    #[wasm_bindgen(method)]
    fn agora(this: &Mundo) -> f64;
    #[wasm_bindgen(method)]
    fn acaso(this: &Mundo) -> u32;
}

/// What came of something begun in JavaScript; of a wait, that its time has passed.
type Chegada = Result<Response, TransportError>;

/// The world, and what came from it that no call has looked at yet.
pub struct Anfitriao {
    mundo: Mundo,
    max_body_bytes: usize,
    ultimo: Cell<u32>,
    chegadas: Cell<Vec<(u32, Chegada)>>,
}

impl Anfitriao {
    fn comecar(&self, comecar: impl FnOnce(&Mundo, u32)) -> Andamento<'_> {
        let id = self.ultimo.get().wrapping_add(1);
        self.ultimo.set(id);
        comecar(&self.mundo, id);
        Andamento { anfitriao: self, id }
    }

    fn tirar(&self, id: u32) -> Option<Chegada> {
        let mut chegadas = self.chegadas.take();
        let lugar = chegadas.iter().position(|(de, _)| *de == id);
        let chegada = lugar.map(|lugar| chegadas.swap_remove(lugar).1);
        self.chegadas.set(chegadas);
        chegada
    }
}

/// Something under way in JavaScript; given up when dropped.
struct Andamento<'h> {
    anfitriao: &'h Anfitriao,
    id: u32,
}

impl Future for Andamento<'_> {
    type Output = Chegada;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Chegada> {
        // JavaScript moves the call on when something came for it, so nobody needs to be woken.
        self.anfitriao.tirar(self.id).map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Andamento<'_> {
    fn drop(&mut self) {
        self.anfitriao.tirar(self.id);
        self.anfitriao.mundo.desistir(self.id);
    }
}

impl Host for Anfitriao {
    async fn send(&self, base_url: &str, request: &Request) -> Result<Response, TransportError> {
        let mut cabecalhos = String::new();
        for (nome, valor) in &request.headers {
            cabecalhos.extend([nome, "\n", valor, "\n"]);
        }
        let corpo = request.body.as_deref().and_then(|corpo| std::str::from_utf8(corpo).ok());
        let url = [base_url, &request.target].concat();
        let (max, max_failure) = (self.max_body_bytes, self.max_body_bytes.min(MAX_FAILURE_BODY_BYTES));
        self.comecar(|mundo, id| {
            mundo.enviar(id, request.method.as_str(), &url, &cabecalhos, corpo, max, max_failure);
        })
        .await
    }

    async fn sleep(&self, duration: Duration) {
        let _ = self.comecar(|mundo, id| mundo.esperar(id, duration.as_secs_f64() * 1000.0)).await;
    }

    fn monotonic(&self) -> Duration {
        milissegundos(self.mundo.monotonico()).unwrap_or_default()
    }

    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole, and the cast saturates")]
        Timestamp::from_millisecond(self.mundo.agora() as i64).unwrap_or_default()
    }

    fn random(&self) -> u64 {
        u64::from(self.mundo.acaso()) << 32 | u64::from(self.mundo.acaso())
    }
}

/// The core's client; `npm/src/index.js` gives it its JavaScript shape.
#[wasm_bindgen]
pub struct Nucleo(Rc<Client<Anfitriao>>);

#[wasm_bindgen]
impl Nucleo {
    /// A client with packed options.
    #[wasm_bindgen(constructor)]
    pub fn new(opcoes: &[u8], mundo: Mundo) -> Result<Nucleo, JsValue> {
        let [opcoes] = desempacotar(opcoes)?;
        let opcoes = ler_opcoes(&opcoes)?;
        let max_body_bytes = opcoes.max_body_bytes;
        let anfitriao = Anfitriao { mundo, max_body_bytes, ultimo: Cell::new(0), chegadas: Cell::default() };
        let client = Client::new(opcoes, anfitriao).map_err(|e| erro(&e))?;
        Ok(Self(Rc::new(client)))
    }

    /// Begins the operation called `nome` on packed `[identifiers, input, options]`.
    pub fn chamar(&self, nome: &str, entrada: &[u8]) -> Result<Chamada, JsValue> {
        let [ids, dados, opcoes] = desempacotar(entrada)?;
        let (operacao, opcoes) = self.ler(nome, &opcoes)?;
        let ids = textos(&ids);
        let (client, dados) = (Rc::clone(&self.0), without_findings(dados.into_owned()));
        let idioma = opcoes.idioma.unwrap_or(client.options().idioma);
        let futuro = async move { executar(&client, operacao, ids, dados, &opcoes, idioma).await };
        Ok(Chamada { operacao, idioma, comecou: false, futuro: Some(Box::pin(futuro)) })
    }

    /// Begins the listing called `nome` with a packed `[filter, options]`, or takes it up at `cursor`.
    pub fn listar(&self, nome: &str, entrada: &[u8], cursor: Option<String>) -> Result<Listagem, JsValue> {
        let [filtro, opcoes] = desempacotar(entrada)?;
        let (operacao, opcoes) = self.ler(nome, &opcoes)?;
        let pager = match cursor {
            Some(cursor) => self.0.retomar_valores(operacao, &cursor, &opcoes),
            None => self.0.listar_valores(operacao, filtro, &opcoes),
        };
        let idioma = opcoes.idioma.unwrap_or(self.0.options().idioma);
        let pager = Rc::new(Cell::new(Some(pager.map_err(|e| erro(&e))?)));
        Ok(Listagem { client: Rc::clone(&self.0), operacao, idioma, pager })
    }

    /// An answer came for what was begun under `id`. `cabecalhos` are names and values, a line each.
    pub fn chegou(&self, id: u32, status: u16, cabecalhos: &str, corpo: Vec<u8>) {
        let mut linhas = cabecalhos.split('\n').map(str::to_owned);
        let mut headers = Vec::new();
        while let (Some(nome), Some(valor)) = (linhas.next(), linhas.next()) {
            headers.push((nome, valor));
        }
        self.receber(id, Ok(Response { status, headers, body: corpo.into() }));
    }

    /// No answer came, or the time of a wait has passed.
    pub fn falhou(&self, id: u32, falha: &str, mensagem: String) {
        let failure = match falha {
            "connect" => TransportFailure::Connect,
            "tls" => TransportFailure::Tls,
            "too_large" => TransportFailure::TooLarge,
            "connect_timeout" => TransportFailure::ConnectTimeout,
            "unusable" => TransportFailure::Unusable,
            "timeout" => TransportFailure::Timeout,
            _ => TransportFailure::Broken,
        };
        self.receber(id, Err(TransportError::new(failure, mensagem)));
    }
}

impl Nucleo {
    fn ler(&self, nome: &str, opcoes: &Valor<'_>) -> Result<(Operation, CallOptions), JsValue> {
        let operacao = Operation::from_name(nome).ok_or_else(|| opcao("operation", "a known operation"))?;
        Ok((operacao, ler_chamada(opcoes, self.0.options())?))
    }

    fn receber(&self, id: u32, chegada: Chegada) {
        let chegadas = &self.0.host().chegadas;
        let mut todas = chegadas.take();
        todas.push((id, chegada));
        chegadas.set(todas);
    }
}

/// A call on its way.
#[wasm_bindgen]
pub struct Chamada {
    operacao: Operation,
    idioma: Idioma,
    comecou: bool,
    /// Gone when it ended or was given up.
    futuro: Option<Futuro>,
}

type Futuro = Pin<Box<dyn Future<Output = Result<Valor<'static>, Error>>>>;

#[wasm_bindgen]
impl Chamada {
    /// Goes as far as it can; gives JSON at the end.
    pub fn avancar(&mut self) -> Result<Option<String>, JsValue> {
        let Some(futuro) = &mut self.futuro else { return Ok(None) };
        self.comecou = true;
        let Poll::Ready(resultado) = futuro.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            return Ok(None);
        };
        self.futuro = None;
        resultado.map(|valor| Some(valor.to_json())).map_err(|e| erro(&e))
    }

    /// Gives it up, with what it has under way; gives the error that says so.
    pub fn cancelar(&mut self) -> JsValue {
        self.futuro = None;
        let message = Message::new("a chamada foi cancelada", "the call was cancelled");
        let cancelamento = Error::new(ErrorKind::Cancelled, message).with(|d| {
            d.idioma = self.idioma;
            d.operation = Some(self.operacao.name());
            // The first request leaves with the first step, so whether it arrived is not known once it was begun.
            let outcome = if self.comecou { Outcome::Unknown } else { Outcome::NotSent };
            d.outcome = self.operacao.is_write().then_some(outcome);
        });
        erro(&cancelamento)
    }
}

/// A listing on its way.
#[wasm_bindgen]
pub struct Listagem {
    client: Rc<Client<Anfitriao>>,
    operacao: Operation,
    idioma: Idioma,
    /// Taken out while a page is read, and put back whatever comes of it.
    pager: Lugar,
}

type Lugar = Rc<Cell<Option<Pager<ValueRecord>>>>;

#[wasm_bindgen]
impl Listagem {
    /// Reads the next page: JSON, `null` after the last.
    pub fn proxima(&self) -> Result<Chamada, JsValue> {
        let (client, lugar) = (Rc::clone(&self.client), Rc::clone(&self.pager));
        let Some(pager) = lugar.take() else {
            return Err(opcao("listar", "one page at a time"));
        };
        let mut emprestado = Emprestado { pager: Some(pager), lugar };
        let (operacao, idioma) = (self.operacao, self.idioma);
        let futuro = async move {
            let Some(pager) = &mut emprestado.pager else { return Ok(Valor::Nulo) };
            let Some(itens) = pager.next(&client).await? else { return Ok(Valor::Nulo) };
            let itens = itens.into_iter().map(|item| record(item, idioma)).collect();
            let mut campos = vec![("itens".into(), Valor::Lista(itens))];
            campos.extend(pager.total().map(|n| ("total".into(), Valor::Inteiro(n.try_into().unwrap_or(i64::MAX)))));
            campos.extend(pager.cursor().map(|c| ("cursor".into(), Valor::Texto(c.into()))));
            Ok(Valor::Objeto(campos))
        };
        Ok(Chamada { operacao, idioma, comecou: false, futuro: Some(Box::pin(futuro)) })
    }
}

/// Goes back to its place when the future that reads a page ends or is given up.
struct Emprestado {
    pager: Option<Pager<ValueRecord>>,
    lugar: Lugar,
}

impl Drop for Emprestado {
    fn drop(&mut self) {
        self.lugar.set(self.pager.take());
    }
}

async fn executar(
    client: &Client<Anfitriao>,
    operacao: Operation,
    ids: Vec<String>,
    dados: Valor<'static>,
    opcoes: &CallOptions,
    idioma: Idioma,
) -> Result<Valor<'static>, Error> {
    if operacao.acao().is_some() {
        let ids: Vec<Id> = ids.into_iter().map(Id).collect();
        let itens = client.lote_valores(operacao, &ids, dados, opcoes).await?;
        return Ok(Valor::Lista(itens.into_iter().map(|i| item(i, idioma)).collect()));
    }
    // What is emptied comes after the identifier: names, as the identifier is one.
    let mut nomes = ids.iter().map(String::as_str);
    let id = nomes.next();
    if operacao.is_write() {
        let limpar: Vec<&str> = nomes.collect();
        return Ok(gravado(client.gravar_valor(operacao, id, dados, &limpar, opcoes).await?, idioma));
    }
    Ok(record(client.obter_valor(operacao, id.unwrap_or_default(), opcoes).await?, idioma))
}

fn item(ItemLote { id, resultado }: ItemLote<ValueRecord>, idioma: Idioma) -> Valor<'static> {
    let (nome, valor) = match resultado {
        Ok(feito) => ("gravado", gravado(feito, idioma)),
        Err(e) => ("erro", Valor::Texto(erro_json(&e).into())),
    };
    Valor::Objeto(vec![("id".into(), Valor::Texto(id.0.into())), (nome.into(), valor)])
}

fn gravado(gravado: Gravado<ValueRecord>, idioma: Idioma) -> Valor<'static> {
    Valor::Objeto(vec![
        ("resultado".into(), Valor::Texto(gravado.resultado.name().into())),
        ("registro".into(), record(gravado.registro, idioma)),
    ])
}

/// A record as JavaScript has it: what could not be read is under `findings`, where there is any.
fn record(ValueRecord { mut value, findings }: ValueRecord, idioma: Idioma) -> Valor<'static> {
    if let (false, Valor::Objeto(campos)) = (findings.is_empty(), &mut value) {
        if let Some((nome, _)) = campos.iter_mut().find(|(nome, _)| nome == FINDINGS) {
            // The platform's own field of that name.
            *nome = "$findings".into();
        }
        campos.push((FINDINGS.into(), Valor::Lista(findings.iter().map(|v| finding(v, idioma)).collect())));
    }
    value
}

/// As `npm/src/erros.d.ts` describes a violation.
fn finding(v: &Violation, idioma: Idioma) -> Valor<'static> {
    let text = |text: &str| Valor::Texto(text.to_owned().into());
    let params = v.params().into_iter().map(|(nome, valor)| (nome.into(), Valor::Texto(valor.into())));
    Valor::Objeto(vec![
        ("path".into(), text(&v.path)),
        ("code".into(), text(v.code())),
        ("message".into(), text(&v.message(idioma))),
        ("params".into(), Valor::Objeto(params.collect())),
        ("severity".into(), text(v.severity.name())),
    ])
}

/// A record that was read, and is sent back.
fn without_findings(mut dados: Valor<'static>) -> Valor<'static> {
    if let Valor::Objeto(campos) = &mut dados {
        campos.retain(|(nome, _)| nome != FINDINGS);
    }
    dados
}

const FINDINGS: &str = "findings";

fn textos(valor: &Valor<'_>) -> Vec<String> {
    let Valor::Lista(itens) = valor else { return Vec::new() };
    itens.iter().filter_map(|v| v.texto().map(str::to_owned)).collect()
}

fn ler_opcoes(valor: &Valor<'_>) -> Result<ClientOptions, JsValue> {
    let base = valor.campo("baseUrl").and_then(Valor::texto).ok_or_else(|| opcao("baseUrl", "`https://…`"))?;
    let mut opcoes = ClientOptions::new(base);
    for (nome, valor) in campos(valor) {
        match nome {
            "baseUrl" => {}
            "token" => opcoes.token = Some(texto(nome, valor)?.to_owned()),
            // The module without it is not asked: `npm/src/index.js` takes the one that reads profiles.
            #[cfg(feature = "profile")]
            "profile" => {
                let perfil = smartbill_core::profile::Profile::from_toml(texto(nome, valor)?, "profile");
                opcoes.profile = perfil.map_err(|e| erro(&e))?;
            }
            "retry" => ler_retry(valor, &mut opcoes.retry)?,
            "timeoutMs" => opcoes.total = limite(nome, valor)?,
            "attemptTimeoutMs" => opcoes.attempt = limite(nome, valor)?,
            "modo" => opcoes.modo = modo(nome, valor)?,
            "idioma" => opcoes.idioma = idioma(nome, valor)?,
            "maxPaginas" => opcoes.max_paginas = inteiro(nome, valor)?,
            "maxBodyBytes" => match inteiro(nome, valor)?.try_into() {
                Ok(bytes) if bytes > 0 => opcoes.max_body_bytes = bytes,
                _ => return Err(opcao(nome, "`16777216`")),
            },
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
        let caminho = &["retry.", nome].concat();
        match nome {
            "maxAttempts" => retry.max_attempts = inteiro(caminho, valor)?,
            "baseMs" => retry.base = duracao(caminho, valor)?,
            "capMs" => retry.cap = duracao(caminho, valor)?,
            "maxRetryAfterMs" => retry.max_retry_after = duracao(caminho, valor)?,
            _ => return Err(opcao(caminho, "`maxAttempts`, `baseMs`, `capMs`, `maxRetryAfterMs`")),
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
        Valor::Flutuante(ms) => milissegundos(*ms).map(Limit::After),
        _ => None,
    }
    .ok_or_else(|| opcao(nome, "`1500`, `Infinity`"))
}

fn milissegundos(ms: f64) -> Option<Duration> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and the cast saturates")]
    (ms >= 0.0).then(|| Duration::from_micros((ms * 1000.0) as u64))
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
