//! What a caller says of the values of a file: words of its own, and what holds where nothing is said.

use smartbill_model::Value;
use smartbill_model::validate::clip;

use super::cell::Cell;
use super::convert::{self, Context};
use super::finding::SheetError;
use super::flows::{Column, Flow};
use super::names::{most_similar, normalize};
use super::options::ReadOptions;

/// What holds where no cell says it: each field with its value.
pub(super) type Defaults = Vec<(&'static str, Value<'static>)>;

/// The defaults of the options, read as cells are.
///
/// # Errors
/// A field that there is not, or a value that it cannot have.
pub(super) fn read(flow: &'static Flow, options: &ReadOptions) -> Result<Defaults, SheetError> {
    let context = Context { mode: options.mode, decimal_point: options.decimal_point, ..Context::default() };
    let one = |(field, text): &(String, String)| {
        let Some(column) = flow.column(field) else {
            let field = clip(field);
            let nearest = most_similar(&field, flow.columns.iter().map(|c| c.field)).unwrap_or_default().to_owned();
            return Err(SheetError::new("mapa_campo_desconhecido", vec![("field", field), ("nearest", nearest)]));
        };
        let value = convert::cell(&Cell::Text(text.clone()), column.conversion, context, &mut Vec::new());
        let said = value.ok().flatten().map(|value| (column.field, value));
        said.ok_or_else(|| {
            SheetError::new("padrao_invalido", vec![("field", column.field.to_owned()), ("default", clip(text))])
        })
    };
    options.defaults.iter().map(one).collect()
}

/// What a cell means where the caller says so: the word that stands for it.
pub(super) fn meaning(column: &Column, cell: &Cell, options: &ReadOptions) -> Option<Cell> {
    let (_, words) = options.values.iter().find(|(field, _)| field == column.field)?;
    let shown = cell.show();
    let word = shown.trim();
    let exact = words.iter().find(|(from, _)| from.trim() == word);
    let same = exact.or_else(|| words.iter().find(|(from, _)| normalize(from) == normalize(word)));
    same.map(|(_, to)| Cell::Text(to.clone()))
}
