//! What every document file needs to read a text: gathering characters, comparing masks, weighted sums.

use super::Motivo;
use crate::escrita::{self, letras};

/// No document other than a BR Code or an e-mail is longer than this with any amount of sensible punctuation.
const LIMITE_BYTES: usize = 256;

/// Up to `N` ASCII characters without an allocation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Ascii<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Ascii<N> {
    pub(super) const VAZIO: Self = Self { bytes: [0; N], len: 0 };

    /// Appends one ASCII character; what does not fit is dropped, so callers check the length first.
    pub(super) fn push(&mut self, byte: u8) {
        debug_assert!(byte.is_ascii());
        self.extend(&[byte]);
    }

    /// Appends ASCII characters; what does not fit is dropped, so callers check the length first.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        estender(&mut self.bytes, &mut self.len, bytes);
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let mut novo = Self::VAZIO;
        novo.extend(bytes);
        novo
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(super) fn as_str(&self) -> &str {
        inicio(&self.bytes, self.len)
    }
}

/// The part of [`Ascii::extend`] that is the same for all lengths.
fn estender(destino: &mut [u8], len: &mut usize, bytes: &[u8]) {
    for (destino, origem) in destino.get_mut(*len..).unwrap_or_default().iter_mut().zip(bytes) {
        *destino = *origem;
        *len += 1;
    }
}

/// The part of [`Ascii::as_str`] that is the same for all lengths.
fn inicio(bytes: &[u8], len: usize) -> &str {
    // Only ASCII is ever pushed.
    bytes.get(..len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

// What a character is to a document, one bit each, so that an alphabet and what is passed over are sets of them.
const DIGITO: u8 = 1;
const MAIUSCULA: u8 = 2;
pub(super) const PONTO: u8 = 4;
/// The hyphen and the typographic dashes.
pub(super) const TRACO: u8 = 8;
const BARRA: u8 = 16;
/// The bit in which lower and upper case differ, so that taking it off a character makes it upper case.
const MINUSCULA: u8 = 32;
/// Spaces that people and spreadsheets leave behind: ASCII ones and the no-break spaces.
pub(super) const ESPACO: u8 = 64;
pub(super) const PARENTESE: u8 = 128;

/// The characters that count in a document of digits.
pub(super) const DIGITOS: u8 = DIGITO;
/// Digits and A–Z. Lower case is gathered as upper case and reported.
pub(super) const ALFANUMERICO: u8 = DIGITO | MAIUSCULA | MINUSCULA;
/// What lenient reading removes from any numbered document.
pub(super) const PONTUACAO: u8 = ESPACO | PONTO | TRACO | BARRA;

const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut letra = 0;
    while letra < 128 {
        #[expect(clippy::indexing_slicing, reason = "within the array, and checked when it is compiled")]
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        {
            classes[letra] = match letra as u8 {
                b'0'..=b'9' => DIGITO,
                b'A'..=b'Z' => MAIUSCULA,
                b'a'..=b'z' => MINUSCULA,
                b' ' | b'\t' | b'\r' | b'\n' => ESPACO,
                b'.' => PONTO,
                b'-' => TRACO,
                b'/' => BARRA,
                b'(' | b')' => PARENTESE,
                _ => 0,
            };
        }
        letra += 1;
    }
    classes
};

fn classe_ascii(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

fn classe(letra: char) -> u8 {
    match letra {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => ESPACO,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => TRACO,
        _ => u8::try_from(letra).map_or(0, classe_ascii),
    }
}

/// Whether a character is in one of the classes of a set.
pub(super) fn e(letra: char, classes: u8) -> bool {
    classe(letra) & classes != 0
}

/// Whether a character is a space of any kind.
pub(super) fn espaco(letra: char) -> bool {
    e(letra, ESPACO)
}

/// The text without the spaces around it.
pub(super) fn aparar(texto: &str) -> &str {
    escrita::aparar(texto, espaco)
}

impl<const N: usize> Ascii<N> {
    /// Gathers the characters of `alfabeto`, passing over those of `ignora` and refusing everything else; says whether
    /// there was lower case. Into what is there already, because moving it about costs more than reading it.
    pub(super) fn colher(
        &mut self,
        texto: &str,
        alfabeto: u8,
        esperado: &'static [u8],
        ignora: u8,
    ) -> Result<bool, Motivo> {
        colher(texto, alfabeto, esperado, ignora, (&mut self.bytes, &mut self.len))
    }
}

/// The part that is the same for all lengths: puts into `destino` what fits, and how much that is.
fn colher(
    texto: &str,
    alfabeto: u8,
    esperado: &'static [u8],
    ignora: u8,
    (destino, len): (&mut [u8], &mut usize),
) -> Result<bool, Motivo> {
    if texto.len() > LIMITE_BYTES {
        return Err(Motivo::Tamanho { esperado, recebido: texto.len() });
    }
    let colhido = match colher_ascii(texto.as_bytes(), alfabeto, ignora, destino) {
        Err(_) if !texto.is_ascii() => colher_ascii(transcrever(texto).as_bytes(), alfabeto, ignora, destino),
        colhido => colhido,
    };
    let (recebido, vistas) = colhido.map_err(|posicao| Motivo::Alfabeto { posicao })?;
    if recebido == 0 {
        return Err(Motivo::Vazio);
    }
    if !esperado.iter().any(|&n| usize::from(n) == recebido) {
        return Err(Motivo::Tamanho { esperado, recebido });
    }
    *len = recebido.min(destino.len());
    Ok(vistas & MINUSCULA != 0)
}

/// The place of the first character that may not be there is the error.
fn colher_ascii(bytes: &[u8], alfabeto: u8, ignora: u8, destino: &mut [u8]) -> Result<(usize, u8), usize> {
    let (mut recebido, mut vistas) = (0, 0);
    for (indice, &byte) in bytes.iter().enumerate() {
        let classe = classe_ascii(byte);
        if classe & alfabeto != 0 {
            if let Some(lugar) = destino.get_mut(recebido) {
                *lugar = byte & !(classe & MINUSCULA);
            }
            recebido += 1;
            vistas |= classe;
        } else if classe & ignora == 0 {
            return Err(indice + 1);
        }
    }
    Ok((recebido, vistas))
}

/// A reason that was found in `resto`, the end of `texto`, with its place counted from the beginning.
#[cold]
pub(super) fn desde_o_inicio(motivo: Motivo, texto: &str, resto: &str) -> Motivo {
    match motivo {
        Motivo::Alfabeto { posicao } => Motivo::Alfabeto { posicao: posicao + letras(texto) - letras(resto) },
        outro => outro,
    }
}

/// A text with one ASCII character in the place of each of its own, of the same class.
#[cold]
fn transcrever(texto: &str) -> Ascii<LIMITE_BYTES> {
    let mut ascii = Ascii::VAZIO;
    for letra in texto.chars() {
        ascii.push(match classe(letra) {
            _ if letra.is_ascii() => letra as u8,
            ESPACO => b' ',
            TRACO => b'-',
            _ => 0,
        });
    }
    ascii
}

/// Whether a text has exactly the form of a mask: `0` a digit, `A` a digit or capital, others themselves.
pub(super) fn casa(texto: &str, molde: &str) -> bool {
    texto.len() == molde.len()
        && texto.bytes().zip(molde.bytes()).all(|(t, m)| match m {
            b'0' => t.is_ascii_digit(),
            b'A' => t.is_ascii_digit() || t.is_ascii_uppercase(),
            _ => t == m,
        })
}

/// Puts the characters of `texto` in the places (`0` or `A`) of a mask.
pub(super) fn aplicar(molde: &str, texto: &str) -> String {
    let mut origem = texto.chars();
    let mut saida = String::new();
    for m in molde.chars() {
        let letra = if matches!(m, '0' | 'A') { origem.next() } else { Some(m) };
        let Some(letra) = letra else { break };
        saida.push(letra);
    }
    saida
}

/// Removes the characters of some classes: the shared body of every `limpar`.
pub(super) fn sem(texto: &str, classes: u8) -> String {
    let mut saida = String::new();
    for letra in texto.chars() {
        if !e(letra, classes) {
            saida.push(letra);
        }
    }
    saida
}

/// The sum of the characters' values, and the one of each times a weight that falls to 2 at the last.
pub(super) fn soma_ate_dois(bytes: &[u8]) -> [u32; 2] {
    // The sum of all the sums on the way counts the last character once, the one before it twice, and so on.
    let (mut soma, mut somas) = (0, 0);
    for &byte in bytes {
        soma += u32::from(digito(byte));
        somas += soma;
    }
    [soma, somas + soma]
}

/// Weights 2, 1 from the right over two parts, the digits of each product added, complement to the next ten.
pub(super) fn modulo10(partes: [&[u8]; 2]) -> u8 {
    let (mut soma, mut dobra) = (0, true);
    for parte in partes.iter().rev() {
        for &byte in parte.iter().rev() {
            let produto = u32::from(digito(byte)) << u32::from(dobra);
            soma += if produto > 9 { produto - 9 } else { produto };
            dobra = !dobra;
        }
    }
    b'0' + u8::try_from((10 - soma % 10) % 10).unwrap_or_default()
}

/// The sum of each character's value times weights 2 to 9 from the right over two parts, again and again.
pub(super) fn soma_de_2_a_9(partes: [&[u8]; 2]) -> u32 {
    let (mut soma, mut peso) = (0, 2);
    for parte in partes.iter().rev() {
        for &byte in parte.iter().rev() {
            soma += u32::from(digito(byte)) * peso;
            peso = if peso == 9 { 2 } else { peso + 1 };
        }
    }
    soma
}

/// The common modulus 11 check digit: 0 if the remainder is below 2, otherwise 11 minus it.
pub(super) fn modulo11(soma: u32) -> u8 {
    match soma % 11 {
        0 | 1 => 0,
        resto => u8::try_from(11 - resto).unwrap_or_default(),
    }
}

/// The number that digits write.
pub(super) fn numero(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |total, &b| total * 10 + u32::from(digito(b)))
}

/// The value of an ASCII digit.
pub(super) fn digito(byte: u8) -> u8 {
    byte.wrapping_sub(b'0')
}

/// Whether all characters are the same one.
pub(super) fn repetido(bytes: &[u8]) -> bool {
    bytes.split_first().is_some_and(|(primeiro, resto)| resto.iter().all(|b| b == primeiro))
}

/// `Display` and `Debug` that show a document only in its masked form.
macro_rules! mostra_mascarado {
    ($tipo:ident) => {
        impl std::fmt::Display for $tipo {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.mascarado())
            }
        }

        impl std::fmt::Debug for $tipo {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($tipo), "({})"), self.mascarado())
            }
        }
    };
}
pub(super) use mostra_mascarado;
