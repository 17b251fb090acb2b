use super::Uf;
use crate::Idioma;

/// Something worth telling about a document that is valid nonetheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aviso {
    /// The state given beside it is not the one it belongs to.
    UfDivergente {
        /// The state that the document belongs to.
        uf: Uf,
    },
    /// A mobile number from before the ninth digit; a suggestion comes with it.
    CelularSemNonoDigito,
    /// A `7xxx-xxxx` number: trunking, or a mobile number from before the ninth digit.
    TrunkingOuLegado,
    /// Leading zeros were put back.
    ZerosCompletados,
    /// A series that its state has announced but not begun.
    SerieFutura,
    /// The check digit of the issuer inside does not agree.
    EmitenteInvalido,
    /// The PIX key inside is of no known kind.
    ChaveInvalida,
    /// The BR Code has no PIX arrangement.
    SemArranjoPix,
    /// The transaction id has characters outside A–Z, a–z, 0–9.
    TxidForaDoPadrao,
    /// A text longer than its field allows.
    CampoLongo {
        /// The name of the field.
        campo: &'static str,
    },
    /// A document model that is not in the table.
    ModeloDesconhecido,
    /// Longer than the 60 characters that an invoice (NF-e) takes.
    LongoParaNotaFiscal,
    /// Longer than the 77 characters that a PIX key takes.
    LongoParaPix,
    /// A Brazilian number that is not in the numbering plan.
    TelefoneForaDoPlano,
    /// The value of a boleto stands in the place of the due date factor, or the factor is out of range.
    ValorSemFator,
}

impl Aviso {
    /// Every code that [`Aviso::codigo`] can give.
    pub const CODIGOS: &'static [&'static str] = &[
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
    ];

    /// The stable code, the same in every language.
    #[must_use]
    pub fn codigo(&self) -> &'static str {
        match self {
            Self::UfDivergente { .. } => "uf_divergente",
            Self::CelularSemNonoDigito => "celular_sem_nono_digito",
            Self::TrunkingOuLegado => "trunking_ou_legado",
            Self::ZerosCompletados => "zeros_completados",
            Self::SerieFutura => "serie_futura",
            Self::EmitenteInvalido => "emitente_invalido",
            Self::ChaveInvalida => "chave_invalida",
            Self::SemArranjoPix => "sem_arranjo_pix",
            Self::TxidForaDoPadrao => "txid_fora_do_padrao",
            Self::CampoLongo { .. } => "campo_longo",
            Self::ModeloDesconhecido => "modelo_desconhecido",
            Self::LongoParaNotaFiscal => "longo_para_nota_fiscal",
            Self::LongoParaPix => "longo_para_pix",
            Self::TelefoneForaDoPlano => "telefone_fora_do_plano",
            Self::ValorSemFator => "valor_sem_fator",
        }
    }

    /// One line for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        let (pt, en) = match self {
            Self::UfDivergente { uf } => {
                return match idioma {
                    Idioma::PtBr => format!("pertence a outra UF: {}", uf.sigla()),
                    Idioma::En => format!("belongs to another state: {}", uf.sigla()),
                };
            }
            Self::CampoLongo { campo } => {
                return match idioma {
                    Idioma::PtBr => format!("campo {campo} longo demais"),
                    Idioma::En => format!("field {campo} is too long"),
                };
            }
            Self::CelularSemNonoDigito => ("celular sem o nono dígito", "mobile number without the ninth digit"),
            Self::TrunkingOuLegado => (
                "rádio (trunking) ou celular sem o nono dígito",
                "trunking, or a mobile number without the ninth digit",
            ),
            Self::ZerosCompletados => ("completado com zeros à esquerda", "leading zeros were put back"),
            Self::SerieFutura => ("série ainda não iniciada", "series not begun yet"),
            Self::EmitenteInvalido => {
                ("CNPJ ou CPF do emitente não confere", "the issuer's CNPJ or CPF does not match its check digits")
            }
            Self::ChaveInvalida => ("chave PIX de tipo desconhecido", "PIX key of an unknown kind"),
            Self::SemArranjoPix => ("BR Code sem PIX", "BR Code without PIX"),
            Self::TxidForaDoPadrao => {
                ("txid com caracteres fora de A–Z, a–z e 0–9", "txid with characters outside A–Z, a–z and 0–9")
            }
            Self::ModeloDesconhecido => ("modelo de documento desconhecido", "unknown document model"),
            Self::LongoParaNotaFiscal => {
                ("mais de 60 caracteres: a nota fiscal não aceita", "more than 60 characters: invoices do not take it")
            }
            Self::LongoParaPix => {
                ("mais de 77 caracteres: não serve como chave PIX", "more than 77 characters: not usable as a PIX key")
            }
            Self::TelefoneForaDoPlano => {
                ("telefone fora do plano de numeração brasileiro", "phone number outside the Brazilian numbering plan")
            }
            Self::ValorSemFator => (
                "valor acima de R$ 99.999.999,99 no lugar do fator de vencimento",
                "value above R$ 99,999,999.99 in the place of the due date factor",
            ),
        };
        match idioma {
            Idioma::PtBr => pt.into(),
            Idioma::En => en.into(),
        }
    }
}
