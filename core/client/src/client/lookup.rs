//! Reads records back: whether the platform has the state that a write asked for.

use jiff::civil::Date;
use smartbill_model::error::{Error, ErrorKind};
use smartbill_model::{Value, equal};

use crate::api;
use crate::api::{Call, FromPage, Operation, Page, PageRecord, Resource};
use crate::client::answer::Found;
use crate::client::{CallOptions, Client, Pager};
use crate::transport::Host;

impl<H: Host> Client<H> {
    /// Reads back the record of `call`: the record `id` if the call names one, or else the record with `code`. Returns
    /// the record as well if it has the wanted state.
    pub(super) async fn look(
        &self,
        call: Call<'_>,
        id: Option<&str>,
        code: Option<&str>,
        options: &CallOptions,
    ) -> (Found, Option<Page>) {
        let looked = match (id.zip(call.operation.resource().obter()), code) {
            (Some((id, obter)), _) => self.look_by_id(call, id, obter, options).await,
            (None, Some(code)) => self.look_by_code(call, code, options).await,
            (None, None) => return (Found::Unclear, None),
        };
        match looked {
            Ok((Found::Same, record)) => (Found::Same, record.map(PageRecord::into_page)),
            // The part of the record that could not be read may be the wanted change.
            Ok((_, Some(record))) if !record.findings().is_empty() => (Found::Unclear, None),
            Ok((found, _)) => (found, None),
            Err(e) if e.kind() == ErrorKind::NotFound && call.operation.removes() => {
                (Found::Same, Some(Page::identified(call.operation.model(), id)))
            }
            Err(e) if e.kind() == ErrorKind::NotFound => (Found::Absent, None),
            Err(_) => (Found::Unclear, None),
        }
    }

    async fn look_by_id(
        &self,
        call: Call<'_>,
        id: &str,
        obter: Operation,
        options: &CallOptions,
    ) -> Result<(Found, Option<PageRecord>), Error> {
        let request =
            api::build_request(self.profile(), Call::new(obter, Some(id), None), self.check_options(options))?;
        let record = PageRecord::one(self.read(request, options).await?);
        let found = match call.id {
            Some(_) => changed(call, &record, self.today()),
            // A record that was added with this key before: unchanged, or changed since.
            None if in_use(obter.resource(), &record) => Found::Same,
            None => Found::Absent,
        };
        Ok((found, Some(record)))
    }

    /// Of the records with `code`, takes the one in use if there is one. A record out of use may have passed its code
    /// on.
    async fn look_by_code(
        &self,
        call: Call<'_>,
        code: &str,
        options: &CallOptions,
    ) -> Result<(Found, Option<PageRecord>), Error> {
        let (operation, resource) = (call.operation, call.operation.resource());
        let mut records = self.search::<PageRecord>(resource.listar(), code, options).await?;
        let best = records.iter().position(|record| in_use(resource, record)).unwrap_or(0);
        if records.is_empty() {
            return Ok((Found::Absent, None));
        }
        let record = records.swap_remove(best);
        let same = in_use(resource, &record) && call.body.is_some_and(|body| has(&record, operation, body));
        Ok((if same { Found::Same } else { Found::Different }, Some(record)))
    }

    /// Finds every record with the company's own `code`. A platform that does not know the filter lists everything, so
    /// all pages are read.
    pub(super) async fn search<R: FromPage>(
        &self,
        listar: Operation,
        code: &str,
        options: &CallOptions,
    ) -> Result<Vec<R>, Error> {
        let name = listar.resource().key().unwrap_or_default();
        let filter = Value::Object(vec![(name.into(), Value::Text(code.to_owned().into()))]);
        let filter = api::check(listar, filter, self.check_options(options))?;
        let options = CallOptions { page_size: None, max_pages: None, ..options.clone() };
        let mut pager = Pager::<R>::new(listar, filter.into_owned(), &options, self.options())?;
        let mut found = Vec::new();
        while let Some(page) = pager.next(self).await? {
            found.extend(page.into_iter().filter(|record| record.says(name, code)));
            if pager.seems_whole() {
                break;
            }
        }
        Ok(found)
    }
}

/// Whether the record that `call` names has the wanted change.
fn changed(call: Call<'_>, record: &PageRecord, today: Date) -> Found {
    let Call { operation, body, clear, .. } = call;
    let there = if let Some(action) = operation.action() {
        match api::shows(action, record, body, today) {
            Some(there) => there,
            None => return Found::Unclear,
        }
    } else if operation.removes() {
        !in_use(operation.resource(), record)
    } else {
        let emptied = |name: &&str| record.field(operation.input().field(name).map_or(*name, |c| c.name)).is_none();
        body.is_some_and(|body| has(record, operation, body)) && clear.iter().all(emptied)
    };
    if there { Found::Same } else { Found::Absent }
}

/// Whether `record` has all the values of `body` that can be sent.
fn has(record: &PageRecord, operation: Operation, body: &Value<'_>) -> bool {
    equal(&record.object(), &api::writable(operation.input(), body.clone()))
}

/// Whether a record is in use: neither removed nor ended.
fn in_use(resource: Resource, record: &PageRecord) -> bool {
    let ended: &[&str] = match resource {
        Resource::Clientes => &["INATIVO"],
        Resource::Consumos => &["REMOVIDO"],
        Resource::Contratos => &["CANCELADO", "EXPIRADO"],
        Resource::Servicos | Resource::Cobrancas => &[],
    };
    record.field("situacao").and_then(Value::text).is_none_or(|situacao| !ended.contains(&situacao))
}
