use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::Value;
use crate::value::Entries;

/// What the reading by the table leaves, for the rules to look at; a field is known by its place in the table.
#[derive(Clone, Copy)]
pub(crate) struct Canonical<'v, 'a>(pub &'v Entries<'a>);

/// The place of a field in its model's table; a name that it does not have does not compile.
macro_rules! field {
    ($model:ident . $name:literal) => {
        const { <$crate::$model>::SCHEMA.names.position($name) }
    };
}
pub(crate) use field;

impl<'v, 'a> Canonical<'v, 'a> {
    /// The field, `Null` where absent.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn value(self, field: usize) -> &'v Value<'a> {
        self.0.get(field).map_or(&Value::Null, |(_, value)| value)
    }

    pub(crate) fn has(self, field: usize) -> bool {
        !matches!(self.value(field), Value::Null)
    }

    pub(crate) fn text(self, field: usize) -> Option<&'v str> {
        self.value(field).text()
    }

    pub(crate) fn decimal(self, field: usize) -> Option<Decimal> {
        match self.value(field) {
            Value::Decimal(v) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn date(self, field: usize) -> Option<Date> {
        match self.value(field) {
            Value::Date(v) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn object(self, field: usize) -> Option<Self> {
        Self::from_value(self.value(field))
    }

    pub(crate) fn list(self, field: usize) -> &'v [Value<'a>] {
        match self.value(field) {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn from_value(value: &'v Value<'a>) -> Option<Self> {
        match value {
            Value::Object(entries) => Some(Self(entries)),
            _ => None,
        }
    }
}
