use smartbill_documents::{DocumentKind, Mode, Uf};
use smartbill_model::validate::Finding;

use super::text::{number_as_text, scientific_notation, text, without_apostrophe};
use crate::cell::Cell;
use crate::finding::{cell_error, cell_warning};

/// Reads a CPF or CNPJ, and restores the zeros that a numeric cell lost if the check digits then agree.
///
/// The model decides whether the document is valid, because it knows the mode and gives the reason.
pub(super) fn cpf_cnpj(
    cell: &Cell,
    expected: Option<DocumentKind>,
    warnings: &mut Vec<Finding>,
) -> Result<String, Finding> {
    let parsed = read(cell)?;
    if let Some(documento) = in_another_form(&parsed) {
        warnings.push(cell_warning("documento_noutra_forma").with("documento", documento.clone()));
        return Ok(documento);
    }
    let digits: String = parsed.chars().filter(char::is_ascii_digit).collect();
    let only_punctuation = parsed.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | ' '));
    if let Some(cpf) = digits.strip_prefix("000").filter(|_| only_punctuation && digits.len() == 14)
        && expected != Some(DocumentKind::Cnpj)
        && DocumentKind::Cnpj.check(&digits, Mode::Strict, None).is_err()
        && DocumentKind::Cpf.check(cpf, Mode::Strict, None).is_ok()
    {
        // A field of fourteen places was filled with zeros.
        warnings.push(cell_warning("zeros_a_mais").with("documento", cpf));
        return Ok(cpf.to_owned());
    }
    // An alphanumeric CNPJ cannot have been a number, so it has lost no zeros.
    if !only_punctuation || digits.is_empty() || digits.len() >= 14 {
        return Ok(parsed);
    }
    let cpf = complete(&digits, 11, DocumentKind::Cpf, None);
    let integer = digits.len() == 11;
    if integer && cpf.is_some() && expected != Some(DocumentKind::Cnpj) {
        return Ok(parsed);
    }
    // One in a hundred typing errors in a CPF with its mask would pass as a CNPJ. That must not happen.
    let cpf_mask = integer && parsed.contains('-') && !parsed.contains('/');
    let cnpj = if cpf_mask { None } else { complete(&digits, 14, DocumentKind::Cnpj, None) };
    let (cpf, cnpj) = match (cpf, cnpj, expected) {
        (Some(_), Some(cnpj), Some(DocumentKind::Cnpj)) => (None, Some(cnpj)),
        (Some(cpf), Some(_), Some(DocumentKind::Cpf)) => (Some(cpf), None),
        (cpf, cnpj, _) => (cpf, cnpj),
    };
    match (cpf, cnpj) {
        // Eleven digits are a complete CPF. If its check digits are wrong, the model reports it.
        (Some(_), _) | (None, None) if integer => Ok(parsed),
        (Some(cpf), Some(cnpj)) => {
            warnings.push(cell_warning("documento_ambiguo").with("cpf", cpf.clone()).with("cnpj", cnpj));
            Ok(cpf)
        }
        (Some(documento), None) | (None, Some(documento)) => {
            warnings.push(cell_warning("zeros_restaurados").with("documento", documento.clone()));
            Ok(documento)
        }
        (None, None) => Err(cell_error("documento_incompleto").with("digits", digits.len().to_string())),
    }
}

/// The document of a text with other punctuation than the official one, with its name before it (`CPF: …`), or with the
/// fraction of a number after it (`….0`), if it is whole and its check digits agree.
fn in_another_form(text: &str) -> Option<String> {
    const NAMES: [&str; 3] = ["CPF", "CNPJ", "CGC"];
    if DocumentKind::CpfCnpj.check(text, Mode::Strict, None).is_ok() {
        return None;
    }
    let text = text.trim();
    let after = |name: &&str| {
        let (first, rest) = text.split_at_checked(name.len())?;
        first.eq_ignore_ascii_case(name).then_some(rest)
    };
    let named = NAMES.iter().find_map(after).unwrap_or(text);
    let body = whole_number(named.trim_start_matches([':', '.', ' ', '-']));
    let punctuation = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '-' | '–' | '/' | '\\' | '_');
    if !body.chars().all(|c| c.is_ascii_alphanumeric() || punctuation(c)) {
        return None;
    }
    let plain: String = body.chars().filter(char::is_ascii_alphanumeric).collect();
    let whole = matches!(plain.len(), 11 | 14);
    (whole && DocumentKind::CpfCnpj.check(&plain, Mode::Strict, None).is_ok()).then_some(plain)
}

/// The digits of a number that a program wrote with a fraction of zero.
pub(crate) fn whole_number(text: &str) -> &str {
    let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix(".00"));
    whole.filter(|whole| whole.bytes().all(|b| b.is_ascii_digit())).unwrap_or(text)
}

/// Reads a postal code. In a numeric cell, those of São Paulo (01000-000 to 09999-999) lose their zero.
pub(super) fn cep(cell: &Cell, warnings: &mut Vec<Finding>) -> Result<String, Finding> {
    let parsed = read(cell)?;
    let digits: String = parsed.chars().filter(char::is_ascii_digit).collect();
    let only_punctuation = parsed.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '));
    if only_punctuation
        && digits.len() == 7
        && let Some(complete) = complete(&digits, 8, DocumentKind::Cep, None)
    {
        warnings.push(cell_warning("zeros_restaurados").with("documento", complete.clone()));
        return Ok(complete);
    }
    Ok(parsed)
}

/// Reads a state registration. Its length, and thus the number of lost zeros, depends on the state.
pub(super) fn inscricao_estadual(cell: &Cell, uf: Option<Uf>, warnings: &mut Vec<Finding>) -> Result<String, Finding> {
    const MAX: usize = 14;
    let parsed = read(cell)?;
    let Some(uf) = uf.filter(|_| parsed.bytes().all(|b| b.is_ascii_digit())) else {
        return Ok(parsed);
    };
    if DocumentKind::Ie.check(&parsed, Mode::Strict, Some(uf)).is_ok() {
        return Ok(parsed);
    }
    match (parsed.len() + 1..=MAX).find_map(|size| complete(&parsed, size, DocumentKind::Ie, Some(uf))) {
        Some(complete) => {
            warnings.push(cell_warning("zeros_restaurados").with("documento", complete.clone()));
            Ok(complete)
        }
        None => Ok(parsed),
    }
}

/// Reads digits that never begin with a zero, such as a municipality's code.
pub(super) fn digits(cell: &Cell) -> Result<String, Finding> {
    read(cell)
}

fn read(cell: &Cell) -> Result<String, Finding> {
    match cell {
        Cell::Number(number) => {
            let text = number_as_text(*number)?;
            if text.contains([',', '-']) {
                return Err(cell_error("documento_nao_inteiro"));
            }
            Ok(text)
        }
        Cell::Date(_) | Cell::Time(_) | Cell::Boolean(_) => Err(cell_error("documento_tipo_de_celula")),
        _ => {
            let parsed = text(cell)?.unwrap_or_default();
            if scientific_notation(&parsed) {
                return Err(cell_error("precisao_perdida"));
            }
            Ok(whole_number(without_apostrophe(&parsed)).to_owned())
        }
    }
}

fn complete(digits: &str, size: usize, kind: DocumentKind, uf: Option<Uf>) -> Option<String> {
    if digits.len() > size {
        return None;
    }
    let complete = ["0".repeat(size - digits.len()).as_str(), digits].concat();
    kind.check(&complete, Mode::Strict, uf).is_ok().then_some(complete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Number;

    fn number(value: f64) -> Cell {
        Cell::Number(Number::new(value))
    }

    fn documento(cell: &Cell) -> (Result<String, &'static str>, Vec<&'static str>) {
        let mut warnings = Vec::new();
        let parsed = cpf_cnpj(cell, None, &mut warnings).map_err(|a| &*a.code().to_owned().leak());
        (parsed, warnings.iter().map(|a| &*a.code().to_owned().leak()).collect())
    }

    #[test]
    fn zeros_come_back_only_when_the_check_digits_agree() {
        let text = |t: &str| Cell::Text(t.into());
        assert_eq!(documento(&number(6_990_590_000_123.0)), (Ok("06990590000123".into()), vec!["zeros_restaurados"]));
        // Banco do Brasil's CNPJ without its zeros is also a CPF. Only the header or the row can tell.
        assert_eq!(documento(&number(191.0)), (Ok("00000000191".into()), vec!["documento_ambiguo"]));
        assert_eq!(cpf_cnpj(&number(191.0), Some(DocumentKind::Cnpj), &mut Vec::new()), Ok("00000000000191".into()));
        assert_eq!(documento(&number(1_234_567_890.0)), (Ok("01234567890".into()), vec!["zeros_restaurados"]));
        assert_eq!(documento(&number(52_998_224_725.0)), (Ok("52998224725".into()), vec![]));
        assert_eq!(documento(&number(11_222_333_000_181.0)), (Ok("11222333000181".into()), vec![]));
        assert_eq!(documento(&number(12_345.0)).0, Err("documento_incompleto"));
        assert_eq!(documento(&number(1.5)).0, Err("documento_nao_inteiro"));
        assert_eq!(documento(&number(1.234_567e16)).0, Err("precisao_perdida"));
        assert_eq!(documento(&text("1,12223E+13")).0, Err("precisao_perdida"));
        assert_eq!(documento(&text("'00000000000191")).0, Ok("00000000000191".into()));
        assert_eq!(documento(&text("12.ABC.345/01DE-35")).0, Ok("12.ABC.345/01DE-35".into()));
        assert_eq!(documento(&text("6990590000123")).0, Ok("06990590000123".into()));
        assert_eq!(documento(&text("00052998224725")), (Ok("52998224725".into()), vec!["zeros_a_mais"]));
        assert_eq!(documento(&text("00052998224726")), (Ok("00052998224726".into()), vec![]));
        assert_eq!(documento(&Cell::Number(Number { value: 191.0, zeros: 14 })).1, [""; 0], "a CNPJ is what it is");
        let cnpj = Some(DocumentKind::Cnpj);
        assert_eq!(cpf_cnpj(&text("00052998224725"), cnpj, &mut Vec::new()), Ok("00052998224725".into()));
        assert_eq!(documento(&Cell::Number(Number { value: 191.0, zeros: 14 })), (Ok("00000000000191".into()), vec![]));
    }

    #[test]
    fn a_document_may_have_another_form_if_its_check_digits_agree() {
        let text = |text: &str| documento(&Cell::Text(text.into()));
        for form in [
            "529982247-25",
            "529.982.24725",
            "529,982,247-25",
            "529.982.247/25",
            "529 982 247 25",
            "529.982.247 - 25",
            "CPF: 529.982.247-25",
            "cpf 52998224725",
        ] {
            assert_eq!(text(form), (Ok("52998224725".into()), vec!["documento_noutra_forma"]), "{form}");
        }
        for form in ["11222333/0001-81", "11.222.333.0001-81", "11222333 0001 81", "CNPJ 11.222.333/0001-81"] {
            assert_eq!(text(form), (Ok("11222333000181".into()), vec!["documento_noutra_forma"]), "{form}");
        }
        assert_eq!(text("12.ABC.345/01DE35").0, Ok("12ABC34501DE35".into()));
        // A float of a data frame.
        assert_eq!(text("52998224725.0"), (Ok("52998224725".into()), vec![]));
        assert_eq!(text("1234567890.0"), (Ok("01234567890".into()), vec!["zeros_restaurados"]));
        // The official form has nothing to be told, and a wrong digit is the model's to tell.
        assert_eq!(text("529.982.247-25"), (Ok("529.982.247-25".into()), vec![]));
        assert_eq!(text("529982247-26"), (Ok("529982247-26".into()), vec![]));
        assert_eq!(text("52998224725 Ana").0, Ok("52998224725 Ana".into()));
    }

    #[test]
    fn a_mistyped_cpf_does_not_become_a_cnpj() {
        // Eleven digits that are not a CPF, but are a CNPJ with three zeros before them.
        let wrong = (52_998_000_000..52_999_000_000_u64).map(|i| format!("{i:011}")).find(|d| {
            DocumentKind::Cpf.check(d, Mode::Strict, None).is_err()
                && complete(d, 14, DocumentKind::Cnpj, None).is_some()
        });
        let digits = wrong.unwrap();
        let mask = format!("{}.{}.{}-{}", &digits[..3], &digits[3..6], &digits[6..9], &digits[9..]);
        assert_eq!(documento(&Cell::Text(mask.clone())), (Ok(mask), vec![]));
    }

    #[test]
    fn state_registrations() {
        let mut warnings = Vec::new();
        assert_eq!(inscricao_estadual(&number(82_106_029.0), None, &mut warnings), Ok("82106029".into()));
        for (value, uf, complete) in [
            (82_106_029.0, Uf::ES, "082106029"),
            (716_738_700_135.0, Uf::DF, "0716738700135"),
            (240_130_111.0, Uf::RS, "0240130111"),
        ] {
            assert_eq!(inscricao_estadual(&number(value), Some(uf), &mut warnings), Ok(complete.into()));
        }
        assert_eq!(warnings.len(), 3);
        let isento = Cell::Text("ISENTO".into());
        assert_eq!(inscricao_estadual(&isento, Some(Uf::SP), &mut warnings), Ok("ISENTO".into()));
    }

    #[test]
    fn postal_codes() {
        let mut warnings = Vec::new();
        assert_eq!(cep(&number(1_310_100.0), &mut warnings), Ok("01310100".into()));
        assert_eq!(warnings.len(), 1);
        assert_eq!(cep(&Cell::Text("01310-100".into()), &mut warnings), Ok("01310-100".into()));
        assert_eq!(cep(&number(310_100.0), &mut warnings), Ok("310100".into()));
    }
}
