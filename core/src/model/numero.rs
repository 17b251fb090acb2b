//! Numbers as text, read exactly or not at all.

use rust_decimal::Decimal;

/// The decimal that this double stands for, where no digit is in doubt: a double holds any 15 decimal digits exactly,
/// and what has more is the noise of an operation, such as `0.1 + 0.2`, or no number that a person wrote.
pub(super) fn beyond_doubt(v: f64) -> Option<Decimal> {
    let mut potencia = 1.0;
    // Up to 10^22 a power of ten is a double itself, so that the quotient below is the double nearest to the decimal.
    for escala in 0..=22 {
        let inteiro = (v * potencia).round();
        if inteiro.abs() >= 1e15 {
            return None;
        }
        if inteiro / potencia == v {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 15 digits")]
            return Some(Decimal::new(inteiro as i64, escala));
        }
        potencia *= 10.0;
    }
    None
}

/// Digits with an optional sign, point and exponent, if a decimal holds them exactly.
///
/// `rust_decimal` reads more forms than JSON and the models have, rounds some, and takes 16 kB of wasm for it.
pub(crate) fn parse_decimal(texto: &str) -> Option<Decimal> {
    if texto.len() > 64 {
        return None;
    }
    let (negativo, resto) = texto.strip_prefix('-').map_or((false, texto), |resto| (true, resto));
    let (digitos, expoente) = match resto.split_once(['e', 'E']) {
        Some((digitos, expoente)) => (digitos, parse_exponent(expoente)?),
        None => (resto, 0),
    };
    let (inteiro, fracao) = match digitos.split_once('.') {
        Some((_, "")) => return None,
        Some(partes) => partes,
        None => (digitos, ""),
    };
    if inteiro.is_empty() {
        return None;
    }
    let mut n = 0_i128;
    for b in inteiro.bytes().chain(fracao.bytes()) {
        let digito = b.is_ascii_digit().then(|| i128::from(b - b'0'))?;
        n = n.checked_mul(10)?.checked_add(digito)?;
    }
    let mut escala = i32::try_from(fracao.len()).ok()? - expoente;
    while escala < 0 && n != 0 {
        n = n.checked_mul(10)?;
        escala += 1;
    }
    // Zeros at the end of the fraction are given up only where the number does not fit with them.
    while (escala > 28 || n > MAIOR_MANTISSA) && escala > 0 && n % 10 == 0 {
        n /= 10;
        escala -= 1;
    }
    let escala = u32::try_from(escala.max(0)).ok()?;
    Decimal::try_from_i128_with_scale(if negativo { -n } else { n }, escala).ok()
}

/// The 96 bits of a decimal.
const MAIOR_MANTISSA: i128 = (1 << 96) - 1;

fn parse_exponent(texto: &str) -> Option<i32> {
    let digitos = texto.strip_prefix(['+', '-']).unwrap_or(texto);
    let formado = (1..=3).contains(&digitos.len()) && digitos.bytes().all(|b| b.is_ascii_digit());
    if formado { texto.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        for (texto, esperado) in [
            ("0", "0"),
            ("-0.10", "-0.10"),
            ("007.50", "7.50"),
            ("1e2", "100"),
            ("1.5E-3", "0.0015"),
            ("12.5e+1", "125"),
            ("0e999", "0"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("1.00000000000000000000000000000000000000", "1.0000000000000000000000000000"),
        ] {
            assert_eq!(parse_decimal(texto).unwrap().to_string(), esperado, "{texto}");
        }
        for ruim in [
            "",
            "-",
            "--1",
            "+1",
            ".5",
            "1.",
            "1.e5",
            "1e",
            "1e+",
            "1e1234",
            "1_0",
            "1,5",
            " 1",
            "NaN",
            "inf",
            "0x1",
            "１",
            "79228162514264337593543950336",
            "1e-29",
            "1e40",
            "0.12345678901234567890123456789",
        ] {
            assert_eq!(parse_decimal(ruim), None, "{ruim}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_rust_decimal_does(n in any::<i64>(), escala in 0_u32..=28) {
            let d = Decimal::from_i128_with_scale(n.into(), escala);
            let lido = parse_decimal(&d.to_string()).unwrap();
            prop_assert_eq!((lido, lido.scale()), (d, d.scale()));
        }
    }
}
