//! A client on native HTTP connections.

use smartbill_model::Error;

use super::{Client, ClientBuilder};
use crate::transport::http::{HttpOptions, ReqwestHost};

impl ClientBuilder {
    /// Makes the client, on native HTTP connections with default options.
    ///
    /// # Errors
    /// Of kind `Configuration` if an option is wrong.
    pub fn build(self) -> Result<Client<ReqwestHost>, Error> {
        let http = HttpOptions { max_body_bytes: self.options.max_body_bytes, ..HttpOptions::default() };
        let host = ReqwestHost::new(&http)?;
        self.build_on(host)
    }
}

impl Client<ReqwestHost> {
    /// Begins a client of the platform at `base_url`.
    ///
    /// ```
    /// use smartbill_client::client::Client;
    ///
    /// let client = Client::builder("https://api.example.com.br").token("secret").build()?;
    /// # Ok::<(), smartbill_model::Error>(())
    /// ```
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }
}
