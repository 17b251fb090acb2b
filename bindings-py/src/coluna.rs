//! A column of texts: from Arrow without a Python object for each item, or from a list.

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::{Array, ArrayReader, ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyString, PyTuple};
use pyo3::{ffi, intern};

use crate::stream;
use crate::valor::is_missing;

/// A column, with nothing of Python in it, so that it can be read without the GIL.
pub(crate) struct Coluna(Vec<ArrayRef>);

impl Coluna {
    /// Reads a column: whatever speaks Arrow (pandas, polars, pyarrow, …), or a list of texts.
    pub(crate) fn ler(coluna: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = coluna.py();
        if coluna.is_instance_of::<PyList>() || coluna.is_instance_of::<PyTuple>() {
            return Self::de_itens(coluna);
        }
        if let Some(metodo) = coluna.getattr_opt(intern!(py, "__arrow_c_stream__"))? {
            return Self::de_fluxo(metodo.call0()?.cast::<PyCapsule>()?);
        }
        if let Some(metodo) = coluna.getattr_opt(intern!(py, "__arrow_c_array__"))? {
            let (esquema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = metodo.call0()?.extract()?;
            return Ok(Self(vec![de_array(&esquema, &array)?]));
        }
        // An older pandas, or numpy.
        match coluna.getattr_opt(intern!(py, "tolist"))? {
            Some(metodo) => Self::de_itens(&metodo.call0()?),
            None => Self::de_itens(coluna),
        }
    }

    /// The texts in order.
    pub(crate) fn textos(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().flat_map(textos)
    }

    fn de_itens(itens: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut textos = arrow_array::builder::LargeStringBuilder::new();
        for (i, item) in itens.try_iter()?.enumerate() {
            let item = item?;
            if let Ok(texto) = item.cast::<PyString>() {
                com_texto(texto, |texto| textos.append_value(texto));
            } else if item.is_none() || is_missing(&item) {
                textos.append_null();
            } else {
                let tipo = item.get_type().name()?;
                return Err(PyTypeError::new_err(format!("item {i} is `{tipo}`, not text")));
            }
        }
        Ok(Self(vec![std::sync::Arc::new(textos.finish())]))
    }

    fn de_fluxo(capsula: &Bound<'_, PyCapsule>) -> PyResult<Self> {
        let leitor = stream::open(capsula)?.map_err(ilegivel)?;
        conferir(leitor.field().data_type())?;
        leitor.collect::<Result<_, _>>().map(Self).map_err(ilegivel)
    }
}

/// Hands over a text, a lone surrogate in it as U+FFFD, which no document has either. The stable ABI of Python 3.9 gives
/// UTF-8 in a new bytes object, so that a short ASCII text is read by its characters instead.
pub(crate) fn com_texto<R>(texto: &Bound<'_, PyString>, usar: impl FnOnce(&str) -> R) -> R {
    let (mut letras, mut bytes) = ([0; 64], [0; 64]);
    let curto = ler_letras(texto, &mut letras).and_then(|letras| {
        let bytes = bytes.get_mut(..letras.len())?;
        for (byte, &letra) in bytes.iter_mut().zip(letras) {
            *byte = u8::try_from(letra).ok().filter(u8::is_ascii)?;
        }
        std::str::from_utf8(bytes).ok()
    });
    match curto {
        Some(texto) => usar(texto),
        None => usar(&texto.to_string_lossy()),
    }
}

/// The characters of a text that has no more than there is room for.
#[expect(unsafe_code, reason = "PyO3 has no safe call for it")]
fn ler_letras<'l>(texto: &Bound<'_, PyString>, lugar: &'l mut [u32]) -> Option<&'l [u32]> {
    // SAFETY: the object is a str, which the GIL that comes with it keeps alive.
    let tamanho = unsafe { ffi::PyUnicode_GetLength(texto.as_ptr()) };
    let letras = lugar.get_mut(..usize::try_from(tamanho).ok()?)?;
    // SAFETY: as above, and there is room for all the characters without a NUL after them.
    let lidas = unsafe { ffi::PyUnicode_AsUCS4(texto.as_ptr(), letras.as_mut_ptr(), tamanho, 0) };
    // The only failure is a lack of room.
    (!lidas.is_null()).then_some(&*letras)
}

#[expect(unsafe_code, reason = "the Arrow C data interface is structures in capsules")]
fn de_array(esquema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<ArrayRef> {
    let esquema = esquema.pointer_checked(Some(c"arrow_schema"))?;
    let array = array.pointer_checked(Some(c"arrow_array"))?;
    // SAFETY: capsules of these names hold such structures; `from_raw` takes them over and leaves released ones.
    let (esquema, array) = unsafe {
        (FFI_ArrowSchema::from_raw(esquema.cast().as_ptr()), FFI_ArrowArray::from_raw(array.cast().as_ptr()))
    };
    conferir(&DataType::try_from(&esquema).map_err(ilegivel)?)?;
    // SAFETY: the two capsules came together, so the type is the array's.
    unsafe { from_ffi(array, &esquema) }.map(make_array).map_err(ilegivel)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn ilegivel(falha: ArrowError) -> PyErr {
    PyValueError::new_err(format!("the Arrow column cannot be read: {falha}"))
}

fn conferir(tipo: &DataType) -> PyResult<()> {
    match tipo {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Ok(()),
        DataType::Dictionary(_, valores) => conferir(valores),
        outro => Err(PyTypeError::new_err(format!("the Arrow column is `{outro}`, not text"))),
    }
}

fn textos(array: &ArrayRef) -> Box<dyn Iterator<Item = Option<&str>> + '_> {
    match array.data_type() {
        DataType::Utf8 => Box::new(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => Box::new(array.as_string::<i64>().iter()),
        DataType::Utf8View => Box::new(array.as_string_view().iter()),
        DataType::Dictionary(..) => {
            let dicionario = array.as_any_dictionary();
            let valores: Vec<_> = textos(dicionario.values()).collect();
            let chaves = dicionario.normalized_keys();
            let item =
                move |(i, chave): (usize, usize)| valores.get(chave).copied().flatten().filter(|_| array.is_valid(i));
            Box::new(chaves.into_iter().enumerate().map(item))
        }
        _ => Box::new(std::iter::repeat_n(None, array.len())),
    }
}
