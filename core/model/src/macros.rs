/// Declares a model: a struct, its table of fields, and the function that reads it.
macro_rules! model {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            $( $(#[doc = $cdoc:literal])* $field:ident $json:literal: $kind:ty => $rule:expr; )*
        }
        $( rules = $rules:path )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Default, PartialEq)]
        pub struct $name {
            $( $(#[doc = $cdoc])* pub $field: $kind, )*
            /// Fields that the platform sent and this version does not know, as they came.
            pub extras: std::collections::BTreeMap<String, $crate::Value<'static>>,
            /// Fields of the platform's answer that could not be read, and are absent here. Those of a record inside
            /// another are with the whole.
            pub findings: Vec<$crate::validate::Finding>,
        }

        impl $name {
            /// Everything about its fields.
            pub const SCHEMA: &'static $crate::Schema = &$crate::Schema {
                name: stringify!($name),
                doc: $crate::macros::doc(concat!($($doc, "\n"),*)),
                names: smartbill_documents::names!($($json),*),
                fields: &[ $( $crate::Field {
                    name: $json,
                    snake: stringify!($field),
                    rule: $rule,
                    doc: $crate::macros::doc(concat!($($cdoc, "\n"),*)),
                }, )* ],
                rules: model!(@rules $($rules)?),
            };
        }

        // The bits of one 64-bit number say which fields a row has, and whether it has extras.
        const _: () = assert!($name::SCHEMA.fields.len() < u64::BITS as usize);

        impl $crate::Model for $name {
            const SCHEMA: &'static $crate::Schema = $name::SCHEMA;

            fn from_row(row: $crate::Row<'_>) -> Self {
                let mut parsed = Self::default();
                $crate::macros::fill(&mut parsed, row);
                parsed
            }

            fn value(&self) -> $crate::Value<'_> {
                $crate::macros::object_value(Self::SCHEMA, self)
            }

            fn field(&self, snake: &str) -> Option<$crate::Value<'_>> {
                match snake {
                    $( stringify!($field) => $crate::FieldHolder::value(&self.$field), )*
                    _ => None,
                }
            }

            fn extras(&self) -> &std::collections::BTreeMap<String, $crate::Value<'static>> {
                &self.extras
            }

            fn findings(&self) -> &[$crate::validate::Finding] {
                &self.findings
            }

            fn annotate(&mut self, findings: Vec<$crate::validate::Finding>) {
                self.findings = findings;
            }
        }

        impl $crate::macros::Fields for $name {
            fn fields(&self) -> (Vec<&dyn $crate::FieldHolder>, &$crate::macros::Extras) {
                (vec![$( &self.$field ),*], &self.extras)
            }

            fn fields_mut(&mut self) -> (Vec<&mut dyn $crate::FieldHolder>, &mut $crate::macros::Extras) {
                (vec![$( &mut self.$field ),*], &mut self.extras)
            }
        }

        impl $crate::field_value::Scalar for $name {
            fn from_value(value: $crate::Value<'_>) -> Option<Self> {
                match value {
                    $crate::Value::Row(row) => Some($crate::Model::from_row(row)),
                    _ => None,
                }
            }
            fn value(&self) -> $crate::Value<'_> {
                $crate::Model::value(self)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::macros::masked(Self::SCHEMA, &$crate::Model::value(self), f)
            }
        }
    };
    (@rules) => { |_, _| {} };
    (@rules $rules:path) => { $rules };
}

/// Declares an open enumeration: the names known today, and any name that the platform adds later.
macro_rules! open_enum {
    ( $(#[doc = $doc:literal])* $name:ident { $( $(#[doc = $vdoc:literal])* $var:ident = $text:literal, )* } ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[doc = $vdoc])* $var, )*
            /// A name that this version does not know, as it came.
            Unknown(String),
        }

        impl $name {
            /// The names known today.
            pub const NAMES: smartbill_documents::Names = smartbill_documents::names!($($text),*);

            /// The variants of the names, in the same order.
            const KNOWN: &'static [Self] = &[$(Self::$var),*];

            /// The name, as in JSON.
            #[must_use]
            pub const fn as_str(&self) -> &str {
                match self {
                    $( Self::$var => $text, )*
                    Self::Unknown(name) => name.as_str(),
                }
            }

            /// The option called `name`, or `Unknown`.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                let index = Self::NAMES.iter().position(|n| n == name);
                let known = index.and_then(|i| Self::KNOWN.get(i)).cloned();
                known.unwrap_or_else(|| Self::Unknown(name.to_owned()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::field_value::Scalar for $name {
            fn from_value(value: $crate::Value<'_>) -> Option<Self> {
                value.text().map(Self::from_name)
            }
            fn value(&self) -> $crate::Value<'_> {
                $crate::Value::Text(self.as_str().into())
            }
        }
    };
}

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::{Field, FieldHolder, FieldType, Row, Schema, Value};

/// Returns the documentation, but an empty text in a browser, which would download it and never show it.
pub(crate) const fn doc(text: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") { "" } else { text }
}

/// Fields that the model does not have, unchanged.
pub(crate) type Extras = BTreeMap<String, Value<'static>>;

/// The fields of a model in the order of its table. Code that does not depend on the fields' types is written over this
/// trait and compiled once, not once per model. In the browser, a model then costs only a few hundred bytes.
pub(crate) trait Fields {
    fn fields(&self) -> (Vec<&dyn FieldHolder>, &Extras);
    fn fields_mut(&mut self) -> (Vec<&mut dyn FieldHolder>, &mut Extras);
}

/// Moves the values that [`Schema::read`] returned into a model.
pub(crate) fn fill(model: &mut dyn Fields, row: Row<'_>) {
    let (mut fields, extras) = model.fields_mut();
    for (place, value) in row.into_values() {
        match (fields.get_mut(place), value) {
            (Some(field), value) => field.accept(value),
            (None, Value::Object(rest)) => {
                extras.extend(rest.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())));
            }
            (None, _) => {}
        }
    }
}

/// The model as an object, without absent fields.
pub(crate) fn object_value<'a>(schema: &'static Schema, model: &'a dyn Fields) -> Value<'a> {
    let (fields, extras) = model.fields();
    let mut entries = Vec::with_capacity(fields.len() + extras.len());
    for (name, parsed) in schema.names().zip(fields) {
        entries.extend(parsed.value().map(|value| (Cow::Borrowed(name), value)));
    }
    entries.extend(extras.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), value.clone())));
    Value::Object(entries)
}

/// Writes `Debug` with personal data masked: only the first character of a text, and nothing of other values.
pub(crate) fn masked(schema: &Schema, value: &Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Value::Object(fields) = value else {
        return f.write_str("…");
    };
    let mut out = f.debug_struct(schema.name);
    for (name, value) in fields {
        match schema.field(name) {
            Some(field) if field.rule.personal => out.field(label(field, name), &format_args!("***")),
            Some(field) => out.field(label(field, name), &Masked(field.rule.kind, value)),
            None => out.field(name, &format_args!("…")),
        };
    }
    out.finish()
}

/// The field's name in Rust.
fn label<'a>(field: &'a Field, _: &'a str) -> &'a str {
    field.snake
}

struct Masked<'a>(FieldType, &'a Value<'a>);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (FieldType::Object(schema), value) => masked(schema, value, f),
            (FieldType::List(item), Value::List(items)) => {
                f.debug_list().entries(items.iter().map(|v| Masked(item.kind, v))).finish()
            }
            (_, Value::Text(t)) => write!(f, "{t:?}"),
            (_, value) => f.write_str(value.to_json().trim_matches('"')),
        }
    }
}
