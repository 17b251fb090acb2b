//! `smartbill-automation/validation`: models and documents checked, nothing sent.

use std::cell::RefCell;

use smartbill_core::document::{Motivo, Tipo, ValorCampo};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Esquema, Servico};
use smartbill_core::validate::Report;
use smartbill_core::{Idioma, Valor};
use wasm_bindgen::prelude::*;

use crate::ponte::{Opcoes, desempacotar, relatorio};

/// Validates a packed record of a model with its packed options: the outcome as JSON, or, where only the verdict is
/// wanted, an empty text for a valid one and nothing for another. The models are numbered as `npm/src/validation.js` has
/// them.
#[wasm_bindgen]
pub fn validar(modelo: usize, entrada: &[u8], completo: bool) -> Result<Option<String>, JsValue> {
    let esquema = MODELOS.get(modelo).ok_or_else(|| JsValue::from_str("no such model"))?;
    let (valor, opcoes) = entrada_e_opcoes(entrada)?;
    let (valor, report) = match esquema.validar(valor, opcoes.options()) {
        Ok((valor, report)) => (Some(valor), report),
        Err(report) => (None, report),
    };
    if completo { Ok(Some(resposta(valor, &report, opcoes.idioma))) } else { Ok(valor.map(|_| String::new())) }
}

const MODELOS: [&Esquema; 5] =
    [Cliente::ESQUEMA, Contrato::ESQUEMA, Consumo::ESQUEMA, Servico::ESQUEMA, Cobranca::ESQUEMA];

fn entrada_e_opcoes(entrada: &[u8]) -> Result<(Valor<'_>, Opcoes), JsValue> {
    let [valor, opcoes] = desempacotar(entrada)?;
    Ok((valor, Opcoes::ler(&opcoes)?))
}

fn resposta(valor: Option<Valor<'_>>, report: &Report, idioma: Idioma) -> String {
    let mut campos = vec![("valido".into(), Valor::Booleano(valor.is_some()))];
    campos.extend(valor.map(|valor| ("valor".into(), valor)));
    campos.extend(relatorio(report, idioma));
    Valor::Objeto(campos).to_json()
}

/// The names of the documents, joined by commas; the other functions take an index into them.
#[wasm_bindgen]
#[must_use]
pub fn documentos() -> String {
    Tipo::ALL.iter().map(|tipo| tipo.name()).collect::<Vec<_>>().join(",")
}

/// The codes of the reasons, joined by commas; a column's answer is an index into them, from 1.
#[wasm_bindgen]
#[must_use]
pub fn motivos() -> String {
    Motivo::CODIGOS.join(",")
}

fn tipo(indice: usize) -> Result<Tipo, JsValue> {
    Tipo::ALL.get(indice).copied().ok_or_else(|| JsValue::from_str("no such document"))
}

/// Everything that can be said of a document, as JSON.
#[wasm_bindgen]
pub fn documento(indice: usize, texto: &str, opcoes: &[u8]) -> Result<String, JsValue> {
    let [opcoes] = desempacotar(opcoes)?;
    let opcoes = Opcoes::ler(&opcoes)?;
    let lido = tipo(indice)?.validar(texto, opcoes.modo, opcoes.uf.as_deref());
    let opcional = |texto: Option<String>| texto.map_or(Valor::Nulo, |t| Valor::Texto(t.into()));
    let lista = |textos: Vec<String>| Valor::Lista(textos.into_iter().map(|t| Valor::Texto(t.into())).collect());
    let avisos = lido.avisos.iter().map(|aviso| aviso.codigo().to_owned()).collect();
    let mensagens = lido.avisos.iter().map(|aviso| aviso.mensagem(opcoes.idioma)).collect();
    let mut campos = vec![
        ("valido".into(), Valor::Booleano(lido.valido)),
        ("motivo".into(), lido.motivo.as_ref().map_or(Valor::Nulo, |m| Valor::Texto(m.codigo().into()))),
        ("valor".into(), opcional(lido.valor)),
        ("mensagem".into(), opcional(lido.motivo.map(|m| m.mensagem(opcoes.idioma)))),
        ("removido".into(), opcional(lido.removido)),
        ("avisos".into(), lista(avisos)),
        ("mensagensAvisos".into(), lista(mensagens)),
    ];
    let proprios = lido.campos.into_iter().map(|(nome, valor)| (nome.into(), campo(valor)));
    campos.push(("campos".into(), Valor::Objeto(proprios.collect())));
    Ok(Valor::Objeto(campos).to_json())
}

fn campo(valor: ValorCampo) -> Valor<'static> {
    match valor {
        ValorCampo::Texto(texto) => Valor::Texto(texto.into()),
        ValorCampo::Lista(textos) => Valor::Lista(textos.into_iter().map(|t| Valor::Texto(t.into())).collect()),
        ValorCampo::Booleano(valor) => Valor::Booleano(valor),
        ValorCampo::Decimal(valor) => Valor::Decimal(valor),
        ValorCampo::Data(data) => Valor::Data(data),
    }
}

thread_local! {
    /// Where JavaScript writes the short ASCII text of `documento_valido`, so that the call crosses with two numbers.
    static TEXTO: RefCell<[u8; 256]> = const { RefCell::new([0; 256]) };
}

/// The memory of this module.
#[wasm_bindgen]
#[must_use]
pub fn memoria() -> JsValue {
    wasm_bindgen::memory()
}

/// The address at which `documento_valido` reads its text.
#[wasm_bindgen]
#[must_use]
pub fn lugar_do_texto() -> *const u8 {
    TEXTO.with(|texto| texto.as_ptr().cast_const().cast())
}

/// Whether the text of so many bytes at `lugar_do_texto` is a valid document in strict mode.
#[wasm_bindgen]
#[must_use]
pub fn documento_valido(indice: usize, tamanho: usize) -> bool {
    TEXTO.with_borrow(|texto| {
        let texto = texto.get(..tamanho).and_then(|bytes| std::str::from_utf8(bytes).ok());
        texto.zip(Tipo::ALL.get(indice)).is_some_and(|(texto, tipo)| tipo.valido(texto))
    })
}

/// Validates a column with its packed options: its texts one after the other, and how long each is. For each 0, or the
/// number of its reason from 1; nothing if not all of them are ASCII, for then JavaScript counts otherwise.
#[wasm_bindgen]
pub fn documento_coluna(indice: usize, textos: &[u8], tamanhos: &[u32], opcoes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let [opcoes] = desempacotar(opcoes)?;
    let opcoes = Opcoes::ler(&opcoes)?;
    let Some(mut resto) = std::str::from_utf8(textos).ok().filter(|textos| textos.is_ascii()) else {
        return Ok(Vec::new());
    };
    let itens = tamanhos.iter().map(|&tamanho| {
        let (texto, depois) = resto.split_at_checked(tamanho as usize)?;
        resto = depois;
        Some(texto)
    });
    Ok(tipo(indice)?.numerar_coluna(itens, opcoes.modo, opcoes.uf.as_deref()))
}

/// The text with its official mask, if it is valid in lenient mode.
#[wasm_bindgen]
pub fn documento_formatar(indice: usize, texto: &str) -> Result<Option<String>, JsValue> {
    Ok(tipo(indice)?.formatar(texto))
}

/// The text without mask characters, whether it is valid or not.
#[wasm_bindgen]
pub fn documento_limpar(indice: usize, texto: &str) -> Result<String, JsValue> {
    Ok(tipo(indice)?.limpar(texto))
}
