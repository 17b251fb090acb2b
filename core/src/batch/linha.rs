use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Idioma;

/// What is known of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Estado {
    /// It waits.
    Pendente,
    /// It may have left: written down before the first byte of it does.
    Enviando,
    /// The platform has it.
    Feito,
    /// It breaks a rule, and was never sent.
    Rejeitado,
    /// The platform refused it.
    Recusado,
    /// It left, and nothing tells what became of it.
    Desconhecido,
}

impl Estado {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Pendente, Self::Enviando, Self::Feito, Self::Rejeitado, Self::Recusado, Self::Desconhecido];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pendente => "pendente",
            Self::Enviando => "enviando",
            Self::Feito => "feito",
            Self::Rejeitado => "rejeitado",
            Self::Recusado => "recusado",
            Self::Desconhecido => "desconhecido",
        }
    }

    /// The state called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.name() == name)
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Pendente => 0,
            Self::Enviando => 1,
            Self::Feito => 2,
            Self::Rejeitado => 3,
            Self::Recusado => 4,
            Self::Desconhecido => 5,
        }
    }

    pub(super) fn from_number(n: i64) -> Self {
        Self::ALL.into_iter().find(|e| e.number() == n).unwrap_or(Self::Desconhecido)
    }
}

/// What is to be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acao {
    /// Not decided yet.
    Indefinida,
    /// Include it.
    Incluir,
    /// Change the record that the platform has.
    Alterar,
    /// Remove the record that the platform has.
    Remover,
}

impl Acao {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Indefinida => "indefinida",
            Self::Incluir => "incluir",
            Self::Alterar => "alterar",
            Self::Remover => "remover",
        }
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Indefinida => 0,
            Self::Incluir => 1,
            Self::Alterar => 2,
            Self::Remover => 3,
        }
    }

    pub(super) fn from_number(n: i64) -> Self {
        [Self::Incluir, Self::Alterar, Self::Remover].into_iter().find(|a| a.number() == n).unwrap_or(Self::Indefinida)
    }
}

/// What a row that is done did on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Efeito {
    /// A new record.
    Created,
    /// A changed one.
    Updated,
    /// The platform had exactly this.
    Unchanged,
    /// An earlier attempt had done it.
    AlreadyDone,
    /// A removed one.
    Removed,
}

impl Efeito {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Created, Self::Updated, Self::Unchanged, Self::AlreadyDone, Self::Removed];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::AlreadyDone => "already_done",
            Self::Removed => "removed",
        }
    }
}

/// One thing that is wrong with a row, or worth a look.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemaDaLinha {
    /// The field of the model, such as `endereco.cep`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campo: Option<String>,
    /// The letter of the column, where the row comes from a spreadsheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coluna: Option<String>,
    /// The header of that column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cabecalho: Option<String>,
    /// What the cell holds, as a person sees it; it may be personal data, so `Debug` leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valor: Option<String>,
    /// The stable code.
    pub codigo: String,
    /// The sentence in Brazilian Portuguese.
    pub pt: String,
    /// The sentence in English.
    pub en: String,
    /// Whether the row is accepted all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aviso: bool,
}

impl fmt::Debug for ProblemaDaLinha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut campos = f.debug_struct("ProblemaDaLinha");
        campos.field("campo", &self.campo).field("coluna", &self.coluna).field("cabecalho", &self.cabecalho);
        campos.field("codigo", &self.codigo).field("pt", &self.pt).field("aviso", &self.aviso).finish_non_exhaustive()
    }
}

impl ProblemaDaLinha {
    /// An error of the field `campo`, or of the row as a whole.
    pub(crate) fn novo(campo: Option<&str>, codigo: &str, pt: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            campo: campo.map(str::to_owned),
            coluna: None,
            cabecalho: None,
            valor: None,
            codigo: codigo.to_owned(),
            pt: pt.into(),
            en: en.into(),
            aviso: false,
        }
    }

    /// The sentence in the language asked for.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> &str {
        match idioma {
            Idioma::PtBr => &self.pt,
            Idioma::En => &self.en,
        }
    }

    /// The same with its place before it: the header of the column, or else the field.
    #[must_use]
    pub fn frase(&self, idioma: Idioma) -> String {
        match self.cabecalho.as_deref().or(self.campo.as_deref()) {
            Some(onde) if !onde.is_empty() => format!("{onde}: {}", self.mensagem(idioma)),
            _ => self.mensagem(idioma).to_owned(),
        }
    }
}

/// A row as read from the source, on its way into the journal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NovaLinha {
    pub(crate) numero: u64,
    /// The business identity, where the row has one.
    pub(crate) chave: Option<String>,
    /// Rejected rows hold no body.
    pub(crate) corpo: Option<Corpo>,
    pub(crate) problemas: Vec<ProblemaDaLinha>,
    /// What a record must have to look like a row that has no identity: by it such rows are found.
    pub(crate) likeness: Option<String>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Corpo {
    /// The model as JSON.
    pub(crate) dados: String,
    /// The fields to be emptied.
    pub(crate) limpar: Vec<String>,
    /// Why the row is good for a change only, where it is: what an include would lack.
    pub(crate) so_alterar: Vec<ProblemaDaLinha>,
    /// The document of the customer whose contract it must be, where the source says.
    pub(crate) dono: Option<String>,
}

/// A row found by its key.
#[derive(Debug, Clone)]
pub(crate) struct Achada {
    pub(crate) numero: u64,
    /// The record that it was matched with already.
    pub(crate) id: Option<String>,
    pub(crate) corpo: Corpo,
}

/// A row taken for sending.
#[derive(Debug, Clone)]
pub(crate) struct Tarefa {
    pub(crate) numero: u64,
    pub(crate) chave: Option<String>,
    pub(crate) acao: Acao,
    pub(crate) id: Option<String>,
    pub(crate) dados: String,
    pub(crate) limpar: Vec<String>,
    pub(crate) geracao: u32,
    /// Whether an earlier attempt may have reached the platform.
    pub(crate) duvida: bool,
    /// Whether that attempt went out under another key than the row has now.
    pub(crate) under_old_key: bool,
    /// When it was last sent, or about to be, in seconds.
    pub(crate) sent_at: Option<i64>,
    /// How often it failed in this run.
    pub(crate) falhas: u32,
    /// How often the platform asked it to wait in this run.
    pub(crate) pausas: u32,
}

/// What became of a row that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Desfecho {
    pub(crate) numero: u64,
    pub(crate) tentativas: u32,
    pub(crate) como: Como,
    /// Whether an attempt of a row that counts as refused may still arrive.
    pub(crate) doubt: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Como {
    Feito {
        efeito: Efeito,
        id: Option<String>,
    },
    Recusado(Vec<ProblemaDaLinha>),
    Desconhecido(Vec<ProblemaDaLinha>),
    /// It goes back to the queue; under a new key where the old one is known to be spent.
    DeVolta {
        duvida: bool,
        nova_chave: bool,
    },
    /// It goes back to the queue as another operation, decided by what the platform turned out to have.
    Outra {
        acao: Acao,
        id: Option<String>,
        dados: Option<String>,
    },
}

/// The outcome of one row, as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultadoDaLinha {
    /// The row, as a spreadsheet program numbers it; counted from 1 where the source is no spreadsheet.
    pub numero: u64,
    /// The record's code in the company's own system.
    pub chave: Option<String>,
    /// What is known of it.
    pub estado: Estado,
    /// What was, or is to be, done with it.
    pub acao: Acao,
    /// What a row that is done did: `created`, `updated`, `unchanged`, `already_done`, `removed`; otherwise the code
    /// of the first error.
    pub codigo: Option<String>,
    /// The platform's identifier of the record.
    pub id: Option<String>,
    /// How many requests it took.
    pub tentativas: u32,
    /// What is wrong with it, warnings included.
    pub problemas: Vec<ProblemaDaLinha>,
}

impl ResultadoDaLinha {
    /// All problems in one line, errors before warnings.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        let (avisos, erros): (Vec<_>, Vec<_>) = self.problemas.iter().partition(|p| p.aviso);
        erros.into_iter().chain(avisos).map(|p| p.frase(idioma)).collect::<Vec<_>>().join("; ")
    }
}

/// Which column of the sheet feeds which field, so that whatever is wrong with a field is told where a person mends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Colunas(pub(crate) Vec<ColunaLida>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ColunaLida {
    pub(crate) campo: String,
    pub(crate) letra: String,
    pub(crate) cabecalho: String,
}

impl Colunas {
    /// Names the column of a problem that names a field alone; `itens[0].quantidade` comes from the column of `itens`.
    pub(crate) fn situar(&self, problema: &mut ProblemaDaLinha) {
        let campo = problema.campo.as_deref().and_then(|c| c.split('[').next());
        let achada = self.0.iter().find(|c| problema.coluna.is_none() && Some(c.campo.as_str()) == campo);
        if let Some(coluna) = achada {
            problema.coluna = Some(coluna.letra.clone());
            problema.cabecalho = Some(coluna.cabecalho.clone());
        }
    }
}

/// A row of a sheet that is no record: a total, a footer, or the header again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignorada {
    /// The row, as a spreadsheet program numbers it.
    pub linha: u64,
    /// `total`, `rodape` or `cabecalho_repetido`.
    pub motivo: String,
    /// How it begins.
    pub texto: String,
}

impl Ignorada {
    /// Why it is no record, for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> &'static str {
        let (pt, en) = match self.motivo.as_str() {
            "total" => ("linha de total, não um registro", "a total, not a record"),
            "rodape" => ("rodapé, não um registro", "a footer, not a record"),
            _ => ("o cabeçalho repetido, não um registro", "the header again, not a record"),
        };
        if idioma == Idioma::En { en } else { pt }
    }
}

/// How many rows are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contagem {
    /// All rows.
    pub total: u64,
    /// New on the platform.
    pub incluidos: u64,
    /// Changed on the platform.
    pub alterados: u64,
    /// The platform had exactly this.
    pub inalterados: u64,
    /// Done by an earlier attempt.
    pub ja_feitos: u64,
    /// Removed from the platform.
    pub removidos: u64,
    /// Broke a rule; never sent.
    pub rejeitados: u64,
    /// Refused by the platform.
    pub recusados: u64,
    /// Sent, and no answer tells what became of them.
    pub desconhecidos: u64,
    /// Not sent yet.
    pub pendentes: u64,
    /// Totals, footers and repeated headers of the sheet, which are no records and not among `total`.
    pub ignoradas: u64,
    /// Of those pending after a check, rows that lack what a new record needs: good for a change only.
    pub so_alterar: u64,
    /// Rows that nothing tells from others, neither a code nor a document: whatever became of them, another import of
    /// the same rows cannot know them again.
    pub unidentified: u64,
}

impl Contagem {
    /// Rows that the platform has as the source says.
    #[must_use]
    pub fn feitos(&self) -> u64 {
        self.incluidos + self.alterados + self.inalterados + self.ja_feitos + self.removidos
    }
}

/// What comparing a row with the platform's record decided.
#[derive(Debug, Clone)]
pub(crate) struct Decisao {
    pub(crate) numero: u64,
    pub(crate) id: Option<String>,
    pub(crate) como: Decidido,
}

#[derive(Debug, Clone)]
pub(crate) enum Decidido {
    Inalterado,
    /// The body to send.
    Alterar(String),
    Remover,
    Rejeitado(Vec<ProblemaDaLinha>),
}
