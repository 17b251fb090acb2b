use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

use super::comparacao::{COMPETENCIAS, id_inexistente};
use super::identidade::{ResumoDasLinhas, resumo, resumo_do_conteudo};
use super::journal::Journal;
use super::linha::{ColunaLida, Colunas, Corpo, Ignorada, NovaLinha, ProblemaDaLinha};
use super::recurso::{Importavel, chave, chave_por_codigo, chave_por_id};
use crate::model::{Modelo, Tipo};
use crate::planilha::{
    Arquivo, Coluna, Mapeamento, Opcoes, Problema, Registro, Registros, Severidade, letra_da_coluna, no_arquivo,
};
use crate::validate::{Intent, Options, Report, Severity, Violation};
use crate::{Competencia, Error, ErrorKind, Idioma, Message, Valor};

/// Rows that a caller in any language makes one by one.
pub type Linhas<'a> = Box<dyn Iterator<Item = Result<Valor<'static>, Error>> + Send + 'a>;

/// Where the rows of a batch come from.
pub enum Fonte<'a> {
    /// A spreadsheet or text file, read as it is needed.
    Arquivo {
        /// Where it is.
        caminho: PathBuf,
        /// How it is read.
        opcoes: Opcoes,
    },
    /// The bytes of one.
    Bytes {
        /// Its content.
        bytes: Vec<u8>,
        /// The name shown in messages.
        nome: String,
        /// How it is read.
        opcoes: Opcoes,
    },
    /// Objects, one for each row; read once.
    Linhas(Linhas<'a>),
}

impl Fonte<'_> {
    /// The hash of the content; absent for rows that can be read only once.
    ///
    /// # Errors
    /// `io`, when the file cannot be read.
    pub(crate) fn resumo(&self) -> Result<Option<String>, Error> {
        match self {
            Self::Arquivo { caminho, .. } => {
                let arquivo = abrir(caminho)?;
                resumo_do_conteudo(arquivo).map(Some).map_err(|e| erro_de_leitura(caminho, e))
            }
            Self::Bytes { bytes, .. } => Ok(resumo_do_conteudo(bytes.as_slice()).ok()),
            Self::Linhas(_) => Ok(None),
        }
    }

    /// The options that change what the rows say, as text.
    pub(crate) fn opcoes(&self) -> String {
        match self {
            Self::Arquivo { opcoes, .. } | Self::Bytes { opcoes, .. } => format!(
                "{};aba={};mapa={:?};ponto={};vazio={:?}",
                opcoes.modo.name(),
                opcoes.aba.as_deref().unwrap_or_default(),
                opcoes.mapa,
                opcoes.decimal_com_ponto,
                opcoes.vazio
            ),
            Self::Linhas(_) => String::new(),
        }
    }
}

/// The spreadsheet of a source that is one.
pub(crate) fn abrir_arquivo(fonte: &Fonte<'_>) -> Result<Option<Arquivo>, Error> {
    let (nome, arquivo) = match fonte {
        Fonte::Arquivo { caminho, opcoes } => {
            let nome = caminho.file_name().unwrap_or(caminho.as_os_str()).to_string_lossy();
            (nome.clone(), Arquivo::de_fonte(Box::new(abrir(caminho)?), &nome, opcoes))
        }
        Fonte::Bytes { bytes, nome, opcoes } => (nome.into(), Arquivo::de_bytes(bytes.clone(), nome, opcoes)),
        Fonte::Linhas(_) => return Ok(None),
    };
    arquivo.map(Some).map_err(|falha| no_arquivo(&nome, falha.into()))
}

fn abrir(caminho: &std::path::Path) -> Result<File, Error> {
    File::open(caminho).map_err(|e| erro_de_leitura(caminho, e))
}

fn erro_de_leitura(caminho: &std::path::Path, e: std::io::Error) -> Error {
    let (nome, why) = (caminho.display(), crate::refusal(&e));
    let message =
        Message::new(format!("`{nome}` não pode ser lido: {}", why.pt), format!("`{nome}` cannot be read: {}", why.en));
    Error::new(ErrorKind::Io, message).caused_by(e)
}

/// How many rows go into the journal at once.
const LOTE: usize = 2_000;

/// Above so many months a listing is not narrowed by them.
const MESES: usize = 12;

/// Reads the whole source into the journal, each row checked, and says what its content hashes to. `avancar` hears
/// how many rows were read and may stop the reading.
pub(crate) fn ler_para_o_journal<M: Importavel>(
    fonte: Fonte<'_>,
    journal: &mut Journal,
    options: Options,
    avancar: &mut dyn FnMut(u64) -> Result<(), Error>,
) -> Result<String, Error> {
    let resumo = fonte.resumo()?;
    let mut destino =
        Destino { journal, lote: Vec::with_capacity(LOTE), lidas: 0, meses: Some(BTreeSet::new()), avancar };
    if let Some(arquivo) = abrir_arquivo(&fonte)? {
        let nome = arquivo.nome().to_owned();
        ler_planilha::<M>(arquivo, options, &mut destino).map_err(|erro| no_arquivo(&nome, erro))?;
    }
    let resumo = match fonte {
        Fonte::Arquivo { .. } | Fonte::Bytes { .. } => resumo.unwrap_or_default(),
        Fonte::Linhas(linhas) => {
            let mut hash = ResumoDasLinhas::default();
            for (indice, valor) in (1_u64..).zip(linhas) {
                let valor = valor?;
                hash.linha(&valor.to_json());
                destino.receber(ler_linha::<M>(indice, valor, options))?;
            }
            hash.concluir()
        }
    };
    destino.esvaziar()?;
    let meses = destino.meses.unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    journal.gravar(COMPETENCIAS, &meses)?;
    journal.warn_of_identical(identical)?;
    journal.concluir_leitura(&resumo, linha_duplicada)?;
    Ok(resumo)
}

/// The hash that [`ler_para_o_journal`] would find, of rows that can be read only once.
pub(crate) fn resumo_das_linhas(linhas: Linhas<'_>) -> Result<String, Error> {
    let mut hash = ResumoDasLinhas::default();
    for valor in linhas {
        hash.linha(&valor?.to_json());
    }
    Ok(hash.concluir())
}

struct Destino<'j, 'f> {
    journal: &'j mut Journal,
    lote: Vec<NovaLinha>,
    lidas: u64,
    /// The months of the rows, while all have one and they are few.
    meses: Option<BTreeSet<Competencia>>,
    avancar: &'f mut dyn FnMut(u64) -> Result<(), Error>,
}

impl Destino<'_, '_> {
    fn receber(&mut self, (linha, mes): (NovaLinha, Option<Competencia>)) -> Result<(), Error> {
        if linha.corpo.is_some() {
            self.anotar(mes);
        }
        self.lote.push(linha);
        self.lidas += 1;
        if self.lote.len() >= LOTE { self.esvaziar() } else { Ok(()) }
    }

    fn anotar(&mut self, mes: Option<Competencia>) {
        match (mes, &mut self.meses) {
            (Some(mes), Some(meses)) if meses.contains(&mes) || meses.len() < MESES => {
                meses.insert(mes);
            }
            (_, meses) => *meses = None,
        }
    }

    fn esvaziar(&mut self) -> Result<(), Error> {
        self.journal.inserir(&self.lote)?;
        self.lote.clear();
        (self.avancar)(self.lidas)
    }
}

fn ler_planilha<M: Importavel>(
    mut arquivo: Arquivo,
    options: Options,
    destino: &mut Destino<'_, '_>,
) -> Result<(), Error> {
    let mut registros = arquivo.registros(M::FLUXO)?;
    destino.journal.anotar_colunas(colunas::<M>(registros.mapeamento()))?;
    while let Some(registro) = registros.next() {
        let linha = ler_registro::<M>(registro?, &registros, options);
        destino.receber(linha)?;
    }
    // The reader marks the second row of each pair; the first was handed out before, and is just as much in question.
    destino.esvaziar()?;
    let primeiras: Vec<_> = registros
        .duplicatas()
        .iter()
        .map(|d| (u64::from(d.primeira), duplicada(Some(d.campo), u64::from(d.segunda))))
        .collect();
    destino.journal.rejeitar(&primeiras)?;
    destino.journal.ignorar(registros.ignoradas().linhas.iter().map(|l| Ignorada {
        linha: u64::from(l.linha),
        motivo: l.motivo.to_owned(),
        texto: l.texto.clone(),
    }))
}

/// Which column feeds which field; one that feeds a code is also where the platform's identifier is to be mended.
fn colunas<M: Importavel>(mapeamento: &Mapeamento) -> Colunas {
    let lida = |campo: &str, indice: usize| ColunaLida {
        campo: campo.to_owned(),
        letra: letra_da_coluna(indice),
        cabecalho: mapeamento.cabecalhos.get(indice).cloned().unwrap_or_default(),
    };
    let de = |(indice, coluna): &(usize, &Coluna)| {
        let (indice, campo) = (*indice, coluna.campo);
        let referencia = M::REFERENCIAS.iter().find(|(codigo, _)| *codigo == campo).map(|(_, id)| lida(id, indice));
        [Some(lida(campo, indice)), referencia].into_iter().flatten()
    };
    Colunas(mapeamento.colunas.iter().flat_map(de).collect())
}

fn ler_registro<M: Importavel>(
    mut registro: Registro,
    registros: &Registros<'_>,
    options: Options,
) -> (NovaLinha, Option<Competencia>) {
    let numero = u64::from(registro.linha);
    let valor = registro.valor(M::FLUXO);
    let limpar: Vec<String> = registro.limpar.iter().map(|c| (*c).to_owned()).collect();
    let aceitas = registro.aceito();
    let lida = ler_modelo::<M>(&valor, options);
    let (modelo, so_alterar) = match lida {
        Lida::Inteira(modelo, report) => {
            registros.acrescentar(&mut registro, &report);
            (Some(modelo), Vec::new())
        }
        Lida::SoParaAlterar(modelo, avisos, faltas) if aceitas => {
            registros.acrescentar(&mut registro, &avisos);
            let faltas = faltas.violations.iter().map(|v| da_planilha(&registros.problema(&registro, v))).collect();
            (Some(modelo), faltas)
        }
        Lida::SoParaAlterar(_, _, report) | Lida::Invalida(report) => {
            registros.acrescentar(&mut registro, &report);
            (None, Vec::new())
        }
    };
    let modelo = modelo.filter(|_| registro.aceito());
    let problemas = registro.problemas.iter().map(da_planilha).collect();
    // No field of the model, so nothing has taken the punctuation away.
    let alfanumericos =
        |t: &str| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let dono = registro.campo(DONO).and_then(Valor::texto).map(alfanumericos);
    let id = registro.campo("id").and_then(Valor::texto).map(str::to_owned);
    let codigo = registro.campo(M::CHAVE).and_then(Valor::texto);
    let (mut linha, mes) = nova_linha(numero, codigo, modelo, id, limpar, so_alterar, problemas);
    if let Some(corpo) = &mut linha.corpo {
        corpo.dono = dono;
    }
    (linha, mes)
}

fn ler_linha<M: Importavel>(numero: u64, valor: Valor<'static>, options: Options) -> (NovaLinha, Option<Competencia>) {
    let mut marcados = Vec::new();
    let valor = separar_marcadores(uma_referencia::<M>(valor), "", &mut marcados);
    let mut limpar = Vec::new();
    let mut nao_limpaveis = Vec::new();
    for campo in marcados {
        match campo_limpavel::<M>(&campo) {
            Some(campo) => limpar.push(campo),
            None => nao_limpaveis.push(limpar_obrigatorio(&campo)),
        }
    }
    let (modelo, so_alterar, report) = match ler_modelo::<M>(&valor, options) {
        Lida::Inteira(modelo, report) => (Some(modelo), Vec::new(), report),
        Lida::SoParaAlterar(modelo, avisos, faltas) => {
            (Some(modelo), faltas.violations.iter().map(da_violacao).collect(), avisos)
        }
        Lida::Invalida(report) => (None, Vec::new(), report),
    };
    let mut problemas: Vec<_> = report.violations.iter().map(da_violacao).collect();
    let modelo = modelo.filter(|_| nao_limpaveis.is_empty());
    problemas.extend(nao_limpaveis);
    nova_linha(numero, codigo::<M>(&valor), modelo, None, limpar, so_alterar, problemas)
}

/// A record as the platform gives it names its contract by code and by identifier; a row names it once, by the code.
fn uma_referencia<M: Importavel>(valor: Valor<'static>) -> Valor<'static> {
    let Valor::Objeto(mut campos) = valor else {
        return valor;
    };
    let nome = |dado: &str| M::ESQUEMA.campo(dado).map_or("", |campo| campo.nome);
    let tem = |campos: &[(Cow<'static, str>, Valor<'static>)], procurado: &str| {
        campos.iter().any(|(dado, valor)| nome(dado) == procurado && *valor != Valor::Nulo)
    };
    if tem(&campos, "id") {
        for (codigo, id) in M::REFERENCIAS {
            if tem(&campos, codigo) {
                campos.retain(|(dado, _)| nome(dado) != *id);
            }
        }
    }
    Valor::Objeto(campos)
}

/// What the row calls itself, under any of the names of the field, whether or not it is accepted.
fn codigo<'v, M: Importavel>(valor: &'v Valor<'_>) -> Option<&'v str> {
    let Valor::Objeto(campos) = valor else {
        return None;
    };
    let chave = |nome: &str| M::ESQUEMA.campo(nome).is_some_and(|c| c.nome == M::CHAVE);
    campos.iter().find(|(nome, _)| chave(nome)).and_then(|(_, valor)| valor.texto())
}

/// A row that says which record of the platform it is never includes another: it is that record, or in error.
fn nova_linha<M: Importavel>(
    numero: u64,
    codigo: Option<&str>,
    modelo: Option<M>,
    id: Option<String>,
    limpar: Vec<String>,
    mut so_alterar: Vec<ProblemaDaLinha>,
    mut problemas: Vec<ProblemaDaLinha>,
) -> (NovaLinha, Option<Competencia>) {
    let mes = modelo.as_ref().and_then(M::competencia);
    let propria = match &modelo {
        Some(modelo) => chave(modelo),
        // Nothing is looked up by it; people know a rejected row by its code.
        None => codigo.map(chave_por_codigo),
    };
    // A model that has a code may well be meant for another account than the one that gave it its identifier.
    let id = id.or_else(|| modelo.as_ref()?.id().filter(|_| propria.is_none()).map(ToString::to_string));
    if let Some(id) = &id {
        so_alterar.insert(0, id_inexistente(id));
    }
    let chave = propria.or_else(|| id.as_deref().map(chave_por_id));
    let unidentified = modelo.as_ref().filter(|_| chave.is_none());
    problemas.extend(unidentified.map(|_| without_identity()));
    let likeness = unidentified.and_then(M::likeness);
    let corpo = modelo.map(|m| Corpo { dados: m.valor().to_json(), limpar, so_alterar, dono: None });
    (NovaLinha { numero, chave, corpo, problemas, likeness }, mes)
}

enum Lida<M> {
    /// Good for an include, with its warnings.
    Inteira(M, Report),
    /// Good for a change, with its warnings; an include would lack what the second report says.
    SoParaAlterar(M, Report, Report),
    Invalida(Report),
}

fn ler_modelo<M: Modelo>(valor: &Valor<'_>, options: Options) -> Lida<M> {
    let faltas = match M::validar(valor.clone(), Options { intent: Intent::Incluir, ..options }) {
        Ok((modelo, report)) => return Lida::Inteira(modelo, report),
        Err(report) => report,
    };
    match M::validar(valor.clone(), Options { intent: Intent::Alterar, ..options }) {
        Ok((modelo, report)) => Lida::SoParaAlterar(modelo, report, faltas),
        Err(_) => Lida::Invalida(faltas),
    }
}

/// Takes the fields that say `[limpar]` out of an object.
fn separar_marcadores(valor: Valor<'static>, caminho: &str, limpar: &mut Vec<String>) -> Valor<'static> {
    let Valor::Objeto(campos) = valor else {
        return valor;
    };
    let mut restantes = Vec::with_capacity(campos.len());
    for (nome, valor) in campos {
        let aqui = if caminho.is_empty() { nome.clone().into_owned() } else { format!("{caminho}.{nome}") };
        match valor {
            Valor::Texto(t) if t.trim().eq_ignore_ascii_case(LIMPAR) => limpar.push(aqui),
            Valor::Objeto(_) => restantes.push((nome, separar_marcadores(valor, &aqui, limpar))),
            outro => restantes.push((nome, outro)),
        }
    }
    Valor::Objeto(restantes)
}

/// The column of usage that says whose contract it must be.
const DONO: &str = "clienteCpfCnpj";

/// What a row says of a field that is to be emptied.
pub const LIMPAR: &str = "[limpar]";

/// The field at `caminho` in the model's own names, if it may be emptied.
fn campo_limpavel<M: Modelo>(caminho: &str) -> Option<String> {
    let mut esquema = Some(M::ESQUEMA);
    let mut nomes = Vec::new();
    for parte in caminho.split('.') {
        let campo = esquema?.campo(parte).filter(|c| !c.regra.obrigatorio && !c.regra.resposta)?;
        nomes.push(campo.nome);
        esquema = match campo.regra.tipo {
            Tipo::Objeto(dentro) => Some(dentro),
            _ => None,
        };
    }
    Some(nomes.join("."))
}

fn limpar_obrigatorio(campo: &str) -> ProblemaDaLinha {
    let (pt, en) = (format!("`{campo}` não pode ser limpo"), format!("`{campo}` cannot be emptied"));
    ProblemaDaLinha::novo(Some(campo), "limpar_obrigatorio", pt, en)
}

pub(crate) fn linha_duplicada(outra: u64) -> ProblemaDaLinha {
    duplicada(None, outra)
}

/// The code of a row that nothing tells from others.
pub(crate) const WITHOUT_IDENTITY: &str = "sem_codigo_externo";

/// What is worth knowing of a row that nothing tells from others.
fn without_identity() -> ProblemaDaLinha {
    let pt = "sem código externo; importada de novo, nada a distingue de uma linha nova";
    let en = "no external code; imported again, nothing tells this row from a new one";
    ProblemaDaLinha { aviso: true, ..ProblemaDaLinha::novo(None, WITHOUT_IDENTITY, pt, en) }
}

/// What is worth knowing of a row without an identity that says the same as another.
fn identical(other: u64) -> ProblemaDaLinha {
    let pt = format!("igual à linha {other}, e sem código externo: são dois registros");
    let en = format!("the same as row {other}, and without an external code: they are two records");
    ProblemaDaLinha { aviso: true, ..ProblemaDaLinha::novo(None, "linha_identica", pt, en) }
}

fn duplicada(campo: Option<&str>, outra: u64) -> ProblemaDaLinha {
    let (pt, en) = (format!("repete a linha {outra}"), format!("repeats row {outra}"));
    ProblemaDaLinha::novo(campo, "linha_duplicada", pt, en)
}

fn da_planilha(p: &Problema) -> ProblemaDaLinha {
    ProblemaDaLinha {
        coluna: p.coluna.clone(),
        cabecalho: p.cabecalho.clone(),
        valor: (!p.valor.is_empty()).then(|| p.valor.clone()),
        aviso: p.severidade == Severidade::Aviso,
        ..ProblemaDaLinha::novo(p.campo.as_deref(), p.codigo, p.mensagem(Idioma::PtBr), p.mensagem(Idioma::En))
    }
}

fn da_violacao(v: &Violation) -> ProblemaDaLinha {
    ProblemaDaLinha {
        aviso: v.severity == Severity::Warning,
        ..ProblemaDaLinha::novo(Some(&v.path), v.code(), v.message(Idioma::PtBr), v.message(Idioma::En))
    }
}

/// The identity of a row that has none of its own: the source's content and its place in it.
pub(crate) fn identidade_da_posicao(fonte: &str, numero: u64) -> String {
    super::identidade::hexadecimal(&resumo(&[fonte, &numero.to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::linha::Achada;
    use crate::batch::{Estado, Identidade};
    use crate::model::{Cliente, Consumo};

    fn ler<M: Importavel>(fonte: Fonte<'_>) -> Journal {
        let mut journal = Journal::temporario(&Identidade::default(), 1).unwrap();
        ler_para_o_journal::<M>(fonte, &mut journal, Options::default(), &mut |_| Ok(())).unwrap();
        journal
    }

    fn objetos(json: &'static str) -> Fonte<'static> {
        let Valor::Lista(linhas) = Valor::from_json(json.as_bytes()).unwrap() else { panic!() };
        let linhas: Vec<Valor<'static>> = linhas.into_iter().map(Valor::into_owned).collect();
        Fonte::Linhas(Box::new(linhas.into_iter().map(Ok)))
    }

    #[test]
    fn every_row_of_a_file_is_accepted_or_rejected_with_its_reasons() {
        let csv = "ID Externo;Contrato;Serviço;Competência;Quantidade\n\
                   K1;CT;S;01/2026;1,5\nK2;CT;S;13/2026;1\nK1;CT;S;01/2026;2\nK4;CT;S;01/2026;0\n";
        let fonte = Fonte::Bytes { bytes: csv.into(), nome: "c.csv".into(), opcoes: Opcoes::default() };
        let journal = ler::<Consumo>(fonte);
        let vistas: Vec<_> = journal.pagina(&[], 0, 10).unwrap();
        let vistas: Vec<_> = vistas.iter().map(|r| (r.numero, r.estado, r.codigo.as_deref())).collect();
        assert_eq!(
            vistas,
            [
                (2, Estado::Rejeitado, Some("linha_duplicada")),
                (3, Estado::Rejeitado, Some("competencia_invalida")),
                (4, Estado::Rejeitado, Some("linha_duplicada")),
                (5, Estado::Rejeitado, Some("nao_positivo")),
            ]
        );
    }

    #[test]
    fn a_file_that_cannot_be_had_is_told_of_in_both_languages() {
        let folder = tempfile::tempdir().unwrap();
        let source = |caminho: PathBuf| Fonte::Arquivo { caminho, opcoes: Opcoes::default() }.resumo().unwrap_err();
        let missing = source(folder.path().join("x.csv"));
        assert_eq!(missing.kind(), ErrorKind::Io);
        let said = [missing.message(Idioma::PtBr), missing.message(Idioma::En)];
        assert!(said[0].ends_with("x.csv` não pode ser lido: não existe esse arquivo ou pasta"), "{}", said[0]);
        assert!(said[1].ends_with("x.csv` cannot be read: there is no such file or folder"), "{}", said[1]);
        // Windows calls this a matter of permission.
        let of_folder = source(folder.path().to_owned()).message(Idioma::En).to_owned();
        assert!(of_folder.ends_with("it is a folder, not a file") || of_folder.ends_with("denies the permission"));
    }

    #[test]
    fn a_value_that_fills_a_column_is_told_once_to_each_row() {
        let csv = "Cód. Externo;Nome;CPF\n".to_owned() + &"A;Ana;52998224725\n".repeat(500);
        let fonte = Fonte::Bytes { bytes: csv.into(), nome: "c.csv".into(), opcoes: Opcoes::default() };
        let journal = ler::<Cliente>(fonte);
        assert_eq!(journal.contar().unwrap().rejeitados, 500);
        for linha in journal.pagina(&[], 0, 500).unwrap() {
            assert_eq!(linha.problemas.len(), 2, "the code and the document, in row {}", linha.numero);
        }
    }

    #[test]
    fn a_row_without_what_an_include_needs_may_still_change_a_record() {
        let mut journal = ler::<Cliente>(objetos(
            r#"[{"codigoExterno":"A","email":"a@example.com","endereco":{"codigo_ibge":"[limpar]"}},
                {"codigoExterno":"B","nome":"[LIMPAR]"},{"codigoExterno":"C","naoExiste":1}]"#,
        ));
        let Achada { numero, corpo, .. } = journal.por_chave("c:A").unwrap().unwrap();
        assert_eq!((numero, corpo.limpar), (1, vec!["endereco.codigoIbge".to_owned()]));
        assert!(corpo.so_alterar.iter().any(|p| p.campo.as_deref() == Some("nome")));
        let rejeitadas = journal.pagina(&[Estado::Rejeitado], 0, 10).unwrap();
        let codigos: Vec<_> = rejeitadas.iter().map(|r| (r.numero, r.codigo.as_deref().unwrap())).collect();
        assert_eq!(codigos, [(2, "limpar_obrigatorio"), (3, "campo_desconhecido")]);
        journal.concluir_comparacao().unwrap();
        assert_eq!(journal.contar().unwrap().rejeitados, 3, "the platform has no `A` to change");
    }
}
