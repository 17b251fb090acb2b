//! Records as an Arrow table, for any data-frame library, without a dependency on one.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Int64Builder, LargeStringBuilder, MapBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Decimal128Array, LargeListArray, RecordBatch, RecordBatchIterator, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, Field, Fields, SchemaRef};
use jiff::civil::{Date, date};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rust_decimal::Decimal;
use smartbill_core::Value;
use smartbill_core::api::PageRecord;
use smartbill_core::model::{FieldType, Row, Schema};

/// Records in columns, one for each field of the model, for any library with the Arrow C stream interface:
/// `polars.DataFrame(table)`, `pyarrow.table(table)`, DuckDB, pandas.
#[pyclass(frozen, module = "smartbill")]
pub(crate) struct Table(RecordBatch);

impl Table {
    /// The table of `records`.
    pub(crate) fn of(schema: &Schema, records: &[PageRecord]) -> Result<Self, ArrowError> {
        let rows: Vec<_> = records.iter().map(|record| Some(record.row())).collect();
        Ok(Self(structure(schema, &rows)?.into()))
    }

    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema().as_ref()).map_err(|e| fault(&e))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    #[pyo3(signature = (requested_schema = None))]
    #[expect(unused_variables, reason = "a consumer may ask for another schema, and the interface lets it be ignored")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batches = RecordBatchIterator::new([Ok(self.0.clone())], self.schema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), c"arrow_array_stream")
    }

    fn __repr__(&self) -> String {
        format!("<Tabela: {} × {}>", self.0.num_rows(), self.0.num_columns())
    }
}

pub(crate) fn fault(e: &ArrowError) -> PyErr {
    PyValueError::new_err(format!("the records do not fit an Arrow table: {e}"))
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
        FieldType::Decimal { places, .. } => decimals(places.into(), values)?,
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

/// All values of a column have the same number of decimal places: that of the field, or that of the longest value.
fn decimals(places: u32, values: &Values<'_>) -> Result<ArrayRef, ArrowError> {
    let decimal = |v: Option<&Value<'_>>| match v {
        Some(Value::Decimal(v)) => Some(*v),
        _ => None,
    };
    let scale = values.iter().copied().filter_map(decimal).map(|v| v.normalize().scale()).fold(places, u32::max);
    let mantissas = values.iter().map(|v| decimal(*v).map(|v| mantissa(v, scale)).transpose());
    let column: Decimal128Array = mantissas.collect::<Result<_, _>>()?;
    let scale = i8::try_from(scale).map_err(|_| ArrowError::CastError("too many decimal places".to_owned()))?;
    Ok(Arc::new(column.with_precision_and_scale(38, scale)?))
}

fn mantissa(v: Decimal, scale: u32) -> Result<i128, ArrowError> {
    let v = v.normalize();
    10_i128
        .checked_pow(scale.saturating_sub(v.scale()))
        .and_then(|fator| v.mantissa().checked_mul(fator))
        .ok_or_else(|| ArrowError::CastError(format!("{v} with {scale} decimal places has more than 38 digits")))
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
    let mut column = MapBuilder::new(None, LargeStringBuilder::new(), LargeStringBuilder::new());
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
