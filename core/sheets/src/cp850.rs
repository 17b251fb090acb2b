//! Code page 850, that of DOS in Western Europe and Brazil, and the distinction between it and Windows-1252.

use encoding_rs::WINDOWS_1252;

/// The upper half of the code page.
const HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// The character of a byte.
pub(super) fn ch(byte: u8) -> char {
    if byte.is_ascii() { char::from(byte) } else { HIGH.chars().nth(usize::from(byte & 0x7F)).unwrap_or('\u{FFFD}') }
}

/// The upper half as a table, for whole files.
pub(super) fn table() -> Vec<char> {
    HIGH.chars().collect()
}

/// Counts the non-ASCII bytes that make sense in Portuguese, for each of the two code pages.
#[derive(Default)]
pub(super) struct Guess {
    cp850: u32,
    windows: u32,
    /// The last two bytes seen.
    before: [u8; 2],
}

impl Guess {
    /// The number of letters that are enough to decide.
    const ENOUGH: u32 = 4_096;

    /// Reads another part of the file. Returns whether more is needed to decide.
    pub(super) fn read(&mut self, bytes: &[u8]) -> bool {
        for &byte in bytes {
            let [previous, current] = self.before;
            if !current.is_ascii() {
                let current_byte = [current];
                let (windows, _) = WINDOWS_1252.decode_without_bom_handling(&current_byte);
                self.windows += u32::from(windows.chars().all(|c| fits(c, previous, byte)));
                self.cp850 += u32::from(fits(ch(current), previous, byte));
            }
            self.before = [current, byte];
        }
        self.cp850.max(self.windows) < Self::ENOUGH
    }

    /// Decides whether the file is in code page 850, after the whole file or enough of it was read.
    pub(super) fn cp850(mut self) -> bool {
        self.read(b"\n");
        self.cp850 > self.windows
    }
}

/// Whether a character makes sense in Portuguese between these two bytes. Its case must be that of its neighbours. A
/// cedilla must be before a vowel, and after a vowel or `r`, `n` or `l`.
fn fits(ch: char, before: u8, after: u8) -> bool {
    let neighbour = |b: u8| b.is_ascii_alphabetic() || !b.is_ascii();
    match ch {
        'º' | 'ª' | '°' => return true,
        // Word processors insert these characters, at these positions.
        '“' | '‘' => return !neighbour(before),
        '”' | '…' => return !neighbour(after),
        '’' => return neighbour(before),
        '–' | '—' | '•' | '€' => return !neighbour(before) && !neighbour(after),
        'ç' | 'Ç' => {
            let vowel = |b: u8| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u') || !b.is_ascii();
            if !vowel(after) || !(vowel(before) || matches!(before.to_ascii_lowercase(), b'r' | b'n' | b'l')) {
                return false;
            }
        }
        _ if !"áàâãéêíóôõúüÁÀÂÃÉÊÍÓÔÕÚÜ".contains(ch) => return false,
        _ => {}
    }
    if !neighbour(before) && !neighbour(after) {
        return false;
    }
    if ch.is_lowercase() {
        let uppercase = before.is_ascii_uppercase() || after.is_ascii_uppercase();
        !uppercase || before.is_ascii_lowercase() || after.is_ascii_lowercase()
    } else {
        !before.is_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_cp850(text: &str) -> Vec<u8> {
        let high = table();
        let byte = |c: char| match high.iter().position(|a| *a == c) {
            Some(i) => u8::try_from(i + 0x80).unwrap(),
            None => u8::try_from(c).unwrap(),
        };
        text.chars().map(byte).collect()
    }

    fn guess(bytes: &[u8]) -> bool {
        let mut guess = Guess::default();
        guess.read(bytes);
        guess.cp850()
    }

    #[test]
    fn portuguese_is_told_in_either_code_page() {
        for text in [
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
            assert!(guess(&as_cp850(text)), "{text}");
            assert!(!guess(&WINDOWS_1252.encode(text).0), "{text}");
        }
        // The same byte makes `JOÃO` in one code page and `JOÇO` in the other. If nothing decides, the text is
        // Windows-1252.
        for text in ["sem acento", "€ 10 — “aspas”", "Müller & Cia", "Ação", "JOÇO", "ALMOÇO"] {
            assert!(!guess(&WINDOWS_1252.encode(text).0), "{text}");
        }
    }

    #[test]
    fn what_comes_in_pieces_is_read_as_one() {
        let bytes = as_cp850("SÃO JOÃO");
        let mut guess = Guess::default();
        for b in bytes {
            assert!(guess.read(&[b]));
        }
        assert!(guess.cp850());
    }
}
