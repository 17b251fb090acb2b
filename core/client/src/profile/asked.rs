//! Reads a request as a server does: the operation, and what the request carries for it. What a profile adds to every
//! request (credentials, constants, identifiers, envelopes) is taken off.

use std::borrow::Cow;

use smartbill_model::Value;

use crate::api::{Method, Operation};
use crate::profile::ascii::percent_decode;
use crate::profile::form::read_form;
use crate::profile::query::{push, text};
use crate::profile::route::Route;
use crate::profile::{Credential, IdPlace, Profile, Shape};

/// A request as a server received it.
#[derive(Debug, Clone, Copy)]
pub struct Received<'r> {
    /// The HTTP method.
    pub method: &'r str,
    /// The path, percent-encoded.
    pub path: &'r str,
    /// The query string, without `?`.
    pub query: &'r str,
    /// The body.
    pub body: &'r [u8],
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<'r> {
    /// The operation.
    pub operation: Operation,
    /// The identifier of the record.
    pub id: Option<String>,
    /// The fields in the path, in the model's own names.
    pub places: Vec<(&'static str, String)>,
    /// The query string without the credential, the constants and the identifier.
    pub query: Cow<'r, str>,
    /// The record, the parameters, or the filter with its page, in the form of the wire.
    pub content: Value<'r>,
    /// Whether every value of the content is a text, as in a form.
    pub texts: bool,
}

/// The reason why a request cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// No operation has this method and path.
    NoRoute,
    /// The credential in the body is missing or wrong.
    Credential,
    /// The body is not JSON.
    Json,
    /// The body is not a form.
    Form,
    /// The request lacks this constant of its operation.
    Constant(String),
    /// The identifier is missing, or is none of this platform.
    Id,
    /// The record is not where it should be.
    Record,
    /// This member is beside the record, where nothing should be.
    Beside(String),
}

impl Profile {
    /// Reads a request. More than one operation may be meant where a record is added and changed in the same way; the
    /// one that says most of the request is first. Where a body has credentials, they are compared with `token`.
    ///
    /// # Errors
    /// The reason why no operation fits.
    pub fn read_request<'r, 'h>(
        &self,
        received: Received<'r>,
        header: impl Fn(&str) -> Option<&'h str>,
        token: Option<&str>,
    ) -> Result<Vec<Asked<'r>>, Unread> {
        let mut read = Vec::new();
        let mut reason = None;
        for route in self.routes(received.method, received.path) {
            match self.read_as(route, received, &header, token) {
                Ok(asked) => read.push(asked),
                Err(why) => reason = reason.or(Some(why)),
            }
        }
        if read.is_empty() { Err(reason.unwrap_or(Unread::NoRoute)) } else { Ok(read) }
    }

    fn read_as<'r, 'h>(
        &self,
        route: Route<'_>,
        received: Received<'r>,
        header: &impl Fn(&str) -> Option<&'h str>,
        token: Option<&str>,
    ) -> Result<Asked<'r>, Unread> {
        let Route { operation, held } = route;
        let endpoint = self.endpoint(operation);
        let shape = endpoint.shape.as_deref();
        for (name, value) in shape.into_iter().flat_map(|shape| &shape.headers) {
            if header(name) != Some(value) {
                return Err(Unread::Constant(name.clone()));
            }
        }
        let (mut id, mut places) = (None, Vec::new());
        for (name, text) in held {
            match operation.input().field(name) {
                _ if name == "id" => id = Some(text),
                Some(field) => places.push((field.name, text)),
                None => {}
            }
        }
        let credentials = self.credentials(token.unwrap_or_default());
        let (query, id_there) = split(received.query, shape, &credentials)?;
        id = id.or(id_there);
        let texts = shape.is_some_and(|shape| shape.form);
        let blank = endpoint.method == Method::Get || received.body.iter().all(u8::is_ascii_whitespace);
        let mut body = match (blank, texts) {
            (true, _) => Value::Object(Vec::new()),
            (false, true) => read_form(received.body).ok_or(Unread::Form)?,
            (false, false) => Value::from_json(received.body).map_err(|_| Unread::Json)?,
        };
        for credential in &credentials {
            let Credential::Body(place, secret) = credential else { continue };
            let given = place.remove(&mut body);
            if token.is_some() && given.is_none_or(|given| text(&given) != secret.as_str()) {
                return Err(Unread::Credential);
            }
        }
        if let Some(shape) = shape {
            for (name, constant) in &shape.body {
                take_constant(&mut body, name, constant, texts).ok_or_else(|| Unread::Constant(name.clone()))?;
            }
            if let Some(IdPlace::Body(place)) = &shape.id {
                let given = place.remove(&mut body).ok_or(Unread::Id)?;
                id = Some(self.read_id(operation, &given, texts).ok_or(Unread::Id)?);
            }
            if !shape.wrap.is_whole() && !blank {
                let record = shape.wrap.remove(&mut body);
                let nothing = matches!(&body, Value::Object(members) if members.is_empty());
                body = match (record, first_name(&body)) {
                    (Some(_), Some(name)) => return Err(Unread::Beside(name)),
                    (Some(record), None) => record,
                    (None, _) if nothing => body,
                    (None, _) => return Err(Unread::Record),
                };
            }
        }
        if operation.takes_id() && id.is_none() {
            return Err(Unread::Id);
        }
        Ok(Asked { operation, id, places, query, content: body, texts })
    }

    /// Reads an identifier in a body. It has the form in which a client writes it.
    fn read_id(&self, operation: Operation, given: &Value<'_>, texts: bool) -> Option<String> {
        if !matches!(given, Value::Text(_) | Value::Number(_) | Value::Integer(_)) {
            return None;
        }
        let id = text(given).into_owned();
        let own = self.encode_id(operation.model(), &id)?;
        (!id.is_empty() && (texts || own.kind() == given.kind())).then_some(id)
    }
}

/// Splits the constants, the credential and the identifier off a query string.
fn split<'r>(
    query: &'r str,
    shape: Option<&Shape>,
    credentials: &[Credential],
) -> Result<(Cow<'r, str>, Option<String>), Unread> {
    let constants = shape.map_or(&[][..], |shape| shape.query.as_slice());
    let id_name = match shape.map(|shape| &shape.id) {
        Some(Some(IdPlace::Query(name))) => Some(name),
        _ => None,
    };
    let secret = |name: &str| credentials.iter().any(|c| matches!(c, Credential::Query(known, _) if known == name));
    if constants.is_empty() && id_name.is_none() && !credentials.iter().any(|c| matches!(c, Credential::Query(..))) {
        return Ok((Cow::Borrowed(query), None));
    }
    let mut missing: Vec<_> = constants.iter().collect();
    let (mut rest, mut id) = (String::new(), None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (percent_decode(name, true), percent_decode(value, true)) {
            (Some(name), _) if secret(&name) => {}
            (Some(name), Some(value)) if Some(&name) == id_name => id = Some(value).filter(|id| !id.is_empty()),
            (Some(name), Some(value)) if constants.iter().any(|(known, _)| *known == name) => {
                missing.retain(|(known, wanted)| (known, wanted) != (&name, &value));
            }
            (Some(name), Some(value)) => push(&mut rest, &name, &value),
            // What cannot be decoded is refused when the filter is read.
            _ => rest.extend([if rest.is_empty() { "" } else { "&" }, pair]),
        }
    }
    match missing.first() {
        Some((name, _)) => Err(Unread::Constant(name.clone())),
        None => Ok((rest.into(), id)),
    }
}

/// Takes a constant out of a body. The members of a constant object may be among others.
fn take_constant(body: &mut Value<'_>, name: &str, constant: &Value<'_>, texts: bool) -> Option<()> {
    let Value::Object(members) = body else { return None };
    let at = members.iter().position(|(known, _)| known == name)?;
    let (_, value) = members.get_mut(at)?;
    if let Value::Object(wanted) = constant {
        for (name, wanted) in wanted {
            let Value::Object(inside) = value else { return None };
            let at = inside.iter().position(|(known, value)| known == name && equal(value, wanted, texts))?;
            inside.remove(at);
        }
        if matches!(value, Value::Object(inside) if inside.is_empty()) {
            members.remove(at);
        }
        return Some(());
    }
    equal(value, constant, texts).then(|| members.remove(at)).map(|_| ())
}

fn equal(value: &Value<'_>, constant: &Value<'_>, texts: bool) -> bool {
    match (value, constant) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && b.iter().all(|(name, wanted)| a.iter().any(|(known, v)| known == name && equal(v, wanted, texts)))
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, texts)),
        (Value::Text(value), constant) if texts => *value == text(constant),
        (value, constant) => value.to_json() == constant.to_json(),
    }
}

/// The name of the first member with any content. A list is called by its index.
fn first_name(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(members) => {
            members.iter().find(|(_, value)| first_name(value).is_some()).map(|(name, _)| name.to_string())
        }
        Value::List(items) => items.iter().position(|item| first_name(item).is_some()).map(|at| format!("[{at}]")),
        _ => Some(String::new()),
    }
}
