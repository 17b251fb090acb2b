//! No value is changed in silence: what a file says wrongly, or what could be read in two ways, is told.

mod workbook;

use smartbill_core::sheets::{Cell, ReadOptions, Record, SheetFile, flows};
use smartbill_core::validate::Severity;
use smartbill_core::{Language, Mode, Value};
use workbook::{ODS_END, Part, bytes, cell, ods, ods_row, ods_text, once, record, row_header, wide, xlsb, xlsx};

fn customers(csv: impl Into<Vec<u8>>, mode: Mode) -> Vec<Record> {
    let options = ReadOptions { mode, ..ReadOptions::default() };
    let mut file = SheetFile::from_bytes(csv, "clientes.csv", &options).unwrap();
    file.records(&flows::CLIENTES).unwrap().map(Result::unwrap).collect()
}

fn strict(csv: impl Into<Vec<u8>>) -> Vec<Record> {
    customers(csv, Mode::Strict)
}

fn text<'r>(record: &'r Record, field: &str) -> &'r str {
    match record.field(field) {
        Some(Value::Text(text)) => text,
        None => "",
        other => panic!("{other:?}"),
    }
}

fn told(record: &Record) -> Vec<(&str, &str, Severity)> {
    record.findings.iter().map(|p| (p.column().unwrap_or(""), p.code(), p.severity)).collect()
}

#[test]
fn b2_a_stray_quote_never_makes_one_customer_of_two() {
    let csv = "Código;Nome;CPF/CNPJ;Cidade;UF\n\
               1;\"Bar do Zé;11222333000181;Rio;RJ\n\
               2;Casa \"Nova\";52998224725;São Paulo;SP\n\
               3;\"Bar \"do\" Zé\";11444777000161;Rio;RJ\n";
    let rows = strict(csv);
    assert_eq!(rows.iter().map(|r| r.row).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(told(&rows[0]), [("B", "aspas_soltas", Severity::Error)]);
    assert_eq!(text(&rows[0], "cpfCnpj"), "11222333000181");
    assert_eq!(text(&rows[1], "nome"), "Casa \"Nova\"");
    assert_eq!(text(&rows[1], "cpfCnpj"), "52998224725");
    assert_eq!(told(&rows[1]), []);
    assert_eq!(told(&rows[2]), [("B", "aspas_soltas", Severity::Error)]);
    assert_eq!(text(&rows[2], "nome"), "Bar \"do\" Zé");
    assert!(rows[0].findings[0].message(Language::PtBr).starts_with("as aspas abertas em `\"Bar do Zé` não se fecham"));
    let rows = customers(csv, Mode::Lenient);
    assert_eq!(told(&rows[2]), [("B", "aspas_soltas", Severity::Warning)]);
}

#[test]
fn a_cell_beyond_the_header_is_told() {
    let rows =
        strict("Código;CPF;Nome;Bairro;Município\n1;52998224725;Zé;Centro; Norte;Rio\n2;11144477735;Ana;Sul;Rio;;\n");
    assert_eq!(told(&rows[0]), [("F", "celulas_demais", Severity::Error)]);
    assert_eq!(told(&rows[1]), []);
    // A column that has no header is left out, which is said; nothing has moved.
    let rows = strict("Código;CPF;;Nome\n1;52998224725;x;Zé\n2;11144477735;;Ana\n");
    assert_eq!(told(&rows[0]), [("C", "celula_sem_cabecalho", Severity::Warning)]);
    assert_eq!(told(&rows[1]), []);
    let page = "<table><tr><td>Nome<td>CPF<tr><td>Zé<td>52998224725<td>nota ao lado</table>";
    assert_eq!(told(&strict(page)[0]), [("C", "celula_sem_cabecalho", Severity::Warning)]);
}

/// The dates of birth of a column, and what is said of its cells.
fn births(cells: &[&str], mode: Mode) -> Vec<(String, Vec<String>)> {
    let rows = (1..).zip(cells).map(|(code, cell)| format!("{code};Ana;52998224725;{cell}"));
    let read = customers(format!("Código;Nome;CPF;Data de Nascimento\n{}", rows.collect::<Vec<_>>().join("\n")), mode);
    let birth = |record: &Record| match record.field("dataNascimento") {
        Some(Value::Date(date)) => date.to_string(),
        _ => String::new(),
    };
    let of_birth = |record: &Record| {
        let told = record.findings.iter().filter(|finding| finding.path == "dataNascimento");
        told.map(|finding| finding.code().to_owned()).collect::<Vec<_>>()
    };
    read.iter().map(|record| (birth(record), of_birth(record))).collect()
}

#[test]
fn the_cells_of_a_column_tell_the_order_of_its_dates() {
    let plain = |date: &str| (date.to_owned(), Vec::new());
    let told = |date: &str, code: &str| (date.to_owned(), vec![code.to_owned()]);
    let american = ["02/07/1970", "03/16/1970", "01/01/1970", "16/03/1970", "1970-02-07", "7/fev/1970", "4-5-1970"];
    assert_eq!(
        births(&american[..3], Mode::Lenient),
        [told("1970-02-07", "data_mes_primeiro"), told("1970-03-16", "data_mes_primeiro"), plain("1970-01-01")]
    );
    assert_eq!(
        births(&american[..3], Mode::Strict),
        [told("", "data_formato_americano"), told("", "data_formato_americano"), plain("1970-01-01")]
    );
    // Where both orders are in one column, a person has to look.
    let both = births(&american, Mode::Lenient);
    assert_eq!(both[..3], [plain("1970-07-02"), told("", "data_formato_americano"), plain("1970-01-01")]);
    assert_eq!(both[3..], ["1970-03-16", "1970-02-07", "1970-02-07", "1970-05-04"].map(plain));
    // A sheet that is sorted by its dates says its order late.
    let mut sorted = vec!["01/02/1970"; 3000];
    sorted.push("01/13/1970");
    assert_eq!(births(&sorted, Mode::Lenient)[0], told("1970-01-02", "data_mes_primeiro"));
    // Another cell may disagree later.
    let mut early = vec!["01/13/1970"; 100];
    early.extend(["16/03/1970", "16/mar/1970"]);
    assert_eq!(births(&early, Mode::Lenient)[100..], [told("", "data_em_outra_ordem"), plain("1970-03-16")]);
}

#[test]
fn letters_that_were_lost_are_told() {
    for csv in [
        "Código;Nome;CPF\n1;Jo\u{FFFD}o;52998224725\n".as_bytes().to_vec(),
        // A mark of UTF-8, and then Windows-1252.
        b"\xEF\xBB\xBFC\xC3\xB3digo;Nome;CPF\n1;Jo\xE3o;52998224725\n".to_vec(),
        "\u{FEFF}Código;Nome;CPF\n1;João;52998224725\n"
            .encode_utf16()
            .flat_map(|unit| {
                // The second half of a letter without the first.
                if unit == u16::from(b'J') { 0xDC00_u16.to_le_bytes() } else { unit.to_le_bytes() }
            })
            .collect(),
    ] {
        assert_eq!(told(&strict(csv.clone())[0]), [("B", "caracteres_perdidos", Severity::Error)]);
        assert_eq!(told(&customers(csv, Mode::Lenient)[0]), [("B", "caracteres_perdidos", Severity::Warning)]);
    }
}

#[test]
fn words_of_errors_are_never_values() {
    for word in ["#N/D", "#N/A", "#REF!", "#VALOR!", "#DIV/0!", "#NOME?", "#NULO!", "#NUM!", "#VALUE!", "Err:502"] {
        let csv = format!("Código;Nome;CPF;Cidade\n1;{word};52998224725; {word} \n");
        let rows = strict(csv);
        let error = |column| (column, "formula_com_erro", Severity::Error);
        // A customer can do without a town.
        let spared = ("D", "formula_com_erro", Severity::Warning);
        assert_eq!(told(&rows[0]), [error("B"), spared], "{word}");
        assert_eq!((rows[0].field("nome"), rows[0].field("endereco.municipio")), (None, None));
        let page = format!("<table><tr><td>Nome<td>CPF<tr><td>{word}<td>52998224725</table>");
        assert_eq!(told(&strict(page)[0]), [error("A")], "{word}");
    }
    assert_eq!(told(&strict("Código;Nome;CPF\n1;Loja #1;52998224725\n")[0]), []);
}

#[test]
fn times_are_never_quantities() {
    use smartbill_core::sheets::Conversion::{Date, Decimal, Money, Text};
    use smartbill_core::sheets::convert::{Context, cell};
    let code = |input: &Cell, conversion| {
        let refused = cell(input, conversion, Context::default(), &mut Vec::new()).unwrap_err();
        refused.code().to_owned()
    };
    for days in [1.5, 0.0625, 0.0] {
        let input = Cell::Time(days);
        assert_eq!(code(&input, Decimal), "numero_virou_hora");
        assert_eq!(code(&input, Money), "numero_virou_hora");
        assert_eq!(code(&input, Date), "data_invalida");
    }
    let shown = cell(&Cell::Time(1.5), Text, Context::default(), &mut Vec::new()).unwrap();
    assert_eq!(shown, Some(Value::Text("36:00".into())));
}

fn cells(parts: &[Part<'_>]) -> Vec<(u32, Vec<String>)> {
    let mut file = SheetFile::from_bytes(bytes(parts), "x", &ReadOptions::default()).unwrap();
    let rows = file.rows("P").unwrap().map(Result::unwrap);
    rows.map(|row| (row.number, row.cells.iter().map(shown).collect())).collect()
}

/// A cell with its kind, where that says more than what a person sees.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Time(_) => format!("time {}", cell.show()),
        Cell::Error(_) => format!("error {}", cell.show()),
        Cell::Missing => "missing".to_owned(),
        Cell::FormulaWithoutValue => "not computed".to_owned(),
        Cell::Date(_) => format!("date {}", cell.show()),
        _ => cell.show(),
    }
}

/// Rows of usages that merge their contracts and quantities downwards, told as they are read.
fn usages(parts: &[Part<'_>]) -> Vec<String> {
    let mut file = SheetFile::from_bytes(bytes(parts), "x", &ReadOptions::default()).unwrap();
    let rows = file.records(&flows::CONSUMOS).unwrap().map(Result::unwrap);
    rows.map(|row| format!("{} {:?}", text(&row, "contratoCodigoExterno"), told(&row).first().map(|t| (t.0, t.1))))
        .collect()
}

#[test]
fn b4_every_kind_of_cell_of_an_xlsb_is_read() {
    let styles = {
        let format = |id: u16, code: &str| record(44, &[&id.to_le_bytes()[..], &wide(code)].concat());
        let style = |format: u16| record(47, &[&[0, 0], &format.to_le_bytes()[..], &[0; 12]].concat());
        // What comes before the styles of cells are those that they are made from.
        let of_cells =
            [record(617, &4_u32.to_le_bytes()), style(0), style(164), style(165), style(14), record(618, &[])];
        [format(164, "000000"), format(165, "[h]:mm"), style(165), of_cells.concat()].concat()
    };
    let short = |kind: u16, style: u32, value: &[u8]| record(kind, &[&style.to_le_bytes()[..], value].concat());
    let rk = |number: u32| (number << 2 | 2).to_le_bytes();
    let formula = [0; 10];
    let rows = [
        row_header(0),
        cell(11, 0, 0, &[&[0x2A][..], &formula].concat()),
        cell(3, 1, 0, &[0x17]),
        cell(62, 2, 0, &[&[1][..], &wide("São Paulo"), &[0; 8]].concat()),
        cell(8, 3, 0, &[&wide("texto")[..], &formula].concat()),
        cell(9, 4, 2, &[&1.5_f64.to_le_bytes()[..], &formula].concat()),
        cell(10, 5, 0, &[&[1][..], &formula].concat()),
        cell(2, 6, 1, &rk(49)),
        cell(5, 7, 3, &45_658_f64.to_le_bytes()),
        cell(7, 8, 0, &0_u32.to_le_bytes()),
        cell(7, 9, 0, &7_u32.to_le_bytes()),
        row_header(2),
        cell(6, 1, 0, &wide("b")),
        short(12, 0, &[]),
        short(13, 1, &rk(49)),
        short(14, 0, &[0x07]),
        short(15, 0, &[0]),
        short(16, 0, &2.5_f64.to_le_bytes()),
        short(17, 0, &wide("curto")),
        short(18, 0, &0_u32.to_le_bytes()),
    ];
    let texts = record(19, &[vec![0], wide("comum")].concat());
    let parts = xlsb(vec![(rows.concat(), 1)], Vec::new(), vec![(texts, 1)], styles);
    let expected: [(u32, &[&str]); 2] = [
        (
            1,
            &[
                "error #N/D",
                "error #REF!",
                "São Paulo",
                "texto",
                "time 36:00",
                "VERDADEIRO",
                "000049",
                "date 01/01/2025",
                "comum",
                "missing",
            ],
        ),
        (3, &["", "b", "", "000049", "error #DIV/0!", "FALSO", "2,5", "curto", "comum"]),
    ];
    assert_eq!(cells(&parts), expected.map(|(row, texts)| (row, texts.iter().map(|t| (*t).to_owned()).collect())));
}

#[test]
fn b4_merged_cells_of_an_xlsb_hold_for_all_their_rows() {
    let text = |column, text: &str| cell(6, column, 0, &wide(text));
    let header = ["ID Externo", "Contrato", "Serviço", "Competência", "Quantidade"];
    let mut data = row_header(0);
    data.extend((0..).zip(header).flat_map(|(column, name)| text(column, name)));
    for (row, id) in [(1, "K1"), (2, "K2")] {
        data.extend([row_header(row), text(0, id), text(2, "S"), text(3, "01/2026")].concat());
        if row == 1 {
            // A text in column B after column D: order within a row is the writer's.
            data.extend([text(1, "CT"), text(4, "7")].concat());
        }
    }
    let merge = |column: u32| record(176, &[1_u32, 2, column, column].map(u32::to_le_bytes).concat());
    let parts = xlsb(vec![(data, 1)], [merge(1), merge(4)].concat(), Vec::new(), Vec::new());
    assert_eq!(usages(&parts), ["CT None", "CT Some((\"E\", \"celula_mesclada\"))"]);
}

#[test]
fn b5_formats_errors_and_times_of_an_ods() {
    let styles = "<number:number-style style:name='N1'><number:number number:decimal-places='0' \
                  number:min-integer-digits='6'/></number:number-style>\
                  <number:number-style style:name='N2'><number:number number:decimal-places='2' \
                  number:min-integer-digits='3'/></number:number-style>\
                  <style:style style:name='zeros' style:family='table-cell' style:data-style-name='N1'/>\
                  <style:style style:name='child' style:family='table-cell' style:parent-style-name='zeros'/>\
                  <style:style style:name='plain' style:family='table-cell' style:data-style-name='N2'/>\
                  <style:style style:name='circle' style:family='table-cell' style:parent-style-name='circle'/>";
    let number = |style: &str| {
        format!(
            "<table:table-cell {style} office:value-type='float' office:value='49'><text:p>x</text:p></table:table-cell>"
        )
    };
    let in_style = |name: &str| number(&format!("table:style-name='{name}'"));
    let rows = [
        "<table:table-column table:number-columns-repeated='5'/>".to_owned(),
        "<table:table-column table:default-cell-style-name='zeros'/>".to_owned(),
        ods_row(&[
            &in_style("zeros"),
            &in_style("child"),
            &in_style("plain"),
            &in_style("circle"),
            &number(""),
            &number(""),
        ]),
        format!(
            "<table:table-row table:default-cell-style-name='child'>{}{}</table:table-row>",
            number(""),
            in_style("plain")
        ),
        ods_row(&[
            "<table:table-cell office:value-type='string' office:string-value='' calcext:value-type='error' \
             table:formula='of:=NA()'><text:p>#N/A</text:p></table:table-cell>",
            "<table:table-cell office:value-type='time' office:time-value='PT36H00M00S'><text:p>36:00</text:p></table:table-cell>",
            "<table:table-cell office:value-type='date' office:date-value='2025-01-31'><text:p>x</text:p></table:table-cell>",
            "<table:table-cell office:value-type='boolean' office:boolean-value='true'><text:p>x</text:p></table:table-cell>",
            "<table:table-cell table:formula='of:=A1'/>",
            "<table:table-cell office:value-type='percentage' office:value='0.025'><text:p>2,5%</text:p></table:table-cell>",
            "<table:table-cell><text:p>sem tipo</text:p></table:table-cell>",
        ]),
    ];
    let rows = rows.iter().map(|row| once(row)).collect();
    let expected: [&[&str]; 3] = [
        &["000049", "000049", "49", "49", "49", "000049"],
        &["000049", "49"],
        &["error #N/D", "time 36:00", "date 31/01/2025", "VERDADEIRO", "not computed", "0,025", "sem tipo"],
    ];
    let read: Vec<Vec<String>> = cells(&ods(styles, rows, ODS_END)).into_iter().map(|(_, cells)| cells).collect();
    assert_eq!(read, expected);
}

#[test]
fn b5_indented_and_repeated_cells_of_an_ods() {
    let rows = "
        <table:shapes><draw:frame><table:table><table:table-row><table:table-cell><text:p>nada</text:p>
        </table:table-cell></table:table-row></table:table></draw:frame></table:shapes>
        <table:table-header-rows>
          <table:table-row>
            <table:table-cell office:value-type='string'>
              <office:annotation><text:p>nota</text:p></office:annotation>
              <text:p>
                Padaria <text:span>São</text:span>
                João<text:s text:c='2'/>&amp; Cia
              </text:p>
              <text:p>segunda<text:tab/>linha</text:p>
            </table:table-cell>
          </table:table-row>
        </table:table-header-rows>
        <table:table-row table:number-rows-repeated='3'>
          <table:table-cell table:number-columns-repeated='2'/>
          <table:table-cell office:value-type='string' table:number-columns-repeated='2'><text:p>x</text:p></table:table-cell>
          <table:table-cell table:number-columns-repeated='16380'/>
        </table:table-row>
        <table:table-row table:number-rows-repeated='1000000'><table:table-cell/></table:table-row>
        <table:table-row><table:table-cell office:value-type='float' office:value='1'/></table:table-row>";
    let read = cells(&ods("", vec![once(rows)], ODS_END));
    let x = || vec![String::new(), String::new(), "x".to_owned(), "x".to_owned()];
    assert_eq!(
        read,
        [
            (1, vec!["Padaria São João  & Cia \nsegunda\tlinha".to_owned()]),
            (2, x()),
            (3, x()),
            (4, x()),
            (1_000_005, vec!["1".to_owned()]),
        ]
    );
}

#[test]
fn b5_merged_cells_of_an_ods_hold_for_all_their_rows() {
    let merged = |text: &str| {
        format!(
            "<table:table-cell office:value-type='string' table:number-rows-spanned='2'><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let covered =
        "<table:covered-table-cell office:value-type='string'><text:p>escondido</text:p></table:covered-table-cell>";
    let header = ["ID Externo", "Contrato", "Serviço", "Competência", "Quantidade"].map(ods_text);
    let rows = [
        ods_row(&header.each_ref().map(String::as_str)),
        ods_row(&[&ods_text("K1"), &merged("CT"), &ods_text("S"), &ods_text("01/2026"), &merged("7")]),
        ods_row(&[&ods_text("K2"), covered, &ods_text("S"), &ods_text("01/2026"), covered]),
    ];
    let rows = rows.iter().map(|row| once(row)).collect();
    assert_eq!(usages(&ods("", rows, ODS_END)), ["CT None", "CT Some((\"E\", \"celula_mesclada\"))"]);
}

#[test]
fn b7_and_what_an_xlsx_cell_says() {
    let styles = "<numFmts><numFmt numFmtId='164' formatCode='[h]:mm'/><numFmt numFmtId='165' formatCode='hh:mm'/>\
                  <numFmt numFmtId='166' formatCode='000000'/></numFmts><cellStyleXfs><xf numFmtId='164'/></cellStyleXfs>\
                  <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='166'/><xf numFmtId='14'/></cellXfs>";
    let rows = "<row r='2'><c r='A2' s='1'><v>1.5</v></c><c s='2'><v>0.0625</v></c><c s='3'><v>49</v></c>\
                <c s='4'><v>45658</v></c><c t='s'><v>0</v></c><c t='s'><v>9</v></c><c t='e'><v>#N/A</v></c>\
                <c><f>A1</f></c><c t='str'><f>A1</f><v></v></c><c t='b'><v>1</v></c>\
                <c t='inlineStr'><is><r><t>Example </t></r><r><t>rich</t></r><rPh><t>no</t></rPh></is></c>\
                <c r='M2' t='d'><v>2025-01-31</v></c><c t='zzz'><v>novo</v></c><c><v>1e3</v><extLst><x/></extLst></c></row>\
                <row><c t='str'><v>a_x000D_&#10;b</v></c></row></sheetData>";
    let parts = xlsx(vec![once(rows)], vec![once("<si><t>comum</t></si>")], styles);
    let expected: [(u32, &[&str]); 2] = [
        (
            2,
            &[
                "time 36:00",
                "time 01:30",
                "000049",
                "date 01/01/2025",
                "comum",
                "missing",
                "error #N/D",
                "not computed",
                "",
                "VERDADEIRO",
                "Example rich",
                "",
                "date 31/01/2025",
                "novo",
                "1000",
            ],
        ),
        (3, &["a\r\nb"]),
    ];
    assert_eq!(cells(&parts), expected.map(|(row, texts)| (row, texts.iter().map(|t| (*t).to_owned()).collect())));
}

#[test]
fn a_sheet_of_macros_or_one_that_is_not_there_does_not_hide_the_others() {
    let book = r#"<workbook><sheets><sheet name="Macro" r:id="m"/><sheet name="Perdida" r:id="z"/>
        <sheet name="P" state="show" r:id="a"/></sheets></workbook>"#;
    let relationships = r#"<Relationships><Relationship Id="m" Type="x/xlMacrosheet" Target="m.xml"/>
        <Relationship Id="a" Type="x/worksheet" Target="\xl\folha.xml"/></Relationships>"#;
    let rows = "<worksheet><dimension ref='1:4'/><sheetData><row><c><v>7</v></c></row></sheetData>\
                <mergeCells><mergeCell ref='A:A'/></mergeCells></worksheet>";
    let parts = [
        ("xl\\workbook.xml", vec![once(book)]),
        ("xl\\_rels\\workbook.xml.rels", vec![once(relationships)]),
        ("xl\\folha.xml", vec![once(rows)]),
    ];
    assert_eq!(cells(&parts), [(1, vec!["7".to_owned()])]);
}

#[test]
fn rows_that_go_back_are_damage_and_no_second_row_of_one_number() {
    let rows = "<row r='1'><c t='str'><v>Nome</v></c></row><row r='3'><c t='str'><v>Ana</v></c></row>\
                <row r='2'><c t='str'><v>Bia</v></c></row></sheetData>";
    let parts = xlsx(vec![once(rows)], vec![], "");
    let mut file = SheetFile::from_bytes(bytes(&parts), "x", &ReadOptions::default()).unwrap();
    let read: Vec<_> = file.rows("P").unwrap().map(|row| row.map(|row| row.number)).collect();
    let [Ok(1), Ok(3), Err(fault)] = &read[..] else { panic!("{read:?}") };
    assert_eq!(
        fault.message(Language::En),
        "row 2 of the sheet comes after row 3: the file is damaged; open it and save it again"
    );
}
