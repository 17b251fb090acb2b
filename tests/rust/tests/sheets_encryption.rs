//! Workbooks with a password. The fixtures were written with msoffcrypto-tool, which reads them as well.

use std::io::{Cursor, Write};

use smartbill_core::Language;
use smartbill_core::sheets::{Cell, FileFormat, Password, ReadOptions, SheetError, SheetFile, flows};
use zip::write::SimpleFileOptions;

/// The bytes of a fixture.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../fixtures/sheets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn open(bytes: impl Into<Vec<u8>>, password: Option<&str>) -> Result<SheetFile, SheetError> {
    let options = ReadOptions { password: password.map(Password::new), ..ReadOptions::default() };
    SheetFile::from_bytes(bytes, "planilha.xlsx", &options)
}

/// The cells of the first sheet, as shown.
fn cells(mut file: SheetFile) -> Vec<String> {
    file.table().unwrap().rows.iter().map(|row| row.iter().map(Cell::show).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn a_password_opens_what_each_office_writes() {
    for name in ["encrypted.xlsx", "encrypted_2010.xlsx", "encrypted_2007.xlsx"] {
        let file = open(fixture(name), Some("segredo")).unwrap();
        assert_eq!(file.format(), FileFormat::Xlsx, "{name}");
        assert_eq!(cells(file), ["Código|Nome|CNPJ", "C-1|Padaria São João|06.990.590/0001-23"], "{name}");
    }
    let mut file = open(fixture("encrypted.xlsb"), Some("sénha")).unwrap();
    assert_eq!(file.format(), FileFormat::Xlsb);
    assert_eq!(file.records(&flows::CONSUMOS).unwrap().count(), 2);
}

#[test]
fn the_password_of_excel_itself_need_not_be_given() {
    for password in [None, Some("of another file")] {
        assert_eq!(cells(open(fixture("encrypted_default.xlsx"), password).unwrap()).len(), 2);
    }
}

#[test]
fn a_wrong_password_and_none_are_one_error_that_says_what_to_do() {
    for name in ["encrypted.xlsx", "encrypted_2010.xlsx", "encrypted_2007.xlsx", "encrypted.xlsb"] {
        for password in [None, Some(""), Some("Segredo"), Some("senha")] {
            let fault = open(fixture(name), password).err().unwrap();
            assert_eq!((fault.code, fault.params.len()), ("planilha_com_senha", 0), "{name}");
            assert!(fault.message(Language::En).ends_with("give it as `password` (`--senha` in the command line)"));
        }
    }
}

#[test]
fn a_file_without_a_password_is_read_with_one() {
    for name in ["clientes.xls", "clientes.ods", "consumos.xlsx", "consumos.xlsb", "consumos_cp1252.csv", "clipper.dbf"]
    {
        assert!(!cells(open(fixture(name), Some("segredo")).unwrap()).is_empty(), "{name}");
    }
}

#[test]
fn a_workbook_in_an_archive_may_have_a_password() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("clientes.xlsx", SimpleFileOptions::default()).unwrap();
    archive.write_all(&fixture("encrypted.xlsx")).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    assert_eq!(cells(open(archive.clone(), Some("segredo")).unwrap()).len(), 2);
    assert_eq!(open(archive, None).err().unwrap().code, "planilha_com_senha");
}

#[test]
fn a_password_is_not_shown() {
    let options = ReadOptions { password: Some(Password::new("segredo")), ..ReadOptions::default() };
    assert!(!format!("{options:?}").contains("segredo"));
}

/// The file, with `from` replaced by a text of the same length.
fn changed(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    let mut file = file.to_vec();
    file[at..at + to.len()].copy_from_slice(to.as_bytes());
    file
}

#[test]
fn what_is_encrypted_otherwise_says_how() {
    let file = fixture("encrypted_2010.xlsx");
    for (from, to, found) in [
        ("cipherAlgorithm=\"AES\"", "cipherAlgorithm=\"RC2\"", "RC2, ChainingModeCBC"),
        ("ChainingModeCBC", "ChainingModeCFB", "AES, ChainingModeCFB"),
        ("hashAlgorithm=\"SHA1\"", "hashAlgorithm=\"MD-5\"", "MD-5"),
        ("keyBits=\"128\"", "keyBits=\"129\"", "AES-129"),
        ("encryptedVerifierHashInput", "encryptedVerifierHashOther", "X.509"),
    ] {
        let fault = open(changed(&file, from, to), Some("segredo")).err().unwrap();
        assert_eq!((fault.code, fault.params), ("protecao_nao_lida", vec![("found", found.to_owned())]));
    }
    let mut newer = file.clone();
    let info = newer.windows(8).position(|window| window == [4, 0, 4, 0, 0x40, 0, 0, 0]).unwrap();
    newer[info + 2] = 3;
    assert_eq!(open(newer, Some("segredo")).err().unwrap().params[0].1, "EncryptionInfo 4.3");
    let name: Vec<u8> = "EncryptionInfo".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut without = file;
    let at = without.windows(name.len()).position(|window| window == name).unwrap();
    without[at] = b'X';
    assert_eq!(open(without, Some("segredo")).err().unwrap().params[0].1, "IRM");
}

#[test]
fn an_old_workbook_with_a_password_says_that_it_is_not_read() {
    let mut file = fixture("clientes.xls");
    // A record of two bytes after the first one is made that of the password.
    let at = file.windows(4).position(|window| window == [0xE1, 0, 2, 0]).unwrap();
    file[at] = 0x2F;
    file[at + 4] = 1;
    let fault = open(file, Some("segredo")).err().unwrap();
    assert_eq!((fault.code, fault.params), ("protecao_nao_lida", vec![("found", ".xls".to_owned())]));
}

#[test]
fn a_damaged_encryption_never_panics_takes_long_or_reads_something_else() {
    let whole = ["Código|Nome|CNPJ", "C-1|Padaria São João|06.990.590/0001-23"];
    for name in ["encrypted_2010.xlsx", "encrypted_2007.xlsx"] {
        let file = fixture(name);
        for end in (0..file.len()).step_by(97) {
            let fault = open(&file[..end], Some("segredo")).err();
            assert!(fault.is_none_or(|fault| !fault.code.is_empty()));
        }
        // A small generator of our own: the same damage on every run.
        let mut seed = 7_u64;
        for _ in 0..300 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(seed >> 33).unwrap() % file.len();
            let mut hurt = file.clone();
            hurt[place] ^= u8::try_from(seed >> 56).unwrap() | 1;
            if let Ok(mut file) = open(hurt, Some("segredo"))
                && let Ok(table) = file.table()
            {
                let shown = |row: &Vec<_>| row.iter().map(Cell::show).collect::<Vec<_>>().join("|");
                assert_eq!(table.rows.iter().map(shown).collect::<Vec<_>>(), whole, "{name} {place}");
            }
        }
    }
}

#[test]
fn an_encryption_that_cannot_be_is_damage() {
    let file = fixture("encrypted_2010.xlsx");
    let number = "spinCount=\"1000\" saltSize=\"16\"";
    let mut hurt: Vec<_> = ["10000001", "4294967296", "-1", "1e3", ""]
        .map(|times| changed(&file, number, &format!("{:<30}", format!("spinCount=\"{times}\""))))
        .into();
    // A value that is no base 64, and one that is no block.
    for name in ["encryptedVerifierHashInput=\"", "encryptedVerifierHashValue=\"", "encryptedKeyValue=\""] {
        let start = file.windows(name.len()).position(|window| window == name.as_bytes()).unwrap() + name.len();
        for value in [b"!AAA", b"    "] {
            let mut file = file.clone();
            file[start..start + value.len()].copy_from_slice(value);
            hurt.push(file);
        }
    }
    for (number, hurt) in hurt.into_iter().enumerate() {
        assert_eq!(open(hurt, Some("segredo")).err().unwrap().code, "arquivo_corrompido", "{number}");
    }
}
