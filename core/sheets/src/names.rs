use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Normalizes a header: removes accents, case, punctuation and small words, and expands abbreviations.
pub(super) fn normalize(text: &str) -> String {
    words(text).concat()
}

/// The words of a header, likewise.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = if text.is_ascii() {
        apart(text.chars())
    } else {
        // The ordinal sign and the degree sign both stand for "numero" (`Nº`, `N°`).
        apart(text.replace('°', "º").nfkd().filter(|c| !is_combining_mark(*c)))
    };
    let mut before = "";
    let mut spelled: Vec<String> = Vec::with_capacity(words.len());
    for word in words.iter().filter(|word| !word.is_empty()) {
        // `Vlr. Un.` is what one costs; a column `UN` says what the quantity counts.
        let whole = if matches!(word.as_str(), "un") && before.is_empty() { "un" } else { spelled_out(word) };
        before = word;
        if !whole.is_empty() {
            spelled.push(whole.to_owned());
        }
    }
    spelled
}

/// The words in lower case, between punctuation and where a capital follows a small letter.
fn apart(chars: impl Iterator<Item = char>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous_is_lowercase = false;
    for ch in chars {
        if !ch.is_alphanumeric() || (previous_is_lowercase && ch.is_uppercase()) {
            words.push(std::mem::take(&mut word));
        }
        if ch.is_alphanumeric() {
            word.extend(ch.to_lowercase());
        }
        previous_is_lowercase = ch.is_lowercase();
    }
    words.push(word);
    words
}

fn spelled_out(word: &str) -> &str {
    match word {
        "de" | "do" | "da" | "dos" | "das" | "e" | "o" | "a" | "ou" | "em" => "",
        "cod" | "cd" => "codigo",
        "vlr" | "vl" | "val" => "valor",
        "dt" | "dta" => "data",
        "qtd" | "qtde" | "qt" | "quant" => "quantidade",
        "num" | "nro" | "nr" | "n" | "no" | "nos" => "numero",
        "unit" | "un" => "unitario",
        "insc" | "inscr" => "inscricao",
        "est" => "estadual",
        "tel" | "fone" => "telefone",
        "cel" => "celular",
        "end" | "ender" => "endereco",
        "nascto" | "nascim" => "nascimento",
        "compl" => "complemento",
        "obs" => "observacao",
        "ref" => "referencia",
        "comp" | "compet" => "competencia",
        "tp" => "tipo",
        "venc" | "vcto" | "vencto" => "vencimento",
        "pagto" | "pgto" => "pagamento",
        "mun" => "municipio",
        "emp" => "empresa",
        "cli" => "cliente",
        "cob" => "cobranca",
        "serv" | "svc" => "servico",
        "contr" => "contrato",
        other => other,
    }
}

/// The option that is most similar to `text`.
pub(super) fn most_similar<'a>(text: &str, options: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    options
        .map(|option| (strsim::jaro_winkler(&text.to_lowercase(), &option.to_lowercase()), option))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, option)| option)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_by_what_they_mean() {
        for (a, b) in [
            ("Razão Social*", "RAZAO SOCIAL"),
            ("CNPJ / CPF", "cnpj_cpf"),
            ("Cód. Externo", "codigoExterno"),
            ("Vlr. Unit.", "valor unitário"),
            ("Nº do Contrato", "Num Contrato"),
            ("N° Contrato", "numeroContrato"),
            ("E-mail", "E_MAIL"),
            ("  Data  de Emissão ", "DT EMISSÃO"),
        ] {
            assert_eq!(normalize(a), normalize(b), "{a} ≠ {b}");
        }
    }
}
