//! Tests each setting of a profile with requests and answers that were written by hand.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::api::{Operation, Request, Response};
use crate::client::{CallOptions, Client, ClientOptions};
use crate::profile::Profile;
use crate::transport::{Function, TransportError};
use smartbill_documents::Language;
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratosFilter, Id, Model,
    Value,
};

type Answer = Result<Response, TransportError>;

/// A future over a [`Function`] never has to wait.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a function host never waits"),
    }
}

/// A platform that gives prepared answers, and keeps the requests it receives.
pub(super) struct Platform {
    asked: RefCell<Vec<String>>,
    answers: RefCell<VecDeque<String>>,
}

impl Platform {
    /// Each answer is a body. Before it there may be a line with a status other than 200 and headers: `201 link: x`.
    pub(super) fn new(answers: &[&str]) -> Self {
        Self { asked: RefCell::default(), answers: RefCell::new(answers.iter().map(ToString::to_string).collect()) }
    }

    pub(super) fn client(&self, profile: &str) -> Client<Function<impl Fn(&Request, jiff::Timestamp) -> Answer + '_>> {
        self.client_with(profile, "T:U")
    }

    pub(super) fn client_with(
        &self,
        profile: &str,
        token: &str,
    ) -> Client<Function<impl Fn(&Request, jiff::Timestamp) -> Answer + '_>> {
        self.client_of(ClientOptions { token: Some(token.into()), ..Self::options(profile) })
    }

    pub(super) fn options(profile: &str) -> ClientOptions {
        ClientOptions {
            token: Some("T:U".into()),
            language: Language::En,
            profile: Profile::from_toml(profile, "test.toml").unwrap(),
            ..ClientOptions::new("https://api.example.com")
        }
    }

    pub(super) fn client_of(
        &self,
        options: ClientOptions,
    ) -> Client<Function<impl Fn(&Request, jiff::Timestamp) -> Answer + '_>> {
        let host = Function::new("2026-11-24T12:00:00Z".parse().unwrap(), 7, |request: &Request, _| {
            self.asked.borrow_mut().push(shown(request));
            let answer = self.answers.borrow_mut().pop_front().expect("the platform has an answer");
            let (head, body) = match answer.split_once('\n').filter(|_| answer.starts_with(char::is_numeric)) {
                Some((head, body)) => (head.to_owned(), body.to_owned()),
                None => ("200".to_owned(), answer),
            };
            let (status, header) = head.split_once(' ').unwrap_or((&head, ""));
            let headers = header.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
            Ok(Response {
                status: status.parse().unwrap(),
                headers: headers.into_iter().collect(),
                body: body.into_bytes().into(),
            })
        });
        Client::new(options, host).unwrap()
    }

    pub(super) fn asked(&self) -> Vec<String> {
        assert!(self.answers.borrow().is_empty(), "answers are left");
        self.asked.take()
    }
}

/// A request as text: its line, the headers that a profile decides, and its body, with a space between them.
fn shown(request: &Request) -> String {
    let mut text = format!("{} {}", request.method.as_str(), request.target);
    for (name, value) in &request.headers {
        let usual = matches!(name.as_str(), "accept" | "user-agent" | "idempotency-key")
            || (name.as_str(), value.as_str()) == ("content-type", "application/json")
            || (name == "authorization" && value.starts_with("Bearer ") && !value.ends_with("-access-token"));
        if !usual {
            text.extend([" ", name, ": ", value]);
        }
    }
    let body = String::from_utf8(request.body.clone().unwrap_or_default().to_vec()).unwrap();
    if body.is_empty() { text } else { text + " " + &body }
}

pub(super) fn call() -> CallOptions {
    CallOptions::default()
}

pub(super) fn of<M: Model>(json: &str) -> M {
    let options =
        smartbill_model::validate::Options { intent: smartbill_model::validate::Intent::Alterar, ..Default::default() };
    M::validar(Value::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

fn customer() -> Cliente {
    of(r#"{"codigoExterno":"A1","nome":"Maria da Silva","cpfCnpj":"12345678909"}"#)
}

/// The records of a whole listing, as JSON.
pub(super) fn all<M: crate::api::ResourceModel>(platform: &Platform, profile: &str, filter: &str) -> Vec<String> {
    let client = platform.client(profile);
    let filter = Value::from_json(filter.as_bytes()).unwrap();
    let mut pager = client.listar::<M>(filter, &call()).unwrap();
    let mut records = Vec::new();
    while let Some(page) = now(pager.next(&client)).unwrap() {
        records.extend(page.iter().map(|record| record.value().to_json()));
    }
    records
}

fn obter(platform: &Platform, profile: &str) -> Result<Cliente, Error> {
    now(platform.client(profile).obter::<Cliente>("7", &call()))
}

fn incluir(platform: &Platform, profile: &str) -> Result<Cliente, Error> {
    now(platform.client(profile).incluir(&customer(), &call())).map(|written| written.record)
}

/// The request that adds Maria.
fn sent(profile: &str) -> String {
    let platform = Platform::new(&[r#"{"id":"7"}"#]);
    incluir(&platform, profile).unwrap();
    platform.asked().remove(0)
}

/// The record that is read from `body`.
fn read<M: crate::api::Gettable>(profile: &str, body: &str) -> String {
    let platform = Platform::new(&[body]);
    now(platform.client(profile).obter::<M>("7", &call())).unwrap().value().to_json()
}

const CUSTOMER: &str = r#"{"codigoExterno":"A1","nome":"Maria da Silva","cpfCnpj":"12345678909"}"#;

/// The profile with one operation.
fn operation(name: &str, settings: &str) -> String {
    format!("[operations]\n\"{name}\" = {{ {settings} }}\n")
}

#[test]
fn one_path_for_every_operation_with_the_call_in_the_body() {
    let profile = r#"
[operations]
"clientes.incluir" = { method = "POST", path = "/clientes/", body = { call = "IncluirCliente" }, wrap = "param[0]" }
"clientes.alterar" = { method = "POST", path = "/clientes/", body = { call = "AlterarCliente" }, wrap = "param[0]", id = "body:param[0].id" }
"clientes.obter" = { method = "POST", path = "/clientes/", body = { call = "ConsultarCliente" }, id = "body:param[0].id" }
"clientes.listar" = { method = "POST", path = "/clientes/", body = { call = "ListarClientes" }, wrap = "param[0]", items = "cadastro" }
"clientes.remover" = { method = "POST", path = "/clientes/", body = { call = "ExcluirCliente" }, id = "body:param[0].id" }
"#;
    let platform = Platform::new(&[r#"{"id":7}"#, r#"{"id":7}"#, r#"{"id":7}"#, r#"{"id":7}"#, r#"{"cadastro":[]}"#]);
    incluir(&platform, profile).unwrap();
    let client = platform.client(profile);
    now(client.alterar::<Cliente>("7", &of::<Cliente>(r#"{"email":"a@example.com"}"#), &[], &call())).unwrap();
    now(client.remover::<Cliente>("7", &call())).unwrap();
    obter(&platform, profile).unwrap();
    all::<Cliente>(&platform, profile, r#"{"nome":"Maria"}"#);
    assert_eq!(
        platform.asked(),
        [
            &format!(r#"POST /api/v1/clientes/ {{"param":[{CUSTOMER}],"call":"IncluirCliente"}}"#),
            r#"POST /api/v1/clientes/ {"param":[{"email":"a@example.com","id":"7"}],"call":"AlterarCliente"}"#,
            r#"POST /api/v1/clientes/ {"param":[{"id":"7"}],"call":"ExcluirCliente"}"#,
            r#"POST /api/v1/clientes/ {"param":[{"id":"7"}],"call":"ConsultarCliente"}"#,
            r#"POST /api/v1/clientes/ {"param":[{"nome":"Maria","pagina":1,"tamanhoPagina":50}],"call":"ListarClientes"}"#,
        ]
    );
}

#[test]
fn one_path_with_the_state_in_the_body() {
    let profile = r#"
[operations]
"contratos.suspender" = { method = "PATCH", path = "/subscriptions/{id}", body = { status = "paused" } }
"contratos.ativar" = { method = "PATCH", path = "/subscriptions/{id}", body = { status = "active" } }
[fields.ContratoAction]
motivo = { send = false }
data = false
"#;
    let platform = Platform::new(&[r#"{"id":"7"}"#, r#"{"id":"7"}"#]);
    let client = platform.client(profile);
    let reason = || Value::from_json(br#"{"motivo":"falta"}"#).unwrap();
    now(client.suspender("7", reason(), &call())).unwrap();
    now(client.ativar(&[Id::from("7")], reason(), &call())).unwrap().remove(0).outcome.unwrap();
    assert_eq!(
        platform.asked(),
        [
            r#"PATCH /api/v1/subscriptions/7 {"status":"paused"}"#,
            r#"PATCH /api/v1/subscriptions/7 {"status":"active"}"#
        ]
    );
    // A value for which the platform has no place is not lost silently.
    let dated = Value::from_json(br#"{"data":"2027-01-01"}"#).unwrap();
    let error = now(client.suspender("7", dated, &call())).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Profile, Some(Outcome::NotSent)));
    assert!(error.to_string().contains("the platform has no field `data`"), "{error}");
}

#[test]
fn the_identifier_goes_anywhere_in_the_path_into_the_query_or_into_the_body() {
    for (settings, line) in [
        ("path = '/x/{id}.json'", "GET /api/v1/x/7.json"),
        ("path = '/x({id})'", "GET /api/v1/x(7)"),
        ("path = '/x', id = 'query:code'", "GET /api/v1/x?code=7"),
        ("path = '/x', id = 'query:code', query = { v = '2 a' }", "GET /api/v1/x?v=2%20a&code=7"),
        ("method = 'POST', path = '/x', id = 'body:a.code'", r#"POST /api/v1/x {"a":{"code":"7"}}"#),
    ] {
        let platform = Platform::new(&[r#"{"id":"7"}"#]);
        obter(&platform, &operation("clientes.obter", settings)).unwrap();
        assert_eq!(platform.asked(), [line]);
    }
}

#[test]
fn an_identifier_that_is_the_code_of_its_record_is_sent_once() {
    let profile = operation("clientes.alterar", "path = '/c', wrap = 'customer', id = 'body:customer.code'")
        + "[fields.Cliente]\nid = 'code'\ncodigoExterno = 'code'\n";
    let platform = Platform::new(&[r#"{"code":"A1"}"#]);
    let client = platform.client(&profile);
    now(client.alterar::<Cliente>("A1", &customer(), &[], &call())).unwrap();
    let sent = r#"POST /api/v1/c {"customer":{"code":"A1","nome":"Maria da Silva","cpfCnpj":"12345678909"}}"#;
    assert_eq!(platform.asked(), [sent]);
    // Another code would be the identifier of another record.
    for (change, cleared) in [(customer(), &[][..]), (Cliente::default(), &["codigoExterno"])] {
        let error = now(client.alterar::<Cliente>("B2", &change, cleared, &call())).unwrap_err();
        assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Profile, Some(Outcome::NotSent)));
        assert!(error.to_string().contains("are both at `customer.code`, with different values"), "{error}");
    }
    assert!(platform.asked().is_empty());
}

#[test]
fn the_identifier_of_what_a_record_belongs_to_goes_into_the_path() {
    let profile = r#"
[operations]
"contratos.incluir" = { path = "/customers/{clienteId}/contracts" }
"contratos.listar" = { path = "/customers/{clienteId}/contracts" }
"#;
    let contrato = r#"{"clienteId":"a/b","itens":[{"servicoId":"1","quantidade":1}],"dataInicio":"2026-01-01",
        "periodicidade":"MENSAL","diaVencimento":5}"#;
    let platform = Platform::new(&[r#"{"id":"7"}"#, r#"{"data":[]}"#]);
    let client = platform.client(profile);
    now(client.incluir(&of::<Contrato>(contrato), &call())).unwrap();
    all::<Contrato>(&platform, profile, r#"{"clienteId":"9"}"#);
    assert_eq!(
        platform.asked(),
        [
            r#"POST /api/v1/customers/a%2Fb/contracts {"itens":[{"servicoId":"1","quantidade":"1"}],"dataInicio":"2026-01-01","periodicidade":"MENSAL","diaVencimento":5}"#,
            "GET /api/v1/customers/9/contracts?pagina=1&tamanhoPagina=50",
        ]
    );
    // Without the parameter nothing is sent.
    let mut pager = client.listar::<Contrato>(&ContratosFilter::default(), &call()).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap_err().kind(), ErrorKind::Validation);
    let dots = of::<Contrato>(&contrato.replace("a/b", ".."));
    assert_eq!(now(client.incluir(&dots, &call())).unwrap_err().kind(), ErrorKind::Validation);
    assert!(platform.asked().is_empty());
}

#[test]
fn pages_go_by_a_cursor_in_the_body_or_in_a_header() {
    let body = "[pagination]\nstyle = 'cursor'\ncursor = 'after'\nsize = 'n'\nnext = 'page.next'";
    let platform = Platform::new(&[
        r#"{"data":[{"id":1}],"page":{"next":"a/b"}}"#,
        r#"{"data":[],"page":{"next":17}}"#,
        r#"{"data":[{"id":2}],"page":{"next":null}}"#,
    ]);
    assert_eq!(all::<Cliente>(&platform, body, r#"{"grupo":"g"}"#), [r#"{"id":"1"}"#, r#"{"id":"2"}"#]);
    assert_eq!(
        platform.asked(),
        [
            "GET /api/v1/clientes?grupo=g&n=50",
            "GET /api/v1/clientes?grupo=g&after=a%2Fb&n=50",
            "GET /api/v1/clientes?grupo=g&after=17&n=50"
        ]
    );
    let header = "[pagination]\nstyle = 'cursor'\nnext = 'header:X-Next'";
    let platform = Platform::new(&["200 x-next: b\n[{\"id\":1}]", "[{\"id\":2}]"]);
    assert_eq!(all::<Cliente>(&platform, header, "{}").len(), 2);
    assert_eq!(platform.asked(), ["GET /api/v1/clientes?size=50", "GET /api/v1/clientes?cursor=b&size=50"]);
    // A cursor that points to its own page makes no progress.
    let platform = Platform::new(&["200 x-next: b\n[{\"id\":1}]", "200 x-next: b\n[{\"id\":2}]"]);
    let client = platform.client(header);
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &call()).unwrap();
    now(pager.next(&client)).unwrap();
    let kept = pager.cursor().unwrap();
    assert_eq!(now(pager.next(&client)).unwrap_err().kind(), ErrorKind::Response);
    // A stored cursor continues at its position.
    let platform = Platform::new(&["[{\"id\":2}]"]);
    let client = platform.client(header);
    let mut pager = client.resume::<Cliente>(&kept, &call()).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap().unwrap().len(), 1);
    assert_eq!(platform.asked(), ["GET /api/v1/clientes?cursor=b&size=50"]);
}

#[test]
fn pages_go_by_the_address_of_the_next_one_and_never_to_another_host() {
    let profile = "[pagination]\nstyle = 'link'\nsize = 'per_page'";
    let next = "200 link: <https://evil.example/api/v1/clientes?page=2&per_page=50>; rel=\"next\"\n[{\"id\":1}]";
    let platform = Platform::new(&[next, "[{\"id\":2}]"]);
    assert_eq!(all::<Cliente>(&platform, profile, "{}").len(), 2);
    assert_eq!(platform.asked(), ["GET /api/v1/clientes?per_page=50", "GET /api/v1/clientes?page=2&per_page=50"]);
    let in_body = "[pagination]\nstyle = 'link'\nnext = 'links.next'";
    let platform = Platform::new(&[r#"{"data":[{"id":1}],"links":{"next":"/api/v1/clientes?p=2"}}"#, r#"{"data":[]}"#]);
    assert_eq!(all::<Cliente>(&platform, in_body, "{}").len(), 1);
    assert_eq!(platform.asked()[1], "GET /api/v1/clientes?p=2");
    let platform = Platform::new(&["200 link: <https://api.example.com/admin?x=1>; rel=next\n[{\"id\":1}]"]);
    let client = platform.client(profile);
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &call()).unwrap();
    let error = now(pager.next(&client)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.to_string().contains("the next page is none of this listing"), "{error}");
}

#[test]
fn a_listing_without_pages_is_whole_or_refused() {
    let profile = "[pagination]\nstyle = 'none'";
    let platform = Platform::new(&["[{\"id\":1},{\"id\":2}]"]);
    assert_eq!(all::<Cliente>(&platform, profile, "{}").len(), 2);
    assert_eq!(platform.asked(), ["GET /api/v1/clientes"]);
    let platform = Platform::new(&[r#"{"data":[{"id":1}],"total":2}"#]);
    let client = platform.client(profile);
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &call()).unwrap();
    let error = now(pager.next(&client)).unwrap_err();
    assert!(error.to_string().contains("it has 2 records and sent 1"), "{error}");
}

#[test]
fn a_credential_has_parts_which_go_to_their_places() {
    let answer = r#"{"id":"7"}"#;
    let post = operation("clientes.obter", "method = 'POST', path = '/x', id = 'body:id'");
    let headers = "[auth]\nscheme = 'several'\nparts = [{ name = 'app_token' }, { scheme = 'query', name = 'key' }]\n";
    let platform = Platform::new(&[answer]);
    obter(&platform, headers).unwrap();
    assert_eq!(platform.asked(), ["GET /api/v1/clientes/7?key=U app_token: T"]);

    let only = |auth: &str| {
        let rest = ["clientes.listar", "servicos.obter", "servicos.listar", "contratos.obter", "contratos.listar"];
        let more = ["consumos.obter", "consumos.listar", "cobrancas.listar"];
        let lacks: Vec<_> = rest.iter().chain(&more).map(|op| format!("\"{op}\" = {{ unsupported = true }}")).collect();
        [auth, &post, &lacks.join("\n")].concat()
    };
    let platform = Platform::new(&[answer]);
    obter(&platform, &only("[auth]\nscheme = 'body'\nname = 'auth.token'\n")).unwrap();
    assert_eq!(platform.asked(), [r#"POST /api/v1/x {"id":"7","auth":{"token":"T:U"}}"#]);
    let form = only("[auth]\nscheme = 'body'\nname = 'auth.token'\n")
        .replace("id = 'body:id'", "id = 'body:id', encoding = 'form'");
    let platform = Platform::new(&[answer]);
    obter(&platform, &form).unwrap();
    let sent = "POST /api/v1/x content-type: application/x-www-form-urlencoded id=7&auth%5Btoken%5D=T%3AU";
    assert_eq!(platform.asked(), [sent]);
    let two = "[auth]\nscheme = 'several'\n\
               parts = [{ scheme = 'body', name = 'app_key' }, { scheme = 'body', name = 'app_secret' }]\n";
    let platform = Platform::new(&[answer]);
    obter(&platform, &only(two)).unwrap();
    assert_eq!(platform.asked(), [r#"POST /api/v1/x {"id":"7","app_key":"T","app_secret":"U"}"#]);

    let platform = Platform::new(&[]);
    let options = ClientOptions {
        token: Some("one".into()),
        language: Language::En,
        profile: Profile::from_toml(headers, "x").unwrap(),
        ..ClientOptions::new("https://api.example.com")
    };
    let host = Function::new(jiff::Timestamp::UNIX_EPOCH, 7, |_: &Request, _| -> Answer { unreachable!() });
    let error = Client::new(options, host).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("the token must have 2 parts"), "{error}");
    assert!(platform.asked().is_empty());
    // Each part is a secret by itself.
    let platform = Platform::new(&["400\n{\"message\":\"app secret-two is unknown\"}"]);
    let client = platform.client_with(headers, "secret-one:secret-two");
    let error = now(client.obter::<Cliente>("7", &call())).unwrap_err();
    assert!(!error.to_string().contains("secret-two"), "{error}");
}

#[test]
fn constant_headers_go_with_every_request() {
    let profile = "[headers]\nX-Api-Version = '2022-12-15'\n[operations]\n\
                   \"clientes.obter\" = { headers = { X-Trace = 'on' } }";
    let platform = Platform::new(&[r#"{"id":"7"}"#]);
    obter(&platform, profile).unwrap();
    assert_eq!(platform.asked(), ["GET /api/v1/clientes/7 x-api-version: 2022-12-15 x-trace: on"]);
}

#[test]
fn dates_are_written_and_read_in_every_form() {
    for (form, wire) in [
        ("iso", r#""2026-01-31""#),
        ("dd/mm/yyyy", r#""31/01/2026""#),
        ("mm/dd/yyyy", r#""01/31/2026""#),
        ("yyyymmdd", r#""20260131""#),
        ("datetime", r#""2026-01-31T00:00:00-03:00""#),
        // 2026-01-31T03:00:00Z, which is midnight in São Paulo.
        ("unix", "1769828400"),
    ] {
        let profile = format!("[encoding]\ndate = '{form}'");
        let platform = Platform::new(&[r#"{"id":"7"}"#]);
        let consumo =
            of::<Consumo>(r#"{"contratoId":"1","servicoId":"2","quantidade":"1","dataConsumo":"2026-01-31"}"#);
        now(platform.client(&profile).incluir(&consumo, &call())).unwrap();
        let asked = platform.asked().remove(0);
        assert!(asked.contains(&format!(r#""dataConsumo":{wire}"#)), "{asked}");
        let body = format!(r#"{{"id":"7","dataConsumo":{wire}}}"#);
        assert_eq!(read::<Consumo>(&profile, &body), r#"{"id":"7","dataConsumo":"2026-01-31"}"#, "{form}");
    }
    let consumo = |form: &str, wire: &str| {
        let profile = format!("[encoding]\ndate = '{form}'\nabsent_date = '0000-00-00'");
        read::<Consumo>(&profile, &format!(r#"{{"id":"7","dataConsumo":{wire}}}"#))
    };
    assert_eq!(consumo("datetime", r#""2026-01-31 10:00:00""#), r#"{"id":"7","dataConsumo":"2026-01-31"}"#);
    assert_eq!(consumo("datetime", r#""2026-01-31T23:59:59.999-03:00""#), r#"{"id":"7","dataConsumo":"2026-01-31"}"#);
    assert_eq!(consumo("yyyymmdd", "20260131"), r#"{"id":"7","dataConsumo":"2026-01-31"}"#);
    assert_eq!(consumo("unix", r#""1769817600""#), r#"{"id":"7","dataConsumo":"2026-01-31"}"#);
    assert_eq!(consumo("iso", r#""0000-00-00""#), r#"{"id":"7"}"#);
    // A date that does not exist, and a number in place of a date's text, are reported.
    for (form, wire) in [("yyyymmdd", r#""20260231""#), ("iso", "20260131"), ("unix", "1e30")] {
        let profile = format!("[encoding]\ndate = '{form}'");
        let platform = Platform::new(&[&format!(r#"{{"id":"7","dataConsumo":{wire}}}"#)]);
        let record = now(platform.client(&profile).obter::<Consumo>("7", &call())).unwrap();
        assert_eq!((record.data_consumo, record.findings.len()), (None, 1), "{form} {wire}");
    }
    let instants = "[encoding]\ninstant = 'unix'";
    assert_eq!(read::<Cliente>(instants, r#"{"criadoEm":1769828400}"#), r#"{"criadoEm":"2026-01-31T03:00:00Z"}"#);
}

#[test]
fn decimals_are_written_and_read_in_every_form() {
    let consumo =
        r#"{"contratoId":"1","servicoId":"2","competencia":"2026-01","quantidade":"1234.5","valorUnitario":"0.25"}"#;
    let sent = |profile: &str| {
        let platform = Platform::new(&[r#"{"id":"7"}"#]);
        now(platform.client(profile).incluir(&of::<Consumo>(consumo), &call())).map(|_| platform.asked().remove(0))
    };
    let comma = sent("[encoding]\ndecimal = 'comma'").unwrap();
    assert!(comma.contains(r#""quantidade":"1234,5","valorUnitario":"0,25""#), "{comma}");
    let cents =
        "[fields.Consumo]\nvalorUnitario = { name = 'price_cents', as = 'cents' }\nquantidade = { as = 'number' }";
    let written = sent(cents).unwrap();
    assert!(written.contains(r#""quantidade":1234.5,"price_cents":25"#), "{written}");
    let back = read::<Consumo>(cents, r#"{"id":"7","price_cents":25}"#);
    assert_eq!(back, r#"{"id":"7","valorUnitario":"0.25"}"#);
    // A third of a cent cannot be written in cents.
    let third = of::<Consumo>(&consumo.replace("0.25", "0.333"));
    let platform = Platform::new(&[]);
    let error = now(platform.client(cents).incluir(&third, &call())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Profile);
    assert!(error.to_string().contains("the value of `valorUnitario` is no whole number of cents"), "{error}");
    for (wire, means) in [
        (r#""1.234,56""#, Some("1234.56")),
        (r#""-1234,5""#, Some("-1234.5")),
        (r#""1.234""#, Some("1234")),
        ("12.5", Some("12.5")),
        (r#""10.5""#, None),
        (r#""1,2,3""#, None),
        (r#""12345.678,9""#, None),
    ] {
        let platform = Platform::new(&[&format!(r#"{{"id":"7","quantidade":{wire}}}"#)]);
        let client = platform.client("[encoding]\ndecimal = 'comma'");
        let record = now(client.obter::<Consumo>("7", &call())).unwrap();
        assert_eq!(record.quantidade.map(|v| v.to_string()).as_deref(), means, "{wire}");
        assert_eq!(record.findings.len(), usize::from(means.is_none()), "{wire}");
    }
}

#[test]
fn a_body_may_be_a_form() {
    let profile = operation("clientes.incluir", "encoding = 'form', wrap = 'customer', body = { v = 2 }")
        + "[fields.Cliente]\ncpfCnpj = 'document.number'\n";
    assert_eq!(
        sent(&profile),
        "POST /api/v1/clientes content-type: application/x-www-form-urlencoded \
         customer%5BcodigoExterno%5D=A1&customer%5Bnome%5D=Maria%20da%20Silva\
         &customer%5Bdocument%5D%5Bnumber%5D=12345678909&v=2"
    );
}

#[test]
fn enums_have_words_of_their_own_in_records_and_filters() {
    let profile = "[values.SituacaoCobranca]\nEM_ABERTO = 'PENDING'\nPAGA = ['RECEIVED', 'CONFIRMED']\nVENCIDA = 3\n\
                   [fields.Cliente]\nsituacao = { name = 'active', values = { ATIVO = true, INATIVO = false } }";
    let page = r#"{"data":[{"id":1,"situacao":"PENDING"},{"id":2,"situacao":"CONFIRMED"},{"id":3,"situacao":"3"},
        {"id":4,"situacao":"DUNNING"},{"id":5,"situacao":"PAGA"},{"id":6,"situacao":null}],"total":6}"#;
    let platform = Platform::new(&[page]);
    let client = platform.client(profile);
    let filter = of::<CobrancasFilter>(r#"{"situacao":["PAGA","EM_ABERTO","VENCIDA"]}"#);
    let mut pager = client.listar::<Cobranca>(&filter, &call()).unwrap();
    let records = now(pager.next(&client)).unwrap().unwrap();
    let words: Vec<_> = records.iter().map(|record| record.situacao.as_ref().map(|s| s.as_str().to_owned())).collect();
    let known = ["EM_ABERTO", "PAGA", "VENCIDA", "DUNNING"].map(|word| Some(word.to_owned()));
    assert_eq!(words[..4], known);
    // A word that the profile does not map is not taken for the model's own name with the same letters.
    assert_eq!(words[4..], [Some("$PAGA".to_owned()), None]);
    let found: Vec<_> =
        records.iter().map(|r| r.findings.iter().map(|f| (f.path.as_str(), f.code())).collect::<Vec<_>>()).collect();
    assert_eq!(found[2], []);
    assert_eq!(found[3], [("situacao", "opcao_invalida")]);
    assert_eq!(found[4], [("situacao", "opcao_invalida")]);
    let query = "GET /api/v1/cobrancas?situacao=RECEIVED&situacao=CONFIRMED&situacao=PENDING&situacao=3&pagina=1&tamanhoPagina=50";
    assert_eq!(platform.asked(), [query]);
    assert_eq!(read::<Cliente>(profile, r#"{"id":1,"active":false}"#), r#"{"id":"1","situacao":"INATIVO"}"#);
    // A value without a word is not sent as another value.
    let filter = of::<CobrancasFilter>(r#"{"situacao":["CANCELADA"]}"#);
    let mut pager = client.listar::<Cobranca>(&filter, &call()).unwrap();
    let error = now(pager.next(&client)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Profile);
    assert!(error.to_string().contains("the profile has no word for the value of `situacao[0]`"), "{error}");
    // A filter with one value cannot ask for two words.
    let client = platform.client("[values.FormaPagamento]\nCARTAO = ['credit_card', 'debit_card']\nPIX = 'pix'");
    let filter = of::<CobrancasFilter>(r#"{"formaPagamento":"CARTAO"}"#);
    let mut by_card = client.listar::<Cobranca>(&filter, &call()).unwrap();
    let error = now(by_card.next(&client)).unwrap_err();
    assert!(error.to_string().contains("several words for the value of `formaPagamento`"), "{error}");
}

#[test]
fn requests_and_answers_have_envelopes() {
    let profile = operation("clientes.incluir", "wrap = 'customer.data', record = 'customer'");
    let platform = Platform::new(&[r#"{"customer":{"id":7},"meta":{}}"#]);
    assert_eq!(incluir(&platform, &profile).unwrap().id, Some(Id::from("7")));
    assert_eq!(platform.asked(), [format!(r#"POST /api/v1/clientes {{"customer":{{"data":{CUSTOMER}}}}}"#)]);
    let listed = operation("clientes.incluir", "wrap = '[0]', record = '[0]'");
    let platform = Platform::new(&[r#"[{"id":7}]"#]);
    assert_eq!(incluir(&platform, &listed).unwrap().id, Some(Id::from("7")));
    assert_eq!(platform.asked(), [format!("POST /api/v1/clientes [{CUSTOMER}]")]);
    // If the record is not at its place, it is not searched elsewhere.
    let profile = operation("clientes.obter", "record = 'data.customer'");
    for (body, there) in [
        (r#"{"id":7}"#, "`id`"),
        (r#"{"data":{"id":7}}"#, "`data`"),
        (r#"{"data":{"customer":null}}"#, "`data`"),
        ("[]", "array"),
    ] {
        let error = obter(&Platform::new(&[body]), &profile).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response);
        let expected = format!("the answer holds no record at `data.customer`; it holds {there}");
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
}

#[test]
fn lists_totals_and_more_are_where_the_profile_says() {
    let profile = "[list]\ntotal = 'page.count'\nmore = 'page.again'\n[operations]\n\
                   \"clientes.listar\" = { items = 'result.customers', record = 'customer' }";
    let platform = Platform::new(&[
        r#"{"result":{"customers":[{"customer":{"id":1}}]},"page":{"count":2,"again":true},"total":1}"#,
        r#"{"result":{"customers":[{"customer":{"id":2}}]},"page":{"count":2,"again":false}}"#,
    ]);
    assert_eq!(all::<Cliente>(&platform, profile, "{}"), [r#"{"id":"1"}"#, r#"{"id":"2"}"#]);
    assert_eq!(platform.asked().len(), 2);
    let pages = "[list]\nitems = 'cadastro'\npages = 'total_de_paginas'";
    let platform = Platform::new(&[
        r#"{"pagina":1,"total_de_paginas":2,"cadastro":[{"id":1}]}"#,
        r#"{"pagina":2,"total_de_paginas":2,"cadastro":[{"id":2}]}"#,
    ]);
    assert_eq!(all::<Cliente>(&platform, pages, "{}").len(), 2);
    platform.asked();
    let platform = Platform::new(&[r#"{"customers":[{"id":1}]}"#]);
    let client = platform.client(profile);
    let mut listing = client.listar::<Cliente>(&ClientesFilter::default(), &call()).unwrap();
    let error = now(listing.next(&client)).unwrap_err();
    let expected = "the answer holds no list under `result.customers`; it holds `customers`";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn an_error_may_come_with_the_status_of_a_success() {
    let success =
        operation("clientes.incluir", "promise = 'none', success = { member = 'result.code', is = ['ok', 0] }");
    for (body, kind, outcome) in [
        (r#"{"id":7,"result":{"code":"fail","message":"no"}}"#, ErrorKind::Rejected, Outcome::Rejected),
        (r#"{"id":7,"result":{"code":"500"}}"#, ErrorKind::Rejected, Outcome::Rejected),
        (r#"{"id":7}"#, ErrorKind::Response, Outcome::Unknown),
    ] {
        let error = incluir(&Platform::new(&[body]), &success).unwrap_err();
        assert_eq!((error.kind(), error.details().outcome), (kind, Some(outcome)), "{body}");
    }
    for body in [r#"{"id":7,"result":{"code":"ok"}}"#, r#"{"id":7,"result":{"code":0}}"#] {
        assert!(incluir(&Platform::new(&[body]), &success).is_ok(), "{body}");
    }
    let errors = "[errors]\nrefusal = 'status.falha'\ncode = 'status.falha.num'\nmessage = 'status.falha.txt'\n\
                  fields = 'status.campos'\n[fields.Cliente]\ncpfCnpj = 'document.number'\n[operations]\n\
                  \"clientes.incluir\" = { promise = 'none' }";
    let body = r#"{"id":7,"status":{"falha":{"num":12,"txt":"documento repetido"},
        "campos":{"document.number":["já existe"]}}}"#;
    for answer in [body.to_owned(), format!("422\n{body}")] {
        let error = incluir(&Platform::new(&[&answer]), errors).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains("documento repetido"), "{error}");
        assert_eq!(error.details().server_code.as_deref(), Some("12"));
        assert_eq!(error.details().fields[0].path, "cpfCnpj");
    }
}

#[test]
fn names_lead_into_and_out_of_nested_objects() {
    let profile = "[fields.Cliente]\ncpfCnpj = 'document.number'\ntelefone = 'phones[0].number'\n\
                   endereco.cep = 'zip'\nendereco.municipio = 'city.name'\nid = 'codes.internal'";
    let json = r#"{"nome":"Maria da Silva","cpfCnpj":"12345678909","telefone":"+5511987654321",
        "endereco":{"cep":"01310100","municipio":"São Paulo","uf":"SP"}}"#;
    let answer = r#"{"codes":{"internal":7,"legacy":9},"nome":"Maria da Silva","document":{"number":"12345678909"},
        "phones":[{"number":"+5511987654321","kind":"home"},{"number":"2"}],"zip":"01310100",
        "city":{"name":"São Paulo"},"endereco":{"uf":"SP","extra":1},"document_kind":"cpf"}"#;
    let platform = Platform::new(&[answer]);
    let record = now(platform.client(profile).incluir(&of::<Cliente>(json), &call())).unwrap().record;
    assert_eq!(
        platform.asked(),
        [
            r#"POST /api/v1/clientes {"nome":"Maria da Silva","document":{"number":"12345678909"},"phones":[{"number":"+5511987654321"}],"zip":"01310100","endereco":{"uf":"SP"},"city":{"name":"São Paulo"}}"#
        ]
    );
    // Everything is read, and members without a field are kept.
    assert_eq!(
        record.value().to_json(),
        r#"{"id":"7","nome":"Maria da Silva","cpfCnpj":"12345678909","telefone":"+5511987654321","endereco":{"cep":"01310100","uf":"SP","municipio":"São Paulo","extra":1},"codes":{"legacy":9},"document_kind":"cpf","phones":[{"kind":"home"},{"number":"2"}]}"#
    );
    assert!(record.findings.is_empty());
    // An empty field empties its place. A value in place of an object is not a value of the field.
    let platform = Platform::new(&[r#"{"codes":{"internal":7},"document":"12345678909"}"#]);
    let client = platform.client(profile);
    let emptied = now(client.alterar::<Cliente>("7", Value::Object(vec![]), &["cpfCnpj"], &call())).unwrap().record;
    assert_eq!(platform.asked(), [r#"POST /api/v1/clientes/7 {"document":{"number":null}}"#]);
    assert_eq!((emptied.cpf_cnpj.as_deref(), emptied.extras.len()), (None, 1));
    let platform = Platform::new(&[
        "422\n{\"errors\":[{\"field\":\"city.name\",\"message\":\"x\"},{\"field\":\"document.number\",\"message\":\"y\"}]}",
    ]);
    let error = incluir(&platform, &(operation("clientes.incluir", "promise = 'none'") + profile)).unwrap_err();
    let paths: Vec<_> = error.details().fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths, ["endereco.municipio", "cpfCnpj"]);
}

#[test]
fn objects_and_the_items_of_lists_have_names_of_their_own() {
    let profile = "[fields.Contrato]\nitens = 'lines'\n[fields.ItemContrato]\nservicoId = 'product.id'\n\
                   quantidade = { name = 'qty', as = 'number' }\ndesconto.valor = 'off'\n\
                   [fields.Cliente]\nendereco = 'address'\n[fields.Endereco]\ncep = 'zip'\nuf = 'state.code'";
    let contrato = r#"{"clienteId":"1","itens":[{"servicoId":"7","quantidade":"1.5","desconto":
        {"tipo":"VALOR","valor":"2"}},{"servicoId":"8","quantidade":"1"}],"dataInicio":"2026-01-01",
        "periodicidade":"MENSAL","diaVencimento":5}"#;
    let answer =
        r#"{"id":3,"lines":[{"product":{"id":7,"sku":"x"},"qty":1.5,"off":"2","desconto":{"tipo":"VALOR"}},null]}"#;
    let platform = Platform::new(&[answer]);
    let record = now(platform.client(profile).incluir(&of::<Contrato>(contrato), &call())).unwrap().record;
    assert_eq!(
        platform.asked(),
        [
            r#"POST /api/v1/contratos {"clienteId":"1","lines":[{"product":{"id":"7"},"qty":1.5,"desconto":{"tipo":"VALOR"},"off":"2"},{"product":{"id":"8"},"qty":1}],"dataInicio":"2026-01-01","periodicidade":"MENSAL","diaVencimento":5}"#
        ]
    );
    assert_eq!(
        record.value().to_json(),
        r#"{"id":"3","itens":[{"servicoId":"7","quantidade":"1.5","desconto":{"tipo":"VALOR","valor":"2"},"product":{"sku":"x"}}]}"#
    );
    assert_eq!(
        read::<Cliente>(
            profile,
            r#"{"id":1,"address":{"zip":"01310100","state":{"code":"SP","n":35},"cep":"theirs"}}"#
        ),
        r#"{"id":"1","endereco":{"cep":"01310100","uf":"SP","$cep":"theirs","state":{"n":35}}}"#
    );
    // A value in place of an object is refused by its model, and the rest is read.
    let platform = Platform::new(&[r#"{"id":1,"nome":"Maria","address":"Rua A"}"#]);
    let record = now(platform.client(profile).obter::<Cliente>("1", &call())).unwrap();
    assert_eq!((record.nome.as_deref(), record.endereco.is_none()), (Some("Maria"), true));
    assert_eq!(
        record.findings.iter().map(|f| (f.path.as_str(), f.code())).collect::<Vec<_>>(),
        [("endereco", "tipo_invalido")]
    );
    let profile = Profile::from_toml(profile, "x").unwrap();
    for (model, wire) in [
        ("itens[2].servicoId", "lines[2].product.id"),
        ("itens[0].desconto.valor", "lines[0].off"),
        ("itens[0].desconto.tipo", "lines[0].desconto.tipo"),
        ("itens", "lines"),
    ] {
        assert_eq!(profile.wire_path(Contrato::SCHEMA, model), wire);
        assert_eq!(profile.model_path(Contrato::SCHEMA, wire), model);
    }
    assert_eq!(profile.wire_path(Cliente::SCHEMA, "endereco.uf"), "address.state.code");
    assert_eq!(profile.model_path(Cliente::SCHEMA, "address.state.code"), "endereco.uf");
    assert_eq!(profile.model_path(Cliente::SCHEMA, "address"), "endereco");
    assert_eq!(profile.model_path(Cliente::SCHEMA, "address.other"), "endereco.other");
}

#[test]
fn the_examples_of_the_description_are_profiles() {
    let text = include_str!("../../../../docs/profiles.md");
    let examples: Vec<_> = text.split("```toml\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert_eq!(examples.len(), 10);
    for example in examples {
        Profile::from_toml(example, "profiles.md").unwrap();
    }
}

#[test]
fn personal_values_are_hidden_under_nested_names_too() {
    let profile = "[fields.Cliente]\nnome = 'person.full_name'";
    let error =
        obter(&Platform::new(&["500\n{\"person\":{\"full_name\":\"Maria da Silva\"}}"; 4]), profile).unwrap_err();
    assert!(!error.details().body.as_deref().unwrap().contains("Maria"), "{error}");
}

#[test]
fn identifiers_may_be_integers_and_truth_values_digits() {
    let profile =
        "[encoding]\nid = 'integer'\nboolean = '1/0'\n[operations]\n\"consumos.incluir\" = { promise = 'none' }";
    let consumo = |contrato: &str| {
        let json = r#"{"contratoId":"C","servicoId":"2","competencia":"2026-01","quantidade":"-1","estorno":true}"#;
        of::<Consumo>(&json.replace('C', contrato))
    };
    let platform = Platform::new(&[r#"{"id":7,"estorno":0,"faturado":"1"}"#]);
    let record = now(platform.client(profile).incluir(&consumo("12"), &call())).unwrap().record;
    let sent = r#"POST /api/v1/consumos {"contratoId":12,"servicoId":2,"competencia":"2026-01","quantidade":"-1","estorno":1}"#;
    assert_eq!(platform.asked(), [sent]);
    assert_eq!(record.value().to_json(), r#"{"id":"7","estorno":false,"faturado":true}"#);
    for wrong in ["C-12", "007", "123456789012345678901"] {
        let platform = Platform::new(&[]);
        let error = now(platform.client(profile).incluir(&consumo(wrong), &call())).unwrap_err();
        assert!(error.to_string().contains("takes only an integer at `contratoId`"), "{error}");
    }
}

#[test]
fn what_the_platform_lacks_is_not_sent() {
    let profile = "[operations]\n\"clientes.remover\" = { unsupported = true }\n\"consumos.listar\" = { unsupported = true }\n\
                   [fields.Cliente]\n\"*\" = false\nid = 'id'\nnome = 'name'\ncodigoExterno = 'code'\ncpfCnpj = { send = false }\n\
                   [filters.clientes]\nnome = false";
    let platform = Platform::new(&[r#"{"id":7,"name":"Maria da Silva","email":"a@example.com"}"#]);
    let client = platform.client(profile);
    let error = now(client.remover::<Cliente>("7", &call())).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Profile, Some(Outcome::NotSent)));
    assert!(error.to_string().contains("the platform has no `clientes.remover`"), "{error}");
    let mut pager = client.listar::<Consumo>(&ConsumosFilter::default(), &call()).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap_err().kind(), ErrorKind::Profile);
    let mut pager = client.listar::<Cliente>(&of::<ClientesFilter>(r#"{"nome":"Maria"}"#), &call()).unwrap();
    assert!(now(pager.next(&client)).unwrap_err().to_string().contains("no field `nome`"));
    let with_email = Cliente { email: Some("a@example.com".into()), ..customer() };
    let error = now(client.incluir(&with_email, &call())).unwrap_err();
    assert!(error.to_string().contains("no field `email`"), "{error}");
    let record = now(client.incluir(&customer(), &call())).unwrap().record;
    assert_eq!(platform.asked(), [r#"POST /api/v1/clientes {"code":"A1","name":"Maria da Silva"}"#]);
    let emptied = now(client.alterar::<Cliente>("7", Value::Object(vec![]), &["email"], &call())).unwrap_err();
    assert!(emptied.to_string().contains("no field `email`"), "{emptied}");
    // A field that the platform does not have is not read, but its value is kept.
    assert_eq!((record.email, record.extras.len()), (None, 1));
}

#[test]
fn what_cannot_be_said_is_refused_with_the_reason() {
    for (toml, reason) in [
        ("[auth]\nscheme = 'oauth2'", "the scheme `oauth2` needs `token_path`"),
        ("[auth]\nscheme = 'oauth2'\ntoken_path = 'https://login.example/token'", "`token_path` must start with `/`"),
        ("[auth]\nscheme = 'bearer'\nscope = 'x'", "`scope` goes with the scheme `oauth2` only"),
        ("[operations]\n'clientes.alterar' = { replace = true }", "writing the whole record undoes what others change"),
        ("[operations]\n'clientes.obter' = { encoding = 'xml' }", "`encoding` cannot be `xml`; use one of: json, form"),
        ("base_path = '/@evil.example'", "`base_path` cannot hold `@`"),
        ("[auth]\nscheme = 'header'\nname = 'host'", "`host`, which belongs to HTTP itself"),
        ("[auth]\nscheme = 'header'\nname = 'content-length'", "`content-length`, which belongs to HTTP itself"),
        ("[headers]\nHost = 'evil.example'", "`Host` cannot be `host`, which belongs to HTTP itself"),
        ("[headers]\nauthorization = 'x'", "`authorization`, which carries the credential only"),
        ("[headers]\nidempotency-key = 'x'", "the header `idempotency-key` has two meanings"),
        ("[headers]\nx-a = \"b\\r\\nhost: c\"", "the value has invalid characters"),
        ("[operations]\n'clientes.obter' = { headers = { host = 'x' } }", "`host`, which belongs to HTTP itself"),
        ("[idempotency]\nheader = 'authorization'", "`authorization`, which carries the credential only"),
        ("[idempotency]\nheader = 'x-resultado'", "the header `x-resultado` has two meanings"),
        ("[operations]\n'clientes.obter' = { path = '/c/{clienteId}/{id}' }", "`clientes.obter` carries no record"),
        (
            "[operations]\n'contratos.listar' = { path = '/c/{clienteI}' }",
            "the path cannot hold the field `clienteI`; did you mean `clienteId`?",
        ),
        ("[operations]\n'clientes.obter' = { path = '/c', id = 'header:x' }", "`id` cannot be `header:x`"),
        (
            "[operations]\n'clientes.obter' = { id = 'query:x' }",
            "the path of `clientes.obter` takes the identifier once",
        ),
        (
            "[operations]\n'clientes.obter' = { body = { a = 1 } }",
            "`clientes.obter` is GET and has no body; `body` does not go here",
        ),
        (
            "[operations]\n'clientes.incluir' = { wrap = '[0]', body = { a = 1 } }",
            "a body that is a list has no other members",
        ),
        (
            "[operations]\n'clientes.obter' = { items = 'x' }",
            "`clientes.obter` lists nothing; `items` does not go here",
        ),
        (
            "[operations]\n'clientes.obter' = { success = { member = 'a' } }",
            "`success` needs `member`, a path, and `is`",
        ),
        (
            "[operations]\n'contratos.ativar' = { method = 'PATCH', path = '/x/{id}', body = { s = 1 } }\n'contratos.suspender' = { method = 'PATCH', path = '/x/{id}', body = { s = 1 } }",
            "are both `PATCH /x/{id}`",
        ),
        ("[pagination]\nstyle = 'cursor'", "this style needs `next`"),
        ("[pagination]\nstyle = 'link'\ncursor = 'x'", "`cursor` does not go with this style of pagination"),
        ("[auth]\nscheme = 'body'\nname = 'k'", "`clientes.obter` is GET, and has no body for the credential"),
        ("[auth]\nscheme = 'several'\nparts = [{ name = 'x' }]", "needs `parts`, a list of 2 to 4 places"),
        (
            "[auth]\nscheme = 'body'\nname = 'k'\n[operations]\n'clientes.incluir' = { wrap = '[0]' }",
            "the body of `clientes.incluir` is a list, which has no place for the credential",
        ),
        ("[fields.Cliente]\nnome = 'a.b.'", "invalid name `a.b.`"),
        ("[fields.Cliente]\nnome = 'a'\nemail = 'a.b'", "one would be inside the other"),
        ("[fields.Cliente]\nendereco.cep = 'nome'", "`endereco.cep` and `nome` are both named `nome`"),
        ("[fields.Cliente]\nnome = { as = 'cents' }", "`as` does not go with the field `nome`"),
        ("[fields.Cliente]\nnome = { nam = 'x' }", "unknown setting in [nome]: `nam`; did you mean `name`?"),
        ("[fields.Cliente]\n'*' = false\nnome = 'x'", "the field `id` must be named"),
        ("[values.SituacaoClient]", "unknown values `SituacaoClient`; did you mean `SituacaoCliente`?"),
        ("[values.SituacaoCliente]\nATIV = 'x'", "unknown value `ATIV`; did you mean `ATIVO`?"),
        ("[values.SituacaoCliente]\nATIVO = 'x'\nINATIVO = 'x'", "`ATIVO` and `INATIVO` both have the word `x`"),
        ("[filters.clientes]\nnome = 'q'\nemail = 'q'", "`nome` and `email` are both named `q`"),
    ] {
        let error = Profile::from_toml(toml, "acme.toml").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Profile);
        let message = error.message(Language::En);
        assert!(message.starts_with("acme.toml:") && message.contains(reason), "{toml}\n{message}");
        assert!(!error.message(Language::PtBr).contains('\n'));
    }
}

#[test]
fn every_mistake_is_told_at_once_and_not_too_many() {
    let toml = "nam = 1\n[auth]\nscheme = 'x'\n[operations]\n'clientes.listar' = { path = 'a' }\n'x' = {}\n\
                [fields.Cliente]\nnom = 'a'\nnome = 3\n[encoding]\ndate = 'y'";
    let error = Profile::from_toml(toml, "acme.toml").unwrap_err();
    let lines: Vec<_> = error
        .message(Language::En)
        .split("; ")
        .filter_map(|part| part.strip_prefix("acme.toml:")?.split(':').next()?.parse::<i32>().ok())
        .collect();
    assert_eq!(lines, [1, 3, 5, 6, 8, 9, 11]);
    let many: String = (0..1000).flat_map(|i| ["a".to_owned(), i.to_string(), " = 1\n".to_owned()]).collect();
    let error = Profile::from_toml(&many, "acme.toml").unwrap_err();
    let message = error.message(Language::En);
    assert!(message.ends_with("; and 980 more"), "{message}");
    assert_eq!(message.matches("acme.toml:").count(), 20);
    // A hostile profile is refused as soon as it is read.
    let hostile = ["[headers]\n", &many.replace("= 1", "= 'x'")].concat();
    assert!(
        Profile::from_toml(&hostile, "x").unwrap_err().message(Language::En).contains("more than 100 entries here")
    );
    let broken = "\"a\\nb\" = 1\n[headers]\n\"c\\nd\" = 'x'\n[operations]\n\"e\\nf\" = {}";
    assert!(!Profile::from_toml(broken, "x").unwrap_err().message(Language::En).contains('\n'));
    let long = Profile::from_toml(&"#\n".repeat(600_000), "acme.toml").unwrap_err();
    assert!(long.message(Language::En).contains("longer than 1 MiB"));
}

#[test]
fn a_field_may_go_elsewhere_in_requests_than_it_is_in_answers() {
    let profile = "[fields.Cliente]\ncpfCnpj = { name = 'taxID.taxID', send = 'taxID' }\n\
                   endereco.cep = { name = 'address.zip', send = 'zip' }";
    let platform = Platform::new(&[r#"{"id":"7","taxID":{"taxID":"12345678909","type":"BR:CPF"}}"#]);
    let with_address = Cliente { endereco: of::<Cliente>(r#"{"endereco":{"cep":"01310000"}}"#).endereco, ..customer() };
    let client = platform.client(profile);
    let added = now(client.alterar::<Cliente>("7", &with_address, &["email"], &call())).unwrap().record;
    assert_eq!(added.cpf_cnpj.as_deref(), Some("12345678909"));
    assert_eq!(
        platform.asked(),
        [
            r#"POST /api/v1/clientes/7 {"codigoExterno":"A1","nome":"Maria da Silva","taxID":"12345678909","zip":"01310000","email":null}"#
        ]
    );
    for (wrong, reason) in [
        ("nome = { name = 'a', send = 'email' }", "`nome` and `email` both have the place `email` in requests"),
        (
            "nome = { name = 'a', send = 'b.c' }\nemail = { name = 'd', send = 'b' }",
            "both have the place `b.c` in requests",
        ),
        ("nome = { name = 'a', send = true }", "`false` or a path"),
        ("nome = { name = 'a', send = 'a..b' }", "invalid name `a..b`"),
        ("endereco = { send = 'a' }", "`false` or a path"),
    ] {
        let error = Profile::from_toml(&["[fields.Cliente]\n", wrong].concat(), "x").unwrap_err();
        assert!(error.message(Language::En).contains(reason), "{wrong}: {error}");
    }
    let filter = Profile::from_toml("[filters.clientes]\nnome = { name = 'a', send = 'b' }", "x").unwrap_err();
    assert!(filter.message(Language::En).contains("`false` or a path"), "{filter}");
}

#[test]
fn what_answers_hold_beyond_the_model_is_counted_by_name() {
    let shown = |drift: &crate::client::Drift| -> Vec<String> {
        assert_eq!(drift.more, 0);
        let entry = |e: &crate::client::DriftEntry| {
            format!("{} {} {} {:?} {}", e.operation, e.kind.name(), e.path, e.word.as_deref(), e.total)
        };
        drift.entries.iter().map(entry).collect()
    };
    // As the models have it.
    let item = |id: u32, state: &str| {
        format!(
            r#"{{"id":{id},"nome":"Maria","situacao":"{state}","score":1,"12345678909":{{"x":1}},
            "endereco":{{"cep":"01310000","plusCode":"x"}}}}"#
        )
    };
    let known = r#"{"id":"7","nome":"Maria","situacao":"ATIVO","endereco":{"cep":"01310000"}}"#;
    let listing = |rows: &[String]| format!(r#"{{"data":[{}]}}"#, rows.join(","));
    let rows = [item(1, "NOVO"), item(2, "NOVO"), item(3, "Maria da Silva"), item(4, "12345678909")];
    let platform = Platform::new(&[known, &listing(&rows)]);
    let client = platform.client("");
    now(client.obter::<Cliente>("7", &call())).unwrap();
    assert_eq!(client.drift(), crate::client::Drift::default());
    let mut pager = client.listar::<Cliente>(Value::Object(vec![]), &call()).unwrap();
    now(pager.next(&client)).unwrap();
    assert_eq!(
        shown(&client.drift()),
        [
            "clientes.listar unknown_member * None 4",
            "clientes.listar unknown_member endereco.plusCode None 4",
            "clientes.listar unknown_member score None 4",
            "clientes.listar unmapped_word situacao None 2",
            r#"clientes.listar unmapped_word situacao Some("NOVO") 2"#,
        ]
    );
    // As a profile has it: names of the wire.
    let profile = r#"
[fields.Cliente]
situacao = { name = "state", values = { ATIVO = "on", INATIVO = "off" } }
endereco.cep = "address.zip"
nome = "person.name"
[fields.Contrato]
itens = "lines"
[fields.ItemContrato]
servicoId = "product.id"
"#;
    let platform = Platform::new(&[
        r#"{"id":"7","person":{"name":"Maria","nick":"M"},"state":"ATIVO","address":{"zip":"01310000","geo":1}}"#,
        r#"{"id":"7","lines":[{"product":{"id":"3"},"tax":1},{"product":{"id":"4"},"tax":2}]}"#,
    ]);
    let client = platform.client(profile);
    now(client.obter::<Cliente>("7", &call())).unwrap();
    now(client.obter::<Contrato>("7", &call())).unwrap();
    assert_eq!(
        shown(&client.drift()),
        [
            "clientes.obter unknown_member address.geo None 1",
            "clientes.obter unknown_member person.nick None 1",
            r#"clientes.obter unmapped_word state Some("ATIVO") 1"#,
            "contratos.obter unknown_member lines.tax None 2",
        ]
    );
    // However much comes, it stays small.
    let many = |from: usize, word: &str| {
        let letters = |n: usize| n.to_string().bytes().map(|b| char::from(b - b'0' + b'a')).collect::<String>();
        let members: Vec<_> = (from..from + 600).map(|n| format!(r#""{}":1"#, letters(n))).collect();
        format!(r#"{{"id":"7","situacao":"{word}{}",{}}}"#, letters(from), members.join(","))
    };
    let words: Vec<_> = (0..30).map(|n| format!(r#"{{"id":{n},"situacao":"W{}"}}"#, "x".repeat(n))).collect();
    let platform = Platform::new(&[&listing(&words), &many(1000, "A"), &many(2000, "B"), &many(2000, "B")]);
    let client = platform.client("");
    let mut pager = client.listar::<Cliente>(Value::Object(vec![]), &call()).unwrap();
    now(pager.next(&client)).unwrap();
    let words = client.drift().entries;
    assert_eq!((words.len(), words[0].total, words[0].word.as_deref()), (21, 10, None));
    for _ in 0..3 {
        now(client.obter::<Cliente>("7", &call())).unwrap();
    }
    let drift = client.drift();
    assert_eq!(drift.entries.len(), 1000);
    assert_eq!(drift.entries.iter().map(|e| e.total).sum::<u64>() + drift.more, 30 + 3 * 601);
}

#[test]
fn requests_wait_where_the_platform_would_refuse_them() {
    // Three requests in each ten seconds, which it counts by its own clock.
    let start: jiff::Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let sent_at = RefCell::new(Vec::new());
    let client = |settings: &str, retry: crate::retry::RetryPolicy| {
        let options = ClientOptions {
            profile: Profile::from_toml(settings, "x").unwrap(),
            retry,
            ..ClientOptions::new("https://api.example.com")
        };
        sent_at.borrow_mut().clear();
        let host = Function::new(start, 7, |_: &Request, now: jiff::Timestamp| {
            let at = now.as_second() - start.as_second();
            let before = sent_at.borrow().iter().filter(|(other, _)| other / 10 == at / 10).count();
            sent_at.borrow_mut().push((at, before < 3));
            let said = |name: &str, n: i64| (name.to_owned(), n.to_string());
            Ok(Response {
                status: if before < 3 { 200 } else { 429 },
                headers: vec![
                    said("x-limit", 3),
                    said("x-remaining", 2 - i64::try_from(before.min(2)).unwrap()),
                    said("x-reset", 10 - at % 10),
                ],
                body: r#"{"id":"7"}"#.into(),
            })
        });
        Client::new(options, host).unwrap()
    };
    let named = "[rate_limit]\nlimit = 'x-limit'\nremaining = 'x-remaining'\nreset = 'x-reset'\n";
    let ten =
        |client: &Client<Function<_>>| (0..10).filter(|_| now(client.obter::<Cliente>("7", &call())).is_ok()).count();
    let patient = client(named, crate::retry::RetryPolicy::default());
    assert_eq!(ten(&patient), 10);
    let at: Vec<i64> = sent_at.borrow().iter().map(|(at, good)| if *good { *at } else { -1 }).collect();
    assert_eq!(at, [0, 0, 0, 10, 10, 10, 20, 20, 20, 30]);
    assert_eq!(patient.held_back(Operation::ClientesObter), std::time::Duration::ZERO);
    now(patient.obter::<Cliente>("7", &call())).unwrap();
    now(patient.obter::<Cliente>("7", &call())).unwrap();
    assert_eq!(patient.held_back(Operation::ClientesObter).as_secs(), 10);
    // Nobody is made to wait longer than may be waited for.
    let hasty = client(named, crate::retry::RetryPolicy::NEVER);
    assert_eq!((ten(&hasty), sent_at.borrow().len()), (3, 10));
    // Where each operation has a limit of its own, the others go on.
    let patience = crate::retry::RetryPolicy::default();
    let several = client(&[named, "scope = 'operation'"].concat(), patience);
    for _ in 0..3 {
        now(several.obter::<Cliente>("7", &call())).unwrap();
    }
    assert_eq!(several.held_back(Operation::ClientesObter).as_secs(), 10);
    assert_eq!(several.held_back(Operation::ContratosObter).as_secs(), 0);
    // The default profile names no such headers.
    assert_eq!(ten(&client("", patience)), 3);
}

/// What a listing of charges under `profile` says of `body`, in English.
fn refused(profile: &str, body: &str) -> String {
    let platform = Platform::new(&[body]);
    let client = platform.client(profile);
    let mut pager = client.listar::<Cobranca>(Value::Object(Vec::new()), &call()).unwrap();
    now(pager.next(&client)).unwrap_err().message(Language::En).to_owned()
}

#[test]
fn a_page_is_read_whatever_comes_first_in_it() {
    let profile = r#"
[operations]
"cobrancas.listar" = { items = "result.bills", record = "bill" }
[list]
total = "result.count"
more = "again"
[fields.Cobranca]
clienteId = "customer.id"
"#;
    let item = r#"{"bill":{"id":1,"customer":{"id":2,"x":3}},"id":9}"#;
    let last = r#"{"result":{"bills":[],"count":2},"again":false}"#;
    for page in [
        format!(r#"{{"again":true,"result":{{"count":2,"bills":[{item}]}}}}"#),
        format!(r#"{{"result":{{"bills":[{item}],"count":2}},"again":true}}"#),
        // The first list counts, of several with its name.
        format!(r#"{{"result":{{"bills":7,"bills":[{item}],"bills":[1],"count":2}},"again":true}}"#),
    ] {
        let platform = Platform::new(&[&page, last]);
        let client = platform.client(profile);
        let mut pager = client.listar::<Cobranca>(Value::Object(Vec::new()), &call()).unwrap();
        let records = now(pager.next(&client)).unwrap().unwrap();
        // The identifier beside the record is not the record's.
        assert_eq!(records[0].value().to_json(), r#"{"id":"1","clienteId":"2","customer":{"x":3}}"#, "{page}");
        assert_eq!(pager.total(), Some(2), "{page}");
        assert!(now(pager.next(&client)).unwrap().is_none_or(|page| page.is_empty()));
        let paths: Vec<_> = client.drift().entries.into_iter().map(|entry| entry.path).collect();
        assert_eq!(paths, ["customer.x"], "{page}");
    }
    // An item without the envelope is the record itself, and one that is no object keeps its place.
    let page = r#"{"result":{"bills":[{"id":1},{"bill":null,"id":2},null,{"bill":{"id":3}},[4]]}}"#;
    let platform = Platform::new(&[page]);
    let client = platform.client(profile);
    let mut pager = client.listar::<Cobranca>(Value::Object(Vec::new()), &call()).unwrap();
    let records = now(pager.next(&client)).unwrap().unwrap();
    let read: Vec<_> = records.iter().map(|record| (record.value().to_json(), record.findings().len())).collect();
    let expected = [(r#"{"id":"1"}"#, 0), (r#"{"id":"2","bill":null}"#, 0), ("{}", 1), (r#"{"id":"3"}"#, 0), ("{}", 1)];
    assert_eq!(read, expected.map(|(record, found)| (record.to_owned(), found)));
    for (body, says) in [
        (r#"{"result":{"bills":{}}}"#, "the answer holds no list under `result.bills`; it holds `result`"),
        (r#"{"result":[[]],"data":[]}"#, "the answer holds no list under `result.bills`; it holds `result`, `data`"),
        (r#"{"result":{"bills":[1,"a",null]}}"#, "the list holds no records"),
        (r#"{"result":{"bills":[{"bill":{"x":1}},{"id":""}]}}"#, "no item of the list has a field of a record"),
        (r#"{"result":{"bills":[{"id":1}]},"error":"no"}"#, "unexpected answer (HTTP 200): no"),
    ] {
        assert_eq!(refused(profile, body), says, "{body}");
    }
}

#[test]
fn marks_and_cursors_may_lead_into_the_list_and_the_record() {
    let profile = r#"
[operations]
"cobrancas.listar" = { items = "bills", success = { member = "bills[0].ok", is = [true] } }
"clientes.obter" = { record = "customer", success = { member = "customer.ok", is = [true] } }
[pagination]
style = "cursor"
next = "bills[0].next"
[fields.Cobranca]
numero = "number"
"#;
    let platform = Platform::new(&[
        r#"{"bills":[{"ok":true,"number":"1","next":"b"}]}"#,
        r#"{"bills":[{"ok":true,"number":"2","next":null}]}"#,
    ]);
    let records = all::<Cobranca>(&platform, profile, "{}");
    assert_eq!(records, [r#"{"numero":"1","next":"b","ok":true}"#, r#"{"numero":"2","next":null,"ok":true}"#]);
    let asked = platform.asked();
    assert!(asked[1].contains("cursor=b"), "{asked:?}");
    assert!(!refused(profile, r#"{"bills":[{"ok":false,"number":"1"}]}"#).is_empty());
    let platform = Platform::new(&[r#"{"customer":{"id":7,"ok":true}}"#, r#"{"customer":{"id":7,"ok":false}}"#]);
    assert_eq!(obter(&platform, profile).unwrap().extras["ok"], Value::Boolean(true));
    assert!(obter(&platform, profile).is_err());
}

#[test]
fn an_identifier_is_no_truth_value() {
    let platform = Platform::new(&[
        r#"{"id":true,"name":"Maria"}"#,
        r#"201 location: /clientes/7
{"id":true,"name":"Maria"}"#,
    ]);
    let profile = "[operations]\n'clientes.incluir' = { promise = 'none' }\n[fields.Cliente]\nnome = 'name'";
    let error = incluir(&platform, profile).unwrap_err().message(Language::En).to_owned();
    assert_eq!(error, "the answer does not have the identifier of the record that was added at `id`; it holds `nome`");
    assert_eq!(incluir(&platform, profile).unwrap().id, Some(Id("7".into())));
}

#[test]
fn an_object_inside_another_is_read_in_the_form_of_the_profile() {
    let profile = "[encoding]\ndecimal = 'cents'\nboolean = 's/n'\n[fields.Retencao]\nretido = 'held'";
    let page = r#"{"data":[{"id":1,"retencoes":{"ir":{"valor":1050,"held":"S"}}}],"hasMore":false}"#;
    let records = all::<Cobranca>(&Platform::new(&[page]), profile, "{}");
    assert_eq!(records, [r#"{"id":"1","retencoes":{"ir":{"valor":"10.50","retido":true}}}"#]);
}
