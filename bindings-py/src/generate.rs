//! Generates payment documents, for `documentos.boleto` and `documentos.brcode`.

use jiff::civil::Date;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rust_decimal::Decimal;
use smartbill_core::Mode;
use smartbill_core::document::{Boleto, BrCode, PixChave, Reason, Segmento};

use crate::value::{optional_date, required_date};

/// Makes a bank boleto, and returns its linha digitável.
#[pyfunction]
pub(crate) fn _gerar_boleto(
    banco: &str,
    #[pyo3(from_py_with = optional_date)] vencimento: Option<Date>,
    value: Decimal,
    campo_livre: &str,
) -> PyResult<String> {
    let boleto = Boleto::generate(banco, vencimento, value, campo_livre).map_err(refusal)?;
    Ok(boleto.linha_digitavel().to_owned())
}

/// Makes an arrecadação slip, and returns its linha digitável.
#[pyfunction]
pub(crate) fn _gerar_arrecadacao(segmento: &str, modulus: u8, value: Decimal, free: &str) -> PyResult<String> {
    let segmento = Segmento::from_name(segmento).ok_or_else(|| refusal(Reason::InvalidField { field: "segmento" }))?;
    let boleto = Boleto::gerar_arrecadacao(segmento, modulus, value, free).map_err(refusal)?;
    Ok(boleto.linha_digitavel().to_owned())
}

/// The due date of a boleto that is closest to a reference date.
#[pyfunction]
pub(crate) fn _vencimento(
    boleto: &str,
    #[pyo3(from_py_with = required_date)] reference: Date,
) -> PyResult<Option<Date>> {
    Ok(Boleto::parse(boleto, Mode::Lenient).map_err(refusal)?.vencimento(reference))
}

/// The parts of a BR Code.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Parts {
    name: String,
    cidade: String,
    key: Option<String>,
    url: Option<String>,
    value: Option<Decimal>,
    txid: Option<String>,
    info: Option<String>,
    cep: Option<String>,
    unico_uso: bool,
}

/// Makes a BR Code.
#[pyfunction]
pub(crate) fn _gerar_brcode(parts: Parts) -> PyResult<String> {
    let Parts { name, cidade, key, url, value, txid, info, cep, unico_uso } = parts;
    let mut new = match (key, url) {
        (Some(key), None) => {
            let key = PixChave::parse(&key, Mode::Lenient).map_err(refusal)?;
            BrCode::static_(&key, &name, &cidade)
        }
        (None, Some(url)) => BrCode::dynamic(&url, &name, &cidade),
        _ => return Err(PyValueError::new_err("a BR Code has either a key (`chave`) or an address (`url`)")),
    };
    if let Some(value) = value {
        new = new.value(value);
    }
    if let Some(txid) = txid {
        new = new.txid(&txid);
    }
    if let Some(info) = info {
        new = new.info(&info);
    }
    if let Some(cep) = cep {
        new = new.cep(&cep);
    }
    if unico_uso {
        new = new.unico_uso();
    }
    Ok(new.generate().map_err(refusal)?.as_str().to_owned())
}

/// The QR of a BR Code as SVG.
#[pyfunction]
pub(crate) fn _qr_svg(brcode: &str, side: u16) -> PyResult<String> {
    Ok(BrCode::parse(brcode, Mode::Lenient).map_err(refusal)?.qr_svg(side))
}

/// The QR of a BR Code as PNG.
#[pyfunction]
pub(crate) fn _qr_png(brcode: &str, scale: u8) -> PyResult<Vec<u8>> {
    Ok(BrCode::parse(brcode, Mode::Lenient).map_err(refusal)?.qr_png(scale))
}

fn refusal(reason: Reason) -> PyErr {
    PyValueError::new_err(reason.to_string())
}
