use smartbill_model::validate::clip;

use super::super::finding::SheetError;

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
    /// Chooses by the extension of a file name. A name without an extension gives a workbook.
    ///
    /// # Errors
    /// If files of another extension hold something else than is written here.
    pub fn by_extension(name: &str) -> Result<Self, SheetError> {
        match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            None | Some("" | "xlsx") => Ok(Self::Xlsx),
            Some("csv" | "txt") => Ok(Self::CsvUtf8),
            Some(_) => Err(wrong_name(name, ".xlsx, .csv, .txt")),
        }
    }

    /// Checks the file name of a template, which is a workbook.
    ///
    /// # Errors
    /// If files of its extension hold something else.
    pub fn check_template(name: &str) -> Result<(), SheetError> {
        let out = Self::by_extension(name).unwrap_or(Self::CsvUtf8);
        if out == Self::Xlsx { Ok(()) } else { Err(wrong_name(name, ".xlsx")) }
    }
}

fn wrong_name(name: &str, extensions: &str) -> SheetError {
    SheetError::new("extensao_nao_gravada", vec![("file", clip(name)), ("extensions", extensions.to_owned())])
}

/// The counts of a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// The number of rows, without the header.
    pub rows: u64,
    /// The number of characters that Windows-1252 does not have, written as the closest letter or as `?`.
    pub replaced: u64,
}

#[cfg(test)]
mod tests {
    use smartbill_documents::Language;
    use smartbill_model::{Error, ErrorKind};

    use super::*;

    #[test]
    fn a_file_is_written_only_under_an_extension_that_fits() {
        for (name, out) in [
            ("x.xlsx", Output::Xlsx),
            ("X.XLSX", Output::Xlsx),
            ("x", Output::Xlsx),
            ("x.", Output::Xlsx),
            ("x.csv", Output::CsvUtf8),
            ("x.y.TXT", Output::CsvUtf8),
        ] {
            assert_eq!(Output::by_extension(name), Ok(out), "{name}");
            assert_eq!(Output::check_template(name).is_ok(), out == Output::Xlsx, "{name}");
        }
        for name in ["x.pdf", "x.xls", "x.xlsm", "x.ods", "x.csv.gz", ".pdf"] {
            let fault = Output::by_extension(name).unwrap_err();
            assert_eq!((fault.code, Output::check_template(name).is_err()), ("extensao_nao_gravada", true), "{name}");
            assert_eq!(Error::from(fault).kind(), ErrorKind::Configuration);
        }
        let fault = Output::by_extension("x.pdf").unwrap_err();
        assert_eq!(fault.message(Language::En), "`x.pdf` cannot be written: its extension may be .xlsx, .csv, .txt");
        let fault = Output::check_template("x.csv").unwrap_err();
        assert_eq!(fault.message(Language::PtBr), "`x.csv` não pode ser gravado: a extensão pode ser .xlsx");
    }
}
