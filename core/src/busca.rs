//! Finding text in text, byte by byte. The standard library's search for one text in another is made for long ones, and
//! with the sentences of its panics takes 3 kB of a page to find `{id}` in a path.

/// Where `parte` first stands in `texto`.
pub(crate) fn achar(texto: &str, parte: &str) -> Option<usize> {
    texto.as_bytes().windows(parte.len()).position(|trecho| trecho == parte.as_bytes())
}

/// What comes before `parte` in `texto`, and what after it.
pub(crate) fn dividir<'t>(texto: &'t str, parte: &str) -> Option<(&'t str, &'t str)> {
    let inicio = achar(texto, parte)?;
    Some((texto.get(..inicio)?, texto.get(inicio + parte.len()..)?))
}

/// The number that ASCII digits write, and nothing else.
pub(crate) fn inteiro(texto: &str) -> Option<u64> {
    let digitos = !texto.is_empty() && texto.bytes().all(|b| b.is_ascii_digit());
    let somar = |n: u64, b: u8| n.checked_mul(10)?.checked_add((b - b'0').into());
    if digitos { texto.bytes().try_fold(0, somar) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_the_standard_library_finds(texto in "[abé]{0,8}", parte in "[abé]{1,3}", n in any::<u64>(), lixo in "\\PC{0,3}") {
            prop_assert_eq!(achar(&texto, &parte), texto.find(&parte));
            prop_assert_eq!(dividir(&texto, &parte), texto.split_once(&parte));
            prop_assert_eq!(inteiro(&n.to_string()), Some(n));
            prop_assert_eq!(inteiro(&format!("{n}0")), format!("{n}0").parse().ok());
            prop_assert_eq!(inteiro(&lixo), lixo.parse().ok().filter(|_| !lixo.starts_with('+')));
        }
    }
}
