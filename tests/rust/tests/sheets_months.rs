//! Columns of months: usage as it is kept in the wild, of which every cell is a record.

mod workbook;

use smartbill_core::model::Consumo;
use smartbill_core::sheets::{ReadOptions, Record, SavedMapping, SheetError, SheetFile, flows};
use smartbill_core::validate::{Finding, Options};
use smartbill_core::{Language, Value};
use workbook::{ODS_END, bytes, ods, once};

/// What became of a sheet of usage.
#[derive(Debug, Default, PartialEq)]
struct Read {
    /// Row, column, code, month and quantity of the records that are accepted.
    accepted: Vec<(u32, usize, String, String, String)>,
    /// Row, letter and header of the cell at fault, and what is wrong with it.
    rejected: Vec<(u32, String, String, String)>,
    skipped: Vec<(u32, Option<usize>, &'static str)>,
}

fn options(mapping: &str) -> ReadOptions {
    let mut options = ReadOptions::default();
    SavedMapping::from_toml(mapping).unwrap().apply(&mut options);
    options
}

fn shown(record: &Record, field: &str) -> String {
    record.field(field).map(|value| value.to_json().trim_matches('"').to_owned()).unwrap_or_default()
}

fn read(sheet: impl Into<Vec<u8>>, mapping: &str) -> Result<Read, SheetError> {
    let mut file = SheetFile::from_bytes(sheet.into(), "c.csv", &options(mapping))?;
    let mut records = file.records(&flows::CONSUMOS)?;
    let mut read = Read::default();
    while let Some(record) = records.next() {
        let mut record = record?;
        let model = records.validar::<Consumo>(&mut record, Options::default());
        match record.findings.iter().find(|finding| finding.is_error()) {
            None => {
                let consumo = model.unwrap();
                let quantity = consumo.quantidade.unwrap().normalize().to_string();
                let (code, month) = (shown(&record, "idExterno"), shown(&record, "competencia"));
                read.accepted.push((record.row, record.column.unwrap(), code, month, quantity));
            }
            Some(finding) => {
                let place = finding.place.as_ref().unwrap();
                let column = place.column.clone().unwrap();
                read.rejected.push((place.row, column, place.header.clone().unwrap(), finding.code().to_owned()));
            }
        }
    }
    read.skipped = records.skipped().rows.iter().map(|row| (row.row, row.column, row.reason)).collect();
    Ok(read)
}

fn code(sheet: &str, mapping: &str) -> &'static str {
    read(sheet, mapping).map(|read| panic!("{read:?}")).unwrap_err().code
}

const METERS: &str = "[columns]\nRegistro = \"idExterno\"\n\"Galpão\" = \"contratoCodigoExterno\"\n\
    Tipo = \"servicoCodigo\"\n\n[values.servicoCodigo]\nIndustrial = \"AGUA-IND\"\n\n";

fn accepted(row: u32, column: usize, code: &str, month: &str, quantity: &str) -> (u32, usize, String, String, String) {
    (row, column, code.to_owned(), month.to_owned(), quantity.to_owned())
}

fn rejected(row: u32, column: &str, header: &str, code: &str) -> (u32, String, String, String) {
    (row, column.to_owned(), header.to_owned(), code.to_owned())
}

#[test]
fn readings_become_usage_month_by_month() {
    let sheet = "Galpão;Registro;Tipo;Dez anterior;Jan;Fev;Mar;Abr\n\
        G1;A1;Industrial;22659,8;22755,16;22816;22816;\n\
        G2;A2;Industrial;1278,23;1271,46;1273,27;;1280\n\
        G3;A3;Industrial;;;;;\n\
        G4;A4;Industrial;;5;7;x;9\n\
        Total;;;23938;24031;24096;;\n";
    let read = read(sheet, &format!("{METERS}[months]\nyear = 2026\nreading = true\n")).unwrap();
    assert_eq!(
        read.accepted,
        [
            accepted(2, 4, "A1-2026-01", "2026-01", "95.36"),
            accepted(2, 5, "A1-2026-02", "2026-02", "60.84"),
            accepted(3, 5, "A2-2026-02", "2026-02", "1.81"),
            accepted(5, 5, "A4-2026-02", "2026-02", "2"),
        ]
    );
    assert_eq!(
        read.rejected,
        [
            rejected(3, "E", "Jan", "leitura_menor"),
            rejected(3, "H", "Abr", "leitura_anterior_ausente"),
            rejected(5, "E", "Jan", "leitura_anterior_ausente"),
            rejected(5, "G", "Mar", "decimal_invalido"),
            rejected(5, "H", "Abr", "leitura_anterior_ausente"),
        ]
    );
    assert_eq!(read.skipped, [(2, Some(6), "sem_consumo"), (4, None, "sem_leitura"), (6, None, "total")]);
}

#[test]
fn a_meter_begins_anew_where_its_digits_are_known() {
    let sheet = "Galpão;Registro;Tipo;Jan/26;Fev/26;Mar/26\nG1;A1;Industrial;99950,5;30;29\n\
                 G2;A2;Industrial;99950;100001;5\nG3;A3;Industrial;50000;20000;20001\n";
    let months = |more: &str| format!("{METERS}[months]\nreading = true\n{more}");
    let with_digits = read(sheet, &months("digits = 5\n")).unwrap();
    assert_eq!(
        with_digits.accepted,
        [accepted(2, 4, "A1-2026-02", "2026-02", "79.5"), accepted(4, 5, "A3-2026-03", "2026-03", "1")]
    );
    assert_eq!(
        with_digits.rejected,
        [
            rejected(2, "F", "Mar/26", "leitura_menor"),
            rejected(3, "E", "Fev/26", "leitura_acima_do_medidor"),
            rejected(3, "F", "Mar/26", "leitura_anterior_ausente"),
            rejected(4, "E", "Fev/26", "leitura_menor"),
        ]
    );
    let without = read(sheet, &months("")).unwrap();
    assert_eq!(without.rejected[0], rejected(2, "E", "Fev/26", "leitura_menor"));

    let mut file = SheetFile::from_bytes(sheet, "c.csv", &options(&months("digits = 5\n"))).unwrap();
    let first = file.records(&flows::CONSUMOS).unwrap().next().unwrap().unwrap();
    let told: Vec<_> = first.findings.iter().map(|finding| (finding.code(), finding.message(Language::PtBr))).collect();
    assert_eq!(told, [("medidor_recomecou", "o medidor recomeçou do zero; confira o consumo".to_owned())]);
}

#[test]
fn what_is_counted_from_a_doubtful_reading_is_told() {
    let sheet = "Contrato;Serviço;ID;Jan/26;Fev/26;Mar/26;Abr/26\nCT;S;K;10;2;5;6\nCT;S;L;-1;2;5;6\nCT;S;M;;2;5;6\n";
    let mut file = SheetFile::from_bytes(sheet, "c.csv", &options("[months]\nreading = true\n")).unwrap();
    let records = file.records(&flows::CONSUMOS).unwrap().map(Result::unwrap);
    let told: Vec<(u32, usize, Vec<String>)> = records
        .map(|record| {
            let codes = record.findings.iter().map(|finding| finding.code().to_owned());
            (record.row, record.column.unwrap(), codes.collect())
        })
        .collect();
    let expected = [
        (2, 4, vec!["leitura_menor"]),
        (2, 5, vec!["leitura_anterior_em_duvida"]),
        (2, 6, vec![]),
        (3, 3, vec!["leitura_negativa"]),
        (3, 4, vec!["leitura_anterior_ausente"]),
        (3, 5, vec!["leitura_anterior_em_duvida"]),
        (3, 6, vec![]),
        (4, 4, vec!["leitura_anterior_ausente"]),
        (4, 5, vec!["leitura_anterior_em_duvida"]),
        (4, 6, vec![]),
    ];
    let expected = expected.map(|(row, column, codes)| (row, column, codes.into_iter().map(str::to_owned).collect()));
    assert_eq!(told, expected);
}

#[test]
fn quantities_under_months_become_rows() {
    let header = "Contrato;Serviço;ID Externo;Consumo 01/2026;fevereiro de 2026;31/03/2026;2026-04;Total";
    let sheet = format!("{header}\nCT-1;API;K;10;0;2,5;-1;12,5\n");
    let read = read(sheet.clone(), "[months]\n").unwrap();
    assert_eq!(
        read.accepted,
        [accepted(2, 3, "K-2026-01", "2026-01", "10"), accepted(2, 5, "K-2026-03", "2026-03", "2.5")]
    );
    assert_eq!(read.skipped, [(2, Some(4), "sem_consumo")]);
    assert_eq!(read.rejected.len(), 1, "a negative quantity takes usage back, and says so: {read:?}");

    // The sum of the months is the value of none of them; months that were not named are passed over.
    let chosen = months_and_values(&sheet, "[months]\ncolumns = [\"Consumo 01/2026\"]\n");
    assert_eq!(chosen, [("2026-01".to_owned(), None)]);
}

/// The month and the value of each record.
fn months_and_values(sheet: &str, mapping: &str) -> Vec<(String, Option<Value<'static>>)> {
    let mut file = SheetFile::from_bytes(sheet, "c.csv", &options(mapping)).unwrap();
    let records = file.records(&flows::CONSUMOS).unwrap().map(Result::unwrap);
    records.map(|record| (shown(&record, "competencia"), record.field("valor").cloned())).collect()
}

#[test]
fn a_quantity_that_was_merged_is_not_repeated() {
    let text =
        |text: &str| format!("<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>");
    let number = |rows: u8| {
        format!(
            "<table:table-cell table:number-rows-spanned='{rows}' office:value-type='float' office:value='7'>\
             <text:p>7</text:p></table:table-cell>"
        )
    };
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let header = ["Contrato", "Serviço", "ID Externo", "01/2026"].map(text).concat();
    let keys = |id: &str| ["CT", "S", id].map(text).concat();
    let covered = format!("{}<table:covered-table-cell/>", keys("K2"));
    let rows = [row(header), row(keys("K1") + &number(2)), row(covered)].concat();
    let read = read(bytes(&ods("", vec![once(&rows)], ODS_END)), "[months]\n").unwrap();
    assert_eq!(read.accepted, [accepted(2, 3, "K1-2026-01", "2026-01", "7")]);
    assert_eq!(read.rejected, [rejected(3, "D", "01/2026", "celula_mesclada")]);
}

#[test]
fn what_cannot_be_is_told_of_the_mapping() {
    let sheet = "Contrato;Serviço;Jan;Fev/26;02/2026;Valor\nCT;S;1;2;3;4\n";
    for (months, expected) in [
        ("", "mes_sem_ano"),
        ("year = 2026\n", "mes_repetido"),
        ("year = 20226\n", "meses_invalidos"),
        ("digits = 5\n", "meses_invalidos"),
        ("digits = 13\nreading = true\n", "meses_invalidos"),
        ("columns = [\"Valor\"]\n", "mes_ilegivel"),
        ("columns = [\"Mar/26\"]\n", "mapa_cabecalho_ausente"),
        ("columns = [\"Fev/26\"]\nreading = true\n", "meses_ausentes"),
        ("columns = [\"Fev/26\"]\n\n[columns]\nValor = \"valor\"\n", "coluna_junto_de_meses"),
        ("columns = [\"Fev/26\"]\n\n[columns]\n\"Fev/26\" = \"quantidade\"\n", "coluna_junto_de_meses"),
    ] {
        assert_eq!(code(sheet, &format!("[months]\n{months}")), expected, "{months}");
    }
    assert_eq!(code("Contrato;Serviço\nCT;S\n", "[months]\n"), "meses_ausentes");
    let many: Vec<_> = (0..130).map(|i| format!("{:02}/{}", i % 12 + 1, 2000 + i / 12)).collect();
    assert_eq!(code(&format!("Contrato;Serviço;{}\nCT;S\n", many.join(";")), "[months]\n"), "meses_demais");
    let customers = SheetFile::from_bytes("Nome;CPF\nAna;52998224725\n", "c.csv", &options("[months]\n"));
    let fault = customers.unwrap().records(&flows::CLIENTES).map(drop).unwrap_err();
    assert_eq!(fault.code, "meses_so_de_consumos");
    assert!(SavedMapping::from_toml("[months]\nano = 2026\n").is_err());
}

#[test]
fn a_mapping_of_months_is_kept() {
    let toml = "[months]\nyear = 2026\ncolumns = [\"Jan\", \"Fev\"]\nreading = true\ndigits = 5\n";
    let sheet = "Contrato;Serviço;ID;Jan;Fev;Mar\nCT;S;K;1;2;3\nCT;S;K;1;2;3\n";
    let mut file = SheetFile::from_bytes(sheet, "c.csv", &options(toml)).unwrap();
    let mut records = file.records(&flows::CONSUMOS).unwrap();
    let read: Vec<_> = records.by_ref().map(Result::unwrap).collect();
    // A meter that stands twice is one that would be billed twice.
    let codes: Vec<Vec<_>> = read.iter().map(|record| record.findings.iter().map(Finding::code).collect()).collect();
    assert_eq!(codes, [vec![], vec!["linha_duplicada"]]);
    let duplicates: Vec<_> = records.duplicates().iter().map(|d| (d.first, d.second)).collect();
    assert_eq!(duplicates, [(read[0].number(), read[1].number())]);
    let saved = records.saved();
    let again = SavedMapping::from_toml(&saved.to_toml()).unwrap();
    assert_eq!((&again, again.months.as_ref()), (&saved, options(toml).months.as_ref()));
    assert!(!again.columns.contains_key("Jan") && again.columns["Mar"].is_empty());
}
