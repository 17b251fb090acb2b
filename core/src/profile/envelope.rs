use std::borrow::Cow;
use std::fmt::Write as _;

use crate::Valor;
use crate::busca::inteiro;
use crate::error::FieldError;
use crate::model::Esquema;
use crate::profile::{ErrorShape, ListShape, PageStyle, Profile, Recorte};

/// The items of a page, and what the server said of the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Lista<'a> {
    /// The items, as on the wire.
    pub itens: Vec<Valor<'a>>,
    /// How many items all pages hold, if the server says.
    pub total: Option<u64>,
    /// Whether a page follows, if the server says.
    pub tem_mais: Option<bool>,
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

type Campos<'a> = Vec<(Cow<'a, str>, Valor<'a>)>;

impl Profile {
    /// A page of a listing, in the shape that this profile writes.
    #[must_use]
    pub fn encode_list<'a>(&'a self, itens: Vec<Valor<'a>>, recorte: Recorte, total: u64) -> Valor<'a> {
        let number = |n: u64| Valor::Numero(n.to_string().into());
        let size = u64::from(recorte.tamanho.max(1));
        let pages = total.div_ceil(size);
        let first = match &self.pagination.style {
            PageStyle::Page { first, .. } => *first,
            PageStyle::Offset { .. } => 1,
        };
        let page = recorte.inicio / size + first;
        let shown = u64::try_from(itens.len()).unwrap_or(u64::MAX);
        let list = (Cow::Borrowed(self.list_items.as_str()), Valor::Lista(itens));
        match self.list {
            ListShape::Bare => list.1,
            ListShape::Data => Valor::Objeto(vec![list]),
            ListShape::HasMore => object([
                list,
                ("hasMore".into(), Valor::Booleano(recorte.inicio.saturating_add(shown) < total)),
                ("totalCount".into(), number(total)),
                ("limit".into(), number(size)),
                ("offset".into(), number(recorte.inicio)),
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
            ListShape::Parametros => object([
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
    pub fn decode_list<'a>(&self, valor: Valor<'a>) -> Option<Lista<'a>> {
        let mut campos = match valor {
            Valor::Lista(itens) => return Some(Lista { itens, total: None, tem_mais: None }),
            Valor::Objeto(campos) => campos,
            _ => return None,
        };
        let position = campos.iter().position(|(nome, _)| *nome == self.list_items)?;
        let (_, itens) = campos.swap_remove(position);
        let Valor::Lista(itens) = itens else { return None };
        let paging = Valor::Objeto(campos);
        let meta = ["meta", "paginacao", "pagination"].iter().find_map(|n| paging.campo(n));
        let meta = meta.or_else(|| paging.campo("parametros")?.campo("paginacao")).unwrap_or(&paging);
        let number = |names: &[&str]| names.iter().find_map(|n| whole(meta.campo(n)?));
        let total = number(&["totalCount", "total_count", "quantidadeTotalDeItens", "total", "totalRegistros"]);
        let has_more = ["hasMore", "has_more", "temMais"].iter().find_map(|n| match meta.campo(n)? {
            Valor::Booleano(b) => Some(*b),
            _ => None,
        });
        let page = number(&["current_page", "currentPage", "paginaAtual"]);
        let pages = number(&["total_pages", "totalPages", "quantidadeDePaginas"]);
        let first = if let PageStyle::Page { first, .. } = self.pagination.style { first } else { 1 };
        let by_page = page.zip(pages).map(|(page, pages)| page.saturating_add(1).saturating_sub(first) < pages);
        Some(Lista { itens, total, tem_mais: has_more.or(by_page) })
    }

    /// The name of the list in the object that is a page of a listing.
    #[must_use]
    pub fn list_items(&self) -> &str {
        &self.list_items
    }

    /// An error, in the shape that this profile writes; field names are those of the wire.
    #[must_use]
    pub fn encode_error<'a>(&self, esquema: Option<&'static Esquema>, error: ErrorBody<'a>) -> Valor<'a> {
        let ErrorBody { status, code, message, fields } = error;
        let text = |t: &'a str| Valor::Texto(Cow::Borrowed(t));
        let path = |f: &'a FieldError| {
            let path = esquema.map_or_else(|| f.path.clone(), |e| self.wire_path(e, &f.path));
            Valor::Texto(path.into())
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
                object([("errors".into(), Valor::Lista(std::iter::once(whole).chain(each).collect()))])
            }
            ErrorShape::Fault => {
                let mut sentence = message.to_owned();
                for f in fields {
                    let path = path(f);
                    // Writing into a String cannot fail.
                    let _ = write!(sentence, "; {}: {}", path.texto().unwrap_or_default(), f.message);
                }
                object([("faultcode".into(), text(code)), ("faultstring".into(), Valor::Texto(sentence.into()))])
            }
            ErrorShape::Problem => {
                let mut campos = vec![
                    ("type".into(), Valor::Texto(format!("about:blank#{code}").into())),
                    ("title".into(), text(code)),
                    ("status".into(), Valor::Inteiro(status.into())),
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
                    campos.push(("violacoes".into(), Valor::Lista(each.collect())));
                }
                Valor::Objeto(campos)
            }
            ErrorShape::Details => {
                let mut details: Campos<'a> = Vec::new();
                for f in fields {
                    let path = path(f);
                    let path = path.texto().unwrap_or_default();
                    match details.iter_mut().find(|(name, _)| name == path) {
                        Some((_, Valor::Lista(messages))) => messages.push(text(&f.message)),
                        _ => details.push((path.to_owned().into(), Valor::Lista(vec![text(&f.message)]))),
                    }
                }
                object([
                    ("status".into(), Valor::Inteiro(status.into())),
                    ("error".into(), text(message)),
                    ("code".into(), text(code)),
                    ("error_details".into(), Valor::Objeto(details)),
                ])
            }
        }
    }
}

fn object<'a, const N: usize>(campos: [(Cow<'a, str>, Valor<'a>); N]) -> Valor<'a> {
    Valor::Objeto(campos.into())
}

pub(super) fn whole(valor: &Valor<'_>) -> Option<u64> {
    match valor {
        Valor::Inteiro(n) => u64::try_from(*n).ok(),
        Valor::Numero(t) | Valor::Texto(t) => inteiro(t),
        _ => None,
    }
}
