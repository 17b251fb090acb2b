use rust_decimal::Decimal;

use super::texto::{Ascii, aparar, espaco, numero};
use super::{Aviso, Motivo, NovoBrCode, PixChave};
use crate::Modo;
use crate::decimal;
use crate::escrita::{aparar_inicio, dividir, juntar, letras, partes, sem_caixa};

/// The longest BR Code (domain 3.9; BACEN's manual).
const MAXIMO: usize = 512;
const MAXIMO_NOME: usize = 25;
const MAXIMO_CIDADE: usize = 15;
const MAXIMO_TXID: usize = 25;
pub(super) const MAXIMO_VALOR: usize = 13;
pub(super) const ARRANJO_PIX: &str = "br.gov.bcb.pix";
pub(super) const SEM_TXID: &str = "***";
pub(super) const REAL: &str = "986";

/// A BR Code: the text of a PIX QR ("copia e cola").
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrCode(String);

/// The fields of a BR Code, as they stand in its text.
#[derive(Clone, Copy, Default)]
pub(super) struct Campos<'t> {
    pub(super) unico_uso: bool,
    pub(super) arranjo_pix: bool,
    pub(super) chave: Option<&'t str>,
    pub(super) url: Option<&'t str>,
    pub(super) info: Option<&'t str>,
    pub(super) recorrencia: Option<&'t str>,
    pub(super) categoria: &'t str,
    pub(super) valor: Option<&'t str>,
    pub(super) nome: &'t str,
    pub(super) cidade: &'t str,
    pub(super) cep: Option<&'t str>,
    pub(super) txid: Option<&'t str>,
}

impl BrCode {
    /// Reads a BR Code: structure, mandatory fields and CRC. Strict mode also holds names to their limits; lenient
    /// mode removes surrounding spaces and takes a CRC in lower case.
    ///
    /// # Errors
    /// The reason why the text is no BR Code.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let util = conferir(texto, modo)?;
        let (corpo, crc) = util.split_at_checked(util.len().saturating_sub(4)).unwrap_or_default();
        Ok(Self(juntar(&[corpo, &crc.to_ascii_uppercase()], "")))
    }

    /// Begins a static BR Code: it holds the key itself and may be paid many times.
    #[must_use]
    pub fn estatico(chave: &PixChave, nome: &str, cidade: &str) -> NovoBrCode {
        NovoBrCode::com_chave(chave, nome, cidade)
    }

    /// Begins a dynamic BR Code: it holds the address (without `https://`) from which the payer's bank fetches the
    /// charge.
    #[must_use]
    pub fn dinamico(url: &str, nome: &str, cidade: &str) -> NovoBrCode {
        NovoBrCode::com_url(url, nome, cidade)
    }

    /// The text, ready to be shown as a QR or copied.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text: a BR Code has no mask.
    #[must_use]
    pub fn formatar(&self) -> String {
        self.0.clone()
    }

    /// The BR Code as it may be shown to people: its beginning and its CRC.
    #[must_use]
    pub fn mascarado(&self) -> String {
        format!("000201***{}", self.crc())
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        aparar(texto).to_owned()
    }

    /// Whether it holds an address rather than a key.
    #[must_use]
    pub fn e_dinamico(&self) -> bool {
        self.campos().url.is_some()
    }

    /// Whether it says that it may be paid only once.
    #[must_use]
    pub fn unico_uso(&self) -> bool {
        self.campos().unico_uso
    }

    /// The PIX key of a static BR Code, as written.
    #[must_use]
    pub fn chave(&self) -> Option<&str> {
        self.campos().chave
    }

    /// The address of a dynamic BR Code.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.campos().url
    }

    /// The address of a recurring payment (Pix Automático).
    #[must_use]
    pub fn recorrencia(&self) -> Option<&str> {
        self.campos().recorrencia
    }

    /// The text for the payer in a static BR Code.
    #[must_use]
    pub fn info(&self) -> Option<&str> {
        self.campos().info
    }

    /// The value in reais, if the payer does not choose it.
    #[must_use]
    pub fn valor(&self) -> Option<Decimal> {
        self.campos().valor()
    }

    /// The receiver's name.
    #[must_use]
    pub fn nome(&self) -> &str {
        self.campos().nome
    }

    /// The receiver's city.
    #[must_use]
    pub fn cidade(&self) -> &str {
        self.campos().cidade
    }

    /// The receiver's CEP.
    #[must_use]
    pub fn cep(&self) -> Option<&str> {
        self.campos().cep
    }

    /// The transaction id; none if it is absent or `***`.
    #[must_use]
    pub fn txid(&self) -> Option<&str> {
        self.campos().txid()
    }

    /// The merchant category, four digits.
    #[must_use]
    pub fn categoria(&self) -> &str {
        self.campos().categoria
    }

    /// The four hexadecimal digits at the end.
    #[must_use]
    pub fn crc(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default()
    }

    /// All fields from one reading of the text.
    pub(super) fn campos(&self) -> Campos<'_> {
        // The text was checked when it was read or made.
        ler(&self.0).unwrap_or_default()
    }
}

impl<'t> Campos<'t> {
    /// The value in reais.
    pub(super) fn valor(&self) -> Option<Decimal> {
        self.valor.and_then(decimal::ler)
    }

    /// The transaction id, unless it is `***`.
    pub(super) fn txid(&self) -> Option<&'t str> {
        self.txid.filter(|&txid| txid != SEM_TXID)
    }

    /// What is worth telling of a valid BR Code.
    pub(super) fn avisos(&self) -> Vec<Aviso> {
        let mut avisos = Vec::new();
        if !self.arranjo_pix {
            avisos.push(Aviso::SemArranjoPix);
        }
        if self.chave.is_some_and(|chave| PixChave::parse(chave, Modo::Estrito).is_err()) {
            avisos.push(Aviso::ChaveInvalida);
        }
        if self.txid().is_some_and(|txid| !alfanumerico(txid)) {
            avisos.push(Aviso::TxidForaDoPadrao);
        }
        for campo in longos(self).into_iter().flatten() {
            avisos.push(Aviso::CampoLongo { campo });
        }
        avisos
    }
}

/// Whether a text may be the transaction id of a static BR Code: 1 to 25 letters and digits.
#[must_use]
pub fn txid_estatico_valido(txid: &str) -> bool {
    (1..=MAXIMO_TXID).contains(&txid.len()) && alfanumerico(txid)
}

/// Whether a text may be the transaction id of a charge in the PIX API: 26 to 35 letters and digits.
#[must_use]
pub fn txid_cobranca_valido(txid: &str) -> bool {
    (26..=35).contains(&txid.len()) && alfanumerico(txid)
}

/// Checks a BR Code without allocating and gives it without surrounding spaces.
pub(super) fn conferir(texto: &str, modo: Modo) -> Result<&str, Motivo> {
    // Four bytes a character, and as much again for spaces.
    if texto.len() > 8 * MAXIMO {
        return Err(Motivo::Longo { maximo: MAXIMO });
    }
    let util = aparar(texto);
    if util.is_empty() {
        return Err(Motivo::Vazio);
    }
    if let Some(indice) = util.chars().position(char::is_control) {
        let antes = texto.len() - aparar_inicio(texto, espaco).len();
        return Err(Motivo::Alfabeto { posicao: antes + indice + 1 });
    }
    if modo == Modo::Estrito && util.len() != texto.len() {
        return Err(Motivo::Mascara);
    }
    if letras(util) > MAXIMO {
        return Err(Motivo::Longo { maximo: MAXIMO });
    }
    let campos = ler(util)?;
    let (corpo, crc) = util.split_at_checked(util.len() - 4).ok_or(Motivo::Crc)?;
    let esperado = escrever_hexa(crc16(corpo.as_bytes()));
    if !sem_caixa(crc, esperado.as_str()) {
        return Err(Motivo::Crc);
    }
    if modo == Modo::Estrito {
        if crc != esperado.as_str() {
            return Err(Motivo::Minuscula);
        }
        if let Some(campo) = longos(&campos).into_iter().flatten().next() {
            return Err(Motivo::CampoInvalido { campo });
        }
        if campos.url.is_some_and(|url| url.as_bytes().windows(3).any(|parte| parte == b"://")) {
            return Err(Motivo::CampoInvalido { campo: "url" });
        }
    }
    Ok(util)
}

/// Reads the fields in order and checks what every BR Code must have.
fn ler(texto: &str) -> Result<Campos<'_>, Motivo> {
    let mut campos = Campos::default();
    let mut vistos = [false; 100];
    let mut anterior = None;
    for elemento in Elementos::de(texto, 1) {
        let Elemento { id, valor, posicao } = elemento?;
        if anterior.is_none() && id != 0 {
            return Err(Motivo::CampoAusente { campo: "00" });
        }
        match vistos.get_mut(id) {
            Some(visto @ false) if anterior != Some(CRC) => *visto = true,
            _ => return Err(Motivo::Estrutura { posicao }),
        }
        anterior = Some(id);
        if !ler_campo(&mut campos, id, valor, posicao)? {
            let campo = partes(EXIGENTES).find(|campo| numero(campo.as_bytes()) as usize == id);
            return Err(Motivo::CampoInvalido { campo: campo.unwrap_or_default() });
        }
    }
    for campo in partes(OBRIGATORIOS) {
        if !vistos.get(numero(campo.as_bytes()) as usize).copied().unwrap_or_default() {
            return Err(Motivo::CampoAusente { campo });
        }
    }
    match (campos.chave, campos.url) {
        (Some(_), Some(_)) => Err(Motivo::CampoInvalido { campo: "chave" }),
        (None, None) if campos.arranjo_pix && campos.recorrencia.is_none() => {
            Err(Motivo::CampoAusente { campo: "chave" })
        }
        _ => Ok(campos),
    }
}

/// The CRC, which ends a BR Code.
const CRC: usize = 63;
/// What every BR Code has, the CRC last.
const OBRIGATORIOS: &str = "52|53|58|59|60|63";
/// The fields that may not hold just anything.
const EXIGENTES: &str = "00|01|52|53|54|58|59|60|63";

/// Takes one field up; false where it has a content it cannot have.
fn ler_campo<'t>(campos: &mut Campos<'t>, id: usize, valor: &'t str, posicao: usize) -> Result<bool, Motivo> {
    Ok(match id {
        0 => valor == "01",
        1 => {
            campos.unico_uso = valor == "12";
            campos.unico_uso || valor == "11"
        }
        26..=51 | 80 => {
            ler_arranjo(campos, id, valor, posicao)?;
            true
        }
        52 => {
            campos.categoria = valor;
            valor.len() == 4 && so_digitos(valor)
        }
        53 => valor == REAL,
        54 => {
            campos.valor = Some(valor);
            valor_bem_escrito(valor)
        }
        58 => valor == "BR",
        59 => {
            campos.nome = valor;
            !so_espacos(valor)
        }
        60 => {
            campos.cidade = valor;
            !so_espacos(valor)
        }
        61 => {
            campos.cep = Some(valor);
            true
        }
        62 => {
            for elemento in Elementos::de(valor, posicao + 4) {
                let elemento = elemento?;
                if elemento.id == 5 {
                    campos.txid = Some(elemento.valor);
                }
            }
            true
        }
        CRC => valor.len() == 4,
        _ => true,
    })
}

/// A template of an arrangement. One that is not of PIX belongs to somebody else and is not read.
fn ler_arranjo<'t>(campos: &mut Campos<'t>, numero: usize, valor: &'t str, posicao: usize) -> Result<(), Motivo> {
    let mut partes = Elementos::de(valor, posicao + 4);
    match partes.next() {
        Some(Ok(gui)) if gui.id == 0 && sem_caixa(gui.valor, ARRANJO_PIX) => {}
        _ => return Ok(()),
    }
    campos.arranjo_pix |= numero != 80;
    for parte in partes {
        let parte = parte?;
        match (numero, parte.id) {
            (80, 25) => campos.recorrencia = Some(parte.valor),
            (80, _) => {}
            (_, 1) => campos.chave = Some(parte.valor).filter(|chave| !chave.is_empty()),
            (_, 2) => campos.info = Some(parte.valor),
            (_, 25) => campos.url = Some(parte.valor).filter(|url| !url.is_empty()),
            _ => {}
        }
    }
    Ok(())
}

/// One field: two digits of id, two of length, the value.
struct Elemento<'t> {
    id: usize,
    valor: &'t str,
    /// In characters of the whole text, from 1.
    posicao: usize,
}

/// Splits a text into fields. The length counts characters, not bytes: so do the codes that banks issue.
struct Elementos<'t> {
    resto: &'t str,
    posicao: usize,
}

impl<'t> Elementos<'t> {
    fn de(texto: &'t str, posicao: usize) -> Self {
        Self { resto: texto, posicao }
    }

    fn proximo(&mut self) -> Option<Elemento<'t>> {
        let id = self.dois()?;
        let tamanho = self.dois()?;
        let mut letras = self.resto.chars();
        for _ in 0..tamanho {
            letras.next()?;
        }
        let resto = letras.as_str();
        let valor = self.resto.get(..self.resto.len() - resto.len())?;
        let posicao = self.posicao;
        self.resto = resto;
        self.posicao += 4 + tamanho;
        Some(Elemento { id, valor, posicao })
    }

    /// The number that the next two digits write.
    fn dois(&mut self) -> Option<usize> {
        let (digitos, resto) = self.resto.split_at_checked(2).filter(|(digitos, _)| so_digitos(digitos))?;
        self.resto = resto;
        Some(numero(digitos.as_bytes()) as usize)
    }
}

impl<'t> Iterator for Elementos<'t> {
    type Item = Result<Elemento<'t>, Motivo>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.resto.is_empty() {
            return None;
        }
        let elemento = self.proximo().ok_or(Motivo::Estrutura { posicao: self.posicao });
        if elemento.is_err() {
            self.resto = "";
        }
        Some(elemento)
    }
}

/// The names of the fields that are longer than they may be.
fn longos(campos: &Campos<'_>) -> [Option<&'static str>; 3] {
    let longo = |campo, texto, maximo| Some(campo).filter(|_| letras(texto) > maximo);
    [
        longo("59", campos.nome, MAXIMO_NOME),
        longo("60", campos.cidade, MAXIMO_CIDADE),
        longo("62", campos.txid.unwrap_or_default(), MAXIMO_TXID),
    ]
}

/// `10`, `10.5` or `10.50`: digits, and a point with one or two decimal places.
fn valor_bem_escrito(valor: &str) -> bool {
    let (inteiro, decimais) = dividir(valor, b'.').unwrap_or((valor, "0"));
    valor.len() <= MAXIMO_VALOR
        && !inteiro.is_empty()
        && so_digitos(inteiro)
        && (1..=2).contains(&decimais.len())
        && so_digitos(decimais)
}

fn alfanumerico(texto: &str) -> bool {
    texto.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn so_espacos(texto: &str) -> bool {
    texto.chars().all(char::is_whitespace)
}

fn so_digitos(texto: &str) -> bool {
    texto.bytes().all(|b| b.is_ascii_digit())
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021 (whose terms are the shifts 12, 5 and 0), initial 0xFFFF, nothing reflected.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, &byte| {
        let x = (crc >> 8) ^ u16::from(byte);
        let x = x ^ (x >> 4);
        (crc << 8) ^ (x << 12) ^ (x << 5) ^ x
    })
}

pub(super) fn escrever_hexa(crc: u16) -> Ascii<4> {
    let mut texto = Ascii::VAZIO;
    for deslocamento in [12, 8, 4, 0] {
        let algarismo = b"0123456789ABCDEF".get(usize::from(crc >> deslocamento & 0xF));
        texto.push(algarismo.copied().unwrap_or(b'0'));
    }
    texto
}

super::texto::mostra_mascarado!(BrCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_is_the_one_of_the_standard() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(escrever_hexa(0x0AB).as_str(), "00AB");
    }
}
