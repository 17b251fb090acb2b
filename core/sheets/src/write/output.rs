/// What kind of file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// An Excel workbook, with typed cells.
    #[default]
    Xlsx,
    /// Text separated by `;` with decimal commas, in UTF-8 with a mark so that Excel sees the accents.
    CsvUtf8,
    /// The same in Windows-1252, for systems that know nothing else.
    CsvWindows1252,
}

impl Output {
    /// Tells by the extension of a file name; anything but `.csv` and `.txt` is a workbook.
    #[must_use]
    pub fn by_extension(name: &str) -> Self {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(extension.as_str(), "csv" | "txt") { Self::CsvUtf8 } else { Self::Xlsx }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows, the header not counted.
    pub rows: u64,
    /// Characters that Windows-1252 does not have, written as the nearest letter or as `?`.
    pub replaced: u64,
}
