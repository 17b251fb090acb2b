use std::sync::Arc;

use smartbill_documents::{Language, Mode};
use smartbill_model::Error;

use super::{Client, ClientOptions, Limit, Observer};
use crate::profile::Profile;
use crate::retry::RetryPolicy;
use crate::transport::Host;

/// Makes a [`Client`] option by option. Options that are not given have the defaults of [`ClientOptions::new`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ClientBuilder {
    pub(super) options: ClientOptions,
}

impl ClientBuilder {
    /// Begins a client of the platform at `base_url`, such as `https://api.example.com.br`.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self { options: ClientOptions::new(base_url) }
    }

    /// Sets the credential. Without one, requests have none, as in a page behind its own back end.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.options.token = Some(token.into());
        self
    }

    /// Sets the wire profile.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.profile = profile;
        self
    }

    /// Sets strict or lenient input.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.options.mode = mode;
        self
    }

    /// Sets the language of errors.
    pub fn language(mut self, language: Language) -> Self {
        self.options.language = language;
        self
    }

    /// Sets the `User-Agent` header.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.options.user_agent = user_agent.into();
        self
    }

    /// Sets the time limit of one attempt.
    pub fn attempt_timeout(mut self, limit: Limit) -> Self {
        self.options.attempt = limit;
        self
    }

    /// Sets the time limit of a call with all its attempts and waits.
    pub fn timeout(mut self, limit: Limit) -> Self {
        self.options.total = limit;
        self
    }

    /// Sets how calls are retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = policy;
        self
    }

    /// Sets the greatest number of pages that a listing reads.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.options.max_pages = pages;
        self
    }

    /// Sets the greatest size of an answer in bytes, decompressed.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.options.max_body_bytes = bytes;
        self
    }

    /// Allows plain http to a host that is not this machine. The token then travels in clear.
    pub fn allow_http(mut self, allowed: bool) -> Self {
        self.options.allow_http = allowed;
        self
    }

    /// Sets who is told of each request and of what came of it.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.options.observer = Some(observer);
        self
    }

    /// Makes the client on a host of the caller's own, or on connections with other options.
    ///
    /// # Errors
    /// Of kind `Configuration` if an option is wrong.
    pub fn build_on<H: Host>(self, host: H) -> Result<Client<H>, Error> {
        Client::new(self.options, host)
    }
}
