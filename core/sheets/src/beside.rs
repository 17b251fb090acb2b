//! Columns of which two say one field together, or one after the other.

use smartbill_documents::DocumentKind;

use super::cell::{Cell, Row};
use super::flows::Column;
use super::names::{normalize, words};

/// Fields of which a second column is read in the rows where the first is empty. Of a telephone or an e-mail any is good,
/// and none of them is who is billed; of names see [`rank`].
const IN_RESERVE: [&str; 4] = ["nome", "telefone", "celular", "email"];

/// Whether a second column of the field may be read where the first is empty.
pub(super) fn in_reserve(column: &Column) -> bool {
    IN_RESERVE.contains(&column.field)
}

/// Whether a cell may hold the field of a column that is only read in the place of another: systems write `0` or `N` into
/// a second column.
pub(super) fn stands_in(column: &Column, cell: &Cell) -> bool {
    /// The digits of a telephone without its area code.
    const DIGITS: usize = 8;
    let text = cell.show();
    match column.field {
        "email" => text.contains('@'),
        "nome" => text.contains(char::is_alphabetic),
        _ => text.chars().filter(char::is_ascii_digit).count() >= DIGITS,
    }
}

/// Whether the e-mails of a column beside the first one are additional ones, such as those where bills go as well.
pub(super) fn additional(column: &Column, header: &str) -> bool {
    const WORDS: [&str; 14] = [
        "2",
        "3",
        "nf",
        "nfe",
        "nfs",
        "nfse",
        "boleto",
        "cobranca",
        "fatura",
        "financeiro",
        "adicional",
        "adicionais",
        "secundario",
        "alternativo",
    ];
    column.field == "email" && words(header).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a header whose meaning is only a guess is a reserve for a column that is known. Of names only the company of a
/// person is, and nothing is that may be another party's.
pub(super) fn guessed_too(header: &str, column: &Column) -> bool {
    const OTHERS: [&str; 6] = ["devedor", "pagador", "parceiro", "sacado", "titular", "tomador"];
    let of_party = words(header).iter().any(|word| OTHERS.contains(&word.as_str()));
    in_reserve(column) && !of_party && (column.field != "nome" || of_company(header))
}

/// Whether a header that may be the name of who is billed is that, by the other headers and the cells below it.
pub(super) fn holds_name(index: usize, headers: &[String], below: &[Row]) -> bool {
    /// With fewer cells nothing is shown.
    const FEWEST: usize = 3;
    /// Another may pay for them, and the document be that one's.
    const PAID_FOR: [&str; 2] = ["aluno", "paciente"];
    let header = headers.get(index).map(|header| normalize(header)).unwrap_or_default();
    let any = |words: &[&str]| headers.iter().any(|header| words.iter().any(|word| normalize(header).contains(word)));
    if PAID_FOR.contains(&header.as_str()) && any(&["responsavel", "titular"]) {
        return false;
    }
    let cells = below.iter().map(|row| row.cell(index).show()).filter(|cell| !cell.trim().is_empty());
    let mut cells: Vec<String> = cells.map(|cell| normalize(&cell)).collect();
    if header == "empresa" {
        // Where people stand in the rows it is where they work, and where it repeats it is whose list that is.
        let all = cells.len();
        cells.sort_unstable();
        cells.dedup();
        if any(&["cpf"]) || !any(&["cnpj", "cgc"]) || all < FEWEST || cells.len() < all {
            return false;
        }
    }
    cells.is_empty() || cells.iter().any(|cell| cell.contains(char::is_alphabetic))
}

/// Whether a header is about somebody beside the one who is billed.
pub(super) fn of_another(header: &str) -> bool {
    const OTHERS: [&str; 17] = [
        "bancario",
        "bancarios",
        "avalista",
        "conjuge",
        "contador",
        "contato",
        "emitente",
        "empresa",
        "fiador",
        "filial",
        "mae",
        "pai",
        "representante",
        "responsavel",
        "socio",
        "transportadora",
        "vendedor",
    ];
    words(header).iter().any(|word| OTHERS.contains(&word.as_str()))
}

/// How well a header says the name of who is billed. Of two columns the lower one is read first: `Razão Social` is the name
/// that the document has, and `Nome` beside it a person's, or a short one. Two of the same rank may be two people.
pub(super) fn rank(header: &str) -> u8 {
    let words = words(header);
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    match () {
        () if has(&["razao", "empresarial", "denominacao"]) => 0,
        () if of_company(header) => 3,
        () if has(&["first", "primeiro"]) => 2,
        () => 1,
    }
}

/// Whether a header asks for the company of a person, which is who is billed only where the document is a CNPJ.
pub(super) fn of_company(header: &str) -> bool {
    words(header).iter().any(|word| matches!(word.as_str(), "empresa" | "company"))
}

/// A field that systems keep in two columns, of which the second means nothing alone.
struct Two {
    field: &'static str,
    /// The normalized headers of the other column.
    other: &'static [&'static str],
    /// Whether the other column's text comes before the main one's.
    before: bool,
    /// The words of which the other column must have one, if only those show what it is.
    shown_by: &'static [&'static str],
}

const TWO: [Two; 2] = [
    Two {
        field: "nome",
        other: &["sobrenome", "lastname", "surname", "ultimonome", "billinglastname"],
        before: false,
        shown_by: &[],
    },
    Two {
        field: "endereco.logradouro",
        other: &["tipologradouro", "tplogradouro", "tpendereco", "tiplogradouro"],
        before: true,
        shown_by: &[
            "rua", "r", "avenida", "av", "travessa", "tv", "alameda", "al", "rodovia", "rod", "estrada", "praca",
        ],
    },
];

/// The column that stands beside the one of `field` with `header`, and whether its text comes first.
pub(super) fn other_of(field: &str, header: &str, headers: &[String], below: &[Row]) -> Option<(usize, bool)> {
    let two = TWO.iter().find(|two| two.field == field)?;
    let whole = words(header).iter().any(|word| matches!(word.as_str(), "completo" | "full"));
    if whole || (field == "nome" && matches!(rank(header), 0 | 3)) {
        return None;
    }
    let other = headers.iter().position(|header| two.other.contains(&normalize(header).as_str()))?;
    let shows = |row: &Row| two.shown_by.contains(&normalize(&row.cell(other).show()).as_str());
    (two.shown_by.is_empty() || below.iter().any(shows)).then_some((other, two.before))
}

/// The texts of two cells as one. `None` if one is empty, or if the longer text has the shorter one already.
pub(super) fn together(first: &Cell, second: &Cell) -> Option<Cell> {
    let (first, second) = (first.show(), second.show());
    let (first, second) = (first.trim(), second.trim());
    let said = first.chars().any(char::is_alphabetic) && second.chars().any(char::is_alphabetic);
    let (one, other) = (words(first), words(second));
    let again = other.starts_with(&one) || one.ends_with(&other);
    (said && !again).then(|| Cell::Text(format!("{first} {second}")))
}

/// Whether a row of headers holds what only records hold.
pub(super) fn holds_data(headers: &[String]) -> bool {
    let data = |text: &String| DocumentKind::CpfCnpj.valid(text) || DocumentKind::Email.valid(text);
    headers.iter().any(data)
}
