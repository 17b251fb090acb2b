//! Hides the client's own token in texts of a server or a proxy that repeat it.

use std::borrow::Cow;

use smartbill_documents::find::find;
use smartbill_documents::text;
use smartbill_model::Value;

use crate::profile::{Auth, Profile, base64, percent_encode};

/// A form shorter than this is hidden only as a separate word. Inside a word it would be a coincidence.
const BY_ITSELF: usize = 8;

/// The forms in which a token may appear, with the longest first.
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Computes the forms of `token` under `profile`.
    pub(crate) fn of(profile: &Profile, token: Option<&str>) -> Self {
        let Some(token) = token else { return Self(Vec::new()) };
        // In HTTP Basic the token is a user and a password. The password is a secret by itself.
        let password = token.split_once(':').map(|(_, password)| password).filter(|_| *profile.auth() == Auth::Basic);
        let mut forms = vec![base64([token, ":"].concat().as_bytes())];
        let parts = token.splitn(profile.token_parts(), ':').filter(|part| *part != token);
        for secret in [Some(token), password].into_iter().flatten().chain(parts) {
            add_forms(secret, &mut forms);
        }
        Self::sorted(forms)
    }

    /// These, and the forms of another secret.
    pub(crate) fn and(mut self, secret: &str) -> Self {
        add_forms(secret, &mut self.0);
        Self::sorted(self.0)
    }

    fn sorted(mut forms: Vec<String>) -> Self {
        forms.retain(|form| !form.is_empty());
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self(forms)
    }

    /// Whether there is nothing to hide, since the client has no token.
    pub(crate) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The length of the longest form.
    pub(crate) fn longest(&self) -> usize {
        self.0.first().map_or(0, String::len)
    }

    /// Replaces every form in `text` by `***`.
    pub(crate) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hidden = Cow::Borrowed(text);
        for form in &self.0 {
            if let Some(without) = replaced(&hidden, form) {
                hidden = Cow::Owned(without);
            }
        }
        hidden
    }

    /// Hides the token in the texts and names of `value`.
    pub(crate) fn hide_in<'a>(&self, value: Value<'a>) -> Value<'a> {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Text(text) => Value::Text(self.owned(text)),
            Value::Number(digits) => match self.owned(digits) {
                hidden if hidden.contains('*') => Value::Text(hidden),
                digits => Value::Number(digits),
            },
            Value::List(items) => Value::List(items.into_iter().map(|item| self.hide_in(item)).collect()),
            Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(name, value)| (self.owned(name), self.hide_in(value))).collect())
            }
            value => value,
        }
    }

    fn owned<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        match self.hide(&text) {
            Cow::Owned(hidden) => Cow::Owned(hidden),
            Cow::Borrowed(_) => text,
        }
    }
}

/// Adds the forms of `secret` to `forms`.
fn add_forms(secret: &str, forms: &mut Vec<String>) {
    if secret.is_empty() {
        return;
    }
    let mut encoded = String::new();
    percent_encode(secret, &mut encoded);
    forms.extend([secret.to_owned(), small_hex(&encoded), encoded, secret.replace('/', "\\/")]);
    let mut quoted = String::new();
    text::json_text(secret, &mut quoted);
    forms.push(quoted.trim_matches('"').to_owned());
    // Inside a longer text, a token may begin at any of three positions of a base64 group of four digits. The digits
    // that it shares with its neighbours are left out.
    for (before, shared) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = base64(&[&vec![0; before], secret.as_bytes()].concat());
        let digits = shifted.trim_end_matches('=');
        let end = digits.len() - usize::from(shifted.len() > digits.len());
        let inner = digits.get(shared..end).unwrap_or_default();
        if inner.len() >= BY_ITSELF {
            forms.extend([inner.to_owned(), inner.replace('+', "-").replace('/', "_")]);
        }
        if before == 0 {
            forms.push(shifted);
        }
    }
}

/// Converts the digits of every `%XX` in `encoded` to lower case.
fn small_hex(encoded: &str) -> String {
    let mut after = 3;
    let small = encoded.chars().map(|c| {
        after = if c == '%' { 0 } else { after + 1 };
        if after <= 2 { c.to_ascii_lowercase() } else { c }
    });
    small.collect()
}

/// Replaces every `form` in `text` that counts as the token by `***`. Returns `None` if there is none.
fn replaced(text: &str, form: &str) -> Option<String> {
    let part_of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = find(rest, form) {
        let (before, after) = (rest.get(..at)?, rest.get(at + form.len()..)?);
        let within = before.chars().next_back().or(out.chars().next_back()).is_some_and(part_of_word)
            || after.chars().next().is_some_and(part_of_word);
        out.push_str(before);
        out.push_str(if form.len() < BY_ITSELF && within { form } else { "***" });
        rest = after;
    }
    (rest.len() < text.len()).then(|| out + rest).filter(|replaced| replaced != text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "tok/EN+123=abc";

    fn secrets(token: &str) -> Secrets {
        Secrets::of(&Profile::built_in(), Some(token))
    }

    #[test]
    fn every_form_of_a_token_is_hidden() {
        let secrets = secrets(TOKEN);
        for (said, hidden) in [
            ("authorization: Bearer tok/EN+123=abc", "authorization: Bearer ***"),
            ("?token=tok%2FEN%2B123%3Dabc&x=1", "?token=***&x=1"),
            ("?token=tok%2fEN%2b123%3dabc", "?token=***"),
            (r#"{"token":"tok\/EN+123=abc"}"#, r#"{"token":"***"}"#),
            ("two: tok/EN+123=abc,tok/EN+123=abc.", "two: ***,***."),
            ("xtok/EN+123=abcx", "x***x"),
            ("tok/EN+123", "tok/EN+123"),
            ("nothing of it", "nothing of it"),
        ] {
            assert_eq!(secrets.hide(said), hidden);
        }
        // The token in `user:tok/EN+123=abc`, `Bearer tok/EN+123=abc` and similar texts, at every position of a group
        // of three bytes.
        for around in ["", "a", "ab", "abc", "user:", "Bearer "] {
            let said = base64([around, TOKEN, around].concat().as_bytes());
            for said in [said.clone(), said.replace('/', "_").replace('+', "-")] {
                let hidden = secrets.hide(&said);
                // Eleven digits stand for eight of the fourteen bytes. The remaining digits reveal nothing readable.
                assert!(hidden.contains("***") && hidden.len() <= said.len() - 12, "{said} {hidden}");
            }
        }
    }

    #[test]
    fn a_password_is_a_secret_by_itself_and_a_user_is_not() {
        let profile = Profile::from_toml("[auth]\nscheme = 'basic'", "x").unwrap();
        let secrets = Secrets::of(&profile, Some("maria:correct-horse"));
        assert_eq!(secrets.hide("user maria, password correct-horse"), "user maria, password ***");
        assert_eq!(secrets.hide("Basic bWFyaWE6Y29ycmVjdC1ob3JzZQ=="), "Basic ***");
    }

    #[test]
    fn a_short_token_is_hidden_where_it_stands_by_itself() {
        let secrets = secrets("t");
        assert_eq!(secrets.hide("the token `t` is not that of tests: t"), "the token `***` is not that of tests: ***");
        assert_eq!(secrets.hide("t-t t_t tt"), "t-t t_t tt");
        assert_eq!(secrets.hide("dA=="), "***");
        assert_eq!(Secrets::of(&Profile::built_in(), None).hide("t"), "t");
    }

    #[test]
    fn names_texts_and_numbers_of_a_body_are_hidden() {
        let secrets = secrets("12345678");
        let body =
            Value::from_json(br#"{"12345678":["12345678",12345678,1.5,true,null],"a":{"b":"x 12345678"}}"#).unwrap();
        let expected = r#"{"***":["***","***",1.5,true,null],"a":{"b":"x ***"}}"#;
        assert_eq!(secrets.hide_in(body).to_json(), expected);
    }

    proptest! {
        #[test]
        fn no_text_that_holds_a_token_keeps_it(token in "[!-~]{8,40}", before in ".{0,20}", after in ".{0,20}") {
            let secrets = secrets(&token);
            for form in [token.clone(), { let mut e = String::new(); percent_encode(&token, &mut e); e }] {
                let text = [&before, &form, &after].map(String::as_str).concat();
                prop_assert!(!secrets.hide(&text).contains(&form));
            }
        }
    }
}
