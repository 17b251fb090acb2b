use super::Uf;
use crate::escrita::frase;
use crate::modo::{Textos, textos};
use crate::nomes::nomes;
use crate::{Idioma, Nomes};

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
    pub const CODIGOS: Nomes = nomes!(
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

    /// The stable code, and the sentence in Portuguese and in English; `{name}` is the part of that name.
    fn textos(&self) -> Textos {
        match self {
            Self::UfDivergente { .. } => {
                textos!("uf_divergente", "pertence a outra UF: {uf}", "belongs to another state: {uf}")
            }
            Self::CelularSemNonoDigito => {
                textos!("celular_sem_nono_digito", "celular sem o nono dígito", "mobile number without the ninth digit")
            }
            Self::TrunkingOuLegado => textos!(
                "trunking_ou_legado",
                "rádio (trunking) ou celular sem o nono dígito",
                "trunking, or a mobile number without the ninth digit"
            ),
            Self::ZerosCompletados => {
                textos!("zeros_completados", "completado com zeros à esquerda", "leading zeros were put back")
            }
            Self::SerieFutura => textos!("serie_futura", "série ainda não iniciada", "series not begun yet"),
            Self::EmitenteInvalido => textos!(
                "emitente_invalido",
                "CNPJ ou CPF do emitente não confere",
                "the issuer's CNPJ or CPF does not match its check digits"
            ),
            Self::ChaveInvalida => {
                textos!("chave_invalida", "chave PIX de tipo desconhecido", "PIX key of an unknown kind")
            }
            Self::SemArranjoPix => textos!("sem_arranjo_pix", "BR Code sem PIX", "BR Code without PIX"),
            Self::TxidForaDoPadrao => textos!(
                "txid_fora_do_padrao",
                "txid com caracteres fora de A–Z, a–z e 0–9",
                "txid with characters outside A–Z, a–z and 0–9"
            ),
            Self::CampoLongo { .. } => {
                textos!("campo_longo", "campo {campo} longo demais", "field {campo} is too long")
            }
            Self::ModeloDesconhecido => {
                textos!("modelo_desconhecido", "modelo de documento desconhecido", "unknown document model")
            }
            Self::LongoParaNotaFiscal => textos!(
                "longo_para_nota_fiscal",
                "mais de 60 caracteres: a nota fiscal não aceita",
                "more than 60 characters: invoices do not take it"
            ),
            Self::LongoParaPix => textos!(
                "longo_para_pix",
                "mais de 77 caracteres: não serve como chave PIX",
                "more than 77 characters: not usable as a PIX key"
            ),
            Self::TelefoneForaDoPlano => textos!(
                "telefone_fora_do_plano",
                "telefone fora do plano de numeração brasileiro",
                "phone number outside the Brazilian numbering plan"
            ),
            Self::ValorSemFator => textos!(
                "valor_sem_fator",
                "valor acima de R$ 99.999.999,99 no lugar do fator de vencimento",
                "value above R$ 99,999,999.99 in the place of the due date factor"
            ),
        }
    }

    /// The stable code, the same in every language.
    #[must_use]
    pub fn codigo(&self) -> &'static str {
        self.textos().codigo()
    }

    /// One line for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        let valores = match self {
            Self::UfDivergente { uf } => vec![("uf", uf.sigla().to_owned())],
            Self::CampoLongo { campo } => vec![("campo", (*campo).to_owned())],
            _ => Vec::new(),
        };
        frase(self.textos().mensagem(idioma), &valores)
    }
}
