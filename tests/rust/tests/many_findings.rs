//! `tests/vectors/many_findings.json`: inputs with more findings than a report lists, described and not written
//! out, and the expected reports in every language.

use smartbill_core::model::{Cliente, Consumo, Contrato, Model, Servico};
use smartbill_core::validate::{Options, Report};
use smartbill_core::{Language, Value};

const VECTORS: &str = include_str!("../../vectors/many_findings.json");

fn report<M: Model>(input: Value<'_>) -> Report {
    match M::validar(input, Options::default()) {
        Ok((_, report)) | Err(report) => report,
    }
}

/// The input of a case: its own fields, and the repeated ones.
fn input(case: &Value<'static>) -> Value<'static> {
    let Some(Value::Object(mut fields)) = case.field("input").cloned() else { panic!("{case:?}") };
    let times = |of: &Value<'_>| match of.field("times") {
        Some(Value::Number(n)) => n.parse::<usize>().unwrap(),
        _ => panic!("{of:?}"),
    };
    if let Some(list) = case.field("list") {
        let field = list.field("field").and_then(Value::text).unwrap().to_owned();
        let items = vec![list.field("item").unwrap().clone(); times(list)];
        fields.push((field.into(), Value::List(items)));
    }
    if let Some(keys) = case.field("keys") {
        let prefix = keys.field("prefix").and_then(Value::text).unwrap();
        fields.extend((0..times(keys)).map(|i| (format!("{prefix}{i}").into(), Value::Boolean(true))));
    }
    Value::Object(fields)
}

#[test]
fn a_report_lists_a_thousand_findings_and_counts_the_rest() {
    let Ok(Value::List(cases)) = Value::from_json(VECTORS.as_bytes()) else { panic!("not a list") };
    assert!(cases.len() >= 8);
    for case in cases.into_iter().map(Value::into_owned) {
        let text = |of: &Value<'_>, name: &str| of.field(name).and_then(Value::text).unwrap_or_default().to_owned();
        let name = text(&case, "name");
        let report = match text(&case, "model").as_str() {
            "Cliente" => report::<Cliente>(input(&case)),
            "Consumo" => report::<Consumo>(input(&case)),
            "Contrato" => report::<Contrato>(input(&case)),
            "Servico" => report::<Servico>(input(&case)),
            other => panic!("no model is called {other}"),
        };
        let number = |name: &str| case.field(name).map(Value::to_json).unwrap_or_default();
        assert_eq!(report.findings.len().to_string(), number("listed"), "{name}");
        let suggestions = report.findings.iter().filter(|v| v.param("suggestion").is_some());
        assert_eq!(suggestions.count().to_string(), number("suggestions"), "{name}");
        let last = report.findings.last().unwrap();
        let found = [
            ("path", last.path.clone()),
            ("code", last.code().to_owned()),
            ("severity", last.severity.name().to_owned()),
            ("pt", last.message(Language::PtBr)),
            ("en", last.message(Language::En)),
        ];
        for (part, found) in found {
            assert_eq!(found, text(case.field("last").unwrap(), part), "{name}");
        }
        assert!(!report.is_valid(), "{name}");
    }
}
