//! What the platform sent and the model does not know: one column of a table, and fields of their own in a record.

use std::borrow::Cow;

use smartbill_core::Value;

/// The column, a map from names to JSON.
pub(crate) const EXTRAS: &str = "extras";

type Field = (Cow<'static, str>, Value<'static>);

/// The fields of a row with those of its column of extras among them; libraries without maps write lists of pairs.
pub(crate) fn spread(mut fields: Vec<Field>) -> Vec<Field> {
    let Some(place) = fields.iter().position(|(name, value)| name == EXTRAS && is_map(value)) else { return fields };
    match fields.swap_remove(place).1 {
        Value::Object(extras) => fields.extend(extras.into_iter().map(|(name, value)| (name, from_json(value)))),
        Value::List(pairs) => fields.extend(pairs.into_iter().filter_map(pair)),
        _ => {}
    }
    fields
}

fn is_map(value: &Value<'_>) -> bool {
    match value {
        Value::Object(_) => true,
        Value::List(pairs) => pairs.iter().all(|pair| {
            matches!(pair, Value::List(pair) if pair.len() == 2)
                || matches!(pair, Value::Object(pair) if pair.len() == 2)
        }),
        _ => false,
    }
}

fn pair(pair: Value<'static>) -> Option<Field> {
    let mut parts = match pair {
        Value::List(parts) => parts,
        Value::Object(fields) => fields.into_iter().map(|(_, value)| value).collect(),
        _ => return None,
    };
    match (parts.pop(), parts.pop()) {
        (Some(value), Some(Value::Text(name))) => Some((name, from_json(value))),
        _ => None,
    }
}

fn from_json(value: Value<'static>) -> Value<'static> {
    match &value {
        Value::Text(json) => Value::from_json(json.as_bytes()).map_or_else(|_| value.clone(), Value::into_owned),
        _ => value,
    }
}
