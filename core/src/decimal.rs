//! The little arithmetic that reading, checking and writing decimals needs, exact.
//!
//! `rust_decimal` reads more forms than JSON and the models have and rounds some, rounds a product twice that has more
//! than 28 places, panics where more digits are asked for than it has room for, and takes a fifth of the room that the
//! whole of `./validation` has in a browser.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// A whole number of 192 bits, the low ones first: the product of any two mantissas of 96 bits.
type Mantissa = [u32; 6];

/// How many decimal places a decimal can have.
const MAIOR_ESCALA: u32 = 28;

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn metade_baixa(n: u64) -> u32 {
    n as u32
}

/// Times `fator`, plus `mais`; false when it does not fit.
fn multiplicar(n: &mut Mantissa, fator: u32, mais: u32) -> bool {
    let mut vai = u64::from(mais);
    for limbo in n.iter_mut() {
        vai += u64::from(*limbo) * u64::from(fator);
        *limbo = metade_baixa(vai);
        vai >>= 32;
    }
    vai == 0
}

/// Divided by ten; the remainder comes back.
fn dividir(n: &mut Mantissa) -> u8 {
    let mut resto = 0;
    for limbo in n.iter_mut().rev() {
        let parte = resto << 32 | u64::from(*limbo);
        // What remained was below ten, so that the quotient has 32 bits.
        *limbo = metade_baixa(parte / 10);
        resto = parte % 10;
    }
    resto.try_into().unwrap_or_default()
}

fn partes(v: Decimal) -> (Mantissa, u32, bool) {
    let partes = v.unpack();
    ([partes.lo, partes.mid, partes.hi, 0, 0, 0], partes.scale, partes.negative)
}

/// The decimal of these parts, if it has room for them.
fn montar(n: Mantissa, escala: u32, negativo: bool) -> Option<Decimal> {
    let [lo, mid, hi, 0, 0, 0] = n else { return None };
    let zero = [lo, mid, hi] == [0; 3];
    (escala <= MAIOR_ESCALA).then(|| Decimal::from_parts(lo, mid, hi, negativo && !zero, escala))
}

/// Without the zeros at the end of the fraction for as long as `sobra` says so.
fn aparar(n: &mut Mantissa, escala: &mut u32, sobra: impl Fn(&Mantissa, u32) -> bool) {
    while *escala > 0 && sobra(n, *escala) {
        let mut menor = *n;
        if dividir(&mut menor) != 0 {
            return;
        }
        *n = menor;
        *escala -= 1;
    }
}

/// Digits with an optional sign, point and exponent, if a decimal holds them exactly.
pub(crate) fn ler(texto: &str) -> Option<Decimal> {
    if texto.len() > 64 {
        return None;
    }
    let (negativo, resto) = texto.strip_prefix('-').map_or((false, texto), |resto| (true, resto));
    let mut n = Mantissa::default();
    let mut escala = 0_i32;
    // The digits before the point, if it has come; there must be some on either side of it.
    let mut antes = None;
    let mut algarismos = 0;
    let mut bytes = resto.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'0'..=b'9' if multiplicar(&mut n, 10, u32::from(byte - b'0')) => algarismos += 1,
            b'.' if antes.is_none() && algarismos > 0 => antes = Some(std::mem::take(&mut algarismos)),
            b'e' | b'E' => {
                escala = -expoente(bytes)?;
                break;
            }
            _ => return None,
        }
    }
    if algarismos == 0 {
        return None;
    }
    if antes.is_some() {
        escala += algarismos;
    }
    while escala < 0 && n != Mantissa::default() {
        if !multiplicar(&mut n, 10, 0) {
            return None;
        }
        escala += 1;
    }
    let mut escala = u32::try_from(escala.max(0)).ok()?;
    // Zeros at the end of the fraction are given up only where the number does not fit with them.
    aparar(&mut n, &mut escala, |n, escala| escala > MAIOR_ESCALA || n.iter().skip(3).any(|limbo| *limbo != 0));
    montar(n, escala, negativo)
}

fn expoente(bytes: std::str::Bytes<'_>) -> Option<i32> {
    let mut n = 0;
    let mut algarismos = 0;
    let mut sinal = 1;
    for (i, byte) in bytes.enumerate() {
        match byte {
            b'+' | b'-' if i == 0 => sinal = if byte == b'-' { -1 } else { 1 },
            b'0'..=b'9' if algarismos < 3 => {
                n = n * 10 + i32::from(byte - b'0');
                algarismos += 1;
            }
            _ => return None,
        }
    }
    (algarismos > 0).then_some(n * sinal)
}

/// The decimal that this double stands for, where no digit is in doubt: a double holds any 15 decimal digits exactly,
/// and what has more is the noise of an operation, such as `0.1 + 0.2`, or no number that a person wrote.
pub(crate) fn de_flutuante(v: f64) -> Option<Decimal> {
    let mut potencia = 1.0;
    // Up to 10^22 a power of ten is a double itself, so that the quotient below is the double nearest to the decimal.
    for escala in 0..=22 {
        let inteiro = (v.abs() * potencia).round();
        if inteiro >= 1e15 {
            return None;
        }
        #[expect(clippy::float_cmp, reason = "it is the very double, or the digits are not its own")]
        if inteiro / potencia == v.abs() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and 15 digits at most")]
            let n = inteiro as u64;
            return montar([metade_baixa(n), metade_baixa(n >> 32), 0, 0, 0, 0], escala, v < 0.0);
        }
        potencia *= 10.0;
    }
    None
}

/// A decimal as text; `casas` decimal places instead of its own, cut or filled with zeros.
pub(crate) fn texto(v: Decimal, casas: Option<u32>) -> String {
    let (mut n, escala, negativo) = partes(v);
    let mut digitos = Vec::with_capacity(32);
    // One digit at least before the point.
    while n != Mantissa::default() || digitos.len() <= escala as usize {
        digitos.push(b'0' + dividir(&mut n));
    }
    let mut saida = String::with_capacity(digitos.len() + 2);
    if negativo {
        saida.push('-');
    }
    while digitos.len() > escala as usize {
        saida.push(char::from(digitos.pop().unwrap_or(b'0')));
    }
    let casas = casas.unwrap_or(escala);
    if casas > 0 {
        saida.push('.');
    }
    for _ in 0..casas {
        saida.push(char::from(digitos.pop().unwrap_or(b'0')));
    }
    saida
}

/// Which of two decimals is the greater.
pub(crate) fn comparar(a: Decimal, b: Decimal) -> Ordering {
    let ((mut na, mut ea, negativo_a), (mut nb, mut eb, negativo_b)) = (partes(a), partes(b));
    // Both get the greater number of places: 96 bits and 28 digits have room in 192.
    while ea < eb {
        multiplicar(&mut na, 10, 0);
        ea += 1;
    }
    while eb < ea {
        multiplicar(&mut nb, 10, 0);
        eb += 1;
    }
    let zeros = na == nb && na == Mantissa::default();
    // The high limbs come first then, as in an order of lists.
    na.reverse();
    nb.reverse();
    match (negativo_a, negativo_b) {
        _ if zeros => Ordering::Equal,
        (false, false) => na.cmp(&nb),
        (true, true) => nb.cmp(&na),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// Whether `a` is greater than a whole number.
pub(crate) fn maior(a: Decimal, b: u32) -> bool {
    comparar(a, Decimal::from_parts(b, 0, 0, false, 0)) == Ordering::Greater
}

/// How many decimal places the number has, zeros at the end left out.
pub(crate) fn casas(v: Decimal) -> u32 {
    let (mut n, mut escala, _) = partes(v);
    aparar(&mut n, &mut escala, |_, _| true);
    escala
}

/// The whole number that this is, if it is one and fits.
pub(crate) fn inteiro(v: Decimal) -> Option<i64> {
    let (mut n, mut escala, negativo) = partes(v);
    aparar(&mut n, &mut escala, |_, _| true);
    let ([lo, mid, 0, 0, 0, 0], 0) = (n, escala) else {
        return None;
    };
    let n = i128::from(u64::from(mid) << 32 | u64::from(lo));
    i64::try_from(if negativo { -n } else { n }).ok()
}

/// The product in whole cents, half away from zero, as a person rounds money; `None` when no decimal holds it.
pub(crate) fn produto_em_centavos(a: Decimal, b: Decimal) -> Option<Decimal> {
    let ((na, ea, negativo_a), (nb, eb, negativo_b)) = (partes(a), partes(b));
    let mut n = Mantissa::default();
    // Horner's rule over the limbs of one factor.
    for limbo in nb.iter().take(3).rev() {
        n.rotate_right(1);
        let [baixo, ..] = &mut n;
        *baixo = 0;
        let mut parcela = na;
        multiplicar(&mut parcela, *limbo, 0);
        let mut vai = 0;
        for (soma, limbo) in n.iter_mut().zip(parcela) {
            vai += u64::from(*soma) + u64::from(limbo);
            *soma = metade_baixa(vai);
            vai >>= 32;
        }
    }
    let mut escala = ea + eb;
    let mut ultimo = 0;
    while escala > 2 {
        ultimo = dividir(&mut n);
        escala -= 1;
    }
    multiplicar(&mut n, 1, u32::from(ultimo >= 5));
    montar(n, escala, negativo_a != negativo_b)
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
            assert_eq!(ler(texto).unwrap().to_string(), esperado, "{texto}");
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
            assert_eq!(ler(ruim), None, "{ruim}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_rust_decimal_does(n in any::<i64>(), escala in 0_u32..=28) {
            let d = Decimal::from_i128_with_scale(n.into(), escala);
            let lido = ler(&d.to_string()).unwrap();
            prop_assert_eq!((lido, lido.scale()), (d, d.scale()));
        }

        #[test]
        fn decimals_are_compared_and_multiplied_as_rust_decimal_does(
            a in any::<i64>(), b in any::<i64>(), ea in 0_u32..=14, eb in 0_u32..=14, perto in -2_i64..=2,
        ) {
            let (a, b) = (Decimal::from_i128_with_scale(a.into(), ea), Decimal::from_i128_with_scale((b >> 31).into(), eb));
            prop_assert_eq!(comparar(a, b), a.cmp(&b));
            let vizinho = a + Decimal::from_i128_with_scale(perto.into(), ea);
            prop_assert_eq!(comparar(a, vizinho), a.cmp(&vizinho));
            prop_assert_eq!(comparar(a, a.normalize()), Ordering::Equal);
            prop_assert_eq!(casas(a), a.normalize().scale());
            prop_assert_eq!(inteiro(a), a.is_integer().then(|| i64::try_from(a).unwrap()));
            let centavos = |v: Decimal| v.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(produto_em_centavos(a, b), a.checked_mul(b).map(centavos));
        }

        #[test]
        fn decimals_are_written_as_rust_decimal_does(n in any::<i128>(), escala in 0_u32..=28, mais in 0_u32..4) {
            let v = Decimal::from_i128_with_scale(n >> 32, escala);
            prop_assert_eq!(super::texto(v, None), v.to_string());
            // rust_decimal panics where the places asked for are more than it has room for.
            let (curto, casas) = (Decimal::from_i128_with_scale(n >> 96, escala % 9), (escala % 9 + mais) as usize);
            prop_assert_eq!(super::texto(curto, Some(escala % 9 + mais)), format!("{curto:.casas$}"));
        }


        #[test]
        fn a_double_is_read_as_it_was_written_or_not_at_all(n in -999_999_999_999_999_i64..=999_999_999_999_999, escala in 0_u32..=20) {
            let escrito = Decimal::from_i128_with_scale(n.into(), escala);
            let v: f64 = escrito.to_string().parse().unwrap();
            prop_assert_eq!(de_flutuante(v), Some(escrito));
        }
    }

    #[test]
    fn a_double_in_doubt_is_not_read() {
        for v in [0.1 + 0.2, 1.0 / 3.0, 1e15, 1e300, 1e-30, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
            assert_eq!(de_flutuante(v), None, "{v}");
        }
        assert_eq!(de_flutuante(-0.0).unwrap().to_string(), "0");
    }
}
