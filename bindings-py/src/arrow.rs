//! Records as an Arrow table, for any data-frame library and with no dependency on one.

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
use smartbill_core::Valor;
use smartbill_core::model::{Esquema, Modelo, Tipo};

/// Records in columns, one for each field of the model, for whatever speaks the Arrow C stream interface:
/// `polars.DataFrame(tabela)`, `pyarrow.table(tabela)`, DuckDB, pandas.
#[pyclass(frozen, module = "smartbill")]
pub(crate) struct Tabela(RecordBatch);

impl Tabela {
    /// The table of `registros`.
    pub(crate) fn de<M: Modelo>(registros: &[M]) -> Result<Self, ArrowError> {
        let valores: Vec<Valor<'_>> = registros.iter().map(M::valor).collect();
        let presentes: Vec<_> = valores.iter().map(Some).collect();
        Ok(Self(estrutura(M::ESQUEMA, &presentes)?.into()))
    }

    fn esquema(&self) -> SchemaRef {
        self.0.schema()
    }
}

#[pymethods]
impl Tabela {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// The names of the columns.
    #[getter]
    fn colunas(&self) -> Vec<String> {
        self.esquema().fields().iter().map(|campo| campo.name().clone()).collect()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let esquema = FFI_ArrowSchema::try_from(self.esquema().as_ref()).map_err(|e| falha(&e))?;
        PyCapsule::new_with_value(py, esquema, c"arrow_schema")
    }

    #[pyo3(signature = (requested_schema = None))]
    #[expect(unused_variables, reason = "a consumer may ask for another schema, and the interface lets it be ignored")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let lotes = RecordBatchIterator::new([Ok(self.0.clone())], self.esquema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(lotes)), c"arrow_array_stream")
    }

    fn __repr__(&self) -> String {
        format!("<Tabela: {} × {}>", self.0.num_rows(), self.0.num_columns())
    }
}

pub(crate) fn falha(e: &ArrowError) -> PyErr {
    PyValueError::new_err(format!("the records do not fit an Arrow table: {e}"))
}

type Valores<'v> = [Option<&'v Valor<'v>>];

fn estrutura(esquema: &Esquema, valores: &Valores<'_>) -> Result<StructArray, ArrowError> {
    let mut campos = Vec::with_capacity(esquema.campos.len());
    let mut colunas = Vec::with_capacity(esquema.campos.len());
    for campo in esquema.campos {
        let valores: Vec<_> = valores.iter().map(|v| v.and_then(|v| v.campo(campo.nome))).collect();
        let coluna = coluna(campo.regra.tipo, &valores)?;
        campos.push(Field::new(campo.snake, coluna.data_type().clone(), true));
        colunas.push(coluna);
    }
    let nulos: NullBuffer = valores.iter().map(Option::is_some).collect();
    StructArray::try_new_with_length(
        Fields::from(campos),
        colunas,
        Some(nulos).filter(|n| n.null_count() > 0),
        valores.len(),
    )
}

fn coluna(tipo: Tipo, valores: &Valores<'_>) -> Result<ArrayRef, ArrowError> {
    Ok(match tipo {
        Tipo::Objeto(esquema) => Arc::new(estrutura(esquema, valores)?),
        Tipo::Lista(item) => lista(item.tipo, valores)?,
        Tipo::Decimal { casas, .. } => decimais(casas.into(), valores)?,
        Tipo::Mapa => mapas(valores)?,
        Tipo::Inteiro { .. } => {
            let mut coluna = Int64Builder::with_capacity(valores.len());
            coluna.extend(valores.iter().map(|v| inteiro((*v)?)));
            Arc::new(coluna.finish())
        }
        Tipo::Booleano => {
            let mut coluna = BooleanBuilder::with_capacity(valores.len());
            coluna.extend(valores.iter().map(|v| match v {
                Some(Valor::Booleano(v)) => Some(*v),
                _ => None,
            }));
            Arc::new(coluna.finish())
        }
        Tipo::Data => {
            let mut coluna = Date32Builder::with_capacity(valores.len());
            coluna.extend(valores.iter().map(|v| match v {
                Some(Valor::Data(v)) => dias(*v),
                _ => None,
            }));
            Arc::new(coluna.finish())
        }
        Tipo::DataHora => {
            let mut coluna = TimestampMicrosecondBuilder::with_capacity(valores.len());
            coluna.extend(valores.iter().map(|v| match v {
                Some(Valor::DataHora(v)) => Some(v.as_microsecond()),
                _ => None,
            }));
            Arc::new(coluna.finish().with_timezone("UTC"))
        }
        Tipo::Id | Tipo::Texto { .. } | Tipo::Documento(_) | Tipo::Url | Tipo::Competencia | Tipo::Enum(_) => {
            let mut coluna = LargeStringBuilder::with_capacity(valores.len(), valores.len() * 16);
            for valor in valores {
                match valor {
                    Some(Valor::Texto(texto)) => coluna.append_value(texto),
                    Some(Valor::Competencia(mes)) => coluna.append_value(mes.to_string()),
                    _ => coluna.append_null(),
                }
            }
            Arc::new(coluna.finish())
        }
    })
}

/// A column has one number of decimal places: the field's own, or as many as the longest value needs.
fn decimais(casas: u32, valores: &Valores<'_>) -> Result<ArrayRef, ArrowError> {
    let decimal = |v: Option<&Valor<'_>>| match v {
        Some(Valor::Decimal(v)) => Some(*v),
        _ => None,
    };
    let escala = valores.iter().copied().filter_map(decimal).map(|v| v.normalize().scale()).fold(casas, u32::max);
    let mantissas = valores.iter().map(|v| decimal(*v).map(|v| mantissa(v, escala)).transpose());
    let coluna: Decimal128Array = mantissas.collect::<Result<_, _>>()?;
    let escala = i8::try_from(escala).map_err(|_| ArrowError::CastError("too many decimal places".to_owned()))?;
    Ok(Arc::new(coluna.with_precision_and_scale(38, escala)?))
}

fn mantissa(v: Decimal, escala: u32) -> Result<i128, ArrowError> {
    let v = v.normalize();
    10_i128
        .checked_pow(escala.saturating_sub(v.scale()))
        .and_then(|fator| v.mantissa().checked_mul(fator))
        .ok_or_else(|| ArrowError::CastError(format!("{v} with {escala} decimal places has more than 38 digits")))
}

fn lista(item: Tipo, valores: &Valores<'_>) -> Result<ArrayRef, ArrowError> {
    let itens = |v: Option<&Valor<'_>>| match v {
        Some(Valor::Lista(itens)) => itens.len(),
        _ => 0,
    };
    let tamanhos = OffsetBuffer::from_lengths(valores.iter().copied().map(itens));
    let planos: Vec<_> = valores
        .iter()
        .filter_map(|v| match v {
            Some(Valor::Lista(itens)) => Some(itens.iter().map(Some)),
            _ => None,
        })
        .flatten()
        .collect();
    let planos = coluna(item, &planos)?;
    let campo = Arc::new(Field::new_list_field(planos.data_type().clone(), true));
    Ok(Arc::new(LargeListArray::try_new(campo, tamanhos, planos, None)?))
}

fn mapas(valores: &Valores<'_>) -> Result<ArrayRef, ArrowError> {
    let mut coluna = MapBuilder::new(None, LargeStringBuilder::new(), LargeStringBuilder::new());
    for valor in valores {
        let campos = match valor {
            Some(Valor::Objeto(campos)) => campos.as_slice(),
            _ => &[],
        };
        for (nome, valor) in campos {
            coluna.keys().append_value(nome);
            coluna.values().append_option(valor.texto());
        }
        coluna.append(true)?;
    }
    Ok(Arc::new(coluna.finish()))
}

fn inteiro(v: &Valor<'_>) -> Option<i64> {
    match v {
        Valor::Inteiro(v) => Some(*v),
        Valor::Numero(digitos) => digitos.parse().ok(),
        _ => None,
    }
}

fn dias(v: Date) -> Option<i32> {
    (v - date(1970, 1, 1)).get_days().into()
}
