use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

/// The text in normal form C: an accent typed as a separate character becomes part of its letter.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if unicode_normalization::is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The text that was meant, if `text` is UTF-8 that someone read as Windows-1252 (`AÃ§Ãºcar`).
///
/// Nothing is mended unless the whole of it turns back into valid UTF-8, which no Portuguese text does by chance.
pub(super) fn undo_mojibake(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'â']) {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    let mended = String::from_utf8(bytes.into_owned()).ok()?;
    (mended != text).then_some(mended)
}
