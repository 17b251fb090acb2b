use jiff::civil::{Date, DateTime, Time, date};

use super::{Achado, Contexto, aparar, sem_apostrofo};
use crate::planilha::Severidade;
use crate::planilha::celula::{Celula, Numero};
use crate::{Competencia, Modo};

const MESES: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "marco",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

/// The moment that a serial number means, in the 1900 or the 1904 system of spreadsheets.
///
/// In the 1900 system day 60 is 29/02/1900, which never was: it has no date, and the days before it count from one
/// day earlier than those after.
#[must_use]
pub fn data_do_serial(serial: f64, sistema_1904: bool) -> Option<DateTime> {
    if !(0.0..=2_958_466.0).contains(&serial) {
        return None;
    }
    let dias = serial.floor();
    // Milliseconds first: the fraction of a day is never exact, and a second must not come out as 59.999.
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked above")]
    let (mut dia, mut milis) = (dias as i64, ((serial - dias) * 86_400_000.0).round() as i64);
    if milis >= 86_400_000 {
        (dia, milis) = (dia + 1, 0);
    }
    let base = match (sistema_1904, dia) {
        (true, _) => date(1904, 1, 1),
        (false, 1..=59) => date(1899, 12, 31),
        (false, 61..) => date(1899, 12, 30),
        (false, _) => return None,
    };
    let segundos = (milis + 500) / 1000;
    base.to_datetime(Time::midnight())
        .checked_add(jiff::Span::new().try_days(dia).ok()?.try_seconds(segundos).ok()?)
        .ok()
        .filter(|d| d.year() <= 9999)
}

/// Reads a date as people write it in Brazil, and ISO dates; a time after it is left out.
///
/// # Errors
/// What keeps the text from being a date, with a stable code.
///
/// ```
/// use smartbill_core::planilha::convert::data_ptbr;
///
/// assert_eq!(data_ptbr("31/01/2025").unwrap().to_string(), "2025-01-31");
/// assert_eq!(data_ptbr("31/02/2025").unwrap_err().codigo, "data_inexistente");
/// ```
pub fn data_ptbr(texto: &str) -> Result<Date, Achado> {
    ler(texto, &mut Vec::new())
}

/// Reads a month: `01/2025`, `jan/2025`, `janeiro de 2025`, `202501`, `2025-01`.
///
/// # Errors
/// What keeps the text from being a month, with a stable code.
///
/// ```
/// use smartbill_core::planilha::convert::competencia;
///
/// assert_eq!(competencia("jan/25").unwrap().to_string(), "2025-01");
/// ```
pub fn competencia(texto: &str) -> Result<Competencia, Achado> {
    ler_competencia(texto, Modo::Estrito, &mut Vec::new())
}

pub(super) fn converter(celula: &Celula, contexto: Contexto, avisos: &mut Vec<Achado>) -> Result<Date, Achado> {
    match celula {
        Celula::Data(data) => Ok(data.date()),
        Celula::Numero(numero) => do_numero(*numero, contexto.sistema_1904, avisos),
        Celula::Texto(texto) => {
            let limpo = aparar(texto);
            // A serial that went through a text file; strict mode does not guess.
            if contexto.modo == Modo::Leniente && limpo.len() == 5 && limpo.bytes().all(|b| b.is_ascii_digit()) {
                let serial: f64 = limpo.parse().map_err(|_| Achado::erro("data_invalida"))?;
                avisos.push(Achado::aviso("data_de_serial"));
                return do_numero(Numero::novo(serial), contexto.sistema_1904, avisos);
            }
            ler(texto, avisos)
        }
        _ => Err(Achado::erro("data_invalida")),
    }
}

pub(super) fn converter_competencia(
    celula: &Celula,
    contexto: Contexto,
    avisos: &mut Vec<Achado>,
) -> Result<Competencia, Achado> {
    match celula {
        Celula::Data(data) => mes_da_data(data.date(), contexto.modo, avisos),
        Celula::Numero(numero) => {
            let digitos = numero.digitos().unwrap_or_default();
            if let Some(competencia) = seis_digitos(&digitos) {
                return Ok(competencia);
            }
            // `012025` loses its zero in a numeric cell, and then looks like a serial number; a serial on a first
            // day of month has the better claim.
            let serial =
                data_do_serial(numero.valor, contexto.sistema_1904).map(DateTime::date).filter(|d| d.day() == 1);
            if let Some(data) = serial.filter(|d| (1990..2100).contains(&d.year())) {
                avisos.push(Achado::aviso("data_de_serial"));
                return Ok(Competencia::of(data));
            }
            seis_digitos(&format!("0{digitos}")).ok_or_else(|| Achado::erro("competencia_invalida"))
        }
        Celula::Texto(texto) => ler_competencia(texto, contexto.modo, avisos),
        _ => Err(Achado::erro("competencia_invalida")),
    }
}

fn do_numero(numero: Numero, sistema_1904: bool, avisos: &mut Vec<Achado>) -> Result<Date, Achado> {
    let digitos = numero.digitos().unwrap_or_default();
    if digitos.len() == 8 || digitos.len() == 7 {
        return oito_digitos(&format!("{digitos:0>8}"), avisos);
    }
    if !sistema_1904 && (60.0..61.0).contains(&numero.valor) {
        return Err(Achado::erro("data_inexistente").com("data", "29/02/1900"));
    }
    data_do_serial(numero.valor, sistema_1904)
        .map(DateTime::date)
        .filter(|d| d.year() >= 1900)
        .ok_or_else(|| Achado::erro("data_invalida"))
}

fn ler(texto: &str, avisos: &mut Vec<Achado>) -> Result<Date, Achado> {
    let limpo = aparar(texto);
    let limpo = sem_apostrofo(&limpo);
    let invalida = || Achado::erro("data_invalida");
    let (dia, hora) = match limpo.split_once([' ', 'T']) {
        Some((dia, hora)) if dia.contains(['/', '-', '.']) => (dia, hora.trim()),
        _ => (limpo, ""),
    };
    if !hora.is_empty() {
        if !parece_hora(hora) {
            return Err(invalida());
        }
        if hora.bytes().any(|b| matches!(b, b'1'..=b'9')) {
            avisos.push(Achado::aviso("hora_ignorada"));
        }
    }
    if dia.len() == 8 && dia.bytes().all(|b| b.is_ascii_digit()) {
        return oito_digitos(dia, avisos);
    }
    let partes: Vec<&str> = dia.split(['/', '-', '.']).collect();
    let separadores: Vec<char> = dia.chars().filter(|c| matches!(c, '/' | '-' | '.')).collect();
    let ([a, b, c], [primeiro, segundo]) = (partes.as_slice(), separadores.as_slice()) else {
        return Err(invalida());
    };
    if primeiro != segundo {
        return Err(invalida());
    }
    if a.len() == 4 {
        return data(numero(a)?, mes(b).ok_or_else(invalida)?, numero(c)?);
    }
    let ano = match c.len() {
        4 => numero(c)?,
        2 => {
            let ano = ano_de_dois_digitos(numero(c)?);
            avisos.push(Achado::aviso("ano_de_dois_digitos").com("ano", ano.to_string()));
            ano
        }
        _ => return Err(invalida()),
    };
    if a.len() > 2 {
        return Err(invalida());
    }
    let (dia, mes) = (numero(a)?, mes(b).ok_or_else(invalida)?);
    // 12/31/2025 can only be the American order; no guess is made, but the way out is named.
    if (13..=31).contains(&mes) && (1..=12).contains(&dia) && data(ano, dia, mes).is_ok() {
        return Err(Achado::erro("data_formato_americano").sugerindo(format!("{mes:02}/{dia:02}/{ano}")));
    }
    data(ano, mes, dia)
}

/// Excel's own rule, so that the same file means the same day in both programs.
fn ano_de_dois_digitos(ano: i64) -> i64 {
    if ano <= 29 { 2000 + ano } else { 1900 + ano }
}

fn numero(texto: &str) -> Result<i64, Achado> {
    if texto.is_empty() || texto.len() > 4 || !texto.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Achado::erro("data_invalida"));
    }
    texto.parse().map_err(|_| Achado::erro("data_invalida"))
}

/// A month by number, or by its Portuguese name or the first three letters of it.
fn mes(texto: &str) -> Option<i64> {
    if texto.len() <= 2 && texto.bytes().all(|b| b.is_ascii_digit()) {
        return texto.parse().ok();
    }
    let nome = texto.to_lowercase().replace('ç', "c");
    let nome = nome.trim_end_matches('.');
    (nome.len() >= 3)
        .then(|| MESES.iter().position(|m| *m == nome || (nome.len() == 3 && m.starts_with(nome))))
        .flatten()
        .and_then(|i| i64::try_from(i + 1).ok())
}

fn data(ano: i64, mes: i64, dia: i64) -> Result<Date, Achado> {
    let inexistente = || Achado::erro("data_inexistente").com("data", format!("{dia:02}/{mes:02}/{ano}"));
    let (Ok(ano), Ok(mes), Ok(dia)) = (i16::try_from(ano), i8::try_from(mes), i8::try_from(dia)) else {
        return Err(inexistente());
    };
    if ano < 1900 {
        return Err(inexistente());
    }
    Date::new(ano, mes, dia).map_err(|_| inexistente())
}

/// `20250131` or `31012025`; of the years 1900 to 2199 no date can be read both ways.
fn oito_digitos(digitos: &str, avisos: &mut Vec<Achado>) -> Result<Date, Achado> {
    let parte = |de: usize, ate: usize| numero(digitos.get(de..ate).unwrap_or_default());
    let plausivel = |data: Result<Date, Achado>| data.ok().filter(|d| (1900..2200).contains(&d.year()));
    let iso = plausivel(data(parte(0, 4)?, parte(4, 6)?, parte(6, 8)?));
    let brasileira = plausivel(data(parte(4, 8)?, parte(2, 4)?, parte(0, 2)?));
    let lida = iso.or(brasileira).ok_or_else(|| Achado::erro("data_invalida"))?;
    avisos.push(Achado::aviso("data_sem_separador").com("data", lida.strftime("%d/%m/%Y").to_string()));
    Ok(lida)
}

fn parece_hora(texto: &str) -> bool {
    let texto = texto.trim_end_matches(['Z', 'z']);
    texto.starts_with(|c: char| c.is_ascii_digit())
        && texto.contains(':')
        && texto.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b',' | b'+' | b'-'))
}

fn mes_da_data(data: Date, modo: Modo, avisos: &mut Vec<Achado>) -> Result<Competencia, Achado> {
    if data.day() != 1 {
        let achado = Achado::erro("competencia_com_dia").sugerindo(data.strftime("%m/%Y").to_string());
        if modo == Modo::Estrito {
            return Err(achado);
        }
        avisos.push(Achado { severidade: Severidade::Aviso, ..achado });
    }
    Ok(Competencia::of(data))
}

fn ler_competencia(texto: &str, modo: Modo, avisos: &mut Vec<Achado>) -> Result<Competencia, Achado> {
    let invalida = || Achado::erro("competencia_invalida");
    let limpo = aparar(texto);
    let limpo = sem_apostrofo(&limpo);
    if let Some((mes, ano)) = limpo.split_once('/').filter(|(mes, ano)| ano.len() == 4 && mes.len() <= 2)
        && let Some(competencia) = mes_e_ano(mes, ano)
    {
        return Ok(competencia);
    }
    let limpo = limpo.to_lowercase().replace(" de ", "/").replace(" / ", "/").replace(" - ", "/");
    if let Some(competencia) = seis_digitos(&limpo) {
        return Ok(competencia);
    }
    let partes: Vec<&str> = limpo.split(['/', '-', '.', ' ']).filter(|p| !p.is_empty()).collect();
    match partes.as_slice() {
        [a, b] if a.len() == 4 && a.bytes().all(|c| c.is_ascii_digit()) => mes_e_ano(b, a),
        [a, b] if b.len() == 4 || b.len() == 2 => mes_e_ano(a, b),
        [_, _, _, ..] => return ler(&limpo, avisos).and_then(|data| mes_da_data(data, modo, avisos)),
        _ => None,
    }
    .ok_or_else(invalida)
}

fn mes_e_ano(nome: &str, ano: &str) -> Option<Competencia> {
    let valor = numero(ano).ok()?;
    let ano = if ano.len() == 2 { ano_de_dois_digitos(valor) } else { valor };
    Competencia::new(i16::try_from(ano).ok()?, i8::try_from(mes(nome)?).ok()?)
}

/// `202501` or `012025`; no month can be read both ways.
fn seis_digitos(digitos: &str) -> Option<Competencia> {
    if digitos.len() != 6 || !digitos.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (a, b) = (digitos.get(..4)?, digitos.get(4..)?);
    let (c, d) = (digitos.get(..2)?, digitos.get(2..)?);
    let plausivel = |competencia: &Competencia| (1900..2200).contains(&competencia.ano());
    mes_e_ano(b, a).filter(plausivel).or_else(|| mes_e_ano(c, d).filter(plausivel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        for (texto, iso) in [
            ("31/01/2025", "2025-01-31"),
            ("1/2/2025", "2025-02-01"),
            ("31-01-2025", "2025-01-31"),
            ("31.01.2025", "2025-01-31"),
            ("2025-01-31", "2025-01-31"),
            ("2025/01/31", "2025-01-31"),
            ("31/01/25", "2025-01-31"),
            ("31/01/85", "1985-01-31"),
            ("31/01/2025 23:59:59", "2025-01-31"),
            ("2025-01-31T00:00:00-03:00", "2025-01-31"),
            ("31/jan/2025", "2025-01-31"),
            ("01-mar-25", "2025-03-01"),
            ("20250131", "2025-01-31"),
            ("31012025", "2025-01-31"),
            ("20112012", "2012-11-20"),
            ("29/02/2024", "2024-02-29"),
            ("'31/01/2025", "2025-01-31"),
        ] {
            assert_eq!(data_ptbr(texto).map(|d| d.to_string()), Ok(iso.to_owned()), "{texto}");
        }
        for (texto, codigo) in [
            ("31/02/2025", "data_inexistente"),
            ("29/02/2025", "data_inexistente"),
            ("00/01/2025", "data_inexistente"),
            ("12/31/2025", "data_formato_americano"),
            ("32", "data_invalida"),
            ("", "data_invalida"),
            ("31/01", "data_invalida"),
            ("31/01-2025", "data_invalida"),
            ("31/01/2025 hoje", "data_invalida"),
            ("31/01/20255", "data_invalida"),
            ("ontem", "data_invalida"),
        ] {
            assert_eq!(data_ptbr(texto).map_err(|a| a.codigo), Err(codigo), "{texto}");
        }
    }

    #[test]
    fn serial_numbers_of_both_systems() {
        let dia = |serial, sistema| data_do_serial(serial, sistema).map(|d| d.to_string());
        assert_eq!(dia(1.0, false).as_deref(), Some("1900-01-01T00:00:00"));
        assert_eq!(dia(59.0, false).as_deref(), Some("1900-02-28T00:00:00"));
        assert_eq!(dia(60.0, false), None);
        assert_eq!(dia(61.0, false).as_deref(), Some("1900-03-01T00:00:00"));
        assert_eq!(dia(45_658.0, false).as_deref(), Some("2025-01-01T00:00:00"));
        assert_eq!(dia(45_658.75, false).as_deref(), Some("2025-01-01T18:00:00"));
        assert_eq!(dia(44_196.0, true).as_deref(), Some("2025-01-01T00:00:00"));
        assert_eq!(dia(0.0, true).as_deref(), Some("1904-01-01T00:00:00"));
        assert_eq!(dia(-1.0, false), None);
        assert_eq!(dia(f64::NAN, false), None);
        assert_eq!(dia(1e10, false), None);
        assert_eq!(dia(2_958_465.999_999_999, false).as_deref(), None);
    }

    #[test]
    fn months() {
        for texto in [
            "01/2025",
            "1/2025",
            "01-2025",
            "2025-01",
            "2025/01",
            "jan/2025",
            "JAN/25",
            "jan-25",
            "janeiro/2025",
            "Janeiro de 2025",
            "202501",
            "012025",
            "01/01/2025",
            "2025-01-01",
            "janeiro 2025",
            "01/25",
            "jan./2025",
        ] {
            assert_eq!(competencia(texto).map(|c| c.to_string()), Ok("2025-01".to_owned()), "{texto}");
        }
        assert_eq!(competencia("março/2025").unwrap().to_string(), "2025-03");
        for texto in ["13/2025", "00/2025", "2025", "jan", "", "abc/2025", "202513", "ja/2025"] {
            assert_eq!(competencia(texto).map_err(|a| a.codigo), Err("competencia_invalida"), "{texto}");
        }
        assert_eq!(competencia("31/01/2025").unwrap_err().codigo, "competencia_com_dia");
    }

    #[test]
    fn months_in_numeric_cells() {
        let ler = |v: f64| {
            converter_competencia(&Celula::Numero(Numero::novo(v)), Contexto::default(), &mut Vec::new())
                .map(|c| c.to_string())
                .map_err(|a| a.codigo)
        };
        assert_eq!(ler(202_501.0).unwrap(), "2025-01");
        assert_eq!(ler(122_025.0).unwrap(), "2025-12");
        assert_eq!(ler(12_025.0).unwrap(), "2025-01");
        assert_eq!(ler(45_658.0).unwrap(), "2025-01");
        assert_eq!(ler(45_659.0).unwrap_err(), "competencia_invalida");
    }
}
