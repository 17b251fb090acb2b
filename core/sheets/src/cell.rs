use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::finding::SheetError;

/// One row of a sheet, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The number of the row as a spreadsheet program shows it, from 1.
    pub number: u32,
    /// The cells, from column A. Empty cells at the end may be missing.
    pub cells: Vec<Cell>,
    /// Whether a spreadsheet program does not show it: a person hid it, or a filter does. It is read as any other is.
    pub hidden: bool,
}

impl Row {
    /// A row that is shown.
    #[must_use]
    pub fn new(number: u32, cells: Vec<Cell>) -> Self {
        Self { number, cells, hidden: false }
    }

    /// The cell in column `index` (0 is column A). A missing cell is empty.
    #[must_use]
    pub fn cell(&self, index: usize) -> &Cell {
        self.cells.get(index).unwrap_or(&Cell::Empty)
    }

    /// Whether all cells of the row are empty or hold only spaces.
    #[must_use]
    pub fn empty(&self) -> bool {
        self.cells.iter().all(Cell::empty)
    }
}

/// The value of one cell, as stored in the file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// An empty cell.
    Empty,
    /// Text.
    Text(String),
    /// A number whose format is not a date format.
    Number(Number),
    /// A number with a date format.
    Date(DateTime),
    /// A time of day or a duration, in days: `01:30` with the format `hh:mm`, `36:00` with `[h]:mm`.
    Time(f64),
    /// A truth value.
    Boolean(bool),
    /// An error that a formula produced, such as `#N/D`.
    Error(String),
    /// A formula that the program which wrote the file never computed.
    FormulaWithoutValue,
    /// The cell has the number of a text that the file does not contain.
    Missing,
    /// A part of a merged region whose number is in another row, and is not repeated.
    Merged,
}

/// A numeric cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The binary value stored in the file.
    pub value: f64,
    /// The number of digits that the cell's format fills with zeros on the left (`00000000000` is 11). Otherwise 0.
    pub zeros: u8,
}

impl Number {
    /// Makes a number without a special format.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self { value, zeros: 0 }
    }

    /// The exact decimal that the cell shows, rounded to the 15 significant digits of a spreadsheet.
    ///
    /// Returns `None` if a decimal cannot hold it.
    #[must_use]
    pub fn decimal(self) -> Option<Decimal> {
        const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
        // Most cells hold a short decimal. If dividing these digits gives the same float, they are the digits that were
        // written, because only one decimal of at most 15 digits rounds to a given float.
        for (places, power) in (0_u32..).zip(POWERS) {
            let digits = (self.value * power).round();
            if digits.abs() >= 1e15 {
                break;
            }
            #[expect(clippy::float_cmp, reason = "the comparison is the proof")]
            if digits / power == self.value {
                #[expect(clippy::cast_possible_truncation, reason = "below 2^53, checked above")]
                return Some(Decimal::new(digits as i64, places));
            }
        }
        Decimal::from_str_exact(&self.digits()?).ok()
    }

    /// The decimal digits, rounded to the 15 significant ones that a spreadsheet shows.
    ///
    /// Returns `None` for infinities and NaN, which no spreadsheet program writes.
    #[must_use]
    pub fn digits(self) -> Option<String> {
        if !self.value.is_finite() {
            return None;
        }
        if self.value == 0.0 {
            return Some("0".to_owned());
        }
        // `d.dddddddddddddde-7` has exactly 15 significant digits. They are then shifted without printing a float.
        let scientific = format!("{:.14e}", self.value.abs());
        let (mantissa, exponent) = scientific.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_end_matches('0');
        let mut text = String::with_capacity(24);
        if self.value < 0.0 {
            text.push('-');
        }
        let integers = usize::try_from(exponent + 1).unwrap_or(0);
        if integers == 0 {
            text.push_str("0.");
            for _ in 0..(-1 - exponent) {
                text.push('0');
            }
            text.push_str(digits);
        } else {
            let cut = integers.min(digits.len());
            let (before, after) = digits.split_at(cut);
            text.push_str(before);
            for _ in cut..integers {
                text.push('0');
            }
            if !after.is_empty() {
                text.push('.');
                text.push_str(after);
            }
        }
        Some(text)
    }
}

impl Cell {
    /// Whether the cell is empty or holds only spaces.
    #[must_use]
    pub fn empty(&self) -> bool {
        match self {
            Self::Empty | Self::Merged => true,
            Self::Text(text) => text.chars().all(|c| c.is_whitespace() || INVISIBLE.contains(&c)),
            _ => false,
        }
    }

    /// The text that a person sees in the cell, close enough to be quoted in a message.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Empty | Self::Merged => String::new(),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => {
                let digits = number.digits().unwrap_or_default();
                let zeros = usize::from(number.zeros);
                let whole = digits.bytes().all(|b| b.is_ascii_digit());
                if whole && zeros > digits.len() { format!("{digits:0>zeros$}") } else { digits.replace('.', ",") }
            }
            Self::Date(date) => {
                let day = date.strftime("%d/%m/%Y").to_string();
                if date.time() == jiff::civil::Time::midnight() {
                    day
                } else {
                    date.strftime("%d/%m/%Y %H:%M:%S").to_string()
                }
            }
            Self::Time(days) => time(*days),
            Self::FormulaWithoutValue => "=…".to_owned(),
            Self::Missing => "�".to_owned(),
            Self::Boolean(true) => "VERDADEIRO".to_owned(),
            Self::Boolean(false) => "FALSO".to_owned(),
        }
    }
}

/// Writes `36:00`, or `36:00:05` if there are seconds.
fn time(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round();
    if seconds.is_nan() || seconds >= 1e15 {
        return Number::new(days).digits().unwrap_or_default();
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 2^53, checked above")]
    let seconds = seconds as i64;
    let sign = if days < 0.0 && seconds > 0 { "-" } else { "" };
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}:{minutes:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}:{rest:02}")
    }
}

/// Whether a text is one that a spreadsheet program shows instead of a value it could not compute, in the languages of
/// Excel and LibreOffice that are usual in Brazil.
pub(super) fn is_error_word(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "#N/D",
        "#N/A",
        "#N/DISP",
        "#N/D!",
        "#N/A!",
        "#REF!",
        "#VALOR!",
        "#VALUE!",
        "#DIV/0!",
        "#NOME?",
        "#NAME?",
        "#NULO!",
        "#NULL!",
        "#NUM!",
        "#NÚM!",
        "#DESPEJAR!",
        "#SPILL!",
        "#CALC!",
        "#CAMPO!",
        "#FIELD!",
        "#BLOQUEADO!",
        "#OBTENDO_DADOS",
    ];
    // LibreOffice shows `Err:502` and `Erro:502`.
    let libre_office = |text: &str| {
        let code = text.strip_prefix("Err:").or_else(|| text.strip_prefix("Erro:"));
        code.is_some_and(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()))
    };
    match text.as_bytes().first() {
        Some(b'#') => WORDS.contains(&text.to_uppercase().as_str()),
        Some(b'E') => libre_office(text),
        _ => false,
    }
}

/// Characters that are invisible, and that people paste without knowing.
pub(super) const INVISIBLE: [char; 5] = ['\u{FEFF}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}'];

/// The letters that a spreadsheet program shows above column `index` (0 is `A`, 26 is `AA`).
#[must_use]
pub fn column_letter(index: usize) -> String {
    let mut chars = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        chars.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    chars.iter().rev().collect()
}

/// A cell with its row and its column, both from 0.
pub(super) type Positioned = ((u32, u32), Cell);

/// The cells of a sheet, one by one, row after row.
pub(super) trait CellSource {
    /// The next cell with its row and column, from 0.
    fn next(&mut self) -> Result<Option<Positioned>, SheetError>;

    /// Whether the row of the cell that came last is hidden.
    fn hidden(&self) -> bool {
        false
    }
}

impl<F: FnMut() -> Result<Option<Positioned>, SheetError>> CellSource for F {
    fn next(&mut self) -> Result<Option<Positioned>, SheetError> {
        self()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_fifteen_digits_and_no_float_noise() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (1234.56, "1234.56"),
            (-0.000_012_5, "-0.0000125"),
            (12_345_678_000_195.0, "12345678000195"),
            (1e15, "1000000000000000"),
            (100.0, "100"),
            (0.0, "0"),
            (-0.0, "0"),
            (2.5e-8, "0.000000025"),
        ] {
            assert_eq!(Number::new(value).digits().as_deref(), Some(text));
            assert_eq!(Number::new(value).decimal(), text.parse().ok());
        }
        assert_eq!(Number::new(f64::NAN).digits(), None);
    }

    #[test]
    fn times_show_hours_beyond_a_day() {
        for (days, text) in [(1.5, "36:00"), (0.0625, "01:30"), (1.0 / 86_400.0, "00:00:01"), (-0.0625, "-01:30")] {
            assert_eq!(Cell::Time(days).show(), text);
        }
        assert_eq!(Cell::Time(f64::NAN).show(), "");
        assert!(Cell::Time(f64::MAX).show().len() > 300);
    }

    #[test]
    fn words_of_errors_are_told_from_text() {
        for word in ["#N/D", "#N/A", "#n/a", "#REF!", "#VALOR!", "#DIV/0!", "#NOME?", "#NULO!", "#NUM!", "#NÚM!"] {
            assert!(is_error_word(word), "{word}");
        }
        assert!(is_error_word("Err:502") && is_error_word("Erro:509"));
        for text in ["#1", "# 12", "#N/D ltda", "Erro: 502", "Ernesto", "#", "", "N/D"] {
            assert!(!is_error_word(text), "{text}");
        }
    }

    #[test]
    fn column_letters() {
        let chars: Vec<_> = [0, 25, 26, 51, 52, 701, 702, 16383].into_iter().map(column_letter).collect();
        assert_eq!(chars, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }
}
