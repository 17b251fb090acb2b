//! The bridge: how JavaScript values come in and go out.
//!
//! A value comes in as bytes that `npm/lib/empacotar.js` writes in one walk, so that an object crosses into the module
//! once, not once per field, and its texts are borrowed where they lie. It goes out as JSON, which the engine parses
//! natively and whose `__proto__` is a name like any other.


#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
use smartbill_core::Error;
use smartbill_core::validate::Violation;
use smartbill_core::{ErrorKind, Idioma, Valor};
#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
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
            3 => Valor::Inteiro(i32::from_le_bytes(self.fixo()?).into()),
            4 => numero(f64::from_le_bytes(self.fixo()?)),
            5 => Valor::Texto(self.texto()?.into()),
            6 => {
                let mut itens = Vec::new();
                for _ in 0..self.tamanho()? {
                    itens.push(self.valor()?);
                }
                Valor::Lista(itens)
            }
            7 => {
                let mut campos = Vec::new();
                for _ in 0..self.tamanho()? {
                    campos.push((self.texto()?.into(), self.valor()?));
                }
                Valor::Objeto(campos)
            }
            8 => Valor::Estranho(self.texto()?.into()),
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

/// An option with a value that it cannot have.
#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
pub(crate) fn opcao(nome: &str, usar: &str) -> JsValue {
    JsValue::from_str(&opcao_invalida(nome, usar))
}

/// The error of an option with a value that it cannot have, as JSON.
pub(crate) fn opcao_invalida(nome: &str, usar: &str) -> String {
    let mut message = String::from("opção `");
    for letra in nome.chars().take(60) {
        message.push(letra);
    }
    message.push_str("` inválida; use ");
    message.push_str(usar);
    Valor::Objeto(vec![
        ("code".into(), Valor::Texto(ErrorKind::Configuration.code().into())),
        ("message".into(), Valor::Texto(message.into())),
    ])
    .to_json()
}

#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
/// An error on its way to `npm/src/erros.js`, which makes a real `Error` of it.
pub(crate) fn erro(erro: &Error) -> JsValue {
    JsValue::from_str(&erro_valor(erro).to_json())
}

#[cfg(any(feature = "client", feature = "planilha", feature = "sandbox"))]
pub(crate) fn erro_valor(erro: &Error) -> Valor<'static> {
    let d = erro.details();
    let texto = |nome: &'static str, texto: &str| (Cow::Borrowed(nome), Valor::Texto(texto.to_owned().into()));
    let numero = |nome: &'static str, n: i64| (Cow::Borrowed(nome), Valor::Inteiro(n));
    let mut campos = vec![texto("code", erro.code()), texto("message", &erro.to_string())];
    campos.extend(d.operation.map(|v| texto("operation", v)));
    campos.extend(d.status.map(|v| numero("status", v.into())));
    campos.extend(d.server_code.as_deref().map(|v| texto("serverCode", v)));
    campos.extend(d.request_id.as_deref().map(|v| texto("requestId", v)));
    campos.extend(d.outcome.map(|v| texto("outcome", v.name())));
    campos.extend(d.body.as_deref().map(|v| texto("body", v)));
    campos.push(numero("attempts", d.attempts.into()));
    let espera = d.retry_after.and_then(|v| i64::try_from(v.as_millis()).ok());
    campos.extend(espera.map(|ms| numero("retryAfterMs", ms)));
    if let Some(report) = &d.report {
        let violations = report.violations.iter().map(|v| violacao(v, d.idioma).into_owned());
        campos.push(("violations".into(), Valor::Lista(violations.collect())));
    }
    let fields = d.fields.iter().map(|f| {
        let mut campos = vec![texto("path", &f.path), texto("message", &f.message)];
        campos.extend(f.code.as_deref().map(|code| texto("code", code)));
        Valor::Objeto(campos)
    });
    campos.push(("fields".into(), Valor::Lista(fields.collect())));
    Valor::Objeto(campos)
}

/// A violation as `npm/src/erros.d.ts` describes it.
pub(crate) fn violacao(v: &Violation, idioma: Idioma) -> Valor<'_> {
    let params = v.params().into_iter().map(|(nome, valor)| (nome.into(), Valor::Texto(valor.into()))).collect();
    Valor::Objeto(vec![
        ("path".into(), Valor::Texto(v.path.as_str().into())),
        ("code".into(), Valor::Texto(v.code().into())),
        ("message".into(), Valor::Texto(v.message(idioma).into())),
        ("params".into(), Valor::Objeto(params)),
        ("severity".into(), Valor::Texto(v.severity.name().into())),
    ])
}
