use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use smartbill_documents::Language;
use smartbill_model::error::Outcome;
use smartbill_model::{Cliente, ClientesFilter, Consumo, ConsumosFilter, Contrato, ContratoAction, Id, Value};

use super::*;
use crate::api;
use crate::api::{Action, Effect, Operation, PageRecord, Request, Response};
use crate::transport::{Function, TransportError, TransportFailure};

type Answer = Result<Response, TransportError>;

/// A future over a [`Function`] never has to wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a function host never waits"),
    }
}

/// The platform's future answers, and the requests it received.
#[derive(Default)]
struct Script {
    answers: RefCell<VecDeque<Answer>>,
    asked: RefCell<Vec<Asked>>,
}

struct Asked {
    line: String,
    key: Option<String>,
    body: String,
    at: jiff::Timestamp,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), ..Self::default() }
    }

    fn client(&self, profile: &str) -> Client<Function<impl Fn(&Request, jiff::Timestamp) -> Answer + '_>> {
        let options = ClientOptions {
            token: Some("s3cr3t".into()),
            language: Language::En,
            profile: Profile::from_toml(profile, "test.toml").unwrap(),
            ..ClientOptions::new("https://api.example.com")
        };
        let host = Function::new("2026-11-24T02:00:00Z".parse().unwrap(), 7, |request: &Request, at| {
            let key = request.headers.iter().find(|(name, _)| name == "idempotency-key").map(|(_, v)| v.clone());
            let body = String::from_utf8(request.body.clone().unwrap_or_default().to_vec()).unwrap();
            let line = format!("{} {}", request.method.as_str(), request.target);
            self.asked.borrow_mut().push(Asked { line, key, body, at });
            self.answers.borrow_mut().pop_front().expect("the script has an answer")
        });
        Client::new(options, host).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.asked.borrow().iter().map(|a| a.line.clone()).collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "reads as one of several answers")]
fn answer(status: u16, body: &str) -> Answer {
    Ok(Response { status, headers: vec![], body: bytes::Bytes::copy_from_slice(body.as_bytes()) })
}

fn with_header(answer: Answer, name: &str, value: &str) -> Answer {
    answer.map(|mut r| {
        r.headers.push((name.into(), value.into()));
        r
    })
}

fn lost() -> Answer {
    Err(TransportError::new(TransportFailure::Broken, "reset"))
}

fn cliente() -> Cliente {
    Cliente {
        codigo_externo: Some("A 1".into()),
        nome: Some("Maria da Silva".into()),
        cpf_cnpj: Some("12345678909".into()),
        ..Cliente::default()
    }
}

const NATURAL: &str = "[operations]\n\"clientes.incluir\" = { promise = \"natural_key\" }";
const KEYS: &str = "[operations]\n\"clientes.incluir\" = { promise = \"idempotency_key\" }\n\
                    \"clientes.alterar\" = { promise = \"idempotency_key\" }";
const NONE: &str = "[operations]\n\"clientes.incluir\" = { promise = \"none\" }";
const CALL: CallOptions = CallOptions {
    attempt: None,
    total: None,
    idempotency_key: None,
    retry: None,
    mode: None,
    language: None,
    strict: false,
    page_size: None,
    max_pages: None,
};

#[test]
fn a_key_outlives_its_attempts_and_tells_calls_apart() {
    let script = Script::new([
        lost(),
        answer(503, ""),
        answer(201, r#"{"id":1}"#),
        lost(),
        answer(200, r#"{"id":1}"#),
        answer(200, r#"{"id":1}"#),
        answer(200, r#"{"id":1}"#),
        answer(201, r#"{"id":2}"#),
    ]);
    let client = script.client(KEYS);
    let written = now(client.incluir(&cliente(), &CALL)).unwrap();
    assert_eq!((written.outcome, written.record.id), (Effect::Created, Some(Id::from("1"))));
    for _ in 0..2 {
        now(client.alterar::<Cliente>("1", Value::Object(vec![]), &["email"], &CALL)).unwrap();
    }
    let given = CallOptions { idempotency_key: Some("lote-9:linha 3".into()), ..CALL };
    now(client.incluir(&cliente(), &given)).unwrap();
    now(client.incluir(&cliente(), &CALL)).unwrap();
    let keys: Vec<_> = script.asked.borrow().iter().map(|a| a.key.clone().unwrap()).collect();
    assert_eq!(keys[..3], vec![keys[0].as_str(); 3]);
    assert!(keys[0].starts_with("clientes.incluir:") && keys[0].len() == 49);
    assert_eq!(keys[3], keys[4]);
    assert_ne!(keys[4], keys[5]);
    assert!(keys[3].starts_with("clientes.alterar:") && keys[3].len() == 49);
    assert_eq!(keys[6], "lote-9:linha%203");
    // Adding the same customer once more is a new intention.
    assert_ne!(keys[7], keys[0]);
    assert_eq!(script.asked.borrow()[3].body, r#"{"email":null}"#);
    let waits: Vec<_> = script.asked.borrow().iter().map(|a| a.at).collect();
    assert!(waits[1] > waits[0] && waits[2] > waits[1]);
}

#[test]
fn what_is_not_safe_is_sent_once_and_its_outcome_said() {
    for (answers, outcome) in [
        (lost(), Outcome::Unknown),
        (Err(TransportError::new(TransportFailure::Stale, "closed")), Outcome::Unknown),
        (answer(500, ""), Outcome::Unknown),
        (answer(429, ""), Outcome::Rejected),
        (answer(200, "{\"id\":"), Outcome::Unknown),
        (answer(422, ""), Outcome::Rejected),
    ] {
        let script = Script::new([answers]);
        let error = now(script.client(NONE).incluir(&cliente(), &CALL)).unwrap_err();
        assert_eq!(error.details().outcome, Some(outcome), "{error}");
        assert_eq!(error.details().attempts, 1);
        assert_eq!(script.asked.borrow()[0].key, None);
    }
    // Nothing was sent, so a retry is safe.
    let refused = || Err(TransportError::new(TransportFailure::Connect, "refused"));
    let script = Script::new([refused(), refused(), refused(), refused()]);
    let error = now(script.client(NONE).incluir(&cliente(), &CALL)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.details().outcome, Some(Outcome::NotSent));
    assert_eq!(error.to_string(), "clientes.incluir: cannot connect to `api.example.com`: refused (attempts: 4)");
}

const FOUND: &str =
    r#"{"data":[{"id":7,"codigoExterno":"A 1","nome":"Maria da Silva","cpfCnpj":"12345678909","grupo":"x"}]}"#;
const OTHER: &str = r#"{"data":[{"id":7,"codigoExterno":"A 1","nome":"Outra"}]}"#;
const NOTHING: &str = r#"{"data":[]}"#;

fn replayed(answer: Answer) -> Answer {
    with_header(answer, "idempotent-replayed", "true")
}

#[test]
fn a_lost_attempt_stays_in_doubt_whatever_follows() {
    let refused = || Err(TransportError::new(TransportFailure::Connect, "refused"));
    for (after, outcome) in [
        (vec![refused(), refused(), refused()], Outcome::Unknown),
        (vec![with_header(answer(429, ""), "retry-after", "3600")], Outcome::Unknown),
        (vec![answer(401, "")], Outcome::Unknown),
        // A gateway may refuse a request that the platform has executed. Only the platform's own records tell.
        (vec![answer(422, ""), answer(503, ""), answer(503, ""), answer(503, ""), answer(503, "")], Outcome::Unknown),
        (vec![answer(422, ""), answer(200, OTHER)], Outcome::Unknown),
        (vec![answer(422, ""), answer(200, NOTHING)], Outcome::Rejected),
        (vec![answer(413, ""), answer(200, NOTHING)], Outcome::Rejected),
        (vec![answer(404, ""), answer(200, NOTHING)], Outcome::Rejected),
        (vec![answer(409, r#"{"code":"repetido"}"#), answer(200, NOTHING)], Outcome::Rejected),
        (vec![replayed(answer(422, ""))], Outcome::Rejected),
        (vec![replayed(answer(500, "")), answer(200, NOTHING)], Outcome::Rejected),
    ] {
        let script = Script::new(std::iter::once(lost()).chain(after));
        let error = now(script.client(KEYS).incluir(&cliente(), &CALL)).unwrap_err();
        assert_eq!(error.details().outcome, Some(outcome), "{error}");
        assert!(script.answers.borrow().is_empty(), "{error}");
    }
    for node in [400, 404, 409, 410, 412, 413, 422] {
        let script = Script::new([lost(), answer(node, ""), answer(200, FOUND)]);
        let written = now(script.client(KEYS).incluir(&cliente(), &CALL)).unwrap();
        assert_eq!((written.outcome, written.record.id), (Effect::AlreadyDone, Some(Id::from("7"))), "{node}");
    }
    // A customer without a code cannot be distinguished from others.
    let anonymous = Cliente { codigo_externo: None, ..cliente() };
    let script = Script::new([lost(), answer(422, "")]);
    let error = now(script.client(KEYS).incluir(&anonymous, &CALL)).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Rejected, Some(Outcome::Unknown)));
}

#[test]
fn a_key_that_is_in_use_is_waited_for_and_asked_again() {
    let busy = || answer(409, r#"{"error":{"code":"idempotency_key_in_use","message":"wait"}}"#);
    let anonymous = Cliente { codigo_externo: None, ..cliente() };
    let script = Script::new([lost(), busy(), busy(), busy(), busy(), replayed(answer(201, r#"{"id":7}"#))]);
    let written = now(script.client(KEYS).incluir(&anonymous, &CALL)).unwrap();
    assert_eq!((written.outcome, written.record.id), (Effect::AlreadyDone, Some(Id::from("7"))));
    let keys: Vec<_> = script.asked.borrow().iter().map(|a| a.key.clone().unwrap()).collect();
    assert_eq!(keys, vec![keys[0].as_str(); 6]);
    // With a code, the customer is searched between the attempts, and found.
    let script = Script::new([lost(), busy(), answer(200, NOTHING), busy(), answer(200, FOUND)]);
    let written = now(script.client(KEYS).incluir(&cliente(), &CALL)).unwrap();
    assert_eq!(written.outcome, Effect::AlreadyDone);
    // The wait ends, and never exceeds the time of the call.
    let script = Script::new(std::iter::once(lost()).chain((0..13).map(|_| busy())));
    let error = now(script.client(KEYS).incluir(&anonymous, &CALL)).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Conflict, Some(Outcome::Unknown)));
    assert_eq!(script.lines().len(), 14);
    let script = Script::new([lost(), with_header(busy(), "retry-after", "59")]);
    let short = CallOptions { total: Some(Limit::After(Duration::from_secs(50))), ..CALL };
    let error = now(script.client(KEYS).incluir(&anonymous, &short)).unwrap_err();
    assert_eq!(error.details().outcome, Some(Outcome::Unknown));
}

#[test]
fn what_names_its_record_is_read_back_when_it_is_refused_in_doubt() {
    let contract = |state: &str| answer(200, &format!(r#"{{"id":"1","situacao":"{state}"}}"#));
    let cancel = |script: &Script, action: &ContratoAction| {
        now(script.client("").cancelar("1", action, &CALL)).map(|g| g.outcome).map_err(|e| e.details().outcome)
    };
    let at_once = ContratoAction { motivo: Some("fim".into()), ..ContratoAction::default() };
    let later = ContratoAction { data: Some(jiff::civil::date(2027, 1, 1)), ..at_once.clone() };
    for (state, action, expected) in [
        ("CANCELADO", &at_once, Ok(Effect::AlreadyDone)),
        ("ATIVO", &at_once, Err(Some(Outcome::Rejected))),
        // A change that takes effect on a later day does not show yet.
        ("ATIVO", &later, Err(Some(Outcome::Unknown))),
        ("OUTRA", &at_once, Err(Some(Outcome::Unknown))),
    ] {
        let script = Script::new([lost(), answer(422, r#"{"message":"already cancelled"}"#), contract(state)]);
        assert_eq!(cancel(&script, action), expected, "{state}");
        assert_eq!(script.lines()[2], "GET /api/v1/contratos/1");
    }
    let script = Script::new([answer(422, "")]);
    assert_eq!(cancel(&script, &at_once), Err(Some(Outcome::Rejected)), "refused at once, it was not done");

    let change = || Value::from_json(br#"{"email":"b@example.com"}"#).unwrap();
    for (email, expected) in
        [("b@example.com", Ok(Effect::AlreadyDone)), ("a@example.com", Err(Some(Outcome::Rejected)))]
    {
        let record = answer(200, &format!(r#"{{"id":"1","email":"{email}","grupo":"g"}}"#));
        let script = Script::new([lost(), answer(400, ""), record]);
        let done = now(script.client("").alterar::<Cliente>("1", change(), &["observacoes"], &CALL));
        assert_eq!(done.map(|g| g.outcome).map_err(|e| e.details().outcome), expected, "{email}");
    }
    let script =
        Script::new([lost(), answer(400, ""), answer(200, r#"{"id":"1","email":"b@example.com","grupo":"g"}"#)]);
    let kept = now(script.client("").alterar::<Cliente>("1", change(), &["grupo"], &CALL)).unwrap_err();
    assert_eq!(kept.details().outcome, Some(Outcome::Rejected), "a field that was to be emptied is not empty");
}

#[test]
fn a_success_must_prove_itself() {
    let none = |body: &str| {
        let script = Script::new([answer(200, body)]);
        now(script.client(NONE).incluir(&cliente(), &CALL)).unwrap_err()
    };
    for (body, kind, outcome) in [
        (r#"{"success":false,"message":"Saldo insuficiente"}"#, ErrorKind::Rejected, Outcome::Rejected),
        (r#"{"status":"error","errors":["x"]}"#, ErrorKind::Rejected, Outcome::Rejected),
        (r#"{"error":{"message":"x"}}"#, ErrorKind::Response, Outcome::Unknown),
        (r#"{"id":"1","errors":["x"]}"#, ErrorKind::Response, Outcome::Unknown),
        (r#"{"erro":"x"}"#, ErrorKind::Response, Outcome::Unknown),
        ("{}", ErrorKind::Response, Outcome::Unknown),
        ("null", ErrorKind::Response, Outcome::Unknown),
        ("", ErrorKind::Response, Outcome::Unknown),
        (r#"{"data":null}"#, ErrorKind::Response, Outcome::Unknown),
        (r#"{"codigo":"500","mensagem":"ERRO"}"#, ErrorKind::Response, Outcome::Unknown),
        (r#"{"nome":"Maria da Silva"}"#, ErrorKind::Response, Outcome::Unknown),
        (r#"{"id":null,"nome":"Maria da Silva"}"#, ErrorKind::Response, Outcome::Unknown),
    ] {
        let error = none(body);
        assert_eq!((error.kind(), error.details().outcome), (kind, Some(outcome)), "{body}: {error}");
    }
    assert!(none(r#"{"success":false,"message":"Saldo insuficiente"}"#).to_string().contains("Saldo insuficiente"));
    // Nothing is wrong if these members are empty, or are fields of the record.
    for body in [r#"{"id":"1","errors":[],"error":null,"erro":""}"#, r#"{"data":{"id":"1"}}"#] {
        assert!(now(Script::new([answer(200, body)]).client(NONE).incluir(&cliente(), &CALL)).is_ok(), "{body}");
    }
    let own = "[fields.Cliente]\ngrupo = \"status\"\nobservacoes = \"error\"";
    let script = Script::new([answer(200, r#"{"id":"1","status":"error","error":"none"}"#)]);
    assert!(now(script.client(own).incluir(&cliente(), &CALL)).is_ok());
    // If the record can be searched, it is. The write is not repeated on a guess.
    for (list, expected) in [(FOUND, Ok(Effect::AlreadyDone)), (NOTHING, Err(Some(Outcome::Unknown)))] {
        let script = Script::new([answer(200, "{}"), answer(200, list)]);
        let done = now(script.client(NATURAL).incluir(&cliente(), &CALL));
        assert_eq!(done.map(|g| g.outcome).map_err(|e| e.details().outcome), expected);
    }
    // The answer to a write that names its record may be empty, but not arbitrary.
    let script = Script::new([answer(204, ""), answer(200, r#"{"ok":true}"#), answer(200, r#"{"id":"1"}"#)]);
    let client = script.client("");
    assert!(now(client.remover::<Consumo>("1", &CALL)).is_ok());
    let error = now(client.remover::<Consumo>("1", &CALL)).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Response, Some(Outcome::Unknown)));

    for body in ["{}", r#"{"customer":{"id":1}}"#, r#"{"data":{"id":1},"meta":{}}"#, r#"{"error":{"a":1}}"#, "null", ""]
    {
        let error = now(Script::new([answer(200, body)]).client("").obter::<Cliente>("1", &CALL)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{body}");
    }
    // The message says where the record was expected, and names the members that were there, without their values.
    let wrapped = r#"{"customer":{"nome":"Maria da Silva"},"meta":{}}"#;
    let got = now(Script::new([answer(200, wrapped)]).client("").obter::<Cliente>("1", &CALL)).unwrap_err();
    let expected = "the answer holds no record at `.`; it holds `customer`, `meta`";
    assert_eq!(got.to_string(), ["clientes.obter: ", expected].concat());
    assert!(none(wrapped).to_string().contains(expected));
    let renamed = Script::new([answer(200, r#"{"nome":"Maria da Silva"}"#)]);
    let error = now(renamed.client(&[NONE, "\n[fields.Cliente]\nid = 'code'"].concat()).incluir(&cliente(), &CALL))
        .unwrap_err();
    let expected = "the answer does not have the identifier of the record that was added at `code`; it holds `nome`";
    assert!(error.to_string().contains(expected), "{error}");
    let list = |body: &str| {
        let script = Script::new([answer(200, body)]);
        let client = script.client("");
        let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &CALL).unwrap();
        now(pager.next(&client)).unwrap_err()
    };
    assert_eq!(list(r#"{"status":"error","errors":[{"code":"x"}]}"#).kind(), ErrorKind::Rejected);
    assert_eq!(
        list(r#"{"customers":[{"id":1}],"meta":{}}"#).to_string(),
        "clientes.listar: the answer holds no list under `data`; it holds `customers`, `meta`"
    );
    assert_eq!(list(r#"{"data":[{"x":1},{"y":2}]}"#).kind(), ErrorKind::Response);
}

#[test]
fn a_success_must_be_that_of_what_was_written() {
    let added = |input: &Cliente, body: &str| {
        let script = Script::new([answer(201, body)]);
        now(script.client(NONE).incluir(input, &CALL)).map(|written| written.outcome)
    };
    for body in [
        r#"{"id":"1","codigoExterno":"B 2"}"#,
        r#"{"id":"1","codigoExterno":"A 1","cpfCnpj":"98765432100"}"#,
        r#"{"id":"1","cpfCnpj":"987.654.321-00"}"#,
        r#"{"data":{"id":"1","codigoExterno":"A 10"}}"#,
    ] {
        let error = added(&cliente(), body).unwrap_err();
        assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Response, Some(Outcome::Unknown)), "{body}");
        assert!(error.to_string().contains("of another record") && !error.to_string().contains("987"), "{error}");
    }
    // A platform writes them in its own way, hides them or leaves them out.
    for body in [
        r#"{"id":"1","codigoExterno":" a  1 ","cpfCnpj":"123.456.789-09"}"#,
        r#"{"id":"1","codigoExterno":"A1","cpfCnpj":"***.456.789-**"}"#,
        r#"{"id":"1","codigoExterno":"","cpfCnpj":12345678909}"#,
        r#"{"id":"1","codigoExterno":null}"#,
    ] {
        assert_eq!(added(&cliente(), body).map_err(|e| e.to_string()), Ok(Effect::Created), "{body}");
    }
    let nameless = Cliente { codigo_externo: None, ..cliente() };
    assert_eq!(added(&nameless, r#"{"id":"1","codigoExterno":"X"}"#).map_err(|e| e.to_string()), Ok(Effect::Created));
    // What it refers to tells usage that has no code.
    let usage = r#"{"contratoId":"5","servicoCodigo":"GB","dataConsumo":"2026-11-01","quantidade":"1"}"#;
    let used = |body: &str| {
        let script = Script::new([answer(201, body)]);
        let input = Value::from_json(usage.as_bytes()).unwrap();
        let profile = "[operations]\n\"consumos.incluir\" = { promise = \"none\" }";
        now(script.client(profile).incluir::<Consumo>(input, &CALL)).is_ok()
    };
    assert!(used(r#"{"id":"1","contratoId":"5","servicoId":"9","servicoCodigo":"gb"}"#));
    assert!(!used(r#"{"id":"1","contratoId":"6","servicoCodigo":"GB"}"#));
    // The record is read back where that can be done.
    for (list, expected) in [(FOUND, Ok(Effect::AlreadyDone)), (NOTHING, Err(Some(Outcome::Unknown)))] {
        let script = Script::new([answer(201, r#"{"id":"9","codigoExterno":"B 2"}"#), answer(200, list)]);
        let done = now(script.client(NATURAL).incluir(&cliente(), &CALL));
        assert_eq!(done.map(|g| g.outcome).map_err(|e| e.details().outcome), expected);
    }
    // What names its record is answered with that record.
    let removed = |id: &str, answers: &[(u16, &str)]| {
        let script = Script::new(answers.iter().map(|(status, body)| answer(*status, body)));
        now(script.client("").remover::<Consumo>(id, &CALL)).map(|g| g.outcome).map_err(|e| e.details().outcome)
    };
    assert_eq!(removed("AB-1", &[(200, r#"{"id":"ab-1"}"#)]), Ok(Effect::Updated));
    assert_eq!(removed("7", &[(200, r#"{"id":7}"#)]), Ok(Effect::Updated));
    assert_eq!(removed("7", &[(200, r#"{"id":8}"#), (404, "")]), Ok(Effect::AlreadyDone));
    assert_eq!(removed("7", &[(200, r#"{"id":8}"#), (200, r#"{"id":7}"#)]), Err(Some(Outcome::Unknown)));
}

#[test]
fn a_key_of_somebody_else_is_answered_by_what_became_of_the_record() {
    let given = CallOptions { idempotency_key: Some("k".into()), ..CALL };
    let made = || replayed(answer(201, r#"{"id":7,"nome":"Maria da Silva"}"#));
    for profile in [KEYS, NATURAL] {
        let changed = answer(200, r#"{"id":7,"nome":"Maria de Souza","situacao":"ATIVO"}"#);
        let script = Script::new([made(), changed]);
        let written = now(script.client(profile).incluir(&cliente(), &given)).unwrap();
        assert_eq!(written.outcome, Effect::AlreadyDone);
        assert_eq!(written.record.nome.as_deref(), Some("Maria de Souza"), "as it is now");
        for gone in [answer(404, ""), answer(200, r#"{"id":7,"situacao":"INATIVO"}"#)] {
            let script = Script::new([made(), gone]);
            let error = now(script.client(profile).incluir(&cliente(), &given)).unwrap_err();
            assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Conflict, Some(Outcome::Rejected)));
            assert!(error.to_string().contains("use another `idempotency_key`"), "{error}");
        }
        let script = Script::new([made(), answer(400, "")]);
        let error = now(script.client(profile).incluir(&cliente(), &given)).unwrap_err();
        assert_eq!(error.details().outcome, Some(Outcome::Unknown));
    }
}

#[test]
fn under_a_natural_key_a_lost_record_is_looked_for_before_it_is_sent_again() {
    let found =
        r#"{"data":[{"id":7,"codigoExterno":"A 1","nome":"Maria da Silva","cpfCnpj":"12345678909","grupo":"x"}]}"#;
    let other = r#"{"data":[{"id":7,"codigoExterno":"A 1","nome":"Outra"}]}"#;
    let nothing = r#"{"data":[{"id":8,"codigoExterno":"B"}]}"#;
    let post = "POST /api/v1/clientes";
    let get = "GET /api/v1/clientes?codigoExterno=A%201&pagina=1&tamanhoPagina=50";

    let script = Script::new([lost(), answer(200, found)]);
    let written = now(script.client(NATURAL).incluir(&cliente(), &CALL)).unwrap();
    assert_eq!((written.outcome, written.record.id), (Effect::AlreadyDone, Some(Id::from("7"))));
    assert_eq!(script.lines(), [post, get]);

    let script = Script::new([lost(), answer(200, nothing), answer(201, r#"{"id":9}"#)]);
    let written = now(script.client(NATURAL).incluir(&cliente(), &CALL)).unwrap();
    assert_eq!(written.outcome, Effect::Created);
    assert_eq!(script.lines(), [post, get, post]);

    // The first attempt arrived after the search.
    let script = Script::new([lost(), answer(200, nothing), answer(409, ""), answer(200, found)]);
    let written = now(script.client(NATURAL).incluir(&cliente(), &CALL)).unwrap();
    assert_eq!(written.outcome, Effect::AlreadyDone);

    let script = Script::new([lost(), answer(200, other)]);
    let error = now(script.client(NATURAL).incluir(&cliente(), &CALL)).unwrap_err();
    assert_eq!(error.details().outcome, Some(Outcome::Unknown));

    // If the platform says that the record exists, a call that never got lost searches as well.
    for (list, expected) in [
        (found, Ok(Effect::AlreadyDone)),
        (other, Err((ErrorKind::Conflict, Some(Outcome::Rejected)))),
        (r#"{"data":[]}"#, Err((ErrorKind::Conflict, Some(Outcome::Rejected)))),
        // The same record, but no longer in use.
        (
            r#"{"data":[{"id":7,"codigoExterno":"A 1","nome":"Maria da Silva","cpfCnpj":"12345678909","situacao":"INATIVO"}]}"#,
            Err((ErrorKind::Conflict, Some(Outcome::Rejected))),
        ),
    ] {
        let script = Script::new([answer(409, ""), answer(200, list)]);
        let done = now(script.client(NATURAL).incluir(&cliente(), &CALL));
        assert_eq!(done.map(|g| g.outcome).map_err(|e| (e.kind(), e.details().outcome)), expected, "{list}");
    }

    // A platform that does not know the filter lists everything, so all pages are read.
    let page = |ids: std::ops::Range<u32>, more: bool| {
        let records: Vec<_> = ids.map(|id| format!(r#"{{"id":{id},"codigoExterno":"X{id}"}}"#)).collect();
        answer(200, &format!(r#"{{"data":[{}],"hasMore":{more}}}"#, records.join(",")))
    };
    let script = Script::new([lost(), page(10..60, true), answer(200, found)]);
    let written = now(script.client(NATURAL).incluir(&cliente(), &CALL)).unwrap();
    assert_eq!(written.outcome, Effect::AlreadyDone);

    // After the last attempt the record is searched as well.
    let once = CallOptions { retry: Some(crate::retry::RetryPolicy::NEVER), ..CALL };
    for (list, expected) in [(found, Ok(Effect::AlreadyDone)), (nothing, Err(Some(Outcome::Unknown)))] {
        let script = Script::new([lost(), answer(200, list)]);
        let done = now(script.client(NATURAL).incluir(&cliente(), &once));
        assert_eq!(done.map(|g| g.outcome).map_err(|e| e.details().outcome), expected);
    }

    let script = Script::new([lost()]);
    let anonymous = Cliente { codigo_externo: None, ..cliente() };
    assert!(now(script.client(NATURAL).incluir(&anonymous, &CALL)).is_err());
    assert_eq!(script.lines().len(), 1);
}

#[test]
fn removing_what_a_lost_attempt_removed_is_already_done() {
    // The second 404 answers the reading back.
    let script = Script::new([lost(), answer(404, ""), answer(404, ""), answer(404, ""), answer(204, "")]);
    let client = script.client("");
    let written = now(client.remover::<Consumo>("5", &CALL)).unwrap();
    assert_eq!((written.outcome, written.record.id), (Effect::AlreadyDone, Some(Id::from("5"))));
    assert_eq!(now(client.remover::<Consumo>("5", &CALL)).unwrap_err().kind(), ErrorKind::NotFound);
    let written = now(client.remover::<Consumo>("5", &CALL)).unwrap();
    assert_eq!((written.outcome, written.record.id), (Effect::Updated, Some(Id::from("5"))));
}

#[test]
fn what_a_write_did_is_read_from_the_answer() {
    for (status, headers, expected) in [
        (201, None, Effect::Created),
        (200, Some(("x-resultado", "unchanged")), Effect::Unchanged),
        (201, Some(("idempotent-replayed", "true")), Effect::AlreadyDone),
        (200, Some(("x-resultado", "nonsense")), Effect::Created),
    ] {
        let mut reply = answer(status, r#"{"data":{"id":"x","novo":1}}"#);
        if let Some((name, value)) = headers {
            reply = with_header(reply, name, value);
        }
        let written = now(Script::new([reply]).client("").incluir(&cliente(), &CALL)).unwrap();
        assert_eq!(written.outcome, expected);
        assert_eq!(written.record.extras.len(), 1);
    }
    let empty = with_header(answer(201, ""), "location", "/api/v1/clientes/42");
    let written = now(Script::new([empty]).client("").incluir(&cliente(), &CALL)).unwrap();
    assert_eq!(written.record.id, Some(Id::from("42")));
}

#[test]
fn nothing_is_sent_when_the_input_is_wrong() {
    let script = Script::default();
    let client = script.client("");
    let wrong = Value::from_json(br#"{"nome":"x","cpfCnp":"1"}"#).unwrap();
    let error = now(client.incluir::<Cliente>(wrong, &CALL)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert_eq!(error.details().outcome, Some(Outcome::NotSent));
    let found: Vec<_> = error.details().report.as_ref().unwrap().errors().map(|v| v.path.as_str()).collect();
    assert_eq!(found, ["nome", "cpfCnp", "cpfCnpj"]);
    let cleared = |names: &[&str]| now(client.alterar::<Cliente>("1", &cliente(), names, &CALL)).unwrap_err();
    let error = cleared(&["emial", "id", "nome", "grupo", "grupo", "endereco.complemento", "endereco.x"]);
    let codes: Vec<_> = error.details().report.as_ref().unwrap().errors().map(|v| (v.path.clone(), v.code())).collect();
    let expected = [
        ("emial", "campo_desconhecido"),
        ("id", "somente_leitura"),
        ("nome", "obrigatorio"),
        ("grupo", "campo_repetido"),
        ("endereco.complemento", "parte_de_um_campo"),
        ("endereco.x", "campo_desconhecido"),
    ];
    assert_eq!(codes, expected.map(|(path, code)| (path.to_owned(), code)));
    for id in ["", ".", "..", "a\nb", &"x".repeat(201)] {
        assert_eq!(now(client.obter::<Cliente>(id, &CALL)).unwrap_err().kind(), ErrorKind::Validation, "{id:?}");
    }
    let filter = Value::from_json(br#"{"cliente":1}"#).unwrap();
    let error = client.listar::<Consumo>(filter, &CALL).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    let error = now(client.cancelar("1", &ContratoAction::default(), &CALL)).unwrap_err();
    assert_eq!(error.details().report.as_ref().unwrap().findings[0].path, "motivo");
}

#[test]
fn a_record_that_was_read_can_be_sent_back() {
    let read = r#"{"id":1,"contratoId":2,"contratoCodigoExterno":"C","servicoId":3,"servicoCodigo":"S","quantidade":"1.5",
        "competencia":"2026-10","situacao":"PENDENTE","novo":{"x":1},"criadoEm":"2026-01-01T00:00:00Z"}"#;
    let script = Script::new([answer(200, read), answer(200, read)]);
    let client = script.client("");
    let consumo = now(client.obter::<Consumo>("1", &CALL)).unwrap();
    now(client.alterar("1", &consumo, &[], &CALL)).unwrap();
    assert_eq!(
        script.asked.borrow()[1].body,
        r#"{"contratoId":"2","servicoId":"3","competencia":"2026-10","quantidade":"1.5"}"#
    );
}

#[test]
fn strict_calls_read_the_contract_first() {
    let contract_of =
        |id: &str, s: &str| answer(200, &format!(r#"{{"id":"{id}","situacao":"{s}","dataInicio":"2026-05-01"}}"#));
    let contract = |s: &str| contract_of("1", s);
    let strict = CallOptions { strict: true, ..CALL };
    let script =
        Script::new([contract("CANCELADO"), contract("ATIVO"), contract_of("2", "SUSPENSO"), contract("ATIVO")]);
    let client = script.client("");
    let action = ContratoAction::default();
    let ids = [Id::from("1"), Id::from("2")];
    let batch = now(client.ativar(&ids, &action, &strict)).unwrap();
    let error = batch[0].outcome.as_ref().unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Conflict, Some(Outcome::NotSent)));
    assert!(batch[1].outcome.is_ok());
    assert_eq!(
        script.lines(),
        ["GET /api/v1/contratos/1", "GET /api/v1/contratos/2", "POST /api/v1/contratos/2/ativar"]
    );
    let early = ContratoAction { data: Some(jiff::civil::date(2026, 4, 30)), ..action };
    let error = now(client.act(Action::Suspender, "1", &early, &strict)).unwrap_err();
    assert_eq!(error.details().report.as_ref().unwrap().findings[0].path, "data");
}

fn page(ids: std::ops::Range<u32>, rest: &str) -> Answer {
    let items: Vec<_> = ids.map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    answer(200, &format!(r#"{{"data":[{}]{rest}}}"#, items.join(",")))
}

fn filter() -> Value<'static> {
    Value::Object(vec![("competencia".into(), Value::Text("2026-10".into()))])
}

#[test]
fn a_listing_pages_by_itself_and_can_be_taken_up_again() {
    let two = CallOptions { page_size: Some(2), ..CALL };
    let script = Script::new([
        page(0..2, r#","meta":{"current_page":1,"total_pages":2}"#),
        page(2..3, r#","meta":{"current_page":2,"total_pages":2}"#),
    ]);
    let client = script.client("");
    let mut pager = client.listar::<Consumo>(filter(), &two).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap().unwrap().len(), 2);
    let cursor = pager.cursor().unwrap();
    let mut pager = client.resume::<Consumo>(&cursor, &CALL).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap().unwrap().len(), 1);
    assert!(now(pager.next(&client)).unwrap().is_none());
    assert_eq!(pager.cursor(), None);
    assert_eq!(
        script.lines(),
        [
            "GET /api/v1/consumos?competencia=2026-10&pagina=1&tamanhoPagina=2",
            "GET /api/v1/consumos?competencia=2026-10&pagina=2&tamanhoPagina=2"
        ]
    );
    assert_eq!(client.resume::<Cliente>(&cursor, &CALL).unwrap_err().kind(), ErrorKind::Configuration);
    for wrong in ["", "{}", "[", &cursor.replace("\"version\":1", "\"version\":2")] {
        assert_eq!(client.resume::<Consumo>(wrong, &CALL).unwrap_err().kind(), ErrorKind::Configuration, "{wrong}");
    }
}

#[test]
fn a_listing_neither_loops_nor_stops_short() {
    let two = CallOptions { page_size: Some(2), ..CALL };
    // The server limits its pages to fewer records than asked for, and does not say that more follow.
    let script = Script::new([page(0..1, ""), page(1..2, ""), page(0..0, "")]);
    let client = script.client("[pagination]\nstyle = \"offset\"\noffset = \"o\"\nlimit = \"l\"");
    let mut pager = client.listar::<Consumo>(&ConsumosFilter::default(), &two).unwrap();
    let mut all = Vec::new();
    while let Some(items) = now(pager.next(&client)).unwrap() {
        all.extend(items);
    }
    assert_eq!(all.len(), 2);
    assert_eq!(script.lines()[1], "GET /api/v1/consumos?o=1&l=2");

    let script = Script::new([page(0..2, ""), page(2..4, ""), page(0..2, "")]);
    let client = script.client("");
    let mut pager = client.listar::<Consumo>(&ConsumosFilter::default(), &two).unwrap();
    now(pager.next(&client)).unwrap();
    now(pager.next(&client)).unwrap();
    let error = now(pager.next(&client)).unwrap_err();
    assert_eq!(error.to_string(), "consumos.listar: the platform answered the same page of the listing twice");

    let capped = CallOptions { max_pages: Some(1), ..two.clone() };
    let script = Script::new([page(0..2, "")]);
    let client = script.client("");
    let mut pager = client.listar::<Consumo>(&ConsumosFilter::default(), &capped).unwrap();
    now(pager.next(&client)).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap_err().kind(), ErrorKind::Response);
    assert!(pager.cursor().is_some());
}

#[test]
fn a_failed_page_is_asked_for_again() {
    let script = Script::new([page(0..1, ""), answer(400, ""), page(1..2, r#","hasMore":false"#)]);
    let client = script.client("");
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &CALL).unwrap();
    now(pager.next(&client)).unwrap();
    assert!(now(pager.next(&client)).is_err());
    assert_eq!(now(pager.next(&client)).unwrap().unwrap().len(), 1);
    assert_eq!(script.lines()[1], script.lines()[2]);
}

#[test]
fn the_deadline_covers_waits() {
    let script = Script::new([with_header(answer(503, ""), "retry-after", "30"), answer(503, "")]);
    let call = CallOptions { total: Some(Limit::After(Duration::from_millis(30_001))), ..CALL };
    let error = now(script.client("").obter::<Contrato>("1", &call)).unwrap_err();
    assert_eq!((error.kind(), error.details().attempts), (ErrorKind::Server, 2));
    let script = Script::new([with_header(answer(503, ""), "retry-after", "30")]);
    let call = CallOptions { total: Some(Limit::After(Duration::from_secs(29))), ..CALL };
    let error = now(script.client("").obter::<Contrato>("1", &call)).unwrap_err();
    assert_eq!(error.details().retry_after, Some(Duration::from_secs(30)));
}

#[test]
fn today_is_in_sao_paulo() {
    assert_eq!(Script::default().client("").today().to_string(), "2026-11-23");
}

#[test]
fn an_answer_that_does_not_fit_names_its_field() {
    let body = r#"{"id":1,"dataNascimento":"31/12/1990","endereco":{"cep":"01310100","uf":[]}}"#;
    let script = Script::new([answer(200, body), answer(201, body)]);
    let record = now(script.client("").obter::<Cliente>("1", &CALL)).unwrap();
    let written = now(script.client("").incluir(&cliente(), &CALL)).unwrap();
    assert_eq!((record.data_nascimento, record.endereco.as_ref().unwrap().cep.as_deref()), (None, Some("01310100")));
    let found: Vec<_> = record.findings.iter().map(|f| (f.path.as_str(), f.code(), f.severity.name())).collect();
    assert_eq!(found, [("dataNascimento", "data_invalida", "warning"), ("endereco.uf", "tipo_invalido", "warning")]);
    assert_eq!((written.outcome, written.record), (Effect::Created, record));
    let script = Script::new((0..4).map(|_| answer(200, "<html><title>Login</title>")));
    let error = now(script.client("").obter::<Cliente>("1", &CALL)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "clientes.obter: the answer is an HTML page (`Login`), not the API's; check the address and the proxy"
    );
}

#[test]
fn one_record_that_cannot_be_read_whole_does_not_hide_the_others() {
    let page = r#"{"data":[
        {"id":1,"dataNascimento":"1990-12-31"},
        {"id":2,"dataNascimento":"0000-00-00","optanteSimples":"talvez"},
        null,
        {"id":4}]}"#;
    let empty = r#"{"data":[]}"#;
    let script = Script::new([answer(200, page), answer(200, empty), answer(200, page)]);
    let client = script.client("");
    let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &CALL).unwrap();
    let mut records = Vec::new();
    while let Some(page) = now(pager.next(&client)).unwrap() {
        records.extend(page);
    }
    let ids: Vec<_> = records.iter().map(|r| r.id.as_ref().map(ToString::to_string)).collect();
    assert_eq!(ids, [Some("1".into()), Some("2".into()), None, Some("4".into())]);
    let found: Vec<Vec<_>> =
        records.iter().map(|r| r.findings.iter().map(|f| (f.path.as_str(), f.code())).collect()).collect();
    let second = vec![("dataNascimento", "data_invalida"), ("optanteSimples", "tipo_invalido")];
    assert_eq!(found, [vec![], second, vec![("", "tipo_invalido")], vec![]]);

    let filter = Value::Object(Vec::new());
    let mut pager = client.list::<PageRecord>(Operation::ClientesListar, filter, &CALL).unwrap();
    let values = now(pager.next(&client)).unwrap().unwrap();
    assert_eq!(values[1].object().to_json(), r#"{"id":"2"}"#);
    assert!(values.iter().zip(&records).all(|(value, record)| value.findings() == record.findings));
}

#[test]
fn a_list_of_no_records_is_no_listing() {
    let script = Script::new([answer(200, r#"{"data":[1,"a",null]}"#), answer(200, "[5]"), answer(200, "5")]);
    let client = script.client("");
    for _ in 0..2 {
        let mut pager = client.listar::<Cliente>(&ClientesFilter::default(), &CALL).unwrap();
        let error = now(pager.next(&client)).unwrap_err();
        assert_eq!(error.to_string(), "clientes.listar: the list holds no records");
    }
    let error = now(client.obter::<Cliente>("1", &CALL)).unwrap_err();
    assert_eq!(error.to_string(), "clientes.obter: the answer holds no record");
}

#[test]
fn neither_token_nor_data_is_printed() {
    let script = Script::default();
    let client = script.client("[auth]\nscheme = \"query\"\nname = \"token\"");
    assert!(!format!("{client:?}").contains("s3cr3t"));
    let call = api::Call::new(Operation::ClientesObter, Some("1"), None);
    let request = client.authorized(api::build_request(client.profile(), call, CheckOptions::default()).unwrap());
    assert_eq!(request.target, "/api/v1/clientes/1?token=s3cr3t");
    assert!(!format!("{request:?}").contains("s3cr3t"));
}
