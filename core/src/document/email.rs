use super::Motivo;
use super::texto::{aparar, mostra_mascarado};
use crate::Modo;
use crate::escrita::{dividir, juntar, sem_caixa};

/// Longest address and longest part before the `@` (RFC 5321).
const MAXIMO: usize = 254;
const MAXIMO_LOCAL: usize = 64;
const MAXIMO_ROTULO: usize = 63;

/// What NF-e and PIX take (domain 3.10).
pub(super) const MAXIMO_NOTA_FISCAL: usize = 60;
pub(super) const MAXIMO_PIX: usize = 77;

/// An e-mail address: the part before the `@` as written, the domain in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// Reads an address; lenient mode removes surrounding spaces.
    ///
    /// # Errors
    /// The reason why the text is no e-mail address.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let (local, dominio) = conferir(texto, modo)?;
        Ok(Self(juntar(&[local, "@", &dominio.to_ascii_lowercase()], "")))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address: it has no mask.
    #[must_use]
    pub fn formatar(&self) -> String {
        self.0.clone()
    }

    /// The address as it may be shown to people, `j***@example.com`.
    #[must_use]
    pub fn mascarado(&self) -> String {
        let inicial = self.0.get(..1).unwrap_or_default();
        format!("{inicial}***@{}", self.dominio())
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        aparar(texto).to_owned()
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        dividir(&self.0, b'@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn dominio(&self) -> &str {
        dividir(&self.0, b'@').map_or("", |(_, dominio)| dominio)
    }
}

/// Splits a valid address without allocating.
pub(super) fn conferir(texto: &str, modo: Modo) -> Result<(&str, &str), Motivo> {
    // Room for the spaces that lenient mode removes; far longer texts are not read at all.
    if texto.len() > 4 * MAXIMO {
        return Err(Motivo::Longo { maximo: MAXIMO });
    }
    let util = aparar(texto);
    if util.is_empty() {
        return Err(Motivo::Vazio);
    }
    let lido = ler(util);
    if lido.is_err()
        && let Some(posicao) = estranha(texto, util)
    {
        return Err(Motivo::Alfabeto { posicao });
    }
    if modo == Modo::Estrito && util.len() != texto.len() {
        return Err(Motivo::Mascara);
    }
    lido
}

fn ler(endereco: &str) -> Result<(&str, &str), Motivo> {
    if endereco.len() > MAXIMO {
        return Err(Motivo::Longo { maximo: MAXIMO });
    }
    let (local, dominio) = dividir(endereco, b'@').ok_or(Motivo::CampoAusente { campo: "@" })?;
    if local.len() > MAXIMO_LOCAL {
        return Err(Motivo::Longo { maximo: MAXIMO_LOCAL });
    }
    if !local_valido(local) {
        return Err(Motivo::Local);
    }
    if !dominio_valido(dominio) {
        return Err(Motivo::Dominio);
    }
    Ok((local, dominio))
}

/// The place of the first character that no address has; where there is none, spaces around it do not count.
fn estranha(texto: &str, util: &str) -> Option<usize> {
    if util.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    // Everything before it is ASCII, so that bytes are characters.
    texto.bytes().position(|byte| !byte.is_ascii_graphic()).map(|indice| indice + 1)
}

/// Characters of an unquoted local part (RFC 5322 `atext`), single dots between them.
fn local_valido(local: &str) -> bool {
    let mut anterior = b'.';
    let cabem = local.bytes().all(|byte| {
        let cabe = match byte {
            b'.' => anterior != b'.',
            _ => byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte),
        };
        anterior = byte;
        cabe
    });
    cabem && anterior != b'.'
}

/// Labels of letters, digits and inner hyphens, the last one of letters.
fn dominio_valido(dominio: &str) -> bool {
    let (mut tamanho, mut anterior) = (0, b'.');
    let cabem = dominio.bytes().all(|byte| {
        let cabe = match byte {
            b'.' => tamanho > 0 && anterior != b'-',
            b'-' => tamanho > 0,
            _ => byte.is_ascii_alphanumeric(),
        };
        tamanho = if byte == b'.' { 0 } else { tamanho + 1 };
        anterior = byte;
        cabe && tamanho <= MAXIMO_ROTULO
    });
    let tld = dominio.get(dominio.len().saturating_sub(tamanho)..).unwrap_or_default();
    cabem
        && anterior != b'-'
        && (2..dominio.len()).contains(&tamanho)
        && (tld.bytes().all(|b| b.is_ascii_alphabetic())
            || tld.get(..4).is_some_and(|inicio| sem_caixa(inicio, "xn--")))
}

mostra_mascarado!(Email);
