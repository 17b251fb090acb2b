use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::dates::parse_date;
use smartbill_documents::decimal::read as parse_decimal;
use smartbill_documents::{Competencia, decimal, text};
use smartbill_model::{Field, FieldType, Schema, Value};

use crate::profile::{DateEncoding, DecimalEncoding, Encoding, MonthEncoding, Profile};

/// Marks a field of an answer that bears the name of a model's field without being it (that field is renamed).
const CLASH: &str = "$";

impl Encoding {
    /// As the models have it.
    pub(super) const PLAIN: Self =
        Self { date: DateEncoding::Iso, month: MonthEncoding::Iso, decimal: DecimalEncoding::Text, boolean_sn: false };
}

impl Profile {
    /// Whether every value looks on the wire as in the models, so that there is nothing to do.
    pub(crate) fn is_plain(&self) -> bool {
        !self.names.snake && self.names.renames.is_empty() && self.encoding == Encoding::PLAIN
    }

    /// A model's value as it stands on the wire. Costs nothing where nothing differs.
    #[must_use]
    pub fn encode<'a>(&'a self, schema: &'static Schema, value: Value<'a>) -> Value<'a> {
        if self.is_plain() {
            return value;
        }
        let Value::Object(fields) = value else {
            return value;
        };
        let names = self.names.of(schema);
        let encoded = fields.into_iter().map(|(name, value)| match schema.field(&name) {
            Some(field) => (Cow::Borrowed(names.wire(field)), self.encode_value(field.rule.kind, value)),
            None => match name.strip_prefix(CLASH) {
                Some(rest) if schema.field(rest).is_some() => (Cow::Owned(rest.to_owned()), value),
                _ => (name, value),
            },
        });
        Value::Object(encoded.collect())
    }

    /// A value from the wire as its model reads it. Costs nothing where nothing differs.
    #[must_use]
    pub fn decode<'a>(&self, schema: &'static Schema, value: Value<'a>) -> Value<'a> {
        if self.is_plain() {
            return value;
        }
        let Value::Object(fields) = value else {
            return value;
        };
        let names = self.names.of(schema);
        let decoded = fields.into_iter().map(|(wire, value)| match names.field(&wire) {
            Some(field) => (Cow::Borrowed(field.name), self.decode_value(field.rule.kind, value)),
            None if schema.field(&wire).is_some() => (Cow::Owned([CLASH, &wire].concat()), value),
            None => (wire, value),
        });
        Value::Object(decoded.collect())
    }

    /// The field of `schema` that is called `wire` on the wire.
    pub(crate) fn field_of(&self, schema: &'static Schema, wire: &str) -> Option<&'static Field> {
        self.names.of(schema).field(wire)
    }

    /// The name on the wire of the field `name` of `schema`.
    #[must_use]
    pub fn wire_name<'a>(&'a self, schema: &'static Schema, name: &'a str) -> &'a str {
        if self.is_plain() {
            return name;
        }
        schema.field(name).map_or(name, |field| self.names.of(schema).wire(field))
    }

    /// A model's path, such as `itens[0].servicoId`, in the names of the wire.
    #[must_use]
    pub fn wire_path(&self, schema: &'static Schema, path: &str) -> String {
        walk(schema, path, |schema, name| {
            (self.wire_name(schema, name).to_owned(), schema.field(name).map(|c| c.rule.kind))
        })
    }

    /// A path in the names of the wire, in the model's own names.
    #[must_use]
    pub fn model_path(&self, schema: &'static Schema, path: &str) -> String {
        if self.is_plain() {
            return path.to_owned();
        }
        walk(schema, path, |schema, wire| match self.field_of(schema, wire) {
            Some(field) => (field.name.to_owned(), Some(field.rule.kind)),
            None => (wire.to_owned(), None),
        })
    }

    fn encode_value<'a>(&'a self, kind: FieldType, value: Value<'a>) -> Value<'a> {
        match (kind, value) {
            (FieldType::Object(schema), value) => self.encode(schema, value),
            (FieldType::List(item), Value::List(items)) => {
                Value::List(items.into_iter().map(|v| self.encode_value(item.kind, v)).collect())
            }
            (FieldType::Decimal { places, .. }, Value::Decimal(v)) => self.encode_decimal(places, v),
            (FieldType::Date, Value::Date(d)) => encode_date(self.encoding.date, d),
            (FieldType::Competencia, Value::Competencia(c)) => encode_month(self.encoding.month, c),
            (FieldType::Boolean, Value::Boolean(b)) if self.encoding.boolean_sn => {
                Value::Text(if b { "S" } else { "N" }.into())
            }
            (_, value) => value,
        }
    }

    fn encode_decimal<'a>(&self, places: u8, v: Decimal) -> Value<'a> {
        let digits = |v: Decimal| Value::Number(decimal::text(v, None).into());
        match self.encoding.decimal {
            DecimalEncoding::Text => Value::Decimal(v),
            DecimalEncoding::Cents if places == MONEY_PLACES => {
                // An amount too large for its cents to fit never leaves a checked model; it stays an exact number.
                v.checked_mul(Decimal::ONE_HUNDRED).map_or(Value::Decimal(v), |cents| digits(cents.normalize()))
            }
            DecimalEncoding::Cents | DecimalEncoding::Number => digits(v),
        }
    }

    fn decode_value<'a>(&self, kind: FieldType, value: Value<'a>) -> Value<'a> {
        match (kind, value) {
            (FieldType::Object(schema), value) => self.decode(schema, value),
            (FieldType::List(item), Value::List(items)) => {
                Value::List(items.into_iter().map(|v| self.decode_value(item.kind, v)).collect())
            }
            (FieldType::Decimal { places: MONEY_PLACES, .. }, value)
                if self.encoding.decimal == DecimalEncoding::Cents =>
            {
                decode_cents(value)
            }
            (FieldType::Date, Value::Text(t)) => {
                decode_date(self.encoding.date, &t).map_or(Value::Text(t), Value::Date)
            }
            (FieldType::Competencia, Value::Text(t)) => {
                decode_month(self.encoding.month, &t).map_or(Value::Text(t), Value::Competencia)
            }
            (_, value) => value,
        }
    }
}

/// A decimal with two places is an amount of money (domain.md 2); prices of a unit have more.
const MONEY_PLACES: u8 = 2;

/// The model inside a field.
pub(super) fn inner(kind: FieldType) -> Option<&'static Schema> {
    match kind {
        FieldType::Object(schema) => Some(schema),
        FieldType::List(item) => inner(item.kind),
        _ => None,
    }
}

/// Maps each name of a path, carrying indices over.
fn walk(
    schema: &'static Schema,
    path: &str,
    rename: impl Fn(&'static Schema, &str) -> (String, Option<FieldType>),
) -> String {
    let mut out = String::with_capacity(path.len());
    let mut here = Some(schema);
    for segment in path.split('.') {
        let index = segment.find('[').and_then(|i| segment.get(i..)).unwrap_or_default();
        let name = segment.strip_suffix(index).unwrap_or(segment);
        if !out.is_empty() {
            out.push('.');
        }
        let (name, kind) = here.map_or((name.to_owned(), None), |schema| rename(schema, name));
        here = kind.and_then(inner);
        out.push_str(&name);
        out.push_str(index);
    }
    out
}

fn encode_date<'a>(encoding: DateEncoding, d: Date) -> Value<'a> {
    let (day, month) = (d.day().unsigned_abs(), d.month().unsigned_abs());
    let (a, b) = match encoding {
        DateEncoding::Iso => return Value::Date(d),
        DateEncoding::DayMonthYear => (day, month),
        DateEncoding::MonthDayYear => (month, day),
    };
    let mut text = String::with_capacity(10);
    for n in [a, b] {
        text::push_digits(&mut text, n.into(), 2);
        text.push('/');
    }
    text::push_digits(&mut text, d.year().unsigned_abs().into(), 4);
    Value::Text(text.into())
}

/// `None` leaves the text to the model, which reads ISO and refuses the rest.
fn decode_date(encoding: DateEncoding, text: &str) -> Option<Date> {
    let mut parts = text.trim().split('/');
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |s: &str, len| s.len() == len && s.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits(a, 2) || !digits(b, 2) || !digits(year, 4) {
        return None;
    }
    let (day, month) = match encoding {
        DateEncoding::Iso => return None,
        DateEncoding::DayMonthYear => (a, b),
        DateEncoding::MonthDayYear => (b, a),
    };
    parse_date(&[year, "-", month, "-", day].concat())
}

fn encode_month<'a>(encoding: MonthEncoding, c: Competencia) -> Value<'a> {
    let ((year, year_width), (month, month_width)) = ((c.year(), 4), (i16::from(c.month()), 2));
    let (first, between, second) = match encoding {
        MonthEncoding::Iso => return Value::Competencia(c),
        MonthEncoding::MonthYear => ((month, month_width), "/", (year, year_width)),
        MonthEncoding::Digits => ((year, year_width), "", (month, month_width)),
    };
    let mut text = String::with_capacity(7);
    text::push_digits(&mut text, first.0.unsigned_abs().into(), first.1);
    text.push_str(between);
    text::push_digits(&mut text, second.0.unsigned_abs().into(), second.1);
    Value::Text(text.into())
}

fn decode_month(encoding: MonthEncoding, text: &str) -> Option<Competencia> {
    let text = text.trim();
    let (year, month) = match encoding {
        MonthEncoding::Iso => return None,
        MonthEncoding::MonthYear => text.split_once('/').map(|(month, year)| (year, month))?,
        MonthEncoding::Digits => text.split_at_checked(4)?,
    };
    [year, "-", month].concat().parse().ok()
}

fn decode_cents(value: Value<'_>) -> Value<'_> {
    let cents = match &value {
        Value::Integer(v) => Some(Decimal::from(*v)),
        Value::Number(digits) => parse_decimal(digits),
        Value::Text(text) => parse_decimal(text.trim()),
        Value::Decimal(v) => Some(*v),
        _ => return value,
    };
    // Moving the point is exact; digits that do not fit must not be read as reais instead.
    let reais = cents.and_then(|mut v| v.set_scale(v.scale() + u32::from(MONEY_PLACES)).ok().map(|()| v));
    reais.map_or_else(|| Value::Text([&value.to_json(), " cents"].concat().into()), Value::Decimal)
}
