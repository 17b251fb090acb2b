use std::borrow::Cow;

use bytes::Bytes;

use crate::Valor;
use crate::api::{Alteravel, Entrada, Incluivel, Operation, Recurso, Regime, Request, enviavel};
use crate::error::Error;
use crate::model::{Esquema, Modelo};
use crate::profile::{Profile, Recorte};
use crate::validate::{Context, Intent, Options, Problem, Report};

/// The request that adds `entrada`, and the checked model.
///
/// # Errors
/// Of kind `Validation`; nothing is to be sent then.
pub fn incluir<'a, M: Incluivel>(
    profile: &Profile,
    entrada: Entrada<'a, M>,
    regime: Regime,
) -> Result<(Request, Cow<'a, M>), Error> {
    let modelo = entrada.validar(M::INCLUIR, Intent::Incluir, regime)?;
    let valor = profile.encode(M::ESQUEMA, enviavel(M::ESQUEMA, modelo.valor()));
    let request = with_body(profile, M::INCLUIR, None, &valor);
    Ok((request, modelo))
}

/// The request that changes the fields given in `entrada`, and empties those named in `limpar`.
///
/// # Errors
/// Of kind `Validation`; nothing is to be sent then.
pub fn alterar<M: Alteravel>(
    profile: &Profile,
    id: &str,
    entrada: Entrada<'_, M>,
    limpar: &[&str],
    regime: Regime,
) -> Result<Request, Error> {
    check_id(M::ALTERAR, id, regime)?;
    let modelo = entrada.validar(M::ALTERAR, Intent::Alterar, regime)?;
    let valor = enviavel(M::ESQUEMA, modelo.valor());
    let cleared = check_cleared(M::ALTERAR, M::ESQUEMA, &valor, limpar, regime)?;
    let mut valor = profile.encode(M::ESQUEMA, valor);
    if let Valor::Objeto(campos) = &mut valor {
        let nulls = cleared.into_iter().map(|nome| (Cow::Borrowed(profile.wire_name(M::ESQUEMA, nome)), Valor::Nulo));
        campos.extend(nulls);
    }
    Ok(with_body(profile, M::ALTERAR, Some(id), &valor))
}

/// The request of an operation that carries nothing but an identifier.
///
/// # Errors
/// Of kind `Validation` when the identifier cannot be one.
pub fn por_id(profile: &Profile, operation: Operation, id: &str, regime: Regime) -> Result<Request, Error> {
    check_id(operation, id, regime)?;
    Ok(request(profile, operation, profile.path(operation, Some(id))))
}

/// The request for one page of a listing. The filter has been checked.
#[must_use]
pub fn listar<M: Recurso>(profile: &Profile, filtro: &M::Filtro, recorte: Recorte) -> Request {
    let mut target = profile.path(M::LISTAR, None);
    target.push('?');
    target.push_str(&profile.encode_query(<M::Filtro as Modelo>::ESQUEMA, filtro.valor(), recorte));
    request(profile, M::LISTAR, target)
}

pub(super) fn with_body(profile: &Profile, operation: Operation, id: Option<&str>, valor: &Valor<'_>) -> Request {
    let mut request = request(profile, operation, profile.path(operation, id));
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    request.body = Some(Bytes::from(valor.to_json()));
    request
}

fn request(profile: &Profile, operation: Operation, target: String) -> Request {
    let method = profile.endpoint(operation).method;
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    Request { operation, method, target, headers, body: None }
}

pub(super) fn check_id(operation: Operation, id: &str, regime: Regime) -> Result<(), Error> {
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
            let nearest = esquema.mais_proximo(name);
            let name: String = name.chars().take(60).collect();
            ctx.at(&name.clone(), |ctx| ctx.error(Problem::UnknownField { name, nearest }));
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
