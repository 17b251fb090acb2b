use smartbill_model::validate::clip;

use super::cell::{Cell, Row};
use super::mapping::Mapping;

/// The rows that are not records, so that every row of the file is accounted for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skipped {
    /// The number of empty rows between the header and the last row.
    pub empty: u64,
    /// Totals, footers, headings of groups and repeated headers, with their numbers.
    pub rows: Vec<SkippedRow>,
}

/// A row that is not a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedRow {
    /// The row's number, from 1.
    pub row: u32,
    /// The column of the month whose cell it is, where only that is none, from 0.
    pub column: Option<usize>,
    /// `total`, `rodape`, `grupo`, `cabecalho_repetido`, `preenchimento`, `exemplo` or `excluido`; of columns of months
    /// `sem_leitura`, a row without any, and `sem_consumo`, a month in which nothing was used.
    pub reason: &'static str,
    /// The beginning of its text.
    pub text: String,
}

/// Returns the reason why `row` is not a record. `None` if it is one.
///
/// A customer may be called "Total Ltda", so a total must have no other text in its cell, and must lack a required
/// cell.
pub(super) fn reason_to_skip(row: &Row, mapping: &Mapping) -> Option<SkippedRow> {
    if let Some((index, mark)) = &mapping.deleted
        && row.cell(*index).show().trim() == mark
    {
        return Some(SkippedRow { row: row.number, column: None, reason: "excluido", text: clip(mark) });
    }
    let texts = row.cells.iter().filter_map(|cell| match cell {
        Cell::Text(text) if !cell.empty() => Some(text.as_str()),
        _ => None,
    });
    let first = texts.clone().next()?;
    let skipped = |reason| Some(SkippedRow { row: row.number, column: None, reason, text: clip(first.trim()) });
    let missing_required = mapping.columns.iter().any(|(index, column)| column.required && row.cell(*index).empty());
    if missing_required && texts.clone().any(is_total) {
        return skipped("total");
    }
    let occupied = row.cells.iter().filter(|c| !c.empty()).count();
    // `Empresa: 02 - Filial`, and beside it `Página: 2`.
    if occupied <= 2
        && mapping.columns.len() > 2
        && missing_required
        && (is_footer(first) || texts.clone().any(is_page))
    {
        return skipped("rodape");
    }
    // `Cidade: Santos` above the customers of that town, and `Total da cidade: 2` below them.
    if occupied == 1 && mapping.columns.len() > 2 && missing_required {
        match heading(first) {
            Some(label) if is_total(label.split_whitespace().next().unwrap_or_default()) => return skipped("total"),
            Some(_) => return skipped("grupo"),
            None => {}
        }
    }
    // A template may mark the end of its rows by the same word in all cells. No customer's name is also the code and
    // the document.
    let required = mapping.columns.iter().filter(|(_, column)| column.required).count();
    let same =
        row.cells.iter().filter(|cell| !cell.empty()).all(|cell| matches!(cell, Cell::Text(text) if text == first));
    if occupied > 2 && required > 1 && !missing_required && same {
        return skipped("preenchimento");
    }
    // A report with pages repeats its header on each of them, letter by letter.
    let repeated = mapping.columns.iter().all(|(index, _)| match (row.cell(*index), mapping.headers.get(*index)) {
        (Cell::Text(text), Some(header)) => text.trim() == header,
        _ => false,
    });
    if repeated { skipped("cabecalho_repetido") } else { None }
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).map(str::to_lowercase).collect()
}

fn is_total(text: &str) -> bool {
    const OPENERS: [&str; 10] = [
        "total",
        "totais",
        "subtotal",
        "subtotais",
        "sub",
        "soma",
        "somatorio",
        "somatório",
        "totalizador",
        "totalizadores",
    ];
    const FOLLOWERS: [&str; 28] = [
        "total",
        "totais",
        "geral",
        "de",
        "do",
        "da",
        "dos",
        "das",
        "registro",
        "registros",
        "cliente",
        "clientes",
        "consumo",
        "consumos",
        "contrato",
        "linhas",
        "itens",
        "parcial",
        "página",
        "pagina",
        "r",
        "rs",
        "mês",
        "mes",
        "quantidade",
        "valor",
        "e",
        "período",
    ];
    /// A total has few words.
    const LONGEST: usize = 400;
    if text.len() > LONGEST {
        return false;
    }
    let words = words(text);
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    let number = |p: &String| p.bytes().all(|b| b.is_ascii_digit());
    OPENERS.contains(&first.as_str())
        && (first != "sub" || rest.first().is_some_and(|p| p.starts_with("tota")))
        && rest.iter().all(|p| FOLLOWERS.contains(&p.as_str()) || number(p))
}

fn is_footer(text: &str) -> bool {
    const OPENERS: [&str; 17] = [
        "emitido",
        "emissão",
        "gerado",
        "impresso",
        "página",
        "pagina",
        "pag",
        "pág",
        "relatório",
        "relatorio",
        "registros",
        "quantidade",
        "usuário",
        "usuario",
        "fim",
        "fonte",
        "legenda",
    ];
    let beginning = text.char_indices().nth(100).map_or(text, |(end, _)| text.get(..end).unwrap_or_default());
    words(beginning).first().is_some_and(|p| OPENERS.contains(&p.as_str()))
}

/// The label of a text such as `Cidade: Santos`.
fn heading(text: &str) -> Option<&str> {
    /// A label has few words, and the text is no remark.
    const LONGEST: usize = 80;
    let (label, value) = text.split_once(':').filter(|_| text.len() <= LONGEST)?;
    let words = words(label);
    let plain = label.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '/'));
    (plain && (1..=3).contains(&words.len()) && !value.trim().is_empty()).then_some(label)
}

/// Whether a text is the number of a page, such as `Página: 2`.
fn is_page(text: &str) -> bool {
    let words = if text.len() < 40 { words(text) } else { Vec::new() };
    matches!(&words[..], [word, number, ..] if matches!(word.as_str(), "página" | "pagina" | "pag" | "pág")
        && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_told_from_customers() {
        for total in
            ["Total", "TOTAL GERAL", "Sub-total", "Subtotal:", "Total de registros: 200", "Total (R$)", "TOTAL 3"]
        {
            assert!(is_total(total), "{total}");
        }
        for cliente in ["Total Engenharia Ltda", "Sub Sea Serviços", "Somar Alimentos", "Totalmente Pet"] {
            assert!(!is_total(cliente), "{cliente}");
        }
        assert!(is_footer("Emitido em 01/02/2025 10:00"));
        assert!(is_footer("Página 1 de 3"));
        assert!(!is_footer("Padaria Página"));
        assert!(
            heading("Cidade: SANTOS") == Some("Cidade") && heading("Cód. Vendedor: 001 - ANA") == Some("Cód. Vendedor")
        );
        assert!(heading("Ana Lima").is_none() && heading("Cidade:").is_none() && heading("10:30").is_none());
        assert!(is_page("Página: 2") && is_page("Pág. 2/7") && !is_page("Página Um Ltda") && !is_page("Pag"));
    }
}
