use std::borrow::Cow;

use smartbill_documents::{Message, text};
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::validate::{Context, Intent, Options, Severity};
use smartbill_model::{JsonProblem, Schema, Value};

use crate::api::place::{self, Denial};
use crate::api::{Operation, Response, Secrets, Sink, failure};
use crate::profile::{Profile, Unmapped};

/// What a write that worked did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It made a new resource.
    Created,
    /// It changed one.
    Updated,
    /// The resource was like that already.
    Unchanged,
    /// An earlier attempt had done it.
    AlreadyDone,
}

impl Effect {
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

    /// Reads what [`Effect::name`] writes.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Unchanged, Self::AlreadyDone].into_iter().find(|r| r.name() == name)
    }
}

/// A write that worked: what it did, and the resource as the platform has it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Written<M> {
    /// What it did.
    pub outcome: Effect,
    /// The resource as the platform answered it; only its identifier where the answer was empty.
    pub record: M,
}

/// What an answer says besides its records.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What it did; a read leaves things unchanged.
    pub outcome: Effect,
    /// How many records it holds.
    pub counts: u64,
    /// How many records all pages hold, if the platform says.
    pub total: Option<u64>,
    /// Whether a page follows, if the platform says.
    pub(crate) has_more: Option<bool>,
    /// What asks for the page that follows, if the platform says.
    pub(crate) next: Option<String>,
    /// Tells this page from others, by its records.
    pub fingerprint: u64,
    /// Tells each record of a page from others, in their order.
    pub records: Vec<u64>,
    /// Whether the platform marked it as the answer that it gave to its key before.
    pub replayed: bool,
    /// The identifier of what a write touched.
    pub id: Option<String>,
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

/// Reads an answer, its records into `sink`; `id` is the identifier in the request's path.
///
/// # Errors
/// What the platform answered instead, or of kind `Response` when the answer is not what the profile says, or a success
/// that does not prove itself.
pub(crate) fn read(
    profile: &Profile,
    operation: Operation,
    id: Option<&str>,
    response: &Response,
    bounds: Bounds,
    secrets: &Secrets,
    sink: &mut dyn Sink,
) -> Result<Answer, Error> {
    sink.reset();
    let reader = Reader { profile, operation, response, bounds, secrets, schema: operation.model() };
    let replayed = reader.replayed();
    let answer = if operation.is_listing() { reader.listing(sink) } else { reader.single(id, sink) };
    answer.map_err(|error| error.with(|d| d.replayed = replayed))
}

/// Hands over a record that is known already.
pub(crate) fn accept(value: Value<'_>, sink: &mut dyn Sink) {
    sink.reset();
    sink.accept(value, &mut Context::new(RESPONSE));
}

/// Where a record could not be read, and the code of why.
type Damage = (String, &'static str);

/// How many findings a record keeps; a page of records that are all wrong must stay small.
const FINDINGS: usize = 20;

const RESPONSE: Options = Options { mode: smartbill_documents::Mode::Lenient, intent: Intent::Response, today: None };

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
    schema: &'static Schema,
}

impl<'r> Reader<'r> {
    /// The body of a success; `Null` when empty.
    fn success(self) -> Result<Value<'r>, Error> {
        let response = self.response;
        if !(200..300).contains(&response.status) {
            return Err(failure::read(self.profile, self.operation, response, self.secrets));
        }
        if response.body.len() > self.bounds.body {
            return Err(self.unreadable(Message::fill(
                "a resposta passa de {n} bytes; peça páginas menores ou aumente `max_body_bytes`",
                "the answer is longer than {n} bytes; ask for smaller pages or raise `max_body_bytes`",
                &[("n", text::counts(self.bounds.body))],
            )));
        }
        if response.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        let value = Value::from_json_within(&response.body, self.bounds.memory()).map_err(|e| {
            let message = match e.problem {
                JsonProblem::Malformed if failure::is_html(response) => failure::html_message(response, self.secrets),
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
        match self.denial(&value) {
            None => Ok(value),
            Some(Denial::Clear) => Err(failure::read_refusal(self.profile, self.operation, response, self.secrets)),
            Some(Denial::Unclear) => Err(failure::read(self.profile, self.operation, response, self.secrets)),
        }
    }

    /// Whether a body that came with a success says that it is none. A member that the profile gives to a field of the
    /// model says nothing of the kind.
    fn denial(self, value: &Value<'_>) -> Option<Denial> {
        if let Some(denial) = place::denial(self.profile, self.operation, value) {
            return Some(denial);
        }
        // A SOAP fault, which itself says whose fault it is.
        if value.field("faultstring").is_some() {
            return Some(Denial::Unclear);
        }
        let own = |name: &str| self.profile.field_of(self.schema, name).is_some();
        let said =
            |names: &'static [&'static str]| names.iter().filter(|name| !own(name)).find_map(|name| value.field(name));
        let node = matches!(said(&["success", "sucesso"]), Some(Value::Boolean(false)));
        let words = ["error", "erro", "failed", "failure", "falha"];
        let state = said(&["status"]).and_then(Value::text);
        if node || state.is_some_and(|state| words.iter().any(|word| state.eq_ignore_ascii_case(word))) {
            return Some(Denial::Clear);
        }
        let any = ["error", "errors", "erro", "erros"];
        any.iter()
            .filter(|name| !own(name))
            .any(|name| value.field(name).is_some_and(place::full))
            .then_some(Denial::Unclear)
    }

    fn replayed(self) -> bool {
        self.response.header(self.profile.replayed_header()).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    fn outcome(self) -> Effect {
        if self.replayed() {
            return Effect::AlreadyDone;
        }
        let said = self.response.header(self.profile.result_header()).and_then(Effect::from_name);
        said.unwrap_or(if self.operation.takes_id() { Effect::Updated } else { Effect::Created })
    }

    /// The answer to anything but a listing.
    fn single(self, id: Option<&str>, sink: &mut dyn Sink) -> Result<Answer, Error> {
        let given = id.map(str::to_owned).or_else(|| self.located());
        let mut unmapped = Unmapped::default();
        let inside = place::record(self.profile, self.operation, self.success()?);
        let value = match inside.map_err(|body| self.no_record(&body))? {
            // A write that names its record, or whose answer names it in a header, may be answered by nothing.
            Value::Null if self.operation.is_write() && given.is_some() => {
                Value::Object(vec![("id".into(), Value::Text(given.clone().unwrap_or_default().into()))])
            }
            value => {
                let value = self.profile.decode_noting(self.schema, value, &mut unmapped);
                self.proven(value, given.as_deref())?
            }
        };
        let id = value.field("id").and_then(text_of).or(given);
        self.warn(record(value, unmapped, sink).as_slice());
        let outcome = if self.operation.is_write() { self.outcome() } else { Effect::Unchanged };
        let replayed = self.replayed();
        Ok(Answer {
            outcome,
            counts: 1,
            total: None,
            has_more: None,
            next: None,
            fingerprint: 0,
            records: Vec::new(),
            replayed,
            id,
        })
    }

    /// The record, if it is one: it must share a field with its model, and what was added must have an identifier.
    fn proven<'v>(self, value: Value<'v>, given: Option<&str>) -> Result<Value<'v>, Error> {
        let adds = self.operation.is_write() && !self.operation.takes_id();
        let Value::Object(mut fields) = value else {
            let message = Message::new("a resposta não contém um registro", "the answer holds no record");
            return Err(self.unreadable(message));
        };
        if !self.is_record(&fields) {
            return Err(self.no_record(&Value::Object(fields)));
        }
        if adds && fields.iter().find(|(name, _)| name == "id").is_none_or(|(_, id)| text_of(id).is_none()) {
            let Some(given) = given else {
                let id = self.profile.wire_name(self.schema, "id").to_owned();
                return Err(self.unreadable(Message::fill(
                    "a resposta não traz em `{place}` o identificador do registro incluído; contém {there}",
                    "the answer does not have the identifier of the record that was added at `{place}`; it holds {there}",
                    &[("place", id), ("there", self.member_names(&fields))],
                )));
            };
            fields.retain(|(name, _)| name != "id");
            fields.push(("id".into(), Value::Text(given.to_owned().into())));
        }
        Ok(Value::Object(fields))
    }

    /// That there is no record where the profile says.
    fn no_record(self, body: &Value<'_>) -> Error {
        let there = match body {
            Value::Object(fields) => self.member_names(fields),
            other => other.kind().to_owned(),
        };
        self.unreadable(Message::fill(
            "a resposta não contém um registro em `{place}`; contém {there}",
            "the answer holds no record at `{place}`; it holds {there}",
            &[("place", place::record_path(self.profile, self.operation)), ("there", there)],
        ))
    }

    /// The names of the first members of an object, for a message.
    fn member_names(self, fields: &[(Cow<'_, str>, Value<'_>)]) -> String {
        const MOST: usize = 5;
        let names =
            fields.iter().take(MOST).map(|(name, _)| ["`", &failure::short(&self.secrets.hide(name)), "`"].concat());
        let mut names = names.collect::<Vec<_>>().join(", ");
        if fields.is_empty() {
            names.push_str("{}");
        } else if fields.len() > MOST {
            names.push_str(", …");
        }
        names
    }

    /// Whether an object has a field of the model; an identifier that cannot be read is none.
    fn is_record(self, fields: &[(Cow<'_, str>, Value<'_>)]) -> bool {
        let readable =
            |name: &str, value: &Value<'_>| *value != Value::Null && (name != "id" || text_of(value).is_some());
        fields.iter().any(|(name, value)| readable(name, value) && self.schema.field(name).is_some())
    }

    /// The identifier in the `Location` of what was added.
    fn located(self) -> Option<String> {
        let location = self.response.header("location")?.split(['?', '#']).next()?.trim_end_matches('/');
        let (before, id) = location.rsplit_once('/')?;
        // The address of the collection names no record.
        let collection = self.profile.path(self.operation, None);
        (!id.is_empty() && !location.ends_with(&collection) && !before.is_empty()).then(|| id.to_owned())
    }

    fn listing(self, sink: &mut dyn Sink) -> Result<Answer, Error> {
        self.page(self.success()?, sink)
    }

    fn page(self, value: Value<'_>, sink: &mut dyn Sink) -> Result<Answer, Error> {
        let there = match &value {
            Value::Object(fields) => self.member_names(fields),
            other => other.kind().to_owned(),
        };
        let place = self.profile.list_place(self.operation);
        let list = self.profile.decode_list_at(place, value).ok_or_else(|| {
            self.unreadable(Message::fill(
                "a resposta não contém uma lista em `{place}`; contém {there}",
                "the answer holds no list under `{place}`; it holds {there}",
                &[("place", place.to_string()), ("there", there)],
            ))
        })?;
        if list.items.len() > self.bounds.records {
            let values = [("n", text::counts(list.items.len())), ("max", text::counts(self.bounds.records))];
            return Err(self.unreadable(Message::fill(
                "a página traz {n} registros, e o limite é {max}; se forem esperados, aumente `max_body_bytes`",
                "the page holds {n} records, and the limit is {max}; if they are expected, raise `max_body_bytes`",
                &values,
            )));
        }
        let next = place::next(self.profile, self.operation, self.response, &list).map_err(|address| {
            self.unreadable(Message::fill(
                "a próxima página não é desta listagem: `{address}`",
                "the next page is none of this listing: `{address}`",
                &[("address", failure::short(&self.secrets.hide(&address)))],
            ))
        })?;
        let wire_id = self.profile.wire_place(self.schema, "id");
        let json = |item: &Value<'_>| {
            let id = match wire_id {
                Some(place) => place.find(item),
                None => item.field("id"),
            };
            id.unwrap_or(item).to_json()
        };
        let records: Vec<u64> = list.items.iter().map(|item| fnv(FNV_START, json(item).as_bytes())).collect();
        let fingerprint = records.iter().fold(FNV_START, |hash, record| fnv(hash, &record.to_be_bytes()));
        let counts = u64::try_from(list.items.len()).unwrap_or(u64::MAX);
        if counts > 0 && !list.items.iter().any(|item| matches!(item, Value::Object(_))) {
            return Err(self.unreadable(Message::new("a lista não contém registros", "the list holds no records")));
        }
        let (mut strangers, mut damaged) = (0, Vec::new());
        for value in list.items {
            let mut unmapped = Unmapped::default();
            let value = match place::record(self.profile, self.operation, value) {
                Ok(value) | Err(value) => self.profile.decode_noting(self.schema, value, &mut unmapped),
            };
            strangers += u64::from(matches!(&value, Value::Object(fields) if !self.is_record(fields)));
            damaged.extend(record(value, unmapped, sink));
        }
        if counts > 0 && strangers == counts {
            return Err(self.unreadable(Message::new(
                "nenhum item da lista traz um campo de um registro",
                "no item of the list has a field of a record",
            )));
        }
        self.warn(&damaged);
        let outcome = Effect::Unchanged;
        let (total, has_more) = (list.total, list.has_more);
        Ok(Answer { outcome, counts, total, has_more, next, fingerprint, records, replayed: false, id: None })
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
            d.request_id = failure::request_id(self.response, self.secrets);
            // The status says that it worked; what it did cannot be told.
            d.outcome = self.operation.is_write().then_some(Outcome::Unknown);
            d.body = failure::shown_body(self.profile, self.schema, self.response, self.secrets);
        })
    }
}

/// Reads one record. What of it cannot be read is left out and said: one field that a server writes badly, such as
/// the date `0000-00-00`, must not hide the record, nor those that come after it. Gives the first such place.
fn record(value: Value<'_>, unmapped: Unmapped, sink: &mut dyn Sink) -> Option<Damage> {
    let mut ctx = Context::new(RESPONSE);
    if !sink.accept(value, &mut ctx) {
        // No object at all: the place that it has in the list stays.
        sink.accept(Value::Object(Vec::new()), &mut ctx);
    }
    let mut findings = ctx.report.violations;
    findings.extend(unmapped.0);
    findings.truncate(FINDINGS);
    findings.shrink_to_fit();
    for finding in &mut findings {
        // The record is there all the same.
        finding.severity = Severity::Warning;
    }
    let first = findings.first().map(|finding| (finding.path.clone(), finding.code()))?;
    sink.annotate(findings);
    Some(first)
}

/// An identifier as text.
fn text_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(digits) => Some(digits.as_ref().to_owned()),
        Value::Integer(n) => Some(text::integer(*n)),
        _ => None,
    }
}
