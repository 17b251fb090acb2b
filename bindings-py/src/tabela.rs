//! Tables of any data-frame library, row by row: whatever speaks the Arrow C stream interface.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::ArrayStreamReader;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayReader, ArrayRef, StructArray};
use arrow_schema::{DataType, TimeUnit};
use jiff::{SignedDuration, Timestamp, civil, tz};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rust_decimal::Decimal;
use smartbill_core::error::ErrorKind;
use smartbill_core::{Error, Message, Valor};

use crate::stream;

/// The rows of a table. A column is a field, by its name or by the map; `endereco.cep` is a field inside another.
pub(crate) struct Tabela {
    leitor: ArrayStreamReader,
    nomes: Vec<Option<String>>,
    lote: Option<StructArray>,
    linha: usize,
}

impl Tabela {
    /// The table in `objeto`, if it is one.
    pub(crate) fn ler(objeto: &Bound<'_, PyAny>, mapa: &[(String, String)]) -> PyResult<Option<Self>> {
        let py = objeto.py();
        let Some(metodo) = objeto.getattr_opt(intern!(py, "__arrow_c_stream__"))? else {
            return Ok(None);
        };
        let leitor = stream::open(metodo.call0()?.cast::<PyCapsule>()?)?
            .map_err(|e| PyValueError::new_err(format!("the Arrow table cannot be read: {e}")))?;
        let campo = leitor.field();
        let DataType::Struct(colunas) = campo.data_type() else {
            return Err(PyTypeError::new_err("the Arrow stream is no table"));
        };
        let nome = |coluna: &str| match mapa.iter().find(|(cabecalho, _)| cabecalho == coluna) {
            Some((_, campo)) => (!campo.is_empty()).then(|| campo.clone()),
            None => Some(coluna.to_owned()),
        };
        for campo in colunas {
            conferir(campo.name(), campo.data_type())?;
        }
        let nomes = colunas.iter().map(|campo| nome(campo.name())).collect();
        Ok(Some(Self { leitor, nomes, lote: None, linha: 0 }))
    }

    fn registro(&self, lote: &StructArray) -> Valor<'static> {
        let mut campos = Vec::with_capacity(self.nomes.len());
        for (nome, coluna) in self.nomes.iter().zip(lote.columns()) {
            if let Some(nome) = nome
                && coluna.is_valid(self.linha)
            {
                let valor = celula(coluna, self.linha);
                if valor != Valor::Nulo {
                    inserir(&mut campos, nome, valor);
                }
            }
        }
        Valor::Objeto(campos)
    }
}

impl Iterator for Tabela {
    type Item = Result<Valor<'static>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(lote) = &self.lote
                && self.linha < lote.len()
            {
                let registro = self.registro(lote);
                self.linha += 1;
                return Some(Ok(registro));
            }
            match self.leitor.next()? {
                Ok(lote) => (self.lote, self.linha) = (lote.as_struct_opt().cloned(), 0),
                Err(e) => {
                    let message = Message::new(
                        format!("a tabela não pode ser lida: {e}"),
                        format!("the table cannot be read: {e}"),
                    );
                    return Some(Err(Error::new(ErrorKind::Spreadsheet, message)));
                }
            }
        }
    }
}

fn conferir(nome: &str, tipo: &DataType) -> PyResult<()> {
    use DataType as T;
    match tipo {
        T::Null
        | T::Boolean
        | T::Int8
        | T::Int16
        | T::Int32
        | T::Int64
        | T::UInt8
        | T::UInt16
        | T::UInt32
        | T::UInt64
        | T::Float32
        | T::Float64
        | T::Decimal128(..)
        | T::Date32
        | T::Date64
        | T::Timestamp(..)
        | T::Utf8
        | T::LargeUtf8
        | T::Utf8View => Ok(()),
        T::Dictionary(_, valores) => conferir(nome, valores),
        outro => Err(PyTypeError::new_err(format!("the column `{nome}` is `{outro}`, which no field can hold"))),
    }
}

fn celula(coluna: &ArrayRef, i: usize) -> Valor<'static> {
    use DataType as T;
    match coluna.data_type() {
        T::Boolean => Valor::Booleano(coluna.as_boolean().value(i)),
        T::Int8 => inteiro::<Int8Type>(coluna, i),
        T::Int16 => inteiro::<Int16Type>(coluna, i),
        T::Int32 => inteiro::<Int32Type>(coluna, i),
        T::Int64 => inteiro::<Int64Type>(coluna, i),
        T::UInt8 => inteiro::<UInt8Type>(coluna, i),
        T::UInt16 => inteiro::<UInt16Type>(coluna, i),
        T::UInt32 => inteiro::<UInt32Type>(coluna, i),
        T::UInt64 => Valor::Numero(Cow::Owned(coluna.as_primitive::<UInt64Type>().value(i).to_string())),
        // A single-precision number says what its shortest digits say, not what they widen to.
        T::Float32 => flutuante(coluna.as_primitive::<Float32Type>().value(i).to_string().parse().unwrap_or(f64::NAN)),
        T::Float64 => flutuante(coluna.as_primitive::<Float64Type>().value(i)),
        T::Decimal128(_, casas) => decimal(coluna.as_primitive::<Decimal128Type>().value(i), *casas),
        T::Date32 => data(i64::from(coluna.as_primitive::<Date32Type>().value(i))),
        T::Date64 => data(coluna.as_primitive::<Date64Type>().value(i).div_euclid(86_400_000)),
        T::Timestamp(unidade, zona) => {
            let desde = match unidade {
                TimeUnit::Second => SignedDuration::from_secs(coluna.as_primitive::<TimestampSecondType>().value(i)),
                TimeUnit::Millisecond => {
                    SignedDuration::from_millis(coluna.as_primitive::<TimestampMillisecondType>().value(i))
                }
                TimeUnit::Microsecond => {
                    SignedDuration::from_micros(coluna.as_primitive::<TimestampMicrosecondType>().value(i))
                }
                TimeUnit::Nanosecond => {
                    SignedDuration::from_nanos(coluna.as_primitive::<TimestampNanosecondType>().value(i))
                }
            };
            instante(desde, zona.is_some())
        }
        T::Utf8 => texto(coluna.as_string::<i32>().value(i)),
        T::LargeUtf8 => texto(coluna.as_string::<i64>().value(i)),
        T::Utf8View => texto(coluna.as_string_view().value(i)),
        T::Dictionary(..) => {
            let dicionario = coluna.as_any_dictionary();
            match dicionario.normalized_keys().get(i) {
                Some(chave) if dicionario.values().is_valid(*chave) => celula(dicionario.values(), *chave),
                _ => Valor::Nulo,
            }
        }
        _ => Valor::Nulo,
    }
}

fn inteiro<T: ArrowPrimitiveType>(coluna: &ArrayRef, i: usize) -> Valor<'static>
where
    T::Native: Into<i64>,
{
    Valor::Inteiro(coluna.as_primitive::<T>().value(i).into())
}

/// pandas writes what is missing as NaN, and makes whole numbers of a column with gaps floating.
fn flutuante(v: f64) -> Valor<'static> {
    if v.is_nan() { Valor::Nulo } else { Valor::Flutuante(v) }
}

fn decimal(v: i128, casas: i8) -> Valor<'static> {
    match u32::try_from(casas).ok().and_then(|casas| Decimal::try_from_i128_with_scale(v, casas).ok()) {
        Some(v) => Valor::Decimal(v),
        // Too long for the core, or scaled upwards: refused by the field, with its digits.
        None => Valor::Numero(Cow::Owned(format!("{v}e{}", -i32::from(casas)))),
    }
}

fn data(dias: i64) -> Valor<'static> {
    let data = jiff::Span::new().try_days(dias).and_then(|dias| civil::date(1970, 1, 1).checked_add(dias));
    data.map_or(Valor::Estranho("date out of range".into()), Valor::Data)
}

/// Without a zone, midnight is a day, as data-frame libraries write one; any other time is no instant.
fn instante(desde: SignedDuration, zona: bool) -> Valor<'static> {
    let Ok(instante) = Timestamp::UNIX_EPOCH.checked_add(desde) else {
        return Valor::Estranho("datetime out of range".into());
    };
    if zona {
        return Valor::DataHora(instante);
    }
    let local = tz::Offset::UTC.to_datetime(instante);
    if local.time() == civil::Time::midnight() {
        Valor::Data(local.date())
    } else {
        Valor::Estranho("datetime without time zone".into())
    }
}

fn texto(texto: &str) -> Valor<'static> {
    Valor::Texto(Cow::Owned(texto.to_owned()))
}

fn inserir(campos: &mut Vec<(Cow<'static, str>, Valor<'static>)>, caminho: &str, valor: Valor<'static>) {
    let Some((fora, dentro)) = caminho.split_once('.') else {
        campos.push((Cow::Owned(caminho.to_owned()), valor));
        return;
    };
    if let Some((_, Valor::Objeto(campos))) = campos.iter_mut().find(|(nome, _)| nome == fora) {
        inserir(campos, dentro, valor);
    } else {
        let mut novos = Vec::new();
        inserir(&mut novos, dentro, valor);
        campos.push((Cow::Owned(fora.to_owned()), Valor::Objeto(novos)));
    }
}
