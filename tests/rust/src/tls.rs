//! Certificates for tests, valid and invalid ones.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// The flaw of a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// No flaw.
    None,
    /// It has expired.
    Expired,
    /// It is not valid yet.
    Future,
    /// It is for another host.
    OtherHost,
    /// It is signed by itself.
    SelfSigned,
}

/// A certificate authority of a test.
pub struct Authority {
    /// The authority's certificate in PEM.
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes a new authority.
    ///
    /// # Panics
    /// If no certificate can be made.
    #[must_use]
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// Makes the certificate and the key of a client, in PEM.
    ///
    /// # Panics
    /// If no certificate can be made.
    #[must_use]
    pub fn client(&self) -> String {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["client.example".to_owned()]).unwrap();
        params.signed_by(&key, &self.issuer).unwrap().pem() + &key.serialize_pem()
    }

    /// The configuration of a server on loopback whose certificate has `flaw`. It asks clients for a certificate of
    /// this authority, but does not require one.
    ///
    /// # Panics
    /// If no certificate can be made.
    #[must_use]
    pub fn server(&self, flaw: Flaw) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let host = if flaw == Flaw::OtherHost { "other.example" } else { "127.0.0.1" };
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        match flaw {
            Flaw::Expired => {
                params.not_before = rcgen::date_time_ymd(2020, 1, 1);
                params.not_after = rcgen::date_time_ymd(2021, 1, 1);
            }
            Flaw::Future => {
                params.not_before = rcgen::date_time_ymd(3000, 1, 1);
                params.not_after = rcgen::date_time_ymd(3001, 1, 1);
            }
            Flaw::None | Flaw::OtherHost | Flaw::SelfSigned => {}
        }
        let certificate = match flaw {
            Flaw::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.issuer),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.pem)).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let verifier = verifier.allow_unauthenticated().build().unwrap();
        let chain = vec![der(&certificate.unwrap().pem())];
        let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .unwrap();
        Arc::new(config)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
