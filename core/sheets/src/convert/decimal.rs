use std::borrow::Cow;

use rust_decimal::Decimal;
use smartbill_documents::Mode;
use smartbill_model::validate::Finding;

use super::text::{scientific_notation, trim, without_apostrophe};
use super::{Context, DecimalPoint};
use crate::cell::Cell;
use crate::finding::cell_error;

/// Reads a number in the forms usual in Brazil: `1.234,56`, `R$ 1.234,56`, `-1.234,56`, `(1.234,56)`, `1.234,56-`.
///
/// `1.234` may be one thousand or a little more than one. Strict mode refuses it, and lenient mode reads it as one
/// thousand.
///
/// # Errors
/// The reason why the text is not a number, with a stable code.
///
/// ```
/// use smartbill_documents::Mode;
/// use smartbill_sheets::convert::ptbr_decimal;
///
/// assert_eq!(ptbr_decimal("R$ 1.234,56", Mode::Strict).unwrap().to_string(), "1234.56");
/// assert_eq!(ptbr_decimal("1.234", Mode::Strict).unwrap_err().code(), "decimal_ambiguo");
/// ```
pub fn ptbr_decimal(text: &str, mode: Mode) -> Result<Decimal, Finding> {
    read(text, mode, &mut Vec::new())
}

pub(super) fn convert(cell: &Cell, context: Context, warnings: &mut Vec<Finding>) -> Result<Decimal, Finding> {
    match cell {
        Cell::Number(number) if !number.value.is_finite() => Err(cell_error("decimal_invalido")),
        Cell::Number(number) => number.decimal().ok_or_else(|| cell_error("decimal_grande_demais")),
        Cell::Text(text) => match context.decimal_point {
            DecimalPoint::None => read(text, context.mode, warnings),
            DecimalPoint::Shown => match decimal_sign(cell) {
                // One slip among thousands such as `1.250` would make all of them small.
                Some(DecimalSign::Ambiguous) if context.mode == Mode::Strict => {
                    Err(cell_error("decimal_ambiguo").suggesting(trim(text).replace('.', ",")))
                }
                Some(DecimalSign::Comma) => Err(cell_error("decimal_com_virgula")),
                // What has thousands too is read only where somebody says how.
                _ if text.contains(',') => read(text, context.mode, warnings),
                _ => with_point(text),
            },
            DecimalPoint::Said => with_point(text),
        },
        // Excel converts `1.5` and `1/5` to days. The original number is lost.
        Cell::Date(_) => Err(cell_error("numero_virou_data")),
        // 36:00 is stored as 1.5. The cell does not tell whether hours, minutes or days are meant.
        Cell::Time(_) => Err(cell_error("numero_virou_hora")),
        _ => Err(cell_error("decimal_invalido")),
    }
}

fn read(text: &str, mode: Mode, warnings: &mut Vec<Finding>) -> Result<Decimal, Finding> {
    let invalid = || cell_error("decimal_invalido");
    let clean = trim(text);
    let (negative, body) = sign_and_body(without_apostrophe(&clean)).ok_or_else(invalid)?;
    if let Some((integers, fraction)) = body.split_once(',') {
        if only_digits(fraction) {
            return build(negative, &without_thousands(integers, '.').ok_or_else(invalid)?, fraction);
        }
        return Err(if scientific_notation(body) {
            cell_error("precisao_perdida")
        } else if english(integers, fraction) {
            cell_error("decimal_formato_ingles").suggesting(english_in_portuguese(body))
        } else {
            invalid()
        });
    }
    let Some((before, after)) = body.split_once('.').filter(|(a, d)| only_digits(a) && only_digits(d)) else {
        if scientific_notation(body) {
            return Err(cell_error("precisao_perdida"));
        }
        return build(negative, &without_thousands(body, '.').ok_or_else(invalid)?, "");
    };
    // Three digits after one dot are ambiguous, unless the number begins with a zero: `0.125` cannot be thousands.
    let thousands = after.len() == 3 && before.len() <= 3 && !before.starts_with('0');
    let finding = if thousands {
        cell_error("decimal_ambiguo").suggesting(format!("{before}{after}"))
    } else {
        cell_error("decimal_com_ponto").suggesting(format!("{before},{after}"))
    };
    if mode == Mode::Strict {
        return Err(finding);
    }
    warnings.push(finding.as_warning());
    if thousands { build(negative, &format!("{before}{after}"), "") } else { build(negative, before, after) }
}

/// Reads `1,234.56`, for a file that is declared to use the decimal point.
fn with_point(text: &str) -> Result<Decimal, Finding> {
    let invalid = || cell_error("decimal_invalido");
    let clean = trim(text);
    let (negative, body) = sign_and_body(without_apostrophe(&clean)).ok_or_else(invalid)?;
    if decimal_sign(&Cell::Text(body.to_owned())) == Some(DecimalSign::Comma) && without_thousands(body, ',').is_none()
    {
        return Err(cell_error("decimal_com_virgula"));
    }
    let (integers, fraction) = body.split_once('.').unwrap_or((body, ""));
    if !only_digits_or_nothing(fraction) {
        return Err(invalid());
    }
    let integers = without_thousands(integers, ',').ok_or_else(invalid)?;
    build(negative, &integers, fraction)
}

/// The decimal sign of a number in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecimalSign {
    Comma,
    Point,
    /// `1.250` may be either, and they are different numbers.
    Ambiguous,
}

/// The decimal sign that a cell shows. `None` for a cell without one, or with the thousands of English.
pub(crate) fn decimal_sign(cell: &Cell) -> Option<DecimalSign> {
    let Cell::Text(text) = cell else { return None };
    let clean = trim(text);
    let (_, body) = sign_and_body(without_apostrophe(&clean))?;
    let (before, after) = body.rsplit_once(['.', ','])?;
    if !only_digits(after) || !before.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) {
        return None;
    }
    let point = body.as_bytes().get(before.len()) == Some(&b'.');
    let thousands = before.contains(['.', ',']);
    Some(match point {
        // `1.250.000` has no decimals, and a dot between its thousands.
        true if thousands => return without_thousands(body, '.').map(|_| DecimalSign::Comma),
        true if after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0') => {
            DecimalSign::Ambiguous
        }
        true => DecimalSign::Point,
        false if thousands && without_thousands(before, '.').is_none() => return None,
        false => DecimalSign::Comma,
    })
}

fn build(negative: bool, integers: &str, fraction: &str) -> Result<Decimal, Finding> {
    if integers.is_empty() && fraction.is_empty() {
        return Err(cell_error("decimal_invalido"));
    }
    // Eighteen digits always fit in an i64, so no text needs to be built and parsed again.
    let value = if integers.len() + fraction.len() <= 18 {
        let digits = integers.bytes().chain(fraction.bytes()).fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
        Decimal::new(digits, u32::try_from(fraction.len()).unwrap_or(0))
    } else {
        let point = if fraction.is_empty() { "" } else { "." };
        let integers = if integers.is_empty() { "0" } else { integers };
        Decimal::from_str_exact(&format!("{integers}{point}{fraction}"))
            .map_err(|_| cell_error("decimal_grande_demais"))?
    };
    Ok(if negative { -value } else { value })
}

/// Removes the sign, in any usual place, the currency and the percent sign. The rest should be digits.
fn sign_and_body(text: &str) -> Option<(bool, &str)> {
    let mut rest = text.trim();
    let mut negative = false;
    let mut signed = false;
    let mut with_currency = false;
    loop {
        if let Some(inside) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')).filter(|_| !signed) {
            (negative, signed) = (true, true);
            rest = inside.trim();
        } else if let Some(after) = rest.strip_prefix(['-', '−']).filter(|_| !signed) {
            (negative, signed) = (true, true);
            rest = after.trim_start();
        } else if let Some(after) = rest.strip_prefix('+').filter(|_| !signed) {
            signed = true;
            rest = after.trim_start();
        } else if let Some(before) = rest.strip_suffix(['-', '−']).filter(|_| !signed) {
            (negative, signed) = (true, true);
            rest = before.trim_end();
        } else if let Some(after) =
            rest.strip_prefix("R$").or_else(|| rest.strip_prefix("r$")).filter(|_| !with_currency)
        {
            with_currency = true;
            rest = after.trim_start();
        } else if let Some(before) = rest.strip_suffix('%').filter(|_| !with_currency) {
            with_currency = true;
            rest = before.trim_end();
        } else {
            break;
        }
    }
    (!rest.is_empty()).then_some((negative, rest))
}

/// The digits of `text` without thousands separators, if these are at the right places or absent.
fn without_thousands(text: &str, delimiter: char) -> Option<Cow<'_, str>> {
    if only_digits_or_nothing(text) {
        return Some(Cow::Borrowed(text));
    }
    let mut groups = text.split(delimiter);
    let first = groups.next()?;
    let first_counts = (1..=3).contains(&first.len()) && only_digits(first);
    let rest_counts = groups.all(|group| group.len() == 3 && only_digits(group));
    (first_counts && rest_counts).then(|| Cow::Owned(text.replace(delimiter, "")))
}

fn english(integers: &str, rest: &str) -> bool {
    let (thousands, fraction) = rest.rsplit_once('.').unwrap_or((rest, "0"));
    only_digits(fraction) && without_thousands(&format!("{integers},{thousands}"), ',').is_some()
}

fn english_in_portuguese(body: &str) -> String {
    body.chars()
        .map(|c| {
            if c == ',' {
                '.'
            } else if c == '.' {
                ','
            } else {
                c
            }
        })
        .collect()
}

fn only_digits(text: &str) -> bool {
    !text.is_empty() && only_digits_or_nothing(text)
}

fn only_digits_or_nothing(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Number;

    #[test]
    fn a_number_may_show_its_decimal_sign() {
        for (text, sign) in [
            ("10.5", Some(DecimalSign::Point)),
            ("-1234.567", Some(DecimalSign::Point)),
            ("0.125", Some(DecimalSign::Point)),
            ("R$ 12.50", Some(DecimalSign::Point)),
            ("10,5", Some(DecimalSign::Comma)),
            ("1,250", Some(DecimalSign::Comma)),
            ("1.234,56", Some(DecimalSign::Comma)),
            ("1.234.567", Some(DecimalSign::Comma)),
            ("1.250", Some(DecimalSign::Ambiguous)),
            ("1250", None),
            ("1,234.56", None),
            ("1,234,567", None),
            ("1.2.3", None),
            ("12/05.3", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(decimal_sign(&Cell::Text(text.into())), sign, "{text}");
        }
        assert_eq!(decimal_sign(&Cell::Number(Number::new(10.5))), None);
    }

    #[test]
    fn brazilian_numbers() {
        for (text, value) in [
            ("1.234,56", "1234.56"),
            ("R$ 1.234,56", "1234.56"),
            ("R$1234,10", "1234.10"),
            ("-1.234,56", "-1234.56"),
            ("R$ -1.234,56", "-1234.56"),
            ("-R$ 1.234,56", "-1234.56"),
            ("(1.234,56)", "-1234.56"),
            ("R$ (1.234,56)", "-1234.56"),
            ("(R$ 1.234,56)", "-1234.56"),
            ("1.234,5-", "-1234.5"),
            ("R$\u{A0}99.999.999,99", "99999999.99"),
            ("1.234.567", "1234567"),
            ("12345", "12345"),
            (",5", "0.5"),
            ("+10", "10"),
            ("2,5%", "2.5"),
            ("'10,00", "10.00"),
            ("\u{2212}3,00", "-3.00"),
        ] {
            assert_eq!(ptbr_decimal(text, Mode::Strict).map(|d| d.to_string()), Ok(value.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_brazilian_number_says_why() {
        for (text, code) in [
            ("$1234", "decimal_invalido"),
            ("1,234.00", "decimal_formato_ingles"),
            ("-1,234,567.00", "decimal_formato_ingles"),
            ("1.234", "decimal_ambiguo"),
            ("1234.56", "decimal_com_ponto"),
            ("0.125", "decimal_com_ponto"),
            ("1.23,45", "decimal_invalido"),
            ("1,2,3", "decimal_invalido"),
            ("1.234,", "decimal_invalido"),
            ("--1", "decimal_invalido"),
            ("(-1)", "decimal_invalido"),
            ("doze", "decimal_invalido"),
            ("", "decimal_invalido"),
            (",", "decimal_invalido"),
            ("1,23E+13", "precisao_perdida"),
            ("99999999999999999999999999999999", "decimal_grande_demais"),
            ("١٢", "decimal_invalido"),
        ] {
            assert_eq!(
                ptbr_decimal(text, Mode::Strict).map_err(|a| a.code().to_owned()),
                Err(code.to_owned()),
                "{text}"
            );
        }
        assert_eq!(ptbr_decimal("1.234", Mode::Lenient).unwrap(), Decimal::from(1234));
        assert_eq!(ptbr_decimal("1234.56", Mode::Lenient).unwrap().to_string(), "1234.56");
    }

    #[test]
    fn english_numbers_when_declared() {
        let context = Context { decimal_point: DecimalPoint::Said, ..Context::default() };
        let read = |t: &str| convert(&Cell::Text(t.into()), context, &mut Vec::new()).map(|d| d.to_string());
        assert_eq!(read("1,234.56").unwrap(), "1234.56");
        assert_eq!(read("1.234").unwrap(), "1.234");
        assert!(read("1,5").is_err());
    }

    #[test]
    fn numeric_cells_are_exact() {
        let read = |v| convert(&Cell::Number(Number::new(v)), Context::default(), &mut Vec::new());
        assert_eq!(read(0.1 + 0.2).unwrap().to_string(), "0.3");
        assert_eq!(read(1e300).unwrap_err().code(), "decimal_grande_demais");
    }
}
