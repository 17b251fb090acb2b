//! Sentences by code. A finding is data, a code and parameters; its sentence is made when a person reads it.

use std::borrow::Cow;

use crate::Language;
use crate::language::Texts;
use crate::text::{divide, fill};

/// The values that a sentence quotes, by name.
pub type Params = Vec<(Cow<'static, str>, String)>;

/// The name of a parameter that is a whole sentence of somebody else, such as the platform. No catalogue has it.
pub const MESSAGE: &str = "message";

/// The name of the parameter with that sentence in English, if it exists in both languages.
pub const MESSAGE_EN: &str = "message_en";

/// The sentences of a crate, above those of the crates that it depends on.
#[derive(Debug)]
pub struct Catalogue {
    /// The sentences. A code can have several, with different parameters.
    pub texts: &'static [Texts],
    /// Translates a parameter, given by its name and value, if it is a word of this crate.
    pub word: fn(&str, &str, Language) -> Option<String>,
    /// The catalogue of the crate beneath.
    pub beneath: Option<&'static Catalogue>,
}

impl Catalogue {
    /// The sentence of `code` with its parameters filled in. Of several sentences it is the first with the most parameters,
    /// all of which are given. An unknown code is returned as it is.
    #[must_use]
    pub fn message(&self, code: &str, params: &Params, language: Language) -> String {
        let given = |name: &str| params.iter().find(|(given, _)| given == name).map(|(_, value)| value);
        if let Some(pt) = given(MESSAGE) {
            return language.choose(pt, given(MESSAGE_EN).unwrap_or(pt)).to_owned();
        }
        let mut best: Option<(usize, &Texts)> = None;
        for texts in self.chain().flat_map(|catalogue| catalogue.texts).filter(|texts| texts.code == code) {
            let mut names = names(texts.pt);
            let said = names.clone().count();
            if names.all(|name| given(name).is_some()) && best.is_none_or(|(most, _)| said > most) {
                best = Some((said, texts));
            }
        }
        let Some((_, texts)) = best else { return code.to_owned() };
        let word = |name: &str, value: &String| {
            self.chain().find_map(|catalogue| (catalogue.word)(name, value, language)).unwrap_or_else(|| value.clone())
        };
        let values: Vec<_> = params.iter().map(|(name, value)| (&**name, word(name, value))).collect();
        fill(language.choose(texts.pt, texts.en), &values)
    }

    /// This catalogue and those beneath it.
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |catalogue| catalogue.beneath)
    }
}

/// The names of the parameters of a sentence.
fn names(sentence: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = sentence;
    std::iter::from_fn(move || {
        let (name, after) = divide(divide(rest, b'{')?.1, b'}')?;
        rest = after;
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts;

    static BENEATH: Catalogue = Catalogue {
        texts: &[texts!("a", "sem nada", "with nothing"), texts!("c", "{n} de {m}", "{n} of {m}")],
        word: |name, value, language| {
            (name == "kind" && value == "date").then(|| language.choose("data", "date").to_owned())
        },
        beneath: None,
    };

    static ABOVE: Catalogue = Catalogue {
        texts: &[texts!("a", "com {n}", "with {n}"), texts!("b", "uma {kind}", "a {kind}")],
        word: |_, _, _| None,
        beneath: Some(&BENEATH),
    };

    #[test]
    fn the_sentence_that_says_the_most_is_taken() {
        let said = |code, params: &[(&'static str, &str)]| {
            let params = params.iter().map(|(name, value)| ((*name).into(), (*value).to_owned())).collect();
            ABOVE.message(code, &params, Language::PtBr)
        };
        assert_eq!(said("a", &[]), "sem nada");
        assert_eq!(said("a", &[("n", "{m}")]), "com {m}");
        assert_eq!(said("b", &[("kind", "date")]), "uma data");
        assert_eq!(said("c", &[("n", "1"), ("m", "2")]), "1 de 2");
        assert_eq!(said("c", &[("n", "1")]), "c");
        assert_eq!(said("a", &[("message", "a plataforma diz")]), "a plataforma diz");
    }
}
