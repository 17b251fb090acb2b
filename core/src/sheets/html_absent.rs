//! What stands for the reader of pages where it is left out: a page is known, and refused with a way out.

use std::convert::Infallible;
use std::marker::PhantomData;

use super::cell::Row;
use super::finding::SheetError;
use super::merged::Region;
use super::options::Limits;
use super::workbook::Source;

/// Nothing is one of these.
pub(super) struct HtmlRows<'a>(Infallible, PhantomData<&'a ()>);

impl<'a> HtmlRows<'a> {
    pub(super) fn open(_: Box<dyn Source + 'a>, _: &Limits) -> Result<Self, SheetError> {
        Err(SheetError::new("html_renomeado", vec![("found", "página HTML".to_owned())]))
    }

    pub(super) fn read(&mut self) -> Result<Option<Row>, SheetError> {
        match self.0 {}
    }

    pub(super) fn regions(&mut self) -> Vec<Region> {
        match self.0 {}
    }
}
