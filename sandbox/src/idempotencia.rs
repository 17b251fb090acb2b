//! Idempotency keys: the first answer to a key is the answer to every request that repeats it.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use bytes::Bytes;

/// How many keys are remembered; the oldest go first.
const LIMITE: usize = 100_000;

/// The answers given, by key.
#[derive(Default)]
pub(crate) struct Chaves {
    respostas: HashMap<Arc<str>, Registro>,
    ordem: VecDeque<Arc<str>>,
}

struct Registro {
    impressao: Impressao,
    resposta: Guardada,
}

/// What is kept of an answer.
#[derive(Clone)]
pub(crate) struct Guardada {
    pub(crate) status: u16,
    pub(crate) resultado: Option<&'static str>,
    pub(crate) corpo: Bytes,
    /// The record of usage that the request added. Once it is removed, its key is free: adding it again is new work.
    pub(crate) consumo: Option<u32>,
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
    /// What is known of `chave`; `desfeito` tells whether a record of usage was removed.
    pub(crate) fn consultar(&self, chave: &str, impressao: Impressao, desfeito: impl Fn(u32) -> bool) -> Conhecida {
        match self.respostas.get(chave) {
            None => Conhecida::Nova,
            Some(r) if r.resposta.consumo.is_some_and(desfeito) => Conhecida::Nova,
            Some(r) if r.impressao == impressao => Conhecida::Igual(r.resposta.clone()),
            Some(_) => Conhecida::Outra,
        }
    }

    /// Keeps the answer to a request that did its work. A refusal did nothing, so its key stays free: the row is
    /// mended and sent again under it.
    pub(crate) fn guardar(&mut self, chave: &str, impressao: Impressao, resposta: Guardada) {
        let chave: Arc<str> = chave.into();
        if self.respostas.insert(Arc::clone(&chave), Registro { impressao, resposta }).is_none() {
            self.ordem.push_back(chave);
        }
        while self.ordem.len() > LIMITE {
            if let Some(antiga) = self.ordem.pop_front() {
                self.respostas.remove(&antiga);
            }
        }
    }
}
