//! Reads JSON (RFC 8259) into a [`Value`]. Every digit of a number is kept, and texts borrow from the input.
//!
//! A test checks that serde_json reads the same. But serde_json, with its visitors and error messages, would be a tenth
//! of the client's size in a browser.

use std::borrow::Cow;
use std::fmt;

use smartbill_documents::Message;
use smartbill_documents::text::counts;

use crate::Value;

/// The error for bytes that are not one readable JSON value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JsonError {
    /// The position of the problem, in bytes from the beginning.
    pub offset: usize,
    /// The reason.
    pub problem: JsonProblem,
}

/// The reason why JSON is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonProblem {
    /// The bytes are not JSON, or end too early.
    Malformed,
    /// Lists and objects are nested too deeply.
    TooDeep,
    /// The values would take more memory than allowed.
    TooLarge,
}

impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl JsonError {
    /// One line for a person, with the position.
    #[must_use]
    pub fn message(&self) -> Message {
        let (pt, en) = match self.problem {
            JsonProblem::Malformed => ("o texto não é um JSON válido", "the text is not valid JSON"),
            JsonProblem::TooDeep => ("o JSON está aninhado demais", "the JSON is nested too deep"),
            JsonProblem::TooLarge => ("o JSON tem valores demais", "the JSON has too many values"),
        };
        let place = [": byte ", &counts(self.offset)].concat();
        Message::new([pt, &place].concat(), [en, &place].concat())
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.problem {
            JsonProblem::Malformed => "invalid JSON at byte ",
            JsonProblem::TooDeep => "JSON nested too deep at byte ",
            JsonProblem::TooLarge => "JSON of too many values at byte ",
        })?;
        f.write_str(&counts(self.offset))
    }
}

impl std::error::Error for JsonError {}

impl<'a> Value<'a> {
    /// Parses JSON and keeps every digit of its numbers. The value takes at most 128 MiB.
    ///
    /// # Errors
    /// If the bytes are not one JSON value, or if the value would take more memory.
    pub fn from_json(bytes: &'a [u8]) -> Result<Self, JsonError> {
        read(bytes, MEMORY)
    }

    /// Parses the JSON of a platform's answer. The value takes at most `memory` bytes.
    ///
    /// # Errors
    /// The same as those of [`Value::from_json`].
    pub fn from_json_within(bytes: &'a [u8], memory: usize) -> Result<Self, JsonError> {
        read_answer(bytes, memory)
    }
}

/// The greatest nesting depth of lists and objects.
pub(crate) const DEPTH: u32 = 127;

/// The greatest memory of a value, in bytes, if the caller gives no limit.
pub(crate) const MEMORY: usize = 128 << 20;

/// The memory of an object, in bytes: that of the [`Value`] or of the model made from it, whichever is greater. In an
/// answer an object may be only three bytes, `{}`. A test checks that no model is larger.
pub(crate) const OBJECT_COST: usize = 640;

/// The memory of a list, in bytes.
pub(crate) const LIST_COST: usize = 128;

/// The memory of a field of an object, in bytes, with the spare room of a growing vector.
pub(crate) const FIELD_COST: usize = 128;

/// The memory of an item of a list, in bytes, with the spare room of a growing vector.
pub(crate) const ITEM_COST: usize = 64;

/// Reads one value and nothing after it. A byte order mark before the value, which some servers write, is skipped (RFC
/// 8259, section 8.1). The memory of the value is counted before it is allocated, and stays below `memory` bytes.
fn read(bytes: &[u8], memory: usize) -> Result<Value<'_>, JsonError> {
    read_bytes(bytes, memory, false)
}

/// Reads one value as [`read`] does, from a platform's answer. A system that cuts texts to a length may cut an emoji in
/// two and then write half of its pair (`"\ud83d"`). U+FFFD replaces such a half, so that the rest of the page is not
/// lost.
fn read_answer(bytes: &[u8], memory: usize) -> Result<Value<'_>, JsonError> {
    read_bytes(bytes, memory, true)
}

fn read_bytes(bytes: &[u8], memory: usize, halves: bool) -> Result<Value<'_>, JsonError> {
    Reader::read_all(bytes, memory, halves, |reader| reader.value(DEPTH))
}

/// A reader of JSON, piece by piece.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The memory that is left, in bytes.
    memory: usize,
    /// Whether half of a pair of escapes is accepted as a character.
    halves: bool,
    /// The reason why reading stopped, if it did.
    problem: JsonProblem,
}

impl<'a> Reader<'a> {
    /// Reads all of `bytes` by `read`. After `read` returns `None`, nothing more is read.
    pub(crate) fn read_all<T>(
        bytes: &'a [u8],
        memory: usize,
        halves: bool,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, JsonError> {
        let (mark, bytes) = bytes.strip_prefix(b"\xEF\xBB\xBF").map_or((0, bytes), |rest| (3, rest));
        let (text, valid) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, true),
            // The text before the invalid UTF-8 may already be wrong, so its error is preferred.
            Err(e) => {
                (bytes.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default(), false)
            }
        };
        let mut reader = Reader { text, at: 0, memory, halves, problem: JsonProblem::Malformed };
        let value = read(&mut reader).filter(|_| {
            reader.skip_spaces();
            valid && reader.at == text.len()
        });
        value.ok_or(JsonError { offset: mark + reader.at, problem: reader.problem })
    }
}

/// Whether `text` is a JSON number.
pub(crate) fn number(text: &str) -> bool {
    let mut reader = Reader { text, at: 0, memory: 0, halves: false, problem: JsonProblem::Malformed };
    reader.number().is_some() && reader.at == text.len()
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips `byte` if it comes next. Returns whether it did.
    fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub(crate) fn value(&mut self, depth: u32) -> Option<Value<'a>> {
        self.skip_spaces();
        match self.peek()? {
            b'{' => {
                let depth = self.deeper(depth)?;
                self.take_memory(OBJECT_COST)?;
                self.object(depth)
            }
            b'[' => {
                let depth = self.deeper(depth)?;
                self.take_memory(LIST_COST)?;
                self.list(depth)
            }
            b'"' => self.string().map(Value::Text),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number().map(|digits| Value::Number(Cow::Borrowed(digits))),
        }
    }

    pub(crate) fn deeper(&mut self, depth: u32) -> Option<u32> {
        let deeper = depth.checked_sub(1);
        if deeper.is_none() {
            self.problem = JsonProblem::TooDeep;
        }
        deeper
    }

    pub(crate) fn take_memory(&mut self, cost: usize) -> Option<()> {
        let Some(left) = self.memory.checked_sub(cost) else {
            self.problem = JsonProblem::TooLarge;
            return None;
        };
        self.memory = left;
        Some(())
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    /// The first byte of the next value.
    pub(crate) fn start(&mut self) -> Option<u8> {
        self.skip_spaces();
        self.peek()
    }

    /// The position of the reader, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Goes back to `position`, to read from there again.
    pub(crate) fn back_to(&mut self, position: usize) {
        self.at = position;
    }

    /// The text read since `position`.
    pub(crate) fn since(&self, position: usize) -> Option<&'a str> {
        self.text.get(position..self.at)
    }

    fn object(&mut self, depth: u32) -> Option<Value<'a>> {
        let mut fields = Vec::new();
        self.members(|reader, name| {
            reader.take_memory(FIELD_COST)?;
            fields.push((name, reader.value(depth)?));
            Some(())
        })?;
        Some(Value::Object(fields))
    }

    /// Reads an object. For each member, calls `read` with the name; `read` must read the value.
    pub(crate) fn members(&mut self, mut read: impl FnMut(&mut Self, Cow<'a, str>) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.skip_spaces();
        if self.take(b'}') {
            return Some(());
        }
        loop {
            self.skip_spaces();
            let name = self.string()?;
            self.skip_spaces();
            if !self.take(b':') {
                return None;
            }
            read(self, name)?;
            self.skip_spaces();
            if !self.take(b',') {
                return self.take(b'}').then_some(());
            }
        }
    }

    fn list(&mut self, depth: u32) -> Option<Value<'a>> {
        let mut items = Vec::new();
        self.elements(|reader| {
            reader.take_memory(ITEM_COST)?;
            items.push(reader.value(depth)?);
            Some(())
        })?;
        Some(Value::List(items))
    }

    /// Reads a list. Calls `read` for each item.
    pub(crate) fn elements(&mut self, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.skip_spaces();
        if self.take(b']') {
            return Some(());
        }
        loop {
            read(self)?;
            self.skip_spaces();
            if !self.take(b',') {
                return self.take(b']').then_some(());
            }
        }
    }

    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        self.text.get(start..self.at)
    }

    /// Reads one or more digits.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        if !self.take(b'"') {
            return None;
        }
        let mut unescaped: Option<String> = None;
        loop {
            let start = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..=31) {
                self.at += 1;
            }
            let plain = self.text.get(start..self.at)?;
            if self.take(b'"') {
                return Some(match unescaped {
                    Some(text) => Cow::Owned(text + plain),
                    None => Cow::Borrowed(plain),
                });
            }
            // A control character is not an escape, and is not consumed.
            if !self.take(b'\\') {
                return None;
            }
            let text = unescaped.get_or_insert_default();
            text.push_str(plain);
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let escape = self.peek()?;
        self.at += 1;
        Some(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return None,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        let after = self.at;
        let whole = if (0xd800..0xdc00).contains(&high) { self.pair(high) } else { char::from_u32(high) };
        whole.or_else(|| {
            self.at = after;
            self.halves.then_some(char::REPLACEMENT_CHARACTER)
        })
    }

    /// Reads the second of two escapes and returns the character. `high` is the first.
    fn pair(&mut self, high: u32) -> Option<char> {
        // Characters beyond the first 65,536 are written as a pair of escapes.
        if !(self.take(b'\\') && self.take(b'u')) {
            return None;
        }
        let low = self.hex().filter(|low| (0xdc00..0xe000).contains(low))?;
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code << 4 | char::from(self.peek()?).to_digit(16)?;
            self.at += 1;
        }
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The value that serde_json reads. The names of an object are in alphabetical order, and the last of equal names
    /// wins.
    fn expected(value: &serde_json::Value) -> Value<'_> {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Boolean(*b),
            serde_json::Value::Number(n) => Value::Number(n.to_string().into()),
            serde_json::Value::String(s) => Value::Text(s.into()),
            serde_json::Value::Array(items) => Value::List(items.iter().map(expected).collect()),
            serde_json::Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (k.into(), expected(v))).collect()),
        }
    }

    fn sorted(value: Value<'_>) -> Value<'_> {
        match value {
            // serde_json writes exponents in its own form.
            Value::Number(digits) => Value::Number(digits.parse::<serde_json::Number>().unwrap().to_string().into()),
            Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
            Value::Object(fields) => {
                let fields: std::collections::BTreeMap<_, _> = fields.into_iter().collect();
                Value::Object(fields.into_iter().map(|(name, value)| (name, sorted(value))).collect())
            }
            value => value,
        }
    }

    fn malformed(offset: usize) -> JsonError {
        JsonError { offset, problem: JsonProblem::Malformed }
    }

    /// The heap memory of a value without its texts, which are no longer than their JSON.
    fn heap(value: &Value<'_>) -> usize {
        match value {
            Value::List(items) => items.capacity() * size_of::<Value<'_>>() + items.iter().map(heap).sum::<usize>(),
            Value::Object(fields) => {
                let own = fields.capacity() * size_of::<(Cow<'_, str>, Value<'_>)>();
                own + fields.iter().map(|(_, value)| heap(value)).sum::<usize>()
            }
            _ => 0,
        }
    }

    /// The memory that was counted for `text`.
    fn counted(text: &str) -> usize {
        let mut reader = Reader { text, at: 0, memory: usize::MAX, halves: false, problem: JsonProblem::Malformed };
        reader.value(DEPTH).unwrap();
        usize::MAX - reader.memory
    }

    #[test]
    fn half_a_character_does_not_make_an_answer_unreadable() {
        for (text, means) in [
            (r#"["Ana \ud83d","b"]"#, "Ana \u{fffd}"),
            (r#"["\ude00","b"]"#, "\u{fffd}"),
            (r#"["\ud83d\n","b"]"#, "\u{fffd}\n"),
            (r#"["\ud83d\ud83d\ude00","b"]"#, "\u{fffd}\u{1f600}"),
            (r#"["\ud83dA","b"]"#, "\u{fffd}A"),
        ] {
            let Ok(Value::List(items)) = read_answer(text.as_bytes(), MEMORY) else { panic!("{text}") };
            assert_eq!(items.iter().filter_map(Value::text).collect::<Vec<_>>(), [means, "b"], "{text}");
            // JSON that a program writes itself must still be correct.
            assert!(read(text.as_bytes(), MEMORY).is_err(), "{text}");
        }
        for broken in [r#""\ud8""#, r#""\ud83d"#, r#""\ud83d\"#, r#""\ud83d\x""#, r#""\uzzzz""#] {
            assert!(read_answer(broken.as_bytes(), MEMORY).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_takes_too_much_memory_is_refused_before_it_is_built() {
        for (item, at_most) in [("{}", 200_000), (r#"{"a":1}"#, 165_000), ("[]", 700_000), ("1", 2_100_000)] {
            let many = |n: usize| ["[", &vec![item; n].join(","), "]"].concat();
            assert!(read(many(at_most / 2).as_bytes(), MEMORY).is_ok(), "{item}");
            let refused = read(many(at_most).as_bytes(), MEMORY).err();
            assert_eq!(refused.map(|e| e.problem), Some(JsonProblem::TooLarge), "{item}");
        }
        for text in ["{}", "[]", "[1]", r#"{"a":1}"#, r#"{"a":[{"b":[[],{}]}],"c":"d"}"#] {
            let needed = counted(text);
            assert!(read(text.as_bytes(), needed).is_ok(), "{text}");
            assert_eq!(read(text.as_bytes(), needed - 1).unwrap_err().problem, JsonProblem::TooLarge, "{text}");
        }
        // Texts and numbers take as much memory as their JSON.
        assert!(read(b"\"abc\"", 0).is_ok() && read(b"123", 0).is_ok());
    }

    #[test]
    fn what_is_nested_too_deep_is_said_to_be() {
        assert!(read(("[".repeat(127) + &"]".repeat(127)).as_bytes(), MEMORY).is_ok());
        for opening in ["[", "{\"a\":"] {
            let refused = read(opening.repeat(1_000_000).as_bytes(), MEMORY).unwrap_err();
            assert_eq!(refused, JsonError { offset: 127 * opening.len(), problem: JsonProblem::TooDeep });
        }
    }

    #[test]
    fn no_model_takes_more_than_is_counted_for_its_object() {
        use crate::{
            Boleto, Desconto, Endereco, Faixa, Historico, ItemCobranca, ItemContrato, Nfe, Nfse, Pix, Retencao,
            Retencoes, RetencoesCobranca,
        };
        let inner = [
            size_of::<Boleto>(),
            size_of::<Desconto>(),
            size_of::<Endereco>(),
            size_of::<Faixa>(),
            size_of::<Historico>(),
            size_of::<ItemCobranca>(),
            size_of::<ItemContrato>(),
            size_of::<Nfe>(),
            size_of::<Nfse>(),
            size_of::<Pix>(),
            size_of::<Retencao>(),
            size_of::<Retencoes>(),
            size_of::<RetencoesCobranca>(),
        ];
        assert!(inner.iter().all(|size| *size <= OBJECT_COST), "{inner:?}");
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_once_and_only_at_the_beginning() {
        assert_eq!(read("\u{feff}{}".as_bytes(), MEMORY), Ok(Value::Object(Vec::new())));
        for (text, offset) in [("\u{feff}", 3), ("\u{feff}[x]", 4), ("\u{feff}\u{feff}1", 3), ("[\u{feff}1]", 1)] {
            assert_eq!(read(text.as_bytes(), MEMORY), Err(malformed(offset)), "{text:?}");
        }
    }

    fn agrees(bytes: &[u8]) {
        // A byte order mark is passed over here, and an error there.
        let unmarked = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let theirs = serde_json::from_slice::<serde_json::Value>(unmarked);
        let ours = read(bytes, MEMORY);
        let shown = String::from_utf8_lossy(bytes);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => assert_eq!(sorted(ours), expected(&theirs), "{shown}"),
            (Err(e), Err(_)) => assert!(e.offset <= bytes.len()),
            (ours, theirs) => panic!("{shown}: {ours:?}, {theirs:?}"),
        }
    }

    #[test]
    fn what_is_json_and_what_is_not() {
        for text in [
            "",
            " ",
            "null",
            " true\n",
            "false x",
            "nul",
            "TRUE",
            "[",
            "]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{,}",
            "{\"a\":1,}",
            "{\"a\" : 1 , \"b\":[ ] }",
            "{a:1}",
            "{\"a\"}",
            "{1:2}",
            "\"",
            "\"\\\"",
            "\"a\tb\"",
            "\"\\x\"",
            "\"\\u00e9\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\"",
            "\"\\ud83d\"",
            "\"\\ud83dx\"",
            "\"\\ud83d\\n\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ude00\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\u+123\"",
            "\u{7f}",
            "\"\u{7f}é😀\"",
            "0",
            "-0",
            "-",
            "01",
            "-01",
            "1.",
            ".5",
            "1.50",
            "1e5",
            "1E+05",
            "1e",
            "1e-",
            "--1",
            "+1",
            "0x1",
            "12345678901234567890.10",
            "1e999",
            "NaN",
        ] {
            agrees(text.as_bytes());
        }
        agrees(b"\"\xff\"");
        agrees(b"1\xff");
        for depth in [126, 127, 128, 129, 100_000] {
            agrees(("[".repeat(depth) + &"]".repeat(depth)).as_bytes());
            agrees(("{\"a\":".repeat(depth) + "1" + &"}".repeat(depth)).as_bytes());
        }
        assert_eq!(read(br#"{"a":1,"b":}"#, MEMORY).unwrap_err(), malformed(11));
        assert_eq!(read(br#"{"a":1,"a":2}"#, MEMORY).unwrap().to_json(), r#"{"a":1,"a":2}"#);
    }

    /// Texts that are nearly JSON.
    fn nearly() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            proptest::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d83d", "de00", "null", "true", "-", "0", "17", ".",
                "e", "E", "+", " ", "\n", "\"a\"", "\"a\":", "é",
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            ".{0,3}".prop_map(Into::into)
        ];
        leaf.prop_recursive(4, 60, 10, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..10).prop_map(Into::into),
                proptest::collection::vec((".{0,2}", inner), 0..10)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_value_takes_more_than_is_counted(value in any_value()) {
            let text = value.to_string();
            prop_assert!(heap(&read(text.as_bytes(), MEMORY).unwrap()) <= counted(&text));
        }

        #[test]
        fn reads_what_serde_json_reads(text in nearly(), bytes in any::<Vec<u8>>(), string in any::<String>()) {
            agrees(text.as_bytes());
            agrees(&bytes);
            agrees(serde_json::to_string(&[&string, &text]).unwrap().as_bytes());
            prop_assert_eq!(number(&text), text.trim() == text && serde_json::from_str::<serde_json::Number>(&text).is_ok());
        }
    }
}
