//! Option bags: plain JavaScript objects read into structs; what is wrong with one names the option.

use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Deserializer;
use wasm_bindgen::{JsCast, JsValue};

use crate::ponte::opcao;

/// The options of a bag: name, and what it takes.
pub(crate) type Formas = &'static [(&'static str, &'static str)];

/// Reads an option bag; nothing at all is an empty one.
///
/// # Errors
/// An option that is unknown or has a value it cannot have.
pub(crate) fn ler<T: DeserializeOwned + Default>(valor: JsValue, formas: Formas) -> Result<T, JsValue> {
    if valor.is_undefined() || valor.is_null() {
        return Ok(T::default());
    }
    let nomes = || formas.iter().map(|(nome, _)| format!("`{nome}`")).collect::<Vec<_>>().join(", ");
    if !valor.is_object() {
        return Err(opcao("options", &nomes()));
    }
    // An object is asked for the fields of the struct and for no others, so that serde sees no unknown one.
    for nome in js_sys::Object::keys(valor.unchecked_ref::<js_sys::Object>()).iter() {
        let nome = nome.as_string().unwrap_or_default();
        if !formas.iter().any(|(conhecido, _)| *conhecido == nome) {
            return Err(opcao(&nome, &nomes()));
        }
    }
    ler_em("", valor).map_err(|caminho| recusar(&caminho, formas))
}

/// Reads a value that is called `nome` where it is wrong; the error is the path to what is wrong with it.
pub(crate) fn ler_em<T: DeserializeOwned>(nome: &str, valor: JsValue) -> Result<T, String> {
    serde_path_to_error::deserialize(Deserializer::from(valor)).map_err(|falha| format!("{nome}{}", falha.path()))
}

/// Refuses the option at `caminho`.
pub(crate) fn recusar(caminho: &str, formas: Formas) -> JsValue {
    let nome = caminho.split(['.', '[']).next().unwrap_or(caminho);
    let forma = formas.iter().find(|(conhecido, _)| *conhecido == nome).map_or("", |(_, forma)| forma);
    opcao(caminho, forma)
}
