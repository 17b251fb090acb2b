//! What real customer lists showed: each finding by a reproduction as small as it gets.

use smartbill_core::document::Ddd;
use smartbill_core::model::{Cliente, Cobranca};
use smartbill_core::sheets::{Cell, Optional, ReadOptions, Record, SheetFile, flows};
use smartbill_core::validate::{Finding, Options, Severity};
use smartbill_core::{Language, Value};

fn read(bytes: impl Into<Vec<u8>>) -> (Vec<Record>, Vec<String>) {
    let mut file = SheetFile::from_bytes(bytes.into(), "clientes.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let read: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
    let extras = records.mapping().extras.iter().map(|extra| extra.header.clone()).collect();
    (read, extras)
}

fn text(record: &Record, field: &str) -> String {
    record.field(field).map(Value::to_json).unwrap_or_default()
}

#[test]
fn d2_a_column_of_another_systems_codes_does_not_cost_the_rows() {
    let (rows, extras) = read("NOME;CPF_CNPJ;TIPO_CLIENTE\nAna;52998224725;1\nBia;11144477735;2\n");
    assert!(rows.iter().all(Record::accepted));
    assert_eq!(extras, ["TIPO_CLIENTE"]);
    let told: Vec<_> = rows.iter().flat_map(|row| &row.findings).collect();
    let [finding] = told[..] else { panic!("{told:?}") };
    assert_eq!(
        (finding.code(), finding.severity, finding.place.as_ref().unwrap().row),
        ("coluna_deixada_de_fora", Severity::Warning, 2)
    );
    assert_eq!(
        finding.message(Language::En),
        "the column was not read as `Tipo de Pessoa`: none of its first cells is a value of that field"
    );
    // One word that it knows, and the column is what its header says.
    let (rows, _) = read("NOME;CPF_CNPJ;TIPO_CLIENTE\nAna;52998224725;FISICA\nBia;11144477735;2\n");
    assert_eq!(rows.iter().map(Record::accepted).collect::<Vec<_>>(), [true, false]);
    // `F` is a final consumer in Protheus.
    let sheet =
        "NOME;CPF_CNPJ;TIPO\nAurora;11222333000181;F\nSol;11444777000161;F\nLua;33000167000101;F\nAna;52998224725;F\n";
    let (rows, extras) = read(sheet);
    assert!(rows.iter().all(Record::accepted), "{rows:?}");
    assert_eq!((rows[0].findings[0].code(), extras.as_slice()), ("tipo_contradiz_documento", &["TIPO".to_owned()][..]));
    // One in two may be a mistake of the row.
    let (rows, extras) = read("NOME;CPF_CNPJ;TIPO\nAurora;11222333000181;F\nAna;52998224725;F\n");
    assert_eq!((extras.len(), text(&rows[0], "tipoPessoa").as_str()), (0, "\"FISICA\""));
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
    let codes: Vec<Vec<_>> = rows.iter().map(|row| row.findings.iter().map(Finding::code).collect()).collect();
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

#[test]
fn d9_a_template_with_remarks_above_its_header_is_understood() {
    let remark = |text: &str| format!("\"(opcional)\n(texto e número - 60)\n{text}\"");
    let delivery = "\"Endereço de Entrega\n\n(opcional)\"".to_owned();
    let columns = [
        (remark("Código que identifica este cliente"), "Código de Integração", "codigoExterno"),
        (remark(""), "Razão Social / Nome Completo *", "nome"),
        (remark("Preencha aqui o CNPJ ou CPF"), "CNPJ/CPF", "cpfCnpj"),
        (remark(""), "Endereço", "endereco.logradouro"),
        (remark(""), "Estado", "endereco.uf"),
        (remark(""), "DDD Telefone", "ddd"),
        (remark(""), "Telefone", "telefone"),
        (remark(""), "DDD Telefone 2", "dddCelular"),
        (remark(""), "Telefone 2", "celular"),
        (remark(""), "Optante do Simples Nacional", "optanteSimples"),
        (delivery.clone(), "CNPJ/CPF (do recebedor)", ""),
        (delivery.clone(), "Nome / Razão Social", ""),
        (delivery, "Endereço", ""),
        ("\"Transportadora\n(opcional)\"".to_owned(), "Telefone", ""),
    ];
    let line = |cells: Vec<&str>| cells.join(";") + "\n";
    let header = line(columns.iter().map(|(remark, ..)| remark.as_str()).collect())
        + &line(columns.iter().map(|(_, name, _)| *name).collect());
    let end = line(vec!["limite"; 12]);
    let sheet = header.clone() + &end;
    let mut file = SheetFile::from_bytes(sheet, "clientes.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    assert!(records.next().is_none());
    let skipped: Vec<_> = records.skipped().rows.iter().map(|row| (row.reason, row.text.as_str())).collect();
    assert_eq!(skipped, [("preenchimento", "limite")]);
    let fields: Vec<&str> = records.mapping().columns.iter().map(|(_, column)| column.field).collect();
    assert_eq!(fields, columns.iter().map(|(.., field)| *field).filter(|field| !field.is_empty()).collect::<Vec<_>>());
    let extras: Vec<&str> = records.mapping().extras.iter().map(|extra| extra.header.as_str()).collect();
    assert_eq!(extras[2..], ["Endereço de Entrega Endereço", "Transportadora Telefone"]);
    let filled = "1;Ana Souza;52998224725;Rua A;SP - São Paulo;11;33334444;48;980215852;Não;11144477735;Bia;Rua B;1\n";
    let (ana, told) = checked(&(header + filled), &ReadOptions::default()).remove(0);
    let ana = ana.unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!((ana.cpf_cnpj.as_deref(), ana.optante_simples), (Some("52998224725"), Some(false)));
    assert_eq!((ana.telefone.as_deref(), ana.celular.as_deref()), (Some("+551133334444"), Some("+5548980215852")));
    // Without a group of another name, two columns of one name are nobody's.
    let twice = "Cadastro;;;\nNome;CPF;Telefone;Telefone\nAna;52998224725;1;2\n";
    let mut file = SheetFile::from_bytes(twice, "clientes.csv", &ReadOptions::default()).unwrap();
    assert_eq!(file.records(&flows::CLIENTES).map(drop).unwrap_err().code, "coluna_duplicada");
    // A lone column of both is the telephone.
    let (rows, _) = read("Nome;CPF;DDD/Telefone\nAna;52998224725;(11) 3333-4444\n");
    assert_eq!(text(&rows[0], "telefone"), "\"(11) 3333-4444\"");
}

#[test]
fn d12_a_column_may_hold_code_and_name() {
    let sheet = "Relação de Empresas;;\n;;\nEMPRESA;SIT.;CNPJ/CPF/CEI\n0008 - PADARIA AURORA LTDA;A;11.222.333/0001-81\n\
        1095- ANA SOUZA;A;529.982.247-25\n2095-BIA LIMA;;111.444.777-35 \n";
    let rows = checked(sheet, &ReadOptions::default());
    let read: Vec<_> = rows
        .iter()
        .map(|(c, told)| {
            let customer = c.clone().unwrap_or_else(|| panic!("{told:?}"));
            (customer.codigo_externo.unwrap(), customer.nome.unwrap())
        })
        .collect();
    let said = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(read, [said("0008", "PADARIA AURORA LTDA"), said("1095", "ANA SOUZA"), said("2095", "BIA LIMA")]);
    let told: Vec<_> =
        rows.iter().map(|(_, told)| told.iter().filter(|t| t.contains("coluna_com_codigo_e_nome")).count()).collect();
    assert_eq!(told, [1, 0, 0], "once");
    // A code that comes twice is a duplicate, as if it stood in a column of its own.
    let (rows, _) = read_twice();
    assert_eq!(rows.iter().map(Record::accepted).collect::<Vec<_>>(), [true, true, true, false]);
    // Where a column holds the code, or few cells look like that, the cell is a name.
    for (sheet, name) in [
        (
            "Código;Cliente;CPF\n1;3 - A BAR;52998224725\n2;4 - B BAR;11144477735\n3;5 - C BAR;12345678909\n",
            "3 - A BAR",
        ),
        ("Cliente;CPF\n3 - A BAR;52998224725\nBIA LIMA;11144477735\nCAIO REIS;12345678909\n", "3 - A BAR"),
        ("Cliente;CPF\n3 - A BAR;52998224725\n", "3 - A BAR"),
    ] {
        let (ana, told) = checked(sheet, &ReadOptions::default()).remove(0);
        assert_eq!(ana.and_then(|c| c.nome).as_deref(), Some(name), "{told:?}");
    }
    // A column of another kind is no name.
    let mut file =
        SheetFile::from_bytes("EMPRESA;CNPJ\nMATRIZ;11222333000181\n", "c.csv", &ReadOptions::default()).unwrap();
    assert_eq!(file.records(&flows::CLIENTES).map(drop).unwrap_err().code, "coluna_obrigatoria_ausente");
}

fn read_twice() -> (Vec<Record>, Vec<String>) {
    read("CLIENTE;CPF\n01 - ANA;52998224725\n02 - BIA;11144477735\n03 - CAIO;12345678909\n01 - DORA;39053344705\n")
}

#[test]
fn d15_an_extract_of_an_erp_is_read_by_its_own_names() {
    let header =
        "A1_COD;A1_LOJA;A1_NOME;A1_CGC;A1_PESSOA;A1_EST;A1_COD_MUN;A1_MUN;A1_DDD;A1_TEL;A1_DTNASC;D_E_L_E_T_\n";
    let sheet = format!(
        "{header}000001;01;MERCADO AURORA LTDA;11222333000181;J;SP;50308;SAO PAULO;011;33334444;; \n\
         000001;02;MERCADO AURORA FILIAL;11222333000262;J;SP;50308;SAO PAULO;11;33334444;;\n\
         000002;01;ANA SOUZA;52998224725;F;RJ;04557;RIO DE JANEIRO;;980215852;19800501;\n\
         000003;01;BIA LIMA;11144477735;F;SP;50308;SAO PAULO;11;33334444;;*\n"
    );
    let mut file = SheetFile::from_bytes(sheet.clone(), "sa1.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let read: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
    let skipped: Vec<_> = records.skipped().rows.iter().map(|row| (row.row, row.reason)).collect();
    assert_eq!(skipped, [(5, "excluido")]);
    assert_eq!(records.mapping().extras, []);
    assert!(read.iter().all(Record::accepted), "branches are no duplicates");
    let rows: Vec<Cliente> = checked(&sheet, &ReadOptions::default())
        .into_iter()
        .map(|(c, told)| c.unwrap_or_else(|| panic!("{told:?}")))
        .collect();
    let codes: Vec<_> = rows.iter().map(|c| c.codigo_externo.as_deref().unwrap()).collect();
    assert_eq!(codes, ["000001-01", "000001-02", "000002-01"]);
    let ibge: Vec<_> = rows.iter().map(|c| c.endereco.as_ref().unwrap().codigo_ibge.as_deref().unwrap()).collect();
    assert_eq!(ibge, ["3550308", "3550308", "3304557"]);
    let numbers: Vec<_> = rows.iter().map(|c| c.telefone.as_deref()).collect();
    assert_eq!(
        numbers,
        [Some("+551133334444"), Some("+551133334444"), None],
        "a number without its area code is left out"
    );
    assert_eq!(rows[2].data_nascimento.map(|day| day.to_string()).as_deref(), Some("1980-05-01"));
    // A shop that cannot be read would make another customer of the code.
    let broken = format!("{header}000001;#N/D;MERCADO AURORA LTDA;11222333000181;J;SP;;;;;;\n");
    assert_eq!(checked(&broken, &ReadOptions::default())[0].0, None);
    // A column of another system's that is called so is none of the code, and a code without its state is told.
    let sheet = "Código;Loja;Nome;CPF;UF;Código IBGE\n1;Centro;Ana Souza;52998224725;SP;50308\n2;Sul;Bia Lima;11144477735;;50308\n";
    let rows = checked(sheet, &ReadOptions::default());
    let (Some(ana), told) = &rows[0] else { panic!("{rows:?}") };
    assert_eq!(ana.codigo_externo.as_deref(), Some("1"));
    assert!(told.iter().any(|said| said.starts_with("warning ibge_completado Código IBGE")), "{told:?}");
    assert!(rows[1].0.as_ref().is_some_and(|bia| bia.endereco.is_none()), "{rows:?}");
}

#[test]
fn receivables_of_another_system_are_read_by_its_words() {
    let sheet = "ID;Cliente;Data emissão;Data vencimento;Data liquidação;Valor documento;Valor recebido;Situação;\
        Número documento;CPF/CNPJ\n1;ANA SOUZA;06/02/2026;04/03/2026;;99,70;0,00;aberto;000229/01;\n\
        2;BIA LIMA;06/02/2026;04/03/2026;05/03/2026;97,85;97,85;pago;000230;11144477735\n\
        3;CAIO REIS;06/02/2026;04/03/2026;;97,85;0;sumiu;000231;\n";
    let mut file = SheetFile::from_bytes(sheet, "contas.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CONTAS_A_RECEBER).unwrap();
    let mut read = Vec::new();
    while let Some(record) = records.next() {
        let mut record = record.unwrap();
        read.push(records.validar::<Cobranca>(&mut record, Options::default()));
    }
    let [Some(open), Some(paid), None] = &read[..] else { panic!("{read:?}") };
    let of = |c: &Cobranca| (c.situacao.as_ref().map(ToString::to_string), c.valor_original.map(|v| v.to_string()));
    assert_eq!(of(open), (Some("EM_ABERTO".to_owned()), Some("99.70".to_owned())));
    assert_eq!((open.numero.as_deref(), &open.cliente_cpf_cnpj), (Some("000229/01"), &None));
    assert_eq!(of(paid).0.as_deref(), Some("PAGA"));
    assert_eq!(paid.data_pagamento.map(|day| day.to_string()).as_deref(), Some("2026-03-05"));
    assert_eq!(paid.valor_pago.map(|v| v.to_string()).as_deref(), Some("97.85"));
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../fixtures/sheets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The rows of the first sheet as a person sees them, by their numbers; what ends the reading is the second.
fn grid(bytes: Vec<u8>) -> (Vec<(u32, Vec<String>)>, Option<&'static str>) {
    let mut file = match SheetFile::from_bytes(bytes, "x", &ReadOptions::default()) {
        Ok(file) => file,
        Err(fault) => return (Vec::new(), Some(fault.code)),
    };
    let sheet = file.sheets()[0].name.clone();
    let mut rows = Vec::new();
    for row in file.rows(&sheet).unwrap() {
        match row {
            Ok(row) => rows.push((row.number, row.cells.iter().map(Cell::show).collect())),
            Err(fault) => return (rows, Some(fault.code)),
        }
    }
    (rows, None)
}

#[test]
fn d13_the_xml_of_excel_2003_is_a_spreadsheet() {
    let (rows, end) = grid(fixture("protheus.xml"));
    assert_eq!((rows.len(), end), (45, None));
    let row = |number: u32| rows.iter().find(|(n, _)| *n == number).unwrap().1.clone();
    assert_eq!(row(2), ["BAIA", "CURRAL", "DATA", "QTDE ANIMAIS", "PESO MEDIO", "QTDE UA"]);
    assert_eq!(row(3), ["49-25", "RP50", "06/07/2021", "130", "480,85", "138"]);
    let seven = row(7);
    assert_eq!(seven[..5], ["OTIBAM EROCILEL SEVIZ VALOLERE", "", "", "002646", "035193"], "merged over two columns");
    assert_eq!((seven[18].as_str(), seven.len()), ("49-25", 19), "`ss:Index` leaves columns out");

    let book = |rows: &str| {
        format!(
            r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
            xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">
            <Styles><Style ss:ID="c"><NumberFormat ss:Format="00000000000"/></Style><Style ss:ID="d" ss:Parent="c"/></Styles>
            <Worksheet ss:Name="P"><Table>{rows}</Table></Worksheet></Workbook>"#
        )
        .into_bytes()
    };
    let rows = r#"<Row ss:Index="2"><Cell ss:StyleID="d"><Data ss:Type="Number">191</Data></Cell>
        <Cell><Data ss:Type="DateTime">1899-12-31T08:30:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell>
        <Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=1"/>
        <Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Ana</B> &amp; Bia</ss:Data></Cell></Row>"#;
    let (read, end) = grid(book(rows));
    assert_eq!(end, None);
    assert_eq!(read[0].0, 2);
    assert_eq!(read[0].1[..4], ["00000000191", "08:30", "VERDADEIRO", "#N/D"]);
    assert_eq!(read[0].1[5], "Ana & Bia");
    // The second sheet is read from its own beginning, with a byte order mark before all or without.
    let two = String::from_utf8(book("<Row/>")).unwrap();
    let second = r#"<Worksheet ss:Name="Q"><Table><Row><Cell><Data ss:Type="String">segunda</Data></Cell></Row></Table>
        <WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"#;
    let two = two.replace("</Workbook>", second);
    for mark in ["", "\u{FEFF}"] {
        let mut file = SheetFile::from_bytes(format!("{mark}{two}"), "x", &ReadOptions::default()).unwrap();
        let hidden: Vec<_> = file.sheets().iter().map(|sheet| sheet.hidden).collect();
        let rows: Vec<_> = file.rows("Q").unwrap().map(Result::unwrap).collect();
        assert_eq!((hidden, rows.len(), rows[0].cells[0].show().as_str()), (vec![false, true], 1, "segunda"));
    }
    let mut cut = book("<Row><Cell><Data ss:Type='String'>a</Data></Cell></Row>");
    cut.truncate(cut.len() - "</Row></Table></Worksheet></Workbook>".len());
    assert_eq!(grid(cut).1, Some("arquivo_corrompido"));
}

#[test]
fn d14_a_table_of_clipper_is_a_spreadsheet() {
    let bytes = fixture("clipper.dbf");
    let (rows, end) = grid(bytes.clone());
    // The last five of its 127 records are deleted.
    assert_eq!((rows.len(), end), (1 + 122, None));
    assert_eq!(rows.last().unwrap().0, 123);
    assert_eq!(rows[0].1[..3], ["CODIGO", "NOME", "ENDERECO1"]);
    assert_eq!(rows[4].1[..2], ["00000004", "LURA CECREN ZOSUSON"]);
    assert_eq!((rows[4].1[7].as_str(), rows[4].1[9].as_str()), ("78300000", "07629878559"));
    let mut file = SheetFile::from_bytes(bytes.clone(), "CLIENTES.DBF", &ReadOptions::default()).unwrap();
    let records: Vec<_> = file.records(&flows::CLIENTES).unwrap().map(Result::unwrap).collect();
    assert_eq!(records.len(), 122);
    assert_eq!(grid(bytes[..bytes.len() - 100].to_vec()).1, Some("arquivo_corrompido"), "a record is cut short");
}

/// A table of one record, with its fields: name, type, length, contents.
fn table(version: u8, language: u8, fields: &[(&str, u8, u8, &[u8])]) -> Vec<u8> {
    let first = u16::try_from(33 + 32 * fields.len()).unwrap();
    let size = 1 + fields.iter().map(|(_, _, size, _)| u16::from(*size)).sum::<u16>();
    let mut bytes = vec![version, 126, 11, 28, 1, 0, 0, 0];
    bytes.extend(first.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.resize(29, 0);
    bytes.extend([language, 0, 0]);
    for (name, kind, size, _) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([*kind, 0, 0, 0, 0, *size]);
        field.resize(32, 0);
        bytes.extend(field);
    }
    bytes.push(0x0D);
    bytes.push(b' ');
    for (name, _, size, contents) in fields {
        assert_eq!(contents.len(), usize::from(*size), "{name}");
        bytes.extend(*contents);
    }
    bytes.push(0x1A);
    bytes
}

#[test]
fn d14_each_type_of_field_is_read() {
    let instant = [2_461_373_i32.to_le_bytes(), (8 * 3_600_000_i32).to_le_bytes()].concat();
    let fields: [(&str, u8, u8, &[u8]); 13] = [
        ("NOME", b'C', 6, b"Jo\xC6o  "),
        ("VALOR", b'N', 8, b" 1234.50"),
        ("CHEIO", b'N', 3, b"***"),
        ("DIA", b'D', 8, b"20261128"),
        ("NADA", b'D', 8, b"        "),
        ("ATIVO", b'L', 1, b"T"),
        ("TALVEZ", b'L', 1, b"?"),
        ("MEMO", b'M', 10, b"        12"),
        ("VAZIO", b'M', 10, b"          "),
        ("N32", b'I', 4, &42_i32.to_le_bytes()),
        ("DUPLO", b'B', 8, &2.5_f64.to_le_bytes()),
        ("MOEDA", b'Y', 8, &105_000_i64.to_le_bytes()),
        ("HORA", b'T', 8, &instant),
    ];
    let (rows, end) = grid(table(0x30, 0x02, &fields));
    assert_eq!(end, None);
    let [(1, _), (2, read)] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(read[..7], ["João", "1234,5", "#####", "28/11/2026", "", "VERDADEIRO", ""]);
    assert_eq!(read[8..], ["", "42", "2,5", "10,5", "28/11/2026 08:00:00"]);
    let mut file = SheetFile::from_bytes(table(0x30, 0x02, &fields), "x", &ReadOptions::default()).unwrap();
    let row = file.rows("x").unwrap().nth(1).unwrap().unwrap();
    assert!(matches!(row.cells[7], Cell::Missing), "the text of a memo is in another file");
    let mut deleted = table(0x03, 0x57, &[("NOME", b'C', 3, b"Ana")]);
    deleted[65] = b'*';
    assert_eq!(grid(deleted).0.len(), 1, "a deleted record is not read");
    let (rows, _) = grid(table(0x03, 0x57, &[("NOME", b'C', 4, b"Jo\xE3o")]));
    assert_eq!(rows[1].1, ["João"], "Windows-1252, as the header says");
    let (rows, _) = grid(table(0x03, 0xC9, &[("NOME", b'C', 4, b"Jo\xE3o")]));
    assert_eq!(rows[1].1, ["Jo\u{FFFD}o"], "a code page that is not read loses its letters, and is told as such");
    let time = [2_415_019_i32.to_le_bytes(), (13 * 3_600_000_i32).to_le_bytes()].concat();
    let others: [(&str, u8, u8, &[u8]); 3] =
        [("HORA", b'T', 8, &time), ("FOTO", b'B', 10, b"         7"), ("VAR", b'V', 3, b"Ana")];
    let mut file = SheetFile::from_bytes(table(0x30, 0x03, &others), "x", &ReadOptions::default()).unwrap();
    let row = file.rows("x").unwrap().nth(1).unwrap().unwrap();
    assert!(matches!(row.cells[..], [Cell::Time(_), Cell::Missing, Cell::Missing]), "{row:?}");
}

#[test]
fn a_column_that_decides_what_is_billed_is_never_left_out() {
    let sheet = "Contrato;Serviço;Competência;Quantidade;Devolução\nC1;SMS;10/2026;5;total\n";
    let mut file = SheetFile::from_bytes(sheet, "consumos.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CONSUMOS).unwrap();
    let record = records.next().unwrap().unwrap();
    let codes: Vec<_> = record.findings.iter().map(Finding::code).collect();
    assert_eq!((record.accepted(), codes), (false, vec!["booleano_invalido"]));
}

/// The customers of a sheet, checked by all rules: each with its findings, or nothing where the row is rejected.
fn checked(sheet: &str, options: &ReadOptions) -> Vec<(Option<Cliente>, Vec<String>)> {
    let mut file = SheetFile::from_bytes(sheet, "clientes.csv", options).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let mut rows = Vec::new();
    while let Some(record) = records.next() {
        let mut record = record.unwrap();
        let customer = records.validar::<Cliente>(&mut record, Options { mode: options.mode, ..Options::default() });
        let said = |f: &Finding| {
            format!("{} {} {}: {}", f.severity.name(), f.code(), f.header().unwrap_or(""), f.message(Language::En))
        };
        rows.push((customer, record.findings.iter().map(said).collect()));
    }
    rows
}

const BAD_OPTIONAL_FIELDS: &str = "Código;Nome;CPF / CNPJ;Telefone;E-mail;CEP;UF;Nascimento;Observações\n\
    1;Ana Souza;529.982.247-25;???;ana@;1;ZZ;31/02/1980;vip\n";

#[test]
fn d11_an_optional_field_that_is_wrong_is_left_out_and_told_and_the_row_goes() {
    let rows = checked(BAD_OPTIONAL_FIELDS, &ReadOptions::default());
    let (Some(ana), told) = &rows[0] else { panic!("{rows:?}") };
    assert_eq!((ana.nome.as_deref(), ana.observacoes.as_deref()), (Some("Ana Souza"), Some("vip")));
    assert_eq!((&ana.telefone, &ana.email, &ana.data_nascimento, &ana.endereco), (&None, &None, &None, &None));
    for header in ["Telefone", "E-mail", "CEP", "UF", "Nascimento"] {
        let of_it: Vec<_> = told.iter().filter(|said| said.contains(&format!(" {header}: "))).collect();
        assert!(
            of_it.iter().any(|said| said.starts_with("warning ") && said.ends_with("; field left out")),
            "{told:?}"
        );
    }
    let refused = ReadOptions { optional: Some(Optional::Refuse), ..ReadOptions::default() };
    let rows = checked(BAD_OPTIONAL_FIELDS, &refused);
    assert_eq!(rows[0].0, None);
    assert!(rows[0].1.iter().any(|said| said.starts_with("error data_inexistente Nascimento")), "{:?}", rows[0].1);
}

#[test]
fn what_a_customer_must_have_and_is_known_by_is_never_left_out() {
    let code = "9".repeat(61);
    let sheet = format!(
        "Código;Nome;CPF / CNPJ\n1;A;529.982.247-25\n2;Bia Lima;111.444.777-36\n{code};Caio Reis;123.456.789-09\n"
    );
    for (customer, told) in checked(&sheet, &ReadOptions::default()) {
        assert_eq!(customer, None);
        assert!(told.iter().any(|said| said.starts_with("error ")), "{told:?}");
    }
}

#[test]
fn what_decides_taxes_or_who_is_meant_is_never_left_out() {
    for (header, cell) in [
        ("Optante pelo Simples", "talvez"),
        ("Tipo de Pessoa", "gente"),
        ("Tipo de Pessoa", "JURIDICA"),
        ("Código Externo", "#N/D"),
    ] {
        let rows = checked(&format!("Nome;CPF;{header}\nAna Souza;52998224725;{cell}\n"), &ReadOptions::default());
        assert_eq!(rows[0].0, None, "{header}: {:?}", rows[0].1);
    }
    let spared = ["telefone", "endereco.cep", "emailsAdicionais[0]", "inscricaoEstadual"];
    assert!(spared.iter().all(|field| flows::CLIENTES.spares(field)));
    for flow in [&flows::CONSUMOS, &flows::CONTAS_A_RECEBER] {
        assert!(flow.columns.iter().all(|column| !flow.spares(column.field)), "{}", flow.name);
    }
}

#[test]
fn what_leaves_no_doubt_is_mended_and_told() {
    let sheet = "Nome;CPF / CNPJ;Telefone;Celular;CEP;UF;IE\n\
        Ana Souza;529.982.247-25;(054) 3333-4444;(54) 8021-5852;95.010-000;rs;096/000.120-9\n";
    let rows = checked(sheet, &ReadOptions::default());
    let (Some(ana), told) = &rows[0] else { panic!("{rows:?}") };
    let endereco = ana.endereco.as_ref().unwrap();
    assert_eq!((ana.telefone.as_deref(), ana.celular.as_deref()), (Some("+555433334444"), Some("+5554980215852")));
    assert_eq!((endereco.cep.as_deref(), endereco.uf.as_deref()), (Some("95010000"), Some("RS")));
    assert!(told.iter().all(|said| said.starts_with("warning ")), "{told:?}");
    assert!(told.iter().any(|said| said.ends_with("; read as `+5554980215852`")), "{told:?}");
    assert!(told.iter().any(|said| said.ends_with("; read as `95010000`")), "{told:?}");
}

#[test]
fn cells_that_hold_the_thing_in_another_form_are_read() {
    let sheet = "Nome;CPF / CNPJ;E-mail;Cidade;UF;IE\n\
        Ana Souza;00052998224725;ana@a.example; Sorocaba (SP) ;São Paulo;Isenta\n\
        Bia Lima;111.444.777-35;bia@a.example; b2@A.example, BIA@a.example;Campinas/SP;;123\n";
    let sheet =
        sheet.replace("bia@a.example; b2@A.example, BIA@a.example", "\"bia@a.example; b2@A.example, BIA@a.example;x\"");
    let rows = checked(&sheet, &ReadOptions::default());
    let (Some(ana), told) = &rows[0] else { panic!("{rows:?}") };
    let place = |c: &Cliente| c.endereco.clone().map(|e| (e.municipio.unwrap_or_default(), e.uf.unwrap_or_default()));
    assert_eq!((ana.cpf_cnpj.as_deref(), ana.inscricao_estadual.as_deref()), (Some("52998224725"), Some("ISENTO")));
    assert_eq!(place(ana), Some(("Sorocaba".to_owned(), "SP".to_owned())));
    assert!(told.iter().any(|said| said.starts_with("warning zeros_a_mais CPF / CNPJ")), "{told:?}");
    // A person has no state registration; one that is none does not cost the row.
    let (Some(bia), told) = &rows[1] else { panic!("{rows:?}") };
    assert_eq!(
        (bia.email.as_deref(), &bia.emails_adicionais[..]),
        (Some("bia@a.example"), &["b2@a.example".to_owned()][..])
    );
    assert_eq!(place(bia), Some(("Campinas".to_owned(), "SP".to_owned())));
    assert_eq!(bia.inscricao_estadual, None);
    for code in ["emails_na_mesma_celula", "email_deixado_de_fora"] {
        assert!(told.iter().any(|said| said.starts_with(&format!("warning {code} E-mail"))), "{told:?}");
    }
    let refused = ReadOptions { optional: Some(Optional::Refuse), ..ReadOptions::default() };
    assert_eq!(checked(&sheet, &refused)[1].0, None, "one of the addresses is none");
    // A town of another state than the row's is left as it is.
    let sheet = "Nome;CPF;Cidade;UF;Endereço\nAna Souza;52998224725;Sorocaba (SP);RJ;Rua A, 12\n";
    let (ana, _) = checked(sheet, &ReadOptions::default()).remove(0);
    let endereco = ana.unwrap().endereco.unwrap();
    assert_eq!((endereco.municipio.as_deref(), endereco.uf.as_deref()), (Some("Sorocaba (SP)"), Some("RJ")));
    assert_eq!((endereco.logradouro.as_deref(), endereco.numero.as_deref()), (Some("Rua A"), Some("12")));
}

#[test]
fn two_telephones_in_one_cell_are_both_read() {
    let numbers = |cells: &str, header: &str, options: &ReadOptions| {
        let (customer, told) = checked(&format!("Nome;CPF;{header}\nAna;52998224725;{cells}\n"), options).remove(0);
        (customer.map(|c| (c.telefone.unwrap_or_default(), c.celular.unwrap_or_default())), told)
    };
    let plain = ReadOptions::default();
    let said = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    for (cell, read) in [
        ("(62) 3251-1122 / 98111-2233", said("+556232511122", "+5562981112233")),
        ("62 3251-1122, (61) 98111-2233", said("+556232511122", "+5561981112233")),
        ("(62) 3251-1122/1123", said("+556232511122", "")),
        ("(62) 3251-1122 | falar com Bia", said("+556232511122", "")),
        ("(62) 3251-1122 / 98111-2233 / 3251-9999", said("+556232511122", "+5562981112233")),
        ("(62) 3251-1122 e 98111-2233", said("+556232511122", "+5562981112233")),
        ("(62) 3251-1122 (61) 98111-2233", said("+556232511122", "+5561981112233")),
        ("(62) 3251-1122 (Ana) / Bia (61) 98111-2233", said("+556232511122", "+5561981112233")),
    ] {
        let (customer, told) = numbers(cell, "Telefone", &plain);
        assert_eq!(customer, read, "{cell}: {told:?}");
        assert!(told.iter().any(|said| said.starts_with("warning telefone")), "{cell}: {told:?}");
    }
    for cell in ["(62) 98111-2233 (Ana)", "Ana: 62 98111-2233", "62981112233 - recado"] {
        let (customer, told) = numbers(cell, "Celular", &plain);
        assert_eq!(customer, said("", "+5562981112233"), "{cell}: {told:?}");
        assert!(told.iter().any(|said| said.starts_with("warning palavras_junto_do_telefone")), "{cell}: {told:?}");
    }
    // Digits of something else may be part of the number.
    for cell in ["(62) 3251-1122 ramal 12", "ramal 3251-1122", "falar com Ana"] {
        let (customer, told) = numbers(cell, "Telefone", &plain);
        assert_eq!((customer, told.len()), (said("", ""), 1), "{cell}: {told:?}");
    }
    // A number of the row's own stays, and area codes come from where they come for one number.
    let (customer, told) = numbers("(62) 3251-1122 / 98111-2233;(61) 99999-0000", "Telefone;Celular", &plain);
    assert_eq!(customer, said("+556232511122", "+5561999990000"));
    assert!(told.iter().any(|said| said.contains("98111-2233` was left out")), "{told:?}");
    let ddd = ReadOptions { ddd: Ddd::parse("048"), ..ReadOptions::default() };
    let (customer, _) = numbers("3251-1122 / 98111-2233", "Telefone", &ddd);
    assert_eq!(customer, said("+554832511122", "+5548981112233"));
    // Without an area code the cell is what it was, and told once.
    let (customer, told) = numbers("3251-1122 / 98111-2233", "Telefone", &plain);
    assert_eq!((customer, told.len()), (said("", ""), 1), "{told:?}");
    let refused = ReadOptions { optional: Some(Optional::Refuse), ..ReadOptions::default() };
    assert_eq!(numbers("(62) 3251-1122 / falar com Bia", "Telefone", &refused).0, None);
}

#[test]
fn of_two_columns_for_one_field_the_cells_or_the_place_tell() {
    let sheet = "Tipo;Natureza;Nome;CNPJ\nJ;21001;Aurora Ltda;11222333000181\nF;21002;Ana;52998224725\n";
    let (rows, extras) = read(sheet);
    assert!(rows.iter().all(Record::accepted), "{rows:?}");
    assert_eq!(
        (text(&rows[0], "tipoPessoa").as_str(), extras.as_slice()),
        ("\"JURIDICA\"", &["Natureza".to_owned()][..])
    );
    // The other way round as well.
    let (rows, extras) =
        read(sheet.replace("Tipo;Natureza", "Natureza;Tipo").replace("J;21001", "1;J").replace("F;21002", "2;F"));
    assert_eq!(
        (text(&rows[1], "tipoPessoa").as_str(), extras.as_slice()),
        ("\"FISICA\"", &["Natureza".to_owned()][..])
    );
    let (rows, _) = read("Número;CPF;Nome;Rua;Número;Bairro\n1;52998224725;Ana;Rua A;1000;Centro\n");
    assert_eq!(text(&rows[0], "endereco.numero"), "\"1000\"");
    // A number far from the address is a document's.
    let (rows, extras) = read("Prefixo;Numero;Parcela;Nome;CPF;Rua;Cidade\nNFS;231;1;Ana;52998224725;Rua A;Santos\n");
    assert_eq!((text(&rows[0], "endereco.numero").as_str(), extras[1].as_str()), ("", "Numero"));
    assert_eq!(rows[0].findings.iter().map(Finding::code).collect::<Vec<_>>(), ["numero_fora_do_endereco"]);
    // Where both could be, nobody is guessed.
    for twice in
        ["Tipo;Natureza;Nome;CNPJ\nJ;J;Aurora;11222333000181\n", "Nome;CPF;Rua;Cidade;Rua\nAna;52998224725;A;B;C\n"]
    {
        let mut file = SheetFile::from_bytes(twice, "clientes.csv", &ReadOptions::default()).unwrap();
        assert_eq!(file.records(&flows::CLIENTES).map(drop).unwrap_err().code, "coluna_duplicada", "{twice}");
    }
}

#[test]
fn pages_of_a_report_and_old_forms_are_read() {
    let sheet = "Código;Nome;CPF;Fone;Cidade/UF\n1;Ana;52998224725;(0xx11) 3333-4444;SÃO PAULO/SP\n\
        Empresa: 02 - FILIAL;;;;Página: 2\nCódigo;Nome;CPF;Fone;Cidade/UF\n2;Bia;11144477735;;Santos - SP\n";
    let mut file = SheetFile::from_bytes(sheet, "clientes.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    assert_eq!(records.by_ref().map(Result::unwrap).filter(Record::accepted).count(), 2);
    let skipped: Vec<_> = records.skipped().rows.iter().map(|row| (row.row, row.reason)).collect();
    assert_eq!(skipped, [(3, "rodape"), (4, "cabecalho_repetido")]);
    let (ana, told) = checked(sheet, &ReadOptions::default()).remove(0);
    let ana = ana.unwrap_or_else(|| panic!("{told:?}"));
    let endereco = ana.endereco.unwrap();
    assert_eq!((ana.telefone.as_deref(), endereco.uf.as_deref()), (Some("+551133334444"), Some("SP")));
    assert_eq!(endereco.municipio.as_deref(), Some("SÃO PAULO"));
}

#[test]
fn an_english_list_of_customers_is_read() {
    let sheet = "Customer ID,Full Name,Tax ID,Email Address,Phone Number,Street Address,City,State,Zip Code\n\
        7,Ana Souza,529.982.247-25,ana@a.example,+55 11 99999-0000,\"Rua A, 1\",São Paulo,SP,01310-100\n";
    let (ana, told) = checked(sheet, &ReadOptions::default()).remove(0);
    let ana = ana.unwrap_or_else(|| panic!("{told:?}"));
    let endereco = ana.endereco.unwrap();
    assert_eq!(
        [ana.codigo_externo, ana.cpf_cnpj, ana.email, ana.telefone, endereco.cep, endereco.uf, endereco.municipio]
            .map(Option::unwrap_or_default),
        ["7", "52998224725", "ana@a.example", "+5511999990000", "01310100", "SP", "São Paulo"]
    );
}

#[test]
fn an_area_code_is_taken_from_the_caller_where_the_row_has_none() {
    let sheet = "Nome;CPF / CNPJ;DDD;Telefone;Celular\nAna Souza;529.982.247-25;;3333-4444;98021-5852\n\
        Bia Lima;111.444.777-35;(011);3333-4444;(21) 98021-5852\nCaio Reis;123.456.789-09;;333-444;ramal 3333-4444\n";
    let options = ReadOptions { ddd: Ddd::parse("048"), ..ReadOptions::default() };
    let numbers: Vec<_> = checked(sheet, &options)
        .into_iter()
        .map(|(customer, _)| customer.map(|c| (c.telefone.unwrap_or_default(), c.celular.unwrap_or_default())).unwrap())
        .collect();
    let said = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        numbers,
        [said("+554833334444", "+5548980215852"), said("+551133334444", "+5521980215852"), said("", "")]
    );
    assert_eq!(["00", "20", "481", "x", ""].map(Ddd::parse), [None; 5]);
    // Ten digits, and those of nobody's telephone.
    let short = "Nome;CPF / CNPJ;Telefone\nAna Souza;529.982.247-25;(21) 3456-78\n";
    let (ana, told) = checked(short, &options).remove(0);
    assert_eq!(ana.unwrap().telefone, None, "{told:?}");
}
