use crate::document::{self, Motivo};
use crate::escrita::{contagem, frase, inteiro, juntar};
use crate::modo::{Textos, textos};
use crate::{Idioma, Nomes};

/// Which rule an input breaks, with what a message needs to say so.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// A required field is absent or empty.
    Required,
    /// A field that no model has, and the nearest one that exists.
    UnknownField {
        /// The name given.
        name: String,
        /// The nearest known name, if one is near.
        nearest: Option<&'static str>,
    },
    /// The same field twice, under two spellings.
    DuplicateField,
    /// A value of a type that the field cannot hold.
    WrongType {
        /// What the field holds.
        expected: &'static str,
        /// What was given.
        found: String,
    },
    /// Text below the minimum length, in characters.
    TooShort {
        /// The minimum.
        min: usize,
    },
    /// Text above the maximum length, in characters.
    TooLong {
        /// The maximum.
        max: usize,
        /// What was given.
        len: usize,
    },
    /// Control characters in text.
    ControlCharacter,
    /// A number that is not one, or that a decimal cannot hold exactly.
    InvalidNumber,
    /// A floating point number whose decimal digits are in doubt.
    InexactNumber,
    /// A number below the minimum.
    TooSmall {
        /// The minimum.
        min: i64,
    },
    /// A number that must be greater than zero.
    NotPositive,
    /// A number above the maximum.
    TooLarge {
        /// The maximum.
        max: i64,
    },
    /// More decimal places than the field has.
    TooManyPlaces {
        /// How many it has.
        max: u32,
    },
    /// Not a calendar date.
    InvalidDate,
    /// A date before 1900: how systems write that there is none.
    ImprobableDate,
    /// Not an instant.
    InvalidDateTime,
    /// Not a month.
    InvalidMonth,
    /// Not one of the names the field knows.
    InvalidOption {
        /// The names.
        options: Nomes,
        /// The nearest of them, if one is near.
        nearest: Option<&'static str>,
    },
    /// Not an https address.
    InvalidUrl,
    /// A document that its own rules refuse.
    Document {
        /// Which document.
        tipo: document::Tipo,
        /// Why.
        motivo: Motivo,
    },
    /// A field that only the platform fills; it is not sent.
    ReadOnly,
    /// An entry that repeats an earlier one of the same list.
    Repeated,
    /// A date in the future.
    InFuture,
    /// Two fields that must not be given together.
    Exclusive {
        /// The other field.
        other: &'static str,
    },
    /// One of two fields is needed, and neither is given.
    OneOf {
        /// The two fields.
        fields: [&'static str; 2],
    },
    /// A value that contradicts another field.
    Mismatch {
        /// The other field.
        other: &'static str,
        /// What this field would have to be, where that is known.
        expected: Option<String>,
    },
    /// A date before another one that must not be after it.
    Before {
        /// The other field.
        other: &'static str,
    },
    /// A value above what the law or the manual allows.
    AboveLegal {
        /// The limit, as a person writes it.
        max: &'static str,
    },
    /// A field that has no meaning beside another one.
    NotApplicable {
        /// The other field.
        other: &'static str,
    },
    /// Ranges of a price list that overlap, leave a gap, or continue after the open one.
    Tiers,
    /// Violations that are not listed, because there are too many.
    More {
        /// How many.
        count: usize,
    },
}

impl Problem {
    /// The stable code, and the sentence in Portuguese and in English; `{name}` is the parameter of that name.
    #[expect(clippy::too_many_lines, reason = "a table, as long as there are problems")]
    fn textos(&self) -> Textos {
        match self {
            Self::Required => textos!("obrigatorio", "campo obrigatório", "required field"),
            Self::UnknownField { nearest: None, .. } => {
                textos!("campo_desconhecido", "campo desconhecido `{nome}`", "unknown field `{nome}`")
            }
            Self::UnknownField { .. } => textos!(
                "campo_desconhecido",
                "campo desconhecido `{nome}`; você quis dizer `{sugestao}`?",
                "unknown field `{nome}`; did you mean `{sugestao}`?"
            ),
            Self::DuplicateField => textos!("campo_repetido", "campo informado duas vezes", "field given twice"),
            Self::WrongType { .. } => textos!(
                "tipo_invalido",
                "esperado {esperado}, encontrado {encontrado}",
                "expected {esperado}, found {encontrado}"
            ),
            Self::TooShort { .. } => textos!("texto_curto", "mínimo de {min} caracteres", "at least {min} characters"),
            Self::TooLong { .. } => textos!(
                "texto_longo",
                "máximo de {max} caracteres; tem {tamanho}",
                "at most {max} characters; it has {tamanho}"
            ),
            Self::ControlCharacter => {
                textos!("caractere_de_controle", "contém caracteres de controle", "contains control characters")
            }
            Self::InvalidNumber => textos!(
                "numero_invalido",
                "número inválido; use dígitos e ponto decimal, como `1234.56`",
                "invalid number; use digits and a decimal point, such as `1234.56`"
            ),
            Self::InexactNumber => textos!(
                "numero_inexato",
                "número de ponto flutuante sem valor decimal exato; passe um texto decimal",
                "floating point number with no exact decimal value; pass a decimal string"
            ),
            Self::TooSmall { .. } => textos!("abaixo_do_minimo", "deve ser no mínimo {min}", "must be at least {min}"),
            Self::NotPositive => textos!("nao_positivo", "deve ser maior que zero", "must be greater than zero"),
            Self::TooLarge { .. } => textos!("acima_do_maximo", "deve ser no máximo {max}", "must be at most {max}"),
            Self::TooManyPlaces { .. } => {
                textos!("casas_demais", "no máximo {max} casas decimais", "at most {max} decimal places")
            }
            Self::InvalidDate => {
                textos!("data_invalida", "data inválida; use AAAA-MM-DD", "invalid date; use YYYY-MM-DD")
            }
            Self::ImprobableDate => textos!(
                "data_improvavel",
                "data anterior a 1900-01-01; se não há data, deixe o campo vazio",
                "date before 1900-01-01; if there is no date, leave the field empty"
            ),
            Self::InvalidDateTime => textos!(
                "data_hora_invalida",
                "data e hora inválidas; use RFC 3339, como 2026-01-31T12:00:00Z",
                "invalid date and time; use RFC 3339, such as 2026-01-31T12:00:00Z"
            ),
            Self::InvalidMonth => {
                textos!("competencia_invalida", "competência inválida; use AAAA-MM", "invalid month; use YYYY-MM")
            }
            Self::InvalidOption { nearest: None, .. } => {
                textos!(
                    "opcao_invalida",
                    "opção inválida; use uma destas: {opcoes}",
                    "invalid option; use one of: {opcoes}"
                )
            }
            Self::InvalidOption { .. } => textos!(
                "opcao_invalida",
                "opção inválida; você quis dizer `{sugestao}`?",
                "invalid option; did you mean `{sugestao}`?"
            ),
            Self::InvalidUrl => textos!(
                "url_invalida",
                "endereço inválido; deve começar com https://",
                "invalid address; it must start with https://"
            ),
            Self::Document { motivo, .. } => motivo.textos(),
            Self::ReadOnly => textos!(
                "somente_leitura",
                "preenchido só pela plataforma; não será enviado",
                "filled by the platform only; it will not be sent"
            ),
            Self::Repeated => textos!("repetido", "repetido na lista", "repeated in the list"),
            Self::InFuture => textos!("data_futura", "data no futuro", "date in the future"),
            Self::Exclusive { .. } => textos!(
                "campos_exclusivos",
                "informe este campo ou `{outro}`, não os dois",
                "give this field or `{outro}`, not both"
            ),
            Self::OneOf { .. } => textos!("um_dos_campos", "informe `{um}` ou `{outro}`", "give `{um}` or `{outro}`"),
            Self::Mismatch { expected: None, .. } => {
                textos!("divergente", "não combina com `{outro}`", "does not agree with `{outro}`")
            }
            Self::Mismatch { .. } => textos!(
                "divergente",
                "não combina com `{outro}`; esperado `{esperado}`",
                "does not agree with `{outro}`; expected `{esperado}`"
            ),
            Self::Before { .. } => {
                textos!("ordem_das_datas", "não pode ser anterior a `{outro}`", "must not be before `{outro}`")
            }
            Self::AboveLegal { .. } => {
                textos!("acima_do_limite_legal", "acima do limite legal de {max}", "above the legal limit of {max}")
            }
            Self::NotApplicable { .. } => textos!(
                "nao_se_aplica",
                "não se aplica com este valor de `{outro}`",
                "does not apply with this value of `{outro}`"
            ),
            Self::Tiers => textos!(
                "faixas_invalidas",
                "faixas devem ser contíguas e crescentes, e só a última pode ser aberta",
                "tiers must be contiguous and increasing, and only the last may be open"
            ),
            Self::More { .. } => textos!(
                "violacoes_demais",
                "e mais {quantidade} além destas; corrija estas primeiro",
                "and {quantidade} more than these; correct these first"
            ),
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.textos().codigo()
    }

    /// The parameters by name, as text.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = Vec::new();
        let mut param = |nome, valor: &str| params.push((nome, valor.to_owned()));
        match self {
            Self::UnknownField { name, nearest } => {
                param("nome", name);
                if let Some(nearest) = nearest {
                    param("sugestao", nearest);
                }
            }
            Self::WrongType { expected, found } => {
                param("esperado", expected);
                param("encontrado", found);
            }
            Self::TooShort { min } => param("min", &contagem(*min)),
            Self::TooLong { max, len } => {
                param("max", &contagem(*max));
                param("tamanho", &contagem(*len));
            }
            Self::TooSmall { min } => param("min", &inteiro(*min)),
            Self::TooLarge { max } => param("max", &inteiro(*max)),
            Self::TooManyPlaces { max } => param("max", &inteiro((*max).into())),
            Self::InvalidOption { options, nearest } => {
                param("opcoes", &juntar(&options.iter().collect::<Vec<_>>(), ", "));
                if let Some(nearest) = nearest {
                    param("sugestao", nearest);
                }
            }
            Self::Document { tipo, .. } => param("documento", tipo.name()),
            Self::Exclusive { other } | Self::Before { other } | Self::NotApplicable { other } => param("outro", other),
            Self::OneOf { fields } => param("campos", &juntar(fields, ", ")),
            Self::Mismatch { other, expected } => {
                param("outro", other);
                if let Some(expected) = expected {
                    param("esperado", expected);
                }
            }
            Self::AboveLegal { max } => param("max", max),
            Self::More { count } => param("quantidade", &contagem(*count)),
            _ => {}
        }
        params
    }

    /// One line for a person.
    #[must_use]
    pub fn message(&self, idioma: Idioma) -> String {
        let valores = match self {
            Self::Document { motivo, .. } => return motivo.mensagem(idioma),
            Self::OneOf { fields: [um, outro] } => vec![("um", (*um).to_owned()), ("outro", (*outro).to_owned())],
            Self::WrongType { expected, found } if idioma == Idioma::PtBr => {
                vec![("esperado", tipo_pt(expected).to_owned()), ("encontrado", tipo_pt(found).to_owned())]
            }
            _ => self.params(),
        };
        frase(self.textos().mensagem(idioma), &valores)
    }
}

/// The names of types in Portuguese, where they differ.
const TIPOS: [(&str, &str); 17] = [
    ("string", "texto"),
    ("integer", "inteiro"),
    ("boolean", "booleano"),
    ("date", "data"),
    ("datetime", "data e hora"),
    ("month", "competência"),
    ("array", "lista"),
    ("object", "objeto"),
    ("number", "número"),
    ("null", "nulo"),
    ("digits", "dígitos"),
    ("text that is not valid Unicode", "texto que não é Unicode válido"),
    ("number of more than 300 digits", "número de mais de 300 dígitos"),
    ("date out of range", "data fora dos limites"),
    ("datetime out of range", "data e hora fora dos limites"),
    ("datetime without time zone", "data e hora sem fuso horário"),
    ("nested too deeply", "estrutura profunda demais"),
];

fn tipo_pt(tipo: &str) -> &str {
    TIPOS.iter().find(|(en, _)| *en == tipo).map_or(tipo, |(_, pt)| pt)
}
