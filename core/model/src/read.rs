//! Reads values by the table. One walk over a value of any model makes it canonical.
//!
//! Nothing here knows a model's type. Models are made from the result; validation needs only the result.

use std::borrow::Cow;

use rust_decimal::Decimal;
use smartbill_documents as document;
use smartbill_documents::dates::{parse_date, parse_timestamp};
use smartbill_documents::text::{chars, eq_ignore_case, integer as integer_text, start, trim};
use smartbill_documents::{Competencia, Names, decimal};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::field::nearest;
use crate::record::Record;
use crate::validate::{Context, Intent, Options, Problem, Report};
use crate::value::{Entries, Row, RowValues};
use crate::{Field, FieldType, Minimum, Rule, Schema, Value};

impl Schema {
    /// Reads `value`, checks the whole of it, and returns the record as it would be sent: texts trimmed, documents
    /// without mask, numbers exact.
    ///
    /// # Errors
    /// The report, if it has an error. On success the report holds the warnings.
    pub fn validar<'a>(&'static self, value: Value<'a>, options: Options) -> Result<(Record<'a>, Report), Report> {
        let mut ctx = Context::new(options);
        let row = self.read(value, &mut ctx);
        self.judge(row, ctx)
    }

    /// Ends a check: applies the rules over several fields to `row`, which was read with `ctx`.
    ///
    /// # Errors
    /// The report, if it has an error.
    pub fn judge<'a>(&'static self, row: Option<Row<'a>>, mut ctx: Context) -> Result<(Record<'a>, Report), Report> {
        if let Some(row) = &row {
            (self.rules)(row, &mut ctx);
        }
        match row {
            Some(mut row) if ctx.report.is_valid() => {
                row.drop_absent_items();
                Ok((Record::new(self, row), ctx.report))
            }
            _ => Err(ctx.report),
        }
    }

    /// Reads `value` as a record of this schema and records every finding of a single field. Returns `None` if the
    /// value is not an object.
    pub fn read<'a>(&'static self, value: Value<'a>, ctx: &mut Context) -> Option<Row<'a>> {
        let Value::Object(entries) = value else {
            wrong_type("object", &value, ctx);
            return None;
        };
        let mut builder = RowBuilder::new(self);
        for (name, mut value) in entries {
            match builder.find(&name) {
                Some((index, field)) => {
                    let place = builder.enter(index, field, ctx);
                    let good = !place.repeated && !matches!(value, Value::Null) && read(&mut value, place.rule, ctx);
                    builder.leave(place, if good { value } else { Value::Null }, ctx);
                }
                None => builder.unknown(name, value, ctx),
            }
        }
        Some(builder.end(ctx))
    }
}

/// Builds a record field by field, from a source of any kind.
///
/// For each field of the source: [`find`](Self::find) it, [`enter`](Self::enter) it, read its value by the rule of its
/// [`Place`], and [`leave`](Self::leave) it. Call [`unknown`](Self::unknown) for a field that the schema does not have.
pub struct RowBuilder<'a> {
    schema: &'static Schema,
    values: RowValues<'a>,
    extras: Entries<'a>,
    /// The fields that were given, and those with a finding, as bits by their index in the schema.
    seen: u64,
    said: u64,
    /// The index of the field that is expected next.
    next: usize,
}

/// A field that is being read.
#[derive(Clone, Copy)]
pub struct Place {
    index: usize,
    /// The rule by which to read the value.
    pub rule: &'static Rule,
    /// Whether the record has already given this field. Its value is then ignored.
    pub repeated: bool,
    /// The length of the path, and the number of findings, before the field.
    path: usize,
    found: usize,
}

impl<'a> RowBuilder<'a> {
    /// Starts a record of `schema` without any field.
    #[must_use]
    pub fn new(schema: &'static Schema) -> Self {
        Self { schema, values: RowValues::default(), extras: Vec::new(), seen: 0, said: 0, next: 0 }
    }

    /// Finds the field called `name` and its index in the schema. Most records have their fields in the order of the
    /// schema and leave some out, so the fields after the last one are looked at first.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, &'static Field)> {
        let fields = self.schema.fields;
        let (before, after) = fields.split_at_checked(self.next).unwrap_or((fields, &[]));
        let index = match after.iter().position(|field| field.name == name) {
            Some(index) => self.next + index,
            None => match before.iter().position(|field| field.name == name) {
                Some(index) => index,
                None => self.schema.index(name)?,
            },
        };
        Some((index, fields.get(index)?))
    }

    /// Begins a field. [`RowBuilder::leave`] ends it.
    pub fn enter(&mut self, index: usize, field: &'static Field, ctx: &mut Context) -> Place {
        self.next = index + 1;
        let path = ctx.enter(field.name);
        let found = ctx.found();
        let repeated = self.seen >> index & 1 == 1;
        if repeated {
            ctx.error(Problem::DuplicateField);
        }
        Place { index, rule: &field.rule, repeated, path, found }
    }

    /// Ends a field with its value, or with `Null` if the value could not be used.
    pub fn leave(&mut self, place: Place, value: Value<'a>, ctx: &mut Context) {
        let bit = 1 << place.index;
        if !place.repeated {
            self.values.set(place.index, value);
        }
        self.seen |= bit;
        if ctx.found() > place.found {
            self.said |= bit;
        }
        ctx.leave(place.path);
    }

    /// Takes a field that the schema does not have.
    pub fn unknown(&mut self, name: Cow<'a, str>, value: Value<'a>, ctx: &mut Context) {
        if ctx.is_response() {
            self.extras.push((name, value));
            return;
        }
        let nearest = if ctx.may_suggest() { self.schema.nearest_name(&name) } else { None };
        let given = start(&name);
        let len = ctx.enter_name(given);
        ctx.error(Problem::UnknownField { name: given.to_owned(), nearest });
        ctx.leave(len);
    }

    /// Returns the record, once all its fields are read.
    pub fn end(&mut self, ctx: &mut Context) -> Row<'a> {
        self.required(ctx);
        if ctx.at_root() {
            ctx.remember(self.said);
        }
        if !self.extras.is_empty() {
            self.values.set(self.schema.fields.len(), Value::Object(std::mem::take(&mut self.extras)));
        }
        self.values.end()
    }

    fn required(&self, ctx: &mut Context) {
        // A change names only the fields that change. But an item or an address inside it is given completely.
        let demands = match ctx.options.intent {
            Intent::Incluir => true,
            Intent::Alterar => !ctx.at_root(),
            Intent::Response => false,
        };
        if !demands {
            return;
        }
        for (index, field) in self.schema.fields.iter().enumerate() {
            if field.rule.required && !self.values.has(index) && self.said >> index & 1 == 0 {
                ctx.error_at(field.name, Problem::Required);
            }
        }
    }
}

/// Makes the value of a field, or of an item of a list, canonical. Returns false if the value could not be used.
pub(crate) fn read(value: &mut Value<'_>, rule: &'static Rule, ctx: &mut Context) -> bool {
    match rule.kind {
        // An answer's other texts may be truth values, but no record is called `true`.
        FieldType::Id if matches!(value, Value::Boolean(_)) => wrong_type("string", value, ctx),
        FieldType::Id => text(value, &const { Rule::text(1, 200) }, ctx),
        FieldType::Text { .. } | FieldType::Documento(_) | FieldType::Url => text(value, rule, ctx),
        FieldType::Decimal { places, minimum, maximum } => {
            let Some(parsed) = number(value, ctx) else {
                return false;
            };
            if !ctx.is_response() {
                check_decimal(parsed, places.into(), minimum, maximum.map(u32::from), ctx);
            }
            *value = Value::Decimal(parsed);
            true
        }
        FieldType::Integer { min, max } => integer(value, min.into(), max.into(), ctx),
        FieldType::Boolean => {
            let parsed = match value {
                Value::Boolean(v) => *v,
                // Brazilian ERPs and several platforms write "S" and "N".
                Value::Text(t) if eq_ignore_case(t, "S") => true,
                Value::Text(t) if eq_ignore_case(t, "N") => false,
                _ => return wrong_type("boolean", value, ctx),
            };
            *value = Value::Boolean(parsed);
            true
        }
        FieldType::Date => {
            let parsed = dates(value, FieldType::Date, ctx);
            // The empty dates of Delphi (1899-12-30), .NET and Python (0001-01-01).
            if parsed && !rule.any_date && !ctx.is_response() && matches!(value, Value::Date(day) if day.year() < 1900)
            {
                ctx.error(Problem::ImprobableDate);
            }
            parsed
        }
        FieldType::DateTime | FieldType::Competencia => dates(value, rule.kind, ctx),
        FieldType::Enum(names) => option(value, names, ctx),
        FieldType::Object(schema) => match schema.read(std::mem::replace(value, Value::Null), ctx) {
            Some(row) => {
                *value = Value::Row(row);
                true
            }
            None => false,
        },
        FieldType::List(item) => {
            let Value::List(items) = value else {
                return wrong_type("array", value, ctx);
            };
            for (i, value) in items.iter_mut().enumerate() {
                let len = ctx.enter_index(i);
                if !read(value, item, ctx) {
                    *value = Value::Null;
                }
                ctx.leave(len);
            }
            *value = list_of(std::mem::take(items), ctx);
            !matches!(value, Value::Null)
        }
        FieldType::Map => {
            let Value::Object(entries) = value else {
                return wrong_type("object", value, ctx);
            };
            entries.retain_mut(|(name, value)| {
                let len = ctx.enter_name(start(name));
                let parsed = text(value, &const { Rule::text(0, 500) }, ctx);
                ctx.leave(len);
                parsed
            });
            !entries.is_empty()
        }
    }
}

/// Returns a list of the items that were read, with `Null` for each item that could not be used, or `Null` if no item
/// could be used. In an input, the `Null` items stay until the rules have reported the indices of the others.
#[must_use]
pub fn list_of<'a>(mut items: Vec<Value<'a>>, ctx: &Context) -> Value<'a> {
    if items.iter().all(|item| matches!(item, Value::Null)) {
        return Value::Null;
    }
    if ctx.is_response() {
        items.retain(|item| !matches!(item, Value::Null));
    }
    Value::List(items)
}

impl Rule {
    /// Returns the canonical form of a value for a field or for an item of a list, or `Null` if the value could not be
    /// used. Findings are recorded.
    pub fn read<'a>(&'static self, mut value: Value<'a>, ctx: &mut Context) -> Value<'a> {
        if read(&mut value, self, ctx) { value } else { Value::Null }
    }
}

/// Records that the field cannot hold a value of this type. Returns false.
fn wrong_type(expected: &'static str, found: &Value<'_>, ctx: &mut Context) -> bool {
    ctx.error(Problem::WrongType { expected, found: found.kind().to_owned() });
    false
}

fn text(value: &mut Value<'_>, rule: &Rule, ctx: &mut Context) -> bool {
    let mut text = match (code(value), &*value) {
        (Some(text), _) => text,
        // An item of an answer's list, or of its free map, without a value.
        (None, Value::Null) if ctx.is_response() => return false,
        // A text has no parts, so an object or a list cannot become one.
        (None, Value::Object(_) | Value::List(_)) => return wrong_type("string", value, ctx),
        _ if ctx.is_response() => Cow::Owned(value.to_json()),
        _ => return wrong_type("string", value, ctx),
    };
    if !ctx.is_response() {
        clear(&mut text);
        if text.is_empty() {
            return false;
        }
        check_text(&text, rule, ctx);
        if let FieldType::Documento(kind) = rule.kind {
            read_document(&mut text, kind, ctx);
        }
    }
    *value = Value::Text(text);
    true
}

/// Takes the text of a value that is a text or a whole number. Servers and ERPs write codes as numbers, and a whole number
/// has only one spelling, so nothing is lost.
fn code<'a>(value: &mut Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => Some(std::mem::take(text)),
        Value::Integer(n) => Some(Cow::Owned(integer_text(*n))),
        Value::Number(n) if n != "-0" && n.strip_prefix('-').unwrap_or(n).bytes().all(|b| b.is_ascii_digit()) => {
            Some(std::mem::take(n))
        }
        _ => None,
    }
}

/// Trims a text and converts it to NFC. Copies it only if something changes.
///
/// In a browser every text arrives composed (`String.prototype.normalize`), because the Unicode tables would be half of
/// the download.
fn clear(text: &mut Cow<'_, str>) {
    if cfg!(not(target_arch = "wasm32")) && !text.is_ascii() && !is_nfc(text) {
        *text = Cow::Owned(text.trim().nfc().collect());
    }
    match text {
        Cow::Borrowed(text) => *text = trim(text, char::is_whitespace),
        Cow::Owned(owner) if trim(owner, char::is_whitespace).len() < owner.len() => {
            *owner = trim(owner, char::is_whitespace).to_owned();
        }
        Cow::Owned(_) => {}
    }
}

fn check_text(text: &str, rule: &Rule, ctx: &mut Context) {
    match rule.kind {
        FieldType::Text { min, max } => {
            let (min, max, len) = (min.into(), max.into(), chars(text));
            if len < min {
                ctx.error(Problem::TooShort { min });
            } else if len > max {
                ctx.error(Problem::TooLong { max, len });
            }
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                ctx.error(Problem::ControlCharacter);
            }
        }
        FieldType::Url if !text.starts_with("https://") => ctx.error(Problem::InvalidUrl),
        _ => {}
    }
}

/// Makes a document canonical, or leaves the text unchanged and records the reason.
fn read_document(text: &mut Cow<'_, str>, kind: document::DocumentKind, ctx: &mut Context) {
    match kind.canonical(text, ctx.options.mode) {
        Ok(canonical) if *text != canonical => *text = Cow::Owned(canonical),
        Ok(_) => {}
        Err(reason) => ctx.error(Problem::Document { kind, reason }),
    }
}

fn number(value: &Value<'_>, ctx: &mut Context) -> Option<Decimal> {
    let mut inexact = false;
    let parsed = match value {
        Value::Decimal(v) => Some(*v),
        Value::Integer(v) => Some((*v).into()),
        Value::Number(digits) => decimal::read(digits),
        Value::Text(text) => {
            let text = trim(text, char::is_whitespace);
            if text.is_empty() {
                return None;
            }
            decimal::read(text)
        }
        Value::Float(v) => {
            inexact = v.is_finite();
            decimal::from_float(*v)
        }
        _ => {
            wrong_type("decimal", value, ctx);
            return None;
        }
    };
    if parsed.is_none() {
        ctx.error(if inexact { Problem::InexactNumber } else { Problem::InvalidNumber });
    }
    parsed
}

fn check_decimal(v: Decimal, places: u32, minimum: Minimum, maximum: Option<u32>, ctx: &mut Context) {
    match minimum {
        Minimum::Zero if v.is_sign_negative() && !v.is_zero() => ctx.error(Problem::TooSmall { min: 0 }),
        Minimum::Positive if v.is_sign_negative() || v.is_zero() => ctx.error(Problem::NotPositive),
        _ => {}
    }
    if let Some(max) = maximum.filter(|max| decimal::greater(v, *max)) {
        ctx.error(Problem::TooLarge { max: max.into() });
    }
    if decimal::places(v) > places {
        ctx.error(Problem::TooManyPlaces { max: places });
    }
}

fn integer(value: &mut Value<'_>, min: i64, max: i64, ctx: &mut Context) -> bool {
    let parsed = match value {
        Value::Integer(v) => Some(*v),
        Value::Decimal(v) => decimal::integer(*v),
        // JSON has only one kind of number: `5.0` is 5.
        Value::Number(t) => digits(t).or_else(|| decimal::read(t).and_then(decimal::integer)),
        Value::Text(t) => digits(trim(t, char::is_whitespace)),
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        Value::Float(v) if v.fract() == 0.0 && v.abs() < 9e15 => Some(*v as i64),
        _ => None,
    };
    let Some(v) = parsed else {
        return wrong_type("integer", value, ctx);
    };
    if !ctx.is_response() {
        if v < min {
            ctx.error(Problem::TooSmall { min });
        } else if v > max {
            ctx.error(Problem::TooLarge { max });
        }
    }
    *value = Value::Integer(v);
    true
}

/// Reads a whole number with an optional minus sign, as `i64` is written.
fn digits(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let mut n = 0_i64;
    for byte in digits {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        n = n.checked_mul(10)?.checked_sub(digit)?;
    }
    if digits.is_empty() {
        return None;
    }
    if negative { Some(n) } else { n.checked_neg() }
}

/// Reads a date, an instant or a month.
fn dates(value: &mut Value<'_>, kind: FieldType, ctx: &mut Context) -> bool {
    let expected = match kind {
        FieldType::Date => "date",
        FieldType::DateTime => "datetime",
        _ => "month",
    };
    let parsed = match (&*value, kind) {
        (Value::Date(_), FieldType::Date)
        | (Value::DateTime(_), FieldType::DateTime)
        | (Value::Competencia(_), FieldType::Competencia) => return true,
        (Value::Date(day), FieldType::Competencia) => Competencia::new(day.year(), day.month()).map(Value::Competencia),
        (Value::Text(text), _) => {
            let text = trim(text, char::is_whitespace);
            if text.is_empty() {
                return false;
            }
            match kind {
                FieldType::Date => parse_date(text).map(Value::Date),
                FieldType::DateTime => parse_timestamp(text).map(Value::DateTime),
                _ => text.parse().ok().map(Value::Competencia),
            }
        }
        _ => return wrong_type(expected, value, ctx),
    };
    let Some(parsed) = parsed else {
        ctx.error(match kind {
            FieldType::Date => Problem::InvalidDate,
            FieldType::DateTime => Problem::InvalidDateTime,
            _ => Problem::InvalidMonth,
        });
        return false;
    };
    *value = parsed;
    true
}

fn option(value: &mut Value<'_>, names: Names, ctx: &mut Context) -> bool {
    let text = match (code(value), &*value) {
        (Some(text), _) => text,
        (None, Value::Number(digits)) if ctx.is_response() => digits.clone(),
        _ => return wrong_type("string", value, ctx),
    };
    let parsed = if names.iter().any(|name| name == text) || ctx.is_response() {
        text
    } else {
        let text = trim(&text, char::is_whitespace);
        if text.is_empty() {
            return false;
        }
        let Some(name) = names.iter().find(|n| eq_ignore_case(n, text)) else {
            let nearest = if ctx.may_suggest() { nearest(text, names.iter()) } else { None };
            ctx.error(Problem::InvalidOption { options: names, nearest });
            return false;
        };
        Cow::Borrowed(name)
    };
    *value = Value::Text(parsed);
    true
}
