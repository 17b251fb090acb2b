use std::borrow::Cow;
use std::fmt::Write as _;

use smartbill_documents::find::integer;
use smartbill_model::error::FieldError;
use smartbill_model::{Schema, Value};

use crate::profile::{ErrorShape, ListShape, PageRequest, PageStyle, Profile};

/// The items of a page, and what the server said of the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct List<'a> {
    /// The items, as on the wire.
    pub items: Vec<Value<'a>>,
    /// How many items all pages hold, if the server says.
    pub total: Option<u64>,
    /// Whether a page follows, if the server says.
    pub has_more: Option<bool>,
}

/// An error, on its way to the wire.
#[derive(Debug, Clone, Copy)]
pub struct ErrorBody<'a> {
    /// HTTP status.
    pub status: u16,
    /// A stable code.
    pub code: &'a str,
    /// One sentence.
    pub message: &'a str,
    /// What is wrong with single fields, in the model's own names.
    pub fields: &'a [FieldError],
}

type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl Profile {
    /// A page of a listing, in the shape that this profile writes.
    #[must_use]
    pub fn encode_list<'a>(&'a self, items: Vec<Value<'a>>, page_request: PageRequest, total: u64) -> Value<'a> {
        let number = |n: u64| Value::Number(n.to_string().into());
        let size = u64::from(page_request.size.max(1));
        let pages = total.div_ceil(size);
        let first = match &self.pagination.style {
            PageStyle::Page { first, .. } => *first,
            PageStyle::Offset { .. } => 1,
        };
        let page = page_request.start / size + first;
        let shown = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let list = (Cow::Borrowed(self.list_items.as_str()), Value::List(items));
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

    /// Reads a page of a listing in any shape: a list, or an object with one under the profile's name. `None` where
    /// there is no list there.
    #[must_use]
    pub fn decode_list<'a>(&self, value: Value<'a>) -> Option<List<'a>> {
        let mut fields = match value {
            Value::List(items) => return Some(List { items, total: None, has_more: None }),
            Value::Object(fields) => fields,
            _ => return None,
        };
        let position = fields.iter().position(|(name, _)| *name == self.list_items)?;
        let (_, items) = fields.swap_remove(position);
        let Value::List(items) = items else { return None };
        let (total, has_more) = self.decode_paging(&Value::Object(fields));
        Some(List { items, total, has_more })
    }

    /// What stands beside the list of a page: how many items all pages hold, and whether a page follows, if it says so.
    pub(crate) fn decode_paging(&self, paging: &Value<'_>) -> (Option<u64>, Option<bool>) {
        let meta = ["meta", "paginacao", "pagination"].iter().find_map(|n| paging.field(n));
        let meta = meta.or_else(|| paging.field("parametros")?.field("paginacao")).unwrap_or(paging);
        let number = |names: &[&str]| names.iter().find_map(|n| whole(meta.field(n)?));
        let total = number(&["totalCount", "total_count", "quantidadeTotalDeItens", "total", "totalRegistros"]);
        let has_more = ["hasMore", "has_more", "temMais"].iter().find_map(|n| match meta.field(n)? {
            Value::Boolean(b) => Some(*b),
            _ => None,
        });
        let page = number(&["current_page", "currentPage", "paginaAtual"]);
        let pages = number(&["total_pages", "totalPages", "quantidadeDePaginas"]);
        let first = if let PageStyle::Page { first, .. } = self.pagination.style { first } else { 1 };
        let by_page = page.zip(pages).map(|(page, pages)| page.saturating_add(1).saturating_sub(first) < pages);
        (total, has_more.or(by_page))
    }

    /// The name of the list in the object that is a page of a listing.
    #[must_use]
    pub fn list_items(&self) -> &str {
        &self.list_items
    }

    /// An error, in the shape that this profile writes; field names are those of the wire.
    #[must_use]
    pub fn encode_error<'a>(&self, schema: Option<&'static Schema>, error: ErrorBody<'a>) -> Value<'a> {
        let ErrorBody { status, code, message, fields } = error;
        let text = |t: &'a str| Value::Text(Cow::Borrowed(t));
        let path = |f: &'a FieldError| {
            let path = schema.map_or_else(|| f.path.clone(), |e| self.wire_path(e, &f.path));
            Value::Text(path.into())
        };
        let field_code = |f: &'a FieldError| text(f.code.as_deref().unwrap_or(code));
        match self.errors {
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
        }
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
