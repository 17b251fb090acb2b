//! `sandbox/openapi.yaml` is written from the core's own tables and the default profile, and holds what the sandbox
//! really answers. `UPDATE=1 cargo test -p smartbill-tests --test sandbox_openapi` writes it anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers are part of the tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::api::{Method, Operation, Resource};
use smartbill_core::document::{DocumentKind, Telefone, Uf};
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, Field, FieldType, Minimum, Rule, Schema, Servico, ServicosFilter,
};
use smartbill_core::profile::{PageStyle, Profile, Promise};
use smartbill_core::{Competencia, Mode, Value};
use smartbill_sandbox::{RawRequest, Service, TOKEN};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sandbox/openapi.yaml");

type Node = Value<'static>;

fn object<const N: usize>(fields: [(&str, Node); N]) -> Node {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned().into(), value)).collect())
}

fn text(t: impl Into<String>) -> Node {
    Value::Text(t.into().into())
}

fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Value::List(items.into_iter().collect())
}

fn integer(n: usize) -> Node {
    Value::Integer(i64::try_from(n).unwrap())
}

fn with<const N: usize>(node: Node, more: [(&str, Node); N]) -> Node {
    let (Value::Object(mut fields), Value::Object(more)) = (node, object(more)) else { panic!("not an object") };
    fields.extend(more);
    Value::Object(fields)
}

fn reference(name: &str) -> Node {
    object([("$ref", text(format!("#/components/schemas/{name}")))])
}

fn doc(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

// --- the document -------------------------------------------------------------------------------------------------

fn documento(profile: &Profile) -> Node {
    let mut schemas = Vec::new();
    for schema in [Cliente::SCHEMA, Servico::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, Cobranca::SCHEMA] {
        describe(profile, schema, Side::Answer, &mut schemas);
    }
    for schema in [Cliente::SCHEMA, Contrato::SCHEMA, ContratoAction::SCHEMA, Consumo::SCHEMA] {
        describe(profile, schema, Side::Request, &mut schemas);
    }
    for (name, schema) in finding() {
        schemas.push((name.to_owned().into(), schema));
    }
    let mut paths: Vec<(std::borrow::Cow<'static, str>, Node)> = Vec::new();
    for operation in Operation::ALL {
        let path = format!("{}{}", profile.base_path(), profile.endpoint(*operation).path);
        let method = profile.endpoint(*operation).method.as_str().to_lowercase();
        let described = described_operation(profile, *operation);
        // `obter` and `listar` of the charges' kind share nothing: two operations never share method and path.
        match paths.iter_mut().find(|(c, _)| *c == path) {
            Some((_, Value::Object(methods))) => methods.push((method.into(), described)),
            _ => paths.push((path.into(), Value::Object(vec![(method.into(), described)]))),
        }
    }
    object([
        ("openapi", text("3.1.0")),
        (
            "info",
            object([
                ("title", text("smartbill-automation: default wire profile")),
                ("version", text(env!("CARGO_PKG_VERSION"))),
                (
                    "description",
                    text(
                        "The default wire profile of smartbill-automation, as its sandbox speaks it. The vendor's \
                         own wire format is not public: this is the project's own assumption, and no reference of \
                         the vendor's API. Generated; edit the models or the profile instead.",
                    ),
                ),
            ]),
        ),
        ("servers", list([object([("url", text("http://127.0.0.1:8080")), ("description", text("sandbox"))])])),
        ("security", list([object([("token", list([]))])])),
        ("paths", Value::Object(paths)),
        (
            "components",
            object([
                ("securitySchemes", object([("token", object([("type", text("http")), ("scheme", text("bearer"))]))])),
                ("schemas", Value::Object(schemas)),
            ]),
        ),
    ])
}

/// Who sends what is described: the platform, or a client. A client sends no field that only the platform fills, and
/// may send null for one that it leaves out; rules over several fields hold for it alone.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Answer,
    Request,
}

impl Side {
    fn component(self, schema: &Schema) -> String {
        // An action is never answered: it needs no second name.
        let suffix = if self == Self::Request && schema.name != ContratoAction::SCHEMA.name { "Request" } else { "" };
        format!("{}{suffix}", schema.name)
    }
}

/// What the sandbox refuses whatever it holds, since it would be taken and never done.
const NOT_SIMULATED: [(&str, &str); 2] = [("Contrato", "indiceReajuste"), ("Contrato", "dataProximoReajuste")];

/// Adds the schema of a model and of the models inside it.
fn describe(
    profile: &Profile,
    schema: &'static Schema,
    side: Side,
    schemas: &mut Vec<(std::borrow::Cow<'static, str>, Node)>,
) {
    let component = side.component(schema);
    if schemas.iter().any(|(name, _)| *name == component) {
        return;
    }
    let position = schemas.len();
    let main = schema.field("id").is_some_and(|c| c.rule.response);
    let sent = |field: &&Field| !field.rule.response && !NOT_SIMULATED.contains(&(schema.name, field.name));
    let fields = || schema.fields.iter().filter(|field| side == Side::Answer || sent(field));
    let propriedades = fields().map(|field| {
        let mut node = narrowed(schema, field, of_rule(&field.rule, side));
        if side == Side::Request && !field.rule.required {
            node = nullable(node);
        }
        if field.rule.response {
            node = with(node, [("readOnly", Value::Boolean(true))]);
        }
        (profile.wire_name(schema, field.name).to_owned().into(), with(node, [("description", text(doc(field.doc)))]))
    });
    let mut node = object([
        ("type", text("object")),
        ("description", text(doc(schema.doc))),
        ("properties", Value::Object(propriedades.collect())),
        ("additionalProperties", Value::Boolean(false)),
    ]);
    // An item or an address is given whole; of a resource, what an include needs is said there.
    let required = required_names(profile, schema);
    if !main && !required.is_empty() {
        node = with(node, [("required", list(required))]);
    }
    if side == Side::Request {
        let rules = rules(profile, schema);
        if !rules.is_empty() {
            node = with(node, [("allOf", list(rules))]);
        }
    }
    schemas.insert(position, (component.into(), node));
    for field in fields() {
        if let Some(inside) = field.rule.kind.inside() {
            describe(profile, inside, side, schemas);
        }
    }
}

/// What the rules of a model say of one field by itself, beyond its type.
fn narrowed(schema: &Schema, field: &Field, node: Node) -> Node {
    match (schema.name, field.name) {
        ("Cliente", "inscricaoEstadual") => object([("type", text("string")), ("format", text("ie"))]),
        ("Cliente", "inscricaoSuframa") => object([("type", text("string")), ("pattern", text("^[0-9]{8,9}$"))]),
        ("Cliente", "emailsAdicionais") => with(node, [("uniqueItems", Value::Boolean(true))]),
        ("Contrato", "itens") => with(node, [("minItems", integer(1))]),
        _ => node,
    }
}

/// The same, or null.
fn nullable(node: Node) -> Node {
    let Value::Object(mut fields) = node else { panic!("not an object") };
    let null = || object([("type", text("null"))]);
    if fields.iter().any(|(name, _)| name == "$ref") {
        return object([("anyOf", list([Value::Object(fields), null()]))]);
    }
    for (name, value) in &mut fields {
        match (name.as_ref(), value) {
            ("type", kind @ Value::Text(_)) => *kind = list([kind.clone(), text("null")]),
            ("enum", Value::List(names)) => names.push(Value::Null),
            ("anyOf", Value::List(branches)) => branches.push(null()),
            _ => {}
        }
    }
    Value::Object(fields)
}

// --- rules over several fields ------------------------------------------------------------------------------------

/// One way in which a rule may hold: what some fields are. Those in `given` must be there.
fn case<const N: usize, const M: usize>(given: [&str; N], fields: [(&str, Node); M]) -> Node {
    let node = object([("properties", object(fields))]);
    if N == 0 { node } else { with(node, [("required", list(given.map(text)))]) }
}

fn any_of(cases: impl IntoIterator<Item = Node>) -> Node {
    object([("anyOf", list(cases))])
}

fn absent() -> Node {
    object([("type", text("null"))])
}

fn some_text() -> Node {
    object([("type", text("string"))])
}

fn one_of(names: &[&str]) -> Node {
    object([("enum", list(names.iter().copied().map(text)))])
}

fn pattern(pattern: impl Into<String>) -> Node {
    object([("type", text("string")), ("pattern", text(pattern))])
}

/// One of two ways to refer to a resource. A change may name neither, and clears the identifier only by giving the code.
fn reference_by(id: &str, code: &str, needed: bool) -> Node {
    let by = |one: &str, other: &str| case([one], [(one, some_text()), (other, absent())]);
    let by_id = if needed { by(id, code) } else { case([], [(id, some_text()), (code, absent())]) };
    any_of([by_id, by(code, id)])
}

/// The rules of a model that hold whether a record is new or changed, as far as JSON Schema can say them. It cannot
/// compare one field with another (dates in order, a total, a state), nor know what day it is or which records exist.
fn rules(profile: &Profile, schema: &'static Schema) -> Vec<Node> {
    // The names of the default profile are the models' own; the test of the file would show another.
    assert!(schema.fields.iter().all(|field| profile.wire_name(schema, field.name) == field.name));
    match schema.name {
        "Cliente" => vec![
            any_of([
                case([], [("indicadorIe", object([("enum", list([text("9"), Value::Null]))]))]),
                case(
                    ["indicadorIe", "inscricaoEstadual"],
                    // A registration has digits; `ISENTO` has none.
                    [("indicadorIe", one_of(&["1"])), ("inscricaoEstadual", pattern("[0-9]"))],
                ),
                case(
                    ["indicadorIe"],
                    [
                        ("indicadorIe", one_of(&["2"])),
                        ("inscricaoEstadual", object([("enum", list([text("ISENTO"), Value::Null]))])),
                    ],
                ),
            ]),
            any_of([
                case([], [("cpfCnpj", absent())]),
                case([], [("cpfCnpj", cpf()), ("tipoPessoa", object([("enum", list([text("FISICA"), Value::Null]))]))]),
                case(
                    [],
                    [("cpfCnpj", cnpj()), ("tipoPessoa", object([("enum", list([text("JURIDICA"), Value::Null]))]))],
                ),
            ]),
        ],
        "ItemContrato" => vec![reference_by("servicoId", "servicoCodigo", true)],
        "Desconto" => vec![any_of([
            case(
                [],
                [("tipo", one_of(&["PERCENTUAL"])), ("valor", pattern(decimal_pattern(4, Minimum::Zero, Some(100))))],
            ),
            case([], [("tipo", one_of(&["VALOR"])), ("valor", pattern(decimal_pattern(2, Minimum::Zero, None)))]),
        ])],
        "Consumo" => vec![
            reference_by("contratoId", "contratoCodigoExterno", false),
            reference_by("servicoId", "servicoCodigo", false),
            any_of([
                case([], [("quantidade", pattern(decimal_pattern(6, Minimum::Positive, None)))]),
                case(["estorno"], [("estorno", object([("const", Value::Boolean(true))]))]),
            ]),
        ],
        _ => Vec::new(),
    }
}

/// What a new record needs besides.
fn rules_of_new(schema: &'static Schema) -> Vec<Node> {
    match schema.name {
        "Cliente" => vec![any_of([
            case(["cpfCnpj"], [("cpfCnpj", some_text())]),
            case(["tipoPessoa"], [("tipoPessoa", one_of(&["ESTRANGEIRO"])), ("cpfCnpj", absent())]),
        ])],
        "Contrato" => vec![reference_by("clienteId", "clienteCodigoExterno", true)],
        "Consumo" => vec![
            reference_by("contratoId", "contratoCodigoExterno", true),
            reference_by("servicoId", "servicoCodigo", true),
            any_of(["competencia", "dataConsumo"].map(|name| case([name], [(name, some_text())]))),
        ],
        _ => Vec::new(),
    }
}

fn required_names(profile: &Profile, schema: &'static Schema) -> Vec<Node> {
    let required = schema.fields.iter().filter(|c| c.rule.required);
    required.map(|c| text(profile.wire_name(schema, c.name))).collect()
}

/// Control characters other than tab and line ends.
const CONTROL: &str = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f";

/// A text of at least `min` characters, not counting the spaces around it.
fn text_pattern(min: u16) -> String {
    let inner = match min {
        0 => return format!("^[^{CONTROL}]*$"),
        1 => String::new(),
        min => format!(r"[^{CONTROL}]{{{},}}[^\s{CONTROL}]", min - 2),
    };
    format!(r"^[^{CONTROL}]*[^\s{CONTROL}]{inner}[^{CONTROL}]*$")
}

fn text_of(min: u16, max: u16) -> Node {
    object([
        ("type", text("string")),
        ("minLength", integer(min.into())),
        ("maxLength", integer(max.into())),
        ("pattern", text(text_pattern(min))),
    ])
}

/// A decimal of up to 28 digits, which is what fits; zeros around them say nothing.
fn decimal_pattern(places: u8, minimum: Minimum, maximum: Option<u8>) -> String {
    let whole = 28 - places;
    let fraction = format!(r"(\.[0-9]{{1,{places}}}0{{0,8}})?");
    match (minimum, maximum) {
        (_, Some(max)) => {
            assert_eq!(max, 100);
            format!(r"^0{{0,8}}(100(\.0{{1,8}})?|[0-9]{{1,2}}{fraction})$")
        }
        (Minimum::Any, _) => format!("^-?[0-9]{{1,{whole}}}{fraction}$"),
        (Minimum::Zero, _) => format!("^[0-9]{{1,{whole}}}{fraction}$"),
        // Not zero: a digit that is not 0 stands before the point or behind it.
        (Minimum::Positive, _) => {
            let (whole, places) = (whole - 1, places - 1);
            format!(r"^(0{{0,8}}[1-9][0-9]{{0,{whole}}}{fraction}|0{{1,8}}\.[0-9]{{0,{places}}}[1-9]0{{0,8}})$")
        }
    }
}

/// A document with check digits, which no pattern can say: the format does.
fn formatted(name: &str, size: usize) -> Node {
    object([
        ("type", text("string")),
        ("format", text(name)),
        ("minLength", integer(size)),
        ("maxLength", integer(size)),
    ])
}

fn cpf() -> Node {
    formatted("cpf", 11)
}

fn cnpj() -> Node {
    formatted("cnpj", 14)
}

/// A document in its canonical form. What has check digits has a format of its name: no pattern can say them.
fn of_document(kind: DocumentKind) -> Node {
    match kind {
        DocumentKind::CpfCnpj => any_of([cpf(), cnpj()]),
        // `00` and `789` begin no code.
        DocumentKind::Cep => pattern("^(0[1-9][0-9]|[1-6][0-9]{2}|7[0-79][0-9]|78[0-8]|[89][0-9]{2})[0-9]{5}$"),
        DocumentKind::Uf => {
            let letters = || 'A'..='Z';
            let pairs = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
            let states = pairs.filter(|pair| Uf::parse(pair, Mode::Strict).is_ok());
            object([("type", text("string")), ("enum", list(states.map(text)))])
        }
        DocumentKind::Telefone => {
            let exists = |ddd: &u32| Telefone::parse(&format!("{ddd}999999999"), Mode::Strict).is_ok();
            let areas: Vec<String> = (1..=9)
                .map(|first| (first, (first * 10..first * 10 + 10).filter(exists)))
                .map(|(first, ddds)| format!("{first}[{}]", ddds.map(|ddd| (ddd % 10).to_string()).collect::<String>()))
                .collect();
            let areas = areas.join("|");
            // A mobile or fixed line, a service such as 0800, or one such as 4004.
            pattern(format!(r"^(\+55(({areas})(9[0-9]{{8}}|[2-57][0-9]{{7}})|[3589]00[0-9]{{6,7}})|[34]00[0-9]{{5}})$"))
        }
        DocumentKind::Email => {
            object([("type", text("string")), ("format", text("email")), ("maxLength", integer(254))])
        }
        kind => object([("type", text("string")), ("format", text(kind.name()))]),
    }
}

/// A year from 1900 on: what is before is an empty date of some system.
const YEAR: &str = "(19|[2-9][0-9])[0-9]{2}";
const MONTH: &str = "(0[1-9]|1[0-2])";

fn of_rule(rule: &Rule, side: Side) -> Node {
    let string = || ("type", text("string"));
    match &rule.kind {
        FieldType::Id => text_of(1, 200),
        FieldType::Documento(kind) => of_document(*kind),
        FieldType::Text { min, max } => text_of(*min, *max),
        FieldType::Url => object([string(), ("format", text("uri"))]),
        FieldType::Decimal { places, minimum, maximum } => object([
            string(),
            ("format", text("decimal")),
            ("pattern", text(decimal_pattern(*places, *minimum, *maximum))),
        ]),
        FieldType::Integer { min, max } => object([
            ("type", text("integer")),
            ("minimum", Value::Integer((*min).into())),
            ("maximum", Value::Integer((*max).into())),
        ]),
        FieldType::Boolean => object([("type", text("boolean"))]),
        FieldType::Date if rule.any_date => object([string(), ("format", text("date"))]),
        FieldType::Date => {
            let pattern = format!("^{YEAR}-{MONTH}-(0[1-9]|[12][0-9]|3[01])$");
            object([string(), ("format", text("date")), ("pattern", text(pattern))])
        }
        FieldType::DateTime => object([string(), ("format", text("date-time"))]),
        FieldType::Competencia => {
            object([string(), ("format", text("month")), ("pattern", text(format!("^{YEAR}-{MONTH}$")))])
        }
        FieldType::Enum(names) => object([string(), ("enum", list(names.iter().map(text)))]),
        FieldType::Object(schema) => reference(&side.component(schema)),
        FieldType::List(item) => object([("type", text("array")), ("items", of_rule(item, side))]),
        FieldType::Map => object([("type", text("object")), ("additionalProperties", text_of(1, 500))]),
    }
}

fn finding() -> [(&'static str, Node); 2] {
    let string = || object([("type", text("string"))]);
    [
        (
            "Problem",
            object([
                ("type", text("object")),
                ("description", text("A refusal, after RFC 7807.")),
                (
                    "properties",
                    object([
                        ("type", string()),
                        ("title", with(string(), [("description", text("Stable code."))])),
                        ("status", object([("type", text("integer"))])),
                        ("detail", with(string(), [("description", text("One sentence."))])),
                        ("violacoes", object([("type", text("array")), ("items", reference("Finding"))])),
                    ]),
                ),
                ("required", list(["type", "title", "status", "detail"].map(text))),
                ("additionalProperties", Value::Boolean(false)),
            ]),
        ),
        (
            "Finding",
            object([
                ("type", text("object")),
                ("description", text("What is wrong with one field.")),
                (
                    "properties",
                    object([
                        ("codigo", with(string(), [("description", text("Stable code."))])),
                        ("razao", with(string(), [("description", text("One sentence."))])),
                        ("propriedade", with(string(), [("description", text("Path, such as itens[0].quantidade."))])),
                    ]),
                ),
                ("required", list(["codigo", "razao", "propriedade"].map(text))),
                ("additionalProperties", Value::Boolean(false)),
            ]),
        ),
    ]
}

fn model(operation: Operation) -> &'static Schema {
    match operation.resource() {
        Resource::Clientes => Cliente::SCHEMA,
        Resource::Servicos => Servico::SCHEMA,
        Resource::Contratos => Contrato::SCHEMA,
        Resource::Consumos => Consumo::SCHEMA,
        Resource::Cobrancas => Cobranca::SCHEMA,
    }
}

fn filter(operation: Operation) -> Option<&'static Schema> {
    match operation {
        Operation::ClientesListar => Some(ClientesFilter::SCHEMA),
        Operation::ServicosListar => Some(ServicosFilter::SCHEMA),
        Operation::ContratosListar => Some(ContratosFilter::SCHEMA),
        Operation::ConsumosListar => Some(ConsumosFilter::SCHEMA),
        Operation::CobrancasListar => Some(CobrancasFilter::SCHEMA),
        _ => None,
    }
}

fn request_body(profile: &Profile, operation: Operation) -> Option<Node> {
    let schema = model(operation);
    let body = reference(&Side::Request.component(schema));
    let action = || reference(&Side::Request.component(ContratoAction::SCHEMA));
    let narrowed = |body: Node, more: Vec<Node>| object([("allOf", list([body].into_iter().chain(more)))]);
    match operation {
        Operation::ClientesIncluir | Operation::ContratosIncluir | Operation::ConsumosIncluir => {
            let required = object([("required", list(required_names(profile, schema)))]);
            Some(narrowed(body, [required].into_iter().chain(rules_of_new(schema)).collect()))
        }
        Operation::ClientesAlterar | Operation::ConsumosAlterar => Some(body),
        Operation::ContratosAtivar | Operation::ContratosDesativar | Operation::ContratosSuspender => Some(action()),
        Operation::ContratosCancelar => Some(narrowed(action(), vec![case(["motivo"], [("motivo", some_text())])])),
        _ => None,
    }
}

/// Whether an operation says nothing without a body.
fn needs_body(operation: Operation) -> bool {
    incluir(operation) || operation == Operation::ContratosCancelar
}

fn incluir(operation: Operation) -> bool {
    matches!(operation, Operation::ClientesIncluir | Operation::ContratosIncluir | Operation::ConsumosIncluir)
}

fn answer(profile: &Profile, operation: Operation) -> Node {
    let schema = model(operation);
    let record = object([(
        "allOf",
        list([reference(schema.name), object([("required", list([text(profile.wire_name(schema, "id"))]))])]),
    )]);
    if filter(operation).is_none() {
        return record;
    }
    let counter = || object([("type", text("integer"))]);
    let meta = object([
        ("type", text("object")),
        ("properties", object([("current_page", counter()), ("total_pages", counter()), ("total_count", counter())])),
        ("required", list(["current_page", "total_pages", "total_count"].map(text))),
        ("additionalProperties", Value::Boolean(false)),
    ]);
    object([
        ("type", text("object")),
        ("properties", object([("data", object([("type", text("array")), ("items", record)])), ("meta", meta)])),
        ("required", list(["data", "meta"].map(text))),
        ("additionalProperties", Value::Boolean(false)),
    ])
}

/// The refusals of an operation.
fn refusals(operation: Operation) -> Vec<(&'static str, &'static str)> {
    let mut refusals = Vec::new();
    if request_body(&Profile::built_in(), operation).is_some() {
        refusals.push(("400", "The body is not JSON."));
    }
    refusals.push(("401", "The token is not accepted."));
    if operation.takes_id() {
        refusals.push(("404", "No such record."));
    }
    if operation.is_write() {
        refusals.push(("409", "The record's state, or another record with its external code, does not allow it."));
    }
    if operation.is_write() || filter(operation).is_some() {
        refusals.push(("422", "Something sent is wrong; or an idempotency key was used with another body."));
    }
    refusals.push(("429", "Too many requests; Retry-After says when to come back."));
    refusals.push(("5XX", "The server failed."));
    refusals
}

fn described_operation(profile: &Profile, operation: Operation) -> Node {
    let endpoint = profile.endpoint(operation);
    let json = |schema: Node| object([("application/json", object([("schema", schema)]))]);
    let header = |description: &str| {
        object([("description", text(description)), ("schema", object([("type", text("string"))]))])
    };
    let mut params = Vec::new();
    let mut param = |name: &str, place: &str, required: bool, schema: Node, description: String| {
        params.push(object([
            ("name", text(name)),
            ("in", text(place)),
            ("required", Value::Boolean(required)),
            ("schema", schema),
            ("description", text(description)),
        ]));
    };
    let string = || object([("type", text("string"))]);
    if operation.takes_id() {
        param("id", "path", true, string(), "Identifier given by the platform.".into());
    }
    if let Some(filter) = filter(operation) {
        for field in filter.fields {
            let Field { name, rule, doc: about, .. } = field;
            param(profile.wire_name(filter, name), "query", false, of_rule(rule, Side::Request), doc(about));
        }
        let pages = profile.pagination();
        let PageStyle::Page { first, page, size } = &pages.style else { panic!("the default profile has pages") };
        let number = |min: u64, max: u32, default: u64| {
            let n = |n: u64| Value::Integer(i64::try_from(n).unwrap());
            object([
                ("type", text("integer")),
                ("minimum", n(min)),
                ("default", n(default)),
                ("maximum", n(max.into())),
            ])
        };
        param(page, "query", false, number(*first, u32::MAX, *first), "Page number.".into());
        let size_name = number(1, pages.max_size, pages.default_size.into());
        param(size, "query", false, size_name, "Records in a page.".into());
    }
    if operation.is_write() && endpoint.promise != Promise::None {
        let description = "The work of one key is done once a day; the same key with another body is refused.";
        let schema = with(string(), [("minLength", integer(1)), ("maxLength", integer(255))]);
        param(profile.idempotency_header(), "header", false, schema, description.into());
    }
    let mut headers = vec![("x-request-id".to_owned().into(), header("Identifies the request."))];
    if operation.is_write() {
        let done = header("What was done: created, updated, unchanged or already_done.");
        headers.push((profile.result_header().to_owned().into(), done));
        let repeated = header("`true` on an answer given before to the same key.");
        headers.push((profile.replayed_header().to_owned().into(), repeated));
    }
    let success = |description: &str| {
        object([
            ("description", text(description)),
            ("headers", Value::Object(headers.clone())),
            ("content", json(answer(profile, operation))),
        ])
    };
    let mut responses: Vec<(std::borrow::Cow<'static, str>, Node)> = Vec::new();
    if operation != Operation::ConsumosIncluir && incluir(operation) {
        responses.push(("201".into(), success("Added.")));
    } else if incluir(operation) {
        responses.push(("200".into(), success("The same record was there already.")));
        responses.push(("201".into(), success("Added.")));
    } else {
        responses.push(("200".into(), success("Done.")));
    }
    for (status, description) in refusals(operation) {
        let node = object([("description", text(description)), ("content", json(reference("Problem")))]);
        responses.push((status.into(), node));
    }
    let mut fields = vec![
        ("operationId".into(), text(operation.name())),
        ("tags".into(), list([text(operation.resource().name())])),
        ("summary".into(), text(summary(operation))),
    ];
    if !params.is_empty() {
        fields.push(("parameters".into(), list(params)));
    }
    if let Some(body) = request_body(profile, operation) {
        let required = needs_body(operation);
        let node = object([("required", Value::Boolean(required)), ("content", json(body))]);
        fields.push(("requestBody".into(), node));
    }
    fields.push(("responses".into(), Value::Object(responses)));
    Value::Object(fields)
}

fn summary(operation: Operation) -> &'static str {
    match operation {
        Operation::ClientesIncluir => "Adds a customer.",
        Operation::ClientesAlterar => "Changes a customer: what is left out is kept, what is null is cleared.",
        Operation::ClientesRemover => "Makes a customer inactive.",
        Operation::ClientesObter => "Gets a customer.",
        Operation::ClientesListar => "Lists customers.",
        Operation::ServicosObter => "Gets a service.",
        Operation::ServicosListar => "Lists services.",
        Operation::ContratosIncluir => "Adds a contract.",
        Operation::ContratosAtivar => "Activates a contract, or resumes a suspended one.",
        Operation::ContratosDesativar => "Deactivates a contract.",
        Operation::ContratosSuspender => "Suspends a contract.",
        Operation::ContratosCancelar => "Cancels a contract for good.",
        Operation::ContratosObter => "Gets a contract.",
        Operation::ContratosListar => "Lists contracts.",
        Operation::ConsumosIncluir => "Adds usage.",
        Operation::ConsumosAlterar => {
            "Changes usage that is not billed: what is left out is kept, what is null is cleared."
        }
        Operation::ConsumosRemover => "Removes usage that is not billed.",
        Operation::ConsumosObter => "Gets a record of usage.",
        Operation::ConsumosListar => "Lists usage; removed records only where they are asked for.",
        Operation::CobrancasListar => "Lists charges.",
    }
}

// --- YAML ---------------------------------------------------------------------------------------------------------

fn yaml(node: &Node) -> String {
    let mut out = "# Generated from the core's tables; see tests/rust/tests/sandbox_openapi.rs.\n".to_owned();
    block(node, 0, &mut out);
    out
}

fn block(node: &Node, indent: usize, out: &mut String) {
    let margin = " ".repeat(indent);
    match node {
        Value::Object(fields) => {
            for (name, value) in fields {
                let _ = write!(out, "{margin}{}:", scalar(name));
                yaml_value(value, indent, out);
            }
        }
        Value::List(items) => {
            for item in items {
                let mut inside = String::new();
                block(item, indent + 2, &mut inside);
                match item {
                    // The first line stands beside the dash.
                    Value::Object(_) => {
                        let _ = write!(out, "{margin}- {}", inside.trim_start());
                    }
                    item => {
                        let _ = writeln!(out, "{margin}- {}", inline(item));
                    }
                }
            }
        }
        _ => unreachable!("a document is made of objects and lists"),
    }
}

fn yaml_value(value: &Node, indent: usize, out: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            block(value, indent + 2, out);
        }
        Value::List(items) if items.iter().any(|i| matches!(i, Value::Object(_))) => {
            out.push('\n');
            block(value, indent + 2, out);
        }
        value => {
            let _ = writeln!(out, " {}", inline(value));
        }
    }
}

fn inline(node: &Node) -> String {
    match node {
        Value::Text(t) => scalar(t),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        node => node.to_json(),
    }
}

/// A plain word as it is, anything else in quotes.
fn scalar(text: &str) -> String {
    let plan = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/_-.{}".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if plan { text.to_owned() } else { Value::Text(text.into()).to_json() }
}

// --- holding it against answers -----------------------------------------------------------------------------------

/// What is wrong with `value` under `schema`.
fn check(raiz: &Node, schema: &Node, value: &Value<'_>, place: &str, errors: &mut Vec<String>) {
    if let Some(target) = schema.field("$ref").and_then(Value::text) {
        let name = target.rsplit('/').next().unwrap();
        let target = raiz.field("components").and_then(|c| c.field("schemas")?.field(name));
        return check(raiz, target.unwrap_or_else(|| panic!("no schema {name}")), value, place, errors);
    }
    if let Some(Value::List(all)) = schema.field("allOf") {
        for schema in all {
            check(raiz, schema, value, place, errors);
        }
    }
    if let Some(Value::List(cases)) = schema.field("anyOf") {
        let holds = |case: &Node| {
            let mut wrong = Vec::new();
            check(raiz, case, value, place, &mut wrong);
            wrong.is_empty()
        };
        if !cases.iter().any(holds) {
            errors.push(format!("{place}: fits none of the cases"));
        }
    }
    if let (Some(Value::List(names)), Value::Object(_)) = (schema.field("required"), value) {
        for name in names.iter().filter_map(Value::text) {
            if value.field(name).is_none() {
                errors.push(format!("{place}: lacks `{name}`"));
            }
        }
    }
    if let (Some(properties), Value::Object(fields)) = (schema.field("properties"), value) {
        for (name, value) in fields {
            let place = format!("{place}.{name}");
            match (properties.field(name), schema.field("additionalProperties")) {
                (Some(schema), _) => check(raiz, schema, value, &place, errors),
                (None, Some(_)) => errors.push(format!("{place}: not described")),
                // A case of a rule names only what it is about.
                (None, None) => {}
            }
        }
    }
    let options = match schema.field("enum") {
        Some(Value::List(options)) => options.as_slice(),
        _ => schema.field("const").map(std::slice::from_ref).unwrap_or_default(),
    };
    if !(options.is_empty() || options.contains(value)) {
        errors.push(format!("{place}: `{}` is none of the options", value.to_json()));
        return;
    }
    let kinds = match schema.field("type") {
        Some(Value::List(kinds)) => kinds.as_slice(),
        kind => kind.map(std::slice::from_ref).unwrap_or_default(),
    };
    let is = |kind: &str| match (kind, value) {
        ("object", Value::Object(_))
        | ("array", Value::List(_))
        | ("string", Value::Text(_))
        | ("integer", Value::Integer(_))
        | ("boolean", Value::Boolean(_))
        | ("null", Value::Null) => true,
        ("integer", Value::Number(n)) => n.parse::<i64>().is_ok(),
        _ => false,
    };
    if !kinds.is_empty() && !kinds.iter().filter_map(Value::text).any(is) {
        errors.push(format!("{place}: found {}", value.kind()));
        return;
    }
    match value {
        Value::Object(fields) if schema.field("properties").is_none() => {
            for (name, value) in fields {
                if let Some(schema) = schema.field("additionalProperties") {
                    check(raiz, schema, value, &format!("{place}.{name}"), errors);
                }
            }
        }
        Value::List(items) => {
            if let Some(schema) = schema.field("items") {
                items.iter().enumerate().for_each(|(i, v)| check(raiz, schema, v, &format!("{place}[{i}]"), errors));
            }
        }
        Value::Text(t) => {
            let format = schema.field("format").and_then(Value::text);
            let right = match format {
                Some("decimal") => t.parse::<Decimal>().is_ok(),
                Some("date") => t.len() == 10 && t.parse::<Date>().is_ok(),
                Some("date-time") => t.parse::<Timestamp>().is_ok(),
                Some("month") => t.parse::<Competencia>().is_ok(),
                Some("uri") => t.starts_with("https://") || t.starts_with("http://127.0.0.1"),
                // The formats of documents are named as the documents are.
                Some(name) => DocumentKind::from_name(name).is_none_or(|kind| kind.canonical(t, Mode::Strict).is_ok()),
                None => true,
            };
            let limit = |name: &str| match schema.field(name) {
                Some(Value::Integer(n)) => usize::try_from(*n).ok(),
                _ => None,
            };
            let size = t.chars().count();
            let fits = limit("minLength").is_none_or(|n| size >= n) && limit("maxLength").is_none_or(|n| size <= n);
            if !(right && fits) {
                errors.push(format!("{place}: `{t}` does not fit"));
            }
        }
        _ => {}
    }
}

struct Checker {
    profile: Profile,
    documento: Node,
    service: Service,
    seen: BTreeSet<(&'static str, u16)>,
}

impl Checker {
    fn operation(&self, operation: Operation) -> &Node {
        let endpoint = self.profile.endpoint(operation);
        let path = format!("{}{}", self.profile.base_path(), endpoint.path);
        let paths = self.documento.field("paths").unwrap();
        paths.field(&path).and_then(|c| c.field(&endpoint.method.as_str().to_lowercase())).unwrap()
    }

    /// Does `operation` and holds request and answer against the document; the answer's status.
    fn perform(&mut self, operation: Operation, id: &str, query: &str, body: &str, token: &str) -> u16 {
        let target = format!("{}{query}", self.profile.path(operation, Some(id)));
        let method = self.profile.endpoint(operation).method;
        let headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
        let request = RawRequest { method: method.as_str(), target: &target, headers: &headers, body: body.as_bytes() };
        let r = self.service.handle(&request, "2026-01-05T12:00:00Z".parse().unwrap());
        let described = self.operation(operation);
        let mut errors = Vec::new();
        if let (200 | 201, Some(request), false) = (r.status, described.field("requestBody"), body.is_empty()) {
            assert!(method != Method::Get);
            let value = Value::from_json(body.as_bytes()).unwrap();
            check(&self.documento, schema_of(request), &value, "request", &mut errors);
        }
        let responses = described.field("responses").unwrap();
        let class = format!("{}XX", r.status / 100);
        let answer = responses.field(&r.status.to_string()).or_else(|| responses.field(&class));
        let answer = answer.unwrap_or_else(|| panic!("{operation}: {} is not described", r.status));
        let value = Value::from_json(&r.body).unwrap();
        check(&self.documento, schema_of(answer), &value, "answer", &mut errors);
        for (name, _) in r.headers.iter().filter(|(n, _)| n.starts_with("x-") && r.status < 300) {
            assert!(answer.field("headers").unwrap().field(name).is_some(), "{operation}: {name} is not described");
        }
        assert!(errors.is_empty(), "{operation} {}: {errors:#?}\n{}", r.status, value.to_json());
        self.seen.insert((operation.name(), r.status));
        r.status
    }
}

fn schema_of(node: &Node) -> &Node {
    node.field("content").and_then(|c| c.field("application/json")?.field("schema")).unwrap()
}

#[test]
fn the_file_is_what_the_tables_say() {
    let new = yaml(&documento(&Profile::built_in()));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &new).unwrap();
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == new, "sandbox/openapi.yaml is out of date; run this test with UPDATE=1");
}

#[test]
fn every_answer_of_the_sandbox_is_described() {
    use Operation as O;
    let profile = Profile::built_in();
    let mut service = Service::new(&profile, TOKEN, "2026-01-05T12:00:00Z".parse().unwrap());
    service.seed();
    let mut checker = Checker { documento: documento(&profile), profile, service, seen: BTreeSet::new() };
    let cliente = r#"{"codigoExterno":"C1","nome":"Ana Lima","cpfCnpj":"12345678909","email":"ana@example.com",
        "tags":["a"],"endereco":{"cep":"01310100","uf":"SP"},"dataNascimento":"1990-01-31","notificar":true}"#;
    let contrato = r#"{"codigoExterno":"CT1","clienteCodigoExterno":"C1","dataInicio":"2026-01-01","ciclos":12,
        "periodicidade":"MENSAL","diaVencimento":10,"formaPagamento":"PIX","itens":[
        {"servicoCodigo":"INTERNET-100","quantidade":"2","desconto":{"tipo":"PERCENTUAL","valor":"10"}},
        {"servicoCodigo":"API-CHAMADAS","quantidade":"1"}]}"#;
    let not_simulated = [r#"{"indiceReajuste":"IPCA","#, r#"{"dataProximoReajuste":"2027-01-01","#]
        .map(|field| contrato.replacen('{', field, 1));
    let consumo = r#"{"idExterno":"U1","contratoCodigoExterno":"CT1","servicoCodigo":"API-CHAMADAS",
        "competencia":"2026-01","dataConsumo":"2026-01-03","quantidade":"1500.5","propriedades":{"a":"b"}}"#;
    let reason = r#"{"motivo":"férias"}"#;
    for (operation, id, query, body, status) in [
        (O::ClientesIncluir, "", "", cliente, 201),
        (O::ClientesIncluir, "", "", cliente, 409),
        (O::ClientesIncluir, "", "", r#"{"nome":"A"}"#, 422),
        (O::ClientesIncluir, "", "", "{", 400),
        (O::ClientesAlterar, "1", "", r#"{"nomeFantasia":"Ana"}"#, 200),
        (O::ClientesAlterar, "9", "", "{}", 404),
        (O::ClientesObter, "1", "", "", 200),
        (O::ClientesListar, "", "?nome=ana&tamanhoPagina=1", "", 200),
        (O::ClientesListar, "", "?nada=1", "", 422),
        (O::ServicosListar, "", "", "", 200),
        (O::ServicosObter, "4", "", "", 200),
        (O::ServicosObter, "99", "", "", 404),
        (O::ContratosIncluir, "", "", not_simulated[0].as_str(), 422),
        (O::ContratosIncluir, "", "", not_simulated[1].as_str(), 422),
        (O::ContratosIncluir, "", "", contrato, 201),
        (O::ContratosSuspender, "1", "", reason, 409),
        (O::ContratosAtivar, "1", "", "", 200),
        (O::ConsumosIncluir, "", "", consumo, 201),
        (O::ConsumosIncluir, "", "", consumo, 200),
        (O::ConsumosAlterar, "1", "", r#"{"grupo":"g"}"#, 200),
        (O::ConsumosObter, "1", "", "", 200),
        (O::ConsumosListar, "", "?competencia=2026-01", "", 200),
        (O::ConsumosRemover, "1", "", "", 200),
        (O::ConsumosIncluir, "", "", consumo, 201),
        (O::ContratosSuspender, "1", "", reason, 200),
        (O::ContratosDesativar, "1", "", "", 200),
        (O::ContratosAtivar, "1", "", "", 200),
        (O::ContratosObter, "1", "", "", 200),
        (O::ContratosListar, "", "?situacao=ATIVO", "", 200),
    ] {
        assert_eq!(checker.perform(operation, id, query, body, TOKEN), status, "{operation} {body}");
    }
    let now: Timestamp = "2026-01-05T12:00:00Z".parse().unwrap();
    checker.service.faturar("2026-01".parse().unwrap(), now);
    for (operation, id, body, status) in [
        (O::CobrancasListar, "", "", 200),
        (O::ConsumosAlterar, "2", "{}", 409),
        (O::ContratosCancelar, "1", reason, 200),
        (O::ClientesRemover, "1", "", 200),
    ] {
        assert_eq!(checker.perform(operation, id, "", body, TOKEN), status, "{operation}");
    }
    for operation in O::ALL {
        assert!(
            checker.seen.iter().any(|(name, s)| *name == operation.name() && *s < 300),
            "{operation} was not tried"
        );
        assert_eq!(checker.perform(*operation, "1", "", "", "outro"), 401);
        checker.service.faults(r#"{"rules": [{"kind": "rate_limit"}]}"#).unwrap();
        assert_eq!(checker.perform(*operation, "1", "", "", TOKEN), 429);
        checker.service.faults(r#"{"rules": [{"kind": "error"}]}"#).unwrap();
        assert_eq!(checker.perform(*operation, "1", "", "", TOKEN), 503);
        checker.service.faults("{}").unwrap();
    }
}

/// The checker itself sees what it should.
#[test]
fn the_checker_is_not_blind() {
    let documento = documento(&Profile::built_in());
    let check = |json: &str| {
        let mut errors = Vec::new();
        check(&documento, &reference("Contrato"), &Value::from_json(json.as_bytes()).unwrap(), "x", &mut errors);
        errors.len()
    };
    assert_eq!(check(r#"{"ciclos":1,"dataInicio":"2026-01-01"}"#), 0);
    assert_eq!(check(r#"{"ciclos":"1","dataInicio":"2026-02-30","nada":1,"periodicidade":"X","itens":[{}]}"#), 5);
}
