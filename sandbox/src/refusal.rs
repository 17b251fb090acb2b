//! The platform's answers when it refuses a request.

use std::borrow::Cow;

use smartbill_core::Message;
use smartbill_core::model::Schema;
use smartbill_core::profile::Unread;
use smartbill_core::validate::{Finding, Report, Severity};

/// A refusal: status, stable code, one sentence, and the errors of single fields.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: Message,
    pub(crate) fields: Vec<WrongField>,
    /// The model of the fields.
    pub(crate) schema: Option<&'static Schema>,
    /// A header that says what to do instead, by name and value.
    pub(crate) header: Option<Box<(&'static str, String)>>,
}

/// The error of one field, in the model's own names.
#[derive(Debug, Clone)]
pub(crate) struct WrongField {
    pub(crate) path: String,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: Message,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, pt: impl Into<String>, en: impl Into<String>) -> Self {
        let message = Message::new(pt, en);
        Self { status, code, message, fields: Vec::new(), schema: None, header: None }
    }

    /// The address accepts only the methods in `allowed`, or does not exist.
    pub(crate) fn no_route(allowed: &[&str]) -> Self {
        if allowed.is_empty() {
            return Self::new(404, "rota_desconhecida", "este endereço não existe", "no such address");
        }
        Self::new(405, "metodo_invalido", "o recurso não tem este método", "the resource lacks this method")
            .with_header("allow", allowed.join(", "))
    }

    /// The request is not one that the profile describes.
    pub(crate) fn unread(why: &Unread) -> Self {
        let invalid = |status, code, pt: &str, en: &str| Self::new(status, code, pt, en);
        match why {
            Unread::NoRoute => Self::no_route(&[]),
            Unread::Credential => Self::not_authenticated(),
            Unread::Json => invalid(400, "json_invalido", "o corpo não é JSON válido", "the body is not valid JSON"),
            Unread::Form => {
                let (pt, en) = ("o corpo não é um formulário válido", "the body is not a valid form");
                invalid(400, "formulario_invalido", pt, en)
            }
            Unread::Constant(name) => Self::new(
                422,
                "pedido_invalido",
                format!("falta `{name}`, com o valor que o perfil diz"),
                format!("`{name}` is missing, with the value that the profile says"),
            ),
            Unread::Id => {
                let pt = "o identificador falta, ou não é um identificador desta plataforma";
                let en = "the identifier is missing, or is none of this platform";
                invalid(422, "identificador_invalido", pt, en)
            }
            Unread::Record => {
                let (pt, en) = ("o registro não está onde deveria", "the record is not where it should be");
                invalid(422, "corpo_invalido", pt, en)
            }
            Unread::Beside(name) => Self::new(
                422,
                "corpo_invalido",
                format!("`{name}` está ao lado do registro, onde nada deve estar"),
                format!("`{name}` is beside the record, where nothing should be"),
            ),
        }
    }

    /// Returns the refusal with a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// The token is missing or wrong.
    pub(crate) fn not_authenticated() -> Self {
        Self::new(401, "nao_autenticado", "o token não é aceito", "the token is not accepted")
    }

    /// A 422 about the fields of a model.
    pub(crate) fn invalid(schema: &'static Schema, report: &Report) -> Self {
        let mut error = Self::new(422, "dados_invalidos", "há campos inválidos", "some fields are invalid");
        error.schema = Some(schema);
        error.fields = report.findings.iter().filter(|v| v.severity == Severity::Error).map(WrongField::from).collect();
        error
    }

    /// A 422 about one field.
    pub(crate) fn field(
        schema: &'static Schema,
        path: &str,
        code: &'static str,
        pt: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::new(422, "dados_invalidos", "há campos inválidos", "some fields are invalid").at_field(
            schema,
            path,
            code,
            Message::new(pt, en),
        )
    }

    /// Returns the refusal with the error of a field.
    pub(crate) fn at_field(
        mut self,
        schema: &'static Schema,
        path: &str,
        code: &'static str,
        message: Message,
    ) -> Self {
        self.schema = Some(schema);
        self.fields.push(WrongField { path: path.to_owned(), code: code.into(), message });
        self
    }

    /// No record has the identifier.
    pub(crate) fn not_found(pt: &str, en: &str) -> Self {
        Self::new(404, "nao_encontrado", format!("{pt} não existe"), format!("no such {en}"))
    }

    /// Another record has the external code already.
    pub(crate) fn repeated(schema: &'static Schema, path: &str, id: &str) -> Self {
        let message = Message::new(
            format!("já usado pelo registro de id `{id}`"),
            format!("already used by the record with id `{id}`"),
        );
        Self::new(409, "codigo_externo_repetido", "o código externo já existe", "the external code already exists")
            .at_field(schema, path, "repetido", message)
    }
}

impl From<&Finding> for WrongField {
    fn from(v: &Finding) -> Self {
        let message = Message::new(v.message(smartbill_core::Language::PtBr), v.message(smartbill_core::Language::En));
        Self { path: v.path.clone(), code: v.code().to_owned().into(), message }
    }
}
