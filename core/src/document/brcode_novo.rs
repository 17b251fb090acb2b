use rust_decimal::Decimal;

use super::brcode::{ARRANJO_PIX, MAXIMO_VALOR, REAL, SEM_TXID, crc16, escrever_hexa, txid_estatico_valido};
use super::{BrCode, Motivo, PixChave};
use crate::Modo;

/// The length of a field is two digits.
const MAXIMO_CAMPO: usize = 99;

/// A BR Code being put together; [`NovoBrCode::gerar`] checks and ends it.
#[derive(Clone)]
pub struct NovoBrCode {
    chave: Option<String>,
    url: Option<String>,
    nome: String,
    cidade: String,
    valor: Option<Decimal>,
    txid: Option<String>,
    info: Option<String>,
    cep: Option<String>,
    unico_uso: bool,
}

impl NovoBrCode {
    pub(super) fn com_chave(chave: &PixChave, nome: &str, cidade: &str) -> Self {
        Self { chave: Some(chave.as_str().to_owned()), ..Self::de(nome, cidade) }
    }

    pub(super) fn com_url(url: &str, nome: &str, cidade: &str) -> Self {
        Self { url: Some(url.to_owned()), ..Self::de(nome, cidade) }
    }

    /// The value in reais, above zero and with two decimal places at most.
    #[must_use]
    pub fn valor(mut self, valor: Decimal) -> Self {
        self.valor = Some(valor);
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

    /// Says that it may be paid only once.
    #[must_use]
    pub fn unico_uso(mut self) -> Self {
        self.unico_uso = true;
        self
    }

    /// Ends the BR Code with its CRC.
    ///
    /// # Errors
    /// The field that is missing or does not fit.
    pub fn gerar(&self) -> Result<BrCode, Motivo> {
        let mut conta = campo("00", ARRANJO_PIX)?;
        for (id, valor) in [("01", &self.chave), ("02", &self.info), ("25", &self.url)] {
            if let Some(valor) = valor {
                conta.push_str(&campo(id, valor)?);
            }
        }
        let txid = self.txid.as_deref().unwrap_or(SEM_TXID);
        if self.txid.is_some() && !txid_estatico_valido(txid) {
            return Err(Motivo::CampoInvalido { campo: "txid" });
        }
        let mut texto = campo("00", "01")?;
        if self.unico_uso || self.url.is_some() {
            texto.push_str(&campo("01", "12")?);
        }
        texto.push_str(&campo("26", &conta)?);
        texto.push_str(&campo("52", "0000")?);
        texto.push_str(&campo("53", REAL)?);
        if let Some(valor) = self.valor {
            texto.push_str(&campo("54", &valor_escrito(valor)?)?);
        }
        texto.push_str(&campo("58", "BR")?);
        texto.push_str(&campo("59", &self.nome)?);
        texto.push_str(&campo("60", &self.cidade)?);
        if let Some(cep) = &self.cep {
            texto.push_str(&campo("61", cep)?);
        }
        texto.push_str(&campo("62", &campo("05", txid)?)?);
        texto.push_str("6304");
        let crc = escrever_hexa(crc16(texto.as_bytes()));
        texto.push_str(crc.as_str());
        BrCode::parse(&texto, Modo::Estrito)
    }

    fn de(nome: &str, cidade: &str) -> Self {
        Self {
            chave: None,
            url: None,
            nome: nome.to_owned(),
            cidade: cidade.to_owned(),
            valor: None,
            txid: None,
            info: None,
            cep: None,
            unico_uso: false,
        }
    }
}

/// Names and values are the payer's data: only the kind is printed.
impl std::fmt::Debug for NovoBrCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NovoBrCode").field("dinamico", &self.url.is_some()).finish_non_exhaustive()
    }
}

fn valor_escrito(valor: Decimal) -> Result<String, Motivo> {
    let escrito = format!("{valor:.2}");
    let exato = valor.normalize().scale() <= 2;
    if exato && valor > Decimal::ZERO && escrito.len() <= MAXIMO_VALOR {
        Ok(escrito)
    } else {
        Err(Motivo::CampoInvalido { campo: "54" })
    }
}

fn campo(id: &'static str, valor: &str) -> Result<String, Motivo> {
    let tamanho = valor.chars().count();
    if tamanho == 0 || tamanho > MAXIMO_CAMPO {
        return Err(Motivo::CampoInvalido { campo: id });
    }
    Ok(format!("{id}{tamanho:02}{valor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evp() -> PixChave {
        PixChave::parse("123e4567-e12b-12d1-a456-426655440000", Modo::Estrito).unwrap()
    }

    #[test]
    fn the_manuals_static_example_is_generated() {
        // BACEN's BR Code manual, with the CRC of its own text.
        let feito = BrCode::estatico(&evp(), "Fulano de Tal", "BRASILIA").gerar().unwrap();
        assert_eq!(
            feito.as_str(),
            "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
        );
    }

    #[test]
    fn accents_count_as_one_character() {
        let feito = BrCode::estatico(&evp(), "Padaria Açaí", "BRASÍLIA")
            .valor(Decimal::new(1050, 2))
            .txid("PEDIDO1")
            .gerar()
            .unwrap();
        assert!(feito.as_str().contains("5912Padaria Açaí6008BRASÍLIA"));
        assert_eq!(feito.valor(), Some(Decimal::new(1050, 2)));
        assert_eq!(feito.txid(), Some("PEDIDO1"));
        assert_eq!(feito.cidade(), "BRASÍLIA");
        assert!(!feito.e_dinamico());
    }

    #[test]
    fn generation_names_the_field_that_does_not_fit() {
        let novo = || BrCode::estatico(&evp(), "A", "B");
        let recusa = |novo: NovoBrCode, campo| {
            assert_eq!(novo.gerar(), Err(Motivo::CampoInvalido { campo }));
        };
        recusa(novo().txid("com espaço"), "txid");
        recusa(novo().txid(&"a".repeat(26)), "txid");
        recusa(novo().valor(Decimal::ZERO), "54");
        recusa(novo().valor(Decimal::new(1, 3)), "54");
        recusa(BrCode::estatico(&evp(), "", "B"), "59");
        recusa(BrCode::estatico(&evp(), &"A".repeat(26), "B"), "59");
        recusa(BrCode::estatico(&evp(), "A", "São José dos Campos"), "60");
        recusa(novo().info(&"x".repeat(60)), "26");
        recusa(BrCode::dinamico("https://pix.example.com/1", "A", "B"), "url");
    }

    #[test]
    fn a_dynamic_code_holds_its_address() {
        let feito = BrCode::dinamico("pix.example.com/qr/v2/1", "Loja", "Recife").gerar().unwrap();
        assert!(feito.e_dinamico() && feito.unico_uso());
        assert_eq!(feito.url(), Some("pix.example.com/qr/v2/1"));
        assert_eq!(feito.txid(), None);
    }
}
