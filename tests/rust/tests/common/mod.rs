//! The shared part of the batch tests: a sandbox in process, reached without network or clock.
#![allow(dead_code, reason = "each test file uses a part")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use smartbill_core::api::{Request, Response};
use smartbill_core::batch::{ImportOptions, ImportResult, Importable, Progress, Source, importar};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{Cliente, Contrato, Id};
use smartbill_core::profile::Profile;
use smartbill_core::sheets::ReadOptions;
use smartbill_core::transport::{Function, Host, TransportError, TransportFailure};
use smartbill_core::{Error, Value};
use smartbill_sandbox::{ConnectionFault, RawRequest, Service, TOKEN};

pub(crate) type Answer = Result<Response, TransportError>;

/// A platform in this process.
#[derive(Clone)]
pub(crate) struct Platform(Arc<Mutex<Service>>);

impl Platform {
    pub(crate) fn new(profile: &Profile) -> Self {
        let mut service = Service::new(profile, TOKEN, now());
        service.seed();
        Self(Arc::new(Mutex::new(service)))
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.0.lock().unwrap()
    }

    /// A client whose requests the platform answers at once, with its faults.
    pub(crate) fn client(&self, profile: Profile) -> Client<impl Host + use<>> {
        let service = Arc::clone(&self.0);
        let host = Function::new(now(), 7, move |request: &Request, when| answer(&service, request, when));
        let options =
            ClientOptions { token: Some(TOKEN.into()), profile, ..ClientOptions::new("https://sandbox.invalid") };
        Client::new(options, host).unwrap()
    }

    /// The same client at `when`. `intercept` sees each request first, and gives an answer of its own or changes that
    /// of the platform.
    pub(crate) fn client_through(
        &self,
        profile: Profile,
        when: &str,
        intercept: impl Fn(&Request, &mut dyn FnMut() -> Answer) -> Answer + Send + Sync,
    ) -> Client<impl Host> {
        // Each client has its own random numbers, as each process does.
        static SEED: AtomicU64 = AtomicU64::new(100);
        let (service, seed) = (Arc::clone(&self.0), SEED.fetch_add(1, Ordering::SeqCst));
        let host = Function::new(when.parse().unwrap(), seed, move |request: &Request, at| {
            intercept(request, &mut || answer(&service, request, at))
        });
        let options =
            ClientOptions { token: Some(TOKEN.into()), profile, ..ClientOptions::new("https://sandbox.invalid") };
        Client::new(options, host).unwrap()
    }

    pub(crate) fn default() -> (Self, Client<impl Host + use<>>) {
        let platform = Self::new(&Profile::built_in());
        let client = platform.client(Profile::built_in());
        (platform, client)
    }
}

fn now() -> Timestamp {
    "2026-10-15T12:00:00Z".parse().unwrap()
}

fn answer(service: &Mutex<Service>, request: &Request, when: Timestamp) -> Result<Response, TransportError> {
    let incoming = RawRequest {
        method: request.method.as_str(),
        target: &request.target,
        headers: &request.headers,
        body: request.body.as_deref().unwrap_or_default(),
    };
    let answer = service.lock().unwrap().handle(&incoming, when);
    match answer.fault.map(|f| f.connection) {
        Some(ConnectionFault::Drop | ConnectionFault::Truncate(_)) => {
            Err(TransportError::new(TransportFailure::Broken, "caiu"))
        }
        _ => Ok(Response { status: answer.status, headers: answer.headers, body: answer.body }),
    }
}

/// The default profile with every write promising `promise`.
pub(crate) fn profile_with(promise: &str) -> Profile {
    let mut toml = String::from("name = \"teste\"\n[operations]\n");
    for (operation, method, path) in [
        ("clientes.incluir", "POST", "/clientes"),
        ("clientes.alterar", "POST", "/clientes/{id}"),
        ("clientes.remover", "DELETE", "/clientes/{id}"),
        ("contratos.incluir", "POST", "/contratos"),
        ("consumos.incluir", "POST", "/consumos"),
        ("consumos.alterar", "PUT", "/consumos/{id}"),
        ("consumos.remover", "DELETE", "/consumos/{id}"),
    ] {
        toml.push_str(&format!(
            "\"{operation}\" = {{ method = \"{method}\", path = \"{path}\", promise = \"{promise}\" }}\n"
        ));
    }
    Profile::from_toml(&toml, "teste.toml").unwrap()
}

/// One customer with `count` active contracts `CT-0`, `CT-1`, … that take API-CHAMADAS.
pub(crate) async fn contratos<H: Host>(client: &Client<H>, count: usize) {
    let options = CallOptions::default();
    let value = |json: &str| Value::from_json(json.as_bytes()).unwrap().into_owned();
    client
        .incluir::<Cliente>(
            value(r#"{"codigoExterno":"DONO","nome":"Padaria Aurora","cpfCnpj":"00000000000191"}"#),
            &options,
        )
        .await
        .unwrap();
    for i in 0..count {
        let json = format!(
            r#"{{"codigoExterno":"CT-{i}","clienteCodigoExterno":"DONO","dataInicio":"2026-01-01","periodicidade":"MENSAL",
                "diaVencimento":10,"itens":[{{"servicoCodigo":"API-CHAMADAS","quantidade":"1"}}]}}"#
        );
        let written = client.incluir::<Contrato>(value(&json), &options).await.unwrap();
        let ids: Vec<Id> = written.record.id.into_iter().collect();
        client.ativar(&ids, value("{}"), &options).await.unwrap();
    }
}

/// A CSV of `count` rows of usage, keys `K-1`…, over `contratos` contracts.
pub(crate) fn consumos_csv(count: usize, contratos: usize) -> String {
    let mut csv = String::from("ID Externo;Contrato;Serviço;Competência;Quantidade;Descrição\n");
    for i in 1..=count {
        csv.push_str(&format!("K-{i};CT-{};API-CHAMADAS;10/2026;{},5;leitura {i}\n", i % contratos, i % 97 + 1));
    }
    csv
}

pub(crate) fn csv(text: impl Into<String>) -> Source<'static> {
    Source::Bytes { bytes: text.into().into_bytes(), name: "teste.csv".into(), options: ReadOptions::default() }
}

pub(crate) async fn run_import<M: Importable, H: Host>(
    client: &Client<H>,
    source: Source<'_>,
    options: &ImportOptions,
) -> Result<ImportResult, Error> {
    importar::<M, H>(client, source, options, &mut |_: Progress<'_>| Ok(())).await
}

pub(crate) const ONE_SECOND: Duration = Duration::from_secs(1);
