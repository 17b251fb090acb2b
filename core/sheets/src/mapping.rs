use super::flows::Column;
use super::months::MonthColumns;

/// The columns of a file and their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The number of the header row, or of the second one if there are two.
    pub header_row: u32,
    /// The headers as written, from column A.
    pub headers: Vec<String>,
    /// The recognized columns: the index in the file, and the column of the flow.
    pub columns: Vec<(usize, &'static Column)>,
    /// The column whose cells have a code and a name, such as `0008 - FULANO LTDA`.
    pub code_and_name: Option<usize>,
    /// The column whose cells have the document among other words, such as `FULANO - CPF: 529.982.247-25`.
    pub document_within: Option<usize>,
    /// Fields that are joined from several columns.
    pub joined: Vec<JoinedColumns>,
    /// The column that marks a record as deleted, and the mark.
    pub deleted: Option<(usize, String)>,
    /// The columns of months, of each of whose cells a record is made.
    pub months: Option<MonthColumns>,
    /// The system whose dialect the columns have.
    pub dialect: Option<String>,
    /// The columns that the dialect mapped.
    pub of_dialect: Vec<usize>,
    /// Each field with the one whose value is its own where no cell says it, as the dialect has it.
    pub otherwise: Vec<(&'static str, &'static str)>,
    /// The columns whose dates have the month before the day, as some of their cells show.
    pub month_first: Vec<usize>,
    /// The columns whose numbers in text have a decimal point, as some of their cells show.
    pub decimal_point: Vec<usize>,
    /// Columns that feed no field and are kept.
    pub extras: Vec<Extra>,
    /// Columns whose header looked like that of a field, but whose cells or place do not fit it, each with the code of the
    /// finding that says why. They are kept as extras.
    pub left_out: Vec<(usize, &'static Column, &'static str)>,
    /// Columns that are not read because another says their field better; they are kept as extras.
    pub passed_over: Vec<(usize, &'static Column)>,
    /// Columns that are read where the other column of their field is empty.
    pub reserves: Vec<usize>,
    /// Columns that say a field together with another one.
    pub together: Vec<Together>,
}

/// A column that no field claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Its index in the file.
    pub index: usize,
    /// Its header, made unique.
    pub header: String,
}

/// Two columns that say a field together, as `Nome` and `Sobrenome` do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// The column that is the field's without the other.
    pub main: usize,
    /// The column that means nothing alone.
    pub other: usize,
    /// Whether the other's text comes first.
    pub before: bool,
}

/// The columns that are joined into one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedColumns {
    /// The field.
    pub field: &'static str,
    /// The main column. Without a value in it, the field is empty.
    pub main: usize,
    /// All columns, in the order in which their cells are joined.
    pub parts: Vec<usize>,
    /// The text between the parts.
    pub separator: String,
}
