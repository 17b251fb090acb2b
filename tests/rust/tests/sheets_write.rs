//! What is written is read back the same.

mod workbook;

use std::io::{Cursor, Read};

use smartbill_core::model::{Cliente, Cobranca, Consumo, Model};
use smartbill_core::sheets::{
    Cell, Flow, MarkedCell, Output, ReadOptions, Record, Records, RowResult, SheetFile, Writer, flows, report, template,
};
use smartbill_core::validate::{Finding, Intent, Options};
use smartbill_core::{Language, Value};
use workbook::{bytes, cell, record, row_header, wide, xlsb};

const COBRANCA: &str = r#"{
    "numero": "000123", "clienteNome": "=Padaria São João", "clienteCpfCnpj": "00000000000191", "contratoNumero": "-CT",
    "competencia": "2025-01", "dataEmissao": "2025-01-31", "dataVencimento": "2025-02-10", "valorOriginal": "1234.56",
    "valorDesconto": "0.1", "valorPago": "0", "saldo": "1234.46", "situacao": "EM_ABERTO"
}"#;

fn cobranca(json: &str) -> Cobranca {
    let options = Options { intent: Intent::Response, ..Options::default() };
    Cobranca::validar(Value::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

fn write(out: Output, limit: usize) -> Vec<u8> {
    let mut writer = Writer::new(&flows::CONTAS_A_RECEBER, out, Cursor::new(Vec::new())).unwrap();
    let cobranca = cobranca(COBRANCA);
    for _ in 0..limit {
        writer.record(&cobranca.value()).unwrap();
    }
    let (target, written) = writer.finish().unwrap();
    assert_eq!(written.rows, u64::try_from(limit).unwrap());
    target.into_inner()
}

fn read(bytes: Vec<u8>) -> Vec<Record> {
    let mut file = SheetFile::from_bytes(bytes, "contas", &ReadOptions::default()).unwrap();
    file.records(&flows::CONTAS_A_RECEBER).unwrap().map(Result::unwrap).collect()
}

#[test]
fn charges_survive_the_round_trip_in_every_format() {
    let original = cobranca(COBRANCA);
    for out in [Output::Xlsx, Output::CsvUtf8, Output::CsvWindows1252] {
        let collected = read(write(out, 3));
        assert_eq!(collected.len(), 3, "{out:?}");
        for record in collected {
            assert_eq!(record.findings, [], "{out:?}");
            let options = Options { intent: Intent::Response, ..Options::default() };
            let (parsed, _) = Cobranca::validar(record.value(&flows::CONTAS_A_RECEBER), options).unwrap();
            assert_eq!(parsed, original, "{out:?}");
        }
    }
}

#[test]
fn the_same_records_make_the_same_bytes() {
    assert!(write(Output::Xlsx, 5) == write(Output::Xlsx, 5));
}

#[test]
fn csv_is_what_excel_in_brazil_opens() {
    let text = write(Output::CsvUtf8, 1);
    let text = std::str::from_utf8(&text).unwrap();
    let mut rows = text.split("\r\n");
    assert!(rows.next().unwrap().starts_with("\u{FEFF}Número;Cliente;CPF / CNPJ;Contrato;Competência;Emissão;"));
    assert_eq!(
        rows.next().unwrap(),
        "000123;'=Padaria São João;00000000000191;'-CT;01/2025;31/01/2025;10/02/2025;;1234,56;0,10;;;0,00;1234,46;\
         EM_ABERTO;;;"
    );
}

/// Run with `SMARTBILL_PLANILHA_DIR` set to keep the files and look at them with other software.
#[test]
fn an_empty_export_is_still_a_sheet() {
    let bytes = write(Output::Xlsx, 0);
    let mut file = SheetFile::from_bytes(bytes, "contas", &ReadOptions::default()).unwrap();
    assert_eq!(file.records(&flows::CONTAS_A_RECEBER).unwrap().count(), 0);
    if let Ok(folder) = std::env::var("SMARTBILL_SHEETS_DIR") {
        for (name, out) in [("contas.xlsx", Output::Xlsx), ("contas.csv", Output::CsvWindows1252)] {
            std::fs::write(std::path::Path::new(&folder).join(name), write(out, 3)).unwrap();
        }
    }
}

#[test]
fn a_template_is_read_by_our_own_importer() {
    for flow in [&flows::CLIENTES, &flows::CONSUMOS] {
        let bytes = template(flow, Cursor::new(Vec::new())).unwrap().into_inner();
        if let Ok(folder) = std::env::var("SMARTBILL_SHEETS_DIR") {
            std::fs::write(std::path::Path::new(&folder).join(format!("modelo-{}.xlsx", flow.name)), &bytes).unwrap();
        }
        let mut file = SheetFile::from_bytes(bytes, "modelo.xlsx", &ReadOptions::default()).unwrap();
        let mut records = file.records(flow).unwrap();
        assert_eq!(records.mapping().columns.len(), flow.filled().count());
        assert!(records.mapping().extras.is_empty());
        assert_eq!(records.by_ref().count(), 0);
        let [skipped] = &records.skipped().rows[..] else { panic!("{:?}", records.skipped()) };
        assert_eq!((skipped.row, skipped.reason, &skipped.text[..7]), (2, "exemplo", "EXEMPLO"));
    }
}

/// A table as a person sees it, as CSV.
fn as_csv(rows: &[Vec<String>]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(";") + "\n").collect()
}

#[test]
fn only_the_unchanged_example_of_a_template_is_passed_over() {
    for flow in [&flows::CLIENTES, &flows::CONSUMOS] {
        let bytes = template(flow, Cursor::new(Vec::new())).unwrap().into_inner();
        let mut file = SheetFile::from_bytes(bytes, "modelo.xlsx", &ReadOptions::default()).unwrap();
        let width = flow.filled().count();
        let table = file.table().unwrap().rows;
        let mut shown: Vec<Vec<String>> = table.iter().map(|row| row.iter().map(Cell::show).collect()).collect();
        for row in &mut shown {
            row.resize(width, String::new());
        }
        let read = |rows: &[Vec<String>], check: &dyn Fn(&mut Records<'_>, &mut Record)| {
            let mut file = SheetFile::from_bytes(as_csv(rows), "modelo.csv", &ReadOptions::default()).unwrap();
            let mut records = file.records(flow).unwrap();
            let mut collected: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
            for record in &mut collected {
                check(&mut records, record);
            }
            (collected.len(), records.skipped().rows.iter().map(|row| row.reason).collect::<Vec<_>>())
        };
        assert_eq!(read(&shown, &|_, _| {}), (0, vec!["exemplo"]), "saved as CSV");
        // A report adds columns of its own, and is imported again.
        let mut reported = shown.clone();
        reported[0].extend(["situação", "código", "mensagem", "ID"].map(|name| format!("[smartbill] {name}")));
        reported[1].extend(["ignorada", "exemplo", "a linha de exemplo do modelo", ""].map(str::to_owned));
        assert_eq!(read(&reported, &|_, _| {}), (0, vec!["exemplo"]), "reported");
        for column in 0..width {
            let mut changed = shown.clone();
            changed[1][column].push('1');
            assert_eq!(read(&changed, &|_, _| {}), (1, vec![]), "{}", shown[0][column]);
        }
        let mut beside = shown.clone();
        beside[0].push("Observação nossa".to_owned());
        beside[1].push("x".to_owned());
        assert_eq!(read(&beside, &|_, _| {}), (1, vec![]));
        // Without a column that the example fills, nobody can tell whose row it is. It is a valid one.
        let dropped = flow.filled().position(|column| ["nomeFantasia", "descricao"].contains(&column.field)).unwrap();
        let mut without = shown.clone();
        for row in &mut without {
            row.remove(dropped);
        }
        let check = |records: &mut Records<'_>, record: &mut Record| {
            let accepted = match flow.name {
                "clientes" => records.validar::<Cliente>(record, Options::default()).is_some(),
                _ => records.validar::<Consumo>(record, Options::default()).is_some(),
            };
            assert!(accepted, "{:?}", record.findings);
            assert_eq!(record.findings.iter().map(Finding::code).collect::<Vec<_>>(), ["linha_de_exemplo"]);
        };
        assert_eq!(read(&without, &check), (1, vec![]));
    }
}

#[test]
fn a_report_is_the_same_sheet_and_can_be_imported() {
    let csv = "Relatório do ERP\n\nCódigo;Nome;CNPJ;UF\n1;=Ana;529.982.247-25;SP\n;;;\n2;Zé;123;SP\nTotal;;2;\n";
    let options = ReadOptions::default();
    for out in [Output::Xlsx, Output::CsvUtf8] {
        let mut bytes = csv.as_bytes().to_vec();
        // The report of a report is the same again.
        for back in 0..3 {
            let mut file = SheetFile::from_bytes(bytes.clone(), "clientes.csv", &options).unwrap();
            let mut records = file.records(&flows::CLIENTES).unwrap();
            let collected: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
            assert_eq!(records.mapping().extras, [], "{back}");
            assert_eq!(collected.iter().map(|r| r.row).collect::<Vec<_>>(), [4, 6], "{out:?} {back}");
            assert_eq!(collected[0].field("nome"), Some(&Value::Text("=Ana".into())));
            assert_eq!(collected[0].field("id"), (back > 0).then(|| Value::Text("77".into())).as_ref());
            assert_eq!(collected[1].findings[0].code(), "documento_incompleto");
            drop(records);
            let outcome = |row: u32| {
                let record = collected.iter().find(|r| r.row == row)?;
                let first = record.findings.first();
                Some(RowResult {
                    situacao: if record.accepted() { "incluído" } else { "rejeitado" }.into(),
                    code: first.map(|p| p.code().to_owned()).unwrap_or_default(),
                    message: first.map(|p| p.message(Language::PtBr)).unwrap_or_default(),
                    id: if record.accepted() { "77" } else { "" }.into(),
                    cells: record
                        .findings
                        .iter()
                        .map(|p| MarkedCell {
                            column: p.column().unwrap().to_owned(),
                            severity: p.severity,
                            message: p.message(Language::PtBr),
                        })
                        .collect(),
                })
            };
            let counts = [("incluídas".to_owned(), 1), ("rejeitadas".to_owned(), 1)];
            let target = Cursor::new(Vec::new());
            let (target, _) = report(&mut file, &flows::CLIENTES, out, target, outcome, &counts).unwrap();
            bytes = target.into_inner();
            if let Ok(folder) = std::env::var("SMARTBILL_SHEETS_DIR") {
                let name = format!("relatorio-{back}.{}", if out == Output::Xlsx { "xlsx" } else { "csv" });
                std::fs::write(std::path::Path::new(&folder).join(name), &bytes).unwrap();
            }
        }
        let mut file = SheetFile::from_bytes(bytes, "x", &options).unwrap();
        let sheet = file.sheets()[0].name.clone();
        let rows: Vec<_> = file.rows(&sheet).unwrap().map(Result::unwrap).collect();
        let last: Vec<String> = rows.iter().find(|l| l.number == 6).unwrap().cells.iter().map(Cell::show).collect();
        assert_eq!(last[..6], ["2", "Zé", "123", "SP", "rejeitado", "documento_incompleto"]);
        let header: Vec<String> = rows.iter().find(|l| l.number == 3).unwrap().cells.iter().map(Cell::show).collect();
        assert_eq!(header.len(), 8);
        assert_eq!(header[4], "[smartbill] situação");
    }
}

#[test]
fn a_report_of_an_xlsb_keeps_widths_and_hidden_columns() {
    let text = |column, text: &str| cell(6, column, 0, &wide(text));
    let header = [row_header(0), text(0, "Nome"), text(1, "Obs."), text(2, "CPF")].concat();
    let customer = [row_header(1), text(0, "Ana"), text(1, "x"), text(2, "52998224725")].concat();
    let mut parts = xlsb(vec![(header, 1), (customer, 1)], Vec::new(), Vec::new(), Vec::new());
    let columns = |first: u32, last: u32, width: u32, flags: u16| {
        let numbers = [first, last, width, 0].map(u32::to_le_bytes).concat();
        (record(60, &[numbers, flags.to_le_bytes().to_vec()].concat()), 1)
    };
    let sheet = &mut parts.iter_mut().find(|(name, _)| *name == "xl/worksheets/sheet1.bin").unwrap().1;
    sheet.splice(0..0, [columns(0, 0, 30 * 256, 2), columns(1, 1, 8 * 256, 1)]);
    let mut file = SheetFile::from_bytes(bytes(&parts), "clientes.xlsb", &ReadOptions::default()).unwrap();
    let target = Cursor::new(Vec::new());
    let (target, _) = report(&mut file, &flows::CLIENTES, Output::Xlsx, target, |_| None, &[]).unwrap();
    let mut written = String::new();
    let mut archive = zip::ZipArchive::new(target).unwrap();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut written).unwrap();
    for expected in ["<col min=\"1\" max=\"1\" width=\"30", "<col min=\"2\" max=\"2\" width=\"8"] {
        assert!(written.contains(expected), "{written}");
    }
    assert_eq!(written.split("<sheetData>").next().unwrap().matches("hidden=\"1\"").count(), 1);
}

/// Exports a model, imports it again, and expects the same model.
fn round_trip<M: Model + std::fmt::Debug>(flow: &'static Flow, json: &str) {
    let (original, _) = M::validar(Value::from_json(json.as_bytes()).unwrap(), Options::default()).unwrap();
    for out in [Output::Xlsx, Output::CsvUtf8, Output::CsvWindows1252] {
        let mut writer = Writer::new(flow, out, Cursor::new(Vec::new())).unwrap();
        writer.record(&original.value()).unwrap();
        let bytes = writer.finish().unwrap().0.into_inner();
        let mut file = SheetFile::from_bytes(bytes, "x", &ReadOptions::default()).unwrap();
        let mut records = file.records(flow).unwrap();
        let mut parsed = records.next().unwrap().unwrap();
        let back = records.validar::<M>(&mut parsed, Options::default());
        assert_eq!(back.as_ref(), Some(&original), "{out:?}: {:?}", parsed.findings);
        assert_eq!(parsed.findings, [], "{out:?}");
    }
}

#[test]
fn a_re_import_of_an_export_changes_nothing() {
    round_trip::<Cliente>(
        &flows::CLIENTES,
        r#"{"codigoExterno": "-007", "tipoPessoa": "JURIDICA", "nome": "@Ação & Cia; \"Ltda\"", "nomeFantasia": "1,23",
            "cpfCnpj": "06990590000123", "inscricaoEstadual": "082106029", "email": "a@exemplo.com.br",
            "telefone": "+551133334444", "celular": "+5511987654321",
            "endereco": {"cep": "29010000", "logradouro": "Rua X", "numero": "0010", "complemento": "=1", "bairro": "-",
                         "municipio": "Vitória", "uf": "ES", "codigoIbge": "3205309"}}"#,
    );
    round_trip::<Consumo>(
        &flows::CONSUMOS,
        r#"{"idExterno": "0001", "contratoCodigoExterno": "1E5", "servicoCodigo": "+API", "competencia": "2025-01",
            "dataConsumo": "2025-01-31", "quantidade": "1234.567", "valorUnitario": "0.0000012345", "valor": "0.00",
            "descricao": "Uso € de 31/01/2025"}"#,
    );
}
