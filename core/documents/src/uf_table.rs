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

/// The abbreviation, the IBGE code and the name of each variant, in their order (codes of the IBGE division of the
/// territory).
const TABLE: [(&str, u8, &str); 28] = [
    ("AC", 12, "Acre"),
    ("AL", 27, "Alagoas"),
    ("AM", 13, "Amazonas"),
    ("AP", 16, "Amapá"),
    ("BA", 29, "Bahia"),
    ("CE", 23, "Ceará"),
    ("DF", 53, "Distrito Federal"),
    ("ES", 32, "Espírito Santo"),
    ("GO", 52, "Goiás"),
    ("MA", 21, "Maranhão"),
    ("MG", 31, "Minas Gerais"),
    ("MS", 50, "Mato Grosso do Sul"),
    ("MT", 51, "Mato Grosso"),
    ("PA", 15, "Pará"),
    ("PB", 25, "Paraíba"),
    ("PE", 26, "Pernambuco"),
    ("PI", 22, "Piauí"),
    ("PR", 41, "Paraná"),
    ("RJ", 33, "Rio de Janeiro"),
    ("RN", 24, "Rio Grande do Norte"),
    ("RO", 11, "Rondônia"),
    ("RR", 14, "Roraima"),
    ("RS", 43, "Rio Grande do Sul"),
    ("SC", 42, "Santa Catarina"),
    ("SE", 28, "Sergipe"),
    ("SP", 35, "São Paulo"),
    ("TO", 17, "Tocantins"),
    ("EX", 99, "Exterior"),
];

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
        let index = TABLE.iter().position(|(_, other, _)| *other == code)?;
        Self::ALL.get(index).copied()
    }

    /// The abbreviation, such as `SP`.
    #[must_use]
    pub fn sigla(self) -> &'static str {
        self.row().0
    }

    /// The IBGE code, such as 35.
    #[must_use]
    pub fn codigo_ibge(self) -> u8 {
        self.row().1
    }

    /// The name, such as `São Paulo`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    pub(super) fn from_letters(sigla: &[u8]) -> Option<Self> {
        let index = TABLE.iter().position(|(known, ..)| known.as_bytes() == sigla)?;
        Self::ALL.get(index).copied()
    }

    fn row(self) -> (&'static str, u8, &'static str) {
        TABLE.get(self as usize).copied().unwrap_or_default()
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
        assert_eq!((Uf::SP.codigo_ibge(), Uf::SP.name()), (35, "São Paulo"));
        assert_eq!((Uf::EX.codigo_ibge(), Uf::EX.name()), (99, "Exterior"));
    }
}
