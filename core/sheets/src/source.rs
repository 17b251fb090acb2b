use std::io;
use std::io::{Read, Seek};

use smartbill_documents::system;

use super::finding::SheetError;

/// Where the bytes of a file come from: an open file, or a buffer in memory.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// Why the bytes cannot be had.
pub(super) fn reading(error: &io::Error) -> SheetError {
    SheetError::new("leitura_falhou", vec![("sistema", system::code(error))])
}
