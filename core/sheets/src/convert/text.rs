use std::borrow::Cow;

use smartbill_model::validate::Finding;

use crate::cell::{Cell, INVISIBLE, Number};
use crate::finding::cell_error;

/// Removes every kind of space at the ends of a text, and converts no-break spaces inside it to plain spaces.
pub(super) fn trim(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Cow::Borrowed(text.trim_matches(' '));
    }
    let surplus = |c: char| INVISIBLE.contains(&c) || c == '\u{AD}' || c.is_control() || c.is_whitespace() && c != ' ';
    if !text.contains(surplus) {
        return Cow::Borrowed(text.trim_matches(' '));
    }
    let clean: String = text
        .chars()
        .filter(|c| !INVISIBLE.contains(c) && *c != '\u{AD}')
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c })
        .collect();
    Cow::Owned(clean.trim().to_owned())
}

/// Reads the text of a cell, including a cell that a spreadsheet program took for a number or a date.
///
/// An apostrophe that marks the content as text (`'00123`) is not part of the text.
pub(super) fn text(cell: &Cell) -> Result<Option<String>, Finding> {
    let clean = match cell {
        Cell::Number(number) => number_as_text(*number)?,
        Cell::Text(gross) => {
            let clean = trim(gross);
            if scientific_notation(&clean) {
                return Err(cell_error("precisao_perdida"));
            }
            without_apostrophe(&clean).to_owned()
        }
        other => other.show(),
    };
    Ok((!clean.is_empty()).then_some(clean))
}

/// Removes an apostrophe, but only before a text that a program could have taken for a number or a formula.
pub(super) fn without_apostrophe(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        // The line break before the sign has become a space.
        Some(rest) if rest.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => {
            rest.trim_start()
        }
        _ => text,
    }
}

/// Reads a code or document from a numeric cell. Beyond 15 digits, a spreadsheet has already replaced the lost digits
/// by zeros.
pub(super) fn number_as_text(number: Number) -> Result<String, Finding> {
    if !number.value.is_finite() || number.value.abs() >= 1e15 {
        return Err(cell_error("precisao_perdida"));
    }
    Ok(Cell::Number(number).show())
}

/// Whether a text looks like `1,23457E+13`: the remains of a long number that a spreadsheet program saved as text.
pub(super) fn scientific_notation(text: &str) -> bool {
    if memchr::memchr(b'+', text.as_bytes()).is_none() {
        return false;
    }
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    (1..=3).contains(&exponent.len())
        && exponent.bytes().all(|b| b.is_ascii_digit())
        && mantissa.bytes().any(|b| b.is_ascii_digit())
        && mantissa.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-'))
}
