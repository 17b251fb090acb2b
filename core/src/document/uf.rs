use super::Motivo;
use super::texto::aparar;
use crate::Modo;
use crate::escrita::partes;

/// A Brazilian state, the Federal District, or abroad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the official abbreviation itself")]
pub enum Uf {
    AC,
    AL,
    AM,
    AP,
    BA,
    CE,
    DF,
    ES,
    GO,
    MA,
    MG,
    MS,
    MT,
    PA,
    PB,
    PE,
    PI,
    PR,
    RJ,
    RN,
    RO,
    RR,
    RS,
    SC,
    SE,
    SP,
    TO,
    /// Abroad, as fiscal documents write it.
    EX,
}

// The abbreviations, the IBGE codes and the names, in the order of the variants (domain 3.3; codes of the IBGE division
// of the territory). Three short things rather than rows of texts, each of which a page would download the address of.
const SIGLAS: &str = "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO EX";
const CODIGOS: [u8; 28] =
    [12, 27, 13, 16, 29, 23, 53, 32, 52, 21, 31, 50, 51, 15, 25, 26, 22, 41, 33, 24, 11, 14, 43, 42, 28, 35, 17, 99];
const NOMES: &str = "Acre|Alagoas|Amazonas|Amapá|Bahia|Ceará|Distrito Federal|Espírito Santo|Goiás|Maranhão|Minas Gerais|\
    Mato Grosso do Sul|Mato Grosso|Pará|Paraíba|Pernambuco|Piauí|Paraná|Rio de Janeiro|Rio Grande do Norte|\
    Rondônia|Roraima|Rio Grande do Sul|Santa Catarina|Sergipe|São Paulo|Tocantins|Exterior";

impl Uf {
    /// In the order of the variants.
    const TODAS: [Self; 28] = [
        Self::AC,
        Self::AL,
        Self::AM,
        Self::AP,
        Self::BA,
        Self::CE,
        Self::DF,
        Self::ES,
        Self::GO,
        Self::MA,
        Self::MG,
        Self::MS,
        Self::MT,
        Self::PA,
        Self::PB,
        Self::PE,
        Self::PI,
        Self::PR,
        Self::RJ,
        Self::RN,
        Self::RO,
        Self::RR,
        Self::RS,
        Self::SC,
        Self::SE,
        Self::SP,
        Self::TO,
        Self::EX,
    ];

    /// The 26 states and the Federal District, in alphabetical order of abbreviation.
    pub const ESTADOS: [Self; 27] = {
        let [estados @ .., _] = Self::TODAS;
        estados
    };

    /// Reads an abbreviation; lenient mode takes lower case and surrounding spaces.
    ///
    /// # Errors
    /// The reason why the text is no abbreviation.
    pub fn parse(texto: &str, modo: Modo) -> Result<Self, Motivo> {
        let util = aparar(texto);
        if util.is_empty() {
            return Err(Motivo::Vazio);
        }
        if util.len() > 64 {
            return Err(Motivo::Longo { maximo: 2 });
        }
        if let Some(indice) = util.chars().position(|letra| !letra.is_ascii_alphabetic()) {
            return Err(Motivo::Alfabeto { posicao: indice + 1 });
        }
        let &[primeira, segunda] = util.as_bytes() else {
            return Err(Motivo::Tamanho { esperado: &[2], recebido: util.len() });
        };
        let sigla = [primeira.to_ascii_uppercase(), segunda.to_ascii_uppercase()];
        let uf = Self::de_letras(&sigla).ok_or(Motivo::Regiao)?;
        if modo == Modo::Estrito && util != uf.sigla() {
            return Err(Motivo::Minuscula);
        }
        if modo == Modo::Estrito && util.len() != texto.len() {
            return Err(Motivo::Mascara);
        }
        Ok(uf)
    }

    /// The state of an abbreviation in capitals.
    #[must_use]
    pub fn from_sigla(sigla: &str) -> Option<Self> {
        Self::de_letras(sigla.as_bytes())
    }

    /// The state of an IBGE code (99 is abroad).
    #[must_use]
    pub fn from_codigo(codigo: u8) -> Option<Self> {
        let indice = CODIGOS.iter().position(|outro| *outro == codigo)?;
        Self::TODAS.get(indice).copied()
    }

    /// The abbreviation, such as `SP`.
    #[must_use]
    pub fn sigla(self) -> &'static str {
        let inicio = self as usize * 3;
        SIGLAS.get(inicio..inicio + 2).unwrap_or_default()
    }

    /// The abbreviation, such as `SP`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.sigla()
    }

    /// The abbreviation: a state has no other written form.
    #[must_use]
    pub fn formatar(&self) -> String {
        self.sigla().to_owned()
    }

    /// The IBGE code, such as 35.
    #[must_use]
    pub fn codigo_ibge(self) -> u8 {
        CODIGOS.get(self as usize).copied().unwrap_or_default()
    }

    /// The name, such as `São Paulo`.
    #[must_use]
    pub fn nome(self) -> &'static str {
        partes(NOMES).nth(self as usize).unwrap_or_default()
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        aparar(texto).to_owned()
    }

    fn de_letras(sigla: &[u8]) -> Option<Self> {
        let indice = SIGLAS.as_bytes().chunks(3).position(|letras| letras.get(..2) == Some(sigla))?;
        Self::TODAS.get(indice).copied()
    }
}

impl std::fmt::Display for Uf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.sigla())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_the_order_of_the_variants() {
        for (indice, uf) in Uf::TODAS.into_iter().enumerate() {
            assert_eq!(uf as usize, indice);
            assert_eq!(uf.sigla(), format!("{uf:?}"));
            assert_eq!(Uf::from_codigo(uf.codigo_ibge()), Some(uf));
        }
        assert_eq!(partes(NOMES).count(), Uf::TODAS.len());
        assert_eq!((Uf::SP.codigo_ibge(), Uf::SP.nome()), (35, "São Paulo"));
        assert_eq!((Uf::EX.codigo_ibge(), Uf::EX.nome()), (99, "Exterior"));
    }
}
