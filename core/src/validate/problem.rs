use crate::Idioma;
use crate::document::{self, Motivo};

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
    /// Not an instant.
    InvalidDateTime,
    /// Not a month.
    InvalidMonth,
    /// Not one of the names the field knows.
    InvalidOption {
        /// The names.
        options: &'static [&'static str],
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
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required => "obrigatorio",
            Self::UnknownField { .. } => "campo_desconhecido",
            Self::DuplicateField => "campo_repetido",
            Self::WrongType { .. } => "tipo_invalido",
            Self::TooShort { .. } => "texto_curto",
            Self::TooLong { .. } => "texto_longo",
            Self::ControlCharacter => "caractere_de_controle",
            Self::InvalidNumber => "numero_invalido",
            Self::InexactNumber => "numero_inexato",
            Self::TooSmall { .. } => "abaixo_do_minimo",
            Self::NotPositive => "nao_positivo",
            Self::TooLarge { .. } => "acima_do_maximo",
            Self::TooManyPlaces { .. } => "casas_demais",
            Self::InvalidDate => "data_invalida",
            Self::InvalidDateTime => "data_hora_invalida",
            Self::InvalidMonth => "competencia_invalida",
            Self::InvalidOption { .. } => "opcao_invalida",
            Self::InvalidUrl => "url_invalida",
            Self::Document { motivo, .. } => motivo.codigo(),
            Self::ReadOnly => "somente_leitura",
            Self::Repeated => "repetido",
            Self::InFuture => "data_futura",
            Self::Exclusive { .. } => "campos_exclusivos",
            Self::OneOf { .. } => "um_dos_campos",
            Self::Mismatch { .. } => "divergente",
            Self::Before { .. } => "ordem_das_datas",
            Self::AboveLegal { .. } => "acima_do_limite_legal",
            Self::NotApplicable { .. } => "nao_se_aplica",
            Self::Tiers => "faixas_invalidas",
        }
    }

    /// The parameters by name, as text.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnknownField { name, nearest } => {
                let mut params = vec![("nome", name.clone())];
                params.extend(nearest.map(|n| ("sugestao", n.to_owned())));
                params
            }
            Self::WrongType { expected, found } => {
                vec![("esperado", (*expected).to_owned()), ("encontrado", found.clone())]
            }
            Self::TooShort { min } => vec![("min", min.to_string())],
            Self::TooLong { max, len } => {
                vec![("max", max.to_string()), ("tamanho", len.to_string())]
            }
            Self::TooSmall { min } => vec![("min", min.to_string())],
            Self::TooLarge { max } => vec![("max", max.to_string())],
            Self::TooManyPlaces { max } => vec![("max", max.to_string())],
            Self::InvalidOption { options, nearest } => {
                let mut params = vec![("opcoes", options.join(", "))];
                params.extend(nearest.map(|n| ("sugestao", n.to_owned())));
                params
            }
            Self::Document { tipo, .. } => vec![("documento", tipo.name().to_owned())],
            Self::Exclusive { other } | Self::Before { other } | Self::NotApplicable { other } => {
                vec![("outro", (*other).to_owned())]
            }
            Self::OneOf { fields } => vec![("campos", fields.join(", "))],
            Self::Mismatch { other, expected } => {
                let mut params = vec![("outro", (*other).to_owned())];
                params.extend(expected.as_ref().map(|e| ("esperado", e.clone())));
                params
            }
            Self::AboveLegal { max } => vec![("max", (*max).to_owned())],
            _ => Vec::new(),
        }
    }

    /// One line for a person.
    #[must_use]
    pub fn message(&self, idioma: Idioma) -> String {
        match idioma {
            Idioma::PtBr => self.message_pt(),
            Idioma::En => self.message_en(),
        }
    }

    fn message_pt(&self) -> String {
        match self {
            Self::Required => "campo obrigatório".into(),
            Self::UnknownField { name, nearest: Some(n) } => {
                format!("campo desconhecido `{name}`; você quis dizer `{n}`?")
            }
            Self::UnknownField { name, nearest: None } => format!("campo desconhecido `{name}`"),
            Self::DuplicateField => "campo informado duas vezes".into(),
            Self::WrongType { expected, found } => {
                format!("esperado {}, encontrado {}", tipo_pt(expected), tipo_pt(found))
            }
            Self::TooShort { min } => format!("mínimo de {min} caracteres"),
            Self::TooLong { max, len } => format!("máximo de {max} caracteres; tem {len}"),
            Self::ControlCharacter => "contém caracteres de controle".into(),
            Self::InvalidNumber => "número inválido; use dígitos e ponto decimal, como `1234.56`".into(),
            Self::InexactNumber => "número de ponto flutuante sem valor decimal exato; passe um texto decimal".into(),
            Self::TooSmall { min } => format!("deve ser no mínimo {min}"),
            Self::NotPositive => "deve ser maior que zero".into(),
            Self::TooLarge { max } => format!("deve ser no máximo {max}"),
            Self::TooManyPlaces { max } => format!("no máximo {max} casas decimais"),
            Self::InvalidDate => "data inválida; use AAAA-MM-DD".into(),
            Self::InvalidDateTime => "data e hora inválidas; use RFC 3339, como 2026-01-31T12:00:00Z".into(),
            Self::InvalidMonth => "competência inválida; use AAAA-MM".into(),
            Self::InvalidOption { options, nearest } => match nearest {
                Some(n) => format!("opção inválida; você quis dizer `{n}`?"),
                None => format!("opção inválida; use uma destas: {}", options.join(", ")),
            },
            Self::InvalidUrl => "endereço inválido; deve começar com https://".into(),
            Self::Document { motivo, .. } => motivo.mensagem(Idioma::PtBr),
            Self::ReadOnly => "preenchido só pela plataforma; não será enviado".into(),
            Self::Repeated => "repetido na lista".into(),
            Self::InFuture => "data no futuro".into(),
            Self::Exclusive { other } => format!("informe este campo ou `{other}`, não os dois"),
            Self::OneOf { fields: [a, b] } => format!("informe `{a}` ou `{b}`"),
            Self::Mismatch { other, expected: Some(e) } => format!("não combina com `{other}`; esperado `{e}`"),
            Self::Mismatch { other, expected: None } => format!("não combina com `{other}`"),
            Self::Before { other } => format!("não pode ser anterior a `{other}`"),
            Self::AboveLegal { max } => format!("acima do limite legal de {max}"),
            Self::NotApplicable { other } => format!("não se aplica com este valor de `{other}`"),
            Self::Tiers => "faixas devem ser contíguas e crescentes, e só a última pode ser aberta".into(),
        }
    }

    fn message_en(&self) -> String {
        match self {
            Self::Required => "required field".into(),
            Self::UnknownField { name, nearest: Some(n) } => format!("unknown field `{name}`; did you mean `{n}`?"),
            Self::UnknownField { name, nearest: None } => format!("unknown field `{name}`"),
            Self::DuplicateField => "field given twice".into(),
            Self::WrongType { expected, found } => format!("expected {expected}, found {found}"),
            Self::TooShort { min } => format!("at least {min} characters"),
            Self::TooLong { max, len } => format!("at most {max} characters; it has {len}"),
            Self::ControlCharacter => "contains control characters".into(),
            Self::InvalidNumber => "invalid number; use digits and a decimal point, such as `1234.56`".into(),
            Self::InexactNumber => "floating point number with no exact decimal value; pass a decimal string".into(),
            Self::TooSmall { min } => format!("must be at least {min}"),
            Self::NotPositive => "must be greater than zero".into(),
            Self::TooLarge { max } => format!("must be at most {max}"),
            Self::TooManyPlaces { max } => format!("at most {max} decimal places"),
            Self::InvalidDate => "invalid date; use YYYY-MM-DD".into(),
            Self::InvalidDateTime => "invalid date and time; use RFC 3339, such as 2026-01-31T12:00:00Z".into(),
            Self::InvalidMonth => "invalid month; use YYYY-MM".into(),
            Self::InvalidOption { options, nearest } => match nearest {
                Some(n) => format!("invalid option; did you mean `{n}`?"),
                None => format!("invalid option; use one of: {}", options.join(", ")),
            },
            Self::InvalidUrl => "invalid address; it must start with https://".into(),
            Self::Document { motivo, .. } => motivo.mensagem(Idioma::En),
            Self::ReadOnly => "filled by the platform only; it will not be sent".into(),
            Self::Repeated => "repeated in the list".into(),
            Self::InFuture => "date in the future".into(),
            Self::Exclusive { other } => format!("give this field or `{other}`, not both"),
            Self::OneOf { fields: [a, b] } => format!("give `{a}` or `{b}`"),
            Self::Mismatch { other, expected: Some(e) } => format!("does not agree with `{other}`; expected `{e}`"),
            Self::Mismatch { other, expected: None } => format!("does not agree with `{other}`"),
            Self::Before { other } => format!("must not be before `{other}`"),
            Self::AboveLegal { max } => format!("above the legal limit of {max}"),
            Self::NotApplicable { other } => format!("does not apply with this value of `{other}`"),
            Self::Tiers => "tiers must be contiguous and increasing, and only the last may be open".into(),
        }
    }
}

fn tipo_pt(tipo: &str) -> &str {
    match tipo {
        "string" => "texto",
        "decimal" => "decimal",
        "integer" => "inteiro",
        "boolean" => "booleano",
        "date" => "data",
        "datetime" => "data e hora",
        "month" => "competência",
        "array" => "lista",
        "object" => "objeto",
        "number" => "número",
        "null" => "nulo",
        "digits" => "dígitos",
        outro => outro,
    }
}
