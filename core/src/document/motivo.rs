use std::fmt;

use super::Uf;
use crate::escrita::{contagem, frase, push_digitos};
use crate::modo::{Textos, textos};
use crate::nomes::nomes;
use crate::{Idioma, Nomes};

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
    /// The stable code, and the sentence in Portuguese and in English; `{name}` is the part of that name.
    pub(crate) fn textos(&self) -> Textos {
        match self {
            Self::Vazio => textos!("vazio", "não informado", "missing"),
            Self::Tamanho { .. } => textos!(
                "tamanho",
                "tamanho inválido: esperado {esperado}, recebido {recebido}",
                "wrong length: expected {esperado}, got {recebido}"
            ),
            Self::Longo { .. } => {
                textos!(
                    "tamanho",
                    "longo demais: no máximo {maximo} caracteres",
                    "too long: at most {maximo} characters"
                )
            }
            Self::Alfabeto { .. } => {
                textos!(
                    "alfabeto",
                    "caractere inválido na posição {posicao}",
                    "invalid character at position {posicao}"
                )
            }
            Self::Minuscula => textos!("minuscula", "use letras maiúsculas", "capital letters are required"),
            Self::Maiuscula => textos!("maiuscula", "use letras minúsculas", "lower case is required"),
            Self::Mascara => {
                textos!("mascara", "pontuação fora do formato oficial", "punctuation is not in the official format")
            }
            Self::DigitoVerificador => {
                textos!("digito_verificador", "dígito verificador não confere", "check digit does not match")
            }
            Self::DigitoDoBloco { .. } => textos!(
                "digito_verificador",
                "dígito verificador do bloco {bloco} não confere",
                "check digit of block {bloco} does not match"
            ),
            Self::Sequencia => textos!("sequencia", "todos os caracteres são iguais", "all characters are the same"),
            Self::Prefixo => {
                textos!("prefixo", "início inválido para este documento", "invalid beginning for this document")
            }
            Self::Regiao => textos!("regiao", "código de região inexistente", "unknown region code"),
            Self::Faixa => textos!("faixa", "número fora das faixas em uso", "number outside the ranges in use"),
            Self::Legado => textos!("legado", "celular sem o nono dígito", "mobile number without the ninth digit"),
            Self::UfInvalida => textos!("uf_invalida", "UF inexistente", "unknown state"),
            Self::UfDivergente { .. } => {
                textos!("uf_divergente", "pertence a outra UF: {uf}", "belongs to another state: {uf}")
            }
            Self::NenhumaUf => textos!("nenhuma_uf", "não é válida em nenhuma UF", "not valid in any state"),
            Self::Estrutura { .. } => {
                textos!("estrutura", "estrutura inválida na posição {posicao}", "malformed at position {posicao}")
            }
            Self::CampoAusente { .. } => textos!("campo_ausente", "falta `{campo}`", "`{campo}` is missing"),
            Self::CampoInvalido { .. } => {
                textos!("campo_invalido", "conteúdo inválido no campo {campo}", "field {campo} has an invalid content")
            }
            Self::Crc => textos!("crc", "CRC não confere", "CRC does not match"),
            Self::Local => textos!("local", "parte antes do @ inválida", "invalid part before the @"),
            Self::Dominio => textos!("dominio", "domínio inválido", "invalid domain"),
            Self::TipoDesconhecido => {
                textos!("tipo_desconhecido", "tipo de chave não reconhecido", "unknown kind of key")
            }
        }
    }

    /// The stable code, the same in every language.
    #[must_use]
    pub fn codigo(&self) -> &'static str {
        self.textos().codigo()
    }

    /// Every code that [`Motivo::codigo`] can give.
    pub const CODIGOS: Nomes = nomes!(
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

    /// One line for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        let valores = match self {
            Self::Tamanho { esperado, recebido } => {
                vec![("esperado", lista(esperado, idioma.escolher(" ou ", " or "))), ("recebido", contagem(*recebido))]
            }
            Self::Longo { maximo } => vec![("maximo", contagem(*maximo))],
            Self::Alfabeto { posicao } | Self::Estrutura { posicao } => vec![("posicao", contagem(*posicao))],
            Self::DigitoDoBloco { bloco } => vec![("bloco", contagem((*bloco).into()))],
            Self::UfDivergente { uf } => vec![("uf", uf.sigla().to_owned())],
            Self::CampoAusente { campo } | Self::CampoInvalido { campo } => vec![("campo", (*campo).to_owned())],
            _ => Vec::new(),
        };
        frase(self.textos().mensagem(idioma), &valores)
    }
}

/// `10 ou 11`, `8, 9 ou 10`.
fn lista(tamanhos: &[u8], ultimo: &str) -> String {
    let mut saida = String::new();
    for (i, tamanho) in tamanhos.iter().enumerate() {
        if i > 0 {
            saida.push_str(if i + 1 == tamanhos.len() { ultimo } else { ", " });
        }
        push_digitos(&mut saida, (*tamanho).into(), 1);
    }
    saida
}

impl fmt::Display for Motivo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mensagem(Idioma::En))
    }
}

impl std::error::Error for Motivo {}
