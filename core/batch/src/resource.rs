use smartbill_client::api::{Changeable, Gettable};
use smartbill_documents::Competencia;
use smartbill_model::validate::Finding;
use smartbill_model::{
    Cliente, ClientesFilter, Consumo, ConsumosFilter, Id, Record, SituacaoCliente, SituacaoConsumo, Value, differences,
};
use smartbill_sheets::{Flow, flows};

/// A model that can be imported from spreadsheets, one record per row.
pub trait Importable: Changeable + Gettable {
    /// The columns of its spreadsheets.
    const FLOW: &'static Flow;
    /// Pairs of fields that name the same thing: the code, and the platform's identifier.
    const REFERENCES: &'static [(&'static str, &'static str)];

    /// The field with the document that identifies a record without a code, and what people call it. `None` if only a code
    /// does.
    const DOCUMENT: Option<(&'static str, &'static str)>;

    /// The platform's identifier.
    fn id(&self) -> Option<&Id>;

    /// A document that identifies the record if it has no code.
    fn documento(&self) -> Option<&str>;

    /// Whether the platform keeps the record only as history, so that its code is free again.
    fn removed(&self) -> bool;

    /// The state of a record that is out of use. A change brings such a record back.
    fn out_of_use(&self) -> Option<&'static str>;

    /// Whether a synchronization may remove the record.
    fn removable(&self) -> bool;

    /// The month of a record, if narrowing its listing by month is useful.
    fn competencia(record: &Record<'_>) -> Option<Competencia>;

    /// The contract of the record, by the platform's identifier or the company's own code.
    fn contrato(&self) -> Option<&str>;

    /// Whether a row that names its record only by the platform's identifier can mean `current`. An identifier of
    /// another account may name a different record.
    fn may_be(&self, current: &Self) -> bool;

    /// A text that all records which look like this one share. `None` if the record has too little data to tell.
    fn likeness(&self) -> Option<String>;

    /// Whether `current`, which has the same [`Importable::likeness`], may be the record that this row would create
    /// again. A field that only one of the two has does not distinguish them.
    fn looks_like(&self, current: &Self) -> bool;

    /// The filter for one record with this code or document.
    fn filter_by_key(code: Option<&str>, documento: Option<&str>) -> Self::Filter;

    /// The filter for the records of a month. `None` if the listing has no filter by month.
    fn filter_by_competencia(competencia: Competencia) -> Option<Self::Filter>;
}

impl Importable for Cliente {
    const FLOW: &'static Flow = &flows::CLIENTES;
    const REFERENCES: &'static [(&'static str, &'static str)] = &[];
    const DOCUMENT: Option<(&'static str, &'static str)> = Some(("cpfCnpj", "CPF/CNPJ"));

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn documento(&self) -> Option<&str> {
        self.cpf_cnpj.as_deref()
    }

    /// A customer that is out of use keeps its code, so a row with that code still means this customer.
    fn removed(&self) -> bool {
        false
    }

    fn out_of_use(&self) -> Option<&'static str> {
        (self.situacao == Some(SituacaoCliente::Inativo)).then_some("INATIVO")
    }

    fn removable(&self) -> bool {
        self.out_of_use().is_none()
    }

    fn competencia(_: &Record<'_>) -> Option<Competencia> {
        None
    }

    fn contrato(&self) -> Option<&str> {
        None
    }

    fn may_be(&self, current: &Self) -> bool {
        self.nome == current.nome
    }

    fn likeness(&self) -> Option<String> {
        self.nome.clone()
    }

    fn looks_like(&self, current: &Self) -> bool {
        differences(current, self).is_empty()
    }

    fn filter_by_key(code: Option<&str>, documento: Option<&str>) -> ClientesFilter {
        ClientesFilter {
            codigo_externo: code.map(str::to_owned),
            cpf_cnpj: documento.map(str::to_owned),
            ..ClientesFilter::default()
        }
    }

    fn filter_by_competencia(_: Competencia) -> Option<ClientesFilter> {
        None
    }
}

impl Importable for Consumo {
    const FLOW: &'static Flow = &flows::CONSUMOS;
    const REFERENCES: &'static [(&'static str, &'static str)] =
        &[("contratoCodigoExterno", "contratoId"), ("servicoCodigo", "servicoId")];
    const DOCUMENT: Option<(&'static str, &'static str)> = None;

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn documento(&self) -> Option<&str> {
        None
    }

    fn removed(&self) -> bool {
        self.situacao == Some(SituacaoConsumo::Removido)
    }

    fn out_of_use(&self) -> Option<&'static str> {
        None
    }

    /// Billed usage cannot be removed.
    fn removable(&self) -> bool {
        !self.removed() && self.faturado != Some(true) && self.situacao != Some(SituacaoConsumo::Faturado)
    }

    fn competencia(record: &Record<'_>) -> Option<Competencia> {
        match (record.field("competencia"), record.field("dataConsumo")) {
            (Some(Value::Competencia(month)), _) => Some(*month),
            (_, Some(Value::Date(day))) => Some(Competencia::of(*day)),
            _ => None,
        }
    }

    fn contrato(&self) -> Option<&str> {
        self.contrato_codigo_externo.as_deref().or(self.contrato_id.as_ref().map(Id::as_str))
    }

    fn may_be(&self, current: &Self) -> bool {
        let equal = |from: Option<&str>, to: Option<&str>| from.is_none() || to.is_none() || from == to;
        equal(self.contrato_codigo_externo.as_deref(), current.contrato_codigo_externo.as_deref())
            && equal(self.contrato_id.as_ref().map(Id::as_str), current.contrato_id.as_ref().map(Id::as_str))
            && equal(self.servico_codigo.as_deref(), current.servico_codigo.as_deref())
            && equal(self.servico_id.as_ref().map(Id::as_str), current.servico_id.as_ref().map(Id::as_str))
            && month(self) == month(current)
    }

    fn likeness(&self) -> Option<String> {
        let (competencia, quantidade) = (month(self)?, self.quantidade?);
        Some(format!("{competencia} {}", quantidade.normalize()))
    }

    fn looks_like(&self, current: &Self) -> bool {
        let other_day = self.data_consumo.zip(current.data_consumo).is_some_and(|(a, b)| a != b);
        self.may_be(current) && self.likeness() == current.likeness() && !other_day
    }

    fn filter_by_key(code: Option<&str>, _: Option<&str>) -> ConsumosFilter {
        ConsumosFilter { id_externo: code.map(str::to_owned), ..ConsumosFilter::default() }
    }

    fn filter_by_competencia(competencia: Competencia) -> Option<ConsumosFilter> {
        Some(ConsumosFilter { competencia: Some(competencia), ..ConsumosFilter::default() })
    }
}

fn month(usage: &Consumo) -> Option<Competencia> {
    usage.competencia.or_else(|| usage.data_consumo.map(Competencia::of))
}

/// The business identity of a record: its code, or its document if it has no code.
pub(crate) fn key<M: Importable>(model: &M) -> Option<String> {
    let [code, documento, _] = keys(model);
    code.or(documento)
}

/// The same of a record that is no model yet.
pub(crate) fn key_of_record<M: Importable>(record: &Record<'_>) -> Option<String> {
    let text = |name: &str| record.field(name).and_then(Value::text);
    text(M::KEY).map(key_by_code).or_else(|| M::DOCUMENT.and_then(|(field, _)| text(field)).map(key_by_document))
}

/// The finding about a row without an identity, which tells that a document would serve as well as a code.
pub(crate) fn or_document<M: Importable>(finding: Finding) -> Finding {
    match M::DOCUMENT {
        Some((_, name)) => finding.with("document", name),
        None => finding,
    }
}

/// All identities by which a row may mean this record.
pub(crate) fn keys<M: Importable>(model: &M) -> [Option<String>; 3] {
    [model.key().map(key_by_code), model.documento().map(key_by_document), model.id().map(|id| key_by_id(id.as_str()))]
}

/// The identity of a row with a code.
pub(crate) fn key_by_code(code: &str) -> String {
    format!("{CODE}{code}")
}

fn key_by_document(document: &str) -> String {
    format!("{DOCUMENTO}{document}")
}

/// The identity of a row that has only the platform's identifier, from an export or a report.
pub(crate) fn key_by_id(id: &str) -> String {
    format!("{ID}{id}")
}

/// The code in an identity, if it is one.
pub(crate) fn code_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(CODE)
}

/// The part of an identity that people may see. A document is personal data.
pub(crate) fn public_code(key: &str) -> Option<String> {
    code_of_key(key).map(str::to_owned)
}

/// The document in an identity, if it is one.
pub(crate) fn documento_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(DOCUMENTO)
}

/// The platform's identifier in an identity, if it is one.
pub(crate) fn id_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(ID)
}

const CODE: &str = "c:";
pub(crate) const DOCUMENTO: &str = "d:";
const ID: &str = "i:";
