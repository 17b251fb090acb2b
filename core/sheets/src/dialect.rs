//! Dialects: the column names of a system, and the headers by which its files are recognized. All of this is data.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use smartbill_model::validate::clip;
use toml::Spanned;

use super::finding::SheetError;
use super::flows::{CONTAS_A_RECEBER, Flow};
use super::names::{most_similar, normalize};
use super::options::{Deleted, DialectOption, Joined, ReadOptions};
use super::saved::SavedMapping;
use super::toml_file::TomlFile;

/// The files of the known dialects.
const FILES: [(&str, &str); 14] = [
    ("bling.toml", include_str!("../dialects/bling.toml")),
    ("datasul.toml", include_str!("../dialects/datasul.toml")),
    ("dominio.toml", include_str!("../dialects/dominio.toml")),
    ("omie-clientes.toml", include_str!("../dialects/omie-clientes.toml")),
    ("omie-cobrancas.toml", include_str!("../dialects/omie-cobrancas.toml")),
    ("protheus-clientes.toml", include_str!("../dialects/protheus-clientes.toml")),
    ("protheus-cobrancas.toml", include_str!("../dialects/protheus-cobrancas.toml")),
    // Of two dialects with the same number of matching headers, the first one counts.
    ("protheus.toml", include_str!("../dialects/protheus.toml")),
    ("rm.toml", include_str!("../dialects/rm.toml")),
    ("sankhya.toml", include_str!("../dialects/sankhya.toml")),
    ("sap-b1.toml", include_str!("../dialects/sap-b1.toml")),
    ("senior.toml", include_str!("../dialects/senior.toml")),
    ("tiny.toml", include_str!("../dialects/tiny.toml")),
    ("winthor.toml", include_str!("../dialects/winthor.toml")),
];

static KNOWN: LazyLock<Vec<Dialect>> =
    LazyLock::new(|| FILES.iter().filter_map(|(file, text)| Dialect::from_toml(text, file).ok()).collect());

const FLOWS: [&str; 3] = ["clientes", "consumos", "cobrancas"];

/// The column names of a system.
#[derive(Debug, Clone)]
pub(super) struct Dialect {
    pub(super) name: String,
    /// The flow of its rows. `None` if the dialect names no fields, and therefore applies to all flows.
    flow: Option<&'static Flow>,
    /// The normalized headers by which it is recognized, and the number of them that must be present.
    signature: (BTreeSet<String>, usize),
    mapping: SavedMapping,
    /// Field → the field whose value is its own where no cell says it.
    pub(super) otherwise: Vec<(String, String)>,
}

/// A dialect in its written form: a saved mapping and the signature.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    flow: Option<Spanned<String>>,
    signature: Option<Signature>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    values: BTreeMap<Spanned<String>, BTreeMap<String, String>>,
    #[serde(default)]
    defaults: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    joined: BTreeMap<Spanned<String>, Joined>,
    deleted: Option<Deleted>,
    #[serde(default)]
    otherwise: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    headers: Vec<String>,
    at_least: usize,
}

/// The names that a file may use, for suggestions about an unknown one.
const KEYS: [&str; 14] = [
    "name",
    "flow",
    "signature",
    "headers",
    "at_least",
    "columns",
    "values",
    "defaults",
    "joined",
    "separator",
    "deleted",
    "column",
    "mark",
    "otherwise",
];

impl Dialect {
    /// Reads a dialect. `file` is its name in messages.
    pub(super) fn from_toml(text: &str, file: &str) -> Result<Self, SheetError> {
        let file = TomlFile { name: file, text };
        let written: Written = file.read(&KEYS)?;
        let flow = written.flow.as_ref().map(|name| {
            let named =
                if name.as_ref() == "cobrancas" { Some(&CONTAS_A_RECEBER) } else { Flow::by_name(name.as_ref()) };
            named.ok_or_else(|| file.unknown(name, FLOWS.into_iter()))
        });
        let flow = flow.transpose()?;
        let fields = written.columns.values().filter(|field| !field.as_ref().is_empty());
        let fields = fields.chain(written.values.keys()).chain(written.defaults.keys()).chain(written.joined.keys());
        let fields = fields.chain(written.otherwise.iter().flat_map(|(field, other)| [field, other]));
        let mut fields: Vec<&Spanned<String>> = fields.collect();
        fields.sort_by_key(|field| field.span().start);
        for field in fields {
            let Some(flow) = flow else {
                return Err(file.wrong("dialeto_sem_fluxo", field, Vec::new()));
            };
            if flow.column(field.as_ref()).is_none() {
                return Err(file.unknown(field, flow.columns.iter().map(|column| column.field)));
            }
        }
        for (field, joined) in &written.joined {
            let main = |(header, target): (&String, &Spanned<String>)| {
                target.as_ref() == field.as_ref()
                    && joined.columns.iter().any(|part| normalize(part) == normalize(header))
            };
            if !written.columns.iter().any(main) {
                let named = vec![("field", field.as_ref().clone())];
                return Err(file.wrong("dialeto_sem_coluna_principal", field, named));
            }
        }
        let signature = match written.signature {
            Some(signature) => (signature.headers.iter().map(|h| normalize(h)).collect(), signature.at_least.max(1)),
            None => (written.columns.keys().map(|header| normalize(header)).collect(), 1),
        };
        let mapping = SavedMapping {
            columns: written.columns.into_iter().map(|(header, field)| (header, field.into_inner())).collect(),
            values: written.values.into_iter().map(|(field, words)| (field.into_inner(), words)).collect(),
            defaults: written.defaults.into_iter().map(|(field, value)| (field.into_inner(), value)).collect(),
            joined: written.joined.into_iter().map(|(field, joined)| (field.into_inner(), joined)).collect(),
            months: None,
            deleted: written.deleted,
        };
        let otherwise = written.otherwise.into_iter().map(|(field, other)| (field.into_inner(), other.into_inner()));
        Ok(Self { name: written.name, flow, signature, mapping, otherwise: otherwise.collect() })
    }

    /// The number of headers of the signature that are present. `None` if they are too few.
    fn matching(&self, headers: &BTreeSet<String>) -> Option<usize> {
        let (signature, least) = &self.signature;
        let there = signature.intersection(headers).count();
        (there >= *least).then_some(there)
    }

    fn holds_for(&self, flow: &Flow) -> bool {
        self.flow.is_none_or(|own| own.name == flow.name)
    }

    /// The options, extended by the dialect's settings for the columns that are present. The caller's settings have
    /// priority.
    pub(super) fn applied(&self, options: &ReadOptions, headers: &[String]) -> ReadOptions {
        let there = normalized(headers);
        let mut mapping = self.mapping.clone();
        let said = |header: &str| options.columns.iter().any(|(known, _)| normalize(known) == normalize(header));
        mapping.columns.retain(|header, _| there.contains(&normalize(header)) && !said(header));
        let columns = &mapping.columns;
        mapping.joined.retain(|field, joined| {
            joined.columns.retain(|header| there.contains(&normalize(header)));
            // The caller may map a part to the same field. But if the caller maps a part to something else, the join
            // does not apply.
            let is = |header: &String, wanted: bool| {
                let mut own = options.columns.iter().filter(|(known, _)| normalize(known) == normalize(header));
                let mut named = columns.iter().filter(|(known, _)| normalize(known) == normalize(header));
                own.any(|(_, of)| (of == field) == wanted) || (wanted && named.any(|(_, of)| of == field))
            };
            let parts = &joined.columns;
            parts.len() > 1 && parts.iter().any(|part| is(part, true)) && !parts.iter().any(|part| is(part, false))
        });
        mapping.deleted = mapping.deleted.filter(|deleted| there.contains(&normalize(&deleted.column)));
        let mut applied = options.clone();
        mapping.apply(&mut applied);
        applied
    }
}

/// What the known systems call the columns of a flow, normalized, with the field; not what two of them mean differently.
pub(super) fn names(flow: &Flow) -> BTreeMap<String, &str> {
    let mut names: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for (header, field) in KNOWN.iter().filter(|d| d.holds_for(flow)).flat_map(|d| &d.mapping.columns) {
        let same = names.entry(normalize(header)).or_insert(Some(field));
        *same = same.filter(|known| known == field && !field.is_empty());
    }
    names.into_iter().filter_map(|(header, field)| Some((header, field?))).collect()
}

fn normalized(headers: &[String]) -> BTreeSet<String> {
    headers.iter().map(|header| normalize(header)).collect()
}

/// The dialects that a file may have.
pub(super) struct Dialects {
    /// The dialect that the caller named, or all known ones.
    candidates: Vec<Cow<'static, Dialect>>,
    /// The name of the dialect that the caller asked for.
    asked: Option<String>,
}

impl Dialects {
    /// # Errors
    /// If the caller names a dialect that does not exist or cannot be read.
    pub(super) fn of(flow: &Flow, option: Option<&DialectOption>) -> Result<Self, SheetError> {
        let known = || KNOWN.iter().filter(|dialect| dialect.holds_for(flow));
        let (candidates, asked) = match option {
            None => (known().map(Cow::Borrowed).collect(), None),
            Some(DialectOption::Known(name)) => {
                let named = known().filter(|dialect| normalize(&dialect.name) == normalize(name));
                let named: Vec<_> = named.map(Cow::Borrowed).collect();
                if named.is_empty() {
                    let nearest = most_similar(name, known().map(|dialect| dialect.name.as_str())).unwrap_or_default();
                    let params = vec![("name", clip(name)), ("flow", flow.name.to_owned())];
                    let nearest = ("nearest", nearest.to_owned());
                    return Err(SheetError::new("dialeto_desconhecido", [params, vec![nearest]].concat()));
                }
                (named, Some(name.clone()))
            }
            Some(DialectOption::File { name, text }) => {
                let dialect = Dialect::from_toml(text, name)?;
                if !dialect.holds_for(flow) {
                    let of = dialect.flow.map_or("", |flow| flow.name);
                    let params = vec![("file", clip(name)), ("flow", of.to_owned()), ("asked", flow.name.to_owned())];
                    return Err(SheetError::new("dialeto_de_outro_fluxo", params));
                }
                (vec![Cow::Owned(dialect)], Some(name.clone()))
            }
        };
        Ok(Self { candidates, asked })
    }

    /// The dialect of these headers: the one whose signature has the most headers among them.
    pub(super) fn recognized(&self, headers: &[String]) -> Option<&Dialect> {
        let headers = normalized(headers);
        let mut best: Option<(usize, &Dialect)> = None;
        for dialect in &self.candidates {
            if let Some(there) = dialect.matching(&headers)
                && best.is_none_or(|(most, _)| there > most)
            {
                best = Some((there, dialect));
            }
        }
        best.map(|(_, dialect)| dialect)
    }

    /// # Errors
    /// If the caller named a dialect, and the headers do not match it.
    pub(super) fn check(&self, recognized: Option<&Dialect>, headers: &[String]) -> Result<(), SheetError> {
        let Some(asked) = self.asked.as_ref().filter(|_| recognized.is_none()) else {
            return Ok(());
        };
        let found = headers.iter().filter(|header| !header.is_empty()).map(|header| format!("`{}`", clip(header)));
        let params = vec![("name", clip(asked)), ("all_found", found.collect::<Vec<_>>().join(", "))];
        Err(SheetError::new("dialeto_nao_reconhecido", params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_dialects_are_whole() {
        for (file, text) in FILES {
            let dialect = Dialect::from_toml(text, file).unwrap_or_else(|fault| panic!("{fault}"));
            let (signature, least) = &dialect.signature;
            assert!((1..=signature.len()).contains(least), "{file}");
            let columns = dialect.mapping.columns.keys();
            let normalized: BTreeSet<String> = columns.clone().map(|header| normalize(header)).collect();
            assert_eq!(normalized.len(), columns.len(), "{file}: two columns are one");
            for (field, value) in &dialect.mapping.values {
                assert!(dialect.mapping.columns.values().any(|target| target == field), "{file}: {field}: {value:?}");
            }
        }
    }
}
