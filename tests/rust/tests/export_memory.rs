//! An export of any length takes little memory, as a workbook and as text. Alone in its file, because it measures the
//! whole process.

use std::io;

use smartbill_core::Value;
use smartbill_core::model::{Cobranca, Consumo, Model};
use smartbill_core::sheets::{Flow, Output, Writer, flows};
use smartbill_core::validate::{Intent, Options};
use smartbill_tests::peak_kib;

const ROWS: u32 = 60_000;

fn record<M: Model>(json: &str) -> M {
    let options = Options { intent: Intent::Response, ..Options::default() };
    M::validar(Value::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

fn exportar<M: Model>(flow: &'static Flow, out: Output, row: impl Fn(u32) -> String) {
    let mut writer = Writer::new(flow, out, io::sink()).unwrap();
    for i in 0..ROWS {
        writer.record(&record::<M>(&row(i)).value()).unwrap();
    }
    assert_eq!(writer.finish().unwrap().1.rows, u64::from(ROWS));
}

#[test]
fn memory_stays_flat_as_rows_are_written() {
    let before = peak_kib();
    for out in [Output::Xlsx, Output::CsvUtf8] {
        exportar::<Consumo>(&flows::CONSUMOS, out, |i| {
            format!(
                r#"{{"id": "{i}", "idExterno": "LANC-{i:09}", "contratoCodigoExterno": "CT-{}", "servicoCodigo": "API",
                    "competencia": "2026-10", "quantidade": "{i}.5", "descricao": "leitura do medidor número {i}"}}"#,
                i % 500
            )
        });
        exportar::<Cobranca>(&flows::CONTAS_A_RECEBER, out, |i| {
            format!(
                r#"{{"id": "{i}", "numero": "{i:06}", "clienteNome": "Cliente de nome comprido número {i}",
                    "clienteCpfCnpj": "00000000000191", "competencia": "2026-10", "dataVencimento": "2026-11-10",
                    "valorOriginal": "{i}.10", "saldo": "{i}.10", "situacao": "EM_ABERTO"}}"#
            )
        });
    }
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        // Four files, of some 8 MB each as text and more as XML.
        assert!(after - before < 12 * 1024, "{} KiB for {ROWS} rows", after - before);
    }
}
