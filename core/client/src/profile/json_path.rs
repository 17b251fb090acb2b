use std::borrow::Cow;
use std::fmt;

use smartbill_model::Value;
use smartbill_model::form::Step;

/// The members of an object.
pub(super) type Members<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A place in JSON: names with `.` between them, `[0]` for the first item of a list, and `.` alone for the whole value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonPath(pub(crate) Vec<Step>);

/// The greatest length of a path in bytes, and below it the greatest number of steps. No platform's answers are that
/// deep.
const LONGEST: usize = 200;
const DEEPEST: usize = 8;

impl JsonPath {
    /// Reads a path. Returns `None` if the text is not a path.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "." {
            return Some(Self::default());
        }
        let mut steps = Vec::new();
        for (i, part) in text.split('.').enumerate() {
            if i == 0 && part == "[0]" {
                steps.push(Step::First);
                continue;
            }
            let name = part.split('[').next().unwrap_or_default();
            let sound = |c: char| !c.is_control() && !c.is_whitespace() && c != ']';
            // `$` marks a name that clashes with a field's name.
            if name.is_empty() || name.starts_with('$') || !name.chars().all(sound) {
                return None;
            }
            steps.push(Step::Name(name.into()));
            match part.strip_prefix(name) {
                Some("") => {}
                Some("[0]") => steps.push(Step::First),
                _ => return None,
            }
        }
        (text.len() <= LONGEST && steps.len() <= DEEPEST).then_some(Self(steps))
    }

    /// A path of the name of a parameter, in which `[` has no special meaning.
    pub(super) fn parameter(name: &str) -> Option<Self> {
        let steps: Vec<_> = name.split('.').map(|part| Step::Name(part.into())).collect();
        (!name.split('.').any(str::is_empty) && steps.len() <= DEEPEST).then_some(Self(steps))
    }

    /// A path of one member.
    pub(super) fn name(name: &str) -> Self {
        Self(vec![Step::Name(name.into())])
    }

    /// This path, extended by one member.
    pub(super) fn below(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Name(name.into()));
        Self(steps)
    }

    /// This path without its last step.
    pub(super) fn parent(&self) -> Self {
        Self(self.0.split_last().map(|(_, steps)| steps.to_vec()).unwrap_or_default())
    }

    /// The name, if the path is one member.
    pub(crate) fn as_name(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Step::Name(name)] => Some(name),
            _ => None,
        }
    }

    /// Whether the path is the whole value.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the path begins with `steps`, or with the first item of a list.
    pub(crate) fn is_inside(&self, steps: &[Step]) -> bool {
        self.0.starts_with(steps) || matches!(self.0.first(), Some(Step::First))
    }

    /// Whether one of the two paths begins with the other.
    pub(super) fn leads_through(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// The last name of the path.
    pub(super) fn last_name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Name(name) => Some(name.as_ref()),
            Step::First => None,
        })
    }

    /// The value at this place.
    pub(crate) fn find<'v, 'a>(&self, value: &'v Value<'a>) -> Option<&'v Value<'a>> {
        self.0.iter().try_fold(value, |value, step| match (step, value) {
            (Step::Name(name), value) => value.field(name),
            (Step::First, Value::List(items)) => items.first(),
            (Step::First, _) => None,
        })
    }

    /// The value at this place, for changing.
    pub(super) fn find_mut<'v, 'a>(&self, value: &'v mut Value<'a>) -> Option<&'v mut Value<'a>> {
        self.0.iter().try_fold(value, |value, step| match (step, value) {
            (Step::Name(name), Value::Object(members)) => {
                members.iter_mut().find(|(known, _)| **known == **name).map(|(_, value)| value)
            }
            (Step::First, Value::List(items)) => items.first_mut(),
            _ => None,
        })
    }

    /// Takes the value at this place out of `value`.
    pub(crate) fn take<'a>(&self, value: &mut Value<'a>) -> Option<Value<'a>> {
        let mut here = value;
        for (i, step) in self.0.iter().enumerate() {
            let last = i + 1 == self.0.len();
            here = match (step, here) {
                (Step::Name(name), Value::Object(members)) => {
                    let at = members.iter().position(|(known, _)| **known == **name)?;
                    if last {
                        return Some(members.swap_remove(at).1);
                    }
                    &mut members.get_mut(at)?.1
                }
                (Step::First, Value::List(items)) => items.first_mut()?,
                _ => return None,
            };
        }
        Some(std::mem::replace(here, Value::Null))
    }

    /// Takes the value at this place out of `value`, with the objects and lists around it that hold nothing else.
    pub(super) fn remove<'a>(&self, value: &mut Value<'a>) -> Option<Value<'a>> {
        remove(&self.0, value)
    }

    /// Wraps a value in the objects and lists of this path.
    pub(crate) fn around<'a>(&'a self, value: Value<'a>) -> Value<'a> {
        let mut whole = Value::Null;
        put_inside(&self.0, &mut whole, value);
        whole
    }

    /// Whether the path begins with a member of an object.
    pub(super) fn in_object(&self) -> bool {
        matches!(self.0.first(), Some(Step::Name(_)))
    }

    /// Stores `value` at this place, and makes the objects and lists on the way. No other value may be on the way.
    pub(crate) fn put<'a>(&'a self, members: &mut Members<'a>, value: Value<'a>) {
        put(&self.0, members, value);
    }
}

fn remove<'a>(steps: &[Step], here: &mut Value<'a>) -> Option<Value<'a>> {
    let Some((step, rest)) = steps.split_first() else { return Some(std::mem::replace(here, Value::Null)) };
    match (step, here) {
        (Step::Name(name), Value::Object(members)) => {
            let at = members.iter().position(|(known, _)| **known == **name)?;
            let inside = &mut members.get_mut(at)?.1;
            let found = remove(rest, inside)?;
            if is_empty(inside) {
                members.remove(at);
            }
            Some(found)
        }
        (Step::First, Value::List(items)) => {
            let first = items.first_mut()?;
            let found = remove(rest, first)?;
            if items.len() == 1 && items.first().is_some_and(is_empty) {
                items.clear();
            }
            Some(found)
        }
        _ => None,
    }
}

fn is_empty(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

fn put<'a>(steps: &'a [Step], members: &mut Members<'a>, value: Value<'a>) {
    let Some((Step::Name(name), rest)) = steps.split_first() else { return };
    if rest.is_empty() {
        members.push((Cow::Borrowed(name), value));
        return;
    }
    // The member that was added last usually continues.
    let at = members.iter().rposition(|(known, _)| **known == **name).unwrap_or_else(|| {
        members.push((Cow::Borrowed(name), Value::Null));
        members.len() - 1
    });
    if let Some((_, inside)) = members.get_mut(at) {
        put_inside(rest, inside, value);
    }
}

fn put_inside<'a>(steps: &'a [Step], here: &mut Value<'a>, value: Value<'a>) {
    match steps.first() {
        None => *here = value,
        Some(Step::Name(_)) => {
            if !matches!(here, Value::Object(_)) {
                *here = Value::Object(Vec::new());
            }
            if let Value::Object(members) = here {
                put(steps, members, value);
            }
        }
        Some(Step::First) => {
            if !matches!(here, Value::List(_)) {
                *here = Value::List(vec![Value::Null]);
            }
            let rest = steps.get(1..).unwrap_or_default();
            if let Value::List(items) = here
                && let Some(first) = items.first_mut()
            {
                put_inside(rest, first, value);
            }
        }
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            return f.write_str(".");
        }
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if i == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::First => f.write_str("[0]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_into_objects_and_the_first_item_of_lists() {
        let body = || Value::from_json(br#"{"a":{"b":[{"c":1},{"c":2}]},"d":3}"#).unwrap();
        let path = JsonPath::parse("a.b[0].c").unwrap();
        assert_eq!(path.to_string(), "a.b[0].c");
        assert_eq!(path.find(&body()).unwrap().to_json(), "1");
        let mut value = body();
        assert_eq!(path.take(&mut value).unwrap().to_json(), "1");
        assert_eq!(value.to_json(), r#"{"a":{"b":[{},{"c":2}]},"d":3}"#);
        let first = JsonPath::parse("[0].a").unwrap();
        assert_eq!(first.around(Value::Integer(1)).to_json(), r#"[{"a":1}]"#);
        assert_eq!((first.to_string().as_str(), first.find(&body())), ("[0].a", None));
        assert_eq!(JsonPath::parse("a.b.c").unwrap().find(&body()), None);
        assert_eq!(JsonPath::parse("d.x").unwrap().take(&mut body()), None);
        assert_eq!(JsonPath::parse(".").unwrap().take(&mut body()), Some(body()));
        let mut members = Vec::new();
        let other = JsonPath::parse("a.x").unwrap();
        path.put(&mut members, Value::Integer(7));
        other.put(&mut members, Value::Integer(8));
        assert_eq!(Value::Object(members).to_json(), r#"{"a":{"b":[{"c":7}],"x":8}}"#);
        for wrong in
            ["", "a.", ".a", "a..b", "a b", "$a", "a[1]", "a[0]b", "a.[0]", "a]", &"a.".repeat(9), &"a".repeat(201)]
        {
            assert_eq!(JsonPath::parse(wrong), None, "{wrong}");
        }
    }
}
