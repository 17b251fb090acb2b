//! The access token of a profile with OAuth2 client credentials (RFC 6749, section 4.4): fetched before the first request,
//! kept while it lasts, and fetched again when the platform no longer accepts it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::lock::Mutex;
use smartbill_documents::{Message, text};
use smartbill_model::Value;

use crate::api::{Method, Operation, Request, Response, Secrets};
use crate::profile::{OAuth2, Profile, base64, push};

/// A token is fetched again this long before its end, or after nine tenths of its lifetime if that is later.
const BEFORE_ITS_END: Duration = Duration::from_secs(60);

/// The greatest length of an access token, in bytes. Headers of 8 KiB are the most that common servers read.
const LONGEST: usize = 8 << 10;

/// The token that a client has, if any. The lock is held while a token is fetched, so that many calls fetch one.
pub(super) type Access = Mutex<Option<AccessToken>>;

/// An access token, and when it is to be replaced by the host's monotonic clock.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct AccessToken {
    pub(super) value: Arc<str>,
    pub(super) until: Duration,
}

impl AccessToken {
    /// `request` with this token.
    pub(super) fn added_to(&self, request: &Request) -> Request {
        let mut request = request.clone();
        request.headers.push(("authorization".to_owned(), ["Bearer ", &self.value].concat()));
        request
    }
}

/// Why there is no access token.
pub(super) struct NoAccess {
    pub(super) message: Message,
    /// Whether another attempt may succeed.
    pub(super) temporary: bool,
}

/// The request for a token, made for a call of `operation`.
pub(super) fn token_request(profile: &Profile, oauth2: &OAuth2, credentials: &str, operation: Operation) -> Request {
    // No client is made without a `:` in its token.
    let (id, secret) = credentials.split_once(':').unwrap_or((credentials, ""));
    let mut members = vec![("grant_type", "client_credentials")];
    members.extend(oauth2.scope.as_deref().map(|scope| ("scope", scope)));
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    headers.extend(profile.headers().iter().cloned());
    if oauth2.in_body {
        members.extend([("client_id", id), ("client_secret", secret)]);
    } else {
        headers.push(("authorization".to_owned(), ["Basic ", &base64(credentials.as_bytes())].concat()));
    }
    let (media_type, body) = if oauth2.json {
        let members = members.into_iter().map(|(name, value)| (name.into(), Value::Text(value.into())));
        ("application/json", Value::Object(members.collect()).to_json())
    } else {
        let mut form = String::new();
        for (name, value) in members {
            push(&mut form, name, value);
        }
        ("application/x-www-form-urlencoded", form)
    };
    headers.push(("content-type".to_owned(), media_type.to_owned()));
    let body = Some(Bytes::from(body));
    Request { operation, method: Method::Post, target: oauth2.token_path.clone(), headers, body }
}

/// Reads the answer to a request for a token (RFC 6749, sections 5.1 and 5.2). `begun` is when the request was sent.
pub(super) fn read_token(response: &Response, begun: Duration, secrets: &Secrets) -> Result<AccessToken, NoAccess> {
    let status = response.status;
    let body = Value::from_json_within(&response.body, LONGEST * 32).ok();
    let member = |name: &str| body.as_ref().and_then(|body| body.field(name));
    if !(200..300).contains(&status) {
        let said = member("error").and_then(Value::text).filter(|code| is_code(code)).map(|code| secrets.hide(code));
        let ending = said.map(|code| [": ", &code].concat()).unwrap_or_default();
        let ending = [" (HTTP ", &text::integer(status.into()), ")", &ending].concat();
        let temporary = matches!(status, 408 | 425 | 429 | 500..);
        let (pt, en) = if temporary {
            ("a plataforma falhou ao dar um token OAuth2", "the platform failed to give an OAuth2 token")
        } else {
            (
                "a plataforma não deu um token OAuth2 a esta credencial",
                "the platform gave no OAuth2 token to these credentials",
            )
        };
        return Err(NoAccess { message: Message::new([pt, &ending].concat(), [en, &ending].concat()), temporary });
    }
    let printable =
        |token: &&str| !token.is_empty() && token.len() <= LONGEST && token.bytes().all(|b| b.is_ascii_graphic());
    let bearer = member("token_type").and_then(Value::text).is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    let Some(value) = member("access_token").and_then(Value::text).filter(printable).filter(|_| bearer) else {
        let message = Message::new(
            "a resposta ao pedido de token OAuth2 não tem um `access_token` do tipo `bearer`; confira `token_path` no perfil",
            "the answer to the request for an OAuth2 token has no `access_token` of type `bearer`; see `token_path` in the profile",
        );
        return Err(NoAccess { message, temporary: false });
    };
    // Without its time, a token is used until it is refused.
    let lifetime = member("expires_in").and_then(seconds).unwrap_or(Duration::MAX);
    let margin = BEFORE_ITS_END.min(lifetime / 10);
    Ok(AccessToken { value: value.into(), until: begun.saturating_add(lifetime.saturating_sub(margin)) })
}

/// A number of seconds, as a number or as text.
fn seconds(value: &Value<'_>) -> Option<Duration> {
    let digits = match value {
        Value::Number(digits) | Value::Text(digits) => digits.split('.').next()?,
        Value::Integer(n) => return u64::try_from(*n).ok().map(Duration::from_secs),
        _ => return None,
    };
    digits.parse().ok().map(Duration::from_secs)
}

/// Whether `code` is a code such as `invalid_client`, and not a sentence that may hold data.
fn is_code(code: &str) -> bool {
    code.len() <= 60 && code.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-'))
}
