use crate::Modo;

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub struct Opcoes {
    /// How forgiving the conversions are.
    pub modo: Modo,
    /// The sheet to read, by name; otherwise the first one with a recognisable header.
    pub aba: Option<String>,
    /// Header → field, for columns that no synonym names. An empty field leaves the column out.
    pub mapa: Vec<(String, String)>,
    /// Numbers in text are written with a decimal point (`1,234.56`), not with a comma.
    pub decimal_com_ponto: bool,
    /// What an empty cell means.
    pub vazio: Vazio,
    /// What is refused as too large.
    pub limites: Limites,
}

/// What an empty cell means when a record that already exists is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vazio {
    /// The field keeps its value; only `[limpar]` empties it.
    #[default]
    Manter,
    /// The field is emptied.
    Limpar,
}

/// Sizes above which a file is refused, so that a hostile or mistaken one cannot exhaust memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limites {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of a compressed workbook once decompressed.
    pub descompactado: u64,
    /// Rows of the sheet, the header included.
    pub linhas: u32,
    /// Columns of the sheet.
    pub colunas: u32,
    /// Bytes of the text of one row, and so of one cell.
    pub bytes_por_linha: u64,
    /// Bytes of memory that a workbook may take beside itself, such as for the texts that its cells share.
    pub memoria: u64,
}

impl Default for Limites {
    fn default() -> Self {
        Self {
            bytes: 2 << 30,
            descompactado: 1 << 30,
            // The most a sheet of Excel can hold is 1,048,576; text files may be longer.
            linhas: 5_000_000,
            colunas: 1_024,
            // Excel holds 32,767 characters in a cell.
            bytes_por_linha: 1 << 20,
            memoria: 128 << 20,
        }
    }
}

impl Limites {
    /// The names of the limits, as options give them.
    pub const NOMES: [&'static str; 6] = ["bytes", "descompactado", "linhas", "colunas", "bytes_por_linha", "memoria"];

    /// Sets the limit called `nome`, which JavaScript writes `bytesPorLinha`; false where there is none of that name.
    pub fn definir(&mut self, nome: &str, valor: u64) -> bool {
        let curto = u32::try_from(valor).unwrap_or(u32::MAX);
        match nome {
            "bytes" => self.bytes = valor,
            "descompactado" => self.descompactado = valor,
            "linhas" => self.linhas = curto,
            "colunas" => self.colunas = curto,
            "bytes_por_linha" | "bytesPorLinha" => self.bytes_por_linha = valor,
            "memoria" => self.memoria = valor,
            _ => return false,
        }
        true
    }
}

/// What separates the columns of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separador {
    /// `;`, what Excel writes in Brazil.
    PontoEVirgula,
    /// `,`
    Virgula,
    /// A tab.
    Tab,
    /// `|`
    Barra,
}

impl Separador {
    /// All of them, the likelier first.
    pub const TODOS: [Self; 4] = [Self::PontoEVirgula, Self::Tab, Self::Barra, Self::Virgula];

    /// The separating byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::PontoEVirgula => b';',
            Self::Virgula => b',',
            Self::Tab => b'\t',
            Self::Barra => b'|',
        }
    }
}
