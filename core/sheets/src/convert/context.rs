use smartbill_documents::{DocumentKind, Mode, Uf};

/// The data besides the cell that a conversion needs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// How forgiving the conversion is.
    pub mode: Mode,
    /// Whether numbers in text have a decimal point.
    pub decimal_point: DecimalPoint,
    /// Whether the month comes before the day, as other dates of the column show.
    pub month_first: bool,
    /// Whether serial dates count from 1904.
    pub system_1904: bool,
    /// The meant document, for digits that are both a valid CPF and a valid CNPJ, if the header or the row tells.
    pub documento: Option<DocumentKind>,
    /// The state in the row.
    pub uf: Option<Uf>,
}

/// How it is known that numbers in text have a decimal point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DecimalPoint {
    /// They have a comma.
    #[default]
    None,
    /// Other numbers of the column have one.
    Shown,
    /// Whoever gave the file says so.
    Said,
}

impl From<bool> for DecimalPoint {
    fn from(said: bool) -> Self {
        if said { Self::Said } else { Self::None }
    }
}
