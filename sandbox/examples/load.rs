//! Measures the sandbox under a large import: a million records of usage through `Service::handle`, with keys, then a
//! billing run and a listing of all of them. `cargo run --release -p smartbill-sandbox --example load [ROWS]`

use std::time::Instant;

use jiff::Timestamp;
use smartbill_core::profile::Profile;
use smartbill_sandbox::{RawRequest, Service, TOKEN};

fn main() {
    let rows: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let now = Timestamp::now();
    let mut service = Service::new(&Profile::built_in(), TOKEN, now);
    service.seed();
    let authorization = ("authorization".to_owned(), format!("Bearer {TOKEN}"));
    let ask = |service: &mut Service, method: &str, target: &str, body: &str, key: Option<String>| {
        let mut headers = vec![authorization.clone()];
        headers.extend(key.map(|c| ("idempotency-key".to_owned(), c)));
        let request = RawRequest { method, target, headers: &headers, body: body.as_bytes() };
        let answer = service.handle(&request, now);
        assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
    };
    let cliente = r#"{"codigoExterno":"C","nome":"Ana","cpfCnpj":"12345678909"}"#;
    ask(&mut service, "POST", "/api/v1/clientes", cliente, None);
    for i in 0..100 {
        let contrato = format!(
            r#"{{"codigoExterno":"CT{i}","clienteId":"1","dataInicio":"2026-01-01","periodicidade":"MENSAL",
                "diaVencimento":10,"itens":[{{"servicoCodigo":"SMS","quantidade":"1"}}]}}"#
        );
        ask(&mut service, "POST", "/api/v1/contratos", &contrato, None);
        ask(&mut service, "POST", &format!("/api/v1/contratos/{}/ativar", i + 1), "", None);
    }
    for part in 0..10 {
        let started = Instant::now();
        for i in (rows / 10 * part)..(rows / 10 * (part + 1)) {
            let consumo = format!(
                r#"{{"idExterno":"IMPORT-2026-01-{i:09}","contratoCodigoExterno":"CT{}","servicoCodigo":"SMS","competencia":"2026-01","quantidade":"12.5"}}"#,
                i % 100
            );
            ask(&mut service, "POST", "/api/v1/consumos", &consumo, Some(format!("consumos.incluir:{i}")));
        }
        println!("part {part}: {:.1} µs a row", started.elapsed().as_secs_f64() * 1e7 / f64::from(rows));
    }
    memory("after the import");
    let started = Instant::now();
    let Ok(month) = "2026-01".parse() else { return };
    let summary = service.faturar(month, now);
    println!("billed {} records in {:?}", summary.consumos, started.elapsed());
    let started = Instant::now();
    for page in 1..=rows.div_ceil(100) {
        ask(&mut service, "GET", &format!("/api/v1/consumos?tamanhoPagina=100&pagina={page}"), "", None);
    }
    println!("listed them all in {:?}", started.elapsed());
    memory("at the end");
}

/// Prints the peak memory so far, if the system tells it.
fn memory(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(row) = status.lines().find(|l| l.starts_with("VmHWM")) {
        println!("{when}: {row}");
    }
}
