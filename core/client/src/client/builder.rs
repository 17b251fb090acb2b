use smartbill_documents::{Language, Mode};
use smartbill_model::Error;

use super::{Client, ClientOptions, Limit};
use crate::profile::Profile;
use crate::retry::RetryPolicy;
use crate::transport::Host;

/// Makes a [`Client`] option by option. What is not given is as in [`ClientOptions::new`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ClientBuilder {
    pub(super) options: ClientOptions,
}

impl ClientBuilder {
    /// A client of the platform at `base_url`, such as `https://api.example.com.br`.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self { options: ClientOptions::new(base_url) }
    }

    /// The credential. Without one the requests bear none, as in a page behind its own back end.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.options.token = Some(token.into());
        self
    }

    /// The wire format.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.profile = profile;
        self
    }

    /// Strict or lenient input.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.options.mode = mode;
        self
    }

    /// The language of errors.
    pub fn language(mut self, language: Language) -> Self {
        self.options.language = language;
        self
    }

    /// The `User-Agent` header.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.options.user_agent = user_agent.into();
        self
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(mut self, limit: Limit) -> Self {
        self.options.attempt = limit;
        self
    }

    /// How long a call may take with all its attempts and waits.
    pub fn timeout(mut self, limit: Limit) -> Self {
        self.options.total = limit;
        self
    }

    /// How calls are tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = policy;
        self
    }

    /// How many pages a listing reads at most.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.options.max_pages = pages;
        self
    }

    /// How many bytes an answer may have, decompressed.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.options.max_body_bytes = bytes;
        self
    }

    /// Allows plain http to a host that is not this machine. The token then travels in clear.
    pub fn allow_http(mut self, allowed: bool) -> Self {
        self.options.allow_http = allowed;
        self
    }

    /// The client, on a host of one's own, or on connections with options of their own.
    ///
    /// # Errors
    /// Of kind `Configuration`, when an option is wrong.
    pub fn build_on<H: Host>(self, host: H) -> Result<Client<H>, Error> {
        Client::new(self.options, host)
    }
}
