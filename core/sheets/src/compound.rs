//! Handles fields in several cells, and cells with several fields.

use smartbill_documents::{Ddd, DocumentKind, Mode, Telefone, Uf};
use smartbill_model::Value;
use smartbill_model::validate::Finding;

use super::convert::{state, whole_number};
use super::finding::cell_warning;
use super::names::normalize;
use super::options::Optional;

/// The fields of a row, by their paths.
pub(super) type Fields = Vec<(&'static str, Value<'static>)>;

pub(super) fn text<'f>(fields: &'f Fields, path: &str) -> Option<&'f str> {
    fields.iter().find(|(field, _)| *field == path).and_then(|(_, value)| value.text())
}

fn set(fields: &mut Fields, path: &'static str, text: String) {
    let value = Value::Text(text.into());
    match fields.iter_mut().find(|(field, _)| *field == path) {
        Some((_, old)) => *old = value,
        None => fields.push((path, value)),
    }
}

/// Splits the code and the name of a text such as `0008 - FULANO LTDA`, `1095- FULANO` or `2095-FULANO`.
pub(super) fn code_and_name(text: &str) -> Option<(&str, &str)> {
    /// A longer number before a dash is a document.
    const LONGEST: usize = 10;
    let (code, name) = text.trim().split_once('-')?;
    let (code, name) = (code.trim_end(), name.trim_start());
    let digits = (1..=LONGEST).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    (digits && name.chars().filter(|c| c.is_alphabetic()).count() > 1).then_some((code, name))
}

/// Splits code and name, which were both read from one cell. A text without a code is the name.
pub(super) fn split_code_and_name(fields: &mut Fields) {
    match text(fields, "nome").and_then(code_and_name) {
        Some((code, name)) => {
            let (code, name) = (code.to_owned(), name.to_owned());
            set(fields, "codigoExterno", code);
            set(fields, "nome", name);
        }
        None => fields.retain(|(field, _)| *field != "codigoExterno"),
    }
}

/// Finds the one CPF or CNPJ in a text such as `FULANO - CPF: 529.982.247-25`, and the text without it and its name.
pub(super) fn document_within(text: &str) -> Option<(&str, String)> {
    const NAMES: [&str; 8] = ["CPF/CNPJ", "CNPJ/CPF", "C.P.F", "C.N.P.J", "CPF", "CNPJ", "CGC", "Nº"];
    let outside = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | ':' | '.' | ',' | ';' | '/' | '|' | '(' | ')');
    let between = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '|' | '(' | ')');
    let valid = |word: &&str| word.contains(|c: char| c.is_ascii_digit()) && DocumentKind::CpfCnpj.valid(word);
    let words = text.split(between).map(|word| word.trim_matches(outside));
    let mut documents = words.flat_map(|word| {
        let parts = word.split('/').map(|part| part.trim_matches(outside));
        if valid(&word) { vec![word] } else { parts.filter(valid).collect() }
    });
    let document = documents.next()?;
    if documents.next().is_some() {
        return None;
    }
    let (before, after) = text.split_once(document)?;
    let mut before = before.trim_end_matches(outside);
    while let Some(name) = NAMES.iter().find(|name| before.to_uppercase().ends_with(*name)) {
        before = before.get(..before.len() - name.len())?.trim_end_matches(outside);
    }
    let rest = [before.trim_start(), after.trim_matches(outside)].join(" ");
    Some((document, rest.trim().to_owned()))
}

/// Adds the two digits of the row's state to a municipality's code that lacks them, if the check digit then agrees.
/// Returns whether it did.
pub(super) fn complete_ibge(fields: &mut Fields) -> bool {
    let digits = |code: &&str| code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit());
    let code = text(fields, "endereco.codigoIbge").filter(digits);
    let Some((code, uf)) = code.zip(text(fields, "endereco.uf").and_then(state)) else {
        return false;
    };
    let whole = format!("{}{code}", uf.codigo_ibge());
    let good = DocumentKind::Municipio.check(&whole, Mode::Strict, None).is_ok();
    if good {
        set(fields, "endereco.codigoIbge", whole);
    }
    good
}

/// The area codes of a row for its telephone and its mobile. `default` applies if the row has none.
fn area_codes(fields: &Fields, default: Option<Ddd>) -> [Option<Ddd>; 2] {
    let own = |path: &str, otherwise| match fields.iter().find(|(field, _)| *field == path) {
        Some((_, value)) => value.text().and_then(Ddd::parse),
        None => otherwise,
    };
    let ddd = own("ddd", default);
    [ddd, own("dddCelular", ddd)]
}

/// Adds the area code, which many systems keep in a separate column, to numbers without one. `default` applies if the
/// row has none.
pub(super) fn join_ddd(fields: &mut Fields, default: Option<Ddd>) {
    let [ddd, of_mobile] = area_codes(fields, default);
    for (field, value) in fields {
        if let ("telefone" | "celular", Value::Text(text)) = (*field, &mut *value)
            && whole_number(text).len() < text.len()
        {
            *text = whole_number(text).to_owned().into();
        }
        let ddd = match *field {
            "telefone" => ddd,
            "celular" => of_mobile,
            _ => None,
        };
        if let (Some(ddd), Value::Text(text)) = (ddd, &mut *value)
            && lacks_ddd(text)
        {
            *value = Value::Text(format!("({}) {text}", ddd.as_str()).into());
        }
    }
}

/// Whether a text is a number without its area code: `3333-4444`, `98021-5852`, `(  ) 3333-4444`. Separate digits or
/// digits in parentheses before the number are its area code, even if digits are missing after it: `(21) 3456-78`.
fn lacks_ddd(text: &str) -> bool {
    let number = match text.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((inside, number)) if inside.chars().all(|c| c.is_whitespace() || c == '_') => number,
        _ => text,
    };
    let plain = number.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '.'));
    let groups = number.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|len| *len > 0);
    plain && matches!(groups.collect::<Vec<_>>()[..], [8 | 9] | [4 | 5, 4] | [1, 4, 4])
}

/// Splits several addresses in the e-mail cell. The first valid one is the customer's, and the other valid ones are the
/// additional addresses. A text that is not an address gets a finding, or is left for the model to refuse.
pub(super) fn split_emails(fields: &mut Fields, optional: Option<Optional>) -> Vec<Finding> {
    let Some(cell) = text(fields, "email").filter(|text| text.contains([';', ','])) else {
        return Vec::new();
    };
    let parts = cell.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
    let (good, bad): (Vec<&str>, Vec<&str>) =
        parts.partition(|part| DocumentKind::Email.check(part, Mode::Lenient, None).is_ok());
    let mut addresses: Vec<String> = Vec::new();
    for address in good {
        if !addresses.iter().any(|other| other.eq_ignore_ascii_case(address)) {
            addresses.push(address.to_owned());
        }
    }
    if addresses.is_empty() || (!bad.is_empty() && optional == Some(Optional::Refuse)) {
        return Vec::new();
    }
    let mut told: Vec<Finding> =
        bad.iter().map(|part| cell_warning("email_deixado_de_fora").with("part", *part)).collect();
    let main = addresses.remove(0);
    if !addresses.is_empty() {
        told.push(cell_warning("emails_na_mesma_celula"));
        let further = addresses.into_iter().map(|address| Value::Text(address.into())).collect();
        fields.push(("emailsAdicionais", Value::List(further)));
    }
    set(fields, "email", main);
    told
}

/// Adds the addresses of another e-mail cell to the additional ones, and tells of those that are none.
pub(super) fn add_emails(fields: &mut Fields, cell: &str) -> Vec<Finding> {
    let parts = cell.split([';', ',', ' ']).filter(|part| part.contains('@'));
    let (good, bad): (Vec<&str>, Vec<&str>) =
        parts.partition(|part| DocumentKind::Email.check(part, Mode::Lenient, None).is_ok());
    let main = text(fields, "email").unwrap_or_default().to_owned();
    let mut further = match fields.iter().position(|(field, _)| *field == "emailsAdicionais") {
        Some(index) => match fields.remove(index).1 {
            Value::List(further) => further,
            _ => Vec::new(),
        },
        None => Vec::new(),
    };
    for address in good {
        let known = |other: &Value<'_>| other.text().is_some_and(|other| other.eq_ignore_ascii_case(address));
        if !main.eq_ignore_ascii_case(address) && !further.iter().any(known) {
            further.push(Value::Text(address.to_owned().into()));
        }
    }
    if !further.is_empty() {
        fields.push(("emailsAdicionais", Value::List(further)));
    }
    bad.iter().map(|part| cell_warning("email_deixado_de_fora").with("part", *part)).collect()
}

/// Splits several telephones in one cell, such as `(62) 3251-1122 / 98111-2233`. The first valid one stays. The next one
/// is the other number of the customer, if the row has none. Parts that are no telephones, or are further ones, are left
/// out with a finding, and so are words beside a number, such as `(62) 98111-2233 (Ana)`. A cell without a telephone is left
/// for the model to refuse.
pub(super) fn split_telephones(
    fields: &mut Fields,
    default: Option<Ddd>,
    optional: Option<Optional>,
) -> Vec<(&'static str, Finding)> {
    const SEPARATORS: [char; 4] = ['/', ';', ',', '|'];
    let valid = |text: &str| Telefone::parse(text, Mode::Lenient).ok();
    let mut told = Vec::new();
    for ((field, other), ddd) in
        [("telefone", "celular"), ("celular", "telefone")].into_iter().zip(area_codes(fields, default))
    {
        let several = |cell: &&str| cell.contains(SEPARATORS) || cell.contains(char::is_alphabetic) || second(cell);
        let cell = text(fields, field).filter(several).filter(|cell| valid(cell).is_none());
        let Some(cell) = cell.map(apart) else { continue };
        let mut ddd = ddd.map(|ddd| ddd.as_str().to_owned());
        let (mut numbers, mut bad, mut beside) = (Vec::new(), Vec::new(), Vec::new());
        for part in cell.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty()) {
            let whole = match &ddd {
                Some(ddd) if lacks_ddd(part) => format!("({ddd}) {part}"),
                _ => part.to_owned(),
            };
            match valid(&whole) {
                // A number after another may lack the area code that the first has.
                Some(number) => {
                    ddd = number.ddd().map(str::to_owned).or(ddd);
                    numbers.push(whole);
                }
                None => match without_words(part).filter(|(number, _)| valid(number).is_some()) {
                    Some((number, said)) => {
                        numbers.push(number);
                        beside.push(said);
                    }
                    None => bad.push(part.to_owned()),
                },
            }
        }
        let left = bad.len() + beside.len();
        if numbers.len() + left < 2 || (left > 0 && optional == Some(Optional::Refuse)) {
            continue;
        }
        let mut numbers = numbers.into_iter();
        let Some(first) = numbers.next() else { continue };
        set(fields, field, first);
        if text(fields, other).is_none()
            && let Some(second) = numbers.next()
        {
            told.push((field, cell_warning("telefones_na_mesma_celula").with("part", &*second)));
            set(fields, other, second);
        }
        told.extend(
            numbers.chain(bad).map(|part| (field, cell_warning("telefone_deixado_de_fora").with("part", part))),
        );
        told.extend(
            beside.into_iter().map(|said| (field, cell_warning("palavras_junto_do_telefone").with("part", said))),
        );
    }
    told
}

/// Whether a second area code in parentheses begins another number.
fn second(cell: &str) -> bool {
    cell.matches('(').count() > 1
}

/// Several numbers, with a separator where a word or only a second area code parts them.
fn apart(cell: &str) -> String {
    let words = cell.replace(" e ", " / ").replace(" ou ", " / ");
    match words.rsplit_once('(') {
        Some((before, after)) if second(&words) && after.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{before}/ ({after}")
        }
        _ => words,
    }
}

/// The number of a text such as `(62) 98111-2233 (Ana)`, and the words beside it. It must be whole: other digits may belong
/// to it.
fn without_words(text: &str) -> Option<(String, String)> {
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '(' | '+');
    let begin = text.find(digit)?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let number = text.get(begin..end).filter(|number| !number.contains(char::is_alphabetic))?;
    let said = [text.get(..begin)?, text.get(end..)?].map(|words| words.trim_matches([' ', '-', '(', ')', ':', '.']));
    let whole = matches!(digits(number).len(), 10 | 11);
    let said = said.join(" ");
    (whole && said.contains(char::is_alphabetic)).then(|| (number.to_owned(), said.trim().to_owned()))
}

/// Takes the state out of a town such as `Sorocaba (SP)`, if the row has no other state.
pub(super) fn town_without_state(fields: &mut Fields) {
    let Some((town, uf)) = text(fields, "endereco.municipio").and_then(town_and_state) else {
        return;
    };
    let town = town.to_owned();
    match text(fields, "endereco.uf") {
        Some(own) if state(own) != Some(uf) => return,
        Some(_) => {}
        None => set(fields, "endereco.uf", uf.sigla().to_owned()),
    }
    set(fields, "endereco.municipio", town);
}

fn town_and_state(text: &str) -> Option<(&str, Uf)> {
    let (town, sigla) = match text.strip_suffix(')') {
        Some(open) => open.rsplit_once('(')?,
        None => text.rsplit_once(['/', '-'])?,
    };
    let spaced = text.contains(['/', '(']) || town.ends_with(' ');
    let (town, sigla) = (town.trim_end(), sigla.trim());
    let uf = if sigla.len() > 2 && spaced { state(sigla) } else { Uf::from_sigla(sigla) };
    uf.filter(|_| town.chars().count() > 1).map(|uf| (town, uf))
}

/// The parts of an address that stands in one cell.
#[derive(Default)]
struct Address<'t> {
    street: &'t str,
    number: Option<&'t str>,
    complement: Option<&'t str>,
    district: Option<&'t str>,
    town: Option<(&'t str, Uf)>,
    postal_code: Option<String>,
}

/// Splits an address in one cell, such as `Rua A, 123 - Centro - Curitiba/PR - CEP 80010-000`, if the row has no other part
/// that it contradicts. The number of `Rua A, 123` becomes that of a row without one. Returns whether more than that was
/// split.
pub(super) fn split_address(fields: &mut Fields) -> bool {
    let has = |path: &str| text(fields, path).is_some();
    let Some(cell) = text(fields, "endereco.logradouro").filter(|cell| cell.contains([',', '-'])) else {
        return false;
    };
    if has("endereco.numero") || has("endereco.complemento") {
        return false;
    }
    let cell = cell.to_owned();
    let whole = whole_address(&cell).filter(|whole| {
        let other = |path: &str, own: Option<&str>| {
            text(fields, path).is_some_and(|there| own.is_some_and(|own| normalize(own) != normalize(there)))
        };
        let (town, uf) = (whole.town.map(|(town, _)| town), whole.town.map(|(_, uf)| uf));
        let there =
            text(fields, "endereco.municipio").map(|there| town_and_state(there).map_or(there, |(town, _)| town));
        !other("endereco.bairro", whole.district)
            && there.zip(town).is_none_or(|(there, town)| normalize(there) == normalize(town))
            && text(fields, "endereco.uf").is_none_or(|there| state(there) == uf)
            && text(fields, "endereco.cep")
                .is_none_or(|there| whole.postal_code.as_ref().is_none_or(|code| digits(there) == *code))
    });
    let Some(address) = whole else {
        if let Some((street, number)) = street_and_number(&cell) {
            let (street, number) = (street.to_owned(), number.to_owned());
            set(fields, "endereco.logradouro", street);
            set(fields, "endereco.numero", number);
        }
        return false;
    };
    set(fields, "endereco.logradouro", address.street.to_owned());
    let parts = [
        ("endereco.numero", address.number),
        ("endereco.complemento", address.complement),
        ("endereco.bairro", address.district),
        ("endereco.municipio", address.town.map(|(town, _)| town)),
        ("endereco.uf", address.town.map(|(_, uf)| uf.sigla())),
        ("endereco.cep", address.postal_code.as_deref()),
    ];
    for (path, part) in parts {
        if let Some(part) = part {
            set(fields, path, part.to_owned());
        }
    }
    true
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// `Rua A, 123` and `Rua A, S/N`, with nothing else after it.
fn street_and_number(text: &str) -> Option<(&str, &str)> {
    let (street, number) = text.split_once(',')?;
    let number = house_number(number)?;
    street.chars().any(char::is_alphabetic).then_some((street.trim_end(), number))
}

fn house_number(text: &str) -> Option<&str> {
    const MARKS: [&str; 5] = ["nº", "n°", "n.º", "n.", "número"];
    let text = text.trim();
    let mark = |mark: &&str| text.to_lowercase().starts_with(*mark).then(|| text.get(mark.len()..)).flatten();
    let bare = MARKS.iter().find_map(mark).unwrap_or(text).trim_start();
    let digits = (1..=6).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (digits || ["s/n", "s/nº", "sn"].iter().any(|none| bare.eq_ignore_ascii_case(none))).then_some(bare)
}

/// An address that ends with its town and state, or with these and a postal code. Anything else may be in another order.
fn whole_address(text: &str) -> Option<Address<'_>> {
    let mut address = Address::default();
    let mut parts: Vec<&str> = text.split(" - ").map(str::trim).filter(|part| !part.is_empty()).collect();
    if let Some(last) = parts.last_mut()
        && let Some((before, code)) = postal_code(last)
    {
        address.postal_code = Some(code);
        *last = before;
    }
    parts.retain(|part| match postal_code(part) {
        Some(("", code)) => {
            address.postal_code = Some(code);
            false
        }
        _ => !part.is_empty(),
    });
    let last = parts.pop()?;
    let (town, uf) = match (Uf::from_sigla(last), last.rsplit_once(['/', ','])) {
        (Some(uf), _) => (parts.pop()?, uf),
        (None, Some((town, sigla))) => (town.trim(), Uf::from_sigla(sigla.trim())?),
        (None, None) => return None,
    };
    let town = match town.rsplit_once(',') {
        Some((before, town)) => {
            parts.push(before.trim());
            town.trim()
        }
        None => town,
    };
    if town.chars().any(|c| c.is_ascii_digit()) || town.chars().count() < 2 {
        return None;
    }
    address.town = Some((town, uf));
    let mut pieces = parts.iter().flat_map(|part| part.split(',')).map(str::trim).filter(|piece| !piece.is_empty());
    address.street = pieces.next().filter(|street| street.chars().any(char::is_alphabetic))?;
    let (numbers, rest): (Vec<&str>, Vec<&str>) = pieces.partition(|piece| house_number(piece).is_some());
    address.number = match numbers[..] {
        [] => None,
        [number] => house_number(number),
        _ => return None,
    };
    (address.complement, address.district) = match rest[..] {
        [] => (None, None),
        // `Apto 2` or `Bloco B` is no quarter.
        [one] if is_complement(one) => (Some(one), None),
        [one] => (None, Some(one)),
        // `Centro - Fundos` is in another order than `Fundos - Centro`, and only some words tell.
        [complement, district] if !is_complement(district) && is_complement(complement) => {
            (Some(complement), Some(district))
        }
        _ => return None,
    };
    Some(address)
}

/// Whether a piece of an address is what a number is followed by, such as `Apto 2`, and no quarter.
fn is_complement(piece: &str) -> bool {
    const WORDS: [&str; 5] = ["fundos", "casa", "frente", "terreo", "sobreloja"];
    piece.chars().any(|c| c.is_ascii_digit()) || WORDS.contains(&normalize(piece).as_str())
}

/// The postal code at the end of a text, and what stands before it.
fn postal_code(text: &str) -> Option<(&str, String)> {
    let text = text.trim_end_matches(['.', ' ']);
    let begin = text.rfind(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.')).map_or(0, |at| at + 1);
    let (before, code) = text.split_at_checked(begin)?;
    let code = Some(digits(code)).filter(|code| code.len() == 8)?;
    let before = before.trim_end_matches([' ', ':', ',']);
    let before = before.strip_suffix("CEP").or_else(|| before.strip_suffix("Cep")).unwrap_or(before);
    Some((before.trim_end_matches([' ', ',', '-']), code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_stand_before_a_name() {
        for text in ["0008 - FULANO & CIA", "0008- FULANO & CIA", "0008-  FULANO & CIA", " 0008-FULANO & CIA "] {
            assert_eq!(code_and_name(text), Some(("0008", "FULANO & CIA")), "{text}");
        }
        for text in ["FULANO - ME", "A", "0008", "0008 - ", "11222333000181 - FULANO", "12-34", "3-A", "0008 FULANO"] {
            assert_eq!(code_and_name(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_with_an_area_code_gets_no_other() {
        for text in
            ["3333-4444", "33334444", "98021-5852", "9 8021 5852", "9.8021-5852", "(  ) 3333-4444", "(__)3333-4444"]
        {
            assert!(lacks_ddd(text), "{text}");
        }
        for text in
            ["(21) 3456-78", "21 3456-78", "(21)3456-789", "+55 3456789", "3333-4444 Ana", "333-4444", "48 3333-4444"]
        {
            assert!(!lacks_ddd(text), "{text}");
        }
    }

    #[test]
    fn a_town_may_name_its_state() {
        for text in ["Sorocaba (SP)", "Sorocaba/SP", "Sorocaba - SP"] {
            assert_eq!(town_and_state(text), Some(("Sorocaba", Uf::SP)), "{text}");
        }
        for text in ["Sorocaba", "Sorocaba (centro)", "Embu-Guaçu", "(SP)", "Sorocaba/sp", "Sítio d'Abadia - XX"] {
            assert_eq!(town_and_state(text), None, "{text}");
        }
    }
}
