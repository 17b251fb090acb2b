//! Properties of the models that hold for any input.

use proptest::collection::vec;
use proptest::prelude::*;
use smartbill_core::model::{Campo, Cliente, Cobranca, Consumo, Contrato, Modelo, Servico, Tipo};
use smartbill_core::validate::{Intent, Options};
use smartbill_core::{Idioma, Modo, Valor};

/// Any value at all, with names that the model knows often enough to reach its fields.
fn valor(nomes: Vec<&'static str>) -> impl Strategy<Value = Valor<'static>> {
    let folha = prop_oneof![
        Just(Valor::Nulo),
        any::<bool>().prop_map(Valor::Booleano),
        any::<i64>().prop_map(Valor::Inteiro),
        any::<f64>().prop_map(Valor::Flutuante),
        "[-+]?[0-9]{0,40}([.,][0-9]{0,40})?([eE][-+]?[0-9]{1,4})?".prop_map(|s| Valor::Numero(s.into())),
        any::<String>().prop_map(|s| Valor::Texto(s.into())),
        "[0-9./ -]{0,20}".prop_map(|s| Valor::Texto(s.into())),
        "[0-9]{4}-[0-9]{2}(-[0-9]{2})?".prop_map(|s| Valor::Texto(s.into())),
        Just(Valor::Estranho("function".into())),
    ];
    folha.prop_recursive(4, 64, 8, move |dentro| {
        let nomes = nomes.clone();
        let nome = prop_oneof![
            4 => proptest::sample::select(nomes).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop_oneof![
            vec(dentro.clone(), 0..4).prop_map(Valor::Lista),
            vec((nome, dentro), 0..12)
                .prop_map(|campos| Valor::Objeto(campos.into_iter().map(|(n, v)| (n.into(), v)).collect())),
        ]
    })
}

fn nomes<M: Modelo>() -> Vec<&'static str> {
    fn juntar(campos: &'static [Campo], nomes: &mut Vec<&'static str>) {
        for campo in campos {
            nomes.push(campo.nome);
            match campo.regra.tipo {
                Tipo::Objeto(esquema) => juntar(esquema.campos, nomes),
                Tipo::Lista(regra) => {
                    if let Tipo::Objeto(esquema) = regra.tipo {
                        juntar(esquema.campos, nomes);
                    }
                }
                _ => {}
            }
        }
    }
    let mut nomes = Vec::new();
    juntar(M::ESQUEMA.campos, &mut nomes);
    nomes
}

/// Reading ends with a model or with an error that says where and why, in both languages, without the value.
fn nunca_falha_calado<M: Modelo>(valor: Valor<'_>, intent: Intent, modo: Modo) -> Result<(), TestCaseError> {
    let options = Options { modo, intent, hoje: None };
    match M::validar(valor.clone(), options) {
        Ok((modelo, _)) => {
            // What was accepted is accepted again, and is the same: reading is idempotent.
            let volta = M::validar(modelo.valor().into_owned(), options);
            prop_assert!(volta.is_ok_and(|(m, _)| m == modelo), "not stable");
        }
        Err(report) => {
            prop_assert!(report.errors().count() > 0);
            for v in report.violations {
                for idioma in [Idioma::PtBr, Idioma::En] {
                    let m = v.message(idioma);
                    prop_assert!(!m.is_empty() && !m.contains('\n') && m.len() < 400, "{m}");
                }
            }
        }
    }
    // The platform's own answer is never refused for what it says, only for not being an object.
    let _ = M::validar(valor, Options { intent: Intent::Resposta, ..Options::default() });
    Ok(())
}

macro_rules! propriedades {
    ($($nome:ident $modelo:ty;)*) => { $(
        proptest! {
            #[test]
            fn $nome(v in valor(nomes::<$modelo>()), alterar in any::<bool>(), leniente in any::<bool>()) {
                let intent = if alterar { Intent::Alterar } else { Intent::Incluir };
                nunca_falha_calado::<$modelo>(v, intent, if leniente { Modo::Leniente } else { Modo::Estrito })?;
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
    fn json_goes_there_and_back(v in valor(nomes::<Cliente>())) {
        let texto = v.to_json();
        let lido = Valor::from_json(texto.as_bytes());
        prop_assert!(lido.is_ok_and(|lido| lido.to_json() == texto));
    }
}
