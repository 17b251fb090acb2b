//! Where the rows of a batch come from, in Python: files, open files, bytes, tables, cursors, and anything to iterate.

use std::path::PathBuf;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyIterator, PyMapping, PyMemoryView, PyTuple};
use smartbill_core::{Language, Value};

use crate::classes::record_of;
use crate::error::refusal;
use crate::extras::spread;
use crate::fields::{described, fields};
use crate::table::{Table, unique};
use crate::{types, value};

/// A source, as far as Python is needed to know what it is.
pub(crate) enum Input {
    /// A file by its path.
    Path(PathBuf),
    /// The bytes of a file, and its name where it has one.
    Bytes(Vec<u8>, Option<String>),
    /// A table of a data-frame library.
    Table(Table),
    /// Objects, one for each row.
    Rows(Items),
}

/// The bytes that are asked for at once of an open file.
const PIECE: usize = 1 << 20;

impl Input {
    /// Tells what `source` is, and refuses what can be none before anything is read or sent. Of an open file no more
    /// than a byte beyond `limit` is read.
    pub(crate) fn read(source: &Bound<'_, PyAny>, limit: u64, language: Language) -> PyResult<Self> {
        let py = source.py();
        if let Ok(bytes) = source.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.as_bytes().to_vec(), None));
        }
        if source.is_instance_of::<PyByteArray>() || source.is_instance_of::<PyMemoryView>() {
            let bytes = py.get_type::<PyBytes>().call1((source,))?.cast_into::<PyBytes>()?;
            return Ok(Self::Bytes(bytes.as_bytes().to_vec(), None));
        }
        if let Ok(path) = source.extract() {
            return Ok(Self::Path(path));
        }
        if let Some(read) = source.getattr_opt(intern!(py, "read"))?.filter(Bound::is_callable) {
            let name = source.getattr_opt(intern!(py, "name"))?.and_then(|name| name.extract::<PathBuf>().ok());
            let name = name.as_deref().and_then(|name| Some(name.file_name()?.to_string_lossy().into_owned()));
            return Ok(Self::Bytes(read_open(&read, limit, language)?, name));
        }
        // The records of a listing are nearer than a table of them.
        if !source.is_instance(types::listing(py)?)?
            && let Some(table) = Table::read(source, language)?
        {
            return Ok(Self::Table(table));
        }
        Items::read(source, language).map(Self::Rows)
    }
}

fn read_open(read: &Bound<'_, PyAny>, limit: u64, language: Language) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    while u64::try_from(bytes.len()).is_ok_and(|read| read <= limit) {
        let piece = read.call1((PIECE,))?;
        let Ok(piece) = piece.cast::<PyBytes>() else {
            return Err(refusal(
                language,
                "o arquivo está aberto como texto: abra com `rb`",
                "the file is open for text: open it with `rb`",
            ));
        };
        if piece.as_bytes().is_empty() {
            break;
        }
        bytes.extend_from_slice(piece.as_bytes());
    }
    Ok(bytes)
}

/// Objects that Python makes one by one; the first is looked at beforehand.
pub(crate) struct Items {
    rest: Py<PyIterator>,
    first: Option<Value<'static>>,
    /// The names of the columns, where the rows are tuples of a cursor.
    names: Option<Py<PyTuple>>,
}

impl Items {
    fn read(source: &Bound<'_, PyAny>, language: Language) -> PyResult<Self> {
        let py = source.py();
        let kind = source.get_type().name()?.to_string();
        refuse_one(source, language)?;
        let rows = source.hasattr(intern!(py, "__iter__"))?.then(|| source.try_iter().ok()).flatten();
        let Some(rest) = rows else {
            let pt = format!("`{kind}` não é caminho, arquivo aberto, bytes, tabela nem linhas");
            let en = format!("`{kind}` is neither a path, an open file, bytes, a table nor rows");
            return Err(refusal(language, &pt, &en));
        };
        let names = described(source)?.map(|names| PyTuple::new(py, names)).transpose()?;
        if let Some(names) = &names {
            unique(names.iter().map(|name| Ok(name.str()?.to_string())), language)?;
        }
        let mut items = Self { rest: rest.unbind(), first: None, names: names.map(Bound::unbind) };
        items.first = items.pull(py)?;
        if let Some(first) = &items.first {
            check(first, language)?;
        }
        Ok(items)
    }

    /// The names of the columns, where they are known beforehand.
    pub(crate) fn names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.names.as_ref().map_or_else(|| Ok(Vec::new()), |names| names.extract(py))
    }

    /// The next row.
    pub(crate) fn next(&mut self, py: Python<'_>) -> PyResult<Option<Value<'static>>> {
        match self.first.take() {
            Some(first) => Ok(Some(first)),
            None => self.pull(py),
        }
    }

    fn pull(&self, py: Python<'_>) -> PyResult<Option<Value<'static>>> {
        let Some(row) = self.rest.bind(py).clone().next().transpose()? else { return Ok(None) };
        let row = match (&self.names, row.cast_exact::<PyTuple>()) {
            (Some(names), Ok(row)) => value::from_columns(names.bind(py), row)?,
            _ => value::from_row(&row)?,
        };
        Ok(Some(match row {
            Value::Object(fields) => Value::Object(spread(fields)),
            row => row,
        }))
    }
}

/// Refuses a record where many are wanted: it would be read as rows, and be told of in as many as it has fields.
pub(crate) fn refuse_one(source: &Bound<'_, PyAny>, language: Language) -> PyResult<()> {
    if source.is_instance_of::<PyMapping>()
        || record_of(source).is_some()
        || fields(source).is_ok_and(|fields| fields.is_some())
    {
        let kind = source.get_type().name()?;
        let pt = format!("`{kind}` é um registro só: passe uma lista, `[registro]`");
        return Err(refusal(language, &pt, &format!("`{kind}` is one record: give a list, `[record]`")));
    }
    Ok(())
}

/// Refuses rows that have no names, by the first of them; one that is merely odd is told of among the others.
fn check(first: &Value<'_>, language: Language) -> PyResult<()> {
    match first {
        Value::Object(_) | Value::Row(_) | Value::Null | Value::Foreign(_) => Ok(()),
        Value::List(_) => Err(refusal(
            language,
            "as linhas não têm nomes de colunas: passe o cursor da consulta, ou dicionários",
            "the rows have no names of columns: give the query's cursor, or mappings",
        )),
        _ => Err(refusal(
            language,
            "o que vem da fonte não são linhas, e sim valores soltos: passe dicionários, modelos ou uma tabela",
            "what the source gives are no rows but single values: give mappings, models or a table",
        )),
    }
}
