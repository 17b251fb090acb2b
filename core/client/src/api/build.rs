use std::borrow::Cow;

use smartbill_documents::find::divide;
use smartbill_documents::text::start;
use smartbill_model::error::Error;
use smartbill_model::validate::{Context, Intent, Options, Problem};
use smartbill_model::{Schema, Value};

use crate::api::check::refused;
use crate::api::compose::{self, Target};
use crate::api::contratos::check_action;
use crate::api::{CheckOptions, Method, Operation, Request, writable};
use crate::profile::{PageRequest, PageStyle, Profile, push_all};

/// The parts of a request: operation, record and body.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The operation.
    pub operation: Operation,
    /// The identifier of the record that the operation names.
    pub id: Option<&'a str>,
    /// The body, already checked.
    pub body: Option<&'a Value<'a>>,
    /// The fields that a change empties.
    pub clear: &'a [&'a str],
}

impl<'a> Call<'a> {
    /// Makes a call that empties no field.
    #[must_use]
    pub fn new(operation: Operation, id: Option<&'a str>, body: Option<&'a Value<'a>>) -> Self {
        Self { operation, id, body, clear: &[] }
    }
}

/// Checks the input of `operation`.
///
/// # Errors
/// Of kind `Validation`, with every finding. Nothing may be sent then.
pub(crate) fn check(operation: Operation, data: Value<'_>, check_options: CheckOptions) -> Result<Value<'_>, Error> {
    let intent = if operation.changes() { Intent::Alterar } else { Intent::Incluir };
    let options = Options { mode: check_options.mode, intent, today: check_options.today };
    let (record, _) =
        operation.input().validar(data, options).map_err(|report| refused(operation, report, check_options))?;
    let value = record.into_object();
    check_action(operation, &value, check_options)?;
    Ok(value)
}

/// Builds the request of any operation except a listing.
///
/// # Errors
/// Of kind `Validation` if the identifier is not possible or a field cannot be emptied. Of kind `Profile` if the
/// platform does not offer this. Nothing may be sent then.
pub(crate) fn build_request(profile: &Profile, call: Call<'_>, check_options: CheckOptions) -> Result<Request, Error> {
    let Call { operation, id, body, clear } = call;
    if let Some(id) = id {
        check_id(operation, id, check_options)?;
    }
    let mut record = None;
    let mut places = Vec::new();
    if let Some(body) = body {
        let schema = operation.input();
        let mut value = writable(schema, body.clone());
        let cleared = check_cleared(operation, schema, &value, clear, check_options)?;
        places = compose::taken_for_path(profile, operation, &mut value, check_options)?;
        let mut value = compose::encoded(profile, operation, value, check_options)?;
        if let Value::Object(fields) = &mut value {
            for name in cleared {
                compose::check_sent(profile, operation, name, check_options)?;
                match profile.wire_place(schema, name) {
                    Some(place) => place.put(fields, Value::Null),
                    None => fields.push((Cow::Borrowed(name), Value::Null)),
                }
            }
        }
        record = Some(value);
    }
    compose::request(profile, Target { operation, id, places, query: String::new() }, record, check_options)
}

/// Builds the request for one page of a listing. The filter must have been checked. `after` is the cursor or address
/// that the page before gave.
///
/// # Errors
/// Of kind `Profile` if the platform does not offer this. Nothing may be sent then.
pub(crate) fn listar(
    profile: &Profile,
    operation: Operation,
    filter: Value<'_>,
    page_request: PageRequest,
    after: Option<&str>,
    check_options: CheckOptions,
) -> Result<Request, Error> {
    let mut filter = filter;
    let places = compose::taken_for_path(profile, operation, &mut filter, check_options)?;
    let mut target = Target { operation, id: None, places, query: String::new() };
    if let (PageStyle::Link { .. }, Some(query)) = (&profile.pagination().style, after) {
        query.clone_into(&mut target.query);
        return compose::request(profile, target, None, check_options);
    }
    let mut members = match compose::encoded(profile, operation, filter, check_options)? {
        Value::Object(members) => members,
        _ => Vec::new(),
    };
    members.extend(profile.page(page_request, after));
    let members = Value::Object(members);
    if profile.endpoint(operation).method == Method::Get {
        push_all(&mut target.query, &members);
        return compose::request(profile, target, None, check_options);
    }
    compose::request(profile, target, Some(members), check_options)
}

/// Checks whether `id` is a possible identifier.
///
/// # Errors
/// Of kind `Validation` if it is not.
pub(crate) fn check_id(operation: Operation, id: &str, check_options: CheckOptions) -> Result<(), Error> {
    // `.` and `..` are steps of a path, however they are encoded.
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
        let whole = divide(name, ".").and_then(|(whole, inside)| {
            let field = schema.field(whole)?;
            field.rule.kind.inside()?.field(inside).map(|_| field)
        });
        if let Some(whole) = whole {
            ctx.at_name(name, |ctx| ctx.error(Problem::PartOf { other: whole.name }));
            continue;
        }
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
    if ctx.report.findings.is_empty() { Ok(cleared) } else { Err(refused(operation, ctx.report, check_options)) }
}
