//! Columns of months. Each cell in one becomes a record of its own, with the month and the quantity.

use std::collections::VecDeque;

use rust_decimal::Decimal;
use smartbill_documents::{Competencia, Mode};
use smartbill_model::Value;
use smartbill_model::validate::{Finding, clip};

use super::cell::{Cell, Row};
use super::convert::{self, Context};
use super::finding::{SheetError, cell_error, cell_warning};
use super::flows::{Conversion, Flow};
use super::names::normalize;
use super::options::Months;

/// The fields that a month's cell gives, or that would apply to all months of a row.
pub(super) const FIELDS: [&str; 4] = ["competencia", "quantidade", "dataConsumo", "valor"];

/// The greatest number of columns of months. No person makes a table with more.
const MOST: usize = 120;

/// The columns of months, by their months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthColumns {
    /// The index of each column in the file, and its month.
    pub columns: Vec<(usize, Competencia)>,
    /// Whether the cells are cumulative readings of a meter.
    reading: bool,
    /// The first number that a meter cannot show. It begins at zero again instead.
    turns_at: Option<Decimal>,
}

/// The number of a record in its file: its row, or its row and the column of its month.
#[must_use]
pub fn number_of(row: u32, column: Option<usize>) -> u64 {
    let column = column.and_then(|column| u32::try_from(column).ok()?.checked_add(1));
    column.map_or(u64::from(row), |column| u64::from(row) << 32 | u64::from(column))
}

/// The row and the column (from 0) that [`number_of`] combined into a number.
#[must_use]
pub fn place_of(number: u64) -> (u64, Option<usize>) {
    match number >> 32 {
        0 => (number, None),
        row => (row, usize::try_from(number & u64::from(u32::MAX)).ok().and_then(|column| column.checked_sub(1))),
    }
}

/// The result of one month's cell.
pub(super) struct Made {
    pub(super) column: usize,
    pub(super) month: Competencia,
    /// The quantity. `None` if the cell does not give one.
    pub(super) quantity: Option<Decimal>,
    pub(super) findings: Vec<Finding>,
}

impl Made {
    /// Whether the usage is zero, so that there is nothing to send.
    pub(super) fn nothing(&self) -> bool {
        self.quantity.is_some_and(|quantity| quantity.is_zero())
    }
}

/// Finds the columns of months among `headers`. A header without a year has the year of the options.
///
/// # Errors
/// If the flow has no months, an option is invalid, a month appears twice, or there is no such column.
pub(super) fn find(months: &Months, flow: &Flow, headers: &[String]) -> Result<MonthColumns, SheetError> {
    let wrong = |name: &str| Err(SheetError::new("meses_invalidos", vec![("name", name.to_owned())]));
    if flow.column("quantidade").is_none() {
        return Err(SheetError::new("meses_so_de_consumos", Vec::new()));
    }
    if months.year.is_some_and(|year| !(1900..2200).contains(&year)) {
        return wrong("year");
    }
    if months.digits.is_some_and(|digits| !(1..=12).contains(&digits) || !months.reading) {
        return wrong("digits");
    }
    let mut columns: Vec<(usize, Competencia)> = Vec::new();
    let mut found: Vec<(usize, &String)> = Vec::new();
    for name in &months.columns {
        let place = headers.iter().position(|header| normalize(header) == normalize(name));
        let Some(at) = place.and_then(|index| Some((index, headers.get(index)?))) else {
            let all = headers.iter().filter(|header| !header.is_empty()).map(|header| format!("`{}`", clip(header)));
            let all = all.collect::<Vec<_>>().join(", ");
            return Err(SheetError::new("mapa_cabecalho_ausente", vec![("header", clip(name)), ("all_found", all)]));
        };
        found.push(at);
    }
    if months.columns.is_empty() {
        found = headers.iter().enumerate().collect();
    }
    for (index, header) in found {
        let month = match read(header) {
            Some(Header::Month(month)) => month,
            Some(Header::OfYear(month, before)) => {
                let Some(year) = months.year else {
                    return Err(SheetError::new("mes_sem_ano", vec![("header", clip(header))]));
                };
                let year = if before { year.saturating_sub(1) } else { year };
                let Some(month) = Competencia::new(year, month) else { return wrong("year") };
                month
            }
            None if months.columns.is_empty() => continue,
            None => return Err(SheetError::new("mes_ilegivel", vec![("header", clip(header))])),
        };
        if let Some((other, _)) = columns.iter().find(|(_, known)| *known == month) {
            let other = headers.get(*other).map(|other| clip(other)).unwrap_or_default();
            let params = vec![("first_header", other), ("second_header", clip(header)), ("month", shown(month))];
            return Err(SheetError::new("mes_repetido", params));
        }
        if columns.len() == MOST {
            return Err(SheetError::new("meses_demais", vec![("limit", MOST.to_string())]));
        }
        columns.push((index, month));
    }
    // The first reading gives no usage. It is only where the next one begins.
    if columns.len() < if months.reading { 2 } else { 1 } {
        return Err(SheetError::new("meses_ausentes", Vec::new()));
    }
    columns.sort_by_key(|(_, month)| *month);
    let turns_at = months.digits.and_then(|digits| 10_i64.checked_pow(digits)).map(Decimal::from);
    Ok(MonthColumns { columns, reading: months.reading, turns_at })
}

/// The headers that are months, quoted.
pub(super) fn named(headers: &[String]) -> Vec<String> {
    headers.iter().filter(|header| read(header).is_some()).map(|header| format!("`{}`", clip(header))).collect()
}

/// The reading of a meter at the end of a month.
struct Reading {
    month: Competencia,
    value: Decimal,
    /// Whether its own usage could not be computed.
    doubtful: bool,
}

/// The month in a header.
enum Header {
    Month(Competencia),
    /// A month without a year, and whether it belongs to the year before.
    OfYear(i8, bool),
}

/// `Fev/26`, `01/2026`, `31/01/2026`, `Leitura Mar`, `Dez anterior`.
fn read(header: &str) -> Option<Header> {
    /// The greatest length of a header.
    const LONGEST: usize = 60;
    if header.len() > LONGEST {
        return None;
    }
    let lower = header.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let said = |word: &&str| matches!(*word, "leitura" | "consumo" | "medição" | "medicao" | "mês" | "mes");
    let words = words.iter().position(|word| !said(word)).and_then(|first| words.get(first..))?;
    let (words, before) = match words {
        [words @ .., "anterior" | "ant" | "ant."] => (words.strip_suffix(&["ano"]).unwrap_or(words), true),
        words => (words, false),
    };
    let text = words.join(" ");
    if let Some(month) = convert::month_named(&text) {
        return Some(Header::OfYear(month, before));
    }
    if before {
        return None;
    }
    let context = Context { mode: Mode::Lenient, ..Context::default() };
    match convert::cell(&Cell::Text(text), Conversion::Competencia, context, &mut Vec::new()) {
        Ok(Some(Value::Competencia(month))) => Some(Header::Month(month)),
        _ => None,
    }
}

/// A number as it is written in Brazil.
fn shown_number(number: Decimal) -> String {
    number.to_string().replace('.', ",")
}

/// `02/2026`
fn shown(month: Competencia) -> String {
    format!("{:02}/{}", month.month(), month.year())
}

impl MonthColumns {
    /// Makes the records of a row, in the order of their months. An empty cell makes none. The reading after an empty cell
    /// is an error, because it does not tell the usage of each of the two months.
    pub(super) fn make(&self, row: &Row, context: Context) -> VecDeque<Made> {
        let mut made = VecDeque::new();
        let mut last: Option<Reading> = None;
        for (position, (column, month)) in self.columns.iter().enumerate() {
            let (column, month) = (*column, *month);
            let mut findings = Vec::new();
            let value = match convert::cell(row.cell(column), Conversion::Decimal, context, &mut findings) {
                Ok(Some(Value::Decimal(value))) if self.reading => self.checked(value, &mut findings),
                Ok(Some(Value::Decimal(value))) => Some(value),
                Ok(_) => continue,
                Err(finding) => {
                    findings.push(finding);
                    None
                }
            };
            let before = std::mem::replace(&mut last, value.map(|value| Reading { month, value, doubtful: false }));
            let quantity = match value {
                Some(value) if self.reading => match before.filter(|before| before.month == month.add_months(-1)) {
                    // The first reading has no usage.
                    None if position == 0 => continue,
                    Some(before) => self.used(&before, value, &mut findings),
                    None => {
                        let month = shown(month.add_months(-1));
                        findings.push(cell_error("leitura_anterior_ausente").with("month", month));
                        None
                    }
                },
                value => value,
            };
            if let Some(last) = &mut last {
                last.doubtful = quantity.is_none();
            }
            made.push_back(Made { column, month, quantity, findings });
        }
        made
    }

    /// Checks that a meter can show this reading.
    fn checked(&self, reading: Decimal, findings: &mut Vec<Finding>) -> Option<Decimal> {
        let found = match self.turns_at {
            _ if reading.is_sign_negative() && !reading.is_zero() => cell_error("leitura_negativa"),
            Some(end) if reading >= end => cell_error("leitura_acima_do_medidor").with("limit", end.to_string()),
            _ => return Some(reading),
        };
        findings.push(found);
        None
    }

    /// Computes the usage between two readings.
    fn used(&self, before: &Reading, now: Decimal, findings: &mut Vec<Finding>) -> Option<Decimal> {
        let used = now.checked_sub(before.value)?;
        // A meter that started again has counted little since. A reading that is only a little lower is a mistake, and
        // would give almost the whole range of the meter as usage.
        let turned = |end: Decimal| {
            let turned = used.checked_add(end)?;
            (turned.checked_mul(Decimal::TEN)? < end).then_some(turned)
        };
        let quantity = if used >= Decimal::ZERO {
            used
        } else if let Some(turned) = self.turns_at.and_then(turned) {
            findings.push(cell_warning("medidor_recomecou"));
            turned
        } else {
            findings.push(cell_error("leitura_menor").with("before", shown_number(before.value)));
            return None;
        };
        if before.doubtful {
            findings.push(cell_warning("leitura_anterior_em_duvida").with("before", shown_number(before.value)));
        }
        Some(quantity)
    }
}
