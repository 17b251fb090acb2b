//! What must hold of documents whatever the text: no panic, bounded work, and errors caught as far as each
//! algorithm promises.

#![expect(clippy::indexing_slicing, reason = "a test that fails is what it is for")]

use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use smartbill_core::Modo;
use smartbill_core::document::{
    Boleto, BrCode, ChaveDfe, Cnpj, Cpf, CpfCnpj, PartesDaChave, PixChave, Segmento, Tipo, Uf,
};

const MODOS: [Modo; 2] = [Modo::Estrito, Modo::Leniente];

/// Every other digit in the place of one.
fn trocas(texto: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let digitos = texto.char_indices().filter(|(_, letra)| letra.is_ascii_digit());
    digitos.flat_map(move |(indice, letra)| {
        ('0'..='9').filter(move |&outra| outra != letra).map(move |outra| {
            let mut trocado = texto.to_owned();
            trocado.replace_range(indice..=indice, outra.encode_utf8(&mut [0; 4]));
            (indice, trocado)
        })
    })
}

/// Modulo 11 gives the digit 0 for two remainders. A wrong digit shifts both remainders, so it is caught unless
/// both check digits are 0; a wrong check digit always is.
fn promete_modulo11(documento: &str, indice: usize) -> bool {
    !documento.ends_with("00") || indice >= documento.len() - 2
}

fn usar_tudo(tipo: Tipo, texto: &str, uf: Option<&str>) {
    for modo in MODOS {
        let resultado = tipo.validar(texto, modo, uf);
        assert_eq!(resultado.valido, resultado.motivo.is_none());
        assert_eq!(resultado.valido, resultado.valor.is_some());
        let codigo = tipo.validar_coluna(std::iter::once(Some(texto)), modo, uf)[0];
        assert_eq!(codigo, resultado.motivo.map(|motivo| motivo.codigo()));
        if let Some(valor) = resultado.valor {
            // The canonical text is canonical.
            assert_eq!(tipo.validar(&valor, Modo::Leniente, uf).valor, Some(valor));
        }
    }
    assert_eq!(tipo.valido(texto), tipo.validar(texto, Modo::Estrito, None).valido);
    let limpo = tipo.limpar(texto);
    assert_eq!(tipo.limpar(&limpo), limpo);
    if let Some(formatado) = tipo.formatar(texto) {
        assert_eq!(tipo.formatar(&formatado), Some(formatado));
    }
}

/// Texts that look like documents: digits, masks, letters, and what attackers put between.
fn quase() -> impl Strategy<Value = String> {
    let pedaco = prop_oneof![
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
    prop::collection::vec(pedaco, 0..12).prop_map(|pedacos| pedacos.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(texto in any::<String>(), uf in 0..27_usize) {
        for &tipo in Tipo::ALL {
            usar_tudo(tipo, &texto, None);
            usar_tudo(tipo, &texto, Some(Uf::ESTADOS[uf].sigla()));
        }
    }

    #[test]
    fn no_lookalike_panics(texto in quase(), uf in 0..27_usize) {
        for &tipo in Tipo::ALL {
            usar_tudo(tipo, &texto, None);
            usar_tudo(tipo, &texto, Some(Uf::ESTADOS[uf].sigla()));
        }
    }

    #[test]
    fn cpf_made_is_valid_and_catches_what_it_promises(base in prop::array::uniform9(0..10_u8)) {
        let Some(cpf) = Cpf::gerar(base) else { return Ok(()) };
        prop_assert_eq!(Cpf::parse(cpf.as_str(), Modo::Estrito), Ok(cpf));
        prop_assert_eq!(Cpf::parse(&cpf.formatar(), Modo::Estrito), Ok(cpf));
        for (indice, trocado) in trocas(cpf.as_str()) {
            // The first digit's weight under the second check digit is 11, which modulo 11 does not see.
            let primeiro = indice == 0 && cpf.as_str().as_bytes()[9] == b'0';
            let promete = !primeiro && promete_modulo11(cpf.as_str(), indice);
            prop_assert!(!promete || Cpf::parse(&trocado, Modo::Leniente).is_err(), "{} at {}", trocado, indice);
        }
    }

    #[test]
    fn cnpj_made_is_valid_and_catches_what_it_promises(base in "[0-9]{12}|[0-9A-Z]{12}") {
        let Some(cnpj) = Cnpj::gerar(&base) else { return Ok(()) };
        prop_assert_eq!(Cnpj::parse(cnpj.as_str(), Modo::Estrito), Ok(cnpj));
        prop_assert_eq!(Cnpj::parse(&cnpj.formatar(), Modo::Estrito), Ok(cnpj));
        for (indice, trocado) in trocas(cnpj.as_str()) {
            let promete = promete_modulo11(cnpj.as_str(), indice);
            prop_assert!(!promete || Cnpj::parse(&trocado, Modo::Leniente).is_err(), "{} at {}", trocado, indice);
        }
    }

    #[test]
    fn boleto_made_is_valid_and_catches_what_it_promises(
        banco in 1..800_u16,
        dias in prop::option::of(1000..19_000_i32),
        centavos in 0..=9_999_999_999_i64,
        livre in "[0-9]{25}",
    ) {
        let dia = dias.map(|dias| date(1997, 10, 7).checked_add(dias.days()).unwrap());
        let valor = Decimal::new(centavos, 2);
        let boleto = Boleto::gerar(&format!("{banco:03}"), dia, valor, &livre).unwrap();
        prop_assert_eq!(Boleto::parse(&boleto.formatar(), Modo::Estrito), Ok(boleto));
        prop_assert_eq!(Boleto::parse(boleto.codigo_de_barras(), Modo::Estrito), Ok(boleto));
        prop_assert_eq!(boleto.valor(), (centavos > 0).then_some(valor));
        prop_assert_eq!(dia.and_then(|dia| boleto.vencimento(dia)), dia);
        prop_assert_eq!(boleto.campo_livre(), Some(livre.as_str()));
        for (indice, trocado) in trocas(boleto.linha_digitavel()) {
            // The blocks are modulo 10: every wrong digit is caught. Factor and value hang on the general digit
            // alone, which is 1 for three remainders (0, 1, 10), so that some pass where it is 1.
            let so_geral = indice >= 33 && boleto.codigo_de_barras().as_bytes()[4] == b'1';
            prop_assert!(so_geral || Boleto::parse(&trocado, Modo::Leniente).is_err(), "{} at {}", trocado, indice);
        }
    }

    #[test]
    fn arrecadacao_made_is_valid_and_catches_what_it_promises(
        modulo in prop::sample::select(vec![10_u8, 11]),
        centavos in 0..=99_999_999_999_i64,
        livre in "[0-9]{29}",
    ) {
        let valor = Decimal::new(centavos, 2);
        let boleto = Boleto::gerar_arrecadacao(Segmento::Saneamento, modulo, valor, &livre).unwrap();
        prop_assert_eq!(Boleto::parse(&boleto.formatar(), Modo::Estrito), Ok(boleto));
        prop_assert_eq!(Boleto::parse(boleto.codigo_de_barras(), Modo::Estrito), Ok(boleto));
        prop_assert_eq!(boleto.valor(), (centavos > 0).then_some(valor));
        for (indice, trocado) in trocas(boleto.linha_digitavel()) {
            // Each digit is under two check digits; modulo 11 gives 0 for two remainders, and a digit under two
            // zeros may hide. The third digit chooses the algorithm itself.
            let linha = boleto.linha_digitavel().as_bytes();
            let zeros = linha[indice / 12 * 12 + 11] == b'0' && linha[3] == b'0';
            let promete = indice != 2 && (modulo == 10 || !zeros);
            prop_assert!(!promete || Boleto::parse(&trocado, Modo::Leniente).is_err(), "{} at {}", trocado, indice);
        }
    }

    #[test]
    fn brcode_made_is_valid_and_catches_every_wrong_digit(
        nome in "[A-Za-zÀ-ú]{1}[A-Za-zÀ-ú ]{0,23}[A-Za-zÀ-ú]",
        cidade in "[A-ZÇÃ]{1,15}",
        centavos in prop::option::of(1..=999_999_999_i64),
        txid in prop::option::of("[A-Za-z0-9]{1,25}"),
    ) {
        let chave = PixChave::parse("fulano@example.com", Modo::Estrito).unwrap();
        let mut novo = BrCode::estatico(&chave, &nome, &cidade);
        if let Some(centavos) = centavos {
            novo = novo.valor(Decimal::new(centavos, 2));
        }
        if let Some(txid) = &txid {
            novo = novo.txid(txid);
        }
        let codigo = novo.gerar().unwrap();
        prop_assert_eq!(BrCode::parse(codigo.as_str(), Modo::Estrito), Ok(codigo.clone()));
        prop_assert_eq!(codigo.valor(), centavos.map(|centavos| Decimal::new(centavos, 2)));
        prop_assert_eq!(codigo.txid(), txid.as_deref());
        prop_assert_eq!((codigo.nome(), codigo.cidade()), (nome.as_str(), cidade.as_str()));
        // A CRC-16 catches every burst of up to sixteen bits: any wrong character.
        for (indice, trocado) in trocas(codigo.as_str()) {
            prop_assert!(BrCode::parse(&trocado, Modo::Leniente).is_err(), "{} at {}", trocado, indice);
        }
    }

    #[test]
    fn chave_made_is_valid(
        uf in 0..27_usize, ano in 2006..2060_i16, mes in 1..=12_i8, base in "[0-9A-Z]{12}",
        serie in 0..=999_u16, numero in 1..=999_999_999_u32, codigo in 0..=99_999_999_u32,
    ) {
        let Some(cnpj) = Cnpj::gerar(&base) else { return Ok(()) };
        let partes = PartesDaChave {
            uf: Uf::ESTADOS[uf], ano, mes, emitente: CpfCnpj::Cnpj(cnpj), modelo: 55, serie, numero, tipo_emissao: 1, codigo,
        };
        let chave = ChaveDfe::gerar(&partes).unwrap();
        prop_assert_eq!(ChaveDfe::parse(&chave.formatar(), Modo::Estrito), Ok(chave));
        prop_assert_eq!(chave.uf(), Uf::ESTADOS[uf]);
        prop_assert_eq!(chave.emitente(), Some(CpfCnpj::Cnpj(cnpj)));
        prop_assert_eq!(chave.numero().parse(), Ok(numero));
    }
}

#[test]
fn long_texts_are_refused_by_their_length() {
    // Reading looks at a bounded number of characters: a text a thousand times longer costs no more to refuse.
    for expoente in 4..=7 {
        for letra in ["0", " ", "a", "1.", "@", "\u{1F600}", "+", "P"] {
            let texto = letra.repeat(10_usize.pow(expoente) / letra.len());
            for &tipo in Tipo::ALL {
                for modo in MODOS {
                    let uf = (tipo == Tipo::Ie).then_some("SP");
                    let codigo = tipo.validar_coluna(std::iter::once(Some(texto.as_str())), modo, uf)[0];
                    let esperado = codigo == Some("tamanho") || (letra == " " && codigo == Some("vazio"));
                    assert!(esperado, "{} {letra:?} {codigo:?}", tipo.name());
                }
            }
        }
    }
}

#[test]
fn nothing_personal_prints() {
    let cpf = Cpf::parse("12345678909", Modo::Estrito).unwrap();
    assert_eq!(cpf.to_string(), "***.456.789-**");
    assert_eq!(format!("{cpf:?}"), "Cpf(***.456.789-**)");
    let segredos = [
        (Tipo::Cpf, "12345678909"),
        (Tipo::Telefone, "11987654321"),
        (Tipo::Email, "fulano.detal@example.com"),
        (Tipo::PixChave, "fulano.detal@example.com"),
    ];
    for (tipo, texto) in segredos {
        let resultado = format!("{:?}", tipo.validar(texto, Modo::Estrito, None));
        assert!(!resultado.contains(texto), "{resultado}");
    }
    let chave = PixChave::parse("12345678909", Modo::Estrito).unwrap();
    let codigo = BrCode::estatico(&chave, "Fulano", "Recife").gerar().unwrap();
    assert!(!format!("{codigo:?} {codigo} {chave:?} {chave}").contains("12345678909"));
    assert!(!format!("{codigo:?} {codigo}").contains("Fulano"));
}

#[test]
fn decimals_are_exact() {
    let valor = Decimal::from_str("0.01").unwrap();
    let boleto = Boleto::gerar("001", None, valor, &"0".repeat(25)).unwrap();
    assert_eq!(boleto.valor(), Some(valor));
}
