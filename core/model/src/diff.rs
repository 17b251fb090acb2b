use crate::{Model, Value};

/// The two ways to refer to another resource: by the platform's identifier, and by the company's own code.
pub const REFERENCES: [(&str, &str); 3] =
    [("clienteId", "clienteCodigoExterno"), ("contratoId", "contratoCodigoExterno"), ("servicoId", "servicoCodigo")];

/// One field that differs between two states of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field, such as `endereco.cep`.
    pub field: String,
    /// The platform's value. `None` if the platform has none.
    pub from: Option<Value<'static>>,
    /// The wanted value.
    pub to: Value<'static>,
}

/// Returns the fields of `new` that differ from `current`. A field that `new` leaves out is kept, so it never differs.
#[must_use]
pub fn differences<M: Model>(current: &M, new: &M) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&current.value(), &new.value(), &mut String::new(), &mut changes);
    changes
}

fn compare(current: &Value<'_>, new: &Value<'_>, path: &mut String, changes: &mut Vec<Change>) {
    let Value::Object(fields) = new else { return };
    for (name, to) in fields {
        let len = path.len();
        if len > 0 {
            path.push('.');
        }
        path.push_str(name);
        let from = current.field(name);
        match (from, to) {
            (Some(from @ Value::Object(_)), Value::Object(_)) => compare(from, to, path, changes),
            (Some(from), to) if equal(from, to) => {}
            // A record that gives only the other name of a reference cannot be compared.
            (None, _) if other_name(name).is_some_and(|other| current.field(other).is_some()) => {}
            _ => changes.push(Change {
                field: path.clone(),
                from: from.cloned().map(Value::into_owned),
                to: to.clone().into_owned(),
            }),
        }
        path.truncate(len);
    }
}

fn other_name(name: &str) -> Option<&'static str> {
    REFERENCES.iter().find_map(|(id, code)| match name {
        name if name == *id => Some(*code),
        name if name == *code => Some(*id),
        _ => None,
    })
}

/// Whether two values mean the same. `10.5` and `10.50` are the same amount. A list is compared item by item under the
/// same rule, so that fields which the platform added to an item are no difference.
#[must_use]
pub fn equal(from: &Value<'_>, to: &Value<'_>) -> bool {
    match (from, to) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(_), Value::Object(_)) => {
            let mut changes = Vec::new();
            compare(from, to, &mut String::new(), &mut changes);
            changes.is_empty()
        }
        _ => from == to,
    }
}
