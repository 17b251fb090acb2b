use std::borrow::Cow;

use crate::api::{Operation, Recurso, Response, erro};
use crate::error::{Error, ErrorKind, FieldError, Outcome};
use crate::model::{Esquema, Modelo};
use crate::profile::Profile;
use crate::validate::{Context, Intent, Options};
use crate::{Idioma, Message, Valor};

/// What a write that worked did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resultado {
    /// It made a new resource.
    Created,
    /// It changed one.
    Updated,
    /// The resource was like that already.
    Unchanged,
    /// An earlier attempt had done it.
    AlreadyDone,
}

impl Resultado {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::AlreadyDone => "already_done",
        }
    }

    /// Reads what [`Resultado::name`] writes.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Unchanged, Self::AlreadyDone].into_iter().find(|r| r.name() == name)
    }
}

/// A write that worked: what it did, and the resource as the platform has it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Gravado<M> {
    /// What it did.
    pub resultado: Resultado,
    /// The resource as the platform answered it; only its identifier where the answer was empty.
    pub registro: M,
}

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Pagina<M> {
    /// The records.
    pub itens: Vec<M>,
    /// How many records all pages hold, if the platform says.
    pub total: Option<u64>,
    /// Whether a page follows, if the platform says.
    pub tem_mais: Option<bool>,
    /// Tells this page from others, by its records.
    pub impressao: u64,
}

/// Reads one record.
///
/// # Errors
/// What the platform answered instead, or of kind `Response` when the answer is not such a record.
pub fn registro<M: Modelo>(profile: &Profile, operation: Operation, response: &Response) -> Result<M, Error> {
    let valor = success(profile, operation, M::ESQUEMA, response)?;
    model(profile, operation, response, unwrapped(valor), None)
}

/// Reads the answer of a write; `id` is the identifier in its path.
///
/// # Errors
/// What the platform answered instead, or of kind `Response` when the answer is not such a record.
pub fn gravado<M: Modelo>(
    profile: &Profile,
    operation: Operation,
    id: Option<&str>,
    response: &Response,
) -> Result<Gravado<M>, Error> {
    let valor = success(profile, operation, M::ESQUEMA, response)?;
    let replayed = response.header(profile.replayed_header()).is_some_and(|v| v.eq_ignore_ascii_case("true"));
    let said = response.header(profile.result_header()).and_then(Resultado::from_name);
    let resultado = match said {
        _ if replayed => Resultado::AlreadyDone,
        Some(said) => said,
        None if operation.takes_id() => Resultado::Updated,
        None => Resultado::Created,
    };
    let registro = match unwrapped(valor) {
        Valor::Nulo => {
            let location = || response.header("location").and_then(|l| l.rsplit('/').find(|s| !s.is_empty()));
            let id = id.or_else(location).map(|id| (Cow::Borrowed("id"), Valor::Texto(id.into())));
            let known = Valor::Objeto(id.into_iter().collect());
            M::ler(known, &mut Context::new(RESPONSE)).unwrap_or_default()
        }
        valor => model(profile, operation, response, valor, None)?,
    };
    Ok(Gravado { resultado, registro })
}

/// Reads one page of a listing.
///
/// # Errors
/// What the platform answered instead, or of kind `Response` when the answer is no list of such records.
pub fn pagina<M: Recurso>(profile: &Profile, response: &Response) -> Result<Pagina<M>, Error> {
    let operation = M::LISTAR;
    let valor = success(profile, operation, M::ESQUEMA, response)?;
    let lista = profile.decode_list(valor).ok_or_else(|| {
        let message = Message::new("a resposta não contém uma lista", "the answer holds no list");
        unreadable(operation, response, message)
    })?;
    let impressao = lista.itens.iter().fold(FNV_START, |hash, item| {
        let whole = || item.to_json();
        let id = item.campo(profile.wire_name(M::ESQUEMA, "id")).map(Valor::to_json);
        fnv(hash, id.unwrap_or_else(whole).as_bytes())
    });
    let itens = lista.itens.into_iter().enumerate();
    let itens =
        itens.map(|(i, valor)| model(profile, operation, response, valor, Some(i))).collect::<Result<_, _>>()?;
    Ok(Pagina { itens, total: lista.total, tem_mais: lista.tem_mais, impressao })
}

const RESPONSE: Options = Options { modo: crate::Modo::Leniente, intent: Intent::Resposta, hoje: None };

/// FNV-1a: the same in every process, since cursors carry it.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().chain(b"\0").fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The body of a success; `Nulo` when empty.
fn success<'r>(
    profile: &Profile,
    operation: Operation,
    esquema: &'static Esquema,
    response: &'r Response,
) -> Result<Valor<'r>, Error> {
    if !(200..300).contains(&response.status) {
        return Err(erro::read(profile, operation, esquema, response));
    }
    if response.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Valor::Nulo);
    }
    let valor = Valor::from_json(&response.body).map_err(|e| {
        let message = if erro::is_html(response) {
            erro::html_message(response)
        } else {
            Message::new("a resposta não é um JSON válido", "the answer is not valid JSON")
        };
        unreadable(operation, response, message).caused_by(e)
    })?;
    // domain.md 2.6: some platforms answer failures with status 200 and a `faultstring`.
    if valor.campo("faultstring").is_some() {
        return Err(erro::read(profile, operation, esquema, response));
    }
    Ok(valor)
}

/// The record inside `{"data": {…}}`, where there is such an envelope.
fn unwrapped(valor: Valor<'_>) -> Valor<'_> {
    match valor {
        Valor::Objeto(mut campos) if campos.len() == 1 => match campos.pop() {
            Some((nome, dentro @ Valor::Objeto(_))) if nome == "data" => dentro,
            Some(campo) => Valor::Objeto(vec![campo]),
            None => Valor::Nulo,
        },
        valor => valor,
    }
}

fn model<M: Modelo>(
    profile: &Profile,
    operation: Operation,
    response: &Response,
    valor: Valor<'_>,
    index: Option<usize>,
) -> Result<M, Error> {
    let mut ctx = Context::new(RESPONSE);
    let valor = profile.decode(M::ESQUEMA, valor);
    let lido = match index {
        Some(i) => ctx.at_index(i, |ctx| M::ler(valor, ctx)),
        None => M::ler(valor, &mut ctx),
    };
    match lido {
        Some(modelo) if ctx.report.is_valid() => Ok(modelo),
        _ => {
            let message = Message::new(
                format!("a resposta não é o que o perfil descreve: {}", ctx.report.summary(Idioma::PtBr)),
                format!("the answer is not what the profile says: {}", ctx.report.summary(Idioma::En)),
            );
            let fields = ctx.report.violations.iter().map(|v| FieldError {
                path: v.path.clone(),
                code: Some(v.code().to_owned()),
                message: v.message(Idioma::PtBr),
            });
            let fields = fields.collect();
            Err(unreadable(operation, response, message).with(|d| d.fields = fields))
        }
    }
}

fn unreadable(operation: Operation, response: &Response, message: Message) -> Error {
    Error::new(ErrorKind::Response, message).with(|d| {
        d.operation = Some(operation.name());
        d.status = Some(response.status);
        d.request_id = erro::request_id(response);
        // The status says that it worked; what it did cannot be told.
        d.outcome = operation.is_write().then_some(Outcome::Unknown);
        d.body = erro::masked_body(response);
    })
}
