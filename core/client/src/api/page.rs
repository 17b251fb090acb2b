//! The records of an answer, and the bytes that they borrow from.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use self_cell::self_cell;
use smartbill_model::validate::{Context, Finding, Intent, Options, Report, Severity};
use smartbill_model::{JsonError, Model, Record, Row, Schema, Value};

use crate::api::check::given_back;

/// A record that was read.
pub(crate) struct Entry<'a> {
    pub(crate) row: Row<'a>,
    /// The findings about fields that could not be read and are absent.
    pub(crate) findings: Vec<Finding>,
}

/// The greatest number of findings of a record. A page of records that are all wrong must stay small.
const FINDINGS: usize = 20;

impl<'a> Entry<'a> {
    /// Makes a record of an answer. A field that cannot be read is left out, with a finding: one bad field, such as the
    /// date `0000-00-00`, must not hide the record or the records after it. An item that is not a record keeps its
    /// place in a list.
    pub(crate) fn of_answer(row: Option<Row<'a>>, mut findings: Vec<Finding>) -> Self {
        findings.truncate(FINDINGS);
        findings.shrink_to_fit();
        for finding in &mut findings {
            // The record exists in spite of the finding.
            finding.severity = Severity::Warning;
        }
        Self { row: row.unwrap_or_default(), findings }
    }

    /// Makes a record that was checked. With an error it is empty, and its report has the reason.
    fn checked(row: Option<Row<'a>>) -> Self {
        Self { row: row.unwrap_or_default(), findings: Vec::new() }
    }
}

type Entries<'a> = Vec<Entry<'a>>;

self_cell!(
    struct Cell {
        owner: Bytes,
        #[covariant]
        dependent: Entries,
    }
);

/// The records of an answer. Their texts borrow from its body, which the records share.
pub struct Page {
    schema: &'static Schema,
    cell: Cell,
}

impl Page {
    /// Makes a page of the records that `read` finds in `body`.
    pub(crate) fn try_new<E>(
        schema: &'static Schema,
        body: Bytes,
        read: impl for<'a> FnOnce(&'a Bytes) -> Result<Vec<Entry<'a>>, E>,
    ) -> Result<Self, E> {
        Ok(Self { schema, cell: Cell::try_new(body, read)? })
    }

    /// Reads the records of JSON: a list, or an object with a list under `member`. Returns `None` if there is no list.
    /// Records of an answer are only read, and each has its findings. Other records are checked: each has a report, and
    /// a record with an error is empty here.
    ///
    /// # Errors
    /// If `json` is not JSON, or if its values would take more than 128 MiB and more than eight times its length.
    pub fn from_json(
        schema: &'static Schema,
        json: Bytes,
        member: &str,
        options: Options,
    ) -> Result<Option<(Self, Vec<Report>)>, JsonError> {
        let (mut reports, mut found) = (Vec::new(), false);
        let memory = json.len().saturating_mul(8).max(128 << 20);
        let page = Self::try_new(schema, json, |json| {
            let mut entries = Vec::new();
            (found, _) = schema.read_items(json, member, options, memory, &mut |item| {
                entries.push(if options.intent == Intent::Response {
                    Entry::of_answer(item.row, item.report.findings)
                } else {
                    reports.push(item.report);
                    Entry::checked(item.row)
                });
            })?;
            Ok(entries)
        })?;
        Ok(found.then_some((page, reports)))
    }

    /// Makes a page of records that were checked. A record with an error is empty here. Each record has its report.
    #[must_use]
    pub fn checked(schema: &'static Schema, rows: Vec<Result<(Row<'static>, Report), Report>>) -> (Self, Vec<Report>) {
        let (entries, reports) = rows
            .into_iter()
            .map(|checked| match checked {
                Ok((row, report)) => (Entry::checked(Some(row)), report),
                Err(report) => (Entry::checked(None), report),
            })
            .unzip();
        (Self { schema, cell: Cell::new(Bytes::new(), |_| entries) }, reports)
    }

    /// Makes a page of one record that borrows nothing.
    #[must_use]
    pub fn of(schema: &'static Schema, row: Row<'static>, findings: Vec<Finding>) -> Self {
        Self { schema, cell: Cell::new(Bytes::new(), |_| vec![Entry { row, findings }]) }
    }

    /// Makes a page of one record that has only an identifier.
    pub(crate) fn identified(schema: &'static Schema, id: Option<&str>) -> Self {
        let known = id.map(|id| ("id".into(), Value::Text(id.to_owned().into())));
        let mut ctx = Context::new(Options { intent: Intent::Response, ..Options::default() });
        let row = schema.read(Value::Object(known.into_iter().collect()), &mut ctx);
        Self::of(schema, row.unwrap_or_default(), Vec::new())
    }

    /// The number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cell.borrow_dependent().len()
    }

    /// The values of its records.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row<'_>> {
        self.cell.borrow_dependent().iter().map(|entry| &entry.row)
    }

    /// What of its records could not be read.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.cell.borrow_dependent().iter().flat_map(|entry| &entry.findings)
    }

    /// Whether the page has no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("schema", &self.schema.name).field("len", &self.len()).finish_non_exhaustive()
    }
}

/// One record of a page, or a single record.
#[derive(Clone)]
pub struct PageRecord {
    page: Arc<Page>,
    index: usize,
}

impl PageRecord {
    /// Makes a record that borrows nothing.
    #[must_use]
    pub fn of(schema: &'static Schema, row: Row<'static>) -> Self {
        Self { page: Arc::new(Page::of(schema, row, Vec::new())), index: 0 }
    }

    /// The description of the fields.
    #[must_use]
    pub fn schema(&self) -> &'static Schema {
        self.page.schema
    }

    /// The values of the fields.
    #[must_use]
    pub fn row(&self) -> &Row<'_> {
        static NOTHING: LazyLock<Row<'static>> = LazyLock::new(Row::default);
        self.entry().map_or(&NOTHING, |entry| &entry.row)
    }

    /// The findings about fields of the platform's answer that could not be read and are absent.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.entry().map_or(&[], |entry| &entry.findings)
    }

    /// The value of the field called `name`, in camelCase or snake_case. `None` if absent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value<'_>> {
        self.schema().value(self.row(), name)
    }

    /// The fields that came with the record and that the schema does not have, unchanged.
    #[must_use]
    pub fn extras(&self) -> &[(Cow<'_, str>, Value<'_>)] {
        self.schema().extras(self.row())
    }

    /// The record as an object with the names of its fields.
    #[must_use]
    pub fn object(&self) -> Value<'_> {
        self.schema().object(self.row().clone())
    }

    /// The record in the form in which it can be sent back, without the fields that only the platform fills.
    #[must_use]
    pub fn input(&self) -> Value<'_> {
        given_back(self.schema(), self.object())
    }

    /// Makes a page of this record alone.
    #[must_use]
    pub fn into_page(self) -> Page {
        let row = self.row().clone().into_owned();
        Page::of(self.schema(), row, self.findings().to_vec())
    }

    fn entry(&self) -> Option<&Entry<'_>> {
        self.page.cell.borrow_dependent().get(self.index)
    }
}

impl fmt::Debug for PageRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Record::new(self.schema(), self.row().clone()), f)
    }
}

/// The type of record that a client returns: a model, or a record of any schema.
pub trait FromPage: Sized {
    /// The records of `page`.
    fn all(page: Page) -> Vec<Self>;

    /// The only record of `page`.
    fn one(page: Page) -> Self;

    /// Whether the field `name` has the text `text`.
    fn says(&self, name: &str, text: &str) -> bool;
}

impl<M: Model> FromPage for M {
    fn all(mut page: Page) -> Vec<M> {
        page.cell.with_dependent_mut(|_, entries| {
            let models = entries.drain(..).map(|Entry { row, findings }| {
                let mut model = M::from_row(row);
                model.annotate(findings);
                model
            });
            models.collect()
        })
    }

    fn one(page: Page) -> M {
        M::all(page).pop().unwrap_or_default()
    }

    fn says(&self, name: &str, text: &str) -> bool {
        self.value().field(name).and_then(Value::text) == Some(text)
    }
}

impl FromPage for PageRecord {
    fn all(page: Page) -> Vec<Self> {
        let page = Arc::new(page);
        (0..page.len()).map(|index| Self { page: Arc::clone(&page), index }).collect()
    }

    fn one(page: Page) -> Self {
        Self { page: Arc::new(page), index: 0 }
    }

    fn says(&self, name: &str, text: &str) -> bool {
        self.field(name).and_then(Value::text) == Some(text)
    }
}
