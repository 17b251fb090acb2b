use super::texto::{Ascii, PARENTESE, PONTUACAO, aparar, e, mostra_mascarado, sem};
use super::{Cnpj, Cpf, CpfCnpj, Email, Motivo, Telefone, email};
use crate::Modo;
use crate::escrita::juntar;

const IGNORA: u8 = PONTUACAO | PARENTESE;

/// A PIX key, told apart by its form (domain 3.9; DICT).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PixChave {
    /// A person's taxpayer number.
    Cpf(Cpf),
    /// A company's taxpayer number.
    Cnpj(Cnpj),
    /// A telephone number in E.164.
    Telefone(NumeroInternacional),
    /// An e-mail address in lower case.
    Email(Email),
    /// A random key: a UUID in lower case.
    Evp(Evp),
}

/// A telephone number of any country in E.164, as PIX keys have it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NumeroInternacional(Ascii<17>);

/// A random PIX key: a UUID in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Evp(Ascii<36>);

impl PixChave {
    /// Reads a key: CPF or CNPJ without mask, `+` and telephone, e-mail in lower case, or UUID in lower case. Lenient
    /// mode takes masks and capitals off. Eleven digits are a CPF: a telephone needs its `+55`.
    ///
    /// # Errors
    /// The reason why the text is no key.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let util = conferir(texto, modo)?;
        if util.starts_with('+') {
            let digitos = util.bytes().filter(u8::is_ascii_digit);
            let mut numero = Ascii::from_bytes(b"+");
            digitos.for_each(|b| numero.push(b));
            return Ok(Self::Telefone(NumeroInternacional(numero)));
        }
        if util.bytes().any(|byte| byte == b'@') {
            return Email::parse(&util.to_ascii_lowercase(), Modo::Leniente).map(Self::Email);
        }
        if uuid(util) {
            let minusculo = util.to_ascii_lowercase();
            return Ok(Self::Evp(Evp(Ascii::from_bytes(minusculo.as_bytes()))));
        }
        match CpfCnpj::parse(util, Modo::Leniente)? {
            CpfCnpj::Cpf(cpf) => Ok(Self::Cpf(cpf)),
            CpfCnpj::Cnpj(cnpj) => Ok(Self::Cnpj(cnpj)),
        }
    }

    /// The key as the DICT stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(cpf) => cpf.as_str(),
            Self::Cnpj(cnpj) => cnpj.as_str(),
            Self::Telefone(numero) => numero.0.as_str(),
            Self::Email(email) => email.as_str(),
            Self::Evp(evp) => evp.0.as_str(),
        }
    }

    /// The kind of key: `cpf`, `cnpj`, `telefone`, `email` or `evp`.
    #[must_use]
    pub fn tipo(&self) -> &'static str {
        match self {
            Self::Cpf(_) => "cpf",
            Self::Cnpj(_) => "cnpj",
            Self::Telefone(_) => "telefone",
            Self::Email(_) => "email",
            Self::Evp(_) => "evp",
        }
    }

    /// The key as a person reads it: documents and Brazilian telephones with their masks.
    #[must_use]
    pub fn formatar(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.formatar(),
            Self::Cnpj(cnpj) => cnpj.formatar(),
            Self::Telefone(_) => match self.telefone() {
                Some(telefone) => {
                    let nacional = telefone.formatar();
                    // The zero of `0300` is dialled within the country only.
                    juntar(&["+55 ", nacional.strip_prefix('0').unwrap_or(&nacional)], "")
                }
                None => self.as_str().to_owned(),
            },
            Self::Email(_) | Self::Evp(_) => self.as_str().to_owned(),
        }
    }

    /// The key as it may be shown to people.
    #[must_use]
    pub fn mascarado(&self) -> String {
        match self {
            Self::Cpf(cpf) => cpf.mascarado(),
            Self::Cnpj(cnpj) => cnpj.mascarado(),
            Self::Email(email) => email.mascarado(),
            Self::Telefone(numero) => extremos(numero.0.as_str(), 3),
            Self::Evp(evp) => extremos(evp.0.as_str(), 8),
        }
    }

    /// The text without mask characters, if it is a document or telephone; otherwise without surrounding spaces.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        let util = aparar(texto);
        if util.bytes().any(|byte| byte == b'@') || uuid(util) {
            return util.to_owned();
        }
        sem(util, IGNORA)
    }

    /// The telephone, if the key is a Brazilian one that is in the numbering plan.
    #[must_use]
    pub fn telefone(&self) -> Option<Telefone> {
        match self {
            Self::Telefone(numero) => Telefone::parse(numero.0.as_str(), Modo::Leniente).ok(),
            _ => None,
        }
    }

    /// Whether it is a telephone that claims to be Brazilian and is not in the numbering plan.
    pub(super) fn fora_do_plano(&self) -> bool {
        self.as_str().starts_with("+55") && self.telefone().is_none()
    }
}

/// Checks a key without allocating and gives it without surrounding spaces.
pub(super) fn conferir(texto: &str, modo: Modo) -> Result<&str, Motivo> {
    if texto.len() > 4 * email::MAXIMO_PIX {
        return Err(Motivo::Longo { maximo: email::MAXIMO_PIX });
    }
    let util = aparar(texto);
    if util.is_empty() {
        return Err(Motivo::Vazio);
    }
    let estrito = modo == Modo::Estrito;
    if estrito && util.len() != texto.len() {
        return Err(Motivo::Mascara);
    }
    if let Some(numero) = util.strip_prefix('+') {
        conferir_telefone(numero, estrito)?;
    } else if util.bytes().any(|byte| byte == b'@') {
        email::conferir(util, modo)?;
        if util.len() > email::MAXIMO_PIX {
            return Err(Motivo::Longo { maximo: email::MAXIMO_PIX });
        }
        if estrito && util.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(Motivo::Maiuscula);
        }
    } else if uuid(util) {
        if estrito && util.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(Motivo::Maiuscula);
        }
    } else {
        match CpfCnpj::parse(util, modo) {
            Ok(documento) if estrito && documento.as_str().len() != util.len() => {
                return Err(Motivo::Mascara);
            }
            Ok(_) => {}
            Err(Motivo::Tamanho { .. } | Motivo::Alfabeto { .. } | Motivo::Vazio | Motivo::Longo { .. }) => {
                return Err(Motivo::TipoDesconhecido);
            }
            Err(motivo) => return Err(motivo),
        }
    }
    Ok(util)
}

/// `^\+[1-9][0-9]\d{1,14}$`, after the `+`.
fn conferir_telefone(numero: &str, estrito: bool) -> Result<(), Motivo> {
    let mut recebido = 0;
    for (indice, letra) in numero.chars().enumerate() {
        match letra {
            '0' if recebido == 0 => return Err(Motivo::Prefixo),
            '0'..='9' => recebido += 1,
            _ if !e(letra, IGNORA) => {
                return Err(Motivo::Alfabeto { posicao: indice + 2 });
            }
            _ if estrito => return Err(Motivo::Mascara),
            _ => {}
        }
    }
    if (3..=16).contains(&recebido) {
        Ok(())
    } else {
        Err(Motivo::Tamanho { esperado: &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], recebido })
    }
}

fn uuid(texto: &str) -> bool {
    texto.len() == 36
        && texto.bytes().enumerate().all(|(indice, b)| match indice {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// The first characters and the last four.
fn extremos(texto: &str, inicio: usize) -> String {
    let fim = texto.len().saturating_sub(4).max(inicio);
    format!("{}***{}", texto.get(..inicio).unwrap_or_default(), texto.get(fim..).unwrap_or_default())
}

mostra_mascarado!(PixChave);

impl std::fmt::Debug for NumeroInternacional {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NumeroInternacional({})", extremos(self.0.as_str(), 3))
    }
}

impl std::fmt::Debug for Evp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evp({})", extremos(self.0.as_str(), 8))
    }
}
