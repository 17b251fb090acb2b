//! Reads XML as a stream within limits: the memory of tags, texts and nesting is bounded.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::damage::{damaged, unreadable};
use super::finding::SheetError;
use super::options::Limits;

/// The greatest nesting depth. Sheets use about ten levels.
const DEEPEST: usize = 256;

/// The events of a document. An empty element gives a start and an end.
pub(super) struct Xml<R: Read> {
    reader: Reader<Bounded<BufReader<R>>>,
    buffer: Vec<u8>,
    depth: usize,
    part: String,
    longest: usize,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(source: R, part: &str, limits: &Limits) -> Self {
        let longest = usize::try_from(limits.bytes_per_row).unwrap_or(usize::MAX);
        let source = BufReader::with_capacity(64 * 1024, source);
        let mut reader = Reader::from_reader(Bounded { source, taken: 0, longest, part: part.to_owned() });
        let config = reader.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        Self { reader, buffer: Vec::with_capacity(1024), depth: 0, part: part.to_owned(), longest }
    }

    /// The number of open elements, including the one whose start was the last event.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The position at which the next event begins. A byte order mark does not count, so the position is then three
    /// bytes too small.
    pub(super) fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    pub(super) fn next(&mut self) -> Result<Event<'_>, SheetError> {
        self.next_at().map(|(event, _)| event)
    }

    /// The next event, and the number of open elements after it.
    pub(super) fn next_at(&mut self) -> Result<(Event<'_>, usize), SheetError> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(unreadable(&error, &self.part)),
            Err(_) => return Err(damaged(&self.part)),
        };
        match &event {
            // Programs never need declared entities, and their meaning is not guessed.
            Event::GeneralRef(reference) if resolved(reference).is_none() => return Err(damaged(&self.part)),
            Event::Start(_) if self.depth == DEEPEST => return Err(damaged(&self.part)),
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok((event, self.depth))
    }

    /// Skips the rest of the element whose start was the last event.
    pub(super) fn skip(&mut self) -> Result<(), SheetError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if matches!(self.next()?, Event::Eof) {
                return Err(self.cut_short());
            }
        }
        Ok(())
    }

    /// Appends the text of the rest of the element whose start was the last event.
    pub(super) fn text(&mut self, text: &mut String) -> Result<(), SheetError> {
        let outside = self.depth.saturating_sub(1);
        let longest = self.longest;
        loop {
            match self.next_at()? {
                (Event::Eof, _) => return Err(self.cut_short()),
                (Event::End(_), depth) if depth <= outside => return Ok(()),
                (event, _) => add_text(&event, text),
            }
            if text.len() > longest {
                return Err(too_long(&self.part, longest));
            }
        }
    }

    /// The error of a document that ends before its elements do.
    pub(super) fn cut_short(&self) -> SheetError {
        damaged(&self.part)
    }

    /// Refuses to append `more` bytes to a text if it would then be too long.
    pub(super) fn check_room(&self, text: &str, more: usize) -> Result<(), SheetError> {
        let fits = text.len().saturating_add(more) <= self.longest;
        if fits { Ok(()) } else { Err(too_long(&self.part, self.longest)) }
    }
}

/// Appends the text of an event.
pub(super) fn add_text(event: &Event<'_>, text: &mut String) {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => text.extend(resolved(reference)),
        _ => {}
    }
}

/// The character of `&amp;` or `&#227;`.
fn resolved(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(letter)) => Some(letter),
        _ => resolve_predefined_entity(&reference.xml10_content())?.chars().next(),
    }
}

/// The attribute with this name, whatever its prefix.
pub(super) fn attribute<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<Cow<'t, str>> {
    attributes(tag).find(|(found, _)| local(found) == name).map(|(_, value)| unescaped(value))
}

/// The name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The names and values of the attributes as they are written, up to the first one that is not well-formed.
pub(super) fn attributes<'t>(tag: &'t BytesStart<'_>) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
    let mut rest = tag.attributes_raw();
    std::iter::from_fn(move || {
        let (name, after) = split(rest, b'=')?;
        let after = after.trim_ascii_start();
        let quote = after.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let (value, after) = split(after.get(1..)?, quote)?;
        rest = after;
        Some((name.trim(), value))
    })
}

/// The text before and after the first `at`, an ASCII character.
fn split(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = memchr::memchr(at, text.as_bytes())?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// The value of an attribute. A value that is not well-formed stays as it is written.
pub(super) fn unescaped(value: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(value).unwrap_or(Cow::Borrowed(value))
}

pub(super) fn too_long(part: &str, longest: usize) -> SheetError {
    SheetError::new("texto_longo_demais", vec![("part", part.to_owned()), ("limit", longest.to_string())])
}

/// A reader that refuses to give more than a number of bytes for one event, because an event is held in memory.
struct Bounded<S> {
    source: S,
    taken: usize,
    longest: usize,
    part: String,
}

impl<S: BufRead> Read for Bounded<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.source.read(into)
    }
}

impl<S: BufRead> BufRead for Bounded<S> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.longest {
            return Err(io::Error::other(too_long(&self.part, self.longest)));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
        self.source.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { bytes_per_row: 1000, ..Limits::default() }
    }

    fn code(document: &str) -> &'static str {
        let mut xml = Xml::new(document.as_bytes(), "x", &limits());
        loop {
            match xml.next() {
                Ok(Event::Eof) => return "none",
                Ok(_) => {}
                Err(fault) => return fault.code,
            }
        }
    }

    #[test]
    fn nothing_is_had_in_memory_without_bounds() {
        let long = "x".repeat(200_000);
        assert_eq!(code(&format!("<a>{long}</a>")), "texto_longo_demais");
        assert_eq!(code(&format!("<a b='{long}'/>")), "texto_longo_demais");
        assert_eq!(code(&format!("<!--{long}--><a/>")), "texto_longo_demais");
        assert_eq!(code(&"<a>".repeat(1000)), "arquivo_corrompido");
        assert_eq!(code(&"<a></a>".repeat(1000)), "none");
        let many = format!("<a>{}</a>", "<![CDATA[xxxxxxxxxx]]>".repeat(200));
        let mut xml = Xml::new(many.as_bytes(), "x", &limits());
        xml.next().unwrap();
        assert_eq!(xml.text(&mut String::new()).unwrap_err().code, "texto_longo_demais");
    }

    #[test]
    fn attributes_are_read_as_they_are_written() {
        let mut xml = Xml::new("<a x='1' p:y = \"a&gt;'b'\"\n z=''/>".as_bytes(), "x", &limits());
        let Event::Start(tag) = xml.next().unwrap() else { panic!("a start") };
        assert_eq!(attributes(&tag).collect::<Vec<_>>(), [("x", "1"), ("p:y", "a&gt;'b'"), ("z", "")]);
        assert_eq!(attribute(&tag, "y").as_deref(), Some("a>'b'"));
        assert_eq!(attribute(&tag, "w"), None);
    }

    #[test]
    fn texts_and_references() {
        let mut xml = Xml::new("<a>S&#227;o &amp; <b>x</b><![CDATA[<&>]]></a>".as_bytes(), "x", &limits());
        xml.next().unwrap();
        let mut text = String::new();
        xml.text(&mut text).unwrap();
        assert_eq!(text, "São & x<&>");
        assert_eq!(code("<!DOCTYPE a [<!ENTITY nada 'x'>]><a>&nada;</a>"), "arquivo_corrompido");
        assert_eq!(xml.depth(), 0);
    }
}
