use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

/// Converts a text to normal form C: an accent that is a separate character becomes part of its letter.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Returns the intended text if `text` is UTF-8 that was read as Windows-1252 (`AÃ§Ãºcar`).
///
/// The text is corrected only if all of it converts back to valid UTF-8, which never happens by chance in Portuguese.
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
