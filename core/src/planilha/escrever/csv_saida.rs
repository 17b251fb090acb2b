use std::io::Write;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

use super::{Escrito, Falha};
use crate::system;

/// Text separated by `;`, with Windows line ends, as Excel in Brazil opens it by a double click.
pub(in crate::planilha) struct Texto<W: Write> {
    csv: csv::Writer<W>,
    windows_1252: bool,
    escrito: Escrito,
    cabecalho: bool,
}

impl<W: Write> Texto<W> {
    pub(in crate::planilha) fn novo(mut destino: W, windows_1252: bool) -> Result<Self, Falha> {
        if !windows_1252 {
            destino.write_all(b"\xEF\xBB\xBF").map_err(|e| escrita(Some(&e)))?;
        }
        let csv = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(destino);
        Ok(Self { csv, windows_1252, escrito: Escrito::default(), cabecalho: true })
    }

    /// Writes one row; the first is the header, and is not counted.
    pub(in crate::planilha) fn linha(&mut self, celulas: impl Iterator<Item = String>) -> Result<(), Falha> {
        for celula in celulas {
            if self.windows_1252 {
                let (bytes, substituidos) = em_windows_1252(&celula);
                self.escrito.substituidos += substituidos;
                self.csv.write_field(bytes).map_err(|e| erro(&e))?;
            } else {
                self.csv.write_field(celula).map_err(|e| erro(&e))?;
            }
        }
        self.csv.write_record(None::<&[u8]>).map_err(|e| erro(&e))?;
        if self.cabecalho {
            self.cabecalho = false;
        } else {
            self.escrito.linhas += 1;
        }
        Ok(())
    }

    pub(in crate::planilha) fn terminar(self) -> Result<(W, Escrito), Falha> {
        let destino = self.csv.into_inner().map_err(|e| escrita(Some(e.error())))?;
        Ok((destino, self.escrito))
    }
}

/// The text in Windows-1252; a letter it lacks loses its accent, anything else becomes `?`.
fn em_windows_1252(texto: &str) -> (Vec<u8>, u64) {
    let (bytes, _, faltou) = WINDOWS_1252.encode(texto);
    if !faltou {
        return (bytes.into_owned(), 0);
    }
    let mut saida = Vec::with_capacity(texto.len());
    let mut substituidos = 0;
    for letra in texto.chars() {
        let mut espaco = [0; 4];
        let (bytes, _, faltou) = WINDOWS_1252.encode(letra.encode_utf8(&mut espaco));
        if faltou {
            substituidos += 1;
            let simples = std::iter::once(letra).nfkd().next().filter(char::is_ascii).unwrap_or('?');
            saida.push(u8::try_from(simples).unwrap_or(b'?'));
        } else {
            saida.extend_from_slice(&bytes);
        }
    }
    (saida, substituidos)
}

pub(super) fn escrita(erro: Option<&std::io::Error>) -> Falha {
    Falha::nova("escrita_falhou", vec![("sistema", erro.map(system::code).unwrap_or_default())])
}

fn erro(erro: &csv::Error) -> Falha {
    escrita(match erro.kind() {
        csv::ErrorKind::Io(erro) => Some(erro),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_1252_lacks_is_counted() {
        assert_eq!(em_windows_1252("São €"), (b"S\xE3o \x80".to_vec(), 0));
        assert_eq!(em_windows_1252("Łódź ő 中"), (b"?\xF3dz o ?".to_vec(), 4));
    }
}
