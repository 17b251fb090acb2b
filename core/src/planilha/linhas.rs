use super::cabecalho::Mapeamento;
use super::celula::{Celula, Linha};
use super::problema::recortar;

/// The rows that are not records, so that every row of the file is accounted for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ignoradas {
    /// How many rows between the header and the last one hold nothing.
    pub vazias: u64,
    /// Totals, footers and repeated headers, each by its number.
    pub linhas: Vec<LinhaIgnorada>,
}

/// A row that is not a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinhaIgnorada {
    /// Its number, from 1.
    pub linha: u32,
    /// `total`, `rodape` or `cabecalho_repetido`.
    pub motivo: &'static str,
    /// How it begins.
    pub texto: String,
}

/// Why `linha` is no record, if it is none.
///
/// A customer may well be called "Total Ltda": a total has nothing else in its text, and lacks a required cell.
pub(super) fn motivo_para_ignorar(linha: &Linha, mapeamento: &Mapeamento) -> Option<LinhaIgnorada> {
    let mut textos = linha.celulas.iter().filter_map(|celula| match celula {
        Celula::Texto(texto) if !celula.vazia() => Some(texto.as_str()),
        _ => None,
    });
    let primeiro = textos.next()?;
    let ignorada = |motivo| Some(LinhaIgnorada { linha: linha.numero, motivo, texto: recortar(primeiro.trim()) });
    let falta_obrigatoria =
        mapeamento.colunas.iter().any(|(indice, coluna)| coluna.obrigatoria && linha.celula(*indice).vazia());
    if falta_obrigatoria && (e_total(primeiro) || textos.any(e_total)) {
        return ignorada("total");
    }
    let ocupadas = linha.celulas.iter().filter(|c| !c.vazia()).count();
    if ocupadas <= 2 && mapeamento.colunas.len() > 2 && falta_obrigatoria && e_rodape(primeiro) {
        return ignorada("rodape");
    }
    // A report with pages prints its header on each of them, letter by letter.
    let repetido = mapeamento.colunas.iter().all(|(indice, _)| {
        match (linha.celula(*indice), mapeamento.cabecalhos.get(*indice)) {
            (Celula::Texto(texto), Some(cabecalho)) => texto.trim() == cabecalho,
            _ => false,
        }
    });
    if repetido { ignorada("cabecalho_repetido") } else { None }
}

fn palavras(texto: &str) -> Vec<String> {
    texto.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).map(str::to_lowercase).collect()
}

fn e_total(texto: &str) -> bool {
    const ABREM: [&str; 10] = [
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
    const SEGUEM: [&str; 28] = [
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
    /// The words that a total may have are few.
    const LONGEST: usize = 400;
    if texto.len() > LONGEST {
        return false;
    }
    let palavras = palavras(texto);
    let Some((primeira, resto)) = palavras.split_first() else {
        return false;
    };
    let numero = |p: &String| p.bytes().all(|b| b.is_ascii_digit());
    ABREM.contains(&primeira.as_str())
        && (primeira != "sub" || resto.first().is_some_and(|p| p.starts_with("tota")))
        && resto.iter().all(|p| SEGUEM.contains(&p.as_str()) || numero(p))
}

fn e_rodape(texto: &str) -> bool {
    const ABREM: [&str; 17] = [
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
    let beginning = texto.char_indices().nth(100).map_or(texto, |(end, _)| texto.get(..end).unwrap_or_default());
    palavras(beginning).first().is_some_and(|p| ABREM.contains(&p.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_told_from_customers() {
        for total in
            ["Total", "TOTAL GERAL", "Sub-total", "Subtotal:", "Total de registros: 200", "Total (R$)", "TOTAL 3"]
        {
            assert!(e_total(total), "{total}");
        }
        for cliente in ["Total Engenharia Ltda", "Sub Sea Serviços", "Somar Alimentos", "Totalmente Pet"] {
            assert!(!e_total(cliente), "{cliente}");
        }
        assert!(e_rodape("Emitido em 01/02/2025 10:00"));
        assert!(e_rodape("Página 1 de 3"));
        assert!(!e_rodape("Padaria Página"));
    }
}
