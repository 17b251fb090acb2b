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

const BLOCO: usize = 64 * 1024;

/// Put after the last byte, where only this decoder can have put it: Ctrl-Z is dropped from the file itself.
/// It ends a last line that had no end, and if it turns up inside a cell, that cell's quote was never closed.
const SENTINELA: &[u8] = b"\n\x1A\n";

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
    csv: csv::Reader<Decodificador<'a>>,
    registro: csv::ByteRecord,
    limites: Limites,
    numero: u32,
}

impl<'a> LinhasTexto<'a> {
    pub(super) fn abrir(mut fonte: Box<dyn Fonte + 'a>, limites: &Limites) -> Result<Self, Falha> {
        let (codificacao, bom) = codificacao(&mut *fonte).map_err(|e| leitura(&e))?;
        fonte.seek(SeekFrom::Start(bom)).map_err(|e| leitura(&e))?;
        let mut decodificador = Decodificador::novo(fonte, codificacao, limites.bytes_por_linha);
        let amostra = decodificador.espiar().map_err(|e| leitura(&e))?;
        let (separador, declarado) = separador(amostra);
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(separador.byte())
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BLOCO)
            .from_reader(decodificador);
        let mut registro = csv::ByteRecord::new();
        if declarado {
            // Excel does not show the `sep=` line, so it has no row number.
            csv.read_byte_record(&mut registro).map_err(|e| erro_csv(e, 1))?;
        }
        Ok(Self { csv, registro, limites: *limites, numero: 0 })
    }

    pub(super) fn ler(&mut self) -> Result<Option<Linha>, Falha> {
        let antes = self.csv.position().line();
        self.csv.get_mut().zerar();
        if !self.csv.read_byte_record(&mut self.registro).map_err(|e| erro_csv(e, self.numero + 1))? {
            return Ok(None);
        }
        if let Some(ultimo) = self.registro.iter().next_back() {
            if self.registro.len() == 1 && ultimo == b"\x1A" {
                return Ok(None);
            }
            if ultimo.ends_with(SENTINELA) {
                return Err(aspas_abertas(self.numero + 1));
            }
        }
        // The parser passes over blank lines without a word, but they are rows: what its line count says, less the
        // record's own line and the line breaks inside its quotes.
        let linhas = self.csv.position().line().saturating_sub(antes);
        let em_branco = if linhas > 1 {
            let quebras: usize = self.registro.iter().map(|campo| campo.split(|b| *b == b'\n').count() - 1).sum();
            linhas.saturating_sub(1 + u64::try_from(quebras).unwrap_or(0))
        } else {
            0
        };
        self.numero = self.numero.saturating_add(1).saturating_add(u32::try_from(em_branco).unwrap_or(u32::MAX));
        if self.numero > self.limites.linhas {
            return Err(Falha::nova("linhas_demais", vec![("limite", self.limites.linhas.to_string())]));
        }
        let colunas = self.registro.len();
        if colunas > usize::try_from(self.limites.colunas).unwrap_or(usize::MAX) {
            return Err(Falha::nova(
                "colunas_demais",
                vec![("linha", self.numero.to_string()), ("limite", self.limites.colunas.to_string())],
            ));
        }
        let numero = self.numero;
        Ok(Some(Linha { numero, celulas: self.registro.iter().map(celula).collect() }))
    }
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

fn erro_csv(erro: csv::Error, linha: u32) -> Falha {
    match erro.into_kind() {
        csv::ErrorKind::Io(erro) if erro.kind() == io::ErrorKind::InvalidData => aspas_abertas(linha),
        csv::ErrorKind::Io(erro) => leitura(&erro),
        outro => Falha::nova("leitura_falhou", vec![("motivo", format!("{outro:?}"))]),
    }
}

fn aspas_abertas(linha: u32) -> Falha {
    Falha::nova("aspas_abertas", vec![("linha", linha.to_string())])
}

pub(super) fn leitura(erro: &io::Error) -> Falha {
    Falha::nova("leitura_falhou", vec![("motivo", erro.to_string())])
}

/// The encoding of the whole file, and how many bytes its mark takes.
fn codificacao(fonte: &mut dyn Fonte) -> io::Result<(Codificacao, u64)> {
    fonte.seek(SeekFrom::Start(0))?;
    let mut bloco = vec![0; BLOCO];
    let mut inicio = 0;
    while inicio < 3 {
        let lidos = fonte.read(bloco.get_mut(inicio..).unwrap_or_default())?;
        if lidos == 0 {
            break;
        }
        inicio += lidos;
    }
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
        let lidos = fonte.read(bloco.get_mut(sobra..).unwrap_or_default())?;
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
        let lidos = fonte.read(&mut bloco)?;
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

/// Turns the file into UTF-8 with `\n` line ends, with a last line end where there was none.
pub(super) struct Decodificador<'a> {
    fonte: Box<dyn Fonte + 'a>,
    decoder: Decodificacao,
    bruto: Vec<u8>,
    saida: Vec<u8>,
    lidos: usize,
    depois_de_cr: bool,
    terminado: bool,
    /// Bytes handed out since the last whole row; an unclosed quote makes it grow without end.
    desde_a_linha: u64,
    limite: u64,
}

impl<'a> Decodificador<'a> {
    fn novo(fonte: Box<dyn Fonte + 'a>, codificacao: Codificacao, limite: u64) -> Self {
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
            desde_a_linha: 0,
            limite: limite.saturating_add(2 * u64::try_from(BLOCO).unwrap_or(0)),
        }
    }

    /// The text of a page, which has no rows to be measured by.
    #[cfg(feature = "html")]
    pub(super) fn da_pagina(mut fonte: Box<dyn Fonte + 'a>) -> Result<Self, Falha> {
        let (codificacao, bom) = codificacao(&mut *fonte).map_err(|e| leitura(&e))?;
        fonte.seek(SeekFrom::Start(bom)).map_err(|e| leitura(&e))?;
        Ok(Self::novo(fonte, codificacao, u64::MAX))
    }

    fn zerar(&mut self) {
        self.desde_a_linha = 0;
    }

    /// The first block, without taking it.
    fn espiar(&mut self) -> io::Result<&[u8]> {
        if self.saida.is_empty() {
            self.encher()?;
        }
        Ok(&self.saida)
    }

    fn encher(&mut self) -> io::Result<()> {
        self.saida.clear();
        self.lidos = 0;
        while self.saida.is_empty() && !self.terminado {
            let quantos = self.fonte.read(&mut self.bruto)?;
            let bruto = self.bruto.get(..quantos).unwrap_or_default();
            self.terminado = quantos == 0;
            match &mut self.decoder {
                Decodificacao::Nenhuma => self.saida.extend_from_slice(bruto),
                Decodificacao::Padrao(decoder) => decodificar(decoder, bruto, self.terminado, &mut self.saida),
                Decodificacao::Cp850(tabela) => decodificar_cp850(tabela, bruto, &mut self.saida),
            }
            self.normalizar();
            if self.terminado {
                self.saida.extend_from_slice(SENTINELA);
            }
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
        self.desde_a_linha += u64::try_from(quantos).unwrap_or(0);
        if self.desde_a_linha > self.limite {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "row too long"));
        }
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
