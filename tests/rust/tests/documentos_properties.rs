//! Properties of documents for any text: no panic, bounded work, and the errors that each algorithm promises to catch.

#![expect(clippy::indexing_slicing, reason = "a test that fails is what it is for")]

use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use smartbill_core::Mode;
use smartbill_core::document::{
    Boleto, BrCode, ChaveDfe, Cnpj, Cpf, CpfCnpj, DocumentKind, KeyParts, PixChave, Segmento, Uf,
};

const MODES: [Mode; 2] = [Mode::Strict, Mode::Lenient];

/// Every other digit in the place of one.
fn changes(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let digits = text.char_indices().filter(|(_, ch)| ch.is_ascii_digit());
    digits.flat_map(move |(index, ch)| {
        ('0'..='9').filter(move |&other| other != ch).map(move |other| {
            let mut changed = text.to_owned();
            changed.replace_range(index..=index, other.encode_utf8(&mut [0; 4]));
            (index, changed)
        })
    })
}

/// Modulo 11 gives the digit 0 for two remainders. A wrong digit shifts both remainders, so it is caught unless
/// both check digits are 0; a wrong check digit always is.
fn promises_modulo11(documento: &str, index: usize) -> bool {
    !documento.ends_with("00") || index >= documento.len() - 2
}

fn use_all(kind: DocumentKind, text: &str, uf: Option<&str>) {
    for mode in MODES {
        let outcome = kind.validar(text, mode, uf);
        assert_eq!(outcome.valid, outcome.reason.is_none());
        assert_eq!(outcome.valid, outcome.value.is_some());
        let code = kind.validar_column(std::iter::once(Some(text)), mode, uf)[0];
        assert_eq!(code, outcome.reason.map(|reason| reason.code()));
        if let Some(value) = outcome.value {
            // The canonical text is canonical.
            assert_eq!(kind.validar(&value, Mode::Lenient, uf).value, Some(value));
        }
    }
    assert_eq!(kind.valid(text), kind.validar(text, Mode::Strict, None).valid);
    let clean = kind.strip(text);
    assert_eq!(kind.strip(&clean), clean);
    if let Some(formatted) = kind.format(text) {
        assert_eq!(kind.format(&formatted), Some(formatted));
    }
}

/// Texts that look like documents: digits, masks, letters, and the characters that attackers insert.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[0-9]{1,12}",
        2 => "[-./ ()+P]{1,2}",
        1 => "[A-Za-z@]{1,4}",
        1 => Just("\u{2013}".to_owned()),
        1 => Just("\u{a0}".to_owned()),
        1 => Just("\u{ff11}".to_owned()),
        1 => Just("\0".to_owned()),
        1 => Just("ISENTO".to_owned()),
        1 => Just("000201".to_owned()),
        1 => Just("2658".to_owned()),
        1 => Just("0014br.gov.bcb.pix".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in any::<String>(), uf in 0..27_usize) {
        for &kind in DocumentKind::ALL {
            use_all(kind, &text, None);
            use_all(kind, &text, Some(Uf::UFS[uf].sigla()));
        }
    }

    #[test]
    fn no_lookalike_panics(text in nearly(), uf in 0..27_usize) {
        for &kind in DocumentKind::ALL {
            use_all(kind, &text, None);
            use_all(kind, &text, Some(Uf::UFS[uf].sigla()));
        }
    }

    #[test]
    fn cpf_made_is_valid_and_catches_what_it_promises(base in prop::array::uniform9(0..10_u8)) {
        let Some(cpf) = Cpf::generate(base) else { return Ok(()) };
        prop_assert_eq!(Cpf::parse(cpf.as_str(), Mode::Strict), Ok(cpf));
        prop_assert_eq!(Cpf::parse(&cpf.format(), Mode::Strict), Ok(cpf));
        for (index, changed) in changes(cpf.as_str()) {
            // The first digit's weight under the second check digit is 11, which modulo 11 does not see.
            let first = index == 0 && cpf.as_str().as_bytes()[9] == b'0';
            let promises = !first && promises_modulo11(cpf.as_str(), index);
            prop_assert!(!promises || Cpf::parse(&changed, Mode::Lenient).is_err(), "{} at {}", changed, index);
        }
    }

    #[test]
    fn cnpj_made_is_valid_and_catches_what_it_promises(base in "[0-9]{12}|[0-9A-Z]{12}") {
        let Some(cnpj) = Cnpj::generate(&base) else { return Ok(()) };
        prop_assert_eq!(Cnpj::parse(cnpj.as_str(), Mode::Strict), Ok(cnpj));
        prop_assert_eq!(Cnpj::parse(&cnpj.format(), Mode::Strict), Ok(cnpj));
        for (index, changed) in changes(cnpj.as_str()) {
            let promises = promises_modulo11(cnpj.as_str(), index);
            prop_assert!(!promises || Cnpj::parse(&changed, Mode::Lenient).is_err(), "{} at {}", changed, index);
        }
    }

    #[test]
    fn boleto_made_is_valid_and_catches_what_it_promises(
        banco in 1..800_u16,
        days in prop::option::of(1000..19_000_i32),
        cents in 0..=9_999_999_999_i64,
        free in "[0-9]{25}",
    ) {
        let day = days.map(|days| date(1997, 10, 7).checked_add(days.days()).unwrap());
        let value = Decimal::new(cents, 2);
        let boleto = Boleto::generate(&format!("{banco:03}"), day, value, &free).unwrap();
        prop_assert_eq!(Boleto::parse(&boleto.format(), Mode::Strict), Ok(boleto));
        prop_assert_eq!(Boleto::parse(boleto.codigo_de_barras(), Mode::Strict), Ok(boleto));
        prop_assert_eq!(boleto.value(), (cents > 0).then_some(value));
        prop_assert_eq!(day.and_then(|day| boleto.vencimento(day)), day);
        prop_assert_eq!(boleto.campo_livre(), Some(free.as_str()));
        for (index, changed) in changes(boleto.linha_digitavel()) {
            // The blocks are modulo 10: every wrong digit is caught. Factor and value hang on the general digit
            // alone, which is 1 for three remainders (0, 1, 10), so that some pass where it is 1.
            let only_general = index >= 33 && boleto.codigo_de_barras().as_bytes()[4] == b'1';
            prop_assert!(only_general || Boleto::parse(&changed, Mode::Lenient).is_err(), "{} at {}", changed, index);
        }
    }

    #[test]
    fn arrecadacao_made_is_valid_and_catches_what_it_promises(
        modulus in prop::sample::select(vec![10_u8, 11]),
        cents in 0..=99_999_999_999_i64,
        free in "[0-9]{29}",
    ) {
        let value = Decimal::new(cents, 2);
        let boleto = Boleto::gerar_arrecadacao(Segmento::Sanitation, modulus, value, &free).unwrap();
        prop_assert_eq!(Boleto::parse(&boleto.format(), Mode::Strict), Ok(boleto));
        prop_assert_eq!(Boleto::parse(boleto.codigo_de_barras(), Mode::Strict), Ok(boleto));
        prop_assert_eq!(boleto.value(), (cents > 0).then_some(value));
        for (index, changed) in changes(boleto.linha_digitavel()) {
            // Each digit is under two check digits; modulo 11 gives 0 for two remainders, and a digit under two
            // zeros may hide. The third digit chooses the algorithm itself.
            let row = boleto.linha_digitavel().as_bytes();
            let zeros = row[index / 12 * 12 + 11] == b'0' && row[3] == b'0';
            let promises = index != 2 && (modulus == 10 || !zeros);
            prop_assert!(!promises || Boleto::parse(&changed, Mode::Lenient).is_err(), "{} at {}", changed, index);
        }
    }

    #[test]
    fn brcode_made_is_valid_and_catches_every_wrong_digit(
        name in "[A-Za-zÀ-ú]{1}[A-Za-zÀ-ú ]{0,23}[A-Za-zÀ-ú]",
        cidade in "[A-ZÇÃ]{1,15}",
        cents in prop::option::of(1..=999_999_999_i64),
        txid in prop::option::of("[A-Za-z0-9]{1,25}"),
    ) {
        let key = PixChave::parse("fulano@example.com", Mode::Strict).unwrap();
        let mut new = BrCode::static_(&key, &name, &cidade);
        if let Some(cents) = cents {
            new = new.value(Decimal::new(cents, 2));
        }
        if let Some(txid) = &txid {
            new = new.txid(txid);
        }
        let code = new.generate().unwrap();
        prop_assert_eq!(BrCode::parse(code.as_str(), Mode::Strict), Ok(code.clone()));
        prop_assert_eq!(code.value(), cents.map(|cents| Decimal::new(cents, 2)));
        prop_assert_eq!(code.txid(), txid.as_deref());
        prop_assert_eq!((code.name(), code.cidade()), (name.as_str(), cidade.as_str()));
        // A CRC-16 catches every burst of up to sixteen bits: any wrong character.
        for (index, changed) in changes(code.as_str()) {
            prop_assert!(BrCode::parse(&changed, Mode::Lenient).is_err(), "{} at {}", changed, index);
        }
    }

    #[test]
    fn chave_made_is_valid(
        uf in 0..27_usize, year in 2006..2060_i16, month in 1..=12_i8, base in "[0-9A-Z]{12}",
        serie in 0..=999_u16, number in 1..=999_999_999_u32, code in 0..=99_999_999_u32,
    ) {
        let Some(cnpj) = Cnpj::generate(&base) else { return Ok(()) };
        let parts = KeyParts {
            uf: Uf::UFS[uf], year, month, emitente: CpfCnpj::Cnpj(cnpj), model: 55, serie, number, tipo_emissao: 1, code,
        };
        let key = ChaveDfe::generate(&parts).unwrap();
        prop_assert_eq!(ChaveDfe::parse(&key.format(), Mode::Strict), Ok(key));
        prop_assert_eq!(key.uf(), Uf::UFS[uf]);
        prop_assert_eq!(key.emitente(), Some(CpfCnpj::Cnpj(cnpj)));
        prop_assert_eq!(key.number().parse(), Ok(number));
    }
}

#[test]
fn long_texts_are_refused_by_their_length() {
    // Reading looks at a bounded number of characters: a text a thousand times longer costs no more to refuse.
    for exponent in 4..=7 {
        for ch in ["0", " ", "a", "1.", "@", "\u{1F600}", "+", "P"] {
            let text = ch.repeat(10_usize.pow(exponent) / ch.len());
            for &kind in DocumentKind::ALL {
                for mode in MODES {
                    let uf = (kind == DocumentKind::Ie).then_some("SP");
                    let code = kind.validar_column(std::iter::once(Some(text.as_str())), mode, uf)[0];
                    let expected = code == Some("tamanho") || (ch == " " && code == Some("vazio"));
                    assert!(expected, "{} {ch:?} {code:?}", kind.name());
                }
            }
        }
    }
}

#[test]
fn nothing_personal_prints() {
    let cpf = Cpf::parse("12345678909", Mode::Strict).unwrap();
    assert_eq!(cpf.to_string(), "***.456.789-**");
    assert_eq!(format!("{cpf:?}"), "Cpf(***.456.789-**)");
    let secrets = [
        (DocumentKind::Cpf, "12345678909"),
        (DocumentKind::Telefone, "11987654321"),
        (DocumentKind::Email, "fulano.detal@example.com"),
        (DocumentKind::PixChave, "fulano.detal@example.com"),
    ];
    for (kind, text) in secrets {
        let outcome = format!("{:?}", kind.validar(text, Mode::Strict, None));
        assert!(!outcome.contains(text), "{outcome}");
    }
    let key = PixChave::parse("12345678909", Mode::Strict).unwrap();
    let code = BrCode::static_(&key, "Fulano", "Recife").generate().unwrap();
    assert!(!format!("{code:?} {code} {key:?} {key}").contains("12345678909"));
    assert!(!format!("{code:?} {code}").contains("Fulano"));
}

#[test]
fn decimals_are_exact() {
    let value = Decimal::from_str("0.01").unwrap();
    let boleto = Boleto::generate("001", None, value, &"0".repeat(25)).unwrap();
    assert_eq!(boleto.value(), Some(value));
}
