//! The sheet that came in, given back with what became of each row.

use std::io::Write;

use jiff::civil::DateTime;
use rust_xlsxwriter::{Color, ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};

use super::cabecalho::{COLUNAS_DO_RELATORIO, Mapeamento, localizar, normalizar};
use super::celula::{Celula, Linha};
use super::escrever::{Escrito, Estilos, Saida, Texto, falha_xlsx, propriedades, texto_neutro, texto_que_cabe};
use super::fluxo::{Conversao, Fluxo};
use super::leitor::Arquivo;
use super::problema::{Falha, Severidade};

/// Excel becomes slow long before this many comments; cells beyond it are coloured without one.
const MAXIMO_DE_NOTAS: u32 = 5_000;

/// What a sheet of Excel holds at most.
const LINHAS_DO_EXCEL: u32 = 1_048_576;
const COLUNAS_DO_EXCEL: u16 = 16_384;

/// The name of the sheet of counts.
const RESUMO: &str = "Resultado";

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultadoDaLinha {
    /// In one word for a person, such as `incluído` or `rejeitado`.
    pub situacao: String,
    /// The code of the first problem, if there is one.
    pub codigo: String,
    /// Everything there is to say about the row.
    pub mensagem: String,
    /// The platform's identifier of its record, by which the row is known again when the file comes back.
    pub id: String,
    /// The cells at fault.
    pub celulas: Vec<CelulaMarcada>,
}

/// A cell to be coloured and commented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CelulaMarcada {
    /// The letter of its column.
    pub coluna: String,
    /// Red for an error, yellow for a warning.
    pub severidade: Severidade,
    /// The comment.
    pub mensagem: String,
}

/// Writes the sheet of `fluxo` in `arquivo` again, each row in its own place, with columns that say what became of it.
///
/// `resultado` is asked once for each row that holds something, by its number; `contagens` go on a second sheet. The
/// file can be mended and imported as it is: the importer passes over the columns that are added here.
///
/// # Errors
/// When the source cannot be read again, or the output refuses it.
pub fn relatorio<W: Write + Send>(
    arquivo: &mut Arquivo,
    fluxo: &'static Fluxo,
    saida: Saida,
    destino: W,
    resultado: impl FnMut(u32) -> Option<ResultadoDaLinha>,
    contagens: &[(String, u64)],
) -> Result<(W, Escrito), Falha> {
    let forma = Forma::medir(arquivo, fluxo)?;
    match saida {
        Saida::Xlsx => em_xlsx(arquivo, &forma, destino, resultado, contagens, fluxo),
        Saida::CsvUtf8 | Saida::CsvWindows1252 => {
            em_csv(arquivo, &forma, Texto::novo(destino, saida == Saida::CsvWindows1252)?, resultado)
        }
    }
}

/// Where things stand in the sheet that came in.
struct Forma {
    aba: String,
    mapeamento: Mapeamento,
    /// The columns of an earlier report, which are written anew.
    anteriores: Vec<usize>,
    /// The first column that no row uses.
    largura: usize,
}

impl Forma {
    fn medir(arquivo: &mut Arquivo, fluxo: &'static Fluxo) -> Result<Self, Falha> {
        let aba = arquivo.registros(fluxo)?.aba().to_owned();
        let opcoes = arquivo.opcoes().clone();
        let mapeamento = localizar(&mut arquivo.linhas(&aba)?, fluxo, &opcoes)?;
        let nossas: Vec<String> = COLUNAS_DO_RELATORIO.iter().map(|c| normalizar(c)).collect();
        let anteriores: Vec<usize> = (0..mapeamento.cabecalhos.len())
            .filter(|i| mapeamento.cabecalhos.get(*i).is_some_and(|c| nossas.contains(&normalizar(c))))
            .collect();
        let mut forma = Self { aba, mapeamento, anteriores, largura: 0 };
        for linha in arquivo.linhas(&forma.aba)? {
            let linha = forma.sem_relatorio_anterior(linha?);
            let usada = linha.celulas.iter().rposition(|c| !matches!(c, Celula::Vazia)).map_or(0, |i| i + 1);
            forma.largura = forma.largura.max(usada);
        }
        Ok(forma)
    }

    /// The rows of the sheet, complete and without an earlier report.
    fn linhas<'a>(
        &'a self,
        arquivo: &'a mut Arquivo,
    ) -> Result<impl Iterator<Item = Result<Linha, Falha>> + use<'a>, Falha> {
        let mut linhas = arquivo.linhas(&self.aba)?;
        linhas.herdar(&self.mapeamento);
        Ok(linhas.map(|linha| linha.map(|linha| self.sem_relatorio_anterior(linha))))
    }

    /// What a column holds, as far as its header tells.
    fn conversao(&self, indice: usize) -> Conversao {
        let coluna = self.mapeamento.colunas.iter().find(|(i, _)| *i == indice);
        coluna.map_or(Conversao::Texto, |(_, coluna)| coluna.conversao)
    }

    fn cabecalho(&self) -> u32 {
        self.mapeamento.linha_do_cabecalho
    }

    fn sem_relatorio_anterior(&self, mut linha: Linha) -> Linha {
        for indice in &self.anteriores {
            if let Some(celula) = linha.celulas.get_mut(*indice) {
                *celula = Celula::Vazia;
            }
        }
        linha
    }
}

fn em_csv<W: Write>(
    arquivo: &mut Arquivo,
    forma: &Forma,
    mut texto: Texto<W>,
    mut resultado: impl FnMut(u32) -> Option<ResultadoDaLinha>,
) -> Result<(W, Escrito), Falha> {
    let mut escritas = 0;
    for linha in forma.linhas(arquivo)? {
        let linha = linha?;
        // Blank rows keep the others in their places.
        while escritas + 1 < linha.numero {
            texto.linha((0..forma.largura + COLUNAS_DO_RELATORIO.len()).map(|_| String::new()))?;
            escritas += 1;
        }
        let nossas = colunas_nossas(forma, linha.numero, &mut resultado);
        let celulas = (0..forma.largura).map(|i| texto_neutro(&linha.celula(i).mostrar()));
        texto.linha(celulas.chain(nossas.0.into_iter().map(|t| texto_neutro(&t))))?;
        escritas = linha.numero;
    }
    texto.terminar()
}

fn colunas_nossas(
    forma: &Forma,
    numero: u32,
    resultado: &mut impl FnMut(u32) -> Option<ResultadoDaLinha>,
) -> ([String; 4], Vec<CelulaMarcada>) {
    if numero == forma.cabecalho() {
        return (COLUNAS_DO_RELATORIO.map(str::to_owned), Vec::new());
    }
    match (numero > forma.cabecalho()).then(|| resultado(numero)).flatten() {
        Some(r) => ([r.situacao, r.codigo, r.mensagem, r.id], r.celulas),
        None => Default::default(),
    }
}

fn em_xlsx<W: Write + Send>(
    arquivo: &mut Arquivo,
    forma: &Forma,
    mut destino: W,
    mut resultado: impl FnMut(u32) -> Option<ResultadoDaLinha>,
    contagens: &[(String, u64)],
    fluxo: &Fluxo,
) -> Result<(W, Escrito), Falha> {
    let mut livro = Workbook::new();
    livro.set_properties(&propriedades(fluxo.titulo));
    let mut folha = Folha { estilos: Estilos::novos(), notas: 0 };
    let nome = nome_de_aba(&forma.aba, fluxo);
    let planilha = folha_nova(&mut livro)?;
    let largura = u16::try_from(forma.largura).unwrap_or(u16::MAX);
    (|| {
        planilha.set_name(&nome)?.set_freeze_panes(forma.cabecalho(), 0)?;
        for coluna in 0..largura {
            planilha.set_column_width(coluna, 18)?;
        }
        for (coluna, tamanho) in (largura..).zip([20, 28, 80, 16]) {
            planilha.set_column_width(coluna, tamanho)?;
        }
        Ok(())
    })()
    .map_err(|e| falha_xlsx(&e))?;
    let mut escrito = Escrito::default();
    let mut ultima = forma.cabecalho();
    for linha in forma.linhas(arquivo)? {
        let linha = linha?;
        if linha.numero > LINHAS_DO_EXCEL {
            return Err(Falha::nova("planilha_cheia", vec![("limite", LINHAS_DO_EXCEL.to_string())]));
        }
        let (nossas, marcadas) = colunas_nossas(forma, linha.numero, &mut resultado);
        folha.linha(planilha, &linha, forma, &nossas, &marcadas).map_err(|e| falha_xlsx(&e))?;
        escrito.linhas += u64::from(linha.numero > forma.cabecalho());
        ultima = linha.numero;
    }
    let cabecalho = forma.cabecalho().saturating_sub(1);
    let nossas = u16::try_from(COLUNAS_DO_RELATORIO.len()).unwrap_or_default();
    planilha
        .autofilter(
            cabecalho,
            0,
            ultima.saturating_sub(1).max(cabecalho),
            largura.saturating_add(nossas).saturating_sub(1),
        )
        .map_err(|e| falha_xlsx(&e))?;
    resumo(livro.add_worksheet(), contagens, &folha.estilos).map_err(|e| falha_xlsx(&e))?;
    outras_abas(&mut livro, arquivo, &[&forma.aba, &nome, RESUMO], &folha.estilos)?;
    livro.save_to_writer(&mut destino).map_err(|e| falha_xlsx(&e))?;
    Ok((destino, escrito))
}

/// A sheet whose rows leave memory as they are written, where there is a temporary file to put them in.
#[cfg(not(target_arch = "wasm32"))]
fn folha_nova(livro: &mut Workbook) -> Result<&mut Worksheet, Falha> {
    livro.add_worksheet_with_constant_memory().map_err(|e| falha_xlsx(&e))
}

#[cfg(target_arch = "wasm32")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there is a file to be made")]
fn folha_nova(livro: &mut Workbook) -> Result<&mut Worksheet, Falha> {
    Ok(livro.add_worksheet())
}

/// The other sheets of the workbook, cell by cell, so that what is given back is all that came in.
fn outras_abas(livro: &mut Workbook, arquivo: &mut Arquivo, escritas: &[&str], estilos: &Estilos) -> Result<(), Falha> {
    for aba in arquivo.abas() {
        if escritas.iter().any(|escrita| escrita.eq_ignore_ascii_case(&aba.nome)) || !nome_aceito(&aba.nome) {
            continue;
        }
        let planilha = folha_nova(livro)?;
        planilha.set_name(&aba.nome).map_err(|e| falha_xlsx(&e))?.set_hidden(aba.oculta);
        // A sheet that nobody asked to be read may be damaged without spoiling the report.
        let Ok(linhas) = arquivo.linhas(&aba.nome) else {
            continue;
        };
        for linha in linhas.map_while(Result::ok).take_while(|l| l.numero <= LINHAS_DO_EXCEL) {
            for (coluna, celula) in (0_u16..COLUNAS_DO_EXCEL).zip(&linha.celulas) {
                let estilo = Estilo { cabecalho: None, conversao: Conversao::Texto, cor: None };
                escrever(planilha, (linha.numero.saturating_sub(1), coluna), celula, &estilo, estilos)
                    .map_err(|e| falha_xlsx(&e))?;
            }
        }
    }
    Ok(())
}

struct Folha {
    estilos: Estilos,
    notas: u32,
}

impl Folha {
    fn linha(
        &mut self,
        planilha: &mut Worksheet,
        linha: &Linha,
        forma: &Forma,
        nossas: &[String; 4],
        marcadas: &[CelulaMarcada],
    ) -> Result<(), XlsxError> {
        let numero = linha.numero.saturating_sub(1);
        for indice in 0..forma.largura {
            let coluna = u16::try_from(indice).unwrap_or(u16::MAX);
            let marcas: Vec<&CelulaMarcada> =
                marcadas.iter().filter(|m| m.coluna == super::letra_da_coluna(indice)).collect();
            let cor = marcas.iter().map(|m| m.severidade).fold(None, |pior, s| match (pior, s) {
                (Some(Severidade::Erro), _) | (_, Severidade::Erro) => Some(Severidade::Erro),
                _ => Some(Severidade::Aviso),
            });
            let cabecalho = (linha.numero == forma.cabecalho()).then_some(&self.estilos.cabecalho);
            let estilo = Estilo { cabecalho, conversao: forma.conversao(indice), cor };
            escrever(planilha, (numero, coluna), linha.celula(indice), &estilo, &self.estilos)?;
            if !marcas.is_empty() && self.notas < MAXIMO_DE_NOTAS {
                self.notas += 1;
                let texto = marcas.iter().map(|m| m.mensagem.as_str()).collect::<Vec<_>>().join("\n");
                planilha.insert_note(numero, coluna, &Note::new(texto).add_author_prefix(false))?;
            }
        }
        let largura = u16::try_from(forma.largura).unwrap_or(u16::MAX);
        for (coluna, texto) in (largura..).zip(nossas) {
            if texto.is_empty() {
                continue;
            }
            if linha.numero == forma.cabecalho() {
                planilha.write_string_with_format(numero, coluna, texto, &self.estilos.cabecalho)?;
            } else {
                planilha.write_string(numero, coluna, texto_que_cabe(texto))?;
            }
        }
        Ok(())
    }
}

/// How a cell looks.
struct Estilo<'e> {
    cabecalho: Option<&'e Format>,
    /// What its column holds.
    conversao: Conversao,
    cor: Option<Severidade>,
}

/// Writes a cell as it was read: a number as a number, a date as a date, and text never as a formula.
fn escrever(
    planilha: &mut Worksheet,
    (linha, coluna): (u32, u16),
    celula: &Celula,
    estilo: &Estilo<'_>,
    estilos: &Estilos,
) -> Result<(), XlsxError> {
    let pintar = |formato: Format| match estilo.cor {
        Some(Severidade::Erro) => formato.set_background_color(Color::RGB(0xFF_C7_CE)),
        Some(Severidade::Aviso) => formato.set_background_color(Color::RGB(0xFF_EB_9C)),
        None => formato,
    };
    match celula {
        Celula::Vazia | Celula::Mesclada => {
            if estilo.cor.is_some() {
                planilha.write_blank(linha, coluna, &pintar(Format::new()))?;
            }
        }
        Celula::Numero(numero) if numero.valor.is_finite() => {
            let formato = match (numero.zeros, estilo.conversao) {
                (0, Conversao::Dinheiro) => estilos.dinheiro_fino.clone(),
                (0, Conversao::Decimal) => estilos.numero.clone(),
                // Beyond eleven digits Excel shows a number, and documents are such, as `1,12223E+13`.
                (0, _) if numero.valor.abs() >= 1e11 => Format::new().set_num_format("0"),
                (0, _) => Format::new(),
                (zeros, _) => Format::new().set_num_format("0".repeat(usize::from(zeros))),
            };
            planilha.write_number_with_format(linha, coluna, numero.valor, &pintar(formato))?;
        }
        Celula::Data(data) => match excel(*data) {
            Some(momento) => {
                let com_hora = data.time() != jiff::civil::Time::midnight();
                let formato =
                    if com_hora { Format::new().set_num_format("dd/mm/yyyy hh:mm:ss") } else { estilos.data.clone() };
                planilha.write_datetime_with_format(linha, coluna, momento, &pintar(formato))?;
            }
            None => {
                planilha.write_string_with_format(linha, coluna, celula.mostrar(), &pintar(Format::new()))?;
            }
        },
        Celula::Time(days) if days.is_finite() => {
            let formato = Format::new().set_num_format("[hh]:mm:ss");
            planilha.write_number_with_format(linha, coluna, *days, &pintar(formato))?;
        }
        Celula::Booleano(valor) => {
            planilha.write_boolean_with_format(linha, coluna, *valor, &pintar(Format::new()))?;
        }
        _ => {
            let formato = estilo.cabecalho.map_or_else(|| pintar(estilos.texto.clone()), |f| pintar(f.clone()));
            planilha.write_string_with_format(linha, coluna, texto_que_cabe(&celula.mostrar()), &formato)?;
        }
    }
    Ok(())
}

fn excel(data: DateTime) -> Option<ExcelDateTime> {
    let ano = u16::try_from(data.year()).ok().filter(|ano| *ano >= 1901)?;
    let dia = ExcelDateTime::from_ymd(ano, u8::try_from(data.month()).ok()?, u8::try_from(data.day()).ok()?).ok()?;
    let (hora, minuto) = (u16::try_from(data.hour()).ok()?, u8::try_from(data.minute()).ok()?);
    dia.and_hms(hora, minuto, f64::from(data.second())).ok()
}

fn resumo(planilha: &mut Worksheet, contagens: &[(String, u64)], estilos: &Estilos) -> Result<(), XlsxError> {
    planilha.set_name(RESUMO)?;
    planilha.set_column_width(0, 40)?;
    planilha.set_column_width(1, 14)?;
    planilha.write_string_with_format(0, 0, "Resultado", &estilos.cabecalho)?;
    planilha.write_string_with_format(0, 1, "Linhas", &estilos.cabecalho)?;
    for (linha, (nome, quantas)) in (1_u32..).zip(contagens) {
        planilha.write_string(linha, 0, nome)?;
        #[expect(clippy::cast_precision_loss, reason = "no sheet has 2^53 rows")]
        planilha.write_number(linha, 1, *quantas as f64)?;
    }
    Ok(())
}

/// A name that Excel accepts for a sheet; that of a text file is the name of the file, which it may not.
fn nome_de_aba(aba: &str, fluxo: &Fluxo) -> String {
    if nome_aceito(aba) && !aba.eq_ignore_ascii_case(RESUMO) { aba.to_owned() } else { fluxo.titulo.to_owned() }
}

fn nome_aceito(aba: &str) -> bool {
    let proibidos = ['[', ']', ':', '*', '?', '/', '\\'];
    !aba.trim().is_empty()
        && aba.encode_utf16().count() <= 31
        && !aba.contains(proibidos)
        && !aba.starts_with('\'')
        && !aba.ends_with('\'')
}
