use std::collections::HashSet;

use super::cabecalho::Mapeamento;
use super::celula::{Celula, Linha};
use super::fluxo::Conversao;
use super::limites::Limites;
use super::problema::Falha;
use super::row::text_len;

/// More regions than this over one row are no table that a person made.
const MAXIMO_ABERTAS: usize = 1_024;

/// Cells merged over several rows, of which the file keeps the first only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Regiao {
    /// The first row, from 1.
    pub(super) primeira: u32,
    pub(super) ultima: u32,
    pub(super) coluna: usize,
}

/// Gives every row of a merged region the value that people see in it.
///
/// A quantity or an amount is not repeated: whether it is the total of the rows or that of each, nobody can tell, and
/// a customer might be billed twice. Such a cell says that it is part of a region.
#[derive(Debug, Default)]
pub(super) struct Mescladas {
    /// Those that are not over yet, the first ones last.
    regioes: Vec<Regiao>,
    abertas: Vec<(Regiao, Celula)>,
    valores: HashSet<usize>,
}

impl Mescladas {
    /// The regions that begin below the header; those in it name columns.
    pub(super) fn novas(mut regioes: Vec<Regiao>, mapeamento: &Mapeamento) -> Self {
        regioes.retain(|r| r.primeira > mapeamento.linha_do_cabecalho && r.ultima > r.primeira);
        regioes.sort_unstable_by_key(|r| std::cmp::Reverse((r.primeira, r.coluna)));
        let valor = |conversao| matches!(conversao, Conversao::Decimal | Conversao::Dinheiro);
        let valores = mapeamento.colunas.iter().filter(|(_, c)| valor(c.conversao)).map(|(i, _)| *i).collect();
        Self { regioes, abertas: Vec::new(), valores }
    }

    /// A region that was found as its first row was read, which comes next.
    pub(super) fn abrir(&mut self, regiao: Regiao) {
        if regiao.ultima > regiao.primeira {
            self.regioes.push(regiao);
        }
    }

    /// Completes a row; rows come in order.
    ///
    /// # Errors
    /// When the row is then longer than a row may be.
    pub(super) fn completar(&mut self, linha: &mut Linha, limites: &Limites) -> Result<(), Falha> {
        if self.regioes.is_empty() && self.abertas.is_empty() {
            return Ok(());
        }
        let limit = usize::try_from(limites.bytes_por_linha).unwrap_or(usize::MAX);
        let mut bytes: usize = linha.celulas.iter().map(text_len).sum();
        self.abertas.retain(|(regiao, _)| regiao.ultima >= linha.numero);
        for (regiao, valor) in &self.abertas {
            let celula = if self.valores.contains(&regiao.coluna) { &Celula::Mesclada } else { valor };
            if matches!(valor, Celula::Vazia) || !linha.celula(regiao.coluna).vazia() {
                continue;
            }
            bytes = bytes.saturating_add(text_len(celula));
            if bytes > limit {
                return Err(Falha::nova("linha_longa_demais", vec![("linha", linha.numero.to_string())]));
            }
            if linha.celulas.len() <= regiao.coluna {
                linha.celulas.resize(regiao.coluna + 1, Celula::Vazia);
            }
            if let Some(lugar) = linha.celulas.get_mut(regiao.coluna) {
                lugar.clone_from(celula);
            }
        }
        while let Some(regiao) = self.regioes.pop_if(|r| r.primeira <= linha.numero) {
            if regiao.ultima > linha.numero && self.abertas.len() < MAXIMO_ABERTAS {
                // A region whose first row was not among the rows is empty.
                let primeira = regiao.primeira == linha.numero;
                let valor = if primeira { linha.celula(regiao.coluna).clone() } else { Celula::Vazia };
                // What is kept is what the next row will hold.
                if self.abertas.iter().map(|(_, aberta)| text_len(aberta)).sum::<usize>() + text_len(&valor) > limit {
                    return Err(Falha::nova("linha_longa_demais", vec![("linha", linha.numero.to_string())]));
                }
                self.abertas.push((regiao, valor));
            }
        }
        Ok(())
    }
}
