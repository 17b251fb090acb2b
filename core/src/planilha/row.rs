//! A row as it is put together, within its bounds.

use super::celula::{Celula, Linha};
use super::limites::Limites;
use super::problema::Falha;

pub(super) struct RowBuilder {
    row: Linha,
    /// Bytes of text so far.
    bytes: usize,
}

impl RowBuilder {
    pub(super) fn new(number: u32) -> Self {
        Self { row: Linha { numero: number, celulas: Vec::new() }, bytes: 0 }
    }

    pub(super) fn number(&self) -> u32 {
        self.row.numero
    }

    /// Puts a cell in its column; one without a value takes no room.
    pub(super) fn put(&mut self, column: u32, cell: Celula, limits: &Limites) -> Result<(), Falha> {
        if matches!(cell, Celula::Vazia) {
            return Ok(());
        }
        let row = || ("linha", self.row.numero.to_string());
        if column >= limits.colunas {
            return Err(Falha::nova("colunas_demais", vec![row(), ("limite", limits.colunas.to_string())]));
        }
        self.bytes = self.bytes.saturating_add(text_len(&cell));
        if u64::try_from(self.bytes).unwrap_or(u64::MAX) > limits.bytes_por_linha {
            return Err(Falha::nova("linha_longa_demais", vec![row()]));
        }
        let index = usize::try_from(column).unwrap_or(usize::MAX);
        if self.row.celulas.len() <= index {
            self.row.celulas.resize(index + 1, Celula::Vazia);
        }
        if let Some(place) = self.row.celulas.get_mut(index) {
            *place = cell;
        }
        Ok(())
    }

    pub(super) fn build(self) -> Linha {
        self.row
    }
}

/// How many bytes of text a cell holds.
pub(super) fn text_len(cell: &Celula) -> usize {
    match cell {
        Celula::Texto(text) | Celula::Erro(text) => text.len(),
        _ => 0,
    }
}
