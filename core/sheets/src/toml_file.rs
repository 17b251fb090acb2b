//! A TOML file that a person wrote, and messages about its mistakes: the file, the line, and the closest name.

use serde::de::DeserializeOwned;
use smartbill_model::validate::clip;
use toml::Spanned;

use super::finding::Params;
use super::finding::SheetError;
use super::names::most_similar;

/// The text of a file, and its name in messages.
#[derive(Clone, Copy)]
pub(super) struct TomlFile<'t> {
    pub(super) name: &'t str,
    pub(super) text: &'t str,
}

impl TomlFile<'_> {
    /// Reads the whole file. `keys` are the names that it may use.
    pub(super) fn read<T: DeserializeOwned>(self, keys: &[&'static str]) -> Result<T, SheetError> {
        toml::from_str(self.text).map_err(|fault| {
            let span = fault.span().unwrap_or_default();
            if fault.message().starts_with("unknown field") {
                let name = self.text.get(span.clone()).unwrap_or_default().trim_matches('"');
                self.unknown_at(span.start, name, keys.iter().copied())
            } else {
                SheetError::new("toml_ilegivel", self.place(span.start))
            }
        })
    }

    /// The error of an unknown name.
    pub(super) fn unknown(self, name: &Spanned<String>, known: impl Iterator<Item = &'static str>) -> SheetError {
        self.unknown_at(name.span().start, name.as_ref(), known)
    }

    /// The error of a wrong value, with further parameters.
    pub(super) fn wrong<T>(self, code: &'static str, at: &Spanned<T>, more: Params) -> SheetError {
        let mut params = self.place(at.span().start);
        params.extend(more);
        SheetError::new(code, params)
    }

    fn unknown_at(self, start: usize, name: &str, known: impl Iterator<Item = &'static str>) -> SheetError {
        let name = clip(name);
        let nearest = most_similar(&name, known).unwrap_or_default().to_owned();
        let mut params = self.place(start);
        params.extend([("name", name), ("nearest", nearest)]);
        SheetError::new("nome_desconhecido", params)
    }

    fn place(self, start: usize) -> Params {
        let line = self.text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        vec![("file", clip(self.name)), ("line", line.to_string())]
    }
}
