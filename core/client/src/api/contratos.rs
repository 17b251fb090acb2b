use jiff::civil::Date;
use smartbill_documents::Message;
use smartbill_model::error::{Error, ErrorKind, Outcome};
use smartbill_model::validate::{Context, Options, Problem};
use smartbill_model::{Contrato, ContratosFilter, SituacaoContrato, Value};

use crate::api::check::refused;
use crate::api::{CheckOptions, Gettable, Includable, Operation, PageRecord, ResourceModel};

impl ResourceModel for Contrato {
    type Filter = ContratosFilter;
    const LISTAR: Operation = Operation::ContratosListar;
}

impl Gettable for Contrato {
    const OBTER: Operation = Operation::ContratosObter;
}

impl Includable for Contrato {
    const INCLUIR: Operation = Operation::ContratosIncluir;
    const KEY: &'static str = "codigoExterno";

    fn key(&self) -> Option<&str> {
        self.codigo_externo.as_deref()
    }
}

/// An action on a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Activates the contract, or resumes it if it is suspended.
    Ativar,
    /// Switches the contract off.
    Desativar,
    /// Suspends the contract.
    Suspender,
    /// Ends the contract for good.
    Cancelar,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 4] = [Self::Ativar, Self::Desativar, Self::Suspender, Self::Cancelar];

    /// The action's name, such as `ativar`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.operation().verb()
    }

    /// The operation of the action.
    #[must_use]
    pub fn operation(self) -> Operation {
        match self {
            Self::Ativar => Operation::ContratosAtivar,
            Self::Desativar => Operation::ContratosDesativar,
            Self::Suspender => Operation::ContratosSuspender,
            Self::Cancelar => Operation::ContratosCancelar,
        }
    }
}

impl Operation {
    /// The action of this operation, if it is an action.
    #[must_use]
    pub fn action(self) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.operation() == self)
    }
}

/// The effect of an action on a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// The contract changes to this state.
    To(SituacaoContrato),
    /// The contract is in this state already.
    Nothing,
    /// The state forbids the action.
    Forbidden,
}

/// Returns the effect of `action` on a contract in `situacao`. A state that this version does not know forbids nothing,
/// because the platform decides.
#[must_use]
pub fn transition(situacao: &SituacaoContrato, action: Action) -> Transition {
    use SituacaoContrato::{Ativo, Cancelado, Expirado, Inativo, Suspenso, Unknown};
    let goal = match action {
        Action::Ativar => Ativo,
        Action::Desativar => Inativo,
        Action::Suspender => Suspenso,
        Action::Cancelar => Cancelado,
    };
    match (situacao, action) {
        (Unknown(_), _) | (Expirado, Action::Cancelar) => Transition::To(goal),
        (situacao, _) if *situacao == goal => Transition::Nothing,
        (Cancelado | Expirado, _) | (Inativo, Action::Suspender) => Transition::Forbidden,
        _ => Transition::To(goal),
    }
}

/// Checks the parameters of an action, beyond the rules of their fields. For any other operation it checks nothing.
///
/// # Errors
/// Of kind `Validation`, with every finding.
pub(crate) fn check_action(operation: Operation, params: &Value<'_>, check_options: CheckOptions) -> Result<(), Error> {
    let Some(action) = operation.action() else { return Ok(()) };
    let mut ctx = Context::new(Options::default());
    if action == Action::Cancelar && params.field("motivo").is_none() {
        ctx.at("motivo", |ctx| ctx.error(Problem::Required));
    }
    if action != Action::Suspender && params.field("suspenderAte").is_some() {
        ctx.at("suspenderAte", |ctx| ctx.error(Problem::NotApplicable { other: "operacao" }));
    }
    if ctx.report.is_valid() { Ok(()) } else { Err(refused(operation, ctx.report, check_options)) }
}

/// Whether `contrato` shows the effect of `action`. `None` if this cannot be told, because the action takes effect on a
/// later day or this version does not know the contract's state.
pub(crate) fn shows(action: Action, contrato: &PageRecord, params: Option<&Value<'_>>, today: Date) -> Option<bool> {
    let situacao = SituacaoContrato::from_name(contrato.field("situacao")?.text()?);
    match transition(&situacao, action) {
        Transition::Nothing => return Some(true),
        Transition::To(_) if matches!(situacao, SituacaoContrato::Unknown(_)) => return None,
        _ => {}
    }
    let field = |name| params.and_then(|params| params.field(name));
    let later = matches!(field("data"), Some(Value::Date(date)) if *date > today)
        || field("momento").and_then(Value::text).is_some_and(|momento| momento != "IMEDIATO");
    (!later).then_some(false)
}

/// Checks an action against the contract's present state, before anything is sent.
///
/// # Errors
/// Of kind `Conflict` if the contract's state forbids the action. Of kind `Validation` if its date is too early.
pub(crate) fn check_transition(
    action: Action,
    contrato: &PageRecord,
    params: &Value<'_>,
    check_options: CheckOptions,
) -> Result<(), Error> {
    let operation = action.operation();
    let date = |value: Option<&Value<'_>>| match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    };
    if let Some((date, start)) = date(params.field("data")).zip(date(contrato.field("dataInicio")))
        && date < start
    {
        let mut ctx = Context::new(Options::default());
        ctx.at("data", |ctx| ctx.error(Problem::Before { other: "dataInicio" }));
        return Err(refused(operation, ctx.report, check_options));
    }
    let Some(situacao) = contrato.field("situacao").and_then(Value::text) else {
        return Ok(());
    };
    if transition(&SituacaoContrato::from_name(situacao), action) != Transition::Forbidden {
        return Ok(());
    }
    let message = Message::fill(
        "um contrato em `{situacao}` não aceita esta operação",
        "a contract that is `{situacao}` does not take this operation",
        &[("situacao", situacao.to_owned())],
    );
    Err(Error::new(ErrorKind::Conflict, message).with(|d| {
        d.language = check_options.language;
        d.operation = Some(operation.name());
        d.outcome = Some(Outcome::NotSent);
    }))
}
