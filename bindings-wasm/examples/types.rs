//! Writes `npm/src/models.d.ts` from the tables of the models, so that TypeScript cannot disagree with the core.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use smartbill_core::document::{DocumentKind as Documento, Reason};
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, FieldType, Rule, Schema, Servico, ServicosFilter,
};
use smartbill_core::{ErrorKind, Outcome};

fn main() {
    let mut out = String::from("// Written by `npm run types` from the tables of the core; not edited by hand.\n\n");
    out.push_str(HEADER);
    let mut done = BTreeSet::new();
    let input = [Cliente::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, ContratoAction::SCHEMA];
    let filters = [
        ClientesFilter::SCHEMA,
        ServicosFilter::SCHEMA,
        ContratosFilter::SCHEMA,
        ConsumosFilter::SCHEMA,
        CobrancasFilter::SCHEMA,
    ];
    for schema in input.into_iter().chain([Servico::SCHEMA, Cobranca::SCHEMA]).chain(filters) {
        interface(&mut out, schema, &mut done);
    }
    union(&mut out, "DocumentoKind", "A kind of document.", Documento::ALL.iter().map(|t| t.name()));
    union(&mut out, "Reason", "Why a text is not a valid document.", Reason::CODES.iter());
    union(
        &mut out,
        "ErrorCode",
        "What went wrong, by what the caller can do about it.",
        ErrorKind::ALL.map(ErrorKind::code),
    );
    let outcomes = [Outcome::NotSent, Outcome::Rejected, Outcome::Unknown].map(Outcome::name);
    union(&mut out, "Outcome", "What a failed write did on the platform.", outcomes);
    print!("{out}");
}

const HEADER: &str = "\
/** An exact decimal, such as `\"1234.56\"`: never a binary fraction. */
export type DecimalText = string;
/** A civil date, `\"AAAA-MM-DD\"`. */
export type DateText = string;
/** An instant, RFC 3339, such as `\"2026-01-31T12:00:00Z\"`. */
export type DateTimeText = string;
/** A month, `\"AAAA-MM\"`. */
export type MonthText = string;
/** One of the names known today, or one that the platform adds later. */
export type Open<T extends string> = T | (string & {});

";

fn interface(out: &mut String, schema: &'static Schema, done: &mut BTreeSet<&'static str>) {
    if !done.insert(schema.name) {
        return;
    }
    for field in schema.fields {
        if let Some(child) = field.rule.kind.inside() {
            interface(out, child, done);
        }
    }
    doc(out, "", schema.doc, &[]);
    let _ = writeln!(out, "export interface {} {{", schema.name);
    for field in schema.fields {
        doc(out, "  ", field.doc, &notes(&field.rule));
        let _ = writeln!(out, "  {}?: {} | undefined;", field.name, kind(&field.rule));
    }
    out.push_str("}\n\n");
}

fn kind(rule: &Rule) -> String {
    match rule.kind {
        FieldType::Id | FieldType::Text { .. } | FieldType::Documento(_) | FieldType::Url => "string".into(),
        FieldType::Decimal { .. } => "DecimalText".into(),
        FieldType::Integer { .. } => "number".into(),
        FieldType::Boolean => "boolean".into(),
        FieldType::Date => "DateText".into(),
        FieldType::DateTime => "DateTimeText".into(),
        FieldType::Competencia => "MonthText".into(),
        FieldType::Enum(names) => {
            format!("Open<{}>", names.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(" | "))
        }
        FieldType::Object(schema) => schema.name.into(),
        FieldType::List(item) => {
            let item = kind(item);
            if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") }
        }
        FieldType::Map => "Record<string, string>".into(),
    }
}

fn notes(rule: &Rule) -> Vec<String> {
    let mut notes = Vec::new();
    if rule.required {
        notes.push("Required when including.".to_owned());
    }
    if rule.response {
        notes.push("Filled by the platform.".to_owned());
    }
    match rule.kind {
        FieldType::Text { min: 0 | 1, max } => notes.push(format!("At most {max} characters.")),
        FieldType::Text { min, max } => notes.push(format!("{min} to {max} characters.")),
        FieldType::Decimal { places, .. } => notes.push(format!("At most {places} decimal places.")),
        FieldType::Integer { min, max } => notes.push(format!("{min} to {max}.")),
        _ => {}
    }
    notes
}

fn doc(out: &mut String, margin: &str, text: &str, notes: &[String]) {
    let mut rows: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    rows.extend(notes.iter().map(String::as_str));
    match rows.as_slice() {
        [] => {}
        [row] => drop(writeln!(out, "{margin}/** {row} */")),
        rows => {
            let _ = writeln!(out, "{margin}/**");
            for row in rows {
                let _ = writeln!(out, "{margin} * {row}");
            }
            let _ = writeln!(out, "{margin} */");
        }
    }
}

fn union<'a>(out: &mut String, name: &str, text: &str, options: impl IntoIterator<Item = &'a str>) {
    let options: Vec<_> = options.into_iter().map(|o| format!("\n  | \"{o}\"")).collect();
    let _ = writeln!(out, "/** {text} */\nexport type {name} ={};\n", options.concat());
}
