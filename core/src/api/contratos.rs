use jiff::civil::Date;

use crate::Message;
use crate::api::build::{check_id, refused, with_body};
use crate::api::{Entrada, Incluivel, Obtivel, Operation, Recurso, Regime, Request};
use crate::error::{Error, ErrorKind, Outcome};
use crate::model::{AcaoContrato, Contrato, FiltroContratos, Modelo, SituacaoContrato};
use crate::profile::Profile;
use crate::validate::{Context, Intent, Options, Problem};

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

/// Checks the parameters of an action.
///
/// # Errors
/// Of kind `Validation`, with every violation.
pub fn checar(acao: Acao, entrada: Entrada<'_, AcaoContrato>, regime: Regime) -> Result<AcaoContrato, Error> {
    let operation = acao.operation();
    let parametros = entrada.validar(operation, Intent::Incluir, regime)?.into_owned();
    let mut ctx = Context::new(Options::default());
    if acao == Acao::Cancelar && parametros.motivo.is_none() {
        ctx.at("motivo", |ctx| ctx.error(Problem::Required));
    }
    if acao != Acao::Suspender && parametros.suspender_ate.is_some() {
        ctx.at("suspenderAte", |ctx| ctx.error(Problem::NotApplicable { other: "operacao" }));
    }
    if ctx.report.is_valid() { Ok(parametros) } else { Err(refused(operation, ctx.report, regime)) }
}

/// The request of an action whose parameters were checked.
///
/// # Errors
/// Of kind `Validation` when the identifier cannot be one.
pub fn agir(
    profile: &Profile,
    acao: Acao,
    id: &str,
    parametros: &AcaoContrato,
    regime: Regime,
) -> Result<Request, Error> {
    let operation = acao.operation();
    check_id(operation, id, regime)?;
    let valor = profile.encode(AcaoContrato::ESQUEMA, parametros.valor());
    Ok(with_body(profile, operation, Some(id), &valor))
}

/// Checks an action against the contract as it stands, before anything is sent.
///
/// # Errors
/// Of kind `Conflict` when the contract's state forbids it, of kind `Validation` when its date comes too early.
pub fn orientar(acao: Acao, contrato: &Contrato, data: Option<Date>, regime: Regime) -> Result<(), Error> {
    let operation = acao.operation();
    if let Some((data, inicio)) = data.zip(contrato.data_inicio)
        && data < inicio
    {
        let mut ctx = Context::new(Options::default());
        ctx.at("data", |ctx| ctx.error(Problem::Before { other: "dataInicio" }));
        return Err(refused(operation, ctx.report, regime));
    }
    match &contrato.situacao {
        Some(situacao) if transicao(situacao, acao) == Transicao::Proibida => {
            let message = Message::new(
                format!("um contrato em `{situacao}` não aceita esta operação"),
                format!("a contract that is `{situacao}` does not take this operation"),
            );
            Err(Error::new(ErrorKind::Conflict, message).with(|d| {
                d.idioma = regime.idioma;
                d.operation = Some(operation.name());
                d.outcome = Some(Outcome::NotSent);
            }))
        }
        _ => Ok(()),
    }
}
