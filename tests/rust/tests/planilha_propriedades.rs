//! What holds for every input: never a panic, and what is printed is read back.

use proptest::prelude::*;
use rust_decimal::Decimal;
use smartbill_core::Modo;
use smartbill_core::planilha::convert::{self, Contexto, competencia, data_ptbr, decimal_ptbr};
use smartbill_core::planilha::{Arquivo, Celula, Conversao, Numero, Opcoes, detectar, fluxo};

/// `1234567.5` as `1.234.567,5`.
fn com_milhares(valor: Decimal) -> String {
    let texto = valor.abs().to_string();
    let (inteiros, fracao) = texto.split_once('.').unwrap_or((&texto, ""));
    let mut grupos = Vec::new();
    let mut resto = inteiros;
    while resto.len() > 3 {
        let (antes, grupo) = resto.split_at(resto.len() - 3);
        grupos.insert(0, grupo);
        resto = antes;
    }
    grupos.insert(0, resto);
    let virgula = if fracao.is_empty() { "" } else { "," };
    let sinal = if valor.is_sign_negative() { "-" } else { "" };
    format!("{sinal}{}{virgula}{fracao}", grupos.join("."))
}

proptest! {
    #[test]
    fn numbers_are_read_as_printed(mantissa in -1_000_000_000_000_i64..1_000_000_000_000, casas in 1_u32..6) {
        let valor = Decimal::new(mantissa, casas);
        prop_assert_eq!(decimal_ptbr(&com_milhares(valor), Modo::Estrito).unwrap(), valor);
        prop_assert_eq!(decimal_ptbr(&format!("R$ {}", com_milhares(valor)), Modo::Estrito).unwrap(), valor);
    }

    #[test]
    fn dates_are_read_as_printed(dias in 0_i32..100_000) {
        let data = jiff::civil::date(1930, 1, 1).checked_add(jiff::Span::new().days(dias)).unwrap();
        prop_assert_eq!(data_ptbr(&data.strftime("%d/%m/%Y").to_string()).unwrap(), data);
        prop_assert_eq!(data_ptbr(&data.to_string()).unwrap(), data);
        let mes = data.first_of_month();
        prop_assert_eq!(competencia(&mes.strftime("%m/%Y").to_string()).unwrap().primeiro_dia(), mes);
    }

    #[test]
    fn numeric_cells_show_what_was_typed(mantissa in -99_999_999_999_999_i64..99_999_999_999_999, casas in 0_u32..8) {
        let valor = Decimal::new(mantissa, casas);
        let numero: f64 = valor.to_string().parse().unwrap();
        let lido: Decimal = Numero::novo(numero).digitos().unwrap().parse().unwrap();
        prop_assert_eq!(Numero::novo(numero).decimal().unwrap(), valor);
        prop_assert_eq!(lido, valor);
    }

    #[test]
    fn conversions_never_panic(texto in ".{0,40}", numero in any::<f64>(), zeros in any::<u8>()) {
        let conversoes = fluxo::CLIENTES.colunas.iter().chain(fluxo::CONSUMOS.colunas).map(|c| c.conversao);
        for conversao in conversoes.chain([Conversao::Booleano]) {
            for modo in [Modo::Estrito, Modo::Leniente] {
                let contexto = Contexto { modo, ..Contexto::default() };
                for celula in [Celula::Texto(texto.clone()), Celula::Numero(Numero { valor: numero, zeros })] {
                    let _ = convert::celula(&celula, conversao, contexto, &mut Vec::new());
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), magia in 0_usize..4) {
        let magias: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"Nome;CPF\n"];
        let mut arquivo = magias[magia].to_vec();
        arquivo.extend(bytes);
        let _ = detectar(&arquivo);
        if let Ok(mut arquivo) = Arquivo::de_bytes(arquivo, "x", &Opcoes::default())
            && let Ok(registros) = arquivo.registros(&fluxo::CLIENTES)
        {
            registros.for_each(drop);
        }
    }
}

proptest! {
    #[test]
    fn the_quick_way_to_a_decimal_is_the_exact_one(valor in -1e12_f64..1e12, noventa in 0_i64..1_000_000) {
        let ruido = f64::from(i32::try_from(noventa).unwrap()) * 0.1 + 0.2;
        for valor in [valor, ruido, valor / 1e9, ruido / 3.0] {
            let numero = Numero::novo(valor);
            let exato: Decimal = numero.digitos().unwrap().parse().unwrap();
            prop_assert_eq!(numero.decimal().unwrap(), exato);
        }
    }
}
