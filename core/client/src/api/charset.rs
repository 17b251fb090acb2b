//! Bodies in the encoding of older servers.

use std::borrow::Cow;

use crate::api::Response;

/// The characters that windows-1252 has in place of the control characters of ISO-8859-1, which no text contains.
const FROM_0X80: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

const LABELS: [&str; 7] = ["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "windows-1252", "cp1252"];

impl Response {
    /// Returns the response with its body in UTF-8, if `content-type` names another encoding that is known. A body that
    /// is valid UTF-8 stays unchanged, whatever its header says: JSON has no other encoding (RFC 8259), and in practice
    /// text in Latin-1 is never valid UTF-8 by chance.
    pub(crate) fn in_utf8(self) -> Self {
        let latin = self.header("content-type").is_some_and(|t| LABELS.contains(&charset(t).as_ref()));
        if !latin || std::str::from_utf8(&self.body).is_ok() {
            return self;
        }
        let text: String = self.body.iter().map(|byte| character(*byte)).collect();
        Self { body: text.into(), ..self }
    }
}

/// The character of a byte in windows-1252. Servers that say ISO-8859-1 mean windows-1252.
fn character(byte: u8) -> char {
    let high = FROM_0X80.get(usize::from(byte).wrapping_sub(0x80));
    high.copied().unwrap_or_else(|| char::from(byte))
}

/// The `charset` of a `content-type`, in lower case. Empty if it has none.
fn charset(content_type: &str) -> Cow<'_, str> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let value = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset")).map_or("", |(_, value)| value);
    Cow::Owned(value.trim().trim_matches('"').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str, body: &[u8]) -> Vec<u8> {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Response { status: 200, headers, body: body.to_vec().into() }.in_utf8().body.to_vec()
    }

    #[test]
    fn a_body_in_the_encoding_that_its_header_names_is_read() {
        let latin = b"{\"nome\":\"Jos\xe9 \x80 \x93\xc7\x94\"}";
        for header in [
            "application/json; charset=ISO-8859-1",
            "application/json;charset=\"windows-1252\"",
            "text/json ; x=1; Charset = latin1 ",
        ] {
            assert_eq!(read(header, latin), "{\"nome\":\"José € “Ç”\"}".as_bytes(), "{header}");
        }
        // An encoding that the header does not name is not guessed.
        for header in ["application/json", "application/json; charset=utf-8", "application/json; charset=koi8-r", ""] {
            assert_eq!(read(header, latin), latin, "{header}");
        }
    }

    #[test]
    fn a_header_that_is_wrong_does_not_spoil_utf8() {
        for body in ["{\"nome\":\"José\"}", "\u{feff}{\"nome\":\"João\"}", "{}", ""] {
            assert_eq!(read("application/json; charset=iso-8859-1", body.as_bytes()), body.as_bytes());
        }
    }

    #[test]
    fn every_byte_has_its_character() {
        let all: Vec<u8> = (0..=255).collect();
        let text = String::from_utf8(read("a/b; charset=cp1252", &all)).unwrap();
        let differing: String =
            text.chars().zip(0..=255_u8).filter(|(c, b)| *c != char::from(*b)).map(|(c, _)| c).collect();
        assert_eq!(text.chars().count(), 256);
        assert_eq!(differing, "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ");
    }
}
