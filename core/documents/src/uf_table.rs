use crate::text::parts;

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

// The abbreviations, the IBGE codes and the names, in the order of the variants (codes of the IBGE division of the
// territory). These are three compact constants because a page would download the address of every text in a table.
const SIGLAS: &str = "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO EX";
const CODES: [u8; 28] =
    [12, 27, 13, 16, 29, 23, 53, 32, 52, 21, 31, 50, 51, 15, 25, 26, 22, 41, 33, 24, 11, 14, 43, 42, 28, 35, 17, 99];
const NAMES: &str = "Acre|Alagoas|Amazonas|Amapá|Bahia|Ceará|Distrito Federal|Espírito Santo|Goiás|Maranhão|Minas Gerais|\
    Mato Grosso do Sul|Mato Grosso|Pará|Paraíba|Pernambuco|Piauí|Paraná|Rio de Janeiro|Rio Grande do Norte|\
    Rondônia|Roraima|Rio Grande do Sul|Santa Catarina|Sergipe|São Paulo|Tocantins|Exterior";

impl Uf {
    /// All variants, in order.
    const ALL: [Self; 28] = [
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
    pub const UFS: [Self; 27] = {
        let [states @ .., _] = Self::ALL;
        states
    };

    /// The state with this abbreviation, in capitals.
    #[must_use]
    pub fn from_sigla(sigla: &str) -> Option<Self> {
        Self::from_letters(sigla.as_bytes())
    }

    /// The state with this IBGE code (99 is abroad).
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        let index = CODES.iter().position(|other| *other == code)?;
        Self::ALL.get(index).copied()
    }

    /// The abbreviation, such as `SP`.
    #[must_use]
    pub fn sigla(self) -> &'static str {
        let start = self as usize * 3;
        SIGLAS.get(start..start + 2).unwrap_or_default()
    }

    /// The IBGE code, such as 35.
    #[must_use]
    pub fn codigo_ibge(self) -> u8 {
        CODES.get(self as usize).copied().unwrap_or_default()
    }

    /// The name, such as `São Paulo`.
    #[must_use]
    pub fn name(self) -> &'static str {
        parts(NAMES).nth(self as usize).unwrap_or_default()
    }

    pub(super) fn from_letters(sigla: &[u8]) -> Option<Self> {
        let index = SIGLAS.as_bytes().chunks(3).position(|chars| chars.get(..2) == Some(sigla))?;
        Self::ALL.get(index).copied()
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
        for (index, uf) in Uf::ALL.into_iter().enumerate() {
            assert_eq!(uf as usize, index);
            assert_eq!(uf.sigla(), format!("{uf:?}"));
            assert_eq!(Uf::from_code(uf.codigo_ibge()), Some(uf));
        }
        assert_eq!(parts(NAMES).count(), Uf::ALL.len());
        assert_eq!((Uf::SP.codigo_ibge(), Uf::SP.name()), (35, "São Paulo"));
        assert_eq!((Uf::EX.codigo_ibge(), Uf::EX.name()), (99, "Exterior"));
    }
}
