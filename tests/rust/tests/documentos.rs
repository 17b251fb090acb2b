//! The vectors of `tests/vectors` that speak of documents: the contract that Rust, Python and JavaScript read alike.

#![expect(clippy::unwrap_used, reason = "a vector that cannot be read fails the test")]

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use smartbill_core::Modo;
use smartbill_core::document::{Aviso, Boleto, InscricaoEstadual, Motivo, Resultado, Tipo, Uf, ValorCampo};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vetor {
    value: String,
    uf: Option<String>,
    modo: String,
    valid: bool,
    motivo: Option<String>,
    valor: Option<String>,
    removido: Option<String>,
    #[serde(default)]
    avisos: Vec<String>,
    #[serde(default)]
    campos: BTreeMap<String, serde_json::Value>,
    vencimento: Option<Vencimento>,
    source: String,
    /// Why we disagree with the source, where we do.
    #[serde(rename = "nota")]
    _nota: Option<String>,
}

/// The due date of a boleto, seen from a date of reference.
#[derive(Deserialize)]
struct Vencimento {
    referencia: jiff::civil::Date,
    data: Option<jiff::civil::Date>,
}

impl Vetor {
    fn modo(&self) -> Modo {
        Modo::from_name(&self.modo).unwrap()
    }

    fn uf(&self) -> Option<&str> {
        self.uf.as_deref()
    }
}

fn vetores(tipo: Tipo) -> Vec<Vetor> {
    let pasta = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let texto = std::fs::read_to_string(pasta.join(format!("{}.json", tipo.name()))).unwrap();
    let vetores: Vec<Vetor> = serde_json::from_str(&texto).unwrap();
    assert!(vetores.len() > 20, "{} has hardly any vectors", tipo.name());
    vetores
}

/// Runs a check over every vector of every kind and reports all failures at once.
fn em_todos(confere: impl Fn(Tipo, &Vetor) -> Result<(), String>) {
    let mut falhas = Vec::new();
    for &tipo in Tipo::ALL {
        for vetor in vetores(tipo) {
            if let Err(falha) = confere(tipo, &vetor) {
                let Vetor { value, uf, modo, source, .. } = &vetor;
                falhas.push(format!("{} {value:?} {uf:?} {modo}: {falha} ({source})", tipo.name()));
            }
        }
    }
    assert!(falhas.is_empty(), "{} failures:\n{}", falhas.len(), falhas.join("\n"));
}

fn iguais<T: PartialEq + std::fmt::Debug>(nome: &str, obtido: &T, esperado: &T) -> Result<(), String> {
    if obtido == esperado { Ok(()) } else { Err(format!("{nome} is {obtido:?}, not {esperado:?}")) }
}

fn codigo(resultado: &Resultado) -> Option<String> {
    resultado.motivo.map(|motivo| motivo.codigo().to_owned())
}

fn json(valor: &ValorCampo) -> serde_json::Value {
    match valor {
        ValorCampo::Texto(texto) => texto.as_str().into(),
        ValorCampo::Lista(textos) => textos.clone().into(),
        ValorCampo::Booleano(valor) => (*valor).into(),
        ValorCampo::Decimal(valor) => valor.to_string().into(),
        ValorCampo::Data(dia) => dia.to_string().into(),
    }
}

#[test]
fn every_vector_has_its_verdict() {
    em_todos(|tipo, vetor| {
        let resultado = tipo.validar(&vetor.value, vetor.modo(), vetor.uf());
        iguais("valid", &resultado.valido, &vetor.valid)?;
        iguais("motivo", &codigo(&resultado), &vetor.motivo)?;
        iguais("valor", &resultado.valor, &vetor.valor)?;
        let avisos: Vec<String> = resultado.avisos.iter().map(|aviso| aviso.codigo().to_owned()).collect();
        iguais("avisos", &avisos, &vetor.avisos)?;
        if vetor.removido.is_some() {
            iguais("removido", &resultado.removido, &vetor.removido)?;
        }
        for (nome, esperado) in &vetor.campos {
            let obtido = resultado.campos.iter().find(|(n, _)| n == nome).map(|(_, valor)| json(valor));
            iguais(nome, &obtido.as_ref(), &Some(esperado))?;
        }
        Ok(())
    });
}

#[test]
fn lenient_takes_what_strict_takes() {
    em_todos(|tipo, vetor| {
        let estrito = tipo.validar(&vetor.value, Modo::Estrito, vetor.uf());
        let leniente = tipo.validar(&vetor.value, Modo::Leniente, vetor.uf());
        if estrito.valido {
            iguais("lenient valor", &leniente.valor, &estrito.valor)?;
            iguais("lenient removido", &leniente.removido, &None)?;
        } else if leniente.valido && tipo != Tipo::Brcode && codigo(&estrito).as_deref() != Some("prefixo") {
            // Whatever lenient mode alone takes was changed, or is a form that strict mode names.
            let nomeado = matches!(codigo(&estrito).as_deref(), Some("legado" | "campo_invalido" | "faixa"));
            iguais("something was changed", &(leniente.removido.is_some() || nomeado), &true)?;
        }
        Ok(())
    });
}

#[test]
fn the_short_ways_agree_with_the_long_one() {
    em_todos(|tipo, vetor| {
        let resultado = tipo.validar(&vetor.value, vetor.modo(), vetor.uf());
        let coluna = [Some(vetor.value.as_str()), None];
        let codigos = tipo.validar_coluna(coluna.into_iter(), vetor.modo(), vetor.uf());
        iguais("column", &codigos[0].map(str::to_owned), &codigo(&resultado))?;
        let sem_uf = vetor.uf().is_none_or(|uf| Uf::parse(uf, Modo::Leniente).is_ok());
        iguais("missing item", &codigos[1], &Some(if sem_uf { "vazio" } else { "uf_invalida" }))?;
        if vetor.uf().is_none() && vetor.modo() == Modo::Estrito {
            iguais("valido", &tipo.valido(&vetor.value), &vetor.valid)?;
        }
        Ok(())
    });
}

#[test]
fn formatting_and_stripping_are_idempotent() {
    em_todos(|tipo, vetor| {
        let limpo = tipo.limpar(&vetor.value);
        iguais("stripped twice", &tipo.limpar(&limpo), &limpo)?;
        let Some(formatado) = tipo.formatar(&vetor.value) else {
            return Ok(());
        };
        iguais("formatted twice", &tipo.formatar(&formatado).as_ref(), &Some(&formatado))?;
        let antes = tipo.validar(&vetor.value, Modo::Leniente, None);
        let depois = tipo.validar(&formatado, Modo::Leniente, None);
        // A barcode is formatted as its line.
        let barras = Boleto::parse(&vetor.value, Modo::Leniente).ok().filter(|_| tipo == Tipo::Boleto);
        let esperado = barras.map_or(antes.valor, |boleto| Some(boleto.linha_digitavel().to_owned()));
        iguais("valor of the formatted", &depois.valor, &esperado)
    });
}

#[test]
fn due_dates_follow_their_reference() {
    let mut vistos = 0;
    for vetor in vetores(Tipo::Boleto) {
        let Some(vencimento) = &vetor.vencimento else { continue };
        let boleto = Boleto::parse(&vetor.value, vetor.modo()).unwrap();
        assert_eq!(boleto.vencimento(vencimento.referencia), vencimento.data, "{}", vetor.value);
        vistos += 1;
    }
    assert!(vistos > 10);
}

#[test]
fn a_registration_names_the_states_it_could_be_of() {
    for vetor in vetores(Tipo::Ie).iter().filter(|vetor| vetor.valid) {
        let Some(uf) = vetor.uf() else { continue };
        let uf = Uf::parse(uf, Modo::Leniente).unwrap();
        let possiveis = InscricaoEstadual::ufs_possiveis(&vetor.value, vetor.modo());
        assert!(possiveis.contains(&uf), "{} {uf}", vetor.value);
    }
}

#[test]
fn messages_never_hold_the_value_and_are_one_line() {
    use smartbill_core::Idioma;
    em_todos(|tipo, vetor| {
        let Some(motivo) = tipo.validar(&vetor.value, vetor.modo(), vetor.uf()).motivo else {
            return Ok(());
        };
        iguais("known code", &Motivo::CODIGOS.iter().any(|codigo| codigo == motivo.codigo()), &true)?;
        for mensagem in [motivo.mensagem(Idioma::PtBr), motivo.mensagem(Idioma::En), motivo.to_string()] {
            let longo = vetor.value.trim().len() > 4;
            let mostra = longo && mensagem.contains(vetor.value.trim());
            iguais("one clean line", &(mensagem.contains('\n') || mensagem.ends_with('.') || mostra), &false)?;
        }
        Ok(())
    });
}

#[test]
fn every_code_is_in_some_vector() {
    let todos: Vec<Vetor> = Tipo::ALL.iter().flat_map(|&tipo| vetores(tipo)).collect();
    for codigo in Motivo::CODIGOS.iter() {
        assert!(todos.iter().any(|vetor| vetor.motivo.as_deref() == Some(codigo)), "no vector is refused for {codigo}");
    }
    for codigo in Aviso::CODIGOS.iter() {
        assert!(todos.iter().any(|vetor| vetor.avisos.iter().any(|c| c == codigo)), "no vector warns of {codigo}");
    }
}
