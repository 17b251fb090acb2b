//! The five resources as the platform sees them, the tables that describe them, and the rules over them.
//!
//! The table [`Model::SCHEMA`] has everything about a model's fields. One function reads and checks every model by its
//! table, [`Schema::validar`] (or [`Model::validar`] for the typed model): it checks types, limits, formats and unknown
//! names, and collects all findings. One function writes every model, [`Model::value`]. The wire profile, the
//! spreadsheets and the types of the bindings are made from the same table.
//!
//! The parts: [`Value`] and [`Record`] hold data; `read` and `json_records` fill them; [`validate`] has the rules and
//! the report; [`Error`] is the error type of all crates. The crate depends on `smartbill-documents` only, and knows
//! nothing of files or of HTTP.

#[macro_use]
mod macros;

mod cliente;
mod cobranca;
mod consumo;
mod contrato;
mod diff;
pub mod error;
pub mod field;
mod field_value;
mod filters;
pub mod form;
mod json;
mod json_placed;
mod json_records;
mod json_write;
mod read;
mod read_paths;
mod record;
mod servico;
pub mod toml_text;
pub mod validate;
mod value;

use crate::validate::{Context, Finding, Options, Report};

pub use cliente::{Cliente, Endereco, IndicadorIe, SituacaoCliente, TipoPessoa};
pub use cobranca::{
    Boleto, Cobranca, ItemCobranca, Nfe, Nfse, Pix, Retencao, RetencoesCobranca, SituacaoCobranca, SituacaoNfse,
};
pub use consumo::{Consumo, SituacaoConsumo};
pub use contrato::{
    Contrato, Desconto, FormaPagamento, Historico, ItemContrato, MesVencimento, MomentoCobranca, Periodicidade,
    SituacaoContrato, TipoDesconto,
};
pub use diff::{Change, REFERENCES, differences, equal};
pub use error::{Error, ErrorKind, Outcome};
pub use field::{Field, FieldType, Minimum, Rule, Schema};
pub use field_value::FieldHolder;
pub use filters::{
    ActionMomento, ClientesFilter, CobrancasFilter, ConsumosFilter, ContratoAction, ContratosFilter, Ordem,
    OrdenarCobrancas, ServicosFilter, TipoData,
};
pub use json::{JsonError, JsonProblem};
pub use json_placed::{ListPlace, RecordInside};
pub use json_records::ListItem;
pub use json_write::JsonObject;
pub use read::{Place, RowBuilder, list_of};
pub use record::Record;
pub use servico::{Agregacao, Faixa, Retencoes, Servico, SituacaoServico, TipoCobranca};
pub use value::{Row, Value};

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
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The operations that all models share.
pub trait Model: Clone + Default + PartialEq + Sized + Send + Sync + 'static {
    /// The table of the model's fields.
    const SCHEMA: &'static Schema;

    /// Makes the model from a row that was read by its schema.
    fn from_row(row: Row<'_>) -> Self;

    /// Reads the model and records every finding of a single field in `ctx`. Returns `None` if the value is not an
    /// object.
    fn read(value: Value<'_>, ctx: &mut Context) -> Option<Self> {
        Self::SCHEMA.read(value, ctx).map(Self::from_row)
    }

    /// The model as a value, without absent fields.
    fn value(&self) -> Value<'_>;

    /// One field as a value, by its snake_case name. `None` if absent.
    fn field(&self, snake: &str) -> Option<Value<'_>>;

    /// The fields that the platform sent and this version does not know.
    fn extras(&self) -> &std::collections::BTreeMap<String, Value<'static>>;

    /// The findings about fields of the platform's answer that could not be read and are absent.
    fn findings(&self) -> &[Finding];

    /// Stores the findings about fields that could not be read.
    #[doc(hidden)]
    fn annotate(&mut self, findings: Vec<Finding>);

    /// Reads `value` and checks the whole of it.
    ///
    /// # Errors
    /// The report, if it has an error. On success the report holds the warnings.
    fn validar(value: Value<'_>, options: Options) -> Result<(Self, Report), Report> {
        Self::SCHEMA.validar(value, options).map(|(record, report)| (Self::from_row(record.into_row()), report))
    }
}

#[cfg(test)]
mod tests {
    use smartbill_documents::Language;

    use super::*;
    use crate::validate::Intent;

    fn read<M: Model>(json: &str, intent: Intent) -> Result<(M, Report), Report> {
        M::validar(Value::from_json(json.as_bytes()).unwrap(), Options { intent, ..Options::default() })
    }

    #[test]
    fn every_finding_at_once() {
        let report = read::<Consumo>(
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
        let suggestion = report.findings[3].message(Language::PtBr);
        assert_eq!(suggestion, "campo desconhecido `quantidad`; você quis dizer `quantidade`?");
    }

    #[test]
    fn every_field_is_known_by_both_of_its_names() {
        fn check(schema: &'static Schema) {
            assert!(schema.fields.len() <= 64, "{}: the reading counts fields in 64 bits", schema.name);
            for (i, field) in schema.fields.iter().enumerate() {
                assert_eq!(schema.names.position(field.name), i);
                assert_eq!(schema.index(field.name), Some(i), "{}", field.name);
                assert_eq!(schema.index(field.snake), Some(i), "{}", field.snake);
                match field.rule.kind {
                    FieldType::Object(inside) => check(inside),
                    FieldType::List(Rule { kind: FieldType::Object(inside), .. }) => check(inside),
                    _ => {}
                }
            }
        }
        for schema in [Cliente::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, Servico::SCHEMA, Cobranca::SCHEMA] {
            check(schema);
            for bad in
                ["", "_", "codigo__externo", "CodigoExterno", "codigo_Externo", "codigo_externo_", "codigoexterno"]
            {
                assert_eq!(schema.index(bad), None, "{bad}");
            }
        }
    }

    #[test]
    fn a_response_keeps_what_is_not_known() {
        let json = r#"{"id":12,"situacao":"EM_DISPUTA","valorOriginal":10.10,"novo":{"x":1.250}}"#;
        let (c, report) = read::<Cobranca>(json, Intent::Response).unwrap();
        assert_eq!(c.situacao, Some(SituacaoCobranca::Unknown("EM_DISPUTA".into())));
        assert_eq!(c.valor_original.unwrap().to_string(), "10.10");
        assert!(report.findings.is_empty());
        assert_eq!(
            c.value().to_json(),
            r#"{"id":"12","valorOriginal":"10.10","situacao":"EM_DISPUTA","novo":{"x":1.250}}"#
        );
    }

    #[test]
    fn debug_masks_personal_data() {
        let json = r#"{"nome":"Maria da Silva","email":"maria@example.com","grupo":"ouro"}"#;
        let (c, _) = read::<Cliente>(json, Intent::Alterar).unwrap();
        assert_eq!(format!("{c:?}"), r#"Cliente { nome: ***, email: ***, grupo: "ouro" }"#);
    }

    #[test]
    fn only_differences_of_meaning_are_found() {
        let current = r#"{"id":"1","quantidade":"2.50","descricao":"a","situacao":"PENDENTE"}"#;
        let (a, _) = read::<Consumo>(current, Intent::Response).unwrap();
        let (b, _) = read::<Consumo>(r#"{"quantidade":"2.5","descricao":"b"}"#, Intent::Alterar).unwrap();
        let changes = differences(&a, &b);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].field, "descricao");
    }

    #[test]
    fn floats_are_taken_only_where_no_digit_is_in_doubt() {
        let read = |v: f64| {
            let fields = vec![
                ("contratoId".into(), Value::Integer(1)),
                ("servicoId".into(), Value::Integer(1)),
                ("competencia".into(), Value::Text("2026-01".into())),
                ("quantidade".into(), Value::Float(v)),
            ];
            Consumo::validar(Value::Object(fields), Options::default()).map(|(c, _)| c.quantidade.unwrap().to_string())
        };
        assert_eq!(read(0.1).unwrap(), "0.1");
        assert_eq!(read(1234.56).unwrap(), "1234.56");
        assert_eq!(read(0.1 + 0.2).unwrap_err().findings[0].code(), "numero_inexato");
        assert_eq!(read(f64::NAN).unwrap_err().findings[0].code(), "numero_invalido");
        assert_eq!(read(1e300).unwrap_err().findings[0].code(), "numero_inexato");
    }
}
