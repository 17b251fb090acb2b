//! Numbers and sentences as text, without the machinery of `core::fmt`, which a small module has no room for.

/// Appends a whole number, with zeros on the left up to `largura` digits.
pub(crate) fn push_digitos(saida: &mut String, n: u64, largura: usize) {
    if n > 9 || largura > 1 {
        push_digitos(saida, n / 10, largura.saturating_sub(1));
    }
    saida.push(char::from(b'0' + (n % 10) as u8));
}

/// A whole number as text.
pub(crate) fn inteiro(n: i64) -> String {
    let mut saida = String::new();
    if n < 0 {
        saida.push('-');
    }
    push_digitos(&mut saida, n.unsigned_abs(), 1);
    saida
}

/// A count as text.
pub(crate) fn contagem(n: usize) -> String {
    natural(n as u64)
}

/// A number that is not negative, as text.
pub(crate) fn natural(n: u64) -> String {
    let mut saida = String::new();
    push_digitos(&mut saida, n, 1);
    saida
}

/// How many characters a text has. What `chars` counts with is made for long texts, and for its size.
pub(crate) fn letras(texto: &str) -> usize {
    texto.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

/// The text without the characters at its beginning that `sobra` says are too many: one body for all that are trimmed.
pub(crate) fn aparar_inicio(texto: &str, sobra: fn(char) -> bool) -> &str {
    let mut resto = texto;
    let mut letras = texto.chars();
    while letras.next().is_some_and(sobra) {
        resto = letras.as_str();
    }
    resto
}

/// The same at both ends. What can be seen is never too many.
pub(crate) fn aparar(texto: &str, sobra: fn(char) -> bool) -> &str {
    let visivel = |ponta: Option<&u8>| ponta.is_some_and(u8::is_ascii_graphic);
    if visivel(texto.as_bytes().first()) && visivel(texto.as_bytes().last()) {
        return texto;
    }
    let mut fim = aparar_inicio(texto, sobra);
    let mut letras = fim.chars();
    while letras.next_back().is_some_and(sobra) {
        fim = letras.as_str();
    }
    fim
}

/// The beginning of a name that somebody gave: one as long as a book must not make a message as long.
pub(crate) fn inicio(nome: &str) -> &str {
    let fim = nome.char_indices().nth(60).map_or(nome.len(), |(onde, _)| onde);
    nome.get(..fim).unwrap_or(nome)
}

/// Whether two texts are the same but for the case of ASCII letters.
pub(crate) fn sem_caixa(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b))
}

/// What is before and after the first `em`, an ASCII character.
pub(crate) fn dividir(texto: &str, em: u8) -> Option<(&str, &str)> {
    let indice = texto.bytes().position(|byte| byte == em)?;
    Some((texto.get(..indice)?, texto.get(indice + 1..)?))
}

/// The parts of a text that a `|` sets apart. One text rather than a list, because a page downloads the address and the
/// length of each text in a list.
pub(crate) fn partes(texto: &str) -> impl Iterator<Item = &str> + Clone {
    let mut resto = Some(texto);
    std::iter::from_fn(move || {
        let (parte, depois) = match dividir(resto?, b'|') {
            Some((parte, depois)) => (parte, Some(depois)),
            None => (resto?, None),
        };
        resto = depois;
        Some(parte)
    })
}

/// The texts one after the other, `entre` between them.
pub(crate) fn juntar(textos: &[&str], entre: &str) -> String {
    let mut saida = String::new();
    for (i, texto) in textos.iter().enumerate() {
        if i > 0 {
            saida.push_str(entre);
        }
        saida.push_str(texto);
    }
    saida
}

/// A sentence whose `{name}`s are replaced by the values of those names.
pub(crate) fn frase(modelo: &str, valores: &[(&str, String)]) -> String {
    let mut saida = String::new();
    let mut resto = modelo;
    while let Some((texto, depois)) = dividir(resto, b'{') {
        saida.push_str(texto);
        let (nome, depois) = dividir(depois, b'}').unwrap_or_default();
        for (_, valor) in valores.iter().filter(|(n, _)| *n == nome) {
            saida.push_str(valor);
        }
        resto = depois;
    }
    saida.push_str(resto);
    saida
}

/// A text as JSON writes it.
pub(crate) fn texto_json(texto: &str, saida: &mut String) {
    saida.push('"');
    let mut inicio = 0;
    for (i, byte) in texto.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..=31 => "\\u00",
            _ => continue,
        };
        saida.push_str(texto.get(inicio..i).unwrap_or_default());
        saida.push_str(escape);
        if escape.len() > 2 {
            saida.push(if byte < 16 { '0' } else { '1' });
            saida.push(char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'));
        }
        inicio = i + 1;
    }
    saida.push_str(texto.get(inicio..).unwrap_or_default());
    saida.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_filled_by_name() {
        let valores = [("a", "1".to_owned()), ("b", "{a}".to_owned())];
        assert_eq!(frase("x {b}, {a} e {c}!", &valores), "x {a}, 1 e !");
        assert_eq!(frase("nada", &[]), "nada");
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_the_standard_library_does(n in any::<i64>(), largura in 0_usize..12) {
            prop_assert_eq!(inteiro(n), n.to_string());
            let mut saida = String::new();
            push_digitos(&mut saida, n.unsigned_abs(), largura);
            prop_assert_eq!(saida, format!("{:0largura$}", n.unsigned_abs()));
        }

        #[test]
        fn texts_are_written_as_serde_json_does(texto in any::<String>(), baixo in "[\u{0}-\u{7f}]*") {
            for texto in [texto, baixo] {
                let mut saida = String::new();
                texto_json(&texto, &mut saida);
                prop_assert_eq!(saida, serde_json::to_string(&texto).unwrap());
            }
        }
    }
}
