//! A mapping that is stored in a file for other runs, languages and machines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartbill_model::toml_text::{DEEPEST, place, too_deep};

use super::finding::SheetError;
use super::mapping::Mapping;
use super::options::{Deleted, Joined, Months, ReadOptions};

/// The mapping of a file's columns and of the words in their cells.
///
/// ```
/// use smartbill_sheets::{ReadOptions, SavedMapping};
///
/// let toml = "[columns]\n\"Cód.\" = \"codigoExterno\"\n\n[values.tipoPessoa]\n1 = \"FISICA\"\n";
/// let mut options = ReadOptions::default();
/// SavedMapping::from_toml(toml)?.apply(&mut options);
/// assert_eq!(options.columns, [("Cód.".to_owned(), "codigoExterno".to_owned())]);
/// # Ok::<(), smartbill_sheets::SheetError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SavedMapping {
    /// The field of each header. An empty field leaves the column out.
    pub columns: BTreeMap<String, String>,
    /// For each field, the words in its cells and their meanings.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// For each field, the value for rows without one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub defaults: BTreeMap<String, String>,
    /// For each field, the columns that are joined into it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub joined: BTreeMap<String, Joined>,
    /// The mark of deleted rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deleted>,
    /// Columns of months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<Months>,
}

impl SavedMapping {
    /// Reads a mapping that [`SavedMapping::to_toml`] or a person wrote.
    ///
    /// # Errors
    /// The line with the mistake.
    pub fn from_toml(text: &str) -> Result<Self, SheetError> {
        if let Some(span) = too_deep(text) {
            return Err(SheetError::new(
                "mapa_fundo",
                vec![("line", place(text, span.start).line.to_string()), ("limit", DEEPEST.to_string())],
            ));
        }
        toml::from_str(text).map_err(|fault| {
            let at = place(text, fault.span().map_or(0, |span| span.start));
            let params = vec![("line", at.line.to_string()), ("column", at.column.to_string()), ("near", at.near)];
            SheetError::new("mapa_ilegivel", params)
        })
    }

    /// The mapping as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The mapping of a file, together with the options for it.
    #[must_use]
    pub fn of(mapping: &Mapping, options: &ReadOptions) -> Self {
        let columns = mapping.columns.iter().filter_map(|(index, column)| {
            let header = mapping.headers.get(*index).filter(|header| !header.is_empty())?;
            // A column with code and name or with the document in one cell is recognized again by its cells.
            let part = mapping.joined.iter().any(|joined| joined.parts.contains(index) && joined.main != *index);
            let by_cells = [mapping.code_and_name, mapping.document_within].contains(&Some(*index));
            (!by_cells && !part).then(|| (header.clone(), column.field.to_owned()))
        });
        let left_out = options.columns.iter().filter(|(_, field)| field.is_empty()).map(|(header, _)| header);
        let unread = mapping.extras.iter().filter_map(|extra| mapping.headers.get(extra.index)).chain(left_out);
        let unread = unread.map(|header| (header.clone(), String::new()));
        let header = |index: &usize| mapping.headers.get(*index).cloned();
        let joined = mapping.joined.iter().map(|of| {
            let columns = of.parts.iter().filter_map(header).collect();
            (of.field.to_owned(), Joined { columns, separator: of.separator.clone() })
        });
        let deleted = mapping.deleted.as_ref();
        let deleted = deleted.and_then(|(index, mark)| Some(Deleted { column: header(index)?, mark: mark.clone() }));
        let words = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<BTreeMap<_, _>>();
        Self {
            columns: columns.chain(unread).collect(),
            values: options.values.iter().map(|(field, pairs)| (field.clone(), words(pairs))).collect(),
            defaults: words(&options.defaults),
            joined: joined.collect(),
            deleted,
            months: options.months.clone(),
        }
    }

    /// Adds the mapping to the options. Existing options have priority.
    pub fn apply(self, options: &mut ReadOptions) {
        add(&mut options.columns, self.columns);
        add(&mut options.defaults, self.defaults);
        for (field, joined) in self.joined {
            if !options.joined.iter().any(|(known, _)| *known == field) {
                options.joined.push((field, joined));
            }
        }
        options.deleted = options.deleted.take().or(self.deleted);
        options.months = options.months.take().or(self.months);
        for (field, words) in self.values {
            match options.values.iter_mut().find(|(name, _)| *name == field) {
                Some((_, said)) => add(said, words),
                None => options.values.push((field, words.into_iter().collect())),
            }
        }
    }
}

fn add(said: &mut Vec<(String, String)>, more: BTreeMap<String, String>) {
    for (name, value) in more {
        if !said.iter().any(|(known, _)| *known == name) {
            said.push((name, value));
        }
    }
}
