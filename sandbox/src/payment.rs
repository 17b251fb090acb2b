//! The payment strings of a charge. They are valid but cannot be paid: no bank has the code 999, and nobody owns the
//! key.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::Mode;
use smartbill_core::document::{self, BrCode, PixChave};
use smartbill_core::model::{Boleto, Pix};

const BANCO: &str = "999";
const KEY: &str = "00000000-0000-4000-8000-000000000000";
const RECEIVER: &str = "SMARTBILL SANDBOX";
const CIDADE: &str = "SAO PAULO";

/// Makes the bank slip. Returns `None` if nothing is owed or no slip can hold the values.
pub(crate) fn boleto(index: u32, vencimento: Date, value: Decimal) -> Option<Boleto> {
    if value.is_zero() {
        return None;
    }
    let nosso_numero = format!("{:010}", u64::from(index) + 1);
    let generated = document::Boleto::generate(BANCO, Some(vencimento), value, &format!("{nosso_numero:0>25}")).ok()?;
    Some(Boleto {
        nosso_numero: Some(nosso_numero),
        linha_digitavel: Some(generated.linha_digitavel().to_owned()),
        codigo_barras: Some(generated.codigo_de_barras().to_owned()),
        banco: Some(BANCO.to_owned()),
        vencimento: Some(vencimento),
        valor: Some(value),
        ..Boleto::default()
    })
}

/// Makes the PIX. Returns `None` if nothing is owed.
pub(crate) fn pix(index: u32, value: Decimal) -> Option<Pix> {
    if value.is_zero() {
        return None;
    }
    let txid = format!("SANDBOX{:018}", u64::from(index) + 1);
    let key = PixChave::parse(KEY, Mode::Strict).ok()?;
    let generated = BrCode::static_(&key, RECEIVER, CIDADE).value(value).txid(&txid).generate().ok()?;
    Some(Pix { copia_e_cola: Some(generated.as_str().to_owned()), txid: Some(txid), ..Pix::default() })
}
