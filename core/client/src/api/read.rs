use std::borrow::Cow;

use smartbill_documents::{Message, text};
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::validate::{Context, Finding, Intent, Options};
use smartbill_model::{JsonError, JsonProblem, Row, Schema, Value};

use crate::api::page::{Entry, Page};
use crate::api::place::{self, Denial};
use crate::api::{Call, Operation, Response, Secrets, failure, proof};
use crate::profile::{Profile, Unmapped};

/// The effect of a successful write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It created a resource.
    Created,
    /// It changed a resource.
    Updated,
    /// The resource was in this state already.
    Unchanged,
    /// An earlier attempt had done the work.
    AlreadyDone,
}

impl Effect {
    /// The stable name of the effect.
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

/// A successful write: its effect, and the resource as the platform has it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Written<M> {
    /// The effect.
    pub outcome: Effect,
    /// The resource as the platform answered it. If the answer was empty, it has only its identifier.
    pub record: M,
}

/// The data of an answer besides its records.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The effect of a write. For a read, unchanged.
    pub outcome: Effect,
    /// The number of records in the answer.
    pub counts: u64,
    /// The number of records of all pages, if the platform gives it.
    pub total: Option<u64>,
    /// Whether another page follows, if the platform says.
    pub(crate) has_more: Option<bool>,
    /// The cursor or address of the next page, if the platform gives one.
    pub(crate) next: Option<String>,
    /// A hash that distinguishes this page from others, made of its records.
    pub fingerprint: u64,
    /// A hash of each record of a page, in their order.
    pub records: Vec<u64>,
    /// Whether the platform marked the answer as a repetition of its answer to the same key.
    pub replayed: bool,
    /// The identifier of the record that a write touched.
    pub id: Option<String>,
}

/// The limits for reading an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes of the body.
    pub(crate) body: usize,
    /// Records of a page.
    records: usize,
}

impl Bounds {
    /// The limits for an answer of at most `body` bytes to a request for `page_size` records. A server may send larger
    /// pages than that, or everything at once. So one record is allowed for each 2 KiB of the body's limit, because a
    /// record takes about 2 KiB of memory.
    pub(crate) fn new(body: usize, page_size: u32) -> Self {
        Self { body, records: usize::try_from(page_size).unwrap_or(usize::MAX).max(body / 2048) }
    }

    /// The greatest memory of an answer's values. Dense JSON takes about eight times its length.
    fn memory(self) -> usize {
        self.body.saturating_mul(8)
    }
}

/// Reads the answer to `call`.
///
/// # Errors
/// The failure that the platform answered. Of kind `Response` if the answer contradicts the profile, or is a success
/// without a proof.
pub(crate) fn read(
    profile: &Profile,
    call: Call<'_>,
    response: &Response,
    bounds: Bounds,
    secrets: &Secrets,
) -> Result<(Answer, Page), Error> {
    let (operation, schema) = (call.operation, call.operation.model());
    let reader = Reader { profile, operation, response, bounds, secrets, schema };
    let mut said = None;
    let page: Result<_, Error> = Page::try_new(schema, response.body.clone(), |body| {
        let (answer, entries) = if operation.is_listing() { reader.listing(body) } else { reader.single(call, body) }?;
        said = Some(answer);
        Ok(entries)
    });
    match (page, said) {
        (Ok(page), Some(answer)) => Ok((answer, page)),
        (Err(error), _) => Err(error.with(|d| d.replayed = reader.replayed())),
        (Ok(_), None) => Err(reader.unreadable(Message::new("a resposta não foi lida", "the answer was not read"))),
    }
}

const RESPONSE: Options = Options { mode: smartbill_documents::Mode::Lenient, intent: Intent::Response, today: None };

/// FNV-1a. It gives the same hash in every process, because stored cursors contain it.
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

impl Reader<'_> {
    /// Refuses an answer that is not a success or is too long.
    fn check_status(self) -> Result<(), Error> {
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
        Ok(())
    }

    /// The body of a success. `Null` if it is empty.
    fn success(self, body: &[u8]) -> Result<Value<'_>, Error> {
        if is_blank(body) {
            return Ok(Value::Null);
        }
        let value = Value::from_json_within(body, self.bounds.memory()).map_err(|e| self.no_json(e))?;
        self.check_denial(&value)?;
        Ok(value)
    }

    fn no_json(self, e: JsonError) -> Error {
        let response = self.response;
        let message = match e.problem {
            JsonProblem::Malformed if failure::is_html(response) => failure::html_message(response, self.secrets),
            JsonProblem::Malformed => Message::new("a resposta não é um JSON válido", "the answer is not valid JSON"),
            JsonProblem::TooDeep => {
                Message::new("a resposta tem níveis demais de aninhamento", "the answer is nested too deep")
            }
            JsonProblem::TooLarge => Message::new(
                "a resposta ocuparia memória demais; peça páginas menores ou aumente `max_body_bytes`",
                "the answer would take too much memory; ask for smaller pages or raise `max_body_bytes`",
            ),
        };
        self.unreadable(message).caused_by(e)
    }

    /// Some platforms answer failures with status 200.
    fn check_denial(self, value: &Value<'_>) -> Result<(), Error> {
        match self.denial(value) {
            None => Ok(()),
            Some(Denial::Clear) => {
                Err(failure::read_refusal(self.profile, self.operation, self.response, self.secrets))
            }
            Some(Denial::Unclear) => Err(failure::read(self.profile, self.operation, self.response, self.secrets)),
        }
    }

    /// Whether a body with the status of a success denies the success. A member that the profile maps to a field of the
    /// model does not count.
    fn denial(self, value: &Value<'_>) -> Option<Denial> {
        if let Some(denial) = place::denial(self.profile, self.operation, value) {
            return Some(denial);
        }
        // A SOAP fault. It says itself whether the client or the server is to blame.
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

    /// Reads the answer to any operation except a listing.
    fn single<'b>(self, call: Call<'_>, body: &'b [u8]) -> Result<(Answer, Vec<Entry<'b>>), Error> {
        self.check_status()?;
        let given = call.id.map(str::to_owned).or_else(|| self.located());
        let mut unmapped = Unmapped::default();
        let inside = place::record(self.profile, self.operation, self.success(body)?);
        let value = match inside.map_err(|body| self.no_record(&body))? {
            // The answer may be empty if the request names the record or a header of the answer does.
            Value::Null if self.operation.is_write() && given.is_some() => {
                Value::Object(vec![("id".into(), Value::Text(given.clone().unwrap_or_default().into()))])
            }
            value => {
                let value = self.profile.decode_noting(self.schema, value, &mut unmapped);
                self.proven(value, given.as_deref())?
            }
        };
        let id = value.field("id").and_then(text_of).or(given);
        let mut ctx = Context::new(RESPONSE);
        let row = self.schema.read(value, &mut ctx);
        if self.operation.is_write()
            && let Some(field) = row.as_ref().and_then(|row| proof::differing_field(call, self.schema, row))
        {
            return Err(self.not_this_one(field));
        }
        let entry = Entry::of_answer(row, [ctx.report.findings, unmapped.0].concat());
        self.warn(std::slice::from_ref(&entry));
        let outcome = if self.operation.is_write() { self.outcome() } else { Effect::Unchanged };
        let replayed = self.replayed();
        let answer = Answer {
            outcome,
            counts: 1,
            total: None,
            has_more: None,
            next: None,
            fingerprint: 0,
            records: Vec::new(),
            replayed,
            id,
        };
        Ok((answer, vec![entry]))
    }

    /// Returns the record if it is one: it must have a field of its model, and an added record must have an identifier.
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

    /// The error that there is no record at the profile's place.
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

    /// That the answer has another record than the one that was written.
    fn not_this_one(self, field: &str) -> Error {
        let place = self.profile.wire_name(self.schema, field).to_owned();
        self.unreadable(Message::fill(
            "a resposta é de outro registro: `{place}` não é o que foi enviado; confira na plataforma o que foi feito",
            "the answer is of another record: its `{place}` is not the one sent; look on the platform what was done",
            &[("place", place)],
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

    /// Whether an object has a field of the model. An identifier that cannot be read does not count.
    fn is_record(self, fields: &[(Cow<'_, str>, Value<'_>)]) -> bool {
        let readable =
            |name: &str, value: &Value<'_>| *value != Value::Null && (name != "id" || text_of(value).is_some());
        fields.iter().any(|(name, value)| readable(name, value) && self.schema.field(name).is_some())
    }

    /// The identifier in the `Location` header of an added record.
    fn located(self) -> Option<String> {
        let location = self.response.header("location")?.split(['?', '#']).next()?.trim_end_matches('/');
        let (before, id) = location.rsplit_once('/')?;
        // The address of the collection names no record.
        let collection = self.profile.path(self.operation, None);
        (!id.is_empty() && !location.ends_with(&collection) && !before.is_empty()).then(|| id.to_owned())
    }

    fn listing(self, body: &[u8]) -> Result<(Answer, Vec<Entry<'_>>), Error> {
        self.check_status()?;
        let list = match self.profile.plain_list(self.operation).filter(|_| !is_blank(body)) {
            Some(member) => self.plain_list(member, body)?,
            None => self.list(body)?,
        };
        let (counts, most) = (list.items.len(), self.bounds.records);
        if counts > most {
            return Err(self.unreadable(Message::fill(
                "a página traz {n} registros, e o limite é {max}; se forem esperados, aumente `max_body_bytes`",
                "the page holds {n} records, and the limit is {max}; if they are expected, raise `max_body_bytes`",
                &[("n", text::counts(counts)), ("max", text::counts(most))],
            )));
        }
        let counts = u64::try_from(counts).unwrap_or(u64::MAX);
        if counts > 0 && list.items.iter().all(|item| item.row.is_none()) {
            return Err(self.unreadable(Message::new("a lista não contém registros", "the list holds no records")));
        }
        if counts > 0 && list.items.iter().all(|item| self.is_stranger(item)) {
            return Err(self.unreadable(Message::new(
                "nenhum item da lista traz um campo de um registro",
                "no item of the list has a field of a record",
            )));
        }
        let records: Vec<u64> = list.items.iter().map(|item| item.identity).collect();
        let fingerprint = records.iter().fold(FNV_START, |hash, record| fnv(hash, &record.to_be_bytes()));
        let entries: Vec<_> = list.items.into_iter().map(|item| Entry::of_answer(item.row, item.findings)).collect();
        self.warn(&entries);
        let outcome = Effect::Unchanged;
        let List { total, has_more, next, .. } = list;
        let answer = Answer { outcome, counts, total, has_more, next, fingerprint, records, replayed: false, id: None };
        Ok((answer, entries))
    }

    /// Reads a list whose records have the form of the models, directly from its text.
    fn plain_list<'b>(self, member: &str, body: &'b [u8]) -> Result<List<'b>, Error> {
        let read = self.schema.read_list(body, member, RESPONSE, self.bounds.memory());
        let read = read.map_err(|e| self.no_json(e))?;
        self.check_denial(&read.rest)?;
        let items = read.items.ok_or_else(|| self.no_list(&read.rest))?;
        let (total, has_more) = self.profile.decode_paging(&read.rest);
        let items = items.into_iter().map(|item| {
            let id = item.row.as_ref().and_then(|row| self.schema.value(row, "id")?.text());
            let identity = fnv(FNV_START, id.unwrap_or(item.json).as_bytes());
            Item { identity, row: item.row, findings: item.report.findings }
        });
        Ok(List { items: items.collect(), total, has_more, next: None })
    }

    /// Reads a list of any profile.
    fn list(self, body: &[u8]) -> Result<List<'_>, Error> {
        let value = self.success(body)?;
        let there = self.there(&value);
        let place = self.profile.list_place(self.operation);
        let list = self.profile.decode_list_at(place, value).ok_or_else(|| self.no_list_but(there))?;
        let next = place::next(self.profile, self.operation, self.response, &list).map_err(|address| {
            self.unreadable(Message::fill(
                "a próxima página não é desta listagem: `{address}`",
                "the next page is none of this listing: `{address}`",
                &[("address", failure::short(&self.secrets.hide(&address)))],
            ))
        })?;
        let (total, has_more) = (list.total, list.has_more);
        let items = list.items.into_iter().map(|value| {
            let mut unmapped = Unmapped::default();
            let value = match place::record(self.profile, self.operation, value) {
                Ok(value) | Err(value) => self.profile.decode_noting(self.schema, value, &mut unmapped),
            };
            let identity = value.field("id").and_then(text_of).unwrap_or_else(|| value.to_json());
            let identity = fnv(FNV_START, identity.as_bytes());
            let mut ctx = Context::new(RESPONSE);
            let row = self.schema.read(value, &mut ctx);
            let mut findings = ctx.report.findings;
            findings.extend(unmapped.0);
            Item { identity, row, findings }
        });
        Ok(List { items: items.collect(), total, has_more, next })
    }

    /// Whether an item of a list has no field of the model. A field that cannot be read counts as present, except the
    /// identifier.
    fn is_stranger(self, item: &Item<'_>) -> bool {
        let blank = |value: &Value<'_>| value.text().is_some_and(|text| text.trim().is_empty());
        let mut present = item.row.iter().flat_map(|row| self.schema.present(row));
        present.all(|(field, value)| field.name == "id" && blank(value))
            && item.findings.iter().all(|finding| finding.path == "id")
    }

    /// Describes the value at the place of a list, for a message.
    fn there(self, value: &Value<'_>) -> String {
        match value {
            Value::Object(fields) => self.member_names(fields),
            other => other.kind().to_owned(),
        }
    }

    fn no_list(self, value: &Value<'_>) -> Error {
        self.no_list_but(self.there(value))
    }

    fn no_list_but(self, there: String) -> Error {
        self.unreadable(Message::fill(
            "a resposta não contém uma lista em `{place}`; contém {there}",
            "the answer holds no list under `{place}`; it holds {there}",
            &[("place", self.profile.list_place(self.operation).to_string()), ("there", there)],
        ))
    }

    fn warn(self, entries: &[Entry<'_>]) {
        let mut damaged = entries.iter().filter_map(|entry| entry.findings.first());
        if let Some(first) = damaged.next() {
            let (operation, n) = (self.operation, damaged.count() + 1);
            let (path, code) = (&first.path, first.code());
            log::warn!(target: "smartbill", "{operation}: {n} records hold what cannot be read, first `{path}` {code}");
        }
    }

    fn unreadable(self, message: Message) -> Error {
        Error::new(ErrorKind::Response, message).with(|d| {
            d.operation = Some(self.operation.name());
            d.status = Some(self.response.status);
            d.request_id = failure::request_id(self.response, self.secrets);
            // The status says that the write succeeded, but its effect is unknown.
            d.outcome = self.operation.is_write().then_some(Outcome::Unknown);
            d.body = failure::shown_body(self.profile, self.schema, self.response, self.secrets);
        })
    }
}

/// A page that was read.
struct List<'b> {
    items: Vec<Item<'b>>,
    total: Option<u64>,
    has_more: Option<bool>,
    /// The cursor or address of the next page, if the platform gives one.
    next: Option<String>,
}

/// An item of a page.
struct Item<'b> {
    /// A hash that distinguishes the item from others.
    identity: u64,
    /// The record. `None` if the item is not an object.
    row: Option<Row<'b>>,
    findings: Vec<Finding>,
}

fn is_blank(body: &[u8]) -> bool {
    body.iter().all(u8::is_ascii_whitespace)
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
