//! `tests/vectors/models.json`: whole models, and all findings that each must give, in every language.

use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Model, Servico};
use smartbill_core::validate::{Intent, Options, Report};
use smartbill_core::{Language, Mode, Value};

const VECTORS: &str = include_str!("../../vectors/models.json");

fn check<M: Model>(input: Value<'_>, options: Options) -> Report {
    match M::validar(input, options) {
        Ok((_, report)) | Err(report) => report,
    }
}

#[test]
fn every_model_gives_the_findings_of_its_vector() {
    let Ok(Value::List(cases)) = Value::from_json(VECTORS.as_bytes()) else {
        panic!("models.json is not a list");
    };
    assert!(cases.len() > 60);
    for case in &cases {
        let text = |name: &str| case.field(name).and_then(Value::text).unwrap_or_default();
        let options = Options {
            mode: Mode::from_name(text("mode")).unwrap(),
            intent: if text("intent") == "alterar" { Intent::Alterar } else { Intent::Incluir },
            today: Some(text("today").parse().unwrap()),
        };
        let input = case.field("input").unwrap().clone();
        let report = match text("model") {
            "Cliente" => check::<Cliente>(input, options),
            "Servico" => check::<Servico>(input, options),
            "Contrato" => check::<Contrato>(input, options),
            "Consumo" => check::<Consumo>(input, options),
            "Cobranca" => check::<Cobranca>(input, options),
            other => panic!("no model is called {other}"),
        };
        let found: Vec<_> = report
            .findings
            .iter()
            .map(|v| {
                let row = [v.path.clone(), v.code().into(), v.severity.name().into()];
                (row, v.message(Language::PtBr), v.message(Language::En))
            })
            .collect();
        let Some(Value::List(findings)) = case.field("findings") else { panic!("{case:?}") };
        let expected: Vec<_> = findings
            .iter()
            .map(|v| {
                let text = |name: &str| v.field(name).and_then(Value::text).unwrap_or_default().to_owned();
                ([text("path"), text("code"), text("severity")], text("pt"), text("en"))
            })
            .collect();
        assert_eq!(found, expected, "{}", text("name"));
    }
}
