use std::io::{Cursor, Read};

use super::cfb::{self, Cfb, u16_em};
use super::limites::Limites;
use super::package::{Package, unreadable};
use super::problema::Falha;

/// What kind of spreadsheet a file is, told from its bytes and never from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Formato {
    /// Excel 97-2003 (BIFF8), and Excel 5/95 (BIFF5).
    Xls,
    /// Excel 2007 and later, with macros or without.
    Xlsx,
    /// Excel's binary workbook.
    Xlsb,
    /// `OpenDocument` spreadsheet.
    Ods,
    /// Text with separated columns (.csv, .tsv, .txt).
    Texto,
    /// A table in an HTML page, which many a system calls `.xls`.
    Html,
}

impl Formato {
    /// The usual extension, without the dot.
    #[must_use]
    pub fn extensao(self) -> &'static str {
        match self {
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
            Self::Texto => "csv",
            Self::Html => "html",
        }
    }
}

/// Tells the format of `bytes`, or says what they are instead of a spreadsheet.
///
/// # Errors
/// When the bytes are empty, encrypted, HTML, PDF or any other thing that is not a spreadsheet.
pub fn detectar(bytes: &[u8]) -> Result<Formato, Falha> {
    detectar_com(bytes, &Limites::default())
}

fn detectar_com(bytes: &[u8], limites: &Limites) -> Result<Formato, Falha> {
    if is_archive(bytes) {
        return archive(&mut Package::open(Box::new(Cursor::new(bytes.to_vec())), limites)?);
    }
    without_archive(bytes)
}

/// Tells the format of a file that is no archive.
pub(super) fn without_archive(bytes: &[u8]) -> Result<Formato, Falha> {
    if bytes.is_empty() {
        return Err(Falha::nova("arquivo_vazio", vec![]));
    }
    if cfb::reconhece(bytes) {
        return ole2(bytes);
    }
    // BIFF2 to BIFF4 are a bare stream: a BOF record, with no container around it.
    if biff_solto(bytes) {
        return match u16_em(bytes, 6) {
            Some(0x0010) => Ok(Formato::Xls),
            _ => Err(outro("Excel 4 com várias planilhas, gráfico ou macro (BIFF2 a BIFF4)", "xls_antigo")),
        };
    }
    assinatura_alheia(bytes)?;
    texto(bytes)
}

/// Whether the first bytes begin a ZIP archive.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the first bytes begin a format that is read in one pass, without holding the file in memory.
pub(super) fn parece_texto(inicio: &[u8]) -> bool {
    !cfb::reconhece(inicio) && !biff_solto(inicio) && !is_archive(inicio)
}

fn biff_solto(inicio: &[u8]) -> bool {
    matches!(inicio, [0x09, 0x00, 0x04 | 0x06, 0x00, ..] | [0x09, 0x02 | 0x04, 0x06, 0x00, ..])
}

fn outro(encontrado: &str, codigo: &'static str) -> Falha {
    Falha::nova(codigo, vec![("encontrado", encontrado.to_owned())])
}

fn ole2(bytes: &[u8]) -> Result<Formato, Falha> {
    let cfb = Cfb::abrir(bytes)?;
    if cfb.tem("EncryptedPackage") {
        return Err(outro("pasta de trabalho criptografada (.xlsx)", "planilha_com_senha"));
    }
    if cfb.tem("Workbook") || cfb.tem("Book") {
        return Ok(Formato::Xls);
    }
    let encontrado = if cfb.tem("WordDocument") {
        "documento do Word (.doc)"
    } else if cfb.tem("PowerPoint Document") {
        "apresentação do PowerPoint (.ppt)"
    } else if cfb.tem("__properties_version1.0") {
        "mensagem do Outlook (.msg)"
    } else {
        "arquivo OLE2 sem planilha"
    };
    Err(outro(encontrado, "nao_e_planilha"))
}

/// Tells which workbook an archive is.
pub(super) fn archive(package: &mut Package) -> Result<Formato, Falha> {
    let main = package.main_part().unwrap_or_default();
    if package.has("xl/workbook.bin") {
        Ok(Formato::Xlsb)
    } else if package.has("xl/workbook.xml") || (package.has("[Content_Types].xml") && package.has_folder("xl/")) {
        Ok(Formato::Xlsx)
    } else if package.has("content.xml") && package.has("mimetype") {
        ods(package)
    } else if package.has_folder("word/") {
        Err(outro("documento do Word (.docx)", "nao_e_planilha"))
    } else if package.has_folder("ppt/") {
        Err(outro("apresentação do PowerPoint (.pptx)", "nao_e_planilha"))
    } else if main.ends_with("workbook.xml") {
        Ok(Formato::Xlsx)
    } else {
        Err(outro("arquivo ZIP sem planilha", "nao_e_planilha"))
    }
}

/// `mimetype` says which kind of document it is.
fn ods(package: &mut Package) -> Result<Formato, Falha> {
    let mut kind = Vec::new();
    if let Some(part) = package.part("mimetype")? {
        part.take(256).read_to_end(&mut kind).map_err(|e| unreadable(&e, "mimetype"))?;
    }
    let kind = String::from_utf8_lossy(&kind);
    if kind.contains("opendocument.") && !kind.contains("opendocument.spreadsheet") {
        return Err(outro("documento OpenDocument que não é planilha", "nao_e_planilha"));
    }
    Ok(Formato::Ods)
}

fn assinatura_alheia(bytes: &[u8]) -> Result<(), Falha> {
    const CONHECIDAS: [(&[u8], &str); 11] = [
        (b"%PDF", "documento PDF"),
        (b"{\\rtf", "documento RTF"),
        (b"\x89PNG", "imagem PNG"),
        (b"\xFF\xD8\xFF", "imagem JPEG"),
        (b"GIF8", "imagem GIF"),
        (b"\x1F\x8B", "arquivo compactado gzip"),
        (b"7z\xBC\xAF\x27\x1C", "arquivo compactado 7-Zip"),
        (b"Rar!", "arquivo compactado RAR"),
        (b"SQLite format 3\0", "banco de dados SQLite"),
        (b"PAR1", "arquivo Parquet"),
        (b"MZ", "programa executável"),
    ];
    match CONHECIDAS.iter().find(|(magia, _)| bytes.starts_with(magia)) {
        // `MZ` may begin a word; a program has zero bytes at once.
        Some((b"MZ", _)) if !bytes.iter().take(64).any(|b| *b == 0) => Ok(()),
        Some((_, nome)) => Err(outro(nome, "nao_e_planilha")),
        None => Ok(()),
    }
}

fn texto(bytes: &[u8]) -> Result<Formato, Falha> {
    let inicio = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if inicio.starts_with(&[0xFF, 0xFE]) || inicio.starts_with(&[0xFE, 0xFF]) {
        return Ok(Formato::Texto);
    }
    let sem_bom = inicio.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(inicio);
    let minusculas: String = String::from_utf8_lossy(sem_bom).trim_start().to_ascii_lowercase();
    let tem = |agulha: &str| minusculas.contains(agulha);
    if minusculas.starts_with("<?xml") && tem("urn:schemas-microsoft-com:office:spreadsheet") {
        return Err(outro("planilha XML do Excel 2003", "planilha_xml_2003"));
    }
    if minusculas.starts_with('<') {
        return if tem("<html") || tem("<table") || tem("<!doctype html") || tem("<meta") || tem("<style") {
            Ok(Formato::Html)
        } else {
            Err(outro("arquivo XML", "nao_e_planilha"))
        };
    }
    if minusculas.starts_with("mime-version:") && tem("text/html") {
        return Err(outro("página HTML arquivada (MHTML)", "html_renomeado"));
    }
    if minusculas.starts_with('{') || (minusculas.starts_with("[{") || minusculas.starts_with("[\n")) {
        return Err(outro("JSON", "nao_e_planilha"));
    }
    if minusculas.trim_end().is_empty() && bytes.iter().skip(3).all(u8::is_ascii_whitespace) {
        return Err(Falha::nova("arquivo_vazio", vec![]));
    }
    // Old systems end a file with Ctrl-Z (0x1A) and leave a form feed or two.
    let controles = inicio.iter().filter(|b| **b < 32 && !matches!(**b, b'\t' | b'\r' | b'\n' | 0x0C | 0x1A)).count();
    if inicio.contains(&0) || controles * 50 > inicio.len().max(50) {
        return Err(outro("arquivo binário desconhecido", "nao_e_planilha"));
    }
    Ok(Formato::Texto)
}
