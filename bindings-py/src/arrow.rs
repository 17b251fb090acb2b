//! Records as an Arrow table, for any data-frame library, without a dependency on one.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Int64Builder, LargeStringBuilder, MapBuilder, MapFieldNames,
    TimestampMicrosecondBuilder,
};
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Int64Array, LargeListArray, LargeStringArray, RecordBatch, RecordBatchIterator,
    RecordBatchReader, StructArray, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, Field, Fields, SchemaRef};
use jiff::civil::{Date, date};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rust_decimal::Decimal;
use smartbill_core::api::PageRecord;
use smartbill_core::batch::RowResult;
use smartbill_core::model::{FieldType, Row, Schema};
use smartbill_core::validate::Finding;
use smartbill_core::{Language, Value};

use crate::extras::EXTRAS;

/// Records in columns, one for each field of the model, for any library with the Arrow C stream interface:
/// `polars.DataFrame(table)`, `pyarrow.table(table)`, DuckDB, pandas.
#[pyclass(frozen, module = "smartbill")]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches }
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    #[pyo3(signature = (requested_schema = None))]
    #[expect(unused_variables, reason = "a consumer may ask for another schema, and the interface lets it be ignored")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batches = self.batches.clone().into_iter().map(Ok);
        stream_capsule(py, Box::new(RecordBatchIterator::new(batches, Arc::clone(&self.schema))))
    }

    fn __repr__(&self) -> String {
        format!("<Table: {} × {}>", self.__len__(), self.schema.fields().len())
    }
}

pub(crate) fn schema_capsule<'py>(py: Python<'py>, schema: &SchemaRef) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema.as_ref()).map_err(|e| fault(&e))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

pub(crate) fn stream_capsule(
    py: Python<'_>,
    batches: Box<dyn RecordBatchReader + Send>,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(batches), c"arrow_array_stream")
}

pub(crate) fn fault(e: &ArrowError) -> PyErr {
    PyValueError::new_err(format!("the records do not fit an Arrow table: {e}"))
}

/// The schema of the tables of a model; it does not depend on the records.
pub(crate) fn schema_of(schema: &Schema) -> Result<SchemaRef, ArrowError> {
    batch(schema, &[]).map(|batch| batch.schema())
}

/// Records in columns, and in the last what the platform sent and the model does not know.
pub(crate) fn batch(schema: &Schema, records: &[PageRecord]) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<_> = records.iter().map(|record| Some(record.row())).collect();
    let (fields, mut columns, _) = structure(schema, &rows)?.into_parts();
    let unknown = extras(schema, &rows)?;
    let mut fields = fields.to_vec();
    fields.push(Arc::new(Field::new(EXTRAS, unknown.data_type().clone(), true)));
    columns.push(unknown);
    RecordBatch::try_new(Arc::new(arrow_schema::Schema::new(fields)), columns)
}

/// What the model does not know, by name: JSON, since nobody knows its type.
fn extras(schema: &Schema, rows: &[Option<&Row<'_>>]) -> Result<ArrayRef, ArrowError> {
    let mut column = map_builder();
    for row in rows {
        if let Some(row) = row {
            unknown_in(schema, row, "", &mut column);
        }
        column.append(true)?;
    }
    Ok(Arc::new(column.finish()))
}

/// The unknown fields of a record and of the objects in it, whose names have a dot between them.
fn unknown_in(schema: &Schema, row: &Row<'_>, before: &str, column: &mut Map) {
    for (name, value) in schema.extras(row) {
        column.keys().append_value(format!("{before}{name}"));
        column.values().append_value(value.to_json());
    }
    for (field, value) in schema.present(row) {
        if let (FieldType::Object(schema), Value::Row(row)) = (field.rule.kind, value) {
            unknown_in(schema, row, &format!("{before}{}.", field.snake), column);
        }
    }
}

type Map = MapBuilder<LargeStringBuilder, LargeStringBuilder>;

fn map_builder() -> Map {
    MapBuilder::new(None::<MapFieldNames>, LargeStringBuilder::new(), LargeStringBuilder::new())
}

/// What became of the rows of an import, with what was found of each.
pub(crate) fn rows_batch(rows: &[RowResult]) -> Result<RecordBatch, ArrowError> {
    let text = |column: Vec<Option<String>>| Arc::new(LargeStringArray::from(column)) as ArrayRef;
    let each = |get: &dyn Fn(&RowResult) -> Option<String>| text(rows.iter().map(get).collect());
    let findings: Vec<_> = rows.iter().flat_map(|row| &row.findings).collect();
    let of_findings = |get: &dyn Fn(&Finding) -> Option<String>| text(findings.iter().map(|f| get(f)).collect());
    let findings = StructArray::try_from(vec![
        ("path", of_findings(&|f| Some(f.path.clone()))),
        ("code", of_findings(&|f| Some(f.code().to_owned()))),
        ("severity", of_findings(&|f| Some(f.severity.name().to_owned()))),
        ("message_pt", of_findings(&|f| Some(f.message(Language::PtBr)))),
        ("message_en", of_findings(&|f| Some(f.message(Language::En)))),
        ("suggestion", of_findings(&|f| f.suggestion.as_deref().map(str::to_owned))),
        ("column", of_findings(&|f| f.column().map(str::to_owned))),
        ("header", of_findings(&|f| f.header().map(str::to_owned))),
        ("value", of_findings(&|f| f.value().map(str::to_owned))),
    ])?;
    let sizes = OffsetBuffer::from_lengths(rows.iter().map(|row| row.findings.len()));
    let item = Arc::new(Field::new_list_field(findings.data_type().clone(), true));
    let findings = LargeListArray::try_new(item, sizes, Arc::new(findings), None)?;
    RecordBatch::try_from_iter_with_nullable(vec![
        ("number", Arc::new(rows.iter().map(|row| row.number).collect::<UInt64Array>()) as ArrayRef, true),
        ("key", each(&|row| row.key.clone()), true),
        ("state", each(&|row| Some(row.state.name().to_owned())), true),
        ("action", each(&|row| Some(row.action.name().to_owned())), true),
        ("code", each(&|row| row.code.clone()), true),
        ("id", each(&|row| row.id.clone()), true),
        ("attempts", Arc::new(rows.iter().map(|row| i64::from(row.attempts)).collect::<Int64Array>()), true),
        ("findings", Arc::new(findings), true),
    ])
}

type Values<'v> = [Option<&'v Value<'v>>];

fn structure(schema: &Schema, rows: &[Option<&Row<'_>>]) -> Result<StructArray, ArrowError> {
    let mut fields = Vec::with_capacity(schema.fields.len());
    let mut columns = Vec::with_capacity(schema.fields.len());
    for (index, field) in schema.fields.iter().enumerate() {
        let values: Vec<_> = rows.iter().map(|row| row.map(|row| row.value(index))).collect();
        let column = column(field.rule.kind, &values)?;
        fields.push(Field::new(field.snake, column.data_type().clone(), true));
        columns.push(column);
    }
    let nulls: NullBuffer = rows.iter().map(Option::is_some).collect();
    StructArray::try_new_with_length(
        Fields::from(fields),
        columns,
        Some(nulls).filter(|n| n.null_count() > 0),
        rows.len(),
    )
}

fn column(kind: FieldType, values: &Values<'_>) -> Result<ArrayRef, ArrowError> {
    Ok(match kind {
        FieldType::Object(schema) => {
            let rows: Vec<_> = values.iter().map(|v| v.and_then(Value::row)).collect();
            Arc::new(structure(schema, &rows)?)
        }
        FieldType::List(item) => list(item.kind, values)?,
        FieldType::Decimal { places, .. } => decimals(places, values)?,
        FieldType::Map => maps(values)?,
        FieldType::Integer { .. } => {
            let mut column = Int64Builder::with_capacity(values.len());
            column.extend(values.iter().map(|v| integer((*v)?)));
            Arc::new(column.finish())
        }
        FieldType::Boolean => {
            let mut column = BooleanBuilder::with_capacity(values.len());
            column.extend(values.iter().map(|v| match v {
                Some(Value::Boolean(v)) => Some(*v),
                _ => None,
            }));
            Arc::new(column.finish())
        }
        FieldType::Date => {
            let mut column = Date32Builder::with_capacity(values.len());
            column.extend(values.iter().map(|v| match v {
                Some(Value::Date(v)) => days(*v),
                _ => None,
            }));
            Arc::new(column.finish())
        }
        FieldType::DateTime => {
            let mut column = TimestampMicrosecondBuilder::with_capacity(values.len());
            column.extend(values.iter().map(|v| match v {
                Some(Value::DateTime(v)) => Some(v.as_microsecond()),
                _ => None,
            }));
            Arc::new(column.finish().with_timezone("UTC"))
        }
        FieldType::Id
        | FieldType::Text { .. }
        | FieldType::Documento(_)
        | FieldType::Url
        | FieldType::Competencia
        | FieldType::Enum(_) => {
            let mut column = LargeStringBuilder::with_capacity(values.len(), values.len() * 16);
            for value in values {
                match value {
                    Some(Value::Text(text)) => column.append_value(text),
                    Some(Value::Competencia(month)) => column.append_value(month.to_string()),
                    _ => column.append_null(),
                }
            }
            Arc::new(column.finish())
        }
    })
}

/// A column has the field's number of decimal places. A value with more is an error: it is never rounded.
fn decimals(places: u8, values: &Values<'_>) -> Result<ArrayRef, ArrowError> {
    let mantissas = values.iter().map(|v| match v {
        Some(Value::Decimal(v)) => mantissa(*v, places.into()).map(Some),
        _ => Ok(None),
    });
    let column: Decimal128Array = mantissas.collect::<Result<_, _>>()?;
    let scale = i8::try_from(places).map_err(|_| ArrowError::CastError("too many decimal places".to_owned()))?;
    Ok(Arc::new(column.with_precision_and_scale(38, scale)?))
}

fn mantissa(v: Decimal, places: u32) -> Result<i128, ArrowError> {
    let v = v.normalize();
    places
        .checked_sub(v.scale())
        .and_then(|missing| 10_i128.checked_pow(missing))
        .and_then(|factor| v.mantissa().checked_mul(factor))
        .ok_or_else(|| ArrowError::CastError(format!("{v} has more than {places} decimal places")))
}

fn list(item: FieldType, values: &Values<'_>) -> Result<ArrayRef, ArrowError> {
    let items = |v: Option<&Value<'_>>| match v {
        Some(Value::List(items)) => items.len(),
        _ => 0,
    };
    let sizes = OffsetBuffer::from_lengths(values.iter().copied().map(items));
    let plans: Vec<_> = values
        .iter()
        .filter_map(|v| match v {
            Some(Value::List(items)) => Some(items.iter().map(Some)),
            _ => None,
        })
        .flatten()
        .collect();
    let plans = column(item, &plans)?;
    let field = Arc::new(Field::new_list_field(plans.data_type().clone(), true));
    Ok(Arc::new(LargeListArray::try_new(field, sizes, plans, None)?))
}

fn maps(values: &Values<'_>) -> Result<ArrayRef, ArrowError> {
    let mut column = map_builder();
    for value in values {
        let fields = match value {
            Some(Value::Object(fields)) => fields.as_slice(),
            _ => &[],
        };
        for (name, value) in fields {
            column.keys().append_value(name);
            column.values().append_option(value.text());
        }
        column.append(true)?;
    }
    Ok(Arc::new(column.finish()))
}

fn integer(v: &Value<'_>) -> Option<i64> {
    match v {
        Value::Integer(v) => Some(*v),
        Value::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn days(v: Date) -> Option<i32> {
    (v - date(1970, 1, 1)).get_days().into()
}
