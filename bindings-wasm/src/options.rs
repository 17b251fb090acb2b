//! Reads plain JavaScript objects field by field. Errors name the path of the field.

#![allow(dead_code, reason = "each module of the package reads its own options")]

use js_sys::{Array, Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use crate::bridge::option;

/// The fields of an object: the name, and the values that it accepts.
pub(crate) type Shapes = &'static [(&'static str, &'static str)];

/// An object with known fields.
pub(crate) struct OptionBag {
    value: JsValue,
    /// The path of the object: empty, or for example `rows[3].`
    path: String,
    shapes: Shapes,
}

impl OptionBag {
    /// Reads an option bag. `undefined` is an empty one.
    ///
    /// # Errors
    /// An unknown option.
    pub(crate) fn options(value: JsValue, shapes: Shapes) -> Result<Self, JsValue> {
        let value = if value.is_undefined() || value.is_null() { Object::new().into() } else { value };
        Self::open("options", String::new(), value, shapes)
    }

    /// The objects of the list called `name`.
    ///
    /// # Errors
    /// A value that is not a list, an item that is not an object, or an unknown field.
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

    /// Reads one field, if it is present.
    ///
    /// # Errors
    /// If the value of the field is invalid.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, JsValue> {
        serde_wasm_bindgen::from_value(self.field(name)).map_err(|_| self.refuse(name))
    }

    /// Reads one field whose value is a name.
    ///
    /// # Errors
    /// If the value is not text, or is an unknown name.
    pub(crate) fn choose<T>(&self, name: &str, by_name: impl Fn(&str) -> Option<T>) -> Result<Option<T>, JsValue> {
        let datum: Option<String> = self.read(name)?;
        datum.map(|datum| by_name(&datum).ok_or_else(|| self.refuse(name))).transpose()
    }

    /// Reads the objects of a field. Empty if the field is absent.
    ///
    /// # Errors
    /// The same as those of [`OptionBag::list`].
    pub(crate) fn objects(&self, name: &str, shapes: Shapes) -> Result<Vec<Self>, JsValue> {
        let value = self.field(name);
        if value.is_undefined() || value.is_null() {
            return Ok(Vec::new());
        }
        Self::list(&format!("{}{name}", self.path), &value, shapes)
    }

    /// The error for an invalid field.
    pub(crate) fn refuse(&self, name: &str) -> JsValue {
        let form = self.shapes.iter().find(|(known, _)| *known == name).map_or("", |(_, form)| form);
        option(&format!("{}{name}", self.path), form)
    }

    /// Reads a field. If this throws, as with a getter, the value is one that no field accepts.
    fn field(&self, name: &str) -> JsValue {
        Reflect::get(&self.value, &name.into()).unwrap_or_else(|_| JsValue::symbol(None))
    }
}

fn names(shapes: Shapes) -> String {
    shapes.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
