//! Exact arithmetic for reading, checking and writing decimals.
//!
//! `rust_decimal` does not serve for four reasons. It reads more forms than JSON and the models have, and rounds some
//! of them. It rounds a product of more than 28 places twice. It panics when asked for more digits than it can hold.
//! And it would take a fifth of the size of the whole of `./validation` in a browser.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// A whole number of 192 bits, with the low limbs first. It holds the product of any two mantissas of 96 bits.
type Mantissa = [u32; 6];

/// The greatest number of decimal places of a decimal.
const MAX_SCALE: u32 = 28;

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn low_half(n: u64) -> u32 {
    n as u32
}

/// Multiplies by `fator` and adds `more`. Returns false if the result does not fit.
fn multiply(n: &mut Mantissa, fator: u32, more: u32) -> bool {
    let mut carry = u64::from(more);
    for limb in n.iter_mut() {
        carry += u64::from(*limb) * u64::from(fator);
        *limb = low_half(carry);
        carry >>= 32;
    }
    carry == 0
}

/// Divides by ten and returns the remainder.
fn divide(n: &mut Mantissa) -> u8 {
    let mut rest = 0;
    for limb in n.iter_mut().rev() {
        let part = rest << 32 | u64::from(*limb);
        // The remainder was below ten, so the quotient fits in 32 bits.
        *limb = low_half(part / 10);
        rest = part % 10;
    }
    rest.try_into().unwrap_or_default()
}

fn parts(v: Decimal) -> (Mantissa, u32, bool) {
    let parts = v.unpack();
    ([parts.lo, parts.mid, parts.hi, 0, 0, 0], parts.scale, parts.negative)
}

/// Makes a decimal of these parts. Returns `None` if they do not fit.
fn build(n: Mantissa, scale: u32, negative: bool) -> Option<Decimal> {
    let [lo, mid, hi, 0, 0, 0] = n else { return None };
    let zero = [lo, mid, hi] == [0; 3];
    (scale <= MAX_SCALE).then(|| Decimal::from_parts(lo, mid, hi, negative && !zero, scale))
}

/// Removes zeros from the end of the fraction while `surplus` returns true.
fn trim(n: &mut Mantissa, scale: &mut u32, surplus: impl Fn(&Mantissa, u32) -> bool) {
    while *scale > 0 && surplus(n, *scale) {
        let mut smaller = *n;
        if divide(&mut smaller) != 0 {
            return;
        }
        *n = smaller;
        *scale -= 1;
    }
}

/// Reads digits with an optional minus sign, point and exponent. Returns `None` if a decimal cannot hold the number
/// exactly.
#[must_use]
pub fn read(text: &str) -> Option<Decimal> {
    if text.len() > 64 {
        return None;
    }
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut n = Mantissa::default();
    let mut scale = 0_i32;
    // The number of digits before the point, once the point has been read. Both sides of the point need at least one
    // digit.
    let mut before = None;
    let mut digit_count = 0;
    let mut bytes = rest.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'0'..=b'9' if multiply(&mut n, 10, u32::from(byte - b'0')) => digit_count += 1,
            b'.' if before.is_none() && digit_count > 0 => before = Some(std::mem::take(&mut digit_count)),
            b'e' | b'E' => {
                scale = -exponent(bytes)?;
                break;
            }
            _ => return None,
        }
    }
    if digit_count == 0 {
        return None;
    }
    if before.is_some() {
        scale += digit_count;
    }
    while scale < 0 && n != Mantissa::default() {
        if !multiply(&mut n, 10, 0) {
            return None;
        }
        scale += 1;
    }
    let mut scale = u32::try_from(scale.max(0)).ok()?;
    // Zeros at the end of the fraction are removed only if the number does not fit with them.
    trim(&mut n, &mut scale, |n, scale| scale > MAX_SCALE || n.iter().skip(3).any(|limb| *limb != 0));
    build(n, scale, negative)
}

fn exponent(bytes: std::str::Bytes<'_>) -> Option<i32> {
    let mut n = 0;
    let mut digit_count = 0;
    let mut signal = 1;
    for (i, byte) in bytes.enumerate() {
        match byte {
            b'+' | b'-' if i == 0 => signal = if byte == b'-' { -1 } else { 1 },
            b'0'..=b'9' if digit_count < 3 => {
                n = n * 10 + i32::from(byte - b'0');
                digit_count += 1;
            }
            _ => return None,
        }
    }
    (digit_count > 0).then_some(n * signal)
}

/// Returns the decimal that this double stands for, if no digit is in doubt. A double holds any 15 decimal digits
/// exactly. More digits are either the noise of an operation, such as `0.1 + 0.2`, or a number that no person wrote.
#[must_use]
pub fn from_float(v: f64) -> Option<Decimal> {
    let mut power = 1.0;
    // Up to 10^22 a power of ten is exact as a double, so the quotient below is the double nearest to the decimal.
    for scale in 0..=22 {
        let integer = (v.abs() * power).round();
        if integer >= 1e15 {
            return None;
        }
        #[expect(clippy::float_cmp, reason = "it is the very double, or the digits are not its own")]
        if integer / power == v.abs() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and 15 digits at most")]
            let n = integer as u64;
            return build([low_half(n), low_half(n >> 32), 0, 0, 0, 0], scale, v < 0.0);
        }
        power *= 10.0;
    }
    None
}

/// Writes a decimal as text. With `places`, the text has that many decimal places: further digits are cut, and missing
/// ones are filled with zeros.
#[must_use]
pub fn text(v: Decimal, places: Option<u32>) -> String {
    let (mut n, scale, negative) = parts(v);
    let mut digits = Vec::with_capacity(32);
    // At least one digit stands before the point.
    while n != Mantissa::default() || digits.len() <= scale as usize {
        digits.push(b'0' + divide(&mut n));
    }
    let mut out = String::with_capacity(digits.len() + 2);
    if negative {
        out.push('-');
    }
    while digits.len() > scale as usize {
        out.push(char::from(digits.pop().unwrap_or(b'0')));
    }
    let places = places.unwrap_or(scale);
    if places > 0 {
        out.push('.');
    }
    for _ in 0..places {
        out.push(char::from(digits.pop().unwrap_or(b'0')));
    }
    out
}

/// Compares two decimals.
#[must_use]
pub fn compare(a: Decimal, b: Decimal) -> Ordering {
    let ((mut na, mut ea, negative_a), (mut nb, mut eb, negative_b)) = (parts(a), parts(b));
    // Both numbers are scaled to the greater number of places: 192 bits hold 96 bits and 28 more digits.
    while ea < eb {
        multiply(&mut na, 10, 0);
        ea += 1;
    }
    while eb < ea {
        multiply(&mut nb, 10, 0);
        eb += 1;
    }
    let zeros = na == nb && na == Mantissa::default();
    // Comparing the lists needs the high limbs first.
    na.reverse();
    nb.reverse();
    match (negative_a, negative_b) {
        _ if zeros => Ordering::Equal,
        (false, false) => na.cmp(&nb),
        (true, true) => nb.cmp(&na),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// Whether `a` is greater than a whole number.
#[must_use]
pub fn greater(a: Decimal, b: u32) -> bool {
    compare(a, Decimal::from_parts(b, 0, 0, false, 0)) == Ordering::Greater
}

/// The number of decimal places, without the zeros at the end.
#[must_use]
pub fn places(v: Decimal) -> u32 {
    let (mut n, mut scale, _) = parts(v);
    trim(&mut n, &mut scale, |_, _| true);
    scale
}

/// The decimal as a whole number. `None` if it has a fraction or does not fit.
#[must_use]
pub fn integer(v: Decimal) -> Option<i64> {
    let (mut n, mut scale, negative) = parts(v);
    trim(&mut n, &mut scale, |_, _| true);
    let ([lo, mid, 0, 0, 0, 0], 0) = (n, scale) else {
        return None;
    };
    let n = i128::from(u64::from(mid) << 32 | u64::from(lo));
    i64::try_from(if negative { -n } else { n }).ok()
}

/// The product rounded to whole cents, half away from zero, as people round money. `None` if no decimal can hold it.
#[must_use]
pub fn product_in_cents(a: Decimal, b: Decimal) -> Option<Decimal> {
    let ((na, ea, negative_a), (nb, eb, negative_b)) = (parts(a), parts(b));
    let mut n = Mantissa::default();
    // Horner's rule over the limbs of one factor.
    for limb in nb.iter().take(3).rev() {
        n.rotate_right(1);
        let [low, ..] = &mut n;
        *low = 0;
        let mut parcela = na;
        multiply(&mut parcela, *limb, 0);
        let mut carry = 0;
        for (sum, limb) in n.iter_mut().zip(parcela) {
            carry += u64::from(*sum) + u64::from(limb);
            *sum = low_half(carry);
            carry >>= 32;
        }
    }
    let mut scale = ea + eb;
    let mut last = 0;
    while scale > 2 {
        last = divide(&mut n);
        scale -= 1;
    }
    multiply(&mut n, 1, u32::from(last >= 5));
    build(n, scale, negative_a != negative_b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        for (text, expected) in [
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
            assert_eq!(read(text).unwrap().to_string(), expected, "{text}");
        }
        for bad in [
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
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_rust_decimal_does(n in any::<i64>(), scale in 0_u32..=28) {
            let d = Decimal::from_i128_with_scale(n.into(), scale);
            let parsed = read(&d.to_string()).unwrap();
            prop_assert_eq!((parsed, parsed.scale()), (d, d.scale()));
        }

        #[test]
        fn decimals_are_compared_and_multiplied_as_rust_decimal_does(
            a in any::<i64>(), b in any::<i64>(), ea in 0_u32..=14, eb in 0_u32..=14, near in -2_i64..=2,
        ) {
            let (a, b) = (Decimal::from_i128_with_scale(a.into(), ea), Decimal::from_i128_with_scale((b >> 31).into(), eb));
            prop_assert_eq!(compare(a, b), a.cmp(&b));
            let neighbour = a + Decimal::from_i128_with_scale(near.into(), ea);
            prop_assert_eq!(compare(a, neighbour), a.cmp(&neighbour));
            prop_assert_eq!(compare(a, a.normalize()), Ordering::Equal);
            prop_assert_eq!(places(a), a.normalize().scale());
            prop_assert_eq!(integer(a), a.is_integer().then(|| i64::try_from(a).unwrap()));
            let cents = |v: Decimal| v.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(product_in_cents(a, b), a.checked_mul(b).map(cents));
        }

        #[test]
        fn decimals_are_written_as_rust_decimal_does(n in any::<i128>(), scale in 0_u32..=28, more in 0_u32..4) {
            let v = Decimal::from_i128_with_scale(n >> 32, scale);
            prop_assert_eq!(super::text(v, None), v.to_string());
            // rust_decimal panics if the places asked for exceed what it can hold.
            let (short, places) = (Decimal::from_i128_with_scale(n >> 96, scale % 9), (scale % 9 + more) as usize);
            prop_assert_eq!(super::text(short, Some(scale % 9 + more)), format!("{short:.places$}"));
        }


        #[test]
        fn a_double_is_read_as_it_was_written_or_not_at_all(n in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..=20) {
            let written = Decimal::from_i128_with_scale(n.into(), scale);
            let v: f64 = written.to_string().parse().unwrap();
            prop_assert_eq!(from_float(v), Some(written));
        }
    }

    #[test]
    fn a_double_in_doubt_is_not_read() {
        for v in [0.1 + 0.2, 1.0 / 3.0, 1e15, 1e300, 1e-30, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
            assert_eq!(from_float(v), None, "{v}");
        }
        assert_eq!(from_float(-0.0).unwrap().to_string(), "0");
    }
}
