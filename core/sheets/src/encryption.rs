//! Decrypts workbooks with a password (MS-OFFCRYPTO): an OLE2 container with the encrypted ZIP archive.
//!
//! Two schemes are read, whose passwords are text: the agile one of Office 2010 and later, and the standard one of
//! Office 2007. The password is verified before the archive is decrypted. The archive has checksums of its own, so the
//! additional one of the agile scheme is not read.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, InvalidLength, KeyInit, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use smartbill_model::validate::clip;

use super::cfb::{self, Cfb, u16_at, u32_at};
use super::damage::damaged;
use super::detect::is_archive;
use super::finding::SheetError;
use super::options::{Limits, Password};
use super::xml::{Xml, attribute};

/// The password of workbooks that Excel opens without asking for one, such as those whose structure is protected.
const DEFAULT_PASSWORD: &str = "VelvetSweatshop";

/// The greatest number of hashes of a password that the format allows. Excel uses 100,000.
const MOST_HASHES: u32 = 10_000_000;

/// The number of hashes of a password in the standard scheme.
const STANDARD_HASHES: u32 = 50_000;

/// The size of an AES block.
const BLOCK: usize = 16;

/// The size of the pieces that the agile scheme encrypts one by one.
const PIECE: usize = 4096;

const INFO: &str = "EncryptionInfo";
const PACKAGE: &str = "EncryptedPackage";

/// The archive of an encrypted workbook. `None` if the file is something else.
pub(super) fn decrypted(
    file: &[u8],
    password: Option<&Password>,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, SheetError> {
    if !cfb::recognizes(file) {
        return Ok(None);
    }
    let container = Cfb::open(file)?;
    if !container.has(PACKAGE) {
        return Ok(None);
    }
    if !container.has(INFO) {
        return Err(unsupported("IRM"));
    }
    let info = container.flow(INFO).ok_or_else(|| damaged(INFO))?;
    let scheme = Scheme::read(&info, limits)?;
    let given = password.map(Password::text);
    let mut key = None;
    for password in given.into_iter().chain([DEFAULT_PASSWORD]) {
        key = scheme.key(&password.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())?;
        if key.is_some() {
            break;
        }
    }
    let key = key.ok_or_else(|| SheetError::new("planilha_com_senha", Vec::new()))?;
    let package = container.flow(PACKAGE).ok_or_else(|| damaged(PACKAGE))?;
    let archive = scheme.open(&key, package)?.filter(|archive| is_archive(archive));
    archive.map(Some).ok_or_else(|| damaged(PACKAGE))
}

fn unsupported(found: &str) -> SheetError {
    SheetError::new("protecao_nao_lida", vec![("found", clip(found))])
}

/// The scheme of a file, with what its `EncryptionInfo` says.
enum Scheme {
    Standard(Standard),
    Agile(Agile),
}

impl Scheme {
    fn read(info: &[u8], limits: &Limits) -> Result<Self, SheetError> {
        let version = u16_at(info, 0).zip(u16_at(info, 2)).ok_or_else(|| damaged(INFO))?;
        let rest = info.get(8..).ok_or_else(|| damaged(INFO))?;
        match version {
            (4, 4) => Agile::read(rest, limits).map(Self::Agile),
            (2..=4, 2) => Standard::read(rest).map(Self::Standard),
            (major, minor) => Err(unsupported(&format!("{INFO} {major}.{minor}"))),
        }
    }

    /// The key of the archive. `None` if `password` is not the right one.
    fn key(&self, password: &[u8]) -> Result<Option<Vec<u8>>, SheetError> {
        match self {
            Self::Standard(standard) => standard.key(password),
            Self::Agile(agile) => agile.key(password),
        }
    }

    /// Decrypts the archive, whose length comes before it. `None` if it is shorter.
    fn open(&self, key: &[u8], mut package: Vec<u8>) -> Result<Option<Vec<u8>>, SheetError> {
        let Some(length) = package.first_chunk().map(|length| usize::try_from(u64::from_le_bytes(*length))) else {
            return Ok(None);
        };
        package.drain(..8);
        package.truncate(package.len() / BLOCK * BLOCK);
        match self {
            Self::Standard(_) => decrypt(key, None, &mut package)?,
            Self::Agile(agile) => {
                for (number, piece) in (0_u32..).zip(package.chunks_mut(PIECE)) {
                    let iv = agile.data.hash.of(&agile.data.salt, &number.to_le_bytes());
                    decrypt(key, Some(&fitted(iv, BLOCK)), piece)?;
                }
            }
        }
        Ok(length.ok().filter(|length| *length <= package.len()).map(|length| {
            package.truncate(length);
            package
        }))
    }
}

/// The standard scheme: AES without chaining, and SHA-1.
struct Standard {
    key_bytes: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
}

impl Standard {
    fn read(info: &[u8]) -> Result<Self, SheetError> {
        /// The flag of AES among those of the header.
        const AES: u32 = 0x20;
        const SHA1: u32 = 0x8004;
        let number = |place| u32_at(info, place).ok_or_else(|| damaged(INFO));
        let header = usize::try_from(number(0)?).map_err(|_| damaged(INFO))?;
        let (flags, hash, key_bits) = (number(4)?, number(16)?, number(20)?);
        if flags & AES == 0 || !matches!(hash, 0 | SHA1) {
            return Err(unsupported(if flags & AES == 0 { "RC4" } else { "hash" }));
        }
        let verifier = header.checked_add(4).and_then(|place| info.get(place..)).ok_or_else(|| damaged(INFO))?;
        let bytes = |from: usize, to: usize| verifier.get(from..to).map(<[u8]>::to_vec).ok_or_else(|| damaged(INFO));
        // The salt has 16 bytes after its size, and the hash 32 after its own.
        Ok(Self {
            key_bytes: key_bytes(key_bits)?,
            salt: bytes(4, 20)?,
            verifier: bytes(20, 36)?,
            verifier_hash: bytes(40, 72)?,
        })
    }

    fn key(&self, password: &[u8]) -> Result<Option<Vec<u8>>, SheetError> {
        let hash = Hash::Sha1;
        let secret = hash.of(&hash.repeated(&self.salt, password, STANDARD_HASHES), &0_u32.to_le_bytes());
        let half = |filler: u8| {
            let mut block = [filler; 64];
            block.iter_mut().zip(&secret).for_each(|(byte, other)| *byte ^= other);
            hash.of(&block, &[])
        };
        let key = fitted([half(0x36), half(0x5C)].concat(), self.key_bytes);
        let (mut verifier, mut expected) = (self.verifier.clone(), self.verifier_hash.clone());
        decrypt(&key, None, &mut verifier)?;
        decrypt(&key, None, &mut expected)?;
        let right = expected.starts_with(&hash.of(&verifier, &[]));
        Ok(right.then_some(key))
    }
}

/// The agile scheme: AES with chaining, and a key that is itself encrypted.
struct Agile {
    /// The parameters of the archive.
    data: Parameters,
    /// The parameters of the values below.
    password: Parameters,
    hashes: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

struct Parameters {
    salt: Vec<u8>,
    key_bytes: usize,
    hash: Hash,
}

impl Agile {
    fn read(info: &[u8], limits: &Limits) -> Result<Self, SheetError> {
        let mut xml = Xml::new(info, INFO, limits);
        let mut data = None;
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "keyData" => data = Some(Parameters::read(&tag)?),
                // A certificate may open the file too. Its key has no verifier.
                Event::Start(tag)
                    if tag.local_name().as_ref() == "encryptedKey"
                        && attribute(&tag, "encryptedVerifierHashInput").is_some() =>
                {
                    let hashes = attribute(&tag, "spinCount").and_then(|text| text.parse().ok());
                    return Ok(Self {
                        data: data.ok_or_else(|| damaged(INFO))?,
                        password: Parameters::read(&tag)?,
                        hashes: hashes.filter(|hashes| *hashes <= MOST_HASHES).ok_or_else(|| damaged(INFO))?,
                        verifier: binary(&tag, "encryptedVerifierHashInput")?,
                        verifier_hash: binary(&tag, "encryptedVerifierHashValue")?,
                        key: binary(&tag, "encryptedKeyValue")?,
                    });
                }
                Event::Eof if data.is_some() => return Err(unsupported("X.509")),
                Event::Eof => return Err(damaged(INFO)),
                _ => {}
            }
        }
    }

    fn key(&self, password: &[u8]) -> Result<Option<Vec<u8>>, SheetError> {
        const VERIFIER: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
        const VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
        const KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];
        let Parameters { salt, key_bytes, hash } = &self.password;
        let secret = hash.repeated(salt, password, self.hashes);
        let iv = fitted(salt.clone(), BLOCK);
        let value = |purpose: [u8; 8], encrypted: &[u8]| {
            let mut value = encrypted.to_vec();
            decrypt(&fitted(hash.of(&secret, &purpose), *key_bytes), Some(&iv), &mut value)?;
            Ok(value)
        };
        let verifier = value(VERIFIER, &self.verifier)?;
        let expected = value(VERIFIER_HASH, &self.verifier_hash)?;
        // The verifier is as long as the salt, and encrypted in whole blocks.
        let verifier = verifier.get(..salt.len()).ok_or_else(|| damaged(INFO))?;
        if !expected.starts_with(&hash.of(verifier, &[])) {
            return Ok(None);
        }
        let key = value(KEY, &self.key)?;
        key.get(..self.data.key_bytes).map(|key| Some(key.to_vec())).ok_or_else(|| damaged(INFO))
    }
}

impl Parameters {
    fn read(tag: &BytesStart<'_>) -> Result<Self, SheetError> {
        let text = |name| attribute(tag, name).ok_or_else(|| damaged(INFO));
        let (cipher, chaining, hash) = (text("cipherAlgorithm")?, text("cipherChaining")?, text("hashAlgorithm")?);
        if cipher != "AES" || chaining != "ChainingModeCBC" || text("blockSize")? != "16" {
            return Err(unsupported(&format!("{cipher}, {chaining}")));
        }
        Ok(Self {
            salt: binary(tag, "saltValue")?,
            key_bytes: key_bytes(text("keyBits")?.parse().map_err(|_| damaged(INFO))?)?,
            hash: Hash::named(&hash).ok_or_else(|| unsupported(&hash))?,
        })
    }
}

/// The value of an attribute in base 64.
fn binary(tag: &BytesStart<'_>, name: &str) -> Result<Vec<u8>, SheetError> {
    let text = attribute(tag, name).ok_or_else(|| damaged(INFO))?;
    STANDARD.decode(text.trim()).map_err(|_| damaged(INFO))
}

fn key_bytes(bits: u32) -> Result<usize, SheetError> {
    match bits {
        128 => Ok(16),
        192 => Ok(24),
        256 => Ok(32),
        _ => Err(unsupported(&format!("AES-{bits}"))),
    }
}

/// Shortens `bytes` to a length, or fills them up to it as the format says.
fn fitted(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        match name.replace('-', "").as_str() {
            "SHA1" => Some(Self::Sha1),
            "SHA256" => Some(Self::Sha256),
            "SHA384" => Some(Self::Sha384),
            "SHA512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The hash of two texts, one after the other.
    fn of(self, first: &[u8], second: &[u8]) -> Vec<u8> {
        self.repeated(first, second, 0)
    }

    /// The hash of `salt` and `password`, hashed again `times` times, each time after its number.
    fn repeated(self, salt: &[u8], password: &[u8], times: u32) -> Vec<u8> {
        match self {
            Self::Sha1 => repeated::<Sha1>(salt, password, times),
            Self::Sha256 => repeated::<Sha256>(salt, password, times),
            Self::Sha384 => repeated::<Sha384>(salt, password, times),
            Self::Sha512 => repeated::<Sha512>(salt, password, times),
        }
    }
}

fn repeated<D: Digest>(salt: &[u8], password: &[u8], times: u32) -> Vec<u8> {
    let mut hash = D::new().chain_update(salt).chain_update(password).finalize();
    for number in 0..times {
        hash = D::new().chain_update(number.to_le_bytes()).chain_update(&hash).finalize();
    }
    hash.to_vec()
}

/// Decrypts whole blocks of AES in place, with chaining if there is an initialization vector.
fn decrypt(key: &[u8], iv: Option<&[u8]>, data: &mut [u8]) -> Result<(), SheetError> {
    match (key.len(), iv) {
        (16, None) => run(ecb::Decryptor::<Aes128>::new_from_slice(key), data),
        (24, None) => run(ecb::Decryptor::<Aes192>::new_from_slice(key), data),
        (_, None) => run(ecb::Decryptor::<Aes256>::new_from_slice(key), data),
        (16, Some(iv)) => run(cbc::Decryptor::<Aes128>::new_from_slices(key, iv), data),
        (24, Some(iv)) => run(cbc::Decryptor::<Aes192>::new_from_slices(key, iv), data),
        (_, Some(iv)) => run(cbc::Decryptor::<Aes256>::new_from_slices(key, iv), data),
    }
}

fn run<M: BlockModeDecrypt>(mode: Result<M, InvalidLength>, data: &mut [u8]) -> Result<(), SheetError> {
    let decrypted = mode.ok().and_then(|mode| mode.decrypt_padded::<NoPadding>(data).ok().map(drop));
    decrypted.ok_or_else(|| damaged(INFO))
}
