use std::ops::Range;

use smartbill_documents::Message;
use smartbill_model::error::{Error, ErrorKind};
use smartbill_model::field::nearest;
use smartbill_model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, Schema, Servico, ServicosFilter,
};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::api::{Method, Operation};
use crate::profile::codec::inner;
use crate::profile::names::Names;
use crate::profile::{
    Auth, DateEncoding, DecimalEncoding, Encoding, Endpoint, ErrorShape, ListShape, MonthEncoding, PageStyle,
    Pagination, Profile, Promise,
};

impl Profile {
    /// Reads a profile from TOML; what it leaves out is as in the default. `file` is named in errors.
    ///
    /// # Errors
    /// Of kind `Profile`, naming file and line, at the first thing that is wrong.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, Error> {
        load(text, file, Self::built_in())
    }
}

/// Reads `text` over `base`.
pub(super) fn load(text: &str, file: &str, base: Profile) -> Result<Profile, Error> {
    let source = Source { text, file };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source { text, ..source };
    let root = DeTable::parse(text).map_err(|e| {
        let span = e.span().unwrap_or(0..0);
        source.error(
            &span,
            format!("TOML inválido: {}", one_line(e.message())),
            format!("invalid TOML: {}", one_line(e.message())),
        )
    })?;
    let root = Table { source, name: "", rows: root.get_ref() };
    let mut profile = base;
    root.only(&[
        "name",
        "base_path",
        "auth",
        "idempotency",
        "result",
        "operations",
        "pagination",
        "list",
        "errors",
        "encoding",
        "fields",
        "filters",
    ])?;
    if let Some((name, _)) = root.text("name")? {
        name.clone_into(&mut profile.name);
    }
    if let Some((path, span)) = root.text("base_path")? {
        let path = path.trim_end_matches('/');
        if !path.is_empty() {
            check_path(source, path, &span)?;
            // Read as part of an address, what stands before an `@` is a user, and what follows it a host.
            if let Some(part) = ["{id}", "@"].into_iter().find(|part| path.contains(part)) {
                return Err(source.error(
                    &span,
                    format!("`base_path` não pode conter `{part}`"),
                    format!("`base_path` cannot hold `{part}`"),
                ));
            }
        }
        path.clone_into(&mut profile.base_path);
    }
    if let Some(auth) = root.table("auth")? {
        profile.auth = read_auth(auth)?;
    }
    if let Some(table) = root.table("idempotency")? {
        table.only(&["header", "replayed_header"])?;
        table.header("header", Use::Other, &mut profile.idempotency_header)?;
        table.header("replayed_header", Use::Other, &mut profile.replayed_header)?;
    }
    if let Some(table) = root.table("result")? {
        table.only(&["header"])?;
        table.header("header", Use::Other, &mut profile.result_header)?;
    }
    if let Some(table) = root.table("pagination")? {
        read_pagination(table, &mut profile.pagination)?;
    }
    if let Some(table) = root.table("list")? {
        table.only(&["write", "items"])?;
        table.choice("write", &ListShape::NAMES, &mut profile.list)?;
        table.name_into("items", &mut profile.list_items)?;
    }
    if let Some(table) = root.table("errors")? {
        table.only(&["write"])?;
        table.choice("write", &ErrorShape::NAMES, &mut profile.errors)?;
    }
    if let Some(table) = root.table("operations")? {
        read_operations(table, &mut profile.endpoints)?;
    }
    let snake = match root.table("encoding")? {
        Some(table) => read_encoding(table, &mut profile.encoding)?,
        None => false,
    };
    read_names(root, snake, &mut profile)?;
    check_headers(root, &profile)?;
    Ok(profile)
}

/// The way of [`Auth`], without its names.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Bearer,
    Header,
    Basic,
    Query,
}

// The names that a profile's file has for them.
impl Scheme {
    const NAMES: [(&str, Self); 4] =
        [("bearer", Self::Bearer), ("header", Self::Header), ("basic", Self::Basic), ("query", Self::Query)];
}

impl Promise {
    const NAMES: [(&str, Self); 3] =
        [("idempotency_key", Self::IdempotencyKey), ("natural_key", Self::NaturalKey), ("none", Self::None)];
}

impl ListShape {
    const NAMES: [(&str, Self); 5] = [
        ("has_more", Self::HasMore),
        ("data", Self::Date),
        ("meta", Self::Meta),
        ("parametros", Self::Params),
        ("bare", Self::Bare),
    ];
}

impl ErrorShape {
    const NAMES: [(&str, Self); 4] =
        [("errors", Self::Errors), ("fault", Self::Fault), ("problem", Self::Problem), ("details", Self::Details)];
}

impl DateEncoding {
    const NAMES: [(&str, Self); 3] =
        [("iso", Self::Iso), ("dd/mm/yyyy", Self::DayMonthYear), ("mm/dd/yyyy", Self::MonthDayYear)];
}

impl MonthEncoding {
    const NAMES: [(&str, Self); 3] = [("iso", Self::Iso), ("mm/yyyy", Self::MonthYear), ("yyyymm", Self::Digits)];
}

impl DecimalEncoding {
    const NAMES: [(&str, Self); 3] = [("string", Self::Text), ("number", Self::Number), ("cents", Self::Cents)];
}

fn read_auth(table: Table<'_>) -> Result<Auth, Error> {
    table.only(&["scheme", "name", "prefix"])?;
    let mut scheme = Scheme::Bearer;
    table.choice("scheme", &Scheme::NAMES, &mut scheme)?;
    let (name, prefix) = (table.text("name")?, table.text("prefix")?);
    let needs_name = || table.error_here("este esquema precisa de `name`", "this scheme needs a `name`");
    if let (Some((_, span)), true) = (&prefix, scheme != Scheme::Header) {
        return Err(table.source.error(
            span,
            "`prefix` só vale com o esquema `header`",
            "`prefix` goes with the scheme `header` only",
        ));
    }
    match scheme {
        Scheme::Bearer | Scheme::Basic => match name {
            Some((_, span)) => {
                Err(table.source.error(&span, "este esquema não usa `name`", "this scheme takes no `name`"))
            }
            None if scheme == Scheme::Basic => Ok(Auth::Basic),
            None => Ok(Auth::Bearer),
        },
        Scheme::Header => {
            let mut header = String::new();
            name.ok_or_else(needs_name)?;
            table.header("name", Use::Credential, &mut header)?;
            let prefix = prefix.map(|(p, span)| {
                let printable = p.bytes().all(|b| (b' '..=b'~').contains(&b));
                if printable {
                    Ok(p.to_owned())
                } else {
                    Err(table.source.error(
                        &span,
                        "prefixo com caracteres inválidos",
                        "the prefix has invalid characters",
                    ))
                }
            });
            Ok(Auth::Header { name: header, prefix: prefix.transpose()?.unwrap_or_default() })
        }
        Scheme::Query => {
            let mut parameter = String::new();
            name.ok_or_else(needs_name)?;
            table.name_into("name", &mut parameter)?;
            Ok(Auth::Query { name: parameter })
        }
    }
}

fn read_pagination(table: Table<'_>, pagination: &mut Pagination) -> Result<(), Error> {
    table.only(&["style", "first", "page", "size", "offset", "limit", "default_size", "max_size"])?;
    let styles = [("page", false), ("offset", true)];
    let mut by_offset = matches!(pagination.style, PageStyle::Offset { .. });
    table.choice("style", &styles, &mut by_offset)?;
    let foreign: &[&str] = if by_offset { &["page", "size", "first"] } else { &["offset", "limit"] };
    if let Some((key, _)) = table.entries().find(|(key, _)| foreign.contains(&key.get_ref().as_ref())) {
        let name = key.get_ref();
        return Err(table.source.error(
            &key.span(),
            format!("`{name}` não vale neste estilo de paginação"),
            format!("`{name}` does not go with this style of pagination"),
        ));
    }
    pagination.style = if by_offset {
        let (mut offset, mut limit) = match &pagination.style {
            PageStyle::Offset { offset, limit } => (offset.clone(), limit.clone()),
            PageStyle::Page { .. } => ("offset".to_owned(), "limit".to_owned()),
        };
        table.name_into("offset", &mut offset)?;
        table.name_into("limit", &mut limit)?;
        PageStyle::Offset { offset, limit }
    } else {
        let (mut first, mut page, mut size) = match &pagination.style {
            PageStyle::Page { first, page, size } => (*first, page.clone(), size.clone()),
            PageStyle::Offset { .. } => (1, "page".to_owned(), "size".to_owned()),
        };
        table.number_into("first", 0..=1, &mut first)?;
        table.name_into("page", &mut page)?;
        table.name_into("size", &mut size)?;
        PageStyle::Page { first, page, size }
    };
    let (mut default, mut max) = (pagination.default_size.into(), pagination.max_size.into());
    table.number_into("max_size", 1..=10_000, &mut max)?;
    table.number_into("default_size", 1..=10_000, &mut default)?;
    if default > max {
        let message = (
            format!("`default_size` {default} maior que `max_size` {max}"),
            format!("`default_size` {default} is above `max_size` {max}"),
        );
        return Err(table.error_here(message.0, message.1));
    }
    pagination.default_size = u32::try_from(default).unwrap_or(u32::MAX);
    pagination.max_size = u32::try_from(max).unwrap_or(u32::MAX);
    Ok(())
}

fn read_operations(table: Table<'_>, endpoints: &mut [Endpoint]) -> Result<(), Error> {
    let mut given: Vec<(Operation, Range<usize>)> = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        let Some(operation) = Operation::from_name(name) else {
            let near = nearest(name, Operation::ALL.iter().map(|op| op.name()));
            return Err(table.source.unknown(&key.span(), ("operação desconhecida", "unknown operation"), name, near));
        };
        let Some(endpoint) = endpoints.get_mut(operation as usize) else { continue };
        let settings = table.source.table(name, value)?;
        settings.only(&["method", "path", "promise"])?;
        let methods = Method::ALL.map(|m| (m.as_str(), m));
        settings.choice("method", &methods, &mut endpoint.method)?;
        if let Some((path, span)) = settings.text("path")? {
            check_path(table.source, path, &span)?;
            check_id(table.source, operation, path, &span)?;
            path.clone_into(&mut endpoint.path);
        }
        if let Some((_, span)) = settings.text("promise")?.filter(|_| !operation.is_write()) {
            return Err(table.source.error(
                &span,
                format!("`{name}` só lê, e pode sempre ser repetida; `promise` não vale aqui"),
                format!("`{name}` only reads, and can always be repeated; `promise` does not go here"),
            ));
        }
        settings.choice("promise", &Promise::NAMES, &mut endpoint.promise)?;
        given.push((operation, key.span()));
    }
    for (operation, span) in given {
        let Some(own) = endpoints.get(operation as usize) else { continue };
        let twin = Operation::ALL.iter().zip(endpoints.iter()).find(|(other, endpoint)| {
            **other != operation && endpoint.method == own.method && endpoint.path == own.path
        });
        if let Some((other, _)) = twin {
            let (method, path) = (own.method.as_str(), &own.path);
            return Err(table.source.error(
                &span,
                format!("`{operation}` e `{other}` têm ambas `{method} {path}`"),
                format!("`{operation}` and `{other}` are both `{method} {path}`"),
            ));
        }
    }
    Ok(())
}

fn check_path(source: Source<'_>, path: &str, span: &Range<usize>) -> Result<(), Error> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~/{}:@!$&'()*+,;=".contains(&b);
    let sound = path.starts_with('/')
        && path.bytes().all(allowed)
        && !path.contains("//")
        && path.split('/').all(|s| !matches!(s, "." | "..") && (s == "{id}" || !s.contains(['{', '}'])));
    if sound {
        return Ok(());
    }
    Err(source.error(
        span,
        format!("caminho inválido `{path}`; deve começar com `/`, e `{{id}}` é um trecho inteiro"),
        format!("invalid path `{path}`; it must start with `/`, and `{{id}}` is a segment of its own"),
    ))
}

fn check_id(source: Source<'_>, operation: Operation, path: &str, span: &Range<usize>) -> Result<(), Error> {
    let expected = usize::from(operation.takes_id());
    let found = path.matches("{id}").count();
    if found == expected {
        return Ok(());
    }
    let message = if expected == 0 {
        (
            format!("o caminho de `{operation}` não leva `{{id}}`"),
            format!("the path of `{operation}` takes no `{{id}}`"),
        )
    } else {
        (
            format!("o caminho de `{operation}` precisa de um `{{id}}`"),
            format!("the path of `{operation}` needs one `{{id}}`"),
        )
    };
    Err(source.error(span, message.0, message.1))
}

/// Whether names are in snake_case.
fn read_encoding(table: Table<'_>, encoding: &mut Encoding) -> Result<bool, Error> {
    table.only(&["date", "month", "decimal", "boolean", "case"])?;
    let booleans = [("native", false), ("s/n", true)];
    let cases = [("camel", false), ("snake", true)];
    table.choice("date", &DateEncoding::NAMES, &mut encoding.date)?;
    table.choice("month", &MonthEncoding::NAMES, &mut encoding.month)?;
    table.choice("decimal", &DecimalEncoding::NAMES, &mut encoding.decimal)?;
    table.choice("boolean", &booleans, &mut encoding.boolean_sn)?;
    let mut snake = false;
    table.choice("case", &cases, &mut snake)?;
    Ok(snake)
}

fn read_names(root: Table<'_>, snake: bool, profile: &mut Profile) -> Result<(), Error> {
    let models = all_models();
    let mut names = Names { snake, renames: Vec::new() };
    if let Some(fields) = root.table("fields")? {
        for (key, value) in fields.entries() {
            let name = key.get_ref().as_ref();
            let known = models.iter().copied().filter(|e| !e.name.ends_with(FILTER));
            let Some(schema) = known.clone().find(|e| e.name == name) else {
                let near = nearest(name, known.map(|e| e.name));
                return Err(root.source.unknown(&key.span(), ("modelo desconhecido", "unknown model"), name, near));
            };
            read_renames(root.source.table(name, value)?, schema, &mut names)?;
        }
    }
    if let Some(filters) = root.table("filters")? {
        for (key, value) in filters.entries() {
            let name = key.get_ref().as_ref();
            let Some((_, schema)) = FILTERS.iter().find(|(listing, _)| *listing == name) else {
                let near = nearest(name, FILTERS.iter().map(|(listing, _)| *listing));
                return Err(root.source.unknown(&key.span(), ("listagem desconhecida", "unknown listing"), name, near));
            };
            read_renames(root.source.table(name, value)?, schema, &mut names)?;
        }
    }
    check_parameters(root, profile, &names)?;
    profile.names = names;
    Ok(())
}

/// How the models of filters are called.
const FILTER: &str = "Filter";

/// The filters, by their listing.
const FILTERS: [(&str, &Schema); 5] = [
    ("clientes", ClientesFilter::SCHEMA),
    ("servicos", ServicosFilter::SCHEMA),
    ("contratos", ContratosFilter::SCHEMA),
    ("consumos", ConsumosFilter::SCHEMA),
    ("cobrancas", CobrancasFilter::SCHEMA),
];

/// Every model that travels, those inside others too.
fn all_models() -> Vec<&'static Schema> {
    fn add(schema: &'static Schema, found: &mut Vec<&'static Schema>) {
        if !found.iter().any(|e| e.name == schema.name) {
            found.push(schema);
            schema.fields.iter().filter_map(|c| inner(c.rule.kind)).for_each(|e| add(e, found));
        }
    }
    let mut found = Vec::new();
    for schema in
        [Cliente::SCHEMA, Servico::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, Cobranca::SCHEMA, ContratoAction::SCHEMA]
    {
        add(schema, &mut found);
    }
    for (_, schema) in FILTERS {
        add(schema, &mut found);
    }
    found
}

fn read_renames(table: Table<'_>, schema: &'static Schema, names: &mut Names) -> Result<(), Error> {
    let mut renames: Vec<(String, String)> = Vec::new();
    let mut given = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        let Some(field) = schema.field(name) else {
            let what = ("campo desconhecido", "unknown field");
            return Err(table.source.unknown(&key.span(), what, name, schema.nearest_name(name)));
        };
        let wire = table.source.name(value)?;
        renames.retain(|(known, _)| known != field.name);
        renames.push((field.name.to_owned(), wire.to_owned()));
        given.push((name, field.name, wire, value.span()));
    }
    names.renames.push((schema.name.to_owned(), renames));
    let wire = names.of(schema);
    for (name, own, new, span) in given {
        let twin = schema.fields.iter().find(|c| c.name != own && wire.wire(c) == new);
        if let Some(other) = twin.map(|c| c.name) {
            return Err(table.source.error(
                &span,
                format!("`{name}` e `{other}` têm ambos o nome `{new}`"),
                format!("`{name}` and `{other}` are both named `{new}`"),
            ));
        }
    }
    Ok(())
}

/// A header has one meaning.
fn check_headers(root: Table<'_>, profile: &Profile) -> Result<(), Error> {
    let credential = if let Auth::Header { name, .. } = &profile.auth { name.as_str() } else { "authorization" };
    let headers = [
        ("auth", "name", credential),
        ("idempotency", "header", &profile.idempotency_header),
        ("idempotency", "replayed_header", &profile.replayed_header),
        ("result", "header", &profile.result_header),
    ];
    for (i, (table, key, name)) in headers.iter().enumerate() {
        let Some((other, other_key, _)) = headers.iter().skip(i + 1).find(|(_, _, other)| other == name) else {
            continue;
        };
        // One of the two may be the default's.
        let given = |table, key| Some(root.table(table).ok()??.value(key)?.span());
        let span = given(other, other_key).or_else(|| given(table, key)).unwrap_or(0..0);
        return Err(root.source.error(
            &span,
            format!("o cabeçalho `{name}` tem dois significados: [{table}] `{key}` e [{other}] `{other_key}`"),
            format!("the header `{name}` has two meanings: [{table}] `{key}` and [{other}] `{other_key}`"),
        ));
    }
    Ok(())
}

/// A query parameter has one meaning: filter, page or credential.
fn check_parameters(root: Table<'_>, profile: &Profile, names: &Names) -> Result<(), Error> {
    let mut reserved: Vec<&str> = match &profile.pagination.style {
        PageStyle::Page { page, size, .. } => vec![page, size],
        PageStyle::Offset { offset, limit } => vec![offset, limit],
    };
    if let Auth::Query { name } = &profile.auth {
        reserved.push(name);
    }
    let repeated =
        reserved.iter().enumerate().find(|(i, name)| reserved.iter().skip(i + 1).any(|other| other == *name));
    let mut filters = FILTERS.iter().flat_map(|(_, e)| e.fields.iter().map(|c| names.of(e).wire(c)));
    let clash = filters.find(|name| reserved.contains(name));
    if let Some(name) = repeated.map(|(_, name)| *name).or(clash) {
        return Err(root.error_here(
            format!("o parâmetro `{name}` tem dois significados"),
            format!("the parameter `{name}` has two meanings"),
        ));
    }
    Ok(())
}

/// The text of a profile, for errors that name a line.
#[derive(Clone, Copy)]
struct Source<'t> {
    text: &'t str,
    file: &'t str,
}

impl<'t> Source<'t> {
    fn error(self, span: &Range<usize>, pt: impl AsRef<str>, en: impl AsRef<str>) -> Error {
        let line = self.text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1;
        let place = format!("{}:{line}", self.file);
        let message = Message::new(format!("{place}: {}", pt.as_ref()), format!("{place}: {}", en.as_ref()));
        Error::new(ErrorKind::Profile, message)
    }

    fn unknown(self, span: &Range<usize>, what: (&str, &str), name: &str, near: Option<&str>) -> Error {
        let (pt, en) = what;
        match near {
            Some(near) => self.error(
                span,
                format!("{pt} `{name}`; você quis dizer `{near}`?"),
                format!("{en} `{name}`; did you mean `{near}`?"),
            ),
            None => self.error(span, format!("{pt} `{name}`"), format!("{en} `{name}`")),
        }
    }

    fn wrong_type(self, value: &Spanned<DeValue<'_>>, pt: &str, en: &str) -> Error {
        let found = value.get_ref().type_str();
        self.error(&value.span(), format!("esperado {pt}, encontrado {found}"), format!("expected {en}, found {found}"))
    }

    fn table<'a>(self, name: &'a str, value: &'a Spanned<DeValue<'a>>) -> Result<Table<'a>, Error>
    where
        't: 'a,
    {
        let rows = value.get_ref().as_table().ok_or_else(|| self.wrong_type(value, "uma tabela", "a table"))?;
        Ok(Table { source: self, name, rows })
    }

    fn text<'a>(self, value: &'a Spanned<DeValue<'a>>) -> Result<&'a str, Error> {
        value.get_ref().as_str().ok_or_else(|| self.wrong_type(value, "um texto", "a string"))
    }

    /// A name of a field or parameter.
    fn name<'a>(self, value: &'a Spanned<DeValue<'a>>) -> Result<&'a str, Error> {
        let name = self.text(value)?;
        // `.`, `[` and `$` have a meaning in paths and in clashing names.
        let sound = !name.is_empty()
            && name.len() <= 100
            && !name.starts_with('$')
            && name.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '.');
        if sound {
            return Ok(name);
        }
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        Err(self.error(&value.span(), format!("nome inválido `{shown}`"), format!("invalid name `{shown}`")))
    }
}

/// What a header is for.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Credential,
    Other,
}

/// The headers that HTTP and the client write themselves: where a request goes, how long it is, what its body is. Another
/// value would change what the server, or a proxy before it, takes for the request.
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

/// The headers that carry a credential and nothing else.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "set-cookie"];

#[derive(Clone, Copy)]
struct Table<'a> {
    source: Source<'a>,
    name: &'a str,
    rows: &'a DeTable<'a>,
}

impl<'a> Table<'a> {
    fn entries(self) -> impl Iterator<Item = (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)> {
        self.rows.iter()
    }

    fn value(self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    fn table(self, key: &'a str) -> Result<Option<Table<'a>>, Error> {
        self.value(key).map(|value| self.source.table(key, value)).transpose()
    }

    fn text(self, key: &str) -> Result<Option<(&'a str, Range<usize>)>, Error> {
        self.value(key).map(|value| Ok((self.source.text(value)?, value.span()))).transpose()
    }

    /// An error about the table as a whole.
    fn error_here(self, pt: impl AsRef<str>, en: impl AsRef<str>) -> Error {
        let span = self.entries().map(|(key, _)| key.span()).min_by_key(|s| s.start).unwrap_or(0..0);
        self.source.error(&span, pt, en)
    }

    fn only(self, known: &[&'static str]) -> Result<(), Error> {
        let Some((key, _)) = self.entries().find(|(key, _)| !known.contains(&key.get_ref().as_ref())) else {
            return Ok(());
        };
        let name = key.get_ref().as_ref();
        let place = if self.name.is_empty() { String::new() } else { format!(" em [{}]", self.name) };
        let place_en = place.replace(" em ", " in ");
        let what = (format!("ajuste desconhecido{place}:"), format!("unknown setting{place_en}:"));
        Err(self.source.unknown(&key.span(), (&what.0, &what.1), name, nearest(name, known.iter().copied())))
    }

    fn choice<T: Copy>(self, key: &str, options: &[(&'static str, T)], out: &mut T) -> Result<(), Error> {
        let Some((text, span)) = self.text(key)? else { return Ok(()) };
        let Some((_, value)) = options.iter().find(|(name, _)| *name == text) else {
            let names = options.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            return Err(self.source.error(
                &span,
                format!("`{key}` não pode ser `{text}`; use uma destas opções: {names}"),
                format!("`{key}` cannot be `{text}`; use one of: {names}"),
            ));
        };
        *out = *value;
        Ok(())
    }

    fn name_into(self, key: &str, out: &mut String) -> Result<(), Error> {
        if let Some(value) = self.value(key) {
            self.source.name(value)?.clone_into(out);
        }
        Ok(())
    }

    /// A header's name, put in lower case.
    fn header(self, key: &str, purpose: Use, out: &mut String) -> Result<(), Error> {
        let Some((name, span)) = self.text(key)? else { return Ok(()) };
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(self.source.error(
                &span,
                format!("`{key}` não é um nome de cabeçalho HTTP"),
                format!("`{key}` is not the name of an HTTP header"),
            ));
        }
        let name = name.to_ascii_lowercase();
        if OWN_HEADERS.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-") {
            return Err(self.source.error(
                &span,
                format!("`{key}` não pode ser `{name}`, que pertence ao próprio HTTP; use outro cabeçalho"),
                format!("`{key}` cannot be `{name}`, which belongs to HTTP itself; use another header"),
            ));
        }
        if purpose != Use::Credential && CREDENTIALS.contains(&name.as_str()) {
            return Err(self.source.error(
                &span,
                format!("`{key}` não pode ser `{name}`, que só leva a credencial; use outro cabeçalho"),
                format!("`{key}` cannot be `{name}`, which carries the credential only; use another header"),
            ));
        }
        *out = name;
        Ok(())
    }

    fn number_into(self, key: &str, range: std::ops::RangeInclusive<u64>, out: &mut u64) -> Result<(), Error> {
        let Some(value) = self.value(key) else { return Ok(()) };
        let number = value.get_ref().as_integer().filter(|n| n.radix() == 10).and_then(|n| n.as_str().parse().ok());
        let (min, max) = (range.start(), range.end());
        *out = number.filter(|n| range.contains(n)).ok_or_else(|| {
            self.source.error(
                &value.span(),
                format!("`{key}` deve ser um inteiro de {min} a {max}"),
                format!("`{key}` must be an integer from {min} to {max}"),
            )
        })?;
        Ok(())
    }
}

/// The first line of a message of the TOML parser.
fn one_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}
