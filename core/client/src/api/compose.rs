//! Composes a request in the profile's form: target, headers and body.

use std::borrow::Cow;

use bytes::Bytes;
use smartbill_documents::Message;
use smartbill_model::Value;
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::validate::{Context, Options, Problem};

use crate::api::check::refused;
use crate::api::{CheckOptions, Method, Operation, Request};
use crate::profile::{IdPlace, JsonPath, Profile, Reason, Shape, Unsendable, percent_encode, push, query_text};

/// The target of a request.
pub(super) struct Target<'a> {
    pub(super) operation: Operation,
    pub(super) id: Option<&'a str>,
    /// The fields of the record that the path contains.
    pub(super) places: Vec<(&'static str, String)>,
    pub(super) query: String,
}

/// Takes the fields that the path contains out of `value`, because the path sends them already.
pub(super) fn taken_for_path(
    profile: &Profile,
    operation: Operation,
    value: &mut Value<'_>,
    check_options: CheckOptions,
) -> Result<Vec<(&'static str, String)>, Error> {
    let schema = operation.input();
    let mut places = Vec::new();
    for name in profile.path_fields(operation) {
        let Some(field) = schema.field(name) else { continue };
        let held = match value {
            Value::Object(fields) => {
                let at = fields.iter().position(|(known, _)| known == field.name);
                at.map(|at| fields.remove(at).1)
            }
            _ => None,
        };
        let text = held.as_ref().map(|held| query_text(held).into_owned()).unwrap_or_default();
        // `.` and `..` would be steps of the path.
        if matches!(text.as_str(), "" | "." | "..") {
            let mut ctx = Context::new(Options::default());
            ctx.at(field.name, |ctx| ctx.error(Problem::Required));
            return Err(refused(operation, ctx.report, check_options));
        }
        places.push((field.name, text));
    }
    Ok(places)
}

/// Returns the input of an operation in its wire form.
pub(super) fn encoded<'a>(
    profile: &'a Profile,
    operation: Operation,
    value: Value<'a>,
    check_options: CheckOptions,
) -> Result<Value<'a>, Error> {
    let (value, wrong) = profile.encode_checked(operation.input(), value);
    match wrong.first() {
        None => Ok(value),
        Some(first) => Err(unsendable(operation, first, check_options)),
    }
}

/// Checks whether the platform has the field `name`, which is to be emptied.
pub(super) fn check_sent(
    profile: &Profile,
    operation: Operation,
    name: &str,
    check_options: CheckOptions,
) -> Result<(), Error> {
    if profile.sends(operation.input(), name) {
        return Ok(());
    }
    Err(unsendable(operation, &Unsendable { path: name.to_owned(), reason: Reason::Field }, check_options))
}

fn unsendable(operation: Operation, wrong: &Unsendable, check_options: CheckOptions) -> Error {
    let (pt, en) = match wrong.reason {
        Reason::Field => (
            "o perfil diz que a plataforma não tem o campo `{path}`; deixe-o de fora",
            "the profile says that the platform has no field `{path}`; leave it out",
        ),
        Reason::Word => (
            "o perfil não tem uma palavra para o valor de `{path}`; complete-o em [values]",
            "the profile has no word for the value of `{path}`; complete it under [values]",
        ),
        Reason::Words => (
            "a plataforma tem várias palavras para o valor de `{path}`, e este filtro só leva uma; deixe-o de fora",
            "the platform has several words for the value of `{path}`, and this filter takes one; leave it out",
        ),
        Reason::Cents => (
            "o valor de `{path}` não cabe em centavos inteiros; arredonde-o",
            "the value of `{path}` is no whole number of cents; round it",
        ),
        Reason::Place => (
            "o identificador e um campo do registro ficam ambos em `{path}`, com valores diferentes; deixe o campo de fora",
            "the identifier and a field of the record are both at `{path}`, with different values; leave the field out",
        ),
        Reason::Integer => (
            "a plataforma só aceita um inteiro em `{path}`; corrija o identificador",
            "the platform takes only an integer at `{path}`; correct the identifier",
        ),
    };
    not_sent(operation, Message::fill(pt, en, &[("path", wrong.path.clone())]), check_options)
}

fn not_sent(operation: Operation, message: Message, check_options: CheckOptions) -> Error {
    Error::new(ErrorKind::Profile, message).with(|d| {
        d.language = check_options.language;
        d.operation = Some(operation.name());
        d.outcome = operation.is_write().then_some(Outcome::NotSent);
    })
}

/// Builds the request. `record` is the input in its wire form.
pub(super) fn request(
    profile: &Profile,
    target: Target<'_>,
    record: Option<Value<'_>>,
    check_options: CheckOptions,
) -> Result<Request, Error> {
    let Target { operation, id, places, query } = target;
    let endpoint = profile.endpoint(operation);
    let mut request = Request {
        operation,
        method: endpoint.method,
        target: profile.path(operation, id),
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: None,
    };
    request.headers.extend(profile.headers().iter().cloned());
    for (name, text) in places {
        let mut encoded = String::new();
        percent_encode(&text, &mut encoded);
        request.target = request.target.replace(&["{", name, "}"].concat(), &encoded);
    }
    // A request whose method has no body stays without one.
    let bare = matches!(endpoint.method, Method::Get | Method::Delete);
    let record = record.filter(|record| !bare || !matches!(record, Value::Object(fields) if fields.is_empty()));
    let Some(shape) = endpoint.shape.as_deref() else {
        add_query(&mut request.target, &query);
        if let Some(record) = record {
            set_json(&mut request, &record);
        }
        return Ok(request);
    };
    if shape.unsupported {
        let message = Message::fill(
            "o perfil diz que a plataforma não tem `{operation}`",
            "the profile says that the platform has no `{operation}`",
            &[("operation", operation.name().to_owned())],
        );
        return Err(not_sent(operation, message, check_options));
    }
    request.headers.extend(shape.headers.iter().cloned());
    let mut constants = String::new();
    for (name, value) in &shape.query {
        push(&mut constants, name, value);
    }
    if let (Some(IdPlace::Query(name)), Some(id)) = (&shape.id, id) {
        push(&mut constants, name, id);
    }
    add_query(&mut request.target, &constants);
    add_query(&mut request.target, &query);
    let id_value = match (&shape.id, id) {
        (Some(IdPlace::Body(_)), Some(id)) => Some(profile.encode_id(operation.model(), id).ok_or_else(|| {
            let wrong = Unsendable { path: "id".to_owned(), reason: Reason::Integer };
            unsendable(operation, &wrong, check_options)
        })?),
        _ => None,
    };
    let body = body(shape, id_value, record).map_err(|wrong| unsendable(operation, &wrong, check_options))?;
    let Some(body) = body else { return Ok(request) };
    if shape.form {
        let mut form = String::new();
        push_form(&mut form, "", &body);
        request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        request.body = Some(Bytes::from(form));
    } else {
        set_json(&mut request, &body);
    }
    Ok(request)
}

fn set_json(request: &mut Request, body: &Value<'_>) {
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    request.body = Some(Bytes::from(body.to_json()));
}

fn add_query(target: &mut String, query: &str) {
    if !query.is_empty() {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(query);
    }
}

/// Makes the body: the record at its place, the identifier at its place, and the constants.
fn body<'a>(
    shape: &'a Shape,
    id: Option<Value<'a>>,
    record: Option<Value<'a>>,
) -> Result<Option<Value<'a>>, Unsendable> {
    let in_body = match &shape.id {
        Some(IdPlace::Body(path)) => Some(path),
        _ => None,
    };
    if record.is_none() && shape.body.is_empty() && in_body.is_none() {
        return Ok(None);
    }
    let mut body = match record {
        Some(record) if !shape.wrap.is_whole() => shape.wrap.around(record),
        Some(record) => record,
        None => Value::Object(Vec::new()),
    };
    if let (Some(path), Some(id)) = (in_body, id) {
        // A record that is named by its own code has the code and the identifier at one place.
        match path.find(&body) {
            Some(given) if query_text(given) == query_text(&id) => {}
            Some(_) => return Err(Unsendable { path: path.to_string(), reason: Reason::Place }),
            None => {
                if let Value::Object(members) = &mut body {
                    path.put(members, id);
                }
            }
        }
    }
    if let Value::Object(members) = &mut body {
        for (name, value) in &shape.body {
            merge(members, name, value.clone());
        }
    }
    Ok(Some(body))
}

/// Adds a constant. A constant replaces a member of the record.
fn merge<'a>(members: &mut Vec<(Cow<'a, str>, Value<'a>)>, name: &'a str, value: Value<'a>) {
    match members.iter_mut().find(|(known, _)| known == name) {
        None => members.push((name.into(), value)),
        Some((_, known)) => match (known, value) {
            (Value::Object(inside), Value::Object(constants)) => {
                for (name, value) in constants {
                    match inside.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => *known = value,
                        None => inside.push((name, value)),
                    }
                }
            }
            (known, value) => *known = value,
        },
    }
}

/// Appends `value` in the form encoding: `a=1`, `a[b]=2`, `a[0][b]=3`.
fn push_form(form: &mut String, name: &str, value: &Value<'_>) {
    let below = |part: &str| if name.is_empty() { part.to_owned() } else { [name, "[", part, "]"].concat() };
    match value {
        Value::Object(members) => members.iter().for_each(|(part, value)| push_form(form, &below(part), value)),
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                push_form(form, &below(&smartbill_documents::text::counts(i)), item);
            }
        }
        // In a form, an empty value empties a field.
        Value::Null => push(form, name, ""),
        value => push(form, name, &query_text(value)),
    }
}

/// Adds a credential to a body.
pub(crate) fn add_to_body(request: &mut Request, place: &JsonPath, secret: &str) {
    let form = request.headers.iter().any(|(name, value)| name == "content-type" && value != "application/json");
    if form {
        let mut text = String::from_utf8(request.body.take().unwrap_or_default().to_vec()).unwrap_or_default();
        push_form(&mut text, "", &place.around(Value::Text(secret.into())));
        request.body = Some(Bytes::from(text));
        return;
    }
    let sent = request.body.take();
    let mut members = match sent.as_deref().map(Value::from_json) {
        Some(Ok(Value::Object(members))) => members,
        _ => Vec::new(),
    };
    place.put(&mut members, Value::Text(secret.into()));
    let body = Value::Object(members);
    if sent.is_none() {
        request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let bytes = Bytes::from(body.to_json());
    request.body = Some(bytes);
}
