//! A contract's life: the state machine of domain.md 2.3, its changes in force and its changes to come.

use jiff::civil::Date;
use smartbill_core::api::{Acao, Transicao, transicao};
use smartbill_core::model::{AcaoContrato, Contrato, Historico, Id, MomentoAcao, SituacaoContrato};

use crate::faturamento::{Conta, ciclo_de};
use crate::store;

/// A contract with what the platform remembers about it.
pub(crate) struct ContratoGuardado {
    /// As it was included; state and history are derived when it is answered.
    pub(crate) modelo: Contrato,
    pub(crate) cliente: u32,
    /// The services of `modelo.itens`, by index.
    pub(crate) servicos: Vec<u32>,
    /// Changes that took effect, in the order of their dates.
    marcos: Vec<Marco>,
    /// Changes to come, in the order of their dates.
    agendadas: Vec<Marco>,
    pub(crate) conta: Conta,
    /// Its usage, billed or not.
    pub(crate) consumos: Vec<u32>,
}

/// The states that are stored; `EXPIRADO` is derived from the end date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Estado {
    Inativo,
    Ativo,
    Suspenso,
    Cancelado,
}

/// A change and the day from which it holds.
#[derive(Debug, Clone, PartialEq)]
struct Marco {
    data: Date,
    acao: Acao,
    estado: Estado,
    motivo: Option<String>,
    /// The part of a period that this change cuts short is not billed.
    sem_proporcional: bool,
}

/// What an action did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feito {
    /// It holds now.
    Mudou,
    /// It will hold.
    Agendou,
    /// It was so already.
    Nada,
}

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recusa {
    /// The state does not allow it.
    Transicao(SituacaoContrato),
    /// A cancelling needs its reason.
    SemMotivo,
    /// The date is before the named one.
    Antes(&'static str),
    /// A suspension must end after it begins.
    SuspensaoVazia,
}

impl Estado {
    fn depois(acao: Acao) -> Self {
        match acao {
            Acao::Ativar => Self::Ativo,
            Acao::Desativar => Self::Inativo,
            Acao::Suspender => Self::Suspenso,
            Acao::Cancelar => Self::Cancelado,
        }
    }

    fn situacao(self) -> SituacaoContrato {
        match self {
            Self::Inativo => SituacaoContrato::Inativo,
            Self::Ativo => SituacaoContrato::Ativo,
            Self::Suspenso => SituacaoContrato::Suspenso,
            Self::Cancelado => SituacaoContrato::Cancelado,
        }
    }
}

impl ContratoGuardado {
    pub(crate) fn novo(modelo: Contrato, cliente: u32, servicos: Vec<u32>) -> Self {
        let (marcos, agendadas) = (Vec::new(), Vec::new());
        Self { modelo, cliente, servicos, marcos, agendadas, conta: Conta::default(), consumos: Vec::new() }
    }

    pub(crate) fn inicio(&self) -> Date {
        // Inclusion requires it.
        self.modelo.data_inicio.unwrap_or(Date::MIN)
    }

    pub(crate) fn fim(&self) -> Date {
        self.modelo.data_fim.unwrap_or(Date::MAX)
    }

    fn estado(&self) -> Estado {
        self.marcos.last().map_or(Estado::Inativo, |m| m.estado)
    }

    /// Its state on the day `hoje`, with `EXPIRADO` derived.
    pub(crate) fn situacao(&self, hoje: Date) -> SituacaoContrato {
        match self.estado() {
            Estado::Cancelado => SituacaoContrato::Cancelado,
            _ if self.fim() < hoje => SituacaoContrato::Expirado,
            estado => estado.situacao(),
        }
    }

    /// Does `acao` as of today or of its date; a date to come is scheduled.
    pub(crate) fn agir(&mut self, acao: Acao, pedido: &AcaoContrato, hoje: Date) -> Result<Feito, Recusa> {
        let situacao = self.situacao(hoje);
        match transicao(&situacao, acao) {
            Transicao::Proibida => return Err(Recusa::Transicao(situacao)),
            Transicao::Nenhuma => return self.repeticao(acao, pedido, hoje),
            Transicao::Para(_) => {}
        }
        let estado = Estado::depois(acao);
        if acao == Acao::Cancelar && pedido.motivo.is_none() {
            return Err(Recusa::SemMotivo);
        }
        let data = self.data_efetiva(acao, pedido, hoje)?;
        let sem_proporcional = acao != Acao::Ativar && pedido.cobrar_proporcional == Some(false);
        let marco = Marco { data, acao, estado, motivo: pedido.motivo.clone(), sem_proporcional };
        if self.agendadas.contains(&marco) {
            return Ok(Feito::Nada);
        }
        let volta = match (acao, pedido.suspender_ate) {
            (Acao::Suspender, Some(ate)) if ate <= data => return Err(Recusa::SuspensaoVazia),
            (Acao::Suspender, Some(ate)) => Some(Marco {
                data: ate,
                acao: Acao::Ativar,
                estado: Estado::Ativo,
                motivo: None,
                sem_proporcional: false,
            }),
            _ => None,
        };
        let feito = if data > hoje {
            self.agendar(marco);
            Feito::Agendou
        } else {
            // What was to come was decided about a state that no longer holds.
            self.agendadas.clear();
            self.marcos.push(marco);
            Feito::Mudou
        };
        if let Some(volta) = volta {
            self.agendar(volta);
            self.avancar(hoje);
        }
        Ok(feito)
    }

    /// An action that changes nothing: a cancelling repeated is one only if it says the same.
    fn repeticao(&self, acao: Acao, pedido: &AcaoContrato, hoje: Date) -> Result<Feito, Recusa> {
        let igual = self
            .marcos
            .last()
            .is_none_or(|m| pedido.motivo == m.motivo && pedido.data.is_none_or(|data| data == m.data));
        if acao == Acao::Cancelar && !igual {
            return Err(Recusa::Transicao(self.situacao(hoje)));
        }
        Ok(Feito::Nada)
    }

    fn data_efetiva(&self, acao: Acao, pedido: &AcaoContrato, hoje: Date) -> Result<Date, Recusa> {
        let data = match pedido.data {
            Some(data) if data < self.inicio() => return Err(Recusa::Antes("dataInicio")),
            Some(data) if self.marcos.last().is_some_and(|m| data < m.data) => return Err(Recusa::Antes("historico")),
            Some(data) => data,
            // Activated for the first time, a contract holds from its own first day, however late it was typed in.
            None if acao == Acao::Ativar && self.marcos.is_empty() => hoje.min(self.inicio()),
            None => hoje,
        };
        if pedido.momento == Some(MomentoAcao::FimDoCiclo) {
            let (_, fim) = ciclo_de(self, data);
            return Ok(fim.tomorrow().unwrap_or(fim));
        }
        Ok(data)
    }

    fn agendar(&mut self, marco: Marco) {
        self.agendadas.push(marco);
        self.agendadas.sort_by_key(|m| m.data);
    }

    /// The first day on which something scheduled takes effect.
    pub(crate) fn proxima_agendada(&self) -> Option<Date> {
        self.agendadas.first().map(|m| m.data)
    }

    /// Brings what was scheduled up to `hoje` into effect; whether anything changed.
    pub(crate) fn avancar(&mut self, hoje: Date) -> bool {
        let mut mudou = false;
        while self.agendadas.first().is_some_and(|m| m.data <= hoje) {
            let marco = self.agendadas.remove(0);
            if let Transicao::Para(_) = transicao(&self.situacao(marco.data), marco.acao) {
                self.marcos.push(marco);
                mudou = true;
            }
        }
        mudou
    }

    /// The stretches in which it is active, first and last day included, whether the part of a period cut short by
    /// their end is billed, as known today: what is scheduled counts.
    pub(crate) fn trechos_ativos(&self) -> Vec<(Date, Date, bool)> {
        let mut trechos = Vec::new();
        let mut aberto: Option<Date> = None;
        for marco in self.marcos.iter().chain(&self.agendadas) {
            match (aberto, marco.estado) {
                (None, Estado::Ativo) => aberto = Some(marco.data),
                (Some(desde), estado) if estado != Estado::Ativo => {
                    let ate = marco.data.yesterday().unwrap_or(marco.data);
                    trechos.push((desde, ate, !marco.sem_proporcional));
                    aberto = None;
                }
                _ => {}
            }
        }
        trechos.extend(aberto.map(|desde| (desde, Date::MAX, true)));
        let (inicio, fim) = (self.inicio(), self.fim());
        trechos
            .into_iter()
            .map(|(de, ate, proporcional)| (de.max(inicio), ate.min(fim), proporcional))
            .filter(|(de, ate, _)| de <= ate)
            .collect()
    }

    /// The last day of its life, when it has ended or is known to end.
    pub(crate) fn encerramento(&self) -> Option<Date> {
        let cancelamento = self.marcos.iter().rev().find(|m| m.estado == Estado::Cancelado).map(|m| m.data);
        let cancelamento = cancelamento.and_then(|d| d.yesterday().ok());
        [cancelamento, self.modelo.data_fim].into_iter().flatten().min()
    }

    /// The contract as the platform answers it on the day `hoje`.
    pub(crate) fn responder(&self, indice: u32, cliente_codigo: Option<&str>, hoje: Date) -> Contrato {
        let mut c = self.modelo.clone();
        c.id = Some(Id(store::id(indice)));
        c.cliente_id = Some(Id(store::id(self.cliente)));
        c.cliente_codigo_externo = cliente_codigo.map(str::to_owned);
        c.situacao = Some(self.situacao(hoje));
        let ultimo = |estado| self.marcos.iter().rev().find(|m| m.estado == estado).map(|m| m.data);
        c.data_ativacao = ultimo(Estado::Ativo);
        c.data_suspensao = ultimo(Estado::Suspenso);
        c.data_cancelamento = ultimo(Estado::Cancelado);
        c.historico = self
            .marcos
            .iter()
            .chain(&self.agendadas)
            .map(|m| Historico {
                situacao: Some(m.estado.situacao()),
                data: Some(m.data),
                motivo: m.motivo.clone(),
                ..Historico::default()
            })
            .collect();
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const HOJE: Date = date(2026, 3, 15);

    fn contrato(fim: Option<Date>) -> ContratoGuardado {
        let modelo = Contrato { data_inicio: Some(date(2026, 1, 1)), data_fim: fim, ..Contrato::default() };
        ContratoGuardado::novo(modelo, 0, Vec::new())
    }

    fn motivo(texto: &str) -> AcaoContrato {
        AcaoContrato { motivo: Some(texto.into()), ..AcaoContrato::default() }
    }

    fn em(estado: &SituacaoContrato) -> ContratoGuardado {
        let fim = (*estado == SituacaoContrato::Expirado).then_some(date(2026, 2, 28));
        let mut c = contrato(fim);
        let acoes: &[Acao] = match estado {
            SituacaoContrato::Ativo => &[Acao::Ativar],
            SituacaoContrato::Suspenso => &[Acao::Ativar, Acao::Suspender],
            SituacaoContrato::Cancelado => &[Acao::Ativar, Acao::Cancelar],
            _ => &[],
        };
        for acao in acoes {
            c.agir(*acao, &motivo("m"), HOJE).unwrap();
        }
        assert_eq!(c.situacao(HOJE), *estado);
        c
    }

    /// The table of domain.md 2.3, cell by cell.
    #[test]
    fn the_state_machine_is_the_documented_table() {
        use SituacaoContrato::{Ativo, Cancelado, Expirado, Inativo, Suspenso};
        // ativar, desativar, suspender, cancelar: the state after it and what was done; none is an error.
        let tabela = [
            (
                Inativo,
                [Some((Ativo, Feito::Mudou)), Some((Inativo, Feito::Nada)), None, Some((Cancelado, Feito::Mudou))],
            ),
            (
                Ativo,
                [
                    Some((Ativo, Feito::Nada)),
                    Some((Inativo, Feito::Mudou)),
                    Some((Suspenso, Feito::Mudou)),
                    Some((Cancelado, Feito::Mudou)),
                ],
            ),
            (
                Suspenso,
                [
                    Some((Ativo, Feito::Mudou)),
                    Some((Inativo, Feito::Mudou)),
                    Some((Suspenso, Feito::Nada)),
                    Some((Cancelado, Feito::Mudou)),
                ],
            ),
            (Cancelado, [None, None, None, Some((Cancelado, Feito::Nada))]),
            (Expirado, [None, None, None, Some((Cancelado, Feito::Mudou))]),
        ];
        let acoes = [Acao::Ativar, Acao::Desativar, Acao::Suspender, Acao::Cancelar];
        for (de, linha) in tabela {
            for (acao, esperado) in acoes.into_iter().zip(linha) {
                let mut c = em(&de);
                let feito = c.agir(acao, &motivo("m"), HOJE);
                match esperado {
                    Some((para, o_que)) => {
                        assert_eq!(feito, Ok(o_que), "{de} {acao:?}");
                        assert_eq!(c.situacao(HOJE), para, "{de} {acao:?}");
                    }
                    None => assert_eq!(feito, Err(Recusa::Transicao(de.clone())), "{acao:?}"),
                }
            }
        }
    }

    #[test]
    fn a_cancelling_repeated_with_another_reason_is_refused() {
        let mut c = em(&SituacaoContrato::Cancelado);
        assert!(matches!(c.agir(Acao::Cancelar, &motivo("outro"), HOJE), Err(Recusa::Transicao(_))));
        let outra_data = AcaoContrato { data: Some(date(2026, 3, 14)), ..motivo("m") };
        assert!(matches!(c.agir(Acao::Cancelar, &outra_data, HOJE), Err(Recusa::Transicao(_))));
        let mesma = AcaoContrato { data: Some(HOJE), ..motivo("m") };
        assert_eq!(c.agir(Acao::Cancelar, &mesma, HOJE), Ok(Feito::Nada));
        assert_eq!(
            em(&SituacaoContrato::Ativo).agir(Acao::Cancelar, &AcaoContrato::default(), HOJE),
            Err(Recusa::SemMotivo)
        );
    }

    #[test]
    fn a_date_to_come_is_scheduled_and_takes_effect_on_its_day() {
        let mut c = em(&SituacaoContrato::Ativo);
        let pedido = AcaoContrato { data: Some(date(2026, 4, 1)), ..motivo("férias") };
        assert_eq!(c.agir(Acao::Suspender, &pedido, HOJE), Ok(Feito::Agendou));
        assert_eq!(c.agir(Acao::Suspender, &pedido, HOJE), Ok(Feito::Nada));
        assert!(!c.avancar(date(2026, 3, 31)));
        assert_eq!(c.situacao(date(2026, 3, 31)), SituacaoContrato::Ativo);
        assert!(c.avancar(date(2026, 4, 1)));
        assert_eq!(c.situacao(date(2026, 4, 1)), SituacaoContrato::Suspenso);
    }

    #[test]
    fn a_suspension_ends_by_itself_and_a_cycle_ends_before_the_change() {
        let mut c = em(&SituacaoContrato::Ativo);
        let pedido = AcaoContrato { suspender_ate: Some(date(2026, 3, 20)), ..motivo("m") };
        assert_eq!(c.agir(Acao::Suspender, &pedido, HOJE), Ok(Feito::Mudou));
        c.avancar(date(2026, 3, 20));
        assert_eq!(c.situacao(date(2026, 3, 20)), SituacaoContrato::Ativo);
        let pedido = AcaoContrato { momento: Some(MomentoAcao::FimDoCiclo), ..motivo("m") };
        assert_eq!(c.agir(Acao::Cancelar, &pedido, date(2026, 3, 21)), Ok(Feito::Agendou));
        c.avancar(date(2026, 3, 31));
        assert_eq!(c.situacao(date(2026, 3, 31)), SituacaoContrato::Ativo);
        c.avancar(date(2026, 4, 1));
        assert_eq!(c.situacao(date(2026, 4, 1)), SituacaoContrato::Cancelado);
    }

    #[test]
    fn a_date_before_the_start_or_before_the_last_change_is_refused() {
        let mut c = contrato(None);
        let cedo = AcaoContrato { data: Some(date(2025, 12, 31)), ..AcaoContrato::default() };
        assert_eq!(c.agir(Acao::Ativar, &cedo, HOJE), Err(Recusa::Antes("dataInicio")));
        c.agir(Acao::Ativar, &AcaoContrato { data: Some(date(2026, 2, 1)), ..cedo.clone() }, HOJE).unwrap();
        let antes = AcaoContrato { data: Some(date(2026, 1, 31)), ..cedo };
        assert_eq!(c.agir(Acao::Suspender, &antes, HOJE), Err(Recusa::Antes("historico")));
    }
}
