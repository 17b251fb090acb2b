//! Properties of the models that hold for any input.

use proptest::collection::vec;
use proptest::prelude::*;
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Field, FieldType, Model, Servico};
use smartbill_core::validate::{Intent, Options};
use smartbill_core::{Language, Mode, Value};

/// Any value, often with names that the model knows, so that its fields are reached.
fn value(names: Vec<&'static str>) -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        "[-+]?[0-9]{0,40}([.,][0-9]{0,40})?([eE][-+]?[0-9]{1,4})?".prop_map(|s| Value::Number(s.into())),
        any::<String>().prop_map(|s| Value::Text(s.into())),
        "[0-9./ -]{0,20}".prop_map(|s| Value::Text(s.into())),
        "[0-9]{4}-[0-9]{2}(-[0-9]{2})?".prop_map(|s| Value::Text(s.into())),
        Just(Value::Foreign("function".into())),
    ];
    leaf.prop_recursive(4, 64, 8, move |inside| {
        let names = names.clone();
        let name = prop_oneof![
            4 => proptest::sample::select(names).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop_oneof![
            vec(inside.clone(), 0..4).prop_map(Value::List),
            vec((name, inside), 0..12)
                .prop_map(|fields| Value::Object(fields.into_iter().map(|(n, v)| (n.into(), v)).collect())),
        ]
    })
}

fn names<M: Model>() -> Vec<&'static str> {
    fn join(fields: &'static [Field], names: &mut Vec<&'static str>) {
        for field in fields {
            names.push(field.name);
            match field.rule.kind {
                FieldType::Object(schema) => join(schema.fields, names),
                FieldType::List(rule) => {
                    if let FieldType::Object(schema) = rule.kind {
                        join(schema.fields, names);
                    }
                }
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    join(M::SCHEMA.fields, &mut names);
    names
}

/// Reading must end with a model, or with an error that names the place and the reason in both languages, without the
/// value.
fn never_fails_silently<M: Model>(value: Value<'_>, intent: Intent, mode: Mode) -> Result<(), TestCaseError> {
    let options = Options { mode, intent, today: None };
    match M::validar(value.clone(), options) {
        Ok((model, _)) => {
            // Reading is idempotent: accepted input is accepted again, with the same result.
            let back = M::validar(model.value().into_owned(), options);
            prop_assert!(back.is_ok_and(|(m, _)| m == model), "not stable");
        }
        Err(report) => {
            prop_assert!(report.errors().count() > 0);
            for v in report.findings {
                for language in [Language::PtBr, Language::En] {
                    let m = v.message(language);
                    prop_assert!(!m.is_empty() && !m.contains('\n') && m.len() < 400, "{m}");
                }
            }
        }
    }
    // An answer of the platform is refused only if it is not an object.
    let _ = M::validar(value, Options { intent: Intent::Response, ..Options::default() });
    Ok(())
}

macro_rules! propriedades {
    ($($name:ident $model:ty;)*) => { $(
        proptest! {
            #[test]
            fn $name(v in value(names::<$model>()), alterar in any::<bool>(), lenient in any::<bool>()) {
                let intent = if alterar { Intent::Alterar } else { Intent::Incluir };
                never_fails_silently::<$model>(v, intent, if lenient { Mode::Lenient } else { Mode::Strict })?;
            }
        }
    )* };
}

propriedades! {
    cliente Cliente;
    servico Servico;
    contrato Contrato;
    consumo Consumo;
    cobranca Cobranca;
}

proptest! {
    #[test]
    fn json_goes_there_and_back(v in value(names::<Cliente>())) {
        let text = v.to_json();
        let parsed = Value::from_json(text.as_bytes());
        prop_assert!(parsed.is_ok_and(|parsed| parsed.to_json() == text));
    }
}
