//! Reads the OLE2 container (MS-CFB) of .xls files and of encrypted workbooks.
//!
//! The length of every chain is limited, so a container with a loop or with positions outside itself is refused.

use super::finding::SheetError;

const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const END: u32 = 0xFFFF_FFFE;
const MAX_SECTOR: u32 = 0xFFFF_FFFA;
const MINI_CUTOFF: u64 = 4096;

/// A container whose directory and allocation tables have been checked.
#[derive(Debug)]
pub(super) struct Cfb<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Input>,
}

#[derive(Debug)]
struct Input {
    name: String,
    start: u32,
    size: u64,
}

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

impl<'a> Cfb<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        Self::read(bytes)
            .ok_or_else(|| SheetError::new("arquivo_corrompido", vec![("format", "OLE2 (.xls)".to_owned())]))
    }

    /// Whether a stream has this name, in any case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.input(name).is_some()
    }

    /// The bytes of the stream `name`.
    pub(super) fn flow(&self, name: &str) -> Option<Vec<u8>> {
        let input = self.input(name)?;
        let size = usize::try_from(input.size).ok()?;
        let mut data = if input.size < MINI_CUTOFF {
            chain(&self.mini, 64, 0, &self.mini_fat, input.start, size)?
        } else {
            chain(self.bytes, self.sector, self.sector, &self.fat, input.start, size)?
        };
        data.truncate(size);
        Some(data)
    }

    fn input(&self, name: &str) -> Option<&Input> {
        self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name))
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        if !recognizes(bytes) {
            return None;
        }
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let sectors = bytes.len() / sector + 1;

        let mut difat: Vec<u32> = (0..109).map_while(|i| u32_at(bytes, 76 + 4 * i)).collect();
        let mut next = u32_at(bytes, 68)?;
        let mut seen = 0;
        while next < MAX_SECTOR {
            seen += 1;
            if seen > sectors {
                return None;
            }
            let body = sector_at(bytes, sector, sector, next)?;
            let per_sector = sector / 4 - 1;
            difat.extend((0..per_sector).map_while(|i| u32_at(body, 4 * i)));
            next = u32_at(body, 4 * per_sector)?;
        }

        let mut fat = Vec::new();
        for id in difat.into_iter().filter(|id| *id < MAX_SECTOR) {
            if fat.len() > sectors + sector {
                break;
            }
            let body = sector_at(bytes, sector, sector, id)?;
            fat.extend((0..sector / 4).map_while(|i| u32_at(body, 4 * i)));
        }

        let directory = chain(bytes, sector, sector, &fat, u32_at(bytes, 48)?, usize::MAX)?;
        let entries: Vec<Input> = directory.chunks_exact(128).filter_map(|e| input(e, sector)).collect();
        let root = entries.first()?;
        let mini_size = usize::try_from(root.size).ok()?;
        let (mini_fat, mini) = if u32_at(bytes, 64)? > 0 {
            let table = chain(bytes, sector, sector, &fat, u32_at(bytes, 60)?, usize::MAX)?;
            let mini_fat = table.chunks_exact(4).filter_map(|e| u32_at(e, 0)).collect();
            (mini_fat, chain(bytes, sector, sector, &fat, root.start, mini_size)?)
        } else {
            (Vec::new(), Vec::new())
        };
        Some(Self { bytes, sector, fat, mini_fat, mini, entries })
    }
}

fn input(bytes: &[u8], sector: usize) -> Option<Input> {
    let used = usize::from(u16_at(bytes, 64)?).min(64).saturating_sub(2) / 2;
    let units: Vec<u16> = (0..used).map_while(|i| u16_at(bytes, 2 * i)).collect();
    let mut size = u64::from(u32_at(bytes, 120)?);
    if sector == 4096 {
        size |= u64::from(u32_at(bytes, 124)?) << 32;
    }
    Some(Input { name: String::from_utf16_lossy(&units), start: u32_at(bytes, 116)?, size })
}

/// The bytes of a chain of sectors, at most `size`. The end of the file may cut the last sector short.
fn chain(bytes: &[u8], sector: usize, base: usize, fat: &[u32], start: u32, size: usize) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    let mut id = start;
    let mut steps = 0;
    while id != END && data.len() < size {
        steps += 1;
        if steps > fat.len() {
            return None;
        }
        data.extend_from_slice(sector_at(bytes, sector, base, id)?);
        id = *fat.get(usize::try_from(id).ok()?)?;
    }
    Some(data)
}

fn sector_at(bytes: &[u8], sector: usize, base: usize, id: u32) -> Option<&[u8]> {
    let start = usize::try_from(id).ok()?.checked_mul(sector)?.checked_add(base)?;
    let end = start.checked_add(sector)?.min(bytes.len());
    bytes.get(start..end)
}

pub(super) fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(place..place.checked_add(2)?)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(place..place.checked_add(4)?)?.try_into().ok()?))
}
