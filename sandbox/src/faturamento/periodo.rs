//! Which stretches of time a run bills, and how much of each a contract was active.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Competencia;
use smartbill_core::model::{MomentoCobranca, Periodicidade};

use crate::contratos::ContratoGuardado;

/// One billing period of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Periodo {
    /// Counted from the contract's first, which is 0.
    pub(crate) indice: i32,
    pub(crate) inicio: Date,
    pub(crate) fim: Date,
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passo {
    Dias(i32),
    Meses(i32),
}

/// How much of a period is billed: for each of its months (or for the period itself, if it is counted in days) the
/// active days and all days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fracao(Vec<(i32, i32)>);

fn passo(periodicidade: Option<&Periodicidade>) -> Passo {
    match periodicidade {
        Some(Periodicidade::Semanal) => Passo::Dias(7),
        Some(Periodicidade::Quinzenal) => Passo::Dias(15),
        Some(Periodicidade::Bimestral) => Passo::Meses(2),
        Some(Periodicidade::Trimestral) => Passo::Meses(3),
        Some(Periodicidade::Quadrimestral) => Passo::Meses(4),
        Some(Periodicidade::Semestral) => Passo::Meses(6),
        Some(Periodicidade::Anual) => Passo::Meses(12),
        Some(Periodicidade::Bienal) => Passo::Meses(24),
        Some(Periodicidade::Trienal) => Passo::Meses(36),
        _ => Passo::Meses(1),
    }
}

fn antecipado(contrato: &ContratoGuardado) -> bool {
    contrato.modelo.momento_cobranca == Some(MomentoCobranca::Antecipado)
}

/// How many months from `de` to `ate`.
fn meses(de: Competencia, ate: Competencia) -> i32 {
    (i32::from(ate.ano()) - i32::from(de.ano())) * 12 + i32::from(ate.mes()) - i32::from(de.mes())
}

/// How many days from `de` to `ate`.
fn dias(de: Date, ate: Date) -> i32 {
    i32::try_from(de.duration_until(ate).as_hours() / 24).unwrap_or(i32::MAX)
}

fn mais_dias(data: Date, dias: i32) -> Date {
    data.saturating_add(dias.days())
}

/// The first and last day of the cycle in which `data` falls.
pub(crate) fn ciclo_de(contrato: &ContratoGuardado, data: Date) -> (Date, Date) {
    let p = periodo(contrato, indice_de(contrato, data));
    (p.inicio, p.fim)
}

fn indice_de(contrato: &ContratoGuardado, data: Date) -> i32 {
    let inicio = contrato.inicio();
    match passo(contrato.modelo.periodicidade.as_ref()) {
        Passo::Dias(n) => dias(inicio, data).div_euclid(n),
        Passo::Meses(n) => meses(Competencia::of(inicio), Competencia::of(data)).div_euclid(n),
    }
}

/// The period at `indice`. Periods in months follow the calendar: the first begins on the first of the month in
/// which the contract does, so that every later one is whole.
fn periodo(contrato: &ContratoGuardado, indice: i32) -> Periodo {
    let inicio = contrato.inicio();
    match passo(contrato.modelo.periodicidade.as_ref()) {
        Passo::Dias(n) => {
            let de = mais_dias(inicio, indice.saturating_mul(n));
            Periodo { indice, inicio: de, fim: mais_dias(de, n - 1) }
        }
        Passo::Meses(n) => {
            let de = Competencia::of(inicio).somar(indice.saturating_mul(n));
            Periodo { indice, inicio: de.primeiro_dia(), fim: de.somar(n - 1).ultimo_dia() }
        }
    }
}

/// The periods that fall due in the month `competencia`.
pub(crate) fn devidos(contrato: &ContratoGuardado, competencia: Competencia) -> Vec<Periodo> {
    let antecipado = antecipado(contrato);
    let encerra = contrato.encerramento().is_some_and(|d| Competencia::of(d) == competencia);
    let (primeiro, ultimo) = (competencia.primeiro_dia(), competencia.ultimo_dia());
    (indice_de(contrato, primeiro)..=indice_de(contrato, ultimo))
        .filter(|indice| *indice >= 0)
        .map(|indice| periodo(contrato, indice))
        .filter(|p| {
            let dia = if antecipado { p.inicio } else { p.fim };
            // A contract that ends in the middle of a period billed afterwards is billed at its end.
            (primeiro..=ultimo).contains(&dia) || (encerra && !antecipado)
        })
        .collect()
}

impl Fracao {
    /// How much of `periodo` the contract is active.
    pub(crate) fn de(contrato: &ContratoGuardado, periodo: &Periodo) -> Self {
        let partes = match passo(contrato.modelo.periodicidade.as_ref()) {
            Passo::Dias(_) => vec![(periodo.inicio, periodo.fim)],
            Passo::Meses(n) => {
                let de = Competencia::of(periodo.inicio);
                (0..n).map(|i| de.somar(i)).map(|c| (c.primeiro_dia(), c.ultimo_dia())).collect()
            }
        };
        let trechos = contrato.trechos_ativos();
        let ativos = |inicio: Date, fim: Date| -> i32 {
            trechos
                .iter()
                // Cut short inside this period, by a change that asked for the part used not to be billed.
                .filter(|(_, ate, proporcional)| *proporcional || *ate >= periodo.fim)
                .map(|(de, ate, _)| (inicio.max(*de), fim.min(*ate)))
                .filter(|(de, ate)| de <= ate)
                .map(|(de, ate)| dias(de, ate) + 1)
                .sum()
        };
        Self(partes.into_iter().map(|(de, ate)| (ativos(de, ate), dias(de, ate) + 1)).collect())
    }

    pub(crate) fn nada(&self) -> bool {
        self.0.iter().all(|(ativos, _)| *ativos == 0)
    }

    pub(crate) fn inteiro(&self) -> bool {
        self.0.iter().all(|(ativos, dias)| ativos == dias)
    }

    /// `valor` times the fraction, not rounded.
    pub(crate) fn aplicar(&self, valor: Decimal) -> Decimal {
        if self.inteiro() {
            return valor;
        }
        let partes = Decimal::from(self.0.len().max(1));
        self.0
            .iter()
            // Multiplied before it is divided, so that only the last digit can be in doubt.
            .filter_map(|(ativos, dias)| {
                valor.checked_mul(Decimal::from(*ativos))?.checked_div(Decimal::from(*dias).checked_mul(partes)?)
            })
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// How the fraction is explained: `15/31 dias`.
    pub(crate) fn explicar(&self) -> String {
        let (ativos, dias) = self.0.iter().fold((0, 0), |(a, d), (ativos, dias)| (a + ativos, d + dias));
        format!("{ativos}/{dias} dias")
    }
}
