use smartbill_documents::Language;

use super::*;

fn response(status: u16, body: &str) -> Response {
    Response { status, headers: vec![], body: bytes::Bytes::copy_from_slice(body.as_bytes()) }
}

fn secrets() -> Secrets {
    Secrets::of(&Profile::built_in(), Some("segredo-123"))
}

fn error(status: u16, body: &str) -> Error {
    let profile =
        Profile::from_toml("[fields.Cliente]\ncpfCnpj = \"tax_id\"\n[fields.Endereco]\nbairro = \"province\"", "x")
            .unwrap();
    read(&profile, Operation::ClientesIncluir, &response(status, body), &secrets())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_envelope_becomes_one_error() {
    type Case = (
        &'static str,
        u16,
        &'static str,
        ErrorKind,
        Option<&'static str>,
        &'static str,
        &'static [(&'static str, &'static str)],
    );
    let cases: [Case; 14] = [
        (
            "Asaas",
            400,
            r#"{"errors":[{"code":"invalid_cpf","description":"CPF inválido"},{"code":"x","description":"y"}]}"#,
            ErrorKind::Rejected,
            Some("invalid_cpf"),
            "the platform refused (HTTP 400): CPF inválido",
            &[],
        ),
        (
            "Omie",
            500,
            r#"{"faultstring":"ERROR: Cliente já cadastrado","faultcode":"SOAP-ENV:Client-102"}"#,
            ErrorKind::Rejected,
            Some("SOAP-ENV:Client-102"),
            "the platform refused (HTTP 500): ERROR: Cliente já cadastrado",
            &[],
        ),
        (
            "Omie with status 200",
            200,
            r#"{"faultstring":"Falha interna","faultcode":"SOAP-ENV:Server"}"#,
            ErrorKind::Server,
            Some("SOAP-ENV:Server"),
            "the platform failed (HTTP 200): Falha interna",
            &[],
        ),
        (
            "Omie, newer",
            403,
            r#"{"code":"8020","description":"Consumo indevido","referer":"x","fatal":true}"#,
            ErrorKind::Permission,
            Some("8020"),
            "the credentials do not allow this operation (HTTP 403): Consumo indevido",
            &[],
        ),
        (
            "BACEN",
            422,
            r#"{"type":"https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida","title":"Inválida","status":422,"detail":"Falhou","violacoes":[{"razao":"fora do padrão","propriedade":"tax_id","valor":"12345678909"}]}"#,
            ErrorKind::Rejected,
            Some("CobOperacaoInvalida"),
            "the platform refused (HTTP 422): Falhou",
            &[("cpfCnpj", "fora do padrão")],
        ),
        (
            "Lago",
            422,
            r#"{"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":{"tax_id":["value_is_invalid","too_short"],"endereco.province":["blank"]}}"#,
            ErrorKind::Rejected,
            Some("validation_errors"),
            "the platform refused (HTTP 422): Unprocessable Entity",
            &[("cpfCnpj", "value_is_invalid"), ("cpfCnpj", "too_short"), ("endereco.bairro", "blank")],
        ),
        (
            "Rails",
            422,
            r#"{"errors":{"email":["inválido"]}}"#,
            ErrorKind::Rejected,
            None,
            "the platform refused (HTTP 422)",
            &[("email", "inválido")],
        ),
        (
            "a sentence",
            404,
            r#"{"errors":"Not Found"}"#,
            ErrorKind::NotFound,
            None,
            "not found (HTTP 404): Not Found",
            &[],
        ),
        (
            "nested",
            409,
            r#"{"error":{"code":"repetido","message":"já existe"}}"#,
            ErrorKind::Conflict,
            Some("repetido"),
            "in conflict with the present state (HTTP 409): já existe",
            &[],
        ),
        (
            "nothing",
            401,
            "",
            ErrorKind::Authentication,
            None,
            "the platform does not accept the credentials (HTTP 401)",
            &[],
        ),
        (
            "a proxy",
            502,
            "<html><head><title>502 Bad\n Gateway</title></head></html>",
            ErrorKind::Server,
            None,
            "HTTP 502: the answer is an HTML page (`502 Bad Gateway`), not the API's; check the address and the proxy",
            &[],
        ),
        ("plain text", 503, "upstream gone", ErrorKind::Server, None, "the platform failed (HTTP 503)", &[]),
        ("proxy credentials", 407, "", ErrorKind::Connection, None, "the proxy asks for credentials (HTTP 407)", &[]),
        ("odd JSON", 500, "[[1,null],{}]", ErrorKind::Server, None, "the platform failed (HTTP 500)", &[]),
    ];
    for (name, status, body, kind, code, message, fields) in cases {
        let e = error(status, body);
        let d = e.details();
        assert_eq!(e.kind(), kind, "{name}");
        assert_eq!(d.server_code.as_deref(), code, "{name}");
        assert_eq!(e.message(Language::En), message, "{name}");
        let found: Vec<_> = d.fields.iter().map(|f| (f.path.as_str(), f.message.as_str())).collect();
        assert_eq!(found, fields, "{name}");
        assert_eq!(d.status, Some(status));
    }
}

#[test]
fn a_write_says_what_became_of_it() {
    for (status, outcome) in [
        (400, Outcome::Rejected),
        (429, Outcome::Rejected),
        (500, Outcome::Unknown),
        (408, Outcome::Unknown),
        (302, Outcome::Unknown),
    ] {
        assert_eq!(error(status, "").details().outcome, Some(outcome), "{status}");
    }
    let read = read(&Profile::built_in(), Operation::ClientesObter, &response(500, ""), &secrets());
    assert_eq!(read.details().outcome, None);
}

#[test]
fn a_redirect_names_its_host_and_no_more() {
    let mut r = response(302, "");
    r.headers.push(("location".into(), "https://user:secret@other.example/login?token=1".into()));
    let e = read(&Profile::built_in(), Operation::ClientesObter, &r, &secrets());
    assert_eq!(
        e.message(Language::En),
        "redirect to `other.example` not followed (HTTP 302); correct the base address"
    );
}

#[test]
fn personal_data_and_long_bodies_stay_out() {
    let long = "é".repeat(5000);
    let body = format!(
        r#"{{"message":"CPF 123.456.789-09 de maria.silva@example.com.br já existe (limite 60)","tax_id":"99","nome":"Maria","x":[{{"email":"a@b.co"}}],"z":"{long}"}}"#
    );
    let e = error(409, &body);
    let shown = format!("{e} {e:?}");
    for secret in ["123", "789", "maria.silva", "example.com", "Maria", "\"99", "a@b"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(e.message(Language::En).ends_with("CPF ***.***.***-** de ***@*** já existe (limite 60)"));
    assert!(e.details().body.as_ref().unwrap().len() <= BODY_LIMIT + '…'.len_utf8());
}

#[test]
fn what_is_personal_is_hidden_by_its_name_in_whole_cut_and_broken_bodies() {
    let shown = |body: &str| error(500, body).details().body.clone().unwrap_or_default();
    for (body, expected) in [
        (r#"{"nome":"Ana \"M\"", "grupo":"ouro"}"#, r#"{"nome":"***","grupo":"ouro"}"#),
        (r#"{"nome":"Ana Maria","endereco":{"logradouro":"Rua A"#, r#"{"nome":"***","endereco":{"logradouro":"***""#),
        (r#"[{"NOME" : "Ana","PROVINCE":"Centro"},]"#, r#"[{"NOME":"***","PROVINCE":"***"},]"#),
        (r#"{"numero":12,"tax_id":null,"id":7}"#, r#"{"numero":"***","tax_id":null,"id":7}"#),
        (r#"{"nome":["curto"],"errors":{"nome":["vazio"]}}"#, r#"{"nome":["curto"],"errors":{"nome":["vazio"]}}"#),
        ("<c><nome>Ana</nome><id>7</id><bairro/><nome>Be", "<c><nome>***</nome><id>7</id><bairro/><nome>***"),
        (r#"{"nome""#, r#"{"nome""#),
        (r#"{"nome":"#, r#"{"nome":"#),
    ] {
        assert_eq!(shown(body), expected, "{body}");
    }
    // For an answer that contradicts the profile, or a listing that is cut short, secrets are hidden too.
    let profile = Profile::built_in();
    for body in [r#"{"itens":{"nome":"Ana"},"dados":1}"#, r#"[{"nome":"Ana","itens":3"#] {
        let response = response(200, body);
        let bounds = crate::api::read::Bounds::new(1 << 20, 100);
        let (operation, secrets) = (Operation::ClientesListar, secrets());
        let e =
            crate::api::read::read(&profile, crate::api::Call::new(operation, None, None), &response, bounds, &secrets);
        let e = e.unwrap_err();
        assert!(e.details().body.is_some() && !format!("{e:?}").contains("Ana"), "{e:?}");
    }
}

#[test]
fn waits_are_read_in_every_form() {
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    for (name, value, expected) in [
        ("retry-after", "3", Some(3000)),
        ("retry-after", "0.5", Some(500)),
        ("retry-after-ms", "250", Some(250)),
        ("retry-after", "Mon, 23 Nov 2026 12:00:05 GMT", Some(5000)),
        ("retry-after", "Mon, 23 Nov 2026 11:00:00 GMT", Some(0)),
        ("retry-after", "-1", None),
        ("retry-after", "NaN", None),
        ("retry-after", "1e400", None),
        ("retry-after", "soon", None),
        ("x", "3", None),
    ] {
        let mut r = response(429, "");
        r.headers.push((name.into(), value.into()));
        assert_eq!(retry_after(&r, now), expected.map(Duration::from_millis), "{name}: {value}");
    }
}

#[test]
fn the_token_that_a_server_repeats_is_kept_from_errors() {
    let padding = |n: usize| "x".repeat(n);
    // The parts of an error are cut and masked. That must not leave a part of the token.
    let bodies = [
        r#"{"message":"token segredo-123 expired","code":"segredo-123"}"#.to_owned(),
        r#"{"errors":[{"field":"segredo-123","message":"Bearer segredo-123","code":"segredo-123"}]}"#.to_owned(),
        r#"{"message":"\u0073egredo-123","requestId":"segredo-123","segredo-123":1}"#.to_owned(),
        r#"{"detail":"Basic c2VncmVkby0xMjM6"}"#.to_owned(),
        "<html><title>segredo-123</title>segredo-123</html>".to_owned(),
        "no JSON: authorization: Bearer segredo-123".to_owned(),
        format!("{}segredo-123", padding(BODY_LIMIT - 5)),
        format!("{}segredo-123{}", padding(2 * BODY_LIMIT - 5), padding(50)),
        "segredo-123 ".repeat(400),
        format!("{{\"message\":\"{}segredo-123\"}}", padding(SENTENCE_LIMIT - 5)),
    ];
    for status in [200, 302, 401, 407, 422, 500] {
        for body in &bodies {
            let mut response = response(status, body);
            response.headers.push(("x-request-id".into(), "r-segredo-123".into()));
            response.headers.push(("location".into(), "https://segredo-123.example/".into()));
            let error = read(&Profile::built_in(), Operation::ClientesIncluir, &response, &secrets());
            let shown = format!("{error} {error:?} {}", error.message(Language::PtBr));
            for part in ["egredo", "segre", "do-12", "c2VncmVkby0"] {
                assert!(!shown.contains(part), "{status} {body:.80} {shown}");
            }
        }
    }
}
