use std::io::Write;

use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};
use smartbill_model::Value;

use super::Written;
use super::csv::text;
use super::value::{date, decimal, month, plain_text, read};
use crate::finding::SheetError;
use crate::flows::{Column, Conversion, Flow};

/// The greatest number of rows of an Excel sheet, including its header.
const EXCEL_ROWS: u32 = 1_048_576;

/// The cell formats of all workbooks that we write.
pub(crate) struct Styles {
    pub(crate) header: Format,
    pub(crate) text: Format,
    pub(crate) money: Format,
    pub(crate) fine_money: Format,
    pub(crate) number: Format,
    pub(crate) date: Format,
    pub(crate) month: Format,
}

impl Styles {
    pub(crate) fn new() -> Self {
        Self {
            header: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x1F_4E_79))
                .set_font_color(Color::White)
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter),
            text: Format::new().set_num_format("@"),
            money: Format::new().set_num_format("R$ #,##0.00;[Red]-R$ #,##0.00"),
            // Unit prices may have fractions of a centavo, and these must stay visible.
            fine_money: Format::new().set_num_format("R$ #,##0.00########;[Red]-R$ #,##0.00########"),
            number: Format::new().set_num_format("#,##0.00####"),
            date: Format::new().set_num_format("dd/mm/yyyy"),
            month: Format::new().set_num_format("mm/yyyy"),
        }
    }

    /// The format for a column with this conversion.
    pub(crate) fn of_column(&self, conversion: Conversion) -> &Format {
        match conversion {
            Conversion::Decimal => &self.number,
            Conversion::Money => &self.money,
            Conversion::Date => &self.date,
            Conversion::Competencia => &self.month,
            _ => &self.text,
        }
    }
}

/// Writes a workbook with one sheet, whose rows leave memory as they are written.
pub(crate) struct XlsxWriter {
    workbook: Workbook,
    flow: &'static Flow,
    styles: Styles,
    next: u32,
}

impl XlsxWriter {
    pub(crate) fn new(flow: &'static Flow) -> Result<Self, SheetError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&propriedades(flow.title));
        #[cfg(not(target_arch = "wasm32"))]
        let worksheet = workbook.add_worksheet_with_constant_memory().map_err(|e| xlsx_error(&e))?;
        #[cfg(target_arch = "wasm32")]
        let worksheet = workbook.add_worksheet();
        let styles = Styles::new();
        (|| {
            worksheet.set_name(flow.title)?.set_freeze_panes(1, 0)?;
            for (index, column) in (0_u16..).zip(flow.written()) {
                worksheet.set_column_width(index, width(column))?;
            }
            for (index, column) in (0_u16..).zip(flow.written()) {
                worksheet.write_string_with_format(0, index, column.label, &styles.header)?;
            }
            Ok(())
        })()
        .map_err(|e| xlsx_error(&e))?;
        Ok(Self { workbook, flow, styles, next: 1 })
    }

    pub(crate) fn record(&mut self, record: &Value<'_>) -> Result<(), SheetError> {
        if self.next >= EXCEL_ROWS {
            return Err(SheetError::new("planilha_cheia", vec![("limit", EXCEL_ROWS.to_string())]));
        }
        let worksheet = self.workbook.worksheet_from_index(0).map_err(|e| xlsx_error(&e))?;
        for (index, column) in (0_u16..).zip(self.flow.written()) {
            if let Some(value) = read(record, column.field) {
                write_cell(worksheet, (self.next, index), value, column.conversion, &self.styles)
                    .map_err(|e| xlsx_error(&e))?;
            }
        }
        self.next += 1;
        Ok(())
    }

    pub(crate) fn finish<W: Write + Send>(mut self, mut target: W) -> Result<(W, Written), SheetError> {
        let last_column = u16::try_from(self.flow.written().count().saturating_sub(1)).unwrap_or(u16::MAX);
        let worksheet = self.workbook.worksheet_from_index(0).map_err(|e| xlsx_error(&e))?;
        (|| {
            worksheet.autofilter(0, 0, self.next - 1, last_column)?;
            // Documents are text on purpose, so Excel's warnings about them are switched off.
            worksheet.ignore_error_range(0, 0, self.next - 1, last_column, IgnoreError::NumberStoredAsText)?;
            Ok(())
        })()
        .map_err(|e| xlsx_error(&e))?;
        self.workbook.save_to_writer(&mut target).map_err(|e| xlsx_error(&e))?;
        Ok((target, Written { rows: u64::from(self.next - 1), replaced: 0 }))
    }
}

/// Writes one value in the type of its column. A text is never taken for a formula.
pub(crate) fn write_cell(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    conversion: Conversion,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let format = styles.of_column(conversion);
    match conversion {
        Conversion::Decimal | Conversion::Money => {
            if let Some(exact) = decimal(value).map(|d| d.normalize())
                // A cell has 15 digits. A longer number is written as text, with all its digits.
                && exact.mantissa().unsigned_abs() < 1_000_000_000_000_000
                && let Some(number) = exact.to_f64()
            {
                let fine = conversion == Conversion::Money && exact.scale() > 2;
                let format = if fine { &styles.fine_money } else { format };
                worksheet.write_number_with_format(row, column, number, format)?;
                return Ok(());
            }
        }
        Conversion::Date => {
            if let Some(day) = date(value).and_then(excel) {
                worksheet.write_datetime_with_format(row, column, day, format)?;
                return Ok(());
            }
        }
        Conversion::Competencia => {
            if let Some(day) = month(value).and_then(|m| excel(m.first_day())) {
                worksheet.write_datetime_with_format(row, column, day, format)?;
                return Ok(());
            }
        }
        _ => {}
    }
    let text = plain_text(value);
    if !text.is_empty() {
        worksheet.write_string_with_format(row, column, text_that_fits(&text), &styles.text)?;
    }
    Ok(())
}

/// Converts dates that Excel can store. Earlier dates are written as text.
fn excel(day: jiff::civil::Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1901)?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}

/// Shortens a text to the 32,767 characters of a cell, as Excel counts them (UTF-16).
pub(crate) fn text_that_fits(text: &str) -> String {
    const MAX: usize = 32_767;
    if text.len() <= MAX || text.encode_utf16().count() <= MAX {
        return text.to_owned();
    }
    let mut used = 1;
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= MAX
        })
        .collect();
    cut.push('…');
    cut
}

pub(crate) fn width(column: &Column) -> f64 {
    let minimum = match column.conversion {
        Conversion::Date | Conversion::Competencia | Conversion::Cep | Conversion::Boolean => 12,
        Conversion::Decimal | Conversion::Money | Conversion::Ibge | Conversion::Choice(_) => 15,
        Conversion::CpfCnpj | Conversion::InscricaoEstadual => 20,
        Conversion::Uf => 6,
        Conversion::Text | Conversion::Known(_) => match column.field {
            "nome" | "nomeFantasia" | "clienteNome" | "email" | "endereco.logradouro" | "descricao" => 36,
            "boleto.linhaDigitavel" | "pix.copiaECola" => 50,
            _ => 16,
        },
    };
    let label = u32::try_from(column.label.chars().count()).unwrap_or(0) + 4;
    f64::from(label.max(minimum))
}

/// The document's properties, with a fixed date of creation: the same records give the same bytes, and the core reads
/// no clock.
pub(crate) fn propriedades(title: &str) -> DocProperties {
    let propriedades = DocProperties::new().set_title(title).set_author("smartbill-automation");
    match ExcelDateTime::from_ymd(2000, 1, 1) {
        Ok(date) => propriedades.set_creation_datetime(&date),
        Err(_) => propriedades,
    }
}

pub(crate) fn xlsx_error(error: &XlsxError) -> SheetError {
    text(match error {
        XlsxError::IoError(error) => Some(error),
        _ => None,
    })
}
