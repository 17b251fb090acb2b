//! The TOML of a profile, and all mistakes in it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use smartbill_documents::Message;
use smartbill_model::Value;
use smartbill_model::error::{Error, ErrorKind};
use smartbill_model::field::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::profile::JsonPath;
use crate::profile::word::Word;

/// The greatest length of a profile, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

/// The greatest number of headers, parameters, members or words at one place.
const MOST: usize = 100;

/// The greatest number of mistakes that an error lists.
const TOLD: usize = 20;

/// The text of a profile, and the mistakes found so far.
pub(super) struct Source<'t> {
    file: &'t str,
    /// The beginning of each line except the first.
    lines: Vec<usize>,
    mistakes: RefCell<Mistakes>,
}

#[derive(Default)]
struct Mistakes {
    /// The mistakes to be listed, by line.
    first: Vec<(usize, Message)>,
    more: usize,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str, file: &'t str) -> Self {
        let lines = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1).collect();
        Self { file, lines, mistakes: RefCell::default() }
    }

    /// Records a mistake.
    pub(super) fn error(&self, span: &Range<usize>, pt: impl AsRef<str>, en: impl AsRef<str>) {
        let line = self.lines.partition_point(|start| *start <= span.start) + 1;
        let place = format!("{}:{line}: ", self.file);
        let message = Message::new([&place, pt.as_ref()].concat(), [&place, en.as_ref()].concat());
        let mut mistakes = self.mistakes.borrow_mut();
        if mistakes.first.iter().any(|(_, known)| known.en == message.en) {
            return;
        }
        let at = mistakes.first.partition_point(|(known, _)| *known <= line);
        mistakes.first.insert(at, (line, message));
        if mistakes.first.len() > TOLD {
            mistakes.first.pop();
            mistakes.more += 1;
        }
    }

    /// The error that lists all mistakes, if there are any.
    pub(super) fn finish(self) -> Result<(), Error> {
        let Mistakes { first, more } = self.mistakes.into_inner();
        if first.is_empty() {
            return Ok(());
        }
        let told = |language: fn(&Message) -> &str| {
            first.iter().map(|(_, message)| language(message)).collect::<Vec<_>>().join("; ")
        };
        let (mut pt, mut en) = (told(|message| &message.pt), told(|message| &message.en));
        if more > 0 {
            pt = format!("{pt}; e mais {more}");
            en = format!("{en}; and {more} more");
        }
        Err(Error::new(ErrorKind::Profile, Message::new(pt, en)))
    }

    pub(super) fn unknown(&self, span: &Range<usize>, what: (&str, &str), name: &str, near: Option<&str>) {
        let (pt, en) = what;
        let name = shown(name);
        match near {
            Some(near) => self.error(
                span,
                format!("{pt} `{name}`; você quis dizer `{near}`?"),
                format!("{en} `{name}`; did you mean `{near}`?"),
            ),
            None => self.error(span, format!("{pt} `{name}`"), format!("{en} `{name}`")),
        }
    }

    pub(super) fn wrong_type(&self, value: &Spanned<DeValue<'_>>, pt: &str, en: &str) {
        let found = value.get_ref().type_str();
        self.error(
            &value.span(),
            format!("esperado {pt}, encontrado {found}"),
            format!("expected {en}, found {found}"),
        );
    }

    pub(super) fn table<'a>(&'a self, name: &'a str, value: &'a Spanned<DeValue<'a>>) -> Option<Table<'a>> {
        let Some(rows) = value.get_ref().as_table() else {
            self.wrong_type(value, "uma tabela", "a table");
            return None;
        };
        Some(Table { source: self, name, rows, span: value.span() })
    }

    pub(super) fn text<'a>(&self, value: &'a Spanned<DeValue<'a>>) -> Option<&'a str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong_type(value, "um texto", "a string");
        }
        text
    }

    /// Reads the name of a parameter, which is not a path.
    pub(super) fn name<'a>(&self, value: &'a Spanned<DeValue<'a>>) -> Option<&'a str> {
        let name = self.text(value)?;
        let sound = is_name(name);
        if !sound {
            self.invalid_name(&value.span(), name);
        }
        sound.then_some(name)
    }

    /// Reads a path into JSON.
    pub(super) fn path(&self, value: &Spanned<DeValue<'_>>) -> Option<JsonPath> {
        let text = self.text(value)?;
        let path = JsonPath::parse(text);
        if path.is_none() {
            self.invalid_name(&value.span(), text);
        }
        path
    }

    /// Reads a path that begins with a member.
    pub(super) fn member(&self, value: &Spanned<DeValue<'_>>) -> Option<JsonPath> {
        let path = self.path(value)?;
        if path.in_object() {
            return Some(path);
        }
        self.invalid_name(&value.span(), &path.to_string());
        None
    }

    pub(super) fn invalid_name(&self, span: &Range<usize>, name: &str) {
        let name = shown(name);
        self.error(span, format!("nome inválido `{name}`"), format!("invalid name `{name}`"));
    }

    /// Reads a constant of a header or a query.
    pub(super) fn constant<'a>(&self, value: &'a Spanned<DeValue<'a>>) -> Option<&'a str> {
        let text = self.text(value)?;
        let sound = text.len() <= 1000 && text.bytes().all(|b| (b' '..=b'~').contains(&b));
        if !sound {
            let (pt, en) = ("valor com caracteres inválidos", "the value has invalid characters");
            self.error(&value.span(), pt, en);
        }
        sound.then_some(text)
    }

    /// Reads a word of the wire.
    pub(super) fn word(&self, value: &Spanned<DeValue<'_>>) -> Option<Word> {
        match value.get_ref() {
            DeValue::String(text) if !text.is_empty() && text.len() <= 100 => Some(Word::Text(text.to_string())),
            DeValue::Boolean(b) => Some(Word::Boolean(*b)),
            DeValue::Integer(n) if n.radix() == 10 && n.as_str().parse::<i64>().is_ok() => {
                n.as_str().parse().ok().map(Word::Integer)
            }
            _ => {
                let (pt, en) = ("um texto, um inteiro ou um booleano", "a string, an integer or a boolean");
                self.wrong_type(value, pt, en);
                None
            }
        }
    }

    /// Reads one word of the wire, or a list of them.
    pub(super) fn words(&self, value: &Spanned<DeValue<'_>>) -> Vec<Word> {
        match value.get_ref().as_array() {
            Some(items) if items.len() > MOST => {
                self.too_many(&value.span());
                Vec::new()
            }
            Some(items) => items.iter().filter_map(|item| self.word(item)).collect(),
            None => self.word(value).into_iter().collect(),
        }
    }

    fn too_many(&self, span: &Range<usize>) {
        self.error(span, format!("mais de {MOST} itens aqui"), format!("more than {MOST} entries here"));
    }

    /// Reads a constant of a body.
    pub(super) fn json(&self, value: &Spanned<DeValue<'_>>) -> Option<Value<'static>> {
        Some(match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string().into()),
            DeValue::Boolean(b) => Value::Boolean(*b),
            DeValue::Integer(n) if n.radix() == 10 => {
                Value::Number(n.as_str().trim_start_matches('+').to_owned().into())
            }
            DeValue::Float(n) if n.as_str().parse::<f64>().is_ok_and(f64::is_finite) => {
                Value::Number(n.as_str().trim_start_matches('+').to_owned().into())
            }
            DeValue::Array(items) => Value::List(items.iter().filter_map(|item| self.json(item)).collect()),
            DeValue::Table(rows) => Value::Object(self.members(rows)),
            _ => {
                self.wrong_type(value, "um valor de JSON", "a JSON value");
                return None;
            }
        })
    }

    fn members(&self, rows: &DeTable<'_>) -> Vec<(Cow<'static, str>, Value<'static>)> {
        let member = |(key, value): (&Spanned<Cow<'_, str>>, _)| {
            let name = key.get_ref();
            if name.is_empty() || name.chars().any(char::is_control) {
                self.invalid_name(&key.span(), name);
            }
            Some((Cow::Owned(name.to_string()), self.json(value)?))
        };
        rows.iter().filter_map(member).collect()
    }

    /// Reads a header's name, and converts it to lower case.
    pub(super) fn header_name(&self, span: &Range<usize>, key: &str, name: &str, purpose: Use) -> Option<String> {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || name.len() > 100 || !name.bytes().all(token) {
            self.error(
                span,
                format!("`{key}` não é um nome de cabeçalho HTTP"),
                format!("`{key}` is not the name of an HTTP header"),
            );
            return None;
        }
        let name = name.to_ascii_lowercase();
        if OWN_HEADERS.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-") {
            self.error(
                span,
                format!("`{key}` não pode ser `{name}`, que pertence ao próprio HTTP; use outro cabeçalho"),
                format!("`{key}` cannot be `{name}`, which belongs to HTTP itself; use another header"),
            );
            return None;
        }
        if purpose != Use::Credential && CREDENTIALS.contains(&name.as_str()) {
            self.error(
                span,
                format!("`{key}` não pode ser `{name}`, que só leva a credencial; use outro cabeçalho"),
                format!("`{key}` cannot be `{name}`, which carries the credential only; use another header"),
            );
            return None;
        }
        Some(name)
    }
}

/// Whether `name` is the name of a parameter.
pub(super) fn is_name(name: &str) -> bool {
    let sound = |c: char| !c.is_control() && !c.is_whitespace();
    !name.is_empty() && name.len() <= 100 && !name.starts_with('$') && name.chars().all(sound)
}

/// A name from a profile, for a message.
pub(super) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The purpose of a header.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Use {
    Credential,
    Other,
}

/// The headers that HTTP and the client write themselves: a request's host, length and type. Another value would change
/// how the server, or a proxy before it, reads the request.
const OWN_HEADERS: [&str; 20] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-forwarded-host",
];

/// The headers that only carry a credential.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "set-cookie"];

/// A table of a profile.
#[derive(Clone)]
pub(super) struct Table<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) name: &'a str,
    pub(super) rows: &'a DeTable<'a>,
    pub(super) span: Range<usize>,
}

/// A setting: its name and its value.
pub(super) type Entry<'a> = (&'a Spanned<Cow<'a, str>>, &'a Spanned<DeValue<'a>>);

impl<'a> Table<'a> {
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.rows.iter()
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    pub(super) fn table(&self, key: &'a str) -> Option<Table<'a>> {
        self.source.table(key, self.value(key)?)
    }

    pub(super) fn text(&self, key: &str) -> Option<(&'a str, Range<usize>)> {
        let value = self.value(key)?;
        Some((self.source.text(value)?, value.span()))
    }

    pub(super) fn path(&self, key: &str) -> Option<JsonPath> {
        self.source.path(self.value(key)?)
    }

    /// Reads a path that begins with a member.
    pub(super) fn member(&self, key: &str) -> Option<JsonPath> {
        self.source.member(self.value(key)?)
    }

    /// Reads a truth value. False if it is not given.
    pub(super) fn flag(&self, key: &str) -> bool {
        let Some(value) = self.value(key) else { return false };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.source.wrong_type(value, "um booleano", "a boolean");
        }
        flag.unwrap_or_default()
    }

    /// Records a mistake of the table as a whole.
    pub(super) fn error_here(&self, pt: impl AsRef<str>, en: impl AsRef<str>) {
        let span = self.entries().map(|(key, _)| key.span()).min_by_key(|s| s.start);
        self.source.error(&span.unwrap_or_else(|| self.span.clone()), pt, en);
    }

    pub(super) fn only(&self, known: &[&'static str]) {
        for (key, _) in self.entries().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref().as_ref();
            let place = if self.name.is_empty() { String::new() } else { format!(" em [{}]", self.name) };
            let place_en = place.replace(" em ", " in ");
            let what = (format!("ajuste desconhecido{place}:"), format!("unknown setting{place_en}:"));
            self.source.unknown(&key.span(), (&what.0, &what.1), name, nearest(name, known.iter().copied()));
        }
    }

    pub(super) fn choice<T: Copy>(&self, key: &str, options: &[(&'static str, T)], out: &mut T) {
        let Some((text, span)) = self.text(key) else { return };
        if let Some(value) = self.source.one_of(key, text, &span, options) {
            *out = value;
        }
    }

    pub(super) fn name_into(&self, key: &str, out: &mut String) {
        if let Some(name) = self.value(key).and_then(|value| self.source.name(value)) {
            name.clone_into(out);
        }
    }

    /// Reads a header's name into `out`, in lower case.
    pub(super) fn header(&self, key: &str, purpose: Use, out: &mut String) {
        let Some((name, span)) = self.text(key) else { return };
        if let Some(name) = self.source.header_name(&span, key, name, purpose) {
            *out = name;
        }
    }

    /// Whether a table has no more entries than a request may have.
    fn limited(&self) -> bool {
        let limited = self.rows.len() <= MOST;
        if !limited {
            self.source.too_many(&self.span);
        }
        limited
    }

    /// Reads the headers of every request.
    pub(super) fn headers(&self) -> Vec<(String, String)> {
        let header = |(key, value): Entry<'a>| {
            let name = self.source.header_name(&key.span(), &shown(key.get_ref()), key.get_ref(), Use::Other);
            let value = self.source.constant(value)?;
            Some((name?, value.to_owned()))
        };
        self.entries().filter(|_| self.limited()).filter_map(header).collect()
    }

    /// Reads the parameters of every request.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let parameter = |(key, value): Entry<'a>| {
            let name = key.get_ref();
            if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
                self.source.invalid_name(&key.span(), name);
            }
            Some((name.to_string(), self.source.constant(value)?.to_owned()))
        };
        self.entries().filter(|_| self.limited()).filter_map(parameter).collect()
    }

    /// Reads the members of every body.
    pub(super) fn members(&self) -> Vec<(String, Value<'static>)> {
        if !self.limited() {
            return Vec::new();
        }
        self.source.members(self.rows).into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
    }

    pub(super) fn number_into(&self, key: &str, range: RangeInclusive<u64>, out: &mut u64) {
        let Some(value) = self.value(key) else { return };
        let number = value.get_ref().as_integer().filter(|n| n.radix() == 10).and_then(|n| n.as_str().parse().ok());
        let (min, max) = (range.start(), range.end());
        match number.filter(|n| range.contains(n)) {
            Some(number) => *out = number,
            None => self.source.error(
                &value.span(),
                format!("`{key}` deve ser um inteiro de {min} a {max}"),
                format!("`{key}` must be an integer from {min} to {max}"),
            ),
        }
    }
}

impl Source<'_> {
    /// Reads the option called `text`.
    pub(super) fn one_of<T: Copy>(
        &self,
        key: &str,
        text: &str,
        span: &Range<usize>,
        options: &[(&'static str, T)],
    ) -> Option<T> {
        let hit = options.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if hit.is_none() {
            let names = options.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let text = shown(text);
            self.error(
                span,
                format!("`{key}` não pode ser `{text}`; use uma destas opções: {names}"),
                format!("`{key}` cannot be `{text}`; use one of: {names}"),
            );
        }
        hit
    }
}
