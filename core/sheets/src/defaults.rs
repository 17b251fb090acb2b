//! The caller's settings for the values of a file: the meaning of words, and default values.

use smartbill_model::Value;
use smartbill_model::validate::clip;

use super::cell::Cell;
use super::convert::{self, Context};
use super::finding::SheetError;
use super::flows::{Column, Flow};
use super::names::{most_similar, normalize};
use super::options::ReadOptions;

/// The default value of each field, for rows without a value.
pub(super) type Defaults = Vec<(&'static str, Value<'static>)>;

/// Reads the default values of the options in the way of cells.
///
/// # Errors
/// An unknown field, or a value that the field cannot have.
pub(super) fn read(flow: &'static Flow, options: &ReadOptions) -> Result<Defaults, SheetError> {
    let context = Context { mode: options.mode, decimal_point: options.decimal_point.into(), ..Context::default() };
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

/// The cell with the meaning that the caller gives to its word.
pub(super) fn meaning(column: &Column, cell: &Cell, options: &ReadOptions) -> Option<Cell> {
    let (_, words) = options.values.iter().find(|(field, _)| field == column.field)?;
    let shown = cell.show();
    let word = shown.trim();
    let exact = words.iter().find(|(from, _)| from.trim() == word);
    let same = exact.or_else(|| words.iter().find(|(from, _)| normalize(from) == normalize(word)));
    same.map(|(_, to)| Cell::Text(to.clone()))
}
