//! Tests every operation, from the client to the sandbox and back over real HTTP, under the default profile and under
//! one that differs in every setting.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

use jiff::civil::date;
use rust_decimal::Decimal;
use smartbill_core::api::{Action, Effect, Operation, ResourceModel};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, Desconto, Endereco, FormaPagamento, ItemContrato, Model, Periodicidade, Servico, ServicosFilter,
    SituacaoCliente, SituacaoCobranca, SituacaoConsumo, SituacaoContrato, TipoCobranca, TipoData, TipoDesconto,
    TipoPessoa,
};
use smartbill_core::profile::{Profile, Promise};
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{Competencia, ErrorKind, Value};
use smartbill_sandbox::server::{Options, Sandbox};

const ACME: &str = include_str!("data/acme.toml");
const WRAPPED: &str = include_str!("data/wrapped.toml");
const CALLS: &str = include_str!("data/calls.toml");
const FORMS: &str = include_str!("data/forms.toml");
const NAMED: &str = include_str!("data/named.toml");

/// A token of two parts, for the profiles that need them.
const TOKEN: &str = "s3gredo:outro";

type Cliente_ = Client<ReqwestHost>;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn start_sandbox(profile: &Profile) -> (Sandbox, Cliente_) {
    let options = Options { profile: profile.clone(), token: TOKEN.into(), ..Options::default() };
    let sandbox = Sandbox::start(options).unwrap();
    let options =
        ClientOptions { token: Some(TOKEN.into()), profile: profile.clone(), ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    (sandbox, client)
}

async fn listar<M: ResourceModel>(client: &Cliente_, filter: &M::Filter, size: u32) -> Vec<M> {
    let options = CallOptions { page_size: Some(size), ..CallOptions::default() };
    let mut pager = client.listar::<M>(filter, &options).unwrap();
    let mut all = Vec::new();
    while let Some(page) = pager.next(client).await.unwrap() {
        assert!(page.len() <= size as usize);
        all.extend(page);
    }
    all
}

fn cliente() -> Cliente {
    Cliente {
        codigo_externo: Some("C-001".into()),
        nome: Some("Construções São João Ltda".into()),
        cpf_cnpj: Some("12ABC34501DE35".into()),
        email: Some("financeiro@example.com.br".into()),
        emails_adicionais: vec!["a@example.com".into(), "b@example.com".into()],
        endereco: Some(Endereco {
            logradouro: Some("Av. Paulista".into()),
            numero: Some("1000".into()),
            bairro: Some("Bela Vista".into()),
            cep: Some("01310100".into()),
            uf: Some("SP".into()),
            ..Endereco::default()
        }),
        optante_simples: Some(true),
        notificar: Some(false),
        tags: vec!["ouro".into(), "sul".into()],
        ..Cliente::default()
    }
}

fn contrato() -> Contrato {
    let item = |code: &str| ItemContrato {
        servico_codigo: Some(code.into()),
        quantidade: Some(d("1.5")),
        ..ItemContrato::default()
    };
    let mut internet = item("INTERNET-100");
    internet.valor_unitario = Some(d("80.125"));
    internet.desconto = Some(Desconto {
        tipo: Some(TipoDesconto::Percentual),
        valor: Some(d("12.5")),
        ate: Some(date(2026, 12, 31)),
        ..Desconto::default()
    });
    Contrato {
        codigo_externo: Some("CT-001".into()),
        numero: Some("2026/1".into()),
        cliente_codigo_externo: Some("C-001".into()),
        itens: vec![internet, item("API-CHAMADAS")],
        data_inicio: Some(date(2026, 1, 31)),
        periodicidade: Some(Periodicidade::Mensal),
        dia_vencimento: Some(31),
        forma_pagamento: Some(FormaPagamento::Boleto),
        multa_percentual: Some(d("2")),
        emitir_nfse: Some(true),
        ..Contrato::default()
    }
}

fn consumo(i: u32) -> Consumo {
    Consumo {
        id_externo: Some(format!("U-{i}")),
        contrato_codigo_externo: Some("CT-001".into()),
        servico_codigo: Some("API-CHAMADAS".into()),
        competencia: "2026-02".parse::<Competencia>().ok(),
        data_consumo: Some(date(2026, 2, 3)),
        quantidade: Some(d("1000.25")),
        descricao: Some("chamadas & \"eventos\" — ação".into()),
        propriedades: [("região".to_owned(), "sul".to_owned())].into(),
        ..Consumo::default()
    }
}

/// The answer has the values that were sent, and perhaps values that the platform added.
fn contains<M: Model>(has: &M, wanted: &M) {
    let differences = smartbill_core::model::differences(has, wanted);
    assert!(differences.is_empty(), "{differences:?}");
}

#[expect(clippy::too_many_lines, reason = "one life from first to last; each step needs those before")]
async fn all_operations(profile: Profile) {
    let (sandbox, client) = start_sandbox(&profile);
    let default = CallOptions::default();
    let mut done = Vec::new();
    let mut note_done = |operation: Operation| done.push(operation);

    // Servicos.
    let servicos = listar::<Servico>(&client, &ServicosFilter::default(), 4).await;
    note_done(Operation::ServicosListar);
    assert_eq!(servicos.len(), 6);
    let api = servicos.iter().find(|s| s.codigo.as_deref() == Some("API-CHAMADAS")).unwrap();
    let parsed = client.obter::<Servico>(api.id.as_ref().unwrap().as_str(), &default).await.unwrap();
    note_done(Operation::ServicosObter);
    assert_eq!(parsed, *api);
    assert_eq!((parsed.tipo_cobranca, parsed.faixas[0].valor_unitario), (Some(TipoCobranca::Consumo), Some(d("0.05"))));

    // Clientes.
    let wanted = cliente();
    let written = client.incluir(&wanted, &default).await.unwrap();
    note_done(Operation::ClientesIncluir);
    assert_eq!(written.outcome, Effect::Created);
    contains(&written.record, &wanted);
    assert_eq!(written.record.tipo_pessoa, Some(TipoPessoa::Juridica));
    assert!(written.record.criado_em.is_some());
    assert!(written.record.extras.is_empty());
    let id = written.record.id.clone().unwrap();
    let parsed = client.obter::<Cliente>(id.as_str(), &default).await.unwrap();
    note_done(Operation::ClientesObter);
    assert_eq!(parsed, written.record);
    let change = Cliente { nome_fantasia: Some("São João".into()), ..Cliente::default() };
    let written = client.alterar(id.as_str(), &change, &["email"], &default).await.unwrap();
    note_done(Operation::ClientesAlterar);
    assert_eq!((written.outcome, written.record.email.as_deref()), (Effect::Updated, None));
    assert_eq!(written.record.endereco, parsed.endereco);
    let written = client.alterar(id.as_str(), &change, &[], &default).await.unwrap();
    assert_eq!(written.outcome, Effect::Unchanged);
    let filter = ClientesFilter { codigo_externo: Some("C-001".into()), ..ClientesFilter::default() };
    assert_eq!(listar::<Cliente>(&client, &filter, 10).await, [written.record]);
    note_done(Operation::ClientesListar);
    let repeated = client.incluir(&Cliente { nome: Some("Outro".into()), ..wanted.clone() }, &default).await;
    let error = repeated.unwrap_err();
    // If the platform reads keys, the customer's key is recognized before its code.
    match profile.endpoint(Operation::ClientesIncluir).promise {
        Promise::IdempotencyKey => assert_eq!(error.details().server_code.as_deref(), Some("chave_reutilizada")),
        _ => assert_eq!(error.kind(), ErrorKind::Conflict),
    }

    // Contratos.
    let wanted = contrato();
    let written = client.incluir(&wanted, &default).await.unwrap();
    note_done(Operation::ContratosIncluir);
    assert_eq!(written.record.situacao, Some(SituacaoContrato::Inativo));
    assert_eq!(written.record.itens[0].valor_unitario, Some(d("80.125")));
    contains(&written.record, &wanted);
    let contrato = written.record.id.clone().unwrap();
    let ids = [contrato.clone()];
    let batch = client.ativar(&ids, &ContratoAction::default(), &default).await.unwrap();
    note_done(Operation::ContratosAtivar);
    assert_eq!(batch[0].outcome.as_ref().unwrap().record.situacao, Some(SituacaoContrato::Ativo));
    let parsed = client.obter::<Contrato>(contrato.as_str(), &default).await.unwrap();
    note_done(Operation::ContratosObter);
    assert_eq!(parsed.historico[0].data, Some(date(2026, 1, 31)));
    let filter = ContratosFilter { situacao: vec![SituacaoContrato::Ativo], ..ContratosFilter::default() };
    assert_eq!(listar::<Contrato>(&client, &filter, 10).await, [parsed]);
    note_done(Operation::ContratosListar);

    // Consumos.
    for i in 0..7 {
        let wanted = consumo(i);
        let written = client.incluir(&wanted, &default).await.unwrap();
        assert_eq!(written.outcome, Effect::Created);
        contains(&written.record, &wanted);
    }
    note_done(Operation::ConsumosIncluir);
    let all = listar::<Consumo>(&client, &ConsumosFilter::default(), 3).await;
    note_done(Operation::ConsumosListar);
    let external_ids: Vec<_> = all.iter().map(|c| c.id_externo.clone().unwrap()).collect();
    assert_eq!(external_ids, (0..7).map(|i| format!("U-{i}")).collect::<Vec<_>>());
    let first = all[0].id.clone().unwrap();
    let change = Consumo { quantidade: Some(d("2000.5")), ..Consumo::default() };
    let written = client.alterar(first.as_str(), &change, &[], &default).await.unwrap();
    note_done(Operation::ConsumosAlterar);
    assert_eq!(written.record.quantidade, Some(d("2000.5")));
    assert_eq!(written.record.propriedades, all[0].propriedades);
    let parsed = client.obter::<Consumo>(first.as_str(), &default).await.unwrap();
    note_done(Operation::ConsumosObter);
    assert_eq!(parsed, written.record);
    let last = all[6].id.clone().unwrap();
    client.remover::<Consumo>(last.as_str(), &default).await.unwrap();
    note_done(Operation::ConsumosRemover);
    assert_eq!(listar::<Consumo>(&client, &ConsumosFilter::default(), 100).await.len(), 6);
    // A removed record can be added again, unchanged or changed.
    let written = client.incluir(&consumo(6), &default).await.unwrap();
    assert_eq!(written.outcome, Effect::Created);
    client.remover::<Consumo>(written.record.id.unwrap().as_str(), &default).await.unwrap();
    let other = Consumo { quantidade: Some(d("1")), ..consumo(6) };
    let written = client.incluir(&other, &default).await.unwrap();
    client.remover::<Consumo>(written.record.id.unwrap().as_str(), &default).await.unwrap();

    // Cobrancas.
    let summary = sandbox.service().faturar("2026-02".parse().unwrap(), jiff::Timestamp::now());
    // INTERNET-100: 1.5 × 80.125 = 120.1875 → 120.19, less 12.5 % (15.02): 105.17. API-CHAMADAS: 2000.5 + 5 × 1000.25
    // = 7001.75, less the 1000 included, × 0.05 = 300.0875 → 300.09. Together 405.26.
    assert_eq!((summary.cobrancas, summary.consumos, summary.value), (1, 6, d("405.26")));
    let filter = CobrancasFilter {
        contrato_id: Some(contrato.clone()),
        valor_min: Some(d("405.26")),
        tipo_data: Some(TipoData::Competencia),
        de: Some(date(2026, 2, 1)),
        ate: Some(date(2026, 2, 28)),
        ..CobrancasFilter::default()
    };
    let cobrancas = listar::<Cobranca>(&client, &filter, 10).await;
    note_done(Operation::CobrancasListar);
    let [cobranca] = cobrancas.as_slice() else { panic!("{cobrancas:?}") };
    assert_eq!(cobranca.valor_liquido, Some(d("405.26")));
    assert_eq!(cobranca.valor_desconto, Some(d("15.02")));
    assert_eq!(cobranca.competencia, "2026-02".parse().ok());
    // It is billed late, so its due date is in the future.
    assert_eq!(cobranca.situacao, Some(SituacaoCobranca::EmAberto));
    let (_, notices) = Cobranca::validar(
        cobranca.value().into_owned(),
        smartbill_core::validate::Options { intent: smartbill_core::validate::Intent::Response, ..Default::default() },
    )
    .unwrap();
    assert!(notices.findings.is_empty(), "{notices:?}");
    let faturado = client.obter::<Consumo>(first.as_str(), &default).await.unwrap();
    assert_eq!((faturado.situacao, faturado.cobranca_id), (Some(SituacaoConsumo::Faturado), cobranca.id.clone()));
    let error = client.alterar(first.as_str(), &change, &[], &default).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);

    // Contratos, to their end.
    let action = ContratoAction { motivo: Some("obra parada".into()), ..ContratoAction::default() };
    let written = client.suspender(contrato.as_str(), &action, &default).await.unwrap();
    note_done(Operation::ContratosSuspender);
    assert_eq!(written.record.situacao, Some(SituacaoContrato::Suspenso));
    client.desativar(&ids, &ContratoAction::default(), &default).await.unwrap().remove(0).outcome.unwrap();
    note_done(Operation::ContratosDesativar);
    let written = client.cancelar(contrato.as_str(), &action, &default).await.unwrap();
    note_done(Operation::ContratosCancelar);
    assert_eq!(written.record.historico.last().unwrap().motivo.as_deref(), Some("obra parada"));
    let error = client.act(Action::Ativar, contrato.as_str(), &ContratoAction::default(), &default).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);

    let removed = client.remover::<Cliente>(id.as_str(), &default).await.unwrap();
    note_done(Operation::ClientesRemover);
    assert_eq!(removed.record.situacao, Some(SituacaoCliente::Inativo));

    done.sort_by_key(|op| *op as usize);
    assert_eq!(done, Operation::ALL);
}

#[tokio::test]
async fn every_operation_under_the_default_profile() {
    Box::pin(all_operations(Profile::built_in())).await;
}

#[tokio::test]
async fn every_operation_under_a_very_different_profile() {
    Box::pin(all_operations(Profile::from_toml(ACME, "acme.toml").unwrap())).await;
}

#[tokio::test]
async fn every_operation_with_everything_in_envelopes() {
    Box::pin(all_operations(Profile::from_toml(WRAPPED, "wrapped.toml").unwrap())).await;
}

#[tokio::test]
async fn every_operation_as_a_call_in_the_body_of_one_path() {
    Box::pin(all_operations(Profile::from_toml(CALLS, "calls.toml").unwrap())).await;
}

#[tokio::test]
async fn every_operation_by_forms_and_links() {
    Box::pin(all_operations(Profile::from_toml(FORMS, "forms.toml").unwrap())).await;
}

#[tokio::test]
async fn every_operation_where_records_are_named_by_their_own_codes() {
    Box::pin(all_operations(Profile::from_toml(NAMED, "named.toml").unwrap())).await;
}

/// The platform's refusals use the model's own names, whatever the names on the wire.
#[tokio::test]
async fn refusals_name_the_models_fields() {
    let own = |text, file| Profile::from_toml(text, file).unwrap();
    let files = [(ACME, "acme.toml"), (WRAPPED, "wrapped.toml"), (CALLS, "calls.toml"), (FORMS, "forms.toml")];
    for profile in files.into_iter().map(|(text, file)| own(text, file)).chain([Profile::built_in()]) {
        let (_sandbox, client) = start_sandbox(&profile);
        let error = client.incluir(&contrato(), &CallOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        let fields: Vec<_> = error.details().fields.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(fields, ["clienteCodigoExterno"], "{}", profile.name());
        assert!(error.details().request_id.is_some());
    }
}

/// On the wire of the other profile nothing looks like the default.
#[test]
fn the_other_profile_is_different() {
    let profile = Profile::from_toml(ACME, "acme.toml").unwrap();
    let wire = profile.encode(Cliente::SCHEMA, cliente().value()).to_json();
    assert!(wire.contains(r#""external_id":"C-001""#) && wire.contains(r#""optante_simples":"S""#), "{wire}");
    let cobranca = Cobranca {
        valor_liquido: Some(d("10.50")),
        data_vencimento: Some(date(2026, 1, 31)),
        competencia: "2026-01".parse().ok(),
        ..Cobranca::default()
    };
    let wire = profile.encode(Cobranca::SCHEMA, cobranca.value()).to_json();
    assert_eq!(wire, r#"{"competencia":"01/2026","data_vencimento":"31/01/2026","net_amount":1050}"#);
    assert_eq!(profile.match_route("PATCH", "/rest/v9/customers/7").unwrap().0, Operation::ClientesAlterar);
    assert!(matches!(profile.decode(Cliente::SCHEMA, Value::Null), Value::Null));
}
