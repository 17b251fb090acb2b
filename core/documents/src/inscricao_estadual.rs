use super::ie_table::{Form, TABLE, checks_out, row};
use super::scan::{Ascii, DIGITS, PUNCTUATION, apply, from_the_start, masked_debug, matches, space, without};
use super::{Reason, Uf};
use crate::Mode;
use crate::text::{eq_ignore_case, trim_start};

const ISENTO: &str = "ISENTO";

/// A state's taxpayer registration, or the word `ISENTO`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InscricaoEstadual {
    uf: Uf,
    text: Ascii<14>,
}

impl InscricaoEstadual {
    /// Reads a registration of a state, bare or with a mask of that state. Lenient mode removes any `.`, `-`, `/` and
    /// spaces. `ISENTO`, in any case, is valid in every state.
    ///
    /// # Errors
    /// The reason why the text is not a registration of that state.
    pub fn parse(text: &str, uf: Uf, mode: Mode) -> Result<Self, Reason> {
        if isento(text, mode) {
            let text = Ascii::from_bytes(ISENTO.as_bytes());
            return Ok(Self { uf, text });
        }
        let Some((_, sizes, shapes)) = row(uf) else {
            return Err(Reason::InvalidUf);
        };
        let after_p = Some(text).filter(|_| uf == Uf::SP).and_then(after_p);
        let rest = after_p.unwrap_or(text);
        let mut digits = Ascii::<14>::EMPTY;
        digits.collect(rest, DIGITS, sizes, PUNCTUATION).map_err(|reason| from_the_start(reason, text, rest))?;
        if mode == Mode::Strict {
            if text.bytes().any(|byte| byte == b'p') {
                return Err(Reason::Lowercase);
            }
            if !mask_of_uf(text, shapes) {
                return Err(Reason::Mask);
            }
        }
        let collected = digits.as_bytes();
        let mut ie = Self { uf, text: Ascii::EMPTY };
        if after_p.is_some() {
            ie.text.push(b'P');
        }
        if let [form] = shapes {
            // The state's only form is longer than the number, so the number lacks its leading zeros.
            for _ in collected.len()..form.size.into() {
                ie.text.push(b'0');
            }
        }
        ie.text.extend(collected);
        if collected.iter().all(|&b| b == b'0') {
            return Err(Reason::Sequence);
        }
        let form = ie.form().filter(|form| valid_prefix(form, ie.text.as_bytes(), uf, mode)).ok_or(Reason::Prefix)?;
        if !form.weights.iter().all(|weights| checks_out(weights, ie.text.as_bytes())) {
            return Err(Reason::CheckDigit);
        }
        Ok(ie)
    }

    /// The states in which a text would be a valid registration, in alphabetical order. Many states share a rule, so
    /// there may be several. `ISENTO` is valid in all of them.
    #[must_use]
    pub fn possible_ufs(text: &str, mode: Mode) -> Vec<Uf> {
        let mut ufs = Vec::new();
        Self::in_each_uf(text, mode, &mut |ie| {
            ufs.push(ie.uf);
            true
        });
        ufs
    }

    /// Reads a text as a registration of each of those states, until `follow` returns false.
    pub(super) fn in_each_uf(text: &str, mode: Mode, follow: &mut dyn FnMut(Self) -> bool) {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        for &(uf, sizes, _) in TABLE {
            // States whose numbers have another length are skipped. A text without digits may be `ISENTO`.
            if (digits == 0 || sizes.iter().any(|&n| usize::from(n) == digits))
                && let Ok(ie) = Self::parse(text, uf, mode)
                && !follow(ie)
            {
                return;
            }
        }
    }

    /// The digits, with their `P` if they have one, or `ISENTO`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The full number with the mask of its state.
    #[must_use]
    pub fn format(&self) -> String {
        if self.isento() {
            return ISENTO.to_owned();
        }
        let digits = self.as_str().strip_prefix('P').unwrap_or(self.as_str());
        let mask = self.form().and_then(|form| form.masks.first().copied());
        apply(mask.unwrap_or_default(), digits)
    }

    /// The number in a form that may be shown to people: its last three digits only.
    #[must_use]
    pub fn masked(&self) -> String {
        if self.isento() {
            return ISENTO.to_owned();
        }
        let hidden = self.as_str().len().saturating_sub(3);
        let end = self.as_str().get(hidden..).unwrap_or_default();
        format!("{}{end}", "*".repeat(hidden))
    }

    /// The text without mask characters. Every way of writing `ISENTO` becomes `ISENTO`.
    #[must_use]
    pub fn strip(text: &str) -> String {
        let clean = without(text, PUNCTUATION);
        if isento(text, Mode::Lenient) || isento(&clean, Mode::Lenient) { ISENTO.to_owned() } else { clean }
    }

    /// The state that issued the registration.
    #[must_use]
    pub fn uf(&self) -> Uf {
        self.uf
    }

    /// Whether this is the word `ISENTO`: exempt from registration.
    #[must_use]
    pub fn isento(&self) -> bool {
        self.as_str() == ISENTO
    }

    /// Whether the number itself marks a rural producer (São Paulo's P, Tocantins' type 01).
    #[must_use]
    pub fn produtor_rural(&self) -> bool {
        let kind = self.as_str().get(2..4);
        self.as_str().starts_with('P') || (self.uf == Uf::TO && self.as_str().len() == 11 && kind == Some("01"))
    }

    /// Rondônia's old nine-digit number, converted to the fourteen-digit form that replaced it.
    #[must_use]
    pub fn forma_nova(&self) -> Option<Self> {
        if self.uf != Uf::RO || self.as_str().len() != 9 {
            return None;
        }
        let mut text = Ascii::from_bytes(b"00000000");
        text.extend(self.text.as_bytes().get(3..).unwrap_or_default());
        Some(Self { uf: Uf::RO, text })
    }

    fn form(&self) -> Option<&'static Form> {
        let (_, _, shapes) = row(self.uf)?;
        shapes.iter().find(|form| usize::from(form.size) == self.text.as_bytes().len())
    }

    /// Whether the number belongs to a series that the Federal District has not begun.
    pub(super) fn future_serie(&self) -> bool {
        self.uf == Uf::DF && !self.isento() && self.as_str() >= "09"
    }
}

/// Whether a text is bare digits or has one of the state's masks.
fn mask_of_uf(text: &str, shapes: &[Form]) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
        || shapes.iter().any(|form| form.masks.iter().any(|mask| matches(text, mask)))
}

fn isento(text: &str, mode: Mode) -> bool {
    if text.len() > 64 {
        return false;
    }
    if mode == Mode::Strict {
        return eq_ignore_case(text, ISENTO);
    }
    // The words are joined by one space each. A text that does not fit is longer than every way of writing `ISENTO`.
    let mut words = Ascii::<13>::EMPTY;
    let mut separates = false;
    for ch in text.chars() {
        if space(ch) || ch == '.' {
            separates = !words.as_bytes().is_empty();
            continue;
        }
        if std::mem::take(&mut separates) {
            words.push(b' ');
        }
        words.push(if ch.is_ascii() { ch as u8 } else { 0 });
    }
    ["ISENTO", "ISENTA", "ISENTO DE IE", "ISENTA DE IE"].iter().any(|form| eq_ignore_case(words.as_str(), form))
}

fn after_p(text: &str) -> Option<&str> {
    trim_start(text, space).strip_prefix(['P', 'p'])
}

fn valid_prefix(form: &Form, bytes: &[u8], uf: Uf, mode: Mode) -> bool {
    match uf {
        // The Federal District will go on from series 08 to 09 and further, as it did from 07 to 08.
        Uf::DF if mode == Mode::Lenient => return bytes >= b"07".as_slice(),
        // Only a rural producer of São Paulo has a prefix.
        Uf::SP if mode == Mode::Lenient => return true,
        _ => {}
    }
    let (pairs, _) = form.prefixes.as_bytes().as_chunks::<2>();
    let digits = bytes.get(usize::from(form.start)..).unwrap_or_default();
    pairs.is_empty() || pairs.iter().any(|pair| digits.starts_with(pair))
}

masked_debug!(InscricaoEstadual);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_row_and_its_masks_fit_its_lengths() {
        assert!(row(Uf::EX).is_none());
        for uf in Uf::UFS {
            let (of_row, sizes, shapes) = row(uf).unwrap();
            assert_eq!(*of_row, uf);
            for form in *shapes {
                assert_eq!(form.prefixes.len() % 2, 0, "{uf}");
                for weights in form.weights {
                    assert!(weights.len() <= usize::from(form.size), "{uf} {weights}");
                    let rules: Vec<char> = weights.chars().filter(char::is_ascii_uppercase).collect();
                    assert!(matches!(rules[..], ['A' | 'B' | 'G' | 'L' | 'M' | 'N' | 'R' | 'S']), "{uf} {weights}");
                    assert!(weights.chars().all(|c| matches!(c, '0'..=';' | 'd' | 'A'..='Z')), "{uf} {weights}");
                }
                for mask in form.masks {
                    let places = mask.matches('0').count();
                    assert!(sizes.iter().any(|&n| usize::from(n) == places), "{uf} {mask}");
                }
            }
        }
    }
}
