//! An export of any length takes little memory, as a workbook as well as text. Alone in its file, since it measures the
//! whole process.

use std::io;

use smartbill_core::Valor;
use smartbill_core::model::{Cobranca, Consumo, Modelo};
use smartbill_core::planilha::{Escritor, Fluxo, Saida, fluxo};
use smartbill_core::validate::{Intent, Options};
use smartbill_tests::pico_kib;

const LINHAS: u32 = 60_000;

fn registro<M: Modelo>(json: &str) -> M {
    let options = Options { intent: Intent::Resposta, ..Options::default() };
    M::validar(Valor::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

fn exportar<M: Modelo>(fluxo: &'static Fluxo, saida: Saida, linha: impl Fn(u32) -> String) {
    let mut escritor = Escritor::novo(fluxo, saida, io::sink()).unwrap();
    for i in 0..LINHAS {
        escritor.registro(&registro::<M>(&linha(i)).valor()).unwrap();
    }
    assert_eq!(escritor.terminar().unwrap().1.linhas, u64::from(LINHAS));
}

#[test]
fn memory_stays_flat_as_rows_are_written() {
    let antes = pico_kib();
    for saida in [Saida::Xlsx, Saida::CsvUtf8] {
        exportar::<Consumo>(&fluxo::CONSUMOS, saida, |i| {
            format!(
                r#"{{"id": "{i}", "idExterno": "LANC-{i:09}", "contratoCodigoExterno": "CT-{}", "servicoCodigo": "API",
                    "competencia": "2026-10", "quantidade": "{i}.5", "descricao": "leitura do medidor número {i}"}}"#,
                i % 500
            )
        });
        exportar::<Cobranca>(&fluxo::CONTAS_A_RECEBER, saida, |i| {
            format!(
                r#"{{"id": "{i}", "numero": "{i:06}", "clienteNome": "Cliente de nome comprido número {i}",
                    "clienteCpfCnpj": "00000000000191", "competencia": "2026-10", "dataVencimento": "2026-11-10",
                    "valorOriginal": "{i}.10", "saldo": "{i}.10", "situacao": "EM_ABERTO"}}"#
            )
        });
    }
    if let (Some(antes), Some(depois)) = (antes, pico_kib()) {
        // Four files, of some 8 MB each as text and more as XML.
        assert!(depois - antes < 12 * 1024, "{} KiB for {LINHAS} rows", depois - antes);
    }
}
