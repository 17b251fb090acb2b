//! Sending: attempts, waits, and what a lost answer means. Written once for every operation; the records go where the
//! caller wants them.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::api::{
    self, Bounds, Destino, Lido, Operation, Pedido, Registro as _, Request, Response, Resultado, ValueRecord,
};
use crate::client::{CallOptions, Client};
use crate::error::{Error, ErrorKind, Outcome};
use crate::profile::{Credential, Promise, Recorte, escape, percent_encode};
use crate::retry::{Decision, Failure, RetryPolicy, Safety, decide};
use crate::transport::{Host, TransportError, TransportFailure};
use crate::{Idioma, JsonError, JsonProblem, Message, Valor, escrita};

impl<H: Host> Client<H> {
    /// Sends a write.
    pub(super) async fn gravar(
        &self,
        pedido: Pedido<'_>,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Result<Resultado, Error> {
        let Pedido { operation, id, corpo, .. } = pedido;
        let request = api::pedir(self.profile(), pedido, self.regime(options))?;
        if options.estrito {
            self.orientar(pedido, options).await?;
        }
        // A new record has the company's own identifier for its key; whatever names a record needs none.
        let chave =
            corpo.filter(|_| id.is_none()).and_then(|corpo| corpo.campo(operation.resource().chave()?)?.texto());
        let mut call = self.begin(options, Safety::of(self.profile(), operation, chave.is_some()), 0);
        let request = self.authorized(self.keyed(request, &call, chave));
        loop {
            let failed = match self.attempt(&mut call, &request, id, destino).await {
                Ok(lido) => return Ok(lido.resultado),
                Err(failed) => failed,
            };
            if let (true, true, Failure::Status(404 | 410)) = (operation.removes(), failed.maybe_done, failed.failure) {
                // An earlier attempt, whose answer was lost, has removed it.
                let known = id.map(|id| ("id".into(), Valor::Texto(id.into())));
                api::receber(Valor::Objeto(known.into_iter().collect()), destino);
                return Ok(Resultado::AlreadyDone);
            }
            let natural = chave.zip(corpo).filter(|_| call.safety == Safety::ReadBack);
            // The platform says that the record exists: perhaps by an earlier attempt of this very call.
            let repeated = natural.is_some() && failed.maybe_done && failed.error.kind() == ErrorKind::Conflict;
            if !repeated && !self.pause(&call, &failed).await {
                return Err(failed.error);
            }
            // Before anything is sent a second time, the record is looked for. The default profile promises no natural key.
            #[cfg(feature = "toml")]
            if let Some((chave, corpo)) = natural.filter(|_| call.maybe_done) {
                let left = call.deadline.map(|deadline| deadline.saturating_sub(self.host().monotonic()));
                let total = Some(left.map_or(super::Limit::Infinite, super::Limit::After));
                let options = CallOptions { total, ..options.clone() };
                match self.ja_esta(operation, chave, corpo, &options, destino).await {
                    Ok(Some(true)) => return Ok(Resultado::AlreadyDone),
                    // It did not arrive: send it again.
                    Ok(None) if !repeated => {}
                    // Somebody else's record under the same key, or no way to know.
                    _ => return Err(failed.error),
                }
            }
        }
    }

    /// Reads, again and again where that may help.
    pub(super) async fn buscar(
        &self,
        request: Request,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Result<Lido, Error> {
        self.buscar_ate(request, 0, options, destino).await
    }

    /// Reads a page of at most `page_size` records.
    async fn buscar_ate(
        &self,
        request: Request,
        page_size: u32,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Result<Lido, Error> {
        let mut call = self.begin(options, Safety::Repeatable, page_size);
        let request = self.authorized(request);
        loop {
            match self.attempt(&mut call, &request, None, destino).await {
                Ok(lido) => return Ok(lido),
                Err(failed) if self.pause(&call, &failed).await => {}
                Err(failed) => return Err(failed.error),
            }
        }
    }

    /// One page of a listing.
    pub(super) async fn pagina(
        &self,
        operation: Operation,
        filtro: &Valor<'_>,
        recorte: Recorte,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Result<Lido, Error> {
        let request = api::listar(self.profile(), operation, filtro.clone(), recorte);
        self.buscar_ate(request, recorte.tamanho, options, destino).await
    }

    /// The first page of what the platform has under `chave`, the company's own identifier.
    pub(super) async fn procurar(
        &self,
        listar: Operation,
        chave: &str,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Result<Lido, Error> {
        let nome = listar.resource().chave().unwrap_or_default();
        let filtro = Valor::Objeto(vec![(nome.into(), Valor::Texto(chave.into()))]);
        let filtro = api::conferir(listar, filtro, self.regime(options))?;
        let recorte = Recorte { inicio: 0, tamanho: self.profile().pagination().default_size };
        self.pagina(listar, &filtro, recorte, options, destino).await
    }

    /// Whether the platform has `corpo` under its `chave`: then it goes to `destino`. `None` when there is nothing under
    /// that key, false when it is another record.
    #[cfg(feature = "toml")]
    async fn ja_esta(
        &self,
        operation: Operation,
        chave: &str,
        corpo: &Valor<'_>,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Result<Option<bool>, Error> {
        let listar = operation.resource().listar();
        let mut lidos = ValueRecord::lidos(listar);
        self.procurar(listar, chave, options, &mut lidos).await?;
        let nome = operation.resource().chave().unwrap_or_default();
        let mut achados = ValueRecord::todos(lidos).into_iter().map(|record| record.value);
        let achado = achados.find(|r| r.campo(nome).and_then(Valor::texto) == Some(chave));
        let Some(achado) = achado else { return Ok(None) };
        let mesmo = crate::model::iguais(&achado, corpo);
        if mesmo {
            api::receber(achado, destino);
        }
        Ok(Some(mesmo))
    }

    /// Reads the contract before an action on it, and refuses what its state does not allow.
    async fn orientar(&self, pedido: Pedido<'_>, options: &CallOptions) -> Result<(), Error> {
        let (Some(acao), Some(parametros)) = (pedido.operation.acao(), pedido.corpo) else {
            return Ok(());
        };
        let (operation, regime) = (Operation::ContratosObter, self.regime(options));
        let request = api::pedir(self.profile(), Pedido::novo(operation, pedido.id, None), regime)?;
        let mut lidos = ValueRecord::lidos(operation);
        self.buscar(request, options, &mut lidos).await?;
        api::orientar(acao, &ValueRecord::um(lidos).value, parametros, regime)
    }

    fn begin<'c>(&self, call: &'c CallOptions, safety: Safety, page_size: u32) -> Call<'c> {
        let total = call.total.unwrap_or(self.options.total).duration();
        Call {
            attempt_limit: call.attempt.unwrap_or(self.options.attempt).duration(),
            deadline: total.map(|total| self.host.monotonic().saturating_add(total)),
            idioma: call.idioma.unwrap_or(self.options.idioma),
            // An empty one would protect nothing.
            key: call.idempotency_key.as_deref().filter(|key| !key.is_empty()),
            retry: call.retry.unwrap_or(self.options.retry),
            safety,
            bounds: Bounds::new(self.options.max_body_bytes, page_size),
            attempts: 0,
            maybe_done: false,
        }
    }

    /// One attempt; `id` is the identifier in the request's path.
    async fn attempt(
        &self,
        call: &mut Call<'_>,
        request: &Request,
        id: Option<&str>,
        destino: &mut dyn Destino,
    ) -> Result<Lido, Failed> {
        call.attempts += 1;
        let begun = self.host.monotonic();
        let left = call.deadline.map(|deadline| deadline.saturating_sub(begun));
        let limit = call.attempt_limit.into_iter().chain(left).min();
        let answer = self.within(limit, self.host.send(&self.base.url, request)).await;
        let took = self.host.monotonic().saturating_sub(begun);
        log_attempt(call.attempts, request.operation, &answer, took);
        let failed = match answer {
            Ok(response) => {
                let response = response.in_utf8();
                let (profile, secrets) = (self.profile(), &self.secrets);
                match api::ler(profile, request.operation, id, &response, call.bounds, secrets, destino) {
                    Ok(lido) => {
                        self.quota.refund();
                        return Ok(lido);
                    }
                    Err(error) => Failed {
                        failure: failure_of(&error),
                        retry_after: api::retry_after(&response, self.host.now()),
                        error,
                        maybe_done: call.maybe_done,
                    },
                }
            }
            Err(error) => self.transport_failed(call, request.operation, limit, error),
        };
        Err(self.described(call, request.operation, failed))
    }

    /// Waits before the next attempt; false when there is to be none.
    async fn pause(&self, call: &Call<'_>, failed: &Failed) -> bool {
        let jitter = self.host.random();
        let decision = decide(&call.retry, call.safety, call.attempts, failed.failure, failed.retry_after, jitter);
        let Decision::Wait(wait) = decision else {
            return false;
        };
        let in_time = call.deadline.is_none_or(|deadline| self.host.monotonic().saturating_add(wait) < deadline);
        // A stale connection says nothing about the server's health.
        if !in_time || (failed.failure != Failure::Stale && !self.quota.take()) {
            return false;
        }
        if !wait.is_zero() {
            self.host.sleep(wait).await;
        }
        true
    }

    /// The future's output, unless the limit passes first.
    async fn within(
        &self,
        limit: Option<Duration>,
        send: impl Future<Output = Result<Response, TransportError>>,
    ) -> Result<Response, TransportError> {
        let Some(limit) = limit else {
            return send.await;
        };
        let mut send = pin!(send);
        let mut alarm = pin!(self.host.sleep(limit));
        poll_fn(|cx| {
            if let Poll::Ready(answer) = send.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            alarm.as_mut().poll(cx).map(|()| Err(TransportError::new(TransportFailure::Timeout, "")))
        })
        .await
    }

    fn transport_failed(
        &self,
        call: &Call<'_>,
        operation: Operation,
        limit: Option<Duration>,
        mut error: TransportError,
    ) -> Failed {
        use TransportFailure::{Broken, Connect, ConnectTimeout, Stale, Timeout, Tls, TooLarge, Unusable};
        error.message = self.secrets.hide(&error.message).into_owned();
        let host = &self.base.host;
        let why = if error.message.is_empty() { String::new() } else { [": ", &error.message].concat() };
        let (kind, failure, pt, en) = match error.failure {
            Connect => (ErrorKind::Connection, Failure::NotSent, "não foi possível conectar a", "cannot connect to"),
            Tls => (ErrorKind::Connection, Failure::Final, "TLS recusado ao conectar a", "TLS refused connecting to"),
            ConnectTimeout => {
                (ErrorKind::Timeout, Failure::NotSent, "tempo esgotado ao conectar a", "timed out connecting to")
            }
            Timeout => (ErrorKind::Timeout, Failure::Lost, "tempo esgotado à espera de", "timed out waiting for"),
            Stale => (ErrorKind::Connection, Failure::Stale, "conexão encerrada por", "connection closed by"),
            Broken => (ErrorKind::Connection, Failure::Lost, "conexão interrompida com", "connection broken with"),
            TooLarge => (ErrorKind::Response, Failure::Final, "resposta longa demais de", "answer too long from"),
            Unusable => (ErrorKind::Configuration, Failure::Final, "não foi possível enviar a", "cannot send to"),
        };
        let limit = match (error.failure, limit) {
            (Timeout, Some(limit)) if why.is_empty() => [" (", &seconds(limit), ")"].concat(),
            _ => String::new(),
        };
        let middle = [" `", host, "`", &limit, &why].concat();
        let (advice_pt, advice_en) = match error.failure {
            TooLarge => (
                "; peça páginas menores ou aumente `max_body_bytes`",
                "; ask for smaller pages or raise `max_body_bytes`",
            ),
            _ => ("", ""),
        };
        let n = escrita::natural(call.attempts.into());
        let message = Message::new(
            [pt, &middle, advice_pt, " (tentativas: ", &n, ")"].concat(),
            [en, &middle, advice_en, " (attempts: ", &n, ")"].concat(),
        );
        let outcome = match error.failure {
            Connect | ConnectTimeout | Tls | Unusable => Outcome::NotSent,
            Stale | Timeout | Broken | TooLarge => Outcome::Unknown,
        };
        let error = Error::new(kind, message).caused_by(error).with(|d| {
            d.outcome = operation.is_write().then_some(outcome);
        });
        Failed { failure, retry_after: None, error, maybe_done: call.maybe_done }
    }

    /// Adds what the call knows to an error.
    fn described(&self, call: &mut Call<'_>, operation: Operation, failed: Failed) -> Failed {
        let Failed { failure, retry_after, error, .. } = failed;
        let kind = error.kind();
        let before = call.maybe_done;
        let promise = self.profile().endpoint(operation).promise;
        let error = error.with(|d| {
            d.idioma = call.idioma;
            d.operation = Some(operation.name());
            d.attempts = call.attempts;
            d.retry_after = retry_after;
            // An attempt that got lost may have been done, whatever became of the ones after it; unless the
            // platform, asked again under the same key, says no to the request itself.
            let says_no = match kind {
                ErrorKind::Rejected | ErrorKind::NotFound => true,
                ErrorKind::Conflict => promise == Promise::IdempotencyKey,
                _ => false,
            };
            if before && d.outcome.is_some() && !says_no {
                d.outcome = Some(Outcome::Unknown);
            }
            call.maybe_done |= d.outcome == Some(Outcome::Unknown);
        });
        Failed { failure, retry_after, error, maybe_done: before }
    }

    /// The request with the client's own headers and credential.
    pub(super) fn authorized(&self, mut request: Request) -> Request {
        request.headers.push(("user-agent".to_owned(), self.options.user_agent.clone()));
        match self.options.token.as_deref().map(|token| self.profile().credential(token)) {
            Some(Credential::Header(name, value)) => request.headers.push((name, value)),
            Some(Credential::Query(name, value)) => {
                request.target.push(if request.target.contains('?') { '&' } else { '?' });
                percent_encode(&name, &mut request.target);
                request.target.push('=');
                percent_encode(&value, &mut request.target);
            }
            None => {}
        }
        request
    }

    /// The request with its idempotency key, where the profile reads one: the caller's, or `identity` of the
    /// operation, or one that nobody used before.
    fn keyed(&self, mut request: Request, call: &Call<'_>, identity: Option<&str>) -> Request {
        let operation = request.operation;
        if !operation.is_write() || self.profile().endpoint(operation).promise != Promise::IdempotencyKey {
            return request;
        }
        let key = match (call.key, identity) {
            (Some(given), _) => header_safe(given),
            (None, Some(identity)) => header_safe(&[operation.name(), ":", identity].concat()),
            (None, None) => [operation.name(), ":", &hex(self.host.random()), &hex(self.host.random())].concat(),
        };
        request.headers.push((self.profile().idempotency_header().to_owned(), key));
        request
    }
}

/// A call on its way.
struct Call<'c> {
    attempt_limit: Option<Duration>,
    deadline: Option<Duration>,
    idioma: Idioma,
    key: Option<&'c str>,
    retry: RetryPolicy,
    safety: Safety,
    bounds: Bounds,
    attempts: u32,
    /// Whether an attempt so far may have been done though no answer said so.
    maybe_done: bool,
}

/// An attempt that failed.
struct Failed {
    failure: Failure,
    retry_after: Option<Duration>,
    error: Error,
    /// Whether an attempt before this one may have been done.
    maybe_done: bool,
}

/// How an answer that was no success failed.
fn failure_of(error: &Error) -> Failure {
    let status = error.details().status.unwrap_or(0);
    let json = std::error::Error::source(error).and_then(<dyn std::error::Error>::downcast_ref::<JsonError>);
    let cut_short = json.is_some_and(|json| json.problem == JsonProblem::Malformed);
    match error.kind() {
        // A fault may come with status 200; it is the kind that tells.
        ErrorKind::Server if status < 500 => Failure::Status(500),
        ErrorKind::Rejected if status >= 500 => Failure::Final,
        ErrorKind::Response if cut_short => Failure::Lost,
        ErrorKind::Response => Failure::Final,
        _ => Failure::Status(status),
    }
}

/// Logs what may be known of an attempt: never an identifier, a query, a header or a body.
fn log_attempt(attempt: u32, operation: Operation, answer: &Result<Response, TransportError>, took: Duration) {
    let ms = took.as_millis();
    match answer {
        Ok(response) => {
            log::debug!(target: "smartbill", "{operation} status={} attempt={attempt} duration={ms}ms", response.status);
        }
        Err(error) => {
            log::debug!(target: "smartbill", "{operation} failure={:?} attempt={attempt} duration={ms}ms", error.failure);
        }
    }
}

/// Sixteen hexadecimal digits.
fn hex(n: u64) -> String {
    let digits = n.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A limit of time for a message: `30s`, `1.5s`, `250ms`.
fn seconds(limit: Duration) -> String {
    let (whole, ms) = (limit.as_secs(), limit.subsec_millis());
    if whole == 0 {
        return escrita::natural(ms.into()) + "ms";
    }
    let mut text = escrita::natural(whole);
    if ms > 0 {
        text.push('.');
        escrita::push_digitos(&mut text, ms.into(), 3);
        text.truncate(text.trim_end_matches('0').len());
    }
    text + "s"
}

/// `key` with what a header cannot hold percent-encoded.
fn header_safe(key: &str) -> String {
    let mut safe = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' {
            safe.push(char::from(byte));
        } else {
            escape(byte, &mut safe);
        }
    }
    safe
}
