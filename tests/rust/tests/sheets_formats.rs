//! Further files that hold a sheet: `OpenDocument` as one file of XML, and an archive around a spreadsheet,
//! text in columns of a fixed width.

mod workbook;

use smartbill_core::Language;
use smartbill_core::sheets::{
    Cell, FileFormat, LayoutOption, Limits, Output, ReadOptions, RowResult, SheetError, SheetFile, detect, flows,
    report,
};
use workbook::{ODS_END, Part, bytes, cell, many, ods, ods_text, once, record, wide, xlsb};

/// As LibreOffice writes it: styles before the body, in the same file.
const FLAT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>

<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
 <office:meta><meta:generator>LibreOffice/7.4</meta:generator></office:meta>
 <office:styles><style:style style:name="Default" style:family="table-cell"/></office:styles>
 <office:automatic-styles>
  <number:number-style style:name="N102"><number:number number:decimal-places="0" number:min-integer-digits="6"/></number:number-style>
  <style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N102"/>
  <style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>
 </office:automatic-styles>
 <office:body>
  <office:spreadsheet>
   <table:table table:name="Clientes">
    <table:table-column table:number-columns-repeated="3" table:default-cell-style-name="Default"/>
    <table:table-row>
     <table:table-cell office:value-type="string" calcext:value-type="string"><text:p>Código</text:p></table:table-cell>
     <table:table-cell office:value-type="string" calcext:value-type="string"><text:p>Nome</text:p></table:table-cell>
     <table:table-cell office:value-type="string" calcext:value-type="string"><text:p>CPF</text:p></table:table-cell>
    </table:table-row>
    <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/></table:table-row>
    <table:table-row>
     <table:table-cell table:style-name="ce1" office:value-type="float" office:value="49" calcext:value-type="float"><text:p>000049</text:p></table:table-cell>
     <table:table-cell office:value-type="string" calcext:value-type="string"><text:p>Ana <text:span>Souza</text:span> &amp; Cia</text:p></table:table-cell>
     <table:table-cell office:value-type="string" calcext:value-type="string"><text:p>529.982.247-25</text:p></table:table-cell>
    </table:table-row>
   </table:table>
   <table:table table:name="Oculta" table:style-name="ta2">
    <table:table-row><table:table-cell office:value-type="date" office:date-value="2026-12-31"><text:p>31/12/26</text:p></table:table-cell></table:table-row>
   </table:table>
  </office:spreadsheet>
 </office:body>
</office:document>
"#;

fn open(bytes: impl Into<Vec<u8>>) -> Result<SheetFile, SheetError> {
    SheetFile::from_bytes(bytes.into(), "x", &ReadOptions::default())
}

/// The rows of the sheet called `sheet` by their numbers, or the code of what ends the reading.
fn rows(file: &mut SheetFile, sheet: &str) -> Result<Vec<(u32, Vec<String>)>, &'static str> {
    let rows = file.rows(sheet).map_err(|fault| fault.code)?;
    rows.map(|row| match row {
        Ok(row) => Ok((row.number, row.cells.iter().map(Cell::show).collect())),
        Err(fault) => Err(fault.code),
    })
    .collect()
}

/// The first record, as a customer.
fn customer(bytes: impl Into<Vec<u8>>) -> String {
    let mut file = open(bytes).unwrap_or_else(|fault| panic!("{fault}"));
    let first = file.records(&flows::CLIENTES).unwrap().next().unwrap().unwrap();
    first.value(&flows::CLIENTES).to_json()
}

#[test]
fn a_flat_document_is_read_as_an_ods_is() {
    let mut file = open(FLAT).unwrap();
    assert_eq!((file.format(), detect(FLAT.as_bytes())), (FileFormat::Fods, Ok(FileFormat::Fods)));
    let sheets: Vec<_> = file.sheets().into_iter().map(|sheet| (sheet.name, sheet.hidden)).collect();
    assert_eq!(sheets, [("Clientes".to_owned(), false), ("Oculta".to_owned(), true)]);
    let row = |number, cells: &[&str]| (number, cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    let read = rows(&mut file, "Clientes").unwrap();
    assert_eq!(read, [row(1, &["Código", "Nome", "CPF"]), row(4, &["000049", "Ana Souza & Cia", "529.982.247-25"])]);
    assert_eq!(rows(&mut file, "Oculta").unwrap(), [row(1, &["31/12/2026"])]);
    assert_eq!(rows(&mut file, "Clientes").unwrap(), read, "each sheet is read from the beginning");
    let with_mark = format!("\u{FEFF}{FLAT}");
    for text in [FLAT, &with_mark] {
        assert_eq!(customer(text), r#"{"codigoExterno":"000049","nome":"Ana Souza & Cia","cpfCnpj":"529.982.247-25"}"#);
    }
}

#[test]
fn a_flat_document_that_is_damaged_or_hostile_is_refused() {
    // Cut anywhere it is refused, between two sheets too.
    let root = FLAT.find("<office:meta>").unwrap();
    for end in (root..FLAT.trim_end().len()).filter(|end| FLAT.is_char_boundary(*end)) {
        let outcome = open(&FLAT[..end]).map(drop).map_err(|fault| fault.code);
        assert_eq!(outcome, Err("arquivo_corrompido"), "{end}");
    }
    let text = FLAT.replace("opendocument.spreadsheet", "opendocument.text");
    let fault = open(text).map(drop).unwrap_err();
    assert_eq!(fault.code, "nao_e_planilha");
    assert!(fault.message(Language::PtBr).contains("documento OpenDocument que não é planilha"));
    let read = |text: &str| open(text).map_err(|fault| fault.code).and_then(|mut file| rows(&mut file, "Clientes"));
    let with_row = |row: &str| FLAT.replacen("<table:table-row>", &format!("{row}<table:table-row>"), 1);
    let repeated = with_row(
        "<table:table-row table:number-rows-repeated='1000000'><table:table-cell table:number-columns-repeated='90' \
         office:value-type='string'><text:p>x</text:p></table:table-cell></table:table-row>",
    );
    assert_eq!(read(&repeated), Err("linha_repetida_demais"));
    let wide = with_row(
        "<table:table-row><table:table-cell table:number-columns-repeated='4000000000' office:value-type='string'>\
         <text:p>x</text:p></table:table-cell></table:table-row>",
    );
    assert_eq!(read(&wide), Err("colunas_demais"));
    let spaces = with_row(
        "<table:table-row><table:table-cell office:value-type='string'><text:p>a<text:s text:c='4000000000'/></text:p>\
         </table:table-cell></table:table-row>",
    );
    assert_eq!(read(&spaces), Err("texto_longo_demais"));
    let deep = with_row(&format!("<table:table-row>{}", "<text:p>".repeat(1_000)));
    assert_eq!(read(&deep), Err("arquivo_corrompido"));
    let long = with_row(&format!("<table:table-row><!--{}--></table:table-row>", "x".repeat(2 << 20)));
    assert_eq!(read(&long), Err("texto_longo_demais"));
}

const CSV: &str = "Código;Nome;CPF\n7;Ana Souza;52998224725\n";
const ANA: &str = r#"{"codigoExterno":"7","nome":"Ana Souza","cpfCnpj":"52998224725"}"#;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let parts: Vec<Part<'_>> = files.iter().map(|(name, content)| (*name, vec![(content.to_vec(), 1)])).collect();
    bytes(&parts)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../fixtures/sheets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn an_archive_around_one_spreadsheet_is_that_spreadsheet() {
    let archive = zip(&[
        ("exportação/", b""),
        ("exportação/Clientes.CSV", CSV.as_bytes()),
        ("exportação/leia-me.pdf", b"%PDF-1.4"),
        ("__MACOSX/exportação/._Clientes.CSV", b"\0\x05\x16\x07"),
        ("exportação/.~lock.Clientes.csv", b","),
    ]);
    let file = open(archive.clone()).unwrap();
    assert_eq!(
        (file.format(), file.name(), detect(&archive)),
        (FileFormat::Text, "Clientes.CSV", Ok(FileFormat::Text))
    );
    assert_eq!(customer(archive), ANA);
    for (name, format, sheet) in [
        ("clientes.xls", FileFormat::Xls, None),
        ("clientes.ods", FileFormat::Ods, None),
        ("consumos.xlsx", FileFormat::Xlsx, None),
        ("clipper.dbf", FileFormat::Dbf, Some("clipper.dbf")),
    ] {
        let archive = zip(&[(name, &fixture(name))]);
        let (mut outer, mut inner) = (open(archive.clone()).unwrap(), open(fixture(name)).unwrap());
        assert_eq!((outer.format(), detect(&archive)), (format, Ok(format)));
        let named = |file: &SheetFile| sheet.map_or_else(|| file.sheets()[0].name.clone(), str::to_owned);
        let (from, to) = (named(&outer), named(&inner));
        assert_eq!(rows(&mut outer, &from), rows(&mut inner, &to), "{name}");
    }
}

#[test]
fn an_archive_with_two_spreadsheets_or_none_says_so() {
    let two = zip(&[("a.csv", CSV.as_bytes()), ("b/c.xlsx", &fixture("consumos.xlsx")), ("d.pdf", b"%PDF")]);
    let fault = open(two.clone()).map(drop).unwrap_err();
    assert_eq!(detect(&two).unwrap_err(), fault);
    assert_eq!(
        fault.message(Language::En),
        "the ZIP archive holds more than one spreadsheet: `a.csv`, `b/c.xlsx`; leave one in it, or give them one by one"
    );
    let names: Vec<String> = (0..5_000).map(|i| format!("{i:04}{}.csv", "x".repeat(200))).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), CSV.as_bytes())).collect();
    assert!(open(zip(&many)).map(drop).unwrap_err().message(Language::En).len() < 2_000);
    let word: &[(&str, &[u8])] =
        &[("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>"), ("word/styles.xml", b"<a/>")];
    for none in [zip(&[("d.pdf", b"%PDF")]), zip(&[]), zip(&[("word/document.xml", b"<a/>")]), zip(word)] {
        assert_eq!(open(none).map(drop).unwrap_err().code, "nao_e_planilha");
    }
    assert_eq!(open(zip(&[("a.csv", b"")])).map(drop).unwrap_err().code, "arquivo_vazio");
    assert_eq!(open(zip(&[("a.xlsx", b"%PDF-1.4")])).map(drop).unwrap_err().code, "nao_e_planilha");
}

#[test]
fn an_archive_is_looked_into_once_and_within_bounds() {
    let nested = zip(&[("a.xlsx", &zip(&[("b.xlsx", &zip(&[("c.csv", CSV.as_bytes())]))]))]);
    assert_eq!(open(nested.clone()).map(drop).unwrap_err().code, "nao_e_planilha");
    assert_eq!(detect(&nested).unwrap_err().code, "nao_e_planilha");
    let nested = zip(&[("a.zip", &zip(&[("c.csv", CSV.as_bytes())]))]);
    assert_eq!(open(nested).map(drop).unwrap_err().code, "nao_e_planilha");
    // 300 MB of text in some 300 kB; within `unpacked`, but it would be in memory whole.
    let parts: [Part<'_>; 1] = [("a.csv", vec![once(CSV), many("7;Ana Souza;52998224725\n", 12_500_000)])];
    let bomb = bytes(&parts);
    assert!(bomb.len() < 2 << 20);
    assert_eq!(open(bomb).map(drop).unwrap_err().code, "memoria_demais");
    let limits = Limits { memory: 1_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let small = zip(&[("a.csv", CSV.repeat(40).as_bytes())]);
    let fault = SheetFile::from_bytes(small.clone(), "x", &options).map(drop).unwrap_err();
    assert_eq!(fault.code, "memoria_demais");
    // Shorter than its first mark nothing tells what it is.
    for end in 4..small.len() {
        let outcome = open(&small[..end]).map(drop).map_err(|fault| fault.code);
        assert!(outcome.is_err(), "{end}");
    }
}

const LAYOUT: &str = r#"
[[column]]
name = "Código"
start = 1
length = 6

[[column]]
name = "Nome"
start = 7
length = 12

[[column]]
name = "CPF"
start = 19
length = 11

[[column]]
name = "Data de Nascimento"
start = 30
length = 8
type = "date"
format = "DDMMAAAA"
"#;

const LINES: &str = "000049AÇÃO &CIA   5299822472531121980\r\n\r\n\
    000050BIA \"X\"; Y  1114447773500000000\r\n000051CAIO        12345678909\r\n";

fn fixed(bytes: impl Into<Vec<u8>>, layout: &str) -> Result<SheetFile, SheetError> {
    let layout = LayoutOption { name: "acme.toml".to_owned(), text: layout.to_owned() };
    SheetFile::from_bytes(bytes, "acme.txt", &ReadOptions { layout: Some(layout), ..ReadOptions::default() })
}

#[test]
fn text_of_fixed_columns_is_read_by_its_layout() {
    // In Windows-1252, as old systems write it: a letter is a byte.
    let windows: Vec<u8> = LINES.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [LINES.as_bytes().to_vec(), windows] {
        let mut file = fixed(bytes, LAYOUT).unwrap();
        let mut records = file.records(&flows::CLIENTES).unwrap();
        let read: Vec<_> = records.by_ref().map(Result::unwrap).collect();
        let told: Vec<_> = read.iter().map(|record| (record.row, record.value(&flows::CLIENTES).to_json())).collect();
        assert_eq!(
            told,
            [
                (1, r#"{"codigoExterno":"000049","nome":"AÇÃO &CIA","cpfCnpj":"52998224725","dataNascimento":"1980-12-31"}"#),
                (3, r#"{"codigoExterno":"000050","nome":"BIA \"X\"; Y","cpfCnpj":"11144477735"}"#),
                (4, r#"{"codigoExterno":"000051","nome":"CAIO","cpfCnpj":"12345678909"}"#),
            ]
            .map(|(row, json)| (row, json.to_owned()))
        );
        assert!(read.iter().all(|record| record.findings.is_empty()), "{read:?}");
    }
    let table = fixed(LINES, LAYOUT).unwrap().table().unwrap();
    assert_eq!((table.rows.len(), table.rows[0][0].show().as_str()), (4, "000049"), "lines, without the names");
}

#[test]
fn numbers_and_dates_of_fixed_columns() {
    let cell = |kind: &str, text: &str| {
        let layout = format!("[[column]]\nname = \"X\"\nstart = 2\nlength = {}\n{kind}\n", text.chars().count());
        let mut file = fixed(format!("x{text}x\n"), &layout).unwrap();
        rows(&mut file, "acme.txt").unwrap()[1].1[0].clone()
    };
    for (text, decimals, shown) in [
        ("000000012345", 2, "123,45"),
        ("000000000005", 2, "0,05"),
        ("000000012345-", 2, "-123,45"),
        ("-00000012345", 0, "-12345"),
        ("+12", 1, "1,2"),
        ("00000000000000000000", 2, "0"),
        ("12345678901234567890", 2, "123456789012345678,90"),
        ("  123  ", 2, "1,23"),
        ("      ", 2, ""),
        ("12,345", 2, "12,345"),
        ("1A2345", 2, "1A2345"),
    ] {
        assert_eq!(cell(&format!("type = \"number\"\ndecimals = {decimals}"), text), shown, "{text}");
    }
    for (format, text, shown) in [
        ("AAAAMMDD", "20261231", "31/12/2026"),
        ("DDMMAAAA", "31122026", "31/12/2026"),
        ("DDMMAA", "311226", "31/12/2026"),
        ("AAMMDD", "801231", "31/12/1980"),
        ("DD/MM/AAAA", "31/12/2026", "31/12/2026"),
        ("DDMMAAAA", "00000000", ""),
        ("DD/MM/AAAA", "  /  /    ", "/  /"),
        ("DDMMAAAA", "31022026", "31022026"),
        ("DDMMAAAA", "3112202X", "3112202X"),
    ] {
        assert_eq!(cell(&format!("type = \"date\"\nformat = \"{format}\""), text), shown, "{text}");
    }
    assert_eq!(cell("type = \"date\"", "20261231"), "31/12/2026");
}

#[test]
fn what_is_wrong_in_a_layout_is_told_by_file_line_and_nearest_name() {
    for (from, to, said) in [
        ("start = 1\n", "start = 0\n", "`acme.toml`, line 4: `start` and `length` count from 1 to 1048576"),
        ("length = 6", "length = 99999999", "`acme.toml`, line 5: `start` and `length` count from 1 to 1048576"),
        ("length = 6", "lenght = 6", "`acme.toml`, line 5: there is no `lenght`; the nearest is `length`"),
        ("\"date\"", "\"data\"", "`acme.toml`, line 21: there is no `data`; the nearest is `date`"),
        ("DDMMAAAA", "DDMMAAA", "`acme.toml`, line 22: there is no `DDMMAAA`; the nearest is `DDMMAAAA`"),
        (
            "start = 7",
            "start = -7",
            "`acme.toml`, line 9, column 9, `start`: this is no TOML, or not of the type that is expected there",
        ),
    ] {
        let fault = fixed(LINES, &LAYOUT.replacen(from, to, 1)).map(drop).unwrap_err();
        assert_eq!(fault.message(Language::En), said);
    }
    let fault = fixed(fixture("clipper.dbf"), LAYOUT).map(drop).unwrap_err();
    assert_eq!(fault.message(Language::En), "the layout `acme.toml` is of text in fixed columns, and the file is .dbf");
    let many = LAYOUT.repeat(300);
    assert_eq!(fixed(LINES, &many).map(drop).unwrap_err().code, "colunas_demais");
    let long = format!("{}\n", "x".repeat(2 << 20));
    let mut file = fixed(long, LAYOUT).unwrap();
    assert_eq!(rows(&mut file, "acme.txt"), Err("linha_longa_demais"));
}

#[test]
fn the_report_of_fixed_columns_has_their_names_above_the_lines() {
    let mut file = fixed(LINES, LAYOUT).unwrap();
    let outcome = |row| Some(RowResult { situacao: format!("linha {row}"), ..RowResult::default() });
    let (bytes, _) = report(&mut file, &flows::CLIENTES, Output::Xlsx, Vec::new(), outcome, &[]).unwrap();
    let mut file = open(bytes).unwrap();
    let name = file.sheets()[0].name.clone();
    let read = rows(&mut file, &name).unwrap();
    let of = |cells: &[String]| [cells[0].clone(), cells[4].clone()];
    let read: Vec<_> = read.iter().map(|(row, cells)| (*row, of(cells))).collect();
    let said = |row, a: &str, b: &str| (row, [a.to_owned(), b.to_owned()]);
    assert_eq!(
        read,
        [
            said(1, "Código", "[smartbill] situação"),
            said(2, "000049", "linha 1"),
            said(4, "000050", "linha 3"),
            said(5, "000051", "linha 4"),
        ]
    );
}

/// What hides a row, as each kind of workbook says it; openpyxl and xlwt hide those of an .xlsx and an .xls in the Python tests.
#[test]
fn hidden_rows_are_read_and_told() {
    let rows = [
        ["Código", "Nome", "CPF"],
        ["C0", "Ana Souza", "52998224725"],
        ["C1", "Bia Lima", "11144477735"],
        ["C2", "Caio Reis", "12345678909"],
    ];
    // A person hid the third row, and a filter the fourth.
    let row = |attribute: &str, cells: &[&str; 3]| {
        let cells: String = cells.iter().map(|text| ods_text(text)).collect();
        format!("<table:table-row {attribute}>{cells}</table:table-row>")
    };
    let visible = ["", "table:visibility='visible'", "table:visibility='collapse'", "table:visibility='filter'"];
    let of_ods: String = visible.iter().zip(&rows).map(|(attribute, cells)| row(attribute, cells)).collect();
    let of_ods = bytes(&ods("", vec![once(&of_ods)], ODS_END));

    let header = |row: u8, flags: u8| record(0, &[row, 0, 0, 0, 0, 0, 0, 0, 0x2C, 1, 0, flags, 0, 0, 0, 0, 0]);
    let of_xlsb = (0..).zip([0, 0x40, 0x10, 0x50]).zip(&rows).flat_map(|((row, flags), cells)| {
        let cells = (0..).zip(cells).flat_map(|(column, text)| cell(6, column, 0, &wide(text)));
        header(row, flags).into_iter().chain(cells).collect::<Vec<_>>()
    });
    let of_xlsb = bytes(&xlsb(vec![(of_xlsb.collect(), 1)], Vec::new(), Vec::new(), Vec::new()));

    let row = |attribute: &str, cells: &[&str; 3]| {
        let cells = cells.map(|text| format!("<Cell><Data ss:Type=\"String\">{text}</Data></Cell>"));
        format!("<Row {attribute}>{}</Row>", cells.concat())
    };
    let attributes = ["", "ss:Hidden=\"0\"", "ss:AutoFitHeight=\"0\" ss:Hidden=\"1\"", "ss:Hidden=\"1\""];
    let of_xml: String = attributes.iter().zip(&rows).map(|(attribute, cells)| row(attribute, cells)).collect();
    let of_xml = format!(
        r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
        xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="P"><Table>{of_xml}</Table></Worksheet></Workbook>"#
    );
    for bytes in [of_ods, of_xlsb, of_xml.into_bytes()] {
        let mut file = open(bytes).unwrap();
        let mut records = file.records(&flows::CLIENTES).unwrap();
        let read: Vec<_> = records.by_ref().map(|record| record.unwrap().row).collect();
        assert_eq!((read.as_slice(), records.hidden()), (&[2, 3, 4][..], &[3, 4][..]));
    }
}
