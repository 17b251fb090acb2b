use std::io::{Cursor, Read};

use memchr::memmem;
use smartbill_model::validate::clip;

use super::cfb::{self, Cfb, u16_at};
use super::damage::unreadable;
use super::dbf;
use super::finding::SheetError;
use super::options::Limits;
use super::package::Package;

/// The format of a spreadsheet file. Its bytes decide, never its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileFormat {
    /// Excel 97-2003 (BIFF8), and Excel 5/95 (BIFF5).
    Xls,
    /// Excel 2007 and later, with macros or without.
    Xlsx,
    /// Excel's binary workbook.
    Xlsb,
    /// `OpenDocument` spreadsheet.
    Ods,
    /// An `OpenDocument` spreadsheet as a single XML file.
    Fods,
    /// Text with separated columns (.csv, .tsv, .txt).
    Text,
    /// A table in an HTML page, which many systems call `.xls`.
    Html,
    /// The XML of Excel 2003, which Protheus writes.
    Xml,
    /// A table of dBase, Clipper or `FoxPro`.
    Dbf,
}

impl FileFormat {
    /// The usual extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
            Self::Fods => "fods",
            Self::Text => "csv",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Dbf => "dbf",
        }
    }
}

/// Detects the format of `bytes`.
///
/// # Errors
/// If the bytes are empty, encrypted, HTML without a table, PDF, or anything else that is not a spreadsheet. The error
/// says what they are.
pub fn detect(bytes: &[u8]) -> Result<FileFormat, SheetError> {
    detect_within(bytes, &Limits::default())
}

fn detect_within(bytes: &[u8], limits: &Limits) -> Result<FileFormat, SheetError> {
    let open = |bytes: Vec<u8>| Package::open(Box::new(Cursor::new(bytes)), limits);
    if !is_archive(bytes) {
        return without_archive(bytes);
    }
    let mut package = open(bytes.to_vec())?;
    match archive(&mut package)? {
        Archive::Workbook(format) => Ok(format),
        Archive::Around(place, name) => {
            let inner = package.file(place, &name)?;
            if is_archive(&inner) { workbook(&mut open(inner)?) } else { without_archive(&inner) }
        }
    }
}

/// The content of an archive.
pub(super) enum Archive {
    /// The archive itself is a workbook.
    Workbook(FileFormat),
    /// The archive contains one spreadsheet: the file at this index with this name.
    Around(usize, String),
}

/// Distinguishes a workbook from an archive that contains a spreadsheet.
pub(super) fn archive(package: &mut Package) -> Result<Archive, SheetError> {
    let refusal = match workbook(package) {
        Ok(format) => return Ok(Archive::Workbook(format)),
        Err(refusal) if refusal.code != "nao_e_planilha" => return Err(refusal),
        // The parts of an Office document are not files that a person put there.
        Err(refusal) if package.has("[Content_Types].xml") => return Err(refusal),
        Err(refusal) => refusal,
    };
    let mut files = package.files();
    files.retain(|(_, name)| is_spreadsheet(name));
    match files.as_slice() {
        [] => Err(refusal),
        [(place, name)] => Ok(Archive::Around(*place, name.clone())),
        [..] => {
            let some = files.iter().take(10).map(|(_, name)| format!("`{}`", clip(name)));
            Err(SheetError::new("zip_com_varias", vec![("found", some.collect::<Vec<_>>().join(", "))]))
        }
    }
}

/// Whether a file in an archive has the name of a readable format. macOS adds files of its own, which do not count.
fn is_spreadsheet(path: &str) -> bool {
    const EXTENSIONS: [&str; 14] =
        ["xls", "xlsx", "xlsm", "xlsb", "ods", "fods", "csv", "tsv", "txt", "dbf", "xml", "htm", "html", "xlt"];
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    !name.starts_with('.')
        && !path.starts_with("__MACOSX/")
        && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

/// Detects the format of a file that is not an archive.
pub(super) fn without_archive(bytes: &[u8]) -> Result<FileFormat, SheetError> {
    if bytes.is_empty() {
        return Err(SheetError::new("arquivo_vazio", vec![]));
    }
    if cfb::recognizes(bytes) {
        return ole2(bytes);
    }
    // BIFF2 to BIFF4 are bare streams: they begin with a BOF record, without a container.
    if bare_biff(bytes) {
        return match u16_at(bytes, 6) {
            // The type of a sheet is 0x0010, but some writers of BIFF2 leave 0x000A.
            Some(0x0010 | 0x000A) => Ok(FileFormat::Xls),
            _ => Err(other("excel4", "xls_antigo")),
        };
    }
    if dbf::recognizes(bytes) {
        return Ok(FileFormat::Dbf);
    }
    foreign_signature(bytes)?;
    text(bytes)
}

/// Whether the first bytes are the beginning of a ZIP archive.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the first bytes are the beginning of a format that is read in one pass, without the whole file in memory.
pub(super) fn looks_like_text(start: &[u8]) -> bool {
    !cfb::recognizes(start) && !bare_biff(start) && !is_archive(start)
}

fn bare_biff(start: &[u8]) -> bool {
    matches!(start, [0x09, 0x00, 0x04 | 0x06, 0x00, ..] | [0x09, 0x02 | 0x04, 0x06, 0x00, ..])
}

/// The error of a file of another kind, one of the catalogue's.
fn other(kind: &str, code: &'static str) -> SheetError {
    SheetError::new(code, vec![("kind", kind.to_owned())])
}

fn ole2(bytes: &[u8]) -> Result<FileFormat, SheetError> {
    let cfb = Cfb::open(bytes)?;
    if cfb.has("EncryptedPackage") {
        return Err(SheetError::new("planilha_com_senha", vec![]));
    }
    if cfb.has("Workbook") || cfb.has("Book") {
        return Ok(FileFormat::Xls);
    }
    let kind = if cfb.has("WordDocument") {
        "doc"
    } else if cfb.has("PowerPoint Document") {
        "ppt"
    } else if cfb.has("__properties_version1.0") {
        "msg"
    } else {
        "ole2"
    };
    Err(other(kind, "nao_e_planilha"))
}

/// Detects the kind of workbook of an archive.
pub(super) fn workbook(package: &mut Package) -> Result<FileFormat, SheetError> {
    let main = package.main_part().unwrap_or_default();
    if package.has("xl/workbook.bin") {
        Ok(FileFormat::Xlsb)
    } else if package.has("xl/workbook.xml") || (package.has("[Content_Types].xml") && package.has_folder("xl/")) {
        Ok(FileFormat::Xlsx)
    } else if package.has("content.xml") && package.has("mimetype") {
        ods(package)
    } else if package.has_folder("word/") {
        Err(other("docx", "nao_e_planilha"))
    } else if package.has_folder("ppt/") {
        Err(other("pptx", "nao_e_planilha"))
    } else if main.ends_with("workbook.xml") {
        Ok(FileFormat::Xlsx)
    } else {
        Err(other("zip", "nao_e_planilha"))
    }
}

/// The part `mimetype` names the kind of document.
fn ods(package: &mut Package) -> Result<FileFormat, SheetError> {
    let mut kind = Vec::new();
    if let Some(part) = package.part("mimetype")? {
        part.take(256).read_to_end(&mut kind).map_err(|e| unreadable(&e, "mimetype"))?;
    }
    let kind = String::from_utf8_lossy(&kind);
    if kind.contains("opendocument.") && !kind.contains("opendocument.spreadsheet") {
        return Err(other("opendocument", "nao_e_planilha"));
    }
    Ok(FileFormat::Ods)
}

fn foreign_signature(bytes: &[u8]) -> Result<(), SheetError> {
    const KNOWN: [(&[u8], &str); 11] = [
        (b"%PDF", "pdf"),
        (b"{\\rtf", "rtf"),
        (b"\x89PNG", "png"),
        (b"\xFF\xD8\xFF", "jpeg"),
        (b"GIF8", "gif"),
        (b"\x1F\x8B", "gzip"),
        (b"7z\xBC\xAF\x27\x1C", "7z"),
        (b"Rar!", "rar"),
        (b"SQLite format 3\0", "sqlite"),
        (b"PAR1", "parquet"),
        (b"MZ", "exe"),
    ];
    match KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        // A text may begin with `MZ`. A program has zero bytes soon after it.
        Some((b"MZ", _)) if !bytes.iter().take(64).any(|b| *b == 0) => Ok(()),
        Some((_, kind)) => Err(other(kind, "nao_e_planilha")),
        None => Ok(()),
    }
}

fn text(bytes: &[u8]) -> Result<FileFormat, SheetError> {
    let start = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Ok(FileFormat::Text);
    }
    let without_bom = start.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(start);
    let lowercase: String = String::from_utf8_lossy(without_bom).trim_start().to_ascii_lowercase();
    let has = |needle: &str| lowercase.contains(needle);
    if lowercase.starts_with("<?xml") && has("urn:schemas-microsoft-com:office:spreadsheet") {
        return Ok(FileFormat::Xml);
    }
    // The names of the namespaces come before the attribute with the kind of document.
    if lowercase.starts_with("<?xml") && has("<office:document") {
        /// The greatest length of the root element that programs write, in bytes.
        const ROOT: usize = 16 * 1024;
        let root = bytes.get(..bytes.len().min(ROOT)).unwrap_or_default();
        let spreadsheet = memmem::find(root, b"application/vnd.oasis.opendocument.spreadsheet").is_some();
        return if spreadsheet { Ok(FileFormat::Fods) } else { Err(other("opendocument", "nao_e_planilha")) };
    }
    if lowercase.starts_with('<') {
        return if has("<html") || has("<table") || has("<!doctype html") || has("<meta") || has("<style") {
            Ok(FileFormat::Html)
        } else {
            Err(other("xml", "nao_e_planilha"))
        };
    }
    if lowercase.starts_with("mime-version:") && has("text/html") {
        return Err(other("mhtml", "html_renomeado"));
    }
    if lowercase.starts_with('{') || (lowercase.starts_with("[{") || lowercase.starts_with("[\n")) {
        return Err(other("json", "nao_e_planilha"));
    }
    if lowercase.trim_end().is_empty() && bytes.iter().skip(3).all(u8::is_ascii_whitespace) {
        return Err(SheetError::new("arquivo_vazio", vec![]));
    }
    // Old systems end a file with Ctrl-Z (0x1A) and use form feeds.
    let controls = start.iter().filter(|b| **b < 32 && !matches!(**b, b'\t' | b'\r' | b'\n' | 0x0C | 0x1A)).count();
    if start.contains(&0) || controls * 50 > start.len().max(50) {
        return Err(other("binary", "nao_e_planilha"));
    }
    Ok(FileFormat::Text)
}
