//! A small answer that expands to many records takes little memory. Alone in its file, because it measures the whole
//! process.

use std::io::Write as _;
use std::net::TcpListener;
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use smartbill_core::api::PageRecord;
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{Cliente, ClientesFilter, Contrato, ContratosFilter};
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{ErrorKind, Value};
use smartbill_tests::peak_kib;

/// A list of `count` items, compressed.
fn list(opening: &str, item: &str, count: usize, closing: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(opening.as_bytes()).unwrap();
    let thousand = format!("{item},").repeat(1000);
    for _ in 0..count / 1000 {
        gzip.write_all(thousand.as_bytes()).unwrap();
    }
    gzip.write_all(item.as_bytes()).unwrap();
    gzip.write_all(closing.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// A server that gives every request the same compressed body.
fn serve(body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // A request for a page is one small packet on this interface.
            let _ = std::io::Read::read(&mut stream, &mut [0; 8192]);
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 x\r\nconnection: close\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    url
}

fn client(body: Vec<u8>) -> Client<ReqwestHost> {
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    Client::new(ClientOptions::new(serve(body)), ReqwestHost::new(&http).unwrap()).unwrap()
}

#[tokio::test]
async fn no_answer_takes_the_memory_of_the_process() {
    let bombs = [
        // Eight million records of eight bytes, compressed to about 90 kB.
        list("[", r#"{"a":1}"#, 8_000_000, "]"),
        // As many records as the length of a body allows.
        list("[", r#"{"a":1}"#, 2_000_000, "]"),
        list("[", "{}", 150_000, "]"),
        list(r#"[{"id":"1","itens":["#, "{}", 5_000_000, "]}]"),
        list(r#"[{"id":"1","tags":["#, "1", 8_000_000, "]}]"),
        list(r#"{"data":[["#, "[]", 5_000_000, "]]}"),
    ];
    let before = peak_kib();
    for bomb in bombs {
        let client = client(bomb);
        let call = CallOptions::default();
        let clientes = client.listar::<Cliente>(&ClientesFilter::default(), &call).unwrap().next(&client).await;
        assert_eq!(clientes.err().map(|e| e.kind()), Some(ErrorKind::Response));
        let contratos = client.listar::<Contrato>(&ContratosFilter::default(), &call).unwrap().next(&client).await;
        assert_eq!(contratos.err().map(|e| e.kind()), Some(ErrorKind::Response));
        let filter = Value::Object(Vec::new());
        let operation = smartbill_core::api::Operation::ContratosListar;
        let values = client.list::<PageRecord>(operation, filter, &call).unwrap().next(&client).await;
        assert_eq!(values.err().map(|e| e.kind()), Some(ErrorKind::Response));
    }
    // A million items that cannot be read are one record with a few findings.
    let client = client(list(r#"[{"id":"1","itens":["#, "1", 1_000_000, "]}]"));
    let call = CallOptions::default();
    let mut pager = client.listar::<Contrato>(&ContratosFilter::default(), &call).unwrap();
    let page = pager.next(&client).await.unwrap().unwrap();
    assert_eq!((page.len(), page[0].itens.len(), page[0].findings.len()), (1, 0, 20));
    drop(page);
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        assert!(after - before < 180 * 1024, "{} KiB", after - before);
    }
}
