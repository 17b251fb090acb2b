use std::io;
use std::io::{Read, Seek};

use smartbill_documents::system;

use super::finding::SheetError;

/// The source of a file's bytes: an open file, or a buffer in memory.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// The error of bytes that cannot be read.
pub(super) fn reading(error: &io::Error) -> SheetError {
    SheetError::new("leitura_falhou", vec![("sistema", system::code(error))])
}
