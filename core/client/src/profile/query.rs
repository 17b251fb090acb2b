use std::borrow::Cow;

use smartbill_documents::text;
use smartbill_model::{FieldType, Schema, Value};

use crate::profile::ascii::{base64, percent_decode, percent_encode};
use crate::profile::form::read_form;
use crate::profile::json_path::Members;
use crate::profile::{Credential, OAuth2, PageStyle, Profile};

/// The parameter of the position in the addresses of pages that a server of this project makes.
const POSITION: &str = "_start";

/// The part of a listing on one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// The number of items before the page.
    pub start: u64,
    /// The greatest number of items of the page.
    pub size: u32,
}

impl Profile {
    /// The query string (without `?`) of a listing: its filter and its page.
    #[must_use]
    pub fn encode_query(&self, schema: &'static Schema, filter: Value<'_>, page_request: PageRequest) -> String {
        let mut query = String::new();
        push_all(&mut query, &self.encode(schema, filter));
        push_all(&mut query, &Value::Object(self.page(page_request, None)));
        query
    }

    /// The parameters of one page. `after` is the cursor that the page before gave.
    pub(crate) fn page(&self, page_request: PageRequest, after: Option<&str>) -> Vec<(Cow<'_, str>, Value<'static>)> {
        let size = page_request.size.max(1);
        let name = |name| Cow::Borrowed::<str>(name);
        let number = |n: u64| Value::Number(text::natural(n).into());
        match &self.pagination.style {
            PageStyle::Page { first, page, size: limit } => {
                let page_number = page_request.start / u64::from(size) + first;
                vec![(name(page), number(page_number)), (name(limit), number(size.into()))]
            }
            PageStyle::Offset { offset, limit } => {
                vec![(name(offset), number(page_request.start)), (name(limit), number(size.into()))]
            }
            PageStyle::Cursor { cursor, size: limit, .. } => {
                let after = after.map(|after| (name(cursor), Value::Text(after.to_owned().into())));
                after.into_iter().chain([(name(limit), number(size.into()))]).collect()
            }
            PageStyle::Link { size: limit, .. } => vec![(name(limit), number(size.into()))],
            PageStyle::None => Vec::new(),
        }
    }

    /// Reads the filter and the page of a listing. Unknown parameters stay in the filter, where its model refuses them by
    /// name. A parameter without a value is an error.
    ///
    /// # Errors
    /// The name of the parameter that cannot be read.
    pub fn decode_filter(
        &self,
        schema: &'static Schema,
        query: &str,
        body: Option<Value<'_>>,
    ) -> Result<(Value<'static>, PageRequest), String> {
        let mut fields: Members<'static> = Vec::new();
        let mut size = self.pagination.default_size;
        let mut start = None;
        let (start_name, size_name) = match &self.pagination.style {
            PageStyle::Page { page, size, .. } => (page.as_str(), size.as_str()),
            PageStyle::Offset { offset, limit } => (offset.as_str(), limit.as_str()),
            PageStyle::Cursor { cursor, size, .. } => (cursor.as_str(), size.as_str()),
            PageStyle::Link { size, .. } => (POSITION, size.as_str()),
            PageStyle::None => ("", ""),
        };
        let mut given: Members<'static> = match body.map(Value::into_owned) {
            Some(Value::Object(members)) => members,
            _ => Vec::new(),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = percent_decode(name, true).zip(percent_decode(value, true));
            let (name, value) = decoded.ok_or_else(|| name.to_owned())?;
            if value.is_empty() {
                return Err(name);
            }
            given.push((name.into(), Value::Text(value.into())));
        }
        let number = |value: &Value<'_>| match value {
            Value::Text(text) | Value::Number(text) => text.parse::<u64>().ok(),
            Value::Integer(n) => u64::try_from(*n).ok(),
            _ => None,
        };
        for (name, value) in given {
            if name == start_name {
                start = Some(number(&value).ok_or_else(|| name.to_string())?);
            } else if name == size_name {
                let wanted = number(&value).and_then(|n| u32::try_from(n).ok());
                let wanted = wanted.filter(|n| (1..=self.pagination.max_size).contains(n));
                size = wanted.ok_or_else(|| name.into_owned())?;
            } else {
                let many = self.field_of(schema, &name).is_some_and(|c| matches!(c.rule.kind, FieldType::List(_)));
                match (fields.iter_mut().find(|(n, _)| *n == name), value) {
                    (Some((_, Value::List(items))), value @ Value::Text(_)) if many => items.push(value),
                    (_, value @ Value::Text(_)) if many => fields.push((name, Value::List(vec![value]))),
                    (_, value) => fields.push((name, value)),
                }
            }
        }
        let page_start = match (&self.pagination.style, start) {
            (PageStyle::None, _) => {
                size = u32::MAX;
                0
            }
            (_, None) => 0,
            (PageStyle::Page { first, page, .. }, Some(n)) => {
                let number = u32::try_from(n).ok().and_then(|n| u64::from(n).checked_sub(*first));
                number.ok_or_else(|| page.clone())? * u64::from(size)
            }
            (_, Some(offset)) => offset,
        };
        let filter = self.decode(schema, self.nested(schema, fields));
        Ok((filter.into_owned(), PageRequest { start: page_start, size }))
    }

    /// Puts the parameters of a filter whose name leads into another member at their places.
    fn nested(&self, schema: &'static Schema, fields: Members<'static>) -> Value<'_> {
        let mut members = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            let field =
                schema.fields.iter().find(|field| name.contains('.') && self.wire_name(schema, field.name) == name);
            match field.and_then(|field| self.wire_place(schema, field.name)) {
                Some(place) => place.put(&mut members, value),
                None => members.push((name, value)),
            }
        }
        Value::Object(members)
    }

    /// The address of the page that begins at `start`, for a style of paging by addresses: the listing's own, with what
    /// was asked and the place of that page.
    #[must_use]
    pub fn page_address(&self, path: &str, query: &str, start: u64) -> String {
        let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(&[POSITION, "="].concat()));
        let mut address = [path, "?"].concat();
        kept.for_each(|pair| address.extend([pair, "&"]));
        address.extend([POSITION, "=", &text::natural(start)]);
        address
    }

    /// Whether a request has `token`, as far as it goes into the headers or the query string.
    #[must_use]
    pub fn authenticates<'h>(&self, token: &str, header: impl Fn(&str) -> Option<&'h str>, query: &str) -> bool {
        self.credentials(token).iter().all(|credential| match credential {
            Credential::Header(name, value) => header(name) == Some(value.as_str()),
            Credential::Query(name, value) => query.split('&').any(|pair| {
                pair.split_once('=').is_some_and(|(n, v)| {
                    percent_decode(n, true).as_ref() == Some(name) && percent_decode(v, true).as_ref() == Some(value)
                })
            }),
            // The body is read later.
            Credential::Body(..) => true,
        })
    }
}

impl OAuth2 {
    /// Checks a request for an access token by a client whose identifier and secret are `token`, as `id:secret`.
    ///
    /// # Errors
    /// The code of the refusal (RFC 6749, section 5.2).
    pub fn check<'h>(
        &self,
        token: &str,
        header: impl Fn(&str) -> Option<&'h str>,
        body: &[u8],
    ) -> Result<(), &'static str> {
        let body = if self.json { Value::from_json(body).ok() } else { read_form(body) };
        let body = body.ok_or("invalid_request")?;
        let member = |name: &str| body.field(name).and_then(Value::text);
        let known = if self.in_body {
            member("client_id").zip(member("client_secret")) == token.split_once(':')
        } else {
            header("authorization") == Some(["Basic ", &base64(token.as_bytes())].concat().as_str())
        };
        match member("grant_type") {
            None => Err("invalid_request"),
            Some("client_credentials") if !known => Err("invalid_client"),
            Some("client_credentials") if member("scope") != self.scope.as_deref() => Err("invalid_scope"),
            Some("client_credentials") => Ok(()),
            Some(_) => Err("unsupported_grant_type"),
        }
    }
}

/// Appends the members of an object as parameters. A member inside another has both names, with `.` between them.
pub(crate) fn push_all(query: &mut String, members: &Value<'_>) {
    push_below(query, "", members);
}

fn push_below(query: &mut String, name: &str, value: &Value<'_>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if name.is_empty() {
                    push_below(query, key, value);
                } else {
                    push_below(query, &[name, ".", key].concat(), value);
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| push(query, name, &text(item))),
        value => push(query, name, &text(value)),
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

/// A value in the form of a query.
pub(crate) fn text<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text),
        value => Cow::Owned(value.to_json().trim_matches('"').to_owned()),
    }
}
