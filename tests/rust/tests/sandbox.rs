//! The sandbox as a function: a request and an instant in, an answer out.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

use jiff::Timestamp;
use serde_json::{Value, json};
use smartbill_core::profile::Profile;
use smartbill_sandbox::{Conexao, Pedido, Service, TOKEN};

struct Mesa {
    service: Service,
    agora: Timestamp,
}

struct Resposta {
    status: u16,
    cabecalhos: Vec<(String, String)>,
    corpo: Value,
    conexao: Option<Conexao>,
}

impl Resposta {
    fn cabecalho(&self, nome: &str) -> Option<&str> {
        self.cabecalhos.iter().find(|(n, _)| n == nome).map(|(_, v)| v.as_str())
    }

    /// The paths of the fields complained about.
    fn campos(&self) -> Vec<&str> {
        let violacoes = self.corpo["violacoes"].as_array();
        violacoes.into_iter().flatten().filter_map(|v| v["propriedade"].as_str()).collect()
    }
}

impl Mesa {
    fn nova() -> Self {
        let agora: Timestamp = "2026-01-05T12:00:00Z".parse().unwrap();
        let mut service = Service::new(Profile::padrao(), TOKEN, agora);
        service.semear();
        Self { service, agora }
    }

    fn pedir(&mut self, metodo: &str, alvo: &str, corpo: &str, extras: &[(&str, &str)]) -> Resposta {
        let mut cabecalhos = vec![("authorization".to_owned(), format!("Bearer {TOKEN}"))];
        for (nome, valor) in extras {
            cabecalhos.retain(|(n, _)| n != nome);
            cabecalhos.push(((*nome).to_owned(), (*valor).to_owned()));
        }
        let pedido = Pedido { metodo, alvo, cabecalhos: &cabecalhos, corpo: corpo.as_bytes() };
        let r = self.service.handle(&pedido, self.agora);
        Resposta {
            status: r.status,
            cabecalhos: r.cabecalhos,
            corpo: serde_json::from_slice(&r.corpo).unwrap_or(Value::Null),
            conexao: r.falha.map(|f| f.conexao),
        }
    }

    fn post(&mut self, alvo: &str, corpo: &Value) -> Resposta {
        self.pedir("POST", alvo, &corpo.to_string(), &[])
    }

    fn get(&mut self, alvo: &str) -> Resposta {
        self.pedir("GET", alvo, "", &[])
    }

    /// A customer and an active contract with an item of each kind.
    fn com_contrato() -> Self {
        let mut mesa = Self::nova();
        assert_eq!(mesa.post("/api/v1/clientes", &cliente("C1")).status, 201);
        assert_eq!(mesa.post("/api/v1/contratos", &contrato("CT1")).status, 201);
        assert_eq!(mesa.post("/api/v1/contratos/1/ativar", &json!({})).status, 200);
        mesa
    }
}

fn cliente(codigo: &str) -> Value {
    json!({"codigoExterno": codigo, "nome": "Ana Lima", "cpfCnpj": "12345678909"})
}

fn contrato(codigo: &str) -> Value {
    json!({
        "codigoExterno": codigo, "clienteCodigoExterno": "C1", "dataInicio": "2026-01-01", "dataFim": "2026-12-31",
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
    let mut mesa = Mesa::nova();
    let r = mesa.pedir("GET", "/api/v1/clientes", "", &[("authorization", "Bearer outro")]);
    assert_eq!((r.status, r.corpo["title"].as_str()), (401, Some("nao_autenticado")));
    assert_eq!(mesa.get("/api/v1/nada").status, 404);
    assert_eq!(mesa.pedir("PUT", "/api/v1/clientes", "", &[]).status, 405);
    assert_eq!(mesa.get("/api/v1/clientes/01").status, 404);
    assert_eq!(mesa.get("/api/v1/clientes/99").status, 404);
    let r = mesa.pedir("POST", "/api/v1/clientes", "{\"nome\":", &[]);
    assert_eq!((r.status, r.corpo["title"].as_str()), (400, Some("json_invalido")));
    let r = mesa.pedir("POST", "/api/v1/clientes", "[]", &[]);
    assert_eq!(r.status, 422);
    let profundo = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(mesa.pedir("POST", "/api/v1/clientes", &profundo, &[]).status, 400);
}

#[test]
fn every_violation_is_named_in_the_language_asked_for() {
    let mut mesa = Mesa::nova();
    let ruim = r#"{"nome":"A","cpfCnpj":"12345678900","telefon":"1","endereco":{"cep":"x"}}"#;
    let r = mesa.pedir("POST", "/api/v1/clientes", ruim, &[("accept-language", "en")]);
    assert_eq!(r.status, 422);
    assert_eq!(r.campos(), ["nome", "cpfCnpj", "telefon", "endereco.cep"]);
    assert_eq!(r.corpo["detail"], "some fields are invalid");
    assert_eq!(mesa.service.estado().clientes.total, 0);
}

#[test]
fn a_key_does_its_work_once() {
    let mut mesa = Mesa::nova();
    let corpo = cliente("C1").to_string();
    let chave = [("idempotency-key", "k1")];
    let primeira = mesa.pedir("POST", "/api/v1/clientes", &corpo, &chave);
    assert_eq!((primeira.status, primeira.cabecalho("x-resultado")), (201, Some("created")));
    assert_eq!(primeira.cabecalho("idempotent-replayed"), None);
    mesa.agora += jiff::SignedDuration::from_mins(5);
    let outra = mesa.pedir("POST", "/api/v1/clientes", &corpo, &chave);
    assert_eq!((outra.status, &outra.corpo), (201, &primeira.corpo));
    assert_eq!(outra.cabecalho("idempotent-replayed"), Some("true"));
    let r = mesa.pedir("POST", "/api/v1/clientes", &cliente("C2").to_string(), &chave);
    assert_eq!((r.status, r.corpo["title"].as_str()), (422, Some("chave_reutilizada")));
    // The same key and body for another operation is another request.
    let r = mesa.pedir("POST", "/api/v1/clientes/1", &corpo, &chave);
    assert_eq!(r.corpo["title"].as_str(), Some("chave_reutilizada"));
    assert_eq!(mesa.service.estado().clientes.total, 1);
    assert_eq!(mesa.service.estado().repeticoes, 1);
}

#[test]
fn a_refusal_leaves_its_key_free() {
    let mut mesa = Mesa::nova();
    let chave = [("idempotency-key", "k1")];
    assert_eq!(mesa.pedir("POST", "/api/v1/clientes", r#"{"nome":"A"}"#, &chave).status, 422);
    assert_eq!(mesa.pedir("POST", "/api/v1/clientes", &cliente("C1").to_string(), &chave).status, 201);
}

#[test]
fn external_codes_are_unique() {
    let mut mesa = Mesa::com_contrato();
    let r = mesa.post("/api/v1/clientes", &cliente("C1"));
    assert_eq!((r.status, r.campos()), (409, vec!["codigoExterno"]));
    assert_eq!(mesa.post("/api/v1/contratos", &contrato("CT1")).status, 409);
    // A change cannot take another's code either; its own code is no conflict.
    mesa.post("/api/v1/clientes", &cliente("C2"));
    assert_eq!(mesa.post("/api/v1/clientes/2", &json!({"codigoExterno": "C1"})).status, 409);
    assert_eq!(mesa.post("/api/v1/clientes/2", &json!({"codigoExterno": "C3"})).status, 200);
    assert_eq!(mesa.post("/api/v1/clientes", &cliente("C2")).status, 201);
    // Usage: the same record again is done already, another under its identifier is a conflict.
    assert_eq!(mesa.post("/api/v1/consumos", &consumo("U1", "5")).status, 201);
    let r = mesa.post("/api/v1/consumos", &consumo("U1", "5.0"));
    assert_eq!((r.status, r.cabecalho("x-resultado")), (200, Some("already_done")));
    let r = mesa.post("/api/v1/consumos", &consumo("U1", "6"));
    assert_eq!((r.status, r.campos()), (409, vec!["idExterno"]));
    let estado = mesa.service.estado();
    assert_eq!((estado.consumos.total, estado.consumos.repetidos, estado.inclusoes_repetidas), (1, 0, 4));
    // Removed, it gives its identifier back.
    assert_eq!(mesa.pedir("DELETE", "/api/v1/consumos/1", "", &[]).status, 200);
    let r = mesa.pedir("DELETE", "/api/v1/consumos/1", "", &[]);
    assert_eq!(r.cabecalho("x-resultado"), Some("already_done"));
    assert_eq!(mesa.post("/api/v1/consumos", &consumo("U1", "6")).status, 201);
    assert_eq!(mesa.service.estado().consumos.removidos, 1);
}

#[test]
fn a_change_keeps_what_it_does_not_name_and_clears_what_is_null() {
    let mut mesa = Mesa::nova();
    let mut novo = cliente("C1");
    novo["email"] = json!("ana@example.com");
    novo["endereco"] = json!({"cep": "01310100", "uf": "SP"});
    mesa.post("/api/v1/clientes", &novo);
    mesa.agora += jiff::SignedDuration::from_mins(1);
    let r = mesa.post("/api/v1/clientes/1", &json!({"nome": "Ana Lima", "email": "ana@example.com"}));
    assert_eq!(r.cabecalho("x-resultado"), Some("unchanged"));
    assert_eq!(r.corpo["alteradoEm"], r.corpo["criadoEm"]);
    let r = mesa.post("/api/v1/clientes/1", &json!({"email": null, "endereco": {"numero": "10"}}));
    assert_eq!(r.cabecalho("x-resultado"), Some("updated"));
    assert_eq!(r.corpo.get("email"), None);
    assert_eq!(r.corpo["endereco"], json!({"cep": "01310100", "uf": "SP", "numero": "10"}));
    assert_ne!(r.corpo["alteradoEm"], r.corpo["criadoEm"]);
    // What a change leads to is held to the rules of the whole.
    assert_eq!(mesa.post("/api/v1/clientes/1", &json!({"tipoPessoa": "JURIDICA"})).campos(), ["tipoPessoa"]);
    assert_eq!(mesa.post("/api/v1/clientes/1", &json!({"nome": null})).campos(), ["nome"]);
    // Removed, a customer is inactive; a change brings it back.
    let r = mesa.pedir("DELETE", "/api/v1/clientes/1", "", &[]);
    assert_eq!(r.corpo["situacao"], "INATIVO");
    let r = mesa.post("/api/v1/clientes/1", &json!({}));
    assert_eq!((r.corpo["situacao"].as_str(), r.cabecalho("x-resultado")), (Some("ATIVO"), Some("updated")));
}

#[test]
fn contracts_need_what_they_refer_to() {
    let mut mesa = Mesa::nova();
    assert_eq!(mesa.post("/api/v1/contratos", &contrato("CT1")).campos(), ["clienteCodigoExterno"]);
    mesa.post("/api/v1/clientes", &cliente("C1"));
    let mut c = contrato("CT1");
    c["itens"][1]["servicoCodigo"] = json!("NADA");
    assert_eq!(mesa.post("/api/v1/contratos", &c).campos(), ["itens[1].servicoCodigo"]);
    mesa.pedir("DELETE", "/api/v1/clientes/1", "", &[]);
    assert_eq!(mesa.post("/api/v1/contratos", &contrato("CT1")).campos(), ["clienteCodigoExterno"]);
}

#[test]
fn actions_answer_with_the_contract_or_the_reason() {
    let mut mesa = Mesa::com_contrato();
    let r = mesa.post("/api/v1/contratos/1/ativar", &json!({}));
    assert_eq!((r.status, r.cabecalho("x-resultado")), (200, Some("already_done")));
    assert_eq!(mesa.post("/api/v1/contratos/1/cancelar", &json!({})).campos(), ["motivo"]);
    let r = mesa.post("/api/v1/contratos/1/suspender", &json!({"motivo": "férias", "data": "2026-02-01"}));
    assert_eq!(
        (r.corpo["situacao"].as_str(), r.corpo["historico"][1]["data"].as_str()),
        (Some("ATIVO"), Some("2026-02-01"))
    );
    mesa.post("/sandbox/relogio", &json!({"data": "2026-02-01"}));
    assert_eq!(mesa.get("/api/v1/contratos/1").corpo["situacao"], "SUSPENSO");
    mesa.post("/api/v1/contratos/1/cancelar", &json!({"motivo": "mudou"}));
    let r = mesa.post("/api/v1/contratos/1/ativar", &json!({}));
    assert_eq!((r.status, r.corpo["title"].as_str()), (409, Some("transicao_invalida")));
}

#[test]
fn usage_needs_an_active_contract_its_service_and_its_term() {
    let mut mesa = Mesa::com_contrato();
    let com = |campo: &str, valor: &str| {
        let mut c = consumo("U", "1");
        c[campo] = json!(valor);
        c
    };
    for (corpo, campo, codigo) in [
        (com("contratoCodigoExterno", "NADA"), "contratoCodigoExterno", "nao_encontrado"),
        (com("servicoCodigo", "NADA"), "servicoCodigo", "nao_encontrado"),
        (com("servicoCodigo", "INTERNET-100"), "servicoCodigo", "servico_fora_do_contrato"),
        (com("servicoCodigo", "ARMAZENAMENTO"), "servicoCodigo", "servico_fora_do_contrato"),
        (com("competencia", "2025-12"), "competencia", "fora_da_vigencia"),
        (com("competencia", "2027-01"), "competencia", "fora_da_vigencia"),
        (com("quantidade", "0"), "quantidade", "nao_positivo"),
    ] {
        let r = mesa.post("/api/v1/consumos", &corpo);
        assert_eq!((r.status, r.campos()), (422, vec![campo]), "{corpo}");
        assert_eq!(r.corpo["violacoes"][0]["codigo"], codigo);
    }
    mesa.post("/api/v1/contratos/1/suspender", &json!({}));
    let r = mesa.post("/api/v1/consumos", &consumo("U", "1"));
    assert_eq!(r.corpo["violacoes"][0]["codigo"], "contrato_nao_ativo");
}

#[test]
fn usage_is_changed_until_it_is_billed() {
    let mut mesa = Mesa::com_contrato();
    mesa.post("/api/v1/consumos", &consumo("U1", "5"));
    let r = mesa.pedir("PUT", "/api/v1/consumos/1", r#"{"quantidade": "7"}"#, &[]);
    assert_eq!((r.cabecalho("x-resultado"), r.corpo["quantidade"].as_str()), (Some("updated"), Some("7")));
    let r = mesa.pedir("PUT", "/api/v1/consumos/1", &consumo("U1", "7.00").to_string(), &[]);
    assert_eq!(r.cabecalho("x-resultado"), Some("unchanged"));
    let r = mesa.post("/sandbox/faturar", &json!({"competencia": "2026-01"}));
    // The service's minimum of 15.00 (7 × 0.12 = 0.84 is below it) and 99.90.
    assert_eq!(r.corpo, json!({"competencia": "2026-01", "cobrancas": 1, "consumos": 1, "valorTotal": "114.90"}));
    for metodo in ["PUT", "DELETE"] {
        let r = mesa.pedir(metodo, "/api/v1/consumos/1", "{}", &[]);
        assert_eq!((r.status, r.corpo["title"].as_str()), (409, Some("consumo_faturado")));
    }
    let r = mesa.get("/api/v1/consumos/1").corpo;
    assert_eq!((&r["faturado"], &r["cobrancaId"], &r["situacao"]), (&json!(true), &json!("1"), &json!("FATURADO")));
}

#[test]
fn listings_are_filtered_sorted_and_cut_into_pages() {
    let mut mesa = Mesa::com_contrato();
    for i in 0..25 {
        mesa.post("/api/v1/consumos", &consumo(&format!("U{i}"), "1"));
    }
    let ids = |r: &Resposta| -> Vec<String> {
        r.corpo["data"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
    };
    let r = mesa.get("/api/v1/consumos?tamanhoPagina=10&pagina=3");
    assert_eq!(ids(&r), ["21", "22", "23", "24", "25"]);
    assert_eq!(r.corpo["meta"], json!({"current_page": 3, "total_pages": 3, "total_count": 25}));
    assert!(ids(&mesa.get("/api/v1/consumos?tamanhoPagina=10&pagina=99")).is_empty());
    assert_eq!(ids(&mesa.get("/api/v1/consumos?idExterno=U7")), ["8"]);
    assert_eq!(ids(&mesa.get("/api/v1/consumos?contratoCodigoExterno=CT1&competencia=2026-02")).len(), 0);
    mesa.pedir("DELETE", "/api/v1/consumos/3", "", &[]);
    assert_eq!(ids(&mesa.get("/api/v1/consumos?tamanhoPagina=3")), ["1", "2", "4"]);
    assert_eq!(ids(&mesa.get("/api/v1/consumos?situacao=REMOVIDO")), ["3"]);
    for ruim in ["tamanhoPagina=0", "tamanhoPagina=101", "pagina=0", "pagina=x", "nada=1", "competencia=13/2026"] {
        assert_eq!(mesa.get(&format!("/api/v1/consumos?{ruim}")).status, 422, "{ruim}");
    }
    mesa.agora = "2026-01-06T12:00:00Z".parse().unwrap();
    mesa.pedir("PUT", "/api/v1/consumos/9", r#"{"quantidade": "2"}"#, &[]);
    assert_eq!(ids(&mesa.get("/api/v1/consumos?alteradoDesde=2026-01-06T00:00:00Z")), ["9"]);
}

#[test]
fn charges_are_found_by_every_filter() {
    let mut mesa = Mesa::com_contrato();
    for mes in ["2026-01", "2026-02", "2026-03"] {
        mesa.post("/sandbox/faturar", &json!({"competencia": mes}));
        mesa.post("/sandbox/relogio", &json!({"dias": 1}));
    }
    mesa.post("/sandbox/cobrancas/2/pagar", &json!({"valor": "14.90", "data": "2026-01-07"}));
    let r = mesa.post("/sandbox/cobrancas/3/pagar", &json!({}));
    assert_eq!((r.corpo["situacao"].as_str(), r.corpo["saldo"].as_str()), (Some("PAGA"), Some("0.00")));
    // Due 2026-02-10, 2026-03-10 and 2026-04-10.
    mesa.post("/sandbox/relogio", &json!({"data": "2026-02-11"}));
    for (filtro, esperado) in [
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
        let r = mesa.get(&format!("/api/v1/cobrancas?{filtro}"));
        let ids: Vec<_> = r.corpo["data"].as_array().unwrap().iter().filter_map(|c| c["id"].as_str()).collect();
        assert_eq!(ids.join(" "), esperado, "{filtro}");
    }
}

#[test]
fn the_clock_goes_forward_only_and_bills_on_its_way() {
    let mut mesa = Mesa::com_contrato();
    assert_eq!(mesa.get("/sandbox/relogio").corpo, json!({"agora": "2026-01-05T12:00:00Z", "hoje": "2026-01-05"}));
    let r = mesa.post("/sandbox/relogio", &json!({"agora": "2026-04-01T12:00:00Z"}));
    assert_eq!((&r.corpo["cobrancas"], &r.corpo["valorTotal"]), (&json!(3), &json!("344.70")));
    for ruim in [json!({"data": "2026-03-31"}), json!({"dias": -1}), json!({"data": "2099-01-01"}), json!({})] {
        assert_eq!(mesa.post("/sandbox/relogio", &ruim).status, 422, "{ruim}");
    }
    for dias in [i64::MAX, i64::MIN, i64::MAX / 24, 1 << 40, 8_000_000, 3654] {
        assert_eq!(mesa.post("/sandbox/relogio", &json!({"dias": dias})).status, 422, "{dias}");
    }
    for dias in ["99999999999999999999", "1e9", "1.5", "\"1\""] {
        let corpo = format!("{{\"dias\":{dias}}}");
        assert_eq!(mesa.pedir("POST", "/sandbox/relogio", &corpo, &[]).status, 422, "{dias}");
    }
    // The caller's own clock keeps running on top of it.
    mesa.agora += jiff::SignedDuration::from_hours(1);
    assert_eq!(mesa.get("/sandbox/relogio").corpo["agora"], "2026-04-01T13:00:00Z");
    let r = mesa.post("/sandbox/reiniciar", &json!({}));
    assert_eq!((&r.corpo["clientes"]["total"], &r.corpo["servicos"]["total"]), (&json!(0), &json!(6)));
    assert_eq!(mesa.get("/sandbox/relogio").corpo["agora"], "2026-01-05T13:00:00Z");
}

#[test]
fn faults_strike_before_or_after_the_work() {
    let mut mesa = Mesa::com_contrato();
    let mut total = 0;
    for (regra, status, conexao, feito) in [
        (json!({"tipo": "limite", "retryAfter": 3}), 429, Some(Conexao::Normal), false),
        (json!({"tipo": "erro", "status": 502}), 502, Some(Conexao::Normal), false),
        (json!({"tipo": "queda_antes"}), 503, Some(Conexao::Cair), false),
        (json!({"tipo": "queda_depois"}), 201, Some(Conexao::Cair), true),
        (json!({"tipo": "malformado"}), 201, None, true),
    ] {
        let mut regra = regra;
        regra["operacao"] = json!("consumos.incluir");
        regra["vezes"] = json!(1);
        mesa.post("/sandbox/falhas", &json!({"semente": 1, "regras": [regra]}));
        let corpo = consumo(&format!("U{total}"), "1");
        let r = mesa.post("/api/v1/consumos", &corpo);
        assert_eq!((r.status, r.conexao), (status, conexao), "{regra}");
        assert_eq!(r.cabecalho("retry-after"), (status == 429).then_some("3"));
        assert_eq!(mesa.service.estado().consumos.total, total + usize::from(feito), "{regra}");
        assert_eq!(mesa.service.estado().falhas, 1);
        // Asked again, it answers, and the work is done once.
        let r = mesa.post("/api/v1/consumos", &corpo);
        assert_eq!((r.status, r.conexao), (if feito { 200 } else { 201 }, None));
        total += 1;
        assert_eq!(mesa.service.estado().consumos.total, total);
    }
    assert_eq!(mesa.post("/sandbox/falhas", &json!({"regras": [{"tipo": "fogo"}]})).status, 422);
}

#[test]
fn a_method_that_an_address_lacks_is_answered_with_those_it_has() {
    let mut mesa = Mesa::com_contrato();
    for (metodo, alvo, allow) in [
        ("DELETE", "/api/v1/clientes", "GET, POST"),
        ("PATCH", "/api/v1/clientes/1", "GET, POST, DELETE"),
        ("GET", "/api/v1/contratos/1/ativar", "POST"),
        ("BREW", "/api/v1/cobrancas", "GET"),
        ("DELETE", "/sandbox/relogio", "GET, POST"),
        ("GET", "/sandbox/cobrancas/1/pagar", "POST"),
    ] {
        let r = mesa.pedir(metodo, alvo, "", &[]);
        assert_eq!((r.status, r.cabecalho("allow")), (405, Some(allow)), "{metodo} {alvo}");
    }
    for alvo in ["/sandbox/", "/sandbox/nada", "/api/v1/nada"] {
        let r = mesa.pedir("POST", alvo, "", &[]);
        assert_eq!((r.status, r.cabecalho("allow")), (404, None), "{alvo}");
    }
}

#[test]
fn a_query_parameter_without_a_value_is_refused() {
    let mut mesa = Mesa::com_contrato();
    for consulta in ["nome=", "nome", "situacao=", "cpfCnpj=&nome=Ana", "pagina=", "tamanhoPagina"] {
        let r = mesa.get(&format!("/api/v1/clientes?{consulta}"));
        assert_eq!((r.status, r.corpo["title"].as_str()), (422, Some("parametro_invalido")), "{consulta}");
    }
    assert_eq!(mesa.get("/api/v1/clientes?&nome=Ana&").status, 200);
}

#[test]
fn nothing_that_is_sent_makes_it_panic() {
    let mut mesa = Mesa::com_contrato();
    let corpos =
        ["", "null", "{}", "[]", "\"x\"", "{\"\\u0000\":1}", "{\"itens\":{}}", "\u{feff}{}", "{\"agora\":1e999}"];
    for metodo in ["GET", "POST", "PUT", "PATCH", "DELETE", "", "BREW"] {
        for alvo in [
            "",
            "/",
            "?",
            "/sandbox/",
            "/sandbox/x",
            "/sandbox/relogio",
            "/sandbox/faturar",
            "/sandbox/falhas",
            "/sandbox/cobrancas//pagar",
            "/sandbox/cobrancas/1/pagar",
            "/api/v1/clientes",
            "/api/v1/clientes/%ff",
            "/api/v1/clientes/4294967296",
            "/api/v1/consumos?%",
            "/api/v1/consumos?pagina=18446744073709551615",
            "/api/v1/contratos/1/suspender",
            "/api/v1/cobrancas?de=2026-02-30",
        ] {
            for corpo in corpos {
                mesa.pedir(metodo, alvo, corpo, &[("idempotency-key", "\u{7f}"), ("x-request-id", "")]);
            }
        }
    }
}
