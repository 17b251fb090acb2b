use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Message;
use crate::api::{Method, Operation};
use crate::error::{Error, ErrorKind};
use crate::model::Esquema;
use crate::model::campo::nearest;
use crate::profile::codec::{Nomes, all_models, looks_the_same};
use crate::profile::{
    Auth, DateEncoding, DecimalEncoding, Encoding, Endpoint, ErrorShape, ListShape, MonthEncoding, PageStyle,
    Pagination, Profile, Promise,
};

/// The embedded default.
pub(super) fn padrao() -> Profile {
    let blank = Profile {
        name: String::new(),
        base_path: String::new(),
        auth: Auth::Bearer,
        idempotency_header: String::new(),
        replayed_header: String::new(),
        result_header: String::new(),
        endpoints: vec![
            Endpoint { method: Method::Get, path: String::new(), promise: Promise::None };
            Operation::ALL.len()
        ],
        pagination: Pagination {
            style: PageStyle::Page { first: 1, page: String::new(), size: String::new() },
            default_size: 1,
            max_size: 1,
        },
        list: ListShape::Bare,
        list_items: String::new(),
        errors: ErrorShape::Problem,
        encoding: Encoding {
            date: DateEncoding::Iso,
            month: MonthEncoding::Iso,
            decimal: DecimalEncoding::Text,
            boolean_sn: false,
        },
        names: BTreeMap::new(),
    };
    #[expect(clippy::expect_used, reason = "the embedded text is part of the program; a test loads it")]
    load(include_str!("padrao.toml"), "padrao.toml", blank).expect("the embedded profile is sound")
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
            if path.contains(['{', '}']) {
                return Err(source.error(
                    &span,
                    "`base_path` não pode conter `{id}`",
                    "`base_path` cannot hold `{id}`",
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
        table.header("header", &mut profile.idempotency_header)?;
        table.header("replayed_header", &mut profile.replayed_header)?;
    }
    if let Some(table) = root.table("result")? {
        table.only(&["header"])?;
        table.header("header", &mut profile.result_header)?;
    }
    if let Some(table) = root.table("pagination")? {
        read_pagination(table, &mut profile.pagination)?;
    }
    if let Some(table) = root.table("list")? {
        table.only(&["write", "items"])?;
        let shapes = [
            ("has_more", ListShape::HasMore),
            ("data", ListShape::Data),
            ("meta", ListShape::Meta),
            ("parametros", ListShape::Parametros),
            ("bare", ListShape::Bare),
        ];
        table.choice("write", &shapes, &mut profile.list)?;
        table.name_into("items", &mut profile.list_items)?;
    }
    if let Some(table) = root.table("errors")? {
        table.only(&["write"])?;
        let shapes = [
            ("errors", ErrorShape::Errors),
            ("fault", ErrorShape::Fault),
            ("problem", ErrorShape::Problem),
            ("details", ErrorShape::Details),
        ];
        table.choice("write", &shapes, &mut profile.errors)?;
    }
    if let Some(table) = root.table("operations")? {
        read_operations(table, &mut profile.endpoints)?;
    }
    let snake = match root.table("encoding")? {
        Some(table) => read_encoding(table, &mut profile.encoding)?,
        None => false,
    };
    read_names(root, snake, &mut profile)?;
    Ok(profile)
}

#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Bearer,
    Header,
    Basic,
    Query,
}

fn read_auth(table: Table<'_>) -> Result<Auth, Error> {
    table.only(&["scheme", "name", "prefix"])?;
    let schemes =
        [("bearer", Scheme::Bearer), ("header", Scheme::Header), ("basic", Scheme::Basic), ("query", Scheme::Query)];
    let mut scheme = Scheme::Bearer;
    table.choice("scheme", &schemes, &mut scheme)?;
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
            table.header("name", &mut header)?;
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
        let methods = [
            ("GET", Method::Get),
            ("POST", Method::Post),
            ("PUT", Method::Put),
            ("PATCH", Method::Patch),
            ("DELETE", Method::Delete),
        ];
        settings.choice("method", &methods, &mut endpoint.method)?;
        if let Some((path, span)) = settings.text("path")? {
            check_path(table.source, path, &span)?;
            check_id(table.source, operation, path, &span)?;
            path.clone_into(&mut endpoint.path);
        }
        let promises = [
            ("idempotency_key", Promise::IdempotencyKey),
            ("natural_key", Promise::NaturalKey),
            ("none", Promise::None),
        ];
        if let Some((_, span)) = settings.text("promise")?.filter(|_| !operation.is_write()) {
            return Err(table.source.error(
                &span,
                format!("`{name}` só lê, e pode sempre ser repetida; `promise` não vale aqui"),
                format!("`{name}` only reads, and can always be repeated; `promise` does not go here"),
            ));
        }
        settings.choice("promise", &promises, &mut endpoint.promise)?;
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
    let dates = [
        ("iso", DateEncoding::Iso),
        ("dd/mm/yyyy", DateEncoding::DayMonthYear),
        ("mm/dd/yyyy", DateEncoding::MonthDayYear),
    ];
    let months =
        [("iso", MonthEncoding::Iso), ("mm/yyyy", MonthEncoding::MonthYear), ("yyyymm", MonthEncoding::Digits)];
    let decimals =
        [("string", DecimalEncoding::Text), ("number", DecimalEncoding::Number), ("cents", DecimalEncoding::Cents)];
    let booleans = [("native", false), ("s/n", true)];
    let cases = [("camel", false), ("snake", true)];
    table.choice("date", &dates, &mut encoding.date)?;
    table.choice("month", &months, &mut encoding.month)?;
    table.choice("decimal", &decimals, &mut encoding.decimal)?;
    table.choice("boolean", &booleans, &mut encoding.boolean_sn)?;
    let mut snake = false;
    table.choice("case", &cases, &mut snake)?;
    Ok(snake)
}

fn read_names(root: Table<'_>, snake: bool, profile: &mut Profile) -> Result<(), Error> {
    let models = all_models();
    let start = |e: &&'static Esquema| {
        let name = |c: &crate::model::Campo| (if snake { c.snake } else { c.nome }).to_owned();
        e.campos.iter().map(name).collect::<Vec<_>>()
    };
    let mut names: BTreeMap<&'static str, Vec<String>> = models.iter().map(|(nome, e)| (*nome, start(e))).collect();
    if let Some(fields) = root.table("fields")? {
        for (key, value) in fields.entries() {
            let name = key.get_ref().as_ref();
            let Some(esquema) = models.get(name).filter(|e| !e.nome.starts_with(FILTER)) else {
                let known = models.keys().copied().filter(|n| !n.starts_with(FILTER));
                let near = nearest(name, known);
                return Err(root.source.unknown(&key.span(), ("modelo desconhecido", "unknown model"), name, near));
            };
            read_renames(root.source.table(name, value)?, esquema, &mut names)?;
        }
    }
    if let Some(filters) = root.table("filters")? {
        let listings = [
            ("clientes", "FiltroClientes"),
            ("servicos", "FiltroServicos"),
            ("contratos", "FiltroContratos"),
            ("consumos", "FiltroConsumos"),
            ("cobrancas", "FiltroCobrancas"),
        ];
        for (key, value) in filters.entries() {
            let name = key.get_ref().as_ref();
            let model = listings.iter().find(|(listing, _)| *listing == name).and_then(|(_, m)| models.get(m));
            let Some(esquema) = model else {
                let near = nearest(name, listings.iter().map(|(listing, _)| *listing));
                return Err(root.source.unknown(&key.span(), ("listagem desconhecida", "unknown listing"), name, near));
            };
            read_renames(root.source.table(name, value)?, esquema, &mut names)?;
        }
    }
    check_parameters(root, profile, &names)?;
    let same = |e: &Esquema| looks_the_same(e, &names, profile.encoding);
    let same: BTreeMap<_, _> = models.iter().map(|(nome, e)| (*nome, same(e))).collect();
    profile.names = names
        .into_iter()
        .map(|(nome, wire)| (nome, Nomes { wire, same: same.get(nome).copied().unwrap_or(false) }))
        .collect();
    Ok(())
}

/// How the models of filters are called.
const FILTER: &str = "Filtro";

fn read_renames(
    table: Table<'_>,
    esquema: &'static Esquema,
    names: &mut BTreeMap<&'static str, Vec<String>>,
) -> Result<(), Error> {
    let Some(wire) = names.get_mut(esquema.nome) else { return Ok(()) };
    let mut given = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        let position = esquema.campos.iter().position(|c| c.nome == name || c.snake == name);
        let Some(slot) = position.and_then(|i| wire.get_mut(i)) else {
            let what = ("campo desconhecido", "unknown field");
            return Err(table.source.unknown(&key.span(), what, name, esquema.mais_proximo(name)));
        };
        table.source.name(value)?.clone_into(slot);
        given.push((name, slot.clone(), value.span()));
    }
    for (name, new, span) in given {
        let position = esquema.campos.iter().position(|c| c.nome == name || c.snake == name);
        let twin = wire.iter().zip(esquema.campos).enumerate().find(|(i, (w, _))| Some(*i) != position && **w == new);
        if let Some((_, (_, other))) = twin {
            let other = other.nome;
            return Err(table.source.error(
                &span,
                format!("`{name}` e `{other}` têm ambos o nome `{new}`"),
                format!("`{name}` and `{other}` are both named `{new}`"),
            ));
        }
    }
    Ok(())
}

/// A query parameter has one meaning: filter, page or credential.
fn check_parameters(
    root: Table<'_>,
    profile: &Profile,
    names: &BTreeMap<&'static str, Vec<String>>,
) -> Result<(), Error> {
    let mut reserved: Vec<&str> = match &profile.pagination.style {
        PageStyle::Page { page, size, .. } => vec![page, size],
        PageStyle::Offset { offset, limit } => vec![offset, limit],
    };
    if let Auth::Query { name } = &profile.auth {
        reserved.push(name);
    }
    let repeated =
        reserved.iter().enumerate().find(|(i, name)| reserved.iter().skip(i + 1).any(|other| other == *name));
    let filters = names.iter().filter(|(model, _)| model.starts_with(FILTER)).flat_map(|(_, wire)| wire);
    let clash = filters.map(String::as_str).find(|name| reserved.contains(name));
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
    fn header(self, key: &str, out: &mut String) -> Result<(), Error> {
        let Some((name, span)) = self.text(key)? else { return Ok(()) };
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(self.source.error(
                &span,
                format!("`{key}` não é um nome de cabeçalho HTTP"),
                format!("`{key}` is not the name of an HTTP header"),
            ));
        }
        *out = name.to_ascii_lowercase();
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
