use serde::{Deserialize, Serialize};
use smartbill_documents::{Ddd, Mode};

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// How forgiving the conversions are.
    pub mode: Mode,
    /// The sheet to read, by name; otherwise the first one with a recognisable header.
    pub sheet: Option<String>,
    /// Header → field, for columns that no synonym names. An empty field leaves the column out.
    pub columns: Vec<(String, String)>,
    /// Field → what its cells say → what that means, for a system's own words (`1` is `FISICA`).
    pub values: Vec<(String, Vec<(String, String)>)>,
    /// Field → what it is where no cell says it, as a cell would say it; a field that has one needs no column.
    pub defaults: Vec<(String, String)>,
    /// Field → the columns that make it together.
    pub joined: Vec<(String, Joined)>,
    /// How a row says that it was deleted where it comes from.
    pub deleted: Option<Deleted>,
    /// Whose names the columns have; otherwise it is told from the headers.
    pub dialect: Option<DialectOption>,
    /// What stands where in the lines of a text whose columns have a fixed width.
    pub layout: Option<LayoutOption>,
    /// Numbers in text are written with a decimal point (`1,234.56`), not with a comma.
    pub decimal_point: bool,
    /// What an empty cell means.
    pub empty: Empty,
    /// What becomes of a row of which only optional fields are wrong; where nothing is said, what came under headers is
    /// left out, and a row that a program made of fields is rejected.
    pub optional: Option<Optional>,
    /// The area code of telephones that have none.
    pub ddd: Option<Ddd>,
    /// What is refused as too large.
    pub limits: Limits,
}

/// Columns that make one field together, as a code and the number of a branch do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The headers, in the order in which their cells are put together. One of them feeds the field by itself: where its
    /// cell is empty, so is the field. Of the others an empty one adds nothing.
    pub columns: Vec<String>,
    /// What stands between the parts.
    pub separator: String,
}

/// How a row says that it was deleted where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deleted {
    /// The header of the column that says so.
    pub column: String,
    /// What its cell says then.
    pub mark: String,
}

/// Whose names the columns of a file have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialectOption {
    /// A system's that is known, by its name.
    Known(String),
    /// What a file in TOML says.
    File {
        /// Its name, for messages.
        name: String,
        /// Its text.
        text: String,
    },
}

/// A file in TOML that says what stands where in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutOption {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl DialectOption {
    /// The name of a known one, or the text of a file.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if text.contains(['=', '\n']) {
            Self::File { name: "dialect".to_owned(), text: text.to_owned() }
        } else {
            Self::Known(text.to_owned())
        }
    }
}

/// What an empty cell means when a record that already exists is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Empty {
    /// The field keeps its value; only `[limpar]` empties it.
    #[default]
    Keep,
    /// The field is emptied.
    Clear,
}

/// What becomes of a row of which only optional fields are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optional {
    /// The fields are left out, each with a warning, where [`Flow::spares`](crate::Flow::spares) allows it.
    LeaveOut,
    /// The row is rejected.
    Refuse,
}

impl Optional {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LeaveOut => "leave_out",
            Self::Refuse => "refuse",
        }
    }

    /// The option called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::LeaveOut, Self::Refuse].into_iter().find(|option| option.name() == name)
    }
}

/// Sizes above which a file is refused, so that a hostile or mistaken one cannot exhaust memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of a compressed workbook once decompressed.
    pub unpacked: u64,
    /// Rows of the sheet, the header included.
    pub rows: u32,
    /// Columns of the sheet.
    pub columns: u32,
    /// Bytes of the text of one row, and so of one cell.
    pub bytes_per_row: u64,
    /// Bytes of memory that a workbook may take beside itself, such as for the texts that its cells share.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 2 << 30,
            unpacked: 1 << 30,
            // The most a sheet of Excel can hold is 1,048,576; text files may be longer.
            rows: 5_000_000,
            columns: 1_024,
            // Excel holds 32,767 characters in a cell.
            bytes_per_row: 1 << 20,
            memory: 128 << 20,
        }
    }
}

impl Limits {
    /// The names of the limits, as options give them.
    pub const NAMES: [&'static str; 6] = ["bytes", "unpacked", "rows", "columns", "bytes_per_row", "memory"];

    /// Sets the limit called `name`, which JavaScript writes `bytesPerRow`; false where there is none of that name.
    pub fn set(&mut self, name: &str, value: u64) -> bool {
        let short = u32::try_from(value).unwrap_or(u32::MAX);
        match name {
            "bytes" => self.bytes = value,
            "unpacked" => self.unpacked = value,
            "rows" => self.rows = short,
            "columns" => self.columns = short,
            "bytes_per_row" | "bytesPerRow" => self.bytes_per_row = value,
            "memory" => self.memory = value,
            _ => return false,
        }
        true
    }
}

/// What separates the columns of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `;`, what Excel writes in Brazil.
    Semicolon,
    /// `,`
    Comma,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// All of them, the likelier first.
    pub const ALL: [Self; 4] = [Self::Semicolon, Self::Tab, Self::Pipe, Self::Comma];

    /// The separating byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}
