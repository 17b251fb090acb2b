use rust_decimal::Decimal;

use super::brcode::{MAX_VALUE, NO_TXID, PIX_SCHEME, REAL, crc16, valid_static_txid, write_hex};
use super::{BrCode, PixChave, Reason};
use crate::Mode;

/// The greatest length of a field: two digits write it.
const MAX_FIELD: usize = 99;

impl BrCode {
    /// Begins a static BR Code: it holds the key itself and may be paid many times.
    #[must_use]
    pub fn static_(key: &PixChave, name: &str, cidade: &str) -> BrCodeBuilder {
        BrCodeBuilder { key: Some(key.as_str().to_owned()), ..BrCodeBuilder::of(name, cidade) }
    }

    /// Begins a dynamic BR Code: it holds the address (without `https://`) from which the payer's bank fetches the
    /// charge.
    #[must_use]
    pub fn dynamic(url: &str, name: &str, cidade: &str) -> BrCodeBuilder {
        BrCodeBuilder { url: Some(url.to_owned()), ..BrCodeBuilder::of(name, cidade) }
    }
}

/// A builder of BR Codes. [`BrCodeBuilder::generate`] checks the fields and makes the code.
#[derive(Clone)]
pub struct BrCodeBuilder {
    key: Option<String>,
    url: Option<String>,
    name: String,
    cidade: String,
    value: Option<Decimal>,
    txid: Option<String>,
    info: Option<String>,
    cep: Option<String>,
    unico_uso: bool,
}

impl BrCodeBuilder {
    /// The value in reais, above zero and with two decimal places at most.
    #[must_use]
    pub fn value(mut self, value: Decimal) -> Self {
        self.value = Some(value);
        self
    }

    /// The transaction id: up to 25 letters and digits.
    #[must_use]
    pub fn txid(mut self, txid: &str) -> Self {
        self.txid = Some(txid.to_owned());
        self
    }

    /// A text for the payer (static only).
    #[must_use]
    pub fn info(mut self, info: &str) -> Self {
        self.info = Some(info.to_owned());
        self
    }

    /// The receiver's CEP, eight digits.
    #[must_use]
    pub fn cep(mut self, cep: &str) -> Self {
        self.cep = Some(cep.to_owned());
        self
    }

    /// Marks the BR Code as payable only once.
    #[must_use]
    pub fn unico_uso(mut self) -> Self {
        self.unico_uso = true;
        self
    }

    /// Makes the BR Code, with its CRC.
    ///
    /// # Errors
    /// The field that is missing or does not fit.
    pub fn generate(&self) -> Result<BrCode, Reason> {
        let mut account = field("00", PIX_SCHEME)?;
        for (id, value) in [("01", &self.key), ("02", &self.info), ("25", &self.url)] {
            if let Some(value) = value {
                account.push_str(&field(id, value)?);
            }
        }
        let txid = self.txid.as_deref().unwrap_or(NO_TXID);
        if self.txid.is_some() && !valid_static_txid(txid) {
            return Err(Reason::InvalidField { field: "txid" });
        }
        let mut text = field("00", "01")?;
        if self.unico_uso || self.url.is_some() {
            text.push_str(&field("01", "12")?);
        }
        text.push_str(&field("26", &account)?);
        text.push_str(&field("52", "0000")?);
        text.push_str(&field("53", REAL)?);
        if let Some(value) = self.value {
            text.push_str(&field("54", &written_value(value)?)?);
        }
        text.push_str(&field("58", "BR")?);
        text.push_str(&field("59", &self.name)?);
        text.push_str(&field("60", &self.cidade)?);
        if let Some(cep) = &self.cep {
            text.push_str(&field("61", cep)?);
        }
        text.push_str(&field("62", &field("05", txid)?)?);
        text.push_str("6304");
        let crc = write_hex(crc16(text.as_bytes()));
        text.push_str(crc.as_str());
        BrCode::parse(&text, Mode::Strict)
    }

    fn of(name: &str, cidade: &str) -> Self {
        Self {
            key: None,
            url: None,
            name: name.to_owned(),
            cidade: cidade.to_owned(),
            value: None,
            txid: None,
            info: None,
            cep: None,
            unico_uso: false,
        }
    }
}

/// Names and values are the payer's data, so only the kind is printed.
impl std::fmt::Debug for BrCodeBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrCodeBuilder").field("dynamic", &self.url.is_some()).finish_non_exhaustive()
    }
}

fn written_value(value: Decimal) -> Result<String, Reason> {
    let written = format!("{value:.2}");
    let exact = value.normalize().scale() <= 2;
    if exact && value > Decimal::ZERO && written.len() <= MAX_VALUE {
        Ok(written)
    } else {
        Err(Reason::InvalidField { field: "54" })
    }
}

fn field(id: &'static str, value: &str) -> Result<String, Reason> {
    let size = value.chars().count();
    if size == 0 || size > MAX_FIELD {
        return Err(Reason::InvalidField { field: id });
    }
    Ok(format!("{id}{size:02}{value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evp() -> PixChave {
        PixChave::parse("123e4567-e12b-12d1-a456-426655440000", Mode::Strict).unwrap()
    }

    #[test]
    fn the_manuals_static_example_is_generated() {
        // BACEN's BR Code manual gives this text, with this CRC.
        let done = BrCode::static_(&evp(), "Fulano de Tal", "BRASILIA").generate().unwrap();
        assert_eq!(
            done.as_str(),
            "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
        );
    }

    #[test]
    fn accents_count_as_one_character() {
        let done = BrCode::static_(&evp(), "Padaria Açaí", "BRASÍLIA")
            .value(Decimal::new(1050, 2))
            .txid("PEDIDO1")
            .generate()
            .unwrap();
        assert!(done.as_str().contains("5912Padaria Açaí6008BRASÍLIA"));
        assert_eq!(done.value(), Some(Decimal::new(1050, 2)));
        assert_eq!(done.txid(), Some("PEDIDO1"));
        assert_eq!(done.cidade(), "BRASÍLIA");
        assert!(!done.is_dynamic());
    }

    #[test]
    fn generation_names_the_field_that_does_not_fit() {
        let new = || BrCode::static_(&evp(), "A", "B");
        let refusal = |new: BrCodeBuilder, field| {
            assert_eq!(new.generate(), Err(Reason::InvalidField { field }));
        };
        refusal(new().txid("com espaço"), "txid");
        refusal(new().txid(&"a".repeat(26)), "txid");
        refusal(new().value(Decimal::ZERO), "54");
        refusal(new().value(Decimal::new(1, 3)), "54");
        refusal(BrCode::static_(&evp(), "", "B"), "59");
        refusal(BrCode::static_(&evp(), &"A".repeat(26), "B"), "59");
        refusal(BrCode::static_(&evp(), "A", "São José dos Campos"), "60");
        refusal(new().info(&"x".repeat(60)), "26");
        refusal(BrCode::dynamic("https://pix.example.com/1", "A", "B"), "url");
    }

    #[test]
    fn a_dynamic_code_holds_its_address() {
        let done = BrCode::dynamic("pix.example.com/qr/v2/1", "Loja", "Recife").generate().unwrap();
        assert!(done.is_dynamic() && done.unico_uso());
        assert_eq!(done.url(), Some("pix.example.com/qr/v2/1"));
        assert_eq!(done.txid(), None);
    }
}
