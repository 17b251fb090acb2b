//! Reads Python mappings directly into the rows of records, without a tree of values between them.

use std::collections::HashMap;

use bytes::Bytes;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use smartbill_core::api::{FromPage, Page, PageRecord};
use smartbill_core::model::{FieldType, Row, RowBuilder, Rule, Schema, list_of};
use smartbill_core::validate::{Context, Intent, Options, Report};
use smartbill_core::{Language, Value};

use crate::source::refuse_one;
use crate::table::Table;
use crate::{error, value};

/// Checks many records: JSON, a table of any data-frame library, or an iterable of records. Each record comes with its
/// report, and is absent if the report has an error.
pub(crate) fn check(
    schema: &'static Schema,
    rows: &Bound<'_, PyAny>,
    options: Options,
) -> PyResult<Vec<(Option<PageRecord>, Report)>> {
    let (page, reports) = if rows.is_instance_of::<PyString>() || rows.is_instance_of::<PyBytes>() {
        read_json(schema, rows, options)?
    } else if let Some(table) = Table::read(rows, Language::default())? {
        let mut read = Vec::new();
        for row in table {
            let checked = schema.validar(row.map_err(|e| error::exception(rows.py(), &e))?, options);
            read.push(checked.map(|(record, report)| (record.into_row(), report)));
        }
        Page::checked(schema, read)
    } else {
        refuse_one(rows, Language::default())?;
        let (mut reader, mut read) = (RowReader::default(), Vec::new());
        for row in rows.try_iter()? {
            read.push(reader.check(schema, &row?, options)?);
        }
        Page::checked(schema, read)
    };
    let records = PageRecord::all(page).into_iter().zip(reports);
    Ok(records.map(|(record, report)| (report.is_valid().then_some(record), report)).collect())
}

/// Reads the records of an answer.
pub(crate) fn answer(schema: &'static Schema, text: &Bound<'_, PyAny>) -> PyResult<Vec<PageRecord>> {
    let options = Options { intent: Intent::Response, ..Options::default() };
    read_json(schema, text, options).map(|(page, _)| PageRecord::all(page))
}

fn read_json(schema: &'static Schema, text: &Bound<'_, PyAny>, options: Options) -> PyResult<(Page, Vec<Report>)> {
    let json = Bytes::from(value::json_bytes(text)?.into_owned());
    match Page::from_json(schema, json, "data", options).map_err(value::invalid_json)? {
        Some(read) => Ok(read),
        None => Err(PyValueError::new_err("the JSON is neither a list nor an object with a list under `data`")),
    }
}

/// Reads rows. The names of their fields are usually the same few objects, which it recognizes.
#[derive(Default)]
pub(crate) struct RowReader {
    /// The index of the field for each schema and name object. The name object is kept alive, so that no other object
    /// gets its address.
    names: HashMap<(*const Schema, *mut pyo3::ffi::PyObject), (Py<PyString>, usize)>,
}

/// The greatest number of names to remember. All schemas together have fewer.
const NAMES: usize = 1000;

impl RowReader {
    /// Reads and checks a mapping, or a record.
    pub(crate) fn check(
        &mut self,
        schema: &'static Schema,
        row: &Bound<'_, PyAny>,
        options: Options,
    ) -> PyResult<Result<(Row<'static>, Report), Report>> {
        let mut ctx = Context::new(options);
        let row = match row.cast_exact::<PyDict>() {
            Ok(fields) => Some(self.row(schema, fields, &mut ctx)?),
            Err(_) => schema.read(value::from_row(row)?, &mut ctx),
        };
        let checked = schema.judge(row, ctx);
        Ok(checked.map(|(record, report)| (record.into_row(), report)))
    }

    fn row(
        &mut self,
        schema: &'static Schema,
        fields: &Bound<'_, PyDict>,
        ctx: &mut Context,
    ) -> PyResult<Row<'static>> {
        let mut builder = RowBuilder::new(schema);
        // This is a copy, because reading a value may run Python code that changes the mapping.
        for (key, v) in fields.copy()? {
            let name = key.cast::<PyString>().ok();
            let known = name.and_then(|name| self.names.get(&(ptr(schema), name.as_ptr())));
            let found = if let Some((_, index)) = known {
                schema.fields.get(*index).map(|field| (*index, field))
            } else {
                let text = value::read_key(&key)?;
                let found = builder.find(&text);
                match (found, name) {
                    (Some((index, _)), Some(name)) if self.names.len() < NAMES => {
                        self.names.insert((ptr(schema), name.as_ptr()), (name.clone().unbind(), index));
                    }
                    (None, _) => builder.unknown(text, value::from_row(&v)?, ctx),
                    _ => {}
                }
                found
            };
            let Some((index, field)) = found else { continue };
            let place = builder.enter(index, field, ctx);
            let read = if place.repeated { Value::Null } else { self.field(place.rule, &v, ctx)? };
            builder.leave(place, read, ctx);
        }
        Ok(builder.end(ctx))
    }

    fn field(&mut self, rule: &'static Rule, v: &Bound<'_, PyAny>, ctx: &mut Context) -> PyResult<Value<'static>> {
        if let Ok(text) = v.cast_exact::<PyString>() {
            return Ok(rule.read(value::read_text(text), ctx));
        }
        if let Some(inside) = self.inside(rule, v, ctx)? {
            return Ok(inside);
        }
        Ok(match value::from_row(v)? {
            Value::Null => Value::Null,
            value => rule.read(value, ctx),
        })
    }

    /// Reads a mapping or a list inside a field.
    fn inside(
        &mut self,
        rule: &'static Rule,
        v: &Bound<'_, PyAny>,
        ctx: &mut Context,
    ) -> PyResult<Option<Value<'static>>> {
        Ok(match rule.kind {
            FieldType::Object(schema) => match v.cast_exact::<PyDict>() {
                Ok(fields) => Some(Value::Row(self.row(schema, fields, ctx)?)),
                Err(_) => None,
            },
            FieldType::List(item) => match v.cast_exact::<PyList>() {
                Ok(list) if list.len() <= value::PARTS => Some(self.list(item, list, ctx)?),
                _ => None,
            },
            _ => None,
        })
    }

    fn list(&mut self, item: &'static Rule, list: &Bound<'_, PyList>, ctx: &mut Context) -> PyResult<Value<'static>> {
        let mut items = Vec::with_capacity(list.len());
        for (index, v) in list.iter().enumerate() {
            let path = ctx.enter_index(index);
            items.push(match self.inside(item, &v, ctx)? {
                Some(inside) => inside,
                None => item.read(value::from_row(&v)?, ctx),
            });
            ctx.leave(path);
        }
        Ok(list_of(items, ctx))
    }
}

fn ptr(schema: &'static Schema) -> *const Schema {
    schema
}
