//! The sandbox as the platforms in `profiles/`, over real HTTP: what can be added is added, read, changed, listed in
//! pages and removed by the client.

#![expect(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::path::Path;

use smartbill_core::api::{Effect, Operation, ResourceModel};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, Contrato, ContratoAction, ContratosFilter, Endereco,
    Id, Servico, ServicosFilter, SituacaoCliente,
};
use smartbill_core::profile::Profile;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, ErrorKind};
use smartbill_sandbox::server::{Options, Sandbox};

const PLATFORMS: [&str; 6] = ["asaas", "iugu", "lago", "omie", "vindi", "woovi"];

fn profile(name: &str) -> Profile {
    Profile::from_toml(&profile_text(name), name).unwrap()
}

fn profile_text(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = match name {
        // It is written step by step in the description.
        "woovi" => {
            let docs = std::fs::read_to_string(root.join("docs/profiles.md")).unwrap();
            docs.split("```toml\n").find(|part| part.starts_with("name = \"woovi\"")).unwrap().to_owned()
        }
        name => std::fs::read_to_string(root.join("profiles").join(format!("{name}.toml"))).unwrap(),
    };
    text.split("```").next().unwrap().to_owned()
}

fn start(profile: &Profile) -> (Sandbox, Client<ReqwestHost>) {
    let sandbox = Sandbox::start(Options { profile: profile.clone(), ..Options::default() }).unwrap();
    let options =
        ClientOptions { token: Some(sandbox.token()), profile: profile.clone(), ..ClientOptions::new(sandbox.url()) };
    let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
    (sandbox, Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap())
}

async fn listar<M: ResourceModel>(
    client: &Client<ReqwestHost>,
    filter: &M::Filter,
    size: u32,
) -> Result<Vec<M>, Error> {
    let options = CallOptions { page_size: Some(size), ..CallOptions::default() };
    let mut pager = client.listar::<M>(filter, &options)?;
    let mut all = Vec::new();
    while let Some(page) = pager.next(client).await? {
        assert!(page.len() <= size as usize);
        all.extend(page);
    }
    Ok(all)
}

fn cliente(n: usize, profile: &Profile) -> Cliente {
    let sends = |name| profile.sends(Cliente::SCHEMA, name);
    Cliente {
        codigo_externo: sends("codigoExterno").then(|| format!("C-{n}")),
        nome: Some(format!("Padaria {n}")),
        cpf_cnpj: Some("24971563792".into()),
        email: Some("padaria@example.com".into()),
        endereco: Some(Endereco {
            logradouro: Some("Av. Paulista".into()),
            cep: Some("01310100".into()),
            ..Endereco::default()
        }),
        ..Cliente::default()
    }
}

#[tokio::test]
async fn customers_live_on_every_platform() {
    for name in PLATFORMS {
        let profile = profile(name);
        let (_sandbox, client) = start(&profile);
        let options = CallOptions::default();
        let mut ids: Vec<Id> = Vec::new();
        for n in 0..5 {
            let wanted = cliente(n, &profile);
            let written = client.incluir(&wanted, &options).await.unwrap();
            assert_eq!(written.outcome, Effect::Created, "{name}");
            let differences = smartbill_core::model::differences(&written.record, &wanted);
            assert!(differences.is_empty(), "{name}: {differences:?}");
            assert!(written.record.findings.is_empty(), "{name}: {:?}", written.record.findings);
            ids.push(written.record.id.unwrap());
        }
        let first = client.obter::<Cliente>(ids[0].as_str(), &options).await.unwrap();
        assert_eq!(first.nome.as_deref(), Some("Padaria 0"), "{name}");
        assert_eq!(first.endereco.as_ref().unwrap().cep.as_deref(), Some("01310100"), "{name}");
        assert!(first.extras.is_empty(), "{name}: {:?}", first.extras);

        let change = Cliente { nome: Some("Padaria Aurora".into()), ..Cliente::default() };
        let changed = client.alterar(ids[1].as_str(), &change, &["email"], &options).await.unwrap();
        assert_eq!(changed.outcome, Effect::Updated, "{name}");
        assert_eq!((changed.record.id.as_ref(), changed.record.email), (Some(&ids[1]), None), "{name}");
        assert_eq!(changed.record.endereco, first.endereco, "{name}");

        let all = listar::<Cliente>(&client, &ClientesFilter::default(), 2).await.unwrap();
        assert_eq!(all.iter().map(|c| c.id.clone().unwrap()).collect::<Vec<_>>(), ids, "{name}");
        assert_eq!(all[1].nome.as_deref(), Some("Padaria Aurora"), "{name}");
        if profile.sends(ClientesFilter::SCHEMA, "codigoExterno") {
            let found = client.locate::<Cliente>("C-3", &options).await.unwrap();
            assert_eq!(found.and_then(|c| c.id), Some(ids[3].clone()), "{name}");
        }
        if profile.supports(Operation::ClientesRemover) {
            let removed = client.remover::<Cliente>(ids[4].as_str(), &options).await.unwrap().record;
            let says = removed.situacao.is_some();
            assert_eq!(removed.situacao, says.then_some(SituacaoCliente::Inativo), "{name}");
        }
        let nobody = client.obter::<Cliente>("999", &options).await.unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::NotFound, "{name}: {nobody}");
    }
}

/// Lago adds and changes a customer by the same request; what exists decides.
#[tokio::test]
async fn a_customer_that_is_added_again_is_changed_where_both_are_one_request() {
    let profile = profile("lago");
    let (_sandbox, client) = start(&profile);
    let options = CallOptions::default();
    let first = client.incluir(&cliente(1, &profile), &options).await.unwrap();
    let other = Cliente { nome: Some("Padaria Aurora".into()), ..cliente(1, &profile) };
    let second = client.incluir(&other, &options).await.unwrap();
    assert_eq!((first.outcome, second.outcome), (Effect::Created, Effect::Updated));
    let all = listar::<Cliente>(&client, &ClientesFilter::default(), 10).await.unwrap();
    assert_eq!(all.iter().map(|c| c.nome.as_deref()).collect::<Vec<_>>(), [Some("Padaria Aurora")]);
    // A request that comes again under its key, since its answer was lost, is answered as before.
    let text =
        profile_text("lago").replace("wrap = \"customer\"", "promise = \"idempotency_key\", wrap = \"customer\"");
    let (keys, again) = start(&Profile::from_toml(&text, "lago").unwrap());
    let lost = r#"{"rules":[{"kind":"drop_after","operation":"clientes.incluir","times":1}]}"#;
    keys.service().faults(lost).unwrap();
    let written = again.incluir(&cliente(1, &profile), &options).await.unwrap();
    assert_eq!((written.outcome, keys.service().state().replays), (Effect::AlreadyDone, 1));
    // A customer without a code would have no name there.
    let nameless = Cliente { codigo_externo: None, ..cliente(2, &profile) };
    let error = client.incluir(&nameless, &options).await.unwrap_err();
    let fields: Vec<_> = error.details().fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!((error.kind(), fields), (ErrorKind::Rejected, vec!["codigoExterno"]));
}

/// What the sandbox has none of is told as not found, and nothing is read as something else.
#[tokio::test]
async fn every_other_operation_of_a_platform_is_understood() {
    for name in PLATFORMS {
        let profile = profile(name);
        let (_sandbox, client) = start(&profile);
        let options = CallOptions::default();
        let understood = |operation: Operation, result: Result<(), Error>| match result {
            Ok(()) => assert!(profile.supports(operation), "{name} {operation}"),
            Err(error) if profile.supports(operation) => {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{name} {operation}: {error}");
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Profile, "{name} {operation}: {error}"),
        };
        let services = listar::<Servico>(&client, &ServicosFilter::default(), 4).await;
        if let Ok(services) = &services {
            assert_eq!(services.len(), 6, "{name}");
            let id = services[3].id.as_ref().unwrap();
            assert_eq!(client.obter::<Servico>(id.as_str(), &options).await.unwrap(), services[3], "{name}");
        }
        understood(Operation::ServicosListar, services.map(|_| ()));
        let contracts = listar::<Contrato>(&client, &ContratosFilter::default(), 4).await;
        understood(Operation::ContratosListar, contracts.map(|found| assert!(found.is_empty())));
        let charges = listar::<Cobranca>(&client, &CobrancasFilter::default(), 4).await;
        understood(Operation::CobrancasListar, charges.map(|found| assert!(found.is_empty())));
        let contract = client.obter::<Contrato>("1", &options).await;
        understood(Operation::ContratosObter, contract.map(|_| ()));
        let usage = client.obter::<Consumo>("1", &options).await;
        understood(Operation::ConsumosObter, usage.map(|_| ()));
        let why = ContratoAction { motivo: Some("fim".into()), ..ContratoAction::default() };
        let cancelled = client.cancelar("1", &why, &options).await;
        understood(Operation::ContratosCancelar, cancelled.map(|_| ()));
        let suspended = client.suspender("1", &why, &options).await;
        understood(Operation::ContratosSuspender, suspended.map(|_| ()));
        let one = [Id::from("1")];
        for (operation, done) in [
            (Operation::ContratosAtivar, client.ativar(&one, &why, &options).await),
            (Operation::ContratosDesativar, client.desativar(&one, &why, &options).await),
        ] {
            understood(operation, done.and_then(|mut done| done.remove(0).outcome).map(|_| ()));
        }
    }
}

/// A token that is not the platform's is refused, wherever the profile has it.
#[tokio::test]
async fn a_wrong_token_is_refused_on_every_platform() {
    for name in PLATFORMS {
        let profile = profile(name);
        let (sandbox, _) = start(&profile);
        let options = ClientOptions {
            token: Some(sandbox.token().replace("sandbox", "outro")),
            profile,
            ..ClientOptions::new(sandbox.url())
        };
        let http = HttpOptions { no_proxy: true, ..HttpOptions::default() };
        let client = Client::new(options, ReqwestHost::new(&http).unwrap()).unwrap();
        let error = client.obter::<Cliente>("1", &CallOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication, "{name}: {error}");
    }
}
