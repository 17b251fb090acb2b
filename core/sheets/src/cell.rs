use jiff::civil::DateTime;
use rust_decimal::Decimal;

/// One row of a sheet, as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The number of the row as a spreadsheet program shows it, from 1.
    pub number: u32,
    /// The cells from column A on; trailing empty cells may be missing.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell in column `index` (0 is column A); a missing cell is empty.
    #[must_use]
    pub fn cell(&self, index: usize) -> &Cell {
        self.cells.get(index).unwrap_or(&Cell::Empty)
    }

    /// Whether no cell of the row holds anything but space.
    #[must_use]
    pub fn empty(&self) -> bool {
        self.cells.iter().all(Cell::empty)
    }
}

/// The value of one cell, as stored in the file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number that no date format covers.
    Number(Number),
    /// A number under a date format.
    Date(DateTime),
    /// A time of day or a length of time, in days: `01:30` under `hh:mm`, `36:00` under `[h]:mm`.
    Time(f64),
    /// A truth value.
    Boolean(bool),
    /// An error left by a formula, such as `#N/D`.
    Error(String),
    /// A formula that the program that wrote the file never computed.
    FormulaWithoutValue,
    /// The number of a text that the file does not hold.
    Missing,
    /// Part of a merged region whose number stands in another row, and is not repeated.
    Merged,
}

/// A numeric cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The binary value stored in the file.
    pub value: f64,
    /// How many digits the cell's format fills with zeros on the left (`00000000000` is 11); 0 when it does not.
    pub zeros: u8,
}

impl Number {
    /// A number under no special format.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self { value, zeros: 0 }
    }

    /// The exact decimal that the cell shows, rounded to the 15 significant digits of a spreadsheet.
    ///
    /// Returns nothing for what a decimal cannot hold.
    #[must_use]
    pub fn decimal(self) -> Option<Decimal> {
        const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
        // Most cells hold a short decimal: if dividing its digits gives back the very float, these are the digits,
        // for of all decimals of 15 digits only one rounds to it.
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
    /// Returns nothing for infinities and NaN, which no spreadsheet program writes.
    #[must_use]
    pub fn digits(self) -> Option<String> {
        if !self.value.is_finite() {
            return None;
        }
        if self.value == 0.0 {
            return Some("0".to_owned());
        }
        // `d.dddddddddddddde-7`: exactly 15 significant digits, then shifted by hand so that no float is printed.
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
    /// Whether the cell holds nothing but space.
    #[must_use]
    pub fn empty(&self) -> bool {
        match self {
            Self::Empty | Self::Merged => true,
            Self::Text(text) => text.chars().all(|c| c.is_whitespace() || INVISIBLE.contains(&c)),
            _ => false,
        }
    }

    /// What a person sees in the cell, near enough to be quoted in a message.
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

/// `36:00`, or `36:00:05` where there are seconds.
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

/// Whether a text is what a spreadsheet program shows in place of a value that it could not compute, in the languages
/// of Excel and LibreOffice that are met in Brazil.
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
    // `Err:502`, `Erro:502`: what LibreOffice shows.
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

/// Characters that print nothing and that people paste without knowing.
pub(super) const INVISIBLE: [char; 5] = ['\u{FEFF}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}'];

/// The letters a spreadsheet program shows above column `index` (0 is `A`, 26 is `AA`).
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

/// A cell with its row and its column, from 0.
pub(super) type Positioned = ((u32, u32), Cell);

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
