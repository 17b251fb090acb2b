//! What every document file needs to read a text: gathering characters, comparing masks, weighted sums.

use super::Motivo;

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
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    /// Appends ASCII characters; what does not fit is dropped, so callers check the length first.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let cabem = bytes.len().min(N - self.len);
        if let (Some(destino), Some(origem)) = (self.bytes.get_mut(self.len..self.len + cabem), bytes.get(..cabem)) {
            destino.copy_from_slice(origem);
            self.len += cabem;
        }
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
        // Only ASCII is ever pushed.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// The characters that count in a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alfabeto {
    Digitos,
    /// Digits and A–Z. Lower case is gathered as upper case and reported.
    Alfanumerico,
}

/// What [`coletar`] found.
pub(super) struct Coleta<const N: usize> {
    pub(super) texto: Ascii<N>,
    pub(super) minusculas: bool,
}

/// Gathers the characters of `alfabeto`, passing over what `ignora` names and refusing everything else.
pub(super) fn coletar<const N: usize>(
    texto: &str,
    alfabeto: Alfabeto,
    esperado: &'static [u8],
    ignora: fn(char) -> bool,
) -> Result<Coleta<N>, Motivo> {
    if texto.len() > LIMITE_BYTES {
        return Err(Motivo::Tamanho { esperado, recebido: texto.len() });
    }
    // The usual case by far: nothing to pass over.
    let bytes = texto.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) && esperado.iter().any(|&n| usize::from(n) == bytes.len()) {
        return Ok(Coleta { texto: Ascii::from_bytes(bytes), minusculas: false });
    }
    let mut coleta = Coleta { texto: Ascii::VAZIO, minusculas: false };
    let mut recebido = 0;
    for (indice, letra) in texto.chars().enumerate() {
        let byte = match letra {
            '0'..='9' => letra as u8,
            'A'..='Z' if alfabeto == Alfabeto::Alfanumerico => letra as u8,
            'a'..='z' if alfabeto == Alfabeto::Alfanumerico => {
                coleta.minusculas = true;
                letra.to_ascii_uppercase() as u8
            }
            _ if ignora(letra) => continue,
            _ => {
                return Err(Motivo::Alfabeto { posicao: indice + 1 });
            }
        };
        coleta.texto.push(byte);
        recebido += 1;
    }
    if recebido == 0 {
        return Err(Motivo::Vazio);
    }
    if !esperado.iter().any(|&n| usize::from(n) == recebido) {
        return Err(Motivo::Tamanho { esperado, recebido });
    }
    Ok(coleta)
}

/// Spaces that people and spreadsheets leave behind: ASCII ones and the two no-break spaces.
pub(super) fn espaco(letra: char) -> bool {
    matches!(letra, ' ' | '\t' | '\r' | '\n' | '\u{a0}' | '\u{202f}' | '\u{2007}')
}

/// What lenient reading removes from any numbered document: `.`, `-`, `/`, spaces and typographic dashes.
pub(super) fn pontuacao(letra: char) -> bool {
    espaco(letra) || matches!(letra, '.' | '-' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
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
    molde
        .chars()
        .map_while(|m| match m {
            '0' | 'A' => origem.next(),
            _ => Some(m),
        })
        .collect()
}

/// Removes what `ignora` names: the shared body of every `limpar`.
pub(super) fn sem(texto: &str, ignora: fn(char) -> bool) -> String {
    texto.chars().filter(|&letra| !ignora(letra)).collect()
}

/// The sum of each character's value (ASCII − 48, so that A is 17) times its weight.
pub(super) fn soma(bytes: &[u8], pesos: &[u8]) -> u32 {
    bytes.iter().zip(pesos).map(|(&b, &p)| u32::from(b.wrapping_sub(b'0')) * u32::from(p)).sum()
}

/// The common modulus 11 check digit: 0 if the remainder is below 2, otherwise 11 minus it.
pub(super) fn modulo11(soma: u32) -> u8 {
    match soma % 11 {
        0 | 1 => 0,
        resto => u8::try_from(11 - resto).unwrap_or_default(),
    }
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
