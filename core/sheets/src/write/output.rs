/// The format of a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// An Excel workbook, with typed cells.
    #[default]
    Xlsx,
    /// Text separated by `;` with decimal commas, in UTF-8 with a byte order mark, so that Excel reads the accents.
    CsvUtf8,
    /// The same text in Windows-1252, for systems that read nothing else.
    CsvWindows1252,
}

impl Output {
    /// Chooses by the extension of a file name. Any extension other than `.csv` and `.txt` gives a workbook.
    #[must_use]
    pub fn by_extension(name: &str) -> Self {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(extension.as_str(), "csv" | "txt") { Self::CsvUtf8 } else { Self::Xlsx }
    }
}

/// The counts of a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// The number of rows, without the header.
    pub rows: u64,
    /// The number of characters that Windows-1252 does not have, written as the closest letter or as `?`.
    pub replaced: u64,
}
