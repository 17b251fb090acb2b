use smartbill_documents::Language;
use smartbill_model::error::{ErrorKind, FieldError};
use smartbill_model::validate::{Intent, Options};
use smartbill_model::{Cliente, Cobranca, CobrancasFilter, Consumo, Contrato, FieldType, Model, Value};

use super::*;
use crate::api::{Method, Operation};

/// A profile as different from the default as the settings allow.
pub const FOREIGN: &str = r#"
name = "acme"
base_path = "/rest/"
[auth]
scheme = "header"
name = "X-Api-Key"
prefix = "Token "
[operations]
"clientes.alterar" = { method = "PATCH", path = "/customers/{id}", promise = "natural_key" }
"clientes.incluir" = { path = "/customers" }
"clientes.listar" = { path = "/customers" }
"consumos.incluir" = { promise = "none" }
[pagination]
style = "offset"
offset = "skip"
limit = "take"
[list]
write = "bare"
[errors]
write = "details"
[encoding]
date = "dd/mm/yyyy"
month = "mm/yyyy"
decimal = "cents"
boolean = "s/n"
case = "snake"
[fields.Cliente]
codigoExterno = "external_id"
[fields.Endereco]
bairro = "district"
[filters.cobrancas]
clienteId = "customer"
"#;

fn foreign() -> Profile {
    Profile::from_toml(FOREIGN, "acme.toml").unwrap()
}

fn read<M: Model>(json: &str) -> M {
    let options = Options { intent: Intent::Response, ..Options::default() };
    M::validar(Value::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

#[test]
fn the_default_knows_every_operation_and_leaves_values_alone() {
    let default = Profile::built_in();
    for op in Operation::ALL {
        let path = default.path(*op, Some("a b/ç"));
        let (found, id) = default.match_route(default.endpoint(*op).method.as_str(), &path).unwrap();
        assert_eq!(found, *op);
        assert_eq!(id.as_deref(), op.takes_id().then_some("a b/ç"));
        assert_eq!(default.endpoint(*op).promise == Promise::NaturalKey, op.is_write());
    }
    assert!(default.match_route("GET", "/api/v1/clientes/").is_none());
    assert!(default.match_route("GET", "/api/v1/clientes/1/2").is_none());
    assert!(default.match_route("PATCH", "/api/v1/clientes/1").is_none());
    assert_eq!(default.methods_at("/api/v1/clientes/1"), ["GET", "POST", "DELETE"]);
    assert!(default.methods_at("/api/v1/outros").is_empty());
}

#[test]
fn the_embedded_default_is_what_its_toml_says() {
    let blank = Profile {
        rate_limit: None,
        name: String::new(),
        base_path: String::new(),
        auth: Auth::Basic,
        idempotency_header: String::new(),
        replayed_header: String::new(),
        result_header: String::new(),
        headers: Vec::new(),
        endpoints: vec![
            Endpoint { method: Method::Patch, path: String::new(), promise: Promise::None, shape: None };
            Operation::ALL.len()
        ],
        pagination: Pagination {
            style: PageStyle::Page { first: 0, page: String::new(), size: String::new() },
            default_size: 1,
            max_size: 1,
        },
        list: ListShape::Bare,
        list_places: format::ListPlaces { items: JsonPath::default(), total: None, more: None, pages: None },
        errors: ErrorShape::Fault,
        error_places: ErrorPlaces::default(),
        plans: foreign().plans,
    };
    assert_eq!(load::load(include_str!("default.toml"), "default.toml", blank).unwrap(), Profile::built_in());
}

#[test]
fn every_field_of_a_few_values_is_of_one_list_of_values() {
    fn check(schema: &'static smartbill_model::Schema, found: &mut usize) {
        for field in schema.fields {
            let kind = if let FieldType::List(item) = field.rule.kind { item.kind } else { field.rule.kind };
            match kind {
                FieldType::Enum(names) => {
                    let own = enums::of_field(schema.name, field.name).unwrap_or_else(|| panic!("{}", field.name));
                    let mut known = enums::ENUMS.iter().filter(|(name, ..)| *name == own);
                    assert_eq!(known.next().map(|(_, names, _)| *names), Some(names), "{own}");
                    *found += 1;
                }
                FieldType::Object(inside) => check(inside, found),
                _ => {}
            }
        }
    }
    let mut found = 0;
    for operation in [Operation::ClientesIncluir, Operation::ContratosAtivar] {
        check(operation.input(), &mut found);
    }
    for operation in Operation::ALL.iter().filter(|operation| operation.is_listing()) {
        check(operation.input(), &mut found);
        check(operation.model(), &mut found);
    }
    // `Cliente` is checked twice.
    assert_eq!(found, 3 + enums::ENUMS.iter().map(|(.., fields)| fields.len()).sum::<usize>());
}

#[test]
fn a_foreign_profile_changes_every_value_and_back() {
    let p = foreign();
    let json = r#"{"id":"1","codigoExterno":"A","cpfCnpj":"123","endereco":{"bairro":"Centro","codigoIbge":"1"},
        "dataNascimento":"1990-12-31","notificar":true,"codigo_novo":1}"#;
    let cliente: Cliente = read(json);
    let wire = p.encode(Cliente::SCHEMA, cliente.value()).to_json();
    assert_eq!(
        wire,
        r#"{"id":"1","external_id":"A","cpf_cnpj":"123","endereco":{"district":"Centro","codigo_ibge":"1"},"data_nascimento":"31/12/1990","notificar":"S","codigo_novo":1}"#
    );
    let back = p.decode(Cliente::SCHEMA, Value::from_json(wire.as_bytes()).unwrap());
    assert_eq!(read::<Cliente>(&back.to_json()), cliente);

    let consumo: Consumo =
        read(r#"{"competencia":"2026-01","quantidade":"1.25","valorUnitario":"0.333","valor":"0.42"}"#);
    let wire = p.encode(Consumo::SCHEMA, consumo.value()).to_json();
    assert_eq!(wire, r#"{"competencia":"01/2026","quantidade":1.25,"valor_unitario":0.333,"valor":42}"#);
    let back = p.decode(Consumo::SCHEMA, Value::from_json(wire.as_bytes()).unwrap());
    assert_eq!(back.field("valor"), Some(&Value::Decimal("0.42".parse().unwrap())));
}

#[test]
fn what_cannot_be_read_is_left_for_the_model_to_refuse() {
    let p = foreign();
    let wire =
        r#"{"data_emissao":"31/02/2026","valor_pago":"99999999999999999999999999999999","competencia":"13/2026"}"#;
    let value = p.decode(Cobranca::SCHEMA, Value::from_json(wire.as_bytes()).unwrap());
    let options = Options { intent: Intent::Response, ..Options::default() };
    assert_eq!(Cobranca::validar(value, options).unwrap_err().findings.len(), 3);
}

#[test]
fn a_name_the_profile_moved_away_does_not_shadow_its_field() {
    let p = foreign();
    let wire = Value::from_json(br#"{"external_id":"A","codigoExterno":"theirs"}"#).unwrap();
    let value = p.decode(Cliente::SCHEMA, wire);
    let cliente: Cliente = read(&value.to_json());
    assert_eq!(cliente.codigo_externo.as_deref(), Some("A"));
    assert_eq!(cliente.extras["$codigoExterno"], Value::Text("theirs".into()));
    assert_eq!(p.encode(Cliente::SCHEMA, cliente.value()).to_json(), r#"{"external_id":"A","codigoExterno":"theirs"}"#);
}

#[test]
fn paths_of_fields_are_translated_both_ways() {
    let p = foreign();
    assert_eq!(p.wire_path(Contrato::SCHEMA, "itens[2].desconto.valor"), "itens[2].desconto.valor");
    assert_eq!(p.wire_path(Contrato::SCHEMA, "itens[2].servicoId"), "itens[2].servico_id");
    assert_eq!(p.model_path(Cliente::SCHEMA, "endereco.district"), "endereco.bairro");
    assert_eq!(p.model_path(Cliente::SCHEMA, "nada.district"), "nada.district");
}

#[test]
fn queries_carry_filter_and_page_both_ways() {
    let json = r#"{"clienteId":"a&b=c","situacao":["PAGA","VENCIDA"],"de":"2026-01-31","valorMin":"10.50"}"#;
    let filter: CobrancasFilter = read(json);
    let page_request = PageRequest { start: 40, size: 20 };
    let expected = [
        "clienteId=a%26b%3Dc&situacao=PAGA&situacao=VENCIDA&de=2026-01-31&valorMin=10.50&pagina=3&tamanhoPagina=20",
        "customer=a%26b%3Dc&situacao=PAGA&situacao=VENCIDA&de=31%2F01%2F2026&valor_min=1050&skip=40&take=20",
    ];
    for (p, expected) in [Profile::built_in(), foreign()].iter().zip(expected) {
        let query = p.encode_query(CobrancasFilter::SCHEMA, filter.value(), page_request);
        assert_eq!(query, expected);
        let (value, cut) = p.decode_filter(CobrancasFilter::SCHEMA, &query, None).unwrap();
        assert_eq!(CobrancasFilter::validar(value, Options::default()).unwrap().0, filter);
        assert_eq!(cut, page_request);
    }
    let default = Profile::built_in();
    let (_, last) =
        default.decode_filter(CobrancasFilter::SCHEMA, "pagina=4294967295&tamanhoPagina=100", None).unwrap();
    assert_eq!(last, PageRequest { start: 429_496_729_400, size: 100 });
    let too_far = ["pagina=4294967296", "pagina=18446744073709551615"];
    for wrong in ["pagina=0", "pagina=x", "tamanhoPagina=101", "tamanhoPagina=0", "%zz=1"].into_iter().chain(too_far) {
        assert!(default.decode_filter(CobrancasFilter::SCHEMA, wrong, None).is_err(), "{wrong}");
    }
}

#[test]
fn every_shape_of_a_list_is_read_where_the_profile_says() {
    for (items, json, total, more) in [
        ("data", r#"{"data":[1],"hasMore":true,"totalCount":9,"limit":1,"offset":0}"#, Some(9), Some(true)),
        ("data", r#"{"data":[1]}"#, None, None),
        (
            "customers",
            r#"{"customers":[1],"meta":{"current_page":2,"total_pages":2,"total_count":"3"}}"#,
            Some(3),
            Some(false),
        ),
        (
            "cobs",
            r#"{"parametros":{"paginacao":{"paginaAtual":1,"quantidadeDePaginas":3,"quantidadeTotalDeItens":3}},"cobs":[1]}"#,
            Some(3),
            Some(true),
        ),
        ("data", "[1]", None, None),
    ] {
        let p = Profile::from_toml(&format!("[list]\nitems = \"{items}\""), "x").unwrap();
        let list = p.decode_list(Value::from_json(json.as_bytes()).unwrap()).unwrap();
        assert_eq!((list.items.len(), list.total, list.has_more), (1, total, more), "{json}");
    }
    let p = Profile::built_in();
    // A list at another place may be a list of anything, of errors for instance.
    for wrong in ["{}", "1", r#"{"a":[],"b":[]}"#, "null", r#"{"status":"error","errors":[]}"#, r#"{"items":[1]}"#] {
        assert_eq!(p.decode_list(Value::from_json(wrong.as_bytes()).unwrap()), None, "{wrong}");
    }
}

#[test]
fn every_shape_of_a_list_that_is_written_can_be_read() {
    for (shape, knows_total) in
        [("has_more", true), ("data", false), ("meta", true), ("parametros", true), ("bare", false)]
    {
        let p = Profile::from_toml(&format!("[list]\nwrite = \"{shape}\""), "x").unwrap();
        let pages = [(0, 2, true), (2, 1, false)];
        for (start, n, more) in pages {
            let items = vec![Value::Integer(1); n];
            let json = p.encode_list(items, PageRequest { start, size: 2 }, 3).to_json();
            let list = p.decode_list(Value::from_json(json.as_bytes()).unwrap()).unwrap();
            assert_eq!(list.items.len(), n);
            assert_eq!((list.total, list.has_more), if knows_total { (Some(3), Some(more)) } else { (None, None) });
        }
    }
}

#[test]
fn every_shape_of_an_error_is_written() {
    let fields =
        [FieldError { path: "codigoExterno".into(), code: Some("repetido".into()), message: "já existe".into() }];
    let error = ErrorBody { status: 422, code: "invalido", message: "não passou", fields: &fields };
    for (shape, expected) in [
        (
            "errors",
            r#"{"errors":[{"code":"invalido","description":"não passou"},{"code":"repetido","description":"já existe","field":"external_id"}]}"#,
        ),
        ("fault", r#"{"faultcode":"invalido","faultstring":"não passou; external_id: já existe"}"#),
        (
            "problem",
            r#"{"type":"about:blank#invalido","title":"invalido","status":422,"detail":"não passou","violacoes":[{"codigo":"repetido","razao":"já existe","propriedade":"external_id"}]}"#,
        ),
        (
            "details",
            r#"{"status":422,"error":"não passou","code":"invalido","error_details":{"external_id":["já existe"]}}"#,
        ),
    ] {
        let text = FOREIGN.replace("write = \"details\"", &format!("write = \"{shape}\""));
        let p = Profile::from_toml(&text, "x").unwrap();
        assert_eq!(p.encode_error(Some(Cliente::SCHEMA), error).to_json(), expected);
    }
}

#[test]
fn a_server_answers_in_the_envelopes_of_its_profile() {
    let profile = Profile::from_toml(
        "[operations]\n'clientes.incluir' = { wrap = 'param[0]', record = 'data.customer', \
         success = { member = 'meta.status', is = ['ok', 0] } }\n\
         'clientes.listar' = { items = 'result.customers', record = 'customer' }\n'consumos.obter' = { record = '[0]' }\n\
         [list]\nitems = 'page.list'\ntotal = 'page.total'\nmore = 'again'\n\
         [errors]\ncode = 'problem[0].code'\nmessage = 'text'\nfields = 'fields'\nrefusal = 'failed'",
        "x",
    )
    .unwrap();
    assert!(profile.servable().is_ok());
    let value = |json: &'static str| Value::from_json(json.as_bytes()).unwrap();
    let in_envelope = |operation, json| profile.in_envelope(operation, value(json)).to_json();
    assert_eq!(
        in_envelope(Operation::ClientesIncluir, r#"{"id":"1"}"#),
        r#"{"data":{"customer":{"id":"1"}},"meta":{"status":"ok"}}"#
    );
    assert_eq!(in_envelope(Operation::ConsumosObter, r#"{"id":"1"}"#), r#"[{"id":"1"}]"#);
    assert_eq!(in_envelope(Operation::ContratosObter, r#"{"id":"1"}"#), r#"{"id":"1"}"#);
    let list = profile.encode_list(vec![value(r#"{"id":"1"}"#)], PageRequest { start: 0, size: 1 }, 2);
    assert_eq!(list.to_json(), r#"{"page":{"list":[{"id":"1"}],"total":2},"again":true}"#);
    assert_eq!(
        profile.in_envelope(Operation::ClientesListar, list).to_json(),
        r#"{"page":{"total":2},"again":true,"result":{"customers":[{"customer":{"id":"1"}}]}}"#
    );
    let fields = [FieldError { path: "nome".into(), code: Some("curto".into()), message: "curto demais".into() }];
    let error = ErrorBody { status: 422, code: "invalido", message: "não passou", fields: &fields };
    assert_eq!(
        profile.encode_error(Some(Cliente::SCHEMA), error).to_json(),
        r#"{"problem":[{"code":"invalido"}],"text":"não passou","fields":[{"field":"nome","code":"curto","message":"curto demais"}],"failed":true}"#
    );
}

#[test]
fn what_a_server_cannot_follow_is_named() {
    for (toml, setting) in [
        ("[list]\nitems = '.'\ntotal = 'a'", "[list] `items` as the whole answer"),
        ("[fields.Cliente]\nid = 'nome'", "[fields.Cliente] `id` at the place of `nome`"),
        ("[fields.Cliente]\nnome = false", "[fields.Cliente] without `nome`, which every record needs"),
        ("[fields.Consumo]\nquantidade = { send = false }", "[fields.Consumo] without `quantidade`"),
        (
            "[operations]\n'contratos.obter' = { path = '/x/{id}' }\n'contratos.listar' = { path = '/x/{clienteId}' }",
            "a request that may mean another",
        ),
        (
            "[operations]\n'contratos.listar' = { path = '/x/{clienteId}-{numero}' }",
            "[operations] `contratos.listar`, a request that may mean another",
        ),
        (
            "[operations]\n'clientes.obter' = { success = { member = 'id', is = 'ok' } }",
            "[operations] `clientes.obter`, an answer that would be read otherwise",
        ),
        (
            "[pagination]\nstyle = 'cursor'\nnext = 'n'\n[list]\nwrite = 'bare'",
            "[operations] `clientes.listar`, an answer that would be read otherwise",
        ),
        (
            "[list]\nitems = 'a'\ntotal = 'a.b'",
            "[operations] `clientes.listar`, an answer that would be read otherwise",
        ),
    ] {
        let error = Profile::from_toml(toml, "x").unwrap().servable().unwrap_err();
        assert!(error.message(Language::En).contains(setting), "{toml}: {error}");
    }
    for toml in [
        "[operations]\n'clientes.incluir' = { encoding = 'form', body = { a = 1 }, query = { b = 'c' } }",
        "[operations]\n'clientes.obter' = { path = '/c', id = 'query:id' }",
        "[list]\nitems = 'a[0].b'\npages = 'c.d'",
        "[errors]\nrefusal = 'a'",
        "[pagination]\nstyle = 'none'",
        "[pagination]\nstyle = 'link'\nnext = 'links.next'",
        "[fields.Cobranca]\nid = 'codigoExterno'",
    ] {
        assert_eq!(Profile::from_toml(toml, "x").unwrap().servable().map_err(|e| e.to_string()), Ok(()), "{toml}");
    }
}

#[test]
fn credentials_go_where_the_profile_says() {
    let with = |toml: &str| Profile::from_toml(&format!("[auth]\n{toml}"), "x").unwrap();
    let header = |p: &Profile, token: &str| match p.credentials(token).remove(0) {
        Credential::Header(name, value) => format!("{name}: {value}"),
        Credential::Query(name, value) => format!("?{name}={value}"),
        Credential::Body(place, value) => format!("{place}={value}"),
    };
    assert_eq!(header(&Profile::built_in(), "t"), "authorization: Bearer t");
    assert_eq!(header(&foreign(), "t"), "x-api-key: Token t");
    assert_eq!(header(&with("scheme='basic'"), "user:pass"), "authorization: Basic dXNlcjpwYXNz");
    assert_eq!(header(&with("scheme='basic'"), "key"), "authorization: Basic a2V5Og==");
    assert_eq!(header(&with("scheme='basic'"), "ke"), "authorization: Basic a2U6");
    assert_eq!(header(&with("scheme='header'\nname='Authorization'\nprefix='Token '"), "t"), "authorization: Token t");
    assert_eq!(header(&with("scheme='header'\nname='cookie'\nprefix='session='"), "t"), "cookie: session=t");
    let query = with("scheme='query'\nname='token'");
    assert_eq!(header(&query, "a b"), "?token=a b");
    assert!(query.authenticates("a b", |_| None, "x=1&token=a+b"));
    assert!(!query.authenticates("a b", |_| None, "x=1"));
    assert!(foreign().authenticates("t", |name| (name == "x-api-key").then_some("Token t"), ""));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_is_wrong_is_named_with_file_and_line() {
    for (toml, line, expected) in [
        (
            "\n[operations]\n\"clientes.incluirr\" = {}",
            3,
            "unknown operation `clientes.incluirr`; did you mean `clientes.incluir`?",
        ),
        ("[operations.\"clientes.obter\"]\npath = \"/x\"", 2, "the path of `clientes.obter` needs one `{id}`"),
        (
            "[operations.\"clientes.obter\"]\npath = \"/x/{id}/{id}\"",
            2,
            "the path of `clientes.obter` needs one `{id}`",
        ),
        ("[operations.\"clientes.listar\"]\npath = \"/x/{id}\"", 2, "the path of `clientes.listar` takes no `{id}`"),
        (
            "[operations.\"clientes.obter\"]\npath = \"x/{id}\"",
            2,
            "invalid path `x/{id}`; it must start with `/`, and a field stands in braces, such as `{id}`",
        ),
        (
            "[operations.\"clientes.obter\"]\npath = \"/x{id\"",
            2,
            "invalid path `/x{id`; it must start with `/`, and a field stands in braces, such as `{id}`",
        ),
        (
            "[operations.\"clientes.listar\"]\npath = \"/contratos\"",
            1,
            "`clientes.listar` and `contratos.listar` are both `GET /contratos`",
        ),
        (
            "[operations.\"clientes.obter\"]\npromise = \"none\"",
            2,
            "`clientes.obter` only reads, and can always be repeated; `promise` does not go here",
        ),
        (
            "[operations.\"clientes.incluir\"]\npromise = \"some\"",
            2,
            "`promise` cannot be `some`; use one of: idempotency_key, natural_key, none",
        ),
        (
            "[operations.\"clientes.incluir\"]\nmethod = \"FETCH\"",
            2,
            "`method` cannot be `FETCH`; use one of: GET, POST, PUT, PATCH, DELETE",
        ),
        ("[fields.Cliente]\nnome = \"n\"\nnomeFantasia = \"n\"", 2, "`nome` and `nomeFantasia` are both named `n`"),
        ("[fields.Cliente]\nnome = \"email\"", 2, "`nome` and `email` are both named `email`"),
        ("[fields.Cliente]\nnom = \"n\"", 2, "unknown field `nom`; did you mean `nome`?"),
        ("[fields.Clientes]\nnome = \"n\"", 1, "unknown model `Clientes`; did you mean `Cliente`?"),
        ("[fields.ClientesFilter]\nnome = \"n\"", 1, "unknown model `ClientesFilter`"),
        ("[fields.Cliente]\nnome = \"a b\"", 2, "invalid name `a b`"),
        ("[filters.cobranca]", 1, "unknown listing `cobranca`; did you mean `cobrancas`?"),
        ("[filters.cobrancas]\nclienteId = \"pagina\"", 1, "the parameter `pagina` has two meanings"),
        ("[auth]\nscheme = \"header\"", 2, "this scheme needs a `name`"),
        (
            "[auth]\nscheme = \"oauth\"",
            2,
            "`scheme` cannot be `oauth`; use one of: bearer, header, basic, query, body, several, oauth2",
        ),
        ("[auth]\nscheme = \"basic\"\nname = \"x\"", 3, "this scheme takes no `name`"),
        ("[auth]\nscheme = \"header\"\nname = \"a b\"", 3, "`name` is not the name of an HTTP header"),
        ("[pagination]\nfirst = 2", 2, "`first` must be an integer from 0 to 1"),
        ("[pagination]\nmax_size = 10", 2, "`default_size` 50 is above `max_size` 10"),
        ("[pagination]\nstyle = \"offset\"\npage = \"p\"", 3, "`page` does not go with this style of pagination"),
        ("[encoding]\ndates = \"iso\"", 2, "unknown setting in [encoding]: `dates`; did you mean `date`?"),
        (
            "base_path = \"api\"",
            1,
            "invalid path `api`; it must start with `/`, and a field stands in braces, such as `{id}`",
        ),
        ("base_path = \"/@evil.example\"", 1, "`base_path` cannot hold `@`"),
        ("base_path = \"/api@evil.example\"", 1, "`base_path` cannot hold `@`"),
        (
            "base_path = \"//evil.example\"",
            1,
            "invalid path `//evil.example`; it must start with `/`, and a field stands in braces, such as `{id}`",
        ),
        (
            "base_path = '/\\evil.example'",
            1,
            "invalid path `/\\evil.example`; it must start with `/`, and a field stands in braces, such as `{id}`",
        ),
        (
            "[auth]\nscheme = \"header\"\nname = \"Host\"",
            3,
            "`name` cannot be `host`, which belongs to HTTP itself; use another header",
        ),
        (
            "[auth]\nscheme = \"header\"\nname = \"proxy-authorization\"",
            3,
            "`name` cannot be `proxy-authorization`, which belongs to HTTP itself; use another header",
        ),
        (
            "[idempotency]\nheader = \"Content-Length\"",
            2,
            "`header` cannot be `content-length`, which belongs to HTTP itself; use another header",
        ),
        (
            "[idempotency]\nheader = \"Authorization\"",
            2,
            "`header` cannot be `authorization`, which carries the credential only; use another header",
        ),
        (
            "[result]\nheader = \"cookie\"",
            2,
            "`header` cannot be `cookie`, which carries the credential only; use another header",
        ),
        (
            "[auth]\nscheme = \"header\"\nname = \"Idempotency-Key\"",
            3,
            "the header `idempotency-key` has two meanings: [auth] `name` and [idempotency] `header`",
        ),
        (
            "[idempotency]\nheader = \"x-key\"\nreplayed_header = \"x-key\"",
            3,
            "the header `x-key` has two meanings: [idempotency] `header` and [idempotency] `replayed_header`",
        ),
        (
            "name = \"a\"\n[result]\nheader = \"idempotency-key\"",
            3,
            "the header `idempotency-key` has two meanings: [idempotency] `header` and [result] `header`",
        ),
        ("name = 3", 1, "expected a string, found integer"),
        ("auth = 3", 1, "expected a table, found integer"),
        ("name = \"a\"\nname = \"b\"", 2, "invalid TOML: duplicate key"),
    ] {
        let error = Profile::from_toml(toml, "acme.toml").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Profile);
        assert_eq!(error.message(Language::En), format!("acme.toml:{line}: {expected}"), "{toml}");
        assert!(error.message(Language::PtBr).starts_with(&format!("acme.toml:{line}: ")));
    }
}

#[test]
fn what_is_no_toml_is_told_in_one_language_and_without_values() {
    for (toml, pt) in [
        ("name = \"a\"\n[auth]\nscheme = bearer, \"Tok3n\"", "acme.toml:3: TOML inválido na coluna 16, `scheme`"),
        ("\n[auth\n", "acme.toml:2: TOML inválido na coluna 6, `[auth`"),
        ("Tok3n", "acme.toml:1: TOML inválido na coluna 6"),
    ] {
        let error = Profile::from_toml(toml, "acme.toml").unwrap_err();
        assert_eq!(error.message(Language::PtBr), pt, "{toml}");
        let en = error.message(Language::En);
        assert!(en.contains("invalid TOML: ") && !en.contains("Tok3n") && !en.contains('\n'), "{en}");
    }
}
