//! Finds the parts of an answer at the places that the profile names: whether it is a success, its record, and the
//! pointer to the next page.

use smartbill_model::Value;

use crate::api::{Operation, Response};
use crate::profile::{JsonPath, Next, PageStyle, Profile};

/// A denial in a body with the status of a success.
#[derive(Clone, Copy)]
pub(crate) enum Denial {
    /// The request was refused.
    Clear,
    /// Something went wrong. The answer does not say whether the request was executed.
    Unclear,
}

/// Whether a body lacks the profile's mark of a success, or has the profile's mark of a refusal.
pub(crate) fn denial(profile: &Profile, operation: Operation, body: &Value<'_>) -> Option<Denial> {
    let refused = profile.error_places().refusal.as_ref().and_then(|place| place.find(body)).is_some_and(full);
    if refused {
        return Some(Denial::Clear);
    }
    let success = profile.endpoint(operation).shape.as_ref()?.success.as_ref()?;
    match success.member.find(body) {
        None | Some(Value::Null) => Some(Denial::Unclear),
        Some(said) => (!success.is.iter().any(|word| word.is(said))).then_some(Denial::Clear),
    }
}

/// The places at which a body says whether it is a success.
pub(super) fn marks(profile: &Profile, operation: Operation) -> impl Iterator<Item = &JsonPath> {
    let success = profile.endpoint(operation).shape.as_ref().and_then(|shape| shape.success.as_ref());
    profile.error_places().refusal.iter().chain(success.map(|success| &success.member))
}

/// The place of the record in an answer, or in an item of a list, if the profile says one.
pub(super) fn record_place(profile: &Profile, operation: Operation) -> Option<&JsonPath> {
    profile.endpoint(operation).shape.as_ref()?.record.as_ref()
}

/// Whether a member has any content.
pub(super) fn full(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Boolean(false) => false,
        Value::Text(text) => !text.trim().is_empty(),
        Value::Number(digits) => digits.as_ref() != "0",
        Value::Integer(n) => *n != 0,
        Value::List(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

/// The record in an answer, or in an item of a list: at the place that the profile names, or inside an envelope
/// `{"data": {…}}`. The error is the unchanged body, if there is no record at that place.
pub(crate) fn record<'v>(profile: &Profile, operation: Operation, body: Value<'v>) -> Result<Value<'v>, Value<'v>> {
    let mut body = body;
    match record_place(profile, operation) {
        None if operation.is_listing() => Ok(body),
        None => Ok(unwrapped(body)),
        // The answer to a write that names its record may be empty.
        Some(_) if body == Value::Null => Ok(body),
        Some(place) => match place.find(&body) {
            Some(Value::Object(_)) => place.take(&mut body).ok_or(body),
            _ => Err(body),
        },
    }
}

/// The path of the record, for a message.
pub(super) fn record_path(profile: &Profile, operation: Operation) -> String {
    record_place(profile, operation).map_or_else(|| ".".to_owned(), ToString::to_string)
}

/// The record inside `{"data": {…}}`, if there is such an envelope.
fn unwrapped(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Object(mut fields) if fields.len() == 1 => match fields.pop() {
            Some((name, inside @ Value::Object(_))) if name == "data" => inside,
            Some(field) => Value::Object(vec![field]),
            None => Value::Null,
        },
        value => value,
    }
}

/// The cursor or address of the next page, if the profile's paging uses one. `said` is the one in the body.
///
/// # Errors
/// The address of a next page that is not a page of this listing.
pub(crate) fn next(
    profile: &Profile,
    operation: Operation,
    response: &Response,
    said: Option<String>,
) -> Result<Option<String>, String> {
    let header = |name: &str| response.header(name).map(str::trim).filter(|said| !said.is_empty());
    match &profile.pagination().style {
        PageStyle::Cursor { next: Next::Header(name), .. } => Ok(header(name).map(str::to_owned)),
        PageStyle::Cursor { .. } => Ok(said),
        PageStyle::Link { next, .. } => {
            let address = match next {
                Next::Header(name) => header(name).and_then(next_of_link),
                Next::Body(_) => said.as_deref(),
            };
            let Some(address) = address else { return Ok(None) };
            let query = query_of_link(profile, operation, address);
            query.map(|query| Some(query.to_owned())).ok_or_else(|| address.to_owned())
        }
        _ => Ok(None),
    }
}

/// The query of the address `next`, if that address has the listing's own path. Nothing is ever sent to the address
/// itself, because it may be on another host.
fn query_of_link<'n>(profile: &Profile, operation: Operation, next: &'n str) -> Option<&'n str> {
    const LONGEST: usize = 8 << 10;
    let sound = next.len() <= LONGEST && next.bytes().all(|b| b.is_ascii_graphic());
    let (path, query) = next.split_once('?').filter(|_| sound)?;
    let template = profile.path(operation, None);
    let own = match template.split_once('{') {
        Some((before, _)) => path.contains(before),
        None => path.ends_with(&template),
    };
    let query = query.split('#').next().unwrap_or_default();
    (own && !query.is_empty()).then_some(query)
}

/// The address with `rel="next"` in a header `Link`.
fn next_of_link(header: &str) -> Option<&str> {
    header.split('<').skip(1).find_map(|link| {
        let (address, params) = link.split_once('>')?;
        let next = params.trim_end().trim_end_matches(',').split(';').any(|param| {
            let param = param.trim();
            param.strip_prefix("rel=").is_some_and(|rel| rel.trim_matches('"').split(' ').any(|rel| rel == "next"))
        });
        next.then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        let header = r#"<https://x/a?p=1>; rel="prev", <https://x/a?p=3,4&q=1>; title="a"; rel="next last""#;
        assert_eq!(next_of_link(header), Some("https://x/a?p=3,4&q=1"));
        assert_eq!(next_of_link(r#"<https://x/a?p=1>; rel="prev""#), None);
        let profile = Profile::built_in();
        let query = |next| query_of_link(&profile, Operation::ClientesListar, next);
        assert_eq!(query("https://other.example/api/v1/clientes?page=2#x"), Some("page=2"));
        assert_eq!(query("/api/v1/clientes?page=2"), Some("page=2"));
        for wrong in ["https://x/api/v1/contratos?page=2", "https://x/api/v1/clientes", "/api/v1/clientes?a b"] {
            assert_eq!(query(wrong), None, "{wrong}");
        }
    }
}
