//! Counts what neither the profile nor the models know in answers, so that a change of the platform is noticed before it
//! does harm. Only names are kept, never values.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smartbill_documents::text::join;
use smartbill_model::{FieldType, Row, Schema, Value};

use crate::api::{Operation, Page, Secrets};
use crate::profile::Profile;

/// The greatest number of entries.
const MOST: usize = 1000;

/// The greatest number of words shown of one field. A field with more of them is not an enum of the platform.
const WORDS: usize = 20;

/// Stands for a name that may be a value, such as a key of an object by document.
const HIDDEN: &str = "*";

/// The unknown members and words that a client has seen in answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Sorted by operation, kind, path and word; at most 1,000.
    pub entries: Vec<DriftEntry>,
    /// The number of sightings that did not fit into the entries.
    pub more: u64,
}

/// One unknown member or word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DriftEntry {
    /// The operation that was answered, such as `clientes.listar`.
    pub operation: &'static str,
    /// The kind.
    pub kind: DriftKind,
    /// The path in a record, in the names of the wire. `*` stands for a name that may be a value.
    pub path: String,
    /// The word of the platform. Only one short word is kept, because anything else may be personal data.
    pub word: Option<String>,
    /// The number of times it was seen.
    pub total: u64,
}

impl DriftEntry {
    fn log(&self) {
        let Self { operation, path, .. } = self;
        match (self.kind, &self.word) {
            (DriftKind::UnknownMember, _) => {
                log::warn!(target: "smartbill", "{operation}: unknown member `{path}` in an answer");
            }
            (DriftKind::UnmappedWord, Some(word)) => {
                log::warn!(target: "smartbill", "{operation}: unknown word `{word}` at `{path}` of an answer");
            }
            (DriftKind::UnmappedWord, None) => {
                log::warn!(target: "smartbill", "{operation}: unknown words at `{path}` of an answer");
            }
        }
    }
}

/// The kinds of drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftKind {
    /// A member without a field. It is kept in the record's `extras`.
    UnknownMember,
    /// A word that the profile does not map and the model does not have.
    UnmappedWord,
}

impl DriftKind {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownMember => "unknown_member",
            Self::UnmappedWord => "unmapped_word",
        }
    }
}

/// The counts of a client, for all its calls. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct DriftCounts(Arc<Mutex<Drift>>);

impl DriftCounts {
    /// The counts so far.
    #[must_use]
    pub fn seen(&self) -> Drift {
        self.drift().clone()
    }

    /// Counts the unknown members and words of an answer's records, and logs the new ones.
    pub(crate) fn count(&self, profile: &Profile, secrets: &Secrets, operation: Operation, page: &Page) {
        // The log comes after the lock is released, because its receiver may read the counts.
        self.add(profile, secrets, operation, page).iter().for_each(DriftEntry::log);
    }

    /// Counts the unknown members and words of an answer's records, and returns the new ones.
    pub(super) fn add(
        &self,
        profile: &Profile,
        secrets: &Secrets,
        operation: Operation,
        page: &Page,
    ) -> Vec<DriftEntry> {
        let schema = operation.model();
        let mut walk = Walk { profile, secrets, operation, schema, counts: self, drift: None, first: Vec::new() };
        page.rows().for_each(|row| walk.row(schema, "", row));
        walk.first
    }

    fn drift(&self) -> MutexGuard<'_, Drift> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Walk<'w> {
    profile: &'w Profile,
    secrets: &'w Secrets,
    operation: Operation,
    schema: &'static Schema,
    counts: &'w DriftCounts,
    /// The counts, locked when there is something to count.
    drift: Option<MutexGuard<'w, Drift>>,
    /// The entries seen for the first time.
    first: Vec<DriftEntry>,
}

impl Walk<'_> {
    /// Walks a record, or the one in its field `at`.
    fn row(&mut self, schema: &'static Schema, at: &str, row: &Row<'_>) {
        for (field, value) in schema.present(row) {
            self.value(field.rule.kind, at, field.name, value);
        }
        for (name, value) in schema.extras(row) {
            let name = name.strip_prefix('$').unwrap_or(name);
            // The profile reads a part of this object. Its other parts are unknown.
            match value {
                Value::Object(members) if at.is_empty() && self.profile.field_of(schema, name).is_some() => {
                    for (inside, _) in members {
                        self.unknown("", &join(&[name, inside], "."));
                    }
                }
                _ => self.unknown(at, name),
            }
        }
    }

    fn value(&mut self, kind: FieldType, at: &str, name: &str, value: &Value<'_>) {
        match (kind, value) {
            (FieldType::Enum(names), Value::Text(word)) if !names.iter().any(|known| known == word) => {
                let path = self.profile.wire_path(self.schema, &below(at, name));
                self.add(DriftKind::UnmappedWord, &path, Some(word.strip_prefix('$').unwrap_or(word)));
            }
            (FieldType::Object(inside), Value::Row(row)) => self.row(inside, &below(at, name), row),
            (FieldType::List(item), Value::List(items)) => {
                for value in items {
                    self.value(item.kind, at, name, value);
                }
            }
            _ => {}
        }
    }

    fn unknown(&mut self, at: &str, name: &str) {
        if at.is_empty() {
            return self.add(DriftKind::UnknownMember, name, None);
        }
        let path = join(&[&self.profile.wire_path(self.schema, at), name], ".");
        self.add(DriftKind::UnknownMember, &path, None);
    }

    fn add(&mut self, kind: DriftKind, path: &str, word: Option<&str>) {
        let operation = self.operation.name();
        let drift = self.drift.get_or_insert_with(|| self.counts.drift());
        if drift.counted(operation, kind, path, word).is_ok() {
            return;
        }
        let path = shown_path(path, self.secrets);
        let known = drift.entries.iter().filter(|e| (e.operation, e.kind, e.path.as_str()) == (operation, kind, &path));
        let known = known.count();
        let word = word.filter(|word| is_word(word) && self.secrets.hide(word) == *word && known < WORDS);
        let Err(place) = drift.counted(operation, kind, &path, word) else { return };
        if drift.entries.len() >= MOST {
            drift.more += 1;
            return;
        }
        let word = word.map(str::to_owned);
        let entry = DriftEntry { operation, kind, path: path.into_owned(), word, total: 1 };
        self.first.push(entry.clone());
        drift.entries.insert(place, entry);
    }
}

impl Drift {
    /// Counts an entry once more. The error is the place at which a new entry belongs.
    fn counted(&mut self, operation: &str, kind: DriftKind, path: &str, word: Option<&str>) -> Result<(), usize> {
        let sought = (operation, kind, path, word);
        let place = self
            .entries
            .binary_search_by(|e| (e.operation, e.kind, e.path.as_str(), e.word.as_deref()).cmp(&sought))?;
        if let Some(entry) = self.entries.get_mut(place) {
            entry.total += 1;
        }
        Ok(())
    }
}

/// The path of `name` inside the object at the path `at`.
pub(super) fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { join(&[at, name], ".") }
}

/// The path with the names hidden that may be values.
pub(super) fn shown_path<'p>(path: &'p str, secrets: &Secrets) -> Cow<'p, str> {
    let sound = |name: &str| is_name(name) && secrets.hide(name) == name;
    if path.split('.').all(sound) {
        return Cow::Borrowed(path);
    }
    let parts: Vec<_> = path.split('.').map(|name| if sound(name) { name } else { HIDDEN }).collect();
    Cow::Owned(join(&parts, "."))
}

/// Whether a member's name is one that a programmer gave: letters, and not the digits of a document or a date.
fn is_name(name: &str) -> bool {
    const LONGEST: usize = 60;
    let letters = |b: u8| b.is_ascii_alphabetic() || !b.is_ascii();
    let fits = name.bytes().all(|b| letters(b) || b.is_ascii_digit() || b"_-:$[]".contains(&b));
    let few = name.split(|c: char| !c.is_ascii_digit()).all(|digits| digits.len() <= 3);
    fits && few && name.len() <= LONGEST && name.bytes().any(letters)
}

/// Whether a word is one of a program, such as `PENDING` or `in_review`: nobody's name, document or address.
fn is_word(word: &str) -> bool {
    const LONGEST: usize = 32;
    let letters = |b: u8| b.is_ascii_alphabetic();
    word.len() <= LONGEST && word.bytes().all(|b| letters(b) || b"_-".contains(&b)) && word.bytes().any(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_are_no_values() {
        for name in ["dateCreated", "telefone1_ddd", "endereço", "@type", "x-y", "custom:tax", "phones[0]", "v2"] {
            assert_eq!(is_name(name), name != "@type", "{name}");
        }
        for name in ["12345678909", "maria@example.com", "Maria da Silva", "2026-11-28", "", "1", &"a".repeat(61)] {
            assert!(!is_name(name), "{name}");
        }
        for word in ["PENDING", "in_review", "pre-paid", "Ativo"] {
            assert!(is_word(word), "{word}");
        }
        for word in ["Maria da Silva", "12345678909", "a@b", "", "_", "Maria.Silva", &"A".repeat(33)] {
            assert!(!is_word(word), "{word}");
        }
        let secrets = Secrets::of(&Profile::built_in(), Some("s3cret-token"));
        assert_eq!(shown_path("customers.12345678909.zip", &secrets), "customers.*.zip");
        assert_eq!(shown_path("a.s3cret-token", &secrets), "a.*");
        assert_eq!(shown_path("a.b", &secrets), "a.b");
    }
}
