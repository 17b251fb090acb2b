use crate::model::leitura::Canonico;
use crate::validate::Context;
use crate::{Nomes, document};

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Tipo {
    /// An opaque identifier.
    Id,
    /// Text, with its limits in characters.
    Texto {
        /// Minimum.
        min: u16,
        /// Maximum.
        max: u16,
    },
    /// A Brazilian document, kept in its canonical form.
    Documento(document::Tipo),
    /// An https address.
    Url,
    /// An exact decimal.
    Decimal {
        /// How many decimal places it has at most.
        casas: u8,
        /// The least value.
        minimo: Minimo,
        /// The greatest value.
        maximo: Option<u8>,
    },
    /// A whole number within limits.
    Inteiro {
        /// Minimum.
        min: i16,
        /// Maximum.
        max: i16,
    },
    /// A truth value.
    Booleano,
    /// A civil date.
    Data,
    /// An instant.
    DataHora,
    /// A month.
    Competencia,
    /// One of the names; a name the platform adds later is kept.
    Enum(Nomes),
    /// An object of its own.
    Objeto(&'static Esquema),
    /// A list.
    Lista(&'static Regra),
    /// Free names and texts.
    Mapa,
}

/// The least value of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minimo {
    /// Anything.
    Livre,
    /// Zero or more.
    Zero,
    /// More than zero.
    Positivo,
}

/// What a field holds and who fills it.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own about a field")]
pub struct Regra {
    /// What it holds.
    pub tipo: Tipo,
    /// Whether an include must have it.
    pub obrigatorio: bool,
    /// Whether only the platform fills it.
    pub resposta: bool,
    /// Whether it is personal data (LGPD), and so never printed in clear.
    pub pessoal: bool,
    /// Whether a date may lie before 1900: as the beginning of a search it means "ever".
    pub any_date: bool,
}

impl Regra {
    const fn new(tipo: Tipo) -> Self {
        Self { tipo, obrigatorio: false, resposta: false, pessoal: false, any_date: false }
    }
    pub(super) const fn id() -> Self {
        Self::new(Tipo::Id)
    }
    pub(super) const fn texto(min: u16, max: u16) -> Self {
        Self::new(Tipo::Texto { min, max })
    }
    pub(super) const fn documento(tipo: document::Tipo) -> Self {
        Self::new(Tipo::Documento(tipo))
    }
    pub(super) const fn url() -> Self {
        Self::new(Tipo::Url)
    }
    pub(super) const fn decimal(casas: u8, minimo: Minimo) -> Self {
        Self::new(Tipo::Decimal { casas, minimo, maximo: None })
    }
    pub(super) const fn percentual() -> Self {
        Self::new(Tipo::Decimal { casas: 4, minimo: Minimo::Zero, maximo: Some(100) })
    }
    pub(super) const fn inteiro(min: i16, max: i16) -> Self {
        Self::new(Tipo::Inteiro { min, max })
    }
    pub(super) const fn booleano() -> Self {
        Self::new(Tipo::Booleano)
    }
    pub(super) const fn data() -> Self {
        Self::new(Tipo::Data)
    }
    pub(super) const fn data_hora() -> Self {
        Self::new(Tipo::DataHora)
    }
    pub(super) const fn competencia() -> Self {
        Self::new(Tipo::Competencia)
    }
    pub(super) const fn opcao(nomes: Nomes) -> Self {
        Self::new(Tipo::Enum(nomes))
    }
    pub(super) const fn objeto(esquema: &'static Esquema) -> Self {
        Self::new(Tipo::Objeto(esquema))
    }
    pub(super) const fn lista(item: &'static Regra) -> Self {
        Self::new(Tipo::Lista(item))
    }
    pub(super) const fn mapa() -> Self {
        Self::new(Tipo::Mapa)
    }
    pub(super) const fn obrigatorio(mut self) -> Self {
        self.obrigatorio = true;
        self
    }
    pub(super) const fn resposta(mut self) -> Self {
        self.resposta = true;
        self
    }
    pub(super) const fn any_date(mut self) -> Self {
        self.any_date = true;
        self
    }
    pub(super) const fn pessoal(mut self) -> Self {
        self.pessoal = true;
        self
    }
}

/// One field of a model.
#[derive(Debug, Clone, Copy)]
pub struct Campo {
    /// Its name in JSON and TypeScript.
    #[cfg(feature = "api")]
    pub nome: &'static str,
    /// Its name in Rust and Python.
    #[cfg(feature = "api")]
    pub snake: &'static str,
    /// What it holds and who fills it.
    pub regra: Regra,
    /// Its documentation.
    #[cfg(feature = "docs")]
    pub doc: &'static str,
}

/// Whether `snake` is how snake_case writes `camel`: an underscore before a capital that begins a word, which is one
/// that no other capital precedes, or that a small letter follows (`copiaECola`, `codigoLC116`).
fn em_snake_case(camel: &str, snake: &str) -> bool {
    let mut esperados = snake.bytes();
    let mut anterior = b'A';
    let letras = camel.as_bytes();
    for (i, letra) in letras.iter().enumerate() {
        let minuscula_depois = letras.get(i + 1).is_some_and(u8::is_ascii_lowercase);
        let comeca = letra.is_ascii_uppercase() && (!anterior.is_ascii_uppercase() || minuscula_depois);
        if comeca && esperados.next() != Some(b'_') {
            return false;
        }
        if esperados.next() != Some(letra.to_ascii_lowercase()) {
            return false;
        }
        anterior = *letra;
    }
    esperados.next().is_none()
}

/// Everything about the fields of a model.
#[derive(Debug)]
pub struct Esquema {
    /// The model's name, such as `Cliente`.
    pub nome: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// The names of its fields, in order.
    pub(crate) nomes: Nomes,
    /// Its fields, in order.
    pub campos: &'static [Campo],
    /// The rules that involve several fields.
    pub(crate) regras: fn(&Canonico<'_, '_>, &mut Context),
}

impl Esquema {
    /// The index of the field called `nome`, in camelCase or snake_case.
    pub(crate) fn indice(&self, nome: &str) -> Option<usize> {
        self.nomes().position(|campo| campo == nome || em_snake_case(campo, nome))
    }

    /// The names of its fields, in order: from where they are found soonest.
    pub(crate) fn nomes(&self) -> impl Iterator<Item = &'static str> {
        #[cfg(feature = "api")]
        return self.campos.iter().map(|campo| campo.nome);
        #[cfg(not(feature = "api"))]
        self.nomes.iter()
    }

    /// The field called `nome`, in camelCase or snake_case.
    #[must_use]
    pub fn campo(&self, nome: &str) -> Option<&'static Campo> {
        self.campos.get(self.indice(nome)?)
    }

    /// The name nearest to `nome`, if one is near enough to be a slip of the pen.
    #[must_use]
    pub fn mais_proximo(&self, nome: &str) -> Option<&'static str> {
        nearest(nome, self.nomes())
    }
}

/// The candidate nearest to `name` by edits, ignoring case and underscores.
pub(crate) fn nearest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let fold = |s: &str| {
        let mut folded = Vec::new();
        for c in s.chars() {
            if c != '_' {
                folded.push(c.to_ascii_lowercase());
            }
        }
        folded
    };
    // A name is short; what is longer is no slip of the pen, and comparing it would cost its length.
    if name.len() > 64 {
        return None;
    }
    let name = fold(name);
    candidates
        .map(|c| (edits(&name, &fold(c)), c))
        .filter(|(d, c)| *d <= c.len() / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// The edits between two names: characters put in, taken out or changed, and neighbours swapped (optimal string
/// alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    // Row by row: how far each beginning of `a` is from each beginning of `b`.
    let mut cells: Vec<usize> = (0..width).collect();
    for (i, x) in a.iter().enumerate() {
        cells.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let (left, above) = (cells.len() - 1, cells.len() - width);
            let at = |cell: usize| cells.get(cell).copied().unwrap_or_default();
            let mut least = (at(left).min(at(above)) + 1).min(at(above - 1) + usize::from(x != y));
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                least = least.min(at(above - width - 2) + 1);
            }
            cells.push(least);
        }
    }
    cells.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn edits_are_counted_as_strsim_does(a in "[abcé]{0,9}", b in "[abcé]{0,9}") {
            let letras = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(edits(&letras(&a), &letras(&b)), strsim::osa_distance(&a, &b));
        }
    }
}
