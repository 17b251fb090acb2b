use jiff::civil::DateTime;
use rust_decimal::Decimal;

/// One row of a sheet, as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Linha {
    /// The number of the row as a spreadsheet program shows it, from 1.
    pub numero: u32,
    /// The cells from column A on; trailing empty cells may be missing.
    pub celulas: Vec<Celula>,
}

impl Linha {
    /// The cell in column `indice` (0 is column A); a missing cell is empty.
    #[must_use]
    pub fn celula(&self, indice: usize) -> &Celula {
        self.celulas.get(indice).unwrap_or(&Celula::Vazia)
    }

    /// Whether no cell of the row holds anything but space.
    #[must_use]
    pub fn vazia(&self) -> bool {
        self.celulas.iter().all(Celula::vazia)
    }
}

/// The value of one cell, as stored in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Celula {
    /// Nothing.
    Vazia,
    /// Text.
    Texto(String),
    /// A number that no date format covers.
    Numero(Numero),
    /// A number under a date format.
    Data(DateTime),
    /// A time of day or a length of time, in days: `01:30` under `hh:mm`, `36:00` under `[h]:mm`.
    Time(f64),
    /// A truth value.
    Booleano(bool),
    /// An error left by a formula, such as `#N/D`.
    Erro(String),
    /// A formula that the program that wrote the file never computed.
    FormulaSemValor,
    /// The number of a text that the file does not hold.
    Missing,
    /// Part of a merged region whose number stands in another row, and is not repeated.
    Mesclada,
}

/// A numeric cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numero {
    /// The binary value stored in the file.
    pub valor: f64,
    /// How many digits the cell's format fills with zeros on the left (`00000000000` is 11); 0 when it does not.
    pub zeros: u8,
}

impl Numero {
    /// A number under no special format.
    #[must_use]
    pub fn novo(valor: f64) -> Self {
        Self { valor, zeros: 0 }
    }

    /// The exact decimal that the cell shows, rounded to the 15 significant digits of a spreadsheet.
    ///
    /// Returns nothing for what a decimal cannot hold.
    #[must_use]
    pub fn decimal(self) -> Option<Decimal> {
        const POTENCIAS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
        // Most cells hold a short decimal: if dividing its digits gives back the very float, these are the digits,
        // for of all decimals of 15 digits only one rounds to it.
        for (casas, potencia) in (0_u32..).zip(POTENCIAS) {
            let digitos = (self.valor * potencia).round();
            if digitos.abs() >= 1e15 {
                break;
            }
            #[expect(clippy::float_cmp, reason = "the comparison is the proof")]
            if digitos / potencia == self.valor {
                #[expect(clippy::cast_possible_truncation, reason = "below 2^53, checked above")]
                return Some(Decimal::new(digitos as i64, casas));
            }
        }
        Decimal::from_str_exact(&self.digitos()?).ok()
    }

    /// The decimal digits, rounded to the 15 significant ones that a spreadsheet shows.
    ///
    /// Returns nothing for infinities and NaN, which no spreadsheet program writes.
    #[must_use]
    pub fn digitos(self) -> Option<String> {
        if !self.valor.is_finite() {
            return None;
        }
        if self.valor == 0.0 {
            return Some("0".to_owned());
        }
        // `d.dddddddddddddde-7`: exactly 15 significant digits, then shifted by hand so that no float is printed.
        let cientifico = format!("{:.14e}", self.valor.abs());
        let (mantissa, expoente) = cientifico.split_once('e')?;
        let expoente: i32 = expoente.parse().ok()?;
        let digitos: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let digitos = digitos.trim_end_matches('0');
        let mut texto = String::with_capacity(24);
        if self.valor < 0.0 {
            texto.push('-');
        }
        let inteiros = usize::try_from(expoente + 1).unwrap_or(0);
        if inteiros == 0 {
            texto.push_str("0.");
            for _ in 0..(-1 - expoente) {
                texto.push('0');
            }
            texto.push_str(digitos);
        } else {
            let corte = inteiros.min(digitos.len());
            let (antes, depois) = digitos.split_at(corte);
            texto.push_str(antes);
            for _ in corte..inteiros {
                texto.push('0');
            }
            if !depois.is_empty() {
                texto.push('.');
                texto.push_str(depois);
            }
        }
        Some(texto)
    }
}

impl Celula {
    /// Whether the cell holds nothing but space.
    #[must_use]
    pub fn vazia(&self) -> bool {
        match self {
            Self::Vazia | Self::Mesclada => true,
            Self::Texto(texto) => texto.chars().all(|c| c.is_whitespace() || INVISIVEIS.contains(&c)),
            _ => false,
        }
    }

    /// What a person sees in the cell, near enough to be quoted in a message.
    #[must_use]
    pub fn mostrar(&self) -> String {
        match self {
            Self::Vazia | Self::Mesclada => String::new(),
            Self::Texto(texto) | Self::Erro(texto) => texto.clone(),
            Self::Numero(numero) => {
                let digitos = numero.digitos().unwrap_or_default();
                let zeros = usize::from(numero.zeros);
                let whole = digitos.bytes().all(|b| b.is_ascii_digit());
                if whole && zeros > digitos.len() { format!("{digitos:0>zeros$}") } else { digitos.replace('.', ",") }
            }
            Self::Data(data) => {
                let dia = data.strftime("%d/%m/%Y").to_string();
                if data.time() == jiff::civil::Time::midnight() {
                    dia
                } else {
                    data.strftime("%d/%m/%Y %H:%M:%S").to_string()
                }
            }
            Self::Time(days) => time(*days),
            Self::FormulaSemValor => "=…".to_owned(),
            Self::Missing => "�".to_owned(),
            Self::Booleano(true) => "VERDADEIRO".to_owned(),
            Self::Booleano(false) => "FALSO".to_owned(),
        }
    }
}

/// `36:00`, or `36:00:05` where there are seconds.
fn time(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round();
    if seconds.is_nan() || seconds >= 1e15 {
        return Numero::novo(days).digitos().unwrap_or_default();
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
pub(super) const INVISIVEIS: [char; 5] = ['\u{FEFF}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}'];

/// The letters a spreadsheet program shows above column `indice` (0 is `A`, 26 is `AA`).
#[must_use]
pub fn letra_da_coluna(indice: usize) -> String {
    let mut letras = Vec::new();
    let mut resto = indice + 1;
    while resto > 0 {
        let digito = u8::try_from((resto - 1) % 26).unwrap_or(0);
        letras.push(char::from(b'A' + digito));
        resto = (resto - 1) / 26;
    }
    letras.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_fifteen_digits_and_no_float_noise() {
        for (valor, texto) in [
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
            assert_eq!(Numero::novo(valor).digitos().as_deref(), Some(texto));
            assert_eq!(Numero::novo(valor).decimal(), texto.parse().ok());
        }
        assert_eq!(Numero::novo(f64::NAN).digitos(), None);
    }

    #[test]
    fn times_show_hours_beyond_a_day() {
        for (days, text) in [(1.5, "36:00"), (0.0625, "01:30"), (1.0 / 86_400.0, "00:00:01"), (-0.0625, "-01:30")] {
            assert_eq!(Celula::Time(days).mostrar(), text);
        }
        assert_eq!(Celula::Time(f64::NAN).mostrar(), "");
        assert!(Celula::Time(f64::MAX).mostrar().len() > 300);
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
        let letras: Vec<_> = [0, 25, 26, 51, 52, 701, 702, 16383].into_iter().map(letra_da_coluna).collect();
        assert_eq!(letras, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }
}
