//! The parts that every document's reader needs: gathering characters, comparing masks, weighted sums.

use super::Reason;
use crate::text;
use crate::text::chars;

/// The greatest length of a text. Only BR Codes and e-mails may be longer, with any sensible punctuation.
const MAX_BYTES: usize = 256;

/// Up to `N` ASCII characters without an allocation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Ascii<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Ascii<N> {
    pub(super) const EMPTY: Self = Self { bytes: [0; N], len: 0 };

    /// Appends one ASCII character. A character that does not fit is dropped, so callers check the length first.
    pub(super) fn push(&mut self, byte: u8) {
        debug_assert!(byte.is_ascii());
        self.extend(&[byte]);
    }

    /// Appends ASCII characters. Characters that do not fit are dropped, so callers check the length first.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        extend(&mut self.bytes, &mut self.len, bytes);
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let mut new = Self::EMPTY;
        new.extend(bytes);
        new
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(super) fn as_str(&self) -> &str {
        start(&self.bytes, self.len)
    }
}

/// The body of [`Ascii::extend`], compiled once for all lengths.
fn extend(target: &mut [u8], len: &mut usize, bytes: &[u8]) {
    for (target, origin) in target.get_mut(*len..).unwrap_or_default().iter_mut().zip(bytes) {
        *target = *origin;
        *len += 1;
    }
}

/// The body of [`Ascii::as_str`], compiled once for all lengths.
fn start(bytes: &[u8], len: usize) -> &str {
    // Only ASCII is ever appended, so this is valid UTF-8.
    bytes.get(..len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

// Classes of characters, one bit each, so that an alphabet and the ignored characters are sets of classes.
const DIGIT: u8 = 1;
const UPPERCASE: u8 = 2;
pub(super) const DOT: u8 = 4;
/// The hyphen and the typographic dashes.
pub(super) const DASH: u8 = 8;
const SLASH: u8 = 16;
/// The bit that differs between lower and upper case. A character without this bit is upper case.
const LOWERCASE: u8 = 32;
/// Spaces that people and spreadsheets leave behind: ASCII ones and the no-break spaces.
pub(super) const SPACE: u8 = 64;
pub(super) const PARENTHESIS: u8 = 128;

/// The characters that count in a document of digits.
pub(super) const DIGITS: u8 = DIGIT;
/// Digits and A–Z. Lower case is collected as upper case and reported.
pub(super) const ALPHANUMERIC: u8 = DIGIT | UPPERCASE | LOWERCASE;
/// The characters that lenient mode removes from any numbered document.
pub(super) const PUNCTUATION: u8 = SPACE | DOT | DASH | SLASH;

const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut ch = 0;
    while ch < 128 {
        #[expect(clippy::indexing_slicing, reason = "within the array, and checked when it is compiled")]
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        {
            classes[ch] = match ch as u8 {
                b'0'..=b'9' => DIGIT,
                b'A'..=b'Z' => UPPERCASE,
                b'a'..=b'z' => LOWERCASE,
                b' ' | b'\t' | b'\r' | b'\n' => SPACE,
                b'.' => DOT,
                b'-' => DASH,
                b'/' => SLASH,
                b'(' | b')' => PARENTHESIS,
                _ => 0,
            };
        }
        ch += 1;
    }
    classes
};

fn ascii_class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

fn class(ch: char) -> u8 {
    match ch {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => SPACE,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => DASH,
        _ => u8::try_from(ch).map_or(0, ascii_class),
    }
}

/// Whether a character is in one of the classes.
pub(super) fn e(ch: char, classes: u8) -> bool {
    class(ch) & classes != 0
}

/// Whether a character is a space of any kind.
pub(super) fn space(ch: char) -> bool {
    e(ch, SPACE)
}

/// The text without the spaces around it.
pub(super) fn trim(text: &str) -> &str {
    text::trim(text, space)
}

impl<const N: usize> Ascii<N> {
    /// Collects the characters of `alphabet`, skips those of `ignores` and refuses all others. Returns whether there
    /// was lower case. It writes into `self`, because moving the value costs more than reading the text.
    pub(super) fn collect(
        &mut self,
        text: &str,
        alphabet: u8,
        expected: &'static [u8],
        ignores: u8,
    ) -> Result<bool, Reason> {
        collect(text, alphabet, expected, ignores, (&mut self.bytes, &mut self.len))
    }
}

/// The body of [`Ascii::collect`], compiled once for all lengths. Writes the characters that fit into `target` and
/// their number into `len`.
fn collect(
    text: &str,
    alphabet: u8,
    expected: &'static [u8],
    ignores: u8,
    (target, len): (&mut [u8], &mut usize),
) -> Result<bool, Reason> {
    if text.len() > MAX_BYTES {
        return Err(Reason::Length { expected, received: text.len() });
    }
    let collected = match collect_ascii(text.as_bytes(), alphabet, ignores, target) {
        Err(_) if !text.is_ascii() => collect_ascii(transcribe(text).as_bytes(), alphabet, ignores, target),
        collected => collected,
    };
    let (received, seen) = collected.map_err(|position| Reason::Alphabet { position })?;
    if received == 0 {
        return Err(Reason::Empty);
    }
    if !expected.iter().any(|&n| usize::from(n) == received) {
        return Err(Reason::Length { expected, received });
    }
    *len = received.min(target.len());
    Ok(seen & LOWERCASE != 0)
}

/// The error is the position of the first character that is not allowed.
fn collect_ascii(bytes: &[u8], alphabet: u8, ignores: u8, target: &mut [u8]) -> Result<(usize, u8), usize> {
    let (mut received, mut seen) = (0, 0);
    for (index, &byte) in bytes.iter().enumerate() {
        let class = ascii_class(byte);
        if class & alphabet != 0 {
            if let Some(place) = target.get_mut(received) {
                *place = byte & !(class & LOWERCASE);
            }
            received += 1;
            seen |= class;
        } else if class & ignores == 0 {
            return Err(index + 1);
        }
    }
    Ok((received, seen))
}

/// Converts the position in a reason about `rest`, the end of `text`, to a position in `text`.
#[cold]
pub(super) fn from_the_start(reason: Reason, text: &str, rest: &str) -> Reason {
    match reason {
        Reason::Alphabet { position } => Reason::Alphabet { position: position + chars(text) - chars(rest) },
        other => other,
    }
}

/// Replaces each character of a text by one ASCII character of the same class.
#[cold]
fn transcribe(text: &str) -> Ascii<MAX_BYTES> {
    let mut ascii = Ascii::EMPTY;
    for ch in text.chars() {
        ascii.push(match class(ch) {
            _ if ch.is_ascii() => ch as u8,
            SPACE => b' ',
            DASH => b'-',
            _ => 0,
        });
    }
    ascii
}

/// Whether a text has exactly the form of a mask. `0` is a digit, `A` is a digit or capital, and every other character
/// stands for itself.
pub(super) fn matches(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(t, m)| match m {
            b'0' => t.is_ascii_digit(),
            b'A' => t.is_ascii_digit() || t.is_ascii_uppercase(),
            _ => t == m,
        })
}

/// Writes the characters of `text` into the places (`0` or `A`) of a mask.
pub(super) fn apply(pattern: &str, text: &str) -> String {
    let mut origin = text.chars();
    let mut out = String::new();
    for m in pattern.chars() {
        let ch = if matches!(m, '0' | 'A') { origin.next() } else { Some(m) };
        let Some(ch) = ch else { break };
        out.push(ch);
    }
    out
}

/// Removes the characters of some classes. Every `strip` calls this.
pub(super) fn without(text: &str, classes: u8) -> String {
    let mut out = String::new();
    for ch in text.chars() {
        if !e(ch, classes) {
            out.push(ch);
        }
    }
    out
}

/// Returns the sum of the characters' values, and the weighted sum whose weights fall to 2 at the last character.
pub(super) fn sum_up_to_two(bytes: &[u8]) -> [u32; 2] {
    // The sum of all partial sums counts the last character once, the one before it twice, and so on.
    let (mut sum, mut sums) = (0, 0);
    for &byte in bytes {
        sum += u32::from(digit(byte));
        sums += sum;
    }
    [sum, sums + sum]
}

/// The modulus 10 check digit of two parts: weights 2, 1 from the right, the digits of each product added, complement
/// to the next ten.
pub(super) fn modulo10(parts: [&[u8]; 2]) -> u8 {
    let (mut sum, mut doubled) = (0, true);
    for part in parts.iter().rev() {
        for &byte in part.iter().rev() {
            let product = u32::from(digit(byte)) << u32::from(doubled);
            sum += if product > 9 { product - 9 } else { product };
            doubled = !doubled;
        }
    }
    b'0' + u8::try_from((10 - sum % 10) % 10).unwrap_or_default()
}

/// The sum of each character's value times the weights 2 to 9, repeated from the right over two parts.
pub(super) fn sum_from_2_to_9(parts: [&[u8]; 2]) -> u32 {
    let (mut sum, mut weight) = (0, 2);
    for part in parts.iter().rev() {
        for &byte in part.iter().rev() {
            sum += u32::from(digit(byte)) * weight;
            weight = if weight == 9 { 2 } else { weight + 1 };
        }
    }
    sum
}

/// The common modulus 11 check digit: 0 if the remainder is below 2, otherwise 11 minus the remainder.
pub(super) fn modulo11(sum: u32) -> u8 {
    match sum % 11 {
        0 | 1 => 0,
        rest => u8::try_from(11 - rest).unwrap_or_default(),
    }
}

/// Reads digits as a number.
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |total, &b| total * 10 + u32::from(digit(b)))
}

/// The value of an ASCII digit.
pub(super) fn digit(byte: u8) -> u8 {
    byte.wrapping_sub(b'0')
}

/// Whether all characters are the same.
pub(super) fn repeated(bytes: &[u8]) -> bool {
    bytes.split_first().is_some_and(|(first, rest)| rest.iter().all(|b| b == first))
}

/// Implements `Display` and `Debug`, which show a document only in its masked form.
macro_rules! masked_debug {
    ($kind:ident) => {
        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.masked())
            }
        }

        impl std::fmt::Debug for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($kind), "({})"), self.masked())
            }
        }
    };
}
pub(super) use masked_debug;
