use std::fmt;

use serde::{Deserialize, Serialize};
use smartbill_documents::{Ddd, Mode};

/// The options for reading a file.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// How forgiving the conversions are.
    pub mode: Mode,
    /// The name of the sheet to read. By default, the first sheet with a recognizable header.
    pub sheet: Option<String>,
    /// The field of each header that no synonym covers. An empty field leaves the column out.
    pub columns: Vec<(String, String)>,
    /// For each field, the words in its cells and their meanings, for a system's own words (`1` is `FISICA`).
    pub values: Vec<(String, Vec<(String, String)>)>,
    /// For each field, the value for rows without one, written as in a cell. Such a field needs no column.
    pub defaults: Vec<(String, String)>,
    /// For each field, the columns that are joined into it.
    pub joined: Vec<(String, Joined)>,
    /// The mark of deleted rows.
    pub deleted: Option<Deleted>,
    /// Columns of months, each of whose cells is a row of its own.
    pub months: Option<Months>,
    /// The dialect of the column names. By default, the headers tell it.
    pub dialect: Option<DialectOption>,
    /// The positions of the columns in a text with columns of a fixed width.
    pub layout: Option<LayoutOption>,
    /// Whether numbers in text have a decimal point (`1,234.56`), not a comma.
    pub decimal_point: bool,
    /// The meaning of an empty cell.
    pub empty: Empty,
    /// The treatment of a row in which only optional fields are invalid. By default, such fields are left out if the
    /// row came under headers, and the row is rejected if a program made it of fields.
    pub optional: Option<Optional>,
    /// The area code of telephones without one.
    pub ddd: Option<Ddd>,
    /// The password of a workbook (.xlsx, .xlsb) that has one. Other files are read without it.
    pub password: Option<Password>,
    /// The limits above which a file is refused.
    pub limits: Limits,
}

/// The password of a workbook. It is never shown, not even for debugging.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Wraps a password.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Columns that are joined into one field, such as a code and the number of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The headers, in the order in which their cells are joined. One of them is the main column: if its cell is empty,
    /// the field is empty. An empty cell of another column adds nothing.
    pub columns: Vec<String>,
    /// The text between the parts.
    pub separator: String,
}

/// Columns of months, as usage is often kept: each cell under one becomes a row of usage, with the month and the quantity.
///
/// A row's `idExterno` is that of its line and the month (`A16B25642-2026-01`). Cells that hold nothing make no row, and
/// neither do those without usage, which are told among the rows that were passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Months {
    /// The year of the headers that name none, such as `Jan`; `Dez anterior` is of the year before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// Their headers; where there are none, every column whose header is a month (`Fev/26`, `01/2026`, `Mar`, a date).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The cells are readings of a meter, which go on counting: the quantity is the reading less that of the month before.
    /// The first month is what the second is counted from.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reading: bool,
    /// How many digits a meter has before the comma: after `99999` it begins anew. Otherwise a reading that is lower than
    /// the one before is always an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u32>,
}

/// The mark of rows that were deleted in their system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deleted {
    /// The header of the column with the mark.
    pub column: String,
    /// The content of the cell in a deleted row.
    pub mark: String,
}

/// The dialect of a file's column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialectOption {
    /// A known system, by its name.
    Known(String),
    /// A dialect in a TOML file.
    File {
        /// Its name, for messages.
        name: String,
        /// Its text.
        text: String,
    },
}

/// A TOML file with the positions of the columns in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutOption {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl DialectOption {
    /// Reads the name of a known dialect, or the text of a TOML file.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if text.contains(['=', '\n']) {
            Self::File { name: "dialect".to_owned(), text: text.to_owned() }
        } else {
            Self::Known(text.to_owned())
        }
    }
}

/// The meaning of an empty cell in a change of an existing record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Empty {
    /// The field keeps its value. Only `[limpar]` empties it.
    #[default]
    Keep,
    /// The field is emptied.
    Clear,
}

/// The treatment of a row in which only optional fields are invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optional {
    /// The fields are left out, each with a warning, if [`Flow::spares`](crate::Flow::spares) allows it.
    LeaveOut,
    /// The row is rejected.
    Refuse,
}

impl Optional {
    /// The stable name of the option.
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

/// Sizes above which a file is refused, so that a hostile or faulty file cannot exhaust the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of a compressed workbook after decompression.
    pub unpacked: u64,
    /// Rows of the sheet, including the header.
    pub rows: u32,
    /// Columns of the sheet.
    pub columns: u32,
    /// Bytes of the text of one row, and therefore of one cell.
    pub bytes_per_row: u64,
    /// Bytes of memory that a workbook may take besides the file itself, such as for the texts that its cells share.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 2 << 30,
            unpacked: 1 << 30,
            // A sheet of Excel has at most 1,048,576 rows. Text files may be longer.
            rows: 5_000_000,
            columns: 1_024,
            // A cell of Excel has at most 32,767 characters.
            bytes_per_row: 1 << 20,
            memory: 128 << 20,
        }
    }
}

impl Limits {
    /// The names of the limits in options.
    pub const NAMES: [&'static str; 6] = ["bytes", "unpacked", "rows", "columns", "bytes_per_row", "memory"];

    /// Sets the limit called `name`. JavaScript writes `bytesPerRow`. Returns false if no limit has that name.
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

/// The separator of the columns of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `;`, which Excel writes in Brazil.
    Semicolon,
    /// `,`
    Comma,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// All separators, with the more likely ones first.
    pub const ALL: [Self; 4] = [Self::Semicolon, Self::Tab, Self::Pipe, Self::Comma];

    /// The byte of the separator.
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
