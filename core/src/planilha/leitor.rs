use std::collections::{HashSet, VecDeque};
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{CellErrorType, Data, DataRef, Dimensions, Ods, Range, Reader, SheetType, SheetVisible, Xlsb, Xlsx};

use super::biff::LivroXls;
use super::cabecalho::{self, Mapeamento};
use super::celula::{Celula, Linha, Numero};
use super::convert::data_do_serial;
use super::detect::{self, Formato};
use super::fluxo::Fluxo;
use super::formatos::FormatoDeNumero;
use super::html::LinhasHtml;
use super::limites::{Limites, Opcoes};
use super::mescladas::{Mescladas, Regiao};
use super::problema::{Falha, recortar};
use super::registros::Registros;
use super::texto::{LinhasTexto, composto, desfazer_mojibake, leitura};

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

/// A sheet of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aba {
    /// The name on its tab; the file's name, when the file is text.
    pub nome: String,
    /// Whether the user hid it.
    pub oculta: bool,
}

type Memoria = Cursor<Arc<[u8]>>;

enum Conteudo {
    Texto(Box<dyn Fonte>),
    Html(Box<dyn Fonte>),
    Xls(Box<LivroXls>),
    Xlsx(Box<Xlsx<Memoria>>, Arc<[u8]>),
    Xlsb(Box<Xlsb<Memoria>>),
    Ods(Box<Ods<Memoria>>),
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
        let mut bytes = Vec::new();
        Read::by_ref(&mut fonte).take(64 * 1024).read_to_end(&mut bytes).map_err(|e| leitura(&e))?;
        let so_texto = detect::parece_texto(&bytes);
        if !so_texto {
            fonte.read_to_end(&mut bytes).map_err(|e| leitura(&e))?;
        }
        let formato = detect::detectar_com(&bytes, &opcoes.limites)?;
        let bytes: Arc<[u8]> = if so_texto { Arc::default() } else { bytes.into() };
        let conteudo = match formato {
            Formato::Texto => Conteudo::Texto(fonte),
            Formato::Html => Conteudo::Html(com_tabela(fonte, &opcoes.limites)?),
            Formato::Xls => Conteudo::Xls(Box::new(LivroXls::abrir(&bytes, opcoes.limites.memoria)?)),
            Formato::Xlsx => Conteudo::Xlsx(Box::new(abrir(formato, Arc::clone(&bytes))?), bytes),
            Formato::Xlsb => Conteudo::Xlsb(Box::new(abrir(formato, bytes)?)),
            Formato::Ods => Conteudo::Ods(Box::new(abrir(formato, bytes)?)),
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
        let metadados = match &self.conteudo {
            Conteudo::Texto(_) | Conteudo::Html(_) => return vec![Aba { nome: self.nome.clone(), oculta: false }],
            Conteudo::Xls(livro) => {
                let planilhas = livro.abas().iter().filter(|aba| aba.planilha);
                return planilhas.map(|aba| Aba { nome: aba.nome.clone(), oculta: aba.oculta }).collect();
            }
            Conteudo::Xlsx(livro, _) => livro.sheets_metadata(),
            Conteudo::Xlsb(livro) => livro.sheets_metadata(),
            Conteudo::Ods(livro) => livro.sheets_metadata(),
        };
        metadados
            .iter()
            .filter(|aba| aba.typ == SheetType::WorkSheet)
            .map(|aba| Aba { nome: aba.name.clone(), oculta: aba.visible != SheetVisible::Visible })
            .collect()
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
            Conteudo::Ods(livro) => Corpo::Grade(Grade::nova(protegido(formato, || livro.worksheet_range(aba))?)),
            Conteudo::Xlsx(livro, bytes) => {
                sistema_1904 = livro.has_1904_epoch();
                if mescla_celulas(bytes) {
                    let lidas = protegido(formato, || livro.merge_cells_by_sheet_name(aba))?;
                    regioes = lidas.iter().map(regiao).collect();
                }
                let mut leitor = protegido(formato, || livro.worksheet_cells_reader(aba))?;
                let zeros: Vec<u8> = leitor
                    .styles()
                    .iter()
                    .map(|estilo| {
                        estilo.number_format.as_ref().map_or(0, |f| FormatoDeNumero::novo(&f.format_code).zeros)
                    })
                    .collect();
                let (bytes, nome) = (Arc::clone(bytes), aba.to_owned());
                let mut sem_valor: Option<HashSet<(u32, u32)>> = None;
                Corpo::Celulas(Agrupador::novo(Box::new(move || {
                    let Some((celula, estilo)) = protegido(formato, || leitor.next_cell_with_style_id())? else {
                        return Ok(None);
                    };
                    let mut valor = celula_de_ref(celula.get_value(), sistema_1904);
                    if let Celula::Numero(numero) = &mut valor {
                        numero.zeros = zeros.get(estilo).copied().unwrap_or(0);
                    }
                    // The stream of values shows a formula that was never computed as an empty cell. Telling the
                    // two apart takes a second look at the sheet, had only by files that have such cells.
                    if matches!(valor, Celula::Vazia) {
                        if sem_valor.is_none() {
                            sem_valor = Some(formulas_sem_valor(Arc::clone(&bytes), &nome)?);
                        }
                        if sem_valor.as_ref().is_some_and(|posicoes| posicoes.contains(&celula.get_position())) {
                            valor = Celula::FormulaSemValor;
                        }
                    }
                    Ok(Some((celula.get_position(), valor)))
                })))
            }
            Conteudo::Xlsb(livro) => {
                sistema_1904 = livro.has_1904_epoch();
                let mut leitor = protegido(formato, || livro.worksheet_cells_reader(aba))?;
                Corpo::Celulas(Agrupador::novo(Box::new(move || {
                    let celula = protegido(formato, || leitor.next_cell())?;
                    Ok(celula.map(|c| (c.get_position(), celula_de_ref(c.get_value(), sistema_1904))))
                })))
            }
        };
        let aba = aba.to_owned();
        Ok(Linhas {
            aba,
            corpo,
            devolvidas: VecDeque::new(),
            limites,
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
        for aba in visiveis.into_iter().chain(ocultas) {
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
    Grade(Grade),
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
                for regiao in html.regioes() {
                    match &mut self.mescladas {
                        Some(mescladas) => mescladas.abrir(regiao),
                        None => self.regioes.push(regiao),
                    }
                }
                linha
            }
            Corpo::Grade(grade) => grade.proxima(self.sistema_1904),
            Corpo::Celulas(agrupador) => agrupador.proxima(&self.limites)?,
        };
        if let Some(linha) = &mut linha {
            conferir_limites(linha, &self.limites)?;
            self.mendar(linha);
        }
        Ok(linha)
    }
}

impl Iterator for Linhas<'_> {
    type Item = Result<Linha, Falha>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.acabou && self.devolvidas.is_empty() {
            return None;
        }
        let mut proxima = self.proxima();
        if let Ok(Some(linha)) = &mut proxima {
            self.mescladas.iter_mut().for_each(|m| m.completar(linha));
        }
        // After a failure there is no telling where the next row begins.
        self.acabou = !matches!(proxima, Ok(Some(_)));
        proxima.transpose()
    }
}

fn inexistente(aba: &str) -> Falha {
    Falha::nova("aba_inexistente", vec![("aba", aba.to_owned()), ("existentes", String::new())])
}

fn conferir_limites(linha: &Linha, limites: &Limites) -> Result<(), Falha> {
    if linha.numero > limites.linhas {
        return Err(Falha::nova("linhas_demais", vec![("limite", limites.linhas.to_string())]));
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
        let mut linha: Option<Linha> = None;
        loop {
            let proxima = match self.pendente.take() {
                Some(celula) => Some(celula),
                None if self.acabou => None,
                None => (self.fonte)()?,
            };
            let Some(((numero, coluna), celula)) = proxima else {
                self.acabou = true;
                return Ok(linha);
            };
            // A styled cell without a value may stand at the far right of every row; it is nothing.
            if matches!(celula, Celula::Vazia) {
                continue;
            }
            let numero = numero.saturating_add(1);
            match &mut linha {
                Some(atual) if atual.numero != numero => {
                    self.pendente = Some(((numero - 1, coluna), celula));
                    return Ok(linha);
                }
                Some(atual) => por(&mut atual.celulas, coluna, celula, numero, limites)?,
                None => {
                    let mut celulas = Vec::new();
                    por(&mut celulas, coluna, celula, numero, limites)?;
                    linha = Some(Linha { numero, celulas });
                }
            }
        }
    }
}

fn por(celulas: &mut Vec<Celula>, coluna: u32, celula: Celula, linha: u32, limites: &Limites) -> Result<(), Falha> {
    if coluna >= limites.colunas {
        return Err(Falha::nova(
            "colunas_demais",
            vec![("linha", linha.to_string()), ("limite", limites.colunas.to_string())],
        ));
    }
    let indice = usize::try_from(coluna).unwrap_or(usize::MAX);
    if celulas.len() <= indice {
        celulas.resize(indice + 1, Celula::Vazia);
    }
    if let Some(lugar) = celulas.get_mut(indice) {
        *lugar = celula;
    }
    Ok(())
}

/// A sheet that the parser hands over whole.
struct Grade {
    intervalo: Range<Data>,
    proxima: usize,
}

impl Grade {
    fn nova(intervalo: Range<Data>) -> Self {
        Self { intervalo, proxima: 0 }
    }

    fn proxima(&mut self, sistema_1904: bool) -> Option<Linha> {
        let (primeira_linha, primeira_coluna) = self.intervalo.start()?;
        let largura = self.intervalo.width();
        while self.proxima < self.intervalo.height() {
            let indice = self.proxima;
            self.proxima += 1;
            let numero = primeira_linha.saturating_add(u32::try_from(indice).unwrap_or(u32::MAX)).saturating_add(1);
            let mut celulas = vec![Celula::Vazia; usize::try_from(primeira_coluna).unwrap_or(0)];
            celulas.extend(
                (0..largura)
                    .map(|c| self.intervalo.get((indice, c)).map_or(Celula::Vazia, |d| celula_de(d, sistema_1904))),
            );
            while matches!(celulas.last(), Some(Celula::Vazia)) {
                celulas.pop();
            }
            if !celulas.is_empty() {
                return Some(Linha { numero, celulas });
            }
        }
        None
    }
}

/// A page that has a row at least; each reading of it begins at its beginning.
fn com_tabela(mut fonte: Box<dyn Fonte>, limites: &Limites) -> Result<Box<dyn Fonte>, Falha> {
    let primeira = LinhasHtml::abrir(Box::new(&mut *fonte), limites)?.ler()?;
    if primeira.is_some() { Ok(fonte) } else { Err(Falha::nova("html_sem_tabela", Vec::new())) }
}

fn regiao(dimensoes: &Dimensions) -> Regiao {
    let linha = |indice: u32| indice.saturating_add(1);
    Regiao {
        primeira: linha(dimensoes.start.0),
        ultima: linha(dimensoes.end.0),
        coluna: usize::try_from(dimensoes.start.1).unwrap_or(usize::MAX),
    }
}

/// Whether a sheet of an .xlsx merges cells: the regions stand after all the cells, and most files have none, so the
/// bytes are searched before the sheet is parsed a second time.
fn mescla_celulas(bytes: &Arc<[u8]>) -> bool {
    let Ok(mut arquivo) = zip::ZipArchive::new(Cursor::new(Arc::clone(bytes))) else {
        return false;
    };
    (0..arquivo.len()).any(|indice| {
        arquivo.by_index(indice).is_ok_and(|membro| {
            membro.name_raw().starts_with(b"xl/worksheets/") && contem(membro, b"mergeCell ").unwrap_or(false)
        })
    })
}

fn contem(mut leitor: impl Read, agulha: &[u8]) -> std::io::Result<bool> {
    let mut bloco = vec![0; 64 * 1024];
    let mut sobra = 0;
    loop {
        let lidos = leitor.read(bloco.get_mut(sobra..).unwrap_or_default())?;
        if lidos == 0 {
            return Ok(false);
        }
        let visto = bloco.get(..sobra + lidos).unwrap_or_default();
        let primeiro = agulha.first().copied().unwrap_or_default();
        if memchr::memchr_iter(primeiro, visto).any(|i| visto.get(i..).is_some_and(|v| v.starts_with(agulha))) {
            return Ok(true);
        }
        let cheios = visto.len();
        // What the needle may begin with goes before the next block.
        sobra = cheios.min(agulha.len() - 1);
        bloco.copy_within(cheios - sobra..cheios, 0);
    }
}

/// Where an .xlsx sheet has formulas without a value.
fn formulas_sem_valor(bytes: Arc<[u8]>, aba: &str) -> Result<HashSet<(u32, u32)>, Falha> {
    let formato = Formato::Xlsx;
    let mut livro: Xlsx<Memoria> = abrir(formato, bytes)?;
    let mut leitor = protegido(formato, || livro.worksheet_cells_reader(aba))?;
    let mut posicoes = HashSet::new();
    while let Some(celula) = protegido(formato, || leitor.next_cell_with_formula_metadata())? {
        if celula.formula.is_some() && matches!(celula.value, DataRef::Empty) {
            posicoes.insert(celula.pos);
        }
    }
    Ok(posicoes)
}

fn abrir<R>(formato: Formato, bytes: Arc<[u8]>) -> Result<R, Falha>
where
    R: Reader<Memoria>,
    R::Error: std::fmt::Display,
{
    protegido(formato, || R::new(Cursor::new(bytes)))
}

/// Runs the third-party parser, which can panic on a damaged file, so that what comes out is always an error.
fn protegido<T, E: std::fmt::Display>(formato: Formato, ler: impl FnOnce() -> Result<T, E>) -> Result<T, Falha> {
    match catch_unwind(AssertUnwindSafe(ler)) {
        Ok(Ok(valor)) => Ok(valor),
        Ok(Err(erro)) => {
            let motivo = erro.to_string();
            if motivo.to_ascii_lowercase().contains("password") {
                return Err(Falha::nova(
                    "planilha_com_senha",
                    vec![("encontrado", format!(".{}", formato.extensao()))],
                ));
            }
            Err(Falha::nova("arquivo_corrompido", vec![("formato", format!(".{} ({motivo})", formato.extensao()))]))
        }
        Err(_) => Err(Falha::nova("arquivo_corrompido", vec![("formato", format!(".{}", formato.extensao()))])),
    }
}

fn celula_de(dado: &Data, sistema_1904: bool) -> Celula {
    match dado {
        Data::Empty => Celula::Vazia,
        Data::String(texto) | Data::DurationIso(texto) => texto_de(texto),
        #[expect(clippy::cast_precision_loss, reason = "the file itself stores every number as a float")]
        Data::Int(valor) => Celula::Numero(Numero::novo(*valor as f64)),
        Data::Float(valor) => Celula::Numero(Numero::novo(*valor)),
        Data::Bool(valor) => Celula::Booleano(*valor),
        Data::DateTime(data) => data_de(data, sistema_1904),
        Data::DateTimeIso(texto) => data_iso(texto),
        Data::Error(erro) => Celula::Erro(nome_do_erro(erro).to_owned()),
    }
}

fn celula_de_ref(dado: &DataRef<'_>, sistema_1904: bool) -> Celula {
    match dado {
        DataRef::Empty => Celula::Vazia,
        DataRef::String(texto) | DataRef::DurationIso(texto) => texto_de(texto),
        DataRef::SharedString(texto) => texto_de(texto),
        #[expect(clippy::cast_precision_loss, reason = "the file itself stores every number as a float")]
        DataRef::Int(valor) => Celula::Numero(Numero::novo(*valor as f64)),
        DataRef::Float(valor) => Celula::Numero(Numero::novo(*valor)),
        DataRef::Bool(valor) => Celula::Booleano(*valor),
        DataRef::DateTime(data) => data_de(data, sistema_1904),
        DataRef::DateTimeIso(texto) => data_iso(texto),
        DataRef::Error(erro) => Celula::Erro(nome_do_erro(erro).to_owned()),
    }
}

fn texto_de(texto: &str) -> Celula {
    if texto.is_empty() { Celula::Vazia } else { Celula::Texto(composto(texto).into_owned()) }
}

fn data_de(data: &calamine::ExcelDateTime, sistema_1904: bool) -> Celula {
    let valor = data.as_f64();
    match data_do_serial(valor, sistema_1904) {
        Some(data_hora) if data.is_datetime() => Celula::Data(data_hora),
        _ if !data.is_datetime() || (0.0..1.0).contains(&valor) => Celula::Time(valor),
        // 29/02/1900: the number stands, and the conversion says what is wrong with it.
        _ => Celula::Numero(Numero::novo(valor)),
    }
}

fn data_iso(texto: &str) -> Celula {
    let data_hora: Result<jiff::civil::DateTime, _> = texto.parse();
    data_hora.map_or_else(|_| texto_de(texto), Celula::Data)
}

/// The error as Excel shows it in Brazil.
fn nome_do_erro(erro: &CellErrorType) -> &'static str {
    match erro {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/D",
        CellErrorType::Name => "#NOME?",
        CellErrorType::Null => "#NULO!",
        CellErrorType::Num => "#NÚM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALOR!",
        CellErrorType::GettingData => "#OBTENDO_DADOS",
    }
}
