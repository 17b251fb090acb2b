//! Brazilian numbers, dates and months, against the vectors that every language reads.

use serde::Deserialize;
use smartbill_core::Modo;
use smartbill_core::planilha::convert::{Achado, competencia, data_ptbr, decimal_ptbr};

#[derive(Deserialize)]
struct Vetor {
    value: String,
    modo: String,
    valid: bool,
    valor: Option<String>,
    motivo: Option<String>,
}

fn conferir(nome: &str, ler: impl Fn(&str, Modo) -> Result<String, Achado>) {
    let caminho = format!("{}/../vectors/{nome}.json", env!("CARGO_MANIFEST_DIR"));
    let vetores: Vec<Vetor> = serde_json::from_slice(&std::fs::read(caminho).unwrap()).unwrap();
    for vetor in vetores {
        let lido = ler(&vetor.value, Modo::from_name(&vetor.modo).unwrap());
        let quem = format!("{nome}: `{}` ({})", vetor.value, vetor.modo);
        assert_eq!(lido.is_ok(), vetor.valid, "{quem}");
        match lido {
            Ok(valor) => assert_eq!(Some(valor), vetor.valor, "{quem}"),
            Err(achado) => assert_eq!(Some(achado.codigo), vetor.motivo.as_deref(), "{quem}"),
        }
    }
}

#[test]
fn money() {
    conferir("moeda_ptbr", |texto, modo| decimal_ptbr(texto, modo).map(|d| d.to_string()));
}

#[test]
fn dates() {
    conferir("data_ptbr", |texto, _| data_ptbr(texto).map(|d| d.to_string()));
}

#[test]
fn months() {
    conferir("competencia_ptbr", |texto, _| competencia(texto).map(|c| c.to_string()));
}
