use std::borrow::Cow;

use crate::api::{Destino, Operation, Response, Secrets, erro};
use crate::error::{Error, ErrorKind, Outcome};
use crate::model::Esquema;
use crate::profile::Profile;
use crate::validate::{Context, Intent, Options, Severity};
use crate::{JsonProblem, Message, Valor, escrita};

/// What a write that worked did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resultado {
    /// It made a new resource.
    Created,
    /// It changed one.
    Updated,
    /// The resource was like that already.
    Unchanged,
    /// An earlier attempt had done it.
    AlreadyDone,
}

impl Resultado {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::AlreadyDone => "already_done",
        }
    }

    /// Reads what [`Resultado::name`] writes.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Unchanged, Self::AlreadyDone].into_iter().find(|r| r.name() == name)
    }
}

/// A write that worked: what it did, and the resource as the platform has it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Gravado<M> {
    /// What it did.
    pub resultado: Resultado,
    /// The resource as the platform answered it; only its identifier where the answer was empty.
    pub registro: M,
}

/// What an answer says besides its records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lido {
    /// What it did; a read leaves things unchanged.
    pub(crate) resultado: Resultado,
    /// How many records it holds.
    pub(crate) contagem: u64,
    /// How many records all pages hold, if the platform says.
    pub(crate) total: Option<u64>,
    /// Whether a page follows, if the platform says.
    pub(crate) tem_mais: Option<bool>,
    /// Tells this page from others, by its records.
    pub(crate) impressao: u64,
}

/// How much is read of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes of the body.
    pub(crate) body: usize,
    /// Records of a page.
    records: usize,
}

impl Bounds {
    /// Of an answer of at most `body` bytes, the page of a listing where `page_size` records were asked for. A server
    /// may hold pages larger than that, or no pages at all; a record, which takes about 2 KiB of memory, is allowed for
    /// each 2 KiB that the body may have.
    pub(crate) fn new(body: usize, page_size: u32) -> Self {
        Self { body, records: usize::try_from(page_size).unwrap_or(usize::MAX).max(body / 2048) }
    }

    /// The memory that an answer's values may take: dense JSON takes about eight times its length.
    fn memory(self) -> usize {
        self.body.saturating_mul(8)
    }
}

/// Reads an answer, its records into `destino`; `id` is the identifier in the request's path.
///
/// # Errors
/// What the platform answered instead, or of kind `Response` when the answer is not what the profile says.
pub(crate) fn ler(
    profile: &Profile,
    operation: Operation,
    id: Option<&str>,
    response: &Response,
    bounds: Bounds,
    secrets: &Secrets,
    destino: &mut dyn Destino,
) -> Result<Lido, Error> {
    destino.esvaziar();
    let reader = Reader { profile, operation, response, bounds, secrets, esquema: operation.modelo() };
    let valor = reader.success()?;
    if operation.is_listing() {
        return reader.pagina(valor, destino);
    }
    let valor = match unwrapped(valor) {
        // The answer of a write may be empty.
        Valor::Nulo if operation.is_write() => {
            let location = || response.header("location").and_then(|l| l.rsplit('/').find(|s| !s.is_empty()));
            let id = id.or_else(location).map(|id| (Cow::Borrowed("id"), Valor::Texto(id.into())));
            Valor::Objeto(id.into_iter().collect())
        }
        valor => profile.decode(reader.esquema, valor),
    };
    if !matches!(valor, Valor::Objeto(_)) {
        let message = Message::new("a resposta não contém um registro", "the answer holds no record");
        return Err(reader.unreadable(message));
    }
    reader.warn(record(valor, destino).as_slice());
    let resultado = if operation.is_write() { reader.resultado() } else { Resultado::Unchanged };
    Ok(Lido { resultado, contagem: 1, total: None, tem_mais: None, impressao: 0 })
}

/// Hands over a record that is known already.
pub(crate) fn receber(valor: Valor<'_>, destino: &mut dyn Destino) {
    destino.esvaziar();
    destino.receber(valor, &mut Context::new(RESPONSE));
}

/// Where a record could not be read, and the code of why.
type Damage = (String, &'static str);

/// How many findings a record keeps; a page of records that are all wrong must stay small.
const FINDINGS: usize = 20;

const RESPONSE: Options = Options { modo: crate::Modo::Leniente, intent: Intent::Resposta, hoje: None };

/// FNV-1a: the same in every process, since cursors carry it.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().chain(b"\0").fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[derive(Clone, Copy)]
struct Reader<'r> {
    profile: &'r Profile,
    operation: Operation,
    response: &'r Response,
    bounds: Bounds,
    secrets: &'r Secrets,
    esquema: &'static Esquema,
}

impl<'r> Reader<'r> {
    /// The body of a success; `Nulo` when empty.
    fn success(self) -> Result<Valor<'r>, Error> {
        let response = self.response;
        if !(200..300).contains(&response.status) {
            return Err(erro::read(self.profile, self.operation, response, self.secrets));
        }
        if response.body.len() > self.bounds.body {
            return Err(self.unreadable(Message::frase(
                "a resposta passa de {n} bytes; peça páginas menores ou aumente `max_body_bytes`",
                "the answer is longer than {n} bytes; ask for smaller pages or raise `max_body_bytes`",
                &[("n", escrita::contagem(self.bounds.body))],
            )));
        }
        if response.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Valor::Nulo);
        }
        let valor = Valor::from_json_within(&response.body, self.bounds.memory()).map_err(|e| {
            let message = match e.problem {
                JsonProblem::Malformed if erro::is_html(response) => erro::html_message(response, self.secrets),
                JsonProblem::Malformed => {
                    Message::new("a resposta não é um JSON válido", "the answer is not valid JSON")
                }
                JsonProblem::TooDeep => {
                    Message::new("a resposta tem níveis demais de aninhamento", "the answer is nested too deep")
                }
                JsonProblem::TooLarge => Message::new(
                    "a resposta ocuparia memória demais; peça páginas menores ou aumente `max_body_bytes`",
                    "the answer would take too much memory; ask for smaller pages or raise `max_body_bytes`",
                ),
            };
            self.unreadable(message).caused_by(e)
        })?;
        // domain.md 2.6: some platforms answer failures with status 200 and a `faultstring`.
        if valor.campo("faultstring").is_some() {
            return Err(erro::read(self.profile, self.operation, response, self.secrets));
        }
        Ok(valor)
    }

    fn resultado(self) -> Resultado {
        let header = |name| self.response.header(name);
        if header(self.profile.replayed_header()).is_some_and(|v| v.eq_ignore_ascii_case("true")) {
            return Resultado::AlreadyDone;
        }
        let said = header(self.profile.result_header()).and_then(Resultado::from_name);
        said.unwrap_or(if self.operation.takes_id() { Resultado::Updated } else { Resultado::Created })
    }

    fn pagina(self, valor: Valor<'_>, destino: &mut dyn Destino) -> Result<Lido, Error> {
        let lista = self.profile.decode_list(valor).ok_or_else(|| {
            self.unreadable(Message::new("a resposta não contém uma lista", "the answer holds no list"))
        })?;
        if lista.itens.len() > self.bounds.records {
            let valores =
                [("n", escrita::contagem(lista.itens.len())), ("max", escrita::contagem(self.bounds.records))];
            return Err(self.unreadable(Message::frase(
                "a página traz {n} registros, e o limite é {max}; se forem esperados, aumente `max_body_bytes`",
                "the page holds {n} records, and the limit is {max}; if they are expected, raise `max_body_bytes`",
                &valores,
            )));
        }
        let impressao = lista.itens.iter().fold(FNV_START, |hash, item| {
            let id = item.campo(self.profile.wire_name(self.esquema, "id")).unwrap_or(item);
            fnv(hash, id.to_json().as_bytes())
        });
        let contagem = u64::try_from(lista.itens.len()).unwrap_or(u64::MAX);
        let records = lista.itens.iter().any(|item| matches!(item, Valor::Objeto(_)));
        if contagem > 0 && !records {
            return Err(self.unreadable(Message::new("a lista não contém registros", "the list holds no records")));
        }
        let damaged =
            lista.itens.into_iter().filter_map(|valor| record(self.profile.decode(self.esquema, valor), destino));
        self.warn(&damaged.collect::<Vec<_>>());
        let resultado = Resultado::Unchanged;
        Ok(Lido { resultado, contagem, total: lista.total, tem_mais: lista.tem_mais, impressao })
    }

    fn warn(self, damaged: &[Damage]) {
        if let Some((path, code)) = damaged.first() {
            let (operation, n) = (self.operation, damaged.len());
            log::warn!(target: "smartbill", "{operation}: {n} records hold what cannot be read, first `{path}` {code}");
        }
    }

    fn unreadable(self, message: Message) -> Error {
        Error::new(ErrorKind::Response, message).with(|d| {
            d.operation = Some(self.operation.name());
            d.status = Some(self.response.status);
            d.request_id = erro::request_id(self.response, self.secrets);
            // The status says that it worked; what it did cannot be told.
            d.outcome = self.operation.is_write().then_some(Outcome::Unknown);
            d.body = erro::shown_body(self.profile, self.esquema, self.response, self.secrets);
        })
    }
}

/// Reads one record. What of it cannot be read is left out and said: one field that a server writes badly, such as
/// the date `0000-00-00`, must not hide the record, nor those that come after it. Gives the first such place.
fn record(valor: Valor<'_>, destino: &mut dyn Destino) -> Option<Damage> {
    let mut ctx = Context::new(RESPONSE);
    if !destino.receber(valor, &mut ctx) {
        // No object at all: the place that it has in the list stays.
        destino.receber(Valor::Objeto(Vec::new()), &mut ctx);
    }
    let mut findings = ctx.report.violations;
    findings.truncate(FINDINGS);
    findings.shrink_to_fit();
    for finding in &mut findings {
        // The record is there all the same.
        finding.severity = Severity::Warning;
    }
    let first = findings.first().map(|finding| (finding.path.clone(), finding.code()))?;
    destino.annotate(findings);
    Some(first)
}

/// The record inside `{"data": {…}}`, where there is such an envelope.
fn unwrapped(valor: Valor<'_>) -> Valor<'_> {
    match valor {
        Valor::Objeto(mut campos) if campos.len() == 1 => match campos.pop() {
            Some((nome, dentro @ Valor::Objeto(_))) if nome == "data" => dentro,
            Some(campo) => Valor::Objeto(vec![campo]),
            None => Valor::Nulo,
        },
        valor => valor,
    }
}
