//! Finds text in text, byte by byte. The standard library's search is made for long texts and brings its panic
//! messages: 3 kB of a page, only to find `{id}` in a path.

/// The byte position of the first `part` in `text`.
#[must_use]
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|slice| slice == part.as_bytes())
}

/// Splits `text` at the first `part`: the text before it and the text after it.
#[must_use]
pub fn divide<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let start = find(text, part)?;
    Some((text.get(..start)?, text.get(start + part.len()..)?))
}

/// Reads ASCII digits as a number. Any other character gives `None`.
#[must_use]
pub fn integer(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let add_months = |n: u64, b: u8| n.checked_mul(10)?.checked_add((b - b'0').into());
    if digits { text.bytes().try_fold(0, add_months) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_the_standard_library_finds(text in "[abé]{0,8}", part in "[abé]{1,3}", n in any::<u64>(), garbage in "\\PC{0,3}") {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(divide(&text, &part), text.split_once(&part));
            prop_assert_eq!(integer(&n.to_string()), Some(n));
            prop_assert_eq!(integer(&format!("{n}0")), format!("{n}0").parse().ok());
            prop_assert_eq!(integer(&garbage), garbage.parse().ok().filter(|_| !garbage.starts_with('+')));
        }
    }
}
