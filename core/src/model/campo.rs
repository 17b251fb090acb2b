use crate::document;
use crate::model::leitura::Canonico;
use crate::validate::Context;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Tipo {
    /// An opaque identifier.
    Id,
    /// Text, with its limits in characters.
    Texto {
        /// Minimum.
        min: usize,
        /// Maximum.
        max: usize,
    },
    /// A Brazilian document, kept in its canonical form.
    Documento(document::Tipo),
    /// An https address.
    Url,
    /// An exact decimal.
    Decimal {
        /// How many decimal places it has at most.
        casas: u32,
        /// The least value.
        minimo: Minimo,
        /// The greatest value.
        maximo: Option<u32>,
    },
    /// A whole number within limits.
    Inteiro {
        /// Minimum.
        min: i64,
        /// Maximum.
        max: i64,
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
    Enum(&'static [&'static str]),
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
pub struct Regra {
    /// What it holds.
    pub tipo: Tipo,
    /// Whether an include must have it.
    pub obrigatorio: bool,
    /// Whether only the platform fills it.
    pub resposta: bool,
    /// Whether it is personal data (LGPD), and so never printed in clear.
    pub pessoal: bool,
}

impl Regra {
    const fn new(tipo: Tipo) -> Self {
        Self { tipo, obrigatorio: false, resposta: false, pessoal: false }
    }
    pub(super) const fn id() -> Self {
        Self::new(Tipo::Id)
    }
    pub(super) const fn texto(min: usize, max: usize) -> Self {
        Self::new(Tipo::Texto { min, max })
    }
    pub(super) const fn documento(tipo: document::Tipo) -> Self {
        Self::new(Tipo::Documento(tipo))
    }
    pub(super) const fn url() -> Self {
        Self::new(Tipo::Url)
    }
    pub(super) const fn decimal(casas: u32, minimo: Minimo) -> Self {
        Self::new(Tipo::Decimal { casas, minimo, maximo: None })
    }
    pub(super) const fn percentual() -> Self {
        Self::new(Tipo::Decimal { casas: 4, minimo: Minimo::Zero, maximo: Some(100) })
    }
    pub(super) const fn inteiro(min: i64, max: i64) -> Self {
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
    pub(super) const fn opcao(nomes: &'static [&'static str]) -> Self {
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
    pub(super) const fn pessoal(mut self) -> Self {
        self.pessoal = true;
        self
    }
}

/// One field of a model.
#[derive(Debug, Clone, Copy)]
pub struct Campo {
    /// Its name in JSON and TypeScript.
    pub nome: &'static str,
    /// Its name in Rust and Python.
    pub snake: &'static str,
    /// What it holds and who fills it.
    pub regra: Regra,
    /// Its documentation.
    pub doc: &'static str,
}

/// Everything about the fields of a model.
#[derive(Debug)]
pub struct Esquema {
    /// The model's name, such as `Cliente`.
    pub nome: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Its fields, in order.
    pub campos: &'static [Campo],
    /// The rules that involve several fields.
    pub(crate) regras: fn(&Canonico<'_, '_>, &mut Context),
}

impl Esquema {
    /// The index of the field called `nome`, in camelCase or snake_case; the one at `palpite` is looked at first.
    pub(crate) fn indice(&self, nome: &str, palpite: usize) -> Option<usize> {
        let chamado = |c: &Campo| c.nome == nome || c.snake == nome;
        if self.campos.get(palpite).is_some_and(chamado) {
            return Some(palpite);
        }
        self.campos.iter().position(chamado)
    }

    /// The field called `nome`, in camelCase or snake_case.
    #[must_use]
    pub fn campo(&self, nome: &str) -> Option<&'static Campo> {
        self.campos.iter().find(|c| c.nome == nome || c.snake == nome)
    }

    /// The index of the field called `nome` in camelCase, worked out while compiling.
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "a wrong name must not compile")]
    pub(crate) const fn posicao(&self, nome: &str) -> usize {
        let mut i = 0;
        while i < self.campos.len() {
            let (a, b) = (self.campos[i].nome.as_bytes(), nome.as_bytes());
            let mut j = 0;
            while j < a.len() && j < b.len() && a[j] == b[j] {
                j += 1;
            }
            if j == a.len() && j == b.len() {
                return i;
            }
            i += 1;
        }
        panic!("no such field")
    }

    /// The name nearest to `nome`, if one is near enough to be a slip of the pen.
    #[must_use]
    pub fn mais_proximo(&self, nome: &str) -> Option<&'static str> {
        nearest(nome, self.campos.iter().map(|c| c.nome))
    }
}

/// The candidate nearest to `name` by edits, ignoring case and underscores.
pub(crate) fn nearest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let fold = |s: &str| s.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect::<String>();
    // A name is short; what is longer is no slip of the pen, and comparing it would cost its length.
    if name.len() > 64 {
        return None;
    }
    let name = fold(name);
    candidates
        .map(|c| (strsim::osa_distance(&name, &fold(c)), c))
        .filter(|(d, c)| *d <= c.len() / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}
