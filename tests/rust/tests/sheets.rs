//! Files written by other people's software, read whole.

use std::path::PathBuf;

use smartbill_core::model::Cliente;
use smartbill_core::sheets::{Flow, ReadOptions, Record, SheetError, SheetFile, flows};
use smartbill_core::validate::{Options, Severity};
use smartbill_core::{Language, Mode, Value};

fn bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/sheets").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn open(name: &str, options: &ReadOptions) -> Result<SheetFile, SheetError> {
    SheetFile::from_bytes(bytes(name), name, options)
}

fn read(name: &str, flow: &'static Flow, options: &ReadOptions) -> Vec<Record> {
    let mut file = open(name, options).unwrap();
    file.records(flow).unwrap().map(Result::unwrap).collect()
}

fn text(record: &Record, field: &str) -> String {
    match record.field(field) {
        Some(Value::Text(t)) => t.to_string(),
        Some(Value::Decimal(d)) => d.to_string(),
        Some(Value::Date(d)) => d.to_string(),
        Some(Value::Competencia(c)) => c.to_string(),
        None => String::new(),
        other => panic!("{other:?}"),
    }
}

fn findings(record: &Record) -> Vec<(&str, &str)> {
    record.findings.iter().map(|p| (p.column().unwrap_or_default(), p.code())).collect()
}

#[test]
fn an_old_erps_xls() {
    let options = ReadOptions::default();
    let mut file = open("clientes.xls", &options).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    assert_eq!(records.sheet(), "Clientes");
    assert_eq!(records.mapping().header_row, 4);
    let extras: Vec<_> = records.mapping().extras.iter().map(|e| e.header.clone()).collect();
    assert_eq!(extras, ["Dt. Cadastro", "Limite (R$)"]);
    let collected: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
    assert_eq!(collected.iter().map(|r| r.row).collect::<Vec<_>>(), [5, 6, 7, 9, 10]);
    let skipped = records.skipped();
    assert_eq!(skipped.rows.iter().map(|l| (l.row, l.reason)).collect::<Vec<_>>(), [(11, "total"), (13, "rodape")]);
    assert_eq!(skipped.empty, 2);

    assert_eq!(text(&collected[0], "nome"), "Padaria São João");
    assert_eq!(text(&collected[0], "cpfCnpj"), "06990590000123");
    assert_eq!(text(&collected[0], "endereco.cep"), "01310100");
    assert_eq!(findings(&collected[0]), [("C", "zeros_restaurados"), ("E", "zeros_restaurados")]);
    assert_eq!(collected[0].extras[0], ("Dt. Cadastro".into(), "01/01/2025".into()));
    assert_eq!(text(&collected[1], "cpfCnpj"), "52998224725");
    assert_eq!(text(&collected[1], "endereco.cep"), "01310100");
    assert_eq!(findings(&collected[1]), []);
    assert_eq!(collected[1].extras[1], ("Limite (R$)".into(), "0,3".into()));
    assert_eq!(text(&collected[2], "cpfCnpj"), "01234567890");
    assert_eq!(findings(&collected[2]), []);
    assert_eq!(text(&collected[3], "cpfCnpj"), "12.ABC.345/01DE-35");
    assert_eq!(text(&collected[4], "codigoExterno"), "1005");
    assert_eq!(findings(&collected[4]), [("C", "documento_incompleto")]);
    let finding = &collected[4].findings[0];
    assert_eq!(finding.place.as_ref().unwrap().text(Language::PtBr), "Clientes, linha 10, coluna C (CNPJ / CPF)");
    assert_eq!(
        finding.message(Language::PtBr),
        "`12345` tem 5 dígitos, e com zeros à esquerda não forma CPF nem CNPJ válido"
    );
}

#[test]
fn strings_split_over_continue_records() {
    let collected = read("large_sst.xls", &flows::CLIENTES, &ReadOptions::default());
    assert_eq!(collected.len(), 800);
    for (i, record) in collected.iter().enumerate() {
        let r = i + 1;
        let tail = if r % 3 == 0 { "simples" } else { "ção €" }.repeat(r % 7);
        assert_eq!(text(record, "nome"), format!("Cliente número {r} {tail}").trim_end());
        assert_eq!(text(record, "codigoExterno"), format!("C-{r:04}"));
    }
}

#[test]
fn two_header_rows_errors_and_formats() {
    let collected = read("consumos.xlsx", &flows::CONSUMOS, &ReadOptions::default());
    assert_eq!(collected.iter().map(|r| r.row).collect::<Vec<_>>(), [4, 5, 6, 7, 8, 9]);
    assert_eq!(text(&collected[0], "contratoCodigoExterno"), "000042");
    assert_eq!(text(&collected[0], "quantidade"), "10.5");
    assert_eq!(text(&collected[0], "dataConsumo"), "2025-01-15");
    assert_eq!(text(&collected[0], "competencia"), "2025-01");
    assert_eq!(text(&collected[0], "valorUnitario"), "0.1");
    assert_eq!(text(&collected[1], "quantidade"), "1250.5");
    assert_eq!(text(&collected[1], "valorUnitario"), "0.10");
    assert_eq!(text(&collected[1], "competencia"), "2025-01");
    assert_eq!(findings(&collected[2]), [("D", "formula_com_erro")]);
    assert_eq!(collected[2].findings[0].value(), Some("#N/D"));
    assert_eq!(text(&collected[2], "dataConsumo"), "2025-01-15");
    assert_eq!(text(&collected[3], "dataConsumo"), "2025-01-31");
    assert_eq!(findings(&collected[4]), [("D", "formula_sem_valor")]);
    assert_eq!(findings(&collected[5]), [("A", "linha_duplicada")]);
    assert_eq!(collected[5].findings[0].message(Language::En), "`U-1` is already in row 4");
}

#[test]
fn the_1904_system() {
    for name in ["date_1904.xls", "date_1904.xlsx"] {
        let collected = read(name, &flows::CONSUMOS, &ReadOptions::default());
        assert_eq!(text(&collected[0], "dataConsumo"), "2025-01-01", "{name}");
        if let Some(second) = collected.get(1) {
            assert_eq!(text(second, "dataConsumo"), "2025-01-02", "{name}");
        }
    }
}

#[test]
fn opendocument() {
    let collected = read("clientes.ods", &flows::CLIENTES, &ReadOptions::default());
    assert_eq!(collected.iter().map(|r| r.row).collect::<Vec<_>>(), [5, 9]);
    assert_eq!(text(&collected[0], "cpfCnpj"), "00000000000191");
    assert_eq!(text(&collected[0], "dataNascimento"), "2025-01-31");
}

#[test]
fn a_cp1252_text_file() {
    let options = ReadOptions::default();
    let mut file = open("consumos_cp1252.csv", &options).unwrap();
    let mut records = file.records(&flows::CONSUMOS).unwrap();
    let collected: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
    assert_eq!(collected.iter().map(|r| r.row).collect::<Vec<_>>(), [2, 3, 5, 6]);
    assert_eq!(records.skipped().rows[0].row, 7);
    assert_eq!(text(&collected[0], "quantidade"), "1250.5");
    assert_eq!(text(&collected[0], "descricao"), "quebra de linha");
    assert_eq!(text(&collected[1], "descricao"), "=A1");
    assert_eq!(text(&collected[1], "quantidade"), "-3.00");
    assert_eq!(text(&collected[2], "descricao"), "João € 5");
    assert_eq!(findings(&collected[2]), [("C", "decimal_ambiguo")]);
    assert_eq!(
        findings(&collected[3]),
        [("C", "precisao_perdida"), ("D", "competencia_invalida"), ("E", "decimal_invalido")]
    );
    let lenient = ReadOptions { mode: Mode::Lenient, ..ReadOptions::default() };
    let collected = read("consumos_cp1252.csv", &flows::CONSUMOS, &lenient);
    assert_eq!(text(&collected[2], "quantidade"), "1234");
    assert_eq!(collected[2].findings[0].severity, Severity::Warning);
}

#[test]
fn text_decoded_twice_is_mended_and_said() {
    let mut file = open("mojibake.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let parsed = records.next().unwrap().unwrap();
    assert_eq!(text(&parsed, "nome"), "João da Conceição");
    assert_eq!(findings(&parsed), [("B", "mojibake_desfeito")]);
    assert!(parsed.accepted());
    assert!(parsed.findings[0].message(Language::PtBr).contains("`João da Conceição`"));
}

#[test]
fn a_page_that_is_called_xls() {
    let mut file = open("html_renamed.xls", &ReadOptions::default()).unwrap();
    assert_eq!(file.format().extension(), "html");
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let collected: Vec<Record> = records.by_ref().map(Result::unwrap).collect();
    assert_eq!(records.skipped().rows.iter().map(|l| l.row).collect::<Vec<_>>(), [5]);
    let seen: Vec<_> = collected.iter().map(|r| (r.row, text(r, "codigoExterno"), text(r, "nome"))).collect();
    let expected_bytes = [(3, "000123", "Padaria São João & Filhos"), (4, "000124", "José da Silva")];
    assert_eq!(seen, expected_bytes.map(|(row, code, name)| (row, code.to_owned(), name.to_owned())));
    assert_eq!(findings(&collected[0]), []);

    let merged = "<table><tr><td>ID Externo<td>Contrato<td>Serviço<td>Competência<td>Quantidade\
                    <tr><td>K1<td rowspan=2>CT<td>S<td>01/2026<td rowspan=2>7<tr><td>K2<td>S<td>01/2026</table>";
    let mut file = SheetFile::from_bytes(merged, "x.xls", &ReadOptions::default()).unwrap();
    let collected: Vec<Record> = file.records(&flows::CONSUMOS).unwrap().map(Result::unwrap).collect();
    assert_eq!(collected.iter().map(|r| text(r, "contratoCodigoExterno")).collect::<Vec<_>>(), ["CT", "CT"]);
    assert_eq!(findings(&collected[1]), [("E", "celula_mesclada")]);
}

#[test]
fn a_text_file_of_dos() {
    let collected = read("clientes_cp850.csv", &flows::CLIENTES, &ReadOptions::default());
    assert_eq!(text(&collected[0], "nome"), "JOÃO DA CONCEIÇÃO");
    assert_eq!(text(&collected[0], "endereco.municipio"), "SÃO JOSÉ");
    assert_eq!(findings(&collected[0]), []);
}

#[test]
fn merged_cells_hold_for_all_their_rows_but_a_quantity_is_never_repeated() {
    for name in ["merged.xlsx", "merged.xls"] {
        let collected = read(name, &flows::CONSUMOS, &ReadOptions::default());
        let seen: Vec<_> = collected
            .iter()
            .map(|r| {
                let field = |c| text(r, c);
                let all = ["idExterno", "contratoCodigoExterno", "servicoCodigo", "competencia", "quantidade"];
                (r.row, all.map(field).join(" "), findings(r))
            })
            .collect();
        assert_eq!(
            seen,
            [
                (3, "K1 CT-1 API 2025-01 1".into(), vec![]),
                (4, "K2 CT-1 API 2025-01 2".into(), vec![]),
                (5, "K3 CT-1 SMS 2025-01 3".into(), vec![]),
                (6, "K4 CT-2 API 2025-02 10".into(), vec![]),
                (7, "K5 CT-2 API 2025-02 ".into(), vec![("E", "celula_mesclada")]),
                (8, "K6 CT-3 API 2025-02 7".into(), vec![]),
            ],
            "{name}"
        );
    }
}

#[test]
fn what_is_not_a_readable_spreadsheet_says_what_it_is() {
    let fault = |name: &str| open(name, &ReadOptions::default()).map(|_| ()).unwrap_err();
    assert_eq!(fault("encrypted.xlsx").code, "planilha_com_senha");
    let mut small = ReadOptions::default();
    small.limits.unpacked = 16 << 20;
    assert_eq!(open("bomb.xlsx", &small).map(|_| ()).unwrap_err().code, "descompactado_grande_demais");
    let mut empty = open("empty.xls", &ReadOptions::default()).unwrap();
    assert_eq!(empty.records(&flows::CLIENTES).map(|_| ()).unwrap_err().code, "planilha_vazia");
    let from = |bytes: &[u8]| SheetFile::from_bytes(bytes, "x", &ReadOptions::default()).map(|_| ()).unwrap_err().code;
    assert_eq!(from(b""), "arquivo_vazio");
    assert_eq!(from(b"\xEF\xBB\xBF \r\n"), "arquivo_vazio");
    assert_eq!(from(b"%PDF-1.7\n"), "nao_e_planilha");
    assert_eq!(from(b"<!DOCTYPE html><html><body>Erro 500</body></html>"), "html_sem_tabela");
    assert_eq!(from(b"\x89PNG\r\n\x1a\n\0\0"), "nao_e_planilha");
    assert_eq!(from(b"PK\x03\x04garbage"), "arquivo_corrompido");
    assert_eq!(from(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1garbage"), "arquivo_corrompido");
    assert_eq!(from(b"{\"a\":1}"), "nao_e_planilha");
    assert_eq!(from(b"\0\x01\x02\x03binary"), "nao_e_planilha");
}

#[test]
fn a_missing_column_names_what_was_found() {
    let fault = |csv: &str| {
        let mut file = SheetFile::from_bytes(csv, "clientes.csv", &ReadOptions::default()).unwrap();
        file.records(&flows::CLIENTES).map(|_| ()).unwrap_err()
    };
    assert_eq!(
        fault("Código;Nome;CNPJ Cliente Final;Cidade\n1;a;b;c\n").message(Language::PtBr),
        "falta coluna obrigatória na planilha `clientes.csv`: `CPF / CNPJ` (≈ `CNPJ Cliente Final`?); cabeçalhos \
         encontrados na linha 1: `Código`, `Nome`, `CNPJ Cliente Final`, `Cidade`"
    );
    let fault = fault("Nome;Sacado;CPF\na;b;c\n");
    assert_eq!(fault.code, "coluna_duplicada");
}

/// A small generator of our own: the same damage on every run.
fn draw(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap()
}

#[test]
fn damaged_files_end_in_an_error_or_in_rows() {
    let limits = smartbill_core::sheets::Limits { unpacked: 8 << 20, ..Default::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let mut seed = 42;
    for name in [
        "clientes.xls",
        "date_1904.xls",
        "consumos.xlsx",
        "clientes.ods",
        "consumos.xlsb",
        "encrypted.xlsx",
        "consumos_cp1252.csv",
        "merged.xls",
        "merged.xlsx",
        "html_renamed.xls",
    ] {
        let original = bytes(name);
        for run in 0..80 {
            let mut damaged = original.clone();
            if run % 5 == 0 {
                damaged.truncate(draw(&mut seed) % original.len());
            }
            for _ in 0..=run % 8 {
                if !damaged.is_empty() {
                    let place = draw(&mut seed) % damaged.len();
                    damaged[place] = u8::try_from(draw(&mut seed) % 256).unwrap();
                }
            }
            let Ok(mut file) = SheetFile::from_bytes(damaged, name, &options) else {
                continue;
            };
            for flow in [&flows::CLIENTES, &flows::CONSUMOS] {
                if let Ok(records) = file.records(flow) {
                    records.take(100_000).for_each(drop);
                }
            }
        }
    }
}

#[test]
fn limits_are_kept() {
    let with = |adjustment: &dyn Fn(&mut ReadOptions)| {
        let mut options = ReadOptions::default();
        adjustment(&mut options);
        options
    };
    let csv = "Código;Nome;CPF\n1;a;b\n2;c;d\n3;e;f\n";
    let fault = |options: &ReadOptions| -> &'static str {
        match SheetFile::from_bytes(csv, "x.csv", options) {
            Err(fault) => fault.code,
            Ok(mut file) => match file.records(&flows::CLIENTES) {
                Err(fault) => fault.code,
                Ok(records) => records.filter_map(Result::err).map(|f| f.code).next().unwrap_or("nenhuma"),
            },
        }
    };
    assert_eq!(fault(&with(&|o| o.limits.bytes = 10)), "arquivo_grande_demais");
    assert_eq!(fault(&with(&|o| o.limits.rows = 2)), "linhas_demais");
    assert_eq!(fault(&with(&|o| o.limits.columns = 2)), "colunas_demais");
    assert_eq!(fault(&with(&|_| {})), "nenhuma");
}

#[test]
fn maps_markers_and_extra_columns() {
    let csv = "Apelido do ERP;Nome;CPF;CNPJ;E-mail;Vendedor\n\
               7;Ana;529.982.247-25;;[limpar];Zé\n\
               8;Empresa;;00.000.000/0001-91;;\n\
               9;Duas;529.982.247-25;00.000.000/0001-91;x;\n";
    let options =
        ReadOptions { columns: vec![("Apelido do ERP".into(), "codigoExterno".into())], ..ReadOptions::default() };
    let mut file = SheetFile::from_bytes(csv, "clientes.csv", &options).unwrap();
    let collected: Vec<Record> = file.records(&flows::CLIENTES).unwrap().map(Result::unwrap).collect();
    assert_eq!(text(&collected[0], "codigoExterno"), "7");
    assert_eq!(collected[0].clear, ["email"]);
    assert_eq!(collected[0].extras, [("Vendedor".into(), "Zé".into())]);
    assert_eq!(text(&collected[1], "cpfCnpj"), "00.000.000/0001-91");
    assert_eq!(findings(&collected[2]), [("D", "duas_colunas_preenchidas"), ("C", "linha_duplicada")]);

    let bad = ReadOptions { columns: vec![("Nome".into(), "nomee".into())], ..ReadOptions::default() };
    let mut file = SheetFile::from_bytes(csv, "clientes.csv", &bad).unwrap();
    let fault = file.records(&flows::CLIENTES).map(|_| ()).unwrap_err();
    assert_eq!(fault.message(Language::PtBr), "não há campo `nomee`; o mais próximo é `nome`");
}

#[test]
fn an_area_code_in_its_own_column() {
    let csv = "Nome;CPF;DDD;Telefone;Celular\nAna;529.982.247-25;011;3333-4444;(21) 98765-4321\n";
    let mut file = SheetFile::from_bytes(csv, "clientes.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let mut parsed = records.next().unwrap().unwrap();
    let cliente = records.validar::<Cliente>(&mut parsed, Options::default()).unwrap();
    assert_eq!(cliente.telefone.as_deref(), Some("+551133334444"));
    assert_eq!(cliente.celular.as_deref(), Some("+5521987654321"));
}

#[test]
fn the_binary_workbook() {
    let collected = read("consumos.xlsb", &flows::CONSUMOS, &ReadOptions::default());
    assert_eq!(collected.iter().map(|r| r.row).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(text(&collected[0], "quantidade"), "10.5");
    assert_eq!(text(&collected[0], "dataConsumo"), "2025-01-15");
    assert_eq!(text(&collected[1], "dataConsumo"), "2025-01-15");
}

#[test]
fn a_directory_that_lies_about_sizes_is_found_out() {
    // The ODS keeps its cells in `content.xml`, which is read whole: say that it is a tenth of what it is.
    let mut file = bytes("clientes.ods");
    let name = b"content.xml";
    let mut changed = 0;
    for i in 46..file.len() - name.len() {
        if &file[i..i + name.len()] == name && &file[i - 46..i - 42] == b"PK\x01\x02" {
            let size = u32::from_le_bytes(file[i - 22..i - 18].try_into().unwrap());
            file[i - 22..i - 18].copy_from_slice(&(size / 10).to_le_bytes());
            changed += 1;
        }
    }
    assert_eq!(changed, 1);
    let mut options = ReadOptions::default();
    options.limits.unpacked = 1 << 20;
    let fault = SheetFile::from_bytes(file, "clientes.ods", &options).map(|_| ()).unwrap_err();
    assert_eq!(fault.code, "arquivo_corrompido");
}

#[test]
fn the_numbers_of_a_column_tell_its_decimal_sign() {
    let read = |cells: &[&str], mode| {
        let rows: Vec<String> = cells.iter().map(|cell| format!("C;S;01/2026;{cell}\n")).collect();
        let sheet = format!("Contrato;Serviço;Competência;Quantidade\n{}", rows.concat());
        let options = ReadOptions { mode, ..ReadOptions::default() };
        let mut file = SheetFile::from_bytes(sheet, "consumos.csv", &options).unwrap();
        let records: Vec<Record> = file.records(&flows::CONSUMOS).unwrap().map(Result::unwrap).collect();
        let said = |record: &Record| {
            let number = record.field("quantidade").map(|value| value.to_json().replace('"', ""));
            let codes: Vec<_> = record.findings.iter().map(|finding| finding.code().to_owned()).collect();
            (number, codes.join(" "))
        };
        records.iter().map(said).collect::<Vec<_>>()
    };
    let number = |text: &str, codes: &str| (Some(text.to_owned()), codes.to_owned());
    let refused = |code: &str| (None, code.to_owned());
    // Strict mode refuses what may be thousands, and lenient mode reads it as the others.
    let cells = ["1.250", "10.5", "7", "0.75", "1,250.75"];
    let strict = [
        refused("decimal_ambiguo coluna_com_ponto"),
        number("10.5", ""),
        number("7", ""),
        number("0.75", ""),
        refused("decimal_formato_ingles"),
    ];
    assert_eq!(read(&cells, Mode::Strict), strict);
    assert_eq!(read(&cells, Mode::Lenient)[0], number("1.250", "coluna_com_ponto"));
    let late: Vec<&str> = [["1.250"; 500].as_slice(), &["10.5", "0.5"]].concat();
    assert_eq!(read(&late, Mode::Lenient)[499], number("1.250", ""));
    // Where both signs are in one column, or no two cells show which, nothing is decided.
    assert_eq!(read(&["1.250", "10.5"], Mode::Strict), [refused("decimal_ambiguo"), refused("decimal_com_ponto")]);
    let mixed = [refused("decimal_com_ponto"), refused("decimal_com_ponto"), number("10.5", "")];
    assert_eq!(read(&["0.5", "10.5", "10,5"], Mode::Strict), mixed);
    assert_eq!(read(&["1.250", "2.000"], Mode::Strict), [refused("decimal_ambiguo"), refused("decimal_ambiguo")]);
    assert_eq!(read(&["1.250", "2.000,50"], Mode::Strict)[1], number("2000.50", ""));
    // One that comes later is told.
    let late: Vec<&str> = [["10.5"; 500].as_slice(), &["10,5"]].concat();
    assert_eq!(read(&late, Mode::Strict)[500], refused("decimal_com_virgula"));
}

#[test]
fn a_line_above_the_header_is_no_part_of_it() {
    let sheet = "Relação de Clientes\n----------\nCódigo;Nome;CPF\n1;Ana;52998224725\n";
    let mut file = SheetFile::from_bytes(sheet, "clientes.csv", &ReadOptions::default()).unwrap();
    let records = file.records(&flows::CLIENTES).unwrap();
    assert_eq!(records.mapping().headers, ["Código", "Nome", "CPF"]);
}
