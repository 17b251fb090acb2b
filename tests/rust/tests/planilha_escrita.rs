//! What is written is read back the same.

use std::io::Cursor;

use smartbill_core::Valor;
use smartbill_core::model::{Cobranca, Modelo};
use smartbill_core::planilha::{Arquivo, Escritor, Opcoes, Registro, Saida, fluxo};
use smartbill_core::validate::{Intent, Options};

const COBRANCA: &str = r#"{
    "numero": "000123", "clienteNome": "=Padaria São João", "clienteCpfCnpj": "00000000000191", "contratoNumero": "-CT",
    "competencia": "2025-01", "dataEmissao": "2025-01-31", "dataVencimento": "2025-02-10", "valorOriginal": "1234.56",
    "valorDesconto": "0.1", "valorPago": "0", "saldo": "1234.46", "situacao": "EM_ABERTO"
}"#;

fn cobranca(json: &str) -> Cobranca {
    let options = Options { intent: Intent::Resposta, ..Options::default() };
    Cobranca::validar(Valor::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

fn escrever(saida: Saida, quantas: usize) -> Vec<u8> {
    let mut escritor = Escritor::novo(&fluxo::CONTAS_A_RECEBER, saida, Cursor::new(Vec::new())).unwrap();
    let cobranca = cobranca(COBRANCA);
    for _ in 0..quantas {
        escritor.registro(&cobranca.valor()).unwrap();
    }
    let (destino, escrito) = escritor.terminar().unwrap();
    assert_eq!(escrito.linhas, u64::try_from(quantas).unwrap());
    destino.into_inner()
}

fn ler(bytes: Vec<u8>) -> Vec<Registro> {
    let mut arquivo = Arquivo::de_bytes(bytes, "contas", &Opcoes::default()).unwrap();
    arquivo.registros(&fluxo::CONTAS_A_RECEBER).unwrap().map(Result::unwrap).collect()
}

#[test]
fn charges_survive_the_round_trip_in_every_format() {
    let original = cobranca(COBRANCA);
    for saida in [Saida::Xlsx, Saida::CsvUtf8, Saida::CsvWindows1252] {
        let lidos = ler(escrever(saida, 3));
        assert_eq!(lidos.len(), 3, "{saida:?}");
        for registro in lidos {
            assert_eq!(registro.problemas, [], "{saida:?}");
            let options = Options { intent: Intent::Resposta, ..Options::default() };
            let (lida, _) = Cobranca::validar(registro.valor(&fluxo::CONTAS_A_RECEBER), options).unwrap();
            assert_eq!(lida, original, "{saida:?}");
        }
    }
}

#[test]
fn the_same_records_make_the_same_bytes() {
    assert!(escrever(Saida::Xlsx, 5) == escrever(Saida::Xlsx, 5));
}

#[test]
fn csv_is_what_excel_in_brazil_opens() {
    let texto = escrever(Saida::CsvUtf8, 1);
    let texto = std::str::from_utf8(&texto).unwrap();
    let mut linhas = texto.split("\r\n");
    assert!(linhas.next().unwrap().starts_with("\u{FEFF}Número;Cliente;CPF / CNPJ;Contrato;Competência;Emissão;"));
    assert_eq!(
        linhas.next().unwrap(),
        "000123;'=Padaria São João;00000000000191;'-CT;01/2025;31/01/2025;10/02/2025;;1234,56;0,10;;;0,00;1234,46;\
         EM_ABERTO;;;"
    );
}

/// Run with `SMARTBILL_PLANILHA_DIR` set to keep the files and look at them with other software.
#[test]
fn an_empty_export_is_still_a_sheet() {
    let bytes = escrever(Saida::Xlsx, 0);
    let mut arquivo = Arquivo::de_bytes(bytes, "contas", &Opcoes::default()).unwrap();
    assert_eq!(arquivo.registros(&fluxo::CONTAS_A_RECEBER).unwrap().count(), 0);
    if let Ok(pasta) = std::env::var("SMARTBILL_PLANILHA_DIR") {
        for (nome, saida) in [("contas.xlsx", Saida::Xlsx), ("contas.csv", Saida::CsvWindows1252)] {
            std::fs::write(std::path::Path::new(&pasta).join(nome), escrever(saida, 3)).unwrap();
        }
    }
}
