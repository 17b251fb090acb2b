//! Every operation, client to sandbox and back over real HTTP, under the default profile and under one that differs
//! in everything a profile can say.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "the helpers are part of the tests")]

use jiff::civil::date;
use rust_decimal::Decimal;
use smartbill_core::api::{Acao, Operation, Recurso, Resultado};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{
    AcaoContrato, Cliente, Cobranca, Consumo, Contrato, Desconto, Endereco, FiltroClientes, FiltroCobrancas,
    FiltroConsumos, FiltroContratos, FiltroServicos, FormaPagamento, ItemContrato, Modelo, Periodicidade, Servico,
    SituacaoCliente, SituacaoCobranca, SituacaoConsumo, SituacaoContrato, TipoCobranca, TipoData, TipoDesconto,
    TipoPessoa,
};
use smartbill_core::profile::{Profile, Promise};
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_core::{Competencia, ErrorKind, Valor};
use smartbill_sandbox::server::{Options, Sandbox};

const ACME: &str = include_str!("dados/acme.toml");

type Cliente_ = Client<ReqwestHost>;

fn d(texto: &str) -> Decimal {
    texto.parse().unwrap()
}

fn ligar(perfil: &Profile) -> (Sandbox, Cliente_) {
    let options = Options { perfil: perfil.clone(), token: "s3gredo".into(), ..Options::default() };
    let sandbox = Sandbox::start(options).unwrap();
    let options =
        ClientOptions { token: Some("s3gredo".into()), profile: perfil.clone(), ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
    (sandbox, client)
}

async fn listar<M: Recurso>(client: &Cliente_, filtro: &M::Filtro, tamanho: u32) -> Vec<M> {
    let options = CallOptions { tamanho_pagina: Some(tamanho), ..CallOptions::default() };
    let mut pager = client.listar::<M>(filtro, &options).unwrap();
    let mut todos = Vec::new();
    while let Some(pagina) = pager.next(client).await.unwrap() {
        assert!(pagina.len() <= tamanho as usize);
        todos.extend(pagina);
    }
    todos
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
    let item = |codigo: &str| ItemContrato {
        servico_codigo: Some(codigo.into()),
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

/// What was sent is what came back; what the platform added aside.
fn contem<M: Modelo>(tem: &M, quer: &M) {
    let diferencas = smartbill_core::model::diferencas(tem, quer);
    assert!(diferencas.is_empty(), "{diferencas:?}");
}

#[expect(clippy::too_many_lines, reason = "one life from first to last; each step needs those before")]
async fn todas_as_operacoes(perfil: Profile) {
    let (sandbox, client) = ligar(&perfil);
    let padrao = CallOptions::default();
    let mut feitas = Vec::new();
    let mut fez = |operacao: Operation| feitas.push(operacao);

    // Servicos.
    let servicos = listar::<Servico>(&client, &FiltroServicos::default(), 4).await;
    fez(Operation::ServicosListar);
    assert_eq!(servicos.len(), 6);
    let api = servicos.iter().find(|s| s.codigo.as_deref() == Some("API-CHAMADAS")).unwrap();
    let lido = client.obter::<Servico>(api.id.as_ref().unwrap().as_str(), &padrao).await.unwrap();
    fez(Operation::ServicosObter);
    assert_eq!(lido, *api);
    assert_eq!((lido.tipo_cobranca, lido.faixas[0].valor_unitario), (Some(TipoCobranca::Consumo), Some(d("0.05"))));

    // Clientes.
    let quer = cliente();
    let gravado = client.incluir(&quer, &padrao).await.unwrap();
    fez(Operation::ClientesIncluir);
    assert_eq!(gravado.resultado, Resultado::Created);
    contem(&gravado.registro, &quer);
    assert_eq!(gravado.registro.tipo_pessoa, Some(TipoPessoa::Juridica));
    assert!(gravado.registro.criado_em.is_some());
    assert!(gravado.registro.extras.is_empty());
    let id = gravado.registro.id.clone().unwrap();
    let lido = client.obter::<Cliente>(id.as_str(), &padrao).await.unwrap();
    fez(Operation::ClientesObter);
    assert_eq!(lido, gravado.registro);
    let mudanca = Cliente { nome_fantasia: Some("São João".into()), ..Cliente::default() };
    let gravado = client.alterar(id.as_str(), &mudanca, &["email"], &padrao).await.unwrap();
    fez(Operation::ClientesAlterar);
    assert_eq!((gravado.resultado, gravado.registro.email.as_deref()), (Resultado::Updated, None));
    assert_eq!(gravado.registro.endereco, lido.endereco);
    let gravado = client.alterar(id.as_str(), &mudanca, &[], &padrao).await.unwrap();
    assert_eq!(gravado.resultado, Resultado::Unchanged);
    let filtro = FiltroClientes { codigo_externo: Some("C-001".into()), ..FiltroClientes::default() };
    assert_eq!(listar::<Cliente>(&client, &filtro, 10).await, [gravado.registro]);
    fez(Operation::ClientesListar);
    let repetido = client.incluir(&Cliente { nome: Some("Outro".into()), ..quer.clone() }, &padrao).await;
    let erro = repetido.unwrap_err();
    // Where keys are read, the customer's own key tells before its code does.
    match perfil.endpoint(Operation::ClientesIncluir).promise {
        Promise::IdempotencyKey => assert_eq!(erro.details().server_code.as_deref(), Some("chave_reutilizada")),
        _ => assert_eq!(erro.kind(), ErrorKind::Conflict),
    }

    // Contratos.
    let quer = contrato();
    let gravado = client.incluir(&quer, &padrao).await.unwrap();
    fez(Operation::ContratosIncluir);
    assert_eq!(gravado.registro.situacao, Some(SituacaoContrato::Inativo));
    assert_eq!(gravado.registro.itens[0].valor_unitario, Some(d("80.125")));
    contem(&gravado.registro, &quer);
    let contrato = gravado.registro.id.clone().unwrap();
    let ids = [contrato.clone()];
    let lote = client.ativar(&ids, &AcaoContrato::default(), &padrao).await.unwrap();
    fez(Operation::ContratosAtivar);
    assert_eq!(lote[0].resultado.as_ref().unwrap().registro.situacao, Some(SituacaoContrato::Ativo));
    let lido = client.obter::<Contrato>(contrato.as_str(), &padrao).await.unwrap();
    fez(Operation::ContratosObter);
    assert_eq!(lido.historico[0].data, Some(date(2026, 1, 31)));
    let filtro = FiltroContratos { situacao: vec![SituacaoContrato::Ativo], ..FiltroContratos::default() };
    assert_eq!(listar::<Contrato>(&client, &filtro, 10).await, [lido]);
    fez(Operation::ContratosListar);

    // Consumos.
    for i in 0..7 {
        let quer = consumo(i);
        let gravado = client.incluir(&quer, &padrao).await.unwrap();
        assert_eq!(gravado.resultado, Resultado::Created);
        contem(&gravado.registro, &quer);
    }
    fez(Operation::ConsumosIncluir);
    let todos = listar::<Consumo>(&client, &FiltroConsumos::default(), 3).await;
    fez(Operation::ConsumosListar);
    let externos: Vec<_> = todos.iter().map(|c| c.id_externo.clone().unwrap()).collect();
    assert_eq!(externos, (0..7).map(|i| format!("U-{i}")).collect::<Vec<_>>());
    let primeiro = todos[0].id.clone().unwrap();
    let mudanca = Consumo { quantidade: Some(d("2000.5")), ..Consumo::default() };
    let gravado = client.alterar(primeiro.as_str(), &mudanca, &[], &padrao).await.unwrap();
    fez(Operation::ConsumosAlterar);
    assert_eq!(gravado.registro.quantidade, Some(d("2000.5")));
    assert_eq!(gravado.registro.propriedades, todos[0].propriedades);
    let lido = client.obter::<Consumo>(primeiro.as_str(), &padrao).await.unwrap();
    fez(Operation::ConsumosObter);
    assert_eq!(lido, gravado.registro);
    let ultimo = todos[6].id.clone().unwrap();
    client.remover::<Consumo>(ultimo.as_str(), &padrao).await.unwrap();
    fez(Operation::ConsumosRemover);
    assert_eq!(listar::<Consumo>(&client, &FiltroConsumos::default(), 100).await.len(), 6);
    // What was removed can be added again, as it was or otherwise.
    let gravado = client.incluir(&consumo(6), &padrao).await.unwrap();
    assert_eq!(gravado.resultado, Resultado::Created);
    client.remover::<Consumo>(gravado.registro.id.unwrap().as_str(), &padrao).await.unwrap();
    let outro = Consumo { quantidade: Some(d("1")), ..consumo(6) };
    let gravado = client.incluir(&outro, &padrao).await.unwrap();
    client.remover::<Consumo>(gravado.registro.id.unwrap().as_str(), &padrao).await.unwrap();

    // Cobrancas.
    let resumo = sandbox.service().faturar("2026-02".parse().unwrap(), jiff::Timestamp::now());
    // INTERNET-100: 1.5 × 80.125 = 120.1875 → 120.19, less 12.5 % (15.02): 105.17. API-CHAMADAS: 2000.5 + 5 × 1000.25
    // = 7001.75, less the 1000 included, × 0.05 = 300.0875 → 300.09. Together 405.26.
    assert_eq!((resumo.cobrancas, resumo.consumos, resumo.valor), (1, 6, d("405.26")));
    let filtro = FiltroCobrancas {
        contrato_id: Some(contrato.clone()),
        valor_min: Some(d("405.26")),
        tipo_data: Some(TipoData::Competencia),
        de: Some(date(2026, 2, 1)),
        ate: Some(date(2026, 2, 28)),
        ..FiltroCobrancas::default()
    };
    let cobrancas = listar::<Cobranca>(&client, &filtro, 10).await;
    fez(Operation::CobrancasListar);
    let [cobranca] = cobrancas.as_slice() else { panic!("{cobrancas:?}") };
    assert_eq!(cobranca.valor_liquido, Some(d("405.26")));
    assert_eq!(cobranca.valor_desconto, Some(d("15.02")));
    assert_eq!(cobranca.competencia, "2026-02".parse().ok());
    // Billed late, it is due on a day to come.
    assert_eq!(cobranca.situacao, Some(SituacaoCobranca::EmAberto));
    let (_, avisos) = Cobranca::validar(
        cobranca.valor().into_owned(),
        smartbill_core::validate::Options { intent: smartbill_core::validate::Intent::Resposta, ..Default::default() },
    )
    .unwrap();
    assert!(avisos.violations.is_empty(), "{avisos:?}");
    let faturado = client.obter::<Consumo>(primeiro.as_str(), &padrao).await.unwrap();
    assert_eq!((faturado.situacao, faturado.cobranca_id), (Some(SituacaoConsumo::Faturado), cobranca.id.clone()));
    let erro = client.alterar(primeiro.as_str(), &mudanca, &[], &padrao).await.unwrap_err();
    assert_eq!(erro.kind(), ErrorKind::Conflict);

    // Contratos, to their end.
    let acao = AcaoContrato { motivo: Some("obra parada".into()), ..AcaoContrato::default() };
    let gravado = client.suspender(contrato.as_str(), &acao, &padrao).await.unwrap();
    fez(Operation::ContratosSuspender);
    assert_eq!(gravado.registro.situacao, Some(SituacaoContrato::Suspenso));
    client.desativar(&ids, &AcaoContrato::default(), &padrao).await.unwrap().remove(0).resultado.unwrap();
    fez(Operation::ContratosDesativar);
    let gravado = client.cancelar(contrato.as_str(), &acao, &padrao).await.unwrap();
    fez(Operation::ContratosCancelar);
    assert_eq!(gravado.registro.historico.last().unwrap().motivo.as_deref(), Some("obra parada"));
    let erro = client.agir(Acao::Ativar, contrato.as_str(), &AcaoContrato::default(), &padrao).await.unwrap_err();
    assert_eq!(erro.kind(), ErrorKind::Conflict);

    let removido = client.remover::<Cliente>(id.as_str(), &padrao).await.unwrap();
    fez(Operation::ClientesRemover);
    assert_eq!(removido.registro.situacao, Some(SituacaoCliente::Inativo));

    feitas.sort_by_key(|op| *op as usize);
    assert_eq!(feitas, Operation::ALL);
}

#[tokio::test]
async fn every_operation_under_the_default_profile() {
    Box::pin(todas_as_operacoes(Profile::padrao())).await;
}

#[tokio::test]
async fn every_operation_under_a_very_different_profile() {
    Box::pin(todas_as_operacoes(Profile::from_toml(ACME, "acme.toml").unwrap())).await;
}

/// What the platform refuses comes back in the model's own names, whatever the wire calls them.
#[tokio::test]
async fn refusals_name_the_models_fields() {
    for perfil in [Profile::padrao(), Profile::from_toml(ACME, "acme.toml").unwrap()] {
        let (_sandbox, client) = ligar(&perfil);
        let erro = client.incluir(&contrato(), &CallOptions::default()).await.unwrap_err();
        assert_eq!(erro.kind(), ErrorKind::Rejected);
        let campos: Vec<_> = erro.details().fields.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(campos, ["clienteCodigoExterno"], "{}", perfil.name());
        assert!(erro.details().request_id.is_some());
    }
}

/// On the wire of the other profile nothing looks like the default.
#[test]
fn the_other_profile_is_different() {
    let perfil = Profile::from_toml(ACME, "acme.toml").unwrap();
    let fio = perfil.encode(Cliente::ESQUEMA, cliente().valor()).to_json();
    assert!(fio.contains(r#""external_id":"C-001""#) && fio.contains(r#""optante_simples":"S""#), "{fio}");
    let cobranca = Cobranca {
        valor_liquido: Some(d("10.50")),
        data_vencimento: Some(date(2026, 1, 31)),
        competencia: "2026-01".parse().ok(),
        ..Cobranca::default()
    };
    let fio = perfil.encode(Cobranca::ESQUEMA, cobranca.valor()).to_json();
    assert_eq!(fio, r#"{"competencia":"01/2026","data_vencimento":"31/01/2026","net_amount":1050}"#);
    assert_eq!(perfil.match_route("PATCH", "/rest/v9/customers/7").unwrap().0, Operation::ClientesAlterar);
    assert!(matches!(perfil.decode(Cliente::ESQUEMA, Valor::Nulo), Valor::Nulo));
}
