use std::borrow::Cow;

use crate::model::{Esquema, Tipo};
use crate::profile::{Auth, PageStyle, Profile, percent_decode, percent_encode};
use crate::{Valor, escrita};

/// The part of a listing that one page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorte {
    /// How many items come before it.
    pub inicio: u64,
    /// How many items it holds at most.
    pub tamanho: u32,
}

impl Profile {
    /// The query string (without `?`) of a listing: its filter and its page.
    #[must_use]
    pub fn encode_query(&self, esquema: &'static Esquema, filtro: Valor<'_>, recorte: Recorte) -> String {
        let mut query = String::new();
        if let Valor::Objeto(campos) = self.encode(esquema, filtro) {
            for (nome, valor) in &campos {
                match valor {
                    Valor::Lista(itens) => itens.iter().for_each(|item| push(&mut query, nome, &text(item))),
                    valor => push(&mut query, nome, &text(valor)),
                }
            }
        }
        let size = recorte.tamanho.max(1);
        match &self.pagination.style {
            PageStyle::Page { first, page, size: name } => {
                push(&mut query, page, &escrita::natural(recorte.inicio / u64::from(size) + first));
                push(&mut query, name, &escrita::natural(size.into()));
            }
            PageStyle::Offset { offset, limit } => {
                push(&mut query, offset, &escrita::natural(recorte.inicio));
                push(&mut query, limit, &escrita::natural(size.into()));
            }
        }
        query
    }

    /// The filter and the page that a query string asks for. Unknown parameters stay in the filter, where its model
    /// refuses them by name; the credential is left out. One without a value cannot be read.
    ///
    /// # Errors
    /// The name of the parameter that cannot be read.
    pub fn decode_query(&self, esquema: &'static Esquema, query: &str) -> Result<(Valor<'static>, Recorte), String> {
        let mut campos: Vec<(Cow<'static, str>, Valor<'static>)> = Vec::new();
        let mut size = self.pagination.default_size;
        let mut start = None;
        let (start_name, size_name) = match &self.pagination.style {
            PageStyle::Page { page, size, .. } => (page, size),
            PageStyle::Offset { offset, limit } => (offset, limit),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = percent_decode(name, true).zip(percent_decode(value, true));
            let (name, value) = decoded.ok_or_else(|| name.to_owned())?;
            if matches!(&self.auth, Auth::Query { name: credential } if *credential == name) {
                continue;
            }
            if value.is_empty() {
                return Err(name);
            }
            if name == *start_name {
                start = Some(value.parse::<u64>().map_err(|_| name)?);
            } else if name == *size_name {
                let wanted = value.parse::<u32>().map_err(|_| name.clone())?;
                size = Some(wanted).filter(|n| (1..=self.pagination.max_size).contains(n)).ok_or(name)?;
            } else {
                let many = self.field_of(esquema, &name).is_some_and(|c| matches!(c.regra.tipo, Tipo::Lista(_)));
                match campos.iter_mut().find(|(n, _)| *n == name) {
                    Some((_, Valor::Lista(itens))) if many => itens.push(Valor::Texto(value.into())),
                    _ if many => campos.push((name.into(), Valor::Lista(vec![Valor::Texto(value.into())]))),
                    _ => campos.push((name.into(), Valor::Texto(value.into()))),
                }
            }
        }
        let inicio = match (&self.pagination.style, start) {
            (_, None) => 0,
            (PageStyle::Offset { .. }, Some(offset)) => offset,
            (PageStyle::Page { first, page, .. }, Some(n)) => {
                n.checked_sub(*first).and_then(|n| n.checked_mul(size.into())).ok_or_else(|| page.clone())?
            }
        };
        Ok((self.decode(esquema, Valor::Objeto(campos)).into_owned(), Recorte { inicio, tamanho: size }))
    }

    /// Whether a request shows `token`, given its headers by name and its query string.
    #[must_use]
    pub fn authenticates<'h>(&self, token: &str, header: impl Fn(&str) -> Option<&'h str>, query: &str) -> bool {
        match self.credential(token) {
            super::Credential::Header(name, value) => header(&name) == Some(value.as_str()),
            super::Credential::Query(name, value) => query.split('&').any(|pair| {
                pair.split_once('=').is_some_and(|(n, v)| {
                    percent_decode(n, true).as_ref() == Some(&name) && percent_decode(v, true).as_ref() == Some(&value)
                })
            }),
        }
    }
}

/// Appends `name=value`.
pub(crate) fn push(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    percent_encode(name, query);
    query.push('=');
    percent_encode(value, query);
}

/// A value as it stands in a query.
fn text<'v>(valor: &'v Valor<'_>) -> Cow<'v, str> {
    match valor {
        Valor::Texto(texto) => Cow::Borrowed(texto),
        valor => Cow::Owned(valor.to_json().trim_matches('"').to_owned()),
    }
}
