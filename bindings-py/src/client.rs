//! The operations by name. `smartbill/client.py` has the Python interface.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyCapsule, PyDict, PyList};
use smartbill_core::api::{Operation, PageRecord, Written};
use smartbill_core::client::{BatchItem, Client, DriftEntry, OperationTest, Pager, TestResult};
use smartbill_core::model::{Cliente, Consumo, Id, Schema};
use smartbill_core::transport::http::ReqwestHost;
use smartbill_core::{Error, Language};
use tokio::sync::{Mutex, MutexGuard};

use crate::arrow::{self, Table};
use crate::classes;
use crate::imports::{CoreImport, execute, exportar, importar_source, make_plan};
use crate::options::{read_call, read_options, read_text};
use crate::plan::CorePlan;
use crate::run::Connections;
use crate::stop::CoreStop;
use crate::{error, gate, types, value};

type DriftFields = (&'static str, &'static str, String, Option<String>, u64);

/// The core's client.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct Core(Connections);

macro_rules! by_resource {
    ($resource:expr, $function:ident $args:tt, $($name:literal => $model:ident),+) => {
        match $resource {
            $( $name => $function::<$model> $args, )+
            other => Err(PyValueError::new_err(format!("`{other}` has no such operation"))),
        }
    };
}

#[pymethods]
impl Core {
    #[new]
    #[pyo3(signature = (base_url, options, asynchronous = false))]
    fn new(py: Python<'_>, base_url: &str, options: &Bound<'_, PyDict>, asynchronous: bool) -> PyResult<Self> {
        let (client, http, max_connections) = read_options(base_url, options)?;
        Connections::new(py, client, http, asynchronous, max_connections).map(Self)
    }

    fn incluir<'py>(
        &self,
        resource: &str,
        data: &Bound<'py, PyAny>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.write(operation(resource, "incluir")?, None, data, Vec::new(), call)
    }

    fn alterar<'py>(
        &self,
        resource: &str,
        id: &Bound<'py, PyAny>,
        data: &Bound<'py, PyAny>,
        clear: Vec<String>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.write(operation(resource, "alterar")?, Some(self.id(id)?), data, clear, call)
    }

    fn remover<'py>(
        &self,
        resource: &str,
        id: &Bound<'py, PyAny>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let nothing = call.py().None().into_bound(call.py());
        self.write(operation(resource, "remover")?, Some(self.id(id)?), &nothing, Vec::new(), call)
    }

    fn obter<'py>(
        &self,
        resource: &str,
        id: &Bound<'py, PyAny>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (operation, id) = (operation(resource, "obter")?, self.id(id)?);
        let options = read_call(call, self.language())?;
        self.0.call(
            call.py(),
            |client| async move { client.get::<PageRecord>(operation, &id, &options).await },
            |py, record| classes::instance(py, record, None),
        )
    }

    fn listar(
        slf: &Bound<'_, Self>,
        resource: &str,
        filter: &Bound<'_, PyDict>,
        cursor: Option<&str>,
        call: &Bound<'_, PyDict>,
    ) -> PyResult<Listing> {
        let (operation, core) = (operation(resource, "listar")?, slf.get());
        let options = read_call(call, core.language())?;
        let connection = core.0.obter(slf.py())?;
        let pager = match cursor {
            Some(cursor) => connection.client.resume_list(operation, cursor, &options),
            None => connection.client.list(operation, value::from_python(filter.as_any())?, &options),
        };
        let pager = pager.map_err(|e| error::exception_in(slf.py(), &e, core.language()))?;
        let schema = operation.model();
        let paginator = Paginator { schema, pager, queue: Vec::new().into_iter(), cursor: None };
        Ok(Listing { core: slf.clone().unbind(), schema, state: Arc::new(Mutex::new(paginator)) })
    }

    /// Activates, deactivates, suspends or cancels a contract.
    fn act<'py>(
        &self,
        action: &str,
        id: &Bound<'py, PyAny>,
        parameters: &Bound<'py, PyDict>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.write(operation("contratos", action)?, Some(self.id(id)?), parameters.as_any(), Vec::new(), call)
    }

    /// Activates or deactivates several contracts, each with its own result.
    fn act_on_many<'py>(
        &self,
        action: &str,
        ids: &Bound<'py, PyList>,
        parameters: &Bound<'py, PyDict>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let operation = operation("contratos", action)?;
        let (parameters, options) = (value::from_python(parameters.as_any())?, read_call(call, self.language())?);
        let ids = ids.iter().map(|id| self.id(&id).map(Id::from)).collect::<PyResult<Vec<_>>>()?;
        self.0.call(
            call.py(),
            |client| async move { client.write_each(operation, &ids, parameters, &options).await },
            batch_items,
        )
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the reference")]
    fn importar(
        &self,
        resource: &str,
        source: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<CoreImport> {
        by_resource!(resource, importar_source(&self.0, source, options, progress.as_ref()),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the reference")]
    fn sincronizar(
        &self,
        resource: &str,
        source: &Bound<'_, PyAny>,
        remover: Option<&str>,
        options: &Bound<'_, PyDict>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<CorePlan> {
        let plan = by_resource!(resource, make_plan(&self.0, source, remover, options, progress.as_ref()),
            "clientes" => Cliente, "consumos" => Consumo);
        plan.map(CorePlan)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the reference")]
    fn apply(&self, plan: &CorePlan, options: &Bound<'_, PyDict>, progress: Option<Py<PyAny>>) -> PyResult<CoreImport> {
        by_resource!(plan.0.resource.as_str(), execute(&self.0, &plan.0, options, progress.as_ref()),
            "clientes" => Cliente, "consumos" => Consumo)
    }

    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the path")]
    #[pyo3(signature = (resource, path, filter, call, stop = None))]
    fn exportar(
        &self,
        resource: &str,
        path: PathBuf,
        filter: &Bound<'_, PyDict>,
        call: &Bound<'_, PyDict>,
        stop: Option<&Bound<'_, CoreStop>>,
    ) -> PyResult<u64> {
        let stop = stop.map_or_else(CoreStop::new, |stop| stop.get().clone());
        exportar(&self.0, resource, &path, filter, call, &stop)
    }

    /// The address and the profile, for `repr`.
    fn description(&self) -> (String, String) {
        let options = self.0.options();
        (options.base_url.clone(), options.profile.name().to_owned())
    }

    /// What answers held that nothing knows: operation, kind, path, word and count of each, and how much more there was.
    fn drift(&self) -> PyResult<(Vec<DriftFields>, u64)> {
        let drift = self.0.drift()?.seen();
        Ok((drift.entries.into_iter().map(drift_fields).collect(), drift.more))
    }

    /// Asks each reading operation once, and tells how the profile fares.
    fn test_profile<'py>(&self, call: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let (options, language) = (read_call(call, self.language())?, self.language());
        self.0.call(
            call.py(),
            |client| async move { Ok(client.test_profile(&options).await) },
            move |py, tests: Vec<OperationTest>| {
                let tests = tests.into_iter().map(|test| operation_test(py, test, language));
                Ok(PyList::new(py, tests.collect::<PyResult<Vec<_>>>()?)?.into_any())
            },
        )
    }

    fn close(&self) {
        self.0.close();
    }

    #[expect(clippy::unused_self, reason = "Python calls it as a method")]
    fn __reduce__(&self) -> PyResult<()> {
        let why = "a client holds connections and cannot be pickled: make one in each process";
        Err(PyTypeError::new_err(why))
    }
}

impl Core {
    fn language(&self) -> Language {
        self.0.options().language
    }

    fn id(&self, id: &Bound<'_, PyAny>) -> PyResult<String> {
        read_text(id, "id", self.language())
    }
}

impl Core {
    /// Runs an operation that changes something.
    fn write<'py>(
        &self,
        operation: Operation,
        id: Option<String>,
        data: &Bound<'py, PyAny>,
        clear: Vec<String>,
        call: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let data = match classes::record_of(data).filter(|record| record.schema().name == operation.input().name) {
            Some(record) => record.input().into_owned(),
            None => value::from_python(data)?,
        };
        let options = read_call(call, self.language())?;
        self.0.call(
            call.py(),
            |client| async move {
                let clear: Vec<_> = clear.iter().map(String::as_str).collect();
                client.write(operation, id.as_deref(), data, &clear, &options).await
            },
            instance,
        )
    }
}

/// The fields of an `OperationTest`, in its order.
fn operation_test(py: Python<'_>, test: OperationTest, language: Language) -> PyResult<Bound<'_, PyAny>> {
    let result = test.result.name();
    let (reason, error) = match test.result {
        TestResult::Skipped(message) => (Some(if language == Language::En { message.en } else { message.pt }), None),
        TestResult::Failed(e) => (None, Some(error::exception_in(py, &e, language).into_value(py))),
        TestResult::Understood | TestResult::Partial => (None, None),
    };
    let sent = test.sent.map(|sent| (sent.method, sent.target, sent.headers, sent.body));
    let drift: Vec<_> = test.drift.into_iter().map(drift_fields).collect();
    let came = (test.status, test.members, test.records);
    let read = (test.understood, test.missing, test.unreadable, drift);
    Ok((test.operation.name(), result, sent, came, read, reason, error).into_pyobject(py)?.into_any())
}

fn drift_fields(entry: DriftEntry) -> DriftFields {
    (entry.operation, entry.kind.name(), entry.path, entry.word, entry.total)
}

fn operation(resource: &str, verb: &str) -> PyResult<Operation> {
    let operation = Operation::from_name(&format!("{resource}.{verb}"));
    operation.ok_or_else(|| PyValueError::new_err(format!("`{resource}` has no such operation")))
}

fn instance(py: Python<'_>, written: Written<PageRecord>) -> PyResult<Bound<'_, PyAny>> {
    classes::instance(py, written.record, Some(written.outcome))
}

fn batch_items(py: Python<'_>, items: Vec<BatchItem<PageRecord>>) -> PyResult<Bound<'_, PyAny>> {
    let class = types::batch_item(py)?;
    let items = items.into_iter().map(|item| {
        let (contrato, fault) = match item.outcome {
            Ok(written) => (Some(instance(py, written)?), None),
            Err(e) => (None, Some(error::exception(py, &e).into_value(py))),
        };
        class.call1((item.id.as_str(), contrato, fault))
    });
    Ok(PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
}

/// The records of a listing. Pages are read on demand.
#[pyclass(frozen, module = "smartbill")]
pub(crate) struct Listing {
    core: Py<Core>,
    schema: &'static Schema,
    /// Locked while a page is read. Another caller gets an error meanwhile, and does not wait.
    state: Arc<Mutex<Paginator>>,
}

#[pymethods]
impl Listing {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.next(py)? {
            Some(record) => Ok(Some(record)),
            None if self.read(py)?.is_truthy()? => self.next(py),
            None => Ok(None),
        }
    }

    /// The next page as a list, or None after the last page. If a page was begun, the rest of it comes first.
    fn next_page<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        match self.rest(py)? {
            Some(rest) => Ok(Some(rest)),
            None if self.read(py)?.is_truthy()? => self.rest(py),
            None => Ok(None),
        }
    }

    /// The number of records in the listing, if the platform gave it. None before the first page.
    #[getter]
    fn total(&self) -> PyResult<Option<u64>> {
        Ok(self.state()?.pager.total())
    }

    /// The position of the listing, to resume it in another process: `listar(cursor=…)`. It begins with the page that
    /// is being read, so no record is missed. None when everything was read.
    #[getter]
    fn cursor(&self) -> PyResult<Option<String>> {
        Ok(self.state()?.cursor())
    }

    /// The next record of the last page, or None.
    #[pyo3(name = "_next")]
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.state()?.next_queued(py)
    }

    /// The rest of the last page, or None.
    #[pyo3(name = "_rest")]
    fn rest<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let mut state = self.state()?;
        let mut records = Vec::new();
        while let Some(record) = state.next_queued(py)? {
            records.push(record);
        }
        (!records.is_empty()).then(|| PyList::new(py, records)).transpose()
    }

    /// Reads the next page. Returns whether there was one, or an awaitable of that.
    #[pyo3(name = "_read")]
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut state = Arc::clone(&self.state).try_lock_owned().map_err(|_| in_use())?;
        self.core.get().0.call(
            py,
            |client| async move { state.read(&client).await },
            |py, did_read| Ok(PyBool::new(py, did_read).to_owned().into_any()),
        )
    }

    /// All remaining records as a table for any data-frame library. An asynchronous client returns an awaitable of the
    /// table.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut state = Arc::clone(&self.state).try_lock_owned().map_err(|_| in_use())?;
        self.core.get().0.call(
            py,
            |client| async move { state.read_all(&client).await },
            |py, table| {
                let table = table.map_err(|e| arrow::fault(&e))?;
                Ok(Bound::new(py, table)?.into_any())
            },
        )
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema_capsule(py, &arrow::schema_of(self.schema).map_err(|e| arrow::fault(&e))?)
    }

    /// The records that are left, page by page as the consumer asks for them.
    #[pyo3(signature = (requested_schema = None))]
    #[expect(unused_variables, reason = "a consumer may ask for another schema, and the interface lets it be ignored")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        if self.core.get().0.is_asynchronous() {
            return Err(PyRuntimeError::new_err("this blocks, and the client is asynchronous: await `to_arrow()`"));
        }
        let schema = arrow::schema_of(self.schema).map_err(|e| arrow::fault(&e))?;
        let pages = Pages { core: self.core.clone_ref(py), state: Arc::clone(&self.state), schema };
        arrow::stream_capsule(py, Box::new(pages))
    }

    fn __repr__(&self) -> String {
        format!("<Listing of {}>", self.schema.name)
    }

    #[classmethod]
    fn __class_getitem__(cls: &Bound<'_, pyo3::types::PyType>, _item: &Bound<'_, PyAny>) -> Py<pyo3::types::PyType> {
        cls.clone().unbind()
    }
}

impl Listing {
    fn state(&self) -> PyResult<MutexGuard<'_, Paginator>> {
        self.state.try_lock().map_err(|_| in_use())
    }
}

fn in_use() -> PyErr {
    PyValueError::new_err("the listing is being read by another thread or task")
}

/// The pages of a listing, read when a consumer asks for them.
struct Pages {
    core: Py<Core>,
    schema: SchemaRef,
    state: Arc<Mutex<Paginator>>,
}

impl Pages {
    fn read(&self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        let mut state = Arc::clone(&self.state).try_lock_owned().map_err(|_| in_use())?;
        let read = self.core.get().0.wait(py, |client| async move { state.next_batch(&client).await })?;
        read.map_err(|e| arrow::fault(&e))
    }
}

impl Iterator for Pages {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        gate::attach(|py| match self.read(py) {
            Ok(batch) => batch.map(Ok),
            Err(raised) => {
                // The interface carries only a sentence; Ctrl-C is raised again once the consumer gives up.
                if raised.is_instance_of::<PyKeyboardInterrupt>(py) {
                    interrupt_again(py);
                }
                Some(Err(ArrowError::ExternalError(raised.value(py).to_string().into())))
            }
        })
    }
}

impl RecordBatchReader for Pages {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

fn interrupt_again(py: Python<'_>) {
    // It fails only where nobody handles Ctrl-C.
    let _ = py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main"));
}

/// The position of a listing.
struct Paginator {
    schema: &'static Schema,
    pager: Pager<PageRecord>,
    queue: std::vec::IntoIter<PageRecord>,
    /// The cursor at the beginning of the page in `queue`.
    cursor: Option<String>,
}

impl Paginator {
    /// The next record of the last page.
    fn next_queued<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.queue.next().map(|record| classes::instance(py, record, None)).transpose()
    }

    /// Reads a page. Returns false after the last page.
    async fn read(&mut self, client: &Client<ReqwestHost>) -> Result<bool, Error> {
        let start = self.pager.cursor();
        let page = self.pager.next(client).await?;
        let did_read = page.is_some();
        self.cursor = start;
        self.queue = page.unwrap_or_default().into_iter();
        Ok(did_read)
    }

    /// Reads all that is left; of each page only its columns are kept.
    async fn read_all(&mut self, client: &Client<ReqwestHost>) -> Result<Result<Table, ArrowError>, Error> {
        let mut batches = Vec::new();
        loop {
            match self.next_batch(client).await? {
                Ok(Some(batch)) => batches.push(batch),
                Ok(None) => return Ok(arrow::schema_of(self.schema).map(|schema| Table::new(schema, batches))),
                Err(e) => return Ok(Err(e)),
            }
        }
    }

    /// What is left of the page that was read last, or the next page; none after the last.
    async fn next_batch(
        &mut self,
        client: &Client<ReqwestHost>,
    ) -> Result<Result<Option<RecordBatch>, ArrowError>, Error> {
        while self.queue.len() == 0 {
            if !self.read(client).await? {
                return Ok(Ok(None));
            }
        }
        let records: Vec<_> = std::mem::take(&mut self.queue).collect();
        Ok(arrow::batch(self.schema, &records).map(Some))
    }

    fn cursor(&self) -> Option<String> {
        if self.queue.len() == 0 { self.pager.cursor() } else { self.cursor.clone() }
    }
}
