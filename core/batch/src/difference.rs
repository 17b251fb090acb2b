use std::borrow::Cow;

use smartbill_model::{Change, Value, differences};

use super::resource::Importable;

/// The differences between a row and the platform's record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    /// The changed fields. A field to be emptied has `Value::Null` as its new value.
    pub(crate) changes: Vec<Change>,
    /// The body to send: the whole row, with its objects completed from the platform's record, and emptied fields as
    /// null.
    pub(crate) body: Value<'static>,
}

/// Compares `new` (and the fields in `clear`) with the platform's record. Returns `None` if there is nothing to change.
pub(crate) fn compare<M: Importable>(current: &M, new: &M, clear: &[String]) -> Option<Difference> {
    let current_value = current.value();
    let mut changes: Vec<Change> = differences(current, new);
    // A row names a wanted record. A record that is out of use is therefore activated again.
    if let Some(situacao) = current.out_of_use() {
        let (from, to) = (Value::Text(situacao.into()), Value::Text("ATIVO".into()));
        changes.push(Change { field: "situacao".to_owned(), from: Some(from), to });
    }
    for field in clear {
        if let Some(from) = at(&current_value, field) {
            changes.push(Change { field: field.clone(), from: Some(from.clone().into_owned()), to: Value::Null });
        }
    }
    if changes.is_empty() {
        return None;
    }
    Some(Difference { changes, body: body(&current_value, new.value(), clear) })
}

/// Objects are sent completely, so fields that the row leaves out of an object are filled in from the platform's
/// record.
fn body(current: &Value<'_>, new: Value<'_>, clear: &[String]) -> Value<'static> {
    let Value::Object(fields) = new.into_owned() else {
        return Value::Object(Vec::new());
    };
    let mut body: Vec<(Cow<'static, str>, Value<'static>)> = fields
        .into_iter()
        .map(|(name, value)| match (value, current.field(&name)) {
            (Value::Object(inside), Some(Value::Object(from))) => {
                let value = Value::Object(overlay(from, inside));
                (name, value)
            }
            (value, _) => (name, value),
        })
        .collect();
    for path in clear {
        match path.split_once('.') {
            None => {
                body.retain(|(name, _)| name != path);
                body.push((Cow::Owned(path.clone()), Value::Null));
            }
            Some((outside, inside)) => {
                if !body.iter().any(|(name, _)| name == outside)
                    && let Some(from @ Value::Object(_)) = current.field(outside)
                {
                    body.push((Cow::Owned(outside.to_owned()), from.clone().into_owned()));
                }
                if let Some((_, Value::Object(fields))) = body.iter_mut().find(|(name, _)| name == outside) {
                    fields.retain(|(name, _)| name != inside);
                }
            }
        }
    }
    Value::Object(body)
}

fn overlay(
    from: &[(Cow<'_, str>, Value<'_>)],
    new: Vec<(Cow<'static, str>, Value<'static>)>,
) -> Vec<(Cow<'static, str>, Value<'static>)> {
    let mut fields: Vec<_> =
        from.iter().map(|(name, value)| (Cow::Owned(name.clone().into_owned()), value.clone().into_owned())).collect();
    for (name, value) in new {
        match fields.iter_mut().find(|(n, _)| *n == name) {
            Some((_, old)) => *old = value,
            None => fields.push((name, value)),
        }
    }
    fields
}

fn at<'v>(value: &'v Value<'v>, path: &str) -> Option<&'v Value<'v>> {
    path.split('.').try_fold(value, |value, name| value.field(name))
}

#[cfg(test)]
mod tests {
    use smartbill_model::validate::{Intent, Options};
    use smartbill_model::{Cliente, Consumo, Model};

    use super::*;

    fn read<M: Model>(json: &str, intent: Intent) -> M {
        M::validar(Value::from_json(json.as_bytes()).unwrap(), Options { intent, ..Options::default() }).unwrap().0
    }

    const CURRENT: &str = r#"{"id":"9","codigoExterno":"C1","nome":"Padaria Aurora","email":"a@example.com",
        "endereco":{"logradouro":"Rua A","numero":"1","cep":"01310100"},"situacao":"ATIVO"}"#;

    #[test]
    fn an_equal_row_changes_nothing_and_what_it_leaves_out_is_kept() {
        let current: Cliente = read(CURRENT, Intent::Response);
        let new: Cliente = read(r#"{"codigoExterno":"C1","nome":"Padaria Aurora"}"#, Intent::Alterar);
        assert_eq!(compare(&current, &new, &[]), None);
        assert_eq!(compare(&current, &new, &["observacoes".into()]), None);
    }

    #[test]
    fn a_changed_row_is_sent_whole_with_its_objects_completed() {
        let current: Cliente = read(CURRENT, Intent::Response);
        let new: Cliente = read(r#"{"codigoExterno":"C1","endereco":{"logradouro":"Rua B"}}"#, Intent::Alterar);
        let d = compare(&current, &new, &["email".into(), "endereco.numero".into()]).unwrap();
        let fields: Vec<_> = d.changes.iter().map(|m| m.field.as_str()).collect();
        assert_eq!(fields, ["endereco.logradouro", "email", "endereco.numero"]);
        assert_eq!(
            d.body.to_json(),
            r#"{"codigoExterno":"C1","endereco":{"logradouro":"Rua B","cep":"01310100"},"email":null}"#
        );
    }

    #[test]
    fn a_contract_told_by_identifier_alone_is_no_difference() {
        let current: Consumo = read(
            r#"{"id":"1","idExterno":"K","contratoId":"7","servicoId":"8","quantidade":"2.50"}"#,
            Intent::Response,
        );
        let new: Consumo = read(
            r#"{"idExterno":"K","contratoCodigoExterno":"CT","servicoCodigo":"S","quantidade":"2.5"}"#,
            Intent::Alterar,
        );
        assert_eq!(compare(&current, &new, &[]), None);
    }
}
