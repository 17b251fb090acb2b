//! Reads fields that are known by their paths, such as the columns of a sheet, without an object between them.

use crate::read::RowBuilder;
use crate::validate::Context;
use crate::value::{Entries, Row};
use crate::{FieldType, Schema, Value};

/// Values by their paths.
type Paths<'a> = [(&'a str, Value<'a>)];

impl Schema {
    /// Reads fields by their paths, such as `endereco.cep`, as [`Schema::read`] reads the object that they make. Fields
    /// whose path `wanted` refuses are passed over. A field is given either whole or by its parts.
    pub fn read_paths<'a>(
        &'static self,
        fields: &'a Paths<'a>,
        wanted: &dyn Fn(&str) -> bool,
        ctx: &mut Context,
    ) -> Row<'a> {
        self.read_below("", fields, wanted, ctx)
    }

    /// Reads the fields whose paths begin with `above`.
    fn read_below<'a>(
        &'static self,
        above: &str,
        fields: &'a Paths<'a>,
        wanted: &dyn Fn(&str) -> bool,
        ctx: &mut Context,
    ) -> Row<'a> {
        let mut builder = RowBuilder::new(self);
        let mut last = None;
        for (at, (path, value)) in fields.iter().enumerate() {
            let below = if above.is_empty() { Some(*path) } else { path.strip_prefix(above) };
            let Some(name) = below.filter(|_| wanted(path)) else { continue };
            // The name, and the path of the parts if this is one of them.
            let (name, parts) = match name.bytes().position(|byte| byte == b'.') {
                None => (name, None),
                Some(dot) => (name.get(..dot).unwrap_or_default(), path.get(..=above.len() + dot)),
            };
            // The parts of one field usually follow one another.
            let read = |parts: &str| {
                last == Some(parts) || fields.iter().take(at).any(|(path, _)| path.starts_with(parts) && wanted(path))
            };
            if parts.is_some_and(read) {
                continue;
            }
            last = parts;
            let fields = fields.get(at..).unwrap_or_default();
            let Some((index, field)) = builder.find(name) else {
                builder.unknown(name.into(), given(parts, value, fields, wanted), ctx);
                continue;
            };
            let place = builder.enter(index, field, ctx);
            let value = match (place.rule.kind, parts) {
                _ if place.repeated => Value::Null,
                (FieldType::Object(schema), Some(parts)) => Value::Row(schema.read_below(parts, fields, wanted, ctx)),
                (_, None) if matches!(value, Value::Null) => Value::Null,
                _ => place.rule.read(given(parts, value, fields, wanted), ctx),
            };
            builder.leave(place, value, ctx);
        }
        builder.end(ctx)
    }
}

/// What is given for a field: its value, or the object of its parts.
fn given<'a>(
    parts: Option<&str>,
    value: &'a Value<'a>,
    fields: &'a Paths<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Value<'a> {
    let Some(parts) = parts else { return value.borrowed() };
    let mut object: Entries<'a> = Vec::new();
    for (path, value) in fields.iter().filter(|(path, _)| wanted(path)) {
        if let Some(part) = path.strip_prefix(parts) {
            Value::insert(&mut object, part.into(), value.borrowed());
        }
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Cliente;
    use crate::validate::{Intent, Options};

    /// Paths of each kind: a text, an object's parts, a list, names that no record has, and parts of what has none.
    const PATHS: [&str; 13] = [
        "nome",
        "cpfCnpj",
        "codigo_externo",
        "endereco.cep",
        "endereco.uf",
        "endereco.rua.numero",
        "endereco.xpto",
        "emailsAdicionais",
        "situacao.nome",
        "nada",
        "outro.nada",
        "outro.mais",
        "unwanted",
    ];

    fn values() -> impl Strategy<Value = Value<'static>> {
        let texts = ["Ana", " Ana ", "529.982.247-25", "SP", "01310-100", "", "x\u{1}y"];
        prop_oneof![
            prop::sample::select(texts.to_vec()).prop_map(|text| Value::Text(text.into())),
            Just(Value::Null),
            Just(Value::Boolean(true)),
            Just(Value::List(vec![Value::Text("a@example.com".into()), Value::Text("x".into())])),
        ]
    }

    proptest! {
        #[test]
        fn paths_are_read_as_the_object_that_they_make(
            fields in prop::collection::vec((prop::sample::select(PATHS.to_vec()), values()), 0..12),
            change in any::<bool>(),
        ) {
            let intent = if change { Intent::Alterar } else { Intent::Incluir };
            let options = Options { intent, ..Options::default() };
            let mut object = Vec::new();
            for (path, value) in fields.iter().filter(|(path, _)| *path != "unwanted") {
                Value::insert(&mut object, (*path).into(), value.clone());
            }
            let mut ctx = Context::new(options);
            let row = Cliente::SCHEMA.read_paths(&fields, &|path| path != "unwanted", &mut ctx);
            let by_paths = Cliente::SCHEMA.judge(Some(row), ctx);
            prop_assert_eq!(by_paths, Cliente::SCHEMA.validar(Value::Object(object), options));
        }
    }
}
