//! Conversions between canonical values and the types of a model's fields.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::Competencia;

use crate::{Id, Value};

/// A type that a field of a model can have.
pub trait FieldHolder {
    /// Stores a canonical value.
    fn accept(&mut self, value: Value<'_>);

    /// The field as a value. `None` if absent.
    fn value(&self) -> Option<Value<'_>>;
}

/// A type of which a field, or an item of a list, holds one value.
pub trait Scalar: Sized {
    /// Converts a canonical value. Returns `None` only if the table declares another type.
    fn from_value(value: Value<'_>) -> Option<Self>;
    /// Returns the value form of this type.
    fn value(&self) -> Value<'_>;
}

impl<T: Scalar> FieldHolder for Option<T> {
    fn accept(&mut self, value: Value<'_>) {
        *self = T::from_value(value);
    }

    fn value(&self) -> Option<Value<'_>> {
        self.as_ref().map(T::value)
    }
}

impl<T: Scalar> FieldHolder for Vec<T> {
    fn accept(&mut self, value: Value<'_>) {
        if let Value::List(items) = value {
            self.extend(items.into_iter().filter_map(T::from_value));
        }
    }

    fn value(&self) -> Option<Value<'_>> {
        (!self.is_empty()).then(|| Value::List(self.iter().map(T::value).collect()))
    }
}

impl FieldHolder for BTreeMap<String, String> {
    fn accept(&mut self, value: Value<'_>) {
        if let Value::Object(entries) = value {
            self.extend(
                entries.into_iter().filter_map(|(name, value)| Some((name.into_owned(), String::from_value(value)?))),
            );
        }
    }

    fn value(&self) -> Option<Value<'_>> {
        let fields = || self.iter().map(|(k, v)| (Cow::Borrowed(k.as_str()), Value::Text(v.into()))).collect();
        (!self.is_empty()).then(|| Value::Object(fields()))
    }
}

impl Scalar for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str().into())
    }
}

impl Scalar for Id {
    fn from_value(value: Value<'_>) -> Option<Self> {
        String::from_value(value).map(Self)
    }

    fn value(&self) -> Value<'_> {
        Value::Text(self.0.as_str().into())
    }
}

/// Implements [`Scalar`] for types that a value holds directly.
macro_rules! scalars {
    ($($kind:ty = $variant:ident,)*) => { $(
        impl Scalar for $kind {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::$variant(v) => Some(v),
                    _ => None,
                }
            }

            fn value(&self) -> Value<'_> {
                Value::$variant(*self)
            }
        }
    )* };
}

scalars! {
    Decimal = Decimal,
    i64 = Integer,
    bool = Boolean,
    Date = Date,
    Timestamp = DateTime,
    Competencia = Competencia,
}
