//! Numbers and sentences as text, without `core::fmt`, which is too large for the browser module.

/// Appends a whole number, filled with zeros on the left up to `width` digits.
pub fn push_digits(out: &mut String, n: u64, width: usize) {
    if n > 9 || width > 1 {
        push_digits(out, n / 10, width.saturating_sub(1));
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}

/// A whole number as text.
#[must_use]
pub fn integer(n: i64) -> String {
    let mut out = String::new();
    if n < 0 {
        out.push('-');
    }
    push_digits(&mut out, n.unsigned_abs(), 1);
    out
}

/// A count as text.
#[must_use]
pub fn counts(n: usize) -> String {
    natural(n as u64)
}

/// A number that is not negative, as text.
#[must_use]
pub fn natural(n: u64) -> String {
    let mut out = String::new();
    push_digits(&mut out, n, 1);
    out
}

/// The number of characters of a text. The standard library's `chars().count()` is made for long texts, and is larger.
#[must_use]
pub fn chars(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

/// Removes the characters at the beginning for which `surplus` is true. All trimming functions share this body.
pub fn trim_start(text: &str, surplus: fn(char) -> bool) -> &str {
    let mut rest = text;
    let mut chars = text.chars();
    while chars.next().is_some_and(surplus) {
        rest = chars.as_str();
    }
    rest
}

/// Removes the characters at both ends for which `surplus` is true. Visible ASCII characters are never removed.
pub fn trim(text: &str, surplus: fn(char) -> bool) -> &str {
    let visible = |edge: Option<&u8>| edge.is_some_and(u8::is_ascii_graphic);
    if visible(text.as_bytes().first()) && visible(text.as_bytes().last()) {
        return text;
    }
    let mut end = trim_start(text, surplus);
    let mut chars = end.chars();
    while chars.next_back().is_some_and(surplus) {
        end = chars.as_str();
    }
    end
}

/// The first 60 characters of a name that somebody gave, because a name as long as a book must not make a message as
/// long.
#[must_use]
pub fn start(name: &str) -> &str {
    let end = name.char_indices().nth(60).map_or(name.len(), |(place, _)| place);
    name.get(..end).unwrap_or(name)
}

/// Whether two texts are equal, apart from the case of ASCII letters.
#[must_use]
pub fn eq_ignore_case(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b))
}

/// Splits a text at the first `at`, an ASCII character: the text before it and the text after it.
#[must_use]
pub fn divide(text: &str, at: u8) -> Option<(&str, &str)> {
    let index = text.bytes().position(|byte| byte == at)?;
    Some((text.get(..index)?, text.get(index + 1..)?))
}

/// Joins texts, with `between` between them.
#[must_use]
pub fn join(texts: &[&str], between: &str) -> String {
    let mut out = String::new();
    for (i, text) in texts.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        out.push_str(text);
    }
    out
}

/// Replaces each `{name}` in a sentence by the value of that name.
#[must_use]
pub fn fill(model: &str, values: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = model;
    while let Some((text, after)) = divide(rest, b'{') {
        out.push_str(text);
        let (name, after) = divide(after, b'}').unwrap_or_default();
        for (_, value) in values.iter().filter(|(n, _)| *n == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Appends a text as a JSON string.
pub fn json_text(text: &str, out: &mut String) {
    out.push('"');
    // Most texts need no escape. Looking at all bytes at once is quicker than stopping at the first.
    let escaped = |byte| u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\');
    if text.bytes().fold(0, |any, byte| any | escaped(byte)) == 0 {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut start = 0;
    for (i, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..=31 => "\\u00",
            _ => continue,
        };
        out.push_str(text.get(start..i).unwrap_or_default());
        out.push_str(escape);
        if escape.len() > 2 {
            out.push(if byte < 16 { '0' } else { '1' });
            out.push(char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'));
        }
        start = i + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_filled_by_name() {
        let values = [("a", "1".to_owned()), ("b", "{a}".to_owned())];
        assert_eq!(fill("x {b}, {a} e {c}!", &values), "x {a}, 1 e !");
        assert_eq!(fill("nada", &[]), "nada");
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_the_standard_library_does(n in any::<i64>(), width in 0_usize..12) {
            prop_assert_eq!(integer(n), n.to_string());
            let mut out = String::new();
            push_digits(&mut out, n.unsigned_abs(), width);
            prop_assert_eq!(out, format!("{:0width$}", n.unsigned_abs()));
        }

        #[test]
        fn texts_are_written_as_serde_json_does(text in any::<String>(), low in "[\u{0}-\u{7f}]*") {
            for text in [text, low] {
                let mut out = String::new();
                json_text(&text, &mut out);
                prop_assert_eq!(out, serde_json::to_string(&text).unwrap());
            }
        }
    }
}
