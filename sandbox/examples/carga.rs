//! How the sandbox bears a large import: a million records of usage through `Service::handle`, with keys, then a
//! billing run and a listing of them all. `cargo run --release -p smartbill-sandbox --example carga [ROWS]`

use std::time::Instant;

use jiff::Timestamp;
use smartbill_core::profile::Profile;
use smartbill_sandbox::{Pedido, Service, TOKEN};

fn main() {
    let linhas: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let agora = Timestamp::now();
    let mut service = Service::new(Profile::padrao(), TOKEN, agora);
    service.semear();
    let autorizacao = ("authorization".to_owned(), format!("Bearer {TOKEN}"));
    let pedir = |service: &mut Service, metodo: &str, alvo: &str, corpo: &str, chave: Option<String>| {
        let mut cabecalhos = vec![autorizacao.clone()];
        cabecalhos.extend(chave.map(|c| ("idempotency-key".to_owned(), c)));
        let pedido = Pedido { metodo, alvo, cabecalhos: &cabecalhos, corpo: corpo.as_bytes() };
        let resposta = service.handle(&pedido, agora);
        assert!(resposta.status < 300, "{}", String::from_utf8_lossy(&resposta.corpo));
    };
    let cliente = r#"{"codigoExterno":"C","nome":"Ana","cpfCnpj":"12345678909"}"#;
    pedir(&mut service, "POST", "/api/v1/clientes", cliente, None);
    for i in 0..100 {
        let contrato = format!(
            r#"{{"codigoExterno":"CT{i}","clienteId":"1","dataInicio":"2026-01-01","periodicidade":"MENSAL",
                "diaVencimento":10,"itens":[{{"servicoCodigo":"SMS","quantidade":"1"}}]}}"#
        );
        pedir(&mut service, "POST", "/api/v1/contratos", &contrato, None);
        pedir(&mut service, "POST", &format!("/api/v1/contratos/{}/ativar", i + 1), "", None);
    }
    for parte in 0..10 {
        let comeco = Instant::now();
        for i in (linhas / 10 * parte)..(linhas / 10 * (parte + 1)) {
            let consumo = format!(
                r#"{{"idExterno":"IMPORT-2026-01-{i:09}","contratoCodigoExterno":"CT{}","servicoCodigo":"SMS","competencia":"2026-01","quantidade":"12.5"}}"#,
                i % 100
            );
            pedir(&mut service, "POST", "/api/v1/consumos", &consumo, Some(format!("consumos.incluir:{i}")));
        }
        println!("part {parte}: {:.1} µs a row", comeco.elapsed().as_secs_f64() * 1e7 / f64::from(linhas));
    }
    memoria("after the import");
    let comeco = Instant::now();
    let Ok(mes) = "2026-01".parse() else { return };
    let resumo = service.faturar(mes, agora);
    println!("billed {} records in {:?}", resumo.consumos, comeco.elapsed());
    let comeco = Instant::now();
    for pagina in 1..=linhas.div_ceil(100) {
        pedir(&mut service, "GET", &format!("/api/v1/consumos?tamanhoPagina=100&pagina={pagina}"), "", None);
    }
    println!("listed them all in {:?}", comeco.elapsed());
    memoria("at the end");
}

/// The largest memory so far, where the system tells.
fn memoria(quando: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(linha) = status.lines().find(|l| l.starts_with("VmHWM")) {
        println!("{quando}: {linha}");
    }
}
