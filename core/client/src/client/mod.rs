//! The client: the only place that awaits. Pure functions elsewhere decide what to send, how to read the answer, and
//! whether to send again.

mod access;
pub mod answer;
mod builder;
mod drift;
mod lookup;
#[cfg(feature = "http")]
mod native;
mod observer;
mod operations;
mod options;
mod pager;
mod probe;
mod send;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use builder::ClientBuilder;
pub use drift::{Drift, DriftCounts, DriftEntry, DriftKind};
use jiff::civil::Date;
pub use observer::{Observer, RequestEvent, ResponseEvent};
pub use operations::BatchItem;
pub use options::{CallOptions, ClientOptions, Limit};
pub use pager::Pager;
pub use probe::{OperationTest, SentRequest, TestResult};
use smartbill_documents::Message;
use smartbill_documents::dates::add_days;
use smartbill_model::error::{Error, ErrorKind};

use crate::api::{CheckOptions, Operation, Secrets};
use crate::limiter::RateQuota;
use crate::profile::Profile;
use crate::retry::RetryQuota;
use crate::transport::Host;

/// A client of the platform. It checks input, sends requests, retries where that is safe, and reads answers.
pub struct Client<H> {
    host: H,
    base: options::Base,
    options: ClientOptions,
    /// What is hidden of answers. It grows with each access token.
    secrets: Mutex<Arc<Secrets>>,
    access: access::Access,
    quota: RetryQuota,
    /// What is left of the platform's rate limit: of each operation, or of all.
    rate_limits: Mutex<Vec<RateQuota>>,
}

impl<H> fmt::Debug for Client<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<H: Host> Client<H> {
    /// Makes a client that sends its requests through `host`.
    ///
    /// # Errors
    /// Of kind `Configuration` if an option is wrong.
    pub fn new(options: ClientOptions, host: H) -> Result<Self, Error> {
        let base = options::Base::parse(&options)?;
        let printable = |text: &str| !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b));
        let wrong = |pt: &str, en: &str| Err(configuration(&options, pt, en));
        if options.token.as_deref().is_some_and(|t| !printable(t) || t.trim() != t) {
            return wrong(
                "token vazio ou com espaços ou caracteres inválidos",
                "the token is empty, or has spaces around it or invalid characters",
            );
        }
        if !printable(&options.user_agent) {
            return wrong("`user_agent` inválido", "invalid `user_agent`");
        }
        if options.retry.max_attempts == 0 || options.max_pages == 0 {
            return wrong("tentativas e páginas devem ser ao menos 1", "attempts and pages must be at least 1");
        }
        let parts = options.profile.token_parts();
        let enough = |token: &str| token.splitn(parts, ':').filter(|part| !part.is_empty()).count() == parts;
        if options.token.as_deref().is_some_and(|token| !enough(token)) {
            let message = Message::fill(
                "o token deve ter {n} partes separadas por `:`, na ordem do perfil",
                "the token must have {n} parts with a `:` between them, in the profile's order",
                &[("n", smartbill_documents::text::counts(parts))],
            );
            return Err(Error::new(ErrorKind::Configuration, message).with(|d| d.language = options.language));
        }
        let secrets = Mutex::new(Arc::new(Secrets::of(&options.profile, options.token.as_deref())));
        let limits = options.profile.rate_limit().map_or(0, |r| if r.by_operation { Operation::ALL.len() } else { 1 });
        let rate_limits = Mutex::new(vec![RateQuota::default(); limits]);
        let access = access::Access::default();
        Ok(Self { host, base, options, secrets, access, quota: RetryQuota::new(), rate_limits })
    }

    /// The wire profile.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.options.profile
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &ClientOptions {
        &self.options
    }

    /// The host through which the client sends its requests.
    #[must_use]
    pub fn host(&self) -> &H {
        &self.host
    }

    /// What the answers to this client's calls held so far that neither the profile nor the models know: names of members,
    /// and words of choices, with how often each came. Each is logged once, as a warning; none holds a value.
    ///
    /// ```
    /// # use smartbill_client::client::Client;
    /// # fn tell(client: &Client<impl smartbill_client::transport::Host>) {
    /// for entry in client.drift().entries {
    ///     println!("{} {} {}", entry.operation, entry.kind.name(), entry.path);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn drift(&self) -> Drift {
        self.options.drift.seen()
    }

    /// How long a request for `operation` would wait now, since the platform's own count says that it would refuse it. A
    /// call waits by itself; whoever starts many of them can start fewer. Zero where the platform says nothing, or asks
    /// for more patience than [`max_retry_after`](crate::retry::RetryPolicy::max_retry_after) has.
    #[must_use]
    pub fn held_back(&self, operation: Operation) -> Duration {
        let now = self.host.monotonic();
        let wait = self.rate_quota(operation, |rate_quota| rate_quota.wait(now)).unwrap_or_default();
        if wait > self.options.retry.max_retry_after { Duration::ZERO } else { wait }
    }

    /// What is left for `operation`, if the profile says where the platform tells it.
    fn rate_quota<T>(&self, operation: Operation, use_it: impl FnOnce(&mut RateQuota) -> T) -> Option<T> {
        self.profile().rate_limit()?;
        let mut rate_limits = self.rate_limits.lock().unwrap_or_else(PoisonError::into_inner);
        let index = if rate_limits.len() > 1 { operation as usize } else { 0 };
        rate_limits.get_mut(index).map(use_it)
    }

    fn secrets(&self) -> Arc<Secrets> {
        Arc::clone(&self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Today in São Paulo. São Paulo has been three hours behind UTC all year since Decreto 9.772/2019.
    #[must_use]
    pub fn today(&self) -> Date {
        let days = (self.host.now().as_second() - 3 * 3600).div_euclid(86_400);
        add_days(Date::constant(1970, 1, 1), days.try_into().unwrap_or(0)).unwrap_or_default()
    }

    fn check_options(&self, call: &CallOptions) -> CheckOptions {
        CheckOptions {
            mode: call.mode.unwrap_or(self.options.mode),
            language: call.language.unwrap_or(self.options.language),
            today: Some(self.today()),
        }
    }
}

fn configuration(options: &ClientOptions, pt: &str, en: &str) -> Error {
    Error::new(ErrorKind::Configuration, Message::new(pt, en)).with(|d| d.language = options.language)
}

#[cfg(test)]
mod access_tests;
#[cfg(test)]
mod observer_tests;
#[cfg(test)]
mod platform_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wire_tests;
