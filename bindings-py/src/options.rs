//! Converts Python's options to those of the core.

use std::borrow::Cow;
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use smartbill_core::client::{CallOptions, ClientOptions, Limit};
use smartbill_core::error::ErrorKind;
use smartbill_core::profile::Profile;
use smartbill_core::retry::RetryPolicy;
use smartbill_core::transport::HttpOptions;
use smartbill_core::validate::{Finding, Problem, Report, Severity};
use smartbill_core::{Error, Language, Message};

use crate::error;
use crate::model::read_mode;
use crate::value::NOT_UNICODE;

/// The options of a client and of its connections.
pub(crate) fn read_options(base_url: &str, options: &Bound<'_, PyDict>) -> PyResult<(ClientOptions, HttpOptions)> {
    let mut client = ClientOptions::new(base_url);
    let mut http = HttpOptions::default();
    // The language comes first, because the errors about the other options are in this language.
    if let Some(language) = options.get_item("language")?.filter(|v| !v.is_none()) {
        client.language = read_language(&language.extract::<String>()?)?;
    }
    for (name, v) in options {
        if v.is_none() {
            continue;
        }
        match name.extract::<String>()?.as_str() {
            "token" => client.token = Some(v.extract()?),
            "profile" => {
                let (text, file): (String, String) = v.extract()?;
                client.profile =
                    Profile::from_toml(&text, &file).map_err(|e| error::exception_in(v.py(), &e, client.language))?;
            }
            "mode" => client.mode = read_mode(&v.extract::<String>()?)?,
            "language" => {}
            "timeout" => client.total = read_limit(&v)?,
            "attempt_timeout" => client.attempt = read_limit(&v)?,
            "connect_timeout" => http.connect = read_limit(&v)?.duration(),
            "read_timeout" => http.read = read_limit(&v)?.duration(),
            "max_attempts" => client.retry = RetryPolicy { max_attempts: v.extract()?, ..client.retry },
            "max_retry_after" => {
                let limit = read_limit(&v)?.duration().unwrap_or(Duration::MAX);
                client.retry = RetryPolicy { max_retry_after: limit, ..client.retry };
            }
            "max_pages" => client.max_pages = v.extract()?,
            "max_body_bytes" => {
                let bytes = v.extract().map_err(|_| {
                    let pt = format!("`max_body_bytes` não pode ser `{v}`; use um número de bytes");
                    let en = format!("`max_body_bytes` cannot be `{v}`; use a number of bytes");
                    let error = Error::new(ErrorKind::Configuration, Message::new(pt, en));
                    error::exception_in(v.py(), &error, client.language)
                })?;
                (client.max_body_bytes, http.max_body_bytes) = (bytes, bytes);
            }
            "allow_http" => client.allow_http = v.extract()?,
            "user_agent" => client.user_agent = v.extract()?,
            "ca_pem" => http.ca_pem = v.extract()?,
            "client_pem" => http.client_pem = Some(v.extract()?),
            "proxy" => http.proxy = Some(v.extract()?),
            "no_proxy" => http.no_proxy = v.extract()?,
            other => return Err(PyValueError::new_err(format!("`{other}` is no option"))),
        }
    }
    Ok((client, http))
}

/// The options of one call.
pub(crate) fn read_call(options: &Bound<'_, PyDict>, language: Language) -> PyResult<CallOptions> {
    let mut call = CallOptions::default();
    for (name, v) in options {
        if v.is_none() {
            continue;
        }
        match name.extract::<String>()?.as_str() {
            "timeout" => call.total = Some(read_limit(&v)?),
            "attempt_timeout" => call.attempt = Some(read_limit(&v)?),
            "idempotency_key" => call.idempotency_key = Some(read_text(&v, "idempotency_key", language)?),
            "mode" => call.mode = Some(read_mode(&v.extract::<String>()?)?),
            "check_state" => call.strict = v.extract()?,
            "page_size" => call.page_size = Some(v.extract()?),
            "max_pages" => call.max_pages = Some(v.extract()?),
            other => return Err(PyValueError::new_err(format!("`{other}` is no option"))),
        }
    }
    Ok(call)
}

/// Reads seconds. Infinity means no limit, and must be given explicitly.
pub(crate) fn read_limit(v: &Bound<'_, PyAny>) -> PyResult<Limit> {
    let seconds: f64 = v.extract()?;
    if seconds == f64::INFINITY {
        return Ok(Limit::Infinite);
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(Limit::After(duration)),
        _ => Err(PyValueError::new_err(format!("a time limit of {seconds} seconds makes no sense"))),
    }
}

/// Reads `"pt-BR"` or `"en"`.
pub(crate) fn read_language(language: &str) -> PyResult<Language> {
    Language::from_name(language)
        .ok_or_else(|| PyValueError::new_err(format!("`{language}` is neither `pt-BR` nor `en`")))
}

/// Reads a text for a request. A lone surrogate is refused: `os.fsdecode` and broken drivers make it of bytes that are
/// not text.
pub(crate) fn read_text(text: &Bound<'_, PyAny>, path: &str, language: Language) -> PyResult<String> {
    let Ok(text) = text.cast::<PyString>() else {
        let kind = text.get_type().name()?;
        return Err(PyTypeError::new_err(format!("`{path}` must be text, not `{kind}`")));
    };
    text.to_cow().map(Cow::into_owned).map_err(|_| {
        let problem = Problem::WrongType { expected: "string", found: NOT_UNICODE.to_owned() };
        let finding = Finding::new(path, Severity::Error, problem);
        let report = Report { findings: vec![finding] };
        error::exception_in(text.py(), &Error::validation(report), language)
    })
}
