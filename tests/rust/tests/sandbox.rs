//! Tests the sandbox as a function: it takes a request and an instant, and returns an answer.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

use jiff::Timestamp;
use serde_json::{Value, json};
use smartbill_core::profile::Profile;
use smartbill_sandbox::{ConnectionFault, RawRequest, Service, TOKEN};

struct Setup {
    service: Service,
    now: Timestamp,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Value,
    connection: Option<ConnectionFault>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The paths of the fields in the refusal.
    fn fields(&self) -> Vec<&str> {
        let findings = self.body["violacoes"].as_array();
        findings.into_iter().flatten().filter_map(|v| v["propriedade"].as_str()).collect()
    }
}

impl Setup {
    fn new() -> Self {
        let now: Timestamp = "2026-01-05T12:00:00Z".parse().unwrap();
        let mut service = Service::new(&Profile::built_in(), TOKEN, now);
        service.seed();
        Self { service, now }
    }

    fn send_request(&mut self, method: &str, target: &str, body: &str, extras: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {TOKEN}"))];
        for (name, value) in extras {
            headers.retain(|(n, _)| n != name);
            headers.push(((*name).to_owned(), (*value).to_owned()));
        }
        let request = RawRequest { method, target, headers: &headers, body: body.as_bytes() };
        let r = self.service.handle(&request, self.now);
        Answer {
            status: r.status,
            headers: r.headers,
            body: serde_json::from_slice(&r.body).unwrap_or(Value::Null),
            connection: r.fault.map(|f| f.connection),
        }
    }

    fn post(&mut self, target: &str, body: &Value) -> Answer {
        self.send_request("POST", target, &body.to_string(), &[])
    }

    fn get(&mut self, target: &str) -> Answer {
        self.send_request("GET", target, "", &[])
    }

    /// A customer and an active contract with an item of each kind.
    fn with_contrato() -> Self {
        let mut setup = Self::new();
        assert_eq!(setup.post("/api/v1/clientes", &cliente("C1")).status, 201);
        assert_eq!(setup.post("/api/v1/contratos", &contrato("CT1")).status, 201);
        assert_eq!(setup.post("/api/v1/contratos/1/ativar", &json!({})).status, 200);
        setup
    }
}

fn cliente(code: &str) -> Value {
    json!({"codigoExterno": code, "nome": "Ana Lima", "cpfCnpj": "12345678909"})
}

fn contrato(code: &str) -> Value {
    json!({
        "codigoExterno": code, "clienteCodigoExterno": "C1", "dataInicio": "2026-01-01", "dataFim": "2026-12-31",
        "periodicidade": "MENSAL", "diaVencimento": 10,
        "itens": [{"servicoCodigo": "INTERNET-100", "quantidade": "1"}, {"servicoCodigo": "SMS", "quantidade": "1"}],
    })
}

fn consumo(id: &str, quantidade: &str) -> Value {
    json!({
        "idExterno": id, "contratoCodigoExterno": "CT1", "servicoCodigo": "SMS", "competencia": "2026-01",
        "quantidade": quantidade,
    })
}

#[test]
fn a_wrong_token_or_address_is_said() {
    let mut setup = Setup::new();
    let r = setup.send_request("GET", "/api/v1/clientes", "", &[("authorization", "Bearer outro")]);
    assert_eq!((r.status, r.body["title"].as_str()), (401, Some("nao_autenticado")));
    assert_eq!(setup.get("/api/v1/nada").status, 404);
    assert_eq!(setup.send_request("PUT", "/api/v1/clientes", "", &[]).status, 405);
    assert_eq!(setup.get("/api/v1/clientes/01").status, 404);
    assert_eq!(setup.get("/api/v1/clientes/99").status, 404);
    let r = setup.send_request("POST", "/api/v1/clientes", "{\"nome\":", &[]);
    assert_eq!((r.status, r.body["title"].as_str()), (400, Some("json_invalido")));
    let r = setup.send_request("POST", "/api/v1/clientes", "[]", &[]);
    assert_eq!(r.status, 422);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(setup.send_request("POST", "/api/v1/clientes", &deep, &[]).status, 400);
}

/// Models are read leniently, for the sake of spreadsheets. But the platform's JSON must have the types of its
/// description.
#[test]
fn only_the_types_of_the_description_are_taken() {
    let mut setup = Setup::with_contrato();
    for (field, value) in [
        ("codigoExterno", json!(7)),
        ("notificar", json!("S")),
        ("grupo", json!("")),
        ("observacoes", json!("  ")),
        ("dataNascimento", json!("")),
        ("tags", json!(["a", 1])),
        ("tags", json!(["", "a"])),
        ("endereco", json!({"numero": 10})),
    ] {
        let mut body = cliente("C2");
        body[field] = value;
        let r = setup.post("/api/v1/clientes", &body);
        assert_eq!(r.status, 422, "{body}");
        assert!(r.fields().len() == 1 && r.fields()[0].starts_with(field), "{:?} of {body}", r.fields());
        let r = setup.post("/api/v1/clientes/1", &json!({field: body[field]}));
        assert_eq!(r.status, 422, "{body}");
    }
    let mut new = contrato("CT2");
    new["diaVencimento"] = json!("10");
    assert_eq!(setup.post("/api/v1/contratos", &new).fields(), ["diaVencimento"]);
    new["diaVencimento"] = json!(10);
    new["itens"][1]["quantidade"] = json!(1);
    assert_eq!(setup.post("/api/v1/contratos", &new).fields(), ["itens[1].quantidade"]);
    new["itens"][1]["quantidade"] = json!("1");
    // JSON has only one kind of number, and null means absent.
    new["diaVencimento"] = json!(10.0);
    new["descricao"] = json!(null);
    assert_eq!(setup.post("/api/v1/contratos", &new).status, 201);
    new["codigoExterno"] = json!("CT3");
    new["diaVencimento"] = json!(10.5);
    assert_eq!(setup.post("/api/v1/contratos", &new).fields(), ["diaVencimento"]);
}

#[test]
fn every_finding_is_named_in_the_language_asked_for() {
    let mut setup = Setup::new();
    let bad = r#"{"nome":"A","cpfCnpj":"12345678900","telefon":"1","endereco":{"cep":"x"}}"#;
    let r = setup.send_request("POST", "/api/v1/clientes", bad, &[("accept-language", "en")]);
    assert_eq!(r.status, 422);
    assert_eq!(r.fields(), ["nome", "cpfCnpj", "telefon", "endereco.cep"]);
    assert_eq!(r.body["detail"], "some fields are invalid");
    assert_eq!(setup.service.state().clientes.total, 0);
}

#[test]
fn a_key_does_its_work_once() {
    let mut setup = Setup::new();
    let body = cliente("C1").to_string();
    let key = [("idempotency-key", "k1")];
    let first = setup.send_request("POST", "/api/v1/clientes", &body, &key);
    assert_eq!((first.status, first.header("x-resultado")), (201, Some("created")));
    assert_eq!(first.header("idempotent-replayed"), None);
    setup.now += jiff::SignedDuration::from_mins(5);
    let other = setup.send_request("POST", "/api/v1/clientes", &body, &key);
    assert_eq!((other.status, &other.body), (201, &first.body));
    assert_eq!(other.header("idempotent-replayed"), Some("true"));
    let r = setup.send_request("POST", "/api/v1/clientes", &cliente("C2").to_string(), &key);
    assert_eq!((r.status, r.body["title"].as_str()), (422, Some("chave_reutilizada")));
    // The same key and body for another operation is another request.
    let r = setup.send_request("POST", "/api/v1/clientes/1", &body, &key);
    assert_eq!(r.body["title"].as_str(), Some("chave_reutilizada"));
    assert_eq!(setup.service.state().clientes.total, 1);
    assert_eq!(setup.service.state().replays, 1);
}

#[test]
fn a_refusal_leaves_its_key_free() {
    let mut setup = Setup::new();
    let key = [("idempotency-key", "k1")];
    assert_eq!(setup.send_request("POST", "/api/v1/clientes", r#"{"nome":"A"}"#, &key).status, 422);
    assert_eq!(setup.send_request("POST", "/api/v1/clientes", &cliente("C1").to_string(), &key).status, 201);
}

#[test]
fn external_codes_are_unique() {
    let mut setup = Setup::with_contrato();
    let r = setup.post("/api/v1/clientes", &cliente("C1"));
    assert_eq!((r.status, r.fields()), (409, vec!["codigoExterno"]));
    assert_eq!(setup.post("/api/v1/contratos", &contrato("CT1")).status, 409);
    // A change cannot take another record's code either. Its own code is not a conflict.
    setup.post("/api/v1/clientes", &cliente("C2"));
    assert_eq!(setup.post("/api/v1/clientes/2", &json!({"codigoExterno": "C1"})).status, 409);
    assert_eq!(setup.post("/api/v1/clientes/2", &json!({"codigoExterno": "C3"})).status, 200);
    assert_eq!(setup.post("/api/v1/clientes", &cliente("C2")).status, 201);
    // For usage, the same record again is already done, and another one with its identifier is a conflict.
    assert_eq!(setup.post("/api/v1/consumos", &consumo("U1", "5")).status, 201);
    let r = setup.post("/api/v1/consumos", &consumo("U1", "5.0"));
    assert_eq!((r.status, r.header("x-resultado")), (200, Some("already_done")));
    let r = setup.post("/api/v1/consumos", &consumo("U1", "6"));
    assert_eq!((r.status, r.fields()), (409, vec!["idExterno"]));
    let state = setup.service.state();
    assert_eq!((state.consumos.total, state.consumos.duplicates, state.repeated_inclusions), (1, 0, 4));
    // A removed record releases its identifier.
    assert_eq!(setup.send_request("DELETE", "/api/v1/consumos/1", "", &[]).status, 200);
    let r = setup.send_request("DELETE", "/api/v1/consumos/1", "", &[]);
    assert_eq!(r.header("x-resultado"), Some("already_done"));
    assert_eq!(setup.post("/api/v1/consumos", &consumo("U1", "6")).status, 201);
    assert_eq!(setup.service.state().consumos.removed, 1);
}

#[test]
fn a_change_keeps_what_it_does_not_name_and_clears_what_is_null() {
    let mut setup = Setup::new();
    let mut new = cliente("C1");
    new["email"] = json!("ana@example.com");
    new["endereco"] = json!({"cep": "01310100", "uf": "SP"});
    setup.post("/api/v1/clientes", &new);
    setup.now += jiff::SignedDuration::from_mins(1);
    let r = setup.post("/api/v1/clientes/1", &json!({"nome": "Ana Lima", "email": "ana@example.com"}));
    assert_eq!(r.header("x-resultado"), Some("unchanged"));
    assert_eq!(r.body["alteradoEm"], r.body["criadoEm"]);
    let r = setup.post("/api/v1/clientes/1", &json!({"email": null, "endereco": {"numero": "10"}}));
    assert_eq!(r.header("x-resultado"), Some("updated"));
    assert_eq!(r.body.get("email"), None);
    assert_eq!(r.body["endereco"], json!({"cep": "01310100", "uf": "SP", "numero": "10"}));
    assert_ne!(r.body["alteradoEm"], r.body["criadoEm"]);
    // The result of a change must follow the rules of the whole record.
    assert_eq!(setup.post("/api/v1/clientes/1", &json!({"tipoPessoa": "JURIDICA"})).fields(), ["tipoPessoa"]);
    assert_eq!(setup.post("/api/v1/clientes/1", &json!({"nome": null})).fields(), ["nome"]);
    // A removed customer is inactive. A change activates it again.
    let r = setup.send_request("DELETE", "/api/v1/clientes/1", "", &[]);
    assert_eq!(r.body["situacao"], "INATIVO");
    let r = setup.post("/api/v1/clientes/1", &json!({}));
    assert_eq!((r.body["situacao"].as_str(), r.header("x-resultado")), (Some("ATIVO"), Some("updated")));
}

#[test]
fn contracts_need_what_they_refer_to() {
    let mut setup = Setup::new();
    assert_eq!(setup.post("/api/v1/contratos", &contrato("CT1")).fields(), ["clienteCodigoExterno"]);
    setup.post("/api/v1/clientes", &cliente("C1"));
    let mut c = contrato("CT1");
    c["itens"][1]["servicoCodigo"] = json!("NADA");
    assert_eq!(setup.post("/api/v1/contratos", &c).fields(), ["itens[1].servicoCodigo"]);
    setup.send_request("DELETE", "/api/v1/clientes/1", "", &[]);
    assert_eq!(setup.post("/api/v1/contratos", &contrato("CT1")).fields(), ["clienteCodigoExterno"]);
}

#[test]
fn actions_answer_with_the_contract_or_the_reason() {
    let mut setup = Setup::with_contrato();
    let r = setup.post("/api/v1/contratos/1/ativar", &json!({}));
    assert_eq!((r.status, r.header("x-resultado")), (200, Some("already_done")));
    assert_eq!(setup.post("/api/v1/contratos/1/cancelar", &json!({})).fields(), ["motivo"]);
    let r = setup.post("/api/v1/contratos/1/suspender", &json!({"motivo": "férias", "data": "2026-02-01"}));
    assert_eq!(
        (r.body["situacao"].as_str(), r.body["historico"][1]["data"].as_str()),
        (Some("ATIVO"), Some("2026-02-01"))
    );
    setup.post("/sandbox/clock", &json!({"date": "2026-02-01"}));
    assert_eq!(setup.get("/api/v1/contratos/1").body["situacao"], "SUSPENSO");
    setup.post("/api/v1/contratos/1/cancelar", &json!({"motivo": "mudou"}));
    let r = setup.post("/api/v1/contratos/1/ativar", &json!({}));
    assert_eq!((r.status, r.body["title"].as_str()), (409, Some("transicao_invalida")));
}

#[test]
fn usage_needs_an_active_contract_its_service_and_its_term() {
    let mut setup = Setup::with_contrato();
    let with = |field: &str, value: &str| {
        let mut c = consumo("U", "1");
        c[field] = json!(value);
        c
    };
    for (body, field, code) in [
        (with("contratoCodigoExterno", "NADA"), "contratoCodigoExterno", "nao_encontrado"),
        (with("servicoCodigo", "NADA"), "servicoCodigo", "nao_encontrado"),
        (with("servicoCodigo", "INTERNET-100"), "servicoCodigo", "servico_fora_do_contrato"),
        (with("servicoCodigo", "ARMAZENAMENTO"), "servicoCodigo", "servico_fora_do_contrato"),
        (with("competencia", "2025-12"), "competencia", "fora_da_vigencia"),
        (with("competencia", "2027-01"), "competencia", "fora_da_vigencia"),
        (with("quantidade", "0"), "quantidade", "nao_positivo"),
    ] {
        let r = setup.post("/api/v1/consumos", &body);
        assert_eq!((r.status, r.fields()), (422, vec![field]), "{body}");
        assert_eq!(r.body["violacoes"][0]["codigo"], code);
    }
    setup.post("/api/v1/contratos/1/suspender", &json!({}));
    let r = setup.post("/api/v1/consumos", &consumo("U", "1"));
    assert_eq!(r.body["violacoes"][0]["codigo"], "contrato_nao_ativo");
}

#[test]
fn usage_is_changed_until_it_is_billed() {
    let mut setup = Setup::with_contrato();
    setup.post("/api/v1/consumos", &consumo("U1", "5"));
    let r = setup.send_request("PUT", "/api/v1/consumos/1", r#"{"quantidade": "7"}"#, &[]);
    assert_eq!((r.header("x-resultado"), r.body["quantidade"].as_str()), (Some("updated"), Some("7")));
    let r = setup.send_request("PUT", "/api/v1/consumos/1", &consumo("U1", "7.00").to_string(), &[]);
    assert_eq!(r.header("x-resultado"), Some("unchanged"));
    let r = setup.post("/sandbox/faturar", &json!({"competencia": "2026-01"}));
    // The service's minimum of 15.00 (7 × 0.12 = 0.84 is below it) and 99.90.
    assert_eq!(r.body, json!({"competencia": "2026-01", "cobrancas": 1, "consumos": 1, "totalAmount": "114.90"}));
    for method in ["PUT", "DELETE"] {
        let r = setup.send_request(method, "/api/v1/consumos/1", "{}", &[]);
        assert_eq!((r.status, r.body["title"].as_str()), (409, Some("consumo_faturado")));
    }
    let r = setup.get("/api/v1/consumos/1").body;
    assert_eq!((&r["faturado"], &r["cobrancaId"], &r["situacao"]), (&json!(true), &json!("1"), &json!("FATURADO")));
}

#[test]
fn listings_are_filtered_sorted_and_cut_into_pages() {
    let mut setup = Setup::with_contrato();
    for i in 0..25 {
        setup.post("/api/v1/consumos", &consumo(&format!("U{i}"), "1"));
    }
    let ids = |r: &Answer| -> Vec<String> {
        r.body["data"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
    };
    let r = setup.get("/api/v1/consumos?tamanhoPagina=10&pagina=3");
    assert_eq!(ids(&r), ["21", "22", "23", "24", "25"]);
    assert_eq!(r.body["meta"], json!({"current_page": 3, "total_pages": 3, "total_count": 25}));
    assert!(ids(&setup.get("/api/v1/consumos?tamanhoPagina=10&pagina=99")).is_empty());
    assert_eq!(ids(&setup.get("/api/v1/consumos?idExterno=U7")), ["8"]);
    assert_eq!(ids(&setup.get("/api/v1/consumos?contratoCodigoExterno=CT1&competencia=2026-02")).len(), 0);
    setup.send_request("DELETE", "/api/v1/consumos/3", "", &[]);
    assert_eq!(ids(&setup.get("/api/v1/consumos?tamanhoPagina=3")), ["1", "2", "4"]);
    assert_eq!(ids(&setup.get("/api/v1/consumos?situacao=REMOVIDO")), ["3"]);
    for bad in ["tamanhoPagina=0", "tamanhoPagina=101", "pagina=0", "pagina=x", "nada=1", "competencia=13/2026"] {
        assert_eq!(setup.get(&format!("/api/v1/consumos?{bad}")).status, 422, "{bad}");
    }
    setup.now = "2026-01-06T12:00:00Z".parse().unwrap();
    setup.send_request("PUT", "/api/v1/consumos/9", r#"{"quantidade": "2"}"#, &[]);
    assert_eq!(ids(&setup.get("/api/v1/consumos?alteradoDesde=2026-01-06T00:00:00Z")), ["9"]);
}

#[test]
fn charges_are_found_by_every_filter() {
    let mut setup = Setup::with_contrato();
    for month in ["2026-01", "2026-02", "2026-03"] {
        setup.post("/sandbox/faturar", &json!({"competencia": month}));
        setup.post("/sandbox/clock", &json!({"days": 1}));
    }
    setup.post("/sandbox/cobrancas/2/pay", &json!({"amount": "14.90", "date": "2026-01-07"}));
    let r = setup.post("/sandbox/cobrancas/3/pay", &json!({}));
    assert_eq!((r.body["situacao"].as_str(), r.body["saldo"].as_str()), (Some("PAGA"), Some("0.00")));
    // Due 2026-02-10, 2026-03-10 and 2026-04-10.
    setup.post("/sandbox/clock", &json!({"date": "2026-02-11"}));
    for (filter, expected) in [
        ("situacao=VENCIDA", "1"),
        ("situacao=PAGA&situacao=PAGA_PARCIAL", "2 3"),
        ("situacao=EM_ABERTO", ""),
        ("clienteId=1&contratoId=1", "1 2 3"),
        ("clienteId=2", ""),
        ("de=2026-03-01&ate=2026-03-31", "2"),
        ("tipoData=EMISSAO&ate=2026-01-06", "1 2"),
        ("tipoData=PAGAMENTO&de=2026-01-08", "3"),
        ("tipoData=COMPETENCIA&de=2026-02-15&ate=2026-03-01", "2 3"),
        ("competencia=2026-02", "2"),
        ("valorMin=114.91", ""),
        ("valorMax=114.90", "1 2 3"),
        ("nossoNumero=0000000002", "2"),
        ("numeroDocumento=FAT-00000003", "3"),
        ("ordenarPor=VENCIMENTO&ordem=DECRESCENTE", "3 2 1"),
        ("ordenarPor=VALOR&ordem=DECRESCENTE", "1 2 3"),
    ] {
        let r = setup.get(&format!("/api/v1/cobrancas?{filter}"));
        let ids: Vec<_> = r.body["data"].as_array().unwrap().iter().filter_map(|c| c["id"].as_str()).collect();
        assert_eq!(ids.join(" "), expected, "{filter}");
    }
}

#[test]
fn the_clock_goes_forward_only_and_bills_on_its_way() {
    let mut setup = Setup::with_contrato();
    assert_eq!(setup.get("/sandbox/clock").body, json!({"now": "2026-01-05T12:00:00Z", "today": "2026-01-05"}));
    let r = setup.post("/sandbox/clock", &json!({"now": "2026-04-01T12:00:00Z"}));
    assert_eq!((&r.body["cobrancas"], &r.body["totalAmount"]), (&json!(3), &json!("344.70")));
    for bad in [json!({"data": "2026-03-31"}), json!({"days": -1}), json!({"data": "2099-01-01"}), json!({})] {
        assert_eq!(setup.post("/sandbox/clock", &bad).status, 422, "{bad}");
    }
    for days in [i64::MAX, i64::MIN, i64::MAX / 24, 1 << 40, 8_000_000, 3654] {
        assert_eq!(setup.post("/sandbox/clock", &json!({"days": days})).status, 422, "{days}");
    }
    for days in ["99999999999999999999", "1e9", "1.5", "\"1\""] {
        let body = format!("{{\"dias\":{days}}}");
        assert_eq!(setup.send_request("POST", "/sandbox/clock", &body, &[]).status, 422, "{days}");
    }
    // The caller's own clock keeps running on top of it.
    setup.now += jiff::SignedDuration::from_hours(1);
    assert_eq!(setup.get("/sandbox/clock").body["now"], "2026-04-01T13:00:00Z");
    let r = setup.post("/sandbox/reset", &json!({}));
    assert_eq!((&r.body["clientes"]["total"], &r.body["servicos"]["total"]), (&json!(0), &json!(6)));
    assert_eq!(setup.get("/sandbox/clock").body["now"], "2026-01-05T13:00:00Z");
}

#[test]
fn faults_strike_before_or_after_the_work() {
    let mut setup = Setup::with_contrato();
    let mut total = 0;
    for (rule, status, connection, done) in [
        (json!({"kind": "rate_limit", "retryAfter": 3}), 429, Some(ConnectionFault::Normal), false),
        (json!({"kind": "error", "status": 502}), 502, Some(ConnectionFault::Normal), false),
        (json!({"kind": "drop_before"}), 503, Some(ConnectionFault::Drop), false),
        (json!({"kind": "drop_after"}), 201, Some(ConnectionFault::Drop), true),
        (json!({"kind": "malformed"}), 201, None, true),
    ] {
        let mut rule = rule;
        rule["operation"] = json!("consumos.incluir");
        rule["times"] = json!(1);
        setup.post("/sandbox/faults", &json!({"seed": 1, "rules": [rule]}));
        let body = consumo(&format!("U{total}"), "1");
        let r = setup.post("/api/v1/consumos", &body);
        assert_eq!((r.status, r.connection), (status, connection), "{rule}");
        assert_eq!(r.header("retry-after"), (status == 429).then_some("3"));
        assert_eq!(setup.service.state().consumos.total, total + usize::from(done), "{rule}");
        assert_eq!(setup.service.state().faults, 1);
        // Asked again, the platform answers, and the work is done once.
        let r = setup.post("/api/v1/consumos", &body);
        assert_eq!((r.status, r.connection), (if done { 200 } else { 201 }, None));
        total += 1;
        assert_eq!(setup.service.state().consumos.total, total);
    }
    assert_eq!(setup.post("/sandbox/faults", &json!({"rules": [{"kind": "fogo"}]})).status, 422);
}

#[test]
fn a_method_that_an_address_lacks_is_answered_with_those_it_has() {
    let mut setup = Setup::with_contrato();
    for (method, target, allow) in [
        ("DELETE", "/api/v1/clientes", "GET, POST"),
        ("PATCH", "/api/v1/clientes/1", "GET, POST, DELETE"),
        ("GET", "/api/v1/contratos/1/ativar", "POST"),
        ("BREW", "/api/v1/cobrancas", "GET"),
        ("DELETE", "/sandbox/clock", "GET, POST"),
        ("GET", "/sandbox/cobrancas/1/pay", "POST"),
    ] {
        let r = setup.send_request(method, target, "", &[]);
        assert_eq!((r.status, r.header("allow")), (405, Some(allow)), "{method} {target}");
    }
    for target in ["/sandbox/", "/sandbox/nada", "/api/v1/nada"] {
        let r = setup.send_request("POST", target, "", &[]);
        assert_eq!((r.status, r.header("allow")), (404, None), "{target}");
    }
}

#[test]
fn a_query_parameter_without_a_value_is_refused() {
    let mut setup = Setup::with_contrato();
    for query in ["nome=", "nome", "situacao=", "cpfCnpj=&nome=Ana", "pagina=", "tamanhoPagina"] {
        let r = setup.get(&format!("/api/v1/clientes?{query}"));
        assert_eq!((r.status, r.body["title"].as_str()), (422, Some("parametro_invalido")), "{query}");
    }
    assert_eq!(setup.get("/api/v1/clientes?&nome=Ana&").status, 200);
}

#[test]
fn nothing_that_is_sent_makes_it_panic() {
    let mut setup = Setup::with_contrato();
    let bodies =
        ["", "null", "{}", "[]", "\"x\"", "{\"\\u0000\":1}", "{\"itens\":{}}", "\u{feff}{}", "{\"now\":1e999}"];
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "", "BREW"] {
        for target in [
            "",
            "/",
            "?",
            "/sandbox/",
            "/sandbox/x",
            "/sandbox/clock",
            "/sandbox/faturar",
            "/sandbox/faults",
            "/sandbox/cobrancas//pay",
            "/sandbox/cobrancas/1/pay",
            "/api/v1/clientes",
            "/api/v1/clientes/%ff",
            "/api/v1/clientes/4294967296",
            "/api/v1/consumos?%",
            "/api/v1/consumos?pagina=18446744073709551615",
            "/api/v1/contratos/1/suspender",
            "/api/v1/cobrancas?de=2026-02-30",
        ] {
            for body in bodies {
                setup.send_request(method, target, body, &[("idempotency-key", "\u{7f}"), ("x-request-id", "")]);
            }
        }
    }
}
