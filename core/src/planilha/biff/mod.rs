//! The records of .xls workbooks (MS-XLS): BIFF8 of Excel 97-2003, BIFF5 of Excel 5 and 95, and the bare streams of
//! BIFF2 to BIFF4, which Clipper and Delphi programs write to this day.
//!
//! Read here rather than by calamine for three reasons: leading zeros stand in the number formats, which calamine
//! does not give for this container; a damaged or hostile file must end in an error, and never in a panic or in
//! memory without bounds; and a string that a million cells share must not be copied a million times.

mod antigo;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254};

use super::celula::{Celula, Numero};
use super::cfb::{self, Cfb, u16_em, u32_em};
use super::convert::data_do_serial;
use super::cp850;
use super::formatos::FormatoDeNumero;
use super::mescladas::Regiao;
use super::problema::Falha;
use super::texto::composto;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// A workbook whose globals have been read.
pub(super) struct LivroXls {
    bytes: Vec<u8>,
    abas: Vec<AbaXls>,
    textos: Vec<String>,
    formatos: Vec<FormatoDeNumero>,
    sistema_1904: bool,
    cadeias: Cadeias,
    /// The cells of a stream that is a sheet by itself, read together with its formats.
    soltas: Vec<((u16, u16), Crua)>,
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
    pub(super) fn abrir(bytes: &[u8]) -> Result<Self, Falha> {
        if !cfb::reconhece(bytes) {
            return antigo::ler(bytes).ok_or_else(corrompido);
        }
        let cfb = Cfb::abrir(bytes)?;
        let fluxo = cfb.fluxo("Workbook").or_else(|| cfb.fluxo("Book")).ok_or_else(corrompido)?;
        Self::ler(fluxo)
    }

    pub(super) fn abas(&self) -> &[AbaXls] {
        &self.abas
    }

    pub(super) fn sistema_1904(&self) -> bool {
        self.sistema_1904
    }

    fn ler(bytes: Vec<u8>) -> Result<Self, Falha> {
        let mut abas = Vec::new();
        let mut textos = Vec::new();
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
                0x00FC => textos = sst(dados, &mut registros).ok_or_else(corrompido)?,
                EOF => break,
                _ => {}
            }
        }
        let formatos = estilos
            .into_iter()
            .map(|id| codigos.get(&id).copied().unwrap_or_else(|| FormatoDeNumero::embutido(id)))
            .collect();
        Ok(Self { bytes, abas, textos, formatos, sistema_1904, cadeias, soltas: Vec::new() })
    }

    /// The cells of the sheet at `indice`, by row and column.
    pub(super) fn celulas(&self, indice: usize) -> Result<impl Iterator<Item = ((u32, u32), Celula)> + '_, Falha> {
        let aba = self.abas.get(indice).ok_or_else(corrompido)?;
        let mut cruas =
            if self.bytes.is_empty() { self.soltas.clone() } else { self.cruas(aba).ok_or_else(corrompido)? };
        // Excel writes row by row, and old exporters as they please.
        cruas.sort_by_key(|(onde, _)| *onde);
        Ok(cruas.into_iter().map(|(onde, crua)| ((u32::from(onde.0), u32::from(onde.1)), self.celula(crua))))
    }

    /// The merged regions of the sheet at `indice`.
    pub(super) fn mescladas(&self, indice: usize) -> Vec<Regiao> {
        let mut regioes = Vec::new();
        let Some(aba) = self.abas.get(indice) else {
            return regioes;
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
                    regioes.extend(dados.get(2..).unwrap_or_default().chunks_exact(8).filter_map(regiao));
                }
                _ => {}
            }
        }
        regioes
    }

    fn cruas(&self, aba: &AbaXls) -> Option<Vec<((u16, u16), Crua)>> {
        let mut cruas = Vec::new();
        let mut registros = Registros { bytes: &self.bytes, onde: aba.inicio };
        let (BOF, _) = registros.proximo()? else {
            return None;
        };
        let mut formula = None;
        // Charts embedded in the sheet are streams of their own, with records that look like cells.
        let mut profundidade = 0_u32;
        while let Some((tipo, dados)) = registros.proximo() {
            match tipo {
                BOF => profundidade = profundidade.saturating_add(1),
                EOF if profundidade == 0 => break,
                EOF => profundidade -= 1,
                _ if profundidade > 0 => {}
                // A formula whose result is text keeps it in a record that comes after.
                0x0207 => {
                    if let Some(onde) = formula.take() {
                        cruas.push((onde, Crua::Texto(self.cadeias.longa_continuada(dados, &mut registros)?)));
                    }
                }
                0x00BD => {
                    let (linha, primeira) = (u16_em(dados, 0)?, u16_em(dados, 2)?);
                    let pares = dados.get(4..dados.len().checked_sub(2)?)?;
                    for (coluna, par) in (primeira..=u16::MAX).zip(pares.chunks_exact(6)) {
                        cruas.push(((linha, coluna), Crua::Numero(rk(u32_em(par, 2)?), u16_em(par, 0)?)));
                    }
                }
                0x0203 | 0x0204 | 0x00D6 | 0x00FD | 0x027E | 0x0205 | 0x0006 => {
                    let onde = (u16_em(dados, 0)?, u16_em(dados, 2)?);
                    let estilo = u16_em(dados, 4)?;
                    let corpo = dados.get(6..)?;
                    let crua = match tipo {
                        0x0203 => Crua::Numero(f64_em(corpo)?, estilo),
                        0x0204 | 0x00D6 => Crua::Texto(self.cadeias.longa_continuada(corpo, &mut registros)?),
                        0x00FD => Crua::Compartilhado(u32_em(corpo, 0)?),
                        0x027E => Crua::Numero(rk(u32_em(corpo, 0)?), estilo),
                        0x0205 if *corpo.get(1)? == 0 => Crua::Booleano(*corpo.first()? != 0),
                        0x0205 => Crua::Erro(*corpo.first()?),
                        _ => match resultado(corpo, estilo)? {
                            Resultado::Valor(crua) => crua,
                            Resultado::TextoAseguir => {
                                formula = Some(onde);
                                continue;
                            }
                            Resultado::Nada => continue,
                        },
                    };
                    cruas.push((onde, crua));
                }
                _ => {}
            }
        }
        Some(cruas)
    }

    fn celula(&self, crua: Crua) -> Celula {
        match crua {
            Crua::Texto(texto) => texto_de(&texto),
            Crua::Compartilhado(indice) => {
                let texto = usize::try_from(indice).ok().and_then(|i| self.textos.get(i));
                texto.map_or(Celula::Vazia, |t| texto_de(t))
            }
            Crua::Booleano(valor) => Celula::Booleano(valor),
            Crua::Erro(codigo) => Celula::Erro(nome_do_erro(codigo).to_owned()),
            Crua::Numero(valor, estilo) => {
                let formato = self.formatos.get(usize::from(estilo)).copied().unwrap_or_default();
                match data_do_serial(valor, self.sistema_1904).filter(|_| formato.data) {
                    Some(data) => Celula::Data(data),
                    None => Celula::Numero(Numero { valor, zeros: formato.zeros }),
                }
            }
        }
    }
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
#[derive(Clone)]
enum Crua {
    Texto(String),
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
fn sst<'a>(dados: &'a [u8], registros: &mut Registros<'a>) -> Option<Vec<String>> {
    let quantas = u32_em(dados, 4)?;
    let mut partes = Partes { atual: dados.get(8..)?, registros };
    let mut textos = Vec::new();
    for _ in 0..quantas {
        // Some writers count more strings than they write.
        let Some(tamanho) = partes.u16() else {
            break;
        };
        let opcoes = partes.byte()?;
        let trechos = if opcoes & 8 != 0 { usize::from(partes.u16()?) } else { 0 };
        let extensao = if opcoes & 4 != 0 { usize::try_from(partes.u32()?).ok()? } else { 0 };
        textos.push(partes.texto(usize::from(tamanho), Some(opcoes & 1 != 0))?);
        // The last string may end the file without its formatting.
        if partes.pular(4 * trechos).and_then(|()| partes.pular(extensao)).is_none() {
            break;
        }
    }
    Some(textos)
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

fn texto_de(texto: &str) -> Celula {
    if texto.is_empty() { Celula::Vazia } else { Celula::Texto(composto(texto).into_owned()) }
}

fn f64_em(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))
}

/// A number packed in 30 bits: an integer or the upper half of a float, perhaps in hundredths.
fn rk(rk: u32) -> f64 {
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

/// The error as Excel shows it in Brazil.
fn nome_do_erro(codigo: u8) -> &'static str {
    match codigo {
        0x00 => "#NULO!",
        0x07 => "#DIV/0!",
        0x0F => "#VALOR!",
        0x17 => "#REF!",
        0x1D => "#NOME?",
        0x24 => "#NÚM!",
        0x2A => "#N/D",
        _ => "#ERRO",
    }
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
        let livro = LivroXls::ler(fluxo).unwrap();
        assert_eq!(livro.abas().first().map(|a| a.nome.as_str()), Some("Mês1"));
        let celulas: Vec<_> = livro.celulas(0).unwrap().map(|(onde, c)| (onde, c.mostrar())).collect();
        let esperadas = [((0, 0), "João"), ((1, 0), "01/01/1900"), ((1, 1), "02/01/1900")];
        assert_eq!(celulas, esperadas.map(|(onde, texto)| (onde, texto.to_owned())));
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
