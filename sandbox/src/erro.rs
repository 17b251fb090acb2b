//! What the platform answers when it refuses.

use smartbill_core::Message;
use smartbill_core::model::Esquema;
use smartbill_core::validate::{Report, Severity, Violation};

/// A refusal: status, stable code, one sentence, and what is wrong with single fields.
#[derive(Debug, Clone)]
pub(crate) struct Erro {
    pub(crate) status: u16,
    pub(crate) codigo: &'static str,
    pub(crate) mensagem: Message,
    pub(crate) campos: Vec<CampoErrado>,
    /// The model whose names the fields are.
    pub(crate) esquema: Option<&'static Esquema>,
    /// A header that says what to do instead, by name and value.
    pub(crate) header: Option<Box<(&'static str, String)>>,
}

/// What is wrong with one field, in the model's own names.
#[derive(Debug, Clone)]
pub(crate) struct CampoErrado {
    pub(crate) caminho: String,
    pub(crate) codigo: &'static str,
    pub(crate) mensagem: Message,
}

impl Erro {
    pub(crate) fn new(status: u16, codigo: &'static str, pt: impl Into<String>, en: impl Into<String>) -> Self {
        let mensagem = Message::new(pt, en);
        Self { status, codigo, mensagem, campos: Vec::new(), esquema: None, header: None }
    }

    /// The address has the methods `allowed` instead, or does not exist.
    pub(crate) fn no_route(allowed: &[&str]) -> Self {
        if allowed.is_empty() {
            return Self::new(404, "rota_desconhecida", "este endereço não existe", "no such address");
        }
        Self::new(405, "metodo_invalido", "o recurso não tem este método", "the resource lacks this method")
            .with_header("allow", allowed.join(", "))
    }

    /// The same refusal with a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// The token is missing or another.
    pub(crate) fn not_authenticated() -> Self {
        Self::new(401, "nao_autenticado", "o token não é aceito", "the token is not accepted")
    }

    /// A 422 about the fields of a model.
    pub(crate) fn invalido(esquema: &'static Esquema, report: &Report) -> Self {
        let mut erro = Self::new(422, "dados_invalidos", "há campos inválidos", "some fields are invalid");
        erro.esquema = Some(esquema);
        erro.campos =
            report.violations.iter().filter(|v| v.severity == Severity::Error).map(CampoErrado::from).collect();
        erro
    }

    /// A 422 about one field.
    pub(crate) fn campo(
        esquema: &'static Esquema,
        caminho: &str,
        codigo: &'static str,
        pt: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::new(422, "dados_invalidos", "há campos inválidos", "some fields are invalid").em(
            esquema,
            caminho,
            codigo,
            Message::new(pt, en),
        )
    }

    /// The same refusal, naming a field.
    pub(crate) fn em(
        mut self,
        esquema: &'static Esquema,
        caminho: &str,
        codigo: &'static str,
        mensagem: Message,
    ) -> Self {
        self.esquema = Some(esquema);
        self.campos.push(CampoErrado { caminho: caminho.to_owned(), codigo, mensagem });
        self
    }

    /// The identifier names nothing.
    pub(crate) fn nao_encontrado(pt: &str, en: &str) -> Self {
        Self::new(404, "nao_encontrado", format!("{pt} não existe"), format!("no such {en}"))
    }

    /// Another record has the external code already.
    pub(crate) fn repetido(esquema: &'static Esquema, caminho: &str, id: &str) -> Self {
        let mensagem = Message::new(
            format!("já usado pelo registro de id `{id}`"),
            format!("already used by the record with id `{id}`"),
        );
        Self::new(409, "codigo_externo_repetido", "o código externo já existe", "the external code already exists")
            .em(esquema, caminho, "repetido", mensagem)
    }
}

impl From<&Violation> for CampoErrado {
    fn from(v: &Violation) -> Self {
        let mensagem = Message::new(v.message(smartbill_core::Idioma::PtBr), v.message(smartbill_core::Idioma::En));
        Self { caminho: v.path.clone(), codigo: v.code(), mensagem }
    }
}
