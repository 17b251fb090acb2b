//! A stand-in of the Smartbill platform for development and tests.
//!
//! [`Service`] is the platform's API, state machine and billing run as a pure function: a request and an instant in,
//! an answer out. It runs natively and in wasm. With the feature `server`, [`server::Sandbox`] puts it on a socket.
//!
//! The vendor's own behaviour is not public: this enforces the project's assumptions about it, and is no reference.

mod consumos;
mod contratos;
mod controle;
mod erro;
mod falhas;
mod faturamento;
mod idempotencia;
mod pagamento;
mod plataforma;
mod semente;
#[cfg(feature = "server")]
pub mod server;
mod service;
mod store;

pub use controle::{Contagem, Estado};
pub use falhas::{Conexao, Falha};
pub use plataforma::Resumo;
pub use service::{Pedido, Resposta, Service, TOKEN};
