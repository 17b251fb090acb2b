//! `smartbill-automation/planilha`: spreadsheets read, checked and written; nothing sent.

use std::borrow::Cow;
use std::collections::HashMap;

use smartbill_core::model::{Cliente, Cobranca, Consumo, Modelo};
use smartbill_core::planilha::{
    Arquivo, CelulaMarcada, Escritor, Falha, Fluxo, Opcoes as OpcoesDaPlanilha, Problema, Registro, Registros,
    ResultadoDaLinha, Saida, Severidade, Vazio, modelo as escrever_modelo, relatorio as escrever_relatorio,
};
use smartbill_core::{Error, Idioma, Modo, Valor};
use wasm_bindgen::prelude::*;

use crate::ponte::{Opcoes, desempacotar, erro, opcao};

/// Reads a spreadsheet with packed options: rows and problems as JSON.
#[wasm_bindgen]
pub fn ler(nome: &str, bytes: Vec<u8>, opcoes: &[u8]) -> Result<String, JsValue> {
    let [opcoes] = desempacotar(opcoes)?;
    let leitura = Leitura::ler(opcoes)?;
    let fluxo = fluxo_de(nome)?;
    let lida = match nome {
        "clientes" => ler_como::<Cliente>(fluxo, bytes, &leitura),
        "consumos" => ler_como::<Consumo>(fluxo, bytes, &leitura),
        _ => ler_como::<Cobranca>(fluxo, bytes, &leitura),
    };
    lida.map(|valor| valor.to_json()).map_err(|falha| falhou(falha, leitura.regras.idioma))
}

fn ler_como<M: Modelo>(fluxo: &'static Fluxo, bytes: Vec<u8>, leitura: &Leitura) -> Result<Valor<'static>, Falha> {
    let mut arquivo = Arquivo::de_bytes(bytes, &leitura.nome, &leitura.planilha)?;
    let formato = arquivo.formato().extensao();
    let mut registros = arquivo.registros(fluxo)?;
    let mut linhas = Vec::new();
    let mut aceitas = 0_i64;
    while let Some(registro) = registros.next() {
        let mut registro = registro?;
        let modelo = registros.validar::<M>(&mut registro, leitura.regras.options());
        aceitas += i64::from(modelo.is_some());
        linhas.push(linha(&registro, modelo.as_ref().map(|m| m.valor().into_owned()), leitura.regras.idioma));
    }
    let rejeitadas = i64::try_from(linhas.len()).unwrap_or(i64::MAX) - aceitas;
    let ignoradas = registros
        .ignoradas()
        .linhas
        .iter()
        .map(|l| objeto([("linha", numero(l.linha)), ("motivo", texto(l.motivo)), ("texto", texto(&l.texto))]));
    Ok(objeto([
        ("formato", texto(formato)),
        ("aba", texto(registros.aba())),
        ("colunas", colunas(&registros)),
        ("aceitas", Valor::Inteiro(aceitas)),
        ("rejeitadas", Valor::Inteiro(rejeitadas)),
        ("ignoradas", Valor::Lista(ignoradas.collect())),
        ("linhas", Valor::Lista(linhas)),
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

/// Writes packed records as a workbook, or as text where `csv` says so.
#[wasm_bindgen]
pub fn escrever(nome: &str, registros: &[u8], csv: bool) -> Result<Vec<u8>, JsValue> {
    let fluxo = fluxo_de(nome)?;
    let [registros] = desempacotar(registros)?;
    let Valor::Lista(registros) = registros else {
        return Err(opcao("registros", "a list"));
    };
    let saida = if csv { Saida::CsvUtf8 } else { Saida::Xlsx };
    let escrever = || {
        let mut escritor = Escritor::novo(fluxo, saida, Vec::new())?;
        for registro in &registros {
            escritor.registro(registro)?;
        }
        escritor.terminar()
    };
    escrever().map(|(bytes, _)| bytes).map_err(|falha| falhou(falha, Idioma::default()))
}

/// Gives the workbook in `bytes` back with what became of each row, a packed `[rows, options]`.
#[wasm_bindgen]
pub fn relatorio(nome: &str, bytes: Vec<u8>, entrada: &[u8]) -> Result<Vec<u8>, JsValue> {
    let fluxo = fluxo_de(nome)?;
    let [linhas, opcoes] = desempacotar(entrada)?;
    let leitura = Leitura::ler(opcoes)?;
    let mut resultados = HashMap::new();
    let mut contagens: Vec<(String, u64)> = Vec::new();
    for linha in itens(&linhas) {
        let Some(Valor::Inteiro(n)) = linha.campo("linha") else {
            return Err(opcao("linhas", "`{ linha, situacao }`"));
        };
        let resultado = resultado(linha);
        match contagens.iter_mut().find(|(situacao, _)| *situacao == resultado.situacao) {
            Some((_, vezes)) => *vezes += 1,
            None => contagens.push((resultado.situacao.clone(), 1)),
        }
        resultados.insert(u32::try_from(*n).unwrap_or(u32::MAX), resultado);
    }
    let escrever = || {
        let mut arquivo = Arquivo::de_bytes(bytes, &leitura.nome, &leitura.planilha)?;
        let de = |linha| resultados.remove(&linha);
        escrever_relatorio(&mut arquivo, fluxo, Saida::Xlsx, Vec::new(), de, &contagens)
    };
    escrever().map(|(bytes, _)| bytes).map_err(|falha| falhou(falha, leitura.regras.idioma))
}

fn resultado(linha: &Valor<'_>) -> ResultadoDaLinha {
    let campo = |valor: &Valor<'_>, nome: &str| valor.campo(nome).and_then(Valor::texto).unwrap_or_default().to_owned();
    let celula = |celula: &Valor<'_>| CelulaMarcada {
        coluna: campo(celula, "coluna"),
        severidade: if campo(celula, "severidade") == "aviso" { Severidade::Aviso } else { Severidade::Erro },
        mensagem: campo(celula, "mensagem"),
    };
    ResultadoDaLinha {
        situacao: campo(linha, "situacao"),
        codigo: campo(linha, "codigo"),
        mensagem: campo(linha, "mensagem"),
        celulas: linha.campo("celulas").map(|celulas| itens(celulas).map(celula).collect()).unwrap_or_default(),
    }
}

/// An empty workbook to be filled in by a person.
#[wasm_bindgen]
pub fn modelo(nome: &str) -> Result<Vec<u8>, JsValue> {
    escrever_modelo(fluxo_de(nome)?, Vec::new()).map_err(|falha| falhou(falha, Idioma::default()))
}

fn fluxo_de(nome: &str) -> Result<&'static Fluxo, JsValue> {
    Fluxo::por_nome(nome).ok_or_else(|| opcao("fluxo", "`clientes`, `consumos`, `contas_a_receber`"))
}

fn falhou(falha: Falha, idioma: Idioma) -> JsValue {
    erro(&Error::from(falha).with(|d| d.idioma = idioma))
}

/// How a file is read, and by which rules its rows are checked.
struct Leitura {
    nome: String,
    planilha: OpcoesDaPlanilha,
    regras: Opcoes,
}

impl Leitura {
    fn ler(opcoes: Valor<'_>) -> Result<Self, JsValue> {
        let mut nome = String::new();
        let mut planilha = OpcoesDaPlanilha::default();
        let mut resto = vec![("modo".into(), Valor::Texto(Modo::Leniente.name().into()))];
        let campos = if let Valor::Objeto(campos) = opcoes { campos } else { Vec::new() };
        for (opcao_dada, valor) in campos {
            match (&*opcao_dada, &valor) {
                (_, Valor::Nulo) => {}
                ("nome", Valor::Texto(t)) => nome = t.to_string(),
                ("aba", Valor::Texto(t)) => planilha.aba = Some(t.to_string()),
                ("decimalComPonto", Valor::Booleano(v)) => planilha.decimal_com_ponto = *v,
                ("vazioLimpa", Valor::Booleano(v)) => {
                    planilha.vazio = if *v { Vazio::Limpar } else { Vazio::Manter };
                }
                ("mapa", Valor::Objeto(mapa)) => {
                    for (cabecalho, campo) in mapa {
                        let campo = campo.texto().ok_or_else(|| opcao("mapa", "header → field"))?;
                        planilha.mapa.push((cabecalho.to_string(), campo.to_owned()));
                    }
                }
                ("nome" | "aba" | "decimalComPonto" | "vazioLimpa" | "mapa", _) => {
                    return Err(opcao(&opcao_dada, "a value of its type"));
                }
                _ => resto.push((opcao_dada, valor)),
            }
        }
        let regras = Opcoes::ler(&Valor::Objeto(resto))?;
        planilha.modo = regras.modo;
        Ok(Self { nome, planilha, regras })
    }
}

fn itens<'v, 'a>(lista: &'v Valor<'a>) -> impl Iterator<Item = &'v Valor<'a>> {
    let itens = if let Valor::Lista(itens) = lista { itens.as_slice() } else { &[] };
    itens.iter()
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
