use std::fmt;

use super::Uf;
use crate::Idioma;

/// Why a text is not a valid document. Carries positions and expectations, never the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Motivo {
    /// Nothing but punctuation or spaces.
    Vazio,
    /// Another number of characters than the document has.
    Tamanho {
        /// The lengths that exist.
        esperado: &'static [u8],
        /// The length that came; in bytes if the text is too long to be read at all.
        recebido: usize,
    },
    /// Longer than any form of the document.
    Longo {
        /// The greatest length.
        maximo: usize,
    },
    /// A character that no form of the document has.
    Alfabeto {
        /// Position of the first such character, from 1.
        posicao: usize,
    },
    /// Lower case where the strict form has capitals.
    Minuscula,
    /// Capitals where the strict form has lower case.
    Maiuscula,
    /// Punctuation other than the official mask (strict mode).
    Mascara,
    /// The check digit does not agree.
    DigitoVerificador,
    /// The check digit of one block of a boleto does not agree.
    DigitoDoBloco {
        /// The block, from 1.
        bloco: u8,
    },
    /// All characters are the same.
    Sequencia,
    /// The beginning is not one that the document can have.
    Prefixo,
    /// A region code (state, area code) that does not exist.
    Regiao,
    /// A number outside the ranges in use.
    Faixa,
    /// An eight-digit mobile number, from before the ninth digit (strict mode).
    Legado,
    /// The state given beside the document does not exist.
    UfInvalida,
    /// The document belongs to another state.
    UfDivergente {
        /// The state that the document belongs to.
        uf: Uf,
    },
    /// Valid in no state.
    NenhumaUf,
    /// The parts do not follow each other as they must.
    Estrutura {
        /// Where reading stopped, in characters, from 1.
        posicao: usize,
    },
    /// A mandatory part is missing.
    CampoAusente {
        /// The name of the part.
        campo: &'static str,
    },
    /// A part has a content it cannot have.
    CampoInvalido {
        /// The name of the part.
        campo: &'static str,
    },
    /// The CRC does not agree with the text.
    Crc,
    /// The part before the `@` is malformed.
    Local,
    /// The domain is malformed.
    Dominio,
    /// A text of no known kind of key.
    TipoDesconhecido,
}

impl Motivo {
    /// The stable code, the same in every language.
    #[must_use]
    pub fn codigo(&self) -> &'static str {
        match self {
            Self::Vazio => "vazio",
            Self::Tamanho { .. } | Self::Longo { .. } => "tamanho",
            Self::Alfabeto { .. } => "alfabeto",
            Self::Minuscula => "minuscula",
            Self::Maiuscula => "maiuscula",
            Self::Mascara => "mascara",
            Self::DigitoVerificador | Self::DigitoDoBloco { .. } => "digito_verificador",
            Self::Sequencia => "sequencia",
            Self::Prefixo => "prefixo",
            Self::Regiao => "regiao",
            Self::Faixa => "faixa",
            Self::Legado => "legado",
            Self::UfInvalida => "uf_invalida",
            Self::UfDivergente { .. } => "uf_divergente",
            Self::NenhumaUf => "nenhuma_uf",
            Self::Estrutura { .. } => "estrutura",
            Self::CampoAusente { .. } => "campo_ausente",
            Self::CampoInvalido { .. } => "campo_invalido",
            Self::Crc => "crc",
            Self::Local => "local",
            Self::Dominio => "dominio",
            Self::TipoDesconhecido => "tipo_desconhecido",
        }
    }

    /// Every code that [`Motivo::codigo`] can give.
    pub const CODIGOS: &'static [&'static str] = &[
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
    ];

    /// One line for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        match idioma {
            Idioma::PtBr => self.em_portugues(),
            Idioma::En => self.em_ingles(),
        }
    }

    fn em_portugues(&self) -> String {
        match self {
            Self::Vazio => "não informado".into(),
            Self::Tamanho { esperado, recebido } => {
                format!("tamanho inválido: esperado {}, recebido {recebido}", lista(esperado, " ou "))
            }
            Self::Longo { maximo } => format!("longo demais: no máximo {maximo} caracteres"),
            Self::Alfabeto { posicao } => format!("caractere inválido na posição {posicao}"),
            Self::Minuscula => "use letras maiúsculas".into(),
            Self::Maiuscula => "use letras minúsculas".into(),
            Self::Mascara => "pontuação fora do formato oficial".into(),
            Self::DigitoVerificador => "dígito verificador não confere".into(),
            Self::DigitoDoBloco { bloco } => {
                format!("dígito verificador do bloco {bloco} não confere")
            }
            Self::Sequencia => "todos os caracteres são iguais".into(),
            Self::Prefixo => "início inválido para este documento".into(),
            Self::Regiao => "código de região inexistente".into(),
            Self::Faixa => "número fora das faixas em uso".into(),
            Self::Legado => "celular sem o nono dígito".into(),
            Self::UfInvalida => "UF inexistente".into(),
            Self::UfDivergente { uf } => format!("pertence a outra UF: {}", uf.sigla()),
            Self::NenhumaUf => "não é válida em nenhuma UF".into(),
            Self::Estrutura { posicao } => format!("estrutura inválida na posição {posicao}"),
            Self::CampoAusente { campo } => format!("falta o campo {campo}"),
            Self::CampoInvalido { campo } => format!("conteúdo inválido no campo {campo}"),
            Self::Crc => "CRC não confere".into(),
            Self::Local => "parte antes do @ inválida".into(),
            Self::Dominio => "domínio inválido".into(),
            Self::TipoDesconhecido => "tipo de chave não reconhecido".into(),
        }
    }

    fn em_ingles(&self) -> String {
        match self {
            Self::Vazio => "missing".into(),
            Self::Tamanho { esperado, recebido } => {
                format!("wrong length: expected {}, got {recebido}", lista(esperado, " or "))
            }
            Self::Longo { maximo } => format!("too long: at most {maximo} characters"),
            Self::Alfabeto { posicao } => format!("invalid character at position {posicao}"),
            Self::Minuscula => "capital letters are required".into(),
            Self::Maiuscula => "lower case is required".into(),
            Self::Mascara => "punctuation is not in the official format".into(),
            Self::DigitoVerificador => "check digit does not match".into(),
            Self::DigitoDoBloco { bloco } => format!("check digit of block {bloco} does not match"),
            Self::Sequencia => "all characters are the same".into(),
            Self::Prefixo => "invalid beginning for this document".into(),
            Self::Regiao => "unknown region code".into(),
            Self::Faixa => "number outside the ranges in use".into(),
            Self::Legado => "mobile number without the ninth digit".into(),
            Self::UfInvalida => "unknown state".into(),
            Self::UfDivergente { uf } => format!("belongs to another state: {}", uf.sigla()),
            Self::NenhumaUf => "not valid in any state".into(),
            Self::Estrutura { posicao } => format!("malformed at position {posicao}"),
            Self::CampoAusente { campo } => format!("field {campo} is missing"),
            Self::CampoInvalido { campo } => format!("field {campo} has an invalid content"),
            Self::Crc => "CRC does not match".into(),
            Self::Local => "invalid part before the @".into(),
            Self::Dominio => "invalid domain".into(),
            Self::TipoDesconhecido => "unknown kind of key".into(),
        }
    }
}

fn lista(tamanhos: &[u8], ultimo: &str) -> String {
    let textos: Vec<String> = tamanhos.iter().map(u8::to_string).collect();
    match textos.split_last() {
        Some((fim, inicio)) if !inicio.is_empty() => {
            format!("{}{ultimo}{fim}", inicio.join(", "))
        }
        _ => textos.concat(),
    }
}

impl fmt::Display for Motivo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.em_ingles())
    }
}

impl std::error::Error for Motivo {}
