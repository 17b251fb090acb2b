//! Pure conversions of one cell, or of the text in it, to a typed value.

mod context;
mod date;
mod decimal;
mod document;
mod text;

pub use context::{Context, DecimalPoint};
pub(super) use date::{DateOrder, date_order, month_named};
pub use date::{competencia, date_of_serial, ptbr_date};
pub use decimal::ptbr_decimal;
pub(super) use decimal::{DecimalSign, decimal_sign};
pub(super) use document::whole_number;
use smartbill_documents::{Mode, Uf};
use smartbill_model::Value;
use smartbill_model::validate::Finding;

use self::text::{text, trim};
use super::cell::{Cell, is_error_word};
use super::finding::{cell_error, cell_warning};
use super::flows::Conversion;
use super::names::normalize;

/// Converts one cell. `None` means that the cell is empty.
///
/// # Errors
/// The finding that rejects the cell. Findings that do not reject it are added to `warnings`.
pub fn cell(
    cell: &Cell,
    conversion: Conversion,
    context: Context,
    warnings: &mut Vec<Finding>,
) -> Result<Option<Value<'static>>, Finding> {
    match cell {
        Cell::Error(error) => return Err(cell_error("formula_com_erro").with("error", error.clone())),
        Cell::FormulaWithoutValue => return Err(cell_error("formula_sem_valor")),
        Cell::Merged => return Err(cell_error("celula_mesclada")),
        Cell::Missing => return Err(cell_error("texto_ausente")),
        Cell::Text(string) => text_as_value(string, context.mode, warnings)?,
        _ => {}
    }
    if cell.empty() {
        return Ok(None);
    }
    if let Cell::Text(gross) = cell
        && (dashes(gross, conversion) || untouched(gross, conversion) || nothing(gross))
    {
        return Ok(None);
    }
    match conversion {
        Conversion::Text => text(cell).map(|t| t.map(|t| Value::Text(t.into()))),
        Conversion::Decimal | Conversion::Money => {
            decimal::convert(cell, context, warnings).map(|d| Some(Value::Decimal(d)))
        }
        Conversion::Date => date::convert(cell, context, warnings).map(|d| Some(Value::Date(d))),
        Conversion::Competencia => {
            date::convert_competencia(cell, context, warnings).map(|c| Some(Value::Competencia(c)))
        }
        Conversion::Boolean => boolean(cell).map(|b| Some(Value::Boolean(b))),
        Conversion::CpfCnpj => {
            document::cpf_cnpj(cell, context.documento, warnings).map(|t| Some(Value::Text(t.into())))
        }
        Conversion::InscricaoEstadual => {
            document::inscricao_estadual(cell, context.uf, warnings).map(|t| Some(Value::Text(t.into())))
        }
        Conversion::Cep => document::cep(cell, warnings).map(|t| Some(Value::Text(t.into()))),
        Conversion::Uf => uf(cell).map(|t| t.map(|t| Value::Text(t.into()))),
        Conversion::Ibge => document::digits(cell).map(|t| Some(Value::Text(t.into()))),
        Conversion::Known(names) => {
            text(cell).map(|t| t.map(|t| Value::Text(meaning(&t, names).map_or(t.into(), Into::into))))
        }
        Conversion::Choice(options) => option(cell, options).map(|t| Some(Value::Text(t.into()))),
    }
}

/// Refuses a text that replaces a lost value: the word of an error (`#N/D`), or characters that were damaged by a
/// change of encoding.
fn text_as_value(text: &str, mode: Mode, warnings: &mut Vec<Finding>) -> Result<(), Finding> {
    let trimmed = text.trim();
    if trimmed.starts_with(['#', 'E']) && is_error_word(trimmed) {
        return Err(cell_error("formula_com_erro").with("error", trimmed));
    }
    if !text.is_ascii() && text.contains(char::REPLACEMENT_CHARACTER) {
        if mode == Mode::Strict {
            return Err(cell_error("caracteres_perdidos"));
        }
        warnings.push(cell_warning("caracteres_perdidos"));
    }
    Ok(())
}

/// Whether a text is a single dash. People write it for "nothing" in every column except free text (`R$ -` is Excel's
/// zero).
fn dashes(text: &str, conversion: Conversion) -> bool {
    if conversion == Conversion::Text {
        return false;
    }
    let clean = trim(text);
    let clean = clean.strip_prefix("R$").unwrap_or(&clean).trim();
    !clean.is_empty() && clean.chars().all(|c| matches!(c, '-' | '–' | '—'))
}

/// Whether a text is what an old program stores for an empty field: its mask (`___.___.___-__`, `(  )     -`, `  /  /
/// `), or a date of zeros.
fn untouched(text: &str, conversion: Conversion) -> bool {
    let marks = text.chars().filter(|c| !c.is_whitespace());
    if matches!(conversion, Conversion::Date | Conversion::Competencia) && text.contains('0') {
        return marks.clone().all(|c| matches!(c, '0' | '/' | '-' | '.' | ':'));
    }
    marks.clone().all(|c| matches!(c, '_' | '.' | ',' | '-' | '/' | '(' | ')' | ':')) && marks.count() > 1
}

/// Whether a text is a word that programs write for "no value".
fn nothing(text: &str) -> bool {
    const WORDS: [&str; 10] = ["NULL", "null", "(null)", "(NULL)", "<null>", "<NULL>", "nan", "NaN", "NaT", "<NA>"];
    let word = text.trim();
    (3..=6).contains(&word.len()) && WORDS.contains(&word)
}

/// Reads the state in a text: `SP`, `São Paulo`, `SP - São Paulo`.
pub(crate) fn state(text: &str) -> Option<Uf> {
    /// No state with its abbreviation is longer.
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let short = Uf::parse(text, Mode::Lenient).ok();
    short.or_else(|| {
        let key = normalize(text);
        Uf::UFS.into_iter().find(|uf| {
            let (name, sigla) = (normalize(uf.name()), uf.sigla().to_lowercase());
            key == name || key == format!("{sigla}{name}") || key == format!("{name}{sigla}")
        })
    })
}

/// The abbreviation of a state that is written in full. The model judges shorter texts.
fn uf(cell: &Cell) -> Result<Option<String>, Finding> {
    let text = text(cell)?;
    Ok(text.map(|text| match state(&text) {
        Some(uf) if text.trim().len() > 2 => uf.sigla().to_owned(),
        _ => text,
    }))
}

/// Reads a truth value: `S`/`N`, `Sim`/`Não`, `1`/`0`, `V`/`F`, `Verdadeiro`/`Falso`, `X`.
fn boolean(cell: &Cell) -> Result<bool, Finding> {
    let invalid = || cell_error("booleano_invalido");
    match cell {
        Cell::Boolean(value) => Ok(*value),
        Cell::Number(number) if number.value == 0.0 => Ok(false),
        #[expect(clippy::float_cmp, reason = "exactly one is what a cell that means yes holds")]
        Cell::Number(number) if number.value == 1.0 => Ok(true),
        Cell::Text(text) => match normalize(&trim(text)).as_str() {
            "s" | "sim" | "y" | "yes" | "1" | "v" | "verdadeiro" | "true" | "x" | "ativo" => Ok(true),
            // The normalization of headers expands `N` to "numero".
            "numero" | "nao" | "0" | "f" | "falso" | "false" | "inativo" => Ok(false),
            _ => Err(invalid()),
        },
        _ => Err(invalid()),
    }
}

/// The meaning of a word in the table, whatever its case and accents.
fn meaning(word: &str, words: &[(&'static str, &'static str)]) -> Option<&'static str> {
    let key = normalize(word);
    words.iter().find(|(name, _)| normalize(name) == key).map(|(_, value)| *value)
}

fn option(cell: &Cell, options: &[(&'static str, &'static str)]) -> Result<&'static str, Finding> {
    let text = text(cell)?.unwrap_or_default();
    meaning(&text, options).ok_or_else(|| {
        let mut values: Vec<&str> = options.iter().map(|(_, value)| *value).collect();
        values.dedup();
        values.sort_unstable();
        values.dedup();
        cell_error("opcao_invalida").with("options", values.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::text::without_apostrophe;
    use super::*;
    use crate::cell::Number;

    fn convert(text: &str, conversion: Conversion) -> Result<Option<Value<'static>>, &'static str> {
        cell(&Cell::Text(text.into()), conversion, Context::default(), &mut Vec::new())
            .map_err(|a| &*a.code().to_owned().leak())
    }

    #[test]
    fn states() {
        for text in ["São Paulo", "SAO PAULO", "SP - São Paulo", "São Paulo (SP)", "São Paulo/SP"] {
            assert_eq!(convert(text, Conversion::Uf), Ok(Some(Value::Text("SP".into()))), "{text}");
        }
        assert_eq!(convert("Pará", Conversion::Uf), Ok(Some(Value::Text("PA".into()))));
        assert_eq!(convert("Mato Grosso do Sul", Conversion::Uf), Ok(Some(Value::Text("MS".into()))));
        for text in ["sp", "XX", "Rio Grande", "Sao Paulo RJ", "S. Paulo"] {
            assert_eq!(convert(text, Conversion::Uf), Ok(Some(Value::Text(text.into()))), "{text}");
        }
    }

    #[test]
    fn what_programs_write_for_nothing_is_nothing() {
        for word in ["NULL", " null ", "(null)", "nan", "NaN", "NaT", "<NA>"] {
            for conversion in [Conversion::Text, Conversion::CpfCnpj, Conversion::Date, Conversion::Uf] {
                assert_eq!(convert(word, conversion), Ok(None), "{word}");
            }
        }
        for name in ["Nan", "Null", "Nulo", "NULL LTDA"] {
            assert_eq!(convert(name, Conversion::Text), Ok(Some(Value::Text(name.into()))), "{name}");
        }
    }

    #[test]
    fn booleans() {
        for yes in ["S", "sim", "SIM", "1", "x", "Verdadeiro", " V "] {
            assert_eq!(convert(yes, Conversion::Boolean), Ok(Some(Value::Boolean(true))), "{yes}");
        }
        for no in ["N", "n", "Não", "nao", "0", "FALSO", "F"] {
            assert_eq!(convert(no, Conversion::Boolean), Ok(Some(Value::Boolean(false))), "{no}");
        }
        assert_eq!(convert("talvez", Conversion::Boolean), Err("booleano_invalido"));
        assert_eq!(convert("", Conversion::Boolean), Ok(None));
    }

    #[test]
    fn d3_a_mask_that_nobody_filled_is_empty() {
        let masks =
            ["___.___.___-__", "   .   .   -  ", "(  )     -    ", "  /  /    ", "(__) ____-____", "__/__/____", "--"];
        let conversions =
            [Conversion::Text, Conversion::CpfCnpj, Conversion::Date, Conversion::Decimal, Conversion::Cep];
        for mask in masks {
            for conversion in conversions {
                assert_eq!(convert(mask, conversion), Ok(None), "{mask} as {conversion:?}");
            }
        }
        for zeros in ["00/00/0000", "0000-00-00", "00000000", "00/0000"] {
            assert_eq!(convert(zeros, Conversion::Date), Ok(None), "{zeros}");
        }
        assert_eq!(convert("0", Conversion::Decimal), Ok(Some(Value::Decimal(0.into()))));
        assert_eq!(convert("00000000000", Conversion::Text), Ok(Some(Value::Text("00000000000".into()))));
        assert_eq!(convert("-", Conversion::Text), Ok(Some(Value::Text("-".into()))));
    }

    #[test]
    fn text_loses_its_apostrophe_but_not_its_own() {
        assert_eq!(without_apostrophe("'＝1"), "＝1");
        assert_eq!(without_apostrophe("' a"), "' a");
        let text = |t: &str| match convert(t, Conversion::Text) {
            Ok(Some(Value::Text(t))) => t.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text("'00123"), "00123");
        assert_eq!(text("'=A1"), "=A1");
        assert_eq!(text("'t Hooft"), "'t Hooft");
        assert_eq!(text("\u{A0}São\u{A0}Paulo \t"), "São Paulo");
        assert_eq!(convert("1,23457E+13", Conversion::Text), Err("precisao_perdida"));
        assert_eq!(text("12E3"), "12E3");
    }

    #[test]
    fn dashes_are_empty_except_in_text() {
        assert_eq!(convert("-", Conversion::Date), Ok(None));
        assert_eq!(convert(" R$ - ", Conversion::Money), Ok(None));
        assert_eq!(convert("-", Conversion::Text), Ok(Some(Value::Text("-".into()))));
    }

    #[test]
    fn numbers_become_text_as_the_cell_shows_them() {
        let from = |value, zeros| {
            cell(&Cell::Number(Number { value, zeros }), Conversion::Text, Context::default(), &mut Vec::new())
        };
        assert_eq!(from(42.0, 0), Ok(Some(Value::Text("42".into()))));
        assert_eq!(from(42.0, 6), Ok(Some(Value::Text("000042".into()))));
        assert_eq!(from(1e15, 0).unwrap_err().code(), "precisao_perdida");
    }
}
