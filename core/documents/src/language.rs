//! The language of messages, and the strictness of reading.

use crate::text;

/// How forgiving reading and validation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// Only the official forms: with the document's own mask, or without a mask.
    #[default]
    Strict,
    /// Also what people type and old systems write: stray punctuation and spaces, lower case. The result says what was
    /// changed.
    Lenient,
}

impl Mode {
    /// Reads `"strict"` or `"lenient"`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "strict" => Some(Self::Strict),
            "lenient" => Some(Self::Lenient),
            _ => None,
        }
    }

    /// The name that [`Mode::from_name`] reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
        }
    }
}

/// The language of messages that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Brazilian Portuguese, the default.
    #[default]
    PtBr,
    /// English.
    En,
}

impl Language {
    /// Reads `"pt-BR"` (or `"pt"`) or `"en"`, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let e = |names: &[&str]| names.iter().any(|known| text::eq_ignore_case(known, name));
        if e(&["pt-BR", "pt_BR", "pt"]) {
            Some(Self::PtBr)
        } else if e(&["en", "en-US"]) {
            Some(Self::En)
        } else {
            None
        }
    }

    /// Returns the sentence that is in this language.
    #[must_use]
    pub fn choose<'t>(self, pt: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::PtBr => pt,
            Self::En => en,
        }
    }
}

/// A stable code, and its sentence in Portuguese and in English; `{name}` in them is the parameter of that name.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// The stable code, the same in every language.
    pub code: &'static str,
    /// The sentence in Brazilian Portuguese.
    pub pt: &'static str,
    /// The sentence in English.
    pub en: &'static str,
}

/// The [`Texts`] of a code and its two sentences.
#[macro_export]
#[doc(hidden)]
macro_rules! texts {
    ($code:literal, $pt:literal, $en:literal $(,)?) => {
        $crate::language::Texts { code: $code, pt: $pt, en: $en }
    };
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
    /// Makes a message from the sentence in both languages.
    pub fn new(pt: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pt: pt.into(), en: en.into() }
    }

    /// Makes a message from the sentence in both languages, and replaces each `{name}` by the value of that name.
    #[must_use]
    pub fn fill(pt: &str, en: &str, values: &[(&str, String)]) -> Self {
        Self { pt: text::fill(pt, values), en: text::fill(en, values) }
    }

    /// The sentence in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        language.choose(&self.pt, &self.en)
    }
}
