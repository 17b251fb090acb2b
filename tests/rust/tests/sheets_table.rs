//! A sheet as it stands: the cells of files that other programs wrote, without fields or rules.

use rust_decimal::Decimal;
use smartbill_core::sheets::{Cell, CellValue, Limits, ReadOptions, SheetFile, Table, flows};

fn table(bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> Result<Table, &'static str> {
    SheetFile::from_bytes(bytes.into(), "x", options).and_then(|mut file| file.table()).map_err(|fault| fault.code)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../fixtures/sheets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn text(text: &str) -> CellValue {
    CellValue::Text(text.to_owned())
}

const BOOK: &str = r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
    xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">
    <Styles><Style ss:ID="c"><NumberFormat ss:Format="000000"/></Style><Style ss:ID="m"><NumberFormat ss:Format="0.00"/></Style></Styles>
    <Worksheet ss:Name="Capa"><Table/></Worksheet>
    <Worksheet ss:Name="Dados"><Table><Row ss:Index="2"><Cell ss:StyleID="c"><Data ss:Type="Number">123</Data></Cell>
    <Cell ss:StyleID="m"><Data ss:Type="Number">0.5</Data></Cell><Cell><Data ss:Type="Number">1234.56</Data></Cell>
    <Cell><Data ss:Type="DateTime">2026-12-31T00:00:00.000</Data></Cell>
    <Cell><Data ss:Type="DateTime">2026-12-31T08:30:00.000</Data></Cell>
    <Cell><Data ss:Type="DateTime">1899-12-31T08:30:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell>
    <Cell/><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell><Data ss:Type="String"></Data></Cell></Row></Table></Worksheet>
    <Worksheet ss:Name="Resto"><Table><Row><Cell><Data ss:Type="String">fim</Data></Cell></Row></Table></Worksheet></Workbook>"#;

#[test]
fn cells_are_as_they_are_shown() {
    let table = table(BOOK, &ReadOptions::default()).unwrap();
    assert_eq!(
        (table.sheet.as_str(), table.sheets.as_slice()),
        ("Dados", &["Capa", "Dados", "Resto"].map(str::to_owned)[..])
    );
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.rows[0], [], "the first row holds nothing");
    let values: Vec<CellValue> = table.rows[1].iter().map(Cell::value).collect();
    let day = jiff::civil::date(2026, 12, 31);
    assert_eq!(
        values,
        [
            text("000123"),
            CellValue::Decimal(Decimal::new(5, 1)),
            CellValue::Decimal(Decimal::new(123_456, 2)),
            CellValue::Date(day),
            CellValue::DateTime(day.at(8, 30, 0, 0)),
            text("08:30"),
            CellValue::Boolean(true),
            CellValue::Empty,
            text("#N/D"),
        ]
    );
    let texts: Vec<String> = table.rows[1].iter().map(Cell::show).collect();
    let shown = ["000123", "0,5", "1234,56", "31/12/2026", "31/12/2026 08:30:00", "08:30", "VERDADEIRO", "", "#N/D"];
    assert_eq!(texts, shown);
}

#[test]
fn a_sheet_is_read_by_its_name() {
    let asked = |name: &str| table(BOOK, &ReadOptions { sheet: Some(name.to_owned()), ..ReadOptions::default() });
    assert_eq!(asked("resto ").unwrap().rows[0][0].value(), text("fim"));
    assert_eq!(asked("Capa").unwrap().rows, Vec::<Vec<_>>::new());
    assert_eq!(asked("Outra"), Err("aba_inexistente"));
}

#[test]
fn a_file_without_sheets_has_its_own_name_alone() {
    let page = b"<table><tr><td>Nome</td></tr></table>".to_vec();
    for bytes in [b"Nome\nAna\n".to_vec(), page, fixture("clipper.dbf")] {
        let code = |sheet: Option<&str>| {
            let options = ReadOptions { sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
            let mut file = SheetFile::from_bytes(bytes.clone(), "Clientes.2026.xls", &options).unwrap();
            let table = file.table().err().map(|fault| fault.code);
            let records = file.records(&flows::CLIENTES).err().map(|fault| fault.code);
            (table, records == Some("arquivo_sem_abas"))
        };
        for own in [None, Some("Clientes.2026.xls"), Some("clientes.2026 ")] {
            assert_eq!(code(own), (None, false), "{own:?}");
        }
        for other in ["Plan1", "Clientes", ""] {
            assert_eq!(code(Some(other)), (Some("arquivo_sem_abas"), true), "{other}");
        }
    }
}

#[test]
fn files_of_other_programs() {
    let protheus = table(fixture("protheus.xml"), &ReadOptions::default()).unwrap();
    // Row 3: 49-25, RP50, 06/07/2021, 130 …
    let values: Vec<CellValue> = protheus.rows[2][..4].iter().map(Cell::value).collect();
    let day = jiff::civil::date(2021, 7, 6);
    assert_eq!(values, [text("49-25"), text("RP50"), CellValue::Date(day), CellValue::Decimal(Decimal::from(130))]);
    let clipper = table(fixture("clipper.dbf"), &ReadOptions::default()).unwrap();
    assert_eq!((clipper.rows.len(), clipper.rows[4][1].value()), (123, text("LURA CECREN ZOSUSON")));
    let csv = table("a;b\n\n;\"x;y\"\n", &ReadOptions::default()).unwrap();
    let shown: Vec<Vec<String>> = csv.rows.iter().map(|row| row.iter().map(Cell::show).collect()).collect();
    assert_eq!(shown, [vec!["a".to_owned(), "b".to_owned()], vec![], vec![String::new(), "x;y".to_owned()]]);
}

#[test]
fn a_table_takes_no_more_memory_than_it_may() {
    let limits = Limits { memory: 100_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let rows = |count: usize| "a;b\n".repeat(count);
    assert!(table(rows(500), &options).is_ok());
    assert_eq!(table(rows(50_000), &options), Err("tabela_grande_demais"));
    // Rows that hold nothing take room too.
    let far = |row: u32| {
        format!(
            r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
            xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="P"><Table><Row ss:Index="{row}">
            <Cell><Data ss:Type="String">a</Data></Cell></Row></Table></Worksheet></Workbook>"#
        )
    };
    assert_eq!(table(far(1_000), &options).map(|table| table.rows.len()), Ok(1_000));
    assert_eq!(table(far(1_000_000), &options), Err("tabela_grande_demais"));
    assert_eq!(table(far(4_000_000), &ReadOptions::default()), Err("linhas_demais"));
    assert_eq!(table("", &ReadOptions::default()), Err("arquivo_vazio"));
    assert_eq!(table("%PDF-1.4", &ReadOptions::default()), Err("nao_e_planilha"));
}
