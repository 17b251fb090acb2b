//! Writes the template of a flow: headers with notes, lists of choices, and one example row.

use std::io::Write;

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};
use smartbill_documents::Uf;

use super::example;
use super::finding::SheetError;
use super::flows::{Column, Conversion, Flow};
use super::write::{Styles, propriedades, width, write_cell, xlsx_error};

/// The last row for which the template has lists and text formats.
const PREPARED_ROWS: u32 = 10_000;

/// Writes an empty workbook for `flow`, which a person fills in and our own importer reads.
///
/// # Errors
/// If the output cannot be written.
pub fn template<W: Write + Send>(flow: &'static Flow, mut target: W) -> Result<W, SheetError> {
    build(flow).and_then(|mut workbook| workbook.save_to_writer(&mut target)).map_err(|e| xlsx_error(&e))?;
    Ok(target)
}

fn build(flow: &'static Flow) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&propriedades(flow.title));
    let styles = Styles::new();
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(flow.title)?.set_freeze_panes(1, 0)?;
    for (index, column) in (0_u16..).zip(flow.filled()) {
        prepare(worksheet, index, column, &styles)?;
    }
    let instructions = workbook.add_worksheet();
    instructions.set_name("Instruções")?.set_freeze_panes(1, 0)?;
    instruct(instructions, flow, &styles)?;
    Ok(workbook)
}

fn prepare(worksheet: &mut Worksheet, index: u16, column: &Column, styles: &Styles) -> Result<(), XlsxError> {
    worksheet.set_column_width(index, width(column))?;
    // Documents that are typed into a text column keep their zeros.
    worksheet.set_column_format(index, styles.of_column(column.conversion))?;
    let label = if column.required { format!("{}*", column.label) } else { column.label.to_owned() };
    worksheet.write_string_with_format(0, index, label, &styles.header)?;
    let note = note(column);
    if !note.is_empty() {
        worksheet.insert_note(0, index, &Note::new(note).add_author_prefix(false))?;
    }
    let options = options(column);
    if !options.is_empty() {
        let list = DataValidation::new().allow_list_strings(&options)?;
        worksheet.add_data_validation(1, index, PREPARED_ROWS, index, &list)?;
    }
    if let Some(value) = example::value(column) {
        write_cell(worksheet, (1, index), &value, column.conversion, styles)?;
    }
    Ok(())
}

fn note(column: &Column) -> String {
    let required = if column.required { "Obrigatória" } else { "" };
    [required, column.note].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(". ")
}

/// The choices for a cell of the column.
fn options(column: &Column) -> Vec<&'static str> {
    match column.conversion {
        Conversion::Choice(options) => {
            options.iter().filter(|(name, value)| name == value).map(|(_, value)| *value).collect()
        }
        Conversion::Boolean => vec!["S", "N"],
        Conversion::Uf => Uf::UFS.iter().map(|uf| uf.sigla()).collect(),
        _ => Vec::new(),
    }
}

fn instruct(worksheet: &mut Worksheet, flow: &Flow, styles: &Styles) -> Result<(), XlsxError> {
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, (title, width)) in
        (0_u16..).zip([("Coluna", 28), ("Obrigatória", 14), ("Formato", 26), ("Como preencher", 70)])
    {
        worksheet.set_column_width(column, width)?;
        worksheet.write_string_with_format(0, column, title, &styles.header)?;
    }
    let mut row = 1;
    for column in flow.filled() {
        let required = if column.required { "sim" } else { "não" };
        for (index, content) in (0_u16..).zip([column.label, required, format(column.conversion), column.note]) {
            worksheet.write_string_with_format(row, index, content, &text)?;
        }
        row += 1;
    }
    for advice in [
        "A linha de exemplo não é importada enquanto estiver como veio; escreva sobre ela ou apague-a.",
        "A ordem das colunas não importa, e colunas a mais são ignoradas na importação.",
        "Numa alteração, a célula vazia mantém o que há; escreva [limpar] para esvaziar o campo.",
    ] {
        row += 1;
        worksheet.write_string(row, 0, advice)?;
    }
    Ok(())
}

fn format(conversion: Conversion) -> &'static str {
    match conversion {
        Conversion::Text | Conversion::Known(_) | Conversion::Uf | Conversion::InscricaoEstadual => "texto",
        Conversion::Decimal => "número, como 1.234,56",
        Conversion::Money => "valor em reais, como 1.234,56",
        Conversion::Date => "data, dd/mm/aaaa",
        Conversion::Competencia => "mês, mm/aaaa",
        Conversion::Boolean => "S ou N",
        Conversion::CpfCnpj => "CPF ou CNPJ",
        Conversion::Cep => "CEP, 00000-000",
        Conversion::Ibge => "7 dígitos",
        Conversion::Choice(_) => "uma das opções da lista",
    }
}
