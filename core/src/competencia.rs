use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::escrita::{juntar, push_digitos};
use crate::parse_date;

/// A month of reference (competência), written `AAAA-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Competencia {
    ano: i16,
    mes: i8,
}

impl Competencia {
    /// The month `mes` (1 to 12) of the year `ano` (1900 to 9999).
    #[must_use]
    pub fn new(ano: i16, mes: i8) -> Option<Self> {
        ((1900..=9999).contains(&ano) && (1..=12).contains(&mes)).then_some(Self { ano, mes })
    }

    /// The month in which `data` falls.
    #[must_use]
    pub fn of(data: Date) -> Self {
        Self { ano: data.year(), mes: data.month() }
    }

    /// The year.
    #[must_use]
    pub fn ano(self) -> i16 {
        self.ano
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn mes(self) -> i8 {
        self.mes
    }

    /// The first day of the month.
    #[must_use]
    pub fn primeiro_dia(self) -> Date {
        Date::new(self.ano, self.mes, 1).unwrap_or(Date::MIN)
    }

    /// The last day of the month.
    #[must_use]
    pub fn ultimo_dia(self) -> Date {
        self.primeiro_dia().last_of_month()
    }

    /// The month `meses` after this one (before it, when negative), held within years 1900 to 9999.
    #[must_use]
    pub fn somar(self, meses: i32) -> Self {
        let total = (i32::from(self.ano) * 12 + i32::from(self.mes) - 1 + meses).clamp(1900 * 12, 9999 * 12 + 11);
        let ano = i16::try_from(total.div_euclid(12)).unwrap_or(self.ano);
        let mes = i8::try_from(total.rem_euclid(12) + 1).unwrap_or(self.mes);
        Self { ano, mes }
    }
}

impl Competencia {
    /// `AAAA-MM`.
    pub(crate) fn texto(self) -> String {
        let mut saida = String::with_capacity(7);
        push_digitos(&mut saida, self.ano.unsigned_abs().into(), 4);
        saida.push('-');
        push_digitos(&mut saida, self.mes.unsigned_abs().into(), 2);
        saida
    }
}

impl fmt::Display for Competencia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texto())
    }
}

/// The text is not a month written `AAAA-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a month written YYYY-MM")]
pub struct CompetenciaError;

impl FromStr for Competencia {
    type Err = CompetenciaError;

    fn from_str(texto: &str) -> Result<Self, CompetenciaError> {
        // A month is a date without its day.
        let primeiro = parse_date(&juntar(&[texto, "-01"], "")).ok_or(CompetenciaError)?;
        Self::new(primeiro.year(), primeiro.month()).ok_or(CompetenciaError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prints_and_counts_months() {
        let c: Competencia = "2025-11".parse().unwrap();
        assert_eq!(c.somar(2).to_string(), "2026-01");
        assert_eq!(c.somar(-11).to_string(), "2024-12");
        assert_eq!(c.ultimo_dia().to_string(), "2025-11-30");
        for ruim in ["2025-13", "2025-00", "25-01", "2025/01", "2025-1", "", "+025-01"] {
            assert!(ruim.parse::<Competencia>().is_err(), "{ruim}");
        }
    }
}
