use std::ops::Range;

use smartbill_documents::Message;
use smartbill_model::error::{Error, ErrorKind};
use smartbill_model::toml_text::{DEEPEST, place, too_deep};
use toml::de::DeTable;

use crate::api::Operation;
use crate::profile::format::{ErrorPlaces, ListPlaces, RateLimit};
use crate::profile::load_fields::{self, FILTERS};
use crate::profile::load_operations::{check_path, read_operations};
use crate::profile::source::{LONGEST, Source, Table, Use};
use crate::profile::{Auth, ErrorShape, JsonPath, ListShape, Next, OAuth2, PageStyle, Pagination, Profile, Reset};

impl Profile {
    /// Reads a profile from TOML. Settings that it leaves out have their defaults. Errors name `file`.
    ///
    /// # Errors
    /// Of kind `Profile`, with the file and line of every mistake.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, Error> {
        load(text, file, Self::built_in())
    }
}

/// Reads `text` as changes to `base`.
pub(super) fn load(text: &str, file: &str, base: Profile) -> Result<Profile, Error> {
    if text.len() > LONGEST {
        let message = Message::new(
            format!("{file}:1: o perfil passa de 1 MiB; um perfil tem algumas centenas de linhas"),
            format!("{file}:1: the profile is longer than 1 MiB; a profile has some hundreds of lines"),
        );
        return Err(Error::new(ErrorKind::Profile, message));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source::new(text, file);
    if let Some(span) = too_deep(text) {
        source.error(
            &span,
            format!("mais de {DEEPEST} tabelas ou listas uma dentro da outra"),
            format!("more than {DEEPEST} tables or lists inside one another"),
        );
        return source.finish().map(|()| base);
    }
    let mut profile = base;
    match DeTable::parse(text) {
        Ok(root) => {
            let root = Table { source: &source, name: "", rows: root.get_ref(), span: 0..0 };
            read(&root, &mut profile);
        }
        Err(e) => {
            let problem = e.message().lines().next().unwrap_or_default();
            let span = e.span().unwrap_or(0..0);
            let at = place(text, span.start);
            source.error(
                &span,
                format!("TOML inválido na coluna {}{}", at.column, at.near),
                format!("invalid TOML: {problem}"),
            );
        }
    }
    source.finish()?;
    Ok(profile)
}

fn read(root: &Table<'_>, profile: &mut Profile) {
    root.only(&[
        "name",
        "base_path",
        "auth",
        "headers",
        "idempotency",
        "result",
        "operations",
        "pagination",
        "list",
        "errors",
        "rate_limit",
        "encoding",
        "fields",
        "filters",
        "values",
    ]);
    if let Some((name, span)) = root.text("name") {
        if name.len() > 100 || name.chars().any(char::is_control) {
            root.source.invalid_name(&span, name);
        }
        name.clone_into(&mut profile.name);
    }
    read_base_path(root, &mut profile.base_path);
    if let Some(auth) = root.table("auth").and_then(|table| read_auth(&table, Scheme::Bearer)) {
        profile.auth = auth;
    }
    if let Some(table) = root.table("headers") {
        profile.headers = table.headers();
    }
    if let Some(table) = root.table("idempotency") {
        table.only(&["header", "replayed_header"]);
        table.header("header", Use::Other, &mut profile.idempotency_header);
        table.header("replayed_header", Use::Other, &mut profile.replayed_header);
    }
    if let Some(table) = root.table("result") {
        table.only(&["header"]);
        table.header("header", Use::Other, &mut profile.result_header);
    }
    if let Some(table) = root.table("pagination") {
        read_pagination(&table, &mut profile.pagination);
    }
    if let Some(table) = root.table("list") {
        table.only(&["write", "items", "total", "more", "pages"]);
        table.choice("write", &ListShape::NAMES, &mut profile.list);
        let items = table.path("items").unwrap_or_else(|| profile.list_places.items.clone());
        profile.list_places =
            ListPlaces { items, total: table.path("total"), more: table.path("more"), pages: table.path("pages") };
    }
    if let Some(table) = root.table("errors") {
        table.only(&["write", "code", "message", "fields", "refusal"]);
        table.choice("write", &ErrorShape::NAMES, &mut profile.errors);
        profile.error_places = ErrorPlaces {
            code: table.path("code"),
            message: table.path("message"),
            fields: table.path("fields"),
            refusal: table.path("refusal"),
        };
    }
    if let Some(table) = root.table("rate_limit") {
        profile.rate_limit = read_rate_limit(&table).map(Box::new);
    }
    if let Some(table) = root.table("operations") {
        read_operations(&table, &mut profile.endpoints);
    }
    profile.plans = load_fields::read(root);
    check_parameters(root, profile);
    check_headers(root, profile);
    check_bodies(root, profile);
}

fn read_base_path(root: &Table<'_>, base_path: &mut String) {
    let Some((path, span)) = root.text("base_path") else { return };
    let path = path.trim_end_matches('/');
    if !path.is_empty() {
        // In an address, the text before an `@` is a user, and the text after it is a host.
        if let Some(part) = ["{", "@"].into_iter().find(|part| path.contains(part)) {
            root.source.error(
                &span,
                format!("`base_path` não pode conter `{part}`"),
                format!("`base_path` cannot hold `{part}`"),
            );
            return;
        }
        if !check_path(root.source, path, &span) {
            return;
        }
    }
    path.clone_into(base_path);
}

/// The kinds of [`Auth`], without their data.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Bearer,
    Header,
    Basic,
    Query,
    Body,
    Several,
    OAuth2,
}

// The names of the kinds in a profile's file.
impl Scheme {
    const NAMES: [(&str, Self); 7] = [
        ("bearer", Self::Bearer),
        ("header", Self::Header),
        ("basic", Self::Basic),
        ("query", Self::Query),
        ("body", Self::Body),
        ("several", Self::Several),
        ("oauth2", Self::OAuth2),
    ];
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

fn read_auth(table: &Table<'_>, default: Scheme) -> Option<Auth> {
    table.only(&["scheme", "name", "prefix", "parts", "token_path", "send", "body", "scope"]);
    let mut scheme = default;
    table.choice("scheme", &Scheme::NAMES, &mut scheme);
    for (key, owner, its_name) in [
        ("prefix", Scheme::Header, "header"),
        ("parts", Scheme::Several, "several"),
        ("token_path", Scheme::OAuth2, "oauth2"),
        ("send", Scheme::OAuth2, "oauth2"),
        ("body", Scheme::OAuth2, "oauth2"),
        ("scope", Scheme::OAuth2, "oauth2"),
    ] {
        if let (Some(value), true) = (table.value(key), scheme != owner) {
            table.source.error(
                &value.span(),
                format!("`{key}` só vale com o esquema `{its_name}`"),
                format!("`{key}` goes with the scheme `{its_name}` only"),
            );
        }
    }
    let nameless = matches!(scheme, Scheme::Bearer | Scheme::Basic | Scheme::Several | Scheme::OAuth2);
    match table.value("name") {
        Some(value) if nameless => {
            table.source.error(&value.span(), "este esquema não usa `name`", "this scheme takes no `name`");
        }
        None if !nameless => table.error_here("este esquema precisa de `name`", "this scheme needs a `name`"),
        _ => {}
    }
    match scheme {
        Scheme::Bearer => Some(Auth::Bearer),
        Scheme::Basic => Some(Auth::Basic),
        Scheme::Header => {
            let mut name = String::new();
            table.header("name", Use::Credential, &mut name);
            let (prefix, span) = table.text("prefix").unwrap_or(("", 0..0));
            if !prefix.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                let (pt, en) = ("prefixo com caracteres inválidos", "the prefix has invalid characters");
                table.source.error(&span, pt, en);
            }
            Some(Auth::Header { name, prefix: prefix.to_owned() })
        }
        Scheme::Query => {
            let mut name = String::new();
            table.name_into("name", &mut name);
            Some(Auth::Query { name })
        }
        Scheme::Body => Some(Auth::Body { path: table.member("name")? }),
        Scheme::Several => read_parts(table).map(Auth::Several),
        Scheme::OAuth2 => read_oauth2(table).map(|oauth2| Auth::OAuth2(Box::new(oauth2))),
    }
}

/// Reads how an access token is asked for.
fn read_oauth2(table: &Table<'_>) -> Option<OAuth2> {
    let Some((token_path, span)) = table.text("token_path") else {
        table.error_here(
            "o esquema `oauth2` precisa de `token_path`, o caminho que dá tokens, como `/oauth/token`",
            "the scheme `oauth2` needs `token_path`, the path that gives tokens, such as `/oauth/token`",
        );
        return None;
    };
    if !token_path.starts_with('/') || token_path.contains('{') {
        table.source.error(
            &span,
            "`token_path` deve começar com `/`, e não ter `{…}`; tokens são pedidos à própria plataforma",
            "`token_path` must start with `/`, and have no `{…}`; tokens are asked of the platform itself",
        );
        return None;
    }
    if !check_path(table.source, token_path, &span) {
        return None;
    }
    let (mut in_body, mut json) = (false, false);
    table.choice("send", &[("basic", false), ("body", true)], &mut in_body);
    table.choice("body", &[("form", false), ("json", true)], &mut json);
    let scope = table.value("scope").and_then(|value| table.source.constant(value)).map(str::to_owned);
    Some(OAuth2 { token_path: token_path.to_owned(), in_body, json, scope })
}

/// Reads the places of a credential of several parts.
fn read_parts(table: &Table<'_>) -> Option<Vec<Auth>> {
    let source = table.source;
    let parts = table.value("parts").and_then(|value| value.get_ref().as_array());
    let Some(parts) = parts.filter(|parts| (2..=4).contains(&parts.len())) else {
        table.error_here(
            "o esquema `several` precisa de `parts`, uma lista de 2 a 4 lugares",
            "the scheme `several` needs `parts`, a list of 2 to 4 places",
        );
        return None;
    };
    let read = |value| {
        let part = source.table("auth.parts", value)?;
        // Each of several parts has a name.
        let named = part.text("scheme").is_none_or(|(scheme, _)| matches!(scheme, "header" | "query" | "body"));
        if !named {
            part.error_here(
                "uma de várias credenciais usa o esquema `header`, `query` ou `body`",
                "one of several credentials takes the scheme `header`, `query` or `body`",
            );
            return None;
        }
        read_auth(&part, Scheme::Header)
    };
    parts.iter().map(read).collect()
}

fn read_pagination(table: &Table<'_>, pagination: &mut Pagination) {
    #[derive(Clone, Copy)]
    enum Style {
        Page,
        Offset,
        Cursor,
        Link,
        None,
    }
    let names = ["style", "first", "page", "size", "offset", "limit", "cursor", "next", "default_size", "max_size"];
    table.only(&names);
    let styles = [
        ("page", Style::Page),
        ("offset", Style::Offset),
        ("cursor", Style::Cursor),
        ("link", Style::Link),
        ("none", Style::None),
    ];
    let mut style = match pagination.style {
        PageStyle::Page { .. } => Style::Page,
        PageStyle::Offset { .. } => Style::Offset,
        PageStyle::Cursor { .. } => Style::Cursor,
        PageStyle::Link { .. } => Style::Link,
        PageStyle::None => Style::None,
    };
    table.choice("style", &styles, &mut style);
    let own: &[&str] = match style {
        Style::Page => &["first", "page", "size"],
        Style::Offset => &["offset", "limit"],
        Style::Cursor => &["cursor", "size", "next"],
        Style::Link => &["size", "next"],
        Style::None => &[],
    };
    for (key, _) in table.entries() {
        let name = key.get_ref().as_ref();
        let foreign =
            names.contains(&name) && !own.contains(&name) && !["style", "default_size", "max_size"].contains(&name);
        if foreign {
            table.source.error(
                &key.span(),
                format!("`{name}` não vale neste estilo de paginação"),
                format!("`{name}` does not go with this style of pagination"),
            );
        }
    }
    let name = |key: &str, default: &str| {
        let mut name = default.to_owned();
        table.name_into(key, &mut name);
        name
    };
    pagination.style = match (style, &pagination.style) {
        (Style::Page, known) => {
            let (mut first, page, size) = match known {
                PageStyle::Page { first, page, size } => (*first, page.as_str(), size.as_str()),
                _ => (1, "page", "size"),
            };
            table.number_into("first", 0..=1, &mut first);
            PageStyle::Page { first, page: name("page", page), size: name("size", size) }
        }
        (Style::Offset, known) => {
            let (offset, limit) = match known {
                PageStyle::Offset { offset, limit } => (offset.as_str(), limit.as_str()),
                _ => ("offset", "limit"),
            };
            PageStyle::Offset { offset: name("offset", offset), limit: name("limit", limit) }
        }
        (Style::Cursor, _) => {
            let next = table.text("next").and_then(|(text, span)| read_next(table, text, &span));
            let next = next.unwrap_or_else(|| {
                if table.value("next").is_none() {
                    table.error_here(
                        "este estilo precisa de `next`, o lugar do próximo cursor",
                        "this style needs `next`, the place of the next cursor",
                    );
                }
                Next::Body(JsonPath::default())
            });
            PageStyle::Cursor { cursor: name("cursor", "cursor"), size: name("size", "size"), next }
        }
        (Style::Link, _) => {
            let next = table.text("next").and_then(|(text, span)| read_next(table, text, &span));
            let next = next.unwrap_or_else(|| Next::Header("link".to_owned()));
            PageStyle::Link { size: name("size", "size"), next }
        }
        (Style::None, _) => PageStyle::None,
    };
    let (mut default, mut max) = (pagination.default_size.into(), pagination.max_size.into());
    table.number_into("max_size", 1..=10_000, &mut max);
    table.number_into("default_size", 1..=10_000, &mut default);
    if default > max {
        table.error_here(
            format!("`default_size` {default} maior que `max_size` {max}"),
            format!("`default_size` {default} is above `max_size` {max}"),
        );
    }
    pagination.default_size = u32::try_from(default).unwrap_or(u32::MAX);
    pagination.max_size = u32::try_from(max).unwrap_or(u32::MAX);
}

fn read_rate_limit(table: &Table<'_>) -> Option<RateLimit> {
    table.only(&["limit", "remaining", "reset", "reset_as", "scope"]);
    let header = |key: &str| {
        let mut name = String::new();
        table.header(key, Use::Other, &mut name);
        (!name.is_empty()).then_some(name)
    };
    let (mut reset_as, mut by_operation) = (Reset::Seconds, false);
    table.choice("reset_as", &[("seconds", Reset::Seconds), ("unix", Reset::Unix)], &mut reset_as);
    table.choice("scope", &[("account", false), ("operation", true)], &mut by_operation);
    if table.value("remaining").is_none() || table.value("reset").is_none() {
        table.error_here(
            "precisa de `remaining` e `reset`, nomes de cabeçalhos",
            "needs `remaining` and `reset`, names of headers",
        );
    }
    let limit = header("limit");
    Some(RateLimit { limit, remaining: header("remaining")?, reset: header("reset")?, reset_as, by_operation })
}

/// Reads `header:NAME`, or a path into the body.
fn read_next(table: &Table<'_>, text: &str, span: &Range<usize>) -> Option<Next> {
    if let Some(name) = text.strip_prefix("header:") {
        return table.source.header_name(span, "next", name, Use::Other).map(Next::Header);
    }
    let path = JsonPath::parse(text).filter(JsonPath::in_object);
    if path.is_none() {
        table.source.invalid_name(span, text);
    }
    path.map(Next::Body)
}

/// The parts of a credential, or the credential itself if it has no parts.
fn parts(auth: &Auth) -> &[Auth] {
    if let Auth::Several(parts) = auth { parts } else { std::slice::from_ref(auth) }
}

/// Checks that each header is used only once.
fn check_headers(root: &Table<'_>, profile: &Profile) {
    let given = |table: &str, key: &str| -> Option<Range<usize>> {
        let rows = root.value(table)?.get_ref().as_table()?;
        rows.iter().find(|(k, _)| k.get_ref() == key).map(|(_, value)| value.span())
    };
    let mut headers: Vec<(String, &str, Option<Range<usize>>)> = Vec::new();
    for auth in parts(&profile.auth) {
        let name = match auth {
            Auth::Header { name, .. } => name,
            Auth::Bearer | Auth::Basic | Auth::OAuth2(_) => "authorization",
            _ => continue,
        };
        let key = if matches!(profile.auth, Auth::Several(_)) { "parts" } else { "name" };
        headers.push((format!("[auth] `{key}`"), name, given("auth", key)));
    }
    for (table, key, name) in [
        ("idempotency", "header", &profile.idempotency_header),
        ("idempotency", "replayed_header", &profile.replayed_header),
        ("result", "header", &profile.result_header),
    ] {
        headers.push((format!("[{table}] `{key}`"), name, given(table, key)));
    }
    let general = headers.len();
    for (name, _) in &profile.headers {
        let span = root.value("headers").map(toml::Spanned::span);
        headers.push((format!("[headers] `{name}`"), name, span));
    }
    let whole = headers.len();
    for (operation, endpoint) in Operation::ALL.iter().zip(&profile.endpoints) {
        for (name, _) in endpoint.shape.iter().flat_map(|shape| &shape.headers) {
            headers.push((format!("[operations] `{operation}`"), name, given("operations", operation.name())));
        }
    }
    for (i, (place, name, span)) in headers.iter().enumerate() {
        // Operations may have the same header, each with its own value.
        let after = if i < general { i + 1 } else { (i + 1).min(whole) };
        let others = if i < whole { headers.get(after..) } else { None };
        let Some((other, _, other_span)) = others.unwrap_or_default().iter().find(|(_, other, _)| other == name) else {
            continue;
        };
        // One of the two may come from the default profile.
        let span = other_span.clone().or_else(|| span.clone()).unwrap_or(0..0);
        root.source.error(
            &span,
            format!("o cabeçalho `{name}` tem dois significados: {place} e {other}"),
            format!("the header `{name}` has two meanings: {place} and {other}"),
        );
    }
}

/// Checks that each query parameter is used only once: for a filter, the paging, a constant or the credential.
fn check_parameters(root: &Table<'_>, profile: &Profile) {
    let mut reserved: Vec<&str> = match &profile.pagination.style {
        PageStyle::Page { page, size, .. } => vec![page, size],
        PageStyle::Offset { offset, limit } => vec![offset, limit],
        PageStyle::Cursor { cursor, size, .. } => vec![cursor, size],
        PageStyle::Link { size, .. } => vec![size],
        PageStyle::None => Vec::new(),
    };
    for auth in parts(&profile.auth) {
        if let Auth::Query { name } = auth {
            reserved.push(name);
        }
    }
    let twice = |names: &[&str]| -> Option<String> {
        let hit = names.iter().enumerate().find(|(i, name)| names.iter().skip(i + 1).any(|other| other == *name));
        hit.map(|(_, name)| (*name).to_owned())
    };
    let mut repeated = twice(&reserved);
    for operation in Operation::ALL {
        let mut names = reserved.clone();
        if let Some(shape) = &profile.endpoint(*operation).shape {
            names.extend(shape.query.iter().map(|(name, _)| name.as_str()));
        }
        if let Some((_, filter)) =
            FILTERS.iter().find(|(name, _)| operation.is_listing() && operation.resource().name() == *name)
        {
            names.extend(filter.fields.iter().map(|field| profile.wire_name(filter, field.name)));
        }
        repeated = repeated.or_else(|| twice(&names));
    }
    if let Some(name) = repeated {
        root.error_here(
            format!("o parâmetro `{name}` tem dois significados"),
            format!("the parameter `{name}` has two meanings"),
        );
    }
}

/// Checks that every operation can carry a credential in its body, and that paging by address is used only with GET.
fn check_bodies(root: &Table<'_>, profile: &Profile) {
    let in_body = parts(&profile.auth).iter().any(|auth| matches!(auth, Auth::Body { .. }));
    let linked = matches!(profile.pagination.style, PageStyle::Link { .. });
    for (operation, endpoint) in Operation::ALL.iter().zip(&profile.endpoints) {
        if endpoint.shape.as_ref().is_some_and(|shape| shape.unsupported) {
            continue;
        }
        let reads = endpoint.method == crate::api::Method::Get;
        if in_body && reads {
            root.error_here(
                format!("`{operation}` é GET, e não tem corpo para a credencial; dê outro `method`, ou `unsupported = true`"),
                format!("`{operation}` is GET, and has no body for the credential; give another `method`, or `unsupported = true`"),
            );
        }
        let list = endpoint.shape.as_ref().is_some_and(|shape| !shape.wrap.is_whole() && !shape.wrap.in_object());
        if in_body && list {
            root.error_here(
                format!("o corpo de `{operation}` é uma lista, que não tem lugar para a credencial; dê outro `wrap`"),
                format!(
                    "the body of `{operation}` is a list, which has no place for the credential; give another `wrap`"
                ),
            );
        }
        if linked && operation.is_listing() && !reads {
            root.error_here(
                format!("`{operation}` não é GET, e a paginação `link` só vale com GET"),
                format!("`{operation}` is not GET, and the pagination `link` goes with GET only"),
            );
        }
    }
}
