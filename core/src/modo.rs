use crate::escrita;

/// How forgiving reading and validation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Modo {
    /// Only the official forms: the document's own mask, or none.
    #[default]
    Estrito,
    /// What people type and old systems write: stray punctuation and spaces, lower case. What was changed is said.
    Leniente,
}

impl Modo {
    /// Reads `"estrito"` or `"leniente"`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "estrito" => Some(Self::Estrito),
            "leniente" => Some(Self::Leniente),
            _ => None,
        }
    }

    /// The name that [`Modo::from_name`] reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Estrito => "estrito",
            Self::Leniente => "leniente",
        }
    }
}

/// The language of messages that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Idioma {
    /// Brazilian Portuguese, the default.
    #[default]
    PtBr,
    /// English.
    En,
}

impl Idioma {
    /// Reads `"pt-BR"` (or `"pt"`) or `"en"`, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let e = |nomes: &[&str]| nomes.iter().any(|nome| escrita::sem_caixa(nome, name));
        if e(&["pt-BR", "pt_BR", "pt"]) {
            Some(Self::PtBr)
        } else if e(&["en", "en-US"]) {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The one of two sentences that is in this language.
    pub(crate) fn escolher<'t>(self, pt: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::PtBr => pt,
            Self::En => en,
        }
    }
}

/// A stable code, and its sentence in Portuguese and in English. One text rather than three, because a page downloads
/// the address and the length of each.
#[derive(Clone, Copy)]
pub(crate) struct Textos(pub(crate) &'static str);

/// The [`Textos`] of a code and its two sentences, none of which has a `|`.
macro_rules! textos {
    ($codigo:literal, $pt:literal, $en:literal) => {
        $crate::modo::Textos(concat!($codigo, "|", $pt, "|", $en))
    };
}
pub(crate) use textos;

impl Textos {
    fn dividir(self) -> [&'static str; 3] {
        let mut partes = escrita::partes(self.0);
        [(); 3].map(|()| partes.next().unwrap_or_default())
    }

    pub(crate) fn codigo(self) -> &'static str {
        let [codigo, ..] = self.dividir();
        codigo
    }

    /// The sentence; `{name}` in it is the part of that name.
    pub(crate) fn mensagem(self, idioma: Idioma) -> &'static str {
        let [_, pt, en] = self.dividir();
        idioma.escolher(pt, en)
    }
}

/// One sentence for a person, in every language the project speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// In Brazilian Portuguese.
    pub pt: String,
    /// In English.
    pub en: String,
}

impl Message {
    /// The sentence in both languages.
    pub fn new(pt: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pt: pt.into(), en: en.into() }
    }

    /// The sentence in both languages, each `{name}` in it replaced by the value of that name.
    #[cfg(feature = "api")]
    pub(crate) fn frase(pt: &str, en: &str, valores: &[(&str, String)]) -> Self {
        Self { pt: escrita::frase(pt, valores), en: escrita::frase(en, valores) }
    }

    /// The sentence in one of them.
    #[must_use]
    pub fn get(&self, idioma: Idioma) -> &str {
        idioma.escolher(&self.pt, &self.en)
    }
}
