use std::io::Read;

use sha2::{Digest, Sha256};

use super::row::RowAction;

/// The identity of a batch: everything that must be the same to resume its journal.
#[derive(Clone, Default)]
pub struct Identity {
    /// The resource and the action, such as `clientes.importar`.
    pub resource: String,
    /// The hash of the source's content. `None` until a source that can be read only once has been read.
    pub source: Option<String>,
    /// The platform's address.
    pub base_url: String,
    /// The fingerprint of the account, never its token. `None` if the caller guarantees that the account is the same.
    pub account: Option<String>,
    /// The options that change the meaning of the rows.
    pub options: String,
}

/// The action of a batch that carries out a plan.
const PLAN: &str = ".sincronizar";

impl Identity {
    /// The name of the batch that carries out a plan for `resource`.
    pub(crate) fn of_plan(resource: &str) -> String {
        [resource, PLAN].concat()
    }

    /// Whether the caller can ask for the journal to be emptied, which a plan has no option for.
    pub(crate) fn can_restart(&self) -> bool {
        !self.resource.ends_with(PLAN)
    }

    pub(crate) fn parts(&self) -> [(&'static str, Option<String>); 5] {
        [
            ("resource", Some(self.resource.clone())),
            ("base_url", Some(self.base_url.clone())),
            ("account", self.account.clone()),
            ("source", self.source.clone()),
            ("options", Some(self.options.clone())),
        ]
    }
}

/// The run of a batch with a name: the same in every program that knows the name.
pub(crate) fn named_run(batch: &str) -> u64 {
    u64::from_be_bytes(digest(&["batch", batch]).first_chunk().copied().unwrap_or_default())
}

/// The platform's address in the form for comparing.
pub(crate) fn plain_address(base_url: &str) -> String {
    base_url.trim().trim_end_matches('/').to_owned()
}

/// A fingerprint of the account that does not reveal its token.
pub(crate) fn account(token: Option<&str>) -> String {
    token.map(|t| hex(digest(&["conta", t]).get(..8).unwrap_or_default())).unwrap_or_default()
}

/// The SHA-256 of several texts, each with its length, so that no two lists of texts have the same input.
pub(crate) fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// The hash of the rest of `reader`.
pub(crate) fn digest_of_content(mut reader: impl Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 16];
    loop {
        let collected = reader.read(&mut block)?;
        if collected == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(block.get(..collected).unwrap_or_default());
    }
}

/// The hash of rows that arrive one by one.
#[derive(Default)]
pub(crate) struct RowsDigest(Sha256);

impl RowsDigest {
    pub(crate) fn row(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text.as_bytes());
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, b| {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// The idempotency key of a row: identity, operation and intent. It stays the same after any number of restarts.
///
/// The intent is the batch of the row. The same row in another batch gets a new key, because the effect of the first
/// batch may have been undone or changed since. `generation` counts the used keys, whose outcome is known.
pub(crate) fn idempotency_key(
    resource: &str,
    action: RowAction,
    identity: &str,
    intent: &str,
    generation: u32,
) -> String {
    hex(digest(&[resource, action.name(), identity, intent, &generation.to_string()]).get(..20).unwrap_or_default())
}

/// The identity of a row without a key: the hash of the source's content and the row's place in it.
pub(crate) fn positional_identity(source: &str, number: u64) -> String {
    hex(&digest(&[source, &number.to_string()]))
}
