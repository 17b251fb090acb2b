//! A TOML file that a person wrote, and messages about its mistakes: the file, the line, and the closest name.

use serde::de::DeserializeOwned;
use smartbill_model::toml_text::{DEEPEST, place, too_deep};
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
        if let Some(span) = too_deep(self.text) {
            let mut params = self.place(span.start);
            params.push(("limit", DEEPEST.to_string()));
            return Err(SheetError::new("toml_fundo", params));
        }
        toml::from_str(self.text).map_err(|fault| {
            let span = fault.span().unwrap_or_default();
            if fault.message().starts_with("unknown field") {
                let name = self.text.get(span.clone()).unwrap_or_default().trim_matches('"');
                self.unknown_at(span.start, name, keys.iter().copied())
            } else {
                let at = place(self.text, span.start);
                let mut params = self.place(span.start);
                params.extend([("column", at.column.to_string()), ("near", at.near)]);
                SheetError::new("toml_ilegivel", params)
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
        vec![("file", clip(self.name)), ("line", place(self.text, start).line.to_string())]
    }
}

#[cfg(test)]
mod tests {
    use smartbill_documents::Language;

    use crate::{DialectOption, LayoutOption, ReadOptions, SavedMapping, SheetError, SheetFile, flows};

    /// The tables and lists of a text that a thread's stack does not hold.
    fn deep_texts() -> Vec<String> {
        let deep = |before: &str, part: &str, middle: &str, end: &str| {
            [before, &part.repeat(100_000), middle, &end.repeat(100_000)].concat()
        };
        vec![
            deep("\n", "a.", "a = 1", ""),
            deep("\n[", "a.", "a]\nb = 1", ""),
            deep("\n[[columns.", "a.", "a]]\nb = 1", ""),
            deep("\ncolumns = ", "{ a = ", "1", " }"),
            deep("\ncolumn = ", "[", "1", "]"),
            deep("\nvalues = ", "[{ a = ", "1", " }]"),
        ]
    }

    fn code(read: Result<(), SheetError>) -> (&'static str, Vec<(&'static str, String)>) {
        read.map_err(|fault| (fault.code, fault.params)).unwrap_err()
    }

    #[test]
    fn what_is_no_toml_is_told_by_its_place_without_its_values() {
        let text = "[columns]\n\"Cód.\" = 5 \"Tok3n\"\n";
        let layout = Some(LayoutOption { name: "l.toml".to_owned(), text: text.to_owned() });
        let layout = SheetFile::from_bytes("a b\n", "c.txt", &ReadOptions { layout, ..ReadOptions::default() }).err();
        let mapping = SavedMapping::from_toml(text).err();
        for (fault, pt, en) in [
            (mapping, "linha 2, coluna 12, `\"Cód.\"`, não", "line 2, column 12, `\"Cód.\"`, is"),
            (layout, "`l.toml`, linha 2, coluna 12, `\"Cód.\"`: isto", "`l.toml`, line 2, column 12, `\"Cód.\"`: this"),
        ] {
            let fault = fault.unwrap();
            let (in_pt, in_en) = (fault.message(Language::PtBr), fault.message(Language::En));
            assert!(in_pt.contains(pt) && in_en.contains(en), "{in_pt}; {in_en}");
            assert!(![in_pt, in_en].concat().contains("Tok3n"));
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_an_error_with_its_line() {
        let of_file = |name: &str| {
            let (name, line, limit) = (name.to_owned(), "2".to_owned(), "32".to_owned());
            ("toml_fundo", vec![("file", name), ("line", line), ("limit", limit)])
        };
        let open = |options: &ReadOptions| {
            let mut file = SheetFile::from_bytes("Nome;CPF\nAna;52998224725\n", "c.csv", options)?;
            file.records(&flows::CLIENTES).map(drop)
        };
        for text in deep_texts() {
            let mapping = SavedMapping::from_toml(&text).map(drop);
            assert_eq!(code(mapping), ("mapa_fundo", vec![("line", "2".to_owned()), ("limit", "32".to_owned())]));
            let layout = Some(LayoutOption { name: "l.toml".to_owned(), text: text.clone() });
            assert_eq!(code(open(&ReadOptions { layout, ..ReadOptions::default() })), of_file("l.toml"));
            let dialect = Some(DialectOption::File { name: "d.toml".to_owned(), text });
            assert_eq!(code(open(&ReadOptions { dialect, ..ReadOptions::default() })), of_file("d.toml"));
        }
    }
}
