//! Batches: `importar`, the outcomes of its rows, and `exportar`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use smartbill_core::api::{Operation, PageRecord};
use smartbill_core::batch::{
    Ceiling, ImportOptions, ImportResult, Importable, Phase, Plan, Progress, RowResult, RowState, Rows, Source,
    Stopped, apply, importar, report, sincronizar, validar,
};
use smartbill_core::client::ClientOptions;
use smartbill_core::document::Ddd;
use smartbill_core::error::ErrorKind;
use smartbill_core::model::{Cliente, Consumo};
use smartbill_core::sheets::{
    DialectOption, Empty, LayoutOption, Limits, Optional, Output, Password, ReadOptions, SavedMapping, Writer, flows,
    in_file, place_of,
};
use smartbill_core::{Error, Language, Message, Value};

use crate::logging::check_signals;
use crate::model::today;
use crate::option::Given;
use crate::options::{read_call, read_language};
use crate::run::Connections;
use crate::source::{Input, Items};
use crate::stop::CoreStop;
use crate::{arrow, error, gate, value};

/// A finished batch, with the outcome of every row.
#[pyclass(frozen, module = "smartbill._smartbill")]
pub(crate) struct CoreImport {
    /// The journal is a database connection, which one thread at a time may use.
    import: Mutex<ImportResult>,
    language: Language,
    origin: Origin,
    resource: &'static str,
}

/// The source, for reading it again in the report. Rows that were produced one by one are gone.
enum Origin {
    SheetFile(PathBuf, ReadOptions),
    Bytes(Vec<u8>, String, ReadOptions),
    Rows,
}

/// The name of a sheet, the other sheets, the empty rows, and the columns.
type SheetFields = (String, Vec<String>, u64, Vec<SheetColumn>, Option<String>, Vec<u32>);

/// The first of some warnings, their number, and the row numbers of the first ones.
type WarningFields<'py> = (Bound<'py, PyAny>, u64, Vec<u64>);

/// Letter, header and field, and the numbers of filled, failed and corrected cells.
type SheetColumn = (String, String, Option<String>, u64, u64, u64);

#[pymethods]
impl CoreImport {
    #[expect(clippy::unused_self, reason = "Python calls it as a method")]
    fn __reduce__(&self) -> PyResult<()> {
        let why = "an import holds its journal and cannot be pickled: pickle its `counts`, or a frame of `to_arrow()`";
        Err(PyTypeError::new_err(why))
    }

    /// The number of rows in each state.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let c = self.with(py, |import| import.counts);
        let dict = PyDict::new(py);
        for (name, n) in [
            ("total", c.total),
            ("created", c.created),
            ("updated", c.updated),
            ("unchanged", c.unchanged),
            ("already_done", c.already_done),
            ("removed", c.removed),
            ("rejected", c.rejected),
            ("refused", c.refused),
            ("unknown", c.unknown),
            ("pending", c.pending),
            ("skipped", c.skipped),
            ("change_only", c.change_only),
            ("unidentified", c.unidentified),
        ] {
            dict.set_item(name, n)?;
        }
        Ok(dict)
    }

    /// Whether an earlier run began the batch, and how many rows this run sent.
    fn run(&self, py: Python<'_>) -> (bool, u64) {
        self.with(py, |import| (import.resumed, import.sent))
    }

    /// The reason why the run stopped early: code, sentence, and the exception if there is one.
    fn stopped<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let import = self.import.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stopped) = &import.stopped else { return Ok(None) };
        let exception = match stopped {
            Stopped::Error(e) => Some(self.exception(py, e).into_value(py)),
            _ => None,
        };
        (stopped.code(), stopped.message(self.language), exception).into_pyobject(py).map(Some)
    }

    /// The path of the journal. None if it disappears with this object.
    fn journal(&self, py: Python<'_>) -> Option<PathBuf> {
        self.with(py, |import| import.journal.path().map(Path::to_owned))
    }

    /// What was read of the sheet: its name, the others that hold anything, how many rows hold nothing, its columns,
    /// the dialect that they are in, and the rows that are hidden.
    fn sheet(&self, py: Python<'_>) -> PyResult<Option<SheetFields>> {
        let sheet = self.with(py, |import| import.journal.sheet()).map_err(|e| self.exception(py, &e))?;
        Ok(sheet.map(|read| {
            let columns = read.columns.into_iter().map(|c| (c.letter, c.header, c.field, c.filled, c.failed, c.mended));
            (read.name, read.others, read.empty, columns.collect(), read.dialect, read.hidden)
        }))
    }

    /// The mapping of the sheet, as TOML.
    fn mapping(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let sheet = self.with(py, |import| import.journal.sheet()).map_err(|e| self.exception(py, &e))?;
        Ok(sheet.map(|read| read.mapping.to_toml()))
    }

    /// The warnings about valid rows: the first finding of each kind, their number, and the first rows.
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Vec<WarningFields<'py>>> {
        let kinds = self.with(py, |import| import.journal.warnings()).map_err(|e| self.exception(py, &e))?;
        kinds.into_iter().map(|kind| Ok((error::finding(py, &kind.first)?, kind.count, kind.rows))).collect()
    }

    /// The rows of the sheet that are not records: number, reason in one word, and beginning.
    fn skipped(&self, py: Python<'_>) -> PyResult<Vec<(u64, String, String)>> {
        let rows = self.with(py, |import| import.journal.skipped()).map_err(|e| self.exception(py, &e))?;
        Ok(rows.into_iter().map(|l| (place_of(l.row).0, l.reason, l.text)).collect())
    }

    /// Writes the input sheet again with the outcome of each row.
    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the path")]
    fn report(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let language = self.language;
        let written = self.with(py, |import| {
            let out = output(&path)?;
            let source = match &self.origin {
                Origin::SheetFile(path, options) => Source::SheetFile { path: path.clone(), options: options.clone() },
                Origin::Bytes(bytes, name, options) => {
                    Source::Bytes { bytes: bytes.clone(), name: name.clone(), options: options.clone() }
                }
                Origin::Rows => Source::rows(Box::new(std::iter::empty())),
            };
            let provisional = Provisional::create(&path)?;
            let target = provisional.out(&path)?;
            let journal = &import.journal;
            let target = match self.resource {
                "consumos" => report::<Consumo, _>(journal, &source, out, target, language)?,
                _ => report::<Cliente, _>(journal, &source, out, target, language)?,
            };
            provisional.finish(&path, target)
        });
        written.map_err(|e| self.exception(py, &e))
    }

    /// Up to `limit` rows in one of `states` (any, when there are none) after `after`, and after what the next ones are.
    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the vector")]
    fn rows<'py>(
        &self,
        py: Python<'py>,
        states: Vec<String>,
        after: u64,
        limit: usize,
    ) -> PyResult<(Bound<'py, PyList>, Option<u64>)> {
        let states = states
            .iter()
            .map(|name| RowState::from_name(name).ok_or_else(|| PyValueError::new_err(format!("no row is `{name}`"))));
        let states = states.collect::<PyResult<Vec<_>>>()?;
        let rows = self.with(py, |import| import.journal.page(&states, after, limit));
        let rows = rows.map_err(|e| self.exception(py, &e))?;
        let last = rows.last().map(|row| row.number);
        let rows = PyList::new(py, rows.iter().map(|row| to_tuple(py, row)).collect::<PyResult<Vec<_>>>()?)?;
        Ok((rows, last))
    }

    /// The rows in one of `states` (any, when there are none) as a table, with what was found of each.
    #[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the vector")]
    fn to_arrow(&self, py: Python<'_>, states: Vec<String>) -> PyResult<arrow::Table> {
        let states = read_states(&states)?;
        let schema = arrow::rows_batch(&[]).map_err(|e| arrow::fault(&e))?.schema();
        let (mut batches, mut after) = (Vec::new(), 0);
        loop {
            let rows = self.with(py, |import| import.journal.page(&states, after, ROWS_AT_ONCE));
            let rows = rows.map_err(|e| self.exception(py, &e))?;
            let Some(last) = rows.last() else { return Ok(arrow::Table::new(schema, batches)) };
            after = last.number;
            batches.push(arrow::rows_batch(&rows).map_err(|e| arrow::fault(&e))?);
            check_signals(py)?;
        }
    }
}

/// How many rows are read of the journal at once.
const ROWS_AT_ONCE: usize = 10_000;

fn read_states(names: &[String]) -> PyResult<Vec<RowState>> {
    let state =
        |name: &String| RowState::from_name(name).ok_or_else(|| PyValueError::new_err(format!("no row is `{name}`")));
    names.iter().map(state).collect()
}

impl CoreImport {
    fn of<M: Importable>(import: ImportResult, connections: &Connections, origin: Origin) -> Self {
        let resource = M::LISTAR.resource().name();
        Self { import: Mutex::new(import), language: connections.options().language, origin, resource }
    }

    fn exception(&self, py: Python<'_>, e: &Error) -> PyErr {
        error::exception_in(py, e, self.language)
    }

    fn with<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&ImportResult) -> R + Send) -> R {
        gate::detach(py, || f(&self.import.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// The fields of `smartbill.batch.Row`, in its order.
fn to_tuple<'py>(py: Python<'py>, row: &RowResult) -> PyResult<Bound<'py, PyTuple>> {
    let findings = error::findings(py, &row.findings)?;
    let (number, column) = row.place();
    (
        number,
        row.key.as_deref(),
        row.state.name(),
        row.action.name(),
        row.code.as_deref(),
        row.id.as_deref(),
        row.attempts,
        findings,
        column,
    )
        .into_pyobject(py)
}

/// Imports `source`, or only checks it.
pub(crate) fn importar_source<M: Importable>(
    connections: &Connections,
    source: &Bound<'_, PyAny>,
    options: &Bound<'_, PyDict>,
    progress: Option<&Py<PyAny>>,
) -> PyResult<CoreImport> {
    let py = source.py();
    let _inside = gate::enter_call(py);
    let language = connections.options().language;
    let mut request = Query::read(options, connections.options())?;
    let interruption = Interruption::default();
    let (source, origin) = request.source(source, &interruption)?;
    let stop = request.stop.clone();
    let mut observe = |event: Progress<'_>| tell(progress, &interruption, &stop, &event);
    let run = if request.only_validar {
        let ImportOptions { mode, today, .. } = request.options;
        let checked = gate::detach(py, || validar::<M>(source, mode, today, &mut observe));
        checked.map_err(|e| error::exception_in(py, &e, language))
    } else {
        let connection = connections.own(py, &stop)?;
        let run = async {
            let import = importar::<M, _>(&connection.client, source, &request.options, &mut observe).await?;
            import.journal.release()?;
            Ok(import)
        };
        connection.wait_for_batch(py, &stop, run)
    };
    // The exception of the callback, of the iterable or of Ctrl-C matters more than the error that it became in the
    // core.
    if let Some(exception) = interruption.take() {
        return Err(exception);
    }
    Ok(CoreImport::of::<M>(run?, connections, origin))
}

/// Decides the changes that make the platform agree with `source`.
pub(crate) fn make_plan<M: Importable>(
    connections: &Connections,
    source: &Bound<'_, PyAny>,
    remover: Option<&str>,
    options: &Bound<'_, PyDict>,
    progress: Option<&Py<PyAny>>,
) -> PyResult<Plan> {
    let py = source.py();
    let _inside = gate::enter_call(py);
    let language = connections.options().language;
    let ceiling = remover.map(|text| {
        Ceiling::from_text(text).ok_or_else(|| {
            let pt = format!("`{text}` não é um número nem uma porcentagem");
            refuse(py, language, pt, format!("`{text}` is neither a number nor a percentage"))
        })
    });
    let ceiling = ceiling.transpose()?;
    let mut request = Query::read(options, connections.options())?;
    let interruption = Interruption::default();
    let (source, _) = request.source(source, &interruption)?;
    let stop = request.stop;
    let connection = connections.own(py, &stop)?;
    let mut observe = |event: Progress<'_>| tell(progress, &interruption, &stop, &event);
    let ImportOptions { mode, today, .. } = request.options;
    let plan = sincronizar::<M, _>(&connection.client, source, ceiling, mode, today, &mut observe);
    let plan = connection.wait_for_batch(py, &stop, plan);
    match interruption.take() {
        Some(exception) => Err(exception),
        None => plan,
    }
}

/// Carries out a plan.
pub(crate) fn execute<M: Importable>(
    connections: &Connections,
    plan: &Plan,
    options: &Bound<'_, PyDict>,
    progress: Option<&Py<PyAny>>,
) -> PyResult<CoreImport> {
    let py = options.py();
    let _inside = gate::enter_call(py);
    let Query { options: ImportOptions { journal, same_account, pace, .. }, stop, .. } =
        Query::read(options, connections.options())?;
    let connection = connections.own(py, &stop)?;
    let interruption = Interruption::default();
    let mut observe = |event: Progress<'_>| tell(progress, &interruption, &stop, &event);
    let run = async {
        let import = apply::<M, _>(&connection.client, plan, journal, same_account, pace, &mut observe).await?;
        import.journal.release()?;
        Ok(import)
    };
    let run = connection.wait_for_batch(py, &stop, run);
    match interruption.take() {
        Some(exception) => Err(exception),
        None => Ok(CoreImport::of::<M>(run?, connections, Origin::Rows)),
    }
}

/// The request for an import.
struct Query {
    options: ImportOptions,
    sheet: ReadOptions,
    name: Option<String>,
    /// The options given that mean something for files alone.
    of_files: Vec<String>,
    only_validar: bool,
    language: Language,
    stop: CoreStop,
}

impl Query {
    fn read(options: &Bound<'_, PyDict>, client: &ClientOptions) -> PyResult<Self> {
        let mode = client.mode;
        let mut request = Self {
            options: ImportOptions { mode, today: Some(today()), ..ImportOptions::default() },
            sheet: ReadOptions { mode, ..ReadOptions::default() },
            name: None,
            of_files: Vec::new(),
            only_validar: false,
            language: client.language,
            stop: CoreStop::new(),
        };
        let mut saved = None;
        let pace = &mut request.options.pace;
        for (name, v) in options {
            if v.is_none() {
                continue;
            }
            let name = name.extract::<String>()?;
            if matches!(name.as_str(), "sheet" | "password" | "limits" | "layout") {
                request.of_files.push(name.clone());
            }
            let given = Given { name: &name, value: &v, language: client.language };
            match name.as_str() {
                "journal" => request.options.journal = Some(given.typed(v.extract(), "um caminho", "a path")?),
                "restart" => request.options.restart = given.flag()?,
                "same_account" => request.options.same_account = given.flag()?,
                "batch" => request.options.batch = Some(given.text()?),
                "allow_unidentified" => request.options.allow_unidentified = given.flag()?,
                "mode" => {
                    request.options.mode = given.mode()?;
                    request.sheet.mode = request.options.mode;
                }
                "optional" => {
                    let words = ("`leave_out` ou `refuse`", "`leave_out` or `refuse`");
                    request.sheet.optional = Some(given.choice(Optional::from_name, words.0, words.1)?);
                }
                "ddd" => {
                    let ddd: String = v.extract()?;
                    let (pt, en) = (format!("`ddd`: `{ddd}` não é um DDD"), format!("`ddd`: `{ddd}` is no area code"));
                    let parsed = Ddd::parse(&ddd);
                    request.sheet.ddd = Some(parsed.ok_or_else(|| refuse(v.py(), client.language, pt, en))?);
                }
                "stop" => request.stop = v.cast::<CoreStop>()?.get().clone(),
                "dry_run" => request.only_validar = given.flag()?,
                "concurrency" => pace.concurrency = given.whole(1..=1000)?,
                "rate" => pace.rate = Some(given.above_zero()?),
                "deadline" => pace.deadline = given.limit()?.duration(),
                "max_failures" => pace.max_failures = Some(given.whole(0..=i64::MAX)?),
                "sheet" => request.sheet.sheet = Some(given.text()?),
                "password" => request.sheet.password = Some(Password::new(given.text()?)),
                "columns" => {
                    request.sheet.columns = texts(&given)?;
                }
                "mapping" => {
                    let (text, origin) = given.file()?;
                    let read = SavedMapping::from_toml(&text).map_err(|fault| in_file(&origin, fault.into()));
                    saved = Some(read.map_err(|fault| error::exception_in(v.py(), &fault, client.language))?);
                }
                "dialect" => {
                    let known = v.extract::<String>().ok().filter(|name| Path::new(name).extension().is_none());
                    let known = known.filter(|name| Path::new(name).file_name() == Some(OsStr::new(name)));
                    request.sheet.dialect = Some(if let Some(name) = known {
                        DialectOption::Known(name)
                    } else {
                        let (text, name) = given.file()?;
                        DialectOption::File { name, text }
                    });
                }
                "layout" => {
                    let (text, name) = given.file()?;
                    request.sheet.layout = Some(LayoutOption { name, text });
                }
                "values" => {
                    for (field, words) in dictionary(&given)? {
                        let words = texts(&Given { value: &words, ..given })?;
                        request.sheet.values.push((field.extract()?, words));
                    }
                }
                "defaults" => request.sheet.defaults = texts(&given)?,
                "decimal_point" => request.sheet.decimal_point = given.flag()?,
                "clear_empty" => {
                    request.sheet.empty = if given.flag()? { Empty::Clear } else { Empty::Keep };
                }
                "limits" => limit(&mut request.sheet.limits, dictionary(&given)?, client.language)?,
                "name" => request.name = Some(given.text()?),
                other => return Err(PyValueError::new_err(format!("`{other}` is no option"))),
            }
        }
        // Settings by name have priority.
        if let Some(saved) = saved {
            saved.apply(&mut request.sheet);
        }
        Ok(request)
    }

    fn source<'a>(&mut self, source: &Bound<'_, PyAny>, interruption: &Interruption) -> PyResult<(Source<'a>, Origin)> {
        let options = std::mem::take(&mut self.sheet);
        Ok(match Input::read(source, options.limits.bytes, self.language)? {
            Input::Path(path) => {
                let origin = Origin::SheetFile(path.clone(), options.clone());
                (Source::SheetFile { path, options }, origin)
            }
            Input::Bytes(bytes, own) => {
                let name = self.name.take().or(own).unwrap_or_else(|| "bytes".to_owned());
                let origin = Origin::Bytes(bytes.clone(), name.clone(), options.clone());
                (Source::Bytes { bytes, name, options }, origin)
            }
            Input::Table(_) | Input::Rows(_) if !self.of_files.is_empty() => {
                let name = self.of_files.join("`, `");
                let (pt, en) = (format!("`{name}` só vale para arquivos"), format!("`{name}` is for files alone"));
                return Err(refuse(source.py(), self.language, pt, en));
            }
            Input::Table(table) => {
                let names = table.names().to_vec();
                (Source::Rows { rows: Box::new(table), names, options }, Origin::Rows)
            }
            Input::Rows(items) => {
                let names = items.names(source.py())?;
                let rows = PythonRows { items, interruption: interruption.clone(), stop: self.stop.clone() };
                (Source::Rows { rows: Box::new(rows) as Rows<'a>, names, options }, Origin::Rows)
            }
        })
    }
}

fn dictionary<'g, 'py>(given: &'g Given<'_, 'py>) -> PyResult<&'g Bound<'py, PyDict>> {
    given.typed(given.value.cast().map_err(PyErr::from), "um dicionário", "a mapping")
}

fn texts(given: &Given<'_, '_>) -> PyResult<Vec<(String, String)>> {
    let pairs = dictionary(given)?.iter().map(|(from, to)| Ok((from.extract()?, to.extract()?)));
    given.typed(pairs.collect(), "um dicionário de textos", "a mapping of texts")
}

pub(crate) fn limit(limits: &mut Limits, requests: &Bound<'_, PyDict>, language: Language) -> PyResult<()> {
    let py = requests.py();
    for (name, v) in requests {
        let name: String = name.extract()?;
        let value: u64 = v.extract().map_err(|_| {
            let pt = format!("o limite `{name}` não pode ser `{v}`");
            refuse(py, language, pt, format!("the limit `{name}` cannot be `{v}`"))
        })?;
        if !limits.set(&name, value) {
            let available = Limits::NAMES.join(", ");
            let pt = format!("`{name}` não é um limite; há {available}");
            return Err(refuse(py, language, pt, format!("`{name}` is no limit; there are {available}")));
        }
    }
    Ok(())
}

fn refuse(py: Python<'_>, language: Language, pt: String, en: String) -> PyErr {
    error::exception_in(py, &Error::new(ErrorKind::Configuration, Message::new(pt, en)), language)
}

/// Rows that Python produces one by one.
struct PythonRows {
    items: Items,
    interruption: Interruption,
    stop: CoreStop,
}

impl Iterator for PythonRows {
    type Item = Result<Value<'static>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(stopped) = self.stop.check() {
            return Some(Err(stopped));
        }
        gate::attach(|py| {
            let row = self.items.next(py).transpose()?;
            Some(row.map_err(|exception| self.interruption.stop(exception)))
        })
    }
}

/// The exception that Python raised during a batch, until it is raised again.
#[derive(Clone, Default)]
struct Interruption(Arc<Mutex<Option<PyErr>>>);

impl Interruption {
    fn stop(&self, exception: PyErr) -> Error {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(exception);
        Error::new(ErrorKind::Cancelled, Message::new("interrompido", "interrupted"))
    }

    fn take(&self) -> Option<PyErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Calls the callback, and checks for Ctrl-C when rows are read without any wait.
fn tell(
    progress: Option<&Py<PyAny>>,
    interruption: &Interruption,
    stop: &CoreStop,
    event: &Progress<'_>,
) -> Result<(), Error> {
    stop.check()?;
    if progress.is_none() && event.phase == Phase::Sending {
        return Ok(());
    }
    let told = gate::attach(|py| {
        check_signals(py)?;
        if let Some(progress) = progress {
            let row = event.row.map(|row| to_tuple(py, row)).transpose()?;
            progress.call1(py, (event.phase.name(), event.done, event.total, row))?;
        }
        Ok(())
    });
    told.map_err(|exception| interruption.stop(exception))
}

/// Writes the records of a filter to a spreadsheet. Returns the number of rows.
pub(crate) fn exportar(
    connections: &Connections,
    resource: &str,
    path: &Path,
    filter: &Bound<'_, PyDict>,
    call: &Bound<'_, PyDict>,
    stop: &CoreStop,
) -> PyResult<u64> {
    let (operation, flow) = match resource {
        "consumos" => (Operation::ConsumosListar, &flows::CONSUMOS),
        "cobrancas" => (Operation::CobrancasListar, &flows::CONTAS_A_RECEBER),
        other => return Err(PyValueError::new_err(format!("`{other}` has no such operation"))),
    };
    let py = filter.py();
    let _inside = gate::enter_call(py);
    let language = connections.options().language;
    let out = output(path).map_err(|e| error::exception_in(py, &e, language))?;
    let connection = connections.own(py, stop)?;
    let filter = value::from_python(filter.as_any())?;
    let call = read_call(call, language)?;
    let export = async {
        let mut pager = connection.client.list::<PageRecord>(operation, filter, &call)?;
        // The first page is read before the file is created, so that a wrong token leaves no empty file behind.
        let mut page = pager.next(&connection.client).await?;
        let provisional = Provisional::create(path)?;
        let target = provisional.out(path)?;
        let mut writer = Writer::new(flow, out, target)?;
        while let Some(records) = page {
            for record in &records {
                writer.record(&record.object())?;
            }
            page = pager.next(&connection.client).await?;
        }
        let (target, written) = writer.finish()?;
        provisional.finish(path, target)?;
        Ok(written.rows)
    };
    connection.wait_for_batch(py, stop, export)
}

/// The format of a file to be written, by its name.
fn output(path: &Path) -> Result<Output, Error> {
    Ok(Output::by_extension(&file_name(path))?)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Refuses the name of a file that is to be written later, as a report or else as a template.
#[pyfunction]
#[pyo3(signature = (path, template, language, /))]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes the path")]
pub(crate) fn _check_output(py: Python<'_>, path: PathBuf, template: bool, language: &str) -> PyResult<()> {
    let language = read_language(language)?;
    let checked =
        if template { Output::check_template(&file_name(&path)).map_err(Error::from) } else { output(&path).map(drop) };
    checked.map_err(|e| error::exception_in(py, &e, language))
}

/// A file that gets its name only when it is complete. Otherwise it is removed.
struct Provisional {
    file: File,
    name: Option<PathBuf>,
}

impl Provisional {
    fn create(path: &Path) -> Result<Self, Error> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let name = PathBuf::from(name);
        let file = File::create(&name).map_err(|e| not_written(path, e))?;
        Ok(Self { file, name: Some(name) })
    }

    fn out(&self, path: &Path) -> Result<BufWriter<File>, Error> {
        self.file.try_clone().map(BufWriter::new).map_err(|e| not_written(path, e))
    }

    fn finish(mut self, path: &Path, target: BufWriter<File>) -> Result<(), Error> {
        target.into_inner().map_err(|e| not_written(path, e.into_error()))?;
        self.file.sync_all().map_err(|e| not_written(path, e))?;
        if let Some(name) = &self.name {
            std::fs::rename(name, path).map_err(|e| not_written(path, e))?;
        }
        self.name = None;
        Ok(())
    }
}

impl Drop for Provisional {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // If the file cannot be removed, nothing else can be done.
            let _ = std::fs::remove_file(name);
        }
    }
}

fn not_written(path: &Path, e: std::io::Error) -> Error {
    let (name, why) = (path.display(), smartbill_core::refusal(&e));
    let message = Message::new(
        format!("`{name}` não pode ser gravado: {}", why.pt),
        format!("`{name}` cannot be written: {}", why.en),
    );
    Error::new(ErrorKind::Io, message).caused_by(e)
}
