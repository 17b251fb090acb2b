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
    /// Tells each record of a page from others, in their order.
    pub(crate) records: Vec<u64>,
    /// Whether the platform marked it as the answer that it gave to its key before.
    pub(crate) replayed: bool,
    /// The identifier of what a write touched.
    pub(crate) id: Option<String>,
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
/// What the platform answered instead, or of kind `Response` when the answer is not what the profile says, or a success
/// that does not prove itself.
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
    let replayed = reader.replayed();
    let lido = if operation.is_listing() { reader.listing(destino) } else { reader.single(id, destino) };
    lido.map_err(|error| error.with(|d| d.replayed = replayed))
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
        // Some platforms answer failures with status 200.
        match self.denial(&valor) {
            None => Ok(valor),
            Some(Denial::Clear) => Err(erro::read_refusal(self.profile, self.operation, response, self.secrets)),
            Some(Denial::Unclear) => Err(erro::read(self.profile, self.operation, response, self.secrets)),
        }
    }

    /// Whether a body that came with a success says that it is none. A member that the profile gives to a field of the
    /// model says nothing of the kind.
    fn denial(self, valor: &Valor<'_>) -> Option<Denial> {
        // A SOAP fault, which itself says whose fault it is.
        if valor.campo("faultstring").is_some() {
            return Some(Denial::Unclear);
        }
        let own = |name: &str| self.profile.field_of(self.esquema, name).is_some();
        let said =
            |names: &'static [&'static str]| names.iter().filter(|name| !own(name)).find_map(|name| valor.campo(name));
        let no = matches!(said(&["success", "sucesso"]), Some(Valor::Booleano(false)));
        let words = ["error", "erro", "failed", "failure", "falha"];
        let state = said(&["status"]).and_then(Valor::texto);
        if no || state.is_some_and(|state| words.iter().any(|word| state.eq_ignore_ascii_case(word))) {
            return Some(Denial::Clear);
        }
        let full = |valor: &Valor<'_>| match valor {
            Valor::Nulo | Valor::Booleano(false) => false,
            Valor::Texto(text) => !text.trim().is_empty(),
            Valor::Numero(digits) => digits.as_ref() != "0",
            Valor::Inteiro(n) => *n != 0,
            Valor::Lista(itens) => !itens.is_empty(),
            Valor::Objeto(campos) => !campos.is_empty(),
            _ => true,
        };
        let any = ["error", "errors", "erro", "erros"];
        any.iter().filter(|name| !own(name)).any(|name| valor.campo(name).is_some_and(full)).then_some(Denial::Unclear)
    }

    fn replayed(self) -> bool {
        self.response.header(self.profile.replayed_header()).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    fn resultado(self) -> Resultado {
        if self.replayed() {
            return Resultado::AlreadyDone;
        }
        let said = self.response.header(self.profile.result_header()).and_then(Resultado::from_name);
        said.unwrap_or(if self.operation.takes_id() { Resultado::Updated } else { Resultado::Created })
    }

    /// The answer to anything but a listing.
    fn single(self, id: Option<&str>, destino: &mut dyn Destino) -> Result<Lido, Error> {
        let given = id.map(str::to_owned).or_else(|| self.located());
        let valor = match unwrapped(self.success()?) {
            // A write that names its record, or whose answer names it in a header, may be answered by nothing.
            Valor::Nulo if self.operation.is_write() && given.is_some() => {
                Valor::Objeto(vec![("id".into(), Valor::Texto(given.clone().unwrap_or_default().into()))])
            }
            valor => self.proven(self.profile.decode(self.esquema, valor), given.as_deref())?,
        };
        let id = valor.campo("id").and_then(text_of).or(given);
        self.warn(record(valor, destino).as_slice());
        let resultado = if self.operation.is_write() { self.resultado() } else { Resultado::Unchanged };
        let replayed = self.replayed();
        Ok(Lido {
            resultado,
            contagem: 1,
            total: None,
            tem_mais: None,
            impressao: 0,
            records: Vec::new(),
            replayed,
            id,
        })
    }

    /// The record, if it is one: it must share a field with its model, and what was added must have an identifier.
    fn proven<'v>(self, valor: Valor<'v>, given: Option<&str>) -> Result<Valor<'v>, Error> {
        let adds = self.operation.is_write() && !self.operation.takes_id();
        let Valor::Objeto(mut campos) = valor else {
            let message = Message::new("a resposta não contém um registro", "the answer holds no record");
            return Err(self.unreadable(message));
        };
        if !self.is_record(&campos) {
            let there = self.member_names(&campos);
            return Err(self.unreadable(Message::frase(
                "a resposta não traz nenhum campo de um registro; traz {there}",
                "the answer has no field of a record; it has {there}",
                &[("there", there)],
            )));
        }
        if adds && campos.iter().find(|(nome, _)| nome == "id").is_none_or(|(_, id)| text_of(id).is_none()) {
            let Some(given) = given else {
                return Err(self.unreadable(Message::new(
                    "a resposta não traz o identificador do registro incluído",
                    "the answer does not have the identifier of the record that was added",
                )));
            };
            campos.retain(|(nome, _)| nome != "id");
            campos.push(("id".into(), Valor::Texto(given.to_owned().into())));
        }
        Ok(Valor::Objeto(campos))
    }

    /// The names of the first members of an object, for a message.
    fn member_names(self, campos: &[(Cow<'_, str>, Valor<'_>)]) -> String {
        const MOST: usize = 5;
        let names =
            campos.iter().take(MOST).map(|(nome, _)| ["`", &erro::short(&self.secrets.hide(nome)), "`"].concat());
        let mut names = names.collect::<Vec<_>>().join(", ");
        if campos.is_empty() {
            names.push_str("{}");
        } else if campos.len() > MOST {
            names.push_str(", …");
        }
        names
    }

    /// Whether an object has a field of the model; an identifier that cannot be read is none.
    fn is_record(self, campos: &[(Cow<'_, str>, Valor<'_>)]) -> bool {
        let readable =
            |nome: &str, valor: &Valor<'_>| *valor != Valor::Nulo && (nome != "id" || text_of(valor).is_some());
        campos.iter().any(|(nome, valor)| readable(nome, valor) && self.esquema.campo(nome).is_some())
    }

    /// The identifier in the `Location` of what was added.
    fn located(self) -> Option<String> {
        let location = self.response.header("location")?.split(['?', '#']).next()?.trim_end_matches('/');
        let (before, id) = location.rsplit_once('/')?;
        // The address of the collection names no record.
        let collection = self.profile.path(self.operation, None);
        (!id.is_empty() && !location.ends_with(&collection) && !before.is_empty()).then(|| id.to_owned())
    }

    fn listing(self, destino: &mut dyn Destino) -> Result<Lido, Error> {
        self.pagina(self.success()?, destino)
    }

    fn pagina(self, valor: Valor<'_>, destino: &mut dyn Destino) -> Result<Lido, Error> {
        let there = match &valor {
            Valor::Objeto(campos) => self.member_names(campos),
            outro => outro.tipo().to_owned(),
        };
        let lista = self.profile.decode_list(valor).ok_or_else(|| {
            self.unreadable(Message::frase(
                "a resposta não contém uma lista em `{place}`; contém {there}",
                "the answer holds no list under `{place}`; it holds {there}",
                &[("place", self.profile.list_items().to_owned()), ("there", there)],
            ))
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
        let wire_id = self.profile.wire_name(self.esquema, "id");
        let json = |item: &Valor<'_>| item.campo(wire_id).unwrap_or(item).to_json();
        let records: Vec<u64> = lista.itens.iter().map(|item| fnv(FNV_START, json(item).as_bytes())).collect();
        let impressao = records.iter().fold(FNV_START, |hash, record| fnv(hash, &record.to_be_bytes()));
        let contagem = u64::try_from(lista.itens.len()).unwrap_or(u64::MAX);
        if contagem > 0 && !lista.itens.iter().any(|item| matches!(item, Valor::Objeto(_))) {
            return Err(self.unreadable(Message::new("a lista não contém registros", "the list holds no records")));
        }
        let (mut strangers, mut damaged) = (0, Vec::new());
        for valor in lista.itens {
            let valor = self.profile.decode(self.esquema, valor);
            strangers += u64::from(matches!(&valor, Valor::Objeto(campos) if !self.is_record(campos)));
            damaged.extend(record(valor, destino));
        }
        if contagem > 0 && strangers == contagem {
            return Err(self.unreadable(Message::new(
                "nenhum item da lista traz um campo de um registro",
                "no item of the list has a field of a record",
            )));
        }
        self.warn(&damaged);
        let resultado = Resultado::Unchanged;
        let (total, tem_mais) = (lista.total, lista.tem_mais);
        Ok(Lido { resultado, contagem, total, tem_mais, impressao, records, replayed: false, id: None })
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

/// What a body says that came with the status of a success.
#[derive(Clone, Copy)]
enum Denial {
    /// That it was refused.
    Clear,
    /// Something went wrong; whether it was done is not said.
    Unclear,
}

/// An identifier as text.
fn text_of(valor: &Valor<'_>) -> Option<String> {
    match valor {
        Valor::Texto(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Valor::Numero(digits) => Some(digits.as_ref().to_owned()),
        Valor::Inteiro(n) => Some(escrita::inteiro(*n)),
        _ => None,
    }
}
