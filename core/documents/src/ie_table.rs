//! The forms of the inscrição estadual in each state (the states' own pages at SINTEGRA). If a state changes its rule,
//! change its row here.

use super::Uf;
use super::scan::{digit, number};

/// One form of a state's number.
pub(super) struct Form {
    /// The number of digits, including the leading zeros that are put back and the P of a rural producer.
    pub(super) size: u8,
    /// The position of the two digits that must be one of `prefixes`. If `prefixes` is empty, any digits will do.
    pub(super) start: u8,
    /// The allowed pairs of digits, one after the other.
    pub(super) prefixes: &'static str,
    /// The rules that [`checks_out`] reads, one for each check digit.
    pub(super) weights: &'static [&'static str],
    /// The masks that the state uses. The first one is for display.
    pub(super) masks: &'static [&'static str],
}

/// The rule that most nine-digit states share.
const NINE: &[&str] = &["98765432M"];
const THIRTEEN: &[&str] = &["43298765432M", "543298765432M"];

const DOTS: &[&str] = &["00.000.000-0", "00000000-0", "00.000000-0"];
const HYPHEN: &[&str] = &["00000000-0", "00.000.000-0", "00.000000-0"];

const fn form(
    size: u8,
    prefixes: &'static str,
    weights: &'static [&'static str],
    masks: &'static [&'static str],
) -> Form {
    Form { size, start: 0, prefixes, weights, masks }
}

/// A state, the lengths in which its numbers may be written, and its forms.
pub(super) type Row = (Uf, &'static [u8], &'static [Form]);

/// Returns the row of a state. Abroad has no row.
pub(super) fn row(uf: Uf) -> Option<&'static Row> {
    TABLE.get(uf as usize)
}

/// The rows, in the order of the states. A test checks that order.
pub(super) const TABLE: &[Row] = &[
    (Uf::AC, &[13], &[form(13, "01", THIRTEEN, &["00.000.000/000-00", "00000000000-00"])]),
    // The third digit (0, 3, 5, 7, 8) is a type of company. Numbers outside that list exist, so it is not a limit.
    (Uf::AL, &[9], &[form(9, "24", NINE, DOTS)]),
    (Uf::AM, &[9], &[form(9, "", NINE, DOTS)]),
    (Uf::AP, &[9], &[form(9, "03", &["98765432A"], DOTS)]),
    // The second check digit is computed first, because the first one covers it.
    (
        Uf::BA,
        &[8, 9],
        &[
            form(8, "", &["7654320B", "876543B2"], &["000000-00", "00.000.000"]),
            form(9, "", &["87654320B", "9876543B2"], &["0000000-00", "000.000.000"]),
        ],
    ),
    (Uf::CE, &[9], &[form(9, "", NINE, HYPHEN)]),
    (Uf::DF, &[13], &[form(13, "0708", THIRTEEN, &["00000000000-00", "00.000.000/000-00"])]),
    (Uf::ES, &[9], &[form(9, "", NINE, &["00000000-0", "000.000.00-0", "00.000.000-0"])]),
    (
        Uf::GO,
        &[9],
        &[form(9, "10111520212223242526272829", &["98765432G"], &["00.000.000-0", "00000000-0", "000.00000-0"])],
    ),
    (Uf::MA, &[9], &[form(9, "12", NINE, DOTS)]),
    (
        Uf::MG,
        &[13],
        &[form(
            13,
            "",
            &["1d11d1d1d1dL", "32;:98765432M"],
            &["000.000.000/0000", "000.000.000/00-00", "000.000.000.00-00", "000000000.00-00"],
        )],
    ),
    (Uf::MS, &[9], &[form(9, "2850", NINE, DOTS)]),
    (
        Uf::MT,
        // These numbers are also written without their leading zeros, which the state's rule puts back.
        &[8, 9, 10, 11],
        &[form(
            11,
            "",
            &["3298765432M"],
            &["0000000000-0", "000000000-0", "00000000-0", "0000000-0", "00.000.000-0", "0000.000.000-0"],
        )],
    ),
    (Uf::PA, &[9], &[form(9, "157576777879", NINE, &["00-000000-0", "00.000.000-0", "00000000-0", "00.000000-0"])]),
    (Uf::PB, &[9], &[form(9, "", NINE, DOTS)]),
    (
        Uf::PE,
        &[9, 14],
        &[
            form(9, "", &["8765432M", "98765432M"], &["0000000-00"]),
            form(14, "", &["5432198765432N"], &["00.0.000.0000000-0"]),
        ],
    ),
    (Uf::PI, &[9], &[form(9, "", NINE, DOTS)]),
    (Uf::PR, &[10], &[form(10, "", &["32765432M", "432765432M"], &["000.00000-00", "00000000-00", "00.000.000-00"])]),
    (Uf::RJ, &[8], &[form(8, "", &["2765432M"], &["00.000.00-0", "00.000.000", "0000000-0"])]),
    (
        Uf::RN,
        &[9, 10],
        &[form(9, "20", NINE, DOTS), form(10, "20", &[":98765432M"], &["00.0.000.000-0", "000000000-0"])],
    ),
    (
        Uf::RO,
        &[9, 14],
        // The digits before the weighted ones are the municipality.
        &[form(14, "", &["6543298765432N"], &["0000000000000-0"]), form(9, "", &["00065432N"], &["000.00000-0"])],
    ),
    (Uf::RR, &[9], &[form(9, "24", &["12345678R"], HYPHEN)]),
    // The first three digits are a municipality. There are now more than 467 of them, so that number is not a limit.
    (Uf::RS, &[10], &[form(10, "", &["298765432M"], &["000/0000000", "000-0000000", "000/000.000-0"])]),
    (Uf::SC, &[9], &[form(9, "", NINE, &["000.000.000", "00.000.000-0", "00000000-0"])]),
    (Uf::SE, &[9], &[form(9, "", NINE, HYPHEN)]),
    (
        Uf::SP,
        &[12],
        &[
            form(12, "", &["1345678:S", "32:98765432S"], &["000.000.000.000"]),
            // A rural producer: the digits follow a P. Strict mode requires them to begin with 0.
            Form {
                start: 1,
                ..form(13, "00010203040506070809", &["01345678:S"], &["P-00000000.0/000", "P000000000000"])
            },
        ],
    ),
    (
        Uf::TO,
        &[9, 11],
        &[
            form(9, "", NINE, DOTS),
            // The type, in the third and fourth place, has no weight.
            Form {
                start: 2,
                ..form(11, "01020399", &["9800765432M"], &["00 00 000000 0", "00.00.000000-0", "0000000000-0"])
            },
        ],
    ),
];

/// Whether one check digit agrees. `weights` has one character for each digit, from the left. A digit is a weight; `:`
/// is 10 and `;` is 11, which follow 9 in ASCII. `d` adds the two digits of the double. A letter stands in the place of
/// the check digit and says what the remainder of the sum becomes.
pub(super) fn checks_out(weights: &str, bytes: &[u8]) -> bool {
    let (mut sum, mut rule, mut datum) = (0, 0, 0);
    for (&byte, weight) in bytes.iter().zip(weights.bytes()) {
        let value = usize::from(digit(byte));
        match weight {
            b'0'..=b';' => sum += value * usize::from(digit(weight)),
            b'd' => sum += value * 2 % 10 + value / 5,
            _ => (rule, datum) = (weight, byte),
        }
    }
    let between = |start, end| (start..=end).contains(&number(bytes.get(..8).unwrap_or_default()));
    // The check digit for each remainder, as many as the modulus has.
    let digits = match rule {
        b'L' => "0987654321",
        // 11 minus the remainder; 10 becomes 0 and 11 becomes 1.
        b'N' => "10987654321",
        // The remainder itself, or its last digit.
        b'R' => "012345678",
        b'S' => "01234567890",
        // Amapá adds 5 or 9 to the sum of older numbers, and has a special digit for the remainder 0.
        b'A' if between(3_000_001, 3_017_000) => "65432100987",
        b'A' if between(3_017_001, 3_019_022) => "21109876543",
        // The modulus depends on the first of eight digits, or the second of nine.
        b'B' if !matches!(bytes.iter().rev().nth(7), Some(b'6' | b'7' | b'9')) => "0987654321",
        b'G' if between(10_103_105, 10_119_997) => "01987654321",
        // One registered base has been issued with both digits.
        b'G' if between(11_094_402, 11_094_402) && datum == b'1' => "01987654321",
        // M, the common rule: 0 if the remainder is below 2, else 11 minus the remainder.
        _ => "00987654321",
    };
    sum.checked_rem(digits.len()).and_then(|rest| digits.as_bytes().get(rest)) == Some(&datum)
}
