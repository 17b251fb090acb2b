//! The faults of a platform, or of a machine between it and the client.
//!
//! A fault has a name, so that plans, tables and other languages can refer to it. If a fault exists both with and
//! without the work being done, the name of the former ends in `_done`.

use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::json;

use crate::wire::{Answer, Step};

/// The data that a fault may need.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The address of the platform, such as `http://127.0.0.1:4000`.
    pub own: String,
    /// The address of another server, for redirects.
    pub other: String,
    /// The credential of the request.
    pub token: String,
    /// A time that is longer than a client waits for an answer.
    pub late: Duration,
}

/// Whether a fault occurs before or after the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing is done.
    Before,
    /// The work is done, and the answer is faulty.
    After,
}

/// When the fault called `name` occurs. `None` if there is no such fault.
#[must_use]
pub fn when(name: &str) -> Option<When> {
    if let Some(without) = name.strip_suffix("_done") {
        return when(without).map(|_| When::After);
    }
    if BEFORE.contains(&name) || status(name).is_some() {
        return Some(When::Before);
    }
    let of_a_family =
        ["redirect_", "429_after_", "503_after_"].iter().any(|f| name.strip_prefix(f).is_some_and(|n| !n.is_empty()));
    if of_a_family {
        return Some(When::Before);
    }
    AFTER.contains(&name).then_some(When::After)
}

/// The status of a fault that consists only of a status, such as `http_422`.
fn status(name: &str) -> Option<u16> {
    name.strip_prefix("http_")?.parse().ok()
}

/// The faults that occur instead of the work.
const BEFORE: &[&str] = &[
    "422_20MB",
    "echo_422",
    "echo_500",
    "fin_before_commit",
    "http_409_in_use",
    "http_422_problem",
    "html_200",
    "html_403",
    "html_407",
    "html_502",
    "read_timeout",
    "rst_before_commit",
    "says_codigo_500",
    "says_data_null",
    "says_empty",
    "says_empty_object",
    "says_erro",
    "says_error",
    "says_errors",
    "says_fault_client",
    "says_fault_server",
    "says_list_elsewhere",
    "says_null",
    "says_status_error",
    "says_success_false",
];

/// Faults of the answer.
const AFTER: &[&str] = &[
    "100_x1",
    "100_x5000",
    "103",
    "202_empty",
    "204",
    "205",
    "charset_latin1",
    "chunked_no_end",
    "content_type_none",
    "content_type_text",
    "drip_body",
    "drip_headers",
    "duplicate_content_length",
    "empty_200",
    "encoding_unknown",
    "endless_chunks",
    "endless_gzip",
    "endless_json",
    "fin_after_commit",
    "gzip",
    "gzip_lies",
    "header_2MB",
    "headers_10k",
    "http10_close",
    "http2_preface",
    "json_big_number",
    "json_bom",
    "json_data_list_of_numbers",
    "json_data_object",
    "json_deep_list",
    "json_deep_object",
    "json_duplicate_names",
    "json_id_object",
    "json_list",
    "json_list_of_null",
    "json_lone_surrogate",
    "json_malformed",
    "json_nan",
    "json_not_utf8",
    "json_nul_in_text",
    "json_null",
    "json_number",
    "json_text",
    "json_trailing",
    "json_true",
    "keep_then_close",
    "late",
    "length_and_chunks",
    "negative_content_length",
    "not_http",
    "one_bad_record",
    "records_8m",
    "rst_after_commit",
    "rst_mid_body",
    "set_cookie",
    "ssh_banner",
    "truncated_chunks",
    "truncated_length",
];

/// The steps to take instead of sending `answer`, the platform's normal answer.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table, one line or two for each fault")]
pub fn steps(name: &str, answer: &Answer, place: &Surroundings) -> Vec<Step> {
    let name = name.strip_suffix("_done").unwrap_or(name);
    let ok = answer.status;
    let send = |answer: Answer| vec![Step::Send(answer.bytes())];
    let raw = |text: &str| vec![Step::Send(text.as_bytes().to_vec()), Step::Close];
    let said = |body: serde_json::Value| send(Answer::json(ok, &body));
    let text = |body: &str| send(Answer::text(ok, "application/json", body));
    let html = |status: u16, title: &str| {
        let body = format!("<html><head><title>{title}</title></head><body>nginx</body></html>");
        send(Answer::text(status, "text/html; charset=utf-8", &body))
    };
    let whole = answer.bytes();
    let length = answer.body.len();
    let half = |of: &[u8], from: usize| of.get(..from + length / 2).unwrap_or(of).to_vec();
    let head = format!("{}content-length: {length}\r\n\r\n", answer.head());
    let chunked_head = format!("{}transfer-encoding: chunked\r\n\r\n", answer.head());
    let chunk = [format!("{length:x}\r\n").as_bytes(), &answer.body, b"\r\n"].concat();
    if let Some(after) = name.strip_prefix("redirect_") {
        return send(redirect(after, place));
    }
    if let Some((status, after)) = name.split_once("_after_") {
        return send(come_back(if status == "429" { 429 } else { 503 }, after));
    }
    if let Some(status) = status(name) {
        let body = json!({"code": "falha", "message": "recusado pela plataforma"});
        return send(Answer::json(status, &body));
    }
    match name {
        // The connection.
        "rst_before_commit" | "rst_after_commit" => vec![Step::Reset],
        "fin_before_commit" | "fin_after_commit" => vec![Step::Close],
        "rst_mid_body" => vec![Step::Send(half(&whole, head.len())), Step::Reset],
        "truncated_length" => vec![Step::Send(half(&whole, head.len())), Step::Close],
        "truncated_chunks" => {
            let bytes = [chunked_head.as_bytes(), &half(&chunk, 2)].concat();
            vec![Step::Send(bytes), Step::Close]
        }
        "chunked_no_end" => vec![Step::Send([chunked_head.as_bytes(), &chunk].concat()), Step::Close],
        "keep_then_close" => vec![Step::Send(whole), Step::Close],
        "http10_close" => {
            let text = String::from_utf8_lossy(&whole).replacen("HTTP/1.1", "HTTP/1.0", 1);
            vec![Step::Send(text.into_bytes()), Step::Close]
        }
        // Time.
        "read_timeout" => vec![Step::Hang],
        "late" => vec![Step::Pause(place.late), Step::Send(whole)],
        "drip_body" => vec![Step::Send(head.into_bytes()), Step::Drip(answer.body.clone(), place.late / 4)],
        "drip_headers" => vec![Step::Drip(whole, place.late / 4)],
        // Answers that are not HTTP, or strange HTTP.
        "not_http" => raw("hello\r\n\r\n"),
        "ssh_banner" => raw("SSH-2.0-OpenSSH_9.6\r\n"),
        "http2_preface" => raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        "negative_content_length" => raw(&format!("{}content-length: -1\r\n\r\n{{}}", answer.head())),
        "duplicate_content_length" => raw(&format!("{}content-length: 2\r\n{head}", answer.head())),
        "length_and_chunks" => {
            let head = format!("{}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n", answer.head());
            vec![Step::Send([head.as_bytes(), &chunk, b"0\r\n\r\n"].concat()), Step::Close]
        }
        "header_2MB" => send(answer.clone().with("x-filler", &"a".repeat(2 << 20))),
        "headers_10k" => {
            let mut full = answer.clone();
            full.headers.extend((0..10_000).map(|n| (format!("x-{n}"), "1".to_owned())));
            send(full)
        }
        "100_x1" => vec![Step::Send([b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), whole].concat())],
        "100_x5000" => vec![Step::Send([b"HTTP/1.1 100 Continue\r\n\r\n".repeat(5000), whole].concat())],
        "103" => {
            let hints = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n".to_vec();
            vec![Step::Send([hints, whole].concat())]
        }
        "set_cookie" => send(answer.clone().with("set-cookie", "a=b; Path=/")),
        // Wrong descriptions of the body.
        "content_type_text" => send(Answer { headers: vec![], ..answer.clone() }.with("content-type", "text/plain")),
        "content_type_none" => send(Answer { headers: vec![], ..answer.clone() }),
        "encoding_unknown" => send(answer.clone().with("content-encoding", "identity-7")),
        "gzip" => send(Answer { body: gzip(&answer.body), ..answer.clone() }.with("content-encoding", "gzip")),
        "gzip_lies" => send(answer.clone().with("content-encoding", "gzip")),
        "charset_latin1" => {
            let text = String::from_utf8_lossy(&answer.body);
            let body = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
            let answer = Answer { status: ok, headers: vec![], body };
            send(answer.with("content-type", "application/json; charset=ISO-8859-1"))
        }
        // Empty bodies.
        "empty_200" | "says_empty" => send(Answer { status: 200, headers: vec![], body: vec![] }),
        "202_empty" => send(Answer { status: 202, headers: vec![], body: vec![] }),
        "204" => vec![Step::Send(b"HTTP/1.1 204 x\r\n\r\n".to_vec())],
        "205" => send(Answer { status: 205, headers: vec![], body: vec![] }),
        "json_null" | "says_null" => text("null"),
        // Invalid JSON, or JSON of another form.
        "json_malformed" => text(r#"{"id": "#),
        "json_trailing" => text(r#"{"id":"1"} tail"#),
        "json_nan" => text(r#"{"id":"1","valor":NaN}"#),
        "json_lone_surrogate" => text(r#"{"id":"1","nome":"\ud800"}"#),
        "json_not_utf8" => send(Answer { body: b"{\"id\":\"1\",\"nome\":\"\xff\xfe\"}".to_vec(), ..answer.clone() }),
        "json_deep_list" => text(&"[".repeat(100_000)),
        "json_deep_object" => text(&r#"{"a":"#.repeat(50_000)),
        "json_text" => text(r#""ok""#),
        "json_number" => text("1"),
        "json_true" => text("true"),
        "json_list" => text("[]"),
        "json_list_of_null" => text("[null]"),
        "json_duplicate_names" => text(r#"{"id":"1","id":"2"}"#),
        "json_id_object" => text(r#"{"id":{"value":"1"}}"#),
        "json_data_object" => text(r#"{"data":{},"meta":{}}"#),
        "json_data_list_of_numbers" => text(r#"{"data":[1,2,3]}"#),
        "json_big_number" => text(&format!(r#"{{"id":"1","valor":{}}}"#, "9".repeat(4000))),
        "json_bom" => send(Answer { body: [b"\xef\xbb\xbf", &*answer.body].concat(), ..answer.clone() }),
        "json_nul_in_text" => {
            let text = String::from_utf8_lossy(&answer.body).replacen('{', r#"{"extra":"a\u0000b","#, 1);
            send(Answer { body: text.into_bytes(), ..answer.clone() })
        }
        "one_bad_record" => {
            let text = String::from_utf8_lossy(&answer.body);
            let text = text.replacen(r#""dataNascimento":"1990-05-17""#, r#""dataNascimento":"0000-00-00""#, 1);
            send(Answer { body: text.into_bytes(), ..answer.clone() })
        }
        // Successes that contain a refusal.
        "says_success_false" => said(json!({"success": false, "message": "Saldo insuficiente"})),
        "says_status_error" => {
            said(json!({"status": "error", "errors": [{"code": "x", "description": "contrato suspenso"}]}))
        }
        "says_error" => said(json!({"error": {"code": "x", "message": "contrato suspenso"}})),
        "says_errors" => said(json!({"errors": [{"code": "x", "description": "contrato suspenso"}]})),
        "says_erro" => said(json!({"erro": "contrato suspenso"})),
        "says_codigo_500" => said(json!({"codigo": "500", "mensagem": "ERRO"})),
        "says_fault_server" => said(json!({"faultcode": "SOAP-ENV:Server", "faultstring": "ERRO"})),
        "says_fault_client" => said(json!({"faultcode": "SOAP-ENV:Client", "faultstring": "recusado"})),
        "says_list_elsewhere" => said(json!({"resultado": {"ok": false}, "avisos": [{"texto": "fora do ar"}]})),
        "says_empty_object" => said(json!({})),
        "says_data_null" => said(json!({"data": null})),
        // Refusals in other words.
        "http_409_in_use" => {
            let body =
                json!({"error": {"code": "idempotency_key_in_use", "message": "a request with this key is running"}});
            send(Answer::json(409, &body))
        }
        "http_422_problem" => {
            let body = json!({"title": "invalido", "status": 422, "detail": "o contrato foi suspenso",
                "violacoes": [{"codigo": "suspenso", "razao": "suspenso", "propriedade": "contratoId"}]});
            send(Answer::json(422, &body))
        }
        "422_20MB" => {
            send(Answer::text(422, "application/json", &format!(r#"{{"message":"{}"}}"#, "x".repeat(20 << 20))))
        }
        "echo_422" => send(Answer::json(422, &json!({"message": format!("token {} sem saldo", place.token)}))),
        "echo_500" => {
            let body = format!("<html><title>500</title><pre>authorization: Bearer {}</pre></html>", place.token);
            send(Answer::text(500, "text/html", &body))
        }
        "html_200" => html(200, "Manutenção"),
        "html_403" => html(403, "Forbidden"),
        "html_407" => html(407, "Proxy Authentication Required"),
        "html_502" => html(502, "502 Bad Gateway"),
        // Bodies that never end, or are very long.
        "endless_chunks" => {
            let spaces = [b"100000\r\n".to_vec(), vec![b' '; 1 << 20], b"\r\n".to_vec()].concat();
            vec![Step::Send(chunked_head.into_bytes()), Step::Repeat(spaces)]
        }
        "endless_json" => {
            let records = r#"{"id":"1"},"#.repeat(5000);
            let chunk = format!("{:x}\r\n{records}\r\n", records.len());
            let begin = format!("{chunked_head}9\r\n{{\"data\":[\r\n");
            vec![Step::Send(begin.into_bytes()), Step::Repeat(chunk.into_bytes())]
        }
        "endless_gzip" => {
            let (begin, block) = endless_gzip();
            let chunk = [format!("{:x}\r\n", block.len()).as_bytes(), block, b"\r\n"].concat();
            let head = format!("{}content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n", answer.head());
            let first = [head.as_bytes(), format!("{:x}\r\n", begin.len()).as_bytes(), begin, b"\r\n"].concat();
            vec![Step::Send(first), Step::Repeat(chunk)]
        }
        "records_8m" => {
            let answer = Answer { body: records_8m().to_vec(), ..answer.clone() };
            send(answer.with("content-encoding", "gzip"))
        }
        _ => vec![Step::Send(whole)],
    }
}

/// `same_302`, `cross_307`, `loop`, `nowhere`.
fn redirect(how: &str, place: &Surroundings) -> Answer {
    let (to, status) = how.split_once('_').unwrap_or((how, "302"));
    let answer = Answer { status: status.parse().unwrap_or(302), headers: vec![], body: vec![] };
    match to {
        "same" => answer.with("location", &format!("{}/elsewhere", place.own)),
        "cross" => answer.with("location", &format!("{}/elsewhere", place.other)),
        "loop" => answer.with("location", "."),
        _ => answer,
    }
}

/// An answer that asks the client to come back later, in one of the forms for this.
fn come_back(status: u16, after: &str) -> Answer {
    let when = match after {
        "past" => "Mon, 23 Nov 1998 12:00:00 GMT".to_owned(),
        "rfc850" => "Sunday, 06-Nov-94 08:49:37 GMT".to_owned(),
        "negative" => "-1".to_owned(),
        "soon" => "soon".to_owned(),
        "fraction" => "0.01".to_owned(),
        "ten_days" => "864000".to_owned(),
        "huge" => "9".repeat(400),
        seconds => seconds.to_owned(),
    };
    Answer::json(status, &json!({"message": "devagar"})).with("retry-after", &when)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// A page of eight million records, in some ninety kilobytes.
fn records_8m() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let thousand = r#"{"a":1},"#.repeat(1000);
        let _ = encoder.write_all(br#"{"data":["#);
        for _ in 0..8000 {
            let _ = encoder.write_all(thousand.as_bytes());
        }
        let _ = encoder.write_all(br#"{"a":1}],"meta":{"current_page":1,"total_pages":1,"total_count":8000001}}"#);
        encoder.finish().unwrap_or_default()
    })
}

/// The beginning of a gzip body, and a block of a mebibyte of spaces that can follow any number of times.
fn endless_gzip() -> (&'static [u8], &'static [u8]) {
    static BLOCK: OnceLock<Vec<u8>> = OnceLock::new();
    let block = BLOCK.get_or_init(|| {
        let mut compress = flate2::Compress::new(flate2::Compression::best(), false);
        let mut block = Vec::with_capacity(1 << 16);
        let spaces = vec![b' '; 1 << 20];
        // After a full flush the next block does not refer to anything before it.
        let _ = compress.compress_vec(&spaces, &mut block, flate2::FlushCompress::Full);
        block
    });
    (&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], block)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_fault_is_met_at_one_time_and_has_its_own_answer() {
        let place = Surroundings {
            own: "http://a".into(),
            other: "http://b".into(),
            token: "t".into(),
            late: Duration::from_millis(1),
        };
        let answer = Answer::json(200, &json!({"id": "7", "nome": "João", "dataNascimento": "1990-05-17"}));
        let well = format!("{:?}", vec![Step::Send(answer.bytes())]);
        for name in BEFORE.iter().chain(AFTER) {
            assert!(when(name).is_some(), "{name}");
            assert_ne!(format!("{:?}", steps(name, &answer, &place)), well, "{name} is no fault");
        }
        assert_eq!(BEFORE.iter().filter(|name| AFTER.contains(name)).count(), 0);
        for (name, expected) in [
            ("http_422", Some(When::Before)),
            ("http_502_done", Some(When::After)),
            ("429_after_10", Some(When::Before)),
            ("redirect_cross_307", Some(When::Before)),
            ("redirect_", None),
            ("no_such_fault", None),
        ] {
            assert_eq!(when(name), expected, "{name}");
        }
    }

    #[test]
    fn the_endless_gzip_is_gzip_and_grows_as_it_is_read() {
        let (begin, block) = endless_gzip();
        let bytes = [begin, block, block, block].concat();
        let mut read = Vec::new();
        // The body never ends, so reading all of it fails. Only the part before the failure counts.
        let _ = flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut read);
        assert_eq!(read.len(), 3 << 20);
        assert!(block.len() < 8 << 10, "{}", block.len());
        assert!(records_8m().len() < 200 << 10, "{}", records_8m().len());
    }
}
