//! The headers that systems write, against the vectors: each means its field, or none.

use std::collections::BTreeMap;

use smartbill_core::sheets::{Flow, ReadOptions, SheetFile, flows};

/// Of every hundred headers that name a field so many are known.
const KNOWN: usize = 98;

#[test]
fn headers_name_their_fields() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/headers.json");
    let vectors: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut known, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for (name, fields) in &vectors {
        let flow = if name == "cobrancas" { "contas-a-receber" } else { name };
        let flow = [&flows::CLIENTES, &flows::CONSUMOS, &flows::CONTAS_A_RECEBER].into_iter().find(|f| f.name == flow);
        for (field, headers) in fields {
            for header in headers {
                // One by one, so that no other header of the same system tells its dialect.
                let found = flow.unwrap().by_headers(std::slice::from_ref(header), &ReadOptions::default());
                match found[0].map(|column| column.field) {
                    Some(found) if found == field => known += 1,
                    None if field.is_empty() => {}
                    None => unknown.push(format!("{name}: {header} ({field})")),
                    Some(found) => wrong.push(format!("{name}: {header} is {found}, not {field}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let all = known + unknown.len();
    assert!(known * 100 >= all * KNOWN, "{known} of {all}: {unknown:#?}");
}

/// Headers, each with its field or with a code.
type Headers = Vec<(String, String)>;

/// The headers that are read, each with its field, and those that the first row is told of, with the code.
fn columns(flow: &'static Flow, sheet: &str) -> (Headers, Headers) {
    let mut file = SheetFile::from_bytes(sheet, "sheet.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(flow).unwrap_or_else(|fault| panic!("{sheet}: {fault}"));
    let mapping = records.mapping();
    let read =
        mapping.columns.iter().map(|(i, column)| (mapping.headers[*i].clone(), column.field.to_owned())).collect();
    let first = records.next().unwrap().unwrap();
    let told = first.findings.iter().map(|f| (f.header().unwrap_or_default().to_owned(), f.code().to_owned()));
    (read, told.collect())
}

#[test]
fn of_two_headers_of_one_field_the_better_is_read_and_the_other_is_told() {
    for (sheet, read, other) in [
        ("Nome;CPF;UF;Estado\nAna;52998224725;SP;São Paulo\n", ("UF", "endereco.uf"), "Estado"),
        ("Nome;CPF;Estado;UF\nAna;52998224725;São Paulo;SP\n", ("UF", "endereco.uf"), "Estado"),
        (
            "Nome;CPF;Endereço de Cobrança;Endereço\nAna;52998224725;Rua A;Rua B\n",
            ("Endereço", "endereco.logradouro"),
            "Endereço de Cobrança",
        ),
    ] {
        let (columns, told) = columns(&flows::CLIENTES, sheet);
        let of_field: Vec<_> = columns.iter().filter(|(_, field)| *field == read.1).collect();
        assert_eq!(of_field, [&(read.0.to_owned(), read.1.to_owned())], "{sheet}");
        assert_eq!(told, [(other.to_owned(), "coluna_preterida".to_owned())], "{sheet}");
    }
    let sheet = "Contrato;Produto;Código Produto;Competência;Quantidade\nC1;Gás;G1;01/2026;1\n";
    let (read, told) = columns(&flows::CONSUMOS, sheet);
    assert_eq!(read[1], ("Código Produto".to_owned(), "servicoCodigo".to_owned()));
    assert_eq!(told, [("Produto".to_owned(), "coluna_preterida".to_owned())]);
    // A name that may be a code gives way to a plain one.
    let (read, _) = columns(&flows::CLIENTES, "CLIENTE;RAZAO_SOCIAL;CNPJ\n17;Aurora Ltda;11222333000181\n");
    assert_eq!(read[0], ("RAZAO_SOCIAL".to_owned(), "nome".to_owned()));
    // Which of two says what is billed nobody can tell.
    let sheet = "Contrato;Serviço;Item;Competência;Quantidade\nC1;Gás;G1;01/2026;1\n";
    let mut file = SheetFile::from_bytes(sheet, "sheet.csv", &ReadOptions::default()).unwrap();
    assert_eq!(file.records(&flows::CONSUMOS).map(drop).unwrap_err().code, "coluna_duplicada");
}
