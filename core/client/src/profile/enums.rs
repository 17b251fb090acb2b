use smartbill_documents::Names;
use smartbill_model::{
    ActionMomento, Agregacao, FormaPagamento, IndicadorIe, MesVencimento, MomentoCobranca, Ordem, OrdenarCobrancas,
    Periodicidade, SituacaoCliente, SituacaoCobranca, SituacaoConsumo, SituacaoContrato, SituacaoNfse, SituacaoServico,
    TipoCobranca, TipoData, TipoDesconto, TipoPessoa,
};

/// An enum: its name, its values, and the fields that hold one.
type Row = (&'static str, Names, &'static [(&'static str, &'static str)]);

/// The enums of the models, each with its values and the fields that hold one.
pub(super) const ENUMS: [Row; 19] = [
    ("ActionMomento", ActionMomento::NAMES, &[("ContratoAction", "momento")]),
    ("Agregacao", Agregacao::NAMES, &[("Servico", "agregacao")]),
    (
        "FormaPagamento",
        FormaPagamento::NAMES,
        &[("Contrato", "formaPagamento"), ("Cobranca", "formaPagamento"), ("CobrancasFilter", "formaPagamento")],
    ),
    ("IndicadorIe", IndicadorIe::NAMES, &[("Cliente", "indicadorIe")]),
    ("MesVencimento", MesVencimento::NAMES, &[("Contrato", "mesVencimento")]),
    ("MomentoCobranca", MomentoCobranca::NAMES, &[("Contrato", "momentoCobranca")]),
    ("Ordem", Ordem::NAMES, &[("CobrancasFilter", "ordem")]),
    ("OrdenarCobrancas", OrdenarCobrancas::NAMES, &[("CobrancasFilter", "ordenarPor")]),
    ("Periodicidade", Periodicidade::NAMES, &[("Contrato", "periodicidade")]),
    ("SituacaoCliente", SituacaoCliente::NAMES, &[("Cliente", "situacao"), ("ClientesFilter", "situacao")]),
    ("SituacaoCobranca", SituacaoCobranca::NAMES, &[("Cobranca", "situacao"), ("CobrancasFilter", "situacao")]),
    ("SituacaoConsumo", SituacaoConsumo::NAMES, &[("Consumo", "situacao"), ("ConsumosFilter", "situacao")]),
    (
        "SituacaoContrato",
        SituacaoContrato::NAMES,
        &[("Contrato", "situacao"), ("Historico", "situacao"), ("ContratosFilter", "situacao")],
    ),
    ("SituacaoNfse", SituacaoNfse::NAMES, &[("Nfse", "situacao")]),
    ("SituacaoServico", SituacaoServico::NAMES, &[("Servico", "situacao"), ("ServicosFilter", "situacao")]),
    ("TipoCobranca", TipoCobranca::NAMES, &[("Servico", "tipoCobranca"), ("ServicosFilter", "tipoCobranca")]),
    ("TipoData", TipoData::NAMES, &[("CobrancasFilter", "tipoData")]),
    ("TipoDesconto", TipoDesconto::NAMES, &[("Desconto", "tipo")]),
    ("TipoPessoa", TipoPessoa::NAMES, &[("Cliente", "tipoPessoa")]),
];

/// The enum that the field `name` of the model `model` holds.
pub(super) fn of_field(model: &str, name: &str) -> Option<&'static str> {
    ENUMS.iter().find(|(.., fields)| fields.contains(&(model, name))).map(|(own, ..)| *own)
}
