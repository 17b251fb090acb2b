use std::io::Read;

use sha2::{Digest, Sha256};

use super::linha::Acao;

/// Whose journal it is: what must be the same for a batch to be resumed.
#[derive(Clone, Default)]
pub struct Identidade {
    /// The resource and what is done with it, such as `clientes.importar`.
    pub recurso: String,
    /// The hash of the source's content; absent until a source that cannot be read twice was read.
    pub fonte: Option<String>,
    /// The platform's address.
    pub base_url: String,
    /// The account: its fingerprint, never the token; absent where the caller vouches that it is the same.
    pub conta: Option<String>,
    /// The options that change what the rows say.
    pub opcoes: String,
}

impl Identidade {
    pub(crate) fn partes(&self) -> [(&'static str, Option<String>); 5] {
        [
            ("recurso", Some(self.recurso.clone())),
            ("base_url", Some(self.base_url.clone())),
            ("conta", self.conta.clone()),
            ("fonte", self.fonte.clone()),
            ("opcoes", Some(self.opcoes.clone())),
        ]
    }
}

/// The platform's address, as it is compared.
pub(crate) fn endereco(base_url: &str) -> String {
    base_url.trim().trim_end_matches('/').to_owned()
}

/// What tells one account from another without telling its token.
pub(crate) fn conta(token: Option<&str>) -> String {
    token.map(|t| hexadecimal(resumo(&["conta", t]).get(..8).unwrap_or_default())).unwrap_or_default()
}

/// The SHA-256 of several texts, each with its length, so that no two lists of texts make the same input.
pub(crate) fn resumo(partes: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for parte in partes {
        hash.update(parte.len().to_le_bytes());
        hash.update(parte.as_bytes());
    }
    hash.finalize().into()
}

/// The hash of everything `leitor` has left.
pub(crate) fn resumo_do_conteudo(mut leitor: impl Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut bloco = vec![0; 1 << 16];
    loop {
        let lidos = leitor.read(&mut bloco)?;
        if lidos == 0 {
            return Ok(hexadecimal(&hash.finalize()));
        }
        hash.update(bloco.get(..lidos).unwrap_or_default());
    }
}

/// The hash of rows that come one by one.
#[derive(Default)]
pub(crate) struct ResumoDasLinhas(Sha256);

impl ResumoDasLinhas {
    pub(crate) fn linha(&mut self, texto: &str) {
        self.0.update(texto.len().to_le_bytes());
        self.0.update(texto.as_bytes());
    }

    pub(crate) fn concluir(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut texto, b| {
        // Writing into a `String` cannot fail.
        let _ = write!(texto, "{b:02x}");
        texto
    })
}

/// The idempotency key of a row: identity, operation and intent, the same after any number of restarts.
///
/// The intent is the batch that the row belongs to: the same row of another batch is asked for anew, since what the
/// first one did may have been undone or changed in between. `geracao` counts the keys whose outcome is known, which
/// are spent.
pub(crate) fn chave_de_idempotencia(
    recurso: &str,
    acao: Acao,
    identidade: &str,
    intencao: &str,
    geracao: u32,
) -> String {
    hexadecimal(
        resumo(&[recurso, acao.name(), identidade, intencao, &geracao.to_string()]).get(..20).unwrap_or_default(),
    )
}
