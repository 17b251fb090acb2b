use super::texto::{Ascii, DIGITOS, PARENTESE, PONTUACAO, aplicar, desde_o_inicio, e, mostra_mascarado, sem};
use super::{Motivo, Uf};
use crate::Modo;
use crate::escrita::{aparar_inicio, juntar};

/// The 67 area codes, by their first digit and by their second one; EX where there is none (domain 3.5; Anatel). 61 also
/// serves the towns of Goiás around the Federal District.
const DDDS: [[Uf; 9]; 9] = {
    use Uf::{
        AC, AL, AM, AP, BA, CE, DF, ES, EX, GO, MA, MG, MS, MT, PA, PB, PE, PI, PR, RJ, RN, RO, RR, RS, SC, SE, SP, TO,
    };
    [
        [SP, SP, SP, SP, SP, SP, SP, SP, SP],
        [RJ, RJ, EX, RJ, EX, EX, ES, ES, EX],
        [MG, MG, MG, MG, MG, EX, MG, MG, EX],
        [PR, PR, PR, PR, PR, PR, SC, SC, SC],
        [RS, EX, RS, RS, RS, EX, EX, EX, EX],
        [DF, GO, TO, GO, MT, MT, MS, AC, RO],
        [BA, EX, BA, BA, BA, EX, BA, EX, SE],
        [PE, AL, PB, RN, CE, PI, PE, CE, PI],
        [PA, AM, PA, PA, RR, AP, AM, MA, MA],
    ]
};

const IGNORA: u8 = PONTUACAO | PARENTESE;

/// What kind of line a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClasseTelefone {
    /// Mobile: area code, 9 and eight digits.
    Celular,
    /// Fixed: area code and eight digits that begin with 2 to 5.
    Fixo,
    /// Trunking: area code and eight digits that begin with 7.
    Sme,
    /// A mobile number from before the ninth digit.
    Legado,
    /// A service without area code, such as 0800 or 4004.
    NaoGeografico,
}

impl ClasseTelefone {
    /// The name used in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Celular => "celular",
            Self::Fixo => "fixo",
            Self::Sme => "sme",
            Self::Legado => "legado",
            Self::NaoGeografico => "nao_geografico",
        }
    }
}

/// A Brazilian telephone number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Telefone {
    /// E.164, except for `400x` and `300x` services, which cannot be called from abroad.
    canonico: Ascii<16>,
    classe: ClasseTelefone,
}

impl Telefone {
    /// Reads a number with its area code, or a service number. No authority fixes a mask for telephones, so strict
    /// mode takes `+55`, parentheses around the area code and single separators; lenient mode also any punctuation,
    /// the prefixes `0055`, `55`, `0` and `0` with a carrier, and mobile numbers from before the ninth digit.
    ///
    /// # Errors
    /// The reason why the text is no telephone number.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let (internacional, resto) = match aparar_inicio(texto, |letra| e(letra, PONTUACAO)).strip_prefix('+') {
            Some(resto) => (true, resto),
            None => (false, texto),
        };
        let mut digitos = Ascii::<20>::VAZIO;
        digitos.colher(resto, DIGITOS, &[8, 10, 11, 12, 13, 14, 15, 16, 17], IGNORA).map_err(
            |motivo| match motivo {
                Motivo::Tamanho { recebido, .. } => Motivo::Tamanho { esperado: &[10, 11], recebido },
                outro => desde_o_inicio(outro, texto, resto),
            },
        )?;
        let (numero, discado) = nacional(digitos.as_str(), internacional)?;
        let telefone = Self::de_nacional(numero)?;
        if modo == Modo::Estrito {
            if telefone.classe() == ClasseTelefone::Legado {
                return Err(Motivo::Legado);
            }
            let so_digitos = texto.len() == digitos.as_bytes().len();
            if discado || !(so_digitos || forma_usual(texto)) {
                return Err(Motivo::Mascara);
            }
        }
        Ok(telefone)
    }

    /// E.164, such as `+5511999999999`; for `400x` and `300x` services the bare eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.canonico.as_str()
    }

    /// The number with its mask, such as `(11) 99999-9999`, `0800 123 4567` or `4004-1234`.
    #[must_use]
    pub fn formatar(&self) -> String {
        let nacional = self.nacional();
        let (prefixo, molde) = match (self.classe(), nacional.len()) {
            (ClasseTelefone::NaoGeografico, 8) => ("", "0000-0000"),
            (ClasseTelefone::NaoGeografico, 9) => ("0", "0000 000000"),
            (ClasseTelefone::NaoGeografico, _) => ("0", "0000 000 0000"),
            (_, 11) => ("", "(00) 00000-0000"),
            _ => ("", "(00) 0000-0000"),
        };
        aplicar(molde, &juntar(&[prefixo, nacional], ""))
    }

    /// The number as it may be shown to people, `(11) *****-1234`.
    #[must_use]
    pub fn mascarado(&self) -> String {
        if self.classe() == ClasseTelefone::NaoGeografico {
            return self.formatar();
        }
        let (ddd, numero) = self.nacional().split_at(2);
        let (inicio, fim) = numero.split_at(numero.len() - 4);
        format!("({ddd}) {}-{fim}", "*".repeat(inicio.len()))
    }

    /// The digits of the text, and its leading `+` if there is one.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        sem(texto, IGNORA)
    }

    /// What kind of line it is.
    #[must_use]
    pub fn classe(&self) -> ClasseTelefone {
        self.classe
    }

    /// The area code; none for a service number.
    #[must_use]
    pub fn ddd(&self) -> Option<&str> {
        match self.classe() {
            ClasseTelefone::NaoGeografico => None,
            _ => self.nacional().get(..2),
        }
    }

    /// The state of the area code; none for a service number.
    #[must_use]
    pub fn uf(&self) -> Option<Uf> {
        self.ddd().and_then(uf_do_ddd)
    }

    /// The number as called from abroad; none for `400x` and `300x` services.
    #[must_use]
    pub fn e164(&self) -> Option<&str> {
        self.as_str().starts_with('+').then(|| self.as_str())
    }

    /// The mobile number with the ninth digit put in, for a number that may lack it.
    #[must_use]
    pub fn sugestao(&self) -> Option<Self> {
        if !matches!(self.classe(), ClasseTelefone::Legado | ClasseTelefone::Sme) {
            return None;
        }
        let (ddd, numero) = self.nacional().split_at_checked(2)?;
        Self::de_nacional(&juntar(&[ddd, "9", numero], "")).ok()
    }

    /// Without `+55`: area code and number, service number without its 0, or the eight digits of `400x`.
    pub(super) fn nacional(&self) -> &str {
        self.as_str().strip_prefix("+55").unwrap_or(self.as_str())
    }

    fn de_nacional(numero: &str) -> Result<Self, Motivo> {
        let classe = classificar(numero)?;
        let mut canonico = Ascii::VAZIO;
        if numero.len() > 8 {
            canonico.extend(b"+55");
        }
        canonico.extend(numero.as_bytes());
        Ok(Self { canonico, classe })
    }
}

/// The kind of line of a number without its dialling prefix.
fn classificar(numero: &str) -> Result<ClasseTelefone, Motivo> {
    let recebido = numero.len();
    if servico(numero) || matches!(numero.as_bytes(), [b'3' | b'4', b'0', b'0', _, _, _, _, _]) {
        return Ok(ClasseTelefone::NaoGeografico);
    }
    if !matches!(recebido, 10 | 11) {
        return Err(Motivo::Tamanho { esperado: &[10, 11], recebido });
    }
    if numero.get(..2).and_then(uf_do_ddd).is_none() {
        return Err(Motivo::Regiao);
    }
    match (recebido, numero.as_bytes().get(2)) {
        (11, Some(b'9')) => Ok(ClasseTelefone::Celular),
        (10, Some(b'2'..=b'5')) => Ok(ClasseTelefone::Fixo),
        (10, Some(b'7')) => Ok(ClasseTelefone::Sme),
        (10, Some(b'6' | b'8' | b'9')) => Ok(ClasseTelefone::Legado),
        _ => Err(Motivo::Faixa),
    }
}

/// A number without its dialling prefix, and whether there was one besides `+55`.
fn nacional(digitos: &str, internacional: bool) -> Result<(&str, bool), Motivo> {
    if internacional {
        return digitos.strip_prefix("55").map(|numero| (numero, false)).ok_or(Motivo::Prefixo);
    }
    if let Some(numero) = digitos.strip_prefix("0055") {
        return Ok((numero, true));
    }
    let sem_zero = digitos.strip_prefix('0');
    if let Some(numero) = sem_zero.filter(|numero| servico(numero)) {
        return Ok((numero, false));
    }
    let sem_prefixo = match (digitos.len(), sem_zero) {
        (11 | 12, Some(numero)) => Some(numero),
        // A carrier's two digits follow the 0.
        (13 | 14, Some(numero)) => numero.get(2..),
        (12 | 13, None) => digitos.strip_prefix("55"),
        _ => None,
    };
    Ok(sem_prefixo.map_or((digitos, false), |numero| (numero, true)))
}

/// Whether a number without its leading 0 is an `0800`-like service, three digits and six or seven more. These and
/// `400x` and `300x` have no area code (domain 3.5).
fn servico(numero: &str) -> bool {
    matches!(numero.len(), 9 | 10) && matches!(numero.as_bytes(), [b'3' | b'5' | b'8' | b'9', b'0', b'0', ..])
}

/// `[+55] (DD) digits`, the digits apart by single spaces, hyphens or dots.
fn forma_usual(texto: &str) -> bool {
    let mut resto = texto.as_bytes();
    if let Some(depois) = resto.strip_prefix(b"+55") {
        resto = sem_separador(depois);
    }
    if let [b'(', b'0'..=b'9', b'0'..=b'9', b')', depois @ ..] = resto {
        resto = sem_separador(depois);
    }
    // Every separator stands between two digits.
    let mut separado = true;
    let so_digitos = resto.iter().all(|&byte| {
        let cabe = byte.is_ascii_digit() || (separador(byte) && !separado);
        separado = separador(byte);
        cabe
    });
    so_digitos && !separado
}

fn separador(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.')
}

fn sem_separador(bytes: &[u8]) -> &[u8] {
    match bytes {
        [primeiro, resto @ ..] if separador(*primeiro) => resto,
        _ => bytes,
    }
}

fn uf_do_ddd(ddd: &str) -> Option<Uf> {
    let &[primeiro, segundo] = ddd.as_bytes() else { return None };
    let lugar = |byte: u8| usize::from(byte.wrapping_sub(b'1'));
    let uf = *DDDS.get(lugar(primeiro))?.get(lugar(segundo))?;
    (uf != Uf::EX).then_some(uf)
}

mostra_mascarado!(Telefone);
