//! Encodes and decodes single values in their wire form.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_documents::dates::{add_days, days_from_epoch, parse_date, timestamp};
use smartbill_documents::decimal::read as parse_decimal;
use smartbill_documents::find::integer;
use smartbill_documents::{Competencia, decimal, text};
use smartbill_model::{FieldType, Value};

use crate::profile::word::Word;

/// The wire form of values whose field has no form of its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Encoding {
    pub(super) date: DateEncoding,
    /// The text that old systems write for an absent date.
    pub(super) absent_date: Option<String>,
    pub(super) month: MonthEncoding,
    pub(super) instant: InstantEncoding,
    pub(super) decimal: DecimalEncoding,
    pub(super) boolean: BooleanEncoding,
    pub(super) id: IdEncoding,
}

impl Encoding {
    /// The form of the models themselves.
    pub(super) const PLAIN: Self = Self {
        date: DateEncoding::Iso,
        absent_date: None,
        month: MonthEncoding::Iso,
        instant: InstantEncoding::Iso,
        decimal: DecimalEncoding::Text,
        boolean: BooleanEncoding::Native,
        id: IdEncoding::Text,
    };
}

/// The wire form of a civil date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateEncoding {
    /// `2026-01-31`
    Iso,
    /// `31/01/2026`
    DayMonthYear,
    /// `01/31/2026`
    MonthDayYear,
    /// `20260131`
    Digits,
    /// `2026-01-31T00:00:00-03:00`. Read as the date that the text shows.
    DateTime,
    /// Seconds since 1970. Read as the date in UTC.
    Unix,
}

/// The wire form of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MonthEncoding {
    /// `2026-01`
    Iso,
    /// `01/2026`
    MonthYear,
    /// `202601`
    Digits,
}

/// The wire form of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InstantEncoding {
    /// RFC 3339
    Iso,
    /// Seconds since 1970.
    Unix,
}

/// The wire form of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecimalEncoding {
    /// `"10.50"`
    Text,
    /// `10.50`
    Number,
    /// `"10,50"`
    Comma,
    /// `1050` for amounts with two places. Any other decimal is a number.
    Cents,
}

/// The wire form of a truth value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BooleanEncoding {
    /// `true`
    Native,
    /// `"S"` and `"N"`
    Letters,
    /// `1` and `0`
    Digits,
}

/// The wire form of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdEncoding {
    /// `"12"`
    Text,
    /// `12`
    Integer,
}

/// The wire form of one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Code {
    Same,
    Number,
    Comma,
    Cents,
    Date(DateEncoding, Option<String>),
    Month(MonthEncoding),
    UnixInstant,
    Letters,
    Digits,
    Integer,
    Words(Vec<(&'static str, Word)>),
}

/// The reason why a value cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unwritable {
    /// The amount is not a whole number of cents.
    Cents,
    /// The identifier is not an integer.
    Integer,
    /// The profile has no word for the value.
    Word,
}

/// The number of places of an amount of money. Unit prices have more.
const MONEY_PLACES: u8 = 2;

/// Midnight in São Paulo, in seconds after midnight UTC. At this time the date is the same in both zones.
const MIDNIGHT: i64 = 3 * 3600;

const DAY: i64 = 86_400;

impl Code {
    /// The wire form of a field of `kind` under `encoding`.
    pub(super) fn of(kind: FieldType, encoding: &Encoding) -> Self {
        match kind {
            FieldType::Decimal { places, .. } => match encoding.decimal {
                DecimalEncoding::Text => Self::Same,
                DecimalEncoding::Comma => Self::Comma,
                DecimalEncoding::Cents if places == MONEY_PLACES => Self::Cents,
                DecimalEncoding::Cents | DecimalEncoding::Number => Self::Number,
            },
            FieldType::Date if encoding.date != DateEncoding::Iso || encoding.absent_date.is_some() => {
                Self::Date(encoding.date, encoding.absent_date.clone())
            }
            FieldType::Competencia if encoding.month != MonthEncoding::Iso => Self::Month(encoding.month),
            FieldType::DateTime if encoding.instant == InstantEncoding::Unix => Self::UnixInstant,
            FieldType::Boolean => match encoding.boolean {
                BooleanEncoding::Native => Self::Same,
                BooleanEncoding::Letters => Self::Letters,
                BooleanEncoding::Digits => Self::Digits,
            },
            FieldType::Id if encoding.id == IdEncoding::Integer => Self::Integer,
            _ => Self::Same,
        }
    }

    /// Encodes a value. If it cannot be written, returns it unchanged, with the reason.
    pub(super) fn encode<'a>(&'a self, value: Value<'a>) -> (Value<'a>, Option<Unwritable>) {
        let written = match (self, value) {
            (Self::Number, Value::Decimal(v)) => digits(v),
            (Self::Comma, Value::Decimal(v)) => Value::Text(decimal::text(v, None).replace('.', ",").into()),
            (Self::Cents, Value::Decimal(v)) => {
                match v.checked_mul(Decimal::ONE_HUNDRED).map(|cents| cents.normalize()) {
                    Some(cents) if cents.scale() == 0 => digits(cents),
                    Some(cents) => return (digits(cents), Some(Unwritable::Cents)),
                    None => return (Value::Decimal(v), Some(Unwritable::Cents)),
                }
            }
            (Self::Date(encoding, _), Value::Date(d)) => encode_date(*encoding, d),
            (Self::Month(encoding), Value::Competencia(c)) => encode_month(*encoding, c),
            (Self::UnixInstant, Value::DateTime(t)) => Value::Integer(t.as_second()),
            (Self::Letters, Value::Boolean(b)) => Value::Text(if b { "S" } else { "N" }.into()),
            (Self::Digits, Value::Boolean(b)) => Value::Integer(b.into()),
            (Self::Integer, Value::Text(t)) => {
                // An identifier has one spelling: `007` is not 7.
                let whole = t.len() <= 18 && t.bytes().all(|b| b.is_ascii_digit()) && (t == "0" || !t.starts_with('0'));
                if !whole || t.is_empty() {
                    return (Value::Text(t), Some(Unwritable::Integer));
                }
                Value::Number(t)
            }
            (Self::Words(words), Value::Text(t)) => match words.iter().find(|(name, _)| *name == t) {
                Some((_, word)) => word.value(),
                None => return (Value::Text(t), Some(Unwritable::Word)),
            },
            (_, value) => value,
        };
        (written, None)
    }

    /// The further words for the value `name`, without the first.
    pub(super) fn other_words(&self, name: &str) -> Vec<Value<'_>> {
        let Self::Words(words) = self else { return Vec::new() };
        words.iter().filter(|(own, _)| *own == name).skip(1).map(|(_, word)| word.value()).collect()
    }

    /// Decodes a value to the form that the model reads. A value that cannot be read stays unchanged, and the model
    /// refuses it. Returns false if the value is a word that the profile does not map.
    pub(super) fn decode(&self, kind: FieldType, value: &mut Value<'_>) -> bool {
        // The model reads these forms itself.
        if matches!(self, Self::Same | Self::Number | Self::Letters | Self::Integer) {
            return true;
        }
        *value = match (self, std::mem::replace(value, Value::Null)) {
            (Self::Comma, Value::Text(t)) => decode_comma(&t),
            (Self::Cents, value) => decode_cents(value),
            (Self::Date(encoding, absent), value) => decode_date(*encoding, absent.as_deref(), value),
            (Self::Month(encoding), Value::Text(t) | Value::Number(t)) => {
                decode_month(*encoding, &t).map_or(Value::Text(t), Value::Competencia)
            }
            (Self::UnixInstant, value) => {
                let instant = whole(&value).and_then(|seconds| timestamp(seconds, 0));
                instant.map_or(value, Value::DateTime)
            }
            (Self::Digits, Value::Text(t) | Value::Number(t)) if matches!(t.as_ref(), "0" | "1") => {
                Value::Boolean(t == "1")
            }
            (Self::Words(_), Value::Null) => Value::Null,
            (Self::Words(words), known) => {
                if let Some((name, _)) = words.iter().find(|(_, word)| word.is(&known)) {
                    *value = Value::Text((*name).into());
                    return true;
                }
                // A word of the wire that equals one of the model's own names means something else.
                let own =
                    matches!((&known, kind), (Value::Text(t), FieldType::Enum(names)) if names.iter().any(|n| n == t));
                *value = match known {
                    Value::Text(t) if own => Value::Text(["$", &t].concat().into()),
                    Value::Boolean(b) => Value::Text(if b { "true" } else { "false" }.into()),
                    other => other,
                };
                return false;
            }
            (_, value) => value,
        };
        true
    }
}

fn digits(v: Decimal) -> Value<'static> {
    Value::Number(decimal::text(v, None).into())
}

/// Reads a whole number in any form.
fn whole(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(n) => Some(*n),
        Value::Number(t) | Value::Text(t) => match t.trim().strip_prefix('-') {
            Some(digits) => i64::try_from(integer(digits)?).ok().map(|n| -n),
            None => i64::try_from(integer(t.trim())?).ok(),
        },
        _ => None,
    }
}

fn encode_date<'a>(encoding: DateEncoding, d: Date) -> Value<'a> {
    let (day, month) = (d.day().unsigned_abs(), d.month().unsigned_abs());
    let year = u64::from(d.year().unsigned_abs());
    let written = |parts: [(u64, usize); 3], between: &str| {
        let mut text = String::with_capacity(10);
        for (i, (n, width)) in parts.into_iter().enumerate() {
            text.push_str(if i > 0 { between } else { "" });
            text::push_digits(&mut text, n, width);
        }
        text
    };
    let (day, month, year) = ((day.into(), 2), (month.into(), 2), (year, 4));
    Value::Text(
        match encoding {
            DateEncoding::Iso => return Value::Date(d),
            DateEncoding::DayMonthYear => written([day, month, year], "/"),
            DateEncoding::MonthDayYear => written([month, day, year], "/"),
            DateEncoding::Digits => written([year, month, day], ""),
            DateEncoding::DateTime => written([year, month, day], "-") + "T00:00:00-03:00",
            DateEncoding::Unix => return Value::Integer(days_from_epoch(d) * DAY + MIDNIGHT),
        }
        .into(),
    )
}

fn decode_date<'a>(encoding: DateEncoding, absent: Option<&str>, value: Value<'a>) -> Value<'a> {
    let read = match &value {
        Value::Text(t) if absent == Some(t.trim()) => return Value::Null,
        Value::Text(t) => date_of(encoding, t.trim()),
        Value::Number(t) if matches!(encoding, DateEncoding::Digits | DateEncoding::Unix) => date_of(encoding, t),
        _ => None,
    };
    read.map_or(value, Value::Date)
}

/// Returns `None` for ISO dates and for invalid ones: the model reads the former and refuses the latter.
fn date_of(encoding: DateEncoding, text: &str) -> Option<Date> {
    let civil = |[y1, y2, y3, y4]: [u8; 4], [m1, m2]: [u8; 2], [d1, d2]: [u8; 2]| {
        parse_date(std::str::from_utf8(&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]).ok()?)
    };
    match encoding {
        DateEncoding::Iso => None,
        DateEncoding::DayMonthYear | DateEncoding::MonthDayYear => {
            let [a1, a2, b'/', b1, b2, b'/', y1, y2, y3, y4] = *text.as_bytes() else { return None };
            let (a, b) = ([a1, a2], [b1, b2]);
            let (day, month) = if encoding == DateEncoding::DayMonthYear { (a, b) } else { (b, a) };
            civil([y1, y2, y3, y4], month, day)
        }
        DateEncoding::Digits => {
            let [y1, y2, y3, y4, m1, m2, d1, d2] = *text.as_bytes() else { return None };
            civil([y1, y2, y3, y4], [m1, m2], [d1, d2])
        }
        DateEncoding::DateTime => {
            let (date, time) = text.split_at_checked(10)?;
            time.starts_with(['T', ' ']).then(|| parse_date(date))?
        }
        DateEncoding::Unix => {
            // Some platforms accept seconds but answer date-times, and some answer fractions of seconds.
            if text.contains('T') {
                return date_of(DateEncoding::DateTime, text);
            }
            let digits = text.split_once('.').map_or(text, |(seconds, _)| seconds);
            let seconds = whole(&Value::Number(digits.into()))?;
            let days = i32::try_from(seconds.div_euclid(DAY)).ok()?;
            add_days(Date::constant(1970, 1, 1), days)
        }
    }
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

/// Reads `1.234,56` and `1234,56`. A text in another form, such as `10.5`, must not be read with its point as it is.
fn decode_comma(text: &str) -> Value<'static> {
    let trimmed = text.trim();
    let unsigned = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let (whole, fraction) = unsigned.split_once(',').unwrap_or((unsigned, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let grouped = groups.clone().next().is_none() || first.len() <= 3;
    if trimmed.is_empty() {
        return Value::Null;
    }
    if !digits(first) || !grouped || !groups.all(|group| group.len() == 3 && digits(group)) || !digits(fraction) {
        return Value::Text([trimmed, " (,)"].concat().into());
    }
    let plain = trimmed.replace('.', "").replace(',', ".");
    parse_decimal(&plain).map_or_else(|| Value::Text([trimmed, " (,)"].concat().into()), Value::Decimal)
}

fn decode_cents(value: Value<'_>) -> Value<'_> {
    let cents = match &value {
        Value::Integer(v) => Some(Decimal::from(*v)),
        Value::Number(digits) => parse_decimal(digits),
        Value::Text(text) => parse_decimal(text.trim()),
        Value::Decimal(v) => Some(*v),
        _ => return value,
    };
    // Moving the decimal point is exact. Digits that do not fit must not be read as reais instead.
    let reais = cents.and_then(|mut v| v.set_scale(v.scale() + u32::from(MONEY_PLACES)).ok().map(|()| v));
    reais.map_or_else(|| Value::Text([&value.to_json(), " cents"].concat().into()), Value::Decimal)
}
