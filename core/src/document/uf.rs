use super::Motivo;
use super::texto::aparar;
use crate::Modo;
use crate::escrita::sem_caixa;

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

/// Abbreviation, IBGE code, name (domain 3.3; codes of the IBGE division of the territory).
const TABELA: &[(Uf, &str, u8, &str)] = &[
    (Uf::AC, "AC", 12, "Acre"),
    (Uf::AL, "AL", 27, "Alagoas"),
    (Uf::AM, "AM", 13, "Amazonas"),
    (Uf::AP, "AP", 16, "Amapá"),
    (Uf::BA, "BA", 29, "Bahia"),
    (Uf::CE, "CE", 23, "Ceará"),
    (Uf::DF, "DF", 53, "Distrito Federal"),
    (Uf::ES, "ES", 32, "Espírito Santo"),
    (Uf::GO, "GO", 52, "Goiás"),
    (Uf::MA, "MA", 21, "Maranhão"),
    (Uf::MG, "MG", 31, "Minas Gerais"),
    (Uf::MS, "MS", 50, "Mato Grosso do Sul"),
    (Uf::MT, "MT", 51, "Mato Grosso"),
    (Uf::PA, "PA", 15, "Pará"),
    (Uf::PB, "PB", 25, "Paraíba"),
    (Uf::PE, "PE", 26, "Pernambuco"),
    (Uf::PI, "PI", 22, "Piauí"),
    (Uf::PR, "PR", 41, "Paraná"),
    (Uf::RJ, "RJ", 33, "Rio de Janeiro"),
    (Uf::RN, "RN", 24, "Rio Grande do Norte"),
    (Uf::RO, "RO", 11, "Rondônia"),
    (Uf::RR, "RR", 14, "Roraima"),
    (Uf::RS, "RS", 43, "Rio Grande do Sul"),
    (Uf::SC, "SC", 42, "Santa Catarina"),
    (Uf::SE, "SE", 28, "Sergipe"),
    (Uf::SP, "SP", 35, "São Paulo"),
    (Uf::TO, "TO", 17, "Tocantins"),
    (Uf::EX, "EX", 99, "Exterior"),
];

impl Uf {
    /// The 26 states and the Federal District, in alphabetical order of abbreviation.
    pub const ESTADOS: [Self; 27] = [
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
    ];

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
        if util.len() != 2 {
            return Err(Motivo::Tamanho { esperado: &[2], recebido: util.len() });
        }
        let linha = TABELA.iter().find(|linha| sem_caixa(linha.1, util)).ok_or(Motivo::Regiao)?;
        if modo == Modo::Estrito && util != linha.1 {
            return Err(Motivo::Minuscula);
        }
        if modo == Modo::Estrito && util.len() != texto.len() {
            return Err(Motivo::Mascara);
        }
        Ok(linha.0)
    }

    /// The state of an abbreviation in capitals.
    #[must_use]
    pub fn from_sigla(sigla: &str) -> Option<Self> {
        TABELA.iter().find(|linha| linha.1 == sigla).map(|linha| linha.0)
    }

    /// The state of an IBGE code (99 is abroad).
    #[must_use]
    pub fn from_codigo(codigo: u8) -> Option<Self> {
        TABELA.iter().find(|linha| linha.2 == codigo).map(|linha| linha.0)
    }

    /// The abbreviation, such as `SP`.
    #[must_use]
    pub fn sigla(self) -> &'static str {
        self.linha().1
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
        self.linha().2
    }

    /// The name, such as `São Paulo`.
    #[must_use]
    pub fn nome(self) -> &'static str {
        self.linha().3
    }

    /// The text without surrounding spaces.
    #[must_use]
    pub fn limpar(texto: &str) -> String {
        aparar(texto).to_owned()
    }

    fn linha(self) -> &'static (Self, &'static str, u8, &'static str) {
        // The table is in the order of the variants; a test holds it there.
        TABELA.get(self as usize).unwrap_or(&(Self::EX, "EX", 99, "Exterior"))
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
    fn the_table_is_in_the_order_of_the_variants() {
        for (indice, linha) in TABELA.iter().enumerate() {
            assert_eq!(linha.0 as usize, indice);
            assert_eq!(linha.0.codigo_ibge(), linha.2);
        }
        for (uf, linha) in Uf::ESTADOS.iter().zip(TABELA) {
            assert_eq!(*uf, linha.0);
        }
    }
}
