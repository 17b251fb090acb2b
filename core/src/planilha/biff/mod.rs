//! The records of .xls workbooks (MS-XLS): BIFF8 of Excel 97-2003, BIFF5 of Excel 5 and 95, and the bare streams of
//! BIFF2 to BIFF4, which Clipper and Delphi programs write to this day.
//!
//! Read here rather than by calamine for three reasons: leading zeros stand in the number formats, which calamine
//! does not give for this container; a damaged or hostile file must end in an error, and never in a panic or in
//! memory without bounds; and a string that a million cells share must not be copied a million times.

mod antigo;

use std::borrow::Cow;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254};

use super::celula::Celula;
use super::cfb::{self, Cfb, u16_em, u32_em};
use super::cp850;
use super::formatos::FormatoDeNumero;
use super::leitor::Posicionada;
use super::mescladas::Regiao;
use super::problema::Falha;
use super::shared::{Budget, SharedTexts};
use super::value;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// A workbook whose globals have been read.
pub(super) struct LivroXls {
    bytes: Vec<u8>,
    abas: Vec<AbaXls>,
    textos: SharedTexts,
    formatos: Vec<FormatoDeNumero>,
    sistema_1904: bool,
    cadeias: Cadeias,
    budget: Budget,
    /// The cells of a stream that is a sheet by itself, read together with its formats.
    soltas: Option<Vec<((u16, u16), Crua)>>,
}

/// A sheet of the workbook.
pub(super) struct AbaXls {
    pub(super) nome: String,
    pub(super) oculta: bool,
    pub(super) planilha: bool,
    inicio: usize,
}

/// How strings are stored.
#[derive(Clone, Copy)]
struct Cadeias {
    biff8: bool,
    codificacao: Codificacao,
}

/// The code page of strings that are not Unicode.
#[derive(Clone, Copy)]
enum Codificacao {
    Windows(&'static Encoding),
    /// The one of DOS in Western Europe and Brazil.
    Cp850,
}

impl LivroXls {
    pub(super) fn abrir(bytes: &[u8], memory: u64) -> Result<Self, Falha> {
        let budget = Budget::new(memory);
        if !cfb::reconhece(bytes) {
            return antigo::ler(bytes.to_vec(), budget);
        }
        let cfb = Cfb::abrir(bytes)?;
        let fluxo = cfb.fluxo("Workbook").or_else(|| cfb.fluxo("Book")).ok_or_else(corrompido)?;
        Self::ler(fluxo, budget)
    }

    pub(super) fn abas(&self) -> &[AbaXls] {
        &self.abas
    }

    pub(super) fn sistema_1904(&self) -> bool {
        self.sistema_1904
    }

    fn ler(bytes: Vec<u8>, mut budget: Budget) -> Result<Self, Falha> {
        let mut abas = Vec::new();
        let mut textos = SharedTexts::default();
        let mut codigos = std::collections::BTreeMap::new();
        let mut estilos = Vec::new();
        let mut sistema_1904 = false;
        let mut cadeias = Cadeias { biff8: true, codificacao: Codificacao::Windows(WINDOWS_1252) };
        let mut registros = Registros { bytes: &bytes, onde: 0 };
        while let Some((tipo, dados)) = registros.proximo() {
            match tipo {
                BOF => cadeias.biff8 = u16_em(dados, 0) != Some(0x0500),
                0x002F if u16_em(dados, 0).is_some_and(|tipo| tipo != 0) || !cadeias.biff8 => {
                    return Err(Falha::nova("planilha_com_senha", vec![("encontrado", ".xls".to_owned())]));
                }
                0x0042 => cadeias.codificacao = codificacao(u16_em(dados, 0).unwrap_or(1252)),
                0x0022 => sistema_1904 = u16_em(dados, 0) == Some(1),
                0x041E => {
                    let codigo =
                        dados.get(2..).and_then(|d| if cadeias.biff8 { cadeias.longa(d) } else { cadeias.curta(d) });
                    if let (Some(id), Some(codigo)) = (u16_em(dados, 0), codigo) {
                        codigos.insert(id, FormatoDeNumero::novo(&codigo));
                    }
                }
                0x00E0 => estilos.push(u16_em(dados, 2).ok_or_else(corrompido)?),
                0x0085 => abas.push(aba(dados, cadeias).ok_or_else(corrompido)?),
                0x00FC => textos = sst(dados, &mut registros, &mut budget)?,
                EOF => break,
                _ => {}
            }
        }
        let formatos = estilos
            .into_iter()
            .map(|id| codigos.get(&id).copied().unwrap_or_else(|| FormatoDeNumero::embutido(id)))
            .collect();
        Ok(Self { bytes, abas, textos, formatos, sistema_1904, cadeias, budget, soltas: None })
    }

    /// The cells of the sheet at `indice`, by row and column.
    pub(super) fn celulas(
        &self,
        indice: usize,
    ) -> Result<impl Iterator<Item = Result<Posicionada, Falha>> + '_, Falha> {
        let aba = self.abas.get(indice).ok_or_else(corrompido)?;
        let stored = if let Some(stored) = &self.soltas {
            Cow::Borrowed(stored.as_slice())
        } else {
            let mut stored = self.cruas(aba)?.0;
            // Excel writes row by row, and old exporters as they please.
            stored.sort_by_key(|(onde, _)| *onde);
            Cow::Owned(stored)
        };
        Ok((0..stored.len()).filter_map(move |i| {
            let (onde, crua) = stored.get(i)?;
            let celula = self.celula(*crua).ok_or_else(corrompido);
            Some(celula.map(|celula| ((u32::from(onde.0), u32::from(onde.1)), celula)))
        }))
    }

    /// The merged regions of the sheet at `indice`.
    pub(super) fn mescladas(&self, indice: usize) -> Result<Vec<Regiao>, Falha> {
        let mut regioes = Vec::new();
        let mut budget = self.budget;
        let Some(aba) = self.abas.get(indice) else {
            return Ok(regioes);
        };
        let mut registros = Registros { bytes: &self.bytes, onde: aba.inicio };
        let mut profundidade = 0_u32;
        while let Some((tipo, dados)) = registros.proximo() {
            match tipo {
                BOF => profundidade = profundidade.saturating_add(1),
                EOF if profundidade <= 1 => break,
                EOF => profundidade -= 1,
                0x00E5 if profundidade == 1 => {
                    let regiao = |r: &[u8]| {
                        let (primeira, ultima) = (u32::from(u16_em(r, 0)?) + 1, u32::from(u16_em(r, 2)?) + 1);
                        Some(Regiao { primeira, ultima, coluna: usize::from(u16_em(r, 4)?) })
                    };
                    budget.take(dados.len() / 8 * size_of::<Regiao>())?;
                    regioes.extend(dados.get(2..).unwrap_or_default().chunks_exact(8).filter_map(regiao));
                }
                _ => {}
            }
        }
        Ok(regioes)
    }

    fn cruas(&self, aba: &AbaXls) -> Result<Stored, Falha> {
        let mut stored = Stored(Vec::new(), self.budget);
        let mut registros = Registros { bytes: &self.bytes, onde: aba.inicio };
        if !matches!(registros.proximo(), Some((BOF, _))) {
            return Err(corrompido());
        }
        let mut formula = None;
        // Charts embedded in the sheet are streams of their own, with records that look like cells.
        let mut profundidade = 0_u32;
        loop {
            let start = u32::try_from(registros.onde).map_err(|_| corrompido())?;
            let Some((tipo, dados)) = registros.proximo() else {
                break;
            };
            match tipo {
                BOF => profundidade = profundidade.saturating_add(1),
                EOF if profundidade == 0 => break,
                EOF => profundidade -= 1,
                _ if profundidade > 0 => {}
                // A formula whose result is text keeps it in a record that comes after.
                0x0207 => {
                    if let Some(onde) = formula.take() {
                        stored.push(onde, Crua::Texto(start))?;
                    }
                }
                0x00BD => stored.packed(dados)?,
                _ => match cell(tipo, dados, start).ok_or_else(corrompido)? {
                    Some((onde, Resultado::Valor(crua))) => stored.push(onde, crua)?,
                    Some((onde, Resultado::TextoAseguir)) => formula = Some(onde),
                    Some((_, Resultado::Nada)) | None => {}
                },
            }
        }
        Ok(stored)
    }

    /// None where the text of the cell is damaged.
    fn celula(&self, crua: Crua) -> Option<Celula> {
        Some(match crua {
            Crua::Texto(onde) => value::text(&self.text_at(onde)?),
            Crua::Compartilhado(indice) => {
                let shared = usize::try_from(indice).ok().and_then(|i| self.textos.get(i));
                match shared {
                    None => Celula::Missing,
                    Some("") => Celula::Vazia,
                    Some(shared) => Celula::Texto(shared.to_owned()),
                }
            }
            Crua::Booleano(valor) => Celula::Booleano(valor),
            Crua::Erro(codigo) => value::error(codigo),
            Crua::Numero(valor, estilo) => {
                let formato = self.formatos.get(usize::from(estilo)).copied().unwrap_or_default();
                value::number(valor, formato, self.sistema_1904)
            }
        })
    }

    /// The text in the record at `onde`.
    fn text_at(&self, onde: u32) -> Option<String> {
        let mut registros = Registros { bytes: &self.bytes, onde: usize::try_from(onde).ok()? };
        let (tipo, dados) = registros.proximo()?;
        match tipo {
            // BIFF2 has one byte of length before its strings, and the others two.
            0x0004 => self.cadeias.curta(dados.get(7..)?),
            0x0007 => self.cadeias.curta(dados),
            0x0207 => self.cadeias.longa_continuada(dados, &mut registros),
            _ => self.cadeias.longa_continuada(dados.get(6..)?, &mut registros),
        }
    }
}

/// The cells of a sheet as stored.
struct Stored(Vec<((u16, u16), Crua)>, Budget);

impl Stored {
    fn push(&mut self, onde: (u16, u16), crua: Crua) -> Result<(), Falha> {
        self.1.take(size_of::<((u16, u16), Crua)>())?;
        if self.0.len() == self.0.capacity() {
            // By a quarter and not by doubling: the memory is counted by what is stored.
            self.0.reserve_exact(self.0.len() / 4 + 1024);
        }
        self.0.push((onde, crua));
        Ok(())
    }

    /// Numbers side by side in one record.
    fn packed(&mut self, dados: &[u8]) -> Result<(), Falha> {
        let (Some(linha), Some(primeira)) = (u16_em(dados, 0), u16_em(dados, 2)) else {
            return Err(corrompido());
        };
        let pares = dados.len().checked_sub(2).and_then(|fim| dados.get(4..fim)).ok_or_else(corrompido)?;
        for (coluna, par) in (primeira..=u16::MAX).zip(pares.chunks_exact(6)) {
            if let (Some(estilo), Some(numero)) = (u16_em(par, 0), u32_em(par, 2)) {
                self.push((linha, coluna), Crua::Numero(rk(numero), estilo))?;
            }
        }
        Ok(())
    }
}

/// The cell in a record that begins at `start`, if it is a record of a cell; nothing at all if it is damaged.
#[expect(clippy::option_option, reason = "a record that is no cell is not damage")]
fn cell(tipo: u16, dados: &[u8], start: u32) -> Option<Option<((u16, u16), Resultado)>> {
    // Apple Numbers and others write the formulas of BIFF3 and BIFF4 into BIFF8.
    if !matches!(tipo, 0x0203 | 0x0204 | 0x00D6 | 0x00FD | 0x027E | 0x0205 | 0x0006 | 0x0206 | 0x0406) {
        return Some(None);
    }
    let onde = (u16_em(dados, 0)?, u16_em(dados, 2)?);
    let estilo = u16_em(dados, 4)?;
    let corpo = dados.get(6..)?;
    let crua = match tipo {
        0x0203 => Crua::Numero(f64_em(corpo)?, estilo),
        0x0204 | 0x00D6 => Crua::Texto(start),
        0x00FD => Crua::Compartilhado(u32_em(corpo, 0)?),
        0x027E => Crua::Numero(rk(u32_em(corpo, 0)?), estilo),
        0x0205 if *corpo.get(1)? == 0 => Crua::Booleano(*corpo.first()? != 0),
        0x0205 => Crua::Erro(*corpo.first()?),
        _ => return Some(Some((onde, resultado(corpo, estilo)?))),
    };
    Some(Some((onde, Resultado::Valor(crua))))
}

/// The result of a formula.
enum Resultado {
    Valor(Crua),
    /// Text, in the record that comes next.
    TextoAseguir,
    Nada,
}

fn resultado(corpo: &[u8], estilo: u16) -> Option<Resultado> {
    Some(match corpo.get(..8)? {
        [0, _, _, _, _, _, 0xFF, 0xFF] => Resultado::TextoAseguir,
        [1, _, valor, _, _, _, 0xFF, 0xFF] => Resultado::Valor(Crua::Booleano(*valor != 0)),
        [2, _, erro, _, _, _, 0xFF, 0xFF] => Resultado::Valor(Crua::Erro(*erro)),
        [3, _, _, _, _, _, 0xFF, 0xFF] => Resultado::Nada,
        numero => Resultado::Valor(Crua::Numero(f64_em(numero)?, estilo)),
    })
}

/// A cell as stored, small enough to keep a whole sheet of them.
#[derive(Clone, Copy)]
enum Crua {
    /// Where the record with the text begins.
    Texto(u32),
    Compartilhado(u32),
    Numero(f64, u16),
    Booleano(bool),
    Erro(u8),
}

/// The records of a stream: a type, a length, and so many bytes.
struct Registros<'a> {
    bytes: &'a [u8],
    onde: usize,
}

impl<'a> Registros<'a> {
    fn proximo(&mut self) -> Option<(u16, &'a [u8])> {
        let tipo = u16_em(self.bytes, self.onde)?;
        let tamanho = usize::from(u16_em(self.bytes, self.onde + 2)?);
        let dados = self.bytes.get(self.onde + 4..self.onde + 4 + tamanho)?;
        self.onde += 4 + tamanho;
        Some((tipo, dados))
    }

    /// The next record, if it carries on the one before.
    fn continuacao(&mut self) -> Option<&'a [u8]> {
        if u16_em(self.bytes, self.onde)? != CONTINUE {
            return None;
        }
        self.proximo().map(|(_, dados)| dados)
    }
}

impl Cadeias {
    /// A string with one byte of length.
    fn curta(self, dados: &[u8]) -> Option<String> {
        let tamanho = usize::from(*dados.first()?);
        if self.biff8 {
            let larga = dados.get(1)? & 1 != 0;
            Some(unicode(dados.get(2..)?, tamanho, larga))
        } else {
            Some(self.bytes(dados.get(1..)?, tamanho))
        }
    }

    /// A string with two bytes of length.
    fn longa(self, dados: &[u8]) -> Option<String> {
        let tamanho = usize::from(u16_em(dados, 0)?);
        if self.biff8 {
            let larga = dados.get(2)? & 1 != 0;
            Some(unicode(dados.get(3..)?, tamanho, larga))
        } else {
            Some(self.bytes(dados.get(2..)?, tamanho))
        }
    }

    /// A string with two bytes of length that may go on in the records that follow.
    fn longa_continuada<'a>(self, dados: &'a [u8], registros: &mut Registros<'a>) -> Option<String> {
        if !self.biff8 {
            return self.longa(dados);
        }
        let mut partes = Partes { atual: dados, registros };
        let tamanho = usize::from(partes.u16()?);
        partes.texto(tamanho, None)
    }

    fn bytes(self, dados: &[u8], tamanho: usize) -> String {
        let dados = dados.get(..tamanho.min(dados.len())).unwrap_or_default();
        match self.codificacao {
            Codificacao::Windows(codificacao) => codificacao.decode_without_bom_handling(dados).0.into_owned(),
            Codificacao::Cp850 => dados.iter().map(|b| cp850::letra(*b)).collect(),
        }
    }
}

/// The bytes of a record and of those that carry it on.
struct Partes<'r, 'a> {
    atual: &'a [u8],
    registros: &'r mut Registros<'a>,
}

impl Partes<'_, '_> {
    fn byte(&mut self) -> Option<u8> {
        while self.atual.is_empty() {
            self.atual = self.registros.continuacao()?;
        }
        let (primeiro, resto) = self.atual.split_first()?;
        self.atual = resto;
        Some(*primeiro)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]))
    }

    fn pular(&mut self, mut quantos: usize) -> Option<()> {
        while quantos > 0 {
            if self.atual.is_empty() {
                self.atual = self.registros.continuacao()?;
            }
            let agora = quantos.min(self.atual.len());
            self.atual = self.atual.get(agora..)?;
            quantos -= agora;
        }
        Some(())
    }

    /// `tamanho` characters; where the string crosses into a new record, that record first says its width again.
    fn texto(&mut self, tamanho: usize, largura: Option<bool>) -> Option<String> {
        let mut larga = match largura {
            Some(larga) => larga,
            None => self.byte()? & 1 != 0,
        };
        let mut unidades: Vec<u16> = Vec::with_capacity(tamanho.min(64));
        while unidades.len() < tamanho {
            if self.atual.is_empty() {
                self.atual = self.registros.continuacao()?;
                larga = self.byte()? & 1 != 0;
                continue;
            }
            unidades.push(if larga { self.u16()? } else { u16::from(self.byte()?) });
        }
        Some(String::from_utf16_lossy(&unidades))
    }
}

/// The table of strings that cells share.
fn sst<'a>(dados: &'a [u8], registros: &mut Registros<'a>, budget: &mut Budget) -> Result<SharedTexts, Falha> {
    let quantas = u32_em(dados, 4).ok_or_else(corrompido)?;
    let mut partes = Partes { atual: dados.get(8..).ok_or_else(corrompido)?, registros };
    let mut textos = SharedTexts::default();
    for _ in 0..quantas {
        // Some writers count more strings than they write.
        let Some(tamanho) = partes.u16() else {
            break;
        };
        let (text, whole) = sst_text(&mut partes, usize::from(tamanho)).ok_or_else(corrompido)?;
        textos.push(&text, budget)?;
        if !whole {
            break;
        }
    }
    Ok(textos)
}

/// One string of the table; false where it ends the file without its formatting, as the last one may.
fn sst_text(partes: &mut Partes<'_, '_>, tamanho: usize) -> Option<(String, bool)> {
    let opcoes = partes.byte()?;
    let trechos = if opcoes & 8 != 0 { usize::from(partes.u16()?) } else { 0 };
    let extensao = if opcoes & 4 != 0 { usize::try_from(partes.u32()?).ok()? } else { 0 };
    let text = partes.texto(tamanho, Some(opcoes & 1 != 0))?;
    Some((text, partes.pular(4 * trechos).and_then(|()| partes.pular(extensao)).is_some()))
}

fn aba(dados: &[u8], cadeias: Cadeias) -> Option<AbaXls> {
    let nome = cadeias.curta(dados.get(6..)?)?;
    Some(AbaXls {
        nome: nome.chars().filter(|c| *c != '\0').collect(),
        oculta: dados.get(4)? & 0x3F != 0,
        planilha: *dados.get(5)? == 0,
        inicio: usize::try_from(u32_em(dados, 0)?).ok()?,
    })
}

fn unicode(dados: &[u8], tamanho: usize, larga: bool) -> String {
    let unidades: Vec<u16> = if larga {
        dados.chunks_exact(2).take(tamanho).filter_map(|par| u16_em(par, 0)).collect()
    } else {
        dados.iter().take(tamanho).map(|b| u16::from(*b)).collect()
    };
    String::from_utf16_lossy(&unidades)
}

fn f64_em(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))
}

/// A number packed in 30 bits: an integer or the upper half of a float, perhaps in hundredths.
pub(super) fn rk(rk: u32) -> f64 {
    let valor = if rk & 2 != 0 {
        f64::from(i32::from_le_bytes(rk.to_le_bytes()) >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { valor / 100.0 } else { valor }
}

fn codificacao(pagina: u16) -> Codificacao {
    Codificacao::Windows(match pagina {
        850 => return Codificacao::Cp850,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        10_000 | 0x8000 => MACINTOSH,
        _ => WINDOWS_1252,
    })
}

fn corrompido() -> Falha {
    Falha::nova("arquivo_corrompido", vec![("formato", ".xls".to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registro(fluxo: &mut Vec<u8>, tipo: u16, dados: &[u8]) {
        fluxo.extend(tipo.to_le_bytes());
        fluxo.extend(u16::try_from(dados.len()).unwrap().to_le_bytes());
        fluxo.extend(dados);
    }

    #[test]
    fn biff5_strings_are_bytes_of_a_code_page() {
        let mut fluxo = Vec::new();
        registro(&mut fluxo, BOF, &[0, 5, 5, 0]);
        registro(&mut fluxo, 0x0042, &1252_u16.to_le_bytes());
        let data = b"dd/mm/yy";
        registro(&mut fluxo, 0x041E, &[&[164, 0, 8], data.as_slice()].concat());
        registro(&mut fluxo, 0x00E0, &[0, 0, 164, 0]);
        let inicio = u32::try_from(fluxo.len() + 4 + 11 + 4).unwrap();
        registro(&mut fluxo, 0x0085, &[&inicio.to_le_bytes(), [0, 0, 4].as_slice(), b"M\xEAs1"].concat());
        registro(&mut fluxo, EOF, &[]);
        registro(&mut fluxo, BOF, &[0, 5, 0x10, 0]);
        registro(&mut fluxo, 0x0204, &[0, 0, 0, 0, 0, 0, 4, 0, b'J', b'o', 0xE3, b'o']);
        registro(&mut fluxo, 0x00BD, &[1, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0x40, 1, 0]);
        registro(&mut fluxo, EOF, &[]);
        let livro = LivroXls::ler(fluxo, Budget::new(1 << 20)).unwrap();
        assert_eq!(livro.abas().first().map(|a| a.nome.as_str()), Some("Mês1"));
        let celulas: Vec<_> =
            livro.celulas(0).unwrap().map(Result::unwrap).map(|(onde, c)| (onde, c.mostrar())).collect();
        let esperadas = [((0, 0), "João"), ((1, 0), "01/01/1900"), ((1, 1), "02/01/1900")];
        assert_eq!(celulas, esperadas.map(|(onde, texto)| (onde, texto.to_owned())));
    }

    /// A workbook of BIFF8 with one sheet: the records of its globals, and those of the sheet.
    fn biff8(globals: &[(u16, Vec<u8>)], sheet: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut fluxo = Vec::new();
        registro(&mut fluxo, BOF, &[0, 6, 5, 0]);
        for (tipo, dados) in globals {
            registro(&mut fluxo, *tipo, dados);
        }
        let inicio = u32::try_from(fluxo.len() + 4 + 9 + 4).unwrap();
        registro(&mut fluxo, 0x0085, &[&inicio.to_le_bytes(), [0, 0, 1, 0].as_slice(), b"P"].concat());
        registro(&mut fluxo, EOF, &[]);
        registro(&mut fluxo, BOF, &[0, 6, 0x10, 0]);
        for (tipo, dados) in sheet {
            registro(&mut fluxo, *tipo, dados);
        }
        registro(&mut fluxo, EOF, &[]);
        fluxo
    }

    fn cells(fluxo: Vec<u8>, memory: u64) -> Result<Vec<Celula>, Falha> {
        let livro = LivroXls::ler(fluxo, Budget::new(memory))?;
        let cells: Result<Vec<_>, _> = livro.celulas(0)?.collect();
        Ok(cells?.into_iter().map(|(_, celula)| celula).collect())
    }

    #[test]
    fn a_text_past_the_table_is_told_and_old_formulas_are_read() {
        let sst = [1_u32.to_le_bytes().as_slice(), &1_u32.to_le_bytes(), &[2, 0, 0, b'o', b'i']].concat();
        let shared =
            |coluna: u8, indice: u32| (0x00FD, [[0, 0, coluna, 0, 0, 0].as_slice(), &indice.to_le_bytes()].concat());
        let formula =
            |tipo, coluna: u8| (tipo, [[0, 0, coluna, 0, 0, 0].as_slice(), &2.5_f64.to_le_bytes(), &[0; 8]].concat());
        let sheet = [shared(0, 0), shared(1, 1), formula(0x0206, 2), formula(0x0406, 3), formula(0x0006, 4)];
        let number = Celula::Numero(super::super::celula::Numero::novo(2.5));
        assert_eq!(
            cells(biff8(&[(0x00FC, sst)], &sheet), 1 << 20).unwrap(),
            [Celula::Texto("oi".into()), Celula::Missing, number.clone(), number.clone(), number]
        );
    }

    #[test]
    fn memory_is_bounded_before_it_is_taken() {
        let texts = 1_000_u32;
        let sst = [[0; 4].as_slice(), &texts.to_le_bytes(), &[1, 0, 0, b'x'].repeat(1_000)].concat();
        let row = (0x00BD, [[0; 4].as_slice(), &[0; 6 * 250], &[249, 0]].concat());
        let codigo = |fluxo, memory| cells(fluxo, memory).map(|_| ()).unwrap_err().codigo;
        assert_eq!(codigo(biff8(&[(0x00FC, sst)], &[]), 4_000), "memoria_demais");
        assert_eq!(codigo(biff8(&[], &vec![row; 4]), 20_000), "memoria_demais");
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the packed forms are exact")]
    fn packed_numbers() {
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk(0x004B_5646), 1_234_321.0);
        assert_eq!(rk(0x3FF0_0001), 0.01);
        assert_eq!(rk(0x004B_5647), 12_343.21);
        assert_eq!(rk(0xFFFF_FFFE), -1.0);
    }
}
