//! What the platforms of Brazil do on the wire, a test for each: a profile says it, and the client and the sandbox then
//! live by it, with requests as they were written by hand; or a profile cannot say it, and is refused with the reason.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers are part of the tests")]

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use smartbill_core::api::{Request, ResourceModel, Response};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, Consumo, Contrato, Id, SituacaoCobranca, SituacaoContrato, differences,
};
use smartbill_core::profile::Profile;
use smartbill_core::transport::{Function, Host, TransportError};
use smartbill_core::{Error, ErrorKind, Language, Outcome, Value};
use smartbill_sandbox::{RawRequest, Service};

const TOKEN: &str = "T:U";

/// A future over a [`Function`] never has to wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a function host never waits"),
    }
}

fn instant() -> jiff::Timestamp {
    "2026-02-10T12:00:00Z".parse().unwrap()
}

fn value(json: &str) -> Value<'static> {
    Value::from_json(json.as_bytes()).unwrap().into_owned()
}

fn client<F: Fn(&Request, jiff::Timestamp) -> Result<Response, TransportError>>(
    profile: &Profile,
    answer: F,
) -> Client<Function<F>> {
    let options = ClientOptions {
        token: Some(TOKEN.into()),
        language: Language::En,
        profile: profile.clone(),
        ..ClientOptions::new("https://api.example.com")
    };
    Client::new(options, Function::new(instant(), 7, answer)).unwrap()
}

/// A request as text: its line, the headers that a profile decides, and its body, with a space between them.
fn shown(request: &Request) -> String {
    let mut text = format!("{} {}", request.method.as_str(), request.target);
    for (name, value) in &request.headers {
        let usual = matches!(name.as_str(), "accept" | "user-agent" | "idempotency-key" | "accept-language")
            || (name.as_str(), value.as_str()) == ("content-type", "application/json")
            || (name == "authorization" && value.starts_with("Bearer "));
        if !usual {
            text.extend([" ", name, ": ", value]);
        }
    }
    let body = String::from_utf8(request.body.clone().unwrap_or_default().to_vec()).unwrap();
    if body.is_empty() { text } else { text + " " + &body }
}

fn added<M: smartbill_core::api::Includable>(client: &Client<impl Host>, json: &str) -> M {
    let wanted = value(json);
    let record: M = now(client.incluir(wanted.clone(), &CallOptions::default())).unwrap().record;
    let options = smartbill_core::validate::Options::default();
    let differences = differences(&record, &M::validar(wanted, options).unwrap().0);
    assert!(differences.is_empty(), "{differences:?}");
    record
}

fn listed<M: ResourceModel>(client: &Client<impl Host>, filter: &str, size: u32) -> Vec<M> {
    let options = CallOptions { page_size: Some(size), ..CallOptions::default() };
    let mut pager = client.listar::<M>(value(filter), &options).unwrap();
    let mut records = Vec::new();
    while let Some(page) = now(pager.next(client)).unwrap() {
        records.extend(page);
    }
    records
}

fn id(of: Option<&Id>) -> String {
    of.unwrap().as_str().to_owned()
}

/// Two customers, a contract, its usage and its charge, from the first request to the last, between the client and the
/// sandbox under one profile. Returns the requests.
fn live(toml: &str) -> Vec<String> {
    let profile = Profile::from_toml(toml, "test.toml").unwrap();
    profile.servable().unwrap();
    let mut service = Service::new(&profile, TOKEN, instant());
    service.seed();
    let (service, asked) = (RefCell::new(service), RefCell::new(Vec::new()));
    let client = client(&profile, |request: &Request, at| {
        asked.borrow_mut().push(shown(request));
        let raw = RawRequest {
            method: request.method.as_str(),
            target: &request.target,
            headers: &request.headers,
            body: request.body.as_deref().unwrap_or_default(),
        };
        let answer = service.borrow_mut().handle(&raw, at);
        Ok(Response { status: answer.status, headers: answer.headers, body: answer.body })
    });
    let options = CallOptions::default();
    let first: Cliente = added(
        &client,
        r#"{"codigoExterno":"A1","nome":"Maria da Silva","cpfCnpj":"12345678909",
        "endereco":{"cep":"01310100","uf":"SP"},"optanteSimples":false}"#,
    );
    let second: Cliente = added(&client, r#"{"codigoExterno":"A2","nome":"Ana Souza","cpfCnpj":"52998224725"}"#);
    let mine = id(first.id.as_ref());
    assert_eq!(now(client.obter::<Cliente>(&mine, &options)).unwrap(), first);
    let change = value(r#"{"email":"a@example.com"}"#);
    let changed = now(client.alterar::<Cliente>(&mine, change, &[], &options)).unwrap().record;
    assert_eq!(changed.email.as_deref(), Some("a@example.com"));
    assert_eq!(listed::<Cliente>(&client, "{}", 1), [changed, second]);

    let contract = format!(
        r#"{{"clienteId":"{mine}","itens":[{{"servicoCodigo":"API-CHAMADAS","quantidade":"1"}}],
        "dataInicio":"2026-01-31","periodicidade":"MENSAL","diaVencimento":5,"formaPagamento":"PIX"}}"#
    );
    let contract: Contrato = added(&client, &contract);
    let contract = id(contract.id.as_ref());
    let why = || value(r#"{"motivo":"falta"}"#);
    let active =
        || now(client.ativar(&[Id::from(contract.as_str())], why(), &options)).unwrap().remove(0).outcome.unwrap();
    active();
    let stopped = now(client.suspender(&contract, why(), &options)).unwrap().record;
    assert_eq!(stopped.situacao, Some(SituacaoContrato::Suspenso));
    assert_eq!(active().record.situacao, Some(SituacaoContrato::Ativo));

    let usage = format!(
        r#"{{"idExterno":"U1","contratoId":"{contract}","servicoCodigo":"API-CHAMADAS","dataConsumo":"2026-01-31",
        "competencia":"2026-01","quantidade":"1234.5","valorUnitario":"0.25","estorno":false}}"#
    );
    let usage: Consumo = added(&client, &usage);
    assert_eq!(now(client.obter::<Consumo>(&id(usage.id.as_ref()), &options)).unwrap(), usage);

    service.borrow_mut().faturar("2026-01".parse().unwrap(), instant());
    let filter = format!(r#"{{"contratoId":"{contract}","situacao":["EM_ABERTO"]}}"#);
    let charges = listed::<Cobranca>(&client, &filter, 10);
    // 1234.5 at the usage's own price of 0.25: 308.625.
    assert_eq!(charges.len(), 1);
    assert_eq!(charges[0].valor_liquido.map(|v| v.to_string()).as_deref(), Some("308.63"));
    assert_eq!(charges[0].situacao, Some(SituacaoCobranca::EmAberto));
    drop(client);
    asked.into_inner()
}

/// The profile is lived by, and each of these is in one of its requests.
fn says(toml: &str, expected: &[&str]) {
    let asked = live(toml);
    for expected in expected {
        assert!(asked.iter().any(|line| line.contains(expected)), "{expected} is in none of\n{}", asked.join("\n"));
    }
}

/// The profile is refused, and the reason names the place and what is wrong.
fn refused(toml: &str, reason: &str) {
    let error = Profile::from_toml(toml, "test.toml").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Profile);
    let message = error.message(Language::En);
    assert!(message.starts_with("test.toml:") && message.contains(reason), "{message}");
    assert!(!error.message(Language::PtBr).contains('\n'));
}

/// What a client makes of an answer.
fn read<M: smartbill_core::api::Gettable>(toml: &str, status: u16, body: &'static str) -> Result<M, Error> {
    let profile = Profile::from_toml(toml, "test.toml").unwrap();
    let client = client(&profile, |_: &Request, _| Ok(Response { status, headers: vec![], body: body.into() }));
    now(client.obter("7", &CallOptions::default()))
}

macro_rules! each {
    ($($name:ident: $test:ident($($argument:expr),* $(,)?);)*) => {
        $(#[test] fn $name() { $test($($argument),*); })*
    };
}

each! {
    one_path_for_all_operations: says(include_str!("data/calls.toml"), &[
        r#"POST /api/v1/clientes/ {"param":[{"codigo_externo":"A1","#,
        r#""call":"incluir","version":{"n":2},"app":{"key":"T","secret":"U"}}"#,
        r#"POST /api/v1/clientes/ {"param":[{"code":1}],"call":"obter""#,
        r#"POST /api/v1/clientes/ {"param":[{"email":"a@example.com","code":1}],"call":"alterar""#,
    ]);
    one_path_with_the_state_in_the_body: says(
        "[operations]\n\
         'contratos.suspender' = { method = 'PATCH', path = '/contratos/{id}', body = { status = 'paused' } }\n\
         'contratos.ativar' = { method = 'PATCH', path = '/contratos/{id}', body = { status = 'active' } }\n\
         [fields.ContratoAction]\nmotivo = { send = false }",
        &[r#"PATCH /api/v1/contratos/1 {"status":"paused"}"#, r#"PATCH /api/v1/contratos/1 {"status":"active"}"#],
    );
    an_identifier_before_an_ending: says(
        "[operations]\n'clientes.obter' = { path = '/clientes/{id}.json' }",
        &["GET /api/v1/clientes/1.json"],
    );
    an_identifier_in_parentheses: says(
        "[operations]\n'clientes.obter' = { path = '/clientes({id})' }",
        &["GET /api/v1/clientes(1)"],
    );
    an_identifier_in_the_query: says(
        "[operations]\n'clientes.obter' = { path = '/cliente', id = 'query:code' }",
        &["GET /api/v1/cliente?code=1"],
    );
    an_identifier_in_the_body: says(
        "[operations]\n'clientes.alterar' = { path = '/cliente', id = 'body:customer.code' }",
        &[r#"POST /api/v1/cliente {"email":"a@example.com","customer":{"code":"1"}}"#],
    );
    an_identifier_elsewhere_is_refused: refused(
        "[operations]\n'clientes.obter' = { path = '/c', id = 'header:x' }",
        "`id` cannot be `header:x`",
    );
    the_identifier_of_a_parent_in_the_path: says(
        "[operations]\n'contratos.incluir' = { path = '/clientes/{clienteId}/contratos' }",
        &[r#"POST /api/v1/clientes/1/contratos {"itens":["#],
    );
    a_parent_that_is_no_field_is_refused: refused(
        "[operations]\n'contratos.incluir' = { path = '/c/{clienteI}' }",
        "the path cannot hold the field `clienteI`; did you mean `clienteId`?",
    );
    pages_by_a_cursor_in_the_body: says(
        "[pagination]\nstyle = 'cursor'\ncursor = 'after'\nsize = 'n'\nnext = 'page.next'",
        &["GET /api/v1/clientes?n=1", "GET /api/v1/clientes?after=1&n=1"],
    );
    pages_by_a_cursor_in_a_header: says(
        "[pagination]\nstyle = 'cursor'\nnext = 'header:x-next'",
        &["GET /api/v1/clientes?cursor=1&size=1"],
    );
    pages_by_links: says(
        "[pagination]\nstyle = 'link'\nsize = 'per_page'",
        &["GET /api/v1/clientes?per_page=1", "GET /api/v1/clientes?per_page=1&_start=1"],
    );
    pages_by_an_address_in_the_body: says(
        "[pagination]\nstyle = 'link'\nnext = 'links.next'",
        &["GET /api/v1/clientes?size=1&_start=1"],
    );
    no_pages: says("[pagination]\nstyle = 'none'", &["GET /api/v1/clientes", "GET /api/v1/cobrancas?contratoId=1"]);
    a_second_credential: says(
        "[auth]\nscheme = 'several'\nparts = [{ name = 'app_token' }, { name = 'access_token' }]",
        &["GET /api/v1/clientes/1 app_token: T access_token: U"],
    );
    a_credential_in_the_query: says(
        "[auth]\nscheme = 'query'\nname = 'key'",
        &["GET /api/v1/clientes/1?key=T%3AU", "GET /api/v1/clientes?pagina=2&tamanhoPagina=1&key=T%3AU"],
    );
    constant_headers: says(
        "[headers]\nX-Api-Version = '2022-12-15'\n[operations]\n'clientes.obter' = { headers = { X-Trace = 'on' } }",
        &["GET /api/v1/clientes/1 x-api-version: 2022-12-15 x-trace: on"],
    );
    a_credential_in_the_body_of_a_get_is_refused: refused(
        "[auth]\nscheme = 'body'\nname = 'key'",
        "`clientes.obter` is GET, and has no body for the credential",
    );
    dates_as_date_times: says("[encoding]\ndate = 'datetime'", &[r#""dataConsumo":"2026-01-31T00:00:00-03:00""#]);
    // 2026-01-31T03:00:00Z.
    dates_as_seconds: says("[encoding]\ndate = 'unix'", &[r#""dataConsumo":1769828400"#]);
    dates_as_eight_digits: says("[encoding]\ndate = 'yyyymmdd'", &[r#""dataConsumo":"20260131""#]);
    dates_by_the_day: says("[encoding]\ndate = 'dd/mm/yyyy'", &[r#""dataConsumo":"31/01/2026""#]);
    dates_of_no_kind_are_refused: refused("[encoding]\ndate = 'julian'", "`date` cannot be `julian`; use one of: iso");
    decimals_with_a_comma: says(
        "[encoding]\ndecimal = 'comma'",
        &[r#""quantidade":"1234,5","estorno":false,"valorUnitario":"0,25""#],
    );
    unit_prices_in_cents: says(
        "[fields.Consumo]\nvalorUnitario = { name = 'price_cents', as = 'cents' }",
        &[r#""quantidade":"1234.5","estorno":false,"price_cents":25"#],
    );
    bodies_as_forms: says(
        "[operations]\n'clientes.incluir' = { encoding = 'form', wrap = 'customer', body = { v = 2 } }",
        &["POST /api/v1/clientes content-type: application/x-www-form-urlencoded \
           customer%5BcodigoExterno%5D=A2&customer%5Bnome%5D=Ana%20Souza&customer%5BcpfCnpj%5D=52998224725&v=2"],
    );
    bodies_as_xml_are_refused: refused(
        "[operations]\n'clientes.incluir' = { encoding = 'xml' }",
        "`encoding` cannot be `xml`; use one of: json, form",
    );
    words_of_enums: says(
        "[values.SituacaoCobranca]\nEM_ABERTO = ['PENDING', 'NEW']\nPAGA = 'PAID'\nVENCIDA = 'LATE'\n\
         [values.FormaPagamento]\nPIX = 3\n[values.Periodicidade]\nMENSAL = 'MONTHLY'",
        &["situacao=PENDING&situacao=NEW", r#""periodicidade":"MONTHLY""#, r#""formaPagamento":3"#],
    );
    a_word_for_two_values_is_refused: refused(
        "[values.SituacaoCliente]\nATIVO = 'x'\nINATIVO = 'x'",
        "`ATIVO` and `INATIVO` both have the word `x`",
    );
    envelopes_of_objects: says(
        "[operations]\n'clientes.incluir' = { wrap = 'data', record = 'data' }\n'clientes.obter' = { record = 'data' }",
        &[r#"POST /api/v1/clientes {"data":{"codigoExterno":"A2","nome":"Ana Souza","cpfCnpj":"52998224725"}}"#],
    );
    envelopes_of_lists: says(
        "[operations]\n'clientes.incluir' = { wrap = '[0]', record = '[0]' }",
        &[r#"POST /api/v1/clientes [{"codigoExterno":"A2","nome":"Ana Souza","cpfCnpj":"52998224725"}]"#],
    );
    lists_under_a_name_for_each_resource: says(
        "[list]\ntotal = 'page.count'\nmore = 'page.again'\n[operations]\n\
         'clientes.listar' = { items = 'customers' }\n'cobrancas.listar' = { items = 'result.charges' }",
        &["GET /api/v1/clientes?pagina=2&tamanhoPagina=1"],
    );
    names_into_and_out_of_objects: says(
        "[fields.Cliente]\nendereco.cep = 'zip'\ncpfCnpj = 'document.number'\nid = 'codes.internal'",
        &[r#""document":{"number":"12345678909"},"zip":"01310100","endereco":{"uf":"SP"}"#],
    );
    names_inside_their_own_names: says(
        "[fields.Cliente]\nnome = 'nome.nome.nome'\nid = 'id.id'\nendereco = 'endereco.endereco'\n\
         [list]\nitems = 'data.data'\n[operations]\n'clientes.incluir' = { wrap = 'a.a', record = 'a.a[0].a' }",
        &[r#"{"a":{"a":{"codigoExterno":"A2","nome":{"nome":{"nome":"Ana Souza"}},"cpfCnpj":"52998224725"}}}"#],
    );
    names_of_each_other: says(
        "[fields.Cliente]\nnome = 'nomeFantasia'\nnomeFantasia = 'nome'\nid = 'codigoExterno'\ncodigoExterno = 'id'",
        &[r#"{"id":"A2","nomeFantasia":"Ana Souza","#],
    );
    a_name_inside_another_is_refused: refused(
        "[fields.Cliente]\nnome = 'a'\nemail = 'a.b'",
        "one would be inside the other",
    );
    integer_identifiers: says("[encoding]\nid = 'integer'", &[r#"{"clienteId":1,"#, r#""contratoId":1,"#]);
    a_change_that_writes_the_whole_record_is_refused: refused(
        "[operations]\n'clientes.alterar' = { method = 'PUT', replace = true }",
        "writing the whole record undoes what others change between reading and writing",
    );
    truth_values_as_digits: says(
        "[encoding]\nboolean = '1/0'",
        &[r#""optanteSimples":0"#, r#""estorno":0"#],
    );
    a_base_path_of_another_host_is_refused: refused("base_path = '/@evil.example'", "`base_path` cannot hold `@`");
    a_base_path_that_is_a_host_is_refused: refused("base_path = '//evil.example'", "invalid path `//evil.example`");
    a_path_out_of_the_base_is_refused: refused(
        "[operations]\n'clientes.listar' = { path = '/../admin' }",
        "invalid path `/../admin`",
    );
    a_credential_in_the_header_host_is_refused: refused(
        "[auth]\nscheme = 'header'\nname = 'host'",
        "`name` cannot be `host`, which belongs to HTTP itself",
    );
    a_credential_in_the_header_content_length_is_refused: refused(
        "[auth]\nscheme = 'header'\nname = 'content-length'",
        "`name` cannot be `content-length`, which belongs to HTTP itself",
    );
    an_idempotency_key_in_the_header_authorization_is_refused: refused(
        "[idempotency]\nheader = 'authorization'",
        "`header` cannot be `authorization`, which carries the credential only",
    );
    an_idempotency_key_in_the_header_of_the_result_is_refused: refused(
        "[idempotency]\nheader = 'x-resultado'",
        "the header `x-resultado` has two meanings",
    );
    a_constant_header_for_the_credential_is_refused: refused(
        "[headers]\nAuthorization = 'x'",
        "`authorization`, which carries the credential only",
    );
}

#[test]
fn an_absent_date_as_zeros() {
    let toml = "[encoding]\nabsent_date = '0000-00-00'";
    let usage: Consumo = read(toml, 200, r#"{"id":"7","quantidade":"1","dataConsumo":"0000-00-00"}"#).unwrap();
    assert_eq!((usage.data_consumo, usage.findings.len()), (None, 0));
    // Where the profile does not say so, it is a date that cannot be read.
    let usage: Consumo = read("", 200, r#"{"id":"7","quantidade":"1","dataConsumo":"0000-00-00"}"#).unwrap();
    assert_eq!((usage.data_consumo, usage.findings.len()), (None, 1));
}

#[test]
fn errors_with_the_status_of_a_success() {
    let toml = "[errors]\nrefusal = 'falha'\ncode = 'falha.codigo'\nmessage = 'falha.texto'\nfields = 'falha.campos'";
    let error = read::<Cliente>(toml, 200, r#"{"id":"7","falha":{"codigo":12,"texto":"sem acesso"}}"#).unwrap_err();
    assert_eq!((error.kind(), error.details().server_code.as_deref()), (ErrorKind::Rejected, Some("12")));
    assert!(error.to_string().contains("sem acesso"), "{error}");
    // The sandbox answers its own refusals so, too.
    let profile = Profile::from_toml(toml, "test.toml").unwrap();
    let service = RefCell::new(Service::new(&profile, TOKEN, instant()));
    let client = client(&profile, |request: &Request, at| {
        let body = request.body.as_deref().unwrap_or_default();
        let raw =
            RawRequest { method: request.method.as_str(), target: &request.target, headers: &request.headers, body };
        let answer = service.borrow_mut().handle(&raw, at);
        Ok(Response { status: 200, headers: answer.headers, body: answer.body })
    });
    let customer = || value(r#"{"codigoExterno":"A1","nome":"Maria da Silva","cpfCnpj":"12345678909"}"#);
    now(client.incluir::<Cliente>(customer(), &CallOptions::default())).unwrap();
    let other = value(r#"{"codigoExterno":"A1","nome":"Ana Souza","cpfCnpj":"52998224725"}"#);
    let error = now(client.incluir::<Cliente>(other, &CallOptions::default())).unwrap_err();
    assert_eq!(error.details().outcome, Some(Outcome::Rejected), "{error}");
    let fields: Vec<_> = error.details().fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(fields, ["codigoExterno"]);
}

#[test]
fn a_total_beyond_what_came_without_pages_is_an_error() {
    let profile = Profile::from_toml("[pagination]\nstyle = 'none'", "test.toml").unwrap();
    let client = client(&profile, |_: &Request, _| {
        Ok(Response { status: 200, headers: vec![], body: r#"{"data":[{"id":"1"}],"total":2}"#.into() })
    });
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &CallOptions::default()).unwrap();
    let error = now(pager.next(&client)).unwrap_err();
    assert!(error.to_string().contains("it has 2 records and sent 1"), "{error}");
}
