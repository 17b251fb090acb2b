use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use smartbill_documents::find::{divide, integer};
use smartbill_documents::{Language, Message, Mode};
use smartbill_model::error::{Error, ErrorKind};

use crate::client::drift::DriftCounts;
use crate::client::observer::Observer;
use crate::profile::Profile;
use crate::retry::RetryPolicy;

/// A time limit. "No limit" must be chosen explicitly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At most this long.
    After(Duration),
    /// No limit.
    Infinite,
}

impl Limit {
    /// The duration, if there is one.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        match self {
            Self::After(duration) => Some(duration),
            Self::Infinite => None,
        }
    }
}

/// The options of a client.
#[derive(Clone)]
pub struct ClientOptions {
    /// The address of the platform, such as `https://api.example.com.br`.
    pub base_url: String,
    /// The credential. A browser behind its own back end has none.
    pub token: Option<String>,
    /// The wire profile.
    pub profile: Profile,
    /// Strict or lenient input.
    pub mode: Mode,
    /// The language of errors.
    pub language: Language,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The time limit of one attempt. 30 seconds by default.
    pub attempt: Limit,
    /// The time limit of a call with all its attempts and waits. Two minutes by default.
    pub total: Limit,
    /// How calls are retried.
    pub retry: RetryPolicy,
    /// The greatest number of pages that a listing reads. 10 000 by default.
    pub max_pages: u32,
    /// The greatest size of an answer in bytes, decompressed. 16 MiB by default. The values of an answer take at most
    /// eight times as much memory. A page may have one record for each 2 KiB of this limit, or as many records as were
    /// asked for, whichever is more. The host's own limit
    /// ([`HttpOptions::max_body_bytes`](crate::transport::http::HttpOptions)) should not be lower.
    pub max_body_bytes: usize,
    /// Allows plain http to a host that is not this machine. The token then travels in clear.
    pub allow_http: bool,
    /// Where the client counts what answers hold and nothing knows; one that is given to several clients counts for all.
    pub drift: DriftCounts,
    /// Who is told of each request and of what came of it.
    pub observer: Option<Arc<dyn Observer>>,
}

impl ClientOptions {
    /// The default options, for the platform at `base_url`.
    #[must_use]
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            token: None,
            profile: Profile::built_in(),
            mode: Mode::default(),
            language: Language::default(),
            user_agent: concat!("smartbill-automation/", env!("CARGO_PKG_VERSION")).to_owned(),
            attempt: Limit::After(Duration::from_secs(30)),
            total: Limit::After(Duration::from_secs(120)),
            retry: RetryPolicy::default(),
            max_pages: 10_000,
            max_body_bytes: crate::transport::MAX_BODY_BYTES,
            allow_http: false,
            drift: DriftCounts::default(),
            observer: None,
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("base_url", &Base::parse(self).map(|b| b.url).unwrap_or_default())
            .field("token", &self.token.as_ref().map(|_| "***"))
            .field("profile", &self.profile.name())
            .field("mode", &self.mode)
            .field("attempt", &self.attempt)
            .field("total", &self.total)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Options of one call that differ from those of its client. `None` means the client's option.
#[derive(Debug, Clone, Default)]
pub struct CallOptions {
    /// The time limit of one attempt.
    pub attempt: Option<Limit>,
    /// The time limit of the whole call.
    pub total: Option<Limit>,
    /// The idempotency key of a write. Keep it until the outcome is known.
    pub idempotency_key: Option<String>,
    /// How the call is retried.
    pub retry: Option<RetryPolicy>,
    /// Strict or lenient input.
    pub mode: Option<Mode>,
    /// The language of errors.
    pub language: Option<Language>,
    /// Whether to read a contract before an action on it, and refuse the action if the contract's state forbids it.
    pub strict: bool,
    /// The number of records of a page of a listing.
    pub page_size: Option<u32>,
    /// The greatest number of pages that a listing reads.
    pub max_pages: Option<u32>,
}

/// The base address, checked.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// Without a `/` at its end.
    pub(super) url: String,
    /// Host and port, for errors.
    pub(super) host: String,
}

impl Base {
    pub(super) fn parse(options: &ClientOptions) -> Result<Self, Error> {
        let refuse = |pt: &str, en: &str| {
            let language = options.language;
            Err(Error::new(ErrorKind::Configuration, Message::new(pt, en)).with(|d| d.language = language))
        };
        let url = options.base_url.trim().trim_end_matches('/');
        let Some((scheme, rest)) = divide(url, "://") else {
            return refuse(
                "endereço base inválido; use `https://servidor`",
                "invalid base address; use `https://host`",
            );
        };
        let path = rest.find('/').and_then(|i| rest.get(i..)).unwrap_or_default();
        let authority = rest.strip_suffix(path).unwrap_or(rest);
        if authority.contains('@') {
            return refuse(
                "o endereço base não pode conter usuário e senha; use o token",
                "the base address cannot hold user and password; use the token",
            );
        }
        let plain = |b: u8| b.is_ascii_graphic() && !b"?#\\\"<>{}|^`".contains(&b);
        let host = host_of(authority);
        if !rest.bytes().all(plain) || host.is_none() || path.split('/').any(|s| matches!(s, "." | "..")) {
            return refuse(
                "endereço base inválido; use `https://servidor` com caminho, sem parâmetros",
                "invalid base address; use `https://host` with a path, without parameters",
            );
        }
        let scheme = scheme.to_ascii_lowercase();
        let local = host.is_some_and(is_loopback);
        match scheme.as_str() {
            "https" => {}
            "http" if local || options.allow_http => {}
            "http" => {
                return refuse(
                    "http sem TLS é recusado, pois o token iria em claro; use https, ou `allow_http`",
                    "plain http is refused, since the token would travel in clear; use https, or `allow_http`",
                );
            }
            _ => {
                return refuse(
                    "o endereço base deve começar com https://",
                    "the base address must start with https://",
                );
            }
        }
        Ok(Self { url: [&scheme, "://", authority, path].concat(), host: authority.to_owned() })
    }
}

/// The host of `host`, `host:port` or `[v6]:port`.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            (host, rest.strip_prefix(':').or_else(|| rest.is_empty().then_some("0"))?)
        }
        None => authority.split_once(':').unwrap_or((authority, "0")),
    };
    (!host.is_empty() && integer(port).is_some_and(|port| port <= 0xffff)).then_some(host)
}

/// Whether the host is this machine, in the usual spellings. Any other host needs `allow_http`.
fn is_loopback(host: &str) -> bool {
    let v4 = |host: &str| {
        let bytes = host.split('.').filter(|part| part.len() <= 3 && integer(part).is_some_and(|n| n <= 0xff)).count();
        bytes == 4 && host.split('.').count() == 4 && host.starts_with("127.")
    };
    host.eq_ignore_ascii_case("localhost")
        || host == "::1"
        || v4(host)
        || host.get(..7).is_some_and(|prefix| prefix.eq_ignore_ascii_case("::ffff:")) && host.get(7..).is_some_and(v4)
}

#[cfg(test)]
mod tests {
    use smartbill_documents::Language;

    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        let parse = |url: &str, allow| {
            Base::parse(&ClientOptions { allow_http: allow, ..ClientOptions::new(url) }).map(|b| b.url)
        };
        for (url, expected) in [
            ("https://api.example.com.br/", "https://api.example.com.br"),
            ("HTTPS://x/base/v2/", "https://x/base/v2"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.9.9.9:1", "http://127.9.9.9:1"),
            ("http://[::1]:80", "http://[::1]:80"),
            ("http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]"),
        ] {
            assert_eq!(parse(url, false).unwrap(), expected);
        }
        for url in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.nip.io",
            "http://10.0.0.1",
            "http://127.0.0",
            "http://127.0.0.1.1",
            "http://127.0.0.0x1",
            "http://127.1",
            "http://[::2]",
        ] {
            assert_eq!(parse(url, false).unwrap_err().kind(), ErrorKind::Configuration, "{url}");
            assert!(parse(url, true).is_ok(), "{url}");
        }
        for url in [
            "",
            "x",
            "ftp://x",
            "https://",
            "https:///a",
            "https://u:p@x",
            "https://x?a=1",
            "https://x#a",
            "https://x y",
            "https://x:99999",
            "https://[::1",
            "https://x/../y",
            "http://localhost@evil.com",
            "https://x\\y",
        ] {
            assert_eq!(parse(url, true).unwrap_err().kind(), ErrorKind::Configuration, "{url}");
        }
    }

    #[test]
    fn the_token_is_not_printed() {
        let options = ClientOptions {
            token: Some("s3cr3t".into()),
            language: Language::En,
            ..ClientOptions::new("https://u:s3cr3t@x")
        };
        assert!(!format!("{options:?}").contains("s3cr3t"));
        assert!(!format!("{:?}", Base::parse(&options).unwrap_err()).contains("s3cr3t"));
    }
}
