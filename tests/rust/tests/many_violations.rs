//! `tests/vectors/many_violations.json`: inputs with more violations than a report lists, described and not written out,
//! and what is said of them in every language.

use smartbill_core::model::{Cliente, Consumo, Contrato, Modelo, Servico};
use smartbill_core::validate::{Options, Report};
use smartbill_core::{Idioma, Valor};

const VECTORS: &str = include_str!("../../vectors/many_violations.json");

fn report<M: Modelo>(input: Valor<'_>) -> Report {
    match M::validar(input, Options::default()) {
        Ok((_, report)) | Err(report) => report,
    }
}

/// The input of a case: its own fields, and those that it has many of.
fn input(case: &Valor<'static>) -> Valor<'static> {
    let Some(Valor::Objeto(mut fields)) = case.campo("input").cloned() else { panic!("{case:?}") };
    let times = |of: &Valor<'_>| match of.campo("times") {
        Some(Valor::Numero(n)) => n.parse::<usize>().unwrap(),
        _ => panic!("{of:?}"),
    };
    if let Some(list) = case.campo("list") {
        let field = list.campo("field").and_then(Valor::texto).unwrap().to_owned();
        let items = vec![list.campo("item").unwrap().clone(); times(list)];
        fields.push((field.into(), Valor::Lista(items)));
    }
    if let Some(keys) = case.campo("keys") {
        let prefix = keys.campo("prefix").and_then(Valor::texto).unwrap();
        fields.extend((0..times(keys)).map(|i| (format!("{prefix}{i}").into(), Valor::Booleano(true))));
    }
    Valor::Objeto(fields)
}

#[test]
fn a_report_lists_a_thousand_violations_and_counts_the_rest() {
    let Ok(Valor::Lista(cases)) = Valor::from_json(VECTORS.as_bytes()) else { panic!("not a list") };
    assert!(cases.len() >= 8);
    for case in cases.into_iter().map(Valor::into_owned) {
        let text = |of: &Valor<'_>, name: &str| of.campo(name).and_then(Valor::texto).unwrap_or_default().to_owned();
        let name = text(&case, "name");
        let report = match text(&case, "model").as_str() {
            "Cliente" => report::<Cliente>(input(&case)),
            "Consumo" => report::<Consumo>(input(&case)),
            "Contrato" => report::<Contrato>(input(&case)),
            "Servico" => report::<Servico>(input(&case)),
            other => panic!("no model is called {other}"),
        };
        let number = |name: &str| case.campo(name).map(Valor::to_json).unwrap_or_default();
        assert_eq!(report.violations.len().to_string(), number("listed"), "{name}");
        let suggestions = report.violations.iter().filter(|v| v.params().iter().any(|(param, _)| *param == "sugestao"));
        assert_eq!(suggestions.count().to_string(), number("suggestions"), "{name}");
        let last = report.violations.last().unwrap();
        let found = [
            ("path", last.path.clone()),
            ("code", last.code().to_owned()),
            ("severity", last.severity.name().to_owned()),
            ("pt", last.message(Idioma::PtBr)),
            ("en", last.message(Idioma::En)),
        ];
        for (part, found) in found {
            assert_eq!(found, text(case.campo("last").unwrap(), part), "{name}");
        }
        assert!(!report.is_valid(), "{name}");
    }
}
