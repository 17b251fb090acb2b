use super::ie_tabela::{Dv, Forma, PESOS_9, linha};
use super::texto::{
    Ascii, DIGITOS, PONTUACAO, aplicar, casa, desde_o_inicio, digito, espaco, modulo11, mostra_mascarado, numero, sem,
    soma,
};
use super::{Motivo, Uf};
use crate::Modo;
use crate::escrita::{aparar_inicio, sem_caixa};

const ISENTO: &str = "ISENTO";

/// The number of a rural producer of São Paulo: its digits follow a P, and strict mode wants them to begin with 0.
const RURAL_SP: &str = "P-00000000.0/000";

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
        if uf == Uf::SP
            && let Some(resto) = depois_do_p(texto)
        {
            return Self::rural_de_sp(texto, resto, modo);
        }
        let mut digitos = Ascii::<14>::VAZIO;
        digitos.colher(texto, DIGITOS, tamanhos, PONTUACAO)?;
        if modo == Modo::Estrito && !mascara_da_uf(texto, formas) {
            return Err(Motivo::Mascara);
        }
        let completo = completar(&digitos, formas);
        let forma = formas
            .iter()
            .find(|forma| usize::from(forma.tamanho) == completo.as_bytes().len())
            .ok_or(Motivo::Tamanho { esperado: tamanhos, recebido: digitos.as_bytes().len() })?;
        let bytes = completo.as_bytes();
        if bytes.iter().all(|&b| b == b'0') {
            return Err(Motivo::Sequencia);
        }
        if !prefixo_valido(forma, completo.as_str(), uf, modo) {
            return Err(Motivo::Prefixo);
        }
        if !confere(&forma.dv, bytes) {
            return Err(Motivo::DigitoVerificador);
        }
        Ok(Self { uf, texto: completo })
    }

    /// The states in which a text would be a valid registration, in alphabetical order. Many states share a rule, so
    /// there may be several; `ISENTO` is valid in all.
    #[must_use]
    pub fn ufs_possiveis(texto: &str, modo: Modo) -> Vec<Uf> {
        Uf::ESTADOS.iter().copied().filter(|&uf| Self::parse(texto, uf, modo).is_ok()).collect()
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
        if let Some(resto) = self.as_str().strip_prefix('P') {
            return aplicar(RURAL_SP, resto);
        }
        let tamanho = self.as_str().len();
        linha(self.uf)
            .and_then(|(_, _, formas)| formas.iter().find(|forma| usize::from(forma.tamanho) == tamanho))
            .and_then(|forma| forma.mascaras.first())
            .map_or_else(|| self.as_str().to_owned(), |mascara| aplicar(mascara, self.as_str()))
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
        if isento(texto, Modo::Leniente) {
            return ISENTO.to_owned();
        }
        sem(texto, PONTUACAO)
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

    /// Whether it belongs to a series that the Federal District has not begun.
    pub(super) fn serie_futura(&self) -> bool {
        self.uf == Uf::DF && !self.isento() && self.as_str() >= "09"
    }

    fn rural_de_sp(texto: &str, resto: &str, modo: Modo) -> Result<Self, Motivo> {
        let mut digitos = Ascii::<12>::VAZIO;
        digitos.colher(resto, DIGITOS, &[12], PONTUACAO).map_err(|motivo| desde_o_inicio(motivo, texto, resto))?;
        if modo == Modo::Estrito {
            if texto.bytes().any(|byte| byte == b'p') {
                return Err(Motivo::Minuscula);
            }
            if !casa(texto, "P000000000000") && !casa(texto, RURAL_SP) {
                return Err(Motivo::Mascara);
            }
            if !digitos.as_str().starts_with('0') {
                return Err(Motivo::Prefixo);
            }
        }
        if digitos.as_bytes().iter().all(|&b| b == b'0') {
            return Err(Motivo::Sequencia);
        }
        let (base, dv) = digitos.as_bytes().split_at_checked(8).unwrap_or_default();
        if dv.first() != Some(&paulista(base, &PAULISTA_1)) {
            return Err(Motivo::DigitoVerificador);
        }
        let mut canonico = Ascii::from_bytes(b"P");
        canonico.extend(digitos.as_bytes());
        Ok(Self { uf: Uf::SP, texto: canonico })
    }
}

/// Bare digits, or one of the masks of the state.
fn mascara_da_uf(texto: &str, formas: &[Forma]) -> bool {
    texto.bytes().all(|b| b.is_ascii_digit())
        || formas.iter().flat_map(|forma| forma.mascaras).any(|mascara| casa(texto, mascara))
}

/// Puts back the leading zeros of a state whose only form is longer than the number.
fn completar(digitos: &Ascii<14>, formas: &[Forma]) -> Ascii<14> {
    let [forma] = formas else { return *digitos };
    let faltam = usize::from(forma.tamanho).saturating_sub(digitos.as_bytes().len());
    let mut completo = Ascii::VAZIO;
    for _ in 0..faltam {
        completo.push(b'0');
    }
    completo.extend(digitos.as_bytes());
    completo
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
    ["ISENTO", "ISENTA", "ISENTO DE IE", "ISENTA DE IE"].iter().any(|forma| sem_caixa(palavras.as_str(), forma))
}

fn depois_do_p(texto: &str) -> Option<&str> {
    aparar_inicio(texto, espaco).strip_prefix(['P', 'p'])
}

fn prefixo_valido(forma: &Forma, texto: &str, uf: Uf, modo: Modo) -> bool {
    // The Federal District goes on from 08 to 09 and further, as it did from 07 to 08.
    if uf == Uf::DF && modo == Modo::Leniente {
        return texto >= "07";
    }
    let (pares, _) = forma.prefixos.as_bytes().as_chunks::<2>();
    let digitos = texto.as_bytes().get(usize::from(forma.inicio)..).unwrap_or_default();
    pares.is_empty() || pares.iter().any(|par| digitos.starts_with(par))
}

fn confere(dv: &Dv, bytes: &[u8]) -> bool {
    match dv {
        Dv::Mod11(pesos) => pesos.iter().all(|pesos| {
            // Each check digit follows the digits that its weights cover.
            bytes.get(pesos.len()) == Some(&(b'0' + modulo11(soma(bytes, pesos))))
        }),
        Dv::Vezes10(pesos) => ultimo(bytes) == Some((soma(bytes, pesos) * 10) % 11 % 10),
        Dv::Rondonia(pesos) => {
            let base = bytes.get(bytes.len().saturating_sub(pesos.len() + 1)..).unwrap_or_default();
            ultimo(bytes) == Some((11 - soma(base, pesos) % 11) % 10)
        }
        Dv::Roraima => ultimo(bytes) == Some(soma(bytes, &[1, 2, 3, 4, 5, 6, 7, 8]) % 9),
        Dv::Amapa => amapa(bytes),
        Dv::Bahia => bahia(bytes),
        Dv::Goias => goias(bytes),
        Dv::MinasGerais => minas_gerais(bytes),
        Dv::PernambucoAntiga => {
            let k = 11 - soma(bytes, &[5, 4, 3, 2, 1, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            ultimo(bytes) == Some(k % 10)
        }
        Dv::SaoPaulo => {
            bytes.get(8) == Some(&paulista(bytes, &PAULISTA_1)) && bytes.get(11) == Some(&paulista(bytes, &PAULISTA_2))
        }
        Dv::Tocantins => {
            let mut sem_tipo = Ascii::<9>::VAZIO;
            sem_tipo.extend(bytes.get(..2).unwrap_or_default());
            sem_tipo.extend(bytes.get(4..).unwrap_or_default());
            let bytes = sem_tipo.as_bytes();
            bytes.get(8) == Some(&(b'0' + modulo11(soma(bytes, PESOS_9))))
        }
    }
}

const PAULISTA_1: [u8; 8] = [1, 3, 4, 5, 6, 7, 8, 10];
const PAULISTA_2: [u8; 11] = [3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2];

/// São Paulo: the last digit of the remainder.
fn paulista(bytes: &[u8], pesos: &[u8]) -> u8 {
    b'0' + u8::try_from(soma(bytes, pesos) % 11 % 10).unwrap_or_default()
}

fn ultimo(bytes: &[u8]) -> Option<u32> {
    bytes.last().map(|&b| u32::from(digito(b)))
}

fn amapa(bytes: &[u8]) -> bool {
    let base = bytes.get(..8).unwrap_or_default();
    let (p, d) = match numero(base) {
        3_000_001..=3_017_000 => (5, 0),
        3_017_001..=3_019_022 => (9, 1),
        _ => (0, 0),
    };
    let esperado = match 11 - (p + soma(base, PESOS_9)) % 11 {
        10 => 0,
        11 => d,
        k => k,
    };
    ultimo(bytes) == Some(esperado)
}

/// The second check digit comes first: it is one of the digits that the first one covers.
fn bahia(bytes: &[u8]) -> bool {
    let (base, dv) = bytes.split_last_chunk().unwrap_or((&[], &[0; 2]));
    // The modulus hangs on the first digit of eight, the second of nine.
    let decide = base.get(base.len().saturating_sub(6)).copied().unwrap_or(b'0');
    let calcula = |soma: u32| match decide {
        b'6' | b'7' | b'9' => b'0' + modulo11(soma),
        _ => b'0' + u8::try_from((10 - soma % 10) % 10).unwrap_or_default(),
    };
    let pesos = PESOS_9.get(7_usize.saturating_sub(base.len())..).unwrap_or_default();
    let segundo = calcula(soma(base, pesos.get(1..).unwrap_or_default()));
    let primeiro = calcula(soma(base, pesos) + u32::from(digito(segundo)) * 2);
    *dv == [primeiro, segundo]
}

fn goias(bytes: &[u8]) -> bool {
    let base = bytes.get(..8).unwrap_or_default();
    let valor = numero(base);
    let esperado = match soma(base, PESOS_9) % 11 {
        0 => 0,
        1 => u32::from((10_103_105..=10_119_997).contains(&valor)),
        resto => 11 - resto,
    };
    // One registered base has been given both digits.
    ultimo(bytes) == Some(esperado) || (valor == 11_094_402 && matches!(ultimo(bytes), Some(0 | 1)))
}

fn minas_gerais(bytes: &[u8]) -> bool {
    let mut com_zero = Ascii::<12>::VAZIO;
    com_zero.extend(bytes.get(..3).unwrap_or_default());
    com_zero.push(b'0');
    com_zero.extend(bytes.get(3..11).unwrap_or_default());
    let soma_1: u32 = com_zero
        .as_bytes()
        .iter()
        .enumerate()
        .map(|(indice, &b)| {
            let produto = u32::from(digito(b)) << (indice % 2);
            produto / 10 + produto % 10
        })
        .sum();
    let primeiro = (10 - soma_1 % 10) % 10;
    let segundo = modulo11(soma(bytes, &[3, 2, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
    bytes.get(11).map(|&b| u32::from(digito(b))) == Some(primeiro) && ultimo(bytes) == Some(u32::from(segundo))
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
                assert!(!forma.mascaras.is_empty(), "{uf}");
                for mascara in forma.mascaras {
                    let lugares = mascara.matches('0').count();
                    assert!(tamanhos.iter().any(|&n| usize::from(n) == lugares), "{uf} {mascara}");
                }
            }
        }
    }
}
