use super::Motivo;
use super::texto::{espaco, mostra_mascarado};
use crate::Modo;

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
        Ok(Self(format!("{local}@{}", dominio.to_ascii_lowercase())))
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
        texto.trim_matches(espaco).to_owned()
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn dominio(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, dominio)| dominio)
    }
}

/// Splits a valid address without allocating.
pub(super) fn conferir(texto: &str, modo: Modo) -> Result<(&str, &str), Motivo> {
    // Room for the spaces that lenient mode removes; far longer texts are not read at all.
    if texto.len() > 4 * MAXIMO {
        return Err(Motivo::Longo { maximo: MAXIMO });
    }
    let util = texto.trim_matches(espaco);
    if util.is_empty() {
        return Err(Motivo::Vazio);
    }
    if let Some(indice) = texto.chars().position(|letra| !letra.is_ascii_graphic()) {
        let letra = texto.chars().nth(indice);
        let nas_pontas = util.chars().all(|letra| letra.is_ascii_graphic());
        if !(nas_pontas && letra.is_some_and(espaco)) {
            return Err(Motivo::Alfabeto { posicao: indice + 1 });
        }
    }
    if modo == Modo::Estrito && util.len() != texto.len() {
        return Err(Motivo::Mascara);
    }
    if util.len() > MAXIMO {
        return Err(Motivo::Longo { maximo: MAXIMO });
    }
    let (local, dominio) = util.split_once('@').ok_or(Motivo::CampoAusente { campo: "@" })?;
    if local.len() > MAXIMO_LOCAL {
        return Err(Motivo::Longo { maximo: MAXIMO_LOCAL });
    }
    if !local.split('.').all(|parte| !parte.is_empty() && parte.bytes().all(do_local)) {
        return Err(Motivo::Local);
    }
    if !dominio_valido(dominio) {
        return Err(Motivo::Dominio);
    }
    Ok((local, dominio))
}

/// The characters of an unquoted local part (RFC 5322 `atext`).
fn do_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn dominio_valido(dominio: &str) -> bool {
    let rotulo = |r: &str| {
        !r.is_empty()
            && r.len() <= MAXIMO_ROTULO
            && !r.starts_with('-')
            && !r.ends_with('-')
            && r.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    dominio.split('.').all(rotulo)
        && dominio.rsplit_once('.').is_some_and(|(_, tld)| {
            tld.len() >= 2
                && (tld.bytes().all(|b| b.is_ascii_alphabetic())
                    || tld.get(..4).is_some_and(|inicio| inicio.eq_ignore_ascii_case("xn--")))
        })
}

mostra_mascarado!(Email);
