//! Reads records from the journal.

use std::borrow::Cow;

use smartbill_documents::Message;
use smartbill_model::validate::{Context, Intent, Options};
use smartbill_model::{Error, ErrorKind, JsonError, Record, Value};

use super::resource::Importable;

/// Reads a record. The journal's contents were checked before they were stored, so they are not checked again.
pub(crate) fn record<M: Importable>(data: &str) -> Result<Record<'_>, Error> {
    let row = M::SCHEMA.read_json(data.as_bytes(), &mut context()).map_err(|e| unreadable(Some(e)))?;
    row.map(|row| Record::new(M::SCHEMA, row)).ok_or_else(|| unreadable(None))
}

/// The same as a model.
pub(crate) fn read<M: Importable>(data: &str) -> Result<M, Error> {
    record::<M>(data).map(|record| M::from_row(record.into_row()))
}

/// A change: the record, and the fields that are null, which it empties.
pub(crate) fn change<M: Importable>(data: &str) -> Result<(Record<'_>, Vec<Cow<'_, str>>), Error> {
    let value = Value::from_json(data.as_bytes()).map_err(|e| unreadable(Some(e)))?;
    let clear = match &value {
        Value::Object(fields) => fields.iter().filter(|(_, value)| *value == Value::Null).map(|(name, _)| name.clone()),
        _ => return Err(unreadable(None)),
    };
    let clear = clear.collect();
    let row = M::SCHEMA.read(value, &mut context()).ok_or_else(|| unreadable(None))?;
    Ok((Record::new(M::SCHEMA, row), clear))
}

fn context() -> Context {
    Context::new(Options { intent: Intent::Response, ..Options::default() })
}

fn unreadable(cause: Option<JsonError>) -> Error {
    let message = Message::new("o journal contém uma linha ilegível", "the journal holds a row that cannot be read");
    let error = Error::new(ErrorKind::Journal, message);
    match cause {
        Some(cause) => error.caused_by(cause),
        None => error,
    }
}
