//! Payment documents made, for `documentos.boleto` and `documentos.brcode`.

use jiff::civil::Date;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rust_decimal::Decimal;
use smartbill_core::Modo;
use smartbill_core::document::{Boleto, BrCode, Motivo, PixChave, Segmento};

use crate::valor::{optional_date, required_date};

/// Makes a bank boleto: its linha digitável.
#[pyfunction]
pub(crate) fn _gerar_boleto(
    banco: &str,
    #[pyo3(from_py_with = optional_date)] vencimento: Option<Date>,
    valor: Decimal,
    campo_livre: &str,
) -> PyResult<String> {
    let boleto = Boleto::gerar(banco, vencimento, valor, campo_livre).map_err(recusa)?;
    Ok(boleto.linha_digitavel().to_owned())
}

/// Makes an arrecadação slip: its linha digitável.
#[pyfunction]
pub(crate) fn _gerar_arrecadacao(segmento: &str, modulo: u8, valor: Decimal, livre: &str) -> PyResult<String> {
    let segmento = Segmento::from_name(segmento).ok_or_else(|| recusa(Motivo::CampoInvalido { campo: "segmento" }))?;
    let boleto = Boleto::gerar_arrecadacao(segmento, modulo, valor, livre).map_err(recusa)?;
    Ok(boleto.linha_digitavel().to_owned())
}

/// The due date of a boleto as seen from a date.
#[pyfunction]
pub(crate) fn _vencimento(
    boleto: &str,
    #[pyo3(from_py_with = required_date)] referencia: Date,
) -> PyResult<Option<Date>> {
    Ok(Boleto::parse(boleto, Modo::Leniente).map_err(recusa)?.vencimento(referencia))
}

/// What a BR Code is made of.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Partes {
    nome: String,
    cidade: String,
    chave: Option<String>,
    url: Option<String>,
    valor: Option<Decimal>,
    txid: Option<String>,
    info: Option<String>,
    cep: Option<String>,
    unico_uso: bool,
}

/// Makes a BR Code.
#[pyfunction]
pub(crate) fn _gerar_brcode(partes: Partes) -> PyResult<String> {
    let Partes { nome, cidade, chave, url, valor, txid, info, cep, unico_uso } = partes;
    let mut novo = match (chave, url) {
        (Some(chave), None) => {
            let chave = PixChave::parse(&chave, Modo::Leniente).map_err(recusa)?;
            BrCode::estatico(&chave, &nome, &cidade)
        }
        (None, Some(url)) => BrCode::dinamico(&url, &nome, &cidade),
        _ => return Err(PyValueError::new_err("a BR Code has either a key (`chave`) or an address (`url`)")),
    };
    if let Some(valor) = valor {
        novo = novo.valor(valor);
    }
    if let Some(txid) = txid {
        novo = novo.txid(&txid);
    }
    if let Some(info) = info {
        novo = novo.info(&info);
    }
    if let Some(cep) = cep {
        novo = novo.cep(&cep);
    }
    if unico_uso {
        novo = novo.unico_uso();
    }
    Ok(novo.gerar().map_err(recusa)?.as_str().to_owned())
}

/// The QR of a BR Code as SVG.
#[pyfunction]
pub(crate) fn _qr_svg(brcode: &str, lado: u16) -> PyResult<String> {
    Ok(BrCode::parse(brcode, Modo::Leniente).map_err(recusa)?.qr_svg(lado))
}

/// The QR of a BR Code as PNG.
#[pyfunction]
pub(crate) fn _qr_png(brcode: &str, escala: u8) -> PyResult<Vec<u8>> {
    Ok(BrCode::parse(brcode, Modo::Leniente).map_err(recusa)?.qr_png(escala))
}

fn recusa(motivo: Motivo) -> PyErr {
    PyValueError::new_err(motivo.to_string())
}
