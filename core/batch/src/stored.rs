//! Records as the journal holds them.

use smartbill_documents::Message;
use smartbill_model::validate::{Context, Intent, Options};
use smartbill_model::{Error, ErrorKind, Value};

use super::resource::Importable;

/// What the journal holds was checked before it was written; it is read as it is.
pub(crate) fn read<M: Importable>(data: &str) -> Result<M, Error> {
    let unreadable = || {
        let message =
            Message::new("o journal contém uma linha ilegível", "the journal holds a row that cannot be read");
        Error::new(ErrorKind::Journal, message)
    };
    let value = Value::from_json(data.as_bytes()).map_err(|e| unreadable().caused_by(e))?;
    let mut ctx = Context::new(Options { intent: Intent::Response, ..Options::default() });
    M::read(value, &mut ctx).ok_or_else(unreadable)
}
