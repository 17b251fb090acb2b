//! The models as frozen Python classes. Their fields, documentation and rules come from the core's tables.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
use smartbill_core::api::{Effect, PageRecord};
use smartbill_core::model::{self as core, FieldType, Record, Row, Schema};
use smartbill_core::validate::{Context, Intent, Options, Report};
use smartbill_core::{Mode, Value};

use crate::classes::{
    Boleto, COUNT, Class, Cliente, Cobranca, Consumo, Contrato, Desconto, Endereco, Faixa, Historico, ItemCobranca,
    ItemContrato, Nfe, Nfse, Pix, Retencao, Retencoes, RetencoesCobranca, Servico, instance,
};
use crate::{error, getter, rows, types, value};

macro_rules! methods {
    ($($name:ident)*) => {
        $(
            impl From<PageRecord> for $name {
                fn from(record: PageRecord) -> Self {
                    Self(record, None)
                }
            }

            #[pymethods]
            impl $name {
                #[new]
                #[pyo3(signature = (**fields))]
                fn new(py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    let data = match fields {
                        Some(fields) => value::from_python(fields.as_any())?,
                        None => Value::Object(Vec::new()),
                    };
                    build(py, Self::SCHEMA, data, Mode::Strict).map(Self::from)
                }

                /// Reads and checks a mapping with snake_case or camelCase keys.
                #[staticmethod]
                #[pyo3(signature = (data, *, mode = "strict"))]
                fn from_dict(data: &Bound<'_, PyAny>, mode: &str) -> PyResult<Self> {
                    build(data.py(), Self::SCHEMA, value::from_python(data)?, read_mode(mode)?).map(Self::from)
                }

                /// Reads and checks JSON text or bytes.
                #[staticmethod]
                #[pyo3(signature = (text, *, mode = "strict"))]
                fn from_json(text: &Bound<'_, PyAny>, mode: &str) -> PyResult<Self> {
                    build_from_json(Self::SCHEMA, text, read_mode(mode)?).map(Self::from)
                }

                /// Returns all findings of a mapping as data, without making a model.
                #[staticmethod]
                #[pyo3(signature = (data, *, mode = "strict", intent = "incluir", today = None))]
                fn check<'py>(
                    data: &Bound<'py, PyAny>,
                    mode: &str,
                    intent: &str,
                    #[pyo3(from_py_with = value::optional_date)] today: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let options = read_options(mode, intent, today)?;
                    error::report(data.py(), &check(Self::SCHEMA, value::from_python(data)?, options))
                }

                /// Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of
                /// any data-frame library, or mappings and models. Returns the valid records, and a report for each
                /// record with a finding, by its index from 0.
                #[staticmethod]
                #[pyo3(signature = (rows, *, mode = "strict", intent = "incluir", today = None))]
                fn check_all<'py>(
                    rows: &Bound<'py, PyAny>,
                    mode: &str,
                    intent: &str,
                    #[pyo3(from_py_with = value::optional_date)] today: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    checked(rows.py(), rows::check(Self::SCHEMA, rows, read_options(mode, intent, today)?)?)
                }

                /// Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
                /// Nothing is refused: a field that cannot be read is absent, with an entry in the record's `findings`.
                #[staticmethod]
                fn list_from_json<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
                    PyList::new(text.py(), rows::answer(Self::SCHEMA, text)?.into_iter().map(Self::from))
                }

                /// Returns all findings of this model as data.
                #[pyo3(signature = (*, mode = "strict", intent = "incluir", today = None))]
                fn validar<'py>(
                    &self,
                    py: Python<'py>,
                    mode: &str,
                    intent: &str,
                    #[pyo3(from_py_with = value::optional_date)] today: Option<Date>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let options = read_options(mode, intent, today)?;
                    error::report(py, &check(Self::SCHEMA, self.0.object(), options))
                }

                /// Returns a copy with some fields changed. `None` removes a field.
                #[pyo3(signature = (**changes))]
                fn replace(&self, py: Python<'_>, changes: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    match changes {
                        Some(changes) => replace(py, &self.0, changes).map(Self::from),
                        None => Ok(Self::from(self.0.clone())),
                    }
                }

                #[pyo3(signature = (**changes))]
                fn __replace__(&self, py: Python<'_>, changes: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    self.replace(py, changes)
                }

                /// The present fields, by their snake_case names.
                fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    dictionary(py, Self::SCHEMA, self.0.row())
                }

                /// The model as JSON with camelCase names. Decimals and dates are strings.
                fn to_json(&self) -> String {
                    let mut json = String::new();
                    Self::SCHEMA.write_json(self.0.row(), &mut json);
                    json
                }

                /// The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
                /// `already_done`. None for a model from another source. It is not part of equality.
                #[getter]
                fn outcome(&self) -> Option<&'static str> {
                    self.1.map(Effect::name)
                }

                /// The fields of the platform's answer that could not be read and are absent, such as the date
                /// `0000-00-00` or an invalid number. Empty for a model from another source. It is not pickled, and not
                /// part of equality.
                #[getter]
                fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                    error::findings(py, self.0.findings())
                }

                /// Fields that the platform sent and this version does not know, unchanged.
                #[getter]
                fn extras<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    let extras = PyDict::new(py);
                    for (name, v) in self.0.extras() {
                        extras.set_item(name.as_ref(), value::to_python(py, v)?)?;
                    }
                    Ok(extras)
                }

                fn __repr__(&self) -> String {
                    let mut text = String::new();
                    write(Self::SCHEMA, self.0.row(), &mut text);
                    text
                }

                fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                    other.cast::<Self>().is_ok_and(|other| value::equal_rows(other.get().0.row(), self.0.row()))
                }

                fn __hash__(&self) -> u64 {
                    let mut h = DefaultHasher::new();
                    value::hash_row(self.0.row(), &mut h);
                    h.finish()
                }

                /// Type checkers tell by it whether the identifier may be absent.
                #[classmethod]
                fn __class_getitem__(cls: &Bound<'_, PyType>, _item: &Bound<'_, PyAny>) -> Py<PyType> {
                    cls.clone().unbind()
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

                /// Reads the output of `to_json` without checking it: a model that the platform sent may break our
                /// rules.
                #[staticmethod]
                fn _restore(json: &str) -> PyResult<Self> {
                    let value = Value::from_json(json.as_bytes()).map_err(value::invalid_json)?;
                    Ok(Self::from(read_answer(Self::SCHEMA, value)))
                }
            }
        )*

        /// Completes the classes with their documentation and a property for each field.
        pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
            $( properties::<$name>(&py.get_type::<$name>())?; )*
            Ok(())
        }

        const SCHEMAS: &[&Schema] = &[$(core::$name::SCHEMA),*];

        // Every class must have its methods.
        const _: () = assert!(SCHEMAS.len() == COUNT);
    };
}

methods! {
    Cliente Endereco Servico Faixa Retencoes Contrato ItemContrato Desconto Historico Consumo
    Cobranca ItemCobranca Retencao RetencoesCobranca Boleto Pix Nfse Nfe
}

/// The tables of all models, filters and actions, for the generator of the stubs: name, documentation and fields.
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

fn properties<C: Class>(class: &Bound<'_, PyType>) -> PyResult<()> {
    class.setattr("__doc__", C::SCHEMA.doc.trim())?;
    for (index, field) in C::SCHEMA.fields.iter().enumerate() {
        class.setattr(field.snake, getter::property::<C>(class, index, field)?)?;
    }
    Ok(())
}

fn build(py: Python<'_>, schema: &'static Schema, data: Value<'_>, mode: Mode) -> PyResult<PageRecord> {
    built(py, schema.validar(data, build_options(mode)))
}

/// The good records and the reports as `smartbill.validation.Checked`.
fn checked(py: Python<'_>, checked: Vec<(Option<PageRecord>, Report)>) -> PyResult<Bound<'_, PyAny>> {
    let reports = PyDict::new(py);
    let mut records = Vec::with_capacity(checked.len());
    for (index, (record, report)) in checked.into_iter().enumerate() {
        if !report.findings.is_empty() {
            reports.set_item(index, error::report(py, &report)?)?;
        }
        records.push(match record {
            Some(record) => instance(py, record, None)?,
            None => py.None().into_bound(py),
        });
    }
    types::checked(py)?.call1((PyList::new(py, records)?, reports))
}

fn build_from_json(schema: &'static Schema, text: &Bound<'_, PyAny>, mode: Mode) -> PyResult<PageRecord> {
    let json = value::json_bytes(text)?;
    built(text.py(), schema.validar_json(&json, build_options(mode)).map_err(value::invalid_json)?)
}

fn build_options(mode: Mode) -> Options {
    Options { mode, intent: Intent::Alterar, today: Some(today()) }
}

fn built(py: Python<'_>, checked: Result<(Record<'_>, Report), Report>) -> PyResult<PageRecord> {
    match checked {
        Ok((record, _)) => Ok(PageRecord::of(record.schema(), record.into_row().into_owned())),
        Err(report) => Err(error::validation(py, report)),
    }
}

fn check(schema: &'static Schema, data: Value<'_>, options: Options) -> Report {
    match schema.validar(data, options) {
        Ok((_, report)) | Err(report) => report,
    }
}

/// Reads a value with [`Intent::Response`], which refuses only a value that is not an object.
fn read_answer(schema: &'static Schema, value: Value<'_>) -> PageRecord {
    let mut ctx = Context::new(Options { intent: Intent::Response, ..Options::default() });
    PageRecord::of(schema, schema.read(value, &mut ctx).unwrap_or_default().into_owned())
}

fn replace(py: Python<'_>, current: &PageRecord, changes: &Bound<'_, PyDict>) -> PyResult<PageRecord> {
    let schema = current.schema();
    let data = value::from_python(changes.as_any())?;
    let changed_fields: Vec<_> = match &data {
        Value::Object(fields) => fields.iter().filter_map(|(name, _)| schema.field(name)).map(|c| c.name).collect(),
        _ => Vec::new(),
    };
    // Only the changes are checked. Values from the platform stay, even if they break our rules.
    let new = build(py, schema, data, Mode::Strict)?;
    let fields = |record: &PageRecord| match record.object().into_owned() {
        Value::Object(fields) => fields,
        _ => Vec::new(),
    };
    let mut together = fields(current);
    together.retain(|(name, _)| !changed_fields.contains(&name.as_ref()));
    together.extend(fields(&new));
    Ok(read_answer(schema, Value::Object(together)))
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

/// Today in São Paulo, which has been at UTC−3 all year since 2019.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::fixed(Offset::constant(-3))).date()
}

fn dictionary<'py>(py: Python<'py>, schema: &Schema, row: &Row<'_>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (field, v) in schema.present(row) {
        dict.set_item(field.snake, to_dictionary(py, field.rule.kind, v)?)?;
    }
    for (name, v) in schema.extras(row) {
        dict.set_item(name.as_ref(), value::to_python(py, v)?)?;
    }
    Ok(dict)
}

fn to_dictionary<'py>(py: Python<'py>, kind: FieldType, v: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    match (kind, v) {
        (FieldType::Object(schema), Value::Row(row)) => Ok(dictionary(py, schema, row)?.into_any()),
        (FieldType::List(item), Value::List(items)) => {
            let items = items.iter().map(|v| to_dictionary(py, item.kind, v)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyList::new(py, items)?.into_any())
        }
        (_, v) => value::to_python(py, v),
    }
}

/// Writes `Cliente(nome=***, grupo='ouro')`: Python's form, with personal data masked.
fn write(schema: &Schema, row: &Row<'_>, out: &mut String) {
    out.push_str(schema.name);
    out.push('(');
    let mut before = "";
    for (field, v) in schema.present(row) {
        let _ = write!(out, "{before}{}=", field.snake);
        if field.rule.personal {
            out.push_str("***");
        } else {
            write_field(field.rule.kind, v, out);
        }
        before = ", ";
    }
    for (name, _) in schema.extras(row) {
        let _ = write!(out, "{before}{name}=…");
        before = ", ";
    }
    out.push(')');
}

fn write_field(kind: FieldType, v: &Value<'_>, out: &mut String) {
    match (kind, v) {
        (FieldType::Object(schema), Value::Row(row)) => write(schema, row, out),
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
