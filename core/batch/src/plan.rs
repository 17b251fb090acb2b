use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use smartbill_client::api::mask;
use smartbill_documents::{Language, Message};
use smartbill_model::validate::Finding;
use smartbill_model::{Change, Cliente, Consumo, Error, ErrorKind, FieldType, Schema, Value};
use smartbill_sheets::{column_letter, place_of};

use super::identity::{digest, hex};
use super::resource::Importable;
use super::row::SkippedRow;
use super::stored_finding;

/// The changes of a synchronization, decided but not made.
///
/// A plan can be printed, stored as JSON and applied later by another process. It has a fingerprint of every record
/// from which it was decided. It is refused if one of these records has changed since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The version of this JSON.
    pub version: u32,
    /// `clientes` or `consumos`.
    pub resource: String,
    /// The address of the platform.
    pub base_url: String,
    /// The months that were compared. Empty means everything.
    pub competencias: Vec<String>,
    /// Records to include.
    pub incluir: Vec<Inclusion>,
    /// Records to change.
    pub alterar: Vec<Alteration>,
    /// Records to remove.
    pub remover: Vec<Removal>,
    /// The number of records that need no change.
    pub unchanged: u64,
    /// The rows that break a rule. Applying the plan does not touch them.
    pub rejected: Vec<Rejection>,
    /// The warnings about the other rows, such as an invalid field that was left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Rejection>,
    /// The rows of the sheet that are not records: totals, footers, repeated headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedRow>,
    /// Rows that a spreadsheet program does not show; they are in the plan as all others are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<u32>,
}

/// A record that the platform does not have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inclusion {
    /// The row of the source.
    pub row: u64,
    /// The row's identity, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The record.
    pub body: PlanValue,
}

/// A record that differs on the platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alteration {
    /// The row of the source.
    pub row: u64,
    /// Its identity.
    pub key: String,
    /// The platform's identifier.
    pub id: String,
    /// The changed fields.
    pub changes: Vec<PlanChange>,
    /// The body to send.
    pub body: PlanValue,
    /// Fingerprint of the platform's record.
    pub seen: String,
}

/// One field of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanChange {
    /// The field, such as `endereco.cep`.
    pub field: String,
    /// The platform's value.
    pub from: PlanValue,
    /// The source's value. Null empties the field.
    pub to: PlanValue,
}

/// A record that the source does not have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Removal {
    /// Its identity.
    pub key: String,
    /// The platform's identifier.
    pub id: String,
    /// Fingerprint of the platform's record.
    pub seen: String,
}

/// A row that breaks a rule, or has a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rejection {
    /// The row of the source.
    pub row: u64,
    /// Why.
    #[serde(with = "stored_finding")]
    pub findings: Vec<Finding>,
}

/// The greatest number of records that a synchronization may remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceiling {
    /// A number of records.
    Quantidade(u64),
    /// A percentage, 0 to 100, of the records that the platform has.
    Percent(u8),
}

impl Ceiling {
    /// Reads `50` or `10%`.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text.trim().strip_suffix('%') {
            Some(number) => number.trim().parse().ok().filter(|p| *p <= 100).map(Self::Percent),
            None => text.trim().parse().ok().map(Self::Quantidade),
        }
    }

    /// Refuses to remove `count` of `total` records if that is more than the ceiling.
    pub(crate) fn check(self, count: u64, total: u64) -> Result<(), Error> {
        let (fits, text) = match self {
            Self::Quantidade(n) => (count <= n, n.to_string()),
            Self::Percent(p) => (u128::from(count) * 100 <= u128::from(p) * u128::from(total), format!("{p}%")),
        };
        if fits {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Configuration,
            Message::new(
                format!(
                    "o plano removeria {count} de {total} registros, acima do teto de `{text}`; confira a fonte ou aumente o teto"
                ),
                format!(
                    "the plan would remove {count} of {total} records, above the ceiling of `{text}`; check the source or raise the ceiling"
                ),
            ),
        ))
    }
}

/// A value inside a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PlanValue(pub Value<'static>);

impl<'de> Deserialize<'de> for PlanValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let value = Value::from_json(text.get().as_bytes()).map_err(D::Error::custom)?;
        Ok(Self(value.into_owned()))
    }
}

impl From<Change> for PlanChange {
    fn from(m: Change) -> Self {
        Self { field: m.field, from: PlanValue(m.from.unwrap_or(Value::Null)), to: PlanValue(m.to) }
    }
}

impl Plan {
    /// The version of the JSON that this library writes and reads.
    pub const VERSION: u32 = 1;

    /// Whether applying the plan would do nothing.
    #[must_use]
    pub fn empty(&self) -> bool {
        self.incluir.is_empty() && self.alterar.is_empty() && self.remover.is_empty()
    }

    /// The plan as JSON, for [`Plan::from_json`] and for other programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        // The plan has only strings, lists and names, so this cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a plan written by [`Plan::to_json`].
    ///
    /// # Errors
    /// `configuration`, if the text is not a plan, and `stale_plan`, if it has another version.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let error = |kind: ErrorKind, pt: String, en: String| Err(Error::new(kind, Message::new(pt, en)));
        match serde_json::from_str::<Self>(text) {
            Ok(plan) if plan.version == Self::VERSION => Ok(plan),
            Ok(plan) => error(
                ErrorKind::StalePlan,
                format!("o plano é da versão {}, e este programa lê a {}", plan.version, Self::VERSION),
                format!("the plan is of version {}, and this program reads {}", plan.version, Self::VERSION),
            ),
            Err(fault) => {
                let line = fault.line();
                error(
                    ErrorKind::Configuration,
                    format!("o texto não é um plano: linha {line}"),
                    format!("the text is not a plan: line {line}"),
                )
            }
        }
    }

    /// The plan for a person: the changes record by record and field by field, with at most `max` of each kind. Plans
    /// get printed and logged, so personal data is hidden unless `show_personal` is set. All symbols exist in old
    /// consoles' character sets.
    #[must_use]
    pub fn text(&self, language: Language, max: usize, show_personal: bool) -> String {
        let pt = language == Language::PtBr;
        let mut text = String::new();
        let mut row = |t: String| {
            text.push_str(&t);
            text.push('\n');
        };
        row(if pt {
            format!(
                "{}: incluir {}, alterar {}, remover {}, inalterados {}, rejeitados {}",
                self.resource,
                self.incluir.len(),
                self.alterar.len(),
                self.remover.len(),
                self.unchanged,
                self.rejected.len()
            )
        } else {
            format!(
                "{}: include {}, change {}, remove {}, unchanged {}, rejected {}",
                self.resource,
                self.incluir.len(),
                self.alterar.len(),
                self.remover.len(),
                self.unchanged,
                self.rejected.len()
            )
        });
        let place = |number| match place_of(number) {
            (row, Some(column)) => format!("{row}, {}", column_letter(column)),
            (row, None) => row.to_string(),
        };
        let (of_row, rest) = if pt { ("linha", "e mais") } else { ("row", "and more:") };
        for i in self.incluir.iter().take(max) {
            row(format!("+ {} ({of_row} {})", show_key(i.key.as_deref()), place(i.row)));
        }
        print_rest(&mut row, rest, self.incluir.len(), max);
        for a in self.alterar.iter().take(max) {
            row(format!("~ {} ({of_row} {})", show_key(Some(&a.key)), place(a.row)));
            for m in &a.changes {
                let hidden = !show_personal && self.is_personal(&m.field);
                let shown = |value: &PlanValue| show(&value.0, hidden, language);
                row(format!("    {}: {} -> {}", m.field, shown(&m.from), shown(&m.to)));
            }
        }
        print_rest(&mut row, rest, self.alterar.len(), max);
        for r in self.remover.iter().take(max) {
            row(format!("- {} (id {})", show_key(Some(&r.key)), r.id));
        }
        print_rest(&mut row, rest, self.remover.len(), max);
        let sentence = |p: &Finding| {
            let sentence = p.line(language);
            if show_personal { sentence } else { self.without_personal(p, &sentence) }
        };
        for r in self.rejected.iter().take(max) {
            let findings: Vec<_> = r.findings.iter().filter(|finding| finding.is_error()).map(sentence).collect();
            row(format!("! {of_row} {}: {}", place(r.row), findings.join("; ")));
        }
        print_rest(&mut row, rest, self.rejected.len(), max);
        for r in self.warnings.iter().take(max) {
            let findings: Vec<_> = r.findings.iter().map(sentence).collect();
            row(format!("  {of_row} {}: {}", place(r.row), findings.join("; ")));
        }
        print_rest(&mut row, rest, self.warnings.len(), max);
        for i in self.skipped.iter().take(max) {
            row(format!("  {of_row} {}: {}", place(i.row), i.message(language)));
        }
        print_rest(&mut row, rest, self.skipped.len(), max);
        if !self.hidden.is_empty() {
            let said = if pt { "linhas ocultas, lidas como as outras" } else { "hidden rows, read as the others are" };
            let shown: Vec<_> = self.hidden.iter().take(max).map(ToString::to_string).collect();
            row(format!("  {said}: {}", shown.join(", ")));
            print_rest(&mut row, rest, self.hidden.len(), max);
        }
        text
    }

    /// Whether the field at `path` is personal data.
    fn is_personal(&self, path: &str) -> bool {
        let mut schema: Option<&Schema> = Some(match self.resource.as_str() {
            "consumos" => Consumo::SCHEMA,
            _ => Cliente::SCHEMA,
        });
        for name in path.split('.') {
            let Some(field) = schema.and_then(|schema| schema.field(name)) else { return false };
            if field.rule.personal {
                return true;
            }
            schema = match field.rule.kind {
                FieldType::Object(inside) => Some(inside),
                _ => None,
            };
        }
        false
    }

    /// The finding's sentence without the content of the cell, which stands between backticks, if that may be personal
    /// data.
    fn without_personal(&self, finding: &Finding, sentence: &str) -> String {
        if !finding.path.is_empty() && !self.is_personal(&finding.path) {
            return sentence.to_owned();
        }
        let cell = finding.value().map(str::trim).filter(|value| !value.is_empty());
        let parts = sentence.split('`').enumerate().map(|(i, part)| match i % 2 {
            0 => part.into(),
            _ if cell == Some(part) => "***".into(),
            _ => Cow::Owned(mask(part)),
        });
        parts.collect::<Vec<Cow<'_, str>>>().join("`")
    }
}

fn print_rest(row: &mut impl FnMut(String), rest: &str, total: usize, max: usize) {
    if total > max {
        row(format!("  ... {rest} {}", total - max));
    }
}

/// Returns the code only, because a document is personal data and plans get printed.
fn show_key(key: Option<&str>) -> &str {
    key.map_or("-", |c| super::resource::code_of_key(c).unwrap_or("***"))
}

fn show(value: &Value<'_>, hidden: bool, language: Language) -> String {
    match value {
        Value::Null => if language == Language::PtBr { "vazio" } else { "empty" }.to_owned(),
        _ if hidden => "***".to_owned(),
        other => other.to_json(),
    }
}

/// The fingerprint of a record: its fields as this version knows them, without the times of creation and change.
pub(crate) fn fingerprint<M: Importable>(record: &M) -> String {
    let mut value = record.value();
    if let Value::Object(fields) = &mut value {
        fields.retain(|(name, _)| M::SCHEMA.field(name).is_some_and(|c| !matches!(c.name, "criadoEm" | "alteradoEm")));
    }
    hex(digest(&[&value.to_json()]).get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use smartbill_model::validate::Place;

    use super::*;
    use crate::messages::{CATALOGUE, row_error};

    #[test]
    fn a_plan_survives_json_and_prints_without_personal_data() {
        let body = PlanValue(Value::Object(vec![("nome".into(), Value::Text("X".into()))]));
        let change = |field: &str, from: &'static str, to| PlanChange {
            field: field.into(),
            from: PlanValue(Value::Text(from.into())),
            to: PlanValue(to),
        };
        let changes = vec![
            change("grupo", "ouro", Value::Null),
            change("email", "ana@example.com", Value::Text("bia@example.com".into())),
            change("endereco.cep", "01310100", Value::Null),
            change("endereco.uf", "SP", Value::Text("RJ".into())),
        ];
        let place = Place { value: "Ana Maria".into(), column: Some("B".into()), ..Place::default() };
        let repeated = row_error("linha_duplicada").with("other_row", "2");
        let finding = repeated.clone().at("nome").placed(place, &CATALOGUE);
        let rejected = repeated.with("value", "529.982.247-25").at("cpfCnpj");
        let plan = Plan {
            version: Plan::VERSION,
            resource: "clientes".into(),
            base_url: "http://127.0.0.1:1".into(),
            competencias: Vec::new(),
            incluir: vec![Inclusion { row: 2, key: Some("d:52998224725".into()), body: body.clone() }],
            alterar: vec![Alteration { row: 3, key: "c:C1".into(), id: "7".into(), changes, body, seen: "aa".into() }],
            remover: vec![Removal { key: "c:C2".into(), id: "8".into(), seen: "bb".into() }],
            unchanged: 5,
            rejected: vec![Rejection { row: 4, findings: vec![finding, rejected] }],
            warnings: Vec::new(),
            skipped: Vec::new(),
            hidden: Vec::new(),
        };
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
        assert_eq!(
            plan.text(Language::PtBr, 10, false),
            "clientes: incluir 1, alterar 1, remover 1, inalterados 5, rejeitados 1\n+ *** (linha 2)\n\
             ~ C1 (linha 3)\n    grupo: \"ouro\" -> vazio\n    email: *** -> ***\n    endereco.cep: *** -> vazio\n    \
             endereco.uf: \"SP\" -> \"RJ\"\n- C2 (id 8)\n! linha 4: nome: `***` já está na linha 2; \
             cpfCnpj: `***.***.***-**` já está na linha 2\n"
        );
        let shown = plan.text(Language::En, 10, true);
        for said in ["email: \"ana@example.com\" -> \"bia@example.com\"", "cep: \"01310100\" -> empty"] {
            assert!(shown.contains(said), "{shown}");
        }
        let kind = |text: &str| Plan::from_json(text).unwrap_err().kind();
        assert_eq!([kind("{}"), kind("x")], [ErrorKind::Configuration; 2]);
        assert_eq!(kind(&plan.to_json().replace("\"version\": 1", "\"version\": 99")), ErrorKind::StalePlan);
    }

    #[test]
    fn a_ceiling_is_a_count_or_a_percentage() {
        assert_eq!(Ceiling::from_text("10 %"), Some(Ceiling::Percent(10)));
        assert_eq!(Ceiling::from_text("101%"), None);
        assert!(Ceiling::Percent(10).check(10, 100).is_ok());
        assert!(Ceiling::Percent(10).check(11, 100).is_err());
        assert!(Ceiling::Quantidade(0).check(1, 100).is_err());
    }
}
