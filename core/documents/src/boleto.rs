use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::Reason;
use super::scan::{
    Ascii, DIGITS, PUNCTUATION, apply, digit, masked_debug, matches, modulo10, modulo11, number, sum_from_2_to_9,
    without,
};
use crate::Mode;
use crate::dates::{add_days, days_from_epoch};

/// The printed form of a bank's line, and the printed forms of the four blocks of a utility's slip.
const MASKS: [&str; 4] = [
    "00000.00000 00000.000000 00000.000000 0 00000000000000",
    "00000000000-0 00000000000-0 00000000000-0 00000000000-0",
    "00000000000 0 00000000000 0 00000000000 0 00000000000 0",
    "000000000000 000000000000 000000000000 000000000000",
];

/// The ranges of the line that hold the barcode's digits, in the barcode's order.
const BANK_BARS: &[(usize, usize)] = &[(0, 4), (32, 47), (4, 9), (10, 20), (21, 31)];
const ARRECADACAO_BARS: &[(usize, usize)] = &[(0, 11), (12, 23), (24, 35), (36, 47)];

/// The ranges of the barcode that hold the line's digits, and whether a check digit follows each range.
const BANK_LINE: &[(usize, usize, bool)] =
    &[(0, 4, false), (19, 24, true), (24, 34, true), (34, 44, true), (4, 19, false)];
const ARRECADACAO_LINE: &[(usize, usize, bool)] = &[(0, 11, true), (11, 22, true), (22, 33, true), (33, 44, true)];

/// Day zero of the due date factor, and the length of a cycle: 1000 is 2000-07-03, 9999 is 2025-02-21 and the next
/// day is 1000 again (FEBRABAN).
const BASE: Date = date(1997, 10, 7);
const MIN_FATOR: i32 = 1000;
const CYCLE: i32 = 9000;

/// The greatest value, in cents, that ten digits hold. A greater value also takes the four digits of the factor, and
/// then there is no factor (FEBRABAN). As a factor, those digits would be 0001 to 0999, which no due date has. From
/// 1000 on, nothing tells a value from a factor: such digits are read as a factor, and no greater value is generated.
const MAX_VALUE_WITH_FATOR: i64 = 9_999_999_999;
const MAX_BANK_VALUE: i64 = 9_999_999_999_999;
const MAX_VALUE_ARRECADACAO: i64 = 99_999_999_999;

/// The kind of body that collects with an arrecadação slip: the second digit of the slip (FEBRABAN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Segmento {
    /// City halls.
    CityHall,
    /// Water and sewage.
    Sanitation,
    /// Electricity and gas.
    EnergyAndGas,
    /// Telecommunications.
    Telecom,
    /// Government bodies.
    GovernmentBodies,
    /// Instalment books and companies known by their CNPJ.
    PaymentBooklets,
    /// Traffic fines.
    TrafficFines,
    /// For the bank's own use.
    BankUse,
}

/// The digit and the segment of each. `NAMES` has the names in the same order.
const SEGMENTOS: [(u8, Segmento); 8] = [
    (b'1', Segmento::CityHall),
    (b'2', Segmento::Sanitation),
    (b'3', Segmento::EnergyAndGas),
    (b'4', Segmento::Telecom),
    (b'5', Segmento::GovernmentBodies),
    (b'6', Segmento::PaymentBooklets),
    (b'7', Segmento::TrafficFines),
    (b'9', Segmento::BankUse),
];
const NAMES: [&str; 8] = [
    "prefeitura",
    "saneamento",
    "energia_e_gas",
    "telecomunicacoes",
    "orgaos_governamentais",
    "carnes",
    "multas_de_transito",
    "uso_do_banco",
];

impl Segmento {
    /// Returns the segment's name, the same in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.get(self as usize).copied().unwrap_or_default()
    }

    /// Returns the segment with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        SEGMENTOS.iter().zip(NAMES).find(|(_, known)| *known == name).map(|(row, _)| row.1)
    }

    fn from_digit(byte: u8) -> Option<Self> {
        SEGMENTOS.iter().find(|row| row.0 == byte).map(|row| row.1)
    }

    fn digit(self) -> u8 {
        SEGMENTOS.iter().find(|row| row.1 == self).map_or(b'9', |row| row.0)
    }
}

/// A payment slip of a bank (47-digit line) or of arrecadação (48-digit line), with its 44-digit barcode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Boleto {
    bars: Ascii<44>,
    row: Ascii<48>,
}

impl Boleto {
    /// Reads a linha digitável of 47 or 48 digits or a barcode of 44 digits, bare or as printed. Lenient mode removes
    /// any `.`, `-`, `/` and spaces. It also accepts a value above 99,999,999.99 in the place of the due date factor;
    /// strict mode refuses that as a factor out of range, because it may be either.
    ///
    /// # Errors
    /// The reason why the text is not a boleto. A wrong check digit names its block.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Reason> {
        let mut digits = Ascii::<48>::EMPTY;
        digits.collect(text, DIGITS, &[44, 47, 48], PUNCTUATION)?;
        let bytes = digits.as_bytes();
        if mode == Mode::Strict && !printed(text, bytes.len()) {
            return Err(Reason::Mask);
        }
        Self::from_digits(bytes, mode)
    }

    /// Makes a bank boleto from the bank's three digits, the due date if there is one, the value in reais (zero leaves
    /// the value open), and the bank's own 25 digits. A value above 99,999,999.99 leaves no room for a due date, and
    /// only lenient mode reads it back.
    ///
    /// # Errors
    /// The part that does not fit: a due date outside 2000-07-03 to 2049-10-13, a due date beside a value that leaves
    /// no room for it, a value with more than two decimal places or above 99,999,999,999.99, or a text that is not
    /// digits.
    pub fn generate(banco: &str, vencimento: Option<Date>, value: Decimal, campo_livre: &str) -> Result<Self, Reason> {
        if !matches(banco, "000") || banco.starts_with('8') {
            return Err(Reason::InvalidField { field: "banco" });
        }
        let cents = cents(value, MAX_BANK_VALUE)?;
        let fator = match vencimento {
            None => 0,
            Some(day) => fator(day)
                .filter(|_| cents <= MAX_VALUE_WITH_FATOR)
                .ok_or(Reason::InvalidField { field: "vencimento" })?,
        };
        if campo_livre.len() != 25 || !only_digits(campo_livre) {
            return Err(Reason::InvalidField { field: "campo_livre" });
        }
        let fator_and_value = i64::from(fator) * (MAX_VALUE_WITH_FATOR + 1) + cents;
        let after = format!("{fator_and_value:014}{campo_livre}");
        let mut bars = Ascii::<44>::from_bytes(banco.as_bytes());
        bars.push(b'9');
        bars.push(bank_dac([bars.as_bytes(), after.as_bytes()]));
        bars.extend(after.as_bytes());
        Self::from_digits(bars.as_bytes(), Mode::Lenient)
    }

    /// Makes an arrecadação slip with its value in reais. `modulus` is 10 or 11. `free` has the 29 digits after the
    /// value: the collecting body and that body's own number.
    ///
    /// # Errors
    /// The part that does not fit.
    pub fn gerar_arrecadacao(segmento: Segmento, modulus: u8, value: Decimal, free: &str) -> Result<Self, Reason> {
        let identifier = match modulus {
            10 => b'6',
            11 => b'8',
            _ => return Err(Reason::InvalidField { field: "modulo" }),
        };
        let cents = cents(value, MAX_VALUE_ARRECADACAO)?;
        if free.len() != 29 || !only_digits(free) {
            return Err(Reason::InvalidField { field: "livre" });
        }
        let start = [b'8', segmento.digit(), identifier];
        let after = format!("{cents:011}{free}");
        let dac = arrecadacao_dv(identifier, [&start, after.as_bytes()]);
        let mut bars = Ascii::<44>::from_bytes(&start);
        bars.push(dac);
        bars.extend(after.as_bytes());
        Self::from_digits(bars.as_bytes(), Mode::Lenient)
    }

    /// The linha digitável without mask: 47 or 48 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.row.as_str()
    }

    /// The linha digitável without mask: 47 or 48 digits.
    #[must_use]
    pub fn linha_digitavel(&self) -> &str {
        self.row.as_str()
    }

    /// The 44 digits of the barcode.
    #[must_use]
    pub fn codigo_de_barras(&self) -> &str {
        self.bars.as_str()
    }

    /// The linha digitável as printed.
    #[must_use]
    pub fn format(&self) -> String {
        let mask = MASKS.get(usize::from(self.arrecadacao())).copied();
        apply(mask.unwrap_or_default(), self.as_str())
    }

    /// The line in a form that may be shown to people: its first three digits and its last four.
    #[must_use]
    pub fn masked(&self) -> String {
        let row = self.as_str();
        let (start, rest) = row.split_at(3);
        let end = rest.get(rest.len() - 4..).unwrap_or_default();
        format!("{start}{}{end}", "*".repeat(rest.len() - 4))
    }

    /// The text without mask characters.
    #[must_use]
    pub fn strip(text: &str) -> String {
        without(text, PUNCTUATION)
    }

    /// Whether the slip is of arrecadação (utilities, taxes) rather than of a bank.
    #[must_use]
    pub fn arrecadacao(&self) -> bool {
        self.bars.as_bytes().first() == Some(&b'8')
    }

    /// The three digits of the bank. `None` for arrecadação.
    #[must_use]
    pub fn banco(&self) -> Option<&str> {
        (!self.arrecadacao()).then(|| self.bars.as_str().get(..3).unwrap_or_default())
    }

    /// The kind of body that collects. `None` for a bank's boleto.
    #[must_use]
    pub fn segmento(&self) -> Option<Segmento> {
        self.arrecadacao().then(|| self.bars.as_bytes().get(1).copied()).flatten().and_then(Segmento::from_digit)
    }

    /// The value in reais. `None` if the value is open or if the slip states a quantity instead.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        let bars = self.bars.as_bytes();
        let value = match (self.arrecadacao(), bars.get(2)) {
            (false, _) => slice(bars, if self.value_without_fator() { 5 } else { 9 }, 19),
            (true, Some(b'6' | b'8')) => slice(bars, 4, 15),
            _ => return None,
        };
        let cents = value.iter().fold(0, |total, &b| total * 10 + i64::from(digit(b)));
        (cents > 0).then(|| Decimal::new(cents, 2))
    }

    /// The due date factor, 1000 to 9999. `None` if there is no due date.
    #[must_use]
    pub fn fator_vencimento(&self) -> Option<&str> {
        if self.arrecadacao() {
            return None;
        }
        self.bars.as_str().get(5..9).filter(|fator| !fator.starts_with('0'))
    }

    /// Whether the value is above 99,999,999.99 and therefore also occupies the place of the factor.
    pub(super) fn value_without_fator(&self) -> bool {
        !self.arrecadacao() && self.bars.as_bytes().get(5..9).is_some_and(fator_out_of_range)
    }

    /// The dates that the factor can mean: one in each cycle of 9000 days.
    #[must_use]
    pub fn vencimentos(&self) -> Vec<Date> {
        let fator = self.fator_vencimento().and_then(|fator| i32::try_from(number(fator.as_bytes())).ok());
        let mut days = Vec::new();
        for ciclos in 0..2 {
            days.extend(fator.and_then(|fator| add_days(BASE, fator + ciclos * CYCLE)));
        }
        days
    }

    /// The due date: the one of [`Boleto::vencimentos`] that is closest to `reference` (usually today, or the date of
    /// issue).
    #[must_use]
    pub fn vencimento(&self, reference: Date) -> Option<Date> {
        self.vencimentos().into_iter().min_by_key(|&day| days_between(reference, day).abs())
    }

    /// The bank's own 25 digits. `None` for arrecadação.
    #[must_use]
    pub fn campo_livre(&self) -> Option<&str> {
        (!self.arrecadacao()).then(|| self.bars.as_str().get(19..).unwrap_or_default())
    }

    /// Reads the 47 or 48 digits of a line, or the 44 digits of a barcode.
    fn from_digits(digits: &[u8], mode: Mode) -> Result<Self, Reason> {
        let eight = digits.first() == Some(&b'8');
        let (arrecadacao, of_bars): (_, &[_]) = match digits.len() {
            47 => (false, BANK_BARS),
            48 if eight => (true, ARRECADACAO_BARS),
            48 => return Err(Reason::Prefix),
            _ => (eight, &[(0, 44)]),
        };
        let mut boleto = Self { bars: Ascii::EMPTY, row: Ascii::EMPTY };
        for &(start, end) in of_bars {
            boleto.bars.extend(slice(digits, start, end));
        }
        let bars = boleto.bars.as_bytes();
        // This digit chooses the check digit's algorithm. A bank's blocks use the algorithm of 6.
        let identifier = if arrecadacao { bars.get(2).copied().unwrap_or_default() } else { b'6' };
        if !(b'6'..=b'9').contains(&identifier) {
            return Err(Reason::InvalidField { field: "identificador" });
        }
        let mut block = 0;
        for &(start, end, dv) in if arrecadacao { ARRECADACAO_LINE } else { BANK_LINE } {
            boleto.row.extend(slice(bars, start, end));
            if dv {
                let row = boleto.row.as_bytes();
                let dv = arrecadacao_dv(identifier, [slice(row, block, row.len()), &[]]);
                boleto.row.push(dv);
                block = boleto.row.as_bytes().len();
            }
        }
        // Only the check digits of the line can differ from the line that the barcode gives.
        let row = boleto.row.as_bytes();
        if digits.len() > 44
            && row != digits
            && let Some(different) = row.iter().zip(digits).position(|(right, parsed)| right != parsed)
        {
            let block = (different + 1) / if arrecadacao { 12 } else { 10 };
            return Err(Reason::BlockDigit { block: u8::try_from(block).unwrap_or_default() });
        }
        let segmento = boleto.segmento();
        if arrecadacao && segmento.is_none() {
            return Err(Reason::InvalidField { field: "segmento" });
        }
        // 9 is the real; 0 other currencies.
        if !arrecadacao && !matches!(bars.get(3), Some(b'9' | b'0')) {
            return Err(Reason::InvalidField { field: "moeda" });
        }
        let place = if arrecadacao { 3 } else { 4 };
        let others = [slice(bars, 0, place), slice(bars, place + 1, 44)];
        let dv = if arrecadacao { arrecadacao_dv(identifier, others) } else { bank_dac(others) };
        if bars.get(place) != Some(&dv) {
            return Err(Reason::CheckDigit);
        }
        if mode == Mode::Strict && boleto.value_without_fator() {
            return Err(Reason::Faixa);
        }
        Ok(boleto)
    }
}

fn slice(digits: &[u8], start: usize, end: usize) -> &[u8] {
    digits.get(start..end).unwrap_or_default()
}

fn printed(text: &str, digits: usize) -> bool {
    text.len() == digits || MASKS.iter().any(|mask| matches(text, mask))
}

fn fator_out_of_range(fator: &[u8]) -> bool {
    fator.first() == Some(&b'0') && fator != b"0000"
}

fn only_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Converts a value to cents. The value must not be negative, must have no fraction of a cent, and must fit.
fn cents(value: Decimal, greater: i64) -> Result<i64, Reason> {
    let hundred = Decimal::from(100);
    value
        .checked_mul(hundred)
        .filter(Decimal::is_integer)
        .and_then(|cents| i64::try_from(cents).ok())
        .filter(|cents| (0..=greater).contains(cents))
        .ok_or(Reason::InvalidField { field: "valor" })
}

fn fator(day: Date) -> Option<i32> {
    let days = days_between(BASE, day);
    if !(MIN_FATOR..MIN_FATOR + 2 * CYCLE).contains(&days) {
        return None;
    }
    Some((days - MIN_FATOR) % CYCLE + MIN_FATOR)
}

fn days_between(from: Date, until: Date) -> i32 {
    i32::try_from(days_from_epoch(until) - days_from_epoch(from)).unwrap_or(i32::MAX)
}

/// A bank's check digit is never 0: what would be 0, 10 or 11 is 1.
fn bank_dac(parts: [&[u8]; 2]) -> u8 {
    match modulo11(sum_from_2_to_9(parts)) {
        0 => b'1',
        dv => b'0' + dv,
    }
}

/// Arrecadação: identifiers 6 and 7 use modulo 10, 8 and 9 modulo 11, in which 10 and 11 become 0.
fn arrecadacao_dv(identifier: u8, parts: [&[u8]; 2]) -> u8 {
    if matches!(identifier, b'6' | b'7') { modulo10(parts) } else { b'0' + modulo11(sum_from_2_to_9(parts)) }
}

masked_debug!(Boleto);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_turns_over_in_2025() {
        let cases = [
            (date(2000, 7, 3), 1000),
            (date(2025, 2, 21), 9999),
            (date(2025, 2, 22), 1000),
            (date(2025, 2, 24), 1002),
            (date(2026, 12, 21), 1667),
            (date(2049, 10, 13), 9999),
        ];
        for (day, expected) in cases {
            assert_eq!(fator(day), Some(expected), "{day}");
        }
        assert_eq!(fator(date(2000, 7, 2)), None);
        assert_eq!(fator(date(2049, 10, 14)), None);
    }

    #[test]
    fn the_reference_date_chooses_the_cycle() {
        let free = "0".repeat(25);
        let boleto = Boleto::generate("001", Some(date(2025, 3, 1)), Decimal::new(12_34, 2), &free).unwrap();
        assert_eq!(boleto.vencimento(date(2024, 12, 1)), Some(date(2025, 3, 1)));
        assert_eq!(boleto.vencimento(date(2003, 1, 1)), Some(date(2000, 7, 10)));
        assert_eq!(boleto.value(), Some(Decimal::new(12_34, 2)));
    }

    #[test]
    fn a_value_of_more_than_ten_digits_takes_the_place_of_the_factor() {
        let free = "1".repeat(25);
        for text in ["100000000.00", "155555555.55", "99999999999.99"] {
            let value: Decimal = text.parse().unwrap();
            let boleto = Boleto::generate("001", None, value, &free).unwrap();
            assert_eq!(boleto.value(), Some(value));
            assert_eq!((boleto.fator_vencimento(), boleto.vencimentos()), (None, Vec::new()));
            for form in [boleto.linha_digitavel(), boleto.codigo_de_barras()] {
                assert_eq!(Boleto::parse(form, Mode::Lenient), Ok(boleto));
                assert_eq!(Boleto::parse(form, Mode::Strict), Err(Reason::Faixa));
            }
        }
    }

    #[test]
    fn generation_refuses_what_does_not_fit() {
        let free = "1".repeat(25);
        let value = |text: &str| text.parse::<Decimal>().unwrap();
        for bad in ["-0.01", "0.001", "100000000000.00"] {
            assert_eq!(Boleto::generate("341", None, value(bad), &free), Err(Reason::InvalidField { field: "valor" }));
        }
        let day = Some(date(2026, 12, 21));
        assert!(Boleto::generate("341", day, value("99999999.99"), &free).is_ok());
        let no_room = Boleto::generate("341", day, value("100000000.00"), &free);
        assert_eq!(no_room, Err(Reason::InvalidField { field: "vencimento" }));
        assert!(Boleto::generate("34١", None, value("1"), &free).is_err());
        assert!(Boleto::generate("341", None, value("1"), "1").is_err());
        assert!(Boleto::generate("341", Some(date(1999, 1, 1)), value("1"), &free).is_err());
    }
}
