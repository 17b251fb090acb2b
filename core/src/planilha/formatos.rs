/// What the number format of a cell says about its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FormatoDeNumero {
    /// The number is a date or a moment, not a duration.
    pub(super) data: bool,
    /// How many digits are filled with zeros on the left.
    pub(super) zeros: u8,
}

impl FormatoDeNumero {
    pub(super) fn novo(formato: &str) -> Self {
        Self { data: e_data(formato), zeros: zeros_do_formato(formato) }
    }

    /// The format that every workbook has under this number, without saying so.
    pub(super) fn embutido(id: u16) -> Self {
        Self { data: matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58), zeros: 0 }
    }
}

/// Whether a number format shows a date: a letter of day, month, year, hour or second outside quotes and brackets.
fn e_data(formato: &str) -> bool {
    let secao = formato.split(';').next().unwrap_or_default();
    let mut letras = secao.chars();
    let mut entre_aspas = false;
    while let Some(letra) = letras.next() {
        match letra {
            '"' => entre_aspas = !entre_aspas,
            _ if entre_aspas => {}
            '\\' | '_' | '*' => {
                letras.next();
            }
            '[' => {
                let dentro: String = letras.by_ref().take_while(|c| *c != ']').collect();
                // `[h]:mm` counts hours beyond a day: a duration.
                if !dentro.is_empty() && dentro.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's')) {
                    return false;
                }
            }
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return true,
            // Formats that name their locale in words (`General`, `Standard`, `Padrão`) begin with another letter.
            letra if letra.is_alphabetic() && !matches!(letra, 'a' | 'A') => return false,
            _ => {}
        }
    }
    false
}

/// How many digits a number format fills with zeros: `00000000000` is 11, `00000\-000` is 8, `0.00` and `#,##0` are 0.
fn zeros_do_formato(formato: &str) -> u8 {
    let secao = formato.split(';').next().unwrap_or_default();
    let mut zeros = 0_u8;
    let mut letras = secao.chars();
    let mut entre_aspas = false;
    while let Some(letra) = letras.next() {
        match letra {
            '"' => entre_aspas = !entre_aspas,
            _ if entre_aspas => {}
            '\\' | '_' | '*' => {
                letras.next();
            }
            '[' => {
                for dentro in letras.by_ref() {
                    if dentro == ']' {
                        break;
                    }
                }
            }
            '0' => zeros = zeros.saturating_add(1),
            '-' | '/' | ' ' | '(' | ')' => {}
            _ => return 0,
        }
    }
    if zeros > 1 { zeros } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_read_from_the_number_format() {
        for (formato, zeros) in [
            ("00000000000", 11),
            ("00000\\-000", 8),
            ("00000-000", 8),
            ("000\\.000\\.000\\-00", 11),
            ("00\".\"000\".\"000\"/\"0000\"-\"00", 14),
            ("[$-416]00000000000000", 14),
            ("0", 0),
            ("0.00", 0),
            ("#,##0", 0),
            ("General", 0),
            ("dd/mm/yyyy", 0),
            ("\"R$\" #,##0.00", 0),
        ] {
            assert_eq!(zeros_do_formato(formato), zeros, "{formato}");
        }
    }

    #[test]
    fn dates_are_told_from_numbers_by_their_format() {
        for formato in ["dd/mm/yyyy", "DD/MM/YY", "[$-416]mmm-yy;@", "d\\ mmm", "h:mm", "\"dia\" d"] {
            assert!(e_data(formato), "{formato}");
        }
        for formato in
            ["General", "0.00", "\"dias\" 0", "[h]:mm:ss", "[Red]0.00", "#,##0\\d", "R$ #,##0.00", "0.00E+00", "@"]
        {
            assert!(!e_data(formato), "{formato}");
        }
    }
}
