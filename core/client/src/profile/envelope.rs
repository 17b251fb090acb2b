use std::borrow::Cow;
use std::fmt::Write as _;

use smartbill_documents::find::integer;
use smartbill_model::error::FieldError;
use smartbill_model::{Schema, Value};

use crate::api::Operation;
use crate::profile::query::text;
use crate::profile::{ErrorShape, JsonPath, ListShape, Next, PageRequest, PageStyle, Profile};

/// The items of a page, and the server's data about the rest of the listing.
#[derive(Debug, Clone, PartialEq)]
pub struct List<'a> {
    /// The items, in their wire form.
    pub items: Vec<Value<'a>>,
    /// The number of items of all pages, if the server gives it.
    pub total: Option<u64>,
    /// Whether another page follows, if the server says.
    pub has_more: Option<bool>,
    /// The cursor or address of the next page, if the body has it.
    pub next: Option<String>,
}

/// An error to be written in its wire form.
#[derive(Debug, Clone, Copy)]
pub struct ErrorBody<'a> {
    /// HTTP status.
    pub status: u16,
    /// A stable code.
    pub code: &'a str,
    /// One sentence.
    pub message: &'a str,
    /// The errors of single fields, in the model's own names.
    pub fields: &'a [FieldError],
}

/// The names of the number of a page, beside the number of all pages. The first is written.
const PAGE_NAMES: [&str; 5] = ["current_page", "currentPage", "pagina", "page", "paginaAtual"];

type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl Profile {
    /// Writes a page of a listing in this profile's form.
    #[must_use]
    pub fn encode_list<'a>(&'a self, items: Vec<Value<'a>>, page_request: PageRequest, total: u64) -> Value<'a> {
        let number = |n: u64| Value::Number(n.to_string().into());
        let size = u64::from(page_request.size.max(1));
        let pages = total.div_ceil(size);
        let first = match &self.pagination.style {
            PageStyle::Page { first, .. } => *first,
            _ => 1,
        };
        let page = page_request.start / size + first;
        let shown = u64::try_from(items.len()).unwrap_or(u64::MAX);
        if self.list_places.are_own() {
            return self.encode_list_at(items, page_request, total);
        }
        let name = self.list_places.items.last_name().unwrap_or("data");
        let list = (Cow::Borrowed(name), Value::List(items));
        match self.list {
            ListShape::Bare => list.1,
            ListShape::Date => Value::Object(vec![list]),
            ListShape::HasMore => object([
                list,
                ("hasMore".into(), Value::Boolean(page_request.start.saturating_add(shown) < total)),
                ("totalCount".into(), number(total)),
                ("limit".into(), number(size)),
                ("offset".into(), number(page_request.start)),
            ]),
            ListShape::Meta => object([
                list,
                (
                    "meta".into(),
                    object([
                        ("current_page".into(), number(page)),
                        ("total_pages".into(), number(pages)),
                        ("total_count".into(), number(total)),
                    ]),
                ),
            ]),
            ListShape::Params => object([
                (
                    "parametros".into(),
                    object([(
                        "paginacao".into(),
                        object([
                            ("paginaAtual".into(), number(page)),
                            ("itensPorPagina".into(), number(size)),
                            ("quantidadeDePaginas".into(), number(pages)),
                            ("quantidadeTotalDeItens".into(), number(total)),
                        ]),
                    )]),
                ),
                list,
            ]),
        }
    }

    /// A page of a listing with its parts where the profile says.
    fn encode_list_at<'a>(&'a self, items: Vec<Value<'a>>, page_request: PageRequest, total: u64) -> Value<'a> {
        let shown = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let places = &self.list_places;
        let number = |n: u64| Value::Number(n.to_string().into());
        let mut body = Value::Object(Vec::new());
        put_into(&mut body, &places.items, Value::List(items));
        if let Some(place) = &places.total {
            put_into(&mut body, place, number(total));
        }
        if let Some(place) = &places.more {
            put_into(&mut body, place, Value::Boolean(page_request.start.saturating_add(shown) < total));
        }
        if let Some(place) = &places.pages {
            let size = u64::from(page_request.size.max(1));
            put_into(&mut body, place, number(total.div_ceil(size)));
            let first = if let PageStyle::Page { first, .. } = self.pagination.style { first } else { 1 };
            if let Some(Value::Object(beside)) = place.parent().find_mut(&mut body) {
                beside.push((PAGE_NAMES[0].into(), number(page_request.start / size + first)));
            }
        }
        body
    }

    /// What `operation` answers with, with its record or list where the profile has them, and what it says of a success.
    #[must_use]
    pub fn in_envelope<'a>(&'a self, operation: Operation, answer: Value<'a>) -> Value<'a> {
        let Some(shape) = self.endpoint(operation).shape.as_deref() else { return answer };
        let mut answer = answer;
        let general = &self.list_places.items;
        if operation.is_listing() && (shape.record.is_some() || shape.items.is_some()) {
            let list = match answer {
                Value::List(_) => std::mem::replace(&mut answer, Value::Object(Vec::new())),
                _ => general.take(&mut answer).unwrap_or(Value::Null),
            };
            let Value::List(items) = list else { return answer };
            let record = shape.record.as_ref();
            let items = items.into_iter().map(|item| match record {
                Some(place) => place.around(item),
                None => item,
            });
            put_into(&mut answer, shape.items.as_ref().unwrap_or(general), Value::List(items.collect()));
        } else if let (false, Some(place)) = (operation.is_listing(), &shape.record) {
            answer = place.around(answer);
        }
        if let Some((success, word)) = shape.success.as_ref().and_then(|success| Some((success, success.is.first()?))) {
            put_into(&mut answer, &success.member, word.value());
        }
        answer
    }

    /// Adds what leads to the page that begins at `next` to a page of a listing, if the style of paging has such a
    /// thing: the cursor, or the `address` of that page. Returns the header that says so, if it is a header.
    pub fn add_next<'a>(
        &'a self,
        answer: &mut Value<'a>,
        next: Option<u64>,
        address: impl FnOnce(u64) -> String,
    ) -> Option<(String, String)> {
        let (place, said) = match &self.pagination.style {
            PageStyle::Cursor { next: place, .. } => (place, next.map(|next| next.to_string())),
            PageStyle::Link { next: place, .. } => (place, next.map(address)),
            _ => return None,
        };
        match (place, &self.pagination.style) {
            (Next::Header(name), PageStyle::Link { .. }) => {
                said.map(|address| (name.clone(), ["<", &address, ">; rel=\"next\""].concat()))
            }
            (Next::Header(name), _) => said.map(|cursor| (name.clone(), cursor)),
            (Next::Body(place), _) => {
                put_into(answer, place, said.map_or(Value::Null, |said| Value::Text(said.into())));
                None
            }
        }
    }

    /// Reads a page of a listing in any form: a list, or an object with a list under the profile's name. Returns `None`
    /// if there is no list.
    #[must_use]
    pub fn decode_list<'a>(&self, value: Value<'a>) -> Option<List<'a>> {
        self.decode_list_at(&self.list_places.items, value)
    }

    /// Reads a page as [`Profile::decode_list`] does, with the list at `place`.
    pub(crate) fn decode_list_at<'a>(&self, place: &JsonPath, value: Value<'a>) -> Option<List<'a>> {
        let mut body = value;
        let next = self.decode_next(&body);
        let items = if matches!(body, Value::List(_)) {
            Some(std::mem::replace(&mut body, Value::Null))
        } else {
            place.take(&mut body)
        };
        let Some(Value::List(items)) = items else { return None };
        let (total, has_more) = self.decode_paging(&body);
        Some(List { items, total, has_more, next })
    }

    /// The place of the cursor or address of the next page, if it is in the body.
    pub(crate) fn next_place(&self) -> Option<&JsonPath> {
        match &self.pagination.style {
            PageStyle::Cursor { next: Next::Body(next), .. } | PageStyle::Link { next: Next::Body(next), .. } => {
                Some(next)
            }
            _ => None,
        }
    }

    /// Reads the cursor or address of the next page, if the body has it.
    pub(crate) fn decode_next(&self, body: &Value<'_>) -> Option<String> {
        let next = self.next_place()?.find(body).filter(|next| **next != Value::Null).map(text)?;
        (!next.is_empty()).then(|| next.into_owned())
    }

    /// Reads the data beside the list of a page: the number of items of all pages, and whether another page follows.
    pub(crate) fn decode_paging(&self, paging: &Value<'_>) -> (Option<u64>, Option<bool>) {
        let meta = ["meta", "paginacao", "pagination"].iter().find_map(|n| paging.field(n));
        let meta = meta.or_else(|| paging.field("parametros")?.field("paginacao")).unwrap_or(paging);
        let number = |place: Option<&JsonPath>, names: &[&str]| match place {
            Some(place) => whole(place.find(paging)?),
            None => names.iter().find_map(|n| whole(meta.field(n)?)),
        };
        let places = &self.list_places;
        let total = number(
            places.total.as_ref(),
            &["totalCount", "total_count", "quantidadeTotalDeItens", "total", "totalRegistros"],
        );
        let truth = |value: &Value<'_>| if let Value::Boolean(b) = value { Some(*b) } else { None };
        let has_more = match &places.more {
            Some(more) => more.find(paging).and_then(truth),
            None => ["hasMore", "has_more", "temMais"].iter().find_map(|n| truth(meta.field(n)?)),
        };
        // The number of this page is beside the number of all pages.
        let page = match places.pages.as_ref().map(JsonPath::parent) {
            Some(beside) => PAGE_NAMES.iter().find_map(|n| whole(beside.find(paging)?.field(n)?)),
            None => number(None, &["current_page", "currentPage", "paginaAtual"]),
        };
        let pages = number(places.pages.as_ref(), &["total_pages", "totalPages", "quantidadeDePaginas"]);
        let first = if let PageStyle::Page { first, .. } = self.pagination.style { first } else { 1 };
        let by_page = page.zip(pages).map(|(page, pages)| page.saturating_add(1).saturating_sub(first) < pages);
        (total, has_more.or(by_page))
    }

    /// The place of the list in a page of `operation`.
    pub(crate) fn list_place(&self, operation: Operation) -> &JsonPath {
        let own = self.endpoint(operation).shape.as_ref().and_then(|shape| shape.items.as_ref());
        own.unwrap_or(&self.list_places.items)
    }

    /// Writes an error in this profile's form. Field names are those of the wire.
    #[must_use]
    pub fn encode_error<'a>(&'a self, schema: Option<&'static Schema>, error: ErrorBody<'a>) -> Value<'a> {
        let ErrorBody { status, code, message, fields } = error;
        let text = |t: &'a str| Value::Text(Cow::Borrowed(t));
        let path = |f: &'a FieldError| {
            let path = schema.map_or_else(|| f.path.clone(), |e| self.wire_path(e, &f.path));
            Value::Text(path.into())
        };
        let field_code = |f: &'a FieldError| text(f.code.as_deref().unwrap_or(code));
        let places = &self.error_places;
        let by_place = places.code.is_some() || places.message.is_some();
        let mut body = match self.errors {
            _ if by_place => Value::Object(Vec::new()),
            ErrorShape::Errors => {
                let whole = object([("code".into(), text(code)), ("description".into(), text(message))]);
                let each = fields.iter().map(|f| {
                    object([
                        ("code".into(), field_code(f)),
                        ("description".into(), text(&f.message)),
                        ("field".into(), path(f)),
                    ])
                });
                object([("errors".into(), Value::List(std::iter::once(whole).chain(each).collect()))])
            }
            ErrorShape::Fault => {
                let mut sentence = message.to_owned();
                for f in fields {
                    let path = path(f);
                    // Writing into a String cannot fail.
                    let _ = write!(sentence, "; {}: {}", path.text().unwrap_or_default(), f.message);
                }
                object([("faultcode".into(), text(code)), ("faultstring".into(), Value::Text(sentence.into()))])
            }
            ErrorShape::Problem => {
                let mut members = vec![
                    ("type".into(), Value::Text(format!("about:blank#{code}").into())),
                    ("title".into(), text(code)),
                    ("status".into(), Value::Integer(status.into())),
                    ("detail".into(), text(message)),
                ];
                if !fields.is_empty() {
                    let each = fields.iter().map(|f| {
                        object([
                            ("codigo".into(), field_code(f)),
                            ("razao".into(), text(&f.message)),
                            ("propriedade".into(), path(f)),
                        ])
                    });
                    members.push(("violacoes".into(), Value::List(each.collect())));
                }
                Value::Object(members)
            }
            ErrorShape::Details => {
                let mut details: Fields<'a> = Vec::new();
                for f in fields {
                    let path = path(f);
                    let path = path.text().unwrap_or_default();
                    match details.iter_mut().find(|(name, _)| name == path) {
                        Some((_, Value::List(messages))) => messages.push(text(&f.message)),
                        _ => details.push((path.to_owned().into(), Value::List(vec![text(&f.message)]))),
                    }
                }
                object([
                    ("status".into(), Value::Integer(status.into())),
                    ("error".into(), text(message)),
                    ("code".into(), text(code)),
                    ("error_details".into(), Value::Object(details)),
                ])
            }
        };
        let told = [(&places.code, text(code)), (&places.message, text(message))];
        for (place, said) in told.into_iter().filter_map(|(place, said)| Some((place.as_ref()?, said))) {
            put_into(&mut body, place, said);
        }
        if let Some(place) = places.fields.as_ref().filter(|place| place.find(&body).is_none()) {
            let each = fields.iter().map(|f| {
                object([
                    ("field".into(), path(f)),
                    ("code".into(), field_code(f)),
                    ("message".into(), text(&f.message)),
                ])
            });
            put_into(&mut body, place, Value::List(each.collect()));
        }
        if let Some(place) = places.refusal.as_ref().filter(|place| place.find(&body).is_none()) {
            put_into(&mut body, place, Value::Boolean(true));
        }
        body
    }
}

/// Puts `value` at a place of an object. At the whole it takes the place of the object.
fn put_into<'a>(body: &mut Value<'a>, place: &'a JsonPath, value: Value<'a>) {
    if place.is_whole() {
        *body = value;
    } else if let Value::Object(members) = body {
        place.put(members, value);
    }
}

fn object<'a, const N: usize>(fields: [(Cow<'a, str>, Value<'a>); N]) -> Value<'a> {
    Value::Object(fields.into())
}

pub(super) fn whole(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Integer(n) => u64::try_from(*n).ok(),
        Value::Number(t) | Value::Text(t) => integer(t),
        _ => None,
    }
}
