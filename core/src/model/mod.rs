//! The five resources as the platform sees them, and the tables that describe them.
//!
//! The table [`Modelo::ESQUEMA`] says everything about a model's fields. Every model is read by it, through one door
//! ([`Esquema::validar`]; [`Modelo::validar`] where the typed model is wanted) that checks types, limits, formats and
//! unknown names and collects all violations; and written by one, [`Modelo::valor`]. The wire profile, the
//! spreadsheets and the bindings' types are made from the same table.

#[macro_use]
mod macros;
pub(crate) mod campo;
mod cliente;
mod cobranca;
mod consumo;
mod contrato;
mod diff;
mod filtro;
pub(crate) mod leitura;
mod servico;
mod tipo_campo;

pub use campo::{Campo, Esquema, Minimo, Regra, Tipo};
pub use cliente::{Cliente, Endereco, IndicadorIe, SituacaoCliente, TipoPessoa};
pub use cobranca::{
    Boleto, Cobranca, ItemCobranca, Nfe, Nfse, Pix, Retencao, RetencoesCobranca, SituacaoCobranca, SituacaoNfse,
};
pub use consumo::{Consumo, SituacaoConsumo};
pub use contrato::{
    Contrato, Desconto, FormaPagamento, Historico, ItemContrato, MesVencimento, MomentoCobranca, Periodicidade,
    SituacaoContrato, TipoDesconto,
};
pub use diff::{Mudanca, diferencas};
#[cfg(feature = "api")]
pub(crate) use diff::{REFERENCES, iguais};
pub use filtro::{
    AcaoContrato, FiltroClientes, FiltroCobrancas, FiltroConsumos, FiltroContratos, FiltroServicos, MomentoAcao, Ordem,
    OrdenarCobrancas, TipoData,
};
pub use servico::{Agregacao, Faixa, Retencoes, Servico, SituacaoServico, TipoCobranca};
pub use tipo_campo::TipoCampo;

use crate::Valor;
use crate::validate::{Context, Options, Report, Violation};

/// An opaque identifier given by the platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub String);

impl Id {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Id {
    fn from(texto: T) -> Self {
        Self(texto.into())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What all models have in common.
pub trait Modelo: Clone + Default + PartialEq + Sized + Send + Sync + 'static {
    /// Everything about its fields.
    const ESQUEMA: &'static Esquema;

    /// Made of what [`Esquema::ler`] left.
    #[doc(hidden)]
    fn de(entradas: leitura::Entradas<'_>) -> Self;

    /// Reads the model, recording every violation of a single field in `ctx`. `None` when it is no object at all.
    fn ler(valor: Valor<'_>, ctx: &mut Context) -> Option<Self> {
        Self::ESQUEMA.ler(valor, ctx).map(Self::de)
    }

    /// The model as a value, absent fields left out.
    fn valor(&self) -> Valor<'_>;

    /// One field as a value, by its snake_case name; `None` when absent.
    fn campo(&self, snake: &str) -> Option<Valor<'_>>;

    /// What the platform sent and this version does not know.
    fn extras(&self) -> &std::collections::BTreeMap<String, Valor<'static>>;

    /// What of the platform's answer could not be read, and is absent.
    fn findings(&self) -> &[Violation];

    /// Says what could not be read.
    #[doc(hidden)]
    fn annotate(&mut self, findings: Vec<Violation>);

    /// Reads and checks `valor` whole.
    ///
    /// # Errors
    /// The report, when it has an error. On success the report holds the warnings.
    fn validar(valor: Valor<'_>, options: Options) -> Result<(Self, Report), Report> {
        Self::ESQUEMA.conferir(valor, options).map(|(entradas, report)| (Self::de(entradas), report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Idioma;
    use crate::validate::Intent;

    fn ler<M: Modelo>(json: &str, intent: Intent) -> Result<(M, Report), Report> {
        M::validar(Valor::from_json(json.as_bytes()).unwrap(), Options { intent, ..Options::default() })
    }

    #[test]
    fn every_violation_at_once() {
        let report = ler::<Consumo>(
            r#"{"idExterno":5,"contratoCodigoExterno":"C1","servico_codigo":"X","competencia":"2026-13",
                "quantidade":"1,5","valorUnitario":-1,"quantidad":3,"dataConsumo":[],"descricao":"a\u0000b"}"#,
            Intent::Incluir,
        )
        .unwrap_err();
        let found: Vec<_> = report.errors().map(|v| (v.path.as_str(), v.code())).collect();
        assert_eq!(
            found,
            [
                ("competencia", "competencia_invalida"),
                ("quantidade", "numero_invalido"),
                ("valorUnitario", "abaixo_do_minimo"),
                ("quantidad", "campo_desconhecido"),
                ("dataConsumo", "tipo_invalido"),
                ("descricao", "caractere_de_controle"),
            ]
        );
        let suggestion = report.violations[3].message(Idioma::PtBr);
        assert_eq!(suggestion, "campo desconhecido `quantidad`; você quis dizer `quantidade`?");
    }

    #[test]
    fn every_field_is_known_by_both_of_its_names() {
        fn conferir(esquema: &'static Esquema) {
            assert!(esquema.campos.len() <= 64, "{}: the reading counts fields in 64 bits", esquema.nome);
            for (i, campo) in esquema.campos.iter().enumerate() {
                assert_eq!(esquema.nomes.posicao(campo.nome), i);
                assert_eq!(esquema.indice(campo.nome), Some(i), "{}", campo.nome);
                assert_eq!(esquema.indice(campo.snake), Some(i), "{}", campo.snake);
                match campo.regra.tipo {
                    Tipo::Objeto(dentro) => conferir(dentro),
                    Tipo::Lista(Regra { tipo: Tipo::Objeto(dentro), .. }) => conferir(dentro),
                    _ => {}
                }
            }
        }
        for esquema in [Cliente::ESQUEMA, Contrato::ESQUEMA, Consumo::ESQUEMA, Servico::ESQUEMA, Cobranca::ESQUEMA] {
            conferir(esquema);
            for ruim in
                ["", "_", "codigo__externo", "CodigoExterno", "codigo_Externo", "codigo_externo_", "codigoexterno"]
            {
                assert_eq!(esquema.indice(ruim), None, "{ruim}");
            }
        }
    }

    #[test]
    fn a_response_keeps_what_is_not_known() {
        let json = r#"{"id":12,"situacao":"EM_DISPUTA","valorOriginal":10.10,"novo":{"x":1.250}}"#;
        let (c, report) = ler::<Cobranca>(json, Intent::Resposta).unwrap();
        assert_eq!(c.situacao, Some(SituacaoCobranca::Desconhecida("EM_DISPUTA".into())));
        assert_eq!(c.valor_original.unwrap().to_string(), "10.10");
        assert!(report.violations.is_empty());
        assert_eq!(
            c.valor().to_json(),
            r#"{"id":"12","valorOriginal":"10.10","situacao":"EM_DISPUTA","novo":{"x":1.250}}"#
        );
    }

    #[test]
    fn debug_masks_personal_data() {
        let json = r#"{"nome":"Maria da Silva","email":"maria@example.com","grupo":"ouro"}"#;
        let (c, _) = ler::<Cliente>(json, Intent::Alterar).unwrap();
        assert_eq!(format!("{c:?}"), r#"Cliente { nome: ***, email: ***, grupo: "ouro" }"#);
    }

    #[test]
    fn only_differences_of_meaning_are_found() {
        let atual = r#"{"id":"1","quantidade":"2.50","descricao":"a","situacao":"PENDENTE"}"#;
        let (a, _) = ler::<Consumo>(atual, Intent::Resposta).unwrap();
        let (b, _) = ler::<Consumo>(r#"{"quantidade":"2.5","descricao":"b"}"#, Intent::Alterar).unwrap();
        let mudancas = diferencas(&a, &b);
        assert_eq!(mudancas.len(), 1);
        assert_eq!(mudancas[0].campo, "descricao");
    }

    #[test]
    fn floats_are_taken_only_where_no_digit_is_in_doubt() {
        let read = |v: f64| {
            let campos = vec![
                ("contratoId".into(), Valor::Inteiro(1)),
                ("servicoId".into(), Valor::Inteiro(1)),
                ("competencia".into(), Valor::Texto("2026-01".into())),
                ("quantidade".into(), Valor::Flutuante(v)),
            ];
            Consumo::validar(Valor::Objeto(campos), Options::default()).map(|(c, _)| c.quantidade.unwrap().to_string())
        };
        assert_eq!(read(0.1).unwrap(), "0.1");
        assert_eq!(read(1234.56).unwrap(), "1234.56");
        assert_eq!(read(0.1 + 0.2).unwrap_err().violations[0].code(), "numero_inexato");
        assert_eq!(read(f64::NAN).unwrap_err().violations[0].code(), "numero_invalido");
        assert_eq!(read(1e300).unwrap_err().violations[0].code(), "numero_inexato");
    }
}
