//! Idempotency keys: the first answer to a key is the answer to every request that repeats it within a day, whatever
//! became of the record since. That is how public platforms keep them.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

/// How many keys are remembered; the oldest go first.
const LIMITE: usize = 100_000;

/// How long a key is remembered, by the sandbox's clock.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The answers given, by key.
#[derive(Default)]
pub(crate) struct Chaves {
    respostas: HashMap<Arc<str>, Registro>,
    ordem: VecDeque<Arc<str>>,
}

struct Registro {
    impressao: Impressao,
    resposta: Guardada,
    since: Timestamp,
}

/// What is kept of an answer.
#[derive(Clone)]
pub(crate) struct Guardada {
    pub(crate) status: u16,
    pub(crate) resultado: Option<&'static str>,
    pub(crate) corpo: Bytes,
}

/// A fingerprint of what a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Impressao(u64, u64);

impl Impressao {
    pub(crate) fn de(partes: [&[u8]; 3]) -> Self {
        let digerir = |sal: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(sal);
            for parte in partes {
                hasher.write_usize(parte.len());
                hasher.write(parte);
            }
            hasher.finish()
        };
        Self(digerir(0), digerir(1))
    }
}

/// What is known of a key.
pub(crate) enum Conhecida {
    /// Nothing.
    Nova,
    /// It asked for the same, and this was the answer.
    Igual(Guardada),
    /// It asked for something else.
    Outra,
}

impl Chaves {
    /// What is known of `chave` at `now`.
    pub(crate) fn consultar(&mut self, chave: &str, impressao: Impressao, now: Timestamp) -> Conhecida {
        self.forget(now);
        match self.respostas.get(chave) {
            None => Conhecida::Nova,
            Some(r) if r.impressao == impressao => Conhecida::Igual(r.resposta.clone()),
            Some(_) => Conhecida::Outra,
        }
    }

    /// Keeps the answer to a request that did its work at `now`. A refusal did nothing, so its key stays free: the row is
    /// mended and sent again under it.
    pub(crate) fn guardar(&mut self, chave: &str, impressao: Impressao, resposta: Guardada, now: Timestamp) {
        let chave: Arc<str> = chave.into();
        let registro = Registro { impressao, resposta, since: now };
        if self.respostas.insert(Arc::clone(&chave), registro).is_none() {
            self.ordem.push_back(chave);
        }
        while self.ordem.len() > LIMITE {
            self.forget_oldest();
        }
    }

    fn forget(&mut self, now: Timestamp) {
        let age = |chave: &Arc<str>| self.respostas.get(chave).map(|r| r.since.duration_until(now));
        let expired = self.ordem.iter().take_while(|chave| age(chave).is_none_or(|age| age >= LIFETIME)).count();
        for _ in 0..expired {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(antiga) = self.ordem.pop_front() {
            self.respostas.remove(&antiga);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_for_a_day_and_no_longer() {
        let start: Timestamp = "2026-10-15T12:00:00Z".parse().unwrap();
        let hours = |n| start.checked_add(SignedDuration::from_hours(n)).unwrap();
        let content = Impressao::de([b"a", b"", b"{}"]);
        let answer = Guardada { status: 201, resultado: None, corpo: Bytes::new() };
        let mut keys = Chaves::default();
        keys.guardar("a", content, answer.clone(), start);
        keys.guardar("b", content, answer, hours(1));
        assert!(matches!(keys.consultar("a", content, hours(23)), Conhecida::Igual(_)));
        assert!(matches!(keys.consultar("a", Impressao::de([b"a", b"", b"{1}"]), hours(23)), Conhecida::Outra));
        assert!(matches!(keys.consultar("a", content, hours(24)), Conhecida::Nova));
        assert!(matches!(keys.consultar("b", content, hours(24)), Conhecida::Igual(_)));
    }
}
