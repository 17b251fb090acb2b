use std::borrow::Cow;

use bytes::Bytes;
use smartbill_documents::text::start;
use smartbill_model::error::Error;
use smartbill_model::validate::{Context, Intent, Options, Problem};
use smartbill_model::{Schema, Value};

use crate::api::check::refused;
use crate::api::contratos::check_action;
use crate::api::{CheckOptions, Operation, Request, writable};
use crate::profile::{PageRequest, Profile};

/// What a request is made of.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// What is asked for.
    pub operation: Operation,
    /// The record that it names.
    pub id: Option<&'a str>,
    /// What it carries, checked.
    pub body: Option<&'a Value<'a>>,
    /// The fields that a change empties.
    pub clear: &'a [&'a str],
}

impl<'a> Call<'a> {
    /// A call that empties no field.
    #[must_use]
    pub fn new(operation: Operation, id: Option<&'a str>, body: Option<&'a Value<'a>>) -> Self {
        Self { operation, id, body, clear: &[] }
    }
}

/// Checks what `operation` is given.
///
/// # Errors
/// Of kind `Validation`, with every violation; nothing is to be sent then.
pub(crate) fn check(operation: Operation, data: Value<'_>, check_options: CheckOptions) -> Result<Value<'_>, Error> {
    let intent = if operation.changes() { Intent::Alterar } else { Intent::Incluir };
    let options = Options { mode: check_options.mode, intent, today: check_options.today };
    let (record, _) =
        operation.input().validar(data, options).map_err(|report| refused(operation, report, check_options))?;
    let value = record.into_object();
    check_action(operation, &value, check_options)?;
    Ok(value)
}

/// The request for anything but a listing.
///
/// # Errors
/// Of kind `Validation`, when the identifier cannot be one, or a field cannot be emptied; nothing is to be sent then.
pub(crate) fn build_request(profile: &Profile, call: Call<'_>, check_options: CheckOptions) -> Result<Request, Error> {
    let Call { operation, id, body, clear } = call;
    if let Some(id) = id {
        check_id(operation, id, check_options)?;
    }
    let mut request = request(profile, operation, profile.path(operation, id));
    let Some(body) = body else {
        return Ok(request);
    };
    let schema = operation.input();
    let value = writable(schema, body.clone());
    let cleared = check_cleared(operation, schema, &value, clear, check_options)?;
    let mut value = profile.encode(schema, value);
    if let Value::Object(fields) = &mut value {
        let nulls = cleared.into_iter().map(|name| (Cow::Borrowed(profile.wire_name(schema, name)), Value::Null));
        fields.extend(nulls);
    }
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    request.body = Some(Bytes::from(value.to_json()));
    Ok(request)
}

/// The request for one page of a listing. The filter has been checked.
pub(crate) fn listar(profile: &Profile, operation: Operation, filter: Value<'_>, page_request: PageRequest) -> Request {
    let mut target = profile.path(operation, None);
    target.push('?');
    target.push_str(&profile.encode_query(operation.input(), filter, page_request));
    request(profile, operation, target)
}

fn request(profile: &Profile, operation: Operation, target: String) -> Request {
    let method = profile.endpoint(operation).method;
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    Request { operation, method, target, headers, body: None }
}

/// Whether `id` can be one.
///
/// # Errors
/// Of kind `Validation`, when it cannot.
pub(crate) fn check_id(operation: Operation, id: &str, check_options: CheckOptions) -> Result<(), Error> {
    // `.` and `..` are taken for steps of the path, however they are encoded.
    let problem = match id {
        "" => Problem::Required,
        "." | ".." => Problem::WrongType { expected: "id", found: id.to_owned() },
        id if id.len() > 200 => Problem::TooLong { max: 200, len: id.chars().count() },
        id if id.chars().any(char::is_control) => Problem::ControlCharacter,
        _ => return Ok(()),
    };
    let mut ctx = Context::new(Options::default());
    ctx.at("id", |ctx| ctx.error(problem));
    Err(refused(operation, ctx.report, check_options))
}

fn check_cleared(
    operation: Operation,
    schema: &'static Schema,
    value: &Value<'_>,
    clear: &[&str],
    check_options: CheckOptions,
) -> Result<Vec<&'static str>, Error> {
    let mut ctx = Context::new(Options::default());
    let mut cleared = Vec::new();
    for name in clear {
        let Some(field) = schema.field(name) else {
            let nearest = if ctx.may_suggest() { schema.nearest_name(name) } else { None };
            let name = start(name);
            ctx.at_name(name, |ctx| ctx.error(Problem::UnknownField { name: name.to_owned(), nearest }));
            continue;
        };
        ctx.at(field.name, |ctx| {
            if field.rule.response {
                ctx.error(Problem::ReadOnly);
            } else if field.rule.required {
                ctx.error(Problem::Required);
            } else if value.field(field.name).is_some() || cleared.contains(&field.name) {
                ctx.error(Problem::DuplicateField);
            } else {
                cleared.push(field.name);
            }
        });
    }
    if ctx.report.violations.is_empty() { Ok(cleared) } else { Err(refused(operation, ctx.report, check_options)) }
}
