use smartbill_documents::{Message, text};
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::form::Step;
use smartbill_model::validate::{Context, Finding, Intent, Options, Report};
use smartbill_model::{JsonError, JsonProblem, ListPlace, RecordInside, Row, Schema, Value};

use crate::api::page::{Entry, Page};
use crate::api::place::{self, Denial};
use crate::api::{Call, Operation, Response, Secrets, failure, proof};
use crate::profile::Profile;

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

    /// Reads the record of a success, and checks that it is one. An empty body is `null`.
    fn record(self, body: &[u8]) -> Result<RecordInside<'_>, Error> {
        if is_blank(body) {
            return Ok(RecordInside { row: None, report: Report::default(), rest: Value::Null });
        }
        let form = self.profile.form(self.schema);
        let read = |place: &[Step]| {
            let read = self.schema.read_record_at(body, place, form, self.bounds.memory());
            read.map_err(|e| self.no_json(e))
        };
        let place = place::record_place(self.profile, self.operation);
        if let Some(place) = place {
            let inside = read(&place.0)?;
            self.check_denial(body, &place.0, &inside.rest)?;
            return Ok(inside);
        }
        // A record may be in an envelope `{"data": {…}}`. In JSON that has more members it is the whole.
        let data = [Step::Name("data".into())];
        let inside = read(&data)?;
        self.check_denial(body, &data, &inside.rest)?;
        if inside.row.is_some() && matches!(&inside.rest, Value::Object(others) if others.is_empty()) {
            return Ok(inside);
        }
        let RecordInside { row, report, .. } = match (form, inside.row) {
            // The search for an envelope has made a tree of the record, which its model reads.
            (None, None) if matches!(inside.rest, Value::Object(_)) => {
                let mut ctx = Context::new(RESPONSE);
                let row = self.schema.read(inside.rest, &mut ctx);
                return Ok(RecordInside { row, report: ctx.report, rest: Value::Null });
            }
            _ => read(&[])?,
        };
        Ok(RecordInside { row, report, rest: inside.rest })
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

    /// Some platforms answer failures with status 200. `rest` is what is in `body` around that at `place`.
    fn check_denial(self, body: &[u8], place: &[Step], rest: &Value<'_>) -> Result<(), Error> {
        let whole = if place::marks(self.profile, self.operation).any(|mark| mark.is_inside(place)) {
            Some(self.tree(body)?)
        } else {
            None
        };
        match self.denial(whole.as_ref().unwrap_or(rest)) {
            None => Ok(()),
            Some(Denial::Clear) => {
                Err(failure::read_refusal(self.profile, self.operation, self.response, self.secrets))
            }
            Some(Denial::Unclear) => Err(failure::read(self.profile, self.operation, self.response, self.secrets)),
        }
    }

    /// The whole body, for a mark or a pointer of the profile that leads into a list or a record.
    fn tree(self, body: &[u8]) -> Result<Value<'_>, Error> {
        Value::from_json_within(body, self.bounds.memory()).map_err(|e| self.no_json(e))
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
        let RecordInside { row, report, rest } = self.record(body)?;
        let row = match row {
            Some(row) => self.proven(row, &report.findings, given.as_deref())?,
            // The answer may be empty if the request names the record or a header of the answer does.
            None if rest == Value::Null && self.operation.is_write() && given.is_some() => {
                self.named(Row::default(), given.as_deref())
            }
            None if rest == Value::Null || place::record_place(self.profile, self.operation).is_none() => {
                let message = Message::new("a resposta não contém um registro", "the answer holds no record");
                return Err(self.unreadable(message));
            }
            None => return Err(self.no_record(self.there(&rest))),
        };
        let id = self.id(&row).map(str::to_owned).or(given);
        if self.operation.is_write()
            && let Some(field) = proof::differing_field(call, self.schema, &row)
        {
            return Err(self.not_this_one(field));
        }
        let entry = Entry::of_answer(Some(row), report.findings);
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
    fn proven<'v>(self, row: Row<'v>, findings: &[Finding], given: Option<&str>) -> Result<Row<'v>, Error> {
        let adds = self.operation.is_write() && !self.operation.takes_id();
        if self.is_stranger(&row, findings) {
            return Err(self.no_record(self.field_names(&row)));
        }
        if !adds || self.id(&row).is_some() {
            return Ok(row);
        }
        if given.is_none() {
            let id = self.profile.wire_name(self.schema, "id").to_owned();
            return Err(self.unreadable(Message::fill(
                "a resposta não traz em `{place}` o identificador do registro incluído; contém {there}",
                "the answer does not have the identifier of the record that was added at `{place}`; it holds {there}",
                &[("place", id), ("there", self.field_names(&row))],
            )));
        }
        Ok(self.named(row, given))
    }

    /// The error that there is no record at the profile's place, but `there`.
    fn no_record(self, there: String) -> Error {
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

    /// The identifier of a record, if it has one that says something.
    fn id<'r>(self, row: &'r Row<'_>) -> Option<&'r str> {
        self.schema.value(row, "id")?.text().map(str::trim).filter(|id| !id.is_empty())
    }

    /// The record with the identifier `id`.
    fn named<'v>(self, row: Row<'v>, id: Option<&str>) -> Row<'v> {
        match self.schema.index("id").zip(id) {
            Some((field, id)) => row.with(field, Value::Text(id.to_owned().into())),
            None => row,
        }
    }

    /// The names of the first members of a record, for a message.
    fn field_names(self, row: &Row<'_>) -> String {
        let unknown = self.schema.extras(row).iter().map(|(name, _)| name.as_ref());
        let names: Vec<_> = self.schema.present(row).map(|(field, _)| field.name).chain(unknown).collect();
        self.first_names(&names)
    }

    /// The first names of an object, for a message.
    fn first_names(self, names: &[&str]) -> String {
        const MOST: usize = 5;
        let first = names.iter().take(MOST).map(|name| ["`", &failure::short(&self.secrets.hide(name)), "`"].concat());
        let mut first = first.collect::<Vec<_>>().join(", ");
        if names.is_empty() {
            first.push_str("{}");
        } else if names.len() > MOST {
            first.push_str(", …");
        }
        first
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
        let list = self.list(body)?;
        let (counts, most) = (list.entries.len(), self.bounds.records);
        if counts > most {
            return Err(self.unreadable(Message::fill(
                "a página traz {n} registros, e o limite é {max}; se forem esperados, aumente `max_body_bytes`",
                "the page holds {n} records, and the limit is {max}; if they are expected, raise `max_body_bytes`",
                &[("n", text::counts(counts)), ("max", text::counts(most))],
            )));
        }
        if counts > 0 && !list.objects {
            return Err(self.unreadable(Message::new("a lista não contém registros", "the list holds no records")));
        }
        if counts > 0 && !list.known {
            return Err(self.unreadable(Message::new(
                "nenhum item da lista traz um campo de um registro",
                "no item of the list has a field of a record",
            )));
        }
        self.warn(&list.entries);
        let counts = u64::try_from(counts).unwrap_or(u64::MAX);
        let fingerprint = list.records.iter().fold(FNV_START, |hash, record| fnv(hash, &record.to_be_bytes()));
        let outcome = Effect::Unchanged;
        let List { entries, records, total, has_more, next, .. } = list;
        let answer = Answer { outcome, counts, total, has_more, next, fingerprint, records, replayed: false, id: None };
        Ok((answer, entries))
    }

    /// Reads a page.
    fn list(self, body: &[u8]) -> Result<List<'_>, Error> {
        if is_blank(body) {
            return Err(self.no_list(&Value::Null));
        }
        let list = &self.profile.list_place(self.operation).0;
        let record = place::record_place(self.profile, self.operation).map_or(&[][..], |place| &place.0);
        let place = ListPlace { list, record, form: self.profile.form(self.schema) };
        let (mut entries, mut records) = (Vec::new(), Vec::new());
        let (mut objects, mut known) = (false, false);
        let read = self.schema.read_items_at(body, place, self.bounds.memory(), &mut |item| {
            let (row, findings) = (item.row, item.report.findings);
            objects |= row.is_some();
            known = known || !row.as_ref().is_some_and(|row| self.is_stranger(row, &findings));
            let identity = row.as_ref().and_then(|row| self.id(row)).unwrap_or(item.json);
            records.push(fnv(FNV_START, identity.as_bytes()));
            entries.push(Entry::of_answer(row, findings));
        });
        let (found, rest) = read.map_err(|e| self.no_json(e))?;
        self.check_denial(body, list, &rest)?;
        if !found {
            return Err(self.no_list(&rest));
        }
        let (total, has_more) = self.profile.decode_paging(&rest);
        let said = match self.profile.next_place() {
            Some(next) if next.is_inside(list) => self.profile.decode_next(&self.tree(body)?),
            _ => self.profile.decode_next(&rest),
        };
        let next = place::next(self.profile, self.operation, self.response, said).map_err(|address| {
            self.unreadable(Message::fill(
                "a próxima página não é desta listagem: `{address}`",
                "the next page is none of this listing: `{address}`",
                &[("address", failure::short(&self.secrets.hide(&address)))],
            ))
        })?;
        Ok(List { entries, records, objects, known, total, has_more, next })
    }

    /// Whether a record has no field of the model. A field that cannot be read counts as present, except the identifier.
    fn is_stranger(self, row: &Row<'_>, findings: &[Finding]) -> bool {
        self.schema.present(row).all(|(field, _)| field.name == "id" && self.id(row).is_none())
            && findings.iter().all(|finding| finding.path == "id")
    }

    /// Describes the value at the place of a list or of a record, for a message.
    fn there(self, value: &Value<'_>) -> String {
        match value {
            Value::Object(fields) => {
                self.first_names(&fields.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>())
            }
            other => other.kind().to_owned(),
        }
    }

    fn no_list(self, value: &Value<'_>) -> Error {
        self.unreadable(Message::fill(
            "a resposta não contém uma lista em `{place}`; contém {there}",
            "the answer holds no list under `{place}`; it holds {there}",
            &[("place", self.profile.list_place(self.operation).to_string()), ("there", self.there(value))],
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
    entries: Vec<Entry<'b>>,
    /// A hash of each item that distinguishes it from others: of its identifier, or of its JSON.
    records: Vec<u64>,
    /// Whether any item is an object.
    objects: bool,
    /// Whether any item has a field of the model.
    known: bool,
    total: Option<u64>,
    has_more: Option<bool>,
    /// The cursor or address of the next page, if the platform gives one.
    next: Option<String>,
}

fn is_blank(body: &[u8]) -> bool {
    body.iter().all(u8::is_ascii_whitespace)
}
