//! Tests the vectors of `tests/vectors` about documents: the contract that Rust, Python and JavaScript share.

#![expect(clippy::unwrap_used, reason = "a vector that cannot be read fails the test")]

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use smartbill_core::Mode;
use smartbill_core::document::{Boleto, Checked, DocumentKind, FieldValue, InscricaoEstadual, Notice, Reason, Uf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    value: String,
    uf: Option<String>,
    mode: String,
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
    /// The reason why we disagree with the source, if we do.
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// The due date of a boleto for a date of reference.
#[derive(Deserialize)]
struct Vencimento {
    reference: jiff::civil::Date,
    date: Option<jiff::civil::Date>,
}

impl Vector {
    fn mode(&self) -> Mode {
        Mode::from_name(&self.mode).unwrap()
    }

    fn uf(&self) -> Option<&str> {
        self.uf.as_deref()
    }
}

fn vectors(kind: DocumentKind) -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let text = std::fs::read_to_string(folder.join(format!("{}.json", kind.name()))).unwrap();
    let vectors: Vec<Vector> = serde_json::from_str(&text).unwrap();
    assert!(vectors.len() > 20, "{} has hardly any vectors", kind.name());
    vectors
}

/// Runs a check over every vector of every kind and reports all failures at once.
fn in_all(checks_out: impl Fn(DocumentKind, &Vector) -> Result<(), String>) {
    let mut faults = Vec::new();
    for &kind in DocumentKind::ALL {
        for vector in vectors(kind) {
            if let Err(fault) = checks_out(kind, &vector) {
                let Vector { value, uf, mode, source, .. } = &vector;
                faults.push(format!("{} {value:?} {uf:?} {mode}: {fault} ({source})", kind.name()));
            }
        }
    }
    assert!(faults.is_empty(), "{} failures:\n{}", faults.len(), faults.join("\n"));
}

fn equal<T: PartialEq + std::fmt::Debug>(name: &str, obtained: &T, expected: &T) -> Result<(), String> {
    if obtained == expected { Ok(()) } else { Err(format!("{name} is {obtained:?}, not {expected:?}")) }
}

fn code(outcome: &Checked) -> Option<String> {
    outcome.reason.map(|reason| reason.code().to_owned())
}

fn json(value: &FieldValue) -> serde_json::Value {
    match value {
        FieldValue::Text(text) => text.as_str().into(),
        FieldValue::List(texts) => texts.clone().into(),
        FieldValue::Boolean(value) => (*value).into(),
        FieldValue::Decimal(value) => value.to_string().into(),
        FieldValue::Date(day) => day.to_string().into(),
    }
}

#[test]
fn every_vector_has_its_verdict() {
    in_all(|kind, vector| {
        let outcome = kind.validar(&vector.value, vector.mode(), vector.uf());
        equal("valid", &outcome.valid, &vector.valid)?;
        equal("motivo", &code(&outcome), &vector.motivo)?;
        equal("valor", &outcome.value, &vector.valor)?;
        let notices: Vec<String> = outcome.notices.iter().map(|notice| notice.code().to_owned()).collect();
        equal("avisos", &notices, &vector.avisos)?;
        if vector.removido.is_some() {
            equal("removido", &outcome.removed, &vector.removido)?;
        }
        for (name, expected) in &vector.campos {
            let obtained = outcome.fields.iter().find(|(n, _)| n == name).map(|(_, value)| json(value));
            equal(name, &obtained.as_ref(), &Some(expected))?;
        }
        Ok(())
    });
}

#[test]
fn lenient_takes_what_strict_takes() {
    in_all(|kind, vector| {
        let strict = kind.validar(&vector.value, Mode::Strict, vector.uf());
        let lenient = kind.validar(&vector.value, Mode::Lenient, vector.uf());
        if strict.valid {
            equal("lenient valor", &lenient.value, &strict.value)?;
            equal("lenient removido", &lenient.removed, &None)?;
        } else if lenient.valid && kind != DocumentKind::Brcode && code(&strict).as_deref() != Some("prefixo") {
            // A text that only lenient mode accepts was changed, or has a form that strict mode names.
            let named = matches!(code(&strict).as_deref(), Some("legado" | "campo_invalido" | "faixa"));
            equal("something was changed", &(lenient.removed.is_some() || named), &true)?;
        }
        Ok(())
    });
}

#[test]
fn the_short_ways_agree_with_the_long_one() {
    in_all(|kind, vector| {
        let outcome = kind.validar(&vector.value, vector.mode(), vector.uf());
        let column = [Some(vector.value.as_str()), None];
        let codes = kind.validar_column(column.into_iter(), vector.mode(), vector.uf());
        equal("column", &codes[0].map(str::to_owned), &code(&outcome))?;
        let without_uf = vector.uf().is_none_or(|uf| Uf::parse(uf, Mode::Lenient).is_ok());
        equal("missing item", &codes[1], &Some(if without_uf { "vazio" } else { "uf_invalida" }))?;
        if vector.uf().is_none() && vector.mode() == Mode::Strict {
            equal("valido", &kind.valid(&vector.value), &vector.valid)?;
        }
        Ok(())
    });
}

#[test]
fn formatting_and_stripping_are_idempotent() {
    in_all(|kind, vector| {
        let clean = kind.strip(&vector.value);
        equal("stripped twice", &kind.strip(&clean), &clean)?;
        let Some(formatted) = kind.format(&vector.value) else {
            return Ok(());
        };
        equal("formatted twice", &kind.format(&formatted).as_ref(), &Some(&formatted))?;
        let before = kind.validar(&vector.value, Mode::Lenient, None);
        let after = kind.validar(&formatted, Mode::Lenient, None);
        // A barcode is formatted as its line.
        let bars = Boleto::parse(&vector.value, Mode::Lenient).ok().filter(|_| kind == DocumentKind::Boleto);
        let expected = bars.map_or(before.value, |boleto| Some(boleto.linha_digitavel().to_owned()));
        equal("valor of the formatted", &after.value, &expected)
    });
}

#[test]
fn due_dates_follow_their_reference() {
    let mut seen = 0;
    for vector in vectors(DocumentKind::Boleto) {
        let Some(vencimento) = &vector.vencimento else { continue };
        let boleto = Boleto::parse(&vector.value, vector.mode()).unwrap();
        assert_eq!(boleto.vencimento(vencimento.reference), vencimento.date, "{}", vector.value);
        seen += 1;
    }
    assert!(seen > 10);
}

#[test]
fn a_registration_names_the_states_it_could_be_of() {
    for vector in vectors(DocumentKind::Ie).iter().filter(|vector| vector.valid) {
        let Some(uf) = vector.uf() else { continue };
        let uf = Uf::parse(uf, Mode::Lenient).unwrap();
        let possible = InscricaoEstadual::possible_ufs(&vector.value, vector.mode());
        assert!(possible.contains(&uf), "{} {uf}", vector.value);
    }
}

#[test]
fn messages_never_hold_the_value_and_are_one_line() {
    use smartbill_core::Language;
    in_all(|kind, vector| {
        let Some(reason) = kind.validar(&vector.value, vector.mode(), vector.uf()).reason else {
            return Ok(());
        };
        equal("known code", &Reason::CODES.iter().any(|code| code == reason.code()), &true)?;
        for message in [reason.message(Language::PtBr), reason.message(Language::En), reason.to_string()] {
            let long = vector.value.trim().len() > 4;
            let shows = long && message.contains(vector.value.trim());
            equal("one clean line", &(message.contains('\n') || message.ends_with('.') || shows), &false)?;
        }
        Ok(())
    });
}

#[test]
fn every_code_is_in_some_vector() {
    let all: Vec<Vector> = DocumentKind::ALL.iter().flat_map(|&kind| vectors(kind)).collect();
    for code in Reason::CODES.iter() {
        assert!(all.iter().any(|vector| vector.motivo.as_deref() == Some(code)), "no vector is refused for {code}");
    }
    for code in Notice::CODES.iter() {
        assert!(all.iter().any(|vector| vector.avisos.iter().any(|c| c == code)), "no vector warns of {code}");
    }
}
