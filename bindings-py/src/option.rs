//! One option that Python gives: what it may be, and the refusal of anything else, which names the option and its range.

use std::io::Read;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};
use smartbill_core::client::Limit;
use smartbill_core::error::ErrorKind;
use smartbill_core::sheets::{open_path, path_error};
use smartbill_core::{Error, Language, Message, Mode};

use crate::error;

/// The name of an option and what was given for it.
pub(crate) struct Given<'a, 'py> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a Bound<'py, PyAny>,
    pub(crate) language: Language,
}

impl Given<'_, '_> {
    /// A whole number in a range.
    pub(crate) fn whole<T: TryFrom<i64>>(&self, range: RangeInclusive<i64>) -> PyResult<T> {
        let whole = (!self.value.is_instance_of::<PyBool>()).then(|| self.value.extract::<i64>().ok()).flatten();
        let whole = whole.filter(|whole| range.contains(whole)).and_then(|whole| T::try_from(whole).ok());
        whole.ok_or_else(|| match *range.end() {
            i64::MAX => self.refuse(
                &format!("um número inteiro, de {} em diante", range.start()),
                &format!("a whole number from {} on", range.start()),
            ),
            end => self.refuse(
                &format!("um número inteiro de {} a {end}", range.start()),
                &format!("a whole number from {} to {end}", range.start()),
            ),
        })
    }

    /// A number above zero.
    pub(crate) fn above_zero(&self) -> PyResult<f64> {
        let number = self.value.extract::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
        number.ok_or_else(|| self.refuse("um número acima de 0", "a number above 0"))
    }

    /// A time limit in seconds; infinity is none, asked for by name.
    pub(crate) fn limit(&self) -> PyResult<Limit> {
        match self.value.extract::<f64>().map(|seconds| (seconds, Duration::try_from_secs_f64(seconds))) {
            Ok((f64::INFINITY, _)) => Ok(Limit::Infinite),
            Ok((_, Ok(duration))) if !duration.is_zero() => Ok(Limit::After(duration)),
            _ => Err(self.refuse("segundos acima de 0, ou `INFINITE`", "seconds above 0, or `INFINITE`")),
        }
    }

    /// A text, which is not shown where it is refused: it may be a secret.
    pub(crate) fn text(&self) -> PyResult<String> {
        self.value.extract().map_err(|_| self.refuse_type("um texto", "a text"))
    }

    /// The text of a file that is given by its path, and the name of the file.
    pub(crate) fn file(&self) -> PyResult<(String, String)> {
        let path: PathBuf = self.typed(self.value.extract(), "um caminho", "a path")?;
        let (py, name) = (self.value.py(), path.display().to_string());
        let mut bytes = Vec::new();
        let read = open_path(&path)
            .and_then(|mut file| file.read_to_end(&mut bytes).map_err(|error| path_error(&path, error)));
        read.map_err(|fault| error::exception_in(py, &fault, self.language))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            let (pt, en) = (format!("`{name}` não está em UTF-8"), format!("`{name}` is not in UTF-8"));
            error::exception_in(py, &Error::new(ErrorKind::Io, Message::new(pt, en)), self.language)
        })?;
        Ok((text, name))
    }

    /// Something that can be called.
    pub(crate) fn function(&self) -> PyResult<Py<PyAny>> {
        if self.value.is_callable() {
            return Ok(self.value.clone().unbind());
        }
        Err(self.refuse_type("uma função", "a function"))
    }

    /// True or false.
    pub(crate) fn flag(&self) -> PyResult<bool> {
        self.value.extract().map_err(|_| self.refuse("True ou False", "True or False"))
    }

    /// `"strict"` or `"lenient"`.
    pub(crate) fn mode(&self) -> PyResult<Mode> {
        self.choice(Mode::from_name, "`strict` ou `lenient`", "`strict` or `lenient`")
    }

    /// One of some words.
    pub(crate) fn choice<T>(&self, read: impl FnOnce(&str) -> Option<T>, pt: &str, en: &str) -> PyResult<T> {
        let word = self.value.extract::<String>().ok().and_then(|word| read(&word));
        word.ok_or_else(|| self.refuse(pt, en))
    }

    /// A dictionary, a path, or whatever else is told by its type.
    pub(crate) fn typed<T>(&self, read: PyResult<T>, pt: &str, en: &str) -> PyResult<T> {
        read.map_err(|_| self.refuse_type(pt, en))
    }

    /// Says what may stand in the place of what was given.
    pub(crate) fn refuse(&self, pt: &str, en: &str) -> PyErr {
        let shown = match self.value.cast::<PyString>() {
            Ok(text) => text.to_string_lossy().into_owned(),
            Err(_) => self.value.repr().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default(),
        };
        // A number of a thousand digits is none that anybody meant to read.
        let shown = if shown.chars().count() > LONGEST { self.kind() } else { shown };
        self.refused(&shown, pt, en)
    }

    fn refuse_type(&self, pt: &str, en: &str) -> PyErr {
        self.refused(&self.kind(), pt, en)
    }

    fn kind(&self) -> String {
        self.value.get_type().name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn refused(&self, shown: &str, pt: &str, en: &str) -> PyErr {
        let name = self.name;
        let message = Message::new(
            format!("`{name}` não pode ser `{shown}`; use {pt}"),
            format!("`{name}` cannot be `{shown}`; use {en}"),
        );
        error::exception_in(self.value.py(), &Error::new(ErrorKind::Configuration, message), self.language)
    }
}

/// How many characters of a wrong value a sentence shows.
const LONGEST: usize = 40;
