//! The table of a model: its fields, their types and rules.

use smartbill_documents as document;
use smartbill_documents::Names;

use crate::validate::Context;
use crate::value::Row;

/// The type of a field.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// An opaque identifier.
    Id,
    /// Text, with its limits in characters.
    Text {
        /// Minimum.
        min: u16,
        /// Maximum.
        max: u16,
    },
    /// A Brazilian document, kept in its canonical form.
    Documento(document::DocumentKind),
    /// An https address.
    Url,
    /// An exact decimal.
    Decimal {
        /// The greatest number of decimal places.
        places: u8,
        /// The least value.
        minimum: Minimum,
        /// The greatest value.
        maximum: Option<u8>,
    },
    /// A whole number within limits.
    Integer {
        /// Minimum.
        min: i16,
        /// Maximum.
        max: i16,
    },
    /// A truth value.
    Boolean,
    /// A civil date.
    Date,
    /// An instant.
    DateTime,
    /// A month.
    Competencia,
    /// One of the names. A name that the platform adds later is kept.
    Enum(Names),
    /// An object with a schema of its own.
    Object(&'static Schema),
    /// A list.
    List(&'static Rule),
    /// Free names and texts.
    Map,
}

impl FieldType {
    /// The schema of the record in the field, or of those in its list. `None` if it has no records.
    #[must_use]
    pub fn inside(self) -> Option<&'static Schema> {
        match self {
            Self::Object(schema) => Some(schema),
            Self::List(item) => item.kind.inside(),
            _ => None,
        }
    }
}

/// The least value of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minimum {
    /// No minimum.
    Any,
    /// Zero or more.
    Zero,
    /// More than zero.
    Positive,
}

/// The type of a field, and who fills it.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own about a field")]
pub struct Rule {
    /// The type.
    pub kind: FieldType,
    /// Whether a new record must have it.
    pub required: bool,
    /// Whether only the platform fills the field.
    pub response: bool,
    /// Whether the field is personal data (LGPD), which is never printed in clear.
    pub personal: bool,
    /// Whether a date may be before 1900. As the beginning of a search, such a date means "ever".
    pub any_date: bool,
}

impl Rule {
    const fn new(kind: FieldType) -> Self {
        Self { kind, required: false, response: false, personal: false, any_date: false }
    }
    pub(super) const fn id() -> Self {
        Self::new(FieldType::Id)
    }
    pub(super) const fn text(min: u16, max: u16) -> Self {
        Self::new(FieldType::Text { min, max })
    }
    pub(super) const fn documento(kind: document::DocumentKind) -> Self {
        Self::new(FieldType::Documento(kind))
    }
    pub(super) const fn url() -> Self {
        Self::new(FieldType::Url)
    }
    pub(super) const fn decimal(places: u8, minimum: Minimum) -> Self {
        Self::new(FieldType::Decimal { places, minimum, maximum: None })
    }
    pub(super) const fn percent() -> Self {
        Self::new(FieldType::Decimal { places: 4, minimum: Minimum::Zero, maximum: Some(100) })
    }
    pub(super) const fn integer(min: i16, max: i16) -> Self {
        Self::new(FieldType::Integer { min, max })
    }
    pub(super) const fn boolean() -> Self {
        Self::new(FieldType::Boolean)
    }
    pub(super) const fn date() -> Self {
        Self::new(FieldType::Date)
    }
    pub(super) const fn datetime() -> Self {
        Self::new(FieldType::DateTime)
    }
    pub(super) const fn competencia() -> Self {
        Self::new(FieldType::Competencia)
    }
    pub(super) const fn option(names: Names) -> Self {
        Self::new(FieldType::Enum(names))
    }
    pub(super) const fn object(schema: &'static Schema) -> Self {
        Self::new(FieldType::Object(schema))
    }
    pub(super) const fn list(item: &'static Rule) -> Self {
        Self::new(FieldType::List(item))
    }
    pub(super) const fn columns() -> Self {
        Self::new(FieldType::Map)
    }
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    pub(super) const fn response(mut self) -> Self {
        self.response = true;
        self
    }
    pub(super) const fn any_date(mut self) -> Self {
        self.any_date = true;
        self
    }
    pub(super) const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }
}

/// One field of a model.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in JSON and TypeScript.
    pub name: &'static str,
    /// Its name in Rust and Python.
    pub snake: &'static str,
    /// The field's type, and who fills it.
    pub rule: Rule,
    /// Its documentation.
    pub doc: &'static str,
}

/// Whether `snake` is the snake_case form of `camel`: an underscore stands before each capital that begins a word. A
/// capital begins a word if no other capital precedes it or if a small letter follows it (`copiaECola`, `codigoLC116`).
fn is_snake_case(camel: &str, snake: &str) -> bool {
    let mut expected_bytes = snake.bytes();
    let mut previous = b'A';
    let chars = camel.as_bytes();
    for (i, ch) in chars.iter().enumerate() {
        let lowercase_follows = chars.get(i + 1).is_some_and(u8::is_ascii_lowercase);
        let starts = ch.is_ascii_uppercase() && (!previous.is_ascii_uppercase() || lowercase_follows);
        if starts && expected_bytes.next() != Some(b'_') {
            return false;
        }
        if expected_bytes.next() != Some(ch.to_ascii_lowercase()) {
            return false;
        }
        previous = *ch;
    }
    expected_bytes.next().is_none()
}

/// The description of a model: its fields and its rules.
#[derive(Debug)]
pub struct Schema {
    /// The model's name, such as `Cliente`.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// The names of its fields, in order.
    pub names: Names,
    /// Its fields, in order.
    pub fields: &'static [Field],
    /// The rules that involve several fields.
    pub(crate) rules: fn(&Row<'_>, &mut Context),
}

impl Schema {
    /// The index of the field called `name`, in camelCase or snake_case.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<usize> {
        // Only a name with an underscore can differ from its camelCase form.
        let snake = name.contains('_');
        self.names().position(|field| field == name || snake && is_snake_case(field, name))
    }

    /// Iterates over the names of the fields, in order, in the list that is fastest to search.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }

    /// The field called `name`, in camelCase or snake_case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.get(self.index(name)?)
    }

    /// Returns the known name closest to `name`, if it is close enough to be a typing error.
    #[must_use]
    pub fn nearest_name(&self, name: &str) -> Option<&'static str> {
        nearest(name, self.names())
    }
}

/// Returns the candidate closest to `name` by edits, ignoring case and underscores.
pub fn nearest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let fold = |s: &str| {
        let mut folded = Vec::new();
        for c in s.chars() {
            if c != '_' {
                folded.push(c.to_ascii_lowercase());
            }
        }
        folded
    };
    // Names are short. A longer text is not a typing error, and comparing it would take long.
    if name.len() > 64 {
        return None;
    }
    let name = fold(name);
    candidates
        .map(|c| (edits(&name, &fold(c)), c))
        .filter(|(d, c)| *d <= c.len() / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// The number of edits between two names: characters inserted, removed or changed, and neighbours swapped (optimal
/// string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    // Row by row, computes the distance of each beginning of `a` from each beginning of `b`.
    let mut cells: Vec<usize> = (0..width).collect();
    for (i, x) in a.iter().enumerate() {
        cells.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let (left, above) = (cells.len() - 1, cells.len() - width);
            let at = |cell: usize| cells.get(cell).copied().unwrap_or_default();
            let mut least = (at(left).min(at(above)) + 1).min(at(above - 1) + usize::from(x != y));
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                least = least.min(at(above - width - 2) + 1);
            }
            cells.push(least);
        }
    }
    cells.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn edits_are_counted_as_strsim_does(a in "[abcé]{0,9}", b in "[abcé]{0,9}") {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(edits(&chars(&a), &chars(&b)), strsim::osa_distance(&a, &b));
        }
    }
}
