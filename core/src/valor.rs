use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
#[cfg(feature = "serde")]
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

#[cfg(feature = "api")]
use crate::json::{self, JsonError};
use crate::tempo::{date_text, timestamp_text};
use crate::{Competencia, decimal, escrita};

/// A value on its way into or out of a model.
///
/// JSON, a Python object, a JavaScript object and a spreadsheet row all become a `Valor`, and every model is read
/// from one and written to one. So there is a single place where input is checked, whatever language it came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Valor<'a> {
    /// Absent: JSON `null`, Python `None`, JavaScript `undefined`, an empty cell.
    Nulo,
    /// A truth value.
    Booleano(bool),
    /// An integer of the host language.
    Inteiro(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// The digits of a JSON number, as written; what only validates reads no JSON.
    #[cfg(feature = "api")]
    Numero(Cow<'a, str>),
    /// A binary floating point number of the host language; accepted as a decimal only where no digit is in doubt.
    Flutuante(f64),
    /// Text.
    Texto(Cow<'a, str>),
    /// A civil date.
    Data(Date),
    /// An instant.
    DataHora(Timestamp),
    /// A month.
    Competencia(Competencia),
    /// A list.
    Lista(Vec<Valor<'a>>),
    /// Named values, in their order.
    Objeto(Vec<(Cow<'a, str>, Valor<'a>)>),
    /// Something that no field can hold, by the name of its type in the host language.
    Estranho(Cow<'a, str>),
}

impl<'a> Valor<'a> {
    /// Parses JSON, keeping every digit of its numbers. The value takes 128 MiB at most.
    ///
    /// # Errors
    /// When the bytes are not one JSON value, or it would take more.
    #[cfg(feature = "api")]
    pub fn from_json(bytes: &'a [u8]) -> Result<Self, JsonError> {
        json::ler(bytes, json::MEMORY)
    }

    /// The same of a platform's answer, which takes at most `memory` bytes.
    ///
    /// # Errors
    /// As [`Valor::from_json`].
    #[cfg(feature = "api")]
    pub(crate) fn from_json_within(bytes: &'a [u8], memory: usize) -> Result<Self, JsonError> {
        json::read_answer(bytes, memory)
    }

    /// Writes JSON; decimals and dates become strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut saida = String::new();
        self.write_json(&mut saida);
        saida
    }

    /// Appends what [`Valor::to_json`] gives.
    pub fn write_json(&self, saida: &mut String) {
        match self {
            Self::Nulo | Self::Estranho(_) => saida.push_str("null"),
            Self::Booleano(v) => saida.push_str(if *v { "true" } else { "false" }),
            Self::Inteiro(v) => saida.push_str(&escrita::inteiro(*v)),
            Self::Flutuante(v) => saida.push_str(&flutuante(*v)),
            #[cfg(feature = "api")]
            Self::Numero(digits) if json::numero(digits) => saida.push_str(digits),
            // Digits that are no JSON number came from elsewhere; as a string they are kept, not lost.
            #[cfg(feature = "api")]
            Self::Numero(digits) => escrita::texto_json(digits, saida),
            Self::Texto(texto) => escrita::texto_json(texto, saida),
            Self::Decimal(_) | Self::Data(_) | Self::DataHora(_) | Self::Competencia(_) => {
                saida.push('"');
                saida.push_str(&self.escrito());
                saida.push('"');
            }
            Self::Lista(itens) => {
                let mut antes = '[';
                for item in itens {
                    saida.push(antes);
                    item.write_json(saida);
                    antes = ',';
                }
                saida.push_str(if itens.is_empty() { "[]" } else { "]" });
            }
            Self::Objeto(campos) => {
                let mut antes = '{';
                for (nome, valor) in campos {
                    saida.push(antes);
                    escrita::texto_json(nome, saida);
                    saida.push(':');
                    valor.write_json(saida);
                    antes = ',';
                }
                saida.push_str(if campos.is_empty() { "{}" } else { "}" });
            }
        }
    }

    /// A decimal, date, instant or month as the text that JSON has for it; nothing for the rest.
    fn escrito(&self) -> String {
        match self {
            Self::Decimal(v) => decimal::texto(*v, None),
            Self::Data(v) => date_text(*v),
            Self::DataHora(v) => timestamp_text(*v),
            Self::Competencia(v) => v.texto(),
            _ => String::new(),
        }
    }

    /// The value under `name`, if this is an object that has it.
    #[must_use]
    pub fn campo(&self, name: &str) -> Option<&Valor<'a>> {
        match self {
            Self::Objeto(campos) => campos.iter().find(|(nome, _)| nome == name).map(|(_, valor)| valor),
            _ => None,
        }
    }

    /// The text, if this is text.
    #[must_use]
    pub fn texto(&self) -> Option<&str> {
        match self {
            Self::Texto(texto) => Some(texto),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Valor<'static> {
        match self {
            Self::Nulo => Valor::Nulo,
            Self::Booleano(v) => Valor::Booleano(v),
            Self::Inteiro(v) => Valor::Inteiro(v),
            Self::Decimal(v) => Valor::Decimal(v),
            #[cfg(feature = "api")]
            Self::Numero(v) => Valor::Numero(Cow::Owned(v.into_owned())),
            Self::Flutuante(v) => Valor::Flutuante(v),
            Self::Texto(v) => Valor::Texto(Cow::Owned(v.into_owned())),
            Self::Data(v) => Valor::Data(v),
            Self::DataHora(v) => Valor::DataHora(v),
            Self::Competencia(v) => Valor::Competencia(v),
            Self::Lista(itens) => Valor::Lista(itens.into_iter().map(Valor::into_owned).collect()),
            Self::Objeto(campos) => Valor::Objeto(
                campos.into_iter().map(|(nome, valor)| (Cow::Owned(nome.into_owned()), valor.into_owned())).collect(),
            ),
            Self::Estranho(v) => Valor::Estranho(Cow::Owned(v.into_owned())),
        }
    }

    /// What a person would call this value's type, for messages; stable names, the same in every language.
    #[must_use]
    pub fn tipo(&self) -> &str {
        match self {
            Self::Nulo => "null",
            Self::Booleano(_) => "boolean",
            Self::Inteiro(_) | Self::Decimal(_) | Self::Flutuante(_) => "number",
            #[cfg(feature = "api")]
            Self::Numero(_) => "number",
            Self::Texto(_) => "string",
            Self::Data(_) => "date",
            Self::DataHora(_) => "datetime",
            Self::Competencia(_) => "month",
            Self::Lista(_) => "array",
            Self::Objeto(_) => "object",
            Self::Estranho(tipo) => tipo,
        }
    }
}

/// A JSON object being written, for whoever would make a [`Valor`] only to write it.
#[derive(Default)]
pub struct ObjetoJson(String);

impl ObjetoJson {
    /// A field that is JSON already.
    pub fn json(&mut self, nome: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        escrita::texto_json(nome, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
    }

    /// A field of any kind.
    pub fn campo(&mut self, nome: &str, valor: &Valor<'_>) {
        self.json(nome, "");
        valor.write_json(&mut self.0);
    }

    /// A text, or `null`.
    pub fn texto(&mut self, nome: &str, texto: Option<&str>) {
        self.json(nome, if texto.is_some() { "" } else { "null" });
        if let Some(texto) = texto {
            escrita::texto_json(texto, &mut self.0);
        }
    }

    /// A list of texts.
    pub fn textos(&mut self, nome: &str, textos: &[String]) {
        self.campo(nome, &Valor::Lista(textos.iter().map(|texto| Valor::Texto(texto.into())).collect()));
    }

    /// A list of objects.
    pub fn objetos(&mut self, nome: &str, objetos: &[Self]) {
        self.json(nome, "[");
        for (i, objeto) in objetos.iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            self.0.push_str(&objeto.fim());
        }
        self.0.push(']');
    }

    /// The object, whole.
    #[must_use]
    pub fn fim(&self) -> String {
        escrita::juntar(&[if self.0.is_empty() { "{" } else { &self.0 }, "}"], "")
    }
}

/// The shortest digits of a double; JSON has no infinity.
#[cfg(feature = "serde")]
fn flutuante(v: f64) -> String {
    serde_json::Number::from_f64(v).map_or_else(|| "null".to_owned(), |numero| numero.to_string())
}

/// What a model has read holds no double, so a module that only moves records does without their digits.
#[cfg(not(feature = "serde"))]
fn flutuante(_: f64) -> String {
    "null".to_owned()
}

#[cfg(feature = "serde")]
impl Serialize for Valor<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nulo | Self::Estranho(_) => serializer.serialize_unit(),
            Self::Booleano(v) => serializer.serialize_bool(*v),
            Self::Inteiro(v) => serializer.serialize_i64(*v),
            Self::Flutuante(v) => serializer.serialize_f64(*v),
            #[cfg(feature = "api")]
            Self::Numero(digits) => match digits.parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_str(digits),
            },
            Self::Texto(v) => serializer.serialize_str(v),
            Self::Decimal(_) | Self::Data(_) | Self::DataHora(_) | Self::Competencia(_) => {
                serializer.serialize_str(&self.escrito())
            }
            Self::Lista(itens) => {
                let mut seq = serializer.serialize_seq(Some(itens.len()))?;
                for item in itens {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Objeto(campos) => {
                let mut map = serializer.serialize_map(Some(campos.len()))?;
                for (nome, valor) in campos {
                    map.serialize_entry(nome, valor)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive_json() {
        let texto = r#"{"a":0.10000000000000000055,"b":[1,null,true,"é"],"c":12345678901234567890}"#;
        let valor = Valor::from_json(texto.as_bytes()).unwrap();
        assert_eq!(valor.campo("a"), Some(&Valor::Numero("0.10000000000000000055".into())));
        assert_eq!(valor.to_json(), texto);
    }
}
