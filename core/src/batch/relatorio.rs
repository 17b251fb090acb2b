use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::io::Write;

use super::fonte::{Fonte, abrir_arquivo};
use super::journal::Journal;
use super::linha::{Acao, Contagem, Efeito, Estado, Ignorada, ProblemaDaLinha, ResultadoDaLinha};
use super::recurso::Importavel;
use crate::planilha::{
    self, CelulaMarcada, Coluna, Conversao, Escritor, Fluxo, Papel, Saida, Severidade, letra_da_coluna,
};
use crate::{Error, Idioma, Valor};

/// How many outcomes are read from the journal at once.
const PAGINA: usize = 1_000;

/// Writes what became of every row: the sheet that came in given back with three more columns, bad cells marked, and
/// counts on a second sheet; or a list of the rows, where they came from no sheet. Mended in place and imported again,
/// it touches only what changed.
///
/// # Errors
/// When the source cannot be read again or is no longer what was imported, or the output refuses it.
pub fn relatorio<M: Importavel, W: Write + Send>(
    journal: &Journal,
    fonte: &Fonte<'_>,
    saida: Saida,
    destino: W,
    idioma: Idioma,
) -> Result<W, Error> {
    let Some(mut arquivo) = abrir_arquivo(fonte)? else {
        return lista(journal, saida, destino, idioma);
    };
    // A file that changed since would be told the outcomes of other rows.
    if let Some(resumo) = fonte.resumo()? {
        journal.conferir_fonte(&resumo)?;
    }
    let colunas: HashMap<&str, String> = {
        let registros = arquivo.registros(M::FLUXO)?;
        let colunas = registros.mapeamento().colunas.iter().rev();
        colunas.map(|(indice, coluna)| (coluna.campo, letra_da_coluna(*indice))).collect()
    };
    let contagens = contagens(&journal.contar()?, idioma);
    let ignoradas: HashMap<u64, Ignorada> = journal.ignoradas()?.into_iter().map(|i| (i.linha, i)).collect();
    let falha = RefCell::new(None);
    let mut pagina = VecDeque::new();
    let mut cursor = 0;
    let resultado = |numero: u32| {
        let numero = u64::from(numero);
        // Both go by rising row number, so one pass over the journal is enough.
        while pagina.front().is_none_or(|r: &ResultadoDaLinha| r.numero < numero) {
            if pagina.pop_front().is_none() {
                match journal.pagina(&[], cursor, PAGINA) {
                    Ok(nova) => pagina.extend(nova),
                    Err(e) => *falha.borrow_mut() = Some(e),
                }
                match pagina.back() {
                    Some(ultima) => cursor = ultima.numero,
                    None => break,
                }
            }
        }
        match pagina.front().filter(|r| r.numero == numero) {
            Some(linha) => Some(na_planilha(linha, &colunas, idioma)),
            None => ignoradas.get(&numero).map(|i| ignorada(i, idioma)),
        }
    };
    let (destino, _) = planilha::relatorio(&mut arquivo, M::FLUXO, saida, destino, resultado, &contagens)?;
    match falha.into_inner() {
        Some(e) => Err(e),
        None => Ok(destino),
    }
}

fn na_planilha(
    linha: &ResultadoDaLinha,
    colunas: &HashMap<&str, String>,
    idioma: Idioma,
) -> planilha::ResultadoDaLinha {
    let celula = |p: &ProblemaDaLinha| {
        let do_campo = || colunas.get(p.campo.as_deref()?).cloned();
        Some(CelulaMarcada {
            coluna: p.coluna.clone().or_else(do_campo)?,
            severidade: if p.aviso { Severidade::Aviso } else { Severidade::Erro },
            mensagem: p.mensagem(idioma).to_owned(),
        })
    };
    let feito = linha.estado == Estado::Feito;
    planilha::ResultadoDaLinha {
        situacao: situacao(linha, idioma).to_owned(),
        codigo: if feito { String::new() } else { linha.codigo.clone().unwrap_or_default() },
        mensagem: linha.mensagem(idioma),
        id: linha.id.clone().unwrap_or_default(),
        celulas: linha.problemas.iter().filter_map(celula).collect(),
    }
}

fn ignorada(linha: &Ignorada, idioma: Idioma) -> planilha::ResultadoDaLinha {
    planilha::ResultadoDaLinha {
        situacao: if idioma == Idioma::En { "passed over" } else { "ignorada" }.to_owned(),
        codigo: linha.motivo.clone(),
        mensagem: linha.mensagem(idioma).to_owned(),
        ..planilha::ResultadoDaLinha::default()
    }
}

/// What became of a row, in one word for a person.
#[must_use]
pub fn situacao(linha: &ResultadoDaLinha, idioma: Idioma) -> &'static str {
    let efeito = || Efeito::ALL.into_iter().find(|e| linha.codigo.as_deref() == Some(e.name()));
    let (pt, en) = match (linha.estado, efeito()) {
        (Estado::Pendente, _) => ("pendente", "pending"),
        (Estado::Rejeitado, _) => ("rejeitado", "rejected"),
        (Estado::Recusado, _) => ("recusado", "refused"),
        (Estado::Enviando | Estado::Desconhecido, _) => ("desconhecido", "unknown"),
        (Estado::Feito, Some(Efeito::Created)) => ("incluído", "created"),
        (Estado::Feito, Some(Efeito::Updated)) => ("alterado", "updated"),
        (Estado::Feito, Some(Efeito::Unchanged)) => ("inalterado", "unchanged"),
        (Estado::Feito, Some(Efeito::Removed)) => ("removido", "removed"),
        (Estado::Feito, _) => ("já feito", "already done"),
    };
    if idioma == Idioma::En { en } else { pt }
}

/// The counts that are worth showing, each with its name.
#[must_use]
pub fn contagens(c: &Contagem, idioma: Idioma) -> Vec<(String, u64)> {
    let pt = idioma == Idioma::PtBr;
    [
        ("linhas", "rows", c.total, true),
        ("incluídos", "created", c.incluidos, true),
        ("alterados", "updated", c.alterados, true),
        ("inalterados", "unchanged", c.inalterados, true),
        ("já feitos", "already done", c.ja_feitos, false),
        ("removidos", "removed", c.removidos, false),
        ("rejeitados", "rejected", c.rejeitados, true),
        ("recusados", "refused", c.recusados, true),
        ("desconhecidos", "unknown", c.desconhecidos, false),
        ("pendentes", "pending", c.pendentes, false),
        ("só para alterar", "for a change only", c.so_alterar, false),
        ("sem código externo", "without a code", c.unidentified, false),
        ("ignoradas (totais, rodapés)", "passed over (totals, footers)", c.ignoradas, false),
    ]
    .into_iter()
    .filter(|(_, _, n, sempre)| *sempre || *n > 0)
    .map(|(em_pt, em_en, n, _)| ((if pt { em_pt } else { em_en }).to_owned(), n))
    .collect()
}

const fn coluna(campo: &'static str, rotulo: &'static str) -> Coluna {
    Coluna {
        campo,
        rotulo,
        sinonimos: &[],
        conversao: Conversao::Texto,
        obrigatoria: false,
        varias: false,
        papel: Papel::Campo,
        nota: "",
        exemplo: "",
    }
}

static LISTA: Fluxo = Fluxo {
    nome: "resultado",
    titulo: "Resultado",
    unicos: &[],
    uma_de: &[],
    colunas: &[
        coluna("linha", "Linha"),
        coluna("chave", "Código externo"),
        coluna("operacao", "Operação"),
        coluna("situacao", "Situação"),
        coluna("codigo", "Código"),
        coluna("mensagem", "Mensagem"),
        coluna("id", "ID na plataforma"),
    ],
};

fn lista<W: Write + Send>(journal: &Journal, saida: Saida, destino: W, idioma: Idioma) -> Result<W, Error> {
    let mut escritor = Escritor::novo(&LISTA, saida, destino)?;
    let mut falha = None;
    journal.percorrer(&[], 0, |linha| {
        let texto = |t: &str| Valor::Texto(t.to_owned().into());
        let feito = linha.estado == Estado::Feito;
        let codigo = linha.codigo.as_deref().filter(|_| !feito).unwrap_or_default();
        let acao = if linha.acao == Acao::Indefinida { "" } else { linha.acao.name() };
        let registro = Valor::Objeto(vec![
            ("linha".into(), texto(&linha.numero.to_string())),
            ("chave".into(), texto(linha.chave.as_deref().unwrap_or_default())),
            ("operacao".into(), texto(acao)),
            ("situacao".into(), texto(situacao(&linha, idioma))),
            ("codigo".into(), texto(codigo)),
            ("mensagem".into(), texto(&linha.mensagem(idioma))),
            ("id".into(), texto(linha.id.as_deref().unwrap_or_default())),
        ]);
        falha = escritor.registro(&registro).err();
        falha.is_none()
    })?;
    match falha {
        Some(f) => Err(f.into()),
        None => Ok(escritor.terminar()?.0),
    }
}
