use smartbill_documents as document;
use smartbill_documents::catalogue::{Catalogue, Params};
use smartbill_documents::language::Texts;
use smartbill_documents::text::{counts, integer, join};
use smartbill_documents::{Language, Names, Reason, texts};

/// The rule that an input breaks, with the parameters of its message.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// A required field is absent or empty.
    Required,
    /// A field that no model has, and the closest known name.
    UnknownField {
        /// The name given.
        name: String,
        /// The closest known name, if one is close enough.
        nearest: Option<&'static str>,
    },
    /// The same field is given twice, under two spellings.
    DuplicateField,
    /// A value of a type that the field cannot hold.
    WrongType {
        /// The type of the field.
        expected: &'static str,
        /// The type of the given value.
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
        /// The length of the given text.
        len: usize,
    },
    /// Control characters in text.
    ControlCharacter,
    /// A text that is not a number, or a number that a decimal cannot hold exactly.
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
        /// The greatest number of places.
        max: u32,
    },
    /// Not a calendar date.
    InvalidDate,
    /// A date before 1900, which systems write for "no date".
    ImprobableDate,
    /// Not an instant.
    InvalidDateTime,
    /// Not a month.
    InvalidMonth,
    /// Not one of the names of the field.
    InvalidOption {
        /// The names.
        options: Names,
        /// The closest name, if one is close enough.
        nearest: Option<&'static str>,
    },
    /// Not an https address.
    InvalidUrl,
    /// A document that its own rules refuse.
    Document {
        /// Which document.
        kind: document::DocumentKind,
        /// The reason.
        reason: Reason,
    },
    /// A field that only the platform fills. It is not sent.
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
        /// The value that this field should have, if that is known.
        expected: Option<String>,
    },
    /// A date that is before another one, which it must not precede.
    Before {
        /// The other field.
        other: &'static str,
    },
    /// A value above the limit of the law or of a manual.
    AboveLegal {
        /// The limit, as a person writes it.
        max: &'static str,
    },
    /// A field that has no meaning together with another one.
    NotApplicable {
        /// The other field.
        other: &'static str,
    },
    /// A field inside another one that is only changed as a whole.
    PartOf {
        /// The other field.
        other: &'static str,
    },
    /// Ranges of a price list that overlap, leave a gap, or continue after the open one.
    Tiers,
    /// Further findings, which are not listed because there are too many.
    More {
        /// How many.
        count: usize,
    },
}

impl Problem {
    /// The stable code, the same in every language.
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
            Self::ImprobableDate => "data_improvavel",
            Self::InvalidDateTime => "data_hora_invalida",
            Self::InvalidMonth => "competencia_invalida",
            Self::InvalidOption { .. } => "opcao_invalida",
            Self::InvalidUrl => "url_invalida",
            Self::ReadOnly => "somente_leitura",
            Self::Repeated => "repetido",
            Self::InFuture => "data_futura",
            Self::Exclusive { .. } => "campos_exclusivos",
            Self::OneOf { .. } => "um_dos_campos",
            Self::Mismatch { .. } => "divergente",
            Self::Before { .. } => "ordem_das_datas",
            Self::AboveLegal { .. } => "acima_do_limite_legal",
            Self::NotApplicable { .. } => "nao_se_aplica",
            Self::PartOf { .. } => "parte_de_um_campo",
            Self::Tiers => "faixas_invalidas",
            Self::More { .. } => "violacoes_demais",
            Self::Document { reason, .. } => reason.code(),
        }
    }

    /// The parameters by name, as text.
    #[must_use]
    pub fn params(self) -> Params {
        let mut params = Vec::new();
        let mut param = |name: &'static str, value: String| params.push((name.into(), value));
        match self {
            Self::UnknownField { name, nearest } => {
                param("name", name);
                if let Some(nearest) = nearest {
                    param("suggestion", nearest.to_owned());
                }
            }
            Self::WrongType { expected, found } => {
                param("expected", expected.to_owned());
                param("found", found);
            }
            Self::TooShort { min } => param("min", counts(min)),
            Self::TooLong { max, len } => {
                param("max", counts(max));
                param("size", counts(len));
            }
            Self::TooSmall { min } => param("min", integer(min)),
            Self::TooLarge { max } => param("max", integer(max)),
            Self::TooManyPlaces { max } => param("max", integer(max.into())),
            Self::InvalidOption { options, nearest } => {
                param("options", join(&options.iter().collect::<Vec<_>>(), ", "));
                if let Some(nearest) = nearest {
                    param("suggestion", nearest.to_owned());
                }
            }
            Self::Document { kind, reason } => {
                param("documento", kind.name().to_owned());
                params.extend(reason.params());
            }
            Self::Exclusive { other }
            | Self::Before { other }
            | Self::NotApplicable { other }
            | Self::PartOf { other } => {
                param("other", other.to_owned());
            }
            Self::OneOf { fields: [one, other] } => {
                param("one", one.to_owned());
                param("other", other.to_owned());
            }
            Self::Mismatch { other, expected } => {
                param("other", other.to_owned());
                if let Some(expected) = expected {
                    param("expected", expected);
                }
            }
            Self::AboveLegal { max } => param("max", max.to_owned()),
            Self::More { count } => param("count", counts(count)),
            _ => {}
        }
        params
    }
}

/// The sentences of rules, above those of documents.
pub static CATALOGUE: Catalogue = Catalogue { texts: &TEXTS, word, beneath: Some(&document::CATALOGUE) };

const TEXTS: [Texts; 34] = [
    texts!("obrigatorio", "campo obrigatório", "required field"),
    texts!("campo_desconhecido", "campo desconhecido `{name}`", "unknown field `{name}`"),
    texts!(
        "campo_desconhecido",
        "campo desconhecido `{name}`; você quis dizer `{suggestion}`?",
        "unknown field `{name}`; did you mean `{suggestion}`?"
    ),
    texts!("campo_repetido", "campo informado duas vezes", "field given twice"),
    texts!("tipo_invalido", "esperado {expected}, encontrado {found}", "expected {expected}, found {found}"),
    texts!("texto_curto", "mínimo de {min} caracteres", "at least {min} characters"),
    texts!("texto_longo", "máximo de {max} caracteres; tem {size}", "at most {max} characters; it has {size}"),
    texts!("caractere_de_controle", "contém caracteres de controle", "contains control characters"),
    texts!(
        "numero_invalido",
        "número inválido; use dígitos e ponto decimal, como `1234.56`",
        "invalid number; use digits and a decimal point, such as `1234.56`"
    ),
    texts!(
        "numero_inexato",
        "número de ponto flutuante sem valor decimal exato; passe um texto decimal",
        "floating point number with no exact decimal value; pass a decimal string"
    ),
    texts!("abaixo_do_minimo", "deve ser no mínimo {min}", "must be at least {min}"),
    texts!("nao_positivo", "deve ser maior que zero", "must be greater than zero"),
    texts!("acima_do_maximo", "deve ser no máximo {max}", "must be at most {max}"),
    texts!("casas_demais", "no máximo {max} casas decimais", "at most {max} decimal places"),
    texts!("data_invalida", "data inválida; use AAAA-MM-DD", "invalid date; use YYYY-MM-DD"),
    texts!(
        "data_improvavel",
        "data anterior a 1900-01-01; se não há data, deixe o campo vazio",
        "date before 1900-01-01; if there is no date, leave the field empty"
    ),
    texts!(
        "data_hora_invalida",
        "data e hora inválidas; use RFC 3339, como 2026-01-31T12:00:00Z",
        "invalid date and time; use RFC 3339, such as 2026-01-31T12:00:00Z"
    ),
    texts!("competencia_invalida", "competência inválida; use AAAA-MM", "invalid month; use YYYY-MM"),
    texts!(
        "opcao_invalida",
        "opção inválida; você quis dizer `{suggestion}`?",
        "invalid option; did you mean `{suggestion}`?"
    ),
    texts!("opcao_invalida", "opção inválida; use uma destas: {options}", "invalid option; use one of: {options}"),
    texts!(
        "url_invalida",
        "endereço inválido; deve começar com https://",
        "invalid address; it must start with https://"
    ),
    texts!(
        "somente_leitura",
        "preenchido só pela plataforma; não será enviado",
        "filled by the platform only; it will not be sent"
    ),
    texts!("repetido", "repetido na lista", "repeated in the list"),
    texts!("data_futura", "data no futuro", "date in the future"),
    texts!(
        "campos_exclusivos",
        "informe este campo ou `{other}`, não os dois",
        "give this field or `{other}`, not both"
    ),
    texts!("um_dos_campos", "informe `{one}` ou `{other}`", "give `{one}` or `{other}`"),
    texts!("divergente", "não combina com `{other}`", "does not agree with `{other}`"),
    texts!(
        "divergente",
        "não combina com `{other}`; esperado `{expected}`",
        "does not agree with `{other}`; expected `{expected}`"
    ),
    texts!("ordem_das_datas", "não pode ser anterior a `{other}`", "must not be before `{other}`"),
    texts!("acima_do_limite_legal", "acima do limite legal de {max}", "above the legal limit of {max}"),
    texts!("nao_se_aplica", "não se aplica com este valor de `{other}`", "does not apply with this value of `{other}`"),
    texts!(
        "parte_de_um_campo",
        "é parte de `{other}`, que se altera inteiro; dê `{other}` sem este campo",
        "is part of `{other}`, which is changed as a whole; give `{other}` without this field"
    ),
    texts!(
        "faixas_invalidas",
        "faixas devem ser contíguas e crescentes, e só a última pode ser aberta",
        "tiers must be contiguous and increasing, and only the last may be open"
    ),
    texts!(
        "violacoes_demais",
        "e mais {count} além destas; corrija estas primeiro",
        "and {count} more than these; correct these first"
    ),
];

/// A kind of value in Portuguese: `esperado texto, encontrado número`.
fn word(name: &str, value: &str, language: Language) -> Option<String> {
    let kind = matches!(name, "expected" | "found") && language == Language::PtBr;
    KINDS.iter().find(|(en, _)| kind && *en == value).map(|(_, pt)| (*pt).to_owned())
}

/// The Portuguese names of types, if they differ from the English ones.
const KINDS: [(&str, &str); 18] = [
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
    ("object that cannot be read", "objeto que não pode ser lido"),
    ("nested too deeply", "estrutura profunda demais"),
];
