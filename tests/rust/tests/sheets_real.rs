//! What real customer lists showed: each finding by a reproduction as small as it gets.

use smartbill_core::document::Language;
use smartbill_core::sheets::{ReadOptions, Record, SheetFile, SheetSeverity, flows};

fn read(bytes: impl Into<Vec<u8>>) -> (Vec<Record>, Vec<String>) {
    let mut file = SheetFile::from_bytes(bytes.into(), "clientes.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let read: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
    let extras = records.mapping().extras.iter().map(|extra| extra.header.clone()).collect();
    (read, extras)
}

fn text(record: &Record, field: &str) -> String {
    record.field(field).map(|value| value.to_json()).unwrap_or_default()
}

#[test]
fn d2_a_column_of_another_systems_codes_does_not_cost_the_rows() {
    let (rows, extras) = read("NOME;CPF_CNPJ;TIPO_CLIENTE\nAna;52998224725;1\nBia;11144477735;2\n");
    assert!(rows.iter().all(Record::accepted));
    assert_eq!(extras, ["TIPO_CLIENTE"]);
    let told: Vec<_> = rows.iter().flat_map(|row| &row.findings).collect();
    let [finding] = told[..] else { panic!("{told:?}") };
    assert_eq!((finding.code, finding.severity, finding.row), ("coluna_deixada_de_fora", SheetSeverity::Warning, 2));
    assert_eq!(
        finding.message(Language::En),
        "the column was not read as `Tipo de Pessoa`: none of its first cells is a value of that field"
    );
    // One word that it knows, and the column is what its header says.
    let (rows, _) = read("NOME;CPF_CNPJ;TIPO_CLIENTE\nAna;52998224725;FISICA\nBia;11144477735;2\n");
    assert_eq!(rows.iter().map(Record::accepted).collect::<Vec<_>>(), [true, false]);
    // The field's own name is no guess.
    let (rows, _) = read("NOME;CPF_CNPJ;Tipo de Pessoa\nAna;52998224725;1\n");
    assert!(!rows[0].accepted());
}

#[test]
fn d3_and_d4_masks_are_empty_and_a_placeholder_is_nobodys() {
    let (rows, _) =
        read("Nome;CPF / CNPJ;Telefone\nAna;___.___.___-__;(  )     -\nBia;___.___.___-__;(__) ____-____\n");
    assert!(rows.iter().all(|row| row.findings.is_empty() && row.field("cpfCnpj").is_none()));
    let (rows, _) = read("Nome;CPF / CNPJ\nAna;00000000000\nBia;00000000000\nCarla;52998224725\nDora;52998224725\n");
    let codes: Vec<Vec<_>> = rows.iter().map(|row| row.findings.iter().map(|f| f.code).collect()).collect();
    assert!(codes[..3].iter().all(Vec::is_empty), "the model says of both that they are no documents: {codes:?}");
    assert_eq!(codes[3], ["linha_duplicada"]);
}

#[test]
fn d6_an_exact_header_beats_a_vague_one() {
    let (rows, extras) = read("ID;Cliente;Número documento;CPF/CNPJ\n1;Ana;000123;52998224725\n");
    assert!(rows[0].accepted(), "{:?}", rows[0].findings);
    assert_eq!(
        (text(&rows[0], "cpfCnpj").as_str(), extras.as_slice()),
        ("\"52998224725\"", ["ID".to_owned(), "Número documento".to_owned()].as_slice())
    );
    let (rows, extras) = read("Cliente;Número documento\nAna;52998224725\n");
    assert_eq!((text(&rows[0], "cpfCnpj").as_str(), extras.len()), ("\"52998224725\"", 0), "where there is no other");
}

#[test]
fn d7_an_error_holds_nobodys_data() {
    let bytes = "001;Maria da Silva;529.982.247-25;maria@x.example\n002;João Souza;111.444.777-35;joao@x.example\n";
    let mut file = SheetFile::from_bytes(bytes, "clientes.csv", &ReadOptions::default()).unwrap();
    let fault = file.records(&flows::CLIENTES).map(drop).unwrap_err();
    assert_eq!(fault.code, "cabecalho_nao_encontrado");
    for language in [Language::PtBr, Language::En] {
        let message = fault.message(language);
        for secret in ["Maria", "Silva", "529", "247-25", "maria@", "joao", "João", "111"] {
            assert!(!message.contains(secret), "{message}");
        }
        assert!(message.contains("999 | Xxxxx xx Xxxxx | 999.999.999-99 | xxxxx@x.xxxxxxx"), "{message}");
    }
}

#[test]
fn d10_the_headers_of_omie_are_known() {
    let (rows, extras) =
        read("CNPJ / CPF;Razão Social / Nome Completo;Nome Fantasia / Nome Abreviado\n52998224725;Ana Souza;Ana\n");
    assert_eq!(extras, [""; 0]);
    assert_eq!(
        (text(&rows[0], "nome").as_str(), text(&rows[0], "nomeFantasia").as_str()),
        ("\"Ana Souza\"", "\"Ana\"")
    );
}
