//! Python objects to [`Valor`] and back: the only place where the two meet.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::civil::Date;
use pyo3::class::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDate, PyDateAccess, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTimeAccess,
    PyTuple, PyTzInfoAccess,
};
use rust_decimal::Decimal;
use smartbill_core::Valor;

use crate::tipos;

/// Deeper than any model; what lies deeper is refused by the field that holds it.
const PROFUNDIDADE: usize = 32;

/// More parts than any record has. Without it a few lists that share their items would unfold without end.
const PARTES: usize = 1_000_000;

/// How a message calls a text with a lone surrogate.
pub(crate) const NOT_UNICODE: &str = "text that is not valid Unicode";

/// The object as a value. What no field can hold becomes [`Valor::Estranho`], so that reading a model says where it is.
pub(crate) fn de_python(objeto: &Bound<'_, PyAny>) -> PyResult<Valor<'static>> {
    Leitor { profundidade: 0, partes: 0 }.ler(objeto)
}

struct Leitor {
    profundidade: usize,
    partes: usize,
}

impl Leitor {
    fn ler(&mut self, o: &Bound<'_, PyAny>) -> PyResult<Valor<'static>> {
        self.partes += 1;
        if o.is_none() {
            return Ok(Valor::Nulo);
        }
        if let Ok(texto) = o.cast::<PyString>() {
            return Ok(ler_texto(texto));
        }
        // `bool` is an `int`, and `datetime` is a `date`: the narrower type first.
        if let Ok(v) = o.cast::<PyBool>() {
            return Ok(Valor::Booleano(v.is_true()));
        }
        if o.is_instance_of::<PyInt>() {
            return ler_inteiro(o);
        }
        if let Ok(v) = o.cast::<PyFloat>() {
            return Ok(if v.value().is_nan() { Valor::Nulo } else { Valor::Flutuante(v.value()) });
        }
        if let Ok(v) = o.cast::<PyDateTime>() {
            // `pandas.NaT` calls itself a datetime, and its year is 1.
            return Ok(if is_missing(o) { Valor::Nulo } else { ler_data_hora(v) });
        }
        if let Ok(v) = o.cast::<PyDate>() {
            return Ok(ler_data(v));
        }
        if o.is_instance(tipos::decimal(o.py())?)? {
            if is_missing(o) {
                return Ok(Valor::Nulo);
            }
            // The digits as they are: a decimal too long for the core is refused there, never rounded here.
            return Ok(Valor::Numero(Cow::Owned(o.str()?.to_cow()?.into_owned())));
        }
        if let Some(valor) = crate::model::valor_de_instancia(o) {
            return Ok(valor);
        }
        if let Ok(lista) = o.cast::<PyList>() {
            return self
                .dentro(|leitor| lista.iter().map(|item| leitor.ler(&item)).collect::<PyResult<_>>(), Valor::Lista);
        }
        if let Ok(lista) = o.cast::<PyTuple>() {
            return self
                .dentro(|leitor| lista.iter().map(|item| leitor.ler(&item)).collect::<PyResult<_>>(), Valor::Lista);
        }
        if let Ok(campos) = o.cast::<PyDict>() {
            return self.dentro(
                |leitor| campos.iter().map(|(k, v)| Ok((ler_chave(&k)?, leitor.ler(&v)?))).collect::<PyResult<_>>(),
                Valor::Objeto,
            );
        }
        if let Ok(campos) = o.cast::<PyMapping>() {
            let pares = campos.items()?;
            return self.dentro(
                |leitor| {
                    let par = |par: Bound<'_, PyAny>| {
                        let (k, v): (Bound<'_, PyAny>, Bound<'_, PyAny>) = par.extract()?;
                        Ok((ler_chave(&k)?, leitor.ler(&v)?))
                    };
                    pares.iter().map(par).collect::<PyResult<_>>()
                },
                Valor::Objeto,
            );
        }
        if is_missing(o) {
            return Ok(Valor::Nulo);
        }
        // Integers of numpy and of database drivers.
        // An array has the method too, and refuses.
        match o.call_method0(intern!(o.py(), "__index__")) {
            Ok(inteiro) => ler_inteiro(&inteiro),
            Err(_) => estranho(o),
        }
    }

    fn dentro<T>(
        &mut self,
        ler: impl FnOnce(&mut Self) -> PyResult<T>,
        valor: impl FnOnce(T) -> Valor<'static>,
    ) -> PyResult<Valor<'static>> {
        if self.profundidade == PROFUNDIDADE || self.partes > PARTES {
            return Ok(Valor::Estranho("nested too deeply".into()));
        }
        self.profundidade += 1;
        let lido = ler(self);
        self.profundidade -= 1;
        Ok(valor(lido?))
    }
}

/// Whether the object stands for a value that is missing: NaN and NaT, of whatever library, are those that differ from
/// themselves, and `pandas.NA` answers every comparison with itself.
pub(crate) fn is_missing(o: &Bound<'_, PyAny>) -> bool {
    // A signalling NaN refuses to be compared.
    if tipos::decimal(o.py()).is_ok_and(|decimal| o.is_instance(decimal).unwrap_or(false)) {
        return o.call_method0(intern!(o.py(), "is_nan")).is_ok_and(|is_nan| is_nan.is_truthy().unwrap_or(false));
    }
    // Whatever cannot be compared, or compares item by item, is a value.
    o.rich_compare(o, CompareOp::Ne).is_ok_and(|differs| differs.is(o) || differs.extract().unwrap_or(false))
}

/// A date that an argument may leave out; `pandas.NaT` does.
pub(crate) fn optional_date(o: &Bound<'_, PyAny>) -> PyResult<Option<Date>> {
    if o.is_none() || is_missing(o) { Ok(None) } else { o.extract().map(Some) }
}

/// A date that an argument must give.
pub(crate) fn required_date(o: &Bound<'_, PyAny>) -> PyResult<Date> {
    optional_date(o)?.ok_or_else(|| PyTypeError::new_err("a date is needed, and there is none"))
}

fn ler_texto(texto: &Bound<'_, PyString>) -> Valor<'static> {
    match texto.to_cow() {
        Ok(texto) => Valor::Texto(Cow::Owned(texto.into_owned())),
        // A lone surrogate: what `os.fsdecode` and broken drivers make of bytes that are not text.
        Err(_) => Valor::Estranho(NOT_UNICODE.into()),
    }
}

fn ler_chave(chave: &Bound<'_, PyAny>) -> PyResult<Cow<'static, str>> {
    Ok(Cow::Owned(match chave.cast::<PyString>() {
        Ok(texto) => texto.to_string_lossy().into_owned(),
        Err(_) => format!("<{}>", chave.get_type().name()?),
    }))
}

fn ler_inteiro(o: &Bound<'_, PyAny>) -> PyResult<Valor<'static>> {
    if let Ok(v) = o.extract::<i64>() {
        return Ok(Valor::Inteiro(v));
    }
    // Python refuses to print integers above some thousand digits; no field holds so many.
    Ok(match o.call_method0(intern!(o.py(), "bit_length"))?.extract::<u64>()? {
        ..=1024 => Valor::Numero(Cow::Owned(o.call_method0(intern!(o.py(), "__repr__"))?.extract()?)),
        _ => Valor::Estranho("number of more than 300 digits".into()),
    })
}

fn ler_data(v: &impl PyDateAccess) -> Valor<'static> {
    match i16::try_from(v.get_year())
        .ok()
        .zip(i8::try_from(v.get_month()).ok())
        .zip(i8::try_from(v.get_day()).ok())
        .and_then(|((ano, mes), dia)| Date::new(ano, mes, dia).ok())
    {
        Some(data) => Valor::Data(data),
        None => Valor::Estranho("date out of range".into()),
    }
}

fn ler_data_hora(v: &Bound<'_, PyDateTime>) -> Valor<'static> {
    if v.get_tzinfo().is_some() {
        return match v.extract::<Timestamp>().or_else(|_| instante(v)) {
            Ok(instante) => Valor::DataHora(instante),
            Err(_) => Valor::Estranho("datetime out of range".into()),
        };
    }
    // pandas and ERPs write a day as its midnight; any other time without a zone is no instant.
    if (v.get_hour(), v.get_minute(), v.get_second(), v.get_microsecond()) == (0, 0, 0, 0) {
        return ler_data(v);
    }
    Valor::Estranho("datetime without time zone".into())
}

/// Any `tzinfo`, by Python's own arithmetic.
fn instante(v: &Bound<'_, PyDateTime>) -> PyResult<Timestamp> {
    let utc = v.py().import(intern!(v.py(), "datetime"))?.getattr("timezone")?.getattr("utc")?;
    v.call_method1(intern!(v.py(), "astimezone"), (utc,))?.extract()
}

fn estranho(o: &Bound<'_, PyAny>) -> PyResult<Valor<'static>> {
    Ok(Valor::Estranho(Cow::Owned(o.get_type().name()?.to_string_lossy().into_owned())))
}

/// The value as a Python object: exact decimals, dates, and text for what Python has no type for.
pub(crate) fn para_python<'py>(py: Python<'py>, valor: &Valor<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match valor {
        Valor::Nulo | Valor::Estranho(_) => py.None().into_bound(py),
        Valor::Booleano(v) => PyBool::new(py, *v).to_owned().into_any(),
        Valor::Inteiro(v) => v.into_pyobject(py)?.into_any(),
        Valor::Decimal(v) => decimal(py, v)?,
        Valor::Numero(digits) if digits.bytes().all(|b| b.is_ascii_digit() || b == b'-') && digits.len() < 1000 => {
            py.get_type::<PyInt>().call1((digits.as_ref(),))?
        }
        Valor::Numero(digits) => tipos::decimal(py)?.call1((digits.as_ref(),))?,
        Valor::Flutuante(v) => PyFloat::new(py, *v).into_any(),
        Valor::Texto(v) => PyString::new(py, v).into_any(),
        Valor::Data(v) => v.into_pyobject(py)?.into_any(),
        Valor::DataHora(v) => v.into_pyobject(py)?.into_any(),
        Valor::Competencia(v) => PyString::new(py, &v.to_string()).into_any(),
        Valor::Lista(itens) => {
            let itens = itens.iter().map(|v| para_python(py, v)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, itens)?.into_any()
        }
        Valor::Objeto(campos) => {
            let dict = PyDict::new(py);
            for (nome, valor) in campos {
                dict.set_item(nome.as_ref(), para_python(py, valor)?)?;
            }
            dict.into_any()
        }
    })
}

fn decimal<'py>(py: Python<'py>, v: &Decimal) -> PyResult<Bound<'py, PyAny>> {
    tipos::decimal(py)?.call1((v.to_string(),))
}

/// Hashes so that equal models hash alike: `10.5` and `10.50` are the same amount.
pub(crate) fn hash(valor: &Valor<'_>, h: &mut impl Hasher) {
    std::mem::discriminant(valor).hash(h);
    match valor {
        Valor::Nulo => {}
        Valor::Booleano(v) => v.hash(h),
        Valor::Inteiro(v) => v.hash(h),
        Valor::Decimal(v) => v.normalize().hash(h),
        Valor::Numero(v) | Valor::Texto(v) | Valor::Estranho(v) => v.hash(h),
        // NaN never equals itself; it may hash as it likes.
        Valor::Flutuante(v) => (if *v == 0.0 { 0.0 } else { *v }).to_bits().hash(h),
        Valor::Data(v) => v.hash(h),
        Valor::DataHora(v) => v.hash(h),
        Valor::Competencia(v) => v.hash(h),
        Valor::Lista(itens) => itens.iter().for_each(|v| hash(v, h)),
        Valor::Objeto(campos) => {
            for (nome, valor) in campos {
                nome.hash(h);
                hash(valor, h);
            }
        }
    }
}
