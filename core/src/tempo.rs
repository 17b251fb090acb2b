//! Dates and instants as text, in the one form that the project writes and reads.
//!
//! jiff reads and writes many more, and links all of them with their error messages wherever one is used: 80 kB of
//! wasm for ten characters.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::escrita::push_digitos;

/// A date written `AAAA-MM-DD`, and nothing else.
#[must_use]
pub fn parse_date(texto: &str) -> Option<Date> {
    let [a1, a2, a3, a4, b'-', m1, m2, b'-', d1, d2] = *texto.as_bytes() else {
        return None;
    };
    let ano = i16::try_from(digits(&[a1, a2, a3, a4])?).ok()?;
    let mes = i8::try_from(digits(&[m1, m2])?).ok()?;
    let dia = i8::try_from(digits(&[d1, d2])?).ok()?;
    civil(ano, mes, dia)
}

/// The date of a year, month and day, if there is one. jiff's own errors, which nobody would read, take 2 kB of wasm.
fn civil(ano: i16, mes: i8, dia: i8) -> Option<Date> {
    let bissexto = ano % 4 == 0 && (ano % 100 != 0 || ano % 400 == 0);
    let ultimo = match mes {
        2 => 28 + i8::from(bissexto),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let existe = (1..=ultimo).contains(&dia) && (-9999..=9999).contains(&ano);
    if existe { Some(Date::constant(ano, mes, dia)) } else { None }
}

/// An instant as RFC 3339 writes it, with `Z` or an offset.
pub(crate) fn parse_timestamp(texto: &str) -> Option<Timestamp> {
    let data = parse_date(texto.get(..10)?)?;
    let (hora, resto) = texto.get(10..)?.split_at_checked(9)?;
    let [b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *hora.as_bytes() else {
        return None;
    };
    let (h, m, s) = (digits(&[h1, h2])?, digits(&[m1, m2])?, digits(&[s1, s2])?);
    // RFC 3339 has a 60th second, for leap seconds; like everybody, this reads it as the 59th.
    if h > 23 || m > 59 || s > 60 {
        return None;
    }
    let (nanos, resto) = match resto.strip_prefix(['.', ',']) {
        None => (0, resto),
        Some(resto) => {
            let len = resto.bytes().take_while(u8::is_ascii_digit).count();
            let (fracao, resto) = resto.split_at_checked(len).filter(|_| (1..=9).contains(&len))?;
            (digits(fracao.as_bytes())? * 10_i32.pow(u32::try_from(9 - len).ok()?), resto)
        }
    };
    let offset = match *resto.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sinal @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (h, m) = (digits(&[h1, h2])?, digits(&[m1, m2])?);
            let segundos = if h <= 23 && m <= 59 { h * 3600 + m * 60 } else { return None };
            if sinal == b'-' { -segundos } else { segundos }
        }
        _ => return None,
    };
    let segundos = days_from_epoch(data) * 86_400 + i64::from(h * 3600 + m * 60 + s.min(59) - offset);
    let existe = (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()).contains(&segundos);
    if existe { Some(Timestamp::constant(segundos, nanos)) } else { None }
}

/// The number that ASCII digits write, and nothing else.
fn digits(bytes: &[u8]) -> Option<i32> {
    bytes.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

/// A date for people and JSON: `AAAA-MM-DD`.
pub(crate) fn date_text(data: Date) -> String {
    let mut saida = String::with_capacity(10);
    push_date(&mut saida, data.year().into(), data.month().into(), data.day().into());
    saida
}

/// An instant for people and JSON: RFC 3339 in UTC, fractions only where there are some.
pub(crate) fn timestamp_text(instante: Timestamp) -> String {
    let nanos = instante.subsec_nanosecond().rem_euclid(1_000_000_000);
    let segundos = instante.as_second() - i64::from(instante.subsec_nanosecond() < 0);
    let (ano, mes, dia) = civil_from_days(segundos.div_euclid(86_400));
    let s = segundos.rem_euclid(86_400);
    let mut saida = String::with_capacity(30);
    push_date(&mut saida, ano, mes, dia);
    for (antes, n) in [('T', s / 3600), (':', s / 60 % 60), (':', s % 60)] {
        saida.push(antes);
        push_digitos(&mut saida, n.unsigned_abs(), 2);
    }
    if nanos != 0 {
        saida.push('.');
        push_digitos(&mut saida, nanos.unsigned_abs().into(), 9);
        while saida.ends_with('0') {
            saida.pop();
        }
    }
    saida.push('Z');
    saida
}

fn push_date(saida: &mut String, ano: i64, mes: i64, dia: i64) {
    if ano < 0 {
        saida.push('-');
    }
    // `{:04}` counts the sign.
    for (antes, n, largura) in [("", ano, 4 - usize::from(ano < 0)), ("-", mes, 2), ("-", dia, 2)] {
        saida.push_str(antes);
        push_digitos(saida, n.unsigned_abs(), largura);
    }
}

/// The date `dias` after `data` (before it, when negative).
pub(crate) fn add_days(data: Date, dias: i32) -> Option<Date> {
    let (ano, mes, dia) = civil_from_days(days_from_epoch(data) + i64::from(dias));
    civil(ano.try_into().ok()?, mes.try_into().ok()?, dia.try_into().ok()?)
}

/// Days from 1970-01-01. Years begin in March here, so that the leap day is the last one.
pub(crate) fn days_from_epoch(data: Date) -> i64 {
    let mes = i64::from(data.month());
    let ano = i64::from(data.year()) - i64::from(mes <= 2);
    let era = ano.div_euclid(400);
    let do_ano = (153 * ((mes + 9) % 12) + 2) / 5 + i64::from(data.day()) - 1;
    let da_era = ano.rem_euclid(400);
    era * 146_097 + da_era * 365 + da_era / 4 - da_era / 100 + do_ano - 719_468
}

/// The inverse of [`days_from_epoch`]: year, month, day.
fn civil_from_days(dias: i64) -> (i64, i64, i64) {
    let dias = dias + 719_468;
    let era = dias.div_euclid(146_097);
    let dia = dias.rem_euclid(146_097);
    let ano = (dia - dia / 1460 + dia / 36_524 - dia / 146_096) / 365;
    let do_ano = dia - (365 * ano + ano / 4 - ano / 100);
    let mes = (5 * do_ano + 2) / 153;
    let dia = do_ano - (153 * mes + 2) / 5 + 1;
    let mes = if mes < 10 { mes + 3 } else { mes - 9 };
    (ano + era * 400 + i64::from(mes <= 2), mes, dia)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_jiff_on_every_day() {
        let mut data = Date::new(-400, 1, 1).unwrap();
        while data.year() < 4000 {
            let jiff = data.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
            assert_eq!(days_from_epoch(data) * 86_400, jiff.as_second());
            if data.year() > 0 {
                assert_eq!(date_text(data), data.to_string());
                assert_eq!(parse_date(&data.to_string()), Some(data));
            }
            let dia = (i64::from(data.year()), i64::from(data.month()), i64::from(data.day()));
            assert_eq!(civil_from_days(days_from_epoch(data)), dia);
            assert_eq!(add_days(data, 1), data.tomorrow().ok());
            data = data.tomorrow().unwrap();
        }
    }

    #[test]
    fn instants_are_read_and_written_as_jiff_does() {
        for texto in [
            "2026-01-31T12:00:00Z",
            "2026-01-31t12:00:00.5z",
            "1969-12-31T23:59:59.123456789Z",
            "2026-01-31 12:00:00-03:00",
            "2024-02-29T23:59:60Z",
            "0001-01-01T00:00:00Z",
        ] {
            let lido: Timestamp = texto.parse().unwrap();
            assert_eq!(parse_timestamp(texto), Some(lido), "{texto}");
            assert_eq!(timestamp_text(lido), lido.to_string(), "{texto}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for texto in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-02-31T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00.1234567890Z",
            "2026-01-31T12:00:00+0300",
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00Zé",
            "2026-01-é",
            "２026-01-31T12:00:00Z",
        ] {
            assert_eq!(parse_timestamp(texto), None, "{texto}");
        }
        for texto in ["-9999-01-01", "9999-12-31"] {
            assert_eq!(parse_timestamp(&format!("{texto}T23:59:59Z")), None, "{texto}");
        }
        for texto in [
            "2026-00-10",
            "2026-04-31",
            "2100-02-29",
            "2026-01-00",
            "2026-1-01",
            "2026/01/01",
            "2026-13-01",
            "2025-02-29",
            "+026-01-01",
            "2026-01-01 ",
        ] {
            assert_eq!(parse_date(texto), None, "{texto}");
        }
    }
}
