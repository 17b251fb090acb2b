//! The life of a contract: its state machine, its past changes and its scheduled changes.

use jiff::civil::Date;
use smartbill_core::api::{Action, Transition, transition};
use smartbill_core::model::{ActionMomento, Contrato, ContratoAction, Historico, Id, SituacaoContrato};

use crate::account::Account;
use crate::calendar::Calendar;
use crate::collection;

/// A contract, with the platform's data about it.
pub(crate) struct StoredContrato {
    /// The contract as it was included. State and history are computed for each answer.
    pub(crate) model: Contrato,
    pub(crate) cliente: u32,
    /// The services of `model.itens`, by index.
    pub(crate) servicos: Vec<u32>,
    /// The changes that have taken effect, in the order of their dates.
    milestones: Vec<Milestone>,
    /// The scheduled changes, in the order of their dates.
    scheduled: Vec<Milestone>,
    pub(crate) account: Account,
    /// The contract's usage, billed or not.
    pub(crate) consumos: Vec<u32>,
}

/// The stored states. `EXPIRADO` is computed from the end date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Inativo,
    Ativo,
    Suspenso,
    Cancelado,
}

/// A change and the day on which it takes effect.
#[derive(Debug, Clone, PartialEq)]
struct Milestone {
    date: Date,
    action: Action,
    state: State,
    reason: Option<String>,
    /// Whether the used part of a period that this change cuts short is not billed.
    without_pro_rata: bool,
}

/// The effect of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// The change has taken effect.
    Changed,
    /// The change is scheduled.
    Scheduled,
    /// The contract was in this state already.
    Nothing,
}

/// The reason why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RefusedAction {
    /// The state does not allow it.
    Transition(SituacaoContrato),
    /// A cancellation needs a reason.
    NoReason,
    /// The date is before the named date.
    Before(&'static str),
    /// A suspension must end after it begins.
    EmptySuspension,
}

impl State {
    fn after(action: Action) -> Self {
        match action {
            Action::Ativar => Self::Ativo,
            Action::Desativar => Self::Inativo,
            Action::Suspender => Self::Suspenso,
            Action::Cancelar => Self::Cancelado,
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

impl StoredContrato {
    pub(crate) fn new(model: Contrato, cliente: u32, servicos: Vec<u32>) -> Self {
        let (milestones, scheduled) = (Vec::new(), Vec::new());
        Self { model, cliente, servicos, milestones, scheduled, account: Account::default(), consumos: Vec::new() }
    }

    pub(crate) fn start(&self) -> Date {
        // Including a contract requires this field.
        self.model.data_inicio.unwrap_or(Date::MIN)
    }

    pub(crate) fn end(&self) -> Date {
        self.model.data_fim.unwrap_or(Date::MAX)
    }

    /// The calendar of its periods.
    pub(crate) fn calendar(&self) -> Calendar {
        Calendar::new(self.start(), self.model.periodicidade.as_ref())
    }

    fn state(&self) -> State {
        self.milestones.last().map_or(State::Inativo, |m| m.state)
    }

    /// The state on the day `today`, including `EXPIRADO`.
    pub(crate) fn situacao(&self, today: Date) -> SituacaoContrato {
        match self.state() {
            State::Cancelado => SituacaoContrato::Cancelado,
            _ if self.end() < today => SituacaoContrato::Expirado,
            state => state.situacao(),
        }
    }

    /// Performs `action` as of today or of its date. An action with a future date is scheduled.
    pub(crate) fn act(&mut self, action: Action, request: &ContratoAction, today: Date) -> Result<Done, RefusedAction> {
        let situacao = self.situacao(today);
        match transition(&situacao, action) {
            Transition::Forbidden => return Err(RefusedAction::Transition(situacao)),
            Transition::Nothing => return self.replay(action, request, today),
            Transition::To(_) => {}
        }
        let state = State::after(action);
        if action == Action::Cancelar && request.motivo.is_none() {
            return Err(RefusedAction::NoReason);
        }
        let date = self.effective_date(action, request, today)?;
        let without_pro_rata = action != Action::Ativar && request.cobrar_proporcional == Some(false);
        let milestone = Milestone { date, action, state, reason: request.motivo.clone(), without_pro_rata };
        if self.scheduled.contains(&milestone) {
            return Ok(Done::Nothing);
        }
        let back = match (action, request.suspender_ate) {
            (Action::Suspender, Some(until)) if until <= date => return Err(RefusedAction::EmptySuspension),
            (Action::Suspender, Some(until)) => Some(Milestone {
                date: until,
                action: Action::Ativar,
                state: State::Ativo,
                reason: None,
                without_pro_rata: false,
            }),
            _ => None,
        };
        let done = if date > today {
            self.schedule(milestone);
            Done::Scheduled
        } else {
            // The scheduled changes were decided for a state that no longer holds.
            self.scheduled.clear();
            self.milestones.push(milestone);
            Done::Changed
        };
        if let Some(back) = back {
            self.schedule(back);
            self.advance(today);
        }
        Ok(done)
    }

    /// Handles an action that changes nothing. A repeated cancellation is such an action only if its content is the
    /// same.
    fn replay(&self, action: Action, request: &ContratoAction, today: Date) -> Result<Done, RefusedAction> {
        let equal = self
            .milestones
            .last()
            .is_none_or(|m| request.motivo == m.reason && request.data.is_none_or(|date| date == m.date));
        if action == Action::Cancelar && !equal {
            return Err(RefusedAction::Transition(self.situacao(today)));
        }
        Ok(Done::Nothing)
    }

    fn effective_date(&self, action: Action, request: &ContratoAction, today: Date) -> Result<Date, RefusedAction> {
        let date = match request.data {
            Some(date) if date < self.start() => return Err(RefusedAction::Before("dataInicio")),
            Some(date) if self.milestones.last().is_some_and(|m| date < m.date) => {
                return Err(RefusedAction::Before("historico"));
            }
            Some(date) => date,
            // The first activation takes effect on the contract's own first day, even if it is entered later.
            None if action == Action::Ativar && self.milestones.is_empty() => today.min(self.start()),
            None => today,
        };
        if request.momento == Some(ActionMomento::FimDoCiclo) {
            let (_, end) = self.calendar().cycle_of(date);
            return Ok(end.tomorrow().unwrap_or(end));
        }
        Ok(date)
    }

    fn schedule(&mut self, milestone: Milestone) {
        self.scheduled.push(milestone);
        self.scheduled.sort_by_key(|m| m.date);
    }

    /// The first day on which a scheduled change takes effect.
    pub(crate) fn next_scheduled(&self) -> Option<Date> {
        self.scheduled.first().map(|m| m.date)
    }

    /// Applies the changes scheduled up to `today`. Returns whether anything changed.
    pub(crate) fn advance(&mut self, today: Date) -> bool {
        let mut did_change = false;
        while self.scheduled.first().is_some_and(|m| m.date <= today) {
            let milestone = self.scheduled.remove(0);
            if let Transition::To(_) = transition(&self.situacao(milestone.date), milestone.action) {
                self.milestones.push(milestone);
                did_change = true;
            }
        }
        did_change
    }

    /// The spans in which the contract is active: first day, last day (included), and whether the used part of a period
    /// that the span's end cuts short is billed. Scheduled changes count.
    pub(crate) fn active_spans(&self) -> Vec<(Date, Date, bool)> {
        let mut spans = Vec::new();
        let mut opened: Option<Date> = None;
        for milestone in self.milestones.iter().chain(&self.scheduled) {
            match (opened, milestone.state) {
                (None, State::Ativo) => opened = Some(milestone.date),
                (Some(since), state) if state != State::Ativo => {
                    let until = milestone.date.yesterday().unwrap_or(milestone.date);
                    spans.push((since, until, !milestone.without_pro_rata));
                    opened = None;
                }
                _ => {}
            }
        }
        spans.extend(opened.map(|since| (since, Date::MAX, true)));
        let (start, end) = (self.start(), self.end());
        spans
            .into_iter()
            .map(|(from, until, pro_rata)| (from.max(start), until.min(end), pro_rata))
            .filter(|(from, until, _)| from <= until)
            .collect()
    }

    /// The last day of the contract, if it has ended or its end is known.
    pub(crate) fn ended_on(&self) -> Option<Date> {
        let cancelled_on = self.milestones.iter().rev().find(|m| m.state == State::Cancelado).map(|m| m.date);
        let cancelled_on = cancelled_on.and_then(|d| d.yesterday().ok());
        [cancelled_on, self.model.data_fim].into_iter().flatten().min()
    }

    /// The contract as the platform answers it on the day `today`.
    pub(crate) fn respond(&self, index: u32, cliente_code: Option<&str>, today: Date) -> Contrato {
        let mut c = self.model.clone();
        c.id = Some(Id(collection::id(index)));
        c.cliente_id = Some(Id(collection::id(self.cliente)));
        c.cliente_codigo_externo = cliente_code.map(str::to_owned);
        c.situacao = Some(self.situacao(today));
        let last = |state| self.milestones.iter().rev().find(|m| m.state == state).map(|m| m.date);
        c.data_ativacao = last(State::Ativo);
        c.data_suspensao = last(State::Suspenso);
        c.data_cancelamento = last(State::Cancelado);
        c.historico = self
            .milestones
            .iter()
            .chain(&self.scheduled)
            .map(|m| Historico {
                situacao: Some(m.state.situacao()),
                data: Some(m.date),
                motivo: m.reason.clone(),
                ..Historico::default()
            })
            .collect();
        c
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 15);

    fn contrato(end: Option<Date>) -> StoredContrato {
        let model = Contrato { data_inicio: Some(date(2026, 1, 1)), data_fim: end, ..Contrato::default() };
        StoredContrato::new(model, 0, Vec::new())
    }

    fn reason(text: &str) -> ContratoAction {
        ContratoAction { motivo: Some(text.into()), ..ContratoAction::default() }
    }

    fn at(state: &SituacaoContrato) -> StoredContrato {
        let end = (*state == SituacaoContrato::Expirado).then_some(date(2026, 2, 28));
        let mut c = contrato(end);
        let actions: &[Action] = match state {
            SituacaoContrato::Ativo => &[Action::Ativar],
            SituacaoContrato::Suspenso => &[Action::Ativar, Action::Suspender],
            SituacaoContrato::Cancelado => &[Action::Ativar, Action::Cancelar],
            _ => &[],
        };
        for action in actions {
            c.act(*action, &reason("m"), TODAY).unwrap();
        }
        assert_eq!(c.situacao(TODAY), *state);
        c
    }

    /// The table of states and actions, cell by cell.
    #[test]
    fn the_state_machine_is_the_documented_table() {
        use SituacaoContrato::{Ativo, Cancelado, Expirado, Inativo, Suspenso};
        // For ativar, desativar, suspender and cancelar: the state afterwards and the effect. `None` is an error.
        let table = [
            (
                Inativo,
                [Some((Ativo, Done::Changed)), Some((Inativo, Done::Nothing)), None, Some((Cancelado, Done::Changed))],
            ),
            (
                Ativo,
                [
                    Some((Ativo, Done::Nothing)),
                    Some((Inativo, Done::Changed)),
                    Some((Suspenso, Done::Changed)),
                    Some((Cancelado, Done::Changed)),
                ],
            ),
            (
                Suspenso,
                [
                    Some((Ativo, Done::Changed)),
                    Some((Inativo, Done::Changed)),
                    Some((Suspenso, Done::Nothing)),
                    Some((Cancelado, Done::Changed)),
                ],
            ),
            (Cancelado, [None, None, None, Some((Cancelado, Done::Nothing))]),
            (Expirado, [None, None, None, Some((Cancelado, Done::Changed))]),
        ];
        let actions = Action::ALL;
        for (from, row) in table {
            for (action, expected) in actions.into_iter().zip(row) {
                let mut c = at(&from);
                let done = c.act(action, &reason("m"), TODAY);
                match expected {
                    Some((to, what)) => {
                        assert_eq!(done, Ok(what), "{from} {action:?}");
                        assert_eq!(c.situacao(TODAY), to, "{from} {action:?}");
                    }
                    None => assert_eq!(done, Err(RefusedAction::Transition(from.clone())), "{action:?}"),
                }
            }
        }
    }

    #[test]
    fn a_cancelling_repeated_with_another_reason_is_refused() {
        let mut c = at(&SituacaoContrato::Cancelado);
        assert!(matches!(c.act(Action::Cancelar, &reason("outro"), TODAY), Err(RefusedAction::Transition(_))));
        let other_date = ContratoAction { data: Some(date(2026, 3, 14)), ..reason("m") };
        assert!(matches!(c.act(Action::Cancelar, &other_date, TODAY), Err(RefusedAction::Transition(_))));
        let same = ContratoAction { data: Some(TODAY), ..reason("m") };
        assert_eq!(c.act(Action::Cancelar, &same, TODAY), Ok(Done::Nothing));
        assert_eq!(
            at(&SituacaoContrato::Ativo).act(Action::Cancelar, &ContratoAction::default(), TODAY),
            Err(RefusedAction::NoReason)
        );
    }

    #[test]
    fn a_date_to_come_is_scheduled_and_takes_effect_on_its_day() {
        let mut c = at(&SituacaoContrato::Ativo);
        let request = ContratoAction { data: Some(date(2026, 4, 1)), ..reason("férias") };
        assert_eq!(c.act(Action::Suspender, &request, TODAY), Ok(Done::Scheduled));
        assert_eq!(c.act(Action::Suspender, &request, TODAY), Ok(Done::Nothing));
        assert!(!c.advance(date(2026, 3, 31)));
        assert_eq!(c.situacao(date(2026, 3, 31)), SituacaoContrato::Ativo);
        assert!(c.advance(date(2026, 4, 1)));
        assert_eq!(c.situacao(date(2026, 4, 1)), SituacaoContrato::Suspenso);
    }

    #[test]
    fn a_suspension_ends_by_itself_and_a_cycle_ends_before_the_change() {
        let mut c = at(&SituacaoContrato::Ativo);
        let request = ContratoAction { suspender_ate: Some(date(2026, 3, 20)), ..reason("m") };
        assert_eq!(c.act(Action::Suspender, &request, TODAY), Ok(Done::Changed));
        c.advance(date(2026, 3, 20));
        assert_eq!(c.situacao(date(2026, 3, 20)), SituacaoContrato::Ativo);
        let request = ContratoAction { momento: Some(ActionMomento::FimDoCiclo), ..reason("m") };
        assert_eq!(c.act(Action::Cancelar, &request, date(2026, 3, 21)), Ok(Done::Scheduled));
        c.advance(date(2026, 3, 31));
        assert_eq!(c.situacao(date(2026, 3, 31)), SituacaoContrato::Ativo);
        c.advance(date(2026, 4, 1));
        assert_eq!(c.situacao(date(2026, 4, 1)), SituacaoContrato::Cancelado);
    }

    #[test]
    fn a_date_before_the_start_or_before_the_last_change_is_refused() {
        let mut c = contrato(None);
        let too_early = ContratoAction { data: Some(date(2025, 12, 31)), ..ContratoAction::default() };
        assert_eq!(c.act(Action::Ativar, &too_early, TODAY), Err(RefusedAction::Before("dataInicio")));
        c.act(Action::Ativar, &ContratoAction { data: Some(date(2026, 2, 1)), ..too_early.clone() }, TODAY).unwrap();
        let before = ContratoAction { data: Some(date(2026, 1, 31)), ..too_early };
        assert_eq!(c.act(Action::Suspender, &before, TODAY), Err(RefusedAction::Before("historico")));
    }
}
