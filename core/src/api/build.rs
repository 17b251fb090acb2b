use std::borrow::Cow;

use bytes::Bytes;

use crate::Valor;
use crate::api::contratos::checar;
use crate::api::{Operation, Regime, Request, enviavel};
use crate::error::Error;
use crate::escrita::inicio;
use crate::model::Esquema;
use crate::profile::{Profile, Recorte};
use crate::validate::{Context, Intent, Options, Problem, Report};

/// What a request is made of.
#[derive(Clone, Copy)]
pub(crate) struct Pedido<'a> {
    pub(crate) operation: Operation,
    /// The record that it names.
    pub(crate) id: Option<&'a str>,
    /// What it carries, checked.
    pub(crate) corpo: Option<&'a Valor<'a>>,
    /// The fields that a change empties.
    pub(crate) limpar: &'a [&'a str],
}

impl<'a> Pedido<'a> {
    pub(crate) fn novo(operation: Operation, id: Option<&'a str>, corpo: Option<&'a Valor<'a>>) -> Self {
        Self { operation, id, corpo, limpar: &[] }
    }
}

/// Checks what `operation` is given.
///
/// # Errors
/// Of kind `Validation`, with every violation; nothing is to be sent then.
pub(crate) fn conferir(operation: Operation, dados: Valor<'_>, regime: Regime) -> Result<Valor<'_>, Error> {
    let intent = if operation.changes() { Intent::Alterar } else { Intent::Incluir };
    let options = Options { modo: regime.modo, intent, hoje: regime.hoje };
    let (valor, _) =
        operation.entrada().validar(dados, options).map_err(|report| refused(operation, report, regime))?;
    checar(operation, &valor, regime)?;
    Ok(valor)
}

/// The request for anything but a listing.
///
/// # Errors
/// Of kind `Validation`, when the identifier cannot be one, or a field cannot be emptied; nothing is to be sent then.
pub(crate) fn pedir(profile: &Profile, pedido: Pedido<'_>, regime: Regime) -> Result<Request, Error> {
    let Pedido { operation, id, corpo, limpar } = pedido;
    if let Some(id) = id {
        check_id(operation, id, regime)?;
    }
    let mut request = request(profile, operation, profile.path(operation, id));
    let Some(corpo) = corpo else {
        return Ok(request);
    };
    let esquema = operation.entrada();
    let valor = enviavel(esquema, corpo.clone());
    let cleared = check_cleared(operation, esquema, &valor, limpar, regime)?;
    let mut valor = profile.encode(esquema, valor);
    if let Valor::Objeto(campos) = &mut valor {
        let nulls = cleared.into_iter().map(|nome| (Cow::Borrowed(profile.wire_name(esquema, nome)), Valor::Nulo));
        campos.extend(nulls);
    }
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    request.body = Some(Bytes::from(valor.to_json()));
    Ok(request)
}

/// The request for one page of a listing. The filter has been checked.
pub(crate) fn listar(profile: &Profile, operation: Operation, filtro: Valor<'_>, recorte: Recorte) -> Request {
    let mut target = profile.path(operation, None);
    target.push('?');
    target.push_str(&profile.encode_query(operation.entrada(), filtro, recorte));
    request(profile, operation, target)
}

fn request(profile: &Profile, operation: Operation, target: String) -> Request {
    let method = profile.endpoint(operation).method;
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    Request { operation, method, target, headers, body: None }
}

/// Whether `id` can be one.
///
/// # Errors
/// Of kind `Validation`, when it cannot.
pub(crate) fn check_id(operation: Operation, id: &str, regime: Regime) -> Result<(), Error> {
    // `.` and `..` are taken for steps of the path, however they are encoded.
    let problem = match id {
        "" => Problem::Required,
        "." | ".." => Problem::WrongType { expected: "id", found: id.to_owned() },
        id if id.len() > 200 => Problem::TooLong { max: 200, len: id.chars().count() },
        id if id.chars().any(char::is_control) => Problem::ControlCharacter,
        _ => return Ok(()),
    };
    let mut ctx = Context::new(Options::default());
    ctx.at("id", |ctx| ctx.error(problem));
    Err(refused(operation, ctx.report, regime))
}

pub(super) fn refused(operation: Operation, report: Report, regime: Regime) -> Error {
    Error::validation(report).with(|d| {
        d.idioma = regime.idioma;
        d.operation = Some(operation.name());
    })
}

fn check_cleared(
    operation: Operation,
    esquema: &'static Esquema,
    valor: &Valor<'_>,
    limpar: &[&str],
    regime: Regime,
) -> Result<Vec<&'static str>, Error> {
    let mut ctx = Context::new(Options::default());
    let mut cleared = Vec::new();
    for name in limpar {
        let Some(campo) = esquema.campo(name) else {
            let nearest = if ctx.may_suggest() { esquema.mais_proximo(name) } else { None };
            let name = inicio(name);
            ctx.at(name, |ctx| ctx.error(Problem::UnknownField { name: name.to_owned(), nearest }));
            continue;
        };
        ctx.at(campo.nome, |ctx| {
            if campo.regra.resposta {
                ctx.error(Problem::ReadOnly);
            } else if campo.regra.obrigatorio {
                ctx.error(Problem::Required);
            } else if valor.campo(campo.nome).is_some() || cleared.contains(&campo.nome) {
                ctx.error(Problem::DuplicateField);
            } else {
                cleared.push(campo.nome);
            }
        });
    }
    if ctx.report.violations.is_empty() { Ok(cleared) } else { Err(refused(operation, ctx.report, regime)) }
}
