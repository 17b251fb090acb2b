//! What holds for every input: never a panic, and what is printed is read back.

use proptest::prelude::*;
use rust_decimal::Decimal;
use smartbill_core::Mode;
use smartbill_core::sheets::convert::{self, Context, competencia, ptbr_date, ptbr_decimal};
use smartbill_core::sheets::{Cell, Conversion, Number, ReadOptions, SheetFile, detect, flows};

/// `1234567.5` as `1.234.567,5`.
fn with_thousands(value: Decimal) -> String {
    let text = value.abs().to_string();
    let (integers, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut groups = Vec::new();
    let mut rest = integers;
    while rest.len() > 3 {
        let (before, group) = rest.split_at(rest.len() - 3);
        groups.insert(0, group);
        rest = before;
    }
    groups.insert(0, rest);
    let comma = if fraction.is_empty() { "" } else { "," };
    let signal = if value.is_sign_negative() { "-" } else { "" };
    format!("{signal}{}{comma}{fraction}", groups.join("."))
}

proptest! {
    #[test]
    fn numbers_are_read_as_printed(mantissa in -1_000_000_000_000_i64..1_000_000_000_000, places in 1_u32..6) {
        let value = Decimal::new(mantissa, places);
        prop_assert_eq!(ptbr_decimal(&with_thousands(value), Mode::Strict).unwrap(), value);
        prop_assert_eq!(ptbr_decimal(&format!("R$ {}", with_thousands(value)), Mode::Strict).unwrap(), value);
    }

    #[test]
    fn dates_are_read_as_printed(days in 0_i32..100_000) {
        let date = jiff::civil::date(1930, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        prop_assert_eq!(ptbr_date(&date.strftime("%d/%m/%Y").to_string()).unwrap(), date);
        prop_assert_eq!(ptbr_date(&date.to_string()).unwrap(), date);
        let month = date.first_of_month();
        prop_assert_eq!(competencia(&month.strftime("%m/%Y").to_string()).unwrap().first_day(), month);
    }

    #[test]
    fn numeric_cells_show_what_was_typed(mantissa in -99_999_999_999_999_i64..99_999_999_999_999, places in 0_u32..8) {
        let value = Decimal::new(mantissa, places);
        let number: f64 = value.to_string().parse().unwrap();
        let parsed: Decimal = Number::new(number).digits().unwrap().parse().unwrap();
        prop_assert_eq!(Number::new(number).decimal().unwrap(), value);
        prop_assert_eq!(parsed, value);
    }

    #[test]
    fn conversions_never_panic(text in ".{0,40}", number in any::<f64>(), zeros in any::<u8>()) {
        let conversions = flows::CLIENTES.columns.iter().chain(flows::CONSUMOS.columns).map(|c| c.conversion);
        for conversion in conversions.chain([Conversion::Boolean]) {
            for mode in [Mode::Strict, Mode::Lenient] {
                let context = Context { mode, ..Context::default() };
                for cell in [Cell::Text(text.clone()), Cell::Number(Number { value: number, zeros })] {
                    let _ = convert::cell(&cell, conversion, context, &mut Vec::new());
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), magic in 0_usize..4) {
        let magics: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"Nome;CPF\n"];
        let mut file = magics[magic].to_vec();
        file.extend(bytes);
        let _ = detect(&file);
        if let Ok(mut file) = SheetFile::from_bytes(file, "x", &ReadOptions::default())
            && let Ok(records) = file.records(&flows::CLIENTES)
        {
            records.for_each(drop);
        }
    }
}

proptest! {
    #[test]
    fn the_quick_way_to_a_decimal_is_the_exact_one(value in -1e12_f64..1e12, ninety in 0_i64..1_000_000) {
        let noise = f64::from(i32::try_from(ninety).unwrap()) * 0.1 + 0.2;
        for value in [value, noise, value / 1e9, noise / 3.0] {
            let number = Number::new(value);
            let exact: Decimal = number.digits().unwrap().parse().unwrap();
            prop_assert_eq!(number.decimal().unwrap(), exact);
        }
    }
}
