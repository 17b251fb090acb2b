//! Makes one error of every form in which platforms, and the proxies before them, answer failures.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use smartbill_documents::dates::parse_timestamp;
use smartbill_documents::find::{divide, find, integer};
use smartbill_documents::{CpfCnpj, Message, Mode, text};
use smartbill_model::error::{Error, ErrorKind, FieldError, Outcome};
use smartbill_model::{Schema, Value};

use crate::api::{Operation, Response, Secrets};
use crate::profile::{ErrorPlaces, JsonPath, Profile};

/// The greatest length of the body that an error keeps, in bytes.
const BODY_LIMIT: usize = 2048;

/// The greatest memory of the values of an error's body, in bytes. A larger body is kept as text.
const BODY_MEMORY: usize = 8 << 20;

/// The greatest length of the server's sentence that an error repeats, in bytes.
const SENTENCE_LIMIT: usize = 300;

/// Reads an answer that is not a success.
pub(super) fn read(profile: &Profile, operation: Operation, response: &Response, secrets: &Secrets) -> Error {
    read_as(profile, operation, response, secrets, None)
}

/// Reads an answer that has the status of a success but is clearly a refusal.
pub(super) fn read_refusal(profile: &Profile, operation: Operation, response: &Response, secrets: &Secrets) -> Error {
    read_as(profile, operation, response, secrets, Some(ErrorKind::Rejected))
}

fn read_as(
    profile: &Profile,
    operation: Operation,
    response: &Response,
    secrets: &Secrets,
    known: Option<ErrorKind>,
) -> Error {
    let schema = operation.model();
    let status = response.status;
    // Secrets are hidden before anything is cut or masked. A cut could leave a part of a secret that is no longer
    // recognized.
    let body = Value::from_json_within(&response.body, BODY_MEMORY).ok().map(|body| secrets.hide_in(body));
    let mut found = body.as_ref().map(|body| Found::of(profile.error_places(), body)).unwrap_or_default();
    for field in &mut found.fields {
        field.path = profile.model_path(schema, &field.path);
    }
    let kind = known.unwrap_or_else(|| kind(status, found.fault.as_deref()));
    let outcome = match kind {
        ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Response => Outcome::Unknown,
        _ => Outcome::Rejected,
    };
    Error::new(kind, sentence(kind, &found, response, secrets)).with(|d| {
        d.operation = Some(operation.name());
        d.status = Some(status);
        d.server_code = found.code.map(|code| cut(&mask(&code), 100));
        d.fields = found.fields;
        d.request_id = request_id(response, secrets).or_else(|| found.request_id.as_deref().map(identifier));
        d.outcome = operation.is_write().then_some(outcome);
        d.body = shown_body(profile, schema, response, secrets);
    })
}

/// The time that the server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date.
#[must_use]
pub fn retry_after(response: &Response, now: Timestamp) -> Option<Duration> {
    if let Some(ms) = response.header("retry-after-ms").and_then(thousandths) {
        return Some(Duration::from_micros(ms));
    }
    let text = response.header("retry-after")?;
    if let Some(seconds) = thousandths(text) {
        return Some(Duration::from_millis(seconds));
    }
    let then = http_date(text.trim())?;
    Some(Duration::from_millis(then.as_millisecond().saturating_sub(now.as_millisecond()).try_into().unwrap_or(0)))
}

/// Reads a number in thousandths of its unit, with any number of decimal places.
pub(super) fn thousandths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction = fraction.bytes().chain(*b"00").take(3).fold(0, |n, b| n * 10 + u64::from(b - b'0'));
    // A number too large to count means "for ever".
    let whole = integer(whole).unwrap_or(u64::MAX);
    Some(whole.saturating_mul(1000).saturating_add(fraction))
}

/// Reads a date in the present HTTP form: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = divide(text, ", ")?.1.split(' ');
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|m| *m == month)? + 1;
    let utc = parts.next() == Some("GMT") && parts.next().is_none();
    let month = text::counts(100 + month);
    utc.then(|| parse_timestamp(&[year, "-", month.get(1..)?, "-", day, "T", time, "Z"].concat()))?
}

/// The server's identifier of a request, for its support.
pub(crate) fn request_id(response: &Response, secrets: &Secrets) -> Option<String> {
    let names = ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-trace-id"];
    names.iter().find_map(|name| response.header(name)).map(|id| identifier(&secrets.hide(id)))
}

/// The server's identifier, for a message. Its support needs every digit of it, so only a text that cannot be an
/// identifier, such as a copy of the request, is masked.
fn identifier(text: &str) -> String {
    let mut parts = text.split(|c: char| !c.is_ascii_alphanumeric());
    let signs = |b: u8| b.is_ascii_alphanumeric() || b"-_.:;,=+/".contains(&b);
    let opaque = text.bytes().all(signs) && !parts.any(|part| CpfCnpj::parse(part, Mode::Strict).is_ok());
    if opaque { cut(text, 200) } else { shown(text, 200) }
}

pub(super) fn is_html(response: &Response) -> bool {
    let typed = response.header("content-type").is_some_and(|t| find(&t.to_ascii_lowercase(), "html").is_some());
    typed || response.body.trim_ascii_start().first() == Some(&b'<')
}

pub(super) fn html_message(response: &Response, secrets: &Secrets) -> Message {
    let text = beginning(response, secrets);
    let lower = text.to_ascii_lowercase();
    let title = find(&lower, "<title>").and_then(|start| {
        let start = start + "<title>".len();
        text.get(start..start + find(lower.get(start..)?, "</title>")?)
    });
    let title = title.map(|t| [" (`", &shown(t, 80), "`)"].concat()).unwrap_or_default();
    Message::fill(
        "a resposta é uma página HTML{title}, não da API; confira o endereço e o proxy",
        "the answer is an HTML page{title}, not the API's; check the address and the proxy",
        &[("title", title)],
    )
}

/// The beginning of a body as text, without secrets. A body that is not UTF-8 is read as the Latin-1 of older servers.
fn beginning<'r>(response: &'r Response, secrets: &Secrets) -> Cow<'r, str> {
    let limit = 2 * BODY_LIMIT;
    let text = first(response, limit + secrets.longest());
    let whole = response.body.len() <= limit;
    let hidden = match secrets.hide(&text) {
        Cow::Owned(hidden) => Cow::Owned(hidden),
        Cow::Borrowed(_) => text,
    };
    if whole {
        return hidden;
    }
    // A secret may begin in the last bytes that were read.
    let end = boundary(&hidden, hidden.len().saturating_sub(secrets.longest()));
    match hidden {
        Cow::Borrowed(text) => text.get(..end).unwrap_or_default().into(),
        Cow::Owned(mut text) => {
            text.truncate(end);
            text.into()
        }
    }
}

fn first(response: &Response, limit: usize) -> Cow<'_, str> {
    let bytes = response.body.get(..limit).unwrap_or(&response.body);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // The body was cut inside a character.
        Err(e) if e.error_len().is_none() => {
            bytes.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default().into()
        }
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

/// The beginning of a body. Personal data is hidden: the fields that the model marks, and all texts that look like it.
pub(super) fn shown_body(
    profile: &Profile,
    schema: &'static Schema,
    response: &Response,
    secrets: &Secrets,
) -> Option<String> {
    let text = match Value::from_json_within(&response.body, BODY_MEMORY) {
        // As parsed values, secrets are recognized even if JSON escapes their characters.
        Ok(body) => Cow::Owned(secrets.hide_in(body).to_json()),
        Err(_) => beginning(response, secrets),
    };
    let mut names = Vec::new();
    profile.personal_names(schema, &mut names);
    let shown = cut(&mask(&hide_values(text.trim(), &names)), BODY_LIMIT);
    (!shown.is_empty()).then_some(shown)
}

fn kind(status: u16, fault: Option<&str>) -> ErrorKind {
    // A SOAP fault blames the client or the server. It counts more than the status.
    if let Some(code) = fault
        && (status < 400 || status == 500)
    {
        let server = find(&code.to_ascii_lowercase(), "server").is_some();
        return if server { ErrorKind::Server } else { ErrorKind::Rejected };
    }
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Permission,
        404 | 410 => ErrorKind::NotFound,
        407 => ErrorKind::Connection,
        408 => ErrorKind::Timeout,
        409 | 412 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::Rejected,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Response,
    }
}

fn sentence(kind: ErrorKind, found: &Found, response: &Response, secrets: &Secrets) -> Message {
    let status = ("status", text::integer(response.status.into()));
    if (300..400).contains(&response.status) {
        let (pt, en) = match response.header("location").and_then(host_of) {
            Some(_) => (
                "redirecionamento para `{host}` recusado (HTTP {status}); corrija o endereço base",
                "redirect to `{host}` not followed (HTTP {status}); correct the base address",
            ),
            None => (
                "redirecionamento recusado (HTTP {status}); corrija o endereço base",
                "redirect not followed (HTTP {status}); correct the base address",
            ),
        };
        let host = response.header("location").and_then(host_of).unwrap_or_default();
        return Message::fill(pt, en, &[status, ("host", secrets.hide(host).into_owned())]);
    }
    if response.status == 407 {
        return Message::new("o proxy exige autenticação (HTTP 407)", "the proxy asks for credentials (HTTP 407)");
    }
    if found.message.is_none() && is_html(response) {
        let html = html_message(response, secrets);
        let (_, status) = status;
        return Message::new(["HTTP ", &status, ": ", &html.pt].concat(), ["HTTP ", &status, ": ", &html.en].concat());
    }
    let (pt, en) = match kind {
        ErrorKind::Authentication if secrets.are_none() => (
            "a plataforma pede uma credencial, e nenhum token foi dado",
            "the platform asks for credentials, and no token was given",
        ),
        ErrorKind::Authentication => {
            ("a plataforma não aceitou a credencial", "the platform does not accept the credentials")
        }
        ErrorKind::Permission => {
            ("a credencial não permite esta operação", "the credentials do not allow this operation")
        }
        ErrorKind::NotFound => ("não encontrado", "not found"),
        ErrorKind::Conflict => ("em conflito com o estado atual", "in conflict with the present state"),
        ErrorKind::RateLimited => ("requisições demais", "too many requests"),
        ErrorKind::Server => ("a plataforma falhou", "the platform failed"),
        ErrorKind::Timeout => ("a plataforma desistiu de esperar", "the platform gave up waiting"),
        ErrorKind::Rejected => ("a plataforma recusou", "the platform refused"),
        _ => ("resposta inesperada", "unexpected answer"),
    };
    let said = found.message.as_deref().map(|m| [": ", &shown(m, SENTENCE_LIMIT)].concat());
    let (_, status) = status;
    let ending = [" (HTTP ", &status, ")", &said.unwrap_or_default()].concat();
    Message::new([pt, &ending].concat(), [en, &ending].concat())
}

/// The parts of a body that describe a failure.
#[derive(Default)]
struct Found {
    message: Option<String>,
    code: Option<String>,
    /// The code of a SOAP fault.
    fault: Option<String>,
    fields: Vec<FieldError>,
    request_id: Option<String>,
}

const MESSAGES: &[&str] = &[
    "detail",
    "message",
    "mensagem",
    "description",
    "descricao",
    "error_description",
    "faultstring",
    "error",
    "erro",
    "title",
    "razao",
];
const CODES: &[&str] = &["code", "codigo", "error_code", "faultcode"];
const PATHS: &[&str] = &["field", "campo", "propriedade", "property", "path", "param", "name"];

impl Found {
    /// Reads the parts at the places that the profile names, or else at the usual places.
    fn of(places: &ErrorPlaces, body: &Value<'_>) -> Self {
        let found = |place: &Option<JsonPath>| place.as_ref().and_then(|place| place.find(body));
        let mut own = Self { code: found(&places.code).and_then(text_of), ..Self::default() };
        own.message = found(&places.message).and_then(text_of);
        if let Some(fields) = found(&places.fields) {
            own.list(fields);
        }
        let general = Self::in_body(body);
        Self {
            message: own.message.or(general.message),
            code: own.code.or(general.code),
            fields: if own.fields.is_empty() { general.fields } else { own.fields },
            ..general
        }
    }

    fn in_body(body: &Value<'_>) -> Self {
        let mut found = Self::default();
        match body {
            Value::List(_) => found.list(body),
            Value::Text(text) => found.message = Some(text.to_string()),
            _ => {
                found.code = scalar(body, CODES).or_else(|| problem_code(body));
                found.message = scalar(body, MESSAGES);
                found.fault = body.field("faultstring").map(|_| scalar(body, &["faultcode"]).unwrap_or_default());
                found.request_id = scalar(body, &["request_id", "requestId", "correlationId", "idCorrelacao"]);
                for name in ["violacoes", "findings", "errors", "erros", "error_details", "details", "fields", "campos"]
                {
                    if let Some(inside) = body.field(name) {
                        found.list(inside);
                    }
                }
                // `{"error": {"code": …, "message": …}}`
                if let Some(inside @ Value::Object(_)) = body.field("error").or_else(|| body.field("erro")) {
                    let inside = Self::in_body(inside);
                    found.message = found.message.or(inside.message);
                    found.code = found.code.or(inside.code);
                    found.fields.extend(inside.fields);
                }
            }
        }
        found
    }

    /// `[{field, code, message}]`, `{field: [message]}` or `[message]`.
    fn list(&mut self, inside: &Value<'_>) {
        match inside {
            Value::List(items) => {
                for item in items {
                    let message = match item {
                        Value::Text(text) => Some(text.to_string()),
                        item => scalar(item, MESSAGES),
                    };
                    let code = scalar(item, CODES);
                    if let Some(path) = scalar(item, PATHS) {
                        self.field(&path, code, message);
                    } else {
                        self.code = self.code.take().or(code);
                        self.message = self.message.take().or(message);
                    }
                }
            }
            Value::Object(fields) => {
                for (path, said) in fields {
                    let each =
                        if let Value::List(items) = said { items.as_slice() } else { std::slice::from_ref(said) };
                    for said in each {
                        let message = text_of(said).or_else(|| scalar(said, MESSAGES));
                        self.field(path, scalar(said, CODES), message);
                    }
                }
            }
            Value::Text(text) => self.message = self.message.take().or_else(|| Some(text.to_string())),
            _ => {}
        }
    }

    fn field(&mut self, path: &str, code: Option<String>, message: Option<String>) {
        // A thousand messages help nobody, and an error must stay small.
        if self.fields.len() < 100 {
            let message = message.map(|m| shown(&m, SENTENCE_LIMIT)).unwrap_or_default();
            self.fields.push(FieldError {
                path: cut(&mask(path), 200),
                code: code.map(|c| cut(&mask(&c), 100)),
                message,
            });
        }
    }
}

/// The last segment of an RFC 7807 `type`.
fn problem_code(body: &Value<'_>) -> Option<String> {
    let kind = body.field("type")?.text()?;
    let last = kind.rsplit(['/', '#']).next()?;
    (last != "about:blank" && !last.is_empty()).then(|| cut(last, 100))
}

fn scalar(value: &Value<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text_of(value.field(name)?))
}

fn text_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Integer(n) => Some(text::integer(*n)),
        Value::Number(n) => Some(n.as_ref().to_owned()),
        _ => None,
    }
}

fn host_of(location: &str) -> Option<&str> {
    let (_, rest) = divide(location, "//")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next().filter(|host| !host.is_empty() && host.len() < 255)
}

/// Hides the texts and numbers under `names` in `text`. It searches only for `"name": value` and `<name>value<`, so it
/// hides as much in a body that was cut or is broken as in a complete one.
fn hide_values(text: &str, names: &[&str]) -> String {
    let known = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '<']) {
        let (before, token) = rest.split_at(at);
        out.push_str(before);
        let (mark, end) = if token.starts_with('"') { (':', string_end(token)) } else { ('>', tag_end(token)) };
        let (name, after) = token.split_at(end);
        out.push_str(name);
        rest = after;
        if !known(name.trim_matches(['"', '<', '>'])) {
            continue;
        }
        let value = match mark {
            ':' => after.trim_start().strip_prefix(':').map(str::trim_start),
            _ => Some(after),
        };
        let Some(value) = value else { continue };
        let end = match value.as_bytes().first() {
            Some(b'"') if mark == ':' => string_end(value),
            // Under such a name there may also be a list of sentences about the field.
            Some(b'[' | b'{') | None if mark == ':' => continue,
            _ if mark == ':' && value.starts_with("null") => continue,
            _ if mark == ':' => value.find([',', '}', ']']).unwrap_or(value.len()),
            _ => value.find('<').unwrap_or(value.len()),
        };
        if mark == ':' {
            out.push_str(":\"***\"");
        } else if end > 0 {
            out.push_str("***");
        }
        rest = value.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The end of the JSON string that `text` begins with. If the string was cut, the end of the text.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (i, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// The end of the tag that `text` begins with.
fn tag_end(text: &str) -> usize {
    text.find('>').map_or(text.len(), |end| end + 1)
}

/// Hides e-mails in `text`, and everything that could be a document, a telephone or a card number: five or more digits,
/// with any punctuation.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(&mask_emails(word));
    }
    mask_digits(&out)
}

fn mask_emails(word: &str) -> String {
    let letter = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
    let local = |c: char| letter(c) || matches!(c, '.' | '_' | '%' | '+' | '-');
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('@') {
        out.push_str(rest.get(..at).unwrap_or_default().trim_end_matches(local));
        out.push_str("***@***");
        rest = rest.get(at + 1..).unwrap_or_default();
        rest = rest.trim_start_matches(|c: char| letter(c) || matches!(c, '.' | '-'));
    }
    out.push_str(rest);
    out
}

fn mask_digits(text: &str) -> String {
    let separator = |c: char| matches!(c, ' ' | '.' | '-' | '/' | '(' | ')');
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if digits >= 5 {
            out.extend(run.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }));
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for c in text.chars() {
        let joins = c.is_ascii_digit() || (separator(c) && !run.is_empty() && !run.ends_with(separator));
        if joins {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

/// A name from an answer, for a message: masked, on one line, and shortened.
pub(super) fn short(name: &str) -> String {
    shown(name, 40)
}

/// A server's text, for a message: masked, on one line, and at most `limit` bytes long.
fn shown(text: &str, limit: usize) -> String {
    cut(&mask(&one_line(text)), limit)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last boundary between characters of `text` at or before `limit`.
fn boundary(text: &str, limit: usize) -> usize {
    (0..=limit.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// The first `limit` bytes of `text`, or fewer.
fn cut(text: &str, limit: usize) -> String {
    let end = boundary(text, limit);
    let kept = text.get(..end).unwrap_or_default();
    if end < text.len() { [kept, "…"].concat() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests;
