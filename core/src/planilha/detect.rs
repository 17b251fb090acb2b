use std::io::Read;

use super::cfb::{self, Cfb, u16_em, u32_em};
use super::limites::Limites;
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

pub(super) fn detectar_com(bytes: &[u8], limites: &Limites) -> Result<Formato, Falha> {
    if bytes.is_empty() {
        return Err(Falha::nova("arquivo_vazio", vec![]));
    }
    if cfb::reconhece(bytes) {
        return ole2(bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip(bytes, limites);
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

/// Whether the first bytes begin a format that is read in one pass, without holding the file in memory.
pub(super) fn parece_texto(inicio: &[u8]) -> bool {
    !cfb::reconhece(inicio)
        && !biff_solto(inicio)
        && !inicio.starts_with(b"PK\x03\x04")
        && !inicio.starts_with(b"PK\x05\x06")
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

/// One file inside a ZIP archive, from its central directory.
struct Membro<'a> {
    nome: &'a [u8],
    criptografado: bool,
    comprimido: u64,
    tamanho: u64,
}

fn zip(bytes: &[u8], limites: &Limites) -> Result<Formato, Falha> {
    let corrompido = || Falha::nova("arquivo_corrompido", vec![("formato", "ZIP (.xlsx, .ods)".to_owned())]);
    let membros = diretorio_central(bytes).ok_or_else(corrompido)?;
    let mut total = 0_u64;
    for membro in &membros {
        // Deflate cannot expand by more than about 1032 times, so a larger claim is a forged directory.
        if membro.tamanho / 1040 > membro.comprimido {
            return Err(corrompido());
        }
        total = total.saturating_add(membro.tamanho);
    }
    if total > limites.descompactado {
        return Err(Falha::nova(
            "descompactado_grande_demais",
            vec![("tamanho", total.to_string()), ("limite", limites.descompactado.to_string())],
        ));
    }
    conferir_tamanhos(bytes, &membros, limites)?;
    if membros.iter().any(|m| m.criptografado) {
        return Err(outro("arquivo ZIP com senha", "planilha_com_senha"));
    }
    let tem = |nome: &str| membros.iter().any(|m| m.nome.eq_ignore_ascii_case(nome.as_bytes()));
    let comeca = |prefixo: &str| membros.iter().any(|m| m.nome.starts_with(prefixo.as_bytes()));
    if tem("xl/workbook.bin") {
        Ok(Formato::Xlsb)
    } else if tem("xl/workbook.xml") || (tem("[Content_Types].xml") && comeca("xl/")) {
        Ok(Formato::Xlsx)
    } else if tem("content.xml") && tem("mimetype") {
        ods(bytes)
    } else if comeca("word/") {
        Err(outro("documento do Word (.docx)", "nao_e_planilha"))
    } else if comeca("ppt/") {
        Err(outro("apresentação do PowerPoint (.pptx)", "nao_e_planilha"))
    } else {
        Err(outro("arquivo ZIP sem planilha", "nao_e_planilha"))
    }
}

/// Decompresses what the parser holds in memory whole, to see whether the directory lies about its size.
///
/// Sheets of Excel are left out: they are read as a stream, under the limits of rows and columns.
fn conferir_tamanhos(bytes: &[u8], membros: &[Membro<'_>], limites: &Limites) -> Result<(), Falha> {
    let comprimido: u64 = membros.iter().map(|m| m.comprimido).sum();
    if comprimido.saturating_mul(1040) <= limites.descompactado || membros.iter().any(|m| m.criptografado) {
        return Ok(());
    }
    let corrompido = || Falha::nova("arquivo_corrompido", vec![("formato", "ZIP (.xlsx, .ods)".to_owned())]);
    let mut arquivo = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| corrompido())?;
    for indice in 0..arquivo.len() {
        let membro = arquivo.by_index(indice).map_err(|_| corrompido())?;
        if membro.is_dir() || membro.name_raw().starts_with(b"xl/worksheets/") {
            continue;
        }
        let dito = membro.size();
        let lido = std::io::copy(&mut membro.take(dito.saturating_add(1)), &mut std::io::sink());
        if lido.map_err(|_| corrompido())? > dito {
            return Err(corrompido());
        }
    }
    Ok(())
}

/// `OpenDocument` puts `mimetype` first and uncompressed, so the kind of document stands near the start.
fn ods(bytes: &[u8]) -> Result<Formato, Falha> {
    let inicio = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    let contem = |agulha: &[u8]| inicio.windows(agulha.len()).any(|janela| janela == agulha);
    if contem(b"opendocument.spreadsheet") || !contem(b"opendocument.") {
        Ok(Formato::Ods)
    } else {
        Err(outro("documento OpenDocument que não é planilha", "nao_e_planilha"))
    }
}

fn diretorio_central(bytes: &[u8]) -> Option<Vec<Membro<'_>>> {
    // The end record is at least 22 bytes and may be followed by a comment of up to 65,535.
    let primeiro = bytes.len().saturating_sub(22 + 65_535);
    let fim = (primeiro..=bytes.len().checked_sub(22)?)
        .rev()
        .find(|&i| bytes.get(i..i + 4) == Some(b"PK\x05\x06".as_slice()))?;
    let mut quantos = u64::from(u16_em(bytes, fim + 10)?);
    let mut onde = u64::from(u32_em(bytes, fim + 16)?);
    if quantos == 0xFFFF || onde == 0xFFFF_FFFF {
        // ZIP64: a locator of 20 bytes stands right before the end record.
        let localizador = fim.checked_sub(20)?;
        if bytes.get(localizador..localizador + 4) == Some(b"PK\x06\x07".as_slice()) {
            let registro = usize::try_from(u64_em(bytes, localizador + 8)?).ok()?;
            quantos = u64_em(bytes, registro.checked_add(32)?)?;
            onde = u64_em(bytes, registro.checked_add(48)?)?;
        }
    }
    let mut membros = Vec::new();
    let mut i = usize::try_from(onde).ok()?;
    for _ in 0..quantos {
        if bytes.get(i..i.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let nome = usize::from(u16_em(bytes, i + 28)?);
        let extra = usize::from(u16_em(bytes, i + 30)?);
        let comentario = usize::from(u16_em(bytes, i + 32)?);
        let mut comprimido = u64::from(u32_em(bytes, i + 20)?);
        let mut tamanho = u64::from(u32_em(bytes, i + 24)?);
        if tamanho == 0xFFFF_FFFF || comprimido == 0xFFFF_FFFF {
            let campos = bytes.get(i + 46 + nome..i + 46 + nome + extra)?;
            (tamanho, comprimido) = zip64(campos, tamanho, comprimido)?;
        }
        membros.push(Membro {
            nome: bytes.get(i + 46..i + 46 + nome)?,
            criptografado: u16_em(bytes, i + 8)? & 1 != 0,
            comprimido,
            tamanho,
        });
        i = i.checked_add(46 + nome + extra + comentario)?;
    }
    Some(membros)
}

/// The 64-bit sizes in a ZIP64 extra field, which holds only those that did not fit in 32 bits, in this order.
fn zip64(mut campos: &[u8], mut tamanho: u64, mut comprimido: u64) -> Option<(u64, u64)> {
    while campos.len() >= 4 {
        let id = u16_em(campos, 0)?;
        let fim = 4 + usize::from(u16_em(campos, 2)?);
        if id == 1 {
            let mut onde = 4;
            if tamanho == 0xFFFF_FFFF {
                tamanho = u64_em(campos, onde)?;
                onde += 8;
            }
            if comprimido == 0xFFFF_FFFF {
                comprimido = u64_em(campos, onde)?;
            }
            return Some((tamanho, comprimido));
        }
        campos = campos.get(fim..)?;
    }
    Some((tamanho, comprimido))
}

fn u64_em(bytes: &[u8], onde: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(onde..onde.checked_add(8)?)?.try_into().ok()?))
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
