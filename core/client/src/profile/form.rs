//! Reads a body in the form encoding, as a server does.

use smartbill_model::Value;

use crate::profile::ascii::percent_decode;
use crate::profile::json_path::Members;

/// The greatest number of values of a form, and the greatest number of brackets of a name. Each value costs a search.
const MOST: usize = 10_000;
const DEEPEST: usize = 16;

/// Reads `a=1&b[c]=2&d[0][e]=3`. Every value is a text, and an empty one is null. Returns `None` if the body is not a
/// form, or if it gives one name two meanings.
pub(super) fn read_form(body: &[u8]) -> Option<Value<'static>> {
    let body = str::from_utf8(body).ok()?.trim();
    let pairs: Vec<&str> = body.split('&').filter(|pair| !pair.is_empty()).take(MOST + 1).collect();
    if pairs.len() > MOST {
        return None;
    }
    let mut form = Value::Object(Vec::new());
    for pair in pairs {
        let (name, text) = pair.split_once('=')?;
        let (name, text) = (percent_decode(name, true)?, percent_decode(text, true)?);
        let (first, rest) = name.split_at_checked(name.find('[').unwrap_or(name.len()))?;
        let mut steps = vec![first];
        if !rest.is_empty() {
            steps.extend(rest.strip_prefix('[')?.strip_suffix(']')?.split("][").take(DEEPEST + 1));
        }
        if steps.len() > DEEPEST || steps.iter().any(|step| step.is_empty()) {
            return None;
        }
        add(&mut form, &steps, if text.is_empty() { Value::Null } else { Value::Text(text.into()) })?;
    }
    Some(form)
}

/// Adds a value at a new place.
fn add(here: &mut Value<'static>, steps: &[&str], value: Value<'static>) -> Option<()> {
    let (step, rest) = steps.split_first()?;
    let (place, new) = match here {
        Value::Object(members) => member(members, step)?,
        Value::List(items) => item(items, step)?,
        _ => return None,
    };
    let Some(next) = rest.first() else {
        *place = value;
        return new.then_some(());
    };
    if new {
        *place = if *next == "0" { Value::List(Vec::new()) } else { Value::Object(Vec::new()) };
    }
    add(place, rest, value)
}

/// The member `name`, and whether it is new.
fn member<'m>(members: &'m mut Members<'static>, name: &str) -> Option<(&'m mut Value<'static>, bool)> {
    let known = members.iter().rposition(|(known, _)| known == name);
    let at = known.unwrap_or(members.len());
    if known.is_none() {
        members.push((name.to_owned().into(), Value::Null));
    }
    members.get_mut(at).map(|(_, value)| (value, known.is_none()))
}

/// The item `index`, which exists or is the next one, and whether it is new.
fn item<'i>(items: &'i mut Vec<Value<'static>>, index: &str) -> Option<(&'i mut Value<'static>, bool)> {
    let index: usize = index.parse().ok()?;
    let new = index == items.len();
    if new {
        items.push(Value::Null);
    }
    items.get_mut(index).map(|item| (item, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_objects_and_lists_of_texts() {
        let read = |form: &str| read_form(form.as_bytes()).map(|value| value.to_json());
        assert_eq!(
            read("a=1&b%5Bc%5D=x+y&b[d][0]=%C3%A7&b[d][1][e]=2&f=&g[2024]=z").as_deref(),
            Some(r#"{"a":"1","b":{"c":"x y","d":["ç",{"e":"2"}]},"f":null,"g":{"2024":"z"}}"#)
        );
        assert_eq!(read("").as_deref(), Some("{}"));
        for wrong in
            ["a", "=1", "a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2", "a[0]=1&a[2]=2", "a[=1", "a[]=1", "%zz=1", "%ff=1"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&["a", &"[b]".repeat(10_000), "=1"].concat()), None);
        assert_eq!(read(&"a=1&".repeat(20_000)), None);
        assert_eq!(read_form(b"\xff=1"), None);
    }
}
