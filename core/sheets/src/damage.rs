//! Errors about a part of a workbook that cannot be read.

use std::io;

use super::finding::SheetError;
use super::source::reading;

/// The error of a file in which the part with this name is damaged.
pub(super) fn damaged(part: &str) -> SheetError {
    let format = match part {
        "content.xml" | "styles.xml" | "mimetype" | "META-INF/manifest.xml" => format!(".ods ({part})"),
        "EncryptionInfo" | "EncryptedPackage" => format!(".xlsx ({part})"),
        _ if part.rsplit('.').next() == Some("bin") => format!(".xlsb ({part})"),
        _ if part.contains('/') => format!(".xlsx ({part})"),
        _ => part.to_owned(),
    };
    SheetError::new("arquivo_corrompido", vec![("format", format)])
}

/// The error of a part that cannot be read, because of the file or of the device it is on.
pub(super) fn unreadable(error: &io::Error, part: &str) -> SheetError {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof, Unsupported};
    if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<SheetError>()) {
        return fault.clone();
    }
    match error.kind() {
        InvalidData | InvalidInput | Other | UnexpectedEof | Unsupported => damaged(part),
        _ => reading(error),
    }
}
