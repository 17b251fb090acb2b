use rust_decimal::Decimal;
use smartbill_model::Value;

use crate::flows::Conversion;

/// The value at a path such as `endereco.cep`.
pub(super) fn read<'v, 'a>(value: &'v Value<'a>, path: &str) -> Option<&'v Value<'a>> {
    match path.split_once('.') {
        Some((first, rest)) => read(value.field(first)?, rest),
        None => value.field(path),
    }
}

/// The exact decimal in a value.
pub(super) fn decimal(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Decimal(value) => Some(*value),
        Value::Integer(value) => Some(Decimal::from(*value)),
        Value::Number(text) | Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// The date in a value.
pub(super) fn date(value: &Value<'_>) -> Option<jiff::civil::Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// The month in a value.
pub(super) fn month(value: &Value<'_>) -> Option<smartbill_documents::Competencia> {
    match value {
        Value::Competencia(month) => Some(*month),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// A value as people in Brazil write it, which our own importer reads.
pub(super) fn as_text(value: Option<&Value<'_>>, conversion: Conversion) -> String {
    let Some(value) = value else {
        return String::new();
    };
    match conversion {
        Conversion::Decimal | Conversion::Money => {
            if let Some(decimal) = decimal(value) {
                return with_decimal_comma(decimal, conversion);
            }
        }
        Conversion::Date => {
            if let Some(date) = date(value) {
                return date.strftime("%d/%m/%Y").to_string();
            }
        }
        Conversion::Competencia => {
            if let Some(month) = month(value) {
                return format!("{:02}/{:04}", month.month(), month.year());
            }
        }
        _ => {}
    }
    // A text that a spreadsheet would run as a formula is neutralized. Numbers do not get here.
    neutral_text(&plain_text(value))
}

/// Any value as plain text.
pub(super) fn plain_text(value: &Value<'_>) -> String {
    match value {
        Value::Null | Value::Foreign(_) => String::new(),
        Value::Boolean(true) => "Sim".to_owned(),
        Value::Boolean(false) => "Não".to_owned(),
        Value::Integer(v) => v.to_string(),
        Value::Decimal(v) => v.to_string().replace('.', ","),
        Value::Float(v) => v.to_string().replace('.', ","),
        Value::Number(v) | Value::Text(v) => v.to_string(),
        Value::Date(v) => v.strftime("%d/%m/%Y").to_string(),
        Value::DateTime(v) => v.to_string(),
        Value::Competencia(v) => format!("{:02}/{:04}", v.month(), v.year()),
        Value::List(items) => items.iter().map(plain_text).collect::<Vec<_>>().join(", "),
        Value::Object(_) | Value::Row(_) => value.to_json(),
    }
}

fn with_decimal_comma(value: Decimal, conversion: Conversion) -> String {
    let mut value = value.normalize();
    if conversion == Conversion::Money && value.scale() < 2 {
        value.rescale(2);
    }
    value.to_string().replace('.', ",")
}

/// Adds an apostrophe to a text that begins like a formula; the importer removes it again. A plain negative number
/// stays unchanged.
pub(crate) fn neutral_text(text: &str) -> String {
    // Excel treats full-width signs like plain ones, and also looks for them after line breaks.
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let number = text.strip_prefix('-').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    });
    if dangerous && !number { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_negatives_are_not_touched() {
        for (text, neutral) in [
            ("=1+1", "'=1+1"),
            ("+5511987654321", "'+5511987654321"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("-10,50", "-10,50"),
            ("-", "'-"),
            ("\tx", "'\tx"),
            ("Padaria = Pão", "Padaria = Pão"),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("\n=1+1", "'\n=1+1"),
            ("\r\n=1+1", "'\r\n=1+1"),
        ] {
            assert_eq!(neutral_text(text), neutral);
        }
    }
}
