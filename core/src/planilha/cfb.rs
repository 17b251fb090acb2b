//! The OLE2 container (MS-CFB) of .xls files and of encrypted workbooks.
//!
//! Every chain is walked with a bound, so that a container that loops or points outside itself is refused.

use super::problema::Falha;

const ASSINATURA: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const FIM: u32 = 0xFFFF_FFFE;
const MAIOR_SETOR: u32 = 0xFFFF_FFFA;
const MINI_CORTE: u64 = 4096;

/// A container whose directory and allocation tables have been checked.
#[derive(Debug)]
pub(super) struct Cfb<'a> {
    bytes: &'a [u8],
    setor: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entradas: Vec<Entrada>,
}

#[derive(Debug)]
struct Entrada {
    nome: String,
    inicio: u32,
    tamanho: u64,
}

pub(super) fn reconhece(bytes: &[u8]) -> bool {
    bytes.starts_with(&ASSINATURA)
}

impl<'a> Cfb<'a> {
    pub(super) fn abrir(bytes: &'a [u8]) -> Result<Self, Falha> {
        Self::ler(bytes).ok_or_else(|| Falha::nova("arquivo_corrompido", vec![("formato", "OLE2 (.xls)".to_owned())]))
    }

    /// Whether a stream of this name exists, in any case.
    pub(super) fn tem(&self, nome: &str) -> bool {
        self.entrada(nome).is_some()
    }

    /// The bytes of the stream `nome`.
    pub(super) fn fluxo(&self, nome: &str) -> Option<Vec<u8>> {
        let entrada = self.entrada(nome)?;
        let tamanho = usize::try_from(entrada.tamanho).ok()?;
        let mut dados = if entrada.tamanho < MINI_CORTE {
            cadeia(&self.mini, 64, 0, &self.mini_fat, entrada.inicio, tamanho)?
        } else {
            cadeia(self.bytes, self.setor, self.setor, &self.fat, entrada.inicio, tamanho)?
        };
        dados.truncate(tamanho);
        Some(dados)
    }

    fn entrada(&self, nome: &str) -> Option<&Entrada> {
        self.entradas.iter().find(|e| e.nome.eq_ignore_ascii_case(nome))
    }

    fn ler(bytes: &'a [u8]) -> Option<Self> {
        if !reconhece(bytes) {
            return None;
        }
        let setor = match u16_em(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let setores = bytes.len() / setor + 1;

        let mut difat: Vec<u32> = (0..109).map_while(|i| u32_em(bytes, 76 + 4 * i)).collect();
        let mut proximo = u32_em(bytes, 68)?;
        let mut vistos = 0;
        while proximo < MAIOR_SETOR {
            vistos += 1;
            if vistos > setores {
                return None;
            }
            let corpo = setor_em(bytes, setor, setor, proximo)?;
            let por_setor = setor / 4 - 1;
            difat.extend((0..por_setor).map_while(|i| u32_em(corpo, 4 * i)));
            proximo = u32_em(corpo, 4 * por_setor)?;
        }

        let mut fat = Vec::new();
        for id in difat.into_iter().filter(|id| *id < MAIOR_SETOR) {
            if fat.len() > setores + setor {
                break;
            }
            let corpo = setor_em(bytes, setor, setor, id)?;
            fat.extend((0..setor / 4).map_while(|i| u32_em(corpo, 4 * i)));
        }

        let diretorio = cadeia(bytes, setor, setor, &fat, u32_em(bytes, 48)?, usize::MAX)?;
        let entradas: Vec<Entrada> = diretorio.chunks_exact(128).filter_map(|e| entrada(e, setor)).collect();
        let raiz = entradas.first()?;
        let mini_tamanho = usize::try_from(raiz.tamanho).ok()?;
        let (mini_fat, mini) = if u32_em(bytes, 64)? > 0 {
            let tabela = cadeia(bytes, setor, setor, &fat, u32_em(bytes, 60)?, usize::MAX)?;
            let mini_fat = tabela.chunks_exact(4).filter_map(|e| u32_em(e, 0)).collect();
            (mini_fat, cadeia(bytes, setor, setor, &fat, raiz.inicio, mini_tamanho)?)
        } else {
            (Vec::new(), Vec::new())
        };
        Some(Self { bytes, setor, fat, mini_fat, mini, entradas })
    }
}

fn entrada(bytes: &[u8], setor: usize) -> Option<Entrada> {
    let usados = usize::from(u16_em(bytes, 64)?).min(64).saturating_sub(2) / 2;
    let unidades: Vec<u16> = (0..usados).map_while(|i| u16_em(bytes, 2 * i)).collect();
    let mut tamanho = u64::from(u32_em(bytes, 120)?);
    if setor == 4096 {
        tamanho |= u64::from(u32_em(bytes, 124)?) << 32;
    }
    Some(Entrada { nome: String::from_utf16_lossy(&unidades), inicio: u32_em(bytes, 116)?, tamanho })
}

/// The bytes of a chain of sectors, at most `tamanho`; the last sector may be cut short by the end of the file.
fn cadeia(bytes: &[u8], setor: usize, base: usize, fat: &[u32], inicio: u32, tamanho: usize) -> Option<Vec<u8>> {
    let mut dados = Vec::new();
    let mut id = inicio;
    let mut passos = 0;
    while id != FIM && dados.len() < tamanho {
        passos += 1;
        if passos > fat.len() {
            return None;
        }
        dados.extend_from_slice(setor_em(bytes, setor, base, id)?);
        id = *fat.get(usize::try_from(id).ok()?)?;
    }
    Some(dados)
}

fn setor_em(bytes: &[u8], setor: usize, base: usize, id: u32) -> Option<&[u8]> {
    let inicio = usize::try_from(id).ok()?.checked_mul(setor)?.checked_add(base)?;
    let fim = inicio.checked_add(setor)?.min(bytes.len());
    bytes.get(inicio..fim)
}

pub(super) fn u16_em(bytes: &[u8], onde: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(onde..onde.checked_add(2)?)?.try_into().ok()?))
}

pub(super) fn u32_em(bytes: &[u8], onde: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(onde..onde.checked_add(4)?)?.try_into().ok()?))
}
