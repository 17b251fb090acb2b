//! Reads the ZIP archive of a workbook: its parts by name, each as a stream that cannot be longer than declared.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::damage::{damaged, unreadable};
use super::finding::SheetError;
use super::options::Limits;
use super::shared::Budget;
use super::source::Source;
use super::xml::{Xml, attribute};

type BufferedSource = BufReader<Metered>;

/// The memory that a byte of the directory may take after reading. A member has at least 46 bytes there, and takes
/// about 360.
const DIRECTORY_COST: u64 = 8;

/// The number of bytes that are always read: the end of the file, where the position of the directory is searched.
const DIRECTORY_LEAST: u64 = 256 << 10;

/// An archive whose directory has been read.
pub(super) struct Package {
    archive: ZipArchive<BufferedSource>,
    /// The members by their names in Excel's way: in any case, and with either slash.
    members: BTreeMap<String, usize>,
    limits: Limits,
}

/// A sheet of a workbook and the part that contains it.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) part: String,
}

/// The relationships of a part: by identifier, the kind and the part that it refers to.
pub(super) struct Relationships(BTreeMap<String, (String, String)>);

impl Relationships {
    /// The part that `id` refers to, if it is of this kind, such as `worksheet`.
    pub(super) fn part(&self, id: &str, kind: &str) -> Option<&str> {
        self.0.get(id).filter(|(found, _)| is_kind(found, kind)).map(|(_, part)| part.as_str())
    }

    /// The first part of this kind.
    pub(super) fn of_kind(&self, kind: &str) -> Option<&str> {
        self.0.values().find(|(found, _)| is_kind(found, kind)).map(|(_, part)| part.as_str())
    }
}

/// Compares the kind. The rest of its name depends on the edition of the standard.
fn is_kind(name: &str, kind: &str) -> bool {
    name.rsplit('/').next() == Some(kind)
}

impl Package {
    pub(super) fn open(source: Box<dyn Source>, limits: &Limits) -> Result<Self, SheetError> {
        // Opening reads the whole directory into memory. The number of members is stored at several places, which may
        // contradict each other. The number of bytes that are read is reliable.
        let left = Arc::new(AtomicU64::new((limits.memory / DIRECTORY_COST).max(DIRECTORY_LEAST)));
        let metered = Metered { source, left: Arc::clone(&left) };
        let opened = ZipArchive::new(BufReader::new(metered));
        if left.swap(u64::MAX, Ordering::Relaxed) == 0 {
            return Err(SheetError::new("memoria_demais", vec![("limit", limits.memory.to_string())]));
        }
        let archive = opened.map_err(|_| not_whole())?;
        let (mut members, mut total, mut encrypted) = (BTreeMap::new(), 0_u64, false);
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index).map_err(|_| not_whole())?;
            // Deflate expands at most about 1032 times, so a larger declared size means that the directory is forged.
            if entry.size() / 1040 > entry.compressed_size() {
                return Err(not_whole());
            }
            total = total.saturating_add(entry.size());
            encrypted |= entry.encrypted();
            members.entry(normal(&String::from_utf8_lossy(entry.name_raw()))).or_insert(index);
        }
        if total > limits.unpacked {
            return Err(too_large(total, limits));
        }
        if encrypted {
            return Err(SheetError::new("protecao_nao_lida", vec![("found", "ZIP".to_owned())]));
        }
        Ok(Self { archive, members, limits: *limits })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(&normal(name))
    }

    /// Whether there is a part in this folder.
    pub(super) fn has_folder(&self, folder: &str) -> bool {
        self.members.range(folder.to_owned()..).next().is_some_and(|(name, _)| name.starts_with(folder))
    }

    /// The part called `name`, if there is one.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part<'_>>, SheetError> {
        let Some(index) = self.members.get(&normal(name)) else {
            return Ok(None);
        };
        let file = self.archive.by_index(*index).map_err(|_| damaged(name))?;
        Ok(Some(Part { left: file.size(), file }))
    }

    /// The files in the archive, in their order, with their names as written.
    pub(super) fn files(&self) -> Vec<(usize, String)> {
        let named = |(name, place): (&String, &usize)| {
            let written = self.archive.name_for_index(*place).and_then(Result::ok);
            (*place, written.map_or_else(|| name.clone(), Cow::into_owned))
        };
        let mut files: Vec<_> =
            self.members.iter().map(named).filter(|(_, name)| !name.ends_with(['/', '\\'])).collect();
        files.sort_unstable();
        files
    }

    /// Reads a file of [`Package::files`] into memory.
    pub(super) fn file(&mut self, place: usize, name: &str) -> Result<Vec<u8>, SheetError> {
        let most = self.limits.memory.min(self.limits.bytes);
        let file = self.archive.by_index(place).map_err(|_| damaged(name))?;
        if file.size() > most {
            return Err(SheetError::new("memoria_demais", vec![("limit", most.to_string())]));
        }
        let mut bytes = Vec::new();
        Part { left: file.size(), file }.read_to_end(&mut bytes).map_err(|e| unreadable(&e, name))?;
        Ok(bytes)
    }

    /// The part called `name` as XML, if there is one.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<Xml<Part<'_>>>, SheetError> {
        let limits = self.limits;
        Ok(self.part(name)?.map(|part| Xml::new(part, name, &limits)))
    }

    /// The relationships of the part called `name`. The archive itself has no name.
    pub(super) fn relationships(&mut self, name: &str) -> Result<Relationships, SheetError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let separator = if folder.is_empty() { "" } else { "/" };
        let mut found = BTreeMap::new();
        let mut budget = Budget::new(self.limits.memory);
        let Some(mut xml) = self.xml(&format!("{folder}{separator}_rels/{file}.rels"))? else {
            return Ok(Relationships(found));
        };
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                    let text = |name| attribute(&tag, name).unwrap_or_default().into_owned();
                    budget.take(tag.attributes_raw().len() + 3 * size_of::<String>())?;
                    found.insert(text("Id"), (text("Type"), resolve(folder, &text("Target"))));
                }
                Event::Eof => return Ok(Relationships(found)),
                _ => {}
            }
        }
    }

    /// The main part of the document, if the archive names one. Otherwise the usual names are tried.
    pub(super) fn main_part(&mut self) -> Option<String> {
        let relationships = self.relationships("").ok()?;
        relationships.of_kind("officeDocument").filter(|part| self.has(part)).map(str::to_owned)
    }
}

/// A file of which only a limited number of bytes may be read.
struct Metered {
    source: Box<dyn Source>,
    left: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 && !into.is_empty() {
            return Err(io::Error::from(io::ErrorKind::OutOfMemory));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let read = self.source.read(into.get_mut(..most).unwrap_or_default())?;
        // No other thread reads this file while it is opened, so the count is exact.
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        if left != u64::MAX {
            self.left.store(left.saturating_sub(count), Ordering::Relaxed);
        }
        Ok(read)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

/// A part while it is decompressed.
pub(super) struct Part<'a> {
    file: ZipFile<'a, BufferedSource>,
    left: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        match self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) {
            Some(left) => self.left = left,
            None => return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than its directory says")),
        }
        Ok(read)
    }
}

fn not_whole() -> SheetError {
    SheetError::new("arquivo_corrompido", vec![("format", "ZIP (.xlsx, .ods)".to_owned())])
}

pub(super) fn too_large(size: u64, limits: &Limits) -> SheetError {
    let limit = limits.unpacked.to_string();
    SheetError::new("descompactado_grande_demais", vec![("size", size.to_string()), ("limit", limit)])
}

fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// The name of a part to which another part in `folder` refers.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            _ => names.push(name),
        }
    }
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_as_in_a_folder() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/worksheets", "../styles.xml"), "xl/styles.xml");
        assert_eq!(resolve("", "../../etc/passwd"), "etc/passwd");
        assert_eq!(normal("xl\\Workbook.xml"), "xl/workbook.xml");
    }
}
