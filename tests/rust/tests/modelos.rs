//! `tests/vectors/modelos.json`: whole models and every violation that each must give, in every language.

use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Modelo, Servico};
use smartbill_core::validate::{Intent, Options, Report};
use smartbill_core::{Idioma, Modo, Valor};

const VETORES: &str = include_str!("../../vectors/modelos.json");

fn conferir<M: Modelo>(entrada: Valor<'_>, options: Options) -> Report {
    match M::validar(entrada, options) {
        Ok((_, report)) | Err(report) => report,
    }
}

#[test]
fn every_model_gives_the_violations_of_its_vector() {
    let Ok(Valor::Lista(casos)) = Valor::from_json(VETORES.as_bytes()) else {
        panic!("modelos.json is not a list");
    };
    assert!(casos.len() > 60);
    for caso in &casos {
        let texto = |nome: &str| caso.campo(nome).and_then(Valor::texto).unwrap_or_default();
        let options = Options {
            modo: Modo::from_name(texto("modo")).unwrap(),
            intent: if texto("intencao") == "alterar" { Intent::Alterar } else { Intent::Incluir },
            hoje: Some(texto("hoje").parse().unwrap()),
        };
        let entrada = caso.campo("entrada").unwrap().clone();
        let report = match texto("modelo") {
            "Cliente" => conferir::<Cliente>(entrada, options),
            "Servico" => conferir::<Servico>(entrada, options),
            "Contrato" => conferir::<Contrato>(entrada, options),
            "Consumo" => conferir::<Consumo>(entrada, options),
            "Cobranca" => conferir::<Cobranca>(entrada, options),
            outro => panic!("no model is called {outro}"),
        };
        let encontradas: Vec<_> = report
            .violations
            .iter()
            .map(|v| {
                let linha = [v.path.clone(), v.code().into(), v.severity.name().into()];
                (linha, v.message(Idioma::PtBr), v.message(Idioma::En))
            })
            .collect();
        let Some(Valor::Lista(violacoes)) = caso.campo("violacoes") else { panic!("{caso:?}") };
        let esperadas: Vec<_> = violacoes
            .iter()
            .map(|v| {
                let texto = |nome: &str| v.campo(nome).and_then(Valor::texto).unwrap_or_default().to_owned();
                ([texto("path"), texto("code"), texto("severity")], texto("pt"), texto("en"))
            })
            .collect();
        assert_eq!(encontradas, esperadas, "{}", texto("nome"));
    }
}
