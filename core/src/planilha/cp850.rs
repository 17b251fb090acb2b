//! Code page 850, that of DOS in Western Europe and Brazil, and how text in it is told from Windows-1252.

use encoding_rs::WINDOWS_1252;

/// The upper half of the code page.
const ALTO: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// The character of a byte.
pub(super) fn letra(byte: u8) -> char {
    if byte.is_ascii() { char::from(byte) } else { ALTO.chars().nth(usize::from(byte & 0x7F)).unwrap_or('\u{FFFD}') }
}

/// The upper half as a table, for whole files.
pub(super) fn tabela() -> Vec<char> {
    ALTO.chars().collect()
}

/// Counts which of the two code pages makes Portuguese of the bytes that are not ASCII.
#[derive(Default)]
pub(super) struct Palpite {
    cp850: u32,
    windows: u32,
    /// The last two bytes seen.
    antes: [u8; 2],
}

impl Palpite {
    /// So many letters are enough to tell.
    const BASTAM: u32 = 4_096;

    /// Looks at more of the file; whether it is worth going on.
    pub(super) fn ler(&mut self, bytes: &[u8]) -> bool {
        for &byte in bytes {
            let [anterior, atual] = self.antes;
            if !atual.is_ascii() {
                let byte_atual = [atual];
                let (windows, _) = WINDOWS_1252.decode_without_bom_handling(&byte_atual);
                self.windows += u32::from(windows.chars().all(|c| cabe(c, anterior, byte)));
                self.cp850 += u32::from(cabe(letra(atual), anterior, byte));
            }
            self.antes = [atual, byte];
        }
        self.cp850.max(self.windows) < Self::BASTAM
    }

    /// Whether the file, seen to its end or as far as it takes, is in code page 850.
    pub(super) fn cp850(mut self) -> bool {
        self.ler(b"\n");
        self.cp850 > self.windows
    }
}

/// Whether a character makes sense in Portuguese between these two bytes: its case is that of its neighbours, and a
/// cedilla stands before a vowel, and after one or after `r`, `n` or `l`.
fn cabe(letra: char, antes: u8, depois: u8) -> bool {
    let vizinha = |b: u8| b.is_ascii_alphabetic() || !b.is_ascii();
    match letra {
        'º' | 'ª' | '°' => return true,
        // What word processors leave behind, where they put it.
        '“' | '‘' => return !vizinha(antes),
        '”' | '…' => return !vizinha(depois),
        '’' => return vizinha(antes),
        '–' | '—' | '•' | '€' => return !vizinha(antes) && !vizinha(depois),
        'ç' | 'Ç' => {
            let vogal = |b: u8| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u') || !b.is_ascii();
            if !vogal(depois) || !(vogal(antes) || matches!(antes.to_ascii_lowercase(), b'r' | b'n' | b'l')) {
                return false;
            }
        }
        _ if !"áàâãéêíóôõúüÁÀÂÃÉÊÍÓÔÕÚÜ".contains(letra) => return false,
        _ => {}
    }
    if !vizinha(antes) && !vizinha(depois) {
        return false;
    }
    if letra.is_lowercase() {
        let maiuscula = antes.is_ascii_uppercase() || depois.is_ascii_uppercase();
        !maiuscula || antes.is_ascii_lowercase() || depois.is_ascii_lowercase()
    } else {
        !antes.is_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn em_cp850(texto: &str) -> Vec<u8> {
        let alto = tabela();
        let byte = |c: char| match alto.iter().position(|a| *a == c) {
            Some(i) => u8::try_from(i + 0x80).unwrap(),
            None => u8::try_from(c).unwrap(),
        };
        texto.chars().map(byte).collect()
    }

    fn palpite(bytes: &[u8]) -> bool {
        let mut palpite = Palpite::default();
        palpite.ler(bytes);
        palpite.cp850()
    }

    #[test]
    fn portuguese_is_told_in_either_code_page() {
        for texto in [
            "João da Conceição",
            "SÃO PAULO",
            "PADARIA SÃO JOÃO; AÇÚCAR; SAÚDE",
            "Água e Açaí",
            "CAFÉ; PÃO; ÓTICA; ÍNDICE",
            "Nº 12, 3º andar",
            "opção",
            "VOVÓ; VOVÔ; AVÔ",
            "promoção: até amanhã às três",
        ] {
            assert!(palpite(&em_cp850(texto)), "{texto}");
            assert!(!palpite(&WINDOWS_1252.encode(texto).0), "{texto}");
        }
        // The byte of `JOÃO` in one is that of `JOÇO` in the other: where nothing tells, it is what Windows writes.
        for texto in ["sem acento", "€ 10 — “aspas”", "Müller & Cia", "Ação", "JOÇO", "ALMOÇO"] {
            assert!(!palpite(&WINDOWS_1252.encode(texto).0), "{texto}");
        }
    }

    #[test]
    fn what_comes_in_pieces_is_read_as_one() {
        let bytes = em_cp850("SÃO JOÃO");
        let mut palpite = Palpite::default();
        for b in bytes {
            assert!(palpite.ler(&[b]));
        }
        assert!(palpite.cp850());
    }
}
