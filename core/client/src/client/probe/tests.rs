use smartbill_documents::Language;

use super::*;
use crate::client::wire_tests::{Platform, call, now};

const ASAAS: &str = include_str!("../../../../../profiles/asaas.toml");
const OMIE: &str = include_str!("../../../../../profiles/omie.toml");

fn test<'t>(tests: &'t [OperationTest], name: &str) -> &'t OperationTest {
    tests.iter().find(|test| test.operation.name() == name).unwrap()
}

fn reason(test: &OperationTest) -> String {
    match &test.result {
        TestResult::Failed(error) => error.message(Language::En).to_owned(),
        TestResult::Skipped(message) => message.en.clone(),
        _ => String::new(),
    }
}

#[test]
fn each_reading_operation_is_told_with_what_was_sent_and_understood() {
    // The customer of the platform's own example.
    let customer = r#"{"object":"customer","id":"cus_000005401844","dateCreated":"2024-07-12","name":"John Doe",
        "email":"john.doe@asaas.com.br","mobilePhone":"47998781877","address":"Av. Paulista","cpfCnpj":"24971563792",
        "personType":"FISICA","deleted":false,"externalReference":"12987382"}"#;
    let list =
        format!(r#"{{"object":"list","hasMore":false,"totalCount":1,"limit":100,"offset":0,"data":[{customer}]}}"#);
    let subscriptions = r#"{"data":[{"id":"sub_1","cycle":"FORTNIGHTLY","endDate":"2026-13-99","status":"ACTIVE"}]}"#;
    let gone = r#"{"errors":[{"code":"not_found","description":"john.doe@asaas.com.br não existe"}]}"#;
    let platform = Platform::new(&[&list, customer, subscriptions, &format!("404\n{gone}"), r#"{"items":[]}"#]);
    let client = platform.client_with(ASAAS, "$aact_s3cret");
    let tests = now(client.test_profile(&call()));
    assert_eq!(tests.len(), Operation::ALL.len());

    let listed = test(&tests, "clientes.listar");
    assert!(matches!(listed.result, TestResult::Understood), "{listed:?}");
    let sent = listed.sent.as_ref().unwrap();
    assert_eq!((sent.method, sent.target.as_str()), ("GET", "/v3/customers?offset=0&limit=3"));
    assert!(sent.headers.contains(&("access_token".to_owned(), "***".to_owned())), "{sent:?}");
    assert_eq!((listed.status, listed.records), (Some(200), 1));
    assert!(listed.members.starts_with(&["object".into(), "hasMore".into(), "totalCount".into()]));
    assert!(listed.members.contains(&"data[].externalReference".to_owned()), "{:?}", listed.members);
    let pair = |field: &str, wire: &str| (field.to_owned(), wire.to_owned());
    assert!(listed.understood.contains(&pair("codigoExterno", "externalReference")));
    assert!(listed.understood.contains(&pair("endereco.logradouro", "address")));
    assert!(listed.missing.contains(&pair("endereco.cep", "postalCode")), "{:?}", listed.missing);
    // What the platform is said to lack is not missed.
    assert!(!listed.missing.iter().any(|(field, _)| field == "tags"));
    let unknown: Vec<_> = listed.drift.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(unknown, ["dateCreated", "object"]);

    let got = test(&tests, "clientes.obter");
    assert!(matches!(got.result, TestResult::Understood), "{got:?}");
    assert_eq!(got.sent.as_ref().unwrap().target, "/v3/customers/{id}");
    let contracts = test(&tests, "contratos.listar");
    assert!(matches!(contracts.result, TestResult::Partial), "{contracts:?}");
    assert_eq!(contracts.unreadable, [("dataFim".to_owned(), "data_invalida".to_owned())]);
    assert_eq!(contracts.drift[0].word.as_deref(), Some("FORTNIGHTLY"));
    let failed = test(&tests, "contratos.obter");
    assert_eq!((failed.status, failed.result.name()), (Some(404), "failed"));
    let charges = test(&tests, "cobrancas.listar");
    assert!(reason(charges).contains("no list under `data`; it holds `items`"), "{}", reason(charges));
    assert!(reason(test(&tests, "servicos.listar")).contains("the platform lacks it"));
    assert!(reason(test(&tests, "consumos.obter")).contains("the platform lacks it"));
    assert!(reason(test(&tests, "clientes.incluir")).contains("nothing is written"));

    let asked = platform.asked();
    assert_eq!(asked.len(), 5);
    assert!(asked.iter().all(|line| line.starts_with("GET ")), "{asked:?}");
    let told = format!("{tests:?}");
    for secret in ["s3cret", "John", "john.doe", "24971563792", "47998781877", "cus_0000"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[test]
fn a_body_is_shown_without_credentials_and_identifier() {
    let customers = r#"{"clientes_cadastro":[{"codigo_cliente_omie":2370765,"razao_social":"Maria"}]}"#;
    let charges = r#"{"conta_receber_cadastro":[]}"#;
    let platform = Platform::new(&[customers, r#"{"codigo_cliente_omie":2370765}"#, charges]);
    let tests = now(platform.client_with(OMIE, "38333295000:4cea520a0e2a2ecd").test_profile(&call()));
    let sent = test(&tests, "clientes.obter").sent.clone().unwrap();
    assert_eq!(
        (sent.method, sent.target.as_str(), sent.body.as_deref()),
        (
            "POST",
            "/api/v1/geral/clientes/",
            Some(
                r#"{"param":[{"codigo_cliente_omie":"{id}"}],"call":"ConsultarCliente","app_key":"***","app_secret":"***"}"#
            )
        )
    );
    let empty = test(&tests, "cobrancas.listar");
    assert_eq!((empty.result.name(), empty.records, empty.missing.len()), ("understood", 0, 0));
    assert_eq!(platform.asked().len(), 3);
}

#[test]
fn what_is_known_of_one_resource_leads_to_the_next_and_a_stop_is_a_stop() {
    let nested = "[operations]\n'contratos.listar' = { path = '/customers/{clienteId}/contracts' }\n\
                  'contratos.obter' = { unsupported = true }\n'clientes.obter' = { path = '/clientes', id = 'query:code' }\n\
                  'consumos.listar' = { path = '/services/{servicoId}/usage' }";
    let one = |id: &str| format!(r#"{{"data":[{{"id":"{id}"}}]}}"#);
    let nothing = r#"{"data":[]}"#;
    let platform = Platform::new(&[&one("a/b"), r#"{"id":"a/b"}"#, nothing, &one("9"), nothing]);
    let tests = now(platform.client(nested).test_profile(&call()));
    assert_eq!(test(&tests, "clientes.obter").sent.as_ref().unwrap().target, "/api/v1/clientes?code={id}");
    let contracts = test(&tests, "contratos.listar").sent.as_ref().unwrap();
    assert_eq!(contracts.target, "/api/v1/customers/{clienteId}/contracts?pagina=1&tamanhoPagina=3");
    assert!(reason(test(&tests, "servicos.obter")).contains("no record to get"));
    assert!(reason(test(&tests, "consumos.listar")).contains("the path needs `servicoId`"));
    assert!(platform.asked()[3].starts_with("GET /api/v1/customers/a%2Fb/contracts?"));

    let platform = Platform::new(&["401\n{}"]);
    let tests = now(platform.client("").test_profile(&call()));
    assert_eq!(test(&tests, "clientes.listar").result.name(), "failed");
    assert!(reason(test(&tests, "cobrancas.listar")).contains("the platform failed before"));
    assert_eq!(platform.asked().len(), 1);
}
