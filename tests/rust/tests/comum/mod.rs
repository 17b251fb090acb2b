//! What the batch tests share: a sandbox in process, reached without network or clock.
#![allow(dead_code, reason = "each test file uses a part")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use smartbill_core::api::{Request, Response};
use smartbill_core::batch::{Evento, Fonte, Importacao, Importavel, OpcoesDeImportacao, importar};
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::model::{Cliente, Contrato, Id};
use smartbill_core::planilha::Opcoes;
use smartbill_core::profile::Profile;
use smartbill_core::transport::{Funcao, Host, TransportError, TransportFailure};
use smartbill_core::{Error, Valor};
use smartbill_sandbox::{Conexao, Pedido, Service, TOKEN};

pub(crate) type Answer = Result<Response, TransportError>;

/// A platform in this process.
#[derive(Clone)]
pub(crate) struct Plataforma(Arc<Mutex<Service>>);

impl Plataforma {
    pub(crate) fn nova(perfil: Profile) -> Self {
        let mut service = Service::new(perfil, TOKEN, agora());
        service.semear();
        Self(Arc::new(Mutex::new(service)))
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.0.lock().unwrap()
    }

    /// A client whose requests the platform answers at once, faults included.
    pub(crate) fn cliente(&self, perfil: Profile) -> Client<impl Host + use<>> {
        let service = Arc::clone(&self.0);
        let host = Funcao::new(agora(), 7, move |request: &Request, quando| responder(&service, request, quando));
        let options = ClientOptions {
            token: Some(TOKEN.into()),
            profile: perfil,
            ..ClientOptions::new("https://sandbox.invalid")
        };
        Client::new(options, host).unwrap()
    }

    /// The same at `quando`, with a word from `intercept` before the platform's: an answer of its own, or what becomes
    /// of the platform's.
    pub(crate) fn client_through(
        &self,
        perfil: Profile,
        quando: &str,
        intercept: impl Fn(&Request, &mut dyn FnMut() -> Answer) -> Answer + Send + Sync,
    ) -> Client<impl Host> {
        // Each has chances of its own, as each process has.
        static SEED: AtomicU64 = AtomicU64::new(100);
        let (service, seed) = (Arc::clone(&self.0), SEED.fetch_add(1, Ordering::SeqCst));
        let host = Funcao::new(quando.parse().unwrap(), seed, move |request: &Request, at| {
            intercept(request, &mut || responder(&service, request, at))
        });
        let options = ClientOptions {
            token: Some(TOKEN.into()),
            profile: perfil,
            ..ClientOptions::new("https://sandbox.invalid")
        };
        Client::new(options, host).unwrap()
    }

    pub(crate) fn padrao() -> (Self, Client<impl Host + use<>>) {
        let plataforma = Self::nova(Profile::padrao());
        let client = plataforma.cliente(Profile::padrao());
        (plataforma, client)
    }
}

fn agora() -> Timestamp {
    "2026-10-15T12:00:00Z".parse().unwrap()
}

fn responder(service: &Mutex<Service>, request: &Request, quando: Timestamp) -> Result<Response, TransportError> {
    let pedido = Pedido {
        metodo: request.method.as_str(),
        alvo: &request.target,
        cabecalhos: &request.headers,
        corpo: request.body.as_deref().unwrap_or_default(),
    };
    let resposta = service.lock().unwrap().handle(&pedido, quando);
    match resposta.falha.map(|f| f.conexao) {
        Some(Conexao::Cair | Conexao::Truncar(_)) => Err(TransportError::new(TransportFailure::Broken, "caiu")),
        _ => Ok(Response { status: resposta.status, headers: resposta.cabecalhos, body: resposta.corpo }),
    }
}

/// The default profile with every write promising `promessa`.
pub(crate) fn perfil_com(promessa: &str) -> Profile {
    let mut toml = String::from("name = \"teste\"\n[operations]\n");
    for (operacao, metodo, caminho) in [
        ("clientes.incluir", "POST", "/clientes"),
        ("clientes.alterar", "POST", "/clientes/{id}"),
        ("clientes.remover", "DELETE", "/clientes/{id}"),
        ("contratos.incluir", "POST", "/contratos"),
        ("consumos.incluir", "POST", "/consumos"),
        ("consumos.alterar", "PUT", "/consumos/{id}"),
        ("consumos.remover", "DELETE", "/consumos/{id}"),
    ] {
        toml.push_str(&format!(
            "\"{operacao}\" = {{ method = \"{metodo}\", path = \"{caminho}\", promise = \"{promessa}\" }}\n"
        ));
    }
    Profile::from_toml(&toml, "teste.toml").unwrap()
}

/// One customer with `quantos` active contracts `CT-0`, `CT-1`, … that take API-CHAMADAS.
pub(crate) async fn contratos<H: Host>(client: &Client<H>, quantos: usize) {
    let opcoes = CallOptions::default();
    let valor = |json: &str| Valor::from_json(json.as_bytes()).unwrap().into_owned();
    client
        .incluir::<Cliente>(
            valor(r#"{"codigoExterno":"DONO","nome":"Padaria Aurora","cpfCnpj":"00000000000191"}"#),
            &opcoes,
        )
        .await
        .unwrap();
    for i in 0..quantos {
        let json = format!(
            r#"{{"codigoExterno":"CT-{i}","clienteCodigoExterno":"DONO","dataInicio":"2026-01-01","periodicidade":"MENSAL",
                "diaVencimento":10,"itens":[{{"servicoCodigo":"API-CHAMADAS","quantidade":"1"}}]}}"#
        );
        let gravado = client.incluir::<Contrato>(valor(&json), &opcoes).await.unwrap();
        let ids: Vec<Id> = gravado.registro.id.into_iter().collect();
        client.ativar(&ids, valor("{}"), &opcoes).await.unwrap();
    }
}

/// A CSV of `quantos` rows of usage, keys `K-1`…, over `contratos` contracts.
pub(crate) fn csv_de_consumos(quantos: usize, contratos: usize) -> String {
    let mut csv = String::from("ID Externo;Contrato;Serviço;Competência;Quantidade;Descrição\n");
    for i in 1..=quantos {
        csv.push_str(&format!("K-{i};CT-{};API-CHAMADAS;10/2026;{},5;leitura {i}\n", i % contratos, i % 97 + 1));
    }
    csv
}

pub(crate) fn csv(texto: impl Into<String>) -> Fonte<'static> {
    Fonte::Bytes { bytes: texto.into().into_bytes(), nome: "teste.csv".into(), opcoes: Opcoes::default() }
}

pub(crate) async fn trazer<M: Importavel, H: Host>(
    client: &Client<H>,
    fonte: Fonte<'_>,
    opcoes: &OpcoesDeImportacao,
) -> Result<Importacao, Error> {
    importar::<M, H>(client, fonte, opcoes, &mut |_: Evento<'_>| Ok(())).await
}

pub(crate) const UM_SEGUNDO: Duration = Duration::from_secs(1);
