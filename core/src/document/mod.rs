//! Brazilian documents: one file each, one shape for all.
#![allow(missing_docs, clippy::pedantic)]
use crate::{Idioma, Modo};
#[derive(Debug, Clone, PartialEq)]
pub struct Motivo;
impl Motivo {
    pub fn codigo(&self) -> &'static str {
        "x"
    }
    pub fn mensagem(&self, _: Idioma) -> String {
        "x".into()
    }
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tipo {
    Cpf,
    Cnpj,
    CpfCnpj,
    Ie,
    Cep,
    Uf,
    Municipio,
    Telefone,
    Email,
    Boleto,
    PixChave,
    Brcode,
    ChaveDfe,
}
pub struct Resultado {
    pub valor: Option<String>,
    pub motivo: Option<Motivo>,
}
impl Tipo {
    pub fn name(self) -> &'static str {
        "x"
    }
    pub fn validar(self, t: &str, _: Modo, _: Option<&str>) -> Resultado {
        Resultado { valor: Some(t.into()), motivo: None }
    }
}
pub struct Cep;
pub struct Municipio;
pub struct Boleto;
pub struct Uf;
impl Uf {
    pub fn as_str(&self) -> &str {
        ""
    }
}
impl Cep {
    pub fn parse(_: &str, _: Modo) -> Result<Self, Motivo> {
        Err(Motivo)
    }
    pub fn uf(&self) -> Option<Uf> {
        None
    }
}
impl Municipio {
    pub fn parse(_: &str, _: Modo) -> Result<Self, Motivo> {
        Err(Motivo)
    }
    pub fn uf(&self) -> Option<Uf> {
        None
    }
}
impl Boleto {
    pub fn parse(_: &str, _: Modo) -> Result<Self, Motivo> {
        Err(Motivo)
    }
    pub fn valor(&self) -> Option<rust_decimal::Decimal> {
        None
    }
    pub fn vencimento(&self, _: jiff::civil::Date) -> Option<jiff::civil::Date> {
        None
    }
}
