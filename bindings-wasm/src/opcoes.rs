//! Plain JavaScript objects read field by field; what is wrong with one is named by its path.

#[cfg(feature = "planilha")]
use js_sys::Array;
use js_sys::{Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use crate::ponte::opcao;

/// The fields of an object: name, and what it takes.
pub(crate) type Formas = &'static [(&'static str, &'static str)];

/// An object with fields that are known.
pub(crate) struct Bolsa {
    valor: JsValue,
    /// Where it is: empty, or such as `linhas[3].`
    caminho: String,
    formas: Formas,
}

impl Bolsa {
    /// An option bag; nothing at all is an empty one.
    ///
    /// # Errors
    /// An option that is not known.
    pub(crate) fn opcoes(valor: JsValue, formas: Formas) -> Result<Self, JsValue> {
        let valor = if valor.is_undefined() || valor.is_null() { Object::new().into() } else { valor };
        Self::abrir("options", String::new(), valor, formas)
    }

    /// The objects of the list called `nome`.
    ///
    /// # Errors
    /// What is no list, an item that is no object, a field that is not known.
    #[cfg(feature = "planilha")]
    pub(crate) fn lista(nome: &str, valor: &JsValue, formas: Formas) -> Result<Vec<Self>, JsValue> {
        let Some(lista) = valor.dyn_ref::<Array>() else {
            return Err(opcao(nome, &format!("`[{{ {} }}]`", nomes(formas))));
        };
        let abrir = |(i, item)| Self::abrir(&format!("{nome}[{i}]"), format!("{nome}[{i}]."), item, formas);
        lista.iter().enumerate().map(abrir).collect()
    }

    fn abrir(nome: &str, caminho: String, valor: JsValue, formas: Formas) -> Result<Self, JsValue> {
        if !valor.is_object() {
            return Err(opcao(nome, &format!("`{{ {} }}`", nomes(formas))));
        }
        for campo in Object::keys(valor.unchecked_ref::<Object>()).iter() {
            let campo = campo.as_string().unwrap_or_default();
            if !formas.iter().any(|(conhecido, _)| *conhecido == campo) {
                return Err(opcao(&format!("{caminho}{campo}"), &format!("`{}`", nomes(formas))));
            }
        }
        Ok(Self { valor, caminho, formas })
    }

    /// One field, if it is there.
    ///
    /// # Errors
    /// When the field has a value that it cannot have.
    pub(crate) fn ler<T: DeserializeOwned>(&self, nome: &str) -> Result<Option<T>, JsValue> {
        serde_wasm_bindgen::from_value(self.campo(nome)).map_err(|_| self.recusar(nome))
    }

    /// One field that is a name of something.
    ///
    /// # Errors
    /// When it is not text, or names nothing.
    #[cfg(feature = "planilha")]
    pub(crate) fn escolher<T>(&self, nome: &str, por_nome: impl Fn(&str) -> Option<T>) -> Result<Option<T>, JsValue> {
        let dado: Option<String> = self.ler(nome)?;
        dado.map(|dado| por_nome(&dado).ok_or_else(|| self.recusar(nome))).transpose()
    }

    /// The objects of a field, none where it is not there.
    ///
    /// # Errors
    /// As [`Bolsa::lista`].
    #[cfg(feature = "planilha")]
    pub(crate) fn objetos(&self, nome: &str, formas: Formas) -> Result<Vec<Self>, JsValue> {
        let valor = self.campo(nome);
        if valor.is_undefined() || valor.is_null() {
            return Ok(Vec::new());
        }
        Self::lista(&format!("{}{nome}", self.caminho), &valor, formas)
    }

    /// Refuses a field.
    pub(crate) fn recusar(&self, nome: &str) -> JsValue {
        let forma = self.formas.iter().find(|(conhecido, _)| *conhecido == nome).map_or("", |(_, forma)| forma);
        opcao(&format!("{}{nome}", self.caminho), forma)
    }

    /// What cannot be read, such as a getter that throws, is nothing that a field can hold.
    fn campo(&self, nome: &str) -> JsValue {
        Reflect::get(&self.valor, &nome.into()).unwrap_or_else(|_| JsValue::symbol(None))
    }
}

fn nomes(formas: Formas) -> String {
    formas.iter().map(|(nome, _)| *nome).collect::<Vec<_>>().join(", ")
}
