use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::Motivo;
use super::texto::{
    Ascii, DIGITOS, PONTUACAO, aplicar, casa, digito, modulo10, modulo11, mostra_mascarado, numero, sem, soma_de_2_a_9,
};
use crate::Modo;
use crate::escrita::partes;
use crate::tempo::{add_days, days_from_epoch};

/// As a bank prints the line, and the ways in which payment slips of utilities print their four blocks.
const MASCARAS: &str = "00000.00000 00000.000000 00000.000000 0 00000000000000|\
    00000000000-0 00000000000-0 00000000000-0 00000000000-0|\
    00000000000 0 00000000000 0 00000000000 0 00000000000 0|\
    000000000000 000000000000 000000000000 000000000000";

/// From where to where in the line the digits of the barcode are, one part after the other.
const BARRAS_BANCARIAS: &[(usize, usize)] = &[(0, 4), (32, 47), (4, 9), (10, 20), (21, 31)];
const BARRAS_DE_ARRECADACAO: &[(usize, usize)] = &[(0, 11), (12, 23), (24, 35), (36, 47)];

/// From where to where in the barcode the digits of the line are, and whether the check digit of a block follows.
const LINHA_BANCARIA: &[(usize, usize, bool)] =
    &[(0, 4, false), (19, 24, true), (24, 34, true), (34, 44, true), (4, 19, false)];
const LINHA_DE_ARRECADACAO: &[(usize, usize, bool)] = &[(0, 11, true), (11, 22, true), (22, 33, true), (33, 44, true)];

/// Day zero of the due date factor, and the length of a cycle: 1000 is 2000-07-03, 9999 is 2025-02-21 and the next
/// day is 1000 again (domain 3.8; FEBRABAN).
const BASE: Date = date(1997, 10, 7);
const MENOR_FATOR: i32 = 1000;
const CICLO: i32 = 9000;

/// What ten digits of cents hold. A greater value takes the four digits of the factor too, and there is no factor then
/// (domain 3.8; FEBRABAN). Read as a factor those digits are 0001 to 0999, which no due date has; from 1000 on nothing
/// tells a value from a factor, so that no greater value is made, and a factor is what is read.
const MAIOR_VALOR_COM_FATOR: i64 = 9_999_999_999;
const MAIOR_VALOR_BANCARIO: i64 = 9_999_999_999_999;
const MAIOR_VALOR_ARRECADACAO: i64 = 99_999_999_999;

/// Who collects with an arrecadação slip: the second digit (domain 3.8; FEBRABAN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Segmento {
    /// City halls.
    Prefeitura,
    /// Water and sewage.
    Saneamento,
    /// Electricity and gas.
    EnergiaEGas,
    /// Telecommunications.
    Telecomunicacoes,
    /// Government bodies.
    OrgaosGovernamentais,
    /// Instalment books and companies known by their CNPJ.
    Carnes,
    /// Traffic fines.
    MultasDeTransito,
    /// For the bank's own use.
    UsoDoBanco,
}

/// The digit and the segment; the names, in the same order.
const SEGMENTOS: [(u8, Segmento); 8] = [
    (b'1', Segmento::Prefeitura),
    (b'2', Segmento::Saneamento),
    (b'3', Segmento::EnergiaEGas),
    (b'4', Segmento::Telecomunicacoes),
    (b'5', Segmento::OrgaosGovernamentais),
    (b'6', Segmento::Carnes),
    (b'7', Segmento::MultasDeTransito),
    (b'9', Segmento::UsoDoBanco),
];
const NOMES: &str = "prefeitura|saneamento|energia_e_gas|telecomunicacoes|orgaos_governamentais|carnes|multas_de_transito|\
    uso_do_banco";

impl Segmento {
    /// The name used in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        partes(NOMES).nth(self as usize).unwrap_or_default()
    }

    /// The segment of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        SEGMENTOS.iter().zip(partes(NOMES)).find(|(_, nome)| *nome == name).map(|(linha, _)| linha.1)
    }

    fn from_digito(byte: u8) -> Option<Self> {
        SEGMENTOS.iter().find(|linha| linha.0 == byte).map(|linha| linha.1)
    }

    fn digito(self) -> u8 {
        SEGMENTOS.iter().find(|linha| linha.1 == self).map_or(b'9', |linha| linha.0)
    }
}

/// A payment slip: of a bank (47-digit line) or of arrecadação (48-digit line), with its 44-digit barcode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Boleto {
    barras: Ascii<44>,
    linha: Ascii<48>,
}

impl Boleto {
    /// Reads a linha digitável of 47 or 48 digits or a barcode of 44, bare or as printed; lenient mode removes any
    /// `.`, `-`, `/` and spaces, and takes a value above 99,999,999.99 in the place of the due date factor. Strict
    /// mode refuses the latter as a factor out of range, which it may be as well.
    ///
    /// # Errors
    /// The reason why the text is no boleto; the block whose check digit fails is said.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let mut digitos = Ascii::<48>::VAZIO;
        digitos.colher(texto, DIGITOS, &[44, 47, 48], PONTUACAO)?;
        let bytes = digitos.as_bytes();
        if modo == Modo::Estrito && !impresso(texto, bytes.len()) {
            return Err(Motivo::Mascara);
        }
        Self::de_digitos(bytes, modo)
    }

    /// Makes a bank boleto: three digits of the bank, the due date if any, the value (zero leaves it open), and
    /// the bank's own 25 digits. A value above 99,999,999.99 leaves no room for a due date, and only lenient mode reads
    /// it back.
    ///
    /// # Errors
    /// The part that does not fit: a due date outside 2000-07-03 to 2049-10-13 or beside a value that leaves it no room,
    /// a value of more than two decimal places or above 99,999,999,999.99, or text that is not digits.
    pub fn gerar(banco: &str, vencimento: Option<Date>, valor: Decimal, campo_livre: &str) -> Result<Self, Motivo> {
        if !casa(banco, "000") || banco.starts_with('8') {
            return Err(Motivo::CampoInvalido { campo: "banco" });
        }
        let centavos = centavos(valor, MAIOR_VALOR_BANCARIO)?;
        let fator = match vencimento {
            None => 0,
            Some(dia) => fator(dia)
                .filter(|_| centavos <= MAIOR_VALOR_COM_FATOR)
                .ok_or(Motivo::CampoInvalido { campo: "vencimento" })?,
        };
        if campo_livre.len() != 25 || !so_digitos(campo_livre) {
            return Err(Motivo::CampoInvalido { campo: "campo_livre" });
        }
        let fator_e_valor = i64::from(fator) * (MAIOR_VALOR_COM_FATOR + 1) + centavos;
        let depois = format!("{fator_e_valor:014}{campo_livre}");
        let mut barras = Ascii::<44>::from_bytes(banco.as_bytes());
        barras.push(b'9');
        barras.push(dac_bancario([barras.as_bytes(), depois.as_bytes()]));
        barras.extend(depois.as_bytes());
        Self::de_digitos(barras.as_bytes(), Modo::Leniente)
    }

    /// Makes an arrecadação slip with its value in reais: `modulo` is 10 or 11, `livre` the 29 digits after the
    /// value (the collecting body and its own).
    ///
    /// # Errors
    /// The part that does not fit.
    pub fn gerar_arrecadacao(segmento: Segmento, modulo: u8, valor: Decimal, livre: &str) -> Result<Self, Motivo> {
        let identificador = match modulo {
            10 => b'6',
            11 => b'8',
            _ => return Err(Motivo::CampoInvalido { campo: "modulo" }),
        };
        let centavos = centavos(valor, MAIOR_VALOR_ARRECADACAO)?;
        if livre.len() != 29 || !so_digitos(livre) {
            return Err(Motivo::CampoInvalido { campo: "livre" });
        }
        let inicio = [b'8', segmento.digito(), identificador];
        let depois = format!("{centavos:011}{livre}");
        let dac = dv_de_arrecadacao(identificador, [&inicio, depois.as_bytes()]);
        let mut barras = Ascii::<44>::from_bytes(&inicio);
        barras.push(dac);
        barras.extend(depois.as_bytes());
        Self::de_digitos(barras.as_bytes(), Modo::Leniente)
    }

    /// The linha digitável without mask: 47 or 48 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.linha.as_str()
    }

    /// The linha digitável without mask: 47 or 48 digits.
    #[must_use]
    pub fn linha_digitavel(&self) -> &str {
        self.linha.as_str()
    }

    /// The 44 digits of the barcode.
    #[must_use]
    pub fn codigo_de_barras(&self) -> &str {
        self.barras.as_str()
    }

    /// The linha digitável as printed.
    #[must_use]
    pub fn formatar(&self) -> String {
        let mascara = partes(MASCARAS).nth(usize::from(self.arrecadacao()));
        aplicar(mascara.unwrap_or_default(), self.as_str())
    }

    /// The line as it may be shown to people: its first three digits, and its last four.
    #[must_use]
    pub fn mascarado(&self) -> String {
        let linha = self.as_str();
        let (inicio, resto) = linha.split_at(3);
        let fim = resto.get(resto.len() - 4..).unwrap_or_default();
        format!("{inicio}{}{fim}", "*".repeat(resto.len() - 4))
    }

    /// The text without mask characters.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        sem(texto, PONTUACAO)
    }

    /// Whether it is of arrecadação (utilities, taxes) rather than of a bank.
    #[must_use]
    pub fn arrecadacao(&self) -> bool {
        self.barras.as_bytes().first() == Some(&b'8')
    }

    /// The three digits of the bank; none for arrecadação.
    #[must_use]
    pub fn banco(&self) -> Option<&str> {
        (!self.arrecadacao()).then(|| self.barras.as_str().get(..3).unwrap_or_default())
    }

    /// Who collects; none for a bank's boleto.
    #[must_use]
    pub fn segmento(&self) -> Option<Segmento> {
        self.arrecadacao().then(|| self.barras.as_bytes().get(1).copied()).flatten().and_then(Segmento::from_digito)
    }

    /// The value in reais; none if it is left open or if the slip states a quantity instead.
    #[must_use]
    pub fn valor(&self) -> Option<Decimal> {
        let barras = self.barras.as_bytes();
        let valor = match (self.arrecadacao(), barras.get(2)) {
            (false, _) => trecho(barras, if self.valor_sem_fator() { 5 } else { 9 }, 19),
            (true, Some(b'6' | b'8')) => trecho(barras, 4, 15),
            _ => return None,
        };
        let centavos = valor.iter().fold(0, |total, &b| total * 10 + i64::from(digito(b)));
        (centavos > 0).then(|| Decimal::new(centavos, 2))
    }

    /// The due date factor, 1000 to 9999; none if there is no due date.
    #[must_use]
    pub fn fator_vencimento(&self) -> Option<&str> {
        if self.arrecadacao() {
            return None;
        }
        self.barras.as_str().get(5..9).filter(|fator| !fator.starts_with('0'))
    }

    /// Whether the value is above 99,999,999.99 and stands in the place of the factor as well.
    pub(super) fn valor_sem_fator(&self) -> bool {
        !self.arrecadacao() && self.barras.as_bytes().get(5..9).is_some_and(fator_fora_da_faixa)
    }

    /// The dates that the factor can mean, one in each cycle of 9000 days.
    #[must_use]
    pub fn vencimentos(&self) -> Vec<Date> {
        let fator = self.fator_vencimento().and_then(|fator| i32::try_from(numero(fator.as_bytes())).ok());
        let mut dias = Vec::new();
        for ciclos in 0..2 {
            dias.extend(fator.and_then(|fator| add_days(BASE, fator + ciclos * CICLO)));
        }
        dias
    }

    /// The due date: of the dates that the factor can mean, the one closest to `referencia` (usually today, or the
    /// date of issue).
    #[must_use]
    pub fn vencimento(&self, referencia: Date) -> Option<Date> {
        self.vencimentos().into_iter().min_by_key(|&dia| dias_entre(referencia, dia).abs())
    }

    /// The bank's own 25 digits; none for arrecadação.
    #[must_use]
    pub fn campo_livre(&self) -> Option<&str> {
        (!self.arrecadacao()).then(|| self.barras.as_str().get(19..).unwrap_or_default())
    }

    /// Of the 47 or 48 digits of a line, or the 44 of a barcode.
    fn de_digitos(digitos: &[u8], modo: Modo) -> Result<Self, Motivo> {
        let oito = digitos.first() == Some(&b'8');
        let (arrecadacao, das_barras): (_, &[_]) = match digitos.len() {
            47 => (false, BARRAS_BANCARIAS),
            48 if oito => (true, BARRAS_DE_ARRECADACAO),
            48 => return Err(Motivo::Prefixo),
            _ => (oito, &[(0, 44)]),
        };
        let mut boleto = Self { barras: Ascii::VAZIO, linha: Ascii::VAZIO };
        for &(inicio, fim) in das_barras {
            boleto.barras.extend(trecho(digitos, inicio, fim));
        }
        let barras = boleto.barras.as_bytes();
        // The digit that chooses the algorithm; a bank's blocks have that of 6.
        let identificador = if arrecadacao { barras.get(2).copied().unwrap_or_default() } else { b'6' };
        if !(b'6'..=b'9').contains(&identificador) {
            return Err(Motivo::CampoInvalido { campo: "identificador" });
        }
        let mut bloco = 0;
        for &(inicio, fim, dv) in if arrecadacao { LINHA_DE_ARRECADACAO } else { LINHA_BANCARIA } {
            boleto.linha.extend(trecho(barras, inicio, fim));
            if dv {
                let linha = boleto.linha.as_bytes();
                let dv = dv_de_arrecadacao(identificador, [trecho(linha, bloco, linha.len()), &[]]);
                boleto.linha.push(dv);
                bloco = boleto.linha.as_bytes().len();
            }
        }
        // Only in its check digits can the line that was read be another one.
        let linha = boleto.linha.as_bytes();
        if digitos.len() > 44
            && linha != digitos
            && let Some(diferente) = linha.iter().zip(digitos).position(|(certo, lido)| certo != lido)
        {
            let bloco = (diferente + 1) / if arrecadacao { 12 } else { 10 };
            return Err(Motivo::DigitoDoBloco { bloco: u8::try_from(bloco).unwrap_or_default() });
        }
        let segmento = boleto.segmento();
        if arrecadacao && segmento.is_none() {
            return Err(Motivo::CampoInvalido { campo: "segmento" });
        }
        // 9 is the real; 0 other currencies.
        if !arrecadacao && !matches!(barras.get(3), Some(b'9' | b'0')) {
            return Err(Motivo::CampoInvalido { campo: "moeda" });
        }
        let lugar = if arrecadacao { 3 } else { 4 };
        let outros = [trecho(barras, 0, lugar), trecho(barras, lugar + 1, 44)];
        let dv = if arrecadacao { dv_de_arrecadacao(identificador, outros) } else { dac_bancario(outros) };
        if barras.get(lugar) != Some(&dv) {
            return Err(Motivo::DigitoVerificador);
        }
        if modo == Modo::Estrito && boleto.valor_sem_fator() {
            return Err(Motivo::Faixa);
        }
        Ok(boleto)
    }
}

fn trecho(digitos: &[u8], inicio: usize, fim: usize) -> &[u8] {
    digitos.get(inicio..fim).unwrap_or_default()
}

fn impresso(texto: &str, digitos: usize) -> bool {
    texto.len() == digitos || partes(MASCARAS).any(|mascara| casa(texto, mascara))
}

fn fator_fora_da_faixa(fator: &[u8]) -> bool {
    fator.first() == Some(&b'0') && fator != b"0000"
}

fn so_digitos(texto: &str) -> bool {
    texto.bytes().all(|b| b.is_ascii_digit())
}

/// Cents of a value that is not negative, has no fraction of a cent and fits.
fn centavos(valor: Decimal, maior: i64) -> Result<i64, Motivo> {
    let cem = Decimal::from(100);
    valor
        .checked_mul(cem)
        .filter(Decimal::is_integer)
        .and_then(|centavos| i64::try_from(centavos).ok())
        .filter(|centavos| (0..=maior).contains(centavos))
        .ok_or(Motivo::CampoInvalido { campo: "valor" })
}

fn fator(dia: Date) -> Option<i32> {
    let dias = dias_entre(BASE, dia);
    if !(MENOR_FATOR..MENOR_FATOR + 2 * CICLO).contains(&dias) {
        return None;
    }
    Some((dias - MENOR_FATOR) % CICLO + MENOR_FATOR)
}

fn dias_entre(de: Date, ate: Date) -> i32 {
    i32::try_from(days_from_epoch(ate) - days_from_epoch(de)).unwrap_or(i32::MAX)
}

/// A bank's check digit is never 0: what would be 0, 10 or 11 is 1.
fn dac_bancario(partes: [&[u8]; 2]) -> u8 {
    match modulo11(soma_de_2_a_9(partes)) {
        0 => b'1',
        dv => b'0' + dv,
    }
}

/// Arrecadação: identifiers 6 and 7 use modulo 10, 8 and 9 modulo 11, in which 10 and 11 become 0.
fn dv_de_arrecadacao(identificador: u8, partes: [&[u8]; 2]) -> u8 {
    if matches!(identificador, b'6' | b'7') { modulo10(partes) } else { b'0' + modulo11(soma_de_2_a_9(partes)) }
}

mostra_mascarado!(Boleto);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_turns_over_in_2025() {
        let casos = [
            (date(2000, 7, 3), 1000),
            (date(2025, 2, 21), 9999),
            (date(2025, 2, 22), 1000),
            (date(2025, 2, 24), 1002),
            (date(2026, 12, 21), 1667),
            (date(2049, 10, 13), 9999),
        ];
        for (dia, esperado) in casos {
            assert_eq!(fator(dia), Some(esperado), "{dia}");
        }
        assert_eq!(fator(date(2000, 7, 2)), None);
        assert_eq!(fator(date(2049, 10, 14)), None);
    }

    #[test]
    fn the_reference_date_chooses_the_cycle() {
        let livre = "0".repeat(25);
        let boleto = Boleto::gerar("001", Some(date(2025, 3, 1)), Decimal::new(12_34, 2), &livre).unwrap();
        assert_eq!(boleto.vencimento(date(2024, 12, 1)), Some(date(2025, 3, 1)));
        assert_eq!(boleto.vencimento(date(2003, 1, 1)), Some(date(2000, 7, 10)));
        assert_eq!(boleto.valor(), Some(Decimal::new(12_34, 2)));
    }

    #[test]
    fn a_value_of_more_than_ten_digits_takes_the_place_of_the_factor() {
        let livre = "1".repeat(25);
        for texto in ["100000000.00", "155555555.55", "99999999999.99"] {
            let valor: Decimal = texto.parse().unwrap();
            let boleto = Boleto::gerar("001", None, valor, &livre).unwrap();
            assert_eq!(boleto.valor(), Some(valor));
            assert_eq!((boleto.fator_vencimento(), boleto.vencimentos()), (None, Vec::new()));
            for forma in [boleto.linha_digitavel(), boleto.codigo_de_barras()] {
                assert_eq!(Boleto::parse(forma, Modo::Leniente), Ok(boleto));
                assert_eq!(Boleto::parse(forma, Modo::Estrito), Err(Motivo::Faixa));
            }
        }
    }

    #[test]
    fn generation_refuses_what_does_not_fit() {
        let livre = "1".repeat(25);
        let valor = |texto: &str| texto.parse::<Decimal>().unwrap();
        for ruim in ["-0.01", "0.001", "100000000000.00"] {
            assert_eq!(Boleto::gerar("341", None, valor(ruim), &livre), Err(Motivo::CampoInvalido { campo: "valor" }));
        }
        let dia = Some(date(2026, 12, 21));
        assert!(Boleto::gerar("341", dia, valor("99999999.99"), &livre).is_ok());
        let sem_lugar = Boleto::gerar("341", dia, valor("100000000.00"), &livre);
        assert_eq!(sem_lugar, Err(Motivo::CampoInvalido { campo: "vencimento" }));
        assert!(Boleto::gerar("34١", None, valor("1"), &livre).is_err());
        assert!(Boleto::gerar("341", None, valor("1"), "1").is_err());
        assert!(Boleto::gerar("341", Some(date(1999, 1, 1)), valor("1"), &livre).is_err());
    }
}
