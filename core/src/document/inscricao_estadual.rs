use super::ie_tabela::{Forma, TABELA, confere, linha};
use super::texto::{Ascii, DIGITOS, PONTUACAO, aplicar, casa, desde_o_inicio, espaco, mostra_mascarado, sem};
use super::{Motivo, Uf};
use crate::Modo;
use crate::escrita::{aparar_inicio, partes, sem_caixa};

const ISENTO: &str = "ISENTO";

/// A state's taxpayer registration, or the word `ISENTO`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InscricaoEstadual {
    uf: Uf,
    texto: Ascii<14>,
}

impl InscricaoEstadual {
    /// Reads a registration of a state: bare or with a mask of the state; lenient mode removes any `.`, `-`, `/`
    /// and spaces. `ISENTO`, in any case, is valid in every state.
    ///
    /// # Errors
    /// The reason why the text is no registration of that state.
    pub fn parse(texto: &str, uf: Uf, modo: Modo) -> Result<Self, Motivo> {
        if isento(texto, modo) {
            let texto = Ascii::from_bytes(ISENTO.as_bytes());
            return Ok(Self { uf, texto });
        }
        let Some((_, tamanhos, formas)) = linha(uf) else {
            return Err(Motivo::UfInvalida);
        };
        let depois_do_p = Some(texto).filter(|_| uf == Uf::SP).and_then(depois_do_p);
        let resto = depois_do_p.unwrap_or(texto);
        let mut digitos = Ascii::<14>::VAZIO;
        digitos.colher(resto, DIGITOS, tamanhos, PONTUACAO).map_err(|motivo| desde_o_inicio(motivo, texto, resto))?;
        if modo == Modo::Estrito {
            if texto.bytes().any(|byte| byte == b'p') {
                return Err(Motivo::Minuscula);
            }
            if !mascara_da_uf(texto, formas) {
                return Err(Motivo::Mascara);
            }
        }
        let lidos = digitos.as_bytes();
        let mut ie = Self { uf, texto: Ascii::VAZIO };
        if depois_do_p.is_some() {
            ie.texto.push(b'P');
        }
        if let [forma] = formas {
            // A state whose only form is longer than the number wants its leading zeros back.
            for _ in lidos.len()..forma.tamanho.into() {
                ie.texto.push(b'0');
            }
        }
        ie.texto.extend(lidos);
        if lidos.iter().all(|&b| b == b'0') {
            return Err(Motivo::Sequencia);
        }
        let forma =
            ie.forma().filter(|forma| prefixo_valido(forma, ie.texto.as_bytes(), uf, modo)).ok_or(Motivo::Prefixo)?;
        if !partes(forma.pesos).all(|pesos| confere(pesos, ie.texto.as_bytes())) {
            return Err(Motivo::DigitoVerificador);
        }
        Ok(ie)
    }

    /// The states in which a text would be a valid registration, in alphabetical order. Many states share a rule, so
    /// there may be several; `ISENTO` is valid in all.
    #[must_use]
    pub fn ufs_possiveis(texto: &str, modo: Modo) -> Vec<Uf> {
        let mut ufs = Vec::new();
        Self::em_cada_uf(texto, modo, &mut |ie| {
            ufs.push(ie.uf);
            true
        });
        ufs
    }

    /// What a text is in each of those states, for as long as `seguir` says.
    pub(super) fn em_cada_uf(texto: &str, modo: Modo, seguir: &mut dyn FnMut(Self) -> bool) {
        let digitos = texto.bytes().filter(u8::is_ascii_digit).count();
        for &(uf, tamanhos, _) in TABELA {
            // Not read for a state whose numbers have another length; without digits it may be `ISENTO`.
            if (digitos == 0 || tamanhos.iter().any(|&n| usize::from(n) == digitos))
                && let Ok(ie) = Self::parse(texto, uf, modo)
                && !seguir(ie)
            {
                return;
            }
        }
    }

    /// The digits, with their `P` if there is one, or `ISENTO`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.texto.as_str()
    }

    /// The full number with the mask of its state.
    #[must_use]
    pub fn formatar(&self) -> String {
        if self.isento() {
            return ISENTO.to_owned();
        }
        let digitos = self.as_str().strip_prefix('P').unwrap_or(self.as_str());
        let mascara = self.forma().and_then(|forma| partes(forma.mascaras).next());
        aplicar(mascara.unwrap_or_default(), digitos)
    }

    /// The number as it may be shown to people: the last three digits only.
    #[must_use]
    pub fn mascarado(&self) -> String {
        if self.isento() {
            return ISENTO.to_owned();
        }
        let escondidos = self.as_str().len().saturating_sub(3);
        let fim = self.as_str().get(escondidos..).unwrap_or_default();
        format!("{}{fim}", "*".repeat(escondidos))
    }

    /// The text without mask characters; `ISENTO` in its ways of writing becomes `ISENTO`.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        let limpo = sem(texto, PONTUACAO);
        if isento(texto, Modo::Leniente) || isento(&limpo, Modo::Leniente) { ISENTO.to_owned() } else { limpo }
    }

    /// The state.
    #[must_use]
    pub fn uf(&self) -> Uf {
        self.uf
    }

    /// Whether it is the word `ISENTO`: exempt from registration.
    #[must_use]
    pub fn isento(&self) -> bool {
        self.as_str() == ISENTO
    }

    /// Whether the number itself says that it is of a rural producer (São Paulo's P, Tocantins' type 01).
    #[must_use]
    pub fn produtor_rural(&self) -> bool {
        let tipo = self.as_str().get(2..4);
        self.as_str().starts_with('P') || (self.uf == Uf::TO && self.as_str().len() == 11 && tipo == Some("01"))
    }

    /// Rondônia's old nine-digit number as the fourteen-digit one that replaced it.
    #[must_use]
    pub fn forma_nova(&self) -> Option<Self> {
        if self.uf != Uf::RO || self.as_str().len() != 9 {
            return None;
        }
        let mut texto = Ascii::from_bytes(b"00000000");
        texto.extend(self.texto.as_bytes().get(3..).unwrap_or_default());
        Some(Self { uf: Uf::RO, texto })
    }

    fn forma(&self) -> Option<&'static Forma> {
        let (_, _, formas) = linha(self.uf)?;
        formas.iter().find(|forma| usize::from(forma.tamanho) == self.texto.as_bytes().len())
    }

    /// Whether it belongs to a series that the Federal District has not begun.
    pub(super) fn serie_futura(&self) -> bool {
        self.uf == Uf::DF && !self.isento() && self.as_str() >= "09"
    }
}

/// Bare digits, or one of the masks of the state.
fn mascara_da_uf(texto: &str, formas: &[Forma]) -> bool {
    texto.bytes().all(|b| b.is_ascii_digit())
        || formas.iter().any(|forma| partes(forma.mascaras).any(|mascara| casa(texto, mascara)))
}

fn isento(texto: &str, modo: Modo) -> bool {
    if texto.len() > 64 {
        return false;
    }
    if modo == Modo::Estrito {
        return sem_caixa(texto, ISENTO);
    }
    // The words with one space between them; what does not fit is longer than any of the ways to say it.
    let mut palavras = Ascii::<13>::VAZIO;
    let mut separa = false;
    for letra in texto.chars() {
        if espaco(letra) || letra == '.' {
            separa = !palavras.as_bytes().is_empty();
            continue;
        }
        if std::mem::take(&mut separa) {
            palavras.push(b' ');
        }
        palavras.push(if letra.is_ascii() { letra as u8 } else { 0 });
    }
    partes("ISENTO|ISENTA|ISENTO DE IE|ISENTA DE IE").any(|forma| sem_caixa(palavras.as_str(), forma))
}

fn depois_do_p(texto: &str) -> Option<&str> {
    aparar_inicio(texto, espaco).strip_prefix(['P', 'p'])
}

fn prefixo_valido(forma: &Forma, bytes: &[u8], uf: Uf, modo: Modo) -> bool {
    match uf {
        // The Federal District goes on from 08 to 09 and further, as it did from 07 to 08.
        Uf::DF if modo == Modo::Leniente => return bytes >= b"07".as_slice(),
        // Only a rural producer of São Paulo has a prefix.
        Uf::SP if modo == Modo::Leniente => return true,
        _ => {}
    }
    let (pares, _) = forma.prefixos.as_bytes().as_chunks::<2>();
    let digitos = bytes.get(usize::from(forma.inicio)..).unwrap_or_default();
    pares.is_empty() || pares.iter().any(|par| digitos.starts_with(par))
}

mostra_mascarado!(InscricaoEstadual);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_row_and_its_masks_fit_its_lengths() {
        assert!(linha(Uf::EX).is_none());
        for uf in Uf::ESTADOS {
            let (da_linha, tamanhos, formas) = linha(uf).unwrap();
            assert_eq!(*da_linha, uf);
            for forma in *formas {
                assert_eq!(forma.prefixos.len() % 2, 0, "{uf}");
                for pesos in partes(forma.pesos) {
                    assert!(pesos.len() <= usize::from(forma.tamanho), "{uf} {pesos}");
                    let regras: Vec<char> = pesos.chars().filter(char::is_ascii_uppercase).collect();
                    assert!(matches!(regras[..], ['A' | 'B' | 'G' | 'L' | 'M' | 'N' | 'R' | 'S']), "{uf} {pesos}");
                    assert!(pesos.chars().all(|c| matches!(c, '0'..=';' | 'd' | 'A'..='Z')), "{uf} {pesos}");
                }
                for mascara in partes(forma.mascaras) {
                    let lugares = mascara.matches('0').count();
                    assert!(tamanhos.iter().any(|&n| usize::from(n) == lugares), "{uf} {mascara}");
                }
            }
        }
    }
}
