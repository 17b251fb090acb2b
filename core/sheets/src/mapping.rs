use super::flows::Column;

/// Which column of the file feeds which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The number of the (last) header row.
    pub header_row: u32,
    /// The headers as written, from column A on.
    pub headers: Vec<String>,
    /// For each recognised column, its index in the file and what it feeds.
    pub columns: Vec<(usize, &'static Column)>,
    /// The column whose cells hold a code and a name, such as `0008 - FULANO LTDA`, and feed both.
    pub code_and_name: Option<usize>,
    /// Fields that several columns make together.
    pub joined: Vec<JoinedColumns>,
    /// The column that marks a record as deleted, and its mark.
    pub deleted: Option<(usize, String)>,
    /// The system whose names the columns have.
    pub dialect: Option<String>,
    /// The columns that it named.
    pub of_dialect: Vec<usize>,
    /// Columns that feed nothing and are kept.
    pub extras: Vec<Extra>,
    /// Columns whose header was taken for that of a field, and whose cells say that it is not; they are kept as extras.
    pub left_out: Vec<(usize, &'static Column)>,
}

/// A column that no field claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Its index in the file.
    pub index: usize,
    /// Its header, made unique.
    pub header: String,
}

/// The columns that make one field together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedColumns {
    /// The field.
    pub field: &'static str,
    /// The column without which there is none.
    pub main: usize,
    /// All of them, in the order in which their cells are put together.
    pub parts: Vec<usize>,
    /// What stands between the parts.
    pub separator: String,
}
