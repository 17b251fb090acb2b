use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Achado, Contexto, aparar, notacao_cientifica, sem_apostrofo};
use crate::Modo;
use crate::planilha::Severidade;
use crate::planilha::celula::Celula;

/// Reads a number as people write it in Brazil: `1.234,56`, `R$ 1.234,56`, `-1.234,56`, `(1.234,56)`, `1.234,56-`.
///
/// `1.234` could be a thousand or one and a bit: strict mode refuses it, lenient mode takes the thousand.
///
/// # Errors
/// What keeps the text from being a number, with a stable code.
///
/// ```
/// use smartbill_core::{Modo, planilha::convert::decimal_ptbr};
///
/// assert_eq!(decimal_ptbr("R$ 1.234,56", Modo::Estrito).unwrap().to_string(), "1234.56");
/// assert_eq!(decimal_ptbr("1.234", Modo::Estrito).unwrap_err().codigo, "decimal_ambiguo");
/// ```
pub fn decimal_ptbr(texto: &str, modo: Modo) -> Result<Decimal, Achado> {
    ler(texto, modo, &mut Vec::new())
}

pub(super) fn converter(celula: &Celula, contexto: Contexto, avisos: &mut Vec<Achado>) -> Result<Decimal, Achado> {
    match celula {
        Celula::Numero(numero) if !numero.valor.is_finite() => Err(Achado::erro("decimal_invalido")),
        Celula::Numero(numero) => numero.decimal().ok_or_else(|| Achado::erro("decimal_grande_demais")),
        Celula::Texto(texto) if contexto.decimal_com_ponto => com_ponto(texto),
        Celula::Texto(texto) => ler(texto, contexto.modo, avisos),
        // Excel turns `1.5` and `1/5` into days; the number that was meant is gone.
        Celula::Data(_) => Err(Achado::erro("numero_virou_data")),
        // 36:00 is stored as 1.5: whether hours, minutes or days are billed, the cell does not say.
        Celula::Time(_) => Err(Achado::erro("numero_virou_hora")),
        _ => Err(Achado::erro("decimal_invalido")),
    }
}

fn ler(texto: &str, modo: Modo, avisos: &mut Vec<Achado>) -> Result<Decimal, Achado> {
    let invalido = || Achado::erro("decimal_invalido");
    let limpo = aparar(texto);
    let (negativo, corpo) = sinal_e_corpo(sem_apostrofo(&limpo)).ok_or_else(invalido)?;
    if let Some((inteiros, fracao)) = corpo.split_once(',') {
        if so_digitos(fracao) {
            return montar(negativo, &sem_milhares(inteiros, '.').ok_or_else(invalido)?, fracao);
        }
        return Err(if notacao_cientifica(corpo) {
            Achado::erro("precisao_perdida")
        } else if ingles(inteiros, fracao) {
            Achado::erro("decimal_formato_ingles").sugerindo(ingles_em_portugues(corpo))
        } else {
            invalido()
        });
    }
    let Some((antes, depois)) = corpo.split_once('.').filter(|(a, d)| so_digitos(a) && so_digitos(d)) else {
        if notacao_cientifica(corpo) {
            return Err(Achado::erro("precisao_perdida"));
        }
        return montar(negativo, &sem_milhares(corpo, '.').ok_or_else(invalido)?, "");
    };
    // Three digits after one dot can be read both ways, unless a zero comes first: `0.125` has no thousands.
    let milhar = depois.len() == 3 && antes.len() <= 3 && !antes.starts_with('0');
    let achado = if milhar {
        Achado::erro("decimal_ambiguo").sugerindo(format!("{antes}{depois}"))
    } else {
        Achado::erro("decimal_com_ponto").sugerindo(format!("{antes},{depois}"))
    };
    if modo == Modo::Estrito {
        return Err(achado);
    }
    avisos.push(Achado { severidade: Severidade::Aviso, ..achado });
    if milhar { montar(negativo, &format!("{antes}{depois}"), "") } else { montar(negativo, antes, depois) }
}

/// Reads `1,234.56`, where a file is declared to use the decimal point.
fn com_ponto(texto: &str) -> Result<Decimal, Achado> {
    let invalido = || Achado::erro("decimal_invalido");
    let limpo = aparar(texto);
    let (negativo, corpo) = sinal_e_corpo(sem_apostrofo(&limpo)).ok_or_else(invalido)?;
    let (inteiros, fracao) = corpo.split_once('.').unwrap_or((corpo, ""));
    if !so_digitos_ou_nada(fracao) {
        return Err(invalido());
    }
    let inteiros = sem_milhares(inteiros, ',').ok_or_else(invalido)?;
    montar(negativo, &inteiros, fracao)
}

fn montar(negativo: bool, inteiros: &str, fracao: &str) -> Result<Decimal, Achado> {
    if inteiros.is_empty() && fracao.is_empty() {
        return Err(Achado::erro("decimal_invalido"));
    }
    // Eighteen digits always fit an i64, and no text has to be put together to be taken apart again.
    let valor = if inteiros.len() + fracao.len() <= 18 {
        let digitos = inteiros.bytes().chain(fracao.bytes()).fold(0_i64, |soma, b| soma * 10 + i64::from(b - b'0'));
        Decimal::new(digitos, u32::try_from(fracao.len()).unwrap_or(0))
    } else {
        let ponto = if fracao.is_empty() { "" } else { "." };
        let inteiros = if inteiros.is_empty() { "0" } else { inteiros };
        Decimal::from_str_exact(&format!("{inteiros}{ponto}{fracao}"))
            .map_err(|_| Achado::erro("decimal_grande_demais"))?
    };
    Ok(if negativo { -valor } else { valor })
}

/// Takes off the sign, wherever people put it, the currency and the percent sign; what is left are digits.
fn sinal_e_corpo(texto: &str) -> Option<(bool, &str)> {
    let mut resto = texto.trim();
    let mut negativo = false;
    let mut com_sinal = false;
    let mut com_moeda = false;
    loop {
        if let Some(dentro) = resto.strip_prefix('(').and_then(|r| r.strip_suffix(')')).filter(|_| !com_sinal) {
            (negativo, com_sinal) = (true, true);
            resto = dentro.trim();
        } else if let Some(depois) = resto.strip_prefix(['-', '−']).filter(|_| !com_sinal) {
            (negativo, com_sinal) = (true, true);
            resto = depois.trim_start();
        } else if let Some(depois) = resto.strip_prefix('+').filter(|_| !com_sinal) {
            com_sinal = true;
            resto = depois.trim_start();
        } else if let Some(antes) = resto.strip_suffix(['-', '−']).filter(|_| !com_sinal) {
            (negativo, com_sinal) = (true, true);
            resto = antes.trim_end();
        } else if let Some(depois) =
            resto.strip_prefix("R$").or_else(|| resto.strip_prefix("r$")).filter(|_| !com_moeda)
        {
            com_moeda = true;
            resto = depois.trim_start();
        } else if let Some(antes) = resto.strip_suffix('%').filter(|_| !com_moeda) {
            com_moeda = true;
            resto = antes.trim_end();
        } else {
            break;
        }
    }
    (!resto.is_empty()).then_some((negativo, resto))
}

/// The digits of `texto` without its thousands separators, if these stand where they should or not at all.
fn sem_milhares(texto: &str, separador: char) -> Option<Cow<'_, str>> {
    if so_digitos_ou_nada(texto) {
        return Some(Cow::Borrowed(texto));
    }
    let mut grupos = texto.split(separador);
    let primeiro = grupos.next()?;
    let primeiro_vale = (1..=3).contains(&primeiro.len()) && so_digitos(primeiro);
    let resto_vale = grupos.all(|grupo| grupo.len() == 3 && so_digitos(grupo));
    (primeiro_vale && resto_vale).then(|| Cow::Owned(texto.replace(separador, "")))
}

fn ingles(inteiros: &str, resto: &str) -> bool {
    let (milhares, fracao) = resto.rsplit_once('.').unwrap_or((resto, "0"));
    so_digitos(fracao) && sem_milhares(&format!("{inteiros},{milhares}"), ',').is_some()
}

fn ingles_em_portugues(corpo: &str) -> String {
    corpo
        .chars()
        .map(|c| {
            if c == ',' {
                '.'
            } else if c == '.' {
                ','
            } else {
                c
            }
        })
        .collect()
}

fn so_digitos(texto: &str) -> bool {
    !texto.is_empty() && so_digitos_ou_nada(texto)
}

fn so_digitos_ou_nada(texto: &str) -> bool {
    texto.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planilha::celula::Numero;

    #[test]
    fn brazilian_numbers() {
        for (texto, valor) in [
            ("1.234,56", "1234.56"),
            ("R$ 1.234,56", "1234.56"),
            ("R$1234,10", "1234.10"),
            ("-1.234,56", "-1234.56"),
            ("R$ -1.234,56", "-1234.56"),
            ("-R$ 1.234,56", "-1234.56"),
            ("(1.234,56)", "-1234.56"),
            ("R$ (1.234,56)", "-1234.56"),
            ("(R$ 1.234,56)", "-1234.56"),
            ("1.234,5-", "-1234.5"),
            ("R$\u{A0}99.999.999,99", "99999999.99"),
            ("1.234.567", "1234567"),
            ("12345", "12345"),
            (",5", "0.5"),
            ("+10", "10"),
            ("2,5%", "2.5"),
            ("'10,00", "10.00"),
            ("\u{2212}3,00", "-3.00"),
        ] {
            assert_eq!(decimal_ptbr(texto, Modo::Estrito).map(|d| d.to_string()), Ok(valor.to_owned()), "{texto}");
        }
    }

    #[test]
    fn what_is_not_a_brazilian_number_says_why() {
        for (texto, codigo) in [
            ("$1234", "decimal_invalido"),
            ("1,234.00", "decimal_formato_ingles"),
            ("-1,234,567.00", "decimal_formato_ingles"),
            ("1.234", "decimal_ambiguo"),
            ("1234.56", "decimal_com_ponto"),
            ("0.125", "decimal_com_ponto"),
            ("1.23,45", "decimal_invalido"),
            ("1,2,3", "decimal_invalido"),
            ("1.234,", "decimal_invalido"),
            ("--1", "decimal_invalido"),
            ("(-1)", "decimal_invalido"),
            ("doze", "decimal_invalido"),
            ("", "decimal_invalido"),
            (",", "decimal_invalido"),
            ("1,23E+13", "precisao_perdida"),
            ("99999999999999999999999999999999", "decimal_grande_demais"),
            ("١٢", "decimal_invalido"),
        ] {
            assert_eq!(decimal_ptbr(texto, Modo::Estrito).map_err(|a| a.codigo), Err(codigo), "{texto}");
        }
        assert_eq!(decimal_ptbr("1.234", Modo::Leniente).unwrap(), Decimal::from(1234));
        assert_eq!(decimal_ptbr("1234.56", Modo::Leniente).unwrap().to_string(), "1234.56");
    }

    #[test]
    fn english_numbers_when_declared() {
        let contexto = Contexto { decimal_com_ponto: true, ..Contexto::default() };
        let ler = |t: &str| converter(&Celula::Texto(t.into()), contexto, &mut Vec::new()).map(|d| d.to_string());
        assert_eq!(ler("1,234.56").unwrap(), "1234.56");
        assert_eq!(ler("1.234").unwrap(), "1.234");
        assert!(ler("1,5").is_err());
    }

    #[test]
    fn numeric_cells_are_exact() {
        let ler = |v| converter(&Celula::Numero(Numero::novo(v)), Contexto::default(), &mut Vec::new());
        assert_eq!(ler(0.1 + 0.2).unwrap().to_string(), "0.3");
        assert_eq!(ler(1e300).unwrap_err().codigo, "decimal_grande_demais");
    }
}
