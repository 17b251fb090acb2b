use std::collections::VecDeque;
use std::io::{Cursor, Read, Seek, SeekFrom};

use super::biff::LivroXls;
use super::cabecalho::{self, Mapeamento};
use super::celula::{Celula, Linha};
use super::detect::{self, Formato};
use super::fluxo::Fluxo;
use super::html::LinhasHtml;
use super::limites::{Limites, Opcoes};
use super::mescladas::{Mescladas, Regiao};
use super::ods::{self, Ods};
use super::package::{Package, Sheet, too_large};
use super::problema::{Falha, recortar};
use super::registros::Registros;
use super::row::{RowBuilder, text_len};
use super::texto::{LinhasTexto, composto, desfazer_mojibake, leitura};
use super::xlsb::Xlsb;
use super::xlsx::Xlsx;

/// Where the bytes of a file come from: an open file, or a buffer in memory.
pub trait Fonte: Read + Seek + Send {}

impl<T: Read + Seek + Send> Fonte for T {}

/// A spreadsheet file, opened and recognised, whose sheets can be read.
pub struct Arquivo {
    nome: String,
    formato: Formato,
    opcoes: Opcoes,
    conteudo: Conteudo,
}

/// Of more sheets than these none is looked at for a header, unless it is asked for by its name.
const MOST_SHEETS: usize = 256;

/// A sheet of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aba {
    /// The name on its tab; the file's name, when the file is text.
    pub nome: String,
    /// Whether the user hid it.
    pub oculta: bool,
}

enum Conteudo {
    Texto(Box<dyn Fonte>),
    Html(Box<dyn Fonte>),
    Xls(Box<LivroXls>),
    Xlsx(Box<Xlsx>),
    Xlsb(Box<Xlsb>),
    Ods(Box<Ods>),
}

impl Arquivo {
    /// Opens a file held in memory; `nome` is shown in messages.
    ///
    /// # Errors
    /// When the bytes are not a spreadsheet that can be read, saying what they are.
    pub fn de_bytes(bytes: impl Into<Vec<u8>>, nome: &str, opcoes: &Opcoes) -> Result<Self, Falha> {
        Self::de_fonte(Box::new(Cursor::new(bytes.into())), nome, opcoes)
    }

    /// Opens a file that is read as it is needed: a text file of any length takes little memory.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a spreadsheet, saying what it is.
    pub fn de_fonte(mut fonte: Box<dyn Fonte>, nome: &str, opcoes: &Opcoes) -> Result<Self, Falha> {
        let tamanho = fonte.seek(SeekFrom::End(0)).map_err(|e| leitura(&e))?;
        fonte.seek(SeekFrom::Start(0)).map_err(|e| leitura(&e))?;
        if tamanho > opcoes.limites.bytes {
            return Err(Falha::nova(
                "arquivo_grande_demais",
                vec![("tamanho", tamanho.to_string()), ("limite", opcoes.limites.bytes.to_string())],
            ));
        }
        let limites = &opcoes.limites;
        let mut bytes = Vec::new();
        Read::by_ref(&mut fonte).take(64 * 1024).read_to_end(&mut bytes).map_err(|e| leitura(&e))?;
        let (formato, conteudo) = if detect::is_archive(&bytes) {
            let mut package = Package::open(fonte, limites)?;
            let formato = detect::archive(&mut package)?;
            let conteudo = match formato {
                Formato::Xlsb => Conteudo::Xlsb(Box::new(Xlsb::open(package, limites)?)),
                Formato::Ods => Conteudo::Ods(Box::new(Ods::open(package, limites)?)),
                _ => Conteudo::Xlsx(Box::new(Xlsx::open(package, limites)?)),
            };
            (formato, conteudo)
        } else if detect::parece_texto(&bytes) {
            let formato = detect::without_archive(&bytes)?;
            let conteudo = match formato {
                Formato::Html => Conteudo::Html(com_tabela(fonte, limites)?),
                _ => Conteudo::Texto(fonte),
            };
            (formato, conteudo)
        } else {
            // The sectors of the container may stand in any order: it is had whole.
            if tamanho > limites.memoria {
                let limit = limites.memoria.to_string();
                return Err(Falha::nova("memoria_demais", vec![("limite", limit)]));
            }
            fonte.read_to_end(&mut bytes).map_err(|e| leitura(&e))?;
            let formato = detect::without_archive(&bytes)?;
            (formato, Conteudo::Xls(Box::new(LivroXls::abrir(&bytes, limites.memoria)?)))
        };
        Ok(Self { nome: nome.to_owned(), formato, opcoes: opcoes.clone(), conteudo })
    }

    /// What kind of file it is.
    #[must_use]
    pub fn formato(&self) -> Formato {
        self.formato
    }

    /// The name given when it was opened.
    #[must_use]
    pub fn nome(&self) -> &str {
        &self.nome
    }

    /// The options given when it was opened.
    #[must_use]
    pub fn opcoes(&self) -> &Opcoes {
        &self.opcoes
    }

    /// The sheets that hold cells, in the order of their tabs.
    #[must_use]
    pub fn abas(&self) -> Vec<Aba> {
        match &self.conteudo {
            Conteudo::Texto(_) | Conteudo::Html(_) => vec![Aba { nome: self.nome.clone(), oculta: false }],
            Conteudo::Xls(livro) => {
                let planilhas = livro.abas().iter().filter(|aba| aba.planilha);
                planilhas.map(|aba| Aba { nome: aba.nome.clone(), oculta: aba.oculta }).collect()
            }
            Conteudo::Xlsx(livro) => tabs(livro.sheets()),
            Conteudo::Xlsb(livro) => tabs(livro.sheets()),
            Conteudo::Ods(livro) => tabs(livro.sheets()),
        }
    }

    /// The rows of the sheet called `aba`, as they are stored.
    ///
    /// # Errors
    /// When the sheet does not exist or is damaged.
    pub fn linhas(&mut self, aba: &str) -> Result<Linhas<'_>, Falha> {
        let limites = self.opcoes.limites;
        let formato = self.formato;
        let mut sistema_1904 = false;
        let mut regioes = Vec::new();
        let corpo = match &mut self.conteudo {
            Conteudo::Texto(fonte) => Corpo::Texto(Box::new(LinhasTexto::abrir(Box::new(&mut **fonte), &limites)?)),
            Conteudo::Html(fonte) => Corpo::Html(Box::new(LinhasHtml::abrir(Box::new(&mut **fonte), &limites)?)),
            Conteudo::Xls(livro) => {
                sistema_1904 = livro.sistema_1904();
                let indice = livro.abas().iter().position(|a| a.nome == aba).ok_or_else(|| inexistente(aba))?;
                regioes = livro.mescladas(indice)?;
                let mut celulas = livro.celulas(indice)?;
                Corpo::Celulas(Agrupador::novo(Box::new(move || celulas.next().transpose())))
            }
            Conteudo::Ods(livro) => {
                let index = place(livro.sheets(), aba)?;
                Corpo::Ods(Box::new(livro.rows(index)?))
            }
            Conteudo::Xlsx(livro) => {
                sistema_1904 = livro.system_1904();
                let index = place(livro.sheets(), aba)?;
                regioes = livro.regions(index)?;
                let mut cells = livro.cells(index)?;
                Corpo::Celulas(Agrupador::novo(Box::new(move || cells.next())))
            }
            Conteudo::Xlsb(livro) => {
                sistema_1904 = livro.system_1904();
                let index = place(livro.sheets(), aba)?;
                regioes = livro.regions(index)?;
                let mut cells = livro.cells(index)?;
                Corpo::Celulas(Agrupador::novo(Box::new(move || cells.next())))
            }
        };
        let aba = aba.to_owned();
        Ok(Linhas {
            aba,
            corpo,
            devolvidas: VecDeque::new(),
            limites,
            expanded: 0,
            formato,
            sistema_1904,
            acabou: false,
            regioes,
            mescladas: None,
            found: VecDeque::new(),
        })
    }

    /// The rows of `fluxo`, from the sheet named in the options or else the first one with a recognisable header.
    ///
    /// # Errors
    /// When no sheet has the columns that the flow requires, saying what was found instead.
    pub fn registros(&mut self, fluxo: &'static Fluxo) -> Result<Registros<'_>, Falha> {
        let opcoes = self.opcoes.clone();
        let aba = self.escolher_aba(fluxo, &opcoes)?;
        let mut linhas = self.linhas(&aba)?;
        let mapeamento = cabecalho::localizar(&mut linhas, fluxo, &opcoes)?;
        linhas.herdar(&mapeamento);
        Ok(Registros::novo(linhas, mapeamento, fluxo, opcoes))
    }

    fn escolher_aba(&mut self, fluxo: &'static Fluxo, opcoes: &Opcoes) -> Result<String, Falha> {
        let abas = self.abas();
        if let Some(pedida) = opcoes.aba.as_deref().filter(|_| !matches!(self.formato, Formato::Texto | Formato::Html))
        {
            if let Some(aba) = abas.iter().find(|a| a.nome.trim().eq_ignore_ascii_case(pedida.trim())) {
                return Ok(aba.nome.clone());
            }
            let existentes = abas.iter().map(|a| format!("`{}`", a.nome)).collect::<Vec<_>>().join(", ");
            return Err(Falha::nova("aba_inexistente", vec![("aba", recortar(pedida)), ("existentes", existentes)]));
        }
        let (visiveis, ocultas): (Vec<_>, Vec<_>) = abas.into_iter().partition(|a| !a.oculta);
        let mut falhas = Vec::new();
        for aba in visiveis.into_iter().chain(ocultas).take(MOST_SHEETS) {
            let resultado = match self.linhas(&aba.nome) {
                Ok(mut linhas) => cabecalho::localizar(&mut linhas, fluxo, opcoes).map(drop),
                Err(falha) => Err(falha),
            };
            match resultado {
                Ok(()) => return Ok(aba.nome),
                Err(falha) => falhas.push(falha),
            }
        }
        // The sheet that came nearest says most: one that lacks a column, rather than a cover page or an empty one.
        let distancia = |falha: &Falha| match falha.codigo {
            "planilha_vazia" => 2,
            "cabecalho_nao_encontrado" => 1,
            _ => 0,
        };
        let primeira_falha = falhas.into_iter().min_by_key(distancia);
        Err(primeira_falha.unwrap_or_else(|| Falha::nova("planilha_vazia", vec![("planilha", self.nome.clone())])))
    }
}

/// The rows of one sheet, read as they are asked for.
pub struct Linhas<'a> {
    aba: String,
    corpo: Corpo<'a>,
    devolvidas: VecDeque<Linha>,
    limites: Limites,
    /// What the rows so far came to, however little of it the file holds.
    expanded: u64,
    formato: Formato,
    sistema_1904: bool,
    acabou: bool,
    /// The regions of cells merged over several rows, and how they complete the rows below the header.
    regioes: Vec<Regiao>,
    mescladas: Option<Mescladas>,
    /// What was found in cells as they were read, by row and column, until it is asked for.
    found: VecDeque<(u32, usize, Found)>,
}

/// Something about a cell that only its reader can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The text had been decoded twice (`AÃ§Ã£o`) and was mended.
    Mended,
    /// Quotes that do not close where the cell does.
    StrayQuote,
}

enum Corpo<'a> {
    Texto(Box<LinhasTexto<'a>>),
    Html(Box<LinhasHtml<'a>>),
    Ods(Box<ods::Rows<'a>>),
    Celulas(Agrupador<'a>),
}

impl Linhas<'_> {
    /// The name of the sheet.
    #[must_use]
    pub fn aba(&self) -> &str {
        &self.aba
    }

    /// What kind of file it comes from.
    #[must_use]
    pub fn formato(&self) -> Formato {
        self.formato
    }

    /// Whether its dates count from 1904, as in workbooks of old Macs.
    #[must_use]
    pub fn sistema_1904(&self) -> bool {
        self.sistema_1904
    }

    /// Completes what comes below the header by the regions of merged cells.
    pub(super) fn herdar(&mut self, mapeamento: &Mapeamento) {
        self.mescladas = Some(Mescladas::novas(std::mem::take(&mut self.regioes), mapeamento));
    }

    /// What was found in the cells of `linha`, and of no row before it; asked for once, as rows go by.
    pub(super) fn found(&mut self, linha: u32) -> Vec<(usize, Found)> {
        let mut cells = Vec::new();
        while let Some((row, column, found)) = self.found.front().copied().filter(|(row, ..)| *row <= linha) {
            self.found.pop_front();
            if row == linha {
                cells.push((column, found));
            }
        }
        cells
    }

    /// Mends text that was decoded twice.
    fn mendar(&mut self, linha: &mut Linha) {
        for (indice, celula) in linha.celulas.iter_mut().enumerate() {
            if let Celula::Texto(texto) = celula
                && !texto.is_ascii()
                && let Some(mendado) = desfazer_mojibake(texto)
            {
                *texto = composto(&mendado).into_owned();
                self.found.push_back((linha.numero, indice, Found::Mended));
            }
        }
    }

    /// Puts rows back, to be read again.
    pub(super) fn devolver(&mut self, linhas: Vec<Linha>) {
        for linha in linhas.into_iter().rev() {
            self.devolvidas.push_front(linha);
        }
    }

    fn proxima(&mut self) -> Result<Option<Linha>, Falha> {
        if let Some(linha) = self.devolvidas.pop_front() {
            return Ok(Some(linha));
        }
        let mut linha = match &mut self.corpo {
            Corpo::Texto(texto) => {
                let linha = texto.ler()?;
                let row = linha.as_ref().map_or(0, |l| l.numero);
                self.found.extend(texto.stray_quotes().into_iter().map(|column| (row, column, Found::StrayQuote)));
                linha
            }
            Corpo::Html(html) => {
                let linha = html.ler()?;
                let found = html.regioes();
                self.open_regions(found);
                linha
            }
            Corpo::Ods(rows) => {
                let linha = rows.next()?;
                let found = rows.regions();
                self.open_regions(found);
                linha
            }
            Corpo::Celulas(agrupador) => agrupador.proxima(&self.limites)?,
        };
        if let Some(linha) = &mut linha {
            conferir_limites(linha, self.formato, &self.limites)?;
            self.mendar(linha);
        }
        Ok(linha)
    }

    /// Regions of merged cells that were found as their first row was read.
    fn open_regions(&mut self, found: Vec<Regiao>) {
        for regiao in found {
            match &mut self.mescladas {
                Some(mescladas) => mescladas.abrir(regiao),
                None => self.regioes.push(regiao),
            }
        }
    }

    /// Completes a row by the regions of merged cells.
    fn complete(&mut self, row: &mut Linha) -> Result<(), Falha> {
        if let Some(merged) = &mut self.mescladas {
            merged.completar(row, &self.limites)?;
        }
        self.count(row)
    }

    /// Refuses a workbook whose rows come to more than it could hold decompressed: a shared text may stand in a million
    /// cells or be merged over as many rows, and a row may say how often it is repeated.
    fn count(&mut self, row: &Linha) -> Result<(), Falha> {
        if matches!(self.formato, Formato::Texto | Formato::Html) {
            return Ok(());
        }
        let bytes: usize = row.celulas.iter().map(|cell| size_of::<Celula>() + text_len(cell)).sum();
        self.expanded = self.expanded.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.expanded > self.limites.descompactado { Err(too_large(self.expanded, &self.limites)) } else { Ok(()) }
    }
}

impl Iterator for Linhas<'_> {
    type Item = Result<Linha, Falha>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.acabou && self.devolvidas.is_empty() {
            return None;
        }
        let mut proxima = self.proxima();
        if let Ok(Some(linha)) = &mut proxima
            && let Err(falha) = self.complete(linha)
        {
            proxima = Err(falha);
        }
        // After a failure there is no telling where the next row begins.
        if !matches!(proxima, Ok(Some(_))) {
            self.acabou = true;
            self.devolvidas.clear();
        }
        proxima.transpose()
    }
}

fn tabs(sheets: &[Sheet]) -> Vec<Aba> {
    sheets.iter().map(|sheet| Aba { nome: sheet.name.clone(), oculta: sheet.hidden }).collect()
}

/// Where the sheet called `name` stands.
fn place(sheets: &[Sheet], name: &str) -> Result<usize, Falha> {
    sheets.iter().position(|sheet| sheet.name == name).ok_or_else(|| inexistente(name))
}

fn inexistente(aba: &str) -> Falha {
    Falha::nova("aba_inexistente", vec![("aba", aba.to_owned()), ("existentes", String::new())])
}

fn conferir_limites(linha: &Linha, formato: Formato, limites: &Limites) -> Result<(), Falha> {
    // More rows than Excel has do not come out of a spreadsheet.
    let text = matches!(formato, Formato::Texto | Formato::Html);
    let most = if text { limites.linhas } else { limites.linhas.min(1 << 20) };
    if linha.numero > most {
        return Err(Falha::nova("linhas_demais", vec![("limite", most.to_string())]));
    }
    if linha.celulas.len() > usize::try_from(limites.colunas).unwrap_or(usize::MAX) {
        return Err(Falha::nova(
            "colunas_demais",
            vec![("linha", linha.numero.to_string()), ("limite", limites.colunas.to_string())],
        ));
    }
    Ok(())
}

/// A cell with its row and its column, from 0.
pub(super) type Posicionada = ((u32, u32), Celula);

/// Gathers cells that come one by one into rows.
struct Agrupador<'a> {
    fonte: Box<dyn FnMut() -> Result<Option<Posicionada>, Falha> + Send + 'a>,
    pendente: Option<Posicionada>,
    acabou: bool,
}

impl<'a> Agrupador<'a> {
    fn novo(fonte: Box<dyn FnMut() -> Result<Option<Posicionada>, Falha> + Send + 'a>) -> Self {
        Self { fonte, pendente: None, acabou: false }
    }

    fn proxima(&mut self, limites: &Limites) -> Result<Option<Linha>, Falha> {
        let mut row: Option<RowBuilder> = None;
        loop {
            let proxima = match self.pendente.take() {
                Some(celula) => Some(celula),
                None if self.acabou => None,
                None => (self.fonte)()?,
            };
            let Some(((numero, coluna), celula)) = proxima else {
                self.acabou = true;
                return Ok(row.map(RowBuilder::build));
            };
            // A styled cell without a value may stand at the far right of every row; it is nothing.
            if matches!(celula, Celula::Vazia) {
                continue;
            }
            let numero = numero.saturating_add(1);
            if row.as_ref().is_some_and(|row| row.number() != numero) {
                self.pendente = Some(((numero - 1, coluna), celula));
                return Ok(row.map(RowBuilder::build));
            }
            row.get_or_insert_with(|| RowBuilder::new(numero)).put(coluna, celula, limites)?;
        }
    }
}

/// A page that has a row at least; each reading of it begins at its beginning.
fn com_tabela(mut fonte: Box<dyn Fonte>, limites: &Limites) -> Result<Box<dyn Fonte>, Falha> {
    let primeira = LinhasHtml::abrir(Box::new(&mut *fonte), limites)?.ler()?;
    if primeira.is_some() { Ok(fonte) } else { Err(Falha::nova("html_sem_tabela", Vec::new())) }
}
