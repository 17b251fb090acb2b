/// The properties of a cell's number format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct NumberFormat {
    pub(super) shown: Shown,
    /// The number of digits that the format fills with zeros on the left.
    pub(super) zeros: u8,
}

/// The way in which a number format shows its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Number,
    /// As a date, with or without the time.
    Date,
    /// As the time of day: `hh:mm`.
    Clock,
    /// As a duration, which may exceed a day: `[h]:mm`.
    Duration,
}

impl NumberFormat {
    pub(super) fn new(format: &str) -> Self {
        Self { shown: shown(format), zeros: zeros_of_format(format) }
    }

    /// The built-in format with this number, which workbooks do not describe.
    pub(super) fn built_in(id: u16) -> Self {
        let shown = match id {
            14..=17 | 22 | 27..=36 | 50..=58 => Shown::Date,
            18..=21 | 45 | 47 => Shown::Clock,
            46 => Shown::Duration,
            _ => Shown::Number,
        };
        Self { shown, zeros: 0 }
    }
}

/// Decides how a number format shows its number, by the letters outside quotes and brackets: day, month, year, hour,
/// minute, second.
fn shown(format: &str) -> Shown {
    let section = format.split(';').next().unwrap_or_default();
    let mut rest = section;
    let mut so_far = Shown::Number;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '"' => after.split_once('"').map_or("", |(_, after)| after),
            '\\' | '_' | '*' => after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            '[' => {
                let (inside, after) = after.split_once(']').unwrap_or((after, ""));
                // `[h]:mm` counts hours beyond a day.
                if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'h' | 'm' | 's' | 'H' | 'M' | 'S')) {
                    return Shown::Duration;
                }
                after
            }
            letter if letter.is_alphabetic() => {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                let word = word.to_ascii_lowercase();
                if word == "am" || word == "a" {
                    so_far = Shown::Clock;
                    rest = after.strip_prefix('/').map_or(after, |r| r.trim_start_matches(['P', 'p', 'M', 'm']));
                    continue;
                }
                // Formats with a word in the locale's language (`General`, `Standard`, `Padrão`) have other letters.
                // Those of eras and of Buddhist years occur beside days and months.
                if !word.bytes().all(|b| matches!(b, b'd' | b'm' | b'y' | b'h' | b's' | b'g' | b'e' | b'b')) {
                    return so_far;
                }
                if word.contains(['d', 'y']) || word.contains("mmm") {
                    return Shown::Date;
                }
                if word.contains(['h', 's']) {
                    so_far = Shown::Clock;
                } else if word.contains('m') && so_far == Shown::Number {
                    // These are months, unless hours or seconds are beside them.
                    so_far = Shown::Date;
                }
                after
            }
            _ => after,
        };
    }
    so_far
}

/// The number of digits that a number format fills with zeros: `00000000000` is 11, `00000\-000` is 8, `0.00` and
/// `#,##0` are 0.
fn zeros_of_format(format: &str) -> u8 {
    let section = format.split(';').next().unwrap_or_default();
    let mut zeros = 0_u8;
    let mut chars = section.chars();
    let mut in_quotes = false;
    while let Some(ch) = chars.next() {
        match ch {
            '"' => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                for inside in chars.by_ref() {
                    if inside == ']' {
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
        for (format, zeros) in [
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
            assert_eq!(zeros_of_format(format), zeros, "{format}");
        }
    }

    #[test]
    fn dates_are_told_from_numbers_by_their_format() {
        for format in [
            "dd/mm/yyyy",
            "DD/MM/YY",
            "[$-416]mmm-yy;@",
            "d\\ mmm",
            "\"dia\" d",
            "mm/yyyy",
            "ddmmyyyy",
            "mm",
            "[$-411]ggge\"年\"m\"月\"",
        ] {
            assert_eq!(shown(format), Shown::Date, "{format}");
        }
        for format in ["h:mm", "hh:mm:ss", "mm:ss", "h:mm AM/PM", "h:mm a/p", "[$-F400]h:mm:ss\\ AM/PM", "mm:ss.0"] {
            assert_eq!(shown(format), Shown::Clock, "{format}");
        }
        for format in ["dd/mm/yyyy hh:mm", "h:mm dd/mm", "m/d/yy h:mm AM/PM"] {
            assert_eq!(shown(format), Shown::Date, "{format}");
        }
        for format in ["[h]:mm:ss", "[hh]:mm", "[mm]:ss"] {
            assert_eq!(shown(format), Shown::Duration, "{format}");
        }
        let others = [
            "General",
            "0.00",
            "\"dias\" 0",
            "[Red]0.00",
            "#,##0\\d",
            "R$ #,##0.00",
            "0.00E+00",
            "@",
            "Standard",
            "Padrão",
            "",
        ];
        for format in others {
            assert_eq!(shown(format), Shown::Number, "{format}");
        }
    }
}
