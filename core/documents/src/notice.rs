use super::Uf;
use crate::language::Texts;
use crate::text::fill;
use crate::{Language, Names, names, texts};

/// A notice about a document that is valid nonetheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Notice {
    /// The document belongs to another state than the one given.
    DivergentUf {
        /// The state that the document belongs to.
        uf: Uf,
    },
    /// A mobile number from before the ninth digit. The result has a suggestion.
    CelularWithoutNinthDigit,
    /// A `7xxx-xxxx` number: a trunking number, or a mobile number from before the ninth digit.
    TrunkingOrLegacy,
    /// Leading zeros were put back.
    ZerosCompleted,
    /// A series that its state has announced but not begun.
    FutureSerie,
    /// The check digit of the issuer in the key does not agree.
    InvalidEmitente,
    /// The PIX key in the BR Code is of no known kind.
    InvalidKey,
    /// The BR Code has no PIX arrangement.
    NoPixScheme,
    /// The transaction id has characters outside A–Z, a–z, 0–9.
    NonStandardTxid,
    /// A text longer than its field allows.
    LongField {
        /// The name of the field.
        field: &'static str,
    },
    /// A document model that is not in the table.
    UnknownModelo,
    /// Longer than the 60 characters that an invoice (NF-e) takes.
    LongForNotaFiscal,
    /// Longer than the 77 characters that a PIX key takes.
    LongForPix,
    /// A Brazilian number that is not in the numbering plan.
    TelefoneOutsidePlan,
    /// The value of a boleto stands in the place of the due date factor, or the factor is out of range.
    ValueWithoutFator,
}

impl Notice {
    /// Every code that [`Notice::code`] can give.
    pub const CODES: Names = names!(
        "uf_divergente",
        "celular_sem_nono_digito",
        "trunking_ou_legado",
        "zeros_completados",
        "serie_futura",
        "emitente_invalido",
        "chave_invalida",
        "sem_arranjo_pix",
        "txid_fora_do_padrao",
        "campo_longo",
        "modelo_desconhecido",
        "longo_para_nota_fiscal",
        "longo_para_pix",
        "telefone_fora_do_plano",
        "valor_sem_fator",
    );

    /// The stable code and the two sentences. `{name}` in a sentence stands for the value of that name.
    fn texts(&self) -> Texts {
        match self {
            Self::DivergentUf { .. } => {
                texts!("uf_divergente", "pertence a outra UF: {uf}", "belongs to another state: {uf}")
            }
            Self::CelularWithoutNinthDigit => {
                texts!("celular_sem_nono_digito", "celular sem o nono dígito", "mobile number without the ninth digit")
            }
            Self::TrunkingOrLegacy => texts!(
                "trunking_ou_legado",
                "rádio (trunking) ou celular sem o nono dígito",
                "trunking, or a mobile number without the ninth digit"
            ),
            Self::ZerosCompleted => {
                texts!("zeros_completados", "completado com zeros à esquerda", "leading zeros were put back")
            }
            Self::FutureSerie => texts!("serie_futura", "série ainda não iniciada", "series not begun yet"),
            Self::InvalidEmitente => texts!(
                "emitente_invalido",
                "CNPJ ou CPF do emitente não confere",
                "the issuer's CNPJ or CPF does not match its check digits"
            ),
            Self::InvalidKey => {
                texts!("chave_invalida", "chave PIX de tipo desconhecido", "PIX key of an unknown kind")
            }
            Self::NoPixScheme => texts!("sem_arranjo_pix", "BR Code sem PIX", "BR Code without PIX"),
            Self::NonStandardTxid => texts!(
                "txid_fora_do_padrao",
                "txid com caracteres fora de A–Z, a–z e 0–9",
                "txid with characters outside A–Z, a–z and 0–9"
            ),
            Self::LongField { .. } => {
                texts!("campo_longo", "campo {field} longo demais", "field {field} is too long")
            }
            Self::UnknownModelo => {
                texts!("modelo_desconhecido", "modelo de documento desconhecido", "unknown document model")
            }
            Self::LongForNotaFiscal => texts!(
                "longo_para_nota_fiscal",
                "mais de 60 caracteres: a nota fiscal não aceita",
                "more than 60 characters: invoices do not take it"
            ),
            Self::LongForPix => texts!(
                "longo_para_pix",
                "mais de 77 caracteres: não serve como chave PIX",
                "more than 77 characters: not usable as a PIX key"
            ),
            Self::TelefoneOutsidePlan => texts!(
                "telefone_fora_do_plano",
                "telefone fora do plano de numeração brasileiro",
                "phone number outside the Brazilian numbering plan"
            ),
            Self::ValueWithoutFator => texts!(
                "valor_sem_fator",
                "valor acima de R$ 99.999.999,99 no lugar do fator de vencimento",
                "value above R$ 99,999,999.99 in the place of the due date factor"
            ),
        }
    }

    /// The stable code, the same in every language.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.texts().code
    }

    /// One line for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let values = match self {
            Self::DivergentUf { uf } => vec![("uf", uf.sigla().to_owned())],
            Self::LongField { field } => vec![("field", (*field).to_owned())],
            _ => Vec::new(),
        };
        fill(language.choose(self.texts().pt, self.texts().en), &values)
    }
}
