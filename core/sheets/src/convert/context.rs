use smartbill_documents::{DocumentKind, Mode, Uf};

/// What a conversion needs to know besides the cell.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// How forgiving to be.
    pub mode: Mode,
    /// Numbers in text have a decimal point.
    pub decimal_point: bool,
    /// Serial dates count from 1904.
    pub system_1904: bool,
    /// The document meant by digits that are a valid CPF and a valid CNPJ alike, where the header or the row tells.
    pub documento: Option<DocumentKind>,
    /// The state that the row names.
    pub uf: Option<Uf>,
}
