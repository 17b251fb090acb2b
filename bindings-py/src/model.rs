//! The models as frozen Python classes. Fields, documentation and rules are read from the core's tables.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyList, PyString, PyTuple, PyType};
use smartbill_core::api::Effect;
use smartbill_core::model::{self as core, Field, FieldType, Model, Schema};
use smartbill_core::validate::{Context, Intent, Options, Report};
use smartbill_core::{JsonError, Mode, Value};

use crate::classes::{
    Boleto, COUNT, Class, Cliente, Cobranca, Consumo, Contrato, Desconto, Endereco, Faixa, Historico, ItemCobranca,
    ItemContrato, Nfe, Nfse, Pix, Retencao, Retencoes, RetencoesCobranca, Servico,
};
use crate::{error, value};

macro_rules! methods {
    ($($name:ident)*) => {
        $(
            #[pymethods]
            impl $name {
                #[new]
                #[pyo3(signature = (**fields))]
                fn new(py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    let data = match fields {
                        Some(fields) => value::from_python(fields.as_any())?,
                        None => Value::Object(Vec::new()),
                    };
                    build(py, data, Mode::Strict).map(Self::of_model)
                }

                /// Reads a mapping with snake_case or camelCase keys, checking what is given.
                #[staticmethod]
                #[pyo3(signature = (data, *, mode = "strict"))]
                fn from_dict(data: &Bound<'_, PyAny>, mode: &str) -> PyResult<Self> {
                    build(data.py(), value::from_python(data)?, read_mode(mode)?).map(Self::of_model)
                }

                /// Reads JSON text or bytes, checking what is given.
                #[staticmethod]
                #[pyo3(signature = (text, *, mode = "strict"))]
                fn from_json(text: &Bound<'_, PyAny>, mode: &str) -> PyResult<Self> {
                    with_json(text, |json| build(text.py(), json, read_mode(mode)?).map(Self::of_model))
                }

                /// Every violation of a mapping, as data, without making a model of it.
                #[staticmethod]
                #[pyo3(signature = (data, *, mode = "strict", intent = "incluir", today = None))]
                fn check<'py>(
                    data: &Bound<'py, PyAny>,
                    mode: &str,
                    intent: &str,
                    #[pyo3(from_py_with = value::optional_date)] today: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let options = read_options(mode, intent, today)?;
                    let report = check::<core::$name>(value::from_python(data)?, options);
                    error::report(data.py(), &report)
                }

                /// Every violation of this model, as data.
                #[pyo3(signature = (*, mode = "strict", intent = "incluir", today = None))]
                fn validar<'py>(
                    &self,
                    py: Python<'py>,
                    mode: &str,
                    intent: &str,
                    #[pyo3(from_py_with = value::optional_date)] today: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let options = read_options(mode, intent, today)?;
                    error::report(py, &check::<core::$name>(self.0.value(), options))
                }

                /// A copy with some fields changed; `None` takes a field away.
                #[pyo3(signature = (**changes))]
                fn replace(&self, py: Python<'_>, changes: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    match changes {
                        Some(changes) => replace(py, &self.0, changes).map(Self::of_model),
                        None => Ok(Self::of_model(self.0.clone())),
                    }
                }

                #[pyo3(signature = (**changes))]
                fn __replace__(&self, py: Python<'_>, changes: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    self.replace(py, changes)
                }

                /// The fields that are present, by their snake_case names.
                fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    dictionary(py, core::$name::SCHEMA, &self.0.value())
                }

                /// JSON with camelCase names; decimals and dates are strings.
                fn to_json(&self) -> String {
                    self.0.value().to_json()
                }

                /// What the write that answered with this model did: `created`, `updated`, `unchanged` or
                /// `already_done`. None for a model that comes from elsewhere; no part of its equality.
                #[getter]
                fn outcome(&self) -> Option<&'static str> {
                    self.1.map(Effect::name)
                }

                /// What of the platform's answer could not be read, and is absent: a date such as `0000-00-00`, a number
                /// that is none. Empty for a model that comes from elsewhere, and not pickled.
                #[getter]
                fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                    error::violations(py, self.0.findings())
                }

                /// Fields that the platform sent and this version does not know, as they came.
                #[getter]
                fn extras<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    let extras = PyDict::new(py);
                    for (name, v) in &self.0.extras {
                        extras.set_item(name, value::to_python(py, v)?)?;
                    }
                    Ok(extras)
                }

                fn __repr__(&self) -> String {
                    let mut text = String::new();
                    write(core::$name::SCHEMA, &self.0.value(), &mut text);
                    text
                }

                fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                    other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
                }

                fn __hash__(&self) -> u64 {
                    let mut h = DefaultHasher::new();
                    value::hash(&self.0.value(), &mut h);
                    h.finish()
                }

                fn __copy__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
                    slf
                }

                fn __deepcopy__<'py>(slf: PyRef<'py, Self>, _memo: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
                    slf
                }

                fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                    Ok((slf.get_type().getattr("_restore")?, (slf.get().to_json(),)))
                }

                /// Reads what `to_json` wrote, whatever it holds: a model that the platform sent may break our rules.
                #[staticmethod]
                fn _restore(json: &str) -> PyResult<Self> {
                    let value = Value::from_json(json.as_bytes()).map_err(invalid_json)?;
                    Ok(Self::of_model(read_answer(value)))
                }
            }
        )*

        /// An instance of the class of `schema`, from the value of a model that is already sound.
        fn instance<'py>(
            py: Python<'py>,
            schema: &'static Schema,
            value: Value<'_>,
        ) -> PyResult<Bound<'py, PyAny>> {
            match schema.name {
                $( stringify!($name) => $name::instance(py, read_answer(value), None), )*
                _ => value::to_python(py, &value),
            }
        }

        /// Completes the classes: documentation, and a property for each field.
        pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
            let property = py.import("builtins")?.getattr("property")?;
            $( propriedades::<$name>(&py.get_type::<$name>(), &property)?; )*
            Ok(())
        }

        const SCHEMAS: &[&Schema] = &[$(core::$name::SCHEMA),*];

        // Every class has its methods.
        const _: () = assert!(SCHEMAS.len() == COUNT);
    };
}

methods! {
    Cliente Endereco Servico Faixa Retencoes Contrato ItemContrato Desconto Historico Consumo
    Cobranca ItemCobranca Retencao RetencoesCobranca Boleto Pix Nfse Nfe
}

/// The tables of all models, and of what filters and actions take, for the generator of the stubs: name, documentation and fields.
#[pyfunction]
pub(crate) fn _schemas(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let params = [
        core::ContratoAction::SCHEMA,
        core::ClientesFilter::SCHEMA,
        core::ServicosFilter::SCHEMA,
        core::ContratosFilter::SCHEMA,
        core::ConsumosFilter::SCHEMA,
        core::CobrancasFilter::SCHEMA,
    ];
    let schemas = SCHEMAS.iter().copied().chain(params).map(|schema| {
        let fields = schema.fields.iter().map(|c| Ok((c.snake, kind(py, c.rule.kind)?, c.doc.trim())));
        Ok((schema.name, schema.doc.trim(), fields.collect::<PyResult<Vec<_>>>()?))
    });
    PyList::new(py, schemas.collect::<PyResult<Vec<_>>>()?)
}

fn kind(py: Python<'_>, kind: FieldType) -> PyResult<Bound<'_, PyTuple>> {
    fn pair<'py>(name: &str, from: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(from.py(), [PyString::new(from.py(), name).into_any(), from])
    }
    let nothing = py.None().into_bound(py);
    match kind {
        FieldType::Id => pair("id", nothing),
        FieldType::Text { .. } | FieldType::Documento(_) | FieldType::Url => pair("text", nothing),
        FieldType::Decimal { .. } => pair("decimal", nothing),
        FieldType::Integer { .. } => pair("integer", nothing),
        FieldType::Boolean => pair("boolean", nothing),
        FieldType::Date => pair("date", nothing),
        FieldType::DateTime => pair("date_time", nothing),
        FieldType::Competencia => pair("competencia", nothing),
        FieldType::Enum(names) => pair("enum", PyTuple::new(py, names.iter().collect::<Vec<_>>())?.into_any()),
        FieldType::Object(schema) => pair("object", PyString::new(py, schema.name).into_any()),
        FieldType::List(item) => pair("list", self::kind(py, item.kind)?.into_any()),
        FieldType::Map => pair("map", nothing),
    }
}

fn propriedades<C: Class>(class: &Bound<'_, PyType>, property: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = class.py();
    let schema = C::Model::SCHEMA;
    class.setattr("__doc__", schema.doc.trim())?;
    for field in schema.fields {
        let read = move |args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| -> PyResult<Py<PyAny>> {
            let instance = args.get_item(0)?;
            let model = instance.cast::<C>()?.get().model();
            read_field(args.py(), field, model.field(field.snake)).map(Bound::unbind)
        };
        let read = PyCFunction::new_closure(py, None::<&CStr>, None, read)?;
        let property_object = property.call1((read, py.None(), py.None(), field.doc.trim()))?;
        class.setattr(field.snake, property_object)?;
    }
    Ok(())
}

fn read_field<'py>(py: Python<'py>, field: &Field, v: Option<Value<'_>>) -> PyResult<Bound<'py, PyAny>> {
    match (field.rule.kind, v) {
        (FieldType::Object(schema), Some(v)) => instance(py, schema, v),
        (FieldType::List(item), Some(Value::List(items))) => {
            let items = items.into_iter().map(|v| match item.kind {
                FieldType::Object(schema) => instance(py, schema, v),
                _ => value::to_python(py, &v),
            });
            Ok(PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
        }
        (FieldType::List(_), _) => Ok(PyTuple::empty(py).into_any()),
        (FieldType::Map, None) => Ok(PyDict::new(py).into_any()),
        (_, Some(v)) => value::to_python(py, &v),
        (_, None) => Ok(py.None().into_bound(py)),
    }
}

fn build<M: Model>(py: Python<'_>, data: Value<'_>, mode: Mode) -> PyResult<M> {
    let options = Options { mode, intent: Intent::Alterar, today: Some(today()) };
    M::validar(data, options).map(|(model, _)| model).map_err(|report| error::validation(py, report))
}

fn check<M: Model>(data: Value<'_>, options: Options) -> Report {
    match M::validar(data, options) {
        Ok((_, report)) | Err(report) => report,
    }
}

/// Reading with [`Intent::Response`] refuses nothing but a value that is no object.
fn read_answer<M: Model>(value: Value<'_>) -> M {
    let mut ctx = Context::new(Options { intent: Intent::Response, ..Options::default() });
    M::read(value, &mut ctx).unwrap_or_default()
}

fn replace<M: Model>(py: Python<'_>, current: &M, changes: &Bound<'_, PyDict>) -> PyResult<M> {
    let data = value::from_python(changes.as_any())?;
    let changed_fields: Vec<_> = match &data {
        Value::Object(fields) => fields.iter().filter_map(|(name, _)| M::SCHEMA.field(name)).map(|c| c.name).collect(),
        _ => Vec::new(),
    };
    // Only the changes are checked: what the platform sent stays, even where it breaks our rules.
    let new: M = build(py, data, Mode::Strict)?;
    let fields = |value| match value {
        Value::Object(fields) => fields,
        _ => Vec::new(),
    };
    let mut together = fields(current.value());
    together.retain(|(name, _)| !changed_fields.contains(&name.as_ref()));
    together.extend(fields(new.value()));
    Ok(read_answer(Value::Object(together)))
}

fn read_options(mode: &str, intent_name: &str, day: Option<Date>) -> PyResult<Options> {
    let intent = match intent_name {
        "incluir" => Intent::Incluir,
        "alterar" => Intent::Alterar,
        other => return Err(PyValueError::new_err(format!("`{other}` is neither `incluir` nor `alterar`"))),
    };
    Ok(Options { mode: read_mode(mode)?, intent, today: Some(day.unwrap_or_else(today)) })
}

/// Reads `"strict"` or `"lenient"`.
pub(crate) fn read_mode(mode: &str) -> PyResult<Mode> {
    Mode::from_name(mode).ok_or_else(|| PyValueError::new_err(format!("`{mode}` is neither `strict` nor `lenient`")))
}

/// Today in São Paulo, which has kept UTC−3 all year since 2019.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::fixed(Offset::constant(-3))).date()
}

fn with_json<R>(text: &Bound<'_, PyAny>, f: impl FnOnce(Value<'_>) -> PyResult<R>) -> PyResult<R> {
    let bytes: Cow<'_, [u8]> = if let Ok(text) = text.cast::<PyString>() {
        Cow::Owned(text.to_cow()?.into_owned().into_bytes())
    } else {
        text.extract().map_err(|_| PyTypeError::new_err("JSON must be str or bytes"))?
    };
    f(Value::from_json(&bytes).map_err(invalid_json)?)
}

fn invalid_json(fault: JsonError) -> PyErr {
    PyValueError::new_err(fault.to_string())
}

fn dictionary<'py>(py: Python<'py>, schema: &Schema, v: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    let Value::Object(fields) = v else {
        return value::to_python(py, v);
    };
    let dict = PyDict::new(py);
    for (name, v) in fields {
        match schema.field(name) {
            Some(field) => dict.set_item(field.snake, to_dictionary(py, field.rule.kind, v)?)?,
            None => dict.set_item(name.as_ref(), value::to_python(py, v)?)?,
        }
    }
    Ok(dict.into_any())
}

fn to_dictionary<'py>(py: Python<'py>, kind: FieldType, v: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    match (kind, v) {
        (FieldType::Object(schema), v) => dictionary(py, schema, v),
        (FieldType::List(item), Value::List(items)) => {
            let items = items.iter().map(|v| to_dictionary(py, item.kind, v)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyList::new(py, items)?.into_any())
        }
        (_, v) => value::to_python(py, v),
    }
}

/// `Cliente(nome=***, grupo='ouro')`: as Python writes it, with personal data masked.
fn write(schema: &Schema, v: &Value<'_>, out: &mut String) {
    let Value::Object(fields) = v else { return };
    out.push_str(schema.name);
    out.push('(');
    for (i, (name, v)) in fields.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        match schema.field(name) {
            Some(field) => {
                let _ = write!(out, "{}=", field.snake);
                if field.rule.personal { out.push_str("***") } else { write_field(field.rule.kind, v, out) }
            }
            None => {
                let _ = write!(out, "{name}=…");
            }
        }
    }
    out.push(')');
}

fn write_field(kind: FieldType, v: &Value<'_>, out: &mut String) {
    match (kind, v) {
        (FieldType::Object(schema), v) => write(schema, v, out),
        (FieldType::List(item), Value::List(items)) => {
            out.push('[');
            for (i, v) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_field(item.kind, v, out);
            }
            out.push(']');
        }
        (_, Value::Text(t)) => {
            let _ = write!(out, "{t:?}");
        }
        (_, v) => out.push_str(v.to_json().trim_matches('"')),
    }
}
