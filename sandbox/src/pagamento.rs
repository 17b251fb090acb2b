//! The payment strings of a charge. They are valid, and lead nowhere: no bank has the code 999, and nobody owns the key.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Modo;
use smartbill_core::document::{self, BrCode, PixChave};
use smartbill_core::model::{Boleto, Pix};

const BANCO: &str = "999";
const CHAVE: &str = "00000000-0000-4000-8000-000000000000";
const RECEBEDOR: &str = "SMARTBILL SANDBOX";
const CIDADE: &str = "SAO PAULO";

/// The bank slip; none for what is not owed, or for what no slip can hold.
pub(crate) fn boleto(indice: u32, vencimento: Date, valor: Decimal) -> Option<Boleto> {
    if valor.is_zero() {
        return None;
    }
    let nosso_numero = format!("{:010}", u64::from(indice) + 1);
    let gerado = document::Boleto::gerar(BANCO, Some(vencimento), valor, &format!("{nosso_numero:0>25}")).ok()?;
    Some(Boleto {
        nosso_numero: Some(nosso_numero),
        linha_digitavel: Some(gerado.linha_digitavel().to_owned()),
        codigo_barras: Some(gerado.codigo_de_barras().to_owned()),
        banco: Some(BANCO.to_owned()),
        vencimento: Some(vencimento),
        valor: Some(valor),
        ..Boleto::default()
    })
}

/// The PIX; none for what is not owed.
pub(crate) fn pix(indice: u32, valor: Decimal) -> Option<Pix> {
    if valor.is_zero() {
        return None;
    }
    let txid = format!("SANDBOX{:018}", u64::from(indice) + 1);
    let chave = PixChave::parse(CHAVE, Modo::Estrito).ok()?;
    let gerado = BrCode::estatico(&chave, RECEBEDOR, CIDADE).valor(valor).txid(&txid).gerar().ok()?;
    Some(Pix { copia_e_cola: Some(gerado.as_str().to_owned()), txid: Some(txid), ..Pix::default() })
}
