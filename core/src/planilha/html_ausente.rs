//! What stands for the reader of pages where it is left out: a page is known, and refused with a way out.

use std::convert::Infallible;
use std::marker::PhantomData;

use super::celula::Linha;
use super::leitor::Fonte;
use super::limites::Limites;
use super::mescladas::Regiao;
use super::problema::Falha;

/// Nothing is one of these.
pub(super) struct LinhasHtml<'a>(Infallible, PhantomData<&'a ()>);

impl<'a> LinhasHtml<'a> {
    pub(super) fn abrir(_: Box<dyn Fonte + 'a>, _: &Limites) -> Result<Self, Falha> {
        Err(Falha::nova("html_renomeado", vec![("encontrado", "página HTML".to_owned())]))
    }

    pub(super) fn ler(&mut self) -> Result<Option<Linha>, Falha> {
        match self.0 {}
    }

    pub(super) fn regioes(&mut self) -> Vec<Regiao> {
        match self.0 {}
    }
}
