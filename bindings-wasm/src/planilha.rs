//! `smartbill-automation/planilha`: spreadsheets read, checked and written; nothing sent.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use smartbill_core::model::{Cliente, Cobranca, Consumo, Modelo};
use smartbill_core::planilha::{
    Arquivo, CelulaMarcada, Escritor, Falha, Fluxo, Opcoes as OpcoesDaPlanilha, Problema, Registro, Registros,
    ResultadoDaLinha, Saida, Severidade, Vazio, fluxo, modelo as escrever_modelo, no_arquivo,
    relatorio as escrever_relatorio,
};
use smartbill_core::validate::{Context, Intent, Options, Problem};
use smartbill_core::{Error, Idioma, Modo, Valor, parse_date};
use wasm_bindgen::prelude::*;

use crate::opcoes::{Bolsa, Formas};
use crate::ponte::{desempacotar, erro, opcao};

/// Reads a spreadsheet: rows and problems as JSON.
#[wasm_bindgen]
pub fn ler(nome: &str, bytes: Vec<u8>, opcoes: JsValue) -> Result<String, JsValue> {
    let leitura = Leitura::ler(opcoes)?;
    let fluxo = fluxo_de(nome)?;
    let lida = match nome {
        "clientes" => ler_como::<Cliente>(fluxo, bytes, &leitura),
        "consumos" => ler_como::<Consumo>(fluxo, bytes, &leitura),
        _ => ler_como::<Cobranca>(fluxo, bytes, &leitura),
    };
    lida.map(|valor| valor.to_json()).map_err(|falha| falhou_em(falha, &leitura))
}

fn ler_como<M: Modelo>(fluxo: &'static Fluxo, bytes: Vec<u8>, leitura: &Leitura) -> Result<Valor<'static>, Falha> {
    let mut arquivo = Arquivo::de_bytes(bytes, &leitura.nome, &leitura.planilha)?;
    let formato = arquivo.formato().extensao();
    let mut registros = arquivo.registros(fluxo)?;
    let mut lidas = Vec::new();
    while let Some(registro) = registros.next() {
        let mut registro = registro?;
        let modelo = registros.validar::<M>(&mut registro, leitura.regras);
        lidas.push((registro, modelo));
    }
    for duplicata in registros.duplicatas() {
        let primeira = lidas.binary_search_by_key(&duplicata.primeira, |(registro, _)| registro.linha);
        if let Some((registro, modelo)) = primeira.ok().and_then(|indice| lidas.get_mut(indice)) {
            registros.acusar_primeira(registro, duplicata);
            *modelo = None;
        }
    }
    let contar = |aceita| lidas.iter().filter(|(_, modelo)| modelo.is_some() == aceita).count();
    let contar = |aceita| Valor::Inteiro(i64::try_from(contar(aceita)).unwrap_or(i64::MAX));
    let (aceitas, rejeitadas) = (contar(true), contar(false));
    let linhas = lidas.into_iter().map(|(registro, modelo)| {
        linha(&registro, modelo.as_ref().map(|modelo| modelo.valor().into_owned()), leitura.idioma)
    });
    let ignoradas = registros
        .ignoradas()
        .linhas
        .iter()
        .map(|l| objeto([("linha", numero(l.linha)), ("motivo", texto(l.motivo)), ("texto", texto(&l.texto))]));
    Ok(objeto([
        ("formato", texto(formato)),
        ("aba", texto(registros.aba())),
        ("colunas", colunas(&registros)),
        ("aceitas", aceitas),
        ("rejeitadas", rejeitadas),
        ("ignoradas", Valor::Lista(ignoradas.collect())),
        ("linhas", Valor::Lista(linhas.collect())),
    ]))
}

fn colunas(registros: &Registros<'_>) -> Valor<'static> {
    let mapa = registros.mapeamento();
    let coluna = |(indice, cabecalho): (usize, &String)| {
        let campo = mapa.colunas.iter().find(|(i, _)| *i == indice).map(|(_, c)| c.campo);
        objeto([("cabecalho", texto(cabecalho)), ("campo", campo.map_or(Valor::Nulo, texto))])
    };
    Valor::Lista(mapa.cabecalhos.iter().enumerate().map(coluna).collect())
}

fn linha(registro: &Registro, modelo: Option<Valor<'static>>, idioma: Idioma) -> Valor<'static> {
    let campos = registro.campos.iter().map(|(nome, valor)| (Cow::Borrowed(*nome), valor.clone()));
    let mut linha = vec![
        ("linha".into(), numero(registro.linha)),
        ("aceita".into(), Valor::Booleano(modelo.is_some())),
        ("campos".into(), Valor::Objeto(campos.collect())),
        ("problemas".into(), Valor::Lista(registro.problemas.iter().map(|p| problema(p, idioma)).collect())),
    ];
    linha.extend(modelo.map(|modelo| ("registro".into(), modelo)));
    Valor::Objeto(linha)
}

fn problema(p: &Problema, idioma: Idioma) -> Valor<'static> {
    let opcional = |texto: Option<&String>| texto.map_or(Valor::Nulo, |t| Valor::Texto(t.clone().into()));
    objeto([
        ("planilha", texto(&p.planilha)),
        ("linha", numero(p.linha)),
        ("coluna", opcional(p.coluna.as_ref())),
        ("cabecalho", opcional(p.cabecalho.as_ref())),
        ("campo", opcional(p.campo.as_ref())),
        ("valor", texto(&p.valor)),
        ("codigo", texto(p.codigo)),
        ("mensagem", texto(&p.mensagem(idioma))),
        ("severidade", texto(p.severidade.name())),
        ("sugestao", opcional(p.sugestao.as_ref())),
    ])
}

/// A file on its way: one record after the other, so that no list of them has to fit beside it.
#[wasm_bindgen]
pub struct Escrita {
    escritor: Escritor<Vec<u8>>,
    registros: usize,
}

const ESCREVER: Formas = &[("formato", "`xlsx`, `csv`")];

#[wasm_bindgen]
impl Escrita {
    /// Begins a file.
    #[wasm_bindgen(constructor)]
    pub fn new(nome: &str, opcoes: JsValue) -> Result<Escrita, JsValue> {
        let saida = Bolsa::opcoes(opcoes, ESCREVER)?.escolher("formato", |formato| match formato {
            "xlsx" => Some(Saida::Xlsx),
            "csv" => Some(Saida::CsvUtf8),
            _ => None,
        })?;
        let escritor = Escritor::novo(fluxo_de(nome)?, saida.unwrap_or_default(), Vec::new());
        Ok(Self { escritor: escritor.map_err(|falha| falhou(falha, Idioma::default()))?, registros: 0 })
    }

    /// Writes one packed record.
    pub fn registro(&mut self, registro: &[u8]) -> Result<(), JsValue> {
        let [registro] = desempacotar(registro)?;
        let mut ctx = Context::new(Options::default());
        ctx.at("registros", |ctx| ctx.at_index(self.registros, |ctx| conferir(&registro, true, ctx)));
        if !ctx.report.is_valid() {
            return Err(erro(&Error::validation(ctx.report)));
        }
        self.registros += 1;
        self.escritor.registro(&registro).map_err(|falha| falhou(falha, Idioma::default()))
    }

    /// Ends the file.
    pub fn terminar(self) -> Result<Vec<u8>, JsValue> {
        self.escritor.terminar().map(|(bytes, _)| bytes).map_err(|falha| falhou(falha, Idioma::default()))
    }
}

/// What a cell cannot hold would be an empty cell, and lost.
fn conferir(valor: &Valor<'_>, raiz: bool, ctx: &mut Context) {
    match valor {
        Valor::Objeto(campos) => campos.iter().for_each(|(nome, v)| ctx.at(nome, |ctx| conferir(v, false, ctx))),
        Valor::Lista(itens) if !raiz => {
            itens.iter().enumerate().for_each(|(i, v)| ctx.at_index(i, |ctx| conferir(v, false, ctx)));
        }
        Valor::Flutuante(n) if !n.is_finite() => ctx.error(Problem::InvalidNumber),
        _ if raiz => ctx.error(Problem::WrongType { expected: "object", found: valor.tipo().to_owned() }),
        Valor::Estranho(tipo) => ctx.error(Problem::WrongType { expected: "string", found: tipo.to_string() }),
        _ => {}
    }
}

const LINHA: Formas = &[
    ("linha", "`2`"),
    ("situacao", "`created`"),
    ("codigo", "`digito_verificador`"),
    ("mensagem", "`\"…\"`"),
    ("id", "`17`"),
    ("celulas", "`[{ coluna, severidade, mensagem }]`"),
];

const CELULA: Formas = &[("coluna", "`A`"), ("severidade", "`erro`, `aviso`"), ("mensagem", "`\"…\"`")];

/// Gives the workbook in `bytes` back with what became of each row.
#[wasm_bindgen]
pub fn relatorio(nome: &str, bytes: Vec<u8>, linhas: &JsValue, opcoes: JsValue) -> Result<Vec<u8>, JsValue> {
    let fluxo = fluxo_de(nome)?;
    let leitura = Leitura::ler(opcoes)?;
    let mut resultados = HashMap::new();
    let mut contagens: Vec<(String, u64)> = Vec::new();
    for linha in Bolsa::lista("linhas", linhas, LINHA)? {
        let numero: u32 = linha.ler("linha")?.ok_or_else(|| linha.recusar("linha"))?;
        let resultado = resultado(&linha)?;
        match contagens.iter_mut().find(|(situacao, _)| *situacao == resultado.situacao) {
            Some((_, vezes)) => *vezes += 1,
            None => contagens.push((resultado.situacao.clone(), 1)),
        }
        resultados.insert(numero, resultado);
    }
    let escrever = || {
        let mut arquivo = Arquivo::de_bytes(bytes, &leitura.nome, &leitura.planilha)?;
        let de = |linha| resultados.remove(&linha);
        escrever_relatorio(&mut arquivo, fluxo, Saida::Xlsx, Vec::new(), de, &contagens)
    };
    escrever().map(|(bytes, _)| bytes).map_err(|falha| falhou_em(falha, &leitura))
}

fn resultado(linha: &Bolsa) -> Result<ResultadoDaLinha, JsValue> {
    let celula = |celula: &Bolsa| {
        let severidade = celula.escolher("severidade", |severidade| match severidade {
            "erro" => Some(Severidade::Erro),
            "aviso" => Some(Severidade::Aviso),
            _ => None,
        })?;
        Ok(CelulaMarcada {
            coluna: celula.ler("coluna")?.ok_or_else(|| celula.recusar("coluna"))?,
            severidade: severidade.unwrap_or(Severidade::Erro),
            mensagem: celula.ler("mensagem")?.ok_or_else(|| celula.recusar("mensagem"))?,
        })
    };
    Ok(ResultadoDaLinha {
        situacao: linha.ler("situacao")?.ok_or_else(|| linha.recusar("situacao"))?,
        codigo: linha.ler("codigo")?.unwrap_or_default(),
        mensagem: linha.ler("mensagem")?.unwrap_or_default(),
        id: linha.ler("id")?.unwrap_or_default(),
        celulas: linha.objetos("celulas", CELULA)?.iter().map(celula).collect::<Result<_, JsValue>>()?,
    })
}

/// An empty workbook to be filled in by a person.
#[wasm_bindgen]
pub fn modelo(nome: &str) -> Result<Vec<u8>, JsValue> {
    escrever_modelo(fluxo_de(nome)?, Vec::new()).map_err(|falha| falhou(falha, Idioma::default()))
}

fn fluxo_de(nome: &str) -> Result<&'static Fluxo, JsValue> {
    match nome {
        "clientes" => Ok(&fluxo::CLIENTES),
        "consumos" => Ok(&fluxo::CONSUMOS),
        "cobrancas" => Ok(&fluxo::CONTAS_A_RECEBER),
        _ => Err(opcao("fluxo", "`clientes`, `consumos`, `cobrancas`")),
    }
}

fn falhou(falha: Falha, idioma: Idioma) -> JsValue {
    erro(&Error::from(falha).with(|d| d.idioma = idioma))
}

/// The same of the file that was read.
fn falhou_em(falha: Falha, leitura: &Leitura) -> JsValue {
    erro(&no_arquivo(&leitura.nome, falha.into()).with(|d| d.idioma = leitura.idioma))
}

const LER: Formas = &[
    ("nome", "`clientes.xls`"),
    ("modo", "`estrito`, `leniente`"),
    ("aba", "`Planilha1`"),
    ("mapa", "`{ \"Cód.\": \"codigoExterno\" }`"),
    ("decimalComPonto", "`true`, `false`"),
    ("vazioLimpa", "`true`, `false`"),
    ("limites", "`{ bytes, descompactado, linhas, colunas, bytesPorLinha, memoria }`"),
    ("hoje", "`AAAA-MM-DD`"),
    ("intent", "`incluir`, `alterar`"),
    ("idioma", "`pt-BR`, `en`"),
];

/// How a file is read, and by which rules its rows are checked.
struct Leitura {
    nome: String,
    planilha: OpcoesDaPlanilha,
    regras: Options,
    idioma: Idioma,
}

impl Leitura {
    fn ler(opcoes: JsValue) -> Result<Self, JsValue> {
        let opcoes = Bolsa::opcoes(opcoes, LER)?;
        let modo = opcoes.escolher("modo", Modo::from_name)?.unwrap_or(Modo::Leniente);
        let intent = opcoes.escolher("intent", |intent| match intent {
            "incluir" => Some(Intent::Incluir),
            "alterar" => Some(Intent::Alterar),
            _ => None,
        })?;
        let mapa: BTreeMap<String, String> = opcoes.ler("mapa")?.unwrap_or_default();
        let vazio = if opcoes.ler("vazioLimpa")?.unwrap_or(false) { Vazio::Limpar } else { Vazio::Manter };
        let mut planilha = OpcoesDaPlanilha {
            modo,
            aba: opcoes.ler("aba")?,
            mapa: mapa.into_iter().collect(),
            decimal_com_ponto: opcoes.ler("decimalComPonto")?.unwrap_or_default(),
            vazio,
            ..OpcoesDaPlanilha::default()
        };
        let limites: BTreeMap<String, u64> = opcoes.ler("limites")?.unwrap_or_default();
        for (nome, valor) in limites {
            if !planilha.limites.definir(&nome, valor) {
                return Err(opcoes.recusar("limites"));
            }
        }
        Ok(Self {
            nome: opcoes.ler("nome")?.unwrap_or_default(),
            planilha,
            regras: Options { modo, intent: intent.unwrap_or_default(), hoje: opcoes.escolher("hoje", parse_date)? },
            idioma: opcoes.escolher("idioma", Idioma::from_name)?.unwrap_or_default(),
        })
    }
}

fn objeto<const N: usize>(campos: [(&'static str, Valor<'static>); N]) -> Valor<'static> {
    Valor::Objeto(campos.into_iter().map(|(nome, valor)| (nome.into(), valor)).collect())
}

fn texto(texto: &str) -> Valor<'static> {
    Valor::Texto(texto.to_owned().into())
}

fn numero(n: u32) -> Valor<'static> {
    Valor::Inteiro(n.into())
}
