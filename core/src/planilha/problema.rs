use std::fmt;

use super::mensagens;
use crate::{Error, ErrorKind, Idioma, Message, validate};

/// The values that a message quotes, by name.
pub type Parametros = Vec<(&'static str, String)>;

/// Why a file as a whole cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Falha {
    /// A stable code.
    pub codigo: &'static str,
    /// What the message quotes.
    pub parametros: Parametros,
}

impl Falha {
    pub(super) fn nova(codigo: &'static str, parametros: Parametros) -> Self {
        Self { codigo, parametros }
    }

    /// The message for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        mensagens::mensagem(self.codigo, &self.parametros, idioma)
    }
}

impl fmt::Display for Falha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mensagem(Idioma::PtBr))
    }
}

impl std::error::Error for Falha {}

impl From<Falha> for Error {
    fn from(falha: Falha) -> Self {
        let kind = if falha.codigo == "leitura_falhou" { ErrorKind::Io } else { ErrorKind::Spreadsheet };
        let message = Message::new(falha.mensagem(Idioma::PtBr), falha.mensagem(Idioma::En));
        Self::new(kind, message).caused_by(falha)
    }
}

/// What is wrong with a file as a whole is said with its name before it.
#[must_use]
pub fn no_arquivo(nome: &str, erro: Error) -> Error {
    if erro.kind() != ErrorKind::Spreadsheet || nome.is_empty() {
        return erro;
    }
    let dizer = |idioma| format!("{nome}: {}", erro.message(idioma));
    Error::new(ErrorKind::Spreadsheet, Message::new(dizer(Idioma::PtBr), dizer(Idioma::En))).caused_by(erro)
}

/// Whether a problem stops a row from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severidade {
    /// The row is rejected.
    Erro,
    /// The row is accepted, and something about it should be looked at.
    Aviso,
}

impl Severidade {
    /// `"erro"` or `"aviso"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Erro => "erro",
            Self::Aviso => "aviso",
        }
    }
}

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Problema {
    /// The name of the sheet (of the file, when it is text).
    pub planilha: String,
    /// The row as a spreadsheet program numbers it, from 1.
    pub linha: u32,
    /// The letter of the column, if one cell is at fault.
    pub coluna: Option<String>,
    /// The header of the column, as written in the file.
    pub cabecalho: Option<String>,
    /// The field of the model, as a path such as `endereco.cep`.
    pub campo: Option<String>,
    /// What the cell holds, as a person sees it.
    pub valor: String,
    /// A stable code.
    pub codigo: &'static str,
    /// What the message quotes.
    pub parametros: Parametros,
    /// Whether the row is rejected.
    pub severidade: Severidade,
    /// A value that would be accepted, where one can be told.
    pub sugestao: Option<String>,
    /// The rule of the model that is broken, when it is one of those and not the cell itself.
    pub do_modelo: Option<validate::Problem>,
}

impl Problema {
    /// What is wrong, for a person, without the place.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        let mut texto = if let Some(problem) = &self.do_modelo {
            problem.message(idioma)
        } else {
            let mut parametros = self.parametros.clone();
            parametros.push(("valor", recortar(&self.valor)));
            mensagens::mensagem(self.codigo, &parametros, idioma)
        };
        if let Some(sugestao) = &self.sugestao {
            texto.push_str(match idioma {
                Idioma::PtBr => "; sugestão: `",
                Idioma::En => "; suggestion: `",
            });
            texto.push_str(sugestao);
            texto.push('`');
        }
        texto
    }

    /// Where it is, for a person: sheet, row, column and header.
    #[must_use]
    pub fn lugar(&self, idioma: Idioma) -> String {
        let linha = match idioma {
            Idioma::PtBr => "linha",
            Idioma::En => "row",
        };
        let coluna = match idioma {
            Idioma::PtBr => "coluna",
            Idioma::En => "column",
        };
        let mut texto = format!("{}, {linha} {}", self.planilha, self.linha);
        if let Some(letra) = &self.coluna {
            texto.push_str(", ");
            texto.push_str(coluna);
            texto.push(' ');
            texto.push_str(letra);
        }
        if let Some(cabecalho) = &self.cabecalho {
            texto.push_str(" (");
            texto.push_str(cabecalho);
            texto.push(')');
        }
        texto
    }
}

/// A value short enough to be quoted, on one line.
pub(super) fn recortar(valor: &str) -> String {
    const MAXIMO: usize = 80;
    let uma_linha: String = valor.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match uma_linha.char_indices().nth(MAXIMO) {
        Some((corte, _)) => format!("{}…", uma_linha.get(..corte).unwrap_or_default()),
        None => uma_linha,
    }
}
