use proptest::prelude::*;
use smartbill_model::{Cliente, Contrato, Model, Value};

use super::*;
use crate::profile::{Profile, Received};

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![Just(200), Just(201), Just(302), Just(400), Just(422), Just(500), any::<u16>()]
}

/// JSON with the names that readers look for, at places where they do not belong.
fn body() -> impl Strategy<Value = String> {
    let names =
        ["data", "meta", "errors", "violacoes", "error", "faultstring", "code", "id", "endereco", "itens", "valorPago"];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        Just("1e999".to_owned()),
        any::<String>().prop_map(|s| Value::Text(s.into()).to_json()),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        let names = proptest::sample::select(names.to_vec());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(","))),
            proptest::collection::vec((names, inner), 0..5).prop_map(|v| {
                let fields: Vec<_> = v.into_iter().map(|(n, v)| format!("\"{n}\":{v}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// Profiles whose answers have nothing in common with those of the default profile.
const PLATFORMS: [&str; 4] = [
    include_str!("../../../../profiles/lago.toml"),
    include_str!("../../../../profiles/omie.toml"),
    include_str!("../../../../profiles/vindi.toml"),
    "[pagination]\nstyle = 'link'\n[encoding]\ndecimal = 'comma'\ndate = 'unix'\nboolean = '1/0'\n[fields.Cliente]\n\
     id = 'data.id'\nnome = 'data.items[0].name'\nendereco.cep = 'data.zip'",
];

/// JSON with the names that those profiles look for.
fn foreign_body() -> impl Strategy<Value = String> {
    let names = [
        "customer",
        "customers",
        "address",
        "zipcode",
        "phones",
        "number",
        "id",
        "external_id",
        "code",
        "status",
        "data",
        "items",
        "name",
        "bills",
        "charges",
        "subscription",
        "invoices",
        "meta",
        "total_count",
        "codigo_cliente_omie",
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("[]".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        Just("1e999".to_owned()),
        Just("\"active\"".to_owned()),
        any::<String>().prop_map(|s| Value::Text(s.into()).to_json()),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        let names = proptest::sample::select(names.to_vec());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|v| format!("[{}]", v.join(","))),
            proptest::collection::vec((names, inner), 0..7).prop_map(|v| {
                let fields: Vec<_> = v.into_iter().map(|(n, v)| format!("\"{n}\":{v}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// Lines of profiles. Some of them are invalid together.
const SETTINGS: [&str; 39] = [
    "base_path = \"/rest\"",
    "operations.\"clientes.incluir\" = { wrap = \"param[0]\", body = { call = \"x\" }, record = \"customer\" }",
    "operations.\"clientes.alterar\" = { path = \"/c\", id = \"body:param[0].id\", wrap = \"param[0]\" }",
    "operations.\"clientes.obter\" = { path = \"/c\", id = \"query:code\", query = { a = \"b c\" } }",
    "operations.\"clientes.obter\" = { path = \"/c({id}).json\" }",
    "operations.\"clientes.listar\" = { method = \"POST\", items = \"customers\", wrap = \"[0]\" }",
    "operations.\"contratos.listar\" = { path = \"/c/{clienteId}/x\" }",
    "operations.\"contratos.incluir\" = { path = \"/c/{clienteId}/x\", encoding = \"form\" }",
    "operations.\"contratos.cancelar\" = { method = \"DELETE\", path = \"/c/{id}\" }",
    "operations.\"consumos.incluir\" = { unsupported = true }",
    "operations.\"consumos.obter\" = { success = { member = \"status\", is = [\"active\", 1, true] } }",
    "fields.Cliente.nome = \"name\"",
    "fields.Cliente.id = \"data.id\"",
    "fields.Cliente.cpfCnpj = \"data.items[0].number\"",
    "fields.Cliente.endereco.cep = \"zipcode\"",
    "fields.Cliente.endereco = \"address\"",
    "fields.Cliente.\"*\" = false",
    "fields.Cliente.email = false",
    "fields.Cliente.grupo = { send = false, name = \"data\" }",
    "fields.Contrato.itens = { name = \"items\", quantidade = { as = \"cents\" } }",
    "fields.Cliente.situacao = { values = { ATIVO = \"active\", INATIVO = [0, false] } }",
    "encoding.decimal = \"comma\"",
    "encoding.date = \"unix\"",
    "encoding.case = \"snake\"",
    "encoding.id = \"integer\"",
    "encoding.boolean = \"1/0\"",
    "pagination.style = \"link\"",
    "pagination.style = \"cursor\"",
    "pagination.next = \"meta.id\"",
    "list.items = \"data.items\"",
    "list.total = \"meta.total_count\"",
    "errors.refusal = \"status\"",
    "headers.x-a = \"b\"",
    "filters.clientes.nome = \"q.name\"",
    "filters.clientes.\"*\" = false",
    "values.SituacaoCliente.ATIVO = \"active\"",
    "fields.Endereco.cep = \"zip.code\"",
    "auth.scheme = \"basic\"",
    "fields.Cliente.codigoExterno = \"id\"",
];

/// An input of an operation, as complete as possible.
fn sample(operation: Operation) -> Value<'static> {
    let text = match operation.resource() {
        Resource::Clientes => {
            r#"{"codigoExterno":"A 1","nome":"Maria","cpfCnpj":"12345678909","email":"a@example.com","grupo":"g/h"}"#
        }
        Resource::Contratos if operation.action().is_none() => r#"{"clienteId":"a/../b","codigoExterno":"7"}"#,
        _ => "{}",
    };
    Value::from_json(text.as_bytes()).unwrap()
}

fn sorted(value: Value<'static>) -> Value<'static> {
    match value {
        Value::Object(fields) => {
            let fields: std::collections::BTreeMap<_, _> = fields.into_iter().collect();
            Value::Object(fields.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
        value => value,
    }
}

fn secrets() -> Secrets {
    Secrets::of(&Profile::built_in(), Some("segredo-123"))
}

fn bounds() -> Bounds {
    Bounds::new(1 << 20, 100)
}

#[test]
fn a_page_holds_as_many_records_as_its_bytes_allow_or_as_were_asked_for() {
    let profile = Profile::built_in();
    let page = |count: usize| {
        let body = format!("[{}]", vec![r#"{"id":"1"}"#; count].join(","));
        Response { status: 200, headers: vec![], body: body.into() }
    };
    let answer = |count, bounds| {
        let answer = read(&profile, Call::new(Operation::ClientesListar, None, None), &page(count), bounds, &secrets());
        answer.map(|(_, page)| Cliente::all(page).len())
    };
    assert_eq!(answer(512, bounds()).unwrap(), 512);
    assert_eq!(answer(600, Bounds::new(1 << 20, 600)).unwrap(), 600);
    let error = answer(513, bounds()).unwrap_err();
    assert_eq!(error.kind(), smartbill_model::ErrorKind::Response);
    let sentence = "the page holds 513 records, and the limit is 512; if they are expected, raise `max_body_bytes`";
    assert_eq!(error.message(smartbill_documents::Language::En), sentence);
}

#[test]
fn a_body_beyond_the_limit_is_refused_whatever_brought_it() {
    let response = Response { status: 200, headers: vec![], body: format!("{:2000}", r#"{"id":"1"}"#).into() };
    let refused = |bounds| {
        let answer = read(
            &Profile::built_in(),
            Call::new(Operation::ClientesIncluir, None, None),
            &response,
            bounds,
            &secrets(),
        );
        answer.err().map(|e| (e.kind(), e.details().outcome))
    };
    let unknown = (smartbill_model::ErrorKind::Response, Some(smartbill_model::Outcome::Unknown));
    assert_eq!(refused(Bounds::new(1999, 0)), Some(unknown));
    assert_eq!(refused(Bounds::new(2000, 0)), None);
}

proptest! {
    #[test]
    fn no_answer_makes_a_reader_panic(
        status in status(),
        bytes in prop_oneof![body().prop_map(String::into_bytes), any::<Vec<u8>>()],
        header in any::<String>(),
        foreign in any::<bool>(),
    ) {
        let text = if foreign { crate::profile::FOREIGN } else { "" };
        let profile = Profile::from_toml(text, "x").unwrap();
        let headers = ["retry-after", "location", "content-type", "x-resultado"].map(|n| (n.to_owned(), header.clone()));
        let response = Response { status, headers: headers.to_vec(), body: bytes.into() };
        let _ = read(&profile, Call::new(Operation::ContratosObter, None, None), &response, bounds(), &secrets());
        let _ = read(&profile, Call::new(Operation::CobrancasListar, None, None), &response, bounds(), &secrets());
        let _ = retry_after(&response, jiff::Timestamp::UNIX_EPOCH);
        if let Err(e) = read(&profile, Call::new(Operation::ClientesIncluir, None, None), &response, bounds(), &secrets()) {
            prop_assert!(e.details().body.as_ref().is_none_or(|b| b.len() < 2100));
            prop_assert!(e.to_string().len() < 4000);
        }
    }

    #[test]
    fn no_answer_makes_a_reader_of_another_platform_panic(
        status in status(),
        bytes in foreign_body().prop_map(String::into_bytes),
        link in any::<String>(),
        which in 0..PLATFORMS.len(),
    ) {
        let profile = Profile::from_toml(PLATFORMS[which], "x").unwrap();
        let headers = ["link", "x-next"].map(|n| (n.to_owned(), link.clone()));
        let response = Response { status, headers: headers.to_vec(), body: bytes.into() };
        let _ = read(&profile, Call::new(Operation::ContratosObter, None, None), &response, bounds(), &secrets());
        let _ = read(&profile, Call::new(Operation::CobrancasListar, None, None), &response, bounds(), &secrets());
        // A record that counts as added has an identifier.
        if let Ok((answer, page)) = read(&profile, Call::new(Operation::ClientesIncluir, None, None), &response, bounds(), &secrets()) {
            prop_assert!(answer.id.is_some());
            let written = PageRecord::one(page);
            let sent = profile.encode(Cliente::SCHEMA, written.object());
            let _ = profile.decode(Cliente::SCHEMA, sent);
        }
    }

    #[test]
    fn a_record_is_the_same_with_and_without_its_type(body in body(), foreign in any::<bool>()) {
        let text = if foreign { crate::profile::FOREIGN } else { "" };
        let profile = Profile::from_toml(text, "x").unwrap();
        let response = Response { status: 200, headers: vec![], body: body.into() };
        let operation = Operation::ContratosListar;
        let page = || read(&profile, Call::new(operation, None, None), &response, bounds(), &secrets()).ok().map(|(_, page)| page);
        let (models, records) = (page().map(Contrato::all), page().map(PageRecord::all));
        prop_assert_eq!(records.as_ref().map(Vec::len), models.as_ref().map(Vec::len));
        for (record, model) in records.into_iter().flatten().zip(models.into_iter().flatten()) {
            prop_assert_eq!(record.findings(), &model.findings);
            // A model keeps unknown fields in alphabetical order, and the last of equal names.
            prop_assert_eq!(sorted(record.object().into_owned()), sorted(model.value().into_owned()));
        }
    }

    #[test]
    fn queries_never_panic(query in any::<String>()) {
        for profile in [Profile::built_in(), Profile::from_toml(crate::profile::FOREIGN, "x").unwrap()] {
            let _ = profile.decode_filter(smartbill_model::CobrancasFilter::SCHEMA, &query, None);
            let received = Received { method: "PUT", path: &query, query: &query, body: query.as_bytes() };
            let _ = profile.read_request(received, |_| Some("x"), Some("t"));
            let _ = profile.authenticates("t", |_| None, &query);
        }
    }

    #[test]
    fn whatever_a_profile_says_is_refused_or_done(
        lines in proptest::sample::subsequence(SETTINGS.to_vec(), 0..9),
        bytes in foreign_body().prop_map(String::into_bytes),
    ) {
        let text = lines.join("\n");
        let profile = match Profile::from_toml(&text, "x.toml") {
            Ok(profile) => profile,
            Err(error) => {
                let message = error.message(smartbill_documents::Language::En);
                prop_assert!(message.starts_with("x.toml:") && !message.contains('\n'), "{}", message);
                return Ok(());
            }
        };
        let options = CheckOptions::default();
        let response = Response { status: 200, headers: vec![], body: bytes.into() };
        let server = profile.servable().is_ok().then(|| profile.of_requests());
        for operation in Operation::ALL {
            let (sent, id) = (sample(*operation), operation.takes_id().then_some("7"));
            let request = if operation.is_listing() {
                listar(&profile, *operation, sent, crate::profile::PageRequest { start: 0, size: 5 }, None, options)
            } else {
                build_request(&profile, Call::new(*operation, id, Some(&sent)), options)
            };
            if let Ok(request) = request {
                // Every target is below the profile's own base path.
                prop_assert!(request.target.starts_with(profile.base_path()) && !request.target.contains("//"), "{}", request.target);
                prop_assert!(request.target.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert!(!request.headers.iter().any(|(name, _)| matches!(name.as_str(), "host" | "content-length")));
                // A server that can follow the profile understands it.
                if let Some(server) = &server {
                    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
                    let body = request.body.as_deref().unwrap_or_default();
                    let received = Received { method: request.method.as_str(), path, query, body };
                    let header = |name: &str| request.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
                    let asked = server.read_request(received, header, None);
                    let found = asked.iter().flatten().any(|asked| (asked.operation, asked.id.as_deref()) == (*operation, id));
                    prop_assert!(found, "{operation} {asked:?}");
                }
            }
            let _ = read(&profile, Call::new(*operation, id, None), &response, bounds(), &secrets());
        }
    }

    #[test]
    fn profiles_never_panic(text in any::<String>()) {
        let _ = Profile::from_toml(&text, "x");
    }
}
