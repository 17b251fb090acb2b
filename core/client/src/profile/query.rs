use std::borrow::Cow;

use smartbill_documents::text;
use smartbill_model::{FieldType, Schema, Value};

use crate::profile::ascii::{base64, percent_decode, percent_encode};
use crate::profile::{Credential, OAuth2, PageStyle, Profile};

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

    /// Reads the filter and the page of a query string. Unknown parameters stay in the filter, where its model refuses
    /// them by name. The credential is left out. A parameter without a value is an error.
    ///
    /// # Errors
    /// The name of the parameter that cannot be read.
    pub fn decode_query(&self, schema: &'static Schema, query: &str) -> Result<(Value<'static>, PageRequest), String> {
        let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
        let mut size = self.pagination.default_size;
        let mut start = None;
        let (start_name, size_name) = match &self.pagination.style {
            PageStyle::Page { page, size, .. } => (page.as_str(), size.as_str()),
            PageStyle::Offset { offset, limit } => (offset.as_str(), limit.as_str()),
            // No server of this project uses these styles.
            PageStyle::Cursor { size, .. } | PageStyle::Link { size, .. } => ("", size.as_str()),
            PageStyle::None => ("", ""),
        };
        let credentials = self.credentials("");
        let credential =
            |name: &str| credentials.iter().any(|c| matches!(c, Credential::Query(known, _) if known == name));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = percent_decode(name, true).zip(percent_decode(value, true));
            let (name, value) = decoded.ok_or_else(|| name.to_owned())?;
            if credential(&name) {
                continue;
            }
            if value.is_empty() {
                return Err(name);
            }
            if name == start_name {
                start = Some(value.parse::<u64>().map_err(|_| name)?);
            } else if name == size_name {
                let wanted = value.parse::<u32>().map_err(|_| name.clone())?;
                size = Some(wanted).filter(|n| (1..=self.pagination.max_size).contains(n)).ok_or(name)?;
            } else {
                let many = self.field_of(schema, &name).is_some_and(|c| matches!(c.rule.kind, FieldType::List(_)));
                match fields.iter_mut().find(|(n, _)| *n == name) {
                    Some((_, Value::List(items))) if many => items.push(Value::Text(value.into())),
                    _ if many => fields.push((name.into(), Value::List(vec![Value::Text(value.into())]))),
                    _ => fields.push((name.into(), Value::Text(value.into()))),
                }
            }
        }
        let page_start = match (&self.pagination.style, start) {
            (_, None) => 0,
            (PageStyle::Page { first, page, .. }, Some(n)) => {
                let number = u32::try_from(n).ok().and_then(|n| u64::from(n).checked_sub(*first));
                number.ok_or_else(|| page.clone())? * u64::from(size)
            }
            (_, Some(offset)) => offset,
        };
        Ok((self.decode(schema, Value::Object(fields)).into_owned(), PageRequest { start: page_start, size }))
    }

    /// Whether a request has `token`, in its headers or its query string.
    #[must_use]
    pub fn authenticates<'h>(&self, token: &str, header: impl Fn(&str) -> Option<&'h str>, query: &str) -> bool {
        self.credentials(token).iter().all(|credential| match credential {
            Credential::Header(name, value) => header(name) == Some(value.as_str()),
            Credential::Query(name, value) => query.split('&').any(|pair| {
                pair.split_once('=').is_some_and(|(n, v)| {
                    percent_decode(n, true).as_ref() == Some(name) && percent_decode(v, true).as_ref() == Some(value)
                })
            }),
            // No server of this project reads a token from a body.
            Credential::Body(..) => false,
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
        let members = self.members(body).ok_or("invalid_request")?;
        let member = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
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

    /// The members of the body of a request for an access token.
    fn members(&self, body: &[u8]) -> Option<Vec<(String, String)>> {
        if self.json {
            let Value::Object(members) = Value::from_json(body).ok()? else { return None };
            return members
                .into_iter()
                .map(|(name, value)| Some((name.into_owned(), value.text()?.to_owned())))
                .collect();
        }
        let pairs = std::str::from_utf8(body).ok()?.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            percent_decode(name, true).zip(percent_decode(value, true))
        });
        decoded.collect()
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
