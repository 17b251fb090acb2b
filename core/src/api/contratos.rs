use jiff::civil::Date;

use crate::api::build::refused;
use crate::api::{Incluivel, Obtivel, Operation, Recurso, Regime};
use crate::error::{Error, ErrorKind, Outcome};
use crate::model::{Contrato, FiltroContratos, SituacaoContrato};
use crate::validate::{Context, Options, Problem};
use crate::{Message, Valor};

impl Recurso for Contrato {
    type Filtro = FiltroContratos;
    const LISTAR: Operation = Operation::ContratosListar;
}

impl Obtivel for Contrato {
    const OBTER: Operation = Operation::ContratosObter;
}

impl Incluivel for Contrato {
    const INCLUIR: Operation = Operation::ContratosIncluir;
    const CHAVE: &'static str = "codigoExterno";

    fn chave(&self) -> Option<&str> {
        self.codigo_externo.as_deref()
    }
}

/// What is done to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acao {
    /// Activates it, or resumes it when suspended.
    Ativar,
    /// Switches it off.
    Desativar,
    /// Suspends it.
    Suspender,
    /// Ends it for good.
    Cancelar,
}

impl Acao {
    /// The operation that does it.
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
    /// The action that it is, if it is one.
    #[must_use]
    pub fn acao(self) -> Option<Acao> {
        [Acao::Ativar, Acao::Desativar, Acao::Suspender, Acao::Cancelar].into_iter().find(|a| a.operation() == self)
    }
}

/// What an action makes of a contract (domain.md 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transicao {
    /// It becomes this.
    Para(SituacaoContrato),
    /// It is that already.
    Nenhuma,
    /// It cannot be done.
    Proibida,
}

/// What `acao` makes of a contract in `situacao`. A state that this version does not know forbids nothing: the
/// platform decides.
#[must_use]
pub fn transicao(situacao: &SituacaoContrato, acao: Acao) -> Transicao {
    use SituacaoContrato::{Ativo, Cancelado, Desconhecida, Expirado, Inativo, Suspenso};
    let goal = match acao {
        Acao::Ativar => Ativo,
        Acao::Desativar => Inativo,
        Acao::Suspender => Suspenso,
        Acao::Cancelar => Cancelado,
    };
    match (situacao, acao) {
        (Desconhecida(_), _) | (Expirado, Acao::Cancelar) => Transicao::Para(goal),
        (situacao, _) if *situacao == goal => Transicao::Nenhuma,
        (Cancelado | Expirado, _) | (Inativo, Acao::Suspender) => Transicao::Proibida,
        _ => Transicao::Para(goal),
    }
}

/// Checks the parameters of an action, beyond their fields' own rules; nothing for any other operation.
///
/// # Errors
/// Of kind `Validation`, with every violation.
pub(crate) fn checar(operation: Operation, parametros: &Valor<'_>, regime: Regime) -> Result<(), Error> {
    let Some(acao) = operation.acao() else { return Ok(()) };
    let mut ctx = Context::new(Options::default());
    if acao == Acao::Cancelar && parametros.campo("motivo").is_none() {
        ctx.at("motivo", |ctx| ctx.error(Problem::Required));
    }
    if acao != Acao::Suspender && parametros.campo("suspenderAte").is_some() {
        ctx.at("suspenderAte", |ctx| ctx.error(Problem::NotApplicable { other: "operacao" }));
    }
    if ctx.report.is_valid() { Ok(()) } else { Err(refused(operation, ctx.report, regime)) }
}

/// Whether `contrato` shows that `acao` was done to it; `None` where that cannot be told, since the action holds from a
/// later day or its state is none that this version knows.
pub(crate) fn shows(acao: Acao, contrato: &Valor<'_>, parametros: Option<&Valor<'_>>, hoje: Date) -> Option<bool> {
    let situacao = SituacaoContrato::from_name(contrato.campo("situacao")?.texto()?);
    match transicao(&situacao, acao) {
        Transicao::Nenhuma => return Some(true),
        Transicao::Para(_) if matches!(situacao, SituacaoContrato::Desconhecida(_)) => return None,
        _ => {}
    }
    let campo = |nome| parametros.and_then(|parametros| parametros.campo(nome));
    let later = matches!(campo("data"), Some(Valor::Data(data)) if *data > hoje)
        || campo("momento").and_then(Valor::texto).is_some_and(|momento| momento != "IMEDIATO");
    (!later).then_some(false)
}

/// Checks an action against the contract as it stands, before anything is sent.
///
/// # Errors
/// Of kind `Conflict` when the contract's state forbids it, of kind `Validation` when its date comes too early.
pub(crate) fn orientar(acao: Acao, contrato: &Valor<'_>, parametros: &Valor<'_>, regime: Regime) -> Result<(), Error> {
    let operation = acao.operation();
    let data = |valor: &Valor<'_>, nome| match valor.campo(nome) {
        Some(Valor::Data(data)) => Some(*data),
        _ => None,
    };
    if let Some((data, inicio)) = data(parametros, "data").zip(data(contrato, "dataInicio"))
        && data < inicio
    {
        let mut ctx = Context::new(Options::default());
        ctx.at("data", |ctx| ctx.error(Problem::Before { other: "dataInicio" }));
        return Err(refused(operation, ctx.report, regime));
    }
    let Some(situacao) = contrato.campo("situacao").and_then(Valor::texto) else {
        return Ok(());
    };
    if transicao(&SituacaoContrato::from_name(situacao), acao) != Transicao::Proibida {
        return Ok(());
    }
    let message = Message::frase(
        "um contrato em `{situacao}` não aceita esta operação",
        "a contract that is `{situacao}` does not take this operation",
        &[("situacao", situacao.to_owned())],
    );
    Err(Error::new(ErrorKind::Conflict, message).with(|d| {
        d.idioma = regime.idioma;
        d.operation = Some(operation.name());
        d.outcome = Some(Outcome::NotSent);
    }))
}
