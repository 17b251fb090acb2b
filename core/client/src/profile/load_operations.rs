use std::ops::Range;

use smartbill_model::field::nearest;
use smartbill_model::{FieldType, Schema};

use crate::api::{Method, Operation};
use crate::profile::format::{IdPlace, Shape, Success};
use crate::profile::source::{Source, Table, is_name, shown};
use crate::profile::{Endpoint, JsonPath, Promise};

impl Promise {
    const NAMES: [(&str, Self); 3] =
        [("idempotency_key", Self::IdempotencyKey), ("natural_key", Self::NaturalKey), ("none", Self::None)];
}

/// The settings of an operation.
const SETTINGS: [&str; 14] = [
    "method",
    "path",
    "promise",
    "id",
    "query",
    "headers",
    "body",
    "wrap",
    "record",
    "items",
    "encoding",
    "success",
    "unsupported",
    "replace",
];

pub(super) fn read_operations(table: &Table<'_>, endpoints: &mut [Endpoint]) {
    let mut given: Vec<(Operation, Range<usize>)> = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        let Some(operation) = Operation::from_name(name) else {
            let near = nearest(name, Operation::ALL.iter().map(|op| op.name()));
            table.source.unknown(&key.span(), ("operação desconhecida", "unknown operation"), name, near);
            continue;
        };
        let Some(endpoint) = endpoints.get_mut(operation as usize) else { continue };
        let Some(settings) = table.source.table(name, value) else { continue };
        read_operation(&settings, operation, endpoint);
        given.push((operation, key.span()));
    }
    let is_given = |operation| given.iter().any(|(known, _)| *known == operation);
    for (operation, span) in &given {
        let Some(own) = endpoints.get(*operation as usize) else { continue };
        let twin = Operation::ALL.iter().zip(endpoints.iter()).find(|(other, endpoint)| {
            *other != operation
                && same_request(endpoint, own)
                && !(is_given(**other) && (**other as usize) < *operation as usize)
        });
        if let Some((other, _)) = twin {
            let (method, path) = (own.method.as_str(), &own.path);
            table.source.error(
                span,
                format!("`{operation}` e `{other}` têm ambas `{method} {path}`"),
                format!("`{operation}` and `{other}` are both `{method} {path}`"),
            );
        }
    }
}

/// Whether the requests of two operations cannot be distinguished.
fn same_request(a: &Endpoint, b: &Endpoint) -> bool {
    let constants = |endpoint: &Endpoint| {
        let shape = endpoint.shape.as_deref().cloned().unwrap_or_default();
        (shape.unsupported, shape.id, shape.query, shape.headers, shape.body)
    };
    let (own, other) = (constants(a), constants(b));
    a.method == b.method && a.path == b.path && !own.0 && own == other
}

fn read_operation(settings: &Table<'_>, operation: Operation, endpoint: &mut Endpoint) {
    let source = settings.source;
    settings.only(&SETTINGS);
    let mut shape = Shape { unsupported: settings.flag("unsupported"), ..Shape::default() };
    let methods = Method::ALL.map(|m| (m.as_str(), m));
    settings.choice("method", &methods, &mut endpoint.method);
    if let Some((path, span)) = settings.text("path")
        && check_path(source, path, &span)
        && check_places(source, operation, path, &span)
    {
        path.clone_into(&mut endpoint.path);
    }
    read_id(settings, operation, &endpoint.path, &mut shape);
    if let Some((_, span)) = settings.text("promise").filter(|_| !operation.is_write()) {
        source.error(
            &span,
            format!("`{operation}` só lê, e pode sempre ser repetida; `promise` não vale aqui"),
            format!("`{operation}` only reads, and can always be repeated; `promise` does not go here"),
        );
    } else {
        settings.choice("promise", &Promise::NAMES, &mut endpoint.promise);
    }
    shape.query = settings.table("query").map(|table| table.parameters()).unwrap_or_default();
    shape.headers = settings.table("headers").map(|table| table.headers()).unwrap_or_default();
    shape.body = settings.table("body").map(|table| table.members()).unwrap_or_default();
    shape.wrap = settings.path("wrap").unwrap_or_default();
    shape.record = settings.path("record");
    shape.items = settings.path("items");
    settings.choice("encoding", &[("json", false), ("form", true)], &mut shape.form);
    shape.success = settings.table("success").and_then(|table| read_success(&table));
    if let Some(value) = settings.value("replace") {
        source.error(
            &value.span(),
            "`replace` não é aceito: gravar o registro inteiro desfaz o que outro mudou entre a leitura e a gravação",
            "`replace` is not taken: writing the whole record undoes what others change between reading and writing",
        );
    }
    if let Some(value) = settings.value("items").filter(|_| !operation.is_listing()) {
        source.error(
            &value.span(),
            format!("`{operation}` não lista; `items` não vale aqui"),
            format!("`{operation}` lists nothing; `items` does not go here"),
        );
    }
    if let Some(value) = settings.value("wrap").filter(|_| !shape.wrap.is_whole() && !shape.wrap.in_object()) {
        let id = matches!(shape.id, Some(IdPlace::Body(_)));
        if id || !shape.body.is_empty() {
            source.error(
                &value.span(),
                "um corpo que é uma lista não tem outros membros; deixe `body` e `id` de fora",
                "a body that is a list has no other members; leave out `body` and `id`",
            );
        }
    }
    // A GET has no body.
    if endpoint.method == Method::Get {
        let in_body = matches!(shape.id, Some(IdPlace::Body(_)));
        for key in ["body", "wrap", "encoding", "id"].into_iter().filter(|key| *key != "id" || in_body) {
            if let Some(value) = settings.value(key) {
                source.error(
                    &value.span(),
                    format!("`{operation}` é GET e não tem corpo; `{key}` não vale aqui"),
                    format!("`{operation}` is GET and has no body; `{key}` does not go here"),
                );
            }
        }
    }
    if shape != Shape::default() {
        endpoint.shape = Some(Box::new(shape));
    }
}

fn read_success(table: &Table<'_>) -> Option<Success> {
    table.only(&["member", "is"]);
    let (member, is) = (table.path("member"), table.value("is").map(|value| table.source.words(value)));
    let success = member.zip(is.filter(|words| !words.is_empty())).map(|(member, is)| Success { member, is });
    if success.is_none() {
        table.error_here(
            "`success` precisa de `member`, um caminho, e `is`, uma lista de palavras",
            "`success` needs `member`, a path, and `is`, a list of words",
        );
    }
    success
}

/// Reads the place of the identifier: the path, `query:NAME` or `body:PATH`.
fn read_id(settings: &Table<'_>, operation: Operation, path: &str, shape: &mut Shape) {
    let source = settings.source;
    let place = settings.text("id");
    let span = place.as_ref().or(settings.text("path").as_ref()).map(|(_, span)| span.clone());
    if let Some((text, span)) = &place {
        let query = text.strip_prefix("query:").filter(|name| is_name(name));
        let body = || text.strip_prefix("body:").and_then(JsonPath::parse).filter(JsonPath::in_object);
        shape.id = query.map(|name| IdPlace::Query(name.to_owned())).or_else(|| body().map(IdPlace::Body));
        if shape.id.is_none() {
            let text = shown(text);
            source.error(
                span,
                format!("`id` não pode ser `{text}`; use `query:NOME` ou `body:CAMINHO`, ou `{{id}}` no caminho"),
                format!("`id` cannot be `{text}`; use `query:NAME` or `body:PATH`, or `{{id}}` in the path"),
            );
            return;
        }
    }
    let found = path.matches("{id}").count() + usize::from(shape.id.is_some());
    let Some(span) = span.filter(|_| found != usize::from(operation.takes_id())) else { return };
    let (pt, en) = match (operation.takes_id(), shape.id.is_some()) {
        (false, false) => ("não leva `{id}`", "takes no `{id}`"),
        (false, true) => ("não leva identificador", "takes no identifier"),
        (true, false) => ("precisa de um `{id}`", "needs one `{id}`"),
        (true, true) => ("leva o identificador só uma vez", "takes the identifier once"),
    };
    source.error(&span, format!("o caminho de `{operation}` {pt}"), format!("the path of `{operation}` {en}"));
}

/// Whether `path` is a valid path.
pub(super) fn check_path(source: &Source<'_>, path: &str, span: &Range<usize>) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~/{}:@!$&'()*+,;=".contains(&b);
    let sound = path.starts_with('/')
        && path.len() <= 500
        && path.bytes().all(allowed)
        && !path.contains("//")
        && path.split('/').all(|segment| !matches!(segment, "." | "..") && balanced(segment));
    if !sound {
        let path = shown(path);
        source.error(
            span,
            format!("caminho inválido `{path}`; deve começar com `/`, e um campo vai entre chaves, como `{{id}}`"),
            format!("invalid path `{path}`; it must start with `/`, and a field stands in braces, such as `{{id}}`"),
        );
    }
    sound
}

/// Whether every `{` of a segment has its `}`, with a name between them.
fn balanced(segment: &str) -> bool {
    let mut parts = segment.split('{');
    let before = parts.next().is_some_and(|part| !part.contains('}'));
    before
        && parts.all(|part| {
            part.split_once('}').is_some_and(|(name, after)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()) && !after.contains('}')
            })
        })
}

/// The names between the braces of a path.
pub(super) fn places(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// Checks that the name in the braces is a field of the operation's input.
fn check_places(source: &Source<'_>, operation: Operation, path: &str, span: &Range<usize>) -> bool {
    let schema: &'static Schema = operation.input();
    let carries = matches!(operation.verb(), "incluir" | "alterar" | "listar");
    let mut sound = true;
    for name in places(path).filter(|name| *name != "id") {
        let field = schema.field(name).filter(|field| {
            field.name == name
                && matches!(field.rule.kind, FieldType::Id | FieldType::Text { .. } | FieldType::Competencia)
        });
        if field.is_some() && carries {
            continue;
        }
        sound = false;
        if carries {
            let what = ("o caminho não pode levar o campo", "the path cannot hold the field");
            source.unknown(span, what, name, schema.nearest_name(name));
        } else {
            source.error(
                span,
                format!("`{operation}` não leva um registro, do qual viria `{{{name}}}`"),
                format!("`{operation}` carries no record, from which `{{{name}}}` would come"),
            );
        }
    }
    sound
}
