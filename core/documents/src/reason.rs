use std::fmt;

use super::Uf;
use crate::catalogue::{Catalogue, Params};
use crate::language::Texts;
use crate::text::{counts, integer, join};
use crate::{Language, Names, names, texts};

/// The reason why a text is not a valid document. It has positions and expectations, never the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The text has nothing but punctuation or spaces.
    Empty,
    /// The document has another number of characters.
    Length {
        /// The possible lengths.
        expected: &'static [u8],
        /// The length of the text: in characters, or in bytes if the text is too long to be read.
        received: usize,
    },
    /// The text is longer than any form of the document.
    Long {
        /// The greatest length.
        max: usize,
    },
    /// A character that no form of the document has.
    Alphabet {
        /// Position of the first such character, from 1.
        position: usize,
    },
    /// Lower case where the strict form needs capitals.
    Lowercase,
    /// Capitals where the strict form needs lower case.
    Uppercase,
    /// Punctuation other than the official mask (strict mode).
    Mask,
    /// The check digit does not agree.
    CheckDigit,
    /// The check digit of one block of a boleto does not agree.
    BlockDigit {
        /// The block, from 1.
        block: u8,
    },
    /// All characters are the same.
    Sequence,
    /// The beginning is not one that the document can have.
    Prefix,
    /// A region code (state, area code) that does not exist.
    Region,
    /// A number outside the ranges in use.
    Faixa,
    /// An eight-digit mobile number, from before the ninth digit (strict mode).
    Legacy,
    /// The state given for the document does not exist.
    InvalidUf,
    /// The document belongs to another state.
    DivergentUf {
        /// The state that the document belongs to.
        uf: Uf,
    },
    /// The document is valid in no state.
    NoUf,
    /// The parts are not in the required order or form.
    Structure {
        /// The position where reading stopped, in characters, from 1.
        position: usize,
    },
    /// A mandatory part is missing.
    MissingField {
        /// The name of the part.
        field: &'static str,
    },
    /// The content of a part is not allowed.
    InvalidField {
        /// The name of the part.
        field: &'static str,
    },
    /// The CRC does not agree with the text.
    Crc,
    /// The part before the `@` is malformed.
    Local,
    /// The domain is malformed.
    Domain,
    /// The text is of no known kind of key.
    UnknownKind,
}

impl Reason {
    /// The stable code and the two sentences. `{name}` in a sentence stands for the value of that name.
    const fn texts(self) -> Texts {
        match self {
            Self::Empty => texts!("vazio", "não informado", "missing"),
            Self::Length { .. } => texts!(
                "tamanho",
                "tamanho inválido: esperado {expected}, recebido {received}",
                "wrong length: expected {expected}, got {received}"
            ),
            Self::Long { .. } => {
                texts!("tamanho", "longo demais: no máximo {max} caracteres", "too long: at most {max} characters")
            }
            Self::Alphabet { .. } => {
                texts!(
                    "alfabeto",
                    "caractere inválido na posição {position}",
                    "invalid character at position {position}"
                )
            }
            Self::Lowercase => texts!("minuscula", "use letras maiúsculas", "capital letters are required"),
            Self::Uppercase => texts!("maiuscula", "use letras minúsculas", "lower case is required"),
            Self::Mask => {
                texts!("mascara", "pontuação fora do formato oficial", "punctuation is not in the official format")
            }
            Self::CheckDigit => {
                texts!("digito_verificador", "dígito verificador não confere", "check digit does not match")
            }
            Self::BlockDigit { .. } => texts!(
                "digito_verificador",
                "dígito verificador do bloco {block} não confere",
                "check digit of block {block} does not match"
            ),
            Self::Sequence => texts!("sequencia", "todos os caracteres são iguais", "all characters are the same"),
            Self::Prefix => {
                texts!("prefixo", "início inválido para este documento", "invalid beginning for this document")
            }
            Self::Region => texts!("regiao", "código de região inexistente", "unknown region code"),
            Self::Faixa => texts!("faixa", "número fora das faixas em uso", "number outside the ranges in use"),
            Self::Legacy => texts!("legado", "celular sem o nono dígito", "mobile number without the ninth digit"),
            Self::InvalidUf => texts!("uf_invalida", "UF inexistente", "unknown state"),
            Self::DivergentUf { .. } => {
                texts!("uf_divergente", "pertence a outra UF: {uf}", "belongs to another state: {uf}")
            }
            Self::NoUf => texts!("nenhuma_uf", "não é válida em nenhuma UF", "not valid in any state"),
            Self::Structure { .. } => {
                texts!("estrutura", "estrutura inválida na posição {position}", "malformed at position {position}")
            }
            Self::MissingField { .. } => texts!("campo_ausente", "falta `{field}`", "`{field}` is missing"),
            Self::InvalidField { .. } => {
                texts!("campo_invalido", "conteúdo inválido no campo {field}", "field {field} has an invalid content")
            }
            Self::Crc => texts!("crc", "CRC não confere", "CRC does not match"),
            Self::Local => texts!("local", "parte antes do @ inválida", "invalid part before the @"),
            Self::Domain => texts!("dominio", "domínio inválido", "invalid domain"),
            Self::UnknownKind => {
                texts!("tipo_desconhecido", "tipo de chave não reconhecido", "unknown kind of key")
            }
        }
    }

    /// The stable code, the same in every language.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.texts().code
    }

    /// Every code that [`Reason::code`] can give.
    pub const CODES: Names = names!(
        "vazio",
        "tamanho",
        "alfabeto",
        "minuscula",
        "maiuscula",
        "mascara",
        "digito_verificador",
        "sequencia",
        "prefixo",
        "regiao",
        "faixa",
        "legado",
        "uf_invalida",
        "uf_divergente",
        "nenhuma_uf",
        "estrutura",
        "campo_ausente",
        "campo_invalido",
        "crc",
        "local",
        "dominio",
        "tipo_desconhecido",
    );

    /// What the sentence quotes, by name.
    #[must_use]
    pub fn params(&self) -> Params {
        let (name, value) = match self {
            Self::Length { expected, received } => {
                let expected: Vec<_> = expected.iter().map(|size| integer((*size).into())).collect();
                let expected = join(&expected.iter().map(String::as_str).collect::<Vec<_>>(), ", ");
                return vec![("expected".into(), expected), ("received".into(), counts(*received))];
            }
            Self::Long { max } => ("max", counts(*max)),
            Self::Alphabet { position } | Self::Structure { position } => ("position", counts(*position)),
            Self::BlockDigit { block } => ("block", counts((*block).into())),
            Self::DivergentUf { uf } => ("uf", uf.sigla().to_owned()),
            Self::MissingField { field } | Self::InvalidField { field } => ("field", (*field).to_owned()),
            _ => return Vec::new(),
        };
        vec![(name.into(), value)]
    }

    /// The sentence, one line for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        CATALOGUE.message(self.code(), &self.params(), language)
    }
}

/// The sentences of reasons.
pub static CATALOGUE: Catalogue = Catalogue { texts: &TEXTS, word, beneath: None };

/// One of each reason, whatever it holds.
const ALL: [Reason; 24] = [
    Reason::Empty,
    Reason::Length { expected: &[], received: 0 },
    Reason::Long { max: 0 },
    Reason::Alphabet { position: 0 },
    Reason::Lowercase,
    Reason::Uppercase,
    Reason::Mask,
    Reason::CheckDigit,
    Reason::BlockDigit { block: 0 },
    Reason::Sequence,
    Reason::Prefix,
    Reason::Region,
    Reason::Faixa,
    Reason::Legacy,
    Reason::InvalidUf,
    Reason::DivergentUf { uf: Uf::SP },
    Reason::NoUf,
    Reason::Structure { position: 0 },
    Reason::MissingField { field: "" },
    Reason::InvalidField { field: "" },
    Reason::Crc,
    Reason::Local,
    Reason::Domain,
    Reason::UnknownKind,
];

#[expect(clippy::indexing_slicing, reason = "within the list's own length, while compiling")]
const TEXTS: [Texts; ALL.len()] = {
    let mut texts = [Reason::Empty.texts(); ALL.len()];
    let mut i = 0;
    while i < ALL.len() {
        texts[i] = ALL[i].texts();
        i += 1;
    }
    texts
};

/// Sizes as a sentence lists them: `10 ou 11`, `8, 9 ou 10`.
fn word(name: &str, value: &str, language: Language) -> Option<String> {
    let comma = value.bytes().rposition(|byte| byte == b',').filter(|_| name == "expected")?;
    let (sizes, last) = (value.get(..comma)?, value.get(comma + 2..)?);
    last.bytes().all(|byte| byte.is_ascii_digit()).then(|| [sizes, language.choose(" ou ", " or "), last].concat())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for Reason {}
