//! The bridge: how JavaScript values come in and go out.
//!
//! A value comes in as bytes that `npm/src/empacotar.js` writes in one walk, so that an object crosses into the module
//! once, not once per field, and its texts are borrowed where they lie. It goes out as JSON, which the engine parses
//! natively and whose `__proto__` is a name like any other.

use smartbill_core::validate::Violation;
#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
use smartbill_core::{Error, Outcome};
use smartbill_core::{Idioma, ObjetoJson, Valor};
use wasm_bindgen::JsValue;

/// Reads the values packed in `bytes`, as many as the caller names.
#[cfg(any(feature = "client", feature = "planilha"))]
pub(crate) fn desempacotar<const N: usize>(bytes: &[u8]) -> Result<[Valor<'_>; N], JsValue> {
    let mut leitor = Leitor { bytes };
    let mut valores = [const { Valor::Nulo }; N];
    for valor in &mut valores {
        *valor = leitor.valor().ok_or_else(|| JsValue::from_str("malformed packed value"))?;
    }
    Ok(valores)
}

/// The packed format: a tag, then what it needs; numbers are little-endian.
#[cfg(any(feature = "client", feature = "planilha", feature = "validation"))]
pub(crate) struct Leitor<'a> {
    /// What is not read yet.
    pub(crate) bytes: &'a [u8],
}

#[cfg(any(feature = "client", feature = "planilha", feature = "validation"))]
impl<'a> Leitor<'a> {
    /// The next value; `None` where the bytes are no packed value.
    pub(crate) fn valor(&mut self) -> Option<Valor<'a>> {
        let [tag] = self.fixo()?;
        Some(match tag {
            0 => Valor::Nulo,
            1 => Valor::Booleano(false),
            2 => Valor::Booleano(true),
            3 => numero(f64::from_le_bytes(self.fixo()?)),
            4 => Valor::Texto(self.texto()?.into()),
            5 => {
                let mut itens = Vec::new();
                for _ in 0..self.tamanho()? {
                    itens.push(self.valor()?);
                }
                Valor::Lista(itens)
            }
            6 => {
                let mut campos = Vec::new();
                for _ in 0..self.tamanho()? {
                    campos.push((self.texto()?.into(), self.valor()?));
                }
                Valor::Objeto(campos)
            }
            7 => Valor::Estranho(self.texto()?.into()),
            _ => return None,
        })
    }

    fn fixo<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (inicio, resto) = self.bytes.split_first_chunk()?;
        self.bytes = resto;
        Some(*inicio)
    }

    fn tamanho(&mut self) -> Option<usize> {
        self.fixo().map(u32::from_le_bytes).and_then(|n| n.try_into().ok())
    }

    fn texto(&mut self) -> Option<&'a str> {
        let tamanho = self.tamanho()?;
        let (texto, resto) = self.bytes.split_at_checked(tamanho)?;
        self.bytes = resto;
        std::str::from_utf8(texto).ok()
    }
}

/// A JavaScript number; up to 2^53 a whole one is an integer and no digit is in doubt.
#[cfg(any(feature = "client", feature = "planilha", feature = "validation"))]
fn numero(n: f64) -> Valor<'static> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 { Valor::Inteiro(n as i64) } else { Valor::Flutuante(n) }
}

/// An option that is unknown or has a value that it cannot have, for `npm/src/erros.js` to say so.
pub(crate) fn opcao(nome: &str, usar: &str) -> JsValue {
    let mut json = ObjetoJson::default();
    json.texto("nome", Some(nome));
    json.texto("usar", Some(usar));
    JsValue::from_str(&json.fim())
}

/// An error on its way to `npm/src/erros.js`, which makes a real `Error` of it.
#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
pub(crate) fn erro(erro: &Error) -> JsValue {
    JsValue::from_str(&erro_json(erro))
}

#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
pub(crate) fn erro_json(erro: &Error) -> String {
    let d = erro.details();
    let mut json = ObjetoJson::default();
    let mut texto = |nome, texto: Option<&str>| {
        if texto.is_some() {
            json.texto(nome, texto);
        }
    };
    texto("code", Some(erro.code()));
    texto("message", Some(&erro.to_string()));
    texto("operation", d.operation);
    texto("serverCode", d.server_code.as_deref());
    texto("requestId", d.request_id.as_deref());
    texto("outcome", d.outcome.map(Outcome::name));
    texto("body", d.body.as_deref());
    let espera = d.retry_after.and_then(|v| i64::try_from(v.as_millis()).ok());
    let numeros =
        [("status", d.status.map(i64::from)), ("attempts", Some(d.attempts.into())), ("retryAfterMs", espera)];
    for (nome, numero) in numeros {
        if let Some(numero) = numero {
            json.campo(nome, &Valor::Inteiro(numero));
        }
    }
    if let Some(report) = &d.report {
        let violations: Vec<_> = report.violations.iter().map(|v| violacao(v, d.idioma)).collect();
        json.objetos("violations", &violations);
    }
    let fields = d.fields.iter().map(|field| {
        let mut json = ObjetoJson::default();
        json.texto("path", Some(&field.path));
        json.texto("message", Some(&field.message));
        if let Some(code) = &field.code {
            json.texto("code", Some(code));
        }
        json
    });
    json.objetos("fields", &fields.collect::<Vec<_>>());
    json.fim()
}

/// A violation as `npm/src/erros.d.ts` describes it.
pub(crate) fn violacao(v: &Violation, idioma: Idioma) -> ObjetoJson {
    let mut json = ObjetoJson::default();
    json.texto("path", Some(&v.path));
    json.texto("code", Some(v.code()));
    json.texto("message", Some(&v.message(idioma)));
    let mut params = ObjetoJson::default();
    for (nome, valor) in v.params() {
        params.texto(nome, Some(&valor));
    }
    json.json("params", &params.fim());
    json.texto("severity", Some(v.severity.name()));
    json
}
