use std::io::Write;

use encoding_rs::WINDOWS_1252;
use smartbill_documents::system;
use unicode_normalization::UnicodeNormalization;

use super::Written;
use crate::finding::SheetError;

/// Writes text separated by `;` with Windows line ends, which Excel in Brazil opens by a double click.
pub(crate) struct Text<W: Write> {
    csv: csv::Writer<W>,
    windows_1252: bool,
    written: Written,
    header: bool,
}

impl<W: Write> Text<W> {
    pub(crate) fn new(mut target: W, windows_1252: bool) -> Result<Self, SheetError> {
        if !windows_1252 {
            target.write_all(b"\xEF\xBB\xBF").map_err(|e| text(Some(&e)))?;
        }
        let csv = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(target);
        Ok(Self { csv, windows_1252, written: Written::default(), header: true })
    }

    /// Writes one row. The first one is the header, and does not count.
    pub(crate) fn row(&mut self, cells: impl Iterator<Item = String>) -> Result<(), SheetError> {
        for cell in cells {
            if self.windows_1252 {
                let (bytes, replaced) = as_windows_1252(&cell);
                self.written.replaced += replaced;
                self.csv.write_field(bytes).map_err(|e| error(&e))?;
            } else {
                self.csv.write_field(cell).map_err(|e| error(&e))?;
            }
        }
        self.csv.write_record(None::<&[u8]>).map_err(|e| error(&e))?;
        if self.header {
            self.header = false;
        } else {
            self.written.rows += 1;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(W, Written), SheetError> {
        let target = self.csv.into_inner().map_err(|e| text(Some(e.error())))?;
        Ok((target, self.written))
    }
}

/// Converts a text to Windows-1252. An unknown letter loses its accent, and any other unknown character becomes `?`.
fn as_windows_1252(text: &str) -> (Vec<u8>, u64) {
    let (bytes, _, was_missing) = WINDOWS_1252.encode(text);
    if !was_missing {
        return (bytes.into_owned(), 0);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut replaced = 0;
    for ch in text.chars() {
        let mut space = [0; 4];
        let (bytes, _, was_missing) = WINDOWS_1252.encode(ch.encode_utf8(&mut space));
        if was_missing {
            replaced += 1;
            let plain = std::iter::once(ch).nfkd().next().filter(char::is_ascii).unwrap_or('?');
            out.push(u8::try_from(plain).unwrap_or(b'?'));
        } else {
            out.extend_from_slice(&bytes);
        }
    }
    (out, replaced)
}

pub(super) fn text(error: Option<&std::io::Error>) -> SheetError {
    SheetError::new("escrita_falhou", vec![("sistema", error.map(system::code).unwrap_or_default())])
}

fn error(error: &csv::Error) -> SheetError {
    text(match error.kind() {
        csv::ErrorKind::Io(error) => Some(error),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_1252_lacks_is_counted() {
        assert_eq!(as_windows_1252("São €"), (b"S\xE3o \x80".to_vec(), 0));
        assert_eq!(as_windows_1252("Łódź ő 中"), (b"?\xF3dz o ?".to_vec(), 4));
    }
}
