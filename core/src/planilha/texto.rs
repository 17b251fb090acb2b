//! Text files: encoding, separator, quoting; read in one pass, in memory that does not grow with the file.

use std::borrow::Cow;
use std::io::{self, Read, SeekFrom};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

use super::celula::{Celula, Linha};
use super::cp850::{self, Palpite};
use super::leitor::Fonte;
use super::limites::{Limites, Separador};
use super::problema::Falha;
use crate::system;

const BLOCO: usize = 64 * 1024;

/// How a text file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codificacao {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
    Cp850,
}

/// The rows of a text file.
pub(super) struct LinhasTexto<'a> {
    decodificador: Decodificador<'a>,
    separador: u8,
    limites: Limites,
    numero: u32,
    /// Whole lines that were read, from the first that no row has taken.
    buffer: Vec<u8>,
    /// How much of the buffer rows have taken.
    taken: usize,
    /// The cells of the row in the buffer, without the quotes around them: from, to, and whether quotes inside are doubled.
    spans: Vec<(usize, usize, bool)>,
    stray_quotes: Vec<usize>,
}

/// Where one row of the buffer ends.
enum Row {
    /// The quotes are as they should be, and the row ends here.
    Ends(usize),
    /// A quote closes before the cell does, or only in another row.
    StrayQuote,
}

impl<'a> LinhasTexto<'a> {
    pub(super) fn abrir(mut fonte: Box<dyn Fonte + 'a>, limites: &Limites) -> Result<Self, Falha> {
        let (codificacao, bom) = codificacao(&mut *fonte).map_err(|e| leitura(&e))?;
        fonte.seek(SeekFrom::Start(bom)).map_err(|e| leitura(&e))?;
        let mut decodificador = Decodificador::novo(fonte, codificacao);
        let amostra = decodificador.espiar().map_err(|e| leitura(&e))?;
        let (separador, declarado) = separador(amostra);
        let mut linhas = Self {
            decodificador,
            separador: separador.byte(),
            limites: *limites,
            numero: 0,
            buffer: Vec::new(),
            taken: 0,
            spans: Vec::new(),
            stray_quotes: Vec::new(),
        };
        if declarado {
            // Excel does not show the `sep=` line, so it has no row number.
            linhas.taken = linhas.line(0, false)?.map_or(0, |end| end + 1);
        }
        Ok(linhas)
    }

    /// The columns of the last row whose quotes do not close where the cell does; asked for once.
    pub(super) fn stray_quotes(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.stray_quotes)
    }

    pub(super) fn ler(&mut self) -> Result<Option<Linha>, Falha> {
        let first_end = loop {
            if self.taken >= self.buffer.len() {
                self.buffer.clear();
                self.taken = 0;
            } else if self.taken > BLOCO && self.taken > self.buffer.len() / 2 {
                self.buffer.drain(..self.taken);
                self.taken = 0;
            }
            let Some(end) = self.line(self.taken, false)? else {
                return Ok(None);
            };
            self.numero = self.numero.saturating_add(1);
            if self.numero > self.limites.linhas {
                return Err(Falha::nova("linhas_demais", vec![("limite", self.limites.linhas.to_string())]));
            }
            if end > self.taken {
                break end;
            }
            // A blank line is a row, of which there is nothing to say.
            self.taken = end + 1;
        };
        self.spans.clear();
        let bytes = self.buffer.get(self.taken..first_end).unwrap_or_default();
        let end = if memchr::memchr(b'"', bytes).is_none() {
            self.split(first_end);
            first_end
        } else {
            match self.quoted(first_end)? {
                Row::Ends(end) => end,
                Row::StrayQuote => {
                    self.split_with_stray_quotes(first_end);
                    first_end
                }
            }
        };
        self.taken = end + 1;
        if self.spans.len() > usize::try_from(self.limites.colunas).unwrap_or(usize::MAX) {
            return Err(Falha::nova(
                "colunas_demais",
                vec![("linha", self.numero.to_string()), ("limite", self.limites.colunas.to_string())],
            ));
        }
        let celulas = self.spans.iter().map(|(from, to, doubled)| {
            let bytes = self.buffer.get(*from..*to).unwrap_or_default();
            if *doubled { celula(&undouble(bytes)) } else { celula(bytes) }
        });
        Ok(Some(Linha { numero: self.numero, celulas: celulas.collect() }))
    }

    /// Where the line that begins at `from` ends, without its line break; none at the end of the file.
    fn line(&mut self, from: usize, in_quotes: bool) -> Result<Option<usize>, Falha> {
        if from < self.buffer.len() {
            let rest = self.buffer.get(from..).unwrap_or_default();
            return Ok(Some(from + memchr::memchr(b'\n', rest).unwrap_or(rest.len())));
        }
        let most = usize::try_from(self.limites.bytes_por_linha).unwrap_or(usize::MAX).saturating_add(self.taken);
        let before = self.buffer.len();
        match self.decodificador.line(&mut self.buffer, most) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let ends_here = self.buffer.len() > before && self.buffer.last() == Some(&b'\n');
                Ok(Some(self.buffer.len() - usize::from(ends_here)))
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData && in_quotes => Err(aspas_abertas(self.numero)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let row = self.numero.saturating_add(1);
                Err(Falha::nova("linha_longa_demais", vec![("linha", row.to_string())]))
            }
            Err(error) => Err(leitura(&error)),
        }
    }

    /// Splits a line at every separator.
    fn split(&mut self, end: usize) {
        let bytes = self.buffer.get(self.taken..end).unwrap_or_default();
        let mut from = self.taken;
        for at in memchr::memchr_iter(self.separador, bytes) {
            self.spans.push((from, self.taken + at, false));
            from = self.taken + at + 1;
        }
        self.spans.push((from, end, false));
    }

    /// Splits a row in which quotes hold separators and line breaks together.
    fn quoted(&mut self, first_end: usize) -> Result<Row, Falha> {
        let mut end = first_end;
        let mut at = self.taken;
        loop {
            let mut next = if self.buffer.get(at) == Some(&b'"') && at < end {
                let (mut from, mut doubled) = (at + 1, false);
                let close = loop {
                    let inside = self.buffer.get(from..end).unwrap_or_default();
                    match memchr::memchr(b'"', inside).map(|i| from + i) {
                        Some(quote) if self.buffer.get(quote + 1) == Some(&b'"') && quote + 1 < end => {
                            (from, doubled) = (quote + 2, true);
                        }
                        Some(quote) => break quote,
                        None => {
                            from = end + 1;
                            end = self.line(from, true)?.ok_or_else(|| aspas_abertas(self.numero))?;
                        }
                    }
                };
                self.spans.push((at + 1, close, doubled));
                close + 1
            } else {
                let rest = self.buffer.get(at..end).unwrap_or_default();
                let next = at + memchr::memchr(self.separador, rest).unwrap_or(rest.len());
                self.spans.push((at, next, false));
                next
            };
            while next < end && self.buffer.get(next) == Some(&b' ') {
                next += 1;
            }
            if next >= end {
                break;
            }
            if self.buffer.get(next) != Some(&self.separador) {
                return Ok(Row::StrayQuote);
            }
            at = next + 1;
        }
        if self.swallows_rows(first_end, end) { Ok(Row::StrayQuote) } else { Ok(Row::Ends(end)) }
    }

    /// Whether a quoted cell that holds separators goes on over lines that are rows themselves, of as many cells.
    fn swallows_rows(&self, first_end: usize, end: usize) -> bool {
        let holds_separators = |(from, to, _): &(usize, usize, bool)| {
            let bytes = self.buffer.get(*from..*to).unwrap_or_default();
            *to > first_end && memchr::memchr(self.separador, bytes).is_some()
        };
        if !self.spans.iter().any(holds_separators) {
            return false;
        }
        let filled = self.spans.iter().rposition(|(from, to, _)| from < to).map_or(0, |last| last + 1);
        let lines = self.buffer.get(first_end..end).unwrap_or_default().split(|b| *b == b'\n');
        filled > 1
            && lines.skip(1).any(|line| {
                // Empty cells at the end of the line are no more than what follows the quoted one.
                let last = line.iter().rposition(|b| *b != self.separador).map_or(0, |last| last + 1);
                memchr::memchr_iter(self.separador, line.get(..last).unwrap_or_default()).count() + 1 >= filled
            })
    }

    /// Splits a line whose quotes make no sense: a cell that quotes do not hold together ends at the next separator.
    fn split_with_stray_quotes(&mut self, end: usize) {
        self.spans.clear();
        let mut at = self.taken;
        loop {
            let rest = self.buffer.get(at..end).unwrap_or_default();
            let plain = memchr::memchr(self.separador, rest).unwrap_or(rest.len());
            let next = match (rest.first(), closing_quote(rest, self.separador)) {
                (Some(b'"'), Some(close)) => {
                    self.spans.push((at + 1, at + close, true));
                    let after = rest.get(close..).unwrap_or_default();
                    close + memchr::memchr(self.separador, after).unwrap_or(after.len())
                }
                (Some(b'"'), None) => {
                    self.stray_quotes.push(self.spans.len());
                    let whole = plain > 1 && rest.get(plain - 1) == Some(&b'"');
                    let (from, to) = if whole { (1, plain - 1) } else { (0, plain) };
                    self.spans.push((at + from, at + to, false));
                    plain
                }
                _ => {
                    self.spans.push((at, at + plain, false));
                    plain
                }
            };
            if at + next >= end {
                return;
            }
            at += next + 1;
        }
    }
}

/// Where the quote that opens `bytes` closes, if that is followed by a separator or by nothing.
fn closing_quote(bytes: &[u8], separator: u8) -> Option<usize> {
    let mut from = 1;
    loop {
        let quote = from + memchr::memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(quote + 1) == Some(&b'"') {
            from = quote + 2;
            continue;
        }
        let after = bytes.get(quote + 1..)?.iter().find(|b| **b != b' ');
        return after.is_none_or(|b| *b == separator).then_some(quote);
    }
}

/// The text of a quoted cell: two quotes are one.
fn undouble(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut after_quote = false;
    for byte in bytes {
        after_quote = *byte == b'"' && !after_quote;
        if !after_quote {
            text.push(*byte);
        }
    }
    text
}

fn celula(campo: &[u8]) -> Celula {
    if campo.is_empty() {
        return Celula::Vazia;
    }
    let texto = String::from_utf8_lossy(campo);
    if texto.is_ascii() { Celula::Texto(texto.into_owned()) } else { Celula::Texto(composto(&texto).into_owned()) }
}

/// The text in normal form C: an accent typed as a separate character becomes part of its letter.
pub(super) fn composto(texto: &str) -> Cow<'_, str> {
    if unicode_normalization::is_nfc(texto) { Cow::Borrowed(texto) } else { Cow::Owned(texto.nfc().collect()) }
}

/// The text that was meant, if `texto` is UTF-8 that someone read as Windows-1252 (`AÃ§Ãºcar`).
///
/// Nothing is mended unless the whole of it turns back into valid UTF-8, which no Portuguese text does by chance.
pub(super) fn desfazer_mojibake(texto: &str) -> Option<String> {
    if !texto.contains(['Ã', 'Â', 'â']) {
        return None;
    }
    let (bytes, _, sem_correspondente) = WINDOWS_1252.encode(texto);
    if sem_correspondente {
        return None;
    }
    let mendado = String::from_utf8(bytes.into_owned()).ok()?;
    (mendado != texto).then_some(mendado)
}

fn aspas_abertas(linha: u32) -> Falha {
    Falha::nova("aspas_abertas", vec![("linha", linha.to_string())])
}

pub(super) fn leitura(erro: &io::Error) -> Falha {
    Falha::nova("leitura_falhou", vec![("sistema", system::code(erro))])
}

/// Reads a whole block, or up to the end of the file: what is guessed from a block must not depend on how many bytes the
/// file gives at a time.
fn fill(from: &mut (impl Read + ?Sized), block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// The encoding of the whole file, and how many bytes its mark takes.
fn codificacao(fonte: &mut dyn Fonte) -> io::Result<(Codificacao, u64)> {
    fonte.seek(SeekFrom::Start(0))?;
    let mut bloco = vec![0; BLOCO];
    let inicio = fill(fonte, &mut bloco)?;
    let lido = bloco.get(..inicio).unwrap_or_default();
    if lido.starts_with(&[0xEF, 0xBB, 0xBF]) {
        // A mark is a claim; bytes that break it are shown as U+FFFD rather than guessed at.
        return Ok((Codificacao::Utf8, 3));
    }
    if lido.starts_with(&[0xFF, 0xFE]) {
        return Ok((Codificacao::Utf16Le, 2));
    }
    if lido.starts_with(&[0xFE, 0xFF]) {
        return Ok((Codificacao::Utf16Be, 2));
    }
    // Valid UTF-8 from end to end or else Windows-1252: a sample is not enough, the first accent may be far down.
    let mut cheios = inicio;
    loop {
        let parte = bloco.get(..cheios).unwrap_or_default();
        let validos = match std::str::from_utf8(parte) {
            Ok(_) => cheios,
            Err(erro) if erro.error_len().is_some() => return Ok((de_um_byte(fonte)?, 0)),
            Err(erro) => erro.valid_up_to(),
        };
        bloco.copy_within(validos..cheios, 0);
        let sobra = cheios - validos;
        let lidos = fill(fonte, bloco.get_mut(sobra..).unwrap_or_default())?;
        if lidos == 0 {
            return Ok((if sobra == 0 { Codificacao::Utf8 } else { de_um_byte(fonte)? }, 0));
        }
        cheios = sobra + lidos;
    }
}

/// Which of the code pages of one byte: Windows-1252, unless that of DOS makes more Portuguese of the file.
fn de_um_byte(fonte: &mut dyn Fonte) -> io::Result<Codificacao> {
    fonte.seek(SeekFrom::Start(0))?;
    let mut bloco = vec![0; BLOCO];
    let mut palpite = Palpite::default();
    loop {
        let lidos = fill(fonte, &mut bloco)?;
        if lidos == 0 || !palpite.ler(bloco.get(..lidos).unwrap_or_default()) {
            return Ok(if palpite.cp850() { Codificacao::Cp850 } else { Codificacao::Windows1252 });
        }
    }
}

/// The separator that splits the sample most evenly; true when a `sep=` line declared it.
fn separador(amostra: &[u8]) -> (Separador, bool) {
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', byte, resto @ ..] = amostra
        && matches!(resto.first(), None | Some(b'\n'))
        && let Some(declarado) = Separador::TODOS.into_iter().find(|s| s.byte() == *byte)
    {
        return (declarado, true);
    }
    let mut melhor = (0, 0, Separador::PontoEVirgula);
    for candidato in Separador::TODOS {
        let (linhas, colunas) = regularidade(amostra, candidato);
        if (linhas, colunas) > (melhor.0, melhor.1) {
            melhor = (linhas, colunas, candidato);
        }
    }
    (melhor.2, false)
}

/// How many rows of the sample have the commonest number of columns, and that number; rows of one column do not count.
fn regularidade(amostra: &[u8], separador: Separador) -> (usize, usize) {
    const LINHAS: usize = 200;
    let mut leitor =
        csv::ReaderBuilder::new().delimiter(separador.byte()).has_headers(false).flexible(true).from_reader(amostra);
    let mut contagens = std::collections::BTreeMap::<usize, usize>::new();
    let mut registro = csv::ByteRecord::new();
    for _ in 0..LINHAS {
        match leitor.read_byte_record(&mut registro) {
            Ok(true) if registro.len() > 1 => *contagens.entry(registro.len()).or_default() += 1,
            Ok(true) => {}
            _ => break,
        }
    }
    contagens.into_iter().map(|(colunas, linhas)| (linhas, colunas)).max().unwrap_or_default()
}

/// How bytes become UTF-8.
enum Decodificacao {
    Nenhuma,
    Padrao(Decoder),
    Cp850(Vec<char>),
}

/// Turns the file into UTF-8 with `\n` line ends.
pub(super) struct Decodificador<'a> {
    fonte: Box<dyn Fonte + 'a>,
    decoder: Decodificacao,
    bruto: Vec<u8>,
    saida: Vec<u8>,
    lidos: usize,
    depois_de_cr: bool,
    terminado: bool,
}

impl<'a> Decodificador<'a> {
    fn novo(fonte: Box<dyn Fonte + 'a>, codificacao: Codificacao) -> Self {
        let decoder = match codificacao {
            Codificacao::Utf8 => Decodificacao::Nenhuma,
            Codificacao::Utf16Le => Decodificacao::Padrao(UTF_16LE.new_decoder_without_bom_handling()),
            Codificacao::Utf16Be => Decodificacao::Padrao(UTF_16BE.new_decoder_without_bom_handling()),
            Codificacao::Windows1252 => Decodificacao::Padrao(WINDOWS_1252.new_decoder_without_bom_handling()),
            Codificacao::Cp850 => Decodificacao::Cp850(cp850::tabela()),
        };
        Self {
            fonte,
            decoder,
            bruto: vec![0; BLOCO],
            saida: Vec::with_capacity(BLOCO),
            lidos: 0,
            depois_de_cr: false,
            terminado: false,
        }
    }

    /// The text of a page, which has no rows to be measured by.
    #[cfg(feature = "html")]
    pub(super) fn da_pagina(mut fonte: Box<dyn Fonte + 'a>) -> Result<Self, Falha> {
        let (codificacao, bom) = codificacao(&mut *fonte).map_err(|e| leitura(&e))?;
        fonte.seek(SeekFrom::Start(bom)).map_err(|e| leitura(&e))?;
        Ok(Self::novo(fonte, codificacao))
    }

    /// Adds the next line with its line break to `line`, which may grow to `most` bytes; false at the end of the file.
    fn line(&mut self, line: &mut Vec<u8>, most: usize) -> io::Result<bool> {
        let before = line.len();
        loop {
            if self.lidos >= self.saida.len() {
                self.encher()?;
                if self.saida.is_empty() {
                    return Ok(line.len() > before);
                }
            }
            let rest = self.saida.get(self.lidos..).unwrap_or_default();
            let found = memchr::memchr(b'\n', rest);
            let part = rest.get(..found.map_or(rest.len(), |i| i + 1)).unwrap_or_default();
            if line.len().saturating_add(part.len()) > most {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "line too long"));
            }
            line.extend_from_slice(part);
            self.lidos += part.len();
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// The first block, without taking it.
    fn espiar(&mut self) -> io::Result<&[u8]> {
        if self.saida.is_empty() {
            self.encher()?;
        }
        Ok(&self.saida)
    }

    /// The next block; nothing at the end of the file.
    fn encher(&mut self) -> io::Result<()> {
        self.saida.clear();
        self.lidos = 0;
        while self.saida.is_empty() && !self.terminado {
            let quantos = fill(&mut self.fonte, &mut self.bruto)?;
            let bruto = self.bruto.get(..quantos).unwrap_or_default();
            self.terminado = quantos == 0;
            match &mut self.decoder {
                Decodificacao::Nenhuma => self.saida.extend_from_slice(bruto),
                Decodificacao::Padrao(decoder) => decodificar(decoder, bruto, self.terminado, &mut self.saida),
                Decodificacao::Cp850(tabela) => decodificar_cp850(tabela, bruto, &mut self.saida),
            }
            self.normalizar();
        }
        Ok(())
    }

    /// Turns `\r\n` and a lone `\r` into `\n`, and drops the Ctrl-Z with which DOS ended a file.
    fn normalizar(&mut self) {
        if !self.depois_de_cr && !self.saida.contains(&b'\r') && !self.saida.contains(&0x1A) {
            return;
        }
        let mut depois_de_cr = self.depois_de_cr;
        self.saida.retain_mut(|byte| {
            let segundo_do_par = *byte == b'\n' && depois_de_cr;
            depois_de_cr = *byte == b'\r';
            if depois_de_cr {
                *byte = b'\n';
            }
            !segundo_do_par && *byte != 0x1A
        });
        self.depois_de_cr = depois_de_cr;
    }
}

fn decodificar(decodificador: &mut Decoder, mut bruto: &[u8], ultimo: bool, saida: &mut Vec<u8>) {
    let mut espaco = vec![0; BLOCO];
    loop {
        let (resultado, lidos, escritos, _) = decodificador.decode_to_utf8(bruto, &mut espaco, ultimo);
        saida.extend_from_slice(espaco.get(..escritos).unwrap_or_default());
        bruto = bruto.get(lidos..).unwrap_or_default();
        if matches!(resultado, CoderResult::InputEmpty) {
            return;
        }
    }
}

fn decodificar_cp850(tabela: &[char], bruto: &[u8], saida: &mut Vec<u8>) {
    let mut espaco = [0; 4];
    for byte in bruto {
        match tabela.get(usize::from(byte & 0x7F)).filter(|_| !byte.is_ascii()) {
            Some(letra) => saida.extend_from_slice(letra.encode_utf8(&mut espaco).as_bytes()),
            None => saida.push(*byte),
        }
    }
}

impl Read for Decodificador<'_> {
    fn read(&mut self, destino: &mut [u8]) -> io::Result<usize> {
        if self.lidos >= self.saida.len() {
            self.encher()?;
        }
        let resto = self.saida.get(self.lidos..).unwrap_or_default();
        let quantos = resto.len().min(destino.len());
        if let (Some(para), Some(de)) = (destino.get_mut(..quantos), resto.get(..quantos)) {
            para.copy_from_slice(de);
        }
        self.lidos += quantos;
        Ok(quantos)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn linhas(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let mut leitor = LinhasTexto::abrir(Box::new(Cursor::new(bytes.to_vec())), &Limites::default()).unwrap();
        let mut todas = Vec::new();
        while let Some(linha) = leitor.ler().unwrap() {
            todas.push((linha.numero, linha.celulas.iter().map(Celula::mostrar).collect()));
        }
        todas
    }

    fn uma(bytes: &[u8]) -> Vec<String> {
        linhas(bytes).remove(0).1
    }

    fn stray(bytes: &[u8]) -> Vec<(u32, Vec<usize>, Vec<String>)> {
        let mut leitor = LinhasTexto::abrir(Box::new(Cursor::new(bytes.to_vec())), &Limites::default()).unwrap();
        let mut todas = Vec::new();
        while let Some(linha) = leitor.ler().unwrap() {
            let texts = linha.celulas.iter().map(Celula::mostrar).collect();
            todas.push((linha.numero, leitor.stray_quotes(), texts));
        }
        todas
    }

    #[test]
    fn encodings() {
        let esperado = ["São Paulo", "€ 1"];
        assert_eq!(uma("São Paulo;€ 1".as_bytes()), esperado);
        assert_eq!(uma("\u{FEFF}São Paulo;€ 1\r\n".as_bytes()), esperado);
        assert_eq!(uma(b"S\xE3o Paulo;\x80 1\r\n"), esperado);
        let le: Vec<u8> = "\u{FEFF}São Paulo;€ 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "\u{FEFF}São Paulo;€ 1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(uma(&le), esperado);
        assert_eq!(uma(&be), esperado);
        assert_eq!(uma("Sa\u{303}o Paulo;€ 1".as_bytes()), esperado);
        assert_eq!(uma(b"S\xC6o Paulo;N\xA7 1\r\n"), ["São Paulo", "Nº 1"]);
        assert_eq!(uma("MAÇÃ;AÇÃO;Â".as_bytes()), ["MAÇÃ", "AÇÃO", "Â"]);
    }

    #[test]
    fn the_first_accent_may_come_late() {
        let mut bytes = "codigo;nome\n".repeat(20_000).into_bytes();
        bytes.extend_from_slice(b"1;Jo\xE3o\n");
        assert_eq!(linhas(&bytes).last().unwrap().1, ["1", "João"]);
    }

    #[test]
    fn separators_are_told_from_decimal_commas() {
        assert_eq!(uma(b"a;b\n1,5;2,5\n"), ["a", "b"]);
        assert_eq!(uma(b"a,b\n1.5,2.5\n"), ["a", "b"]);
        assert_eq!(uma(b"a\tb\n1,5\t2,5\n"), ["a", "b"]);
        assert_eq!(uma(b"a|b\n1,5|2,5\n"), ["a", "b"]);
        assert_eq!(linhas(b"sep=,\r\na,b\r\n"), [(1, vec!["a".into(), "b".into()])]);
        assert_eq!(uma(b"Relatorio, de clientes\nnome;cidade;uf\nx;y;z\nx;y;z\n"), ["Relatorio, de clientes"]);
    }

    #[test]
    fn rows_are_counted_as_excel_counts_them() {
        let numeros = |bytes: &[u8]| linhas(bytes).into_iter().map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!(numeros(b"a;b\n\n\nc;d\n"), [1, 4]);
        assert_eq!(numeros(b"\r\n\r\na;b\r\n\"x\r\ny\";d\r\n\r\ne;f"), [3, 4, 6]);
        assert_eq!(numeros(b"a;b\rc;d\r\re;f\r"), [1, 2, 4]);
        assert_eq!(numeros(b"a;b\nc;d\x1a"), [1, 2]);
        assert_eq!(linhas(b"a;b\n\"x\r\ny\";\"d\"\"e\"\n")[1].1, ["x\ny", "d\"e"]);
    }

    #[test]
    fn a_stray_quote_never_makes_one_row_of_two() {
        let head = "C;Nome;CPF;Cidade;UF\n";
        let rows = |rest: &str| {
            let all = stray(format!("{head}{rest}").as_bytes());
            all.into_iter().skip(1).map(|(n, stray, texts)| (n, stray, texts.join("|"))).collect::<Vec<_>>()
        };
        assert_eq!(
            rows("1;\"Bar do Zé;11222333000181;Rio;RJ\n2;Casa \"Nova\";52998224725;São Paulo;SP\n"),
            [
                (2, vec![1], "1|\"Bar do Zé|11222333000181|Rio|RJ".to_owned()),
                (3, vec![], "2|Casa \"Nova\"|52998224725|São Paulo|SP".to_owned()),
            ]
        );
        // The quotes close where a cell of the next row ends: a well-formed cell, were it not for the rows.
        assert_eq!(
            rows("1;\"Bar;1;Rio;RJ\n2;Casa Nova\";2;SP;SP\n3;a;3;b;c\n"),
            [
                (2, vec![1], "1|\"Bar|1|Rio|RJ".to_owned()),
                (3, vec![], "2|Casa Nova\"|2|SP|SP".to_owned()),
                (4, vec![], "3|a|3|b|c".to_owned()),
            ]
        );
        assert_eq!(
            rows("1;\"Bar \"do\" Zé\";3;\"Rio; RJ\";e\n"),
            [(2, vec![1], "1|Bar \"do\" Zé|3|Rio; RJ|e".to_owned())]
        );
        // What is right stays as it is: line breaks, separators, doubled quotes, a space after the quote.
        assert_eq!(
            rows("1;\"Bar \"\"do\"\" Zé\" ;\"a\nb; c\";\"\";x\n2;b;c;d;e\n"),
            [(2, vec![], "1|Bar \"do\" Zé|a\nb; c||x".to_owned()), (3, vec![], "2|b|c|d|e".to_owned())]
        );
    }

    #[test]
    fn what_is_too_long_is_told_by_its_own_reason() {
        let limites = Limites { linhas: 1000, ..Limites::default() };
        let falha = |bytes: Vec<u8>| {
            let mut leitor = LinhasTexto::abrir(Box::new(Cursor::new(bytes)), &limites).unwrap();
            loop {
                match leitor.ler() {
                    Ok(Some(_)) => {}
                    Ok(None) => return "nenhuma",
                    Err(falha) => return falha.codigo,
                }
            }
        };
        assert_eq!(falha(b"\n".repeat(2_000_000)), "linhas_demais");
        assert_eq!(falha([b"a;b\n".as_slice(), &b";".repeat(2_000_000)].concat()), "linha_longa_demais");
        assert_eq!(falha([b"a;b\n".as_slice(), &b"x".repeat(2_000_000)].concat()), "linha_longa_demais");
        assert_eq!(falha([b"a;b\n".as_slice(), &b";".repeat(2_000)].concat()), "colunas_demais");
    }

    #[test]
    fn an_unclosed_quote_does_not_swallow_the_file() {
        let mut bytes = b"a;b\n1;2\n\"sem fim;3\n".to_vec();
        bytes.extend(std::iter::repeat_n(b"4;5\n", 600_000).flatten());
        let mut leitor = LinhasTexto::abrir(Box::new(Cursor::new(bytes)), &Limites::default()).unwrap();
        assert!(leitor.ler().is_ok());
        assert!(leitor.ler().is_ok());
        let falha = leitor.ler().unwrap_err();
        assert_eq!((falha.codigo, falha.parametros[0].1.as_str()), ("aspas_abertas", "3"));

        let curto = b"a;b\n1;\"sem fim\n3;4\n".to_vec();
        let mut leitor = LinhasTexto::abrir(Box::new(Cursor::new(curto)), &Limites::default()).unwrap();
        assert!(leitor.ler().is_ok());
        assert_eq!(leitor.ler().unwrap_err().codigo, "aspas_abertas");
    }
}
