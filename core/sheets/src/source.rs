use std::fs::File;
use std::io;
use std::io::{Read, Seek};
use std::path::Path;

use smartbill_documents::{Message, refusal, system};
use smartbill_model::{Error, ErrorKind};

use super::finding::SheetError;

/// The source of a file's bytes: an open file, or a buffer in memory.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// Opens the file at `path` for reading.
///
/// # Errors
/// `io`, with the path and the reason: there is no such file, it is a folder, or the system denies it.
pub fn open_path(path: &Path) -> Result<File, Error> {
    let opened = File::open(path).and_then(|mut file| {
        if file.metadata()?.is_dir() {
            // Reading gives the system's own error, with its number.
            return Err(file.read(&mut [0]).err().unwrap_or_else(|| io::ErrorKind::IsADirectory.into()));
        }
        Ok(file)
    });
    opened.map_err(|error| match error.kind() {
        // Windows denies a folder as if a permission were missing.
        io::ErrorKind::PermissionDenied if path.is_dir() => path_error(path, io::ErrorKind::IsADirectory.into()),
        _ => path_error(path, error),
    })
}

/// The error of a file at `path` that cannot be read.
#[must_use]
pub fn path_error(path: &Path, error: io::Error) -> Error {
    let (name, why) = (path.display(), refusal(&error));
    let message =
        Message::new(format!("`{name}` não pode ser lido: {}", why.pt), format!("`{name}` cannot be read: {}", why.en));
    Error::new(ErrorKind::Io, message).caused_by(error)
}

/// The error of bytes that cannot be read.
pub(super) fn reading(error: &io::Error) -> SheetError {
    SheetError::new("leitura_falhou", vec![("sistema", system::code(error))])
}
