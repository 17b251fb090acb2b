//! Plain JavaScript objects read field by field; what is wrong with one is named by its path.

#![allow(dead_code, reason = "each module of the package reads its own options")]

use js_sys::{Array, Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use crate::bridge::option;

/// The fields of an object: name, and what it takes.
pub(crate) type Shapes = &'static [(&'static str, &'static str)];

/// An object with fields that are known.
pub(crate) struct OptionBag {
    value: JsValue,
    /// Where it is: empty, or such as `rows[3].`
    path: String,
    shapes: Shapes,
}

impl OptionBag {
    /// An option bag; nothing at all is an empty one.
    ///
    /// # Errors
    /// An option that is not known.
    pub(crate) fn options(value: JsValue, shapes: Shapes) -> Result<Self, JsValue> {
        let value = if value.is_undefined() || value.is_null() { Object::new().into() } else { value };
        Self::open("options", String::new(), value, shapes)
    }

    /// The objects of the list called `name`.
    ///
    /// # Errors
    /// What is no list, an item that is no object, a field that is not known.
    pub(crate) fn list(name: &str, value: &JsValue, shapes: Shapes) -> Result<Vec<Self>, JsValue> {
        let Some(list) = value.dyn_ref::<Array>() else {
            return Err(option(name, &format!("`[{{ {} }}]`", names(shapes))));
        };
        let open = |(i, item)| Self::open(&format!("{name}[{i}]"), format!("{name}[{i}]."), item, shapes);
        list.iter().enumerate().map(open).collect()
    }

    fn open(name: &str, path: String, value: JsValue, shapes: Shapes) -> Result<Self, JsValue> {
        if !value.is_object() {
            return Err(option(name, &format!("`{{ {} }}`", names(shapes))));
        }
        for field in Object::keys(value.unchecked_ref::<Object>()).iter() {
            let field = field.as_string().unwrap_or_default();
            if !shapes.iter().any(|(known, _)| *known == field) {
                return Err(option(&format!("{path}{field}"), &format!("`{}`", names(shapes))));
            }
        }
        Ok(Self { value, path, shapes })
    }

    /// One field, if it is there.
    ///
    /// # Errors
    /// When the field has a value that it cannot have.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, JsValue> {
        serde_wasm_bindgen::from_value(self.field(name)).map_err(|_| self.refuse(name))
    }

    /// One field that is a name of something.
    ///
    /// # Errors
    /// When it is not text, or names nothing.
    pub(crate) fn choose<T>(&self, name: &str, by_name: impl Fn(&str) -> Option<T>) -> Result<Option<T>, JsValue> {
        let datum: Option<String> = self.read(name)?;
        datum.map(|datum| by_name(&datum).ok_or_else(|| self.refuse(name))).transpose()
    }

    /// The objects of a field, none where it is not there.
    ///
    /// # Errors
    /// As [`OptionBag::list`].
    pub(crate) fn objects(&self, name: &str, shapes: Shapes) -> Result<Vec<Self>, JsValue> {
        let value = self.field(name);
        if value.is_undefined() || value.is_null() {
            return Ok(Vec::new());
        }
        Self::list(&format!("{}{name}", self.path), &value, shapes)
    }

    /// Refuses a field.
    pub(crate) fn refuse(&self, name: &str) -> JsValue {
        let form = self.shapes.iter().find(|(known, _)| *known == name).map_or("", |(_, form)| form);
        option(&format!("{}{name}", self.path), form)
    }

    /// What cannot be read, such as a getter that throws, is nothing that a field can hold.
    fn field(&self, name: &str) -> JsValue {
        Reflect::get(&self.value, &name.into()).unwrap_or_else(|_| JsValue::symbol(None))
    }
}

fn names(shapes: Shapes) -> String {
    shapes.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
