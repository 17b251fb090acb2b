//! Columns of months: each cell under one becomes a row of its own, with the month and the quantity.

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

/// The fields that a month's cell says, or that would speak of all the months of a row together.
pub(super) const FIELDS: [&str; 4] = ["competencia", "quantidade", "dataConsumo", "valor"];

/// More columns of months are no table that a person made.
const MOST: usize = 120;

/// The columns of months, by their months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthColumns {
    /// Their indices in the file.
    pub columns: Vec<(usize, Competencia)>,
    /// Whether the cells are readings of a meter, which go on counting.
    reading: bool,
    /// What a meter shows at most, and one more; it then begins anew.
    turns_at: Option<Decimal>,
}

/// What tells a record from all others of its file: its row, or its row and the column of its month.
#[must_use]
pub fn number_of(row: u32, column: Option<usize>) -> u64 {
    let column = column.and_then(|column| u32::try_from(column).ok()?.checked_add(1));
    column.map_or(u64::from(row), |column| u64::from(row) << 32 | u64::from(column))
}

/// The row that [`number_of`] numbered, and the column of its month, from 0.
#[must_use]
pub fn place_of(number: u64) -> (u64, Option<usize>) {
    match number >> 32 {
        0 => (number, None),
        row => (row, usize::try_from(number & u64::from(u32::MAX)).ok().and_then(|column| column.checked_sub(1))),
    }
}

/// What one month's cell of a row became.
pub(super) struct Made {
    pub(super) column: usize,
    pub(super) month: Competencia,
    /// How much, if it can be told.
    pub(super) quantity: Option<Decimal>,
    pub(super) findings: Vec<Finding>,
}

impl Made {
    /// Whether nothing was used: there is nothing to bill, and nothing to send.
    pub(super) fn nothing(&self) -> bool {
        self.quantity.is_some_and(|quantity| quantity.is_zero())
    }
}

/// The columns of months among `headers`; the year of a header that has none is that of the options.
///
/// # Errors
/// When the flow knows no months, what the options say cannot be, a month stands twice, or no column is one.
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
    // Of readings the first is what the next one is counted from.
    if columns.len() < if months.reading { 2 } else { 1 } {
        return Err(SheetError::new("meses_ausentes", Vec::new()));
    }
    columns.sort_by_key(|(_, month)| *month);
    let turns_at = months.digits.and_then(|digits| 10_i64.checked_pow(digits)).map(Decimal::from);
    Ok(MonthColumns { columns, reading: months.reading, turns_at })
}

/// What a meter showed at the end of a month.
struct Reading {
    month: Competencia,
    value: Decimal,
    /// Whether it is lower than the one before, or has none before it.
    doubtful: bool,
}

/// What a header says of a month.
enum Header {
    Month(Competencia),
    /// A month without its year, and whether it is of the year before.
    OfYear(i8, bool),
}

/// `Fev/26`, `01/2026`, `31/01/2026`, `Leitura Mar`, `Dez anterior`.
fn read(header: &str) -> Option<Header> {
    /// No header of a month is longer.
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
    /// What the cells of a row become, in the order of their months. A month without a cell becomes nothing; of readings
    /// the one after it does not say what was used in which of the two.
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
                    // Nothing comes before it: the others are counted from it.
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

    /// A reading that a meter can show.
    fn checked(&self, reading: Decimal, findings: &mut Vec<Finding>) -> Option<Decimal> {
        let found = match self.turns_at {
            _ if reading.is_sign_negative() && !reading.is_zero() => cell_error("leitura_negativa"),
            Some(end) if reading >= end => cell_error("leitura_acima_do_medidor").with("limit", end.to_string()),
            _ => return Some(reading),
        };
        findings.push(found);
        None
    }

    /// What was used between two readings.
    fn used(&self, before: &Reading, now: Decimal, findings: &mut Vec<Finding>) -> Option<Decimal> {
        let used = now.checked_sub(before.value)?;
        // A meter that began anew has counted little since: a reading that is only a little lower is a mistake, and would
        // come out as nearly all that the meter can count.
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
