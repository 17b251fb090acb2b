//! Batches: `importar`, what became of each row, and `exportar`.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyList, PyTuple};
use smartbill_core::api::Recurso;
use smartbill_core::batch::{
    Estado, Evento, Fase, Fonte, Importacao, Importavel, Linhas, OpcoesDeImportacao, Parada, Plano, ResultadoDaLinha,
    Teto, aplicar, importar, relatorio, sincronizar, validar,
};
use smartbill_core::client::ClientOptions;
use smartbill_core::error::ErrorKind;
use smartbill_core::model::{Cliente, Cobranca, Consumo};
use smartbill_core::planilha::{Escritor, Fluxo, Limites, Opcoes, Saida, Vazio, fluxo};
use smartbill_core::{Error, Idioma, Message, Valor};

use crate::client::{ler_chamada, ler_limite};
use crate::model::{Classe, hoje, ler_modo};
use crate::registro::checar_sinais;
use crate::run::Conexoes;
use crate::tabela::Tabela;
use crate::{erro, gate, valor};

/// A batch that ran: what became of every row.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct NucleoImportacao {
    /// The journal is a database connection, used by one thread at a time.
    importacao: Mutex<Importacao>,
    idioma: Idioma,
    origem: Origem,
    recurso: &'static str,
}

/// The source, to be read again for the report; rows made one by one are gone.
enum Origem {
    Arquivo(PathBuf, Opcoes),
    Bytes(Vec<u8>, String, Opcoes),
    Linhas,
}

#[pymethods]
impl NucleoImportacao {
    /// How many rows are in each state.
    fn contagem<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let c = self.com(py, |importacao| importacao.contagem);
        let dict = PyDict::new(py);
        for (nome, n) in [
            ("total", c.total),
            ("incluidos", c.incluidos),
            ("alterados", c.alterados),
            ("inalterados", c.inalterados),
            ("ja_feitos", c.ja_feitos),
            ("removidos", c.removidos),
            ("rejeitados", c.rejeitados),
            ("recusados", c.recusados),
            ("desconhecidos", c.desconhecidos),
            ("pendentes", c.pendentes),
            ("ignoradas", c.ignoradas),
            ("so_alterar", c.so_alterar),
            ("unidentified", c.unidentified),
        ] {
            dict.set_item(nome, n)?;
        }
        Ok(dict)
    }

    /// Whether an earlier run had begun it, and how many rows this one sent.
    fn run(&self, py: Python<'_>) -> (bool, u64) {
        self.com(py, |importacao| (importacao.resumed, importacao.sent))
    }

    /// Why it stopped early: code, sentence, and the exception where there is one.
    fn parada<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let importacao = self.importacao.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(parada) = &importacao.parada else { return Ok(None) };
        let excecao = match parada {
            Parada::Erro(e) => Some(self.exception(py, e).into_value(py)),
            Parada::Prazo(_) | Parada::Falhas(_) => None,
        };
        (parada.code(), parada.mensagem(self.idioma), excecao).into_pyobject(py).map(Some)
    }

    /// Where the journal is; None when it vanishes with this object.
    fn journal(&self, py: Python<'_>) -> Option<PathBuf> {
        self.com(py, |importacao| importacao.journal.caminho().map(Path::to_owned))
    }

    /// The rows of the sheet that are no records: number, why in one word, and how they begin.
    fn ignoradas(&self, py: Python<'_>) -> PyResult<Vec<(u64, String, String)>> {
        let linhas = self.com(py, |importacao| importacao.journal.ignoradas()).map_err(|e| self.exception(py, &e))?;
        Ok(linhas.into_iter().map(|l| (l.linha, l.motivo, l.texto)).collect())
    }

    /// Gives the sheet that came in back, with what became of each row.
    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the path")]
    fn relatorio(&self, py: Python<'_>, caminho: PathBuf) -> PyResult<()> {
        let idioma = self.idioma;
        let nome = caminho.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let gravado = self.com(py, |importacao| {
            let fonte = match &self.origem {
                Origem::Arquivo(caminho, opcoes) => Fonte::Arquivo { caminho: caminho.clone(), opcoes: opcoes.clone() },
                Origem::Bytes(bytes, nome, opcoes) => {
                    Fonte::Bytes { bytes: bytes.clone(), nome: nome.clone(), opcoes: opcoes.clone() }
                }
                Origem::Linhas => Fonte::Linhas(Box::new(std::iter::empty())),
            };
            let provisorio = Provisorio::criar(&caminho)?;
            let destino = provisorio.saida(&caminho)?;
            let (journal, saida) = (&importacao.journal, Saida::por_extensao(&nome));
            let destino = match self.recurso {
                "consumos" => relatorio::<Consumo, _>(journal, &fonte, saida, destino, idioma)?,
                _ => relatorio::<Cliente, _>(journal, &fonte, saida, destino, idioma)?,
            };
            provisorio.concluir(&caminho, destino)
        });
        gravado.map_err(|e| self.exception(py, &e))
    }

    /// Up to `quantas` rows in one of `estados` (any, when there are none) after row `depois_de`.
    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the vector")]
    fn linhas<'py>(
        &self,
        py: Python<'py>,
        estados: Vec<String>,
        depois_de: u64,
        quantas: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let estados = estados
            .iter()
            .map(|nome| Estado::from_name(nome).ok_or_else(|| PyValueError::new_err(format!("no row is `{nome}`"))));
        let estados = estados.collect::<PyResult<Vec<_>>>()?;
        let linhas = self.com(py, |importacao| importacao.journal.pagina(&estados, depois_de, quantas));
        let linhas = linhas.map_err(|e| self.exception(py, &e))?;
        PyList::new(py, linhas.iter().map(|linha| em_tupla(py, linha)).collect::<PyResult<Vec<_>>>()?)
    }
}

impl NucleoImportacao {
    fn de<C: Classe>(importacao: Importacao, conexoes: &Conexoes, origem: Origem) -> Self
    where
        C::Modelo: Importavel,
    {
        let recurso = C::Modelo::LISTAR.resource().name();
        Self { importacao: Mutex::new(importacao), idioma: conexoes.opcoes().idioma, origem, recurso }
    }

    fn exception(&self, py: Python<'_>, e: &Error) -> PyErr {
        erro::exception_in(py, e, self.idioma)
    }

    fn com<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&Importacao) -> R + Send) -> R {
        gate::detach(py, || f(&self.importacao.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// The fields of `smartbill.batch.Linha`, in its order.
fn em_tupla<'py>(py: Python<'py>, linha: &ResultadoDaLinha) -> PyResult<Bound<'py, PyTuple>> {
    let problemas = linha.problemas.iter().map(|p| {
        (
            p.campo.as_deref(),
            p.coluna.as_deref(),
            p.cabecalho.as_deref(),
            p.codigo.as_str(),
            p.pt.as_str(),
            p.en.as_str(),
            p.aviso,
            p.valor.as_deref(),
        )
    });
    let problemas = PyList::new(py, problemas.collect::<Vec<_>>())?;
    (
        linha.numero,
        linha.chave.as_deref(),
        linha.estado.name(),
        linha.acao.name(),
        linha.codigo.as_deref(),
        linha.id.as_deref(),
        linha.tentativas,
        problemas,
    )
        .into_pyobject(py)
}

/// Imports `fonte`, or only checks it.
pub(crate) fn importar_fonte<C: Classe>(
    conexoes: &Conexoes,
    fonte: &Bound<'_, PyAny>,
    opcoes: &Bound<'_, PyDict>,
    progresso: Option<&Py<PyAny>>,
) -> PyResult<NucleoImportacao>
where
    C::Modelo: Importavel,
{
    let py = fonte.py();
    let _inside = gate::enter_call(py);
    let idioma = conexoes.opcoes().idioma;
    let mut pedido = Pedido::ler(opcoes, conexoes.opcoes())?;
    let interrupcao = Interrupcao::default();
    let (fonte, origem) = pedido.fonte(fonte, &interrupcao)?;
    let mut observar = |evento: Evento<'_>| avisar(progresso, &interrupcao, &evento);
    let rodada = if pedido.so_validar {
        let modo = pedido.opcoes.modo;
        let validada = gate::detach(py, || validar::<C::Modelo>(fonte, modo, pedido.opcoes.hoje, &mut observar));
        validada.map_err(|e| erro::exception_in(py, &e, idioma))
    } else {
        let conexao = conexoes.proprias(py)?;
        conexao.esperar(py, async {
            let importacao = importar::<C::Modelo, _>(&conexao.client, fonte, &pedido.opcoes, &mut observar).await?;
            importacao.journal.soltar()?;
            Ok(importacao)
        })
    };
    // What the callback, the iterable or Ctrl-C raised matters more than the error that it became on its way.
    if let Some(excecao) = interrupcao.tirar() {
        return Err(excecao);
    }
    Ok(NucleoImportacao::de::<C>(rodada?, conexoes, origem))
}

/// Decides what it takes for the platform to have what `fonte` says.
pub(crate) fn planejar<C: Classe>(
    conexoes: &Conexoes,
    fonte: &Bound<'_, PyAny>,
    remover: Option<&str>,
    opcoes: &Bound<'_, PyDict>,
    progresso: Option<&Py<PyAny>>,
) -> PyResult<Plano>
where
    C::Modelo: Importavel,
{
    let py = fonte.py();
    let _inside = gate::enter_call(py);
    let conexao = conexoes.proprias(py)?;
    let idioma = conexoes.opcoes().idioma;
    let teto = remover.map(|texto| {
        Teto::from_text(texto).ok_or_else(|| {
            let pt = format!("`{texto}` não é um número nem uma porcentagem");
            recusar(py, idioma, pt, format!("`{texto}` is neither a number nor a percentage"))
        })
    });
    let teto = teto.transpose()?;
    let mut pedido = Pedido::ler(opcoes, conexoes.opcoes())?;
    let interrupcao = Interrupcao::default();
    let (fonte, _) = pedido.fonte(fonte, &interrupcao)?;
    let mut observar = |evento: Evento<'_>| avisar(progresso, &interrupcao, &evento);
    let (modo, hoje) = (pedido.opcoes.modo, pedido.opcoes.hoje);
    let plano = sincronizar::<C::Modelo, _>(&conexao.client, fonte, teto, modo, hoje, &mut observar);
    let plano = conexao.esperar(py, plano);
    match interrupcao.tirar() {
        Some(excecao) => Err(excecao),
        None => plano,
    }
}

/// Does what a plan says.
pub(crate) fn executar<C: Classe>(
    conexoes: &Conexoes,
    plano: &Plano,
    opcoes: &Bound<'_, PyDict>,
    progresso: Option<&Py<PyAny>>,
) -> PyResult<NucleoImportacao>
where
    C::Modelo: Importavel,
{
    let py = opcoes.py();
    let _inside = gate::enter_call(py);
    let conexao = conexoes.proprias(py)?;
    let OpcoesDeImportacao { journal, mesma_conta, ritmo, .. } = Pedido::ler(opcoes, conexoes.opcoes())?.opcoes;
    let interrupcao = Interrupcao::default();
    let mut observar = |evento: Evento<'_>| avisar(progresso, &interrupcao, &evento);
    let rodada = conexao.esperar(py, async {
        let importacao =
            aplicar::<C::Modelo, _>(&conexao.client, plano, journal, mesma_conta, ritmo, &mut observar).await?;
        importacao.journal.soltar()?;
        Ok(importacao)
    });
    match interrupcao.tirar() {
        Some(excecao) => Err(excecao),
        None => Ok(NucleoImportacao::de::<C>(rodada?, conexoes, Origem::Linhas)),
    }
}

/// What is asked of an import.
struct Pedido {
    opcoes: OpcoesDeImportacao,
    planilha: Opcoes,
    nome: String,
    so_validar: bool,
}

impl Pedido {
    fn ler(opcoes: &Bound<'_, PyDict>, client: &ClientOptions) -> PyResult<Self> {
        let modo = client.modo;
        let mut pedido = Self {
            opcoes: OpcoesDeImportacao { modo, hoje: Some(hoje()), ..OpcoesDeImportacao::default() },
            planilha: Opcoes { modo, ..Opcoes::default() },
            nome: "bytes".to_owned(),
            so_validar: false,
        };
        let ritmo = &mut pedido.opcoes.ritmo;
        for (nome, v) in opcoes {
            if v.is_none() {
                continue;
            }
            match nome.extract::<String>()?.as_str() {
                "journal" => pedido.opcoes.journal = Some(v.extract()?),
                "recomecar" => pedido.opcoes.recomecar = v.extract()?,
                "mesma_conta" => pedido.opcoes.mesma_conta = v.extract()?,
                "allow_unidentified" => pedido.opcoes.allow_unidentified = v.extract()?,
                "modo" => {
                    pedido.opcoes.modo = ler_modo(&v.extract::<String>()?)?;
                    pedido.planilha.modo = pedido.opcoes.modo;
                }
                "dry_run" => pedido.so_validar = v.extract()?,
                "concorrencia" => ritmo.concorrencia = v.extract()?,
                "por_segundo" => ritmo.por_segundo = Some(v.extract()?),
                "prazo" => ritmo.prazo = ler_limite(&v)?.duration(),
                "max_falhas" => ritmo.max_falhas = Some(v.extract()?),
                "aba" => pedido.planilha.aba = Some(v.extract()?),
                "mapa" => {
                    let pares = v.cast::<PyDict>()?.iter().map(|(k, v)| Ok((k.extract()?, v.extract()?)));
                    pedido.planilha.mapa = pares.collect::<PyResult<_>>()?;
                }
                "decimal_com_ponto" => pedido.planilha.decimal_com_ponto = v.extract()?,
                "vazio_limpa" => {
                    pedido.planilha.vazio = if v.extract()? { Vazio::Limpar } else { Vazio::Manter };
                }
                "limites" => limitar(&mut pedido.planilha.limites, v.cast()?, client.idioma)?,
                "nome" => pedido.nome = v.extract()?,
                outra => return Err(PyValueError::new_err(format!("`{outra}` is no option"))),
            }
        }
        Ok(pedido)
    }

    fn fonte<'a>(&mut self, fonte: &Bound<'_, PyAny>, interrupcao: &Interrupcao) -> PyResult<(Fonte<'a>, Origem)> {
        let opcoes = std::mem::take(&mut self.planilha);
        if let Ok(bytes) = fonte.cast::<PyBytes>() {
            let (bytes, nome) = (bytes.as_bytes().to_vec(), std::mem::take(&mut self.nome));
            let origem = Origem::Bytes(bytes.clone(), nome.clone(), opcoes.clone());
            return Ok((Fonte::Bytes { bytes, nome, opcoes }, origem));
        }
        if let Ok(caminho) = fonte.extract::<PathBuf>() {
            let origem = Origem::Arquivo(caminho.clone(), opcoes.clone());
            return Ok((Fonte::Arquivo { caminho, opcoes }, origem));
        }
        if let Some(tabela) = Tabela::ler(fonte, &opcoes.mapa)? {
            return Ok((Fonte::Linhas(Box::new(tabela)), Origem::Linhas));
        }
        let itens = fonte.try_iter().map_err(|_| {
            let tipo = fonte.get_type().name().map(|nome| nome.to_string()).unwrap_or_default();
            PyTypeError::new_err(format!("`{tipo}` is neither a path, nor bytes, nor rows"))
        })?;
        let linhas = LinhasDoPython { itens: itens.unbind(), interrupcao: interrupcao.clone() };
        Ok((Fonte::Linhas(Box::new(linhas) as Linhas<'a>), Origem::Linhas))
    }
}

fn limitar(limites: &mut Limites, pedidos: &Bound<'_, PyDict>, idioma: Idioma) -> PyResult<()> {
    let py = pedidos.py();
    for (nome, v) in pedidos {
        let nome: String = nome.extract()?;
        let valor: u64 = v.extract().map_err(|_| {
            let pt = format!("o limite `{nome}` não pode ser `{v}`");
            recusar(py, idioma, pt, format!("the limit `{nome}` cannot be `{v}`"))
        })?;
        if !limites.definir(&nome, valor) {
            let ha = Limites::NOMES.join(", ");
            let pt = format!("`{nome}` não é um limite; há {ha}");
            return Err(recusar(py, idioma, pt, format!("`{nome}` is no limit; there are {ha}")));
        }
    }
    Ok(())
}

fn recusar(py: Python<'_>, idioma: Idioma, pt: String, en: String) -> PyErr {
    erro::exception_in(py, &Error::new(ErrorKind::Configuration, Message::new(pt, en)), idioma)
}

/// Rows that Python makes one by one.
struct LinhasDoPython {
    itens: Py<PyIterator>,
    interrupcao: Interrupcao,
}

impl Iterator for LinhasDoPython {
    type Item = Result<Valor<'static>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        gate::attach(|py| {
            let item = self.itens.bind(py).clone().next()?;
            let lida = item.and_then(|item| valor::de_python(&item));
            Some(lida.map_err(|excecao| self.interrupcao.parar(excecao)))
        })
    }
}

/// What Python raised in the middle of a batch, on its way out.
#[derive(Clone, Default)]
struct Interrupcao(Arc<Mutex<Option<PyErr>>>);

impl Interrupcao {
    fn parar(&self, excecao: PyErr) -> Error {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(excecao);
        Error::new(ErrorKind::Cancelled, Message::new("interrompido", "interrupted"))
    }

    fn tirar(&self) -> Option<PyErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Tells the callback, and notices Ctrl-C where rows are read without waiting for anything.
fn avisar(progresso: Option<&Py<PyAny>>, interrupcao: &Interrupcao, evento: &Evento<'_>) -> Result<(), Error> {
    if progresso.is_none() && evento.fase == Fase::Envio {
        return Ok(());
    }
    let avisado = gate::attach(|py| {
        checar_sinais(py)?;
        if let Some(progresso) = progresso {
            let linha = evento.linha.map(|linha| em_tupla(py, linha)).transpose()?;
            progresso.call1(py, (evento.fase.name(), evento.feitas, evento.total, linha))?;
        }
        Ok(())
    });
    avisado.map_err(|excecao| interrupcao.parar(excecao))
}

/// Writes what a filter finds to a spreadsheet; how many rows.
pub(crate) fn exportar<C: Classe>(
    conexoes: &Conexoes,
    caminho: &Path,
    filtro: &Bound<'_, PyDict>,
    chamada: &Bound<'_, PyDict>,
) -> PyResult<u64>
where
    C::Modelo: Exportavel,
{
    let py = filtro.py();
    let _inside = gate::enter_call(py);
    let conexao = conexoes.obter(py)?;
    let filtro = valor::de_python(filtro.as_any())?;
    let chamada = ler_chamada(chamada, conexoes.opcoes().idioma)?;
    conexao.esperar(py, async {
        let mut pager = conexao.client.listar::<C::Modelo>(filtro, &chamada)?;
        // The first page before the file: a wrong token must not leave an empty one behind.
        let mut pagina = pager.next(&conexao.client).await?;
        let nome = caminho.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let provisorio = Provisorio::criar(caminho)?;
        let destino = provisorio.saida(caminho)?;
        let mut escritor = Escritor::novo(C::Modelo::EXPORTACAO, Saida::por_extensao(&nome), destino)?;
        while let Some(registros) = pagina {
            for registro in &registros {
                escritor.registro(&smartbill_core::model::Modelo::valor(registro))?;
            }
            pagina = pager.next(&conexao.client).await?;
        }
        let (destino, escrito) = escritor.terminar()?;
        provisorio.concluir(caminho, destino)?;
        Ok(escrito.linhas)
    })
}

/// A resource that is written to spreadsheets.
pub(crate) trait Exportavel: Recurso {
    const EXPORTACAO: &'static Fluxo;
}

impl Exportavel for Cobranca {
    const EXPORTACAO: &'static Fluxo = &fluxo::CONTAS_A_RECEBER;
}

impl Exportavel for Consumo {
    const EXPORTACAO: &'static Fluxo = &fluxo::CONSUMOS;
}

/// A file that takes its name only once it is whole; otherwise it goes away.
struct Provisorio {
    arquivo: File,
    nome: Option<PathBuf>,
}

impl Provisorio {
    fn criar(caminho: &Path) -> Result<Self, Error> {
        let mut nome = caminho.as_os_str().to_owned();
        nome.push(format!(".{}.parcial", std::process::id()));
        let nome = PathBuf::from(nome);
        let arquivo = File::create(&nome).map_err(|e| nao_gravado(caminho, e))?;
        Ok(Self { arquivo, nome: Some(nome) })
    }

    fn saida(&self, caminho: &Path) -> Result<BufWriter<File>, Error> {
        self.arquivo.try_clone().map(BufWriter::new).map_err(|e| nao_gravado(caminho, e))
    }

    fn concluir(mut self, caminho: &Path, destino: BufWriter<File>) -> Result<(), Error> {
        destino.into_inner().map_err(|e| nao_gravado(caminho, e.into_error()))?;
        self.arquivo.sync_all().map_err(|e| nao_gravado(caminho, e))?;
        if let Some(nome) = &self.nome {
            std::fs::rename(nome, caminho).map_err(|e| nao_gravado(caminho, e))?;
        }
        self.nome = None;
        Ok(())
    }
}

impl Drop for Provisorio {
    fn drop(&mut self) {
        if let Some(nome) = &self.nome {
            // Nothing better can be done about what cannot be removed.
            let _ = std::fs::remove_file(nome);
        }
    }
}

fn nao_gravado(caminho: &Path, e: std::io::Error) -> Error {
    let (nome, why) = (caminho.display(), smartbill_core::refusal(&e));
    let message = Message::new(
        format!("`{nome}` não pode ser gravado: {}", why.pt),
        format!("`{nome}` cannot be written: {}", why.en),
    );
    Error::new(ErrorKind::Io, message).caused_by(e)
}
