//! Brazilian numbers, dates and months, against the vectors that every language reads.

use serde::Deserialize;
use smartbill_core::Mode;
use smartbill_core::sheets::convert::{competencia, ptbr_date, ptbr_decimal};
use smartbill_core::validate::Finding;

#[derive(Deserialize)]
struct Vector {
    value: String,
    mode: String,
    valid: bool,
    valor: Option<String>,
    motivo: Option<String>,
}

fn check(name: &str, read: impl Fn(&str, Mode) -> Result<String, Finding>) {
    let path = format!("{}/../vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let vectors: Vec<Vector> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for vector in vectors {
        let parsed = read(&vector.value, Mode::from_name(&vector.mode).unwrap());
        let who = format!("{name}: `{}` ({})", vector.value, vector.mode);
        assert_eq!(parsed.is_ok(), vector.valid, "{who}");
        match parsed {
            Ok(value) => assert_eq!(Some(value), vector.valor, "{who}"),
            Err(finding) => assert_eq!(Some(finding.code()), vector.motivo.as_deref(), "{who}"),
        }
    }
}

#[test]
fn money() {
    check("money_ptbr", |text, mode| ptbr_decimal(text, mode).map(|d| d.to_string()));
}

#[test]
fn dates() {
    check("date_ptbr", |text, _| ptbr_date(text).map(|d| d.to_string()));
}

#[test]
fn months() {
    check("competencia_ptbr", |text, _| competencia(text).map(|c| c.to_string()));
}
