//! Converts Python's options to those of the core.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use smartbill_core::client::{CallOptions, ClientOptions};
use smartbill_core::profile::Profile;
use smartbill_core::retry::RetryPolicy;
use smartbill_core::transport::http::HttpOptions;
use smartbill_core::validate::{Finding, Problem, Report, Severity};
use smartbill_core::{Error, Language, refusal};

use crate::error;
use crate::hooks::Hooks;
use crate::option::Given;
use crate::value::NOT_UNICODE;

/// The options of a client, of what it travels by, and how many calls may be awaited at once.
pub(crate) fn read_options(
    base_url: &str,
    options: &Bound<'_, PyDict>,
) -> PyResult<(ClientOptions, HttpOptions, usize)> {
    let mut client = ClientOptions::new(base_url);
    let mut http = HttpOptions::default();
    let mut max_connections = MAX_CONNECTIONS;
    let mut hooks = Hooks::default();
    // The language comes first, because the errors about the other options are in this language.
    if let Some(value) = options.get_item("language")?.filter(|v| !v.is_none()) {
        let given = Given { name: "language", value: &value, language: client.language };
        client.language = given.choice(Language::from_name, "`pt-BR` ou `en`", "`pt-BR` or `en`")?;
    }
    for (name, v) in options {
        if v.is_none() {
            continue;
        }
        let name = name.extract::<String>()?;
        let given = Given { name: &name, value: &v, language: client.language };
        match name.as_str() {
            "token" => client.token = Some(given.text()?),
            "profile" => {
                // A draft is no file yet: it comes as its text and its name.
                let (text, file) = v.extract().or_else(|_| given.file())?;
                client.profile =
                    Profile::from_toml(&text, &file).map_err(|e| error::exception_in(v.py(), &e, client.language))?;
            }
            "mode" => client.mode = given.mode()?,
            "language" => {}
            "timeout" => client.total = given.limit()?,
            "attempt_timeout" => client.attempt = given.limit()?,
            "connect_timeout" => http.connect = given.limit()?.duration(),
            "read_timeout" => http.read = given.limit()?.duration(),
            "max_attempts" => client.retry = RetryPolicy { max_attempts: given.whole(COUNT)?, ..client.retry },
            "max_retry_after" => {
                let limit = given.limit()?.duration().unwrap_or(Duration::MAX);
                client.retry = RetryPolicy { max_retry_after: limit, ..client.retry };
            }
            "max_pages" => client.max_pages = given.whole(COUNT)?,
            "max_connections" => max_connections = given.whole(1..=MOST_CONNECTIONS)?,
            "max_body_bytes" => {
                let bytes = given.whole(0..=i64::MAX)?;
                (client.max_body_bytes, http.max_body_bytes) = (bytes, bytes);
            }
            "allow_http" => client.allow_http = given.flag()?,
            "on_request" => hooks.on_request = Some(given.function()?),
            "on_response" => hooks.on_response = Some(given.function()?),
            "user_agent" => client.user_agent = given.text()?,
            "ca_pem" => http.ca_pem = v.extract()?,
            "client_pem" => http.client_pem = Some(v.extract()?),
            "proxy" => http.proxy = Some(given.text()?),
            "no_proxy" => http.no_proxy = given.flag()?,
            other => return Err(PyValueError::new_err(format!("`{other}` is no option"))),
        }
    }
    if hooks.on_request.is_some() || hooks.on_response.is_some() {
        client.observer = Some(Arc::new(hooks));
    }
    Ok((client, http, max_connections))
}

/// How many calls may be awaited at once where nobody says otherwise: well below the files that a process may open.
const MAX_CONNECTIONS: usize = 100;

const MOST_CONNECTIONS: i64 = 65_535;

/// One, or as many as a number of 32 bits can say.
const COUNT: std::ops::RangeInclusive<i64> = 1..=0xffff_ffff;

/// The options of one call.
pub(crate) fn read_call(options: &Bound<'_, PyDict>, language: Language) -> PyResult<CallOptions> {
    let mut call = CallOptions::default();
    for (name, v) in options {
        if v.is_none() {
            continue;
        }
        let name = name.extract::<String>()?;
        let given = Given { name: &name, value: &v, language };
        match name.as_str() {
            "timeout" => call.total = Some(given.limit()?),
            "attempt_timeout" => call.attempt = Some(given.limit()?),
            "idempotency_key" => call.idempotency_key = Some(read_text(&v, "idempotency_key", language)?),
            "mode" => call.mode = Some(given.mode()?),
            "check_state" => call.strict = given.flag()?,
            "page_size" => call.page_size = Some(given.whole(COUNT)?),
            "max_pages" => call.max_pages = Some(given.whole(COUNT)?),
            other => return Err(PyValueError::new_err(format!("`{other}` is no option"))),
        }
    }
    Ok(call)
}

/// Reads `"pt-BR"` or `"en"`.
pub(crate) fn read_language(language: &str) -> PyResult<Language> {
    Language::from_name(language)
        .ok_or_else(|| PyValueError::new_err(format!("`{language}` is neither `pt-BR` nor `en`")))
}

/// Why the system refuses a file, by the number of its error.
#[pyfunction]
#[pyo3(signature = (number, language, /))]
pub(crate) fn _refusal(number: i32, language: &str) -> PyResult<String> {
    let why = refusal(&std::io::Error::from_raw_os_error(number));
    Ok(why.get(read_language(language)?).to_owned())
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
